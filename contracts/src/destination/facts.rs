//! What offices of the importing side may record about a certificate, and what its issuer answers: values in, the new
//! entry or a refusal out. Nothing here looks at the issuer's own facts but to know which certificate it is.

use super::{
    ANSWER_BYTES_MAX, ANSWERS_ANEW_MAX, Bar, DESTINATION_ACTS_MAX, DESTINATION_BYTES_MAX, Destination, DestinationAct, OfficeVerb,
};
use crate::acts::{Answer, Declared, OfficeAct};
use crate::context::{Context, Known};
use crate::kinds::RecordKind;
use crate::refusal::{Refusal, ensure};
use crate::registry::Approvals;
use crate::standing::{Standing, Verb};
use ledger::codec::{Canonical, strictly_ascending};
use ledger::time::CalendarDate;
use ledger::tree::VALUE_BYTES_MAX;

/// How many days ahead the deadline of a question may lie: three years, longer than any agreement gives.
pub const DEADLINE_DAYS_MAX: u32 = 1098;
/// How many days a question gives the issuer at least where no agreement says how many: the least that RCEP (article 3.24)
/// and CPTPP (article 3.27) allow.
pub const REPLY_DAYS_MIN: u32 = 30;

/// Whether an office may do this act on a certificate on a date; `at_home` says whether it was issued where the office is.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn may_act(
    kind: RecordKind,
    verb: OfficeVerb,
    standing: &Standing,
    at_home: bool,
    date: CalendarDate,
    ctx: &Context<'_>,
) -> Result<(), Refusal> {
    ensure(standing.kind == kind, Refusal::RecordOfAnotherKind)?;
    ensure(is_issued(standing), Refusal::CertificateNotIssued)?;
    // As for issuers, the scope must hold the act's date and today.
    for date in [date, ctx.block.date()] {
        let scope = ctx.authority.office(verb, kind, standing.class.as_deref(), date, Known::Now);
        ensure(scope.is_some(), Refusal::OfficeOutOfScope)?;
        ensure(ctx.authority.suspended_on(date, Known::Now).is_none(), Refusal::AuthoritySuspended)?;
    }
    // Nobody imports from itself. What its offices doubt, its own authority takes back.
    let allowed = verb == OfficeVerb::Expire || kind.rules().is_used_at_home(standing.class.as_deref());
    ensure(!at_home || allowed, Refusal::OwnMembersCertificate)
}

/// Whether it was ever issued: a draft is nobody's certificate.
fn is_issued(standing: &Standing) -> bool {
    standing.drafted.is_none() || standing.acts.iter().any(|act| act.verb == Verb::Issue)
}

/// What a member's offices recorded, once this act is. `counts` says whether an answer of the issuer does.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn recorded(
    verb: OfficeVerb,
    act: OfficeAct,
    standing: &Standing,
    destination: Destination,
    counts: impl Fn(&DestinationAct) -> bool,
    ctx: &Context<'_>,
) -> Result<Destination, Refusal> {
    ensure(usize::try_from(act.follows) == Ok(destination.as_slice().len()), Refusal::FactsMoved)?;
    ensure(act.date <= ctx.block.latest_date(), Refusal::FactDatedAhead)?;
    ensure(not_before(act.date, standing.issue_date), Refusal::FactBeforeIssue)?;
    reason_in_form(verb, &act)?;
    ensure(act.whole.is_none() || act.declared().is_some_and(|declared| declared.is_in_form()), Refusal::NoGoodsItem)?;
    lines_in_form(verb, &act, standing)?;
    let deadline = deadline(verb, &act, ctx)?;
    in_order(verb, &act, &destination, &counts)?;
    let destination = destination.with(DestinationAct {
        verb,
        by: ctx.authority.id.clone(),
        key: ctx.key,
        date: act.date,
        recorded: ctx.block.recorded(),
        reason: act.reason,
        deadline,
        declaration: act.declaration,
        confirmed: None,
        lines: act.lines,
        signed_before: Approvals::of(ctx.signed_before),
        whole: act.whole,
    });
    // Places are kept for the answer to an open question, and for what takes a confirmation back.
    let is_open = destination.open_question(CalendarDate::LAST, Known::Now, &counts).is_some();
    let kept = if is_open { 2 } else { usize::from(confirmation(&destination).is_some()) };
    let room = DESTINATION_ACTS_MAX.saturating_sub(kept);
    ensure(destination.as_slice().len() <= room && destination.to_bytes().len() <= DESTINATION_BYTES_MAX, Refusal::TooManyFacts)?;
    Ok(destination)
}

