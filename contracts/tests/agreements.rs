//! The files of `contracts/agreements/` are read, each into terms that a party can adopt.

use contracts::registry::{AgreementFile, AgreementId, AgreementTerms, Span};
use std::collections::BTreeMap;
use std::path::Path;

fn all() -> BTreeMap<String, (AgreementId, AgreementTerms)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("agreements");
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let file: AgreementFile = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let terms = file.terms().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            all.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), terms);
        }
    }
    all
}

#[test]
fn every_file_holds_the_terms_of_one_agreement() {
    let all = all();
    let spans: BTreeMap<&str, Option<Span>> = all.values().map(|(id, terms)| (id.as_str(), terms.validity)).collect();
    let months = |months| Some(Span::Months(months));
    let expected = BTreeMap::from([
        ("ACFTA", months(12)),
        ("ALADI", Some(Span::Days(180))),
        ("ATIGA", months(12)),
        ("CHAFTA", months(12)),
        ("NON-PREFERENTIAL", None),
        ("PEM", months(4)),
        ("PEM-REVISED", months(10)),
        ("RCEP", months(12)),
    ]);
    assert_eq!(spans, expected);
    assert!(all.values().all(|(id, terms)| (id.as_str() == contracts::registry::NON_PREFERENTIAL) == terms.parties.is_empty()));
}

#[test]
fn every_value_has_its_source_beside_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("agreements");
    for name in all().keys() {
        let text = std::fs::read_to_string(directory.join(name).with_extension("toml")).unwrap();
        let mut before = "";
        for line in text.lines().filter(|line| !line.is_empty()) {
            let value = line.split(" = ").next().unwrap_or_default();
            let sure = ["agreement", "name", "counted_from", "criteria"].contains(&value);
            assert!(line.starts_with('#') || before.starts_with('#') || sure, "{name}: {line}");
            before = line;
        }
    }
}

#[test]
fn what_is_wrong_in_a_file_is_named() {
    let good = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("agreements/rcep.toml")).unwrap();
    for (was, is, named) in [
        ("\"RCEP\"", "\" RCEP\"", "agreement"),
        ("\"NZ\"", "\"NZL\"", "parties"),
        ("\"NZ\"", "\"CN\"", "parties: one stands twice"),
        ("\"issue\"", "\"signature\"", "counted_from"),
        ("months = 12", "months = 0", "no days or months"),
        ("\"RVC\"", "\"RVC 40%\"", "criteria: write codes alone"),
        ("copies = true", "copies = true\ntext_sha256 = \"abc\"", "text_sha256"),
    ] {
        assert!(good.contains(was), "{was}");
        let file: AgreementFile = toml::from_str(&good.replacen(was, is, 1)).unwrap();
        let error = file.terms().unwrap_err();
        assert!(error.contains(named), "{is}: {error}");
    }
    for (was, is) in [("months = 12", "years = 1"), ("copies = true", "copy = true"), ("months = 12", "months = 70000")] {
        assert!(toml::from_str::<AgreementFile>(&good.replacen(was, is, 1)).is_err(), "{is}");
    }
}
