//! A ledger to measure on: one member's authority with sixteen officials' keys, and as many records as wanted.

use contracts::acts::{Issue, IssuedLine};
use contracts::context::Recorded;
use contracts::destination::OfficeVerb;
use contracts::document::MediaType;
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::registry::{
    AuthoritiesOf, Authority, AuthorityAct, AuthorityKey, AuthorityVerb, EncryptionKey, Environment, Member, Parameters, Scope,
    founding_changes,
};
use contracts::standing::Flags;
use ledger::block::{Validator, Validators};
use ledger::codec::Canonical;
use ledger::commitment::CommitmentRoot;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, KeyNumber, MemberId, NetworkId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{EncryptionSecret, Locator, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::state::Changes;
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{Act, TRANSACTION_VERSION, Transaction};
use ledger::tree::StateKey;

/// How many officials sign.
pub const OFFICIALS: u32 = 16;
/// The network of the measurements.
pub const NETWORK: NetworkId = NetworkId::new([0xbe; 32]);
/// The block time with which everything begins.
pub const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// A validator's key.
pub fn validator_secret(index: u8) -> SecretKey {
    SecretKey::from_seed(&[index + 1; 32])
}

/// The four members, by their letters.
pub fn members() -> Vec<MemberId> {
    ["CL", "CN", "NZ", "SG"].iter().map(|text| MemberId::parse(text).expect("two letters")).collect()
}

/// Their validators.
pub fn validators() -> Validators {
    let set = (0..).zip(members()).map(|(index, member)| Validator { member, key: validator_secret(index).public(), power: 1 });
    Validators::new(set.collect()).expect("four members")
}

/// The authority that issues.
pub fn authority() -> AuthorityId {
    AuthorityId::parse("NZ-mpi").expect("an authority's name")
}

/// The office that uses what is issued.
pub fn office() -> AuthorityId {
    AuthorityId::parse("CN-port").expect("an authority's name")
}

/// An official's key, in either.
pub fn official(number: u32) -> SecretKey {
    SecretKey::from_seed(sha256(&number.to_be_bytes()).as_bytes())
}

/// The founding state, with the authority and its keys in place.
pub fn founding() -> Changes {
    let recorded = Recorded { height: Height::FOUNDING, time: START };
    let members: Vec<Member> = (0..)
        .zip(members())
        .map(|(index, id)| Member {
            id,
            name: format!("Customs of {id}"),
            countries: vec![CountryCode::parse(id.as_str()).expect("two letters")],
            governance_keys: vec![SecretKey::from_seed(&[index + 50; 32]).public()],
            threshold: 1,
            encryption_keys: vec![EncryptionKey { version: 0, key: EncryptionSecret::new([index + 70; 32]).public(), recorded }],
            node_key: SecretKey::from_seed(&[index + 90; 32]).public(),
            validator_key: Some(validator_secret(index).public()),
        })
        .collect();
    let parameters = Parameters { environment: Environment::Test, name: "bench".into(), founding_time: START };
    let mut changes = founding_changes(&parameters, &members);
    let scope = Scope {
        classes: vec!["851".into()],
        coverage_since: CalendarDate::parse("2026-01-01"),
        ..Scope::issuing(RecordKind::SpsCertificate, CalendarDate::parse("2020-01-01").expect("a date"))
    };
    changes.extend(admitted(authority(), "Ministry for Primary Industries", scope));
    let scope = Scope {
        office: Some(vec![OfficeVerb::Reserve]),
        ..Scope::issuing(RecordKind::SpsCertificate, CalendarDate::parse("2020-01-01").expect("a date"))
    };
    changes.extend(admitted(office(), "Customs at the port", scope));
    changes
}

/// An authority that is alone in its member, with its keys.
fn admitted(id: AuthorityId, name: &str, scope: Scope) -> Changes {
    let recorded = Recorded { height: Height::FOUNDING, time: START };
    let mut changes = Changes::new();
    let country = CountryCode::parse(id.member().as_str()).expect("two letters");
    let list = AuthoritiesOf::default().with(&id, country, std::slice::from_ref(&scope)).expect("room for one");
    changes.insert(key::authorities_of(id.member()), list.to_bytes());
    let act =
        AuthorityAct { verb: AuthorityVerb::Admit, effective: scope.from, recorded, scopes: Some(vec![scope]), as_of: None, root: None };
    let entry = Authority { id, country, name: name.into(), acts: vec![act], keys: OFFICIALS + 1 };
    changes.insert(key::authority(&entry.id), entry.to_bytes());
    for number in 0..=OFFICIALS {
        let named = AuthorityKey {
            key: official(number).public(),
            valid_from: START,
            valid_until: None,
            named: recorded,
            revoked: None,
            revoked_from_naming: None,
            revoked_earlier: None,
        };
        changes.insert(key::authority_key(&entry.id, KeyNumber::new(number)), named.to_bytes());
    }
    changes
}

/// Entries that only fill the tree: `count` standings of some other certificates.
pub fn filler(from: u64, count: u64) -> Changes {
    (from..from + count).map(|index| (filler_key(index), sha256(&index.to_be_bytes()).as_bytes().to_vec())).collect()
}

/// Where the standing of one of these other certificates lies.
pub fn filler_key(index: u64) -> StateKey {
    key::standing(&RecordKey::new(*sha256(&(index | 1 << 60).to_be_bytes()).as_bytes()))
}

/// An act that records the certificate with this running number.
pub fn issue(index: u64) -> Issue {
    let digest = |what: u64| sha256(&[what.to_be_bytes(), index.to_be_bytes()].concat());
    Issue {
        record_tag: RecordTag::new(*digest(1).as_bytes()),
        locators: vec![Locator::new(*digest(2).as_bytes())],
        commitment_root: CommitmentRoot::new(*digest(3).as_bytes()),
        document_digest: Hash::new(*digest(4).as_bytes()),
        media_type: MediaType::Xml,
        country: CountryCode::parse("NZ").expect("two letters"),
        class: Some("851".into()),
        issue_date: START.date(),
        valid_from: None,
        valid_until: None,
        flags: Flags::NONE,
        bases: vec![],
        predecessor: None,
        lines: vec![IssuedLine { number: 1, certified: Some(0x0010_0001 * 1000), code: Some(digest(5)), unit: Some(digest(6)) }],
        terms: Some(contracts::kinds::sps_certificate::SpsTerms::ISSUED.to_bytes().into()),
        shares_pool: None,
        draws: None,
        fingerprints: None,
        sealed_numbers: None,
    }
}

/// Where the certificate with this running number lies.
pub fn record_key(index: u64) -> RecordKey {
    issue(index).record_key(authority().member())
}

/// One signed transaction of `acts` issues, beginning with running number `index`, on any network and authority.
pub fn signed(
    network: NetworkId,
    authority: &AuthorityId,
    key: KeyNumber,
    secret: &SecretKey,
    index: u64,
    acts: u64,
    expiry: Height,
) -> Vec<u8> {
    let acts = (index..index + acts).map(|number| issue(number).into_act(RecordKind::SpsCertificate)).collect();
    signed_acts(network, authority, key, secret, acts, expiry)
}

/// One signed transaction of these acts.
pub fn signed_acts(
    network: NetworkId,
    authority: &AuthorityId,
    key: KeyNumber,
    secret: &SecretKey,
    acts: Vec<Act>,
    expiry: Height,
) -> Vec<u8> {
    let transaction =
        Transaction { version: TRANSACTION_VERSION, network, signer: Signer::Authority(authority.clone()), key, expiry, acts };
    transaction.sign(secret).to_bytes()
}
