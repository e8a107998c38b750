//! What the tests of this room begin with: four members with their keys.

use crate::consensus::proposal::Parent;
use genesis::{Environment, Founding, FoundingMember};
use ledger::block::{Block, CommitCertificate, HEADER_VERSION, Header, Validators, founding_parent, outcomes_root, transactions_root};
use ledger::hash::Hash;
use ledger::history::Frontier;
use ledger::id::{MemberId, NetworkId};
use ledger::key::{SecretKey, Signature};
use ledger::lookup::EncryptionSecret;
use ledger::place::CountryCode;
use ledger::time::{Height, Timestamp};
use ledger::vote::{VoteType, vote_bytes};

pub(crate) const FOUNDED: Timestamp = Timestamp::from_millis(1_760_000_000_000);

pub(crate) fn validator_secret(index: usize) -> SecretKey {
    SecretKey::from_seed(&[10 + index as u8; 32])
}

pub(crate) fn node_secret(index: usize) -> SecretKey {
    SecretKey::from_seed(&[30 + index as u8; 32])
}

/// Four validating members (and a fifth that only follows), with the secrets of their validators.
pub(crate) fn founding() -> (Founding, Vec<SecretKey>) {
    let member = |(index, letters): (usize, &str)| FoundingMember {
        id: MemberId::parse(letters).unwrap(),
        name: format!("Customs of {letters}"),
        countries: vec![CountryCode::parse(letters).unwrap()],
        governance_keys: vec![SecretKey::from_seed(&[50 + index as u8; 32]).public()],
        threshold: 1,
        encryption_key: EncryptionSecret::new([70 + index as u8; 32]).public(),
        node_key: node_secret(index).public(),
        validator_key: (index < 4).then(|| validator_secret(index).public()),
    };
    let members = ["CL", "CN", "NZ", "SG", "UY"].into_iter().enumerate().map(member).collect();
    let founding = Founding::new(Environment::Test, "four", FOUNDED, members).unwrap();
    (founding, (0..4).map(validator_secret).collect())
}

pub(crate) fn four_validators() -> (Validators, Vec<SecretKey>) {
    let (founding, secrets) = founding();
    (founding.validators().clone(), secrets)
}

/// A certificate for a block by these validators.
pub(crate) fn certificate(
    network: &NetworkId,
    height: u64,
    round: u32,
    block: &ledger::block::BlockHash,
    signers: &[usize],
) -> CommitCertificate {
    let (validators, secrets) = four_validators();
    let bytes = vote_bytes(network, VoteType::Precommit, Height::new(height), round, Some(block));
    let votes: Vec<(MemberId, Signature)> =
        signers.iter().map(|index| (validators.as_slice()[*index].member, secrets[*index].sign(&bytes))).collect();
    CommitCertificate::collect(Height::new(height), round, *block, &validators, &votes)
}

/// An empty block of `height` by validator `index`, carrying the certificate of the one before.
pub(crate) fn block_after(before: &Option<(Block, u32, Vec<usize>)>, height: u64, index: usize) -> Block {
    let (founding, _) = founding();
    let network = founding.network_id();
    let carried = before.as_ref().map(|(block, round, signers)| certificate(&network, height - 1, *round, &block.header.hash(), signers));
    let header = Header {
        version: HEADER_VERSION,
        network,
        height: Height::new(height),
        time: FOUNDED.saturating_add_ms(height * 1000),
        parent: before.as_ref().map_or(founding_parent(&network), |(block, ..)| block.header.hash()),
        proposer: founding.validators().as_slice()[index].member,
        transactions_root: transactions_root(&[]),
        outcomes_root: outcomes_root(&[]),
        state_root: Hash::new([0; 32]),
        history_size: 0,
        history_root: Frontier::default().root(),
        validators: founding.validators().hash(),
        next_validators: None,
        previous_commit: carried.as_ref().map(CommitCertificate::hash),
    };
    Block { header, transactions: Vec::new(), previous_commit: carried }
}

/// What the first block stands on.
pub(crate) fn founding_ground() -> Parent {
    let (founding, _) = founding();
    let network = founding.network_id();
    Parent {
        network,
        height: Height::FOUNDING,
        block: founding_parent(&network),
        time: FOUNDED,
        frontier: Frontier::default(),
        validators_before: founding.validators().clone(),
        validators: founding.validators().clone(),
    }
}
