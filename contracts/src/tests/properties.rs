//! Properties: every entry and act reads back as it was written, one flipped bit is never another writing of the same,
//! and the same blocks give the same bytes.

use crate::acts::*;
use crate::context::Recorded;
use crate::document::MediaType;
use crate::kinds::RecordKind;
use crate::kinds::aeo_status::AeoTerms;
use crate::kinds::sps_certificate::SpsTerms;
use crate::registry::*;
use crate::standing::*;
use crate::story::{World, check, date, locator, member, secret};
use ledger::codec::Canonical;
use ledger::commitment::CommitmentRoot;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Height, Timestamp};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::new)
}

fn day() -> impl Strategy<Value = CalendarDate> {
    (0_u32..2_932_897).prop_map(|days| CalendarDate::from_days(days).unwrap())
}

fn recorded() -> impl Strategy<Value = Recorded> {
    any::<(u64, u64)>().prop_map(|(height, time)| Recorded { height: Height::new(height), time: Timestamp::from_millis(time) })
}

fn link() -> impl Strategy<Value = Link> {
    of(any::<[u8; 32]>()).prop_map(|key| key.map_or(Link::NotOnThisLedger, |key| Link::Record(ledger::lookup::RecordKey::new(key))))
}

fn country() -> impl Strategy<Value = CountryCode> {
    "[A-Z]{2}".prop_map(|text| CountryCode::parse(&text).unwrap())
}

fn authority_id() -> impl Strategy<Value = AuthorityId> {
    "[A-Z]{2}-[a-z0-9]{1,20}".prop_map(|text| AuthorityId::parse(&text).unwrap())
}

fn word() -> impl Strategy<Value = String> {
    "[!-~]{1,35}"
}

fn kind() -> impl Strategy<Value = RecordKind> {
    prop::sample::select(RecordKind::ALL)
}

fn verb() -> impl Strategy<Value = Verb> {
    prop::sample::select(Verb::ALL)
}

fn scope() -> impl Strategy<Value = Scope> {
    (kind(), vec(word(), 0..4), day(), of(day()), of(day())).prop_map(|(kind, classes, from, until, coverage_since)| Scope {
        classes,
        until,
        coverage_since,
        ..Scope::issuing(kind, from)
    })
}

fn issue() -> impl Strategy<Value = Issue> {
    let line = (any::<u32>(), of(any::<u64>()), of(hash()), of(hash())).prop_map(|(number, certified, code, unit)| IssuedLine {
        number,
        certified,
        code,
        unit,
    });
    let names = (any::<[u8; 32]>(), vec(any::<[u8; 32]>(), 0..9), any::<[u8; 32]>(), hash(), any::<bool>(), country());
    let dates = (of(word()), day(), of(day()), of(day()), 0_u32..16);
    (names, dates, vec(link(), 0..9), of(link()), vec(line, 0..20), of(vec(any::<u8>(), 0..100))).prop_map(
        |(
            (key, locators, root, document_digest, xml, country),
            (class, issue_date, valid_from, valid_until, flags),
            bases,
            predecessor,
            lines,
            terms,
        )| {
            Issue {
                record_tag: ledger::lookup::RecordTag::new(key),
                locators: locators.into_iter().map(ledger::lookup::Locator::new).collect(),
                commitment_root: CommitmentRoot::new(root),
                document_digest,
                media_type: if xml { MediaType::Xml } else { MediaType::Json },
                country,
                class,
                issue_date,
                valid_from,
                valid_until,
                flags: minicbor::decode(&ledger::codec::encode(&flags)).unwrap(),
                bases,
                predecessor,
                lines,
                terms: terms.map(Into::into),
                shares_pool: None,
                draws: None,
                fingerprints: None,
                sealed_numbers: None,
            }
        },
    )
}

fn standing() -> impl Strategy<Value = Standing> {
    let act =
        (verb(), day(), recorded(), of(any::<u16>()), any::<u32>()).prop_map(|(verb, effective, recorded, reason, key)| StandingAct {
            verb,
            effective,
            recorded,
            reason,
            key: KeyNumber::new(key),
            until: None,
            version: None,
            locator: None,
            signed_before: None,
            stands_by: None,
        });
    (issue(), kind(), authority_id(), any::<u32>(), recorded(), vec(act, 0..8), of(any::<[u8; 32]>())).prop_map(
        |(issue, kind, authority, key, issued, acts, successor)| Standing {
            kind,
            authority,
            key: KeyNumber::new(key),
            commitment_root: issue.commitment_root,
            document_digest: issue.document_digest,
            media_type: issue.media_type,
            country: issue.country,
            class: issue.class,
            issue_date: issue.issue_date,
            valid_from: issue.valid_from,
            valid_until: issue.valid_until,
            flags: issue.flags,
            bases: issue.bases,
            predecessor: issue.predecessor,
            successor: successor.map(ledger::lookup::RecordKey::new),
            issued,
            acts,
            lines: issue.lines.into_iter().map(Into::into).collect(),
            terms: issue.terms,
            pool: None,
            drafted: None,
            draws: None,
            sealed_numbers: None,
            has_fingerprints: None,
            signed_before: None,
            drawn_before: None,
        },
    )
}

