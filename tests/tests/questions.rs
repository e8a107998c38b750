//! A question to the issuer under an agreement that names a time for the reply, with the programs alone.

use symbolon_tests::{Network, Ran, cast};

const FILE: &str = "issued/CL-1.symbolon";
const AGREEMENT: &str = r#"
agreement = "CL-CN"
name = "Chile-China Free Trade Agreement"
parties = ["CL", "CN"]
validity = { months = 12 }
counted_from = "issue"
criteria = []
copies = true
back_to_back = true
third_party_invoice = true
declarations = true
reply = { days = 90 }
"#;

fn in_days(days: u32) -> String {
    symbolon_tests::issuer::now().date().add_days(days).unwrap().to_string()
}

#[test]
fn the_agreement_says_how_long_an_answer_may_take() {
    let network = Network::of(&["CL"], &["CN"]).up();
    network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
    network.admit("CN-ningbo", &["origin office"]);
    let ask = |more: &[&str]| -> Ran { network.as_member("CN", &[&["ask", FILE, "--key", "keys/CN-ningbo.key"], more].concat()) };
    let document = network.write("documents/CL-1.json", cast::origin("CL-1").as_bytes());
    network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    let soon = ask(&["--deadline", &in_days(1)]);
    assert!(soon.code == 1 && soon.says("534"), "{soon}");
    let unsaid = ask(&[]);
    assert!(unsaid.code == 2 && unsaid.says("add --deadline DATE"), "{unsaid}");

    let terms = network.write("documents/cl-cn.toml", AGREEMENT.as_bytes());
    for member in ["CL", "CN"] {
        network.done(member, &["agreement", "adopt", &terms, "--from", "2020-01-01"]);
    }
    for other in [in_days(92), in_days(1)] {
        let other = ask(&["--deadline", &other]);
        assert!(other.code == 2 && other.says("CL-CN gives the issuer 90 days for its reply"), "{other}");
    }
    // Midnight may fall between this line and the command.
    let days = [in_days(90), in_days(91)];
    let asked = ask(&[]);
    let due = days.iter().find(|day| asked.says(&format!("an answer due by {day}")));
    assert!(asked.code == 0 && due.is_some(), "{asked}");
    let verified = network.as_member("CN", &["verify", FILE, "--for", "CN"]);
    assert!(verified.code == 3 && verified.says(&format!("an answer is due by {}", due.unwrap())), "{verified}");
    let more = in_days(120);
    let extended = ask(&["--extend", "--deadline", &more]);
    assert!(extended.code == 0 && extended.says(&more), "{extended}");

    // Goods of a country that is no party: whoever issues is told, and the officer who has the document.
    let text = cast::origin("CL-2").replace("\"origin_country\": \"CL\"", "\"origin_country\": \"BR\"");
    let document = network.write("documents/CL-2.json", text.as_bytes());
    let issued = network.done("CL", &["issue", &document, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    for told in [issued, network.done("CN", &["verify", "issued/CL-2.symbolon", "--on", cast::ON])] {
        assert!(told.says("BR, the origin of line 1 and the origin of line 2, is no party of CL-CN"), "{told}");
    }
}
