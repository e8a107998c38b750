//! The engine's vocabulary in terms of the ledger's: address = member, value = its id = block hash.

use crate::consensus::turns;
use arc_malachitebft_app_channel::app::types::core::{self as engine, NilOrVal, Round, VoteType};
use borsh::{BorshDeserialize, BorshSerialize, io};
use bytes::Bytes;
use ledger::block::{BlockHash, Validators};
use ledger::id::{MemberId, NetworkId};
use ledger::key::{PublicKey, SecretKey, Signature};
use ledger::time;
use ledger::vote;
use std::fmt;
use std::sync::Arc;

/// The engine's parameter of types. It carries the network's id, which all signed bytes begin with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ctx;

/// A validator's address: its member.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Address(pub MemberId);

impl engine::Address for Address {}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl BorshSerialize for Address {
    fn serialize<W: io::Write>(&self, to: &mut W) -> io::Result<()> {
        to.write_all(self.0.as_bytes())
    }
}

impl BorshDeserialize for Address {
    fn deserialize_reader<R: io::Read>(from: &mut R) -> io::Result<Self> {
        let letters = <[u8; 2]>::deserialize_reader(from)?;
        let text = std::str::from_utf8(&letters).map_err(wrong)?;
        MemberId::parse(text).map(Self).map_err(wrong)
    }
}

/// A height.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, BorshSerialize, BorshDeserialize)]
pub struct Height(pub u64);

impl Height {
    /// The ledger's own type.
    pub fn ledger(self) -> time::Height {
        time::Height::new(self.0)
    }
}

impl From<time::Height> for Height {
    fn from(height: time::Height) -> Self {
        Self(height.get())
    }
}

impl fmt::Display for Height {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl engine::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);
    fn increment_by(&self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }
    fn decrement_by(&self, count: u64) -> Option<Self> {
        self.0.checked_sub(count).map(Self)
    }
    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// What is agreed on: the hash of a block, whose body travels as a proposal part.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct BlockId(pub BlockHash);

impl fmt::Display for BlockId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0.as_bytes()[..6]))
    }
}

impl fmt::Debug for BlockId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl BorshSerialize for BlockId {
    fn serialize<W: io::Write>(&self, to: &mut W) -> io::Result<()> {
        to.write_all(self.0.as_bytes())
    }
}

impl BorshDeserialize for BlockId {
    fn deserialize_reader<R: io::Read>(from: &mut R) -> io::Result<Self> {
        <[u8; 32]>::deserialize_reader(from).map(|bytes| Self(BlockHash::new(bytes)))
    }
}

impl engine::Value for BlockId {
    type Id = Self;
    fn id(&self) -> Self {
        *self
    }
}

/// A signature, valid by `ledger::key`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Sig(pub Signature);

impl Sig {
    /// What our signer returns in place of a signature that it must not make. It never checks, and never leaves
    /// the node.
    pub const WITHHELD: Self = Self(Signature::ed25519([0; 64]));
}

impl BorshSerialize for Sig {
    fn serialize<W: io::Write>(&self, to: &mut W) -> io::Result<()> {
        to.write_all(self.0.as_bytes())
    }
}

impl BorshDeserialize for Sig {
    fn deserialize_reader<R: io::Read>(from: &mut R) -> io::Result<Self> {
        <[u8; 64]>::deserialize_reader(from).map(|bytes| Self(Signature::ed25519(bytes)))
    }
}

/// The signature scheme of the ledger: Ed25519 by ZIP-215 with a canonical R (DESIGN D9).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scheme;

impl engine::SigningScheme for Scheme {
    type DecodingError = String;
    type Signature = Sig;
    type PublicKey = PublicKey;
    type PrivateKey = SecretKey;

    fn decode_signature(bytes: &[u8]) -> Result<Sig, String> {
        bytes.try_into().map(|bytes| Sig(Signature::ed25519(bytes))).map_err(|_| "a signature has 64 bytes".into())
    }
    fn encode_signature(signature: &Sig) -> Vec<u8> {
        signature.0.as_bytes().to_vec()
    }
    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, String> {
        bytes.try_into().map(PublicKey::ed25519).map_err(|_| "a key has 32 bytes".into())
    }
    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}

