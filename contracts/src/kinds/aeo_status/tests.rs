//! Stories of AEO statuses and of their recognition (DOMAIN sections 4.2 and 4.4).

use super::AeoTerms;
use crate::story::{Told, Words, check};
use crate::verdict::{CheckName, CheckOutcome, Word};
use ledger::codec::Canonical;

/// `type=AEOS roles=exporter,manufacturer consent=no`.
pub(super) fn told(words: &Words<'_>) -> Told {
    let roles = if words.named.contains_key("roles") { words.list("roles") } else { vec!["exporter".to_owned()] };
    let operator_type = words.named.get("type").unwrap_or(&"AEOS").to_string();
    let consent_to_exchange = words.named.get("consent") != Some(&"no");
    let terms = AeoTerms { operator_type, roles, consent_to_exchange, holder: None };
    Told { class: Some("SES"), terms: Some(terms.to_bytes()), lines: 0 }
}

const ARRANGED: &str = "
    issue   aeo-1 by NZ date=2025-01-10
    sign    CN-NZ-2017 by CN effective=2017-11-01
    sign    CN-NZ-2017 by NZ effective=2017-11-01
    apply   CN-NZ-2017 by NZ effective=2023-12-14
    apply   CN-NZ-2017 by CN effective=2024-02-01
";

#[test]
fn a_status_is_granted_suspended_reinstated_converted_and_annulled() {
    check(
        "
        issue     aeo-1 by NZ type=AEOC date=2025-01-10
        suspend   aeo-1 by NZ effective=2026-02-01 reason=7
        reinstate aeo-1 by NZ effective=2026-02-20
        replace   aeo-2 for aeo-1 by NZ type=AEOF
        verify    aeo-1 on=2026-02-25                => Valid all-holds
        verify    aeo-1 on=2026-03-01                => Replaced replaced
        verify    aeo-2                              => Valid all-holds
        annul     aeo-1 by NZ
        verify    aeo-1 on=2026-02-25                => Annulled annulled
        verify    aeo-2                              => Valid all-holds
        withdraw  aeo-2 by NZ
        verify    aeo-2                              => Withdrawn withdrawn
        revoke    aeo-1 by NZ                        => refused StandingEnded
    ",
    );
}

#[test]
fn a_revoked_status_cannot_be_reinstated() {
    check(
        "
        issue     aeo-1 by NZ
        suspend   aeo-1 by NZ
        revoke    aeo-1 by NZ
        reinstate aeo-1 by NZ                        => refused StandingEnded
    ",
    );
}

#[test]
fn recognition_is_directional_dated_and_not_transitive() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        verify  aeo-1 for=CN                         => Valid all-holds
        verify  aeo-1 for=NZ                         => Valid all-holds
        verify  aeo-1                                => Valid all-holds
        verify  aeo-1 for=CL                         => NotRecognised no-arrangement
        verify  aeo-1 for=ZZ                         => NotRecognised no-arrangement
        issue   aeo-2 by NZ date=2020-01-10
        verify  aeo-2 for=CN on=2023-12-31           => NotRecognised arrangement-not-applied
        verify  aeo-2 for=CN on=2024-02-01           => Valid all-holds
        # CL recognises CN, and CN recognises NZ: that does not make CL recognise NZ.
        sign    CL-CN-1 by CL
        sign    CL-CN-1 by CN
        apply   CL-CN-1 by CL
        apply   CL-CN-1 by CN
        issue   aeo-3 by CN
        verify  aeo-3 for=CL                         => Valid all-holds
        verify  aeo-1 for=CL                         => NotRecognised no-arrangement
        # One direction only.
        sign    CL-NZ-1 by CL only=CL
        sign    CL-NZ-1 by NZ only=CL
        verify  aeo-1 for=CL                         => NotRecognised arrangement-not-applied
        apply   CL-NZ-1 by CL
        apply   CL-NZ-1 by NZ
        verify  aeo-1 for=CL                         => Valid all-holds
        issue   aeo-4 by CL
        verify  aeo-4 for=NZ                         => NotRecognised no-arrangement
    ",
    );
    let verdict = world.verdict_of("verify aeo-1 for=SG");
    assert_eq!((verdict.headline(), verdict.exit_code(true)), ("NOT RECOGNISED", 11));
    assert!(verdict.sentence.contains("treat as any other trader"));
}

#[test]
fn signed_is_not_applied() {
    check(
        "
        issue   aeo-1 by NZ
        sign    CN-NZ-1 by CN
        verify  aeo-1 for=CN                         => NotRecognised arrangement-not-signed
        sign    CN-NZ-1 by NZ
        verify  aeo-1 for=CN                         => NotRecognised arrangement-not-applied
        apply   CN-NZ-1 by CN
        verify  aeo-1 for=CN                         => NotRecognised arrangement-not-applied
        apply   CN-NZ-1 by NZ
        verify  aeo-1 for=CN                         => Valid all-holds
    ",
    );
}

