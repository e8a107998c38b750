//! Stories of control results and of their recognition.
//!
//! ```text
//! issue   control-1 by NZ method=physical seals=no
//! ```
//! A line that says nothing else tells of a scan under seals, of the programme `EXPORT`.

use super::record::{ControlTerms, Method};
use crate::acts::{Places, identity_of, issue_from_document};
use crate::document::read_document;
use crate::kinds::RecordKind;
use crate::story::{Told, Words, check};
use crate::verdict::{CheckName, CheckOutcome, Word};
use ledger::codec::Canonical;
use ledger::commitment::{Seed, field_commitment};
use ledger::hash::Hash;
use ledger::id::AuthorityId;
use ledger::lookup::RecordTag;

/// `method=document`, `scan`, `physical` or `laboratory`; `seals=no`; `terms=issued` are another kind's.
pub(super) fn told(words: &Words<'_>) -> Told {
    let hash = |byte| Hash::new([byte; 32]);
    let method = words.named.get("method").unwrap_or(&"scan");
    let method = *Method::ALL.iter().find(|known| known.as_str() == *method).unwrap();
    let seals = (words.named.get("seals") != Some(&"no")).then_some(hash(3));
    let terms = ControlTerms { method, finding: hash(1), consignment: hash(2), seals }.to_bytes();
    let other = vec![0xa2, 0x00, 0x19, 0x11, 0x35, 0x01, 0x18, 0x46];
    Told { class: Some("EXPORT"), terms: Some(if words.named.contains_key("terms") { other } else { terms }), lines: 0 }
}

/// CN and NZ recognise each other's scans and openings of the programme EXPORT; one of NZ's is recorded.
const ARRANGED: &str = "
    sign    CN-NZ-2026 by CN recognises=control programme=EXPORT types=PHYSICAL,SCAN effective=2026-01-10
    sign    CN-NZ-2026 by NZ recognises=control programme=EXPORT types=PHYSICAL,SCAN effective=2026-01-10
    apply   CN-NZ-2026 by CN effective=2026-01-20
    apply   CN-NZ-2026 by NZ effective=2026-02-01
    issue   control-1 by NZ for=CN,SG
";

#[test]
fn a_box_inspected_once_is_recognised_by_the_partner() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        verify  control-1 for=CN                     => Valid all-holds
        verify  control-1 for=NZ                     => Valid all-holds
        verify  control-1                            => Valid all-holds
        verify  control-1 for=SG                     => NotRecognised no-arrangement
        look    control-1 by CN from=NZ kind=control for=CN  => Valid all-holds
        issue   control-2 by CN method=physical
        verify  control-2 for=NZ                     => Valid all-holds
    ",
    );
    let verdict = world.verdict_of("verify control-1 for=SG");
    assert_eq!((verdict.headline(), verdict.exit_code(true), verdict.failed_condition()), ("NOT RECOGNISED", 11, Some(3)));
    assert!(verdict.sentence.ends_with("control the consignment as any other"), "{}", verdict.sentence);
}

#[test]
fn recognition_rests_on_the_seals() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        sign    CN-NZ-DOCS by CN recognises=control programme=EXPORT
        sign    CN-NZ-DOCS by NZ recognises=control programme=EXPORT
        apply   CN-NZ-DOCS by CN
        apply   CN-NZ-DOCS by NZ
        issue   control-2 by NZ method=document seals=no
        flags   control-1 for=CN says=each_seal_on_the_consignment_is_whole  => yes
        flags   control-2 for=CN says=names_no_seal                          => yes
        flags   control-2 for=CN says=each_seal                              => no
    ",
    );
    let said = |line: &str| {
        let verdict = world.verdict_of(line);
        let check = verdict.checks.into_iter().find(|check| check.name == CheckName::Recognised).unwrap();
        assert_eq!(check.outcome, CheckOutcome::Passed);
        check.detail
    };
    let of_scan = said("verify control-1 for=CN");
    assert_eq!(of_scan, "CN recognises control results of NZ under CN-NZ-2026, as long as its seals are whole and those of the document");
    assert_eq!(said("verify control-2 for=CN"), "CN recognises control results of NZ under CN-NZ-DOCS");
    assert_eq!(said("verify control-1 for=NZ"), "a control of one's own");
}

