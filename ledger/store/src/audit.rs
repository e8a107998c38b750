//! Reads the whole chain back and recomputes every hash and root.
//!
//! What is checked: each header (hash, parent, time, network), its block, transactions, outcomes, history and
//! certificates; each value of the state against its leaf, each page up to the root of the tip; each row of the
//! history; each index; that there is no row that should not be there. With the rules at hand, each block is executed
//! again from the first state and each state root compared.
//!
//! An audit goes on after damage and names all of it, up to [`DAMAGES_MAX`], each once: what would only follow from it,
//! such as every later root of the history, is not compared any more, and the report says from which height on. It
//! needs little memory: executing again
//! works on a second state, in a folder of its own that is removed at the end. What goes wrong there, such as a full
//! disk, says nothing of the ledger: the audit ends without a report.

use crate::chain::{self, body_key, header_key, height_key, outcomes_key};
use crate::disk::{Column, FETCH_AGAIN, Read, damaged, is_damage};
use crate::log;
use crate::notes::{NOTE, parse_undecided};
use crate::page::{Child, Page, PageId};
use crate::second::{Room, SecondState};
use crate::settle::{MARK_KEY, Mark};
use crate::store::{FORMAT_KEY, FOUNDING_KEY, NETWORK_KEY, Store, TIP_KEY, Tip, TransactionPlace, View};
use crate::tree::{read_page, read_value};
use ledger::block::{
    Block, BlockHash, CommitCertificate, HEADER_VERSION, Header, HistoryLeaf, Validators, founding_parent, outcomes_root, transactions_root,
};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::history::Frontier;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::Height;
use ledger::transaction::{BadTransaction, DecodedTransaction, Outcomes, WireHash};
use ledger::tree::{BuildError, EMPTY, Fact, Leaf, StateKey};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// After this many damages an audit stops looking.
pub const DAMAGES_MAX: usize = 100;
/// The folder, inside a home, of the second state.
const FOLDER: &str = "audit";
/// The folder of the second state inside one that is named for it, where others may keep files.
const FOLDER_ELSEWHERE: &str = "symbolon-audit";

/// One thing that is not as it should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Damage {
    /// Where: a height, a column and key, or a file.
    pub what: String,
    /// What a person can do about it.
    pub remedy: String,
}

/// What an audit found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AuditReport {
    /// Blocks read.
    pub blocks: u64,
    /// Transactions read.
    pub transactions: u64,
    /// Signatures of certificates checked, those in blocks included.
    pub signatures: u64,
    /// Certificates that could not be checked because the validators changed and there are no rules to say to whom.
    pub certificates_unchecked: u64,
    /// Blocks executed again.
    pub executed: u64,
    /// Values of the state read.
    pub entries: u64,
    /// Pages of the state tree read.
    pub pages: u64,
    /// Everything that is wrong. Empty means that the ledger is sound.
    pub damages: Vec<Damage>,
    /// From this height on it was not checked any more what rests on the blocks before: execution or history. `None` if
    /// no damage stood in the way.
    pub unchecked_from: Option<Height>,
}

impl AuditReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty()
    }

    fn add(&mut self, what: String) {
        if !self.is_full() && self.damages.iter().all(|damage| damage.what != what) {
            self.damages.push(Damage { what, remedy: FETCH_AGAIN.into() });
        }
    }

    /// Whether there were so many damages that it stopped looking.
    pub fn is_full(&self) -> bool {
        self.damages.len() >= DAMAGES_MAX
    }

    /// What rests on this block cannot be checked.
    fn cannot_go_on_after(&mut self, height: Height) {
        self.unchecked_from.get_or_insert(height.saturating_add(1));
    }

    /// Takes a fault down as damage, and goes on without the thing.
    fn take<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.add(fault.what)).ok()
    }
}

/// How far an audit is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// Reading blocks: so many of so many.
    Blocks(u64, u64),
    /// Reading pages of the state tree.
    Pages(u64),
    /// Reading values of the state.
    Entries(u64),
    /// Reading what remains.
    Rest,
}

