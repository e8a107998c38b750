//! What holds for SPS certificates alone.

use super::{DOCUMENT_TYPES, SpsTerms};
use crate::acts::Issue;
use crate::context::Context;
use crate::kinds::{AllowedAct, Rules};
use crate::refusal::{Refusal, ensure};
use crate::standing::{Flags, Standing, Verb};
use ledger::codec::Canonical;

/// The rules of SPS certificates.
pub struct SpsCertificate;

impl Rules for SpsCertificate {
    /// Source: DOMAIN section 2.5: ISSUED becomes REPLACED (44) or WITHDRAWN (40), and nothing else.
    fn acts(&self) -> &'static [AllowedAct] {
        &[AllowedAct { verb: Verb::Withdraw, on_suspended: false, on_replaced: false }]
    }

    /// Source: DOMAIN sections 2.1, 2.2 and 2.3.
    fn may_issue(&self, issue: &Issue, _: &[Standing], _: &Context<'_>) -> Result<(), Refusal> {
        let document_type = issue.class.as_deref().ok_or(Refusal::ClassMissing)?;
        ensure(DOCUMENT_TYPES.contains(&document_type), Refusal::UnknownDocumentType)?;
        let terms = issue.terms.as_ref().ok_or(Refusal::TermsMissing)?;
        let terms = SpsTerms::from_bytes(terms).map_err(|_| Refusal::TermsNotInForm)?;
        ensure(terms == SpsTerms::ISSUED, Refusal::StatusNotIssued)?;
        ensure(!issue.lines.is_empty(), Refusal::NoGoods)?;
        ensure(issue.flags == Flags::NONE, Refusal::FlagsNotOfThisKind)
    }
}
