//! The main job: certificates are issued by commands, and an officer of another country verifies them by commands.

use std::time::Duration;
use symbolon_tests::cast::{self, ON};
use symbolon_tests::{Network, Ran, wait_until};

/// An officer of `member` verifies; the exit code and the word are these.
fn verdict(network: &Network, member: &str, args: &str, code: i32, word: &str) -> Ran {
    let mut words: Vec<&str> = args.split_whitespace().collect();
    words.push("--json");
    let ran = network.verify(member, &words);
    assert!(ran.code == code && ran.json()["word"] == word, "{member} expects {code} {word}: {ran}");
    ran
}

/// An authority admitted by commands alone, as its member and its officials type them.
fn admit(network: &Network, id: &str, scope: &str) {
    let (root, official) = (format!("keys/{id}.root.key"), format!("keys/{id}.key"));
    let root_key = network.done(&id[..2], &["keys", "new", "--out", &root]).stdout;
    let name = format!("The authority {id}");
    network.done(
        &id[..2],
        &["authority", "admit", id, "--name", &name, "--root-key", root_key.trim(), "--scope", scope, "--from", cast::SINCE],
    );
    let key = network.done(&id[..2], &["keys", "new", "--out", &official]).stdout;
    network.done(&id[..2], &["keys", "name", key.trim(), "--key", &root]);
}

/// Issues documents under the key of an authority.
fn issue(network: &Network, authority: &str, documents: &[&str]) -> Ran {
    let key = format!("keys/{authority}.key");
    let mut args = vec!["issue"];
    args.extend(documents);
    args.extend(["--out", "issued", "--key", &key]);
    network.as_member(&authority[..2], &args)
}

/// Does something to a record under the key of its authority.
fn act(network: &Network, authority: &str, verb: &str, what: &str, more: &str) {
    let key = format!("keys/{authority}.key");
    let mut args = vec![verb, what, "--key", &key];
    args.extend(more.split_whitespace());
    network.done(&authority[..2], &args);
}

fn write_examples(network: &Network) {
    for (name, text) in [
        ("origin.json", cast::ORIGIN),
        ("origin-replacement.json", cast::ORIGIN_REPLACEMENT),
        ("back-to-back.json", cast::BACK_TO_BACK),
        ("health.json", cast::HEALTH),
        ("phyto.xml", cast::PHYTO),
        ("phyto-replacement.xml", cast::PHYTO_REPLACEMENT),
        ("operator.json", cast::OPERATOR),
    ] {
        network.write(&format!("documents/{name}"), text.as_bytes());
    }
}

#[test]
fn the_examples_are_issued_and_every_verdict_about_them_is_met() {
    let network = Network::four();
    for (id, scope) in cast::BODIES {
        admit(&network, id, scope);
    }
    let listed = network.done("NZ", &["authority", "list", "CL"]);
    assert!(listed.says("CL-subrei") && listed.says("CL-sernapesca"), "{listed}");
    write_examples(&network);
    for (authority, document) in [
        ("CL-subrei", "documents/origin.json"),
        ("CL-sernapesca", "documents/health.json"),
        ("NZ-mpi", "documents/phyto.xml"),
        ("NZ-customs", "documents/operator.json"),
        ("SG-customs", "documents/back-to-back.json"),
    ] {
        // China's certificate beneath Singapore's was never recorded here.
        let elsewhere: &[&str] = if authority == "SG-customs" { &[document, "--elsewhere"] } else { &[document] };
        let ran = issue(&network, authority, elsewhere);
        assert!(ran.code == 0 && ran.says("recorded"), "{ran}");
    }
    genuine_ones_are_valid(&network);
    a_changed_byte_is_found(&network);
    a_number_that_nobody_issued(&network);
    a_third_administration_finds_nothing(&network);
    an_operator_is_recognised_by_arrangement_alone(&network);
    each_end_has_its_word(&network);
}