/// What the rules make of a block.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// What it writes.
    pub changes: Changes,
    /// What becomes of its transactions.
    pub outcomes: Vec<Outcomes>,
    /// Who decides the next height.
    pub next_validators: Validators,
}

/// Executes a block on the state before it. `node` gives the rules of `contracts`.
pub type Replay<'a> = dyn FnMut(&Block, &dyn StateRead) -> Result<Replayed, Fault> + 'a;

/// Reads everything back. `first_state` is the state of height 0 and `validators` decide height 1, both from the
/// founding file. Without `replay`, blocks are not executed again, and certificates are checked as long as the
/// validators are the first ones.
///
/// # Errors
/// [`Fault`] if the audit cannot finish, for want of room above all; damage is in the report.
pub fn audit(
    store: &Store,
    first_state: &Changes,
    validators: &Validators,
    replay: Option<&mut Replay<'_>>,
    progress: &mut dyn FnMut(Progress),
) -> Result<AuditReport, Fault> {
    audit_with(store, first_state, validators, replay, None, progress)
}

/// As [`audit`], with the second state in a folder of its own inside `scratch`, such as one on another disk, if that is given.
///
/// # Errors
/// As [`audit`], and if something lies where the second state would: what is not in a home is not removed.
pub fn audit_with(
    store: &Store,
    first_state: &Changes,
    validators: &Validators,
    replay: Option<&mut Replay<'_>>,
    scratch: Option<&Path>,
    progress: &mut dyn FnMut(Progress),
) -> Result<AuditReport, Fault> {
    let folder = scratch.map_or_else(|| store.home.join(FOLDER), |scratch| scratch.join(FOLDER_ELSEWHERE));
    if replay.is_none() {
        return read_all(store, first_state, validators, None, progress);
    }
    let room = Room::of(store, &folder)?;
    room.check_way(scratch.is_some())?;
    if scratch.is_none() {
        // Left by an audit that was ended.
        let _ = fs::remove_dir_all(&folder);
    }
    room.check()?;
    if scratch.is_some() {
        room.make()?;
    }
    // The second state has been dropped when this returns. If its folder cannot be removed, the next audit does.
    let report = read_all(store, first_state, validators, replay.map(|rules| (room, rules)), progress);
    let _ = fs::remove_dir_all(&folder);
    report
}

fn read_all(
    store: &Store,
    first_state: &Changes,
    validators: &Validators,
    again: Option<(Room<'_>, &mut Replay<'_>)>,
    progress: &mut dyn FnMut(Progress),
) -> Result<AuditReport, Fault> {
    let settled = store.settle();
    let view = store.view()?;
    let mut audit = Audit { store, view, report: AuditReport::default(), progress };
    match settled {
        Err(fault) if is_damage(&fault) => audit.report.add(fault.what),
        settled => settled?,
    }
    let again = again.map(|(room, rules)| Ok(Again { state: SecondState::new(room, first_state)?, rules })).transpose()?;
    audit.blocks(first_state, validators, again)?;
    audit.pages();
    audit.entries();
    audit.rest();
    Ok(audit.report)
}

struct Again<'a, 'b> {
    state: SecondState<'a>,
    rules: &'a mut Replay<'b>,
}

/// What the blocks so far lead to.
struct SoFar {
    /// The block before, if its header could be read.
    parent: Option<BlockHash>,
    /// The header before, if it could be read.
    header: Option<Header>,
    /// As long as every transaction and outcome could be read.
    history: Option<History>,
    /// Who decides this height and who decided the one before, as far as known.
    validators: Option<Validators>,
    validators_before: Option<Validators>,
    names: u64,
}

#[derive(Default)]
struct History {
    frontier: Frontier,
    /// The last row of each level.
    rows: BTreeMap<u32, (u64, Vec<Hash>)>,
}

