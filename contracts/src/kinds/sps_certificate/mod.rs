//! Sanitary and phytosanitary certificates (UN/CEFACT SPSCertificate). DOMAIN section 2.

pub mod message;
mod record;
mod rules;
#[cfg(test)]
mod tests;

pub use record::{DOCUMENT_TYPES, PHYTOSANITARY, RE_EXPORT, SpsTerms};
pub use rules::SpsCertificate;
