//! What is said beside the word of a verdict, where leaving it out would mislead.

use crate::story::{World, check};
use crate::verdict::CheckName;

fn recognition(world: &World, line: &str) -> String {
    let verdict = world.verdict_of(line);
    verdict.checks.iter().find(|check| check.name == CheckName::Recognised).unwrap().detail.clone()
}

#[test]
fn who_finds_nothing_by_a_number_is_told_what_that_does_not_prove() {
    let world = check(
        "
        scopes NZ-sps by NZ kinds=sps classes=851,852,853,636,657 from=2026-01-01 covers=2026-01-01 effective=2026-01-01
        scopes NZ-aeo by NZ kinds=aeo from=2026-01-01 effective=2026-01-01
    ",
    );
    let asked = "look sps-1 by SG from=NZ kind=sps class=851 issued=2026-02-01";
    let sentence = |line: &str| world.verdict_of(line).sentence;
    assert!(sentence(asked).ends_with("ask for the certificate file, or its issuer for a share"), "{}", sentence(asked));
    let own = sentence(&format!("{asked} finds=yes"));
    assert!(own.starts_with("not recorded for your administration") && !own.contains("share"), "{own}");
    // Of five document types three are named, and whoever has no arrangement is told of none that it had.
    let open = sentence("look sps-1 by SG from=NZ issued=2026-02-01");
    assert!(open.contains("before an arrangement with you") && open.contains(" and of others: state which it is"), "{open}");
}

#[test]
fn a_recognition_for_some_roles_names_them_unless_the_role_is_stated() {
    let world = check(
        "
        issue  aeo-1 by NZ type=AEOS roles=exporter,importer
        issue  aeo-2 by NZ type=AEOS roles=exporter
        sign   CN-NZ-1 by CN roles=exporter
        sign   CN-NZ-1 by NZ roles=exporter
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        verify aeo-1 for=CN                               => Valid all-holds
    ",
    );
    let said = recognition(&world, "verify aeo-1 for=CN");
    assert!(said.ends_with("under CN-NZ-1, as exporter only: state the role in the declaration"), "{said}");
    for line in ["verify aeo-1 for=CN role=exporter", "verify aeo-2 for=CN"] {
        let said = recognition(&world, line);
        assert!(said.ends_with("under CN-NZ-1"), "{line}: {said}");
    }
}

#[test]
fn a_revocation_that_was_not_known_yet_is_told_for_what_it_is() {
    let world = check(
        "
        wait       10 days
        issue      sps-1 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
    ",
    );
    let (subject, question) = world.question_of("verify sps-1 on=2026-03-12 known=2026-03-15");
    let facts = crate::verdict::Facts::from_state(&world.state, world.block.recorded(), &subject, &question).unwrap();
    let story = crate::verdict::explain(&facts, &question);
    let revoked = story.iter().find(|event| event.what.starts_with("key 1 revoked as of")).unwrap();
    assert_eq!((revoked.effect.as_str(), revoked.counts), ("this certificate was recorded after that: it may be a thief's", false));
}

#[test]
fn a_certificate_that_goes_on_with_others_goods_and_draws_nothing_is_told() {
    let world = check(
        "
        issue  sps-1 by NZ
        issue  sps-2 by CL class=657 on=sps-1
        issue  sps-3 by CL class=657 on=sps-1 draws=sps-1:1:400
        issue  sps-4 by CL class=851
    ",
    );
    let drew_nothing = |name: &str| world.verdict_of(&format!("verify {name}")).flags.iter().any(|flag| flag.starts_with("drew nothing"));
    assert_eq!(["sps-2", "sps-3", "sps-4"].map(drew_nothing), [true, false, false]);
}
