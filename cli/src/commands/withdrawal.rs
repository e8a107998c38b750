//! `symbolon suspend`, `reinstate`, `withdraw`, `revoke`, `annul`, `cancel`: an authority changes the standing of its own record.

use crate::Common;
use crate::commands::authority::date;
use crate::commands::keys::say;
use crate::failure::Outcome;
use crate::issuer::{Signing, submit_confirmed};
use crate::record::{Which, find};
use anyhow::ensure;
use contracts::acts::StandingChange;
use contracts::document::escape_for_terminal;
use contracts::standing::Verb;
use std::path::PathBuf;

/// Which record, since when, and why.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon revoke CL-2026-0018834.symbolon --effective 2026-03-09 --reason 3\n  symbolon suspend SES-004417 --kind aeo\n  symbolon annul certificate.xml"
)]
pub struct OnRecord {
    #[command(flatten)]
    which: Which,
    /// From which date on [default: today]; an annulment works from the beginning, whatever its date
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = reason)]
    reason: Option<u16>,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

fn reason(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "a number of your own list of reasons, 0 to 65535: words stay off the ledger".to_owned())
}

/// Runs the command.
///
/// # Errors
/// If the record is not found, or profile, key or node fail.
pub fn run(common: &Common, verb: Verb, args: &OnRecord) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let effective = date(args.effective.as_deref())?;
    let found = find(&profile, &args.which, Some(&authority))?;
    let its_own = || -> anyhow::Result<()> {
        ensure!(
            found.standing.authority == authority,
            "{} is a record of {}; only the authority that issued it changes its standing",
            found.name,
            found.standing.authority
        );
        Ok(())
    };
    its_own()?;
    let follows = u32::try_from(found.standing.acts.len()).unwrap_or(u32::MAX);
    let act = StandingChange { record_key: found.key, effective, reason: args.reason, follows, until: None, version: None }
        .into_act(found.standing.kind, verb);
    let became = submit_confirmed(&profile, &signing, act)?;
    let since = if verb == Verb::Annul { "from the beginning".to_owned() } else { format!("from {effective} on") };
    let done = format!("{} {} {since}", escape_for_terminal(&found.name), verb.participle());
    Ok(say(common, &profile, became.height, became.number, &became.message, &done))
}
