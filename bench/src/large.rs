//! P5 with a hundred million certificates: more than a store is filled with in a benchmark's time. So the tree is one
//! of sorted keys in memory; the keys, the root, the proofs and their verification are the product's.

use crate::local::{Sizes, standing_bytes};
use crate::world;
use anyhow::Context as _;
use ledger::hash::{Hash, sha256};
use ledger::state::Changes;
use ledger::tree::{Fact, Leaf, Multiproof, Node, Nodes, StateKey, Subtree};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many certificates are proven.
const PROVEN: u64 = 1000;
/// Keys are kept by their first byte.
const PARTS: usize = 256;
/// Down to this depth the hashes are kept; below it they are computed again whenever they are asked for.
const KEPT_DEPTH: u16 = 16;

/// All entries of a ledger: the founding ones, and standings that all have the same value.
struct Sorted {
    /// The keys in ascending order, by their first byte.
    parts: Vec<Vec<StateKey>>,
    /// What lies below each place of the depths 0 to [`KEPT_DEPTH`], from left to right.
    kept: Vec<Vec<Subtree>>,
    founding: Changes,
    standing: Vec<u8>,
    standing_hash: Hash,
}

impl Sorted {
    fn of(certificates: u64, standing: Vec<u8>) -> Self {
        let founding = world::founding();
        let standing_hash = sha256(&standing);
        let mut tree = Self { parts: vec![], kept: vec![], founding, standing, standing_hash };
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        // Each thread makes a share of the keys.
        let mut shares: Vec<Vec<Vec<StateKey>>> = std::thread::scope(|scope| {
            let made: Vec<_> = (0..threads)
                .map(|thread| scope.spawn(move || keys(certificates * thread / threads, certificates * (thread + 1) / threads)))
                .collect();
            made.into_iter().map(|share| share.join().expect("keys are made without a panic")).collect()
        });
        let mut of_founding = vec![vec![]; PARTS];
        tree.founding.keys().for_each(|key| of_founding[first_byte(key)].push(*key));
        shares.push(of_founding);
        // Each takes a part after another: gathers its keys, sorts them, and hashes what lies below depth 16.
        let shares: Vec<Mutex<Vec<Vec<StateKey>>>> =
            (0..PARTS).map(|part| Mutex::new(shares.iter_mut().map(|share| std::mem::take(&mut share[part])).collect())).collect();
        let next = AtomicUsize::new(0);
        let mut sorted: Vec<(usize, Vec<StateKey>, Vec<Subtree>)> = std::thread::scope(|scope| {
            let work = || {
                let mut done = Vec::new();
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    let Some(share) = shares.get(part) else { return done };
                    let mut keys = std::mem::take(&mut *share.lock().unwrap_or_else(PoisonError::into_inner)).concat();
                    keys.sort_unstable();
                    let mut rest = &keys[..];
                    let hashed = (0..PARTS)
                        .map(|second| {
                            let (below, others) = rest.split_at(rest.partition_point(|key| usize::from(key.as_bytes()[1]) == second));
                            rest = others;
                            tree.hashed(below, KEPT_DEPTH)
                        })
                        .collect();
                    done.push((part, keys, hashed));
                }
            };
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            running.into_iter().flat_map(|thread| thread.join().expect("keys are sorted without a panic")).collect()
        });
        sorted.sort_unstable_by_key(|(part, ..)| *part);
        let mut deepest = Vec::new();
        for (_, keys, hashed) in sorted {
            tree.parts.push(keys);
            deepest.extend(hashed);
        }
        tree.kept = vec![deepest];
        for _ in 0..KEPT_DEPTH {
            let above = tree.kept[0].as_chunks().0.iter().map(|[left, right]| Subtree::join(*left, *right)).collect();
            tree.kept.insert(0, above);
        }
        tree
    }

    fn root(&self) -> Hash {
        self.kept[0][0].hash()
    }

    fn leaf(&self, key: &StateKey) -> Leaf {
        Leaf { key: *key, value_hash: self.founding.get(key).map_or(self.standing_hash, |value| sha256(value)) }
    }

    fn hashed(&self, keys: &[StateKey], depth: u16) -> Subtree {
        let leaves: Vec<(Leaf, Hash)> = keys.iter().map(|key| self.leaf(key)).map(|leaf| (leaf, leaf.hash())).collect();
        Subtree::of(&leaves, depth)
    }

    /// All keys below a place, in ascending order.
    fn below(&self, depth: u16, path: &StateKey) -> Vec<StateKey> {
        let mut below = Vec::new();
        for part in &self.parts {
            if part.first().is_some_and(|key| key.shares(path, depth.min(8))) {
                let rest = &part[part.partition_point(|key| key < path && !key.shares(path, depth))..];
                below.extend_from_slice(&rest[..rest.partition_point(|key| key.shares(path, depth))]);
            }
        }
        below
    }
}

