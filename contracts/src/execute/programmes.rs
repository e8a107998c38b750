//! What the registry asks of a certificate beyond its scope: the terms of a programme of authorised operators, the
//! authority's limit of a day, and how many officials have to sign.

use super::{Overlay, Refused, Stop, Writes};
use crate::context::Context;
use crate::key;
use crate::kinds::RecordKind;
use crate::refusal::{Refusal, ensure};
use crate::registry::{Bounds, Programme, RecordedOn};
use ledger::codec::{Bytes, Canonical};
use ledger::time::CalendarDate;

/// Whether a status is of a type and within a term that its programme has from a date of grant or reassessment on. A
/// programme that its member did not register, or had not registered by then, asks nothing.
pub(super) fn within_programme(
    kind: RecordKind,
    class: Option<&str>,
    terms: Option<&Bytes>,
    from: CalendarDate,
    until: Option<CalendarDate>,
    ctx: &Context<'_>,
    ledger: &Overlay<'_>,
) -> Result<(), Stop> {
    let Some(programme) = class else { return Ok(()) };
    let Some(programme) = ledger.read::<Programme>(&key::programme(ctx.authority.member(), programme))? else { return Ok(()) };
    if !programme.has_terms_on(from) {
        return Ok(());
    }
    let named_type = terms.and_then(|terms| kind.rules().programme_type(terms)).ok_or(Refusal::TermsMissing)?;
    let granted = programme.type_on(&named_type, from).ok_or(Refusal::TypeNotOfProgramme)?;
    Ok(ensure(granted.holds(from, until), Refusal::ValidityBeyondTerm)?)
}

/// Counts one more certificate of the day, if the scope limits them.
pub(super) fn counted(kind: RecordKind, scope: Option<Bounds>, ctx: &Context<'_>, ledger: &Overlay<'_>) -> Result<Writes, Stop> {
    let Some(limit) = scope.and_then(|scope| scope.daily_limit) else { return Ok(Writes::new()) };
    let place = key::recorded_on(&ctx.authority.id, kind);
    let date = ctx.block.date();
    let before = ledger.read::<RecordedOn>(&place)?.filter(|before| before.date == date).map_or(0, |before| before.count);
    if before >= limit {
        let detail = Some(format!("the limit is {limit} a day"));
        return Err(Stop::Refused(Refused { detail, ..Refused::from(Refusal::DailyLimitReached) }));
    }
    Ok(vec![(place, RecordedOn { date, count: before.saturating_add(1) }.to_bytes())])
}

/// How many officials have to sign under the scope. The root key names the officials and is none of them.
pub(super) fn officials(scope: Option<Bounds>, ctx: &Context<'_>) -> Result<u32, Refusal> {
    let needed = scope.and_then(|scope| scope.officials).map_or(1, u32::from);
    ensure(needed <= 1 || ctx.key != ctx.authority.root_key(), Refusal::RootKeyIsNoOfficial)?;
    Ok(needed)
}
