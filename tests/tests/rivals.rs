//! Two officials of one authority who issue the same number at the same moment, each in a folder of its own: one act is recorded,
//! and whoever has the other is told so and keeps no file that looks like a certificate's.

use std::process::{Child, Command, Stdio};
use symbolon_tests::cast::{self, ON};
use symbolon_tests::{Network, Ran, programs};

/// Chile's chamber, of which so many officials sign.
struct Chamber {
    network: Network,
}

impl Chamber {
    fn open(officials: u32) -> Self {
        let network = Network::of(&["CL"], &["CN"]).up();
        let key = |name: &str| network.done("CL", &["keys", "new", "--out", &format!("keys/{name}.key")]).stdout.trim().to_owned();
        let (root, first, second) = (key("root"), key("first"), key("second"));
        let several = if officials > 1 { format!(" officials {officials}") } else { String::new() };
        let scope = format!("origin CL-CN from 2001-01-01{several}");
        let admit = ["authority", "admit", "CL-camara", "--name", "Cámara", "--root-key", &root, "--from", cast::SINCE, "--scope", &scope];
        network.done("CL", &admit);
        for public in [first, second] {
            network.done("CL", &["keys", "name", &public, "--key", "keys/root.key"]);
        }
        Self { network }
    }

    fn under(&self, key: &str, args: &[&str]) -> Ran {
        self.network.as_member("CL", &[args, &["--key", &format!("keys/{key}.key")]].concat())
    }

    fn document(&self, name: &str, text: &str) -> String {
        self.network.write(&format!("documents/{name}.json"), text.as_bytes())
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.network.directory().join(folder)).into_iter().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn issuing(&self, key: &str, document: &str, folder: &str) -> Child {
        let mut command = Command::new(programs::symbolon());
        command
            .args(["issue", document, "--out", folder, "--key", &format!("keys/{key}.key"), "--profile"])
            .arg(self.network.profile("CL"));
        command.current_dir(self.network.directory()).env("NO_COLOR", "1").stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

#[test]
fn whoever_loses_the_race_is_told_by_whom_and_when_the_number_was_recorded() {
    let chamber = Chamber::open(1);
    for round in 0..4 {
        let number = format!("CL-{round}");
        let one = chamber.document(&number, &cast::origin(&number));
        let other = chamber.document(&format!("{number}b"), &cast::origin(&number).replace("Honda", "Hondo"));
        let same = round % 2 == 0;
        let both = [chamber.issuing("first", &one, "one"), chamber.issuing("second", if same { &one } else { &other }, "two")];
        let said = both.map(|child| {
            let output = child.wait_with_output().unwrap();
            (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
        });
        let lost: Vec<_> = said.iter().filter(|(_, said)| !said.contains(".symbolon (block")).collect();
        assert_eq!(lost.len(), 1, "{said:?}");
        let (code, lost) = lost[0];
        // The same document is recorded, by whomever; another one is not.
        assert_eq!(*code, Some(if same { 0 } else { 1 }), "{lost}");
        let parts: &[&str] = if same {
            &["another act recorded CL-", "first: CL-camara under its key ", "of this very document", "symbolon receipt CL-"]
        } else {
            &["302:", "recorded by CL-camara under its key ", "with document SHA-256", "this file has SHA-256"]
        };
        assert!(parts.iter().all(|part| lost.contains(part)), "{lost}");
    }
    assert_eq!([chamber.files("one"), chamber.files("two")].concat().len(), 4, "the losers' files are gone");
}

#[test]
fn of_two_acts_that_wait_for_one_number_the_second_is_told_of_the_first() {
    let chamber = Chamber::open(2);
    let document = chamber.document("CL-1", &cast::origin("CL-1"));
    let first = chamber.under("first", &["issue", &document, "--out", "one"]);
    assert!(first.code == 0 && first.says("waiting") && !first.says("waits as well"), "{first}");
    let second = chamber.under("second", &["issue", &document, "--out", "two"]);
    assert!(second.code == 0 && second.says("records this very document and waits as well"), "{second}");
    assert!(second.says("signed under key 1,") && second.says("to sign that one: symbolon approve "), "{second}");
    let id = second.stdout.split_once("to sign that one: symbolon approve ").unwrap().1.split_whitespace().next().unwrap().to_owned();
    let json = chamber.under("second", &["issue", &document, "--out", "two", "--json"]).json();
    assert!(json["files"][0]["waits_as_well"][0].as_str().unwrap().starts_with(&id), "{json}");
    let other = chamber.document("CL-1b", &cast::origin("CL-1").replace("Honda", "Hondo"));
    let third = chamber.under("second", &["issue", &other, "--out", "three"]);
    assert_eq!(third.stdout.matches("records its number with another document and waits as well").count(), 2, "{third}");

    let done = chamber.under("second", &["approve", &id, "--yes"]);
    assert!(done.code == 0 && done.says("recorded"), "{done}");
    chamber.network.done("CL", &["receipt", "one/CL-1.symbolon"]);
    assert_eq!(chamber.network.verify("CN", &["one/CL-1.symbolon", "--offline", "--on", ON]).code, 0);
    the_other_file_is_told_for_what_it_is(&chamber);
}

fn the_other_file_is_told_for_what_it_is(chamber: &Chamber) {
    let lost = "two/CL-1.symbolon";
    let keep = std::fs::read(chamber.network.directory().join(lost)).unwrap();
    let verified = chamber.network.as_member("CL", &["verify", lost, "--on", ON]);
    assert!(verified.code == 1 && verified.says("is not of the act that was recorded") && !verified.says("file was changed"), "{verified}");
    let says = |ran: &Ran| {
        assert!(ran.code == 2 && ran.says("another act recorded CL-1 first: CL-camara under its keys 1 and 2, at "), "{ran}");
        assert!(ran.says("two/CL-1.symbolon.not-recorded"), "{ran}");
        assert_eq!(chamber.files("two"), ["CL-1.symbolon.not-recorded"]);
    };
    says(&chamber.under("first", &["approve", lost, "--yes"]));
    chamber.network.write(lost, &keep);
    says(&chamber.network.as_member("CL", &["receipt", lost]));
    chamber.network.write(lost, &keep);
    let again = chamber.under("second", &["issue", "documents/CL-1.json", "--out", "two"]);
    assert!(again.code == 0 && again.says("two/CL-1.symbolon, which opens nothing of it, was removed"), "{again}");
    assert_eq!(chamber.files("two"), ["CL-1.symbolon.not-recorded"]);
    // The receipt alone is there for everybody.
    chamber.network.done("CL", &["receipt", "CL-1", "--from", "CL", "--out", "CL-1.receipt"]);
}
