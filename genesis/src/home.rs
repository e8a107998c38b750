//! A member's home: the directory where its node lives, with its secrets.
//!
//! ```text
//! HOME/                 0700
//!   node.toml           what the node's config reads
//!   founding.cbor       the founding file
//!   keys/               0700, each file 0600
//!     governance.key    signs for the member; further ones are governance-1.key and so on
//!     validator.key     signs votes; absent if the member does not validate
//!     node.key          the node's name on the wire; signs heads
//!     encryption.key    X25519, for look-up secrets
//!   token               0600: what the member's own officers and issuers show the node
//!   db/  wal/           the node's own
//! ```
//!
//! Nothing here overwrites a file, and no secret is read from a file that others may read.

use ledger::key::{PublicKey, SecretKey};
use ledger::lookup::EncryptionSecret;
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt};
use std::path::{Path, PathBuf};

/// How many bytes a key file or a token may have.
const SECRET_FILE_BYTES_MAX: u64 = 16 * 1024;

/// How many files of `keys/` are looked at.
const KEY_FILES_MAX: usize = 1024;

/// Where everything in a home lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Home(PathBuf);

impl Home {
    /// The home in this directory, whether or not it is there.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// Makes the directories.
    ///
    /// # Errors
    /// [`HomeError`] if there is a home already, or if the disk refuses.
    pub fn create(&self) -> Result<(), HomeError> {
        if self.keys().exists() || self.config().exists() {
            return Err(HomeError::Exists(self.0.clone()));
        }
        for directory in [self.0.clone(), self.keys()] {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory).map_err(|cause| HomeError::io(&directory, cause))?;
            std::fs::set_permissions(&directory, PermissionsExt::from_mode(0o700)).map_err(|cause| HomeError::io(&directory, cause))?;
        }
        Ok(())
    }

    /// The directory itself.
    pub fn directory(&self) -> &Path {
        &self.0
    }

    /// `node.toml`.
    pub fn config(&self) -> PathBuf {
        self.0.join("node.toml")
    }

    /// `founding.cbor`.
    pub fn founding(&self) -> PathBuf {
        self.0.join("founding.cbor")
    }

    /// `keys/`.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The governance key with this number.
    pub fn governance_key(&self, number: u32) -> PathBuf {
        self.keys().join(if number == 0 { "governance.key".to_owned() } else { format!("governance-{number}.key") })
    }

    /// `keys/validator.key`.
    pub fn validator_key(&self) -> PathBuf {
        self.keys().join("validator.key")
    }

    /// `keys/node.key`.
    pub fn node_key(&self) -> PathBuf {
        self.keys().join("node.key")
    }

    /// `keys/encryption.key`.
    pub fn encryption_key(&self) -> PathBuf {
        self.keys().join("encryption.key")
    }

    /// What others than the owner may read of its secrets, or change of its directories: one sentence each, with the
    /// remedy. What is not there, or cannot be looked at, is not named.
    pub fn exposed(&self) -> Vec<String> {
        let mode = |path: &Path| std::fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o777);
        let keys = std::fs::read_dir(self.keys()).into_iter().flatten().flatten().take(KEY_FILES_MAX).map(|entry| entry.path());
        let mut secrets: Vec<PathBuf> = keys.filter(|path| path.is_file()).chain([self.token()]).collect();
        secrets.sort();
        let open = secrets.into_iter().filter_map(|path| {
            let mode = mode(&path).filter(|mode| mode & 0o077 != 0)?;
            Some(HomeError::Open { path, mode }.to_string())
        });
        let directories = [self.0.clone(), self.keys()].into_iter().filter_map(|path| {
            let mode = mode(&path).filter(|mode| mode & 0o022 != 0)?;
            Some(format!("{path} may be changed by others (mode {mode:04o}); run: chmod 700 {path}", path = path.display()))
        });
        directories.chain(open).collect()
    }

    /// `token`.
    pub fn token(&self) -> PathBuf {
        self.0.join("token")
    }
}

/// Why a home or a key could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Others may read the secret.
    #[error("{path} may be read by others (mode {mode:04o}); run: chmod 600 {path}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It would be overwritten.
    #[error("{0} is there already and is not overwritten; choose another place or move it away")]
    Exists(PathBuf),
    /// A secret that is read is not there.
    #[error("{path}: there is no such file; a key file is wanted, as symbolon keys new or network join wrote it", path = path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The disk refused.
    #[error("{path}: {cause}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Not a key file, or one of another algorithm.
    #[error("{path} is no {algorithm} key file: {cause}", path = path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What was expected.
        algorithm: &'static str,
        /// What is wrong.
        cause: String,
    },
}

impl HomeError {
    fn io(path: &Path, cause: std::io::Error) -> Self {
        if cause.kind() == ErrorKind::AlreadyExists { Self::Exists(path.to_owned()) } else { Self::Io { path: path.to_owned(), cause } }
    }
}

/// A key file: JSON, so that a person can see which key it is.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    algorithm: String,
    public: String,
    seed: String,
}

const ED25519: &str = "ed25519";
const X25519: &str = "x25519";

/// Writes a signing key to a new file that only its owner reads.
///
/// # Errors
/// [`HomeError::Exists`] rather than overwriting anything; [`HomeError::Io`].
pub fn write_signing_key(path: &Path, key: &SecretKey) -> Result<(), HomeError> {
    write_key(path, ED25519, key.public().to_string(), key.seed().as_slice())
}

