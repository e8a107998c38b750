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

mod measure;

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

// Members among themselves.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_nodes_hear_each_other_in_order_on_every_channel() {
    let mut nodes = network(4).await;
    for node in &nodes {
        for number in 0..50_u32 {
            for channel in [Channel::Consensus, Channel::ProposalParts, Channel::Liveness] {
                let size_bytes = if channel == Channel::ProposalParts { 40_000 } else { 4 };
                let mut bytes = vec![0; size_bytes];
                bytes[..4].copy_from_slice(&number.to_be_bytes());
                // Sixteen parts wait at most; the next ones are sent further down.
                if channel != Channel::ProposalParts || number < 16 {
                    node.handle.publish(channel, bytes).expect("queued");
                }
            }
        }
    }
    for node in &mut nodes {
        let mut next = std::collections::BTreeMap::new();
        let mut missing = 3 * (50 + 16 + 50);
        while missing > 0 {
            let (from, channel, bytes) = node
                .expect("message", |event| match event {
                    NetworkEvent::Message { from, channel, bytes } => Some((from, channel, bytes)),
                    _ => None,
                })
                .await;
            let number = u32::from_be_bytes(bytes[..4].try_into().expect("four bytes"));
            let expected = next.entry((from, channel)).or_insert(0);
            assert_eq!(number, *expected, "{from:?} {channel:?}");
            *expected += 1;
            missing -= 1;
        }
    }
}

#[tokio::test]
async fn a_message_one_byte_too_long_is_refused_to_its_sender() {
    let node = Node::start(1).await;
    for channel in Channel::ALL {
        let limit_bytes = channel.message_bytes_max();
        assert!(node.handle.publish(channel, vec![0; limit_bytes]).is_ok());
        assert!(matches!(node.handle.publish(channel, vec![0; limit_bytes + 1]), Err(NetworkError::TooLarge { .. })));
    }
    assert!(node.handle.gossip(vec![0; GOSSIP_BYTES_MAX + 1]).is_err());
    let stranger = key(9).peer();
    assert!(matches!(node.handle.send_to(stranger, Channel::Consensus, "x"), Err(NetworkError::NotMember(_))));
    assert_eq!(node.handle.request(stranger, "x").await, Err(RequestError::NotMember));
}

