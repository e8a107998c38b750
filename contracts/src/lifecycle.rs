//! What all kinds of certificates have in common: how a record begins, moves on and ends.
//!
//! ```text
//!              draft ──cancel, refuse──▶ ended
//!                │ issue
//!                ▼
//! issue ──▶ in force ──replace──▶ replaced ──revoke, annul──▶ ended (where the kind says so)
//!            │     ▲  └─cancel, withdraw, revoke, annul──▶ ended
//!    suspend ▼     │ reinstate
//!           suspended ──withdraw, revoke, annul──▶ ended
//! ```
//!
//! What is announced for a later date counts as done in this diagram, and is taken back before that date only.
//! Expiry is computed, never written. Which of the acts a kind has is the kind's business ([`crate::kinds::Rules`]).

use crate::acts::{Draw, Issue, Share, StandingChange};
use crate::context::{Context, Known};
use crate::kinds::{AllowedAct, RecordKind};
use crate::refusal::{Refusal, ensure};
use crate::registry::{Approvals, OutOfScope, is_word};
use crate::reliance;
use crate::standing::{
    BASES_MAX, Drafted, LINES_MAX, Life, Link, SEALED_NUMBERS_MAX, STANDING_ACTS_MAX, STANDING_KEYS_KEPT, STANDING_KEYS_MAX, Standing,
    StandingAct, TERMS_BYTES_MAX, Verb, Version,
};
use ledger::codec::strictly_ascending;
use ledger::lookup::{LOCATORS_MAX, RecordKey};
use ledger::time::CalendarDate;

/// How many days ahead an act may take effect.
pub const EFFECTIVE_DAYS_AHEAD_MAX: u32 = 366;

/// Whether a certificate may be recorded, as far as all kinds have it in common; then the kind's own rules.
/// `record` is its own key, `bases` are the certificates beneath it that stand on this ledger.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn may_record(kind: RecordKind, record: RecordKey, issue: &Issue, bases: &[Standing], ctx: &Context<'_>) -> Result<(), Refusal> {
    ensure(issue.country == ctx.authority.country, Refusal::IssuerOfAnotherCountry)?;
    ensure(issue.class.as_deref().is_none_or(is_word), Refusal::ClassNotInForm)?;
    ensure(issue.issue_date <= ctx.block.latest_date(), Refusal::DatedInTheFuture)?;
    in_scope(kind, issue, ctx)?;
    ensure(
        issue.valid_until.is_none_or(|until| issue.valid_from.unwrap_or(issue.issue_date) <= until),
        Refusal::ValidityEndsBeforeItBegins,
    )?;
    ensure(issue.locators.len() <= LOCATORS_MAX && strictly_ascending(&issue.locators), Refusal::LocatorsNotInForm)?;
    let lines = &issue.lines;
    let numbered = lines.first().is_none_or(|line| line.number != 0) && lines.is_sorted_by(|line, next| line.number < next.number);
    let certify_something = lines.iter().all(|line| line.certified != Some(0));
    ensure(lines.len() <= LINES_MAX && numbered && certify_something, Refusal::LinesNotInForm)?;
    ensure(issue.flags.are_known(), Refusal::UnknownFlags)?;
    ensure(issue.terms.as_ref().is_none_or(|terms| terms.len() <= TERMS_BYTES_MAX), Refusal::TermsNotInForm)?;
    let fingerprints = issue.fingerprints.as_deref().unwrap_or(&[]);
    ensure(fingerprints.len() <= LOCATORS_MAX && strictly_ascending(fingerprints), Refusal::FingerprintsNotInForm)?;
    ensure(fingerprints.is_empty() || !issue.lines.is_empty(), Refusal::FingerprintsWithoutGoods)?;
    // The number lies at the predecessor's standing: there is none without a predecessor here.
    let replaces = matches!(issue.predecessor, Some(Link::Record(_)));
    let sealed = issue.sealed_numbers.as_ref();
    ensure(sealed.is_none() || replaces, Refusal::SuccessorNumberNotExpected)?;
    ensure(sealed.is_none_or(|all| (1..=SEALED_NUMBERS_MAX).contains(&all.len())), Refusal::SuccessorNumbersNotInForm)?;
    ensure(issue.bases.len() <= BASES_MAX, Refusal::TooManyBases)?;
    let itself = Link::Record(record);
    ensure(!issue.bases.contains(&itself) && issue.predecessor != Some(itself), Refusal::LinkToItself)?;
    // What goes on with its predecessor's pool goes on with its draws, whatever replaced the original since.
    let shares = issue.shares_pool == Some(true);
    let carries = |life| life == Life::InForce || shares && life == Life::Replaced;
    ensure(bases.iter().all(|base| carries(base.life())), Refusal::BaseEnded)?;
    ensure(bases.iter().all(|base| base.issue_date <= issue.issue_date), Refusal::DatedBeforeBase)?;
    kind.rules().may_issue(issue, bases, ctx)
}

