//! HTTP to a node, and nothing else: what comes back is bytes that somebody has yet to check.

use ledger::block::Block;
use ledger::codec::Canonical;
use ledger::lookup::LookupProof;
use ledger::receipt::{Receipt, SignedHead};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// How long a question may take.
const QUESTION: Duration = Duration::from_secs(8);
/// How long a submission may wait for its block; the node itself gives up after 30 s.
const SUBMISSION: Duration = Duration::from_secs(40);
/// How long a node may search its blocks for one page of acts.
const SEARCH: Duration = Duration::from_secs(40);
/// How many bytes of an answer are read.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A node, as asked by one tool.
#[derive(Clone)]
pub struct Node {
    url: String,
    token: Option<String>,
    /// Whether the profile has a token that is not for this host.
    keeps_token: bool,
    agent: ureq::Agent,
}

/// Why a node gave no answer, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// It did not answer at all.
    #[error("node {url} does not answer: {cause}; check the address and that the node runs")]
    Silent {
        /// Whom we asked.
        url: String,
        /// What happened.
        cause: String,
        /// Whether it may have got what was sent, since only its answer is missing.
        is_reached: bool,
    },
    /// It refused the question.
    #[error("node {url}: {detail}")]
    Problem {
        /// Whom we asked.
        url: String,
        /// The status of HTTP.
        status: u16,
        /// The node's stable code for the problem.
        code: String,
        /// The number of the refusal, where the rules refused.
        refusal: Option<u16>,
        /// The node's sentence.
        detail: String,
    },
    /// Its answer cannot be read.
    #[error("node {url} gave an answer that cannot be read: {cause}")]
    Unreadable {
        /// Whom we asked.
        url: String,
        /// What is wrong.
        cause: String,
    },
}

impl NodeError {
    /// Whether nothing is known because of the node, rather than because of what was asked: a node of this network that is
    /// asked wrongly says so with a code of its own, and has all that is asked for.
    pub fn is_silence(&self) -> bool {
        match self {
            Self::Problem { status: 401, .. } => false,
            Self::Problem { status: 400 | 409 | 411 | 413 | 415 | 422, code, .. } => code.is_empty(),
            _ => true,
        }
    }
}

/// What became of a submission.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Decided {
    /// The block.
    pub height: u64,
    /// One outcome an act.
    pub outcomes: Vec<ActOutcome>,
}

/// What became of one act.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct ActOutcome {
    /// 0 if accepted, else the refusal's number.
    pub number: u16,
    /// What to do.
    #[serde(default)]
    pub message: String,
}

/// One page of the acts that a node points to.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct ActsPage {
    /// The acts.
    pub acts: Vec<ActAt>,
    /// From where to ask on; `None` at the end.
    pub next: Option<u64>,
}

/// One act that a node points to.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct ActAt {
    /// The block.
    pub height: u64,
    /// The record.
    pub record: String,
    /// Which of the records asked for it rests on; `None` if the signer's act was asked for.
    pub names: Option<String>,
}

