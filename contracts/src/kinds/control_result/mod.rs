//! The result of a customs control, so that a box inspected once is not opened twice. WCO SAFE Framework of Standards
//! (mutual recognition of controls, an objective since the edition of 2018); Revised Kyoto Convention, General Annex,
//! chapter 6 (customs control).

pub mod message;
mod recognition;
mod record;
mod rules;
#[cfg(test)]
mod tests;

pub use record::{ControlTerms, Method};
pub use rules::ControlResult;
