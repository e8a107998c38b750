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
    assert!(own.starts_with("not recorded for your administration,") && !own.contains("share"), "{own}");
    let then = sentence(&format!("{asked} finds=yes known={}", world.block.height.get()));
    assert!(then.starts_with("nothing was recorded by then") || then.starts_with("not recorded for your administration by then"), "{then}");
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
    assert_eq!(world.verdict_of("verify aeo-1 for=CN").benefits_as, ["exporter"]);
    for line in ["verify aeo-1 for=CN role=exporter", "verify aeo-2 for=CN"] {
        assert!(world.verdict_of(line).benefits_as.is_empty());
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
    let story = crate::verdict::explain(&facts, &question, None);
    let revoked = story.iter().find(|event| event.what.starts_with("key 1 revoked as of")).unwrap();
    assert_eq!((revoked.effect.as_str(), revoked.counts), ("this certificate was recorded after that: it may be a thief's", false));
}

#[test]
fn an_answer_under_a_stolen_key_is_told_with_since_when_it_does_not_count() {
    let world = check(
        "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-06-01
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        wait       10 days
        revoke-key 1 by NZ-origin as-of=2026-03-05
    ",
    );
    let answer = |line: &str| {
        let (subject, question) = world.question_of(line);
        let facts = crate::verdict::Facts::from_state(&world.state, world.block.recorded(), &subject, &question).unwrap();
        let story = crate::verdict::explain(&facts, &question, None);
        story.into_iter().find(|event| event.what.starts_with("answer")).unwrap()
    };
    let now = answer("verify origin-1 for=CN on=2026-04-01");
    let since = "confirmed to CN: that does not count since 2026-03-21T";
    assert!(now.effect.starts_with(since) && now.effect.contains("key 1, which was revoked as of 2026-03-05T"), "{}", now.effect);
    assert!(!now.counts && answer("verify origin-1 for=CN on=2026-04-01 known=2026-03-15").counts);
}

#[test]
fn a_certificate_that_goes_on_with_others_goods_and_draws_nothing_is_told() {
    let world = check(
        "
        issue  sps-1 by NZ
        issue  sps-9 by NZ amounts=none
        issue  sps-2 by CL class=657 on=sps-9
        issue  sps-3 by CL class=657 on=sps-1 draws=sps-1:1:400
        issue  sps-4 by CL class=851
    ",
    );
    let drew_nothing = |name: &str| world.verdict_of(&format!("verify {name}")).flags.iter().any(|flag| flag.starts_with("drew nothing"));
    assert_eq!(["sps-2", "sps-3", "sps-4"].map(drew_nothing), [true, false, false]);
}

#[test]
fn what_was_done_with_a_predecessor_and_what_a_partial_acceptance_rejects_is_told() {
    use crate::verdict::{Facts, explain};
    let world = check(
        "
        issue   origin-1 by CL amounts=1000
        present origin-1 by CN declaration=D1
        wait    1 days
        replace origin-2 for origin-1 by CL shares=yes amounts=1000
        wait    1 days
        present origin-2 by CN declaration=D2
        issue   sps-1 by NZ lines=3
        accept-partially sps-1 by CN reason=4 lines=1,3
    ",
    );
    let told = |line: &str| {
        let (subject, question) = world.question_of(line);
        let facts = Facts::from_state(&world.state, world.now(), &subject, &question).unwrap();
        explain(&facts, &question, None).into_iter().map(|event| format!("{}: {}", event.what, event.effect)).collect::<Vec<_>>()
    };
    let of_successor: Vec<_> = told("verify origin-2").into_iter().filter(|event| event.starts_with("present")).collect();
    let before: Vec<_> = of_successor.iter().map(|event| event.contains(", with the certificate that this one replaces")).collect();
    assert_eq!(before, [true, false], "{of_successor:?}");
    assert!(!told("verify origin-1").iter().any(|event| event.contains("this one replaces")));
    let partial = told("verify sps-1");
    assert!(partial.iter().any(|event| event.contains("the lines that it does not name are rejected in CN")), "{partial:?}");
}

