//! Files, nodes and records made to deceive: what an attacker tried, each from one end to the other.

use contracts::acts::{Issue, ReinstateAuthority, SuspendAuthority};
use contracts::document::is_unsafe_on_terminal;
use contracts::kinds::RecordKind;
use contracts::kinds::sps_certificate::SpsTerms;
use contracts::standing::Verb;
use ledger::codec::Canonical as _;
use ledger::commitment::Seed;
use ledger::lookup::{Locator, RecordKey};
use ledger::place::CountryCode;
use ledger::transaction::DecodedTransaction;
use symbolon_tests::cast::{self, ON};
use symbolon_tests::file::first_act;
use symbolon_tests::issuer::{date, recorded};
use symbolon_tests::proxy::{LOOKUPS, SUBMISSIONS};
use symbolon_tests::{Authority, Certificate, Lie, Network, Proxy, Ran};

const NUMBER: &str = "CL-2026-0018834";

fn json(network: &Network, args: &[&str]) -> Ran {
    network.verify("CN", &[args, &["--on", ON, "--json"]].concat())
}

/// An authority records a document for China with some of what it says about it changed.
fn recorded_otherwise(network: &Network, by: &Authority, document: &str, kind: RecordKind, change: impl FnOnce(&mut Issue)) -> Certificate {
    let (mut certificate, act) = network.prepared(by, document, &["CN"]);
    let mut issue = Issue::from_bytes(&act.body).unwrap();
    change(&mut issue);
    certificate.wire = network.signed(by, vec![issue.into_act(kind)]);
    recorded(&network.submit(&by.member(), &certificate.wire));
    certificate
}

#[test]
fn a_record_made_for_a_forged_document_is_not_the_documents() {
    let network = Network::four();
    let forger = network.admit("NZ-chamber", &["origin"]);
    let other_agreement = network.admit("CL-asia", &["origin CL-XX"]);
    let other_kind = network.admit("CL-vet", &["sps 853"]);
    // What is dated in a suspension does not count, so that it is recorded under another date.
    let suspended = network.admit("CL-old", &["origin CL-CN"]);
    let (authority, from, until) = (suspended.id.clone(), date("2026-03-01"), date("2026-06-01"));
    network.member_act("CL", SuspendAuthority { authority: authority.clone(), effective: from, follows: 1 }.into_act());
    network.member_act("CL", ReinstateAuthority { authority, effective: until, follows: 2 }.into_act());
    let origin = RecordKind::CertificateOfOrigin;
    let forged = |number: &str| cast::origin(number);
    let certificates = [
        (
            "country",
            recorded_otherwise(&network, &forger, &forged("CL-1"), origin, |issue| {
                issue.country = CountryCode::parse("NZ").unwrap();
            }),
        ),
        (
            "agreement",
            recorded_otherwise(&network, &other_agreement, &forged("CL-2"), origin, |issue| {
                issue.class = Some("CL-XX".to_owned());
            }),
        ),
        (
            "kind",
            recorded_otherwise(&network, &other_kind, &forged("CL-3"), RecordKind::SpsCertificate, |issue| {
                (issue.class, issue.terms) = (Some("853".to_owned()), Some(SpsTerms::ISSUED.to_bytes().into()));
            }),
        ),
        ("date", recorded_otherwise(&network, &suspended, &forged("CL-4"), origin, |issue| issue.issue_date = date("2026-02-20"))),
    ];
    network.wait_for_height(&network.ids(), network.height("CL").max(network.height("NZ")));
    for (what, certificate) in &certificates {
        let file = network.write_file(&format!("forged-{what}"), &network.file_of(certificate));
        for args in [vec![file.as_str()], vec![file.as_str(), "--offline"]] {
            let ran = json(&network, &args);
            assert_eq!((ran.code, ran.json()["fold"].as_str()), (10, Some("NOT VALID")), "another {what}: {ran}");
            assert_eq!(ran.json()["reason"], "other-identity", "another {what}: {ran}");
        }
        let document = network.write(&format!("documents/forged-{what}.json"), &certificate.original);
        let ran = json(&network, &[&document]);
        assert!(![0, 20].contains(&ran.code), "the document alone, another {what}: {ran}");
    }
}

