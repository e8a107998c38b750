//! Limits, tested one past.

use crate::acts::{DRAWS_MAX, Draw};
use crate::context::Recorded;
use crate::destination::*;
use crate::execute::BYTES_PER_MEMBER_MAX;
use crate::key;
use crate::refusal::Refusal;
use crate::registry::*;
use crate::standing::*;
use crate::story::{World, check, locator, member_id};
use crate::verdict::BENEATH_MAX;
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::{RECORDS_AT_LOCATOR_MAX, RecordKey};
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{ACTS_MAX, Act, VerifiedTransaction};

#[test]
fn a_standing_keeps_two_places_for_the_acts_that_end_it() {
    let mut world = check("issue aeo-1 by NZ");
    for _ in 0..(STANDING_ACTS_MAX - 2) / 2 {
        world.tell("suspend aeo-1 by NZ\nreinstate aeo-1 by NZ");
    }
    world.tell("suspend aeo-1 by NZ => refused TooManyActs\nreplace aeo-2 for aeo-1 by NZ\nannul aeo-1 by NZ");
    assert_eq!(world.standing("aeo-1").acts.len(), STANDING_ACTS_MAX);
}

#[test]
fn a_locator_holds_sixteen_records_and_at_most_half_of_them_one_authoritys() {
    let mut world = World::founded();
    for index in 0..RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX {
        world.tell(&format!("issue sps-{index} by NZ number=0001 for=CN"));
    }
    // One authority cannot lock out its siblings, who fill what is left.
    world.tell("issue sps-more by NZ number=0001 for=CN => refused LocatorShareFull");
    world.tell("issue sps-more by NZ number=0001 for=SG");
    for index in RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX..RECORDS_AT_LOCATOR_MAX {
        world.tell(&format!("issue origin-{index} by NZ number=0001 for=CN"));
    }
    world.tell("issue origin-more by NZ number=0001 for=CN => refused LocatorShareFull");
    world.tell("issue aeo-more by NZ number=0001 for=CN => refused LocatorFull");
    // Another member's records with the same number lie elsewhere.
    world.tell("issue sps-other by CL number=0001 for=CN");
}

#[test]
fn an_authority_can_always_be_suspended() {
    let mut world = World::founded();
    for _ in 1..AUTHORITY_ACTS_MAX - 2 {
        world.tell("scopes NZ-sps by NZ kinds=sps");
    }
    world.tell("scopes NZ-sps by NZ kinds=sps => refused TooManyAuthorityActs\nstop NZ-sps by NZ");
    world.tell("restart NZ-sps by NZ => refused TooManyAuthorityActs");
    world.tell("revoke-authority NZ-sps by NZ");
    let id = AuthorityId::parse("NZ-sps").unwrap();
    assert_eq!(world.entry::<Authority>(&key::authority(&id)).unwrap().acts.len(), AUTHORITY_ACTS_MAX);

    // The same with few acts of many bytes.
    let classes: Vec<String> = (0..CLASSES_MAX).map(|index| format!("{index:0>35}")).collect();
    let kinds = vec!["sps"; SCOPES_MAX].join(",");
    let line = format!("scopes CL-sps by CL kinds={kinds} classes={}", classes.join(","));
    world.tell(&format!("{line}\n{line}\n{line} => refused TooManyAuthorityActs\nstop CL-sps by CL"));
    let one_more = format!("scopes CN-sps by CN kinds={kinds},sps");
    world.tell(&format!("{one_more} => refused ScopesNotInForm"));
}

#[test]
fn a_member_has_so_many_authorities_and_keys() {
    let mut world = World::founded();
    let nz = MemberId::parse("NZ").unwrap();
    let mut list = AuthoritiesOf::default();
    for index in 0..AUTHORITIES_MAX {
        let id = AuthorityId::parse(&format!("NZ-{index:0>29}")).unwrap();
        let scopes: Vec<Scope> = Vec::new();
        list = list.with(&id, ledger::place::CountryCode::parse("NZ").unwrap(), &scopes).unwrap();
    }
    assert!(list.to_bytes().len() <= ledger::tree::VALUE_BYTES_MAX);
    world.state.0.insert(key::authorities_of(nz), list.to_bytes());
    world.tell("admit NZ-new by NZ kinds=sps => refused TooManyAuthorities");

    let id = AuthorityId::parse("NZ-sps").unwrap();
    let mut authority: Authority = world.entry(&key::authority(&id)).unwrap();
    // A thief of the root key leaves numbers for those that its successor names.
    world.tell("wait 1 days");
    authority.keys = KEYS_PER_ROOT_KEY_MAX;
    world.state.0.insert(key::authority(&id), authority.to_bytes());
    world.tell(&format!("name-key {KEYS_PER_ROOT_KEY_MAX} by NZ-sps => refused TooManyKeys"));
    world.tell("new-root NZ-sps by NZ number=1");
    world.tell(&format!("name-key {KEYS_PER_ROOT_KEY_MAX} by NZ-sps key=1"));
    let mut authority: Authority = world.entry(&key::authority(&id)).unwrap();
    authority.keys = AUTHORITY_KEYS_MAX;
    world.state.0.insert(key::authority(&id), authority.to_bytes());
    world.tell(&format!("name-key {AUTHORITY_KEYS_MAX} by NZ-sps key=1 => refused TooManyKeys"));

    for version in 1..ENCRYPTION_KEYS_MAX {
        world.tell(&format!("rotate {version} by NZ"));
    }
    world.tell(&format!("rotate {ENCRYPTION_KEYS_MAX} by NZ => refused TooManyEncryptionKeys"));
    let member: Member = world.entry(&key::member(nz)).unwrap();
    assert!(member.to_bytes().len() < ledger::tree::VALUE_BYTES_MAX);
}

