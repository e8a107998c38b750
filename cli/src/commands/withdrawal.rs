//! `symbolon suspend`, `reinstate`, `withdraw`, `revoke`, `take-back`, `annul`, `cancel`, `refuse`, `reassess`: an authority changes the
//! standing of its own record.

use crate::Common;
use crate::commands::authority::date;
use crate::commands::officials::told;
use crate::failure::Outcome;
use crate::issuer::{Signing, submit_confirmed};
use crate::output;
use crate::record::{Which, find};
use anyhow::ensure;
use contracts::acts::{Draw, StandingChange};
use contracts::document::escape_for_terminal;
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::standing::{StandingAct, Verb};
use ledger::time::CalendarDate;
use std::path::{Path, PathBuf};

/// Which record, since when, and why.
#[derive(clap::Args)]
pub struct OnRecord {
    #[command(flatten)]
    which: Which,
    /// From which date on [default: today; an AEO status is revoked from tomorrow on]; an annulment works from the beginning, whatever its date, and neither
    /// it nor a cancellation is announced for a later one
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = reason)]
    reason: Option<u16>,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Which status, since when, and until when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon reassess SES-004417 --kind aeo\n  symbolon reassess aeo.symbolon --effective 2026-03-09 --until 2029-03-09"
)]
pub struct Reassess {
    #[command(flatten)]
    record: OnRecord,
    /// The last day of validity from then on [default: as it is]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// Which record.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon take-back CL-2026-0018834.symbolon\n  symbolon take-back SES-004417 --kind aeo",
    after_help = "Only before the date for which it was announced; whoever asks what was known\nuntil now is told of the announcement still."
)]
pub struct TakeBack {
    #[command(flatten)]
    which: Which,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = reason)]
    reason: Option<u16>,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Takes back what is announced.
///
/// # Errors
/// As [`run`].
pub fn take_back(common: &Common, args: &TakeBack) -> Outcome {
    change(common, Verb::TakeBack, &args.which, None, args.reason, args.key.as_deref(), None)
}

/// Reassesses a status.
///
/// # Errors
/// As [`run`].
pub fn reassess(common: &Common, args: &Reassess) -> Outcome {
    let until = args.until.as_deref().map(|text| date(Some(text))).transpose()?;
    change(
        common,
        Verb::Reassess,
        &args.record.which,
        args.record.effective.as_deref(),
        args.record.reason,
        args.record.key.as_deref(),
        until,
    )
}

pub(super) fn reason(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "a number of your own list of reasons, 0 to 65535: words stay off the ledger".to_owned())
}

/// What could not be taken back is not announced: a cancellation, the refusal of a draft, and an annulment, which works at
/// once.
fn not_announced(verb: Verb, effective: CalendarDate, today: CalendarDate) -> anyhow::Result<()> {
    ensure!(
        !matches!(verb, Verb::Cancel | Verb::Annul | Verb::Refuse) || effective <= today,
        "--effective {effective} lies after today, {today} (UTC), and a certificate is {} at once, which nothing takes back; leave --effective out",
        verb.participle()
    );
    Ok(())
}

/// The act that ended or suspended the record just so: whoever heard nothing of it sends it again.
fn already(acts: &[StandingAct], verb: Verb, effective: CalendarDate, reason: Option<u16>) -> Option<&StandingAct> {
    let takes = matches!(verb, Verb::Suspend | Verb::Withdraw | Verb::Revoke | Verb::Annul | Verb::Cancel | Verb::Refuse);
    let last = acts.iter().rev().find(|act| act.verb != Verb::Share);
    last.filter(|act| takes && (act.verb, act.effective, act.reason) == (verb, effective, reason))
}

/// Which acts a kind has, for whom asks for another.
pub(super) fn not_of_this_kind(kind: RecordKind, verb: Verb) -> String {
    let acts = kind.rules().acts().iter().filter(|act| act.in_force && act.verb != Verb::Draft).map(|act| act.verb);
    let acts: Vec<String> = [Verb::Replace].into_iter().chain(acts).map(|verb| verb.as_str().replace(' ', "-")).collect();
    format!("{} {kind} cannot be {}; the acts on it are: {}", kind.rules().article(), verb.participle(), acts.join(", "))
}

