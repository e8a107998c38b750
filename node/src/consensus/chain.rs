//! The chain as consensus works on it: what the engine asks of an application, answered without naming the engine.
//!
//! All of it runs on one thread of its own ("consensus"), which does the disk and the computing, so that the tasks
//! of the network stay responsive. A block is executed once: its changes stay in memory until it is decided, or
//! until another is.

use crate::app::{App, Recorded, Tip};
use crate::clock;
use crate::consensus::portion::Portion;
use crate::consensus::proposal::{BadBlock, CheckError, Executed, Parent, Rules, body_bytes_max, build, check_body, check_header};
use crate::consensus::turns::{self, Turns};
use crate::rules;
use bytes::Bytes;
use ledger::block::{BLOCK_TRANSACTIONS_MAX, Block, BlockHash, CommitCertificate, PROPOSAL_BYTES_MAX, Validators, transactions_root};
use ledger::codec::Canonical;
use ledger::id::{MemberId, NetworkId};
use ledger::key::Signature;
use ledger::state::Fault;
use ledger::time::{Height, Timestamp};
use ledger::transaction::{DecodedTransaction, WireHash};
use ledger_store::Decided;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Blocks of the height in progress that are kept executed.
const EXECUTED_MAX: usize = 8;
/// Blocks of the height in progress that are remembered as bad.
const BAD_MAX: usize = 64;
/// Blocks taken up for one round.
const PROPOSALS_PER_ROUND_MAX: usize = 4;
/// Bodies for later heights that are kept, in all and of one publisher.
const PENDING_MAX: usize = 12;
const PENDING_PER_PUBLISHER_MAX: usize = 3;
/// How far ahead bodies are kept.
const PENDING_HEIGHTS_MAX: u64 = 4;
/// How long decided blocks' times may disagree with this clock before the node stops.
const CLOCK_WRONG_FOR: Duration = Duration::from_secs(120);
/// The answer of value sync leaves room for the certificates.
const VALUES_BYTES_MAX: usize = crate::network::RESPONSE_BYTES_MAX - 256 * 1024;

/// A block that was proposed, with what this node thinks of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proposed {
    /// Its height.
    pub height: Height,
    /// The round in which it was proposed.
    pub round: u32,
    /// The earlier round in which it was found valid by two thirds.
    pub valid_round: Option<u32>,
    /// Who proposed it.
    pub proposer: MemberId,
    /// Its name.
    pub hash: BlockHash,
    /// Whether a vote for it is right.
    pub valid: bool,
}

/// A body as it came from a member, its signature checked.
#[derive(Clone, Debug)]
pub struct Body {
    /// The height.
    pub height: Height,
    /// The round in which it is proposed.
    pub round: u32,
    /// The earlier round in which it was found valid by two thirds.
    pub valid_round: Option<u32>,
    /// Who proposes it in this round.
    pub proposer: MemberId,
    /// Who sent it.
    pub publisher: MemberId,
    /// The name that the publisher signed.
    pub hash: BlockHash,
    /// The canonical block.
    pub bytes: Bytes,
}

/// A body for a later height, with what the clock said of it when it came.
struct Pending {
    body: Body,
    timely: bool,
}

/// What became of a block of value sync.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Synced {
    /// It was read; whether it is what was certified, the engine compares.
    Read(Proposed),
    /// Its bytes are no block.
    Unreadable,
}

/// Precommits for a block, by their members.
#[derive(Clone, Debug)]
pub struct Precommits {
    /// The height.
    pub height: Height,
    /// The round.
    pub round: u32,
    /// The block.
    pub block: BlockHash,
    /// Who signed.
    pub votes: Vec<(MemberId, Signature)>,
}

/// See the module.
pub struct Chain {
    app: Arc<App>,
    parent: Parent,
    /// The certificate of the parent, as this node knows it: what its own proposals carry.
    certificate: Option<CommitCertificate>,
    turns: Turns,
    passed_over: Vec<bool>,
    executed: VecDeque<Arc<Executed>>,
    bad: VecDeque<(BlockHash, BadBlock)>,
    /// What was proposed at the height in progress, by round; loaded from disk when a round is first asked for.
    proposed: BTreeMap<u32, Vec<Proposed>>,
    pending: Vec<Pending>,
    portion: Portion,
    clock_wrong_since: Option<Instant>,
}

