//! A back-to-back certificate draws from its original, across two countries, with the programs alone.

use serde_json::{Value, json};
use symbolon_tests::{Network, Ran, cast};

const ORIGINAL: &str = "issued/CL-1.symbolon";

struct World {
    network: Network,
}

impl World {
    fn open() -> Self {
        let network = Network::of(&["CL"], &["SG"]).up();
        network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
        network.admit("SG-customs", &["origin CL-CN from 2005-01-01"]);
        let document = network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
        network.done("CL", &["issue", &document, "--out", "issued", "--reader", "SG", "--key", "keys/CL-subrei.key"]);
        Self { network }
    }

    /// Writes Singapore's certificate for so much of the wine of CL-1.
    fn document(&self, number: &str, litres: &str, until: &str) -> String {
        let mut document: Value = serde_json::from_str(&cast::origin(number)).unwrap();
        document["issuing_country"] = json!("SG");
        document["valid_until"] = json!(until);
        document["flags"]["back_to_back"] = json!(true);
        document["base"] = json!({ "number": "CL-1", "issuing_country": "CL", "issue_date": "2026-03-09" });
        document["items"][0]["quantity"]["value"] = json!(litres);
        let items = document["items"].as_array_mut().unwrap();
        items.truncate(1);
        self.network.write(&format!("documents/{number}.json"), document.to_string().as_bytes())
    }

    fn issue(&self, document: &str, more: &[&str]) -> Ran {
        self.network.as_member("SG", &[&["issue", document, "--out", "issued", "--key", "keys/SG-customs.key"], more].concat())
    }

    fn uses(&self) -> Ran {
        self.network.done("SG", &["uses", ORIGINAL])
    }
}

