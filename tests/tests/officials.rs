//! Authorities whose scopes ask for several officials, limit the day, and end: with the programs alone.

use symbolon_tests::cast::{self, ON};
use symbolon_tests::{Network, Ran};

/// Chile's chamber, of which two officials sign and which records five certificates a day.
struct Chamber {
    network: Network,
}

impl Chamber {
    fn open() -> Self {
        let network = Network::of(&["CL"], &["CN", "SG"]).up();
        let key = |name: &str| network.done("CL", &["keys", "new", "--out", &format!("keys/{name}.key")]).stdout.trim().to_owned();
        let (root, first, second) = (key("root"), key("first"), key("second"));
        let scope = "origin CL-CN from 2001-01-01 daily 5 officials 2";
        let admit = ["authority", "admit", "CL-camara", "--name", "Cámara", "--root-key", &root, "--from", cast::SINCE, "--scope", scope];
        let admitted = network.done("CL", &admit);
        assert!(admitted.says(&format!("scope {scope}")), "{admitted}");
        for public in [first, second] {
            network.done("CL", &["keys", "name", &public, "--key", "keys/root.key"]);
        }
        network.admit("CN-ningbo", &["origin office"]);
        network.admit("SG-customs", &["origin CL-CN from 2001-01-01"]);
        Self { network }
    }

    /// A command of Chile under one of the chamber's keys.
    fn under(&self, key: &str, args: &[&str]) -> Ran {
        let key = format!("keys/{key}.key");
        self.network.as_member("CL", &[args, &["--key", &key]].concat())
    }

    fn issue(&self, number: &str, key: &str) -> Ran {
        let document = self.network.write(&format!("documents/{number}.json"), cast::origin(number).as_bytes());
        self.under(key, &["issue", &document, "--out", "issued"])
    }

    fn verified(&self, number: &str) -> Ran {
        self.network.as_member("CN", &["verify", &file(number), "--on", ON])
    }

    fn waits(&self, args: &[&str]) -> Ran {
        self.under("first", &[&["approvals"], args].concat())
    }
}

fn file(number: &str) -> String {
    format!("issued/{number}.symbolon")
}

fn recorded(ran: &Ran) {
    assert!(ran.code == 0 && ran.says("recorded") && !ran.says("waiting"), "{ran}");
}

fn refused(ran: &Ran, number: u16) {
    assert!(ran.code == 1 && ran.says(&format!("{number}:")), "{ran}");
}

#[test]
fn what_needs_two_officials_waits_for_the_second() {
    let chamber = Chamber::open();
    a_certificate_waits_for_the_second_official(&chamber);
    the_second_official_sees_all_that_is_signed(&chamber);
    the_same_command_of_the_second_official_is_as_good(&chamber);
    two_acts_for_one_certificate_are_told_of_each_other(&chamber);
    a_share_waits_as_well(&chamber);
    a_revocation_waits_as_well(&chamber);
    a_day_has_its_limit(&chamber);
    an_authority_is_revoked_as_of_a_time(&chamber);
}

fn a_certificate_waits_for_the_second_official(chamber: &Chamber) {
    assert!(chamber.waits(&[]).says("nothing of CL-camara waits"));
    let first = chamber.issue("CL-1", "first");
    assert!(first.code == 0 && first.says("waiting  CL-1: one official signed"), "{first}");
    assert!(first.says("symbolon approve issued/CL-1.symbolon --key FILE"), "{first}");
    // Only one's own files tell which certificate it is.
    assert!(!chamber.waits(&[]).says("CL-1"));
    let named = chamber.waits(&["--files", "issued"]);
    assert!(named.says("number CL-1, by your files"), "{named}");
    let again = chamber.issue("CL-1", "first");
    assert!(again.code == 0 && again.says("waiting  CL-1: one official signed"), "the same key again is no refusal: {again}");
    let unrecorded = chamber.verified("CL-1");
    assert_eq!(unrecorded.code, 3, "nothing is recorded yet");
    assert!(unrecorded.says("It is not recorded, or not yet") && unrecorded.says("its issuer may still have to sign"), "{unrecorded}");

    let listed = chamber.waits(&[]);
    for part in ["a certificate of origin CL-CN of CL is issued", "1 of 2 officials signed: key 1", "document SHA-256"] {
        assert!(listed.says(part), "{part}: {listed}");
    }
    let json = chamber.waits(&["--json"]).json();
    assert_eq!((json["waiting"][0]["officials"].as_u64(), json["waiting"][0]["signed_by"][0].as_u64()), (Some(2), Some(1)));

    refused(&chamber.under("first", &["approve", &file("CL-1"), "--yes"]), 113);
    refused(&chamber.under("root", &["approve", &file("CL-1"), "--yes"]), 115);
    let unknown = chamber.under("second", &["approve", "0123456789abcdef"]);
    assert!(unknown.code == 2 && unknown.says("no act"), "{unknown}");
    let unasked = chamber.under("second", &["approve", &file("CL-1")]);
    assert!(unasked.code == 2 && unasked.says("not signed: without a terminal") && unasked.says("add --yes"), "{unasked}");
    assert!(
        unasked.stderr.contains("you sign: CL-1: a certificate of origin CL-CN of CL is issued"),
        "what it would be is shown: {unasked}"
    );
    assert!(chamber.waits(&[]).says("1 of 2 officials signed: key 1"));
    let second = chamber.under("second", &["approve", &file("CL-1"), "--yes"]);
    recorded(&second);
    assert!(second.says("the document in the file is the one that the act records") && second.says("is complete"), "{second}");
    let offline = chamber.network.verify("CN", &[&file("CL-1"), "--offline", "--on", ON]);
    assert_eq!(offline.code, 0, "{offline}");
    assert!(chamber.waits(&[]).says("nothing of CL-camara waits"));
    let late = chamber.under("second", &["approve", &file("CL-1")]);
    assert!(late.code == 2 && late.says("it took effect"), "{late}");
}