impl Chain {
    /// Takes the chain up where it stands on disk.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read.
    pub fn open(app: Arc<App>) -> Result<Self, Fault> {
        let (parent, certificate) = read_parent(&app)?;
        let turns = read_turns(&app, &parent)?;
        let passed_over = turns.passed_over(&parent.validators);
        app.wake.advance(parent.height.get().saturating_add(1));
        Ok(Self {
            app,
            parent,
            certificate,
            turns,
            passed_over,
            executed: VecDeque::new(),
            bad: VecDeque::new(),
            proposed: BTreeMap::new(),
            pending: Vec::new(),
            portion: Portion::default(),
            clock_wrong_since: None,
        })
    }

    /// The height in progress.
    pub fn height(&self) -> Height {
        self.parent.height.saturating_add(1)
    }

    /// Who decides it, and whom its turns pass over.
    pub fn electorate(&self) -> (&Validators, &[bool]) {
        (&self.parent.validators, &self.passed_over)
    }

    /// What is known of a round that begins, earlier bodies for it included.
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn started_round(&mut self, height: Height, round: u32) -> Result<Vec<Proposed>, Fault> {
        if height != self.height() {
            return Ok(Vec::new());
        }
        for pending in self.take_pending(height) {
            if let Some(read) = read(&pending.body, &self.parent.network) {
                self.take_up(&pending.body, read, pending.timely)?;
            }
        }
        self.load_round(round)?;
        Ok(self.proposed.get(&round).cloned().unwrap_or_default())
    }

    /// After a restart: what was persisted for the round. Only blocks that came in time were, so no clock is asked.
    fn load_round(&mut self, round: u32) -> Result<(), Fault> {
        let height = self.height();
        for hash in self.app.store.undecided(height, round)? {
            if self.proposed.get(&round).is_some_and(|known| known.iter().any(|one| one.hash == hash)) {
                continue;
            }
            let Some(read) = self.candidate(height, &hash)? else { continue };
            let bytes = Bytes::from(read.block.to_bytes());
            let proposer = read.block.header.proposer;
            let valid = self.check(read, bytes, hash, round)?;
            self.remember(Proposed { height, round, valid_round: None, proposer, hash, valid });
        }
        Ok(())
    }

    fn remember(&mut self, proposed: Proposed) {
        let round = self.proposed.entry(proposed.round).or_default();
        match round.iter_mut().find(|known| known.hash == proposed.hash) {
            Some(known) => {
                known.valid |= proposed.valid;
                known.valid_round = known.valid_round.or(proposed.valid_round);
            }
            None => round.push(proposed),
        }
    }

    /// The block that this validator proposes: the same for the same (height, round), even after a crash.
    /// It may be sent at once, and is proposed only after [`Self::persist`].
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn propose(&mut self, height: Height, round: u32) -> Result<Option<Arc<Executed>>, Fault> {
        if height != self.height() {
            return Ok(None);
        }
        let me = self.app.member;
        self.load_round(round)?;
        let before = self.proposed.get(&round).and_then(|known| known.iter().find(|one| one.proposer == me && one.valid)).copied();
        if let Some(before) = before
            && let Some(executed) = self.executed(&before.hash, round)?
        {
            return Ok(Some(executed));
        }
        let mut candidates = self.app.pool.candidates(body_bytes_max(self.certificate.as_ref()), BLOCK_TRANSACTIONS_MAX, height);
        candidates.truncate(self.portion.count(candidates.iter().map(|one| one.wire().len())));
        let bytes = candidates.iter().map(|one| one.wire().len()).sum();
        let began = Instant::now();
        let executed = {
            let view = self.app.store.view()?;
            let rules = Rules {
                is_recorded: &|id| Ok(self.app.store.transaction(id)?.is_some()),
                execute: &|height, time, transactions| rules::execute(self.app.network, height, time, transactions, &view),
                update: &|changes| view.update(changes),
            };
            build(&self.parent, self.certificate.clone(), me, clock::now(), &candidates, &rules)?
        };
        let took = began.elapsed();
        tracing::debug!(%height, round, transactions = executed.names.len(), micros = took.as_micros() as u64, "built");
        self.app.judging.took(took);
        if let Some(next) = self.portion.built(bytes, took) {
            let took_ms = took.as_millis() as u64;
            tracing::warn!(%height, round, bytes, took_ms, next_bytes_max = next, "building a block took long: the next takes less");
        }
        let executed = Arc::new(executed);
        self.keep(Arc::clone(&executed));
        self.remember(Proposed { height, round, valid_round: None, proposer: me, hash: executed.hash, valid: true });
        Ok(Some(executed))
    }

