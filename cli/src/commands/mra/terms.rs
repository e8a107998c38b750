//! The terms of an arrangement, as parties write them down in a file.

use super::arrangement_id;
use crate::input::read_bounded;
use anyhow::{Context as _, bail, ensure};
use contracts::document::{escape_for_terminal, other_media};
use contracts::kinds::RecordKind;
use contracts::registry::{ArrangementId, Benefit, BenefitKind, Flow, Recognition, Terms};
use ledger::hash::Hash;
use ledger::id::MemberId;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

const TERMS_BYTES_MAX: u64 = 256 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermsFile {
    arrangement: String,
    recognitions: Vec<RecognitionFile>,
    notice_days: u32,
    text_sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecognitionFile {
    recognising: String,
    recognised: String,
    kind: Option<String>,
    programme: String,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    flow: String,
    #[serde(default)]
    benefits: Vec<String>,
}

/// Reads a file of terms.
///
/// # Errors
/// If it cannot be read, or its terms are not in form.
pub fn read_terms(path: &Path) -> anyhow::Result<(ArrangementId, Terms)> {
    let bytes = read_bounded(path, TERMS_BYTES_MAX)?;
    let place = || path.display().to_string();
    if let Some(what) = other_media(&bytes) {
        bail!("{}: this is {what}; the terms are a JSON file, as symbolon mra --help shows it", place());
    }
    let file: TermsFile = serde_json::from_slice(&bytes).with_context(place)?;
    let sorted = |mut words: Vec<String>| {
        words.sort();
        words.dedup();
        words
    };
    let recognition = |one: RecognitionFile| -> anyhow::Result<Recognition> {
        let flow = match one.flow.as_str() {
            "import" => Flow::Import,
            "export" => Flow::Export,
            "both" => Flow::Both,
            other => anyhow::bail!("flow '{}': say import, export or both", escape_for_terminal(other)),
        };
        let kind = one.kind.as_deref().map(crate::commands::verify::kind).transpose()?;
        let roles = kind.unwrap_or(RecordKind::AeoStatus).rules().roles();
        // The ledger compares words, and a role that no status has would recognise nobody without a sign of it.
        if let Some(unknown) = one.roles.iter().find(|role| !roles.contains(&role.as_str())) {
            let of = format!("recognition of {} by {}", escape_for_terminal(&one.recognised), escape_for_terminal(&one.recognising));
            let known =
                if roles.is_empty() { "leave it out, this kind has none".to_owned() } else { format!("say one of {}", roles.join(", ")) };
            bail!("{of}, role '{}': {known}", escape_for_terminal(unknown));
        }
        Ok(Recognition {
            recognising: MemberId::parse(&one.recognising)?,
            recognised: MemberId::parse(&one.recognised)?,
            programme: one.programme,
            types: sorted(one.types),
            roles: sorted(one.roles),
            flow,
            benefits: benefits(&one.benefits)?,
            // What is not said is an AEO status, in its one writing.
            kind: kind.filter(|kind| *kind != RecordKind::AeoStatus),
        })
    };
    let recognitions = file.recognitions.into_iter().map(recognition).collect::<anyhow::Result<Vec<_>>>().with_context(place)?;
    let parties: BTreeSet<MemberId> = recognitions.iter().flat_map(|one| [one.recognising, one.recognised]).collect();
    let text_digest = file
        .text_sha256
        .as_deref()
        .map(|hex| Hash::from_hex(hex).context("text_sha256: 64 hexadecimal digits"))
        .transpose()
        .with_context(place)?;
    let terms = Terms { parties: parties.into_iter().collect(), recognitions, notice_days: file.notice_days, text_digest };
    ensure!(
        terms.is_in_form(),
        "{}: the terms have 1 to 256 recognitions between two different parties, of kinds that are recognised by arrangement, plain words for programmes, types and roles, and a notice of at most 3 years",
        place()
    );
    Ok((arrangement_id(&file.arrangement)?, terms))
}

/// Benefits as a file of terms names them: `priority lane`, or `inspection rate 20` for 20 % of the ordinary one.
fn benefits(texts: &[String]) -> anyhow::Result<Option<Vec<Benefit>>> {
    if texts.is_empty() {
        return Ok(None);
    }
    let benefit = |text: &String| -> anyhow::Result<Benefit> {
        let named = BenefitKind::ALL.iter().find_map(|kind| text.strip_prefix(kind.as_str()).map(|rest| (*kind, rest.trim())));
        let (kind, rest) = named.with_context(|| {
            let known: Vec<&str> = BenefitKind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("benefit '{}': say one of {}", escape_for_terminal(text), known.join(", "))
        })?;
        let percent = match rest {
            "" => None,
            rest => Some(rest.trim_end_matches('%').trim().parse().with_context(|| format!("{kind}: a whole number of percent"))?),
        };
        Ok(Benefit { kind, percent })
    };
    let mut benefits = texts.iter().map(benefit).collect::<anyhow::Result<Vec<_>>>()?;
    benefits.sort();
    Ok(Some(benefits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_and_what_is_wrong_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("terms.json");
        let good = r#"{"arrangement":"CN-NZ-2026","notice_days":90,"recognitions":[{"recognising":"NZ","recognised":"CN","programme":"CN-AEO","flow":"import"},{"recognising":"CN","recognised":"NZ","programme":"NZ-SES","roles":["manufacturer","exporter"],"flow":"both"}]}"#;
        std::fs::write(&path, good).unwrap();
        let (id, terms) = read_terms(&path).unwrap();
        assert_eq!(id.as_str(), "CN-NZ-2026");
        assert_eq!(terms.parties.iter().map(MemberId::as_str).collect::<Vec<_>>(), ["CN", "NZ"]);
        assert_eq!(terms.recognitions[1].roles, ["exporter", "manufacturer"]);
        let of_kind = |word: &str| {
            std::fs::write(&path, good.replacen("\"programme\"", &format!("\"kind\":\"{word}\",\"programme\""), 1)).unwrap();
            read_terms(&path).map(|(_, terms)| terms)
        };
        // What is not said is an AEO status, in one writing.
        assert_eq!(of_kind("aeo").unwrap(), terms);
        assert_eq!(of_kind("control").unwrap().recognitions[0].kind().rules().word(), "control");
        for word in ["tax", "origin", "sps"] {
            assert!(of_kind(word).is_err(), "{word} is not recognised by arrangement");
        }
        std::fs::write(&path, b"%PDF-1.7").unwrap();
        let error = read_terms(&path).unwrap_err().to_string();
        assert!(error.contains("this is a PDF"), "{error}");
        for (was, is) in [
            ("\"import\"", "\"inward\""),
            ("\"NZ\"", "\"New Zealand\""),
            ("CN-NZ-2026", "cn"),
            ("notice_days", "notice"),
            ("\"CN-AEO\"", "\"\""),
            ("\"exporter\"", "\"exporters\""),
        ] {
            std::fs::write(&path, good.replacen(was, is, 1)).unwrap();
            assert!(read_terms(&path).is_err(), "{was} became {is}");
        }
    }
}
