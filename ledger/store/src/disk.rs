//! RocksDB: columns, one atomic batch, snapshots. The only file that names it.
//!
//! What comes off the disk is checked before anyone sees it. RocksDB checks its own blocks; beyond that, each row ends
//! in a CRC-32 over its column, key and value (pages excepted, which their parents' hashes cover), and a closed folder
//! is [sealed](crate::seal). Damage is named by column and key, or by file.

use crate::seal::Seal;
use ledger::state::Fault;
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBRawIteratorWithThreadMode, DBRecoveryMode, Error, ErrorKind,
    IngestExternalFileOptions, LogLevel, Options, ReadOptions, SnapshotWithThreadMode, SstFileWriter, WriteBatch, WriteOptions, properties,
};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The least free space on the ledger's disk: below it nothing is written, so that RocksDB always has room to
/// finish what it began.
pub const DISK_RESERVE_BYTES: u64 = 512 * 1024 * 1024;

/// What an opening writes, beside what its logs ahead hold: less free space than that and nothing is opened, because some
/// builds of the database end the process where they find none.
const OPENING_BYTES: u64 = 16 * 1024 * 1024;
const BLOCK_CACHE_BYTES: usize = 32 * 1024 * 1024;
const WRITE_BUFFERS_BYTES: usize = 128 * 1024 * 1024;
const WRITE_BUFFER_BYTES: usize = 64 * 1024 * 1024;
const LOG_AHEAD_BYTES: u64 = 256 * 1024 * 1024;
/// So many files gather before they are merged: the higher pages are written anew by every block.
const FILES_BEFORE_MERGE: i32 = 8;
const MANIFEST_BYTES: usize = 4 * 1024 * 1024;
const CHECKSUM_BYTES: usize = 4;
/// A sorted file on its way into the database.
const UNFINISHED: &str = "rows.unfinished";

/// What a person can do about damage.
pub const FETCH_AGAIN: &str =
    "stop the node, move its ledger folder aside, keep its wal folder, and start it again: it fetches the chain from the other members";

/// Whether a fault says that the ledger is damaged, and not that something else went wrong.
pub fn is_damage(fault: &Fault) -> bool {
    fault.remedy == FETCH_AGAIN
}

/// What is stored where.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Column {
    /// Tip, network, format, and small notes of the node.
    Meta,
    /// Headers, blocks and outcomes by height.
    Blocks,
    /// Commit certificates by height.
    Certificates,
    /// Height and index by transaction id and by wire hash.
    Transactions,
    /// Values of the state by key.
    State,
    /// Pages of the state tree, as they were when they were written last.
    Pages,
    /// Keys of the state that each block changed since then, by height.
    Unsettled,
    /// Hashes of the history, 16 a row.
    History,
    /// Height by block hash.
    Index,
    /// Which blocks were proposed in which round.
    Undecided,
    /// What was signed.
    SignOnce,
    /// Documents that travel beside the ledger.
    Documents,
}

impl Column {
    pub(crate) const ALL: [Self; 12] = [
        Self::Meta,
        Self::Blocks,
        Self::Certificates,
        Self::Transactions,
        Self::State,
        Self::Pages,
        Self::Unsettled,
        Self::History,
        Self::Index,
        Self::Undecided,
        Self::SignOnce,
        Self::Documents,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Blocks => "blocks",
            Self::Certificates => "certificates",
            Self::Transactions => "transactions",
            Self::State => "state",
            Self::Pages => "pages",
            Self::Unsettled => "unsettled",
            Self::History => "history",
            Self::Index => "index",
            Self::Undecided => "undecided",
            Self::SignOnce => "sign_once",
            Self::Documents => "documents",
        }
    }

    /// Whether rows carry a checksum of their own.
    fn is_checked(self) -> bool {
        self != Self::Pages
    }

    /// The checksum of a row.
    pub(crate) fn checksum(self, key: &[u8], value: &[u8]) -> [u8; CHECKSUM_BYTES] {
        let mut crc = crc32fast::Hasher::new();
        // The key's length keeps bytes from moving between key and value.
        crc.update(&[self as u8, u8::try_from(key.len()).unwrap_or(u8::MAX)]);
        crc.update(key);
        crc.update(value);
        crc.finalize().to_be_bytes()
    }

    /// Takes the checksum off a row that was read.
    fn open(self, key: &[u8], row: &[u8]) -> Result<Vec<u8>, Fault> {
        if !self.is_checked() {
            return Ok(row.to_vec());
        }
        match row.split_last_chunk::<CHECKSUM_BYTES>() {
            Some((value, checksum)) if *checksum == self.checksum(key, value) => Ok(value.to_vec()),
            _ => Err(damaged(self, key, "has a wrong checksum")),
        }
    }
}