impl Nodes for Sorted {
    type Fault = Infallible;

    fn node(&mut self, depth: u16, path: &StateKey, _: &Hash) -> Result<Node, Infallible> {
        if depth < KEPT_DEPTH {
            let place = usize::from(u16::from_be_bytes([path.as_bytes()[0], path.as_bytes()[1]])) >> (KEPT_DEPTH - depth);
            let halves = &self.kept[usize::from(depth) + 1][place * 2..place * 2 + 2];
            if let Subtree::Branch(_) = Subtree::join(halves[0], halves[1]) {
                return Ok(Node::Branch { left: halves[0].hash(), right: halves[1].hash() });
            }
        }
        let keys = self.below(depth, path);
        Ok(match &keys[..] {
            [] => Node::Empty,
            [key] => Node::Leaf(self.leaf(key)),
            keys => {
                let (left, right) = keys.split_at(keys.partition_point(|key| !key.bit(depth)));
                Node::Branch { left: self.hashed(left, depth + 1).hash(), right: self.hashed(right, depth + 1).hash() }
            }
        })
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Infallible> {
        Ok(self.founding.get(&leaf.key).unwrap_or(&self.standing).clone())
    }
}

fn first_byte(key: &StateKey) -> usize {
    usize::from(key.as_bytes()[0])
}

/// The keys of some certificates, by their first byte.
fn keys(from: u64, to: u64) -> Vec<Vec<StateKey>> {
    // A little more than the even share of the parts that standings lie in; untouched memory costs nothing.
    let expected = (to - from) as usize / 190 + 100;
    let mut parts: Vec<Vec<StateKey>> = (0..PARTS).map(|_| Vec::with_capacity(expected)).collect();
    for index in from..to {
        let key = world::filler_key(index);
        parts[first_byte(&key)].push(key);
    }
    parts
}

/// P5: the proof of one certificate's standing, among so many.
pub fn proofs(certificates: u64) -> anyhow::Result<Value> {
    let mut tree = Sorted::of(certificates, standing_bytes()?);
    let (root, mut sizes) = (tree.root(), Sizes::default());
    for index in 0..PROVEN {
        let key = world::filler_key(certificates / PROVEN * index);
        let proof = Multiproof::build(&mut tree, &root, &BTreeSet::from([key]))?;
        let proven = proof.verify(&root).context("our own proof")?;
        anyhow::ensure!(proven.get(&key) == Some(Fact::Present(&tree.standing)), "the proof shows something else at {key}");
        sizes.take(ledger::codec::encode(&proof).len() - tree.standing.len() - key.as_bytes().len());
    }
    Ok(json!({"certificates": certificates, "proven": PROVEN, "proof_bytes": sizes.mean(), "proof_bytes_max": sizes.most}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_of_sorted_keys_is_the_product_s() {
        let mut tree = Sorted::of(3000, vec![7; 300]);
        let mut entries = world::founding();
        entries.extend((0..3000).map(|index| (world::filler_key(index), vec![7; 300])));
        let leaves: Vec<Leaf> = entries.iter().map(|(key, value)| Leaf::of(*key, value)).collect();
        let root = ledger::tree::root(&leaves);
        assert_eq!(tree.root(), root);
        // Entries of every class, and places where nothing lies: a proof asks every kind of node.
        let asked: Vec<StateKey> = entries.keys().step_by(17).copied().chain((0..64).map(|byte| StateKey::new([byte * 4; 32]))).collect();
        for keys in asked.chunks(5) {
            let proof = Multiproof::build(&mut tree, &root, &keys.iter().copied().collect()).unwrap();
            for (key, fact) in proof.verify(&root).unwrap().iter() {
                assert_eq!(fact, entries.get(key).map_or(Fact::Absent, |value| Fact::Present(value)));
            }
        }
    }
}
