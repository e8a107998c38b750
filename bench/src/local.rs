//! One process: P1 (a node's path), P4 (the officer's check), P5 (sizes).

use crate::limits::{BareRecord, Written, bare_pipeline, median_micros, signature_checks_micros};
use crate::network::cpu_seconds;
use crate::world::{self, NETWORK, OFFICIALS, START};
use anyhow::Context as _;
use contracts::{BlockContext, Question, Subject, needed_keys};
use ledger::block::{Block, BlockHash, CommitCertificate, HEADER_VERSION, Header, HistoryLeaf, outcomes_root, transactions_root};
use ledger::codec::Canonical;
use ledger::history::Frontier;
use ledger::id::KeyNumber;
use ledger::key::Batch;
use ledger::receipt::{IssueProof, RECEIPT_VERSION, Receipt, Trust};
use ledger::state::StateRead as _;
use ledger::time::{Height, Timestamp};
use ledger::transaction::{DecodedTransaction, VerifiedTransaction};
use ledger::tree::StateKey;
use ledger::vote::{VoteType, vote_bytes};
use ledger_store::{Decided, Store, TreeUpdate};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;

/// The records of one block of P1.
const BLOCK_RECORDS: u64 = 1000;

struct Chain {
    store: Store,
    frontier: Frontier,
    parent: BlockHash,
    height: Height,
    previous: Option<CommitCertificate>,
    last: Option<Last>,
    spent: Spent,
}

/// What the last block wrote.
struct Last {
    records: usize,
    keys: usize,
    value_bytes: usize,
    update: TreeUpdate,
}

/// Where the time of the thread that decides goes, in seconds.
#[derive(Default)]
struct Spent {
    execute: f64,
    tree: f64,
    commit: f64,
}

impl Chain {
    /// A founded chain whose tree already has `preload` other entries.
    fn found(directory: &Path, preload: u64) -> anyhow::Result<Self> {
        let store = Store::open(directory, NETWORK)?;
        let mut founding = world::founding();
        founding.extend(world::filler(0, preload));
        let tip = store.found(&founding)?;
        Ok(Self {
            frontier: store.frontier(),
            store,
            parent: tip.block,
            height: tip.height,
            previous: None,
            last: None,
            spent: Spent::default(),
        })
    }

    /// What the last block wrote, so that the bare pipeline writes as much.
    fn written(&self) -> anyhow::Result<Written> {
        let Last { records, keys, value_bytes, update } = self.last.as_ref().context("no block was written")?;
        Ok(Written {
            state_keys: keys / records.max(&1),
            state_value_bytes: value_bytes / keys.max(&1),
            pages: update.page_count(),
            page_bytes: update.page_bytes(),
        })
    }

    /// Executes, decides and writes one block, as a node does from its pool to its disk.
    fn decide(&mut self, transactions: &[VerifiedTransaction]) -> anyhow::Result<()> {
        let height = self.height.next().context("the last height")?;
        let time = START.saturating_add_ms(height.get() * 1000);
        let context = BlockContext { network: NETWORK, height, time };
        let references: Vec<&VerifiedTransaction> = transactions.iter().collect();
        let began = Instant::now();
        let executed = contracts::execute(&context, &references, &self.store.view()?)?;
        let refused = executed.outcomes.iter().flat_map(|outcome| outcome.numbers()).find(|number| **number != 0);
        anyhow::ensure!(refused.is_none(), "an act was refused: {refused:?}");
        self.spent.execute += began.elapsed().as_secs_f64();
        let began = Instant::now();
        let update = self.store.view()?.update(&executed.changes)?;
        self.spent.tree += began.elapsed().as_secs_f64();
        self.last = Some(Last {
            records: transactions.iter().map(|transaction| transaction.transaction().acts.len()).sum(),
            keys: executed.changes.len(),
            value_bytes: executed.changes.values().map(Vec::len).sum(),
            update: update.clone(),
        });
        let wire_hashes: Vec<_> = transactions.iter().map(VerifiedTransaction::wire_hash).collect();
        for (index, (wire_hash, outcomes)) in (0..).zip(wire_hashes.iter().zip(&executed.outcomes)) {
            let leaf = HistoryLeaf { height, index, wire_hash: *wire_hash, outcomes: outcomes.hash() };
            self.frontier.append(leaf.hash())?;
        }
        let set = world::validators();
        let header = Header {
            version: HEADER_VERSION,
            network: NETWORK,
            height,
            time,
            parent: self.parent,
            proposer: world::members()[2],
            transactions_root: transactions_root(&wire_hashes),
            outcomes_root: outcomes_root(&executed.outcomes),
            state_root: update.root(),
            history_size: self.frontier.size(),
            history_root: self.frontier.root(),
            validators: set.hash(),
            next_validators: None,
            previous_commit: self.previous.as_ref().map(CommitCertificate::hash),
        };
        let block = Block {
            header,
            transactions: transactions.iter().map(|transaction| transaction.wire().to_vec().into()).collect(),
            previous_commit: self.previous.take(),
        };
        let hash = block.header.hash();
        let precommit = vote_bytes(&NETWORK, VoteType::Precommit, height, 0, Some(&hash));
        let votes: Vec<_> =
            (0..3).map(|index| (world::members()[usize::from(index)], world::validator_secret(index).sign(&precommit))).collect();
        let certificate = CommitCertificate::collect(height, 0, hash, &set, &votes);
        let names: Vec<_> = transactions.iter().map(|transaction| (transaction.id(), transaction.wire_hash())).collect();
        let began = Instant::now();
        self.store.commit(Decided {
            block: &block,
            certificate: &certificate,
            transactions: &names,
            outcomes: &executed.outcomes,
            changes: &executed.changes,
            update,
        })?;
        self.spent.commit += began.elapsed().as_secs_f64();
        (self.parent, self.height, self.previous) = (hash, height, Some(certificate));
        Ok(())
    }
}

