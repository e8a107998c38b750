//! Transactions from submission to every member's disk, while nodes stop and start.

mod network_of_five;

use contracts::acts::{AdmitAuthority, Issue, IssuedLine, NameKey};
use contracts::document::MediaType;
use contracts::kinds::RecordKind;
use contracts::registry::Scope;
use contracts::standing::Flags;
use ledger::codec::Canonical;
use ledger::commitment::CommitmentRoot;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, KeyNumber, NetworkId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{Locator, RecordTag};
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{Act, Outcomes, TRANSACTION_VERSION, Transaction, TransactionId};
use network_of_five::{Five, governance};
use std::time::Duration;
use symbolon_node::app::{Recorded, SubmitError};

const NZ: usize = 2;

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn authority() -> AuthorityId {
    AuthorityId::parse("NZ-mpi").unwrap()
}

fn sign(network: NetworkId, signer: &str, key: u32, by: &SecretKey, acts: Vec<Act>) -> bytes::Bytes {
    let transaction = Transaction {
        version: TRANSACTION_VERSION,
        network,
        signer: Signer::parse(signer).unwrap(),
        key: KeyNumber::new(key),
        expiry: Height::new(5000),
        acts,
    };
    transaction.sign(by).to_bytes().into()
}

fn issue(network: NetworkId, number: u64) -> bytes::Bytes {
    let digest = |what: u64| sha256(&[what.to_be_bytes(), number.to_be_bytes()].concat());
    let issue = Issue {
        record_tag: RecordTag::new(*digest(1).as_bytes()),
        locators: vec![Locator::new(*digest(2).as_bytes())],
        commitment_root: CommitmentRoot::new(*digest(3).as_bytes()),
        document_digest: Hash::new(*digest(4).as_bytes()),
        media_type: MediaType::Xml,
        country: CountryCode::parse("NZ").unwrap(),
        class: Some("851".into()),
        issue_date: CalendarDate::parse("2026-06-01").unwrap(),
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
    };
    sign(network, "NZ-mpi", 1, &secret(101), vec![issue.into_act(RecordKind::SpsCertificate)])
}

/// Submits at a node and waits until it is on that node's disk.
async fn record(five: &Five, index: usize, wire: bytes::Bytes) -> Recorded {
    let app = five.node(index).app();
    let submitted = app.submit(wire).await.unwrap();
    let recorded = app.wait_for(submitted.transaction, Duration::from_secs(30)).await.unwrap();
    recorded.expect("recorded in time")
}

fn assert_accepted(recorded: &Recorded) {
    assert!(recorded.outcomes.numbers().iter().all(|number| *number == Outcomes::ACCEPTED), "{recorded:?}");
}

/// Admits NZ-mpi and names its official's key.
async fn register(five: &Five) {
    let network = five.founding.network_id();
    let scope =
        Scope { classes: vec!["851".into()], ..Scope::issuing(RecordKind::SpsCertificate, CalendarDate::parse("2020-01-01").unwrap()) };
    let admit = AdmitAuthority {
        authority: authority(),
        country: CountryCode::parse("NZ").unwrap(),
        name: "Ministry for Primary Industries".into(),
        scopes: vec![scope],
        root_key: secret(100).public(),
        effective: CalendarDate::parse("2020-01-01").unwrap(),
    };
    let admitted = record(five, NZ, sign(network, "NZ", 0, &governance(NZ), vec![admit.into_act()])).await;
    assert_accepted(&admitted);
    // Only who has the block knows the key that it names.
    assert_everywhere(five, &[0], &[admitted.transaction]).await;
    let name = NameKey { number: KeyNumber::new(1), key: secret(101).public(), valid_from: Timestamp::from_millis(0), valid_until: None };
    let named = record(five, 0, sign(network, "NZ-mpi", 0, &secret(100), vec![name.into_act()])).await;
    assert_everywhere(five, &five.running(), &[named.transaction]).await;
}

