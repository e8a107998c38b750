//! What people mistype or mistake, and what the programs answer: the place, the cause and the remedy.

use serde_json::Value;
use symbolon_tests::{Network, Ran, cast};

const KEY: [&str; 2] = ["--key", "keys/CL-subrei.key"];

struct Office {
    network: Network,
}

impl Office {
    fn open() -> Self {
        let network = Network::of(&["CL"], &["CN"]).up();
        network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
        Self { network }
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.network.as_member("CL", &[args, &KEY].concat())
    }

    fn document(&self, name: &str, text: &str) -> String {
        self.network.write(&format!("documents/{name}"), text.as_bytes())
    }
}

#[test]
fn what_is_wrong_with_a_document_is_named_at_once() {
    let office = Office::open();
    for name in ["empty.json", "empty.xml", "empty.symbolon"] {
        let file = office.document(name, "");
        let ran = office.run(&["issue", &file, "--out", "issued"]);
        assert!(ran.code == 1 && ran.says("the file is empty; send the document itself, as XML or JSON"), "{ran}");
        let ran = office.network.as_member("CL", &["verify", &file]);
        assert!(ran.code == 2 && ran.says("the file is empty; give the certificate file"), "{ran}");
    }
    let wrong = cast::origin("CL-1").replace("\"CNY\"", "\"yuan\"").replace("\"2026-03-09\"", "\"9 March\"").replace("220421", "2204.21");
    let file = office.document("wrong.json", &wrong);
    let ran = office.run(&["issue", &file, "--out", "issued"]);
    assert_eq!(ran.code, 1, "{ran}");
    for part in ["issue_date: ", "items[1].hs.code: '2204.21' is not an HS subheading", "certification.date: "] {
        assert!(ran.stdout.lines().any(|line| line.contains(part)), "{part}: {ran}");
    }
    let json = office.run(&["issue", &file, "--out", "issued", "--json"]).json();
    let faults: Vec<&str> = json["files"][0]["faults"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(faults.len() == 3 && faults[1].starts_with("items[1].hs.code: '2204.21'"), "each for itself: {json}");
    let mut sps: Value = serde_json::from_str(cast::HEALTH).unwrap();
    sps["issuing_country"] = "Chile".into();
    sps["colour"] = "red".into();
    let file = office.document("sps.json", &sps.to_string());
    let ran = office.run(&["issue", &file, "--out", "issued"]);
    assert!(ran.says("issuing_country: 'Chile'") && ran.says("colour: the member 'colour' is unknown"), "{ran}");
}

#[test]
fn a_wrong_option_is_no_fault_of_a_document() {
    let office = Office::open();
    let file = office.document("CL-1.json", &cast::origin("CL-1"));
    for (reader, says) in [("banana", "--reader banana: give a member's letters"), ("US", "--reader US: no member of this network")] {
        let ran = office.run(&["issue", &file, "--out", "issued", "--reader", reader]);
        assert!(ran.code == 2 && ran.says(says) && !ran.says("CL-1.json"), "{ran}");
        assert_eq!(ran.stderr.matches(reader).count(), 1, "it is said once: {ran}");
    }
    assert_eq!(office.run(&["issue", &file, "--out", "issued"]).code, 0);
    office.network.wait_for_height(&office.network.ids(), office.network.height("CL"));
    let number = ["verify", "CL-1", "--from", "CL", "--on", cast::ON];
    for args in [&["verify", "issued/CL-1.symbolon", "--on", cast::ON][..], &["verify", &file, "--on", cast::ON], &number] {
        assert_eq!(office.network.as_member("CN", args).code, 0, "{args:?}");
        let ran = office.network.as_member("CN", &[args, &["--export"]].concat());
        assert!(ran.code == 2 && ran.says("--export: a certificate of origin is judged alike") && ran.stdout.is_empty(), "{ran}");
    }
    // Files of another sort are named for what they are.
    let files =
        [("a.pdf", "%PDF-1.7", "this is a PDF and no certificate file"), ("b.json", "{}", "this is a document and no certificate file")];
    for (name, text, says) in files {
        let file = office.document(name, text);
        let ran = office.network.done("CL", &["impact", "issued/CL-1.symbolon", "--files", &file]);
        assert!(ran.says(&format!("{name}: passed over: {says}")), "{ran}");
    }
}

#[test]
fn a_refused_act_does_not_read_as_done_to_a_program() {
    let office = Office::open();
    let file = office.document("CL-1.json", &cast::origin("CL-1"));
    assert_eq!(office.run(&["issue", &file, "--out", "issued"]).code, 0);
    let revoke = ["revoke", "issued/CL-1.symbolon", "--effective", "2026-03-20", "--json"];
    let done = office.run(&revoke).json();
    assert_eq!((&done["accepted"], done["what"].as_str()), (&Value::Bool(true), Some("CL-1 is revoked from 2026-03-20 on")));
    let refused = office.run(&["revoke", "issued/CL-1.symbolon", "--effective", "2026-03-21", "--json"]);
    let authority = office.network.as_member("CL", &["authority", "reinstate", "CL-subrei", "--from", "2026-03-09", "--json"]);
    let hold = ["reserve", "issued/CL-1.symbolon", "--line", "1", "--amount", "1", "--declaration", "26CN0001", "--json"];
    let line = office.run(&hold);
    for refused in [refused, authority, line] {
        let json = refused.json();
        assert!(refused.code == 1 && json["accepted"] == false && json["what"] == Value::Null, "{refused}");
        assert!(json["height"] != 0, "what stands in no block has no height: {refused}");
        assert!(json["refusal"].is_u64() && json["message"].is_string(), "{refused}");
    }
}