fn check(wires: &[Vec<u8>], keys: &[ledger::key::PublicKey]) -> anyhow::Result<Vec<VerifiedTransaction>> {
    let mut batch = Batch::new();
    let mut decoded = Vec::with_capacity(wires.len());
    for wire in wires {
        let transaction = DecodedTransaction::from_wire(wire.clone(), &NETWORK)?;
        let (bytes, signature) = transaction.signed();
        batch.add(&keys[transaction.transaction().key.get() as usize], bytes, signature);
        decoded.push(transaction);
    }
    batch.verify(&mut rand::rng())?;
    Ok(decoded.into_iter().map(DecodedTransaction::assume_verified).collect())
}

fn wires(from: u64, count: u64) -> Vec<Vec<u8>> {
    (from..from + count)
        .map(|index| {
            let key = 1 + (index % u64::from(OFFICIALS)) as u32;
            world::signed(NETWORK, &world::authority(), KeyNumber::new(key), &world::official(key), index, 1, Height::new(10_000))
        })
        .collect()
}

/// P1: one node's path (check, execute, state root, durable) against the bare pipeline.
pub fn path(preload: u64, blocks: u64) -> anyhow::Result<Value> {
    let directory = tempfile::tempdir()?;
    let keys: Vec<_> = (0..=OFFICIALS).map(|number| world::official(number).public()).collect();
    let signed: Vec<Vec<Vec<u8>>> = (0..blocks).map(|block| wires(block * BLOCK_RECORDS, BLOCK_RECORDS)).collect();
    let mut chain = Chain::found(&directory.path().join("product"), preload)?;
    // A million entries in one batch are no ordinary write: what the database does about them is not measured.
    chain.store.compact()?;
    // The first block warms the caches of the product; the bare trie is in memory as it is.
    chain.decide(&check(&wires(1 << 40, BLOCK_RECORDS), &keys)?)?;

    let (started, cpu) = (Instant::now(), cpu_seconds(std::process::id())?);
    let (to_chain, from_checks) = mpsc::sync_channel::<Vec<VerifiedTransaction>>(2);
    chain.spent = Spent::default();
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let writer = scope.spawn(|| from_checks.into_iter().try_for_each(|transactions| chain.decide(&transactions)));
        for block in &signed {
            to_chain.send(check(block, &keys)?).map_err(|_| anyhow::anyhow!("the writer stopped"))?;
        }
        drop(to_chain);
        writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?
    })?;
    // What was gathered in memory belongs to the work.
    chain.store.settle()?;
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds(std::process::id())? - cpu);
    let records = (blocks * BLOCK_RECORDS) as f64;
    let ours = records / seconds;
    let written = chain.written()?;
    let micros = |seconds: f64| (seconds / records * 1e7).round() / 10.0;
    let Spent { execute, tree, commit } = chain.spent;

    let bare: Vec<Vec<BareRecord>> = signed
        .iter()
        .map(|block| {
            block
                .iter()
                .enumerate()
                .map(|(index, wire)| {
                    let secret = ed25519_zebra::SigningKey::from([(index % OFFICIALS as usize) as u8 + 1; 32]);
                    let key = ed25519_zebra::VerificationKeyBytes::from(&secret);
                    BareRecord { key: key.into(), message: wire.clone(), signature: secret.sign(wire).to_bytes() }
                })
                .collect()
        })
        .collect();
    let limit = bare_pipeline(&directory.path().join("bare"), preload, &bare, written)?;
    let pageless = bare_pipeline(&directory.path().join("pageless"), preload, &bare, Written { pages: 0, page_bytes: 0, ..written })?;
    Ok(json!({
        "ratio": ours / limit, "records_per_s": ours.round(), "limit_records_per_s": limit.round(),
        "ratio_to_limit_without_pages": ours / pageless,
        "preloaded_keys": preload, "records": blocks * BLOCK_RECORDS, "record_bytes": signed[0][0].len(),
        "state_keys_per_record": written.state_keys, "page_bytes_per_record": written.page_bytes / BLOCK_RECORDS as usize,
        "micros_a_record": {"all": micros(seconds), "of_all_threads": micros(cpu), "execute": micros(execute), "tree": micros(tree), "commit": micros(commit)},
    }))
}

