//! Whether a certificate may be used: by the very functions with which a verdict judges it, for the country, the day and the
//! declaration of whoever uses it.
//!
//! What the verdict calls NOT VALID by what stands on the ledger is not used, but for this:
//! - what is held was held in time, and is used up after the last day, or after a party left the agreement;
//! - which of its lines were rejected, not confirmed or used up is judged line by line ([`facts::may_use_line`], the pool);
//! - nobody but the reader of the document knows what that alone says, such as the dates of originals elsewhere.
//!
//! An office's date may be any between the earliest and the latest on Earth: what begins or ends with a day counts if it does
//! on one of these.
//!
//! [`facts::may_use_line`]: may_use_line

use super::{Overlay, Refused, Stop};
use crate::acts::Declared;
use crate::context::{Context, Known};
use crate::destination::Destination;
use crate::destination::facts::may_use_line;
use crate::key;
use crate::refusal::Refusal;
use crate::registry::{AgreementId, AuthorityKey};
use crate::reliance;
use crate::standing::{SameGoods, Standing, Verb};
use crate::verdict::{
    AgreementFacts, BENEATH_ENTRIES_MAX, Case, Facts, Follow, IssuerFacts, Question, Reason, RecordFacts, Said, Subject, against, follow,
};
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::state::Fault;
use ledger::time::CalendarDate;
use std::collections::BTreeMap;

/// A use of a certificate.
pub(super) struct Usage<'a> {
    pub record: &'a RecordKey,
    pub standing: &'a Standing,
    /// What the offices of the user's member recorded about it.
    pub destination: Destination,
    /// For which declaration.
    pub declared: Option<Declared>,
    /// Of which lines.
    pub lines: Vec<u32>,
    /// Whether it is held already.
    pub is_held: bool,
}

/// That a certificate may be used today; its last day of validity, if it has one.
///
/// # Errors
/// The refusal of the first thing that stands against it; most are CERTEX 04, "inappropriate status".
pub(super) fn may_be_used(usage: Usage<'_>, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<Option<CalendarDate>, Stop> {
    let (declared, is_held) = (usage.declared, usage.is_held);
    let mut issuer = answering(usage.standing, &usage.destination, ledger)?;
    issuer.keys.extend(keys_of(usage.standing, ledger)?);
    // What is rejected is refused as that.
    let is_open = |line: &&u32| issuer.may_use_line(**line, declared, &usage.destination).is_ok();
    let lines: Vec<u32> = usage.lines.iter().filter(is_open).copied().collect();
    let (facts, record) = gathered(usage, issuer, ctx, ledger)?;
    let question = |on| Question { for_country: Some(ctx.authority.country), declared, ..Question::on(on) };
    let against = |on: CalendarDate| {
        let question = question(on);
        let mut all = against(&Case { facts: &facts, record: &record, question: &question });
        all.retain(|said| refusal(said).is_some() && !(is_held && is_over(said.reason)));
        all
    };
    let (first, today, last) = (ctx.block.earliest_date(), ctx.block.date(), ctx.block.latest_date());
    let today_against = against(today);
    let turns_with_the_day = |said: &Said| is_over(said.reason) || is_ahead(said.reason);
    if let Some(said) = today_against.iter().find(|said| !turns_with_the_day(said)).or(today_against.first())
        && let Some(refusal) = refusal(said)
    {
        let other_days = [first, last].into_iter().filter(|day| *day != today);
        let is_one_of_them = turns_with_the_day(said) && other_days.into_iter().any(|day| against(day).is_empty());
        if !is_one_of_them {
            return Err(Stop::Refused(Refused { detail: Some(said.sentence.clone()), ..Refused::from(refusal) }));
        }
    }
    let late = |on| record.standing.kind.rules().late_lines(&Case { facts: &facts, record: &record, question: &question(on) });
    let late_today = if is_held { Vec::new() } else { late(today) };
    // Each day is judged once, however many lines there are.
    let on_others: Vec<(Vec<u32>, bool)> = match late_today.as_slice() {
        [] => Vec::new(),
        _ => [first, last].into_iter().map(|day| (late(day), against(day).iter().any(|said| is_over(said.reason)))).collect(),
    };
    let is_late = |line: &&u32| late_today.contains(line) && on_others.iter().all(|(late, is_over)| *is_over || late.contains(line));
    if let Some(line) = lines.iter().find(is_late) {
        let detail = Some(format!("the late presentation was not accepted for line {line}"));
        return Err(Stop::Refused(Refused { detail, ..Refused::from(Refusal::UseOfExpired) }));
    }
    // What these give back, or open anew, can be used at once: so the certificate cannot from the beginning of their date
    // anywhere on, up to which they may be dated.
    let counts = |act: &_| record.issuer.as_ref().is_some_and(|issuer| issuer.counts(&record.standing, act, Known::Now));
    match record.standing.acts_on(&[Verb::Cancel, Verb::Replace], last, Known::Now, counts).next().map(|act| act.verb) {
        Some(Verb::Cancel) => Err(Refusal::UseOfEnded.into()),
        Some(_) => Err(Refusal::UseOfReplaced.into()),
        None if record.is_whole => {
            let rules = record.standing.kind.rules();
            Ok(rules.term(&Case { facts: &facts, record: &record, question: &question(today) }).until)
        }
        None => Err(Refusal::UseOnFallenBase.into()),
    }
}

