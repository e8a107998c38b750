//! One node's ledger: open, read, prove.

use crate::chain::{self, refused};
use crate::disk::{Batch, Column, DISK_RESERVE_BYTES, Disk, Read, Snapshot, damaged};
use crate::log;
use crate::pending::Pending;
use crate::settle::{self, PENDING_BYTES, Settling};
use crate::tree::{CACHE_BYTES, Tree, TreeUpdate};
use ledger::block::{Block, BlockHash, CommitCertificate, Header, founding_parent};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::history::{self, ConsistencyProof, Frontier, InclusionProof};
use ledger::id::NetworkId;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::Height;
use ledger::transaction::{Outcomes, TransactionId, WireHash};
use ledger::tree::{BuildError, EMPTY, Leaf, Multiproof, StateKey};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The folder inside a home that holds the ledger.
pub const FOLDER: &str = "ledger";
const LOCK: &str = "ledger.lock";
const FORMAT: u32 = 5;
pub(crate) const FORMAT_KEY: &[u8] = b"format";
pub(crate) const NETWORK_KEY: &[u8] = b"network";
pub(crate) const FOUNDING_KEY: &[u8] = b"founding";
pub(crate) const TIP_KEY: &[u8] = b"tip";

/// What may differ from node to node.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The most memory for cached pages of the state tree: [`CACHE_BYTES`].
    pub cache_bytes: u64,
    /// From how many bytes of memory on pages of the state tree are written to disk: [`PENDING_BYTES`].
    pub pending_bytes: u64,
    /// The free space on the disk below which nothing is written: [`DISK_RESERVE_BYTES`].
    pub reserve_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: CACHE_BYTES, pending_bytes: PENDING_BYTES, reserve_bytes: DISK_RESERVE_BYTES }
    }
}

/// Where the chain ends here. All of it follows from the newest header.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Tip {
    /// The newest height; 0 before the first block.
    #[n(0)]
    pub height: Height,
    /// The newest block; at height 0 what the first block names as its parent.
    #[n(1)]
    pub block: BlockHash,
    /// The root of the state.
    #[n(2)]
    pub state_root: Hash,
    /// How many leaves the history has.
    #[n(3)]
    pub history_size: u64,
    /// The root of the history.
    #[n(4)]
    pub history_root: Hash,
}

impl Canonical for Tip {
    const NAME: &'static str = "tip";
    const BYTES_MAX: usize = 256;
}

/// Where a transaction stands in the chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransactionPlace {
    /// Its block.
    pub height: Height,
    /// Its place in the block, from 0.
    pub index: u32,
}

/// One node's ledger on disk. May be shared between threads; one block is committed at a time.
pub struct Store {
    pub(crate) disk: Arc<Disk>,
    pub(crate) tree: Tree,
    pub(crate) pending_bytes: u64,
    pub(crate) settling: Mutex<Option<Settling>>,
    pub(crate) network: NetworkId,
    pub(crate) home: PathBuf,
    newest: RwLock<Newest>,
    /// Which blocks' bytes are on disk already because they were proposed.
    undecided: Mutex<BTreeSet<(Height, BlockHash)>>,
    /// Held by whoever writes a block.
    pub(crate) writing: Mutex<()>,
    /// Held as long as the store is open.
    _lock: File,
}

#[derive(Clone)]
pub(crate) struct Newest {
    pub(crate) tip: Tip,
    pub(crate) frontier: Frontier,
}

impl Store {
    /// Opens the ledger of a home, or begins an empty one.
    ///
    /// # Errors
    /// [`Fault`] if another process has it open, if it is of another network or format, if it is damaged
    /// (with the file, or the column and key), or if the disk refuses.
    pub fn open(home: &Path, network: NetworkId) -> Result<Self, Fault> {
        Self::open_with(home, network, Options::default())
    }

