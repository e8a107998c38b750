//! The messages that wait for one peer on one channel. Pure: time is an argument.

use super::Channel;
use bytes::Bytes;
use std::{collections::VecDeque, time::Instant};

/// A message until the peer says it has it.
#[derive(Debug)]
struct Waiting {
    sequence: u64,
    since: Instant,
    bytes: Bytes,
}

/// First in, first out; bounded in count and bytes. Sequence numbers start at 1 and never repeat.
#[derive(Debug)]
pub(super) struct Queue {
    channel: Channel,
    waiting: VecDeque<Waiting>,
    size_bytes: usize,
    /// How many at the front were written on the present stream.
    written_count: usize,
    last_sequence: u64,
}

impl Queue {
    pub(super) fn new(channel: Channel) -> Self {
        Self { channel, waiting: VecDeque::new(), size_bytes: 0, written_count: 0, last_sequence: 0 }
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// Adds a message and says how many old ones had to go.
    pub(super) fn push(&mut self, now: Instant, bytes: Bytes) -> usize {
        let mut dropped_count = 0;
        while self.waiting.len() >= self.channel.queue_count_max()
            || (self.size_bytes + bytes.len() > self.channel.queue_bytes_max() && !self.waiting.is_empty())
        {
            // A written message may well have arrived: only the others count as dropped.
            if self.written_count == 0 {
                dropped_count += 1;
            }
            self.drop_front();
        }
        self.last_sequence += 1;
        self.size_bytes += bytes.len();
        self.waiting.push_back(Waiting { sequence: self.last_sequence, since: now, bytes });
        dropped_count
    }

    /// The next message to write, and how many were skipped because they are no longer fresh.
    pub(super) fn next(&mut self, now: Instant) -> (Option<(u64, Bytes)>, usize) {
        let mut stale_count = 0;
        while let Some(next) = self.waiting.get(self.written_count) {
            if now.saturating_duration_since(next.since) <= self.channel.fresh_for() {
                let message = (next.sequence, next.bytes.clone());
                self.written_count += 1;
                return (Some(message), stale_count);
            }
            stale_count += 1;
            if let Some(stale) = self.waiting.remove(self.written_count) {
                self.size_bytes -= stale.bytes.len();
            }
        }
        (None, stale_count)
    }

    /// The peer has everything up to `sequence`.
    pub(super) fn acknowledge(&mut self, sequence: u64) {
        while self.waiting.front().is_some_and(|front| front.sequence <= sequence) {
            self.drop_front();
        }
    }

    /// A new stream: whatever was not acknowledged is written again.
    pub(super) fn rewind(&mut self) {
        self.written_count = 0;
    }

    fn drop_front(&mut self) {
        if let Some(front) = self.waiting.pop_front() {
            self.size_bytes -= front.bytes.len();
            self.written_count = self.written_count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn drain(queue: &mut Queue, now: Instant) -> Vec<u64> {
        std::iter::from_fn(|| queue.next(now).0).map(|(sequence, _)| sequence).collect()
    }

    #[test]
    fn one_message_past_the_count_drops_the_oldest() {
        let now = Instant::now();
        let mut queue = Queue::new(Channel::Status);
        let dropped: usize = (0..=Channel::Status.queue_count_max()).map(|_| queue.push(now, Bytes::from_static(b"s"))).sum();
        assert_eq!(dropped, 1);
        assert_eq!(drain(&mut queue, now), [2, 3, 4, 5]);
    }

    #[test]
    fn one_message_past_the_bytes_drops_the_oldest() {
        let now = Instant::now();
        let mut queue = Queue::new(Channel::ProposalParts);
        let mib = Bytes::from(vec![0; 1024 * 1024 + 1]);
        let dropped: usize = (0..16).map(|_| queue.push(now, mib.clone())).sum();
        assert_eq!(dropped, 1);
        assert_eq!(queue.size_bytes(), 15 * mib.len());
    }

    #[test]
    fn what_was_not_acknowledged_is_written_again_after_a_rewind() {
        let now = Instant::now();
        let mut queue = Queue::new(Channel::Consensus);
        for _ in 0..4 {
            queue.push(now, Bytes::from_static(b"v"));
        }
        assert_eq!(drain(&mut queue, now), [1, 2, 3, 4]);
        queue.acknowledge(2);
        queue.rewind();
        assert_eq!(drain(&mut queue, now), [3, 4]);
        queue.acknowledge(9);
        assert_eq!(queue.size_bytes(), 0);
    }

    #[test]
    fn a_stale_message_is_not_sent() {
        let start = Instant::now();
        let later = start + Channel::Status.fresh_for() + Duration::from_millis(1);
        let mut queue = Queue::new(Channel::Status);
        queue.push(start, Bytes::from_static(b"old"));
        queue.push(later, Bytes::from_static(b"new"));
        assert!(matches!(queue.next(later), (Some((2, _)), 1)));
    }
}
