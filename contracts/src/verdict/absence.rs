//! What it means that no record fits a number: proof under coverage of every date, class and authority that it could be
//! of, and else nothing.

use super::{Candidates, Facts, Question, Reason, RecordFacts, Said, Subject, Word};
use crate::context::Known;
use crate::kinds::RecordKind;
use crate::registry::{Authority, Coverage};
use ledger::time::CalendarDate;

/// How many kinds and classes are tried for what would settle an open question, and how many of them are named.
const NARROWER_TRIED_MAX: usize = 16;
const NARROWER_NAMED_MAX: usize = 3;

/// What a number that leads nowhere does not say: whoever the certificate was not made for finds a genuine one nowhere.
const MADE_FOR_OTHERS: &str = "; the number leads to certificates made for your administration only: if this one names another destination, ask for \
                               the certificate file, or its issuer for a share";

/// Judges that none of the records at the number's place fits.
pub(super) fn judge(facts: &Facts, question: &Question) -> Said {
    if let Some(said) = recorded_otherwise(facts, question) {
        return said;
    }
    let outside = "that proves nothing of issuers outside this ledger";
    let unknown = |reason, why: String| Said::new(Word::Unknown, reason, format!("{why}; {outside}"));
    if facts.issuer.is_none() {
        let of = match facts.subject {
            Subject::Number { country, .. } => format!("{country}, the issuing country,"),
            Subject::Record(_) => "the issuing country".to_owned(),
        };
        return unknown(Reason::NoSuchMember, format!("{of} is not covered by a member of this ledger"));
    }
    if question.finds_by_number == Some(false) {
        let why = "your administration finds nothing by this number, and the document names it neither as destination nor as transit: \
                   verify its certificate file";
        return Said::new(Word::Unknown, Reason::NotCovered, why.to_owned());
    }
    let Some(Candidates::All(candidates)) = &facts.candidates else {
        return unknown(Reason::NotCovered, "too many authorities could have issued it: name one".to_owned());
    };
    let asked = Asked::of(facts, question);
    let class = question.class.as_deref();
    let promises = Promises::of(candidates, question.kind, class, &asked);
    let (Some(first), None) = (promises.possible.first(), promises.open) else {
        return match promises.open {
            Some((authority, why)) => open(authority, why, candidates, question, &asked),
            None => unknown(Reason::NoSuchAuthority, nobody(candidates, question, &asked)),
        };
    };
    let names: Vec<&str> = promises.possible.iter().map(|authority| authority.id.as_str()).collect();
    let (records, it_issues) = if names.len() == 1 { ("records", "it issues") } else { ("record", "they issue") };
    let names = names.join(", ");
    // Without a date it may as well be of the years before anybody recorded anything here.
    if promises.since > asked.first || question.issue_date.is_none() {
        let since = promises.since.max(promises.promised.unwrap_or(CalendarDate::FIRST));
        let found = found_nothing(question);
        let sentence = format!(
            "{found}, and {names} {records} here everything {it_issues} since {since} only: state the date of issue; of one since \
             {since} it would be proven that it is not recorded, of an older one nothing"
        );
        return Said::new(Word::Unknown, Reason::NotCovered, sentence);
    }
    let reason = if question.authority.is_some() { Reason::CoveringAuthorityNamed } else { Reason::AllAuthoritiesCover };
    let since = promises.promised.map_or_else(String::new, |since| format!(" since {since}"));
    let elsewhere = match (&question.document, facts.records.iter().find(|record| is_shown(record, facts, question))) {
        (Some(_), Some(record)) => format!("; the number is that of {}", named(record)),
        _ => String::new(),
    };
    let made_for_others = if question.finds_by_number == Some(true) { "" } else { MADE_FOR_OTHERS };
    let not_recorded =
        if question.known == Known::Now { "not recorded for your administration" } else { "not recorded for your administration by then" };
    let sentence = format!("{not_recorded}, though {names} {records} here everything {it_issues}{since}{elsewhere}{made_for_others}");
    let promise =
        first.acts.iter().rev().find(|act| question.known.covers(&act.recorded) && act.effective <= asked.last && act.scopes.is_some());
    let said = Said::new(Word::NotRecorded, reason, sentence);
    match promise {
        Some(act) => said.because(format!("the coverage of {}", first.id), act.recorded),
        None => said,
    }
}

