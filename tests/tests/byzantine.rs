//! Liars, strangers and the curious: never a wrong VALID, and nobody learns what is not his.

use contracts::standing::Verb;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use symbolon_node::network::{self, Channel, NetworkConfig, NetworkEvent, NodeKey, PeerEntry, PeerId};
use symbolon_tests::cast::{self, ON};
use symbolon_tests::proxy::{HEADS, LOOKUPS, holds};
use symbolon_tests::{Lie, Network, Proxy, Ran, wait_until};

const NUMBER: &str = "CL-2026-0018834";

/// An officer of China asks these nodes about the number.
fn ask(network: &Network, nodes: &[&str]) -> Ran {
    let mut args = vec![NUMBER, "--from", "CL", "--on", ON, "--json"];
    nodes.iter().for_each(|node| args.extend(["--node", node]));
    network.verify("CN", &args)
}

/// Writes China's profile anew with each other member's node behind this address, and nothing remembered of look-ups.
fn with_others(network: &Network, others: &[(&str, &str)]) {
    let mut text = format!(
        "member = \"CN\"\nnodes = [\"{}\"]\ntoken_file = \"../../homes/CN/token\"\ngovernance_keys = [\"../../homes/CN/keys/governance.key\"]\n",
        network.url("CN")
    );
    for (member, url) in others {
        text.push_str(&format!("[[others]]\nmember = \"{member}\"\nnode = \"{url}\"\n"));
    }
    std::fs::write(network.profile("CN").join("profile.toml"), text).unwrap();
    forget_lookups(network);
}

fn forget_lookups(network: &Network) {
    let _ = std::fs::remove_dir_all(network.profile("CN").join("lookup"));
}