#[test]
fn a_back_to_back_certificate_stays_within_its_original() {
    let world = World::open();
    let based = ["--base", ORIGINAL];

    let first = world.document("SG-1", "700.5", "2027-03-01");
    let ran = world.issue(&first, &based);
    assert!(ran.code == 0 && ran.says("recorded") && !ran.says("nothing is drawn"), "{ran}");
    let uses = world.uses();
    assert!(uses.says("10099.5 LTR available, 0 LTR held, 700.5 LTR used") && uses.says("SG-customs"), "{uses}");
    // What it drew itself does not stand in its own way.
    let again = world.issue(&first, &based);
    assert!(again.code == 0 && again.says("already recorded"), "{again}");
    assert!(world.uses().says("700.5 LTR used"), "{}", world.uses());

    let twice = world.issue(&world.document("SG-2", "1", "2027-03-01"), &["--base", ORIGINAL, "--base", ORIGINAL]);
    assert!(twice.code == 2 && twice.says("CL-1 is given twice"), "{twice}");

    // Neither more than is left nor longer than the original, and nothing is sent.
    let more = world.issue(&world.document("SG-2", "10100", "2027-03-01"), &based);
    assert!(more.code == 1 && more.says("0.5 LTR of 10100 LTR are missing") && more.says("10099.5 LTR left of 10800.00 LTR"), "{more}");
    let longer = world.issue(&world.document("SG-2", "1", "2027-03-09"), &based);
    assert!(longer.code == 1 && longer.says("it would be valid until 2027-03-09") && longer.says("until 2027-03-08"), "{longer}");
    let other = world.network.write("documents/other.json", cast::origin("SG-9").as_bytes());
    let unnamed = world.issue(&other, &based);
    assert!(unnamed.code == 2 && unnamed.says("no document names CL-1"), "{unnamed}");

    // Without the original's file nothing is sent, and it is said which file and who has it.
    let bare = world.issue(&world.document("SG-3", "1", "2027-03-01"), &[]);
    assert!(bare.code == 1 && bare.says("add --base CL-1.symbolon") && bare.says("or CL-subrei has it"), "{bare}");

    // What is odd about a document is said; a base that is not found here is refused, unless it was said to lie elsewhere.
    let document = world.document("SG-6", "1", "2027-03-01");
    let written = std::fs::read_to_string(world.network.directory().join(&document)).unwrap();
    let odd = |was: &str, is: &str, more: &[&str]| {
        assert!(written.contains(was), "{written}");
        world.issue(&world.network.write("documents/odd.json", written.replacen(was, is, 1).as_bytes()), more)
    };
    let of_chile = "\"issue_date\":\"2026-03-09\",\"issuing_country\":\"CL\"";
    let dated = odd(of_chile, "\"issue_date\":\"2026-03-08\",\"issuing_country\":\"CL\"", &based);
    assert!(dated.code == 0 && dated.says("CL-1, is dated 2026-03-08; CL-1 is dated 2026-03-09; recorded as written"), "{dated}");
    let origin = std::fs::read_to_string(world.network.directory().join(world.document("SG-18", "1", "2027-03-01"))).unwrap();
    let origin = world.network.write("documents/origin.json", origin.replace("\"WO\"", "\"PE\"").as_bytes());
    let origin = world.issue(&origin, &based);
    assert!(origin.says("says origin CL (PE), and CL-1 line 1, from which it is drawn, origin CL (WO)"), "{origin}");
    world.network.done("SG", &["cancel", "issued/SG-18.symbolon", "--key", "keys/SG-customs.key"]);
    let mistyped = world.document("SG-7", "1", "2027-03-01");
    let mistyped = std::fs::read_to_string(world.network.directory().join(mistyped)).unwrap().replace("\"CL-1\"", "\"CL-10\"");
    let mistyped = world.network.write("documents/SG-7.json", mistyped.as_bytes());
    let refused = world.issue(&mistyped, &[]);
    assert!(
        refused.code == 1 && refused.says("CL-10 of CL, on which it rests, is not found here") && refused.says("--elsewhere"),
        "{refused}"
    );
    assert!(refused.says("symbolon share CL-10 --reader SG, by CL"), "{refused}");
    of_an_original_elsewhere(&world, &mistyped);
    of_ones_own_country(&world);

    // Everything that is left, and what a cancelled certificate gives back.
    let rest = world.issue(&world.document("SG-4", "10098.5", "2027-03-01"), &based);
    assert_eq!(rest.code, 0, "{rest}");
    let none = world.issue(&world.document("SG-5", "0.5", "2027-03-01"), &based);
    assert!(none.code == 1 && none.says("0.5 LTR of 0.5 LTR are missing"), "{none}");
    world.network.done("SG", &["cancel", "issued/SG-1.symbolon", "--key", "keys/SG-customs.key"]);
    let uses = world.uses();
    assert!(uses.says("700.5 LTR available"), "{uses}");
    assert_eq!(world.issue(&world.document("SG-5", "0.5", "2027-03-01"), &based).code, 0);
    let verified = world.network.as_member("SG", &["verify", "issued/SG-5.symbolon", "--on", cast::ON]);
    assert_eq!(verified.code, 0, "{verified}");

    // The original is replaced, and its successor revoked: what rests on the first falls with the last, and is found by it.
    let replacement = cast::origin("CL-2").replacen(
        "\"number\": \"CL-2\",",
        "\"number\": \"CL-2\", \"replaces\": { \"number\": \"CL-1\", \"issue_date\": \"2026-03-09\", \"reason\": \"importer\" },",
        1,
    );
    let replacement = world.network.write("documents/CL-2.json", replacement.as_bytes());
    let key = ["--key", "keys/CL-subrei.key"];
    world.network.done("CL", &[&["replace", &replacement, "--out", "issued", "--shares", ORIGINAL, "--reader", "SG"], &key[..]].concat());
    let verify = || {
        world.network.wait_for_height(&world.network.ids(), world.network.height("CL"));
        world.network.as_member("SG", &["verify", "issued/SG-5.symbolon"])
    };
    let replaced = verify();
    assert!(replaced.code == 0 && replaced.says("on which it rests, was replaced by record"), "{replaced}");
    world.network.done("CL", &[&["revoke", "issued/CL-2.symbolon", "--reason", "5"], &key[..]].concat());
    let fallen = verify();
    assert!(fallen.code == 1 && fallen.says("the certificate that replaced the one on which it rests"), "{fallen}");
    for more in [&[][..], &["--every-block"]] {
        let impact = world.network.as_member("CL", &[&["impact", "issued/CL-2.symbolon", "--files", "issued", "--json"], more].concat());
        let json = impact.json();
        let records = json["records"].as_array().unwrap();
        let resting: Vec<&str> =
            records.iter().filter(|record| record["depth"] == 1).map(|record| record["number"].as_str().unwrap()).collect();
        let target = &json["target"]["record"];
        assert!(impact.code == 0 && resting.contains(&"SG-4") && resting.contains(&"SG-5"), "{impact}");
        assert!(records.iter().filter(|record| record["depth"] == 1).all(|record| record["rests_on"][0] == *target), "{impact}");
        assert!(!resting.contains(&"CL-1") && json["tell"].to_string().contains("SG-customs"), "{impact}");
    }
}

