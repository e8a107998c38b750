//! Which address leads to which handler. `openapi.json` describes each of them; a test compares the two.

use super::body::drain;
use super::error::{Code, Problem};
use super::{ANSWER_WITHIN, Api, TARGET_BYTES_MAX, acts, head, lookup, metrics, query, receipt, status, submit};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use std::time::Instant;

/// All addresses with their methods.
pub(super) fn table() -> Vec<(&'static str, &'static str, MethodRouter<Arc<Api>>)> {
    vec![
        ("post", "/v1/transactions", post(submit::single)),
        ("post", "/v1/transactions/bulk", post(submit::bulk)),
        ("get", "/v1/transactions/{name}", get(query::transaction)),
        ("post", "/v1/receipts", post(receipt::receipt)),
        ("post", "/v1/acts", post(acts::acts)),
        ("get", "/v1/standings/{record_key}", get(query::standing)),
        ("post", "/v1/locators", post(lookup::locators)),
        ("get", "/v1/lookup-secrets/{member}", get(lookup::secret)),
        ("get", "/v1/head", get(head::head)),
        ("get", "/v1/headers/{height}", get(query::header)),
        ("get", "/v1/blocks/{height}", get(query::block)),
        ("get", "/v1/certificates/{height}", get(query::certificate)),
        ("get", "/v1/members", get(query::members)),
        ("get", "/v1/founding", get(status::founding)),
        ("get", "/v1/status", get(status::status)),
        ("get", "/health", get(status::health)),
        ("get", "/ready", get(status::ready)),
        ("get", "/metrics", get(metrics::metrics)),
        ("get", "/openapi.json", get(openapi)),
    ]
}

/// The router of a node.
pub(super) fn router(api: Arc<Api>) -> Router {
    let router = table().into_iter().fold(Router::new(), |router, (_, path, handler)| router.route(path, handler));
    router
        .fallback(nothing_here)
        .method_not_allowed_fallback(other_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&api), around))
        .with_state(api)
}

async fn nothing_here(request: Request) -> Problem {
    drain(request.into_body()).await;
    Problem::new(Code::NotFound, "no address of this node is called so; /openapi.json lists them")
}

async fn other_method(request: Request) -> Problem {
    drain(request.into_body()).await;
    Problem::new(Code::MethodNotAllowed, "this address takes another method; /openapi.json says which")
}

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, super::JSON)], include_str!("openapi.json")).into_response()
}

/// What holds for every request: a bounded address, a bounded time, a count, and two headers.
async fn around(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let target_bytes = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let mut response = if target_bytes > TARGET_BYTES_MAX {
        Problem::new(Code::TargetTooLong, format!("path and query have more than {TARGET_BYTES_MAX} bytes; shorten them")).into_response()
    } else if request.headers().contains_key(header::TRANSFER_ENCODING) {
        // Where such a request ends, a proxy before the node may see otherwise, above all if it has a Content-Length too,
        // of which nothing is left here. Nothing after it is read.
        drain(request.into_body()).await;
        let detail = "a request with Transfer-Encoding is not taken, whether or not it has a Content-Length; send the body with Content-Length alone";
        let mut response = Problem::new(Code::LengthRequired, detail).into_response();
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    } else {
        match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
            Ok(response) => response,
            Err(_) => {
                let detail = format!("no answer within {} s; ask again, or for less", ANSWER_WITHIN.as_secs());
                Problem::new(Code::TooSlow, detail).into_response()
            }
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    api.counters.request(route, response.status().as_u16(), started.elapsed());
    response
}