/// The authority's scope must hold the certificate's date and today, so that an expired scope cannot be used by dating
/// back.
fn in_scope(kind: RecordKind, issue: &Issue, ctx: &Context<'_>) -> Result<(), Refusal> {
    let today = ctx.block.date();
    for date in core::iter::once(issue.issue_date).chain((today > issue.issue_date).then_some(today)) {
        in_scope_on(date, kind, issue.class.as_deref(), ctx)?;
        ensure(ctx.authority.suspended_on(date, Known::Now).is_none(), Refusal::AuthoritySuspended)?;
    }
    Ok(())
}

fn in_scope_on(date: CalendarDate, kind: RecordKind, class: Option<&str>, ctx: &Context<'_>) -> Result<(), Refusal> {
    let scope = ctx.authority.may_record(kind, class, date, Known::Now);
    scope.map(|_| ()).map_err(|out| match out {
        OutOfScope::Kind => Refusal::KindOutOfScope,
        OutOfScope::Class => Refusal::ClassOutOfScope,
        OutOfScope::Period => Refusal::PeriodOutOfScope,
    })
}

/// What gives a record more than it has needs a scope of today, as its issue did. What takes away does not, so that nothing stays
/// only because its authority has no scope any more; nor does what leaves things as they are: taking an announcement back,
/// standing by a record, sharing it.
fn may_give(kind: RecordKind, verb: Verb, standing: &Standing, ctx: &Context<'_>) -> Result<(), Refusal> {
    if !matches!(verb, Verb::Reinstate | Verb::Reassess | Verb::CertifyCopy | Verb::Correct) {
        return Ok(());
    }
    let (class, today) = (standing.class.as_deref(), ctx.block.date());
    in_scope_on(today, kind, class, ctx)?;
    let authorisation = standing.terms.as_ref().and_then(|terms| kind.rules().authorisation_of(terms));
    let is_authorised = ctx.authority.is_authorised(kind, class, authorisation.as_deref(), today, Known::Now);
    ensure(is_authorised, Refusal::DeclarationOutOfScope)
}

/// Whether a record is a draft that the signer may issue.
pub fn is_draft_of(standing: &Standing, kind: RecordKind, ctx: &Context<'_>) -> bool {
    standing.kind == kind && standing.authority == ctx.authority.id && standing.life() == Life::Draft
}

/// The standing of a draft once another document takes the first one's place, which is a draft as well: a further form of it.
/// What the first one said stays until the certificate is issued.
///
/// # Errors
/// [`Refusal::TooManyActs`].
pub fn drafted_anew(mut draft: Standing, issue: &Issue, ctx: &Context<'_>) -> Result<Standing, Refusal> {
    // The last two places are kept: one for the issue, one for the act that ends it.
    ensure(draft.acts.len() < STANDING_ACTS_MAX.saturating_sub(2), Refusal::TooManyActs)?;
    draft.acts.push(StandingAct {
        verb: Verb::Draft,
        effective: issue.issue_date,
        recorded: ctx.block.recorded(),
        reason: None,
        key: ctx.key,
        until: None,
        version: Some(Version { document_digest: issue.document_digest, commitment_root: issue.commitment_root }),
        locator: None,
        signed_before: Approvals::of(ctx.signed_before),
        stands_by: None,
    });
    draft.terms = issue.terms.clone();
    Ok(draft)
}

