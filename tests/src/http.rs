//! Questions to a node over HTTP, well-formed and not.

use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status of HTTP; 0 if there was no answer.
    pub status: u16,
    /// The media type.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The number of the refusal: of the problem, or the first that the block recorded.
    pub fn refusal(&self) -> Option<u64> {
        let json = self.json();
        json["refusal"]
            .as_u64()
            .or_else(|| json["outcomes"].as_array()?.iter().find_map(|one| one["number"].as_u64().filter(|number| *number != 0)))
    }

    /// Whether the block took all acts.
    pub fn is_recorded(&self) -> bool {
        let outcomes = &self.json()["outcomes"];
        self.status == 200 && outcomes.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|one| one["number"] == 0))
    }
}

fn agent(within: Duration) -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None).timeout_global(Some(within)).build().into()
}

fn answer(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let Ok(mut response) = answer else { return Answer { status: 0, media_type: String::new(), body: Vec::new() } };
    let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().unwrap_or_default();
    Answer { status: response.status().as_u16(), media_type, body }
}

/// GET, with the member's token where there is one.
pub fn get(url: &str, token: Option<&str>) -> Answer {
    let mut request = agent(Duration::from_secs(10)).get(url);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    answer(request.call())
}

/// GET of canonical bytes.
pub fn get_cbor(url: &str) -> Answer {
    answer(agent(Duration::from_secs(10)).get(url).header("accept", "application/cbor").call())
}

/// POST, with the member's token where there is one.
pub fn post(url: &str, token: Option<&str>, media_type: &str, body: &[u8]) -> Answer {
    post_with(url, token, media_type, body, &[], Duration::from_secs(40))
}

/// POST with further headers and a limit of time.
pub fn post_with(url: &str, token: Option<&str>, media_type: &str, body: &[u8], headers: &[(&str, &str)], within: Duration) -> Answer {
    let mut request = agent(within).post(url).header("content-type", media_type);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request.send(body))
}

/// Sends bytes as they are to `127.0.0.1:port`, closes the sending side, and gives the status line's number; 0 if the
/// node answers nothing.
pub fn raw(port: u16, bytes: &[u8]) -> u16 {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return 0 };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut text = Vec::new();
    let _ = stream.take(64 * 1024).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0)
}
