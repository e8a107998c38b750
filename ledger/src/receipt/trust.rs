//! What a verifier trusts: the founding file, and what follows from it.

use super::{ReceiptError, STEPS_MAX, Step};
use crate::block::{BlockHash, Header, Quorum, Validators};
use crate::codec::Canonical;
use crate::id::NetworkId;
use crate::time::{Height, Timestamp};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;

/// The validators from one height until the next epoch.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Epoch {
    /// The first height that they decide.
    #[n(0)]
    pub from: Height,
    /// They.
    #[n(1)]
    pub validators: Validators,
}

/// A verifier's trust: pinned to a network, advanced only along changes of validators that more than two thirds
/// of the set before signed, and never going back.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Trust {
    #[n(0)]
    network: NetworkId,
    #[n(1)]
    epochs: Vec<Epoch>,
    #[n(2)]
    newest: Height,
    #[n(3)]
    newest_time: Timestamp,
    #[n(4)]
    newest_block: Option<BlockHash>,
}

impl Canonical for Trust {
    const NAME: &'static str = "trust file";
    const BYTES_MAX: usize = 16 * 1024 * 1024;
}

impl Trust {
    /// Trusts a founding file: its id and its validators.
    pub fn found(network: NetworkId, validators: Validators) -> Self {
        let first = Epoch { from: Height::new(1), validators };
        Self { network, epochs: vec![first], newest: Height::FOUNDING, newest_time: Timestamp::default(), newest_block: None }
    }

    /// The pinned network.
    pub fn network(&self) -> &NetworkId {
        &self.network
    }

    /// The newest height seen.
    pub fn newest(&self) -> Height {
        self.newest
    }

    /// The block time of the newest height seen.
    pub fn newest_time(&self) -> Timestamp {
        self.newest_time
    }

    /// The validators that decide `height`, as far as is known.
    pub fn validators_at(&self, height: Height) -> Option<&Validators> {
        self.epochs.iter().rev().find(|epoch| epoch.from <= height).map(|epoch| &epoch.validators)
    }

    /// Checks that `header` is of this network and decided by the validators trusted at its height.
    ///
    /// # Errors
    /// [`ReceiptError`] names the predicate that failed.
    pub fn check(&self, header: &Header, commit: &Quorum, rng: &mut impl CryptoRng) -> Result<(), ReceiptError> {
        if header.network != self.network {
            return Err(ReceiptError::OtherNetwork { theirs: header.network, ours: self.network });
        }
        let height = header.height;
        let validators = self.validators_at(height).ok_or(ReceiptError::UnknownValidators(height))?;
        if header.validators != validators.hash() {
            return Err(ReceiptError::UnknownValidators(height));
        }
        commit.of(header).verify(&self.network, validators, rng).map_err(|cause| ReceiptError::NotDecided { height, cause })
    }

    /// Follows changes of validators, oldest first; steps that are known already are passed over.
    ///
    /// # Errors
    /// [`ReceiptError`] if a step does not follow; then nothing is changed.
    pub fn advance(&mut self, steps: &[Step], rng: &mut impl CryptoRng) -> Result<(), ReceiptError> {
        let mut after = self.clone();
        for step in steps.iter().take(STEPS_MAX) {
            let from = step.header.height.next().ok_or(ReceiptError::Step(step.header.height))?;
            let newest = after.epochs.last().map_or(Height::FOUNDING, |epoch| epoch.from);
            if from <= newest {
                continue;
            }
            step.next.check()?;
            after.check(&step.header, &step.commit, rng)?;
            if step.next.hash() != step.header.validators_after() {
                return Err(ReceiptError::Step(step.header.height));
            }
            after.epochs.push(Epoch { from, validators: step.next.clone() });
        }
        *self = after;
        Ok(())
    }

    /// Remembers a header that [`Self::check`] accepted as the newest seen.
    ///
    /// # Errors
    /// [`ReceiptError::WentBack`] if something newer was seen before, [`ReceiptError::Fork`] if another block was
    /// decided at the same height.
    pub fn observe(&mut self, header: &Header) -> Result<(), ReceiptError> {
        if header.height < self.newest {
            return Err(ReceiptError::WentBack { offered: header.height, newest: self.newest });
        }
        let hash = header.hash();
        if header.height == self.newest && self.newest_block.is_some_and(|known| known != hash) {
            return Err(ReceiptError::Fork(header.height));
        }
        self.newest = header.height;
        self.newest_time = header.time;
        self.newest_block = Some(hash);
        Ok(())
    }
}
