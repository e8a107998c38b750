//! What a certificate of origin adds to a record.

use crate::acts::DocumentError;
use crate::document::{Document, Field};
use crate::registry::{AgreementTerms, CRITERIA_MAX, CountedFrom, are_words, is_word};
use crate::standing::Standing;
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::{Seed, field_commitment};
use ledger::hash::Hash;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};

/// The path of the field that holds the exporter's own signature.
const SIGNATURE_PATH: &str = "exporter_signature";

/// What is added to a criterion: accumulation and de minimis. Source: `coo/origin-criteria.csv`.
const ADDED_CRITERIA: [&str; 2] = ["ACU", "DMI"];

/// What a rule needs to know of the certificate. Source: DOMAIN sections 3.2 and 3.3.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct OriginTerms {
    /// The date of shipment (RCEP box 4), if it is known at issue.
    #[n(0)]
    pub shipped: Option<CalendarDate>,
    /// The date on which the exporter completed the declaration (box 15).
    #[n(1)]
    pub completed: Option<CalendarDate>,
    /// The codes of the origin criteria of its goods (box 10), without percentages: sorted, at most [`CRITERIA_MAX`].
    #[n(2)]
    pub criteria: Vec<String>,
    /// The salted commitment to the exporter's own signature.
    #[n(3)]
    pub exporter_signature: Option<Hash>,
    /// The authorisation number of the approved exporter who made it out: then it is an origin declaration.
    #[n(4)]
    pub authorisation: Option<String>,
    /// Whether inputs of other parties count as originating (cumulation).
    #[n(5)]
    pub cumulates: bool,
}

impl OriginTerms {
    /// The terms of a document.
    ///
    /// # Errors
    /// [`DocumentError`] if a criterion does not begin with a code, or is only what is added to one, or if it is marked as
    /// issued after a shipment that it dates after its issue.
    pub fn of_document(document: &Document, seed: &Seed) -> Result<Self, DocumentError> {
        let date = |path: &str| document.value(path).and_then(|written| written.get(..10)).and_then(CalendarDate::parse);
        let mut criteria = Vec::new();
        for (number, line) in (1_u32..).zip(&document.lines) {
            let Some(written) = line.criterion.as_deref() else { continue };
            let code = criterion_code(written);
            if !is_word(code) {
                return Err(DocumentError::Criterion { line: number });
            }
            if written.split([' ', ',', ';', '+', '/']).filter(|word| !word.is_empty()).all(|word| ADDED_CRITERIA.contains(&word)) {
                return Err(DocumentError::CriterionAddedToNone { line: number, written: written.to_owned() });
            }
            criteria.push(code.to_owned());
        }
        criteria.sort();
        criteria.dedup();
        let cumulates = |field: &Field| field.path.starts_with("suppliers[") || field.path.contains("].accumulation[");
        let (shipped, issued) = (date("transport.departure_date"), document.issue_date.date);
        if let Some(shipped) = shipped.filter(|shipped| document.flags.retroactive && issued < *shipped) {
            return Err(DocumentError::ShippedAfterRetroactiveIssue { shipped, issued });
        }
        Ok(Self {
            shipped,
            completed: date("declaration.date"),
            criteria,
            exporter_signature: document.value(SIGNATURE_PATH).map(|signature| signature_commitment(seed, signature)),
            authorisation: document.value("authorisation").map(str::to_owned),
            cumulates: document.fields.iter().any(cumulates),
        })
    }

    /// Whether the texts are in form.
    pub fn is_in_form(&self) -> bool {
        are_words(&self.criteria, CRITERIA_MAX) && self.authorisation.as_deref().is_none_or(is_word)
    }

    /// The terms of a record; those without anything known, if it states none.
    pub fn of(terms: Option<&Bytes>) -> Option<Self> {
        terms.map_or_else(|| Some(Self::default()), |terms| Self::from_bytes(terms).ok())
    }

    /// The terms of a standing.
    pub fn of_standing(standing: &Standing) -> Self {
        Self::of(standing.terms.as_ref()).unwrap_or_default()
    }

    /// The date from which an agreement counts the validity.
    pub fn counted_from(&self, agreement: &AgreementTerms, issue_date: CalendarDate) -> CalendarDate {
        match agreement.counted_from {
            CountedFrom::Issue => issue_date,
            CountedFrom::Completion => self.completed.unwrap_or(issue_date),
        }
    }

    /// The last day on which it may be presented, as the agreement says; `None` if the agreement sets no end.
    pub fn last_day(&self, agreement: &AgreementTerms, issue_date: CalendarDate) -> Option<CalendarDate> {
        agreement.validity.map(|span| span.after(self.counted_from(agreement, issue_date)))
    }
}

/// The commitment to the exporter's own signature.
pub(super) fn signature_commitment(seed: &Seed, signature: &str) -> Hash {
    field_commitment(seed.salt(SIGNATURE_PATH), SIGNATURE_PATH, signature)
}

/// The code of a criterion as it stands in its box: `RVC 50%` is `RVC`.
pub fn criterion_code(written: &str) -> &str {
    written.split_whitespace().next().unwrap_or_default()
}

impl Canonical for OriginTerms {
    const NAME: &'static str = "terms of a certificate of origin";
    const BYTES_MAX: usize = crate::standing::TERMS_BYTES_MAX;
}
