use super::*;
use crate::block::{
    BadCertificate, BlockHash, CommitCertificate, HEADER_VERSION, HistoryLeaf, Validator, Validators, outcomes_root, transactions_root,
};
use crate::hash::{Hash, sha256};
use crate::history::{Frontier, InclusionProof};
use crate::id::{AuthorityId, KeyNumber, MemberId, NetworkId, Signer};
use crate::key::SecretKey;
use crate::time::Timestamp;
use crate::transaction::{Act, DecodedTransaction, TRANSACTION_VERSION, Transaction};
use crate::tree::{self, Fact, Leaf, Node, Nodes, StateKey};
use crate::vote::{VoteType, vote_bytes};
use std::collections::{BTreeMap, BTreeSet};

const NETWORK: NetworkId = NetworkId::new([0x11; 32]);

/// A tree that is a sorted list: slow, and obviously right.
struct Listed(BTreeMap<StateKey, Vec<u8>>);

impl Listed {
    fn leaves(&self) -> Vec<Leaf> {
        self.0.iter().map(|(key, value)| Leaf { key: *key, value_hash: sha256(value) }).collect()
    }

    fn below(&self, depth: u16, path: &StateKey) -> Vec<(Leaf, Hash)> {
        self.leaves().into_iter().filter(|leaf| leaf.key.shares(path, depth)).map(|leaf| (leaf, leaf.hash())).collect()
    }
}

impl Nodes for Listed {
    type Fault = std::convert::Infallible;

