//! From a document to the act that records it: what stands in clear, what as a token, what as a commitment only.
//!
//! Issuer and verifier use the same functions, so that the officer's tool can compute again what the record holds.

use super::{AmountScale, Issue, IssuedLine, unit_token};
use crate::document::{AEO_STATUS_LIST, Document, Family, SPS_STATUS_LIST};
use crate::kinds::RecordKind;
use crate::kinds::aeo_status::AeoTerms;
use crate::kinds::certificate_of_origin::{OriginTerms, criterion_code};
use crate::kinds::sps_certificate::SpsTerms;
use crate::registry::is_word;
use crate::standing::{LINES_MAX, Link};
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::{CommitmentRoot, Seed, commit, field_commitment};
use ledger::hash::{Hash, sha256};
use ledger::id::AuthorityId;
use ledger::lookup::{Identity, Locator, RecordTag};
use ledger::time::CalendarDate;

/// The path of the field that holds the trader identification number of an AEO status.
pub const HOLDER_PATH: &str = "tin";

/// The path of the field that holds the exporter's own signature on a certificate of origin.
pub const SIGNATURE_PATH: &str = "exporter_signature";

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
    #[error("the document's status is {code} of list {list}, and only an issued certificate is recorded; send it when it is issued")]
    NotIssued {
        /// The code list.
        list: String,
        /// The code.
        code: String,
    },
    /// An amount has too many digits.
    #[error("the amount of line {line} has too many digits to be recorded; write at most 12")]
    Amount {
        /// The line's place in the document, from 1.
        line: u32,
    },
    /// A criterion does not begin with a code.
    #[error("the origin criterion of line {line} does not begin with a code of printable ASCII characters; write its code, such as WO")]
    Criterion {
        /// The line's place in the document, from 1.
        line: u32,
    },
    /// More lines than a record may have.
    #[error("the document has {0} lines, a record has at most {LINES_MAX}; split the consignment")]
    Lines(usize),
}

/// The class of a document: agreement, document type or programme.
pub fn class_of(document: &Document) -> Option<String> {
    match &document.family {
        Family::Origin { agreement } => agreement.clone(),
        Family::Sps { document_type_code } => Some(document_type_code.clone()),
        Family::Aeo { programme, .. } => Some(programme.clone()),
    }
}

/// What makes the document's record unique when this authority issues it.
pub fn identity_of(document: &Document, authority: &AuthorityId) -> Identity {
    let kind = RecordKind::from(document.kind);
    Identity {
        kind: kind.number(),
        country: document.issuing_country,
        authority: kind.numbers_are_the_authoritys().then(|| authority.clone()),
        class: class_of(document),
        number: document.number.clone(),
    }
}

/// The commitment to all fields of a document.
pub fn commitment_of(document: &Document, seed: &Seed) -> CommitmentRoot {
    commit(seed, document.fields.iter().map(|field| (field.path.as_str(), field.value.as_str())))
}

/// The commitment to a holder's trader identification number.
pub fn holder_commitment(seed: &Seed, tin: &str) -> Hash {
    field_commitment(seed.salt(HOLDER_PATH), HOLDER_PATH, tin)
}

/// The act that records a document, of which `original` are the bytes.
///
/// # Errors
/// [`DocumentError`] if it cannot be recorded as it is.
pub fn issue_from_document(document: &Document, original: &[u8], seed: &Seed, places: Places) -> Result<Issue, DocumentError> {
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
        class: class_of(document),
        issue_date: document.issue_date.date,
        valid_from: first_day,
        valid_until: document.valid_until.as_ref().map(|written| written.date),
        flags: document.flags.into(),
        bases,
        predecessor: places.predecessor,
        lines: lines_of(document, seed)?,
        terms: terms_of(document, seed)?,
        shares_pool: None,
        draws: None,
        fingerprints: None,
        successor_number: None,
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

/// The commitment to the exporter's own signature.
pub fn signature_commitment(seed: &Seed, signature: &str) -> Hash {
    field_commitment(seed.salt(SIGNATURE_PATH), SIGNATURE_PATH, signature)
}

fn origin_terms(document: &Document, seed: &Seed) -> Result<OriginTerms, DocumentError> {
    let date = |path: &str| document.value(path).and_then(|written| written.get(..10)).and_then(CalendarDate::parse);
    let mut criteria = Vec::new();
    for (number, line) in (1_u32..).zip(&document.lines) {
        let Some(code) = line.criterion.as_deref().map(criterion_code) else { continue };
        if !is_word(code) {
            return Err(DocumentError::Criterion { line: number });
        }
        criteria.push(code.to_owned());
    }
    criteria.sort();
    criteria.dedup();
    let cumulates = |field: &crate::document::Field| field.path.starts_with("suppliers[") || field.path.contains("].accumulation[");
    Ok(OriginTerms {
        shipped: date("transport.departure_date"),
        completed: date("declaration.date"),
        criteria,
        exporter_signature: document.value(SIGNATURE_PATH).map(|signature| signature_commitment(seed, signature)),
        authorisation: document.value("authorisation").map(str::to_owned),
        cumulates: document.fields.iter().any(cumulates),
    })
}

fn terms_of(document: &Document, seed: &Seed) -> Result<Option<Bytes>, DocumentError> {
    if let Some(status) = &document.status
        && ![(SPS_STATUS_LIST, "70"), (AEO_STATUS_LIST, "valid")].contains(&(status.list, status.code.as_str()))
    {
        return Err(DocumentError::NotIssued { list: status.list.to_owned(), code: status.code.clone() });
    }
    Ok(match &document.family {
        Family::Origin { .. } => Some(origin_terms(document, seed)?.to_bytes().into()),
        Family::Sps { .. } => Some(SpsTerms::ISSUED.to_bytes().into()),
        Family::Aeo { operator_type, roles, tin, consent_to_exchange, .. } => {
            let mut roles = roles.clone();
            roles.sort();
            roles.dedup();
            let terms = AeoTerms {
                operator_type: operator_type.clone(),
                roles,
                consent_to_exchange: *consent_to_exchange,
                holder: Some(holder_commitment(seed, tin)),
            };
            Some(terms.to_bytes().into())
        }
    })
}
