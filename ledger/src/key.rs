//! Keys and signatures.
//!
//! A signature is valid by ZIP-215 (`ed25519-zebra`), with a canonical R, everywhere: admission, block, vote,
//! receipt, officer. Under that rule a single check and a batch check always agree, so replicas cannot be
//! forked by a crafted signature. Keys are checked once, when they are registered ([`PublicKey::checked`]).
//! `ed25519-dalek` makes keys and signs. Every key and signature carries its algorithm's number.

use crate::id::NetworkId;
use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::Signer as _;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;

/// Ed25519 (RFC 8032), judged by ZIP-215 and a canonical R. The only algorithm of version 1.
pub const ED25519: u8 = 1;

/// What is signed. Its text and a zero byte begin the signed bytes, before the network's id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Domain(&'static str);

impl Domain {
    /// A transaction's canonical skeleton.
    pub const TRANSACTION: Self = Self("symbolon/transaction/2");
    /// A prevote or precommit.
    pub const VOTE: Self = Self("symbolon/vote/1");
    /// A proposal.
    pub const PROPOSAL: Self = Self("symbolon/proposal/1");
    /// A node's signed head.
    pub const HEAD: Self = Self("symbolon/head/1");

    /// Domain tag, zero byte, network id: the beginning of all signed bytes.
    pub fn signed_bytes(self, network: &NetworkId, capacity: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(capacity.saturating_add(64));
        bytes.extend_from_slice(self.0.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(network.as_bytes());
        bytes
    }
}

/// Why a public key is refused at registration.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WeakKey {
    /// Not the canonical encoding of a point of the curve.
    #[error("the key is not the canonical encoding of a point")]
    NotCanonical,
    /// A point of small order, or with a torsion part: several keys would pass for one.
    #[error("the key has a torsion part")]
    Torsion,
}

/// A public key with its algorithm. Encoded as 33 bytes: algorithm, then the key.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// An Ed25519 key as it stands, unchecked. Whoever registers it calls [`Self::checked`] first.
    pub const fn ed25519(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the Ed25519 key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks what must hold once, at registration: canonical encoding, no torsion, not the identity.
    ///
    /// # Errors
    /// [`WeakKey`] names what does not hold.
    pub fn checked(self) -> Result<Self, WeakKey> {
        let point = CompressedEdwardsY(self.0).decompress().ok_or(WeakKey::NotCanonical)?;
        if point.compress().0 != self.0 {
            return Err(WeakKey::NotCanonical);
        }
        if point.is_small_order() || !point.is_torsion_free() {
            return Err(WeakKey::Torsion);
        }
        Ok(self)
    }

    /// Checks one signature over the whole signed bytes (domain tag and network id included).
    ///
    /// # Errors
    /// [`BadSignature`] if the signature is not this key's over these bytes.
    pub fn verify(&self, signed_bytes: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        if !signature.has_canonical_r() {
            return Err(BadSignature);
        }
        let key = ed25519_zebra::VerificationKey::try_from(self.0).map_err(|_| BadSignature)?;
        key.verify(&signature.0.into(), signed_bytes).map_err(|_| BadSignature)
    }
}

/// The signature is not the key's over these bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the signature does not check")]
pub struct BadSignature;

/// A signature with its algorithm. Encoded as 65 bytes: algorithm, R, s.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Signature([u8; 64]);

impl Signature {
    /// An Ed25519 signature as it stands.
    pub const fn ed25519(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// R and s.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// Whether R is the canonical encoding of a point's coordinates: y below the field's prime, and no sign on x = 0.
    /// ZIP-215 alone would accept a second encoding, which only the key's owner can make.
    fn has_canonical_r(&self) -> bool {
        let [r0, middle @ .., r31] = self.0.first_chunk::<32>().unwrap_or(&[0xff; 32]);
        let (top, sign) = (r31 & 0x7f, r31 & 0x80);
        let above_prime = top == 0x7f && middle.iter().all(|b| *b == 0xff) && *r0 >= 0xed;
        let y_is_one = top == 0 && middle.iter().all(|b| *b == 0) && *r0 == 1;
        let y_is_minus_one = top == 0x7f && middle.iter().all(|b| *b == 0xff) && *r0 == 0xec;
        !above_prime && !(sign != 0 && (y_is_one || y_is_minus_one))
    }
}

/// Many signatures, checked together in about a third of the time.
#[derive(Default)]
pub struct Batch {
    verifier: ed25519_zebra::batch::Verifier,
    refused: bool,
}

impl Batch {
    /// An empty batch, which checks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one signature over the whole signed bytes.
    pub fn add(&mut self, key: &PublicKey, signed_bytes: &[u8], signature: &Signature) {
        self.refused |= !signature.has_canonical_r();
        self.verifier.queue((key.0.into(), signature.0.into(), signed_bytes));
    }