/// The standing of a draft once it is issued: what the certificate says takes the place of what the draft said; the
/// draft's digest and its dates stay.
pub fn issued_from(draft: Standing, issue: Issue, ctx: &Context<'_>) -> Standing {
    let act = StandingAct {
        verb: Verb::Issue,
        effective: issue.issue_date,
        recorded: ctx.block.recorded(),
        reason: None,
        key: ctx.key,
        until: None,
        version: None,
        locator: None,
        signed_before: Approvals::of(ctx.signed_before),
        stands_by: None,
    };
    let mut standing = recorded(draft.kind, Verb::Issue, issue, ctx);
    standing.drafted = draft.drafted;
    standing.acts = draft.acts;
    standing.acts.push(act);
    standing
}

/// The standing with which a record begins.
pub fn recorded(kind: RecordKind, verb: Verb, issue: Issue, ctx: &Context<'_>) -> Standing {
    let drafted = (verb == Verb::Draft).then(|| Drafted { document_digest: issue.document_digest, recorded: ctx.block.recorded() });
    Standing {
        kind,
        authority: ctx.authority.id.clone(),
        key: ctx.key,
        commitment_root: issue.commitment_root,
        document_digest: issue.document_digest,
        media_type: issue.media_type,
        country: issue.country,
        class: issue.class,
        issue_date: issue.issue_date,
        valid_from: issue.valid_from,
        valid_until: issue.valid_until,
        flags: issue.flags,
        bases: issue.bases,
        predecessor: issue.predecessor,
        successor: None,
        issued: ctx.block.recorded(),
        acts: Vec::new(),
        lines: issue.lines.into_iter().map(Into::into).collect(),
        terms: issue.terms,
        pool: None,
        drafted,
        // What opened the originals' locators has done its work.
        draws: issue.draws.map(|draws| draws.into_iter().map(|draw| Draw { opening: None, ..draw }).collect()),
        sealed_numbers: None,
        has_fingerprints: issue.fingerprints.as_ref().is_some_and(|all| !all.is_empty()).then_some(true),
        signed_before: Approvals::of(ctx.signed_before),
        drawn_before: None,
    }
}

/// The predecessor's standing once it is replaced by `issue`.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn replaced(
    kind: RecordKind,
    mut predecessor: Standing,
    successor: RecordKey,
    issue: &Issue,
    ctx: &Context<'_>,
) -> Result<Standing, Refusal> {
    its_own_record(kind, &predecessor, ctx)?;
    match predecessor.life() {
        Life::InForce => {}
        Life::Suspended => return Err(Refusal::StandingSuspended),
        Life::Replaced => return Err(Refusal::AlreadyReplaced),
        Life::Ended(_) => return Err(Refusal::StandingEnded),
        Life::Draft => return Err(Refusal::StillADraft),
    }
    // A reinstatement that is dated ahead leaves it suspended until then.
    let turn = predecessor.acts_on(&[Verb::Suspend, Verb::Reinstate], ctx.block.latest_date(), Known::Now, |_| true).next();
    ensure(turn.is_none_or(|turn| turn.verb == Verb::Reinstate), Refusal::StandingSuspended)?;
    ensure(issue.issue_date >= predecessor.issue_date, Refusal::EffectiveBeforeIssue)?;
    ensure(predecessor.acts.len() < STANDING_ACTS_MAX, Refusal::TooManyActs)?;
    ensure(goes_on_alike(kind, issue, &predecessor), Refusal::LeavesItsBases)?;
    predecessor.successor = Some(successor);
    predecessor.acts.push(StandingAct {
        verb: Verb::Replace,
        effective: issue.issue_date,
        recorded: ctx.block.recorded(),
        reason: None,
        key: ctx.key,
        until: None,
        version: None,
        locator: None,
        signed_before: Approvals::of(ctx.signed_before),
        stands_by: None,
    });
    predecessor.sealed_numbers.clone_from(&issue.sealed_numbers);
    Ok(predecessor)
}

