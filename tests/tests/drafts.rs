//! The draft of an SPS certificate, its issue, and the destination's word that it has arrived, with the programs alone.

use symbolon_tests::cast::{self, ON};
use symbolon_tests::{Network, Ran};

struct World {
    network: Network,
}

impl World {
    fn issue(&self, number: &str, status: &str, more: &[&str]) -> Ran {
        let text = cast::HEALTH.replace("2026-1303-55127", number).replace("\"status\": \"70\"", &format!("\"status\": \"{status}\""));
        let document = self.network.write(&format!("documents/{number}-{status}.json"), text.as_bytes());
        let key = "keys/CL-sernapesca.key";
        self.network.as_member("CL", &[&["issue", document.as_str(), "--out", "issued", "--key", key], more].concat())
    }

    /// Of a draft's own file: with the receipt in it, with one fetched anew, and online.
    fn a_drafts_file_says(&self, sentence: &str) {
        let file = "issued/SPS-1.draft.symbolon";
        self.network.done("CL", &["receipt", file]);
        for more in [&["--offline"][..], &[]] {
            let ran = self.network.verify("SG", &[&[file, "--on", ON], more].concat());
            assert!(ran.code == 13 && ran.says(sentence), "{ran}");
        }
    }

    fn verified(&self, number: &str) -> Ran {
        self.network.as_member("SG", &["verify", number, "--from", "CL", "--on", ON])
    }

    fn acknowledge(&self, file: &str) -> Ran {
        self.network.as_member("SG", &["acknowledge", file, "--key", "keys/SG-sfa.key"])
    }
}

fn refused(ran: &Ran, number: u16) {
    assert!(ran.code == 1 && ran.says(&format!("{number}:")), "{ran}");
}