#[test]
fn arrangements_between_two_members_are_few_and_can_always_be_left() {
    let mut world = World::founded();
    for index in 0..ARRANGEMENTS_BETWEEN_MAX {
        world.tell(&format!("sign CN-NZ-{index} by CN"));
    }
    world.tell("sign CN-NZ-X by CN => refused TooManyArrangementsBetween\nsign CN-NZ-X by NZ");

    world.tell("sign CN-NZ-0 by NZ\napply CN-NZ-0 by CN\napply CN-NZ-0 by NZ");
    let mut refused = false;
    for _ in 0..ARRANGEMENT_ACTS_MAX {
        world.tell("hold CN-NZ-0 by CN");
        let act = world.act_of("resume CN-NZ-0 by CN");
        if world.submit("CN", 0, vec![act])[0] == Some(Refusal::TooManyArrangementActs) {
            refused = true;
            break;
        }
    }
    assert!(refused);
    world.tell("hold CN-NZ-0 by NZ\nleave CN-NZ-0 by NZ effective=2026-06-01\nleave CN-NZ-0 by CN effective=2026-06-01");
    let arrangement: Arrangement = world.entry(&key::arrangement(&ArrangementId::parse("CN-NZ-0").unwrap())).unwrap();
    assert!(arrangement.acts.len() <= ARRANGEMENT_ACTS_MAX);
}

/// A world in which large records of NZ lie at these places, and a line of its `NZ-sps` that comes upon all of them.
fn upon_large_records(places: impl Fn(MemberId, &str) -> Vec<ledger::tree::StateKey>) -> World {
    let mut world = check("admit NZ-other by NZ kinds=sps\nissue sps-large by NZ-other key=0");
    let mut large = world.standing("sps-large");
    let act = StandingAct {
        verb: Verb::Reaffirm,
        effective: large.issue_date,
        recorded: large.issued,
        reason: None,
        key: KeyNumber::ROOT,
        until: None,
        version: None,
        locator: None,
        signed_before: None,
        stands_by: None,
    };
    large.acts = vec![act; 2_400];
    let bytes = large.to_bytes();
    assert!((48 * 1024..ledger::tree::VALUE_BYTES_MAX).contains(&bytes.len()), "{}", bytes.len());
    for (index, reader) in READERS.split(',').enumerate() {
        let records = (1..RECORDS_AT_LOCATOR_MAX).map(|at| RecordKey::new([(index * RECORDS_AT_LOCATOR_MAX + at) as u8; 32]));
        let at_locator = records.clone().fold(RecordsAtLocator::default(), |all, record| all.with(record).unwrap());
        world.state.0.extend(records.map(|record| (key::standing(&record), bytes.clone())));
        world.state.0.extend(places(member_id("NZ"), reader).into_iter().map(|place| (place, at_locator.to_bytes())));
    }
    world
}

const READERS: &str = "AU,CL,CN,JP,KR,MX,PE,SG";

#[test]
fn what_reads_more_than_a_members_share_alone_reads_no_further() {
    let mut world = upon_large_records(|nz, reader| vec![key::locator(nz, &locator("0001", reader))]);
    world.tell(&format!("issue sps-1 by NZ number=0001 for={READERS} => refused ShareOfBlockSpent"));
    world.tell("issue sps-1 by NZ number=0001 for=CN,SG");

    let mut world = upon_large_records(|nz, reader| vec![key::fingerprint(nz, &locator("goods same", reader))]);
    world.tell(&format!("issue sps-1 by NZ goods=same for={READERS} => refused ShareOfBlockSpent"));
    world.tell("issue sps-1 by NZ goods=same for=CN,SG");
}

#[test]
fn suspensions_that_overtake_each_other_are_counted() {
    let mut world = check("sign CN-NZ-1 by CN\nsign CN-NZ-1 by NZ\napply CN-NZ-1 by CN\napply CN-NZ-1 by NZ");
    let day = |ahead: u32| world.block.date().add_days(ahead).unwrap();
    let days: Vec<_> = (1..=366).rev().map(day).collect();
    let mut outcomes = Vec::new();
    for day in days {
        let act = world.act_of(&format!("hold CN-NZ-1 by CN effective={day}"));
        outcomes.extend(world.submit("CN", 0, vec![act]));
    }
    let accepted = outcomes.iter().take_while(|outcome| outcome.is_none()).count();
    assert!(accepted < ARRANGEMENT_ACTS_MAX && outcomes[accepted..].iter().all(|one| *one == Some(Refusal::TooManyArrangementActs)));
    world.tell("hold CN-NZ-1 by CN effective=2026-03-02 => refused TooManyArrangementActs");
    // Whoever has not suspended does so, and each leaves.
    world.tell("hold CN-NZ-1 by NZ\nleave CN-NZ-1 by NZ effective=2026-06-01\nleave CN-NZ-1 by CN effective=2026-06-01");
}

