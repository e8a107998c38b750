//! Writing pending pages to disk, many blocks at a time.
//!
//! The pages go into one sorted file that the database takes over as it is: they pass neither its log ahead nor its
//! write buffers. With them goes a mark that says to which state they lead. Until then the keys that each block
//! changed stand in a column of their own; after a crash the pages since the mark follow from them.

use crate::chain::height_key;
use crate::disk::{Batch, Column, Disk, Read, damaged};
use crate::page::{Page, PageId};
use crate::pending::Pending;
use crate::store::{Store, Tip};
use crate::tree::Tree;
use ledger::hash::{Hash, sha256};
use ledger::state::Fault;
use ledger::time::Height;
use ledger::tree::{EMPTY, Leaf, StateKey};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

/// From how many bytes of memory on pending pages are written to disk, unless [`Options`](crate::Options) says
/// otherwise. While that happens as many again may gather.
pub const PENDING_BYTES: u64 = 32 * 1024 * 1024;
/// The key of the mark, behind those of all pages.
pub(crate) const MARK_KEY: &[u8] = &[0xff];

/// Pages that are being written beside the blocks.
pub(crate) struct Settling {
    until: Height,
    thread: JoinHandle<Result<(), Fault>>,
}

/// To which state the pages on disk lead.
pub(crate) struct Mark {
    height: Height,
    pub(crate) root: Hash,
}

impl Mark {
    pub(crate) fn read(disk: &impl Read) -> Result<Option<Self>, Fault> {
        let Some(row) = disk.get(Column::Pages, MARK_KEY)? else { return Ok(None) };
        let fields = row.split_first_chunk::<8>().and_then(|(height, rest)| {
            let (root, checksum) = rest.split_first_chunk::<32>()?;
            (checksum == Column::Pages.checksum(MARK_KEY, &row[..40])).then_some((height, root))
        });
        let (height, root) = fields.ok_or_else(|| damaged(Column::Pages, MARK_KEY, "has a wrong checksum"))?;
        Ok(Some(Self { height: Height::new(u64::from_be_bytes(*height)), root: Hash::new(*root) }))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut row = [&self.height.get().to_be_bytes()[..], self.root.as_bytes()].concat();
        row.extend(Column::Pages.checksum(MARK_KEY, &row));
        row
    }
}

/// Writes pages to disk, with the mark. On return they are on the disk itself.
pub(crate) fn write<'a>(
    disk: &Disk,
    height: Height,
    root: Hash,
    pages: impl Iterator<Item = (&'a PageId, &'a Arc<Page>)>,
) -> Result<(), Fault> {
    let mark = Mark { height, root }.to_bytes();
    let rows = pages.map(|(id, page)| {
        let mut bytes = Vec::with_capacity(1024);
        page.write(&mut bytes);
        (id.to_bytes(), bytes)
    });
    disk.take_over(Column::Pages, rows.chain([(MARK_KEY.to_vec(), mark)]))
}

/// The keys that a block changed, for the time until its pages are on disk.
pub(crate) fn note_keys<'a>(batch: &mut Batch<'_>, height: Height, keys: impl Iterator<Item = &'a StateKey>) {
    let keys: Vec<u8> = keys.flat_map(|key| *key.as_bytes()).collect();
    if !keys.is_empty() {
        batch.put(Column::Unsettled, &height_key(height), &keys);
    }
}

