//! Certificates of origin (UN/EDIFACT 1001: 861, preferential 864). DOMAIN section 3.

pub mod message;
mod recognition;
mod record;
mod rules;
#[cfg(test)]
mod tests;

pub use record::{OriginTerms, criterion_code};
pub use rules::CertificateOfOrigin;