    /// Of which network the ledger of a home is; `None` if there is none yet. `reserve_bytes` as in [`Options`].
    ///
    /// # Errors
    /// [`Fault`] if another process has it open, if it is damaged so that it cannot be opened, or if the disk refuses.
    pub fn network_of(home: &Path, reserve_bytes: u64) -> Result<Option<NetworkId>, Fault> {
        let folder = home.join(FOLDER);
        if !folder.exists() {
            return Ok(None);
        }
        let _lock = lock(home)?;
        let found = Disk::open(&folder, reserve_bytes)?.get(Column::Meta, NETWORK_KEY)?;
        Ok(found.and_then(|bytes| bytes.try_into().ok()).map(NetworkId::new))
    }

    /// Whether its files were sealed when it was opened, as they are once a store was closed in order.
    pub fn was_sealed(&self) -> bool {
        self.disk.was_sealed()
    }

    /// [`Store::open`] with other limits.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(home: &Path, network: NetworkId, options: Options) -> Result<Self, Fault> {
        let lock = lock(home)?;
        let disk = Disk::open(&home.join(FOLDER), options.reserve_bytes)?;
        let empty = Tip {
            height: Height::FOUNDING,
            block: founding_parent(&network),
            state_root: EMPTY,
            history_size: 0,
            history_root: Frontier::default().root(),
        };
        check_format(&disk, &network, &empty)?;
        let tip = read_tip(&disk)?;
        let frontier = log::read_frontier(&disk, tip.history_size)?;
        if frontier.root() != tip.history_root {
            return Err(damaged(Column::History, &[], "and those beside it do not lead to the tip's history root"));
        }
        let undecided = read_undecided(&disk)?;
        let tree = Tree::new(options.cache_bytes);
        tree.set_pending(settle::read_pending(&disk, &tree, &tip)?);
        let store = Self {
            disk: Arc::new(disk),
            tree,
            pending_bytes: options.pending_bytes,
            settling: Mutex::new(None),
            network,
            home: home.to_owned(),
            newest: RwLock::new(Newest { tip, frontier }),
            undecided: Mutex::new(undecided),
            writing: Mutex::new(()),
            _lock: lock,
        };
        store.check_tip(&tip)?;
        Ok(store)
    }

    /// Compares the tip with its header, and both with the root page.
    fn check_tip(&self, tip: &Tip) -> Result<(), Fault> {
        if tip.height != Height::FOUNDING {
            let key = chain::header_key(tip.height);
            let header = self.header(tip.height)?.ok_or_else(|| damaged(Column::Blocks, &key, "is missing"))?;
            let fits = header.hash() == tip.block
                && header.state_root == tip.state_root
                && header.history_size == tip.history_size
                && header.history_root == tip.history_root
                && header.network == self.network;
            if !fits {
                return Err(damaged(Column::Meta, TIP_KEY, "does not fit the newest header"));
            }
        }
        self.view()?.node_at_root().map(drop)
    }

    /// The network.
    pub fn network(&self) -> &NetworkId {
        &self.network
    }

    /// Where the chain ends here.
    pub fn tip(&self) -> Tip {
        self.newest().tip
    }

    /// The history's peaks at the tip: a proposer appends its leaves to them for the next header.
    pub fn frontier(&self) -> Frontier {
        self.newest().frontier
    }

    pub(crate) fn newest(&self) -> Newest {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_newest(&self, newest: Newest) {
        *self.newest.write().unwrap_or_else(PoisonError::into_inner) = newest;
    }

    pub(crate) fn undecided_set(&self) -> MutexGuard<'_, BTreeSet<(Height, BlockHash)>> {
        self.undecided.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything at the height that is the newest now.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read.
    pub fn view(&self) -> Result<View<'_>, Fault> {
        loop {
            let pending = self.tree.pending();
            let snapshot = self.disk.snapshot();
            let tip = read_tip(&snapshot)?;
            // Unless more than one block was written just now.
            if pending.shows(&tip.state_root) {
                return Ok(View { store: self, snapshot, pending, tip });
            }
        }
    }

    /// Writes the state of height 0. May be called again with the same state.
    ///
    /// # Errors
    /// [`Fault`] if the ledger was founded with another state, or if the disk refuses.
    pub fn found(&self, state: &Changes) -> Result<Tip, Fault> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let update = self.tree.update(&*self.disk, &Pending::none(EMPTY), EMPTY, state)?;
        if let Some(founding) = self.disk.get(Column::Meta, FOUNDING_KEY)? {
            return if founding == update.root().as_bytes() {
                Ok(self.tip())
            } else {
                Err(Fault {
                    what: "this home was founded with another first state".into(),
                    remedy: "start the node with the founding file that this home was made with, or give it a home of its own".into(),
                })
            };
        }
        let mut batch = self.disk.batch()?;
        batch.put(Column::Meta, FOUNDING_KEY, update.root().as_bytes());
        self.write_at_founding(state, update, batch)
    }

    /// Writes changes of the state without a block, as no node does: for tests and measurements of the tree alone.
    ///
    /// # Errors
    /// [`Fault`] if blocks were written, if the update is not of this state, or if the disk refuses.
    pub fn write_state(&self, changes: &Changes, update: TreeUpdate) -> Result<(), Fault> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let tip = self.tip();
        if tip.height != Height::FOUNDING || update.base() != tip.state_root {
            return Err(refused("the state changes with blocks alone".into()));
        }
        self.write_at_founding(changes, update, self.disk.batch()?).map(drop)
    }

    /// Pages first: before the tip names their root, nobody looks for them.
    fn write_at_founding(&self, changes: &Changes, update: TreeUpdate, mut batch: Batch<'_>) -> Result<Tip, Fault> {
        let mut newest = self.newest();
        newest.tip.state_root = update.root();
        let mut pages: Vec<_> = update.pages().iter().map(|(id, page)| (id, page)).collect();
        pages.sort_unstable_by_key(|(id, _)| **id);
        settle::write(&self.disk, Height::FOUNDING, update.root(), pages.into_iter())?;
        for (key, value) in changes {
            batch.put(Column::State, key.as_bytes(), value);
        }
        batch.put(Column::Meta, TIP_KEY, &newest.tip.to_bytes());
        self.tree.set_pending(self.tree.pending().with(Height::FOUNDING, update.root(), &[]));
        self.disk.write(batch)?;
        self.tree.remember(update);
        self.set_newest(newest.clone());
        Ok(newest.tip)
    }

    /// The header of a height, or `None` beyond the tip and at height 0.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read or what it holds is damaged.
    pub fn header(&self, height: Height) -> Result<Option<Header>, Fault> {
        chain::header(&*self.disk, height)
    }

    /// The decided block of a height.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn block(&self, height: Height) -> Result<Option<Block>, Fault> {
        chain::block(&*self.disk, height)
    }

    /// The decided block's canonical bytes, for a peer that checks them itself.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn block_bytes(&self, height: Height) -> Result<Option<Vec<u8>>, Fault> {
        chain::block_bytes(&*self.disk, height)
    }

    /// The commit certificate of a height, as this node knows it.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn certificate(&self, height: Height) -> Result<Option<CommitCertificate>, Fault> {
        chain::certificate(&*self.disk, height)
    }

    /// What became of the transactions of a block.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn outcomes(&self, height: Height) -> Result<Option<Vec<Outcomes>>, Fault> {
        chain::outcomes(&*self.disk, height)
    }

    /// The height of a decided block.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn height_of(&self, block: &BlockHash) -> Result<Option<Height>, Fault> {
        chain::height_of(&*self.disk, block)
    }

    /// Where the transaction with this id stands, whatever its signature, or `None` if no block has it.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn transaction(&self, id: &TransactionId) -> Result<Option<TransactionPlace>, Fault> {
        chain::place_of(&*self.disk, &chain::id_key(id.as_bytes()))
    }

    /// Where the transaction with this wire hash stands, or `None` if no block has it.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn transaction_by_wire_hash(&self, wire_hash: &WireHash) -> Result<Option<TransactionPlace>, Fault> {
        chain::place_of(&*self.disk, &chain::wire_key(wire_hash.as_bytes()))
    }

    /// The leaf index in the history of a transaction.
    ///
    /// # Errors
    /// As [`Store::header`].
    pub fn history_index(&self, place: &TransactionPlace) -> Result<u64, Fault> {
        chain::history_start(&*self.disk, place.height)?
            .checked_add(u64::from(place.index))
            .ok_or_else(|| refused("a history index beyond all numbers".into()))
    }

    /// Merges the files on disk into as few as possible. Takes long, and needs room for all of it once more.
    ///
    /// # Errors
    /// [`Fault`] if the disk refuses.
    pub fn compact(&self) -> Result<(), Fault> {
        self.disk.compact()
    }

    /// How many bytes of memory the cached pages take.
    pub fn cached_bytes(&self) -> u64 {
        self.tree.cached_bytes()
    }
}

