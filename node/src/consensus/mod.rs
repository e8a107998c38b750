//! How members agree on the next block.
//!
//! ```text
//! network/  --bytes-->  engine/network.rs  --checked messages-->  the engine  --questions-->  engine/host.rs
//!                                                                                                  |
//!                                          proposal.rs (pure)  <--  chain.rs (disk, one thread)  <-+
//! ```
//!
//! Only the folder `engine` names the consensus engine. [`proposal`] builds and checks blocks, [`turns`] says whose
//! turn it is, [`sign_once`] what may be signed: all three without disk, network or clock. `docs/decisions/0004-consensus-engine.md`
//! says of each rule about the engine where it is kept.

pub mod abstains;
pub mod chain;
pub mod engine;
pub mod guard;
pub mod log_seal;
pub mod portion;
pub mod proposal;
pub mod sign_once;
pub mod standstill;
pub mod turns;
pub mod wake;

#[cfg(test)]
pub(crate) mod testing;
