//! The certificate file `NUMBER.symbolon`: the one thing that is handed over with the goods.
//!
//! Canonical CBOR, `docs/spec/certificate-file.md`: the original bytes as issued, what opens their commitments, where
//! the record lies, the issuing transaction, and a receipt, so that it can be verified without a connection.

use crate::output::shown;
use crate::profile::replace_secret;
use anyhow::Context as _;
use contracts::acts::Issue;
use contracts::document::{DOCUMENT_BYTES_MAX, MediaType};
use genesis::home::{HomeError, write_secret};
use ledger::codec::{Bytes, Canonical, Malformed};
use ledger::commitment::Seed;
use ledger::hash::sha256;
use ledger::id::{NetworkId, Signer};
use ledger::lookup::RecordKey;
use ledger::receipt::{RECEIPT_BYTES_MAX, Receipt};
use ledger::transaction::{DecodedTransaction, TRANSACTION_BYTES_MAX};
use minicbor::{Decode, Encode};
use std::path::Path;

/// The only version so far.
pub const CERTIFICATE_FILE_VERSION: u32 = 1;
/// How many bytes a certificate file may have beside the document.
pub const AROUND_DOCUMENT_BYTES_MAX: usize = RECEIPT_BYTES_MAX + TRANSACTION_BYTES_MAX + 1024;

/// What is handed over.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct CertificateFile {
    /// [`CERTIFICATE_FILE_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The network on which it is recorded.
    #[n(1)]
    pub network: NetworkId,
    /// The document, byte for byte as issued.
    #[n(2)]
    pub original: Bytes,
    /// Its media type.
    #[n(3)]
    pub media_type: String,
    /// Opens the commitments.
    #[n(4)]
    pub seed: Seed,
    /// Where the standing lies.
    #[n(5)]
    pub record_key: RecordKey,
    /// The issuing transaction as signed.
    #[n(6)]
    pub transaction: Bytes,
    /// Which of its acts issued this record, from 0.
    #[n(7)]
    pub act: u32,
    /// A receipt, as new as the file.
    #[n(8)]
    pub receipt: Option<Bytes>,
}

impl Canonical for CertificateFile {
    const NAME: &'static str = "certificate file";
    const BYTES_MAX: usize = DOCUMENT_BYTES_MAX + AROUND_DOCUMENT_BYTES_MAX;
}

impl CertificateFile {
    /// Reads a certificate file of the version that is known here.
    ///
    /// # Errors
    /// [`Malformed`], also for another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let file = <Self as Canonical>::from_bytes(bytes)?;
        if file.version != CERTIFICATE_FILE_VERSION {
            return Err(Malformed::Unreadable { what: Self::NAME, cause: format!("version {} is not known here", file.version) });
        }
        if ![MediaType::Xml, MediaType::Json].iter().any(|known| known.as_str() == file.media_type) {
            let cause = "its media type is neither application/xml nor application/json".to_owned();
            return Err(Malformed::Unreadable { what: Self::NAME, cause });
        }
        Ok(file)
    }

    /// With a receipt; and, if the receipt names the transaction that issued the record, with that one.
    pub fn with_receipt(mut self, receipt: Vec<u8>) -> Self {
        let issue = Receipt::from_bytes(&receipt).ok().and_then(|receipt| receipt.issue);
        if let Some((act, transaction)) = issue.and_then(|issue| Some((self.issuing_act(&issue.transaction)?, issue.transaction))) {
            (self.act, self.transaction) = (act, transaction);
        }
        self.receipt = Some(receipt.into());
        self
    }

    /// Which act of a transaction issues this record of this document.
    fn issuing_act(&self, wire: &[u8]) -> Option<u32> {
        let decoded = DecodedTransaction::from_wire(wire.to_vec(), &self.network).ok()?;
        let Signer::Authority(authority) = &decoded.transaction().signer else { return None };
        let digest = sha256(&self.original);
        let is_it = |issue: Issue| issue.document_digest == digest && issue.record_key(authority.member()) == self.record_key;
        let index = decoded.transaction().acts.iter().position(|act| Issue::from_bytes(&act.body).is_ok_and(is_it))?;
        u32::try_from(index).ok()
    }

    /// Writes a new file that only its owner reads, for it holds the seed; `false` if there is one with this name. What
    /// the disk did not take whole is not left there.
    ///
    /// # Errors
    /// The disk's own.
    pub fn write_new(&self, path: &Path) -> anyhow::Result<bool> {
        match write_secret(path, &self.to_bytes()) {
            Ok(()) => {}
            Err(HomeError::Exists(_)) => return Ok(false),
            Err(error) => {
                let _ = std::fs::remove_file(path);
                return Err(error.into());
            }
        }
        crate::profile::sync_directory(path)?;
        Ok(true)
    }

    /// Replaces a certificate file: it holds either what it held or all of this one.
    ///
    /// # Errors
    /// The disk's own.
    pub fn replace(&self, path: &Path) -> anyhow::Result<()> {
        replace_secret(path, &self.to_bytes()).with_context(|| shown(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> CertificateFile {
        CertificateFile {
            version: CERTIFICATE_FILE_VERSION,
            network: NetworkId::new([1; 32]),
            original: b"{}".to_vec().into(),
            media_type: "application/json".into(),
            seed: Seed::new([2; 16]),
            record_key: RecordKey::new([3; 32]),
            transaction: vec![4].into(),
            act: 0,
            receipt: None,
        }
    }

    #[test]
    fn a_certificate_file_is_read_as_it_was_written() {
        assert_eq!(CertificateFile::from_bytes(&file().to_bytes()), Ok(file()));
        let newer = CertificateFile { version: 2, ..file() };
        assert!(CertificateFile::from_bytes(&newer.to_bytes()).is_err());
        let bytes = file().to_bytes();
        assert!(CertificateFile::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn only_its_owner_reads_a_certificate_file_and_none_is_overwritten() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("1.symbolon");
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert!(file().write_new(&path).unwrap());
        assert_eq!(mode(), 0o600);
        let other = CertificateFile { act: 1, ..file() };
        assert!(!other.write_new(&path).unwrap(), "another file lies there");
        other.replace(&path).unwrap();
        assert_eq!((mode(), CertificateFile::from_bytes(&std::fs::read(&path).unwrap())), (0o600, Ok(other)));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left there");
        assert!(file().write_new(&directory.path().join("none/1.symbolon")).is_err());
    }
}