/// One validator of a height.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Elected {
    address: Address,
    key: PublicKey,
    power: u64,
}

impl engine::Validator<Ctx> for Elected {
    fn address(&self) -> &Address {
        &self.address
    }
    fn public_key(&self) -> &PublicKey {
        &self.key
    }
    fn voting_power(&self) -> u64 {
        self.power
    }
}

/// The validators of a height, and which of them its turns pass over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Electorate(Arc<Members>);

#[derive(Debug, Eq, PartialEq)]
struct Members {
    validators: Vec<Elected>,
    passed_over: Vec<bool>,
    power: u64,
}

impl Electorate {
    /// The validators in their order, with the turns of the height.
    pub fn new(validators: &Validators, passed_over: Vec<bool>) -> Self {
        let elected = validators
            .as_slice()
            .iter()
            .map(|validator| Elected { address: Address(validator.member), key: validator.key, power: u64::from(validator.power) })
            .collect();
        Self(Arc::new(Members { validators: elected, passed_over, power: validators.total_power() }))
    }
}

impl engine::ValidatorSet<Ctx> for Electorate {
    fn count(&self) -> usize {
        self.0.validators.len()
    }
    fn total_voting_power(&self) -> u64 {
        self.0.power
    }
    fn get_by_address(&self, address: &Address) -> Option<&Elected> {
        // In the order of members' letters, as `Validators` are.
        let index = self.0.validators.binary_search_by_key(address, |validator| validator.address).ok()?;
        self.0.validators.get(index)
    }
    fn get_by_index(&self, index: usize) -> Option<&Elected> {
        self.0.validators.get(index)
    }
}

/// A vote. Its extension is never used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Vote {
    pub step: VoteType,
    pub height: Height,
    pub round: Round,
    pub value: NilOrVal<BlockId>,
    pub validator: Address,
}

impl Vote {
    /// The signed bytes (DESIGN section 6), or `None` without a round, which no vote is signed for.
    pub fn signed_bytes(&self, network: &NetworkId) -> Option<Vec<u8>> {
        let step = match self.step {
            VoteType::Prevote => vote::VoteType::Prevote,
            VoteType::Precommit => vote::VoteType::Precommit,
        };
        let block = match &self.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(id) => Some(&id.0),
        };
        Some(vote::vote_bytes(network, step, self.height.ledger(), self.round.as_u32()?, block))
    }
}

impl BorshSerialize for Vote {
    fn serialize<W: io::Write>(&self, to: &mut W) -> io::Result<()> {
        self.step.serialize(to)?;
        self.height.serialize(to)?;
        self.round.serialize(to)?;
        self.value.serialize(to)?;
        self.validator.serialize(to)
    }
}

impl BorshDeserialize for Vote {
    fn deserialize_reader<R: io::Read>(from: &mut R) -> io::Result<Self> {
        Ok(Self {
            step: BorshDeserialize::deserialize_reader(from)?,
            height: BorshDeserialize::deserialize_reader(from)?,
            round: BorshDeserialize::deserialize_reader(from)?,
            value: BorshDeserialize::deserialize_reader(from)?,
            validator: BorshDeserialize::deserialize_reader(from)?,
        })
    }
}

impl engine::Vote<Ctx> for Vote {
    fn height(&self) -> Height {
        self.height
    }
    fn round(&self) -> Round {
        self.round
    }
    fn value(&self) -> &NilOrVal<BlockId> {
        &self.value
    }
    fn take_value(self) -> NilOrVal<BlockId> {
        self.value
    }
    fn vote_type(&self) -> VoteType {
        self.step
    }
    fn validator_address(&self) -> &Address {
        &self.validator
    }
    fn extension(&self) -> Option<&engine::SignedExtension<Ctx>> {
        None
    }
    fn take_extension(&mut self) -> Option<engine::SignedExtension<Ctx>> {
        None
    }
    fn extend(self, _: engine::SignedExtension<Ctx>) -> Self {
        self
    }
}

/// A proposal: only the block's hash, the body being a part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proposal {
    pub height: Height,
    pub round: Round,
    pub value: BlockId,
    pub proof_of_lock: Round,
    pub proposer: Address,
}

