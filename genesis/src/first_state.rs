//! Height 0: what stands on the ledger before its first block.

use crate::file::Founding;
use ledger::state::Changes;

impl Founding {
    /// The entries of the founding state: the parameters and one entry a member.
    pub fn first_state(&self) -> Changes {
        Changes::new()
    }
}
