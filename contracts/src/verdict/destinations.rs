//! What the importing side recorded, as a verdict takes it: it decides for the country that recorded it, and is a flag
//! everywhere else. The issuer's own facts are never changed by it (DESIGN D15). What a kind's own decisions mean, such as
//! preference, is the kind's business ([`Rules::decided`](crate::kinds::Rules::decided)).
//!
//! An answer "not confirmed" makes the certificate *rejected* for the country that asked, and for no other. Not *revoked*:
//! the issuer has not taken it back, which would hold for everybody and from a date on. Not *under verification* either:
//! the verification is over, and release against security has no ground any more. That country may still decide
//! otherwise: an acceptance or preference that it records after the answer counts. Source: DOMAIN sections 3.4 and 6.

use super::{Case, Question, Reason, RecordFacts, Said, Word};
use crate::context::{DATE_BEHIND_MS_MAX, Recorded};
use crate::destination::{Destination, DestinationAct, Dossier, OfficeVerb, OpenQuestion, PoolUser};
use crate::standing::{Flags, Link};
use ledger::id::MemberId;

/// How many users a sentence names.
const NAMED_MAX: usize = 4;

/// Where one member stands to a certificate, on the date and as known then.
#[derive(Default)]
struct Position<'a> {
    /// When it was first presented, and how often.
    presented: Option<(&'a DestinationAct, usize)>,
    /// The last decision on entry.
    entry: Option<&'a DestinationAct>,
    /// The question that is open.
    question: Option<OpenQuestion<'a>>,
    /// The last answer; of an answer "not confirmed" only while the member has not decided otherwise since.
    answer: Option<&'a DestinationAct>,
}

impl<'a> Position<'a> {
    fn of(destination: &'a Destination, question: &Question) -> Self {
        let mut position = Self { question: destination.open_question(question.on, question.known), ..Self::default() };
        for act in destination.acts_on(question.on, question.known) {
            match act.verb {
                OfficeVerb::Present => {
                    let (first, times) = position.presented.unwrap_or((act, 0));
                    position.presented = Some((first, times.saturating_add(1)));
                }
                OfficeVerb::Accept | OfficeVerb::AcceptPartially | OfficeVerb::Reject => position.entry = Some(act),
                OfficeVerb::Answer => position.answer = Some(act),
                _ => {}
            }
            let decides_otherwise = matches!(act.verb, OfficeVerb::Accept | OfficeVerb::AcceptPartially | OfficeVerb::GrantPreference);
            if decides_otherwise && position.answer.is_some_and(|answer| answer.confirmed == Some(false)) {
                position.answer = None;
            }
        }
        position
    }
}

/// What the country for which it is judged has said itself, if that decides.
pub(super) fn said(case: &Case<'_>) -> Option<Said> {
    let reader = case.facts.reader.as_ref()?.id;
    let position = Position::of(case.record.destinations.get(&reader)?, case.question);
    let whole = |act: &&DestinationAct| act.lines.is_none();
    if let Some(act) = position.entry.filter(|act| act.verb == OfficeVerb::Reject).filter(whole) {
        let sentence = format!("{} rejected it on {}{}; the issuer's word is unchanged", act.by, act.date, reason(act));
        return Some(Said::new(Word::Rejected, Reason::RejectedHere, sentence).because(format!("{} rejected it", act.by), act.recorded));
    }
    if let Some(act) = position.answer.filter(|act| act.confirmed == Some(false)) {
        let sentence = format!(
            "asked by {reader}, {} did not confirm it on {}{}: it is no ground for preference or entry",
            act.by,
            act.date,
            reason(act)
        );
        let what = format!("the answer of {}", act.by);
        return Some(Said::new(Word::Rejected, Reason::NotConfirmed, sentence).because(what, act.recorded));
    }
    let open = position.question?;
    let due = due(&open, case.question);
    let sentence = format!("{} asked {} on {} to verify it{due}", open.asked.by, case.record.standing.authority, open.asked.date);
    let what = format!("the question of {}", open.asked.by);
    Some(Said::new(Word::UnderVerification, Reason::QuestionOpen, sentence).because(what, open.asked.recorded))
}

/// The deadline of a question, and whether it has passed.
fn due(open: &OpenQuestion<'_>, question: &Question) -> String {
    match open.deadline {
        Some(deadline) if deadline < question.on => {
            format!("; the deadline {deadline} passed without an answer: preference or entry may be refused")
        }
        Some(deadline) => format!("; an answer is due by {deadline}"),
        None => String::new(),
    }
}

fn reason(act: &DestinationAct) -> String {
    act.reason.map_or_else(String::new, |reason| format!(", reason {reason}"))
}

/// What members recorded, each in a few words.
pub(super) fn flags(case: &Case<'_>, flags: &mut Vec<String>) {
    for (member, destination) in &case.record.destinations {
        position_flags(*member, &Position::of(destination, case.question), case, flags);
    }
    if let Some(used) = used_in_part(case) {
        flags.push(used);
    }
    let standing = &case.record.standing;
    let on_this_ledger = standing.bases.iter().any(|base| matches!(base, Link::Record(_)));
    if standing.flags.has(Flags::BACK_TO_BACK) && on_this_ledger && standing.draws.is_none() && standing.predecessor.is_none() {
        flags.push("drew nothing from the quantity of its original".to_owned());
    }
}

