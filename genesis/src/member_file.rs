//! What a member hands over to found a network: its particulars, signed by every key that it names.
//!
//! JSON, because people pass it on by mail and read it. Public parts only. The signatures prove that the member holds
//! the keys and that nothing was changed on the way; they bind the file to one network's name and environment, so
//! that a file made for an exercise founds nothing else. The signed bytes are `symbolon/member-file/1` NUL and the
//! canonical CBOR `{0: environment, 1: network name, 2: member}`; there is no network id yet.

use crate::check::{BadFounding, check_member, signing_keys};
use crate::file::{Founding, FoundingMember};
use contracts::registry::Environment;
use ledger::codec::encode;
use ledger::id::{MemberId, NotAName};
use ledger::key::{PublicKey, SecretKey, Signature};
use ledger::lookup::EncryptionPublic;
use ledger::place::CountryCode;
use ledger::time::Timestamp;
use minicbor::Encode;
use serde::{Deserialize, Serialize};

/// How many bytes a member file may have.
pub const MEMBER_FILE_BYTES_MAX: usize = 64 * 1024;
const VERSION: u32 = 1;
const TAG: &[u8] = b"symbolon/member-file/1\0";

/// A member's own statement, signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MemberFile {
    /// What the network is to be for.
    pub environment: Environment,
    /// What the network is to be called.
    pub network_name: String,
    /// The member.
    pub member: FoundingMember,
    /// One by each key: governance keys in their order, node key, validator key if there is one.
    signatures: Vec<Signature>,
}

/// The secrets that sign a member file: in the order of the member's keys.
pub struct Secrets<'a> {
    /// All governance keys, in their order.
    pub governance: Vec<&'a SecretKey>,
    /// The node's key.
    pub node: &'a SecretKey,
    /// The validator's key, if the member validates.
    pub validator: Option<&'a SecretKey>,
}

/// Why a member file is refused.
#[derive(Debug, thiserror::Error)]
pub enum BadMemberFile {
    /// Larger than [`MEMBER_FILE_BYTES_MAX`].
    #[error("the member file has {0} bytes, the most is {MEMBER_FILE_BYTES_MAX}")]
    TooLong(usize),
    /// Not the JSON of a member file.
    #[error("this is no member file: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A value of the wrong shape.
    #[error("{place} of the member file is not {what}")]
    Value {
        /// The member of the JSON object.
        place: &'static str,
        /// What it should have been.
        what: &'static str,
    },
    /// A name of the wrong shape.
    #[error(transparent)]
    Name(#[from] NotAName),
    /// The particulars themselves.
    #[error(transparent)]
    Member(#[from] BadFounding),
    /// A version that this program does not know.
    #[error("member file version {0} is not known here; update the program")]
    Version(u32),
    /// The file was edited, or was not made by the holder of the key.
    #[error("the signature of the {what} of {member} does not check: the file was changed after signing; ask {member} for the original")]
    Signature {
        /// Whose file.
        member: MemberId,
        /// Which key's signature.
        what: &'static str,
    },
    /// Made for another founding.
    #[error(
        "the file of {member} is for the {theirs} network '{theirs_name}', this is the {ours} network '{ours_name}'; ask {member} to join this one"
    )]
    OtherNetwork {
        /// Whose file.
        member: MemberId,
        /// Its environment.
        theirs: Environment,
        /// Its network's name.
        theirs_name: String,
        /// The environment being founded.
        ours: Environment,
        /// The network's name being founded.
        ours_name: String,
    },
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Json {
    symbolon_member_file: u32,
    environment: String,
    network: String,
    member: String,
    name: String,
    countries: Vec<String>,
    governance_keys: Vec<String>,
    threshold: u32,
    encryption_key: String,
    node_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validator_key: Option<String>,
    signatures: Vec<String>,
}

#[derive(Encode)]
#[cbor(map)]
struct Signed<'a> {
    #[n(0)]
    environment: Environment,
    #[n(1)]
    network_name: &'a str,
    #[n(2)]
    member: &'a FoundingMember,
}

fn signed_bytes(environment: Environment, network_name: &str, member: &FoundingMember) -> Vec<u8> {
    let mut bytes = TAG.to_vec();
    bytes.extend_from_slice(&encode(&Signed { environment, network_name, member }));
    bytes
}

impl MemberFile {
    /// Signs a member's particulars with every key that they name.
    ///
    /// # Errors
    /// [`BadMemberFile`] if the particulars are not in order, or if a secret is not the one of its public key.
    pub fn sign(
        environment: Environment,
        network_name: &str,
        member: FoundingMember,
        secrets: &Secrets<'_>,
    ) -> Result<Self, BadMemberFile> {
        let bytes = signed_bytes(environment, network_name, &member);
        let secrets = secrets.governance.iter().copied().chain([secrets.node]).chain(secrets.validator);
        let signatures = secrets.map(|secret| secret.sign(&bytes)).collect();
        let file = Self { environment, network_name: network_name.to_owned(), member, signatures };
        file.check()?;
        Ok(file)
    }

