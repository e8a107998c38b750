//! Where each entry lies in the state tree: every state key, in one place.
//!
//! A key is the SHA-256 of [`Tag::STATE_KEY`], the space's byte and the entry's own name, with the first bits replaced
//! by the space's class; a standing's is the record key. So the proof of a registry entry is as deep as the registry alone, however many certificates
//! stand on the ledger; and standings, which are proven most often, have three quarters of the tree.
//!
//! What is proven together lies together: an entry *beside* another has the first bytes of the other's key. And what is
//! proven with everything beside it (the parameters, a member, an authority, an agreement) is alone in its half, so
//! that its own proof adds no hash. Format: docs/spec/state.md.

use crate::destination::UseName;
use crate::kinds::RecordKind;
use crate::registry::{AgreementId, ArrangementId};
use ledger::hash::{Hash, Tag, tagged_parts};
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::PublicKey;
use ledger::lookup::{BESIDE_A_STANDING, Locator, RecordKey, is_standings_place, out_of_first_quarter};
use ledger::place::CountryCode;
use ledger::tree::StateKey;

/// What lies at a key: its byte is hashed, its class begins the key.
#[derive(Clone, Copy)]
struct Space {
    byte: u8,
    class: Class,
}

/// The first bits of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Class {
    /// `0000`: alone at the first branch of the registry, since every verdict needs them.
    Parameters,
    /// `0001`.
    Registry,
    /// `001`.
    Other,
    /// `01`, `10` or `11`.
    Standings,
}

impl Class {
    fn begin(self, bytes: &mut [u8; 32]) {
        let [first, ..] = bytes;
        match self {
            Self::Parameters => PARAMETERS_BITS.put(first),
            Self::Registry => REGISTRY_BITS.put(first),
            Self::Other => OTHER_BITS.put(first),
            Self::Standings => out_of_first_quarter(bytes),
        }
    }
}

/// Some of the first bits of a byte: the mask says which.
#[derive(Clone, Copy)]
struct Bits {
    bits: u8,
    mask: u8,
}

impl Bits {
    fn put(self, byte: &mut u8) {
        *byte = (*byte & !self.mask) | self.bits;
    }
}

const PARAMETERS_BITS: Bits = Bits { bits: 0b0000_0000, mask: 0b1111_0000 };
const REGISTRY_BITS: Bits = Bits { bits: 0b0001_0000, mask: 0b1111_0000 };
const OTHER_BITS: Bits = Bits { bits: 0b0010_0000, mask: 0b1110_0000 };

/// In the byte after those that a group shares: the entry that the group is named after, alone in its half.
const HEAD: Bits = Bits { bits: 0b0000_0000, mask: 0b1000_0000 };
/// Everything else of the group.
const REST: Bits = Bits { bits: 0b1000_0000, mask: 0b1000_0000 };
/// Of a member's group: its authorities and their keys.
const AUTHORITIES: Bits = Bits { bits: 0b1000_0000, mask: 0b1100_0000 };
/// Of a member's group: neither the member nor its authorities.
const MEMBERS_OWN: Bits = Bits { bits: 0b1100_0000, mask: 0b1100_0000 };

/// The byte of a key that tells standings from what lies beside them.
const LAST_BYTE: usize = 31;
const STANDINGS_OWN: Bits = Bits { bits: 0, mask: BESIDE_A_STANDING };
const BESIDE: Bits = Bits { bits: BESIDE_A_STANDING, mask: BESIDE_A_STANDING };

/// How many bytes the entries of one member, or of one agreement, have in common. Two groups may have the same:
/// then they lie in one another, and their proofs are a little longer.
const GROUP_BYTES: usize = 2;
/// How many bytes the keys of an authority have in common with its entry.
const AUTHORITY_BYTES: usize = 4;
/// How many bytes the entries of one record have in common: they lie side by side in the tree, so that one proof shows
/// them all for little more than the standing alone, and the absence of the others costs nothing.
const RECORD_BYTES: usize = 5;

const PARAMETERS: Space = Space { byte: 1, class: Class::Parameters };
const MEMBER: Space = Space { byte: 2, class: Class::Registry };
const COUNTRY: Space = Space { byte: 3, class: Class::Registry };
const AUTHORITY: Space = Space { byte: 4, class: Class::Registry };
const AUTHORITIES_OF: Space = Space { byte: 5, class: Class::Registry };
const AUTHORITY_KEY: Space = Space { byte: 6, class: Class::Registry };
const ARRANGEMENT: Space = Space { byte: 7, class: Class::Registry };
const ARRANGEMENTS_BETWEEN: Space = Space { byte: 8, class: Class::Registry };
const APPROVALS: Space = Space { byte: 9, class: Class::Other };
const KEY_OWNER: Space = Space { byte: 10, class: Class::Other };
const STANDING: Space = Space { byte: 11, class: Class::Standings };
const LOCATOR: Space = Space { byte: 12, class: Class::Other };
const AGREEMENT: Space = Space { byte: 13, class: Class::Registry };
const NOTIFIED: Space = Space { byte: 14, class: Class::Registry };
const DOSSIER: Space = Space { byte: 15, class: Class::Standings };
const DESTINATION: Space = Space { byte: 16, class: Class::Standings };
const USE: Space = Space { byte: 17, class: Class::Standings };
const USES: Space = Space { byte: 18, class: Class::Standings };
const RECORDED_ON: Space = Space { byte: 19, class: Class::Other };
const AGREEMENTS_OF: Space = Space { byte: 20, class: Class::Registry };
const PROGRAMME: Space = Space { byte: 30, class: Class::Registry };
const FINGERPRINT: Space = Space { byte: 31, class: Class::Other };
const USES_OF_MEMBER: Space = Space { byte: 33, class: Class::Standings };
const SAME_GOODS: Space = Space { byte: 32, class: Class::Standings };

