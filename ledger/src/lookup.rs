//! Record keys and locators: how a certificate is found by number, and by nobody else.
//!
//! Serial numbers are guessable, so nothing that is derived from a number alone may stand on the ledger
//! (DESIGN section 4). A record is named by a tag, an HMAC under a secret of the issuing member, and lies where the
//! tag leads within that member's own space, so that nobody else can take its place; where a reading
//! member finds it by number is an HMAC under a secret that only the two share, by X25519 of their registered
//! encryption keys. [`LookupProof`] lets an officer's tool check that the secret it was handed is the right one,
//! so that not even the officer's own node can show a proof of absence for the wrong number.

use crate::codec::encode;
use crate::hash::{Tag, hmac_sha256, tagged};
use crate::id::{AuthorityId, CertificateNumber, MemberId, NetworkId};
use crate::place::CountryCode;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::{EdwardsPoint, MontgomeryPoint, Scalar};
use hkdf::Hkdf;
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How many record keys may lie at one locator.
pub const RECORDS_AT_LOCATOR_MAX: usize = 16;
/// How many locators one issue act may carry.
pub const LOCATORS_MAX: usize = 8;

crate::codec::bytes32!(
    /// Names a record within its issuing member: HMAC-SHA-256 under a secret of that member, over the [`Identity`].
    RecordTag
);
crate::codec::bytes32!(
    /// Where a record's standing lies: the digest of the issuing member and the [`RecordTag`].
    RecordKey
);
crate::codec::bytes32!(
    /// Where a reading member finds record keys by number: the digest of the reader and its [`LocatorOpening`].
    Locator
);
crate::codec::bytes32!(
    /// What shows that a [`Locator`] is the reader's: HMAC-SHA-256 of the number under the pair's look-up secret. Whoever
    /// acts on another member's certificate shows it. It is worth nothing to others: for them it opens nothing.
    LocatorOpening
);

/// What makes a record unique. A number alone is not an identity (DOMAIN sections 2.6, 3.5).
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Identity {
    /// The record kind's number.
    #[n(0)]
    pub kind: u16,
    /// The issuing country.
    #[n(1)]
    pub country: CountryCode,
    /// The issuing authority, where numbers are unique within the authority only (certificates of origin).
    #[n(2)]
    pub authority: Option<AuthorityId>,
    /// Document type (SPS, UN/EDIFACT 1001), programme (AEO) or agreement (origin); absent where there is none.
    #[n(3)]
    pub class: Option<String>,
    /// The folded number.
    #[n(4)]
    pub number: CertificateNumber,
}

/// A member's public encryption key: an X25519 u-coordinate (RFC 7748).
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct EncryptionPublic([u8; 32]);

/// Why an encryption key is refused at registration.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the encryption key is not a canonical X25519 key of the prime-order group")]
pub struct WeakEncryptionKey;

impl EncryptionPublic {
    /// Takes the 32 bytes as they are; whoever registers the key calls [`Self::checked`] first.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks what must hold once, at registration: canonical, on the curve, of the prime-order group.
    ///
    /// # Errors
    /// [`WeakEncryptionKey`].
    pub fn checked(self) -> Result<Self, WeakEncryptionKey> {
        let point = self.point().ok_or(WeakEncryptionKey)?;
        let canonical = point.to_montgomery().0 == self.0;
        if canonical && point.is_torsion_free() && !point.is_small_order() { Ok(self) } else { Err(WeakEncryptionKey) }
    }

    /// The point of the Edwards curve with this u-coordinate and sign 0.
    fn point(&self) -> Option<EdwardsPoint> {
        MontgomeryPoint(self.0).to_edwards(0)
    }
}

impl core::fmt::Debug for EncryptionPublic {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "EncryptionPublic({})", hex::encode(self.0))
    }
}

impl<C> Encode<C> for EncryptionPublic {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for EncryptionPublic {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        d.bytes()?.try_into().map(Self).map_err(|_| minicbor::decode::Error::message("expected 32 bytes").at(position))
    }
}

/// A member's secret encryption key. Wiped from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EncryptionSecret([u8; 32]);

