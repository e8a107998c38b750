//! The history log: an append-only Merkle tree of everything that was ever accepted (RFC 9162 section 2.1).
//!
//! A leaf hashes to SHA-256(`0x00`, its bytes), a node to SHA-256(`0x01`, left, right), the empty log to SHA-256 of
//! nothing. The log of some size is split at the greatest power of two below that size.
//! Here are its root, the [`Frontier`] that appends without holding the log, the two kinds of proof, and the making
//! of proofs from whatever holds the hashes of full subtrees. Nothing here holds a log.
//!
//! ```
//! use ledger::history::{self, Frontier};
//!
//! let leaves = [b"one", b"two", b"six"].map(|bytes| history::leaf_hash(bytes));
//! let mut frontier = Frontier::default();
//! leaves.iter().for_each(|leaf| frontier.append(*leaf).unwrap());
//! assert_eq!(frontier.root(), history::merkle_root(&leaves));
//! ```

use crate::codec::Canonical;
use crate::hash::{Hash, sha256};
use crate::tree::hash_pair;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use sha2::{Digest, Sha256};

/// The most hashes in the path of one proof: a log has fewer than 2^63 leaves.
pub const PATH_HASHES_MAX: usize = 64;
/// The most leaves of a log.
pub const LEAVES_MAX: u64 = 1 << 62;
/// The most bytes of a proof.
pub const PROOF_BYTES_MAX: usize = 32 * PATH_HASHES_MAX + 32;

/// SHA-256(`0x00`, bytes).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash::new(Sha256::new_with_prefix([0x00]).chain_update(bytes).finalize().into())
}

/// SHA-256(`0x01`, left, right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    hash_pair(0x01, left.as_bytes(), right.as_bytes())
}

/// The root of a log whose leaves have these hashes ([`leaf_hash`]), in their order.
pub fn merkle_root(leaf_hashes: &[Hash]) -> Hash {
    let mut level = leaf_hashes.to_vec();
    // Pairing neighbours, with a last odd one going up as it is, gives the same tree as splitting at powers of two.
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                _ => pair.first().copied().unwrap_or_else(|| sha256(b"")),
            })
            .collect();
    }
    level.first().copied().unwrap_or_else(|| sha256(b""))
}

/// Why a history proof proves nothing, or a log cannot grow.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HistoryError {
    /// The proof is of another log.
    #[error("the proof leads to history root {computed}, not to {expected}")]
    OtherRoot {
        /// The root to be proven against.
        expected: Hash,
        /// The root that the proof leads to.
        computed: Hash,
    },
    /// More or fewer hashes than a proof of this place in a log of this size has.
    #[error("the proof does not have as many hashes as a proof of this place has")]
    Length,
    /// No such leaf in a log of this size, or no such earlier size.
    #[error("there is no place {place} in a history of {size} leaves")]
    NoSuchPlace {
        /// The index of the leaf, or the earlier size.
        place: u64,
        /// The size of the log.
        size: u64,
    },
    /// The log has [`LEAVES_MAX`] leaves.
    #[error("the history is full")]
    Full,
}

/// The roots of the full subtrees of a log, the largest first: all that appending needs.
///
/// Limits: at most 63 hashes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Takes up a log of `size` leaves where it was left; there is one peak for each 1 in the binary form of `size`.
    ///
    /// # Errors
    /// [`HistoryError::Length`] for another number of peaks, [`HistoryError::Full`] beyond [`LEAVES_MAX`].
    pub fn new(size: u64, peaks: Vec<Hash>) -> Result<Self, HistoryError> {
        if size > LEAVES_MAX {
            return Err(HistoryError::Full);
        }
        if usize::try_from(size.count_ones()) != Ok(peaks.len()) {
            return Err(HistoryError::Length);
        }
        Ok(Self { size, peaks })
    }

    /// How many leaves the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends one leaf hash.
    ///
    /// # Errors
    /// [`HistoryError::Full`] beyond [`LEAVES_MAX`].
    pub fn append(&mut self, leaf_hash: Hash) -> Result<(), HistoryError> {
        let size = self.size.checked_add(1).filter(|size| *size <= LEAVES_MAX).ok_or(HistoryError::Full)?;
        let mut hash = leaf_hash;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size = size;
        Ok(())
    }

    /// The root of the log.
    pub fn root(&self) -> Hash {
        self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(|| sha256(b""))
    }
}

