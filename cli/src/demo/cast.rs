//! Who plays in the demo: documents, authorities, and the visitor's own files.

use crate::devnet::{MEMBERS, Net};
use contracts::document::{DOCUMENT_BYTES_MAX, Document, read_document};
use contracts::kinds::RecordKind;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The certificate of origin from Chile for China.
pub const ORIGIN: &[u8] = include_bytes!("../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
/// The file that takes its place.
pub const REPLACEMENT: &str = "cl-cn-origin-replacement.json";
/// A day on which the examples are all valid, however late the demo is run.
pub const ON: &str = "2026-04-15";
/// Since when the authorities are admitted: before the oldest document.
pub const SINCE: &str = "1990-01-01";
/// The name of the arrangement.
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

/// The document that rests on one which is not on the demo's ledger.
pub const BACK_TO_BACK: &str = "sg-nz-origin.json";

/// The project's example documents: file name, bytes, issuing authority.
pub const EXAMPLES: [(&str, &[u8], &str); 6] = [
    ("cl-cn-origin.json", ORIGIN, "CL-subrei"),
    (REPLACEMENT, include_bytes!("../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin-replacement.json"), "CL-subrei"),
    (BACK_TO_BACK, include_bytes!("../../../contracts/src/kinds/certificate_of_origin/examples/sg-nz-origin.json"), "SG-customs"),
    ("cl-sg-sps.json", include_bytes!("../../../contracts/src/kinds/sps_certificate/examples/cl-sg-sps.json"), "CL-sernapesca"),
    ("nz-cn-sps.xml", include_bytes!("../../../contracts/src/kinds/sps_certificate/examples/nz-cn-sps.xml"), "NZ-mpi"),
    ("nz-aeo.json", include_bytes!("../../../contracts/src/kinds/aeo_status/examples/nz-aeo.json"), "NZ-customs"),
];

/// An authority of the demo.
pub struct Body {
    /// Its name on the ledger.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it may record.
    pub scopes: Vec<String>,
}

/// A file that the visitor gave.
pub struct Visitor {
    /// Where it is, from the root.
    pub path: PathBuf,
    /// What it says, or why it cannot be issued.
    pub read: Result<Box<Document>, String>,
    authority: Option<String>,
}

impl Visitor {
    /// Who issues it in the demo.
    pub fn authority(&self) -> Option<&String> {
        self.authority.as_ref()
    }

    /// A member that may look it up: of its destination, else of its issuing country.
    pub fn reader(&self, net: &Net) -> Option<String> {
        let document = self.read.as_ref().ok()?;
        let countries = document.destination_country.iter().chain([&document.issuing_country]);
        countries.map(ToString::to_string).find(|country| net.member(country).is_ok())
    }
}

/// Reads the visitor's files; what cannot be read is kept with the reason.
pub fn visitors(files: &[PathBuf]) -> Vec<Visitor> {
    let read = |path: &Path| -> anyhow::Result<Document> {
        let document = read_document(&crate::input::read_bounded_document(path, DOCUMENT_BYTES_MAX as u64)?)?;
        anyhow::ensure!(
            document.kind == RecordKind::SpsCertificate,
            "the demo takes SPS certificates along; issue others with: symbolon issue"
        );
        Ok(document)
    };
    files
        .iter()
        .map(|file| {
            let path = file.canonicalize().unwrap_or_else(|_| file.clone());
            let read = read(&path).map(Box::new).map_err(|error| format!("{error:#}"));
            let authority = read.as_ref().ok().map(|document| format!("{}-nppo", document.issuing_country));
            Visitor { path, read, authority }
        })
        .collect()
}

/// The issuing countries of the visitor's files that are not among the four.
pub fn further_countries(visitors: &[Visitor]) -> BTreeSet<String> {
    let all = visitors.iter().filter_map(|visitor| visitor.read.as_ref().ok()).map(|document| document.issuing_country.to_string());
    all.filter(|country| !MEMBERS.iter().take(4).any(|(id, _)| id == country)).collect()
}

/// What the customs administration of a country is called in the demo.
pub fn customs_of(country: &str) -> String {
    MEMBERS
        .iter()
        .find(|(id, _)| *id == country)
        .map_or_else(|| format!("Customs administration of {country}"), |(_, name)| (*name).to_owned())
}

/// All authorities: those of the examples, and one for each issuing country of the visitor's files.
pub fn bodies(visitors: &[Visitor]) -> Vec<Body> {
    let body = |id: &str, name: &str, scope: &str| Body { id: id.into(), name: name.into(), scopes: vec![scope.into()] };
    let mut all = vec![
        body("CL-subrei", "Subsecretaría de Relaciones Económicas Internacionales", "origin CL-CN from 1990-01-01 covers 2026-01-01"),
        body("CL-sernapesca", "Servicio Nacional de Pesca y Acuicultura", "sps 853 from 1990-01-01"),
        body("NZ-mpi", "Ministry for Primary Industries", "sps 657 851 from 1990-01-01"),
        body("NZ-customs", "New Zealand Customs Service", "aeo NZ-SES from 1990-01-01"),
        body("SG-customs", "Singapore Customs", "origin RCEP from 1990-01-01"),
    ];
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for visitor in visitors {
        if let (Some(id), Ok(document)) = (&visitor.authority, &visitor.read) {
            names.entry(id.clone()).or_insert_with(|| name_of(document));
        }
    }
    all.extend(names.into_iter().map(|(id, name)| Body { id, name, scopes: vec!["sps from 1990-01-01".into()] }));
    all
}

/// The issuing body's name as far as it can stand as a name.
fn name_of(document: &Document) -> String {
    let name: String = document.issuing_body.chars().filter(|c| !c.is_control()).take(60).collect();
    if name.trim().is_empty() { format!("Plant protection organisation of {}", document.issuing_country) } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_can_be_read() {
        for (name, bytes, authority) in EXAMPLES {
            let document = read_document(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(document.issuing_country.as_str(), &authority[..2], "{name}");
        }
        assert!(String::from_utf8_lossy(ORIGIN).contains("\"10800.00\""));
    }

    #[test]
    fn what_cannot_be_read_is_kept_with_its_reason() {
        let visitors = visitors(&[PathBuf::from("/nowhere/at/all.xml")]);
        assert!(visitors[0].read.is_err() && visitors[0].authority().is_none());
        assert!(further_countries(&visitors).is_empty());
        assert_eq!(bodies(&visitors).len(), 5);
    }
}
