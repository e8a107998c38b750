//! One compact proof for a set of keys: what stands at each of them, or that nothing does, under one root.
//!
//! Bytes: `{0: keys, 1: [value or null, ...], 2: shape, 3: hashes}`; keys and hashes are joined, 32 bytes each,
//! keys strictly ascending; there is one value or null for each key, in their order.
//!
//! The shape is a string of bits, the last byte filled up with zeros. A verifier walks from the root to the left
//! first, keeping the keys that lie below the place where it stands (always one or more), and reads there
//!
//! | bits | the place is |
//! |---|---|
//! | `1` | a branch. If only one half has keys below it, the other half's hash is the next of the hashes |
//! | `01` | a branch of which only one half has keys below it, and the other half is empty |
//! | `001` | one leaf. If one of the keys here has a value, it is that key's. If none has, it is another's: the next two of the hashes are its key and its value's hash |
//! | `000` | empty |
//!
//! A root and a set of keys have exactly one such proof, and every other is refused: with a bit, a hash or a value
//! too few or too many, a branch over fewer than two leaves, a zero hash, another's leaf that lies elsewhere.

use super::bits::{BitReader, BitWriter};
use super::{DEPTH_MAX, EMPTY, Leaf, StateKey, Subtree, VALUE_BYTES_MAX};
use crate::codec::{Canonical, strictly_ascending};
use crate::hash::{Hash, sha256};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::collections::{BTreeMap, BTreeSet};

/// The most keys of one proof.
pub const KEYS_PER_PROOF_MAX: usize = 256;
/// The most bytes of one proof.
pub const PROOF_BYTES_MAX: usize = 1024 * 1024;

/// What stands at each of a set of keys under one root, in a form that anyone can check.
///
/// Limits: 1 to [`KEYS_PER_PROOF_MAX`] keys, values of at most [`VALUE_BYTES_MAX`] bytes,
/// [`PROOF_BYTES_MAX`] in sum. Nothing in it is proven before [`Multiproof::verify`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Multiproof {
    keys: Vec<StateKey>,
    values: Vec<Option<Vec<u8>>>,
    shape: Vec<u8>,
    hashes: Vec<Hash>,
}

/// Why a proof proves nothing: its maker's fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProofError {
    /// The proof is of another state.
    #[error("the proof leads to state root {computed}, not to {expected}")]
    OtherRoot {
        /// The root to be proven against.
        expected: Hash,
        /// The root that the proof leads to.
        computed: Hash,
    },
    /// Bits or hashes are missing.
    #[error("the proof is cut short")]
    CutShort,
    /// Bits or hashes are left over.
    #[error("the proof has parts that prove nothing")]
    LeftOver,
    /// Not the one form that a proof of these keys under one root can have.
    #[error("the proof is not in its one possible form: {0}")]
    NotCanonical(&'static str),
}

/// What was proven, key by key. Only [`Multiproof::verify`] makes one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proven(BTreeMap<StateKey, Option<Vec<u8>>>);

/// What was proven of one key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fact<'a> {
    /// This value stands there.
    Present(&'a [u8]),
    /// Nothing stands there.
    Absent,
}

impl Proven {
    /// What was proven of `key`, or `None` if the proof says nothing about it (which is not absence).
    pub fn get(&self, key: &StateKey) -> Option<Fact<'_>> {
        self.0.get(key).map(|value| value.as_deref().map_or(Fact::Absent, Fact::Present))
    }

    /// All keys in ascending order, with what was proven of each.
    pub fn iter(&self) -> impl Iterator<Item = (&StateKey, Fact<'_>)> {
        self.0.iter().map(|(key, value)| (key, value.as_deref().map_or(Fact::Absent, Fact::Present)))
    }
}

/// What a tree shows at one place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Node {
    /// Nothing lies below.
    Empty,
    /// Exactly this leaf lies below.
    Leaf(Leaf),
    /// Two leaves or more lie below.
    Branch {
        /// The hash of the left half.
        left: Hash,
        /// The hash of the right half.
        right: Hash,
    },
}