struct Audit<'a> {
    store: &'a Store,
    view: View<'a>,
    report: AuditReport,
    progress: &'a mut dyn FnMut(Progress),
}

/// The rows of one height in the column of blocks.
#[derive(Default)]
struct Rows {
    header: Option<Vec<u8>>,
    outcomes: Option<Vec<u8>>,
    bodies: Vec<(Vec<u8>, Vec<u8>)>,
    /// Some row could not be read, and was named: it may be one that is not among these.
    is_named: bool,
}

impl Audit<'_> {
    fn blocks(&mut self, first_state: &Changes, validators: &Validators, mut again: Option<Again<'_, '_>>) -> Result<(), Fault> {
        let tip = *self.view.tip();
        let first_leaves: Vec<Leaf> = first_state.iter().map(|(key, value)| Leaf::of(*key, value)).collect();
        let first_root = ledger::tree::root(&first_leaves);
        let founding = self.view.snapshot.get(Column::Meta, FOUNDING_KEY);
        if let Some(found) = self.report.take(founding)
            && found.as_deref() != Some(first_root.as_bytes())
        {
            self.report.add("in meta, the root of the first state is not that of the founding file".into());
        }
        let mut so_far = SoFar {
            parent: Some(founding_parent(&self.store.network)),
            header: None,
            history: Some(History::default()),
            validators: Some(validators.clone()),
            validators_before: None,
            names: 0,
        };
        for number in 1..=tip.height.get() {
            if self.report.is_full() {
                return Ok(());
            }
            (self.progress)(Progress::Blocks(number, tip.height.get()));
            self.block(Height::new(number), &mut so_far, &mut again)?;
            self.report.blocks += 1;
        }
        // What could not be read says nothing of the tip.
        if let Some(block) = so_far.parent {
            let state_root = so_far.header.as_ref().map_or(first_root, |header| header.state_root);
            let history = so_far.history.as_ref().map(|history| (history.frontier.size(), history.frontier.root()));
            let (history_size, history_root) = history.unwrap_or((tip.history_size, tip.history_root));
            if tip != (Tip { height: tip.height, block, state_root, history_size, history_root }) {
                self.report.add("in meta, the tip does not fit the blocks".into());
            }
        }
        self.history_rows(&so_far);
        self.indexes(&so_far);
        Ok(())
    }

    /// Everything about one height. What cannot be read is named and left out of what follows from it.
    fn block(&mut self, height: Height, so_far: &mut SoFar, again: &mut Option<Again<'_, '_>>) -> Result<(), Fault> {
        let rows = self.rows(height);
        let at = |text: &str| format!("at height {}, {text}", height.get());
        let header = rows.header.map(|bytes| Header::from_bytes(&bytes));
        let Some(Ok(header)) = header else {
            if header.is_some() || !rows.is_named {
                self.report
                    .add(at(&format!("the header (column blocks, row {}) is missing or not readable", hex::encode(header_key(height)))));
            }
            (so_far.parent, so_far.header) = (None, None);
            so_far.validators_before = so_far.validators.take();
            self.stop(height, so_far, again);
            return Ok(());
        };
        let hash = header.hash();
        self.header(&header, so_far);

        let key = body_key(height, &hash);
        let body = rows.bodies.iter().find(|(found, _)| *found == key).map(|(_, bytes)| Block::from_bytes(bytes));
        for (found, bytes) in rows.bodies.iter().filter(|(found, _)| *found != key) {
            self.candidate(found, bytes);
        }
        let outcomes = match rows.outcomes.map(|bytes| chain::decode_outcomes(&outcomes_key(height), &bytes)) {
            Some(outcomes) => self.report.take(outcomes),
            None => {
                if !rows.is_named {
                    self.report.add(at("the outcomes are missing"));
                }
                None
            }
        };
        match body {
            Some(Ok(block)) => {
                let is_the_one = block.header == header;
                if !is_the_one {
                    self.report.add(at("the block's header is not the one in the chain"));
                }
                let outcomes = outcomes.filter(|outcomes| {
                    let lead = outcomes.len() == block.transactions.len() && outcomes_root(outcomes) == header.outcomes_root;
                    if !lead {
                        self.report.add(at("the outcomes do not lead to the header's outcomes root"));
                    }
                    lead
                });
                // The rules never see transactions that no quorum has seen.
                if !self.body(&block, outcomes.as_deref(), so_far) || !is_the_one {
                    self.stop(height, so_far, again);
                }
                self.execute(&block, outcomes.as_deref(), so_far, again)?;
            }
            other => {
                if other.is_some() || !rows.is_named {
                    let wrong = other.and_then(Result::err).map_or("is missing".into(), |wrong| format!("is not readable: {wrong}"));
                    self.report.add(at(&format!("the block (column blocks, row {}) {wrong}", hex::encode(&key))));
                }
                self.stop(height, so_far, again);
            }
        }
        let certificate = chain::certificate(&self.view.snapshot, height);
        match self.report.take(certificate) {
            Some(Some(certificate)) => {
                let validators = so_far.validators_before.clone();
                self.certificate(height, &certificate, height, &hash, validators.as_ref());
            }
            Some(None) => self.report.add(at("the commit certificate is missing")),
            None => {}
        }
        so_far.parent = Some(hash);
        so_far.header = Some(header);
        Ok(())
    }

    /// After this block neither history nor state are known: what rests on them is not compared, since it would differ
    /// whatever it is.
    fn stop(&mut self, height: Height, so_far: &mut SoFar, again: &mut Option<Again<'_, '_>>) {
        so_far.history = None;
        *again = None;
        self.report.cannot_go_on_after(height);
    }

    fn rows(&mut self, height: Height) -> Rows {
        let mut rows = Rows::default();
        let mut strays = Vec::new();
        let prefix = height_key(height);
        let report = &mut self.report;
        let scanned = self.view.snapshot.scan(Column::Blocks, &prefix, &mut |key, value| {
            if !key.starts_with(&prefix) {
                return Ok(ControlFlow::Break(()));
            }
            let value = report.take(value);
            rows.is_named |= value.is_none();
            if let Some(value) = value {
                if key == header_key(height) {
                    rows.header = Some(value);
                } else if key == outcomes_key(height) {
                    rows.outcomes = Some(value);
                } else if key.len() == body_key(height, &BlockHash::new([0; 32])).len() {
                    rows.bodies.push((key.to_vec(), value));
                } else {
                    strays.push(hex::encode(key));
                }
            }
            Ok(ControlFlow::Continue(()))
        });
        rows.is_named |= self.report.take(scanned).is_none();
        for key in strays {
            self.report.add(format!("in blocks, the row at {key} should not be there"));
        }
        rows
    }

    fn header(&mut self, header: &Header, so_far: &mut SoFar) {
        let height = header.height;
        let mut check = |holds: bool, text: &str| {
            if !holds {
                self.report.add(format!("at height {}, the header {text}", height.get()));
            }
        };
        check(header.version == HEADER_VERSION, "has an unknown version");
        check(header.network == self.store.network, "is of another network");
        check(so_far.parent.is_none_or(|parent| header.parent == parent), "does not name the block before as its parent");
        check(header.next_validators != Some(header.validators), "names the validators that stay as others");
        if let Some(before) = &so_far.header {
            check(before.height.next() == Some(height), "has another height");
            check(header.time > before.time, "is not later than the one before");
            check(header.validators == before.validators_after(), "has other validators than the one before announced");
        }
        // The certificate of this height is signed by the validators of this height.
        so_far.validators_before = so_far.validators.take().filter(|validators| validators.hash() == header.validators);
        if so_far.validators_before.is_none() {
            check(height.get() > 1, "has other validators than the founding file");
        }
        // Until the rules say otherwise, they stay.
        so_far.validators = so_far.validators_before.clone().filter(|validators| validators.hash() == header.validators_after());
        let row = chain::height_of(&self.view.snapshot, &header.hash());
        if let Some(found) = self.report.take(row)
            && found != Some(height)
        {
            self.report.add(format!("in index, the row of block {} does not say height {}", header.hash(), height.get()));
        }
    }

    fn read(&self, block: &Block) -> Vec<Result<DecodedTransaction, BadTransaction>> {
        block.transactions.iter().map(|wire| DecodedTransaction::from_wire(wire.to_vec(), &self.store.network)).collect()
    }

    /// Everything about a block but its execution; `outcomes` are those of its header, if they could be read. Whether its
    /// transactions are those that the header commits to.
    fn body(&mut self, block: &Block, outcomes: Option<&[Outcomes]>, so_far: &mut SoFar) -> bool {
        let header = &block.header;
        let height = header.height;
        let at = |text: &str| format!("at height {}, {text}", height.get());
        let read = self.read(block);
        let are_committed_to = lead_to(&read, header);
        if !are_committed_to {
            let wrong = (0_u32..).zip(&read).find_map(|(index, one)| Some((index, one.as_ref().err()?)));
            let wrong = wrong.map_or_else(String::new, |(index, wrong)| format!(": transaction {index} is not readable: {wrong}"));
            self.report.add(at(&format!("the transactions do not lead to the header's transactions root{wrong}")));
        }
        // Others than the header's stand in no index.
        let transactions: Vec<DecodedTransaction> = if are_committed_to { read.into_iter().flatten().collect() } else { Vec::new() };
        for (index, transaction) in (0_u32..).zip(&transactions) {
            let place = TransactionPlace { height, index };
            let keys = [chain::wire_key(transaction.wire_hash().as_bytes()), chain::id_key(transaction.id().as_bytes())];
            for key in keys {
                let row = chain::place_of(&self.view.snapshot, &key);
                if let Some(found) = self.report.take(row)
                    && found != Some(place)
                {
                    self.report.add(format!(
                        "in transactions, the row at {} does not say height {} and index {index}",
                        hex::encode(&key),
                        height.get()
                    ));
                }
                so_far.names += 1;
            }
        }
        match outcomes.filter(|_| are_committed_to) {
            Some(outcomes) => {
                let places = (0_u32..).zip(transactions.iter().zip(outcomes));
                let leaf = |(index, (transaction, outcome)): (u32, (&DecodedTransaction, &Outcomes))| {
                    HistoryLeaf { height, index, wire_hash: transaction.wire_hash(), outcomes: outcome.hash() }.hash()
                };
                let leaves: Vec<Hash> = places.map(leaf).collect();
                self.history(&leaves, header, so_far);
            }
            None => {
                so_far.history = None;
                self.report.cannot_go_on_after(height);
            }
        }
        self.report.transactions += block.transactions.len() as u64;
        match (&block.previous_commit, &header.previous_commit, &so_far.header) {
            (None, None, None) if height.get() == 1 => {}
            (Some(certificate), Some(hash), before) => {
                if certificate.hash() != *hash {
                    self.report.add(at("the previous commit certificate is not the one in the header"));
                }
                if let (Some(before), Some(previous)) = (before, height.previous()) {
                    let name = before.hash();
                    // Who decided the height before is known if they decide this one too.
                    let same = so_far.validators_before.clone().filter(|validators| validators.hash() == before.validators);
                    self.certificate(height, certificate, previous, &name, same.as_ref());
                }
            }
            _ => self.report.add(at("the previous commit certificate is missing, or should not be there")),
        }
        are_committed_to
    }

    fn history(&mut self, leaves: &[Hash], header: &Header, so_far: &mut SoFar) {
        let Some(mut history) = so_far.history.take() else { return };
        let rows = &history.rows;
        let grown = log::grow(history.frontier.size(), leaves, |level, number| {
            Ok(rows.get(&level).filter(|(last, _)| *last == number).map(|(_, hashes)| hashes.clone()).unwrap_or_default())
        });
        for (level, number, hashes) in self.report.take(grown).unwrap_or_default() {
            if hashes.len() == 16 {
                self.history_row(level, number, &hashes);
            }
            history.rows.insert(level, (number, hashes));
        }
        for leaf in leaves {
            if let Err(wrong) = history.frontier.append(*leaf) {
                self.report.add(wrong.to_string());
            }
        }
        if header.history_size == history.frontier.size() && header.history_root == history.frontier.root() {
            so_far.history = Some(history);
        } else {
            self.report.add(format!("at height {}, the transactions do not lead to the header's history root", header.height.get()));
            self.report.cannot_go_on_after(header.height);
        }
    }

    fn history_row(&mut self, level: u32, number: u64, expected: &[Hash]) {
        let row = log::row(&self.view.snapshot, level, number);
        if let Some(found) = self.report.take(row)
            && found != expected
        {
            let fault = damaged(Column::History, &log::row_key(level, number), "does not have the hashes of the blocks");
            self.report.add(fault.what);
        }
    }

    fn certificate(
        &mut self,
        at: Height,
        certificate: &CommitCertificate,
        height: Height,
        block: &BlockHash,
        validators: Option<&Validators>,
    ) {
        let name = format!("at height {}, the commit certificate of height {}", at.get(), height.get());
        if certificate.height != height || certificate.block != *block {
            self.report.add(format!("{name} is for another block"));
        }
        match validators.map(|validators| certificate.verify(&self.store.network, validators, &mut rand::rng())) {
            None => self.report.certificates_unchecked += 1,
            Some(Ok(())) => self.report.signatures += certificate.signatures.len() as u64,
            Some(Err(wrong)) => self.report.add(format!("{name} does not check: {wrong}")),
        }
    }

    fn execute(
        &mut self,
        block: &Block,
        outcomes: Option<&[Outcomes]>,
        so_far: &mut SoFar,
        again: &mut Option<Again<'_, '_>>,
    ) -> Result<(), Fault> {
        let Some(Again { state, rules }) = again else { return Ok(()) };
        let header = &block.header;
        let at = |text: &str| format!("at height {}, executing the block again {text}", header.height.get());
        let replayed = rules(block, state);
        if let Some(fault) = state.unreadable() {
            return Err(fault);
        }
        let Some(replayed) = self.report.take(replayed) else {
            *again = None;
            self.report.cannot_go_on_after(header.height);
            return Ok(());
        };
        state.apply(header.height, &replayed.changes)?;
        self.report.executed += 1;
        if outcomes.is_some_and(|outcomes| replayed.outcomes != outcomes) {
            self.report.add(at("gives other outcomes"));
        }
        if replayed.next_validators.hash() == header.validators_after() {
            so_far.validators = Some(replayed.next_validators);
        } else {
            self.report.add(at("gives other validators for the next height"));
        }
        if state.root != header.state_root {
            self.report.add(at(&format!("gives state root {}, the header says {}", state.root, header.state_root)));
            // Every later root would differ too and say nothing new.
            *again = None;
            self.report.cannot_go_on_after(header.height);
        }
        Ok(())
    }

    fn history_rows(&mut self, so_far: &SoFar) {
        for (level, (number, hashes)) in so_far.history.iter().flat_map(|history| &history.rows) {
            self.history_row(*level, *number, hashes);
        }
        let size = so_far.history.as_ref().map_or(self.view.tip().history_size, |history| history.frontier.size());
        self.column(Column::History, &mut |key, _| {
            let Some(([level], number)) = key.split_first_chunk::<1>() else { return false };
            let Ok(number) = <[u8; 8]>::try_from(number) else { return false };
            let hashes = size.checked_shr(4 * u32::from(*level)).unwrap_or(0);
            u64::from_be_bytes(number) < hashes.div_ceil(16)
        });
    }

    /// The columns whose rows were all looked up from the blocks: their number tells whether there are more.
    fn indexes(&mut self, so_far: &SoFar) {
        let tip = self.view.tip().height;
        let known = |place: &[u8]| place.first_chunk().is_some_and(|height| Height::new(u64::from_be_bytes(*height)) <= tip);
        let names = self.column(Column::Transactions, &mut |key, value| key.len() == 33 && value.len() == 12 && known(value));
        if names != so_far.names && self.report.is_sound() {
            self.report.add(format!("in transactions there are {names} rows, the blocks have {}", so_far.names));
        }
        let blocks = self.column(Column::Index, &mut |key, value| key.len() == 32 && value.len() == 8 && known(value));
        if blocks != tip.get() && self.report.is_sound() {
            self.report.add(format!("in index there are {blocks} rows, there are {} blocks", tip.get()));
        }
        self.column(Column::Certificates, &mut |key, _| key.len() == 8 && known(key) && key != [0; 8]);
    }

    /// Reads all rows of a column and names those that do not belong. Gives their number.
    fn column(&mut self, column: Column, belongs: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> u64 {
        let mut count = 0;
        let report = &mut self.report;
        let scanned = self.view.snapshot.scan(column, &[], &mut |key, value| {
            count += 1;
            if let Some(value) = report.take(value)
                && !belongs(key, &value)
            {
                report.add(damaged(column, key, "should not be there").what);
            }
            Ok(if report.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        self.report.take(scanned);
        count
    }

    /// A block that was not decided at its height: it belongs there as long as the node has not forgotten it.
    fn candidate(&mut self, key: &[u8], bytes: &[u8]) {
        let name = key.split_at_checked(9).and_then(|(start, hash)| {
            Some((Height::new(u64::from_be_bytes(*start.first_chunk()?)), BlockHash::new(hash.try_into().ok()?)))
        });
        if !name.is_some_and(|name| self.store.undecided_set().contains(&name)) {
            return self.report.add(damaged(Column::Blocks, key, "should not be there").what);
        }
        let is_the_one = Block::from_bytes(bytes)
            .is_ok_and(|block| body_key(block.header.height, &block.header.hash()) == key && lead_to(&self.read(&block), &block.header));
        if !is_the_one {
            self.report.add(damaged(Column::Blocks, key, "is not the block that its key names").what);
        }
    }

    /// Every page from the root of the tip down.
    fn pages(&mut self) {
        let root = self.view.tip().state_root;
        let sound_before = self.report.damages.len();
        if root != EMPTY {
            self.pages_below(PageId::ROOT, root);
        }
        let read = self.report.pages;
        let whole = self.report.damages.len() == sound_before;
        let mark = Mark::read(&self.view.snapshot);
        if let Some(mark) = self.report.take(mark)
            && mark.map_or(EMPTY, |mark| mark.root) != root
        {
            self.report.add(damaged(Column::Pages, MARK_KEY, "does not say that the pages lead to the tip").what);
        }
        let mut found = 0_u64;
        self.column(Column::Pages, &mut |key, _| {
            found += u64::from(key != MARK_KEY);
            true
        });
        if whole && found != read {
            self.report.add(format!("in pages there are {found} rows, {read} of them belong to the tree"));
        }
    }

    fn pages_below(&mut self, id: PageId, hash: Hash) {
        if self.report.is_full() {
            return;
        }
        let page = read_page(&self.view.snapshot, &id, &hash);
        let Some(page) = self.report.take(page) else { return };
        self.report.pages += 1;
        if self.report.pages.is_multiple_of(1024) {
            (self.progress)(Progress::Pages(self.report.pages));
        }
        match page {
            Page::Bucket(leaves, _) => leaves.iter().for_each(|leaf| self.leaf(leaf)),
            Page::Branch(branch) => {
                for nibble in 0..16 {
                    match branch.child(id.level(), nibble) {
                        Child::Empty => {}
                        Child::Leaf(leaf) => self.leaf(&leaf),
                        Child::Page(hash) => self.pages_below(id.child(nibble), hash),
                    }
                }
            }
        }
    }

    fn leaf(&mut self, leaf: &Leaf) {
        let value = read_value(&self.view.snapshot, leaf);
        self.report.take(value);
        self.report.entries += 1;
        if self.report.entries.is_multiple_of(65_536) {
            (self.progress)(Progress::Entries(self.report.entries));
        }
    }

    /// Values that no leaf has.
    fn entries(&mut self) {
        let leaves = self.report.entries;
        let values = self.column(Column::State, &mut |key, _| key.len() == 32);
        if values == leaves || !self.report.is_sound() {
            return;
        }
        let view = &self.view;
        let mut strays = Vec::new();
        let scanned = view.snapshot.scan(Column::State, &[], &mut |key, _| {
            if let Ok(bytes) = <[u8; 32]>::try_from(key) {
                let key = StateKey::new(bytes);
                let absent = match view.prove(&BTreeSet::from([key])) {
                    Ok(proof) => proof.verify(&view.tip().state_root).is_ok_and(|proven| proven.get(&key) == Some(Fact::Absent)),
                    Err(BuildError::Tree(fault)) => return Err(fault),
                    Err(_) => false,
                };
                if absent {
                    strays.push(damaged(Column::State, &bytes, "should not be there: it has no leaf in the tree").what);
                }
            }
            Ok(if strays.len() < DAMAGES_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        });
        self.report.take(scanned);
        strays.into_iter().for_each(|what| self.report.add(what));
    }

    /// What is no part of the chain, and blocks that were proposed beyond the tip.
    fn rest(&mut self) {
        (self.progress)(Progress::Rest);
        self.column(Column::Meta, &mut |key, _| [FORMAT_KEY, NETWORK_KEY, FOUNDING_KEY, TIP_KEY].contains(&key) || key.starts_with(NOTE));
        let mut proposed = BTreeSet::new();
        self.column(Column::Undecided, &mut |key, value| {
            value.is_empty() && parse_undecided(key).map(|(height, _, block)| proposed.insert(body_key(height, &block))).is_ok()
        });
        for key in proposed {
            let body = self.view.snapshot.get(Column::Blocks, &key);
            if let Some(None) = self.report.take(body) {
                self.report.add(damaged(Column::Blocks, &key, "is missing").what);
            }
        }
        // All of them were settled before the audit began.
        self.column(Column::Unsettled, &mut |_, _| false);
        self.column(Column::SignOnce, &mut |_, _| true);
        self.column(Column::Documents, &mut |key, _| key.len() == 32);

        let tip = self.view.tip().height;
        let mut candidates = Vec::new();
        let report = &mut self.report;
        let mut visit = |key: &[u8], value: Result<Vec<u8>, Fault>| {
            if let Some(value) = report.take(value) {
                candidates.push((key.to_vec(), value));
            }
            Ok(ControlFlow::Continue(()))
        };
        let founding = self.view.snapshot.scan(Column::Blocks, &[], &mut |key, value| {
            if key >= &height_key(Height::new(1))[..] { Ok(ControlFlow::Break(())) } else { visit(key, value) }
        });
        let beyond = self.view.snapshot.scan(Column::Blocks, &height_key(tip.saturating_add(1)), &mut visit);
        self.report.take(founding);
        self.report.take(beyond);
        candidates.iter().for_each(|(key, bytes)| self.candidate(key, bytes));
    }
}

/// Whether these are the transactions that the header commits to: one that is not readable is none of them.
fn lead_to(read: &[Result<DecodedTransaction, BadTransaction>], header: &Header) -> bool {
    let wire_hashes: Option<Vec<WireHash>> = read.iter().map(|one| one.as_ref().ok().map(DecodedTransaction::wire_hash)).collect();
    wire_hashes.is_some_and(|hashes| transactions_root(&hashes) == header.transactions_root)
}
