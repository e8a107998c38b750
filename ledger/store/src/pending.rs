//! Pages of the state tree that are not on disk yet.
//!
//! A block's batch holds the values that it writes and the keys that it changes, not the pages over them: those follow
//! from the values. They stay here until there are enough to be written as one sorted file
//! ([`settle`](crate::settle)), and a page that many blocks changed is written once. After a crash they are computed
//! again from the keys.
//!
//! They lie in layers, the newest on top, each the work of one block or of several in a row. Whoever holds a [`Pending`]
//! finds every page of the two newest states in it or on disk, however the node goes on.

use crate::page::{Page, PageId};
use ledger::hash::Hash;
use ledger::time::Height;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The pages that lead from one state to a later one.
#[derive(Debug)]
struct Layer {
    height: Height,
    root: Hash,
    bytes: u64,
    pages: HashMap<PageId, Arc<Page>>,
}

/// All pages that are not on disk, as they were at one time.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// The oldest first.
    layers: Vec<Arc<Layer>>,
    /// So many of the oldest are being written.
    settling: usize,
    root: Hash,
    before: Hash,
}

/// What is to be written, and the state that it leads to.
pub(crate) struct Settled {
    pub(crate) height: Height,
    pub(crate) root: Hash,
    layers: Vec<Arc<Layer>>,
}

impl Settled {
    /// The newest version of each page.
    pub(crate) fn pages(&self) -> BTreeMap<PageId, Arc<Page>> {
        let pages = self.layers.iter().flat_map(|layer| &layer.pages);
        pages.map(|(id, page)| (*id, Arc::clone(page))).collect()
    }
}

impl Pending {
    /// Nothing: all pages of the state with this root are on disk.
    pub(crate) fn none(root: Hash) -> Self {
        Self { layers: Vec::new(), settling: 0, root, before: root }
    }

    /// The page with this hash, if it is here.
    pub(crate) fn page(&self, id: &PageId, hash: &Hash) -> Option<&Arc<Page>> {
        self.layers.iter().rev().find_map(|layer| layer.pages.get(id).filter(|page| page.hash() == *hash))
    }

    /// Whether the state with this root is one of the two newest.
    pub(crate) fn shows(&self, root: &Hash) -> bool {
        [self.root, self.before].contains(root)
    }

    /// Whether the newest state is the one with this root.
    pub(crate) fn leads_to(&self, root: &Hash) -> bool {
        self.root == *root
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    pub(crate) fn is_settling(&self) -> bool {
        self.settling > 0
    }

    /// Roughly how many bytes of memory they take.
    pub(crate) fn bytes(&self) -> u64 {
        self.layers.iter().map(|layer| layer.bytes).sum()
    }

    /// Puts the pages of the next state on top. Layers beneath are merged as they come to be of one size, so that there
    /// are few; the new one is not, because the state before it is still read.
    pub(crate) fn with(&self, height: Height, root: Hash, pages: &[(PageId, Arc<Page>)]) -> Self {
        let mut next = Self { before: self.root, root, ..self.clone() };
        if pages.is_empty() {
            return next;
        }
        let pages: HashMap<PageId, Arc<Page>> = pages.iter().map(|(id, page)| (*id, Arc::clone(page))).collect();
        while let [.., older, newer] = &next.layers[next.settling..]
            && older.pages.len() <= 2 * newer.pages.len()
        {
            let merged = Arc::new(older.under(newer));
            next.layers.truncate(next.layers.len() - 2);
            next.layers.push(merged);
        }
        next.layers.push(Arc::new(Layer { height, root, bytes: bytes(&pages), pages }));
        next
    }

    /// Marks all layers as being written, and gives what is to be written; `None` if there is nothing.
    pub(crate) fn settle(&mut self) -> Option<Settled> {
        let newest = self.layers.last()?;
        self.settling = self.layers.len();
        Some(Settled { height: newest.height, root: newest.root, layers: self.layers.clone() })
    }

    /// Forgets the layers that were being written: they are on disk.
    pub(crate) fn forget_settled(&mut self) {
        self.layers.drain(..self.settling);
        self.settling = 0;
    }
}

impl Layer {
    /// Both in one; of a page that is in both, the newer version.
    fn under(&self, newer: &Self) -> Self {
        let mut pages = self.pages.clone();
        pages.extend(newer.pages.iter().map(|(id, page)| (*id, Arc::clone(page))));
        Self { height: newer.height, root: newer.root, bytes: bytes(&pages), pages }
    }
}

fn bytes(pages: &HashMap<PageId, Arc<Page>>) -> u64 {
    pages.values().map(|page| page.weight()).sum()
}
