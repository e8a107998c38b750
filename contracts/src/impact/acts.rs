//! Finding acts among the transactions of the chain, by who signed or by what they name.

use crate::acts::{Answer, Issue, OfficeAct, Share, StandingChange, UseLine};
use crate::destination::OfficeVerb;
use crate::kinds::RecordKind;
use crate::standing::{Link, Verb};
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber, Signer};
use ledger::lookup::RecordKey;
use ledger::transaction::{Act, Transaction};
use std::collections::BTreeSet;

/// How many records one search may name.
pub const RECORDS_SEARCHED_MAX: usize = 10_000;

/// One act on a record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Acted {
    /// Its index in the transaction.
    pub act: u32,
    /// The record.
    pub record: RecordKey,
    /// Other records that it changed: the certificate that it replaces, and those from whose pools it draws.
    pub changed: Vec<RecordKey>,
    /// The records on which it rests: its bases, and the certificate that it replaces.
    pub names: Vec<RecordKey>,
}

/// The acts of a transaction on records, in their order. What became of each is for the caller to know.
pub fn acted_on(transaction: &Transaction) -> Vec<Acted> {
    let Signer::Authority(authority) = &transaction.signer else { return Vec::new() };
    let acts = (0_u32..).zip(&transaction.acts);
    acts.filter_map(|(index, act)| of_act(act, authority).map(|acted| Acted { act: index, ..acted })).collect()
}

fn of_act(act: &Act, authority: &AuthorityId) -> Option<Acted> {
    RecordKind::from_number(act.kind)?;
    let on = |record| Acted { act: 0, record, changed: Vec::new(), names: Vec::new() };
    if let Some(verb) = OfficeVerb::from_number(act.verb) {
        return match verb {
            OfficeVerb::Answer => Answer::from_bytes(&act.body).ok().map(|body| on(body.record_key)),
            _ if verb.is_use() => UseLine::from_bytes(&act.body).ok().map(|body| on(body.record_key)),
            _ => OfficeAct::from_bytes(&act.body).ok().map(|body| on(body.record_key)),
        };
    }
    match Verb::from_number(act.verb)? {
        Verb::Issue | Verb::Replace | Verb::Draft => {
            let issue = Issue::from_bytes(&act.body).ok()?;
            let predecessor = issue.predecessor.as_ref().and_then(Link::record).copied();
            let drawn = issue.draws.iter().flatten().map(|draw| draw.base);
            let changed: BTreeSet<RecordKey> = predecessor.into_iter().chain(drawn).collect();
            let names: BTreeSet<RecordKey> = issue.bases.iter().filter_map(Link::record).copied().chain(predecessor).collect();
            let record = issue.record_key(authority.member());
            Some(Acted { act: 0, record, changed: changed.into_iter().collect(), names: names.into_iter().collect() })
        }
        Verb::Share => Share::from_bytes(&act.body).ok().map(|body| on(body.record_key)),
        // Named one by one, so that a new act is thought of here.
        Verb::Suspend
        | Verb::Reinstate
        | Verb::Withdraw
        | Verb::Revoke
        | Verb::Annul
        | Verb::Cancel
        | Verb::Refuse
        | Verb::Reassess
        | Verb::Reaffirm
        | Verb::CertifyCopy
        | Verb::Correct
        | Verb::TakeBack => StandingChange::from_bytes(&act.body).ok().map(|body| on(body.record_key)),
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Search {
    /// Acts of this authority, under any of its keys or under one.
    pub signer: Option<(AuthorityId, Option<KeyNumber>)>,
    /// Certificates that name one of these, at most [`RECORDS_SEARCHED_MAX`].
    pub records: BTreeSet<RecordKey>,
}

/// Why an act was found.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Why {
    /// Who is looked for signed it.
    Signed,
    /// It records a certificate that rests on this one.
    Names(RecordKey),
}

/// A record that an act leads to.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Found {
    /// The act's index in the transaction.
    pub act: u32,
    /// The record.
    pub record: RecordKey,
    /// Why.
    pub why: Why,
}

impl Search {
    /// Whether the transaction's signer is looked for.
    fn is_signer(&self, transaction: &Transaction) -> bool {
        let Some((authority, key)) = &self.signer else { return false };
        matches!(&transaction.signer, Signer::Authority(signer) if signer == authority) && key.is_none_or(|key| key == transaction.key)
    }

    /// What is found among the acts of a transaction that `counts` does not leave out, in the order of the acts.
    pub fn among(&self, transaction: &Transaction, counts: impl Fn(u32) -> bool) -> Vec<Found> {
        let is_signer = self.is_signer(transaction);
        if !is_signer && self.records.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for acted in acted_on(transaction).into_iter().filter(|acted| counts(acted.act)) {
            let Acted { act, record, changed, names } = acted;
            if is_signer {
                found.extend(core::iter::once(record).chain(changed).map(|record| Found { act, record, why: Why::Signed }));
            }
            let named = names.into_iter().filter(|name| self.records.contains(name));
            found.extend(named.map(|name| Found { act, record, why: Why::Names(name) }));
        }
        found
    }
}
