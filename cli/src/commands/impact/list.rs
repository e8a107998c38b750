//! The list: from what others point to, to records with proven facts, each with what it has to do with the target.

use super::sources::{Pointer, Sources};
use crate::profile::Profile;
use crate::registry::entries;
use anyhow::ensure;
use contracts::context::Known;
use contracts::impact::{ActOf, DEPTH_MAX, Entries, Facts, Gathered, Place, Search, Target};
use contracts::registry::RevokedKey;
use contracts::standing::Link;
use ledger::lookup::RecordKey;
use ledger::time::Height;
use std::collections::{BTreeMap, BTreeSet};

/// How many records one list may have.
pub const RECORDS_LISTED_MAX: usize = 100_000;
/// How many records are gathered together.
const GATHERED_TOGETHER: usize = 256;
/// How many times entries lead to entries: standing and dossier, then pages and decisions, then uses.
const ROUNDS_MAX: usize = 8;

/// What is asked, and how it was revoked.
pub struct Asked {
    /// About what.
    pub target: Target,
    /// As of when it was revoked, or is supposed to be.
    pub revoked: Option<RevokedKey>,
    /// Whether that is only supposed.
    pub supposed: bool,
}

/// One record of the list.
pub struct Listed {
    /// Its facts.
    pub facts: Facts,
    /// What the target signed on it.
    pub acts: Vec<ActOf>,
    /// The listed records on which it rests.
    pub rests_on: BTreeSet<RecordKey>,
    /// How many certificates lie between it and the target's own; 0 for those.
    pub depth: u32,
}

impl Listed {
    /// The place of what gives the record its standing, or else of what else the target signed on it: the gravest counts.
    pub fn place(&self) -> Option<Place> {
        let gravest = |gives: bool| self.acts.iter().filter(|act| act.gives == gives).map(|act| act.place).max();
        gravest(true).or_else(|| gravest(false))
    }

    /// Whether the target signed it, or is it.
    pub fn is_own(&self) -> bool {
        self.depth == 0 || !self.acts.is_empty()
    }

    /// Whether the revocation concerns it: something of it is not from before.
    pub fn is_concerned(&self) -> bool {
        self.depth > 0 || self.acts.is_empty() || self.acts.iter().any(|act| act.place != Place::Before)
    }

    /// Whether what rests on it rests on the target.
    fn carries(&self) -> bool {
        let given = |act: &ActOf| act.gives && act.place != Place::Before;
        self.depth > 0 || self.acts.is_empty() || self.acts.iter().any(given)
    }

    fn names(&self, record: &RecordKey) -> bool {
        let standing = &self.facts.standing;
        standing.bases.iter().chain(&standing.predecessor).filter_map(Link::record).any(|link| link == record)
    }
}

/// The list.
#[derive(Default)]
pub struct List {
    /// By record key.
    pub records: BTreeMap<RecordKey, Listed>,
    /// The pointers that the state bears out.
    pub shown: BTreeSet<Pointer>,
    /// How many acts were pointed to that the state does not show: refused ones, those that wait for another signature, or
    /// invented ones.
    pub not_shown: usize,
    /// Whether more rest on these than were followed.
    pub is_deeper: bool,
}

/// Makes the list.
///
/// # Errors
/// If nobody answers, if an answer does not check, or if there are more records than one list may have.
pub fn list(profile: &Profile, asked: &Asked, sources: &mut Sources, from: Height) -> anyhow::Result<List> {
    let mut list = List::default();
    match &asked.target {
        Target::Certificate(record) => {
            for (_, facts) in gathered(profile, asked, &BTreeSet::from([*record]))? {
                list.records.insert(*record, Listed { facts, acts: Vec::new(), rests_on: BTreeSet::new(), depth: 0 });
            }
        }
        target => {
            let signer = target.authority().map(|authority| (authority.clone(), target.key()));
            let search = Search { signer, records: BTreeSet::new() };
            let pointers = sources.ask(&search, from)?;
            signed(profile, asked, &pointers, &mut list)?;
        }
    }
    let mut carrying: BTreeSet<RecordKey> =
        list.records.values().filter(|listed| listed.carries()).map(|listed| listed.facts.key).collect();
    for depth in 1..=DEPTH_MAX {
        if !carrying.is_empty() {
            carrying = resting(profile, asked, &carrying, depth, sources, &mut list)?;
        }
    }
    if !carrying.is_empty() {
        let (_, links) = links_to(&carrying, sources, &list)?;
        list.is_deeper = links.iter().any(|(record, _)| !list.records.contains_key(record));
    }
    Ok(list)
}

/// Lists the records that the target signed.
fn signed(profile: &Profile, asked: &Asked, pointers: &BTreeSet<Pointer>, list: &mut List) -> anyhow::Result<()> {
    let named: BTreeSet<RecordKey> = pointers.iter().map(|pointer| pointer.record).collect();
    let facts_of = gathered(profile, asked, &named)?;
    for pointer in pointers {
        let Some(facts) = facts_of.get(&pointer.record) else {
            list.not_shown += 1;
            continue;
        };
        let acts = facts.acts_of(&asked.target, asked.revoked);
        if !acts.iter().any(|act| act.recorded.height == pointer.height) {
            list.not_shown += 1;
            continue;
        }
        list.shown.insert(*pointer);
        let listed = || Listed { facts: facts.clone(), acts, rests_on: BTreeSet::new(), depth: 0 };
        list.records.entry(pointer.record).or_insert_with(listed);
    }
    within(list.records.len())
}

