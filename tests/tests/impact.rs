//! A key is revoked as of a time: what rests on it is listed with proof, who used it is named, and a node that leaves
//! something out is found out.

use contracts::acts::{Issue, NameKey, RevokeKey};
use contracts::impact::DEPTH_MAX;
use contracts::kinds::RecordKind;
use contracts::standing::Link;
use genesis::home::write_signing_key;
use ledger::codec::Canonical as _;
use ledger::id::KeyNumber;
use ledger::key::SecretKey;
use ledger::lookup::RecordKey;
use ledger::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use symbolon_tests::issuer::recorded;
use symbolon_tests::proxy::{ACTS, RECEIPTS};
use symbolon_tests::{CertificateFile, Lie, Network, Proxy, Ran, cast, get, post};

struct World {
    network: Network,
    /// The name of each record.
    names: BTreeMap<String, String>,
    /// After the first certificate, before all others.
    as_of: Timestamp,
}

impl World {
    /// Chile's chamber issues CL-1, is robbed of its key, and issues CL-2 and CL-3 under it; offices of China and
    /// Singapore use them, and Singapore issues SG-1 on CL-2. The key is revoked; CL-3 is reaffirmed under a second
    /// key, under which CL-4 is issued. CL-9 is another chamber's.
    fn open() -> Self {
        let network = Network::of(&["CL"], &["CN", "SG"]).up();
        let chamber = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
        network.admit("CL-other", &["origin CL-CN from 2005-01-01"]);
        network.admit("CN-ningbo", &["origin office"]);
        network.admit("SG-port", &["origin office"]);
        network.admit("SG-customs", &["origin CL-CN from 2005-01-01"]);
        let mut world = Self { network, names: BTreeMap::new(), as_of: Timestamp::from_millis(0) };
        world.issue("CL-1", "CL-subrei.key");
        world.office("CN", "present CL-1");
        world.as_of = Timestamp::from_millis(world.block_time("CL-1") + 1);
        for (number, key) in [("CL-2", "CL-subrei.key"), ("CL-3", "CL-subrei.key"), ("CL-9", "CL-other.key")] {
            world.issue(number, key);
        }
        world.office("CN", "present CL-2");
        world.office("SG", "reserve CL-2 --line 1 --amount 10 --declaration 26SG0001");
        world.office("SG", "consume CL-2 --line 1 --amount 4 --declaration 26SG0001");
        world.issue_on("SG-1", "CL-2");
        let second = SecretKey::generate(&mut rand::rng());
        write_signing_key(&world.network.directory().join("keys/second.key"), &second).unwrap();
        let name = NameKey { number: KeyNumber::new(2), key: second.public(), valid_from: Timestamp::from_millis(0), valid_until: None };
        let revoke = RevokeKey { number: KeyNumber::new(1), as_of: world.as_of };
        let acts = vec![name.into_act(), revoke.into_act()];
        let wire = world.network.transaction(chamber.signer(), 0, acts).sign(&chamber.root).to_bytes();
        recorded(&world.network.submit("CL", &wire));
        // Many are stood by at once, and of each it is said what became of it.
        let both = ["reaffirm", "issued/CL-1.symbolon", "issued/CL-3.symbolon", "issued/CL-77.symbolon", "--key", "keys/second.key"];
        let reaffirmed = world.network.as_member("CL", &both);
        for said in ["issued/CL-3.symbolon: reaffirmed with its own dates", "issued/CL-1.symbolon: 369", "not sent  issued/CL-77.symbolon"]
        {
            assert!(reaffirmed.code == 1 && reaffirmed.says(said), "{said}: {reaffirmed}");
        }
        world.issue("CL-4", "second.key");
        world.all_have("CL");
        world
    }

    fn issue(&mut self, number: &str, key: &str) {
        let document = self.network.write(&format!("documents/{number}.json"), cast::origin(number).as_bytes());
        self.network.done("CL", &["issue", &document, "--reader", "SG", "--out", "issued", "--key", &format!("keys/{key}")]);
        self.names.insert(self.record(number).to_string(), number.to_owned());
        self.all_have("CL");
    }

