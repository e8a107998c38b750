//! What an authority does with a certificate after its issue: announced and taken back, shared, its key revoked.

use contracts::acts::StandingChange;
use contracts::kinds::RecordKind;
use contracts::standing::{Verb, Version};
use genesis::home::write_signing_key;
use ledger::codec::Canonical as _;
use ledger::commitment::CommitmentRoot;
use ledger::hash::sha256;
use symbolon_tests::cast::{self, ON};
use symbolon_tests::issuer::{Authority, now, recorded};
use symbolon_tests::{CertificateFile, Network, Ran};

const KEY: [&str; 2] = ["--key", "keys/CL-subrei.key"];

fn opened() -> (Network, Authority) {
    let network = Network::of(&["CL"], &["CN", "SG"]).up();
    let chamber = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
    (network, chamber)
}

/// A document that is valid for long, whenever the test runs.
fn document(network: &Network, number: &str) -> String {
    let text = cast::origin(number).replace("2027-03-08", "2095-03-08");
    network.write(&format!("documents/{number}.json"), text.as_bytes())
}

fn signed(network: &Network, args: &[&str]) -> Ran {
    network.as_member("CL", &[args, &KEY].concat())
}

fn issued(network: &Network, number: &str) -> String {
    let ran = signed(network, &["issue", &document(network, number), "--out", "issued"]);
    assert_eq!(ran.code, 0, "{ran}");
    format!("issued/{number}.symbolon")
}

#[test]
fn what_is_announced_is_taken_back_before_its_date() {
    let (network, _) = opened();
    let file = issued(&network, "CL-1");
    let ahead = now().date().add_days(30).unwrap().to_string();
    let verdict = || network.verify("CN", &[&file, "--on", &ahead]);
    let nothing = signed(&network, &["take-back", &file]);
    assert!(nothing.code == 1 && nothing.says("372"), "{nothing}");
    assert_eq!(signed(&network, &["revoke", &file, "--effective", &ahead]).code, 0);
    assert_eq!(verdict().code, 12, "{}", verdict());
    let again = signed(&network, &["revoke", &file]);
    assert!(again.code == 1 && again.says("311"), "{again}");
    let kept = signed(&network, &["take-back", &file]);
    assert!(kept.code == 0 && kept.says(&format!("kept in force on {ahead}: it is not revoked")), "{kept}");
    assert_eq!(verdict().code, 0, "{}", verdict());
    // An act that the kind does not have is answered with those that it has.
    let wrong = signed(&network, &["suspend", &file]);
    assert!(wrong.code == 1 && wrong.says("108") && wrong.says("the acts on it are: replace, revoke, cancel"), "{wrong}");
}

/// Whoever issues what is recorded with one reader more is told that this reader does not find it, and what to type.
fn issue_again_lets_nobody_find_it(network: &Network) {
    issued(network, "CL-9");
    let again =
        |more: &[&str]| signed(network, &[&["issue", &document(network, "CL-9"), "--out", "issued", "--reader", "SG"], more].concat());
    let missing = again(&[]);
    assert!(missing.code == 1 && missing.says("SG does not find it by its number") && !missing.says("✔"), "{missing}");
    assert!(missing.says("symbolon share issued/CL-9.symbolon --reader SG"), "{missing}");
    assert_eq!(again(&["--json"]).json()["files"][0]["outcome"], "refused");
    assert_eq!(signed(network, &["share", "issued/CL-9.symbolon", "--reader", "SG"]).code, 0);
    let found = again(&[]);
    assert!(found.code == 0 && found.says("already recorded"), "{found}");
}

