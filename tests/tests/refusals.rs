//! Bad input through the real door: each gets its own answer, nothing is recorded, and the node goes on.

use contracts::acts::{NameKey, StandingChange};
use contracts::kinds::RecordKind;
use contracts::standing::Verb;
use ledger::codec::Canonical as _;
use ledger::id::{AuthorityId, KeyNumber, NetworkId, Signer};
use ledger::key::SecretKey;
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{Act, Transaction};
use std::time::Duration;
use symbolon_tests::http::{self, Answer};
use symbolon_tests::issuer::{date, now, recorded};
use symbolon_tests::{Authority, Network, cast, wait_until};

/// The door of one node, and the proof that nothing came through it.
struct Door<'a> {
    network: &'a Network,
    state_root: String,
}

impl<'a> Door<'a> {
    fn of(network: &'a Network) -> Self {
        Self { network, state_root: root(network, "CL") }
    }

    /// The answer is this, and no node's state changed.
    fn refuses(&self, what: &str, wire: &[u8], status: u16, code: &str, refusal: Option<u64>) {
        self.answered(what, &self.network.submit("CL", wire), status, code, refusal);
    }

    fn answered(&self, what: &str, answer: &Answer, status: u16, code: &str, refusal: Option<u64>) {
        let said = String::from_utf8_lossy(&answer.body);
        assert_eq!((answer.status, answer.code().as_str(), answer.refusal()), (status, code, refusal), "{what}: {said}");
        assert_eq!(answer.media_type, "application/problem+json", "{what}");
        let json = answer.json();
        for member in ["type", "title", "status", "detail", "code"] {
            assert!(!json[member].is_null(), "{what}: RFC 9457's {member} is missing: {said}");
        }
        self.nothing_happened(what);
    }

    fn nothing_happened(&self, what: &str) {
        assert_eq!(root(self.network, "CL"), self.state_root, "{what} changed the state");
        assert_eq!(http::get(&format!("{}/health", self.network.url("CL")), None).status, 200, "after {what}");
    }
}

fn root(network: &Network, id: &str) -> String {
    network.status(id)["state_root"].as_str().expect("a state root").to_owned()
}

/// A further key of an authority, with a window.
fn name_key(network: &Network, authority: &Authority, number: u32, from: Timestamp, until: Option<Timestamp>) -> SecretKey {
    let key = SecretKey::generate(&mut rand::rng());
    let act = NameKey { number: KeyNumber::new(number), key: key.public(), valid_from: from, valid_until: until }.into_act();
    recorded(&network.submit(&authority.member(), &network.transaction(authority.signer(), 0, vec![act]).sign(&authority.root).to_bytes()));
    key
}

fn dated(date: CalendarDate) -> String {
    cast::origin("CL-2026-FUTURE")
        .replace("\"issue_date\": \"2026-03-09\"", &format!("\"issue_date\": \"{date}\""))
        .replace("\"valid_until\": \"2027-03-08\",", "")
}

#[test]
fn each_wrong_submission_gets_its_own_answer_and_leaves_nothing() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN from 2026-01-01 until 2027-12-31"]);
    let fishery = network.admit("CL-sernapesca", &["sps 853"]);
    let ministry = network.admit("NZ-mpi", &["sps 851"]);
    let good = network.issue(&chamber, &cast::origin("CL-2026-1"), &["CN"]);
    let early = name_key(&network, &chamber, 2, now().saturating_add_ms(86_400_000), None);
    let late = name_key(&network, &chamber, 3, Timestamp::from_millis(0), Some(now().saturating_sub_ms(86_400_000)));
    network.wait_for_height(&network.ids(), network.height("CL"));
    let door = Door::of(&network);
    bytes_out_of_order(&network, &door, &chamber);
    wrong_signatures(&network, &door, &chamber, &early, &late);
    wrong_acts(&network, &door, &chamber, &fishery, &ministry);
    duplicates_and_replays(&network, &door, &chamber, &good);
    questions_out_of_form(&network, &door);
    // All of it together moved no state anywhere, and the chain went on.
    let height = network.height("CL");
    network.wait_for_height(&network.ids(), height + 2);
    for id in network.ids() {
        assert_eq!(root(&network, &id), door.state_root, "{id}");
    }
    network.issue(&chamber, &cast::origin("CL-2026-LAST"), &["CN"]);
}

