//! One act of a transaction, proven without the others: with the skeleton, the signature over it, and the act's place
//! in the tree of acts. A holder of one certificate of a bulk issue is shown no other's act, only hashes.

use super::{ACTS_MAX, Act, BadTransaction, Skeleton, Transaction, WireHash, check_start};
use crate::codec::{Bytes, Canonical};
use crate::hash::Hash;
use crate::history::{InclusionProof, node_hash, prove_inclusion};
use crate::id::NetworkId;
use crate::key::{BadSignature, PublicKey, Signature};
use minicbor::{Decode, Encode};

/// The most hashes beside the way of one act to the root of [`ACTS_MAX`].
const PATH_HASHES_MAX: usize = ACTS_MAX.ilog2() as usize;

/// The hashes of acts, in their order.
pub(super) fn hashes(acts: &[Act]) -> Vec<Hash> {
    acts.iter().map(Act::hash).collect()
}

/// One act of a signed transaction, as certificate files and receipts carry it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignedAct {
    /// What was signed.
    #[n(0)]
    pub skeleton: Skeleton,
    /// The signature over it.
    #[n(1)]
    pub signature: Signature,
    /// The act.
    #[n(2)]
    pub act: Act,
    /// Its place among the acts, from 0.
    #[n(3)]
    pub place: u32,
    /// The hashes beside the way from the act to the acts root (RFC 9162 section 2.1.3), joined; of one act, none.
    #[n(4)]
    pub path: Bytes,
}

impl Canonical for SignedAct {
    const NAME: &'static str = "signed act";
    const BYTES_MAX: usize = super::ACT_BODY_BYTES_MAX + Skeleton::BYTES_MAX + 32 * PATH_HASHES_MAX + 128;
}

impl SignedAct {
    /// Checks everything but the signature: that this act stands in this place of what was signed for `network`.
    ///
    /// # Errors
    /// [`BadTransaction`] says what is wrong.
    pub fn prove(self, network: &NetworkId) -> Result<ProvenAct, BadTransaction> {
        let skeleton = &self.skeleton;
        check_start(skeleton.version, &skeleton.network, network)?;
        let count = usize::try_from(skeleton.acts).unwrap_or(usize::MAX);
        if count == 0 || count > ACTS_MAX || self.act.is_too_large() {
            return Err(BadTransaction::Acts(count));
        }
        let wrong = BadTransaction::NoSuchAct { place: self.place, acts: skeleton.acts };
        let (path, rest) = self.path.as_chunks();
        if !rest.is_empty() || path.len() > PATH_HASHES_MAX {
            return Err(wrong);
        }
        let path = path.iter().copied().map(Hash::new).collect();
        let proof = InclusionProof { index: self.place.into(), size: skeleton.acts.into(), path };
        proof.verify(&self.act.hash(), &skeleton.acts_root).map_err(|_| wrong)?;
        Ok(ProvenAct(self))
    }
}

/// An act that stands in its place of a skeleton, whose signature is not yet checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProvenAct(SignedAct);

impl ProvenAct {
    /// What is claimed to be signed.
    pub fn skeleton(&self) -> &Skeleton {
        &self.0.skeleton
    }

    /// The act.
    pub fn act(&self) -> &Act {
        &self.0.act
    }

    /// Its place among the transaction's acts, from 0.
    pub fn place(&self) -> usize {
        usize::try_from(self.0.place).unwrap_or(usize::MAX)
    }

    /// What roots and history hold of the transaction.
    pub fn wire_hash(&self) -> WireHash {
        self.0.skeleton.wire_hash(&self.0.signature)
    }

    /// Checks the signature under the key that the registry holds for (signer, number).
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        key.verify(&self.0.skeleton.signed_bytes(), &self.0.signature)
    }
}

/// The tree of a signed transaction's acts, from which each act is proven.
#[derive(Debug)]
pub struct ActTree<'a> {
    transaction: &'a Transaction,
    skeleton: Skeleton,
    signature: Signature,
    /// The hashes of the full subtrees, by their height and then in order.
    levels: Vec<Vec<Hash>>,
}

impl<'a> ActTree<'a> {
    pub(super) fn of(transaction: &'a Transaction, signature: Signature) -> Self {
        let mut level = hashes(&transaction.acts);
        let skeleton = Skeleton::of(transaction, &level);
        let mut levels = Vec::new();
        while !level.is_empty() {
            let above = level.as_chunks().0.iter().map(|[left, right]| node_hash(left, right)).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        Self { transaction, skeleton, signature, levels }
    }

    /// The act in a place, or `None` if there is no such place.
    pub fn act(&self, place: usize) -> Option<SignedAct> {
        let act = self.transaction.acts.get(place)?.clone();
        let full = |level: u32, number: u64| {
            let of_level = self.levels.get(usize::try_from(level).ok()?)?;
            of_level.get(usize::try_from(number).ok()?).copied()
        };
        let (index, size) = (u64::try_from(place).ok()?, self.skeleton.acts.into());
        let proof = prove_inclusion(index, size, &mut |level, number| full(level, number).ok_or(())).ok()?;
        let path: Vec<u8> = proof.path.iter().flat_map(|hash| *hash.as_bytes()).collect();
        Some(SignedAct {
            skeleton: self.skeleton.clone(),
            signature: self.signature,
            act,
            place: u32::try_from(place).ok()?,
            path: path.into(),
        })
    }
}
