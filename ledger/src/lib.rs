//! The words everyone in Symbolon shares: records, blocks, proofs, and the offline check of a receipt.
//!
//! A program that links only this crate can verify a receipt: it needs SHA-256 and Ed25519, no database,
//! no network and no consensus engine. Nothing here reads a clock, a disk or a random source;
//! a batch check of signatures takes the caller's random source as an argument.
//!
//! Table of contents, in the order in which a certificate meets them:
//!
//! | module | what it holds |
//! |---|---|
//! | [`id`] | who and what: network, member, authority, certificate number |
//! | [`place`], [`time`] | countries; heights, timestamps, calendar dates |
//! | [`codec`], [`hash`], [`key`] | the one encoding, the one hash, signatures |
//! | [`commitment`], [`lookup`] | what is hidden: salted fields; record keys and locators |
//! | [`transaction`], [`block`], [`vote`] | what is signed, agreed and chained |
//! | [`state`], [`tree`], [`history`] | what is proven: standing and history |
//! | [`receipt`] | the file that proves a certificate's standing at a height |
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

pub mod block;
pub mod codec;
pub mod commitment;
pub mod hash;
pub mod history;
pub mod id;
pub mod key;
pub mod lookup;
pub mod place;
pub mod receipt;
pub mod state;
pub mod time;
pub mod transaction;
pub mod tree;
pub mod vote;