#[test]
fn what_went_on_with_a_draw_gives_it_back_at_its_end() {
    let world = World::open();
    let key = ["--key", "keys/SG-customs.key"];
    let replace = |number: &str, before: &str, more: &[&str]| {
        let document = world.network.directory().join(world.document(number, "10800", "2027-03-01"));
        let mut written: Value = serde_json::from_slice(&std::fs::read(&document).unwrap()).unwrap();
        written["replaces"] = json!({ "number": before, "issue_date": written["issue_date"], "reason": "importer" });
        let document = world.network.write(&format!("documents/{number}.json"), written.to_string().as_bytes());
        world.network.done("SG", &[&["replace", &document, "--out", "issued"], more, &key[..]].concat())
    };
    let based = ["--base", ORIGINAL];
    assert_eq!(world.issue(&world.document("SG-20", "10800", "2027-03-01"), &based).code, 0);
    assert!(world.uses().says("line 1: EXHAUSTED: 0 LTR available"), "{}", world.uses());
    // What shares the pool goes on with the draw, and draws nothing again.
    let shared = replace("SG-21", "SG-20", &["--shares", "issued/SG-20.symbolon", "--base", ORIGINAL]);
    assert!(shared.says("goes on with what the one that it replaces drew from CL-1"), "{shared}");
    assert!(world.uses().says("line 1: EXHAUSTED: 0 LTR available"), "{}", world.uses());
    replace("SG-22", "SG-21", &based);
    assert!(world.uses().says("line 1: EXHAUSTED: 0 LTR available"), "{}", world.uses());
    world.network.done("SG", &[&["cancel", "issued/SG-22.symbolon"], &key[..]].concat());
    assert!(world.uses().says("line 1: 10800 LTR available"), "{}", world.uses());
}

#[test]
fn a_suppliers_certificate_is_linked_and_not_drawn_from() {
    let world = World::open();
    // Inputs change their code and their weight, and may be in more than one certificate.
    let cumulated = |number: &str, code: &str, litres: &str| {
        let mut document: Value = serde_json::from_str(&cast::origin(number)).unwrap();
        document["issuing_country"] = json!("SG");
        document["suppliers"] = json!([{ "number": "CL-1", "issuing_country": "CL", "issue_date": "2026-03-09" }]);
        document["items"][0]["hs"]["code"] = json!(code);
        document["items"][0]["quantity"]["value"] = json!(litres);
        document["items"][0]["accumulation"] = json!(["CL"]);
        document["items"].as_array_mut().unwrap().truncate(1);
        world.network.write(&format!("documents/{number}.json"), document.to_string().as_bytes())
    };
    for (document, more) in
        [(cumulated("SG-30", "220600", "20000"), &["--base", ORIGINAL][..]), (cumulated("SG-31", "220421", "700.5"), &[])]
    {
        let ran = world.issue(&document, more);
        assert!(ran.code == 0 && ran.says("recorded"), "{ran}");
    }
    assert!(world.uses().says("line 1: 10800 LTR available") && !world.uses().says("SG-customs"), "{}", world.uses());
    for issued in ["issued/SG-30.symbolon", "issued/SG-31.symbolon"] {
        let verified = world.network.as_member("SG", &["verify", issued, "--on", cast::ON]);
        assert!(verified.code == 0 && verified.says("rests on certificate CL-1"), "{verified}");
    }
}

