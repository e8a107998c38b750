//! `symbolon reserve`, `consume` and `release`: quantities of one line, for one declaration.

use super::{InHand, OnCertificate, count, office, reference};
use crate::Common;
use crate::commands::authority::date;
use crate::commands::officials::told;
use crate::failure::{Outcome, exit};
use crate::issuer::submit_confirmed;
use crate::output::{self, Mark, banner, marked};
use crate::profile::Profile;
use crate::registry::entry;
use anyhow::{Context as _, ensure};
use contracts::acts::{AmountScale, Declared, UseLine, declared_code_token, is_as_recorded, unit_token};
use contracts::destination::{Dossier, OfficeVerb, PoolLine, Use, UseName};
use contracts::document::{Line, Quantity, escape_for_terminal};
use contracts::refusal::Refusal;
use contracts::standing::Line as StandingLine;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, MemberId};
use ledger::time::CalendarDate;
use serde_json::json;

/// Which line, for which declaration.
#[derive(clap::Args)]
pub struct OfLine {
    #[command(flatten)]
    on: OnCertificate,
    /// The line of the certificate: its place in the document, from 1
    #[arg(long, value_name = "N", value_parser = count)]
    line: u32,
    /// The declaration's reference; only a commitment to it is recorded
    #[arg(long, value_name = "MRN")]
    declaration: String,
    /// The goods item of the declaration, where several use the same line
    #[arg(long, value_name = "N", value_parser = count)]
    item: Option<u32>,
}

/// What is held.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon reserve PC-2026-0001.symbolon --line 1 --amount 1.5 \\\n      --declaration 26CN0001 --code 04010090 --until 2027-04-01",
    after_help = "A second hold of a declaration takes the place of the first; if it is\nrefused, the first one stands. After its last day any office may give it\nback (release --expired-of); until one does, it can be used up."
)]
pub struct Reserve {
    #[command(flatten)]
    of: OfLine,
    /// How much, in the certificate's unit
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    amount: String,
    /// The unit of the amount [default: the certificate's]
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// The declared commodity code [default: the certificate's]
    #[arg(long, value_name = "HS")]
    code: Option<String>,
    /// The edition of the nomenclature of that code, such as HS2022 [default: the certificate's]
    #[arg(long, value_name = "EDITION", requires = "code")]
    edition: Option<String>,
    /// The last day of the hold [default: 30 days from now, no later than the
    /// certificate's own last day]
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
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
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
    let asked = Asked {
        amount: Some(&args.amount),
        unit: args.unit.as_deref(),
        code: args.code.as_deref(),
        edition: args.edition.as_deref(),
        until,
    };
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
    edition: Option<&'a str>,
    until: Option<CalendarDate>,
}

