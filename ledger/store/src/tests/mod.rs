//! A chain of toy blocks: each transaction writes its act's body under the digest of what stands before the first `#`,
//! or is refused if the body begins with `!`.

mod damage;
mod pending;
mod store;
mod tree;

use crate::{AuditReport, Decided, Options, Replayed, Store, TransactionPlace, audit};
use ledger::block::{
    Block, BlockHash, CommitCertificate, HEADER_VERSION, Header, HistoryLeaf, Validator, Validators, outcomes_root, transactions_root,
};
use ledger::codec::Canonical;
use ledger::hash::{Hash, sha256};
use ledger::id::{KeyNumber, MemberId, NetworkId, Signer};
use ledger::key::SecretKey;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::{Height, Timestamp};
use ledger::transaction::{Act, DecodedTransaction, Outcomes, TRANSACTION_VERSION, Transaction, TransactionId, WireHash};
use ledger::tree::StateKey;
use ledger::vote::{VoteType, vote_bytes};
use std::path::Path;

const NETWORK: NetworkId = NetworkId::new([7; 32]);
const REFUSED: u16 = 1;

fn open(home: &Path) -> Store {
    try_open(home).unwrap()
}

fn try_open(home: &Path) -> Result<Store, Fault> {
    Store::open_with(home, NETWORK, Options { reserve_bytes: 0, ..Options::default() })
}

fn secrets() -> Vec<(MemberId, SecretKey)> {
    ["CL", "CN", "NZ", "SG"]
        .into_iter()
        .zip(1..)
        .map(|(member, seed)| (MemberId::parse(member).unwrap(), SecretKey::from_seed(&[seed; 32])))
        .collect()
}

fn validators() -> Validators {
    let validator = |(member, secret): (MemberId, SecretKey)| Validator { member, key: secret.public(), power: 1 };
    Validators::new(secrets().into_iter().map(validator).collect()).unwrap()
}

fn first_state() -> Changes {
    (0..20_u64).map(|number| (StateKey::new(*sha256(&number.to_be_bytes()).as_bytes()), vec![number as u8; 30])).collect()
}

fn certificate(header: &Header, round: u32) -> CommitCertificate {
    let (height, hash) = (header.height, header.hash());
    let bytes = vote_bytes(&NETWORK, VoteType::Precommit, height, round, Some(&hash));
    let votes: Vec<_> = secrets().iter().skip(height.get() as usize % 2).map(|(member, secret)| (*member, secret.sign(&bytes))).collect();
    CommitCertificate::collect(height, round, hash, &validators(), &votes)
}

fn wire(body: &str) -> Vec<u8> {
    let transaction = Transaction {
        version: TRANSACTION_VERSION,
        network: NETWORK,
        signer: Signer::parse("NZ").unwrap(),
        key: KeyNumber::ROOT,
        expiry: Height::new(1000),
        acts: vec![Act { kind: 1, verb: 1, body: body.as_bytes().to_vec().into() }],
    };
    transaction.sign(&SecretKey::from_seed(&[9; 32])).to_bytes()
}

fn key_of(body: &[u8]) -> StateKey {
    let name = body.split(|byte| *byte == b'#').next().unwrap_or_default();
    StateKey::new(*sha256(name).as_bytes())
}

/// The toy rules.
fn execute(block_transactions: &[Vec<u8>]) -> (Changes, Vec<Outcomes>, Vec<(TransactionId, WireHash)>) {
    let (mut changes, mut outcomes, mut names) = (Changes::new(), Vec::new(), Vec::new());
    for wire in block_transactions {
        let decoded = DecodedTransaction::from_wire(wire.clone(), &NETWORK).unwrap();
        let body = decoded.transaction().acts[0].body.to_vec();
        names.push((decoded.id(), decoded.wire_hash()));
        if body.starts_with(b"!") {
            outcomes.push(Outcomes::new(vec![REFUSED]));
        } else {
            outcomes.push(Outcomes::new(vec![Outcomes::ACCEPTED]));
            changes.insert(key_of(&body), body);
        }
    }
    (changes, outcomes, names)
}