impl Space {
    #[inline]
    fn key(self, parts: &[&[u8]]) -> StateKey {
        let byte = [self.byte];
        let named = core::iter::once(byte.as_slice()).chain(parts.iter().copied());
        let mut bytes = *tagged_parts(Tag::STATE_KEY, named).as_bytes();
        self.class.begin(&mut bytes);
        StateKey::new(bytes)
    }

    /// A key beside the standing of a record.
    fn beside_standing(self, record: &RecordKey, parts: &[&[u8]]) -> StateKey {
        let mut all: [&[u8]; 3] = [&[]; 3];
        if let Some((first, rest)) = all.split_first_mut() {
            *first = record.as_bytes();
            for (slot, part) in rest.iter_mut().zip(parts) {
                *slot = part;
            }
        }
        with(LAST_BYTE, BESIDE, beside(&standing(record), RECORD_BYTES, self.key(&all)))
    }

    /// A key of the group of a member, or of a country with the same letters.
    fn of_member(self, letters: &[u8; 2], room: Bits, parts: &[&[u8]]) -> StateKey {
        with(GROUP_BYTES, room, beside(&MEMBER.key(&[letters]), GROUP_BYTES, self.key(parts)))
    }
}

/// The key with the first bytes of another.
fn beside(other: &StateKey, shared: usize, key: StateKey) -> StateKey {
    let mut bytes = *key.as_bytes();
    for (byte, theirs) in bytes.iter_mut().zip(other.as_bytes()).take(shared) {
        *byte = *theirs;
    }
    StateKey::new(bytes)
}

/// The key with the first bits of one byte replaced.
fn with(place: usize, bits: Bits, key: StateKey) -> StateKey {
    let mut bytes = *key.as_bytes();
    if let Some(byte) = bytes.get_mut(place) {
        bits.put(byte);
    }
    StateKey::new(bytes)
}

/// Whether a key is of the registry.
pub fn is_registry(key: &StateKey) -> bool {
    // `0000` and `0001`.
    key.as_bytes().first().is_some_and(|first| first & 0b1110_0000 == 0)
}

/// The network's [`Parameters`](crate::registry::Parameters).
pub fn parameters() -> StateKey {
    PARAMETERS.key(&[])
}

/// A [`Member`](crate::registry::Member).
pub fn member(member: MemberId) -> StateKey {
    with(GROUP_BYTES, HEAD, MEMBER.key(&[member.as_bytes()]))
}

/// Which member covers a country: [`CoveredBy`](crate::registry::CoveredBy).
pub fn country(country: CountryCode) -> StateKey {
    COUNTRY.of_member(country.as_bytes(), MEMBERS_OWN, &[country.as_bytes()])
}

/// An [`Authority`](crate::registry::Authority).
pub fn authority(authority: &AuthorityId) -> StateKey {
    let key = AUTHORITY.of_member(authority.member().as_bytes(), AUTHORITIES, &[authority.as_str().as_bytes()]);
    with(AUTHORITY_BYTES, HEAD, key)
}

/// All authorities of a member: [`AuthoritiesOf`](crate::registry::AuthoritiesOf).
pub fn authorities_of(member: MemberId) -> StateKey {
    AUTHORITIES_OF.of_member(member.as_bytes(), MEMBERS_OWN, &[member.as_bytes()])
}

/// One key of an authority: [`AuthorityKey`](crate::registry::AuthorityKey).
pub fn authority_key(authority: &AuthorityId, number: KeyNumber) -> StateKey {
    // The number has a fixed length, so that number and name cannot be joined in two ways.
    let key = AUTHORITY_KEY.key(&[&number.get().to_be_bytes(), authority.as_str().as_bytes()]);
    with(AUTHORITY_BYTES, REST, beside(&self::authority(authority), AUTHORITY_BYTES, key))
}

/// An [`Arrangement`](crate::registry::Arrangement).
pub fn arrangement(arrangement: &ArrangementId) -> StateKey {
    ARRANGEMENT.key(&[arrangement.as_str().as_bytes()])
}

/// Which arrangements one member signed that would recognise another's operators:
/// [`ArrangementsBetween`](crate::registry::ArrangementsBetween).
pub fn arrangements_between(recognising: MemberId, recognised: MemberId) -> StateKey {
    ARRANGEMENTS_BETWEEN.of_member(recognising.as_bytes(), MEMBERS_OWN, &[recognising.as_bytes(), recognised.as_bytes()])
}

