//! Offices of two countries use one certificate, with the program alone: nothing is used twice, and both see it proven.

use contracts::acts::{AmountScale, Declared, Issue, UseLine, declared_code_token, unit_token};
use contracts::destination::OfficeVerb;
use contracts::standing::Flags;
use ledger::codec::Canonical as _;
use ledger::commitment::Seed;
use symbolon_tests::issuer::recorded;
use symbolon_tests::proxy::SUBMISSIONS;
use symbolon_tests::{CertificateFile, Lie, Network, Proxy, Ran, cast};

const FILE: &str = "issued/CL-1.symbolon";

struct World {
    network: Network,
}

impl World {
    fn open() -> Self {
        let network = Network::of(&["CL"], &["CN", "SG"]).up();
        network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 covers 2026-01-01"]);
        network.admit("CN-ningbo", &["origin office"]);
        network.admit("SG-port", &["origin office"]);
        let document = network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
        network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
        Self { network }
    }

    fn office(&self, member: &str, words: &str) -> Ran {
        let key = format!("keys/{}.key", if member == "CN" { "CN-ningbo" } else { "SG-port" });
        let mut args: Vec<&str> = words.split_whitespace().collect();
        args.insert(1, FILE);
        args.extend(["--key", &key]);
        self.network.as_member(member, &args)
    }

    fn done(&self, member: &str, words: &str) -> Ran {
        let ran = self.office(member, words);
        assert_eq!(ran.code, 0, "{words}: {ran}");
        ran
    }

    fn refused(&self, member: &str, words: &str, number: u16) -> Ran {
        let ran = self.office(member, words);
        assert!(ran.code == 1 && ran.says(&format!("{number}:")), "{words}: {ran}");
        ran
    }

    fn share(&self, reader: &str) {
        self.network.done("CL", &["share", FILE, "--reader", reader, "--key", "keys/CL-subrei.key"]);
        self.network.wait_for_height(&self.network.ids(), self.network.height("CL"));
    }

    fn verified(&self, member: &str) -> Ran {
        self.network.as_member(member, &["verify", FILE, "--for", member])
    }
}

