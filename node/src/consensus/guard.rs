//! The sign-once record on disk: asked before each signature, written and synced before each signed message leaves.

use crate::consensus::sign_once::{Request, SignOnce};
use ledger::codec::Canonical;
use ledger::state::Fault;
use ledger::time::Height;
use ledger_store::Store;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Under which name the store keeps the record.
const NAME: &[u8] = b"consensus";

/// Keeps this validator from ever sending two different messages for one step.
pub struct Guard {
    store: Arc<Store>,
    /// Up to there nothing is signed: known and told, so that no line of the log says it height by height.
    abstains_up_to: Option<Height>,
    inner: Mutex<Inner>,
}

struct Inner {
    record: SignOnce,
    /// After a failed write nothing is signed any more.
    failed: Option<Fault>,
}

impl Guard {
    /// Reads the record back.
    ///
    /// # Errors
    /// [`Fault`] if it cannot be read: then nothing may be signed.
    pub fn open(store: Arc<Store>) -> Result<Self, Fault> {
        let record = read(&store)?;
        let abstains_up_to = abstains(&record, &store);
        Ok(Self { store, abstains_up_to, inner: Mutex::new(Inner { record, failed: None }) })
    }

    /// Takes up that what was signed up to this height is not known: nothing is signed up to there. Blocks for the disk.
    ///
    /// # Errors
    /// As [`Self::open`], or if it cannot be written.
    pub fn abstain_up_to(store: &Store, height: Height) -> Result<(), Fault> {
        let mut record = read(store)?;
        let before = record.clone();
        record.abstain_up_to(height);
        if record == before { Ok(()) } else { store.put_signed(NAME, &record.to_bytes()) }
    }

    /// Up to which height nothing is signed, if that is beyond the tip.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn abstains_up_to(store: &Store) -> Result<Option<Height>, Fault> {
        Ok(abstains(&read(store)?, store))
    }

    /// Whether this may be signed.
    pub fn permits(&self, request: &Request) -> bool {
        let mut inner = self.lock();
        if inner.failed.is_some() || self.abstains_up_to.is_some_and(|height| request.height <= height) {
            return false;
        }
        match inner.record.sign(request) {
            Ok(()) => true,
            Err(refused) => {
                tracing::warn!(height = %request.height, round = request.round, step = ?request.step, %refused, "not signed");
                false
            }
        }
    }

    /// Whether this may be sent: it is on disk now. Blocks for the disk.
    pub fn record(&self, request: &Request) -> bool {
        let mut inner = self.lock();
        if inner.failed.is_some() || self.abstains_up_to.is_some_and(|height| request.height <= height) {
            return false;
        }
        match inner.record.record(request) {
            Ok(false) => true,
            Ok(true) => match self.store.put_signed(NAME, &inner.record.to_bytes()) {
                Ok(()) => true,
                Err(fault) => {
                    tracing::error!(%fault, "the sign-once record cannot be written; this validator signs nothing more");
                    inner.failed = Some(fault);
                    false
                }
            },
            Err(refused) => {
                tracing::warn!(height = %request.height, round = request.round, step = ?request.step, %refused, "not sent");
                false
            }
        }
    }

    /// Why nothing is signed any more, if that is so.
    pub fn failed(&self) -> Option<Fault> {
        self.lock().failed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn abstains(record: &SignOnce, store: &Store) -> Option<Height> {
    record.lowest().previous().filter(|height| *height > store.tip().height)
}

fn read(store: &Store) -> Result<SignOnce, Fault> {
    let Some(bytes) = store.signed(NAME)? else { return Ok(SignOnce::default()) };
    SignOnce::from_bytes(&bytes).map_err(|error| Fault {
        what: format!("the sign-once record is damaged: {error}"),
        remedy: "do not start this validator again before the height in progress is decided; then give it a new home".into(),
    })
}
