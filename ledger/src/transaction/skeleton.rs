//! What the signature of a transaction is over: everything but the acts, and the root of the tree of them.

use super::{Transaction, TransactionId, WireHash};
use crate::codec::{Canonical, encode};
use crate::hash::{Hash, Tag, tagged};
use crate::history::merkle_root;
use crate::id::{KeyNumber, NetworkId, Signer};
use crate::key::{Domain, ED25519, Signature};
use crate::time::Height;
use minicbor::{Decode, Encode};

/// A transaction without its acts. It never travels with the whole transaction, from which it is computed.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Skeleton {
    /// [`super::TRANSACTION_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The network that it is meant for.
    #[n(1)]
    pub network: NetworkId,
    /// Who signs.
    #[n(2)]
    pub signer: Signer,
    /// Which of the signer's keys.
    #[n(3)]
    pub key: KeyNumber,
    /// The last height at which it may be recorded.
    #[n(4)]
    pub expiry: Height,
    /// How many acts it holds: the size of their tree.
    #[n(5)]
    pub acts: u32,
    /// The RFC 9162 tree hash over the acts' hashes; of one act, its hash.
    #[n(6)]
    pub acts_root: Hash,
}

impl Canonical for Skeleton {
    const NAME: &'static str = "transaction skeleton";
    const BYTES_MAX: usize = 256;
}

impl Skeleton {
    /// That of a transaction whose acts have these hashes.
    pub(super) fn of(transaction: &Transaction, act_hashes: &[Hash]) -> Self {
        Self {
            version: transaction.version,
            network: transaction.network,
            signer: transaction.signer.clone(),
            key: transaction.key,
            expiry: transaction.expiry,
            acts: u32::try_from(act_hashes.len()).unwrap_or(u32::MAX),
            acts_root: merkle_root(act_hashes),
        }
    }

    /// The transaction's name.
    pub fn id(&self) -> TransactionId {
        id(&encode(self))
    }

    /// What roots and history hold of the transaction under this signature.
    pub fn wire_hash(&self, signature: &Signature) -> WireHash {
        wire_hash(signature, &encode(self))
    }

    /// The bytes under the signature: domain tag, network id, canonical skeleton.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(&self.network, &encode(self))
    }
}

pub(super) fn id(skeleton: &[u8]) -> TransactionId {
    TransactionId::new(*tagged(Tag::TRANSACTION_ID, &[skeleton]).as_bytes())
}

pub(super) fn wire_hash(signature: &Signature, skeleton: &[u8]) -> WireHash {
    WireHash::new(*tagged(Tag::WIRE, &[&[ED25519], signature.as_bytes(), skeleton]).as_bytes())
}

pub(super) fn signed_bytes(network: &NetworkId, skeleton: &[u8]) -> Vec<u8> {
    let mut bytes = Domain::TRANSACTION.signed_bytes(network, skeleton.len());
    bytes.extend_from_slice(skeleton);
    bytes
}
