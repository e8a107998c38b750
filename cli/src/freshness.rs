//! How new an answer is: a pure judgement over signed heads and three clocks.
//!
//! The officer's own node answers a nonce, and so does the node of at least one other member, which was told nothing
//! of the certificate. The time is that of the officer's own clock, unless so many other members agree on another that
//! they cannot all be lying; then it is outvoted and named (DESIGN section 6, T4).

use crate::output::{Mark, marked};
use contracts::context::Recorded;
use ledger::id::MemberId;
use ledger::receipt::Head;
use ledger::time::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How far a clock may be off before it is named.
pub const CLOCK_TOLERANCE_MS: u64 = 30_000;

/// What to do about an old answer.
const ASK_AGAIN: &str =
    "ask again in a minute: if it stays so, your node is behind or the network stands still, and its operator has to look";

/// What the heads say of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Freshness {
    /// `Ok` with the answer's age if it is new enough, else why not.
    pub judged: Result<u64, NotFresh>,
    /// The members, other than one's own, that confirmed it.
    pub confirmed_by: Vec<MemberId>,
    /// Clocks and nodes that disagree with the rest, each as a sentence.
    pub remarks: Vec<String>,
    /// The time, as the clocks agree on it.
    pub now: Timestamp,
}

/// Why an answer is not taken for new.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NotFresh {
    /// It is too old, or somebody has newer.
    Stale(String),
    /// Nobody else confirmed it.
    Unconfirmed(String),
}

/// How many of `members` may lie together: fewer than one third.
pub fn liars_max(members: usize) -> usize {
    members.saturating_sub(1) / 3
}

/// The time that enough members besides one's own agree on, whatever the officer's own clock says.
///
/// Enough are one more than may lie. One's own member is not counted among them, though it would be sound to count it:
/// what it answered is what is being judged, so that it should not also vote on the time it is judged by. Where nobody
/// may lie, one other member is enough, but no clock stands alone: another, if only that of one's own node, agrees.
fn agreed(own_clock: Timestamp, own: &Head, others: &[Head], liars: usize, limit_ms: u64) -> Option<Agreed> {
    let clocks = others.iter().map(|head| head.node_time).chain([own.node_time, own_clock]);
    clocks
        .filter_map(|first| {
            let last = first.saturating_add_ms(limit_ms);
            let among = |clock: Timestamp| clock >= first && clock <= last;
            // Several nodes of one member are one voice.
            let mut latest = BTreeMap::new();
            for head in others.iter().filter(|head| among(head.node_time)) {
                let time = latest.entry(head.member).or_insert(head.node_time);
                *time = head.node_time.max(*time);
            }
            let mut times: Vec<Timestamp> = latest.into_values().collect();
            times.sort();
            let all = times.len() + usize::from(among(own.node_time)) + usize::from(among(own_clock));
            // Not all of the first `liars + 1` lie, so that this is not before the clocks of all who are honest.
            let time = *times.get(liars)?;
            (all >= 2).then_some((all, Agreed { time, outvotes_own: time.distance_ms(own_clock) > limit_ms }))
        })
        // Of several the best supported, then the latest: an answer is rather taken for older than for newer.
        .max_by_key(|(all, agreed)| (*all, agreed.time))
        .map(|(_, agreed)| agreed)
}

struct Agreed {
    time: Timestamp,
    /// Whether the officer's own clock is further from it than the limit.
    outvotes_own: bool,
}

fn distinct(heads: &[&Head]) -> usize {
    heads.iter().map(|head| head.member).collect::<BTreeSet<_>>().len()
}

