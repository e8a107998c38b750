//! The canonical bytes of entries and acts, and the places of entries, that must never change by accident:
//! `tests/vectors/contracts.json`. A changed vector is a changed format: new version, changelog entry, decision page.
//! To write new vectors, run it with `UPDATE_VECTORS=1` and read the difference.

use contracts::acts::*;
use contracts::context::Recorded;
use contracts::document::{MediaType, read_document};
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::kinds::aeo_status::AeoTerms;
use contracts::kinds::sps_certificate::SpsTerms;
use contracts::registry::*;
use contracts::standing::*;
use ledger::codec::{Canonical, encode};
use ledger::commitment::{CommitmentRoot, Seed};
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{EncryptionPublic, Locator, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Height, Timestamp};
use serde_json::{Value, json};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<T: Canonical>(value: &T) -> Value {
    json!(hex(&value.to_bytes()))
}

fn day(text: &str) -> CalendarDate {
    CalendarDate::parse(text).unwrap()
}

/// Everything the vectors are made of: hashes of one repeated byte, keys of seeds of one repeated byte.
fn made() -> Value {
    let (nz, cn) = (MemberId::parse("NZ").unwrap(), MemberId::parse("CN").unwrap());
    let country = CountryCode::parse("NZ").unwrap();
    let mpi = AuthorityId::parse("NZ-mpi").unwrap();
    let public = |byte| SecretKey::from_seed(&[byte; 32]).public();
    let hash = |byte| Hash::new([byte; 32]);
    let record = |byte| RecordKey::new([byte; 32]);
    let recorded = Recorded { height: Height::new(7), time: Timestamp::from_millis(1_772_323_200_000) };
    let id = ArrangementId::parse("CN-NZ-2017").unwrap();

    let scope = Scope {
        classes: vec!["657".to_owned(), "851".to_owned()],
        until: Some(day("2030-12-31")),
        coverage_since: Some(day("2026-01-01")),
        ..Scope::issuing(RecordKind::SpsCertificate, day("2020-01-01"))
    };
    let admission = AuthorityAct {
        verb: AuthorityVerb::Admit,
        effective: day("2026-01-01"),
        recorded,
        scopes: Some(vec![scope.clone()]),
        as_of: None,
        root: None,
    };
    let suspension =
        AuthorityAct { verb: AuthorityVerb::Suspend, effective: day("2026-02-01"), recorded, scopes: None, as_of: None, root: None };
    let replaced = AuthorityAct {
        verb: AuthorityVerb::ReplaceRoot,
        effective: day("2026-03-01"),
        recorded,
        scopes: None,
        as_of: Some(Timestamp::from_millis(3)),
        root: Some(KeyNumber::new(1)),
    };
    let authority =
        Authority { id: mpi.clone(), country, name: "Primary Industries".to_owned(), acts: vec![admission, suspension], keys: 2 };
    let member = Member {
        id: nz,
        name: "New Zealand Customs".to_owned(),
        countries: vec![country],
        governance_keys: vec![public(1), public(2)],
        threshold: 2,
        encryption_keys: vec![EncryptionKey { version: 0, key: EncryptionPublic::new([9; 32]), recorded }],
        node_key: public(3),
        validator_key: Some(public(4)),
    };
    let key_entry = AuthorityKey {
        key: public(5),
        valid_from: Timestamp::from_millis(1),
        valid_until: Some(Timestamp::from_millis(2)),
        named: recorded,
        revoked: Some(RevokedKey { as_of: Timestamp::from_millis(3), recorded }),
        revoked_from_naming: Some(RevokedKey { as_of: Timestamp::from_millis(1), recorded }),
        revoked_earlier: Some(RevokedKey { as_of: Timestamp::from_millis(2), recorded }),
    };
    let terms = Terms {
        parties: vec![cn, nz],
        recognitions: vec![Recognition {
            recognising: cn,
            recognised: nz,
            programme: "NZ-SES".to_owned(),
            types: vec!["AEOS".to_owned()],
            roles: Vec::new(),
            flow: Flow::Import,
            benefits: None,
            kind: None,
        }],
        notice_days: 60,
        text_digest: Some(hash(0x11)),
    };
    let sign = ArrangementAct { verb: ArrangementVerb::Sign, by: cn, effective: day("2017-03-27"), recorded };
    let arrangement = Arrangement { id: id.clone(), terms: terms.clone(), acts: vec![sign.clone()], amendments: None };
    let amend = ArrangementAct { verb: ArrangementVerb::Amend, ..sign };
    let first = Amendment { terms: terms_with_benefits(&terms), acts: vec![amend], amends: None, agreed: Some(recorded) };
    let amended =
        Arrangement { amendments: Some(vec![first.clone(), Amendment { amends: Some(0), agreed: None, ..first }]), ..arrangement.clone() };
    let line = IssuedLine { number: 1, certified: Some(1 << 40), code: Some(hash(0x66)), unit: Some(hash(0x77)) };
    let issue = Issue {
        record_tag: RecordTag::new([0x22; 32]),
        locators: vec![Locator::new([0x31; 32]), Locator::new([0x32; 32])],
        commitment_root: CommitmentRoot::new([0x44; 32]),
        document_digest: hash(0x55),
        media_type: MediaType::Xml,
        country,
        class: Some("657".to_owned()),
        issue_date: day("2026-03-01"),
        valid_from: Some(day("2026-03-02")),
        valid_until: Some(day("2026-06-30")),
        flags: Flags::NONE,
        bases: vec![Link::Record(record(0x23)), Link::NotOnThisLedger],
        predecessor: Some(Link::NotOnThisLedger),
        lines: vec![line.clone()],
        terms: Some(SpsTerms::ISSUED.to_bytes().into()),
        shares_pool: None,
        draws: None,
        fingerprints: None,
        sealed_numbers: None,
    };
    let withdrawn = StandingAct {
        verb: Verb::Withdraw,
        effective: day("2026-04-01"),
        recorded,
        reason: Some(3),
        key: KeyNumber::new(1),
        until: None,
        version: None,
        locator: None,
        signed_before: None,
        stands_by: None,
    };
    let standing = Standing {
        kind: RecordKind::SpsCertificate,
        authority: mpi.clone(),
        key: KeyNumber::new(1),
        commitment_root: issue.commitment_root,
        document_digest: issue.document_digest,
        media_type: MediaType::Xml,
        country,
        class: issue.class.clone(),
        issue_date: issue.issue_date,
        valid_from: issue.valid_from,
        valid_until: issue.valid_until,
        flags: issue.flags,
        bases: issue.bases.clone(),
        predecessor: issue.predecessor,
        successor: Some(record(0x24)),
        issued: recorded,
        acts: vec![withdrawn],
        lines: vec![line.into()],
        terms: issue.terms.clone(),
        pool: None,
        drafted: None,
        draws: None,
        sealed_numbers: None,
        has_fingerprints: None,
        signed_before: None,
        drawn_before: None,
    };
    let signed_before = Approvals::of(&[Approval { key: KeyNumber::new(2), recorded }]);
    let acts = standing.acts.iter().map(|act| StandingAct { signed_before: signed_before.clone(), ..act.clone() }).collect();
    let of_two = Standing { signed_before, acts, ..standing.clone() };
    let aeo = AeoTerms {
        operator_type: "AEOS".to_owned(),
        roles: vec!["exporter".to_owned()],
        consent_to_exchange: true,
        holder: Some(hash(0x88)),
    };
    let change = StandingChange {
        record_key: record(0x22),
        effective: day("2026-04-01"),
        reason: Some(3),
        follows: 0,
        until: None,
        version: None,
        stands_by: None,
    };
    let reaffirmation = StandingChange { reason: None, follows: 3, stands_by: Some(vec![1, 3]), ..change.clone() };
    let admit = AdmitAuthority {
        authority: mpi.clone(),
        country,
        name: "Primary Industries".to_owned(),
        scopes: vec![scope.clone()],
        root_key: public(5),
        effective: day("2026-01-01"),
    };
    let name_key = NameKey {
        number: KeyNumber::new(2),
        key: public(6),
        valid_from: Timestamp::from_millis(1),
        valid_until: Some(Timestamp::from_millis(2)),
    };
    let effective = day("2026-03-01");
    let parameters = Parameters { environment: Environment::Test, name: "Vectors".to_owned(), founding_time: Timestamp::from_millis(1) };
    let place = |key: ledger::tree::StateKey| json!(hex(key.as_bytes()));
    json!({
        "made of": "hashes, record tags and record keys of one repeated byte; Ed25519 keys of seeds of one repeated byte; see contracts/tests/vectors.rs",
        "places": {
            "parameters": place(key::parameters()),
            "member NZ": place(key::member(nz)),
            "country NZ": place(key::country(country)),
            "authority NZ-mpi": place(key::authority(&mpi)),
            "authorities of NZ": place(key::authorities_of(nz)),
            "key 1 of NZ-mpi": place(key::authority_key(&mpi, KeyNumber::new(1))),
            "arrangement CN-NZ-2017": place(key::arrangement(&id)),
            "arrangements between CN and NZ": place(key::arrangements_between(cn, nz)),
            "approvals of NZ for 22..22": place(key::approvals(&Signer::Member(nz), &hash(0x22))),
            "owner of the key of seed 05..05": place(key::key_owner(&public(5))),
            "standing of 22..22": place(key::standing(&record(0x22))),
            "programme NZ-SES of NZ": place(key::programme(nz, "NZ-SES")),
            "fingerprint 31..31 of NZ": place(key::fingerprint(nz, &Locator::new([0x31; 32]))),
            "uses of NZ of line 1 of 22..22": place(key::uses_of_member(&record(0x22), 1, nz)),
            "same goods as 22..22": place(key::same_goods(&record(0x22))),
            "locator 31..31 of NZ": place(key::locator(nz, &Locator::new([0x31; 32]))),
        },
        "entries": {
            "parameters": bytes(&parameters),
            "member": bytes(&member),
            "covered-by": bytes(&CoveredBy { member: nz }),
            "authority": bytes(&authority),
            "authority whose root key was replaced": bytes(&Authority { acts: vec![authority.acts[0].clone(), replaced], ..authority.clone() }),
            "authorities-of": bytes(&AuthoritiesOf::default().with(&mpi, country, std::slice::from_ref(&scope)).unwrap()),
            "authority-key": bytes(&key_entry),
            "key-owner": bytes(&KeyOwner { signer: Signer::Authority(mpi.clone()), number: Some(KeyNumber::new(1)) }),
            "approvals": bytes(&Approvals::default().with(KeyNumber::new(1), recorded)),
            "arrangement": bytes(&arrangement),
            "arrangement that was amended": bytes(&amended),
            "arrangements-between": bytes(&ArrangementsBetween::default().with(&id).unwrap()),
            "standing": bytes(&standing),
            "standing that two officials signed": bytes(&of_two),
            "records-at-locator": bytes(&RecordsAtLocator::default().with(record(0x22)).unwrap()),
            "aeo-terms": bytes(&aeo),
            "programme": bytes(&Programme {
                name: "NZ-SES".to_owned(),
                member: nz,
                versions: vec![ProgrammeVersion { effective, recorded, types: programme_types() }],
            }),
            "same-goods": bytes(&SameGoods::default().with(Same { record: record(0x22), recorded, class: Some("RCEP".to_owned()) })),
            "recorded-on": bytes(&RecordedOn { date: effective, count: 3 }),
            "sps-terms": bytes(&SpsTerms::ISSUED),
        },
        "documents": documents(),
        "digest of the terms": json!(hex(terms.digest().as_bytes())),
        "acts": {
            "replace": json!(hex(&encode(&issue.clone().into_act(RecordKind::SpsCertificate)))),
            "reaffirm": json!(hex(&encode(&reaffirmation.into_act(RecordKind::SpsCertificate, Verb::Reaffirm)))),
            "withdraw": json!(hex(&encode(&change.into_act(RecordKind::SpsCertificate, Verb::Withdraw)))),
            "admit-authority": json!(hex(&encode(&admit.into_act()))),
            "set-scopes": json!(hex(&encode(&SetScopes { authority: mpi.clone(), effective, scopes: vec![scope], follows: 1 }.into_act()))),
            "suspend-authority": json!(hex(&encode(&SuspendAuthority { authority: mpi.clone(), effective, follows: 1 }.into_act()))),
            "reinstate-authority": json!(hex(&encode(&ReinstateAuthority { authority: mpi, effective, follows: 2 }.into_act()))),
            "name-key": json!(hex(&encode(&name_key.into_act()))),
            "revoke-key": json!(hex(&encode(&RevokeKey { number: KeyNumber::new(2), as_of: Timestamp::from_millis(3) }.into_act()))),
            "rotate-encryption-key": json!(hex(&encode(&RotateEncryptionKey { version: 1, key: EncryptionPublic::new([9; 32]) }.into_act()))),
            "sign-arrangement": json!(hex(&encode(&SignArrangement { arrangement: id.clone(), terms: terms.clone(), effective }.into_act()))),
            "apply-arrangement": json!(hex(&encode(&ApplyArrangement { arrangement: id.clone(), terms_digest: terms.digest(), effective }.into_act()))),
            "suspend-recognition": json!(hex(&encode(&SuspendRecognition { arrangement: id.clone(), effective, follows: 2 }.into_act()))),
            "resume-recognition": json!(hex(&encode(&ResumeRecognition { arrangement: id.clone(), effective, follows: 3 }.into_act()))),
            "amend-arrangement": json!(hex(&encode(&AmendArrangement { arrangement: id.clone(), number: 0, terms: terms_with_benefits(&terms), effective }.into_act()))),
            "revoke-authority": json!(hex(&encode(&RevokeAuthority { authority: AuthorityId::parse("NZ-mpi").unwrap(), as_of: Timestamp::from_millis(3), follows: 2 }.into_act()))),
            "replace-root-key": json!(hex(&encode(&ReplaceRootKey { authority: AuthorityId::parse("NZ-mpi").unwrap(), number: KeyNumber::new(1), as_of: Timestamp::from_millis(3), follows: 2 }.into_act()))),
            "set-programme": json!(hex(&encode(&SetProgramme { programme: "NZ-SES".to_owned(), effective, types: programme_types(), follows: 0 }.into_act()))),
            "terminate-arrangement": json!(hex(&encode(&TerminateArrangement { arrangement: id.clone(), effective }.into_act()))),
            "take-back-termination": json!(hex(&encode(&TakeBackTermination { arrangement: id, effective }.into_act()))),
        },
    })
}

