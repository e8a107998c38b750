//! Nothing dated is overwritten: the past is asked about from today's state alone.

use crate::context::Recorded;
use crate::story::{World, check};
use crate::verdict::{Reason, Word};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn five_thousand_heights_are_asked_about_from_todays_state() {
    let mut world = check("issue aeo-1 by NZ date=2026-01-10\nissue sps-1 by NZ");
    let first = world.block.height;
    // What an officer saw at each height, at the time.
    let mut seen = vec![];
    for step in 0_u64..5_000 {
        match step {
            700 => world.tell("suspend aeo-1 by NZ effective=2026-02-01"),
            1_900 => world.tell("reinstate aeo-1 by NZ effective=2026-02-20"),
            2_500 => world.tell("stop NZ-sps by NZ effective=2026-02-28"),
            2_900 => world.tell("restart NZ-sps by NZ effective=2026-03-01"),
            3_300 => world.tell("replace sps-2 for sps-1 by NZ date=2026-03-05"),
            3_700 => world.tell("withdraw sps-2 by NZ"),
            4_200 => world.tell("revoke aeo-1 by NZ effective=2026-02-25"),
            4_800 => world.tell("revoke-key 1 by NZ-sps as-of=2026-03-01"),
            _ => world.tell("wait 1 hours"),
        }
        if step % 100 == 50 {
            let words = questions("").map(|line| world.verdict_of(&line).word);
            seen.push((world.block.height, words));
        }
        world.run(vec![]);
    }
    assert!(world.block.height.get() >= first.get() + 5_000);
    let mut all = std::collections::BTreeSet::new();
    for (height, words) in seen {
        // The block of the answer was not decided when it was given: what was known is what the height before recorded.
        let known = format!("known={}", height.get() - 1);
        assert_eq!(questions(&known).map(|line| world.verdict_of(&line).word), words, "at height {height}");
        all.extend(words);
    }
    for word in [Word::Valid, Word::Suspended, Word::Revoked, Word::IssuerOutOfScope, Word::Replaced, Word::SignatureFails, Word::Withdrawn]
    {
        assert!(all.contains(&word), "{word} was never seen");
    }
}

fn questions(known: &str) -> [String; 5] {
    [
        format!("verify aeo-1 on=2026-02-10 {known}"),
        format!("verify aeo-1 on=2026-02-26 {known}"),
        format!("verify sps-1 on=2026-03-01 {known}"),
        format!("verify sps-1 on=2026-03-10 {known}"),
        format!("verify sps-2 on=2027-03-10 {known}"),
    ]
}

#[test]
fn what_was_recorded_later_was_not_known() {
    let mut world = World::founded();
    world.tell("wait 5 days\nissue sps-1 by NZ date=2026-03-02");
    world.tell(
        "
        verify  sps-1 on=2026-03-04                              => Valid all-holds
        verify  sps-1 on=2026-03-04 known=2026-03-04             => Unknown recorded-later
        look    sps-1 by CN from=NZ kind=sps on=2026-03-04 issued=2026-03-03 known=2026-03-04  => NotRecorded all-authorities-cover
        look    sps-1 by CN from=NZ kind=sps on=2026-03-04 known=5           => Unknown authority-outside-this-ledger
        wait    5 days
        withdraw sps-1 by NZ effective=2026-03-03
        verify  sps-1 on=2026-03-04                              => Withdrawn withdrawn
        verify  sps-1 on=2026-03-04 known=2026-03-08             => Valid all-holds
        verify  sps-1 on=2026-03-02                              => Valid all-holds
    ",
    );
}

#[test]
fn recognition_is_known_from_the_recording_of_the_arrangement() {
    check(
        "
        issue   aeo-1 by NZ date=2026-01-10
        wait    5 days
        sign    CN-NZ-1 by CN effective=2026-01-01
        sign    CN-NZ-1 by NZ effective=2026-01-01
        apply   CN-NZ-1 by CN effective=2026-02-01
        apply   CN-NZ-1 by NZ effective=2026-02-01
        verify  aeo-1 for=CN on=2026-02-10                       => Valid all-holds
        verify  aeo-1 for=CN on=2026-02-10 known=2026-03-02      => NotRecognised no-arrangement
        verify  aeo-1 for=CN on=2026-01-20                       => NotRecognised arrangement-not-applied
    ",
    );
}

