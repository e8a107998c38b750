//! Acts signed and submitted by the test itself: what the commands do, in less time and with every part at hand.

use crate::cast;
use crate::http::Answer;
use crate::network::Network;
use contracts::acts::{AdmitAuthority, NameKey, Places, StandingChange, identity_of, issue_from_document};
use contracts::document::{Document, read_document};
use contracts::standing::Verb;
use genesis::home::{read_encryption_key, read_signing_key, write_signing_key};
use ledger::codec::Canonical as _;
use ledger::commitment::Seed;
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{EncryptionSecret, Locator, LookupSecret, RecordKey};
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{Act, TRANSACTION_VERSION, Transaction};
use std::path::PathBuf;

/// For how many blocks a transaction may wait.
const EXPIRY_HEIGHTS: u64 = 1000;

/// An admitted authority with its secret keys.
#[derive(Clone)]
pub struct Authority {
    /// Its name on the ledger.
    pub id: AuthorityId,
    /// Key 0.
    pub root: SecretKey,
    /// Key 1.
    pub official: SecretKey,
    /// The file of key 1, for commands.
    pub key_file: PathBuf,
}

/// A recorded certificate with what only its issuer knows.
#[derive(Clone)]
pub struct Certificate {
    /// The document.
    pub document: Box<Document>,
    /// Its bytes.
    pub original: Vec<u8>,
    /// What opens its commitments.
    pub seed: Seed,
    /// Where its standing lies.
    pub record: RecordKey,
    /// Whose authority recorded it.
    pub member: MemberId,
    /// Where its readers find it.
    pub locators: Vec<Locator>,
    /// The signed transaction.
    pub wire: Vec<u8>,
}

impl Authority {
    /// Its member's letters.
    pub fn member(&self) -> String {
        self.id.member().to_string()
    }

    /// Who signs, for a transaction.
    pub fn signer(&self) -> Signer {
        Signer::Authority(self.id.clone())
    }
}

/// Milliseconds since 1970, by this machine's clock.
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A date.
///
/// # Panics
/// If the text is none.
pub fn date(text: &str) -> CalendarDate {
    CalendarDate::parse(text).unwrap_or_else(|| panic!("{text} is no date"))
}

impl Network {
    /// A transaction of this network that expires some time ahead.
    pub fn transaction(&self, signer: Signer, key: u32, acts: Vec<Act>) -> Transaction {
        let height = self.running().iter().map(|id| self.height(id)).max().unwrap_or(0);
        Transaction {
            version: TRANSACTION_VERSION,
            network: self.founding().network_id(),
            signer,
            key: KeyNumber::new(key),
            expiry: Height::new(height).saturating_add(EXPIRY_HEIGHTS),
            acts,
        }
    }

    /// The governance key of a member.
    ///
    /// # Panics
    /// If its home cannot be read.
    pub fn governance_key(&self, member: &str) -> SecretKey {
        read_signing_key(&self.home(member).governance_key(0)).expect("a governance key")
    }

    /// The encryption secret of a member.
    ///
    /// # Panics
    /// If its home cannot be read.
    pub fn encryption_secret(&self, member: &str) -> EncryptionSecret {
        read_encryption_key(&self.home(member).encryption_key()).expect("an encryption key")
    }

    /// An act of a member, submitted to its node.
    ///
    /// # Panics
    /// If it is refused.
    pub fn member_act(&self, member: &str, act: Act) {
        let signer = Signer::Member(self.member_id(member));
        let wire = self.transaction(signer, 0, vec![act]).sign(&self.governance_key(member)).to_bytes();
        recorded(&self.submit(member, &wire));
    }

