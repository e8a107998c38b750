//! What stands against a record, in the order of DOMAIN section 6. The verdict says the first of it; the rule for uses refuses
//! what the verdict calls not valid, by the same functions, so that the two cannot part.

use super::{Case, IssuerFacts, ONLY_ITS_SUCCESSOR, Question, Reason, RecordFacts, Said, Term, Word, beneath, destinations, quantities};
use crate::context::Known;
use crate::registry::OutOfScope;
use crate::reliance::{self, Given, Reliance};
use crate::standing::{Standing, StandingAct, Verb};

/// All that stands against a record as a whole, whatever document is in hand. None of a record without its issuer.
pub(crate) fn against(case: &Case<'_>) -> Vec<Said> {
    let Some(issuer) = &case.record.issuer else { return Vec::new() };
    let standing = &case.record.standing;
    let rules = standing.kind.rules();
    let out_of_scope = out_of_scope(standing, issuer, case.question.known);
    let unrecognised = rules.recognised(case).err();
    let term = rules.term(case);
    out_of_scope.into_iter().chain(unrecognised).chain(stands_against(&AS_A_WHOLE, case, issuer, &term)).collect()
}

/// Why its authority was not to issue it.
pub(super) fn out_of_scope(standing: &Standing, issuer: &IssuerFacts, known: Known) -> Option<Said> {
    let (authority, date) = (&issuer.authority, standing.issue_date);
    if let Err(revoked) = authority.holds(&standing.issued, known) {
        let sentence = format!("{} was revoked as of {}, and the certificate was recorded after that", authority.id, revoked.as_of);
        let what = format!("{} revoked {}", authority.member(), authority.id);
        return Some(Said::new(Word::IssuerOutOfScope, Reason::AuthorityRevokedBefore, sentence).because(what, revoked.recorded));
    }
    if let Reliance::InDoubt { key, revoked } = reliance::of(standing, Given::Itself, authority, &issuer.keys, known) {
        let sentence = format!(
            "key {key} of {} was revoked as of {}, and the certificate was recorded after that: it may be a thief's",
            authority.id, revoked.as_of
        );
        let what = format!("{} revoked its key {key}", authority.id);
        return Some(Said::new(Word::SignatureFails, Reason::KeyRevokedBefore, sentence).because(what, revoked.recorded));
    }
    if let Some(suspension) = authority.suspended_on(date, known) {
        let sentence = format!("{} was suspended on {date}, the date of issue", authority.id);
        let what = format!("{} suspended {}", authority.member(), authority.id);
        return Some(Said::new(Word::IssuerOutOfScope, Reason::AuthoritySuspended, sentence).because(what, suspension.recorded));
    }
    let out = authority.may_record(standing.kind, standing.class.as_deref(), date, known).err()?;
    let (reason, what) = match out {
        OutOfScope::Period => (Reason::ScopePeriod, format!("nothing dated {date}")),
        OutOfScope::Kind => (Reason::ScopeKind, format!("no {}", standing.kind)),
        OutOfScope::Class => (Reason::ScopeClass, format!("nothing of {}", standing.class.as_deref().unwrap_or("that class"))),
    };
    let said = Said::new(Word::IssuerOutOfScope, reason, format!("{} was to issue {what}", authority.id));
    let scopes = authority.acts.iter().rev().find(|act| known.covers(&act.recorded) && act.effective <= date);
    Some(match scopes {
        Some(act) => said.because(format!("the scopes that {} gave to {}", authority.member(), authority.id), act.recorded),
        None => said,
    })
}

