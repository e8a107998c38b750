//! Where each entry lies in the state tree: every state key, in one place.
//!
//! A key is the SHA-256 of [`Tag::STATE_KEY`], the space's byte and the entry's own name, with the first bits replaced
//! by the space's class. So the proof of a registry entry is as deep as the registry alone, however many certificates
//! stand on the ledger; and standings, which are proven most often, are one level deep only. Format: docs/spec/state.md.

use crate::destination::UseName;
use crate::kinds::RecordKind;
use crate::registry::{AgreementId, ArrangementId};
use ledger::hash::{Hash, Tag, tagged};
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::PublicKey;
use ledger::lookup::{Locator, RecordKey};
use ledger::place::CountryCode;
use ledger::tree::StateKey;

/// What lies at a key: its byte is hashed, its class begins the key.
#[derive(Clone, Copy)]
struct Space {
    byte: u8,
    class: Class,
}

/// The first bits of a key's first byte: the mask says which.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Class {
    bits: u8,
    mask: u8,
}

const REGISTRY: Class = Class { bits: 0b0000_0000, mask: 0b1100_0000 };
const OTHER: Class = Class { bits: 0b0100_0000, mask: 0b1100_0000 };
const STANDINGS: Class = Class { bits: 0b1000_0000, mask: 0b1000_0000 };

impl Class {
    fn has(self, key: &StateKey) -> bool {
        let [first, ..] = key.as_bytes();
        first & self.mask == self.bits
    }
}

const PARAMETERS: Space = Space { byte: 1, class: REGISTRY };
const MEMBER: Space = Space { byte: 2, class: REGISTRY };
const COUNTRY: Space = Space { byte: 3, class: REGISTRY };
const AUTHORITY: Space = Space { byte: 4, class: REGISTRY };
const AUTHORITIES_OF: Space = Space { byte: 5, class: REGISTRY };
const AUTHORITY_KEY: Space = Space { byte: 6, class: REGISTRY };
const ARRANGEMENT: Space = Space { byte: 7, class: REGISTRY };
const ARRANGEMENTS_BETWEEN: Space = Space { byte: 8, class: REGISTRY };
const APPROVALS: Space = Space { byte: 9, class: OTHER };
const KEY_OWNER: Space = Space { byte: 10, class: OTHER };
const STANDING: Space = Space { byte: 11, class: STANDINGS };
const LOCATOR: Space = Space { byte: 12, class: OTHER };
const AGREEMENT: Space = Space { byte: 13, class: REGISTRY };
const NOTIFIED: Space = Space { byte: 14, class: REGISTRY };
const DOSSIER: Space = Space { byte: 15, class: STANDINGS };
const DESTINATION: Space = Space { byte: 16, class: STANDINGS };
const USE: Space = Space { byte: 17, class: STANDINGS };
const USES: Space = Space { byte: 18, class: STANDINGS };
const RECORDED_ON: Space = Space { byte: 19, class: OTHER };
const AGREEMENTS_OF: Space = Space { byte: 20, class: REGISTRY };
const PROGRAMME: Space = Space { byte: 30, class: REGISTRY };
const FINGERPRINT: Space = Space { byte: 31, class: OTHER };
const SAME_GOODS: Space = Space { byte: 32, class: STANDINGS };

/// How many bytes the entries of one record have in common: they lie side by side in the tree, so that one proof shows
/// them all for little more than the standing alone, and the absence of the others costs nothing.
const NEIGHBOUR_BYTES: usize = 5;

impl Space {
    fn key(self, parts: &[&[u8]]) -> StateKey {
        let mut all: [&[u8]; 4] = [&[]; 4];
        let byte = [self.byte];
        if let Some((first, rest)) = all.split_first_mut() {
            *first = &byte;
            for (slot, part) in rest.iter_mut().zip(parts) {
                *slot = part;
            }
        }
        let mut bytes = *tagged(Tag::STATE_KEY, &all).as_bytes();
        let [first, ..] = &mut bytes;
        *first = (*first & !self.class.mask) | self.class.bits;
        StateKey::new(bytes)
    }

