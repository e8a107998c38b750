//! Small writers and readers that several entries share: numbers with names, and entries that lie in the state.

use crate::destination::{Destination, Dossier, Use, UsesOfMember, UsesPage};
use crate::registry::{
    Agreement, AgreementsOf, Approvals, Arrangement, ArrangementsBetween, AuthoritiesOf, Authority, AuthorityKey, CoveredBy, KeyOwner,
    Member, Notified, Parameters, Programme, RecordedOn,
};
use crate::standing::{RecordsAtLocator, SameGoods, Standing};
use ledger::codec::Canonical;
use ledger::tree::VALUE_BYTES_MAX;

/// An enum whose variants have numbers on the wire that never change.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal, $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The number on the wire.
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)+
                }
            }

            /// The one with this number.
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The word for people.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u16(self.number())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let position = d.position();
                Self::from_number(d.u16()?)
                    .ok_or_else(|| minicbor::decode::Error::message(concat!("unknown number of ", stringify!($name))).at(position))
            }
        }
    };
}
pub(crate) use numbered;

/// Says of each entry of the state how it is called; all have the tree's limit of bytes.
macro_rules! entries {
    ($($name:ident = $text:literal;)+) => {
        $(impl Canonical for $name {
            const NAME: &'static str = $text;
            const BYTES_MAX: usize = VALUE_BYTES_MAX;
        })+
    };
}

entries! {
    Parameters = "parameters entry";
    Member = "member entry";
    CoveredBy = "country entry";
    Authority = "authority entry";
    AuthoritiesOf = "list of authorities";
    AuthorityKey = "authority key entry";
    Arrangement = "arrangement entry";
    ArrangementsBetween = "list of arrangements";
    Approvals = "approvals entry";
    KeyOwner = "key owner entry";
    Standing = "standing";
    RecordsAtLocator = "locator entry";
    Agreement = "agreement entry";
    AgreementsOf = "list of agreements";
    Notified = "list of notified authorities";
    RecordedOn = "count of a day";
    Programme = "programme entry";
    SameGoods = "list of certificates for the same goods";
    Dossier = "dossier";
    Destination = "destination entry";
    Use = "use entry";
    UsesPage = "list of uses";
    UsesOfMember = "count of a member's uses";
}
