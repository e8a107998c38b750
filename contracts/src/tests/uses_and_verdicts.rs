//! A property: what is used was not NOT VALID a moment before, for that country, day and declaration, whatever was recorded
//! before it; and what is VALID is not refused for what it is. And whatever was recorded, its blocks give the same again.

use crate::refusal::Refusal;
use crate::story::{World, check};
use crate::verdict::{Fold, Reason, Verdict};
use ledger::time::CalendarDate;
use proptest::collection::vec;
use proptest::prelude::*;

const MEMBERS: [&str; 4] = ["CN", "SG", "CL", "NZ"];
/// Declarations and a goods item of one.
const DECLARATIONS: [&str; 3] = ["D1", "D2", "D2/1"];
const DAYS: [&str; 6] = ["2026-01-01", "2026-02-10", "2026-02-20", "2026-03-01", "2026-03-04", "2026-03-09"];

/// What others do, and what the issuer does, by the numbers drawn.
fn step() -> impl Strategy<Value = String> {
    (0_usize..30, 0_usize..4, 1_u8..4, 0_usize..6, 0_usize..6, 0_usize..3).prop_map(|(what, member, certificate, day, later, which)| {
        let (by, day, later, declaration) = (MEMBERS[member], DAYS[day], DAYS[later], DECLARATIONS[which]);
        let name = format!("origin-{certificate}");
        match what {
            0 => format!("adopt RCEP by {by} name=First from={day}"),
            1 => format!("adopt RCEP by {by} name=Second validity=7d from={day}"),
            2 => format!("adopt RCEP by {by} name=Third validity=1m with=NZ from={day}"),
            3 => format!("denounce RCEP by {by} name=First"),
            4 | 5 => format!("notify NZ-origin under=RCEP by NZ from={day}"),
            6 => format!("notify NZ-other under=RCEP by NZ from={day}"),
            7 => format!("strike NZ-origin under=RCEP by NZ from={day}"),
            8 => format!("issue {name} by NZ class=RCEP date={day}"),
            9 => format!("issue {name} by NZ class=RCEP date={day} until={later}"),
            10 => format!("issue {name} by NZ class=RCEP date={day} from={later}"),
            11 => format!("issue {name} by NZ"),
            12 => format!("{} {name} by NZ effective={day}", if which == 0 { "revoke" } else { "cancel" }),
            13 => format!("replace origin-3 for {name} by NZ class=RCEP date={day} shares=yes"),
            14 => format!("{} NZ-origin by NZ effective={day}", if which == 0 { "stop" } else { "restart" }),
            15 => format!("revoke-key {} by NZ-origin as-of={day}", which.clamp(1, 2)),
            16 | 17 => format!("present {name} by {by} date={day} declaration={declaration}"),
            18 => format!("grant {name} by {by} declaration={declaration}"),
            19 => format!("deny {name} by {by} reason=2"),
            28 => format!("deny {name} by {by} reason=2 declaration={declaration}"),
            20 => format!("ask {name} by {by} deadline=2026-05-30"),
            21 | 29 => {
                let confirmed = if later < day { "no" } else { "yes" };
                format!("answer {name} by NZ to={by} confirmed={confirmed} key={}", which.clamp(1, 2))
            }
            22 => "wait 9 hours".to_owned(),
            23 => "wait 4 days".to_owned(),
            24 => format!("issue origin-9{certificate} by SG class=RCEP on={name} flags=8 until={later} draws={name}:1:100"),
            25 => format!("consume {name} by {by} declaration={declaration}"),
            _ => format!("reserve {name} by {by} declaration={declaration}"),
        }
    })
}

/// The verdicts for whom a line is told, on each of the dates that it may be there.
fn verdicts(world: &World, line: &str) -> Vec<Verdict> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let named = |name: &str| words.iter().find_map(|word| word.strip_prefix(name));
    let by = words[words.iter().position(|word| *word == "by").unwrap() + 1];
    let certificate = named("on=").unwrap_or(words[1]);
    let declaration = named("declaration=").map_or(String::new(), |name| format!("declaration={name}"));
    let judged = |on: CalendarDate| world.verdict_of(&format!("verify {certificate} for={by} on={on} {declaration}"));
    [world.block.earliest_date(), world.block.date(), world.block.latest_date()].map(judged).into()
}

/// What is held was held in time: it is used up after the last day, and after a party left the agreement.
fn is_used_all_the_same(line: &str, verdict: &Verdict) -> bool {
    line.starts_with("consume") && matches!(verdict.reason, Reason::ValidityOver | Reason::AgreementLeft)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_rules_give_the_same_bytes_on_replay(steps in vec(step(), 1..60)) {
        let mut world = check("admit NZ-other by NZ kinds=origin\nname-key 2 by NZ-origin");
        for line in &steps {
            world.tell_one(line);
        }
        world.replay();
    }

    #[test]
    fn what_is_used_was_not_called_not_valid_and_what_is_valid_is_used(steps in vec(step(), 1..60)) {
        let mut world = check("admit NZ-other by NZ kinds=origin\nname-key 2 by NZ-origin\nissue origin-0 by NZ\nissue origin-1 by NZ class=RCEP date=2026-02-20");
        for member in MEMBERS {
            world.tell_one(&format!("reserve origin-0 by {member}"));
        }
        for line in &steps {
            let before = world.clone();
            let told = world.tell_one(line);
            let is_use = line.starts_with("reserve") || line.starts_with("consume") || line.contains("draws=");
            if is_use && told == "accepted" {
                let all = verdicts(&before, line);
                let may_be = |verdict: &Verdict| verdict.fold() != Fold::NotValid || is_used_all_the_same(line, verdict);
                prop_assert!(all.iter().any(may_be), "{}: {:?}", line, all.iter().map(|one| &one.sentence).collect::<Vec<_>>());
            } else if line.starts_with("reserve") {
                let refusal = Refusal::ALL.iter().find(|refusal| told == format!("refused {}", refusal.name())).unwrap();
                let by_status = refusal.certex() == Some(4) || *refusal == Refusal::UseNotRecognised;
                prop_assert!(!by_status || verdicts(&before, line).iter().any(|one| one.fold() != Fold::Valid), "{}: {}", line, told);
            }
        }
    }
}