#[test]
fn each_hold_use_and_release_and_the_naming_of_the_key_is_told() {
    use crate::destination::Use;
    use crate::key;
    let world = check(
        "
        issue   origin-1 by CL amounts=1000
        reserve origin-1 by CN amount=400 until=2026-03-03 declaration=D1
        reserve origin-1 by CN amount=250 until=2026-03-03 declaration=D1
        consume origin-1 by CN amount=50 declaration=D1
        release origin-1 by CN declaration=D1
        reserve origin-1 by CN amount=100 until=2026-03-03 declaration=D2
        wait    9 days
        expire  origin-1 by SG of=CN declaration=D2
        reserve origin-1 by CN amount=100 declaration=D3/1
    ",
    );
    let uses: Vec<_> = ["D1", "D2", "D3/1"]
        .map(|declaration| {
            let name = world.use_name("CN", declaration);
            (1, name, world.entry::<Use>(&key::use_of(&world.record_key("origin-1"), 1, &name)).unwrap())
        })
        .into();
    let told = |line: &str, uses| {
        let (subject, question) = world.question_of(line);
        let facts = crate::verdict::Facts::from_state(&world.state, world.now(), &subject, &question).unwrap();
        crate::verdict::explain(&facts, &question, uses)
    };
    let story = told("verify origin-1", Some(&uses[..]));
    let named = story.iter().find(|event| event.what == "key 1 named").unwrap();
    // Its window begins earlier; before it was named nobody relied on it.
    assert!(named.effect.starts_with("it signs for CL-origin from 2026-03-01T00:00:01") && named.effect.ends_with(" on"), "{named:?}");
    let on_line: Vec<_> = story.iter().filter(|event| event.what.contains(" line 1, ")).collect();
    for (event, (what, effect)) in on_line.iter().zip([
        ("reserve line 1, 40.000 % of what is certified, for declaration ", "held: nobody"),
        ("reserve line 1, 25.000 % of what is certified, for declaration ", "held in the place of what was held before"),
        ("consume line 1, 5.000 % ", "used up: less remains"),
        ("release line 1, 20.000 % ", "given back: anybody"),
        ("reserve line 1, 10.000 % ", "held: nobody"),
        ("expire line 1, 10.000 % ", "its last day is over"),
        ("reserve line 1, 10.000 % ", "held: nobody"),
    ]) {
        assert!(event.what.starts_with(what) && event.what.ends_with(" under key 1") && event.effect.starts_with(effect), "{event:?}");
    }
    assert_eq!((on_line.len(), on_line[5].by.as_str()), (7, "SG-customs"));
    assert!(on_line[6].what.contains("…, a goods item of declaration ") && !on_line[5].what.contains("goods item"), "{:?}", on_line[6]);
    // What was not known yet is marked so; of what is not at hand, only who used it is told.
    let before = told("verify origin-1 known=2026-03-05", Some(&uses[..]));
    assert_eq!(before.iter().filter(|event| event.what.contains(" line 1, ") && event.counts).count(), 5);
    let without = told("verify origin-1", None);
    let users: Vec<&str> = without.iter().filter(|event| event.by == "CN-customs").map(|event| event.what.as_str()).collect();
    assert_eq!(users, ["used a quantity once"]);
}

#[test]
fn one_authority_records_and_several_record() {
    let world = check(
        "
        scopes CL-sps by CL kinds=sps from=2026-01-01 covers=2026-01-01 effective=2026-01-01
        admit  CL-vet by CL kinds=sps from=2026-01-01 covers=2026-01-01
    ",
    );
    for (line, said) in [
        ("look sps-1 by CN from=CL kind=sps issued=2026-02-01", "CL-sps, CL-vet record here everything they issue since"),
        ("look sps-1 by CN from=CL kind=sps", "CL-sps, CL-vet record here everything they issue since"),
        ("look sps-1 by CN from=CL kind=sps issued=2026-02-01 authority=CL-vet", "CL-vet records here everything it issues since"),
    ] {
        let sentence = world.verdict_of(line).sentence;
        assert!(sentence.contains(said), "{line}: {sentence}");
    }
}

#[test]
fn what_puts_an_arrangement_into_operation_and_which_key_is_the_root_key_is_told() {
    let world = check(
        "
        name-key 2 by NZ-aeo from=2026-01-01
        wait   1 days
        new-root NZ-aeo by NZ number=2
        issue  aeo-1 by NZ type=AEOS
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN effective=2026-04-01
        apply  CN-NZ-1 by NZ
        sign   CL-CN-NZ-2 by CL
        sign   CL-CN-NZ-2 by CN
        sign   CL-CN-NZ-2 by NZ
        apply  CL-CN-NZ-2 by CL
    ",
    );
    let (subject, question) = world.question_of("verify aeo-1 for=CN on=2026-04-01");
    let facts = crate::verdict::Facts::from_state(&world.state, world.now(), &subject, &question).unwrap();
    let story = crate::verdict::explain(&facts, &question, None);
    let effects = |what: &str| story.iter().filter(|event| event.what == what).map(|event| event.effect.as_str()).collect::<Vec<_>>();
    assert_eq!(
        effects("apply CN-NZ-1"),
        ["in operation once both NZ and CN apply it", "both NZ and CN apply it: in operation from 2026-04-01 on"]
    );
    assert_eq!(effects("apply CL-CN-NZ-2"), ["CL applies it as well"]);
    let root = effects("replace root key NZ-aeo by key 2").join("");
    assert!(root.starts_with("key 2 names and revokes its keys from then on; key 0 is revoked as of 2026-"), "{root}: {story:?}");
}

