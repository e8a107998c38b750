//! What an authority or a member signs: one to 256 acts under one signature.
//!
//! [`Transaction`] → [`SignedTransaction`] → [`VerifiedTransaction`]; a value that was not checked cannot be passed
//! where a checked one is wanted. What an act means is the business of the record kind that its number names.
//!
//! The signature is over the [`Skeleton`], which holds the root of a tree of the acts: so one act is proven without
//! the others ([`SignedAct`] → [`ProvenAct`]).

mod act;
mod skeleton;

pub use act::{ActTree, ProvenAct, SignedAct};
pub use skeleton::Skeleton;

use crate::codec::{Bytes, Canonical, Malformed, encode};
use crate::hash::{Hash, Tag, tagged};
use crate::id::{KeyNumber, NetworkId, Signer};
use crate::key::{BadSignature, PublicKey, SecretKey, Signature};
use crate::time::Height;
use minicbor::{Decode, Encode};

/// The version that is known here. In version 1 the acts themselves were signed.
pub const TRANSACTION_VERSION: u32 = 2;
/// How many acts one transaction may hold.
pub const ACTS_MAX: usize = 256;
/// How many bytes one act's body may have.
pub const ACT_BODY_BYTES_MAX: usize = 64 * 1024;
/// How many bytes one signed transaction may have on the wire.
pub const TRANSACTION_BYTES_MAX: usize = 256 * 1024;
/// How far in the future a transaction's expiry may lie, in heights; it bounds how long its id must be remembered.
pub const EXPIRY_HEIGHTS_MAX: u64 = 10_000;

crate::codec::bytes32!(
    /// A transaction's name: a digest of its skeleton, without the signature. For naming and deduplication only.
    TransactionId
);
crate::codec::bytes32!(
    /// A digest of a transaction's skeleton and signature: what roots and history hold. It stands for all the wire bytes,
    /// since the skeleton is computed from the acts.
    WireHash
);

/// One act: which record kind, which verb of it, and the verb's own canonical body.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Act {
    /// The record kind's number (`contracts::kinds`), or the registry's.
    #[n(0)]
    pub kind: u16,
    /// The verb's number within the kind.
    #[n(1)]
    pub verb: u16,
    /// The verb's canonical CBOR, at most [`ACT_BODY_BYTES_MAX`] bytes.
    #[n(2)]
    pub body: Bytes,
}

impl Act {
    /// The act's leaf in the tree of its transaction's acts: over its canonical bytes.
    pub fn hash(&self) -> Hash {
        tagged(Tag::ACT, &[&encode(self)])
    }

    fn is_too_large(&self) -> bool {
        self.body.len() > ACT_BODY_BYTES_MAX
    }
}

/// What is to be done, by whom and until when.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Transaction {
    /// [`TRANSACTION_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The network that this is meant for.
    #[n(1)]
    pub network: NetworkId,
    /// Who signs.
    #[n(2)]
    pub signer: Signer,
    /// Which of the signer's keys.
    #[n(3)]
    pub key: KeyNumber,
    /// The last height at which this may be recorded; at most [`EXPIRY_HEIGHTS_MAX`] ahead.
    #[n(4)]
    pub expiry: Height,
    /// 1 to [`ACTS_MAX`] acts, each with an outcome of its own.
    #[n(5)]
    pub acts: Vec<Act>,
}

impl Canonical for Transaction {
    const NAME: &'static str = "transaction body";
    const BYTES_MAX: usize = TRANSACTION_BYTES_MAX;
}

impl Transaction {
    /// Signs with the secret key that `self.key` names.
    pub fn sign(&self, secret: &SecretKey) -> SignedTransaction {
        let signature = secret.sign(&self.skeleton().signed_bytes());
        SignedTransaction { body: self.to_bytes().into(), signature }
    }

    /// The tree of its acts, each of which is proven alone under this signature of the whole.
    pub fn act_tree(&self, signature: Signature) -> ActTree<'_> {
        ActTree::of(self, signature)
    }

    /// What a signature of it is over.
    pub fn skeleton(&self) -> Skeleton {
        Skeleton::of(self, &act::hashes(&self.acts))
    }
}

/// A transaction as it travels: its body, byte for byte, and the signature.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignedTransaction {
    /// The canonical bytes of a [`Transaction`].
    #[n(0)]
    pub body: Bytes,
    /// Over domain tag, network id and the body's [`Skeleton`].
    #[n(1)]
    pub signature: Signature,
}

impl Canonical for SignedTransaction {
    const NAME: &'static str = "transaction";
    const BYTES_MAX: usize = TRANSACTION_BYTES_MAX;
}

