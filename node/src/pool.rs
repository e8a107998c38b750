//! Transactions that wait for a block: bounded, fair between signers, no IO and no clock.
//!
//! A flood of one signer never keeps another one out. Each signer may fill an eighth of the pool, members keep an
//! eighth to themselves (so that a rogue authority can be suspended while the pool is full), and a block is filled
//! by bytes evenly from all signers. What one signer sent stays in the order in which it came.
//!
//! The pool checks no signature and no rule: its caller did. It never forgets a transaction but by [`Pool::remove`]
//! and [`Pool::recorded`], and it is empty after a restart: an unacknowledged transaction is sent again.
//!
//! ```text
//! let pool = Pool::new(POOL_BYTES_MAX);
//! pool.insert(transaction, tip)?;                            // a submission, or a peer's gossip
//! let body = pool.candidates(bytes_max, count_max, height);  // our proposal at `height`
//! pool.recorded(height, &names);                             // every decided block, whoever proposed it
//! ```
//!
//! [`Waiting`] is the pure structure; [`Pool`] is the same behind a lock that is never held across anything slow,
//! with a counter that changes when something new arrives.

use ledger::id::Signer;
use ledger::time::Height;
use ledger::transaction::{EXPIRY_HEIGHTS_MAX, TransactionId, VerifiedTransaction, WireHash};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How many bytes the waiting transactions may be charged for.
pub const POOL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Which part of the pool one signer may fill, and which part members keep to themselves.
pub const SIGNER_SHARE: usize = 8;
/// What a waiting transaction is charged beside its wire bytes, for its place in the indexes.
pub const ENTRY_BYTES: usize = 512;
/// What a transaction takes in a block beside its wire bytes: the head of a CBOR byte string.
const BLOCK_ENTRY_BYTES: usize = 5;

/// Why a transaction may not wait here.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PoolError {
    /// Its last height has passed.
    #[error("the transaction expired at height {expiry}, the ledger is at {tip}; sign it again with a later expiry")]
    Expired {
        /// The last height at which it could be recorded.
        expiry: Height,
        /// The newest decided height.
        tip: Height,
    },
    /// Its last height is too far ahead.
    #[error("the transaction expires at height {expiry}, the latest allowed now is {latest}; sign it again with an earlier expiry")]
    ExpiryTooFar {
        /// The last height at which it could be recorded.
        expiry: Height,
        /// The latest expiry that is accepted at this tip.
        latest: Height,
    },
    /// The signer has filled its share.
    #[error("{signer} has filled its share of {bytes_max} bytes of waiting transactions; send again when some are decided")]
    SignerFull {
        /// Who signed.
        signer: Signer,
        /// The share.
        bytes_max: usize,
    },
    /// No room for anybody of this kind.
    #[error("the node's {bytes_max} bytes for waiting transactions are full; send again in a few seconds")]
    Full {
        /// The bound that was met.
        bytes_max: usize,
    },
}

/// What became of a transaction that was offered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Inserted {
    /// It waits now.
    New,
    /// A transaction with the same body waited already; that one stays.
    Known,
}

/// The waiting transactions, shared.
#[derive(Debug)]
pub struct Pool {
    waiting: Mutex<Waiting>,
    arrivals: watch::Sender<u64>,
}

impl Pool {
    /// An empty pool of this many bytes; a node uses [`POOL_BYTES_MAX`].
    pub fn new(bytes_max: usize) -> Self {
        Self { waiting: Mutex::new(Waiting::new(bytes_max)), arrivals: watch::Sender::new(0) }
    }

    /// [`Waiting::insert`], telling [`Self::arrivals`].
    ///
    /// # Errors
    /// [`PoolError`] says which bound was met.
    pub fn insert(&self, transaction: Arc<VerifiedTransaction>, tip: Height) -> Result<Inserted, PoolError> {
        let inserted = self.lock().insert(transaction, tip)?;
        if inserted == Inserted::New {
            self.arrivals.send_modify(|count| *count += 1);
        }
        Ok(inserted)
    }

    /// [`Waiting::candidates`].
    pub fn candidates(&self, bytes_max: usize, count_max: usize, height: Height) -> Vec<Arc<VerifiedTransaction>> {
        self.lock().candidates(bytes_max, count_max, height)
    }

