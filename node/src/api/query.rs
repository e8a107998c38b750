//! Reading what is on this disk: transactions, headers, blocks, certificates, members, standings.
//!
//! JSON is a view for people and is never hashed; `Accept: application/cbor` gives the canonical bytes.

use super::body::wants_cbor;
use super::error::{Code, Problem};
use super::submit::{outcomes_view, recorded_view};
use super::{Api, cbor, hex32, json};
use crate::app::App;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use contracts::context::Recorded;
use contracts::execute::read_entry;
use contracts::key;
use contracts::registry::{AuthoritiesOf, Member};
use contracts::standing::{Link, Standing};
use ledger::block::{Block, CommitCertificate, Header};
use ledger::codec::Canonical;
use ledger::lookup::RecordKey;
use ledger::time::Height;
use ledger::transaction::{DecodedTransaction, TransactionId, WireHash};
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /v1/transactions/{id or wire hash}`.
pub(super) async fn transaction(State(api): State<Arc<Api>>, Path(name): Path<String>) -> Result<Response, Problem> {
    let bytes = hex32(&name).ok_or_else(|| bad_path("a transaction's id or wire hash is 64 hexadecimal digits"))?;
    let view = api.read(move |app| find_transaction(app, bytes)).await?;
    Ok(json(&view))
}

fn find_transaction(app: &App, bytes: [u8; 32]) -> Result<Value, Problem> {
    let (id, wire_hash) = (TransactionId::new(bytes), WireHash::new(bytes));
    if let Some(waiting) = app.pool.get(&id).or_else(|| app.pool.by_wire_hash(&wire_hash)) {
        return Ok(json!({
            "state": "waiting",
            "transaction_id": waiting.id().to_string(),
            "wire_hash": waiting.wire_hash().to_string(),
            "expiry": waiting.transaction().expiry.get(),
        }));
    }
    let place = match app.store.transaction(&id)? {
        Some(place) => Some(place),
        None => app.store.transaction_by_wire_hash(&wire_hash)?,
    };
    let recorded = place.map(|place| app.recorded_at(&place)).transpose()?.flatten();
    let mut view = recorded.map(|recorded| recorded_view(&recorded)).ok_or_else(|| {
        Problem::new(
            Code::UnknownTransaction,
            "neither waiting nor recorded here under this id or wire hash; it may have expired: submit it again",
        )
    })?;
    view["state"] = "recorded".into();
    Ok(view)
}

/// `GET /v1/headers/{height|latest}`.
pub(super) async fn header(State(api): State<Arc<Api>>, Path(height): Path<String>, request: Request) -> Result<Response, Problem> {
    let height = read_height(&api.app, &height)?;
    let header = api.read(move |app| app.store.header(height)?.ok_or_else(|| no_such_height(app, height))).await?;
    Ok(if wants_cbor(request.headers()) { cbor(header.to_bytes()) } else { json(&header_view(&header)) })
}

/// `GET /v1/blocks/{height|latest}`.
pub(super) async fn block(State(api): State<Arc<Api>>, Path(height): Path<String>, request: Request) -> Result<Response, Problem> {
    let height = read_height(&api.app, &height)?;
    if wants_cbor(request.headers()) {
        return api.read(move |app| Ok(cbor(app.store.block_bytes(height)?.ok_or_else(|| no_such_height(app, height))?))).await;
    }
    let view = api.read(move |app| {
        let block = app.store.block(height)?.ok_or_else(|| no_such_height(app, height))?;
        block_view(app, &block)
    });
    Ok(json(&view.await?))
}

/// `GET /v1/certificates/{height|latest}`.
pub(super) async fn certificate(State(api): State<Arc<Api>>, Path(height): Path<String>, request: Request) -> Result<Response, Problem> {
    let height = read_height(&api.app, &height)?;
    let certificate = api.read(move |app| app.store.certificate(height)?.ok_or_else(|| no_such_height(app, height))).await?;
    Ok(if wants_cbor(request.headers()) { cbor(certificate.to_bytes()) } else { json(&certificate_view(&api.app, &certificate)) })
}

/// `GET /v1/members`.
pub(super) async fn members(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    let members = api.read(|app| {
        let view = app.store.view()?;
        let mut members = Vec::new();
        for founding in app.founding.members() {
            let Some(member) = read_entry::<Member>(&view, &key::member(founding.id))? else { continue };
            let authorities: AuthoritiesOf = read_entry(&view, &key::authorities_of(member.id))?.unwrap_or_default();
            members.push(member_view(&member, &authorities));
        }
        Ok(json!({ "height": view.tip().height.get(), "members": members }))
    });
    Ok(json(&members.await?))
}

/// `GET /v1/standings/{record_key}`: a view without proof, for the member's own screens.
pub(super) async fn standing(State(api): State<Arc<Api>>, Path(record): Path<String>, request: Request) -> Result<Response, Problem> {
    api.token.check(request.headers())?;
    let record = RecordKey::from_hex(&record).ok_or_else(|| bad_path("a record key is 64 hexadecimal digits"))?;
    let value = api.read(move |app| {
        let view = app.store.view()?;
        let standing: Option<Standing> = read_entry(&view, &key::standing(&record))?;
        let standing = standing.ok_or_else(|| {
            Problem::new(
                Code::NoSuchRecord,
                format!("no record at height {} under this record key; for a proof of absence ask POST /v1/receipts", view.tip().height),
            )
        })?;
        Ok(standing_view(&record, &standing, view.tip().height))
    });
    Ok(json(&value.await?))
}

fn read_height(app: &App, text: &str) -> Result<Height, Problem> {
    if text == "latest" {
        return Ok(app.tip().height);
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let height = digits.then(|| text.parse().ok()).flatten();
    height.map(Height::new).ok_or_else(|| bad_path("a height is a number from 1 upwards, or the word latest"))
}

fn bad_path(form: &str) -> Problem {
    Problem::new(Code::BadParameter, format!("{form}; correct the address"))
}

fn no_such_height(app: &App, height: Height) -> Problem {
    Problem::new(Code::NoSuchHeight, format!("there is no block {height} here, the newest is {}; blocks begin at 1", app.tip().height))
}

fn header_view(header: &Header) -> Value {
    json!({
        "hash": header.hash().to_string(),
        "version": header.version,
        "network": header.network.to_string(),
        "height": header.height.get(),
        "time": header.time.to_string(),
        "time_ms": header.time.millis(),
        "parent": header.parent.to_string(),
        "proposer": header.proposer.as_str(),
        "transactions_root": header.transactions_root.to_string(),
        "outcomes_root": header.outcomes_root.to_string(),
        "state_root": header.state_root.to_string(),
        "history_size": header.history_size,
        "history_root": header.history_root.to_string(),
        "validators": header.validators.to_string(),
        "next_validators": header.validators_after().to_string(),
        "previous_commit": header.previous_commit.map(|hash| hash.to_string()),
    })
}

fn block_view(app: &App, block: &Block) -> Result<Value, Problem> {
    let outcomes = app.store.outcomes(block.header.height)?.unwrap_or_default();
    let mut outcomes = outcomes.iter();
    let transactions: Vec<Value> = block
        .transactions
        .iter()
        .filter_map(|wire| DecodedTransaction::from_wire(wire.to_vec(), &app.network).ok())
        .map(|decoded| {
            let body = decoded.transaction();
            json!({
                "transaction_id": decoded.id().to_string(),
                "wire_hash": decoded.wire_hash().to_string(),
                "signer": body.signer.as_str(),
                "key": body.key.get(),
                "expiry": body.expiry.get(),
                "acts": body.acts.iter().map(|act| json!({ "kind": act.kind, "verb": act.verb, "body_bytes": act.body.len() })).collect::<Vec<_>>(),
                "outcomes": outcomes.next().map(outcomes_view),
            })
        })
        .collect();
    Ok(json!({ "header": header_view(&block.header), "transactions": transactions }))
}

fn certificate_view(app: &App, certificate: &CommitCertificate) -> Value {
    let validators = app.founding.validators();
    let votes = certificate.votes(validators).unwrap_or_default();
    json!({
        "height": certificate.height.get(),
        "round": certificate.round,
        "block": certificate.block.to_string(),
        "validators": validators.as_slice().len(),
        "votes": votes.iter().map(|(validator, signature)| json!({ "member": validator.member.as_str(), "signature": signature.to_string() })).collect::<Vec<_>>(),
    })
}

fn member_view(member: &Member, authorities: &AuthoritiesOf) -> Value {
    let keys = member
        .encryption_keys
        .iter()
        .map(|key| json!({ "version": key.version, "key": hex::encode(key.key.as_bytes()), "from_height": key.recorded.height.get() }));
    let authorities = authorities.as_slice().iter().map(|listed| {
        json!({
            "id": listed.id.as_str(),
            "country": listed.country.as_str(),
            "kinds": listed.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        })
    });
    json!({
        "id": member.id.as_str(),
        "name": member.name,
        "countries": member.countries.iter().map(|country| country.as_str()).collect::<Vec<_>>(),
        "governance_keys": member.governance_keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "threshold": member.threshold,
        "encryption_keys": keys.collect::<Vec<_>>(),
        "node_key": member.node_key.to_string(),
        "validator_key": member.validator_key.map(|key| key.to_string()),
        "authorities": authorities.collect::<Vec<_>>(),
    })
}

fn recorded_at(recorded: &Recorded) -> Value {
    json!({ "height": recorded.height.get(), "time": recorded.time.to_string() })
}

fn link_view(link: &Link) -> Value {
    match link {
        Link::Record(record) => json!({ "record_key": record.to_string() }),
        Link::NotOnThisLedger => json!({ "not_on_this_ledger": true }),
    }
}

fn standing_view(record: &RecordKey, standing: &Standing, height: Height) -> Value {
    let acts = standing.acts.iter().map(|act| {
        json!({
            "act": act.verb.as_str(),
            "effective": act.effective.to_string(),
            "recorded": recorded_at(&act.recorded),
            "reason": act.reason,
            "key": act.key.get(),
        })
    });
    let lines = standing.lines.iter().map(|line| json!({ "number": line.number, "certified": line.certified }));
    json!({
        "as_of_height": height.get(),
        "record_key": record.to_string(),
        "kind": standing.kind.number(),
        "kind_name": standing.kind.as_str(),
        "authority": standing.authority.as_str(),
        "key": standing.key.get(),
        "country": standing.country.as_str(),
        "class": standing.class,
        "document_digest": standing.document_digest.to_string(),
        "commitment_root": standing.commitment_root.to_string(),
        "issue_date": standing.issue_date.to_string(),
        "valid_from": standing.valid_from.map(|date| date.to_string()),
        "valid_until": standing.valid_until.map(|date| date.to_string()),
        "flags": standing.flags.words().collect::<Vec<_>>(),
        "bases": standing.bases.iter().map(link_view).collect::<Vec<_>>(),
        "predecessor": standing.predecessor.as_ref().map(link_view),
        "successor": standing.successor.map(|record| record.to_string()),
        "issued": recorded_at(&standing.issued),
        "acts": acts.collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
    })
}
