//! Each signature is checked once per node (DESIGN D17), and many together.
//!
//! [`Checked`] remembers transactions whose signature was checked under the registered key, by wire hash. The wire
//! hash covers acts and signature, and (signer, key number) always names the same public key, so that the answer never
//! changes. [`SignatureChecker`] gathers what submissions bring within [`GATHER_FOR`], or up to [`BATCH_MAX`], and
//! checks it in one batch on a blocking thread, at a third of the cost of single checks. If a batch fails, its
//! signatures are checked one by one: the bad ones are refused and the others pass.
//!
//! This module never decides which key is the right one: its callers ask the registry.

use bytes::Bytes;
use ledger::id::{KeyNumber, NetworkId, Signer};
use ledger::key::{BadSignature, Batch, PublicKey};
use ledger::state::Fault;
use ledger::transaction::{BadTransaction, DecodedTransaction, VerifiedTransaction, WireHash};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};

/// How many bytes the remembered transactions may be charged for: as many as may wait in the pool, which shares them.
pub const CHECKED_BYTES_MAX: usize = crate::pool::POOL_BYTES_MAX;
/// How many signatures are checked together at most.
pub const BATCH_MAX: usize = 256;
/// How long the first signature of a batch waits for others.
pub const GATHER_FOR: Duration = Duration::from_millis(2);
/// How many signatures may wait to be gathered; further submitters wait.
pub const GATHER_QUEUE_MAX: usize = 4 * BATCH_MAX;
/// How many batches are checked at the same time.
pub const BATCHES_AT_ONCE_MAX: usize = 2;

