//! What is to be relied on, once a key was revoked as of a time.
//!
//! ```text
//!   recorded before T          stands: the time of recording alone proves it (DOMAIN section 10, trap 18)
//!   recorded between T and     in doubt: not valid for new use, what was used stands; the authority restores the honest
//!   the revocation             ones, with their own dates, by `reaffirm` under a new key
//!   after the revocation       refused
//! ```
//!
//! What takes effect out of someone's hands (suspended, withdrawn, revoked, annulled) counts under whatever key: it only
//! ever takes away, and what was lost by it can be issued again.

use crate::context::{Known, Recorded};
use crate::registry::{AuthorityKey, RevokedKey};
use crate::standing::{Standing, StandingAct, Verb};
use ledger::id::KeyNumber;
use std::collections::{BTreeMap, BTreeSet};

/// Whether something of a record is to be relied on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reliance<'a> {
    /// By its own key.
    Holds,
    /// Its key was revoked as of a time before it, and the authority stood by it later.
    Reaffirmed(&'a StandingAct),
    /// Its key was revoked as of a time before it.
    InDoubt(RevokedKey),
}

/// Whether an act gives something, so that it counts only if its key does.
pub fn needs_its_key(verb: Verb) -> bool {
    matches!(verb, Verb::Issue | Verb::Reinstate | Verb::Reassess | Verb::Reaffirm | Verb::CertifyCopy | Verb::Correct | Verb::TakeBack)
}

/// The keys on which a standing rests: of its issue, and of all acts that give something.
pub fn keys_of(standing: &Standing) -> BTreeSet<KeyNumber> {
    let acts = standing.acts.iter().filter(|act| needs_its_key(act.verb)).map(|act| act.key);
    core::iter::once(standing.key).chain(acts).collect()
}

/// Whether what was recorded of a standing under a key is to be relied on, as known then. A key that `keys` does not have
/// is relied on by nobody: it counts as revoked from the beginning.
pub fn of<'a>(
    standing: &'a Standing,
    key: KeyNumber,
    recorded: &Recorded,
    keys: &BTreeMap<KeyNumber, AuthorityKey>,
    known: Known,
) -> Reliance<'a> {
    let holds = |key: KeyNumber, recorded: &Recorded| match keys.get(&key) {
        Some(entry) => entry.holds(recorded, known),
        None => Err(RevokedKey { as_of: ledger::time::Timestamp::default(), recorded: *recorded }),
    };
    let Err(revoked) = holds(key, recorded) else { return Reliance::Holds };
    let stood_by = |act: &&StandingAct| {
        act.verb == Verb::Reaffirm && known.covers(&act.recorded) && act.recorded >= *recorded && holds(act.key, &act.recorded).is_ok()
    };
    standing.acts.iter().find(stood_by).map_or(Reliance::InDoubt(revoked), Reliance::Reaffirmed)
}