/// That what a certificate drew is not given back by its end, since its goods may have travelled.
fn draw_kept(verb: Verb, draws: &[Draw]) -> Option<String> {
    let mut from: Vec<String> = draws.iter().map(|draw| format!("record {}", draw.base)).collect();
    from.dedup();
    let ends = matches!(verb, Verb::Withdraw | Verb::Revoke | Verb::Annul);
    (ends && !from.is_empty()).then(|| {
        format!(
            "what it drew from {} stays used up; a certificate whose goods did not travel is replaced without --shares, or as one of origin \
             cancelled, which gives its draw back, and nothing does any more once it has ended (docs/operate.md)",
            from.join(", ")
        )
    })
}

/// That a revocation takes away what was granted on days before anybody could know of it.
fn reaches_back(effective: CalendarDate, today: CalendarDate) -> Option<String> {
    let days = today.days().saturating_sub(effective.days());
    (days > 1).then(|| {
        format!(
            "revoked from {days} days ago on, {effective}, though a revocation counts from the day after its notification; what works \
             backwards is an annulment (symbolon annul)"
        )
    })
}

/// Runs the command.
///
/// # Errors
/// If the record is not found, or profile, key or node fail.
pub fn run(common: &Common, verb: Verb, args: &OnRecord) -> Outcome {
    change(common, verb, &args.which, args.effective.as_deref(), args.reason, args.key.as_deref(), None)
}