fn bytes_out_of_order(network: &Network, door: &Door<'_>, chamber: &Authority) {
    let (certificate, act) = network.prepared(chamber, &cast::origin("CL-2026-2"), &["CN"]);
    let wire = certificate.wire;
    door.refuses("no bytes", b"", 400, "malformed_transaction", None);
    door.refuses("nonsense", b"issue this please", 400, "malformed_transaction", None);
    for length in [1, 20, wire.len() / 2, wire.len() - 1] {
        door.refuses("a transaction cut short", &wire[..length], 400, "malformed_transaction", None);
    }
    door.refuses("a byte too many", &[&wire[..], &[0]].concat(), 400, "malformed_transaction", None);
    door.refuses("an endless array", &[0x9f; 4096], 400, "malformed_transaction", None);
    door.refuses("a length of 16 EiB", &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], 400, "malformed_transaction", None);
    door.refuses("a depth of 100,000", &vec![0x81; 100_000], 400, "malformed_transaction", None);
    door.refuses("a transaction of 300 KiB", &vec![0xa2; 300 * 1024], 400, "malformed_transaction", None);
    door.refuses("a body of 2 MiB", &vec![0xa2; 2 * 1024 * 1024], 413, "body_too_large", None);
    let large = Act { body: vec![0; 64 * 1024 + 1].into(), ..act.clone() };
    door.refuses("an act of more than 64 KiB", &network.signed(chamber, vec![large]), 400, "malformed_transaction", None);
    let small = Act { body: vec![0xa0].into(), ..act.clone() };
    door.refuses("257 acts", &network.signed(chamber, vec![small; 257]), 400, "malformed_transaction", None);
    door.refuses("no acts", &network.signed(chamber, Vec::new()), 400, "malformed_transaction", None);
    let newer = Transaction { version: 3, ..network.transaction(chamber.signer(), 1, vec![act.clone()]) };
    door.refuses("another version", &newer.sign(&chamber.official).to_bytes(), 400, "malformed_transaction", None);
    let foreign = Transaction { network: NetworkId::new([9; 32]), ..network.transaction(chamber.signer(), 1, vec![act]) };
    door.refuses("another network", &foreign.sign(&chamber.official).to_bytes(), 400, "other_network", None);
}

fn wrong_signatures(network: &Network, door: &Door<'_>, chamber: &Authority, early: &SecretKey, late: &SecretKey) {
    let (certificate, act) = network.prepared(chamber, &cast::origin("CL-2026-3"), &["CN"]);
    let of = |signer: Signer, key: u32, secret: &SecretKey| network.transaction(signer, key, vec![act.clone()]).sign(secret).to_bytes();
    let mut forged = certificate.wire.clone();
    *forged.last_mut().unwrap() ^= 1;
    door.refuses("a forged signature", &forged, 422, "bad_signature", None);
    door.refuses("somebody else's key", &of(chamber.signer(), 1, &chamber.root), 422, "bad_signature", None);
    door.refuses("a key that was never named", &of(chamber.signer(), 9, &chamber.official), 422, "unknown_key", Some(102));
    let nobody = Signer::Authority(AuthorityId::parse("CL-nobody").unwrap());
    door.refuses("an authority that was never admitted", &of(nobody, 1, &chamber.official), 422, "unknown_key", Some(101));
    door.refuses("a key before its window", &of(chamber.signer(), 2, early), 422, "refused", Some(103));
    door.refuses("a key after its window", &of(chamber.signer(), 3, late), 422, "refused", Some(103));
    let member = network.governance_key("CL");
    door.refuses("a member in an authority's place", &of(Signer::Member(network.member_id("CL")), 0, &member), 422, "refused", Some(111));
    let expiring = |height| Transaction { expiry: Height::new(height), ..network.transaction(chamber.signer(), 1, vec![act.clone()]) };
    door.refuses("an expired transaction", &expiring(1).sign(&chamber.official).to_bytes(), 422, "expired", None);
    door.refuses("one that expires too far ahead", &expiring(20_000_000).sign(&chamber.official).to_bytes(), 422, "expiry_too_far", None);
}

