//! An office of which two officials sign: the second reads what it signs in the certificate's own words. With the programs
//! alone.

use symbolon_tests::cast;
use symbolon_tests::{Network, Ran};

const FILE: &str = "issued/CL-1.symbolon";

/// A command of the office under one of its keys.
fn under(network: &Network, key: &str, args: &[&str]) -> Ran {
    network.as_member("CN", &[args, &["--key", &format!("keys/{key}.key")]].concat())
}

/// The act that the first official signed, by the id that the program names.
fn waiting(first: &Ran) -> String {
    assert!(first.code == 0 && first.says("waiting"), "{first}");
    let after = first.stdout.split_once("symbolon approve ").unwrap_or_else(|| panic!("{first}")).1;
    after.split_whitespace().next().unwrap().to_owned()
}

fn signed(ran: &Ran, parts: &[&str]) {
    assert!(ran.code == 0 && ran.says("recorded"), "{ran}");
    for part in parts {
        assert!(ran.stderr.contains(part), "{part}: {ran}");
    }
}

#[test]
fn the_second_official_reads_what_it_signs() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let key = |name: &str| network.done("CN", &["keys", "new", "--out", &format!("keys/{name}.key")]).stdout.trim().to_owned();
    let (root, first, second) = (key("root"), key("first"), key("second"));
    let admit = [
        "authority",
        "admit",
        "CN-ningbo",
        "--name",
        "Ningbo",
        "--root-key",
        &root,
        "--from",
        cast::SINCE,
        "--scope",
        "origin office all officials 2",
    ];
    network.done("CN", &admit);
    for public in [first, second] {
        network.done("CN", &["keys", "name", &public, "--key", "keys/root.key"]);
    }
    network.admit("CL-subrei", &["origin CL-CN from 2001-01-01"]);
    let document = network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
    network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let reserve = ["reserve", FILE, "--line", "1", "--amount", "700.5", "--declaration", "26CN0001", "--item", "2"];
    let id = waiting(&under(&network, "first", &reserve));
    what_is_held_is_read_with_the_file(&network, &id);
    what_is_used_up_and_what_is_decided_is_read_as_well(&network);
}

fn what_is_held_is_read_with_the_file(network: &Network, id: &str) {
    let without = under(network, "second", &["approve", id]);
    assert!(without.code == 2 && without.says("amount: it cannot be read without the certificate file: add --files"), "{without}");
    let listed = under(network, "first", &["approvals"]);
    assert!(listed.says("cannot be read without the certificate file") && listed.says("--key FILE --files NUMBER.symbolon"), "{listed}");
    let listed = under(network, "first", &["approvals", "--files", "issued"]);
    assert!(listed.says("amount: 700.5 LTR") && listed.says("reserve: the certificate of origin CL-1 (record "), "{listed}");
    // Who gives the certificate file in place of the id is told the id.
    let by_file = under(network, "second", &["approve", FILE]);
    assert!(by_file.code == 2 && by_file.says(&format!("symbolon approve {id}")), "{by_file}");
    let approve = ["approve", id, "--files", FILE, "--yes"];
    let with = |more: &[&str]| under(network, "second", &[&approve[..], more].concat());
    for (declaration, part) in [
        (&["--declaration", "26CN0009"][..], "the act is for another declaration; nothing is signed"),
        (&["--declaration", "26CN0001"], "the act is for goods item 2 of it"),
        (&["--declaration", "26CN0001", "--item", "3"], "the act is for goods item 2 of it"),
    ] {
        let ran = with(declaration);
        assert!(ran.code == 2 && ran.says(part), "{part}: {ran}");
    }
    let parts = [
        "reserve: the certificate of origin CL-1 (record ",
        "amount: 700.5 LTR",
        "line 1: ",
        "certified 10800.00 LTR",
        "line 1 before it: 10800 LTR available",
        "declaration 26CN0001, goods item 2: the one that you named",
    ];
    signed(&with(&["--declaration", "26cn 0001", "--item", "2"]), &parts);
}

fn what_is_used_up_and_what_is_decided_is_read_as_well(network: &Network) {
    let declared = ["--declaration", "26CN0001", "--item", "2"];
    let second = |id: &str, more: &[&str]| under(network, "second", &[&["approve", id, "--files", "issued", "--yes"], more].concat());
    let id = waiting(&under(network, "first", &[&["consume", FILE, "--line", "1"], &declared[..]].concat()));
    signed(
        &second(&id, &declared),
        &["all that is held: 700.5 LTR", "the use has 1 act before it", "goods item 2: the one that you named"],
    );
    let id = waiting(&under(network, "first", &["reject", FILE, "--lines", "2", "--reason", "2"]));
    let wrong = second(&id, &declared);
    assert!(wrong.code == 2 && wrong.says("the act names no declaration; it is for all of them"), "{wrong}");
    signed(&second(&id, &[]), &["deny preference: the certificate of origin CL-1 (record ", "for all declarations", "lines 2", "line 2: "]);
}
