//! Who is asking: the profile directory with its settings, the pinned founding file, trust, and cached secrets.
//!
//! ```text
//! PROFILE/
//!   profile.toml     settings, below
//!   founding.cbor    the pinned founding file
//!   trust.cbor       the newest height seen and the validators known; only ever moves forward
//!   lookup/XX.cbor   0600: the proven look-up secret of issuing member XX
//! ```
//!
//! The settings, all but the first two optional:
//!
//! ```toml
//! member = "NZ"                            # whose officers or issuers we are
//! nodes = ["https://node.customs.example"] # our member's nodes, asked in this order
//! token_file = "token"                     # what our node wants to see
//! tls_roots = "roots.pem"                  # if its certificate is not signed by a public authority
//! freshness_seconds = 60
//! key = "official.key"                     # for issuers
//! governance_keys = ["governance.key"]     # for the member's own acts; all that are at hand
//! [[others]]                               # other members, asked for their head only
//! member = "CN"
//! node = "https://node.customs.example.cn"
//! ```

use anyhow::{Context as _, bail, ensure};
use contracts::context::Recorded;
use genesis::{FOUNDING_BYTES_MAX, Founding};
use ledger::block::Header;
use ledger::codec::Canonical;
use ledger::id::MemberId;
use ledger::receipt::{ReceiptError, Step, Trust};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::client::{self, Node};
use crate::output::shown;

/// The limit of freshness where the profile does not set one.
const FRESHNESS_SECONDS: u64 = 60;
const SETTINGS_BYTES_MAX: u64 = 256 * 1024;

/// `profile.toml`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The own member's nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<String>,
    /// Relative to the profile, as all paths are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_roots: Option<PathBuf>,
    /// At most so old an answer is fresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freshness_seconds: Option<u64>,
    /// The key file that signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Key files that sign for the member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub governance_keys: Vec<PathBuf>,
    /// Other members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Other>,
}

/// Another member's node.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// Two letters.
    pub member: String,
    /// Its public address.
    pub node: String,
}

/// An opened profile: pinned to a network.
pub struct Profile {
    directory: PathBuf,
    /// The settings as read, with what the command line replaced.
    pub settings: Settings,
    /// The nodes of the settings: the token is for their hosts alone, whatever the command line names.
    profiled: Vec<String>,
    /// The pinned founding file.
    pub founding: Founding,
    /// The block of the oldest answer that this command rests on.
    oldest_answer: Cell<Option<Recorded>>,
}

/// The profile directory: `--profile`, else the environment's, else the home directory's.
///
/// # Errors
/// If there is none of them.
pub fn directory(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let base = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")));
    Ok(base.context("there is no home directory; give --profile DIR or set SYMBOLON_PROFILE")?.join("symbolon"))
}

