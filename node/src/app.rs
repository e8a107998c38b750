//! What consensus, network and HTTP share: one handle, [`App`].
//!
//! It owns nothing that runs: `run.rs` opens the store, starts the tasks and hands them clones of one `Arc<App>`.
//! Whoever submits a transaction goes through [`App::submit`]; whoever waits for one, through [`App::wait_for`].

use crate::checked::{AdmissionError, CHECKED_BYTES_MAX, Checked, NotChecked, SignatureChecker};
use crate::config::Config;
use crate::consensus::guard::Guard;
use crate::consensus::standstill::{Heard, Judging, Standstill};
use crate::consensus::wake::Wake;
use crate::network::{NetworkHandle, PeerId, PeerStatus};
use crate::pool::{Inserted, POOL_BYTES_MAX, Pool, PoolError};
use crate::{clock, rules};
use bytes::Bytes;
use genesis::{Founding, FoundingMember};
use ledger::block::BlockHash;
use ledger::hash::Hash;
use ledger::id::{MemberId, NetworkId};
use ledger::key::SecretKey;
use ledger::lookup::EncryptionSecret;
use ledger::receipt::{Head, SignedHead};
use ledger::state::Fault;
use ledger::time::{Height, Timestamp};
use ledger::transaction::{Outcomes, TransactionId, VerifiedTransaction, WireHash};
use ledger_store::{Store, TransactionPlace};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

/// How many single transactions are judged at once before they wait for a block: one, so that a core remains for the blocks.
const PRECHECKS_AT_ONCE: usize = 1;

/// Checked transactions that wait to be told to the other members.
pub const OUTBOX_MAX: usize = 16 * 1024;
/// Who may wait for outcomes at the same time.
pub const WAITERS_MAX: usize = 64 * 1024;

/// The newest decided block that is on this node's disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tip {
    /// Its height; 0 before the first block.
    pub height: Height,
    /// Its name.
    pub block: BlockHash,
    /// Its time; at height 0 that of the founding.
    pub time: Timestamp,
    /// The root of the state after it.
    pub state_root: Hash,
}

/// A transaction that a decided block holds, on this node's disk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recorded {
    /// Its name.
    pub transaction: TransactionId,
    /// The digest of its skeleton and signature.
    pub wire_hash: WireHash,
    /// The block.
    pub height: Height,
    /// Its place in the block.
    pub index: u32,
    /// What became of its acts.
    pub outcomes: Outcomes,
}

/// A transaction that was accepted for recording.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Submitted {
    /// Its name.
    pub transaction: TransactionId,
    /// The wire hash of the one that waits: another's, if the same transaction under another signature came first.
    pub wire_hash: WireHash,
    /// It was known before: it waits, or is recorded.
    pub known: bool,
}

/// Why a transaction is not accepted. Nothing is recorded.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SubmitError {
    /// Its bytes, its network, its key or its signature.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    /// The rules would refuse all of it today.
    #[error("{message}")]
    Refused {
        /// The stable number of the refusal.
        number: u16,
        /// What to do about it.
        message: String,
    },
    /// A transaction with the same body and another signature waits or is recorded.
    #[error("the same transaction was submitted before with another signature; ask for its outcome by its id {0}")]
    OtherSignature(TransactionId),
    /// The pool's bounds.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The node is shutting down.
    #[error("the node is shutting down; send again to another node, or later")]
    Stopping,
}

impl From<Fault> for SubmitError {
    fn from(fault: Fault) -> Self {
        Self::Admission(fault.into())
    }
}

/// Why the node stops.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Stop {
    /// Somebody asked it to.
    Asked,
    /// It can no longer keep its promises.
    Fault(Fault),
}

/// What the node is doing, for people and monitors.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status {
    /// The newest block here.
    pub tip: Tip,
    /// The round of the height in progress.
    pub round: u32,
    /// The greatest tip that a peer told of.
    pub peers_tip: u64,
    /// Whether another member is ahead by more than the block in progress.
    pub catching_up: bool,
    /// Whether this node validates.
    pub validator: bool,
    /// Up to which height this validator signs nothing, if it has not got there yet.
    pub signs_nothing_up_to: Option<Height>,
    /// Validators whose turns are passed over because they missed their last ones.
    pub passed_over: Vec<MemberId>,
    /// Nothing is decided any more.
    pub standstill: Option<Standstill>,
    /// The other members.
    pub peers: Vec<PeerStatus>,
    /// Waiting transactions.
    pub pool_transactions: usize,
    /// What they are charged for.
    pub pool_bytes: usize,
    /// Milliseconds between the newest two blocks' commits here.
    pub block_interval_ms: u64,
    /// Validators that were caught signing two different messages for one step.
    pub equivocations: u64,
    /// The engine froze itself because it cannot be sure what it signed.
    pub safety_failure: bool,
}