#[test]
fn kind_programme_method_and_flow_lie_within_the_terms() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        issue   control-2 by NZ method=document seals=no
        verify  control-2 for=CN                     => NotRecognised type-not-covered
        issue   control-3 by NZ method=laboratory seals=no
        verify  control-3 for=CN                     => NotRecognised type-not-covered
        issue   control-4 by NZ class=IMPORT
        verify  control-4 for=CN                     => NotRecognised programme-not-covered
        condition control-4 for=CN                   => 4
        verify  control-1 for=CN flow=2              => Valid all-holds

        # An arrangement about controls says nothing of operators, whatever the programme is called.
        issue   aeo-1 by NZ class=EXPORT type=SCAN
        verify  aeo-1 for=CN                         => NotRecognised no-arrangement

        # And one about operators nothing of controls.
        sign    CL-NZ-1 by CL
        sign    CL-NZ-1 by NZ
        apply   CL-NZ-1 by CL
        apply   CL-NZ-1 by NZ
        issue   control-5 by NZ class=SES
        verify  control-5 for=CL                     => NotRecognised no-arrangement

        # Recognition is not transitive, and terms that ask for a role cover what has none in no case.
        verify  control-1 for=CL                     => NotRecognised no-arrangement
        sign    CN-SG-1 by CN recognises=control programme=EXPORT roles=exporter flow=1
        sign    CN-SG-1 by SG recognises=control programme=EXPORT roles=exporter flow=1
        apply   CN-SG-1 by CN
        apply   CN-SG-1 by SG
        issue   control-6 by SG
        verify  control-6 for=CN                     => NotRecognised role-not-covered
    ",
    );
}

#[test]
fn terms_of_an_arrangement_name_kinds_that_are_recognised_by_arrangement() {
    check(
        "
        sign    CN-NZ-1 by CN recognises=sps         => refused TermsOfArrangementNotInForm
        sign    CN-NZ-1 by CN recognises=origin      => refused TermsOfArrangementNotInForm
        sign    CN-NZ-1 by CN recognises=aeo         => refused TermsOfArrangementNotInForm
        sign    CN-NZ-1 by CN recognises=control
    ",
    );
}

#[test]
fn what_a_result_must_fulfil() {
    check(
        "
        issue   control-1 by NZ seals=no             => refused SealsMissing
        issue   control-1 by NZ method=physical seals=no  => refused SealsMissing
        issue   control-1 by NZ class=none           => refused ClassMissing
        issue   control-1 by NZ terms=none           => refused TermsMissing
        issue   control-1 by NZ terms=bad            => refused TermsNotInForm
        issue   control-1 by NZ terms=issued         => refused TermsNotInForm
        issue   control-1 by NZ lines=1              => refused LinesNotOfThisKind
        issue   control-1 by NZ flags=1              => refused FlagsNotOfThisKind
        issue   sps-1 by NZ
        issue   control-1 by NZ on=sps-1             => refused BaseNotOfThisKind
        issue   control-1 by @NZ-sps                 => refused KindOutOfScope
        issue   control-1 by NZ country=CL           => refused IssuerOfAnotherCountry
        issue   control-1 by NZ method=laboratory seals=no
        issue   control-1 by NZ                      => refused AlreadyRecorded
    ",
    );
}

#[test]
fn a_consignment_opened_again_has_no_result_any_more() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        withdraw control-1 by NZ effective=2026-03-20
        take-back control-1 by NZ effective=2026-03-20
        share   control-1 by NZ with=CL
        withdraw control-1 by NZ effective=2026-03-10
        verify  control-1 for=CN on=2026-03-09       => Valid all-holds
        verify  control-1 for=CN on=2026-03-10       => Withdrawn withdrawn
        withdraw control-1 by NZ                     => refused StandingEnded
        issue   control-2 by NZ
        withdraw control-2 by CN                     => refused AnotherAuthoritysRecord
        suspend control-2 by NZ                      => refused VerbNotOfThisKind
        revoke  control-2 by NZ                      => refused VerbNotOfThisKind
        cancel  control-2 by NZ                      => refused VerbNotOfThisKind
        reassess control-2 by NZ                     => refused VerbNotOfThisKind
    ",
    );
}

#[test]
fn sealed_anew_only_the_replacement_counts() {
    check(ARRANGED).tell(
        "
        wait    2 days
        replace control-2 for control-1 by NZ date=2026-03-03 method=physical
        verify  control-1 for=CN on=2026-03-02       => Valid all-holds
        verify  control-1 for=CN on=2026-03-03       => Replaced replaced
        verify  control-2 for=CN on=2026-03-03       => Valid all-holds
        withdraw control-1 by NZ                     => refused AlreadyReplaced
    ",
    );
}

#[test]
fn a_control_that_was_never_made_is_void_from_the_beginning() {
    check(ARRANGED).tell(
        "
        wait    2 days
        replace control-2 for control-1 by NZ date=2026-03-03
        annul   control-1 by NZ reason=4
        verify  control-1 for=CN on=2026-03-02       => Annulled annulled
        annul   control-2 by NZ
        verify  control-2 for=CN on=2026-03-03       => Annulled annulled
        condition control-2 for=CN on=2026-03-03     => 2
    ",
    );
}

#[test]
fn the_partner_says_whether_it_relied_on_it() {
    check(ARRANGED).tell(
        "
        accept  control-1 by CN
        flags   control-1 for=CN says=CN-customs_accepted_it_on => yes
        reject  control-1 by SG reason=7
        verify  control-1 for=CN                     => Valid all-holds
        ask     control-1 by CN deadline=2026-04-01
        verify  control-1 for=CN                     => UnderVerification question-open
        answer  control-1 by NZ to=CN confirmed=no
        verify  control-1 for=CN                     => Rejected not-confirmed
        accept  control-1 by NZ                      => refused OwnMembersCertificate
        grant   control-1 by CN                      => refused VerbNotOfThisKind
        present control-1 by CN                      => refused VerbNotOfThisKind
        reserve control-1 by CN                      => refused VerbNotOfThisKind
    ",
    );
}