/// Why a transaction is not admitted, whatever the rules of its record kind.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AdmissionError {
    /// Its bytes are wrong, or it is meant for another network.
    #[error(transparent)]
    Bad(#[from] BadTransaction),
    /// The registry has no such key.
    #[error("the registry has no key {key} of {signer}; name the key first, or sign with one that is named")]
    UnknownKey {
        /// Who claims to sign.
        signer: Signer,
        /// The key's number.
        key: KeyNumber,
    },
    /// The signature is not the key's.
    #[error("the signature does not check under key {key} of {signer}; sign the exact bytes with that key")]
    Signature {
        /// Who claims to sign.
        signer: Signer,
        /// The key's number.
        key: KeyNumber,
    },
    /// Our own disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How the registry is asked for a signer's key.
pub type Keys<'a> = &'a dyn Fn(&Signer, KeyNumber) -> Result<Option<PublicKey>, Fault>;

/// The transactions whose signature was checked here, by wire hash. The oldest is forgotten for a new one.
#[derive(Debug)]
pub struct Checked {
    network: NetworkId,
    bytes_max: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    bytes: usize,
    arrivals: u64,
    by_hash: HashMap<WireHash, u64>,
    by_arrival: BTreeMap<u64, Arc<VerifiedTransaction>>,
}

impl Checked {
    /// Remembers transactions of `network` up to `bytes_max`; a node uses [`CHECKED_BYTES_MAX`].
    pub fn new(network: NetworkId, bytes_max: usize) -> Self {
        Self { network, bytes_max, inner: Mutex::default() }
    }

    /// The transaction with these wire bytes, if it was checked here and is still remembered.
    pub fn get(&self, wire_hash: &WireHash) -> Option<Arc<VerifiedTransaction>> {
        let inner = self.lock();
        inner.by_arrival.get(inner.by_hash.get(wire_hash)?).cloned()
    }

    /// Remembers a transaction. Only a checked one can be passed.
    pub fn insert(&self, transaction: VerifiedTransaction) -> Arc<VerifiedTransaction> {
        let hash = transaction.wire_hash();
        let mut inner = self.lock();
        if let Some(known) = inner.by_hash.get(&hash).and_then(|arrival| inner.by_arrival.get(arrival)) {
            return Arc::clone(known);
        }
        let transaction = Arc::new(transaction);
        let arrival = inner.arrivals;
        inner.arrivals += 1;
        inner.bytes += charge(&transaction);
        inner.by_hash.insert(hash, arrival);
        inner.by_arrival.insert(arrival, Arc::clone(&transaction));
        while inner.bytes > self.bytes_max
            && let Some((_, oldest)) = inner.by_arrival.pop_first()
        {
            inner.bytes -= charge(&oldest);
            inner.by_hash.remove(&oldest.wire_hash());
        }
        transaction
    }

    /// Forgets what was recorded: the chain knows it by its name from now on.
    pub fn forget<'a>(&self, wire_hashes: impl IntoIterator<Item = &'a WireHash>) {
        let mut inner = self.lock();
        for hash in wire_hashes {
            if let Some(known) = inner.by_hash.remove(hash).and_then(|arrival| inner.by_arrival.remove(&arrival)) {
                inner.bytes -= charge(&known);
            }
        }
    }

    /// How many transactions are remembered.
    pub fn count(&self) -> usize {
        self.lock().by_arrival.len()
    }

    /// Reads many transactions, and checks them as [`Self::check_read`]. For bulk submissions and gossip.
    pub fn check(&self, wires: &[Bytes], keys: Keys<'_>) -> Vec<Result<Arc<VerifiedTransaction>, AdmissionError>> {
        let read = wires.iter().map(|wire| Ok(DecodedTransaction::from_wire(wire.to_vec(), &self.network)?));
        self.check_read(read.collect(), keys)
    }

    /// Checks many transactions that were read, in batches, past those known already. Answers stand in the order of the
    /// questions. For proposals and synced blocks.
    ///
    /// Takes about 14 µs an unknown transaction, and 45 µs more for each one of a batch that holds a bad one: call it
    /// on a blocking thread.
    pub fn check_read(
        &self,
        read: Vec<Result<DecodedTransaction, AdmissionError>>,
        keys: Keys<'_>,
    ) -> Vec<Result<Arc<VerifiedTransaction>, AdmissionError>> {
        let mut unknown = Vec::new();
        let known: Vec<Result<Known, AdmissionError>> = read
            .into_iter()
            .map(|decoded| {
                let decoded = decoded?;
                if let Some(known) = self.get(&decoded.wire_hash()) {
                    return Ok(Known::Before(known));
                }
                let key = Self::key_of(&decoded, keys)?;
                let (signer, number) = (decoded.transaction().signer.clone(), decoded.transaction().key);
                unknown.push((decoded, key));
                Ok(Known::Now(AdmissionError::Signature { signer, key: number }))
            })
            .collect();
        let mut fresh = check_all(unknown).into_iter();
        known
            .into_iter()
            .map(|known| match known? {
                Known::Before(known) => Ok(known),
                Known::Now(if_bad) => match fresh.next() {
                    Some(Ok(verified)) => Ok(self.insert(verified)),
                    _ => Err(if_bad),
                },
            })
            .collect()
    }

    /// Reads one transaction and finds the key that it claims to be signed with.
    ///
    /// # Errors
    /// [`AdmissionError`], but never [`AdmissionError::Signature`].
    pub fn with_key(&self, wire: &[u8], keys: Keys<'_>) -> Result<(DecodedTransaction, PublicKey), AdmissionError> {
        let decoded = DecodedTransaction::from_wire(wire.to_vec(), &self.network)?;
        let key = Self::key_of(&decoded, keys)?;
        Ok((decoded, key))
    }

    fn key_of(decoded: &DecodedTransaction, keys: Keys<'_>) -> Result<PublicKey, AdmissionError> {
        let (signer, key) = (&decoded.transaction().signer, decoded.transaction().key);
        keys(signer, key)?.ok_or_else(|| AdmissionError::UnknownKey { signer: signer.clone(), key })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A transaction that was checked before, or that is checked now, with the answer if its signature is bad.
enum Known {
    Before(Arc<VerifiedTransaction>),
    Now(AdmissionError),
}

fn charge(transaction: &VerifiedTransaction) -> usize {
    transaction.wire().len() + crate::pool::ENTRY_BYTES
}

/// Checks all signatures in batches of [`BATCH_MAX`]; the answers stand in the order of the questions.
fn check_all(transactions: Vec<(DecodedTransaction, PublicKey)>) -> Vec<Result<VerifiedTransaction, BadSignature>> {
    let mut answers = Vec::with_capacity(transactions.len());
    let mut rest = transactions.into_iter();
    loop {
        let chunk: Vec<_> = rest.by_ref().take(BATCH_MAX).collect();
        if chunk.is_empty() {
            return answers;
        }
        answers.extend(check_batch(chunk));
    }
}

fn check_batch(chunk: Vec<(DecodedTransaction, PublicKey)>) -> Vec<Result<VerifiedTransaction, BadSignature>> {
    if chunk.len() > 1 {
        let mut batch = Batch::new();
        for (transaction, key) in &chunk {
            let (signed_bytes, signature) = transaction.signed();
            batch.add(key, signed_bytes, signature);
        }
        if batch.verify(&mut rand::rng()).is_ok() {
            return chunk.into_iter().map(|(transaction, _)| Ok(transaction.assume_verified())).collect();
        }
    }
    chunk.into_iter().map(|(transaction, key)| transaction.verify(&key)).collect()
}

/// Why there is no answer, or a bad one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotChecked {
    /// The signature is not the key's.
    #[error(transparent)]
    Bad(#[from] BadSignature),
    /// The node is shutting down.
    #[error("the node is shutting down")]
    Stopped,
}

struct Question {
    transaction: DecodedTransaction,
    key: PublicKey,
    reply: oneshot::Sender<Result<Arc<VerifiedTransaction>, BadSignature>>,
}

/// Gathers single signatures into batches. Cheap to clone; the gathering ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct SignatureChecker {
    checked: Arc<Checked>,
    questions: mpsc::Sender<Question>,
}

impl SignatureChecker {
    /// Starts gathering. Whatever checks enters `checked`.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(checked: Arc<Checked>) -> Self {
        let (questions, receiver) = mpsc::channel(GATHER_QUEUE_MAX);
        tokio::spawn(gather(receiver, Arc::clone(&checked)));
        Self { checked, questions }
    }

    /// What was checked so far.
    pub fn checked(&self) -> &Arc<Checked> {
        &self.checked
    }

    /// Checks one transaction under the key that the registry holds for it, together with whatever else comes now.
    ///
    /// # Errors
    /// [`NotChecked::Bad`] if the signature is not the key's.
    pub async fn check(&self, transaction: DecodedTransaction, key: PublicKey) -> Result<Arc<VerifiedTransaction>, NotChecked> {
        if let Some(known) = self.checked.get(&transaction.wire_hash()) {
            return Ok(known);
        }
        let (reply, answer) = oneshot::channel();
        self.questions.send(Question { transaction, key, reply }).await.map_err(|_| NotChecked::Stopped)?;
        Ok(answer.await.map_err(|_| NotChecked::Stopped)??)
    }
}

