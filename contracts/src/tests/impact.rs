//! What rested on a key, an authority or a certificate: stories, and what of them is listed.

use crate::context::{Known, Recorded};
use crate::impact::*;
use crate::key;
use crate::registry::{Authority, AuthorityKey, RevokedKey};
use crate::story::{World, check};
use ledger::id::{AuthorityId, KeyNumber};
use ledger::lookup::RecordKey;
use ledger::state::StateRead;
use std::collections::BTreeSet;

const NAMES: [&str; 9] = ["sps-1", "sps-2", "sps-3", "sps-4", "aeo-1", "origin-1", "origin-2", "origin-3", "origin-4"];

fn name(world: &World, record: &RecordKey) -> String {
    NAMES.into_iter().find(|name| world.record_key(name) == *record).map_or_else(|| record.to_string(), str::to_owned)
}

fn authority(text: &str) -> AuthorityId {
    AuthorityId::parse(text).unwrap()
}

fn key_1(of: &str) -> Target {
    Target::Key(authority(of), KeyNumber::new(1))
}

/// The revocation of a target, as it stands.
fn revoked(world: &World, target: &Target) -> Option<RevokedKey> {
    let id = target.authority()?;
    match target.key() {
        Some(number) => world.entry::<AuthorityKey>(&key::authority_key(id, number)).unwrap().revocation(Known::Now),
        None => world.entry::<Authority>(&key::authority(id)).unwrap().revoked(Known::Now),
    }
}

/// Gathers one record, fetching what is needed as a tool would.
fn facts(world: &World, record: RecordKey) -> Option<Facts> {
    let mut entries = Entries::new();
    for _ in 0..6 {
        match Facts::gather(record, &entries).unwrap() {
            Gathered::Whole(facts) => return Some(*facts),
            Gathered::Absent => return None,
            Gathered::Needs(keys) => {
                assert!(keys.iter().all(|key| !entries.contains_key(key)), "nothing is asked for twice");
                entries.extend(keys.into_iter().map(|key| (key, world.state.get(&key).unwrap())));
            }
        }
    }
    panic!("the facts of {record} are not gathered in six rounds");
}

fn search(world: &World, search: &Search) -> BTreeSet<RecordKey> {
    let all = world.blocks.iter().flat_map(|(_, transactions, _)| transactions);
    all.flat_map(|transaction| search.among(transaction.transaction(), |_| true)).map(|found| found.record).collect()
}

fn signed_by(world: &World, target: &Target) -> BTreeSet<RecordKey> {
    let signer = target.authority().map(|id| (id.clone(), target.key()));
    search(world, &Search { signer, records: BTreeSet::new() })
}

/// One line for each act of the target: `sps-1 issue stands`, sorted.
fn lines(world: &World, target: &Target) -> Vec<String> {
    let mut lines = Vec::new();
    for facts in signed_by(world, target).into_iter().filter_map(|record| facts(world, record)) {
        for act in facts.acts_of(target, revoked(world, target)) {
            lines.push(format!("{} {} {}", name(world, &facts.key), act.verb, act.place.as_str()));
        }
    }
    lines.sort();
    lines
}

#[test]
fn each_record_of_a_key_has_its_place_to_the_revocation() {
    let mut world = check(
        "
        issue      sps-1 by NZ
        issue      sps-1 by NZ                 => refused AlreadyRecorded
        wait       10 days
        issue      sps-2 by NZ for=CN,SG
        issue      sps-3 by NZ
        share      sps-2 by NZ with=CL
        withdraw   sps-1 by NZ
        ",
    );
    let all = |place: &str| {
        ["sps-1 issue", "sps-1 withdraw", "sps-2 issue", "sps-2 share", "sps-3 issue"].map(|line| format!("{line} {place}")).to_vec()
    };
    assert_eq!(lines(&world, &key_1("NZ-sps")), all("not-revoked"));
    world.tell(
        "
        revoke-key 1 by NZ-sps as-of=2026-03-05
        name-key   2 by NZ-sps
        issue      sps-4 by NZ key=2
        reaffirm   sps-3 by NZ key=2
        ",
    );
    assert_eq!(
        lines(&world, &key_1("NZ-sps")),
        ["sps-1 issue stands", "sps-1 withdraw counts", "sps-2 issue in-doubt", "sps-2 share counts", "sps-3 issue reaffirmed"]
    );
    let second = Target::Key(authority("NZ-sps"), KeyNumber::new(2));
    assert_eq!(lines(&world, &second), ["sps-3 reaffirm not-revoked", "sps-4 issue not-revoked"]);
    // A reaffirmation by a thief restores nothing.
    world.tell("revoke-key 2 by NZ-sps as-of=2026-03-06");
    assert_eq!(lines(&world, &key_1("NZ-sps"))[4], "sps-3 issue in-doubt");
}

