//! What a rule may know: the block's time and height, and who signed.

use crate::registry::{AgreementTerms, Approval, Authority};
use ledger::id::{KeyNumber, NetworkId};
use ledger::time::{CalendarDate, Height, Timestamp};
use minicbor::{Decode, Encode};

/// How far ahead of the block's time a document's date may lie: the westernmost office still writes the date of
/// yesterday when the easternmost (UTC+14) writes that of today.
pub const DATE_AHEAD_MS_MAX: u64 = 14 * 3_600_000;

/// How far behind the block's date an office may still be: UTC-12.
pub const DATE_BEHIND_MS_MAX: u64 = 12 * 3_600_000;

/// When something was recorded: the block, and its time. Every dated act carries one, so that the past can be asked
/// about from today's state (DESIGN D18).
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cbor(map)]
pub struct Recorded {
    /// The height of the block; 0 for what the founding file says.
    #[n(0)]
    pub height: Height,
    /// The time of the block.
    #[n(1)]
    pub time: Timestamp,
}

impl Recorded {
    /// The earliest date that an office still wrote when it was recorded.
    pub fn earliest_date(&self) -> CalendarDate {
        self.time.saturating_sub_ms(DATE_BEHIND_MS_MAX).date()
    }
}

impl core::fmt::Display for Recorded {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "height {} ({})", self.height, self.time)
    }
}

/// Up to when the ledger is known: record time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// Everything that was recorded.
    Now,
    /// What was recorded at this height or before.
    AtHeight(Height),
    /// What was recorded at this time or before.
    AtTime(Timestamp),
}

impl Known {
    /// Whether something was recorded by then.
    pub fn covers(self, recorded: &Recorded) -> bool {
        match self {
            Self::Now => true,
            Self::AtHeight(height) => recorded.height <= height,
            Self::AtTime(time) => recorded.time <= time,
        }
    }
}

/// The block in which acts are executed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BlockContext {
    /// The network.
    pub network: NetworkId,
    /// The block's height.
    pub height: Height,
    /// The block's time: the only time that rules know.
    pub time: Timestamp,
}

impl BlockContext {
    /// What a dated act of this block carries.
    pub fn recorded(&self) -> Recorded {
        Recorded { height: self.height, time: self.time }
    }

    /// The block's date in UTC.
    pub fn date(&self) -> CalendarDate {
        self.time.date()
    }

    /// The latest date that a document of this block may bear.
    pub fn latest_date(&self) -> CalendarDate {
        self.time.saturating_add_ms(DATE_AHEAD_MS_MAX).date()
    }

    /// The earliest date that an office still writes: a day is over when it is over everywhere.
    pub fn earliest_date(&self) -> CalendarDate {
        self.recorded().earliest_date()
    }
}

/// What a rule on certificates may know.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The block.
    pub block: &'a BlockContext,
    /// The authority that signed.
    pub authority: &'a Authority,
    /// The key that it signed with.
    pub key: KeyNumber,
    /// Where several officials have to sign: those who signed before.
    pub signed_before: &'a [Approval],
    /// The terms of the certificate's agreement that the issuing party applies on the date of issue, if it has put any on
    /// this ledger.
    pub agreement: Option<&'a AgreementTerms>,
}
