//! The door for people and programs: HTTP/1.1 with JSON views, canonical CBOR, and RFC 9457 problems.
//!
//! It takes submissions, hands out receipts and tells of blocks. It never decides anything: what it says of a
//! certificate are proofs that the asker checks, and what it takes goes through [`App::submit`].
//!
//! Who may ask what: a signed transaction is its own authority, so that anybody may submit one; heads, headers, blocks,
//! members and status are open; receipts, standings, searches for acts, locators and look-up secrets need the member's
//! token.
//!
//! ```text
//! POST /v1/transactions?wait=true   Content-Type: application/cbor
//! GET  /v1/head?nonce=<64 hexadecimal digits>
//! GET  /openapi.json
//! ```
//!
//! Every request is bounded: [`TARGET_BYTES_MAX`], [`HEADER_BYTES_MAX`], [`HEADERS_MAX`], [`BODY_BYTES_MAX`],
//! [`ANSWER_WITHIN`], [`server::CONNECTIONS_MAX`] and their neighbours.

mod acts;
pub mod body;
pub mod error;
mod head;
pub mod idempotency;
mod lookup;
mod metrics;
mod query;
mod receipt;
mod routes;
pub mod server;
mod status;
mod submit;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod token;

pub use error::{Code, Problem};
pub use server::{Door, Server, token_of};

use crate::app::App;
use axum::Json;
use axum::extract::Request;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use idempotency::{Client, Idempotency};
use metrics::Counters;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use token::Token;
use tokio::sync::Semaphore;

/// The media type of canonical bytes.
pub const CBOR: &str = "application/cbor";
/// The media type of JSON views.
pub const JSON: &str = "application/json";
/// The media type of bulk submissions: one JSON object a line.
pub const NDJSON: &str = "application/x-ndjson";

/// How many bytes the path and query of a request may have.
pub const TARGET_BYTES_MAX: usize = 2 * 1024;
/// How many bytes the head of a request may have.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// How many header lines a request may have.
pub const HEADERS_MAX: usize = 64;
/// How many bytes the body of a request may have.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How many bytes a bulk submission may have.
pub const BULK_BYTES_MAX: usize = 10 * 1024 * 1024;
/// How many lines a bulk submission may have.
pub const BULK_LINES_MAX: usize = 1000;
/// How many identities one question for locators may have.
pub const LOCATOR_ITEMS_MAX: usize = 1000;
/// How many readers one identity may name.
pub const READERS_MAX: usize = ledger::lookup::LOCATORS_MAX;
/// How many keys of the state one receipt may be asked for.
pub const RECEIPT_KEYS_MAX: usize = ledger::tree::KEYS_PER_PROOF_MAX;
/// How long a body may take to come.
pub const BODY_WITHIN: Duration = Duration::from_secs(10);
/// How long the body of a bulk submission may take to come.
pub const BULK_BODY_WITHIN: Duration = Duration::from_secs(30);
/// How long `?wait=true` waits for the decision.
pub const DECIDED_WITHIN: Duration = Duration::from_secs(30);
/// How long a receipt waits for the height that its asker has seen already.
pub const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(2);
/// How long any answer may take, the reading of the body and the waiting included.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(75);
/// How many questions read the disk at the same time; others wait.
pub const READS_AT_ONCE_MAX: usize = 32;

/// What the handlers share.
pub struct Api {
    app: Arc<App>,
    token: Token,
    idempotency: Idempotency,
    counters: Arc<Counters>,
    room: body::Room,
    reads: Semaphore,
    searches: Semaphore,
}

/// Who is at the other end of a connection; the server adds it to each request.
#[derive(Clone, Copy, Debug)]
struct Peer(IpAddr);

impl Api {
    /// Puts the parts together.
    pub fn new(app: Arc<App>, token: Token) -> Arc<Self> {
        Arc::new(Self {
            app,
            token,
            idempotency: Idempotency::default(),
            counters: Arc::default(),
            room: body::Room::new(body::BODIES_BYTES_MAX),
            reads: Semaphore::new(READS_AT_ONCE_MAX),
            searches: Semaphore::new(acts::SEARCHES_AT_ONCE_MAX),
        })
    }

    /// Reads the disk on a blocking thread.
    async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let stopping = || Problem::new(Code::Stopping, "the node is shutting down; ask again later, or another node");
        let _turn = self.reads.acquire().await.map_err(|_| stopping())?;
        let app = Arc::clone(&self.app);
        tokio::task::spawn_blocking(move || work(&app)).await.map_err(|error| {
            if error.is_panic() {
                Problem::new(Code::Fault, "the answer could not be made because of a defect in the node; tell its operator")
            } else {
                stopping()
            }
        })?
    }

    /// Reads a question in JSON of somebody who shows the member's token.
    async fn question<T: serde::de::DeserializeOwned>(&self, request: Request) -> Result<(T, body::Held), Problem> {
        let check = |request: &Request| {
            self.token.check(request.headers())?;
            body::expect_media_type(request.headers(), JSON)
        };
        let ((), body) = self.room.read(request, BODY_BYTES_MAX, BODY_WITHIN, check).await?;
        let asked = serde_json::from_slice(&body.bytes);
        Ok((asked.map_err(|error| Problem::new(Code::BadJson, format!("{error}; see /openapi.json for the form")))?, body))
    }

    /// Whose submission this is: the member's own, or an address's.
    fn client(&self, request: &Request) -> Client {
        if self.token.check(request.headers()).is_ok() {
            return Client::Member;
        }
        let peer = request.extensions().get::<Peer>();
        Client::Address(peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0))
    }
}

fn json(value: &Value) -> Response {
    Json(value).into_response()
}

fn cbor(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, CBOR)], bytes).into_response()
}

/// A flag in the query of a request: absent, `true` or `false`.
fn flag(request: &Request, name: &str) -> Result<bool, Problem> {
    match parameter(request, name)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::new(Code::BadParameter, format!("{name} is true or false; correct the address"))),
    }
}

/// A parameter in the query of a request, which names no other. None of ours needs percent-encoding.
fn parameter(request: &Request, name: &str) -> Result<Option<String>, Problem> {
    let mut found = None;
    for pair in request.uri().query().unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key != name || found.replace(value.to_owned()).is_some() {
            let shown: String = key.chars().take(32).collect();
            return Err(Problem::new(
                Code::BadParameter,
                format!("the parameter {shown:?} is not known here, or given twice; this address takes {name} once"),
            ));
        }
    }
    Ok(found)
}

/// 32 bytes in hexadecimal, either case.
fn hex32(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}
