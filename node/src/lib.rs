//! The rooms of a running member; `main.rs` puts them together.

// The line `pub mod network;` joins when the folder compiles.
