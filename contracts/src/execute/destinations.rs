//! Acts of the importing side's offices on certificates, and the issuers' answers. None of them writes a standing.

use super::may_use::{Usage, answering, may_be_used};
use super::{Decided, Overlay, Refused, Stop, Writes, body, programmes, registry};
use crate::acts::{Answer, Declared, OfficeAct, UseLine};
use crate::context::{BlockContext, Context, Known};
use crate::destination::pool::{Exceeded, NotMoved, Place};
use crate::destination::{
    DESTINATIONS_MAX, Destination, DestinationAct, Dossier, OfficeVerb, PoolLine, USES_PER_PAGE, Use, UseName, UsesOfMember, UsesPage,
    facts, pool,
};
use crate::key;
use crate::kinds::RecordKind;
use crate::refusal::{Refusal, ensure};
use crate::registry::Authority;
use crate::standing::{RecordsAtLocator, Standing};
use ledger::codec::Canonical;
use ledger::id::KeyNumber;
use ledger::lookup::{LocatorOpening, RecordKey};
use ledger::transaction::Act;

pub(super) fn writes_of(
    block: &BlockContext,
    kind: RecordKind,
    verb: OfficeVerb,
    authority: &Authority,
    key: KeyNumber,
    act: &Act,
    ledger: &mut Overlay<'_>,
) -> Result<Writes, Stop> {
    // A verb that the kind does not have is refused before its body is read.
    ensure(kind.rules().office_acts().contains(&verb), Refusal::VerbNotOfThisKind)?;
    registry::by_officials(block, authority, key, act, ledger, |signed_before, ledger| {
        let ctx = Context { block, authority, key, signed_before, agreement: None };
        match verb {
            OfficeVerb::Answer => answer(kind, &body(act)?, &ctx, ledger),
            _ if verb.is_use() => use_line(kind, verb, &body(act)?, &ctx, ledger),
            _ => fact(kind, verb, body(act)?, &ctx, ledger),
        }
    })
}

/// How many officials of an office have to sign an act on a certificate.
fn officials(verb: OfficeVerb, standing: &Standing, ctx: &Context<'_>) -> Result<u32, Refusal> {
    let (class, today) = (standing.class.as_deref(), ctx.block.date());
    let scope = match verb {
        OfficeVerb::Answer => ctx.authority.scope_of_record(standing, today),
        _ => ctx.authority.office(verb, standing.kind, class, today, Known::Now),
    };
    programmes::officials(scope, ctx)
}

/// Whether a certificate was made known to the signer's member: it is its own, or the act opens the locator at which that
/// member finds it by its number. Record keys and tokens stand on the ledger for all to copy; what opens a locator does
/// not, before it is used, and then it is of use to nobody else.
pub(super) fn made_known(
    record: &RecordKey,
    standing: &Standing,
    opening: Option<&LocatorOpening>,
    ctx: &Context<'_>,
    ledger: &Overlay<'_>,
) -> Result<(), Stop> {
    let (issuer, reader) = (standing.authority.member(), ctx.authority.member());
    if issuer == reader {
        return Ok(ensure(opening.is_none(), Refusal::FieldsNotOfThisAct)?);
    }
    let opening = opening.ok_or(Refusal::NotMadeKnown)?;
    let records: RecordsAtLocator = ledger.read(&key::locator(issuer, &opening.locator(reader)))?.unwrap_or_default();
    Ok(ensure(records.as_slice().contains(record), Refusal::NotMadeKnown)?)
}

