//! The state tree on disk: root, update and proof over pages, with a bounded cache.
//!
//! An update is computed against one version of the tree and changes nothing: a node executes blocks that may never
//! be decided. [`Store::commit`](crate::Store::commit) keeps its pages, and writes them when there are
//! [many](crate::pending).
//! The cache holds the newest version of a page that was seen; whoever reads an older one compares its hash, and goes
//! to the disk.

use crate::disk::{Column, Read, damaged};
use crate::page::{BUCKET_LEAVES_MAX, Branch, Child, LEVELS_MAX, Page, PageId, Place, nibble};
use crate::pending::{Pending, Settled};
use ledger::hash::{Hash, sha256};
use ledger::state::{Changes, Fault};
use ledger::time::Height;
use ledger::tree::{BuildError, EMPTY, Leaf, Multiproof, Node, Nodes, StateKey};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

/// How many bytes of memory the cached pages take at most, unless [`Options`](crate::Options) says otherwise.
pub const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// From how many changes on two threads share an update: about a millisecond of work.
const SHARED_LEAVES_MIN: usize = 128;

/// A new version of the tree that is nowhere but in memory.
///
/// It takes 1 to 3 kB a changed entry.
#[derive(Clone, Debug)]
pub struct TreeUpdate {
    base: Hash,
    root: Hash,
    pages: Vec<(PageId, Arc<Page>)>,
}

impl TreeUpdate {
    /// The root that it was computed from.
    pub fn base(&self) -> Hash {
        self.base
    }

    /// The root after it.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The pages that it makes anew.
    pub(crate) fn pages(&self) -> &[(PageId, Arc<Page>)] {
        &self.pages
    }

    /// How many pages it writes.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// How many bytes of pages it writes.
    pub fn page_bytes(&self) -> usize {
        let mut bytes = Vec::new();
        self.pages.iter().for_each(|(_, page)| page.write(&mut bytes));
        bytes.len()
    }
}

#[derive(Clone)]
struct ByMemory;

impl Weighter<PageId, Arc<Page>> for ByMemory {
    fn weight(&self, _: &PageId, page: &Arc<Page>) -> u64 {
        page.weight()
    }
}

/// The pages' cache, and what is done with pages.
pub(crate) struct Tree {
    cache: Cache<PageId, Arc<Page>, ByMemory>,
    pending: RwLock<Arc<Pending>>,
}

impl Tree {
    pub(crate) fn new(cache_bytes: u64) -> Self {
        // A page weighs about 1.3 kB.
        let pages = usize::try_from(cache_bytes / 1300).unwrap_or(usize::MAX);
        let pending = RwLock::new(Arc::new(Pending::none(EMPTY)));
        Self { cache: Cache::with_weighter(pages, cache_bytes, ByMemory), pending }
    }

