//! One page of the state tree: what a single read from disk brings.
//!
//! Pages lie at depths 0, 4, 8, ... of the tree. Where at most [`BUCKET_LEAVES_MAX`] leaves lie below, the page is a
//! *bucket* of them; where there are more it is a *branch* over its 16 children, each of which is empty, a single leaf
//! or a page of its own. As nothing is ever removed, the pages follow from the entries alone, like the root.
//! A page is checked against the hash that the page above shows for it, and so needs no checksum of its own.
//!
//! Bytes of a bucket: `0x00`, then key and value hash of each leaf, in ascending order of the keys.
//! Bytes of a branch: `0x01`; 16 kinds of 2 bits (0 empty, 1 leaf, 2 page), the first in the highest bits; then for
//! each child a leaf's key and value hash, or a page's hash.

use ledger::hash::Hash;
use ledger::tree::{Leaf, Node, StateKey, Subtree};

/// The most leaves of a bucket.
pub(crate) const BUCKET_LEAVES_MAX: usize = 16;
/// The levels of pages: 4 bits of the key each.
pub(crate) const LEVELS_MAX: u8 = 64;
const CHILDREN: usize = 16;
const BUCKET: u8 = 0;
const BRANCH: u8 = 1;

/// Where a page lies: its level, and the first `level` half-bytes of the keys below it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct PageId {
    level: u8,
    path: StateKey,
}

impl PageId {
    pub(crate) const ROOT: Self = Self { level: 0, path: StateKey::new([0; 32]) };

    /// The page of a level on the way to a key.
    pub(crate) fn of(level: u8, key: &StateKey) -> Self {
        let mut path = *key.as_bytes();
        path[usize::from(level).div_ceil(2)..].fill(0);
        if level % 2 == 1 {
            path[usize::from(level) / 2] &= 0xf0;
        }
        Self { level, path: StateKey::new(path) }
    }

    /// The page of one of its children.
    pub(crate) fn child(&self, nibble: usize) -> Self {
        let mut path = *self.path.as_bytes();
        let half = if self.level.is_multiple_of(2) { nibble << 4 } else { nibble };
        path[usize::from(self.level) / 2] |= half as u8;
        Self { level: self.level + 1, path: StateKey::new(path) }
    }

    pub(crate) fn level(&self) -> u8 {
        self.level
    }

    /// Its key in the column of pages: the level, then the half-bytes.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.level];
        bytes.extend_from_slice(&self.path.as_bytes()[..usize::from(self.level).div_ceil(2)]);
        bytes
    }
}

/// The half-byte of a key that decides below a page of this level.
pub(crate) fn nibble(key: &StateKey, level: u8) -> usize {
    let byte = key.as_bytes()[usize::from(level) / 2];
    usize::from(if level.is_multiple_of(2) { byte >> 4 } else { byte & 0x0f })
}

/// A page with its inner hashes computed.
#[derive(Clone, Debug)]
pub(crate) enum Page {
    /// Few leaves, in ascending order, and the hash of all. Their own hashes are computed when they are needed:
    /// half a microsecond more each time, for a third less memory.
    Bucket(Box<[Leaf]>, Hash),
    /// Many leaves.
    Branch(Box<Branch>),
}

/// The inside of a branch.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// The four levels of nodes in one array: the node itself at 1, the halves of `i` at `2i` and `2i + 1`,
    /// the children from 16 on.
    nodes: [Subtree; 2 * CHILDREN],
    /// The children that are single leaves, in ascending order.
    singles: Vec<Leaf>,
}

/// What a page shows at a place.
pub(crate) enum Place {
    Node(Node),
    /// The root of the page of the next level, which has this hash.
    Below(Hash),
}

impl Page {
    pub(crate) fn bucket(leaves: Vec<Leaf>, level: u8) -> Self {
        let hash = Subtree::of(&hashed(&leaves), u16::from(level) * 4).hash();
        Self::Bucket(leaves.into(), hash)
    }

    pub(crate) fn hash(&self) -> Hash {
        match self {
            Self::Bucket(_, hash) => *hash,
            Self::Branch(branch) => branch.nodes[1].hash(),
        }
    }

