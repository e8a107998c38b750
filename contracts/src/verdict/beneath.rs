//! The certificates on which a record rests: what it means when one of them falls.
//!
//! One that was replaced goes on in its successor: its fate is that of the last one in whose favour it was replaced.

use super::against::ended;
use super::{Question, Reason, RecordFacts, Said, Word};
use crate::context::Recorded;
use crate::reliance::{self, Reliance};
use crate::standing::{Link, Standing, StandingAct, Verb};
use ledger::lookup::RecordKey;
use std::collections::BTreeMap;

/// How a certificate beneath fell.
enum Fall {
    /// By an act of its issuer.
    Ended(StandingAct),
    /// Its key, or its authority, was revoked as of a time before its recording.
    InDoubt(String, Recorded),
}

/// The certificate beneath that fell first, if one did by the date asked about, as known then.
fn fallen<'a>(record: &'a RecordFacts, question: &Question) -> Option<(&'a RecordKey, &'a Standing, Fall)> {
    const ENDINGS: [&[Verb]; 4] = [&[Verb::Annul], &[Verb::Revoke], &[Verb::Withdraw], &[Verb::Cancel]];
    let beneath = beneath_on(record, question);
    for verbs in ENDINGS {
        for (key, beneath) in &beneath {
            if let Some(act) = acts_on(record, key, beneath, verbs, question).last() {
                return Some((key, beneath, Fall::Ended(act.clone())));
            }
        }
    }
    for (key, beneath) in beneath {
        let Some(issuer) = record.beneath_issuers.get(key) else { continue };
        if let Err(revoked) = issuer.authority.holds(&beneath.issued, question.known) {
            let why = format!("recorded after {}, as of which {} was revoked", revoked.as_of, beneath.authority);
            return Some((key, beneath, Fall::InDoubt(why, revoked.recorded)));
        }
        if let Reliance::InDoubt { key: number, revoked } = reliance::of(beneath, beneath.signed(), &issuer.keys, question.known) {
            let why = format!("recorded under key {number} of {} after {}, as of which it was revoked", beneath.authority, revoked.as_of);
            return Some((key, beneath, Fall::InDoubt(why, revoked.recorded)));
        }
    }
    None
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
    format!("{what} (record {key}) was")
}

/// The acts on a certificate beneath that count.
fn acts_on<'a>(
    record: &'a RecordFacts,
    key: &RecordKey,
    beneath: &'a Standing,
    verbs: &'static [Verb],
    question: &Question,
) -> impl Iterator<Item = &'a StandingAct> {
    let issuer = record.beneath_issuers.get(key);
    beneath.acts_on(verbs, question.on, question.known, move |act| issuer.is_none_or(|issuer| issuer.counts(beneath, act, question.known)))
}

/// Where the kind says so, a record does not stand without its base: the goods were found not originating, or nobody
/// certified them.
pub(super) fn ended_with_its_base(record: &RecordFacts, question: &Question) -> Option<Said> {
    if record.standing.kind.rules().is_only_doubtful_without_base(&record.standing) {
        return None;
    }
    let (key, _, fall) = fallen(record, question)?;
    let beneath = in_words(record, key);
    Some(match fall {
        Fall::Ended(act) => ended(&act, &format!("{beneath} {}", act.verb.participle()), true),
        Fall::InDoubt(why, recorded) => {
            let what = format!("{beneath} {why}");
            Said::new(Word::SignatureFails, Reason::BaseEnded, what.clone()).because(what, recorded)
        }
    })
}

/// Elsewhere it turns doubtful when its base falls, and its issuer has to say whether it still stands.
pub(super) fn doubtful_with_its_base(record: &RecordFacts, question: &Question) -> Option<Said> {
    let standing = &record.standing;
    if !standing.kind.rules().is_only_doubtful_without_base(standing) {
        return None;
    }
    let (key, _, fall) = fallen(record, question)?;
    let beneath = in_words(record, key);
    let (what, recorded) = match fall {
        Fall::Ended(act) => (format!("{beneath} {} from {} on", act.verb.participle(), act.effective), act.recorded),
        Fall::InDoubt(why, recorded) => (format!("{beneath} {why}"), recorded),
    };
    let sentence = format!("{what}: ask {} whether this one still stands", standing.authority);
    Some(Said::new(Word::UnderVerification, Reason::BaseEnded, sentence).because(what, recorded))
}

/// The certificates beneath that were replaced by the date: they still stand, under another number.
pub(super) fn replaced<'a>(record: &'a RecordFacts, question: &'a Question) -> impl Iterator<Item = String> + 'a {
    beneath_on(record, question).into_iter().filter_map(move |(key, beneath)| {
        let act = acts_on(record, key, beneath, &[Verb::Replace], question).next()?;
        let successor = beneath.successor.map_or_else(String::new, |successor| format!(" by record {successor}"));
        Some(format!("record {key}, on which it rests, was replaced{successor} from {} on", act.effective))
    })
}
