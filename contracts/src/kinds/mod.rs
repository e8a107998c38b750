//! The record kinds, one folder each: the register.
//!
//! A kind says which acts it has and what each must fulfil; what is common to all kinds is in
//! [`lifecycle`](crate::lifecycle). To add one, see docs/add-a-record-kind.md.

pub mod aeo_status;
pub mod certificate_of_origin;
pub mod sps_certificate;

use crate::acts::Issue;
use crate::codec::numbered;
use crate::context::Context;
use crate::destination::{Dossier, OfficeVerb};
use crate::document::DocumentKind;
use crate::refusal::Refusal;
use crate::registry::AgreementTerms;
use crate::standing::{Standing, Verb};
use crate::verdict::{Case, Facts, Question, Recognised, Said, Term};
use ledger::time::CalendarDate;

numbered!(
    /// What kind of certificate a record is. One line a kind; numbers never change.
    RecordKind {
        /// Certificate of origin.
        CertificateOfOrigin = 1, "certificate of origin";
        /// Sanitary or phytosanitary certificate.
        SpsCertificate = 2, "SPS certificate";
        /// Status of an authorised economic operator.
        AeoStatus = 3, "AEO status";
    }
);

impl RecordKind {
    /// The kind's rules. One line a kind.
    pub fn rules(self) -> &'static dyn Rules {
        match self {
            Self::CertificateOfOrigin => &certificate_of_origin::CertificateOfOrigin,
            Self::SpsCertificate => &sps_certificate::SpsCertificate,
            Self::AeoStatus => &aeo_status::AeoStatus,
        }
    }

    /// The article before the name.
    pub fn article(self) -> &'static str {
        match self {
            Self::CertificateOfOrigin => "a",
            Self::SpsCertificate | Self::AeoStatus => "an",
        }
    }

    /// Whether a number is unique within the issuing authority only, so that the identity names the authority.
    pub fn numbers_are_the_authoritys(self) -> bool {
        self == Self::CertificateOfOrigin
    }
}

impl From<DocumentKind> for RecordKind {
    fn from(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::CertificateOfOrigin => Self::CertificateOfOrigin,
            DocumentKind::SpsCertificate => Self::SpsCertificate,
            DocumentKind::AeoStatus => Self::AeoStatus,
        }
    }
}

/// What a kind of record demands beyond what is common to all. Values in, an answer out; no rule reads the state.
pub trait Rules: Sync {
    /// The acts that records of this kind have, beside `issue` and `replace`, which all have, and from which places in
    /// its life each is allowed.
    fn acts(&self) -> &'static [AllowedAct];

    /// Whether a certificate may be recorded; also for `replace`. `bases` are those that stand on this ledger.
    ///
    /// # Errors
    /// The [`Refusal`] of the first condition that fails.
    fn may_issue(&self, issue: &Issue, bases: &[Standing], ctx: &Context<'_>) -> Result<(), Refusal>;

    /// Whether an act on a record may be done, beyond what all kinds have in common. `others` is what others recorded
    /// about it.
    ///
    /// # Errors
    /// The [`Refusal`] of the first condition that fails.
    fn may_change(&self, _verb: Verb, _others: &Others, _: &Context<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Whether what is to be recorded says of itself that it is not issued yet.
    fn is_draft(&self, _: &Issue) -> bool {
        false
    }

    /// The acts that offices of the importing side have on records of this kind.
    fn office_acts(&self) -> &'static [OfficeVerb] {
        &[]
    }

    /// Whether a record of this class is made for the use of the issuing member's own customs, so that its own offices
    /// act on it as well.
    fn is_used_at_home(&self, _class: Option<&str>) -> bool {
        false
    }

    /// Whether the class of such a record is a trade agreement, whose terms and notifications the rules and the verdict
    /// then know.
    fn is_under_agreement(&self) -> bool {
        false
    }

    /// Whether the class of such a record is a programme, whose types and terms its member may have registered.
    fn is_under_programme(&self) -> bool {
        false
    }

    /// Whether absence of this kind is shown to strangers like presence without recognition (DESIGN section 4).
    fn is_answered_to_partners_only(&self) -> bool {
        false
    }

    /// Whether the reader is answered at all, judged before anything of the record is looked at.
    ///
    /// # Errors
    /// What is said instead.
    fn answers(&self, _: &Facts, _: &Question) -> Result<(), Said> {
        Ok(())
    }

    /// Whether whom the record is shown to recognises it.
    ///
    /// # Errors
    /// What is said if not.
    fn recognised(&self, _: &Case<'_>) -> Result<Recognised, Said> {
        Ok(Recognised::passed("needs no arrangement"))
    }

    /// Until when the record counts, and on which date that is judged.
    fn term(&self, case: &Case<'_>) -> Term {
        Term::of_document(case)
    }

    /// The last day on which a record may be presented, as far as its issuer's side says: `agreement` holds the terms that
    /// the issuing party applies.
    fn last_day(&self, standing: &Standing, _agreement: Option<&AgreementTerms>) -> Option<CalendarDate> {
        standing.valid_until
    }

    /// Whether a record turns doubtful only, in place of ending, when a certificate beneath it falls.
    fn is_only_doubtful_without_base(&self, _: &Standing) -> bool {
        false
    }

    /// What the importing side's own decision makes of the record, where it makes something.
    fn decided(&self, _: &Case<'_>) -> Option<Said> {
        None
    }

    /// Adds what else a person should know of a record of this kind.
    fn flags(&self, _: &Case<'_>, _: &mut Vec<String>) {}
}

/// What others recorded about a certificate, as far as a rule on its issuer's acts needs it.
#[derive(Clone, Debug, Default)]
pub struct Others {
    /// What lies beside its standing.
    pub dossier: Dossier,
    /// The dossier of the certificate that holds its pool, if that is another.
    pub shared_pool: Option<Dossier>,
}

impl Others {
    /// Whether any importing side recorded anything about it, or anything of its pool is held or used.
    pub fn touched_it(&self) -> bool {
        !self.dossier.members.is_empty() || self.dossier.is_in_use() || self.shared_pool.as_ref().is_some_and(Dossier::is_in_use)
    }
}

/// One act that a kind has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AllowedAct {
    /// The act.
    pub verb: Verb,
    /// Whether it is allowed on a suspended record.
    pub on_suspended: bool,
    /// Whether it is allowed on a record that was replaced.
    pub on_replaced: bool,
    /// Whether it is allowed on a draft.
    pub on_draft: bool,
    /// Whether it is allowed on a record in force.
    pub in_force: bool,
}

impl AllowedAct {
    /// The taking back of an announced suspension, withdrawal or revocation, wherever that one led.
    pub const TAKE_BACK: Self = Self::in_force(Verb::TakeBack).and_suspended().and_replaced();

    /// The sharing with a further member, while it has not ended.
    pub const SHARE: Self = Self::in_force(Verb::Share).and_suspended().and_replaced();

    /// An act that is allowed while the record is in force, and nowhere else.
    pub const fn in_force(verb: Verb) -> Self {
        Self { verb, on_suspended: false, on_replaced: false, on_draft: false, in_force: true }
    }

    /// Allowed on a suspended record as well.
    pub const fn and_suspended(self) -> Self {
        Self { on_suspended: true, ..self }
    }

    /// Allowed on a replaced record as well.
    pub const fn and_replaced(self) -> Self {
        Self { on_replaced: true, ..self }
    }

    /// An act that is allowed on a draft, and nowhere else.
    pub const fn on_draft(verb: Verb) -> Self {
        Self { verb, on_suspended: false, on_replaced: false, on_draft: true, in_force: false }
    }
}