/// Everything at one height, however the node goes on. It holds back the clean-up of the disk: keep it for one answer.
pub struct View<'a> {
    store: &'a Store,
    pub(crate) snapshot: Snapshot<'a>,
    pending: Arc<Pending>,
    tip: Tip,
}

impl View<'_> {
    /// The height of the view, with its roots.
    pub fn tip(&self) -> &Tip {
        &self.tip
    }

    /// The header of the view's height; `None` at height 0.
    ///
    /// # Errors
    /// [`Fault`] if the disk cannot be read or what it holds is damaged.
    pub fn header(&self) -> Result<Option<Header>, Fault> {
        chain::header(&self.snapshot, self.tip.height)
    }

    /// The commit certificate of the view's height; `None` at height 0.
    ///
    /// # Errors
    /// As [`View::header`].
    pub fn certificate(&self) -> Result<Option<CommitCertificate>, Fault> {
        chain::certificate(&self.snapshot, self.tip.height)
    }

    /// Proves what stands at `keys`, present or absent, against the view's state root.
    ///
    /// # Errors
    /// [`BuildError`] if there are no keys or too many, if the proof would be too long, or on a [`Fault`].
    pub fn prove(&self, keys: &BTreeSet<StateKey>) -> Result<Multiproof, BuildError<Fault>> {
        self.store.tree.prove(&self.snapshot, &self.pending, &self.tip.state_root, keys)
    }

    /// What the state becomes with these changes. Writes nothing.
    ///
    /// # Errors
    /// As [`View::header`].
    pub fn update(&self, changes: &Changes) -> Result<TreeUpdate, Fault> {
        self.store.tree.update(&self.snapshot, &self.pending, self.tip.state_root, changes)
    }

    /// [`View::update`] for entries whose values are known by their hashes alone, in ascending order without repeats:
    /// for measurements.
    ///
    /// # Errors
    /// As [`View::header`].
    pub fn update_leaves(&self, leaves: &[Leaf]) -> Result<TreeUpdate, Fault> {
        self.store.tree.update_leaves(&self.snapshot, &self.pending, self.tip.state_root, leaves)
    }

    /// That leaf `index` stands in the history at the view's height.
    ///
    /// # Errors
    /// [`history::BuildError`] if there is no such leaf, or on a [`Fault`].
    pub fn inclusion(&self, index: u64) -> Result<InclusionProof, history::BuildError<Fault>> {
        log::inclusion(&self.snapshot, index, self.tip.history_size)
    }

    /// That the history at the view's height begins with its first `earlier` leaves.
    ///
    /// # Errors
    /// [`history::BuildError`] if `earlier` is 0 or greater than the history, or on a [`Fault`].
    pub fn consistency(&self, earlier: u64) -> Result<ConsistencyProof, history::BuildError<Fault>> {
        log::consistency(&self.snapshot, earlier, self.tip.history_size)
    }

    /// Reads the root page, so that a damaged one is found when a node starts.
    fn node_at_root(&self) -> Result<(), Fault> {
        match self.prove(&BTreeSet::from([StateKey::new([0; 32])])) {
            Err(BuildError::Tree(fault)) => Err(fault),
            _ => Ok(()),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Nobody hears of a failure here: whoever wants to tell of it calls `settle` before. Nothing is lost by it either:
        // what is not settled follows from the keys noted on disk, and the next opening computes it from them.
        let _ = self.settle();
    }
}

