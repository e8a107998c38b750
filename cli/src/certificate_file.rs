//! The certificate file `NUMBER.symbolon`: the one thing that is handed over with the goods.
//!
//! Canonical CBOR, `docs/spec/certificate-file.md`: the original bytes as issued, what opens their commitments, where
//! the record lies, the act that issued it as signed, and a receipt, so that it can be verified without a connection.

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
use ledger::transaction::SignedAct;
use minicbor::{Decode, Encode};
use std::path::Path;

/// The version that is known here. In version 1 the whole issuing transaction was handed over, with all its acts.
pub const CERTIFICATE_FILE_VERSION: u32 = 2;
/// How many bytes a certificate file may have beside the document.
pub const AROUND_DOCUMENT_BYTES_MAX: usize = RECEIPT_BYTES_MAX + SignedAct::BYTES_MAX + 1024;

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
    /// The act that issued this record, under what was signed.
    #[n(6)]
    pub act: SignedAct,
    /// A receipt, as new as the file.
    #[n(7)]
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
        let unreadable = |cause: String| Malformed::Unreadable { what: Self::NAME, cause };
        // Other versions have other fields: which one it is comes first.
        if let Some(version) = version(bytes).filter(|version| *version != CERTIFICATE_FILE_VERSION) {
            let older = version < CERTIFICATE_FILE_VERSION;
            let remedy = if older { "ask the issuer for a new one, or verify the document alone" } else { "update the program" };
            return Err(unreadable(format!("it has version {version}, this program knows {CERTIFICATE_FILE_VERSION}; {remedy}")));
        }
        let file = <Self as Canonical>::from_bytes(bytes)?;
        if ![MediaType::Xml, MediaType::Json].iter().any(|known| known.as_str() == file.media_type) {
            return Err(unreadable("its media type is neither application/xml nor application/json".to_owned()));
        }
        Ok(file)
    }

    /// Whether this begins like a certificate file of a version that is not known here.
    pub fn is_of_another_version(bytes: &[u8]) -> bool {
        version(bytes).is_some_and(|version| version != CERTIFICATE_FILE_VERSION)
    }

    /// With a receipt; and, if the receipt names the act that issued the record, with that one.
    pub fn with_receipt(mut self, receipt: Vec<u8>) -> Self {
        let issue = Receipt::from_bytes(&receipt).ok().and_then(|receipt| receipt.issue);
        if let Some(issue) = issue.filter(|issue| self.is_issued_by(&issue.act)) {
            self.act = issue.act;
        }
        self.receipt = Some(receipt.into());
        self
    }

    /// Whether an act issues this record of this document.
    fn is_issued_by(&self, signed: &SignedAct) -> bool {
        let Signer::Authority(authority) = &signed.skeleton.signer else { return false };
        signed.clone().prove(&self.network).is_ok()
            && Issue::from_bytes(&signed.act.body).is_ok_and(|issue| {
                issue.document_digest == sha256(&self.original) && issue.record_key(authority.member()) == self.record_key
            })
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

/// The version that bytes name which begin like a certificate file of any version: with the version and a network.
fn version(bytes: &[u8]) -> Option<u32> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.map().ok()?;
    let version = (decoder.u8().ok()? == 0).then(|| decoder.u32().ok())??;
    let is_network = decoder.u8().ok()? == 1 && decoder.bytes().ok()?.len() == 32;
    is_network.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::id::{AuthorityId, KeyNumber};
    use ledger::key::SecretKey;
    use ledger::time::Height;
    use ledger::transaction::{Act, DecodedTransaction, TRANSACTION_VERSION, Transaction};

    fn act(place: usize) -> SignedAct {
        let network = NetworkId::new([1; 32]);
        let transaction = Transaction {
            version: TRANSACTION_VERSION,
            network,
            signer: Signer::Authority(AuthorityId::parse("CL-subrei").unwrap()),
            key: KeyNumber::new(1),
            expiry: Height::new(9),
            acts: (0..3).map(|act| Act { kind: 1, verb: 1, body: vec![act].into() }).collect(),
        };
        let wire = transaction.sign(&SecretKey::from_seed(&[4; 32])).to_bytes();
        DecodedTransaction::from_wire(wire, &network).unwrap().act_tree().act(place).unwrap()
    }

    fn file() -> CertificateFile {
        CertificateFile {
            version: CERTIFICATE_FILE_VERSION,
            network: NetworkId::new([1; 32]),
            original: b"{}".to_vec().into(),
            media_type: "application/json".into(),
            seed: Seed::new([2; 16]),
            record_key: RecordKey::new([3; 32]),
            act: act(0),
            receipt: None,
        }
    }

    #[test]
    fn a_certificate_file_is_read_as_it_was_written() {
        assert_eq!(CertificateFile::from_bytes(&file().to_bytes()), Ok(file()));
        let newer = CertificateFile { version: 3, ..file() }.to_bytes();
        assert!(CertificateFile::from_bytes(&newer).unwrap_err().to_string().contains("version 3, this program knows 2; update"));
        let bytes = file().to_bytes();
        assert!(CertificateFile::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    /// Of version 1 only the beginning matters: its later fields are others.
    #[test]
    fn a_file_of_the_first_version_is_refused_with_what_helps() {
        let mut first = file().to_bytes();
        assert_eq!(first[..3], [0xa7, 0, 2]);
        first[2] = 1;
        let said = CertificateFile::from_bytes(&first).unwrap_err().to_string();
        assert!(said.contains("it has version 1, this program knows 2; ask the issuer for a new one"), "{said}");
    }

    #[test]
    fn only_its_owner_reads_a_certificate_file_and_none_is_overwritten() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("1.symbolon");
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert!(file().write_new(&path).unwrap());
        assert_eq!(mode(), 0o600);
        let other = CertificateFile { act: act(1), ..file() };
        assert!(!other.write_new(&path).unwrap(), "another file lies there");
        other.replace(&path).unwrap();
        assert_eq!((mode(), CertificateFile::from_bytes(&std::fs::read(&path).unwrap())), (0o600, Ok(other)));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left there");
        assert!(file().write_new(&directory.path().join("none/1.symbolon")).is_err());
    }
}