    /// Writes a block that this validator proposes. It is on disk when this returns.
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn persist(&self, round: u32, executed: &Executed) -> Result<(), Fault> {
        self.app.store.put_undecided(round, &executed.block)
    }

    /// Takes a body from a member. What is found valid is on disk when this returns.
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn receive(&mut self, body: Body) -> Result<Option<Proposed>, Fault> {
        let height = self.height();
        if body.height < height {
            // Decided already; a late body says nothing new, and is not judged on a parent that is not its own.
            return Ok(None);
        }
        let Some(read) = read(&body, &self.parent.network) else { return Ok(None) };
        // The clock is asked once, when a first proposal comes; never when it was locked before, and never again.
        let timely = body.valid_round.is_some() || clock::is_timely(read.block.header.time, clock::now(), body.round);
        if body.height > height {
            self.keep_pending(body, timely);
            return Ok(None);
        }
        self.take_up(&body, read, timely)
    }

    fn take_up(&mut self, body: &Body, read: Read, timely: bool) -> Result<Option<Proposed>, Fault> {
        let known = self.proposed.get(&body.round);
        if let Some(known) = known.and_then(|known| known.iter().find(|one| one.hash == body.hash)) {
            if known.valid || body.valid_round.is_none() {
                return Ok(Some(*known));
            }
        } else if known.map_or(0, Vec::len) >= PROPOSALS_PER_ROUND_MAX {
            return Ok(None);
        }
        let (height, round) = (body.height, body.round);
        // The clock's word costs nothing; the block itself is checked even so, since it may come back with a lock.
        let sound = if timely {
            self.check_and_persist(read, body.bytes.clone(), body.hash, round)?
        } else {
            self.app.judging.came_late();
            tracing::warn!(%height, round, proposer = %body.proposer, "a proposal outside the time allowed: no vote for it");
            self.check(read, body.bytes.clone(), body.hash, round)?
        };
        let valid = sound && timely;
        let proposed = Proposed { height, round, valid_round: body.valid_round, proposer: body.proposer, hash: body.hash, valid };
        self.remember(proposed);
        Ok(Some(proposed))
    }

    fn keep_pending(&mut self, body: Body, timely: bool) {
        if body.height.get() > self.height().get().saturating_add(PENDING_HEIGHTS_MAX)
            || self.pending.len() >= PENDING_MAX
            || self.pending.iter().filter(|other| other.body.publisher == body.publisher).count() >= PENDING_PER_PUBLISHER_MAX
            || self.pending.iter().any(|other| other.body.hash == body.hash && other.body.round == body.round)
        {
            return;
        }
        self.pending.push(Pending { body, timely });
    }

    fn take_pending(&mut self, height: Height) -> Vec<Pending> {
        let all = std::mem::take(&mut self.pending);
        let (now, later) = all.into_iter().filter(|one| one.body.height >= height).partition(|one| one.body.height == height);
        self.pending = later;
        now
    }

    /// A block of value sync. The engine has checked its certificate, so no clock is asked; all else is.
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn synced(&mut self, height: Height, round: u32, proposer: MemberId, bytes: Bytes) -> Result<Synced, Fault> {
        let Some(read) = read_whole(&bytes, &self.parent.network) else { return Ok(Synced::Unreadable) };
        let hash = read.block.header.hash();
        let wrong = Proposed { height, round, valid_round: None, proposer, hash, valid: false };
        if height != self.height() || read.block.header.height != height {
            return Ok(Synced::Read(wrong));
        }
        let valid = self.check_and_persist(read, bytes, hash, round)?;
        let proposed = Proposed { valid, ..wrong };
        self.remember(proposed);
        Ok(Synced::Read(proposed))
    }

    /// Why a block of the height in progress is bad, if it was found so.
    pub fn why_bad(&self, hash: &BlockHash) -> Option<&BadBlock> {
        self.bad.iter().find(|(bad, _)| bad == hash).map(|(_, why)| why)
    }

    /// Whether these precommits decide a block: more than two thirds, each signature checked.
    pub fn is_decision(&self, precommits: &Precommits) -> bool {
        let certificate = collect(precommits, &self.parent.validators);
        precommits.height == self.height() && certificate.verify(&self.parent.network, &self.parent.validators, &mut rand::rng()).is_ok()
    }

