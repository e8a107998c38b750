//! Blocks: what validators agree on, height by height.
//!
//! A block is executed before it is agreed: its header carries the roots *after* its own transactions, so that a
//! certificate is provable the moment its block is decided (DESIGN D3, D4).

use crate::codec::{Bytes, Canonical, encode, strictly_ascending};
use crate::hash::{Hash, Tag, tagged};
use crate::history::{leaf_hash, merkle_root};
use crate::id::{MemberId, NetworkId};
use crate::key::{Batch, PublicKey, Signature};
use crate::time::{Height, Timestamp};
use crate::transaction::{Outcomes, WireHash};
use crate::vote::{VoteType, vote_bytes};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;

/// The only version so far.
pub const HEADER_VERSION: u32 = 1;
/// How many validators a network may have.
pub const VALIDATORS_MAX: usize = 512;
/// How many bytes the canonical header may have.
pub const HEADER_BYTES_MAX: usize = 1024;
/// How many bytes a proposal that carries its body may have.
pub const PROPOSAL_BYTES_MAX: usize = 1024 * 1024;
/// How many bytes a block may have anywhere.
pub const BLOCK_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How many transactions a block may hold.
pub const BLOCK_TRANSACTIONS_MAX: usize = 16 * 1024;

crate::codec::bytes32!(
    /// A block's name: a digest of its canonical header.
    BlockHash
);

/// One validator of a height.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Validator {
    /// The member that runs it; a member has at most one.
    #[n(0)]
    pub member: MemberId,
    /// The key of its votes.
    #[n(1)]
    pub key: PublicKey,
    /// Its weight, at least 1.
    #[n(2)]
    pub power: u32,
}

/// The validators of a height, in the order of their members' letters.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Validators(#[n(0)] Vec<Validator>);

impl Canonical for Validators {
    const NAME: &'static str = "validators";
    const BYTES_MAX: usize = 64 * VALIDATORS_MAX;
}

/// Why a list cannot be a set of validators.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadValidators {
    /// None, or more than [`VALIDATORS_MAX`].
    #[error("a network has 1 to {VALIDATORS_MAX} validators, not {0}")]
    Count(usize),
    /// Out of order, or one member twice.
    #[error("validators stand in the order of their members' letters, each member once")]
    Order,
    /// A weight of zero.
    #[error("a validator's power is at least 1")]
    NoPower,
}

impl Validators {
    /// Puts the validators in order and checks them.
    ///
    /// # Errors
    /// [`BadValidators`].
    pub fn new(mut validators: Vec<Validator>) -> Result<Self, BadValidators> {
        validators.sort_by_key(|validator| validator.member);
        let set = Self(validators);
        set.check()?;
        Ok(set)
    }

    /// Checks a set that was decoded.
    ///
    /// # Errors
    /// [`BadValidators`].
    pub fn check(&self) -> Result<(), BadValidators> {
        if self.0.is_empty() || self.0.len() > VALIDATORS_MAX {
            return Err(BadValidators::Count(self.0.len()));
        }
        let members: Vec<MemberId> = self.0.iter().map(|validator| validator.member).collect();
        if !strictly_ascending(&members) {
            return Err(BadValidators::Order);
        }
        if self.0.iter().any(|validator| validator.power == 0) {
            return Err(BadValidators::NoPower);
        }
        Ok(())
    }

    /// The validators in order.
    pub fn as_slice(&self) -> &[Validator] {
        &self.0
    }

    /// The validator of a member, if it has one.
    pub fn of(&self, member: MemberId) -> Option<&Validator> {
        self.0.iter().find(|validator| validator.member == member)
    }

    /// The sum of all weights.
    pub fn total_power(&self) -> u64 {
        self.0.iter().map(|validator| u64::from(validator.power)).fold(0, u64::saturating_add)
    }

    /// Whether `power` is more than two thirds of the whole.
    pub fn is_quorum(&self, power: u64) -> bool {
        power.saturating_mul(3) > self.total_power().saturating_mul(2)
    }

