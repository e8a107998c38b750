//! How the recording of certificates moves the pools of others: replacements share the original's, back-to-back
//! certificates draw from those of their bases.

use super::destinations::{PoolChange, made_known};
use super::may_use::{Usage, answering, may_be_used};
use super::{Overlay, Refused, Stop, Writes};
use crate::acts::{Draw, Issue};
use crate::context::Context;
use crate::destination::pool::{self, NotMoved, Place};
use crate::destination::{Destination, Dossier, UseName, let_goods_in};
use crate::key;
use crate::kinds::RecordKind;
use crate::refusal::{Refusal, ensure};
use crate::standing::{Link, Standing};
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::lookup::RecordKey;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The pool that a replacement shares; `None` if it has one of its own.
pub(super) fn shared(issue: &Issue, predecessor: Option<(&RecordKey, &Standing)>, ledger: &Overlay<'_>) -> Result<Option<RecordKey>, Stop> {
    let shares = issue.shares_pool == Some(true);
    let Some((record, standing)) = predecessor else {
        ensure(!shares, Refusal::NothingToShare)?;
        return Ok(None);
    };
    let root = standing.pool.unwrap_or(*record);
    let dossier: Dossier = ledger.read(&key::dossier(&root))?.unwrap_or_default();
    pool::may_share(issue, standing, &dossier)?;
    if !shares && standing.lines.iter().any(|line| line.certified.is_some()) {
        ensure(!goods_came_in(*record, standing, ledger)?, Refusal::GoodsCameIn)?;
    }
    Ok(shares.then_some(root))
}

/// Whether an importing side recorded that goods came in on a certificate, or on one before it with whose pool it goes on: they
/// may have been written off nowhere. What is refused under the one number is refused under the other.
fn goods_came_in(record: RecordKey, standing: &Standing, ledger: &Overlay<'_>) -> Result<bool, Stop> {
    let mut recorded: BTreeMap<MemberId, Vec<Destination>> = BTreeMap::new();
    let mut next = Some((record, gone_on_with(standing)));
    while let Some((record, before)) = next {
        let dossier: Dossier = ledger.read(&key::dossier(&record))?.unwrap_or_default();
        for member in dossier.members {
            ledger.may_read_on()?;
            recorded.entry(member).or_default().push(ledger.destination(&record, member)?);
        }
        next = match before {
            Some(before) => Some((before, gone_on_with(&followed(&before, ledger)?))),
            None => None,
        };
    }
    Ok(recorded.values().any(|recorded| let_goods_in(recorded, &standing.lines)))
}

/// Whether an importing side recorded anything about one with whose pool a certificate goes on.
pub(super) fn was_touched_before(standing: &Standing, ledger: &Overlay<'_>) -> Result<bool, Stop> {
    let mut next = gone_on_with(standing);
    while let Some(record) = next {
        let dossier: Dossier = ledger.read(&key::dossier(&record))?.unwrap_or_default();
        if !dossier.members.is_empty() {
            return Ok(true);
        }
        next = gone_on_with(&followed(&record, ledger)?);
    }
    Ok(false)
}

/// That draws are in form, that none are made but by a certificate that goes on with the goods of those beneath it, and that
/// this one draws from them if one certifies amounts: a supplier's certificate is evidence of an input, and its amounts are for
/// whoever goes on with its goods. From which of several is its authority's word. A replacement that shares its predecessor's pool goes
/// on with what that one drew, and draws nothing again from what that one rested on. Source: DOMAIN section 3.3.
pub(super) fn draws_from_its_bases(
    kind: RecordKind,
    issue: &Issue,
    bases: &[Standing],
    predecessor: Option<&Standing>,
) -> Result<(), Stop> {
    pool::draws_in_form(issue)?;
    if !kind.rules().goes_on_with_its_base(issue.flags, issue.class.as_deref()) {
        ensure(issue.draws.is_none(), Refusal::DrawFromEvidence)?;
        return Ok(());
    }
    let is_before = |record: &RecordKey| is_gone_on_with(kind, record, issue, predecessor);
    let shared = predecessor.filter(|_| issue.shares_pool == Some(true));
    let has_drawn = |base: &RecordKey| shared.is_some_and(|before| before.drawn_so_far().iter().flatten().any(|drawn| drawn.base == *base));
    if let Some(again) = issue.draws.iter().flatten().find(|draw| is_before(&draw.base) || has_drawn(&draw.base)) {
        return Err(named(Refusal::DrawnAgain.into(), again.base));
    }
    let recorded = issue.bases.iter().filter_map(Link::record).zip(bases);
    let has_amounts = |standing: &Standing| standing.lines.iter().any(|line| line.certified.is_some());
    let to_draw = recorded.filter(|(record, standing)| has_amounts(standing) && !is_before(record)).map(|(record, _)| *record).next();
    match to_draw.filter(|_| issue.draws.as_ref().is_none_or(Vec::is_empty)) {
        Some(base) => Err(named(Refusal::NothingDrawn.into(), base)),
        None => Ok(()),
    }
}