/// The date that the document states of an original elsewhere bounds its validity, at the issue and in the verdict.
fn of_an_original_elsewhere(world: &World, document: &str) {
    let terms = "agreement = \"CL-CN\"\nname = \"For a test\"\nparties = [\"CL\", \"CN\", \"SG\"]\nvalidity = { months = 12 }\ncounted_from = \"issue\"\ncriteria = []\ncopies = true\nback_to_back = true\nthird_party_invoice = true\ndeclarations = true\n";
    let terms = world.network.write("documents/agreement.toml", terms.as_bytes());
    // While Chile has not adopted it, Singapore does not recognise Chile's originals, and draws nothing from them.
    world.network.done("SG", &["agreement", "adopt", &terms, "--from", "2020-01-01"]);
    let unrecognised = world.issue(&world.document("SG-8", "1", "2027-03-01"), &["--base", "issued/CL-1.symbolon"]);
    assert!(unrecognised.code == 1 && unrecognised.says("536: the certificate is not recognised"), "{unrecognised}");
    let verified = world.network.as_member("SG", &["verify", "issued/CL-1.symbolon", "--for", "SG"]);
    assert!(verified.code == 1 && verified.says("CL has not put CL-CN into force"), "{verified}");
    world.network.done("CL", &["agreement", "adopt", &terms, "--from", "2020-01-01"]);
    let written = std::fs::read_to_string(world.network.directory().join(document)).unwrap();
    let of_chile = "\"issue_date\":\"2026-03-09\",\"issuing_country\":\"CL\"";
    assert!(written.contains(of_chile), "{written}");
    let earlier = written.replacen(of_chile, &of_chile.replace("2026-03-09", "2026-02-01"), 1);
    let longer = world.issue(&world.network.write("documents/longer.json", earlier.as_bytes()), &["--elsewhere"]);
    assert!(
        longer.code == 1 && longer.says("CL-10 on which it rests, of 2026-02-01") && longer.says("write valid_until 2027-02-01"),
        "{longer}"
    );
    let later = written.replacen(of_chile, &of_chile.replace("2026-03-09", "2026-03-10"), 1);
    let later = world.issue(&world.network.write("documents/later.json", later.as_bytes()), &["--elsewhere"]);
    assert!(later.code == 1 && later.says("nothing is dated before what it rests on (refusal 381)"), "{later}");
    let bounded = earlier.replace("2027-03-01", "2027-02-01");
    let elsewhere = world.issue(&world.network.write("documents/SG-7.json", bounded.as_bytes()), &["--elsewhere"]);
    assert!(elsewhere.code == 0 && elsewhere.says("is not on this ledger, or nobody here finds it"), "{elsewhere}");
}

/// An original of one's own country is refused by the rules; a number that a sibling recorded is not one's own to replace.
fn of_ones_own_country(world: &World) {
    let mut own: Value = serde_json::from_str(&cast::origin("CL-7")).unwrap();
    own["flags"]["back_to_back"] = json!(true);
    own["items"][0]["quantity"]["value"] = json!("1");
    own["items"].as_array_mut().unwrap().truncate(1);
    own["valid_until"] = json!("2027-03-01");
    own["base"] = json!({ "number": "CL-1", "issuing_country": "CL", "issue_date": "2026-03-09" });
    let own = world.network.write("documents/CL-7.json", own.to_string().as_bytes());
    let by_chile = |document: &str, more: &[&str], key: &str| {
        world.network.as_member("CL", &[&["issue", document, "--out", "issued", "--key", key], more].concat())
    };
    let refused = by_chile(&own, &["--base", ORIGINAL], "keys/CL-subrei.key");
    assert!(refused.code == 1 && refused.says("377"), "{refused}");

    world.network.admit("CL-other", &["origin CL-CN from 2005-01-01"]);
    let mut replacing: Value = serde_json::from_str(&cast::origin("CL-8")).unwrap();
    replacing["replaces"] = json!({ "number": "CL-1" });
    let replacing = world.network.write("documents/CL-8.json", replacing.to_string().as_bytes());
    let siblings = by_chile(&replacing, &[], "keys/CL-other.key");
    assert!(siblings.code == 1 && siblings.says("CL-other recorded nothing under CL-1 here"), "{siblings}");
    assert!(siblings.says("CL-subrei did: only CL-subrei replaces that one"), "{siblings}");
}