/// What each kind makes of its example: the act that records it, under the seed 07..07, and the kind's own terms.
fn documents() -> Value {
    let seed = Seed::new([7; 16]);
    let of_kind = |kind: &RecordKind| {
        let original = kind.rules().example().as_bytes();
        let document = read_document(original).unwrap();
        let places = Places { record_tag: RecordTag::new([0x22; 32]), locators: Vec::new(), bases: Vec::new(), predecessor: None };
        let issue = issue_from_document(&document, original, &seed, places).unwrap();
        let terms = issue.terms.as_ref().map(|terms| hex(terms));
        (kind.rules().word().to_owned(), json!({ "terms": terms, "issue": hex(&encode(&issue.into_act(*kind))) }))
    };
    RecordKind::ALL.iter().map(of_kind).collect::<serde_json::Map<_, _>>().into()
}

fn programme_types() -> Vec<ProgrammeType> {
    vec![ProgrammeType { name: "AEOC".to_owned(), months: Some(36) }, ProgrammeType { name: "AEOS".to_owned(), months: None }]
}

fn terms_with_benefits(terms: &Terms) -> Terms {
    let mut terms = terms.clone();
    let rate = Benefit { kind: BenefitKind::InspectionRate, percent: Some(20) };
    terms.recognitions[0].benefits = Some(vec![rate, Benefit { kind: BenefitKind::PriorityLane, percent: None }]);
    terms
}

#[test]
fn bytes_and_places_are_those_of_the_vectors() {
    // As cargo says when it runs the test: a program built for another clone reads this one's files.
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let path = format!("{package}/../tests/vectors/contracts.json");
    let made = made();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, format!("{made:#}\n")).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(kept, made, "the bytes differ from {path}");
}
