//! `symbolon reserve`, `consume` and `release`: quantities of one line, for one declaration.

use super::{InHand, OnCertificate, office};
use crate::Common;
use crate::commands::authority::date;
use crate::commands::officials::told;
use crate::failure::{Outcome, exit};
use crate::issuer::submit_confirmed;
use crate::output::{self, Mark, banner, marked};
use crate::profile::Profile;
use crate::registry::entry;
use anyhow::{Context as _, ensure};
use contracts::acts::{AmountScale, UseLine, declaration_commitment, declared_code_token, unit_token};
use contracts::destination::{Dossier, OfficeVerb, PoolLine};
use contracts::document::{Line, Quantity, escape_for_terminal};
use contracts::standing::Line as StandingLine;
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use serde_json::json;

/// Which line, for which declaration.
#[derive(clap::Args)]
pub struct OfLine {
    #[command(flatten)]
    on: OnCertificate,
    /// The line of the certificate: its place in the document, from 1
    #[arg(long, value_name = "N")]
    line: u32,
    /// The declaration's reference; only a commitment to it is recorded
    #[arg(long, value_name = "MRN")]
    declaration: String,
    /// The goods item of the declaration, where several use the same line
    #[arg(long, value_name = "N")]
    item: Option<u32>,
}

/// What is held.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon reserve PC-2026-0001.symbolon --line 1 --amount 1.5 \\\n      --declaration 26CN0001 --code 04010090 --until 2027-04-01",
    after_help = "A second hold of a declaration takes the place of the first; if it is\nrefused, the first one stands."
)]
pub struct Reserve {
    #[command(flatten)]
    of: OfLine,
    /// How much, in the certificate's unit
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    /// The unit of the amount [default: the certificate's]
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// The declared commodity code [default: the certificate's]
    #[arg(long, value_name = "HS")]
    code: Option<String>,
    /// The last day of the hold [default: none]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// What is used up.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon consume PC-2026-0001.symbolon --line 1 --declaration 26CN0001\n  symbolon consume PC-2026-0001.symbolon --line 1 --declaration 26CN0001 \\\n      --amount 0.5",
    after_help = "What is used up is not given back."
)]
pub struct Consume {
    #[command(flatten)]
    of: OfLine,
    /// A part of what is held [default: all]
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
}

/// What is given back.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon release PC-2026-0001.symbolon --line 1 --declaration 26CN0001\n  symbolon release PC-2026-0001.symbolon --line 1 --declaration 26CN0001 \\\n      --expired-of CN"
)]
pub struct Release {
    #[command(flatten)]
    of: OfLine,
    /// Give back a hold of this member, whose last day is over
    #[arg(long, value_name = "MEMBER")]
    expired_of: Option<String>,
}

/// Holds a quantity.
///
/// # Errors
/// If the certificate is not found, or profile, key or node fail.
pub fn reserve(common: &Common, args: &Reserve) -> Outcome {
    let until = args.until.as_deref().map(|text| date(Some(text))).transpose()?;
    let asked = Asked { amount: Some(&args.amount), unit: args.unit.as_deref(), code: args.code.as_deref(), until };
    move_line(common, OfficeVerb::Reserve, &args.of, asked, None)
}

/// Uses up a quantity.
///
/// # Errors
/// As [`reserve`].
pub fn consume(common: &Common, args: &Consume) -> Outcome {
    move_line(common, OfficeVerb::Consume, &args.of, Asked { amount: args.amount.as_deref(), ..Asked::default() }, None)
}

/// Gives a quantity back.
///
/// # Errors
/// As [`reserve`].
pub fn release(common: &Common, args: &Release) -> Outcome {
    let of = args.expired_of.as_deref().map(MemberId::parse).transpose().context("--expired-of")?;
    let verb = if of.is_some() { OfficeVerb::Expire } else { OfficeVerb::Release };
    move_line(common, verb, &args.of, Asked::default(), of)
}

/// What is asked for.
#[derive(Clone, Copy, Default)]
struct Asked<'a> {
    amount: Option<&'a str>,
    unit: Option<&'a str>,
    code: Option<&'a str>,
    until: Option<CalendarDate>,
}