    /// Writes the decided block. It is on disk when this returns; a second call changes nothing.
    ///
    /// # Errors
    /// [`Fault`]: the node stops.
    pub fn decided(&mut self, precommits: &Precommits) -> Result<(), Fault> {
        if precommits.height < self.height() {
            return Ok(());
        }
        let round = precommits.round;
        let executed = self.executed(&precommits.block, round)?.ok_or_else(|| Fault {
            what: format!("block {} was decided at height {}, and is not on this disk", precommits.block, precommits.height),
            remedy: "start the node again: it asks other members for the block".into(),
        })?;
        let certificate = collect(precommits, &self.parent.validators);
        let started = Instant::now();
        let Executed { block, names, outcomes, changes, update, .. } = &*executed;
        self.app.store.commit(Decided {
            block,
            certificate: &certificate,
            transactions: names,
            outcomes,
            changes,
            update: update.clone(),
        })?;
        let took = started.elapsed();
        self.advance(&executed, certificate)?;
        tracing::debug!(
            height = %block.header.height, round, transactions = names.len(), block = %precommits.block,
            proposer = %block.header.proposer, commit_ms = took.as_millis() as u64, "decided"
        );
        Ok(())
    }

    /// Everything that follows from a block that is on disk.
    fn advance(&mut self, executed: &Executed, certificate: CommitCertificate) -> Result<(), Fault> {
        let header = &executed.block.header;
        self.turns.decided(&executed.block, &self.parent.validators_before);
        self.parent = Parent {
            network: self.parent.network,
            height: header.height,
            block: executed.hash,
            time: header.time,
            frontier: self.app.store.frontier(),
            validators_before: self.parent.validators.clone(),
            validators: self.parent.validators.clone(),
        };
        self.certificate = Some(certificate);
        self.passed_over = self.turns.passed_over(&self.parent.validators);
        self.executed.clear();
        self.bad.clear();
        self.proposed.clear();
        self.app.judging.begin_height();
        self.app.wake.advance(header.height.get().saturating_add(1));
        let expired = self.app.pool.recorded(header.height, &executed.names);
        self.app.checked.forget(executed.names.iter().map(|(_, wire_hash)| wire_hash));
        self.app.checked.forget(expired.iter().map(|one| one.wire_hash()).collect::<Vec<_>>().iter());
        let recorded = (0_u32..).zip(executed.names.iter().zip(&executed.outcomes)).map(|(index, ((transaction, wire_hash), outcomes))| {
            Recorded { transaction: *transaction, wire_hash: *wire_hash, height: header.height, index, outcomes: outcomes.clone() }
        });
        let tip = Tip { height: header.height, block: executed.hash, time: header.time, state_root: header.state_root };
        self.app.recorded(tip, self.passed_over_members(), recorded);
        self.watch_clock(header.time)?;
        self.app.store.prune_undecided(header.height)
    }

    fn passed_over_members(&self) -> Vec<MemberId> {
        let passed = self.parent.validators.as_slice().iter().zip(&self.passed_over);
        passed.filter(|(_, passed)| **passed).map(|(validator, _)| validator.member).collect()
    }

    /// A clock that disagrees with every decided block for long is wrong, and its owner's votes are of no use.
    /// Blocks from the past (value sync) say nothing about it; blocks from the future do.
    fn watch_clock(&mut self, block_time: Timestamp) -> Result<(), Fault> {
        let behind = block_time.millis().saturating_sub(clock::now().millis());
        if u128::from(behind) <= clock::PRECISION.as_millis().saturating_mul(2) {
            self.clock_wrong_since = None;
            return Ok(());
        }
        let since = *self.clock_wrong_since.get_or_insert_with(Instant::now);
        if since.elapsed() < CLOCK_WRONG_FOR {
            return Ok(());
        }
        Err(Fault {
            what: format!("this machine's clock is {behind} ms behind the time that members agree on"),
            remedy: "set the clock (NTP) and start the node again".into(),
        })
    }

    /// The canonical bytes of a block of the height in progress, to send it again.
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn body(&self, height: Height, hash: &BlockHash) -> Result<Option<Bytes>, Fault> {
        if let Some(executed) = self.find(hash) {
            return Ok(Some(executed.bytes.clone()));
        }
        Ok(self.app.store.candidate(height, hash)?.map(|block| block.to_bytes().into()))
    }