/// What a member's offices recorded, once the issuer's answer is. A question that was answered in doubt is open again; `counts` says
/// whether an answer does.
///
/// # Errors
/// The [`Refusal`] of the first condition that fails.
pub fn answered(
    kind: RecordKind,
    answer: &Answer,
    standing: &Standing,
    destination: Destination,
    counts: impl Fn(&DestinationAct) -> bool,
    ctx: &Context<'_>,
) -> Result<Destination, Refusal> {
    ensure(standing.kind == kind, Refusal::RecordOfAnotherKind)?;
    ensure(standing.authority == ctx.authority.id, Refusal::AnotherAuthoritysRecord)?;
    let after = match destination.open_question(CalendarDate::LAST, Known::Now, counts) {
        Some(question) => question.asked.date,
        // A confirmation, perhaps a thief's, is taken back without being asked again; nothing is confirmed so.
        None => confirmation(&destination).filter(|_| !answer.confirmed).ok_or(Refusal::NoOpenQuestion)?.date,
    };
    ensure(answer.date <= ctx.block.latest_date(), Refusal::FactDatedAhead)?;
    ensure(not_before(answer.date, after), Refusal::DatedBeforeQuestion)?;
    let destination = destination.with(DestinationAct {
        verb: OfficeVerb::Answer,
        by: ctx.authority.id.clone(),
        key: ctx.key,
        date: answer.date,
        recorded: ctx.block.recorded(),
        reason: answer.reason,
        deadline: None,
        declaration: None,
        confirmed: Some(answer.confirmed),
        lines: None,
        signed_before: Approvals::of(ctx.signed_before),
        whole: None,
    });
    // What takes a confirmation back always fits, so that nobody needs leave to say that a certificate does not stand.
    let kept = usize::from(answer.confirmed);
    let places = destination.as_slice().len().saturating_add(kept);
    let bytes = destination.to_bytes().len().saturating_add(kept.saturating_mul(ANSWER_BYTES_MAX));
    let fits = places <= DESTINATION_ACTS_MAX.saturating_add(ANSWERS_ANEW_MAX) && bytes <= VALUE_BYTES_MAX;
    ensure(fits, Refusal::TooManyFacts)?;
    Ok(destination)
}

/// The issuer's last answer, if it confirms.
fn confirmation(destination: &Destination) -> Option<&DestinationAct> {
    let last = destination.as_slice().iter().rev().find(|act| act.verb == OfficeVerb::Answer);
    last.filter(|last| last.is_confirmation())
}

/// Whether a member may hold or use a line for a declaration, by what its own offices decided and the issuer answered them; draw
/// from it, without one. `counts` says whether an answer of the issuer does.
///
/// # Errors
/// The [`Refusal`] that says what stands against it; both are CERTEX 04, "inappropriate status".
pub fn may_use_line(
    number: u32,
    declared: Option<Declared>,
    destination: &Destination,
    counts: impl Fn(&DestinationAct) -> bool,
) -> Result<(), Refusal> {
    match destination.about_line(number, declared, CalendarDate::LAST, Known::Now, counts).bar() {
        None => Ok(()),
        Some(Bar::Rejected(_)) => Err(Refusal::UseOfRejectedLine),
        Some(Bar::NotConfirmed(_)) => Err(Refusal::UseOfUnconfirmed),
    }
}

/// Whether one office's date is not before another's: they may be a day apart at the same moment.
fn not_before(date: CalendarDate, earlier: CalendarDate) -> bool {
    date.add_days(1).is_none_or(|next| next >= earlier)
}

