//! Salted commitments: what a document says, on the ledger and yet hidden.
//!
//! Each field of a document is committed to as SHA-256(tag, salt, path, value), with a salt of its own that is
//! derived from one random seed of the document, and the fields' Merkle root stands on the ledger
//! (DESIGN section 5). Whoever holds the seed can open any field; destroying the seed erases them all
//! while every proof stands.

use crate::hash::{Hash, Tag, hmac_sha256, tagged};
use crate::history::{leaf_hash, merkle_root};
use crate::id::{CERTIFICATE_NUMBER_BYTES_MAX, CertificateNumber};
use crate::lookup::RecordKey;

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

    /// The factor by which this certificate's amounts are multiplied on the ledger: one of [`amount_factors`]. The parties
    /// know it; everyone else sees the ratios of the amounts.
    pub fn amount_factor(&self) -> u64 {
        let random = self.derive(b"symbolon/amount-factor/2");
        let random = u64::from_be_bytes(*random.first_chunk().unwrap_or(&[0; 8]));
        let factors = amount_factors();
        let place = random.checked_rem(u64::try_from(factors.len()).unwrap_or(u64::MAX));
        place.and_then(|place| factors.get(usize::try_from(place).ok()?).copied()).unwrap_or(1)
    }

    /// The token under which a code (a commodity code, a unit) of line `line` stands on the ledger.
    pub fn token(&self, line: u32, what: &str, code: &str) -> Hash {
        let Salt(salt) = self.salt(&format!("line/{line}/{what}"));
        tagged(Tag::TOKEN, &[&salt, code.as_bytes()])
    }
}

/// The least factor of amounts, and the bound below which all are.
const AMOUNT_FACTORS: core::ops::Range<u64> = 16..1 << 21;
/// The prime factors that factors of amounts have.
const AMOUNT_FACTOR_PRIMES: [u64; 4] = [2, 3, 5, 7];

/// The factors that amounts may be multiplied by, ascending: the numbers from 16 to 2^21 without a prime factor above 7.
/// Quantities of trade have the same small prime factors, so that a multiplied one does not tell which of them are its
/// own: whoever divides it by each possible factor is left with a hundred quantities, of which the largest is
/// 100,000 times the smallest.
pub fn amount_factors() -> Vec<u64> {
    let mut factors = vec![1_u64];
    for prime in AMOUNT_FACTOR_PRIMES {
        let mut at = 0;
        while let Some(factor) = factors.get(at) {
            factors.extend(factor.checked_mul(prime).filter(|product| *product < AMOUNT_FACTORS.end));
            at = at.saturating_add(1);
        }
    }
    factors.retain(|factor| AMOUNT_FACTORS.contains(factor));
    factors.sort_unstable();
    factors
}

/// The numbers of a replaced certificate and of its successor, which only one reader can read, a member by its look-up secret
/// with the issuer or whoever holds the seed of the replaced one: how either certificate names the other to the parties, and to
/// nobody else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SealedNumbers([u8; SEALED_NUMBERS_BYTES]);

/// One byte for the length and room for the longest number, so that the length tells nothing.
const NUMBER_BYTES: usize = CERTIFICATE_NUMBER_BYTES_MAX + 1;
const SEALED_NUMBERS_BYTES: usize = 2 * NUMBER_BYTES;

/// Both numbers of a replacement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReplacementNumbers {
    /// Of the certificate that was in force before.
    pub replaced: CertificateNumber,
    /// Of its successor.
    pub successor: CertificateNumber,
}

impl SealedNumbers {
    /// Seals both numbers. Each record key is of one number, so that no mask hides two texts, also where a replacement was
    /// refused and comes again under another number.
    pub fn seal(numbers: &ReplacementNumbers, replacement: Replacement<'_>, reader: &impl Unseals) -> Self {
        let mut bytes = [0; SEALED_NUMBERS_BYTES];
        for (room, number) in bytes.chunks_mut(NUMBER_BYTES).zip([&numbers.replaced, &numbers.successor]) {
            let text = number.as_str().as_bytes();
            if let Some((length, rest)) = room.split_first_mut() {
                *length = u8::try_from(text.len()).unwrap_or(0);
                for (place, byte) in rest.iter_mut().zip(text) {
                    *place = *byte;
                }
            }
        }
        replacement.mask(reader, &mut bytes);
        Self(bytes)
    }

    /// Reads both numbers back; `None` if they were sealed for another reader, or at other records.
    pub fn open(&self, replacement: Replacement<'_>, reader: &impl Unseals) -> Option<ReplacementNumbers> {
        let mut bytes = self.0;
        replacement.mask(reader, &mut bytes);
        let (replaced, successor) = bytes.split_at_checked(NUMBER_BYTES)?;
        Some(ReplacementNumbers { replaced: unpadded(replaced)?, successor: unpadded(successor)? })
    }
}