#[test]
fn a_result_counts_until_its_last_day_and_under_keys_that_hold() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        issue   control-2 by NZ until=2026-03-20
        verify  control-2 for=CN on=2026-03-20       => Valid all-holds
        verify  control-2 for=CN on=2026-03-21       => Expired validity-over
        wait    2 days
        revoke-key 1 by NZ-control as-of=2026-03-01
        name-key 2 by NZ-control
        verify  control-1 for=CN                     => SignatureFails key-revoked-before-recording
        reaffirm control-1 by NZ key=2
        verify  control-1 for=CN                     => Valid all-holds
    ",
    );
}

#[test]
fn a_stranger_gets_the_same_answer_whether_or_not_the_result_exists() {
    let mut world = check("issue control-1 by NZ number=5 for=CL,CN");
    let present = world.verdict_of("look 5 by CL from=NZ kind=control for=CL");
    let absent = world.verdict_of("look 6 by CL from=NZ kind=control for=CL");
    assert_eq!(present.word, Word::NotRecognised);
    assert_eq!(present, absent);
    world.tell(
        "
        annul   control-1 by NZ
        # An arrangement about operators makes no partner of it.
        sign    CL-NZ-1 by CL
        sign    CL-NZ-1 by NZ
        apply   CL-NZ-1 by CL
        apply   CL-NZ-1 by NZ
    ",
    );
    let (present, absent) =
        (world.verdict_of("look 5 by CL from=NZ kind=control for=CL"), world.verdict_of("look 6 by CL from=NZ kind=control for=CL"));
    assert_eq!((present.word, present), (Word::NotRecognised, absent));
}

#[test]
fn absence_is_proven_to_a_partner_under_coverage() {
    check(
        "
        sign    CN-NZ-2026 by CN recognises=control programme=EXPORT
        sign    CN-NZ-2026 by NZ recognises=control programme=EXPORT
        apply   CN-NZ-2026 by CN
        apply   CN-NZ-2026 by NZ
        admit   NZ-control by NZ kinds=control covers=2026-01-01
        look    control-1 by CN from=NZ kind=control for=CN issued=2026-02-01  => NotRecorded all-authorities-cover
        look    control-1 by CN from=NZ kind=control for=CN                    => Unknown not-covered
        look    control-1 by SG from=NZ kind=control for=SG issued=2026-02-01  => NotRecognised no-arrangement
    ",
    );
}

#[test]
fn a_document_becomes_an_act_that_shows_the_method_and_nothing_else() {
    let bytes = include_bytes!("examples/nz-cn-control.json");
    let document = read_document(bytes).unwrap();
    let seed = Seed::new([7; 16]);
    let authority = AuthorityId::parse("NZ-control").unwrap();
    assert_eq!(identity_of(&document, &authority).authority, None);
    let places = Places { record_tag: RecordTag::new([2; 32]), locators: Vec::new(), bases: Vec::new(), predecessor: None };
    let issue = issue_from_document(&document, bytes, &seed, places).unwrap();
    assert_eq!((issue.class.as_deref(), issue.lines.len()), (Some("NZ-EXPORT-CONTROL"), 0));
    let terms = ControlTerms::from_bytes(&issue.terms.clone().unwrap()).unwrap();
    let committed = |path: &str, value: &str| field_commitment(seed.salt(path), path, value);
    assert_eq!(terms.method, Method::Scan);
    assert_eq!(terms.finding, committed("finding", document.value("finding").unwrap()));
    assert_eq!(terms.consignment, committed("consignment_reference", "6NZ9429000000017KR2026-0311"));
    assert_eq!(terms.seals, Some(committed("seals", "KR77120\nNZC0088213\nNZC0088214")));
    let shown = issue.into_act(RecordKind::ControlResult).body.to_vec();
    for secret in ["NZC0088213", "TEMU6079348", "KR2026", "NZTRG-2026", "Tauranga", "kiwifruit"] {
        assert!(!shown.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} stands on the ledger");
    }
}

#[test]
fn terms_read_back_in_one_writing_only() {
    let hash = |byte| Hash::new([byte; 32]);
    for method in Method::ALL {
        for seals in [None, Some(hash(3))] {
            let terms = ControlTerms { method: *method, finding: hash(1), consignment: hash(2), seals };
            let bytes = terms.to_bytes();
            assert_eq!(ControlTerms::from_bytes(&bytes), Ok(terms));
            for bit in 0..bytes.len() * 8 {
                let mut other = bytes.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(ControlTerms::from_bytes(&other).map_or(true, |read| read.to_bytes() == other && other != bytes));
            }
        }
    }
}
