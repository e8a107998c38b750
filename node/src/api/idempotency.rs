//! Answers to submissions with an `Idempotency-Key`, so that a repeated request gets the first one's answer.
//!
//! Kept in memory only and bounded: after a restart, or when many others came in between, a repeated submission is
//! worked on again. Nothing is recorded twice even so, since the ledger knows every transaction by its name.
//! Keys belong to their client: the holder of the member's token, or an address.

use super::error::{Code, Problem};
use axum::body::Bytes;
use ledger::hash::Hash;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many characters a key has at most.
pub const KEY_CHARS_MAX: usize = 128;
/// How many answers are kept, of all clients.
pub const ANSWERS_MAX: usize = 16 * 1024;
/// How many answers are kept of one client.
pub const ANSWERS_PER_CLIENT_MAX: usize = 4 * 1024;
/// How many bytes the kept answers have together.
pub const ANSWERS_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long an answer is kept.
pub const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// What an answer costs beside its body.
const ENTRY_BYTES: usize = 256;

/// Whose key it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Client {
    /// Whoever shows the member's token.
    Member,
    /// Whoever asks from this address.
    Address(IpAddr),
}

/// An answer as it was given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The media type.
    pub media_type: &'static str,
    /// The body.
    pub body: Bytes,
}

/// The kept answers.
#[derive(Debug, Default)]
pub struct Idempotency(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    bytes: usize,
    arrivals: u64,
    by_key: HashMap<(Client, String), u64>,
    by_arrival: BTreeMap<u64, Entry>,
    by_client: HashMap<Client, usize>,
}

#[derive(Debug)]
struct Entry {
    client: Client,
    key: String,
    since: Instant,
    body_digest: Hash,
    waited: bool,
    answer: Option<Answer>,
}