    /// What headers hold.
    pub fn hash(&self) -> Hash {
        tagged(Tag::VALIDATORS, &[&self.to_bytes()])
    }
}

/// What a block commits to (DESIGN D4). Each field is something that a verifier or auditor needs without trusting a node.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Header {
    /// [`HEADER_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The network.
    #[n(1)]
    pub network: NetworkId,
    /// 1 and up.
    #[n(2)]
    pub height: Height,
    /// Later than the parent's.
    #[n(3)]
    pub time: Timestamp,
    /// The block before; at height 1 the digest that [`founding_parent`] gives.
    #[n(4)]
    pub parent: BlockHash,
    /// The member whose validator proposed it.
    #[n(5)]
    pub proposer: MemberId,
    /// [`transactions_root`] over the body.
    #[n(6)]
    pub transactions_root: Hash,
    /// [`outcomes_root`] over what became of them.
    #[n(7)]
    pub outcomes_root: Hash,
    /// The root of the state tree after this block.
    #[n(8)]
    pub state_root: Hash,
    /// How many leaves the history has after this block.
    #[n(9)]
    pub history_size: u64,
    /// The root of the history after this block.
    #[n(10)]
    pub history_root: Hash,
    /// The hash of the validators that decide this height.
    #[n(11)]
    pub validators: Hash,
    /// The hash of the validators that decide the next height, if they are others.
    #[n(12)]
    pub next_validators: Option<Hash>,
    /// The hash of the previous height's commit certificate, which the body carries whole; absent at height 1.
    #[n(13)]
    pub previous_commit: Option<Hash>,
}

impl Canonical for Header {
    const NAME: &'static str = "header";
    const BYTES_MAX: usize = HEADER_BYTES_MAX;
}

impl Header {
    /// The block's name.
    pub fn hash(&self) -> BlockHash {
        BlockHash::new(*tagged(Tag::BLOCK, &[&self.to_bytes()]).as_bytes())
    }

    /// The hash of the validators that decide the next height.
    pub fn validators_after(&self) -> Hash {
        self.next_validators.unwrap_or(self.validators)
    }
}

/// What the header of height 1 names as its parent.
pub fn founding_parent(network: &NetworkId) -> BlockHash {
    BlockHash::new(*tagged(Tag::BLOCK, &[network.as_bytes()]).as_bytes())
}

/// A header and what it commits to.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Block {
    /// The header.
    #[n(0)]
    pub header: Header,
    /// The signed transactions' wire bytes, in the order of their execution.
    #[n(1)]
    pub transactions: Vec<Bytes>,
    /// The commit certificate of the height before, as this block's proposer knew it; absent at height 1.
    #[n(2)]
    pub previous_commit: Option<CommitCertificate>,
}

impl Canonical for Block {
    const NAME: &'static str = "block";
    const BYTES_MAX: usize = BLOCK_BYTES_MAX;
}

/// The RFC 9162 tree hash over the transactions' wire hashes.
pub fn transactions_root(wire_hashes: &[WireHash]) -> Hash {
    let leaves: Vec<Hash> = wire_hashes.iter().map(|hash| leaf_hash(hash.as_bytes())).collect();
    merkle_root(&leaves)
}

/// The RFC 9162 tree hash over the outcomes' hashes.
pub fn outcomes_root(outcomes: &[Outcomes]) -> Hash {
    let leaves: Vec<Hash> = outcomes.iter().map(|outcomes| leaf_hash(outcomes.hash().as_bytes())).collect();
    merkle_root(&leaves)
}

/// One leaf of the history: inclusion proves that a transaction was recorded, and what became of each act.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct HistoryLeaf {
    /// The block.
    #[n(0)]
    pub height: Height,
    /// The transaction's place in the block, from 0.
    #[n(1)]
    pub index: u32,
    /// Its wire hash.
    #[n(2)]
    pub wire_hash: WireHash,
    /// The hash of its outcomes.
    #[n(3)]
    pub outcomes: Hash,
}

