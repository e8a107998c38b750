//! What this validator has signed and sent at the newest height, so that it never sends anything else in its place.
//!
//! The engine keeps a write-ahead log, but trusts it: a log that was cut, restored or lost would let it vote again.
//! This record is the second opinion. It is written and synced before a signed message leaves the node, and after
//! the engine's log is: whatever stands here, an undamaged log holds too.
//!
//! - The same request gets the same signature (Ed25519 is deterministic).
//! - A conflicting or lower one gets none: the validator abstains from that step, and says so.
//! - When the record knows a step that the engine asks for again, the log was damaged. Then a lock may have been
//!   forgotten with it, and no prevote is given at that height for a block other than the one this validator
//!   precommitted to.

use ledger::block::BlockHash;
use ledger::codec::{Canonical, encode};
use ledger::time::Height;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// How many steps of one height are remembered; what is lower than the lowest of them is refused.
pub const STEPS_MAX: usize = 96;

/// The step of a round. Their order is the order in which a round takes them.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Ord, PartialEq, PartialOrd)]
#[cbor(index_only)]
pub enum Step {
    /// The proposal of the round.
    #[n(0)]
    Propose,
    /// The first vote.
    #[n(1)]
    Prevote,
    /// The second vote.
    #[n(2)]
    Precommit,
}

/// What is to be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request {
    /// The height.
    pub height: Height,
    /// The round.
    pub round: u32,
    /// The step of the round.
    pub step: Step,
    /// The block, or none for a nil vote.
    pub block: Option<BlockHash>,
    /// Of a proposal: the round in which its block was locked.
    pub proof_of_lock: Option<u32>,
}

/// Why nothing is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// Something else was sent for the same step.
    #[error("another message was sent for this step already")]
    Conflict,
    /// The record is beyond it, and does not know it.
    #[error("later messages were sent already")]
    Lower,
    /// The engine's log was damaged, and its lock with it.
    #[error("this validator precommitted to another block at this height, and its log has lost that")]
    LockForgotten,
}

/// What was sent at the newest height.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignOnce {
    #[n(0)]
    height: Height,
    /// (round, step, block, round of the lock), ascending.
    #[n(1)]
    sent: Vec<Sent>,
    /// Steps were asked for again that an undamaged log would have held.
    #[n(2)]
    damaged: bool,
}

#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
struct Sent {
    #[n(0)]
    round: u32,
    #[n(1)]
    step: Step,
    #[n(2)]
    block: Option<BlockHash>,
    #[n(3)]
    proof_of_lock: Option<u32>,
}

impl Canonical for SignOnce {
    const NAME: &'static str = "sign-once record";
    const BYTES_MAX: usize = 64 * 1024;
}

impl SignOnce {
    /// Whether this may be signed now. `fresh` is false for a step that this run of the process asked for before,
    /// which is no sign of a damaged log.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn permit(&mut self, request: &Request, fresh: bool) -> Result<(), Refused> {
        if request.height > self.height {
            return Ok(());
        }
        if request.height < self.height {
            return Err(Refused::Lower);
        }
        let position = (request.round, request.step);
        let last = self.sent.last().map(|sent| (sent.round, sent.step));
        if last.is_some_and(|last| position <= last) {
            self.damaged |= fresh;
            return match self.sent.iter().find(|sent| (sent.round, sent.step) == position) {
                Some(sent) if sent.block == request.block && sent.proof_of_lock == request.proof_of_lock => Ok(()),
                Some(_) => Err(Refused::Conflict),
                None => Err(Refused::Lower),
            };
        }
        if self.damaged && request.step == Step::Prevote && request.block.is_some() {
            let lock = self.sent.iter().rev().find(|sent| sent.step == Step::Precommit && sent.block.is_some());
            if lock.is_some_and(|lock| lock.block != request.block) {
                return Err(Refused::LockForgotten);
            }
        }
        Ok(())
    }

    /// Takes up what is about to be sent. `true` if the record changed and must be synced first.
    ///
    /// # Errors
    /// [`Refused`]: then it must not be sent.
    pub fn record(&mut self, request: &Request) -> Result<bool, Refused> {
        self.permit(request, false)?;
        if request.height > self.height {
            *self = Self { height: request.height, sent: Vec::new(), damaged: false };
        }
        let Request { round, step, block, proof_of_lock, .. } = *request;
        if self.sent.iter().any(|sent| (sent.round, sent.step) == (round, step)) {
            return Ok(false);
        }
        self.sent.push(Sent { round, step, block, proof_of_lock });
        if self.sent.len() > STEPS_MAX {
            self.forget_one();
        }
        Ok(true)
    }

    /// Drops the oldest step that is not the newest precommit to a block: that one is the lock.
    fn forget_one(&mut self) {
        let lock = self.sent.iter().rposition(|sent| sent.step == Step::Precommit && sent.block.is_some());
        let oldest = usize::from(lock == Some(0));
        if oldest < self.sent.len() {
            self.sent.remove(oldest);
        }
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }
}

