//! What is to be relied on, once a key was revoked as of a time.
//!
//! ```text
//!   recorded before T          stands: the time of recording alone proves it (DOMAIN section 10, trap 18)
//!   recorded between T and     in doubt: not valid for new use, what was used stands; the authority restores the honest
//!   the revocation             ones, with their own dates, by `reaffirm` under a new key
//!   after the revocation       refused
//! ```
//!
//! A revocation that was recorded at the time as of which the whole authority was revoked, or later, may be the thief's own: it takes
//! the key out of use, and nothing of before that time comes into doubt by it. What is of later falls with the authority.
//!
//! What several officials signed rests on the key of each, judged at the time when it signed: one in doubt is enough.
//! What takes effect out of someone's hands (suspended, withdrawn, revoked, annulled) counts under whatever key: it only
//! ever takes away, and what was lost by it can be issued again.

use crate::context::{Known, Recorded};
use crate::registry::{Authority, AuthorityKey, RevokedKey, Signed};
use crate::standing::{Standing, StandingAct, Verb};
use ledger::id::KeyNumber;
use std::collections::{BTreeMap, BTreeSet};

/// Whether something of a record is to be relied on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reliance<'a> {
    /// By its own keys.
    Holds,
    /// A key of it was revoked as of a time before it signed, and the authority stood by it later.
    Reaffirmed {
        /// The first one.
        key: KeyNumber,
        /// What stood by it.
        by: &'a StandingAct,
    },
    /// A key of it was revoked as of a time before it signed.
    InDoubt {
        /// The first one.
        key: KeyNumber,
        /// Its revocation.
        revoked: RevokedKey,
    },
}

/// Whether an act gives something, so that it counts only if its key does.
pub fn needs_its_key(verb: Verb) -> bool {
    matches!(verb, Verb::Issue | Verb::Reinstate | Verb::Reassess | Verb::Reaffirm | Verb::CertifyCopy | Verb::Correct | Verb::TakeBack)
}

/// The keys on which a standing rests: of its issue, and of all acts that give something.
pub fn keys_of(standing: &Standing) -> BTreeSet<KeyNumber> {
    let acts = standing.acts.iter().filter(|act| needs_its_key(act.verb)).map(StandingAct::signed);
    core::iter::once(standing.signed()).chain(acts).flat_map(Signed::each).map(|one| one.key).collect()
}

/// Whether the revocation of a key puts nothing in doubt, as known then, since whoever recorded it may have been the thief for whose
/// sake the whole authority was revoked.
pub fn is_overtaken(revoked: &RevokedKey, authority: &Authority, known: Known) -> bool {
    authority.revoked(known).is_some_and(|whole| revoked.recorded.time >= whole.as_of)
}

/// Whether what was recorded under a key of an authority is to be relied on as far as the key goes, as known then.
///
/// # Errors
/// The revocation of the key.
pub fn under_key(key: &AuthorityKey, authority: &Authority, recorded: &Recorded, known: Known) -> Result<(), RevokedKey> {
    key.holds(recorded, known).or_else(|revoked| if is_overtaken(&revoked, authority, known) { Ok(()) } else { Err(revoked) })
}

/// Whether what was recorded of a standing is to be relied on by the keys of its authority, as known then. A key that `keys`
/// does not have is relied on by nobody: it counts as revoked from the beginning.
pub fn of<'a>(
    standing: &'a Standing,
    signed: Signed<'_>,
    authority: &Authority,
    keys: &BTreeMap<KeyNumber, AuthorityKey>,
    known: Known,
) -> Reliance<'a> {
    let holds = |key: KeyNumber, recorded: &Recorded| match keys.get(&key) {
        Some(entry) => under_key(entry, authority, recorded, known),
        None => Err(RevokedKey { as_of: ledger::time::Timestamp::default(), recorded: *recorded }),
    };
    let doubted = |signed: Signed<'_>| signed.each().find_map(|one| Some((one.key, holds(one.key, &one.recorded).err()?)));
    let Some((key, revoked)) = doubted(signed) else { return Reliance::Holds };
    let stood_by = |act: &&StandingAct| {
        act.verb == Verb::Reaffirm && known.covers(&act.recorded) && act.recorded >= signed.last.recorded && doubted(act.signed()).is_none()
    };
    standing.acts.iter().find(stood_by).map_or(Reliance::InDoubt { key, revoked }, |by| Reliance::Reaffirmed { key, by })
}
