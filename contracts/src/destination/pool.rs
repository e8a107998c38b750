//! The pool of a certificate's quantity: how much is held and used once an act is carried out, and until when. Values in,
//! new values or a refusal out. Amounts are times the certificate's factor, so that they are exact and tell a stranger
//! ratios only.
//!
//! For each line held + used is never more than certified. Source: DOMAIN section 5, the quantity management that CERTEX
//! shows; its numbers stand in the refusals ([`Refusal::certex`]).

use super::{OfficeVerb, PoolLine, USE_ACTS_MAX, USES_PER_LINE_MAX, Use, UseAct, UseState};
use crate::acts::{Declared, Draw, Issue, UseLine};
use crate::context::Context;
use crate::refusal::{Refusal, ensure};
use crate::registry::Approvals;
use crate::standing::{Line, Standing};
use ledger::hash::Hash;
use ledger::lookup::RecordKey;
use ledger::time::CalendarDate;

/// How many days ahead the last day of a hold may lie.
pub const HOLD_DAYS_MAX: u32 = 366;
/// How many days a hold lasts that names no last day: as long as an issuer has at least for its answer, so that a doubt can be
/// settled within it, and what an office forgot does not stay away from all others.
pub const HOLD_DAYS_UNNAMED: u32 = super::facts::REPLY_DAYS_MIN;

/// Why nothing moves.
pub enum NotMoved {
    /// The rules say no.
    Refused(Refusal),
    /// There is not as much as is asked for.
    Exceeded(Exceeded),
}

impl From<Refusal> for NotMoved {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// More is asked for than there is; amounts times the certificate's factor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Exceeded {
    /// The line.
    pub line: u32,
    /// How much is asked for.
    pub asked: u64,
    /// How much there is.
    pub available: u64,
    /// How much is held by others.
    pub reserved: u64,
    /// How much is used up.
    pub consumed: u64,
}

impl core::fmt::Display for Exceeded {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { line, asked, available, reserved, consumed } = self;
        write!(out, "line {line}: asked {asked}, available {available}, reserved {reserved}, consumed {consumed}, times the factor")
    }
}

/// One line of the pool, with one declaration's use of it.
pub struct Place<'a> {
    /// The line, as the certificate that is presented certifies it.
    pub line: &'a Line,
    /// What is held and used of it.
    pub pool: PoolLine,
    /// What the declaration holds and used.
    pub of: Option<Use>,
}

/// The last day of a hold that names none: no later than the certificate's own while that is still ahead everywhere. On that
/// day and after it, for what was presented in time, nothing but the hold's own days counts: it would be over as it begins.
fn last_day_unnamed(certificates: Option<CalendarDate>, ctx: &Context<'_>) -> CalendarDate {
    let last = ctx.block.date().add_days(HOLD_DAYS_UNNAMED).unwrap_or(CalendarDate::LAST);
    certificates.filter(|until| *until > ctx.block.latest_date()).map_or(last, |until| until.min(last))
}

/// The line and the use after an act on them. `until` is the certificate's last day of validity, if it has one.
///
/// # Errors
/// [`NotMoved`]; then nothing changes, and an old hold stands.
pub fn moved(
    verb: OfficeVerb,
    act: &UseLine,
    place: Place<'_>,
    until: Option<CalendarDate>,
    ctx: &Context<'_>,
) -> Result<(PoolLine, Use), NotMoved> {
    let is_reserve = verb == OfficeVerb::Reserve;
    let has_none = act.code.is_none() && act.unit.is_none() && act.until.is_none() && act.whole.is_none();
    ensure(is_reserve || has_none, Refusal::FieldsNotOfThisAct)?;
    let moves_an_amount = is_reserve || verb == OfficeVerb::Consume;
    ensure(moves_an_amount || act.amount.is_none(), Refusal::FieldsNotOfThisAct)?;
    ensure(verb == OfficeVerb::Expire || act.of.is_none(), Refusal::FieldsNotOfThisAct)?;
    let acts = place.of.as_ref().map_or(0, |of| of.acts.len());
    ensure(act.follows.is_none_or(|follows| usize::try_from(follows) == Ok(acts)), Refusal::UseMoved)?;
    match verb {
        OfficeVerb::Reserve => reserved(act, place, until, ctx),
        OfficeVerb::Consume => consumed(act, place, ctx),
        _ => given_back(verb, place, ctx),
    }
}

