//! What the importing side recorded, as a verdict takes it: it decides for the country that recorded it, and is a flag
//! everywhere else. The issuer's own facts are never changed by it (DESIGN D15).
//!
//! Decisions count by line: for each the last one that names it, or all lines. What is rejected for all lines is
//! *rejected*; what is rejected for some is said beside the verdict on the others.
//!
//! An answer "not confirmed" makes the certificate *rejected* for the country that asked, and for no other. Not *revoked*:
//! the issuer has not taken it back, which would hold for everybody and from a date on. Not *under verification* either:
//! the verification is over, and release against security has no ground any more. That country may still decide
//! otherwise, by line: an acceptance or preference that it records after the answer counts; the answer is told for ever.
//! Source: DOMAIN sections 3.4 and 6.

use super::{Case, IssuerFacts, Question, Reason, Said, Word, quantities};
use crate::acts::Declared;
use crate::destination::{Bar, Destination, DestinationAct, LineDecision, OfficeVerb, OpenQuestion};
use crate::reliance::Doubt;
use crate::standing::{Line, Link, Standing};
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use std::collections::BTreeSet;

/// How many lines, or runs of lines, a sentence names.
const NAMED_LINES_MAX: usize = 16;

/// Where one member stands to a certificate, on the date and as known then.
#[derive(Default)]
struct Position<'a> {
    /// When it was first presented, and how often.
    presented: Option<(&'a DestinationAct, usize)>,
    /// What was decided about each line; about the number 0 of a certificate without lines.
    lines: Vec<(u32, LineDecision<'a>)>,
    /// What was decided for other goods than those asked about, and whether it accepts.
    others: Vec<(&'a DestinationAct, bool)>,
    /// The question that is open.
    question: Option<OpenQuestion<'a>>,
    /// The issuer's answers that it does not confirm the certificate, and its last answer, each with the deadline that it had.
    answers: Vec<(&'a DestinationAct, Option<CalendarDate>)>,
    /// The confirmations that do not count, and why.
    doubted: Vec<(&'a DestinationAct, Doubt)>,
}

impl<'a> Position<'a> {
    /// `issuer` is who answers.
    fn of(destination: &'a Destination, lines: &[Line], issuer: Option<&IssuerFacts>, question: &Question) -> Self {
        let (on, known) = (question.on, question.known);
        let doubt = |act: &DestinationAct| issuer.and_then(|issuer| issuer.doubts(act, known));
        let counts = |act: &DestinationAct| doubt(act).is_none();
        let mut position = Self { question: destination.open_question(on, known, counts), ..Self::default() };
        let mut deadline = None;
        for act in destination.acts_on(on, known) {
            deadline = act.deadline.or(deadline);
            if act.verb == OfficeVerb::Present {
                let (first, times) = position.presented.unwrap_or((act, 0));
                let first = if act.date < first.date { act } else { first };
                position.presented = Some((first, times.saturating_add(1)));
            } else if let Some(doubt) = doubt(act) {
                position.doubted.push((act, doubt));
            } else if act.verb == OfficeVerb::Answer {
                position.answers.retain(|(answer, _)| answer.confirmed == Some(false));
                position.answers.push((act, deadline));
            }
        }
        let numbers: Vec<u32> = if lines.is_empty() { vec![0] } else { lines.iter().map(|line| line.number).collect() };
        let declared = question.declared;
        position.lines = destination.about_lines(&numbers, declared, on, known, counts);
        position.others = destination.about_other_declarations(declared, on, known);
        position
    }

    /// The decisions that count for a line, each once with its lines and whether it accepts them, in the order of recording.
    fn decisions(&self) -> Vec<(&'a DestinationAct, bool, Vec<u32>)> {
        let mut found: Vec<(&DestinationAct, bool, Vec<u32>)> = Vec::new();
        for (number, line) in &self.lines {
            let Some((act, is_accepted)) = line.decision else { continue };
            match found.iter_mut().find(|(known, accepts, _)| core::ptr::eq(*known, act) && *accepts == is_accepted) {
                Some((_, _, numbers)) => numbers.push(*number),
                None => found.push((act, is_accepted, vec![*number])),
            }
        }
        found.sort_by_key(|(act, ..)| act.recorded);
        found
    }

    /// The lines against which something stands.
    fn barred(&self) -> impl Iterator<Item = (u32, Bar<'a>)> {
        self.lines.iter().filter_map(|(number, line)| line.bar().map(|bar| (*number, bar)))
    }

    /// What an office decided of some lines, in words; they are not named if the office meant all.
    fn in_words(&self, act: &DestinationAct, is_accepted: bool, numbers: &[u32]) -> String {
        let are_all = numbers.len() == self.lines.len() && act.lines.is_none();
        let lines = if are_all { None } else { Some(lines_in_words(numbers)) };
        let what = match (is_accepted, act.verb, lines) {
            (true, OfficeVerb::GrantPreference, None) => "granted preference".to_owned(),
            (true, OfficeVerb::GrantPreference, Some(lines)) => format!("granted preference for {lines}"),
            (_, OfficeVerb::DenyPreference, None) => "denied preference".to_owned(),
            (_, OfficeVerb::DenyPreference, Some(lines)) => format!("denied preference for {lines}"),
            (true, _, lines) => format!("accepted {}", lines.as_deref().unwrap_or("it")),
            (false, _, lines) => format!("rejected {}", lines.as_deref().unwrap_or("it")),
        };
        // The reason of a partial acceptance is that of what it rejects.
        let reason = if is_accepted && act.verb == OfficeVerb::AcceptPartially { String::new() } else { reason(act) };
        format!("{} {what} on {}{reason}", act.by, act.date)
    }

    /// What was decided for other goods, in words: of those decisions that accept, or of those that refuse.
    fn others_in_words(&self, accepts: bool, question: &Question) -> Option<String> {
        self.some_in_words(accepts, question, |_| true)
    }

    /// What was refused for some goods items of the declaration asked about, in words.
    fn refused_items_in_words(&self, question: &Question) -> Option<String> {
        let asked = question.declared?;
        self.some_in_words(false, question, |declared| declared.whole == Some(asked.named))
    }

    fn some_in_words(&self, accepts: bool, question: &Question, is_one: impl Fn(Declared) -> bool) -> Option<String> {
        let asked = question.declared;
        let of_these = || self.others.iter().filter(|(_, accepted)| *accepted == accepts).map(|(act, _)| *act);
        let of_these = || of_these().filter(|act| act.declared().is_some_and(&is_one));
        let last = of_these().max_by_key(|act| act.recorded)?;
        let what = match (accepts, last.verb) {
            (true, OfficeVerb::GrantPreference) => "granted preference",
            (true, OfficeVerb::AcceptPartially) => "accepted some lines",
            (true, _) => "accepted it",
            (false, OfficeVerb::DenyPreference) => "denied preference",
            (false, _) => "rejected it",
        };
        let goods = goods_in_words(of_these(), asked, asked.is_some(), "last");
        Some(format!("{} {what} for {goods} on {}{}", last.by, last.date, reason(last)))
    }

    /// Why the last confirmation does not count that was recorded after another act, in words.
    fn doubt_after(&self, act: &DestinationAct) -> Option<String> {
        let (answer, doubt) = self.doubted.iter().rfind(|(answer, _)| answer.recorded > act.recorded)?;
        Some(in_doubt(answer, doubt))
    }

    /// The decisions that reject a line, in words.
    fn rejections(&self) -> Vec<String> {
        let decisions = self.decisions();
        let rejections = decisions.iter().filter(|(_, is_accepted, _)| !is_accepted);
        rejections.map(|(act, is_accepted, numbers)| self.in_words(act, *is_accepted, numbers)).collect()
    }
}

/// For which goods facts are that are not those asked about, in words: of declarations, which are other ones if some goods were
/// told apart before (`is_other`), and of goods items of the declaration asked about. Of several it says which one is told.
pub(crate) fn goods_in_words<'a>(
    acts: impl IntoIterator<Item = &'a DestinationAct>,
    asked: Option<Declared>,
    is_other: bool,
    told: &str,
) -> String {
    let (mut items, mut whole, mut others) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for declared in acts.into_iter().filter_map(DestinationAct::declared) {
        if asked.is_some_and(|asked| asked.in_whole() == declared.in_whole()) {
            items.insert(declared.named);
        } else {
            whole.insert(declared.in_whole());
            others.insert((declared.named, declared.whole.is_some()));
        }
    }
    let of_whole = asked.is_some_and(|asked| asked.whole.is_none());
    let own = match items.len() {
        0 => None,
        1 => Some(format!("{} goods item of this declaration", if of_whole { "one" } else { "another" })),
        count => Some(format!("{count}{} goods items of this declaration", if of_whole { "" } else { " other" })),
    };
    let are_items = others.iter().all(|(_, is_item)| *is_item);
    let part = match others.len() {
        1 if are_items => "one goods item of ".to_owned(),
        count if are_items => format!("{count} goods items of "),
        _ => String::new(),
    };
    let (one, other) = if is_other { ("another", " other") } else { ("one", "") };
    let others_in_words = match whole.len() {
        0 => None,
        1 => Some(format!("{part}{one} declaration")),
        count => Some(format!("{part}{count}{other} declarations")),
    };
    let is_one = items.len().saturating_add(others.len()) < 2;
    let goods = own.into_iter().chain(others_in_words).collect::<Vec<_>>().join(" and ");
    if is_one { goods } else { format!("{goods}, {told}") }
}

/// That a confirmation does not count, and why.
pub(super) fn in_doubt(answer: &DestinationAct, doubt: &Doubt) -> String {
    format!("the answer of {} on {} was {doubt}, and does not count", answer.by, answer.counts_from())
}

/// When the issuer answered, by the recording, and whether that was too late.
fn answered_on(answer: &DestinationAct, deadline: Option<CalendarDate>) -> String {
    let from = answer.counts_from();
    match deadline.filter(|deadline| answer.is_after(*deadline)) {
        Some(deadline) => format!("{from}, after the deadline {deadline}"),
        None => from.to_string(),
    }
}

/// Where the country for which it is judged stands.
fn own<'a>(case: &Case<'a>) -> Option<Position<'a>> {
    let reader = case.facts.reader.as_ref()?.id;
    Some(Position::of(case.record.destinations.get(&reader)?, &case.record.standing.lines, case.record.issuer.as_ref(), case.question))
}

/// Why the last confirmation to the country for which it is judged does not count, in words, if the issuer did not answer since.
pub(super) fn doubted(case: &Case<'_>) -> Option<String> {
    let position = own(case)?;
    let (answer, doubt) = position.doubted.last()?;
    let is_last = position.answers.iter().all(|(other, _)| other.recorded < answer.recorded);
    is_last.then(|| in_doubt(answer, doubt))
}

/// What the country for which it is judged has said itself, if that decides.
pub(super) fn said(case: &Case<'_>) -> Option<Said> {
    let (reader, position) = (case.facts.reader.as_ref()?.id, own(case)?);
    let barred: Vec<(u32, Bar<'_>)> = position.barred().collect();
    if barred.len() == position.lines.len() {
        let mut said = rejected(reader, &position, &barred);
        if let Some(others) = position.others_in_words(true, case.question) {
            let ask = if case.question.declared.is_none() {
                ", and whether a declaration is one of these is answered with its reference"
            } else {
                ""
            };
            said.sentence = format!("{}; {others}: that counts for those goods only{ask}", said.sentence);
        }
        return Some(said);
    }
    let open = position.question?;
    let due = due(&open, case.question);
    let doubt = position.doubt_after(open.asked).map_or_else(String::new, |doubt| format!("; {doubt}"));
    let sentence = format!("{} asked {} on {} to verify it{doubt}{due}", open.asked.by, case.record.standing.authority, open.asked.date);
    let what = format!("the question of {}", open.asked.by);
    Some(Said::new(Word::UnderVerification, Reason::QuestionOpen, sentence).because(what, open.asked.recorded))
}

/// Something stands against every line.
fn rejected(reader: MemberId, position: &Position<'_>, barred: &[(u32, Bar<'_>)]) -> Said {
    let rejections = position.rejections();
    let unconfirmed = barred.iter().find_map(|(_, bar)| match bar {
        Bar::NotConfirmed(act) => Some(*act),
        Bar::Rejected(_) => None,
    });
    if let Some(act) = unconfirmed {
        let deadline = position.answers.iter().find(|(answer, _)| core::ptr::eq(*answer, act)).and_then(|(_, deadline)| *deadline);
        let (on, reason) = (answered_on(act, deadline), reason(act));
        let sentence = format!("asked by {reader}, {} did not confirm it on {on}{reason}: it is no ground for preference or entry", act.by);
        let sentence = [sentence].into_iter().chain(position.doubt_after(act)).chain(rejections).collect::<Vec<_>>().join("; ");
        return Said::new(Word::Rejected, Reason::NotConfirmed, sentence).because(format!("the answer of {}", act.by), act.recorded);
    }
    let last = barred.iter().filter_map(|(_, bar)| match bar {
        Bar::Rejected(act) => Some(*act),
        Bar::NotConfirmed(_) => None,
    });
    let last = last.max_by_key(|act| act.recorded);
    let is_preference = last.is_some_and(|act| act.verb == OfficeVerb::DenyPreference);
    let reason = if is_preference { Reason::PreferenceDenied } else { Reason::RejectedHere };
    let all = if rejections.len() > 1 { "all its lines are rejected: " } else { "" };
    let said = Said::new(Word::Rejected, reason, format!("{all}{}; the issuer's word is unchanged", rejections.join("; ")));
    let what = if is_preference { "denied preference" } else { "rejected it" };
    match last {
        Some(act) => said.because(format!("{} {what}", act.by), act.recorded),
        None => said,
    }
}