#[test]
fn an_arrangement_has_so_many_amendments_and_a_programme_so_many_versions() {
    let mut world = check("sign CN-NZ-1 by CN\nsign CN-NZ-1 by NZ");
    for number in 0..AMENDMENTS_MAX {
        world.tell(&format!("amend CN-NZ-1 by CN number={number} types=T{number}\namend CN-NZ-1 by NZ number={number} types=T{number}"));
        world.tell(&format!("apply CN-NZ-1 by CN number={number}\napply CN-NZ-1 by NZ number={number}"));
    }
    world.tell(&format!("amend CN-NZ-1 by CN number={AMENDMENTS_MAX} types=X => refused TooManyAmendments"));
    let arrangement: Arrangement = world.entry(&key::arrangement(&ArrangementId::parse("CN-NZ-1").unwrap())).unwrap();
    assert!(arrangement.to_bytes().len() <= ledger::tree::VALUE_BYTES_MAX);

    // The same with few amendments of many bytes.
    let words: Vec<String> = (0..TYPES_MAX).map(|index| format!("{index:0>35}")).collect();
    let parties = "parties=CL,CN,EU,NZ,SG";
    let large = format!("types={} roles={} {parties}", words.join(","), words.join(","));
    world.tell(&format!("sign CL-LARGE by CL {parties}\nsign CL-LARGE by CN {parties}\nsign CL-LARGE by EU {parties}"));
    world.tell(&format!("sign CL-LARGE by NZ {parties}\nsign CL-LARGE by SG {parties}"));
    world.tell(&format!("amend CL-LARGE by CL number=0 {large}"));
    world.tell(&format!("amend CL-LARGE by CL number=1 {large} programme=OTHER => refused TooManyAmendments"));

    for _ in 0..PROGRAMME_VERSIONS_MAX {
        world.tell("programme SES by NZ types=A");
    }
    world.tell("programme SES by NZ types=A => refused TooManyProgrammeVersions");
}

#[test]
fn a_fingerprint_holds_sixteen_records_and_never_stands_in_the_way() {
    let mut world = World::founded();
    for index in 0..=RECORDS_AT_LOCATOR_MAX + 1 {
        world.tell(&format!("issue origin-{index} by NZ goods=same"));
    }
    world.tell("flags origin-17 says=same_goods => yes\nflags origin-0 says=same_goods => yes");
}

#[test]
fn certificates_that_ended_hide_no_later_ones_for_the_same_goods() {
    let mut world = World::founded();
    for index in 0..RECORDS_AT_LOCATOR_MAX {
        world.tell(&format!("issue origin-{index} by NZ goods=same\ncancel origin-{index} by NZ"));
    }
    world.tell("issue origin-a by NZ goods=same\nissue origin-b by NZ goods=same");
    world.tell("flags origin-a says=same_goods => yes\nflags origin-b says=same_goods => yes");
}

#[test]
fn names_have_a_longest_form() {
    assert!(ArrangementId::parse(&"A".repeat(ARRANGEMENT_ID_CHARS_MAX)).is_some());
    for wrong in ["", "ABC", "abcd", "AB--C", "-ABC", "ABC-", "AB C", &"A".repeat(ARRANGEMENT_ID_CHARS_MAX + 1)] {
        assert!(ArrangementId::parse(wrong).is_none(), "{wrong}");
    }
    assert!(is_word(&"a".repeat(WORD_BYTES_MAX)) && !is_word(&"a".repeat(WORD_BYTES_MAX + 1)));
    assert!(is_name(&"a".repeat(NAME_BYTES_MAX)) && !is_name(&"a".repeat(NAME_BYTES_MAX + 1)));
    assert!(!is_name("Customs\u{a0}of Chile") && !is_name("Customs\u{3000}of Chile") && is_name("Customs of Chile"));
    assert!(!is_word("") && !is_word(" a") && !is_word("ä") && is_word("customs broker"));
}

#[test]
fn a_party_can_always_leave_an_agreement_for_good() {
    let mut world = World::founded();
    for year in (2005..=2020).rev() {
        world.tell(&format!("adopt RCEP by NZ from={year}-01-01"));
    }
    world.tell("adopt RCEP by NZ from=2004-01-01 => refused TooManyAdoptions");
    world.tell("denounce RCEP by NZ with=CN => refused TooManyAdoptions\ndenounce RCEP by NZ");
}

#[test]
fn a_member_takes_a_quarter_of_an_agreements_entry_and_can_always_leave() {
    // By its dated acts, for however many parties it speaks.
    let mut world = World::founded();
    for party in ["DE", "FR"] {
        for year in (2005..=2020).rev() {
            world.tell(&format!("adopt PACT by EU party={party} parties=CN,DE,EU,FR from={year}-01-01"));
        }
    }
    world.tell("adopt PACT by EU party=EU parties=CN,DE,EU,FR => refused AgreementShareFull");
    world.tell("denounce PACT by EU party=DE\ndenounce PACT by EU party=FR\nadopt PACT by CN parties=CN,DE,EU,FR");

    // By their bytes.
    let mut world = World::founded();
    let others = (b'A'..=b'Z').map(|letter| format!("A{}", char::from(letter)));
    let more = (b'A'..=b'Z').map(|letter| format!("B{}", char::from(letter)));
    let partners: Vec<String> = others.chain(more).collect();
    let large = format!("parties={},CN,NZ with={}", partners.join(","), partners.join(","));
    let mut refused = None;
    for name in ["One", "Two", "Three"] {
        for year in (2005..=2020).rev() {
            let told = world.tell_one(&format!("adopt PACT by NZ name={name} {large} from={year}-01-01"));
            refused = refused.or((told != "accepted").then_some(told));
        }
        world.tell(&format!("adopt PACT by CN name={name} parties={},CN,NZ", partners.join(",")));
    }
    assert_eq!(refused.as_deref(), Some("refused AgreementShareFull"));
    let agreement: Agreement = world.entry(&key::agreement(&AgreementId::parse("PACT").unwrap())).unwrap();
    let own = agreement.versions.iter().flat_map(|version| &version.adoptions).filter(|act| act.party.as_str() == "NZ").count();
    assert!(own < 3 * 16 && agreement.to_bytes().len() < adoption::AGREEMENT_BYTES_MAX / 2, "{own}");
    world.tell("denounce PACT by NZ name=One\ndenounce PACT by NZ name=Two");
}

