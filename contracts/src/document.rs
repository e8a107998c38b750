//! What every document yields, whatever its kind and its format: who certifies what for whom, in typed parts, and a
//! complete flat list of its fields.
//!
//! A document is read once, at the edge, by the tools of the people who issue and verify; `execute` never calls a
//! reader. Readers are pure: bytes in, fields out. Every loop and every text has a limit, nothing is fetched, nothing
//! panics on any input, and the original bytes are what is hashed and signed, never what is read here.
//!
//! ```
//! let bytes = include_bytes!("kinds/certificate_of_origin/examples/cl-cn-origin.json");
//! let document = contracts::document::read_document(bytes)?;
//! assert_eq!(document.issuing_country.as_str(), "CL");
//! assert_eq!(document.value("exporter.name"), Some("Viña Quebrada Honda SpA"));
//! # Ok::<(), contracts::document::ReadError>(())
//! ```

mod common;
mod error;
pub(crate) mod json;
mod read;
mod terminal;
pub(crate) mod value;
pub(crate) mod xml;

pub(crate) use common::FURTHER_BASES_MAX;
pub use error::{FAULTS_NAMED_MAX, Others, Place, ReadError, Reason};
pub(crate) use error::{Faults, quoted};
pub use read::{other_media, read_document};
pub use terminal::{escape_for_terminal, is_seen_as_it_is, is_unsafe_on_terminal};
pub use value::{is_no_value, is_written_as_a_date};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::RecordKind;
use ledger::id::CertificateNumber;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;

/// The most bytes of a document: 5 MiB.
pub const DOCUMENT_BYTES_MAX: usize = 5 << 20;

/// How deep elements or values may stand inside each other, the root counted as 1.
pub const DEPTH_MAX: usize = 64;

/// The most fields of a document.
pub const FIELDS_MAX: usize = ledger::commitment::FIELDS_MAX;

/// The most lines (goods items) of a document, totals included.
pub const LINES_MAX: usize = 200;

/// The most bytes of a field that [`Field::shown`] shows: 4 KiB.
pub const SHOWN_BYTES_MAX: usize = 4 << 10;

/// The number of digits that a quantity may have.
pub const QUANTITY_DIGITS_MAX: usize = 18;

/// The format of the original bytes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum MediaType {
    /// `application/xml`.
    Xml,
    /// `application/json`.
    Json,
}

impl MediaType {
    /// The name of RFC 7303 or RFC 8259.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }
}

/// One document, read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    /// The kind of the certificate.
    pub kind: RecordKind,
    /// The format it was read from.
    pub media_type: MediaType,
    /// The certificate number, folded: ASCII white space trimmed, ASCII letters in upper case, nothing else.
    pub number: CertificateNumber,
    /// The certificate number as its issuer wrote it.
    pub number_as_written: String,
    /// The country whose authority issues: of export, for a re-export certificate of re-export.
    pub issuing_country: CountryCode,
    /// The country of import; `None` for an AEO status.
    pub destination_country: Option<CountryCode>,
    /// The countries of transit, as listed, without repeats.
    pub transit_countries: Vec<CountryCode>,
    /// What beside country and number makes the identity (DESIGN section 4): agreement, document type or programme.
    pub class: Option<String>,
    /// The name of the issuing body as written, without white space at its ends. Never compared: names vary.
    pub issuing_body: String,
    /// The date of issue; for an AEO status the date of authorisation.
    pub issue_date: WrittenDate,
    /// The first day of validity, where the document states one.
    pub valid_from: Option<WrittenDate>,
    /// The last day of validity, where the document states one.
    pub valid_until: Option<WrittenDate>,
    /// The status that the document itself states, with its code list. It is the status on the day of writing:
    /// what holds today is on the ledger.
    pub status: Option<CodedStatus>,
    /// What a certificate of origin declares about itself.
    pub flags: Flags,
    /// The certificate that this one replaces.
    pub predecessor: Option<Link>,
    /// The certificates on which this one rests: the originals of a re-export certificate (each line may name its own)
    /// or the original of a back-to-back certificate of origin.
    pub bases: Vec<Link>,
    /// The goods, in the order of the document; empty for an AEO status.
    pub lines: Vec<Line>,
    /// Every value of the document with its path, in the order of the document; at most [`FIELDS_MAX`], and no path
    /// twice. This list is complete: two documents with equal lists say the same.
    pub fields: Vec<Field>,
}

impl Document {
    /// The value of the field at `path`.
    pub fn value(&self, path: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.path == path).map(|field| field.value.as_str())
    }

    /// The values of the list at `path`, in the order of the document; for lists of plain values.
    pub fn values(&self, path: &str) -> Vec<&str> {
        let item = |field: &&Field| field.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('[') && rest.ends_with(']'));
        self.fields.iter().filter(item).map(|field| field.value.as_str()).collect()
    }
}

/// A date as the issuer wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WrittenDate {
    /// The issuer's own calendar day: the date part as written, whatever the offset behind it says.
    pub date: CalendarDate,
    /// The whole text: ISO 8601, a date or a date and time, with or without an offset.
    pub as_written: String,
}

/// A status code with the list that gives it meaning: 40 is "withdrawn" in list 4405 and something else in 1373.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CodedStatus {
    /// The code list: `4405` for SPS certificates, [`AEO_STATUS_LIST`] for AEO statuses.
    pub list: &'static str,
    /// The code within the list.
    pub code: String,
}

/// UN/EDIFACT data element 4405, status description: the list of status codes of an SPS certificate.
pub const SPS_STATUS_LIST: &str = "4405";

