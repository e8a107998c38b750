//! Counters for the operator's metrics.

use super::Channel;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Traffic of one [`Channel`] since the start.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ChannelCounters {
    /// Messages received.
    pub messages_in: u64,
    /// Bytes received.
    pub bytes_in: u64,
    /// Messages written, resent ones included.
    pub messages_out: u64,
    /// Bytes written, resent ones included.
    pub bytes_out: u64,
    /// Messages for a peer that were dropped because its queue was full or they were no longer fresh.
    pub dropped: u64,
    /// Messages received again after a reconnection, and not shown again.
    pub repeated: u64,
}

/// All counters since the start, read at one moment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NetworkCounters {
    /// Members on the list, this node not counted.
    pub members: u64,
    /// Members connected now.
    pub peers_connected: u64,
    /// By [`Channel::ALL`].
    pub channels: [ChannelCounters; 4],
    /// Connections of keys that are not members.
    pub strangers_refused: u64,
    /// Handshakes that failed: another network, no libp2p, too slow.
    pub handshakes_failed: u64,
    /// Times a member was cut off for breaking a rule.
    pub penalties: u64,
    /// Connections made, duplicates included.
    pub connections_made: u64,
    /// Gossip messages shown to the node.
    pub gossip_in: u64,
    /// Their bytes.
    pub gossip_bytes_in: u64,
    /// Gossip messages of this node.
    pub gossip_out: u64,
    /// Gossip messages not shown or not sent because a queue was full.
    pub gossip_dropped: u64,
    /// Gossip messages the node rejected.
    pub gossip_rejected: u64,
    /// Questions answered or declined for others.
    pub requests_in: u64,
    /// Questions asked.
    pub requests_out: u64,
    /// Questions of others refused because too many were open.
    pub requests_refused: u64,
    /// Notices that the node was too slow to take.
    pub notices_dropped: u64,
}

macro_rules! cells {
    ($cell:ident, $plain:ident { $($field:ident),* }) => {
        #[derive(Debug, Default)]
        pub(super) struct $cell { $(pub(super) $field: AtomicU64),* }
        impl $cell {
            fn read_into(&self, plain: &mut $plain) { $(plain.$field = self.$field.load(Relaxed);)* }
        }
    };
}

cells!(ChannelCells, ChannelCounters { messages_in, bytes_in, messages_out, bytes_out, dropped, repeated });
cells!(
    PlainCells,
    NetworkCounters {
        strangers_refused,
        handshakes_failed,
        penalties,
        connections_made,
        gossip_in,
        gossip_bytes_in,
        gossip_out,
        gossip_dropped,
        gossip_rejected,
        requests_in,
        requests_out,
        requests_refused,
        notices_dropped
    }
);

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) plain: PlainCells,
    channels: [ChannelCells; 4],
}

impl Counters {
    pub(super) fn channel(&self, channel: Channel) -> &ChannelCells {
        &self.channels[channel.index()]
    }

    pub(super) fn read(&self) -> NetworkCounters {
        let mut plain = NetworkCounters::default();
        self.plain.read_into(&mut plain);
        for (cells, to) in self.channels.iter().zip(&mut plain.channels) {
            cells.read_into(to);
        }
        plain
    }
}

/// Adds to a counter.
pub(super) fn add(cell: &AtomicU64, amount: usize) {
    cell.fetch_add(amount as u64, Relaxed);
}