#[test]
fn an_agreements_entry_fits_the_tree_with_every_party_that_leaves() {
    let most = ledger::tree::VALUE_BYTES_MAX;
    assert!(2 * adoption::AGREEMENT_BYTES_MAX + 4096 <= most, "leaving doubles the entry at most");
}

#[test]
fn a_notified_authority_can_always_be_struck_off() {
    let mut world = check("adopt RCEP by NZ");
    for _ in 0..NOTIFICATIONS_MAX / 4 {
        world.tell("notify NZ-origin under=RCEP by NZ\nstrike NZ-origin under=RCEP by NZ");
    }
    world.tell("notify NZ-origin under=RCEP by NZ => refused TooManyNotifications");
}

#[test]
fn a_member_has_put_so_many_agreements_on_the_ledger() {
    let mut list = AgreementsOf::default();
    for index in 0..AGREEMENTS_MAX {
        list = list.with(&AgreementId::parse(&format!("AGREEMENT {index}")).unwrap()).unwrap();
    }
    let one = AgreementId::parse("AGREEMENT 7").unwrap();
    assert_eq!(list.clone().with(&one).unwrap().as_slice().len(), AGREEMENTS_MAX);
    let mut world = World::founded();
    world.state.0.insert(key::agreements_of(MemberId::parse("NZ").unwrap()), list.to_bytes());
    world.tell("adopt RCEP by NZ => refused TooManyAgreements\nadopt RCEP by CN");
}

#[test]
fn a_territory_is_no_party_through_its_member() {
    use ledger::place::CountryCode;
    let code = |text: &str| CountryCode::parse(text).unwrap();
    let terms = AgreementTerms { parties: vec![code("CN"), code("EU"), code("GB")], ..crate::story::any_terms() };
    let member = crate::story::member;
    let party = |country: &str, id: &str, countries: &[&str]| terms.party_of(code(country), Some(&member(id, countries, 1, 1)));
    assert_eq!(party("HK", "CN", &["CN", "HK", "MO"]), None);
    assert_eq!(party("CN", "CN", &["CN", "HK", "MO"]), Some(code("CN")));
    assert_eq!(party("XI", "GB", &["GB", "XI"]), None);
    assert_eq!(party("DE", "EU", &["DE", "FR"]), Some(code("EU")));
    assert_eq!(party("DE", "EU", &["DE", "EU", "FR"]), Some(code("EU")));
    assert_eq!(party("NZ", "NZ", &["NZ"]), None);
}

#[test]
fn so_many_members_record_facts_and_each_so_many() {
    let mut world = check("issue origin-1 by NZ lines=1\npresent origin-1 by CN");
    let record = world.record_key("origin-1");
    let mut dossier: Dossier = world.entry(&key::dossier(&record)).unwrap();
    let letters = |index: usize| MemberId::parse(&format!("X{}", char::from(b'A' + index as u8 % 26))).unwrap();
    dossier.members = (0..DESTINATIONS_MAX).map(letters).collect();
    dossier.members.sort();
    world.state.0.insert(key::dossier(&record), dossier.to_bytes());
    world.tell("present origin-1 by SG => refused TooManyDestinations");

    // The places of the answer and of what takes it back are kept while a question is open.
    let mut world = check("issue origin-1 by NZ\nask origin-1 by CN deadline=2026-06-01");
    for index in 0..DESTINATION_ACTS_MAX - 3 {
        world.tell(&format!("present origin-1 by CN declaration={index}"));
    }
    world.tell("present origin-1 by CN declaration=more => refused TooManyFacts");
    world.tell("answer origin-1 by NZ to=CN confirmed=yes\ngrant origin-1 by CN => refused TooManyFacts");
    world.tell("answer origin-1 by NZ to=CN confirmed=no\ngrant origin-1 by CN => refused TooManyFacts");
    let place = key::destination(&world.record_key("origin-1"), MemberId::parse("CN").unwrap());
    assert_eq!(world.entry::<Destination>(&place).unwrap().as_slice().len(), DESTINATION_ACTS_MAX);
}

#[test]
fn what_a_member_records_about_many_lines_has_a_limit_of_bytes() {
    let mut world = check("issue sps-1 by NZ lines=200\nask sps-1 by CN deadline=2026-06-01");
    let lines: Vec<String> = (1..=200).map(|line| line.to_string()).collect();
    let line = format!("accept sps-1 by CN lines={}", lines.join(","));
    let refused = (0..DESTINATION_ACTS_MAX).find(|_| world.tell_one(&line) != "accepted");
    assert!(refused.is_some_and(|count| count > 100));
    assert_eq!(world.tell_one(&line), "refused TooManyFacts");
    world.tell("answer sps-1 by NZ to=CN confirmed=yes");
}