fn move_line(common: &Common, verb: OfficeVerb, args: &OfLine, asked: Asked<'_>, of: Option<MemberId>) -> Outcome {
    let profile = common.open()?;
    let (signing, authority, member) = office(&profile, &args.on)?;
    let in_hand = InHand::open(&profile, &args.on.file)?;
    let (written, recorded) = in_hand.line(args.line)?;
    let amount = asked.amount.map(|text| amount(text, written, in_hand.scale(written))).transpose()?;
    let seed = &in_hand.file.seed;
    let is_reserve = verb == OfficeVerb::Reserve;
    let declaration = declaration_commitment(seed, args.declaration.trim(), args.item);
    let act = UseLine {
        record_key: in_hand.found.key,
        line: args.line,
        declaration,
        amount,
        code: if is_reserve { code(seed, args.line, written, asked.code) } else { None },
        unit: if is_reserve { unit(seed, args.line, written, asked.unit) } else { None },
        until: asked.until,
        of,
        opening: in_hand.opening(&profile, member)?,
    };
    let act = act.into_act(in_hand.found.standing.kind, verb);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    if !became.waits.is_empty() {
        let done = format!("{verb}: line {} of {}", args.line, escape_for_terminal(&in_hand.found.name));
        return told(common, &profile, &authority, &act, &became, &done);
    }
    // A refusal says what is available, too.
    let pool = in_hand.found.standing.pool.unwrap_or(in_hand.found.key);
    let dossier = entry::<Dossier>(&profile, contracts::key::dossier(&pool)).ok();
    let left = dossier.map(|dossier| dossier.unwrap_or_default().line(args.line));
    let left = left.map(|left| Left::of(&left, written, recorded, in_hand.scale(written)));
    Ok(tell(common, &profile, verb, args, &in_hand.found.name, (became.height, became.number, &became.message), left.as_ref()))
}

/// Reads an amount in the certificate's steps.
fn amount(text: &str, line: &Line, scale: Option<AmountScale>) -> anyhow::Result<u64> {
    let amount = Quantity::parse(text, None).with_context(|| format!("--amount {text}: write an amount such as 1.5"))?;
    let Some(scale) = scale else {
        // Of a line without an amount uses are counted: the number itself, if it is whole.
        ensure!(amount.scale == 0, "--amount {text}: the line certifies no amount; write a whole number, such as 1");
        return Ok(amount.mantissa);
    };
    scale.to_ledger(&amount).with_context(|| {
        let certified = line.quantity.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("--amount {text}: the line certifies {certified} and is used in steps of {} decimals", scale.decimals())
    })
}

fn code(seed: &ledger::commitment::Seed, number: u32, line: &Line, declared: Option<&str>) -> Option<Hash> {
    let certified = &line.code.as_ref()?.code;
    Some(declared_code_token(seed, number, certified, declared.unwrap_or(certified)))
}

fn unit(seed: &ledger::commitment::Seed, number: u32, line: &Line, declared: Option<&str>) -> Option<Hash> {
    let certified = line.quantity.as_ref()?.unit.as_deref();
    declared.or(certified).map(|unit| unit_token(seed, number, unit))
}

/// What is left of a line, in the certificate's unit.
pub(super) struct Left {
    /// What nobody holds or used; `None` if the line certifies no amount.
    pub available: Option<String>,
    /// What is held.
    pub reserved: String,
    /// What is used up.
    pub consumed: String,
}

impl Left {
    pub(super) fn of(pool: &PoolLine, written: &Line, recorded: &StandingLine, scale: Option<AmountScale>) -> Self {
        let shown = |amount: u64| amount_in_words(amount, written, scale);
        let available = recorded.certified.map(|certified| shown(certified.saturating_sub(pool.taken())));
        Self { available, reserved: shown(pool.reserved), consumed: shown(pool.consumed) }
    }

    pub(super) fn text(&self) -> String {
        let available = self.available.as_ref().map_or_else(|| "not limited".to_owned(), |available| format!("{available} available"));
        format!("{available}, {} held, {} used", self.reserved, self.consumed)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        json!({ "available": self.available, "reserved": self.reserved, "consumed": self.consumed })
    }
}

/// An amount of the ledger in the certificate's unit.
pub(super) fn amount_in_words(amount: u64, line: &Line, scale: Option<AmountScale>) -> String {
    let unit = line.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    match scale.and_then(|scale| scale.from_ledger(amount, unit)) {
        Some(quantity) => quantity.to_string(),
        None => amount.to_string(),
    }
}

fn tell(
    common: &Common,
    profile: &Profile,
    verb: OfficeVerb,
    args: &OfLine,
    name: &str,
    (height, number, message): (u64, u16, &str),
    left: Option<&Left>,
) -> u8 {
    let accepted = number == 0;
    let certex = contracts::refusal::Refusal::from_number(number).and_then(|refusal| refusal.certex());
    if common.json {
        output::json(json!({
            "environment": profile.founding.environment().as_str(), "accepted": accepted, "height": height, "act": verb.as_str(),
            "line": args.line, "left": left.map(Left::json), "refusal": (!accepted).then_some(number), "certex": certex,
            "message": (!accepted).then_some(message),
        }));
    } else {
        let colour = output::colour_on_stdout();
        let (line, name) = (args.line, escape_for_terminal(name));
        let first = if accepted {
            format!("{}  {verb}: line {line} of {name} (block {height})", marked(Mark::Good, "recorded", colour))
        } else {
            format!("{}  {number}: {message}", marked(Mark::Bad, "refused", colour))
        };
        let left = left.map_or_else(String::new, |left| format!("\n    line {line}: {}", left.text()));
        output::result(&format!("{first}{left}\n{}", banner(profile.founding.environment(), profile.founding.name())));
    }
    if accepted { exit::GOOD } else { exit::REFUSED }
}