fn move_line(common: &Common, verb: OfficeVerb, args: &OfLine, asked: Asked<'_>, of: Option<MemberId>) -> Outcome {
    let profile = common.open()?;
    let (signing, authority, member) = office(&profile, &args.on)?;
    let in_hand = InHand::open(&profile, &args.on.file)?;
    let (written, recorded) = in_hand.line(args.line)?;
    // What is given back is given back all the same.
    if matches!(verb, OfficeVerb::Reserve | OfficeVerb::Consume) {
        is_as_recorded(&in_hand.document, &in_hand.file.seed, &in_hand.found.standing)
            .with_context(|| format!("{}: nothing is held or used of it", args.on.file))?;
    }
    let amount = asked.amount.map(|text| amount(text, written, in_hand.scale(written))).transpose()?;
    of_one_edition(written, asked.code, asked.edition)?;
    let seed = &in_hand.file.seed;
    let is_reserve = verb == OfficeVerb::Reserve;
    let declared = Declared::of(seed, &reference(&args.declaration)?, args.item);
    let pool = in_hand.found.standing.pool.unwrap_or(in_hand.found.key);
    let place = contracts::key::use_of(&pool, args.line, &UseName { member: of.unwrap_or(member), declaration: declared.named });
    let known: Option<Use> = entry(&profile, place)?;
    let act = UseLine {
        record_key: in_hand.found.key,
        line: args.line,
        declaration: declared.named,
        amount,
        code: if is_reserve { code(seed, args.line, written, asked.code) } else { None },
        unit: if is_reserve { unit(seed, args.line, written, asked.unit) } else { None },
        until: asked.until,
        of,
        opening: in_hand.opening(&profile, member)?,
        follows: Some(known.map_or(0, |of| u32::try_from(of.acts.len()).unwrap_or(u32::MAX))),
        whole: declared.whole.filter(|_| is_reserve),
    };
    let act = act.into_act(in_hand.found.standing.kind, verb);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    if !became.waits.is_empty() {
        let done = format!("{verb}: line {} of {}, by {authority}", args.line, escape_for_terminal(&in_hand.found.name));
        return told(common, &profile, &authority, &act, &became, &done);
    }
    // A refusal says what is available, too.
    let dossier = entry::<Dossier>(&profile, contracts::key::dossier(&pool)).ok();
    let left = dossier.map(|dossier| dossier.unwrap_or_default().line(args.line));
    let left = left.map(|left| Left::of(&left, written, recorded, in_hand.scale(written)));
    // Where no last day was named, the rules set one.
    let held = if is_reserve { entry::<Use>(&profile, place).ok().flatten() } else { None };
    let until = held.filter(|of| of.reserved > 0).and_then(|of| of.until);
    let message = format!("{}{}", became.message, certified(written, became.number));
    let outcome = (became.height, became.number, message.as_str());
    Ok(tell(common, &profile, verb, args, &in_hand.found.name, &authority, outcome, left.as_ref(), until))
}

/// Reads an amount in the certificate's steps.
fn amount(text: &str, line: &Line, scale: Option<AmountScale>) -> anyhow::Result<u64> {
    let typed = escape_for_terminal(text);
    let in_form = || format!("--amount {typed}: write an amount above zero with at most 18 digits, such as 1.5");
    let amount = Quantity::parse(text, None).filter(|amount| amount.mantissa > 0).with_context(in_form)?;
    let Some(scale) = scale else {
        // Of a line without an amount uses are counted: the number itself, if it is whole.
        ensure!(amount.scale == 0, "--amount {typed}: the line certifies no amount; write a whole number, such as 1");
        return Ok(amount.mantissa);
    };
    let certified = line.quantity.as_ref().map(ToString::to_string).unwrap_or_default();
    ensure!(
        line.quantity.as_ref().is_none_or(|certified| !exceeds(&amount, certified)),
        "--amount {typed}: the line certifies {certified}, and no more than that is held or used (CERTEX 05)"
    );
    scale.to_ledger(&amount).with_context(|| {
        format!("--amount {typed}: the line certifies {certified}, and is used in amounts with at most {} decimals", scale.decimals())
    })
}

/// Whether an amount is more than another one in the same unit.
fn exceeds(amount: &Quantity, other: &Quantity) -> bool {
    let in_steps = |of: &Quantity, finer: u8| u128::from(of.mantissa).saturating_mul(10_u128.saturating_pow(finer.into()));
    in_steps(amount, other.scale) > in_steps(other, amount.scale)
}

/// That a declared code is of the certificate's edition of its nomenclature: in another one the same digits may mean other goods,
/// and other digits these. Source: DOMAIN section 10, trap 9.
fn of_one_edition(line: &Line, declared: Option<&str>, edition: Option<&str>) -> anyhow::Result<()> {
    let certified = line.code.as_ref().and_then(|code| Some((&code.code, code.edition.as_deref()?)));
    let (Some(declared), Some(edition), Some((code, stated))) = (declared, edition, certified) else { return Ok(()) };
    ensure!(
        edition.eq_ignore_ascii_case(stated),
        "--edition {}: the certificate has {code} of {stated}, and codes of two editions are not compared; write with --code what {} is \
         in {stated} (correlation tables of the WCO), or leave both out if the goods are those of the line",
        escape_for_terminal(edition),
        escape_for_terminal(declared)
    );
    Ok(())
}

