//! Whom a revocation concerns.

use super::facts::Facts;
use ledger::id::{AuthorityId, MemberId};
use ledger::lookup::RecordKey;
use std::collections::{BTreeMap, BTreeSet};

/// What one member has to do with the records.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Told {
    /// Those that its offices decided on, hold or used, by office; its issuers' draws as well.
    pub used: BTreeMap<AuthorityId, BTreeSet<RecordKey>>,
    /// Those that its authorities issued: on which others acted, or that rest on the target's.
    pub issued: BTreeMap<AuthorityId, BTreeSet<RecordKey>>,
    /// Those that it may read, as far as the asker's own certificate files say.
    pub reads: BTreeSet<RecordKey>,
}

impl Told {
    /// All of these records.
    pub fn records(&self) -> BTreeSet<RecordKey> {
        self.used.values().chain(self.issued.values()).flatten().chain(&self.reads).copied().collect()
    }
}

/// Whom to tell of these records: who used them and who issued them. `by` is whose revocation it is: what it issued or
/// did itself, it knows.
pub fn whom_to_tell<'a>(records: impl IntoIterator<Item = &'a Facts>, by: Option<&AuthorityId>) -> BTreeMap<MemberId, Told> {
    let mut all: BTreeMap<MemberId, Told> = BTreeMap::new();
    for facts in records {
        let issuer = &facts.standing.authority;
        if Some(issuer) != by {
            let told = all.entry(issuer.member()).or_default();
            told.issued.entry(issuer.clone()).or_default().insert(facts.key);
        }
        for done in facts.others_acts() {
            if Some(&done.by) != by && done.by != *issuer {
                let told = all.entry(done.by.member()).or_default();
                told.used.entry(done.by).or_default().insert(facts.key);
            }
        }
    }
    all
}