/// What one node's rooms share.
pub struct App {
    /// `node.toml`.
    pub config: Config,
    /// The founding file.
    pub founding: Founding,
    /// Its id.
    pub network: NetworkId,
    /// Whose node this is.
    pub member: MemberId,
    /// The ledger on disk.
    pub store: Arc<Store>,
    /// What waits for a block.
    pub pool: Arc<Pool>,
    /// What was checked here (D17).
    pub checked: Arc<Checked>,
    /// When to begin the next height.
    pub wake: Arc<Wake>,
    /// Whose votes came.
    pub heard: Arc<Heard>,
    /// What the proposals of the height in progress cost.
    pub judging: Judging,
    signatures: SignatureChecker,
    prechecks: Arc<Semaphore>,
    node_key: SecretKey,
    encryption: EncryptionSecret,
    peers: OnceLock<NetworkHandle>,
    tip: watch::Sender<Tip>,
    stop: watch::Sender<Option<Stop>>,
    outbox: mpsc::Sender<Arc<VerifiedTransaction>>,
    waiters: Mutex<HashMap<TransactionId, Vec<oneshot::Sender<Recorded>>>>,
    /// Up to there this node signs nothing, because it no longer knows what it signed.
    abstains_up_to: Option<Height>,
    passed_over: Mutex<Vec<MemberId>>,
    standstill: Mutex<Option<Standstill>>,
    last_commit: Mutex<Option<std::time::Instant>>,
    interval_ms: AtomicU64,
    /// Written by the engine's adapter.
    pub(crate) round: AtomicU64,
    pub(crate) equivocations: AtomicU64,
    pub(crate) safety_failure: std::sync::atomic::AtomicBool,
}

/// The secrets that the shared handle needs. Those of governance stay in their files; the validator's is consensus's.
pub struct NodeSecrets {
    /// The node's name on the wire; signs heads.
    pub node: SecretKey,
    /// For look-up secrets.
    pub encryption: EncryptionSecret,
}

