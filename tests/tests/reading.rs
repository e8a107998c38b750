//! What is read from the ledger says how old it is and leaves no act out, with the programs alone.

use serde_json::Value;
use symbolon_tests::{Network, Ran, cast};

const FILE: &str = "issued/CL-1.symbolon";
const AGREEMENT: &str = "agreement = \"CL-CN\"
name = \"China - Chile Free Trade Agreement\"
parties = [\"CL\", \"CN\"]
validity = { months = 12 }
counted_from = \"issue\"
criteria = []
copies = true
back_to_back = true
third_party_invoice = true
declarations = true
";

/// A certificate of Chile that China's office held, in part used, and gave back.
fn used() -> Network {
    let network = Network::of(&["CL"], &["CN"]).up();
    network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 covers 2026-01-01"]);
    network.admit("CN-ningbo", &["origin office"]);
    let document = network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
    network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let office = |words: &[&str]| {
        let mut args = vec![words[0], FILE, "--line", "1", "--declaration", "26CN0001", "--key", "keys/CN-ningbo.key"];
        args.extend(&words[1..]);
        network.done("CN", &args)
    };
    office(&["reserve", "--amount", "5400", "--code", "22042100"]);
    office(&["reserve", "--amount", "2700", "--code", "22042100"]);
    office(&["consume", "--amount", "1080"]);
    office(&["release"]);
    network
}

/// Sets how old an answer may be for a member.
fn freshness(network: &Network, member: &str, seconds: u64) {
    let path = network.profile(member).join("profile.toml");
    let settings = std::fs::read_to_string(&path).unwrap();
    let others = settings.lines().filter(|line| !line.starts_with("freshness_seconds"));
    std::fs::write(&path, format!("freshness_seconds = {seconds}\n{}\n", others.collect::<Vec<_>>().join("\n"))).unwrap();
}

#[test]
fn every_list_says_of_which_block_it_is_and_warns_when_it_is_old() {
    let network = used();
    let terms = network.write("documents/terms.json", cast::TERMS.replace("NZ", "CL").as_bytes());
    network.done("CN", &["mra", "sign", &terms, "--from", "2026-01-01"]);
    let agreement = network.write("documents/agreement.toml", AGREEMENT.as_bytes());
    network.done("CN", &["agreement", "adopt", &agreement, "--from", "2026-01-01"]);
    let lists: [&[&str]; 13] = [
        &["uses", FILE],
        &["history", FILE],
        &["history", "CL-1", "--from", "CL"],
        &["keys", "list", "CL-subrei"],
        &["authority", "list", "CL"],
        &["agreement", "list"],
        &["agreement", "show", "CL-CN"],
        &["mra", "show"],
        &["mra", "show", "CN-CL-2026"],
        &["mra", "programme", "CN-AEO"],
        &["approvals", "CN-ningbo"],
        &["network", "approvals"],
        &["receipt", "CL-1", "--from", "CL", "--out", "CL-1.receipt"],
    ];
    let warning = |ran: &Ran| ran.json()["as_of"]["warning"].clone();
    for list in lists {
        // No answer is so old, and every answer is older than nothing.
        freshness(&network, "CN", 1_000_000_000);
        let text = network.done("CN", list);
        assert!(text.stdout.contains("as of block ") && !text.says("? this is"), "{text}");
        let json = network.done("CN", &[list, &["--json"]].concat());
        assert!(json.json()["as_of"]["height"].as_u64().is_some_and(|height| height > 0) && warning(&json) == Value::Null, "{json}");
        assert_eq!(json.json()["environment"], "test", "{json}");
        freshness(&network, "CN", 0);
        let text = network.done("CN", list);
        assert!(text.says("? this is ") && text.says("old, and the limit is 0 ms"), "{text}");
        let json = network.done("CN", &[list, &["--json"]].concat());
        assert!(warning(&json).as_str().is_some_and(|warning| warning.contains("the network stands still")), "{json}");
    }
}

#[test]
fn a_story_tells_each_hold_use_and_release() {
    let network = used();
    let story = network.as_member("CN", &["explain", FILE, "--on", cast::ON, "--json"]);
    let story = story.json()["story"].clone();
    let told: Vec<(&str, &str)> = story
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["what"].as_str().unwrap(), event["effect"].as_str().unwrap()))
        .filter(|(what, _)| what.contains(" line 1, "))
        .collect();
    for ((what, effect), (begins, means)) in told.iter().zip([
        ("reserve line 1, 50.000 % of what is certified, for declaration ", "held: "),
        ("reserve line 1, 25.000 % of what is certified, for declaration ", "held in the place of what was held before: "),
        ("consume line 1, 10.000 % of what is certified, for declaration ", "used up: "),
        ("release line 1, 15.000 % of what is certified, for declaration ", "given back: "),
    ]) {
        assert!(what.starts_with(begins) && effect.starts_with(means), "{what}: {effect}");
    }
    assert_eq!(told.len(), 4, "{story}");
    let text = network.as_member("CN", &["explain", FILE, "--on", cast::ON]);
    assert!(text.says("CL-subrei: key 1 named") && text.says("CN-ningbo: release line 1"), "{text}");
    // A receipt tells who used it alone, and that is said.
    let offline = network.as_member("CN", &["explain", FILE, "--on", cast::ON, "--offline"]);
    assert!(offline.says("neither holds nor each use: ask without --offline"), "{offline}");
}