/// A tree that proofs can be made from: on disk or in memory.
pub trait Nodes {
    /// Why the tree cannot be read.
    type Fault;

    /// What lies at the place `depth` bits along `path`. Asked from the root downwards, left before right;
    /// `hash` is what was shown for this place one step above, and the root at depth 0.
    ///
    /// # Errors
    /// The tree's own fault.
    fn node(&mut self, depth: u16, path: &StateKey, hash: &Hash) -> Result<Node, Self::Fault>;

    /// The value of a leaf that the tree has shown.
    ///
    /// # Errors
    /// The tree's own fault.
    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Self::Fault>;
}

/// Why a proof was not made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BuildError<F> {
    /// No keys, or more than [`KEYS_PER_PROOF_MAX`].
    #[error("a proof has 1 to {KEYS_PER_PROOF_MAX} keys, not {0}")]
    Keys(usize),
    /// The values and hashes take more than [`PROOF_BYTES_MAX`]: ask for fewer keys at once.
    #[error("the proof would be longer than {PROOF_BYTES_MAX} bytes; ask for fewer keys at once")]
    TooLong,
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] F),
}

impl Multiproof {
    /// Proves what stands at `keys` in a tree with this root.
    ///
    /// # Errors
    /// [`BuildError`] if there are no keys or too many, if the proof would be too long, or if the tree cannot be read.
    pub fn build<T: Nodes>(tree: &mut T, root: &Hash, keys: &BTreeSet<StateKey>) -> Result<Self, BuildError<T::Fault>> {
        if keys.is_empty() || keys.len() > KEYS_PER_PROOF_MAX {
            return Err(BuildError::Keys(keys.len()));
        }
        let keys: Vec<StateKey> = keys.iter().copied().collect();
        let mut build = Build { tree, values: BTreeMap::new(), shape: BitWriter::default(), hashes: Vec::new(), bytes: 0 };
        build.place(&keys, 0, root)?;
        let Build { mut values, shape, hashes, .. } = build;
        let values = keys.iter().map(|key| values.remove(key)).collect();
        let proof = Self { keys, values, shape: shape.into_bytes(), hashes };
        if crate::codec::encode(&proof).len() > PROOF_BYTES_MAX {
            return Err(BuildError::TooLong);
        }
        Ok(proof)
    }

    /// The keys that the proof speaks of, in ascending order.
    pub fn keys(&self) -> &[StateKey] {
        &self.keys
    }

    /// Checks the proof against a state root, which the caller has from a header that a quorum signed.
    ///
    /// # Errors
    /// [`ProofError`] if it is of another root, or not in its one possible form.
    pub fn verify(&self, root: &Hash) -> Result<Proven, ProofError> {
        let entries: Vec<(StateKey, Option<Hash>)> =
            self.keys.iter().copied().zip(self.values.iter().map(|value| value.as_deref().map(sha256))).collect();
        let mut walk = Walk { bits: BitReader::new(&self.shape), hashes: self.hashes.iter() };
        let computed = walk.place(&entries, 0)?.hash();
        if !walk.bits.ends_here() || walk.hashes.next().is_some() {
            return Err(ProofError::LeftOver);
        }
        if computed != *root {
            return Err(ProofError::OtherRoot { expected: *root, computed });
        }
        Ok(Proven(self.keys.iter().copied().zip(self.values.iter().cloned()).collect()))
    }
}

/// The keys below a place, split between its halves.
fn halves<T>(entries: &[T], depth: u16, key: impl Fn(&T) -> &StateKey) -> (&[T], &[T]) {
    let middle = entries.partition_point(|entry| !key(entry).bit(depth));
    entries.split_at_checked(middle).unwrap_or((entries, &[]))
}

struct Build<'a, T> {
    tree: &'a mut T,
    values: BTreeMap<StateKey, Vec<u8>>,
    shape: BitWriter,
    hashes: Vec<Hash>,
    /// Bytes of values and hashes so far, so that a long proof is given up early.
    bytes: usize,
}

