//! Strangers, and rogues with a member's key.

use super::*;

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
