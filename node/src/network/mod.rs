//! The members' network: one libp2p swarm, one TCP port, opaque bytes.
//!
//! It exists so that members, and nobody else, exchange four kinds of traffic:
//!
//! | traffic | how | loss |
//! |---|---|---|
//! | votes, proposals, liveness, status ([`Channel`]) | a direct stream to every member, in order, resent after a reconnection while fresh | the oldest frame of a full lane is dropped and counted |
//! | records ([`NetworkHandle::gossip`]) | gossipsub; forwarded only after the node accepted them | best effort; a proposal carries what was missed |
//! | value sync ([`NetworkHandle::request`]) | one stream per question | the asker sees the error and asks another |
//! | admission | allow list, filled from the members on the ledger | a stranger is cut before any protocol is spoken |
//!
//! It never looks inside the bytes, never knows the ledger or the consensus engine, and never
//! sends to a peer that is not a member. No other folder of the node names libp2p.
//!
//! Two networks never mix: the network id is part of the noise handshake (prologue) and of every
//! protocol and topic name.
//!
//! ```no_run
//! # use symbolon_node::network::{self, *};
//! # async fn example() -> Result<(), NetworkError> {
//! let key = NodeKey::from_secret([7; 32])?;
//! let config = NetworkConfig::new([1; 32], key, vec!["/ip4/127.0.0.1/tcp/0".parse()?]);
//! let (network, mut events) = network::start(config).await?;
//! network.publish(Channel::Consensus, b"vote".as_slice())?;
//! while let Some(event) = events.recv().await {
//!     if let NetworkEvent::Gossip { id, .. } = event {
//!         network.accept_gossip(id);
//!     }
//! }
//! network.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod config;
mod counters;
mod driver;
mod event;
mod handle;
mod identity;
mod lane;
mod member;
mod queue;
mod streams;
mod sync;
#[cfg(test)]
mod tests;

pub use config::{NetworkConfig, NetworkError, PeerEntry, Timing};
pub use counters::{ChannelCounters, NetworkCounters};
pub use driver::start;
pub use event::{Channel, GossipId, NetworkEvent, NetworkEvents, Offence, RequestId};
pub use handle::{NetworkHandle, PeerStatus, RequestError};
pub use identity::{Address, NodeKey, PeerId};

/// Most members a network may have.
pub const MEMBERS_MAX: usize = 512;
/// Most addresses kept for one member.
pub const ADDRESSES_MAX: usize = 8;
/// Longest vote, proposal or liveness message.
pub const CONSENSUS_BYTES_MAX: usize = 64 * 1024;
/// Longest proposal part: a block body of 1 MiB with room for its frame.
pub const PROPOSAL_PART_BYTES_MAX: usize = 1280 * 1024;
/// Longest status message.
pub const STATUS_BYTES_MAX: usize = 4 * 1024;
/// Longest gossip message (`DESIGN.md` section 9).
pub const GOSSIP_BYTES_MAX: usize = 512 * 1024;
/// Longest question of value sync.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// Longest answer of value sync (`DESIGN.md` section 9).
pub const RESPONSE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Questions of one member answered at the same time, and questions asked of one member.
pub const REQUESTS_PER_PEER_MAX: usize = 4;
