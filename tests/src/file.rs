//! Certificate files as docs/spec/certificate-file.md writes them, so that a test can doctor every part.

use crate::issuer::Certificate;
use crate::network::Network;
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::Seed;
use ledger::id::NetworkId;
use ledger::lookup::RecordKey;
use ledger::transaction::{DecodedTransaction, SignedAct};
use minicbor::{Decode, Encode};

/// A certificate file, version 2.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct CertificateFile {
    /// Its version.
    #[n(0)]
    pub version: u32,
    /// The network.
    #[n(1)]
    pub network: NetworkId,
    /// The document, byte for byte.
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
    /// The act that issued it.
    #[n(6)]
    pub act: SignedAct,
    /// A receipt.
    #[n(7)]
    pub receipt: Option<Bytes>,
}

impl Canonical for CertificateFile {
    const NAME: &'static str = "certificate file";
    const BYTES_MAX: usize = 8 * 1024 * 1024;
}

/// The first act of a signed transaction, alone.
///
/// # Panics
/// If it is no transaction of this network.
pub fn first_act(wire: &[u8], network: &NetworkId) -> SignedAct {
    DecodedTransaction::from_wire(wire.to_vec(), network).unwrap().act_tree().act(0).unwrap()
}

impl Network {
    /// The file of a recorded certificate, with a receipt of its own member's node.
    ///
    /// # Panics
    /// If the node gives none.
    pub fn file_of(&self, certificate: &Certificate) -> CertificateFile {
        let member = certificate.member.as_str();
        let question = serde_json::json!({ "subject": { "record": certificate.record.to_string() }, "issue": true });
        let token = self.token(member);
        let answer =
            crate::post(&format!("{}/v1/receipts", self.url(member)), Some(&token), "application/json", question.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        CertificateFile {
            version: 2,
            network: self.founding().network_id(),
            original: certificate.original.clone().into(),
            media_type: certificate.document.media_type.as_str().to_owned(),
            seed: certificate.seed,
            record_key: certificate.record,
            act: first_act(&certificate.wire, &self.founding().network_id()),
            receipt: Some(answer.body.into()),
        }
    }

    /// Writes a certificate file into the network's directory and gives its relative name.
    pub fn write_file(&self, name: &str, file: &CertificateFile) -> String {
        self.write(&format!("issued/{name}.symbolon"), &file.to_bytes())
    }
}
