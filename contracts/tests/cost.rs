//! What execution costs. Run with `cargo test --release -p symbolon-contracts --test cost -- --ignored --nocapture`.
#![allow(clippy::disallowed_types, reason = "a measurement reads a clock")]

use contracts::BlockContext;
use contracts::acts::{AdmitAuthority, Issue, IssuedLine};
use contracts::context::Recorded;
use contracts::document::MediaType;
use contracts::kinds::RecordKind;
use contracts::kinds::sps_certificate::SpsTerms;
use contracts::registry::{EncryptionKey, Environment, Member, Parameters, Scope, founding_changes};
use contracts::standing::Flags;
use ledger::codec::Canonical;
use ledger::commitment::CommitmentRoot;
use ledger::hash::sha256;
use ledger::id::{AuthorityId, KeyNumber, MemberId, NetworkId, Signer};
use ledger::key::{SecretKey, Signature};
use ledger::lookup::{EncryptionSecret, Locator, RecordTag};
use ledger::place::CountryCode;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{Act, DecodedTransaction, SignedTransaction, TRANSACTION_VERSION, Transaction, VerifiedTransaction};
use ledger::tree::StateKey;
use std::time::{Duration, Instant};

struct Memory(Changes);

impl StateRead for Memory {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }
}

const NETWORK: NetworkId = NetworkId::new([1; 32]);

fn signed(signer: &str, key: u32, acts: Vec<Act>) -> VerifiedTransaction {
    let transaction = Transaction {
        version: TRANSACTION_VERSION,
        network: NETWORK,
        signer: Signer::parse(signer).unwrap(),
        key: KeyNumber::new(key),
        expiry: Height::new(100),
        acts,
    };
    let signed = SignedTransaction { body: transaction.to_bytes().into(), signature: Signature::ed25519([0; 64]) };
    DecodedTransaction::from_wire(signed.to_bytes(), &NETWORK).unwrap().assume_verified()
}

fn issue(number: u32) -> Issue {
    let hash = |what: &str| *sha256(format!("{what} {number}").as_bytes()).as_bytes();
    let mut locators = vec![Locator::new(hash("one")), Locator::new(hash("two"))];
    locators.sort();
    Issue {
        record_tag: RecordTag::new(hash("record")),
        locators,
        commitment_root: CommitmentRoot::new(hash("root")),
        document_digest: sha256(&hash("document")),
        media_type: MediaType::Xml,
        country: CountryCode::parse("NZ").unwrap(),
        class: Some("851".to_owned()),
        issue_date: CalendarDate::parse("2026-03-01").unwrap(),
        valid_from: None,
        valid_until: None,
        flags: Flags::NONE,
        bases: Vec::new(),
        predecessor: None,
        lines: vec![IssuedLine { number: 1, certified: Some(1 << 40), code: Some(sha256(b"code")), unit: Some(sha256(b"unit")) }],
        terms: Some(SpsTerms::ISSUED.to_bytes().into()),
        shares_pool: None,
        draws: None,
        fingerprints: None,
        successor_number: None,
    }
}

#[test]
#[ignore = "a measurement"]
fn a_thousand_issues_cost_little() {
    let time = CalendarDate::parse("2026-03-01").unwrap().start_utc();
    let key = |byte| SecretKey::from_seed(&[byte; 32]).public();
    let member = Member {
        id: MemberId::parse("NZ").unwrap(),
        name: "NZ".to_owned(),
        countries: vec![CountryCode::parse("NZ").unwrap()],
        governance_keys: vec![key(1)],
        threshold: 1,
        encryption_keys: vec![EncryptionKey {
            version: 0,
            key: EncryptionSecret::new([1; 32]).public(),
            recorded: Recorded { height: Height::FOUNDING, time: Timestamp::from_millis(0) },
        }],
        node_key: key(2),
        validator_key: None,
    };
    let parameters = Parameters { environment: Environment::Test, name: "cost".to_owned(), founding_time: time };
    let mut state = Memory(founding_changes(&parameters, &[member]));
    let scope =
        Scope { classes: vec!["851".to_owned()], ..Scope::issuing(RecordKind::SpsCertificate, CalendarDate::parse("2020-01-01").unwrap()) };
    let admit = AdmitAuthority {
        authority: AuthorityId::parse("NZ-mpi").unwrap(),
        country: CountryCode::parse("NZ").unwrap(),
        name: "MPI".to_owned(),
        scopes: vec![scope],
        root_key: key(3),
        effective: CalendarDate::parse("2020-01-01").unwrap(),
    };
    let block = |height| BlockContext { network: NETWORK, height: Height::new(height), time };
    let first = contracts::execute(&block(1), &[&signed("NZ", 0, vec![admit.into_act()])], &state).unwrap();
    state.0.extend(first.changes);

    let mut best = Duration::MAX;
    for per_transaction in [1_u32, 250] {
        let transactions: Vec<VerifiedTransaction> = (0..1000 / per_transaction)
            .map(|at| {
                let acts = (0..per_transaction).map(|act| issue(at * per_transaction + act).into_act(RecordKind::SpsCertificate));
                signed("NZ-mpi", 0, acts.collect())
            })
            .collect();
        let transactions: Vec<&VerifiedTransaction> = transactions.iter().collect();
        let bodies: Vec<Vec<u8>> = (0..1000).map(|number| issue(number).to_bytes()).collect();
        let mut decoding = Duration::MAX;
        for _ in 0..20 {
            let start = Instant::now();
            for body in &bodies {
                assert!(Issue::from_bytes(body).is_ok());
            }
            decoding = decoding.min(start.elapsed());
        }
        for _ in 0..20 {
            let start = Instant::now();
            let executed = contracts::execute(&block(2), &transactions, &state).unwrap();
            best = best.min(start.elapsed());
            assert_eq!(executed.changes.len(), 3000);
            assert!(executed.outcomes.iter().all(|outcomes| outcomes.numbers().iter().all(|number| *number == 0)));
        }
        let micros = |duration: Duration| duration.as_nanos() / 1000;
        println!(
            "{per_transaction} acts a transaction: 1,000 acts in {} us, of which decoding {} us; an act has {} bytes",
            micros(best),
            micros(decoding),
            bodies[0].len()
        );
    }
}
