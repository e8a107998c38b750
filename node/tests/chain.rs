//! The chain as consensus works on it, without an engine: what it proposes, takes, waits with and refuses.

mod network_of_five;

use bytes::Bytes;
use contracts::acts::AdmitAuthority;
use curve25519_dalek::scalar::clamp_integer;
use curve25519_dalek::{EdwardsPoint, Scalar};
use genesis::home::read_encryption_key;
use ledger::block::{Block, BlockHash, transactions_root};
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::{SecretKey, Signature};
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{DecodedTransaction, Outcomes, SignedTransaction, TRANSACTION_VERSION, Transaction};
use ledger::vote::{VoteType, vote_bytes};
use ledger_store::{Options, Store};
use network_of_five::{Five, MEMBERS, governance};
use sha2::{Digest as _, Sha512};
use std::sync::Arc;
use std::time::Duration;
use symbolon_node::app::{App, NodeSecrets, SubmitError};
use symbolon_node::clock;
use symbolon_node::config::Config;
use symbolon_node::consensus::chain::{Body, Chain, Precommits, Proposed, Synced};

/// One member's chain on its disk, and nothing that runs.
struct Alone {
    app: Arc<App>,
    chain: Chain,
}

fn open(five: &Five, index: usize) -> Alone {
    let home = five.home(index);
    let (config, founding) = Config::read(&home).unwrap();
    let options = Options { reserve_bytes: 0, ..Options::default() };
    let store = Store::open_with(home.directory(), founding.network_id(), options).unwrap();
    store.found(&founding.first_state()).unwrap();
    let secrets = NodeSecrets {
        node: SecretKey::from_seed(&[30 + index as u8; 32]),
        encryption: read_encryption_key(&home.encryption_key()).unwrap(),
    };
    let (app, _outbox) = App::new(config, founding, Arc::new(store), secrets).unwrap();
    Alone { chain: Chain::open(Arc::clone(&app)).unwrap(), app }
}

fn member(index: usize) -> MemberId {
    MemberId::parse(MEMBERS[index]).unwrap()
}

fn body(block: &Block, round: u32, valid_round: Option<u32>, publisher: usize) -> Body {
    let (height, hash) = (block.header.height, block.header.hash());
    let bytes = Bytes::from(block.to_bytes());
    Body { height, round, valid_round, proposer: block.header.proposer, publisher: member(publisher), hash, bytes }
}

fn decide(five: &Five, height: u64, block: BlockHash) -> Precommits {
    let bytes = vote_bytes(&five.founding.network_id(), VoteType::Precommit, Height::new(height), 0, Some(&block));
    let votes = (0..3).map(|index| (member(index), SecretKey::from_seed(&[10 + index as u8; 32]).sign(&bytes))).collect();
    Precommits { height: Height::new(height), round: 0, block, votes }
}

const FIRST: Height = Height::new(1);

/// Height 1 is the turn of CN, round 1 that of NZ.
#[tokio::test]
async fn the_same_block_is_proposed_again_after_a_crash_and_another_in_another_round() {
    let five = Five::found(1000);
    let mut alone = open(&five, 1);
    let first = alone.chain.propose(FIRST, 0).unwrap().unwrap();
    alone.chain.persist(0, &first).unwrap();
    assert_eq!(alone.chain.propose(FIRST, 0).unwrap().unwrap().hash, first.hash);
    drop(alone);
    let mut alone = open(&five, 1);
    // Another block would have another time by now.
    while clock::now() <= first.block.header.time {
        std::thread::yield_now();
    }
    assert_eq!(alone.chain.propose(FIRST, 0).unwrap().unwrap().hash, first.hash);
    let known = alone.chain.started_round(FIRST, 0).unwrap();
    assert_eq!(known.iter().map(|one| (one.hash, one.valid)).collect::<Vec<_>>(), [(first.hash, true)]);
    assert_ne!(alone.chain.propose(FIRST, 4).unwrap().unwrap().hash, first.hash);
    assert!(alone.chain.propose(Height::new(2), 0).unwrap().is_none());
    assert_eq!(alone.chain.body(FIRST, &first.hash).unwrap(), Some(first.bytes.clone()));
}

#[tokio::test]
async fn a_decision_is_written_once_however_often_it_is_told() {
    let five = Five::found(1000);
    let mut alone = open(&five, 1);
    let block = alone.chain.propose(FIRST, 0).unwrap().unwrap();
    alone.chain.persist(0, &block).unwrap();
    let precommits = decide(&five, 1, block.hash);
    assert!(alone.chain.is_decision(&precommits));
    assert!(!alone.chain.is_decision(&Precommits { votes: precommits.votes[..2].to_vec(), ..precommits.clone() }));
    assert!(!alone.chain.is_decision(&Precommits { round: 1, ..precommits.clone() }));
    for _ in 0..3 {
        alone.chain.decided(&precommits).unwrap();
    }
    assert_eq!((alone.app.tip().height, alone.chain.height()), (FIRST, Height::new(2)));
    let values = alone.chain.values(1, 9, 5).unwrap();
    assert_eq!(values.len(), 1);
    drop(alone);
    // After a crash between the batch and the reply the engine tells it again.
    let mut alone = open(&five, 1);
    alone.chain.decided(&precommits).unwrap();
    assert_eq!(alone.app.tip().block, block.hash);
}

