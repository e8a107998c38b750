//! Properties of the pool: nothing is used twice, whatever the order of arrival, and what is recorded about a
//! certificate reads back as it was written.

use crate::acts::{Answer, Draw, OfficeAct, UseLine};
use crate::context::Recorded;
use crate::destination::*;
use crate::key;
use crate::refusal::Refusal;
use crate::registry::{Approval, Approvals};
use crate::story::{World, check, date};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::{LocatorOpening, RecordKey};
use ledger::time::{Height, Timestamp};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

const MEMBERS: [&str; 3] = ["CN", "SG", "CL"];

/// One act on the pool: which, by whom, for which declaration, how much.
fn step() -> impl Strategy<Value = String> {
    let verb = prop::sample::select(vec!["reserve", "reserve", "reserve", "consume", "release", "expire", "wait"]);
    (verb, 0_usize..3, 1_u8..4, 1_u8..3, 1_u64..700, any::<bool>()).prop_map(|(verb, member, declaration, line, amount, until)| {
        let member = MEMBERS[member];
        let amount = match verb {
            "reserve" => format!("amount={amount}"),
            "consume" if amount % 2 == 0 => format!("amount={}", amount / 4),
            "wait" => return "wait 2 days".to_owned(),
            _ => String::new(),
        };
        let until = if until && verb == "reserve" { "until=2026-03-05" } else { "" };
        format!("{verb} origin-1 by {member} line={line} declaration=D{declaration} {amount} {until}")
    })
}

/// A certificate of two lines and the three offices.
fn opened() -> World {
    let mut world = check("issue origin-1 by NZ lines=2 amounts=1000,500");
    for member in MEMBERS {
        world.tell(&format!("present origin-1 by {member}"));
    }
    world
}

