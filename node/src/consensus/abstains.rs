//! Up to which height a node signs nothing, kept beside the engine's log: `wal/abstains-up-to`.
//!
//! A ledger that is fetched again does not know what was signed before, and the engine begins its log anew with the first
//! block of the fetch. So the height of the log before is written here first: it outlives a ledger that is moved aside a
//! second time. It only rises, and is read at every start. The file is one line: the height and a digest of it.

use ledger::hash::{Hash, sha256};
use ledger::state::Fault;
use ledger::time::Height;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

const NAME: &str = "abstains-up-to";
const UNFINISHED: &str = "abstains-up-to.unfinished";
/// A height of twenty digits and its digest are 86 bytes.
const BYTES_MAX: u64 = 128;

/// Where the file of this log of the engine lies.
pub fn path(log: &Path) -> PathBuf {
    log.with_file_name(NAME)
}

/// The height that is kept, if one is.
///
/// # Errors
/// [`Fault`] if the file is damaged or cannot be read: then nothing may be signed.
pub fn read(log: &Path) -> Result<Option<Height>, Fault> {
    let path = path(log);
    let mut text = String::new();
    match File::open(&path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => text.clear(),
        Err(error) => return Err(unusable(&path, &error)),
    }
    let height = text.split_once(' ').and_then(|(height, _)| height.parse().ok()).map(Height::new);
    height.filter(|height| text == line(*height)).map(Some).ok_or_else(|| Fault {
        what: format!("the file {} is damaged: it says up to which height this node signs nothing", path.display()),
        remedy: "move it aside and keep the ledger folder, which remembers that height as well, and start the node again; if that is \
                 gone or new too, move keys/validator.key away first, as docs/operate.md says"
            .into(),
    })
}

/// Keeps this height if it is higher than the one before. It is on the disk when this returns.
///
/// # Errors
/// As [`read`], or if it cannot be written.
pub fn raise(log: &Path, height: Height) -> Result<(), Fault> {
    if read(log)?.is_some_and(|before| before >= height) {
        return Ok(());
    }
    let path = path(log);
    let write = || {
        let unfinished = log.with_file_name(UNFINISHED);
        let mut file = File::create(&unfinished)?;
        file.write_all(line(height).as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&unfinished, &path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    write().map_err(|error| unusable(&path, &error))
}

/// What is said of it, wherever it is said.
pub fn told(height: Height) -> String {
    format!(
        "this node signs nothing up to height {height}: its ledger was fetched again, and it no longer knows what it signed there; it \
         votes again from height {}. If that is far above the height of the other members, see \"Backup, damage, loss\" in docs/operate.md",
        height.saturating_add(1)
    )
}

fn line(height: Height) -> String {
    let digest: Hash = sha256(format!("symbolon abstains up to {height}").as_bytes());
    format!("{height} {digest}\n")
}

fn unusable(path: &Path, error: &std::io::Error) -> Fault {
    Fault { what: format!("the file {}: {error}", path.display()), remedy: "look at the disk and the folder's permissions".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_height_only_rises_and_a_file_that_was_changed_is_named() {
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("consensus.wal");
        assert_eq!(read(&log), Ok(None));
        for (given, kept) in [(7, 7), (5, 7), (4711, 4711), (u64::MAX, u64::MAX)] {
            raise(&log, Height::new(given)).unwrap();
            assert_eq!(read(&log), Ok(Some(Height::new(kept))));
        }
        let whole = std::fs::read(path(&log)).unwrap();
        assert!(whole.len() < BYTES_MAX as usize);
        let damaged = |bytes: &[u8]| {
            std::fs::write(path(&log), bytes).unwrap();
            let fault = read(&log).unwrap_err();
            assert!(fault.what.contains("abstains-up-to is damaged") && fault.remedy.contains("validator.key"), "{fault}");
            assert_eq!(raise(&log, Height::new(1)).unwrap_err(), fault, "nor is it written over");
        };
        for at in 0..whole.len() {
            damaged(&whole[..at]);
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                damaged(&flipped);
            }
        }
        damaged(&[&whole[..], b"0"].concat());
    }
}
