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
    assert!(unasked.code == 1 && unasked.says("not sent") && unasked.says("as a draft"), "{unasked}");
    let issued = world.issue("SPS-1", "70", &["--draft"]);
    assert!(issued.code == 1 && issued.says("70 of list 4405, and a draft"), "{issued}");
    let draft = world.issue("SPS-1", "47", &["--draft"]);
    assert!(draft.code == 0 && draft.says("issued/SPS-1.draft.symbolon") && draft.says("as a draft"), "{draft}");
    let early = world.verified("SPS-1");
    assert!(early.code == 1 && early.says("draft"), "{early}");
    refused(&world.acknowledge("issued/SPS-1.draft.symbolon"), 503);

    let done = world.issue("SPS-1", "70", &[]);
    assert!(done.code == 0 && done.says("issued/SPS-1.symbolon") && !done.says("as a draft"), "{done}");
    assert_eq!(world.verified("SPS-1").code, 0);
    let arrived = world.acknowledge("issued/SPS-1.symbolon");
    assert!(arrived.code == 0 && arrived.says("receipt acknowledged of SPS-1"), "{arrived}");
    let story = world.network.done("SG", &["explain", "issued/SPS-1.symbolon", "--on", ON]);
    assert!(story.says("acknowledge") && story.says("draft"), "{story}");

    // Of origin nothing is acknowledged.
    let document = world.network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
    world.network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    refused(&world.acknowledge("issued/CL-1.symbolon"), 108);

    // A refused draft is never issued.
    assert_eq!(world.issue("SPS-2", "42", &["--draft"]).code, 0);
    let no = world.network.done("CL", &["refuse", "issued/SPS-2.draft.symbolon", "--reason", "4", "--key", "keys/CL-sernapesca.key"]);
    assert!(no.says("SPS-2 refused"), "{no}");
    let after = world.issue("SPS-2", "70", &[]);
    assert!(after.code == 1 && after.says("refused"), "{after}");
}
