//! Bodies of requests: bounded in bytes, in time, and in how many are held at once.

use super::error::{Code, Problem};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many bytes all bodies that are being read and worked on may have together.
pub const BODIES_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How many bytes of an unwanted body are passed over before the connection is cut.
pub const DRAIN_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long that may take.
pub const DRAIN_WITHIN: Duration = Duration::from_secs(2);
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

    /// Reads a body of at most `bytes_max` within `within`, if `check` has nothing against the request.
    ///
    /// # Errors
    /// What `check` says; or that the body is too large, too slow or cut short, or that there is no room now.
    pub async fn read<T>(
        &self,
        request: Request,
        bytes_max: usize,
        within: Duration,
        check: impl FnOnce(&Request) -> Result<T, Problem>,
    ) -> Result<(T, Held), Problem> {
        let checked = check(&request).and_then(|passed| Ok((passed, self.place(request.headers(), bytes_max)?)));
        let mut body = request.into_body();
        let (passed, room) = match checked {
            Ok(checked) => checked,
            Err(problem) => {
                drain(body).await;
                return Err(problem);
            }
        };
        match tokio::time::timeout(within, collect(&mut body, bytes_max)).await {
            Ok(Ok(bytes)) => Ok((passed, Held { bytes, _room: room })),
            Ok(Err(problem)) => {
                drain(body).await;
                Err(problem)
            }
            Err(_) => Err(Problem::new(
                Code::BodyTooSlow,
                format!("the body did not come whole within {within:?}; send it faster, or less at once"),
            )),
        }
    }

    fn place(&self, headers: &HeaderMap, bytes_max: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let length = declared_length(headers);
        if length.is_some_and(|length| length > bytes_max) {
            return Err(too_large(bytes_max));
        }
        let units = length.unwrap_or(bytes_max).div_ceil(UNIT_BYTES).max(1);
        let room = Arc::clone(&self.0).try_acquire_many_owned(u32::try_from(units).unwrap_or(u32::MAX));
        room.map_err(|_| Problem::new(Code::Busy, "the node holds as many request bodies as it may; send again in a second"))
    }
}

async fn collect(body: &mut Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| Problem::new(Code::BodyCutShort, format!("the body could not be read to its end: {error}; send it again")))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len().saturating_add(data.len()) > bytes_max {
            return Err(too_large(bytes_max));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("the body has more than {bytes_max} bytes; send less at once"))
}

/// Passes over a body that nobody wants, so that its sender reads the answer and may use the connection again.
pub async fn drain(mut body: Body) {
    let rest = async {
        let mut left = DRAIN_BYTES_MAX;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(1, Bytes::len).max(1));
            if left == 0 {
                return;
            }
        }
    };
    // Whoever goes on longer is cut.
    let _ = tokio::time::timeout(DRAIN_WITHIN, rest).await;
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
    let came =
        if media_type.is_empty() { "none came".to_owned() } else { format!("{:?} came", media_type.chars().take(64).collect::<String>()) };
    Err(Problem::new(Code::WrongMediaType, format!("this address takes Content-Type {expected}, {came}; send the right one")))
}

/// Whether the asker prefers canonical CBOR to the JSON view.
pub fn wants_cbor(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|part| part.split(';').next().is_some_and(|one| one.trim().eq_ignore_ascii_case(super::CBOR)))
}