#[test]
fn an_answer_fits_the_entry_or_is_refused_and_what_takes_it_back_always_fits() {
    let mut world = check("issue origin-1 by NZ\nask origin-1 by CN deadline=2026-06-01\nanswer origin-1 by NZ to=CN confirmed=yes");
    let place = key::destination(&world.record_key("origin-1"), member_id("CN"));
    let full: Destination = world.entry(&place).unwrap();
    let [question, answer] = full.as_slice() else { panic!("{full:?}") };
    let latest = Recorded { height: Height::new(u32::MAX.into()), time: Timestamp::from_millis(u64::MAX) };
    let largest = DestinationAct {
        by: AuthorityId::parse(&format!("NZ-{}", "a".repeat(29))).unwrap(),
        key: KeyNumber::new(AUTHORITY_KEYS_MAX - 1),
        date: CalendarDate::LAST,
        recorded: latest,
        reason: Some(u16::MAX),
        signed_before: Approvals::of(&vec![
            Approval { key: KeyNumber::new(AUTHORITY_KEYS_MAX - 1), recorded: latest };
            usize::from(OFFICIALS_MAX) - 1
        ]),
        ..answer.clone()
    };
    assert!(ledger::codec::encode(&largest).len() <= ANSWER_BYTES_MAX);

    // A thief confirmed it under a key that was revoked since, and the entry is so full that one more would just fit.
    let lines = Some((0..LINES_MAX as u32).map(|line| u32::MAX - line).collect());
    let filled = |bytes: usize| {
        let large = DestinationAct { lines, ..question.clone() };
        let mut acts = Destination::default().with(question.clone());
        while acts.to_bytes().len() + ledger::codec::encode(&large).len() < bytes {
            acts = acts.with(large.clone());
        }
        while acts.to_bytes().len() < bytes {
            acts = acts.with(answer.clone());
        }
        acts
    };
    let entry = filled(ledger::tree::VALUE_BYTES_MAX - ANSWER_BYTES_MAX - 30);
    assert!(entry.as_slice().len() < DESTINATION_ACTS_MAX);
    world.state.0.insert(place, entry.to_bytes());
    world.tell("wait 1 days\nrevoke-key 1 by NZ-origin as-of=2026-02-01\nname-key 2 by NZ-origin");
    world.tell("answer origin-1 by NZ to=CN confirmed=yes key=2 => refused TooManyFacts");
    world.tell("answer origin-1 by NZ to=CN confirmed=no key=2");
    assert!(world.entry::<Destination>(&place).unwrap().to_bytes().len() <= ledger::tree::VALUE_BYTES_MAX);
}

#[test]
fn a_use_keeps_a_place_for_the_act_that_ends_it() {
    let mut world = check("issue origin-1 by NZ");
    for amount in 1..USE_ACTS_MAX {
        world.tell(&format!("reserve origin-1 by CN amount={amount}"));
    }
    world.tell("reserve origin-1 by CN amount=1 => refused TooManyUseActs\nconsume origin-1 by CN amount=1 => refused TooManyUseActs");
    world.tell("consume origin-1 by CN");
}

#[test]
fn a_line_has_so_many_uses_and_its_pages_name_them_all() {
    let mut world = check("issue origin-1 by NZ");
    for index in 0..=USES_PER_PAGE {
        world.tell(&format!("reserve origin-1 by CN amount=1 declaration={index}"));
    }
    let record = world.record_key("origin-1");
    let page = |number| world.entry::<UsesPage>(&key::uses(&record, 1, number)).map_or(0, |page| page.as_slice().len());
    assert_eq!([page(0), page(1), page(2)], [USES_PER_PAGE as usize, 1, 0]);
    let mut dossier: Dossier = world.entry(&key::dossier(&record)).unwrap();
    dossier.lines[0].uses = USES_PER_LINE_MAX;
    world.state.0.insert(key::dossier(&record), dossier.to_bytes());
    world.tell("reserve origin-1 by CN amount=1 declaration=more => refused TooManyUses");
    world.tell("reserve origin-1 by CN amount=2 declaration=1");
}

