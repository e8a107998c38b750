//! What the law of the ledger allows, one folder per record kind; and the documents that certificates are made from.
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

pub mod document;
pub mod kinds;
