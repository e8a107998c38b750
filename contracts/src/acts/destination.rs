//! The bodies of acts on others' certificates, signed by offices of the importing side, and of the issuers' answers.

use super::Declared;
use crate::destination::OfficeVerb;
use crate::kinds::RecordKind;
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::lookup::{LocatorOpening, RecordKey};
use ledger::time::CalendarDate;
use ledger::transaction::{ACT_BODY_BYTES_MAX, Act};
use minicbor::{Decode, Encode};

/// Records a fact of the importing side: the body of `present`, `acknowledge`, `accept`, `reject`, `accept partially`,
/// `grant preference`, `deny preference`, `ask`, `extend the deadline` and `close the question`.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct OfficeAct {
    /// The certificate's record.
    #[n(0)]
    pub record_key: RecordKey,
    /// On which date.
    #[n(1)]
    pub date: CalendarDate,
    /// The office's own reason code; needed where something is refused.
    #[n(2)]
    pub reason: Option<u16>,
    /// By when a question is to be answered: needed by `extend the deadline`, and by `ask` where no agreement names the time.
    #[n(3)]
    pub deadline: Option<CalendarDate>,
    /// The salted commitment to the declaration's reference, with the goods item where one is named.
    #[n(4)]
    pub declaration: Option<Hash>,
    /// The lines that it concerns, ascending; absent for all. `accept partially` names those that are accepted.
    #[n(5)]
    pub lines: Option<Vec<u32>>,
    /// How many acts the member's offices had recorded about the certificate when this one was made.
    #[n(6)]
    pub follows: u32,
    /// What opens the locator at which the signer's member finds the certificate; absent for its own certificates.
    #[n(7)]
    pub opening: Option<LocatorOpening>,
    /// Where `declaration` is that of one goods item: the commitment to the whole declaration.
    #[n(8)]
    pub whole: Option<Hash>,
}

impl OfficeAct {
    /// For which declaration, or goods item.
    pub fn declared(&self) -> Option<Declared> {
        self.declaration.map(|named| Declared { named, whole: self.whole })
    }
}

/// Moves a quantity of one line: the body of `reserve`, `consume`, `release` and `expire`.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct UseLine {
    /// The record of the certificate that was presented.
    #[n(0)]
    pub record_key: RecordKey,
    /// The line's number.
    #[n(1)]
    pub line: u32,
    /// The salted commitment to the declaration's reference and goods item.
    #[n(2)]
    pub declaration: Hash,
    /// How much, times the certificate's factor: of `reserve` the hold from now on, of `consume` the part that is used
    /// up, absent for all that is held. Absent for `release` and `expire`.
    #[n(3)]
    pub amount: Option<u64>,
    /// Of `reserve`: the token of the declared commodity code, cut to the length of the certificate's.
    #[n(4)]
    pub code: Option<Hash>,
    /// Of `reserve`: the token of the unit.
    #[n(5)]
    pub unit: Option<Hash>,
    /// Of `reserve`: the last day of the hold; where it is absent the rules set one.
    #[n(6)]
    pub until: Option<CalendarDate>,
    /// Of `expire`: whose hold it is; absent for the signer's own member.
    #[n(7)]
    pub of: Option<MemberId>,
    /// What opens the locator at which the signer's member finds the certificate; absent for its own certificates.
    #[n(8)]
    pub opening: Option<LocatorOpening>,
    /// How many acts the use had when this one was made, 0 before its first hold: needed where several officials have to sign,
    /// so that each of them signs for the hold that the others saw.
    #[n(9)]
    pub follows: Option<u32>,
    /// Of `reserve`, where `declaration` is that of one goods item: the commitment to the whole declaration. The use keeps it.
    #[n(10)]
    pub whole: Option<Hash>,
}

/// The issuing authority answers a member's request for verification.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Answer {
    /// The certificate's record.
    #[n(0)]
    pub record_key: RecordKey,
    /// Who asked.
    #[n(1)]
    pub asked_by: MemberId,
    /// Whether the certificate is confirmed.
    #[n(2)]
    pub confirmed: bool,
    /// On which date.
    #[n(3)]
    pub date: CalendarDate,
    /// The issuer's own reason code.
    #[n(4)]
    pub reason: Option<u16>,
}

macro_rules! bodies {
    ($($body:ident = $name:literal;)+) => {
        $(impl Canonical for $body {
            const NAME: &'static str = $name;
            const BYTES_MAX: usize = ACT_BODY_BYTES_MAX;
        }

        impl $body {
            /// The act with this verb.
            pub fn into_act(self, kind: RecordKind, verb: OfficeVerb) -> Act {
                Act { kind: kind.number(), verb: verb.number(), body: self.to_bytes().into() }
            }
        })+
    };
}

bodies! {
    OfficeAct = "fact of the importing side";
    UseLine = "use of a line";
    Answer = "answer to a request for verification";
}