async fn gather(mut receiver: mpsc::Receiver<Question>, checked: Arc<Checked>) {
    let turns = Arc::new(Semaphore::new(BATCHES_AT_ONCE_MAX));
    while let Some(first) = receiver.recv().await {
        let mut questions = vec![first];
        let until = tokio::time::Instant::now() + GATHER_FOR;
        while questions.len() < BATCH_MAX {
            match tokio::time::timeout_at(until, receiver.recv()).await {
                Ok(Some(next)) => questions.push(next),
                Ok(None) | Err(_) => break,
            }
        }
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
        let checked = Arc::clone(&checked);
        tokio::task::spawn_blocking(move || {
            let (batch, replies): (Vec<_>, Vec<_>) = questions.into_iter().map(|q| ((q.transaction, q.key), q.reply)).unzip();
            for (answer, reply) in check_all(batch).into_iter().zip(replies) {
                // Whoever asked may have gone; then nobody needs the answer.
                let _ = reply.send(answer.map(|verified| checked.insert(verified)));
            }
            drop(turn);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::codec::Canonical;
    use ledger::key::SecretKey;
    use ledger::time::Height;
    use ledger::transaction::{Act, TRANSACTION_VERSION, Transaction};

    const NETWORK: NetworkId = NetworkId::new([1; 32]);

    fn secret(byte: u8) -> SecretKey {
        SecretKey::from_seed(&[byte; 32])
    }

    fn wire(number: u32, by: &SecretKey) -> Bytes {
        let transaction = Transaction {
            version: TRANSACTION_VERSION,
            network: NETWORK,
            signer: Signer::parse("NZ-mpi").unwrap(),
            key: KeyNumber::new(number / 1000),
            expiry: Height::new(u64::from(number) + 1),
            acts: vec![Act { kind: 1, verb: 1, body: vec![0xa0].into() }],
        };
        transaction.sign(by).to_bytes().into()
    }

    fn signed(number: u32, by: &SecretKey) -> DecodedTransaction {
        DecodedTransaction::from_wire(wire(number, by).to_vec(), &NETWORK).unwrap()
    }

    /// The registry of these tests: key 0 of everybody is `secret(7)`.
    fn registry(_: &Signer, key: KeyNumber) -> Result<Option<PublicKey>, Fault> {
        Ok((key == KeyNumber::ROOT).then(|| secret(7).public()))
    }

    #[test]
    fn one_past_the_bound_forgets_the_oldest() {
        let all: Vec<_> = (0..4).map(|n| signed(n, &secret(7)).assume_verified()).collect();
        let set = Checked::new(NETWORK, 3 * charge(&all[0]));
        for one in &all {
            set.insert(one.clone());
            set.insert(one.clone());
        }
        let known = || all.iter().map(|one| set.get(&one.wire_hash()).is_some()).collect::<Vec<_>>();
        assert_eq!(known(), [false, true, true, true]);
        set.forget(&[all[2].wire_hash(), all[0].wire_hash()]);
        assert_eq!(known(), [false, true, false, true]);
        set.forget(&[all[1].wire_hash(), all[3].wire_hash()]);
        let inner = set.lock();
        assert_eq!((inner.by_arrival.len(), inner.bytes, inner.by_hash.len()), (0, 0, 0));
    }

    #[test]
    fn the_one_bad_signature_among_256_is_found_and_the_others_pass() {
        for bad in [0, 100, 255] {
            let set = Checked::new(NETWORK, CHECKED_BYTES_MAX);
            let wires: Vec<_> = (0..256).map(|n| wire(n, &secret(if n == bad { 8 } else { 7 }))).collect();
            for (n, answer) in (0..).zip(set.check(&wires, &registry)) {
                assert_eq!(matches!(answer, Err(AdmissionError::Signature { .. })), n == bad, "{n}");
            }
            assert_eq!(set.count(), 255);
        }
    }

    #[test]
    fn what_is_wrong_is_named_in_its_own_place() {
        let set = Checked::new(NETWORK, CHECKED_BYTES_MAX);
        let truncated = wire(3, &secret(7)).slice(..40);
        let wires = [wire(1, &secret(7)), wire(1000, &secret(7)), truncated, wire(2, &secret(8)), wire(4, &secret(7))];
        for _ in 0..2 {
            let answers = set.check(&wires, &registry);
            assert_eq!(answers[0].as_ref().unwrap().wire(), wires[0]);
            assert!(matches!(answers[1], Err(AdmissionError::UnknownKey { .. })));
            assert!(matches!(answers[2], Err(AdmissionError::Bad(_))));
            assert!(matches!(answers[3], Err(AdmissionError::Signature { .. })));
            assert_eq!(answers[4].as_ref().unwrap().wire(), wires[4]);
        }
    }

    #[test]
    fn more_than_a_batch_keeps_its_order() {
        let set = Checked::new(NETWORK, CHECKED_BYTES_MAX);
        let wires: Vec<_> = (0..600).map(|n| wire(n, &secret(if n % 97 == 0 { 8 } else { 7 }))).collect();
        for (n, answer) in set.check(&wires, &registry).into_iter().enumerate() {
            assert_eq!(answer.ok().map(|verified| verified.wire().to_vec()), (n % 97 != 0).then(|| wires[n].to_vec()));
        }
    }

    #[tokio::test]
    async fn gathered_signatures_are_answered_each_to_its_own_submitter() {
        let checker = SignatureChecker::start(Arc::new(Checked::new(NETWORK, CHECKED_BYTES_MAX)));
        let asked = (0..400).map(|n| {
            let checker = checker.clone();
            async move {
                let transaction = signed(n, &secret(if n == 13 { 8 } else { 7 }));
                let hash = transaction.wire_hash();
                (n, hash, checker.check(transaction, secret(7).public()).await)
            }
        });
        for (n, hash, answer) in futures::future::join_all(asked).await {
            assert_eq!(answer.map(|verified| verified.wire_hash()), if n == 13 { Err(BadSignature.into()) } else { Ok(hash) });
            assert_eq!(checker.checked().get(&hash).is_some(), n != 13);
        }
    }

    #[tokio::test]
    async fn what_was_checked_is_not_checked_again() {
        let checker = SignatureChecker::start(Arc::new(Checked::new(NETWORK, CHECKED_BYTES_MAX)));
        checker.check(signed(1, &secret(7)), secret(7).public()).await.unwrap();
        // Under a key that it does not check with: the answer comes from memory.
        assert!(checker.check(signed(1, &secret(7)), secret(9).public()).await.is_ok());
        assert_eq!(checker.checked().count(), 1);
    }
}
