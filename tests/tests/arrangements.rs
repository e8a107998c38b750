//! An arrangement from its first signature to an amendment, and a programme's types, with the programs alone.

use serde_json::{Value, json};
use symbolon_tests::cast::{self, ARRANGEMENT, ON};
use symbolon_tests::{Network, Ran};

struct World {
    network: Network,
}

impl World {
    fn mra(&self, member: &str, args: &[&str]) -> Ran {
        let ran = self.network.done(member, &[&["mra"], args].concat());
        // Whoever looks next may ask another node.
        self.network.wait_for_height(&self.network.ids(), self.network.height(member));
        ran
    }

    /// What is shown of the arrangement says this.
    fn shows(&self, text: &str) {
        let shown = self.mra("NZ", &["show", ARRANGEMENT]);
        assert!(shown.says(text), "{text}: {shown}");
    }

    fn json(&self) -> Value {
        self.mra("CN", &["show", ARRANGEMENT, "--json"]).json()["arrangements"][0].clone()
    }
}

#[test]
fn whoever_has_not_acted_is_named() {
    let world = World { network: Network::of(&["NZ"], &["CN"]).up() };
    let terms = world.network.write("documents/terms.json", cast::TERMS.as_bytes());
    world.mra("CN", &["sign", &terms, "--from", "2026-01-01"]);
    world.shows("NZ has not signed it");
    world.mra("NZ", &["sign", &terms, "--from", "2026-01-01"]);
    world.shows("CN has not applied it");
    world.mra("CN", &["apply", ARRANGEMENT, "--from", "2026-01-01"]);
    assert_eq!(world.json()["recognitions"][0]["missing"], json!({ "party": "NZ", "act": "apply" }));
    world.mra("NZ", &["apply", ARRANGEMENT, "--from", "2026-01-01"]);
    assert_eq!(world.json()["recognitions"][0]["in_operation"], json!(true));

    let mut amended: Value = serde_json::from_str(cast::TERMS).unwrap();
    amended["recognitions"][0]["benefits"] = json!(["priority lane", "inspection rate 20"]);
    let amended = world.network.write("documents/amended.json", amended.to_string().as_bytes());
    let same = world.network.as_member("CN", &["mra", "amend", &terms]);
    assert!(same.code == 2 && same.says("these are its first terms"), "{same}");
    let signed = world.mra("CN", &["amend", &amended, "--from", "2026-02-01"]);
    assert!(signed.says("CN signed amendment 1 of CN-NZ-2026"), "{signed}");
    world.shows("waits for NZ to sign it");
    let first = world.network.as_member("NZ", &["mra", "apply", ARRANGEMENT]);
    assert!(first.code == 2 && first.says("amendment 1 waits for its signature"), "{first}");
    world.mra("NZ", &["amend", &amended, "--from", "2026-02-01"]);
    let early = world.network.as_member("NZ", &["mra", "apply", ARRANGEMENT, "--from", "2026-01-31"]);
    assert!(early.code == 2 && early.says("signed CN-NZ-2026 as of 2026-02-01"), "{early}");
    let applied = world.mra("NZ", &["apply", ARRANGEMENT, "--from", "2026-02-01"]);
    assert!(applied.says("NZ applies amendment 1 of CN-NZ-2026"), "{applied}");
    world.shows("waits for CN to apply it");
    let waiting = world.json();
    assert_eq!(waiting["recognitions"][0]["benefits"], json!([]), "the terms before hold");
    // What waits is read before it is signed, under the number that the texts give it.
    assert_eq!((&waiting["amendments"][0]["number"], &waiting["notice_days"]), (&json!(1), &json!(90)));
    assert_eq!(waiting["amendments"][0]["recognitions"][0]["benefits"][1], json!("priority lane"));
    let read = world.mra("NZ", &["show", ARRANGEMENT]);
    assert!(
        read.says("would be in force, notice 90 days:") && read.says("grants inspection rate 20 % of the ordinary one, priority"),
        "{read}"
    );
    world.mra("CN", &["apply", ARRANGEMENT, "--from", "2026-02-01"]);
    world.shows("grants inspection rate 20 % of the ordinary one, priority lane");
    assert_eq!(
        (world.json()["amendments"][0]["in_force"].clone(), world.json()["amendments"][0]["missing"].clone()),
        (json!(true), json!(null))
    );
    a_programme_has_its_types(&world);
    a_party_that_announced_that_it_leaves_may_stay(&world);
}

