//! The bodies of acts on agreements, signed by members for their parties.

use crate::registry::{AgreementId, AgreementTerms};
use ledger::hash::Hash;
use ledger::id::AuthorityId;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};

/// A party applies terms from a date on. The first adoption puts them on the ledger; the others adopt the same.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AdoptAgreement {
    /// The agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// Its terms.
    #[n(1)]
    pub terms: AgreementTerms,
    /// The party: a country that the member covers, or its union.
    #[n(2)]
    pub party: CountryCode,
    /// Towards whom, sorted; empty for all parties.
    #[n(3)]
    pub partners: Vec<CountryCode>,
    /// From which date on.
    #[n(4)]
    pub effective: CalendarDate,
}

/// A party no longer applies terms.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct LeaveAgreement {
    /// The agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// [`AgreementTerms::digest`] of the version.
    #[n(1)]
    pub terms_digest: Hash,
    /// The party.
    #[n(2)]
    pub party: CountryCode,
    /// Towards whom, sorted; empty for all parties.
    #[n(3)]
    pub partners: Vec<CountryCode>,
    /// From which date on.
    #[n(4)]
    pub effective: CalendarDate,
}

/// A party notifies an authority to the others, or strikes it off.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct NotifyAuthority {
    /// The agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// The party.
    #[n(1)]
    pub party: CountryCode,
    /// The authority, one of the member's own.
    #[n(2)]
    pub authority: AuthorityId,
    /// Whether it is notified from then on; `false` if it is struck off.
    #[n(3)]
    pub is_notified: bool,
    /// From which date on.
    #[n(4)]
    pub effective: CalendarDate,
}