#[tokio::test]
async fn the_longest_message_of_each_channel_arrives() {
    let (first, mut second) = pair().await;
    for channel in Channel::ALL {
        let bytes = vec![7; channel.message_bytes_max()];
        first.handle.send_to(second.peer(), channel, bytes.clone()).expect("queued");
        assert_eq!(second.message(channel).await.1, bytes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_node_receives_what_was_sent_while_it_was_down() {
    let mut nodes = network(4).await;
    let down = nodes.pop().expect("four");
    let (peer, address) = (down.peer(), down.address.clone());
    down.handle.shutdown().await;
    let members: Vec<_> = nodes.iter().map(Node::entry).chain([entry(peer, vec![address.clone()])]).collect();
    for node in &mut nodes {
        node.expect("disconnection", |event| matches!(event, NetworkEvent::PeerDisconnected { peer: gone } if gone == peer).then_some(()))
            .await;
    }
    for number in 0..10_u8 {
        nodes[0].handle.publish(Channel::Consensus, vec![number]).expect("queued");
        nodes[1].message(Channel::Consensus).await;
    }

    let mut config = NetworkConfig::new(NETWORK, key(4), vec![address]);
    config.members = members;
    let mut up = Node::start_with(config).await;
    for number in 0..10_u8 {
        let (from, bytes) = up.message(Channel::Consensus).await;
        assert_eq!((from, bytes.as_ref()), (nodes[0].peer(), [number].as_slice()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_connections_lose_nothing_and_repeat_nothing() {
    const MESSAGES: u32 = 3000;
    const CUTS: u64 = 6;
    let (mut first, mut second) = (Node::start(1).await, Node::start(2).await);
    let wire = Wire::to(&second.address).await;
    first.handle.set_members(vec![entry(second.peer(), vec![wire.address.clone()])]).await.unwrap();
    second.handle.set_members(vec![entry(first.peer(), vec![])]).await.unwrap();
    let sender = first.handle.clone();
    let peer = second.peer();
    let (told, mut tell) = watch::channel(0_u32);
    tokio::spawn(async move {
        for number in 0..MESSAGES {
            // So little ahead that each cut is felt.
            let _ = tell.wait_for(|seen| number < seen + 100).await;
            sender.send_to(peer, Channel::Consensus, number.to_be_bytes().to_vec()).unwrap();
        }
    });
    for number in 0..MESSAGES {
        let (_, bytes) = second.message(Channel::Consensus).await;
        assert_eq!(bytes.as_ref(), number.to_be_bytes());
        let _ = told.send(number);
        if number % 500 == 250 {
            wire.cut();
        }
    }
    let connections = wire.connections.load(Ordering::Relaxed);
    assert!(connections > CUTS, "{connections} connections for {CUTS} cuts");
    assert_eq!(first.handle.counters().channels[0].dropped, 0);
    first.connected_to(peer).await;
}

#[tokio::test]
async fn a_call_beside_an_old_connection_starts_both_afresh() {
    let mut config = NetworkConfig::new(NETWORK, key(1), vec![free_port()]);
    // Every connection is older than this at once.
    config.timing.calls_cross_within = Duration::ZERO;
    let mut first = Node::start_with(config).await;
    let mut again = Outsider::start(NETWORK, &key(2)).await;
    first.handle.set_members(vec![entry(again.peer, vec![])]).await.unwrap();
    again.call(&first.address);
    again.connected().await;
    first.connected_to(again.peer).await;
    again.call(&first.address);
    for _ in 0..2 {
        again.closed().await;
    }
    first.expect("disconnection", |event| matches!(event, NetworkEvent::PeerDisconnected { .. }).then_some(())).await;
}

#[tokio::test]
async fn crossed_calls_leave_a_working_network() {
    let (mut first, mut second) = (Node::start(1).await, Outsider::start(NETWORK, &key(2)).await);
    first.handle.set_members(vec![entry(second.peer, vec![])]).await.unwrap();
    for _ in 0..3 {
        second.call(&first.address);
        second.connected().await;
    }
    first.connected_to(second.peer).await;
    // A fourth connection is one too many, and only it is refused.
    second.call(&first.address);
    second.connected().await;
    second.closed().await;
    assert!(second.open(NETWORK, &first, Purpose::Sync).await.is_some());
}

#[tokio::test]
async fn a_member_taken_off_the_list_is_cut_and_one_put_on_it_is_called() {
    let mut nodes = network(3).await;
    let third = nodes[2].entry();
    let (kept, all) = (vec![nodes[0].entry(), nodes[1].entry()], vec![nodes[0].entry(), nodes[1].entry(), third.clone()]);
    nodes[0].handle.set_members(kept).await.expect("members");
    nodes[2].expect("disconnection", |event| matches!(event, NetworkEvent::PeerDisconnected { .. }).then_some(())).await;
    assert_eq!(nodes[0].handle.peers().len(), 1);
    assert!(nodes[0].handle.send_to(third.peer, Channel::Consensus, "x").is_err());
    nodes[0].handle.set_members(all).await.expect("members");
    nodes[0].connected_to(third.peer).await;
    nodes[0].handle.send_to(third.peer, Channel::Consensus, "back").expect("queued");
    assert_eq!(nodes[2].message(Channel::Consensus).await.1, "back");
}

#[tokio::test]
async fn a_member_list_past_its_limits_changes_nothing() {
    let (first, second) = pair().await;
    let twice = vec![second.entry(), second.entry()];
    assert!(first.handle.set_members(twice).await.is_err());
    let many = vec![entry(second.peer(), vec![free_port(); ADDRESSES_MAX + 1])];
    assert!(first.handle.set_members(many).await.is_err());
    assert_eq!(first.handle.peers().len(), 1);
}

// Value sync.

#[tokio::test]
async fn an_answer_of_nine_mebibytes_arrives_and_one_of_eleven_does_not() {
    let (first, mut second) = pair().await;
    let (asker, peer) = (first.handle.clone(), second.peer());
    let ask = tokio::spawn(async move { asker.request(peer, "blocks 1 to 5").await });
    let (id, question) = second.question().await;
    assert_eq!(question, "blocks 1 to 5");
    let answer = Bytes::from(vec![5; 9 * 1024 * 1024]);
    second.handle.respond(id, answer.clone()).expect("answered");
    assert_eq!(ask.await.unwrap().unwrap(), answer);
    assert!(matches!(second.handle.respond(id, "again"), Err(NetworkError::NoSuchRequest)));

    let asker = first.handle.clone();
    let ask = tokio::spawn(async move { asker.request(peer, "too much").await });
    let (id, _) = second.question().await;
    assert!(matches!(second.handle.respond(id, vec![0; 11 * 1024 * 1024]), Err(NetworkError::TooLarge { .. })));
    assert_eq!(ask.await.unwrap(), Err(RequestError::Declined));
    let long = vec![0; REQUEST_BYTES_MAX + 1];
    assert_eq!(first.handle.request(peer, long).await, Err(RequestError::QuestionTooLarge));
}

#[tokio::test]
async fn a_peer_that_announces_eleven_mebibytes_is_cut_off() {
    let mut first = Node::start(1).await;
    let mut rogue = Outsider::start(NETWORK, &key(2)).await;
    first.handle.set_members(vec![entry(rogue.peer, vec![rogue.address.clone()])]).await.unwrap();
    first.connected_to(rogue.peer).await;
    rogue.connected().await;
    let (asker, peer) = (first.handle.clone(), rogue.peer);
    let ask = tokio::spawn(async move { asker.request(peer, "blocks").await });
    let mut stream = rogue.accepted(Purpose::Sync).await;
    let mut announced = vec![0];
    announced.extend((11_u32 * 1024 * 1024).to_be_bytes());
    stream.write_all(&announced).await.unwrap();
    stream.flush().await.unwrap();
    assert_eq!(ask.await.unwrap(), Err(RequestError::AnswerTooLarge));
    penalised(&mut first, rogue.peer, Offence::TooLarge).await;
    rogue.closed().await;
}

#[tokio::test]
async fn a_question_past_the_limit_per_peer_is_declined() {
    let mut first = Node::start(1).await;
    let mut greedy = Outsider::start(NETWORK, &key(2)).await;
    first.handle.set_members(vec![entry(greedy.peer, vec![greedy.address.clone()])]).await.unwrap();
    first.connected_to(greedy.peer).await;
    greedy.connected().await;
    let mut streams = Vec::new();
    for _ in 0..REQUESTS_PER_PEER_MAX {
        let mut stream = greedy.open(NETWORK, &first, Purpose::Sync).await.expect("opened");
        stream.write_all(&[0, 0, 0, 1, b'?']).await.unwrap();
        stream.flush().await.unwrap();
        first.question().await;
        streams.push(stream);
    }
    let mut stream = greedy.open(NETWORK, &first, Purpose::Sync).await.expect("opened");
    stream.write_all(&[0, 0, 0, 1, b'?']).await.unwrap();
    stream.flush().await.unwrap();
    let mut word = [9];
    in_time("refusal", stream.read_exact(&mut word)).await.unwrap();
    assert_eq!(word, [1]);
    assert_eq!(first.handle.counters().requests_refused, 1);
}

#[tokio::test]
async fn an_unanswered_question_ends_in_time() {
    let mut config = NetworkConfig::new(NETWORK, key(1), vec![free_port()]);
    config.timing.request = Duration::from_millis(200);
    let mut first = Node::start_with(config).await;
    let second = Node::start(2).await;
    first.handle.set_members(vec![second.entry()]).await.unwrap();
    second.handle.set_members(vec![first.entry()]).await.unwrap();
    first.connected_to(second.peer()).await;
    assert_eq!(first.handle.request(second.peer(), "?").await, Err(RequestError::Timeout));
}

// Records.

#[tokio::test]
async fn gossip_reaches_every_node_and_the_largest_too() {
    let mut nodes = network(4).await;
    for (number, size_bytes) in [(0_u8, 10), (1, GOSSIP_BYTES_MAX)] {
        let sent = Bytes::from(vec![number; size_bytes]);
        nodes[usize::from(number)].handle.gossip(sent.clone()).expect("queued");
        // All judge at once: right after the start one may have it only from another.
        let others = nodes.iter_mut().enumerate().filter(|(index, _)| *index != usize::from(number));
        futures::future::join_all(others.map(async |(_, node)| {
            let (id, bytes) = node.gossip().await;
            assert_eq!(bytes, sent);
            node.handle.accept_gossip(id);
        }))
        .await;
    }
}

#[tokio::test]
async fn gossip_before_the_first_peer_waits_for_it() {
    let (mut first, mut second) = (Node::start(1).await, Node::start(2).await);
    first.handle.gossip("early").expect("queued");
    second.handle.set_members(vec![first.entry()]).await.unwrap();
    first.handle.set_members(vec![second.entry()]).await.unwrap();
    first.connected_to(second.peer()).await;
    assert_eq!(second.gossip().await.1, "early");
}

#[tokio::test]
async fn rejected_gossip_is_not_forwarded_and_its_sender_is_cut_off_after_a_few() {
    let (first, mut middle, mut last) = (Node::start(1).await, Node::start(2).await, Node::start(3).await);
    middle.handle.set_members(vec![first.entry(), last.entry()]).await.unwrap();
    first.handle.set_members(vec![middle.entry()]).await.unwrap();
    last.handle.set_members(vec![middle.entry()]).await.unwrap();
    middle.connected_to(first.peer()).await;
    middle.connected_to(last.peer()).await;

    first.handle.gossip("forged").expect("queued");
    let (id, bytes) = middle.gossip().await;
    assert_eq!(bytes, "forged");
    middle.handle.reject_gossip(id);
    first.handle.gossip("genuine").expect("queued");
    let (id, bytes) = middle.gossip().await;
    assert_eq!(bytes, "genuine");
    middle.handle.accept_gossip(id);
    assert_eq!(last.gossip().await.1, "genuine");

    for number in 1..8_u8 {
        first.handle.gossip(vec![number]).expect("queued");
        let (id, _) = middle.gossip().await;
        middle.handle.reject_gossip(id);
    }
    penalised(&mut middle, first.peer(), Offence::RejectedGossip).await;
    // The last node is still served.
    middle.handle.gossip("more").expect("queued");
    assert_eq!(last.gossip().await.1, "more");
}

// Strangers and rogues.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_is_cut_and_receives_nothing() {
    let (mut first, mut second) = pair().await;
    let wire = Wire::to(&first.address).await;
    // It knows the network id and speaks every protocol; only its key is not on the list.
    let mut stranger = Outsider::start(NETWORK, &key(66)).await;
    const CALLS: u64 = 5;
    for call in 0..CALLS {
        stranger.call(&wire.address);
        stranger.closed().await;
        let opened = stranger.open(NETWORK, &first, Purpose::Lane(Channel::Consensus)).await;
        assert!(opened.is_none(), "a stranger opened a stream");
        // Traffic flows meanwhile.
        first.handle.publish(Channel::ProposalParts, vec![1; 1024 * 1024]).unwrap();
        first.handle.publish(Channel::Consensus, vec![call as u8]).unwrap();
        first.handle.gossip(vec![call as u8; 1000]).unwrap();
        let (mut part, mut gossip) = (false, false);
        second
            .expect("traffic", |event| {
                part |= matches!(event, NetworkEvent::Message { channel: Channel::ProposalParts, .. });
                gossip |= matches!(event, NetworkEvent::Gossip { .. });
                (part && gossip).then_some(())
            })
            .await;
    }
    first
        .expect("refusal", |event| match event {
            NetworkEvent::StrangerRefused { peer, .. } => {
                assert_eq!(peer, Some(key(66).peer()));
                Some(())
            }
            _ => None,
        })
        .await;
    assert_eq!(first.handle.counters().strangers_refused, CALLS);
    assert_eq!(stranger.heard(), 0, "streams and gossip messages");
    let sent = wire.bytes_back.load(Ordering::Relaxed);
    assert!(sent < CALLS * 1024, "{sent} bytes are more than handshakes");
}

#[tokio::test]
async fn a_member_never_calls_a_stranger_at_a_members_address() {
    let mut first = Node::start(1).await;
    let mut stranger = Outsider::start(NETWORK, &key(66)).await;
    let absent = key(2).peer();
    first.handle.set_members(vec![entry(absent, vec![stranger.address.clone()])]).await.unwrap();
    first.handle.publish(Channel::Consensus, "secret").unwrap();
    first.handle.gossip("secret").unwrap();
    stranger.closed_or_failed().await;
    assert_eq!(stranger.heard(), 0);
    assert!(!first.handle.peers()[0].connected);
    // A real member can still come in from elsewhere.
    let second = Node::start(2).await;
    second.handle.set_members(vec![first.entry()]).await.unwrap();
    first.connected_to(absent).await;
}

#[tokio::test]
async fn another_network_does_not_mix() {
    let mut config = NetworkConfig::new(OTHER_NETWORK, key(2), vec![free_port()]);
    config.members = vec![];
    let mut other = Node::start_with(config).await;
    let mut first = Node::start(1).await;
    first.handle.set_members(vec![other.entry()]).await.unwrap();
    other.handle.set_members(vec![first.entry()]).await.unwrap();
    for node in [&mut first, &mut other] {
        node.expect("refusal", |event| match event {
            NetworkEvent::StrangerRefused { peer, .. } => {
                assert_eq!(peer, None);
                Some(())
            }
            NetworkEvent::PeerConnected { .. } => panic!("two networks met"),
            _ => None,
        })
        .await;
    }
    assert!(!first.handle.peers()[0].connected);
}

#[tokio::test]
async fn the_protocols_of_another_network_are_not_spoken() {
    let mut first = Node::start(1).await;
    // A rogue member with the right handshake and the other network's protocol names.
    let mut rogue = Outsider::start(NETWORK, &key(2)).await;
    first.handle.set_members(vec![entry(rogue.peer, vec![rogue.address.clone()])]).await.unwrap();
    first.connected_to(rogue.peer).await;
    rogue.connected().await;
    for purpose in [Purpose::Lane(Channel::Consensus), Purpose::Sync] {
        assert!(rogue.open(OTHER_NETWORK, &first, purpose).await.is_none());
        assert!(rogue.open(NETWORK, &first, purpose).await.is_some());
    }
}

#[tokio::test]
async fn an_oversized_frame_cuts_its_sender_off_and_nobody_else() {
    for channel in Channel::ALL {
        let (mut first, second) = (Node::start(1).await, Node::start(2).await);
        let mut rogue = Outsider::start(NETWORK, &key(3)).await;
        let rogue_entry = entry(rogue.peer, vec![rogue.address.clone()]);
        first.handle.set_members(vec![second.entry(), rogue_entry]).await.unwrap();
        second.handle.set_members(vec![first.entry()]).await.unwrap();
        first.connected_to(second.peer()).await;
        first.connected_to(rogue.peer).await;
        rogue.connected().await;

        let mut stream = rogue.open(NETWORK, &first, Purpose::Lane(channel)).await.expect("opened");
        stream.write_all(&7_u64.to_be_bytes()).await.unwrap();
        let mut last_sequence = [9; 8];
        stream.read_exact(&mut last_sequence).await.unwrap();
        assert_eq!(last_sequence, [0; 8]);
        let size_bytes = u32::try_from(channel.message_bytes_max() + 1).unwrap();
        stream.write_all(&size_bytes.to_be_bytes()).await.unwrap();
        stream.write_all(&1_u64.to_be_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        penalised(&mut first, rogue.peer, Offence::TooLarge).await;
        rogue.closed().await;
        assert_eq!(first.handle.counters().penalties, 1);

        second.handle.publish(Channel::Consensus, "still here").unwrap();
        assert_eq!(first.message(Channel::Consensus).await.1, "still here");
    }
}

#[tokio::test]
async fn a_peer_that_stops_reading_does_not_hold_up_the_others() {
    let (mut first, mut second) = (Node::start(1).await, Node::start(2).await);
    let mut rogue = Outsider::start(NETWORK, &key(3)).await;
    let rogue_entry = entry(rogue.peer, vec![rogue.address.clone()]);
    first.handle.set_members(vec![second.entry(), rogue_entry]).await.unwrap();
    second.handle.set_members(vec![first.entry()]).await.unwrap();
    first.connected_to(second.peer()).await;
    first.connected_to(rogue.peer).await;
    rogue.connected().await;
    // The rogue never answers the greeting of a lane: its queues fill and overflow.
    for number in 0..200_u8 {
        first.handle.publish(Channel::ProposalParts, vec![number; 1024 * 1024]).unwrap();
        assert_eq!(second.message(Channel::ProposalParts).await.1[0], number);
    }
    let status = first.handle.peers().into_iter().find(|status| status.entry.peer == rogue.peer);
    assert!(status.unwrap().queued_bytes <= Channel::ProposalParts.queue_bytes_max());
    assert_eq!(first.handle.counters().channels[1].dropped, 200 - 16);
}

#[tokio::test]
async fn a_node_that_picks_nothing_up_bounds_what_a_peer_can_leave_with_it() {
    let (first, second) = pair().await;
    // 4096 messages wait at the sender, a share of 8 MiB at the receiver; both stop there.
    for _ in 0..10_000 {
        first.handle.publish(Channel::Consensus, vec![0; 1000]).unwrap();
        tokio::task::yield_now().await;
    }
    in_time("overflow", async {
        while first.handle.counters().channels[0].dropped == 0 {
            first.handle.publish(Channel::Consensus, vec![0; 1000]).unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(second.handle.counters().channels[0].messages_in <= 8 * 1024 / 16);
}

// The end.

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

// What the tests are made of.

async fn penalised(node: &mut Node, rogue: PeerId, expected: Offence) {
    node.expect("penalty", |event| match event {
        NetworkEvent::PeerPenalised { peer, offence } => {
            assert_eq!((peer, offence), (rogue, expected));
            Some(())
        }
        _ => None,
    })
    .await;
}

/// A swarm of the test's own that keeps no rule: a stranger, or a rogue with a member's key.
struct Outsider {
    peer: PeerId,
    address: Address,
    opener: Opener,
    calls: mpsc::UnboundedSender<Address>,
    happenings: mpsc::UnboundedReceiver<Happening>,
    heard: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Happening {
    Listening(Address),
    Connected,
    Accepted(Box<streams::Accepted>),
    Closed,
    Failed,
}

#[derive(NetworkBehaviour)]
struct OutsiderBehaviour {
    streams: Streams,
    gossip: gossipsub::Behaviour,
    ping: ping::Behaviour,
}

impl Outsider {
    async fn start(network_id: [u8; 32], key: &NodeKey) -> Self {
        let hex = hex::encode(network_id);
        let (streams, opener) = Streams::new(Protocols::new(&network_id));
        let config = gossipsub::ConfigBuilder::default()
            .protocol_id_prefix(format!("/symbolon/{hex}/records"))
            .validation_mode(gossipsub::ValidationMode::Anonymous)
            .build()
            .unwrap();
        let mut gossip = gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Anonymous, config).unwrap();
        gossip.subscribe(&gossipsub::IdentTopic::new(format!("/symbolon/{hex}/records/1"))).unwrap();
        let wire = key.wire();
        let transport = tcp::tokio::Transport::new(tcp::Config::default())
            .upgrade(Version::V1)
            .authenticate(noise::Config::new(&wire).unwrap().with_prologue(prologue(&network_id)))
            .multiplex(yamux::Config::default())
            .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
            .boxed();
        let mut swarm = Swarm::new(
            transport,
            OutsiderBehaviour { streams, gossip, ping: ping::Behaviour::default() },
            wire.public().to_peer_id(),
            libp2p::swarm::Config::with_tokio_executor(),
        );
        swarm.listen_on(free_port().wire()).unwrap();
        let (calls, mut called) = mpsc::unbounded_channel::<Address>();
        let (happened, mut happenings) = mpsc::unbounded_channel();
        let heard = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&heard);
        tokio::spawn(async move {
            loop {
                let happening = tokio::select! {
                    event = swarm.select_next_some() => match event {
                        SwarmEvent::NewListenAddr { address, .. } => {
                            Happening::Listening(Address::from_wire(&address).unwrap())
                        }
                        SwarmEvent::Behaviour(OutsiderBehaviourEvent::Streams(accepted)) => {
                            count.fetch_add(1, Ordering::Relaxed);
                            Happening::Accepted(Box::new(accepted))
                        }
                        SwarmEvent::Behaviour(OutsiderBehaviourEvent::Gossip(_)) => {
                            count.fetch_add(1, Ordering::Relaxed);
                            continue;
                        }
                        SwarmEvent::ConnectionEstablished { .. } => Happening::Connected,
                        SwarmEvent::ConnectionClosed { .. } => Happening::Closed,
                        SwarmEvent::IncomingConnectionError { .. }
                        | SwarmEvent::OutgoingConnectionError { .. } => Happening::Failed,
                        _ => continue,
                    },
                    call = called.recv() => match call {
                        Some(address) => {
                            swarm.dial(address.wire()).unwrap();
                            continue;
                        }
                        None => return,
                    },
                };
                let _ = happened.send(happening);
            }
        });
        let Some(Happening::Listening(address)) = happenings.recv().await else { panic!() };
        Self { peer: key.peer(), address, opener, calls, happenings, heard }
    }

    fn call(&self, address: &Address) {
        self.calls.send(address.clone()).unwrap();
    }

    /// Streams opened to it, and gossip events: messages and even subscriptions.
    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    async fn open(&self, network_id: [u8; 32], to: &Node, purpose: Purpose) -> Option<libp2p::Stream> {
        let protocol = Protocols::new(&network_id).of(purpose).unwrap();
        in_time("stream", self.opener.open(to.peer().wire().unwrap(), protocol)).await.ok().map(|open| open.stream)
    }

    async fn happens<T>(&mut self, mut pick: impl FnMut(Happening) -> Option<T>) -> T {
        in_time("happening", async {
            loop {
                if let Some(found) = pick(self.happenings.recv().await.expect("it runs")) {
                    return found;
                }
            }
        })
        .await
    }

    async fn connected(&mut self) {
        self.happens(|happening| matches!(happening, Happening::Connected).then_some(())).await;
    }

    async fn closed(&mut self) {
        self.happens(|happening| matches!(happening, Happening::Closed).then_some(())).await;
    }

    async fn closed_or_failed(&mut self) {
        self.happens(|happening| matches!(happening, Happening::Closed | Happening::Failed).then_some(())).await;
    }

    async fn accepted(&mut self, wanted: Purpose) -> libp2p::Stream {
        self.happens(|happening| match happening {
            Happening::Accepted(accepted) if accepted.purpose == wanted => Some(accepted.open.stream),
            _ => None,
        })
        .await
    }
}

/// A TCP relay that can be cut and counts what the node sends back to its caller.
struct Wire {
    address: Address,
    bytes_back: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
    cuts: watch::Sender<u64>,
}

impl Wire {
    async fn to(target: &Address) -> Self {
        let target = SocketAddr::new(target.ip(), target.port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let (bytes_back, connections) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (cuts, _) = watch::channel(0);
        let (back, count, cut) = (Arc::clone(&bytes_back), Arc::clone(&connections), cuts.clone());
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let (back, mut cut) = (Arc::clone(&back), cut.subscribe());
                tokio::spawn(async move {
                    let Ok(mut node) = TcpStream::connect(target).await else {
                        return;
                    };
                    let (mut from_node, mut to_node) = node.split();
                    let (mut from_caller, mut to_caller) = caller.split();
                    let backward = async {
                        let mut buffer = vec![0; 64 * 1024];
                        while let Ok(size_bytes @ 1..) = from_node.read(&mut buffer).await {
                            back.fetch_add(size_bytes as u64, Ordering::Relaxed);
                            if to_caller.write_all(&buffer[..size_bytes]).await.is_err() {
                                return;
                            }
                        }
                    };
                    tokio::select! {
                        () = backward => {}
                        _ = tokio::io::copy(&mut from_caller, &mut to_node) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { address: Address::new(local.ip(), local.port()), bytes_back, connections, cuts }
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}