/// Judges an answer whose block was made at `answered`.
///
/// `own` is the head of the node that answered, `others` those of other members' nodes; all are verified.
/// `members` is how many the network has; if it is one only, nobody can confirm.
pub fn judge(own_clock: Timestamp, answered: Timestamp, own: &Head, others: &[Head], members: usize, limit_ms: u64) -> Freshness {
    let liars = liars_max(members);
    let agreed = agreed(own_clock, own, others, liars, limit_ms);
    let outvoted = agreed.as_ref().is_some_and(|agreed| agreed.outvotes_own);
    let now = agreed.as_ref().filter(|_| outvoted).map_or(own_clock, |agreed| agreed.time);
    let mut remarks = Vec::new();
    if let Some(how) = agreed.as_ref().and_then(|agreed| disagreement(own_clock, agreed.time)) {
        let then = if outvoted { "; the answer rests on the members' clocks" } else { "" };
        remarks.push(format!("this computer's clock is {how}{then}"));
    }
    if let Some(how) = disagreement(own.node_time, now) {
        remarks.push(format!("the clock of the node of {} is {how}", own.member));
    }
    let (mut confirmed_by, mut newer) = (Vec::new(), Vec::new());
    for head in others {
        if let Some(how) = disagreement(head.node_time, now) {
            remarks.push(format!("the clock of the node of {} is {how}", head.member));
        }
        if head.block_time > now.saturating_add_ms(limit_ms) {
            remarks.push(format!("the node of {} claims a block of the future; set aside", head.member));
        } else if head.block_time > answered.saturating_add_ms(limit_ms) {
            newer.push(head);
        } else if head.block_time.saturating_add_ms(limit_ms) < answered || head.block_time.saturating_add_ms(limit_ms) < now {
            remarks.push(format!(
                "the node of {} has no newer block than {} of {}, and confirms nothing",
                head.member, head.height, head.block_time
            ));
        } else {
            confirmed_by.push(head.member);
        }
    }
    let age = now.millis().saturating_sub(answered.millis());
    let within = answered.distance_ms(now) <= limit_ms;
    let strays: Vec<&Head> = [own].into_iter().chain(others).filter(|head| head.node_time.distance_ms(own_clock) > limit_ms).collect();
    let nobody_agrees = strays.len() == others.len() + 1;
    // Neither the officer's clock nor the members' can be relied on before enough of them are heard.
    let open = agreed.is_none() && !strays.is_empty() && (!within || nobody_agrees);
    let claimed = newer.first().map(|head| {
        format!(
            "the answer of {} is of {answered}, while the node of {} has block {} of {}",
            own.member, head.member, head.height, head.block_time
        )
    });
    let judged = if open {
        let whose: BTreeSet<&str> = strays.iter().map(|head| head.member.as_str()).collect();
        let whose = whose.into_iter().collect::<Vec<_>>().join(", ");
        let enough = liars.saturating_add(1);
        Err(NotFresh::Unconfirmed(format!(
            "this computer's clock disagrees with that of {whose}, and fewer than {enough} other members agree on the time; set it right"
        )))
    } else if distinct(&newer) > liars
        && let Some(claimed) = claimed.clone()
    {
        Err(NotFresh::Stale(format!("{claimed}; {ASK_AGAIN}")))
    } else if age > limit_ms {
        Err(NotFresh::Stale(format!("the newest answer is {} old, and the limit is {}; {ASK_AGAIN}", duration(age), duration(limit_ms))))
    } else if !within {
        Err(NotFresh::Stale(format!(
            "the answer is dated {} in the future; set this computer's clock right",
            duration(answered.distance_ms(now))
        )))
    } else if confirmed_by.is_empty() && members > 1 {
        Err(NotFresh::Unconfirmed("no other member confirmed how new the answer is; ask again, and see that the nodes under [[others]] of your profile are reached".into()))
    } else {
        Ok(age)
    };
    if judged.is_ok() {
        remarks.extend(claimed.map(|claimed| format!("{claimed}; too few claim it")));
    }
    confirmed_by.sort();
    Freshness { judged, confirmed_by, remarks, now }
}

fn disagreement(clock: Timestamp, now: Timestamp) -> Option<String> {
    let apart = clock.distance_ms(now);
    let direction = if clock > now { "fast" } else { "slow" };
    (apart > CLOCK_TOLERANCE_MS).then(|| format!("{} {direction}", duration(apart)))
}