#[test]
fn nothing_is_used_twice_whichever_country_asks() {
    let world = World::open();
    world.done("CN", "present --declaration 26CN0001");
    // Lodged in time, its goods stay good after the last day of validity, and no others.
    let late = |more: &[&str]| world.network.as_member("CN", &[&["verify", FILE, "--for", "CN", "--on", "2027-04-01"], more].concat());
    let lodged = late(&["--declaration", "26CN0001"]);
    assert!(lodged.code == 0 && lodged.says("what counts is its presentation"), "{lodged}");
    assert_eq!(late(&["--declaration", "26cn0001", "--item", "1"]).code, 0);
    world.refused("CN", "present --declaration 26CN0001 --item 1", 514);
    for other in [late(&["--declaration", "26CN0002"]), late(&["--declaration", "26CN0002", "--item", "1"]), late(&[])] {
        let said = "in time by CN-ningbo for another declaration";
        assert!(other.code == 1 && other.says("Valid until 2027-03-08 only") && other.says(said), "{other}");
    }
    let by_number = world.network.as_member("CN", &["verify", "CL-1", "--from", "CL", "--declaration", "26CN0001"]);
    assert!(by_number.code == 2 && by_number.says("give NUMBER.symbolon"), "{by_number}");
    // What is decided about a declaration holds for each of its goods items.
    world.done("CN", "reject --reason 2 --declaration 26CN0001");
    world.refused("CN", "reserve --line 2 --amount 1 --declaration 26CN0001 --item 3", 549);
    world.done("CN", "accept");
    let rejected = world.done("CN", "reject --reason 2 --declaration 26CN0001 --item 2");
    assert!(rejected.says("preference denied for CL-1, goods item 2 of declaration 26CN0001 on "), "{rejected}");
    assert!(world.network.done("CN", &["history", FILE]).says("for one goods item of a declaration, reason 2"));
    world.done("CN", "reserve --line 2 --amount 1 --declaration 26cn0001 --item 3");
    let uses = world.network.as_member("CN", &["uses", FILE, "--declaration", "26cn0001"]);
    assert!(uses.code == 0 && uses.says("26cn0001, item 3  held"), "{uses}");
    let told = world.network.as_member("CN", &["verify", FILE, "--for", "CN", "--declaration", "26CN0001"]);
    assert!(told.code == 0 && told.says("denied preference for one goods item of this declaration on"), "{told}");
    world.done("CN", "release --line 2 --declaration 26CN0001 --item 3");
    let held = world.done("CN", "reserve --line 1 --amount 10000 --declaration 26CN0001 --code 22042100");
    assert!(held.says("800 LTR available, 10000 LTR held, 0 LTR used; this declaration's hold ends with 20"), "{held}");
    // Singapore has the file, and every act on the ledger. Chile made the certificate known to China alone.
    for words in ["reserve --line 1 --amount 1 --declaration 26SG0001", "present --declaration 26SG0001", "reject --reason 2"] {
        world.refused("SG", words, 571);
    }
    world.share("SG");
    let refused = world.refused("SG", "reserve --line 1 --amount 800.001 --declaration 26SG0001", 524);
    assert!(refused.says("800 LTR available") && refused.says("CERTEX 05"), "{refused}");
    world.refused("SG", "reserve --line 1 --amount 1 --declaration 26SG0001 --code 22042200", 522);
    world.refused("SG", "reserve --line 1 --amount 1 --declaration 26SG0001 --unit KGM", 523);
    world.done("SG", "reserve --line 1 --amount 1.5 --declaration 26SG0001");
    world.done("CN", "consume --line 1 --amount 9999.5 --declaration 26CN0001");
    let given_back = world.done("CN", "release --line 1 --declaration 26CN0001");
    assert!(given_back.says("9999.5 LTR used"), "{given_back}");
    world.refused("CN", "reserve --line 1 --amount 0.5 --declaration 26CN0001", 525);

    let uses = world.network.as_member("SG", &["uses", FILE, "--declaration", "26CN0001"]);
    assert!(uses.code == 0 && uses.says("26CN0001  used") && uses.says("line 2: 360 LTR available"), "{uses}");
    let verified = world.verified("SG");
    assert!(verified.code == 0 && verified.says("used in part by CN-ningbo"), "{verified}");

    // A used certificate is replaced with its pool.
    let replacement = cast::origin("CL-2").replacen(
        "\"number\": \"CL-2\",",
        "\"number\": \"CL-2\", \"replaces\": { \"number\": \"CL-1\", \"issue_date\": \"2026-03-09\", \"reason\": \"importer\" },",
        1,
    );
    let document = world.network.write("documents/CL-2.json", replacement.as_bytes());
    let replace = |more: &[&str]| {
        let mut args = vec!["replace", document.as_str(), "--out", "issued", "--key", "keys/CL-subrei.key"];
        args.extend(more);
        world.network.as_member("CL", &args)
    };
    let alone = replace(&[]);
    assert!(alone.code == 1 && alone.says("551"), "{alone}");

    // The importing side's facts hold where they were recorded.
    let (soon, later) = (in_days(40), in_days(60));
    world.done("CN", &format!("ask --deadline {soon}"));
    world.done("CN", &format!("ask --extend --deadline {later}"));
    let asked = world.verified("CN");
    assert!(asked.code == 3 && asked.says(&format!("an answer is due by {later}")), "{asked}");
    assert_eq!(world.verified("SG").code, 0);
    world.network.done("CL", &["answer", FILE, "--to", "CN", "--confirmed", "no", "--reason", "3", "--key", "keys/CL-subrei.key"]);
    assert_eq!((world.verified("CN").code, world.verified("SG").code), (1, 0));
    let unconfirmed = world.refused("CN", "reserve --line 2 --amount 1 --declaration 26CN0002", 550);
    assert!(unconfirmed.says("CERTEX 04"), "{unconfirmed}");
    // An acceptance is for the declaration that was presented, and for all if that is said.
    let accepted = world.done("CN", "accept");
    assert!(accepted.says("for the goods of that declaration only") && world.verified("CN").code == 1, "{accepted}");
    world.refused("CN", "reserve --line 2 --amount 1 --declaration 26CN0002", 550);
    let accepted = world.done("CN", "accept --all-declarations");
    assert!(accepted.says("but CL-subrei did not confirm it to CN") && accepted.says("reason 3"), "{accepted}");
    // The importing side has the last word for itself, and nobody forgets the issuer's.
    let verified = world.verified("CN");
    assert!(
        verified.code == 0 && verified.says("CL-subrei did not confirm it on") && verified.says("CN decided otherwise since"),
        "{verified}"
    );
    for member in ["SG", "CL"] {
        let verified = world.verified(member);
        assert!(verified.code == 0 && verified.says("not confirmed to CN on"), "{verified}");
    }
    // A line that is rejected counts for nothing in that country; the last decision about it does.
    world.done("CN", "reject --reason 2 --lines 2");
    world.refused("CN", "reserve --line 2 --amount 1 --declaration 26CN0002", 549);
    let verified = world.verified("CN");
    assert!(verified.code == 0 && verified.stdout.starts_with("✔ VALID, but not for line 2 (preference denied)  "), "{verified}");
    assert!(verified.says("; but CN-ningbo denied preference for line 2 on"), "{verified}");
    let json = world.network.as_member("CN", &["verify", FILE, "--for", "CN", "--json"]).json();
    assert_eq!((&json["verdict"], &json["barred_lines"][0]), (&"VALID".into(), &2.into()), "{json}");
    assert!(json["hold_against_the_consignment"].to_string().contains("360.0 LTR, unused: PREFERENCE DENIED"), "{json}");
    world.done("CN", "reject --reason 2 --lines 1");
    assert_eq!(world.verified("CN").code, 1);
    world.done("CN", "accept --lines 1,2 --all-declarations");
    world.done("CN", "reserve --line 2 --amount 1 --declaration 26CN0002");
    let verified = world.verified("CN");
    assert!(verified.stdout.starts_with("✔ VALID  ") && !verified.says("PREFERENCE DENIED"), "{verified}");
    let json = world.network.as_member("CN", &["verify", FILE, "--for", "CN", "--json"]).json();
    assert!(json["hold_against_the_consignment"].to_string().contains("available 359 LTR, held 1 LTR, used 0 LTR"), "{json}");
    // Amounts for programs: of whoever has the file in the certificate's unit, of others as shares.
    let line = &json["lines"][1];
    for (name, expected) in [("unit", "LTR"), ("certified", "360.0"), ("available", "359"), ("reserved", "1"), ("consumed", "0")] {
        assert_eq!(line[name], expected, "{name}: {json}");
    }
    assert_eq!(line["percent"], serde_json::json!({ "available": "99.72", "reserved": "0.28", "consumed": "0.00" }), "{json}");
    let by_number = world.network.as_member("CN", &["verify", "CL-1", "--from", "CL", "--for", "CN", "--json"]).json();
    assert_eq!((&by_number["lines"][1]["certified"], &by_number["lines"][1]["percent"]), (&serde_json::Value::Null, &line["percent"]));
    assert_eq!(by_number["lines"][1]["ledger_units"], line["ledger_units"], "{by_number}");
    // Of two lines one is held in full, then used up: everybody reads that first.
    world.done("CN", "reserve --line 2 --amount 360 --declaration 26CN0002");
    let held = world.verified("SG");
    assert!(held.code == 0 && held.stdout.starts_with("✔ VALID  ") && held.says("; but line 2 is held in full"), "{held}");
    assert!(held.says("NOTHING FREE") && held.says(&format!("symbolon uses {FILE}")), "{held}");
    let json = world.network.as_member("SG", &["verify", FILE, "--for", "SG", "--json"]).json();
    assert_eq!((&json["held_lines"], &json["lines"][1]["held_in_full"]), (&serde_json::json!([2]), &true.into()), "{json}");
    world.done("CN", "consume --line 2 --declaration 26CN0002");
    let used_up = world.network.as_member("SG", &["verify", FILE, "--for", "SG", "--detailed-exitcode"]);
    assert!(used_up.code == 0 && used_up.stdout.starts_with("✔ VALID, but not for line 2 (used up)  "), "{used_up}");
    assert!(used_up.says("in force and not wholly used up"), "{used_up}");
    let json = world.network.as_member("SG", &["verify", FILE, "--for", "SG", "--json"]).json();
    assert_eq!((&json["barred_lines"], &json["lines"][1]["barred"]), (&serde_json::json!([2]), &"used up".into()), "{json}");
    assert!(json["hold_against_the_consignment"].to_string().contains("available 0 LTR, held 0 LTR, used 360 LTR: USED UP"), "{json}");
    world.refused("CN", "reject", 507);
    world.done("CN", "reject --reason 2");
    assert_eq!((world.verified("CN").code, world.verified("SG").code), (1, 0));
    // A receipt that was made for one country is judged for the reader's own all the same.
    world.network.wait_for_height(&world.network.ids(), world.network.height("CN"));
    world.network.done("CL", &["receipt", FILE, "--for", "SG"]);
    let offline = |member: &str| world.network.as_member(member, &["verify", FILE, "--offline"]);
    assert!(offline("CN").code == 1 && offline("CN").says("CN-ningbo denied preference"), "{}", offline("CN"));
    assert_eq!(offline("SG").code, 0);

    // All of it is told, whoever did it.
    let history = world.network.done("SG", &["history", FILE]);
    for told in [
        "reserve by CN-ningbo",
        "consume by CN-ningbo",
        "ask for verification by CN-ningbo dated",
        "answer by CL-subrei dated",
        "not confirmed, reason 3",
    ] {
        assert!(history.says(told), "{told}: {history}");
    }

    // A mistyped number of the document's own would leave two certificates in force; the file of another shares nothing.
    let mistyped = world.network.write("documents/CL-2-mistyped.json", replacement.replace("\"CL-1\"", "\"CL-9\"").as_bytes());
    let by_mistake = |more: &[&str]| {
        let args = ["replace", &mistyped, "--out", "issued", "--key", "keys/CL-subrei.key"];
        world.network.as_member("CL", &[&args, more].concat())
    };
    let unknown = by_mistake(&[]);
    assert!(unknown.code == 1 && unknown.says("recorded nothing under CL-9 here") && unknown.says("--elsewhere"), "{unknown}");
    let foreign = by_mistake(&["--elsewhere", "--shares", FILE]);
    assert!(foreign.code == 1 && foreign.says("the file of --shares is of another certificate"), "{foreign}");

    // Nor does a file of the same document that was not the recorded one: its seed seals the number for nobody.
    let file = std::fs::read(world.network.directory().join(FILE)).unwrap();
    let other = CertificateFile { seed: Seed::new([7; 16]), ..CertificateFile::from_bytes(&file).unwrap() };
    let other = world.network.write_file("other", &other);
    for option in ["--shares", "--predecessor-file"] {
        let ran = replace(&[option, &other]);
        assert!(ran.code == 1 && ran.says(&format!("the file of {option} is not the one that was recorded")), "{ran}");
    }
    let shared = replace(&["--shares", FILE]);
    assert_eq!(shared.code, 0, "{shared}");
    assert!(shared.says("found by its number by: CL, CN"), "{shared}");
    let uses = world.network.as_member("SG", &["uses", "issued/CL-2.symbolon"]);
    assert!(uses.code == 0 && uses.says("9999.5 LTR used"), "{uses}");
    // Whoever holds the old file reads the new number, and the new document says the old one.
    let before = world.verified("SG");
    assert!(before.code == 1 && before.says("certificate CL-2"), "{before}");
    // So is who presents the old one.
    let presented = world.network.as_member("CN", &["present", FILE, "--declaration", "26CN0077", "--key", "keys/CN-ningbo.key"]);
    assert!(presented.says("only its successor counts, certificate CL-2"), "{presented}");
    let after = world.network.as_member("SG", &["verify", "issued/CL-2.symbolon", "--for", "SG", "--on", cast::ON]);
    assert!(after.says("replaces certificate CL-1 (record ") && !after.says("was refused"), "{after}");
    // What an office of one's own refused of the old one is not forgotten with it.
    for command in ["verify", "explain"] {
        let own = world.network.as_member("CN", &[command, "issued/CL-2.symbolon", "--for", "CN", "--json"]).json();
        let remarks = own["remarks"].to_string();
        assert!(remarks.contains("was refused by CN-ningbo (deny preference) on") && remarks.contains(", reason 2"), "{own}");
    }
}