fn a_party_that_announced_that_it_leaves_may_stay(world: &World) {
    let take_back = || world.network.as_member("NZ", &["mra", "take-back", ARRANGEMENT]);
    let none = take_back();
    assert!(none.code == 2 && none.says("NZ announced no termination"), "{none}");
    for _ in 0..2 {
        let leaves = world.mra("NZ", &["terminate", ARRANGEMENT]);
        assert!(leaves.code == 0 && leaves.says("NZ leaves CN-NZ-2026"), "{leaves}");
        let again = world.network.as_member("NZ", &["mra", "terminate", ARRANGEMENT]);
        assert!(again.code == 1 && again.says("411:") && again.says("mra take-back"), "{again}");
        // What is announced stands beside what is in operation until then.
        world.shows(", and not on ");
        let ends = world.json()["recognitions"][0]["ends"].clone();
        assert!(ends["why"].as_str().is_some_and(|why| why.starts_with("NZ left from")), "{ends}");
        let stays = take_back();
        assert!(stays.code == 0 && stays.says("NZ stays in CN-NZ-2026: it does not leave on "), "{stays}");
    }
    world.shows("take back by NZ from ");
    assert_eq!(world.json()["recognitions"][0]["ends"], json!(null));
    assert!(world.mra("NZ", &["suspend", ARRANGEMENT]).says("NZ suspends its recognition"));
}

fn a_programme_has_its_types(world: &World) {
    let unregistered = world.mra("CN", &["programme", "NZ-SES", "--member", "NZ"]);
    assert!(unregistered.says("not registered"), "{unregistered}");
    let operator: Value = serde_json::from_str(cast::OPERATOR).unwrap();
    let of_type = operator["operator_type"].as_str().unwrap();
    world.network.admit("NZ-customs", &["aeo NZ-SES from 2001-01-01"]);
    let ends = cast::OPERATOR.replacen("\"status\":", "\"valid_until\": \"2033-08-20\",\n  \"status\":", 1);
    let document = world.network.write("documents/aeo.json", ends.as_bytes());
    let issue =
        || world.network.as_member("NZ", &["issue", &document, "--out", "issued", "--reader", "CN", "--key", "keys/NZ-customs.key"]);
    let refused = |ran: &Ran, number: u16| assert!(ran.code == 1 && ran.says(&format!("{number}:")), "{ran}");

    world.mra("NZ", &["programme", "NZ-SES", "--type", "GOLD=12", "--from", "2001-01-01"]);
    refused(&issue(), 367);
    world.mra("NZ", &["programme", "NZ-SES", "--type", &format!("{of_type}=1"), "--from", "2001-01-01"]);
    refused(&issue(), 368);
    let longer = world.mra("NZ", &["programme", "NZ-SES", "--type", &format!("{of_type}=120"), "--drop", "GOLD", "--from", "2001-01-01"]);
    assert!(longer.says(&format!("type {of_type}, valid for 120 months at most")) && !longer.says("GOLD"), "{longer}");
    assert_eq!(issue().code, 0);
    let shown = world.mra("CN", &["programme", "NZ-SES", "--member", "NZ", "--json"]).json();
    assert_eq!((shown["versions"].as_array().unwrap().len(), shown["versions"][2]["types"][0]["months"].clone()), (3, json!(120)));
    let verified = world.network.done("CN", &["verify", operator["number"].as_str().unwrap(), "--from", "NZ", "--on", ON]);
    assert!(verified.says("inspection rate 20 %"), "{verified}");
}