/// That a leaf stands at a place in a log of some size (RFC 9162 section 2.1.3).
///
/// Bytes: `{0: index, 1: size, 2: path}`, the hashes of the path joined.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InclusionProof {
    /// The place of the leaf, counted from 0.
    pub index: u64,
    /// The size of the log.
    pub size: u64,
    /// The hashes beside the way from the leaf to the root.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// Checks the proof against the root of a log of `self.size` leaves, which the caller has from a header
    /// that a quorum signed, and whose size it has compared.
    ///
    /// # Errors
    /// [`HistoryError`] if it is of another leaf or log, or has a hash too many or too few.
    pub fn verify(&self, leaf_hash: &Hash, root: &Hash) -> Result<(), HistoryError> {
        if self.index >= self.size {
            return Err(HistoryError::NoSuchPlace { place: self.index, size: self.size });
        }
        // The names are those of RFC 9162 section 2.1.3.2.
        let (mut fnode, mut snode) = (self.index, self.size.saturating_sub(1));
        let mut computed = *leaf_hash;
        for hash in &self.path {
            if snode == 0 {
                return Err(HistoryError::Length);
            }
            if fnode & 1 == 1 || fnode == snode {
                computed = node_hash(hash, &computed);
                while fnode & 1 == 0 && fnode != 0 {
                    (fnode, snode) = (fnode >> 1, snode >> 1);
                }
            } else {
                computed = node_hash(&computed, hash);
            }
            (fnode, snode) = (fnode >> 1, snode >> 1);
        }
        if snode != 0 { Err(HistoryError::Length) } else { same(root, computed) }
    }
}

/// That a log of some size begins with the log of an earlier size (RFC 9162 section 2.1.4).
///
/// Bytes: `{0: earlier, 1: size, 2: path}`, the hashes of the path joined.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConsistencyProof {
    /// The earlier size, at least 1.
    pub earlier: u64,
    /// The later size, at least the earlier one. With equal sizes the path is empty.
    pub size: u64,
    /// The hashes that lead to both roots.
    pub path: Vec<Hash>,
}

impl ConsistencyProof {
    /// Checks the proof against the roots of the logs of `self.earlier` and `self.size` leaves, which the caller has
    /// from headers that a quorum signed, and whose sizes it has compared.
    ///
    /// # Errors
    /// [`HistoryError`] if it is of other logs, or has a hash too many or too few.
    pub fn verify(&self, earlier_root: &Hash, root: &Hash) -> Result<(), HistoryError> {
        if self.earlier == 0 || self.earlier > self.size {
            return Err(HistoryError::NoSuchPlace { place: self.earlier, size: self.size });
        }
        if self.earlier == self.size {
            return if self.path.is_empty() { same(root, *earlier_root) } else { Err(HistoryError::Length) };
        }
        // The names are those of RFC 9162 section 2.1.4.2.
        let mut path = self.path.iter();
        let first = if self.earlier.is_power_of_two() { Some(earlier_root) } else { path.next() };
        let first = first.ok_or(HistoryError::Length)?;
        let (mut fnode, mut snode) = (self.earlier.saturating_sub(1), self.size.saturating_sub(1));
        while fnode & 1 == 1 {
            (fnode, snode) = (fnode >> 1, snode >> 1);
        }
        let (mut first_root, mut second_root) = (*first, *first);
        for hash in path {
            if snode == 0 {
                return Err(HistoryError::Length);
            }
            if fnode & 1 == 1 || fnode == snode {
                first_root = node_hash(hash, &first_root);
                second_root = node_hash(hash, &second_root);
                while fnode & 1 == 0 && fnode != 0 {
                    (fnode, snode) = (fnode >> 1, snode >> 1);
                }
            } else {
                second_root = node_hash(&second_root, hash);
            }
            (fnode, snode) = (fnode >> 1, snode >> 1);
        }
        if snode != 0 {
            return Err(HistoryError::Length);
        }
        same(earlier_root, first_root)?;
        same(root, second_root)
    }
}

fn same(expected: &Hash, computed: Hash) -> Result<(), HistoryError> {
    if *expected == computed { Ok(()) } else { Err(HistoryError::OtherRoot { expected: *expected, computed }) }
}

/// Why a history proof was not made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BuildError<F> {
    /// No such leaf or earlier size.
    #[error(transparent)]
    Place(HistoryError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(F),
}

