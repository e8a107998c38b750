//! Issuing when something comes between: the certificate file, which alone holds the seed, is never lost.

use contracts::acts::{Issue, commitment_of};
use contracts::document::read_document;
use ledger::codec::Canonical as _;
use ledger::commitment::Seed;
use ledger::transaction::SignedAct;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use symbolon_tests::cast::{self, ON};
use symbolon_tests::proxy::{SUBMISSIONS, holds};
use symbolon_tests::{Lie, Network, Proxy, Ran, programs, wait_until};

/// A network with an authority of Chile, and somebody between its issuer and its node.
struct Office {
    network: Network,
    proxy: Proxy,
}

impl Office {
    fn open() -> Self {
        let network = Network::of(&["CL"], &["CN"]).up();
        network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 covers 2026-01-01"]);
        let proxy = Proxy::before(network.api_port("CL"));
        Self { network, proxy }
    }

    fn document(&self, number: &str) -> String {
        self.network.write(&format!("documents/{number}.json"), cast::origin(number).as_bytes())
    }

    /// Issues by the way of the one between.
    fn issue(&self, document: &str) -> Ran {
        self.network.as_member("CL", &["issue", document, "--out", "issued", "--key", "keys/CL-subrei.key", "--node", &self.proxy.url])
    }

    fn file(&self, number: &str) -> PathBuf {
        self.network.directory().join(format!("issued/{number}.symbolon"))
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.network.directory().join("issued")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Sends a document, and kills the issuer's program with signal 9 when the node has decided and nobody knows it.
    fn killed_before_the_answer(&self, document: &str) {
        self.proxy.tell_about(SUBMISSIONS, Lie::Hold);
        let submissions = || self.proxy.passed().iter().filter(|passed| passed.asked.starts_with(SUBMISSIONS)).count();
        let before = submissions();
        let mut command = Command::new(programs::symbolon());
        command.args(["issue", document, "--out", "issued", "--key", "keys/CL-subrei.key", "--node", &self.proxy.url, "--profile"]);
        command.arg(self.network.profile("CL")).current_dir(self.network.directory()).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        wait_until("the node decides", Duration::from_secs(30), || (submissions() > before).then_some(()));
        // Whoever looks at the program meanwhile is told what it waits for.
        let said =
            BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok).find(|line| line.contains("waiting for node"));
        assert!(said.is_some_and(|said| said.contains("two thirds")));
        child.kill().and_then(|()| child.wait()).unwrap();
        self.proxy.tell(Lie::None);
    }

    fn valid_offline(&self, number: &str) {
        let file = format!("issued/{number}.symbolon");
        let ran = self.network.verify("CN", &[&file, "--offline", "--on", ON]);
        assert!(ran.code == 0 && !ran.says("was changed"), "{ran}");
    }
}

/// What a certificate file holds: the CBOR map of docs/spec/certificate-file.md, read without the program under test.
#[derive(minicbor::Decode)]
#[cbor(map)]
struct File {
    #[n(2)]
    original: ledger::codec::Bytes,
    #[n(4)]
    seed: Seed,
    #[n(6)]
    act: SignedAct,
    #[n(7)]
    receipt: Option<ledger::codec::Bytes>,
}

impl File {
    fn read(office: &Office, number: &str) -> Self {
        let path = office.file(number);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "only its owner reads a seed");
        minicbor::decode(&std::fs::read(path).unwrap()).unwrap()
    }

    /// Whether its seed opens what its own transaction commits to.
    fn opens(&self, office: &Office) -> bool {
        let proven = self.act.clone().prove(&office.network.founding().network_id()).unwrap();
        let issue = Issue::from_bytes(&proven.act().body).unwrap();
        commitment_of(&read_document(&self.original).unwrap(), &self.seed) == issue.commitment_root
    }
}

#[test]
fn the_file_with_the_seed_outlives_whatever_comes_between() {
    let office = Office::open();
    a_killed_program_leaves_a_file_that_is_completed(&office);
    a_killed_program_leaves_a_file_with_which_the_same_document_goes_on(&office);
    without_an_answer_the_same_document_goes_on_with_the_same_seed(&office);
    where_no_file_can_be_written_nothing_is_sent(&office);
    a_refusal_leaves_no_file(&office);
    each_of_many_shows_its_own_act_alone(&office);
}

