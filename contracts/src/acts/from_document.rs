//! From a document to the act that records it: what stands in clear, what as a token, what as a commitment only.
//!
//! Issuer and verifier use the same functions, so that the officer's tool can compute again what the record holds.

use super::{AmountScale, Issue, IssuedLine, unit_token};
use crate::document::{Document, MediaType, SPS_STATUS_LIST};
use crate::kinds::RecordKind;
use crate::standing::{LINES_MAX, Link};
use ledger::codec::Bytes;
use ledger::commitment::{CommitmentRoot, Seed, commit};
use ledger::hash::sha256;
use ledger::id::AuthorityId;
use ledger::lookup::{Identity, Locator, RecordTag};
use ledger::time::CalendarDate;

/// Where a document's record and its links lie, as the node of the authority's member computed them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Places {
    /// Leads, with the signer's member, to where the standing will lie.
    pub record_tag: RecordTag,
    /// One for each member that may look it up by number, in any order.
    pub locators: Vec<Locator>,
    /// Each certificate on which it rests.
    pub bases: Vec<Link>,
    /// The certificate that it replaces.
    pub predecessor: Option<Link>,
}

/// Why a document cannot be recorded.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DocumentError {
    /// Its status is not that of an issued certificate.
    #[error("{place}: {}", not_issued(.list, .code))]
    NotIssued {
        /// The element or member that says so.
        place: &'static str,
        /// The code list.
        list: String,
        /// The code.
        code: String,
    },
    /// It is no draft.
    #[error("the document's status is {0}, and a draft of an SPS certificate has 47, 1, 42 or 39 of list 4405; issue it instead")]
    NotADraft(String),
    /// A re-export certificate that names no original.
    #[error(
        "SPSCertificate/SPSConsignment/IncludedSPSConsignmentItem/IncludedSPSTradeLineItem: no line names an original, and a re-export \
         certificate (657) rests on at least one; write it as an AdditionalInformationSPSNote of the line with Subject RPCRF and the original's \
         number as Content, and another with Subject RPCCO and its country (docs/documents.md)"
    )]
    NoOriginal,
    /// Its kind has no drafts.
    #[error("{plural} have no drafts; leave --draft out, and issue it when it is final", plural = .0.plural())]
    NoDrafts(RecordKind),
    /// An amount has too many digits.
    #[error("the amount of line {line} has too many digits to be recorded; write at most 12")]
    Amount {
        /// The line's place in the document, from 1.
        line: u32,
    },
    /// An amount of zero.
    #[error("line {line} certifies an amount of 0, which is nothing; correct the amount")]
    Nothing {
        /// The line's place in the document, from 1.
        line: u32,
    },
    /// A criterion does not begin with a code.
    #[error("the origin criterion of line {line} does not begin with a code of printable ASCII characters; write its code, such as WO")]
    Criterion {
        /// The line's place in the document, from 1.
        line: u32,
    },
    /// Only what is added to a criterion, without one.
    #[error(
        "the origin criterion of line {line} is {written} alone, which is added to the criterion under which the goods originate; write that one first, such as CTC {written}"
    )]
    CriterionAddedToNone {
        /// The line's place in the document, from 1.
        line: u32,
        /// What is added.
        written: String,
    },
    /// Marked as issued after a shipment that it dates after its issue.
    #[error(
        "flags.retroactive says that it is issued after shipment, and transport.departure_date {shipped} lies after its date of issue {issued}; correct the date, or do not mark it"
    )]
    ShippedAfterRetroactiveIssue {
        /// The date of shipment.
        shipped: CalendarDate,
        /// The date of issue.
        issued: CalendarDate,
    },
    /// More lines than a record may have.
    #[error("the document has {0} lines, a record has at most {LINES_MAX}; split the consignment")]
    Lines(usize),
}

/// What makes the document's record unique when this authority issues it.
pub fn identity_of(document: &Document, authority: &AuthorityId) -> Identity {
    Identity {
        kind: document.kind.number(),
        country: document.issuing_country,
        authority: document.kind.rules().numbers_are_the_authoritys().then(|| authority.clone()),
        class: document.class.clone(),
        number: document.number.clone(),
    }
}

/// The commitment to all fields of a document.
pub fn commitment_of(document: &Document, seed: &Seed) -> CommitmentRoot {
    commit(seed, document.fields.iter().map(|field| (field.path.as_str(), field.value.as_str())))
}

/// The act that records a document, of which `original` are the bytes.
///
/// # Errors
/// [`DocumentError`] if it cannot be recorded as it is.
pub fn issue_from_document(document: &Document, original: &[u8], seed: &Seed, places: Places) -> Result<Issue, DocumentError> {
    recorded_as(document, original, seed, places, document.kind.rules().terms_of(document, seed)?)
}

