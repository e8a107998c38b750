//! What consensus, network and HTTP share: one handle, [`App`].
//!
//! It owns nothing that runs. `run.rs` opens the store, starts the tasks and hands them clones of one `Arc<App>`.
//!
//! What it expects of the rooms beside it:
//!
//! ```text
//! pool.rs     Pool::new(limits) -> Pool                                       (all calls take &self; never await)
//!             Pool::insert(Arc<VerifiedTransaction>, tip: Height) -> Result<Inserted, PoolError>   Inserted::{New, Known}
//!             Pool::candidates(bytes_max, count_max, height) -> Vec<Arc<VerifiedTransaction>>     in order; they stay
//!             Pool::recorded(height, &[(TransactionId, WireHash)])             drops them and what expired
//!             Pool::is_empty(), len(), bytes()
//!             Pool::arrivals() -> tokio::sync::watch::Receiver<u64>            changes with every new transaction
//! checked.rs  Checked::get(&WireHash) -> Option<Arc<VerifiedTransaction>>      the bounded checked set (D17)
//!             Checked::check(&self, Vec<Bytes or Vec<u8>>, &dyn keys) -> Vec<Result<Arc<VerifiedTransaction>, AdmissionError>>
//!                                                                              one batch, CPU only, blocking
//! ```

use bytes::Bytes;
use ledger::block::BlockHash;
use ledger::hash::Hash;
use ledger::id::{MemberId, NetworkId};
use ledger::receipt::SignedHead;
use ledger::time::{Height, Timestamp};
use ledger::transaction::{Outcomes, TransactionId, WireHash};

/// The newest decided block that is on this node's disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tip {
    pub height: Height,
    pub block: BlockHash,
    pub time: Timestamp,
    pub state_root: Hash,
}

/// A transaction that a decided block holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recorded {
    pub transaction: TransactionId,
    pub wire_hash: WireHash,
    pub height: Height,
    pub index: u32,
    pub outcomes: Outcomes,
}

/// A transaction that waits in the pool (or was recorded already).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Submitted {
    pub transaction: TransactionId,
    pub wire_hash: WireHash,
    /// It was known before: pending, or recorded.
    pub known: bool,
}

// pub struct App { pub founding: genesis::Founding, pub network: NetworkId, pub member: MemberId,
//                  pub store: Arc<ledger_store::Store>, pub pool: Arc<Pool>, pub checked: Arc<Checked>,
//                  pub peers: NetworkHandle, pub config: Config, .. }
// impl App {
//     /// The newest block on disk; `watch_tip` changes with each.
//     pub fn tip(&self) -> Tip;
//     pub fn watch_tip(&self) -> tokio::sync::watch::Receiver<Tip>;
//     /// Decode, check in the next batch, pre-check, pool, gossip.
//     pub async fn submit(&self, wire: Bytes) -> Result<Submitted, SubmitError>;
//     /// The same for many; one answer each, in order.
//     pub async fn submit_many(&self, wires: Vec<Bytes>) -> Vec<Result<Submitted, SubmitError>>;
//     /// Waits until the transaction is recorded and on disk here; `None` after `timeout` or when the node stops.
//     pub async fn wait_for(&self, wire_hash: WireHash, timeout: Duration) -> Option<Recorded>;
//     /// The answer to a nonce, signed with the node's key.
//     pub fn signed_head(&self, nonce: [u8; 32]) -> SignedHead;
//     /// The member's encryption secret, for look-up secrets.
//     pub fn encryption_secret(&self) -> &ledger::key or x25519 secret as `genesis` gives it;
//     pub fn status(&self) -> Status;   // height, round, peers, pool, skipped proposers, last block interval, safety failure
//     pub fn stopping(&self) -> tokio::sync::watch::Receiver<bool>;
// }