/// P4 and P5: what an officer checks, and how large it is, with `entries` certificates on the ledger.
pub fn receipt(entries: u64) -> anyhow::Result<(Value, Value)> {
    let directory = tempfile::tempdir()?;
    let keys: Vec<_> = (0..=OFFICIALS).map(|number| world::official(number).public()).collect();
    let mut chain = Chain::found(directory.path(), entries - BLOCK_RECORDS)?;
    // The first header is shorter than all others: it names no certificate of a block before.
    chain.decide(&[])?;
    chain.decide(&check(&wires(0, BLOCK_RECORDS), &keys)?)?;
    let view = chain.store.view()?;
    let (header, commit) = (view.header()?.context("no header")?, view.certificate()?.context("no certificate")?);
    // What is sent beside the key and the value of one standing, and what is sent of a whole receipt: of each record.
    let (mut proofs, mut multiproofs, mut receipts) = (Sizes::default(), Sizes::default(), Sizes::default());
    let mut first = None;
    for index in 0..BLOCK_RECORDS {
        let key = contracts::key::standing(&world::record_key(index));
        let value_bytes = view.get(&key)?.context("no standing")?.len();
        proofs.take(ledger::codec::encode(&view.prove(&BTreeSet::from([key]))?).len() - value_bytes - key.as_bytes().len());
        let subject = Subject::Record(world::record_key(index));
        let needed: BTreeSet<StateKey> = needed_keys(&view, &subject, &Question::on(START.date()))?.into_iter().collect();
        let state = view.prove(&needed)?;
        multiproofs.take(ledger::codec::encode(&state).len());
        let (header, commit) = (header.clone(), commit.clone().into());
        let receipt = Receipt { version: RECEIPT_VERSION, header, commit, state, issue: None, steps: None };
        receipts.take(receipt.to_bytes().len());
        first.get_or_insert((receipt, needed.len()));
    }
    let (receipt, entries_proven) = first.context("no record")?;
    let with_issue = Receipt {
        issue: Some(IssueProof {
            height: header.height,
            index: 0,
            act: DecodedTransaction::from_wire(wires(0, 1).remove(0), &NETWORK)?.act_tree().act(0).context("no act")?,
            outcomes: ledger::transaction::Outcomes::new(vec![0]),
            inclusion: view.inclusion(0)?,
        }),
        ..receipt.clone()
    };
    let trust = Trust::found(NETWORK, world::validators());
    let bytes = receipt.to_bytes();
    let micros = median_micros(300, || {
        let read = Receipt::from_bytes(&bytes).expect("our own receipt");
        assert!(read.verify(&trust, &mut rand::rng()).is_ok());
    });
    let limit = signature_checks_micros(3);
    let time = Timestamp::from_millis(START.millis());
    Ok((
        json!({"ratio": micros / limit, "micros": micros, "limit_micros": limit, "signatures": 3, "at": time.to_string()}),
        json!({
            "certificates": entries, "proof_bytes": proofs.mean(), "proof_bytes_max": proofs.most,
            "entries": entries_proven, "multiproof_bytes": multiproofs.mean(),
            "receipt_bytes": receipts.mean(), "receipt_bytes_max": receipts.most, "receipt_with_issue_bytes": with_issue.to_bytes().len(),
        }),
    ))
}

/// The standing of a certificate that was just recorded.
pub fn standing_bytes() -> anyhow::Result<Vec<u8>> {
    let directory = tempfile::tempdir()?;
    let keys: Vec<_> = (0..=OFFICIALS).map(|number| world::official(number).public()).collect();
    let mut chain = Chain::found(directory.path(), 0)?;
    chain.decide(&check(&wires(0, 1), &keys)?)?;
    chain.store.view()?.get(&contracts::key::standing(&world::record_key(0)))?.context("no standing")
}

/// Sizes of many things of one kind.
#[derive(Default)]
pub struct Sizes {
    count: usize,
    sum: usize,
    /// The largest.
    pub most: usize,
}

impl Sizes {
    /// Counts one more.
    pub fn take(&mut self, size: usize) {
        *self = Self { count: self.count + 1, sum: self.sum + size, most: self.most.max(size) };
    }

    /// The mean, rounded up.
    pub fn mean(&self) -> usize {
        self.sum.div_ceil(self.count.max(1))
    }
}
