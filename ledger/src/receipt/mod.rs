//! Receipts: the file that proves a certificate's standing at a height, to whoever pinned the founding file.
//!
//! A receipt proves *facts*; the verifier computes the verdict (`contracts::verdict`). It is checked with SHA-256
//! and Ed25519 only.

mod error;
mod head;
mod trust;
mod verify;

pub use error::ReceiptError;
pub use head::{Head, SignedHead};
pub use trust::{Epoch, Trust};
pub use verify::{Proven, ProvenIssue};

use crate::block::{Header, Quorum, Validators};
use crate::codec::Canonical;
use crate::history::InclusionProof;
use crate::time::Height;
use crate::transaction::{Outcomes, SignedAct};
use crate::tree::Multiproof;
use minicbor::{Decode, Encode};

/// The version that is known here. In version 1 a whole transaction was carried.
pub const RECEIPT_VERSION: u32 = 2;
/// How many bytes a receipt may have.
pub const RECEIPT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How many changes of validators one receipt may carry.
pub const STEPS_MAX: usize = 256;

/// One multiproof of the entries that a verdict needs, against the state root of one decided header.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Receipt {
    /// [`RECEIPT_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The header whose state root the proof is against.
    #[n(1)]
    pub header: Header,
    /// The precommits that decided it.
    #[n(2)]
    pub commit: Quorum,
    /// The entries and their proof.
    #[n(3)]
    pub state: Multiproof,
    /// The act that issued the record, with its transaction's place in the history.
    #[n(4)]
    pub issue: Option<IssueProof>,
    /// The changes of validators from the founding file to this header, oldest first; omitted if there was none.
    #[n(5)]
    pub steps: Option<Vec<Step>>,
}

impl Canonical for Receipt {
    const NAME: &'static str = "receipt";
    const BYTES_MAX: usize = RECEIPT_BYTES_MAX;
}

/// One act of a transaction, with the transaction's place in the history of the receipt's header.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct IssueProof {
    /// The block that recorded it.
    #[n(0)]
    pub height: Height,
    /// The transaction's place in that block.
    #[n(1)]
    pub index: u32,
    /// The act, under what was signed.
    #[n(2)]
    pub act: SignedAct,
    /// What became of each of the transaction's acts.
    #[n(3)]
    pub outcomes: Outcomes,
    /// The transaction's place in the history.
    #[n(4)]
    pub inclusion: InclusionProof,
}

/// A change of validators: the header that named the next set, decided by the set before, and the next set.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Step {
    /// The last header of the set before.
    #[n(0)]
    pub header: Header,
    /// Its precommits.
    #[n(1)]
    pub commit: Quorum,
    /// The set that decides from the next height on.
    #[n(2)]
    pub next: Validators,
}

#[cfg(test)]
mod tests;
