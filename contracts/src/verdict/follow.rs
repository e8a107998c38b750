//! The walk to the certificates on which one rests: the same for a verdict, which reads what a receipt proves, and for the rule
//! for uses, which reads the state.

use super::{AgreementFacts, IssuerFacts};
use crate::destination::Destination;
use crate::key;
use crate::registry::{AgreementId, AuthorityKey};
use crate::reliance;
use crate::standing::Standing;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::tree::StateKey;
use std::collections::{BTreeMap, BTreeSet};

/// How many certificates beneath a record are followed, the ones beneath those and the successors of each included.
pub const BENEATH_MAX: usize = 32;
/// How many entries are read of what lies beneath one record, each counted once: the certificates with their authorities, keys and
/// agreements, and what was recorded about them where they went on.
pub const BENEATH_ENTRIES_MAX: usize = 96;
/// How many entries a certificate beneath takes, beside its keys: its standing, authority, agreement and member, what its party
/// notified, and what was recorded about it where it went on.
const ENTRIES_OF_ONE_MAX: usize = 6;

/// The certificates beneath a record.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Beneath {
    /// They, the nearest first, each followed by what replaced it; at most [`BENEATH_MAX`].
    pub certificates: Vec<(RecordKey, Standing)>,
    /// What stands behind each.
    pub behind: BTreeMap<RecordKey, BehindFacts>,
    /// Whether these are all.
    pub is_whole: bool,
}

/// What stands behind a certificate on which another rests.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BehindFacts {
    /// Its authority, and the keys that its standing rests on, and the answers to those who went on with it.
    pub issuer: IssuerFacts,
    /// Its agreement, if its class is one that stands on this ledger.
    pub agreement: Option<AgreementFacts>,
    /// The certificates that rest on it, or on what it replaced: on the way to one, several may go by it.
    pub above: Vec<Above>,
}

/// A certificate that goes on with another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Above {
    /// It.
    pub record: RecordKey,
    /// What the offices of its member recorded about the other.
    pub destination: Destination,
}

/// Who reads the entries on the way.
pub(crate) trait Follow {
    /// Why nothing is read.
    type Stop;

    /// A certificate.
    fn standing(&mut self, record: &RecordKey) -> Result<Standing, Self::Stop>;

    /// Its authority, with the keys that its standing rests on, and its agreement.
    fn behind(&mut self, standing: &Standing) -> Result<(IssuerFacts, Option<AgreementFacts>), Self::Stop>;

    /// What a member's offices recorded about one.
    fn recorded_by(&mut self, member: MemberId, record: &RecordKey) -> Result<Destination, Self::Stop>;

    /// A key of an authority.
    fn key(&mut self, authority: &AuthorityId, number: KeyNumber) -> Result<AuthorityKey, Self::Stop>;
}

/// How many entries may still be read. It is spent alike by all who follow: what a verdict cannot confirm is not used.
struct Budget<'a> {
    left: &'a mut usize,
    read: BTreeSet<StateKey>,
}

impl Budget<'_> {
    fn take(&mut self, entries: impl IntoIterator<Item = StateKey>) {
        let new = entries.into_iter().filter(|entry| self.read.insert(*entry)).count();
        *self.left = self.left.saturating_sub(new);
    }
}

/// Where what stands behind a certificate lies.
fn entries_of(record: &RecordKey, standing: &Standing, agreement: Option<&AgreementFacts>) -> Vec<StateKey> {
    let id = &standing.authority;
    let mut entries = vec![key::standing(record), key::authority(id)];
    let keys = reliance::keys_of(standing).into_iter().chain(reliance::keys_of_ends(standing));
    entries.extend(keys.map(|number| key::authority_key(id, number)));
    if standing.kind.rules().is_under_agreement() {
        entries.extend(AgreementId::of_class(standing.class.as_deref()).map(|id| key::agreement(&id)));
    }
    if let Some(AgreementFacts { agreement, notified, .. }) = agreement {
        entries.push(key::member(id.member()));
        entries.extend(notified.keys().map(|party| key::notified(&agreement.id, *party)));
    }
    entries
}

/// A step from one certificate to another on which it rests, or to what replaced that one.
struct Step {
    to: RecordKey,
    above: RecordKey,
    member: MemberId,
}

/// Follows what a record rests on, while entries are left. Each step is taken once, so that a circle ends; a certificate goes on in
/// its successor.
///
/// # Errors
/// Those of the reader.
pub(crate) fn beneath<F: Follow>(top: RecordKey, standing: &Standing, reader: &mut F, left: &mut usize) -> Result<Beneath, F::Stop> {
    let mut budget = Budget { left, read: BTreeSet::new() };
    let mut found = Beneath::default();
    let mut waiting: Vec<Step> = steps(top, standing).collect();
    while let Some(Step { to, above, member }) = waiting.pop() {
        if to == top || found.behind.get(&to).is_some_and(|behind| behind.above.iter().any(|one| one.record == above)) {
            continue;
        }
        if !found.behind.contains_key(&to) {
            if found.certificates.len() >= BENEATH_MAX || *budget.left == 0 {
                return Ok(found);
            }
            let standing = reader.standing(&to)?;
            let keys = reliance::keys_of(&standing).union(&reliance::keys_of_ends(&standing)).count();
            if *budget.left < keys.saturating_add(ENTRIES_OF_ONE_MAX) {
                return Ok(found);
            }
            let (issuer, agreement) = reader.behind(&standing)?;
            budget.take(entries_of(&to, &standing, agreement.as_ref()));
            waiting.extend(steps(to, &standing));
            found.behind.insert(to, BehindFacts { issuer, agreement, above: Vec::new() });
            found.certificates.push((to, standing));
        }
        let place = key::destination(&to, member);
        if *budget.left == 0 && !budget.read.contains(&place) {
            return Ok(found);
        }
        let destination = reader.recorded_by(member, &to)?;
        budget.take([place]);
        if let Some(behind) = found.behind.get_mut(&to) {
            let id = behind.issuer.authority.id.clone();
            let mut further = destination.keys_of_confirmations();
            further.retain(|number| !behind.issuer.keys.contains_key(number));
            for number in further {
                let place = key::authority_key(&id, number);
                if *budget.left == 0 && !budget.read.contains(&place) {
                    return Ok(found);
                }
                behind.issuer.keys.insert(number, reader.key(&id, number)?);
                budget.take([place]);
            }
            behind.above.push(Above { record: above, destination });
        }
        let successor = found.certificates.iter().find(|(key, _)| *key == to).and_then(|(_, standing)| standing.successor);
        waiting.extend(successor.map(|successor| Step { to: successor, above, member }));
    }
    Ok(Beneath { is_whole: true, ..found })
}

/// On what one rests, the last first.
fn steps(above: RecordKey, standing: &Standing) -> impl Iterator<Item = Step> + use<'_> {
    let member = standing.authority.member();
    standing.bases.iter().rev().filter_map(|link| link.record()).map(move |base| Step { to: *base, above, member })
}
