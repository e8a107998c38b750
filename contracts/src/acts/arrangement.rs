//! The bodies of acts on arrangements, signed by members.

use crate::registry::{ArrangementId, Terms};
use ledger::hash::Hash;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};

/// A party signs. The first signature puts the arrangement on the ledger; the others sign the same terms.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SignArrangement {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// What is signed.
    #[n(1)]
    pub terms: Terms,
    /// The date of the signature.
    #[n(2)]
    pub effective: CalendarDate,
}

/// A party puts the arrangement into operation on its side, once all have signed.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ApplyArrangement {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// [`Terms::digest`] of the first terms, or of an amendment's.
    #[n(1)]
    pub terms_digest: Hash,
    /// From which date on.
    #[n(2)]
    pub effective: CalendarDate,
}

/// A party signs other terms for an arrangement that all have signed. The first signature puts them on the ledger; the
/// others sign the same. They are in force once every party of them has applied them.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AmendArrangement {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// Which amendment, from 0: how many the arrangement has, or one that waits for signatures.
    #[n(1)]
    pub number: u32,
    /// The terms as amended; parties may join.
    #[n(2)]
    pub terms: Terms,
    /// The date of the signature.
    #[n(3)]
    pub effective: CalendarDate,
}

/// A party suspends its own recognition of the others' operators.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SuspendRecognition {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// From which date on.
    #[n(1)]
    pub effective: CalendarDate,
    /// How many dated acts the arrangement has.
    #[n(2)]
    pub follows: u32,
}

/// A party resumes its own recognition.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ResumeRecognition {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// From which date on.
    #[n(1)]
    pub effective: CalendarDate,
    /// How many dated acts the arrangement has.
    #[n(2)]
    pub follows: u32,
}

/// A party takes back that it leaves, before that takes effect.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct TakeBackTermination {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// The date for which the termination is announced.
    #[n(1)]
    pub effective: CalendarDate,
}

/// A party leaves, with notice.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct TerminateArrangement {
    /// The arrangement.
    #[n(0)]
    pub arrangement: ArrangementId,
    /// From which date on: at least the terms' notice after today.
    #[n(1)]
    pub effective: CalendarDate,
}