/// Whether a certificate shares its predecessor's pool, and that one went on with the goods of this base: what it was to draw is
/// drawn.
fn is_gone_on_with(kind: RecordKind, base: &RecordKey, issue: &Issue, predecessor: Option<&Standing>) -> bool {
    let goes_on = |one: &&Standing| kind.rules().goes_on_with_its_base(one.flags, one.class.as_deref());
    let shares = predecessor.filter(|_| issue.shares_pool == Some(true)).filter(goes_on);
    shares.is_some_and(|predecessor| predecessor.bases.iter().any(|link| link.record() == Some(base)))
}

/// That a base from which nothing is drawn, since it certifies no amounts, may be used as one from which something is; that no
/// office of the member's own rejected all of it, and that its issuer confirmed it to that member.
pub(super) fn undrawn_may_be_used(
    kind: RecordKind,
    issue: &Issue,
    bases: &[Standing],
    predecessor: Option<&Standing>,
    ctx: &Context<'_>,
    ledger: &mut Overlay<'_>,
) -> Result<(), Stop> {
    if !kind.rules().goes_on_with_its_base(issue.flags, issue.class.as_deref()) {
        return Ok(());
    }
    for (base, standing) in issue.bases.iter().filter_map(Link::record).zip(bases) {
        let is_drawn = issue.draws.iter().flatten().any(|draw| draw.base == *base);
        if is_drawn || is_gone_on_with(kind, base, issue, predecessor) {
            continue;
        }
        let destination = ledger.destination(base, ctx.authority.member())?;
        let lines = standing.lines.iter().map(|line| line.number).collect();
        let usage = Usage { record: base, standing, destination: destination.clone(), declared: None, lines, is_held: false };
        may_be_used(usage, ctx, ledger).map_err(|stop| named(stop, *base))?;
        let issuer = answering(standing, &destination, ledger)?;
        let mut judged = standing.lines.iter().map(|line| issuer.may_use_line(line.number, None, &destination));
        if let Some(Err(refusal)) = judged.next()
            && judged.all(|line| line.is_err())
        {
            return Err(named(refusal.into(), *base));
        }
    }
    Ok(())
}

/// Draws what a certificate takes from the pools of its bases, each whole or nothing at all. `replaced` is its predecessor
/// whose pool it does not share: nothing of that one is used, and so what it had drawn is given back first.
pub(super) fn draw(
    issue: &Issue,
    replaced: Option<(&RecordKey, &Standing)>,
    record: RecordKey,
    ctx: &Context<'_>,
    ledger: &mut Overlay<'_>,
) -> Result<Writes, Stop> {
    if issue.draws.is_none() && replaced.is_none() {
        return Ok(Writes::new());
    }
    let mut pools = match replaced {
        Some((before, standing)) => given_back(standing, *before, ctx, ledger)?,
        None => BTreeMap::new(),
    };
    for (base, draws) in by_base(issue.draws.as_deref()) {
        drawn_from(base, draws, record, &mut pools, ctx, ledger).map_err(|stop| named(stop, base))?;
    }
    Ok(pools.into_values().flat_map(PoolChange::into_writes).collect())
}

/// Draws from one base.
fn drawn_from(
    base: RecordKey,
    draws: &[Draw],
    record: RecordKey,
    pools: &mut BTreeMap<RecordKey, PoolChange>,
    ctx: &Context<'_>,
    ledger: &mut Overlay<'_>,
) -> Result<(), Stop> {
    let standing: Standing = ledger.read(&key::standing(&base))?.ok_or(Refusal::LinkNotRecorded)?;
    for draw in draws {
        made_known(&base, &standing, draw.opening.as_ref(), ctx, ledger)?;
    }
    let destination = ledger.destination(&base, ctx.authority.member())?;
    let lines = draws.iter().map(|draw| draw.line).collect();
    let usage = Usage { record: &base, standing: &standing, destination: destination.clone(), declared: None, lines, is_held: false };
    may_be_used(usage, ctx, ledger)?;
    let issuer = answering(&standing, &destination, ledger)?;
    let change = opened(pools, standing.pool.unwrap_or(base), ledger)?;
    for draw in draws {
        let of_line = |stop| match stop {
            Stop::Refused(Refused { detail: None, refusal, .. }) => {
                Stop::Refused(Refused { detail: Some(format!("line {}", draw.line)), ..Refused::from(refusal) })
            }
            stop => stop,
        };
        let line = line_of(&standing, draw.line).ok_or(Refusal::UnknownLine).map_err(|refusal| of_line(refusal.into()))?;
        issuer.may_use_line(draw.line, None, &destination).map_err(|refusal| of_line(refusal.into()))?;
        let drawn = |pool, of| pool::drawn(draw, Place { line, pool, of }, ctx);
        change.move_line(draw.line, name(record, ctx), ledger, drawn).map_err(of_line)?;
        change.used_by(ctx);
    }
    Ok(())
}