/// Whether a certificate was issued where the office is: in its country, or in its union. Customs territories that one member
/// covers, such as CN and MO, import from each other. Source: DOMAIN section 10, trap 14.
fn is_at_home(standing: &Standing, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<bool, Stop> {
    let member = ctx.authority.member();
    if standing.authority.member() != member || standing.country == ctx.authority.country {
        return Ok(standing.authority.member() == member);
    }
    Ok(ledger.member(member)?.is_some_and(|member| member.as_union().is_some()))
}

fn standing_at(record: &RecordKey, ledger: &Overlay<'_>) -> Result<Standing, Stop> {
    Ok(ledger.read(&key::standing(record))?.ok_or(Refusal::NoSuchRecord)?)
}

/// A fact of the importing side.
fn fact(kind: RecordKind, verb: OfficeVerb, act: OfficeAct, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Decided, Stop> {
    let (record, member) = (act.record_key, ctx.authority.member());
    let standing = standing_at(&record, ledger)?;
    // Only the time for a reply is a matter of the agreement.
    let agreement = if verb == OfficeVerb::Ask { agreement_of(&standing, ledger)? } else { None };
    let agreement = agreement
        .as_ref()
        .and_then(|(agreement, issuer)| agreement.adopted_for(standing.country, issuer.as_deref(), standing.issue_date, Known::Now));
    let ctx = &Context { agreement, ..*ctx };
    facts::may_act(kind, verb, &standing, is_at_home(&standing, ctx, ledger)?, act.date, ctx)?;
    made_known(&record, &standing, act.opening.as_ref(), ctx, ledger)?;
    let destination = ledger.destination(&record, member)?;
    let issuer = answering(&standing, &destination, ledger)?;
    let counts = |act: &DestinationAct| issuer.relies_on(act, Known::Now);
    let destination = facts::recorded(verb, act, &standing, destination, counts, ctx)?;
    let mut writes = vec![(key::destination(&record, member), destination.to_bytes())];
    let mut dossier: Dossier = ledger.read(&key::dossier(&record))?.unwrap_or_default();
    if let Err(index) = dossier.members.binary_search(&member) {
        ensure(dossier.members.len() < DESTINATIONS_MAX, Refusal::TooManyDestinations)?;
        dossier.members.insert(index, member);
        writes.push((key::dossier(&record), dossier.to_bytes()));
    }
    Ok((writes, officials(verb, &standing, ctx)?))
}

fn answer(kind: RecordKind, answer: &Answer, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Decided, Stop> {
    let standing = standing_at(&answer.record_key, ledger)?;
    let destination = ledger.destination(&answer.record_key, answer.asked_by)?;
    let issuer = answering(&standing, &destination, ledger)?;
    let counts = |act: &DestinationAct| issuer.relies_on(act, Known::Now);
    let destination = facts::answered(kind, answer, &standing, destination, counts, ctx)?;
    let place = key::destination(&answer.record_key, answer.asked_by);
    Ok((vec![(place, destination.to_bytes())], officials(OfficeVerb::Answer, &standing, ctx)?))
}

/// Moves a quantity in the pool that the certificate draws from.
fn use_line(kind: RecordKind, verb: OfficeVerb, act: &UseLine, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Decided, Stop> {
    let standing = standing_at(&act.record_key, ledger)?;
    facts::may_act(kind, verb, &standing, is_at_home(&standing, ctx, ledger)?, ctx.block.date(), ctx)?;
    made_known(&act.record_key, &standing, act.opening.as_ref(), ctx, ledger)?;
    let is_taking = matches!(verb, OfficeVerb::Reserve | OfficeVerb::Consume);
    let destination: Destination = match is_taking {
        true => ledger.destination(&act.record_key, ctx.authority.member())?,
        false => Destination::default(),
    };
    let of = if verb == OfficeVerb::Expire { act.of } else { None };
    let name = UseName { member: of.unwrap_or(ctx.authority.member()), declaration: act.declaration };
    let root = standing.pool.unwrap_or(act.record_key);
    // To which declaration a goods item belongs its hold says.
    let whole = match verb {
        OfficeVerb::Consume => ledger.read::<Use>(&key::use_of(&root, act.line, &name))?.and_then(|of| of.whole),
        _ => act.whole,
    };
    let declared = Some(Declared { named: act.declaration, whole });
    let mut until = None;
    if is_taking {
        let usage = Usage {
            record: &act.record_key,
            standing: &standing,
            destination: destination.clone(),
            declared,
            lines: vec![act.line],
            is_held: verb == OfficeVerb::Consume,
        };
        until = may_be_used(usage, ctx, ledger)?;
    }
    let place = standing.lines.binary_search_by_key(&act.line, |line| line.number).ok();
    let line = place.and_then(|index| standing.lines.get(index)).ok_or(Refusal::UnknownLine)?;
    answering(&standing, &destination, ledger)?.may_use_line(line.number, declared, &destination)?;
    let officials = officials(verb, &standing, ctx)?;
    ensure(officials <= 1 || act.follows.is_some(), Refusal::UseNotCounted)?;
    let mut change = PoolChange::open(root, ledger)?;
    change.move_line(act.line, name, ledger, |pool, of| pool::moved(verb, act, Place { line, pool, of }, until, ctx))?;
    if verb == OfficeVerb::Consume {
        change.used_by(ctx);
    }
    Ok((change.into_writes(), officials))
}

/// What becomes of one pool: its dossier once, its uses and their pages.
pub(super) struct PoolChange {
    root: RecordKey,
    dossier: Dossier,
    uses: Writes,
}

impl PoolChange {
    pub(super) fn open(root: RecordKey, ledger: &Overlay<'_>) -> Result<Self, Stop> {
        let dossier = ledger.read(&key::dossier(&root))?.unwrap_or_default();
        Ok(Self { root, dossier, uses: Writes::new() })
    }

    /// Moves one use of one line by a rule.
    pub(super) fn move_line(
        &mut self,
        number: u32,
        name: UseName,
        ledger: &Overlay<'_>,
        rule: impl FnOnce(PoolLine, Option<Use>) -> Result<(PoolLine, Use), NotMoved>,
    ) -> Result<(), Stop> {
        let place = key::use_of(&self.root, number, &name);
        let before = self.dossier.line(number);
        let index = before.uses;
        let (line, of) = rule(before, ledger.read(&place)?).map_err(refused)?;
        if line.uses > index {
            let own = key::uses_of_member(&self.root, number, name.member);
            let uses: UsesOfMember = ledger.read(&own)?.unwrap_or_default();
            self.uses.push((own, uses.with_one_more().ok_or(Refusal::TooManyUsesOfMember)?.to_bytes()));
            let page = key::uses(&self.root, number, index.checked_div(USES_PER_PAGE).unwrap_or_default());
            let names: UsesPage = ledger.read(&page)?.unwrap_or_default();
            self.uses.push((page, names.with(name).to_bytes()));
        }
        self.uses.push((place, of.to_bytes()));
        self.dossier = core::mem::take(&mut self.dossier).with_line(line);
        Ok(())
    }

    /// Whether what the signer drew from a line may come back to it.
    pub(super) fn may_come_back(&self, line: u32, ctx: &Context<'_>) -> bool {
        self.dossier.line(line).may_come_back(ctx.authority.member(), ctx.block.recorded())
    }

    /// Names the signer as one who used it.
    pub(super) fn used_by(&mut self, ctx: &Context<'_>) {
        self.dossier = core::mem::take(&mut self.dossier).used_by(&ctx.authority.id, ctx.block.recorded());
    }

    /// Says that the signer gave one of its uses back.
    pub(super) fn given_back_by(&mut self, ctx: &Context<'_>) {
        self.dossier = core::mem::take(&mut self.dossier).given_back_by(&ctx.authority.id);
    }

    pub(super) fn into_writes(mut self) -> Writes {
        self.uses.push((key::dossier(&self.root), self.dossier.to_bytes()));
        self.uses
    }
}

fn refused(why: NotMoved) -> Stop {
    match why {
        NotMoved::Refused(refusal) => refusal.into(),
        NotMoved::Exceeded(exceeded) => exceeded.into(),
    }
}

impl From<Exceeded> for Stop {
    fn from(exceeded: Exceeded) -> Self {
        Self::Refused(Refused { detail: Some(exceeded.to_string()), ..Refused::from(Refusal::QuantityExceeded) })
    }
}

/// The agreement of a certificate, and the member that issued it.
fn agreement_of(standing: &Standing, ledger: &mut Overlay<'_>) -> Result<Option<super::certificates::OfIssuer>, Stop> {
    let issuer = standing.authority.member();
    super::certificates::agreement(standing.kind, standing.class.as_deref(), issuer, ledger)
}