fn a_killed_program_leaves_a_file_that_is_completed(office: &Office) {
    let document = office.document("CL-1");
    office.killed_before_the_answer(&document);
    let file = File::read(office, "CL-1");
    assert!(file.receipt.is_none() && file.opens(office));
    let ran = office.network.done("CL", &["receipt", "issued/CL-1.symbolon"]);
    assert!(ran.says("receipt of"), "{ran}");
    let completed = File::read(office, "CL-1");
    assert!(completed.receipt.is_some() && completed.seed == file.seed && completed.opens(office));
    office.valid_offline("CL-1");
    // Again: it is recorded, the file is named, and stays as it is.
    let again = office.issue(&document);
    assert!(again.code == 0 && again.says("already recorded") && again.says("issued/CL-1.symbolon"), "{again}");
    assert_eq!(office.files(), ["CL-1.symbolon"]);
    // What a program that was killed while it wrote left there goes, what another still writes stays.
    let left = |program: u32| office.network.write(&format!("issued/CL-1.symbolon.{program}.new"), b"half");
    let (dead, alive) = (left(u32::MAX), left(std::process::id()));
    assert_eq!(office.issue(&document).code, 0);
    let lies = |name: &str| office.network.directory().join(name).exists();
    assert!(!lies(&dead) && lies(&alive));
    std::fs::remove_file(office.network.directory().join(alive)).unwrap();
    assert_eq!(File::read(office, "CL-1").seed, file.seed);
    // Elsewhere, where the file is not: nothing is left, and what to do is said.
    let elsewhere = office.network.as_member("CL", &["issue", &document, "--out", "elsewhere", "--key", "keys/CL-subrei.key"]);
    assert!(elsewhere.code == 0 && elsewhere.says("lies where it was first issued"), "{elsewhere}");
    assert_eq!(std::fs::read_dir(office.network.directory().join("elsewhere")).unwrap().count(), 0);
}

fn a_killed_program_leaves_a_file_with_which_the_same_document_goes_on(office: &Office) {
    let document = office.document("CL-2");
    office.killed_before_the_answer(&document);
    let file = File::read(office, "CL-2");
    let ran = office.issue(&document);
    assert!(ran.code == 0 && ran.says("completed what an earlier attempt began"), "{ran}");
    let completed = File::read(office, "CL-2");
    assert!(completed.receipt.is_some() && completed.seed == file.seed && completed.opens(office));
    assert!(
        holds(completed.receipt.as_ref().unwrap(), &completed.act.to_bytes()),
        "the file holds the act as it was recorded, not as it was sent last"
    );
    office.valid_offline("CL-2");
}

fn without_an_answer_the_same_document_goes_on_with_the_same_seed(office: &Office) {
    let document = office.document("CL-3");
    office.proxy.tell_about(SUBMISSIONS, Lie::Silent);
    let ran = office.issue(&document);
    assert!(ran.code == 3 && ran.says("run: symbolon receipt issued/CL-3.symbolon"), "{ran}");
    let file = File::read(office, "CL-3");
    assert!(file.receipt.is_none());
    let early = office.network.as_member("CL", &["receipt", "issued/CL-3.symbolon"]);
    assert!(early.code == 2 && early.says("issue the same document again"), "{early}");
    office.proxy.tell(Lie::None);
    let ran = office.issue(&document);
    assert!(ran.code == 0 && ran.says("issued/CL-3.symbolon"), "{ran}");
    let completed = File::read(office, "CL-3");
    assert!(completed.receipt.is_some() && completed.seed == file.seed && completed.opens(office));
    assert_eq!(office.files(), ["CL-1.symbolon", "CL-2.symbolon", "CL-3.symbolon"]);
    office.valid_offline("CL-3");
}

fn where_no_file_can_be_written_nothing_is_sent(office: &Office) {
    let document = office.document("CL-4");
    let sent = || office.proxy.passed().iter().filter(|passed| passed.asked.starts_with(SUBMISSIONS)).count();
    let before = sent();
    // A folder beneath a file cannot be made, whoever tries.
    let ran = office.network.as_member(
        "CL",
        &["issue", &document, "--out", "documents/CL-1.json/issued", "--key", "keys/CL-subrei.key", "--node", &office.proxy.url],
    );
    assert!(ran.code == 1 && ran.says("not sent") && ran.says("choose another folder"), "{ran}");
    assert_eq!(sent(), before);
    let unknown = office.network.as_member("CL", &["history", &document]);
    assert!(unknown.code == 2, "{unknown}");
}

