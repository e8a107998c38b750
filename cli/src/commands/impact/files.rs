//! The asker's own certificate files: only they give numbers and readers, since neither is on the ledger.

use crate::input::{certificate_file, read_bounded};
use crate::output::shown;
use crate::profile::Profile;
use anyhow::{Context as _, ensure};
use contracts::context::Known;
use contracts::document::{DOCUMENT_BYTES_MAX, read_document};
use contracts::standing::Standing;
use ledger::hash::{Hash, sha256};
use ledger::id::MemberId;
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many certificate files are read.
pub const FILES_MAX: usize = 100_000;

/// What a file says of its record.
pub struct OwnFile {
    /// The number in its document.
    pub number: String,
    /// Members that the document names as destination or transit.
    pub readers: BTreeSet<MemberId>,
    /// Countries that it names so and that no member of the network stands for.
    pub not_members: BTreeSet<CountryCode>,
    digest: Hash,
    path: Option<PathBuf>,
}

/// The asker's own files, by record key.
#[derive(Default)]
pub struct OwnFiles {
    files: BTreeMap<RecordKey, OwnFile>,
    /// Files that were passed over: one sentence each.
    pub remarks: Vec<String>,
}

impl OwnFiles {
    /// Reads certificate files, and those that end in `.symbolon` of directories.
    ///
    /// # Errors
    /// If a path cannot be read, or there are too many.
    pub fn read(profile: &Profile, paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        for path in paths {
            if path.is_dir() {
                let entries = std::fs::read_dir(path).with_context(|| shown(path))?;
                let found = entries.collect::<Result<Vec<_>, _>>().with_context(|| shown(path))?.into_iter().map(|entry| entry.path());
                all.extend(found.filter(|path| path.extension().is_some_and(|ending| ending == "symbolon")));
            } else {
                ensure!(path.is_file(), "--files {}: there is no such file or directory", shown(path));
                all.push(path.clone());
            }
            may_be_read(all.len())?;
        }
        all.sort();
        let mut own = Self::default();
        for path in &all {
            match one(profile, path) {
                Ok((record, file)) => drop(own.files.insert(record, file)),
                Err(error) => own.remarks.push(format!("{}: passed over: {error:#}", shown(path))),
            }
        }
        Ok(own)
    }

    /// Adds what the asker named itself.
    pub fn know(&mut self, record: RecordKey, number: &str, digest: Hash) {
        self.files.entry(record).or_insert(OwnFile {
            number: number.to_owned(),
            readers: BTreeSet::new(),
            not_members: BTreeSet::new(),
            digest,
            path: None,
        });
    }

    /// The number that the files give a record; with a digest, only of the file that holds that very document.
    pub fn number(&self, record: &RecordKey, digest: Option<&Hash>) -> Option<&str> {
        let file = self.files.get(record).filter(|file| digest.is_none_or(|digest| file.digest == *digest))?;
        Some(&file.number)
    }

    /// Where the file of a record lies.
    pub fn path(&self, record: &RecordKey) -> Option<&Path> {
        self.files.get(record)?.path.as_deref()
    }

    /// The file of a record, if it holds the recorded document.
    pub fn of(&self, record: &RecordKey, standing: &Standing) -> Option<&OwnFile> {
        let is_it = |file: &&OwnFile| standing.document_digest == file.digest || standing.form(&file.digest, Known::Now).is_some();
        self.files.get(record).filter(is_it)
    }
}

fn one(profile: &Profile, path: &Path) -> anyhow::Result<(RecordKey, OwnFile)> {
    let most = DOCUMENT_BYTES_MAX + crate::certificate_file::AROUND_DOCUMENT_BYTES_MAX;
    let file = certificate_file(&read_bounded(path, u64::try_from(most).unwrap_or(u64::MAX))?)?;
    ensure!(file.network == profile.founding.network_id(), "it is of network {}", file.network);
    let document = read_document(&file.original)?;
    let (mut readers, mut not_members) = (BTreeSet::new(), BTreeSet::new());
    for country in document.destination_country.iter().chain(&document.transit_countries) {
        match profile.founding.member_for(*country) {
            Some(member) => drop(readers.insert(member.id)),
            None => drop(not_members.insert(*country)),
        }
    }
    Ok((
        file.record_key,
        OwnFile { number: document.number.to_string(), readers, not_members, digest: sha256(&file.original), path: Some(path.to_owned()) },
    ))
}

fn may_be_read(files: usize) -> anyhow::Result<()> {
    ensure!(files <= FILES_MAX, "--files names more than {FILES_MAX} certificate files; give those in question");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_files_are_read() {
        assert!(may_be_read(FILES_MAX).is_ok());
        let error = may_be_read(FILES_MAX + 1).unwrap_err().to_string();
        assert_eq!(error, "--files names more than 100000 certificate files; give those in question");
    }
}
