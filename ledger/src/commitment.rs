//! Salted commitments: what a document says, on the ledger and yet hidden.
//!
//! Each field of a document is committed to as SHA-256(tag, salt, path, value), with a salt of its own that is
//! derived from one random seed of the document, and the fields' Merkle root stands on the ledger
//! (DESIGN section 5). Whoever holds the seed can open any field; destroying the seed erases them all
//! while every proof stands.

use crate::hash::{Hash, Tag, hmac_sha256, tagged};
use crate::history::{leaf_hash, merkle_root};

/// How many fields one document may commit to.
pub const FIELDS_MAX: usize = 4096;

crate::codec::bytes32!(
    /// The Merkle root over a document's committed fields, in the order of their paths.
    CommitmentRoot
);

/// The secret behind a document's commitments: 16 random bytes, never derived from the document.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Seed([u8; 16]);

/// The salt of one field: the first 16 bytes of HMAC-SHA-256(seed, path).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Salt([u8; 16]);

impl Seed {
    /// Takes 16 random bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        let mut key = [0; 32];
        if let Some(head) = key.first_chunk_mut::<16>() {
            *head = self.0;
        }
        hmac_sha256(&key, &[purpose])
    }

    /// The salt of the field at `path`.
    pub fn salt(&self, path: &str) -> Salt {
        Salt(*self.derive(path.as_bytes()).first_chunk().unwrap_or(&[0; 16]))
    }

    /// The factor by which this certificate's amounts are multiplied on the ledger: odd, 2^20 to 2^21.
    /// The parties know it; everyone else sees the ratios of the amounts only.
    pub fn amount_factor(&self) -> u64 {
        let [one, two, three, ..] = self.derive(b"symbolon/amount-factor/1");
        let random = u64::from(u32::from_be_bytes([0, one, two, three]));
        (random & 0x000f_ffff) | 0x0010_0001
    }

    /// The token under which a code (a commodity code, a unit) of line `line` stands on the ledger.
    pub fn token(&self, line: u32, what: &str, code: &str) -> Hash {
        let Salt(salt) = self.salt(&format!("line/{line}/{what}"));
        tagged(Tag::TOKEN, &[&salt, code.as_bytes()])
    }
}

impl core::fmt::Debug for Seed {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("Seed(hidden)")
    }
}

impl<C> minicbor::Encode<C> for Seed {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Seed {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        d.bytes()?.try_into().map(Self).map_err(|_| minicbor::decode::Error::message("expected 16 bytes").at(position))
    }
}

/// The commitment to one field.
pub fn field_commitment(salt: Salt, path: &str, value: &str) -> Hash {
    // The path's length makes the joining of path and value unambiguous.
    let length = u32::try_from(path.len()).unwrap_or(u32::MAX).to_be_bytes();
    tagged(Tag::FIELD, &[&salt.0, &length, path.as_bytes(), value.as_bytes()])
}

/// The root over all fields of a document, `(path, value)` in the order in which the document's reader lists them.
pub fn commit<'a>(seed: &Seed, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> CommitmentRoot {
    let leaves: Vec<Hash> =
        fields.into_iter().map(|(path, value)| leaf_hash(field_commitment(seed.salt(path), path, value).as_bytes())).collect();
    CommitmentRoot::new(*merkle_root(&leaves).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_seed_path_or_value_gives_another_root() {
        let seed = Seed::new([7; 16]);
        let root = commit(&seed, [("a", "1"), ("b", "2")]);
        assert_eq!(root, commit(&seed, [("a", "1"), ("b", "2")]));
        assert_ne!(root, commit(&Seed::new([8; 16]), [("a", "1"), ("b", "2")]));
        assert_ne!(root, commit(&seed, [("a", "1"), ("b", "3")]));
        assert_ne!(root, commit(&seed, [("b", "2"), ("a", "1")]));
        assert_ne!(field_commitment(seed.salt("p"), "ab", "c"), field_commitment(seed.salt("p"), "a", "bc"));
    }

    #[test]
    fn the_factor_is_odd_and_of_21_bits() {
        for byte in 0..=255 {
            let factor = Seed::new([byte; 16]).amount_factor();
            assert!((1 << 20..1 << 21).contains(&factor) && factor % 2 == 1);
        }
    }
}