    /// The pages that are not on disk, as they are now. Taken before a snapshot of the disk, so that each page is in one
    /// of them.
    pub(crate) fn pending(&self) -> Arc<Pending> {
        Arc::clone(&self.pending.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the pending pages. Whoever writes a block does this alone.
    pub(crate) fn set_pending(&self, pending: Pending) {
        *self.pending.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pending);
    }

    /// Puts the pages of the next state among the pending ones, before its values are written.
    pub(crate) fn keep(&self, height: Height, update: &TreeUpdate) {
        self.set_pending(self.pending().with(height, update.root, &update.pages));
    }

    /// Begins the writing of all pending pages, if there are any.
    pub(crate) fn settle(&self) -> Option<Settled> {
        let mut pending = Pending::clone(&self.pending());
        let settled = pending.settle();
        self.set_pending(pending);
        settled
    }

    /// Ends the writing of pending pages: they are on disk.
    pub(crate) fn forget_settled(&self) {
        let mut pending = Pending::clone(&self.pending());
        pending.forget_settled();
        self.set_pending(pending);
    }

    /// The page with this hash, from memory or from disk.
    fn page(&self, disk: &impl Read, pending: &Pending, id: &PageId, hash: &Hash) -> Result<Arc<Page>, Fault> {
        let cached = self.cache.get(id);
        if let Some(page) = &cached
            && page.hash() == *hash
        {
            return Ok(Arc::clone(page));
        }
        if let Some(page) = pending.page(id, hash) {
            return Ok(Arc::clone(page));
        }
        let page = Arc::new(read_page(disk, id, hash)?);
        if cached.is_none() {
            self.cache.insert(*id, Arc::clone(&page));
        }
        Ok(page)
    }

    /// What the tree with this root becomes with these changes.
    pub(crate) fn update(&self, disk: &(impl Read + Sync), pending: &Pending, root: Hash, changes: &Changes) -> Result<TreeUpdate, Fault> {
        let leaves: Vec<Leaf> = changes.iter().map(|(key, value)| Leaf::of(*key, value)).collect();
        self.update_leaves(disk, pending, root, &leaves)
    }

    pub(crate) fn update_leaves(
        &self,
        disk: &(impl Read + Sync),
        pending: &Pending,
        root: Hash,
        leaves: &[Leaf],
    ) -> Result<TreeUpdate, Fault> {
        let mut update = Update { tree: self, disk, pending, pages: Vec::with_capacity(leaves.len() * 2) };
        let new_root = match (leaves, root) {
            ([], root) => root,
            // At the root there is always a page, even over a single leaf.
            (leaves, EMPTY) => update.build(&PageId::ROOT, leaves.to_vec()),
            (leaves, root) if leaves.len() < SHARED_LEAVES_MIN => update.page(&PageId::ROOT, &root, leaves)?,
            (leaves, root) => update.root_shared(&root, leaves)?,
        };
        Ok(TreeUpdate { base: root, root: new_root, pages: update.pages })
    }

    /// Puts the pages of an update into the cache.
    pub(crate) fn remember(&self, update: TreeUpdate) {
        for (id, page) in update.pages {
            self.cache.insert(id, page);
        }
    }

    /// Proves what stands at `keys` in the tree with this root.
    pub(crate) fn prove(
        &self,
        disk: &impl Read,
        pending: &Pending,
        root: &Hash,
        keys: &BTreeSet<StateKey>,
    ) -> Result<Multiproof, BuildError<Fault>> {
        Multiproof::build(&mut Prover { tree: self, disk, pending, way: Vec::new() }, root, keys)
    }

    /// How many bytes the cached pages take.
    pub(crate) fn cached_bytes(&self) -> u64 {
        self.cache.weight()
    }
}

/// Reads a page and checks it against the hash that the page above it, or the header, shows for it.
pub(crate) fn read_page(disk: &impl Read, id: &PageId, hash: &Hash) -> Result<Page, Fault> {
    let key = id.to_bytes();
    let bytes = disk.get(Column::Pages, &key)?.ok_or_else(|| damaged(Column::Pages, &key, "is missing"))?;
    let page = Page::read(id, &bytes).map_err(|wrong| damaged(Column::Pages, &key, wrong))?;
    if page.hash() != *hash {
        return Err(damaged(Column::Pages, &key, &format!("has hash {}, the page above it says {hash}", page.hash())));
    }
    Ok(page)
}

struct Update<'a, D> {
    tree: &'a Tree,
    disk: &'a D,
    pending: &'a Pending,
    pages: Vec<(PageId, Arc<Page>)>,
}