impl StateRead for View<'_> {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        self.snapshot.get(Column::State, key.as_bytes())
    }
}

fn lock(home: &Path) -> Result<File, Fault> {
    let path = home.join(LOCK);
    let unusable = |error: &std::io::Error| Fault {
        what: format!("the home {} cannot be used: {error}", home.display()),
        remedy: if error.kind() == ErrorKind::StorageFull { "make room on its disk" } else { "look at its path and permissions" }.into(),
    };
    fs::create_dir_all(home).map_err(|error| unusable(&error))?;
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| unusable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault {
            what: format!("the home {} is in use by another process", home.display()),
            remedy: "stop the other process first".into(),
        }),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

fn check_format(disk: &Disk, network: &NetworkId, empty: &Tip) -> Result<(), Fault> {
    let format = disk.get(Column::Meta, FORMAT_KEY)?;
    let found = disk.get(Column::Meta, NETWORK_KEY)?;
    match (format, found) {
        (None, None) => {
            let mut batch = disk.batch()?;
            batch.put(Column::Meta, FORMAT_KEY, &FORMAT.to_be_bytes());
            batch.put(Column::Meta, NETWORK_KEY, network.as_bytes());
            batch.put(Column::Meta, TIP_KEY, &empty.to_bytes());
            disk.write(batch)
        }
        (Some(format), _) if format != FORMAT.to_be_bytes() => Err(other_format(&format)),
        (_, Some(found)) if found != network.as_bytes() => Err(Fault {
            what: format!("the ledger on disk is of network {}, not of {network}", hex::encode(found)),
            remedy: "start the node with the founding file that this home was made with, or give it a home of its own".into(),
        }),
        (Some(_), Some(_)) => Ok(()),
        (None, _) => Err(damaged(Column::Meta, FORMAT_KEY, "is missing")),
        (_, None) => Err(damaged(Column::Meta, NETWORK_KEY, "is missing")),
    }
}

