//! Acts of a member whose threshold is above one: they wait until enough of its governance keys signed the same act.

use crate::context::{BlockContext, Recorded};
use ledger::id::KeyNumber;
use minicbor::{Decode, Encode};

/// How many days an approval waits for the others; then it has to be given again.
pub const APPROVAL_DAYS_MAX: u64 = 90;

/// One governance key's approval of an act.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Approval {
    /// The governance key.
    #[n(0)]
    pub key: KeyNumber,
    /// When its approval was recorded.
    #[n(1)]
    pub recorded: Recorded,
}

/// Who approved an act that waits for more approvals. Empty once the act took effect.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Approvals(#[n(0)] Vec<Approval>);

impl Approvals {
    /// The approvals, oldest first.
    pub fn as_slice(&self) -> &[Approval] {
        &self.0
    }

    /// Leaves out what waited for longer than [`APPROVAL_DAYS_MAX`] days.
    pub fn still_waiting(self, block: &BlockContext) -> Self {
        let oldest = block.time.saturating_sub_ms(APPROVAL_DAYS_MAX.saturating_mul(86_400_000));
        Self(self.0.into_iter().filter(|approval| approval.recorded.time >= oldest).collect())
    }

    /// Whether this key approved already.
    pub fn has(&self, key: KeyNumber) -> bool {
        self.0.iter().any(|approval| approval.key == key)
    }

    /// With one more.
    pub fn with(mut self, key: KeyNumber, recorded: Recorded) -> Self {
        self.0.push(Approval { key, recorded });
        self
    }
}
