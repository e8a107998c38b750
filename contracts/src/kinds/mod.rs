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
use crate::document::DocumentKind;
use crate::refusal::Refusal;
use crate::standing::{Standing, Verb};

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

    /// Whether absence of this kind is shown to strangers like presence without recognition (DESIGN section 4).
    fn is_answered_to_partners_only(&self) -> bool {
        false
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
}
