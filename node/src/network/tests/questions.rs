//! Questions to one peer and their answers (value sync).

use super::*;

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
