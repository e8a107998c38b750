//! The certificates on which a record rests: what it means when one of them falls.
//!
//! One that was replaced goes on in its successor: its fate is that of the last one in whose favour it was replaced.

use super::{AgreementFacts, Case, IssuerFacts, Question, Reason, RecordFacts, Said, Word, against, destinations};
use crate::context::Known;
use crate::destination::DestinationAct;
use crate::standing::{Line, Link, Standing, StandingAct, Verb};
use ledger::lookup::RecordKey;
use ledger::time::CalendarDate;
use std::collections::{BTreeMap, BTreeSet};

/// A certificate on which another rests, as the rules of its kind judge it.
pub struct Base<'a> {
    /// It.
    pub standing: &'a Standing,
    /// Who issued it.
    pub issuer: &'a IssuerFacts,
    /// Its agreement, if its class is one that stands on this ledger.
    pub agreement: Option<&'a AgreementFacts>,
    /// The certificate that rests on it, or on what it replaced, and the agreement of that one.
    pub above: (&'a Standing, Option<&'a AgreementFacts>),
    /// Up to when the ledger is known.
    pub known: Known,
}

/// How a certificate beneath fell.
enum Fall {
    /// By an act of its issuer.
    Ended(StandingAct),
    /// It does not carry what rests on it: why, as it is said of itself.
    DoesNotCarry(Said),
}

/// The certificates beneath that fell by the date asked about, as known then; what its issuer ended before the others.
fn fallen<'a>(record: &'a RecordFacts, question: &Question) -> Vec<(&'a RecordKey, Fall)> {
    const ENDINGS: [&[Verb]; 4] = [&[Verb::Annul], &[Verb::Revoke], &[Verb::Withdraw], &[Verb::Cancel]];
    let beneath = beneath_on(record, question);
    let ended = ENDINGS.iter().flat_map(|verbs| {
        let last = |(key, standing): &(&'a RecordKey, &'a Standing)| {
            Some((*key, Fall::Ended(acts_on(record, key, standing, verbs, question).last()?.clone())))
        };
        beneath.iter().filter_map(last)
    });
    let above: Vec<&RecordKey> = beneath.iter().map(|(key, _)| *key).collect();
    let do_not_carry = beneath.iter().flat_map(|(key, standing)| {
        does_not_carry(record, key, standing, &above, question).into_iter().map(|said| (*key, Fall::DoesNotCarry(said)))
    });
    ended.chain(do_not_carry).collect()
}

/// Why a certificate beneath that has not ended does not carry what rests on it: its authority was not to issue it, or did not
/// confirm it to a country in which it went on. Each reason, since one of them may be answered and another not. `counting` are
/// the certificates beneath that count on the date.
fn does_not_carry(record: &RecordFacts, key: &RecordKey, standing: &Standing, counting: &[&RecordKey], question: &Question) -> Vec<Said> {
    let Some(behind) = record.beneath.behind.get(key) else { return Vec::new() };
    let above = behind.above.iter().filter(|above| above.record == record.key || counting.contains(&&above.record));
    let in_each = above.filter_map(|one| Some((one, record.above(&one.record)?))).flat_map(|(one, above)| {
        let base = Base { standing, issuer: &behind.issuer, agreement: behind.agreement.as_ref(), above, known: question.known };
        let lines = drawn_lines(record, above.0, key, standing);
        let unconfirmed = destinations::unconfirmed_beneath(standing, &behind.issuer, &one.destination, &lines, question);
        standing.kind.rules().may_carry(&base).err().into_iter().chain(unconfirmed)
    });
    against::out_of_scope(standing, &behind.issuer, question.known).into_iter().chain(in_each).collect()
}

/// The lines of a certificate from which another drew, itself or as what it replaced, also before that one took another's
/// place; all of them if it drew from none.
fn drawn_lines(record: &RecordFacts, above: &Standing, key: &RecordKey, standing: &Standing) -> Vec<Line> {
    let mut names = vec![*key];
    while let Some((before, _)) = record
        .beneath
        .certificates
        .iter()
        .find(|(key, beneath)| !names.contains(key) && beneath.successor.is_some_and(|successor| names.contains(&successor)))
    {
        names.push(*before);
    }
    let draws = above.draws.iter().flatten().map(|draw| (&draw.base, draw.line));
    let drawn: Vec<u32> = draws.chain(above.drawn_before()).filter(|(base, _)| names.contains(base)).map(|(_, line)| line).collect();
    standing.lines.iter().filter(|line| drawn.is_empty() || drawn.contains(&line.number)).cloned().collect()
}