    /// Singapore issues a back-to-back certificate on one of Chile's, and draws from it.
    fn issue_on(&mut self, name: &str, base: &str) {
        let mut document: Value = serde_json::from_str(&cast::origin(name)).unwrap();
        document["issuing_country"] = "SG".into();
        document["valid_until"] = "2027-03-01".into();
        document["flags"]["back_to_back"] = true.into();
        document["base"] = serde_json::json!({ "number": base, "issuing_country": "CL", "issue_date": "2026-03-09" });
        document["items"][0]["quantity"]["value"] = "5".into();
        document["items"].as_array_mut().unwrap().truncate(1);
        let document = self.network.write(&format!("documents/{name}.json"), document.to_string().as_bytes());
        let base = format!("issued/{base}.symbolon");
        self.network.done("SG", &["issue", &document, "--base", &base, "--out", "drawn", "--key", "keys/SG-customs.key"]);
        let bytes = std::fs::read(self.network.directory().join(format!("drawn/{name}.symbolon"))).unwrap();
        self.names.insert(CertificateFile::from_bytes(&bytes).unwrap().record_key.to_string(), name.to_owned());
        self.all_have("SG");
    }

    fn office(&self, member: &str, words: &str) {
        let key = format!("keys/{}.key", if member == "CN" { "CN-ningbo" } else { "SG-port" });
        let mut args: Vec<&str> = words.split_whitespace().collect();
        let file = format!("issued/{}.symbolon", args[1]);
        args[1] = &file;
        args.extend(["--key", &key]);
        self.network.done(member, &args);
        self.all_have(member);
    }

    fn all_have(&self, member: &str) {
        self.network.wait_for_height(&self.network.ids(), self.network.height(member));
    }

    fn record(&self, number: &str) -> RecordKey {
        let bytes = std::fs::read(self.network.directory().join(format!("issued/{number}.symbolon"))).unwrap();
        CertificateFile::from_bytes(&bytes).unwrap().record_key
    }

    /// The time of the block that recorded a certificate, in milliseconds since 1970.
    fn block_time(&self, number: &str) -> u64 {
        let (url, token) = (self.network.url("CL"), self.network.token("CL"));
        let standing = get(&format!("{url}/v1/standings/{}", self.record(number)), Some(&token)).json();
        get(&format!("{url}/v1/headers/{}", standing["issued"]["height"]), None).json()["time_ms"].as_u64().unwrap()
    }

    fn impact(&self, member: &str, args: &[&str]) -> Ran {
        self.network.as_member(member, &[&["impact"], args].concat())
    }

    /// One line a record: `CL-2 in-doubt CN-ningbo present, SG-port reserve`, in order.
    fn lines(&self, ran: &Ran) -> Vec<String> {
        let mut lines: Vec<String> = ran.json()["records"]
            .as_array()
            .unwrap_or_else(|| panic!("{ran}"))
            .iter()
            .map(|record| {
                let used = record["used"].as_array().unwrap().iter();
                let used: Vec<String> = used.map(|done| format!("{} {}", text(&done["by"]), text(&done["act"]))).collect();
                let on = record["rests_on"].as_array().unwrap().iter().map(|on| format!("on {}", self.name(on)));
                let place = record["place"].as_str().map_or_else(|| on.collect::<Vec<_>>().join(" "), str::to_owned);
                format!("{} {place}: {}", self.name(&record["record"]), used.join(", "))
            })
            .collect();
        lines.sort();
        lines
    }

    fn name(&self, record: &Value) -> String {
        self.names.get(text(record)).cloned().unwrap_or_else(|| text(record).to_owned())
    }