/// What of the tip's tree is not on disk, computed from the keys that were changed since.
pub(crate) fn read_pending(disk: &Disk, tree: &Tree, tip: &Tip) -> Result<Pending, Fault> {
    if tip.state_root == EMPTY {
        return Ok(Pending::none(EMPTY));
    }
    let mark = Mark::read(disk)?.ok_or_else(|| damaged(Column::Pages, MARK_KEY, "is missing"))?;
    let on_disk = Pending::none(mark.root);
    if mark.root == tip.state_root {
        return Ok(on_disk);
    }
    let mut keys = BTreeSet::new();
    disk.scan(Column::Unsettled, &height_key(mark.height.saturating_add(1)), &mut |key, row| {
        let row = row?;
        let (each, rest) = row.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(damaged(Column::Unsettled, key, "is no list of keys"));
        }
        keys.extend(each.iter().map(|key| StateKey::new(*key)));
        Ok(ControlFlow::Continue(()))
    })?;
    let mut leaves = Vec::with_capacity(keys.len());
    for key in keys {
        let value = disk.get(Column::State, key.as_bytes())?;
        let value = value.ok_or_else(|| damaged(Column::State, key.as_bytes(), "is missing"))?;
        leaves.push(Leaf { key, value_hash: sha256(&value) });
    }
    let update = tree.update_leaves(disk, &on_disk, mark.root, &leaves)?;
    if update.root() != tip.state_root {
        let wrong = format!(
            "and those after it lead from the pages on disk (height {}) to state root {}, the tip says {}",
            mark.height.get(),
            update.root(),
            tip.state_root
        );
        return Err(damaged(Column::Unsettled, &height_key(mark.height.saturating_add(1)), &wrong));
    }
    Ok(on_disk.with(tip.height, tip.state_root, update.pages()))
}

impl Store {
    /// Writes all pages that are in memory alone, so that the next start need not compute them again, and forgets every
    /// key noted for that: those too that a crash left behind, after the pages were on disk and before the keys were
    /// forgotten.
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses. Nothing is lost then: the next start computes the pages from the keys.
    pub fn settle(&self) -> Result<(), Fault> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let tip = self.tip();
        // Pages of a block that is not on disk are never written before it.
        if !self.tree.pending().leads_to(&tip.state_root) {
            return Ok(());
        }
        let mut batch = self.disk.batch()?;
        self.take_settled(true, &mut batch)?;
        if let Some(settled) = self.tree.settle() {
            write(&self.disk, settled.height, settled.root, settled.pages().iter())?;
        }
        // All pages of the tip are on disk now.
        self.forget_settled(tip.height, &mut batch)?;
        if batch.is_empty() { Ok(()) } else { self.disk.write(batch) }
    }

    /// Looks after the pages that are written beside the blocks: takes note of those that are done, and begins with
    /// more if there are many. Waits only if as many again have gathered meanwhile.
    pub(crate) fn settle_aside(&self, batch: &mut Batch<'_>) -> Result<(), Fault> {
        let bytes = self.tree.pending().bytes();
        self.take_settled(bytes >= self.pending_bytes.saturating_mul(2), batch)?;
        let pending = self.tree.pending();
        if pending.is_settling() || pending.is_empty() || pending.bytes() < self.pending_bytes {
            return Ok(());
        }
        let Some(settled) = self.tree.settle() else { return Ok(()) };
        let until = settled.height;
        let disk = Arc::clone(&self.disk);
        let thread = std::thread::Builder::new()
            .name("settle".into())
            .spawn(move || write(&disk, settled.height, settled.root, settled.pages().iter()))
            .map_err(|error| Fault {
                what: format!("no thread to write pages with: {error}"),
                remedy: "look at the system's limits of processes".into(),
            })?;
        *self.settling.lock().unwrap_or_else(PoisonError::into_inner) = Some(Settling { until, thread });
        Ok(())
    }

    /// Takes note of pages that are on disk now, if they are or if it is worth waiting.
    fn take_settled(&self, wait: bool, batch: &mut Batch<'_>) -> Result<(), Fault> {
        let mut settling = self.settling.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Settling { until, thread }) = settling.take_if(|settling| wait || settling.thread.is_finished()) else { return Ok(()) };
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        self.forget_settled(until, batch)
    }

    fn forget_settled(&self, until: Height, batch: &mut Batch<'_>) -> Result<(), Fault> {
        self.tree.forget_settled();
        self.disk.scan(Column::Unsettled, &[], &mut |key, _| {
            if key > &height_key(until)[..] {
                return Ok(ControlFlow::Break(()));
            }
            batch.delete(Column::Unsettled, key);
            Ok(ControlFlow::Continue(()))
        })
    }
}