#[test]
fn the_story_of_a_status_is_told_to_its_own_country_and_to_partners_that_recognise_it_alone() {
    let world = check(
        "
        issue   aeo-1 by NZ type=AEOS
        issue   aeo-2 by NZ type=AEOS consent=no for=NZ
        sign    CN-NZ-1 by CN
        sign    CN-NZ-1 by NZ
        apply   CN-NZ-1 by CN
        apply   CN-NZ-1 by NZ
        sign    SG-NZ-1 by SG
        sign    SG-NZ-1 by NZ
        suspend aeo-1 by NZ reason=7
        suspend aeo-2 by NZ reason=7
    ",
    );
    let story = |line: &str| {
        let (subject, question) = world.question_of(line);
        let facts = crate::verdict::Facts::from_state(&world.state, world.block.recorded(), &subject, &question).unwrap();
        let told: Vec<String> = crate::verdict::explain(&facts, &question, None).into_iter().map(|event| event.what).collect();
        (told.iter().any(|what| what.ends_with("reason 7")), told)
    };
    for line in ["verify aeo-1", "verify aeo-1 for=NZ", "verify aeo-1 for=CN", "verify aeo-2 for=NZ"] {
        assert!(story(line).0, "{line}: {:?}", story(line).1);
    }
    // Without consent a partner is told no more than anybody else.
    assert!(story("verify aeo-2 for=CN").1.iter().all(|what| what.ends_with(" CN-NZ-1")));
    assert_eq!(story("verify aeo-1 for=SG").1, ["sign SG-NZ-1", "sign SG-NZ-1"]);
    assert!(story("verify aeo-1 for=CL").1.is_empty() && story("verify aeo-9 for=CL").1.is_empty());
}

#[test]
fn what_befell_an_original_and_its_authority_and_what_was_answered_and_decided_about_it_is_told() {
    let world = check(
        "
        issue    origin-1 by CN until=2027-01-01
        issue    origin-2 by SG flags=8 on=origin-1 until=2027-01-01
        issue    origin-3 by NZ flags=8 on=origin-2 until=2027-01-01
        present  origin-1 by SG
        ask      origin-1 by SG deadline=2026-05-30
        answer   origin-1 by CN to=SG confirmed=no reason=3
        grant    origin-2 by NZ
        present  origin-2 by CL
        revoke   origin-1 by CN reason=1
        stop     CN-origin by CN
    ",
    );
    let (subject, question) = world.question_of("verify origin-3 for=CL");
    let facts = crate::verdict::Facts::from_state(&world.state, world.now(), &subject, &question).unwrap();
    let story = crate::verdict::explain(&facts, &question, None);
    let first = format!(", of record {}, on which it rests", world.record_key("origin-1"));
    let second = format!(", of record {}, on which it rests", world.record_key("origin-2"));
    let told: Vec<(&str, &str)> = story.iter().map(|event| (event.by.as_str(), event.what.as_str())).collect();
    for (by, what) in [
        ("SG-customs", format!("present under key 1{first}")),
        ("SG-customs", format!("ask for verification under key 1{first}")),
        ("CN-origin", format!("answer under key 1, reason 3{first}")),
        ("NZ-customs", format!("grant preference under key 1{second}")),
        ("CN", format!("suspend CN-origin{first}")),
        ("CN-origin", format!("record {}, on which it rests, revoked", world.record_key("origin-1"))),
    ] {
        assert!(told.contains(&(by, &what)), "{by}: {what} is not in {told:#?}");
    }
    let answer = story.iter().find(|event| event.what.starts_with("answer")).unwrap();
    assert_eq!(answer.effect, "not confirmed to SG");
    // That another country looked at the one between is not this one's story.
    assert!(!story.iter().any(|event| event.by == "CL-customs"), "{told:#?}");
}