fn wrong_acts(network: &Network, door: &Door<'_>, chamber: &Authority, fishery: &Authority, ministry: &Authority) {
    let (_, act) = network.prepared(chamber, &cast::origin("CL-2026-4"), &["CN"]);
    let refuses = |what: &str, authority: &Authority, act: Act, number: u64| {
        door.refuses(what, &network.signed(authority, vec![act]), 422, "refused", Some(number));
    };
    refuses("a kind that there is not", chamber, Act { kind: 99, ..act.clone() }, 106);
    refuses("an act that there is not", chamber, Act { verb: 99, ..act.clone() }, 107);
    refuses("an act that certificates of origin do not have", chamber, Act { verb: Verb::Suspend.number(), ..act.clone() }, 108);
    refuses("a body of another form", chamber, Act { body: vec![0xa1, 0, 0].into(), ..act.clone() }, 109);
    refuses("a registry act by an authority", chamber, Act { kind: 0, verb: 1, body: vec![0xa0].into() }, 110);
    refuses("a kind out of scope", fishery, act.clone(), 303);
    let class = |class: &str| cast::origin("CL-2026-5").replace("\"CL-CN\"", &format!("\"{class}\""));
    refuses("an agreement out of scope", chamber, network.prepared(chamber, &class("RCEP"), &["CN"]).1, 304);
    let old = dated(date("2025-12-31"));
    refuses("a date out of scope", chamber, network.prepared(chamber, &old, &["CN"]).1, 305);
    let (_, phyto) = network.prepared(ministry, cast::PHYTO, &["CN"]);
    refuses("a certificate of another country", fishery, phyto.clone(), 306);
    let _ = phyto;
    // The document may be dated up to fourteen hours after the block, since the day begins earlier in the east.
    let tomorrow = now().date().add_days(2).unwrap();
    refuses("a document of the day after tomorrow", chamber, network.prepared(chamber, &dated(tomorrow), &["CN"]).1, 316);
    let nothing = StandingChange {
        record_key: ledger::lookup::RecordKey::new([7; 32]),
        effective: date("2026-04-01"),
        reason: None,
        follows: 0,
        until: None,
        version: None,
        stands_by: None,
    };
    refuses("a record that there is not", chamber, nothing.into_act(RecordKind::CertificateOfOrigin, Verb::Revoke), 307);
}

fn duplicates_and_replays(network: &Network, door: &Door<'_>, chamber: &Authority, good: &symbolon_tests::Certificate) {
    let first = network.submit("CL", &good.wire).json();
    let again = network.submit("CN", &good.wire).json();
    assert_eq!((&first["height"], &first["index"]), (&again["height"], &again["index"]), "the same bytes again get the first answer");
    door.nothing_happened("the same bytes again");
    let copy = |network: &Network| {
        network.transaction(chamber.signer(), 1, vec![network.prepared(chamber, &cast::origin("CL-2026-1"), &["CN"]).1])
    };
    door.refuses("the same document again", &copy(network).sign(&chamber.official).to_bytes(), 422, "refused", Some(301));
    let other = cast::origin("CL-2026-1").replace("10800.00", "10801.00");
    door.refuses("another document under the same number", &network.prepared(chamber, &other, &["CN"]).0.wire, 422, "refused", Some(302));
    let stale = StandingChange {
        record_key: good.record,
        effective: date("2026-04-01"),
        reason: None,
        follows: 1,
        until: None,
        version: None,
        stands_by: None,
    };
    let act = stale.into_act(RecordKind::CertificateOfOrigin, Verb::Revoke);
    door.refuses("an act that was made for another standing", &network.signed(chamber, vec![act]), 422, "refused", Some(310));
}

