//! What the law of the ledger allows, one folder per record kind; and the documents that certificates are made from.
//!
//! Pure and deterministic: the same block and the same state give the same bytes on every machine. Nothing here reads a
//! clock, a disk, a network or a random source; time is the block's.
//!
//! | module | what it holds |
//! |---|---|
//! | [`document`] | the documents of the field, read into typed parts |
//! | [`kinds`] | the record kinds and the rules of each |
//! | [`acts`] | what can be signed |
//! | [`execute`](mod@execute) | one block against the state: changes and outcomes |
//! | [`registry`], [`standing`], [`key`] | what lies in the state, and where |
//! | [`destination`] | what the importing side recorded, and the pool of quantity |
//! | [`lifecycle`] | what all kinds of certificates have in common |
//! | [`reliance`] | what a revoked key leaves standing |
//! | [`impact`] | what rested on a revoked key, an authority or a certificate |
//! | [`refusal`] | why the rules said no, by number |
//! | [`verdict`](mod@verdict) | facts and a question in, a verdict out |
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::panic,
        clippy::disallowed_types
    )
)]

pub mod acts;
mod codec;
pub mod context;
pub mod destination;
pub mod document;
pub mod execute;
pub mod impact;
pub mod key;
pub mod kinds;
pub mod lifecycle;
pub mod refusal;
pub mod registry;
pub mod reliance;
pub mod standing;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use context::BlockContext;
pub use execute::{Executed, Refused, execute, precheck, signer_key};
pub use verdict::{Facts, Question, Subject, Verdict, needed_keys, verdict};
