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

/// What was signed and sent at the newest height.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignOnce {
    #[n(0)]
    height: Height,
    /// What was sent, in the order of sending: the engine sends a round's later steps first when they follow at once.
    #[n(1)]
    sent: Vec<Message>,
    /// Steps were asked for again that an undamaged log would have held.
    #[n(2)]
    damaged: bool,
    /// What was signed in this run of the process, in the order of signing; sent or about to be.
    #[cbor(skip)]
    signed: Vec<Message>,
}

#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
struct Message {
    #[n(0)]
    round: u32,
    #[n(1)]
    step: Step,
    #[n(2)]
    block: Option<BlockHash>,
    #[n(3)]
    proof_of_lock: Option<u32>,
}

impl Message {
    fn of(request: &Request) -> Self {
        let Request { round, step, block, proof_of_lock, .. } = *request;
        Self { round, step, block, proof_of_lock }
    }

    fn position(&self) -> (u32, Step) {
        (self.round, self.step)
    }
}

impl Canonical for SignOnce {
    const NAME: &'static str = "sign-once record";
    const BYTES_MAX: usize = 64 * 1024;
}

impl SignOnce {
    /// Takes up that this is signed now, for itself: it is sent only after [`Self::record`].
    ///
    /// # Errors
    /// [`Refused`]: then it must not be signed.
    pub fn sign(&mut self, request: &Request) -> Result<(), Refused> {
        if request.height < self.height {
            return Err(Refused::Lower);
        }
        self.advance(request.height);
        let message = Message::of(request);
        let position = message.position();
        if let Some(before) = self.signed.iter().find(|before| before.position() == position) {
            return if *before == message { Ok(()) } else { Err(Refused::Conflict) };
        }
        if let Some(before) = self.sent.iter().find(|before| before.position() == position) {
            // An undamaged log would have given it back instead of asking for it.
            self.damaged = true;
            if *before != message {
                return Err(Refused::Conflict);
            }
            self.signed.push(message);
            return Ok(());
        }
        if self.signed.iter().any(|before| position < before.position()) {
            return Err(Refused::Lower);
        }
        if self.sent.iter().any(|before| position < before.position()) {
            self.damaged = true;
            return Err(Refused::Lower);
        }
        if self.damaged && message.step == Step::Prevote && message.block.is_some() {
            let lock = self.sent.iter().filter(|sent| sent.step == Step::Precommit && sent.block.is_some()).max_by_key(|sent| sent.round);
            if lock.is_some_and(|lock| lock.block != message.block) {
                return Err(Refused::LockForgotten);
            }
        }
        self.signed.push(message);
        if self.signed.len() > STEPS_MAX {
            self.signed.remove(0);
        }
        Ok(())
    }

    /// Takes up what is about to be sent. `true` if the record changed and must be synced first.
    ///
    /// # Errors
    /// [`Refused`]: then it must not be sent.
    pub fn record(&mut self, request: &Request) -> Result<bool, Refused> {
        if request.height < self.height {
            return Err(Refused::Lower);
        }
        self.advance(request.height);
        let message = Message::of(request);
        let position = message.position();
        if let Some(before) = self.sent.iter().find(|before| before.position() == position) {
            return if *before == message { Ok(false) } else { Err(Refused::Conflict) };
        }
        if self.signed.iter().any(|before| before.position() == position && *before != message) {
            return Err(Refused::Conflict);
        }
        if self.sent.len() >= STEPS_MAX && self.sent.iter().all(|before| position < before.position()) {
            return Err(Refused::Lower);
        }
        // Whatever else was signed is in the engine's log by now and follows at once: one sync for all of it.
        for signed in self.signed.iter().chain([&message]) {
            if self.sent.iter().all(|before| before.position() != signed.position()) {
                self.sent.push(*signed);
            }
        }
        while self.sent.len() > STEPS_MAX {
            self.forget_one();
        }
        Ok(true)
    }

    /// Refuses all that is asked for this height and those before it.
    pub fn abstain_up_to(&mut self, height: Height) {
        self.advance(height.saturating_add(1));
    }

    /// Below this height nothing is signed.
    pub fn lowest(&self) -> Height {
        self.height
    }

