//! The engine's log between a clean stop and the next start.
//!
//! The engine cuts its log at the first entry that does not check, as it must after a crash, and says nothing. So that
//! damage to a log that was closed in order is found all the same, its digest is kept in the ledger when the node stops,
//! compared at the next start and by an audit, and removed before the engine writes again. After a crash there is none.
//! A log that is missing is no danger: what this validator signed is kept in the ledger (`sign_once`).

use ledger::hash::sha256;
use ledger::state::Fault;
use ledger_store::Store;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

const NOTE: &str = "engine log";
/// How often it is tried whether the engine has let go of its log, and the pause in between: one second in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// Where the engine's log of a home lies.
pub fn path(home: &Path) -> PathBuf {
    home.join("wal").join("consensus.wal")
}

/// Keeps the digest of a log that its engine has closed. Blocks for at most a second.
/// If the log is still in use or cannot be read, nothing is kept, and the next start goes as after a crash.
pub fn keep(store: &Store, log: &Path) {
    let Ok(mut file) = File::open(log) else { return };
    let is_closed = || {
        let closed = file.try_lock().is_ok();
        if !closed {
            std::thread::sleep(PAUSE);
        }
        closed
    };
    if !(0..TRIES).any(|_| is_closed()) {
        return;
    }
    let mut bytes = Vec::new();
    if file.read_to_end(&mut bytes).is_ok() {
        let _ = store.put_note(NOTE, sha256(&bytes).as_bytes());
    }
}

/// Compares a log with the digest that was kept, if there is one.
///
/// # Errors
/// [`Fault`] if the log was changed since, with the file's name; or if the disk refuses.
pub fn check(store: &Store, log: &Path) -> Result<(), Fault> {
    let Some(kept) = store.note(NOTE)?.filter(|kept| !kept.is_empty()) else { return Ok(()) };
    let bytes = match std::fs::read(log) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault { what: format!("the file {}: {error}", log.display()), remedy: "look at the disk".into() }),
    };
    if kept == sha256(&bytes).as_bytes() {
        return Ok(());
    }
    Err(Fault {
        what: format!("the file {} was changed after the node had closed it", log.display()),
        remedy: "move it aside, keep the ledger folder, and start the node again: what it signed is kept in the ledger; if that is gone \
                 too, move keys/validator.key away first, as docs/operate.md says"
            .into(),
    })
}

/// [`check`], and forgets the digest, since the engine is about to write.
///
/// # Errors
/// As [`check`].
pub fn open(store: &Store, log: &Path) -> Result<(), Fault> {
    check(store, log)?;
    store.put_note(NOTE, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::id::NetworkId;

    #[test]
    fn a_log_that_was_changed_after_it_was_closed_is_named_and_one_after_a_crash_is_not() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), NetworkId::new([1; 32])).unwrap();
        let log = path(home.path());
        assert_eq!(open(&store, &log), Ok(()), "before the first start");
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        std::fs::write(&log, b"votes").unwrap();
        keep(&store, &log);
        assert_eq!(check(&store, &log), Ok(()));
        std::fs::write(&log, b"voter").unwrap();
        let fault = check(&store, &log).unwrap_err().to_string();
        assert!(fault.contains("consensus.wal") && open(&store, &log).is_err(), "{fault}");
        std::fs::remove_file(&log).unwrap();
        assert_eq!(open(&store, &log), Ok(()), "moved aside");
        std::fs::write(&log, b"cut short by a cra").unwrap();
        assert_eq!(open(&store, &log), Ok(()), "nothing was kept");
    }

    #[test]
    fn a_log_in_use_is_not_sealed() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), NetworkId::new([1; 32])).unwrap();
        let log = path(home.path());
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        std::fs::write(&log, b"votes").unwrap();
        let held = File::open(&log).unwrap();
        held.lock().unwrap();
        keep(&store, &log);
        std::fs::write(&log, b"more votes").unwrap();
        assert_eq!(check(&store, &log), Ok(()));
    }
}
