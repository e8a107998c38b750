//! `symbolon mra`: mutual recognition arrangements, signed, amended and applied by each party for itself.

mod programme;
mod show;
mod terms;

pub use programme::in_words as type_in_words;
pub use show::any;

use crate::Common;
use crate::commands::authority::{date, decide};
use crate::failure::Outcome;
use crate::profile::Profile;
use crate::registry::entry;
use anyhow::{Context as _, ensure};
use contracts::acts::{
    AmendArrangement, ApplyArrangement, ResumeRecognition, SignArrangement, SuspendRecognition, TakeBackTermination, TerminateArrangement,
};
use contracts::context::Known;
use contracts::document::escape_for_terminal;
use contracts::registry::{Amendment, Arrangement, ArrangementAct, ArrangementId, ArrangementVerb, Terms};
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use std::path::PathBuf;
use terms::read_terms;

/// What to do about arrangements.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon mra sign cn-nz.json           every party signs the same terms\n  symbolon mra apply CN-NZ-2026          and puts them into operation itself\n  symbolon mra amend cn-nz-2.json        likewise other terms; then apply again\n  symbolon mra suspend CN-NZ-2026 --from 2026-03-09\n  symbolon mra programme NZ-SES --type EXPORTER=36\n  symbolon mra show CN-NZ-2026           whose act is missing",
    after_help = "Terms: {\"arrangement\": \"CN-NZ-2026\", \"notice_days\": 90,\n\"text_sha256\": \"…\" or left out, \"recognitions\": [{\"recognising\": \"CN\",\n\"recognised\": \"NZ\", \"kind\": \"aeo\" or left out, \"programme\": \"NZ-SES\",\n\"types\": [], \"roles\": [], \"flow\": \"import\", \"export\" or \"both\",\n\"benefits\": [\"priority lane\", \"inspection rate 20\"] or left out}]};\nno types or roles: all."
)]
pub enum Mra {
    /// Sign the terms of an arrangement
    Sign(Sign),
    /// Sign other terms of an arrangement; they hold once all parties applied them
    Amend(Sign),
    /// Put what is signed into operation on your side: the arrangement, or its amendment
    Apply(Dated),
    /// Suspend your own recognition under it
    Suspend(Dated),
    /// Resume your own recognition
    Resume(Dated),
    /// Leave, with notice
    Terminate(Dated),
    /// Take back that you leave, before the announced date
    TakeBack(TakeBack),
    /// Show a programme, or add, change and drop its types
    Programme(programme::ProgrammeArgs),
    /// Show an arrangement, and whose act is missing; without a name all of your member
    Show(Show),
}

/// Which terms.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon mra sign cn-nz.json\n  symbolon mra amend cn-nz-2.json --from 2026-03-09",
    after_help = "The letters of the member that signs it first are a part of an arrangement's\nname. The file of an amendment holds all terms as amended; parties may join\nafter a party signed it. The terms before hold until every party of them, and\nevery one that joins, has signed and applied it."
)]
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
    before_help = "Examples:\n  symbolon mra apply CN-NZ-2026\n  symbolon mra suspend CN-NZ-2026 --from 2026-03-09\n  symbolon mra terminate CN-NZ-2026          as soon as the notice allows\n  symbolon mra take-back CN-NZ-2026          before that date"
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
#[command(before_help = "Examples:\n  symbolon mra take-back CN-NZ-2026")]
pub struct TakeBack {
    /// The arrangement
    arrangement: String,
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
        Mra::Amend(args) => {
            let (arrangement, terms) = read_terms(&args.terms)?;
            let (_, entry) = current(&profile, arrangement.as_str())?;
            let effective = date(args.from.as_deref())?;
            let number = amendment_of(&entry, &terms)?;
            let done = format!(
                "{} signed amendment {} of {arrangement} as of {effective}, terms {}",
                profile.member()?,
                counted(number),
                terms.digest()
            );
            decide(common, &profile, &args.keys, &AmendArrangement { arrangement, number, terms, effective }.into_act(), &done)
        }
        Mra::Apply(args) => {
            let (arrangement, entry) = current(&profile, &args.arrangement)?;
            let (effective, own) = (date(args.from.as_deref())?, profile.member()?);
            to_sign_first(&entry, own)?;
            let (amendment, terms, acts) = to_apply(&entry, own);
            after_signing(&arrangement, acts, effective)?;
            let which = amendment.map_or_else(String::new, |number| format!("amendment {} of ", number.saturating_add(1)));
            let done = format!("{own} applies {which}{arrangement} from {effective} on");
            let act = ApplyArrangement { arrangement, terms_digest: terms.digest(), effective }.into_act();
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
            let notice = entry.notice_days(profile.member()?, today, Known::Now);
            let effective = match &args.from {
                // One day more than the notice: the block's date may be tomorrow's.
                None => today.add_days(notice.saturating_add(1)).context("no such date")?,
                given => date(given.as_deref())?,
            };
            let done = format!(
                "{} leaves {arrangement}: from {effective} on nothing is recognised under it between {0} and the others (notice: {notice} days)",
                profile.member()?
            );
            decide(common, &profile, &args.keys, &TerminateArrangement { arrangement, effective }.into_act(), &done)
        }
        Mra::TakeBack(args) => {
            let (arrangement, entry) = current(&profile, &args.arrangement)?;
            let (own, today) = (profile.member()?, date(None)?);
            let leaving = entry.leaving(own, Known::Now).filter(|act| act.effective > today);
            let effective = leaving.map(|act| act.effective).with_context(|| {
                format!(
                    "{own} announced no termination of {arrangement} for a later date; symbolon mra show {arrangement} shows what it did"
                )
            })?;
            let done = format!("{own} stays in {arrangement}: it does not leave on {effective}");
            decide(common, &profile, &args.keys, &TakeBackTermination { arrangement, effective }.into_act(), &done)
        }
        Mra::Programme(args) => programme::programme(common, &profile, args),
        Mra::Show(args) => show::show(common, &profile, args),
    }
}