    /// Takes out what the block at `height` recorded, and whatever expired with it. Gives what expired.
    pub fn recorded(&self, height: Height, names: &[(TransactionId, WireHash)]) -> Vec<Arc<VerifiedTransaction>> {
        let mut waiting = self.lock();
        waiting.remove(names.iter().map(|(id, _)| id));
        waiting.expire(height)
    }

    /// Takes out what can no longer be recorded for another reason, such as a copy found on the chain.
    pub fn remove<'a>(&self, ids: impl IntoIterator<Item = &'a TransactionId>) -> usize {
        self.lock().remove(ids)
    }

    /// The waiting transaction with this name.
    pub fn get(&self, id: &TransactionId) -> Option<Arc<VerifiedTransaction>> {
        self.lock().get(id).cloned()
    }

    /// The waiting transaction with these very wire bytes.
    pub fn by_wire_hash(&self, wire_hash: &WireHash) -> Option<Arc<VerifiedTransaction>> {
        self.lock().by_wire_hash(wire_hash).cloned()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// How many transactions wait.
    pub fn len(&self) -> usize {
        self.lock().count()
    }

    /// What the waiting transactions are charged for.
    pub fn bytes(&self) -> usize {
        self.lock().bytes()
    }

    /// A counter of arrivals: changes with every new transaction.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrivals.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The waiting transactions.
#[derive(Debug)]
pub struct Waiting {
    bytes_max: usize,
    bytes: usize,
    authorities_bytes: usize,
    arrivals: u64,
    lines: BTreeMap<Signer, Line>,
    places: HashMap<TransactionId, Place>,
    by_wire: HashMap<WireHash, TransactionId>,
    by_expiry: BTreeSet<(Height, TransactionId)>,
}

/// What one signer has waiting, by arrival.
#[derive(Debug, Default)]
struct Line {
    bytes: usize,
    waiting: BTreeMap<u64, Arc<VerifiedTransaction>>,
}

#[derive(Debug)]
struct Place {
    signer: Signer,
    arrival: u64,
}

impl Waiting {
    /// An empty pool of this many bytes.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            bytes: 0,
            authorities_bytes: 0,
            arrivals: 0,
            lines: BTreeMap::new(),
            places: HashMap::new(),
            by_wire: HashMap::new(),
            by_expiry: BTreeSet::new(),
        }
    }

    /// Lets a transaction wait. `tip` is the newest decided height.
    ///
    /// # Errors
    /// [`PoolError`] says which bound was met.
    pub fn insert(&mut self, transaction: Arc<VerifiedTransaction>, tip: Height) -> Result<Inserted, PoolError> {
        let body = transaction.transaction();
        let (id, expiry, signer) = (transaction.id(), body.expiry, body.signer.clone());
        let latest = tip.saturating_add(EXPIRY_HEIGHTS_MAX);
        if expiry <= tip {
            return Err(PoolError::Expired { expiry, tip });
        }
        if expiry > latest {
            return Err(PoolError::ExpiryTooFar { expiry, latest });
        }
        if self.places.contains_key(&id) {
            return Ok(Inserted::Known);
        }
        let charge = charge(&transaction);
        let share = self.bytes_max / SIGNER_SHARE;
        let line_bytes = self.lines.get(&signer).map_or(0, |line| line.bytes);
        if line_bytes.saturating_add(charge) > share {
            return Err(PoolError::SignerFull { signer, bytes_max: share });
        }
        let is_authority = matches!(signer, Signer::Authority(_));
        let authorities_max = self.bytes_max - share;
        if is_authority && self.authorities_bytes.saturating_add(charge) > authorities_max {
            return Err(PoolError::Full { bytes_max: authorities_max });
        }
        if self.bytes.saturating_add(charge) > self.bytes_max {
            return Err(PoolError::Full { bytes_max: self.bytes_max });
        }
        let arrival = self.arrivals;
        self.arrivals += 1;
        self.bytes += charge;
        if is_authority {
            self.authorities_bytes += charge;
        }
        self.by_wire.insert(transaction.wire_hash(), id);
        self.by_expiry.insert((expiry, id));
        self.places.insert(id, Place { signer: signer.clone(), arrival });
        let line = self.lines.entry(signer).or_default();
        line.bytes += charge;
        line.waiting.insert(arrival, transaction);
        Ok(Inserted::New)
    }

    /// What our proposal at `height` should carry: at most `count_max` transactions that take at most `bytes_max` in
    /// a block. They stay in the pool until [`Self::remove`].
    ///
    /// The signer that has got the fewest bytes so far is next; among equals the one that has waited longest.
    /// A signer whose next transaction does not fit has no later one taken before it.
    pub fn candidates(&self, bytes_max: usize, count_max: usize, height: Height) -> Vec<Arc<VerifiedTransaction>> {
        let fresh = |transaction: &&Arc<VerifiedTransaction>| transaction.transaction().expiry >= height;
        let mut lines: Vec<_> = self.lines.values().map(|line| line.waiting.values().filter(fresh).peekable()).collect();
        let mut queue: BinaryHeap<_> =
            self.lines.values().enumerate().filter_map(|(index, line)| Some(Reverse((0, *line.waiting.keys().next()?, index)))).collect();
        let (mut taken, mut taken_bytes) = (Vec::new(), 0_usize);
        while let Some(Reverse((given, arrival, index))) = queue.pop() {
            if taken.len() >= count_max {
                break;
            }
            let Some(next) = lines.get_mut(index).and_then(Iterator::next) else { continue };
            let size = next.wire().len() + BLOCK_ENTRY_BYTES;
            if taken_bytes + size > bytes_max {
                continue;
            }
            taken_bytes += size;
            taken.push(Arc::clone(next));
            queue.push(Reverse((given + size, arrival, index)));
        }
        taken
    }

    /// Takes decided (or no longer wanted) transactions out and says how many were waiting here.
    pub fn remove<'a>(&mut self, ids: impl IntoIterator<Item = &'a TransactionId>) -> usize {
        ids.into_iter().filter(|id| self.take(id).is_some()).count()
    }

    /// Takes out whatever can no longer be recorded after `tip`, and says what it was.
    pub fn expire(&mut self, tip: Height) -> Vec<Arc<VerifiedTransaction>> {
        let mut expired = Vec::new();
        while let Some((expiry, id)) = self.by_expiry.first().copied() {
            if expiry > tip {
                break;
            }
            self.by_expiry.remove(&(expiry, id));
            expired.extend(self.take(&id));
        }
        expired
    }

    /// The waiting transaction with this name.
    pub fn get(&self, id: &TransactionId) -> Option<&Arc<VerifiedTransaction>> {
        let place = self.places.get(id)?;
        self.lines.get(&place.signer)?.waiting.get(&place.arrival)
    }

    /// The waiting transaction with these very wire bytes.
    pub fn by_wire_hash(&self, wire_hash: &WireHash) -> Option<&Arc<VerifiedTransaction>> {
        self.get(self.by_wire.get(wire_hash)?)
    }

    /// Whether a transaction with this name waits.
    pub fn contains(&self, id: &TransactionId) -> bool {
        self.places.contains_key(id)
    }

    /// How many transactions wait.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// What the waiting transactions are charged for: their wire bytes and [`ENTRY_BYTES`] each.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn take(&mut self, id: &TransactionId) -> Option<Arc<VerifiedTransaction>> {
        let place = self.places.remove(id)?;
        let line = self.lines.get_mut(&place.signer)?;
        let transaction = line.waiting.remove(&place.arrival)?;
        let charge = charge(&transaction);
        line.bytes -= charge;
        if line.waiting.is_empty() {
            self.lines.remove(&place.signer);
        }
        self.bytes -= charge;
        if matches!(place.signer, Signer::Authority(_)) {
            self.authorities_bytes -= charge;
        }
        self.by_wire.remove(&transaction.wire_hash());
        self.by_expiry.remove(&(transaction.transaction().expiry, *id));
        Some(transaction)
    }
}