/// What is refused to somebody is refused with a reason. Source: DOMAIN sections 2.5 and 3.4.
fn reason_in_form(verb: OfficeVerb, act: &OfficeAct) -> Result<(), Refusal> {
    match verb {
        OfficeVerb::Reject | OfficeVerb::DenyPreference | OfficeVerb::AcceptPartially => {
            ensure(act.reason.is_some(), Refusal::ReasonMissing)
        }
        _ => Ok(()),
    }
}

fn lines_in_form(verb: OfficeVerb, act: &OfficeAct, standing: &Standing) -> Result<(), Refusal> {
    let Some(lines) = &act.lines else {
        return ensure(verb != OfficeVerb::AcceptPartially, Refusal::AcceptedLinesMissing);
    };
    let is_a_line = |number: &u32| standing.lines.binary_search_by_key(number, |line| line.number).is_ok();
    ensure(!lines.is_empty() && strictly_ascending(lines) && lines.iter().all(is_a_line), Refusal::LinesNotOnCertificate)
}

/// By when a question is to be answered. The time is counted from the recording of the question, whatever its date, so that
/// nobody takes it from the issuer by dating back; whoever asked may grant more later.
fn deadline(verb: OfficeVerb, act: &OfficeAct, ctx: &Context<'_>) -> Result<Option<CalendarDate>, Refusal> {
    if !matches!(verb, OfficeVerb::Ask | OfficeVerb::ExtendDeadline) {
        return ensure(act.deadline.is_none(), Refusal::DeadlineNotExpected).map(|()| None);
    }
    let (today, asks) = (ctx.block.date(), verb == OfficeVerb::Ask);
    if let Some(reply) = ctx.agreement.filter(|_| asks).and_then(|agreement| agreement.reply) {
        let due = reply.after(today);
        ensure(act.deadline.is_none_or(|given| given <= due), Refusal::DeadlineBeyondReply)?;
        ensure(act.deadline.is_none_or(|given| given >= due), Refusal::DeadlineTooSoon)?;
        return Ok(Some(due));
    }
    let deadline = act.deadline.ok_or(Refusal::DeadlineMissing)?;
    let latest = today.add_days(DEADLINE_DAYS_MAX);
    ensure(deadline > act.date && deadline >= today && latest.is_none_or(|latest| deadline <= latest), Refusal::DeadlineNotAhead)?;
    let earliest = today.add_days(REPLY_DAYS_MIN);
    ensure(!asks || earliest.is_none_or(|earliest| deadline >= earliest), Refusal::DeadlineTooSoon)?;
    Ok(Some(deadline))
}

/// What may follow on what the member's offices recorded before. A decision may be taken back by a later one: a refusal
/// can be appealed (DOMAIN section 10, trap 20).
fn in_order(verb: OfficeVerb, act: &OfficeAct, destination: &Destination, counts: impl Fn(&DestinationAct) -> bool) -> Result<(), Refusal> {
    let open = destination.open_question(CalendarDate::LAST, Known::Now, counts);
    match verb {
        OfficeVerb::Present => {
            // Whatever is presented whole is presented item by item: another date for one of these would be a second presentation.
            let is_presented = |known: &DestinationAct| match (known.declared(), act.declared()) {
                (Some(known), Some(declared)) => known.holds(&declared),
                (known, declared) => known == declared,
            };
            let mut known = destination.as_slice().iter().filter(|known| known.verb == OfficeVerb::Present);
            ensure(!known.any(is_presented), Refusal::AlreadyPresented)
        }
        OfficeVerb::Ask => ensure(open.is_none(), Refusal::QuestionOpen),
        OfficeVerb::ExtendDeadline | OfficeVerb::CloseQuestion => {
            let open = open.ok_or(Refusal::NoOpenQuestion)?;
            ensure(not_before(act.date, open.asked.date), Refusal::DatedBeforeQuestion)?;
            ensure(verb == OfficeVerb::CloseQuestion || act.deadline > open.deadline, Refusal::DeadlineNotLater)
        }
        _ => Ok(()),
    }
}
