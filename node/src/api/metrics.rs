//! What the node counts, in the text form of OpenMetrics, which Prometheus reads.

use super::Api;
use super::error::Problem;
use super::status::not_ready;
use crate::app::App;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the latency buckets, in milliseconds.
const BUCKETS_MS: [u64; 9] = [1, 5, 10, 25, 50, 100, 250, 1000, 10_000];

/// What the HTTP API counts. Routes and statuses are few, so that the map is bounded.
#[derive(Debug, Default)]
pub(super) struct Counters {
    requests: Mutex<BTreeMap<(String, u16), Latency>>,
    pub(super) accepted: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) connections: AtomicU64,
    pub(super) connections_refused: AtomicU64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Latency {
    count: u64,
    sum_us: u64,
    buckets: [u64; BUCKETS_MS.len()],
}

impl Counters {
    /// Counts one answered request.
    pub(super) fn request(&self, route: String, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let latency = requests.entry((route, status)).or_default();
        latency.count += 1;
        latency.sum_us = latency.sum_us.saturating_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        for (bucket, bound_ms) in latency.buckets.iter_mut().zip(BUCKETS_MS) {
            if took.as_micros() <= u128::from(bound_ms) * 1000 {
                *bucket += 1;
            }
        }
    }
}

/// `GET /metrics`: to anybody how the node does; to who shows the member's token also what its people ask for, since a
/// stranger who polls would see from that when and how often the member verifies.
pub(super) async fn metrics(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let is_own = request.headers().contains_key(header::AUTHORIZATION);
    if is_own {
        api.token.check(request.headers())?;
    }
    let mut text = String::with_capacity(16 * 1024);
    of_node(&mut text, &api.app);
    if is_own {
        of_people(&mut text, &api);
    }
    // The engine's text ends with the end mark of the form.
    let engine = crate::consensus::engine::metrics();
    text.push_str(&engine);
    if !text.ends_with("# EOF\n") {
        text.push_str("# EOF\n");
    }
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}

fn of_node(text: &mut String, app: &App) {
    let status = app.status();
    let connected = status.peers.iter().filter(|peer| peer.connected).count();
    for (name, help, value) in [
        ("height", "Newest decided height on this disk", status.tip.height.get()),
        ("tip_time_seconds", "Block time of the newest block", status.tip.time.millis() / 1000),
        ("round", "Round of the height in progress", u64::from(status.round)),
        ("peers_height", "Greatest height that a member told of", status.peers_tip),
        ("block_interval_milliseconds", "Between the newest two commits here", status.block_interval_ms),
        ("catching_up", "Whether a member is ahead", status.catching_up.into()),
        ("ready", "Whether /ready answers 200", not_ready(app, &status).is_empty().into()),
        ("safety_failure", "Whether consensus stopped itself here", status.safety_failure.into()),
        ("peers_connected", "Members connected", connected as u64),
        ("passed_over", "Validators whose turns are passed over", status.passed_over.len() as u64),
        ("pool_transactions", "Transactions that wait for a block", status.pool_transactions as u64),
        ("pool_bytes", "Bytes that they are charged for", status.pool_bytes as u64),
        ("checked_transactions", "Transactions remembered as checked", app.checked.count() as u64),
    ] {
        gauge(text, name, help, value);
    }
    counter(text, "equivocations", "Validators caught signing twice", status.equivocations);
    let Some(peers) = app.peers() else { return };
    let network = peers.counters();
    for (name, help, value) in [
        ("network_strangers_refused", "Connections of keys that are not members", network.strangers_refused),
        ("network_handshakes_failed", "Handshakes that failed", network.handshakes_failed),
        ("network_penalties", "Times a member was cut off for breaking a rule", network.penalties),
        ("network_connections_made", "Connections made", network.connections_made),
        ("network_gossip_in", "Gossip messages received", network.gossip_in),
        ("network_gossip_out", "Gossip messages sent", network.gossip_out),
        ("network_gossip_dropped", "Gossip messages dropped", network.gossip_dropped),
        ("network_requests_in", "Questions answered for members", network.requests_in),
        ("network_requests_out", "Questions asked of members", network.requests_out),
        ("network_notices_dropped", "Notices that the node was too slow to take", network.notices_dropped),
    ] {
        counter(text, name, help, value);
    }
}

/// What rises with each question that is asked here, the cached pages included.
fn of_people(text: &mut String, api: &Api) {
    let counters = &api.counters;
    gauge(text, "state_cache_bytes", "Memory of the cached pages of the state", api.app.store.cached_bytes());
    gauge(text, "http_connections", "Open connections of the HTTP API", counters.connections.load(Relaxed));
    counter(text, "http_connections_refused", "Connections cut because of too many", counters.connections_refused.load(Relaxed));
    counter(text, "submissions_accepted", "Transactions that were let wait", counters.accepted.load(Relaxed));
    counter(text, "submissions_refused", "Transactions that were not", counters.refused.load(Relaxed));
    let requests = counters.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let name = "symbolon_http_request_seconds";
    let _ = writeln!(text, "# HELP {name} Time to answer.\n# TYPE {name} histogram\n# UNIT {name} seconds");
    for ((route, status), latency) in requests {
        let labels = format!("route=\"{route}\",status=\"{status}\"");
        for (bound_ms, count) in BUCKETS_MS.iter().zip(latency.buckets) {
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{}.{:03}\"}} {count}", bound_ms / 1000, bound_ms % 1000);
        }
        let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", latency.count);
        let _ = writeln!(text, "{name}_sum{{{labels}}} {}.{:06}", latency.sum_us / 1_000_000, latency.sum_us % 1_000_000);
        let _ = writeln!(text, "{name}_count{{{labels}}} {}", latency.count);
    }
}

fn gauge(text: &mut String, name: &str, help: &str, value: u64) {
    let _ = writeln!(text, "# HELP symbolon_{name} {help}.\n# TYPE symbolon_{name} gauge\nsymbolon_{name} {value}");
}

fn counter(text: &mut String, name: &str, help: &str, value: u64) {
    let _ = writeln!(text, "# HELP symbolon_{name} {help}.\n# TYPE symbolon_{name} counter\nsymbolon_{name}_total {value}");
}
