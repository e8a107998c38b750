//! The state tree: one hash for everything that stands on the ledger, with proofs of presence and of absence.
//!
//! A binary trie over 32-byte keys, hashed with SHA-256. What lies below a place hashes to
//!
//! | leaves below it | hash |
//! |---|---|
//! | none | 32 zero bytes |
//! | one, at whatever depth | SHA-256(`0x00`, key, SHA-256(value)) |
//! | more | SHA-256(`0x01`, hash of the left half, hash of the right half) |
//!
//! so that the root depends on the entries alone, never on the order in which they came.
//! Keys are only ever added or given a new value, never removed (DESIGN D18).
//!
//! This module knows hashing and [`Multiproof`]; it never holds a tree. Whoever does implements [`Nodes`].
//!
//! ```
//! use ledger::hash::sha256;
//! use ledger::tree::{self, Leaf, StateKey};
//!
//! let leaves = [1, 2].map(|number| Leaf { key: StateKey::new([number; 32]), value_hash: sha256(b"value") });
//! let root = tree::root(&leaves);
//! assert_ne!(root, tree::root(&leaves[..1]));
//! ```

mod bits;
mod proof;
#[cfg(test)]
mod tests;

pub(crate) use proof::words;
pub use proof::{BuildError, Fact, KEYS_PER_PROOF_MAX, Multiproof, Node, Nodes, PROOF_BYTES_MAX, ProofError, Proven};

use crate::codec::bytes32;
use crate::hash::{Hash, of_blocks, sha256};

bytes32!(
    /// Where an entry lies in the state tree.
    ///
    /// Keys must not be of a stranger's choosing beyond their hash: `contracts` derives each with
    /// [`Tag::STATE_KEY`](crate::hash::Tag::STATE_KEY) and replaces at most a few of the first bytes by those of another.
    StateKey
);

/// The bits of a key, and so the greatest depth of a leaf.
pub const DEPTH_MAX: u16 = 256;
/// The most bytes of one value.
pub const VALUE_BYTES_MAX: usize = 64 * 1024;
/// The hash of a tree without leaves.
pub const EMPTY: Hash = Hash::new([0; 32]);

impl StateKey {
    /// The bit that decides at `depth`: `false` to the left, `true` to the right. `false` beyond the last bit.
    pub fn bit(&self, depth: u16) -> bool {
        let mask = 0x80_u8.checked_shr(u32::from(depth % 8)).unwrap_or(0);
        self.as_bytes().get(usize::from(depth / 8)).is_some_and(|byte| byte & mask != 0)
    }

    /// Whether both keys lie below the same place at `depth`.
    pub fn shares(&self, other: &Self, depth: u16) -> bool {
        (0..depth.min(DEPTH_MAX)).step_by(8).zip(self.as_bytes().iter().zip(other.as_bytes())).all(|(start, (one, two))| {
            let left = depth.saturating_sub(start).min(8);
            let mask = 0xff_u8.checked_shl(u32::from(8_u16.saturating_sub(left))).unwrap_or(0);
            (one ^ two) & mask == 0
        })
    }
}

/// One entry of the tree.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Leaf {
    /// Where it lies.
    pub key: StateKey,
    /// SHA-256 of its value.
    pub value_hash: Hash,
}

impl Leaf {
    /// The leaf of an entry.
    pub fn of(key: StateKey, value: &[u8]) -> Self {
        Self { key, value_hash: sha256(value) }
    }

    /// SHA-256(`0x00`, key, value hash).
    pub fn hash(&self) -> Hash {
        hash_pair(0x00, self.key.as_bytes(), self.value_hash.as_bytes())
    }
}

/// SHA-256(`0x01`, left, right): two halves of which at least one has leaves, two or more in sum.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    hash_pair(0x01, left.as_bytes(), right.as_bytes())
}

/// SHA-256 of 65 bytes. They and their padding (FIPS 180-4 section 5.1.1) are always two blocks,
/// laid out here at once: half the time of a hasher that finds that out, and most of the cost of the tree.
pub(crate) fn hash_pair(prefix: u8, left: &[u8; 32], right: &[u8; 32]) -> Hash {
    let mut bytes = [0; 128];
    bytes[0] = prefix;
    bytes[1..33].copy_from_slice(left);
    bytes[33..65].copy_from_slice(right);
    bytes[65] = 0x80;
    bytes[126..].copy_from_slice(&(65_u16 * 8).to_be_bytes());
    of_blocks(bytes.as_chunks().0)
}

/// What lies below a place, as far as hashing needs to know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subtree {
    /// Nothing.
    Empty,
    /// One leaf, with its hash.
    Leaf(Hash),
    /// Two leaves or more, with their hash.
    Branch(Hash),
}

impl Subtree {
    /// The hash of what lies below.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Empty => EMPTY,
            Self::Leaf(hash) | Self::Branch(hash) => *hash,
        }
    }

    /// What lies below a place whose halves are these.
    pub fn join(left: Self, right: Self) -> Self {
        match (left, right) {
            (Self::Empty, Self::Empty) => Self::Empty,
            (Self::Leaf(hash), Self::Empty) | (Self::Empty, Self::Leaf(hash)) => Self::Leaf(hash),
            (left, right) => Self::Branch(node_hash(&left.hash(), &right.hash())),
        }
    }

    /// What lies below a place at `depth` that has exactly these leaves, each with its [`Leaf::hash`].
    /// They are in ascending order of their keys, without repeats.
    pub fn of(leaves: &[(Leaf, Hash)], depth: u16) -> Self {
        match leaves {
            [] => Self::Empty,
            [(_, hash)] => Self::Leaf(*hash),
            _ if depth >= DEPTH_MAX => Self::Empty,
            _ => {
                let middle = leaves.partition_point(|(leaf, _)| !leaf.key.bit(depth));
                let (left, right) = leaves.split_at_checked(middle).unwrap_or((leaves, &[]));
                let below = depth.saturating_add(1);
                Self::join(Self::of(left, below), Self::of(right, below))
            }
        }
    }
}

/// The root of a tree that has exactly these leaves, in ascending order of their keys, without repeats.
pub fn root(leaves: &[Leaf]) -> Hash {
    let hashed: Vec<(Leaf, Hash)> = leaves.iter().map(|leaf| (*leaf, leaf.hash())).collect();
    Subtree::of(&hashed, 0).hash()
}
