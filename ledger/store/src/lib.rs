//! The chain on disk: blocks, the authenticated state, the history, and the making of proofs.
//!
//! [`Store`] is one node's ledger in RocksDB. A block is written in one synced batch, all of it or nothing; what is
//! acknowledged after [`Store::commit`] is on the disk. [`View`] shows everything at one height however the node goes
//! on. [`audit`] reads the whole chain back and recomputes every hash. [`MemoryState`] is the state alone, for tests.
//!
//! It never executes a transaction and never decides: `node` introduces it to `contracts`. Proofs are made here and
//! checked in `ledger`. Only the newest state is provable; nothing dated is overwritten (DESIGN D18), so that the past
//! is answered from there.
//!
//! Memory: the pages' cache (64 MiB) and pages that are not on disk yet (32 MiB, twice as many while they are written),
//! unless [`Options`] says otherwise; RocksDB's block cache (32 MiB) and write buffers (128 MiB), and about 10 bits a
//! stored entry for filters.
//!
//! ```
//! use ledger::id::NetworkId;
//! use ledger::state::{Changes, StateRead};
//! use ledger::tree::StateKey;
//! use ledger_store::Store;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! let store = Store::open(home.path(), NetworkId::new([7; 32]))?;
//! let key = StateKey::new([1; 32]);
//! store.found(&Changes::from([(key, b"a member".to_vec())]))?;
//!
//! let view = store.view()?;
//! let proof = view.prove(&[key].into())?;
//! assert!(proof.verify(&view.tip().state_root).is_ok());
//! # Ok(())
//! # }
//! ```

mod audit;
mod chain;
mod commit;
mod disk;
mod log;
mod memory;
mod notes;
mod page;
mod pending;
mod seal;
mod second;
mod settle;
mod store;
#[cfg(test)]
mod tests;
mod tree;

pub use audit::{AuditReport, DAMAGES_MAX, Damage, Progress, Replay, Replayed, audit, audit_with};
pub use commit::Decided;
pub use disk::{DISK_RESERVE_BYTES, FETCH_AGAIN, is_damage};
pub use memory::MemoryState;
pub use notes::DOCUMENT_BYTES_MAX;
pub use seal::END_BYTES;
pub use settle::PENDING_BYTES;
pub use store::{FOLDER, Options, Store, Tip, TransactionPlace, View};
pub use tree::{CACHE_BYTES, TreeUpdate};