/// The ledger counts amendments from 0, people from 1.
pub(super) fn counted(number: u32) -> u32 {
    number.saturating_add(1)
}

/// Nothing is left to apply, and an amendment of another party waits: that is signed first.
fn to_sign_first(entry: &Arrangement, own: MemberId) -> anyhow::Result<()> {
    let applied = |acts: &[ArrangementAct]| acts.iter().any(|act| act.verb == ArrangementVerb::Apply && act.by == own);
    let open = entry.amendments().last().is_some_and(|last| !last.has(ArrangementVerb::Amend, own));
    if !open || !applied(&entry.acts) || to_apply(entry, own).0.is_some() {
        return Ok(());
    }
    anyhow::bail!(
        "{}: what {own} signed is applied, and amendment {} waits for its signature: sign it first with symbolon mra amend FILE, then apply",
        entry.id,
        entry.amendments().len()
    )
}

/// Which amendment terms are: one that waits for signatures, or the next.
fn amendment_of(entry: &Arrangement, terms: &Terms) -> anyhow::Result<u32> {
    let digest = terms.digest();
    ensure!(entry.terms.digest() != digest, "{}: these are its first terms; change something, or use: symbolon mra sign", entry.id);
    let known = entry.amendments().iter().position(|one| one.terms.digest() == digest);
    Ok(u32::try_from(known.unwrap_or(entry.amendments().len()))?)
}

/// What a party applies next: the last amendment that it signed and has not applied, or else the first terms.
fn to_apply(entry: &Arrangement, own: MemberId) -> (Option<usize>, &Terms, &[ArrangementAct]) {
    let signed = |one: &Amendment| one.has(ArrangementVerb::Amend, own) && !one.has(ArrangementVerb::Apply, own);
    let waits = |one: &Amendment| signed(one) && !entry.is_overtaken(one);
    let next = entry.amendments().iter().rposition(waits);
    match next.and_then(|number| Some((number, entry.amendments().get(number)?))) {
        Some((number, amendment)) => (Some(number), &amendment.terms, &amendment.acts),
        None => (None, &entry.terms, &entry.acts),
    }
}

/// Nothing is applied before it is signed: such an act would be recorded, and take effect later than it says.
fn after_signing(arrangement: &ArrangementId, acts: &[ArrangementAct], effective: CalendarDate) -> anyhow::Result<()> {
    let signs = |act: &&ArrangementAct| matches!(act.verb, ArrangementVerb::Sign | ArrangementVerb::Amend);
    let last = acts.iter().filter(signs).max_by_key(|act| act.effective);
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

fn current(profile: &Profile, text: &str) -> anyhow::Result<(ArrangementId, Arrangement)> {
    let id = arrangement_id(text)?;
    let entry = entry(profile, contracts::key::arrangement(&id))?
        .with_context(|| format!("{id} is not on this ledger; sign it first: symbolon mra sign TERMS"))?;
    Ok((id, entry))
}