/// Whether a certificate that goes on with the goods of others is replaced by one that does so too: else a replacement would
/// stand on its own goods, whatever becomes of those. Source: DOMAIN section 3.3.
fn goes_on_alike(kind: RecordKind, issue: &Issue, predecessor: &Standing) -> bool {
    let rules = kind.rules();
    if !rules.goes_on_with_its_base(predecessor.flags, predecessor.class.as_deref()) {
        return true;
    }
    let shares = issue.shares_pool == Some(true);
    let is_left = |base: &Link| base.record().is_some() && !issue.bases.contains(base);
    // The wrong one gives way to another on this ledger, and never to one of which nobody sees what becomes of it.
    let is_recorded = |bases: &[Link]| bases.iter().any(|base| base.record().is_some());
    rules.goes_on_with_its_base(issue.flags, issue.class.as_deref())
        && (is_recorded(&issue.bases) || !is_recorded(&predecessor.bases))
        && !(shares && predecessor.bases.iter().any(is_left))
}

/// The standing after an act on it.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn changed(
    kind: RecordKind,
    verb: Verb,
    mut standing: Standing,
    change: &StandingChange,
    ctx: &Context<'_>,
) -> Result<Standing, Refusal> {
    let allowed = allowed(kind, verb)?;
    its_own_record(kind, &standing, ctx)?;
    ensure(usize::try_from(change.follows) == Ok(standing.acts.len()), Refusal::StandingMoved)?;
    match (standing.life(), verb) {
        (_, Verb::TakeBack) => may_take_back(&standing, change, ctx)?,
        (Life::Ended(_), _) => return Err(Refusal::StandingEnded),
        (Life::Draft, _) if !allowed.on_draft => return Err(Refusal::StillADraft),
        (Life::Replaced, _) if !allowed.on_replaced => return Err(Refusal::AlreadyReplaced),
        (Life::Suspended, Verb::Suspend) => return Err(Refusal::AlreadySuspended),
        (Life::Suspended, _) if !allowed.on_suspended => return Err(Refusal::StandingSuspended),
        (Life::InForce | Life::Suspended | Life::Replaced, _) if !allowed.in_force => return Err(Refusal::NotADraft),
        (Life::InForce | Life::Replaced, Verb::Reinstate) => return Err(Refusal::NotSuspended),
        _ => {}
    }
    may_give(kind, verb, &standing, ctx)?;
    ensure(change.effective >= standing.issue_date, Refusal::EffectiveBeforeIssue)?;
    let latest = ctx.block.date().add_days(EFFECTIVE_DAYS_AHEAD_MAX);
    ensure(latest.is_none_or(|latest| change.effective <= latest), Refusal::EffectiveFarAhead)?;
    // What counts from its recording on is not said to begin later.
    if let Verb::Cancel | Verb::Refuse | Verb::Annul | Verb::CertifyCopy | Verb::Correct | Verb::Reaffirm = verb {
        ensure(change.effective <= ctx.block.latest_date(), Refusal::AnnouncedWithoutReturn)?;
    }
    ensure(change.version.is_some() == matches!(verb, Verb::CertifyCopy | Verb::Correct), Refusal::VersionNotExpected)?;
    if let Some(version) = &change.version {
        let known = standing.document_digest == version.document_digest || standing.form(&version.document_digest, Known::Now).is_some();
        ensure(!known, Refusal::VersionKnown)?;
        ensure(standing.acts.len() < STANDING_ACTS_MAX.saturating_sub(2), Refusal::TooManyActs)?;
    }
    if let Some(named) = &change.stands_by {
        let may_be = |number: &u32| reliance::may_be_stood_by(&standing).any(|(known, _)| known == *number);
        let is_in_form = verb == Verb::Reaffirm && !named.is_empty() && strictly_ascending(named) && named.iter().all(may_be);
        ensure(is_in_form, Refusal::StandsByNotInForm)?;
    }
    ensure(verb == Verb::Reassess || change.until.is_none(), Refusal::UntilNotExpected)?;
    if verb == Verb::Reassess {
        let last = standing.last_day_on(change.effective, Known::Now, |_| true);
        ensure(last.is_none_or(|last| change.effective <= last), Refusal::ReassessedAfterExpiry)?;
        ensure(change.until.is_none_or(|until| change.effective <= until), Refusal::ValidityEndsBeforeItBegins)?;
    }
    // A renewal that is recorded ahead says nothing of suspensions, which are in no order with it.
    let order: &[Verb] = match verb {
        Verb::Suspend | Verb::Reinstate => &[Verb::Suspend, Verb::Reinstate],
        Verb::Reassess => &[Verb::Reassess],
        _ => &[],
    };
    let stand = standing.acts_that_stand(Known::Now, |_| true);
    let last = stand.into_iter().rev().find(|act| order.contains(&act.verb));
    ensure(last.is_none_or(|last| change.effective >= last.effective), Refusal::EffectiveOutOfOrder)?;
    if let Verb::Suspend | Verb::Reinstate | Verb::Reassess | Verb::Reaffirm | Verb::TakeBack = verb {
        // The last two places are kept: one for a replacement, one for the act that ends the record.
        ensure(standing.acts.len() < STANDING_ACTS_MAX.saturating_sub(2), Refusal::TooManyActs)?;
    }
    let rested_on = reliance::keys_of(&standing).len();
    standing.acts.push(StandingAct {
        verb,
        effective: change.effective,
        recorded: ctx.block.recorded(),
        reason: change.reason,
        key: ctx.key,
        until: change.until,
        version: change.version,
        locator: None,
        signed_before: Approvals::of(ctx.signed_before),
        stands_by: change.stands_by.clone(),
    });
    let kept = if matches!(verb, Verb::Reaffirm | Verb::TakeBack) { 0 } else { STANDING_KEYS_KEPT };
    let rests_on = reliance::keys_of(&standing).len();
    ensure(rests_on == rested_on || rests_on <= STANDING_KEYS_MAX.saturating_sub(kept), Refusal::TooManyKeysOfRecord)?;
    Ok(standing)
}

