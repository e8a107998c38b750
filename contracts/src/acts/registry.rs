//! The bodies of acts on the registry.

use crate::registry::{ProgrammeType, Scope};
use ledger::id::{AuthorityId, KeyNumber};
use ledger::key::PublicKey;
use ledger::lookup::EncryptionPublic;
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Timestamp};
use minicbor::{Decode, Encode};

/// A member admits an authority. Its root key gets the number 0.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AdmitAuthority {
    /// Its name on the ledger; the letters are the signing member's.
    #[n(0)]
    pub authority: AuthorityId,
    /// The country for which it issues.
    #[n(1)]
    pub country: CountryCode,
    /// Its name for people.
    #[n(2)]
    pub name: String,
    /// What it may record.
    #[n(3)]
    pub scopes: Vec<Scope>,
    /// The key under which it names its officials' keys; made by the authority, not by the member.
    #[n(4)]
    pub root_key: PublicKey,
    /// Since when it is admitted: certificates dated earlier are out of its scope.
    #[n(5)]
    pub effective: CalendarDate,
}

/// A member gives an authority other scopes, in place of all it had.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SetScopes {
    /// The authority.
    #[n(0)]
    pub authority: AuthorityId,
    /// From which date on; certificates dated earlier keep the scopes before.
    #[n(1)]
    pub effective: CalendarDate,
    /// The scopes; none retires the authority.
    #[n(2)]
    pub scopes: Vec<Scope>,
    /// How many dated acts the authority's entry has.
    #[n(3)]
    pub follows: u32,
}

/// A member suspends an authority.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SuspendAuthority {
    /// The authority.
    #[n(0)]
    pub authority: AuthorityId,
    /// From which date on: certificates dated in the suspension do not count.
    #[n(1)]
    pub effective: CalendarDate,
    /// How many dated acts the authority's entry has.
    #[n(2)]
    pub follows: u32,
}

/// A member ends the suspension of an authority.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ReinstateAuthority {
    /// The authority.
    #[n(0)]
    pub authority: AuthorityId,
    /// From which date on.
    #[n(1)]
    pub effective: CalendarDate,
    /// How many dated acts the authority's entry has.
    #[n(2)]
    pub follows: u32,
}

/// A member revokes an authority for good, as of a time.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct RevokeAuthority {
    /// The authority.
    #[n(0)]
    pub authority: AuthorityId,
    /// What it recorded at this time or later is not to be relied on; not after the block's time.
    #[n(1)]
    pub as_of: Timestamp,
    /// How many dated acts the authority's entry has.
    #[n(2)]
    pub follows: u32,
}

/// A member puts another of an authority's own keys in the place of its root key, which is revoked by the same act, and with it
/// each key that was named since `as_of`.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ReplaceRootKey {
    /// The authority.
    #[n(0)]
    pub authority: AuthorityId,
    /// The number of the key that is the root key from then on. The authority named it before `as_of`.
    #[n(1)]
    pub number: KeyNumber,
    /// What was recorded under the root key before at this time or later is not to be relied on; not after the block's time.
    #[n(2)]
    pub as_of: Timestamp,
    /// How many dated acts the authority's entry has.
    #[n(3)]
    pub follows: u32,
}

/// A member registers a programme of its authorised operators, or gives it new terms.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SetProgramme {
    /// The programme: the class of its statuses.
    #[n(0)]
    pub programme: String,
    /// From which date of grant on.
    #[n(1)]
    pub effective: CalendarDate,
    /// Its types, sorted by name, 1 to [`crate::registry::TYPES_MAX`].
    #[n(2)]
    pub types: Vec<ProgrammeType>,
    /// How many versions the programme's entry has: 0 for a new one.
    #[n(3)]
    pub follows: u32,
}

/// An authority names a key for an official, signed by its root key.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct NameKey {
    /// The next free number: as many as the authority's entry counts.
    #[n(0)]
    pub number: KeyNumber,
    /// The key.
    #[n(1)]
    pub key: PublicKey,
    /// The first block time at which it signs.
    #[n(2)]
    pub valid_from: Timestamp,
    /// The last block time at which it signs.
    #[n(3)]
    pub valid_until: Option<Timestamp>,
}

/// An authority revokes a key other than its root key, signed by its root key; also while it is suspended.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct RevokeKey {
    /// The key's number.
    #[n(0)]
    pub number: KeyNumber,
    /// What was recorded under the key at this time or later is not to be relied on.
    #[n(1)]
    pub as_of: Timestamp,
}

/// A member changes its encryption key; the older ones stay for look-up.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct RotateEncryptionKey {
    /// The next version: as many as the member's entry has keys.
    #[n(0)]
    pub version: u32,
    /// The key.
    #[n(1)]
    pub key: EncryptionPublic,
}
