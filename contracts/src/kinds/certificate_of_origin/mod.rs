//! The record kind certificates of origin.

pub mod message;