#[test]
fn what_a_thief_of_the_root_key_revoked_stands_as_far_as_the_revocation_of_the_authority_leaves_it() {
    let mut world = check("issue sps-1 by NZ\nwait 10 days\nissue sps-2 by NZ\nrevoke-key 1 by NZ-sps as-of=2026-01-01");
    assert_eq!(lines(&world, &key_1("NZ-sps")), ["sps-1 issue in-doubt", "sps-2 issue in-doubt"]);
    world.tell("revoke-authority NZ-sps by NZ as-of=2026-03-05");
    assert_eq!(lines(&world, &key_1("NZ-sps")), ["sps-1 issue stands", "sps-2 issue in-doubt"]);
}

#[test]
fn who_signed_first_is_found_as_well_as_who_completed() {
    let mut world = check(
        "
        name-key   2 by NZ-sps
        scopes     NZ-sps by NZ kinds=sps officials=2
        issue      sps-1 by NZ key=1 date=2026-03-01
        wait       10 days
        issue      sps-1 by NZ key=2 date=2026-03-01
        issue      sps-2 by NZ key=1 date=2026-03-11
        issue      sps-2 by NZ key=2 date=2026-03-11
        withdraw   sps-2 by NZ key=1 effective=2026-03-11
        withdraw   sps-2 by NZ key=2 effective=2026-03-11
        admit      CN-desk by CN kinds=sps office=present,reserve officials=2
        name-key   1 by CN-desk
        name-key   2 by CN-desk
        present    sps-1 by @CN-desk key=1
        present    sps-1 by @CN-desk key=2
        reserve    sps-1 by @CN-desk key=1 follows=0
        reserve    sps-1 by @CN-desk key=2 follows=0
        ",
    );
    let second = Target::Key(authority("NZ-sps"), KeyNumber::new(2));
    world.tell("revoke-key 1 by NZ-sps as-of=2026-03-05");
    assert_eq!(lines(&world, &key_1("NZ-sps")), ["sps-1 issue stands", "sps-2 issue in-doubt", "sps-2 withdraw counts"]);
    assert_eq!(lines(&world, &second), ["sps-1 issue not-revoked", "sps-2 issue not-revoked", "sps-2 withdraw not-revoked"]);
    let of_authority = lines(&world, &Target::Authority(authority("NZ-sps")));
    assert_eq!(of_authority.len(), 6, "each signature by itself: {of_authority:?}");
    let facts = facts(&world, world.record_key("sps-1")).unwrap();
    let first = &facts.acts_of(&key_1("NZ-sps"), None)[0];
    assert!(first.recorded < facts.standing.issued && first.completed == Some(facts.standing.issued));
    assert_eq!(facts.acts_of(&second, None)[0].completed, None);
    assert_eq!(lines(&world, &key_1("CN-desk")), ["sps-1 present not-revoked", "sps-1 reserve not-revoked"]);
}

#[test]
fn the_instant_itself_is_in_doubt() {
    let mut world = check("wait 10 days\nissue sps-1 by NZ");
    let recorded: Recorded = world.standing("sps-1").issued;
    let target = key_1("NZ-sps");
    let facts = facts(&world, world.record_key("sps-1")).unwrap();
    for (as_of, place) in [(recorded.time.saturating_add_ms(1), Place::Before), (recorded.time, Place::InDoubt)] {
        let revoked = RevokedKey { as_of, recorded: world.now() };
        let supposed = facts.clone().supposing(&authority("NZ-sps"), Some(KeyNumber::new(1)), revoked);
        assert_eq!(supposed.acts_of(&target, Some(revoked))[0].place, place);
    }
    world.tell("revoke-key 1 by NZ-sps as-of=2026-03-11");
    assert_eq!(lines(&world, &target), ["sps-1 issue in-doubt"]);
}

#[test]
fn all_records_of_a_withdrawn_authority_have_their_place() {
    let world = check(
        "
        issue            origin-1 by NZ
        wait             10 days
        name-key         2 by NZ-origin
        issue            origin-2 by NZ key=2
        revoke-authority NZ-origin by NZ as-of=2026-03-05
        ",
    );
    assert_eq!(lines(&world, &Target::Authority(authority("NZ-origin"))), ["origin-1 issue stands", "origin-2 issue in-doubt"]);
}

