//! One decided block, one atomic batch, one sync.

use crate::chain::{self, refused, same};
use crate::disk::{Batch, Column};
use crate::log;
use crate::settle;
use crate::store::{Newest, Store, TIP_KEY, Tip, TransactionPlace};
use crate::tree::TreeUpdate;
use ledger::block::{Block, CommitCertificate, HistoryLeaf, outcomes_root, transactions_root};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::state::{Changes, Fault};
use ledger::transaction::{Outcomes, TransactionId, WireHash};
use std::sync::{Arc, PoisonError};

/// From how many pages on they are cached by a thread of their own.
const REMEMBERED_ASIDE_MIN: usize = 256;

/// A block with everything that is written with it.
#[derive(Debug)]
pub struct Decided<'a> {
    /// The block.
    pub block: &'a Block,
    /// The signatures that decided it. The caller has checked them.
    pub certificate: &'a CommitCertificate,
    /// The names of its transactions, in order.
    pub transactions: &'a [(TransactionId, WireHash)],
    /// What became of them, in order.
    pub outcomes: &'a [Outcomes],
    /// What they wrote.
    pub changes: &'a Changes,
    /// What [`View::update`](crate::View::update) made of the changes.
    pub update: TreeUpdate,
}

impl Store {
    /// Writes a decided block and everything that belongs to it. On return it is on the disk itself.
    ///
    /// A block that is there already is left as it is, so that a caller may repeat what a crash interrupted.
    ///
    /// # Errors
    /// [`Fault`] if the block is not the next one, if what came with it does not lead to the roots in its header,
    /// if another block was decided at its height, or if the disk refuses. Nothing is written then:
    /// the node stops before it signs anything.
    pub fn commit(&self, decided: Decided<'_>) -> Result<Tip, Fault> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Newest { tip, mut frontier } = self.newest();
        let header = &decided.block.header;
        let (height, hash) = (header.height, header.hash());
        if height <= tip.height {
            let there = self.header(height)?.map(|header| header.hash());
            return if there == Some(hash) {
                Ok(tip)
            } else {
                Err(refused(format!("block {hash} is decided at height {}, where another stands already", height.get())))
            };
        }
        let leaves = check(&decided, &tip)?;
        for leaf in &leaves {
            frontier.append(*leaf).map_err(|error| refused(error.to_string()))?;
        }
        same(height, "the history root", &header.history_root, &frontier.root())?;
        if header.history_size != frontier.size() {
            return Err(refused(format!("the history has {} leaves, the block says {}", frontier.size(), header.history_size)));
        }
        let tip = Tip {
            height,
            block: hash,
            state_root: header.state_root,
            history_size: header.history_size,
            history_root: header.history_root,
        };

        let mut batch = self.disk.batch()?;
        self.settle_aside(&mut batch)?;
        batch.put(Column::Blocks, &chain::header_key(height), &header.to_bytes());
        batch.put(Column::Blocks, &chain::outcomes_key(height), &chain::encode_outcomes(decided.outcomes));
        if !self.undecided_set().contains(&(height, hash)) {
            batch.put(Column::Blocks, &chain::body_key(height, &hash), &decided.block.to_bytes());
        }
        batch.put(Column::Certificates, &chain::height_key(height), &decided.certificate.to_bytes());
        batch.put(Column::Index, hash.as_bytes(), &chain::height_key(height));
        let mut places: Vec<(Vec<u8>, u32)> = Vec::with_capacity(2 * decided.transactions.len());
        for (index, (id, wire_hash)) in (0_u32..).zip(decided.transactions) {
            places.push((chain::id_key(id.as_bytes()), index));
            places.push((chain::wire_key(wire_hash.as_bytes()), index));
        }
        // In the order of their keys, in which the database takes them up fastest.
        places.sort_unstable();
        for (key, index) in &places {
            batch.put(Column::Transactions, key, &chain::place_bytes(&TransactionPlace { height, index: *index }));
        }
        for (key, value) in decided.changes {
            batch.put(Column::State, key.as_bytes(), value);
        }
        settle::note_keys(&mut batch, height, decided.changes.keys());
        log::append(&*self.disk, frontier.size().saturating_sub(leaves.len() as u64), &leaves, &mut batch)?;
        batch.put(Column::Meta, TIP_KEY, &tip.to_bytes());
        // From here on both states can be read, this one and the one before: whichever is on disk.
        let before = self.tree.pending();
        self.tree.keep(height, &decided.update);
        self.write_and_remember(batch, decided.update).inspect_err(|_| self.tree.set_pending(Arc::unwrap_or_clone(before)))?;
        self.set_newest(Newest { tip, frontier });
        Ok(tip)
    }

    /// Writes a block's batch, and puts its pages into the cache: meanwhile, if they are many. What is cached is found
    /// by its hash alone, so that pages of a block that could not be written do no harm there.
    fn write_and_remember(&self, batch: Batch<'_>, update: TreeUpdate) -> Result<(), Fault> {
        if update.page_count() < REMEMBERED_ASIDE_MIN {
            self.disk.write(batch)?;
            self.tree.remember(update);
            return Ok(());
        }
        std::thread::scope(|scope| {
            scope.spawn(|| self.tree.remember(update));
            self.disk.write(batch)
        })
    }

    /// Replaces the certificate of a decided height by one with more signatures. The caller has checked it.
    ///
    /// # Errors
    /// [`Fault`] if it is for another block than the one decided, or if the disk refuses.
    pub fn put_certificate(&self, certificate: &CommitCertificate) -> Result<(), Fault> {
        let height = certificate.height;
        if self.header(height)?.map(|header| header.hash()) != Some(certificate.block) {
            return Err(refused(format!("the certificate of height {} is for another block", height.get())));
        }
        let mut batch = self.disk.batch()?;
        batch.put(Column::Certificates, &chain::height_key(height), &certificate.to_bytes());
        self.disk.write(batch)
    }
}

/// Compares everything with the header and the tip, and gives the leaves of the history.
fn check(decided: &Decided<'_>, tip: &Tip) -> Result<Vec<Hash>, Fault> {
    let Decided { block, certificate, transactions, outcomes, changes: _, update } = decided;
    let header = &block.header;
    let height = header.height;
    if tip.height.next() != Some(height) {
        return Err(refused(format!("block {} does not follow the tip {}", height.get(), tip.height.get())));
    }
    if header.parent != tip.block {
        return Err(refused(format!("block {} names {} as its parent, the tip is {}", height.get(), header.parent, tip.block)));
    }
    if certificate.height != height || certificate.block != header.hash() {
        return Err(refused(format!("the certificate that came with block {} is for another", height.get())));
    }
    if block.transactions.len() != transactions.len() || outcomes.len() != transactions.len() {
        return Err(refused(format!("block {} has not as many outcomes and names as transactions", height.get())));
    }
    let wire_hashes: Vec<WireHash> = transactions.iter().map(|(_, wire_hash)| *wire_hash).collect();
    same(height, "the transactions root", &header.transactions_root, &transactions_root(&wire_hashes))?;
    same(height, "the outcomes root", &header.outcomes_root, &outcomes_root(outcomes))?;
    same(height, "the state root before it", &tip.state_root, &update.base())?;
    same(height, "the state root", &header.state_root, &update.root())?;
    let leaf = |(index, (wire_hash, outcomes)): (u32, (&WireHash, &Outcomes))| {
        HistoryLeaf { height, index, wire_hash: *wire_hash, outcomes: outcomes.hash() }.hash()
    };
    Ok((0_u32..).zip(wire_hashes.iter().zip(outcomes.iter())).map(leaf).collect())
}
