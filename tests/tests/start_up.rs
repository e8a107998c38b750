//! Starts that cannot succeed: each ends by itself with code 1, and its last line names the place, the cause and the
//! remedy.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;
use symbolon_tests::programs;
use symbolon_tests::{Network, wait_until};

/// Starts the node of a home that cannot run, and checks how it ends.
fn fails(network: &Network, id: &str, what: &str, says: &[&str]) {
    let mut child = network.command(id).spawn().unwrap();
    let ended = wait_until(&format!("{what}: the node ends"), Duration::from_secs(20), || child.try_wait().unwrap());
    let log = network.log(id);
    assert_eq!(ended.code(), Some(1), "{what}: {log}");
    assert!(!log.contains("panicked"), "{what}: {log}");
    let last = log.lines().last().unwrap_or_default();
    assert!(last.starts_with("symbolon-node: "), "{what}: {last}");
    for part in says {
        assert!(last.contains(part), "{what}: {last:?} should say {part:?}");
    }
}

#[test]
fn a_start_that_cannot_succeed_says_why_and_ends() {
    let mut network = Network::of(&["CN", "NZ", "CL"], &[]).found();
    let home = network.home("NZ");
    let path = |file: std::path::PathBuf| file.display().to_string();

    let (sound, said) = network.audit("NZ");
    assert!(sound && said.contains("has not run yet") && !said.contains("DAMAGED"), "{said}");

    let open = |mode: u32| std::fs::set_permissions(home.governance_key(0), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    open(0o644);
    let (sound, said) = network.audit("NZ");
    assert!(sound && said.contains("EXPOSED") && said.contains("governance.key may be read by others (mode 0644)"), "{said}");
    open(0o600);

    let kept = network.directory().join("kept");
    for (what, file, says) in [
        ("before the home is accepted", home.founding(), "symbolon network accept"),
        ("without its settings", home.config(), "symbolon network accept"),
        ("without a token", home.token(), "restore"),
        ("without its node key", home.node_key(), "restore"),
        ("without its encryption key", home.encryption_key(), "restore"),
    ] {
        std::fs::rename(&file, &kept).unwrap();
        fails(&network, "NZ", what, &[&path(file.clone()), "missing", says]);
        if says == "restore" {
            let (sound, said) = network.audit("NZ");
            let warns = said.lines().any(|line| line.starts_with("WARNING the node would not start") && line.contains(&path(file.clone())));
            assert!(sound && warns, "{what}: {said}");
        }
        std::fs::rename(&kept, &file).unwrap();
    }

    let (sound, said) = network.audit("NZ");
    assert!(sound && !said.contains("WARNING"), "{said}");
    for (file, broken) in [(home.token(), "short"), (home.node_key(), "no key"), (home.validator_key(), "no key")] {
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, broken).unwrap();
        let (sound, said) = network.audit("NZ");
        assert!(sound && said.contains("WARNING the node would not start") && said.contains(&path(file.clone())), "{said}");
        std::fs::write(&file, whole).unwrap();
    }

    let settings = std::fs::read_to_string(home.config()).unwrap();
    let tls = format!("tls_certificate = \"tls/certificate.pem\"\ntls_key = \"tls/key.pem\"\n{settings}");
    std::fs::write(home.config(), tls).unwrap();
    fails(&network, "NZ", "without its certificate", &["tls/certificate.pem", "missing", "node.toml"]);
    std::fs::write(home.config(), format!("colour = 1\n{settings}")).unwrap();
    fails(&network, "NZ", "with an unknown setting", &["node.toml", "colour"]);
    std::fs::write(home.config(), settings).unwrap();

    for (what, port, setting) in [
        ("its port for people is taken", network.api_port("NZ"), "api_listen"),
        ("its port for members is taken", network.p2p_port("NZ"), "p2p_listen"),
    ] {
        let taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
        fails(&network, "NZ", what, &[&port.to_string(), setting]);
        drop(taken);
    }

    // Another network of the same members: their keys are right, and the ledger is another's.
    let mut args = vec!["network", "found", "--environment", "test", "--name", "Tests", "--out", "other.cbor"];
    args.extend(["--member", "members/NZ.member.json", "--member", "members/CN.member.json"]);
    let ran = network.symbolon(&args);
    assert_eq!(ran.code, 0, "{ran}");
    std::fs::rename(home.founding(), &kept).unwrap();
    std::fs::copy(network.directory().join("other.cbor"), home.founding()).unwrap();
    let settings = std::fs::read_to_string(home.config()).unwrap();
    let (alone, _) = settings.split_once("[[peers]]").unwrap();
    std::fs::write(home.config(), alone).unwrap();
    fails(&network, "NZ", "with another network's founding file", &["of network", "founding file"]);
    std::fs::write(home.founding(), b"founding").unwrap();
    fails(&network, "NZ", "with a founding file that is none", &["founding.cbor"]);
    std::fs::rename(&kept, home.founding()).unwrap();
    std::fs::write(home.config(), settings).unwrap();

    // After all that it starts; and not twice.
    network.start("NZ");
    wait_until("the node answers", Duration::from_secs(20), || (!network.status("NZ").is_null()).then_some(()));
    fails(&network, "NZ", "a second time", &["in use", &path(home.directory().to_owned())]);
    assert!(network.stop("NZ").success());

    // Now the home knows its network: whatever a changed founding file says of keys is not said.
    let whole = std::fs::read(home.founding()).unwrap();
    let key = network.founding().members().iter().find(|member| member.id.as_str() == "NZ").unwrap().node_key;
    let key_at = whole.windows(32).position(|bytes| bytes == key.as_bytes()).unwrap();
    let name_at = whole.windows(5).position(|bytes| bytes == b"Tests").unwrap();
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = whole.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    for (what, founding) in [
        ("a weak key", with(key_at, &[0; 32])),
        ("another key", with(key_at + 1, &[key.as_bytes()[1] ^ 1])),
        ("another name", with(name_at, b"Tasks")),
        ("half of it", whole[..whole.len() / 2].to_vec()),
    ] {
        std::fs::write(home.founding(), founding).unwrap();
        fails(&network, "NZ", what, &["this is not the founding file of this home", "copy the founding file"]);
        let output = Command::new(programs::node()).args(["audit", "--home"]).arg(home.directory()).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{what}: {said}");
        assert!(said.contains("this is not the founding file of this home") && !said.contains("key"), "{what}: {said}");
    }
    std::fs::write(home.founding(), whole).unwrap();
    let (sound, said) = network.audit("NZ");
    assert!(sound, "{said}");
    std::fs::remove_dir_all(home.directory().join("ledger")).unwrap();
    let (sound, said) = network.audit("NZ");
    assert!(!sound && said.contains("ledger is missing"), "{said}");
}

