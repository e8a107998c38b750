//! Submissions: one transaction, or up to a thousand lines.
//!
//! The order is [`App::submit`](crate::app::App::submit)'s: decode, signature (in batches), the rules' helpful refusal,
//! pool, gossip. What is refused here is recorded nowhere. Acknowledged (200) means decided by more than two thirds and
//! on this disk (DESIGN D12); 202 means only that it waits.

use super::body::expect_media_type;
use super::error::{Code, Problem};
use super::idempotency::{Answer, Client, check_key};
use super::{Api, BODY_BYTES_MAX, BODY_WITHIN, BULK_BODY_WITHIN, BULK_BYTES_MAX, BULK_LINES_MAX, CBOR, DECIDED_WITHIN, JSON, NDJSON, flag};
use crate::app::{App, Recorded, SubmitError, Submitted};
use crate::checked::AdmissionError;
use crate::pool::PoolError;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use contracts::refusal::Refusal;
use ledger::hash::{Hash, sha256};
use ledger::id::Signer;
use ledger::state::StateRead as _;
use ledger::transaction::{BadTransaction, Outcomes, TRANSACTION_BYTES_MAX};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

/// `POST /v1/transactions`: one signed transaction.
pub(super) async fn single(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let ((wait, repeat), body) = api.room.read(request, BODY_BYTES_MAX, BODY_WITHIN, |request| check(&api, request, CBOR)).await?;
    if let Some(answer) = repeat.known(&api, &sha256(&body.bytes))? {
        return Ok(answer);
    }
    let answered = one(&api, body.bytes.clone(), wait).await;
    let (status, value) = match answered {
        Ok((status, value)) => (status, value),
        Err(problem) => {
            // What a repetition could mend is not kept: it is worked on again.
            repeat.forget(&api);
            return Err(problem);
        }
    };
    Ok(repeat.keep(&api, Answer { status, media_type: JSON, body: value.to_string().into() }))
}

/// What can be said of a submission before its body: whether it waits, and whether it may be a repetition.
fn check(api: &Api, request: &Request, media_type: &str) -> Result<(bool, Repeat), Problem> {
    let wait = flag(request, "wait")?;
    expect_media_type(request.headers(), media_type)?;
    Ok((wait, Repeat::of(api, request, wait)?))
}

async fn one(api: &Arc<Api>, wire: Bytes, wait: bool) -> Result<(u16, Value), Problem> {
    let submitted = match api.app.submit(wire).await {
        Ok(submitted) => submitted,
        Err(error) => {
            api.counters.refused.fetch_add(1, Relaxed);
            return Err(problem(&api.app, error));
        }
    };
    api.counters.accepted.fetch_add(1, Relaxed);
    if wait { Ok((200, decided(api, &submitted).await?)) } else { Ok((202, waiting(&submitted))) }
}

/// `POST /v1/transactions/bulk`: one JSON object a line; one JSON object a line comes back, in the same order.
pub(super) async fn bulk(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let ((wait, repeat), body) = api.room.read(request, BULK_BYTES_MAX, BULK_BODY_WITHIN, |request| check(&api, request, NDJSON)).await?;
    let lines = lines(&body.bytes)?;
    if let Some(answer) = repeat.known(&api, &sha256(&body.bytes))? {
        return Ok(answer);
    }
    let wires: Vec<Bytes> = lines.iter().filter_map(|line| line.as_ref().ok().cloned()).collect();
    let mut submitted = api.app.submit_many(wires).await.into_iter();
    let answers = lines.into_iter().map(|line| match line {
        Err(problem) => Err(problem),
        Ok(_) => submitted.next().unwrap_or(Err(SubmitError::Stopping)).map_err(|error| problem(&api.app, error)),
    });
    let answers: Vec<Result<Submitted, Problem>> = answers.collect();
    let accepted = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
    api.counters.accepted.fetch_add(accepted, Relaxed);
    api.counters.refused.fetch_add((answers.len() as u64).saturating_sub(accepted), Relaxed);
    let ready = futures::future::join_all((1..).zip(answers).map(|(number, answer): (u32, _)| {
        let api = &api;
        async move { line_answer(number, finish(api, answer, wait).await) }
    }));
    let ready = ready.await;
    let answer = Answer { status: 200, media_type: NDJSON, body: ready.iter().map(|(text, _)| text.as_str()).collect::<String>().into() };
    if ready.iter().any(|(_, status)| *status >= 500 || *status == 429) {
        // A repetition could mend that: it is worked on again.
        repeat.forget(&api);
        return Ok(respond(&answer));
    }
    Ok(repeat.keep(&api, answer))
}