fn reads_back<T: Canonical + PartialEq + core::fmt::Debug>(value: &T) {
    let bytes = value.to_bytes();
    assert_eq!(T::from_bytes(&bytes).as_ref(), Ok(value));
    for cut in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
        assert!(T::from_bytes(&bytes[..cut]).is_err(), "cut short at {cut}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(T::from_bytes(&longer).is_err(), "a byte behind the value");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_issue_reads_back(issue in issue()) {
        reads_back(&issue);
        let act = issue.clone().into_act(RecordKind::SpsCertificate);
        prop_assert_eq!(act.verb, if issue.predecessor.is_some() { 2 } else { 1 });
    }

    #[test]
    fn a_standing_reads_back(standing in standing()) {
        reads_back(&standing);
    }

    #[test]
    fn an_authority_reads_back(id in authority_id(), country in country(), scopes in vec(scope(), 0..4), at in recorded(), day in day(), keys in any::<u32>()) {
        let act = |verb, scopes| AuthorityAct { verb, effective: day, recorded: at, scopes, as_of: None, root: None };
        let acts = vec![act(AuthorityVerb::Admit, Some(scopes.clone())), act(AuthorityVerb::Suspend, None)];
        reads_back(&Authority { id: id.clone(), country, name: "An Authority".into(), acts, keys });
        reads_back(&AuthoritiesOf::default().with(&id, country, &scopes).unwrap());
        reads_back(&SetScopes { authority: id.clone(), effective: day, scopes: scopes.clone(), follows: keys });
        reads_back(&SuspendAuthority { authority: id.clone(), effective: day, follows: keys });
        reads_back(&ReinstateAuthority { authority: id.clone(), effective: day, follows: keys });
        let replaced = ReplaceRootKey { authority: id.clone(), number: KeyNumber::new(keys), as_of: at.time, follows: keys };
        reads_back(&replaced);
        let root = AuthorityAct { as_of: Some(at.time), root: Some(replaced.number), ..act(AuthorityVerb::ReplaceRoot, None) };
        let acts = vec![act(AuthorityVerb::Admit, Some(scopes)), root];
        let authority = Authority { id: id.clone(), country, name: "An Authority".into(), acts, keys };
        reads_back(&authority);
        assert_eq!(authority.root_key(), replaced.number);
        reads_back(&KeyOwner { signer: Signer::Authority(id), number: Some(KeyNumber::new(keys)) });
    }

    #[test]
    fn a_key_reads_back(from in any::<u64>(), until in of(any::<u64>()), named in recorded(), revoked in of(recorded())) {
        let time = Timestamp::from_millis;
        let revoked = revoked.map(|recorded| RevokedKey { as_of: recorded.time, recorded });
        let key = AuthorityKey {
            key: secret("x", 1).public(),
            valid_from: time(from),
            valid_until: until.map(time),
            named,
            revoked,
            revoked_from_naming: revoked.filter(|_| from % 2 == 0),
            revoked_earlier: revoked.filter(|_| from % 3 == 0),
        };
        reads_back(&key);
        reads_back(&NameKey { number: KeyNumber::new(3), key: secret("x", 1).public(), valid_from: time(from), valid_until: until.map(time) });
        reads_back(&RevokeKey { number: KeyNumber::new(3), as_of: time(from) });
        reads_back(&Approvals::default().with(KeyNumber::new(1), named).with(KeyNumber::new(0), named));
    }

    #[test]
    fn terms_read_back(operator_type in word(), roles in vec(word(), 0..5), consent_to_exchange in any::<bool>(), holder in of(hash()), status in any::<(u16, u16)>()) {
        reads_back(&AeoTerms { operator_type, roles, consent_to_exchange, holder });
        reads_back(&SpsTerms { status_list: status.0, status_code: status.1 });
    }

    #[test]
    fn another_writing_of_the_same_act_is_not_read(issue in issue(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let bytes = issue.to_bytes();
        let mut flipped = bytes.clone();
        flipped[at.index(bytes.len())] ^= 1 << bit;
        if let Ok(read) = Issue::from_bytes(&flipped) {
            prop_assert_ne!(&read, &issue);
            prop_assert_eq!(read.to_bytes(), flipped);
        }
    }

    #[test]
    fn any_bytes_as_an_act_are_refused_or_recorded_and_never_a_fault(kind in 0_u16..6, verb in 0_u16..64, body in vec(any::<u8>(), 0..200), member in any::<bool>()) {
        let mut world = World::founded();
        let act = ledger::transaction::Act { kind, verb, body: body.into() };
        world.submit(if member { "NZ" } else { "NZ-sps" }, 0, vec![act]);
    }
}

#[test]
fn entries_of_members_and_arrangements_read_back() {
    let nz = member("NZ", &["NZ"], 1, 2);
    reads_back(&nz);
    reads_back(&CoveredBy { member: nz.id });
    reads_back(&Parameters { environment: Environment::Live, name: "x".into(), founding_time: Timestamp::from_millis(1) });
    let record = |byte| ledger::lookup::RecordKey::new([byte; 32]);
    reads_back(&RecordsAtLocator::default().with(record(1)).unwrap().with(record(2)).unwrap());
    let world = check("sign CN-NZ-1 by CN types=A,B\nsign CN-NZ-1 by NZ types=A,B\napply CN-NZ-1 by CN");
    let id = ArrangementId::parse("CN-NZ-1").unwrap();
    let arrangement: Arrangement = world.entry(&crate::key::arrangement(&id)).unwrap();
    reads_back(&arrangement);
    let (cn, nz) = (MemberId::parse("CN").unwrap(), MemberId::parse("NZ").unwrap());
    reads_back(&world.entry::<ArrangementsBetween>(&crate::key::arrangements_between(cn, nz)).unwrap());
    let effective = date("2026-03-01");
    reads_back(&SignArrangement { arrangement: id.clone(), terms: arrangement.terms.clone(), effective });
    reads_back(&ApplyArrangement { arrangement: id.clone(), terms_digest: arrangement.terms.digest(), effective });
    reads_back(&SuspendRecognition { arrangement: id.clone(), effective, follows: 3 });
    reads_back(&ResumeRecognition { arrangement: id.clone(), effective, follows: 3 });
    reads_back(&TerminateArrangement { arrangement: id.clone(), effective });
    reads_back(&TakeBackTermination { arrangement: id, effective });
    reads_back(&RotateEncryptionKey { version: 1, key: nz_key() });
    reads_back(&StandingChange {
        record_key: record(1),
        effective,
        reason: Some(1),
        follows: 0,
        until: None,
        version: None,
        stands_by: None,
    });
    reads_back(&AdmitAuthority {
        authority: AuthorityId::parse("NZ-new").unwrap(),
        country: CountryCode::parse("NZ").unwrap(),
        name: "x".into(),
        scopes: vec![],
        root_key: secret("NZ-new", 0).public(),
        effective,
    });
}

fn nz_key() -> ledger::lookup::EncryptionPublic {
    ledger::lookup::EncryptionSecret::new([1; 32]).public()
}

#[test]
fn acts_that_do_not_touch_each_other_may_come_in_any_order() {
    let lines = ["issue sps-1 by NZ for=CN", "issue sps-2 by CL for=CN", "issue aeo-1 by NZ for=CN", "issue origin-1 by CN for=SG"];
    let signers = ["NZ-sps", "CL-sps", "NZ-aeo", "CN-origin"];
    let run = |order: &[usize]| {
        let mut world = World::founded();
        let transactions = order.iter().map(|&at| world.transaction(signers[at], 1, vec![world.act_of(lines[at])])).collect();
        world.run(transactions).changes
    };
    assert_eq!(run(&[0, 1, 2, 3]), run(&[3, 1, 0, 2]));
    assert_eq!(run(&[0, 1, 2, 3]), run(&[2, 3, 1, 0]));
}

#[test]
fn nothing_that_is_refused_costs_space() {
    let mut world = World::founded();
    let before = world.state.0.clone();
    world.tell("issue sps-1 by NZ lines=0 => refused NoGoods\nstop NZ-none by NZ => refused UnknownAuthority");
    assert_eq!(world.state.0, before);
    assert!(!world.state.0.contains_key(&crate::key::locator(MemberId::parse("NZ").unwrap(), &locator("sps-1", "CN"))));
}
