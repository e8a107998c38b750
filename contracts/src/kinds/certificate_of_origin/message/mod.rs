//! Reads the project's own form of a certificate of origin, in JSON.
//!
//! It holds the minimum information of RCEP (Annex 3B, and the boxes of the form), which other agreements come close
//! to, with remarks as flags and not as free text. Source: DOMAIN section 3.2. No such message is standardised with
//! status, criterion, invoices and replacement together; UN/CEFACT's PreferentialCoO D23B lacks them.

#[cfg(test)]
mod tests;

use crate::document::json::{
    CERTIFIED, Form, ISSUING_BODY, Json, Member, PARTY, QUANTITY, REPLACES, SIGNING, STRING_BYTES_MAX, Shape, error_at, may, must,
};
use crate::document::{CommodityCode, Document, FURTHER_BASES_MAX, Faults, Flags, LINES_MAX, Line, Link, ReadError, Reason};
use crate::kinds::RecordKind;
use crate::registry::{AGREEMENT_CHARS_MAX, NON_PREFERENTIAL};

/// What a document of this form says in its member `type`.
pub(crate) const TYPE: &str = "symbolon/certificate-of-origin/1";

/// How many suppliers' certificates a document names: with an original, as many as a record rests on.
const SUPPLIERS_MAX: usize = FURTHER_BASES_MAX;

/// Editions of the Harmonized System.
const HS_EDITIONS: [&str; 7] = ["HS1992", "HS1996", "HS2002", "HS2007", "HS2012", "HS2017", "HS2022"];

static CERTIFICATE: [Member; 28] = [
    must("type", Shape::Only(TYPE)),
    must("number", Shape::Number),
    must("issuing_country", Shape::Country),
    must("issuing_body", Shape::Object(&ISSUING_BODY)),
    // The agreement's identifier; without it the certificate is non-preferential.
    may("agreement", Shape::Token(AGREEMENT_CHARS_MAX)),
    must("destination_country", Shape::Country),
    may("transit_countries", Shape::List(&Shape::Country, 0, 16)),
    must("issue_date", Shape::Date),
    may("valid_from", Shape::Date),
    may("valid_until", Shape::Date),
    must("flags", Shape::Object(&FLAGS)),
    may("third_party", Shape::Object(&PARTY)),
    may("replaces", Shape::Object(&REPLACES)),
    may("base", Shape::Object(&BASE)),
    may("further_bases", Shape::List(&Shape::Object(&BASE), 1, FURTHER_BASES_MAX)),
    // The certificates of suppliers whose inputs are cumulated.
    may("suppliers", Shape::List(&Shape::Object(&BASE), 1, SUPPLIERS_MAX)),
    must("exporter", Shape::Object(&PARTY)),
    must("importer", Shape::Object(&PARTY)),
    may("producer", Shape::Object(&PARTY)),
    may("producer_statement", Shape::OneOf(&["confidential", "available upon request", "various"])),
    may("transport", Shape::Object(&TRANSPORT)),
    must("items", Shape::List(&Shape::Object(&ITEM), 1, LINES_MAX)),
    may("invoices", Shape::List(&Shape::Object(&INVOICE), 0, 64)),
    may("remarks", Shape::List(&Shape::Text(STRING_BYTES_MAX), 0, 16)),
    must("declaration", Shape::Object(&SIGNING)),
    // The exporter's own signature under the declaration, as text; on the ledger it is a commitment.
    may("exporter_signature", Shape::Text(STRING_BYTES_MAX)),
    // The number of an approved exporter's authorisation: then this is an origin declaration.
    may("authorisation", Shape::Token(35)),
    must("certification", Shape::Object(&SIGNING)),
];

static FLAGS: [Member; 4] = [
    must("retroactive", Shape::Flag),
    must("certified_copy", Shape::Flag),
    must("third_party_invoice", Shape::Flag),
    must("back_to_back", Shape::Flag),
];

static BASE: [Member; 4] = [
    must("number", Shape::Number),
    must("issuing_country", Shape::Country),
    must("issue_date", Shape::Date),
    may("exporter", Shape::Text(350)),
];

static TRANSPORT: [Member; 6] = [
    may("departure_date", Shape::Date),
    may("mode", Shape::OneOf(&["sea", "rail", "road", "air", "mail", "multimodal", "pipeline", "inland water"])),
    may("vessel", Shape::Text(350)),
    may("port_of_loading", Shape::Text(70)),
    may("port_of_discharge", Shape::Text(70)),
    may("route", Shape::Text(700)),
];