#[test]
fn what_was_taken_back_and_whom_another_notification_left_out_and_what_scopes_gave_is_told_as_it_was() {
    let world = check(
        "
        adopt     RCEP by NZ
        adopt     RCEP by CN
        issue     origin-1 by CN until=2027-01-01
        issue     origin-2 by SG flags=8 on=origin-1 until=2027-01-01
        revoke    origin-1 by CN effective=2026-03-20 reason=1
        take-back origin-1 by CN effective=2026-03-20
        verify    origin-2 on=2026-03-25                 => Valid all-holds
        admit     NZ-other by NZ kinds=origin
        notify    NZ-other under=RCEP by NZ
        issue     origin-3 by NZ class=RCEP
        verify    origin-3 for=CN                        => NotRecognised authority-not-notified
        wait      1 days
        scopes    NZ-origin by NZ kinds=origin classes=RCEP from=2026-01-01 effective=2026-03-01
        scopes    NZ-origin by NZ kinds=sps from=2026-01-01 effective=2026-03-01
    ",
    );
    let story = |line: &str| {
        let (subject, question) = world.question_of(line);
        let facts = crate::verdict::Facts::from_state(&world.state, world.now(), &subject, &question).unwrap();
        crate::verdict::explain(&facts, &question, None)
    };
    let of = story("verify origin-2 on=2026-03-25");
    let counted = |what: &str| of.iter().find(|event| event.what.ends_with(what)).map(|event| event.counts);
    assert_eq!((counted("rests, revoked"), counted("rests, kept in force")), (Some(false), Some(true)), "{of:#?}");
    // Known before a change, the change is told for what it is; a later one does not reword an earlier one.
    for line in ["verify origin-3 for=CN", "verify origin-3 for=CN known=2026-03-02"] {
        let of = story(line);
        let effects: Vec<&str> =
            of.iter().filter(|event| event.what == "set scopes NZ-origin").map(|event| event.effect.as_str()).collect();
        assert_eq!(effects, ["certificates like this one are within them", "certificates like this one are not within them"], "{line}");
        assert!(of.iter().any(|event| event.what == "notifies NZ-other under RCEP" && event.effect.starts_with("from then on")), "{of:#?}");
    }
}

/// Who adopts a version anew, for more partners or from another date, applies it since the first time; who left it, since then.
#[test]
fn an_agreement_is_in_force_since_it_was_first_adopted_and_not_left() {
    let world = check(
        "
        adopt    RCEP by NZ with=CN from=2022-01-01
        adopt    RCEP by CN from=2022-01-01
        adopt    RCEP by NZ from=2026-02-01
        denounce RCEP by NZ effective=2026-06-01
        adopt    RCEP by NZ from=2026-08-01
        issue    origin-1 by NZ class=RCEP
    ",
    );
    for (on, since) in [("2026-05-01", "2022-01-01"), ("2026-08-01", "2026-08-01")] {
        let said = recognition(&world, &format!("verify origin-1 for=CN on={on}"));
        assert!(said.contains(&format!("in force between NZ and CN since {since}")), "{on}: {said}");
    }
}

/// Source: DOMAIN section 2.2: 40 of list 1373 is another thing than 40 of 4405.
#[test]
fn a_status_is_told_with_its_list() {
    let world = check(
        "
        draft    sps-1 by NZ
        draft    sps-4 by NZ
        draft    sps-5 by NZ
        wait     2 days
        draft    sps-5 by NZ document=later terms=approved
        issue    sps-1 by NZ
        wait     2 days
        accept   sps-1 by CN
        withdraw sps-1 by NZ
        issue    sps-2 by NZ
        replace  sps-3 for sps-2 by NZ
        issue    aeo-1 by NZ type=SES
        suspend  aeo-1 by NZ
        reassess aeo-1 by NZ until=2030-01-01
        issue    aeo-2 by NZ type=SES
        replace  aeo-3 for aeo-2 by NZ type=SES
        issue    origin-1 by NZ
    ",
    );
    let told = |line: &str| world.verdict_of(line).status.map(|status| (status.list, status.code));
    let of_4405 = |code: &str| Some(("4405", code.to_owned()));
    assert_eq!(told("verify sps-4"), of_4405("47"));
    assert_eq!(told("verify sps-1 on=2026-03-04 known=2026-03-02"), None);
    // A draft has the status that its last one states; what an earlier one stated is not kept.
    assert_eq!([told("verify sps-5"), told("verify sps-5 known=2026-03-02")], [of_4405("39"), None]);
    assert_eq!(told("verify sps-1 on=2026-03-04"), of_4405("70"));
    assert_eq!(told("verify sps-1 on=2026-03-05"), of_4405("40"));
    assert_eq!(told("verify sps-2"), of_4405("44"));
    assert_eq!(told("verify sps-3"), of_4405("70"));
    assert_eq!(told("verify aeo-1"), Some(("aeo-status", "suspended".to_owned())));
    // A replaced one has no status in its list.
    assert_eq!([told("verify aeo-2"), told("verify aeo-3")], [None, Some(("aeo-status", "valid".to_owned()))]);
    // Whoever does not recognise it is told nothing that became of it.
    assert_eq!(told("verify aeo-1 for=CL"), None);
    assert_eq!(told("verify origin-1"), None);
    let (subject, question) = world.question_of("verify sps-1 for=CN");
    let facts = crate::verdict::Facts::from_state(&world.state, world.block.recorded(), &subject, &question).unwrap();
    let events = crate::verdict::explain(&facts, &question, None);
    let given: Vec<_> = events.iter().filter_map(|event| event.status.as_ref().map(|status| status.code.as_str())).collect();
    assert_eq!(given, ["70", "39", "40"]);
}
