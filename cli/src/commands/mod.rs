//! One file a command.

pub mod agreement;
pub mod approvals;
pub mod authority;
pub mod completions;
pub mod devnet;
pub mod history;
pub mod impact;
pub mod issue;
pub mod keys;
pub mod mra;
pub mod network;
pub mod office;
pub mod officials;
pub mod other_form;
pub mod reaffirm;
pub mod receipt;
pub mod share;
pub mod trust;
pub mod verify;
pub mod withdrawal;
