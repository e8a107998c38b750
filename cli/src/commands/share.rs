//! `symbolon share`: an authority lets a further member look its own certificate up by number.

use crate::Common;
use crate::commands::officials::told;
use crate::failure::Outcome;
use crate::issuer::{Signing, submit_confirmed};
use crate::officer;
use crate::output;
use crate::record::{Which, find};
use crate::registry::entry;
use anyhow::{Context as _, ensure};
use contracts::acts::Share as Body;
use contracts::document::escape_for_terminal;
use contracts::registry::ArrangementsBetween;
use ledger::id::{CertificateNumber, MemberId};
use std::path::PathBuf;

/// Which certificate, and with whom.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon share CL-2026-0018834.symbolon --reader SG\n  symbolon share CL-2026-0018834 --reader SG --key official.key",
    after_help = "For goods that go another way than the document said. It cannot be taken back:\nwhat a member may look up once, it may look up for ever."
)]
pub struct Share {
    #[command(flatten)]
    which: Which,
    /// The member that may look it up by number from now on
    #[arg(long, value_name = "XX")]
    reader: String,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the record is not found, or profile, key or node fail.
pub fn run(common: &Common, args: &Share) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let reader = MemberId::parse(&args.reader).context("--reader")?;
    let known = || -> anyhow::Result<()> {
        ensure!(profile.founding.member(reader).is_some(), "--reader {reader}: no member of this network");
        Ok(())
    };
    known()?;
    let found = find(&profile, &args.which, Some(&authority))?;
    let its_own = || -> anyhow::Result<()> {
        ensure!(
            found.standing.authority == authority,
            "{} is a record of {}; only the authority that issued it shares it",
            found.name,
            found.standing.authority
        );
        Ok(())
    };
    its_own()?;
    // A file whose document cannot be read has no number.
    let number = CertificateNumber::parse(&found.name).with_context(|| format!("{}: give the number", escape_for_terminal(&found.name)))?;
    let locator = officer::lookup_secret(&profile, authority.member(), reader)?.locator(&number);
    let follows = u32::try_from(found.standing.acts.len()).unwrap_or(u32::MAX);
    let act = Body { record_key: found.key, locator, follows }.into_act(found.standing.kind);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    if became.number == 0 && found.standing.kind.rules().is_answered_to_partners_only() {
        let place = contracts::key::arrangements_between(reader, authority.member());
        let between: Option<ArrangementsBetween> = entry(&profile, place)?;
        if between.is_none_or(|between| between.as_slice().is_empty()) {
            output::talk(&format!(
                "note: {reader} has signed no arrangement that recognises {} of {}: it is told no more than that, until it does",
                found.standing.kind.rules().word(),
                authority.member()
            ));
        }
    }
    let done = format!("{} may be looked up by {reader} from now on", escape_for_terminal(number.as_str()));
    told(common, &profile, &authority, &act, &became, &done)
}