    /// A key beside the standing of a record.
    fn beside(self, record: &RecordKey, parts: &[&[u8]]) -> StateKey {
        let mut all: [&[u8]; 3] = [&[]; 3];
        if let Some((first, rest)) = all.split_first_mut() {
            *first = record.as_bytes();
            for (slot, part) in rest.iter_mut().zip(parts) {
                *slot = part;
            }
        }
        let mut bytes = *self.key(&all).as_bytes();
        for (byte, neighbour) in bytes.iter_mut().zip(standing(record).as_bytes()).take(NEIGHBOUR_BYTES) {
            *byte = *neighbour;
        }
        StateKey::new(bytes)
    }
}

/// Whether a key is of the registry.
pub fn is_registry(key: &StateKey) -> bool {
    REGISTRY.has(key)
}

/// The network's [`Parameters`](crate::registry::Parameters).
pub fn parameters() -> StateKey {
    PARAMETERS.key(&[])
}

/// A [`Member`](crate::registry::Member).
pub fn member(member: MemberId) -> StateKey {
    MEMBER.key(&[member.as_bytes()])
}

/// Which member covers a country: [`CoveredBy`](crate::registry::CoveredBy).
pub fn country(country: CountryCode) -> StateKey {
    COUNTRY.key(&[country.as_bytes()])
}

/// An [`Authority`](crate::registry::Authority).
pub fn authority(authority: &AuthorityId) -> StateKey {
    AUTHORITY.key(&[authority.as_str().as_bytes()])
}

/// All authorities of a member: [`AuthoritiesOf`](crate::registry::AuthoritiesOf).
pub fn authorities_of(member: MemberId) -> StateKey {
    AUTHORITIES_OF.key(&[member.as_bytes()])
}

/// One key of an authority: [`AuthorityKey`](crate::registry::AuthorityKey).
pub fn authority_key(authority: &AuthorityId, number: KeyNumber) -> StateKey {
    // The number has a fixed length, so that number and name cannot be joined in two ways.
    AUTHORITY_KEY.key(&[&number.get().to_be_bytes(), authority.as_str().as_bytes()])
}

/// An [`Arrangement`](crate::registry::Arrangement).
pub fn arrangement(arrangement: &ArrangementId) -> StateKey {
    ARRANGEMENT.key(&[arrangement.as_str().as_bytes()])
}

/// Which arrangements one member signed that would recognise another's operators:
/// [`ArrangementsBetween`](crate::registry::ArrangementsBetween).
pub fn arrangements_between(recognising: MemberId, recognised: MemberId) -> StateKey {
    ARRANGEMENTS_BETWEEN.key(&[recognising.as_bytes(), recognised.as_bytes()])
}

/// Which keys of a signer approved an act that needs several: [`Approvals`](crate::registry::Approvals).
pub fn approvals(signer: &Signer, act: &Hash) -> StateKey {
    APPROVALS.key(&[act.as_bytes(), signer.as_str().as_bytes()])
}

/// Whose public key this is: [`KeyOwner`](crate::registry::KeyOwner). No public key is registered twice.
pub fn key_owner(key: &PublicKey) -> StateKey {
    KEY_OWNER.key(&[key.as_bytes()])
}

/// The [`Standing`](crate::standing::Standing) of a record.
pub fn standing(record: &RecordKey) -> StateKey {
    STANDING.key(&[record.as_bytes()])
}

/// The records with one number that a reading member may look up:
/// [`RecordsAtLocator`](crate::standing::RecordsAtLocator). Only authorities of `issuer` write here.
pub fn locator(issuer: MemberId, locator: &Locator) -> StateKey {
    LOCATOR.key(&[issuer.as_bytes(), locator.as_bytes()])
}

/// What others recorded about a certificate: its [`Dossier`](crate::destination::Dossier).
pub fn dossier(record: &RecordKey) -> StateKey {
    DOSSIER.beside(record, &[])
}

/// What one importing member's offices recorded about a certificate: its [`Destination`](crate::destination::Destination).
pub fn destination(record: &RecordKey, member: MemberId) -> StateKey {
    DESTINATION.beside(record, &[member.as_bytes()])
}

/// One declaration's [`Use`](crate::destination::Use) of one line of the certificate that holds the pool.
pub fn use_of(pool: &RecordKey, line: u32, name: &UseName) -> StateKey {
    USE.beside(pool, &[&line.to_be_bytes(), &[name.member.as_bytes().as_slice(), name.declaration.as_bytes()].concat()])
}