/// Writes an encryption key to a new file that only its owner reads.
///
/// # Errors
/// As [`write_signing_key`].
pub fn write_encryption_key(path: &Path, key: &EncryptionSecret) -> Result<(), HomeError> {
    write_key(path, X25519, format!("x25519:{}", hex::encode(key.public().as_bytes())), key.as_bytes())
}

/// Reads a signing key.
///
/// # Errors
/// [`HomeError::Open`] if others may read the file; [`HomeError::NotAKey`]; [`HomeError::Io`].
pub fn read_signing_key(path: &Path) -> Result<SecretKey, HomeError> {
    let (seed, public) = read_key(path, ED25519)?;
    let key = SecretKey::from_seed(&seed);
    if PublicKey::from_text(&public) == Some(key.public()) { Ok(key) } else { Err(not_its_public(path, ED25519)) }
}

/// Reads an encryption key.
///
/// # Errors
/// As [`read_signing_key`].
pub fn read_encryption_key(path: &Path) -> Result<EncryptionSecret, HomeError> {
    let (secret, public) = read_key(path, X25519)?;
    let key = EncryptionSecret::new(secret);
    if public == format!("x25519:{}", hex::encode(key.public().as_bytes())) { Ok(key) } else { Err(not_its_public(path, X25519)) }
}

/// Writes a new file that only its owner reads: a key, a token.
///
/// # Errors
/// [`HomeError::Exists`] rather than overwriting anything; [`HomeError::Io`].
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), HomeError> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(|cause| HomeError::io(path, cause))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|cause| HomeError::io(path, cause))
}

/// Reads a file that only its owner may read.
///
/// # Errors
/// [`HomeError::Open`] if its group or others may; [`HomeError::Io`].
pub fn read_secret(path: &Path) -> Result<Vec<u8>, HomeError> {
    let io = |cause| HomeError::io(path, cause);
    let file = std::fs::File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if metadata.is_dir() {
        return Err(io(std::io::Error::other("this is a directory; give one file in it")));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(HomeError::Open { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.take(SECRET_FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

fn write_key(path: &Path, algorithm: &str, public: String, secret: &[u8]) -> Result<(), HomeError> {
    let file = KeyFile { algorithm: algorithm.to_owned(), public, seed: hex::encode(secret) };
    // Three texts: this cannot fail.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    write_secret(path, text.as_bytes())
}

fn read_key(path: &Path, algorithm: &'static str) -> Result<([u8; 32], String), HomeError> {
    let bytes = read_secret(path).map_err(|error| match error {
        HomeError::Io { path, cause } if cause.kind() == ErrorKind::NotFound => HomeError::Missing { path },
        other => other,
    })?;
    let wrong = |cause: String| HomeError::NotAKey { path: path.to_owned(), algorithm, cause };
    let file: KeyFile = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if file.algorithm != algorithm {
        return Err(wrong("it is a key of another algorithm".into()));
    }
    let mut seed = [0; 32];
    hex::decode_to_slice(&file.seed, &mut seed).map_err(|_| wrong("its seed is not 64 hexadecimal digits".into()))?;
    Ok((seed, file.public))
}

fn not_its_public(path: &Path, algorithm: &'static str) -> HomeError {
    HomeError::NotAKey { path: path.to_owned(), algorithm, cause: "its public part is not that of its seed; the file was edited".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretKey {
        SecretKey::from_seed(&[5; 32])
    }

    #[test]
    fn keys_are_read_as_they_were_written_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let home = Home::at(directory.path().join("NZ"));
        home.create().unwrap();
        write_signing_key(&home.node_key(), &key()).unwrap();
        write_encryption_key(&home.encryption_key(), &EncryptionSecret::new([6; 32])).unwrap();
        assert_eq!(read_signing_key(&home.node_key()).unwrap().public(), key().public());
        assert_eq!(read_encryption_key(&home.encryption_key()).unwrap().public(), EncryptionSecret::new([6; 32]).public());
        let missing = directory.path().join("root.key");
        assert_eq!(
            read_signing_key(&missing).unwrap_err().to_string(),
            format!("{}: there is no such file; a key file is wanted, as symbolon keys new or network join wrote it", missing.display())
        );
        assert!(matches!(write_signing_key(&home.node_key(), &key()), Err(HomeError::Exists(_))));
        assert!(matches!(home.create(), Err(HomeError::Exists(_))));
        assert!(matches!(read_signing_key(&home.encryption_key()), Err(HomeError::NotAKey { .. })));
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(home.directory()), mode(&home.keys()), mode(&home.node_key())), (0o700, 0o700, 0o600));
    }

    #[test]
    fn what_others_may_read_or_change_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let home = Home::at(directory.path().join("NZ"));
        home.create().unwrap();
        write_signing_key(&home.governance_key(0), &key()).unwrap();
        write_secret(&home.token(), b"token").unwrap();
        assert_eq!(home.exposed(), Vec::<String>::new());
        let open = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        open(&home.governance_key(0), 0o644);
        open(&home.token(), 0o640);
        open(home.directory(), 0o777);
        let said = home.exposed();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(
            said[0].ends_with(&format!("may be changed by others (mode 0777); run: chmod 700 {}", home.directory().display())),
            "{said:?}"
        );
        assert!(said[1].contains("governance.key may be read by others (mode 0644)") && said[2].contains("token may be read"), "{said:?}");
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.key");
        write_signing_key(&path, &key()).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert!(matches!(read_signing_key(&path), Err(HomeError::Open { .. })), "{mode:o}");
        }
        let error = read_signing_key(directory.path()).unwrap_err().to_string();
        assert!(error.contains("this is a directory"), "{error}");
    }
}
