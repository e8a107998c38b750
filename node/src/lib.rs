//! The rooms of a running member; `main.rs` puts them together.

pub mod network;
