//! What holds for AEO statuses alone.

use super::AeoTerms;
use crate::acts::Issue;
use crate::context::Context;
use crate::kinds::{AllowedAct, Rules};
use crate::refusal::{Refusal, ensure};
use crate::standing::{Flags, Standing, Verb};
use ledger::codec::Canonical;

/// The rules of AEO statuses.
pub struct AeoStatus;

impl Rules for AeoStatus {
    /// Source: DOMAIN section 4.2. A conversion of type is `replace`: a new authorisation number, the history kept.
    /// An annulment voids from the grant, also what was converted since; a revocation works from its date.
    fn acts(&self) -> &'static [AllowedAct] {
        const {
            &[
                AllowedAct::in_force(Verb::Suspend),
                AllowedAct::in_force(Verb::Reinstate).and_suspended(),
                AllowedAct::in_force(Verb::Withdraw).and_suspended(),
                AllowedAct::in_force(Verb::Revoke).and_suspended(),
                AllowedAct::in_force(Verb::Annul).and_suspended().and_replaced(),
            ]
        }
    }

    /// Source: DOMAIN section 4.1.
    fn may_issue(&self, issue: &Issue, _: &[Standing], _: &Context<'_>) -> Result<(), Refusal> {
        ensure(issue.class.is_some(), Refusal::ClassMissing)?;
        let terms = issue.terms.as_ref().ok_or(Refusal::TermsMissing)?;
        let terms = AeoTerms::from_bytes(terms).map_err(|_| Refusal::TermsNotInForm)?;
        ensure(terms.is_in_form(), Refusal::TermsNotInForm)?;
        ensure(issue.lines.is_empty(), Refusal::LinesNotOfThisKind)?;
        ensure(issue.flags == Flags::NONE, Refusal::FlagsNotOfThisKind)?;
        ensure(issue.bases.is_empty(), Refusal::BaseNotOfThisKind)
    }

    fn is_answered_to_partners_only(&self) -> bool {
        true
    }
}