pub(super) fn change(
    common: &Common,
    verb: Verb,
    which: &Which,
    effective: Option<&str>,
    reason: Option<u16>,
    key: Option<&Path>,
    until: Option<CalendarDate>,
) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, key)?;
    let (given, today) = (effective.is_some(), date(effective)?);
    not_announced(verb, today, date(None)?)?;
    let found = find(&profile, which, Some(&authority))?;
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
    let kind = found.standing.kind;
    if !kind.rules().acts().iter().any(|act| act.verb == verb) {
        let number = Refusal::VerbNotOfThisKind.number();
        return Ok(super::keys::say(common, &profile, 0, number, &not_of_this_kind(kind, verb), ""));
    }
    // What is taken back is named by its date.
    let announced = found.standing.announced(today).filter(|_| verb == Verb::TakeBack);
    let next_day = verb == Verb::Revoke && kind.rules().is_revoked_from_the_next_day();
    let default = if next_day { today.add_days(1).unwrap_or(CalendarDate::LAST) } else { today };
    let effective = announced.map_or(if given { today } else { default }, |act| act.effective);
    if let Some(act) = already(&found.standing.acts, verb, effective, reason) {
        let done =
            format!("{} {} already, with this date and reason; nothing was sent", escape_for_terminal(&found.name), verb.participle());
        return Ok(super::keys::say(common, &profile, act.recorded.height.get(), 0, "", &done));
    }
    let follows = u32::try_from(found.standing.acts.len()).unwrap_or(u32::MAX);
    let act = StandingChange { record_key: found.key, effective, reason, follows, until, version: None, stands_by: None }
        .into_act(found.standing.kind, verb);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    let drew_from = found.standing.draws.as_deref().unwrap_or_default();
    if became.number == 0
        && let Some(kept) = draw_kept(verb, drew_from)
    {
        output::talk(&format!("{}: note: {kept}", escape_for_terminal(&found.name)));
    }
    if became.number == 0
        && next_day
        && let Some(note) = reaches_back(effective, date(None)?)
    {
        output::talk(&format!("{}: note: {note}", escape_for_terminal(&found.name)));
    }
    let since = match (verb, until) {
        (Verb::Annul, _) => "from the beginning".to_owned(),
        (Verb::TakeBack, _) => {
            announced.map_or_else(|| "as it was".to_owned(), |act| format!("on {effective}: it is not {}", act.verb.participle()))
        }
        (_, Some(until)) => format!("from {effective} on, valid until {until}"),
        _ => format!("from {effective} on"),
    };
    let done = format!("{} is {} {since}", escape_for_terminal(&found.name), verb.participle());
    told(common, &profile, &authority, &act, &became, &done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_taken_back_is_not_announced() {
        let day = |text| CalendarDate::parse(text).unwrap();
        let (yesterday, today, later) = (day("2026-03-08"), day("2026-03-09"), day("2026-03-10"));
        for verb in [Verb::Cancel, Verb::Annul, Verb::Refuse] {
            assert!(not_announced(verb, today, today).is_ok() && not_announced(verb, yesterday, today).is_ok());
            let said = not_announced(verb, later, today).unwrap_err().to_string();
            assert!(
                said.starts_with("--effective 2026-03-10 lies after today, 2026-03-09 (UTC)") && said.ends_with("leave --effective out")
            );
        }
        for verb in [Verb::Suspend, Verb::Withdraw, Verb::Revoke] {
            assert!(not_announced(verb, later, today).is_ok());
        }
    }

    #[test]
    fn what_is_sent_again_was_recorded_already() {
        let day = |text| CalendarDate::parse(text).unwrap();
        let (date, other) = (day("2026-03-09"), day("2026-03-10"));
        let act = |verb| StandingAct {
            verb,
            effective: date,
            recorded: contracts::context::Recorded { height: ledger::time::Height::new(7), time: date.start_utc() },
            reason: Some(3),
            key: ledger::id::KeyNumber::new(1),
            until: None,
            version: None,
            locator: None,
            signed_before: None,
            stands_by: None,
        };
        let acts = [act(Verb::Withdraw)];
        assert_eq!(already(&acts, Verb::Withdraw, date, Some(3)), acts.first());
        for (verb, effective, reason) in [(Verb::Revoke, date, Some(3)), (Verb::Withdraw, other, Some(3)), (Verb::Withdraw, date, None)] {
            assert_eq!(already(&acts, verb, effective, reason), None);
        }
        let shared = [act(Verb::Suspend), act(Verb::Share)];
        assert_eq!(already(&shared, Verb::Suspend, date, Some(3)), shared.first());
        // What was taken back or ended since is not so any more, and a reassessment may come twice.
        for acts in [[act(Verb::Suspend), act(Verb::TakeBack)], [act(Verb::Suspend), act(Verb::Reinstate)]] {
            assert_eq!(already(&acts, Verb::Suspend, date, Some(3)), None);
        }
        assert_eq!(already(&[act(Verb::Reassess)], Verb::Reassess, date, Some(3)), None);
    }

    #[test]
    fn whoever_ends_what_drew_is_told_that_the_draw_stays() {
        let base = ledger::lookup::RecordKey::new([7; 32]);
        let draw = |line| Draw { base, line, amount: 1, code: None, unit: None, opening: None };
        let said = draw_kept(Verb::Withdraw, &[draw(1), draw(2)]).unwrap();
        assert!(said.starts_with(&format!("what it drew from record {base} stays used up")), "{said}");
        assert_eq!(draw_kept(Verb::Cancel, &[draw(1)]).or(draw_kept(Verb::Withdraw, &[])), None);
    }

    #[test]
    fn a_revocation_that_reaches_back_is_noted() {
        let day = |text: &str| CalendarDate::parse(text).unwrap();
        let said = |effective: &str| reaches_back(day(effective), day("2026-03-09"));
        assert_eq!((said("2026-03-10"), said("2026-03-08")), (None, None));
        assert!(said("2026-02-09").is_some_and(|said| said.starts_with("revoked from 28 days ago on, 2026-02-09")));
    }

    #[test]
    fn a_refused_verb_is_answered_with_those_that_there_are() {
        let said = not_of_this_kind(RecordKind::SpsCertificate, Verb::Revoke);
        assert_eq!(said, "an SPS certificate cannot be revoked; the acts on it are: replace, withdraw, reaffirm, take-back, share");
        let said = not_of_this_kind(RecordKind::CertificateOfOrigin, Verb::Suspend);
        assert!(said.starts_with("a certificate of origin cannot be suspended") && said.contains("revoke, cancel, certify-copy"), "{said}");
    }
}
