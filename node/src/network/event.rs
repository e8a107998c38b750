//! What the network tells the node, and in which order.

use super::{Address, CONSENSUS_BYTES_MAX, PROPOSAL_PART_BYTES_MAX, PeerId, STATUS_BYTES_MAX};
use bytes::Bytes;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// Kinds of direct messages. Each has its own stream to each member, so that none waits for another.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Channel {
    /// Votes and proposals, at most [`CONSENSUS_BYTES_MAX`].
    Consensus,
    /// Parts of proposed blocks, at most [`PROPOSAL_PART_BYTES_MAX`].
    ProposalParts,
    /// Round certificates and other liveness messages, at most [`CONSENSUS_BYTES_MAX`].
    Liveness,
    /// Heights and tips, at most [`STATUS_BYTES_MAX`]; only the newest few are kept for a peer.
    Status,
}

impl Channel {
    /// All channels, in the order of their indexes.
    pub const ALL: [Self; 4] = [Self::Consensus, Self::ProposalParts, Self::Liveness, Self::Status];

    /// The longest message of this channel.
    pub const fn message_bytes_max(self) -> usize {
        match self {
            Self::Consensus | Self::Liveness => CONSENSUS_BYTES_MAX,
            Self::ProposalParts => PROPOSAL_PART_BYTES_MAX,
            Self::Status => STATUS_BYTES_MAX,
        }
    }

    /// Messages kept for one peer that is slow or away; past it the oldest is dropped.
    pub const fn queue_count_max(self) -> usize {
        match self {
            Self::Consensus => 4096,
            Self::ProposalParts => 16,
            Self::Liveness => 256,
            Self::Status => 4,
        }
    }

    /// Bytes kept for one peer that is slow or away; past it the oldest is dropped.
    pub const fn queue_bytes_max(self) -> usize {
        match self {
            Self::Consensus => 4 * 1024 * 1024,
            Self::ProposalParts => 16 * 1024 * 1024,
            Self::Liveness => 1024 * 1024,
            Self::Status => 4 * STATUS_BYTES_MAX,
        }
    }

    /// How long a message is worth sending.
    pub const fn fresh_for(self) -> Duration {
        match self {
            Self::Consensus | Self::ProposalParts => Duration::from_secs(30),
            Self::Liveness => Duration::from_secs(10),
            Self::Status => Duration::from_secs(5),
        }
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Consensus => 0,
            Self::ProposalParts => 1,
            Self::Liveness => 2,
            Self::Status => 3,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Consensus => "consensus",
            Self::ProposalParts => "parts",
            Self::Liveness => "liveness",
            Self::Status => "status",
        }
    }
}

/// Names one question of a peer, until it is answered, declined or too old.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestId(pub(super) u64);

/// Names one gossip message until the node said whether it is to be forwarded.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct GossipId {
    pub(super) hash: [u8; 32],
    pub(super) from: PeerId,
}

impl GossipId {
    /// SHA-256 of the message.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

/// Why a member was cut off for a while.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Offence {
    /// It announced a frame, question or answer longer than allowed.
    TooLarge,
    /// It broke the form of our own protocols.
    Malformed,
    /// It forwarded several gossip messages that the node rejected.
    RejectedGossip,
    /// The node said so, by [`NetworkHandle::penalise`](super::NetworkHandle::penalise).
    Reported,
}

/// What happened.
#[derive(Debug)]
pub enum NetworkEvent {
    /// We accept connections at this address (with port 0 in the configuration: the real port).
    Listening {
        /// The address.
        address: Address,
    },
    /// The first connection to this member is up.
    PeerConnected {
        /// The member.
        peer: PeerId,
    },
    /// The last connection to this member is gone; we keep trying.
    PeerDisconnected {
        /// The member.
        peer: PeerId,
    },
    /// A direct message, in the order the member sent it on this channel.
    Message {
        /// The member at the other end, proven by the handshake.
        from: PeerId,
        /// The channel.
        channel: Channel,
        /// At most [`Channel::message_bytes_max`].
        bytes: Bytes,
    },
    /// A question of value sync. Answer with [`NetworkHandle::respond`](super::NetworkHandle::respond)
    /// or [`NetworkHandle::decline`](super::NetworkHandle::decline) within [`Timing::request`](super::Timing::request).
    Request {
        /// Who asks.
        from: PeerId,
        /// What to answer with.
        id: RequestId,
        /// At most [`REQUEST_BYTES_MAX`](super::REQUEST_BYTES_MAX).
        bytes: Bytes,
    },
    /// A record message. It goes no further until
    /// [`NetworkHandle::accept_gossip`](super::NetworkHandle::accept_gossip), and must be judged within 4 seconds.
    Gossip {
        /// Who forwarded it (not who made it).
        from: PeerId,
        /// What to judge it by.
        id: GossipId,
        /// At most [`GOSSIP_BYTES_MAX`](super::GOSSIP_BYTES_MAX).
        bytes: Bytes,
    },
    /// Somebody who is not a member, or of another network, was cut. At most ten a second are told;
    /// all are counted.
    StrangerRefused {
        /// Its key, if the handshake came that far.
        peer: Option<PeerId>,
        /// Where it came from.
        address: String,
    },
    /// A member broke a rule and is cut off for a while (10 s, doubled each time up to 5 min).
    PeerPenalised {
        /// The member.
        peer: PeerId,
        /// What it did.
        offence: Offence,
    },
}

/// Past this many urgent events in a row, one gossip message is let through.
const URGENT_STREAK_MAX: u32 = 64;

/// The stream of [`NetworkEvent`]s: notices first, then direct messages, then questions, then gossip.
///
/// What waits here is bounded per peer; a peer whose share is full is read no further.
#[derive(Debug)]
pub struct NetworkEvents {
    pub(super) notices: mpsc::Receiver<NetworkEvent>,
    pub(super) messages: mpsc::UnboundedReceiver<Held>,
    pub(super) requests: mpsc::Receiver<NetworkEvent>,
    pub(super) gossip: mpsc::UnboundedReceiver<Held>,
    pub(super) streak: u32,
}

/// An event that takes from its sender's share of memory until the node picks it up.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) event: NetworkEvent,
    pub(super) _share: OwnedSemaphorePermit,
}

impl NetworkEvents {
    /// The next event, or `None` after the network has shut down. Safe to use in `select!`.
    pub async fn recv(&mut self) -> Option<NetworkEvent> {
        if self.streak >= URGENT_STREAK_MAX {
            self.streak = 0;
            if let Ok(held) = self.gossip.try_recv() {
                return Some(held.event);
            }
        }
        tokio::select! {
            biased;
            notice = self.notices.recv() => notice,
            Some(held) = self.messages.recv() => {
                self.streak = self.streak.saturating_add(1);
                Some(held.event)
            }
            Some(request) = self.requests.recv() => {
                self.streak = self.streak.saturating_add(1);
                Some(request)
            }
            Some(held) = self.gossip.recv() => {
                self.streak = 0;
                Some(held.event)
            }
        }
    }
}