/// The steps that this run of the process has asked a signature for.
#[derive(Debug, Default)]
pub struct AskedThisRun {
    height: Height,
    steps: BTreeMap<(u32, Step), ()>,
}

impl AskedThisRun {
    /// Whether the step is asked for the first time in this run.
    pub fn is_first(&mut self, request: &Request) -> bool {
        if request.height != self.height {
            *self = Self { height: request.height, steps: BTreeMap::new() };
        }
        self.steps.insert((request.round, request.step), ()).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(height: u64, round: u32, step: Step, block: Option<u8>) -> Request {
        Request { height: Height::new(height), round, step, block: block.map(|b| BlockHash::new([b; 32])), proof_of_lock: None }
    }

    fn after(requests: &[Request]) -> SignOnce {
        let mut record = SignOnce::default();
        for request in requests {
            record.permit(request, true).unwrap();
            assert_eq!(record.record(request), Ok(true));
        }
        SignOnce::from_bytes(&record.to_bytes()).unwrap()
    }

    #[test]
    fn the_same_request_is_signed_again_and_a_conflicting_one_never() {
        let sent = [ask(5, 0, Step::Prevote, Some(1)), ask(5, 0, Step::Precommit, None), ask(5, 1, Step::Prevote, None)];
        let mut record = after(&sent);
        for request in &sent {
            assert_eq!(record.permit(request, true), Ok(()));
            assert_eq!(record.record(request), Ok(false));
        }
        assert_eq!(record.permit(&ask(5, 0, Step::Prevote, Some(2)), true), Err(Refused::Conflict));
        assert_eq!(record.record(&ask(5, 0, Step::Prevote, None)), Err(Refused::Conflict));
        assert_eq!(record.permit(&ask(5, 0, Step::Propose, Some(2)), true), Err(Refused::Lower));
        assert_eq!(record.permit(&ask(4, 9, Step::Precommit, Some(2)), true), Err(Refused::Lower));
        assert_eq!(record.permit(&ask(5, 1, Step::Precommit, Some(2)), true), Ok(()));
        assert_eq!(record.permit(&ask(6, 0, Step::Prevote, Some(2)), true), Ok(()));
    }

    #[test]
    fn with_a_damaged_log_no_prevote_goes_against_what_was_precommitted() {
        let mut record = after(&[ask(5, 0, Step::Prevote, Some(1)), ask(5, 0, Step::Precommit, Some(1))]);
        // An undamaged log gives the lock back, and the engine may unlock by its rules.
        assert_eq!(record.clone().permit(&ask(5, 1, Step::Prevote, Some(2)), true), Ok(()));
        // A damaged one asks again for what was sent.
        assert_eq!(record.permit(&ask(5, 0, Step::Prevote, None), true), Err(Refused::Conflict));
        assert_eq!(record.permit(&ask(5, 1, Step::Prevote, Some(2)), true), Err(Refused::LockForgotten));
        assert_eq!(record.permit(&ask(5, 1, Step::Prevote, Some(1)), true), Ok(()));
        assert_eq!(record.permit(&ask(5, 1, Step::Prevote, None), true), Ok(()));
        assert_eq!(record.permit(&ask(5, 1, Step::Precommit, Some(2)), true), Ok(()));
    }

    #[test]
    fn a_second_request_in_one_run_is_no_sign_of_damage() {
        let mut record = after(&[ask(5, 0, Step::Precommit, Some(1))]);
        assert_eq!(record.permit(&ask(5, 0, Step::Precommit, Some(1)), false), Ok(()));
        assert_eq!(record.permit(&ask(5, 1, Step::Prevote, Some(2)), true), Ok(()));
        let mut asked = AskedThisRun::default();
        assert!(asked.is_first(&ask(5, 0, Step::Prevote, None)));
        assert!(!asked.is_first(&ask(5, 0, Step::Prevote, None)));
        assert!(asked.is_first(&ask(6, 0, Step::Prevote, None)));
    }

    #[test]
    fn the_record_stays_bounded_and_keeps_the_lock() {
        let mut record = after(&[ask(5, 0, Step::Precommit, Some(1))]);
        for round in 1..200 {
            record.record(&ask(5, round, Step::Prevote, None)).unwrap();
        }
        assert_eq!(record.sent.len(), STEPS_MAX);
        assert_eq!(record.sent[0].block, Some(BlockHash::new([1; 32])));
        assert!(record.to_bytes().len() < SignOnce::BYTES_MAX);
        assert_eq!(record.permit(&ask(5, 2, Step::Prevote, None), false), Err(Refused::Lower));
    }
}