fn other_format(format: &[u8]) -> Fault {
    let number = <[u8; 4]>::try_from(format).map(u32::from_be_bytes);
    let what = match number {
        Ok(number) => format!("the ledger on disk has format {number}, this program knows {FORMAT}"),
        Err(_) => return damaged(Column::Meta, FORMAT_KEY, "is no number of a format"),
    };
    let remedy = match number {
        // Until 3 entries lay elsewhere in the state tree, until 4 other bytes were signed: no block of it checks here.
        Ok(..FORMAT) => {
            "start it with the version that wrote it; to go on with this program the members found the network anew, \
             with a new founding file and new homes, since it computes other hashes and state roots for the same blocks"
        }
        _ => "start it with the version that wrote it, or a later one",
    };
    Fault { what, remedy: remedy.into() }
}

fn read_tip(disk: &impl Read) -> Result<Tip, Fault> {
    let bytes = disk.get(Column::Meta, TIP_KEY)?.ok_or_else(|| damaged(Column::Meta, TIP_KEY, "is missing"))?;
    Tip::from_bytes(&bytes).map_err(|wrong| damaged(Column::Meta, TIP_KEY, &format!("is not readable: {wrong}")))
}

fn read_undecided(disk: &Disk) -> Result<BTreeSet<(Height, BlockHash)>, Fault> {
    let mut blocks = BTreeSet::new();
    disk.scan(Column::Undecided, &[], &mut |key, value| {
        value?;
        let (height, _, block) = crate::notes::parse_undecided(key)?;
        blocks.insert((height, block));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(blocks)
}
