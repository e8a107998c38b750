//! A node's signed head: how fresh an answer is.

use super::ReceiptError;
use crate::block::BlockHash;
use crate::codec::{Canonical, encode};
use crate::id::{MemberId, NetworkId};
use crate::key::{Domain, PublicKey, SecretKey, Signature};
use crate::time::{Height, Timestamp};
use minicbor::{Decode, Encode};

/// What a node says of itself, to a nonce of the asker's choice. No certificate is named: this is the only
/// question that members other than one's own are asked.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Head {
    /// The network.
    #[n(0)]
    pub network: NetworkId,
    /// The member whose node answers.
    #[n(1)]
    pub member: MemberId,
    /// The asker's 32 random bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub nonce: [u8; 32],
    /// The newest decided height that is on the node's disk.
    #[n(3)]
    pub height: Height,
    /// Its block.
    #[n(4)]
    pub block: BlockHash,
    /// Its block time.
    #[n(5)]
    pub block_time: Timestamp,
    /// The node's own clock.
    #[n(6)]
    pub node_time: Timestamp,
}

/// A head with the signature of the node's key, which the member's entry names.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignedHead {
    /// The head.
    #[n(0)]
    pub head: Head,
    /// Over domain tag, network id and the canonical head.
    #[n(1)]
    pub signature: Signature,
}

impl Canonical for SignedHead {
    const NAME: &'static str = "signed head";
    const BYTES_MAX: usize = 512;
}

impl Head {
    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Domain::HEAD.signed_bytes(&self.network, 192);
        bytes.extend_from_slice(&encode(self));
        bytes
    }

    /// Signs with the node's key.
    pub fn sign(self, secret: &SecretKey) -> SignedHead {
        let signature = secret.sign(&self.signed_bytes());
        SignedHead { head: self, signature }
    }
}

impl SignedHead {
    /// Checks that `member`'s node answered this nonce on this network.
    ///
    /// # Errors
    /// [`ReceiptError::Head`] says what is wrong.
    pub fn verify(&self, network: &NetworkId, member: MemberId, nonce: &[u8; 32], key: &PublicKey) -> Result<&Head, ReceiptError> {
        if self.head.network != *network {
            return Err(ReceiptError::Head("it is of another network"));
        }
        if self.head.member != member {
            return Err(ReceiptError::Head("another member answered"));
        }
        if self.head.nonce != *nonce {
            return Err(ReceiptError::Head("it answers another nonce: an old answer, or not to this question"));
        }
        key.verify(&self.head.signed_bytes(), &self.signature).map_err(|_| ReceiptError::Head("its signature does not check"))?;
        Ok(&self.head)
    }
}