/// As [`issue_from_document`], for the draft of an SPS certificate.
///
/// # Errors
/// [`DocumentError`] if it is none, or cannot be recorded as it is.
pub fn draft_from_document(document: &Document, original: &[u8], seed: &Seed, places: Places) -> Result<Issue, DocumentError> {
    recorded_as(document, original, seed, places, document.kind.rules().draft_terms_of(document)?)
}

fn recorded_as(document: &Document, original: &[u8], seed: &Seed, places: Places, terms: Option<Bytes>) -> Result<Issue, DocumentError> {
    let mut locators = places.locators;
    locators.sort();
    locators.dedup();
    let mut bases: Vec<Link> = Vec::with_capacity(places.bases.len());
    for base in places.bases {
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    let first_day = document.valid_from.as_ref().map(|written| written.date).filter(|date| *date != document.issue_date.date);
    Ok(Issue {
        record_tag: places.record_tag,
        locators,
        commitment_root: commitment_of(document, seed),
        document_digest: sha256(original),
        media_type: document.media_type,
        country: document.issuing_country,
        class: document.class.clone(),
        issue_date: document.issue_date.date,
        valid_from: first_day,
        valid_until: document.valid_until.as_ref().map(|written| written.date),
        flags: document.flags.into(),
        bases,
        predecessor: places.predecessor,
        lines: lines_of(document, seed)?,
        terms,
        shares_pool: None,
        draws: None,
        fingerprints: None,
        sealed_numbers: None,
    })
}

/// The lines as they stand on the ledger: amounts by their [`AmountScale`], codes and units as tokens.
/// A line of totals only repeats the others, so that it has no amount of its own and is left out.
///
/// # Errors
/// [`DocumentError`] if there are too many, or an amount is too large.
pub fn lines_of(document: &Document, seed: &Seed) -> Result<Vec<IssuedLine>, DocumentError> {
    let mut lines = Vec::with_capacity(document.lines.len());
    for (number, line) in (1_u32..).zip(&document.lines).filter(|(_, line)| !line.is_total) {
        let quantity = line.quantity.as_ref();
        let certified = match quantity {
            Some(quantity) if quantity.mantissa == 0 => return Err(DocumentError::Nothing { line: number }),
            Some(quantity) => {
                let amount = AmountScale::of(quantity, seed).to_ledger(quantity);
                Some(amount.ok_or(DocumentError::Amount { line: number })?)
            }
            None => None,
        };
        lines.push(IssuedLine {
            number,
            certified,
            code: line.code.as_ref().map(|code| seed.token(number, "code", &code.code)),
            unit: quantity.and_then(|quantity| quantity.unit.as_ref()).map(|unit| unit_token(seed, number, unit)),
        });
    }
    if lines.len() > LINES_MAX { Err(DocumentError::Lines(lines.len())) } else { Ok(lines) }
}

fn not_issued(list: &str, code: &str) -> String {
    if list == SPS_STATUS_LIST {
        // Source: UN/CEFACT StatusCode D16B, whose last code is 377.
        return match code.parse::<u16>().ok() {
            Some(47 | 1 | 42 | 39) => format!(
                "the document's status is {code} of list {list}, that of a draft; record it as one (symbolon issue --draft), or \
                 send it when it is issued, with status 70"
            ),
            Some(1..=377) => format!(
                "the document's status is {code} of list {list}, and what is recorded first is the issued certificate, with \
                 status 70; send that, and record as an act of its own what became of it since"
            ),
            _ => format!(
                "the document's status is {code}, which is no known code of list {list}; write 70, issued, or of a draft 47, 1, \
                 42 or 39 (symbolon issue --draft)"
            ),
        };
    }
    format!(
        "the document says '{code}', and what is recorded first is the grant; send it as it was granted, and record as an act of its own what \
         became of it since"
    )
}

/// Whether a document states the status of an issued certificate, in its list.
///
/// # Errors
/// [`DocumentError::NotIssued`] if it states another one.
pub(crate) fn is_issued(document: &Document, list: &str, issued: &str) -> Result<(), DocumentError> {
    match &document.status {
        Some(status) if (status.list, status.code.as_str()) != (list, issued) => {
            let place = if document.media_type == MediaType::Xml { "SPSCertificate/SPSExchangedDocument/StatusCode" } else { "status" };
            Err(DocumentError::NotIssued { place, list: status.list.to_owned(), code: status.code.clone() })
        }
        _ => Ok(()),
    }
}