/// What an authority's revocation leaves standing, or what no revocation of it touches, may be in doubt for a key.
#[test]
fn the_records_of_an_authority_are_in_doubt_for_its_keys_as_well() {
    let mut world = check(
        "
        issue      origin-1 by NZ
        wait       10 days
        issue      origin-2 by NZ
        ask        origin-1 by CN deadline=2026-07-30
        answer     origin-1 by NZ to=CN confirmed=yes
        wait       10 days
        name-key   2 by NZ-origin
        revoke-key 1 by NZ-origin as-of=2026-03-05
        issue      origin-3 by NZ key=2
        ",
    );
    let of = Target::Authority(authority("NZ-origin"));
    let in_doubt =
        ["origin-1 answer to-be-answered", "origin-1 issue not-revoked", "origin-2 issue in-doubt", "origin-3 issue not-revoked"];
    assert_eq!(lines(&world, &of), in_doubt);
    world.tell("answer origin-1 by NZ to=CN confirmed=yes key=2");
    world.tell("reaffirm origin-2 by NZ key=2");
    let lines = lines(&world, &of);
    assert!(
        lines.contains(&"origin-1 answer answered-anew".to_owned()) && lines.contains(&"origin-2 issue reaffirmed".to_owned()),
        "{lines:?}"
    );
    world.tell("revoke-authority NZ-origin by NZ as-of=2026-03-15");
    assert!(self::lines(&world, &of).contains(&"origin-1 issue stands".to_owned()));
}

#[test]
fn the_facts_of_an_office_under_a_stolen_key_are_listed() {
    let world = check(
        "
        issue      origin-1 by NZ
        present    origin-1 by CN
        wait       10 days
        reserve    origin-1 by CN amount=10
        consume    origin-1 by CN amount=4
        revoke-key 1 by CN-customs as-of=2026-03-05
        ",
    );
    assert_eq!(lines(&world, &key_1("CN-customs")), ["origin-1 consume later", "origin-1 present stands", "origin-1 reserve later"]);
    let facts = facts(&world, world.record_key("origin-1")).unwrap();
    let told = whom_to_tell([&facts], Some(&authority("CN-customs")));
    assert_eq!(told.keys().map(|member| member.as_str()).collect::<Vec<_>>(), ["NZ"], "whose certificate it is; China knows");
}

#[test]
fn who_was_answered_under_a_stolen_key_is_named_until_answered_anew() {
    let mut world = check(
        "
        issue      origin-1 by NZ
        ask        origin-1 by CN deadline=2026-06-01
        ask        origin-1 by SG deadline=2026-06-01
        ask        origin-1 by CL deadline=2026-06-01
        answer     origin-1 by NZ to=CL confirmed=yes
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        answer     origin-1 by NZ to=SG confirmed=no
        revoke-key 1 by NZ-origin as-of=2026-03-05
        name-key   2 by NZ-origin
        ",
    );
    let answers = |world: &World| -> Vec<String> {
        let facts = facts(world, world.record_key("origin-1")).unwrap();
        let target = key_1("NZ-origin");
        let acts = facts.acts_of(&target, revoked(world, &target)).into_iter();
        acts.filter_map(|act| Some(format!("{} {}", act.to?, act.place.as_str()))).collect()
    };
    assert_eq!(answers(&world), ["CL stands", "CN to-be-answered", "SG counts"]);
    world.tell("answer origin-1 by NZ to=CN confirmed=yes key=2");
    assert_eq!(answers(&world), ["CL stands", "CN answered-anew", "SG counts"]);
    // The key of that answer is supposed to be stolen as well.
    let facts = facts(&world, world.record_key("origin-1")).unwrap();
    let as_of = RevokedKey { as_of: crate::story::date("2026-03-01").start_utc(), recorded: world.now() };
    let second = Target::Key(authority("NZ-origin"), KeyNumber::new(2));
    let supposed = facts.supposing(&authority("NZ-origin"), second.key(), as_of).acts_of(&second, Some(as_of));
    assert_eq!(supposed.iter().map(|act| act.place).collect::<Vec<_>>(), [Place::Unanswered]);
}