/// The fault that names a damaged row.
pub(crate) fn damaged(column: Column, key: &[u8], wrong: &str) -> Fault {
    let mut key = hex::encode(key);
    key.truncate(160);
    Fault { what: format!("the ledger is damaged: in {}, the row at {key} {wrong}", column.name()), remedy: FETCH_AGAIN.into() }
}

/// The fault behind an error of RocksDB, whose text names the file and the place where it knows them.
fn fault(doing: &str, column: Option<Column>, error: &Error) -> Fault {
    let column = column.map(|column| format!(" (column {})", column.name())).unwrap_or_default();
    match error.kind() {
        ErrorKind::Corruption => {
            Fault { what: format!("the ledger is damaged, found while {doing}{column}: {error}"), remedy: FETCH_AGAIN.into() }
        }
        ErrorKind::IOError if error.as_ref().contains("lock") => {
            Fault { what: format!("the ledger is in use by another process: {error}"), remedy: "stop the other process first".into() }
        }
        ErrorKind::IOError if error.as_ref().contains("No space left") => Fault {
            what: format!("{doing} failed{column}: {error}"),
            remedy: "no room is left: make some on that disk; what was acknowledged is there".into(),
        },
        _ => Fault {
            what: format!("{doing} failed{column}: {error}"),
            remedy: format!(
                "look at the disk, its free space and the folder's permissions; if a file is missing or of a wrong size, {FETCH_AGAIN}"
            ),
        },
    }
}

/// Takes a row's key and its value or what is wrong with it, and says whether to go on.
pub(crate) type Visit<'a> = dyn FnMut(&[u8], Result<Vec<u8>, Fault>) -> Result<ControlFlow<()>, Fault> + 'a;

/// Reading access to one version of everything.
pub(crate) trait Read {
    /// The value at a key.
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, Fault>;

    /// Shows the rows of a column from a key on, in ascending order, until told to stop. A damaged row is shown
    /// as a fault; going on after it is for the visitor to decide.
    fn scan(&self, column: Column, from: &[u8], visit: &mut Visit<'_>) -> Result<(), Fault>;
}

/// The open database.
pub(crate) struct Disk {
    db: DB,
    path: PathBuf,
    reserve_bytes: AtomicU64,
    /// The database refused a write. It is not asked again: some builds of it end the process then.
    refused: AtomicBool,
    /// Nothing in it is to outlast the process: there is no log ahead, and nothing is written at the end.
    is_scratch: bool,
    /// Held by whoever writes.
    writing: Mutex<()>,
    /// Dropped after the database has closed, and so sees its last bytes.
    seal: Seal,
}

/// One version of everything, however the database goes on.
pub(crate) struct Snapshot<'a> {
    disk: &'a Disk,
    inner: SnapshotWithThreadMode<'a, DB>,
}