#[test]
fn the_largest_standing_and_use_fit_an_entry() {
    // A block a second for 136 years.
    let latest = Recorded { height: Height::new(u32::MAX.into()), time: Timestamp::from_millis(u64::MAX) };
    let (key, hash, record) = (KeyNumber::new(AUTHORITY_KEYS_MAX - 1), Hash::new([9; 32]), RecordKey::new([9; 32]));
    // The last official completes the act; the others signed it before.
    let before = Approvals::of(&vec![Approval { key, recorded: latest }; usize::from(OFFICIALS_MAX) - 1]);
    let mut standing = check("issue sps-1 by NZ").standing("sps-1");
    let line = Line { number: u32::MAX, certified: Some(u64::MAX), code: Some(hash), unit: Some(hash) };
    let act = StandingAct {
        verb: Verb::Correct,
        effective: CalendarDate::LAST,
        recorded: latest,
        reason: Some(u16::MAX),
        key,
        until: Some(CalendarDate::LAST),
        version: Some(Version { document_digest: hash, commitment_root: ledger::commitment::CommitmentRoot::new([9; 32]) }),
        locator: None,
        signed_before: before.clone(),
        stands_by: None,
    };
    standing.class = Some("a".repeat(WORD_BYTES_MAX));
    standing.bases = vec![Link::Record(record); BASES_MAX];
    // A reaffirmation names no other and carries no form: the more of them, the fewer acts each can name.
    let largest = (0..STANDING_ACTS_MAX).map(|named| {
        let stands_by = Some((1..=u32::try_from(named).unwrap()).collect());
        let reaffirmation = StandingAct { verb: Verb::Reaffirm, until: None, version: None, stands_by, ..act.clone() };
        [vec![act.clone(); named], vec![reaffirmation; STANDING_ACTS_MAX - named]].concat()
    });
    let length = |acts: &Vec<StandingAct>| acts.iter().map(|act| ledger::codec::encode(act).len()).sum::<usize>();
    standing.acts = largest.max_by_key(length).unwrap();
    standing.lines = vec![line; LINES_MAX];
    standing.terms = Some(vec![9; TERMS_BYTES_MAX].into());
    standing.draws = Some(vec![
        Draw { base: record, line: u32::MAX, amount: u64::MAX, code: Some(hash), unit: Some(hash), opening: None };
        DRAWS_MAX - BASES_MAX
    ]);
    // With what it goes on counts among its draws, and is shorter than one.
    standing.drawn_before = Some(vec![DrawnLines { base: record, lines: vec![u32::MAX; 1] }; BASES_MAX]);
    standing.signed_before = before.clone();
    (standing.predecessor, standing.successor, standing.pool) = (Some(Link::Record(record)), Some(record), Some(record));
    standing.drafted = Some(Drafted { document_digest: hash, recorded: latest });
    let replaced = format!("issue sps-1 by NZ\nreplace sps-2 for sps-1 by NZ tells=NZ-2 times={SEALED_NUMBERS_MAX}");
    standing.sealed_numbers = check(&replaced).standing("sps-1").sealed_numbers;
    assert!(standing.sealed_numbers.is_some() && standing.to_bytes().len() <= ledger::tree::VALUE_BYTES_MAX);
    let by = AuthorityId::parse(&format!("NZ-{}", "a".repeat(29))).unwrap();
    let act = UseAct { verb: OfficeVerb::Reserve, by, key, amount: u64::MAX, recorded: latest, signed_before: before };
    let of = Use {
        member: MemberId::parse("NZ").unwrap(),
        reserved: u64::MAX,
        consumed: u64::MAX,
        until: Some(CalendarDate::LAST),
        acts: vec![act; USE_ACTS_MAX],
        whole: Some(Hash::new([0xff; 32])),
    };
    assert!(of.to_bytes().len() <= ledger::tree::VALUE_BYTES_MAX);
}

#[test]
fn the_largest_dossier_fits_an_entry() {
    let latest = Recorded { height: Height::new(u64::MAX), time: Timestamp::from_millis(u64::MAX) };
    let line = |number: u32| PoolLine {
        number: u32::MAX - number,
        reserved: u64::MAX,
        consumed: u64::MAX,
        uses: u32::MAX,
        last: Some(latest),
        turns: (0..POOL_TURNS_MAX)
            .map(|turn| Turn { recorded: latest, given_back_by: (turn % 2 == 1).then(|| MemberId::parse("NZ").unwrap()) })
            .collect(),
        given_back: Some(u32::MAX),
    };
    let by = AuthorityId::parse(&format!("NZ-{}", "a".repeat(29))).unwrap();
    let user = PoolUser { by, times: u32::MAX, first: latest, last: latest, given_back: Some(u32::MAX) };
    let dossier = Dossier {
        members: vec![MemberId::parse("NZ").unwrap(); DESTINATIONS_MAX],
        lines: (0..crate::standing::LINES_MAX as u32).map(line).collect(),
        users: vec![user; POOL_USERS_MAX],
    };
    assert!(dossier.to_bytes().len() <= ledger::tree::VALUE_BYTES_MAX);
}

/// The acts of one signer as transactions of one block.
fn transactions(world: &World, signer: &str, acts: &[Act]) -> Vec<VerifiedTransaction> {
    acts.chunks(ledger::transaction::ACTS_MAX).map(|acts| world.transaction(signer, 1, acts.to_vec())).collect()
}

/// What became of each act of a block.
fn numbers_of(executed: &crate::execute::Executed) -> Vec<u16> {
    executed.outcomes.iter().flat_map(|outcomes| outcomes.numbers().to_vec()).collect()
}

