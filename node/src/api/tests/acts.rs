//! Searching the chain for acts.

use super::*;
use crate::api::acts::{PageMax, page};
use contracts::impact::Search;
use contracts::standing::Link;
use std::collections::BTreeSet;

fn tag(number: u8) -> RecordTag {
    RecordTag::new([number; 32])
}

fn record(number: u8) -> RecordKey {
    tag(number).record_key(MemberId::parse("NZ").unwrap())
}

/// A node with three certificates: 1 and 2 in one transaction with a refused act, 3 in the place of 1.
async fn with_records() -> (Running, Client<TcpStream>) {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    client.accepted(&admission(&node.app)).await;
    let wire = issue(&node.app, vec![certificate(tag(1), Vec::new()), certificate(tag(1), Vec::new()), certificate(tag(2), Vec::new())]);
    client.accepted(&wire).await;
    let replacement = Issue { predecessor: Some(Link::Record(record(1))), ..certificate(tag(3), Vec::new()) };
    let decided = client.accepted(&issue(&node.app, vec![replacement])).await;
    assert_eq!(decided["outcomes"][0], json!({ "number": 0 }), "{decided}");
    (node, client)
}

fn records(page: &Value) -> Vec<String> {
    page["acts"].as_array().unwrap().iter().map(|act| act["record"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_are_found_by_their_signer_and_by_what_they_name() {
    let (node, mut client) = with_records().await;
    let keys = |numbers: &[u8]| numbers.iter().map(|number| record(*number).to_string()).collect::<Vec<_>>();
    let found = client.post_json("/v1/acts", &json!({ "signer": "NZ-chamber", "from": 1 })).await.json();
    // The replacement changed its predecessor as well; the refused act is not there.
    assert_eq!((records(&found), found["next"].is_null()), (keys(&[1, 2, 3, 1]), true), "{found}");
    assert!(found["acts"].as_array().unwrap().iter().all(|act| act["names"].is_null()));
    let (first, second) = (&found["acts"][0], &found["acts"][1]);
    assert_eq!((first["act"].as_u64(), second["act"].as_u64()), (Some(0), Some(2)), "{found}");
    assert_eq!(found["until"].as_u64(), Some(node.app.tip().height.get()));

    let of_key = |key: u32| json!({ "signer": "NZ-chamber", "key": key, "from": 1 });
    assert_eq!(records(&client.post_json("/v1/acts", &of_key(0)).await.json()).len(), 4);
    assert!(records(&client.post_json("/v1/acts", &of_key(1)).await.json()).is_empty());
    let until = first["height"].as_u64().unwrap();
    let bounded = client.post_json("/v1/acts", &json!({ "signer": "NZ-chamber", "from": 1, "until": until })).await.json();
    assert_eq!(records(&bounded), keys(&[1, 2]));
    let named = client.post_json("/v1/acts", &json!({ "records": keys(&[1, 2]), "from": 1 })).await.json();
    assert_eq!((records(&named), named["acts"][0]["names"].as_str()), (keys(&[3]), Some(keys(&[1])[0].as_str())), "{named}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_one_another_and_leave_nothing_out() {
    let (node, _client) = with_records().await;
    let search = Search { signer: Some((AuthorityId::parse("NZ-chamber").unwrap(), None)), records: BTreeSet::new() };
    let until = node.app.tip().height;
    let whole = page(&node.app, &search, Height::new(1), until, super::super::acts::PAGE_MAX).unwrap();
    for most in [
        PageMax { blocks: 1, bytes: usize::MAX, acts: usize::MAX },
        PageMax { blocks: usize::MAX, bytes: 1, acts: usize::MAX },
        PageMax { blocks: usize::MAX, bytes: usize::MAX, acts: 1 },
    ] {
        let (mut all, mut next, mut pages) = (Vec::new(), Some(1), 0);
        while let Some(from) = next {
            let one = page(&node.app, &search, Height::new(from), until, most).unwrap();
            all.extend(records(&one));
            next = one["next"].as_u64();
            assert!(next.is_none_or(|next| next > from));
            pages += 1;
        }
        assert_eq!((&all, pages > 1), (&records(&whole), true), "{most:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_members_own_tools_search_and_only_in_form() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    let question = json!({ "signer": "NZ-chamber", "from": 1 }).to_string();
    for (token, code) in [(None, "missing_token"), (Some("Bearer another-members-token"), "wrong_token")] {
        let mut headers = vec![("content-type", JSON)];
        headers.extend(token.map(|token| ("authorization", token)));
        let reply = client.ask("POST /v1/acts", &headers, question.as_bytes()).await;
        assert_eq!((reply.status, reply.code().as_str()), (401, code));
    }
    let many: Vec<String> = (0..=contracts::impact::RECORDS_SEARCHED_MAX).map(|number| format!("{number:064x}")).collect();
    for (wrong, status, code, said) in [
        (json!({ "from": 1 }), 400, "bad_json", "add signer"),
        (json!({ "signer": "NZ-chamber" }), 400, "bad_json", "from"),
        (json!({ "key": 1, "records": [many[0]], "from": 1 }), 400, "bad_json", "key"),
        (json!({ "signer": "NZ", "from": 1 }), 400, "bad_json", "signer"),
        (json!({ "records": ["0f"], "from": 1 }), 400, "bad_json", "records"),
        (json!({ "records": many, "from": 1 }), 413, "too_many_items", "the most is 10000"),
        (json!({ "signer": "NZ-chamber", "from": 1, "until": 1_000_000 }), 503, "behind", "1000000"),
    ] {
        let reply = client.post_json("/v1/acts", &wrong).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{wrong}");
        assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{wrong}: {}", reply.json());
    }
    let most: Vec<&String> = many.iter().skip(1).collect();
    assert_eq!(client.post_json("/v1/acts", &json!({ "records": most, "from": 1 })).await.status, 200);
    // From a height that is not there yet there is nothing to be found.
    let beyond = client.post_json("/v1/acts", &json!({ "signer": "NZ-chamber", "from": 1_000 })).await.json();
    assert_eq!((records(&beyond).len(), beyond["next"].is_null()), (0, true));
}