impl Disk {
    /// Opens the folder, or makes it.
    pub(crate) fn open(path: &Path, reserve_bytes: u64) -> Result<Self, Fault> {
        let place = if path.exists() { path } else { path.parent().unwrap_or(path) };
        room_to_open(path, free_bytes(place)?)?;
        let seal = Seal::break_open(path)?;
        // Left by a crash; nothing in it was ever relied on.
        remove(&path.join(UNFINISHED))?;
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES).map_err(|error| fault("making a cache", None, &error))?;
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_paranoid_checks(true);
        // A record that a power cut left unfinished at the end was never acknowledged; anything else is damage.
        options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
        options.set_db_write_buffer_size(WRITE_BUFFERS_BYTES);
        options.set_max_total_wal_size(LOG_AHEAD_BYTES);
        options.set_max_manifest_file_size(MANIFEST_BYTES);
        // The database's own text log ends the process on a full disk in some builds; what matters comes as errors.
        options.set_log_level(LogLevel::Fatal);
        options.set_keep_log_file_num(2);
        options.set_max_log_file_size(1024 * 1024);
        // All files are opened, and their indexes and filters checked, at once.
        options.set_max_open_files(-1);
        options.increase_parallelism(2);
        // One block is written at a time, so that nothing is gained by letting writers share a buffer.
        options.set_allow_concurrent_memtable_write(false);
        let columns = Column::ALL.map(|column| ColumnFamilyDescriptor::new(column.name(), column_options(column, Some(&cache))));
        let default = ColumnFamilyDescriptor::new("default", Options::default());
        let db = DB::open_cf_descriptors(&options, path, columns.into_iter().chain([default]))
            .map_err(|error| fault(&format!("opening it{}", logs_ahead(path, &error)), None, &error))?;
        Ok(Self {
            db,
            path: path.to_owned(),
            reserve_bytes: AtomicU64::new(reserve_bytes),
            refused: AtomicBool::new(false),
            is_scratch: false,
            writing: Mutex::new(()),
            seal,
        })
    }

    /// Whether the folder was closed in order before it was opened, and its seal fits.
    pub(crate) fn was_sealed(&self) -> bool {
        self.seal.was_there
    }

    /// Makes the folder for what nobody needs when it is closed.
    pub(crate) fn open_scratch(path: &Path, reserve_bytes: u64) -> Result<Self, Fault> {
        let mut disk = Self::open(path, reserve_bytes)?;
        disk.is_scratch = true;
        Ok(disk)
    }

    fn column(&self, column: Column) -> Result<&ColumnFamily, Fault> {
        self.db.cf_handle(column.name()).ok_or_else(|| damaged(column, &[], "cannot be found: the whole column is missing"))
    }

    pub(crate) fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { disk: self, inner: self.db.snapshot() }
    }

    pub(crate) fn batch(&self) -> Result<Batch<'_>, Fault> {
        let mut columns = Vec::with_capacity(Column::ALL.len());
        for column in Column::ALL {
            columns.push(self.column(column)?);
        }
        Ok(Batch { columns, batch: WriteBatch::default(), row: Vec::new() })
    }

    /// Writes a batch, all of it or nothing. Returns when it is on the disk itself.
    pub(crate) fn write(&self, batch: Batch<'_>) -> Result<(), Fault> {
        let mut options = WriteOptions::default();
        options.set_sync(!self.is_scratch);
        options.disable_wal(self.is_scratch);
        self.write_with(batch, &options)
    }

    /// Writes a batch, all of it or nothing, at the system's leisure: for what a crash may undo.
    pub(crate) fn write_lazily(&self, batch: Batch<'_>) -> Result<(), Fault> {
        self.write_with(batch, &WriteOptions::default())
    }

    fn write_with(&self, batch: Batch<'_>, options: &WriteOptions) -> Result<(), Fault> {
        // One after another: a write that waits behind one that fails would be begun after the failure.
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_room()?;
        self.db.write_opt(batch.batch, options).map_err(|error| {
            self.refused.store(true, Ordering::Relaxed);
            fault("writing", None, &error)
        })
    }

    /// Writes rows, in ascending order of their keys, as one file that the database takes over: all of them or nothing.
    /// Returns when they are on the disk itself. The column's rows have no checksums of their own, and nothing else
    /// writes to it.
    pub(crate) fn take_over(&self, column: Column, rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Result<(), Fault> {
        self.check_room()?;
        let path = self.path.join(UNFINISHED);
        // Taken away and not written over: were the database's own file still linked here, it would keep its bytes.
        remove(&path)?;
        let options = column_options(column, None);
        let mut file = SstFileWriter::create(&options);
        let written = file.open(&path).and_then(|()| {
            for (key, row) in rows {
                file.put(key, row)?;
            }
            file.finish()
        });
        // The writer has the system drop what it wrote from memory, but pages that changed are soon read again.
        let _ = std::fs::File::open(&path).and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
        let mut moved = IngestExternalFileOptions::default();
        moved.set_move_files(true);
        let handle = self.column(column)?;
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_room()?;
        written.and_then(|()| self.db.ingest_external_file_cf_opts(handle, &moved, vec![&path])).map_err(|error| {
            self.refused.store(true, Ordering::Relaxed);
            fault("writing", Some(column), &error)
        })
    }

    /// About how many bytes the rows of a column take.
    pub(crate) fn bytes_of(&self, column: Column) -> Result<u64, Fault> {
        let handle = self.column(column)?;
        let of = |name| self.db.property_int_value_cf(handle, name).map_err(|error| fault("measuring", Some(column), &error));
        let (tables, memory) = (of(properties::ESTIMATE_LIVE_DATA_SIZE)?, of(properties::CUR_SIZE_ALL_MEM_TABLES)?);
        Ok(tables.unwrap_or(0).saturating_add(memory.unwrap_or(0)))
    }

    /// Another reserve from now on.
    #[cfg(test)]
    pub(crate) fn reserve(&self, bytes: u64) {
        self.reserve_bytes.store(bytes, Ordering::Relaxed);
    }

    fn check_room(&self) -> Result<(), Fault> {
        if self.refused.load(Ordering::Relaxed) {
            return Err(Fault {
                what: "an earlier write to the ledger failed".into(),
                remedy: "see the lines before this one; nothing was written".into(),
            });
        }
        let (free, reserve_bytes) = (free_bytes(&self.path)?, self.reserve_bytes.load(Ordering::Relaxed));
        if free < reserve_bytes {
            let mib = |bytes: u64| bytes / (1024 * 1024);
            return Err(Fault {
                what: format!("the disk of {} has {} MiB left, the reserve is {} MiB", self.path.display(), mib(free), mib(reserve_bytes)),
                remedy: "make room on the disk and start the node again; nothing was written".into(),
            });
        }
        Ok(())
    }

    /// Moves everything from the log ahead into tables, so that nothing of it is needed at the next start.
    fn flush(&self) -> Result<(), Fault> {
        for column in Column::ALL {
            self.db.flush_cf(self.column(column)?).map_err(|error| fault("closing", Some(column), &error))?;
        }
        Ok(())
    }

    /// Writes everything to tables and merges them into as few as possible.
    pub(crate) fn compact(&self) -> Result<(), Fault> {
        self.flush()?;
        for column in Column::ALL {
            self.db.compact_range_cf(self.column(column)?, None::<&[u8]>, None::<&[u8]>);
        }
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_scratch {
            // The database would write what is in memory alone; not so of columns that are gone.
            for column in Column::ALL {
                let _ = self.db.drop_cf(column.name());
            }
        // What is not flushed is still in the log ahead; on a full disk nothing is begun that could not be finished.
        } else if self.check_room().is_ok() && free_bytes(&self.path).is_ok_and(|free| free >= WRITE_BUFFERS_BYTES as u64) {
            let _ = self.flush();
        }
        self.db.cancel_all_background_work(true);
    }
}

