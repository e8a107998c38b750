//! `symbolon mra`: mutual recognition arrangements, signed and applied by each party for itself.

use crate::Common;
use crate::commands::authority::{date, decide};
use crate::failure::{Outcome, exit};
use crate::input::read_bounded;
use crate::output::{self, banner};
use crate::profile::Profile;
use crate::registry::{entries, entry};
use anyhow::{Context as _, ensure};
use contracts::acts::{ApplyArrangement, ResumeRecognition, SignArrangement, SuspendRecognition, TerminateArrangement};
use contracts::context::Known;
use contracts::document::escape_for_terminal;
use contracts::kinds::RecordKind;
use contracts::registry::{
    Arrangement, ArrangementId, ArrangementVerb, ArrangementsBetween, Benefit, BenefitKind, Flow, Recognition, Terms,
};
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const TERMS_BYTES_MAX: u64 = 256 * 1024;

/// What to do about arrangements.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon mra sign cn-nz.json           every party signs the same terms\n  symbolon mra apply CN-NZ-2026          and puts them into operation itself\n  symbolon mra suspend CN-NZ-2026 --from 2026-03-09\n  symbolon mra show CN-NZ-2026",
    after_help = "Terms: {\"arrangement\": \"CN-NZ-2026\", \"notice_days\": 90,\n\"text_sha256\": \"…\" or left out, \"recognitions\": [{\"recognising\": \"CN\",\n\"recognised\": \"NZ\", \"kind\": \"aeo\" or left out, \"programme\": \"NZ-SES\",\n\"types\": [], \"roles\": [], \"flow\": \"import\", \"export\" or \"both\",\n\"benefits\": [\"priority lane\", \"inspection rate 20\"] or left out}]};\nno types or roles: all."
)]
pub enum Mra {
    /// Sign the terms of an arrangement
    Sign(Sign),
    /// Put a signed arrangement into operation on your side
    Apply(Dated),
    /// Suspend your own recognition under it
    Suspend(Dated),
    /// Resume your own recognition
    Resume(Dated),
    /// Leave, with notice
    Terminate(Dated),
    /// Show an arrangement; without a name all of your member
    Show(Show),
}