    /// Decided blocks with their certificates, as many of the range as one answer may hold.
    ///
    /// # Errors
    /// [`Fault`] of our own.
    pub fn values(&self, first: u64, last: u64, count_max: u64) -> Result<Vec<(Bytes, Precommits)>, Fault> {
        let mut values = Vec::new();
        let mut bytes = 0_usize;
        for height in (first..=last.min(self.parent.height.get())).take(usize::try_from(count_max).unwrap_or(1)) {
            let height = Height::new(height);
            let (Some(block), Some(certificate)) = (self.app.store.block_bytes(height)?, self.app.store.certificate(height)?) else {
                break;
            };
            bytes = bytes.saturating_add(block.len());
            if bytes > VALUES_BYTES_MAX && !values.is_empty() {
                break;
            }
            let Ok(votes) = certificate.votes(&self.parent.validators) else { break };
            let votes = votes.into_iter().map(|(validator, signature)| (validator.member, *signature)).collect();
            values.push((block.into(), Precommits { height, round: certificate.round, block: certificate.block, votes }));
        }
        Ok(values)
    }

    /// The executed block, from memory or checked again from disk.
    fn executed(&mut self, hash: &BlockHash, round: u32) -> Result<Option<Arc<Executed>>, Fault> {
        if let Some(executed) = self.find(hash) {
            return Ok(Some(executed));
        }
        let Some(read) = self.candidate(self.height(), hash)? else { return Ok(None) };
        let bytes = Bytes::from(read.block.to_bytes());
        if !self.check(read, bytes, *hash, round)? {
            let why = self.why_bad(hash).map_or_else(String::new, ToString::to_string);
            return Err(Fault {
                what: format!("block {hash} at height {} was found valid before and is bad now: {why}", self.height()),
                remedy: "run `symbolon-node audit`; if the ledger is sound, report this defect".into(),
            });
        }
        Ok(self.find(hash))
    }

    /// A block of a height that was written before it was decided; only such a one was whose transactions were readable.
    fn candidate(&self, height: Height, hash: &BlockHash) -> Result<Option<Read>, Fault> {
        let Some(block) = self.app.store.candidate(height, hash)? else { return Ok(None) };
        with_transactions(block, &self.parent.network).map(Some).ok_or_else(|| Fault {
            what: format!("block {hash} at height {height} on this disk holds a transaction that is not readable"),
            remedy: "run `symbolon-node audit`; if the ledger is sound, report this defect".into(),
        })
    }

    fn find(&self, hash: &BlockHash) -> Option<Arc<Executed>> {
        self.executed.iter().find(|one| one.hash == *hash).cloned()
    }

    fn keep(&mut self, executed: Arc<Executed>) {
        if self.find(&executed.hash).is_none() {
            self.executed.push_back(executed);
            if self.executed.len() > EXECUTED_MAX {
                self.executed.pop_front();
            }
        }
    }

    /// [`Self::check`], while the block is written; both are done when this returns. A block that turns out bad lies
    /// on the disk until the height is decided, and is found bad again if it is read.
    fn check_and_persist(&mut self, read: Read, bytes: Bytes, hash: BlockHash, round: u32) -> Result<bool, Fault> {
        let (store, copy) = (Arc::clone(&self.app.store), read.block.clone());
        std::thread::scope(|scope| {
            let written = scope.spawn(move || store.put_undecided(round, &copy));
            let sound = self.check(read, bytes, hash, round);
            written
                .join()
                .unwrap_or_else(|_| Err(Fault { what: "writing a proposed block failed".into(), remedy: "report this defect".into() }))?;
            sound
        })
    }

    /// Whether this is a block on the parent, whatever the clock says. Each block is checked and executed once.
    fn check(&mut self, read: Read, bytes: Bytes, hash: BlockHash, round: u32) -> Result<bool, Fault> {
        if self.find(&hash).is_some() {
            return Ok(true);
        }
        if self.bad.iter().any(|(bad, _)| *bad == hash) {
            return Ok(false);
        }
        match self.check_anew(read, bytes, round) {
            Ok(executed) => {
                self.keep(Arc::new(executed));
                Ok(true)
            }
            Err(CheckError::Bad(why)) => {
                tracing::warn!(height = %self.height(), round, block = %hash, %why, "a bad block");
                // Whose turn it was depends on the round, so that alone is not remembered against the block.
                if !matches!(why, BadBlock::Proposer(_)) {
                    self.bad.push_back((hash, why));
                    if self.bad.len() > BAD_MAX {
                        self.bad.pop_front();
                    }
                }
                Ok(false)
            }
            Err(CheckError::Fault(fault)) => Err(fault),
        }
    }