impl Proposal {
    /// The signed bytes (DESIGN section 6), or `None` without a round.
    pub fn signed_bytes(&self, network: &NetworkId) -> Option<Vec<u8>> {
        let round = self.round.as_u32()?;
        Some(vote::proposal_bytes(network, self.height.ledger(), round, self.proof_of_lock.as_u32(), &self.value.0))
    }
}

impl BorshSerialize for Proposal {
    fn serialize<W: io::Write>(&self, to: &mut W) -> io::Result<()> {
        self.height.serialize(to)?;
        self.round.serialize(to)?;
        self.value.serialize(to)?;
        self.proof_of_lock.serialize(to)?;
        self.proposer.serialize(to)
    }
}

impl BorshDeserialize for Proposal {
    fn deserialize_reader<R: io::Read>(from: &mut R) -> io::Result<Self> {
        Ok(Self {
            height: BorshDeserialize::deserialize_reader(from)?,
            round: BorshDeserialize::deserialize_reader(from)?,
            value: BorshDeserialize::deserialize_reader(from)?,
            proof_of_lock: BorshDeserialize::deserialize_reader(from)?,
            proposer: BorshDeserialize::deserialize_reader(from)?,
        })
    }
}

impl engine::Proposal<Ctx> for Proposal {
    fn height(&self) -> Height {
        self.height
    }
    fn round(&self) -> Round {
        self.round
    }
    fn value(&self) -> &BlockId {
        &self.value
    }
    fn take_value(self) -> BlockId {
        self.value
    }
    fn pol_round(&self) -> Round {
        self.proof_of_lock
    }
    fn validator_address(&self) -> &Address {
        &self.proposer
    }
}

/// The only part of a proposal: the whole block, signed by the validator that sends it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    pub height: Height,
    pub round: u32,
    pub valid_round: Option<u32>,
    /// Who proposes it in this round.
    pub proposer: Address,
    /// Who sends it; another than the proposer when it is sent again.
    pub publisher: Address,
    /// The canonical block, at most [`ledger::block::PROPOSAL_BYTES_MAX`].
    pub block: Bytes,
    pub hash: BlockId,
    pub signature: Sig,
}

impl Part {
    /// What the publisher signs: tag, network id, height (u64 BE), round (u32 BE), block hash.
    pub fn signed_bytes(network: &NetworkId, height: Height, round: u32, hash: &BlockId) -> Vec<u8> {
        let mut bytes = b"symbolon/part/1\0".to_vec();
        bytes.extend_from_slice(network.as_bytes());
        bytes.extend_from_slice(&height.0.to_be_bytes());
        bytes.extend_from_slice(&round.to_be_bytes());
        bytes.extend_from_slice(hash.0.as_bytes());
        bytes
    }
}

impl engine::ProposalPart<Ctx> for Part {
    fn is_first(&self) -> bool {
        true
    }
    fn is_last(&self) -> bool {
        true
    }
}

impl engine::Context for Ctx {
    type Address = Address;
    type Height = Height;
    type ProposalPart = Part;
    type Proposal = Proposal;
    type Validator = Elected;
    type ValidatorSet = Electorate;
    type Timeouts = engine::LinearTimeouts;
    type Value = BlockId;
    type Vote = Vote;
    type Extension = Vec<u8>;
    type SigningScheme = Scheme;

    fn select_proposer<'a>(&self, electorate: &'a Electorate, height: Height, round: Round) -> &'a Elected {
        let index = turns::proposer(&electorate.0.passed_over, height.ledger(), round.as_u32().unwrap_or(0));
        &electorate.0.validators[index]
    }

    fn new_proposal(&self, height: Height, round: Round, value: BlockId, proof_of_lock: Round, proposer: Address) -> Proposal {
        Proposal { height, round, value, proof_of_lock, proposer }
    }

    fn new_prevote(&self, height: Height, round: Round, value: NilOrVal<BlockId>, validator: Address) -> Vote {
        Vote { step: VoteType::Prevote, height, round, value, validator }
    }

    fn new_precommit(&self, height: Height, round: Round, value: NilOrVal<BlockId>, validator: Address) -> Vote {
        Vote { step: VoteType::Precommit, height, round, value, validator }
    }
}

fn wrong(error: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
