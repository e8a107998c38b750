//! What can be done: the bodies of all acts, and how they go into a [`ledger::transaction::Act`].
//!
//! ```
//! use contracts::acts::SuspendAuthority;
//! use ledger::{id::AuthorityId, time::CalendarDate};
//!
//! let authority = AuthorityId::parse("NZ-mpi").unwrap();
//! let effective = CalendarDate::parse("2026-03-01").unwrap();
//! let act = SuspendAuthority { authority, effective, follows: 1 }.into_act();
//! assert_eq!((act.kind, act.verb), (0, 3));
//! ```

mod agreement;
mod amount;
mod arrangement;
mod certificate;
mod declared;
mod destination;
mod fingerprint;
mod from_document;
mod other_form;
mod registry;

pub use agreement::{AdoptAgreement, LeaveAgreement, NotifyAuthority};
pub use amount::{AMOUNT_DECIMALS_MIN, AmountScale, declared_code_token, unit_token};
pub use arrangement::{
    AmendArrangement, ApplyArrangement, ResumeRecognition, SignArrangement, SuspendRecognition, TakeBackTermination, TerminateArrangement,
};
pub use certificate::{DRAWS_MAX, Draw, Issue, IssuedLine, Share, StandingChange, issues, issuing_act};
pub use declared::Declared;
pub use destination::{Answer, OfficeAct, UseLine};
pub use fingerprint::fingerprints_of;
pub(crate) use from_document::is_issued;
pub use from_document::{DocumentError, Places, commitment_of, draft_from_document, identity_of, issue_from_document, lines_of};
pub use other_form::{NoForm, OtherRecord, is_as_recorded, may_be_certified, may_have_been_certified};
pub use registry::{
    AdmitAuthority, NameKey, ReinstateAuthority, ReplaceRootKey, RevokeAuthority, RevokeKey, RotateEncryptionKey, SetProgramme, SetScopes,
    SuspendAuthority,
};

use crate::codec::numbered;
use ledger::codec::Canonical;
use ledger::transaction::{ACT_BODY_BYTES_MAX, Act};

/// The number of the registry among the kinds of acts.
pub const REGISTRY: u16 = 0;
/// The number of arrangements among the kinds of acts.
pub const ARRANGEMENT: u16 = 4;
/// The number of agreements among the kinds of acts.
pub const AGREEMENT: u16 = 5;

numbered!(
    /// The acts on agreements.
    AgreementVerb {
        /// A party applies terms from a date on: [`AdoptAgreement`].
        Adopt = 1, "adopt";
        /// A party no longer applies them: [`LeaveAgreement`].
        Leave = 2, "leave";
        /// A party notifies an authority, or strikes it off: [`NotifyAuthority`].
        Notify = 3, "notify";
    }
);

numbered!(
    /// The acts on the registry.
    RegistryVerb {
        /// A member admits an authority: [`AdmitAuthority`].
        AdmitAuthority = 1, "admit authority";
        /// A member gives an authority other scopes: [`SetScopes`].
        SetScopes = 2, "set scopes";
        /// A member suspends an authority: [`SuspendAuthority`].
        SuspendAuthority = 3, "suspend authority";
        /// A member ends the suspension: [`ReinstateAuthority`].
        ReinstateAuthority = 4, "reinstate authority";
        /// A member revokes an authority as of a time: [`RevokeAuthority`].
        RevokeAuthority = 5, "revoke authority";
        /// A member puts another of an authority's keys in the place of its root key: [`ReplaceRootKey`].
        ReplaceRootKey = 6, "replace root key";
        /// An authority names a key, signed by its root key: [`NameKey`].
        NameKey = 10, "name key";
        /// An authority revokes a key, signed by its root key: [`RevokeKey`].
        RevokeKey = 11, "revoke key";
        /// A member changes its encryption key: [`RotateEncryptionKey`].
        RotateEncryptionKey = 20, "rotate encryption key";
        /// A member registers a programme of its authorised operators: [`SetProgramme`].
        SetProgramme = 30, "set programme";
    }
);

/// Names the bodies and builds acts from them.
macro_rules! bodies {
    ($($body:ident = $name:literal, $kind:expr, $verb:expr;)+) => {
        $(impl Canonical for $body {
            const NAME: &'static str = $name;
            const BYTES_MAX: usize = ACT_BODY_BYTES_MAX;
        }

        impl $body {
            /// The act with this body.
            pub fn into_act(self) -> Act {
                Act { kind: $kind, verb: $verb.number(), body: self.to_bytes().into() }
            }
        })+
    };
}

bodies! {
    AdmitAuthority = "admission of an authority", REGISTRY, RegistryVerb::AdmitAuthority;
    SetScopes = "change of scopes", REGISTRY, RegistryVerb::SetScopes;
    SuspendAuthority = "suspension of an authority", REGISTRY, RegistryVerb::SuspendAuthority;
    ReinstateAuthority = "reinstatement of an authority", REGISTRY, RegistryVerb::ReinstateAuthority;
    RevokeAuthority = "revocation of an authority", REGISTRY, RegistryVerb::RevokeAuthority;
    ReplaceRootKey = "replacement of a root key", REGISTRY, RegistryVerb::ReplaceRootKey;
    SetProgramme = "terms of a programme", REGISTRY, RegistryVerb::SetProgramme;
    NameKey = "naming of a key", REGISTRY, RegistryVerb::NameKey;
    RevokeKey = "revocation of a key", REGISTRY, RegistryVerb::RevokeKey;
    RotateEncryptionKey = "change of encryption key", REGISTRY, RegistryVerb::RotateEncryptionKey;
    SignArrangement = "signing of an arrangement", ARRANGEMENT, crate::registry::ArrangementVerb::Sign;
    ApplyArrangement = "application of an arrangement", ARRANGEMENT, crate::registry::ArrangementVerb::Apply;
    SuspendRecognition = "suspension of recognition", ARRANGEMENT, crate::registry::ArrangementVerb::Suspend;
    ResumeRecognition = "resumption of recognition", ARRANGEMENT, crate::registry::ArrangementVerb::Resume;
    AdoptAgreement = "adoption of an agreement", AGREEMENT, AgreementVerb::Adopt;
    LeaveAgreement = "leaving of an agreement", AGREEMENT, AgreementVerb::Leave;
    NotifyAuthority = "notification of an authority", AGREEMENT, AgreementVerb::Notify;
    AmendArrangement = "amendment of an arrangement", ARRANGEMENT, crate::registry::ArrangementVerb::Amend;
    TerminateArrangement = "termination of an arrangement", ARRANGEMENT, crate::registry::ArrangementVerb::Terminate;
    TakeBackTermination = "taking back of a termination", ARRANGEMENT, crate::registry::ArrangementVerb::TakeBack;
}