    /// Reads a member file and checks its keys and signatures.
    ///
    /// # Errors
    /// [`BadMemberFile`] says what is wrong and whom to ask.
    pub fn from_json(bytes: &[u8]) -> Result<Self, BadMemberFile> {
        if bytes.len() > MEMBER_FILE_BYTES_MAX {
            return Err(BadMemberFile::TooLong(bytes.len()));
        }
        let json: Json = serde_json::from_slice(bytes)?;
        if json.symbolon_member_file != VERSION {
            return Err(BadMemberFile::Version(json.symbolon_member_file));
        }
        let key = |place, text: &str| {
            PublicKey::from_text(text).ok_or(BadMemberFile::Value { place, what: "ed25519: and 64 hexadecimal digits" })
        };
        let file = Self {
            environment: crate::environment(&json.environment)
                .ok_or(BadMemberFile::Value { place: "environment", what: "test, training or live" })?,
            network_name: json.network,
            member: FoundingMember {
                id: MemberId::parse(&json.member)?,
                name: json.name,
                countries: json.countries.iter().map(|country| CountryCode::parse(country)).collect::<Result<_, _>>()?,
                governance_keys: json.governance_keys.iter().map(|text| key("governance_keys", text)).collect::<Result<_, _>>()?,
                threshold: json.threshold,
                encryption_key: encryption_key(&json.encryption_key)?,
                node_key: key("node_key", &json.node_key)?,
                validator_key: json.validator_key.map(|text| key("validator_key", &text)).transpose()?,
            },
            signatures: json.signatures.iter().map(|text| signature(text)).collect::<Result<_, _>>()?,
        };
        file.check()?;
        Ok(file)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let member = &self.member;
        let json = Json {
            symbolon_member_file: VERSION,
            environment: self.environment.to_string(),
            network: self.network_name.clone(),
            member: member.id.to_string(),
            name: member.name.clone(),
            countries: member.countries.iter().map(ToString::to_string).collect(),
            governance_keys: member.governance_keys.iter().map(ToString::to_string).collect(),
            threshold: member.threshold,
            encryption_key: format!("x25519:{}", hex::encode(member.encryption_key.as_bytes())),
            node_key: member.node_key.to_string(),
            validator_key: member.validator_key.map(|key| key.to_string()),
            signatures: self.signatures.iter().map(ToString::to_string).collect(),
        };
        // Texts and numbers only: this cannot fail.
        let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
        text.push('\n');
        text
    }

    fn check(&self) -> Result<(), BadMemberFile> {
        check_member(&self.member)?;
        let bytes = signed_bytes(self.environment, &self.network_name, &self.member);
        let keys = signing_keys(&self.member);
        for (index, (what, key)) in keys.iter().enumerate() {
            let bad = BadMemberFile::Signature { member: self.member.id, what };
            let Some(signature) = self.signatures.get(index) else { return Err(bad) };
            key.verify(&bytes, signature).map_err(|_| bad)?;
        }
        if self.signatures.len() > keys.len() {
            return Err(BadMemberFile::Value { place: "signatures", what: "one for each key" });
        }
        Ok(())
    }
}

impl Founding {
    /// Founds a network from its members' files.
    ///
    /// # Errors
    /// [`BadMemberFile`] if a file is for another network, or if the members do not fit together.
    pub fn gather(environment: Environment, name: &str, time: Timestamp, files: Vec<MemberFile>) -> Result<Self, BadMemberFile> {
        for file in &files {
            if file.environment != environment || file.network_name != name {
                return Err(BadMemberFile::OtherNetwork {
                    member: file.member.id,
                    theirs: file.environment,
                    theirs_name: file.network_name.chars().take(64).flat_map(char::escape_debug).collect(),
                    ours: environment,
                    ours_name: name.to_owned(),
                });
            }
        }
        Ok(Self::new(environment, name, time, files.into_iter().map(|file| file.member).collect())?)
    }
}

fn encryption_key(text: &str) -> Result<EncryptionPublic, BadMemberFile> {
    let mut bytes = [0; 32];
    text.strip_prefix("x25519:")
        .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
        .ok_or(BadMemberFile::Value { place: "encryption_key", what: "x25519: and 64 hexadecimal digits" })?;
    Ok(EncryptionPublic::new(bytes))
}

fn signature(text: &str) -> Result<Signature, BadMemberFile> {
    let mut bytes = [0; 64];
    text.strip_prefix("ed25519:")
        .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
        .ok_or(BadMemberFile::Value { place: "signatures", what: "ed25519: and 128 hexadecimal digits each" })?;
    Ok(Signature::ed25519(bytes))
}

#[cfg(test)]
mod tests;