#[test]
fn what_rests_on_a_record_is_found_by_its_links_and_shown_by_the_entries() {
    let world = check(
        "
        issue   origin-1 by NZ until=2026-12-31 amounts=1000
        reserve origin-1 by CN amount=100
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=none
        issue   origin-3 by CL on=origin-2 flags=8 until=2026-12-31 amounts=400
        replace origin-4 for origin-1 by NZ until=2026-12-31 amounts=1000 shares=yes
        ",
    );
    let of = |name: &str| facts(&world, world.record_key(name)).unwrap();
    let named_by = |name: &str| search(&world, &Search { signer: None, records: BTreeSet::from([world.record_key(name)]) });
    let keys = |names: &[&str]| names.iter().map(|name| world.record_key(name)).collect::<BTreeSet<_>>();
    assert_eq!(named_by("origin-1"), keys(&["origin-2", "origin-4"]));
    assert_eq!(named_by("origin-2"), keys(&["origin-3"]), "nothing was drawn: the link alone tells");
    assert_eq!(of("origin-1").followed_by().into_iter().collect::<BTreeSet<_>>(), keys(&["origin-2", "origin-4"]));
    assert!(of("origin-2").followed_by().is_empty());
    // The replacement shares the pool: what was held of the first is shown with it.
    assert_eq!(of("origin-4").others_acts().iter().filter(|done| done.drawn_for.is_none()).count(), 1);
    // SG's key touches the original as well: it drew from its pool.
    assert_eq!(lines(&world, &key_1("SG-origin")), ["origin-1 consume not-revoked", "origin-2 issue not-revoked"]);
}

#[test]
fn whoever_used_or_issued_on_it_is_told_with_the_records() {
    let world = check(
        "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by NZ until=2026-12-31
        present origin-1 by CN
        reserve origin-1 by SG amount=10
        ask     origin-2 by CN deadline=2026-06-01
        answer  origin-2 by NZ to=CN confirmed=yes
        issue   origin-3 by CL on=origin-1 flags=8 until=2026-12-31
        ",
    );
    let all: Vec<Facts> = ["origin-1", "origin-2", "origin-3"].iter().map(|name| facts(&world, world.record_key(name)).unwrap()).collect();
    let told = whom_to_tell(&all, Some(&authority("NZ-origin")));
    let shown: Vec<String> = told
        .iter()
        .map(|(member, told)| {
            let names = |all: &BTreeSet<RecordKey>| all.iter().map(|record| name(&world, record)).collect::<BTreeSet<_>>();
            let of = |all: &std::collections::BTreeMap<AuthorityId, BTreeSet<RecordKey>>| {
                all.iter().map(|(office, records)| format!("{office} {:?}", names(records))).collect::<Vec<_>>().join(" ")
            };
            format!("{member}: used {} issued {}", of(&told.used), of(&told.issued))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "CL: used CL-origin {\"origin-1\"} issued CL-origin {\"origin-3\"}",
            "CN: used CN-customs {\"origin-1\", \"origin-2\"} issued ",
            "SG: used SG-customs {\"origin-1\"} issued ",
        ]
    );
    assert_eq!(told[&crate::story::member_id("CN")].records().len(), 2);
}

#[test]
fn a_search_names_nothing_of_other_signers_and_no_refused_act() {
    let world = check(
        "
        issue  sps-1 by NZ
        issue  sps-2 by CL
        ",
    );
    assert_eq!(signed_by(&world, &key_1("NZ-sps")), BTreeSet::from([world.record_key("sps-1")]));
    let transactions: Vec<_> = world.blocks.iter().flat_map(|(_, transactions, _)| transactions).collect();
    let search = Search { signer: Some((authority("NZ-sps"), None)), records: BTreeSet::new() };
    assert!(transactions.iter().all(|transaction| search.among(transaction.transaction(), |_| false).is_empty()));
    let other_key = Search { signer: Some((authority("NZ-sps"), Some(KeyNumber::new(2)))), records: BTreeSet::new() };
    assert!(transactions.iter().all(|transaction| other_key.among(transaction.transaction(), |_| true).is_empty()));
}

#[test]
fn what_cannot_be_read_or_should_be_there_is_named() {
    let world = check("issue sps-1 by NZ\npresent sps-1 by CN");
    let record = world.record_key("sps-1");
    let mut entries: Entries = world.state.0.iter().map(|(key, value)| (*key, Some(value.clone()))).collect();
    assert_eq!(
        Facts::gather(
            RecordKey::new([9; 32]),
            &Entries::from([(key::standing(&RecordKey::new([9; 32])), None), (key::dossier(&RecordKey::new([9; 32])), None),])
        ),
        Ok(Gathered::Absent)
    );
    let place = key::destination(&record, crate::story::member_id("CN"));
    entries.insert(place, None);
    assert!(Facts::gather(record, &entries).unwrap_err().to_string().contains("does not exist"));
    entries.insert(place, Some(vec![0xff]));
    assert!(Facts::gather(record, &entries).unwrap_err().to_string().contains("not readable"));
}