/// Reads the settings of a directory; none is as good as empty ones.
///
/// # Errors
/// If the file is there and cannot be read.
pub fn settings(directory: &Path) -> anyhow::Result<Settings> {
    let path = directory.join("profile.toml");
    if !path.exists() {
        return Ok(Settings::default());
    }
    let bytes = crate::input::read_bounded(&path, SETTINGS_BYTES_MAX)?;
    let text = String::from_utf8(bytes).with_context(|| format!("{}: not UTF-8", path.display()))?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

impl Profile {
    /// Opens a profile that was pinned to a network.
    ///
    /// # Errors
    /// If nothing is pinned, or what is pinned or remembered cannot be read.
    pub fn open(given: Option<&Path>, nodes: &[String]) -> anyhow::Result<Self> {
        let directory = directory(given)?;
        let path = directory.join("founding.cbor");
        if !path.exists() {
            let what = if directory.is_dir() { "no network is pinned here" } else { "there is no such profile" };
            bail!(
                "{}: {what}; run: symbolon trust pin FOUNDING_FILE --id ID, or name another with --profile DIR or SYMBOLON_PROFILE",
                shown(&directory)
            );
        }
        let bytes = crate::input::read_bounded(&path, FOUNDING_BYTES_MAX as u64)?;
        let founding = Founding::from_bytes(&bytes).with_context(|| path.display().to_string())?;
        let mut settings = settings(&directory)?;
        let profiled = settings.nodes.clone();
        if !nodes.is_empty() {
            settings.nodes = nodes.to_vec();
        }
        let profile = Self { directory, settings, profiled, founding, oldest_answer: Cell::new(None) };
        // What is missing or broken is said before anybody is asked.
        profile.trust()?;
        Ok(profile)
    }

    /// Pins a network: writes founding file and trust into a directory that pins none or the same.
    ///
    /// # Errors
    /// If another network is pinned there, or the disk refuses.
    pub fn pin(directory: &Path, founding: &Founding) -> anyhow::Result<()> {
        std::fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        let path = directory.join("founding.cbor");
        if path.exists() {
            let pinned = Founding::from_bytes(&crate::input::read_bounded(&path, FOUNDING_BYTES_MAX as u64)?)
                .with_context(|| path.display().to_string())?;
            ensure!(
                pinned.network_id() == founding.network_id(),
                "{}: the network {} is pinned here; a profile trusts one network for ever, so choose another --profile",
                directory.display(),
                pinned.network_id()
            );
            let trust = directory.join("trust.cbor");
            // Lost, and pinned again by somebody who compared the id.
            return if trust.exists() { Ok(()) } else { write_atomically(&trust, &founding.trust().to_bytes()) };
        }
        write_atomically(&path, &founding.to_bytes())?;
        write_atomically(&directory.join("trust.cbor"), &founding.trust().to_bytes())
    }

    /// Where the profile lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// A path of the settings.
    pub fn path(&self, relative: &Path) -> PathBuf {
        self.directory.join(relative)
    }

    /// Whose officers or issuers we are.
    ///
    /// # Errors
    /// If the settings do not say, or name no member.
    pub fn member(&self) -> anyhow::Result<MemberId> {
        let text = self.settings.member.as_deref().with_context(|| {
            format!(
                "{}: which member's tool this is, is not said; add the line: member = \"XX\"",
                self.path(Path::new("profile.toml")).display()
            )
        })?;
        let member = MemberId::parse(text)?;
        ensure!(self.founding.member(member).is_some(), "{member} is no member of this network; correct 'member' in profile.toml");
        Ok(member)
    }

    /// The own member's nodes, in the order in which they are asked.
    ///
    /// # Errors
    /// If there is none, or token or roots cannot be read.
    pub fn nodes(&self) -> anyhow::Result<Vec<Node>> {
        ensure!(!self.settings.nodes.is_empty(), "no node is known; give --node URL, or set 'nodes' in profile.toml");
        self.nodes_at(&self.settings.nodes)
    }

    /// Whether an address is at a host of the profile's nodes.
    pub fn is_at_own_host(&self, url: &str) -> bool {
        self.profiled.iter().any(|profiled| client::is_same_host(profiled, url))
    }

    /// The own member's nodes at these addresses; those on hosts of the profile are shown its token.
    ///
    /// # Errors
    /// If an address is none, or token or roots cannot be read.
    pub fn nodes_at(&self, urls: &[String]) -> anyhow::Result<Vec<Node>> {
        let token = match &self.settings.token_file {
            None => None,
            Some(file) => {
                let bytes = genesis::home::read_secret(&self.path(file))?;
                Some(
                    String::from_utf8(bytes)
                        .ok()
                        .map(|text| text.trim().to_owned())
                        .with_context(|| format!("{}: not a token", file.display()))?,
                )
            }
        };
        let roots = self.settings.tls_roots.as_ref().map(|file| self.path(file));
        let node = |url: &String| {
            let known = self.is_at_own_host(url);
            let node = Node::new(url, token.clone().filter(|_| known), roots.as_deref())?;
            Ok(if known || token.is_none() { node } else { node.without_token() })
        };
        urls.iter().map(node).collect()
    }

    /// The first of the own member's nodes.
    ///
    /// # Errors
    /// As [`Self::nodes`].
    pub fn node(&self) -> anyhow::Result<Node> {
        self.nodes()?.into_iter().next().context("no node is known")
    }

    /// The other members' nodes. They are shown no token.
    ///
    /// # Errors
    /// If a name is no member's.
    pub fn others(&self) -> anyhow::Result<Vec<(MemberId, Node)>> {
        let roots = self.settings.tls_roots.as_ref().map(|file| self.path(file));
        let own = self.member().ok();
        let others =
            self.settings.others.iter().map(|other| Ok((MemberId::parse(&other.member)?, Node::new(&other.node, None, roots.as_deref())?)));
        // One's own member cannot confirm itself.
        Ok(others.collect::<anyhow::Result<Vec<_>>>()?.into_iter().filter(|(member, _)| Some(*member) != own).collect())
    }

    /// How old an answer may be.
    pub fn freshness_ms(&self) -> u64 {
        self.settings.freshness_seconds.unwrap_or(FRESHNESS_SECONDS).saturating_mul(1000)
    }

    /// Remembers of which block an answer is that this command rests on.
    pub fn answered(&self, at: Recorded) {
        let oldest = self.oldest_answer.get().filter(|oldest| oldest.height <= at.height);
        self.oldest_answer.set(oldest.or(Some(at)));
    }

    /// The block of the oldest answer that this command rests on; `None` if it rests on none.
    pub fn oldest_answer(&self) -> Option<Recorded> {
        self.oldest_answer.get()
    }

    /// What is trusted now.
    ///
    /// # Errors
    /// If the trust file cannot be read or is of another network.
    pub fn trust(&self) -> anyhow::Result<Trust> {
        let path = self.path(Path::new("trust.cbor"));
        ensure!(
            path.exists(),
            "{}: the file is missing, and with it what this profile has seen: an older state could pass for the newest; compare the network's id once more and run: symbolon trust pin {} --id ID",
            shown(&path),
            shown(&self.path(Path::new("founding.cbor")))
        );
        let bytes = crate::input::read_bounded(&path, Trust::BYTES_MAX as u64)?;
        let trust =
            Trust::from_bytes(&bytes).with_context(|| format!("{}: run 'symbolon trust pin' into a new profile", path.display()))?;
        ensure!(*trust.network() == self.founding.network_id(), "{}: it is of another network than founding.cbor", path.display());
        Ok(trust)
    }

    /// Remembers a header that was checked, with the changes of validators that led to it. Several tools may share
    /// one profile: each reads again under a lock, so that what is remembered only ever moves forward.
    ///
    /// # Errors
    /// [`ReceiptError`] if somebody remembered something newer, or another block at this height; or the disk's own.
    pub fn observe(&self, steps: &[Step], header: &Header) -> anyhow::Result<()> {
        let lock = File::create(self.path(Path::new("trust.lock"))).context("trust.lock")?;
        lock.lock().context("trust.lock")?;
        let before = self.trust()?;
        let mut trust = before.clone();
        trust.advance(steps, &mut rand::rng())?;
        trust.observe(header)?;
        if trust != before {
            write_atomically(&self.path(Path::new("trust.cbor")), &trust.to_bytes())?;
        }
        Ok(())
    }

    /// A cached look-up proof. It was checked when it was cached and is checked again when it is used.
    pub fn cached_lookup(&self, issuer: MemberId) -> Option<Vec<u8>> {
        genesis::home::read_secret(&self.lookup_path(issuer)).ok()
    }

    /// Caches a look-up proof; that the disk refuses only costs the next question some time.
    pub fn cache_lookup(&self, issuer: MemberId, proof: &[u8]) {
        let path = self.lookup_path(issuer);
        if let Some(parent) = path.parent() {
            let _ = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent);
        }
        let _ = std::fs::remove_file(&path);
        let _ = genesis::home::write_secret(&path, proof);
    }

    fn lookup_path(&self, issuer: MemberId) -> PathBuf {
        self.directory.join("lookup").join(format!("{issuer}.cbor"))
    }
}