impl Node {
    /// A node at `url`, asked with the member's `token`, its certificate checked against `roots` (PEM) where given.
    ///
    /// # Errors
    /// If `url` is no address of HTTP, or `roots` cannot be read.
    pub fn new(url: &str, token: Option<String>, roots: Option<&Path>) -> anyhow::Result<Self> {
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        anyhow::ensure!(
            ["http", "https"].contains(&scheme),
            "{url}: a node's address begins with https://, or with http:// if it is on this computer; correct --node or profile.toml"
        );
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(Duration::from_secs(3)))
            .timeout_global(Some(QUESTION));
        if let Some(path) = roots {
            let pem = crate::input::read_bounded(path, 1024 * 1024)?;
            let certificates = ureq::tls::parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect::<Vec<_>>();
            anyhow::ensure!(
                !certificates.is_empty(),
                "{} holds no certificate; give the PEM file of the authority that signed the node's certificate",
                path.display()
            );
            config =
                config.tls_config(ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::new_with_certs(&certificates)).build());
        }
        Ok(Self { url: url.trim_end_matches('/').to_owned(), token, keeps_token: false, agent: config.build().into() })
    }

    /// Whom we ask.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A node of another host than those of the profile: the profile's token is not shown to it, and it is said so where
    /// the node asks for one.
    pub fn without_token(self) -> Self {
        Self { token: None, keeps_token: true, ..self }
    }

    /// Whether it is shown the member's token.
    #[cfg(test)]
    pub fn shows_a_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether the node can take submissions.
    pub fn is_ready(&self) -> bool {
        self.get("/ready", "application/json").is_ok()
    }

    /// The signed head, to a nonce.
    pub fn head(&self, nonce: &[u8; 32]) -> Result<SignedHead, NodeError> {
        let bytes = self.get(&format!("/v1/head?nonce={}", hex::encode(nonce)), "application/cbor")?;
        SignedHead::from_bytes(&bytes).map_err(|error| self.unreadable(error))
    }

    /// A receipt of what stands at a subject.
    pub fn receipt(&self, question: &Value) -> Result<(Receipt, Vec<u8>), NodeError> {
        let bytes = self.post("/v1/receipts", "application/json", "application/cbor", question.to_string().as_bytes(), QUESTION)?;
        let receipt = Receipt::from_bytes(&bytes).map_err(|error| self.unreadable(error))?;
        Ok((receipt, bytes))
    }

    /// The proven look-up secret shared with another member.
    pub fn lookup_proof(&self, other: &str) -> Result<LookupProof, NodeError> {
        let bytes = self.get(&format!("/v1/lookup-secrets/{other}"), "application/cbor")?;
        ledger::codec::decode("look-up proof", 1024, &bytes).map_err(|error| self.unreadable(error))
    }

    /// The founding file.
    pub fn founding(&self) -> Result<Vec<u8>, NodeError> {
        self.get("/v1/founding", "application/cbor")
    }

    /// A block; `None` if the node has none at this height.
    pub fn block(&self, height: u64) -> Result<Option<Block>, NodeError> {
        match self.get(&format!("/v1/blocks/{height}"), "application/cbor") {
            Ok(bytes) => Block::from_bytes(&bytes).map(Some).map_err(|error| self.unreadable(error)),
            Err(NodeError::Problem { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A page of the acts that the node finds in its blocks.
    pub fn acts(&self, question: &Value) -> Result<ActsPage, NodeError> {
        let bytes = self.post("/v1/acts", "application/json", "application/json", question.to_string().as_bytes(), SEARCH)?;
        self.read(&bytes)
    }

    /// Submits a signed transaction and waits until it is decided.
    pub fn submit(&self, wire: &[u8]) -> Result<Decided, NodeError> {
        let answer = self.post("/v1/transactions?wait=true", "application/cbor", "application/json", wire, SUBMISSION)?;
        self.read(&answer)
    }

    /// A JSON answer to a JSON POST.
    pub fn post_json<T: DeserializeOwned>(&self, path: &str, question: &Value) -> Result<T, NodeError> {
        let bytes = self.post(path, "application/json", "application/json", question.to_string().as_bytes(), QUESTION)?;
        self.read(&bytes)
    }

    fn get(&self, path: &str, accept: &str) -> Result<Vec<u8>, NodeError> {
        let mut request = self.agent.get(format!("{}{path}", self.url)).header("accept", accept);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.answer(request.call())
    }

    fn post(&self, path: &str, content: &str, accept: &str, body: &[u8], timeout: Duration) -> Result<Vec<u8>, NodeError> {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("accept", accept).header("content-type", content);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.answer(request.config().timeout_global(Some(timeout)).build().send(body))
    }

    fn answer(&self, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Vec<u8>, NodeError> {
        let silent = |error: ureq::Error| NodeError::Silent {
            url: self.url.clone(),
            cause: why_silent(&error),
            is_reached: !is_never_reached(&error),
        };
        let mut response = answer.map_err(silent)?;
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(silent)?;
        if (200..300).contains(&status) {
            return Ok(bytes);
        }
        let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let text = |name: &str| problem.get(name).and_then(Value::as_str).map(others_words);
        let kept = if status == 401 && self.keeps_token {
            "; the profile's token is shown to the hosts of 'nodes' in profile.toml only: write this node there if it is your member's"
        } else {
            ""
        };
        Err(NodeError::Problem {
            url: self.url.clone(),
            status,
            code: text("code").unwrap_or_default(),
            refusal: problem.get("refusal").and_then(Value::as_u64).and_then(|number| u16::try_from(number).ok()),
            detail: text("detail").or_else(|| text("title")).unwrap_or_else(|| format!("HTTP status {status}")) + kept,
        })
    }

    fn read<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, NodeError> {
        serde_json::from_slice(bytes).map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, cause: impl core::fmt::Display) -> NodeError {
        NodeError::Unreadable { url: self.url.clone(), cause: others_words(&cause.to_string()) }
    }
}

/// How many characters of a node's own words are shown.
const WORDS_CHARS_MAX: usize = 300;

/// What another program says, for people: safe to print, on one line, and so short that nothing else leaves the screen.
/// Whoever answers must not be able to draw a verdict.
fn others_words(text: &str) -> String {
    // Our own marks stand before our own verdicts only.
    let mut words = text.replace(['✔', '✘'], "").split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(WORDS_CHARS_MAX) {
        words.truncate(end);
        words.push('…');
    }
    contracts::document::escape_for_terminal(&words).into_owned()
}

/// Whether two addresses are of one host, asked in the same way.
pub fn is_same_host(one: &str, other: &str) -> bool {
    let host = |url: &str| {
        let url: ureq::http::Uri = url.parse().ok()?;
        Some((url.scheme_str()?.to_ascii_lowercase(), url.host()?.to_ascii_lowercase()))
    };
    host(one).is_some_and(|one| host(other) == Some(one))
}

/// Whether there was no connection over which anything could be sent.
fn is_never_reached(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) => true,
        ureq::Error::Timeout(timeout) => matches!(timeout, ureq::Timeout::Resolve | ureq::Timeout::Connect),
        ureq::Error::Io(io) => io.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

/// Why nothing came back, in words that name a remedy where one is known.
fn why_silent(error: &ureq::Error) -> String {
    use std::io::ErrorKind;
    let text = error.to_string();
    let known = match error {
        ureq::Error::Timeout(_) => Some("no answer came in time"),
        ureq::Error::HostNotFound => Some("no computer of this name is known"),
        ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => Some("nothing listens at this address and port"),
        // What a TLS client makes of an answer in plain text, and the other way round.
        _ if text.contains("InvalidContentType") => {
            Some("the port speaks plain HTTP, not HTTPS: write http:// if the node is on this computer")
        }
        ureq::Error::Protocol(_) | ureq::Error::Http(_) => {
            Some("what listens there does not speak HTTP; if it speaks HTTPS, write https://")
        }
        _ => None,
    };
    known.map_or_else(|| text.clone(), |known| format!("{known} ({text})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_programs_words_are_one_short_line() {
        assert_eq!(others_words("the act  is\nrefused"), "the act is refused");
        let painted = format!("{}✔ VALID", "\u{2800}".repeat(10_000));
        assert!(!others_words(&painted).contains("VALID") && others_words(&painted).ends_with('…'));
        assert_eq!(others_words("✔ VALID"), "VALID");
        let shown = others_words("\u{2800} x\u{1b}[2J");
        assert!(!shown.contains(['\u{2800}', '\u{1b}']), "{shown}");
    }
}