/// What the certificate has, where a refusal says that the declared code or unit is not that.
fn certified(line: &Line, refused: u16) -> String {
    let has = match Refusal::from_number(refused) {
        Some(Refusal::WrongCommodity) => line.code.as_ref().map(|code| {
            let edition = code.edition.as_ref().map_or_else(String::new, |edition| format!(" of {edition}"));
            format!("{}{edition}", code.code)
        }),
        Some(Refusal::WrongUnit) => line.quantity.as_ref().and_then(|quantity| quantity.unit.clone()),
        _ => None,
    };
    has.map_or_else(String::new, |has| format!(" (the certificate has {})", escape_for_terminal(&has)))
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
    /// Whether not one step is left that is not used up.
    pub is_exhausted: bool,
}

impl Left {
    pub(super) fn of(pool: &PoolLine, written: &Line, recorded: &StandingLine, scale: Option<AmountScale>) -> Self {
        let shown = |amount: u64| amount_in_words(amount, written, scale);
        // What is less than a step nobody can use.
        let whole = |amount: u64| scale.map_or(amount, |scale| scale.whole_steps(amount));
        let available = recorded.certified.map(|certified| shown(whole(certified.saturating_sub(pool.taken()))));
        let is_exhausted = pool.is_all_used(recorded.certified, scale.map(AmountScale::step));
        Self { available, reserved: shown(pool.reserved), consumed: shown(pool.consumed), is_exhausted }
    }

    pub(super) fn text(&self) -> String {
        let available = self.available.as_ref().map_or_else(|| "not limited".to_owned(), |available| format!("{available} available"));
        let exhausted = if self.is_exhausted { "EXHAUSTED: " } else { "" };
        format!("{exhausted}{available}, {} held, {} used", self.reserved, self.consumed)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        json!({ "available": self.available, "reserved": self.reserved, "consumed": self.consumed, "exhausted": self.is_exhausted })
    }
}

/// An amount of the ledger in the certificate's unit. One that is not in the certificate's steps is marked: whoever wrote it
/// did not have the certificate.
pub(super) fn amount_in_words(amount: u64, line: &Line, scale: Option<AmountScale>) -> String {
    let unit = line.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    let Some(scale) = scale else { return amount.to_string() };
    match scale.from_ledger(scale.whole_steps(amount), unit) {
        Some(quantity) if scale.is_whole(amount) => quantity.to_string(),
        Some(quantity) => format!("{quantity} and less than a step (not of this certificate)"),
        None => amount.to_string(),
    }
}

