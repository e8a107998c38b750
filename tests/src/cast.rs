//! Documents and the authorities that issue them.

use crate::programs::package;
use contracts::destination::OfficeVerb;
use contracts::kinds::RecordKind;
use contracts::registry::Scope;
use ledger::time::CalendarDate;
use std::path::PathBuf;

/// A day on which the example documents are all valid.
pub const ON: &str = "2026-04-15";
/// Since when authorities are admitted: before the oldest document.
pub const SINCE: &str = "2001-01-01";

/// A certificate of origin of Chile for China, number CL-2026-0018834.
pub const ORIGIN: &str = include_str!("../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
/// What takes its place, number CL-2026-0018902.
pub const ORIGIN_REPLACEMENT: &str = include_str!("../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin-replacement.json");
/// A back-to-back certificate of origin of Singapore for New Zealand, number SG-RCEP-26/004471.
pub const BACK_TO_BACK: &str = include_str!("../../contracts/src/kinds/certificate_of_origin/examples/sg-nz-origin.json");
/// A health certificate of Chile for Singapore, number 2026-1303-55127.
pub const HEALTH: &str = include_str!("../../contracts/src/kinds/sps_certificate/examples/cl-sg-sps.json");
/// A phytosanitary certificate of New Zealand for China through Singapore as XML, number NZL2026/MPI/0048127.
pub const PHYTO: &str = include_str!("../../contracts/src/kinds/sps_certificate/examples/nz-cn-sps.xml");
/// What takes its place.
pub const PHYTO_REPLACEMENT: &str = include_str!("../../contracts/src/kinds/sps_certificate/examples/nz-cn-sps-replacement.xml");
/// The status of an authorised economic operator of New Zealand, number SES-004417.
pub const OPERATOR: &str = include_str!("../../contracts/src/kinds/aeo_status/examples/nz-aeo.json");

/// The arrangement of China and New Zealand.
pub const ARRANGEMENT: &str = "CN-NZ-2026";
/// Its terms.
pub const TERMS: &str = r#"{
  "arrangement": "CN-NZ-2026",
  "notice_days": 90,
  "recognitions": [
    { "recognising": "CN", "recognised": "NZ", "programme": "NZ-SES", "roles": ["exporter", "manufacturer"], "flow": "both" },
    { "recognising": "NZ", "recognised": "CN", "programme": "CN-AEO", "types": ["ADVANCED"], "flow": "both" }
  ]
}
"#;

/// The authorities of the examples with their scopes.
pub const BODIES: [(&str, &str); 5] = [
    ("CL-subrei", "origin CL-CN from 2001-01-01 covers 2026-01-01"),
    ("CL-sernapesca", "sps 853 from 2001-01-01"),
    ("NZ-mpi", "sps 657 851 from 2001-01-01"),
    ("NZ-customs", "aeo NZ-SES from 2001-01-01"),
    ("SG-customs", "origin RCEP from 2001-01-01"),
];

/// The certificate of origin with another number.
pub fn origin(number: &str) -> String {
    ORIGIN.replace("CL-2026-0018834", number)
}

/// The AEO status with another number.
pub fn operator(number: &str) -> String {
    OPERATOR.replace("SES-004417", number)
}

/// All acts of an office of the importing side.
fn office_acts(kind: RecordKind) -> Vec<OfficeVerb> {
    kind.rules().office_acts().iter().filter(|act| **act != OfficeVerb::Answer).copied().collect()
}

/// Reads a scope as it is typed: `KIND [CLASS ...] [from DATE] [until DATE] [covers DATE] [officials COUNT] [office]`; an office does all
/// acts of offices on the kind.
///
/// # Panics
/// If it is none.
pub fn scope(text: &str) -> Scope {
    let date = |text: &str| CalendarDate::parse(text).unwrap_or_else(|| panic!("{text} is no date"));
    let mut words = text.split_whitespace();
    let word = words.next().unwrap_or_default();
    let kind = RecordKind::by_word(word).unwrap_or_else(|| panic!("{word} is no kind"));
    let mut scope = Scope::issuing(kind, date(SINCE));
    while let Some(word) = words.next() {
        match word {
            "from" => scope.from = date(words.next().unwrap_or_default()),
            "until" => scope.until = Some(date(words.next().unwrap_or_default())),
            "covers" => scope.coverage_since = Some(date(words.next().unwrap_or_default())),
            "officials" => scope.officials = words.next().and_then(|count| count.parse().ok()),
            "office" => scope.office = Some(office_acts(kind)),
            class => scope.classes.push(class.to_owned()),
        }
    }
    scope.classes.sort();
    scope
}

/// The conforming samples of the Andean Community that lie beside the checkout, by name; none if they are absent.
pub fn andean_samples() -> Vec<PathBuf> {
    let folder = package().join("../../shared/standards/sps/samples/andean-intercom");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_sample = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("cfe-") && name.ends_with(".xml"))
    };
    let mut samples: Vec<PathBuf> = entries.filter(is_sample).collect();
    samples.sort();
    samples
}
