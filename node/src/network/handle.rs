//! What the node may ask of the network.

use super::{
    Channel, GOSSIP_BYTES_MAX, GossipId, NetworkCounters, NetworkError, Offence, PeerEntry, PeerId, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX,
    RequestId, config::check_members, counters::add, driver::Command, member::Shared, streams::Opener, sync,
};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot, watch};

/// Why a question got no answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// The question is longer than [`REQUEST_BYTES_MAX`].
    #[error("question too large")]
    QuestionTooLarge,
    /// The peer is not a member, or is this node itself.
    #[error("not another member")]
    NotMember,
    /// The peer is not connected, or the connection broke.
    #[error("not connected: {0}")]
    Connection(String),
    /// No whole answer came in [`Timing::request`](super::Timing::request).
    #[error("no answer in time")]
    Timeout,
    /// The peer has too many questions open, or its node did not answer.
    #[error("the peer declined")]
    Declined,
    /// The peer announced an answer longer than [`RESPONSE_BYTES_MAX`]; it was cut off for it.
    #[error("answer too large")]
    AnswerTooLarge,
    /// The network has shut down.
    #[error("the network has shut down")]
    Closed,
}

/// One other member as the network sees it now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PeerStatus {
    /// Its entry in the member list.
    pub entry: PeerEntry,
    /// Whether a connection is up.
    pub connected: bool,
    /// The last measured round trip.
    pub round_trip: Option<Duration>,
    /// Bytes waiting for it in all queues.
    pub queued_bytes: usize,
}

/// The node's end of the network; cheap to clone. The network ends with
/// [`shutdown`](Self::shutdown), or when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct NetworkHandle {
    pub(super) shared: Arc<Shared>,
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) opener: Opener,
    pub(super) ended: watch::Receiver<bool>,
}

impl NetworkHandle {
    /// This node's name on the wire.
    pub fn local_peer(&self) -> PeerId {
        self.shared.own
    }

    /// Queues a message for every other member, connected or not. Never waits.
    ///
    /// A message is resent after a reconnection while it is fresh ([`Channel::fresh_for`]), and shown
    /// at most once to a peer that stayed up. If a peer's queue is full its oldest message of the same
    /// channel is dropped; other peers and channels are not touched.
    ///
    /// # Errors
    /// [`NetworkError::TooLarge`], [`NetworkError::Closed`].
    pub fn publish(&self, channel: Channel, bytes: impl Into<Bytes>) -> Result<(), NetworkError> {
        let bytes = bytes.into();
        self.check_sendable(channel, &bytes)?;
        for member in self.shared.members().values() {
            member.enqueue(channel, bytes.clone(), &self.shared.counters);
        }
        Ok(())
    }

    /// Queues a message for one member, like [`publish`](Self::publish).
    ///
    /// # Errors
    /// [`NetworkError::TooLarge`], [`NetworkError::NotMember`], [`NetworkError::Closed`].
    pub fn send_to(&self, peer: PeerId, channel: Channel, bytes: impl Into<Bytes>) -> Result<(), NetworkError> {
        let bytes = bytes.into();
        self.check_sendable(channel, &bytes)?;
        let member = self.shared.member(&peer).ok_or(NetworkError::NotMember(peer))?;
        member.enqueue(channel, bytes, &self.shared.counters);
        Ok(())
    }

    /// Asks a member and waits for its answer of at most [`RESPONSE_BYTES_MAX`].
    ///
    /// At most [`REQUESTS_PER_PEER_MAX`](super::REQUESTS_PER_PEER_MAX) questions to one member are open;
    /// further ones wait their turn within the same timeout.
    ///
    /// # Errors
    /// [`RequestError`]; nothing is retried, ask another member instead.
    pub async fn request(&self, peer: PeerId, question: impl Into<Bytes>) -> Result<Bytes, RequestError> {
        let question = question.into();
        if question.len() > REQUEST_BYTES_MAX {
            return Err(RequestError::QuestionTooLarge);
        }
        if *self.ended.borrow() {
            return Err(RequestError::Closed);
        }
        let member = self.shared.member(&peer).ok_or(RequestError::NotMember)?;
        add(&self.shared.counters.plain.requests_out, 1);
        let mut ended = self.ended.clone();
        let answer = tokio::select! {
            answer = tokio::time::timeout(
                self.shared.timing.request,
                sync::ask(&self.shared, &self.opener, &member, question),
            ) => answer.unwrap_or(Err(RequestError::Timeout)),
            _ = ended.wait_for(|ended| *ended) => Err(RequestError::Closed),
        };
        if answer == Err(RequestError::AnswerTooLarge) {
            self.penalise(peer, Offence::TooLarge);
        }
        answer
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`NetworkError::TooLarge`] past [`RESPONSE_BYTES_MAX`] (the question is then declined),
    /// [`NetworkError::NoSuchRequest`] if it was answered before or the peer waits no longer.
    pub fn respond(&self, id: RequestId, answer: impl Into<Bytes>) -> Result<(), NetworkError> {
        let answer = answer.into();
        let waiting = self.shared.take_question(id).ok_or(NetworkError::NoSuchRequest)?;
        if answer.len() > RESPONSE_BYTES_MAX {
            return Err(NetworkError::TooLarge { size_bytes: answer.len(), limit_bytes: RESPONSE_BYTES_MAX });
        }
        waiting.send(answer).map_err(|_| NetworkError::NoSuchRequest)
    }

