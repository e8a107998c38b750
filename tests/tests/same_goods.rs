//! Two certificates for the same goods under one member: a warning, for whoever verifies one of them, and never a refusal.

use serde_json::{Value, json};
use symbolon_tests::{Network, Ran, cast};

fn issue(network: &Network, authority: &str, document: &Value) -> Ran {
    let number = document["number"].as_str().unwrap();
    let name = network.write(&format!("documents/{number}.json"), document.to_string().as_bytes());
    let key = format!("keys/{authority}.key");
    network.done("CL", &["issue", &name, "--out", "issued", "--key", &key])
}

fn origin(number: &str, more: &[(&str, Value)]) -> Value {
    let mut document: Value = serde_json::from_str(&cast::origin(number)).unwrap();
    more.iter().for_each(|(name, value)| document[*name] = value.clone());
    document
}

#[test]
fn a_second_certificate_for_the_same_goods_warns() {
    let network = Network::of(&["CL"], &["CN"]).up();
    network.admit("CL-subrei", &["origin CL-CN from 2005-01-01"]);
    network.admit("CL-camara", &["origin RCEP from 2005-01-01"]);
    let says = |number: &str| {
        let file = format!("issued/{number}.symbolon");
        let ran = network.done("CN", &["verify", &file, "--on", cast::ON]);
        let told = network.done("CN", &["explain", &file, "--on", cast::ON]);
        let warns = ran.says("another certificate for the same goods");
        assert_eq!(told.says("another certificate for the same goods"), warns, "{told}");
        warns
    };

    issue(&network, "CL-subrei", &origin("CL-1", &[]));
    assert!(!says("CL-1"));
    // Other goods of the same exporter under another invoice, and a replacement, are in order.
    issue(&network, "CL-subrei", &origin("CL-2", &[("invoices", json!([{ "number": "FE-20932", "date": "2026-03-05" }]))]));
    assert!(!says("CL-1") && !says("CL-2"));
    let replaces = json!({ "number": "CL-2", "issue_date": "2026-03-09", "reason": "importer" });
    let replacement = origin("CL-3", &[("replaces", replaces), ("invoices", json!([{ "number": "FE-20932", "date": "2026-03-05" }]))]);
    let name = network.write("documents/CL-3.json", replacement.to_string().as_bytes());
    network.done("CL", &["replace", &name, "--out", "issued", "--key", "keys/CL-subrei.key"]);
    assert!(!says("CL-3"));
    // Another chamber, another number, another agreement, and the invoice in small letters.
    let other = [("agreement", json!("RCEP")), ("invoices", json!([{ "number": "fe-20931", "date": "2026-03-05" }]))];
    let told = issue(&network, "CL-camara", &origin("RCEP-1", &other));
    assert!(told.says("another certificate for the same goods, under CL-CN: record"), "{told}");
    assert!(says("CL-1") && says("RCEP-1") && !says("CL-3"));
    // Under one agreement one of the two is too much: whoever issues the second one is told.
    let told = issue(&network, "CL-camara", &origin("RCEP-2", &other));
    assert!(told.says("also under RCEP: record") && told.says("cancel the one of the two that is too much"), "{told}");
    // A further one: the records are listed in one sentence. Whoever issued them is told what to do, everybody else whom to ask.
    let told = issue(&network, "CL-camara", &origin("RCEP-3", &other));
    assert!(told.says("2 other certificates for the same goods, also under RCEP: records"), "{told}");
    let verified = |member: &str| network.done(member, &["verify", "issued/RCEP-3.symbolon", "--on", cast::ON]);
    let (own, others) = (verified("CL"), verified("CN"));
    assert!(own.says("cancel all but the one that counts") && !own.says("ask the issuer"), "{own}");
    assert!(others.says("all but one are too much, ask the issuer which one counts"), "{others}");
}