/// A refusal that names the base in question: it may be one of several.
fn named(stop: Stop, base: RecordKey) -> Stop {
    match stop {
        Stop::Refused(refused) => Stop::Refused(Refused { record: Some(base), ..refused }),
        stop => stop,
    }
}

/// Gives back what a cancelled certificate had drawn: it was never used, so that nothing else has changed hands.
pub(super) fn draw_back(cancelled: &Standing, record: RecordKey, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    Ok(given_back(cancelled, record, ctx, ledger)?.into_values().flat_map(PoolChange::into_writes).collect())
}

/// The pools from which a certificate had drawn, with all of that given back: also what those before it had drawn whose
/// pool it shares, since they gave nothing back when it went on with their goods. Each is read once, and counted as followed.
fn given_back(
    ended: &Standing,
    record: RecordKey,
    ctx: &Context<'_>,
    ledger: &mut Overlay<'_>,
) -> Result<BTreeMap<RecordKey, PoolChange>, Stop> {
    let mut pools: BTreeMap<RecordKey, PoolChange> = BTreeMap::new();
    let mut next = gone_on_with(ended);
    draws_given_back(ended, record, &mut pools, ctx, ledger)?;
    while let Some(record) = next {
        let before = followed(&record, ledger)?;
        next = gone_on_with(&before);
        draws_given_back(&before, record, &mut pools, ctx, ledger)?;
    }
    Ok(pools)
}

/// The certificate with whose pool, and with whose draws, one goes on.
fn gone_on_with(standing: &Standing) -> Option<RecordKey> {
    standing.predecessor.as_ref().filter(|_| standing.pool.is_some()).and_then(Link::record).copied()
}

/// One more standing of a chain that may be as long as its authority made it.
fn followed(record: &RecordKey, ledger: &Overlay<'_>) -> Result<Standing, Stop> {
    ledger.may_read_on()?;
    Ok(ledger.read(&key::standing(record))?.ok_or(Refusal::LinkNotRecorded)?)
}

/// Gives back what this one certificate had drawn: all of it, or nothing happens, since what would come back to a used up line more
/// often than is remembered would be lost.
fn draws_given_back(
    ended: &Standing,
    record: RecordKey,
    pools: &mut BTreeMap<RecordKey, PoolChange>,
    ctx: &Context<'_>,
    ledger: &mut Overlay<'_>,
) -> Result<(), Stop> {
    for (base, draws) in by_base(ended.draws.as_deref()) {
        let standing = followed(&base, ledger)?;
        let change = opened(pools, standing.pool.unwrap_or(base), ledger)?;
        for draw in draws {
            let line = line_of(&standing, draw.line).ok_or(Refusal::UnknownLine)?;
            if !change.may_come_back(draw.line, ctx) {
                let refused = Refused { record: Some(base), ..Refused::from(Refusal::DrawStaysUsedUp) };
                return Err(Stop::Refused(Refused { detail: Some(format!("line {}", draw.line)), ..refused }));
            }
            change.move_line(draw.line, name(record, ctx), ledger, |pool, of| {
                pool::drawn_back(Place { line, pool, of }, ctx).ok_or(NotMoved::Refused(Refusal::NothingHeld))
            })?;
            change.given_back_by(ctx);
        }
    }
    Ok(())
}

/// The draws by the base from which they are; they stand in its order.
fn by_base(draws: Option<&[Draw]>) -> impl Iterator<Item = (RecordKey, &[Draw])> {
    let of_one = draws.unwrap_or_default().chunk_by(|one, next| one.base == next.base);
    of_one.filter_map(|draws| Some((draws.first()?.base, draws)))
}

/// The change of a pool, begun once.
fn opened<'a>(pools: &'a mut BTreeMap<RecordKey, PoolChange>, root: RecordKey, ledger: &Overlay<'_>) -> Result<&'a mut PoolChange, Stop> {
    Ok(match pools.entry(root) {
        Entry::Occupied(open) => open.into_mut(),
        Entry::Vacant(place) => place.insert(PoolChange::open(root, ledger)?),
    })
}

/// A draw is the use of the certificate for which it is made.
fn name(record: RecordKey, ctx: &Context<'_>) -> UseName {
    UseName { member: ctx.authority.member(), declaration: Hash::new(*record.as_bytes()) }
}

fn line_of(standing: &Standing, number: u32) -> Option<&crate::standing::Line> {
    let place = standing.lines.binary_search_by_key(&number, |line| line.number).ok();
    place.and_then(|index| standing.lines.get(index))
}