#[test]
fn a_party_suspends_its_own_recognition_and_not_the_others() {
    let mut world = check(ARRANGED);
    world.tell(
        "
        issue   aeo-5 by CN date=2025-01-10
        hold    CN-NZ-2017 by CN effective=2026-02-01
        verify  aeo-1 for=CN on=2026-01-31           => Valid all-holds
        verify  aeo-1 for=CN on=2026-02-01           => NotRecognised arrangement-suspended
        verify  aeo-5 for=NZ on=2026-02-01           => Valid all-holds
        resume  CN-NZ-2017 by CN effective=2026-02-20
        verify  aeo-1 for=CN on=2026-02-10           => NotRecognised arrangement-suspended
        verify  aeo-1 for=CN on=2026-02-20           => Valid all-holds
        leave   CN-NZ-2017 by NZ effective=2026-06-01
        verify  aeo-1 for=CN on=2026-05-31           => Valid all-holds
        verify  aeo-1 for=CN on=2026-06-01           => NotRecognised arrangement-terminated
        verify  aeo-5 for=NZ on=2026-06-01           => NotRecognised arrangement-terminated
    ",
    );
}

#[test]
fn type_role_flow_programme_consent_and_holder_are_conditions_of_their_own() {
    check(
        "
        sign    CN-NZ-1 by CN types=AEOS,BOTH roles=exporter,manufacturer flow=1
        sign    CN-NZ-1 by NZ types=AEOS,BOTH roles=exporter,manufacturer flow=1
        apply   CN-NZ-1 by CN
        apply   CN-NZ-1 by NZ
        issue   aeo-1 by NZ
        verify  aeo-1 for=CN                         => Valid all-holds
        verify  aeo-1 for=CN flow=2                  => NotRecognised flow-not-covered
        verify  aeo-1 for=CN role=exporter           => Valid all-holds
        verify  aeo-1 for=CN role=importer           => NotRecognised role-not-covered
        verify  aeo-1 for=CN role=manufacturer       => NotRecognised role-not-covered
        verify  aeo-1 for=CN holder=yes              => Valid all-holds
        verify  aeo-1 for=CN holder=no               => NotRecognised other-holder
        verify  aeo-1 for=NZ holder=no               => NotRecognised other-holder
        issue   aeo-2 by NZ type=AEOC
        verify  aeo-2 for=CN                         => NotRecognised type-not-covered
        issue   aeo-3 by NZ roles=warehouse
        verify  aeo-3 for=CN                         => NotRecognised role-not-covered
        issue   aeo-4 by NZ class=OTHER
        verify  aeo-4 for=CN                         => NotRecognised programme-not-covered
        issue   aeo-5 by NZ consent=no for=NZ
        verify  aeo-5 for=CN                         => NotRecognised no-consent
        verify  aeo-5 for=NZ                         => Valid all-holds
    ",
    );
}

#[test]
fn an_arrangement_of_a_union_covers_its_countries() {
    check(
        "
        admit   EU-de by EU country=DE kinds=aeo
        name-key 1 by EU-de
        issue   aeo-1 by @EU-de country=DE
        sign    CN-EU-1 by CN
        sign    CN-EU-1 by EU
        apply   CN-EU-1 by CN
        apply   CN-EU-1 by EU
        verify  aeo-1 for=CN                         => Valid all-holds
        verify  aeo-1 for=FR                         => Valid all-holds
        issue   aeo-2 by CN
        verify  aeo-2 for=FR                         => Valid all-holds
        verify  aeo-2 for=DE                         => Valid all-holds
    ",
    );
}

#[test]
fn a_stranger_gets_the_same_answer_whether_or_not_the_status_exists() {
    let mut world = check("issue aeo-1 by NZ number=5 for=CL,CN");
    let present = world.verdict_of("look 5 by CL from=NZ kind=aeo for=CL");
    let absent = world.verdict_of("look 6 by CL from=NZ kind=aeo for=CL");
    assert_eq!(present.word, Word::NotRecognised);
    assert_eq!(present, absent);
    world.tell("revoke aeo-1 by NZ");
    let revoked = world.verdict_of("look 5 by CL from=NZ kind=aeo for=CL");
    assert_eq!((revoked.sentence, &revoked.checks[..4]), (present.sentence, &present.checks[..4]));
}

#[test]
fn the_failing_condition_is_named_beside_what_holds() {
    let mut world = check(ARRANGED);
    world.tell("issue aeo-7 by NZ consent=no for=NZ\nrevoke aeo-7 by NZ");
    let verdict = world.verdict_of("verify aeo-7 for=CN");
    let outcome = |name| verdict.checks.iter().find(|check| check.name == name).unwrap().outcome;
    assert_eq!(verdict.word, Word::NotRecognised);
    assert_eq!(outcome(CheckName::Recognised), CheckOutcome::Failed);
    assert_eq!(outcome(CheckName::IssuerInScope), CheckOutcome::Passed);
    // What was done to it is its own country's to know.
    assert_eq!(outcome(CheckName::InForce), CheckOutcome::NotMade);
}