#[test]
fn a_doctored_certificate_file_is_never_valid_and_names_what_was_changed() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN covers 2026-01-01"]);
    let certificate = network.issue(&chamber, cast::ORIGIN, &["CN", "CL"]);
    let other = network.issue(&chamber, &cast::origin("CL-2026-0018835"), &["CN", "CL"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let (file, of_other) = (network.file_of(&certificate), network.file_of(&other));
    let genuine = network.write_file("genuine", &file);
    for args in [vec![genuine.as_str()], vec![genuine.as_str(), "--offline"]] {
        let ran = json(&network, &args);
        assert_eq!(ran.code, 0, "so that this test can fail: {ran}");
    }
    // The same act with other locators: signed by the chamber's thief, who has another key, and not signed again at all.
    let with_other_locators = {
        let mut issue = Issue::from_bytes(&file.act.act.body).unwrap();
        issue.locators = vec![Locator::new([7; 32])];
        issue.into_act(RecordKind::CertificateOfOrigin)
    };
    let thief = ledger::key::SecretKey::generate(&mut rand::rng());
    let by_the_thief = {
        let decoded = DecodedTransaction::from_wire(certificate.wire.clone(), &file.network).unwrap();
        let mut transaction = decoded.transaction().clone();
        transaction.acts[0] = with_other_locators.clone();
        first_act(&transaction.sign(&thief).to_bytes(), &file.network)
    };
    let mut doctored = Vec::new();
    let mut doctor = |what: &'static str, said: &'static str, change: &dyn Fn(&mut symbolon_tests::CertificateFile)| {
        let mut copy = file.clone();
        change(&mut copy);
        doctored.push((what, said, copy));
    };
    doctor("another record key", "record", &|file| file.record_key = other.record);
    doctor("a record key of nothing", "record", &|file| file.record_key = RecordKey::new([9; 32]));
    doctor("another's receipt", "receipt", &|file| file.receipt = of_other.receipt.clone());
    doctor("a receipt that is none", "receipt", &|file| file.receipt = Some(vec![1, 2, 3].into()));
    doctor("another media type", "media type", &|file| file.media_type = "application/xml".to_owned());
    doctor("another's act", "signed act", &|file| file.act = of_other.act.clone());
    doctor("another's act under the same signature", "signed act", &|file| file.act.act = of_other.act.act.clone());
    doctor("another's signature", "signed act", &|file| file.act.signature = of_other.act.signature);
    doctor("another's skeleton", "signed act", &|file| file.act.skeleton = of_other.act.skeleton.clone());
    doctor("another place", "signed act", &|file| file.act.place = 1);
    doctor("a path that leads elsewhere", "signed act", &|file| file.act.path = vec![7; 32].into());
    doctor("a later expiry", "signed act", &|file| file.act.skeleton.expiry = file.act.skeleton.expiry.saturating_add(1));
    doctor("other locators", "signed act", &|file| file.act.act = with_other_locators.clone());
    doctor("other locators, signed again", "signed act", &|file| file.act = by_the_thief.clone());
    doctor("another seed", "seed", &|file| file.seed = Seed::new([5; 16]));
    doctor("another's document", "document", &|file| file.original = of_other.original.clone());
    for (what, said, file) in &doctored {
        let name = network.write_file("doctored", file);
        for args in [vec![name.as_str()], vec![name.as_str(), "--offline"]] {
            let ran = json(&network, &args);
            let value = ran.json();
            // The receipt is no part of what was issued: asked online, the node's counts, and the file's is named.
            let fold = match (*said, args.len()) {
                ("receipt", 1) => "VALID",
                ("receipt", _) => "CANNOT BE CONFIRMED",
                _ => value["fold"].as_str().filter(|fold| *fold != "VALID").unwrap_or("another than VALID"),
            };
            assert!(value["fold"] == fold && (ran.code == 0) == (fold == "VALID"), "{what}: {ran}");
            assert!(format!("{}{}", value["sentence"], value["remarks"]).contains(said), "{what} is named: {ran}");
        }
    }
    // What a doctored seed would multiply the amounts by is not shown.
    let name = network.write_file("doctored", &doctored.iter().find(|(what, ..)| *what == "another seed").unwrap().2);
    let ran = network.verify("CN", &[&name, "--on", ON]);
    assert!(ran.code == 10 && ran.stdout.starts_with("✘ NOT VALID"), "{ran}");
}

#[test]
fn what_is_valid_without_a_connection_is_valid_as_of_a_block() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    let certificate = network.issue(&chamber, cast::ORIGIN, &["CN", "CL"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let name = network.write_file("genuine", &network.file_of(&certificate));
    let ran = network.verify("CN", &[&name, "--offline", "--on", ON]);
    let shown = json(&network, &[&name, "--offline"]).json();
    let (height, time) = (shown["as_of"]["height"].as_u64().unwrap(), shown["as_of"]["time"].as_str().unwrap().to_owned());
    let first = ran.stdout.lines().next().unwrap_or_default();
    assert!(first.starts_with(&format!("✔ VALID as of block {height} ({}", &time[..10])), "{ran}");
    assert!(ran.code == 0 && ran.says(&time), "{ran}");
    // It stays so after a revocation that the file's receipt does not show, and asked online it does not.
    network.change(&chamber, &certificate, Verb::Revoke, "2026-04-01", 0);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let online = network.verify("CN", &[&name, "--on", ON]);
    assert!(online.code == 12 && !online.stdout.lines().next().unwrap_or_default().contains("as of"), "{online}");
    let offline = network.verify("CN", &[&name, "--offline", "--on", ON]);
    assert!(offline.stdout.starts_with(&format!("✔ VALID as of block {height} ")), "{offline}");
    assert!(
        offline.says("what was done in between does not") && offline.says("symbolon receipt"),
        "what may have changed is said: {offline}"
    );
}

#[test]
fn a_node_that_claims_to_have_recorded_is_not_believed() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN covers 2026-01-01"]);
    let certificate = network.issue(&chamber, cast::ORIGIN, &["CN", "CL"]);
    let file = network.write_file("genuine", &network.file_of(&certificate));
    let liar = Proxy::before(network.api_port("CL"));
    let height = network.height("CL");
    liar.tell_about(SUBMISSIONS, Lie::Invent(200, format!("{{\"height\":{height},\"outcomes\":[{{\"number\":0}}]}}")));
    let (key, document) = (chamber.key_file.to_str().unwrap(), network.write("documents/new.json", cast::origin("CL-2026-7").as_bytes()));
    let common = ["--key", key, "--node", liar.url.as_str()];
    let ran = network.as_member("CL", &[&["issue", document.as_str(), "--out", "issued", "--json"], &common[..]].concat());
    assert_eq!((ran.code, ran.json()["files"][0]["outcome"].as_str()), (3, Some("unknown")), "{ran}");
    let again = network.as_member("CL", &[&["issue", document.as_str(), "--out", "issued"], &common[..]].concat());
    assert!(again.code == 3 && !again.stdout.contains('✔') && again.says("not confirmed"), "{again}");
    for verb in ["revoke", "cancel"] {
        let ran = network.as_member("CL", &[&[verb, file.as_str()], &common[..]].concat());
        assert!(ran.code == 3 && !ran.stdout.contains('✔') && ran.says("not confirmed"), "{verb}: {ran}");
    }
    assert!(
        liar.passed().iter().filter(|passed| passed.asked.starts_with(SUBMISSIONS)).count() >= 4,
        "it was asked, so that this test can fail"
    );
    // Nor is one that proves something else.
    liar.tell(Lie::Instead(format!("{{\"subject\":{{\"record\":\"{}\"}}}}", certificate.record)));
    let ran = network.as_member("CL", &[&["issue", document.as_str(), "--out", "issued"], &common[..]].concat());
    assert!(ran.code != 0 && !ran.stdout.contains('✔'), "{ran}");
    assert_eq!(json(&network, &[NUMBER, "--from", "CL"]).code, 0, "nothing was done");
    let none = json(&network, &["CL-2026-7", "--from", "CL", "--kind", "origin", "--class", "CL-CN"]);
    assert!(none.json()["record"].is_null(), "nothing was recorded: {none}");
}

#[test]
fn a_withheld_look_up_secret_leaves_the_question_open() {
    let network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN covers 2026-01-01"]);
    network.issue(&chamber, cast::ORIGIN, &["CN", "CL"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let document = network.write("documents/origin.json", cast::ORIGIN.as_bytes());
    let liar = Proxy::before(network.api_port("CN"));
    let forget = || drop(std::fs::remove_dir_all(network.profile("CN").join("lookup")));
    // The proof for another member's numbers is kept, to be given for Chile's.
    liar.tell_about(LOOKUPS, Lie::None);
    network.verify("CN", &["1", "--from", "NZ", "--node", &liar.url]);
    let problem = |status| Lie::Invent(status, "{\"code\":\"none\",\"detail\":\"there is no such secret\"}".to_owned());
    let lies =
        [problem(404), problem(403), problem(500), problem(200), Lie::Stale, Lie::Empty, Lie::Silent, Lie::Forge(300), Lie::Nonsense];
    for lie in lies {
        for asked in [vec![NUMBER, "--from", "CL"], vec![document.as_str()]] {
            liar.tell_about(LOOKUPS, lie.clone());
            forget();
            let ran = network.as_member("CN", &[&["verify", "--on", ON, "--node", &liar.url], &asked[..]].concat());
            assert!(ran.code == 3 && ran.stdout.starts_with("? CANNOT BE CONFIRMED"), "{lie:?}: {ran}");
            assert!(ran.stdout.contains(&liar.url) && ran.stdout.lines().count() <= 25, "{lie:?}: {ran}");
            let ran = json(&network, &[&asked[..], &["--node", &liar.url]].concat());
            assert_eq!((ran.code, ran.json()["fold"].as_str()), (21, Some("CANNOT BE CONFIRMED")), "{lie:?}: {ran}");
            assert_eq!(ran.json()["exit_code"], 3, "{lie:?}: {ran}");
            assert!(ran.json()["remarks"].to_string().contains(&liar.url), "{lie:?}: {ran}");
            // Beside an honest node the truth stands.
            let both = json(&network, &[&asked[..], &["--node", &liar.url, "--node", &network.url("CN")]].concat());
            assert_eq!(both.code, 0, "{lie:?}: {both}");
        }
    }
}

/// No control or format character, but for line breaks.
fn is_harmless(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !is_unsafe_on_terminal(c))
}

#[test]
fn nothing_that_fools_a_reader_reaches_the_terminal() {
    const HOSTILE: &str = "\u{202e}DILAV\u{2066}\u{200b}";
    let network = Network::four();
    // In the document: names and goods. On the disk: a file's name. Typed: a number. The rules let no such name on the ledger.
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    let document = cast::ORIGIN.replace("Viña Quebrada Honda SpA", &format!("Viña {HOSTILE}"));
    assert_ne!(document, cast::ORIGIN);
    let certificate = network.issue(&chamber, &document, &["CN", "CL"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let file = network.write_file(&format!("{HOSTILE}\u{1b}[2J"), &network.file_of(&certificate));
    let damaged = network.write(&format!("issued/damaged {HOSTILE}\u{1b}[2J.symbolon"), &[0xa1, 0]);
    let (missing, number) = (format!("missing\u{1b}[2J{HOSTILE}.xml"), format!("CL{HOSTILE}\u{9b}1"));
    let asked: [(&[&str], i32); 7] = [
        (&["verify", &file, "--on", ON], 0),
        (&["verify", &file, "--on", ON, "--offline"], 0),
        (&["verify", NUMBER, "--from", "CL", "--on", ON], 0),
        (&["verify", &damaged], 2),
        (&["verify", &missing], 2),
        (&["verify", &number, "--from", "CL"], 2),
        (&["verify", "1", "--from", HOSTILE, "--kind", HOSTILE], 2),
    ];
    for (args, code) in asked {
        for json in [false, true] {
            let ran = network.as_member("CN", &[args, if json { &["--json"][..] } else { &[] }].concat());
            assert!(ran.code == code && is_harmless(&ran.stdout) && is_harmless(&ran.stderr), "{ran:?}");
            if json {
                let error = &ran.json()["error"]["code"];
                assert_eq!(*error == "input", code == 2, "{ran}");
            }
        }
    }
    let shown = network.as_member("CN", &["verify", &file, "--on", ON]);
    assert!(shown.says("\\u{202e}DILAV") && shown.stdout.lines().count() <= 25, "what was escaped is seen: {shown}");
}