impl HistoryLeaf {
    /// The leaf's hash in the history: over its canonical bytes.
    pub fn hash(&self) -> Hash {
        leaf_hash(&encode(self))
    }
}

/// The precommits of more than two thirds of the validators' power for one block.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct CommitCertificate {
    /// The height decided.
    #[n(0)]
    pub height: Height,
    /// The round in which it was decided.
    #[n(1)]
    pub round: u32,
    /// The block decided.
    #[n(2)]
    pub block: BlockHash,
    /// Who signed: bit i (from the most significant bit of the first byte) is validator i.
    #[n(3)]
    pub signers: Bytes,
    /// Their signatures, in the order of the bits.
    #[n(4)]
    pub signatures: Vec<Signature>,
}

impl Canonical for CommitCertificate {
    const NAME: &'static str = "commit certificate";
    const BYTES_MAX: usize = 256 + 68 * VALIDATORS_MAX;
}

/// The same precommits beside the header of their block, which says height and block: what receipts carry.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Quorum {
    /// The round in which it was decided.
    #[n(0)]
    pub round: u32,
    /// Who signed, as in [`CommitCertificate`].
    #[n(1)]
    pub signers: Bytes,
    /// Their signatures, in the order of the bits.
    #[n(2)]
    pub signatures: Vec<Signature>,
}

impl Quorum {
    /// The commit certificate that this is, if it stands beside `header`.
    pub fn of(&self, header: &Header) -> CommitCertificate {
        let Self { round, signers, signatures } = self.clone();
        CommitCertificate { height: header.height, round, block: header.hash(), signers, signatures }
    }
}

impl From<CommitCertificate> for Quorum {
    fn from(certificate: CommitCertificate) -> Self {
        let CommitCertificate { round, signers, signatures, .. } = certificate;
        Self { round, signers, signatures }
    }
}

/// Why a commit certificate proves nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadCertificate {
    /// The signers' bits do not fit the validators or the signatures.
    #[error("the signers' bits do not fit the {validators} validators and {signatures} signatures")]
    Shape {
        /// How many validators the height has.
        validators: usize,
        /// How many signatures the certificate has.
        signatures: usize,
    },
    /// Too few signed.
    #[error("signers hold {power} of {total} votes, more than two thirds are needed")]
    NoQuorum {
        /// The signers' weight.
        power: u64,
        /// The whole weight.
        total: u64,
    },
    /// At least one signature is wrong.
    #[error("a validator's signature does not check")]
    Signature,
}

impl CommitCertificate {
    /// Collects signatures, given with their members, in the order of the validators. Members that have no
    /// validator are left out.
    pub fn collect(height: Height, round: u32, block: BlockHash, validators: &Validators, votes: &[(MemberId, Signature)]) -> Self {
        let mut signers = vec![0_u8; validators.0.len().div_ceil(8)];
        let mut signatures = Vec::new();
        for (index, validator) in validators.0.iter().enumerate() {
            if let Some((_, signature)) = votes.iter().find(|(member, _)| *member == validator.member) {
                if let Some(byte) = signers.get_mut(index / 8) {
                    *byte |= 0x80 >> (index % 8);
                }
                signatures.push(*signature);
            }
        }
        Self { height, round, block, signers: signers.into(), signatures }
    }

