//! The founding file: its format, and what follows from it.

use crate::check::{BadFounding, check};
use contracts::registry::Environment;
use ledger::block::{VALIDATORS_MAX, Validator, Validators};
use ledger::codec::{Canonical, encode};
use ledger::hash::sha256;
use ledger::id::{MemberId, NetworkId};
use ledger::key::PublicKey;
use ledger::lookup::EncryptionPublic;
use ledger::place::CountryCode;
use ledger::receipt::Trust;
use ledger::time::Timestamp;
use minicbor::{Decode, Encode};

/// The only version so far.
pub const FOUNDING_VERSION: u32 = 1;
/// How many bytes a founding file may have.
pub const FOUNDING_BYTES_MAX: usize = 1024 * 1024;
/// How many members a network may be founded with.
pub const MEMBERS_MAX: usize = VALIDATORS_MAX;
/// How many bytes the name of a network or of a member may have.
pub const NAME_BYTES_MAX: usize = 200;
/// How many countries one member may cover.
pub const COUNTRIES_MAX: usize = 64;
/// How many governance keys one member may have.
pub const GOVERNANCE_KEYS_MAX: usize = 16;

/// One member as it enters the founding: names and public keys, nothing secret.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct FoundingMember {
    /// Its two letters.
    #[n(0)]
    pub id: MemberId,
    /// Its name, 1 to [`NAME_BYTES_MAX`] bytes.
    #[n(1)]
    pub name: String,
    /// The countries whose authorities it admits, ascending, 1 to [`COUNTRIES_MAX`]; no two members share one.
    #[n(2)]
    pub countries: Vec<CountryCode>,
    /// Its governance keys, 1 to [`GOVERNANCE_KEYS_MAX`]; key number i is the i-th, from 0.
    #[n(3)]
    pub governance_keys: Vec<PublicKey>,
    /// How many of them must sign an act of the member.
    #[n(4)]
    pub threshold: u32,
    /// The key under which others share look-up secrets with it.
    #[n(5)]
    pub encryption_key: EncryptionPublic,
    /// The key of its node: its name on the wire, and the signer of heads.
    #[n(6)]
    pub node_key: PublicKey,
    /// The key of its votes, if it validates.
    #[n(7)]
    pub validator_key: Option<PublicKey>,
}

#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
struct File {
    #[n(0)]
    version: u32,
    #[n(1)]
    environment: Environment,
    #[n(2)]
    name: String,
    #[n(3)]
    time: Timestamp,
    #[n(4)]
    members: Vec<FoundingMember>,
}

impl Canonical for File {
    const NAME: &'static str = "founding file";
    const BYTES_MAX: usize = FOUNDING_BYTES_MAX;
}

/// A founding file that was checked: sound names, no two members alike, no weak key, at least one validator.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Founding {
    file: File,
    validators: Validators,
    network: NetworkId,
}

impl Founding {
    /// Founds a network.
    ///
    /// # Errors
    /// [`BadFounding`] names the first thing that is not in order.
    pub fn new(environment: Environment, name: &str, time: Timestamp, mut members: Vec<FoundingMember>) -> Result<Self, BadFounding> {
        members.sort_by_key(|member| member.id);
        Self::from_file(File { version: FOUNDING_VERSION, environment, name: name.to_owned(), time, members })
    }

    /// Reads a founding file. Format: `docs/spec/founding.md`, version 1.
    ///
    /// # Errors
    /// [`BadFounding`] if the bytes are not canonical, or if what they say is not in order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadFounding> {
        Self::from_file(File::from_bytes(bytes)?)
    }

    fn from_file(file: File) -> Result<Self, BadFounding> {
        if file.version != FOUNDING_VERSION {
            return Err(BadFounding::Version(file.version));
        }
        check(&file.name, &file.members)?;
        let voting = |member: &FoundingMember| member.validator_key.map(|key| Validator { member: member.id, key, power: 1 });
        let validators = Validators::new(file.members.iter().filter_map(voting).collect())?;
        let bytes = file.to_bytes();
        if bytes.len() > FOUNDING_BYTES_MAX {
            return Err(BadFounding::TooLong(bytes.len()));
        }
        let network = NetworkId::new(*sha256(&bytes).as_bytes());
        Ok(Self { file, validators, network })
    }

    /// The canonical bytes: the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(&self.file)
    }

    /// The network's id: SHA-256 of the canonical bytes.
    pub fn network_id(&self) -> NetworkId {
        self.network
    }

    /// What the network is for.
    pub fn environment(&self) -> Environment {
        self.file.environment
    }

    /// The network's name.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// When it was founded; the first block is later.
    pub fn time(&self) -> Timestamp {
        self.file.time
    }

    /// The members in the order of their letters.
    pub fn members(&self) -> &[FoundingMember] {
        &self.file.members
    }

    /// One member.
    pub fn member(&self, id: MemberId) -> Option<&FoundingMember> {
        self.file.members.iter().find(|member| member.id == id)
    }

    /// The member whose authorities issue for `country`.
    pub fn member_for(&self, country: CountryCode) -> Option<&FoundingMember> {
        self.file.members.iter().find(|member| member.countries.contains(&country))
    }

    /// Those who decide height 1.
    pub fn validators(&self) -> &Validators {
        &self.validators
    }

    /// What a verifier trusts who pinned this file and has seen nothing since.
    pub fn trust(&self) -> Trust {
        Trust::found(self.network, self.validators.clone())
    }
}