#[tokio::test]
async fn a_late_or_early_proposal_gets_no_vote_unless_two_thirds_found_it_valid() {
    let five = Five::found(1000);
    let block = open(&five, 1).chain.propose(FIRST, 0).unwrap().unwrap().block.clone();
    let at = |time: Timestamp| Block { header: ledger::block::Header { time, ..block.header.clone() }, ..block.clone() };
    let now = clock::now();
    for (time, timely) in [(now, true), (now.saturating_sub_ms(60_000), false), (now.saturating_add_ms(60_000), false)] {
        let five = Five::found(1000);
        let mut alone = open(&five, 2);
        let block = at(time);
        let valid = |proposed: Option<Proposed>| proposed.unwrap().valid;
        assert_eq!(valid(alone.chain.receive(body(&block, 0, None, 1)).unwrap()), timely);
        // The verdict stays, whatever the clock says later.
        assert_eq!(valid(alone.chain.receive(body(&block, 0, None, 1)).unwrap()), timely);
        // With a lock, and from value sync, the clock is not asked.
        assert!(valid(alone.chain.receive(body(&block, 1, Some(0), 2)).unwrap()));
        let synced = alone.chain.synced(FIRST, 0, member(1), block.to_bytes().into()).unwrap();
        assert!(matches!(synced, Synced::Read(Proposed { valid: true, .. })));
    }
}

#[tokio::test]
async fn a_bad_block_gets_no_vote_and_is_remembered_as_bad() {
    let five = Five::found(1000);
    let good = open(&five, 1).chain.propose(FIRST, 0).unwrap().unwrap().block.clone();
    let mut alone = open(&five, 2);
    let mut forged = good.clone();
    forged.header.state_root = ledger::hash::Hash::new([1; 32]);
    for _ in 0..2 {
        assert!(!alone.chain.receive(body(&forged, 0, None, 1)).unwrap().unwrap().valid);
    }
    assert!(alone.chain.why_bad(&forged.header.hash()).unwrap().to_string().contains("the state root"));
    assert!(!alone.chain.receive(body(&forged, 1, Some(0), 2)).unwrap().unwrap().valid, "a lock does not make it good");
    let wire = admission(&five).sign(&governance(1)).to_bytes();
    let mut unsigned = good.clone();
    unsigned.transactions = vec![wire.clone().into()];
    let decoded = DecodedTransaction::from_wire(wire.clone(), &five.founding.network_id()).unwrap();
    unsigned.header.transactions_root = transactions_root(&[decoded.wire_hash()]);
    assert!(!alone.chain.receive(body(&unsigned, 0, None, 1)).unwrap().unwrap().valid);
    // Bytes that are not what was signed for, or no block, are nothing at all: least of all a stain on the good one, or
    // on the bad one, which has one act and no other.
    let mut other_act = wire.clone();
    let letter = wire.windows(8).position(|window| window == b"Ministry").unwrap();
    other_act[letter] = b'W';
    for (block, wire) in [(&good, wire), (&unsigned, other_act), (&good, vec![0xa0]), (&unsigned, vec![0xa0])] {
        let foreign = Block { transactions: vec![wire.into()], ..block.clone() };
        assert_eq!(alone.chain.receive(body(&foreign, 0, None, 1)).unwrap(), None);
        assert_eq!(alone.chain.synced(FIRST, 0, member(1), foreign.to_bytes().into()).unwrap(), Synced::Unreadable);
    }
    let mut other = body(&good, 0, None, 1);
    other.hash = BlockHash::new([3; 32]);
    assert_eq!(alone.chain.receive(other).unwrap(), None);
    let noise = Body { bytes: vec![7; 100].into(), ..body(&good, 0, None, 1) };
    assert_eq!(alone.chain.receive(noise).unwrap(), None);
    assert_eq!(alone.chain.synced(FIRST, 0, member(1), vec![7; 100].into()).unwrap(), Synced::Unreadable);
    assert!(alone.chain.receive(body(&good, 0, None, 1)).unwrap().unwrap().valid);
}

#[tokio::test]
async fn a_proposer_out_of_turn_is_refused_until_his_round_comes() {
    let five = Five::found(1000);
    let by_nz = open(&five, 2).chain.propose(FIRST, 1).unwrap().unwrap().block.clone();
    let mut alone = open(&five, 0);
    assert!(!alone.chain.receive(body(&by_nz, 0, None, 2)).unwrap().unwrap().valid);
    assert!(alone.chain.receive(body(&by_nz, 1, None, 2)).unwrap().unwrap().valid);
}