impl EncryptionSecret {
    /// Takes 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, to be kept where only their owner reads.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public key.
    pub fn public(&self) -> EncryptionPublic {
        EncryptionPublic(MontgomeryPoint::mul_base_clamped(self.0).0)
    }

    /// The key under which this member's records are found by identity.
    pub fn record_secret(&self, network: &NetworkId) -> RecordSecret {
        RecordSecret(derive(&self.0, network, b"symbolon/record-secret/1\0", &[]))
    }

    /// The secret shared with another member for the numbers that `issuer` issues and `reader` looks up;
    /// `other` is the key of whichever of the two is not us.
    pub fn lookup_secret(&self, network: &NetworkId, other: &EncryptionPublic, issuer: MemberId, reader: MemberId) -> LookupSecret {
        let shared = Zeroizing::new(MontgomeryPoint(other.0).mul_clamped(self.0).0);
        LookupSecret::from_shared(&shared, network, issuer, reader)
    }

    /// Proves to whoever trusts the two public keys what the shared secret is.
    /// `None` if the other's key is not of the prime-order group.
    #[allow(clippy::arithmetic_side_effects)] // Arithmetic in a group cannot overflow.
    pub fn prove_lookup(&self, network: &NetworkId, other: &EncryptionPublic) -> Option<LookupProof> {
        let theirs = other.checked().ok()?.point()?;
        // The scalar whose multiple of the base point has sign 0, as XEdDSA chooses it.
        let mut scalar = Scalar::from_bytes_mod_order(clamp(self.0));
        if EdwardsPoint::mul_base(&scalar).compress().0.last().is_some_and(|byte| byte & 0x80 != 0) {
            scalar = -scalar;
        }
        let (ours, shared) = (EdwardsPoint::mul_base(&scalar), theirs * scalar);
        let mut hash = Sha512::new();
        hash.update(b"symbolon/lookup-nonce/1\0");
        hash.update(network.as_bytes());
        hash.update(self.0);
        hash.update(other.0);
        let nonce = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let challenge = challenge(network, &ours, &theirs, &shared, &EdwardsPoint::mul_base(&nonce), &(theirs * nonce));
        let response = nonce + challenge * scalar;
        Some(LookupProof { shared: shared.compress().0, challenge: challenge.to_bytes(), response: response.to_bytes() })
    }
}

impl core::fmt::Debug for EncryptionSecret {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "EncryptionSecret(of {:?})", self.public())
    }
}

impl RecordTag {
    /// Where the standing lies if an authority of this member issues it. Another member that copies the tag
    /// comes to a place of its own. The key has the form of [`is_standings_place`], and is the standing's state key too.
    pub fn record_key(&self, member: MemberId) -> RecordKey {
        let mut bytes = *tagged(Tag::RECORD_KEY, &[member.as_bytes(), self.as_bytes()]).as_bytes();
        out_of_first_quarter(&mut bytes);
        let [.., last] = &mut bytes;
        *last &= !BESIDE_A_STANDING;
        RecordKey::new(bytes)
    }
}

/// The last bit of a state key: set of what lies beside a standing, and of no standing.
pub const BESIDE_A_STANDING: u8 = 1;

/// Whether standings may lie at a key: not in the first quarter of the state tree, which has everything that is no
/// certificate's, and without the bit of what lies beside standings. Every record key has this form.
pub fn is_standings_place(key: &[u8; 32]) -> bool {
    let [.., last] = key;
    !is_in_first_quarter(key) && last & BESIDE_A_STANDING == 0
}

fn is_in_first_quarter(key: &[u8; 32]) -> bool {
    let [first, ..] = key;
    first >> 6 == 0
}

/// Moves a hash out of the tree's first quarter, to each of the three others as often.
pub fn out_of_first_quarter(hash: &mut [u8; 32]) {
    if is_in_first_quarter(hash) {
        let [first, .., last] = hash;
        *first |= match *last % 3 {
            0 => 0b0100_0000,
            1 => 0b1000_0000,
            _ => 0b1100_0000,
        };
    }
}

/// The secret under which a member's record tags are made.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecordSecret([u8; 32]);

