//! The certificate file on its way. It alone holds the seed, and so it lies on the disk before anything is sent:
//! whatever ends this program after that, the file can be completed, and the same document goes on with it.

use super::{How, Item, Opened, asked};
use crate::certificate_file::{CERTIFICATE_FILE_VERSION, CertificateFile};
use crate::input::read_bounded;
use crate::officer::{self, ask_own};
use crate::output::shown;
use crate::profile::{Profile, remove_leftovers};
use anyhow::Context as _;
use contracts::standing::Standing;
use contracts::verdict::{Facts, Subject};
use ledger::codec::Canonical as _;
use ledger::id::CertificateNumber;
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use ledger::transaction::SignedAct;
use std::path::{Path, PathBuf};

/// The certificate file of one document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Kept {
    /// Where it lies.
    pub path: PathBuf,
    /// Since when.
    pub since: Since,
}

/// Since when a certificate file lies there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Since {
    /// This attempt wrote it.
    Now,
    /// An earlier attempt wrote it, whose answer nobody saw.
    Before,
    /// It is complete: the certificate was recorded.
    Recorded,
}

/// Looks for the file of an earlier attempt at the same document, and goes on with its seed.
pub fn recall(profile: &Profile, item: &mut Item, how: &How) {
    for path in names(&directory(item, how), item).take_while(|path| path.exists()) {
        let most = u64::try_from(CertificateFile::BYTES_MAX).unwrap_or(u64::MAX);
        let file = read_bounded(&path, most).ok().and_then(|bytes| CertificateFile::from_bytes(&bytes).ok());
        let same = |file: &CertificateFile| {
            file.network == profile.founding.network_id() && file.record_key == item.record() && file.original[..] == item.bytes[..]
        };
        if let Some(file) = file.filter(same) {
            remove_leftovers(&path);
            let since = if file.receipt.is_some() { Since::Recorded } else { Since::Before };
            (item.seed, item.kept) = (file.seed, Some(Kept { path, since }));
            return;
        }
    }
}

/// Writes the file without a receipt, before its transaction is sent.
///
/// # Errors
/// If the disk refuses: then nothing may be sent.
pub fn keep(profile: &Profile, item: &mut Item, act: &SignedAct, how: &How) -> anyhow::Result<()> {
    match &item.kept {
        Some(Kept { since: Since::Recorded, .. }) => return Ok(()),
        Some(kept) => return file_of(profile, item, act).replace(&kept.path),
        None => {}
    }
    let directory = directory(item, how);
    let remedy = || format!("{}: no certificate file can be written here; choose another folder: --out DIR", shown(&directory));
    if !directory.as_os_str().is_empty() {
        std::fs::create_dir_all(&directory).with_context(remedy)?;
    }
    let file = file_of(profile, item, act);
    for path in names(&directory, item) {
        if file.write_new(&path).with_context(remedy)? {
            item.kept = Some(Kept { path, since: Since::Now });
            break;
        }
    }
    Ok(())
}

/// Puts the receipt into the file.
///
/// # Errors
/// If the disk refuses; the file without a receipt stays.
pub fn finish(profile: &Profile, item: &Item, act: &SignedAct, receipt: Vec<u8>) -> anyhow::Result<()> {
    let kept = item.kept.as_ref().context("no file was written")?;
    file_of(profile, item, act).with_receipt(receipt).replace(&kept.path)
}

/// Removes the file of a document that was refused, and gives it if it stays: an earlier attempt may still be recorded,
/// unless another document or seed is recorded in its place.
pub fn discard(item: &Item, place_is_taken: bool) -> Option<PathBuf> {
    let kept = item.kept.as_ref()?;
    let goes = match kept.since {
        Since::Now => true,
        Since::Before => place_is_taken,
        Since::Recorded => false,
    };
    if goes && std::fs::remove_file(&kept.path).is_ok() { None } else { Some(kept.path.clone()) }
}