/// Of which block a list is, for commands that show what their own member's nodes prove and ask nobody else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AsOf {
    at: Recorded,
    age_ms: u64,
    /// Why it may leave out what was recorded since.
    warning: Option<String>,
}

impl AsOf {
    /// Judges the block by this computer's clock.
    pub fn judge(at: Recorded, own_clock: Timestamp, limit_ms: u64) -> Self {
        let age_ms = own_clock.millis().saturating_sub(at.time.millis());
        let ahead_ms = at.time.millis().saturating_sub(own_clock.millis());
        let warning = if age_ms > limit_ms {
            let (age, limit) = (duration(age_ms), duration(limit_ms));
            Some(format!("{age} old, and the limit is {limit}: your node is behind, or the network stands still; later acts do not show"))
        } else if ahead_ms > limit_ms {
            Some(format!("dated {} in the future: set this computer's clock right", duration(ahead_ms)))
        } else {
            None
        };
        Self { at, age_ms, warning }
    }

    /// A line for people, and another that warns.
    pub fn text(&self, colour: bool) -> String {
        let warning = self.warning.as_ref().map(|warning| format!("\n{}", marked(Mark::Unknown, &format!("this is {warning}"), colour)));
        format!("as of block {}, {}{}", self.at.height, self.at.time, warning.unwrap_or_default())
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "height": self.at.height.get(), "time": self.at.time.to_string(), "age_seconds": self.age_ms / 1000,
            "warning": self.warning.as_ref().map(|warning| format!("this is {warning}")),
        })
    }
}