async fn assert_everywhere(five: &Five, nodes: &[usize], ids: &[TransactionId]) {
    for index in nodes {
        let app = five.node(*index).app();
        for id in ids {
            let recorded = app.wait_for(*id, Duration::from_secs(30)).await.unwrap();
            assert_accepted(&recorded.unwrap_or_else(|| panic!("{id} is not on node {index}")));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_submitted_at_any_node_is_recorded_at_all_with_a_proof() {
    let mut five = Five::found(1000);
    for index in 0..5 {
        five.start(index).await;
    }
    register(&five).await;
    let network = five.founding.network_id();
    let mut ids = Vec::new();
    for number in 0..20 {
        // The follower (4) takes submissions as well.
        let recorded = record(&five, number as usize % 5, issue(network, number)).await;
        assert_accepted(&recorded);
        ids.push(recorded.transaction);
    }
    let bulk: Vec<_> = (100..500).map(|number| issue(network, number)).collect();
    for answer in five.node(1).app().submit_many(bulk).await {
        ids.push(answer.unwrap().transaction);
    }
    assert_everywhere(&five, &[0, 1, 2, 3, 4], &ids).await;
    five.assert_one_history(&[0, 1, 2, 3, 4]);

    let store = &five.node(3).app().store;
    let place = store.transaction(&ids[7]).unwrap().unwrap();
    let leaf = store.history_index(&place).unwrap();
    assert!(store.view().unwrap().inclusion(leaf).is_ok());
    five.stop_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_is_known_and_bad_ones_are_refused_with_a_reason() {
    let mut five = Five::found(1000);
    for index in 0..4 {
        five.start(index).await;
    }
    register(&five).await;
    let network = five.founding.network_id();
    let wire = issue(network, 1);
    assert_accepted(&record(&five, 0, wire.clone()).await);
    assert!(five.node(0).app().submit(wire.clone()).await.unwrap().known);
    let other = issue(NetworkId::new([9; 32]), 2);
    let stranger = sign(network, "NZ-mpi", 1, &secret(102), vec![Act { kind: 2, verb: 1, body: vec![0xa0].into() }]);
    let unknown = sign(network, "NZ-moh", 1, &secret(101), vec![Act { kind: 2, verb: 1, body: vec![0xa0].into() }]);
    let duplicate_record = {
        let Ok(decoded) = ledger::transaction::DecodedTransaction::from_wire(wire.to_vec(), &network) else { panic!() };
        let mut again = decoded.transaction().clone();
        again.expiry = Height::new(4999);
        bytes::Bytes::from(again.sign(&secret(101)).to_bytes())
    };
    let app = five.node(0).app();
    for (wire, admission) in [(other, true), (stranger, true), (unknown, true), (wire.slice(..50), true), (duplicate_record, false)] {
        let error = app.submit(wire).await.unwrap_err();
        assert_eq!(matches!(error, SubmitError::Admission(_)), admission, "{error}");
        assert_eq!(matches!(error, SubmitError::Refused { .. }), !admission, "{error}");
    }
    five.stop_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_record_survives_nodes_that_stop_and_start_under_load() {
    let mut five = Five::found(1000);
    for index in 0..4 {
        five.start(index).await;
    }
    register(&five).await;
    let network = five.founding.network_id();
    let mut ids = Vec::new();
    for round in 0..4_usize {
        five.stop(round).await;
        let alive: Vec<usize> = (0..4).filter(|index| *index != round).collect();
        for number in 0..10_u64 {
            let at = alive[number as usize % 3];
            ids.push(record(&five, at, issue(network, round as u64 * 100 + number)).await.transaction);
        }
        five.start(round).await;
    }
    assert_everywhere(&five, &[0, 1, 2, 3], &ids).await;
    five.assert_one_history(&[0, 1, 2, 3]);
    five.stop_all().await;
}