/// Whoever is not known to find it by its number is not told that nothing is recorded.
fn found_nothing(question: &Question) -> &'static str {
    match (question.finds_by_number, question.known) {
        (Some(true), Known::Now) => "nothing is recorded",
        (Some(true), _) => "nothing was recorded by then",
        (_, Known::Now) => "your administration finds nothing by this number, which leads to certificates made for it only",
        _ => "your administration found nothing by this number then, which leads to certificates made for it only",
    }
}

/// Why no authority could have recorded it: there is none, or none for such certificates, or for that class or date.
fn nobody(candidates: &[Authority], question: &Question, asked: &Asked<'_>) -> String {
    let could = |class: Option<&str>, first: CalendarDate, last: CalendarDate| {
        let able = candidates.iter().filter(|one| one.coverage(question.kind, class, first, last, question.known).is_possible);
        able.map(|authority| authority.id.as_str()).collect::<Vec<_>>().join(", ")
    };
    let class = question.class.as_deref();
    let elsewhen = could(class, CalendarDate::FIRST, CalendarDate::LAST);
    let otherwise = could(None, asked.first, asked.last);
    match (&question.authority, class) {
        _ if !elsewhen.is_empty() => {
            let dated = question.issue_date.map_or_else(String::new, |date| format!(" dated {date}"));
            format!(
                "nobody may record such a certificate{dated} here, and {elsewhen} may record those of other dates: compare the date of issue"
            )
        }
        (_, Some(class)) if !otherwise.is_empty() => {
            format!("nobody may record a certificate of {class} here, and {otherwise} may record others: compare what it says")
        }
        (Some(named), _) => format!("no authority {named} may record such a certificate here"),
        (None, _) => "no authority of that country may record such a certificate here".to_owned(),
    }
}

/// The one record that fits a number bears another date of issue than was stated beside the number.
pub(super) fn dated_otherwise(record: &RecordFacts, facts: &Facts, question: &Question) -> Option<Said> {
    let stated = question.issue_date.filter(|stated| question.document.is_none() && *stated != record.standing.issue_date)?;
    is_shown(record, facts, question).then(|| {
        let sentence = format!("the number is that of {}, and not of one dated {stated}: compare the document", named(record));
        Said::new(Word::Ambiguous, Reason::RecordedOtherwise, sentence).because("the recording", record.standing.issued)
    })
}

/// Asked by number and a word that does not fit what is recorded: the word may be mistaken, or the document forged.
fn recorded_otherwise(facts: &Facts, question: &Question) -> Option<Said> {
    let mut shown = facts.records.iter().filter(|record| question.document.is_none() && is_shown(record, facts, question));
    let record = shown.next()?;
    let more = if shown.next().is_some() { " and of others" } else { "" };
    let sentence = format!("the number is that of {}{more}, and not of what was asked for: compare the document", named(record));
    Some(Said::new(Word::Ambiguous, Reason::RecordedOtherwise, sentence).because("the recording", record.standing.issued))
}

/// Whether a record may be told of: recorded by then, and if it is recognised by arrangement, to a partner.
fn is_shown(record: &RecordFacts, facts: &Facts, question: &Question) -> bool {
    question.known.covers(&record.standing.issued) && record.standing.kind.rules().answers(facts, question).is_ok()
}

fn named(record: &RecordFacts) -> String {
    let standing = &record.standing;
    let class = standing.class.as_ref().map_or_else(String::new, |class| format!(" {class}"));
    format!("the {}{class} of {} dated {}", standing.kind, standing.authority, standing.issue_date)
}

/// The dates of issue that are possible, and whether an operator's status would be found.
struct Asked<'a> {
    question: &'a Question,
    first: CalendarDate,
    last: CalendarDate,
}

impl<'a> Asked<'a> {
    /// Nothing is issued after it is presented, and nothing that is presented today is issued later.
    fn of(facts: &Facts, question: &'a Question) -> Self {
        let last = question.on.max(facts.at.time.date());
        let (first, last) = question.issue_date.map_or((CalendarDate::FIRST, last), |date| (date, date));
        Self { question, first, last }
    }

    fn coverage(&self, authority: &Authority, kind: Option<RecordKind>, class: Option<&str>) -> Coverage {
        authority.coverage(kind, class, self.first, self.last, self.question.known)
    }

