//! What a node keeps beside the chain: blocks that were proposed, what it signed, documents, and small notes.

use crate::chain::{self, body_key, height_key, refused};
use crate::disk::{Column, Read as _, damaged};
use crate::store::Store;
use ledger::block::{Block, BlockHash};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::state::Fault;
use ledger::time::Height;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// The most bytes of a document.
pub const DOCUMENT_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Before the names of the node's own notes, so that they never meet the store's.
pub(crate) const NOTE: &[u8] = b"note/";

fn undecided_key(height: Height, round: u32, block: &BlockHash) -> Vec<u8> {
    [&height_key(height)[..], &round.to_be_bytes(), block.as_bytes()].concat()
}

pub(crate) fn parse_undecided(key: &[u8]) -> Result<(Height, u32, BlockHash), Fault> {
    let parse = || {
        let (height, rest) = key.split_first_chunk()?;
        let (round, block) = rest.split_first_chunk()?;
        let block = BlockHash::new(block.try_into().ok()?);
        Some((Height::new(u64::from_be_bytes(*height)), u32::from_be_bytes(*round), block))
    };
    parse().ok_or_else(|| damaged(Column::Undecided, key, "has a key that is not a height, a round and a block"))
}

impl Store {
    /// Keeps a block that was proposed in a round. On return it is on the disk itself.
    ///
    /// The caller bounds how many it keeps at a height, and calls [`Store::prune_undecided`].
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses.
    pub fn put_undecided(&self, round: u32, block: &Block) -> Result<(), Fault> {
        let (height, hash) = (block.header.height, block.header.hash());
        let mut batch = self.disk.batch()?;
        if !self.undecided_set().contains(&(height, hash)) {
            batch.put(Column::Blocks, &body_key(height, &hash), &block.to_bytes());
        }
        batch.put(Column::Undecided, &undecided_key(height, round, &hash), &[]);
        self.disk.write(batch)?;
        self.undecided_set().insert((height, hash));
        Ok(())
    }

    /// A block that was proposed or decided at a height.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read or what it holds is damaged.
    pub fn candidate(&self, height: Height, block: &BlockHash) -> Result<Option<Block>, Fault> {
        chain::candidate(&*self.disk, height, block)
    }

    /// Which blocks were proposed in a round: one, unless its proposer is faulty.
    ///
    /// # Errors
    /// As [`Store::candidate`].
    pub fn undecided(&self, height: Height, round: u32) -> Result<Vec<BlockHash>, Fault> {
        let from = [&height_key(height)[..], &round.to_be_bytes()].concat();
        let mut blocks = Vec::new();
        self.disk.scan(Column::Undecided, &from, &mut |key, value| {
            if !key.starts_with(&from) {
                return Ok(ControlFlow::Break(()));
            }
            value?;
            blocks.push(parse_undecided(key)?.2);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(blocks)
    }

    /// Forgets what was proposed at decided heights up to `height`, but for the blocks that were decided.
    ///
    /// # Errors
    /// [`Fault`] if `height` is not decided, or if the disk refuses.
    pub fn prune_undecided(&self, height: Height) -> Result<(), Fault> {
        if height > self.tip().height {
            return Err(refused(format!("height {} is not decided, and what was proposed there is still needed", height.get())));
        }
        let mut batch = self.disk.batch()?;
        let mut gone = Vec::new();
        self.disk.scan(Column::Undecided, &[], &mut |key, value| {
            value?;
            let (at, _, block) = parse_undecided(key)?;
            if at > height {
                return Ok(ControlFlow::Break(()));
            }
            batch.delete(Column::Undecided, key);
            gone.push((at, block));
            Ok(ControlFlow::Continue(()))
        })?;
        if gone.is_empty() {
            return Ok(());
        }
        for (at, block) in &gone {
            if self.header(*at)?.map(|header| header.hash()) != Some(*block) {
                batch.delete(Column::Blocks, &body_key(*at, block));
            }
        }
        self.disk.write_lazily(batch)?;
        let mut undecided = self.undecided_set();
        undecided.retain(|block| !gone.contains(block));
        Ok(())
    }

    /// Records what is about to be signed. On return it is on the disk itself.
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses: then nothing may be signed.
    pub fn put_signed(&self, key: &[u8], value: &[u8]) -> Result<(), Fault> {
        let mut batch = self.disk.batch()?;
        batch.put(Column::SignOnce, key, value);
        self.disk.write(batch)
    }

    /// What was recorded as signed.
    ///
    /// # Errors
    /// As [`Store::candidate`].
    pub fn signed(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.disk.get(Column::SignOnce, key)
    }

    /// All that was recorded as signed, by key.
    ///
    /// # Errors
    /// As [`Store::candidate`].
    pub fn all_signed(&self) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, Fault> {
        let mut all = BTreeMap::new();
        self.disk.scan(Column::SignOnce, &[], &mut |key, value| {
            all.insert(key.to_vec(), value?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    /// Forgets what was recorded as signed under keys below `key`.
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses.
    pub fn prune_signed(&self, key: &[u8]) -> Result<(), Fault> {
        let mut batch = self.disk.batch()?;
        let mut count = 0_u64;
        self.disk.scan(Column::SignOnce, &[], &mut |old, _| {
            if old >= key {
                return Ok(ControlFlow::Break(()));
            }
            batch.delete(Column::SignOnce, old);
            count += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        if count == 0 { Ok(()) } else { self.disk.write_lazily(batch) }
    }

    /// Keeps a document under a name, in place of one that is there. On return it is on the disk itself.
    ///
    /// # Errors
    /// [`Fault`] if it is longer than [`DOCUMENT_BYTES_MAX`], or if the disk refuses.
    pub fn put_document(&self, name: &Hash, document: &[u8]) -> Result<(), Fault> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(refused(format!("a document of {} bytes reached the disk, the most is {DOCUMENT_BYTES_MAX}", document.len())));
        }
        let mut batch = self.disk.batch()?;
        batch.put(Column::Documents, name.as_bytes(), document);
        self.disk.write(batch)
    }

    /// The document of a name.
    ///
    /// # Errors
    /// As [`Store::candidate`].
    pub fn document(&self, name: &Hash) -> Result<Option<Vec<u8>>, Fault> {
        self.disk.get(Column::Documents, name.as_bytes())
    }

    /// Forgets the document of a name. Its bytes leave the disk when RocksDB next merges its files.
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses.
    pub fn erase_document(&self, name: &Hash) -> Result<(), Fault> {
        let mut batch = self.disk.batch()?;
        batch.delete(Column::Documents, name.as_bytes());
        self.disk.write(batch)
    }

    /// Keeps a note of the node under a name. On return it is on the disk itself.
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses.
    pub fn put_note(&self, name: &str, value: &[u8]) -> Result<(), Fault> {
        let mut batch = self.disk.batch()?;
        batch.put(Column::Meta, &[NOTE, name.as_bytes()].concat(), value);
        self.disk.write(batch)
    }

    /// The node's note of a name.
    ///
    /// # Errors
    /// As [`Store::candidate`].
    pub fn note(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.disk.get(Column::Meta, &[NOTE, name.as_bytes()].concat())
    }
}