fn genuine_ones_are_valid(network: &Network) {
    verdict(network, "CN", &format!("CL-2026-0018834 --from CL --on {ON}"), 0, "valid");
    verdict(network, "CN", &format!("issued/CL-2026-0018834.symbolon --on {ON}"), 0, "valid");
    verdict(network, "CN", &format!("documents/origin.json --on {ON}"), 0, "valid");
    verdict(network, "CN", "documents/phyto.xml", 0, "valid");
    verdict(network, "SG", "NZL2026/MPI/0048127 --from NZ", 0, "valid");
    verdict(network, "SG", "documents/health.json", 0, "valid");
    verdict(network, "NZ", &format!("SG-RCEP-26/004471 --from SG --on {ON}"), 0, "valid");
    verdict(network, "CL", &format!("CL-2026-0018834 --from CL --on {ON}"), 0, "valid");
    // Out of its days.
    verdict(network, "CN", "CL-2026-0018834 --from CL --on 2027-03-09", 13, "expired");
    verdict(network, "CN", "CL-2026-0018834 --from CL --on 2026-03-08", 13, "not yet valid");

    let offline = verdict(network, "CN", &format!("issued/CL-2026-0018834.symbolon --offline --on {ON}"), 0, "valid").json();
    assert!(
        offline["checks"].as_array().unwrap().iter().any(|check| check["name"] == "fresh" && check["outcome"] == "not made"),
        "{offline}"
    );
    let nowhere = network.verify("CN", &["issued/CL-2026-0018834.symbolon", "--offline", "--on", ON, "--node", "http://127.0.0.1:9"]);
    assert_eq!(nowhere.code, 0, "offline asks nobody: {nowhere}");

    let json = verdict(network, "CN", &format!("issued/CL-2026-0018834.symbolon --on {ON}"), 0, "valid").json();
    assert_eq!((json["version"].as_u64(), json["environment"].as_str(), json["fold"].as_str()), (Some(1), Some("test"), Some("VALID")));
    let names: Vec<&str> = json["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["unaltered", "issuer in scope", "in force", "recognised", "proven", "fresh"]);
    assert!(json["hold_against_the_consignment"].as_array().unwrap().iter().any(|line| line.as_str().unwrap().contains("10800")), "{json}");

    let text = network.verify("CN", &["issued/CL-2026-0018834.symbolon", "--on", ON]);
    assert!(text.stdout.starts_with("✔ VALID") && text.says("TEST network") && text.stdout.lines().count() <= 25, "{text}");
    let plain = network
        .as_member("CN", &["verify", "CL-2026-0099999", "--from", "CL", "--kind", "origin", "--class", "CL-CN", "--issued", "2026-03-09"]);
    assert_eq!(plain.code, 1, "without --detailed-exitcode NOT VALID is 1: {plain}");
}

fn a_changed_byte_is_found(network: &Network) {
    network.write("documents/changed.json", cast::ORIGIN.replace("\"10800.00\"", "\"90800.00\"").as_bytes());
    verdict(network, "CN", &format!("documents/changed.json --on {ON}"), 10, "altered");
    let named =
        verdict(network, "CN", &format!("issued/CL-2026-0018834.symbolon --document documents/changed.json --on {ON}"), 10, "altered");
    assert!(named.says("quantity"), "the changed field is named: {named}");
    // One bit of the document inside the certificate file: never VALID, wherever it is.
    let file = std::fs::read(network.directory().join("issued/CL-2026-0018834.symbolon")).unwrap();
    let document = cast::ORIGIN.as_bytes();
    let begin = file.windows(document.len()).position(|window| window == document).unwrap();
    for offset in (0..document.len()).step_by(document.len() / 12) {
        let mut changed = file.clone();
        changed[begin + offset] ^= 1;
        network.write("issued/changed.symbolon", &changed);
        verdict(network, "CN", &format!("issued/changed.symbolon --offline --on {ON}"), 10, "altered");
    }
}

fn a_number_that_nobody_issued(network: &Network) {
    let asked = "CL-2026-0099999 --from CL --kind origin --class CL-CN";
    let open = verdict(network, "CN", asked, 3, "unknown");
    assert!(open.says("since 2026-01-01 only") && open.says("--issued DATE"), "what would settle it is said: {open}");
    verdict(network, "CN", &format!("{asked} --issued 2026-01-01"), 14, "not recorded");
    verdict(network, "CN", &format!("{asked} --issued 2025-12-31"), 3, "unknown");
    verdict(network, "CN", "CL-2026-0018834 --from CL --kind origin --class CL-NZ", 3, "ambiguous");
    verdict(network, "CN", "CL-2026-0018834 --from CL --issued 2026-03-10", 3, "ambiguous");
    verdict(network, "CN", "NZL2026/MPI/0099999 --from NZ --kind sps", 3, "unknown");
    verdict(network, "CN", "AR-1 --from AR", 3, "unknown");
}

fn a_third_administration_finds_nothing(network: &Network) {
    let seen = verdict(network, "SG", "CL-2026-0018834 --from CL", 3, "unknown").json();
    assert!(seen["record"].is_null() && seen["lines"].as_array().unwrap().is_empty(), "{seen}");
    let history = network.as_member("SG", &["history", "CL-2026-0018834", "--from", "CL"]);
    assert!(history.code != 0 && history.says("nothing is recorded"), "{history}");
}

fn an_operator_is_recognised_by_arrangement_alone(network: &Network) {
    let file = "issued/SES-004417.symbolon";
    verdict(network, "CN", file, 11, "not recognised");
    network.write("documents/cn-nz.json", cast::TERMS.as_bytes());
    for (verb, what) in [("sign", "documents/cn-nz.json"), ("apply", cast::ARRANGEMENT)] {
        for member in ["CN", "NZ"] {
            network.done(member, &["mra", verb, what]);
        }
    }
    let shown = network.done("SG", &["mra", "show", cast::ARRANGEMENT]);
    assert!(shown.says("in operation"), "{shown}");
    verdict(network, "CN", file, 0, "valid");
    verdict(network, "CN", &format!("{file} --role exporter"), 0, "valid");
    let role = verdict(network, "CN", &format!("{file} --role carrier"), 11, "not recognised").json();
    assert_eq!(role["reason"], "role-not-covered", "{role}");
    // The party of the declaration is the holder, or another one.
    verdict(network, "CN", &format!("{file} --holder NZ9429000000017"), 0, "valid");
    let other = verdict(network, "CN", &format!("{file} --holder NZ9429000000024"), 11, "not recognised").json();
    assert_eq!(other["reason"], "other-holder", "{other}");
    // What cannot be compared is no answer: a number tells no holder, and a certificate of origin has none.
    for (what, said) in [("SES-004417 --from NZ", "a number tells none"), ("issued/CL-2026-0018834.symbolon", "has no holder")] {
        let args: Vec<&str> = ["verify"].into_iter().chain(what.split(' ')).chain(["--holder", "NZ9429000000024"]).collect();
        let shown = network.as_member("CN", &args);
        assert!(shown.code == 2 && shown.says(said), "{shown}");
    }
    // A status whose holder has not agreed is made known to nobody; a TIN of another country is said.
    let closed =
        cast::OPERATOR.replace("SES-004417", "SES-004418").replace("\"consent_to_exchange\": true", "\"consent_to_exchange\": false");
    let closed = network.write("documents/closed.json", closed.replace("\"NZ9429000000017\"", "\"AU9429000000017\"").as_bytes());
    let shown = issue(network, "NZ-customs", &[&closed, "--reader", "CN"]);
    assert!(shown.code == 1 && shown.says("--reader CN: the holder has not agreed"), "{shown}");
    let kept = issue(network, "NZ-customs", &[&closed]);
    assert!(kept.code == 0 && kept.says("tin begins with AU, and the issuing country is NZ"), "{kept}");
    let share = ["share", "issued/SES-004418.symbolon", "--reader", "CN", "--key", "keys/NZ-customs.key"];
    let share = network.as_member("NZ", &share);
    assert!(share.code == 1 && share.says("378"), "{share}");
    let chile = verdict(network, "CL", file, 11, "not recognised").json();
    assert_eq!((chile["verdict"].as_str(), chile["reason"].as_str()), (Some("NOT RECOGNISED"), Some("no-arrangement")), "{chile}");
    network.done("CN", &["mra", "suspend", cast::ARRANGEMENT]);
    verdict(network, "CN", file, 11, "not recognised");
    network.done("CN", &["mra", "resume", cast::ARRANGEMENT]);
    verdict(network, "CN", file, 0, "valid");
}

fn each_end_has_its_word(network: &Network) {
    let cl_file = "issued/CL-2026-0018834.symbolon";
    let replaced =
        network.as_member("CL", &["replace", "documents/origin-replacement.json", "--out", "issued", "--key", "keys/CL-subrei.key"]);
    assert!(replaced.code == 0 && !replaced.says("does not read its number"), "{replaced}");
    // The old file lay where the new one went: whoever holds it reads the new number.
    let told = network.verify("CN", &[cl_file, "--on", ON]);
    assert!(told.says("only its successor counts, certificate CL-2026-0018902"), "{told}");
    let old = verdict(network, "CN", &format!("{cl_file} --on {ON}"), 16, "replaced").json();
    let new = verdict(network, "CN", &format!("CL-2026-0018902 --from CL --on {ON}"), 0, "valid").json();
    assert_eq!(old["successor"], new["record"], "the successor is named");
    let story = network.as_member("CN", &["explain", cl_file, "--on", ON]);
    assert!(story.code == 1 && story.says("on: certificate CL-2026-0018902"), "{story}");
    let story = network.as_member("CN", &["explain", "documents/origin-replacement.json", "--on", ON]);
    assert!(story.code == 0 && story.says("in force in the place of certificate CL-2026-0018834 (record"), "{story}");
    act(network, "CL-subrei", "revoke", "issued/CL-2026-0018902.symbolon", "--effective 2026-11-01 --reason 3");
    verdict(network, "CN", "CL-2026-0018902 --from CL --on 2026-11-01", 12, "revoked");
    verdict(network, "CN", "CL-2026-0018902 --from CL --on 2026-10-31", 0, "valid");
    let history = network.done("CN", &["history", "CL-2026-0018902", "--from", "CL"]);
    assert!(history.says("revoked") && history.says("reason 3"), "{history}");

    let replace = ["issue", "documents/phyto-replacement.xml", "--out", "elsewhere", "--key", "keys/NZ-mpi.key"];
    let phyto = network.as_member("NZ", &replace);
    assert!(phyto.code == 0 && phyto.says("read its number"), "a document that names its predecessor replaces it: {phyto}");
    // The old file was not at hand. Its readers and the issuer's own member read the new number; who merely got hold of it does not.
    verdict(network, "CN", "documents/phyto.xml", 16, "replaced");
    for member in ["CN", "NZ", "CL"] {
        for what in [["NZL2026/MPI/0048127", "--from", "NZ"].as_slice(), &["issued/NZL2026_MPI_0048127.symbolon"]] {
            let told = network.as_member(member, &[&["verify", "--on", ON], what].concat());
            assert_eq!(told.says("certificate NZL2026/MPI/0048139"), member != "CL", "{told}");
        }
    }
    // And the other way: whoever asks for the new one by its number reads the old number, without a file of either.
    for member in ["CN", "NZ"] {
        let told = network.as_member(member, &["verify", "--on", ON, "NZL2026/MPI/0048139", "--from", "NZ"]);
        assert!(told.says("replaces certificate NZL2026/MPI/0048127 (record "), "{told}");
        let json = network.as_member(member, &["verify", "--json", "--on", ON, "NZL2026/MPI/0048139", "--from", "NZ"]).json();
        let before = network.as_member(member, &["verify", "--json", "--on", ON, "NZL2026/MPI/0048127", "--from", "NZ"]).json();
        assert_eq!((&json["predecessor"], &before["successor"]), (&before["record"], &json["record"]));
        let numbers = (json["predecessor_number"].as_str(), before["successor_number"].as_str());
        assert_eq!(numbers, (Some("NZL2026/MPI/0048127"), Some("NZL2026/MPI/0048139")), "{json} {before}");
        let history = |number: &str| network.as_member(member, &["history", number, "--from", "NZ"]);
        assert!(history("NZL2026/MPI/0048139").says("in the place of certificate NZL2026/MPI/0048127 (record "));
        assert!(history("NZL2026/MPI/0048127").says("replaced by certificate NZL2026/MPI/0048139 (record "));
        let story = network.as_member(member, &["explain", "--on", ON, "NZL2026/MPI/0048139", "--from", "NZ"]);
        assert!(story.says("in force in the place of certificate NZL2026/MPI/0048127 (record"), "{story}");
    }
    act(network, "NZ-mpi", "withdraw", "documents/phyto-replacement.xml", "");
    verdict(network, "CN", "documents/phyto-replacement.xml", 12, "withdrawn");

    let operator = "issued/SES-004417.symbolon";
    act(network, "NZ-customs", "suspend", operator, "");
    verdict(network, "CN", operator, 15, "suspended");
    act(network, "NZ-customs", "reinstate", operator, "");
    verdict(network, "CN", operator, 0, "valid");
    act(network, "NZ-customs", "annul", operator, "");
    verdict(network, "CN", operator, 12, "annulled");
    // Void from the beginning, which a look back from before the annulment does not know.
    verdict(network, "NZ", &format!("{operator} --on 2025-06-01"), 12, "annulled");
    // A receipt from before shows what was before, and says as of when; a new one shows what is.
    verdict(network, "CN", &format!("{cl_file} --offline --on {ON}"), 0, "valid");
    network.done("CN", &["receipt", cl_file]);
    verdict(network, "CN", &format!("{cl_file} --offline --on {ON}"), 16, "replaced");
}

#[test]
fn the_samples_of_the_andean_community_issue_and_verify() {
    let samples = cast::andean_samples();
    if samples.is_empty() {
        println!("SKIPPED: ../shared/standards/sps/samples/andean-intercom is not beside this checkout");
        return;
    }
    assert_eq!(samples.len(), 7);
    let network = Network::of(&["CN", "NZ", "CL", "SG"], &["EC", "BO", "CO"]).up();
    for id in ["EC-nppo", "BO-nppo", "CO-nppo"] {
        network.admit(id, &["sps"]);
    }
    let of = |country: &str| -> Vec<&str> {
        let paths = samples.iter().map(|path| path.to_str().unwrap());
        paths
            .filter(|path| {
                path.ends_with(&format!("{country}.xml")) || country == "CO" && !path.ends_with("EC.xml") && !path.ends_with("BO.xml")
            })
            .collect()
    };
    for (country, reader) in [("EC", "CO"), ("BO", "EC")] {
        let ran = issue(&network, &format!("{country}-nppo"), &of(country));
        assert_eq!((ran.code, of(country).len()), (0, 2), "{ran}");
        for path in of(country) {
            verdict(&network, reader, path, 0, "valid");
        }
    }
    verdict(&network, "CO", "09999999990012409791EC --from EC", 0, "valid");
    verdict(&network, "EC", "491412333BO --from BO", 0, "valid");

    // One number three times: the first is recorded, the others are refused, and the refusal names the record.
    let three = of("CO");
    // They replace a certificate that was never recorded here.
    let mut args = vec!["issue", "--json", "--out", "issued", "--key", "keys/CO-nppo.key"];
    args.extend(&three);
    let unasked = network.as_member("CO", &args);
    assert!(unasked.code == 1 && unasked.says("add --elsewhere"), "{unasked}");
    args.push("--elsewhere");
    let ran = network.as_member("CO", &args);
    let files = ran.json()["files"].as_array().unwrap().clone();
    let outcomes: Vec<&str> = files.iter().map(|file| file["outcome"].as_str().unwrap()).collect();
    assert_eq!((ran.code, outcomes), (1, vec!["recorded", "refused", "refused"]), "{ran}");
    let record = files[0]["record"].as_str().unwrap();
    for file in &files[1..] {
        assert_eq!(file["refusal"], 302, "{ran}");
        assert!(file["message"].as_str().unwrap().contains(record), "the record is named: {ran}");
    }
    verdict(&network, "EC", three[0], 0, "valid");
    for other in &three[1..] {
        verdict(&network, "EC", other, 10, "altered");
    }
    // Again, each alone: the same answers.
    for other in &three[1..] {
        let again = issue(&network, "CO-nppo", &[other]);
        assert!(again.code == 1 && again.says(record), "{again}");
    }
    let again = issue(&network, "CO-nppo", &[three[0]]);
    assert!(again.code == 0 && again.says("already recorded"), "the very same document: {again}");
    // What it replaces was never on this ledger, and the link says so.
    let history = network.done("EC", &["history", three[0], "--json"]).json();
    assert_eq!(history["predecessor"], "one that is not on this ledger", "{history}");
}

#[test]
fn a_box_that_a_partner_controlled_need_not_be_opened_again() {
    let network = Network::four();
    admit(&network, "NZ-controls", "control NZ-EXPORT-CONTROL from 2001-01-01 covers 2026-01-01");
    let example = network.done("NZ", &["issue", "--example", "control"]).stdout;
    network.write("documents/control.json", example.as_bytes());
    let ran = issue(&network, "NZ-controls", &["documents/control.json"]);
    assert_eq!(ran.code, 0, "{ran}");
    let (file, by_number) = ("issued/NZTRG-2026-0004512.symbolon", "NZTRG-2026-0004512 --from NZ --kind control");
    let headline = |member: &str, args: &str| verdict(&network, member, args, 11, "not recognised").json()["reason"].clone();
    assert_eq!(headline("CN", file), "no-arrangement");
    assert_eq!(headline("CN", by_number), "no-arrangement");
    // Nobody without an arrangement learns whether there is such a number.
    assert_eq!(headline("CN", "NZTRG-2026-0004513 --from NZ --kind control"), "no-arrangement");

    let recognition = |kind: &str, programme: &str| {
        format!(
            r#"{{ "recognising": "CN", "recognised": "NZ", "kind": "{kind}", "programme": "{programme}", "types": ["SCAN"], "flow": "both", "benefits": ["inspection rate 0"] }}"#
        )
    };
    for (name, kind) in [("CN-NZ-AEO", "aeo"), ("CN-NZ-CONTROLS", "control")] {
        let recognition = recognition(kind, "NZ-EXPORT-CONTROL");
        let terms = format!(r#"{{ "arrangement": "{name}", "notice_days": 90, "recognitions": [{recognition}] }}"#);
        network.write("documents/terms.json", terms.as_bytes());
        // About operators of a programme of that name, an arrangement says nothing of controls.
        assert_eq!(headline("CN", file), "no-arrangement");
        for (verb, what) in [("sign", "documents/terms.json"), ("apply", name)] {
            network.done("CN", &["mra", verb, what]);
            network.done("NZ", &["mra", verb, what]);
        }
    }
    for asked in [file, by_number, "documents/control.json"] {
        verdict(&network, "CN", asked, 0, "valid");
    }
    assert_eq!(headline("CL", file), "no-arrangement");
    let page = network.verify("CN", &[file]);
    for said in ["control result", "as long as its seals are whole", "TEMU6079348: seals NZC0088213, KR77120", "inspection rate 0 %"] {
        assert!(page.says(said), "{said}: {page}");
    }
    // A box with another seal is not the one of the document.
    network.write("documents/other.json", example.replacen("NZC0088213", "NZC0088299", 1).as_bytes());
    let altered = verdict(&network, "CN", &format!("{file} --document documents/other.json"), 10, "altered");
    assert!(altered.says("equipment[1].seals[1].number"), "{altered}");
    act(&network, "NZ-controls", "withdraw", "NZTRG-2026-0004512", "--kind control --effective 2026-03-05");
    verdict(&network, "CN", file, 12, "withdrawn");
}

#[test]
fn the_past_is_answered_after_a_restart() {
    let mut network = Network::four();
    let customs = network.admit("NZ-customs", &["aeo NZ-SES"]);
    let status = network.issue(&customs, cast::OPERATOR, &["NZ", "CN"]);
    let height = |network: &Network| network.height("NZ");
    let issued = height(&network);
    let (key, record) = ("keys/NZ-customs.key", "SES-004417");
    let done = |network: &Network, verb: &str, effective: &str| {
        network.done("NZ", &[verb, record, "--kind", "aeo", "--effective", effective, "--key", key]);
        height(network)
    };
    let suspended = done(&network, "suspend", "2026-05-01");
    let reinstated = done(&network, "reinstate", "2026-06-01");
    let between = wait_until("a later block", Duration::from_secs(10), || {
        network.status("NZ")["block_time"].as_str().map(str::to_owned).filter(|_| height(&network) > reinstated)
    });
    let annulled = done(&network, "annul", "2026-03-09");
    network.wait_for_height(&network.ids(), annulled);
    for id in network.ids() {
        network.crash(&id);
    }
    for id in network.ids() {
        network.start(&id);
    }
    network.wait_ready(&network.ids());
    for (on, known, code, word) in [
        ("2026-05-10", format!("{}", issued), 0, "valid"),
        ("2026-05-10", format!("{}", suspended), 15, "suspended"),
        ("2026-05-10", format!("{}", reinstated), 15, "suspended"),
        ("2026-06-10", format!("{}", reinstated), 0, "valid"),
        ("2026-06-10", between.clone(), 0, "valid"),
        ("2026-04-10", between, 0, "valid"),
        ("2026-04-10", format!("{}", annulled), 12, "annulled"),
        ("2026-04-10", "1".to_owned(), 3, "unknown"),
    ] {
        verdict(&network, "NZ", &format!("{record} --from NZ --kind aeo --on {on} --known-at {known}"), code, word);
    }
    assert_eq!(status.document.number.as_str(), record);
}

#[test]
fn a_development_network_leaves_nothing_running() {
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path().join("net");
    struct Down(std::path::PathBuf);
    impl Drop for Down {
        fn drop(&mut self) {
            let _ =
                std::process::Command::new(symbolon_tests::programs::symbolon()).args(["devnet", "down", "--dir"]).arg(&self.0).output();
        }
    }
    let _down = Down(dir.clone());
    let run = |args: &[&str]| {
        let output = std::process::Command::new(symbolon_tests::programs::symbolon())
            .args(args)
            .args(["--dir", dir.to_str().unwrap()])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let running = || -> Vec<u64> {
        let status: serde_json::Value = serde_json::from_str(&run(&["devnet", "status", "--json"])).unwrap();
        status["nodes"].as_array().unwrap().iter().map(|node| node["pid"].as_u64().unwrap()).collect()
    };
    run(&["devnet", "up", "--validators", "4"]);
    let before = running();
    // One that is stopping is started when it has ended, and the others run on.
    let stopping = rustix::process::Pid::from_raw(before[2].try_into().unwrap()).unwrap();
    rustix::process::kill_process(stopping, rustix::process::Signal::TERM).unwrap();
    run(&["devnet", "up"]);
    let pids = running();
    assert_eq!(pids.len(), 4);
    let same: Vec<usize> = (0..4).filter(|index| pids[*index] == before[*index]).collect();
    assert_eq!(same, [0, 1, 3], "{before:?} {pids:?}");
    run(&["devnet", "down"]);
    for pid in pids {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "process {pid} is left: {state}");
    }
    let code = |args: &[&str]| {
        let mut command = std::process::Command::new(symbolon_tests::programs::symbolon());
        command.args(args).args(["--dir", dir.to_str().unwrap()]).output().unwrap().status.code()
    };
    assert_eq!(code(&["devnet", "status"]), Some(3), "a network of which no node answers is not up");
    assert_eq!(code(&["devnet", "up", "--validators", "2"]), Some(2), "there is one of another size");
}