/// What is refused by what a verdict says; nothing where its lines are judged one by one.
fn refusal(said: &Said) -> Option<Refusal> {
    Some(match said.reason {
        Reason::PreferenceDenied | Reason::RejectedHere | Reason::NotConfirmed | Reason::QuestionOpen | Reason::UsedUp => return None,
        Reason::KeyRevokedBefore => Refusal::UseUnderDoubtedKey,
        Reason::AuthorityRevokedBefore
        | Reason::AuthoritySuspended
        | Reason::ScopePeriod
        | Reason::ScopeKind
        | Reason::ScopeClass
        | Reason::ScopeAuthorisation => Refusal::UseOfUnscopedIssuer,
        Reason::Annulment | Reason::RefusedByIssuer | Reason::Revocation | Reason::Withdrawal | Reason::Cancellation => Refusal::UseOfEnded,
        Reason::BaseEnded => Refusal::UseOnFallenBase,
        Reason::Replacement => Refusal::UseOfReplaced,
        Reason::Suspension => Refusal::UseOfSuspended,
        Reason::ValidityAhead => Refusal::UseBeforeValidity,
        Reason::ValidityOver | Reason::AgreementLeft if said.is_for_other_goods => Refusal::UseForOtherGoods,
        Reason::ValidityOver | Reason::AgreementLeft => Refusal::UseOfExpired,
        _ => Refusal::UseNotRecognised,
    })
}

fn is_over(reason: Reason) -> bool {
    matches!(reason, Reason::ValidityOver | Reason::AgreementLeft)
}

fn is_ahead(reason: Reason) -> bool {
    matches!(reason, Reason::ValidityAhead | Reason::AgreementNotInForce)
}

/// What the verdict rests on, as far as it is not judged line by line: of other members' offices nothing.
fn gathered(usage: Usage<'_>, issuer: IssuerFacts, ctx: &Context<'_>, ledger: &mut Overlay<'_>) -> Result<(Facts, RecordFacts), Stop> {
    let Usage { record, standing, destination, .. } = usage;
    let reader = ctx.authority.member();
    let mut left = BENEATH_ENTRIES_MAX;
    let beneath = follow(*record, standing, ledger, &mut left)?;
    let facts = Facts {
        at: ctx.block.recorded(),
        subject: Subject::Record(*record),
        parameters: ledger.read(&key::parameters())?.ok_or_else(|| missing("the network's parameters"))?,
        issuer: ledger.member(standing.authority.member())?,
        reader: ledger.member(reader)?,
        records: Vec::new(),
        candidates: None,
        arrangements: None,
    };
    let record = RecordFacts {
        key: *record,
        issuer: Some(issuer),
        is_whole: beneath.is_whole,
        beneath,
        same_goods: SameGoods::default(),
        dossier: None,
        shared_pool: None,
        destinations: BTreeMap::from([(reader, destination)]),
        agreement: agreement(standing, ledger)?,
        standing: standing.clone(),
    };
    Ok((facts, record))
}