    fn node(&mut self, depth: u16, path: &StateKey, _: &Hash) -> Result<Node, Self::Fault> {
        let below = self.below(depth, path);
        let middle = below.partition_point(|(leaf, _)| !leaf.key.bit(depth));
        Ok(match below.as_slice() {
            [] => Node::Empty,
            [(leaf, _)] => Node::Leaf(*leaf),
            _ => Node::Branch {
                left: tree::Subtree::of(&below[..middle], depth + 1).hash(),
                right: tree::Subtree::of(&below[middle..], depth + 1).hash(),
            },
        })
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Self::Fault> {
        Ok(self.0[&leaf.key].clone())
    }
}

fn secret(index: u8) -> SecretKey {
    SecretKey::from_seed(&[index + 1; 32])
}

fn set(from: u8) -> Validators {
    let members = ["CL", "CN", "NZ", "SG"].map(|text| MemberId::parse(text).unwrap());
    let validator = |(index, member)| Validator { member, key: secret(from + index).public(), power: 1 };
    Validators::new((0..4).zip(members).map(validator).collect()).unwrap()
}

fn decide(header: &Header, from: u8, signers: &[u8]) -> Quorum {
    let block = header.hash();
    let bytes = vote_bytes(&header.network, VoteType::Precommit, header.height, 0, Some(&block));
    let validators = set(from);
    let votes: Vec<_> = signers.iter().map(|i| (validators.as_slice()[usize::from(*i)].member, secret(from + *i).sign(&bytes))).collect();
    CommitCertificate::collect(header.height, 0, block, &validators, &votes).into()
}

fn key(byte: u8) -> StateKey {
    StateKey::new(*sha256(&[byte]).as_bytes())
}

fn transaction() -> DecodedTransaction {
    let transaction = Transaction {
        version: TRANSACTION_VERSION,
        network: NETWORK,
        signer: Signer::Authority(AuthorityId::parse("NZ-mpi").unwrap()),
        key: KeyNumber::new(1),
        expiry: Height::new(100),
        acts: (0..3).map(|act| Act { kind: 2, verb: 1, body: vec![act].into() }).collect(),
    };
    DecodedTransaction::from_wire(transaction.sign(&secret(40)).to_bytes(), &NETWORK).unwrap()
}

/// A ledger of one block: 50 entries, one transaction.
fn receipt(height: u64) -> Receipt {
    let mut tree = Listed((0..50).map(|byte| (key(byte), vec![byte; 5])).collect());
    let outcomes = Outcomes::new(vec![7, 0, 7]);
    let wire_hash = transaction().wire_hash();
    let leaf = HistoryLeaf { height: Height::new(height), index: 0, wire_hash, outcomes: outcomes.hash() };
    let mut history = Frontier::default();
    history.append(leaf.hash()).unwrap();
    let header = Header {
        version: HEADER_VERSION,
        network: NETWORK,
        height: Height::new(height),
        time: Timestamp::from_millis(1_700_000_000_000 + height),
        parent: BlockHash::new([2; 32]),
        proposer: MemberId::parse("NZ").unwrap(),
        transactions_root: transactions_root(&[wire_hash]),
        outcomes_root: outcomes_root(std::slice::from_ref(&outcomes)),
        state_root: tree::root(&tree.leaves()),
        history_size: 1,
        history_root: history.root(),
        validators: set(0).hash(),
        next_validators: None,
        previous_commit: None,
    };
    let root = header.state_root;
    let state = Multiproof::build(&mut tree, &root, &BTreeSet::from([key(3), key(7), key(99)])).unwrap();
    let issue = IssueProof {
        height: Height::new(height),
        index: 0,
        act: transaction().act_tree().act(1).unwrap(),
        outcomes,
        inclusion: InclusionProof { index: 0, size: 1, path: vec![] },
    };
    Receipt { version: RECEIPT_VERSION, commit: decide(&header, 0, &[0, 1, 3]), header, state, issue: Some(issue), steps: None }
}

fn trust() -> Trust {
    Trust::found(NETWORK, set(0))
}

fn verify(receipt: &Receipt) -> Result<Proven, ReceiptError> {
    receipt.clone().verify(&trust(), &mut rand::rng())
}

/// The same receipt with a changed header that its validators decided nevertheless.
fn decided_again(change: impl FnOnce(&mut Header)) -> Receipt {
    let mut receipt = receipt(5);
    change(&mut receipt.header);
    receipt.commit = decide(&receipt.header, 0, &[0, 1, 3]);
    receipt
}

#[test]
fn a_receipt_proves_presence_absence_and_the_issuing_act() {
    let bytes = receipt(5).to_bytes();
    let proven = verify(&Receipt::from_bytes(&bytes).unwrap()).unwrap();
    assert_eq!(proven.entry(&key(3)), Some(Fact::Present(&[3; 5])));
    assert_eq!(proven.entry(&key(99)), Some(Fact::Absent));
    assert_eq!(proven.entry(&key(4)), None);
    assert_eq!(proven.signers(), 3);
    let issue = proven.issue().unwrap();
    assert_eq!((issue.act.act(), issue.act.wire_hash()), (&transaction().transaction().acts[1], transaction().wire_hash()));
    assert!(issue.is_accepted());
}

#[test]
fn each_broken_predicate_has_its_own_error() {
    let good = receipt(5);
    assert!(matches!(verify(&Receipt { version: 1, ..good.clone() }), Err(ReceiptError::Version(1))));
    let foreign = decided_again(|header| header.network = NetworkId::new([0x12; 32]));
    assert!(matches!(verify(&foreign), Err(ReceiptError::OtherNetwork { .. })));
    let other_header = Header { time: Timestamp::from_millis(1), ..good.header.clone() };
    assert_eq!(
        verify(&Receipt { header: other_header, ..good.clone() }),
        Err(ReceiptError::NotDecided { height: Height::new(5), cause: BadCertificate::Signature })
    );
    let unknown = decided_again(|header| header.validators = set(9).hash());
    assert_eq!(verify(&unknown), Err(ReceiptError::UnknownValidators(Height::new(5))));
    let few = Receipt { commit: decide(&good.header, 0, &[0, 1]), ..good.clone() };
    assert!(matches!(verify(&few), Err(ReceiptError::NotDecided { .. })));
    let forged = Receipt { commit: decide(&good.header, 9, &[0, 1, 3]), ..good.clone() };
    assert!(matches!(verify(&forged), Err(ReceiptError::NotDecided { .. })));
    let other_state = decided_again(|header| header.state_root = Hash::new([9; 32]));
    assert!(matches!(verify(&other_state), Err(ReceiptError::State(_))));
    let other_history = decided_again(|header| header.history_root = Hash::new([9; 32]));
    assert_eq!(verify(&other_history), Err(ReceiptError::History));
    let longer_history = decided_again(|header| header.history_size = 2);
    assert_eq!(verify(&longer_history), Err(ReceiptError::History));
    let mut refused = good.clone();
    refused.issue.as_mut().unwrap().outcomes = Outcomes::new(vec![7, 0, 0]);
    assert_eq!(verify(&refused), Err(ReceiptError::History));
    let mut elsewhere = good.clone();
    elsewhere.issue.as_mut().unwrap().act.place = 0;
    assert!(matches!(verify(&elsewhere), Err(ReceiptError::Act(_))));
    let mut signed_again = good;
    signed_again.issue.as_mut().unwrap().act.signature = secret(41).sign(b"other");
    assert_eq!(verify(&signed_again), Err(ReceiptError::History));
}

#[test]
fn one_flipped_bit_anywhere_in_a_receipt_proves_nothing_false() {
    let bytes = receipt(5).to_bytes();
    let mut still_true = 0;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let Ok(proven) = Receipt::from_bytes(&flipped).map_err(ReceiptError::from).and_then(|read| verify(&read)) else { continue };
        // The one thing that a flip may leave standing: the absence of the neighbour of an absent key, which is true,
        // and which then says nothing of the key that was asked about.
        assert_eq!(proven.entry(&key(99)), None, "bit {bit}");
        assert_eq!(proven.entry(&key(3)), Some(Fact::Present(&[3; 5])), "bit {bit}");
        still_true += 1;
    }
    assert!(still_true <= 256);
}