/// A duration for people: its two largest units.
pub fn duration(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0 => format!("{millis} ms"),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} days {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::block::BlockHash;
    use ledger::id::NetworkId;
    use ledger::time::Height;

    const T: u64 = 1_800_000_000_000;
    const LIMIT: u64 = 60_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(T.saturating_add_signed(millis))
    }

    fn head(member: &str, block: i64, clock: i64) -> Head {
        Head {
            network: NetworkId::new([1; 32]),
            member: MemberId::parse(member).unwrap(),
            nonce: [0; 32],
            height: Height::new(7),
            block: BlockHash::new([2; 32]),
            block_time: at(block),
            node_time: at(clock),
        }
    }

    /// In a network so small that nobody may lie.
    fn judged(clock: i64, answered: i64, own: &Head, others: &[Head]) -> Freshness {
        judge(at(clock), at(answered), own, others, 3, LIMIT)
    }

    /// Among seven members, of which two may lie.
    fn of_seven(clock: i64, answered: i64, own: &Head, others: &[Head]) -> Freshness {
        judge(at(clock), at(answered), own, others, 7, LIMIT)
    }

    #[test]
    fn an_answer_that_another_member_confirms_is_fresh() {
        let fresh = judged(0, -3000, &head("NZ", -3000, 0), &[head("CN", -1000, 100)]);
        assert_eq!((fresh.judged, fresh.remarks.len()), (Ok(3000), 0));
        assert_eq!(fresh.confirmed_by, [MemberId::parse("CN").unwrap()]);
    }

    #[test]
    fn an_old_state_is_stale_whatever_its_node_says() {
        let stale = |fresh: Freshness| matches!(fresh.judged, Err(NotFresh::Stale(_)));
        assert!(stale(judged(0, -61_000, &head("NZ", -61_000, 0), &[])));
        assert!(stale(judged(0, -3_600_000, &head("NZ", -3_600_000, -3_600_000), &[head("CN", 0, 0)])));
        assert!(stale(judged(0, -50_000, &head("NZ", -50_000, -50_000), &[head("CN", 15_000, 15_000)])));
        assert!(stale(judged(0, 120_000, &head("NZ", 120_000, 0), &[head("CN", 0, 0)])));
    }

    #[test]
    fn what_is_not_fresh_says_what_to_do() {
        let why = |fresh: Freshness| match fresh.judged {
            Err(NotFresh::Stale(why) | NotFresh::Unconfirmed(why)) => why,
            Ok(age) => panic!("fresh: {age}"),
        };
        let old = why(judged(0, -105_000, &head("NZ", -105_000, 0), &[]));
        assert!(old.starts_with("the newest answer is 1 min 45 s old, and the limit is 1 min 0 s; ask again in a minute"), "{old}");
        let behind = why(judged(0, -50_000, &head("NZ", -50_000, -50_000), &[head("CN", 15_000, 15_000)]));
        assert!(behind.contains("has block 7") && behind.contains("ask again in a minute"), "{behind}");
        let ahead = why(judged(0, 120_000, &head("NZ", 120_000, 0), &[head("CN", 0, 0)]));
        assert!(ahead.contains("in the future") && ahead.contains("clock"), "{ahead}");
        let alone = why(judged(0, 0, &head("NZ", 0, 0), &[]));
        assert!(alone.contains("ask again") && alone.contains("[[others]]"), "{alone}");
    }

    #[test]
    fn without_another_member_nothing_is_confirmed() {
        let alone = judged(0, 0, &head("NZ", 0, 0), &[]);
        assert!(matches!(alone.judged, Err(NotFresh::Unconfirmed(_))));
        let behind = judged(0, 0, &head("NZ", 0, 0), &[head("CN", -100_000, 0)]);
        assert!(matches!(behind.judged, Err(NotFresh::Unconfirmed(_))));
        assert_eq!(behind.remarks.len(), 1);
        assert_eq!(judge(at(0), at(0), &head("NZ", 0, 0), &[], 1, LIMIT).judged, Ok(0));
    }

    #[test]
    fn a_wrong_clock_of_the_officer_is_outvoted_and_named() {
        for wrong in [-86_400_000 * 3, -7_200_000, 7_200_000] {
            let fresh = judged(wrong, -2000, &head("NZ", -2000, 0), &[head("CN", -1000, 0)]);
            assert!(fresh.judged.is_ok(), "{wrong}");
            assert!(fresh.remarks.iter().any(|remark| remark.contains("this computer's clock")), "{:?}", fresh.remarks);
        }
    }

    #[test]
    fn a_liar_about_the_future_is_set_aside_and_another_stands() {
        let fresh = judged(0, 0, &head("NZ", 0, 0), &[head("CN", 500_000, 500_000), head("CL", -1000, 0)]);
        assert_eq!(fresh.judged, Ok(0));
        assert!(fresh.remarks.iter().any(|remark| remark.contains("CN claims a block of the future")), "{:?}", fresh.remarks);
    }

    #[test]
    fn clocks_that_all_disagree_confirm_nothing() {
        let fresh = judged(-500_000, 0, &head("NZ", 0, 0), &[head("CN", 0, 500_000)]);
        assert!(matches!(fresh.judged, Err(NotFresh::Unconfirmed(_))), "{fresh:?}");
    }

    #[test]
    fn fewer_than_one_third_may_lie() {
        for (members, liars) in [(1, 0), (2, 0), (3, 0), (4, 1), (6, 1), (7, 2), (10, 3)] {
            assert_eq!(liars_max(members), liars);
        }
    }

    #[test]
    fn two_liars_of_seven_cannot_make_an_old_answer_new() {
        let old = -86_400_000;
        let own = head("NZ", old, old + 2000);
        let mut heads = vec![head("CN", old, old + 2000)];
        let lied = |heads: &[Head]| of_seven(0, old, &own, heads).judged;
        assert!(
            matches!(lied(&heads), Err(NotFresh::Unconfirmed(why)) if why.contains("this computer's clock disagrees with that of CN, NZ"))
        );
        for honest in ["AU", "CL", "JP", "KR", "SG"] {
            assert!(lied(&heads).is_err());
            heads.push(head(honest, -1000, 100));
        }
        assert!(matches!(lied(&heads), Err(NotFresh::Stale(_))), "{:?}", lied(&heads));
        // Nor if the one liar answers twice, nor with one honest member in between.
        let twice = [heads[0].clone(), heads[0].clone(), heads[0].clone()];
        assert!(matches!(lied(&twice), Err(NotFresh::Unconfirmed(_))));
        assert!(matches!(lied(&[head("AU", -1000, 0), heads[0].clone()]), Err(NotFresh::Unconfirmed(_))));
    }

    #[test]
    fn enough_of_seven_outvote_the_officers_wrong_clock() {
        for wrong in [-86_400_000 * 3, -7_200_000, 7_200_000] {
            let own = head("NZ", -2000, 0);
            let mut heads = vec![head("CN", wrong, wrong), head("AU", -1000, 0), head("CL", -1000, 50)];
            let few = of_seven(wrong, -2000, &own, &heads);
            assert!(matches!(few.judged, Err(NotFresh::Unconfirmed(_))), "{few:?}");
            heads.push(head("SG", -1500, 100));
            let fresh = of_seven(wrong, -2000, &own, &heads);
            assert!(fresh.judged.is_ok(), "{fresh:?}");
            assert!(fresh.remarks.iter().any(|remark| remark.contains("this computer's clock")), "{:?}", fresh.remarks);
        }
    }

    #[test]
    fn one_claim_of_a_newer_block_does_not_make_a_new_answer_old() {
        let own = head("NZ", -10_000, 0);
        let mut heads = vec![head("CN", 58_000, 0), head("AU", -9000, 0)];
        let fresh = of_seven(0, -10_000, &own, &heads);
        assert_eq!(fresh.judged, Ok(10_000));
        assert!(fresh.remarks.iter().any(|remark| remark.contains("too few claim it")), "{:?}", fresh.remarks);
        heads.extend([head("CL", 58_000, 0), head("SG", 58_000, 0)]);
        assert!(matches!(of_seven(0, -10_000, &own, &heads).judged, Err(NotFresh::Stale(_))));
    }

    #[test]
    fn one_other_member_is_enough_when_the_officers_clock_agrees() {
        assert_eq!(of_seven(0, -3000, &head("NZ", -3000, 0), &[head("CN", -1000, 100)]).judged, Ok(3000));
    }

    #[test]
    fn a_list_says_of_which_block_it_is_and_warns_beyond_the_limit() {
        let of = |clock| AsOf::judge(Recorded { height: Height::new(7), time: at(0) }, at(clock), LIMIT);
        let line = "as of block 7, 2027-01-15T08:00:00";
        for clock in [0, 60_000, -60_000] {
            let (text, json) = (of(clock).text(false), of(clock).json());
            assert!(text.starts_with(line) && !text.contains('\n'), "{clock}: {text}");
            assert_eq!((&json["height"], &json["warning"]), (&json!(7), &Value::Null), "{clock}");
        }
        for (clock, says) in [
            (60_001, "? this is 1 min 0 s old, and the limit is 1 min 0 s: your node is behind, or the network stands still"),
            (-60_001, "? this is dated 1 min 0 s in the future: set this computer's clock right"),
        ] {
            let (text, json) = (of(clock).text(false), of(clock).json());
            assert!(text.starts_with(line) && text.contains(says), "{clock}: {text}");
            assert_eq!(json["warning"].as_str().map(|warning| text.ends_with(warning)), Some(true), "{clock}: {json}");
        }
        assert_eq!((&of(90_000).json()["age_seconds"], &of(-90_000).json()["age_seconds"]), (&json!(90), &json!(0)));
    }

    #[test]
    fn durations_are_written_for_people() {
        for (millis, text) in [(12, "12 ms"), (3_400, "3 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min"), (90_000_000, "1 days 1 h")] {
            assert_eq!(duration(millis), text);
        }
    }
}
