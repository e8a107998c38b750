//! Bodies of requests: bounded in bytes, in time, and in how many are held at once.

use super::error::{Code, Problem};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many bytes all bodies that are being read and worked on may have together.
pub const BODIES_BYTES_MAX: usize = 64 * 1024 * 1024;
const UNIT_BYTES: usize = 1024;

/// The room for bodies of one node.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

/// A whole body. Its room is free again when this is dropped.
pub struct Held {
    /// The bytes.
    pub bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

impl Room {
    /// Room for `bytes_max` bytes in all.
    pub fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes_max / UNIT_BYTES)))
    }

    /// Reads a body of at most `bytes_max` within `within`.
    ///
    /// # Errors
    /// [`Problem`] if it is too large, too slow or cut short, or if there is no room now.
    pub async fn read(&self, request: Request, bytes_max: usize, within: Duration) -> Result<Held, Problem> {
        let too_large = || Problem::new(Code::BodyTooLarge, format!("the body has more than {bytes_max} bytes; send less at once"));
        let length = declared_length(request.headers());
        if length.is_some_and(|length| length > bytes_max) {
            return Err(too_large());
        }
        let units = length.unwrap_or(bytes_max).div_ceil(UNIT_BYTES).max(1);
        let room = Arc::clone(&self.0)
            .try_acquire_many_owned(u32::try_from(units).unwrap_or(u32::MAX))
            .map_err(|_| Problem::new(Code::Busy, "the node holds as many request bodies as it may; send again in a second"))?;
        let body: Limited<Body> = Limited::new(request.into_body(), bytes_max);
        match tokio::time::timeout(within, body.collect()).await {
            Ok(Ok(collected)) => Ok(Held { bytes: collected.to_bytes(), _room: room }),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
            Ok(Err(error)) => Err(Problem::new(Code::BodyCutShort, format!("the body could not be read to its end: {error}; send it again"))),
            Err(_) => Err(Problem::new(Code::BodyTooSlow, format!("the body did not come whole within {} s; send it faster, or less at once", within.as_secs()))),
        }
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Checks the `Content-Type` of a body; parameters such as a charset are passed over.
///
/// # Errors
/// [`Code::WrongMediaType`] names the one expected.
pub fn expect_media_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = text.split(';').next().unwrap_or("").trim();
    if media_type.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let came = if media_type.is_empty() { "none came".to_owned() } else { format!("{:?} came", media_type.chars().take(64).collect::<String>()) };
    Err(Problem::new(Code::WrongMediaType, format!("this address takes Content-Type {expected}, {came}; send the right one")))
}

/// Whether the asker prefers canonical CBOR to the JSON view.
pub fn wants_cbor(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|part| part.split(';').next().is_some_and(|one| one.trim().eq_ignore_ascii_case(super::CBOR)))
}