#[test]
fn a_receipt_cut_short_anywhere_is_malformed() {
    let bytes = receipt(5).to_bytes();
    for length in 0..bytes.len() {
        assert!(Receipt::from_bytes(&bytes[..length]).is_err(), "length {length}");
    }
}

#[test]
fn trust_advances_along_signed_changes_and_along_no_others() {
    let mut last = receipt(8);
    last.header.next_validators = Some(set(9).hash());
    let step = Step { commit: decide(&last.header, 0, &[0, 2, 3]), header: last.header.clone(), next: set(9) };
    let mut later = receipt(9);
    later.header.validators = set(9).hash();
    later.commit = decide(&later.header, 9, &[1, 2, 3]);
    assert_eq!(verify(&later), Err(ReceiptError::UnknownValidators(Height::new(9))));
    later.steps = Some(vec![step.clone()]);
    assert!(verify(&later).is_ok());

    let mut trust = trust();
    let unsigned = Step { commit: decide(&last.header, 9, &[0, 2, 3]), ..step.clone() };
    assert!(trust.advance(&[unsigned], &mut rand::rng()).is_err());
    let swapped = Step { next: set(20), ..step.clone() };
    assert_eq!(trust.advance(&[swapped], &mut rand::rng()), Err(ReceiptError::Step(Height::new(8))));
    assert_eq!(trust, self::trust());
    trust.advance(&[step], &mut rand::rng()).unwrap();
    // The retired validators' keys decide nothing above the change, and still what lies below it.
    let mut forged = later.clone();
    forged.steps = None;
    forged.header.validators = set(0).hash();
    forged.commit = decide(&forged.header, 0, &[0, 1, 3]);
    assert!(forged.verify(&trust, &mut rand::rng()).is_err());
    assert!(receipt(5).verify(&trust, &mut rand::rng()).is_ok());
}

#[test]
fn trust_never_goes_back_and_notices_a_fork() {
    let mut trust = trust();
    trust.observe(&receipt(5).header).unwrap();
    trust.observe(&receipt(5).header).unwrap();
    let older = trust.observe(&receipt(4).header);
    assert_eq!(older, Err(ReceiptError::WentBack { offered: Height::new(4), newest: Height::new(5) }));
    let mut second = receipt(5).header;
    second.time = Timestamp::from_millis(1);
    assert_eq!(trust.observe(&second), Err(ReceiptError::Fork(Height::new(5))));
    let kept = Trust::from_bytes(&trust.to_bytes()).unwrap();
    assert_eq!(kept, trust);
}

#[test]
fn a_head_answers_one_nonce_of_one_member_on_one_network() {
    let member = MemberId::parse("CN").unwrap();
    let head = Head {
        network: NETWORK,
        member,
        nonce: [7; 32],
        height: Height::new(5),
        block: BlockHash::new([5; 32]),
        block_time: Timestamp::from_millis(5),
        node_time: Timestamp::from_millis(6),
    };
    let signed = head.sign(&secret(30));
    let check = |network, member, nonce, key| signed.verify(&network, member, &nonce, &key).is_ok();
    let key = secret(30).public();
    assert!(check(NETWORK, member, [7; 32], key));
    assert!(!check(NetworkId::new([0; 32]), member, [7; 32], key));
    assert!(!check(NETWORK, MemberId::parse("SG").unwrap(), [7; 32], key));
    assert!(!check(NETWORK, member, [8; 32], key));
    assert!(!check(NETWORK, member, [7; 32], secret(31).public()));
}
