//! Somebody between an officer and a node, who writes down everything and may lie. The node has no lying mode.

use ledger::codec::Canonical as _;
use ledger::receipt::Receipt;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The questions whose answers hold what a verdict rests on.
pub const RECEIPTS: &str = "POST /v1/receipts";
/// The questions for what an officer looks numbers up with.
pub const LOOKUPS: &str = "GET /v1/lookup-secrets";
/// The searches for acts.
pub const ACTS: &str = "POST /v1/acts";
/// The submissions.
pub const SUBMISSIONS: &str = "POST /v1/transactions";
/// The questions for the newest block.
pub const HEADS: &str = "GET /v1/head?";

const MESSAGE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What is done to the answers to some questions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Lie {
    /// Nothing; the answer is kept for later.
    None,
    /// One bit is changed, at this share of the way through the answer, in thousandths.
    Forge(usize),
    /// The answer that was kept is given again.
    Stale,
    /// Another question is asked in the place of the officer's: the answer is true, and answers something else.
    Instead(String),
    /// This status and body, and the node never hears the question.
    Invent(u16, String),
    /// Only this share of the answer is given, in thousandths, as if it were whole.
    Truncate(usize),
    /// The receipt is given without the act that issued the record.
    NoIssue,
    /// The receipt is given with the issuing act of the receipt that was kept.
    OtherIssue,
    /// The acts of a search are given without those on this record.
    Omit(String),
    /// The connection is cut in the middle of the answer.
    Cut,
    /// An answer without a word.
    Empty,
    /// Text in the place of an answer.
    Nonsense,
    /// No answer at all: the connection is closed.
    Silent,
    /// The question reaches the node, and the answer never reaches who asked.
    Hold,
    /// The true answer, so much later.
    Slow(Duration),
}

/// A question and its answer, as they passed.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Method and path.
    pub asked: String,
    /// The whole question, head and body.
    pub question: Vec<u8>,
    /// The whole answer of the node, head and body.
    pub answer: Vec<u8>,
}

/// The one between, until the test ends.
pub struct Proxy {
    /// Where it is asked.
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: u16,
    lie: Mutex<(&'static str, Lie)>,
    kept: Mutex<Option<Vec<u8>>>,
    passed: Mutex<Vec<Passed>>,
}

struct Message {
    head: String,
    body: Vec<u8>,
}

impl Proxy {
    /// Stands before the node that answers at this port of this machine.
    ///
    /// # Panics
    /// If no port is free.
    pub fn before(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let shared =
            Arc::new(Shared { upstream, lie: Mutex::new((RECEIPTS, Lie::None)), kept: Mutex::default(), passed: Mutex::default() });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Self { url, shared }
    }

    /// Lies so about receipts from now on.
    pub fn tell(&self, lie: Lie) {
        self.tell_about(RECEIPTS, lie);
    }

    /// Lies so from now on about questions that begin with these words, and about no others.
    pub fn tell_about(&self, asked: &'static str, lie: Lie) {
        *lock(&self.shared.lie) = (asked, lie);
    }

    /// Everything that passed.
    pub fn passed(&self) -> Vec<Passed> {
        lock(&self.shared.passed).clone()
    }

