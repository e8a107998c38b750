//! Whole networks of real processes, for end-to-end tests.
//!
//! ```no_run
//! use symbolon_tests::{Network, cast};
//!
//! let mut network = Network::four();
//! let chamber = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 covers 2026-01-01"]);
//! let certificate = network.issue(&chamber, &cast::origin("CL-2026-1"), &["CN"]);
//! network.crash("SG");
//! let seen = network.verify("CN", &["CL-2026-1", "--from", "CL", "--on", cast::ON]);
//! assert_eq!(seen.code, 0, "{seen}");
//! # let _ = certificate;
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`programs`] | the programs under test, built once |
//! | [`network`] | homes, profiles and processes under one temporary directory; nothing outlives it |
//! | [`issuer`] | acts signed and submitted by the test itself, faster than a command each |
//! | [`cast`] | documents and the authorities that issue them |
//! | [`mod@file`] | certificate files, every part of which can be doctored |
//! | [`http`] | questions to a node, well-formed and not |
//! | [`proxy`] | somebody between an officer and a node, who writes down everything and may lie |
//! | [`wait`] | the one place where time passes |
#![forbid(unsafe_code)]

pub mod cast;
pub mod file;
pub mod http;
pub mod issuer;
pub mod network;
pub mod programs;
pub mod proxy;
pub mod wait;

pub use file::CertificateFile;
pub use http::{Answer, get, post};
pub use issuer::{Authority, Certificate};
pub use network::{Network, Ran};
pub use proxy::{Lie, Proxy};
pub use wait::wait_until;