#[test]
fn what_was_done_to_a_status_is_told_to_partners_and_its_own_country_alone() {
    let world = World { network: Network::of(&["NZ"], &["CN", "CL"]).up() };
    let terms = world.network.write("documents/terms.json", cast::TERMS.as_bytes());
    for member in ["CN", "NZ"] {
        world.mra(member, &["sign", &terms, "--from", "2026-01-01"]);
    }
    for member in ["CN", "NZ"] {
        world.mra(member, &["apply", ARRANGEMENT, "--from", "2026-01-01"]);
    }
    world.network.admit("NZ-customs", &["aeo NZ-SES from 2001-01-01"]);
    let document = world.network.write("documents/aeo.json", cast::OPERATOR.as_bytes());
    let before = world.network.height("NZ").to_string();
    world.network.done("NZ", &["issue", &document, "--out", "issued", "--reader", "CN", "--key", "keys/NZ-customs.key"]);
    let number: Value = serde_json::from_str(cast::OPERATOR).unwrap();
    let file = format!("issued/{}.symbolon", number["number"].as_str().unwrap());
    // Before its recording there was nothing to compare the file with.
    let before = world.network.as_member("CN", &["verify", &file, "--known-at", &before]);
    assert!(before.code == 3 && before.says("Nothing lay at this record key by then") && !before.says("changed"), "{before}");
    world.network.done("NZ", &["suspend", &file, "--reason", "7", "--key", "keys/NZ-customs.key"]);
    world.network.wait_for_height(&world.network.ids(), world.network.height("NZ"));
    world.network.done("NZ", &["receipt", &file]);
    world.network.done("NZ", &["receipt", number["number"].as_str().unwrap(), "--from", "NZ", "--out", "r.receipt"]);
    for member in ["NZ", "CN"] {
        for command in ["explain", "history"] {
            let told = world.network.as_member(member, &[command, &file]);
            assert!(told.says("reason 7"), "{member}: {told}");
        }
    }
    // Whoever has no arrangement is told what `verify` tells, whatever country and date it types.
    let verified = world.network.as_member("CL", &["verify", &file]);
    assert!(verified.code == 1 && verified.says("CL has no arrangement that recognises operators of NZ"), "{verified}");
    for more in [&["--for", "NZ"][..], &["--for", "CN"], &["--on", ON], &["--offline", "--for", "NZ"], &["--json"], &[]] {
        let told = world.network.as_member("CL", &[&["explain", &file], more].concat());
        assert!(told.says("is told to its issuer's country") && !told.says("reason 7") && !told.says("under key"), "{told}");
    }
    assert!(world.network.done("NZ", &["receipt", "r.receipt"]).says("reason 7"));
    let shown = world.network.as_member("CL", &["receipt", "r.receipt"]);
    assert!(shown.code == 2 && shown.says("the receipt checks; what was done to it is told") && !shown.says("reason 7"), "{shown}");
    for command in ["history", "uses", "impact"] {
        let told = world.network.as_member("CL", &[command, &file]);
        assert!(told.code == 2 && told.says("CL has no arrangement") && told.says("is told to its issuer's country"), "{told}");
        assert!(!told.says("reason 7"), "{told}");
    }
    for target in ["NZ-customs", "NZ-customs/1"] {
        let told = world.network.as_member("CL", &["impact", target]);
        assert!(told.code == 0 && told.says("1 record recognised by arrangement left out") && !told.says("suspend"), "{told}");
        assert!(world.network.as_member("CN", &["impact", target]).says("suspend"));
    }
    let key = ["--key", "keys/NZ-customs.key"];
    let shared = world.network.done("NZ", &[&["share", &file, "--reader", "CL"], &key[..]].concat());
    assert!(shared.says("CL has signed no arrangement that recognises aeo of NZ"), "{shared}");
    // A status is revoked from the day after on.
    let revoked = world.network.done("NZ", &[&["revoke", &file, "--effective", "2026-02-01"], &key[..]].concat());
    assert!(revoked.says("what works backwards is an annulment"), "{revoked}");
}