/// Whether remembering failed because the header is older than what was seen: the node is behind, not a liar yet.
pub fn went_back(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<ReceiptError>(), Some(ReceiptError::WentBack { .. }))
}

/// Replaces a file so that it holds either what it held or all of `bytes`.
///
/// # Errors
/// The disk's own.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    replace(path, bytes, 0o644).with_context(|| shown(path))
}

/// As [`write_atomically`], for what only its owner reads.
///
/// # Errors
/// The disk's own.
pub fn replace_secret(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    replace(path, bytes, 0o600)
}

/// Removes what programs that were ended in the middle of replacing a file left beside it.
pub fn remove_leftovers(path: &Path) {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let middle = found.to_str().and_then(|found| found.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(".new"));
        let Some(program) = middle.and_then(|middle| middle.parse::<u32>().ok()) else { continue };
        // Without /proc nobody knows whether that program still runs: its file stays.
        if Path::new("/proc/self").exists() && !Path::new("/proc").join(program.to_string()).exists() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn replace(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = PathBuf::from(name);
    let write = || {
        // What a program with the same number left behind.
        let _ = std::fs::remove_file(&temporary);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)?;
        sync_directory(path)
    };
    write().inspect_err(|_| drop(std::fs::remove_file(&temporary)))
}

/// Sees to it that a new name survives a power cut.
///
/// # Errors
/// The disk's own.
pub fn sync_directory(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    File::open(parent)?.sync_all()
}

