//! How the node does: for people, for monitors, for load balancers.

use super::error::Problem;
use super::{Api, cbor, json};
use crate::app::{App, Status};
use crate::clock;
use crate::consensus::abstains;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use ledger::time::Height;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How old the newest block of a ready node is at most, unless its heartbeats are slower.
pub(super) const READY_TIP_AGE: Duration = Duration::from_secs(30);
/// How many heartbeats may be missed by a ready node.
const READY_HEARTBEATS: u32 = 4;

/// `GET /health`: the process answers.
pub(super) async fn health() -> Response {
    json(&json!({ "status": "alive" }))
}

/// `GET /ready`: whether answers of this node are worth asking for. 503 says why not.
pub(super) async fn ready(State(api): State<Arc<Api>>) -> Response {
    let status = api.app.status();
    let (reasons, warnings) = (not_ready(&api.app, &status), warnings(&api.app, &status));
    let code = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, json(&json!({ "ready": reasons.is_empty(), "reasons": reasons, "warnings": warnings }))).into_response()
}

/// What is wrong although the node's answers are worth asking for.
fn warnings(app: &App, status: &Status) -> Vec<String> {
    let mut warnings: Vec<String> = status.standstill.iter().map(ToString::to_string).collect();
    if app.config.misses_validator_key {
        warnings.push(format!(
            "keys/validator.key is missing: {} is a validator, and this node has no vote; put the key back when the heights at which it may have voted are decided",
            app.member
        ));
    }
    if let Some(height) = status.signs_nothing_up_to {
        warnings.push(format!("{} (here: {}, the highest of the others: {})", abstains::told(height), status.tip.height, status.peers_tip));
    }
    warnings
}

/// Why the node is not ready; nothing if it is.
pub(super) fn not_ready(app: &App, status: &Status) -> Vec<String> {
    let mut reasons = Vec::new();
    let age_ms = clock::now().millis().saturating_sub(status.tip.time.millis());
    let age_ms_max = u64::try_from(READY_TIP_AGE.max(app.config.pace.heartbeat * READY_HEARTBEATS).as_millis()).unwrap_or(u64::MAX);
    if status.tip.height.get() == 0 {
        reasons.push("no block has been decided yet".to_owned());
    } else if age_ms > age_ms_max {
        reasons.push(format!(
            "the newest block here is {} s old, at most {} s are usual; check the other members and this clock",
            age_ms / 1000,
            age_ms_max / 1000
        ));
    }
    if status.catching_up {
        reasons.push(format!("the node is at height {}, a member at {}; wait until it has caught up", status.tip.height, status.peers_tip));
    }
    if app.founding.members().len() > 1 && !status.peers.iter().any(|peer| peer.connected) {
        reasons.push("no other member is connected; check the network and the peers of node.toml".to_owned());
    }
    if status.safety_failure {
        reasons.push("consensus has stopped here because it cannot be sure what it signed; read the node's log".to_owned());
    }
    if app.is_stopping() {
        reasons.push("the node is shutting down".to_owned());
    }
    reasons
}

/// `GET /v1/status`.
pub(super) async fn status(State(api): State<Arc<Api>>) -> Response {
    json(&view(&api.app, &api.app.status()))
}

fn view(app: &App, status: &Status) -> Value {
    let name_of = |key: &crate::network::PeerId| {
        let member = app
            .founding
            .members()
            .iter()
            .find(|member| crate::network::PeerId::from_public_key(*member.node_key.as_bytes()).is_ok_and(|peer| peer == *key));
        member.map(|member| member.id.to_string())
    };
    let peers: Vec<Value> = status
        .peers
        .iter()
        .map(|peer| {
            json!({
                "member": name_of(&peer.entry.peer),
                "connected": peer.connected,
                "validator": peer.entry.validator,
                "round_trip_ms": peer.round_trip.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
                "queued_bytes": peer.queued_bytes,
            })
        })
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "network": app.network.to_string(),
        "network_name": app.founding.name(),
        "environment": app.founding.environment().as_str(),
        "member": app.member.as_str(),
        "validator": status.validator,
        "height": status.tip.height.get(),
        "block": status.tip.block.to_string(),
        "block_time": status.tip.time.to_string(),
        "block_time_ms": status.tip.time.millis(),
        "node_time": clock::now().to_string(),
        "state_root": status.tip.state_root.to_string(),
        "round": status.round,
        "peers_height": status.peers_tip,
        "catching_up": status.catching_up,
        "ready": not_ready(app, status).is_empty(),
        "warnings": warnings(app, status),
        "slow_proposals": status.standstill.as_ref().and_then(|stands| stands.slow).map(|slow| json!({
            "longest_ms": u64::try_from(slow.longest.as_millis()).unwrap_or(u64::MAX),
            "late": slow.late,
        })),
        "missing_votes": status.standstill.as_ref().map(|stands| stands.missing.iter().map(|member| member.as_str()).collect::<Vec<_>>()),
        "signs_nothing_up_to": status.signs_nothing_up_to.map(Height::get),
        "block_interval_ms": status.block_interval_ms,
        "passed_over": status.passed_over.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
        "equivocations": status.equivocations,
        "safety_failure": status.safety_failure,
        "pool": { "transactions": status.pool_transactions, "bytes": status.pool_bytes },
        "peers": peers,
    })
}

/// `GET /v1/founding`: the founding file, byte for byte.
pub(super) async fn founding(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    Ok(cbor(api.app.founding.to_bytes()))
}