fn position_flags(member: MemberId, position: &Position<'_>, case: &Case<'_>, flags: &mut Vec<String>) {
    // Kinds under an agreement say themselves how the presentation to the reader counts.
    let is_readers = case.facts.reader.as_ref().is_some_and(|reader| reader.id == member);
    let is_told = is_readers && case.record.standing.kind.rules().is_under_agreement();
    if let Some((first, times)) = position.presented.filter(|_| !is_told) {
        let more = if times > 1 { format!(", {times} times") } else { String::new() };
        flags.push(format!("presented in {member} on {}{more}", first.date));
    }
    if let Some(act) = position.entry {
        let what = match act.verb {
            OfficeVerb::Accept => "accepted",
            OfficeVerb::AcceptPartially => "accepted in part",
            _ => "rejected",
        };
        let lines = act.lines.as_deref().map_or_else(String::new, |lines| format!(", {}", lines_in_words(lines)));
        flags.push(format!("{what} by {member} on {}{}{lines}", act.date, reason(act)));
    }
    if let Some(open) = &position.question {
        flags.push(format!("{member} asked the issuer on {} to verify it{}", open.asked.date, due(open, case.question)));
    }
    if let Some(answer) = position.answer {
        let what = if answer.confirmed == Some(true) { "confirmed" } else { "not confirmed" };
        flags.push(format!("{what} to {member} on {}", answer.date));
    }
}

fn lines_in_words(lines: &[u32]) -> String {
    let numbers: Vec<String> = lines.iter().map(u32::to_string).collect();
    format!("line{} {}", if numbers.len() == 1 { "" } else { "s" }, numbers.join(", "))
}

/// Whether a movement of the pool counts on the date, as known then. A use bears no date of its own, and is taken for
/// one of the earliest day that an office writes at its block's time.
fn counts(question: &Question) -> impl Fn(&Recorded) -> bool {
    move |recorded| question.known.covers(recorded) && recorded.time.saturating_sub_ms(DATE_BEHIND_MS_MAX).date() <= question.on
}

/// That its whole quantity was used up, and by whom.
pub(super) fn exhausted(record: &RecordFacts, question: &Question) -> Option<Said> {
    let (pool, counts) = (record.pool(), counts(question));
    let lines = &record.standing.lines;
    let used_up = |line: &crate::standing::Line| pool.line(line.number).is_used_up(line.certified, &counts);
    if lines.is_empty() || !lines.iter().all(used_up) {
        return None;
    }
    let users = users(&pool, question);
    let by = if users.is_empty() { String::new() } else { format!(": by {}", named(&users)) };
    let last = users.iter().map(|user| if counts(&user.last) { user.last } else { user.first }).max();
    let said = Said::new(Word::Exhausted, Reason::UsedUp, format!("its whole quantity is used up{by}"));
    Some(said.because("the uses of its lines", last.unwrap_or(record.standing.issued)))
}

/// That a part of it was used, and by whom.
fn used_in_part(case: &Case<'_>) -> Option<String> {
    let (pool, counts) = (case.record.pool(), counts(case.question));
    let settled = |last: Option<Recorded>| last.is_none_or(|last| counts(&last));
    let all_settled = pool.lines.iter().all(|line| settled(line.last));
    // Who gave all back has used nothing; before the giving back, it had.
    let users: Vec<&PoolUser> = users(&pool, case.question).into_iter().filter(|user| !all_settled || user.standing() > 0).collect();
    let is_used = pool.lines.iter().any(|line| if settled(line.last) { line.consumed > 0 } else { !users.is_empty() });
    let later = if all_settled { "" } else { "; what remains is told as of now" };
    match (is_used, users.is_empty()) {
        (true, true) => Some(format!("used in part{later}")),
        (true, false) => Some(format!("used in part by {}{later}", named(&users))),
        (false, _) if later.is_empty() => None,
        (false, _) => Some("held or used after the date or time asked about; what remains is told as of now".to_owned()),
    }
}

/// Whether anything of it was used, on the date and as known then.
pub(super) fn is_used(case: &Case<'_>) -> bool {
    used_in_part(case).is_some_and(|flag| flag.starts_with("used in part"))
}

fn users<'a>(pool: &'a Dossier, question: &Question) -> Vec<&'a PoolUser> {
    let counts = counts(question);
    pool.users.iter().filter(|user| counts(&user.first)).collect()
}

fn how_often(times: u32) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times") }
}

fn named(users: &[&PoolUser]) -> String {
    let one = |user: &&PoolUser| {
        let by = &user.by;
        match (user.times, user.given_back.unwrap_or_default()) {
            (1, 0) => format!("{by} at {}", user.first),
            (times, 0) => format!("{by} {times} times, last at {}", user.last),
            (1, _) => format!("{by} at {}, given back since", user.first),
            (times, given_back) if given_back >= times => format!("{by} {times} times, all given back since"),
            (times, given_back) => {
                let stand = how_often(times.saturating_sub(given_back));
                format!("{by} {stand}, last at {}, and given back {} since", user.last, how_often(given_back))
            }
        }
    };
    let mut words: Vec<String> = users.iter().take(NAMED_MAX).map(one).collect();
    if let Some(more) = users.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
        words.push(format!("{more} more"));
    }
    words.join("; ")
}