/// What is pointed to, and which records are said or shown to rest on which of these.
type Links = (BTreeSet<Pointer>, BTreeSet<(RecordKey, RecordKey)>);

/// Which records rest on these, as others point to them and as the entries themselves show.
fn links_to(on: &BTreeSet<RecordKey>, sources: &mut Sources, list: &List) -> anyhow::Result<Links> {
    // A certificate is recorded after those on which it rests.
    let from = on.iter().filter_map(|record| list.records.get(record)).map(|listed| listed.facts.standing.first_recorded().height).min();
    let search = Search { signer: None, records: on.clone() };
    let pointers = sources.ask(&search, from.unwrap_or(Height::new(1)))?;
    // What the entries themselves show is listed whoever left it out.
    let mut links: BTreeSet<(RecordKey, RecordKey)> = BTreeSet::new();
    for record in on {
        let followers = list.records.get(record).map(|listed| listed.facts.followed_by()).unwrap_or_default();
        links.extend(followers.into_iter().map(|follower| (follower, *record)));
    }
    links.extend(pointers.iter().filter_map(|pointer| Some((pointer.record, pointer.names?))));
    Ok((pointers, links))
}

/// Lists the records that rest on those of the depth before, and gives them.
fn resting(
    profile: &Profile,
    asked: &Asked,
    on: &BTreeSet<RecordKey>,
    depth: u32,
    sources: &mut Sources,
    list: &mut List,
) -> anyhow::Result<BTreeSet<RecordKey>> {
    let (pointers, links) = links_to(on, sources, list)?;
    let new: BTreeSet<RecordKey> = links.iter().map(|(record, _)| *record).filter(|record| !list.records.contains_key(record)).collect();
    for (key, facts) in gathered(profile, asked, &new)? {
        let acts = facts.acts_of(&asked.target, asked.revoked);
        list.records.insert(key, Listed { facts, acts, rests_on: BTreeSet::new(), depth });
    }
    for (record, base) in &links {
        let Some(listed) = list.records.get_mut(record).filter(|listed| listed.names(base)) else {
            list.not_shown += 1;
            continue;
        };
        listed.rests_on.insert(*base);
        let standing = &listed.facts.standing;
        let at = |height| Pointer { record: *record, height, names: Some(*base) };
        list.shown.insert(at(standing.issued.height));
        list.shown.extend(Some(at(standing.first_recorded().height)).filter(|draft| pointers.contains(draft)));
    }
    // Pointed to, and resting on nothing of the list: somebody made it up, or the act was refused.
    let made_up: Vec<RecordKey> =
        new.iter().filter(|key| list.records.get(*key).is_some_and(|listed| listed.rests_on.is_empty())).copied().collect();
    made_up.iter().for_each(|key| drop(list.records.remove(key)));
    within(list.records.len())?;
    Ok(new.into_iter().filter(|key| list.records.contains_key(key)).collect())
}

fn within(records: usize) -> anyhow::Result<()> {
    ensure!(records <= RECORDS_LISTED_MAX, "{records} records rest on it, and one list may have {RECORDS_LISTED_MAX}; ask about one key");
    Ok(())
}

/// The proven facts of records; those that are proven to be absent are left out.
fn gathered(profile: &Profile, asked: &Asked, records: &BTreeSet<RecordKey>) -> anyhow::Result<BTreeMap<RecordKey, Facts>> {
    within(records.len())?;
    let mut all = BTreeMap::new();
    let records: Vec<RecordKey> = records.iter().copied().collect();
    for some in records.chunks(GATHERED_TOGETHER) {
        let mut known = Entries::new();
        let mut waiting: BTreeSet<RecordKey> = some.iter().copied().collect();
        for _ in 0..ROUNDS_MAX {
            let mut needs = BTreeSet::new();
            for record in waiting.clone() {
                match Facts::gather(record, &known)? {
                    Gathered::Needs(keys) => needs.extend(keys),
                    Gathered::Absent => drop(waiting.remove(&record)),
                    Gathered::Whole(facts) => {
                        waiting.remove(&record);
                        all.insert(record, supposed(*facts, asked));
                    }
                }
            }
            if needs.is_empty() {
                break;
            }
            known.extend(entries(profile, needs.into_iter().collect())?.into_found());
        }
        ensure!(waiting.is_empty(), "the entries of {} records lead on and on; run symbolon-node audit at the node", waiting.len());
    }
    Ok(all)
}

/// With the revocation that is only supposed.
fn supposed(facts: Facts, asked: &Asked) -> Facts {
    match (asked.target.authority(), asked.revoked) {
        (Some(authority), Some(revoked)) if asked.supposed => facts.supposing(authority, asked.target.key(), revoked),
        _ => facts,
    }
}

/// As of when an authority or a key of it was revoked.
pub fn revocation(authority: &contracts::registry::Authority, key: Option<&contracts::registry::AuthorityKey>) -> Option<RevokedKey> {
    match key {
        Some(key) => key.revoked,
        None => authority.revoked(Known::Now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_so_many_records() {
        assert!(within(RECORDS_LISTED_MAX).is_ok());
        let error = within(RECORDS_LISTED_MAX + 1).unwrap_err().to_string();
        assert!(error.starts_with("100001 records") && error.ends_with("ask about one key"), "{error}");
    }
}
