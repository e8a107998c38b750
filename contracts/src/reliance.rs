//! What is to be relied on, once a key was revoked as of a time.
//!
//! ```text
//!   recorded before T          stands: the time of recording alone proves it (DOMAIN section 10, trap 18)
//!   recorded between T and     in doubt: not valid for new use, what was used stands; the authority restores the honest
//!   the revocation             ones, with their own dates, by `reaffirm` under a new key: the certificate itself, and of
//!                              the acts on it those that it names, since the same thief may have recorded others
//!   after the revocation       refused
//! ```
//!
//! A revocation that was recorded at the time as of which the whole authority was revoked, or later, may be the thief's own: it takes
//! the key out of use, and nothing of before that time comes into doubt by it. What is of later falls with the authority.
//!
//! What several officials signed rests on the key of each, judged at the time when it signed: one in doubt is enough.
//! An answer of the issuer to a member's question is nobody's to stand by: one that confirms a certificate and is in doubt does not
//! count, and the question is open again, so that it is answered anew. One that does not confirm it counts under whatever key.
//! What takes effect out of someone's hands (suspended, withdrawn, revoked, annulled) counts under whatever key: it only
//! ever takes away, and what was lost by it can be issued again.

use crate::context::{Known, Recorded};
use crate::destination::DestinationAct;
use crate::registry::{Authority, AuthorityAct, AuthorityKey, AuthorityVerb, RevokedKey, Signed};
use crate::standing::{Standing, StandingAct, Verb};
use ledger::id::KeyNumber;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

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

/// Whether an act takes away, so that it counts under whatever key.
fn takes_away(verb: Verb) -> bool {
    matches!(verb, Verb::Replace | Verb::Suspend | Verb::Withdraw | Verb::Revoke | Verb::Annul | Verb::Cancel | Verb::Refuse)
}

/// The keys of the acts that take away: nothing rests on them, but whether it may have been a thief is told.
pub fn keys_of_ends(standing: &Standing) -> BTreeSet<KeyNumber> {
    let acts = standing.acts.iter().filter(|act| takes_away(act.verb));
    acts.flat_map(|act| act.signed().each()).map(|one| one.key).collect()
}

/// Why an act that takes away may be a thief's, as known then; it counts all the same. Of a key that is not shown nothing is told.
pub fn of_end(act: &StandingAct, authority: &Authority, keys: &BTreeMap<KeyNumber, AuthorityKey>, known: Known) -> Option<Doubt> {
    if !takes_away(act.verb) {
        return None;
    }
    let whole = authority.holds(&act.recorded, known).err().map(Doubt::Authority);
    whole.or_else(|| doubted_key(act.signed(), authority, keys, known)).filter(|doubt| !matches!(doubt, Doubt::NotShown(_)))
}

/// Whether the revocation of a key puts nothing in doubt, as known then, since whoever recorded it may have been the thief for whose
/// sake the whole authority was revoked. What its member revoked with a root key, no thief did.
pub fn is_overtaken(revoked: &RevokedKey, authority: &Authority, known: Known) -> bool {
    let with_root = |act: &AuthorityAct| act.verb == AuthorityVerb::ReplaceRoot && act.recorded == revoked.recorded;
    authority.revoked(known).is_some_and(|whole| revoked.recorded.time >= whole.as_of) && !authority.acts.iter().any(with_root)
}

/// Whether what was recorded under a key of an authority is to be relied on as far as the key goes, as known then.
///
/// # Errors
/// The revocation of the key.
pub fn under_key(key: &AuthorityKey, authority: &Authority, recorded: &Recorded, known: Known) -> Result<(), RevokedKey> {
    let in_doubt = |revoked: &RevokedKey| {
        known.covers(&revoked.recorded) && recorded.time >= revoked.as_of && !is_overtaken(revoked, authority, known)
    };
    key.revocations().find(in_doubt).map_or(Ok(()), Err)
}

/// Why what somebody signed is not relied on, whoever it may have been.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doubt {
    /// A key was revoked as of a time before it signed.
    Key(KeyNumber, RevokedKey),
    /// The whole authority was revoked as of a time before the recording.
    Authority(RevokedKey),
    /// A key for which an answer has no room: what it signed is relied on by nobody.
    NotShown(KeyNumber),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key, revoked) => write!(f, "signed under key {key}, which was revoked as of {}", revoked.as_of),
            Self::Authority(revoked) => write!(f, "signed by an authority that was revoked as of {}", revoked.as_of),
            Self::NotShown(key) => write!(f, "signed under key {key}, for which this answer has no room"),
        }
    }
}

