//! What the network must be told, checked once at the edge.

use super::{ADDRESSES_MAX, Address, MEMBERS_MAX, NodeKey, PeerId};
use std::time::Duration;

/// Why the network could not start or take a command.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The bytes are not an Ed25519 key.
    #[error("not an Ed25519 key")]
    Key,
    /// Only `/ip4/…/tcp/…` and `/ip6/…/tcp/…` are taken; names are not looked up.
    #[error("address {0:?} is not /ip4 or /ip6 with /tcp")]
    Address(String),
    /// More members than [`MEMBERS_MAX`], more addresses than [`ADDRESSES_MAX`], or a member twice.
    #[error("member list refused: {0}")]
    Members(&'static str),
    /// Nothing to listen on, or the system refused the port.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address asked for.
        address: String,
        /// The system's answer.
        reason: String,
    },
    /// The message is longer than its channel allows.
    #[error("message of {size_bytes} bytes exceeds {limit_bytes}")]
    TooLarge {
        /// Its size.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The peer is not a member, or is this node itself.
    #[error("{0} is not another member")]
    NotMember(PeerId),
    /// The question is unknown, already answered, or too old.
    #[error("no such request waits for an answer")]
    NoSuchRequest,
    /// The command queue is full.
    #[error("the network is busy")]
    Busy,
    /// The network has shut down.
    #[error("the network has shut down")]
    Closed,
    /// The transport could not be built.
    #[error("transport: {0}")]
    Transport(String),
}

/// One member of the network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PeerEntry {
    /// Its key.
    pub peer: PeerId,
    /// Where it listens, at most [`ADDRESSES_MAX`]; empty if it only calls us.
    pub addresses: Vec<Address>,
    /// Whether it votes. Shown in [`PeerStatus`](super::PeerStatus); all members get all messages.
    pub validator: bool,
}

/// How long things may take.
#[derive(Clone, Debug)]
pub struct Timing {
    /// TCP, noise and yamux of a new connection.
    pub handshake: Duration,
    /// Two connections made within this time are two calls that crossed, and both are kept; a new one
    /// beside an older one means that the older is dead at the other end.
    pub calls_cross_within: Duration,
    /// A question and its whole answer.
    pub request: Duration,
    /// Between two pings of an idle connection.
    pub ping_interval: Duration,
    /// A connection whose ping takes longer is closed.
    pub ping_timeout: Duration,
    /// First and longest pause before calling a member again whose addresses are all loopback.
    pub reconnect_loopback: (Duration, Duration),
    /// First and longest pause before calling any other member again.
    pub reconnect: (Duration, Duration),
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            calls_cross_within: Duration::from_secs(5),
            request: Duration::from_secs(15),
            ping_interval: Duration::from_secs(10),
            ping_timeout: Duration::from_secs(10),
            reconnect_loopback: (Duration::from_millis(100), Duration::from_secs(2)),
            reconnect: (Duration::from_millis(500), Duration::from_secs(15)),
        }
    }
}

/// All the network needs to start.
#[derive(Clone, Debug)]
pub struct NetworkConfig {
    /// SHA-256 of the founding file.
    pub network_id: [u8; 32],
    /// This node's key.
    pub key: NodeKey,
    /// Where to accept connections; at least one.
    pub listen: Vec<Address>,
    /// Who is admitted; this node itself may be among them. Changed later by
    /// [`NetworkHandle::set_members`](super::NetworkHandle::set_members).
    pub members: Vec<PeerEntry>,
    /// How long things may take.
    pub timing: Timing,
}

impl NetworkConfig {
    /// A network without other members and with the default [`Timing`].
    pub fn new(network_id: [u8; 32], key: NodeKey, listen: Vec<Address>) -> Self {
        Self { network_id, key, listen, members: Vec::new(), timing: Timing::default() }
    }
}

/// The members other than `own`, or why the list is refused.
pub(super) fn check_members(own: PeerId, members: Vec<PeerEntry>) -> Result<Vec<PeerEntry>, NetworkError> {
    if members.len() > MEMBERS_MAX {
        return Err(NetworkError::Members("too many members"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for member in &members {
        if member.addresses.len() > ADDRESSES_MAX {
            return Err(NetworkError::Members("too many addresses of one member"));
        }
        if !seen.insert(member.peer) {
            return Err(NetworkError::Members("a member twice"));
        }
    }
    Ok(members.into_iter().filter(|member| member.peer != own).collect())
}
