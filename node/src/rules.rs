//! Where the node introduces `contracts` to the state on disk.

use contracts::BlockContext;
use ledger::id::{KeyNumber, NetworkId, Signer};
use ledger::key::PublicKey;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::{Height, Timestamp};
use ledger::transaction::{Outcomes, VerifiedTransaction};
use ledger::tree::StateKey;

/// The state, whoever holds it.
struct State<'a>(&'a dyn StateRead);

impl StateRead for State<'_> {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        self.0.get(key)
    }
}

/// What a block makes of its transactions.
///
/// # Errors
/// [`Fault`] if the state cannot be read.
pub fn execute(
    network: NetworkId,
    height: Height,
    time: Timestamp,
    transactions: &[&VerifiedTransaction],
    state: &dyn StateRead,
) -> Result<(Changes, Vec<Outcomes>), Fault> {
    let executed = contracts::execute(&BlockContext { network, height, time }, transactions, &State(state))?;
    Ok((executed.changes, executed.outcomes))
}

/// The public key that the registry holds for (signer, number).
///
/// # Errors
/// [`Fault`] if the state cannot be read.
pub fn signer_key(state: &dyn StateRead, signer: &Signer, key: KeyNumber) -> Result<Option<PublicKey>, Fault> {
    contracts::signer_key(&State(state), signer, key)
}

/// Why the rules would refuse every act of a transaction in the next block, with the first act's reason: number and
/// message. A transaction of which they would accept anything goes on, and each act gets its own outcome.
///
/// # Errors
/// [`Fault`] if the state cannot be read.
pub fn precheck(
    network: NetworkId,
    height: Height,
    time: Timestamp,
    transaction: &VerifiedTransaction,
    state: &dyn StateRead,
) -> Result<Option<(u16, String)>, Fault> {
    let refused = contracts::precheck(&BlockContext { network, height, time }, transaction.transaction(), &State(state))?;
    let all: Option<Vec<_>> = refused.into_iter().collect();
    Ok(all.and_then(|all| all.into_iter().next()).map(|first| (first.refusal.number(), first.to_string())))
}