/// Proves that leaf `index` stands in a log of `size` leaves. `full` gives the hash of the full subtree
/// over the leaves `number * 2^level` to `(number + 1) * 2^level - 1`, all of them below `size`.
///
/// # Errors
/// [`BuildError`] if there is no such leaf, or if the log cannot be read.
pub fn prove_inclusion<F>(
    index: u64,
    size: u64,
    full: &mut impl FnMut(u32, u64) -> Result<Hash, F>,
) -> Result<InclusionProof, BuildError<F>> {
    if index >= size || size > LEAVES_MAX {
        return Err(BuildError::Place(HistoryError::NoSuchPlace { place: index, size }));
    }
    let mut path = Vec::new();
    let (mut start, mut end) = (0_u64, size);
    while let Some(middle) = split(start, end) {
        if index < middle {
            path.push(range(middle, end, full).map_err(BuildError::Log)?);
            end = middle;
        } else {
            path.push(range(start, middle, full).map_err(BuildError::Log)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(InclusionProof { index, size, path })
}

/// Proves that a log of `size` leaves begins with the log of its first `earlier` leaves. `full` as in [`prove_inclusion`].
///
/// # Errors
/// [`BuildError`] if `earlier` is 0 or greater than `size`, or if the log cannot be read.
pub fn prove_consistency<F>(
    earlier: u64,
    size: u64,
    full: &mut impl FnMut(u32, u64) -> Result<Hash, F>,
) -> Result<ConsistencyProof, BuildError<F>> {
    if earlier == 0 || earlier > size || size > LEAVES_MAX {
        return Err(BuildError::Place(HistoryError::NoSuchPlace { place: earlier, size }));
    }
    let mut path = Vec::new();
    let (mut start, mut end) = (0_u64, size);
    // The subtree that ends where the earlier log ended is the first hash, unless it is the earlier log itself.
    while end != earlier {
        let Some(middle) = split(start, end) else { break };
        if earlier <= middle {
            path.push(range(middle, end, full).map_err(BuildError::Log)?);
            end = middle;
        } else {
            path.push(range(start, middle, full).map_err(BuildError::Log)?);
            start = middle;
        }
    }
    if start != 0 {
        path.push(range(start, end, full).map_err(BuildError::Log)?);
    }
    path.reverse();
    Ok(ConsistencyProof { earlier, size, path })
}

/// The peaks of a log of `size` leaves. `full` as in [`prove_inclusion`].
///
/// # Errors
/// What `full` returns.
pub fn frontier<F>(size: u64, full: &mut impl FnMut(u32, u64) -> Result<Hash, F>) -> Result<Frontier, F> {
    let mut peaks = Vec::new();
    for level in (0..u64::BITS).rev() {
        let above = size.checked_shr(level).unwrap_or(0);
        if above & 1 == 1 {
            peaks.push(full(level, above & !1)?);
        }
    }
    Ok(Frontier { size, peaks })
}

/// Where the leaves from `start` to before `end` are split: after the greatest power of two that leaves some over.
fn split(start: u64, end: u64) -> Option<u64> {
    let last = end.checked_sub(start)?.checked_sub(1)?;
    start.checked_add(1_u64.checked_shl(last.checked_ilog2()?)?)
}

/// The hash over the leaves from `start` to before `end`, where `start` is a multiple of a power of two
/// that is not smaller than their number. Calls `full` at most 63 times.
fn range<F>(start: u64, end: u64, full: &mut impl FnMut(u32, u64) -> Result<Hash, F>) -> Result<Hash, F> {
    let mut peaks = Vec::new();
    let mut at = start;
    while let Some(level) = end.checked_sub(at).and_then(u64::checked_ilog2) {
        peaks.push(full(level, at.checked_shr(level).unwrap_or(0))?);
        at = at.saturating_add(1_u64.checked_shl(level).unwrap_or(0));
    }
    Ok(peaks.into_iter().rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(|| sha256(b"")))
}

impl Canonical for InclusionProof {
    const NAME: &'static str = "history proof";
    const BYTES_MAX: usize = PROOF_BYTES_MAX;
}

impl Canonical for ConsistencyProof {
    const NAME: &'static str = "history consistency proof";
    const BYTES_MAX: usize = PROOF_BYTES_MAX;
}

impl<C> Encode<C> for InclusionProof {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        write(e, self.index, self.size, &self.path)
    }
}

impl<'b, C> Decode<'b, C> for InclusionProof {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let (index, size, path) = read(d)?;
        Ok(Self { index, size, path })
    }
}

impl<C> Encode<C> for ConsistencyProof {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        write(e, self.earlier, self.size, &self.path)
    }
}

impl<'b, C> Decode<'b, C> for ConsistencyProof {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let (earlier, size, path) = read(d)?;
        Ok(Self { earlier, size, path })
    }
}

fn write<W: encode::Write>(e: &mut Encoder<W>, place: u64, size: u64, path: &[Hash]) -> Result<(), encode::Error<W::Error>> {
    let path: Vec<u8> = path.iter().flat_map(|hash| *hash.as_bytes()).collect();
    e.map(3)?.u8(0)?.u64(place)?.u8(1)?.u64(size)?.u8(2)?.bytes(&path)?.ok()
}

fn read(d: &mut Decoder<'_>) -> Result<(u64, u64, Vec<Hash>), decode::Error> {
    let start = d.position();
    let wrong = || decode::Error::message("expected a history proof").at(start);
    if d.map()? != Some(3) || d.u8()? != 0 {
        return Err(wrong());
    }
    let place = d.u64()?;
    if d.u8()? != 1 {
        return Err(wrong());
    }
    let size = d.u64()?;
    if d.u8()? != 2 {
        return Err(wrong());
    }
    let path = crate::tree::words(d)?;
    if size > LEAVES_MAX || path.len() > PATH_HASHES_MAX {
        return Err(wrong());
    }
    Ok((place, size, path.into_iter().map(Hash::new).collect()))
}

#[cfg(test)]
mod tests;