#[test]
fn an_answer_that_is_lost_makes_no_second_use() {
    let world = World::open();
    let proxy = Proxy::before(world.network.api_port("CN"));
    let consume = || world.office("CN", &format!("consume --line 2 --amount 1 --declaration 26CN0001 --node {}", proxy.url));
    world.done("CN", "reserve --line 2 --amount 5 --declaration 26CN0001");
    // The node recorded it, and what it does is proven whatever becomes of the answer.
    for (lie, used) in [(Lie::Cut, "1 LTR used"), (Lie::Empty, "2 LTR used"), (Lie::Nonsense, "3 LTR used")] {
        proxy.tell_about(SUBMISSIONS, lie);
        let ran = consume();
        assert!(ran.code == 0 && ran.says(used), "{ran}");
    }
    // Where nothing is proven, nobody is told to send it again, whatever the node says.
    let words = r#"{"code":"stopping","detail":"send again: nothing is recorded twice"}"#;
    proxy.tell_about(SUBMISSIONS, Lie::Invent(503, words.to_owned()));
    let ran = consume();
    assert!(ran.code == 3 && ran.says("sent, not confirmed") && ran.says("symbolon uses FILE") && !ran.says("twice"), "{ran}");
    let uses = world.network.as_member("CN", &["uses", FILE]);
    assert!(uses.says("3 LTR used"), "{uses}");
}

