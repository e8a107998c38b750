//! From a document to the act that records it.

use super::Issue;
use crate::document::Document;
use crate::standing::Link;
use ledger::commitment::Seed;
use ledger::hash::Hash;
use ledger::lookup::{Locator, RecordKey};

/// Where a record and its links lie, as the authority's member computed them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Identities {
    /// The record key of each certificate beneath it, or that it is not on this ledger.
    pub bases: Vec<Link>,
    /// The certificate that it replaces.
    pub predecessor: Option<Link>,
}

/// Why a document cannot be recorded.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DocumentError {
    /// Its status is not that of an issued certificate.
    #[error("the document's status is {status}; only an issued certificate is recorded")]
    NotIssued {
        /// List and code.
        status: String,
    },
    /// An amount has too many digits.
    #[error("the amount of line {line} has too many digits to be recorded; write at most 12")]
    Amount {
        /// The line, from 1.
        line: u32,
    },
    /// More lines than a record may have.
    #[error("the document has {0} lines, a record has at most {max}", max = crate::standing::LINES_MAX)]
    Lines(usize),
}

/// The act that records a document.
///
/// # Errors
/// [`DocumentError`].
pub fn issue_from_document(
    document: &Document,
    digest: Hash,
    seed: &Seed,
    record_key: RecordKey,
    locators: Vec<Locator>,
    links: Identities,
) -> Result<Issue, DocumentError> {
    let _ = (document, digest, seed, record_key, locators, links);
    unimplemented!("written next")
}
