//! Whole networks on loopback. Nothing sleeps to wait for something: each step waits for its event.

use super::{
    driver::prologue,
    streams::{Opener, Protocols, Purpose, Streams},
    *,
};
use bytes::Bytes;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::{
    Swarm, Transport,
    core::{muxing::StreamMuxerBox, upgrade::Version},
    gossipsub, noise, ping,
    swarm::{NetworkBehaviour, SwarmEvent},
    tcp, yamux,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};

mod delivery;
mod measure;
mod outsider;
mod questions;
mod records;
mod strangers;

use outsider::{Outsider, Wire, penalised};

const NETWORK: [u8; 32] = [0xA1; 32];
const OTHER_NETWORK: [u8; 32] = [0xB2; 32];
const PATIENCE: Duration = Duration::from_secs(20);

fn key(number: u8) -> NodeKey {
    NodeKey::from_secret([number; 32]).expect("a seed")
}

fn free_port() -> Address {
    "/ip4/127.0.0.1/tcp/0".parse().expect("an address")
}

fn entry(peer: PeerId, addresses: Vec<Address>) -> PeerEntry {
    PeerEntry { peer, addresses, validator: true }
}

async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("too late: {what}"))
}

/// A node whose owner is the test.
struct Node {
    handle: NetworkHandle,
    events: NetworkEvents,
    address: Address,
}

impl Node {
    async fn start(number: u8) -> Self {
        Self::start_with(NetworkConfig::new(NETWORK, key(number), vec![free_port()])).await
    }

    async fn start_with(config: NetworkConfig) -> Self {
        let (handle, mut events) = start(config).await.expect("starts");
        let address = loop {
            if let Some(NetworkEvent::Listening { address }) = events.recv().await {
                break address;
            }
        };
        Self { handle, events, address }
    }

    fn peer(&self) -> PeerId {
        self.handle.local_peer()
    }

    fn entry(&self) -> PeerEntry {
        entry(self.peer(), vec![self.address.clone()])
    }

    /// The first thing `pick` wants; everything else is passed over.
    async fn expect<T>(&mut self, what: &str, mut pick: impl FnMut(NetworkEvent) -> Option<T>) -> T {
        in_time(what, async {
            loop {
                let event = self.events.recv().await.expect("the network runs");
                if let Some(found) = pick(event) {
                    return found;
                }
            }
        })
        .await
    }

    async fn connected_to(&mut self, peer: PeerId) {
        if self.handle.peers().iter().any(|status| status.entry.peer == peer && status.connected) {
            return;
        }
        self.expect("connection", |event| matches!(event, NetworkEvent::PeerConnected { peer: up } if up == peer).then_some(())).await;
    }

    async fn message(&mut self, wanted: Channel) -> (PeerId, Bytes) {
        self.expect("message", |event| match event {
            NetworkEvent::Message { from, channel, bytes } if channel == wanted => Some((from, bytes)),
            _ => None,
        })
        .await
    }

    async fn gossip(&mut self) -> (GossipId, Bytes) {
        self.expect("gossip", |event| match event {
            NetworkEvent::Gossip { id, bytes, .. } => Some((id, bytes)),
            _ => None,
        })
        .await
    }

    async fn question(&mut self) -> (RequestId, Bytes) {
        self.expect("question", |event| match event {
            NetworkEvent::Request { id, bytes, .. } => Some((id, bytes)),
            _ => None,
        })
        .await
    }
}

/// Nodes that all know each other, connected.
async fn network(size: u8) -> Vec<Node> {
    let mut nodes = Vec::new();
    for number in 1..=size {
        nodes.push(Node::start(number).await);
    }
    let members: Vec<_> = nodes.iter().map(Node::entry).collect();
    for node in &nodes {
        node.handle.set_members(members.clone()).await.expect("members");
    }
    for node in &mut nodes {
        for member in &members {
            if member.peer != node.handle.local_peer() {
                node.connected_to(member.peer).await;
            }
        }
    }
    nodes
}

async fn pair() -> (Node, Node) {
    let mut nodes = network(2).await;
    let second = nodes.pop().expect("two");
    (nodes.pop().expect("two"), second)
}

#[test]
fn after_shutdown_no_task_is_left() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut nodes = network(3).await;
        nodes[0].handle.publish(Channel::ProposalParts, vec![0; 1024 * 1024]).unwrap();
        let asker = nodes[0].handle.clone();
        let peer = nodes[1].peer();
        let ask = tokio::spawn(async move { asker.request(peer, "never answered").await });
        nodes[1].question().await;
        for node in &nodes {
            tokio::time::timeout(Duration::from_secs(1), node.handle.shutdown()).await.expect("within a second");
            assert!(matches!(node.handle.publish(Channel::Consensus, "late"), Err(NetworkError::Closed)));
        }
        assert!(ask.await.unwrap().is_err());
        for node in &mut nodes {
            while node.events.recv().await.is_some() {}
        }
        let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        in_time("tasks end", async {
            while alive() > 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    });
}

#[tokio::test]
async fn the_network_ends_with_its_last_handle() {
    let Node { handle, mut events, .. } = Node::start(1).await;
    drop(handle);
    in_time("the end", async { while events.recv().await.is_some() {} }).await;
}

#[test]
fn only_numeric_addresses_are_taken() {
    for good in ["/ip4/10.0.0.1/tcp/9000", "/ip6/::1/tcp/9000"] {
        assert_eq!(good.parse::<Address>().unwrap().to_string(), good);
    }
    let named = format!("/ip4/10.0.0.1/tcp/1/p2p/{}", key(1).peer().to_base58());
    assert!(named.parse::<Address>().is_ok());
    for bad in [
        "/dns/customs.example/tcp/9000",
        "/dns4/customs.example/tcp/9000",
        "/ip4/10.0.0.1/udp/9000/quic-v1",
        "/ip4/10.0.0.1",
        "/ip4/10.0.0.1/tcp/9000/ws",
        "10.0.0.1:9000",
        "",
    ] {
        assert!(bad.parse::<Address>().is_err(), "{bad}");
    }
}

#[test]
fn a_peer_id_is_the_public_key_both_ways() {
    let peer = key(1).peer();
    assert_eq!(PeerId::from_wire(&peer.wire().unwrap()), Some(peer));
    assert!(PeerId::from_public_key(*peer.as_bytes()).is_ok());
}