/// The certificates on which a record rests on the date asked about, as known then, the nearest first: its bases, what these
/// rest on, and what had replaced any of them by then.
fn beneath_on<'a>(record: &'a RecordFacts, question: &Question) -> Vec<(&'a RecordKey, &'a Standing)> {
    let all: BTreeMap<&RecordKey, &Standing> = record.beneath.certificates.iter().map(|(key, beneath)| (key, beneath)).collect();
    let mut counting: Vec<&RecordKey> = Vec::new();
    let mut waiting: Vec<&RecordKey> = record.standing.bases.iter().filter_map(Link::record).collect();
    while let Some(key) = waiting.pop() {
        let Some(beneath) = all.get(key).filter(|_| !counting.contains(&key)) else { continue };
        counting.push(key);
        waiting.extend(beneath.bases.iter().filter_map(Link::record));
        waiting.extend(goes_on_in(record, key, beneath, question));
    }
    let certificates = record.beneath.certificates.iter();
    certificates.filter(|(key, _)| counting.contains(&key)).map(|(key, beneath)| (key, beneath)).collect()
}

/// What had replaced a certificate beneath by the date asked about, as known then.
fn goes_on_in<'a>(record: &RecordFacts, key: &RecordKey, beneath: &'a Standing, question: &Question) -> Option<&'a RecordKey> {
    let is_replaced = acts_on(record, key, beneath, &[Verb::Replace], question).next().is_some();
    beneath.successor.as_ref().filter(|_| is_replaced)
}

/// As what a certificate beneath stood on the date asked about, as known then: as itself, or as the last that had replaced it.
pub(crate) fn stands_as<'a>(record: &'a RecordFacts, base: &RecordKey, question: &Question) -> Option<&'a Standing> {
    let at = |wanted: &RecordKey| record.beneath.certificates.iter().find(|(key, _)| key == wanted);
    let (mut key, mut standing) = at(base).map(|(key, standing)| (key, standing))?;
    for _ in 0..record.beneath.certificates.len() {
        let Some((next, successor)) = goes_on_in(record, key, standing, question).and_then(at) else { break };
        (key, standing) = (next, successor);
    }
    Some(standing)
}

/// In words, what fell: a base, or what took the place of one.
fn in_words(record: &RecordFacts, key: &RecordKey) -> String {
    let is_successor = record.beneath.certificates.iter().any(|(_, beneath)| beneath.successor == Some(*key));
    let what = if is_successor { "the certificate that replaced the one on which it rests" } else { "the certificate on which it rests" };
    format!("{what} (record {key})")
}

/// That an act which took something from a certificate beneath may be a thief's, in words.
fn doubt_in_words(record: &RecordFacts, key: &RecordKey, act: &StandingAct, question: &Question) -> String {
    let behind = record.beneath.behind.get(key);
    behind.map(|behind| behind.issuer.doubt_in_words(act, question.known)).unwrap_or_default()
}

/// The acts on a certificate beneath that count.
fn acts_on<'a>(
    record: &'a RecordFacts,
    key: &RecordKey,
    beneath: &'a Standing,
    verbs: &'static [Verb],
    question: &Question,
) -> impl Iterator<Item = &'a StandingAct> {
    let behind = record.beneath.behind.get(key);
    beneath.acts_on(verbs, question.on, question.known, move |act| {
        behind.is_none_or(|behind| behind.issuer.counts(beneath, act, question.known))
    })
}

/// Where the kind says so, a record does not stand without its base: the goods were found not originating, or nobody
/// certified them.
pub(super) fn ended_with_its_base(record: &RecordFacts, question: &Question) -> Option<Said> {
    if record.standing.kind.rules().is_only_doubtful_without_base(&record.standing) {
        return None;
    }
    let (key, fall) = fallen(record, question).into_iter().next()?;
    let beneath = in_words(record, key);
    Some(match fall {
        Fall::Ended(act) => {
            let doubt = doubt_in_words(record, key, &act, question);
            against::ended(&act, &format!("{beneath} was {}", act.verb.participle()), &doubt, true)
        }
        Fall::DoesNotCarry(said) => {
            Said { reason: Reason::BaseEnded, sentence: format!("{beneath} does not carry it: {}", said.sentence), ..said }
        }
    })
}

/// Elsewhere it turns doubtful when its base falls, until its issuer says to the country for which it is judged that it still
/// stands.
pub(super) fn doubtful_with_its_base(case: &Case<'_>) -> Option<Said> {
    let authority = &case.record.standing.authority;
    let (key, fall) = falls_in_doubt(case).into_iter().find(|(key, fall)| stands_since(case, key, fall).is_none())?;
    let beneath = in_words(case.record, key);
    let doubt = destinations::doubted(case).map_or_else(String::new, |doubt| format!("; {doubt}"));
    let ask = format!("ask {authority} whether this one still stands{doubt}");
    let (word, reason) = (Word::UnderVerification, Reason::BaseEnded);
    Some(match fall {
        Fall::Ended(act) => {
            let doubt = doubt_in_words(case.record, key, &act, case.question);
            let what = format!("{beneath} was {} from {} on{doubt}", act.verb.participle(), act.effective);
            Said::new(word, reason, format!("{what}: {ask}")).because(what, act.recorded)
        }
        Fall::DoesNotCarry(said) => {
            Said { word, reason, sentence: format!("{beneath} does not carry it: {}; {ask}", said.sentence), ..said }
        }
    })
}