/// The standing once a further member finds it by its number.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn shared(kind: RecordKind, mut standing: Standing, share: &Share, ctx: &Context<'_>) -> Result<Standing, Refusal> {
    allowed(kind, Verb::Share)?;
    its_own_record(kind, &standing, ctx)?;
    ensure(usize::try_from(share.follows) == Ok(standing.acts.len()), Refusal::StandingMoved)?;
    match standing.life() {
        Life::Ended(_) => return Err(Refusal::StandingEnded),
        Life::Draft => return Err(Refusal::StillADraft),
        Life::InForce | Life::Suspended | Life::Replaced => {}
    }
    ensure(standing.acts.len() < STANDING_ACTS_MAX.saturating_sub(2), Refusal::TooManyActs)?;
    standing.acts.push(StandingAct {
        verb: Verb::Share,
        effective: ctx.block.date(),
        recorded: ctx.block.recorded(),
        reason: None,
        key: ctx.key,
        until: None,
        version: None,
        locator: Some(share.locator),
        signed_before: Approvals::of(ctx.signed_before),
        stands_by: None,
    });
    Ok(standing)
}

/// What is announced for a later date is taken back before that date, and named by it.
fn may_take_back(standing: &Standing, change: &StandingChange, ctx: &Context<'_>) -> Result<(), Refusal> {
    let announced = standing.announced(ctx.block.date()).ok_or(Refusal::NothingAnnounced)?;
    ensure(change.effective == announced.effective, Refusal::AnnouncedForAnotherDate)
}

/// The act, if the kind has it.
fn allowed(kind: RecordKind, verb: Verb) -> Result<AllowedAct, Refusal> {
    kind.rules().acts().iter().find(|allowed| allowed.verb == verb).copied().ok_or(Refusal::VerbNotOfThisKind)
}

fn its_own_record(kind: RecordKind, standing: &Standing, ctx: &Context<'_>) -> Result<(), Refusal> {
    ensure(standing.kind == kind, Refusal::RecordOfAnotherKind)?;
    ensure(standing.authority == ctx.authority.id, Refusal::AnotherAuthoritysRecord)
}
