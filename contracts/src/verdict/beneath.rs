//! The certificates on which a record rests: what it means when one of them falls.
//!
//! One that was replaced goes on in its successor: its fate is that of the last one in whose favour it was replaced.

use super::{AgreementFacts, IssuerFacts, Question, Reason, RecordFacts, Said, Word, against, destinations};
use crate::context::Known;
use crate::standing::{Line, Link, Standing, StandingAct, Verb};
use ledger::lookup::RecordKey;
use std::collections::BTreeMap;

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

/// The certificate beneath that fell first, if one did by the date asked about, as known then.
fn fallen<'a>(record: &'a RecordFacts, question: &Question) -> Option<(&'a RecordKey, Fall)> {
    const ENDINGS: [&[Verb]; 4] = [&[Verb::Annul], &[Verb::Revoke], &[Verb::Withdraw], &[Verb::Cancel]];
    let beneath = beneath_on(record, question);
    for verbs in ENDINGS {
        for (key, beneath) in &beneath {
            if let Some(act) = acts_on(record, key, beneath, verbs, question).last() {
                return Some((key, Fall::Ended(act.clone())));
            }
        }
    }
    beneath.into_iter().find_map(|(key, beneath)| Some((key, Fall::DoesNotCarry(does_not_carry(record, key, beneath, question)?))))
}

/// Why a certificate beneath that has not ended does not carry what rests on it: its authority was not to issue it, or did not
/// confirm it to the country in which it went on.
fn does_not_carry(record: &RecordFacts, key: &RecordKey, standing: &Standing, question: &Question) -> Option<Said> {
    let behind = record.behind.get(key)?;
    let above = record.above(behind)?;
    let base = Base { standing, issuer: &behind.issuer, agreement: behind.agreement.as_ref(), above, known: question.known };
    let out_of_scope = against::out_of_scope(standing, &behind.issuer, question.known);
    out_of_scope
        .or_else(|| standing.kind.rules().may_carry(&base).err())
        .or_else(|| destinations::unconfirmed_beneath(standing, &behind.destination, &drawn_lines(above.0, key, standing), question))
}

/// The lines of a certificate from which another drew; all of them if it drew from none.
fn drawn_lines(above: &Standing, key: &RecordKey, standing: &Standing) -> Vec<Line> {
    let drawn: Vec<u32> = above.draws.iter().flatten().filter(|draw| draw.base == *key).map(|draw| draw.line).collect();
    standing.lines.iter().filter(|line| drawn.is_empty() || drawn.contains(&line.number)).cloned().collect()
}

/// The certificates on which a record rests on the date asked about, as known then, the nearest first: its bases, what these
/// rest on, and what had replaced any of them by then.
fn beneath_on<'a>(record: &'a RecordFacts, question: &Question) -> Vec<(&'a RecordKey, &'a Standing)> {
    let all: BTreeMap<&RecordKey, &Standing> = record.beneath.iter().map(|(key, beneath)| (key, beneath)).collect();
    let mut counting: Vec<&RecordKey> = Vec::new();
    let mut waiting: Vec<&RecordKey> = record.standing.bases.iter().filter_map(Link::record).collect();
    while let Some(key) = waiting.pop() {
        let Some(beneath) = all.get(key).filter(|_| !counting.contains(&key)) else { continue };
        counting.push(key);
        waiting.extend(beneath.bases.iter().filter_map(Link::record));
        let is_replaced = acts_on(record, key, beneath, &[Verb::Replace], question).next().is_some();
        waiting.extend(beneath.successor.as_ref().filter(|_| is_replaced));
    }
    record.beneath.iter().filter(|(key, _)| counting.contains(&key)).map(|(key, beneath)| (key, beneath)).collect()
}

/// In words, what fell: a base, or what took the place of one.
fn in_words(record: &RecordFacts, key: &RecordKey) -> String {
    let is_successor = record.beneath.iter().any(|(_, beneath)| beneath.successor == Some(*key));
    let what = if is_successor { "the certificate that replaced the one on which it rests" } else { "the certificate on which it rests" };
    format!("{what} (record {key})")
}

/// The acts on a certificate beneath that count.
fn acts_on<'a>(
    record: &'a RecordFacts,
    key: &RecordKey,
    beneath: &'a Standing,
    verbs: &'static [Verb],
    question: &Question,
) -> impl Iterator<Item = &'a StandingAct> {
    let behind = record.behind.get(key);
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
    let (key, fall) = fallen(record, question)?;
    let beneath = in_words(record, key);
    Some(match fall {
        Fall::Ended(act) => against::ended(&act, &format!("{beneath} was {}", act.verb.participle()), true),
        Fall::DoesNotCarry(said) => {
            Said { reason: Reason::BaseEnded, sentence: format!("{beneath} does not carry it: {}", said.sentence), ..said }
        }
    })
}

/// Elsewhere it turns doubtful when its base falls, and its issuer has to say whether it still stands.
pub(super) fn doubtful_with_its_base(record: &RecordFacts, question: &Question) -> Option<Said> {
    let standing = &record.standing;
    if !standing.kind.rules().is_only_doubtful_without_base(standing) {
        return None;
    }
    let (key, fall) = fallen(record, question)?;
    let beneath = in_words(record, key);
    let ask = format!("ask {} whether this one still stands", standing.authority);
    let (word, reason) = (Word::UnderVerification, Reason::BaseEnded);
    Some(match fall {
        Fall::Ended(act) => {
            let what = format!("{beneath} was {} from {} on", act.verb.participle(), act.effective);
            Said::new(word, reason, format!("{what}: {ask}")).because(what, act.recorded)
        }
        Fall::DoesNotCarry(said) => {
            Said { word, reason, sentence: format!("{beneath} does not carry it: {}; {ask}", said.sentence), ..said }
        }
    })
}

/// The certificates beneath that were replaced by the date: they still stand, under another number.
pub(super) fn replaced<'a>(record: &'a RecordFacts, question: &'a Question) -> impl Iterator<Item = String> + 'a {
    beneath_on(record, question).into_iter().filter_map(move |(key, beneath)| {
        let act = acts_on(record, key, beneath, &[Verb::Replace], question).next()?;
        let successor = beneath.successor.map_or_else(String::new, |successor| format!(" by record {successor}"));
        Some(format!("record {key}, on which it rests, was replaced{successor} from {} on", act.effective))
    })
}

/// What the country in which one beneath went on decided about it: it stands against new draws, and what rests on it should be
/// looked at.
pub(super) fn decided<'a>(record: &'a RecordFacts, question: &'a Question) -> impl Iterator<Item = String> + 'a {
    beneath_on(record, question).into_iter().flat_map(move |(key, beneath)| {
        let destination = record.behind.get(key).map(|behind| &behind.destination);
        let decided = destination.map(|destination| destinations::decided_beneath(beneath, destination, question)).unwrap_or_default();
        decided.into_iter().map(move |what| format!("of record {key}, on which it rests: {what}"))
    })
}