#[test]
fn the_acts_of_one_member_read_and_write_so_many_bytes_in_a_block_whatever_becomes_of_them() {
    let mut world = check("issue origin-0 by NZ\nissue origin-cl by CL");
    for number in 1..=BENEATH_MAX {
        world.tell(&format!("issue origin-{number} by NZ on=origin-{} cumulates=yes", number - 1));
    }
    // Each reads the one it rests on and all beneath that one, and is refused for a thing that is looked at later.
    let act = world.act_of(&format!("issue origin-1 by NZ on=origin-{BENEATH_MAX} cumulates=yes"));
    let standing = world.standing("origin-1").to_bytes().len();
    let most = BYTES_PER_MEMBER_MAX as usize / (standing * BENEATH_MAX);
    let mut block = transactions(&world, "NZ-origin", &vec![act; most + 1]);
    // In the same block another member has its own share.
    block.extend(transactions(&world, "CL-origin", &[world.act_of("cancel origin-cl by CL")]));
    let mut numbers = numbers_of(&world.run(block));
    assert_eq!(numbers.pop(), Some(0));
    let spent = Refusal::ShareOfBlockSpent.number();
    let first = numbers.iter().position(|number| *number == spent).expect("before the end");
    assert!(first > most / 2, "after {first} of {most}");
    assert!(numbers[..first].iter().all(|number| *number == Refusal::AlreadyRecorded.number()), "{}", numbers[0]);
    assert!(numbers[first..].iter().all(|number| *number == spent));
    // The next block begins anew.
    world.tell(&format!("issue origin-2000 by NZ on=origin-{BENEATH_MAX} cumulates=yes"));
}

#[test]
fn an_act_pays_for_the_authority_that_it_copies_however_often_it_is_decoded() {
    let mut world = World::founded();
    let id = AuthorityId::parse("NZ-sps").unwrap();
    let mut authority: Authority = world.entry(&key::authority(&id)).unwrap();
    let mut large = authority.acts[0].clone();
    let scope = large.scopes.as_ref().unwrap()[0].clone();
    large.scopes = Some(vec![Scope { classes: vec!["A".to_owned(); CLASSES_MAX], ..scope }; SCOPES_MAX]);
    authority.acts.extend(vec![large; 40]);
    world.state.0.insert(key::authority(&id), authority.to_bytes());
    let texts = 40 * SCOPES_MAX * CLASSES_MAX;
    let spent = Refusal::ShareOfBlockSpent.number();
    // Whose authority it is makes no difference, nor does it that nothing comes of it.
    for (by, refusal) in [("NZ", Refusal::RegistryMoved), ("CL", Refusal::AuthorityOfAnotherMember)] {
        let act = world.act_of(&format!("stop NZ-sps by {by} follows=0"));
        let block: Vec<_> = (0..8).map(|_| world.transaction(by, 0, vec![act.clone(); 256])).collect();
        let numbers = numbers_of(&world.run(block));
        let first = numbers.iter().position(|number| *number == spent).expect("before the end");
        assert!(first <= BYTES_PER_MEMBER_MAX as usize / texts, "after {first}");
        assert!(numbers[..first].iter().all(|number| *number == refusal.number()), "{}", numbers[0]);
    }
}

#[test]
fn what_one_member_writes_another_does_not_pay_for() {
    let mut world = check("admit SG-more by SG kinds=sps\nissue sps-1 by NZ for=CN");
    let id = AuthorityId::parse("NZ-sps").unwrap();
    let mut authority: Authority = world.entry(&key::authority(&id)).unwrap();
    let mut large = authority.acts[0].clone();
    let scope = large.scopes.as_ref().unwrap()[0].clone();
    large.scopes.as_mut().unwrap().extend(vec![Scope { classes: vec!["A".to_owned(); CLASSES_MAX], ..scope }; SCOPES_MAX - 1]);
    authority.acts.extend(vec![large; 30]);
    world.state.0.insert(key::authority(&id), authority.to_bytes());
    let (_, _, act) = world.office_act_of("reserve sps-1 by CN amount=100000000");
    // Between them, another member's authority names keys: each block has as many uses with it as without.
    let judged = |world: &World, with_others: bool| {
        let mut block = Vec::new();
        for number in 1..=100 {
            block.extend(transactions(world, "CN-customs", std::slice::from_ref(&act)));
            let named = world.act_of(&format!("name-key {number} by SG-more"));
            block.extend(with_others.then(|| world.transaction("SG-more", 0, vec![named])));
        }
        let numbers = numbers_of(&world.clone().run(block));
        numbers.into_iter().filter(|number| *number == Refusal::QuantityExceeded.number()).count()
    };
    assert_eq!((judged(&world, false), judged(&world, true)), (100, 100));
}

#[test]
fn what_a_block_wrote_of_the_registry_is_seen_by_the_acts_behind_it() {
    let world = check("adopt RCEP by NZ\nadopt RCEP by CN\nissue origin-0 by NZ class=RCEP");
    let issue = |number: u32| world.act_of(&format!("issue origin-{number} by NZ class=RCEP"));
    let one = |signer: &str, key: u32, act: Act| world.transaction(signer, key, vec![act]);
    let block = vec![
        one("NZ-origin", 1, issue(1)),
        one("NZ-origin", 0, world.act_of("revoke-key 1 by NZ-origin as-of=2026-03-01")),
        one("NZ-origin", 1, issue(2)),
        one("NZ-origin", 0, world.act_of("name-key 2 by NZ-origin")),
        one("NZ-origin", 2, issue(3)),
        one("NZ", 0, world.act_of("stop NZ-origin by NZ")),
        one("NZ-origin", 2, issue(4)),
    ];
    let numbers = numbers_of(&world.clone().run(block));
    let [revoked, suspended] = [Refusal::KeyRevoked, Refusal::AuthoritySuspended].map(Refusal::number);
    assert_eq!(numbers, [0, 0, revoked, 0, 0, 0, suspended]);
    let block = vec![
        one("NZ-origin", 1, world.act_of("issue origin-5 by NZ class=RCEP criteria=XX")),
        one("NZ", 0, world.act_of("adopt RCEP by NZ name=Third criteria=WO")),
        one("NZ-origin", 1, world.act_of("issue origin-6 by NZ class=RCEP criteria=XX")),
    ];
    assert_eq!(numbers_of(&world.clone().run(block)), [0, 0, Refusal::CriterionNotOfAgreement.number()]);
}