/// Checks the form of a key: 1 to [`KEY_CHARS_MAX`] visible ASCII characters.
///
/// # Errors
/// [`Code::BadIdempotencyKey`].
pub fn check_key(key: &[u8]) -> Result<String, Problem> {
    match std::str::from_utf8(key) {
        Ok(text) if (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        _ => Err(Problem::new(
            Code::BadIdempotencyKey,
            format!("an Idempotency-Key has 1 to {KEY_CHARS_MAX} visible ASCII characters; use a random one a request"),
        )),
    }
}

impl Idempotency {
    /// What was answered to this key before, or `None` if the request is to be worked on (again). `waited` is whether
    /// the request waits for the decision: an answer that did not is no answer to one that does.
    ///
    /// # Errors
    /// [`Code::IdempotencyConflict`] if the key came with another body.
    pub fn begin(&self, client: Client, key: &str, body_digest: Hash, waited: bool, now: Instant) -> Result<Option<Answer>, Problem> {
        let mut kept = self.lock();
        kept.forget_old(now);
        let known = kept.by_key.get(&(client, key.to_owned())).copied();
        if let Some(entry) = known.and_then(|arrival| kept.by_arrival.get(&arrival)) {
            if entry.body_digest != body_digest {
                return Err(Problem::new(
                    Code::IdempotencyConflict,
                    "this Idempotency-Key came with another body before; use a new key for a new submission",
                ));
            }
            return Ok(entry.answer.clone().filter(|_| entry.waited == waited));
        }
        kept.insert(Entry { client, key: key.to_owned(), since: now, body_digest, waited, answer: None });
        Ok(None)
    }

    /// Keeps the answer to a key that began here. A request that waited takes the place of one that did not.
    pub fn finish(&self, client: Client, key: &str, waited: bool, answer: Answer) {
        let mut kept = self.lock();
        let Some(arrival) = kept.by_key.get(&(client, key.to_owned())).copied() else { return };
        let Some(entry) = kept.by_arrival.get_mut(&arrival) else { return };
        let before = entry.answer.as_ref().map_or(0, |answer| answer.body.len());
        let after = answer.body.len();
        (entry.waited, entry.answer) = (waited, Some(answer));
        kept.bytes = kept.bytes.saturating_sub(before).saturating_add(after);
        kept.bound();
    }

    /// Forgets a key whose request came to nothing that should be repeated.
    pub fn forget(&self, client: Client, key: &str) {
        let mut kept = self.lock();
        let known = kept.by_key.get(&(client, key.to_owned())).copied();
        if let Some(arrival) = known.filter(|arrival| kept.by_arrival.get(arrival).is_some_and(|entry| entry.answer.is_none())) {
            kept.remove(arrival);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn insert(&mut self, entry: Entry) {
        if self.by_client.get(&entry.client).copied().unwrap_or(0) >= ANSWERS_PER_CLIENT_MAX {
            let oldest = self.by_arrival.iter().find(|(_, other)| other.client == entry.client).map(|(arrival, _)| *arrival);
            if let Some(arrival) = oldest {
                self.remove(arrival);
            }
        }
        let arrival = self.arrivals;
        self.arrivals += 1;
        self.bytes += cost(&entry);
        *self.by_client.entry(entry.client).or_default() += 1;
        self.by_key.insert((entry.client, entry.key.clone()), arrival);
        self.by_arrival.insert(arrival, entry);
        self.bound();
    }

    fn bound(&mut self) {
        while self.by_arrival.len() > ANSWERS_MAX || self.bytes > ANSWERS_BYTES_MAX {
            let Some(oldest) = self.by_arrival.keys().next().copied() else { return };
            self.remove(oldest);
        }
    }

    fn forget_old(&mut self, now: Instant) {
        while let Some((arrival, entry)) = self.by_arrival.first_key_value() {
            if now.saturating_duration_since(entry.since) <= KEPT_FOR {
                return;
            }
            let arrival = *arrival;
            self.remove(arrival);
        }
    }

    fn remove(&mut self, arrival: u64) {
        let Some(entry) = self.by_arrival.remove(&arrival) else { return };
        self.bytes = self.bytes.saturating_sub(cost(&entry));
        if let Some(count) = self.by_client.get_mut(&entry.client) {
            *count -= 1;
            if *count == 0 {
                self.by_client.remove(&entry.client);
            }
        }
        self.by_key.remove(&(entry.client, entry.key));
    }
}

fn cost(entry: &Entry) -> usize {
    ENTRY_BYTES + 2 * entry.key.len() + entry.answer.as_ref().map_or(0, |answer| answer.body.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::hash::sha256;

    const CLIENT: Client = Client::Member;

    fn answer(size: usize) -> Answer {
        Answer { status: 202, media_type: "application/json", body: vec![b' '; size].into() }
    }

    #[test]
    fn a_repeated_request_gets_the_first_answer_and_another_body_is_refused() {
        let store = Idempotency::default();
        let now = Instant::now();
        let begin = |client, body: &[u8], waited| store.begin(client, "k", sha256(body), waited, now);
        assert_eq!(begin(CLIENT, b"one", false), Ok(None));
        assert_eq!(begin(CLIENT, b"one", false), Ok(None), "still being worked on");
        store.finish(CLIENT, "k", false, answer(3));
        assert_eq!(begin(CLIENT, b"one", false), Ok(Some(answer(3))));
        assert_eq!(begin(CLIENT, b"one", true), Ok(None), "the first did not wait");
        store.finish(CLIENT, "k", true, answer(4));
        assert_eq!(begin(CLIENT, b"one", true), Ok(Some(answer(4))));
        assert_eq!(begin(CLIENT, b"two", false).map_err(|problem| problem.code()), Err(Code::IdempotencyConflict));
        assert_eq!(begin(Client::Address([127, 0, 0, 1].into()), b"two", false), Ok(None), "another client's key");
    }

    #[test]
    fn one_past_each_bound_forgets_the_oldest() {
        let store = Idempotency::default();
        let now = Instant::now();
        let other = Client::Address([127, 0, 0, 1].into());
        let put = |client, number: usize, size| {
            assert_eq!(store.begin(client, &number.to_string(), sha256(b""), false, now), Ok(None));
            store.finish(client, &number.to_string(), false, answer(size));
        };
        let knows = |client: Client, number: usize| store.lock().by_key.contains_key(&(client, number.to_string()));
        put(other, 0, 1);
        for number in 0..=ANSWERS_PER_CLIENT_MAX {
            put(CLIENT, number, 1);
        }
        assert!(!knows(CLIENT, 0) && knows(CLIENT, 1) && knows(other, 0));
        put(CLIENT, 9_999_999, ANSWERS_BYTES_MAX - 2 * ENTRY_BYTES);
        assert!(knows(CLIENT, 9_999_999) && !knows(other, 0));
        let kept = store.lock();
        assert!(kept.bytes <= ANSWERS_BYTES_MAX && kept.by_key.len() == kept.by_arrival.len());
        drop(kept);
        assert_eq!(store.begin(CLIENT, "9999999", sha256(b""), false, now + KEPT_FOR * 2), Ok(None));
        assert_eq!(store.lock().by_arrival.len(), 1);
    }

    #[test]
    fn a_key_has_a_form() {
        assert!(check_key(&[b'k'; KEY_CHARS_MAX]).is_ok());
        for wrong in [&[b'k'; KEY_CHARS_MAX + 1][..], b"", b"a b", b"\xff"] {
            assert_eq!(check_key(wrong).map_err(|problem| problem.code()), Err(Code::BadIdempotencyKey));
        }
    }
}
