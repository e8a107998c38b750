//! Tests of the rules as a whole. Stories of one kind are with the kind.

mod certex;
mod followed;
mod foreign_keys;
mod impact;
mod limits;
mod past;
mod pools;
mod properties;
mod receipts;
mod refusals;
mod stories;
mod table;
mod told;
mod uses_and_verdicts;
mod verdicts;