impl<T: Nodes> Build<'_, T> {
    fn place(&mut self, keys: &[StateKey], depth: u16, hash: &Hash) -> Result<(), BuildError<T::Fault>> {
        let Some(path) = keys.first() else { return Ok(()) };
        match self.tree.node(depth, path, hash)? {
            Node::Empty => self.bits(&[false, false, false]),
            Node::Leaf(leaf) => {
                self.bits(&[false, false, true]);
                if keys.contains(&leaf.key) {
                    let value = self.tree.value(&leaf)?;
                    self.count(value.len())?;
                    self.values.insert(leaf.key, value);
                } else {
                    self.hash(Hash::new(*leaf.key.as_bytes()))?;
                    self.hash(leaf.value_hash)?;
                }
            }
            Node::Branch { left, right } => {
                let below = depth.saturating_add(1);
                let (to_left, to_right) = halves(keys, depth, |key| key);
                match (to_left.is_empty(), to_right.is_empty()) {
                    (true, _) if left == EMPTY => self.bits(&[false, true]),
                    (_, true) if right == EMPTY => self.bits(&[false, true]),
                    (left_alone, right_alone) => {
                        self.bits(&[true]);
                        if left_alone {
                            self.hash(left)?;
                        }
                        if right_alone {
                            self.hash(right)?;
                        }
                    }
                }
                self.place(to_left, below, &left)?;
                self.place(to_right, below, &right)?;
            }
        }
        Ok(())
    }

    fn bits(&mut self, bits: &[bool]) {
        bits.iter().for_each(|bit| self.shape.push(*bit));
    }

    fn hash(&mut self, hash: Hash) -> Result<(), BuildError<T::Fault>> {
        self.hashes.push(hash);
        self.count(32)
    }

    fn count(&mut self, bytes: usize) -> Result<(), BuildError<T::Fault>> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > PROOF_BYTES_MAX { Err(BuildError::TooLong) } else { Ok(()) }
    }
}

struct Walk<'a> {
    bits: BitReader<'a>,
    hashes: core::slice::Iter<'a, Hash>,
}

impl Walk<'_> {
    /// Computes what lies at a place from what the proof says. Calls itself at most [`DEPTH_MAX`] deep.
    fn place(&mut self, entries: &[(StateKey, Option<Hash>)], depth: u16) -> Result<Subtree, ProofError> {
        if self.bit()? {
            self.branch(entries, depth, false)
        } else if self.bit()? {
            self.branch(entries, depth, true)
        } else if self.bit()? {
            self.leaf(entries, depth)
        } else if entries.iter().any(|(_, value)| value.is_some()) {
            Err(ProofError::NotCanonical("a value in an empty place"))
        } else {
            Ok(Subtree::Empty)
        }
    }

    fn branch(&mut self, entries: &[(StateKey, Option<Hash>)], depth: u16, other_is_empty: bool) -> Result<Subtree, ProofError> {
        if depth >= DEPTH_MAX {
            return Err(ProofError::NotCanonical("a branch below the last bit"));
        }
        let below = depth.saturating_add(1);
        let (to_left, to_right) = halves(entries, depth, |(key, _)| key);
        let joined = match (to_left.is_empty(), to_right.is_empty()) {
            (true, _) => {
                let left = self.other(other_is_empty)?;
                Subtree::join(left, self.place(to_right, below)?)
            }
            (_, true) => {
                let right = self.other(other_is_empty)?;
                Subtree::join(self.place(to_left, below)?, right)
            }
            _ if other_is_empty => return Err(ProofError::NotCanonical("an empty half that has keys")),
            _ => {
                let left = self.place(to_left, below)?;
                Subtree::join(left, self.place(to_right, below)?)
            }
        };
        match joined {
            Subtree::Branch(_) => Ok(joined),
            Subtree::Leaf(_) | Subtree::Empty => Err(ProofError::NotCanonical("a branch over fewer than two leaves")),
        }
    }

    /// The half of a branch that has no keys. Whether a hash is of one leaf or of more is not known, and need not be.
    fn other(&mut self, is_empty: bool) -> Result<Subtree, ProofError> {
        if is_empty {
            return Ok(Subtree::Empty);
        }
        match self.hash()? {
            EMPTY => Err(ProofError::NotCanonical("a zero hash")),
            hash => Ok(Subtree::Branch(hash)),
        }
    }

    fn leaf(&mut self, entries: &[(StateKey, Option<Hash>)], depth: u16) -> Result<Subtree, ProofError> {
        let mut present = entries.iter().filter_map(|(key, value)| value.map(|value_hash| Leaf { key: *key, value_hash }));
        if let Some(leaf) = present.next() {
            return match present.next() {
                None => Ok(Subtree::Leaf(leaf.hash())),
                Some(_) => Err(ProofError::NotCanonical("two values in one leaf")),
            };
        }
        let leaf = Leaf { key: StateKey::new(*self.hash()?.as_bytes()), value_hash: self.hash()? };
        match entries.first() {
            Some((path, _)) if leaf.key.shares(path, depth) && entries.iter().all(|(key, _)| *key != leaf.key) => {
                Ok(Subtree::Leaf(leaf.hash()))
            }
            _ => Err(ProofError::NotCanonical("another's leaf that lies elsewhere")),
        }
    }

    fn bit(&mut self) -> Result<bool, ProofError> {
        self.bits.next().ok_or(ProofError::CutShort)
    }

    fn hash(&mut self) -> Result<Hash, ProofError> {
        self.hashes.next().copied().ok_or(ProofError::CutShort)
    }
}

