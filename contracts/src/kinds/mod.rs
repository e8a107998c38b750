//! The record kinds, one folder each.

pub mod aeo_status;
pub mod certificate_of_origin;
pub mod sps_certificate;
