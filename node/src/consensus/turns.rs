//! Whose turn it is to propose: validators take turns by height and round, and the absent are passed over.
//!
//! A pure function of decided blocks, so that every node agrees: which validator proposed each of the last
//! [`WINDOW_MIN`] blocks or more, in which round each was decided and who signed it, as the certificates *carried by
//! blocks* tell (never the local ones, which differ from node to node).
//!
//! Height h is the turn of validator h modulo their number. Who missed at least [`MISSES_MAX`] turns without
//! proposing anything since is passed over, until a signature of his shows that he is back; then he gets turns
//! again after a pause that doubles with every further miss. If all would be passed over, none is.

use ledger::block::{Block, Validators};
use ledger::id::MemberId;
use ledger::time::Height;
use std::collections::VecDeque;

/// Missed turns after which a validator is passed over.
pub const MISSES_MAX: usize = 2;
/// Heights that are looked back upon, at least; with many validators sixteen rounds of turns.
pub const WINDOW_MIN: usize = 256;

/// What one decided height tells about who was there.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Witnessed {
    height: Height,
    proposer: MemberId,
    round: u32,
    signers: Vec<MemberId>,
}

/// The last heights as carried certificates tell of them.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    window: VecDeque<Witnessed>,
    /// The newest block, whose own certificate no block carries yet.
    last: Option<(Height, MemberId)>,
}

impl Turns {
    /// How many blocks before the tip must be read back after a restart.
    pub fn window(validator_count: usize) -> usize {
        WINDOW_MIN.max(validator_count.saturating_mul(16))
    }

    /// Takes the next decided block, in the order of heights. `validators` are those of the height before.
    pub fn decided(&mut self, block: &Block, validators: &Validators) {
        if let (Some((height, proposer)), Some(certificate)) = (self.last, &block.previous_commit)
            && certificate.height == height
        {
            let signers = certificate
                .votes(validators)
                .map(|votes| votes.iter().map(|(validator, _)| validator.member).collect())
                .unwrap_or_default();
            self.window.push_back(Witnessed { height, proposer, round: certificate.round, signers });
            while self.window.len() > Self::window(validators.as_slice().len()) {
                self.window.pop_front();
            }
        }
        self.last = Some((block.header.height, block.header.proposer));
    }

    /// For each validator, whether the next height passes over it.
    pub fn passed_over(&self, validators: &Validators) -> Vec<bool> {
        let slice = validators.as_slice();
        let newest = self.window.back().map_or(0, |seen| seen.height.get());
        let passed: Vec<bool> =
            slice.iter().enumerate().map(|(index, validator)| self.is_absent(index, slice.len(), validator.member, newest)).collect();
        if passed.iter().all(|absent| *absent) { vec![false; slice.len()] } else { passed }
    }

    fn is_absent(&self, index: usize, count: usize, member: MemberId, newest: u64) -> bool {
        let mut misses = 0_usize;
        let mut last_miss = 0;
        let mut signed_since = false;
        for seen in &self.window {
            if seen.proposer == member {
                (misses, signed_since) = (0, false);
            } else if seen.round > 0 && base_turn(seen.height, count) == index {
                misses = misses.saturating_add(1);
                last_miss = seen.height.get();
                signed_since = false;
            } else if seen.signers.contains(&member) {
                signed_since = true;
            }
        }
        if misses < MISSES_MAX {
            return false;
        }
        let doublings = u32::try_from(misses.saturating_sub(MISSES_MAX).min(16)).unwrap_or(16);
        let pause = (count as u64).saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX));
        !(signed_since && newest.saturating_sub(last_miss) >= pause)
    }
}

fn base_turn(height: Height, count: usize) -> usize {
    usize::try_from(height.get() % count.max(1) as u64).unwrap_or(0)
}

/// The index of the validator that proposes at (height, round), when these are passed over: first those who are not,
/// beginning with whose turn the height is, then those who are. So whoever is left, some round reaches him.
pub fn proposer(passed_over: &[bool], height: Height, round: u32) -> usize {
    let count = passed_over.len().max(1);
    let start = base_turn(height, count);
    let which =
        |absent: bool| (0..count).map(move |step| (start + step) % count).filter(move |index| passed_over.get(*index) == Some(&absent));
    which(false).chain(which(true)).nth(round as usize % count).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::testing::{block_after, four_validators};

    /// Heights 1 to `heights`; `absent` neither proposes nor signs while `away` says so of the height.
    fn run(heights: u64, absent: usize, away: impl Fn(u64) -> bool) -> (Vec<u64>, Turns) {
        let (validators, _) = four_validators();
        let mut turns = Turns::default();
        let mut wasted = Vec::new();
        let mut before = None;
        for height in 1..=heights {
            let passed = turns.passed_over(&validators);
            let mut round = 0;
            while away(height) && proposer(&passed, Height::new(height), round) == absent {
                wasted.push(height);
                round += 1;
            }
            let index = proposer(&passed, Height::new(height), round);
            let signers: Vec<usize> = (0..4).filter(|i| *i != absent || !away(height)).collect();
            let block = block_after(&before, height, index);
            turns.decided(&block, &validators);
            before = Some((block, round, signers));
        }
        (wasted, turns)
    }

    #[test]
    fn everyone_present_takes_turns() {
        let present = [false; 4];
        let turns: Vec<usize> = (0..8).map(|height| proposer(&present, Height::new(height), 0)).collect();
        assert_eq!(turns, [0, 1, 2, 3, 0, 1, 2, 3]);
        assert_eq!(proposer(&present, Height::new(3), 1), 0);
    }

    #[test]
    fn an_absent_validator_costs_a_timeout_twice_and_then_no_more() {
        let (wasted, turns) = run(200, 2, |_| true);
        assert_eq!(wasted, [2, 6]);
        let (validators, _) = four_validators();
        assert_eq!(turns.passed_over(&validators), [false, false, true, false]);
    }

    #[test]
    fn who_returns_gets_turns_again() {
        let (wasted, turns) = run(120, 1, |height| height < 60);
        assert!(wasted.len() <= 3, "{wasted:?}");
        let (validators, _) = four_validators();
        assert_eq!(turns.passed_over(&validators), [false; 4]);
    }

    #[test]
    fn if_all_would_be_passed_over_none_is() {
        assert_eq!(proposer(&[true; 4], Height::new(5), 0), 1);
        assert_eq!(proposer(&[true; 4], Height::new(5), 1), 2);
    }

    #[test]
    fn the_rounds_of_a_height_reach_everyone_the_passed_over_last() {
        let rounds: Vec<usize> = (0..5).map(|round| proposer(&[true, false, true, false], Height::new(6), round)).collect();
        assert_eq!(rounds, [3, 1, 2, 0, 3]);
    }
}