/// One page of the list of a line's uses: [`UsesPage`](crate::destination::UsesPage).
pub fn uses(pool: &RecordKey, line: u32, page: u32) -> StateKey {
    USES.beside(pool, &[&line.to_be_bytes(), &page.to_be_bytes()])
}

/// An [`Agreement`](crate::registry::Agreement).
pub fn agreement(agreement: &AgreementId) -> StateKey {
    AGREEMENT.key(&[agreement.as_str().as_bytes()])
}

/// Which agreements a member has adopted, in any version and at any time: [`AgreementsOf`](crate::registry::AgreementsOf).
pub fn agreements_of(member: MemberId) -> StateKey {
    AGREEMENTS_OF.key(&[member.as_bytes()])
}

/// Which authorities a party has notified to the others of an agreement: [`Notified`](crate::registry::Notified).
pub fn notified(agreement: &AgreementId, party: CountryCode) -> StateKey {
    NOTIFIED.key(&[party.as_bytes(), agreement.as_str().as_bytes()])
}

/// How many certificates of a kind an authority recorded on its last day: [`RecordedOn`](crate::registry::RecordedOn).
pub fn recorded_on(authority: &AuthorityId, kind: RecordKind) -> StateKey {
    RECORDED_ON.key(&[&kind.number().to_be_bytes(), authority.as_str().as_bytes()])
}

/// A [`Programme`](crate::registry::Programme) of a member's authorised operators.
pub fn programme(member: MemberId, programme: &str) -> StateKey {
    PROGRAMME.key(&[member.as_bytes(), programme.as_bytes()])
}

/// The records with one fingerprint of goods, as far as one reading member sees:
/// [`RecordsAtLocator`](crate::standing::RecordsAtLocator). Only authorities of `issuer` write here.
pub fn fingerprint(issuer: MemberId, fingerprint: &Locator) -> StateKey {
    FINGERPRINT.key(&[issuer.as_bytes(), fingerprint.as_bytes()])
}

/// Other certificates for the same goods: [`SameGoods`](crate::standing::SameGoods).
pub fn same_goods(record: &RecordKey) -> StateKey {
    SAME_GOODS.beside(record, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_begins_with_the_class_of_its_space() {
        let nz = MemberId::parse("NZ").unwrap();
        let mpi = AuthorityId::parse("NZ-mpi").unwrap();
        let class = |key: StateKey| {
            let classes: Vec<Class> = [REGISTRY, OTHER, STANDINGS].into_iter().filter(|class| class.has(&key)).collect();
            assert_eq!(classes.len(), 1, "each key is of one class");
            classes[0]
        };
        for key in [parameters(), member(nz), authority(&mpi), authorities_of(nz), authority_key(&mpi, KeyNumber::ROOT)] {
            assert_eq!(class(key), REGISTRY);
        }
        for number in 0..16 {
            assert_eq!(class(approvals(&Signer::Member(nz), &Hash::new([number; 32]))), OTHER);
            assert_eq!(class(standing(&RecordKey::new([number; 32]))), STANDINGS);
            assert_eq!(class(locator(nz, &Locator::new([number; 32]))), OTHER);
        }
    }

    #[test]
    fn the_entries_of_a_record_lie_beside_its_standing() {
        let record = RecordKey::new([3; 32]);
        let nz = MemberId::parse("NZ").unwrap();
        let name = UseName { member: nz, declaration: Hash::new([1; 32]) };
        let beside = [dossier(&record), destination(&record, nz), use_of(&record, 1, &name), uses(&record, 1, 0), same_goods(&record)];
        for key in &beside {
            assert_eq!(key.as_bytes()[..NEIGHBOUR_BYTES], standing(&record).as_bytes()[..NEIGHBOUR_BYTES]);
            assert_ne!(*key, standing(&record));
        }
        assert_eq!(std::collections::BTreeSet::from(beside).len(), 5);
    }

    #[test]
    fn the_same_name_in_two_spaces_is_two_keys() {
        let nz = MemberId::parse("NZ").unwrap();
        assert_ne!(member(nz), authorities_of(nz));
        assert_ne!(member(nz), country(CountryCode::parse("NZ").unwrap()));
        let cn = MemberId::parse("CN").unwrap();
        assert_ne!(arrangements_between(nz, cn), arrangements_between(cn, nz));
    }
}