    /// Who signed, with the signatures.
    ///
    /// # Errors
    /// [`BadCertificate::Shape`] if the bits do not fit.
    pub fn votes<'a>(&'a self, validators: &'a Validators) -> Result<Vec<(&'a Validator, &'a Signature)>, BadCertificate> {
        let wrong = BadCertificate::Shape { validators: validators.0.len(), signatures: self.signatures.len() };
        let bit = |index: usize| self.signers.get(index / 8).is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0);
        let set: u32 = self.signers.iter().map(|byte| byte.count_ones()).sum();
        let signers: Vec<&Validator> = validators.0.iter().enumerate().filter(|(index, _)| bit(*index)).map(|(_, v)| v).collect();
        let fits = self.signers.len() == validators.0.len().div_ceil(8)
            && signers.len() == self.signatures.len()
            && usize::try_from(set) == Ok(signers.len());
        if !fits {
            return Err(wrong);
        }
        Ok(signers.into_iter().zip(&self.signatures).collect())
    }

    /// Checks that more than two thirds of `validators` precommitted this block.
    ///
    /// # Errors
    /// [`BadCertificate`].
    pub fn verify(&self, network: &NetworkId, validators: &Validators, rng: &mut impl CryptoRng) -> Result<(), BadCertificate> {
        let votes = self.votes(validators)?;
        let power = votes.iter().map(|(validator, _)| u64::from(validator.power)).fold(0, u64::saturating_add);
        if !validators.is_quorum(power) {
            return Err(BadCertificate::NoQuorum { power, total: validators.total_power() });
        }
        let bytes = vote_bytes(network, VoteType::Precommit, self.height, self.round, Some(&self.block));
        let mut batch = Batch::new();
        for (validator, signature) in votes {
            batch.add(&validator.key, &bytes, signature);
        }
        batch.verify(rng).map_err(|_| BadCertificate::Signature)
    }

    /// What the next header holds.
    pub fn hash(&self) -> Hash {
        tagged(Tag::COMMIT_CERTIFICATE, &[&self.to_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    fn secret(index: u8) -> SecretKey {
        SecretKey::from_seed(&[index + 1; 32])
    }

    fn four() -> Validators {
        let validator = |(index, member)| Validator { member: MemberId::parse(member).unwrap(), key: secret(index).public(), power: 1 };
        Validators::new([(0, "CL"), (1, "CN"), (2, "NZ"), (3, "SG")].map(validator).to_vec()).unwrap()
    }

    fn certificate(signers: &[u8]) -> CommitCertificate {
        let block = BlockHash::new([5; 32]);
        let bytes = vote_bytes(&NetworkId::new([1; 32]), VoteType::Precommit, Height::new(3), 0, Some(&block));
        let set = four();
        let votes: Vec<_> = signers.iter().map(|i| (set.as_slice()[usize::from(*i)].member, secret(*i).sign(&bytes))).collect();
        CommitCertificate::collect(Height::new(3), 0, block, &set, &votes)
    }

    fn verify(certificate: &CommitCertificate) -> Result<(), BadCertificate> {
        certificate.verify(&NetworkId::new([1; 32]), &four(), &mut rand::rng())
    }

    #[test]
    fn three_of_four_decide_and_two_do_not() {
        assert_eq!(verify(&certificate(&[0, 2, 3])), Ok(()));
        assert_eq!(verify(&certificate(&[0, 1, 2, 3])), Ok(()));
        assert_eq!(verify(&certificate(&[0, 3])), Err(BadCertificate::NoQuorum { power: 2, total: 4 }));
    }

    #[test]
    fn a_certificate_for_something_else_is_refused() {
        let good = certificate(&[0, 2, 3]);
        for other in [
            CommitCertificate { height: Height::new(4), ..good.clone() },
            CommitCertificate { round: 1, ..good.clone() },
            CommitCertificate { block: BlockHash::new([6; 32]), ..good.clone() },
        ] {
            assert_eq!(verify(&other), Err(BadCertificate::Signature));
        }
        let swapped = CommitCertificate { signers: vec![0b1101_0000].into(), ..good.clone() };
        assert_eq!(verify(&swapped), Err(BadCertificate::Signature));
        for bits in [vec![0b1011_1000], vec![0b1111_0000], vec![], vec![0b1011_0000, 0]] {
            let misfit = CommitCertificate { signers: bits.into(), ..good.clone() };
            assert!(matches!(verify(&misfit), Err(BadCertificate::Shape { .. })));
        }
    }

    #[test]
    fn one_flipped_bit_of_a_certificate_never_verifies() {
        let bytes = certificate(&[0, 2, 3]).to_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = CommitCertificate::from_bytes(&flipped) {
                assert!(verify(&read).is_err(), "bit {bit}");
            }
        }
    }
}