impl RecordSecret {
    /// The tag of the record with this identity.
    pub fn record_tag(&self, identity: &Identity) -> RecordTag {
        RecordTag::new(hmac_sha256(&self.0, &[&encode(identity)]))
    }
}

/// The secret that an issuing and a reading member share.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LookupSecret {
    key: [u8; 32],
    #[zeroize(skip)]
    reader: MemberId,
}

impl LookupSecret {
    fn from_shared(shared: &[u8; 32], network: &NetworkId, issuer: MemberId, reader: MemberId) -> Self {
        Self { key: derive(shared, network, b"symbolon/lookup-secret/1\0", &[issuer.as_bytes(), reader.as_bytes()]), reader }
    }

    /// What opens the reader's locator of this number.
    pub fn opening(&self, number: &CertificateNumber) -> LocatorOpening {
        LocatorOpening::new(hmac_sha256(&self.key, &[number.as_str().as_bytes()]))
    }

    /// Where the reader finds the records with this number.
    pub fn locator(&self, number: &CertificateNumber) -> Locator {
        self.opening(number).locator(self.reader)
    }
}

impl crate::commitment::Unseals for LookupSecret {
    fn derive(&self, context: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.key, &[context])
    }
}

impl LocatorOpening {
    /// The locator that it opens for a reading member, and for no other.
    pub fn locator(&self, reader: MemberId) -> Locator {
        Locator::new(*tagged(Tag::LOCATOR, &[reader.as_bytes(), self.as_bytes()]).as_bytes())
    }
}

/// What identifies one consignment of goods, whatever the certificate for it is called (DOMAIN section 3.5). Texts are
/// compared after trimming and upper-casing of ASCII letters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Consignment<'a> {
    /// The first six digits of the commodity code.
    pub hs6: &'a str,
    /// The digits of the quantity, without the decimal point.
    pub mantissa: u64,
    /// How many of them stand behind the point.
    pub decimals: u8,
    /// The unit, UN/ECE Recommendation 20.
    pub unit: &'a str,
    /// The number of the invoice.
    pub invoice: &'a str,
    /// The exporter.
    pub exporter: &'a str,
    /// The transport document.
    pub transport_document: &'a str,
}

impl LookupSecret {
    /// The fingerprint of a consignment: the same for each certificate that an issuing member's authorities make out for
    /// it, and nothing to whoever does not hold the pair's secret. Each part has its length before it, so that no two
    /// consignments are written alike; 10.0 and 10 are the same quantity.
    pub fn fingerprint(&self, goods: &Consignment<'_>) -> Locator {
        let (mut mantissa, mut decimals) = (goods.mantissa, goods.decimals);
        while decimals > 0 && mantissa.checked_rem(10) == Some(0) {
            (mantissa, decimals) = (mantissa.checked_div(10).unwrap_or_default(), decimals.saturating_sub(1));
        }
        let mut bytes = b"symbolon/fingerprint/1\0".to_vec();
        bytes.extend(mantissa.to_be_bytes());
        bytes.push(decimals);
        for text in [goods.hs6, goods.unit, goods.invoice, goods.exporter, goods.transport_document] {
            let text = text.trim().to_ascii_uppercase();
            bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        Locator::new(hmac_sha256(&self.key, &[&bytes]))
    }
}

/// A non-interactive proof (Chaum-Pedersen, Fiat-Shamir over SHA-256) that the shared point is the product of
/// one member's secret and the other's public key. It gives the look-up secret to whoever holds it:
/// a member hands it to its own officers' tools only.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct LookupProof {
    /// The shared point, compressed.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub shared: [u8; 32],
    /// The challenge, a canonical scalar.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub challenge: [u8; 32],
    /// The response, a canonical scalar.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub response: [u8; 32],
}

/// The proof does not show the secret of these two keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the look-up secret is not the one of these two members' keys")]
pub struct BadLookupProof;

