//! Reads the project's own form of the status of an authorised economic operator, in JSON.
//!
//! No public machine-readable message between AEO programmes exists; the members are the elements that partners of
//! mutual recognition arrangements exchange (DOMAIN section 4.1, `aeo/mra-exchange-elements.csv`). The reason of a
//! suspension and other confidential elements have no place here on purpose.

#[cfg(test)]
mod tests;

use crate::document::json::{Form, ISSUING_BODY, Json, Member, Shape, error_at, may, must};
use crate::document::{AEO_STATUS_LIST, CodedStatus, Document, Faults, ReadError, Reason};
use crate::kinds::RecordKind;

/// What a document of this form says in its member `type`.
pub(crate) const TYPE: &str = "symbolon/aeo-status/1";

/// Roles in the supply chain. Source: WCO SAFE Framework of Standards, Pillar 2.
pub(super) const ROLES: [&str; 12] = [
    "importer",
    "exporter",
    "manufacturer",
    "customs broker",
    "forwarder",
    "consolidator",
    "carrier",
    "warehouse keeper",
    "terminal operator",
    "port operator",
    "airport operator",
    "express operator",
];

static STATUS: [Member; 16] = [
    must("type", Shape::Only(TYPE)),
    // The number of the authorisation, unique within the programme.
    must("number", Shape::Number),
    must("issuing_country", Shape::Country),
    must("issuing_body", Shape::Object(&ISSUING_BODY)),
    must("programme", Shape::Token(32)),
    must("operator_type", Shape::Token(32)),
    must("roles", Shape::List(&Shape::OneOf(&ROLES), 1, 12)),
    must("tin", Shape::Tin),
    must("holder", Shape::Object(&HOLDER)),
    must("authorisation_date", Shape::Date),
    may("last_validation_date", Shape::Date),
    may("valid_until", Shape::Date),
    must("status", Shape::OneOf(&["valid", "suspended", "revoked", "annulled", "withdrawn", "expired"])),
    must("status_effective_date", Shape::Date),
    must("consent_to_exchange", Shape::Flag),
    may("converted_from", Shape::Object(&CONVERTED_FROM)),
];

static HOLDER: [Member; 4] = [
    must("name", Shape::Text(350)),
    may("trading_names", Shape::List(&Shape::Text(350), 0, 16)),
    may("address", Shape::Text(700)),
    may("country", Shape::Country),
];

/// The authorisation that a conversion of type ends (DOMAIN section 4.2).
static CONVERTED_FROM: [Member; 3] = [must("number", Shape::Number), may("issue_date", Shape::Date), may("reason", Shape::Text(700))];

/// Reads one status.
///
/// # Errors
/// [`ReadError`] if a member is missing, unknown, of another shape, or contradicts another one.
pub(crate) fn read(root: &Json) -> Result<Document, ReadError> {
    let form = Form::read(root, &STATUS, contradictions)?;
    let valid_until = form.date_if_any("valid_until")?;
    let class = Some(form.must("programme")?.to_owned());
    let status = Some(CodedStatus { list: AEO_STATUS_LIST, code: form.must("status")?.to_owned() });
    Ok(Document { class, valid_until, status, ..form.into_document(RecordKind::AeoStatus, "authorisation_date", "converted_from")? })
}

fn contradictions(form: &Form, faults: &mut Faults) {
    let authorised = form.day("authorisation_date");
    form.not_before(faults, "status_effective_date", authorised, "the status begins before the authorisation");
    form.not_before(faults, "valid_until", authorised, "the validity ends before it begins");
    let roles = form.list("roles");
    for (index, role) in (1_usize..).zip(&roles) {
        if roles.iter().take(index.saturating_sub(1)).any(|other| other == role) {
            let (place, cause) = (format!("roles[{index}]"), format!("the role {role} stands twice"));
            faults.note(error_at(&place, Reason::Repeated, cause, "keep one of them"));
        }
    }
}
