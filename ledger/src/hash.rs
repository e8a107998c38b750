//! SHA-256, with a separate domain tag for each thing that is hashed.

use sha2::{Digest, Sha256};

crate::codec::bytes32!(
    /// A SHA-256 digest (FIPS 180-4).
    Hash
);

/// What is being hashed. Its text, followed by a zero byte, begins the hashed bytes,
/// so that no two kinds of thing can ever share a digest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tag(&'static str);

impl Tag {
    /// A block: its canonical header.
    pub const BLOCK: Self = Self("symbolon/block/1");
    /// A commit certificate as carried by the next block.
    pub const COMMIT_CERTIFICATE: Self = Self("symbolon/commit-certificate/1");
    /// The validators of a height.
    pub const VALIDATORS: Self = Self("symbolon/validators/1");
    /// A transaction's skeleton, without the signature: its name.
    pub const TRANSACTION_ID: Self = Self("symbolon/transaction-id/2");
    /// A transaction's signature and skeleton: what roots and history hold.
    pub const WIRE: Self = Self("symbolon/wire/2");
    /// One act of a transaction.
    pub const ACT: Self = Self("symbolon/act/1");
    /// The outcomes of one transaction.
    pub const OUTCOMES: Self = Self("symbolon/outcomes/1");
    /// One salted field of a document.
    pub const FIELD: Self = Self("symbolon/field/1");
    /// The commodity code or unit of a line, under the line's salt.
    pub const TOKEN: Self = Self("symbolon/token/1");
    /// The terms of an arrangement or agreement.
    pub const TERMS: Self = Self("symbolon/terms/1");
    /// The challenge of a proof that a look-up secret is the right one.
    pub const LOOKUP_PROOF: Self = Self("symbolon/lookup-proof/1");
    /// A locator: the reading member and the locator's opening.
    pub const LOCATOR: Self = Self("symbolon/locator/1");
    /// A record key: the issuing member and the record tag.
    pub const RECORD_KEY: Self = Self("symbolon/record/1");
    /// A key of the state tree.
    pub const STATE_KEY: Self = Self("symbolon/state/1");

    /// The text of the tag.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// SHA-256 of the tag, a zero byte, and the parts one after another.
///
/// The parts are simply joined: the caller makes sure that at most the last one has a length of its own choosing.
#[inline]
pub fn tagged(tag: Tag, parts: &[&[u8]]) -> Hash {
    tagged_parts(tag, parts.iter().copied())
}

/// [`tagged`] of parts that come one after another.
#[inline]
pub fn tagged_parts<'a>(tag: Tag, parts: impl Iterator<Item = &'a [u8]> + Clone) -> Hash {
    // Names and keys of fixed length are most of what is hashed: their one block is laid out in place.
    let length = parts.clone().fold(tag.0.len().saturating_add(1), |sum, part| sum.saturating_add(part.len()));
    padded::<64>(tag, parts.clone(), length).unwrap_or_else(|| longer(tag, parts, length))
}

/// [`tagged`] of more than 55 bytes; up to 119 bytes are two blocks.
fn longer<'a>(tag: Tag, parts: impl Iterator<Item = &'a [u8]> + Clone, length: usize) -> Hash {
    padded::<128>(tag, parts.clone(), length).unwrap_or_else(|| {
        let mut hasher = Sha256::new();
        hasher.update(tag.0.as_bytes());
        hasher.update([0]);
        parts.for_each(|part| hasher.update(part));
        Hash::new(hasher.finalize().into())
    })
}

/// [`tagged`] of `length` bytes that fit into `BYTES` together with their padding (FIPS 180-4 section 5.1.1): laid out
/// at once, which takes less time than a hasher.
#[inline]
fn padded<'a, const BYTES: usize>(tag: Tag, mut parts: impl Iterator<Item = &'a [u8]>, length: usize) -> Option<Hash> {
    let mut blocks = [0; BYTES];
    // One bit that ends the message, and its number of bits as eight bytes.
    if length.checked_add(9)? > BYTES {
        return None;
    }
    let (text, rest) = blocks.split_at_mut_checked(tag.0.len())?;
    text.copy_from_slice(tag.0.as_bytes());
    // The zero byte after the tag stands there already.
    let (_, rest) = rest.split_first_mut()?;
    let rest = parts.try_fold(rest, |rest, part| {
        let (place, after) = rest.split_at_mut_checked(part.len())?;
        place.copy_from_slice(part);
        Some(after)
    })?;
    *rest.first_mut()? = 0x80;
    let bits = u16::try_from(length).ok()?.checked_mul(8)?;
    *blocks.last_chunk_mut()? = bits.to_be_bytes();
    Some(of_blocks(blocks.as_chunks().0))
}

/// SHA-256 of bytes that are padded already.
pub(crate) fn of_blocks(blocks: &[[u8; 64]]) -> Hash {
    let mut state = SHA256_START;
    sha2::block_api::compress256(&mut state, blocks);
    let mut hash = [0; 32];
    for (to, word) in hash.as_chunks_mut().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    Hash::new(hash)
}

/// The initial value of SHA-256: FIPS 180-4 section 5.3.3.
const SHA256_START: [u32; 8] = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// Plain SHA-256 of some bytes: for digests that outsiders compute as well (documents, the founding file).
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash::new(Sha256::digest(bytes).into())
}

/// HMAC-SHA-256 (RFC 2104) of the parts one after another.
pub fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    use hmac::{Hmac, KeyInit, Mac};
    // A key shorter than the block of SHA-256 (64 bytes) is filled up with zeros, RFC 2104 section 2.
    let mut block = [0; 64];
    if let Some(head) = block.first_chunk_mut::<32>() {
        *head = *key;
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tagged_hash_is_the_plain_one_of_the_joined_bytes_whatever_their_length() {
        for length in 0..300_u16 {
            let bytes: Vec<u8> = (0..length).map(|index| index.to_be_bytes()[1]).collect();
            let (first, second) = bytes.split_at(bytes.len() / 3);
            let joined = [Tag::STATE_KEY.as_str().as_bytes(), &[0], &bytes].concat();
            assert_eq!(tagged(Tag::STATE_KEY, &[first, second]), sha256(&joined), "{} bytes", joined.len());
        }
    }

    #[test]
    fn hashes_are_ordered_as_their_bytes() {
        for place in 0..31 {
            let (mut one, mut two) = ([7; 32], [7; 32]);
            // The earlier byte decides, whatever the later one says.
            (one[place], one[place + 1]) = (1, 200);
            (two[place], two[place + 1]) = (2, 100);
            assert!(Hash::new(one) < Hash::new(two), "byte {place}");
        }
    }
}