#[test]
fn a_further_member_finds_it_once_it_is_shared() {
    let (mut network, _) = opened();
    issued(&network, "CL-1");
    let asked = |network: &Network| network.verify("SG", &["CL-1", "--from", "CL", "--on", ON]);
    let before = asked(&network);
    assert!(before.code == 3 && before.says("finds nothing by this number") && !before.says("othing is recorded"), "{before}");
    let shared = signed(&network, &["share", "CL-1", "--reader", "SG"]);
    assert!(shared.code == 0 && shared.says("CL-1 may be looked up by SG"), "{shared}");
    let height = network.height("CL");
    network.wait_for_height(&network.ids(), height);
    let after = asked(&network);
    assert_eq!(after.code, 0, "{after}");
    let again = signed(&network, &["share", "CL-1", "--reader", "SG"]);
    assert!(again.code == 1 && again.says("374"), "{again}");
    issue_again_lets_nobody_find_it(&network);
    // What a file says of itself is not said beside it.
    let both = network.verify("CN", &["issued/CL-1.symbolon", "--from", "NZ", "--kind", "aeo"]);
    assert!(both.code == 2 && both.says("--from, --kind tells of a number"), "{both}");
    // The key of another authority is named, by number as well.
    let customs = network.admit("CL-customs", &["origin CL-CN from 2005-01-01"]);
    let key = customs.key_file.to_str().unwrap();
    let wrong = network.as_member("CL", &["revoke", "CL-1", "--key", key]);
    assert!(wrong.code == 2 && wrong.says("is a record of CL-subrei") && wrong.says("one of CL-customs"), "{wrong}");
    assert!(network.stop("SG").success());
    assert!(network.log("SG").lines().last().is_some_and(|line| line.contains("stopped when asked, at height")), "{}", network.log("SG"));
}

#[test]
fn a_corrected_form_says_nothing_but_what_the_ledger_holds() {
    let (network, _) = opened();
    let file = issued(&network, "CL-1");
    let text = cast::origin("CL-1").replace("2027-03-08", "2095-03-08");
    let written = |name: &str, changes: &[(&str, &str)]| {
        let text = changes.iter().fold(text.clone(), |text, (was, is)| {
            assert!(text.contains(was), "{was}");
            text.replacen(was, is, 1)
        });
        network.write(&format!("documents/{name}.json"), text.as_bytes())
    };
    let mark = ("\"certified_copy\": false", "\"certified_copy\": true");
    for (was, is, field) in [
        ("\"WO\"", "\"ZZZ\"", "items[1].criterion"),
        ("2095-03-08", "2096-03-08", "valid_until"),
        ("\"issue_date\": \"2026-03-09\"", "\"issue_date\": \"2026-03-08\"", "issue_date"),
        ("\"destination_country\": \"CN\"", "\"destination_country\": \"SG\"", "destination_country"),
        ("2026-03-12", "2026-01-01", "transport.departure_date"),
        (mark.0, mark.1, "flags.certified_copy"),
    ] {
        let wrong = signed(&network, &["correct", &file, &written("wrong", &[(was, is)])]);
        assert!(wrong.code == 2 && wrong.says(&format!("it changes {field},")) && wrong.says("replace the certificate"), "{wrong}");
    }
    let corrected = written("corrected", &[("12 Example Road", "21 Example Road")]);
    let done = signed(&network, &["correct", &file, &corrected]);
    assert!(done.code == 0 && done.says("differing: importer.address"), "{done}");
    let verified = network.verify("CN", &[&file, "--document", &corrected, "--on", ON]);
    assert!(verified.code == 0 && verified.says("the document is the corrected form of"), "{verified}");
    assert!(!verified.says("is not one that may be certified"), "{verified}");
    // A thief's correction leaves the certificate as it was.
    let history = network.done("CL", &["history", &file, "--json"]).json();
    let at = history["acts"][0]["time"].as_str().unwrap();
    let digest = history["acts"][0]["document_sha256"].as_str().unwrap();
    assert!(network.done("CL", &["history", &file]).says(&format!("document SHA-256 {digest}")));
    let listed = network.as_member("CL", &["impact", "CL-subrei/1", "--as-of", at]);
    assert!(listed.says("Stands without them: a correction") && !listed.says("No ground for new use"), "{listed}");

    // A copy is true to the original, or to a recorded correction.
    let copy = written("copy", &[mark]);
    let other = written("other", &[mark, ("12 Example Road", "21 Example Road")]);
    let unmarked = signed(&network, &["certify-copy", &file, &written("unmarked", &[("officer 22", "officer 23")])]);
    assert!(unmarked.code == 2 && unmarked.says("flags.certified_copy: true"), "{unmarked}");
    let untrue = signed(&network, &["certify-copy", &file, &other]);
    assert!(untrue.code == 2 && untrue.says("it changes importer.address, and a certified true copy"), "{untrue}");
    assert_eq!(signed(&network, &["certify-copy", &file, &copy]).code, 0);
    let of = signed(&network, &["certify-copy", &file, &other, "--of", &corrected]);
    assert_eq!(of.code, 0, "{of}");
    let again = signed(&network, &["correct", &file, &copy]);
    assert!(again.code == 1 && again.says("358") && again.says("as a certified true copy of"), "{again}");
    let verified = network.verify("CN", &[&file, "--document", &other, "--on", ON]);
    assert!(verified.code == 0 && !verified.says("is not one that may be certified"), "{verified}");
    // What is held against the consignment is the form that was shown.
    let named = written("named", &[("Quebrada Honda SpA", "Quebrada Honda S.A.")]);
    assert_eq!(signed(&network, &["correct", &file, &named]).code, 0);
    let shown = network.verify("CN", &[&file, "--document", &named, "--on", ON, "--json"]).json();
    let held = shown["hold_against_the_consignment"].to_string();
    assert!(held.contains("Quebrada Honda S.A.") && !held.contains("Quebrada Honda SpA"), "{held}");

    // A copy is no certificate of its own.
    let alone = written("alone", &[mark, ("CL-1", "CL-2")]);
    let alone = signed(&network, &["issue", &alone, "--out", "issued"]);
    assert!(alone.code == 1 && alone.says("391") && alone.says("certify-copy"), "{alone}");
}