    /// Roughly how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> u64 {
        let inside = match self {
            Self::Bucket(leaves, _) => size_of_val::<[Leaf]>(leaves),
            Self::Branch(branch) => size_of::<Branch>() + branch.singles.capacity() * size_of::<Leaf>(),
        };
        // The page itself, its count of references, and its share of the cache's own tables.
        (inside + size_of::<Self>() + 128) as u64
    }

    /// What lies `depth` bits along `path`, which runs through this page of `level` and no page below it.
    pub(crate) fn place(&self, level: u8, depth: u16, path: &StateKey) -> Place {
        match self {
            Self::Bucket(leaves, _) => Place::Node(among(&hashed(leaves), depth, path)),
            Self::Branch(branch) => {
                let inside = depth - u16::from(level) * 4;
                let index = (CHILDREN | nibble(path, level)) >> (4 - inside);
                match branch.nodes[index] {
                    Subtree::Empty => Place::Node(Node::Empty),
                    Subtree::Leaf(_) => {
                        let single = branch.singles.iter().find(|leaf| leaf.key.shares(path, depth));
                        Place::Node(single.map_or(Node::Empty, |leaf| Node::Leaf(*leaf)))
                    }
                    Subtree::Branch(hash) if inside == 4 => Place::Below(hash),
                    Subtree::Branch(_) => {
                        let hash = |index: usize| branch.nodes[index].hash();
                        Place::Node(Node::Branch { left: hash(2 * index), right: hash(2 * index + 1) })
                    }
                }
            }
        }
    }

    /// Appends the page's bytes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let leaf = |bytes: &mut Vec<u8>, leaf: &Leaf| {
            bytes.extend_from_slice(leaf.key.as_bytes());
            bytes.extend_from_slice(leaf.value_hash.as_bytes());
        };
        match self {
            Self::Bucket(leaves, _) => {
                bytes.push(BUCKET);
                leaves.iter().for_each(|one| leaf(bytes, one));
            }
            Self::Branch(branch) => {
                bytes.push(BRANCH);
                let kinds = branch.children().iter().fold(0_u32, |kinds, child| {
                    kinds << 2
                        | match child {
                            Subtree::Empty => 0,
                            Subtree::Leaf(_) => 1,
                            Subtree::Branch(_) => 2,
                        }
                });
                bytes.extend_from_slice(&kinds.to_be_bytes());
                let mut singles = branch.singles.iter();
                for child in branch.children() {
                    match child {
                        Subtree::Empty => {}
                        Subtree::Leaf(_) => singles.by_ref().take(1).for_each(|one| leaf(bytes, one)),
                        Subtree::Branch(hash) => bytes.extend_from_slice(hash.as_bytes()),
                    }
                }
            }
        }
    }

    /// Reads a page and computes its hashes, or says what is wrong with its bytes.
    pub(crate) fn read(id: &PageId, bytes: &[u8]) -> Result<Self, &'static str> {
        let (kind, mut rest) = bytes.split_first().ok_or("is empty")?;
        let page = match *kind {
            BUCKET => {
                let mut leaves = Vec::with_capacity(rest.len() / 64);
                while !rest.is_empty() {
                    leaves.push(take_leaf(&mut rest)?);
                }
                if leaves.len() > BUCKET_LEAVES_MAX || !leaves.is_sorted_by(|one, next| one.key < next.key) {
                    return Err("has leaves too many or out of order");
                }
                if leaves.iter().any(|leaf| PageId::of(id.level, &leaf.key) != *id) {
                    return Err("has a leaf of another page");
                }
                Self::bucket(leaves, id.level)
            }
            BRANCH => {
                let kinds = u32::from_be_bytes(take(&mut rest)?);
                let mut branch = Branch { nodes: [Subtree::Empty; 2 * CHILDREN], singles: Vec::new() };
                for child in 0..CHILDREN {
                    branch.nodes[CHILDREN + child] = match kinds >> (30 - 2 * child) & 3 {
                        0 => Subtree::Empty,
                        1 => {
                            let leaf = take_leaf(&mut rest)?;
                            if PageId::of(id.level, &leaf.key) != *id || nibble(&leaf.key, id.level) != child {
                                return Err("has a leaf of another page");
                            }
                            branch.singles.push(leaf);
                            Subtree::Leaf(leaf.hash())
                        }
                        2 => Subtree::Branch(Hash::new(take(&mut rest)?)),
                        _ => return Err("has a child of unknown kind"),
                    };
                }
                if !rest.is_empty() {
                    return Err("has bytes left over");
                }
                branch.rehash(u32::MAX);
                Self::Branch(Box::new(branch))
            }
            _ => return Err("is of unknown kind"),
        };
        Ok(page)
    }
}

