//! The state in memory: the same reads, roots and proofs as on disk, for tests and simulation.
//!
//! It holds everything and hashes everything anew for each root: for thousands of entries, not for millions.

use crate::page::{among, hashed};
use ledger::hash::Hash;
use ledger::state::{Changes, Fault, StateRead};
use ledger::tree::{self, BuildError, Leaf, Multiproof, Node, Nodes, StateKey};
use std::collections::BTreeSet;

/// All values by key.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MemoryState(Changes);

impl MemoryState {
    /// Writes the changes of a block.
    pub fn apply(&mut self, changes: &Changes) {
        self.0.extend(changes.iter().map(|(key, value)| (*key, value.clone())));
    }

    /// All entries in ascending order.
    pub fn entries(&self) -> &Changes {
        &self.0
    }

    /// The root of the state.
    pub fn root(&self) -> Hash {
        tree::root(&self.0.iter().map(|(key, value)| Leaf::of(*key, value)).collect::<Vec<_>>())
    }

    /// Proves what stands at `keys`.
    ///
    /// # Errors
    /// [`BuildError`] if there are no keys or too many, or if the proof would be too long.
    pub fn prove(&self, keys: &BTreeSet<StateKey>) -> Result<Multiproof, BuildError<Fault>> {
        let leaves: Vec<Leaf> = self.0.iter().map(|(key, value)| Leaf::of(*key, value)).collect();
        let mut leaves = Leaves { state: self, leaves: hashed(&leaves) };
        Multiproof::build(&mut leaves, &self.root(), keys)
    }
}

impl StateRead for MemoryState {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }
}

struct Leaves<'a> {
    state: &'a MemoryState,
    leaves: Vec<(Leaf, Hash)>,
}

impl Nodes for Leaves<'_> {
    type Fault = Fault;

    fn node(&mut self, depth: u16, path: &StateKey, _: &Hash) -> Result<Node, Fault> {
        Ok(among(&self.leaves, depth, path))
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Fault> {
        Ok(self.state.0.get(&leaf.key).cloned().unwrap_or_default())
    }
}
