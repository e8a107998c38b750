//! The result of a customs control, so that a box inspected once is not opened twice. WCO SAFE Framework of Standards,
//! Pillar 1, Standard 7 (mutual recognition of controls); Revised Kyoto Convention, General Annex, chapter 6.

pub mod message;
mod recognition;
mod record;
mod rules;
#[cfg(test)]
mod tests;

pub use record::{ControlTerms, Method};
pub use rules::ControlResult;