    /// Tells the asker that there will be no answer.
    pub fn decline(&self, id: RequestId) {
        drop(self.shared.take_question(id));
    }

    /// Sends a record message to the network. With no peer connected it waits (at most 64 messages
    /// and 8 MiB, the oldest dropped first). The same bytes twice within a minute are sent once.
    ///
    /// # Errors
    /// [`NetworkError::TooLarge`] past [`GOSSIP_BYTES_MAX`], [`NetworkError::Busy`] if the command
    /// queue is full, [`NetworkError::Closed`].
    pub fn gossip(&self, bytes: impl Into<Bytes>) -> Result<(), NetworkError> {
        let bytes = bytes.into();
        if bytes.len() > GOSSIP_BYTES_MAX {
            return Err(NetworkError::TooLarge { size_bytes: bytes.len(), limit_bytes: GOSSIP_BYTES_MAX });
        }
        self.command(Command::Gossip(bytes))
    }

    /// Forwards a record message: it is valid and new.
    pub fn accept_gossip(&self, id: GossipId) {
        self.judge(id, super::driver::Verdict::Accept);
    }

    /// Does not forward a record message, and blames nobody: it is late, known, or we are too busy.
    pub fn ignore_gossip(&self, id: GossipId) {
        self.judge(id, super::driver::Verdict::Ignore);
    }

    /// Does not forward a record message that an honest member would not have forwarded either
    /// (malformed, bad signature). Its forwarder is cut off for a while after a few of them.
    pub fn reject_gossip(&self, id: GossipId) {
        self.judge(id, super::driver::Verdict::Reject);
    }

    /// Cuts a member off for a while, for an offence the node saw in the bytes.
    pub fn penalise(&self, peer: PeerId, offence: Offence) {
        let _ = self.command(Command::Penalise(peer, offence));
    }

    /// Replaces the member list. Who is no longer on it is disconnected at once and its queues are
    /// dropped; who stays keeps connection and queues; who is new is called.
    ///
    /// # Errors
    /// [`NetworkError::Members`] if the list is refused (then nothing changes), [`NetworkError::Closed`].
    pub async fn set_members(&self, members: Vec<PeerEntry>) -> Result<(), NetworkError> {
        let members = check_members(self.shared.own, members)?;
        let (done, wait) = oneshot::channel();
        self.commands.send(Command::SetMembers(members, done)).await.map_err(|_| NetworkError::Closed)?;
        wait.await.map_err(|_| NetworkError::Closed)
    }

    /// The other members, in the order of their keys.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.shared.members().values().map(|member| member.status()).collect()
    }

    /// The counters.
    pub fn counters(&self) -> NetworkCounters {
        self.shared.read_counters()
    }

    /// Closes all connections and ends all tasks of the network, within one second.
    pub async fn shutdown(&self) {
        let _ = self.commands.send(Command::Shutdown).await;
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }

    fn judge(&self, id: GossipId, verdict: super::driver::Verdict) {
        if self.command(Command::Judge(id, verdict)).is_err() {
            add(&self.shared.counters.plain.gossip_dropped, 1);
        }
    }

    fn command(&self, command: Command) -> Result<(), NetworkError> {
        self.commands.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NetworkError::Busy,
            mpsc::error::TrySendError::Closed(_) => NetworkError::Closed,
        })
    }

    fn check_sendable(&self, channel: Channel, bytes: &Bytes) -> Result<(), NetworkError> {
        let limit_bytes = channel.message_bytes_max();
        if bytes.len() > limit_bytes {
            return Err(NetworkError::TooLarge { size_bytes: bytes.len(), limit_bytes });
        }
        if *self.ended.borrow() {
            return Err(NetworkError::Closed);
        }
        Ok(())
    }
}
