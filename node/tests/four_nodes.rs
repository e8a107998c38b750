//! Four validators and a follower in one process, over loopback, each with a home and a disk of its own.

mod network_of_five;

use network_of_five::Five;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_decide_heartbeats_and_the_fifth_follows() {
    let mut five = Five::found(300);
    for index in 0..5 {
        five.start(index).await;
    }
    five.wait_for_height(&[0, 1, 2, 3, 4], 8, Duration::from_secs(20)).await;
    five.assert_one_history(&[0, 1, 2, 3, 4]);
    let status = five.node(0).app().status();
    assert_eq!(status.passed_over, []);
    assert!(five.node(0).app().status().validator && !five.node(4).app().status().validator);
    five.stop_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_down_the_others_go_on_and_it_catches_up_when_it_returns() {
    let mut five = Five::found(200);
    for index in 0..4 {
        five.start(index).await;
    }
    five.wait_for_height(&[0, 1, 2, 3], 3, Duration::from_secs(20)).await;
    five.stop(2).await;
    let behind = five.height(0);
    five.wait_for_height(&[0, 1, 3], behind + 20, Duration::from_secs(60)).await;
    let passed_over = five.node(0).app().status().passed_over;
    assert_eq!(passed_over.iter().map(|member| member.as_str()).collect::<Vec<_>>(), ["NZ"]);
    five.start(2).await;
    let tip = five.height(0);
    five.wait_for_height(&[0, 1, 2, 3], tip + 3, Duration::from_secs(30)).await;
    five.assert_one_history(&[0, 1, 2, 3]);
    five.stop_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_stopped_and_started_again_go_on_from_where_they_were() {
    let mut five = Five::found(100);
    for index in 0..4 {
        five.start(index).await;
    }
    five.wait_for_height(&[0, 1, 2, 3], 5, Duration::from_secs(20)).await;
    for index in 0..4 {
        five.stop(index).await;
    }
    for index in 0..4 {
        five.start(index).await;
    }
    let tip = five.height(0);
    assert!(tip >= 4);
    five.wait_for_height(&[0, 1, 2, 3], tip + 4, Duration::from_secs(20)).await;
    five.assert_one_history(&[0, 1, 2, 3]);
    five.stop_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_two_of_four_down_nothing_is_decided_until_one_returns() {
    let mut five = Five::found(100);
    for index in 0..4 {
        five.start(index).await;
    }
    five.wait_for_height(&[0, 1, 2, 3], 3, Duration::from_secs(20)).await;
    five.stop(0).await;
    five.stop(1).await;
    // What was on its way may decide the height in progress; the next one has no votes of those who are away.
    let halted = five.height(2).max(five.height(3));
    assert!(!five.reaches(&[2], halted + 2, Duration::from_secs(2)).await && five.height(3) < halted + 2);
    // Each of the two says whose votes are missing; the votes themselves are repeated for whoever returns.
    for index in [2, 3] {
        five.wait_for_status(index, "the missing are named", |status| {
            let stands = status.standstill.as_ref();
            stands.is_some_and(|stands| stands.missing.iter().map(|member| member.as_str()).collect::<Vec<_>>() == ["CL", "CN"])
        })
        .await;
    }
    five.start(0).await;
    five.wait_for_height(&[0, 2, 3], halted + 3, Duration::from_secs(30)).await;
    five.wait_for_status(2, "nothing stands still", |status| status.standstill.is_none()).await;
    five.assert_one_history(&[0, 2, 3]);
    five.stop_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_home_in_use_a_wrong_key_and_a_foreign_founding_are_refused_with_one_line() {
    let mut five = Five::found(500);
    five.start(0).await;
    let again = symbolon_node::run::Node::start(&five.home(0)).await.err().unwrap().to_string();
    assert!(again.contains("in use"), "{again}");
    std::fs::copy(five.home(1).node_key(), five.home(2).node_key()).unwrap();
    let wrong = symbolon_node::run::Node::start(&five.home(2)).await.err().unwrap().to_string();
    assert!(wrong.contains("node.key"), "{wrong}");
    five.stop_all().await;
}
