//! The engine's log between a clean stop and the next start.
//!
//! The engine cuts its log at the first entry that does not check, as it must after a crash, and says nothing. So that
//! damage to a log that was closed in order is found all the same, its digest is kept in the ledger when the node stops,
//! compared at the next start and by an audit, and removed before the engine writes again. After a crash there is none:
//! then the entries' own checksums are looked at, and what the engine is about to drop is named ([`dropped`]). Neither a
//! log that is missing nor one that is cut is a danger: what this validator signed is kept in the ledger (`sign_once`).
//!
//! The other way round the log bears witness for the ledger: it is at a height only after the block before it was
//! synced there. A ledger that ends earlier has lost blocks, though all that is left of it fits together ([`witness`]).

use crate::clock;
use crate::consensus::abstains;
use crate::consensus::guard::Guard;
use ledger::hash::sha256;
use ledger::state::Fault;
use ledger::time::{Height, Timestamp};
use ledger_store::{FETCH_AGAIN, Store, is_damage};
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

const NOTE: &str = "engine log";
/// How often it is tried whether the engine has let go of its log, and the pause in between: one second in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// The log begins with its version (4 bytes) and height (8 bytes), which no checksum covers.
const VERSION: [u8; 4] = 1_u32.to_be_bytes();
const BEGINNING_BYTES: usize = 12;

/// No chain has more blocks than one in this time: beyond that the height of a log is damaged.
const BLOCK_INTERVAL_MS_MIN: u64 = 10;

const LOG_ASIDE: &str = "move it aside, keep the ledger folder, and start the node again: what it signed is kept in the ledger; if that \
                         is gone or new too, move keys/validator.key away first, as docs/operate.md says";

/// Since when there can be blocks, and what the machine's clock says.
#[derive(Clone, Copy, Debug)]
pub struct Age {
    /// When the network was founded.
    pub founded: Timestamp,
    /// Now.
    pub now: Timestamp,
}

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
/// [`Fault`] if the log was changed since, with the file's name; if not the log but the ledger is older than when it was
/// kept, as [`witness`]; or if the disk refuses.
pub fn check(store: &Store, log: &Path, age: Age) -> Result<(), Fault> {
    let Some(kept) = store.note(NOTE)?.filter(|kept| !kept.is_empty()) else { return Ok(()) };
    let bytes = match std::fs::read(log) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault { what: format!("the file {}: {error}", log.display()), remedy: "look at the disk".into() }),
    };
    if kept == sha256(&bytes).as_bytes() {
        return Ok(());
    }
    // An older copy of the ledger does not know the log either. With the height that fits the ledger the log would be known,
    // if nothing but that was changed.
    let next = store.tip().height.saturating_add(1).get().to_be_bytes();
    let mut fitting = bytes;
    if let Some(height) = fitting.get_mut(VERSION.len()..BEGINNING_BYTES) {
        height.copy_from_slice(&next);
    }
    if kept != sha256(&fitting).as_bytes() {
        witness(store, log, age)?;
    }
    Err(Fault { what: format!("the file {} was changed after the node had closed it", log.display()), remedy: LOG_ASIDE.into() })
}

/// Compares the end of the ledger with the height of a log: the block before that height was on this disk.
///
/// # Errors
/// [`Fault`] if the ledger ends earlier, with both heights; or if there cannot be so many blocks yet, with the log's name.
pub fn witness(store: &Store, log: &Path, age: Age) -> Result<(), Fault> {
    let tip = store.tip().height;
    let Some(had) = height(log).and_then(Height::previous).filter(|had| tip < *had) else { return Ok(()) };
    let time = store.header(tip)?.map_or(age.founded, |header| header.time);
    if had > highest(tip, time, age.now) {
        return Err(Fault {
            what: format!(
                "the file {} is damaged: it says that this node had block {had}, and there cannot be so many: the ledger ends with \
                 block {tip} of {time}, and this machine's clock says {}",
                log.display(),
                age.now
            ),
            remedy: LOG_ASIDE.into(),
        });
    }
    Err(Fault {
        what: format!(
            "the ledger is damaged: it ends with block {tip}, but this node had block {had}, as the file {} says: the end of the \
             ledger was lost, or an older copy of it was put back, or the height in that file is damaged",
            log.display()
        ),
        remedy: FETCH_AGAIN.into(),
    })
}

