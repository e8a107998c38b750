//! The state as rules see it: values by key.

use crate::tree::StateKey;
use std::collections::BTreeMap;

/// Our own disk or our own bug: the node stops before it signs anything.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what}: {remedy}")]
pub struct Fault {
    /// What was found, and where.
    pub what: String,
    /// What a person can do about it.
    pub remedy: String,
}

/// Reading access to one version of the state.
pub trait StateRead {
    /// The value at `key`, or `None` if there is none.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot answer.
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault>;
}

/// The writes of one block: for each key its value after the block. Nothing is ever deleted.
pub type Changes = BTreeMap<StateKey, Vec<u8>>;