async fn finish(api: &Arc<Api>, answer: Result<Submitted, Problem>, wait: bool) -> Result<(u16, Value), Problem> {
    let submitted = answer?;
    if wait { Ok((200, decided(api, &submitted).await?)) } else { Ok((202, waiting(&submitted))) }
}

/// One line of the answer, and its status.
fn line_answer(number: u32, answer: Result<(u16, Value), Problem>) -> (String, u16) {
    let (status, mut value) = match answer {
        Ok((status, mut value)) => {
            value["status"] = status.into();
            (status, value)
        }
        Err(problem) => (problem.code().status(), problem.json()),
    };
    value["line"] = number.into();
    (format!("{value}\n"), status)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow)]
    transaction: std::borrow::Cow<'a, str>,
}

/// The wire bytes of each line, or what is wrong with it. A last line may end the text or not.
fn lines(body: &[u8]) -> Result<Vec<Result<Bytes, Problem>>, Problem> {
    let text = body.strip_suffix(b"\n").unwrap_or(body);
    let count = if text.is_empty() { 0 } else { text.iter().filter(|byte| **byte == b'\n').count() + 1 };
    if count > BULK_LINES_MAX {
        let detail = format!("the body has {count} lines, the most is {BULK_LINES_MAX}; nothing was taken: send it in parts");
        return Err(Problem::new(Code::TooManyItems, detail));
    }
    Ok(if count == 0 { Vec::new() } else { text.split(|byte| *byte == b'\n').map(line).collect() })
}

fn line(text: &[u8]) -> Result<Bytes, Problem> {
    let bad = |cause: String| Problem::new(Code::BadLine, format!("{cause}; a line is {{\"transaction\": \"<base64 or hexadecimal>\"}}"));
    if text.len() > 2 * TRANSACTION_BYTES_MAX + 1024 {
        return Err(bad(format!("the line has {} bytes, more than any transaction", text.len())));
    }
    let line: Line<'_> = serde_json::from_slice(text).map_err(|error| bad(error.to_string()))?;
    let transaction = line.transaction.as_bytes();
    let bytes = if transaction.iter().all(u8::is_ascii_hexdigit) {
        hex::decode(transaction).map_err(|error| bad(error.to_string()))?
    } else {
        base64::engine::general_purpose::STANDARD.decode(transaction).map_err(|error| bad(error.to_string()))?
    };
    Ok(bytes.into())
}

fn waiting(submitted: &Submitted) -> Value {
    json!({
        "transaction_id": submitted.transaction.to_string(),
        "wire_hash": submitted.wire_hash.to_string(),
        "known": submitted.known,
    })
}

async fn decided(api: &Arc<Api>, submitted: &Submitted) -> Result<Value, Problem> {
    match api.app.wait_for(submitted.transaction, DECIDED_WITHIN).await? {
        Some(recorded) => Ok(recorded_view(&recorded)),
        None if api.app.is_stopping() => Err(stopping().with("wire_hash", submitted.wire_hash.to_string())),
        None => {
            let detail = format!(
                "not decided within {} s, and not lost: it waits until it expires. Too few validators may run: look whether GET /v1/status shows new blocks, \
                 then send the same again, since nothing is recorded twice, or ask GET /v1/transactions/{} for its outcome",
                DECIDED_WITHIN.as_secs(),
                submitted.transaction
            );
            let problem = Problem::new(Code::Undecided, detail);
            Err(problem.with("transaction_id", submitted.transaction.to_string()).with("wire_hash", submitted.wire_hash.to_string()))
        }
    }
}

/// A recorded transaction with what became of each act.
pub(super) fn recorded_view(recorded: &Recorded) -> Value {
    json!({
        "transaction_id": recorded.transaction.to_string(),
        "wire_hash": recorded.wire_hash.to_string(),
        "height": recorded.height.get(),
        "index": recorded.index,
        "outcomes": outcomes_view(&recorded.outcomes),
    })
}

/// `{"number": 0}` for an accepted act; number, name and message of a refusal.
pub(super) fn outcomes_view(outcomes: &Outcomes) -> Value {
    let view = |number: &u16| match Refusal::from_number(*number) {
        None => json!({ "number": number }),
        Some(refusal) => json!({ "number": number, "name": refusal.name(), "message": refusal.message() }),
    };
    outcomes.numbers().iter().map(view).collect()
}

