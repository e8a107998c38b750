//! What the network remembers of each other member, and what all its tasks share.

use super::{
    Channel, NetworkCounters, PROPOSAL_PART_BYTES_MAX, PeerEntry, PeerId, PeerStatus, REQUESTS_PER_PEER_MAX, RequestId, Timing,
    counters::{Counters, add},
    queue::Queue,
};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Notify, Semaphore, oneshot, watch};

/// Memory for direct messages that the node has not picked up, of all members together.
const INBOUND_BYTES_TOTAL: usize = 128 * 1024 * 1024;
/// Memory for gossip messages that the node has not picked up, of all members together.
const GOSSIP_BYTES_TOTAL: usize = 64 * 1024 * 1024;
/// The most one member may take of either.
const SHARE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The least one member gets: one longest message and as much again.
const SHARE_BYTES_MIN: usize = 2 * PROPOSAL_PART_BYTES_MAX;
/// What the shortest direct message takes of a share: it bounds their count.
const MESSAGE_COST_MIN: usize = 16 * 1024;

/// One other member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) peer: PeerId,
    pub(super) wire: libp2p::PeerId,
    pub(super) lanes: [Lane; 4],
    pub(super) inbound: [Arc<tokio::sync::Mutex<Inbound>>; 4],
    /// Direct messages waiting for the node.
    pub(super) share: Arc<Semaphore>,
    /// Gossip messages waiting for the node.
    pub(super) gossip_share: Arc<Semaphore>,
    /// Its questions to us.
    pub(super) questions: Arc<Semaphore>,
    /// Our questions to it.
    pub(super) asks: Semaphore,
    /// Raised with each connection made; 0 while there is none.
    pub(super) connected: watch::Sender<u64>,
    share_bytes: usize,
    entry: Mutex<PeerEntry>,
    round_trip: Mutex<Option<Duration>>,
}

/// The outgoing half of one channel to one member.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) queue: Mutex<Queue>,
    pub(super) added: Notify,
}

/// The incoming half: what was received of which run of the sender.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    pub(super) session: u64,
    pub(super) last_sequence: u64,
}

impl Member {
    pub(super) fn new(entry: PeerEntry, wire: libp2p::PeerId, member_count: usize) -> Self {
        let share = |total: usize| (total / member_count.max(1)).clamp(SHARE_BYTES_MIN, SHARE_BYTES_MAX);
        let share_bytes = share(INBOUND_BYTES_TOTAL);
        Self {
            peer: entry.peer,
            wire,
            lanes: Channel::ALL.map(|channel| Lane { queue: Mutex::new(Queue::new(channel)), added: Notify::new() }),
            inbound: Channel::ALL.map(|_| Arc::default()),
            share: Arc::new(Semaphore::new(share_bytes)),
            gossip_share: Arc::new(Semaphore::new(share(GOSSIP_BYTES_TOTAL))),
            questions: Arc::new(Semaphore::new(REQUESTS_PER_PEER_MAX)),
            asks: Semaphore::new(REQUESTS_PER_PEER_MAX),
            connected: watch::Sender::new(0),
            share_bytes,
            entry: Mutex::new(entry),
            round_trip: Mutex::new(None),
        }
    }

    pub(super) fn enqueue(&self, channel: Channel, bytes: Bytes, counters: &Counters) {
        let lane = self.lane(channel);
        let dropped_count = locked(&lane.queue).push(Instant::now(), bytes);
        if dropped_count > 0 {
            add(&counters.channel(channel).dropped, dropped_count);
            tracing::debug!(peer = ?self.peer, ?channel, dropped_count, "queue full");
        }
        lane.added.notify_one();
    }

    pub(super) fn lane(&self, channel: Channel) -> &Lane {
        &self.lanes[channel.index()]
    }

    /// What a message of this size takes of the member's share.
    pub(super) fn cost(&self, size_bytes: usize) -> u32 {
        u32::try_from(size_bytes.clamp(MESSAGE_COST_MIN, self.share_bytes)).unwrap_or(u32::MAX)
    }

    pub(super) fn is_connected(&self) -> bool {
        *self.connected.borrow() != 0
    }

    pub(super) fn set_entry(&self, entry: PeerEntry) {
        *locked(&self.entry) = entry;
    }

    pub(super) fn entry(&self) -> PeerEntry {
        locked(&self.entry).clone()
    }

    pub(super) fn set_round_trip(&self, round_trip: Duration) {
        *locked(&self.round_trip) = Some(round_trip);
    }

    pub(super) fn status(&self) -> PeerStatus {
        PeerStatus {
            entry: self.entry(),
            connected: self.is_connected(),
            round_trip: *locked(&self.round_trip),
            queued_bytes: self.lanes.iter().map(|lane| locked(&lane.queue).size_bytes()).sum(),
        }
    }
}

/// A question of another member, until the node answers it.
type OpenQuestion = oneshot::Sender<Bytes>;

/// What handles and tasks share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) own: PeerId,
    /// Drawn at start, so that a peer can tell this run's messages from the last run's.
    pub(super) session: u64,
    pub(super) timing: Timing,
    pub(super) protocols: super::streams::Protocols,
    pub(super) counters: Counters,
    members: RwLock<BTreeMap<PeerId, Arc<Member>>>,
    questions: Mutex<BTreeMap<RequestId, OpenQuestion>>,
    last_question: AtomicU64,
}

impl Shared {
    pub(super) fn new(own: PeerId, timing: Timing, protocols: super::streams::Protocols) -> Self {
        Self {
            own,
            session: rand::random(),
            timing,
            protocols,
            counters: Counters::default(),
            members: RwLock::default(),
            questions: Mutex::default(),
            last_question: AtomicU64::new(0),
        }
    }

    pub(super) fn members(&self) -> RwLockReadGuard<'_, BTreeMap<PeerId, Arc<Member>>> {
        self.members.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn member(&self, peer: &PeerId) -> Option<Arc<Member>> {
        self.members().get(peer).cloned()
    }

    pub(super) fn insert_member(&self, member: Arc<Member>) {
        self.members.write().unwrap_or_else(PoisonError::into_inner).insert(member.peer, member);
    }

    pub(super) fn remove_member(&self, peer: &PeerId) {
        self.members.write().unwrap_or_else(PoisonError::into_inner).remove(peer);
    }

    pub(super) fn read_counters(&self) -> NetworkCounters {
        let members = self.members();
        NetworkCounters {
            members: members.len() as u64,
            peers_connected: members.values().filter(|member| member.is_connected()).count() as u64,
            ..self.counters.read()
        }
    }

    pub(super) fn open_question(&self) -> (RequestId, oneshot::Receiver<Bytes>) {
        let id = RequestId(self.last_question.fetch_add(1, Ordering::Relaxed));
        let (answer, wait) = oneshot::channel();
        locked(&self.questions).insert(id, answer);
        (id, wait)
    }

    pub(super) fn take_question(&self, id: RequestId) -> Option<OpenQuestion> {
        locked(&self.questions).remove(&id)
    }
}

/// A lock whose holder cannot panic half-way: the data behind it is whole even if one did.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