#[test]
fn after_a_revocation_the_way_to_stand_by_a_certificate_is_named() {
    let (network, chamber) = opened();
    let before = now().to_string();
    let file = issued(&network, "CL-1");
    let forged = forged_correction(&network, &chamber, &file);
    write_signing_key(&network.directory().join("keys/root.key"), &chamber.root).unwrap();
    network.done("CL", &["keys", "revoke", "1", "--as-of", &before, "--key", "keys/root.key"]);
    let old = signed(&network, &["issue", "documents/CL-1.json", "--out", "issued"]);
    assert!(old.code == 1 && old.says("104") && old.says("reaffirm"), "{old}");
    let public = network.done("CL", &["keys", "new", "--out", "keys/second.key"]);
    let public = public.stdout.split_whitespace().find(|word| word.starts_with("ed25519:")).unwrap().to_owned();
    network.done("CL", &["keys", "name", &public, "--key", "keys/root.key"]);
    let again = network.as_member("CL", &["issue", "documents/CL-1.json", "--out", "issued", "--key", "keys/second.key"]);
    assert!(again.code == 1 && again.says(&format!("symbolon reaffirm {file} --key NEW_KEY")), "{again}");
    assert_eq!(network.verify("CN", &[&file, "--on", ON]).code, 10);
    // The thief's correction is no part of what is stood by, unless it is named.
    let stood = network.done("CL", &["reaffirm", &file, "--key", "keys/second.key"]);
    assert!(stood.says("act 1: corrected from") && stood.says(&format!("symbolon reaffirm {file} --with-act 1")), "{stood}");
    assert_eq!(network.verify("CN", &[&file, "--on", ON]).code, 0);
    let verdict = network.verify("CN", &[&forged, "--on", ON]);
    assert!(verdict.code == 10, "{verdict}");
    let again = network.as_member("CL", &["reaffirm", &file, "--key", "keys/second.key"]);
    assert!(again.code == 2 && again.says("the record itself stands already") && again.says("--with-act 1"), "{again}");
    let stray = network.as_member("CL", &["reaffirm", &file, "--with-act", "2", "--key", "keys/second.key"]);
    assert!(stray.code == 2 && stray.says("act 2 of CL-1 is not in doubt; these are: 1"), "{stray}");
    let with = network.done("CL", &["reaffirm", &file, "--with-act", "1", "--key", "keys/second.key"]);
    assert!(with.says("and with it") && with.says("act 1: corrected from"), "{with}");
    assert_eq!(network.verify("CN", &[&forged, "--on", ON]).code, 0);
    // Whoever has the certificate file proves that it is no correction.
    let proven = network.verify("CN", &[&file, "--document", &forged, "--on", ON]);
    assert!(proven.code == 10 && proven.says("it changes items[1].quantity.value") && !proven.says("97123"), "{proven}");
    // The root key signs as well, and that is warned of.
    let third = document(&network, "CL-3");
    let rooted = network.as_member("CL", &["issue", &third, "--out", "issued", "--key", "keys/root.key"]);
    assert!(rooted.code == 0 && rooted.says("this is the root key of CL-subrei"), "{rooted}");
}

