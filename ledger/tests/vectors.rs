//! The canonical bytes that must never change by accident: `tests/vectors/*.json`.
//!
//! Each file holds the inputs in readable form and the bytes in hexadecimal. This test makes the bytes again and
//! compares. A changed vector is a changed format: new version, changelog entry, decision page. To write new
//! vectors, run it with `UPDATE_VECTORS=1` and read the difference.

use ledger::block::{
    Block, BlockHash, CommitCertificate, HEADER_VERSION, Header, HistoryLeaf, Validator, Validators, founding_parent, outcomes_root,
    transactions_root,
};
use ledger::codec::{Canonical, encode};
use ledger::commitment::{Seed, commit, field_commitment};
use ledger::hash::{Hash, sha256};
use ledger::history::{Frontier, InclusionProof};
use ledger::id::{AuthorityId, CertificateNumber, KeyNumber, MemberId, NetworkId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{EncryptionSecret, Identity};
use ledger::place::CountryCode;
use ledger::receipt::{Head, IssueProof, RECEIPT_VERSION, Receipt, Trust};
use ledger::time::{Height, Timestamp};
use ledger::transaction::{Act, DecodedTransaction, Outcomes, TRANSACTION_VERSION, Transaction};
use ledger::tree::{self, Leaf, Multiproof, Node, Nodes, StateKey, Subtree};
use ledger::vote::{VoteType, proposal_bytes, vote_bytes};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Where this package lies, as cargo says when it runs the test: a program built for another clone reads this one's files.
fn package() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned()))
}

fn vector(name: &str, made: Value) {
    let path = package().join("../tests/vectors").join(format!("{name}.json"));
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("{made:#}\n")).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept, made, "the bytes of '{name}' differ from {}", path.display());
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(bytes)
}

fn network() -> NetworkId {
    NetworkId::new([0x5e; 32])
}