    /// Whether any question or answer held these bytes, as they are or in hexadecimal of either case.
    pub fn saw(&self, bytes: &[u8]) -> bool {
        let (lower, upper) = (hex::encode(bytes), hex::encode_upper(bytes));
        let needles = [bytes, lower.as_bytes(), upper.as_bytes()];
        self.passed().iter().any(|passed| needles.iter().any(|needle| holds(&passed.question, needle) || holds(&passed.answer, needle)))
    }
}

/// Whether `text` holds `part`.
pub fn holds(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn serve(&self, mut officer: TcpStream) -> Option<()> {
        officer.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let question = read(&mut officer)?;
        let asked = question.head.lines().next()?.rsplit_once(' ')?.0.to_owned();
        let (about, lie) = lock(&self.lie).clone();
        let is_meant = asked.starts_with(about);
        let lie = if is_meant { lie } else { Lie::None };
        if let Lie::Invent(status, body) = &lie {
            let head = format!("HTTP/1.1 {status} As Invented\r\ncontent-type: application/json\r\n\r\n");
            let invented = Message { head, body: body.clone().into_bytes() };
            lock(&self.passed).push(Passed { asked, question: bytes_of(&question), answer: bytes_of(&invented) });
            return officer
                .write_all(with_length(&invented.head, body.len()).as_bytes())
                .and_then(|()| officer.write_all(&invented.body))
                .ok();
        }
        let mut sent = Message { head: question.head.clone(), body: question.body.clone() };
        match &lie {
            Lie::Instead(other) => sent.body = other.clone().into_bytes(),
            Lie::Silent => return None,
            Lie::Slow(pause) => std::thread::sleep(*pause),
            _ => {}
        }
        let mut answer = self.forward(&sent)?;
        lock(&self.passed).push(Passed { asked: asked.clone(), question: bytes_of(&question), answer: bytes_of(&answer) });
        if lie == Lie::Hold {
            // Until who asked is gone.
            officer.set_read_timeout(None).ok()?;
            let _ = officer.read(&mut [0]);
            return None;
        }
        let mut length = None;
        if is_meant && answer.head.starts_with("HTTP/1.1 200") {
            let all = answer.body.len();
            match lie {
                Lie::None => *lock(&self.kept) = Some(answer.body.clone()),
                Lie::Stale => answer.body = lock(&self.kept).clone()?,
                Lie::Forge(share) => {
                    let position = (all * share / 1000).min(all.saturating_sub(1));
                    *answer.body.get_mut(position)? ^= 1;
                }
                Lie::Truncate(share) => answer.body.truncate(all * share / 1000),
                Lie::Cut => {
                    length = Some(all);
                    answer.body.truncate(all / 2);
                }
                Lie::NoIssue => answer.body = with_issue_of(&answer.body, None)?,
                Lie::OtherIssue => answer.body = with_issue_of(&answer.body, lock(&self.kept).as_deref())?,
                Lie::Omit(record) => answer.body = without_acts_on(&answer.body, &record)?,
                Lie::Empty => answer.body.clear(),
                Lie::Nonsense => answer.body = b"the certificate is VALID".to_vec(),
                Lie::Instead(_) | Lie::Invent(..) | Lie::Silent | Lie::Hold | Lie::Slow(_) => {}
            }
        }
        let length = length.unwrap_or(answer.body.len());
        officer.write_all(with_length(&answer.head, length).as_bytes()).and_then(|()| officer.write_all(&answer.body)).ok()
    }

    fn forward(&self, message: &Message) -> Option<Message> {
        let mut node = TcpStream::connect(("127.0.0.1", self.upstream)).ok()?;
        node.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        node.write_all(with_length(&message.head, message.body.len()).as_bytes()).and_then(|()| node.write_all(&message.body)).ok()?;
        read(&mut node)
    }
}

/// The receipt with the issuing act of another receipt in the place of its own, or without any.
fn with_issue_of(receipt: &[u8], other: Option<&[u8]>) -> Option<Vec<u8>> {
    let other = other.map(Receipt::from_bytes).transpose().ok()?;
    let receipt = Receipt::from_bytes(receipt).ok()?;
    Some(Receipt { issue: other.and_then(|other| other.issue), ..receipt }.to_bytes())
}

/// The page of acts without those on a record.
fn without_acts_on(page: &[u8], record: &str) -> Option<Vec<u8>> {
    let mut page: serde_json::Value = serde_json::from_slice(page).ok()?;
    page["acts"].as_array_mut()?.retain(|act| act["record"] != record);
    Some(page.to_string().into_bytes())
}

fn bytes_of(message: &Message) -> Vec<u8> {
    [message.head.as_bytes(), &message.body].concat()
}

/// The head for a body of this length on a connection that is used once.
fn with_length(head: &str, length: usize) -> String {
    let own = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !line.is_empty() && !["content-length", "connection", "transfer-encoding"].contains(&name.as_str())
    };
    let lines: Vec<&str> = head.split("\r\n").filter(own).collect();
    format!("{}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n", lines.join("\r\n"))
}

/// Reads one message whose body has a stated length.
fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut stream = stream.take(MESSAGE_BYTES_MAX);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = |line: &str| {
        line.split_once(':')
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse().ok())
    };
    let mut body = vec![0; head.lines().find_map(length).unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(Message { head, body })
}