fn unpadded(room: &[u8]) -> Option<CertificateNumber> {
    let (length, rest) = room.split_first()?;
    let (text, padding) = rest.split_at_checked(usize::from(*length))?;
    if padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    core::str::from_utf8(text).ok().and_then(|text| CertificateNumber::parse(text).ok())
}

/// A secret under which numbers are sealed.
pub trait Unseals {
    /// 32 bytes that nobody else derives, for a context that begins with the name of what is sealed.
    fn derive(&self, context: &[u8]) -> [u8; 32];
}

/// With what the context of each mask begins. No folded number has its small letters, so that no mask is a locator's opening.
const SEALED_NUMBERS: &[u8] = b"symbolon/replacement/1/";

impl Unseals for Seed {
    fn derive(&self, context: &[u8]) -> [u8; 32] {
        Self::derive(self, context)
    }
}

/// Which record is replaced by which.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The one that was in force before.
    pub replaced: &'a RecordKey,
    /// Its successor.
    pub successor: &'a RecordKey,
}

impl Replacement<'_> {
    /// Both numbers, if they were sealed for this reader.
    pub fn numbers(self, sealed: &[SealedNumbers], reader: &impl Unseals) -> Option<ReplacementNumbers> {
        sealed.iter().find_map(|sealed| sealed.open(self, reader))
    }

    fn mask(self, reader: &impl Unseals, bytes: &mut [u8; SEALED_NUMBERS_BYTES]) {
        for (block, part) in (0_u8..).zip(bytes.chunks_mut(32)) {
            let mask = reader.derive(&[SEALED_NUMBERS, self.replaced.as_bytes(), self.successor.as_bytes(), &[block]].concat());
            for (byte, mask) in part.iter_mut().zip(mask) {
                *byte ^= mask;
            }
        }
    }
}

impl<C> minicbor::Encode<C> for SealedNumbers {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for SealedNumbers {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        d.bytes()?.try_into().map(Self).map_err(|_| minicbor::decode::Error::message("not two sealed numbers").at(position))
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
    fn sealed_numbers_open_under_their_seed_alone() {
        let seed = Seed::new([7; 16]);
        let longest = "9".repeat(CERTIFICATE_NUMBER_BYTES_MAX);
        for [replaced, successor] in [["1", "BO-5845145424"], [&longest, "1"], ["1", &longest], [&longest, &longest]] {
            let [replaced, successor] = [replaced, successor].map(|text| CertificateNumber::parse(text).unwrap());
            let numbers = ReplacementNumbers { replaced, successor };
            let [one, two, three] = [1, 2, 3].map(|byte| RecordKey::new([byte; 32]));
            let here = Replacement { replaced: &one, successor: &two };
            let sealed = SealedNumbers::seal(&numbers, here, &seed);
            assert_eq!(sealed.open(here, &seed), Some(numbers.clone()));
            assert_eq!(sealed.open(here, &Seed::new([8; 16])), None);
            // Under one seed each pair of records has a mask of its own: two sealed numbers tell nothing of each other.
            let others = [Replacement { replaced: &three, ..here }, Replacement { successor: &three, ..here }];
            for other in others {
                assert_eq!(sealed.open(other, &seed), None);
                assert_ne!(sealed, SealedNumbers::seal(&numbers, other, &seed));
            }
        }
    }

    #[test]
    fn a_factor_is_any_number_in_range_of_small_prime_factors() {
        let small = |mut number: u64| {
            AMOUNT_FACTOR_PRIMES.iter().for_each(|prime| {
                while number.is_multiple_of(*prime) {
                    number /= prime;
                }
            });
            number == 1
        };
        let all: Vec<u64> = AMOUNT_FACTORS.filter(|number| small(*number)).collect();
        assert_eq!(amount_factors(), all);
        assert_eq!(all.len(), 1503);
        let used: std::collections::BTreeSet<u64> = (0..=255).map(|byte| Seed::new([byte; 16]).amount_factor()).collect();
        assert!(used.len() > 200 && used.iter().all(|factor| all.contains(factor)), "{} of them", used.len());
    }

    /// An attack: divide what stands on the ledger by each possible factor, and see which quantities are left.
    #[test]
    fn what_is_multiplied_leaves_many_quantities_that_it_may_be() {
        // In steps of 0.001: 40; 100 and 360; 8,208 and 273.6; 1,234.5; 20,000, 18,500 and 73.25.
        let certificates: [&[u64]; 5] =
            [&[40_000], &[100_000, 360_000], &[8_208_000, 273_600], &[1_234_500], &[20_000_000, 18_500_000, 73_250]];
        let factors = amount_factors();
        for lines in certificates {
            let mut left: Vec<usize> = (0..=255)
                .map(|byte| {
                    let factor = Seed::new([byte; 16]).amount_factor();
                    let fits = |other: &&u64| lines.iter().all(|line| (line * factor).is_multiple_of(**other));
                    factors.iter().filter(fits).count()
                })
                .collect();
            left.sort_unstable();
            assert!(left[25] >= 40 && left[128] >= 150, "{lines:?}: nine of ten have {}, every second {}", left[25], left[128]);
        }
    }
}