    fn check_anew(&self, read: Read, bytes: Bytes, round: u32) -> Result<Executed, CheckError> {
        let height = self.height();
        let slice = self.parent.validators.as_slice();
        let may_propose = |member: MemberId| {
            let rounds = round.min(u32::try_from(slice.len()).unwrap_or(u32::MAX));
            (0..=rounds).any(|round| slice.get(turns::proposer(&self.passed_over, height, round)).is_some_and(|v| v.member == member))
        };
        let began = Instant::now();
        let Read { block, transactions: read } = read;
        let count = read.len();
        check_header(&block, bytes.len(), &self.parent, &may_propose)?;
        let view = self.app.store.view()?;
        let read = read.into_iter().map(Ok).collect();
        let transactions = self.app.checked.check_read(read, &|signer, key| rules::signer_key(&view, signer, key));
        let signatures = began.elapsed();
        let rules = Rules {
            is_recorded: &|id| Ok(self.app.store.transaction(id)?.is_some()),
            execute: &|height, time, transactions| rules::execute(self.app.network, height, time, transactions, &view),
            update: &|changes| view.update(changes),
        };
        let checked = check_body(block, bytes, transactions, &self.parent, &rules);
        self.app.judging.took(began.elapsed());
        tracing::debug!(
            %height, round, transactions = count, signatures_micros = signatures.as_micros() as u64,
            micros = began.elapsed().as_micros() as u64, "checked"
        );
        checked
    }
}

/// A block with its transactions, read once.
struct Read {
    block: Block,
    transactions: Vec<DecodedTransaction>,
}

/// The block of a body, if it is one and is what the publisher signed.
fn read(body: &Body, network: &NetworkId) -> Option<Read> {
    if body.bytes.len() > PROPOSAL_BYTES_MAX {
        return None;
    }
    let read = read_whole(&body.bytes, network)?;
    (read.block.header.hash() == body.hash && read.block.header.height == body.height).then_some(read)
}

/// A block whose body is the one that its header commits to. A block's name is its header's: a body that does not
/// belong to it must never bring the name into disrepute. What is no transaction has no wire hash, so that no header
/// commits to it.
fn read_whole(bytes: &[u8], network: &NetworkId) -> Option<Read> {
    let read = with_transactions(Block::from_bytes(bytes).ok()?, network)?;
    let wire_hashes: Vec<WireHash> = read.transactions.iter().map(DecodedTransaction::wire_hash).collect();
    let header = &read.block.header;
    let belongs = header.transactions_root == transactions_root(&wire_hashes)
        && header.previous_commit == read.block.previous_commit.as_ref().map(CommitCertificate::hash);
    belongs.then_some(read)
}

fn with_transactions(block: Block, network: &NetworkId) -> Option<Read> {
    let decode = |wire: &ledger::codec::Bytes| DecodedTransaction::from_wire(wire.to_vec(), network).ok();
    let transactions = block.transactions.iter().map(decode).collect::<Option<_>>()?;
    Some(Read { block, transactions })
}

fn collect(precommits: &Precommits, validators: &Validators) -> CommitCertificate {
    CommitCertificate::collect(precommits.height, precommits.round, precommits.block, validators, &precommits.votes)
}

fn read_parent(app: &App) -> Result<(Parent, Option<CommitCertificate>), Fault> {
    let tip = app.store.tip();
    let header = app.store.header(tip.height)?;
    let validators = app.founding.validators().clone();
    let parent = Parent {
        network: app.network,
        height: tip.height,
        block: tip.block,
        time: header.map_or(app.founding.time(), |header| header.time),
        frontier: app.store.frontier(),
        validators_before: validators.clone(),
        validators,
    };
    Ok((parent, app.store.certificate(tip.height)?))
}

fn read_turns(app: &App, parent: &Parent) -> Result<Turns, Fault> {
    let mut turns = Turns::default();
    let window = Turns::window(parent.validators.as_slice().len()) as u64;
    let first = parent.height.get().saturating_sub(window).max(1);
    for height in first..=parent.height.get() {
        if let Some(block) = app.store.block(Height::new(height))? {
            turns.decided(&block, &parent.validators_before);
        }
    }
    Ok(turns)
}