/// The settings as a file's text.
///
/// # Errors
/// Never, for settings that can be written as TOML; all can.
pub fn settings_text(settings: &Settings) -> anyhow::Result<String> {
    Ok(toml::to_string(settings)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::network::tests::{founding, founding_of};
    use ledger::block::BlockHash;
    use ledger::hash::Hash;
    use ledger::time::{Height, Timestamp};

    fn header(founding: &Founding, height: u64, proposer: &str) -> Header {
        Header {
            version: 1,
            network: founding.network_id(),
            height: Height::new(height),
            time: Timestamp::from_millis(1_800_000_000_000 + height),
            parent: BlockHash::new([0; 32]),
            proposer: MemberId::parse(proposer).unwrap(),
            transactions_root: Hash::new([0; 32]),
            outcomes_root: Hash::new([0; 32]),
            state_root: Hash::new([0; 32]),
            history_size: 0,
            history_root: Hash::new([0; 32]),
            validators: founding.validators().hash(),
            next_validators: None,
            previous_commit: None,
        }
    }

    fn open(directory: &Path) -> Profile {
        Profile::open(Some(directory), &[]).unwrap()
    }

    #[test]
    fn a_profile_trusts_one_network_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Profile::open(Some(directory.path()), &[]).is_err(), "nothing is pinned yet");
        Profile::pin(directory.path(), &founding()).unwrap();
        Profile::pin(directory.path(), &founding()).unwrap();
        let error = Profile::pin(directory.path(), &founding_of(&["CN", "SG"])).unwrap_err();
        assert!(error.to_string().contains("trusts one network for ever"), "{error}");
        assert_eq!(open(directory.path()).founding, founding());
    }

    #[test]
    fn trust_is_remembered_and_never_goes_back() {
        let directory = tempfile::tempdir().unwrap();
        let founding = founding();
        Profile::pin(directory.path(), &founding).unwrap();
        open(directory.path()).observe(&[], &header(&founding, 9, "NZ")).unwrap();
        let profile = open(directory.path());
        assert_eq!(profile.trust().unwrap().newest(), Height::new(9));
        assert!(went_back(&profile.observe(&[], &header(&founding, 8, "NZ")).unwrap_err()));
        let fork = profile.observe(&[], &header(&founding, 9, "CL")).unwrap_err();
        assert!(matches!(fork.downcast_ref(), Some(ReceiptError::Fork(_))), "{fork}");
        assert_eq!(open(directory.path()).trust().unwrap().newest(), Height::new(9));
        // Pinning the same network again does not forget what was seen.
        Profile::pin(directory.path(), &founding).unwrap();
        assert_eq!(open(directory.path()).trust().unwrap().newest(), Height::new(9));
    }

    #[test]
    fn tools_that_share_a_profile_move_trust_forward_only() {
        let directory = tempfile::tempdir().unwrap();
        let founding = founding();
        Profile::pin(directory.path(), &founding).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let (founding, directory) = (&founding, directory.path());
                scope.spawn(move || {
                    for step in 0..8 {
                        let _ = open(directory).observe(&[], &header(founding, 1 + step * 4 + thread, "NZ"));
                    }
                });
            }
        });
        assert_eq!(open(directory.path()).trust().unwrap().newest(), Height::new(32));
    }

    #[test]
    fn settings_are_read_as_they_are_written_and_others_exclude_oneself() {
        let directory = tempfile::tempdir().unwrap();
        Profile::pin(directory.path(), &founding()).unwrap();
        let other = |member: &str| Other { member: member.into(), node: format!("http://{member}.example") };
        let settings = Settings {
            member: Some("NZ".into()),
            nodes: vec!["http://one".into()],
            others: vec![other("NZ"), other("CL")],
            ..Settings::default()
        };
        std::fs::write(directory.path().join("profile.toml"), settings_text(&settings).unwrap()).unwrap();
        let profile = open(directory.path());
        assert_eq!(profile.member().unwrap().as_str(), "NZ");
        assert_eq!(profile.others().unwrap().iter().map(|(member, _)| member.as_str().to_owned()).collect::<Vec<_>>(), ["CL"]);
        assert_eq!((profile.nodes().unwrap().len(), profile.freshness_ms()), (1, 60_000));
        let given = Profile::open(Some(directory.path()), &["http://two".into(), "http://three".into()]).unwrap();
        assert_eq!(given.node().unwrap().url(), "http://two");
        let shown = |profile: &Profile| profile.nodes().unwrap().iter().map(Node::shows_a_token).collect::<Vec<_>>();
        let with_token = Settings { token_file: Some("token".into()), ..settings };
        std::fs::write(directory.path().join("profile.toml"), settings_text(&with_token).unwrap()).unwrap();
        genesis::home::write_secret(&directory.path().join("token"), b"secret").unwrap();
        assert_eq!(shown(&open(directory.path())), [true]);
        let given = |nodes: &[&str]| nodes.iter().map(|node| (*node).to_owned()).collect::<Vec<_>>();
        let nodes = given(&["http://one:8080", "http://two", "https://one.example", "http://one@two", "ftp:one"]);
        let elsewhere = Profile::open(Some(directory.path()), &nodes[..4]).unwrap();
        assert_eq!(shown(&elsewhere), [true, false, false, false], "the token is for the profile's own hosts");
        assert!(Profile::open(Some(directory.path()), &nodes[4..]).unwrap().nodes().is_err());
        std::fs::remove_file(directory.path().join("trust.cbor")).unwrap();
        assert!(profile.trust().unwrap_err().to_string().contains("run: symbolon trust pin"), "it is not made anew in silence");
        Profile::pin(directory.path(), &founding()).unwrap();
        assert_eq!(profile.trust().unwrap().newest(), Height::new(0));
        std::fs::write(directory.path().join("profile.toml"), "colour = 1").unwrap();
        assert!(Profile::open(Some(directory.path()), &[]).is_err());
    }
}
