//! What an authority or a member signs: one to 256 acts under one signature.
//!
//! [`Transaction`] → [`SignedTransaction`] → [`VerifiedTransaction`]; a value that was not checked cannot be passed
//! where a checked one is wanted. What an act means is the business of the record kind that its number names.

use crate::codec::{Bytes, Canonical, Malformed};
use crate::hash::{Hash, Tag, sha256, tagged};
use crate::id::{KeyNumber, NetworkId, Signer};
use crate::key::{BadSignature, Domain, PublicKey, SecretKey, Signature};
use crate::time::Height;
use minicbor::{Decode, Encode};

/// The only version so far.
pub const TRANSACTION_VERSION: u32 = 1;
/// How many acts one transaction may hold.
pub const ACTS_MAX: usize = 256;
/// How many bytes one act's body may have.
pub const ACT_BODY_BYTES_MAX: usize = 64 * 1024;
/// How many bytes one signed transaction may have on the wire.
pub const TRANSACTION_BYTES_MAX: usize = 256 * 1024;
/// How far in the future a transaction's expiry may lie, in heights; it bounds how long its id must be remembered.
pub const EXPIRY_HEIGHTS_MAX: u64 = 10_000;

crate::codec::bytes32!(
    /// A transaction's name: a digest of its body without the signature. For naming and deduplication only.
    TransactionId
);
crate::codec::bytes32!(
    /// SHA-256 of the signed transaction's bytes, signature included: what roots and history hold.
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

/// What is signed.
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
        let body = self.to_bytes();
        let signature = secret.sign(&signed_bytes(&self.network, &body));
        SignedTransaction { body: body.into(), signature }
    }
}

/// A transaction as it travels: the signed body, byte for byte, and the signature.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignedTransaction {
    /// The canonical bytes of a [`Transaction`].
    #[n(0)]
    pub body: Bytes,
    /// Over domain tag, network id and body.
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
}

/// A transaction whose bytes are in order, its signature not yet checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodedTransaction {
    transaction: Transaction,
    body: Vec<u8>,
    signature: Signature,
    wire: Vec<u8>,
    id: TransactionId,
    wire_hash: WireHash,
}

impl DecodedTransaction {
    /// Reads a signed transaction for `network` from its wire bytes and checks everything but the signature.
    ///
    /// # Errors
    /// [`BadTransaction`] says what is wrong.
    pub fn from_wire(wire: Vec<u8>, network: &NetworkId) -> Result<Self, BadTransaction> {
        let signed = SignedTransaction::from_bytes(&wire)?;
        let transaction = Transaction::from_bytes(&signed.body)?;
        if transaction.version != TRANSACTION_VERSION {
            return Err(BadTransaction::Version(transaction.version));
        }
        if transaction.network != *network {
            return Err(BadTransaction::OtherNetwork { theirs: transaction.network, ours: *network });
        }
        let count = transaction.acts.len();
        if count == 0 || count > ACTS_MAX || transaction.acts.iter().any(|act| act.body.len() > ACT_BODY_BYTES_MAX) {
            return Err(BadTransaction::Acts(count));
        }
        let body: Vec<u8> = signed.body.into();
        Ok(Self {
            id: TransactionId::new(*tagged(Tag::TRANSACTION_ID, &[&body]).as_bytes()),
            wire_hash: WireHash::new(*sha256(&wire).as_bytes()),
            transaction,
            body,
            signature: signed.signature,
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

    /// The digest of its wire bytes.
    pub fn wire_hash(&self) -> WireHash {
        self.wire_hash
    }

    /// The bytes under the signature and the signature, for a [`crate::key::Batch`].
    pub fn signed(&self) -> (Vec<u8>, &Signature) {
        (signed_bytes(&self.transaction.network, &self.body), &self.signature)
    }

    /// Checks the signature under the key that the registry holds for (signer, number).
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(self, key: &PublicKey) -> Result<VerifiedTransaction, BadSignature> {
        let (bytes, signature) = self.signed();
        key.verify(&bytes, signature)?;
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

    /// The digest of its wire bytes.
    pub fn wire_hash(&self) -> WireHash {
        self.0.wire_hash
    }

    /// The bytes on the wire.
    pub fn wire(&self) -> &[u8] {
        &self.0.wire
    }
}

fn signed_bytes(network: &NetworkId, body: &[u8]) -> Vec<u8> {
    let mut bytes = Domain::TRANSACTION.signed_bytes(network, body.len());
    bytes.extend_from_slice(body);
    bytes
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
mod tests {
    use super::*;
    use crate::id::AuthorityId;

    fn transaction(acts: usize) -> Transaction {
        Transaction {
            version: TRANSACTION_VERSION,
            network: NetworkId::new([1; 32]),
            signer: Signer::Authority(AuthorityId::parse("NZ-mpi").unwrap()),
            key: KeyNumber::new(1),
            expiry: Height::new(100),
            acts: (0..acts).map(|_| Act { kind: 2, verb: 1, body: vec![0xa0].into() }).collect(),
        }
    }

    fn secret() -> SecretKey {
        SecretKey::from_seed(&[9; 32])
    }

    #[test]
    fn a_signed_transaction_checks_under_its_key_and_under_no_other() {
        let wire = transaction(2).sign(&secret()).to_bytes();
        let decoded = DecodedTransaction::from_wire(wire.clone(), &NetworkId::new([1; 32])).unwrap();
        assert_eq!(decoded.clone().verify(&secret().public()).unwrap().wire(), wire);
        assert!(decoded.verify(&SecretKey::from_seed(&[8; 32]).public()).is_err());
    }

    #[test]
    fn a_transaction_of_another_network_version_or_size_is_refused() {
        let network = NetworkId::new([1; 32]);
        let read = |t: &Transaction| DecodedTransaction::from_wire(t.sign(&secret()).to_bytes(), &network);
        assert!(matches!(
            DecodedTransaction::from_wire(transaction(1).sign(&secret()).to_bytes(), &NetworkId::new([2; 32])),
            Err(BadTransaction::OtherNetwork { .. })
        ));
        assert_eq!(read(&Transaction { version: 2, ..transaction(1) }), Err(BadTransaction::Version(2)));
        assert_eq!(read(&transaction(0)), Err(BadTransaction::Acts(0)));
        assert!(read(&transaction(ACTS_MAX)).is_ok());
        assert_eq!(read(&transaction(ACTS_MAX + 1)), Err(BadTransaction::Acts(ACTS_MAX + 1)));
        let mut large = transaction(1);
        large.acts[0].body = vec![0; ACT_BODY_BYTES_MAX + 1].into();
        assert_eq!(read(&large), Err(BadTransaction::Acts(1)));
    }

    #[test]
    fn one_flipped_bit_anywhere_never_checks() {
        let network = NetworkId::new([1; 32]);
        let wire = transaction(1).sign(&secret()).to_bytes();
        for bit in 0..wire.len() * 8 {
            let mut flipped = wire.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let accepted = DecodedTransaction::from_wire(flipped, &network).ok().and_then(|d| d.verify(&secret().public()).ok());
            assert_eq!(accepted, None, "bit {bit}");
        }
    }
}