fn missing(what: &str) -> Fault {
    Fault { what: format!("{what} does not stand on the ledger"), remedy: "run symbolon-node audit".to_owned() }
}

fn issuer_of(standing: &Standing, ledger: &mut Overlay<'_>) -> Result<IssuerFacts, Stop> {
    let authority = ledger.authority(&standing.authority)?.ok_or(Refusal::UseOfUnscopedIssuer)?;
    Ok(IssuerFacts { authority, keys: keys_of(standing, ledger)? })
}

/// Who issued a certificate, with the keys under which it was confirmed to a member: which of its answers count.
pub(super) fn answering(standing: &Standing, destination: &Destination, ledger: &mut Overlay<'_>) -> Result<IssuerFacts, Stop> {
    let authority = ledger.authority(&standing.authority)?.ok_or(Refusal::UseOfUnscopedIssuer)?;
    let mut keys = BTreeMap::new();
    for number in destination.keys_of_confirmations() {
        keys.insert(number, ledger.key(&standing.authority, number)?);
    }
    Ok(IssuerFacts { authority, keys })
}

impl IssuerFacts {
    /// Whether a line may be used, by what is decided about it now.
    pub(super) fn may_use_line(&self, number: u32, declared: Option<Declared>, destination: &Destination) -> Result<(), Refusal> {
        may_use_line(number, declared, destination, |act| self.relies_on(act, Known::Now))
    }
}

/// The keys on which a standing rests, and of what ended it.
pub(super) fn keys_of(standing: &Standing, ledger: &mut Overlay<'_>) -> Result<BTreeMap<KeyNumber, AuthorityKey>, Stop> {
    let mut keys = BTreeMap::new();
    for number in reliance::keys_of(standing).union(&reliance::keys_of_ends(standing)).copied() {
        if let Some(key) = ledger.authority_key(&standing.authority, number)? {
            keys.insert(number, AuthorityKey::clone(&key));
        }
    }
    Ok(keys)
}

fn agreement(standing: &Standing, ledger: &mut Overlay<'_>) -> Result<Option<AgreementFacts>, Stop> {
    let id = if standing.kind.rules().is_under_agreement() { AgreementId::of_class(standing.class.as_deref()) } else { None };
    let Some(id) = id else { return Ok(None) };
    let Some(agreement) = ledger.agreement(&id)? else { return Ok(None) };
    let issuer = ledger.member(standing.authority.member())?;
    let mut notified = BTreeMap::new();
    for party in agreement.parties_of(standing.country, issuer.as_deref()) {
        notified.insert(party, ledger.read(&key::notified(&id, party))?.unwrap_or_default());
    }
    Ok(Some(AgreementFacts { agreement, issuer, notified }))
}

impl Follow for Overlay<'_> {
    type Stop = Stop;

    fn standing(&mut self, record: &RecordKey) -> Result<Standing, Stop> {
        self.may_read_on()?;
        Ok(self.read(&key::standing(record))?.ok_or(Refusal::NoSuchRecord)?)
    }

    fn behind(&mut self, standing: &Standing) -> Result<(IssuerFacts, Option<AgreementFacts>), Stop> {
        Ok((issuer_of(standing, self)?, agreement(standing, self)?))
    }

    fn recorded_by(&mut self, member: MemberId, record: &RecordKey) -> Result<Destination, Stop> {
        self.may_read_on()?;
        Ok(self.destination(record, member)?)
    }

    fn key(&mut self, authority: &AuthorityId, number: KeyNumber) -> Result<AuthorityKey, Stop> {
        self.may_read_on()?;
        let found = self.authority_key(authority, number)?;
        Ok(AuthorityKey::clone(&*found.ok_or_else(|| missing(&format!("key {number} of {authority}")))?))
    }
}