fn member(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

/// The validators' keys have the seeds 01…01 to 04…04, in the order CL, CN, NZ, SG.
fn validators() -> (Validators, Vec<SecretKey>) {
    let secrets: Vec<SecretKey> = (1..=4).map(|byte| SecretKey::from_seed(&[byte; 32])).collect();
    let set = ["CL", "CN", "NZ", "SG"].iter().zip(&secrets).map(|(name, secret)| Validator {
        member: member(name),
        key: secret.public(),
        power: 1,
    });
    (Validators::new(set.collect()).unwrap(), secrets)
}

fn transaction() -> Transaction {
    Transaction {
        version: TRANSACTION_VERSION,
        network: network(),
        signer: Signer::Authority(AuthorityId::parse("NZ-mpi").unwrap()),
        key: KeyNumber::new(1),
        expiry: Height::new(1000),
        acts: (1..=3).map(|number| Act { kind: 2, verb: 5, body: vec![0xa1, 0x00, number].into() }).collect(),
    }
}

fn outcomes() -> Outcomes {
    Outcomes::new(vec![0, 0, 7])
}

fn issuer() -> SecretKey {
    SecretKey::from_seed(&[0x20; 32])
}

fn decided() -> DecodedTransaction {
    DecodedTransaction::from_wire(transaction().sign(&issuer()).to_bytes(), &network()).unwrap()
}

/// Three entries, the key of each being the SHA-256 of its value.
fn entries() -> BTreeMap<StateKey, Vec<u8>> {
    [b"standing".to_vec(), b"authority".to_vec(), b"member".to_vec()]
        .into_iter()
        .map(|value| (StateKey::new(*sha256(&value).as_bytes()), value))
        .collect()
}

struct Listed(Vec<(Leaf, Vec<u8>)>);

impl Nodes for Listed {
    type Fault = std::convert::Infallible;

    fn node(&mut self, depth: u16, path: &StateKey, _: &Hash) -> Result<Node, Self::Fault> {
        let below: Vec<_> =
            self.0.iter().map(|(leaf, _)| *leaf).filter(|leaf| leaf.key.shares(path, depth)).map(|leaf| (leaf, leaf.hash())).collect();
        let middle = below.partition_point(|(leaf, _)| !leaf.key.bit(depth));
        Ok(match below.as_slice() {
            [] => Node::Empty,
            [(leaf, _)] => Node::Leaf(*leaf),
            _ => Node::Branch {
                left: Subtree::of(&below[..middle], depth + 1).hash(),
                right: Subtree::of(&below[middle..], depth + 1).hash(),
            },
        })
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Self::Fault> {
        Ok(self.0.iter().find(|(known, _)| known == leaf).unwrap().1.clone())
    }
}

fn listed() -> Listed {
    Listed(entries().into_iter().map(|(key, value)| (Leaf { key, value_hash: sha256(&value) }, value)).collect())
}

fn state_root() -> Hash {
    tree::root(&listed().0.iter().map(|(leaf, _)| *leaf).collect::<Vec<_>>())
}

fn history_leaf() -> HistoryLeaf {
    HistoryLeaf { height: Height::new(1), index: 0, wire_hash: decided().wire_hash(), outcomes: outcomes().hash() }
}

fn header() -> Header {
    let (set, _) = validators();
    let mut history = Frontier::default();
    history.append(history_leaf().hash()).unwrap();
    Header {
        version: HEADER_VERSION,
        network: network(),
        height: Height::new(1),
        time: Timestamp::from_millis(1_800_000_000_000),
        parent: founding_parent(&network()),
        proposer: member("NZ"),
        transactions_root: transactions_root(&[decided().wire_hash()]),
        outcomes_root: outcomes_root(&[outcomes()]),
        state_root: state_root(),
        history_size: 1,
        history_root: history.root(),
        validators: set.hash(),
        next_validators: None,
        previous_commit: None,
    }
}

fn certificate(header: &Header) -> CommitCertificate {
    let (set, secrets) = validators();
    let bytes = vote_bytes(&network(), VoteType::Precommit, header.height, 0, Some(&header.hash()));
    let votes: Vec<_> = [0, 1, 3].iter().map(|index| (set.as_slice()[*index].member, secrets[*index].sign(&bytes))).collect();
    CommitCertificate::collect(header.height, 0, header.hash(), &set, &votes)
}

#[test]
fn a_transaction_keeps_its_bytes() {
    let decoded = decided();
    let (signed, signature) = decoded.signed();
    vector(
        "transaction",
        json!({
            "network": hex(network().as_bytes()), "signer": "NZ-mpi", "key_number": 1, "secret_seed": hex([0x20; 32]), "expiry": 1000,
            "acts": transaction().acts.iter().map(|act| json!({
                "kind": act.kind, "verb": act.verb, "body": hex(&*act.body), "bytes": hex(encode(act)), "hash": act.hash().to_string(),
            })).collect::<Vec<_>>(),
            "public_key": hex(encode(&issuer().public())),
            "body": hex(encode(decoded.transaction())),
            "acts_root": transaction().skeleton().acts_root.to_string(), "skeleton": hex(transaction().skeleton().to_bytes()),
            "signed_bytes": hex(signed), "signature": hex(encode(signature)),
            "wire": hex(transaction().sign(&issuer()).to_bytes()),
            "id": decoded.id().to_string(), "wire_hash": decoded.wire_hash().to_string(),
            "signed_acts": (0..3).map(|place| hex(decoded.act_tree().act(place).unwrap().to_bytes())).collect::<Vec<_>>(),
            "outcomes": hex(outcomes().to_bytes()), "outcomes_hash": outcomes().hash().to_string(),
        }),
    );
}

#[test]
fn votes_and_proposals_keep_their_bytes() {
    let block = BlockHash::new([0xb1; 32]);
    vector(
        "vote",
        json!({
            "network": hex(network().as_bytes()), "height": 7, "round": 2, "block": hex(block.as_bytes()),
            "prevote": hex(vote_bytes(&network(), VoteType::Prevote, Height::new(7), 2, Some(&block))),
            "precommit": hex(vote_bytes(&network(), VoteType::Precommit, Height::new(7), 2, Some(&block))),
            "precommit_nil": hex(vote_bytes(&network(), VoteType::Precommit, Height::new(7), 2, None)),
            "proposal": hex(proposal_bytes(&network(), Height::new(7), 2, None, &block)),
            "proposal_with_proof_of_lock_round_1": hex(proposal_bytes(&network(), Height::new(7), 2, Some(1), &block)),
        }),
    );
}

#[test]
fn a_block_and_its_certificate_keep_their_bytes() {
    let (set, _) = validators();
    let header = header();
    let certificate = certificate(&header);
    let block =
        Block { header: header.clone(), transactions: vec![transaction().sign(&issuer()).to_bytes().into()], previous_commit: None };
    vector(
        "block",
        json!({
            "validator_seeds": {"CL": hex([1; 32]), "CN": hex([2; 32]), "NZ": hex([3; 32]), "SG": hex([4; 32])},
            "validators": hex(set.to_bytes()), "validators_hash": set.hash().to_string(),
            "founding_parent": founding_parent(&network()).to_string(),
            "header": hex(header.to_bytes()), "block_hash": header.hash().to_string(),
            "block": hex(block.to_bytes()),
            "signers": ["CL", "CN", "SG"],
            "commit_certificate": hex(certificate.to_bytes()), "commit_certificate_hash": certificate.hash().to_string(),
            "history_leaf": hex(encode(&history_leaf())), "history_leaf_hash": history_leaf().hash().to_string(),
        }),
    );
}

#[test]
fn a_receipt_keeps_its_bytes_and_verifies() {
    let keys: Vec<StateKey> = entries().into_keys().collect();
    let absent = StateKey::new(*sha256(b"nothing").as_bytes());
    let header = header();
    let state = Multiproof::build(&mut listed(), &header.state_root, &BTreeSet::from([keys[0], absent])).unwrap();
    let issue = IssueProof {
        height: Height::new(1),
        index: 0,
        act: decided().act_tree().act(1).unwrap(),
        outcomes: outcomes(),
        inclusion: InclusionProof { index: 0, size: 1, path: vec![] },
    };
    let receipt = Receipt { version: RECEIPT_VERSION, commit: certificate(&header).into(), state, header, issue: Some(issue), steps: None };
    let trust = Trust::found(network(), validators().0);
    assert!(receipt.clone().verify(&trust, &mut rand::rng()).is_ok());
    vector(
        "receipt",
        json!({
            "entries": entries().iter().map(|(key, value)| json!({"key": key.to_string(), "value": hex(value)})).collect::<Vec<_>>(),
            "state_root": state_root().to_string(),
            "proves_present": keys[0].to_string(), "proves_absent": absent.to_string(),
            "multiproof": hex(encode(&receipt.state)),
            "receipt": hex(receipt.to_bytes()),
            "trust_after_founding": hex(trust.to_bytes()),
        }),
    );
}

#[test]
fn a_signed_head_keeps_its_bytes() {
    let head = Head {
        network: network(),
        member: member("CN"),
        nonce: [0x77; 32],
        height: Height::new(1),
        block: header().hash(),
        block_time: header().time,
        node_time: Timestamp::from_millis(1_800_000_000_250),
    };
    vector("head", json!({"secret_seed": hex([0x30; 32]), "signed_head": hex(head.sign(&SecretKey::from_seed(&[0x30; 32])).to_bytes())}));
}

#[test]
fn record_keys_locators_and_look_up_proofs_keep_their_bytes() {
    let (issuer, reader) = (EncryptionSecret::new([0x41; 32]), EncryptionSecret::new([0x42; 32]));
    let number = CertificateNumber::parse(" pc-2026/0001 ").unwrap();
    let identity = Identity {
        kind: 1,
        country: CountryCode::parse("CL").unwrap(),
        authority: Some(AuthorityId::parse("CL-sofofa").unwrap()),
        class: Some("CLCN".into()),
        number: number.clone(),
    };
    let tag = issuer.record_secret(&network()).record_tag(&identity);
    let proof = reader.prove_lookup(&network(), &issuer.public()).unwrap();
    let secret = proof.verify(&network(), &reader.public(), &issuer.public(), member("CL"), member("CN")).unwrap();
    let issuers_own = issuer.lookup_secret(&network(), &reader.public(), member("CL"), member("CN"));
    assert_eq!(secret.locator(&number), issuers_own.locator(&number));
    vector(
        "lookup",
        json!({
            "network": hex(network().as_bytes()),
            "issuing_member": "CL", "issuing_secret": hex([0x41; 32]), "issuing_public": hex(issuer.public().as_bytes()),
            "reading_member": "CN", "reading_secret": hex([0x42; 32]), "reading_public": hex(reader.public().as_bytes()),
            "number_as_written": " pc-2026/0001 ", "number_folded": number.as_str(),
            "identity": hex(encode(&identity)),
            "record_tag": tag.to_string(),
            "record_key": tag.record_key(member("CL")).to_string(),
            "locator": secret.locator(&number).to_string(),
            "lookup_proof": hex(encode(&proof)),
        }),
    );
}

#[test]
fn commitments_and_tokens_keep_their_bytes() {
    let seed = Seed::new([0x61; 16]);
    vector(
        "commitment",
        json!({
            "seed": hex([0x61; 16]),
            "field": {"path": "consignor.name", "value": "Kauri Orchards Ltd"},
            "field_commitment": field_commitment(seed.salt("consignor.name"), "consignor.name", "Kauri Orchards Ltd").to_string(),
            "fields": [["number", "PC-2026/0001"], ["consignor.name", "Kauri Orchards Ltd"]],
            "root": commit(&seed, [("number", "PC-2026/0001"), ("consignor.name", "Kauri Orchards Ltd")]).to_string(),
            "amount_factor": seed.amount_factor(),
            "token": {"line": 1, "what": "code", "code": "080810", "token": seed.token(1, "code", "080810").to_string()},
        }),
    );
}