type Against = fn(&Case<'_>, &IssuerFacts, &Term) -> Option<Said>;

/// What stands against a record as a whole: its issuer's acts, what lies beneath it, and its time.
const AS_A_WHOLE: [Against; 7] = [ENDED, BASE_ENDED, REPLACED, SUSPENDED, BASE_IN_DOUBT, NOT_YET_VALID, EXPIRED];
/// That, and what the country for which it is judged said itself, or the uses left of it: of each line.
const ALL: [Against; 9] = [ENDED, BASE_ENDED, REPLACED, SUSPENDED, SAID, BASE_IN_DOUBT, NOT_YET_VALID, EXPIRED, USED_UP];

const ENDED: Against = |case, issuer, _| ended_by_its_authority(case.record, issuer, case.question);
const BASE_ENDED: Against = |case, _, _| beneath::ended_with_its_base(case.record, case.question);
const REPLACED: Against = replaced;
const SUSPENDED: Against = suspended;
const SAID: Against = |case, _, _| destinations::said(case);
const BASE_IN_DOUBT: Against = |case, _, _| beneath::doubtful_with_its_base(case);
const NOT_YET_VALID: Against = |case, _, _| not_yet_valid(case);
const EXPIRED: Against = |case, _, term| expired(case, term);
const USED_UP: Against = |case, _, _| quantities::exhausted(case);

/// Why a record is not in force on the date asked about, in the order of DOMAIN section 6.
pub(super) fn out_of_force(case: &Case<'_>, issuer: &IssuerFacts, term: &Term) -> impl Iterator<Item = Said> {
    stands_against(&ALL, case, issuer, term)
}

fn stands_against(all: &'static [Against], case: &Case<'_>, issuer: &IssuerFacts, term: &Term) -> impl Iterator<Item = Said> {
    all.iter().filter_map(move |against| against(case, issuer, term))
}

/// The act of its authority that ended a record by the date asked about.
pub(super) fn ended_by_its_authority(record: &RecordFacts, issuer: &IssuerFacts, question: &Question) -> Option<Said> {
    let authority = &record.standing.authority;
    for verbs in [&[Verb::Annul], &[Verb::Refuse], &[Verb::Revoke], &[Verb::Withdraw], &[Verb::Cancel]] {
        if let Some(act) = acts_on(record, issuer, verbs, question).last() {
            let doubt = issuer.doubt_in_words(act, question.known);
            return Some(ended(act, &format!("{authority} {} it", past(act.verb)), &doubt, false));
        }
    }
    None
}

fn replaced(case: &Case<'_>, issuer: &IssuerFacts, _: &Term) -> Option<Said> {
    let authority = &case.record.standing.authority;
    let act = acts_on(case.record, issuer, &[Verb::Replace], case.question).next()?;
    let doubt = issuer.doubt_in_words(act, case.question.known);
    let sentence = format!(
        "replaced from {} on{doubt}: {ONLY_ITS_SUCCESSOR}, whose number the holder or {authority} knows; verify that",
        act.effective
    );
    Some(Said::new(Word::Replaced, Reason::Replacement, sentence).because(format!("{authority} replaced it"), act.recorded))
}

fn suspended(case: &Case<'_>, issuer: &IssuerFacts, _: &Term) -> Option<Said> {
    let authority = &case.record.standing.authority;
    let turn = acts_on(case.record, issuer, &[Verb::Suspend, Verb::Reinstate], case.question).next();
    let act = turn.filter(|act| act.verb == Verb::Suspend)?;
    let doubt = issuer.doubt_in_words(act, case.question.known);
    let sentence = format!("{authority} suspended it from {} on{doubt}", act.effective);
    Some(Said::new(Word::Suspended, Reason::Suspension, sentence).because(format!("{authority} suspended it"), act.recorded))
}

fn not_yet_valid(case: &Case<'_>) -> Option<Said> {
    let (first_day, on) = (case.first_day(), case.question.on);
    if first_day <= on {
        return None;
    }
    let sentence = format!("valid only from {first_day} on, and the question is about {on}");
    let said = Said::new(Word::NotYetValid, Reason::ValidityAhead, sentence);
    Some(said.because("the first day of validity", case.record.standing.issued))
}

fn expired(case: &Case<'_>, term: &Term) -> Option<Said> {
    let until = term.until.filter(|until| *until < term.judged_on)?;
    let by = term.by.as_ref().map_or_else(String::new, |by| format!(" ({by})"));
    let judged = if term.judged_on == case.question.on { "the question is about" } else { "it was presented on" };
    let counts = term.counts_for.as_ref().map_or_else(String::new, |counts| format!("; {counts}"));
    let sentence = format!("valid until {until} only{by}, and {judged} {}{counts}", term.judged_on);
    let said = Said::new(Word::Expired, Reason::ValidityOver, sentence).for_other_goods(term.counts_for.is_some());
    Some(said.because("the last day of validity", case.record.standing.issued))
}

/// The acts that count on the date asked about, as known by then, latest first. A reinstatement under a key that was
/// a thief's by then does not count: the suspension stands.
fn acts_on<'a>(
    record: &'a RecordFacts,
    issuer: &'a IssuerFacts,
    verbs: &'static [Verb],
    question: &'a Question,
) -> impl Iterator<Item = &'a StandingAct> {
    let counts = |act: &StandingAct| issuer.counts(&record.standing, act, question.known);
    record.standing.acts_on(verbs, question.on, question.known, counts)
}

/// That an act ended a certificate; `doubt` says that it may be a thief's.
pub(super) fn ended(act: &StandingAct, what: &str, doubt: &str, beneath: bool) -> Said {
    let (word, reason) = match act.verb {
        Verb::Annul => (Word::Annulled, Reason::Annulment),
        Verb::Refuse => (Word::Annulled, Reason::RefusedByIssuer),
        Verb::Revoke => (Word::Revoked, Reason::Revocation),
        Verb::Cancel => (Word::Withdrawn, Reason::Cancellation),
        _ => (Word::Withdrawn, Reason::Withdrawal),
    };
    let sentence = match act.verb {
        Verb::Annul => format!("{what}{doubt}: void from the beginning"),
        Verb::Refuse => format!("{what}{doubt}: it never existed"),
        _ => format!("{what} from {} on{doubt}", act.effective),
    };
    Said::new(word, if beneath { Reason::BaseEnded } else { reason }, sentence).because(what, act.recorded)
}

fn past(verb: Verb) -> &'static str {
    if verb == Verb::Withdraw { "withdrew" } else { verb.participle() }
}
