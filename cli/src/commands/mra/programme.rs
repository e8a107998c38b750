//! `symbolon mra programme`: the types that a member's programme grants, and for how long.

use crate::Common;
use crate::commands::authority::{date, decide};
use crate::failure::{Outcome, exit};
use crate::output;
use crate::profile::Profile;
use crate::registry::entry;
use anyhow::{Context as _, ensure};
use contracts::acts::SetProgramme;
use contracts::document::escape_for_terminal;
use contracts::registry::{Programme, ProgrammeType, ProgrammeVersion, TERM_MONTHS_MAX, TYPES_MAX};
use ledger::id::MemberId;
use serde_json::json;
use std::path::PathBuf;

/// Which programme, and its types.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon mra programme NZ-SES                        shows it\n  symbolon mra programme NZ-SES --type EXPORTER=36     adds or changes a type\n  symbolon mra programme NZ-SES --type GOLD --drop EXPORTER --from 2027-01-01\n  symbolon mra programme CN-AEO --member CN",
    after_help = "TYPE=MONTHS: a status of it is valid for so many months at most; TYPE alone:\nwithout an end. The other types stay as they are. From the date on, statuses\nof other types or longer validity are refused; those granted before stand.\nA programme that was never registered is not checked."
)]
pub struct ProgrammeArgs {
    /// Its name: the programme of its statuses
    programme: String,
    /// Add or change a type; may be given several times
    #[arg(long = "type", value_name = "TYPE[=MONTHS]")]
    types: Vec<String>,
    /// Grant a type no more; may be given several times
    #[arg(long = "drop", value_name = "TYPE")]
    drops: Vec<String>,
    /// From which date of grant on [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Whose programme is shown [default: your own member's]
    #[arg(long, value_name = "MEMBER", conflicts_with_all = ["types", "drops", "from"])]
    member: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If arguments, keys or node fail.
pub fn programme(common: &Common, profile: &Profile, args: &ProgrammeArgs) -> Outcome {
    let member = match &args.member {
        Some(member) => MemberId::parse(member).context("--member")?,
        None => profile.member()?,
    };
    named(&args.programme)?;
    let known: Option<Programme> = entry(profile, contracts::key::programme(member, &args.programme))?;
    if args.types.is_empty() && args.drops.is_empty() {
        return show(common, profile, member, &args.programme, known.as_ref());
    }
    let versions = known.map(|known| known.versions).unwrap_or_default();
    let before = versions.last().map(|last| last.types.clone()).unwrap_or_default();
    let types = changed(before, &args.types, &args.drops)?;
    let effective = date(args.from.as_deref())?;
    let words: Vec<String> = types.iter().map(in_words).collect();
    let done = format!("{} grants from {effective} on:\n    {}", args.programme, words.join("\n    "));
    let follows = u32::try_from(versions.len()).unwrap_or(u32::MAX);
    let act = SetProgramme { programme: args.programme.clone(), effective, types, follows }.into_act();
    decide(common, profile, &args.keys, &act, &done)
}

fn named(name: &str) -> anyhow::Result<()> {
    // As documents write both: another one would be registered, and no status could ever be of it.
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"._/+-".contains(&byte);
    ensure!(
        (1..=32).contains(&name.len()) && name.bytes().all(plain),
        "'{}' is no programme's or type's name: these are 1 to 32 of A-Z, 0-9 and . _ / + -, such as NZ-SES",
        escape_for_terminal(name)
    );
    Ok(())
}

/// The types once some were added, changed or dropped.
fn changed(mut types: Vec<ProgrammeType>, set: &[String], drops: &[String]) -> anyhow::Result<Vec<ProgrammeType>> {
    for name in drops {
        let place = types.iter().position(|one| one.name == *name);
        let known: Vec<&str> = types.iter().map(|one| one.name.as_str()).collect();
        let place = place.with_context(|| format!("--drop {}: the programme has {}", escape_for_terminal(name), known.join(", ")))?;
        types.remove(place);
    }
    let mut given: Vec<String> = Vec::new();
    for text in set {
        let one = written(text)?;
        ensure!(!given.contains(&one.name), "--type {}: it is given twice; say its months once", one.name);
        given.push(one.name.clone());
        types.retain(|known| known.name != one.name);
        types.push(one);
    }
    types.sort_by(|one, other| one.name.cmp(&other.name));
    ensure!((1..=TYPES_MAX).contains(&types.len()), "a programme has 1 to {TYPES_MAX} types, this would have {}", types.len());
    Ok(types)
}

/// Reads `TYPE` or `TYPE=MONTHS`.
fn written(text: &str) -> anyhow::Result<ProgrammeType> {
    let (name, months) = text.split_once('=').map_or((text, None), |(name, months)| (name, Some(months)));
    named(name)?;
    let months = months.map(|months| {
        let months = months.parse::<u16>().ok().filter(|months| (1..=TERM_MONTHS_MAX).contains(months));
        months.with_context(|| format!("--type {}: write 1 to {TERM_MONTHS_MAX} months, such as {name}=36", escape_for_terminal(text)))
    });
    Ok(ProgrammeType { name: name.to_owned(), months: months.transpose()? })
}

/// A type for people.
pub fn in_words(one: &ProgrammeType) -> String {
    let term = one.months.map_or("without an end".to_owned(), |months| format!("valid for {months} months at most"));
    format!("type {}, {term}", escape_for_terminal(&one.name))
}

fn show(common: &Common, profile: &Profile, member: MemberId, name: &str, known: Option<&Programme>) -> Outcome {
    let versions: &[ProgrammeVersion] = known.map_or(&[], |known| &known.versions);
    if common.json {
        let types = |version: &ProgrammeVersion| {
            version.types.iter().map(|one| json!({ "type": one.name, "months": one.months })).collect::<Vec<_>>()
        };
        let all: Vec<_> = versions
            .iter()
            .map(|version| {
                json!({ "effective": version.effective.to_string(), "height": version.recorded.height.get(), "types": types(version) })
            })
            .collect();
        output::json_list(profile, json!({ "member": member.as_str(), "programme": name, "versions": all }));
        return Ok(exit::GOOD);
    }
    let mut text = format!("{name} of {member}\n{}", output::head(profile));
    if versions.is_empty() {
        text.push_str("\n  not registered: its statuses are of any type and any validity");
    }
    for version in versions {
        text.push_str(&format!("\n  from {} on, block {}", version.effective, version.recorded.height));
        version.types.iter().for_each(|one| text.push_str(&format!("\n      {}", in_words(one))));
    }
    output::result(&text);
    Ok(exit::GOOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(before: &[&str], set: &[&str], drops: &[&str]) -> Result<Vec<String>, String> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let before = before.iter().map(|text| written(text).unwrap()).collect();
        let types = changed(before, &owned(set), &owned(drops)).map_err(|error| error.to_string())?;
        Ok(types.iter().map(|one| one.months.map_or(one.name.clone(), |months| format!("{}={months}", one.name))).collect())
    }

    #[test]
    fn types_are_added_changed_and_dropped_and_the_others_stay() {
        assert_eq!(after(&[], &["B=36", "A"], &[]).unwrap(), ["A", "B=36"]);
        assert_eq!(after(&["A", "B=36"], &["B=60"], &[]).unwrap(), ["A", "B=60"]);
        assert_eq!(after(&["A", "B=36"], &["C=1"], &["A"]).unwrap(), ["B=36", "C=1"]);
        for (set, drops, says) in [
            (&["A=0"][..], &[][..], "1 to 240 months"),
            (&["A=241"], &[], "1 to 240 months"),
            (&["A=many"], &[], "1 to 240 months"),
            (&["=3"], &[], "no programme's or type's name"),
            (&["S E S"], &[], "no programme's or type's name"),
            (&["SES=36", "SES=24"], &[], "given twice"),
            (&[], &["C"], "the programme has A"),
            (&[], &["A"], "1 to 16 types"),
        ] {
            let error = after(&["A"], set, drops).unwrap_err();
            assert!(error.contains(says), "{set:?} {drops:?}: {error}");
        }
    }
}