/// What the country for which it is judged holds against a part of a certificate, or decided in spite of the issuer's answer:
/// it belongs into the sentence of a verdict that is valid all the same.
pub(super) fn reservations(case: &Case<'_>) -> Option<String> {
    let position = own(case)?;
    let mut said = position.rejections();
    said.extend(position.refused_items_in_words(case.question));
    let mut unconfirmed: Vec<u32> = Vec::new();
    for (number, bar) in position.barred() {
        if matches!(bar, Bar::NotConfirmed(_)) {
            unconfirmed.push(number);
        }
    }
    if let Some((answer, deadline)) = position.answers.last().filter(|(answer, _)| answer.confirmed == Some(false)) {
        let decided = match unconfirmed.as_slice() {
            [] => "decided otherwise since".to_owned(),
            lines => format!("did not decide otherwise for {}", lines_in_words(lines)),
        };
        let member = case.facts.reader.as_ref().map_or("the asker", |reader| reader.id.as_str());
        said.push(format!(
            "{} did not confirm it on {}{}, and {member} {decided}",
            answer.by,
            answered_on(answer, *deadline),
            reason(answer)
        ));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// What stands against each line, its time included, for the country for which it is judged, in words.
pub(super) fn bars(case: &Case<'_>) -> Vec<(u32, &'static str)> {
    let word = |bar| match bar {
        Bar::NotConfirmed(_) => "not confirmed",
        Bar::Rejected(act) if act.verb == OfficeVerb::DenyPreference => "preference denied",
        Bar::Rejected(_) => "rejected",
    };
    let mut bars: Vec<(u32, &'static str)> =
        own(case).map(|position| position.barred().map(|(number, bar)| (number, word(bar))).collect()).unwrap_or_default();
    for number in case.record.standing.kind.rules().late_lines(case) {
        if !bars.iter().any(|(known, _)| *known == number) {
            bars.push((number, "expired"));
        }
    }
    bars
}

/// For which lines the time is over, where a late presentation was accepted for others alone, in words.
pub(super) fn late_in_words(case: &Case<'_>) -> Option<String> {
    let late = case.record.standing.kind.rules().late_lines(case);
    (!late.is_empty()).then(|| format!("the late presentation was not accepted for {}", lines_in_words(&late)))
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
        position_flags(
            *member,
            &Position::of(destination, &case.record.standing.lines, case.record.issuer.as_ref(), case.question),
            case,
            flags,
        );
    }
    flags.extend(quantities::flag(case));
    let standing = &case.record.standing;
    let on_this_ledger = standing.bases.iter().any(|base| matches!(base, Link::Record(_)));
    let goes_on = standing.kind.rules().goes_on_with_its_base(standing.flags, standing.class.as_deref());
    if goes_on && on_this_ledger && standing.draws.is_none() && standing.predecessor.is_none() {
        flags.push("drew nothing from the quantity of its original".to_owned());
    }
}

fn position_flags(member: MemberId, position: &Position<'_>, case: &Case<'_>, flags: &mut Vec<String>) {
    // Kinds under an agreement say themselves how the presentation to the reader counts.
    let is_readers = case.facts.reader.as_ref().is_some_and(|reader| reader.id == member);
    let is_told = is_readers && case.record.standing.kind.rules().is_under_agreement();
    if let Some((first, times)) = position.presented.filter(|_| !is_told) {
        let more = if times > 1 { format!("{times} times, first ") } else { String::new() };
        flags.push(format!("presented in {member} {more}on {}", first.date));
    }
    for (act, is_accepted, numbers) in position.decisions() {
        flags.push(position.in_words(act, is_accepted, &numbers));
    }
    flags.extend([true, false].into_iter().filter_map(|accepts| position.others_in_words(accepts, case.question)));
    if let Some(open) = &position.question {
        flags.push(format!("{member} asked the issuer on {} to verify it{}", open.asked.date, due(open, case.question)));
    }
    for (answer, deadline) in &position.answers {
        if answer.confirmed == Some(true) {
            flags.push(format!("confirmed to {member} on {}", answered_on(answer, *deadline)));
        }
    }
    for (answer, doubt) in &position.doubted {
        flags.push(format!("confirmed to {member} on {}, {doubt}: that does not count", answer.counts_from()));
    }
}

/// That the issuer did not confirm it to a member: told to everybody for ever, before anything else.
pub(super) fn unconfirmed_flags(case: &Case<'_>, flags: &mut Vec<String>) {
    for (member, destination) in &case.record.destinations {
        let position = Position::of(destination, &case.record.standing.lines, case.record.issuer.as_ref(), case.question);
        let is_last = |answer: &DestinationAct| position.answers.last().is_some_and(|(last, _)| core::ptr::eq(*last, answer));
        let still = position.lines.iter().any(|(_, line)| line.unconfirmed.is_some());
        for (answer, deadline) in position.answers.iter().filter(|(answer, _)| answer.confirmed == Some(false)) {
            let since = if is_last(answer) && !still { format!("; {member} decided otherwise since") } else { String::new() };
            flags.push(format!("not confirmed to {member} on {}{}{since}", answered_on(answer, *deadline), reason(answer)));
        }
    }
}

/// That the issuer of a certificate did not confirm it to the country in which another went on with these of its lines, and that
/// this country decided otherwise for none of them.
pub(super) fn unconfirmed_beneath(
    standing: &Standing,
    issuer: &IssuerFacts,
    destination: &Destination,
    lines: &[Line],
    question: &Question,
) -> Option<Said> {
    let position = Position::of(destination, lines, Some(issuer), question);
    // That the country denied it as well makes it no better.
    let acts: Vec<&DestinationAct> = position.lines.iter().filter_map(|(_, line)| line.unconfirmed).collect();
    let act = acts.first().filter(|_| acts.len() == position.lines.len())?;
    let doubt = position.doubt_after(act).map_or_else(String::new, |doubt| format!("; {doubt}"));
    let sentence = format!("{} did not confirm it on {}{}{doubt}", standing.authority, act.counts_from(), reason(act));
    Some(Said::new(Word::Rejected, Reason::NotConfirmed, sentence).because(format!("the answer of {}", act.by), act.recorded))
}

/// What stands against a certificate, or a part of it, in the country in which another went on with it.
pub(super) fn decided_beneath(standing: &Standing, issuer: &IssuerFacts, destination: &Destination, question: &Question) -> Vec<String> {
    let position = Position::of(destination, &standing.lines, Some(issuer), question);
    let mut said = position.rejections();
    let unconfirmed = position.answers.iter().filter(|(answer, _)| answer.confirmed == Some(false));
    said.extend(
        unconfirmed
            .map(|(answer, deadline)| format!("{} did not confirm it on {}{}", answer.by, answered_on(answer, *deadline), reason(answer))),
    );
    said
}

/// `line 2`, `lines 1, 3`, `lines 1 to 4, 7`: at most [`NAMED_LINES_MAX`] of these.
pub(super) fn lines_in_words(lines: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*line) => *last = *line,
            _ => runs.push((*line, *line)),
        }
    }
    let run = |(first, last): &(u32, u32)| match last.saturating_sub(*first) {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    };
    let more = if runs.len() > NAMED_LINES_MAX { " and others" } else { "" };
    let named: Vec<String> = runs.iter().take(NAMED_LINES_MAX).map(run).collect();
    format!("line{} {}{more}", if lines.len() == 1 { "" } else { "s" }, named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_in_runs_and_not_without_end() {
        assert_eq!(lines_in_words(&[2]), "line 2");
        assert_eq!(lines_in_words(&[1, 2]), "lines 1, 2");
        assert_eq!(lines_in_words(&[1, 3, 4, 5, 6, 9]), "lines 1, 3 to 6, 9");
        let odd: Vec<u32> = (0..100).map(|index| 2 * index + 1).collect();
        assert!(lines_in_words(&odd).ends_with("29, 31 and others"));
    }
}
