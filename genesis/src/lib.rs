//! The founding file of a network, and the tools that make it.
//!
//! Each member makes its own keys and hands over a [`MemberFile`]: public parts only, signed by every one of its keys.
//! From these one [`Founding`] is made, the same byte for byte for everyone; its SHA-256 is the network's id, which
//! people compare as 24 [`words()`] over the telephone. All later trust follows from it.
//!
//! This crate never makes a key and never talks to a network. Of disks it knows only the layout of a member's
//! [`home`], because the tool that writes it and the node that reads it must agree.
#![forbid(unsafe_code)]

mod check;
mod file;
mod first_state;
pub mod home;
mod member_file;
mod promise;
pub mod words;

pub use check::BadFounding;
pub use contracts::registry::Environment;
pub use file::{
    COUNTRIES_MAX, FOUNDING_BYTES_MAX, FOUNDING_VERSION, Founding, FoundingMember, GOVERNANCE_KEYS_MAX, MEMBERS_MAX, NAME_BYTES_MAX,
};
pub use member_file::{BadMemberFile, MEMBER_FILE_BYTES_MAX, MemberFile, Secrets};
pub use promise::promise;
pub use words::words;

/// Reads the word for an environment: `test`, `training` or `live`.
pub fn environment(word: &str) -> Option<Environment> {
    Environment::ALL.iter().copied().find(|environment| environment.as_str() == word)
}
