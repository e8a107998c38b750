//! The status of an authorised economic operator (WCO SAFE Framework). DOMAIN section 4.

pub mod message;
mod recognition;
mod record;
mod rules;
#[cfg(test)]
mod tests;

pub use record::{AeoTerms, ROLES_MAX};
pub use rules::AeoStatus;