/// What can happen, in an order that chance chooses; what the rules refuse then is refused.
const HAPPENINGS: [&str; 36] = [
    "draft sps-1 by NZ",
    "issue sps-1 by NZ",
    "replace sps-2 for sps-1 by NZ tells=NZ-2",
    "withdraw sps-1 by NZ",
    "withdraw sps-2 by NZ effective=2026-03-04",
    "withdraw sps-2 by NZ effective=2026-04-04",
    "take-back sps-2 by NZ effective=2026-04-04",
    "suspend aeo-1 by NZ effective=2026-04-04",
    "take-back aeo-1 by NZ effective=2026-04-04",
    "share sps-1 by NZ with=CL",
    "scopes NZ-sps by NZ kinds=sps effective=2019-01-01",
    "issue sps-3 by CL class=852 on=sps-1",
    "issue aeo-1 by NZ date=2026-02-01 until=2026-03-20",
    "suspend aeo-1 by NZ effective=2026-03-02",
    "reinstate aeo-1 by NZ effective=2026-03-05",
    "reassess aeo-1 by NZ effective=2026-03-05 until=2026-03-10",
    "reassess aeo-1 by NZ effective=2026-03-05 until=2027-03-10",
    "revoke aeo-1 by NZ effective=2026-03-06",
    "annul aeo-1 by NZ",
    "revoke-key 1 by NZ-sps as-of=2026-03-01",
    "name-key 2 by NZ-sps",
    "issue sps-1 by NZ key=2",
    "issue sps-2 by NZ key=2",
    "revoke-key 2 by NZ-sps as-of=2026-03-03",
    "new-root NZ-sps by NZ number=1 as-of=2026-03-02",
    "reaffirm sps-1 by NZ key=2",
    "reaffirm sps-2 by NZ key=2",
    "revoke-authority NZ-aeo by NZ as-of=2026-03-02",
    "stop NZ-sps by NZ effective=2026-02-20",
    "sign CN-NZ-1 by CN effective=2026-02-01",
    "sign CN-NZ-1 by NZ effective=2026-02-01",
    "apply CN-NZ-1 by CN effective=2026-02-01",
    "apply CN-NZ-1 by NZ effective=2026-02-01",
    "hold CN-NZ-1 by CN effective=2026-03-04",
    "amend CN-NZ-1 by CN types=AEOC",
    "amend CN-NZ-1 by NZ types=AEOC",
];