/// The logs ahead of a folder in words, for damage found at the opening of which the database names no file: it is there.
fn logs_ahead(folder: &Path, error: &Error) -> String {
    if error.kind() != ErrorKind::Corruption || [".sst", "MANIFEST", "CURRENT"].iter().any(|name| error.as_ref().contains(name)) {
        return String::new();
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name.ends_with(".log"));
    let names: Vec<String> = names.collect();
    if names.is_empty() { String::new() } else { format!(" from the log {}", names.join(", ")) }
}

/// Takes a file away, if it is there.
fn remove(path: &Path) -> Result<(), Fault> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Fault {
            what: format!("{} cannot be removed: {error}", path.display()),
            remedy: "look at the folder's permissions, and remove it yourself while the node is stopped".into(),
        }),
        _ => Ok(()),
    }
}

/// Whether so many free bytes are enough to open a folder.
fn room_to_open(path: &Path, free: u64) -> Result<(), Fault> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    let logs = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "log"));
    let logs: u64 = logs.filter_map(|file| Some(file.metadata().ok()?.len())).fold(0, u64::saturating_add);
    let needed = OPENING_BYTES.saturating_add(logs);
    if free >= needed {
        return Ok(());
    }
    Err(Fault {
        what: format!(
            "there is no room to open {}: its disk has {} KiB left, and {} MiB are needed",
            path.display(),
            free / 1024,
            needed.div_ceil(1 << 20)
        ),
        remedy: "make room on that disk; nothing was written, and what was acknowledged is there".into(),
    })
}