impl Canonical for Multiproof {
    const NAME: &'static str = "state proof";
    const BYTES_MAX: usize = PROOF_BYTES_MAX;
}

impl<C> Encode<C> for Multiproof {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        let keys: Vec<u8> = self.keys.iter().flat_map(|key| *key.as_bytes()).collect();
        let hashes: Vec<u8> = self.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
        e.map(4)?.u8(0)?.bytes(&keys)?;
        e.u8(1)?.array(u64::try_from(self.values.len()).unwrap_or(u64::MAX))?;
        for value in &self.values {
            match value {
                None => e.null()?,
                Some(value) => e.bytes(value)?,
            };
        }
        e.u8(2)?.bytes(&self.shape)?.u8(3)?.bytes(&hashes)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Multiproof {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        let wrong = |text: &'static str| decode::Error::message(text).at(start);
        if d.map()? != Some(4) {
            return Err(wrong("expected a state proof of four parts"));
        }
        part(d, 0)?;
        let keys: Vec<StateKey> = words(d)?.into_iter().map(StateKey::new).collect();
        let keys_fit = !keys.is_empty() && keys.len() <= KEYS_PER_PROOF_MAX && strictly_ascending(&keys);
        part(d, 1)?;
        // The number is compared before anything is read, so that memory is bounded by the number of keys.
        if !keys_fit || d.array()? != u64::try_from(keys.len()).ok() {
            return Err(wrong("expected 1 to 256 keys in ascending order, and a value or null for each"));
        }
        let mut values = Vec::with_capacity(keys.len());
        for _ in &keys {
            values.push(if d.datatype()? == minicbor::data::Type::Null {
                d.null()?;
                None
            } else {
                Some(d.bytes()?.to_vec())
            });
        }
        if values.iter().flatten().any(|value| value.len() > VALUE_BYTES_MAX) {
            return Err(wrong("a value of more than 64 KiB"));
        }
        part(d, 2)?;
        let shape = d.bytes()?.to_vec();
        part(d, 3)?;
        let hashes = words(d)?.into_iter().map(Hash::new).collect();
        Ok(Self { keys, values, shape, hashes })
    }
}

fn part(d: &mut Decoder<'_>, number: u8) -> Result<(), decode::Error> {
    let position = d.position();
    if d.u8()? == number { Ok(()) } else { Err(decode::Error::message("parts out of order").at(position)) }
}

/// Reads a byte string of words of 32 bytes.
pub(crate) fn words(d: &mut Decoder<'_>) -> Result<Vec<[u8; 32]>, decode::Error> {
    let position = d.position();
    match d.bytes()?.as_chunks() {
        (words, []) => Ok(words.to_vec()),
        _ => Err(decode::Error::message("expected words of 32 bytes").at(position)),
    }
}