#[test]
fn a_full_proposal_of_certificates_is_within_the_share_of_one_member() {
    let mut world = check("issue origin-0 by NZ");
    let count = ledger::block::PROPOSAL_BYTES_MAX / world.act_of("issue origin-1 by NZ").body.len();
    let acts: Vec<Act> = (1..=count).map(|number| world.act_of(&format!("issue origin-{number} by NZ"))).collect();
    let block = transactions(&world, "NZ-origin", &acts);
    let refused = numbers_of(&world.run(block)).into_iter().enumerate().find(|(_, number)| *number != 0);
    assert_eq!(refused, None, "of {count} acts");
}

#[test]
fn what_offices_recorded_costs_as_much_as_judging_it_for_each_line() {
    let mut world = check("issue origin-1 by NZ lines=200 until=2026-06-01");
    let grants = DESTINATION_ACTS_MAX / 2;
    for number in 0..grants {
        world.tell(&format!("grant origin-1 by CN declaration={number}"));
    }
    let (_, _, act) = world.office_act_of("reserve origin-1 by CN declaration=more amount=100000000");
    let numbers = numbers_of(&world.run(transactions(&world, "CN-customs", &vec![act; 1_024])));
    let first = numbers.iter().position(|number| *number == Refusal::ShareOfBlockSpent.number()).expect("before the end");
    assert!(first <= BYTES_PER_MEMBER_MAX as usize / (grants * LINES_MAX), "after {first}");
    assert!(numbers[..first].iter().all(|number| *number == Refusal::QuantityExceeded.number()), "{}", numbers[0]);
}

#[test]
fn a_refusal_names_the_limit_that_the_issuer_met() {
    let mut world = check(
        "
        adopt  RCEP by NZ criteria=CTC,WO retroactive=12m unmarked=3d
        scopes NZ-sps by NZ kinds=sps daily=1
        issue  sps-1 by NZ
        issue  aeo-1 by NZ
    ",
    );
    for (signer, line, refusal, said) in [
        (
            "NZ-origin",
            "issue origin-1 by NZ class=RCEP criteria=PSR,WO",
            "CriterionNotOfAgreement",
            "named: PSR; the agreement has CTC, WO",
        ),
        ("NZ-origin", "issue origin-1 by NZ class=RCEP", "CriterionNotOfAgreement", "none is named; the agreement has CTC, WO"),
        (
            "NZ-origin",
            "issue origin-1 by NZ class=RCEP criteria=WO until=2028-01-01",
            "ValidLongerThanAgreement",
            "the agreement's last day is 2027-03-01",
        ),
        (
            "NZ-origin",
            "issue origin-1 by NZ class=RCEP criteria=WO shipped=2026-02-25",
            "NotMarkedRetroactive",
            "shipped 2026-02-25; without the mark up to 2026-02-28",
        ),
        (
            "NZ-origin",
            "issue origin-1 by NZ class=RCEP criteria=WO shipped=2025-02-25 flags=1",
            "RetroactiveTooLate",
            "shipped 2025-02-25; issued retroactively up to 2026-02-25",
        ),
        ("NZ-sps", "issue sps-2 by NZ", "DailyLimitReached", "the limit is 1 a day"),
        ("NZ-aeo", "suspend aeo-1 by NZ effective=2026-01-01", "EffectiveBeforeIssue", "its date of issue is 2026-03-01"),
    ] {
        let transaction = world.transaction(signer, 1, vec![world.act_of(line)]);
        let refused = crate::execute::precheck(&world.block, transaction.transaction(), &world.state).unwrap().remove(0).unwrap();
        assert_eq!((refused.refusal.name(), refused.detail.as_deref()), (refusal, Some(said)), "{line}");
    }
    world.tell("issue origin-1 by NZ class=RCEP criteria=WO shipped=2026-02-26");
}

#[test]
fn one_signature_stands_by_as_many_certificates_as_a_transaction_has_acts() {
    let mut world = check("name-key 2 by NZ-sps");
    let names: Vec<String> = (0..ACTS_MAX).map(|index| format!("sps-{index}")).collect();
    let acts = |world: &World, verb: &str| names.iter().map(|name| world.act_of(&format!("{verb} {name} by NZ"))).collect();
    let issues = acts(&world, "issue");
    assert!(world.submit("NZ-sps", 1, issues).iter().all(Option::is_none));
    world.tell("wait 2 days\nrevoke-key 1 by NZ-sps as-of=2026-03-01\nverify sps-0 => SignatureFails key-revoked-before-recording");
    let issued: Vec<Recorded> = names.iter().map(|name| world.standing(name).issued).collect();
    let reaffirmed = acts(&world, "reaffirm");
    assert_eq!(world.submit("NZ-sps", 2, reaffirmed), vec![None; 256]);
    for (name, issued) in names.iter().zip(issued) {
        world.tell(&format!("verify {name} => Valid all-holds"));
        assert_eq!(world.standing(name).issued, issued, "{name} keeps its date");
    }
    world.replay();
}
