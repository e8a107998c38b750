//! `symbolon reaffirm`: an authority stands by records that it signed under a key which was revoked since; many at once,
//! as many under one signature as a transaction holds.

use crate::Common;
use crate::commands::withdrawal::change;
use crate::failure::{Outcome, exit};
use crate::issuer::{Done, Signing, act_id, batches, confirmed, submit};
use crate::output::{self, Mark, banner, marked};
use crate::profile::Profile;
use crate::record::{Which, find};
use anyhow::ensure;
use contracts::acts::StandingChange;
use contracts::document::escape_for_terminal;
use contracts::kinds::RecordKind;
use contracts::standing::Verb;
use ledger::id::AuthorityId;
use ledger::time::CalendarDate;
use ledger::transaction::Act;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Which records, and under which new key.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon reaffirm CL-2026-0018834.symbolon --key second.key\n  symbolon reaffirm issued/*.symbolon --key second.key   256 a signature",
    after_help = "The records count again with their own dates. Compare them with your own files\nfirst, since whoever had the old key may have recorded them.\nExit codes: 0 all recorded or waiting for another official, 1 at least one\nrefused or not found, 2 wrong use, 3 not confirmed."
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
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// What became of one of them.
enum Became {
    /// It was not sent.
    NotSent(String),
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
        return change(common, Verb::Reaffirm, &which(only), None, None, args.key.as_deref(), None);
    }
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let today = crate::commands::authority::date(None)?;
    let mut told: Vec<(usize, Became)> = Vec::with_capacity(args.what.len());
    let mut acts = Vec::with_capacity(args.what.len());
    for (index, what) in args.what.iter().enumerate() {
        match act(&profile, &which(what), &authority, today) {
            Ok(act) => acts.push((index, act)),
            Err(error) => told.push((index, Became::NotSent(crate::failure::one_line(&error)))),
        }
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
        let files: Vec<Value> = told.iter().map(|(what, became)| in_json(what, became)).collect();
        output::json(json!({ "environment": profile.founding.environment().as_str(), "files": files }));
    } else {
        let colour = output::colour_on_stdout();
        let mut text: String = told.iter().map(|(what, became)| format!("{}\n", in_words(what, became, &authority, colour))).collect();
        text.push_str(&banner(profile.founding.environment(), profile.founding.name()));
        output::result(&text);
    }
    Ok(exit_code(told.iter().map(|(_, became)| became)))
}

/// The act by which the authority stands by one of its records.
fn act(profile: &Profile, which: &Which, authority: &AuthorityId, today: CalendarDate) -> anyhow::Result<Act> {
    let found = find(profile, which, Some(authority))?;
    ensure!(
        found.standing.authority == *authority,
        "{} is a record of {}; only the authority that issued it stands by it",
        escape_for_terminal(&found.name),
        found.standing.authority
    );
    let follows = u32::try_from(found.standing.acts.len()).unwrap_or(u32::MAX);
    let change = StandingChange { record_key: found.key, effective: today, reason: None, follows, until: None, version: None };
    Ok(change.into_act(found.standing.kind, Verb::Reaffirm))
}

fn in_json(what: &str, became: &Became) -> Value {
    match became {
        Became::NotSent(why) => json!({ "what": what, "outcome": "not sent", "message": why }),
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
        Became::NotSent(why) if why.starts_with(&*what) => return format!("{}  {why}", marked(Mark::Bad, "not sent", colour)),
        Became::NotSent(why) => (Mark::Bad, "not sent", why.clone()),
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
    if all.clone().any(|became| matches!(became, Became::Unknown(_))) {
        return exit::UNCONFIRMED;
    }
    let is_good = |became: &Became| matches!(became, Became::Done(done) if done.1.number == 0);
    if all.clone().all(is_good) { exit::GOOD } else { exit::REFUSED }
}