/// Which keys of a signer approved an act that needs several: [`Approvals`](crate::registry::Approvals).
pub fn approvals(signer: &Signer, act: &Hash) -> StateKey {
    APPROVALS.key(&[act.as_bytes(), signer.as_str().as_bytes()])
}

/// Whose public key this is: [`KeyOwner`](crate::registry::KeyOwner). No public key is registered twice.
pub fn key_owner(key: &PublicKey) -> StateKey {
    KEY_OWNER.key(&[key.as_bytes()])
}

/// The [`Standing`](crate::standing::Standing) of a record lies at the record key itself.
///
/// An act may name any 32 bytes, also the state key of another entry. Those that have not the form of record keys lead to
/// a place where nothing lies, and never to an entry of another kind.
pub fn standing(record: &RecordKey) -> StateKey {
    if is_standings_place(record.as_bytes()) {
        return StateKey::new(*record.as_bytes());
    }
    with(LAST_BYTE, STANDINGS_OWN, STANDING.key(&[record.as_bytes()]))
}

/// The records with one number that a reading member may look up:
/// [`RecordsAtLocator`](crate::standing::RecordsAtLocator). Only authorities of `issuer` write here.
pub fn locator(issuer: MemberId, locator: &Locator) -> StateKey {
    LOCATOR.key(&[issuer.as_bytes(), locator.as_bytes()])
}

/// What others recorded about a certificate: its [`Dossier`](crate::destination::Dossier).
pub fn dossier(record: &RecordKey) -> StateKey {
    DOSSIER.beside_standing(record, &[])
}

/// What one importing member's offices recorded about a certificate: its [`Destination`](crate::destination::Destination).
pub fn destination(record: &RecordKey, member: MemberId) -> StateKey {
    DESTINATION.beside_standing(record, &[member.as_bytes()])
}

/// One declaration's [`Use`](crate::destination::Use) of one line of the certificate that holds the pool.
pub fn use_of(pool: &RecordKey, line: u32, name: &UseName) -> StateKey {
    USE.beside_standing(pool, &[&line.to_be_bytes(), &[name.member.as_bytes().as_slice(), name.declaration.as_bytes()].concat()])
}

/// One page of the list of a line's uses: [`UsesPage`](crate::destination::UsesPage).
pub fn uses(pool: &RecordKey, line: u32, page: u32) -> StateKey {
    USES.beside_standing(pool, &[&line.to_be_bytes(), &page.to_be_bytes()])
}

/// How many uses of a line a member has: [`UsesOfMember`](crate::destination::UsesOfMember).
pub fn uses_of_member(pool: &RecordKey, line: u32, member: MemberId) -> StateKey {
    USES_OF_MEMBER.beside_standing(pool, &[&line.to_be_bytes(), member.as_bytes()])
}

/// An [`Agreement`](crate::registry::Agreement).
pub fn agreement(agreement: &AgreementId) -> StateKey {
    with(GROUP_BYTES, HEAD, AGREEMENT.key(&[agreement.as_str().as_bytes()]))
}

/// Which agreements a member has adopted, in any version and at any time: [`AgreementsOf`](crate::registry::AgreementsOf).
pub fn agreements_of(member: MemberId) -> StateKey {
    AGREEMENTS_OF.of_member(member.as_bytes(), MEMBERS_OWN, &[member.as_bytes()])
}

/// Which authorities a party has notified to the others of an agreement: [`Notified`](crate::registry::Notified).
pub fn notified(agreement: &AgreementId, party: CountryCode) -> StateKey {
    let key = NOTIFIED.key(&[party.as_bytes(), agreement.as_str().as_bytes()]);
    with(GROUP_BYTES, REST, beside(&self::agreement(agreement), GROUP_BYTES, key))
}

/// How many certificates of a kind an authority recorded on its last day: [`RecordedOn`](crate::registry::RecordedOn).
pub fn recorded_on(authority: &AuthorityId, kind: RecordKind) -> StateKey {
    RECORDED_ON.key(&[&kind.number().to_be_bytes(), authority.as_str().as_bytes()])
}

/// A [`Programme`](crate::registry::Programme) of a member's authorised operators.
pub fn programme(member: MemberId, programme: &str) -> StateKey {
    PROGRAMME.of_member(member.as_bytes(), MEMBERS_OWN, &[member.as_bytes(), programme.as_bytes()])
}

/// The records with one fingerprint of goods, as far as one reading member sees:
/// [`RecordsAtLocator`](crate::standing::RecordsAtLocator). Only authorities of `issuer` write here.
pub fn fingerprint(issuer: MemberId, fingerprint: &Locator) -> StateKey {
    FINGERPRINT.key(&[issuer.as_bytes(), fingerprint.as_bytes()])
}

/// Other certificates for the same goods: [`SameGoods`](crate::standing::SameGoods).
pub fn same_goods(record: &RecordKey) -> StateKey {
    SAME_GOODS.beside_standing(record, &[])
}

#[cfg(test)]
mod tests;