/// The list of status words of an AEO status: valid, suspended, revoked, annulled, withdrawn, expired.
pub const AEO_STATUS_LIST: &str = "aeo-status";

/// What a certificate of origin declares about itself; all false for the other kinds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Flags {
    /// Issued after shipment.
    pub retroactive: bool,
    /// A certified true copy of a lost original.
    pub certified_copy: bool,
    /// The invoice is a third party's.
    pub third_party_invoice: bool,
    /// Issued by an intermediate party on the base of another party's certificate.
    pub back_to_back: bool,
}

/// Another certificate that this one names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// Its number, folded.
    pub number: CertificateNumber,
    /// Its number as written here.
    pub number_as_written: String,
    /// Its issuing country, where the document says it or the relation implies it.
    pub issuing_country: Option<CountryCode>,
    /// Its date of issue, where it is written as a date.
    pub issue_date: Option<WrittenDate>,
    /// Why, in the issuer's words.
    pub reason: Option<String>,
}

/// One line of goods.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// The line number as written; numbering may begin at 0.
    pub sequence: String,
    /// A line of totals: number 0, beside other lines, without a code, a scientific name and an origin of its own.
    /// Its quantity repeats that of the other lines.
    pub is_total: bool,
    /// The customs code: the HS code, else the CN code, else the first code of any system.
    pub code: Option<CommodityCode>,
    /// All codes, in the order of the document.
    pub codes: Vec<CommodityCode>,
    /// The first description, as written.
    pub description: String,
    /// The certified quantity: of an SPS certificate the net weight, else the gross weight, else the net or gross
    /// volume; of a certificate of origin its quantity.
    pub quantity: Option<Quantity>,
    /// The countries of origin, without repeats.
    pub origin_countries: Vec<CountryCode>,
    /// The origin criterion of a certificate of origin, such as `WO`.
    pub criterion: Option<String>,
}

/// A commodity code with the system that gives it meaning.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CommodityCode {
    /// The system: `HS`, `CN`, `EPPT`, `IPPCPCVP` and others, as the document names it.
    pub system: String,
    /// The edition, such as `HS2022`, where the document states it. Codes compare within one edition only.
    pub edition: Option<String>,
    /// The code, as written.
    pub code: String,
}

/// An exact decimal amount: `mantissa` divided by ten to the power of `scale`, in `unit`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Quantity {
    /// All digits as one number; at most [`QUANTITY_DIGITS_MAX`] digits.
    pub mantissa: u64,
    /// How many of the digits stand behind the decimal point, as written (`10.00` has 2).
    pub scale: u8,
    /// The unit, UN/ECE Recommendation 20 (`KGM`), where the document states one.
    pub unit: Option<String>,
}

impl Quantity {
    /// Reads an amount as people write it: digits with a point before the fraction, not below zero, at most
    /// [`QUANTITY_DIGITS_MAX`] digits.
    pub fn parse(amount: &str, unit: Option<&str>) -> Option<Self> {
        value::quantity(amount, unit).ok()
    }
}

impl core::fmt::Display for Quantity {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.mantissa, width = scale.saturating_add(1));
        let (whole, fraction) = digits.split_at_checked(digits.len().saturating_sub(scale)).unwrap_or((&digits, ""));
        out.write_str(whole)?;
        if !fraction.is_empty() {
            write!(out, ".{fraction}")?;
        }
        self.unit.as_ref().map_or(Ok(()), |unit| write!(out, " {}", escape_for_terminal(unit)))
    }
}

/// One value of a document and its place in it.
///
/// The path is made of names of the project (`consignor.name`, `lines[2].net_weight.unit`), counted from 1, and is
/// the same whatever prefixes or white space the document uses.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    /// Where the value stands.
    pub path: String,
    /// The value as read: references resolved, line ends as `\n`; codes, dates and numbers without white space around
    /// them, texts with it.
    pub value: String,
}

impl Field {
    /// The value for people: escaped, and cut to [`SHOWN_BYTES_MAX`].
    pub fn shown(&self) -> Cow<'_, str> {
        let end = self.value.floor_char_boundary(SHOWN_BYTES_MAX);
        match self.value.get(..end) {
            Some(head) if end < self.value.len() => Cow::Owned(format!("{}… ({} bytes)", escape_for_terminal(head), self.value.len())),
            _ => escape_for_terminal(&self.value),
        }
    }
}

/// A field that two documents do not share.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldChange {
    /// Where the value stands.
    pub path: String,
    /// What the first document says; `None` if it says nothing there.
    pub was: Option<String>,
    /// What the second document says; `None` if it says nothing there.
    pub is: Option<String>,
}

/// The fields in which two documents differ: first those of `a` in their order, then those that only `b` has.
///
/// Empty exactly if the two say the same. White space between elements, prefixes and comments are no fields.
pub fn changed_fields(a: &Document, b: &Document) -> Vec<FieldChange> {
    let in_b: BTreeMap<&str, &str> = b.fields.iter().map(|field| (field.path.as_str(), field.value.as_str())).collect();
    let in_a: BTreeSet<&str> = a.fields.iter().map(|field| field.path.as_str()).collect();
    let changed = a.fields.iter().filter_map(|field| {
        let is = in_b.get(field.path.as_str()).copied();
        (is != Some(field.value.as_str())).then(|| FieldChange {
            path: field.path.clone(),
            was: Some(field.value.clone()),
            is: is.map(str::to_owned),
        })
    });
    let added = b.fields.iter().filter(|field| !in_a.contains(field.path.as_str()));
    changed.chain(added.map(|field| FieldChange { path: field.path.clone(), was: None, is: Some(field.value.clone()) })).collect()
}

#[cfg(test)]
pub(crate) mod tests;
