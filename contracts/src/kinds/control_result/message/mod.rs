//! Reads the project's own form of a control result, in JSON.
//!
//! No public message between administrations carries one; the members are what an officer needs who would open the same
//! box: WCO Data Model (transport equipment, seal, government agency's control), UCR (WCO recommendation of 2004; ISO
//! 15459), containers (ISO 6346), seals (ISO 17712). The officer's name and the risk that led to the control have no place
//! here on purpose.

mod container;
#[cfg(test)]
mod tests;

use crate::document::json::{Form, ISSUING_BODY, Json, Member, REPLACES, STRING_BYTES_MAX, Shape, error_at, may, must};
use crate::document::{Document, Faults, ReadError, Reason};
use crate::kinds::RecordKind;

/// What a document of this form says in its member `type`.
pub(crate) const TYPE: &str = "symbolon/control-result/1";
/// How many units (containers, trailers, packages) a result may name.
const UNITS_MAX: usize = 64;
/// How many seals a unit may have.
const SEALS_MAX: usize = 16;

static RESULT: [Member; 18] = [
    must("type", Shape::Only(TYPE)),
    must("number", Shape::Number),
    must("issuing_country", Shape::Country),
    must("issuing_body", Shape::Object(&ISSUING_BODY)),
    // Under which programme of controls: the word that arrangements and scopes name.
    must("programme", Shape::Token(32)),
    must("destination_country", Shape::Country),
    may("transit_countries", Shape::List(&Shape::Country, 0, 16)),
    must("issue_date", Shape::Date),
    may("valid_until", Shape::Date),
    may("replaces", Shape::Object(&REPLACES)),
    must("method", Shape::OneOf(&["document", "scan", "physical", "laboratory"])),
    must("control", Shape::Object(&CONTROL)),
    // UCR, an..35.
    must("consignment_reference", Shape::Token(35)),
    may("transport_document", Shape::Text(70)),
    may("equipment", Shape::List(&Shape::Object(&UNIT), 1, UNITS_MAX)),
    must("goods", Shape::List(&Shape::Text(STRING_BYTES_MAX), 1, 64)),
    // Any other outcome goes to the partner by other ways (administrative assistance), and never onto a shared ledger.
    must(
        "outcome",
        Shape::Alone("satisfactory", "do not record it: what was found wrong goes to the partner by administrative assistance"),
    ),
    must("finding", Shape::Text(STRING_BYTES_MAX)),
];

/// Where and when, by which office, under which law or instruction.
static CONTROL: [Member; 4] =
    [must("place", Shape::Text(350)), must("date", Shape::Date), may("office", Shape::Token(35)), may("basis", Shape::Text(350))];

/// A container by its number, anything else by its own mark.
static UNIT: [Member; 3] = [
    may("container", Shape::Token(11)),
    may("identifier", Shape::Token(35)),
    may("seals", Shape::List(&Shape::Object(&SEAL), 1, SEALS_MAX)),
];

/// Number (UN/EDIFACT 9308), who affixed it (9303), and its class: indicative, security, high security.
static SEAL: [Member; 3] = [
    must("number", Shape::Token(35)),
    may("affixed_by", Shape::OneOf(&["customs", "carrier", "shipper", "consolidator", "terminal operator", "quarantine agency"])),
    may("class", Shape::OneOf(&["I", "S", "H"])),
];

/// Reads one result.
///
/// # Errors
/// [`ReadError`] if a member is missing, unknown, of another shape, or contradicts another one.
pub(crate) fn read(root: &Json) -> Result<Document, ReadError> {
    let form = Form::read(root, &RESULT, contradictions)?;
    let valid_until = form.date_if_any("valid_until")?;
    units_in_form(&form)?;
    let class = Some(form.must("programme")?.to_owned());
    Ok(Document { class, valid_until, ..form.into_document(RecordKind::ControlResult, "issue_date", "replaces")? })
}

fn contradictions(form: &Form, faults: &mut Faults) {
    let issued = form.day("issue_date");
    if form.day("control.date").zip(issued).is_some_and(|(control, issued)| control > issued) {
        faults.note(error_at("control.date", Reason::Inconsistent, "the control lies after its result", "correct the dates"));
    }
    form.not_before(faults, "valid_until", issued, "the validity ends before it begins");
}

/// Each unit has one name, no seal stands twice, and what was scanned or opened was sealed.
fn units_in_form(form: &Form) -> Result<(), ReadError> {
    let must_be_sealed = ["scan", "physical"].contains(&form.must("method")?);
    if must_be_sealed && !form.has("equipment") {
        let remedy = "add equipment with the seals, or name the method by which the documents or the sample were controlled";
        return Err(error_at("", Reason::Inconsistent, "a scan or physical control names no sealed unit", remedy));
    }
    let mut seals: Vec<&str> = Vec::new();
    for index in (1..=UNITS_MAX).take_while(|index| form.has(&format!("equipment[{index}]"))) {
        let unit = format!("equipment[{index}]");
        let (container, identifier) = (format!("{unit}.container"), format!("{unit}.identifier"));
        match (form.get(&container), form.has(&identifier)) {
            (Some(number), false) => {
                container::check(number).map_err(|(cause, remedy)| error_at(&container, Reason::Value, cause, remedy))?
            }
            (None, true) => {}
            (Some(_), true) => {
                return Err(error_at(&identifier, Reason::Inconsistent, "the unit has two names", "leave one of the two out"));
            }
            (None, false) => {
                return Err(error_at(&unit, Reason::Missing, "the unit has no name", "add container, or identifier for any other unit"));
            }
        }
        let numbers = (1..=SEALS_MAX).map_while(|seal| Some((seal, form.get(&format!("{unit}.seals[{seal}].number"))?)));
        let before = seals.len();
        for (seal, number) in numbers {
            if seals.contains(&number) {
                let cause = format!("the seal {number} stands twice");
                return Err(error_at(&format!("{unit}.seals[{seal}].number"), Reason::Repeated, cause, "keep one of them"));
            }
            seals.push(number);
        }
        if must_be_sealed && seals.len() == before {
            let remedy = "add its seals: what was scanned or opened is relied on only while they are whole";
            return Err(error_at(&unit, Reason::Inconsistent, "the unit was scanned or opened and has no seal", remedy));
        }
    }
    Ok(())
}

/// A unit of a document that was read: what it is called, and its seals.
pub(super) struct Unit<'a> {
    /// The container's number, or its own mark.
    pub name: &'a str,
    /// The seal numbers.
    pub seals: Vec<&'a str>,
}

/// The units of a document, in its order.
pub(super) fn units(document: &Document) -> impl Iterator<Item = Unit<'_>> {
    (1..=UNITS_MAX).map_while(|index| {
        let unit = format!("equipment[{index}]");
        let name = document.value(&format!("{unit}.container")).or_else(|| document.value(&format!("{unit}.identifier")))?;
        let seals = (1..=SEALS_MAX).map_while(|seal| document.value(&format!("{unit}.seals[{seal}].number"))).collect();
        Some(Unit { name, seals })
    })
}
