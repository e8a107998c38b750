//! The API over real sockets, with a real ledger on disk; the four validators sign in one thread.

mod acts;

use super::error::Code;
use super::server::{HEAD_WITHIN, Server};
use super::token::Token;
use super::*;
use crate::app::{NodeSecrets, Stop};
use crate::config::Config;
use crate::consensus::chain::{Chain, Precommits};
use crate::consensus::testing::{founding, node_secret};
use base64::Engine as _;
use contracts::acts::{AdmitAuthority, Issue, IssuedLine};
use contracts::document::MediaType;
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::registry::Scope;
use contracts::standing::Flags;
use contracts::{Facts, Question, Subject};
use genesis::Founding;
use genesis::home::Home;
use ledger::block::{Block, CommitCertificate, Header};
use ledger::codec::Canonical;
use ledger::commitment::CommitmentRoot;
use ledger::hash::sha256;
use ledger::id::{AuthorityId, CertificateNumber, KeyNumber, MemberId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{EncryptionSecret, Locator, LookupProof, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::receipt::{Receipt, SignedHead};
use ledger::time::Height;
use ledger::transaction::{Act, DecodedTransaction, EXPIRY_HEIGHTS_MAX, TRANSACTION_BYTES_MAX, TRANSACTION_VERSION, Transaction};
use ledger::tree::Fact;
use ledger::vote::{VoteType, vote_bytes};
use ledger_store::{Options, Store};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Instant;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const TOKEN: &str = "the-token-of-these-tests";
/// NZ among the members of `testing::founding`.
const NZ: usize = 2;

struct Running {
    app: Arc<App>,
    server: Server,
    founding: Founding,
    stop: watch::Sender<bool>,
    decider: Option<std::thread::JoinHandle<()>>,
    _home: tempfile::TempDir,
}

impl Running {
    /// A node of NZ. `decides`: whether blocks are made of what waits.
    async fn start(decides: bool) -> Self {
        let (founding, validators) = founding();
        let home = tempfile::tempdir().unwrap();
        let config = "member = \"NZ\"\napi_listen = \"127.0.0.1:0\"\np2p_listen = \"127.0.0.1:0\"\n";
        let config = Config::parse(&Home::at(home.path()), config, &founding).unwrap();
        let options = Options { reserve_bytes: 1024 * 1024, ..Options::default() };
        let store = Store::open_with(home.path(), founding.network_id(), options).unwrap();
        store.found(&founding.first_state()).unwrap();
        let secrets = NodeSecrets { node: node_secret(NZ), encryption: encryption(NZ) };
        let (app, mut outbox) = App::new(config, founding.clone(), Arc::new(store), secrets).unwrap();
        tokio::spawn(async move { while outbox.recv().await.is_some() {} });
        let (stop, stopped) = watch::channel(false);
        let decider = decides.then(|| {
            let (app, runtime) = (Arc::clone(&app), tokio::runtime::Handle::current());
            std::thread::spawn(move || decide(&app, &validators, stopped, &runtime))
        });
        if decides {
            app.watch_tip().wait_for(|tip| tip.height.get() >= 1).await.unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Api::new(Arc::clone(&app), Token::from_file(TOKEN.as_bytes()).unwrap());
        let server = Server::serve(api, listener, None).unwrap();
        Self { app, server, founding, stop, decider, _home: home }
    }

    async fn client(&self) -> Client<TcpStream> {
        Client(BufReader::new(TcpStream::connect(self.server.address()).await.unwrap()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(decider) = self.decider.take() {
            let _ = decider.join();
        }
    }
}

/// Makes a first block, then one whenever something waits.
fn decide(app: &Arc<App>, validators: &[SecretKey], mut stop: watch::Receiver<bool>, runtime: &tokio::runtime::Handle) {
    let mut chain = Chain::open(Arc::clone(app)).unwrap();
    let mut arrivals = app.pool.arrivals();
    while !*stop.borrow() {
        arrivals.mark_unchanged();
        if app.tip().height.get() > 0 && app.pool.is_empty() {
            runtime.block_on(async {
                tokio::select! { _ = arrivals.changed() => {}, _ = stop.changed() => {} }
            });
            continue;
        }
        let height = chain.height();
        let block = chain.propose(height, 0).unwrap().unwrap().hash;
        let bytes = vote_bytes(&app.network, VoteType::Precommit, height, 0, Some(&block));
        let members = app.founding.validators().as_slice().iter().map(|validator| validator.member);
        let votes = members.zip(validators).map(|(member, secret)| (member, secret.sign(&bytes))).collect();
        chain.decided(&Precommits { height, round: 0, block, votes }).unwrap();
    }
}

fn encryption(index: usize) -> EncryptionSecret {
    EncryptionSecret::new([70 + index as u8; 32])
}

fn governance(index: usize) -> SecretKey {
    SecretKey::from_seed(&[50 + index as u8; 32])
}

fn chamber() -> SecretKey {
    SecretKey::from_seed(&[90; 32])
}

struct Client<S>(BufReader<S>);

#[derive(Debug)]
struct Reply {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem, after checking that it is one in form.
    fn code(&self) -> String {
        let json = self.json();
        assert_eq!(self.headers["content-type"], "application/problem+json", "{json}");
        assert_eq!(json["status"], self.status);
        let code = json["code"].as_str().unwrap().to_owned();
        assert_eq!(json["type"], format!("urn:symbolon:problem:{code}"));
        assert!(json["detail"].as_str().is_some_and(|detail| detail.len() > 20) && json["title"].is_string());
        code
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    async fn ask(&mut self, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head = format!("{line} HTTP/1.1\r\nhost: node\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += &format!("content-length: {}\r\n", body.len());
        }
        self.0.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        // A server that refuses by the head alone may not take the body.
        let _ = self.0.write_all(body).await;
        let _ = self.0.flush().await;
        self.reply().await.unwrap()
    }

    async fn reply(&mut self) -> Option<Reply> {
        let mut line = String::new();
        if self.0.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers.get("content-length").map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).await.ok()?;
        Some(Reply { status, headers, body })
    }

    async fn get(&mut self, target: &str) -> Reply {
        self.ask(&format!("GET {target}"), &[], b"").await
    }

    async fn get_cbor(&mut self, target: &str) -> Vec<u8> {
        let reply = self.ask(&format!("GET {target}"), &[("accept", CBOR), ("authorization", &format!("Bearer {TOKEN}"))], b"").await;
        assert_eq!((reply.status, reply.headers["content-type"].as_str()), (200, CBOR), "{target}: {reply:?}");
        reply.body
    }

    async fn get_with_token(&mut self, target: &str) -> Reply {
        self.ask(&format!("GET {target}"), &[("authorization", &format!("Bearer {TOKEN}"))], b"").await
    }

    async fn post_json(&mut self, target: &str, body: &Value) -> Reply {
        let token = format!("Bearer {TOKEN}");
        self.ask(&format!("POST {target}"), &[("content-type", JSON), ("authorization", &token)], body.to_string().as_bytes()).await
    }

    async fn submit(&mut self, wire: &[u8], wait: bool) -> Reply {
        self.ask(&format!("POST /v1/transactions?wait={wait}"), &[("content-type", CBOR)], wire).await
    }

    async fn accepted(&mut self, wire: &[u8]) -> Value {
        let reply = self.submit(wire, true).await;
        assert_eq!(reply.status, 200, "{}", reply.json());
        reply.json()
    }
}

fn transaction(app: &App, signer: &str, acts: Vec<Act>) -> Transaction {
    Transaction {
        version: TRANSACTION_VERSION,
        network: app.network,
        signer: Signer::parse(signer).unwrap(),
        key: KeyNumber::ROOT,
        expiry: app.tip().height.saturating_add(100),
        acts,
    }
}

fn admission(app: &App) -> Vec<u8> {
    let today = crate::clock::now().date();
    let scope = Scope { coverage_since: Some(today), ..Scope::issuing(RecordKind::CertificateOfOrigin, today) };
    let act = AdmitAuthority {
        authority: AuthorityId::parse("NZ-chamber").unwrap(),
        country: CountryCode::parse("NZ").unwrap(),
        name: "Chamber of Commerce".into(),
        scopes: vec![scope],
        root_key: chamber().public(),
        effective: today,
    };
    transaction(app, "NZ", vec![act.into_act()]).sign(&governance(NZ)).to_bytes()
}

fn certificate(record_tag: RecordTag, locators: Vec<Locator>) -> Issue {
    let mut locators = locators;
    locators.sort();
    Issue {
        record_tag,
        locators,
        commitment_root: CommitmentRoot::new([1; 32]),
        document_digest: sha256(record_tag.as_bytes()),
        media_type: MediaType::Json,
        country: CountryCode::parse("NZ").unwrap(),
        class: None,
        issue_date: crate::clock::now().date(),
        valid_from: None,
        valid_until: None,
        flags: Flags::NONE,
        bases: Vec::new(),
        predecessor: None,
        lines: vec![IssuedLine { number: 1, certified: Some(1000), code: None, unit: None }],
        terms: None,
        shares_pool: None,
        draws: None,
        fingerprints: None,
        sealed_numbers: None,
    }
}

fn issue(app: &App, issues: Vec<Issue>) -> Vec<u8> {
    let acts = issues.into_iter().map(|issue| issue.into_act(RecordKind::CertificateOfOrigin)).collect();
    transaction(app, "NZ-chamber", acts).sign(&chamber()).to_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_goes_from_submission_to_a_receipt_that_checks() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    client.accepted(&admission(&node.app)).await;

    // The issuer's tool asks where the record and its locators lie.
    let item = json!({ "kind": 1, "country": "NZ", "authority": "NZ-chamber", "number": " co-1 ", "readers": ["CN", "SG"] });
    let places = client.post_json("/v1/locators", &json!({ "items": [item] })).await.json();
    let place = &places["items"][0];
    let record = RecordKey::from_hex(place["record_key"].as_str().unwrap()).unwrap();
    let tag = RecordTag::from_hex(place["record_tag"].as_str().unwrap()).unwrap();
    assert_eq!(record, tag.record_key(MemberId::parse("NZ").unwrap()));
    let locators: Vec<Locator> =
        place["locators"].as_array().unwrap().iter().map(|text| Locator::from_hex(text.as_str().unwrap()).unwrap()).collect();
    let number = CertificateNumber::parse("CO-1").unwrap();
    let (nz, cn) = (MemberId::parse("NZ").unwrap(), MemberId::parse("CN").unwrap());
    let of_cn = encryption(1).lookup_secret(&node.app.network, &encryption(NZ).public(), nz, cn);
    assert_eq!(locators[0], of_cn.locator(&number), "the reader computes the same place");

    // Issued and decided; two acts, of which the second is a duplicate with its own outcome.
    let wire = issue(&node.app, vec![certificate(tag, locators.clone()), certificate(tag, locators.clone())]);
    let decided = client.accepted(&wire).await;
    assert_eq!(decided["outcomes"][0], json!({ "number": 0 }), "{decided}");
    assert_eq!(decided["outcomes"][1]["name"], "AlreadyRecorded", "{decided}");

    // The officer's tool checks the receipt against the founding file alone.
    for subject in [json!({ "record": record.to_string() }), json!({ "issuer": "NZ", "locator": locators[0].to_string() })] {
        let reply =
            client.post_json("/v1/receipts", &json!({ "subject": subject, "issue": true, "since": decided["height"], "kind": 1 })).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let proven = Receipt::from_bytes(&reply.body).unwrap().verify(&node.founding.trust(), &mut rand::rng()).unwrap();
        let subject = match subject["record"].as_str() {
            Some(_) => Subject::Record(record),
            None => Subject::Number { issuer: nz, country: CountryCode::parse("NZ").unwrap(), locator: locators[0] },
        };
        let facts = Facts::from_proven(&proven, &subject, &Question::on(crate::clock::now().date())).unwrap();
        assert_eq!(facts.records.iter().map(|found| found.key).collect::<Vec<_>>(), [record]);
        let issue = proven.issue().unwrap();
        assert_eq!(issue.act.wire_hash().to_string(), decided["wire_hash"]);
        assert!(issue.is_accepted() && contracts::acts::issues(&issue.act.skeleton().signer, issue.act.act(), &record));
        assert_eq!(proven.signers(), 4);
    }
    // Absence is proven as well.
    let absent = Subject::Record(RecordKey::new([7; 32]));
    let reply = client.post_json("/v1/receipts", &json!({ "subject": { "record": "07".repeat(32) }, "issue": true })).await;
    let proven = Receipt::from_bytes(&reply.body).unwrap().verify(&node.founding.trust(), &mut rand::rng()).unwrap();
    assert!(Facts::from_proven(&proven, &absent, &Question::on(crate::clock::now().date())).unwrap().records.is_empty());
    assert!(proven.issue().is_none());
    // Single entries by their keys.
    let key = contracts::key::member(nz);
    let reply = client.post_json("/v1/receipts", &json!({ "subject": { "keys": [key.to_string()] } })).await;
    let proven = Receipt::from_bytes(&reply.body).unwrap().verify(&node.founding.trust(), &mut rand::rng()).unwrap();
    assert!(matches!(proven.entry(&key), Some(Fact::Present(_))));

    // Everything else that can be read of it.
    for name in [&decided["transaction_id"], &decided["wire_hash"]] {
        let found = client.get(&format!("/v1/transactions/{}", name.as_str().unwrap())).await.json();
        assert_eq!((&found["state"], &found["height"], &found["outcomes"]), (&json!("recorded"), &decided["height"], &decided["outcomes"]));
    }
    let height = decided["height"].as_u64().unwrap();
    let block = Block::from_bytes(&client.get_cbor(&format!("/v1/blocks/{height}")).await).unwrap();
    assert_eq!(Header::from_bytes(&client.get_cbor(&format!("/v1/headers/{height}")).await).unwrap(), block.header);
    let commit = CommitCertificate::from_bytes(&client.get_cbor(&format!("/v1/certificates/{height}")).await).unwrap();
    assert_eq!(commit.block, block.header.hash());
    let view = client.get("/v1/blocks/latest").await.json();
    assert_eq!(
        (&view["header"]["hash"], &view["transactions"][0]["signer"]),
        (&json!(block.header.hash().to_string()), &json!("NZ-chamber"))
    );
    assert_eq!(client.get(&format!("/v1/certificates/{height}")).await.json()["votes"].as_array().unwrap().len(), 4);
    let members = client.get("/v1/members").await.json();
    assert_eq!(members["members"][NZ]["authorities"][0]["id"], "NZ-chamber");
    let standing = client.get_with_token(&format!("/v1/standings/{record}")).await.json();
    assert_eq!((&standing["authority"], &standing["lines"][0]["certified"]), (&json!("NZ-chamber"), &json!(1000)));
    assert_eq!(client.get_cbor("/v1/founding").await, node.founding.to_bytes());
    let status = client.get("/v1/status").await.json();
    assert_eq!((&status["environment"], &status["height"]), (&json!("test"), &json!(height)));

    // What the reader's node would hand to its officers, from this side: the secret for numbers that CN issues.
    let proof: LookupProof = ledger::codec::decode("look-up proof", 1024, &client.get_cbor("/v1/lookup-secrets/CN").await).unwrap();
    let secret = proof.verify(&node.app.network, &encryption(NZ).public(), &encryption(1).public(), cn, nz).unwrap();
    assert_eq!(secret.locator(&number), encryption(1).lookup_secret(&node.app.network, &encryption(NZ).public(), cn, nz).locator(&number));
    let head = SignedHead::from_bytes(&client.get_cbor(&format!("/v1/head?nonce={}", "ab".repeat(32))).await).unwrap();
    let head = head.verify(&node.app.network, nz, &[0xab; 32], &node_secret(NZ).public()).unwrap();
    assert_eq!(head.height.get(), height);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_bad_submission_has_its_own_problem_and_the_connection_stays() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    client.accepted(&admission(&node.app)).await;
    let height = node.app.tip().height;
    let good = transaction(
        &node.app,
        "NZ-chamber",
        vec![certificate(RecordTag::new([1; 32]), Vec::new()).into_act(RecordKind::CertificateOfOrigin)],
    );
    let wire = good.sign(&chamber()).to_bytes();
    let with = |change: &dyn Fn(&mut Transaction)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed.sign(&chamber()).to_bytes()
    };
    let mut flipped = wire.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let sps = |t: &mut Transaction| t.acts[0].kind = RecordKind::SpsCertificate.number();
    for (what, bytes, code, refusal) in [
        ("empty", Vec::new(), Code::MalformedTransaction, None),
        ("truncated", wire[..wire.len() - 1].to_vec(), Code::MalformedTransaction, None),
        ("one byte more", [&wire[..], &[0]].concat(), Code::MalformedTransaction, None),
        ("oversized", vec![0xa2; TRANSACTION_BYTES_MAX + 1], Code::MalformedTransaction, None),
        ("an indefinite length", vec![0xbf; 100], Code::MalformedTransaction, None),
        ("another network", with(&|t| t.network = ledger::id::NetworkId::new([9; 32])), Code::OtherNetwork, None),
        ("another version", with(&|t| t.version = 3), Code::MalformedTransaction, None),
        ("no acts", with(&|t| t.acts.clear()), Code::MalformedTransaction, None),
        ("an unknown signer", with(&|t| t.signer = Signer::parse("NZ-nobody").unwrap()), Code::UnknownKey, Some(Refusal::UnknownSigner)),
        ("an unknown key", with(&|t| t.key = KeyNumber::new(7)), Code::UnknownKey, Some(Refusal::UnknownKey)),
        ("a flipped bit of the signature", flipped, Code::BadSignature, None),
        ("another's signature", good.sign(&governance(NZ)).to_bytes(), Code::BadSignature, None),
        ("expired", with(&|t| t.expiry = Height::new(1)), Code::Expired, None),
        ("too far", with(&|t| t.expiry = Height::new(EXPIRY_HEIGHTS_MAX + 1000)), Code::ExpiryTooFar, None),
        ("no such kind", with(&|t| t.acts[0].kind = 99), Code::Refused, Some(Refusal::UnknownKind)),
        ("out of scope", with(&|t| t.acts[0].verb = 99), Code::Refused, Some(Refusal::UnknownVerb)),
        ("a malformed body", with(&|t| t.acts[0].body = vec![0xff].into()), Code::Refused, Some(Refusal::MalformedBody)),
        ("an act of another kind", with(&sps), Code::Refused, None),
    ] {
        for wait in [false, true] {
            let reply = client.submit(&bytes, wait).await;
            assert_eq!(reply.code(), code.as_str(), "{what}: {}", reply.json());
            if let Some(refusal) = refusal {
                assert_eq!(
                    (&reply.json()["refusal"], &reply.json()["refusal_name"]),
                    (&json!(refusal.number()), &json!(refusal.name())),
                    "{what}"
                );
            }
        }
    }
    let other_type = client.ask("POST /v1/transactions", &[("content-type", "text/plain")], &wire).await;
    assert_eq!(other_type.code(), Code::WrongMediaType.as_str());
    assert_eq!(
        client.ask("POST /v1/transactions?wait=perhaps", &[("content-type", CBOR)], &wire).await.code(),
        Code::BadParameter.as_str()
    );
    assert_eq!((node.app.tip().height, node.app.pool.len()), (height, 0), "nothing was recorded");

    // One byte past the limit of the body; the connection need not stay, a new one works.
    let oversized = node.client().await.ask("POST /v1/transactions", &[("content-type", CBOR)], &vec![0; BODY_BYTES_MAX + 1]).await;
    assert_eq!(oversized.code(), Code::BodyTooLarge.as_str());
    // A request whose end two readers could see at two places is not taken, and nothing after it is read.
    for length in ["", "content-length: 4\r\n", "content-length: 0\r\n"] {
        for order in [format!("{length}transfer-encoding: chunked\r\n"), format!("transfer-encoding: chunked\r\n{length}")] {
            let mut other = node.client().await;
            let head = format!("POST /v1/transactions HTTP/1.1\r\nhost: n\r\ncontent-type: application/cbor\r\n{order}\r\n");
            let smuggled = "0\r\n\r\nGET /v1/status HTTP/1.1\r\nhost: n\r\n\r\n";
            other.0.write_all(format!("{head}{smuggled}").as_bytes()).await.unwrap();
            let reply = other.reply().await.unwrap();
            assert_eq!((reply.status, reply.code().as_str()), (411, Code::LengthRequired.as_str()), "{order:?}");
            assert!(other.reply().await.is_none(), "{order:?}: the second request is not answered");
        }
    }

    // On the connection of all those errors the good one is recorded, and submitted again it is known.
    let decided = client.accepted(&wire).await;
    assert_eq!(decided["outcomes"], json!([{ "number": 0 }]));
    assert_eq!(client.accepted(&wire).await, decided);
    let again = client.submit(&wire, false).await;
    assert_eq!((again.status, &again.json()["known"]), (202, &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_answers_line_by_line() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    client.accepted(&admission(&node.app)).await;
    let wires: Vec<Vec<u8>> = (0..20).map(|n| issue(&node.app, vec![certificate(RecordTag::new([n; 32]), Vec::new())])).collect();
    let mut text = String::new();
    for (index, wire) in wires.iter().enumerate() {
        let encoded = if index % 2 == 0 { hex::encode(wire) } else { base64::engine::general_purpose::STANDARD.encode(wire) };
        text += &format!("{{\"transaction\":\"{encoded}\"}}\n");
        if index == 4 {
            text += "nonsense\n{\"transaction\":\"a200\"}\n";
        }
    }
    let bulk = |body: String, wait: bool| (format!("POST /v1/transactions/bulk?wait={wait}"), body.into_bytes());
    let (line, body) = bulk(text, true);
    let reply = client.ask(&line, &[("content-type", NDJSON)], &body).await;
    let answers: Vec<Value> =
        reply.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!((reply.status, answers.len()), (200, 22));
    for (index, answer) in answers.iter().enumerate() {
        assert_eq!(answer["line"], index + 1);
        match index {
            5 => assert_eq!((&answer["status"], &answer["code"]), (&json!(400), &json!("bad_line"))),
            6 => assert_eq!((&answer["status"], &answer["code"]), (&json!(400), &json!("malformed_transaction"))),
            _ => assert_eq!((&answer["status"], &answer["outcomes"]), (&json!(200), &json!([{ "number": 0 }])), "{answer}"),
        }
    }
    let (line, body) = bulk("{\"transaction\":\"a2\"}\n".repeat(BULK_LINES_MAX + 1), false);
    assert_eq!(client.ask(&line, &[("content-type", NDJSON)], &body).await.code(), Code::TooManyItems.as_str());
    assert_eq!(client.ask(&line, &[("content-type", CBOR)], &body).await.code(), Code::WrongMediaType.as_str());
    let large = client.ask(&line, &[("content-type", NDJSON)], &vec![b'\n'; BULK_BYTES_MAX + 1]).await;
    assert_eq!(large.code(), Code::BodyTooLarge.as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_key_gets_the_first_answer_and_another_body_a_conflict() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    client.accepted(&admission(&node.app)).await;
    let wire = issue(&node.app, vec![certificate(RecordTag::new([1; 32]), Vec::new())]);
    let other = issue(&node.app, vec![certificate(RecordTag::new([2; 32]), Vec::new())]);
    let headers = [("content-type", CBOR), ("idempotency-key", "morning-1")];
    let first = client.ask("POST /v1/transactions?wait=true", &headers, &wire).await;
    let second = client.ask("POST /v1/transactions?wait=true", &headers, &wire).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!((first.headers.get("idempotency-replayed"), second.headers["idempotency-replayed"].as_str()), (None, "true"));
    assert_eq!(client.ask("POST /v1/transactions", &headers, &other).await.code(), Code::IdempotencyConflict.as_str());
    // The member's own tools have keys of their own.
    let token = format!("Bearer {TOKEN}");
    let own = [("content-type", CBOR), ("idempotency-key", "morning-1"), ("authorization", token.as_str())];
    assert_eq!(client.ask("POST /v1/transactions", &own, &other).await.status, 202);
    let long = "k".repeat(idempotency::KEY_CHARS_MAX + 1);
    let wrong = client.ask("POST /v1/transactions", &[("content-type", CBOR), ("idempotency-key", &long)], &wire).await;
    assert_eq!(wrong.code(), Code::BadIdempotencyKey.as_str());
    // A failed submission does not use its key up.
    let headers = [("content-type", CBOR), ("idempotency-key", "morning-2")];
    assert_eq!(client.ask("POST /v1/transactions", &headers, b"x").await.code(), Code::MalformedTransaction.as_str());
    assert_eq!(client.ask("POST /v1/transactions", &headers, &wire).await.status, 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_the_members_own_needs_its_token() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    let record = "00".repeat(32);
    for line in [
        "POST /v1/receipts".to_owned(),
        "POST /v1/locators".into(),
        "GET /v1/lookup-secrets/CN".into(),
        format!("GET /v1/standings/{record}"),
    ] {
        let body: &[u8] = if line.starts_with("POST") { b"{}" } else { b"" };
        let missing = client.ask(&line, &[("content-type", JSON)], body).await;
        assert_eq!((missing.status, missing.code().as_str()), (401, Code::MissingToken.as_str()), "{line}");
        assert!(missing.headers["www-authenticate"].starts_with("Bearer"));
        let wrong = client.ask(&line, &[("content-type", JSON), ("authorization", "Bearer the-token-of-these-test")], body).await;
        assert_eq!((wrong.status, wrong.code().as_str()), (401, Code::WrongToken.as_str()), "{line}");
    }
    assert_eq!(client.get_with_token(&format!("/v1/standings/{record}")).await.code(), Code::NoSuchRecord.as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_bad_question_has_its_own_problem_and_the_connection_stays() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    let long = format!("/v1/status?{}", "x".repeat(TARGET_BYTES_MAX));
    for (target, code) in [
        ("/v1/head", Code::BadNonce),
        ("/v1/head?nonce=", Code::BadNonce),
        (&format!("/v1/head?nonce={}", "a".repeat(62)), Code::BadNonce),
        (&format!("/v1/head?nonce={}", "a".repeat(66)), Code::BadNonce),
        (&format!("/v1/head?nonce={}", "g".repeat(64)), Code::BadNonce),
        (&format!("/v1/head?nonce={0}&nonce={0}", "a".repeat(64)), Code::BadParameter),
        (&format!("/v1/head?nonce={}&about=CL-1", "a".repeat(64)), Code::BadParameter),
        ("/v1/headers/0", Code::NoSuchHeight),
        ("/v1/blocks/99999", Code::NoSuchHeight),
        ("/v1/certificates/18446744073709551615", Code::NoSuchHeight),
        ("/v1/headers/18446744073709551616", Code::BadParameter),
        ("/v1/headers/-1", Code::BadParameter),
        ("/v1/headers/%31%00", Code::BadParameter),
        ("/v1/transactions/ab", Code::BadParameter),
        (&format!("/v1/transactions/{}", "0".repeat(64)), Code::UnknownTransaction),
        ("/v1/nothing", Code::NotFound),
        ("/v1/receipts", Code::MethodNotAllowed),
        ("/../etc/passwd", Code::NotFound),
        (long.as_str(), Code::TargetTooLong),
    ] {
        let reply = client.get(target).await;
        assert_eq!(reply.code(), code.as_str(), "{target}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert_eq!(reply.headers.contains_key("allow"), code == Code::MethodNotAllowed);
    }
    assert_eq!(client.get_with_token("/v1/lookup-secrets/XX").await.code(), Code::UnknownMember.as_str());
    assert_eq!(client.get_with_token("/v1/lookup-secrets/xx").await.code(), Code::BadParameter.as_str());

    let hex = "0".repeat(64);
    let keys: Vec<String> = (0..=RECEIPT_KEYS_MAX).map(|n| format!("{n:064x}")).collect();
    for (question, code) in [
        (json!({}), Code::BadJson),
        (json!({ "subject": {} }), Code::BadJson),
        (json!({ "subject": { "record": "zz" } }), Code::BadJson),
        (json!({ "subject": { "record": hex, "keys": [hex] } }), Code::BadJson),
        (json!({ "subject": { "record": hex }, "unknown": 1 }), Code::BadJson),
        (json!({ "subject": { "record": hex }, "for": "cn" }), Code::BadJson),
        (json!({ "subject": { "record": hex }, "kind": 9 }), Code::BadJson),
        (json!({ "subject": { "record": hex }, "known": {} }), Code::BadJson),
        (json!({ "subject": { "keys": [] } }), Code::TooManyItems),
        (json!({ "subject": { "keys": keys } }), Code::TooManyItems),
        (json!({ "subject": { "issuer": "CN", "country": "NZ", "locator": hex } }), Code::OtherIssuer),
        (json!({ "subject": { "record": hex }, "since": 999_999 }), Code::Behind),
    ] {
        assert_eq!(client.post_json("/v1/receipts", &question).await.code(), code.as_str(), "{question}");
    }
    let most = client.post_json("/v1/receipts", &json!({ "subject": { "keys": keys[1..] } })).await;
    assert_eq!(most.status, 200);

    let item = |country: &str, readers: usize| json!({ "kind": 1, "country": country, "number": "1", "readers": vec!["CN"; readers] });
    for (items, code) in [
        (vec![item("CL", 1)], Code::NotOfThisMember),
        (vec![item("NZ", READERS_MAX + 1)], Code::TooManyItems),
        (vec![item("NZ", 1); LOCATOR_ITEMS_MAX + 1], Code::TooManyItems),
        (vec![json!({ "kind": 1, "country": "NZ", "number": " " })], Code::BadJson),
        (vec![json!({ "kind": 1, "country": "NZ", "number": "1", "readers": ["XX"] })], Code::UnknownMember),
        (vec![json!({ "kind": 1, "country": "NZ", "authority": "CL-sag", "number": "1" })], Code::NotOfThisMember),
    ] {
        assert_eq!(client.post_json("/v1/locators", &json!({ "items": items })).await.code(), code.as_str());
    }
    assert_eq!(client.post_json("/v1/locators", &json!({ "items": vec![item("NZ", READERS_MAX); LOCATOR_ITEMS_MAX] })).await.status, 200);
    let twice = client
        .ask("POST /v1/locators", &[("content-type", JSON), ("authorization", &format!("Bearer {TOKEN}"))], b"{\"items\":[],\"items\":[]}")
        .await;
    assert_eq!(twice.code(), Code::BadJson.as_str());
    assert_eq!(client.get("/health").await.json(), json!({ "status": "alive" }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_of_requests_are_bounded() {
    let node = Running::start(false).await;
    let many: Vec<(String, String)> = (0..=HEADERS_MAX).map(|n| (format!("x-{n}"), "1".into())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(node.client().await.ask("GET /health", &many, b"").await.status, 431);
    assert_eq!(node.client().await.ask("GET /health", &many[..HEADERS_MAX - 2], b"").await.status, 200);
    let large = "x".repeat(HEADER_BYTES_MAX);
    assert_eq!(node.client().await.ask("GET /health", &[("x-large", &large)], b"").await.status, 431);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_finishes_its_head_is_cut() {
    let node = Running::start(false).await;
    let mut slow = node.client().await;
    slow.0.write_all(b"GET /health HTTP/1.1\r\nhost: n\r\nx-slow: ").await.unwrap();
    slow.0.flush().await.unwrap();
    let mut idle = node.client().await;
    assert_eq!(idle.get("/health").await.status, 200);
    let began = Instant::now();
    let both = async { (slow.reply().await.map(|reply| reply.status), idle.reply().await.map(|reply| reply.status)) };
    let answers = tokio::time::timeout(HEAD_WITHIN * 2, both).await.expect("both are cut");
    assert!(answers.0.is_none_or(|status| status == 408) && answers.1.is_none());
    assert!(began.elapsed() > HEAD_WITHIN / 2);
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut() {
    let room = body::Room::new(1024 * 1024);
    let endless = || Request::new(axum::body::Body::from_stream(futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>()));
    let any = |_: &Request| Ok(());
    let slow = room.read(endless(), 1000, Duration::from_millis(30), any).await;
    assert_eq!(slow.err().map(|problem| problem.code()), Some(Code::BodyTooSlow));
    // While one body holds the room, another finds none; afterwards it does.
    let mut holder = Box::pin(room.read(endless(), 1024 * 1024, Duration::from_secs(600), any));
    assert!(futures::poll!(&mut holder).is_pending());
    let second = room.read(Request::new("x".into()), 1024, Duration::from_secs(1), any).await;
    assert_eq!(second.err().map(|problem| problem.code()), Some(Code::Busy));
    drop(holder);
    assert_eq!(room.read(Request::new("x".into()), 1024, Duration::from_secs(1), any).await.unwrap().1.bytes, "x");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_when_the_node_stops_is_told() {
    // Nobody decides here: the submission would wait its full time.
    let node = Running::start(false).await;
    let mut client = node.client().await;
    let wire = admission(&node.app);
    assert_eq!(client.submit(&wire, false).await.status, 202);
    let wire_hash = DecodedTransaction::from_wire(wire.clone(), &node.app.network).unwrap().wire_hash();
    let found = client.get(&format!("/v1/transactions/{wire_hash}")).await.json();
    assert_eq!(found["state"], "waiting");
    let not_yet = client.post_json("/v1/receipts", &json!({ "subject": { "record": "00".repeat(32) } })).await;
    assert_eq!(not_yet.code(), Code::NoBlockYet.as_str());

    let app = Arc::clone(&node.app);
    let id = DecodedTransaction::from_wire(wire.clone(), &app.network).unwrap().id();
    let waiting = tokio::spawn(async move { client.submit(&wire, true).await });
    while app.waiting_for(&id) == 0 {
        tokio::task::yield_now().await;
    }
    let mut idle = node.client().await;
    assert_eq!(idle.get("/health").await.status, 200);
    let ready = idle.get("/ready").await;
    assert_eq!((ready.status, &ready.json()["ready"]), (503, &json!(false)));
    let began = Instant::now();
    app.stop(Stop::Asked);
    let reply = waiting.await.unwrap();
    assert_eq!((reply.code().as_str(), reply.headers.contains_key("retry-after")), (Code::Stopping.as_str(), true));
    let Running { server, .. } = &node;
    let address = server.address();
    let mut node = node;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = Api::new(Arc::clone(&app), Token::from_file(TOKEN.as_bytes()).unwrap());
    let other = Server::serve(api, listener, None).unwrap();
    std::mem::replace(&mut node.server, other).stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    assert!(idle.reply().await.is_none(), "the idle connection is closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_is_spoken_with_the_members_certificate() {
    use tokio_rustls::rustls::pki_types::ServerName;
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};
    let node = Running::start(false).await;
    let home = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["node.example".into()]).unwrap();
    let (certificate, key) = (home.path().join("certificate.pem"), home.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.key_pair.serialize_pem()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = Api::new(Arc::clone(&node.app), Token::from_file(TOKEN.as_bytes()).unwrap());
    let server = Server::serve(api, listener, Some(tls::acceptor(&certificate, &key).unwrap())).unwrap();

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let stream = connector.connect(ServerName::try_from("node.example").unwrap(), stream).await.unwrap();
    let mut client = Client(BufReader::new(stream));
    assert_eq!(client.get("/health").await.status, 200);
    assert_eq!(client.get(&format!("/v1/head?nonce={}", "0".repeat(64))).await.status, 200);

    // Plain HTTP at the same port gets no answer of HTTP.
    let mut plain = Client(BufReader::new(TcpStream::connect(server.address()).await.unwrap()));
    plain.0.write_all(b"GET /health HTTP/1.1\r\nhost: n\r\n\r\n").await.unwrap();
    assert!(plain.reply().await.is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_in_form_and_count() {
    let node = Running::start(true).await;
    let mut client = node.client().await;
    client.submit(b"x", false).await;
    client.accepted(&admission(&node.app)).await;
    let stranger = String::from_utf8(client.get("/metrics").await.body).unwrap();
    assert!(stranger.lines().any(|line| line == "symbolon_height 2") && stranger.ends_with("# EOF\n"));
    for rises_with_questions in ["http", "route", "/v1/", "submissions", "state_cache"] {
        assert!(!stranger.contains(rises_with_questions), "{rises_with_questions} in {stranger}");
    }
    assert_eq!(client.ask("GET /metrics", &[("authorization", "Bearer of-somebody-else")], b"").await.status, 401);
    let reply = client.get_with_token("/metrics").await;
    let text = String::from_utf8(reply.body).unwrap();
    assert!(reply.headers["content-type"].starts_with("application/openmetrics-text"));
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1);
    for line in [
        "symbolon_submissions_accepted_total 1",
        "symbolon_submissions_refused_total 1",
        "symbolon_height 2",
        "symbolon_http_connections 1",
    ] {
        assert!(text.lines().any(|other| other == line), "{line} in {text}");
    }
    assert!(text.contains("symbolon_http_request_seconds_count{route=\"/v1/transactions\",status=\"400\"} 1"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(!name.is_empty() && value.parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn openapi_describes_every_route_and_every_code() {
    let page: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    assert!(page["openapi"].as_str().unwrap().starts_with("3.1."));
    let described: Vec<(String, String)> = page["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().filter(|key| *key != "parameters").map(move |method| (method.clone(), path.clone()))
        })
        .collect();
    let mut routes: Vec<(String, String)> =
        routes::table().iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let mut sorted = described.clone();
    sorted.sort();
    routes.sort();
    assert_eq!(sorted, routes);
    let codes: Vec<&str> = page["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    assert_eq!(codes, Code::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>());
    // Every reference leads somewhere, and every answer is described.
    let mut waiting = vec![&page];
    while let Some(value) = waiting.pop() {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            assert!(page.pointer(target.strip_prefix('#').unwrap()).is_some(), "{target}");
        }
        match value {
            Value::Object(object) => waiting.extend(object.values()),
            Value::Array(array) => waiting.extend(array),
            _ => {}
        }
    }
    for (method, path) in described {
        let operation = &page["paths"][&path][&method];
        assert!(
            operation["summary"].is_string() && operation["responses"].is_object() && operation["operationId"].is_string(),
            "{method} {path}"
        );
        assert_eq!(
            path.contains('{'),
            operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == "path")),
            "{path}"
        );
    }
}
