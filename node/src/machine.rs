//! Whether a home still runs on the machine on which it ran before.
//!
//! Two nodes with one validator key sign twice. The lock of a home does not reach beyond its machine, so the ledger
//! keeps a digest of the system's own id (`/etc/machine-id`) and a validator does not start on another machine until
//! somebody says that the home has moved. A machine without an id, as in a plain container, is not told from another.

use ledger::hash::{Hash, sha256};
use ledger::state::Fault;
use ledger_store::Store;
use std::path::Path;

const NOTE: &str = "machine";
const ID: &str = "/etc/machine-id";

/// The digest of this machine's id, if it has one.
pub fn this_one() -> Option<Hash> {
    let id = std::fs::read_to_string(ID).ok()?;
    let id = id.trim();
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| sha256(format!("symbolon machine {id}").as_bytes()))
}

/// Compares this machine with the one on which the home ran last, and remembers it. `moved`: somebody says that the
/// home runs nowhere else.
///
/// # Errors
/// [`Fault`] if it is another one, or if the disk refuses.
pub fn check(store: &Store, home: &Path, here: Option<Hash>, moved: bool) -> Result<(), Fault> {
    let Some(here) = here else { return Ok(()) };
    match store.note(NOTE)? {
        Some(before) if before == here.as_bytes() => Ok(()),
        Some(_) if !moved => Err(Fault {
            what: format!("the home {} ran on another machine before: if a copy of it runs there, both sign with one validator key", home.display()),
            remedy: "make sure that it never runs there again, and start here once with --moved; see \"Backup, damage, loss\" in docs/operate.md"
                .into(),
        }),
        _ => store.put_note(NOTE, here.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::id::NetworkId;

    #[test]
    fn a_home_that_comes_to_another_machine_starts_only_when_somebody_says_that_it_moved() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), NetworkId::new([1; 32])).unwrap();
        let look = |here, moved| check(&store, home.path(), here, moved);
        let (one, other) = (Some(Hash::new([1; 32])), Some(Hash::new([2; 32])));
        assert_eq!(look(one, false), Ok(()));
        assert_eq!(look(one, false), Ok(()));
        assert_eq!(look(None, false), Ok(()), "a machine without an id");
        let fault = look(other, false).unwrap_err();
        assert!(fault.what.contains(&home.path().display().to_string()) && fault.remedy.contains("--moved"), "{fault}");
        assert!(look(other, false).is_err(), "and again");
        assert_eq!(look(other, true), Ok(()));
        assert_eq!(look(other, false), Ok(()));
        assert!(look(one, false).is_err(), "where it came from it does not start any more");
    }
}
