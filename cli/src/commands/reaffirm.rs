//! `symbolon reaffirm`: an authority stands by records that it signed under a key which was revoked since; many at once,
//! as many under one signature as a transaction holds.

use crate::Common;
use crate::commands::officials::told;
use crate::failure::{Failure, Outcome, exit};
use crate::issuer::{Done, Signing, act_id, batches, confirmed, submit, submit_confirmed};
use crate::output::{self, Mark, banner, marked, shown};
use crate::profile::Profile;
use crate::record::{Found, Which, find};
use crate::registry::keys_of;
use anyhow::{anyhow, bail, ensure};
use contracts::acts::StandingChange;
use contracts::context::Known;
use contracts::document::escape_for_terminal;
use contracts::kinds::RecordKind;
use contracts::reliance::{self, Given, Reliance};
use contracts::standing::{StandingAct, Verb};
use ledger::id::AuthorityId;
use ledger::time::CalendarDate;
use ledger::transaction::Act;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Which records, and under which new key.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon reaffirm CL-2026-0018834.symbolon --key second.key\n  symbolon reaffirm issued/*.symbolon --key second.key   256 a signature\n  symbolon reaffirm CL-2026-0018834.symbolon --with-act 2 --key second.key",
    after_help = "The records count again with their own dates. Compare them with your own files\nfirst, since whoever had the old key may have recorded them. So may be acts on\nthem (corrections, copies, reinstatements): those in doubt are listed, and count\nagain only where you name them.\nExit codes: 0 all recorded or waiting for another official, 1 at least one\nrefused or not found, 2 wrong use, 3 not confirmed."
)]
pub struct Reaffirm {
    /// Certificate files, documents or certificate numbers
    #[arg(required = true)]
    what: Vec<String>,
    /// The issuing country of the numbers [default: your own member's]
    #[arg(long, value_name = "XX")]
    from: Option<String>,
    #[arg(long, value_name = "KIND", help = format!("Only this kind of the numbers: {}", RecordKind::words()))]
    kind: Option<String>,
    /// Only this agreement, document type or programme of the numbers
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// An act on the record, by the number with which this command lists it, that you compared with your own books: it counts
    /// again as well; may be repeated
    #[arg(long, value_name = "N", conflicts_with = "all_acts")]
    with_act: Vec<u32>,
    /// All acts in doubt: you compared each with your own books
    #[arg(long)]
    all_acts: bool,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// The act by which the authority stands by a record, and what is left in doubt.
struct Prepared {
    name: String,
    act: Act,
    /// The acts that are stood by as well, for people.
    with: Vec<String>,
    left: Vec<Left>,
}

/// An act on the record that nobody stands by.
struct Left {
    number: u32,
    act: StandingAct,
}

impl Left {
    fn of((number, act): (u32, &StandingAct)) -> Self {
        Self { number, act: act.clone() }
    }

    fn in_words(&self) -> String {
        let Self { number, act } = self;
        let form = act.version.map_or_else(String::new, |version| format!(", document SHA-256 {}", version.document_digest));
        let until = act.until.map_or_else(String::new, |until| format!(", valid until {until}"));
        format!(
            "act {number}: {} from {} on{until}, recorded {} (block {}) under {}{form}",
            act.verb.participle(),
            act.effective,
            act.recorded.time,
            act.recorded.height,
            act.signed()
        )
    }

    fn in_json(&self) -> Value {
        let Self { number, act } = self;
        json!({
            "act": number, "verb": act.verb.as_str(), "effective": act.effective.to_string(), "height": act.recorded.height.get(),
            "key": act.key.get(), "document": act.version.map(|version| version.document_digest.to_string()),
        })
    }
}

/// What is left in doubt, and what to type for those that are the authority's own.
fn left_in_words(name: &str, left: &[Left]) -> Option<String> {
    let first = left.first()?;
    let listed: Vec<String> = left.iter().map(|left| format!("\n    {}", left.in_words())).collect();
    Some(format!(
        "{}: still in doubt, and stood by by nobody, since a thief of the key may have recorded it:{}\n    compare with your own books, and name those that are yours: symbolon reaffirm {} --with-act {} --key FILE",
        escape_for_terminal(name),
        listed.concat(),
        shown(Path::new(name)),
        first.number
    ))
}

/// What became of one of them.
enum Became {
    /// It was not sent.
    NotSent(Failure),
    /// It was decided; with its act, by which others approve it.
    Done(Box<(Act, Done)>),
    /// It was sent, and nobody said what became of it.
    Unknown(String),
}

/// Runs the command.
///
/// # Errors
/// If profile or key fail; of one record alone also if it is not found.
pub fn run(common: &Common, args: &Reaffirm) -> Outcome {
    let which = |what: &String| Which { what: what.clone(), from: args.from.clone(), kind: args.kind.clone(), class: args.class.clone() };
    if let [only] = &args.what[..] {
        return one(common, args, &which(only));
    }
    if !args.with_act.is_empty() {
        return Err(anyhow!("--with-act is for one record: name it alone").into());
    }
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let today = crate::commands::authority::date(None)?;
    let mut left: Vec<Vec<Left>> = Vec::with_capacity(args.what.len());
    let mut told: Vec<(usize, Became)> = Vec::with_capacity(args.what.len());
    let mut acts = Vec::with_capacity(args.what.len());
    for (index, what) in args.what.iter().enumerate() {
        left.push(match prepared(&profile, args, &which(what), &authority, today) {
            Ok(prepared) => {
                acts.push((index, prepared.act));
                prepared.left
            }
            Err(error) => {
                told.push((index, Became::NotSent(error.into())));
                Vec::new()
            }
        });
    }
    for batch in batches(acts) {
        let (places, acts): (Vec<usize>, Vec<Act>) = batch.into_iter().unzip();
        match submit(&profile, &signing, acts.clone()) {
            Ok(all) => {
                for ((index, act), done) in places.into_iter().zip(acts).zip(all) {
                    let became = match confirmed(&profile, &signing, &act, done) {
                        Ok(done) => Became::Done(Box::new((act, done))),
                        Err(error) => Became::Unknown(crate::failure::one_line(&error)),
                    };
                    told.push((index, became));
                }
            }
            Err(error) => {
                let why = crate::failure::one_line(&error);
                told.extend(places.into_iter().map(|index| (index, Became::Unknown(why.clone()))));
            }
        }
    }
    told.sort_by_key(|(index, _)| *index);
    let told: Vec<(&str, Became)> = args.what.iter().map(String::as_str).zip(told.into_iter().map(|(_, became)| became)).collect();
    if common.json {
        let with_left = |((what, became), left): (&(&str, Became), &Vec<Left>)| {
            let mut file = in_json(what, became);
            file["in_doubt"] = left.iter().map(Left::in_json).collect();
            file
        };
        let files: Vec<Value> = told.iter().zip(&left).map(with_left).collect();
        output::json(json!({ "environment": profile.founding.environment().as_str(), "files": files }));
    } else {
        let colour = output::colour_on_stdout();
        let mut text: String = told.iter().map(|(what, became)| format!("{}\n", in_words(what, became, &authority, colour))).collect();
        for ((what, _), left) in told.iter().zip(&left) {
            text.extend(left_in_words(what, left).map(|left| format!("{left}\n")));
        }
        text.push_str(&banner(profile.founding.environment(), profile.founding.name()));
        output::result(&text);
    }
    Ok(exit_code(told.iter().map(|(_, became)| became)))
}

/// One record alone.
fn one(common: &Common, args: &Reaffirm, which: &Which) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let Prepared { name, act, with, left } = prepared(&profile, args, which, &authority, crate::commands::authority::date(None)?)?;
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    if became.number == 0
        && let Some(left) = left_in_words(&which.what, &left)
    {
        output::talk(&left);
    }
    let with = if with.is_empty() { String::new() } else { format!(", and with it\n    {}", with.join("\n    ")) };
    told(common, &profile, &authority, &act, &became, &format!("{} is reaffirmed with its own dates{with}", escape_for_terminal(&name)))
}

/// The act by which the authority stands by one of its records, and of the acts on it by those that are named.
fn prepared(profile: &Profile, args: &Reaffirm, which: &Which, authority: &AuthorityId, today: CalendarDate) -> anyhow::Result<Prepared> {
    let Found { key, standing, name } = find(profile, which, Some(authority))?;
    ensure!(
        standing.authority == *authority,
        "{} is a record of {}; only the authority that issued it stands by it",
        escape_for_terminal(&name),
        standing.authority
    );
    let (of, keys) = keys_of(profile, &standing)?;
    let doubted: Vec<Left> = reliance::doubted(&standing, &of, &keys, Known::Now).map(Left::of).collect();
    let stray = args.with_act.iter().find(|number| doubted.iter().all(|left| left.number != **number));
    if let Some(stray) = stray {
        let numbers: Vec<String> = doubted.iter().map(|left| left.number.to_string()).collect();
        let those = if numbers.is_empty() { "none is".to_owned() } else { format!("these are: {}", numbers.join(", ")) };
        bail!("act {stray} of {} is not in doubt; {those}", escape_for_terminal(&name));
    }
    let (with, left): (Vec<Left>, Vec<Left>) = doubted.into_iter().partition(|left| args.all_acts || args.with_act.contains(&left.number));
    let stands = !matches!(reliance::of(&standing, Given::Itself, &of, &keys, Known::Now), Reliance::InDoubt { .. });
    if stands
        && with.is_empty()
        && let Some(left) = left_in_words(&which.what, &left)
    {
        bail!("the record itself stands already, and no act on it was named; {left}");
    }
    let stands_by = Some(with.iter().map(|left| left.number).collect()).filter(|named: &Vec<u32>| !named.is_empty());
    let follows = u32::try_from(standing.acts.len()).unwrap_or(u32::MAX);
    let change = StandingChange { record_key: key, effective: today, reason: None, follows, until: None, version: None, stands_by };
    let with = with.iter().map(Left::in_words).collect();
    Ok(Prepared { name, act: change.into_act(standing.kind, Verb::Reaffirm), with, left })
}

fn in_json(what: &str, became: &Became) -> Value {
    match became {
        Became::NotSent(failure) => json!({ "what": what, "outcome": "not sent", "message": failure.to_string() }),
        Became::Unknown(why) => json!({ "what": what, "outcome": "unknown", "message": why }),
        Became::Done(done) => match &**done {
            (act, Done { waits, .. }) if !waits.is_empty() => {
                json!({ "what": what, "outcome": "waiting", "act": act_id(act).to_string(), "signed": waits.len() })
            }
            (_, Done { number: 0, height, .. }) => json!({ "what": what, "outcome": "recorded", "height": height }),
            (_, Done { number, message, .. }) => json!({ "what": what, "outcome": "refused", "refusal": number, "message": message }),
        },
    }
}

fn in_words(what: &str, became: &Became, authority: &AuthorityId, colour: bool) -> String {
    let what = escape_for_terminal(what);
    let (mark, word, rest) = match became {
        Became::NotSent(failure) => {
            let why = failure.to_string();
            if why.starts_with(&*what) {
                return format!("{}  {why}", marked(Mark::Bad, "not sent", colour));
            }
            (Mark::Bad, "not sent", why)
        }
        Became::Unknown(why) => (Mark::Unknown, "unknown", why.clone()),
        Became::Done(done) => match &**done {
            (act, Done { waits, .. }) if !waits.is_empty() => {
                let id = act_id(act).to_string();
                let id = id.get(..16).unwrap_or_default();
                (
                    Mark::Unknown,
                    "waiting",
                    format!("{} signed; another official of {authority} runs: symbolon approve {id} --key FILE", waits.len()),
                )
            }
            (_, Done { number: 0, height, .. }) => (Mark::Good, "recorded", format!("reaffirmed with its own dates (block {height})")),
            (_, Done { number, message, .. }) => (Mark::Bad, "refused", format!("{number}: {message}")),
        },
    };
    format!("{}  {what}: {rest}", marked(mark, word, colour))
}

fn exit_code<'a>(all: impl Iterator<Item = &'a Became> + Clone) -> u8 {
    let is_unconfirmed = |became: &Became| match became {
        Became::Unknown(_) => true,
        Became::NotSent(failure) => failure.code() == exit::UNCONFIRMED,
        Became::Done(_) => false,
    };
    if all.clone().any(is_unconfirmed) {
        return exit::UNCONFIRMED;
    }
    let is_good = |became: &Became| matches!(became, Became::Done(done) if done.1.number == 0);
    if all.clone().all(is_good) { exit::GOOD } else { exit::REFUSED }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::NodeError;

    #[test]
    fn what_no_node_answered_is_not_refused() {
        let silent = Became::NotSent(NodeError::Silent { url: "http://x".into(), cause: "refused".into(), is_reached: false }.into());
        let another = Became::NotSent(anyhow!("only the authority that issued it stands by it").into());
        assert_eq!(exit_code([&another].into_iter()), exit::REFUSED);
        assert_eq!(exit_code([&another, &silent].into_iter()), exit::UNCONFIRMED);
    }
}
