//! The demo's own liar: it stands between an officer and an honest node and falsifies the node's answers.
//! The node itself has no lying mode.

use anyhow::Context as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const BODY_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How it lies about receipts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lie {
    /// It does not, yet: it keeps the first answer.
    None,
    /// It changes one bit in the middle of the receipt.
    Forge,
    /// It answers with what it kept, from before a revocation.
    Stale,
    /// It answers another question than was asked, as if the record were not there.
    Omit,
}

/// A liar that runs until the program ends.
pub struct Proxy {
    /// Where officers ask it.
    pub url: String,
    lie: Arc<Mutex<Lie>>,
}

struct Shared {
    upstream: String,
    agent: ureq::Agent,
    lie: Arc<Mutex<Lie>>,
    kept: Mutex<Option<Vec<u8>>>,
}

impl Proxy {
    /// Stands before the node at `upstream`.
    ///
    /// # Errors
    /// If no port is free.
    pub fn before(upstream: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("a port for the liar")?;
        let url = format!("http://{}", listener.local_addr()?);
        let lie = Arc::new(Mutex::new(Lie::None));
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(Duration::from_secs(8))).build();
        let shared = Arc::new(Shared { upstream: upstream.to_owned(), agent: config.into(), lie: lie.clone(), kept: Mutex::new(None) });
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Ok(Self { url, lie })
    }

    /// Lies so from now on.
    pub fn tell(&self, lie: Lie) {
        if let Ok(mut current) = self.lie.lock() {
            *current = lie;
        }
    }
}

struct Request {
    method: String,
    path: String,
    token: Option<String>,
    accept: String,
    content: String,
    body: Vec<u8>,
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let request = read(&mut stream)?;
        let (status, content, mut body) = self.forward(&request)?;
        let lie = self.lie.lock().map_or(Lie::None, |lie| *lie);
        if request.path.starts_with("/v1/receipts") && status == 200 {
            let mut kept = self.kept.lock().ok()?;
            match lie {
                Lie::None => *kept = Some(body.clone()),
                Lie::Stale => body = kept.clone().unwrap_or(body),
                Lie::Forge => {
                    let middle = body.len() / 2;
                    if let Some(byte) = body.get_mut(middle) {
                        *byte ^= 1;
                    }
                }
                Lie::Omit => {
                    // An honest receipt of something else: true, and no answer.
                    let keys = serde_json::json!({ "subject": { "keys": [contracts::key::parameters().to_string()] } });
                    let other = Request { body: keys.to_string().into_bytes(), ..request };
                    (_, _, body) = self.forward(&other)?;
                }
            }
        }
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {content}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).ok()
    }

    fn forward(&self, request: &Request) -> Option<(u16, String, Vec<u8>)> {
        let url = format!("{}{}", self.upstream, request.path);
        let mut answer = if request.method == "POST" {
            let mut post = self.agent.post(url).header("accept", &request.accept).header("content-type", &request.content);
            if let Some(token) = &request.token {
                post = post.header("authorization", token);
            }
            post.send(&request.body[..])
        } else {
            let mut get = self.agent.get(url).header("accept", &request.accept);
            if let Some(token) = &request.token {
                get = get.header("authorization", token);
            }
            get.call()
        }
        .ok()?;
        let content =
            answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("application/octet-stream").to_owned();
        let body = answer.body_mut().with_config().limit(BODY_BYTES_MAX).read_to_vec().ok()?;
        Some((answer.status().as_u16(), content, body))
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream.take(BODY_BYTES_MAX));
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request = Request {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        token: None,
        accept: "*/*".into(),
        content: "application/json".into(),
        body: Vec::new(),
    };
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        let value = value.trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => request.token = Some(value),
            "accept" => request.accept = value,
            "content-type" => request.content = value,
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