#[expect(clippy::too_many_arguments, reason = "what is told, one by one")]
fn tell(
    common: &Common,
    profile: &Profile,
    verb: OfficeVerb,
    args: &OfLine,
    name: &str,
    authority: &AuthorityId,
    (height, number, message): (u64, u16, &str),
    left: Option<&Left>,
    until: Option<CalendarDate>,
) -> u8 {
    let accepted = number == 0;
    let certex = Refusal::from_number(number).and_then(|refusal| refusal.certex());
    if common.json {
        output::json(json!({
            "environment": profile.founding.environment().as_str(), "accepted": accepted, "height": (height != 0).then_some(height), "act": verb.as_str(), "by": authority.as_str(),
            "line": args.line, "left": left.map(Left::json), "until": until.map(|until| until.to_string()), "refusal": (!accepted).then_some(number), "certex": certex,
            "message": (!accepted).then_some(message),
        }));
    } else {
        let colour = output::colour_on_stdout();
        let (line, name) = (args.line, escape_for_terminal(name));
        let first = if accepted {
            format!("{}  {verb}: line {line} of {name}, by {authority} (block {height})", marked(Mark::Good, "recorded", colour))
        } else {
            format!("{}  {number}: {message}", marked(Mark::Bad, "refused", colour))
        };
        let until = until.map_or_else(String::new, |until| format!("; this declaration's hold ends with {until}"));
        let left = left.map_or_else(String::new, |left| format!("\n    line {line}: {}{until}", left.text()));
        output::result(&format!("{first}{left}\n{}", banner(profile.founding.environment(), profile.founding.name())));
    }
    if accepted { exit::GOOD } else { exit::REFUSED }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::kinds::RecordKind;
    use ledger::commitment::Seed;

    #[test]
    fn an_amount_that_cannot_be_taken_is_told_why() {
        let text = include_str!("../../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
        let document = contracts::document::read_document(text.as_bytes()).unwrap();
        let line = &document.lines[0];
        let scale = line.quantity.as_ref().map(|quantity| AmountScale::of(quantity, &ledger::commitment::Seed::new([7; 16])));
        let said = |text: &str| amount(text, line, scale).map_err(|error| error.to_string());
        assert!(said("10800").is_ok() && said("0.5").is_ok());
        for (text, part) in [
            ("-5", "above zero"),
            ("0", "above zero"),
            ("0.00", "above zero"),
            ("99999999999999999999999", "at most 18 digits"),
            ("999999999999", "certifies 10800.00 LTR, and no more"),
            ("10800.001", "no more than that"),
            ("0.00000001", "decimals"),
        ] {
            let error = said(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_declared_code_is_of_the_certificates_edition() {
        let text = include_str!("../../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
        let mut line = contracts::document::read_document(text.as_bytes()).unwrap().lines.remove(0);
        let stated = line.code.as_ref().unwrap().edition.clone().unwrap();
        assert!(of_one_edition(&line, Some("22042100"), None).is_ok());
        assert!(of_one_edition(&line, Some("22042100"), Some(&stated.to_lowercase())).is_ok());
        let error = of_one_edition(&line, Some("22042100"), Some("HS1996")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("--edition HS1996: the certificate has 220421 of {stated}, and ")), "{error}");
        assert_eq!(certified(&line, Refusal::WrongCommodity.number()), format!(" (the certificate has 220421 of {stated})"));
        assert_eq!(certified(&line, Refusal::WrongUnit.number()), " (the certificate has LTR)");
        assert_eq!(certified(&line, Refusal::QuantityExceeded.number()), "");
        // What states no edition is compared by its digits alone.
        line.code.as_mut().unwrap().edition = None;
        assert!(of_one_edition(&line, Some("22042100"), Some("HS1996")).is_ok());
    }

    #[test]
    fn amounts_that_are_not_in_steps_are_marked_and_leave_nothing_to_use() {
        let document = contracts::document::read_document(RecordKind::CertificateOfOrigin.rules().example().as_bytes()).unwrap();
        let written = document.lines.iter().find(|line| line.quantity.is_some()).unwrap();
        let quantity = written.quantity.as_ref().unwrap();
        let scale = AmountScale::of(quantity, &Seed::new([7; 16]));
        let certified = scale.to_ledger(quantity).unwrap();
        let recorded = StandingLine { number: 1, certified: Some(certified), code: None, unit: None };
        let left = |consumed: u64| {
            let pool = PoolLine { number: 1, consumed, ..PoolLine::default() };
            Left::of(&pool, written, &recorded, Some(scale))
        };
        for (consumed, is_exhausted, is_marked) in [
            (0, false, false),
            (scale.step(), false, false),
            (certified - scale.step(), false, false),
            (certified - 1, true, true),
            (certified, true, false),
        ] {
            let left = left(consumed);
            let text = left.text();
            assert_eq!((left.is_exhausted, text.contains("not of this certificate")), (is_exhausted, is_marked), "{consumed}: {text}");
            assert_eq!(text.starts_with("EXHAUSTED: 0 "), is_exhausted, "{text}");
        }
    }
}