static ITEM: [Member; 13] = [
    must("number", Shape::Count),
    may("marks", Shape::Text(700)),
    may("packages", Shape::Object(&PACKAGES)),
    must("description", Shape::Text(STRING_BYTES_MAX)),
    must("hs", Shape::Object(&HS)),
    // EUR.1 and certificates under no agreement have none; under ALADI it cites the norm and the article.
    may("criterion", Shape::Text(350)),
    may("accumulation", Shape::List(&Shape::Country, 1, 16)),
    may("de_minimis", Shape::Flag),
    must("origin_country", Shape::Country),
    // RCEP box 11: * or ** after the country where a tariff differential applies.
    may("tariff_differential", Shape::OneOf(&["*", "**"])),
    must("quantity", Shape::Object(&CERTIFIED)),
    may("gross_weight", Shape::Object(&QUANTITY)),
    may("fob_value", Shape::Object(&MONEY)),
];

static PACKAGES: [Member; 2] = [must("count", Shape::Count), must("kind", Shape::Text(350))];

static HS: [Member; 2] = [must("edition", Shape::OneOf(&HS_EDITIONS)), must("code", Shape::HsCode)];

static MONEY: [Member; 2] = [must("amount", Shape::Decimal), must("currency", Shape::Currency)];

static INVOICE: [Member; 2] = [must("number", Shape::Text(70)), must("date", Shape::Date)];

/// Reads one certificate.
///
/// # Errors
/// [`ReadError`] if a member is missing, unknown, of another shape, or contradicts another one.
pub(crate) fn read(root: &Json) -> Result<Document, ReadError> {
    let form = Form::read(root, &CERTIFICATE, contradictions)?;
    let flags = Flags {
        retroactive: form.is_set("flags.retroactive"),
        certified_copy: form.is_set("flags.certified_copy"),
        third_party_invoice: form.is_set("flags.third_party_invoice"),
        back_to_back: form.is_set("flags.back_to_back"),
    };
    let (valid_from, valid_until) = (form.date_if_any("valid_from")?, form.date_if_any("valid_until")?);
    // Under no agreement: written so, or left out, it is one and the same identity.
    let class = form.get("agreement").filter(|agreement| *agreement != NON_PREFERENTIAL).map(str::to_owned);
    let (bases, lines) = (bases(&form)?, lines(&form)?);
    Ok(Document {
        class,
        valid_from,
        valid_until,
        flags,
        bases,
        lines,
        ..form.into_document(RecordKind::CertificateOfOrigin, "issue_date", "replaces")?
    })
}

fn contradictions(form: &Form, faults: &mut Faults) {
    for (path, flag) in [("third_party", "flags.third_party_invoice"), ("base", "flags.back_to_back")] {
        form.goes_with(faults, path, (flag, form.is_set(flag)), flag);
    }
    form.further_bases_stand_beside_one(faults);
    if form.has("producer") && form.has("producer_statement") {
        let cause = "the producer is both named and withheld";
        faults.note(error_at("producer_statement", Reason::Inconsistent, cause, "leave one of the two out"));
    }
    let first = form.day("valid_from").or(form.day("issue_date"));
    form.not_before(faults, "valid_until", first, "the validity ends before it begins");
    form.numbered_through(faults, "items", "item");
}

/// The originals of a back-to-back certificate, then the suppliers' certificates.
fn bases(form: &Form) -> Result<Vec<Link>, ReadError> {
    let mut bases = form.bases()?;
    for index in 1..=SUPPLIERS_MAX {
        let Some(link) = form.link(&format!("suppliers[{index}]"))? else { break };
        bases.push(link);
    }
    Ok(bases)
}

fn lines(form: &Form) -> Result<Vec<Line>, ReadError> {
    let mut lines: Vec<Line> = Vec::new();
    for index in 1..=LINES_MAX {
        let part = |name: &str| format!("items[{index}].{name}");
        let Some(sequence) = form.get(&part("number")) else { break };
        let code = CommodityCode {
            system: "HS".to_owned(),
            edition: form.get(&part("hs.edition")).map(str::to_owned),
            code: form.must(&part("hs.code"))?.to_owned(),
        };
        lines.push(Line {
            sequence: sequence.to_owned(),
            is_total: false,
            codes: vec![code.clone()],
            code: Some(code),
            description: form.must(&part("description"))?.to_owned(),
            quantity: form.quantity(&part("quantity"))?,
            origin_countries: vec![form.country(&part("origin_country"))?],
            criterion: form.get(&part("criterion")).map(str::to_owned),
        });
    }
    Ok(lines)
}
