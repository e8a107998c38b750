//! The second state of an audit: blocks are executed again on it, beside the ledger that is looked at.

use crate::disk::{Column, Disk, Read as _, free_bytes};
use crate::settle::{self, PENDING_BYTES};
use crate::store::Store;
use crate::tree::Tree;
use ledger::hash::Hash;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::Height;
use ledger::tree::{EMPTY, StateKey};
use std::cell::RefCell;
use std::path::Path;

/// The free space on its disk below which nothing is written to the second state.
const RESERVE_BYTES: u64 = 16 * 1024 * 1024;
/// What the second state takes at most, for a while, beside its values and pages: files that were not merged yet.
const MERGING_BYTES: u64 = 1024 * 1024 * 1024;

/// Where the second state lies, and how much it may take there.
pub(crate) struct Room<'a> {
    folder: &'a Path,
    needed_bytes: u64,
}

impl<'a> Room<'a> {
    /// The second state ends as large as the first; nothing that its history left behind is more than [`MERGING_BYTES`].
    pub(crate) fn of(store: &Store, folder: &'a Path) -> Result<Self, Fault> {
        let bytes = store.disk.bytes_of(Column::State)?.saturating_add(store.disk.bytes_of(Column::Pages)?);
        Ok(Self { folder, needed_bytes: bytes.saturating_add(bytes.min(MERGING_BYTES)).saturating_add(RESERVE_BYTES) })
    }

    /// Says beforehand that something else lies where the folder belongs: in a home a folder is what an audit left that was
    /// ended, and `elsewhere` it may be of another that runs.
    pub(crate) fn check_way(&self, elsewhere: bool) -> Result<(), Fault> {
        let Ok(found) = std::fs::symlink_metadata(self.folder) else { return Ok(()) };
        let what = match self.folder.is_dir() {
            true if !elsewhere => return Ok(()),
            true => "the folder of another audit, which runs or was ended,",
            false if found.is_symlink() => "a link that leads to no folder",
            false => "a file and no folder",
        };
        Err(Fault {
            what: format!("the audit makes its copy of the state in {}, where {what} is in the way", self.folder.display()),
            remedy: "move that elsewhere, or name another folder with --scratch, and audit again; nothing is said of the ledger".into(),
        })
    }

    /// Makes the folder, which is nobody else's then: it is removed at the end.
    pub(crate) fn make(&self) -> Result<(), Fault> {
        std::fs::create_dir(self.folder).map_err(|error| self.fault(&error.to_string()))
    }

    /// Says beforehand that there is too little.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let free = self.free_bytes()?;
        if free < self.needed_bytes { Err(self.fault(&format!("the disk has {} MiB left", mebibytes(free)))) } else { Ok(()) }
    }

    fn free_bytes(&self) -> Result<u64, Fault> {
        free_bytes(self.folder.parent().unwrap_or(self.folder))
    }

    /// What went wrong with the second state, which says nothing of the ledger.
    fn fault(&self, wrong: &str) -> Fault {
        let needed = mebibytes(self.needed_bytes.saturating_add((1 << 20) - 1));
        let remedy = if self.free_bytes().is_ok_and(|free| free >= self.needed_bytes) {
            "look at that folder, which nothing else may touch, and its permissions".to_owned()
        } else {
            format!("make room on that disk, {needed} MiB")
        };
        Fault {
            what: format!("the audit's copy of the state, about {needed} MiB in {}, could not be made: {wrong}", self.folder.display()),
            remedy: format!("{remedy}, or name a folder on another disk for it with --scratch; nothing is said of the ledger"),
        }
    }
}

fn mebibytes(bytes: u64) -> u64 {
    bytes / (1024 * 1024)
}

/// The state that executing again works on.
pub(crate) struct SecondState<'a> {
    room: Room<'a>,
    disk: Disk,
    tree: Tree,
    pub(crate) root: Hash,
    /// Why it could not be read, if the rules were told so.
    unreadable: RefCell<Option<Fault>>,
}

impl<'a> SecondState<'a> {
    pub(crate) fn new(room: Room<'a>, first_state: &Changes) -> Result<Self, Fault> {
        let disk = Disk::open_scratch(room.folder, RESERVE_BYTES).map_err(|fault| room.fault(&fault.what))?;
        let mut state = Self { room, disk, tree: Tree::new(crate::CACHE_BYTES), root: EMPTY, unreadable: RefCell::default() };
        state.apply(Height::FOUNDING, first_state)?;
        Ok(state)
    }

    /// Any fault is one of the second state.
    pub(crate) fn apply(&mut self, height: Height, changes: &Changes) -> Result<(), Fault> {
        self.write(height, changes).map_err(|fault| self.room.fault(&fault.what))
    }

    /// Why it could not be read since this was asked last.
    pub(crate) fn unreadable(&self) -> Option<Fault> {
        self.unreadable.take().map(|fault| self.room.fault(&fault.what))
    }

    /// Its pages are gathered as those of the first are, so that a page that many blocks change is written once.
    fn write(&mut self, height: Height, changes: &Changes) -> Result<(), Fault> {
        let update = self.tree.update(&self.disk, &self.tree.pending(), self.root, changes)?;
        let mut batch = self.disk.batch()?;
        for (key, value) in changes {
            batch.put(Column::State, key.as_bytes(), value);
        }
        self.disk.write(batch)?;
        self.tree.keep(height, &update);
        self.root = update.root();
        self.tree.remember(update);
        if self.tree.pending().bytes() >= PENDING_BYTES
            && let Some(settled) = self.tree.settle()
        {
            settle::write(&self.disk, settled.height, settled.root, settled.pages().iter())?;
            self.tree.forget_settled();
        }
        Ok(())
    }
}

impl StateRead for SecondState<'_> {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        let value = self.disk.get(Column::State, key.as_bytes());
        value.inspect_err(|fault| *self.unreadable.borrow_mut() = Some(fault.clone()))
    }
}