/// CL-1B rests on SG-1, draws from it, and may be read by one member more than its document names.
fn the_second_official_sees_all_that_is_signed(chamber: &Chamber) {
    let original = cast::origin("SG-1").replace("\"issuing_country\": \"CL\"", "\"issuing_country\": \"SG\"");
    let original = chamber.network.write("documents/SG-1.json", original.as_bytes());
    chamber.network.done("SG", &["issue", &original, "--out", "issued", "--reader", "CL", "--key", "keys/SG-customs.key"]);
    chamber.network.wait_for_height(&chamber.network.ids(), chamber.network.height("SG"));
    let mut document: serde_json::Value = serde_json::from_str(&cast::origin("CL-1B")).unwrap();
    document["flags"]["back_to_back"] = true.into();
    document["base"] = serde_json::json!({ "number": "SG-1", "issuing_country": "SG", "issue_date": "2026-03-09" });
    document["items"][0]["quantity"]["value"] = "700.5".into();
    document["items"].as_array_mut().unwrap().truncate(1);
    let document = chamber.network.write("documents/CL-1B.json", document.to_string().as_bytes());
    let issue = ["issue", &document, "--out", "issued", "--base", &file("SG-1"), "--reader", "SG"];
    let first = chamber.under("first", &issue);
    assert!(first.code == 0 && first.says("waiting  CL-1B"), "{first}");
    let by_id = chamber.waits(&[]);
    for part in ["3 members look it up by number: locator ", "rests on record ", ", 1 line", "of line 1 of record "] {
        assert!(by_id.says(part) && !by_id.says("1 lines"), "{part}: {by_id}");
    }
    let second = chamber.under("second", &["approve", &file("CL-1B"), "--base", &file("SG-1"), "--yes"]);
    recorded(&second);
    for part in [
        "3 members look it up by number: ",
        "rests on SG-1 (record ",
        "draws 700.5 LTR of line 1 of SG-1 (record ",
        "3 members are warned of a second certificate for its goods",
        "DIFFERS: SG looks it up by number, and the document names it neither as destination nor as transit",
    ] {
        assert!(second.stderr.contains(part), "{part}: {second}");
    }
    assert_eq!(second.stderr.matches("DIFFERS").count(), 1, "{second}");
}

fn the_same_command_of_the_second_official_is_as_good(chamber: &Chamber) {
    assert!(chamber.issue("CL-2", "first").says("waiting"));
    recorded(&chamber.issue("CL-2", "second"));
    assert_eq!(chamber.verified("CL-2").code, 0);
}

/// The first official issued twice, with other readers: one of the two takes effect, and the other never does.
fn two_acts_for_one_certificate_are_told_of_each_other(chamber: &Chamber) {
    let first = chamber.issue("CL-2B", "first");
    let document = chamber.network.write("documents/CL-2B.json", cast::origin("CL-2B").as_bytes());
    let again = chamber.under("first", &["issue", &document, "--out", "issued", "--reader", "SG"]);
    assert!(first.says("waiting") && !first.says("waits as well"), "{first}");
    assert!(again.says("waiting") && again.says("of an earlier attempt at it") && again.says("waits as well"), "{again}");
    let second = chamber.under("second", &["approve", &file("CL-2B"), "--yes"]);
    recorded(&second);
    assert_eq!(second.stderr.matches("WAITS AS WELL: act ").count(), 1, "{second}");
    let left = chamber.waits(&[]);
    assert!(left.says("nothing of CL-camara waits") && left.says("1 act is not listed: its certificate is recorded already"), "{left}");
}