#[tokio::test]
async fn bodies_for_the_next_height_wait_and_are_handed_back_bounded() {
    let five = Five::found(1000);
    let mut ahead = open(&five, 1);
    let first = ahead.chain.propose(FIRST, 0).unwrap().unwrap();
    ahead.chain.persist(0, &first).unwrap();
    let precommits = decide(&five, 1, first.hash);
    ahead.chain.decided(&precommits).unwrap();
    let mut alone = open(&five, 0);
    assert!(alone.chain.receive(body(&first.block, 0, None, 1)).unwrap().unwrap().valid);
    // Height 2 is the turn of NZ; CN has blocks for further rounds.
    let rounds: Vec<Block> = (0..6).map(|round| ahead.chain.propose(Height::new(2), round).unwrap().unwrap().block.clone()).collect();
    for (round, block) in (0..).zip(&rounds) {
        assert_eq!(alone.chain.receive(body(block, round, None, 1)).unwrap(), None, "they wait");
    }
    alone.chain.decided(&precommits).unwrap();
    let kept: usize = (0..6).map(|round| alone.chain.started_round(Height::new(2), round).unwrap().len()).sum();
    assert_eq!(kept, 3, "of one publisher, three");
    // A late body of a decided height says nothing.
    assert_eq!(alone.chain.receive(body(&first.block, 0, None, 1)).unwrap(), None);
}

/// Signs by hand with a nonce of its own: a second signature that checks as well as the usual one.
fn sign_otherwise(transaction: &Transaction, seed: [u8; 32]) -> Bytes {
    let signed_bytes = transaction.skeleton().signed_bytes();
    let secret = Scalar::from_bytes_mod_order(clamp_integer(Sha512::digest(seed)[..32].try_into().unwrap()));
    let nonce = Scalar::from(7_u64);
    let commitment = EdwardsPoint::mul_base(&nonce).compress().to_bytes();
    let public = SecretKey::from_seed(&seed).public();
    let challenge = Sha512::new().chain_update(commitment).chain_update(public.as_bytes()).chain_update(&signed_bytes).finalize();
    let answer = nonce + Scalar::from_bytes_mod_order_wide(&challenge.into()) * secret;
    let signature = Signature::ed25519([commitment, answer.to_bytes()].concat().try_into().unwrap());
    SignedTransaction { body: transaction.to_bytes().into(), signature }.to_bytes().into()
}

/// Admits an authority of New Zealand, and is to be signed by New Zealand.
fn admission(five: &Five) -> Transaction {
    let admit = AdmitAuthority {
        authority: AuthorityId::parse("NZ-mpi").unwrap(),
        country: CountryCode::parse("NZ").unwrap(),
        name: "Ministry for Primary Industries".into(),
        scopes: Vec::new(),
        root_key: SecretKey::from_seed(&[100; 32]).public(),
        effective: CalendarDate::parse("2020-01-01").unwrap(),
    };
    Transaction {
        version: TRANSACTION_VERSION,
        network: five.founding.network_id(),
        signer: Signer::Member(member(2)),
        key: KeyNumber::ROOT,
        expiry: Height::new(50),
        acts: vec![admit.into_act()],
    }
}

#[tokio::test]
async fn who_waits_for_a_transaction_is_told_when_it_is_recorded_under_another_signature() {
    let five = Five::found(1000);
    let (mut proposer, mut other) = (open(&five, 1), open(&five, 0));
    let transaction = admission(&five);
    let usual: Bytes = transaction.sign(&governance(2)).to_bytes().into();
    let by_hand = sign_otherwise(&transaction, [52; 32]);
    let recorded = proposer.app.submit(usual.clone()).await.unwrap();
    let waiting = other.app.submit(by_hand).await.unwrap();
    assert_eq!(waiting.transaction, recorded.transaction, "one name");
    assert_ne!(waiting.wire_hash, recorded.wire_hash, "two signatures");
    let block = proposer.chain.propose(FIRST, 0).unwrap().unwrap();
    assert!(other.chain.receive(body(&block.block, 0, None, 1)).unwrap().unwrap().valid);
    let (waited, ()) = tokio::join!(other.app.wait_for(waiting.transaction, Duration::from_secs(30)), async {
        other.chain.decided(&decide(&five, 1, block.hash)).unwrap();
    });
    let waited = waited.unwrap().expect("told of the outcome");
    assert_eq!((waited.height, waited.wire_hash, waited.outcomes.numbers()), (FIRST, recorded.wire_hash, &[Outcomes::ACCEPTED][..]));
    assert!(other.app.pool.is_empty(), "and it waits no longer");
    // Whoever comes later is sent to the outcome by its name.
    let later = other.app.submit(sign_otherwise(&transaction, [52; 32])).await.unwrap_err();
    assert_eq!(later, SubmitError::OtherSignature(waiting.transaction));
}
