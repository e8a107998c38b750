//! Messages between members: in order, once, and whole.

use super::*;

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
