//! Why a receipt proves nothing.

use crate::block::{BadCertificate, BadValidators};
use crate::codec::Malformed;
use crate::id::NetworkId;
use crate::time::Height;
use crate::tree::ProofError;

/// Why a receipt or a step of trust is set aside. Each variant names the predicate that failed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReceiptError {
    /// The bytes are wrong.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A version that this program does not know.
    #[error("receipt version {0} is not known here; update the program")]
    Version(u32),
    /// It belongs to another network.
    #[error("the receipt is of network {theirs}, the pinned one is {ours}")]
    OtherNetwork {
        /// The network of its header.
        theirs: NetworkId,
        /// The pinned network.
        ours: NetworkId,
    },
    /// The header names other validators than those trusted at its height.
    #[error("the header at height {0} names validators that do not follow from the founding file; update the trust file")]
    UnknownValidators(Height),
    /// Too few or wrong signatures.
    #[error("the block at height {height} is not decided: {cause}")]
    NotDecided {
        /// The header's height.
        height: Height,
        /// What is wrong with the certificate.
        cause: BadCertificate,
    },
    /// The state proof does not lead to the header's state root.
    #[error("the state proof does not check: {0}")]
    State(#[from] ProofError),
    /// The transaction of the issuing act is not in the history of the header.
    #[error("the transaction of the issuing act is not in the history of the header")]
    History,
    /// The issuing act is not one of what was signed.
    #[error("the issuing act is not in order: {0}")]
    Act(String),
    /// A step does not follow from what is trusted.
    #[error("the change of validators at height {0} does not follow from what is trusted")]
    Step(Height),
    /// A set of validators that cannot be.
    #[error(transparent)]
    Validators(#[from] BadValidators),
    /// Something newer was seen before.
    #[error("height {offered} is older than height {newest}, seen before")]
    WentBack {
        /// The height offered.
        offered: Height,
        /// The newest seen.
        newest: Height,
    },
    /// Two decided blocks at one height: more than a third of the validators signed twice.
    #[error("a second decided block at height {0}: validators signed twice; keep both files and tell your administration")]
    Fork(Height),
    /// A head whose signature or contents do not check.
    #[error("the signed head does not check: {0}")]
    Head(&'static str),
}
