//! The record kind sanitary and phytosanitary certificates.

pub mod message;