impl App {
    /// Puts the handle together. `outbox` receives what is to be told to other members.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new(
        config: Config,
        founding: Founding,
        store: Arc<Store>,
        secrets: NodeSecrets,
    ) -> Result<(Arc<Self>, mpsc::Receiver<Arc<VerifiedTransaction>>), Fault> {
        let network = founding.network_id();
        let checked = Arc::new(Checked::new(network, CHECKED_BYTES_MAX));
        let (outbox, receiver) = mpsc::channel(OUTBOX_MAX);
        let at = store.tip();
        let time = store.header(at.height)?.map_or(founding.time(), |header| header.time);
        let tip = Tip { height: at.height, block: at.block, time, state_root: at.state_root };
        let abstains_up_to = Guard::abstains_up_to(&store)?;
        let app = Self {
            network,
            member: config.member,
            store,
            pool: Arc::new(Pool::new(POOL_BYTES_MAX)),
            signatures: SignatureChecker::start(Arc::clone(&checked)),
            prechecks: Arc::new(Semaphore::new(PRECHECKS_AT_ONCE)),
            checked,
            wake: Arc::default(),
            heard: Arc::default(),
            judging: Judging::default(),
            node_key: secrets.node,
            encryption: secrets.encryption,
            peers: OnceLock::new(),
            tip: watch::Sender::new(tip),
            stop: watch::Sender::new(None),
            outbox,
            waiters: Mutex::default(),
            abstains_up_to,
            passed_over: Mutex::default(),
            standstill: Mutex::default(),
            last_commit: Mutex::default(),
            interval_ms: AtomicU64::new(0),
            round: AtomicU64::new(0),
            equivocations: AtomicU64::new(0),
            safety_failure: false.into(),
            config,
            founding,
        };
        Ok((Arc::new(app), receiver))
    }

    /// Once, when the network has started.
    pub(crate) fn set_peers(&self, peers: NetworkHandle) {
        let _ = self.peers.set(peers);
    }

    /// The members' network, once it has started.
    pub fn peers(&self) -> Option<&NetworkHandle> {
        self.peers.get()
    }

    /// The members whose nodes are connected, and this one.
    pub fn connected(&self) -> Vec<MemberId> {
        let up: Vec<PeerStatus> = self.peers().map(NetworkHandle::peers).unwrap_or_default();
        let is_up = |member: &FoundingMember| {
            let peer = PeerId::from_public_key(*member.node_key.as_bytes()).ok();
            member.id == self.member || up.iter().any(|one| one.connected && Some(one.entry.peer) == peer)
        };
        self.founding.members().iter().filter(|member| is_up(member)).map(|member| member.id).collect()
    }

    /// The newest block on disk.
    pub fn tip(&self) -> Tip {
        *self.tip.borrow()
    }

    /// Changes with every block.
    pub fn watch_tip(&self) -> watch::Receiver<Tip> {
        self.tip.subscribe()
    }

    /// The member's encryption secret, from which look-up secrets follow.
    pub fn encryption_secret(&self) -> &EncryptionSecret {
        &self.encryption
    }

    /// Decodes, checks in the next batch, asks the rules, lets wait and tells the other members.
    ///
    /// # Errors
    /// [`SubmitError`] says who must do what.
    pub async fn submit(self: &Arc<Self>, wire: Bytes) -> Result<Submitted, SubmitError> {
        let (decoded, key) = {
            let view = self.store.view()?;
            self.checked.with_key(&wire, &|signer, key| rules::signer_key(&view, signer, key))?
        };
        if let Some(known) = self.known(&decoded.id(), &decoded.wire_hash())? {
            return Ok(known);
        }
        let (signer, number) = (decoded.transaction().signer.clone(), decoded.transaction().key);
        let transaction = self.signatures.check(decoded, key).await.map_err(|error| match error {
            NotChecked::Bad(_) => AdmissionError::Signature { signer, key: number }.into(),
            NotChecked::Stopped => SubmitError::Stopping,
        })?;
        // What is refused may take as long to judge as a member's share of a block; blocks are decided meanwhile. Whoever goes away
        // gives no place free before it is judged.
        let place = Arc::clone(&self.prechecks).acquire_owned().await.map_err(|_| SubmitError::Stopping)?;
        let app = Arc::clone(self);
        let judged = tokio::task::spawn_blocking(move || {
            let answer = app.let_wait(transaction);
            drop(place);
            answer
        });
        judged.await.unwrap_or(Err(SubmitError::Stopping))
    }

    /// [`Self::submit`] for many: one answer each, in their order, signatures checked together.
    pub async fn submit_many(self: &Arc<Self>, wires: Vec<Bytes>) -> Vec<Result<Submitted, SubmitError>> {
        let count = wires.len();
        self.checked_and_judged(wires).await.unwrap_or_else(|| (0..count).map(|_| Err(SubmitError::Stopping)).collect())
    }

    /// The answers; `None` if the node stops.
    async fn checked_and_judged(self: &Arc<Self>, wires: Vec<Bytes>) -> Option<Vec<Result<Submitted, SubmitError>>> {
        let app = Arc::clone(self);
        let checked = tokio::task::spawn_blocking(move || app.check_batch(&wires)).await.ok()?;
        // As for one alone.
        let place = Arc::clone(&self.prechecks).acquire_owned().await.ok()?;
        let app = Arc::clone(self);
        let judged = tokio::task::spawn_blocking(move || {
            let judge = |transaction: Result<Arc<VerifiedTransaction>, AdmissionError>| {
                let transaction = transaction?;
                match app.known(&transaction.id(), &transaction.wire_hash())? {
                    Some(known) => Ok(known),
                    None => app.let_wait(transaction),
                }
            };
            let answers = checked.into_iter().map(judge).collect();
            drop(place);
            answers
        });
        judged.await.ok()
    }

    /// Reads and checks many transactions at once. Blocks: call it on a blocking thread.
    pub(crate) fn check_batch(&self, wires: &[Bytes]) -> Vec<Result<Arc<VerifiedTransaction>, AdmissionError>> {
        match self.store.view() {
            Ok(view) => self.checked.check(wires, &|signer, key| rules::signer_key(&view, signer, key)),
            Err(fault) => wires.iter().map(|_| Err(fault.clone().into())).collect(),
        }
    }

    /// What is known of a transaction that is submitted again.
    fn known(&self, id: &TransactionId, wire_hash: &WireHash) -> Result<Option<Submitted>, SubmitError> {
        let same = match self.pool.get(id) {
            Some(waiting) => waiting.wire_hash() == *wire_hash,
            None => match self.store.transaction(id)? {
                Some(_) => self.store.transaction_by_wire_hash(wire_hash)?.is_some(),
                None => return Ok(None),
            },
        };
        if same {
            Ok(Some(Submitted { transaction: *id, wire_hash: *wire_hash, known: true }))
        } else {
            Err(SubmitError::OtherSignature(*id))
        }
    }

    fn let_wait(&self, transaction: Arc<VerifiedTransaction>) -> Result<Submitted, SubmitError> {
        if self.is_stopping() {
            return Err(SubmitError::Stopping);
        }
        {
            let view = self.store.view()?;
            let tip = self.tip();
            let next = tip.height.saturating_add(1);
            if let Some(refusal) = rules::precheck(self.network, next, clock::now().max(tip.time), &transaction, &view)? {
                return Err(SubmitError::Refused { number: refusal.0, message: refusal.1 });
            }
        }
        let (id, wire_hash) = (transaction.id(), transaction.wire_hash());
        match self.pool.insert(Arc::clone(&transaction), self.tip().height)? {
            Inserted::New => {
                // Full means that the network is slow; a proposal of ours still carries it.
                let _ = self.outbox.try_send(transaction);
                Ok(Submitted { transaction: id, wire_hash, known: false })
            }
            Inserted::Known => {
                let waiting = self.pool.get(&id).map_or(wire_hash, |waiting| waiting.wire_hash());
                Ok(Submitted { transaction: id, wire_hash: waiting, known: true })
            }
        }
    }

    /// Lets what another member told of wait, checked already. `true` if it is new here.
    pub(crate) fn hear(&self, transaction: Arc<VerifiedTransaction>) -> Result<bool, Fault> {
        if self.store.transaction(&transaction.id())?.is_some() {
            return Ok(false);
        }
        Ok(matches!(self.pool.insert(transaction, self.tip().height), Ok(Inserted::New)))
    }

    /// Waits until the transaction is recorded and on disk here, under whichever of its signatures; `None` after
    /// `timeout`, or when the node stops.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read.
    pub async fn wait_for(&self, id: TransactionId, timeout: Duration) -> Result<Option<Recorded>, Fault> {
        let (sender, receiver) = oneshot::channel();
        {
            let mut waiters = lock(&self.waiters);
            if waiters.len() >= WAITERS_MAX {
                drop(waiters);
                return self.recorded_under(&id);
            }
            waiters.entry(id).or_default().push(sender);
        }
        // Only now: what is recorded from here on is told to us.
        if let Some(recorded) = self.recorded_under(&id)? {
            self.forget_waiters(&id);
            return Ok(Some(recorded));
        }
        let mut stop = self.stop.subscribe();
        let answer = tokio::select! {
            recorded = receiver => recorded.ok(),
            () = tokio::time::sleep(timeout) => None,
            _ = stop.wait_for(Option::is_some) => None,
        };
        if answer.is_none() {
            self.forget_waiters(&id);
        }
        Ok(answer)
    }

    /// Who waits for a transaction now.
    #[cfg(test)]
    pub(crate) fn waiting_for(&self, id: &TransactionId) -> usize {
        lock(&self.waiters).get(id).map_or(0, Vec::len)
    }

    /// Drops those who no longer listen.
    fn forget_waiters(&self, id: &TransactionId) {
        let mut waiters = lock(&self.waiters);
        if let Some(list) = waiters.get_mut(id) {
            list.retain(|sender| !sender.is_closed());
            if list.is_empty() {
                waiters.remove(id);
            }
        }
    }

    fn recorded_under(&self, id: &TransactionId) -> Result<Option<Recorded>, Fault> {
        match self.store.transaction(id)? {
            Some(place) => self.recorded_at(&place),
            None => Ok(None),
        }
    }

    /// What stands at a place of the chain.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read.
    pub fn recorded_at(&self, place: &TransactionPlace) -> Result<Option<Recorded>, Fault> {
        let (Some(block), Some(outcomes)) = (self.store.block(place.height)?, self.store.outcomes(place.height)?) else {
            return Ok(None);
        };
        let index = place.index as usize;
        let (Some(wire), Some(outcomes)) = (block.transactions.get(index), outcomes.get(index)) else { return Ok(None) };
        let decoded = ledger::transaction::DecodedTransaction::from_wire(wire.to_vec(), &self.network);
        Ok(decoded.ok().map(|decoded| Recorded {
            transaction: decoded.id(),
            wire_hash: decoded.wire_hash(),
            height: place.height,
            index: place.index,
            outcomes: outcomes.clone(),
        }))
    }

    /// A block is on disk: tells everybody who waits.
    pub(crate) fn recorded(&self, tip: Tip, passed_over: Vec<MemberId>, recorded: impl Iterator<Item = Recorded>) {
        // First, so that whoever is told of a height finds the node at it.
        self.tip.send_replace(tip);
        if self.abstains_up_to == Some(tip.height) {
            self.caught_up(tip.height);
        }
        {
            let mut waiters = lock(&self.waiters);
            if !waiters.is_empty() {
                for one in recorded {
                    for sender in waiters.remove(&one.transaction).unwrap_or_default() {
                        let _ = sender.send(one.clone());
                    }
                }
            }
        }
        *lock(&self.passed_over) = passed_over;
        if let Some(before) = lock(&self.last_commit).replace(std::time::Instant::now()) {
            self.interval_ms.store(u64::try_from(before.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    fn caught_up(&self, height: Height) {
        if self.config.validates {
            tracing::warn!("has caught up with height {height}, and votes again from height {}", height.saturating_add(1));
        } else {
            tracing::warn!("has caught up with height {height}, at which its ledger before was");
        }
    }

    /// Whether this node must not sign at this height.
    pub fn abstains_at(&self, height: Height) -> bool {
        self.abstains_up_to.is_some_and(|up_to| height <= up_to)
    }

    /// Up to which height this validator signs nothing, if it has not got there yet.
    pub fn signs_nothing_up_to(&self) -> Option<Height> {
        self.abstains_up_to.filter(|height| self.config.validates && *height > self.tip().height)
    }

    pub(crate) fn set_standstill(&self, standstill: Option<Standstill>) {
        *lock(&self.standstill) = standstill;
    }

    /// The answer to an asker's nonce, signed with the node's key.
    pub fn signed_head(&self, nonce: [u8; 32]) -> SignedHead {
        let tip = self.tip();
        Head {
            network: self.network,
            member: self.member,
            nonce,
            height: tip.height,
            block: tip.block,
            block_time: tip.time,
            node_time: clock::now(),
        }
        .sign(&self.node_key)
    }

    /// What the node is doing.
    pub fn status(&self) -> Status {
        let tip = self.tip();
        let peers_tip = self.wake.greatest_peer_tip();
        Status {
            tip,
            round: u32::try_from(self.round.load(Ordering::Relaxed)).unwrap_or(u32::MAX),
            peers_tip,
            catching_up: peers_tip > tip.height.get().saturating_add(1),
            validator: self.founding.validators().of(self.member).is_some() && self.config.validates,
            signs_nothing_up_to: self.signs_nothing_up_to(),
            passed_over: lock(&self.passed_over).clone(),
            standstill: lock(&self.standstill).clone(),
            peers: self.peers().map(NetworkHandle::peers).unwrap_or_default(),
            pool_transactions: self.pool.len(),
            pool_bytes: self.pool.bytes(),
            block_interval_ms: self.interval_ms.load(Ordering::Relaxed),
            equivocations: self.equivocations.load(Ordering::Relaxed),
            safety_failure: self.safety_failure.load(Ordering::Relaxed),
        }
    }

    /// Stops the node. The first reason stays.
    pub fn stop(&self, reason: Stop) {
        crate::log::stopping();
        self.stop.send_if_modified(|stop| {
            let first = stop.is_none();
            if first {
                *stop = Some(reason);
            }
            first
        });
    }

    /// Becomes `Some` when the node stops.
    pub fn stopping(&self) -> watch::Receiver<Option<Stop>> {
        self.stop.subscribe()
    }

    /// Whether the node stops.
    pub fn is_stopping(&self) -> bool {
        self.stop.borrow().is_some()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