    /// Checks them all. `rng` weighs the signatures against each other; the answer does not depend on it,
    /// but for a chance of 2⁻¹²⁸.
    ///
    /// # Errors
    /// [`BadSignature`] if at least one does not check; check them one by one to learn which.
    pub fn verify(self, rng: &mut impl CryptoRng) -> Result<(), BadSignature> {
        if self.refused {
            return Err(BadSignature);
        }
        self.verifier.verify(rng).map_err(|_| BadSignature)
    }
}

/// A secret key. Wiped from memory when dropped; never written by `Debug`.
#[derive(Clone)]
pub struct SecretKey(ed25519_dalek::SigningKey);

impl SecretKey {
    /// The key with this 32-byte seed (RFC 8032 section 5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// The seed, to be kept where only its owner reads.
    pub fn seed(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the whole signed bytes (domain tag and network id included).
    pub fn sign(&self, signed_bytes: &[u8]) -> Signature {
        Signature(self.0.sign(signed_bytes).to_bytes())
    }
}

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "SecretKey(of {})", self.public())
    }
}

/// CBOR of a fixed-length byte string behind an algorithm byte.
macro_rules! with_algorithm {
    ($name:ident, $length:literal) => {
        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                let mut bytes = [ED25519; $length + 1];
                if let Some(tail) = bytes.last_chunk_mut::<$length>() {
                    *tail = self.0;
                }
                e.bytes(&bytes)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let position = d.position();
                match d.bytes()?.split_first() {
                    Some((&ED25519, rest)) => rest
                        .try_into()
                        .map(Self)
                        .map_err(|_| minicbor::decode::Error::message("wrong length behind the algorithm").at(position)),
                    _ => Err(minicbor::decode::Error::message("unknown signature algorithm").at(position)),
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(out, "ed25519:{}", hex::encode(self.0))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(out, "{}({self})", stringify!($name))
            }
        }
    };
}
with_algorithm!(PublicKey, 32);
with_algorithm!(Signature, 64);

impl PublicKey {
    /// Reads `ed25519:` and 64 hexadecimal digits, or `None`.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("ed25519:")?, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::{EdwardsPoint, Scalar, constants::EIGHT_TORSION};

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_seed(&[seed; 32])
    }

    /// A signature whose R carries torsion: only the owner of the key can make one.
    fn with_torsion(secret: &SecretKey, message: &[u8]) -> Signature {
        use sha2::{Digest, Sha512};
        let digest: [u8; 64] = Sha512::digest(secret.seed().as_ref()).into();
        let mut scalar_bytes: [u8; 32] = *digest.first_chunk().unwrap();
        scalar_bytes[0] &= 248;
        scalar_bytes[31] = scalar_bytes[31] & 127 | 64;
        let secret_scalar = Scalar::from_bytes_mod_order(scalar_bytes);
        let nonce = Scalar::from(77_u64);
        let r = (EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[1]).compress().0;
        let mut hash = Sha512::new();
        hash.update(r);
        hash.update(secret.public().as_bytes());
        hash.update(message);
        let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice((nonce + k * secret_scalar).as_bytes());
        Signature::ed25519(bytes)
    }

    #[test]
    fn single_and_batch_checks_agree_on_signatures_with_torsion() {
        let secret = key(1);
        let signature = with_torsion(&secret, b"message");
        assert_eq!(secret.public().verify(b"message", &signature), Ok(()));
        for _ in 0..32 {
            let mut batch = Batch::new();
            batch.add(&secret.public(), b"message", &signature);
            batch.add(&key(2).public(), b"other", &key(2).sign(b"other"));
            assert_eq!(batch.verify(&mut rand::rng()), Ok(()));
        }
        assert_eq!(secret.public().verify(b"messagf", &signature), Err(BadSignature));
    }

    #[test]
    fn a_second_encoding_of_r_is_refused_singly_and_in_a_batch() {
        // R = identity with a sign, and y = p + 1: other encodings of the identity.
        for (first, last) in [(1, 0x80), (0xee, 0x7f)] {
            let mut bytes = [if last == 0x7f { 0xff } else { 0 }; 64];
            (bytes[0], bytes[31]) = (first, last);
            bytes[32..].fill(0);
            let signature = Signature::ed25519(bytes);
            assert!(!signature.has_canonical_r());
            assert_eq!(key(1).public().verify(b"m", &signature), Err(BadSignature));
            let mut batch = Batch::new();
            batch.add(&key(1).public(), b"m", &signature);
            assert_eq!(batch.verify(&mut rand::rng()), Err(BadSignature));
        }
    }

    #[test]
    fn weak_keys_are_refused_at_registration() {
        assert!(key(3).public().checked().is_ok());
        assert_eq!(PublicKey::ed25519(EIGHT_TORSION[1].compress().0).checked(), Err(WeakKey::Torsion));
        let mixed = (EdwardsPoint::mul_base(&Scalar::from(5_u8)) + EIGHT_TORSION[1]).compress().0;
        assert_eq!(PublicKey::ed25519(mixed).checked(), Err(WeakKey::Torsion));
        let mut identity_again = [0xff; 32];
        (identity_again[0], identity_again[31]) = (0xee, 0x7f);
        assert_eq!(PublicKey::ed25519(identity_again).checked(), Err(WeakKey::NotCanonical));
        assert_eq!(PublicKey::ed25519([2; 32]).checked(), Err(WeakKey::NotCanonical));
    }

    #[test]
    fn an_unknown_algorithm_is_not_read() {
        let mut bytes = crate::codec::encode(&key(1).public());
        assert_eq!(minicbor::decode::<PublicKey>(&bytes).unwrap(), key(1).public());
        bytes[2] = 9;
        assert!(minicbor::decode::<PublicKey>(&bytes).is_err());
    }
}
