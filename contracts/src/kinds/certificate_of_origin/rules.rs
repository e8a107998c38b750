//! What holds for certificates of origin alone.

use crate::acts::Issue;
use crate::context::Context;
use crate::destination::OfficeVerb;
use crate::kinds::{AllowedAct, Rules};
use crate::refusal::{Refusal, ensure};
use crate::standing::{Flags, Standing, Verb};
use crate::verdict::{Case, Recognised, Said};

/// The rules of certificates of origin.
pub struct CertificateOfOrigin;

impl Rules for CertificateOfOrigin {
    /// Source: DOMAIN section 3.4. Revoked means found not originating, and may hit past use, so that a certificate which
    /// was replaced can still be revoked. There is no suspension: doubt about origin is the importing side's
    /// verification. There is no annulment: the effect back to the issue is a revocation dated so.
    fn acts(&self) -> &'static [AllowedAct] {
        const { &[AllowedAct::in_force(Verb::Revoke).and_replaced()] }
    }

    /// Source: DOMAIN sections 3.3, 3.4 and 5.
    fn office_acts(&self) -> &'static [OfficeVerb] {
        use OfficeVerb::*;
        &[Present, GrantPreference, DenyPreference, Ask, ExtendDeadline, CloseQuestion, Reserve, Consume, Release, Expire, Answer]
    }

    fn is_under_agreement(&self) -> bool {
        true
    }

    /// Source: DOMAIN sections 3.2 and 3.3.
    fn may_issue(&self, issue: &Issue, bases: &[Standing], _: &Context<'_>) -> Result<(), Refusal> {
        ensure(!issue.lines.is_empty(), Refusal::NoGoods)?;
        ensure(issue.terms.is_none(), Refusal::TermsNotOfThisKind)?;
        if !issue.flags.has(Flags::BACK_TO_BACK) {
            return ensure(issue.bases.is_empty(), Refusal::BaseNotOfThisKind);
        }
        ensure(!issue.bases.is_empty(), Refusal::BaseMissing)?;
        for base in bases {
            ensure(base.valid_until.is_none_or(|last| issue.valid_until.is_some_and(|until| until <= last)), Refusal::OutlivesItsBase)?;
        }
        Ok(())
    }

    /// Source: DOMAIN section 3.3.
    fn recognised(&self, case: &Case<'_>) -> Result<Recognised, Said> {
        Ok(match &case.record.standing.class {
            Some(agreement) => Recognised::passed(format!("{agreement} is within the issuer's scope")),
            None => Recognised::passed("needs no arrangement"),
        })
    }

    fn flags(&self, case: &Case<'_>, flags: &mut Vec<String>) {
        if case.record.standing.valid_until.is_none() {
            flags.push("the document states no end of validity: the agreement's rule holds".to_owned());
        }
    }
}