    /// Whether what fits may be a status that partners do not find by its number: it was recorded before the
    /// arrangement, or its holder did not consent to the exchange.
    fn may_be_hidden(&self, authority: &Authority, kind: Option<RecordKind>, class: Option<&str>) -> bool {
        let hidden = |kind: &RecordKind| kind.rules().is_found_by_arrangement() && self.coverage(authority, Some(*kind), class).is_possible;
        let kinds = RecordKind::ALL.iter().filter(|one| kind.is_none_or(|kind| kind == **one));
        self.question.finds_by_number != Some(true) && kinds.into_iter().any(hidden)
    }
}

/// Why an absence proves nothing.
#[derive(Clone, Copy)]
enum Open {
    NotPromised,
    Hidden,
}

/// What the promises of all who could have issued it make of the absence.
struct Promises<'a> {
    possible: Vec<&'a Authority>,
    /// The first of them that leaves it open even of the last date.
    open: Option<(&'a Authority, Open)>,
    since: CalendarDate,
    promised: Option<CalendarDate>,
}

impl<'a> Promises<'a> {
    fn of(candidates: &'a [Authority], kind: Option<RecordKind>, class: Option<&str>, asked: &Asked<'_>) -> Self {
        let mut promises = Self { possible: Vec::new(), open: None, since: asked.first, promised: None };
        for authority in candidates {
            let coverage = asked.coverage(authority, kind, class);
            if !coverage.is_possible && asked.question.authority.is_none() {
                continue;
            }
            promises.possible.push(authority);
            promises.promised = promises.promised.max(coverage.promised);
            let why = match coverage.since {
                _ if asked.may_be_hidden(authority, kind, class) => Some(Open::Hidden),
                Some(since) if coverage.is_possible => {
                    promises.since = promises.since.max(since);
                    None
                }
                _ => Some(Open::NotPromised),
            };
            promises.open = promises.open.or(why.map(|why| (authority, why)));
        }
        promises
    }
}

/// The answer where somebody leaves it open, with what would settle it.
fn open(authority: &Authority, why: Open, candidates: &[Authority], question: &Question, asked: &Asked<'_>) -> Said {
    let of = question.issue_date.map_or_else(String::new, |date| format!(" of {date}"));
    let (why, outside) = match why {
        Open::NotPromised => {
            let why = format!("{}, and {} does not promise to record everything{of}", found_nothing(question), authority.id);
            (why, "; that proves nothing of issuers outside this ledger")
        }
        Open::Hidden => (
            format!(
                "nothing is found by this number, and a status of {} that was recorded before an arrangement with you, or without the holder's consent \
             to the exchange, is found by its certificate file only: ask for that",
                authority.id
            ),
            "",
        ),
    };
    let narrower = narrower(candidates, question, asked);
    let settled = if narrower.is_empty() {
        outside.to_owned()
    } else {
        let (named, others) = narrower.split_at(narrower.len().min(NARROWER_NAMED_MAX));
        let others = if others.is_empty() { "" } else { " and of others" };
        format!("; absence would be proven of {}{others}: state which it is", named.join(", of "))
    };
    Said::new(Word::Unknown, Reason::NotCovered, format!("{why}{settled}"))
}

/// The kinds and classes, as far as they were not stated, of which absence would be proven, and since when.
fn narrower(candidates: &[Authority], question: &Question, asked: &Asked<'_>) -> Vec<String> {
    let mut tried: Vec<(RecordKind, Option<&str>)> = Vec::new();
    let scopes = candidates.iter().flat_map(|authority| authority.scopes_on(asked.last, question.known));
    for scope in scopes.filter(|scope| scope.office.is_none()) {
        for class in scope.classes.iter().map(|class| Some(class.as_str())).chain(scope.classes.is_empty().then_some(None)) {
            let narrows = question.kind.is_none() && (question.class.is_none() || question.class.as_deref() == class)
                || question.kind == Some(scope.kind) && question.class.is_none() && class.is_some();
            if narrows && tried.len() < NARROWER_TRIED_MAX && !tried.contains(&(scope.kind, class)) {
                tried.push((scope.kind, class));
            }
        }
    }
    let settles = |(kind, class): (RecordKind, Option<&str>)| {
        let promises = Promises::of(candidates, Some(kind), class, asked);
        let class = class.map_or_else(String::new, |class| format!(" {class}"));
        let since = if promises.since > asked.first { format!(" issued since {}", promises.since) } else { String::new() };
        (promises.open.is_none() && !promises.possible.is_empty()).then(|| format!("{} {kind}{class}{since}", kind.rules().article()))
    };
    tried.into_iter().filter_map(settles).take(NARROWER_NAMED_MAX.saturating_add(1)).collect()
}