#[test]
fn a_draft_counts_once_it_is_issued() {
    let network = Network::of(&["CL"], &["SG"]).up();
    network.admit("CL-sernapesca", &["sps 853 from 2001-01-01"]);
    network.admit("CL-subrei", &["origin CL-CN from 2001-01-01"]);
    network.admit("SG-sfa", &["sps office", "origin office"]);
    let world = World { network };

    let unasked = world.issue("SPS-1", "47", &[]);
    assert!(unasked.code == 1 && unasked.says("not sent") && unasked.says("symbolon issue --draft"), "{unasked}");
    let issued = world.issue("SPS-1", "70", &["--draft"]);
    assert!(issued.code == 1 && issued.says("70 of list 4405, and a draft"), "{issued}");
    let draft = world.issue("SPS-1", "47", &["--draft"]);
    assert!(draft.code == 0 && draft.says("issued/SPS-1.draft.symbolon") && draft.says("as a draft"), "{draft}");
    let early = world.verified("SPS-1");
    assert!(early.code == 1 && early.says("draft"), "{early}");
    refused(&world.acknowledge("issued/SPS-1.draft.symbolon"), 503);
    world.a_drafts_file_says("a draft: it is not issued yet");
    let history = world.network.done("CL", &["history", "issued/SPS-1.draft.symbolon"]);
    assert!(history.says("drafted by key ") && !history.says("issued"), "{history}");
    // Drafts wait for no second official.
    let approve = ["approve", "issued/SPS-1.draft.symbolon", "--key", "keys/CL-sernapesca.key"];
    let approved = world.network.as_member("CL", &approve);
    assert!(approved.code == 2 && approved.says("drafts do not wait for another official"), "{approved}");

    // It moves on to another draft, of which each has a file of its own.
    let approved = world.issue("SPS-1", "39", &["--draft"]);
    assert!(approved.code == 0 && approved.says("issued/SPS-1.draft.2.symbolon") && approved.says("as a draft"), "{approved}");
    world.a_drafts_file_says("a draft: it is not issued yet");
    let second = world.network.verify("SG", &["issued/SPS-1.draft.2.symbolon", "--on", ON]);
    assert!(second.code == 13 && second.says("a draft: it is not issued yet") && second.says("number SPS-1, dated 20"), "{second}");
    let overtaken = "another draft took the place of this one";
    assert!(world.network.verify("SG", &["issued/SPS-1.draft.symbolon", "--on", ON]).says(overtaken) && !second.says(overtaken));
    let first = world.issue("SPS-1", "47", &["--draft"]);
    assert!(first.code == 0 && first.says("already recorded, and another draft took its place since"), "{first}");
    let again = world.issue("SPS-1", "39", &["--draft"]);
    assert!(again.code == 0 && again.says("already recorded"), "{again}");

    let done = world.issue("SPS-1", "70", &[]);
    assert!(done.code == 0 && done.says("issued/SPS-1.symbolon") && !done.says("as a draft"), "{done}");
    assert_eq!(world.verified("SPS-1").code, 0);
    let arrived = world.acknowledge("issued/SPS-1.symbolon");
    assert!(arrived.code == 0 && arrived.says("receipt acknowledged of SPS-1"), "{arrived}");
    world.a_drafts_file_says("the certificate was issued since");
    let past = world.network.verify("CL", &["issued/SPS-1.draft.symbolon", "--on", ON]);
    assert!(past.says("what counts is the issued certificate SPS-1") && past.says("SPS-1.symbolon"), "{past}");
    let history = world.network.done("CL", &["history", "issued/SPS-1.symbolon"]);
    assert_eq!(
        (history.stdout.matches("issued (70 of 4405) by key").count(), history.stdout.matches("drafted, block").count()),
        (1, 1),
        "{history}"
    );
    let story = world.network.done("SG", &["explain", "issued/SPS-1.symbolon", "--on", ON]);
    assert!(story.says("acknowledge") && story.says("draft"), "{story}");
    // What the destination decides gives the consignment a status there, and none to the certificate.
    world.network.done("SG", &["accept", "issued/SPS-1.symbolon", "--key", "keys/SG-sfa.key"]);
    let history = world.network.done("SG", &["history", "issued/SPS-1.symbolon", "--json"]).json();
    let there: Vec<_> = history["others"].as_array().unwrap().iter().map(|other| other["status"]["code"].as_str()).collect();
    assert_eq!(there, [None, Some("39")], "{history}");
    let accepted = &history["others"][1];
    assert!(accepted["lines"].is_null() && accepted["goods"].is_null() && accepted["reason"].is_null(), "{history}");
    assert_eq!(history["issued_status"]["code"], "70");
    assert_eq!(world.network.done("SG", &["verify", "issued/SPS-1.symbolon", "--on", ON, "--json"]).json()["status"]["code"], "70");

    // Of origin nothing is acknowledged.
    let document = world.network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
    world.network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    refused(&world.acknowledge("issued/CL-1.symbolon"), 108);

    // A refused draft is never issued.
    assert_eq!(world.issue("SPS-2", "42", &["--draft"]).code, 0);
    let no = world.network.done("CL", &["refuse", "issued/SPS-2.draft.symbolon", "--reason", "4", "--key", "keys/CL-sernapesca.key"]);
    assert!(no.says("SPS-2 is refused"), "{no}");
    let history = world.network.done("CL", &["history", "issued/SPS-2.draft.symbolon", "--json"]).json();
    assert!(history["issued_height"].is_null() && history["drafted_height"].is_u64(), "{history}");
    let refused = serde_json::json!({ "list": "4405", "code": "41" });
    assert!(history["acts"].as_array().is_some_and(|acts| acts.iter().any(|act| act["status"] == refused)), "{history}");
    let listed = world.network.done("CL", &["impact", "CL-sernapesca/1"]);
    assert!(listed.says("draft under key 1") && listed.stdout.matches("issue under key 1").count() == 1, "{listed}");
    let listed = world.network.done("CL", &["impact", "CL-sernapesca/1", "--json"]).json();
    let heights: Vec<_> = ["drafted_height", "issued_height"]
        .map(|name| {
            let mut heights: Vec<Option<u64>> = listed["records"].as_array().unwrap().iter().map(|record| record[name].as_u64()).collect();
            heights.sort();
            heights
        })
        .to_vec();
    assert!(heights[0][0].is_some() && heights[1][0].is_none() && heights[1][1] > heights[0][0], "{listed}");
    let after = world.issue("SPS-2", "70", &[]);
    assert!(after.code == 1 && after.says("311:"), "{after}");

    // Whoever found the draft finds what took its place, wherever that one goes.
    assert!(world.issue("SPS-3", "42", &["--draft"]).says("found by its number by: CL, SG"));
    let text =
        cast::HEALTH.replace("2026-1303-55127", "SPS-3").replace("\"destination_country\": \"SG\"", "\"destination_country\": \"CN\"");
    let document = world.network.write("documents/SPS-3-CN.json", text.as_bytes());
    let issued = world.network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-sernapesca.key"]);
    assert!(issued.says("found by its number by: CL, SG"), "{issued}");
}