impl LookupProof {
    /// Checks the proof against both members' registered keys and gives the look-up secret of
    /// (`issuer`, `reader`). `prover` is the key of the member that made the proof, `other` the other's.
    ///
    /// # Errors
    /// [`BadLookupProof`].
    #[allow(clippy::arithmetic_side_effects)] // Arithmetic in a group cannot overflow.
    pub fn verify(
        &self,
        network: &NetworkId,
        prover: &EncryptionPublic,
        other: &EncryptionPublic,
        issuer: MemberId,
        reader: MemberId,
    ) -> Result<LookupSecret, BadLookupProof> {
        let ours = prover.checked().ok().and_then(|key| key.point()).ok_or(BadLookupProof)?;
        let theirs = other.checked().ok().and_then(|key| key.point()).ok_or(BadLookupProof)?;
        let shared = CompressedEdwardsY(self.shared).decompress().ok_or(BadLookupProof)?;
        let scalar = |bytes| Option::<Scalar>::from(Scalar::from_canonical_bytes(bytes)).ok_or(BadLookupProof);
        let (claimed, response) = (scalar(self.challenge)?, scalar(self.response)?);
        if shared.compress().0 != self.shared || shared.is_small_order() || !shared.is_torsion_free() {
            return Err(BadLookupProof);
        }
        let one = EdwardsPoint::mul_base(&response) - ours * claimed;
        let two = theirs * response - shared * claimed;
        if challenge(network, &ours, &theirs, &shared, &one, &two) != claimed {
            return Err(BadLookupProof);
        }
        Ok(LookupSecret::from_shared(&shared.to_montgomery().0, network, issuer, reader))
    }
}

fn challenge(
    network: &NetworkId,
    ours: &EdwardsPoint,
    theirs: &EdwardsPoint,
    shared: &EdwardsPoint,
    one: &EdwardsPoint,
    two: &EdwardsPoint,
) -> Scalar {
    let points = [ours, theirs, shared, one, two].map(|point| point.compress().0);
    let [a, b, c, d, e] = &points;
    Scalar::from_bytes_mod_order(*tagged(Tag::LOOKUP_PROOF, &[network.as_bytes(), a, b, c, d, e]).as_bytes())
}

/// RFC 7748 section 5, decodeScalar25519.
fn clamp(mut bytes: [u8; 32]) -> [u8; 32] {
    let [first, .., last] = &mut bytes;
    *first &= 248;
    *last = (*last & 127) | 64;
    bytes
}

