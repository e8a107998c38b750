//! What holds for AEO statuses alone.

use super::recognition::{self, OPERATORS};
use super::record::consents;
use super::{AeoTerms, message};
use crate::acts::{DocumentError, Issue, is_issued};
use crate::context::Context;
use crate::document::json::Json;
use crate::document::{AEO_STATUS_LIST, CodedStatus, Document, ReadError};
use crate::kinds::{AllowedAct, Rules};
use crate::refusal::{Refusal, ensure};
use crate::standing::{Flags, Standing, StandingAct, Verb};
use crate::verdict::{Case, Facts, Partnership, Question, Reason, Recognised, Said, Term, Word, partnership};
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::Seed;

/// The rules of AEO statuses.
pub struct AeoStatus;

impl Rules for AeoStatus {
    fn word(&self) -> &'static str {
        "aeo"
    }

    fn article(&self) -> &'static str {
        "an"
    }

    fn form(&self) -> &'static str {
        message::TYPE
    }

    fn read(&self, root: &Json) -> Result<Document, ReadError> {
        message::read(root)
    }

    // Source: DOMAIN section 4.2.
    fn status_after(&self, verb: Verb) -> Option<CodedStatus> {
        let code = match verb {
            Verb::Issue | Verb::Reinstate => "valid",
            Verb::Suspend => "suspended",
            Verb::Revoke => "revoked",
            Verb::Annul => "annulled",
            Verb::Withdraw => "withdrawn",
            _ => return None,
        };
        Some(CodedStatus { list: AEO_STATUS_LIST, code: code.to_owned() })
    }

    fn example(&self) -> &'static str {
        include_str!("examples/nz-aeo.json")
    }

    fn terms_of(&self, document: &Document, seed: &Seed) -> Result<Option<Bytes>, DocumentError> {
        is_issued(document, AEO_STATUS_LIST, "valid")?;
        Ok(Some(AeoTerms::of_document(document, seed).to_bytes().into()))
    }

    fn to_compare(&self, document: &Document) -> Vec<String> {
        let value = |path| document.value(path).unwrap_or("-");
        vec![
            format!("programme {} type {}, roles {}", value("programme"), value("operator_type"), document.values("roles").join(", ")),
            format!("holder {} ({})", value("holder.name"), value("tin")),
        ]
    }

    /// The identification number begins with the country that gave it. Source: DOMAIN section 4.1.
    fn doubts(&self, document: &Document) -> Vec<String> {
        let Some(given_by) = document.value("tin").and_then(|tin| tin.get(..2)) else { return Vec::new() };
        let others = [("issuing_country", "the issuing country"), ("holder.country", "the holder's country")];
        let differs = |(path, what): (&str, &str)| {
            let country = document.value(path).filter(|country| *country != given_by)?;
            Some(format!("tin begins with {given_by}, and {what} is {country} ({path})"))
        };
        others.into_iter().filter_map(differs).collect()
    }

    fn roles(&self) -> &'static [&'static str] {
        &message::ROLES
    }

    /// Source: DOMAIN section 4.4, condition 5.
    fn is_open_to_partners(&self, document: &Document) -> bool {
        consents(document)
    }

    /// Source: DOMAIN section 4.4, condition 5, and section 7.
    fn may_be_shown_to_partners(&self, terms: Option<&Bytes>) -> bool {
        terms.and_then(|terms| AeoTerms::from_bytes(terms).ok()).is_some_and(|terms| terms.consent_to_exchange)
    }

    fn is_found_by_arrangement(&self) -> bool {
        true
    }

    /// Source: DOMAIN section 4.2. A conversion of type is `replace`: a new authorisation number, the history kept.
    /// An annulment voids from the grant, also where it was converted since; the status into which it was converted is a grant of
    /// its own, and is annulled by itself. A revocation works from its date.
    fn acts(&self) -> &'static [AllowedAct] {
        const {
            &[
                AllowedAct::in_force(Verb::Suspend),
                AllowedAct::in_force(Verb::Reinstate).and_suspended(),
                AllowedAct::in_force(Verb::Withdraw).and_suspended(),
                AllowedAct::in_force(Verb::Revoke).and_suspended(),
                AllowedAct::in_force(Verb::Annul).and_suspended().and_replaced(),
                AllowedAct::in_force(Verb::Reassess).and_suspended(),
                AllowedAct::in_force(Verb::Reaffirm).and_suspended().and_replaced(),
                AllowedAct::TAKE_BACK,
                AllowedAct::SHARE,
            ]
        }
    }

    /// Source: DOMAIN section 4.1.
    fn may_issue(&self, issue: &Issue, _: &[Standing], _: &Context<'_>) -> Result<(), Refusal> {
        ensure(issue.class.is_some(), Refusal::ClassMissing)?;
        let terms = issue.terms.as_ref().ok_or(Refusal::TermsMissing)?;
        let terms = AeoTerms::from_bytes(terms).map_err(|_| Refusal::TermsNotInForm)?;
        ensure(terms.is_in_form(), Refusal::TermsNotInForm)?;
        // Without consent only the own member finds it by its number. Source: DOMAIN section 4.4, condition 5.
        ensure(terms.consent_to_exchange || issue.locators.len() <= 1, Refusal::SharedWithoutConsent)?;
        ensure(issue.lines.is_empty(), Refusal::LinesNotOfThisKind)?;
        ensure(issue.flags == Flags::NONE, Refusal::FlagsNotOfThisKind)?;
        ensure(issue.bases.is_empty(), Refusal::BaseNotOfThisKind)
    }

    fn is_under_programme(&self) -> bool {
        true
    }

    fn programme_type(&self, terms: &Bytes) -> Option<String> {
        AeoTerms::from_bytes(terms).ok().map(|terms| terms.operator_type)
    }

    /// Source: DOMAIN section 4.2.
    fn is_revoked_from_the_next_day(&self) -> bool {
        true
    }

    fn is_answered_to_partners_only(&self) -> bool {
        true
    }

    /// Source: DESIGN section 4: a stranger gets the same answer whether or not the record exists.
    fn answers(&self, facts: &Facts, question: &Question) -> Result<(), Said> {
        partnership(&OPERATORS, facts, question).map(|_| ())
    }

    /// Source: DOMAIN section 4.4.
    fn recognised(&self, case: &Case<'_>) -> Result<Recognised, Said> {
        let partnership = partnership(&OPERATORS, case.facts, case.question)?;
        let terms = case.record.standing.terms.as_ref().and_then(|terms| AeoTerms::from_bytes(terms).ok());
        // No record without such terms passes the rules of this kind.
        let terms = terms.ok_or_else(|| Said::new(Word::NoAnswerThatChecks, Reason::NothingChecks, "the status has no readable terms"))?;
        let due = recognition::recognised(&partnership, case, &terms)?;
        let benefits_as = due.only_as.unwrap_or_default();
        let only_as = match &benefits_as[..] {
            [] => String::new(),
            roles => format!(", as {} only: state the role in the declaration", roles.join(", ")),
        };
        let found = match (partnership, due.deciding) {
            (Partnership::NotAsked, _) => {
                Recognised::not_made("recognition is another country's: name the one in which the declaration is made")
            }
            (Partnership::Domestic, _) => Recognised::passed("an operator of one's own"),
            (Partnership::Partners(_), Some(fact)) => Recognised::passed(format!("{}{only_as}", fact.what)),
            (Partnership::Partners(_), None) => Recognised::passed("by arrangement"),
        };
        Ok(Recognised { benefits: due.benefits, benefits_as, ..found })
    }

    /// Source: DOMAIN section 4.2: a reassessment leaves the status as it is, or sets another last day.
    fn term(&self, case: &Case<'_>) -> Term {
        let standing = &case.record.standing;
        let counts =
            |act: &StandingAct| case.record.issuer.as_ref().is_some_and(|issuer| issuer.counts(standing, act, case.question.known));
        let until = standing.last_day_on(case.question.on, case.question.known, counts);
        let term = Term::of_document(case);
        if until == standing.valid_until { term } else { Term { until, by: Some("as reassessed".to_owned()), ..term } }
    }

    fn flags(&self, case: &Case<'_>, flags: &mut Vec<String>) {
        if case.question.for_country.is_some() && case.question.is_holder.is_none() {
            flags.push("compare the holder with the party in the declaration".to_owned());
        }
    }

    #[cfg(test)]
    fn told(&self, words: &crate::story::Words<'_>) -> crate::story::Told {
        super::tests::told(words)
    }
}