/// Which terms.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon mra sign cn-nz.json\n  symbolon mra sign cn-nz.json --from 2026-03-09")]
pub struct Sign {
    /// The terms, a JSON file
    terms: PathBuf,
    /// The date of the signature [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Which, and since when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon mra apply CN-NZ-2026\n  symbolon mra suspend CN-NZ-2026 --from 2026-03-09\n  symbolon mra terminate CN-NZ-2026          as soon as the notice allows"
)]
pub struct Dated {
    /// The arrangement
    arrangement: String,
    /// From which date on [default: today; to terminate: as soon as the notice allows]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Which.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon mra show\n  symbolon mra show CN-NZ-2026")]
pub struct Show {
    /// The arrangement
    arrangement: Option<String>,
}

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

/// Runs the command.
///
/// # Errors
/// If terms, keys or node fail.
pub fn run(common: &Common, command: &Mra) -> Outcome {
    let profile = common.open()?;
    match command {
        Mra::Sign(args) => {
            let (arrangement, terms) = read_terms(&args.terms)?;
            let effective = date(args.from.as_deref())?;
            let done = format!("{} signed {arrangement} as of {effective}, terms {}", profile.member()?, terms.digest());
            decide(common, &profile, &args.keys, &SignArrangement { arrangement, terms, effective }.into_act(), &done)
        }
        Mra::Apply(args) => {
            let (arrangement, entry) = current(&profile, &args.arrangement)?;
            let effective = date(args.from.as_deref())?;
            after_signing(&arrangement, &entry, effective)?;
            let done = format!("{} applies {arrangement} from {effective} on", profile.member()?);
            let act = ApplyArrangement { arrangement, terms_digest: entry.terms.digest(), effective }.into_act();
            decide(common, &profile, &args.keys, &act, &done)
        }
        Mra::Suspend(args) => {
            let (arrangement, entry) = current(&profile, &args.arrangement)?;
            let (effective, follows) = (date(args.from.as_deref())?, u32::try_from(entry.acts.len()).unwrap_or(u32::MAX));
            let done = format!("{} suspends its recognition under {arrangement} from {effective} on", profile.member()?);
            decide(common, &profile, &args.keys, &SuspendRecognition { arrangement, effective, follows }.into_act(), &done)
        }
        Mra::Resume(args) => {
            let (arrangement, entry) = current(&profile, &args.arrangement)?;
            let (effective, follows) = (date(args.from.as_deref())?, u32::try_from(entry.acts.len()).unwrap_or(u32::MAX));
            let done = format!("{} resumes its recognition under {arrangement} from {effective} on", profile.member()?);
            decide(common, &profile, &args.keys, &ResumeRecognition { arrangement, effective, follows }.into_act(), &done)
        }
        Mra::Terminate(args) => {
            let (arrangement, entry) = current(&profile, &args.arrangement)?;
            let today = date(None)?;
            let effective = match &args.from {
                // One day more than the notice: the block's date may be tomorrow's.
                None => today.add_days(entry.terms.notice_days.saturating_add(1)).context("no such date")?,
                given => date(given.as_deref())?,
            };
            let notice = entry.terms.notice_days;
            let done = format!(
                "{} leaves {arrangement}: recognition goes on until {effective}, and not on that day (notice: {notice} days)",
                profile.member()?
            );
            decide(common, &profile, &args.keys, &TerminateArrangement { arrangement, effective }.into_act(), &done)
        }
        Mra::Show(args) => show(common, &profile, args),
    }
}

/// Nothing is applied before it is signed: such an act would be recorded, and take effect later than it says.
fn after_signing(arrangement: &ArrangementId, entry: &Arrangement, effective: CalendarDate) -> anyhow::Result<()> {
    let last = entry.acts.iter().filter(|act| act.verb == ArrangementVerb::Sign).max_by_key(|act| act.effective);
    if let Some(last) = last.filter(|last| effective < last.effective) {
        anyhow::bail!(
            "{} signed {arrangement} as of {}; it cannot be applied from {effective} on: name that day or a later one with --from",
            last.by,
            last.effective
        );
    }
    Ok(())
}

fn arrangement_id(text: &str) -> anyhow::Result<ArrangementId> {
    ArrangementId::parse(text).with_context(|| {
        format!("'{}' is no arrangement's name: 4 to 48 of A-Z, 0-9 and single hyphens, such as CN-NZ-2026", escape_for_terminal(text))
    })
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

fn current(profile: &Profile, text: &str) -> anyhow::Result<(ArrangementId, Arrangement)> {
    let id = arrangement_id(text)?;
    let entry = entry(profile, contracts::key::arrangement(&id))?
        .with_context(|| format!("{id} is not on this ledger; sign it first: symbolon mra sign TERMS"))?;
    Ok((id, entry))
}

fn read_terms(path: &Path) -> anyhow::Result<(ArrangementId, Terms)> {
    let bytes = read_bounded(path, TERMS_BYTES_MAX)?;
    let place = || path.display().to_string();
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

fn show(common: &Common, profile: &Profile, args: &Show) -> Outcome {
    let ids = match &args.arrangement {
        Some(text) => vec![arrangement_id(text)?],
        None => all_of_own(profile)?,
    };
    let places: Vec<_> = ids.iter().map(contracts::key::arrangement).collect();
    let entries = entries(profile, places.clone())?;
    let today = date(None)?;
    let mut text = banner(profile.founding.environment(), profile.founding.name());
    let mut all = Vec::new();
    if ids.is_empty() {
        text.push_str("\nyour member has signed no arrangement; see: symbolon mra sign --help");
    }
    for (id, place) in ids.iter().zip(&places) {
        let entry: Arrangement = entries.read(place)?.with_context(|| format!("{id} is not on this ledger"))?;
        text.push_str(&format!("\n{id}  terms {}", entry.terms.digest()));
        let mut recognitions = Vec::new();
        for one in &entry.terms.recognitions {
            let operates = entry.operates(one.recognising, one.recognised, one.kind(), today, Known::Now).is_ok();
            let any = |words: &[String]| if words.is_empty() { "any".to_owned() } else { words.join(" ") };
            let state = if operates { "in operation" } else { "NOT in operation" };
            text.push_str(&format!(
                "\n  {} recognises {} {} of {} (types {}, roles {}, {}): {state} on {today}",
                one.recognising,
                one.kind().rules().word(),
                one.programme,
                one.recognised,
                any(&one.types),
                any(&one.roles),
                one.flow
            ));
            recognitions.push(json!({
                "recognising": one.recognising.as_str(), "recognised": one.recognised.as_str(), "kind": one.kind().rules().word(), "programme": one.programme, "types": one.types,
                "roles": one.roles, "flow": one.flow.as_str(), "in_operation": operates,
            }));
        }
        for act in &entry.acts {
            text.push_str(&format!(
                "\n  {}  {} by {} from {} on, block {}",
                act.recorded.time, act.verb, act.by, act.effective, act.recorded.height
            ));
        }
        let acts: Vec<_> = entry
            .acts
            .iter()
            .map(|act| json!({ "verb": act.verb.as_str(), "by": act.by.as_str(), "effective": act.effective.to_string(), "height": act.recorded.height.get() }))
            .collect();
        all.push(
            json!({ "arrangement": id.as_str(), "terms": entry.terms.digest().to_string(), "recognitions": recognitions, "acts": acts }),
        );
    }
    if common.json {
        output::json(json!({ "environment": profile.founding.environment().as_str(), "on": today.to_string(), "arrangements": all }));
    } else {
        output::result(&text);
    }
    Ok(exit::GOOD)
}

/// All arrangements by which the own member recognises others or is recognised.
fn all_of_own(profile: &Profile) -> anyhow::Result<Vec<ArrangementId>> {
    let own = profile.member()?;
    let others = profile.founding.members().iter().map(|member| member.id).filter(|id| *id != own);
    let keys: Vec<_> = others
        .flat_map(|other| [contracts::key::arrangements_between(own, other), contracts::key::arrangements_between(other, own)])
        .collect();
    let entries = entries(profile, keys.clone())?;
    let mut ids = BTreeSet::new();
    for key in &keys {
        let between: Option<ArrangementsBetween> = entries.read(key)?;
        ids.extend(between.unwrap_or_default().as_slice().iter().cloned());
    }
    Ok(ids.into_iter().collect())
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
        for (was, is) in [
            ("\"import\"", "\"inward\""),
            ("\"NZ\"", "\"New Zealand\""),
            ("CN-NZ-2026", "cn"),
            ("notice_days", "notice"),
            ("\"CN-AEO\"", "\"\""),
        ] {
            std::fs::write(&path, good.replacen(was, is, 1)).unwrap();
            assert!(read_terms(&path).is_err(), "{was} became {is}");
        }
    }
}
