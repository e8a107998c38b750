//! The project's own small form of an SPS certificate, in JSON, for authorities without the UN/CEFACT message.

use super::RE_EXPORT_CERTIFICATE;
use crate::document::json::{CERTIFIED, Form, ISSUING_BODY, Json, Member, PARTY, REPLACES, SIGNING, STRING_BYTES_MAX, Shape, may, must};
use crate::document::{CodedStatus, CommodityCode, Document, FURTHER_BASES_MAX, Faults, LINES_MAX, Line, ReadError, SPS_STATUS_LIST};
use crate::kinds::RecordKind;

/// What a document of this form says in its member `type`.
pub(crate) const TYPE: &str = "symbolon/sps-certificate/1";

static CERTIFICATE: [Member; 19] = [
    must("type", Shape::Only(TYPE)),
    must("number", Shape::Number),
    // UN/EDIFACT 1001: phytosanitary, its re-export, sanitary, veterinary, health, inspection.
    must("document_type", Shape::OneOf(&["851", "657", "852", "853", "636", "856"])),
    // UN/EDIFACT 4405.
    must("status", Shape::OneOf(&["70", "47", "1", "42", "39", "40", "41", "44", "64"])),
    must("issuing_country", Shape::Country),
    must("issuing_body", Shape::Object(&ISSUING_BODY)),
    must("destination_country", Shape::Country),
    may("transit_countries", Shape::List(&Shape::Country, 0, 16)),
    must("issue_date", Shape::Date),
    may("replaces", Shape::Object(&REPLACES)),
    may("base", Shape::Object(&BASE)),
    may("further_bases", Shape::List(&Shape::Object(&BASE), 1, FURTHER_BASES_MAX)),
    must("exporter", Shape::Object(&PARTY)),
    must("importer", Shape::Object(&PARTY)),
    may("point_of_entry", Shape::Text(350)),
    may("means_of_transport", Shape::Text(350)),
    must("lines", Shape::List(&Shape::Object(&LINE), 1, LINES_MAX)),
    may("additional_declarations", Shape::List(&Shape::Text(STRING_BYTES_MAX), 0, 64)),
    must("certification", Shape::Object(&SIGNING)),
];

static BASE: [Member; 3] = [must("number", Shape::Number), must("issuing_country", Shape::Country), may("issue_date", Shape::Date)];

static LINE: [Member; 8] = [
    must("number", Shape::Count),
    must("description", Shape::Text(STRING_BYTES_MAX)),
    may("scientific_name", Shape::Text(350)),
    must("hs", Shape::Object(&HS)),
    must("net_weight", Shape::Object(&CERTIFIED)),
    must("origin_country", Shape::Country),
    may("treatment", Shape::Text(STRING_BYTES_MAX)),
    may("packages", Shape::Text(350)),
];

static HS: [Member; 2] = [must("edition", Shape::OneOf(&["HS2012", "HS2017", "HS2022"])), must("code", Shape::HsCode)];

/// Reads one certificate.
///
/// # Errors
/// [`ReadError`] if a member is missing, unknown, of another shape, or contradicts another one.
pub(crate) fn read_form(root: &Json) -> Result<Document, ReadError> {
    let form = Form::read(root, &CERTIFICATE, contradictions)?;
    let document_type_code = form.must("document_type")?.to_owned();
    let status = Some(CodedStatus { list: SPS_STATUS_LIST, code: form.must("status")?.to_owned() });
    let (bases, lines) = (form.bases()?, lines(&form)?);
    Ok(Document {
        class: Some(document_type_code),
        status,
        bases,
        lines,
        ..form.into_document(RecordKind::SpsCertificate, "issue_date", "replaces")?
    })
}

fn contradictions(form: &Form, faults: &mut Faults) {
    let is_re_export = form.get("document_type") == Some(RE_EXPORT_CERTIFICATE);
    form.goes_with(faults, "base", ("document_type", is_re_export), "document_type 657");
    form.further_bases_stand_beside_one(faults);
    form.numbered_through(faults, "lines", "line");
}

fn lines(form: &Form) -> Result<Vec<Line>, ReadError> {
    let mut lines: Vec<Line> = Vec::new();
    for index in 1..=LINES_MAX {
        let part = |name: &str| format!("lines[{index}].{name}");
        let Some(sequence) = form.get(&part("number")) else { break };
        let edition = form.get(&part("hs.edition")).map(str::to_owned);
        let code = CommodityCode { system: "HS".to_owned(), edition, code: form.must(&part("hs.code"))?.to_owned() };
        lines.push(Line {
            sequence: sequence.to_owned(),
            is_total: false,
            codes: vec![code.clone()],
            code: Some(code),
            description: form.must(&part("description"))?.to_owned(),
            quantity: form.quantity(&part("net_weight"))?,
            origin_countries: vec![form.country(&part("origin_country"))?],
            criterion: None,
        });
    }
    Ok(lines)
}
