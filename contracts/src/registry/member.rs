//! Members and the network's parameters.

use crate::codec::numbered;
use crate::context::{Known, Recorded};
use ledger::id::{KeyNumber, MemberId};
use ledger::key::PublicKey;
use ledger::lookup::EncryptionPublic;
use ledger::place::CountryCode;
use ledger::time::Timestamp;
use minicbor::{Decode, Encode};

/// How many countries a member may cover.
pub const COUNTRIES_MAX: usize = 64;
/// How many governance keys a member may have.
pub const GOVERNANCE_KEYS_MAX: usize = 16;
/// How many encryption keys a member may have had.
pub const ENCRYPTION_KEYS_MAX: usize = 256;

numbered!(
    /// What a network is for; shown on every output, since test and live documents look alike.
    Environment {
        /// For tests.
        Test = 1, "test";
        /// For training.
        Training = 2, "training";
        /// For real certificates.
        Live = 3, "live";
    }
);

/// What the founding file fixes for the whole network.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Parameters {
    /// What the network is for.
    #[n(0)]
    pub environment: Environment,
    /// The network's name for people.
    #[n(1)]
    pub name: String,
    /// When it was founded.
    #[n(2)]
    pub founding_time: Timestamp,
}

/// A customs administration, or a union of them.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Member {
    /// Its two letters.
    #[n(0)]
    pub id: MemberId,
    /// Its name for people.
    #[n(1)]
    pub name: String,
    /// The countries that it covers, in order; at most [`COUNTRIES_MAX`].
    #[n(2)]
    pub countries: Vec<CountryCode>,
    /// Its governance keys: key number i is the i-th, from 0; at most [`GOVERNANCE_KEYS_MAX`].
    #[n(3)]
    pub governance_keys: Vec<PublicKey>,
    /// How many different governance keys must sign an act of the member.
    #[n(4)]
    pub threshold: u32,
    /// Its encryption keys, oldest first; the last is the one for new records.
    #[n(5)]
    pub encryption_keys: Vec<EncryptionKey>,
    /// The key of its node: it signs heads, and the node's name on the network derives from it.
    #[n(6)]
    pub node_key: PublicKey,
    /// The key of its votes, if it validates.
    #[n(7)]
    pub validator_key: Option<PublicKey>,
}

/// One encryption key of a member.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct EncryptionKey {
    /// 0 for the first, one more for each that follows.
    #[n(0)]
    pub version: u32,
    /// The key.
    #[n(1)]
    pub key: EncryptionPublic,
    /// Since when it is the one for new records.
    #[n(2)]
    pub recorded: Recorded,
}

impl Member {
    /// The governance key with this number.
    pub fn governance_key(&self, number: KeyNumber) -> Option<&PublicKey> {
        self.governance_keys.get(usize::try_from(number.get()).ok()?)
    }

    /// The encryption key for new records.
    pub fn encryption_key(&self) -> Option<&EncryptionKey> {
        self.encryption_keys.last()
    }

    /// The encryption key for new records, as known then.
    pub fn encryption_key_known(&self, known: Known) -> Option<&EncryptionKey> {
        self.encryption_keys.iter().rev().find(|key| known.covers(&key.recorded))
    }

    /// Its letters as a party of agreements, if it is a union: `EU`, or a member that covers no country of its own letters.
    /// A territory is never a party through the country that covers it: HK is not CN, XI is not GB.
    pub fn as_union(&self) -> Option<CountryCode> {
        let letters = CountryCode::parse(self.id.as_str()).ok()?;
        (letters.as_str() == "EU" || !self.covers(letters)).then_some(letters)
    }

    /// Whether the member covers a country.
    pub fn covers(&self, country: CountryCode) -> bool {
        self.countries.contains(&country)
    }
}

/// The member that covers a country. Its absence proves that no member of this network does.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct CoveredBy {
    /// The member.
    #[n(0)]
    pub member: MemberId,
}