fn stopping() -> Problem {
    Problem::new(Code::Stopping, "the node is shutting down; send again to another node, or later: nothing is recorded twice")
}

/// What a submitter is told.
fn problem(app: &App, error: SubmitError) -> Problem {
    let detail = error.to_string();
    match error {
        SubmitError::Admission(AdmissionError::Bad(BadTransaction::OtherNetwork { .. })) => Problem::new(Code::OtherNetwork, detail),
        SubmitError::Admission(AdmissionError::Bad(_)) => {
            Problem::new(Code::MalformedTransaction, format!("{detail}; build it with this network's tools, form: docs/spec/ledger.cddl"))
        }
        SubmitError::Admission(AdmissionError::UnknownKey { signer, .. }) => {
            let refusal = if is_known(app, &signer) { Refusal::UnknownKey } else { Refusal::UnknownSigner };
            let problem = Problem::new(Code::UnknownKey, format!("{detail} ({})", refusal.message()));
            problem.with("refusal", refusal.number()).with("refusal_name", refusal.name())
        }
        SubmitError::Admission(AdmissionError::Signature { .. }) => Problem::new(Code::BadSignature, detail),
        SubmitError::Admission(AdmissionError::Fault(fault)) => fault.into(),
        SubmitError::Refused { number, message } => Problem::refused(number, message),
        SubmitError::OtherSignature(_) => Problem::new(Code::OtherSignature, detail),
        SubmitError::Pool(PoolError::Expired { .. }) => Problem::new(Code::Expired, detail),
        SubmitError::Pool(PoolError::ExpiryTooFar { .. }) => Problem::new(Code::ExpiryTooFar, detail),
        SubmitError::Pool(PoolError::SignerFull { .. }) => Problem::new(Code::SignerShareFull, detail),
        SubmitError::Pool(PoolError::Full { .. }) => Problem::new(Code::PoolFull, detail),
        SubmitError::Stopping => stopping(),
    }
}

fn is_known(app: &App, signer: &Signer) -> bool {
    let key = match signer {
        Signer::Member(member) => contracts::key::member(*member),
        Signer::Authority(authority) => contracts::key::authority(authority),
    };
    app.store.view().and_then(|view| view.get(&key)).is_ok_and(|entry| entry.is_some())
}

/// A request that may be a repetition: its client, key and whether it waits.
struct Repeat(Option<(Client, String)>, bool);

impl Repeat {
    fn of(api: &Api, request: &Request, wait: bool) -> Result<Self, Problem> {
        let key = request.headers().get("idempotency-key").map(|value| check_key(value.as_bytes())).transpose()?;
        Ok(Self(key.map(|key| (api.client(request), key)), wait))
    }

    fn known(&self, api: &Api, body: &Hash) -> Result<Option<Response>, Problem> {
        let Some((client, key)) = &self.0 else { return Ok(None) };
        let answer = api.idempotency.begin(*client, key, *body, self.1, Instant::now())?;
        Ok(answer.map(|answer| {
            let mut response = respond(&answer);
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
            response
        }))
    }

    fn keep(&self, api: &Api, answer: Answer) -> Response {
        let response = respond(&answer);
        if let Some((client, key)) = &self.0 {
            api.idempotency.finish(*client, key, self.1, answer);
        }
        response
    }

    fn forget(&self, api: &Api) {
        if let Some((client, key)) = &self.0 {
            api.idempotency.forget(*client, key);
        }
    }
}

fn respond(answer: &Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.media_type));
    response.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_and_each_is_read_on_its_own() {
        let read = |text: &str| lines(text.as_bytes());
        assert_eq!(read("").unwrap().len(), 0);
        let both = read("{\"transaction\":\"a200\"}\n{\"transaction\":\"ogA=\"}\n").unwrap();
        assert_eq!(both.iter().map(|line| line.as_ref().unwrap().to_vec()).collect::<Vec<_>>(), [[0xa2, 0], [0xa2, 0]]);
        let mixed = read(
            "{\"transaction\":\"a2\"}\n\nnonsense\n{\"transaction\":\"a2\",\"x\":1}\n{\"transaction\":\"a\"}\n{\"transaction\":\"o=\"}",
        )
        .unwrap();
        assert_eq!(mixed.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, false, false, false]);
        let full = "{\"transaction\":\"a2\"}\n".repeat(BULK_LINES_MAX);
        assert_eq!(read(&full).unwrap().len(), BULK_LINES_MAX);
        assert_eq!(read(&format!("{full}x")).map_err(|problem| problem.code()).err(), Some(Code::TooManyItems));
    }
}