fn a_share_waits_as_well(chamber: &Chamber) {
    let first = chamber.under("first", &["share", "CL-2", "--reader", "SG", "--json"]);
    let json = first.json();
    assert!(first.code == 0 && first.says("CL-2 may be looked up by SG"), "{first}");
    assert_eq!((json["waiting"].as_bool(), json["accepted"].as_bool(), json["threshold"].as_u64()), (Some(true), Some(false), Some(2)));
    let listed = chamber.waits(&[]);
    assert!(listed.code == 0 && listed.says("is shared: one more member") && listed.says("1 of 2 officials signed: key 1"), "{listed}");
    let listed = chamber.waits(&["--files", "issued"]);
    assert!(listed.says("number CL-2, by your files") && listed.says("shared with SG"), "{listed}");
    // The file is of the document; what else waits on its record is named, with its id.
    let by_file = chamber.under("second", &["approve", &file("CL-2")]);
    assert!(by_file.code == 2 && by_file.says("the issue of CL-2 does not wait") && by_file.says("is shared"), "{by_file}");
    let id = by_file.stderr.split_once("symbolon approve ").unwrap().1.split_whitespace().next().unwrap().to_owned();
    recorded(&chamber.under("second", &["approve", &id, "--yes"]));
    assert!(chamber.waits(&[]).says("nothing of CL-camara waits"));
}

fn a_revocation_waits_as_well(chamber: &Chamber) {
    let first = chamber.under("second", &["revoke", &file("CL-2"), "--effective", "2026-04-01", "--reason", "3"]);
    assert!(first.code == 0 && first.says("1 of 2 officials signed that CL-2 is revoked from 2026-04-01 on"), "{first}");
    assert_eq!(chamber.verified("CL-2").code, 0);
    let by_file = chamber.under("first", &["approve", &file("CL-2")]);
    assert!(by_file.code == 2 && by_file.says("is revoked from 2026-04-01 on") && by_file.says("approved by its id"), "{by_file}");
    let id = first.stdout.split_once("symbolon approve ").unwrap().1.split_whitespace().next().unwrap().to_owned();
    let second = chamber.under("first", &["approve", &id, "--yes"]);
    recorded(&second);
    assert!(second.says("is revoked from 2026-04-01 on") && second.says("reason 3"), "{second}");
    assert_eq!(chamber.verified("CL-2").code, 1);
    let history = chamber.network.done("CL", &["history", &file("CL-2")]);
    assert!(history.says("revoked from 2026-04-01 on by keys 2 and 1, block"), "{history}");
}

fn a_day_has_its_limit(chamber: &Chamber) {
    assert!(chamber.issue("CL-3", "first").says("waiting"));
    recorded(&chamber.issue("CL-3", "second"));
    refused(&chamber.issue("CL-4", "first"), 116);
    let one = ["authority", "scopes", "CL-camara", "--scope", "origin CL-CN from 2001-01-01"];
    chamber.network.done("CL", &one);
    // From the change on one official is enough, and no day is full.
    recorded(&chamber.issue("CL-4", "first"));
}

fn an_authority_is_revoked_as_of_a_time(chamber: &Chamber) {
    let history = chamber.network.done("CL", &["history", &file("CL-4"), "--json"]).json();
    let as_of = history["issued_time"].as_str().unwrap();
    let future = chamber.network.as_member("CL", &["authority", "revoke", "CL-camara", "--as-of", "2099-01-01T00:00:00Z"]);
    refused(&future, 216);
    let revoked = chamber.network.done("CL", &["authority", "revoke", "CL-camara", "--as-of", as_of]);
    for part in ["revoked for good", "recorded before: stands", "not valid for new use", "another authority issues the honest certificates"]
    {
        assert!(revoked.says(part), "{part}: {revoked}");
    }
    assert!(chamber.network.done("CL", &["authority", "list"]).says("REVOKED as of"));
    assert_eq!((chamber.verified("CL-3").code, chamber.verified("CL-4").code), (0, 1));
    refused(&chamber.issue("CL-5", "first"), 114);
    let office = |number: &str| {
        let args = ["reserve", &file(number), "--line", "1", "--amount", "1", "--declaration", "26CN0001", "--key", "keys/CN-ningbo.key"];
        chamber.network.as_member("CN", &args)
    };
    recorded(&office("CL-3"));
    refused(&office("CL-4"), 542);
}