/// What a thief of the chamber's key records with a tool of its own: a correction of the quantity.
fn forged_correction(network: &Network, chamber: &Authority, file: &str) -> String {
    let text = cast::origin("CL-1").replace("2027-03-08", "2095-03-08");
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    document["items"][0]["quantity"]["value"] = "97123".into();
    let text = document.to_string();
    let bytes = std::fs::read(network.directory().join(file)).unwrap();
    let change = StandingChange {
        record_key: CertificateFile::from_bytes(&bytes).unwrap().record_key,
        effective: now().date(),
        reason: None,
        follows: 0,
        until: None,
        version: Some(Version { document_digest: sha256(text.as_bytes()), commitment_root: CommitmentRoot::new([7; 32]) }),
        stands_by: None,
    };
    let wire = network.signed(chamber, vec![change.into_act(RecordKind::CertificateOfOrigin, Verb::Correct)]);
    recorded(&network.submit("CL", &wire));
    network.write("documents/forged.json", text.as_bytes())
}

/// The lines of `keys list`, each with the moment from which on its key is in force.
fn keys_of(network: &Network) -> Vec<(String, String)> {
    let listed = network.done("CL", &["keys", "list", "CL-subrei"]);
    let lines = listed.stdout.lines().filter(|line| line.contains("ed25519:"));
    lines.map(|line| (line.to_owned(), line.split_once(" from ").unwrap().1[..24].to_owned())).collect()
}

