//! What a kind judges by itself: what it is given, and what it gives back.

use super::{CheckOutcome, DecidingFact, Facts, Question, Reason, RecordFacts, Word};
use crate::context::Recorded;
use crate::registry::Benefit;
use ledger::time::CalendarDate;

/// One record, and what is asked about it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Everything that the verdict rests on.
    pub facts: &'a Facts,
    /// The record.
    pub record: &'a RecordFacts,
    /// The question.
    pub question: &'a Question,
}

/// A word with its reason, its sentence and the fact that decides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Said {
    /// The word.
    pub word: Word,
    /// Why, for programs.
    pub reason: Reason,
    /// Why, in one sentence for people.
    pub sentence: String,
    /// The fact that decides, if there is one.
    pub deciding: Option<DecidingFact>,
}

impl Said {
    /// Without a fact that decides.
    pub fn new(word: Word, reason: Reason, sentence: impl Into<String>) -> Self {
        Self { word, reason, sentence: sentence.into(), deciding: None }
    }

    /// With the fact that decides.
    pub fn because(mut self, what: impl Into<String>, recorded: Recorded) -> Self {
        self.deciding = Some(DecidingFact { what: what.into(), recorded });
        self
    }
}

/// How the check of recognition went, if it did not fail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recognised {
    /// Passed, or not made.
    pub outcome: CheckOutcome,
    /// What was found, in words.
    pub detail: String,
    /// What recognition grants, where it grants something.
    pub benefits: Vec<Benefit>,
}

impl Recognised {
    /// It holds.
    pub fn passed(detail: impl Into<String>) -> Self {
        Self { outcome: CheckOutcome::Passed, detail: detail.into(), benefits: Vec::new() }
    }

    /// It was not made.
    pub fn not_made(detail: impl Into<String>) -> Self {
        Self { outcome: CheckOutcome::NotMade, detail: detail.into(), benefits: Vec::new() }
    }
}

/// Until when a record counts, and on which date that is judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// The last day; absent where there is none.
    pub until: Option<CalendarDate>,
    /// Whose rule sets it, in words, where it is not the document's.
    pub by: Option<String>,
    /// The date that must not lie after it: that of the question, unless something else counts.
    pub judged_on: CalendarDate,
}

impl Term {
    /// What the document says, judged on the date asked about.
    pub fn of_document(case: &Case<'_>) -> Self {
        Self { until: case.record.standing.valid_until, by: None, judged_on: case.question.on }
    }
}
