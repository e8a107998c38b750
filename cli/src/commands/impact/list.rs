//! The list: from what others point to, to records with proven facts, each with what it has to do with the target.

use super::sources::{Pointer, Sources};
use crate::profile::Profile;
use crate::registry::entries;
use anyhow::ensure;
use contracts::context::Known;
use contracts::impact::{ActOf, DEPTH_MAX, Entries, Facts, Gathered, Place, Search, Target};
use contracts::registry::RevokedKey;
use contracts::reliance::{self, Given, Reliance};
use contracts::standing::{Link, Verb};
use ledger::lookup::RecordKey;
use ledger::time::Height;
use std::collections::{BTreeMap, BTreeSet};

/// How many records one list may have.
pub const RECORDS_LISTED_MAX: usize = 100_000;
/// How many records are gathered together.
const GATHERED_TOGETHER: usize = 256;
/// How many times entries lead to entries: standing and dossier, then pages and decisions, then uses.
const ROUNDS_MAX: usize = 8;
/// How many predecessors of one record are followed back: one takes the place of all of them.
const PREDECESSORS_MAX: usize = contracts::verdict::BENEATH_MAX;

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
        let of_answers = || self.acts.iter().map(|act| act.place).find(|place| *place == Place::Unanswered);
        let standing = gravest(true);
        // Who has to be answered anew is told whatever the record itself rests on.
        standing.filter(|place| *place > Place::Unanswered).or_else(of_answers).or(standing).or_else(|| gravest(false))
    }

    /// Whether the record itself is relied on, whatever is asked about.
    pub fn is_relied_on(&self) -> bool {
        let Facts { standing, authority, keys, .. } = &self.facts;
        let own = reliance::of(standing, Given::Itself, authority, keys, Known::Now);
        authority.holds(&standing.issued, Known::Now).is_ok() && !matches!(own, Reliance::InDoubt { .. })
    }

    /// Whether nothing of it is in doubt but other forms of its document, or another last day: it stands as it was before.
    pub fn stands_without(&self) -> bool {
        let forms = [Verb::Correct, Verb::CertifyCopy, Verb::Reassess].map(Verb::as_str);
        let mut doubted = self.acts.iter().filter(|act| act.place == Place::InDoubt);
        doubted.all(|act| forms.contains(&act.verb))
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
        let predecessor = self.facts.standing.predecessor.as_ref().and_then(Link::record);
        predecessor == Some(record) || self.has_base(record)
    }

    fn has_base(&self, record: &RecordKey) -> bool {
        self.facts.standing.bases.iter().filter_map(Link::record).any(|base| base == record)
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
    /// How many records are left out, since what was done to them is told to partners only.
    pub untold: usize,
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
        let before = replaced_by(profile, asked, &carrying, &list)?;
        let (_, links) = links_to(&carrying, &before, sources, &list)?;
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

/// A record that was replaced, with those of a list in whose chain of predecessors it is.
struct Before {
    facts: Facts,
    goes_on_in: BTreeSet<RecordKey>,
}

/// The predecessors of records, by their keys: what rests on one of these rests on what took its place.
fn replaced_by(profile: &Profile, asked: &Asked, on: &BTreeSet<RecordKey>, list: &List) -> anyhow::Result<BTreeMap<RecordKey, Before>> {
    let mut before: BTreeMap<RecordKey, Before> = BTreeMap::new();
    let first = on.iter().filter_map(|record| Some((list.records.get(record)?.facts.took_the_place_of()?, *record)));
    let mut links: BTreeSet<(RecordKey, RecordKey)> = first.collect();
    for _ in 0..PREDECESSORS_MAX {
        let known: BTreeSet<RecordKey> = links.iter().map(|(record, _)| *record).filter(|record| !before.contains_key(record)).collect();
        let found = gathered(profile, asked, &known)?;
        before.extend(found.into_iter().map(|(key, facts)| (key, Before { facts, goes_on_in: BTreeSet::new() })));
        let mut next = BTreeSet::new();
        for (record, successor) in links {
            let Some(one) = before.get_mut(&record) else { continue };
            if one.goes_on_in.insert(successor) {
                next.extend(one.facts.took_the_place_of().map(|earlier| (earlier, successor)));
            }
        }
        links = next;
        if links.is_empty() {
            break;
        }
    }
    Ok(before)
}

/// The first block that may have something that rests on a record: on what it replaced, since that was recorded.
///
/// # Errors
/// If nobody answers, or an answer does not check.
pub fn first_of(profile: &Profile, asked: &Asked, record: RecordKey) -> anyhow::Result<Option<Height>> {
    let mut list = List::default();
    for (_, facts) in gathered(profile, asked, &BTreeSet::from([record]))? {
        list.records.insert(record, Listed { facts, acts: Vec::new(), rests_on: BTreeSet::new(), depth: 0 });
    }
    let before = replaced_by(profile, asked, &BTreeSet::from([record]), &list)?;
    Ok(before.values().map(|one| one.facts.standing.first_recorded().height).min())
}

/// What is pointed to, and which records are said or shown to rest on which of these.
type Links = (BTreeSet<Pointer>, BTreeSet<(RecordKey, RecordKey)>);

/// Which records rest on these, and on those before them, as others point to them and as the entries themselves show.
fn links_to(on: &BTreeSet<RecordKey>, before: &BTreeMap<RecordKey, Before>, sources: &mut Sources, list: &List) -> anyhow::Result<Links> {
    let of_list = on.iter().filter_map(|record| list.records.get(record)).map(|listed| &listed.facts);
    let facts_of: Vec<&Facts> = of_list.chain(before.values().map(|one| &one.facts)).collect();
    // A certificate is recorded after those on which it rests.
    let from = facts_of.iter().map(|facts| facts.standing.first_recorded().height).min();
    let search = Search { signer: None, records: on.iter().chain(before.keys()).copied().collect() };
    let pointers = sources.ask(&search, from.unwrap_or(Height::new(1)))?;
    // What the entries themselves show is listed whoever left it out.
    let mut links: BTreeSet<(RecordKey, RecordKey)> = BTreeSet::new();
    for facts in facts_of {
        links.extend(facts.followed_by().into_iter().map(|follower| (follower, facts.key)));
    }
    // A predecessor's successor is no news.
    let is_successor =
        |record: &RecordKey, named: &RecordKey| before.get(named).is_some_and(|one| one.facts.standing.successor == Some(*record));
    links.extend(pointers.iter().filter_map(|pointer| Some((pointer.record, pointer.names?))));
    links.retain(|(record, named)| !is_successor(record, named) || on.contains(named));
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
    let before = replaced_by(profile, asked, on, list)?;
    let (pointers, links) = links_to(on, &before, sources, list)?;
    let new: BTreeSet<RecordKey> = links.iter().map(|(record, _)| *record).filter(|record| !list.records.contains_key(record)).collect();
    for (key, facts) in gathered(profile, asked, &new)? {
        let acts = facts.acts_of(&asked.target, asked.revoked);
        list.records.insert(key, Listed { facts, acts, rests_on: BTreeSet::new(), depth });
    }
    for (record, base) in &links {
        let replaced = before.get(base).filter(|_| !on.contains(base));
        let rests = |listed: &&mut Listed| if replaced.is_some() { listed.has_base(base) } else { listed.names(base) };
        let Some(listed) = list.records.get_mut(record).filter(rests) else {
            list.not_shown += 1;
            continue;
        };
        match replaced {
            Some(before) => listed.rests_on.extend(before.goes_on_in.iter().filter(|successor| *successor != record)),
            None => drop(listed.rests_on.insert(*base)),
        }
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

/// As of when an authority was revoked, or a key of it: by itself or with its authority, the earlier of both.
pub fn revocation(authority: &contracts::registry::Authority, key: Option<&contracts::registry::AuthorityKey>) -> Option<RevokedKey> {
    let own = key.and_then(|key| key.revocation(Known::Now));
    own.into_iter().chain(authority.revoked(Known::Now)).min_by_key(|revoked| revoked.as_of)
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
