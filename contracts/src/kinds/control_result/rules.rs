//! What holds for control results alone.

use super::recognition::{self, CONTROLS};
use super::record::seals;
use super::{ControlTerms, message};
use crate::acts::{DocumentError, Issue};
use crate::context::Context;
use crate::destination::OfficeVerb;
use crate::document::json::Json;
use crate::document::{Document, ReadError};
use crate::kinds::{AllowedAct, Rules};
use crate::refusal::{Refusal, ensure};
use crate::standing::{Flags, Standing, Verb};
use crate::verdict::{Case, Facts, Question, Recognised, Said, partnership};
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::Seed;

/// The rules of control results.
pub struct ControlResult;

impl Rules for ControlResult {
    fn word(&self) -> &'static str {
        "control"
    }

    fn form(&self) -> &'static str {
        message::TYPE
    }

    fn read(&self, root: &Json) -> Result<Document, ReadError> {
        message::read(root)
    }

    fn example(&self) -> &'static str {
        include_str!("examples/nz-cn-control.json")
    }

    fn terms_of(&self, document: &Document, seed: &Seed) -> Result<Option<Bytes>, DocumentError> {
        Ok(Some(ControlTerms::of_document(document, seed).to_bytes().into()))
    }

    /// The box and its seals come first: they are what the officer has in sight.
    fn to_compare(&self, document: &Document) -> Vec<String> {
        let value = |path: &str| document.value(path).unwrap_or("-");
        let mut lines: Vec<String> = message::units(document)
            .map(|unit| {
                let seals = if unit.seals.is_empty() { "no seal".to_owned() } else { format!("seals {}", unit.seals.join(", ")) };
                format!("{}: {seals}", unit.name)
            })
            .collect();
        if lines.is_empty() && seals(document).is_empty() {
            lines.push("no container and no seal is named".to_owned());
        }
        lines.push(format!("consignment {}", value("consignment_reference")));
        lines.push(format!("{} control of {} at {}, {}", value("method"), value("control.date"), value("control.place"), value("outcome")));
        lines
    }

    /// A result that is corrected, or whose consignment is sealed anew, is replaced. One whose consignment the administration
    /// opens again is withdrawn from that day on. A control that was not made as it says, or not by whom it says, is void
    /// from the beginning, also where it was replaced since.
    /// Source: WCO SAFE Framework, Pillar 1 (mutual recognition of controls, integrity of officials).
    fn acts(&self) -> &'static [AllowedAct] {
        const {
            &[
                AllowedAct::in_force(Verb::Withdraw),
                AllowedAct::in_force(Verb::Annul).and_replaced(),
                AllowedAct::in_force(Verb::Reaffirm).and_replaced(),
                AllowedAct::TAKE_BACK,
                AllowedAct::SHARE,
            ]
        }
    }

    /// Accepted: the importing side relied on it, and did not open the box. Rejected: it opened it all the same, for
    /// instance because a seal was broken. Whoever doubts it asks the administration that controlled.
    /// Source: Revised Kyoto Convention, General Annex, standard 6.7 (co-operation between administrations).
    fn office_acts(&self) -> &'static [OfficeVerb] {
        use OfficeVerb::*;
        &[Acknowledge, Accept, Reject, Ask, ExtendDeadline, CloseQuestion, Answer]
    }

    fn may_issue(&self, issue: &Issue, _: &[Standing], _: &Context<'_>) -> Result<(), Refusal> {
        ensure(issue.class.is_some(), Refusal::ClassMissing)?;
        let terms = issue.terms.as_ref().ok_or(Refusal::TermsMissing)?;
        let terms = ControlTerms::from_bytes(terms).map_err(|_| Refusal::TermsNotInForm)?;
        // Source: WCO SAFE Framework (integrity of seals); ISO 17712 (mechanical seals).
        ensure(!terms.method.needs_seals() || terms.seals.is_some(), Refusal::SealsMissing)?;
        ensure(issue.lines.is_empty(), Refusal::LinesNotOfThisKind)?;
        ensure(issue.flags == Flags::NONE, Refusal::FlagsNotOfThisKind)?;
        ensure(issue.bases.is_empty(), Refusal::BaseNotOfThisKind)
    }

    fn is_answered_to_partners_only(&self) -> bool {
        true
    }

    /// Source: DESIGN section 4: what is inspected where is no stranger's business.
    fn answers(&self, facts: &Facts, question: &Question) -> Result<(), Said> {
        partnership(&CONTROLS, facts, question).map(|_| ())
    }

    fn recognised(&self, case: &Case<'_>) -> Result<Recognised, Said> {
        recognition::recognised(case)
    }

    fn flags(&self, case: &Case<'_>, flags: &mut Vec<String>) {
        flags.extend(recognition::terms(case).map(|terms| recognition::caution(&terms)));
    }

    #[cfg(test)]
    fn told(&self, words: &crate::story::Words<'_>) -> crate::story::Told {
        super::tests::told(words)
    }
}