/// HKDF-SHA-256 (RFC 5869): salt is the network id, info the tag and the parts.
fn derive(secret: &[u8; 32], network: &NetworkId, tag: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut info = tag.to_vec();
    for part in parts {
        info.extend_from_slice(part);
    }
    let mut out = [0; 32];
    // 32 bytes are one block of SHA-256, far below the limit of 255, so that this cannot fail.
    let _ = Hkdf::<Sha256>::new(Some(network.as_bytes()), secret).expand(&info, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: NetworkId = NetworkId::new([3; 32]);

    fn secret(byte: u8) -> EncryptionSecret {
        EncryptionSecret::new([byte; 32])
    }

    fn member(text: &str) -> MemberId {
        MemberId::parse(text).unwrap()
    }

    fn number() -> CertificateNumber {
        CertificateNumber::parse("PC-2026-0001").unwrap()
    }

    #[test]
    fn both_members_find_the_same_place_and_a_third_another() {
        let (cl, cn, sg) = (secret(1), secret(2), secret(3));
        let issuer = cl.lookup_secret(&NETWORK, &cn.public(), member("CL"), member("CN")).locator(&number());
        let reader = cn.lookup_secret(&NETWORK, &cl.public(), member("CL"), member("CN")).locator(&number());
        let third = sg.lookup_secret(&NETWORK, &cl.public(), member("CL"), member("CN")).locator(&number());
        assert_eq!(issuer, reader);
        assert_ne!(issuer, third);
        let other_way = cn.lookup_secret(&NETWORK, &cl.public(), member("CN"), member("CL")).locator(&number());
        assert_ne!(issuer, other_way);
    }

    #[test]
    fn a_lookup_proof_gives_the_secret_of_the_two_keys_and_no_other() {
        for byte in 1..20 {
            let (cl, cn) = (secret(byte), secret(byte + 50));
            let expected = cl.lookup_secret(&NETWORK, &cn.public(), member("CL"), member("CN")).locator(&number());
            let proof = cn.prove_lookup(&NETWORK, &cl.public()).unwrap();
            let verify = |proof: &LookupProof, other: &EncryptionPublic| {
                proof.verify(&NETWORK, &cn.public(), other, member("CL"), member("CN")).map(|s| s.locator(&number()))
            };
            assert_eq!(verify(&proof, &cl.public()), Ok(expected));
            assert_eq!(verify(&proof, &secret(200).public()), Err(BadLookupProof));
            let wrong = secret(201).prove_lookup(&NETWORK, &cl.public()).unwrap();
            assert_eq!(verify(&wrong, &cl.public()), Err(BadLookupProof));
        }
    }

    #[test]
    fn one_flipped_bit_of_a_lookup_proof_never_verifies() {
        let (cl, cn) = (secret(1), secret(2));
        let proof = cn.prove_lookup(&NETWORK, &cl.public()).unwrap();
        for bit in 0..768 {
            let mut flipped = proof.clone();
            let part = [&mut flipped.shared, &mut flipped.challenge, &mut flipped.response].into_iter().nth(bit / 256).unwrap();
            part[bit % 256 / 8] ^= 1 << (bit % 8);
            assert!(flipped.verify(&NETWORK, &cn.public(), &cl.public(), member("CL"), member("CN")).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_consignment_has_one_fingerprint_and_another_has_another() {
        let secret = secret(1).lookup_secret(&NETWORK, &secret(2).public(), member("CL"), member("CN"));
        let goods = Consignment {
            hs6: "080810",
            mantissa: 2500,
            decimals: 2,
            unit: "KGM",
            invoice: "F-77",
            exporter: "Frutas del Sur",
            transport_document: "BL 9",
        };
        let print = secret.fingerprint(&goods);
        assert_eq!(print, secret.fingerprint(&Consignment { mantissa: 25, decimals: 0, invoice: " f-77 ", ..goods }));
        for other in [
            Consignment { hs6: "080820", ..goods },
            Consignment { mantissa: 250, ..goods },
            Consignment { unit: "TNE", ..goods },
            Consignment { invoice: "F-7", exporter: "7Frutas del Sur", ..goods },
            Consignment { transport_document: "BL 10", ..goods },
        ] {
            assert_ne!(print, secret.fingerprint(&other));
        }
        let of_others = super::tests::secret(1).lookup_secret(&NETWORK, &super::tests::secret(3).public(), member("CL"), member("CN"));
        assert_ne!(print, of_others.fingerprint(&goods));
    }

    #[test]
    fn weak_encryption_keys_are_refused() {
        assert!(secret(1).public().checked().is_ok());
        assert!(EncryptionPublic::new([0; 32]).checked().is_err());
        let mut one = [0; 32];
        one[0] = 1;
        assert!(EncryptionPublic::new(one).checked().is_err());
        let mut second_encoding = secret(1).public().0;
        second_encoding[31] |= 0x80;
        assert!(EncryptionPublic::new(second_encoding).checked().is_err());
    }

    #[test]
    fn every_part_of_an_identity_moves_the_record() {
        let secret = secret(1).record_secret(&NETWORK);
        let identity = Identity {
            kind: 1,
            country: CountryCode::parse("CL").unwrap(),
            authority: Some(AuthorityId::parse("CL-sofofa").unwrap()),
            class: Some("CLCN".into()),
            number: number(),
        };
        let tag = secret.record_tag(&identity);
        for other in [
            Identity { kind: 2, ..identity.clone() },
            Identity { country: CountryCode::parse("CN").unwrap(), ..identity.clone() },
            Identity { authority: None, ..identity.clone() },
            Identity { class: None, ..identity.clone() },
            Identity { number: CertificateNumber::parse("PC-2026-0002").unwrap(), ..identity.clone() },
        ] {
            assert_ne!(tag, secret.record_tag(&other));
        }
        assert_ne!(tag.record_key(member("CL")), tag.record_key(member("CN")));
    }
}