/// Leaves with their hashes.
pub(crate) fn hashed(leaves: &[Leaf]) -> Vec<(Leaf, Hash)> {
    leaves.iter().map(|leaf| (*leaf, leaf.hash())).collect()
}

/// What lies `depth` bits along `path` in a tree with these leaves, in ascending order, each with its hash.
pub(crate) fn among(leaves: &[(Leaf, Hash)], depth: u16, path: &StateKey) -> Node {
    let from = leaves.partition_point(|(leaf, _)| leaf.key < *path && !leaf.key.shares(path, depth));
    let below = &leaves[from..];
    match &below[..below.partition_point(|(leaf, _)| leaf.key.shares(path, depth))] {
        [] => Node::Empty,
        [(leaf, _)] => Node::Leaf(*leaf),
        many => {
            let (left, right) = many.split_at(many.partition_point(|(leaf, _)| !leaf.key.bit(depth)));
            let hash = |half| Subtree::of(half, depth + 1).hash();
            Node::Branch { left: hash(left), right: hash(right) }
        }
    }
}

fn take<const BYTES: usize>(rest: &mut &[u8]) -> Result<[u8; BYTES], &'static str> {
    let (taken, left) = rest.split_first_chunk().ok_or("is cut short")?;
    *rest = left;
    Ok(*taken)
}

fn take_leaf(rest: &mut &[u8]) -> Result<Leaf, &'static str> {
    Ok(Leaf { key: StateKey::new(take(rest)?), value_hash: Hash::new(take(rest)?) })
}

/// What a branch has at one of its children.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Child {
    Empty,
    Leaf(Leaf),
    Page(Hash),
}

impl Branch {
    pub(crate) fn new(children: impl Iterator<Item = Child>) -> Self {
        let mut branch = Self { nodes: [Subtree::Empty; 2 * CHILDREN], singles: Vec::new() };
        for (nibble, child) in children.enumerate().take(CHILDREN) {
            branch.nodes[CHILDREN + nibble] = match child {
                Child::Empty => Subtree::Empty,
                Child::Leaf(leaf) => {
                    branch.singles.push(leaf);
                    Subtree::Leaf(leaf.hash())
                }
                Child::Page(hash) => Subtree::Branch(hash),
            };
        }
        branch.rehash(u32::MAX);
        branch
    }

    pub(crate) fn children(&self) -> &[Subtree] {
        &self.nodes[CHILDREN..]
    }

    pub(crate) fn child(&self, level: u8, nibble_: usize) -> Child {
        match self.nodes[CHILDREN + nibble_] {
            Subtree::Empty => Child::Empty,
            Subtree::Branch(hash) => Child::Page(hash),
            Subtree::Leaf(_) => {
                self.singles.iter().find(|leaf| nibble(&leaf.key, level) == nibble_).map_or(Child::Empty, |leaf| Child::Leaf(*leaf))
            }
        }
    }

    /// Puts other children into their places; the caller then calls [`Branch::rehash`] for them.
    pub(crate) fn set(&mut self, level: u8, nibble_: usize, child: Child) {
        let at = self.singles.partition_point(|leaf| nibble(&leaf.key, level) < nibble_);
        let was_single = matches!(self.nodes[CHILDREN + nibble_], Subtree::Leaf(_));
        self.nodes[CHILDREN + nibble_] = match child {
            Child::Empty => Subtree::Empty,
            Child::Page(hash) => Subtree::Branch(hash),
            Child::Leaf(leaf) => Subtree::Leaf(leaf.hash()),
        };
        match (was_single, child) {
            (true, Child::Leaf(leaf)) => self.singles[at] = leaf,
            (true, _) => drop(self.singles.remove(at)),
            (false, Child::Leaf(leaf)) => self.singles.insert(at, leaf),
            (false, _) => {}
        }
    }

    /// Computes anew the nodes above the children whose bits are set (bit 0 is the first child).
    pub(crate) fn rehash(&mut self, changed: u32) {
        let mut marks = changed << CHILDREN;
        for index in (1..CHILDREN).rev() {
            if marks >> (2 * index) & 3 != 0 {
                marks |= 1 << index;
                self.nodes[index] = Subtree::join(self.nodes[2 * index], self.nodes[2 * index + 1]);
            }
        }
    }
}