#[test]
fn a_lost_or_stolen_root_key_gives_way_to_another_through_the_member() {
    let (network, chamber) = opened();
    write_signing_key(&network.directory().join("keys/root.key"), &chamber.root).unwrap();
    let file = issued(&network, "CL-1");
    let public = network.done("CL", &["keys", "new", "--out", "keys/second.key"]);
    let public = public.stdout.split_whitespace().find(|word| word.starts_with("ed25519:")).unwrap().to_owned();
    network.done("CL", &["keys", "name", &public, "--key", "keys/root.key"]);
    let theft = now().to_string();
    // No key is in force before the one that named it.
    let listed = keys_of(&network);
    assert!(listed.len() == 3 && listed.iter().all(|(_, from)| *from >= listed[0].1), "{listed:?}");
    let itself = network.as_member("CL", &["keys", "revoke", "0", "--as-of", &theft, "--key", "keys/root.key"]);
    assert!(itself.code == 1 && itself.says("117") && itself.says("authority root"), "{itself}");

    // While the authority is suspended, its root key revokes and does nothing else.
    network.done("CL", &["authority", "suspend", "CL-subrei"]);
    network.done("CL", &["keys", "new", "--out", "keys/third.key"]);
    let named = network.as_member("CL", &["keys", "name", "keys/third.key", "--key", "keys/root.key"]);
    assert!(named.code == 1 && named.says("105") && named.says("revocation of a key"), "{named}");
    network.done("CL", &["keys", "revoke", "1", "--as-of", &theft, "--key", "keys/root.key"]);
    network.done("CL", &["authority", "reinstate", "CL-subrei"]);
    // The thief names a key of its own.
    network.done("CL", &["keys", "new", "--out", "keys/thief.key"]);
    network.done("CL", &["keys", "name", "keys/thief.key", "--key", "keys/root.key"]);

    let gone = network.as_member("CL", &["authority", "root", "CL-subrei", "1", "--as-of", &theft]);
    assert!(gone.code == 1 && gone.says("226: key 1 of CL-subrei was revoked as of"), "a revoked key does not come back: {gone}");
    let replaced = network.done("CL", &["authority", "root", "CL-subrei", "2", "--as-of", &theft]);
    assert!(replaced.says("key 2 of CL-subrei is its root key"), "{replaced}");
    let old = network.as_member("CL", &["keys", "name", "keys/third.key", "--key", "keys/root.key"]);
    assert!(old.code == 2 && old.says("its root key, which is key 2"), "{old}");
    let old = network.as_member("CL", &["issue", &document(&network, "CL-2"), "--out", "issued", "--key", "keys/root.key"]);
    assert!(old.code == 1 && old.says("118") && old.says("keys list"), "{old}");
    network.done("CL", &["keys", "name", "keys/third.key", "--key", "keys/second.key"]);
    let listed = keys_of(&network);
    let roles = ["was root", "official", "root", "official", "official"];
    assert!(listed.iter().zip(roles).all(|((line, _), role)| line.contains(&format!("  {role} "))), "{listed:?}");
    let revoked: Vec<bool> = listed.iter().map(|(line, _)| line.contains("REVOKED as of")).collect();
    assert_eq!(revoked, [true, true, false, true, false], "{listed:?}");
    let impact = network.as_member("CL", &["impact", "CL-subrei/0"]);
    assert!(impact.says("keys that were named since were revoked with it") && impact.says("ask for CL-subrei/3"), "{impact}");
    // What was recorded before the theft stands.
    assert_eq!(network.verify("CN", &[&file, "--on", ON]).code, 0);
}

#[test]
fn the_example_of_an_admission_issues_the_example_of_a_document() {
    let (network, _) = opened();
    let root = network.done("CL", &["keys", "new", "--out", "keys/new-root.key"]);
    let root = root.stdout.split_whitespace().find(|word| word.starts_with("ed25519:")).unwrap().to_owned();
    let admit = |id: &str, more: &[&str]| {
        let admit = ["authority", "admit", id, "--name", "Subrei", "--root-key", &root];
        network.as_member("CL", &[&admit, more].concat())
    };
    let early = admit("CL-early", &["--from", "2026-05-01", "--scope", "origin from 2020-01-01 covers 2026-01-01"]);
    assert!(early.code == 2 && early.says("before 2026-05-01, since when it may record"), "{early}");
    // Too late for the example, which is of March 2026.
    let late = admit("CL-late", &["--from", "2026-05-01", "--scope", "origin CL-CN"]);
    assert_eq!(late.code, 0, "{late}");
    let issue = || network.as_member("CL", &["issue", "documents/example.json", "--out", "issued", "--key", "keys/new-root.key"]);
    let example = network.done("CL", &["issue", "--example", "origin"]);
    network.write("documents/example.json", example.stdout.as_bytes());
    let refused = issue();
    assert!(refused.code == 1 && refused.says("305") && refused.says("dated 2026-03-09") && refused.says("since 2026-05-01"), "{refused}");
    // What the refusal says is typed.
    let command = refused.stdout.split("runs: symbolon ").nth(1).unwrap().lines().next().unwrap();
    let words: Vec<&str> = command.split(" --scope ").collect();
    let mut typed: Vec<&str> = words[0].split_whitespace().collect();
    for scope in &words[1..] {
        typed.extend(["--scope", scope.trim().trim_matches('\'')]);
    }
    let corrected = network.as_member("CL", &typed);
    assert_eq!(corrected.code, 0, "{corrected}");
    let recorded = issue();
    assert_eq!(recorded.code, 0, "{recorded}");
}