fn file_of(profile: &Profile, item: &Item, act: &SignedAct) -> CertificateFile {
    CertificateFile {
        version: CERTIFICATE_FILE_VERSION,
        network: profile.founding.network_id(),
        original: item.bytes.clone().into(),
        media_type: item.document.media_type.as_str().to_owned(),
        seed: item.seed,
        record_key: item.record(),
        act: act.clone(),
        receipt: None,
    }
}

/// Where the certificate file of what a document replaces may lie: where its own will, and beside the document.
pub fn folders(item: &Item, how: &How) -> Vec<PathBuf> {
    let mut folders = vec![directory(item, how), item.path.parent().map(Path::to_owned).unwrap_or_default()];
    folders.dedup();
    folders
}

/// The file of what a document replaces, if it lies in one of these folders under the name that `issue` gave it.
pub fn of_replaced(item: &Item, number: &CertificateNumber, record: &RecordKey, standing: &Standing) -> Option<Opened> {
    let most = u64::try_from(CertificateFile::BYTES_MAX).unwrap_or(u64::MAX);
    let paths = item.folders.iter().flat_map(|folder| named(folder, &file_name(number)).take_while(|path| path.exists()));
    let files = paths.filter_map(|path| CertificateFile::from_bytes(&read_bounded(&path, most).ok()?).ok());
    files.map(|file| Opened::of(&file)).find(|opened| opened.opens(record, standing))
}

fn directory(item: &Item, how: &How) -> PathBuf {
    how.out.clone().unwrap_or_else(|| item.path.parent().map(Path::to_owned).unwrap_or_default())
}

/// The names that the certificate file of a document may have, in the order in which they are taken.
fn names(directory: &Path, item: &Item) -> impl Iterator<Item = PathBuf> + use<> {
    let draft = if item.draft { ".draft" } else { "" };
    named(directory, &format!("{}{draft}", file_name(&item.document.number)))
}

fn named(directory: &Path, name: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let (directory, name) = (directory.to_owned(), name.to_owned());
    (1_u32..).map(move |count| directory.join(if count == 1 { format!("{name}.symbolon") } else { format!("{name}.{count}.symbolon") }))
}

/// A number as a file's name: letters, digits and `._-` stay, every other character becomes `_`.
pub fn file_name(number: &CertificateNumber) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    let name: String = number.as_str().chars().map(plain).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}

/// A receipt of a record, with its issuing act, for the country that it will be shown to.
///
/// # Errors
/// If no node's answer checks.
pub fn receipt_for(profile: &Profile, record: &RecordKey, for_country: Option<CountryCode>) -> anyhow::Result<Vec<u8>> {
    let about = Subject::Record(*record);
    let mut question = contracts::verdict::Question::on(officer::own_clock().date());
    question.for_country = for_country;
    let accept = |proven: &ledger::receipt::Proven| {
        let facts = Facts::from_proven(proven, &about, &question).map_err(|gap| gap.to_string())?;
        let found = facts.records.first().ok_or("it shows no such record")?;
        // The proof of the issue travels with the receipt for auditors; it is asked for, so it must be there and be the one.
        let issue = proven.issue().ok_or("it leaves out the act that issued the record")?;
        let is_meant = issue.height == found.standing.issued.height
            && issue.is_accepted()
            && contracts::acts::issues(&issue.act.skeleton().signer, issue.act.act(), record);
        if is_meant { Ok(()) } else { Err("it shows another act as the one that issued the record".to_owned()) }
    };
    Ok(ask_own(profile, &asked(&about, &question, true), accept)?.receipt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_a_harmless_file_name() {
        for (number, name) in [
            ("CL-2026-0018834", "CL-2026-0018834"),
            ("NZL2026/MPI/0048127", "NZL2026_MPI_0048127"),
            ("../../etc", "_.._.._ETC"),
            ("果 1", "__1"),
        ] {
            assert_eq!(file_name(&CertificateNumber::parse(number).unwrap()), name);
        }
    }
}
