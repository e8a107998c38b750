//! Acts that need several keys of their signer: they wait until enough of them signed the same act. A member's threshold
//! counts its governance keys, an authority's scope its officials.

use crate::context::{BlockContext, Recorded};
use ledger::id::KeyNumber;
use minicbor::{Decode, Encode};

/// How many days an approval waits for the others; then it has to be given again.
pub const APPROVAL_DAYS_MAX: u64 = 90;

/// One key's approval of an act.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Approval {
    /// The key.
    #[n(0)]
    pub key: KeyNumber,
    /// When its approval was recorded.
    #[n(1)]
    pub recorded: Recorded,
}

/// Who approved an act that waits for more approvals, empty once the act took effect; or who approved before the one
/// that completed it.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Approvals(#[n(0)] Vec<Approval>);

impl Approvals {
    /// These, or nothing if there are none.
    pub fn of(approvals: &[Approval]) -> Option<Self> {
        (!approvals.is_empty()).then(|| Self(approvals.to_vec()))
    }

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

    /// Those of other keys.
    pub fn without(&self, key: KeyNumber) -> Self {
        Self(self.0.iter().filter(|approval| approval.key != key).copied().collect())
    }

    /// With one more.
    pub fn with(mut self, key: KeyNumber, recorded: Recorded) -> Self {
        self.0.push(Approval { key, recorded });
        self
    }
}

/// Under which keys something was recorded, and when each of them signed it. It rests on all of them: what needed two
/// keys, and has one in doubt, is in doubt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signed<'a> {
    before: &'a [Approval],
    /// The key that completed it, and the block in which it was recorded.
    pub last: Approval,
}

impl<'a> Signed<'a> {
    /// Signed by those before, and completed under this key.
    pub fn new(before: Option<&'a Approvals>, key: KeyNumber, recorded: Recorded) -> Self {
        Self { before: before.map_or(&[], Approvals::as_slice), last: Approval { key, recorded } }
    }

    /// Each key with when it signed, in the order of signing.
    pub fn each(self) -> impl Iterator<Item = Approval> + 'a {
        self.before.iter().copied().chain(core::iter::once(self.last))
    }
}

/// `key 1`, or of several `keys 1 and 2`.
impl core::fmt::Display for Signed<'_> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let before: Vec<String> = self.before.iter().map(|approval| approval.key.to_string()).collect();
        match before.as_slice() {
            [] => write!(out, "key {}", self.last.key),
            before => write!(out, "keys {} and {}", before.join(", "), self.last.key),
        }
    }
}