/// The first key that is in doubt of those under which something was signed, as known then.
pub fn doubted_key(signed: Signed<'_>, authority: &Authority, keys: &BTreeMap<KeyNumber, AuthorityKey>, known: Known) -> Option<Doubt> {
    signed.each().find_map(|one| match keys.get(&one.key) {
        Some(entry) => under_key(entry, authority, &one.recorded, known).err().map(|revoked| Doubt::Key(one.key, revoked)),
        None => Some(Doubt::NotShown(one.key)),
    })
}

/// Why an answer of the issuer does not count, as known then: it confirms the certificate, and may be a thief's.
pub fn of_answer(answer: &DestinationAct, authority: &Authority, keys: &BTreeMap<KeyNumber, AuthorityKey>, known: Known) -> Option<Doubt> {
    if !answer.is_confirmation() {
        return None;
    }
    let whole = authority.holds(&answer.recorded, known).err().map(Doubt::Authority);
    whole.or_else(|| doubted_key(answer.signed(), authority, keys, known))
}

/// What is asked about: whether it is to be relied on.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// The record itself: its issue.
    Itself,
    /// One of the standing's own acts.
    Act(&'a StandingAct),
}

impl<'a> Given<'a> {
    /// Under which keys it was recorded.
    fn signed(self, standing: &'a Standing) -> Signed<'a> {
        match self {
            Self::Itself => standing.signed(),
            Self::Act(act) => act.signed(),
        }
    }

    /// Whether the act at a place, a reaffirmation, stands by it: it was recorded after it, also in the same block, and an act is
    /// stood by where it is named. Who stands by anything stands by the record itself.
    fn is_stood_by(self, standing: &Standing, index: usize, by: &StandingAct) -> bool {
        let is_behind = |place: Option<usize>| place.is_some_and(|place| place < index);
        match self {
            Self::Act(act) if act.verb != Verb::Issue => {
                let place = standing.acts.iter().position(|one| core::ptr::eq(one, act));
                is_behind(place) && by.stands_by.as_deref().unwrap_or_default().iter().any(|named| place_of(*named) == place)
            }
            // A certificate that was a draft was issued by one of its acts.
            Self::Itself | Self::Act(_) => {
                let issued = standing.acts.iter().position(|act| act.verb == Verb::Issue);
                issued.is_none() || is_behind(issued)
            }
        }
    }
}

/// The place of an act that is named by its number, from 1.
fn place_of(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

/// The acts that can be stood by, each with its number: those that give something, but for what stands by others. The issue is
/// stood by with every reaffirmation.
pub fn may_be_stood_by(standing: &Standing) -> impl Iterator<Item = (u32, &StandingAct)> {
    let gives = |verb| needs_its_key(verb) && !matches!(verb, Verb::Issue | Verb::Reaffirm);
    (1..).zip(&standing.acts).filter(move |(_, act)| gives(act.verb))
}

/// Whether something of a standing is to be relied on, as known then. A key that `keys` does not have is relied on by nobody: it
/// counts as revoked from the beginning.
pub fn of<'a>(
    standing: &'a Standing,
    given: Given<'a>,
    authority: &Authority,
    keys: &BTreeMap<KeyNumber, AuthorityKey>,
    known: Known,
) -> Reliance<'a> {
    let doubted = |signed: Signed<'_>| doubted_key(signed, authority, keys, known);
    let signed = given.signed(standing);
    let (key, revoked) = match doubted(signed) {
        None => return Reliance::Holds,
        Some(Doubt::Key(key, revoked)) => (key, revoked),
        Some(Doubt::NotShown(key)) => (key, from_the_beginning(signed.last.recorded)),
        Some(Doubt::Authority(revoked)) => (signed.last.key, revoked),
    };
    let stood_by = |(index, act): &(usize, &StandingAct)| {
        act.verb == Verb::Reaffirm
            && known.covers(&act.recorded)
            && given.is_stood_by(standing, *index, act)
            && doubted(act.signed()).is_none()
    };
    let by = standing.acts.iter().enumerate().find(stood_by);
    by.map_or(Reliance::InDoubt { key, revoked }, |(_, by)| Reliance::Reaffirmed { key, by })
}

/// As what a key counts that is not shown.
fn from_the_beginning(recorded: Recorded) -> RevokedKey {
    RevokedKey { as_of: ledger::time::Timestamp::default(), recorded }
}

/// The acts of a standing that give something and that nobody relies on, with their numbers.
pub fn doubted<'a>(
    standing: &'a Standing,
    authority: &'a Authority,
    keys: &'a BTreeMap<KeyNumber, AuthorityKey>,
    known: Known,
) -> impl Iterator<Item = (u32, &'a StandingAct)> {
    may_be_stood_by(standing)
        .filter(move |(_, act)| matches!(of(standing, Given::Act(act), authority, keys, known), Reliance::InDoubt { .. }))
}
