//! The certificate file `NUMBER.symbolon`: the one thing that is handed over with the goods.
//!
//! Canonical CBOR, `docs/spec/certificate-file.md`: the original bytes as issued, what opens their commitments, where
//! the record lies, the issuing transaction, and a receipt, so that it can be verified without a connection.

use contracts::document::DOCUMENT_BYTES_MAX;
use ledger::codec::{Bytes, Canonical, Malformed};
use ledger::commitment::Seed;
use ledger::id::NetworkId;
use ledger::lookup::RecordKey;
use ledger::receipt::RECEIPT_BYTES_MAX;
use ledger::transaction::TRANSACTION_BYTES_MAX;
use minicbor::{Decode, Encode};

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
        Ok(file)
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
}
