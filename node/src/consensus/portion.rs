//! How much of a block this validator fills: half after a building that took long, more again after quick ones.
//!
//! The rules bound what a block costs. This is the second line: whatever takes this node longer to build than others wait
//! for would be judged too late by them in each round, and taken up again in the next; so the next is smaller.

use ledger::block::PROPOSAL_BYTES_MAX;
use std::time::Duration;

/// A building that takes longer is slow, and so is the judging of a proposal; half of what others wait (`clock::DELAY`).
pub const SLOW: Duration = Duration::from_secs(1);
/// A building that takes no longer lets the next take twice as much.
const QUICK: Duration = Duration::from_millis(250);
/// It gets no smaller. One transaction is always taken, however large it is.
const BYTES_MIN: usize = 1024;

/// How many bytes of transactions the next proposal takes.
#[derive(Debug)]
pub struct Portion {
    bytes_max: usize,
}

impl Default for Portion {
    fn default() -> Self {
        Self { bytes_max: PROPOSAL_BYTES_MAX }
    }
}

impl Portion {
    /// How many of the first transactions, of these sizes, are taken: all that fit, and always one.
    pub fn count(&self, sizes: impl Iterator<Item = usize>) -> usize {
        let mut bytes = 0_usize;
        let fitting = sizes.enumerate().take_while(|(index, size)| {
            bytes = bytes.saturating_add(*size);
            *index == 0 || bytes <= self.bytes_max
        });
        fitting.count()
    }

    /// A block with so many bytes of transactions was built in this time. Gives the new limit if it was slow.
    pub fn built(&mut self, bytes: usize, took: Duration) -> Option<usize> {
        if took > SLOW {
            self.bytes_max = (self.bytes_max.min(bytes) / 2).max(BYTES_MIN);
            return Some(self.bytes_max);
        }
        if took <= QUICK {
            self.bytes_max = self.bytes_max.saturating_mul(2).min(PROPOSAL_BYTES_MAX);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_building_halves_the_next_down_to_one_transaction_and_quick_ones_let_it_grow_again() {
        let mut portion = Portion::default();
        let sizes = vec![10_000_usize; 100];
        let count = |portion: &Portion| portion.count(sizes.iter().copied());
        assert_eq!(count(&portion), 100);
        let mut counts = Vec::new();
        // Each transaction costs as much as it does: a tenth of a second.
        for _ in 0..5 {
            let count = count(&portion);
            counts.push(count);
            portion.built(count * 10_000, Duration::from_millis(100) * count as u32);
        }
        assert_eq!(counts, [100, 50, 25, 12, 6], "then it is in time");
        assert_eq!(portion.built(60_000, Duration::from_millis(600)), None, "neither slow nor quick");
        assert_eq!(count(&portion), 6);
        for _ in 0..40 {
            portion.built(count(&portion) * 10_000, SLOW + Duration::from_millis(1));
        }
        assert_eq!(count(&portion), 1);
        assert_eq!(portion.count([PROPOSAL_BYTES_MAX, 1].into_iter()), 1, "one, however large");
        assert_eq!(portion.count(std::iter::empty()), 0);
        for _ in 0..11 {
            assert_eq!(portion.built(0, QUICK), None);
        }
        assert_eq!(count(&portion), 100);
    }
}