    /// One line a member that is to be told: `SG: CL-2 SG-1`.
    fn told(&self, ran: &Ran) -> Vec<String> {
        let names = |records: &Value| {
            let mut names: Vec<String> = records.as_array().unwrap().iter().map(|record| self.name(record)).collect();
            names.sort();
            names.join(" ")
        };
        ran.json()["tell"]
            .as_array()
            .unwrap()
            .iter()
            .map(|told| format!("{}: {}", text(&told["member"]), names(&told["records"])))
            .collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

const LINES: [&str; 4] = [
    "CL-1 stands: CN-ningbo present",
    "CL-2 in-doubt: CN-ningbo present, SG-port reserve, SG-port consume, SG-customs consume",
    "CL-3 reaffirmed: ",
    "SG-1 on CL-2: ",
];

#[test]
fn what_rests_on_a_revoked_key_is_listed_with_proof_and_nothing_can_be_left_out_unseen() {
    let world = World::open();
    let network = &world.network;
    let listed = world.impact("CL", &["CL-subrei/1", "--json"]);
    assert_eq!((listed.code, world.lines(&listed)), (0, LINES.map(str::to_owned).to_vec()), "{listed}");
    assert_eq!(world.told(&listed), ["CN: CL-2", "SG: CL-2 SG-1"], "{listed}");
    let json = listed.json();
    assert_eq!((text(&json["complete"]), json["newest"].as_bool()), ("one-node-says", Some(true)), "{listed}");
    assert!(json["records"].as_array().unwrap().iter().all(|record| record["number"].is_null()), "no number without a file: {listed}");

    // With the asker's own files: numbers, and the destination that the documents name.
    let own = world.impact("CL", &["CL-subrei/1", "--files", "issued", "--json"]);
    assert_eq!(world.told(&own), ["CN: CL-2 CL-3", "SG: CL-2 SG-1"], "{own}");
    let read = world.impact("CL", &["CL-subrei/1", "--files", "issued"]);
    for said in [
        "revoked as of",
        "✘ In doubt",
        "CL-2  certificate of origin CL-CN by CL-subrei",
        "SG-port: reserve, consume",
        "✔ Reaffirmed",
        "rests on CL-2",
        "Whom to tell",
        "a node could leave a record out",
    ] {
        assert!(read.code == 0 && words(&read.stdout).contains(&words(said)), "{said}: {read}");
    }
    assert!(!read.stdout.contains("CL-4") && !read.stdout.contains("CL-9"), "{read}");

    // Another member's office sees the same at its own node, by record keys.
    let of_china = world.impact("CN", &["CL-subrei/1", "--json"]);
    assert_eq!((of_china.code, world.lines(&of_china)), (0, LINES.map(str::to_owned).to_vec()), "{of_china}");
    // At another member's node it sees nothing.
    let url = network.url("CL");
    let refused = world.impact("CN", &["CL-subrei/1", "--node", &url]);
    assert!(refused.code == 3 && refused.says("token"), "{refused}");
    let question = r#"{ "signer": "CL-subrei", "from": 1 }"#;
    let answer = post(&format!("{url}/v1/acts"), Some(&network.token("CN")), "application/json", question.as_bytes());
    assert_eq!((answer.status, answer.code()), (401, "wrong_token".to_owned()));

    // A node that leaves a record out is named, and the record is listed all the same.
    let liar = Proxy::before(network.api_port("CL"));
    let record = world.record("CL-2").to_string();
    liar.tell_about(ACTS, Lie::Omit(record.clone()));
    let alone = world.impact("CL", &["CL-subrei/1", "--node", &liar.url, "--json"]);
    let without: Vec<&str> = LINES.into_iter().filter(|line| !line.contains("CL-2")).collect();
    assert_eq!(
        (alone.code, world.lines(&alone)),
        (0, without.iter().map(|line| (*line).to_owned()).collect()),
        "so that this can fail: {alone}"
    );
    let both = world.impact("CL", &["CL-subrei/1", "--also", &liar.url, "--json"]);
    assert_eq!((both.code, world.lines(&both)), (3, LINES.map(str::to_owned).to_vec()), "{both}");
    let (nodes, complete) = (&both.json()["nodes"], text(&both.json()["complete"]).to_owned());
    assert_eq!((nodes[0]["left_out"].as_array().unwrap().len(), complete.as_str()), (0, "nodes-differ"), "{both}");
    assert_eq!((text(&nodes[1]["node"]), text(&nodes[1]["left_out"][0]["record"])), (liar.url.as_str(), record.as_str()), "{both}");
    let read = world.impact("CL", &["CL-subrei/1", "--also", &liar.url, "--files", "issued"]);
    assert!(read.code == 3 && words(&read.stdout).contains(&words(&format!("node {} left out 1 of 4 lines: CL-2", liar.url))), "{read}");
    // An honest second node agrees; the same one once more is no second one.
    let honest = Proxy::before(network.api_port("CL"));
    for (node, complete) in [(&honest.url, "nodes-agree"), (&url, "one-node-says")] {
        let agree = world.impact("CL", &["CL-subrei/1", "--also", node, "--json"]);
        assert_eq!((agree.code, text(&agree.json()["complete"])), (0, complete), "{agree}");
    }
    // With every block nobody has to be believed, not even for the blocks.
    let every = world.impact("CL", &["CL-subrei/1", "--node", &liar.url, "--every-block", "--json"]);
    assert_eq!((every.code, world.lines(&every)), (0, LINES.map(str::to_owned).to_vec()), "{every}");
    assert_eq!(
        (text(&every.json()["complete"]), text(&every.json()["nodes"][0]["left_out"][0]["record"])),
        ("every-block-read", record.as_str())
    );
    liar.tell_about("GET /v1/blocks", Lie::Forge(500));
    let forged = world.impact("CL", &["CL-subrei/1", "--node", &liar.url, "--every-block"]);
    assert!(forged.code == 3 && forged.says("is not to be had"), "{forged}");
    // A list whose proofs do not check is none.
    liar.tell_about(RECEIPTS, Lie::Forge(500));
    let forged = world.impact("CL", &["CL-subrei/1", "--node", &liar.url]);
    assert_eq!(forged.code, 3, "{forged}");

    of_authority_and_certificate(&world);
}

/// The same questions about a whole authority and about one certificate.
fn of_authority_and_certificate(world: &World) {
    let places =
        |ran: &Ran| -> Vec<String> { world.lines(ran).iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect() };
    let authority = world.impact("CL", &["CL-subrei", "--json"]);
    let all = ["CL-1 not-revoked", "CL-2 in-doubt", "CL-3 reaffirmed", "CL-4 not-revoked", "SG-1 on CL-2"];
    assert_eq!((authority.code, places(&authority)), (0, all.map(str::to_owned).to_vec()), "{authority}");
    let supposed = world.impact("CL", &["CL-subrei", "--as-of", &world.as_of.to_string(), "--json"]);
    let all = ["CL-1 stands", "CL-2 in-doubt", "CL-3 in-doubt", "CL-4 in-doubt", "SG-1 on CL-2"];
    assert_eq!((supposed.code, places(&supposed)), (0, all.map(str::to_owned).to_vec()), "{supposed}");
    let revoked = world.impact("CL", &["CL-subrei/1", "--as-of", "2026-03-01T00:00:00Z"]);
    assert!(revoked.code == 2 && revoked.says("already"), "{revoked}");

    for what in [vec!["issued/CL-2.symbolon"], vec!["CL-2", "--from", "CL"]] {
        let certificate = world.impact("CL", &[&what[..], &["--json"]].concat());
        let expected = ["CL-2 : CN-ningbo present, SG-port reserve, SG-port consume, SG-customs consume", "SG-1 on CL-2: "];
        assert_eq!((certificate.code, world.lines(&certificate)), (0, expected.map(str::to_owned).to_vec()), "{certificate}");
        assert_eq!(world.told(&certificate), ["CL: CL-2", "CN: CL-2", "SG: CL-2 SG-1"], "{certificate}");
    }
    for (what, said) in [("CL-nobody/1", "not admitted"), ("CL-subrei/7", "no key 7"), ("CL-77", "nothing is recorded")] {
        let none = world.impact("CL", &[what]);
        assert!(none.code == 2 && none.says(said), "{none}");
    }
}

#[test]
fn who_signed_first_is_listed_as_well_as_who_completed() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let chamber = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 officials 2"]);
    let second = SecretKey::generate(&mut rand::rng());
    let name =
        NameKey { number: KeyNumber::new(2), key: second.public(), valid_from: Timestamp::from_millis(0), valid_until: None }.into_act();
    recorded(&network.submit("CL", &network.transaction(chamber.signer(), 0, vec![name]).sign(&chamber.root).to_bytes()));
    let (certificate, act) = network.prepared(&chamber, cast::ORIGIN, &["CN"]);
    let first = recorded(&network.submit("CL", &certificate.wire));
    recorded(&network.submit("CL", &network.transaction(chamber.signer(), 2, vec![act]).sign(&second).to_bytes()));
    network.wait_for_height(&network.ids(), network.height("CL"));

    let records = |key: u32, more: &[&str]| {
        let key = format!("CL-subrei/{key}");
        let ran = network.as_member("CL", &[&["impact", &key, "--json"], more].concat());
        assert_eq!((ran.code, ran.json()["remarks"].as_array().unwrap().len()), (0, 0), "{ran}");
        let records = ran.json()["records"].clone();
        assert_eq!((records.as_array().unwrap().len(), text(&records[0]["record"])), (1, certificate.record.to_string().as_str()));
        records[0].clone()
    };
    let issued = &records(2, &[])["acts"];
    assert_eq!((issued[0]["act"].as_str(), issued[0]["completed_height"].as_u64()), (Some("issue"), None));
    for more in [&[][..], &["--every-block"], &["--as-of", "2020-01-01T00:00:00Z"]] {
        let signed = records(1, more);
        assert_eq!((signed["acts"][0]["height"].as_u64(), &signed["acts"][0]["completed_height"]), (Some(first), &issued[0]["height"]));
        assert_eq!(signed["place"], if more.len() > 1 { "in-doubt" } else { "not-revoked" });
    }
}

#[test]
fn what_rests_on_one_another_is_followed_eight_deep_and_it_is_said_that_there_is_more() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let chamber = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
    let mut chain: Vec<RecordKey> = Vec::new();
    let deepest = DEPTH_MAX as usize;
    for number in 0..=deepest + 1 {
        let (certificate, act) = network.prepared(&chamber, &cast::origin(&format!("CL-{number}")), &["CL"]);
        let predecessor = chain.last().map(|record| Link::Record(*record));
        let issue = Issue { predecessor, ..Issue::from_bytes(&act.body).unwrap() };
        recorded(&network.submit("CL", &network.signed(&chamber, vec![issue.into_act(RecordKind::CertificateOfOrigin)])));
        chain.push(certificate.record);
    }
    network.wait_for_height(&network.ids(), network.height("CL"));
    let asked = |number: &str| {
        let ran = network.as_member("CL", &["impact", number, "--from", "CL", "--json"]);
        assert_eq!(ran.code, 0, "{ran}");
        let json = ran.json();
        let mut listed: Vec<(u64, String)> = json["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| (record["depth"].as_u64().unwrap(), text(&record["record"]).to_owned()))
            .collect();
        listed.sort();
        (listed, json["remarks"].to_string().contains("more rests on the records 8 deep"))
    };
    let below = |from: usize| (0..).zip(&chain[from..=from + deepest]).map(|(depth, record)| (depth, record.to_string())).collect();
    assert_eq!(asked("CL-1"), (below(1), false), "eight deep, and nothing more");
    assert_eq!(asked("CL-0"), (below(0), true), "nine deep");
}

#[test]
fn destinations_that_no_member_stands_for_are_told_by_other_means() {
    let network = Network::of(&["CL"], &[]).up();
    network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
    let document = network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
    network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    let asked = ["impact", "CL-subrei/1", "--files", "issued"];
    let read = network.as_member("CL", &asked);
    let told = "Whom to tell CN 1 record: CL-1 destination or transit by your files, and not on the network: to be told by other means";
    assert!(read.code == 0 && words(&read.stdout).contains(told), "{read}");
    // The file that is asked about is one of the own files.
    let of_file = network.as_member("CL", &["impact", "issued/CL-1.symbolon"]);
    assert!(of_file.code == 0 && words(&of_file.stdout).contains("CN 1 record: CL-1 destination or transit by your files"), "{of_file}");
    // Of which block the list is stands above it, as in other lists.
    assert!(read.stdout.lines().nth(2).is_some_and(|line| line.starts_with("as of block ")), "{read}");
    let json = network.as_member("CL", &[&asked[..], &["--json"]].concat()).json();
    assert_eq!(json["tell"], serde_json::json!([]), "{json}");
    let elsewhere = &json["tell_not_on_network"];
    assert_eq!((elsewhere[0]["country"].as_str(), &elsewhere[0]["records"][0]), (Some("CN"), &json["records"][0]["record"]), "{json}");
    assert!(json["as_of"]["age_seconds"].is_u64() && json["as_of"]["warning"].is_null() && json["as_of"]["height"].is_u64(), "{json}");
    assert_eq!(json["environment"], "test");
}

/// A text with each run of white space as one blank, however its lines are broken.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