#[test]
fn an_office_signs_nothing_with_a_seed_that_opens_nothing() {
    let world = World::open();
    let file = std::fs::read(world.network.directory().join(FILE)).unwrap();
    let other = CertificateFile { seed: Seed::new([7; 16]), ..CertificateFile::from_bytes(&file).unwrap() };
    let other = world.network.write_file("other", &other);
    let key = ["--key", "keys/CN-ningbo.key"];
    for words in ["present", "accept", "reject --reason 7", "ask", "reserve --line 1 --amount 1", "release --line 1"] {
        let mut args: Vec<&str> = words.split(' ').collect();
        args.insert(1, &other);
        let ran = world.network.as_member("CN", &[&args, &["--declaration", "26CN0001"][..], &key].concat());
        let asks = words == "ask";
        let ran = if asks { world.network.as_member("CN", &[&["ask", &other][..], &key].concat()) } else { ran };
        assert!(ran.code == 2 && ran.says("its seed opens none of the recorded fields"), "{words}: {ran}");
    }
}

fn in_days(days: u32) -> String {
    symbolon_tests::issuer::now().date().add_days(days).unwrap().to_string()
}

#[test]
fn amounts_that_are_not_in_steps_leave_nothing_to_whoever_has_the_file() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let issuer = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 covers 2026-01-01"]);
    let office = network.admit("CN-ningbo", &["origin office"]);
    let certificate = network.issue(&issuer, &cast::origin("CL-1"), &["CN"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let (seed, kind) = (&certificate.seed, certificate.document.kind);
    let opening = Some(network.lookup_secret("CL", "CN").opening(&certificate.document.number));
    let mut acts = Vec::new();
    for (number, line) in (1..).zip(&certificate.document.lines) {
        let quantity = line.quantity.as_ref().expect("a quantity");
        let certified = AmountScale::of(quantity, seed).to_ledger(quantity).expect("an amount");
        let code = line.code.as_ref().map(|code| declared_code_token(seed, number, &code.code, &code.code));
        let unit = quantity.unit.as_ref().map(|unit| unit_token(seed, number, unit));
        let (record_key, declaration) = (certificate.record, Declared::of(seed, "26CN0001", None).named);
        // One unit of the ledger less than is certified: an amount that no tool writes.
        let reserve = UseLine {
            record_key,
            line: number,
            declaration,
            amount: Some(certified - 1),
            code,
            unit,
            until: None,
            of: None,
            opening,
            follows: None,
            whole: None,
        };
        let consume = UseLine { amount: None, code: None, unit: None, ..reserve.clone() };
        acts.extend([reserve.into_act(kind, OfficeVerb::Reserve), consume.into_act(kind, OfficeVerb::Consume)]);
    }
    recorded(&network.submit("CN", &network.signed(&office, acts)));
    let file = network.write_file("CL-1", &network.file_of(&certificate));
    let verified = network.as_member("CN", &["verify", &file, "--for", "CN", "--detailed-exitcode"]);
    assert!(verified.code == 17 && verified.says("used up, but for less than a step of its amounts"), "{verified}");
    let uses = network.as_member("CN", &["uses", &file]);
    assert!(uses.says("EXHAUSTED: 0 LTR available") && uses.says("not of this certificate"), "{uses}");
    // Without the file nobody knows the step: whoever asks by the number alone reads that two uses took from it.
    let by_number = network.as_member("CN", &["verify", "CL-1", "--from", "CL", "--for", "CN"]);
    assert!(by_number.code == 0 && by_number.says("used in part by CN-ningbo 2"), "{by_number}");
    assert!(by_number.says("Recorded, in force and not shown as used up:"), "{by_number}");
    assert!(by_number.says("line 1: under 1 % available, 0 % held, over 99 % used"), "{by_number}");
}

#[test]
fn what_the_ledger_holds_otherwise_than_the_document_says_is_found_by_whoever_has_the_file() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let issuer = network.admit("CL-subrei", &["origin CL-CN from 2005-01-01 covers 2026-01-01"]);
    network.admit("CN-ningbo", &["origin office"]);
    // Ten times the amount, or a statement that the document does not make: under a sound commitment to all fields.
    type Change = fn(&mut Issue);
    let changes: [(&str, &str, Change); 2] = [
        ("CL-1", "its goods, their codes or quantities", |issue| {
            for line in &mut issue.lines {
                line.certified = line.certified.map(|amount| amount * 10);
            }
        }),
        ("CL-2", "its flags", |issue| issue.flags = Flags::THIRD_PARTY_INVOICE),
    ];
    for (number, what, change) in changes {
        let (mut certificate, act) = network.prepared(&issuer, &cast::origin(number), &["CN"]);
        let mut issue = Issue::from_bytes(&act.body).unwrap();
        change(&mut issue);
        certificate.wire = network.signed(&issuer, vec![issue.into_act(certificate.document.kind)]);
        recorded(&network.submit("CL", &certificate.wire));
        network.wait_for_height(&network.ids(), network.height("CL"));
        let file = network.write_file(number, &network.file_of(&certificate));
        let verified = network.as_member("CN", &["verify", &file, "--on", cast::ON, "--detailed-exitcode"]);
        assert!(verified.code == 10 && verified.says(&format!("is not what the document says: {what}")), "{verified}");
        let hold = ["reserve", &file, "--line", "1", "--amount", "1", "--declaration", "26CN0001", "--key", "keys/CN-ningbo.key"];
        let hold = network.as_member("CN", &hold);
        assert!(hold.code != 0 && hold.says("nothing is held or used of it") && hold.says(what), "{hold}");
    }
}