fn a_refusal_leaves_no_file(office: &Office) {
    let before = office.files();
    let other = cast::origin("CL-5").replace("\"CL-CN\"", "\"CL-SG\"");
    let document = office.network.write("documents/CL-5.json", other.as_bytes());
    let ran = office.issue(&document);
    assert!(ran.code == 1 && ran.says("304"), "{ran}");
    // One that is refused does not keep the other of the same command from being recorded.
    let good = office.document("CL-6");
    let both = ["issue", &document, &good, "--out", "issued", "--key", "keys/CL-subrei.key"];
    let ran = office.network.as_member("CL", &both);
    assert!(ran.code == 1 && ran.says("304") && ran.says("issued/CL-6.symbolon"), "{ran}");
    assert_eq!(office.files(), [before, vec!["CL-6.symbolon".to_owned()]].concat());
    assert!(File::read(office, "CL-6").opens(office));
    office.valid_offline("CL-6");
}

fn each_of_many_shows_its_own_act_alone(office: &Office) {
    let numbers = ["CL-11", "CL-12", "CL-13"];
    let documents = numbers.map(|number| office.document(number));
    let mut arguments = vec!["issue", "--out", "issued", "--key", "keys/CL-subrei.key"];
    arguments.extend(documents.iter().map(String::as_str));
    let ran = office.network.as_member("CL", &arguments);
    assert_eq!(ran.code, 0, "{ran}");
    let files = numbers.map(|number| (std::fs::read(office.file(number)).unwrap(), File::read(office, number)));
    for (index, (bytes, file)) in files.iter().enumerate() {
        assert_eq!((file.act.skeleton.acts, file.act.place as usize), (3, index), "one signature for all three");
        assert!(file.opens(office));
        office.valid_offline(numbers[index]);
        for (other, (_, foreign)) in files.iter().enumerate() {
            let issue = Issue::from_bytes(&foreign.act.act.body).unwrap();
            let mut parts = vec![issue.record_tag.as_bytes(), issue.document_digest.as_bytes(), issue.commitment_root.as_bytes()];
            parts.extend(issue.locators.iter().map(|locator| locator.as_bytes()));
            assert!(parts.iter().all(|part| holds(bytes, *part) == (index == other)), "{} in {}", numbers[other], numbers[index]);
        }
    }
}

#[test]
fn an_interrupted_demo_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(programs::symbolon());
    command.arg("demo").env("TMPDIR", directory.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let entries = || std::fs::read_dir(directory.path()).unwrap().count();
    wait_until("the demo's directory", Duration::from_secs(20), || (entries() > 0).then_some(()));
    child.kill().and_then(|()| child.wait()).unwrap();
    wait_until("nothing is left", Duration::from_secs(20), || (entries() == 0).then_some(()));
}

#[test]
fn a_demo_looks_at_its_files_before_it_founds_anything() {
    let directory = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| Command::new(programs::symbolon()).args(args).env("TMPDIR", directory.path()).output().unwrap();
    let output = run(&["demo", "none.xml", "no/where.xml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("none.xml, no/where.xml: no such file") && said.contains("nothing was founded"), "{said}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_use_has_a_stable_word_for_programs() {
    let run = |args: &[&str]| {
        let output = Command::new(programs::symbolon()).args(args).env_remove("SYMBOLON_PROFILE").output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), json["error"]["code"].as_str().unwrap_or_default().to_owned(), json["error"]["message"].to_string())
    };
    let (code, word, message) = run(&["history", "X-1", "--json", "--profile", "/nowhere/at/all"]);
    assert_eq!((code, word.as_str()), (Some(2), "input"));
    assert!(message.contains("/nowhere/at/all: there is no such profile") && message.contains("trust pin"), "{message}");
    let (code, word, _) = run(&["history", "--json"]);
    assert_eq!((code, word.as_str()), (Some(2), "wrong_use"));
}

#[test]
fn a_receipt_in_a_file_of_its_own_is_read() {
    let office = Office::open();
    let ran = office.issue(&office.document("CL-1"));
    assert_eq!(ran.code, 0, "{ran}");
    office.network.done("CL", &["receipt", "CL-1", "--out", "one.receipt"]);
    let read = office.network.done("CN", &["receipt", "one.receipt"]);
    assert!(read.says("The receipt checks") && read.says("CL-subrei"), "{read}");
    let mut bytes = std::fs::read(office.network.directory().join("one.receipt")).unwrap();
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    office.network.write("two.receipt", &bytes);
    let changed = office.network.as_member("CN", &["receipt", "two.receipt"]);
    assert!(changed.code != 0 && !changed.says("The receipt checks"), "{changed}");
}