#[test]
fn a_validator_without_its_key_says_so_wherever_it_is_asked() {
    let mut network = Network::of(&["CN", "NZ", "CL", "SG"], &[]).found();
    std::fs::remove_file(network.home("SG").validator_key()).unwrap();
    let (_, said) = network.audit("SG");
    assert!(said.contains("WARNING") && said.contains("validator.key is missing: the node would follow without a vote"), "{said}");
    for id in network.ids() {
        network.start(&id);
    }
    network.wait_ready(&network.ids());
    let log = network.log("SG");
    assert!(log.lines().any(|line| line.contains("ERROR") && line.contains("validator.key is missing")), "{log}");
    let warns = |page: &str| {
        let page = symbolon_tests::get(&format!("{}{page}", network.url("SG")), None).json();
        page["warnings"][0].as_str().is_some_and(|warning| warning.contains("validator.key is missing"))
    };
    assert!(warns("/ready") && warns("/v1/status"));
    assert_eq!(network.status("CN")["warnings"], serde_json::json!([]));
}

#[test]
fn help_begins_with_examples() {
    let help = |args: &[&str]| {
        let output = Command::new(programs::node()).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for args in [&["--help"][..], &["run", "--help"], &["audit", "--help"]] {
        let said = help(args);
        assert!(said.starts_with("Examples:\n") && said.contains("Exit codes: 0 "), "{said}");
    }
    assert!(help(&["audit", "--help"]).contains("4 the audit could not begin or not finish"));
}

#[test]
fn an_audit_that_finds_no_home_says_so_and_calls_nothing_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let [nowhere, empty, file] = ["nope", "empty", "file"].map(|name| directory.path().join(name));
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(&file, b"notes").unwrap();
    for (home, says) in [
        (&nowhere, "there is no such directory: give the right --home"),
        (&empty, "founding.cbor: it is missing"),
        (&file, "this is a file and no directory: give the right --home"),
    ] {
        let output = Command::new(programs::node()).args(["audit", "--home"]).arg(home).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(
            said.starts_with(&format!("symbolon-node: the audit could not finish: {}", home.display())) && said.contains(says),
            "{said}"
        );
    }
}

#[test]
fn an_audit_names_what_is_in_the_way_of_its_folder() {
    let mut network = Network::of(&["CL"], &[]).up();
    assert!(network.stop("CL").success());
    let home = network.home("CL");
    let in_the_way = home.directory().join("audit");
    std::fs::write(&in_the_way, b"notes").unwrap();
    let output = Command::new(programs::node()).args(["audit", "--home"]).arg(home.directory()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("a file and no folder is in the way") && !said.contains("make room"), "{said}");
    assert_eq!(std::fs::read(&in_the_way).unwrap(), b"notes");
    let audit = |scratch: &std::path::Path| {
        let mut command = Command::new(programs::node());
        let output = command.args(["audit", "--home"]).arg(home.directory()).arg("--scratch").arg(scratch).output().unwrap();
        (output.status.code(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    };
    let elsewhere = network.directory().join("elsewhere");
    let (code, said) = audit(&elsewhere);
    assert!(code == Some(4) && said.contains("elsewhere: there is no such directory"), "{said}");
    std::fs::create_dir(&elsewhere).unwrap();
    let (code, said) = audit(&elsewhere);
    assert!(code == Some(0) && said.contains("SOUND"), "{said}");
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
    std::fs::remove_file(&in_the_way).unwrap();
    // A ledger that is lost is no audit that did not finish.
    std::fs::remove_dir_all(home.directory().join("ledger")).unwrap();
    let output = Command::new(programs::node()).args(["audit", "--home"]).arg(home.directory()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