/// What fell beneath a record that its issuer has said to stand all the same.
pub(super) fn stands_without<'a>(case: &Case<'a>) -> impl Iterator<Item = String> + use<'a> {
    let case = *case;
    falls_in_doubt(&case).into_iter().filter_map(move |(key, fall)| {
        let answer = stands_since(&case, key, &fall)?;
        let what = match &fall {
            Fall::Ended(act) => {
                let doubt = doubt_in_words(case.record, key, act, case.question);
                format!("was {} from {} on{doubt}", act.verb.participle(), act.effective)
            }
            Fall::DoesNotCarry(said) => format!("does not carry it ({})", said.sentence),
        };
        Some(format!("{} {what}; {} confirmed on {} that this one stands", in_words(case.record, key), answer.by, answer.counts_from()))
    })
}

/// What fell beneath a record that does not end with it.
fn falls_in_doubt<'a>(case: &Case<'a>) -> Vec<(&'a RecordKey, Fall)> {
    let standing = &case.record.standing;
    if standing.kind.rules().is_only_doubtful_without_base(standing) { fallen(case.record, case.question) } else { Vec::new() }
}

/// The issuer's confirmation to the country for which it is judged that was recorded after a fall, and that it did not take
/// back.
fn stands_since<'a>(case: &Case<'a>, base: &RecordKey, fall: &Fall) -> Option<&'a DestinationAct> {
    // What was announced had not fallen before its date.
    let (fell, from) = match fall {
        Fall::Ended(act) => (act.recorded, act.effective),
        // What nobody recorded stood against it from its issue on.
        Fall::DoesNotCarry(said) => {
            let issued = || case.record.beneath.certificates.iter().find(|(key, _)| key == base).map(|(_, base)| base.issued);
            (said.deciding.as_ref().map(|fact| fact.recorded).or_else(issued)?, CalendarDate::FIRST)
        }
    };
    let destination = case.record.destinations.get(&case.facts.reader.as_deref()?.id)?;
    let counts = |act: &DestinationAct| case.record.issuer.as_ref().is_none_or(|issuer| issuer.relies_on(act, case.question.known));
    let last = destination.last_answer(case.question.on, case.question.known, counts)?;
    (last.confirmed == Some(true) && last.recorded > fell && last.counts_from() >= from).then_some(last)
}

/// That one goes on with goods of which this ledger counts nothing: whoever issued it says on what it rests.
pub(super) fn elsewhere(standing: &Standing) -> Option<String> {
    let goes_on = standing.kind.rules().goes_on_with_its_base(standing.flags, standing.class.as_deref());
    (goes_on && standing.bases.contains(&Link::NotOnThisLedger)).then(|| {
        format!(
            "it rests on a certificate that is not on this ledger, as {} says: how much that one certifies is not counted here",
            standing.authority
        )
    })
}

/// The certificates beneath that were replaced by the date: they still stand, under another number.
pub(super) fn replaced<'a>(record: &'a RecordFacts, question: &'a Question) -> impl Iterator<Item = String> + 'a {
    beneath_on(record, question).into_iter().filter_map(move |(key, beneath)| {
        let act = acts_on(record, key, beneath, &[Verb::Replace], question).next()?;
        let successor = beneath.successor.map_or_else(String::new, |successor| format!(" by record {successor}"));
        let doubt = doubt_in_words(record, key, act, question);
        Some(format!("record {key}, on which it rests, was replaced{successor} from {} on{doubt}", act.effective))
    })
}

/// What the country in which one beneath went on decided about it: it stands against new draws, and what rests on it should be
/// looked at.
pub(super) fn decided<'a>(record: &'a RecordFacts, question: &'a Question) -> impl Iterator<Item = String> + 'a {
    beneath_on(record, question).into_iter().flat_map(move |(key, beneath)| {
        let above = record.beneath.behind.get(key).into_iter().flat_map(|behind| behind.above.iter().map(|above| (&behind.issuer, above)));
        let decided = above.flat_map(|(issuer, above)| destinations::decided_beneath(beneath, issuer, &above.destination, question));
        let decided: BTreeSet<String> = decided.collect();
        decided.into_iter().map(move |what| format!("of record {key}, on which it rests: {what}"))
    })
}