/// How many bytes of a path's file system a process may still use.
pub(crate) fn free_bytes(path: &Path) -> Result<u64, Fault> {
    let space = rustix::fs::statvfs(path).map_err(|error| Fault {
        what: format!("the free space of {} cannot be read: {error}", path.display()),
        remedy: "look at the disk and the folder's permissions".into(),
    })?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

fn column_options(column: Column, cache: Option<&Cache>) -> Options {
    let mut blocks = BlockBasedOptions::default();
    match cache {
        Some(cache) => blocks.set_block_cache(cache),
        None => blocks.disable_cache(),
    }
    blocks.set_format_version(5);
    if matches!(column, Column::State | Column::Pages | Column::Transactions | Column::Index) {
        blocks.set_bloom_filter(10.0, false);
    }
    let mut options = Options::default();
    if matches!(column, Column::State | Column::Pages | Column::Transactions | Column::Index) {
        // Most look-ups ask for what is not there yet: a filter over the write buffer spares the walk through it.
        options.set_memtable_whole_key_filtering(true);
        options.set_memtable_prefix_bloom_ratio(0.05);
    }
    options.set_block_based_table_factory(&blocks);
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    // Hashes and signatures do not compress, and a build from source has no compression at all.
    options.set_compression_type(rocksdb::DBCompressionType::None);
    options.set_level_compaction_dynamic_level_bytes(true);
    options.set_level_zero_file_num_compaction_trigger(FILES_BEFORE_MERGE);
    options
}

fn read_options() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.set_verify_checksums(true);
    options
}

fn scan_options() -> ReadOptions {
    let mut options = read_options();
    options.fill_cache(false);
    options.set_readahead_size(1024 * 1024);
    options
}

fn walk(column: Column, mut rows: DBRawIteratorWithThreadMode<'_, DB>, from: &[u8], visit: &mut Visit<'_>) -> Result<(), Fault> {
    rows.seek(from);
    while let Some((key, row)) = rows.item() {
        if visit(key, column.open(key, row))?.is_break() {
            return Ok(());
        }
        rows.next();
    }
    rows.status().map_err(|error| fault("reading", Some(column), &error))
}

impl Read for Disk {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let row = self.db.get_pinned_cf_opt(self.column(column)?, key, &read_options());
        let row = row.map_err(|error| fault("reading", Some(column), &error))?;
        row.map(|row| column.open(key, &row)).transpose()
    }

    fn scan(&self, column: Column, from: &[u8], visit: &mut Visit<'_>) -> Result<(), Fault> {
        walk(column, self.db.raw_iterator_cf_opt(self.column(column)?, scan_options()), from, visit)
    }
}

impl Read for Snapshot<'_> {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let row = self.inner.get_pinned_cf_opt(self.disk.column(column)?, key, read_options());
        let row = row.map_err(|error| fault("reading", Some(column), &error))?;
        row.map(|row| column.open(key, &row)).transpose()
    }

    fn scan(&self, column: Column, from: &[u8], visit: &mut Visit<'_>) -> Result<(), Fault> {
        walk(column, self.inner.raw_iterator_cf_opt(self.disk.column(column)?, scan_options()), from, visit)
    }
}

/// Writes that happen together or not at all.
pub(crate) struct Batch<'a> {
    columns: Vec<&'a ColumnFamily>,
    batch: WriteBatch,
    row: Vec<u8>,
}

impl Batch<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.batch.is_empty()
    }

    pub(crate) fn put(&mut self, column: Column, key: &[u8], value: &[u8]) {
        let Some(handle) = self.columns.get(column as usize).copied() else { return };
        if !column.is_checked() {
            return self.batch.put_cf(handle, key, value);
        }
        self.row.clear();
        self.row.extend_from_slice(value);
        self.row.extend_from_slice(&column.checksum(key, value));
        self.batch.put_cf(handle, key, &self.row);
    }

    pub(crate) fn delete(&mut self, column: Column, key: &[u8]) {
        if let Some(handle) = self.columns.get(column as usize).copied() {
            self.batch.delete_cf(handle, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_opened_only_where_there_is_room_for_that() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("ledger");
        room_to_open(&folder, OPENING_BYTES).unwrap();
        let fault = room_to_open(&folder, OPENING_BYTES - 1).unwrap_err();
        assert!(fault.what.starts_with("there is no room to open ") && fault.remedy.starts_with("make room on that disk"), "{fault}");
        assert!(!is_damage(&fault) && !fault.to_string().contains("start"), "{fault}");
        // What its logs ahead hold is written once more.
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("000004.log"), [0; 1000]).unwrap();
        assert!(room_to_open(&folder, OPENING_BYTES + 999).is_err());
        room_to_open(&folder, OPENING_BYTES + 1000).unwrap();
    }
}
