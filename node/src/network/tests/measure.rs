//! Latency and throughput on loopback, printed:
//! `cargo test --release -p symbolon-node network::tests::measure -- --ignored --nocapture`

use super::*;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn latency_and_throughput() {
    let mut nodes = network(2).await;
    let (mut second, mut first) = (nodes.pop().unwrap(), nodes.pop().unwrap());

    const ROUND_TRIPS: usize = 5000;
    let echo = tokio::spawn(async move {
        for _ in 0..ROUND_TRIPS {
            let (_, bytes) = second.message(Channel::Consensus).await;
            second.handle.publish(Channel::Consensus, bytes).unwrap();
        }
        second
    });
    let mut one_way = Vec::new();
    for _ in 0..ROUND_TRIPS {
        let start = Instant::now();
        first.handle.publish(Channel::Consensus, vec![0; 200]).unwrap();
        first.message(Channel::Consensus).await;
        one_way.push(start.elapsed() / 2);
    }
    one_way.sort();
    println!(
        "vote of 200 bytes, one way: median {:?}, 99 % {:?}, worst {:?}",
        one_way[ROUND_TRIPS / 2],
        one_way[ROUND_TRIPS * 99 / 100],
        one_way[ROUND_TRIPS - 1]
    );
    let mut second = echo.await.unwrap();

    const PARTS: usize = 500;
    let part = Bytes::from(vec![1; 1024 * 1024]);
    let (told, mut tell) = watch::channel(0);
    let sender = first.handle.clone();
    let start = Instant::now();
    tokio::spawn(async move {
        for number in 0..PARTS {
            let _ = tell.wait_for(|seen| number < seen + 12).await;
            sender.publish(Channel::ProposalParts, part.clone()).unwrap();
        }
    });
    for number in 1..=PARTS {
        second.message(Channel::ProposalParts).await;
        let _ = told.send(number);
    }
    let rate = PARTS as f64 / start.elapsed().as_secs_f64();
    println!("parts of 1 MiB: {rate:.0} MiB/s, dropped {}", first.handle.counters().channels[1].dropped);

    let mut one_part = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        first.handle.publish(Channel::ProposalParts, vec![1; 1024 * 1024]).unwrap();
        second.message(Channel::ProposalParts).await;
        one_part.push(start.elapsed());
    }
    one_part.sort();
    println!("one part of 1 MiB: median {:?}, 99 % {:?}", one_part[50], one_part[98]);

    const VOTES: usize = 100_000;
    let sender = first.handle.clone();
    let (told, mut tell) = watch::channel(0);
    let start = Instant::now();
    tokio::spawn(async move {
        for number in 0..VOTES {
            let _ = tell.wait_for(|seen| number < seen + 2000).await;
            sender.publish(Channel::Consensus, vec![0; 200]).unwrap();
        }
    });
    for number in 1..=VOTES {
        second.message(Channel::Consensus).await;
        let _ = told.send(number);
    }
    let rate = VOTES as f64 / start.elapsed().as_secs_f64();
    println!("votes of 200 bytes: {rate:.0}/s, dropped {}", first.handle.counters().channels[0].dropped);

    let start = Instant::now();
    for number in 0..200_u32 {
        first.handle.gossip([&number.to_be_bytes()[..], &[0; 20_000]].concat()).unwrap();
        let (id, _) = second.gossip().await;
        second.handle.accept_gossip(id);
    }
    println!("gossip of 20 kB, one after the other: {:?} each", start.elapsed() / 200);

    let start = Instant::now();
    let (asker, peer) = (first.handle.clone(), second.peer());
    let ask = tokio::spawn(async move {
        for _ in 0..10 {
            asker.request(peer, "blocks").await.unwrap();
        }
    });
    let answer = Bytes::from(vec![0; 9 * 1024 * 1024]);
    for _ in 0..10 {
        let (id, _) = second.question().await;
        second.handle.respond(id, answer.clone()).unwrap();
    }
    ask.await.unwrap();
    println!("answers of 9 MiB: {:.0} MiB/s", 90.0 / start.elapsed().as_secs_f64());
}
