//! Recognition of another administration's controls, under an arrangement that covers their programme and method.

use super::ControlTerms;
use crate::kinds::RecordKind;
use crate::verdict::{Case, Partnership, Reason, Recognisable, Recognised, Said, Word, partnership, within_terms};
use ledger::codec::Canonical;

/// What arrangements recognise.
pub(super) const CONTROLS: Recognisable =
    Recognisable { kind: RecordKind::ControlResult, what: "control results", otherwise: "control the consignment as any other" };

/// The terms of the record that is judged.
pub(super) fn terms(case: &Case<'_>) -> Option<ControlTerms> {
    case.record.standing.terms.as_ref().and_then(|terms| ControlTerms::from_bytes(terms).ok())
}

/// Recognised by an arrangement in operation, whose types name the method. A control has no holder: consent, role and
/// party are no conditions. What the ledger cannot see is said: that the seals are whole and the same.
pub(super) fn recognised(case: &Case<'_>) -> Result<Recognised, Said> {
    let partnership = partnership(&CONTROLS, case.facts, case.question)?;
    // No record without such terms passes the rules of this kind.
    let terms =
        terms(case).ok_or_else(|| Said::new(Word::NoAnswerThatChecks, Reason::NothingChecks, "the result has no readable terms"))?;
    let partners = match partnership {
        Partnership::NotAsked => return Ok(Recognised::not_made("name the country for which it is judged")),
        Partnership::Domestic => return Ok(Recognised::passed("a control of one's own")),
        Partnership::Partners(partners) => partners,
    };
    let due = within_terms(&CONTROLS, &partners, case, terms.method.named_type(), &[])?;
    let by = due.deciding.map_or_else(|| "by arrangement".to_owned(), |fact| fact.what);
    let seals = if terms.seals.is_some() { ", as long as its seals are whole and those of the document" } else { "" };
    Ok(Recognised { benefits: due.benefits, ..Recognised::passed(format!("{by}{seals}")) })
}

/// What the officer has to see at the box, because no ledger can.
pub(super) fn caution(terms: &ControlTerms) -> String {
    let method = terms.method;
    match terms.seals {
        Some(_) => format!(
            "a {method} control: it counts only while each seal on the consignment is whole and bears its number in the document; \
             one that is broken, missing or another ends that"
        ),
        None => format!("a {method} control that names no seal: it says nothing of what happened to the goods since"),
    }
}
