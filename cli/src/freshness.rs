//! How new an answer is: a pure judgement over signed heads and three clocks.
//!
//! The officer's own node answers a nonce, and so does the node of at least one other member, which was told nothing
//! of the certificate. The time is the middle one of all clocks, so that one wrong clock, the officer's included,
//! is outvoted and named (DESIGN section 6, T4).

use ledger::id::MemberId;
use ledger::receipt::Head;
use ledger::time::Timestamp;

/// How far a clock may be off before it is named.
pub const CLOCK_TOLERANCE_MS: u64 = 30_000;

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

/// Judges an answer whose block was made at `answered`.
///
/// `own` is the head of the node that answered, `others` those of other members' nodes; all are verified.
/// `alone` says that the network has one member only, which nobody can confirm.
pub fn judge(own_clock: Timestamp, answered: Timestamp, own: &Head, others: &[Head], alone: bool, limit_ms: u64) -> Freshness {
    let mut clocks: Vec<Timestamp> = others.iter().map(|head| head.node_time).chain([own.node_time, own_clock]).collect();
    clocks.sort();
    // The upper middle one of an even number: an answer is rather taken for older than for newer.
    let now = clocks.get(clocks.len() / 2).copied().unwrap_or(own_clock);
    let mut remarks = Vec::new();
    if let Some(how) = disagreement(own_clock, now) {
        remarks.push(format!("this computer's clock is {how}; the answer rests on the members' clocks"));
    }
    if let Some(how) = disagreement(own.node_time, now) {
        remarks.push(format!("the clock of the node of {} is {how}", own.member));
    }
    let agreeing = clocks.iter().filter(|clock| clock.distance_ms(now) <= limit_ms).count();
    let mut confirmed_by = Vec::new();
    let mut newer = None;
    for head in others {
        if let Some(how) = disagreement(head.node_time, now) {
            remarks.push(format!("the clock of the node of {} is {how}", head.member));
        }
        if head.block_time > now.saturating_add_ms(limit_ms) {
            remarks.push(format!("the node of {} claims a block of the future; set aside", head.member));
        } else if head.block_time > answered.saturating_add_ms(limit_ms) {
            newer = Some(head);
        } else if head.block_time.saturating_add_ms(limit_ms) < answered || head.block_time.saturating_add_ms(limit_ms) < now {
            remarks.push(format!("the node of {} is behind, at block {}", head.member, head.height));
        } else {
            confirmed_by.push(head.member);
        }
    }
    let age = now.millis().saturating_sub(answered.millis());
    let judged = if let Some(head) = newer {
        Err(NotFresh::Stale(format!(
            "the answer of {} is of {answered}, while the node of {} has block {} of {}",
            own.member, head.member, head.height, head.block_time
        )))
    } else if age > limit_ms {
        Err(NotFresh::Stale(format!("the newest answer is {} old; the limit is {}", duration(age), duration(limit_ms))))
    } else if answered > now.saturating_add_ms(limit_ms) {
        Err(NotFresh::Stale(format!("the answer is dated {} in the future", duration(answered.distance_ms(now)))))
    } else if agreeing < 2 {
        Err(NotFresh::Unconfirmed("no two clocks agree".into()))
    } else if confirmed_by.is_empty() && !alone {
        Err(NotFresh::Unconfirmed("no other member confirmed how new the answer is".into()))
    } else {
        Ok(age)
    };
    confirmed_by.sort();
    Freshness { judged, confirmed_by, remarks, now }
}

fn disagreement(clock: Timestamp, now: Timestamp) -> Option<String> {
    let apart = clock.distance_ms(now);
    let direction = if clock > now { "ahead" } else { "behind" };
    (apart > CLOCK_TOLERANCE_MS).then(|| format!("{} {direction}", duration(apart)))
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

    fn judged(clock: i64, answered: i64, own: &Head, others: &[Head]) -> Freshness {
        judge(at(clock), at(answered), own, others, false, LIMIT)
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
    fn without_another_member_nothing_is_confirmed() {
        let alone = judged(0, 0, &head("NZ", 0, 0), &[]);
        assert!(matches!(alone.judged, Err(NotFresh::Unconfirmed(_))));
        let behind = judged(0, 0, &head("NZ", 0, 0), &[head("CN", -100_000, 0)]);
        assert!(matches!(behind.judged, Err(NotFresh::Unconfirmed(_))));
        assert_eq!(behind.remarks.len(), 1);
        assert_eq!(judge(at(0), at(0), &head("NZ", 0, 0), &[], true, LIMIT).judged, Ok(0));
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
    fn durations_are_written_for_people() {
        for (millis, text) in [(12, "12 ms"), (3_400, "3 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min"), (90_000_000, "1 days 1 h")] {
            assert_eq!(duration(millis), text);
        }
    }
}