/// What can happen to certificates of origin under an agreement, where the importing side acts as well.
const OF_ORIGIN: [&str; 24] = [
    "adopt RCEP by NZ from=2026-01-01",
    "adopt RCEP by CN from=2026-01-01",
    "denounce RCEP by CN effective=2026-03-20",
    "notify NZ-origin under=RCEP by NZ from=2026-03-02",
    "notify NZ-other under=RCEP by NZ from=2026-02-20",
    "strike NZ-origin under=RCEP by NZ from=2026-03-05",
    "issue origin-1 by NZ class=RCEP date=2026-03-01 until=2026-03-20",
    "issue origin-2 by NZ class=RCEP date=2026-03-01 flags=8 on=origin-1 until=2026-03-20",
    "replace origin-3 for origin-1 by NZ class=RCEP date=2026-03-02 until=2026-03-20",
    "replace origin-4 for origin-3 by NZ class=RCEP date=2026-03-04 until=2026-03-20",
    "revoke origin-3 by NZ effective=2026-03-06",
    "revoke origin-4 by NZ effective=2026-03-07",
    "cancel origin-4 by NZ",
    "name-key 2 by NZ-origin",
    "revoke-key 1 by NZ-origin as-of=2026-03-03",
    "reaffirm origin-4 by NZ key=2",
    "present origin-2 by CN declaration=D1 date=2026-03-05",
    "present origin-2 by CN date=2026-03-10",
    "grant origin-2 by CN declaration=D2 date=2026-03-25",
    "grant origin-2 by CN date=2026-03-25",
    "deny origin-2 by CN reason=2 date=2026-03-08",
    "reserve origin-2 by CN declaration=D1 amount=1000",
    "consume origin-2 by CN declaration=D1",
    "reserve origin-2 by CN declaration=D3 amount=10",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nor_does_what_the_importing_side_records_later(order in vec((0..OF_ORIGIN.len(), 0_u64..3), 4..40)) {
        let mut world = check("admit NZ-other by NZ kinds=origin");
        let mut seen = Vec::new();
        for (happening, days) in order {
            world.tell(&format!("wait {days} days"));
            world.tell_one(OF_ORIGIN[happening]);
            seen.push((world.block.height, asked_of_origin("").map(|question| said(&world, &question))));
        }
        for (height, answers) in seen {
            let known = format!("known={}", height.get() - 1);
            prop_assert_eq!(asked_of_origin(&known).map(|question| said(&world, &question)), answers, "at height {}", height);
        }
    }

    #[test]
    fn what_is_recorded_later_changes_no_earlier_answer(order in vec((0..HAPPENINGS.len(), 0_u64..3), 4..40)) {
        let mut world = World::founded();
        let mut seen = Vec::new();
        for (happening, days) in order {
            world.tell(&format!("wait {days} days"));
            let line = HAPPENINGS[happening];
            let act = world.act_of(line);
            let (signer, key) = world.signer_of(line);
            world.submit(&signer, key, vec![act]);
            let answers = asked("").map(|question| said(&world, &question));
            seen.push((world.block.height, answers));
        }
        for (height, answers) in seen {
            let known = format!("known={}", height.get() - 1);
            prop_assert_eq!(asked(&known).map(|question| said(&world, &question)), answers, "at height {}", height);
        }
    }
}

fn asked_of_origin(known: &str) -> [String; 8] {
    [
        format!("verify origin-1 on=2026-03-03 for=CN {known}"),
        format!("verify origin-1 on=2026-03-19 for=CN {known}"),
        format!("verify origin-2 on=2026-03-04 {known}"),
        format!("verify origin-2 on=2026-03-08 for=CN {known}"),
        format!("verify origin-2 on=2026-03-19 for=CN declaration=D1 {known}"),
        format!("verify origin-2 on=2026-04-30 for=CN declaration=D2 {known}"),
        format!("verify origin-2 on=2026-04-30 for=CN {known}"),
        format!("verify origin-4 on=2026-03-19 for=CN {known}"),
    ]
}

fn asked(known: &str) -> [String; 11] {
    [
        format!("verify sps-1 on=2026-03-03 {known}"),
        format!("verify sps-1 on=2026-04-03 document=sps-1 {known}"),
        format!("verify sps-2 on=2026-03-03 {known}"),
        format!("verify sps-2 on=2026-05-03 {known}"),
        format!("verify sps-3 on=2026-03-03 {known}"),
        format!("verify sps-3 on=2026-05-03 {known}"),
        format!("verify aeo-1 on=2026-03-03 {known}"),
        format!("verify aeo-1 on=2026-03-08 for=CN {known}"),
        format!("verify aeo-1 on=2026-05-08 for=CN {known}"),
        format!("look sps-1 by CN from=NZ kind=sps on=2026-03-03 {known}"),
        format!("look sps-1 by CL from=NZ kind=sps on=2026-03-03 {known}"),
    ]
}

/// Everything of an answer but the block that proves it.
fn said(world: &World, question: &str) -> (Word, &'static str, Option<Recorded>, Vec<String>, bool) {
    let verdict = world.verdict_of(question);
    if verdict.reason == Reason::RecordedLater {
        // The same answer, which also tells that there is one today.
        return (Word::Unknown, Reason::NotCovered.code(), None, Vec::new(), false);
    }
    let deciding = verdict.deciding.map(|fact| fact.recorded);
    // What remains of a quantity is told as of now, and says so.
    let told_now = |flag: &String| ["used in part", "used up after", "held or used after"].iter().any(|start| flag.starts_with(start));
    let flags = verdict.flags.into_iter().filter(|flag| !told_now(flag)).collect();
    (verdict.word, verdict.reason.code(), deciding, flags, !verdict.sealed_numbers.is_empty())
}
