//! Acts of authorities on certificates.

use super::{Decided, Overlay, Refused, Stop, Writes, body, may_use, pools, programmes, registry, same_goods};
use crate::acts::{DRAWS_MAX, Issue, Share, StandingChange};
use crate::context::{BlockContext, Context, Known};
use crate::destination::{DestinationAct, Dossier};
use crate::key;
use crate::kinds::{Others, RecordKind};
use crate::lifecycle;
use crate::refusal::{Refusal, ensure};
use crate::registry::{Agreement, AgreementId, Authority, Member};
use crate::reliance::{self, Given, Reliance};
use crate::standing::{BASES_MAX, Life, Link, RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX, RecordsAtLocator, Standing, Verb};
use crate::verdict::BENEATH_MAX;
use ledger::codec::Canonical;
use ledger::id::{KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::time::CalendarDate;
use ledger::transaction::Act;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn writes_of(
    block: &BlockContext,
    kind: RecordKind,
    authority: &Authority,
    key: KeyNumber,
    act: &Act,
    ledger: &mut Overlay<'_>,
) -> Result<Writes, Stop> {
    let verb = Verb::from_number(act.verb).ok_or(Refusal::UnknownVerb)?;
    registry::by_officials(block, authority, key, act, ledger, |signed_before, ledger| {
        let ctx = Context { block, authority, key, signed_before, agreement: None };
        match verb {
            Verb::Issue => record(kind, Verb::Issue, body(act)?, &ctx, ledger),
            Verb::Replace => record(kind, Verb::Replace, body(act)?, &ctx, ledger),
            Verb::Draft => {
                // A verb that the kind does not have is refused before its body is read.
                ensure(kind.rules().acts().iter().any(|allowed| allowed.verb == Verb::Draft), Refusal::VerbNotOfThisKind)?;
                record(kind, Verb::Draft, body(act)?, &ctx, ledger)
            }
            Verb::Share => share(kind, act, &ctx, ledger),
            verb => change(kind, verb, act, &ctx, ledger),
        }
    })
}

fn record(kind: RecordKind, verb: Verb, issue: Issue, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Decided, Stop> {
    match verb {
        Verb::Replace => ensure(issue.predecessor.is_some(), Refusal::PredecessorMissing)?,
        _ => ensure(issue.predecessor.is_none(), Refusal::PredecessorNotExpected)?,
    }
    if kind.rules().is_draft(&issue) {
        ensure(verb == Verb::Draft, Refusal::StatusNotIssued)?;
    } else {
        ensure(verb != Verb::Draft, Refusal::NotADraft)?;
    }
    // The signer's member belongs to the key: what another member records under a copied tag lies elsewhere.
    let record = issue.record_key(ctx.authority.member());
    let bases = bases(&issue, record, ledger)?;
    let agreement = agreement(kind, issue.class.as_deref(), ctx.authority.member(), ledger)?;
    let agreement = agreement
        .as_ref()
        .and_then(|(agreement, issuer)| agreement.adopted_for(issue.country, issuer.as_deref(), issue.issue_date, Known::Now));
    let ctx = &Context { agreement, ..*ctx };
    lifecycle::may_record(kind, record, &issue, &bases, ctx).map_err(|refusal| {
        let detail = kind.rules().mended_by(refusal, &issue, ctx);
        Stop::Refused(Refused { detail, ..Refused::from(refusal) })
    })?;
    let today = ctx.block.date().max(issue.issue_date);
    // Drafts prepare: they count when they are issued, and are signed by several then.
    let scope = match verb {
        Verb::Draft => None,
        _ => ctx.authority.scope_of(kind, issue.class.as_deref(), issue.terms.as_ref(), today, issue.issue_date),
    };
    let officials = programmes::officials(scope, ctx)?;
    if kind.rules().is_under_programme() {
        let from = issue.valid_from.unwrap_or(issue.issue_date);
        programmes::within_programme(kind, issue.class.as_deref(), issue.terms.as_ref(), from, issue.valid_until, ctx, ledger)?;
    }
    let place = key::standing(&record);
    let draft = match ledger.read::<Standing>(&place)? {
        None => None,
        Some(draft) if verb == Verb::Issue && lifecycle::is_draft_of(&draft, kind, ctx) => Some(draft),
        // It moves on: requested, pending, approved.
        Some(draft)
            if verb == Verb::Draft
                && lifecycle::is_draft_of(&draft, kind, ctx)
                && draft.drafted_as(&issue.document_digest, Known::Now).is_none() =>
        {
            Some(draft)
        }
        Some(standing) => return Err(recorded_already(&issue, record, &standing)),
    };
    let mut writes = Writes::with_capacity(issue.locators.len().saturating_add(2));
    let mut replaced = None;
    if let Some(Link::Record(predecessor)) = issue.predecessor {
        let standing: Standing = ledger.read(&key::standing(&predecessor))?.ok_or(Refusal::LinkNotRecorded)?;
        let ended = lifecycle::replaced(kind, standing, record, &issue, ctx)?;
        no_question_is_open(&predecessor, &ended, ledger)?;
        replaced = Some((predecessor, ended));
    }
    let replaced = replaced.as_ref().map(|(predecessor, standing)| (predecessor, standing));
    // It ends its predecessor, and so needs as many as another end of that would.
    let officials = match replaced {
        Some((_, ended)) => officials.max(programmes::officials(ctx.authority.scope_of_record(ended, ctx.block.date()), ctx)?),
        None => officials,
    };
    let shared = pools::shared(&issue, replaced, ledger)?;
    let drawn_so_far = shared.and(replaced).and_then(|(_, standing)| standing.drawn_so_far());
    let drawn = drawn_so_far.iter().flatten().map(|drawn| drawn.lines.len()).chain(issue.draws.as_ref().map(Vec::len));
    ensure(drawn.sum::<usize>() <= DRAWS_MAX, Refusal::DrawsNotInForm)?;
    if verb == Verb::Draft {
        ensure(issue.draws.is_none(), Refusal::DrawsNotInForm)?;
    } else {
        let predecessor = replaced.map(|(_, standing)| standing);
        pools::draws_from_its_bases(kind, &issue, &bases, predecessor)?;
        pools::undrawn_may_be_used(kind, &issue, &bases, predecessor, ctx, ledger)?;
    }
    writes.extend(pools::draw(&issue, replaced.filter(|_| shared.is_none()), record, ctx, ledger)?);
    if let Some((predecessor, standing)) = replaced.filter(|_| shared.is_some()) {
        writes.extend(presented_before(predecessor, standing, &record, ledger)?);
    }
    writes.extend(replaced.map(|(predecessor, standing)| (key::standing(predecessor), standing.to_bytes())));
    for locator in &issue.locators {
        let place = key::locator(ctx.authority.member(), locator);
        let records: RecordsAtLocator = ledger.read(&place)?.unwrap_or_default();
        if records.as_slice().contains(&record) {
            // The draft lies there already.
            continue;
        }
        leaves_room_to_siblings(&records, ctx, ledger)?;
        let records = records.with(record).ok_or(Refusal::LocatorFull)?;
        writes.push((place, records.to_bytes()));
    }
    if verb != Verb::Draft {
        writes.extend(same_goods::writes_of(&issue, record, ctx, ledger)?);
        writes.extend(programmes::counted(kind, scope, ctx, ledger)?);
    }
    let mut standing = match draft {
        Some(draft) if verb == Verb::Draft => lifecycle::drafted_anew(draft, &issue, ctx)?,
        Some(draft) => lifecycle::issued_from(draft, issue, ctx),
        None => lifecycle::recorded(kind, verb, issue, ctx),
    };
    standing.pool = shared;
    standing.drawn_before = drawn_so_far;
    writes.push((place, standing.to_bytes()));
    Ok((writes, officials))
}

/// The presentations of a certificate, for the one that goes on with its pool: goods that were lodged in time stay good, whatever
/// number they have since. What was decided about the first one is not the other's, and what was refused whole is not presented
/// anew by it. Source: DOMAIN section 3.3.
fn presented_before(before: &RecordKey, standing: &Standing, record: &RecordKey, ledger: &Overlay<'_>) -> Result<Writes, Stop> {
    let mut writes = Writes::new();
    let mut dossier = Dossier::default();
    for member in ledger.read::<Dossier>(&key::dossier(before))?.unwrap_or_default().members {
        ledger.may_read_on()?;
        let destination = ledger.destination(before, member)?;
        let presented = destination.presentations_alone(&standing.lines);
        if !presented.as_slice().is_empty() {
            dossier.members.push(member);
            writes.push((key::destination(record, member), presented.to_bytes()));
        }
    }
    writes.extend((!dossier.members.is_empty()).then(|| (key::dossier(record), dossier.to_bytes())));
    Ok(writes)
}

/// That no member waits for an answer about a certificate: its replacement would be free of the question.
fn no_question_is_open(record: &RecordKey, standing: &Standing, ledger: &mut Overlay<'_>) -> Result<(), Stop> {
    let dossier: Dossier = ledger.read(&key::dossier(record))?.unwrap_or_default();
    for member in dossier.members {
        ledger.may_read_on()?;
        let destination = ledger.destination(record, member)?;
        let issuer = may_use::answering(standing, &destination, ledger)?;
        let counts = |act: &DestinationAct| issuer.relies_on(act, Known::Now);
        if destination.open_question(CalendarDate::LAST, Known::Now, counts).is_some() {
            let refused = Refused { record: Some(*record), ..Refused::from(Refusal::ReplacedUnderVerification) };
            return Err(Stop::Refused(Refused { detail: Some(format!("asked by {member}")), ..refused }));
        }
    }
    Ok(())
}

/// What others recorded about a certificate.
fn others(verb: Verb, record: &RecordKey, standing: &Standing, ledger: &Overlay<'_>) -> Result<Others, Stop> {
    let dossier = ledger.read(&key::dossier(record))?.unwrap_or_default();
    let shared_pool = standing.pool.map(|pool| ledger.read(&key::dossier(&pool))).transpose()?.flatten();
    let was_touched_before = verb == Verb::Cancel && pools::was_touched_before(standing, ledger)?;
    Ok(Others { dossier, shared_pool, was_touched_before })
}

/// An agreement, and the member that issued a certificate under it.
pub(super) type OfIssuer = (Arc<Agreement>, Option<Arc<Member>>);

/// The agreement of a certificate whose kind has one, and the member that issues it.
pub(super) fn agreement(
    kind: RecordKind,
    class: Option<&str>,
    issuer: MemberId,
    ledger: &mut Overlay<'_>,
) -> Result<Option<OfIssuer>, Stop> {
    let id = if kind.rules().is_under_agreement() { AgreementId::of_class(class) } else { None };
    let Some(id) = id else { return Ok(None) };
    let Some(agreement) = ledger.agreement(&id)? else { return Ok(None) };
    Ok(Some((agreement, ledger.member(issuer)?)))
}

/// The locators of a member are shared by its authorities: none of them fills one alone.
fn leaves_room_to_siblings(records: &RecordsAtLocator, ctx: &Context<'_>, ledger: &Overlay<'_>) -> Result<(), Stop> {
    if records.as_slice().len() < RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX {
        return Ok(());
    }
    let mut own = 0_usize;
    for record in records.as_slice() {
        ledger.may_read_on()?;
        let standing: Option<Standing> = ledger.read(&key::standing(record))?;
        own = own.saturating_add(usize::from(standing.is_some_and(|standing| standing.authority == ctx.authority.id)));
    }
    ensure(own < RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX, Refusal::LocatorShareFull)?;
    Ok(())
}

fn bases(issue: &Issue, record: RecordKey, ledger: &Overlay<'_>) -> Result<Vec<Standing>, Stop> {
    ensure(issue.bases.len() <= BASES_MAX, Refusal::TooManyBases)?;
    let mut standings = Vec::new();
    if issue.bases.is_empty() {
        return Ok(standings);
    }
    for base in issue.bases.iter().filter_map(Link::record) {
        ensure(*base != record, Refusal::LinkToItself)?;
        standings.push(ledger.read(&key::standing(base))?.ok_or(Refusal::LinkNotRecorded)?);
    }
    beneath_stand(&standings, ledger)?;
    Ok(standings)
}

/// What the bases rest on has not ended, nor what replaced it or them. Of more than are followed the verdict says that it cannot be
/// confirmed.
fn beneath_stand(bases: &[Standing], ledger: &Overlay<'_>) -> Result<(), Stop> {
    let next_of = |standing: &Standing| -> Vec<RecordKey> {
        standing.bases.iter().filter_map(Link::record).copied().chain(standing.successor).collect()
    };
    let mut waiting: Vec<RecordKey> = bases.iter().flat_map(next_of).collect();
    let mut seen = BTreeSet::new();
    while let Some(record) = waiting.pop() {
        if seen.len() >= BENEATH_MAX {
            break;
        }
        if seen.insert(record) {
            let standing: Standing = ledger.read(&key::standing(&record))?.ok_or(Refusal::LinkNotRecorded)?;
            ensure(!matches!(standing.life(), Life::Ended(_)), Refusal::BaseEnded)?;
            waiting.extend(next_of(&standing));
        }
    }
    Ok(())
}

/// Says which record stands in the way, and with which document.
fn recorded_already(issue: &Issue, record: RecordKey, standing: &Standing) -> Stop {
    let digest = Some(standing.document_digest);
    let same = digest == Some(issue.document_digest) || standing.drafted_as(&issue.document_digest, Known::Now).is_some();
    let refusal = match (same, standing.life()) {
        (true, _) => Refusal::AlreadyRecorded,
        // What was refused or cancelled as a draft stays so.
        (false, Life::Ended(_)) if standing.is_draft_then(Known::Now) => Refusal::StandingEnded,
        _ => Refusal::AlreadyRecordedOtherDocument,
    };
    Stop::Refused(Refused { refusal, record: Some(record), recorded_digest: digest, detail: None })
}

fn change(kind: RecordKind, verb: Verb, act: &Act, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Decided, Stop> {
    // A verb that the kind does not have is refused before its body is read.
    ensure(kind.rules().acts().iter().any(|allowed| allowed.verb == verb), Refusal::VerbNotOfThisKind)?;
    let change: StandingChange = body(act)?;
    let place = key::standing(&change.record_key);
    let standing: Standing = ledger.read(&place)?.ok_or(Refusal::NoSuchRecord)?;
    let others = others(verb, &change.record_key, &standing, ledger)?;
    let agreement = agreement(kind, standing.class.as_deref(), ctx.authority.member(), ledger)?;
    let agreement = agreement
        .as_ref()
        .and_then(|(agreement, issuer)| agreement.adopted_for(standing.country, issuer.as_deref(), standing.issue_date, Known::Now));
    let ctx = &Context { agreement, ..*ctx };
    let issued = standing.issue_date;
    let named = |refusal| {
        let detail = (refusal == Refusal::EffectiveBeforeIssue).then(|| format!("its date of issue is {issued}"));
        Stop::Refused(Refused { record: Some(change.record_key), detail, ..Refused::from(refusal) })
    };
    let before = (verb == Verb::Reaffirm).then(|| standing.clone());
    let changed = lifecycle::changed(kind, verb, standing, &change, ctx).map_err(named)?;
    if let Some(before) = before {
        ensure(is_in_doubt(&before, change.stands_by.as_deref().unwrap_or_default(), ctx, ledger)?, Refusal::NothingToReaffirm)
            .map_err(named)?;
    }
    if verb == Verb::Reassess && kind.rules().is_under_programme() {
        let until = changed.last_day_on(change.effective, Known::Now, |_| true);
        programmes::within_programme(kind, changed.class.as_deref(), changed.terms.as_ref(), change.effective, until, ctx, ledger)?;
    }
    let scope = ctx.authority.scope_of_record(&changed, ctx.block.date());
    let officials = programmes::officials(scope, ctx)?;
    kind.rules().may_change(verb, &others, ctx).map_err(named)?;
    let mut writes = vec![(place, changed.to_bytes())];
    if verb == Verb::Cancel {
        writes.extend(pools::draw_back(&changed, change.record_key, ctx, ledger)?);
    }
    Ok((writes, officials))
}

/// Adds a record to what lies at a further member's locator.
fn share(kind: RecordKind, act: &Act, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Decided, Stop> {
    // A verb that the kind does not have is refused before its body is read.
    ensure(kind.rules().acts().iter().any(|allowed| allowed.verb == Verb::Share), Refusal::VerbNotOfThisKind)?;
    let share: Share = body(act)?;
    let record = share.record_key;
    let place = key::standing(&record);
    let standing: Standing = ledger.read(&place)?.ok_or(Refusal::NoSuchRecord)?;
    ensure(kind.rules().may_be_shown_to_partners(standing.terms.as_ref()), Refusal::SharedWithoutConsent)?;
    let shared = lifecycle::shared(kind, standing, &share, ctx)?;
    let at_locator = key::locator(ctx.authority.member(), &share.locator);
    let records: RecordsAtLocator = ledger.read(&at_locator)?.unwrap_or_default();
    ensure(!records.as_slice().contains(&record), Refusal::AlreadyShared)?;
    leaves_room_to_siblings(&records, ctx, ledger)?;
    let records = records.with(record).ok_or(Refusal::LocatorFull)?;
    let scope = ctx.authority.scope_of_record(&shared, ctx.block.date());
    let officials = programmes::officials(scope, ctx)?;
    Ok((vec![(place, shared.to_bytes()), (at_locator, records.to_bytes())], officials))
}

/// Whether a standing, or one of these acts on it, was recorded under a key that may have been a thief's, and nobody stood by it
/// since.
fn is_in_doubt(standing: &Standing, acts: &[u32], ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<bool, Stop> {
    let keys = may_use::keys_of(standing, ledger)?;
    let itself = reliance::of(standing, Given::Itself, ctx.authority, &keys, Known::Now);
    let is_named = reliance::doubted(standing, ctx.authority, &keys, Known::Now).any(|(number, _)| acts.contains(&number));
    Ok(is_named || matches!(itself, Reliance::InDoubt { .. }))
}