fn questions_out_of_form(network: &Network, door: &Door<'_>) {
    let url = network.url("CL");
    let token = network.token("CL");
    let ask = |path: &str, token: Option<&str>, media_type: &str, body: &[u8]| http::post(&format!("{url}{path}"), token, media_type, body);
    let cases: [(&str, Answer, u16, &str); 12] = [
        ("a wrong media type", ask("/v1/transactions", None, "text/plain", b"x"), 415, "wrong_media_type"),
        ("an unknown parameter", ask("/v1/transactions?fast=true", None, "application/cbor", b"x"), 400, "bad_parameter"),
        ("no such address", ask("/v1/nothing", None, "application/cbor", b"x"), 404, "not_found"),
        ("another method", http::get(&format!("{url}/v1/transactions"), None), 405, "method_not_allowed"),
        ("a receipt without a token", ask("/v1/receipts", None, "application/json", b"{}"), 401, "missing_token"),
        (
            "a receipt with another member's token",
            ask("/v1/receipts", Some(&network.token("CN")), "application/json", b"{}"),
            401,
            "wrong_token",
        ),
        ("a receipt of nothing", ask("/v1/receipts", Some(&token), "application/json", b"{}"), 400, "bad_json"),
        ("JSON cut short", ask("/v1/receipts", Some(&token), "application/json", b"{\"subject\": {"), 400, "bad_json"),
        (
            "another member's number",
            ask("/v1/locators", Some(&token), "application/json", br#"{"items":[{"kind":2,"country":"NZ","class":"851","number":"1"}]}"#),
            422,
            "not_of_this_member",
        ),
        ("a nonce of one byte", http::get(&format!("{url}/v1/head?nonce=00"), None), 400, "bad_nonce"),
        ("a block of the future", http::get(&format!("{url}/v1/blocks/999999999"), None), 404, "no_such_height"),
        (
            "1001 lines",
            ask("/v1/transactions/bulk", None, "application/x-ndjson", "{\"transaction\":\"00\"}\n".repeat(1001).as_bytes()),
            413,
            "too_many_items",
        ),
    ];
    for (what, answer, status, code) in cases {
        door.answered(what, &answer, status, code, None);
    }
    let port = network.api_port("CL");
    let head = "POST /v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\n";
    for (what, request) in [
        ("a body cut short", format!("{head}content-length: 1000\r\n\r\nabc")),
        ("a length that is no number", format!("{head}content-length: many\r\n\r\n")),
        ("a length of 18 EB", format!("{head}content-length: 18000000000000000000\r\n\r\n")),
        ("no HTTP", "\u{1}\u{2}\u{3}\r\n\r\n".to_owned()),
        ("a header of 100 KiB", format!("GET /health HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100 * 1024))),
        ("a thousand headers", format!("GET /health HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(1000))),
        ("an address of 64 KiB", format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "y".repeat(64 * 1024))),
    ] {
        let status = http::raw(port, request.as_bytes());
        assert!(status == 0 || (400..=431).contains(&status), "{what}: {status}");
        door.nothing_happened(what);
    }
}

#[test]
fn a_good_act_beside_bad_ones_is_recorded_and_the_bad_ones_are_not() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    let act = |document: &str| network.prepared(&chamber, document, &["CN"]).1;
    let good = act(&cast::origin("CL-2026-1"));
    let bad = act(&cast::origin("CL-2026-2").replace("\"CL-CN\"", "\"RCEP\""));
    let answer = network.submit("CL", &network.signed(&chamber, vec![bad.clone(), good.clone(), good])).json();
    let numbers: Vec<u64> = answer["outcomes"].as_array().unwrap().iter().map(|one| one["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [304, 0, 301], "{answer}");

    // In bulk each line has its own answer, in the order of the lines.
    let one = network.signed(&chamber, vec![act(&cast::origin("CL-2026-3"))]);
    let two = network.signed(&chamber, vec![bad]);
    let lines = format!("{{\"transaction\":\"{}\"}}\nnot JSON\n{{\"transaction\":\"{}\"}}\n", hex::encode(&one), hex::encode(&two));
    let answer =
        http::post(&format!("{}/v1/transactions/bulk?wait=true", network.url("CL")), None, "application/x-ndjson", lines.as_bytes());
    let statuses: Vec<u64> = String::from_utf8(answer.body)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 400, 422]);

    // The same key with the same body gets the same answer, with another body none.
    let send = |body: &[u8]| {
        let url = format!("{}/v1/transactions?wait=true", network.url("CL"));
        http::post_with(&url, None, "application/cbor", body, &[("idempotency-key", "morning-1")], Duration::from_secs(40))
    };
    let wire = network.signed(&chamber, vec![act(&cast::origin("CL-2026-4"))]);
    let (first, second) = (send(&wire), send(&wire));
    assert!(first.is_recorded() && first.body == second.body);
    assert_eq!((send(&one).status, send(&one).code().as_str()), (409, "idempotency_conflict"));
    wait_until("the follower has it, too", Duration::from_secs(10), || {
        (network.height("CN") >= first.json()["height"].as_u64().unwrap()).then_some(())
    });
}