/// Which block there can be at most, after one of this height and time. Where the clock stands before it, nobody knows.
fn highest(tip: Height, time: Timestamp, now: Timestamp) -> Height {
    let now = now.saturating_add_ms(clock::PRECISION.as_millis() as u64);
    match now.millis().checked_sub(time.millis()) {
        Some(since) => tip.saturating_add((since / BLOCK_INTERVAL_MS_MIN).saturating_add(1)),
        None => Height::new(u64::MAX),
    }
}

/// The height that a log is at.
fn height(log: &Path) -> Option<Height> {
    let mut beginning = [0; BEGINNING_BYTES];
    File::open(log).ok()?.read_exact(&mut beginning).ok()?;
    let height = beginning.strip_prefix(&VERSION)?.try_into().ok()?;
    Some(Height::new(u64::from_be_bytes(height)))
}

/// What is missing of a home whose node was stopped in order, in words: no damage, since what this validator signed is
/// kept in the ledger, and what is in the ledger is checked by its own sums.
///
/// # Errors
/// [`Fault`] if the disk refuses.
pub fn missing(store: &Store, log: &Path) -> Result<Vec<String>, Fault> {
    let mut all = Vec::new();
    if store.note(NOTE)?.is_none_or(|kept| kept.is_empty()) {
        return Ok(all);
    }
    if !log.exists() {
        all.push(format!(
            "the file {} is gone, though the node had closed it in order: the engine begins a new one; what this node signed is \
             kept in the ledger",
            log.display()
        ));
    }
    if !store.was_sealed() {
        all.push(
            "the seal of the ledger folder (ledger/SEAL) is gone, though the node was stopped in order: it was removed, or an audit was \
             ended before its end. Whether files were changed since is told by the database's own checksums and by this audit alone"
                .into(),
        );
    }
    Ok(all)
}

/// What of a log the engine will drop when it starts, in words: from the first entry that does not check on. Of a crash
/// in the midst of writing or of damage: the two cannot be told apart.
///
/// An entry is one byte (0: not compressed), its length (8 bytes), the CRC-32 of its bytes (4 bytes), and its bytes.
pub fn dropped(log: &Path) -> Option<String> {
    let bytes = std::fs::read(log).ok().filter(|bytes| !bytes.is_empty())?;
    let from = if bytes.starts_with(&VERSION) && bytes.len() >= BEGINNING_BYTES { first_unreadable(&bytes)? } else { 0 };
    Some(format!(
        "the file {} does not check from byte {from} of {} on: a crash cut it short, or it is damaged. The engine drops the rest; \
         what this node signed is kept in the ledger",
        log.display(),
        bytes.len()
    ))
}

/// Where the first entry begins that does not check.
fn first_unreadable(bytes: &[u8]) -> Option<usize> {
    let mut at = BEGINNING_BYTES;
    while at < bytes.len() {
        match entry_end(bytes, at) {
            Some(end) => at = end,
            None => return Some(at),
        }
    }
    None
}