/// The dossier is what its uses say, and no line gives more than it has.
fn is_sound(world: &World) {
    let record = world.record_key("origin-1");
    let dossier: Dossier = world.entry(&key::dossier(&record)).unwrap();
    for (number, certified) in [(1, 1000), (2, 500)] {
        let line = dossier.line(number);
        assert!(line.reserved.checked_add(line.consumed).is_some_and(|taken| taken <= certified), "{line:?}");
        let pages = (0..).map_while(|page| world.entry::<UsesPage>(&key::uses(&record, number, page)));
        let names: Vec<UseName> = pages.flat_map(|page| page.as_slice().to_vec()).collect();
        assert_eq!(names.len(), line.uses as usize);
        for member in MEMBERS {
            let own = names.iter().filter(|name| name.member.as_str() == member).count();
            assert_eq!(world.uses_of(member, number) as usize, own, "{member}");
        }
        let uses: Vec<Use> = names.iter().map(|name| world.entry(&key::use_of(&record, number, name)).unwrap()).collect();
        assert_eq!(uses.iter().map(|of| of.reserved).sum::<u64>(), line.reserved);
        assert_eq!(uses.iter().map(|of| of.consumed).sum::<u64>(), line.consumed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whoever_fills_up_its_places_leaves_those_of_the_others(filled in 0_usize..3, left in 0_u32..6, more in vec((0_usize..3, 0_u8..20), 1..40)) {
        let mut world = opened();
        world.fill_uses(MEMBERS[filled], 1, USES_PER_LINE_OF_MEMBER_MAX - left);
        let before = MEMBERS.map(|member| world.uses_of(member, 1));
        let mut begun = std::collections::BTreeSet::new();
        for (member, declaration) in &more {
            let is_new = !begun.contains(&(*member, *declaration));
            let is_full = is_new && *member == filled && world.uses_of(MEMBERS[filled], 1) == USES_PER_LINE_OF_MEMBER_MAX;
            let told = world.tell_one(&format!("reserve origin-1 by {} declaration=D{declaration} amount=1", MEMBERS[*member]));
            prop_assert_eq!(told, if is_full { "refused TooManyUsesOfMember" } else { "accepted" });
            if !is_full {
                begun.insert((*member, *declaration));
            }
        }
        for (index, member) in MEMBERS.iter().enumerate() {
            let own = begun.iter().filter(|(of, _)| *of == index).count();
            prop_assert_eq!(world.uses_of(member, 1), before[index] + own as u32);
        }
    }

    #[test]
    fn no_line_ever_gives_more_than_it_has(steps in vec(step(), 1..40)) {
        let mut world = opened();
        for line in &steps {
            world.tell_one(line);
            is_sound(&world);
        }
        world.replay();
    }

    #[test]
    fn whatever_the_order_of_arrival_the_sum_stays_within_the_line(order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(), amounts in vec(1_u64..600, 12)) {
        let mut world = opened();
        let mut transactions = Vec::new();
        for index in order {
            let line = format!("reserve origin-1 by {} declaration=D{} amount={}", MEMBERS[index % 3], index / 3, amounts[index]);
            let (signer, key, act) = world.office_act_of(&line);
            let consume = world.office_act_of(&format!("consume origin-1 by {} declaration=D{}", MEMBERS[index % 3], index / 3)).2;
            transactions.push(world.transaction(&signer, key, vec![act, consume]));
        }
        let outcomes = world.run(transactions).outcomes;
        is_sound(&world);
        // A hold is refused for its amount alone, and then nothing of it is used.
        for outcome in &outcomes {
            prop_assert!([&[0, 0][..], &[Refusal::QuantityExceeded.number(), Refusal::NothingHeld.number()]].contains(&outcome.numbers()));
        }
    }

    #[test]
    fn draws_are_taken_and_come_back_once_whatever_the_order_of_acts(steps in vec(draw_step(), 1..24)) {
        let mut world = check("issue origin-1 by NZ lines=2 amounts=1000,500 until=2026-12-31\nissue origin-2 by NZ amounts=1000 until=2026-12-31");
        let mut drawers: Vec<Drawer> = Vec::new();
        for (verb, which, draws) in steps {
            draw(&mut world, &mut drawers, verb, which, &draws);
            for (base, line, certified) in [("origin-1", 1, 1000), ("origin-1", 2, 500), ("origin-2", 1, 1000)] {
                let expected: u64 = drawers.iter().filter(|one| one.stands).flat_map(|one| &one.draws).filter(|one| (one.0, one.1) == (base, line)).map(|one| one.2).sum();
                let dossier: Dossier = world.entry(&key::dossier(&world.record_key(base))).unwrap_or_default();
                prop_assert_eq!(dossier.line(line).consumed, expected, "{} {}", base, line);
                prop_assert!(expected <= certified);
            }
        }
    }

    #[test]
    fn what_is_recorded_about_a_certificate_reads_back(numbers in any::<(u64, u64, u32)>(), at in any::<(u64, u64)>(), hash in any::<[u8; 32]>(), verb in prop::sample::select(OfficeVerb::ALL), lines in of(vec(any::<u32>(), 0..4)), confirmed in of(any::<bool>()), reason in of(any::<u16>())) {
        let recorded = Recorded { height: Height::new(at.0), time: Timestamp::from_millis(at.1) };
        let (by, member) = (AuthorityId::parse("CN-customs").unwrap(), MemberId::parse("CN").unwrap());
        let (hash, key, day) = (Hash::new(hash), KeyNumber::new(numbers.2), date("2026-03-01"));
        let record_key = RecordKey::new(*hash.as_bytes());
        let signed_before = Approvals::of(&[Approval { key, recorded }]);
        reads_back(&Destination::default().with(DestinationAct { verb, by: by.clone(), key, date: day, recorded, reason, deadline: Some(day), declaration: Some(hash), confirmed, lines: lines.clone(), signed_before: signed_before.clone(), whole: Some(hash) }));
        let line = PoolLine { number: numbers.2, reserved: numbers.0, consumed: numbers.1, uses: 3, last: Some(recorded), turns: vec![Turn { recorded, given_back_by: Some(member) }], given_back: Some(2) };
        reads_back(&Dossier { members: vec![member], lines: vec![line], users: vec![PoolUser { by: by.clone(), times: 2, first: recorded, last: recorded, given_back: Some(1) }] });
        let act = UseAct { verb, by, key, amount: numbers.0, recorded, signed_before };
        reads_back(&Use { member, reserved: numbers.0, consumed: numbers.1, until: Some(day), acts: vec![act], whole: Some(hash) });
        reads_back(&UsesOfMember::default().with_one_more().unwrap());
        reads_back(&UsesPage::default().with(UseName { member, declaration: hash }));
        reads_back(&OfficeAct { record_key, date: day, reason, deadline: Some(day), declaration: Some(hash), lines, follows: numbers.2, opening: Some(LocatorOpening::new([3; 32])), whole: Some(hash) });
        reads_back(&UseLine { record_key, line: 1, declaration: hash, amount: Some(numbers.0), code: Some(hash), unit: None, until: Some(day), of: Some(member), opening: Some(LocatorOpening::new([3; 32])), follows: Some(numbers.2), whole: Some(hash) });
        reads_back(&Answer { record_key, asked_by: member, confirmed: true, date: day, reason });
        let _ = Draw { base: record_key, line: 1, amount: 1, code: None, unit: None, opening: None };
    }
}

/// One that drew: from which base and line how much, and which one it replaced sharing its pool.
struct Drawer {
    draws: Vec<(&'static str, u32, u64)>,
    goes_on_with: Option<usize>,
    /// Whether what it drew is still drawn.
    stands: bool,
    is_last: bool,
}

/// What is done, to which of those before, and what is drawn.
type DrawStep = (&'static str, usize, Vec<(&'static str, u32, u64)>);

fn draw_step() -> impl Strategy<Value = DrawStep> {
    let verb = prop::sample::select(vec!["issue", "shares", "shares", "replace", "cancel"]);
    let of = prop::sample::subsequence(vec![("origin-1", 1_u32), ("origin-1", 2), ("origin-2", 1)], 1..3);
    (verb, 0_usize..6, of, 1_u64..500)
        .prop_map(|(verb, which, of, amount)| (verb, which, of.into_iter().map(|(base, line)| (base, line, amount)).collect()))
}

/// Tells one step, and what it changes about those that drew, if it is not refused.
fn draw(world: &mut World, drawers: &mut Vec<Drawer>, verb: &str, which: usize, draws: &[(&'static str, u32, u64)]) {
    let name = |index: usize| format!("origin-{}", index + 10);
    let which = which % drawers.len().max(1);
    let said = |draws: &[(&str, u32, u64)]| {
        draws.iter().map(|(base, line, amount)| format!("{base}:{line}:{amount}")).collect::<Vec<_>>().join(",")
    };
    let cut = format!("{} by SG on=origin-1,origin-2 flags=8 until=2026-12-31 amounts=1000 draws={}", name(drawers.len()), said(draws));
    let replaces = cut.replacen(" by", &format!(" for {} by", name(which)), 1);
    let line = match verb {
        "issue" => format!("issue {cut}"),
        "shares" => format!("replace {replaces} shares=yes"),
        "replace" => format!("replace {replaces}"),
        _ => format!("cancel {} by SG", name(which)),
    };
    if verb != "issue" && drawers.is_empty() || world.tell_one(&line) != "accepted" {
        return;
    }
    if verb != "issue" {
        assert!(drawers[which].is_last, "{line}");
        drawers[which].is_last = false;
    }
    let mut ended = Some(which).filter(|_| ["replace", "cancel"].contains(&verb));
    while let Some(index) = ended {
        assert!(drawers[index].stands, "{line}");
        drawers[index].stands = false;
        ended = drawers[index].goes_on_with;
    }
    if verb != "cancel" {
        let goes_on_with = (verb == "shares").then_some(which);
        drawers.push(Drawer { draws: draws.to_vec(), goes_on_with, stands: true, is_last: true });
    }
}

fn told_in_one(world: &mut World, member: &str, declarations: core::ops::Range<usize>) -> Vec<Option<Refusal>> {
    let lines = declarations.map(|index| format!("reserve origin-1 by {member} amount=1 declaration=X{index}"));
    let acts: Vec<_> = lines.map(|line| world.office_act_of(&line).2).collect();
    acts.chunks(ledger::transaction::ACTS_MAX).flat_map(|acts| world.submit(&format!("{member}-customs"), 1, acts.to_vec())).collect()
}

#[test]
fn one_member_fills_a_quarter_of_a_lines_places_and_the_others_use_it_all_the_same() {
    let mut world = check("issue origin-1 by NZ amounts=100000\npresent origin-1 by CN\npresent origin-1 by SG");
    let most = USES_PER_LINE_OF_MEMBER_MAX as usize;
    let outcomes = told_in_one(&mut world, "CN", 0..most + 1);
    assert!(outcomes[..most].iter().all(Option::is_none));
    assert_eq!(outcomes[most], Some(Refusal::TooManyUsesOfMember));
    world.tell(
        "
        release origin-1 by CN declaration=X0
        reserve origin-1 by CN declaration=more amount=1             => refused TooManyUsesOfMember
        reserve origin-1 by CN declaration=X0 amount=2
        issue   origin-2 by CN on=origin-1 flags=8 draws=origin-1:1:1  => refused TooManyUsesOfMember
        reserve origin-1 by SG amount=400
        consume origin-1 by SG
        issue   origin-3 by CL on=origin-1 flags=8 draws=origin-1:1:1
        left    origin-1        => 98574 left, 1025 held, 401 used, 1026 uses by SG-customs,CL-origin
    ",
    );
}

fn reads_back<T: Canonical + PartialEq + core::fmt::Debug>(value: &T) {
    let bytes = value.to_bytes();
    assert_eq!(T::from_bytes(&bytes).as_ref(), Ok(value));
    assert!(T::from_bytes(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn two_countries_race_for_the_last_kilogram_and_exactly_one_wins() {
    for order in [["CN", "SG"], ["SG", "CN"]] {
        let mut world = opened();
        world.tell("reserve origin-1 by CL amount=999");
        let transactions = order
            .map(|member| {
                let (signer, key, act) = world.office_act_of(&format!("reserve origin-1 by {member} amount=1"));
                world.transaction(&signer, key, vec![act])
            })
            .to_vec();
        // Both in one block: the block's order decides, and every node sees the same one.
        let executed = world.run(transactions);
        let numbers: Vec<u16> = executed.outcomes.iter().map(|outcomes| outcomes.numbers()[0]).collect();
        assert_eq!(numbers, [0, Refusal::QuantityExceeded.number()]);
        is_sound(&world);
        let first = world.use_name(order[0], "D1");
        assert!(world.entry::<Use>(&key::use_of(&world.record_key("origin-1"), 1, &first)).is_some());
    }
}

#[test]
fn none_of_it_changes_the_issuers_facts() {
    let mut world = check("issue origin-1 by NZ");
    let before = world.standing("origin-1");
    world.tell(
        "
        present origin-1 by CN
        reserve origin-1 by CN
        consume origin-1 by CN
        deny    origin-1 by CN reason=1
        ask     origin-1 by SG deadline=2026-06-01
        answer  origin-1 by NZ to=SG confirmed=no
    ",
    );
    assert_eq!(world.standing("origin-1"), before);
}

#[test]
fn a_refused_quantity_names_the_amounts() {
    let mut world = check("issue origin-1 by NZ\nreserve origin-1 by SG amount=700\nconsume origin-1 by SG amount=200");
    let (signer, key, act) = world.office_act_of("reserve origin-1 by CN amount=301");
    let transaction = world.transaction(&signer, key, vec![act]);
    let refused = crate::execute::precheck(&world.block, transaction.transaction(), &world.state).unwrap().remove(0).unwrap();
    assert_eq!(refused.refusal.certex(), Some(5));
    assert_eq!(refused.detail.as_deref(), Some("line 1: asked 301, available 300, reserved 500, consumed 200, times the factor"));
}

#[test]
fn a_cancellation_that_would_lose_a_draw_names_its_base_and_the_line() {
    let mut world = check("issue origin-1 by NZ until=2026-12-31 lines=2 amounts=1000,500");
    for index in 2..=4 {
        let draws = "draws=origin-1:1:1,origin-1:2:500";
        world.tell(&format!("issue origin-{index} by SG on=origin-1 flags=8 until=2026-12-31 {draws}"));
        if index < 4 {
            world.tell(&format!("cancel origin-{index} by SG"));
        }
    }
    let transaction = world.transaction("SG-origin", 1, vec![world.act_of("cancel origin-4 by SG")]);
    let refused = crate::execute::precheck(&world.block, transaction.transaction(), &world.state).unwrap().remove(0).unwrap();
    let found = (refused.refusal, refused.record, refused.detail.as_deref());
    assert_eq!(found, (Refusal::DrawStaysUsedUp, Some(world.record_key("origin-1")), Some("line 2")));
    // Nothing is given back, of the other line neither.
    world.tell("cancel origin-4 by SG => refused DrawStaysUsedUp\nleft origin-1 line=1 => 999 left, 0 held, 1 used, 3 uses, 2 given back by SG-origin");
}

#[test]
fn a_refused_draw_names_its_base_and_the_line() {
    let world = check(
        "
        issue   origin-1 by NZ until=2026-12-31 lines=2 amounts=1000,500
        issue   origin-2 by CN until=2026-12-31
        reserve origin-2 by SG amount=600
    ",
    );
    let with = |draws: &str, refusal, base: &str, detail: Option<&str>| {
        let act = world.act_of(&format!("issue origin-3 by SG on=origin-1,origin-2 flags=8 until=2026-12-31 draws={draws}"));
        let transaction = world.transaction("SG-origin", 1, vec![act]);
        let refused = crate::execute::precheck(&world.block, transaction.transaction(), &world.state).unwrap().remove(0).unwrap();
        assert_eq!(
            (refused.refusal, refused.record, refused.detail.as_deref()),
            (refusal, Some(world.record_key(base)), detail),
            "{draws}"
        );
        assert!(refused.to_string().contains(&format!("(record {}", world.record_key(base))), "{refused}");
    };
    let short = "line 1: asked 401, available 400, reserved 600, consumed 0, times the factor";
    with("origin-1:1:900,origin-1:2:100,origin-2:1:401", Refusal::QuantityExceeded, "origin-2", Some(short));
    with("origin-1:1:900,origin-1:3:100", Refusal::UnknownLine, "origin-1", Some("line 3"));
    with("origin-1:2:0,origin-2:1:1", Refusal::AmountMissing, "origin-1", Some("line 2"));
    with("none", Refusal::NothingDrawn, "origin-1", None);
}

#[test]
fn refusals_of_quantities_bear_the_numbers_of_certex() {
    for refusal in Refusal::ALL {
        let message = refusal.message();
        let named = message.split("(CERTEX ").nth(1).and_then(|rest| rest.get(..2)).map(|digits| digits.parse::<u8>().unwrap());
        assert_eq!(named, refusal.certex(), "{}", refusal.name());
    }
    let all: std::collections::BTreeSet<u8> = Refusal::ALL.iter().filter_map(|refusal| refusal.certex()).collect();
    assert_eq!(all.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6, 7, 10]);
}

#[test]
fn a_line_remembers_when_it_was_used_up_and_when_not() {
    let at = |height| Recorded { height: Height::new(height), time: Timestamp::from_millis(height * 1000) };
    let members = ["SG", "CL", "CN"].map(|member| MemberId::parse(member).unwrap());
    let with = |line: PoolLine, consumed, height, by| PoolLine { consumed, ..line }.moved(Some(10), at(height), by);
    let mut line = PoolLine { number: 1, ..PoolLine::default() };
    let mut truth = Vec::new();
    let mut came_back = Vec::new();
    // Used up at 1, given back at 2, used up at 3, …, by one member after the other, as often as it may be.
    for height in 1..=40_u64 {
        let by = members[(height / 2) as usize % 3];
        let gives_back = line.consumed == 10 && line.may_come_back(by, at(height));
        came_back.extend(gives_back.then_some(by));
        let consumed = if gives_back { 9 } else { 10 };
        line = with(line, consumed, height, by);
        assert!(line.turns.len() <= POOL_TURNS_MAX);
        truth.push(consumed == 10);
        // Whatever came since, each earlier moment is answered as it was.
        for (height, is_used_up) in (1..).zip(&truth) {
            assert_eq!(line.is_used_up(Some(10), None, |at| at.height <= Height::new(height)), *is_used_up, "{height}");
        }
    }
    assert_eq!(came_back.len(), POOL_TURNS_MAX / 2);
    assert!(members.iter().all(|member| came_back.iter().filter(|by| *by == member).count() <= TURNS_OF_MEMBER_MAX));
    // What turns back within a block is no turn.
    let turns = line.turns.len();
    line = with(with(line, 9, 50, members[0]), 10, 50, members[1]);
    assert_eq!(line.turns.len(), turns + 2 - 2);
    assert!(!line.is_used_up(None, None, |_| true));
}

#[test]
fn a_suspended_certificate_is_not_used_whatever_its_kind() {
    // No kind of today has both a suspension and quantities; the rule holds for the next one.
    use crate::standing::{Standing, StandingAct, Verb};
    let mut world = check("issue origin-1 by NZ\nreserve origin-1 by CN");
    let place = key::standing(&world.record_key("origin-1"));
    let mut standing: Standing = world.entry(&place).unwrap();
    let act = |verb, effective| StandingAct {
        verb,
        effective: date(effective),
        recorded: standing.issued,
        reason: None,
        key: KeyNumber::new(1),
        until: None,
        version: None,
        locator: None,
        signed_before: None,
        stands_by: None,
    };
    let acts = [act(Verb::Suspend, "2026-03-01"), act(Verb::Reinstate, "2026-03-09")];
    standing.acts.extend(acts);
    world.state.0.insert(place, standing.to_bytes());
    world.tell("reserve origin-1 by SG => refused UseOfSuspended\nconsume origin-1 by CN => refused UseOfSuspended");
    world.tell("release origin-1 by CN\nwait 9 days\nreserve origin-1 by SG");
    // A reinstatement under a key that was a thief's by then does not count.
    world.tell("revoke-key 1 by NZ-origin as-of=2026-02-01\nreserve origin-1 by CL => refused UseUnderDoubtedKey");
}

#[test]
fn a_used_up_certificate_names_who_used_it_and_when() {
    let mut world = check(
        "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        consume origin-1 by CN amount=100
        consume origin-1 by CN
    ",
    );
    let verdict = world.verdict_of("verify origin-1");
    assert!(verdict.sentence.starts_with("recorded, in force and not shown as used up: certificate of origin"), "{}", verdict.sentence);
    assert!(
        verdict.flags.iter().any(|flag| flag.starts_with("used in part by CN-customs 2 times, last at height ")),
        "{:?}",
        verdict.flags
    );
    world.tell("reserve origin-1 by SG amount=600\nconsume origin-1 by SG");
    let verdict = world.verdict_of("verify origin-1");
    assert!(verdict.sentence.starts_with("its whole quantity is used up: by CN-customs 2 times, last at height "), "{}", verdict.sentence);
    assert!(verdict.sentence.contains("; SG-customs at height "), "{}", verdict.sentence);
    assert_eq!(verdict.deciding.unwrap().recorded.height, world.now().height.previous().unwrap());
    // Before all of it the amounts are those of now, and the answer says so.
    let before = world.verdict_of("verify origin-1 known=2026-03-01");
    assert!(before.flags.iter().all(|flag| !flag.starts_with("used in part")), "{:?}", before.flags);
}

#[test]
fn a_passed_deadline_and_acts_elsewhere_are_told() {
    let world = check(
        "
        issue   sps-1 by NZ lines=3
        present sps-1 by SG declaration=D1
        present sps-1 by SG declaration=D2
        accept-partially sps-1 by SG reason=4 lines=1,3
        ask     sps-1 by CN deadline=2026-06-01
        answer  sps-1 by NZ to=CN confirmed=no
        ask     sps-1 by CL deadline=2026-06-01
    ",
    );
    let verdict = world.verdict_of("verify sps-1 for=CL on=2026-06-02");
    assert_eq!(
        verdict.sentence,
        "CL-customs asked NZ-sps on 2026-03-01 to verify it; the deadline 2026-06-01 passed without an answer: preference or entry may be refused"
    );
    for flag in [
        "presented in SG 2 times, first on 2026-03-01",
        "SG-customs accepted lines 1, 3 on 2026-03-01",
        "SG-customs rejected line 2 on 2026-03-01, reason 4",
        "not confirmed to CN on 2026-03-01",
    ] {
        assert!(verdict.flags.iter().any(|told| told == flag), "{flag}: {:?}", verdict.flags);
    }
    assert_eq!(world.verdict_of("verify sps-1 for=JP").flags.len(), 5);
}

#[test]
fn a_back_to_back_certificate_that_draws_nothing_says_so() {
    let world = check(
        "
        issue origin-1 by NZ until=2026-12-31
        issue origin-9 by NZ until=2026-12-31 amounts=none
        issue origin-2 by SG on=origin-9 flags=8 until=2026-12-31
        issue origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:10
    ",
    );
    let flag = "drew nothing from the quantity of its original".to_owned();
    assert!(world.verdict_of("verify origin-2").flags.contains(&flag));
    assert!(!world.verdict_of("verify origin-3").flags.contains(&flag));
}