/// A second hold of one declaration takes the place of the first; if it is refused, the first one stands.
fn reserved(act: &UseLine, place: Place<'_>, certificates: Option<CalendarDate>, ctx: &Context<'_>) -> Result<(PoolLine, Use), NotMoved> {
    let Place { line, mut pool, of } = place;
    ensure(act.code == line.code, Refusal::WrongCommodity)?;
    ensure(act.unit == line.unit, Refusal::WrongUnit)?;
    let declared = Declared { named: act.declaration, whole: act.whole };
    ensure(declared.is_in_form(), Refusal::NoGoodsItem)?;
    let asked = act.amount.filter(|amount| *amount > 0).ok_or(Refusal::AmountMissing)?;
    let (first, last) = (ctx.block.earliest_date(), ctx.block.date().add_days(HOLD_DAYS_MAX));
    ensure(act.until.is_none_or(|until| first <= until && last.is_none_or(|last| until <= last)), Refusal::HoldNotAhead)?;
    let mut of = match of {
        Some(of) => of,
        None => {
            ensure(pool.uses < USES_PER_LINE_MAX, Refusal::TooManyUses)?;
            pool.uses = pool.uses.saturating_add(1);
            Use { whole: act.whole, ..unused(ctx) }
        }
    };
    ensure(of.whole == act.whole, Refusal::ItemOfAnotherDeclaration)?;
    ensure(of.consumed == 0, Refusal::WriteOffExists)?;
    if of.state() == UseState::Released && !of.acts.is_empty() {
        // What was given back is held anew.
        pool.given_back = pool.given_back.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
    }
    pool.reserved = pool.reserved.saturating_sub(of.reserved);
    pool.reserved = taken(&pool, line.certified, asked)?;
    of.reserved = asked;
    of.until = Some(act.until.unwrap_or_else(|| last_day_unnamed(certificates, ctx)));
    done(OfficeVerb::Reserve, asked, pool, of, line.certified, ctx)
}

/// What is reserved once `asked` more is taken of what is left.
fn taken(pool: &PoolLine, certified: Option<u64>, asked: u64) -> Result<u64, NotMoved> {
    // Of a line without an amount uses are counted and not limited.
    let available = certified.unwrap_or(u64::MAX).saturating_sub(pool.taken());
    let PoolLine { number: line, reserved, consumed, .. } = *pool;
    if asked > available {
        return Err(NotMoved::Exceeded(Exceeded { line, asked, available, reserved, consumed }));
    }
    Ok(reserved.saturating_add(asked))
}

fn consumed(act: &UseLine, place: Place<'_>, ctx: &Context<'_>) -> Result<(PoolLine, Use), NotMoved> {
    let Place { line, mut pool, of } = place;
    let mut of = held(of)?;
    let asked = act.amount.unwrap_or(of.reserved);
    ensure(asked > 0, Refusal::AmountMissing)?;
    if asked > of.reserved {
        let Use { reserved, consumed, .. } = of;
        return Err(NotMoved::Exceeded(Exceeded { line: line.number, asked, available: reserved, reserved, consumed }));
    }
    of.reserved = of.reserved.saturating_sub(asked);
    of.consumed = of.consumed.saturating_add(asked);
    pool.reserved = pool.reserved.saturating_sub(asked);
    pool.consumed = pool.consumed.saturating_add(asked);
    done(OfficeVerb::Consume, asked, pool, of, line.certified, ctx)
}

/// Gives back all that is held: at the office's word, or because the hold's last day is over everywhere.
fn given_back(verb: OfficeVerb, place: Place<'_>, ctx: &Context<'_>) -> Result<(PoolLine, Use), NotMoved> {
    let Place { line, mut pool, of } = place;
    let mut of = held(of)?;
    let is_over = of.until.is_some_and(|until| until < ctx.block.earliest_date());
    ensure(verb != OfficeVerb::Expire || is_over, Refusal::HoldNotOver)?;
    let amount = of.reserved;
    pool.reserved = pool.reserved.saturating_sub(amount);
    of.reserved = 0;
    done(verb, amount, pool, of, line.certified, ctx)
}

/// The use, if anything of it is held.
fn held(of: Option<Use>) -> Result<Use, Refusal> {
    let of = of.ok_or(Refusal::NothingHeld)?;
    ensure(of.reserved > 0 || of.consumed == 0, Refusal::AlreadyConsumed)?;
    ensure(of.reserved > 0, Refusal::NothingHeld)?;
    Ok(of)
}

fn unused(ctx: &Context<'_>) -> Use {
    Use { member: ctx.authority.member(), reserved: 0, consumed: 0, until: None, acts: Vec::new(), whole: None }
}

