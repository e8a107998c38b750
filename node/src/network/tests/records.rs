//! Gossip of records.

use super::*;

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
