//! The rooms of a running member; `main.rs` puts them together.
//!
//! | module | what it does |
//! |---|---|
//! | [`config`], [`clock`] | reads `node.toml`; reads the machine's clock, alone |
//! | [`run`], [`app`] | starts and stops the parts; what they share |
//! | [`checked`], [`pool`], [`gossip`] | a transaction from its bytes to its waiting place, here and at other members |
//! | [`rules`], [`consensus`] | introduces `contracts` to the state; agrees on blocks |
//! | [`network`] | the members' network |
//! | [`log`] | what the log leaves out |
//! | [`machine`] | whether a home still runs where it ran before |
//! | [`audit`] | reads a whole ledger back |

pub mod api;
pub mod app;
pub mod audit;
pub mod checked;
pub mod clock;
pub mod config;
pub mod consensus;
pub mod gossip;
pub mod log;
pub mod machine;
pub mod network;
pub mod pool;
pub mod rules;
pub mod run;
