//! The only reader of the machine's clock, and the rule by which a proposal's time is judged.

use ledger::time::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far two honest members' clocks may differ.
pub const PRECISION: Duration = Duration::from_millis(500);
/// How long a proposal may take to come, in the first round.
pub const DELAY: Duration = Duration::from_secs(2);
/// How much longer it may take in each further round, in percent: should delays be greater than thought, rounds
/// become so patient that blocks go on.
pub const WIDENING_PERCENT: u64 = 10;
/// A clock before this cannot be right: 2025-01-01.
pub const EARLIEST: Timestamp = Timestamp::from_millis(1_735_689_600_000);

/// What the machine's clock says.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Whether a block with this time, first proposed in `round`, came in time: `now` lies between the block's time less
/// the precision, and the block's time plus precision and delay, which widens with the round.
pub fn is_timely(block: Timestamp, now: Timestamp, round: u32) -> bool {
    let precision = millis(PRECISION);
    let delay = (0..round.min(100)).fold(millis(DELAY), |delay, _| delay.saturating_add(delay / 100 * WIDENING_PERCENT));
    now >= block.saturating_sub_ms(precision) && now <= block.saturating_add_ms(precision).saturating_add_ms(delay)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timely(block: u64, now: u64, round: u32) -> bool {
        is_timely(Timestamp::from_millis(block), Timestamp::from_millis(now), round)
    }

    #[test]
    fn a_block_is_timely_within_precision_before_and_delay_after() {
        assert!(timely(10_000, 9_500, 0) && !timely(10_000, 9_499, 0));
        assert!(timely(10_000, 12_500, 0) && !timely(10_000, 12_501, 0));
    }

    #[test]
    fn the_delay_widens_with_rounds_and_the_precision_does_not() {
        assert!(timely(10_000, 12_700, 1) && !timely(10_000, 12_701, 1));
        assert!(timely(10_000, 40_000, 40));
        assert!(!timely(10_000, 9_499, 40));
    }
}
