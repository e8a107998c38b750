//! The signed head: the only question that other members' nodes are asked.

use super::error::{Code, Problem};
use super::{Api, cbor, hex32, parameter};
use axum::extract::{Request, State};
use axum::response::Response;
use ledger::codec::Canonical;
use std::sync::Arc;

/// `GET /v1/head?nonce=`: the newest block on this disk, signed together with the asker's 32 random bytes.
pub(super) async fn head(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let nonce = parameter(&request, "nonce")?.ok_or_else(|| bad_nonce("there is none"))?;
    let nonce = hex32(&nonce).ok_or_else(|| bad_nonce("it is not 64 hexadecimal digits"))?;
    Ok(cbor(api.app.signed_head(nonce).to_bytes()))
}

fn bad_nonce(cause: &str) -> Problem {
    Problem::new(Code::BadNonce, format!("nonce: {cause}; give 32 fresh random bytes in hexadecimal"))
}