struct Made {
    block: Block,
    certificate: CommitCertificate,
    names: Vec<(TransactionId, WireHash)>,
    outcomes: Vec<Outcomes>,
    changes: Changes,
    update: crate::TreeUpdate,
}

impl Made {
    fn decided(&self) -> Decided<'_> {
        Decided {
            block: &self.block,
            certificate: &self.certificate,
            transactions: &self.names,
            outcomes: &self.outcomes,
            changes: &self.changes,
            update: self.update.clone(),
        }
    }
}

/// The next block of a store, as a proposer and three or four voters make it.
fn make(store: &Store, bodies: &[&str]) -> Made {
    let view = store.view().unwrap();
    let tip = *view.tip();
    let height = tip.height.next().unwrap();
    let transactions: Vec<Vec<u8>> = bodies.iter().map(|body| wire(body)).collect();
    let (changes, outcomes, names) = execute(&transactions);
    let update = view.update(&changes).unwrap();
    let wire_hashes: Vec<WireHash> = names.iter().map(|(_, wire_hash)| *wire_hash).collect();
    let mut frontier = store.frontier();
    for (index, (wire_hash, outcomes)) in (0..).zip(wire_hashes.iter().zip(&outcomes)) {
        frontier.append(HistoryLeaf { height, index, wire_hash: *wire_hash, outcomes: outcomes.hash() }.hash()).unwrap();
    }
    let previous_commit = view.certificate().unwrap();
    let header = Header {
        version: HEADER_VERSION,
        network: NETWORK,
        height,
        time: Timestamp::from_millis(1_000_000 + height.get()),
        parent: tip.block,
        proposer: MemberId::parse("NZ").unwrap(),
        transactions_root: transactions_root(&wire_hashes),
        outcomes_root: outcomes_root(&outcomes),
        state_root: update.root(),
        history_size: frontier.size(),
        history_root: frontier.root(),
        validators: validators().hash(),
        next_validators: None,
        previous_commit: previous_commit.as_ref().map(CommitCertificate::hash),
    };
    let certificate = certificate(&header, 0);
    let block = Block { header, transactions: transactions.into_iter().map(Into::into).collect(), previous_commit };
    Made { block, certificate, names, outcomes, changes, update }
}

/// Founds a store and commits `blocks` blocks of a few transactions.
fn grow(store: &Store, blocks: u64) {
    store.found(&first_state()).unwrap();
    for _ in 0..blocks {
        let number = store.tip().height.get();
        let bodies: Vec<String> =
            (0..number % 7 * 3).map(|index| format!("{}{number}-{index}", if index % 5 == 4 { "!" } else { "" })).collect();
        let made = make(store, &bodies.iter().map(String::as_str).collect::<Vec<_>>());
        if number.is_multiple_of(2) {
            store.put_undecided(0, &made.block).unwrap();
        }
        store.commit(made.decided()).unwrap();
    }
    store.prune_undecided(store.tip().height).unwrap();
}

fn replayed(block: &Block) -> Replayed {
    let transactions: Vec<Vec<u8>> = block.transactions.iter().map(|wire| wire.to_vec()).collect();
    let (changes, outcomes, _) = execute(&transactions);
    Replayed { changes, outcomes, next_validators: validators() }
}

fn audited(store: &Store) -> AuditReport {
    let mut replay = |block: &Block, _: &dyn StateRead| Ok(replayed(block));
    audit(store, &first_state(), &validators(), Some(&mut replay), &mut |_| {}).unwrap()
}

fn place(height: u64, index: u32) -> TransactionPlace {
    TransactionPlace { height: Height::new(height), index }
}

fn block_hash(store: &Store, height: u64) -> BlockHash {
    store.header(Height::new(height)).unwrap().unwrap().hash()
}

fn name(text: &str) -> Hash {
    sha256(text.as_bytes())
}
