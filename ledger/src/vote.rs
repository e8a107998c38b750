//! The bytes that validators sign (DESIGN section 6). The engine puts no network id into its votes: ours do.

use crate::block::BlockHash;
use crate::id::NetworkId;
use crate::key::Domain;
use crate::time::Height;

/// The step of a vote.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum VoteType {
    /// First step: the proposal looks right.
    Prevote = 1,
    /// Second step: more than two thirds thought so.
    Precommit = 2,
}

/// The signed bytes of a vote: `symbolon/vote/1` NUL, network id, type (u8), height (u64 BE), round (u32 BE),
/// then 0x00 for nil or 0x01 and the block hash.
pub fn vote_bytes(network: &NetworkId, vote_type: VoteType, height: Height, round: u32, block: Option<&BlockHash>) -> Vec<u8> {
    let mut bytes = Domain::VOTE.signed_bytes(network, 48);
    bytes.push(vote_type as u8);
    bytes.extend_from_slice(&height.get().to_be_bytes());
    bytes.extend_from_slice(&round.to_be_bytes());
    match block {
        None => bytes.push(0),
        Some(hash) => {
            bytes.push(1);
            bytes.extend_from_slice(hash.as_bytes());
        }
    }
    bytes
}

/// The signed bytes of a proposal: `symbolon/proposal/1` NUL, network id, height (u64 BE), round (u32 BE),
/// proof-of-lock round (i64 BE, -1 for none), block hash.
pub fn proposal_bytes(network: &NetworkId, height: Height, round: u32, proof_of_lock_round: Option<u32>, block: &BlockHash) -> Vec<u8> {
    let mut bytes = Domain::PROPOSAL.signed_bytes(network, 56);
    bytes.extend_from_slice(&height.get().to_be_bytes());
    bytes.extend_from_slice(&round.to_be_bytes());
    bytes.extend_from_slice(&proof_of_lock_round.map_or(-1, i64::from).to_be_bytes());
    bytes.extend_from_slice(block.as_bytes());
    bytes
}
