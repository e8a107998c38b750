//! The walk to the certificates on which one rests: the same for a verdict, which reads what a receipt proves, and for the rule
//! for uses, which reads the state.

use super::{AgreementFacts, IssuerFacts};
use crate::destination::Destination;
use crate::standing::Standing;
use ledger::id::MemberId;
use ledger::lookup::RecordKey;
use std::collections::BTreeMap;

/// How many certificates beneath a record are followed, the ones beneath those and the successors of each included.
pub const BENEATH_MAX: usize = 32;

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
    /// Its authority, and the keys that its standing rests on.
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

/// One certificate, with its authority and its agreement.
pub(crate) struct Certificate {
    pub standing: Standing,
    pub issuer: IssuerFacts,
    pub agreement: Option<AgreementFacts>,
}

/// Who reads the entries on the way.
pub(crate) trait Follow {
    /// Why nothing is read.
    type Stop;

    /// A certificate; `None` if no more of them are read.
    fn certificate(&mut self, record: &RecordKey) -> Result<Option<Certificate>, Self::Stop>;

    /// What a member's offices recorded about one; `None` if no more is read.
    fn recorded_by(&mut self, member: MemberId, record: &RecordKey) -> Result<Option<Destination>, Self::Stop>;
}

/// A step from one certificate to another on which it rests, or to what replaced that one.
struct Step {
    to: RecordKey,
    above: RecordKey,
    member: MemberId,
}

/// Follows what a record rests on. Each step is taken once, so that a circle ends; a certificate goes on in its successor.
///
/// # Errors
/// Those of the reader.
pub(crate) fn beneath<F: Follow>(top: RecordKey, standing: &Standing, reader: &mut F) -> Result<Beneath, F::Stop> {
    let mut found = Beneath::default();
    let mut waiting: Vec<Step> = steps(top, standing).collect();
    while let Some(Step { to, above, member }) = waiting.pop() {
        if to == top || found.behind.get(&to).is_some_and(|behind| behind.above.iter().any(|one| one.record == above)) {
            continue;
        }
        if !found.behind.contains_key(&to) {
            if found.certificates.len() >= BENEATH_MAX {
                return Ok(found);
            }
            let Some(Certificate { standing, issuer, agreement }) = reader.certificate(&to)? else { return Ok(found) };
            waiting.extend(steps(to, &standing));
            found.behind.insert(to, BehindFacts { issuer, agreement, above: Vec::new() });
            found.certificates.push((to, standing));
        }
        let Some(destination) = reader.recorded_by(member, &to)? else { return Ok(found) };
        if let Some(behind) = found.behind.get_mut(&to) {
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