fn done(
    verb: OfficeVerb,
    amount: u64,
    mut pool: PoolLine,
    mut of: Use,
    certified: Option<u64>,
    ctx: &Context<'_>,
) -> Result<(PoolLine, Use), NotMoved> {
    let signed_before = Approvals::of(ctx.signed_before);
    of.acts.push(UseAct { verb, by: ctx.authority.id.clone(), key: ctx.key, amount, recorded: ctx.block.recorded(), signed_before });
    if of.state() == UseState::Released {
        pool.given_back = Some(pool.given_back.unwrap_or_default().saturating_add(1));
    }
    // While anything is held, a place is kept for the act that ends it.
    let kept = usize::from(of.reserved > 0);
    ensure(of.acts.len() <= USE_ACTS_MAX.saturating_sub(kept), Refusal::TooManyUseActs)?;
    Ok((pool.moved(certified, ctx.block.recorded(), ctx.authority.member()), of))
}

/// The line and the use after a back-to-back certificate drew from it, used up at once.
///
/// # Errors
/// [`NotMoved`]; then nothing changes.
pub fn drawn(draw: &Draw, place: Place<'_>, ctx: &Context<'_>) -> Result<(PoolLine, Use), NotMoved> {
    let Place { line, mut pool, of } = place;
    ensure(draw.code == line.code, Refusal::WrongCommodity)?;
    ensure(draw.unit == line.unit, Refusal::WrongUnit)?;
    ensure(draw.amount > 0, Refusal::AmountMissing)?;
    ensure(of.is_none(), Refusal::WriteOffExists)?;
    ensure(pool.uses < USES_PER_LINE_MAX, Refusal::TooManyUses)?;
    taken(&pool, line.certified, draw.amount)?;
    pool.uses = pool.uses.saturating_add(1);
    pool.consumed = pool.consumed.saturating_add(draw.amount);
    let of = Use { consumed: draw.amount, ..unused(ctx) };
    done(OfficeVerb::Consume, draw.amount, pool, of, line.certified, ctx)
}

/// The line and the use after the back-to-back certificate that drew from it was cancelled, unused.
pub fn drawn_back(place: Place<'_>, ctx: &Context<'_>) -> Option<(PoolLine, Use)> {
    let Place { line, mut pool, of } = place;
    let mut of = of.filter(|of| of.consumed > 0)?;
    let amount = of.consumed;
    pool.consumed = pool.consumed.saturating_sub(amount);
    of.consumed = 0;
    done(OfficeVerb::Release, amount, pool, of, line.certified, ctx).ok()
}

/// Whether the draws of a certificate are in form: from its bases on this ledger alone, in order, none twice.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn draws_in_form(issue: &Issue) -> Result<(), Refusal> {
    let Some(draws) = &issue.draws else { return Ok(()) };
    let names: Vec<(&RecordKey, u32)> = draws.iter().map(|draw| (&draw.base, draw.line)).collect();
    let few = (1..=crate::acts::DRAWS_MAX).contains(&names.len());
    ensure(few && ledger::codec::strictly_ascending(&names), Refusal::DrawsNotInForm)?;
    let rests_on = |base: &RecordKey| issue.bases.iter().any(|link| link.record() == Some(base));
    ensure(names.iter().all(|(base, _)| rests_on(base)), Refusal::DrawNotOfItsBase)
}

/// Whether a replacement may share the pool of the certificate that it replaces, or have one of its own; `pool` is the
/// pool of the predecessor.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn may_share(issue: &Issue, predecessor: &Standing, pool: &super::Dossier) -> Result<(), Refusal> {
    if issue.shares_pool != Some(true) {
        return ensure(!pool.is_in_use(), Refusal::PoolNotShared);
    }
    let named = |number: u32, code: Option<Hash>, unit: Option<Hash>| (number, code, unit);
    let before = predecessor.lines.iter().map(|line| named(line.number, line.code, line.unit));
    let after = issue.lines.iter().map(|line| named(line.number, line.code, line.unit));
    ensure(!issue.lines.is_empty() && after.eq(before), Refusal::PoolLinesDiffer)?;
    for (after, before) in issue.lines.iter().zip(&predecessor.lines) {
        ensure(after.certified.is_some() == before.certified.is_some(), Refusal::PoolLinesDiffer)?;
        ensure(after.certified <= before.certified, Refusal::PoolAmountGrown)?;
        let taken = pool.line(after.number).taken();
        ensure(after.certified.is_none_or(|certified| certified >= taken), Refusal::PoolAmountBelowUse)?;
    }
    Ok(())
}