    /// Admits an authority under the member whose letters begin its name, and names its key 1.
    ///
    /// # Panics
    /// If that is refused.
    pub fn admit(&self, id: &str, scopes: &[&str]) -> Authority {
        let name = format!("The authority {id}");
        let id = AuthorityId::parse(id).expect("an authority's name");
        let mut rng = rand::rng();
        let (root, official) = (SecretKey::generate(&mut rng), SecretKey::generate(&mut rng));
        let member = id.member().to_string();
        let admit = AdmitAuthority {
            authority: id.clone(),
            country: CountryCode::parse(&member).expect("a country"),
            name,
            scopes: scopes.iter().map(|text| cast::scope(text)).collect(),
            root_key: root.public(),
            effective: date(cast::SINCE),
        };
        self.member_act(&member, admit.into_act());
        let key_file = self.directory().join("keys").join(format!("{id}.key"));
        write_signing_key(&key_file, &official).expect("a key file");
        let authority = Authority { id, root, official, key_file };
        let name = NameKey {
            number: KeyNumber::new(1),
            key: authority.official.public(),
            valid_from: Timestamp::from_millis(0),
            valid_until: None,
        };
        let wire = self.transaction(authority.signer(), 0, vec![name.into_act()]).sign(&authority.root).to_bytes();
        recorded(&self.submit(&member, &wire));
        authority
    }

    /// All authorities of the examples.
    ///
    /// # Panics
    /// As [`Self::admit`].
    pub fn admit_all(&self) -> Vec<Authority> {
        cast::BODIES.iter().map(|(id, scope)| self.admit(id, &[scope])).collect()
    }

    /// Signs acts with an authority's key 1.
    pub fn signed(&self, authority: &Authority, acts: Vec<Act>) -> Vec<u8> {
        self.transaction(authority.signer(), 1, acts).sign(&authority.official).to_bytes()
    }

    /// What would record a document for these readers; nothing is submitted.
    ///
    /// # Panics
    /// If the document cannot be read.
    pub fn prepared(&self, authority: &Authority, document: &str, readers: &[&str]) -> (Certificate, Act) {
        let original = document.as_bytes().to_vec();
        let document = read_document(&original).expect("a document");
        let network = self.founding().network_id();
        let (own, seed) = (authority.id.member(), Seed::new(rand::random()));
        let secret = self.encryption_secret(own.as_str());
        let record_tag = secret.record_secret(&network).record_tag(&identity_of(&document, &authority.id));
        let record = record_tag.record_key(own);
        let locate = |reader: &&str| self.lookup_secret(own.as_str(), reader).locator(&document.number);
        let locators: Vec<Locator> = readers.iter().map(locate).collect();
        let places = Places { record_tag, locators: locators.clone(), bases: Vec::new(), predecessor: None };
        let issue = issue_from_document(&document, &original, &seed, places).expect("a document that can be recorded");
        let act = issue.into_act(document.kind);
        let wire = self.signed(authority, vec![act.clone()]);
        (Certificate { document: Box::new(document), original, seed, record, member: own, locators, wire }, act)
    }

    /// What an issuing member and a reading one share.
    ///
    /// # Panics
    /// If one of them is no member.
    pub fn lookup_secret(&self, issuer: &str, reader: &str) -> LookupSecret {
        let reader = self.founding().member(self.member_id(reader)).expect("a member");
        let (network, issuer) = (self.founding().network_id(), self.member_id(issuer));
        self.encryption_secret(issuer.as_str()).lookup_secret(&network, &reader.encryption_key, issuer, reader.id)
    }

    /// Records a document for these readers through its member's node.
    ///
    /// # Panics
    /// If it is refused.
    pub fn issue(&self, authority: &Authority, document: &str, readers: &[&str]) -> Certificate {
        let (certificate, _) = self.prepared(authority, document, readers);
        recorded(&self.submit(&authority.member(), &certificate.wire));
        certificate
    }

    /// Changes the standing of a certificate, from a date on.
    ///
    /// # Panics
    /// If it is refused.
    pub fn change(&self, authority: &Authority, certificate: &Certificate, verb: Verb, effective: &str, follows: u32) -> u64 {
        let change = change(certificate.record, effective, follows);
        let wire = self.signed(authority, vec![change.into_act(certificate.document.kind, verb)]);
        recorded(&self.submit(&authority.member(), &wire))
    }
}

/// A change of a standing from a date on, which says nothing else.
pub fn change(record_key: RecordKey, effective: &str, follows: u32) -> StandingChange {
    StandingChange { record_key, effective: date(effective), reason: None, follows, until: None, version: None, stands_by: None }
}

/// The height that recorded all acts of a submission.
///
/// # Panics
/// If one was refused.
pub fn recorded(answer: &Answer) -> u64 {
    assert!(answer.is_recorded(), "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
    answer.json()["height"].as_u64().expect("a height")
}