/// Where an entry ends, if it checks.
fn entry_end(bytes: &[u8], at: usize) -> Option<usize> {
    let ([0], rest) = bytes.get(at..)?.split_first_chunk::<1>()? else { return None };
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let entry = rest.get(..usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    (crc32fast::hash(entry) == u32::from_be_bytes(*crc)).then_some(bytes.len() - rest.len() + entry.len())
}

/// [`check`] and [`witness`], says what is missing and what the engine will drop, and forgets the digest, since the engine
/// is about to write.
///
/// A new ledger beside an older log is one that is fetched again. The engine begins its log anew at the first height then,
/// and with the old ledger went what this validator signed at the height of the log: up to that height it signs nothing.
/// That is kept beside the log before the engine starts ([`abstains`]), and taken up again whatever becomes of the ledger.
///
/// # Errors
/// As [`check`], [`witness`] and [`abstains::read`].
pub fn open(store: &Store, log: &Path, age: Age) -> Result<(), Fault> {
    check(store, log, age)?;
    let mut up_to = abstains::read(log)?;
    if let Err(lost) = witness(store, log, age) {
        if store.tip().height != Height::new(0) || !is_damage(&lost) {
            return Err(lost);
        }
        if let Some(height) = height(log) {
            tracing::warn!(
                "the ledger is new, and the file {} of the one before is at height {height}: this node fetches the chain, and signs \
                 nothing up to that height, since it no longer knows what it signed there",
                log.display()
            );
            abstains::raise(log, height)?;
            up_to = up_to.max(Some(height));
        }
    }
    if let Some(height) = up_to {
        Guard::abstain_up_to(store, height)?;
    }
    for missing in missing(store, log)? {
        tracing::warn!("{missing}");
    }
    if let Some(dropped) = dropped(log) {
        tracing::warn!("{dropped}");
    }
    store.put_note(NOTE, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::id::NetworkId;

    /// A day old.
    const AGE: Age = Age { founded: Timestamp::from_millis(1_760_000_000_000), now: Timestamp::from_millis(1_760_086_400_000) };

    fn at(height: u64) -> Vec<u8> {
        [&VERSION[..], &height.to_be_bytes(), b"votes"].concat()
    }

    #[test]
    fn a_log_that_was_changed_after_it_was_closed_is_named_and_one_after_a_crash_is_not() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), NetworkId::new([1; 32])).unwrap();
        let log = path(home.path());
        assert_eq!(open(&store, &log, AGE), Ok(()), "before the first start");
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        std::fs::write(&log, b"votes").unwrap();
        keep(&store, &log);
        assert_eq!(check(&store, &log, AGE), Ok(()));
        std::fs::write(&log, b"voter").unwrap();
        let fault = check(&store, &log, AGE).unwrap_err().to_string();
        assert!(fault.contains("consensus.wal") && open(&store, &log, AGE).is_err(), "{fault}");
        std::fs::remove_file(&log).unwrap();
        // The store of this test was never closed before.
        let said = missing(&store, &log).unwrap();
        assert!(said.len() == 2 && said[0].contains("consensus.wal is gone") && said[1].contains("ledger/SEAL"), "{said:?}");
        assert_eq!(open(&store, &log, AGE), Ok(()), "moved aside");
        assert_eq!(missing(&store, &log), Ok(Vec::new()), "as after a crash");
        std::fs::write(&log, b"cut short by a cra").unwrap();
        assert_eq!(open(&store, &log, AGE), Ok(()), "nothing was kept");
    }

    #[test]
    fn an_older_ledger_beside_a_log_is_told_from_a_log_that_was_changed() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), NetworkId::new([1; 32])).unwrap();
        let log = path(home.path());
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        // The founding state is block 0.
        std::fs::write(&log, at(1)).unwrap();
        keep(&store, &log);
        let said = |bytes: &[u8]| {
            std::fs::write(&log, bytes).unwrap();
            check(&store, &log, AGE).map_err(|fault| fault.to_string())
        };
        assert_eq!(said(&at(1)), Ok(()));
        assert!(said(&at(1)[..15]).unwrap_err().contains("was changed after the node had closed it"));
        assert!(said(&at(9)).unwrap_err().contains("was changed after the node had closed it"), "only its height");
        let older = said(&[&at(9)[..], b" of another height"].concat()).unwrap_err();
        assert!(
            older.contains("it ends with block 0, but this node had block 8") && older.contains("move its ledger folder aside"),
            "{older}"
        );
    }

    #[test]
    fn what_the_engine_drops_of_a_log_is_named() {
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("consensus.wal");
        assert_eq!(dropped(&log), None, "there is none");
        let mut whole = [&VERSION[..], &7_u64.to_be_bytes()].concat();
        for entry in [&b"a vote"[..], b"", b"a proposal"] {
            whole.push(0);
            whole.extend((entry.len() as u64).to_be_bytes());
            whole.extend(crc32fast::hash(entry).to_be_bytes());
            whole.extend(entry);
        }
        let first_ends = BEGINNING_BYTES + 13 + 6;
        let of = |bytes: &[u8]| {
            std::fs::write(&log, bytes).unwrap();
            dropped(&log)
        };
        for whole in [&whole[..], &whole[..first_ends], &whole[..BEGINNING_BYTES], b""] {
            assert_eq!(of(whole), None);
        }
        for cut in (1..whole.len()).filter(|cut| ![BEGINNING_BYTES, first_ends, first_ends + 13].contains(cut)) {
            assert!(of(&whole[..cut]).is_some_and(|said| said.contains("consensus.wal")), "cut at {cut}");
        }
        for at in (0..4).chain(BEGINNING_BYTES..whole.len()) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            let from = if at < 4 {
                0
            } else if at < first_ends {
                BEGINNING_BYTES
            } else {
                first_ends
            };
            let from_second = format!("from byte {}", first_ends + 13);
            let said = of(&flipped).unwrap_or_else(|| panic!("byte {at}"));
            assert!(
                said.contains(&format!("from byte {from} of")) || (at >= first_ends + 13 && said.contains(&from_second)),
                "byte {at}: {said}"
            );
        }
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
        assert_eq!(check(&store, &log, AGE), Ok(()));
    }

    #[test]
    fn what_a_lost_ledger_had_signed_is_not_forgotten_when_the_ledger_is_lost_again() {
        let home = tempfile::tempdir().unwrap();
        let log = path(home.path());
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        // The engine begins its log anew with the first block that is fetched.
        for (lost, engine) in ["first", "second", "third"].iter().zip([4711, 3, 0]) {
            std::fs::write(&log, at(engine)).unwrap();
            let store = Store::open(&home.path().join(lost), NetworkId::new([1; 32])).unwrap();
            open(&store, &log, AGE).unwrap();
            assert_eq!(Guard::abstains_up_to(&store), Ok(Some(Height::new(4711))), "the {lost} ledger");
        }
        let store = Store::open(&home.path().join("fourth"), NetworkId::new([1; 32])).unwrap();
        std::fs::write(abstains::path(&log), "4712 and no digest").unwrap();
        let fault = open(&store, &log, AGE).unwrap_err();
        assert!(fault.what.contains("wal/abstains-up-to is damaged"), "{fault}");
    }

    #[test]
    fn a_height_that_no_chain_can_have_yet_is_damage_of_the_log_and_not_of_the_ledger() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), NetworkId::new([1; 32])).unwrap();
        let log = path(home.path());
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        let most = 8_640_000 + 50 + 1;
        std::fs::write(&log, at(most + 1)).unwrap();
        let lost = witness(&store, &log, AGE).unwrap_err();
        assert!(is_damage(&lost) && lost.what.starts_with("the ledger is damaged"), "{lost}");
        for bit in 30..64 {
            std::fs::write(&log, at((most + 2) | (1 << bit))).unwrap();
            let fault = open(&store, &log, AGE).unwrap_err();
            assert!(fault.what.contains("wal/consensus.wal is damaged") && fault.remedy.contains("keep the ledger folder"), "{fault}");
        }
        assert_eq!(Guard::abstains_up_to(&store), Ok(None));
        assert!(!abstains::path(&log).exists());
        let behind = Age { now: Timestamp::from_millis(1), ..AGE };
        assert!(is_damage(&witness(&store, &log, behind).unwrap_err()), "a clock before the newest block tells nothing");
    }
}