#[test]
fn a_lying_node_is_named_and_never_believed() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN covers 2026-01-01"]);
    let certificate = network.issue(&chamber, cast::ORIGIN, &["CN", "CL"]);
    let other = network.issue(&chamber, &cast::origin("CL-2026-0018835"), &["CN", "CL"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let (liar, honest) = (Proxy::before(network.api_port("CN")), network.url("CN"));
    let ran = ask(&network, &[&liar.url]);
    assert_eq!(ran.code, 0, "as long as it tells the truth it is believed: {ran}");

    let key = contracts::key::parameters();
    let instead = |subject: String| Lie::Instead(format!("{{\"subject\":{subject}}}"));
    let mut lies: Vec<(String, Lie)> = (0..=1000).step_by(77).map(|share| (format!("forged at {share}"), Lie::Forge(share))).collect();
    lies.extend((0..1000).step_by(190).map(|share| (format!("truncated at {share}"), Lie::Truncate(share))));
    lies.extend([
        ("cut".to_owned(), Lie::Cut),
        ("empty".to_owned(), Lie::Empty),
        ("nonsense".to_owned(), Lie::Nonsense),
        ("silent".to_owned(), Lie::Silent),
        ("another entry".to_owned(), instead(format!("{{\"keys\":[\"{key}\"]}}"))),
        ("another record".to_owned(), instead(format!("{{\"record\":\"{}\"}}", other.record))),
        ("another number".to_owned(), instead(format!("{{\"issuer\":\"CL\",\"country\":\"CL\",\"locator\":\"{}\"}}", other.locators[0]))),
        (
            "an absence elsewhere".to_owned(),
            instead("{\"issuer\":\"CL\",\"country\":\"CL\",\"locator\":\"".to_owned() + &"ab".repeat(32) + "\"}"),
        ),
        ("an absent record".to_owned(), instead("{\"record\":\"".to_owned() + &"ab".repeat(32) + "\"}")),
    ]);
    for (what, lie) in lies {
        liar.tell(lie);
        let ran = ask(&network, &[&liar.url]);
        assert_eq!((ran.code, ran.json()["fold"].as_str()), (21, Some("CANNOT BE CONFIRMED")), "{what}: {ran}");
        assert!(ran.json()["remarks"].to_string().contains(&liar.url), "{what}: the liar is named: {ran}");
        let both = ask(&network, &[&liar.url, &honest]);
        assert_eq!(both.code, 0, "{what}: beside an honest node the truth stands: {both}");
        assert!(both.json()["remarks"].to_string().contains(&liar.url), "{what}: {both}");
    }
    liar.tell(Lie::Slow(Duration::from_secs(9)));
    let both = ask(&network, &[&liar.url, &honest]);
    assert!(both.code == 0 && both.json()["remarks"].to_string().contains(&liar.url), "a slow node is not waited for: {both}");

    // The look-up secret is proven too: a wrong one would lead to an honest absence.
    liar.tell_about(LOOKUPS, Lie::None);
    for lie in [Lie::Forge(100), Lie::Forge(500), Lie::Forge(900), Lie::Truncate(500), Lie::Empty] {
        forget_lookups(&network);
        liar.tell_about(LOOKUPS, lie.clone());
        let ran = network.verify("CN", &[NUMBER, "--from", "CL", "--on", ON, "--node", &liar.url]);
        assert!(![0, 14].contains(&ran.code) && ran.says(&liar.url), "{lie:?}: {ran}");
        let both = ask(&network, &[&liar.url, &honest]);
        assert_eq!(both.code, 0, "{lie:?}: {both}");
    }

    // An answer from before a revocation.
    liar.tell(Lie::None);
    assert_eq!(ask(&network, &[&liar.url]).code, 0);
    network.change(&chamber, &certificate, Verb::Revoke, "2026-04-01", 0);
    wait_until("China's node knows of the revocation", Duration::from_secs(10), || (ask(&network, &[]).code == 12).then_some(()));
    liar.tell(Lie::Stale);
    let ran = ask(&network, &[&liar.url]);
    assert!([20, 21].contains(&ran.code) && ran.json()["fold"] == "CANNOT BE CONFIRMED", "{ran}");
    assert!(ran.json()["remarks"].to_string().contains(&liar.url), "{ran}");
    let both = ask(&network, &[&liar.url, &honest]);
    assert!(both.code == 12 && both.json()["remarks"].to_string().contains(&liar.url), "{both}");
}

#[test]
fn a_receipt_without_the_issuing_act_or_with_anothers_is_set_aside() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    network.issue(&chamber, cast::ORIGIN, &["CN"]);
    network.issue(&chamber, &cast::origin("CL-2026-0018835"), &["CN"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let (liar, honest) = (Proxy::before(network.api_port("CN")), network.url("CN"));
    let fetch = |number: &str, nodes: &[&str]| {
        let mut args = vec!["receipt", number, "--from", "CL", "--out", "origin.receipt"];
        nodes.iter().for_each(|node| args.extend(["--node", node]));
        network.as_member("CN", &args)
    };
    // The other one is kept: nothing is recorded in between, so that its place in the history still checks.
    let ran = fetch("CL-2026-0018835", &[&liar.url]);
    assert_eq!(ran.code, 0, "{ran}");
    for (lie, why) in [(Lie::NoIssue, "it leaves out the act that issued the record"), (Lie::OtherIssue, "it shows another act")] {
        liar.tell(lie.clone());
        let ran = fetch(NUMBER, &[&liar.url]);
        assert!(ran.code != 0 && ran.says(why), "{lie:?}: {ran}");
        let both = fetch(NUMBER, &[&liar.url, &honest]);
        assert!(both.code == 0 && both.says(&liar.url), "{lie:?}: {both}");
    }
}

#[test]
fn an_old_answer_is_stale_even_to_an_officer_who_never_asked_before() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    let certificate = network.issue(&chamber, cast::ORIGIN, &["CN"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let liar = Proxy::before(network.api_port("CN"));
    assert_eq!(ask(&network, &[&liar.url]).code, 0);
    network.change(&chamber, &certificate, Verb::Revoke, "2026-04-01", 0);
    // The same officer's profile as on the first day, with a limit of one second.
    let profile = network.profile("CN");
    std::fs::write(profile.join("trust.cbor"), ledger::codec::encode(&network.founding().trust())).unwrap();
    let settings = std::fs::read_to_string(profile.join("profile.toml")).unwrap();
    std::fs::write(profile.join("profile.toml"), format!("freshness_seconds = 1\n{settings}")).unwrap();
    liar.tell(Lie::Stale);
    wait_until("the answer is older than a second", Duration::from_secs(10), || {
        std::fs::write(profile.join("trust.cbor"), ledger::codec::encode(&network.founding().trust())).unwrap();
        (ask(&network, &[&liar.url]).code != 0).then_some(())
    });
    let ran = ask(&network, &[&liar.url]);
    assert!([20, 21].contains(&ran.code), "{ran}");
}

#[test]
fn a_head_counts_only_for_the_member_that_signed_it() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    network.issue(&chamber, cast::ORIGIN, &["CN"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    // Nobody else confirms: the one other member's head is signed by somebody else.
    with_others(&network, &[("NZ", &network.url("CL"))]);
    let ran = ask(&network, &[]);
    assert_eq!(ran.code, 20, "{ran}");
    // One's own node in another member's place does not count either.
    with_others(&network, &[("NZ", &network.url("CN"))]);
    assert_eq!(ask(&network, &[]).code, 20);
    with_others(&network, &[]);
    assert_eq!(ask(&network, &[]).code, 20);
    // A head that is replayed, forged, cut or missing.
    let liar = Proxy::before(network.api_port("NZ"));
    with_others(&network, &[("NZ", &liar.url)]);
    assert_eq!(ask(&network, &[]).code, 0);
    liar.tell_about(HEADS, Lie::None);
    assert_eq!(ask(&network, &[]).code, 0);
    for lie in [Lie::Stale, Lie::Forge(0), Lie::Forge(300), Lie::Forge(999), Lie::Truncate(500), Lie::Empty, Lie::Silent] {
        liar.tell_about(HEADS, lie.clone());
        let ran = ask(&network, &[]);
        assert_eq!(ran.code, 20, "{lie:?}: {ran}");
    }
    // One honest other member is enough.
    with_others(&network, &[("NZ", &liar.url), ("SG", &network.url("SG"))]);
    assert_eq!(ask(&network, &[]).code, 0);
}

#[test]
fn another_members_node_learns_nothing_from_a_verification() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN covers 2026-01-01"]);
    let certificate = network.issue(&chamber, cast::ORIGIN, &["CN", "CL"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let others: Vec<(&str, Proxy)> = ["NZ", "CL", "SG"].into_iter().map(|id| (id, Proxy::before(network.api_port(id)))).collect();
    let urls: Vec<(&str, &str)> = others.iter().map(|(id, proxy)| (*id, proxy.url.as_str())).collect();
    with_others(&network, &urls);
    network.write("documents/origin.json", cast::ORIGIN.as_bytes());
    for (args, code) in [
        (vec![NUMBER, "--from", "CL", "--on", ON], 0),
        (vec!["documents/origin.json", "--on", ON], 0),
        (vec!["CL-2026-0099999", "--from", "CL", "--kind", "origin", "--class", "CL-CN", "--issued", "2026-03-09"], 14),
    ] {
        let ran = network.verify("CN", &args);
        assert_eq!(ran.code, code, "{ran}");
    }
    network.done("CN", &["history", NUMBER, "--from", "CL"]);
    let own = Proxy::before(network.api_port("CN"));
    assert_eq!(ask(&network, &[&own.url]).code, 0);
    assert!(own.saw(certificate.locators[0].as_bytes()), "the officer's own node is asked for the locator, so that this test can fail");
    let token = network.token("CN");
    for (id, proxy) in &others {
        let passed = proxy.passed();
        assert!(!passed.is_empty(), "{id} was asked for its head");
        for one in &passed {
            assert!(
                one.asked.starts_with("GET /v1/head?nonce=") && one.asked.len() == "GET /v1/head?nonce=".len() + 64,
                "{id} was asked: {}",
                one.asked
            );
            assert!(!holds(&one.question, token.as_bytes()), "{id} was shown the token");
        }
        let nonces: std::collections::BTreeSet<&String> = passed.iter().map(|one| &one.asked).collect();
        assert_eq!(nonces.len(), passed.len(), "each nonce is used once");
        assert!(!proxy.saw(NUMBER.as_bytes()) && !proxy.saw(b"CL-2026-0099999") && !proxy.saw(certificate.record.as_bytes()));
        assert!(certificate.locators.iter().all(|locator| !proxy.saw(locator.as_bytes())));
    }
}

/// Joins the members' network with this key, as the node itself would, asks and listens: so long, or until something of
/// a kind was heard. Gives what came from members, by its kind.
fn listen(network: &Network, key: NodeKey, patience: Duration, until: Option<&str>) -> BTreeMap<&'static str, usize> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut config =
            NetworkConfig::new(*network.founding().network_id().as_bytes(), key, vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
        config.members = (network.founding().members().iter())
            .map(|member| PeerEntry {
                peer: PeerId::from_public_key(*member.node_key.as_bytes()).unwrap(),
                addresses: vec![format!("/ip4/127.0.0.1/tcp/{}", network.p2p_port(member.id.as_str())).parse().unwrap()],
                validator: member.validator_key.is_some(),
            })
            .collect();
        let peers: Vec<PeerId> = config.members.iter().map(|member| member.peer).collect();
        let (handle, mut events) = network::start(config).await.unwrap();
        let mut heard = BTreeMap::<&'static str, usize>::new();
        let _ = tokio::time::timeout(patience, async {
            let mut ask = tokio::time::interval(Duration::from_millis(300));
            while until.is_none_or(|kind| !heard.contains_key(kind)) {
                tokio::select! {
                    _ = ask.tick() => {
                        let _ = handle.publish(Channel::Status, b"let me in".as_slice());
                        for peer in &peers {
                            let (handle, peer) = (handle.clone(), *peer);
                            tokio::spawn(async move { handle.request(peer, vec![1; 8]).await });
                        }
                    }
                    event = events.recv() => match event {
                        Some(NetworkEvent::Message { .. }) => *heard.entry("message").or_default() += 1,
                        Some(NetworkEvent::Gossip { .. }) => *heard.entry("record").or_default() += 1,
                        Some(NetworkEvent::Request { .. }) => *heard.entry("question").or_default() += 1,
                        Some(_) => {}
                        None => break,
                    },
                }
            }
        })
        .await;
        handle.shutdown().await;
        heard
    })
}

#[test]
fn a_stranger_at_the_members_port_receives_nothing() {
    let mut network = Network::of(&["CN", "NZ", "CL", "SG"], &["AU"]).found();
    let validators: Vec<String> = network.ids().into_iter().filter(|id| id != "AU").collect();
    for id in &validators {
        network.start(id);
    }
    network.wait_ready(&validators);
    let before = network.height("CN");
    let heard = listen(&network, NodeKey::from_secret(rand::random()).unwrap(), Duration::from_secs(3), None);
    assert!(heard.is_empty(), "a stranger heard {heard:?}");
    assert!(network.log("CN").contains("a stranger was refused"), "and is told of");
    // The same program with a member's key is spoken to, so that this test can fail.
    let member = genesis::home::read_signing_key(&network.home("AU").node_key()).unwrap();
    let heard = listen(&network, NodeKey::from_secret(*member.seed()).unwrap(), Duration::from_secs(60), Some("message"));
    assert!(heard.contains_key("message"), "a member heard {heard:?}");

    // Bytes without meaning: the port says which handshake it speaks, and hangs up.
    for bytes in [b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![0; 100_000], b"\x13/multistream/1.0.0\n\x07/noise\n".to_vec(), Vec::new()] {
        let mut stream = TcpStream::connect(("127.0.0.1", network.p2p_port("CN"))).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        assert!(ended.is_ok() || ended.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset), "{ended:?}");
        assert!(answer.len() < 64, "{}", String::from_utf8_lossy(&answer));
    }
    network.wait_for_height(&validators, before + 5);
    network.assert_one_history(&validators, before);
}