fn charge(transaction: &VerifiedTransaction) -> usize {
    transaction.wire().len() + ENTRY_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::codec::Canonical;
    use ledger::id::{KeyNumber, NetworkId};
    use ledger::key::Signature;
    use ledger::transaction::{Act, DecodedTransaction, SignedTransaction, TRANSACTION_VERSION, Transaction};
    use proptest::prelude::*;

    const NETWORK: NetworkId = NetworkId::new([1; 32]);
    const TIP: Height = Height::new(100);
    const NEXT: Height = Height::new(101);

    fn transaction(signer: &str, number: u32, expiry: u64, body_bytes: usize) -> Arc<VerifiedTransaction> {
        let mut body = vec![0; body_bytes.max(4)];
        body[..4].copy_from_slice(&number.to_be_bytes());
        let transaction = Transaction {
            version: TRANSACTION_VERSION,
            network: NETWORK,
            signer: Signer::parse(signer).unwrap(),
            key: KeyNumber::ROOT,
            expiry: Height::new(expiry),
            acts: vec![Act { kind: 1, verb: 1, body: body.into() }],
        };
        // The pool checks no signature, so that none is made here.
        let signed = SignedTransaction { body: transaction.to_bytes().into(), signature: Signature::ed25519([0; 64]) };
        Arc::new(DecodedTransaction::from_wire(signed.to_bytes(), &NETWORK).unwrap().assume_verified())
    }

    fn number(transaction: &VerifiedTransaction) -> u32 {
        u32::from_be_bytes(transaction.transaction().acts[0].body[..4].try_into().unwrap())
    }

    #[test]
    fn one_byte_past_a_signers_share_is_refused_and_others_still_enter() {
        let first = transaction("NZ-mpi", 1, 200, 100);
        let cost = charge(&first);
        let mut pool = Waiting::new(cost * SIGNER_SHARE);
        pool.insert(first, TIP).unwrap();
        assert!(matches!(pool.insert(transaction("NZ-mpi", 2, 200, 100), TIP), Err(PoolError::SignerFull { .. })));
        pool.insert(transaction("NZ-man", 3, 200, 100), TIP).unwrap();

        let mut short = Waiting::new(cost * SIGNER_SHARE - 1);
        assert!(matches!(short.insert(transaction("NZ-mpi", 1, 200, 100), TIP), Err(PoolError::SignerFull { .. })));
    }

    #[test]
    fn authorities_fill_seven_eighths_and_a_member_still_enters() {
        let cost = charge(&transaction("NZ-a0", 1, 200, 100));
        let mut pool = Waiting::new(cost * SIGNER_SHARE);
        for index in 0..7 {
            pool.insert(transaction(&format!("NZ-a{index}"), 1, 200, 100), TIP).unwrap();
        }
        assert!(matches!(pool.insert(transaction("NZ-a7", 1, 200, 100), TIP), Err(PoolError::Full { .. })));
        pool.insert(transaction("NZ", 1, 200, 100), TIP).unwrap();
        assert!(matches!(pool.insert(transaction("CL", 1, 200, 100), TIP), Err(PoolError::Full { .. })));
    }

    #[test]
    fn the_same_body_waits_once() {
        let mut pool = Waiting::new(POOL_BYTES_MAX);
        let one = transaction("NZ-mpi", 1, 200, 100);
        pool.insert(Arc::clone(&one), TIP).unwrap();
        assert_eq!(pool.insert(Arc::clone(&one), TIP), Ok(Inserted::Known));
        assert_eq!(pool.by_wire_hash(&one.wire_hash()), Some(&one));
        assert_eq!(pool.count(), 1);
    }

    #[test]
    fn an_expiry_that_has_passed_or_lies_too_far_ahead_is_refused() {
        let mut pool = Waiting::new(POOL_BYTES_MAX);
        let latest = TIP.get() + EXPIRY_HEIGHTS_MAX;
        for (expiry, fits) in [(99, false), (100, false), (101, true), (latest, true), (latest + 1, false)] {
            assert_eq!(pool.insert(transaction("NZ-mpi", 1, expiry, 10), TIP).is_ok(), fits, "{expiry}");
        }
    }

    #[test]
    fn what_expires_or_is_decided_leaves() {
        let mut pool = Waiting::new(POOL_BYTES_MAX);
        let all: Vec<_> = (0..10).map(|n| transaction("NZ-mpi", n, 101 + u64::from(n), 10)).collect();
        for one in &all {
            pool.insert(Arc::clone(one), TIP).unwrap();
        }
        assert_eq!(pool.candidates(usize::MAX, usize::MAX, Height::new(105)).len(), 6);
        let expired: Vec<u32> = pool.expire(Height::new(104)).iter().map(|t| number(t)).collect();
        assert_eq!(expired, [0, 1, 2, 3]);
        let decided: Vec<TransactionId> = all[2..8].iter().map(|t| t.id()).collect();
        assert_eq!(pool.remove(&decided), 4);
        assert_eq!(pool.count(), 2);
        assert_eq!(pool.expire(Height::new(1000)).len(), 2);
        assert!(pool.is_empty() && pool.bytes() == 0 && pool.lines.is_empty() && pool.by_wire.is_empty());
    }

    #[test]
    fn a_block_is_shared_evenly_between_a_flood_and_a_single_one() {
        let mut pool = Waiting::new(POOL_BYTES_MAX);
        for n in 0..100 {
            pool.insert(transaction("NZ-flood", n, 200, 2000), TIP).unwrap();
        }
        for n in 0..10 {
            pool.insert(transaction("CL-sag", n, 200, 2000), TIP).unwrap();
        }
        let size = transaction("CL-sag", 1, 200, 2000).wire().len() + BLOCK_ENTRY_BYTES;
        let block = pool.candidates(20 * (size + 8), usize::MAX, NEXT);
        let of = |name: &str| -> Vec<u32> { block.iter().filter(|t| t.transaction().signer.as_str() == name).map(|t| number(t)).collect() };
        assert_eq!(of("CL-sag"), (0..10).collect::<Vec<_>>());
        assert_eq!(of("NZ-flood"), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn an_arrival_is_told_once() {
        let pool = Pool::new(POOL_BYTES_MAX);
        let arrivals = pool.arrivals();
        let one = transaction("NZ-mpi", 1, 101, 10);
        assert_eq!(pool.insert(Arc::clone(&one), TIP), Ok(Inserted::New));
        assert_eq!(pool.insert(Arc::clone(&one), TIP), Ok(Inserted::Known));
        assert_eq!(*arrivals.borrow(), 1);
        pool.insert(transaction("NZ-mpi", 2, 150, 10), TIP).unwrap();
        pool.insert(transaction("NZ-mpi", 3, 101, 10), TIP).unwrap();
        let expired = pool.recorded(NEXT, &[(one.id(), one.wire_hash())]);
        assert_eq!((expired.len(), pool.len()), (1, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn bounds_and_order_hold_whatever_comes(steps in prop::collection::vec((0_u8..5, 0_u32..40, 101_u64..120, 0_usize..3000, 0_u8..8), 1..120)) {
            let signers = ["NZ-a", "NZ-b", "CL-c", "SG-d", "NZ"];
            let mut pool = Waiting::new(64 * 1024);
            let mut tip = TIP;
            for (signer, n, expiry, size, action) in steps {
                let one = transaction(signers[usize::from(signer)], n, expiry, size);
                match action {
                    0 => { pool.remove(&[one.id()]); }
                    1 => { tip = tip.next().unwrap(); pool.expire(tip); }
                    _ => { let _ = pool.insert(one, tip); }
                }
                // The sums are what the entries add up to, and no bound is passed.
                let all: Vec<_> = pool.lines.values().flat_map(|line| line.waiting.values()).collect();
                prop_assert_eq!(pool.bytes(), all.iter().map(|t| charge(t)).sum::<usize>());
                prop_assert_eq!((pool.count(), pool.by_wire.len(), pool.by_expiry.len()), (all.len(), all.len(), all.len()));
                prop_assert!(pool.bytes() <= 64 * 1024);
                prop_assert!(pool.lines.values().all(|line| line.bytes <= 8 * 1024 && !line.waiting.is_empty()));
                prop_assert!(all.iter().all(|t| t.transaction().expiry > tip && pool.get(&t.id()).is_some()));
                // A block keeps each signer's order and its own bounds.
                let block = pool.candidates(9000, 7, tip.next().unwrap());
                prop_assert!(block.len() <= 7);
                prop_assert!(block.iter().map(|t| t.wire().len() + BLOCK_ENTRY_BYTES).sum::<usize>() <= 9000);
                for (signer, line) in &pool.lines {
                    let taken: Vec<_> = block.iter().filter(|t| t.transaction().signer == *signer).map(|t| t.id()).collect();
                    let waiting: Vec<_> = line.waiting.values().take(taken.len()).map(|t| t.id()).collect();
                    prop_assert_eq!(taken, waiting);
                }
                prop_assert_eq!(pool.candidates(usize::MAX, usize::MAX, tip.next().unwrap()).len(), all.len());
            }
        }
    }
}
