//! The record kind status of an authorised economic operator.

pub mod message;
