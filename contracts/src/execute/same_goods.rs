//! Fingerprints of goods: a certificate whose fingerprint another one has already is marked, and so is the other.
//!
//! A warning, never a refusal: two certificates for one consignment are in order under different agreements, of which one
//! is claimed (DOMAIN section 3.5).

use super::{Overlay, Stop, Writes};
use crate::acts::Issue;
use crate::context::Context;
use crate::key;
use crate::standing::{Life, Link, RecordsAtLocator, Same, SameGoods, Standing};
use ledger::codec::Canonical;
use ledger::lookup::RecordKey;
use std::collections::BTreeSet;

/// The entries that the fingerprints of a new certificate write.
pub(super) fn writes_of(issue: &Issue, record: RecordKey, ctx: &Context<'_>, ledger: &Overlay<'_>) -> Result<Writes, Stop> {
    let mut writes = Writes::new();
    let Some(fingerprints) = &issue.fingerprints else { return Ok(writes) };
    let mut lists = Vec::with_capacity(fingerprints.len());
    let mut others: BTreeSet<RecordKey> = BTreeSet::new();
    for fingerprint in fingerprints {
        let place = key::fingerprint(ctx.authority.member(), fingerprint);
        let records: RecordsAtLocator = ledger.read(&place)?.unwrap_or_default();
        others.extend(records.as_slice());
        lists.push((place, records));
    }
    others.remove(&record);
    let mut own = SameGoods::default();
    let mut ended: BTreeSet<RecordKey> = BTreeSet::new();
    for other in others {
        ledger.may_read_on()?;
        let Some(standing) = alive(other, ledger)? else {
            ended.insert(other);
            continue;
        };
        if is_its_own_history(issue, other) {
            continue;
        }
        let recorded = ctx.block.recorded();
        own = own.with(Same { record: other, recorded, class: standing.class });
        let place = key::same_goods(&other);
        let theirs: SameGoods = ledger.read(&place)?.unwrap_or_default();
        writes.push((place, theirs.with(Same { record, recorded, class: issue.class.clone() }).to_bytes()));
    }
    for (place, records) in lists {
        // In a full list those make room that cannot be claimed any more. One that is full of others stays as it is: whoever
        // comes later is still compared with those on it.
        if let Some(records) = records.with_for_one_of(record, &ended) {
            writes.push((place, records.to_bytes()));
        }
    }
    if !own.as_slice().is_empty() {
        writes.push((key::same_goods(&record), own.to_bytes()));
    }
    Ok(writes)
}

/// What a certificate replaces or rests on is for the same goods by its nature.
fn is_its_own_history(issue: &Issue, other: RecordKey) -> bool {
    issue.predecessor == Some(Link::Record(other)) || issue.bases.contains(&Link::Record(other))
}

/// The other, if it could still be claimed: it was not replaced and did not end.
fn alive(other: RecordKey, ledger: &Overlay<'_>) -> Result<Option<Standing>, Stop> {
    let standing: Option<Standing> = ledger.read(&key::standing(&other))?;
    Ok(standing.filter(|standing| !matches!(standing.life(), Life::Replaced | Life::Ended(_))))
}