    fn advance(&mut self, height: Height) {
        if height > self.height {
            *self = Self { height, ..Self::default() };
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(height: u64, round: u32, step: Step, block: Option<u8>) -> Request {
        Request { height: Height::new(height), round, step, block: block.map(|b| BlockHash::new([b; 32])), proof_of_lock: None }
    }

    /// A record after these were signed and sent.
    fn after(requests: &[Request]) -> SignOnce {
        let mut record = SignOnce::default();
        for request in requests {
            record.sign(request).unwrap();
            assert_eq!(record.record(request), Ok(true));
        }
        record
    }

    /// The same record as the next run of the process reads it.
    fn restarted(record: &SignOnce) -> SignOnce {
        SignOnce::from_bytes(&record.to_bytes()).unwrap()
    }

    #[test]
    fn the_same_request_is_signed_again_and_a_conflicting_or_lower_one_never() {
        let sent = [ask(5, 0, Step::Prevote, Some(1)), ask(5, 0, Step::Precommit, None), ask(5, 1, Step::Precommit, None)];
        for record in [after(&sent), restarted(&after(&sent))] {
            for request in &sent {
                assert_eq!(record.clone().sign(request), Ok(()));
                assert_eq!(record.clone().record(request), Ok(false));
            }
            let sign = |request: Request| record.clone().sign(&request);
            assert_eq!(sign(ask(5, 0, Step::Prevote, Some(2))), Err(Refused::Conflict));
            assert_eq!(sign(ask(5, 0, Step::Precommit, Some(1))), Err(Refused::Conflict));
            assert_eq!(sign(ask(5, 0, Step::Propose, Some(2))), Err(Refused::Lower));
            assert_eq!(sign(ask(5, 1, Step::Prevote, Some(2))), Err(Refused::Lower));
            assert_eq!(sign(ask(4, 9, Step::Precommit, Some(2))), Err(Refused::Lower));
            assert_eq!(sign(ask(5, 2, Step::Prevote, Some(2))), Ok(()));
            assert_eq!(sign(ask(6, 0, Step::Prevote, Some(2))), Ok(()));
            assert_eq!(record.clone().record(&ask(5, 0, Step::Prevote, None)), Err(Refused::Conflict));
            assert_eq!(record.clone().record(&ask(4, 0, Step::Prevote, None)), Err(Refused::Lower));
        }
    }

    #[test]
    fn steps_that_follow_at_once_are_signed_in_order_and_sent_in_any() {
        let [propose, prevote, precommit] = [Step::Propose, Step::Prevote, Step::Precommit].map(|step| ask(5, 0, step, Some(1)));
        let mut record = SignOnce::default();
        for request in [propose, prevote, precommit] {
            assert_eq!(record.sign(&request), Ok(()));
        }
        assert_eq!(record.sign(&ask(5, 0, Step::Prevote, None)), Err(Refused::Conflict), "before it was sent, too");
        for (request, changes) in [(precommit, true), (prevote, false), (propose, false)] {
            assert_eq!(record.record(&request), Ok(changes), "one sync for all three");
        }
        assert!(!record.damaged);
        assert_eq!(restarted(&record).sent, record.sent);
    }

    #[test]
    fn what_the_log_gives_back_is_sent_though_this_run_did_not_sign_it() {
        let mut record = restarted(&after(&[ask(5, 0, Step::Precommit, Some(1))]));
        assert_eq!(record.record(&ask(5, 0, Step::Prevote, Some(1))), Ok(true));
        assert_eq!(record.record(&ask(5, 0, Step::Precommit, Some(2))), Err(Refused::Conflict));
        assert!(!record.damaged);
    }

    #[test]
    fn with_a_damaged_log_no_prevote_goes_against_what_was_precommitted() {
        let record = restarted(&after(&[ask(5, 0, Step::Prevote, Some(1)), ask(5, 0, Step::Precommit, Some(1))]));
        // An undamaged log gives the lock back, and the engine may unlock by its rules.
        assert_eq!(record.clone().sign(&ask(5, 1, Step::Prevote, Some(2))), Ok(()));
        // A damaged one asks again for what was sent.
        for asked in [None, Some(1)] {
            let mut record = record.clone();
            let again = record.sign(&ask(5, 0, Step::Prevote, asked));
            assert_eq!(again, if asked.is_none() { Err(Refused::Conflict) } else { Ok(()) });
            assert_eq!(record.clone().sign(&ask(5, 1, Step::Prevote, Some(2))), Err(Refused::LockForgotten));
            assert_eq!(record.clone().sign(&ask(5, 1, Step::Prevote, Some(1))), Ok(()));
            assert_eq!(record.clone().sign(&ask(5, 1, Step::Prevote, None)), Ok(()));
            assert_eq!(record.clone().sign(&ask(5, 1, Step::Precommit, Some(2))), Ok(()));
        }
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
        assert_eq!(restarted(&record).sign(&ask(5, 2, Step::Prevote, None)), Err(Refused::Lower));
    }

    #[test]
    fn up_to_a_height_of_which_nothing_is_known_nothing_is_signed() {
        let mut record = SignOnce::default();
        record.abstain_up_to(Height::new(7));
        let mut record = restarted(&record);
        for height in [1, 7] {
            let request = ask(height, 3, Step::Prevote, None);
            assert_eq!((record.sign(&request), record.record(&request)), (Err(Refused::Lower), Err(Refused::Lower)));
        }
        record.abstain_up_to(Height::new(5));
        assert_eq!(record.sign(&ask(7, 9, Step::Prevote, None)), Err(Refused::Lower), "never lower than before");
        assert_eq!(record.sign(&ask(8, 0, Step::Prevote, Some(1))), Ok(()));
    }
}