/// Why a transaction cannot be accepted, whatever the state.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadTransaction {
    /// Its bytes are wrong.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A version that this program does not know.
    #[error("transaction version {0} is not known here; update the program")]
    Version(u32),
    /// Made for another network.
    #[error("the transaction is for network {theirs}, this is {ours}; sign it for this network")]
    OtherNetwork {
        /// The network it names.
        theirs: NetworkId,
        /// The network that was expected.
        ours: NetworkId,
    },
    /// No acts, too many, or one too large.
    #[error("a transaction holds 1 to {ACTS_MAX} acts of at most {ACT_BODY_BYTES_MAX} bytes each; this one has {0} acts")]
    Acts(usize),
    /// An act alone whose path does not lead from its place to the acts root that is signed.
    #[error("the act is not in place {place} of the {acts} acts that were signed; ask for the file again")]
    NoSuchAct {
        /// The place that it claims.
        place: u32,
        /// How many acts were signed.
        acts: u32,
    },
}

/// A transaction whose bytes are in order, its signature not yet checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodedTransaction {
    transaction: Transaction,
    signature: Signature,
    wire: Vec<u8>,
    signed_bytes: Vec<u8>,
    id: TransactionId,
    wire_hash: WireHash,
}

impl DecodedTransaction {
    /// Reads a signed transaction for `network` from its wire bytes and checks everything but the signature.
    ///
    /// # Errors
    /// [`BadTransaction`] says what is wrong.
    pub fn from_wire(wire: Vec<u8>, network: &NetworkId) -> Result<Self, BadTransaction> {
        let SignedTransaction { body, signature } = SignedTransaction::from_bytes(&wire)?;
        let transaction = Transaction::from_bytes(&body)?;
        check_start(transaction.version, &transaction.network, network)?;
        let count = transaction.acts.len();
        if count == 0 || count > ACTS_MAX || transaction.acts.iter().any(Act::is_too_large) {
            return Err(BadTransaction::Acts(count));
        }
        let skeleton = encode(&transaction.skeleton());
        Ok(Self {
            id: skeleton::id(&skeleton),
            wire_hash: skeleton::wire_hash(&signature, &skeleton),
            signed_bytes: skeleton::signed_bytes(network, &skeleton),
            transaction,
            signature,
            wire,
        })
    }

    /// What is claimed to be signed.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Its name.
    pub fn id(&self) -> TransactionId {
        self.id
    }

    /// The digest of skeleton and signature.
    pub fn wire_hash(&self) -> WireHash {
        self.wire_hash
    }

    /// The bytes under the signature and the signature, for a [`crate::key::Batch`].
    pub fn signed(&self) -> (&[u8], &Signature) {
        (&self.signed_bytes, &self.signature)
    }

    /// The tree of its acts, from which each is proven without the others.
    pub fn act_tree(&self) -> ActTree<'_> {
        self.transaction.act_tree(self.signature)
    }

    /// Checks the signature under the key that the registry holds for (signer, number).
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(self, key: &PublicKey) -> Result<VerifiedTransaction, BadSignature> {
        let (bytes, signature) = self.signed();
        key.verify(bytes, signature)?;
        Ok(self.assume_verified())
    }

    /// For a caller that checked this very signature: in a batch, or by its wire hash in the checked set.
    pub fn assume_verified(self) -> VerifiedTransaction {
        VerifiedTransaction(self)
    }
}

/// A transaction whose signature checks under the registered key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedTransaction(DecodedTransaction);

impl VerifiedTransaction {
    /// What is signed.
    pub fn transaction(&self) -> &Transaction {
        &self.0.transaction
    }

    /// Its name.
    pub fn id(&self) -> TransactionId {
        self.0.id
    }

    /// The digest of skeleton and signature.
    pub fn wire_hash(&self) -> WireHash {
        self.0.wire_hash
    }

    /// The bytes on the wire.
    pub fn wire(&self) -> &[u8] {
        &self.0.wire
    }
}

/// Checks what whole transactions and acts alone begin with.
fn check_start(version: u32, theirs: &NetworkId, ours: &NetworkId) -> Result<(), BadTransaction> {
    if version != TRANSACTION_VERSION {
        return Err(BadTransaction::Version(version));
    }
    if theirs != ours {
        return Err(BadTransaction::OtherNetwork { theirs: *theirs, ours: *ours });
    }
    Ok(())
}

/// What became of one transaction: for each act 0 (accepted) or the stable number of its refusal.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Outcomes(#[n(0)] Vec<u16>);

impl Canonical for Outcomes {
    const NAME: &'static str = "outcomes";
    const BYTES_MAX: usize = 4 + 3 * ACTS_MAX;
}

impl Outcomes {
    /// The outcome of an accepted act.
    pub const ACCEPTED: u16 = 0;

    /// One number an act, in order.
    pub fn new(numbers: Vec<u16>) -> Self {
        Self(numbers)
    }

    /// The numbers, one an act.
    pub fn numbers(&self) -> &[u16] {
        &self.0
    }

    /// What the outcomes root and the history hold.
    pub fn hash(&self) -> Hash {
        tagged(Tag::OUTCOMES, &[&self.to_bytes()])
    }
}

#[cfg(test)]
mod tests;