impl<D: Read + Sync> Update<'_, D> {
    /// [`Update::page`] of the root on two threads: each takes about half of the changes, and no child is in both halves.
    fn root_shared(&mut self, hash: &Hash, changes: &[Leaf]) -> Result<Hash, Fault> {
        let root = self.tree.page(self.disk, self.pending, &PageId::ROOT, hash)?;
        let Page::Branch(branch) = &*root else { return self.page(&PageId::ROOT, hash, changes) };
        // Children have very different shares of the changes, so that either side of the middle one may be nearer to half.
        let half = changes.len() / 2;
        let middle = nibble(&changes[half].key, 0);
        let before = changes.partition_point(|leaf| nibble(&leaf.key, 0) < middle);
        let after = changes.partition_point(|leaf| nibble(&leaf.key, 0) <= middle);
        let (left, right) = changes.split_at(if half - before <= after - half { before } else { after });
        let mut other = Update { tree: self.tree, disk: self.disk, pending: self.pending, pages: Vec::with_capacity(right.len() * 2) };
        let (left, right) = std::thread::scope(|scope| {
            let right = scope.spawn(|| other.children(&PageId::ROOT, branch, right));
            let left = self.children(&PageId::ROOT, branch, left);
            (left, right.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let mut children = left?;
        children.extend(right?);
        self.pages.append(&mut other.pages);
        Ok(self.branch(&PageId::ROOT, branch, children))
    }
}

impl<D: Read> Update<'_, D> {
    /// The new hash of an existing page after some changes below it.
    fn page(&mut self, id: &PageId, hash: &Hash, changes: &[Leaf]) -> Result<Hash, Fault> {
        let page = self.tree.page(self.disk, self.pending, id, hash)?;
        match &*page {
            Page::Bucket(leaves, _) => Ok(self.build(id, merge(leaves, changes))),
            Page::Branch(branch) => {
                let children = self.children(id, branch, changes)?;
                Ok(self.branch(id, branch, children))
            }
        }
    }

    /// The children of a branch that change, by their half-bytes.
    fn children(&mut self, id: &PageId, branch: &Branch, changes: &[Leaf]) -> Result<Vec<(usize, Child)>, Fault> {
        let level = id.level();
        let groups = changes.chunk_by(|one, next| nibble(&one.key, level) == nibble(&next.key, level));
        groups
            .map(|group| {
                let nibble = nibble(&group[0].key, level);
                Ok((nibble, self.child(&id.child(nibble), branch.child(level, nibble), group)?))
            })
            .collect()
    }

    /// Puts a branch with other children in the place of one.
    fn branch(&mut self, id: &PageId, branch: &Branch, children: Vec<(usize, Child)>) -> Hash {
        let mut branch = Box::new(branch.clone());
        let mut changed = 0_u32;
        for (nibble, child) in children {
            branch.set(id.level(), nibble, child);
            changed |= 1 << nibble;
        }
        branch.rehash(changed);
        self.put(*id, Page::Branch(branch))
    }

    fn child(&mut self, id: &PageId, child: Child, changes: &[Leaf]) -> Result<Child, Fault> {
        let leaves = match (child, changes) {
            (Child::Page(hash), _) => return Ok(Child::Page(self.page(id, &hash, changes)?)),
            (Child::Empty, [leaf]) => return Ok(Child::Leaf(*leaf)),
            (Child::Leaf(old), [leaf]) if old.key == leaf.key => return Ok(Child::Leaf(*leaf)),
            (Child::Empty, changes) => merge(&[], changes),
            (Child::Leaf(old), changes) => merge(&[old], changes),
        };
        Ok(Child::Page(self.build(id, leaves)))
    }

    /// Makes the page over these leaves, and the pages below it.
    fn build(&mut self, id: &PageId, leaves: Vec<Leaf>) -> Hash {
        if leaves.len() <= BUCKET_LEAVES_MAX || id.level() >= LEVELS_MAX {
            return self.put(*id, Page::bucket(leaves, id.level()));
        }
        let mut rest = &leaves[..];
        let children: Vec<Child> = (0..16)
            .map(|number| {
                let (below, others) = rest.split_at(rest.partition_point(|leaf| nibble(&leaf.key, id.level()) == number));
                rest = others;
                match below {
                    [] => Child::Empty,
                    [leaf] => Child::Leaf(*leaf),
                    many => Child::Page(self.build(&id.child(number), many.to_vec())),
                }
            })
            .collect();
        self.put(*id, Page::Branch(Box::new(Branch::new(children.into_iter()))))
    }

    fn put(&mut self, id: PageId, page: Page) -> Hash {
        let hash = page.hash();
        self.pages.push((id, Arc::new(page)));
        hash
    }
}

/// Both lists in one, in ascending order; a change replaces the leaf of its key.
fn merge(leaves: &[Leaf], changes: &[Leaf]) -> Vec<Leaf> {
    let mut merged = Vec::with_capacity(leaves.len() + changes.len());
    let mut old = leaves.iter().copied().peekable();
    for change in changes {
        while let Some(leaf) = old.next_if(|leaf| leaf.key < change.key) {
            merged.push(leaf);
        }
        let _ = old.next_if(|leaf| leaf.key == change.key);
        merged.push(*change);
    }
    merged.extend(old);
    merged
}

/// Shows the places of a tree on disk, page by page.
struct Prover<'a, D> {
    tree: &'a Tree,
    disk: &'a D,
    pending: &'a Pending,
    /// The pages from the root to the place that was asked for last.
    way: Vec<Arc<Page>>,
}

impl<D: Read> Nodes for Prover<'_, D> {
    type Fault = Fault;

    fn node(&mut self, depth: u16, path: &StateKey, hash: &Hash) -> Result<Node, Fault> {
        self.way.truncate(usize::from(depth.div_ceil(4)));
        if self.way.is_empty() {
            if *hash == EMPTY {
                return Ok(Node::Empty);
            }
            self.way.push(self.tree.page(self.disk, self.pending, &PageId::ROOT, hash)?);
        }
        loop {
            let level = (self.way.len() - 1) as u8;
            let Some(page) = self.way.last() else { return Ok(Node::Empty) };
            match page.place(level, depth, path) {
                Place::Node(node) => return Ok(node),
                Place::Below(hash) => {
                    let below = self.tree.page(self.disk, self.pending, &PageId::of(level + 1, path), &hash)?;
                    self.way.push(below);
                }
            }
        }
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Fault> {
        read_value(self.disk, leaf)
    }
}

/// Reads a value and checks it against its leaf.
pub(crate) fn read_value(disk: &impl Read, leaf: &Leaf) -> Result<Vec<u8>, Fault> {
    let key = leaf.key.as_bytes();
    let value = disk.get(Column::State, key)?.ok_or_else(|| damaged(Column::State, key, "is missing"))?;
    if sha256(&value) != leaf.value_hash {
        return Err(damaged(Column::State, key, &format!("has hash {}, its leaf says {}", sha256(&value), leaf.value_hash)));
    }
    Ok(value)
}
