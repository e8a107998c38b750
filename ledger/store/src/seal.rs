//! A closed folder is sealed: what its files are is written down, so that the next start finds any change.
//!
//! RocksDB covers the blocks of its tables with checksums, and they are checked whenever they are read. The rest is
//! less sure: the end of a table, the list of files, options, a log ahead whose end is allowed to be cut. After the
//! database has closed, the file `SEAL` therefore records of each file its name, size and the CRC-32 of its bytes, or
//! of its last [`END_BYTES`] if it is longer. It costs milliseconds, whatever the size of the ledger.
//!
//! The next start compares, and removes the seal before anything is written. After a crash there is none, and
//! RocksDB's own checks stand alone. Texts for people (`LOG*`) and the empty `LOCK` are left out: nothing reads them.

use crate::disk::FETCH_AGAIN;
use ledger::state::Fault;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// How much of a long file is covered: its end, behind the last block with a checksum.
pub const END_BYTES: u64 = 64 * 1024;
const NAME: &str = "SEAL";
const UNFINISHED: &str = "SEAL.unfinished";
const SEAL_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Seals the folder when dropped.
pub(crate) struct Seal {
    folder: PathBuf,
    /// Whether there was one when the folder was opened.
    pub(crate) was_there: bool,
}

impl Seal {
    /// Checks the seal of a folder, if there is one, and removes it.
    pub(crate) fn break_open(folder: &Path) -> Result<Self, Fault> {
        let seal = folder.join(NAME);
        let mut was_there = false;
        match fs::metadata(&seal) {
            Ok(found) if found.len() <= SEAL_BYTES_MAX => {
                let text = fs::read(&seal).map_err(|error| unreadable(&seal, &error))?;
                compare(folder, &text)?;
                was_there = true;
                // Synced, so that a power cut cannot bring back a seal that no longer fits.
                fs::remove_file(&seal).and_then(|()| sync(folder)).map_err(|error| unreadable(&seal, &error))?;
            }
            Ok(_) => return Err(broken(&seal, "is longer than any seal")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&seal, &error)),
        }
        Ok(Self { folder: folder.to_owned(), was_there })
    }
}

impl Drop for Seal {
    fn drop(&mut self) {
        // Without a seal the next start goes as after a crash.
        let _ = write(&self.folder);
    }
}

/// Writes the seal whole or not at all, whatever happens to the power.
fn write(folder: &Path) -> io::Result<()> {
    let unfinished = folder.join(UNFINISHED);
    let mut file = File::create(&unfinished)?;
    io::Write::write_all(&mut file, describe(folder)?.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(NAME))?;
    sync(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn broken(file: &Path, wrong: &str) -> Fault {
    Fault { what: format!("the ledger is damaged: the file {} {wrong}", file.display()), remedy: FETCH_AGAIN.into() }
}

fn unreadable(file: &Path, error: &io::Error) -> Fault {
    Fault {
        what: format!("the file {} cannot be read: {error}", file.display()),
        remedy: format!("look at the disk and the folder's permissions; if the file is lost, {FETCH_AGAIN}"),
    }
}

/// The text of a seal: one file a line, and at last the checksum of the lines.
fn describe(folder: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !name.starts_with("LOG") && ![NAME, UNFINISHED, "LOCK"].contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.sort();
    let mut text = String::new();
    for name in names {
        let (size, crc) = file(&folder.join(&name))?;
        let _ = writeln!(text, "{crc:08x} {size} {name}");
    }
    let crc = crc32fast::hash(text.as_bytes());
    let _ = writeln!(text, "{crc:08x} seal");
    Ok(text)
}

/// The size of a file and the CRC-32 of its end.
fn file(path: &Path) -> io::Result<(u64, u32)> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(END_BYTES)))?;
    let mut end = Vec::new();
    file.take(END_BYTES).read_to_end(&mut end)?;
    Ok((size, crc32fast::hash(&end)))
}

fn compare(folder: &Path, seal: &[u8]) -> Result<(), Fault> {
    let found = describe(folder).map_err(|error| unreadable(folder, &error))?;
    if found.as_bytes() == seal {
        return Ok(());
    }
    let Ok(seal) = std::str::from_utf8(seal) else { return Err(broken(&folder.join(NAME), "is not text")) };
    let body = seal.trim_end_matches('\n').rfind('\n').and_then(|end| seal.get(..=end)).unwrap_or_default();
    if seal.strip_prefix(body) != Some(&format!("{:08x} seal\n", crc32fast::hash(body.as_bytes()))) {
        return Err(broken(&folder.join(NAME), "has a wrong checksum"));
    }
    let name = |line: &str| line.splitn(3, ' ').nth(2).map(str::to_owned);
    let lost = seal.lines().find(|line| !found.lines().any(|other| other == *line)).and_then(name);
    let new = found.lines().find(|line| !seal.lines().any(|other| other == *line)).and_then(name);
    match (lost, new) {
        (Some(lost), _) if folder.join(&lost).exists() => Err(broken(&folder.join(lost), "was changed after the node had closed it")),
        (Some(lost), _) => Err(broken(&folder.join(lost), "is missing")),
        (None, Some(new)) => Err(broken(&folder.join(new), "was added after the node had closed the folder")),
        (None, None) => Err(broken(&folder.join(NAME), "does not fit the folder")),
    }
}
