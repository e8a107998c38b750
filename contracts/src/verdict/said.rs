//! What a kind judges by itself: what it is given, and what it gives back.

use super::{CheckOutcome, DecidingFact, Facts, Question, Reason, RecordFacts, StatedValidity, Word};
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

impl Case<'_> {
    /// What the document shown states, if it is the recorded one or another form of it, and states another validity.
    fn stated_otherwise(&self) -> Option<StatedValidity> {
        let (standing, document) = (&self.record.standing, self.question.document.as_ref()?);
        let is_its_own = document.digest == standing.document_digest || standing.form(&document.digest, self.question.known).is_some();
        let recorded = StatedValidity { from: standing.first_day(), until: standing.valid_until };
        document.states.filter(|states| is_its_own && *states != recorded)
    }

    /// The first day of validity: the later one of what the ledger and the document say.
    pub fn first_day(&self) -> CalendarDate {
        let recorded = self.record.standing.first_day();
        self.stated_otherwise().map_or(recorded, |states| states.from.max(recorded))
    }

    /// That the document shown and the ledger differ about the validity.
    pub fn says_otherwise(&self) -> Option<String> {
        let states = self.stated_otherwise()?;
        let standing = &self.record.standing;
        let in_words = |from: CalendarDate, until: Option<CalendarDate>| match until {
            Some(until) => format!("valid from {from} until {until}"),
            None => format!("valid from {from} without an end"),
        };
        let (shown, recorded) = (in_words(states.from, states.until), in_words(standing.first_day(), standing.valid_until));
        Some(format!("the document shown says {shown}, the ledger {recorded}: the stricter counts"))
    }
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
    /// Whether it counts all the same for other goods, which were presented in time.
    pub is_for_other_goods: bool,
}

impl Said {
    /// Without a fact that decides.
    pub fn new(word: Word, reason: Reason, sentence: impl Into<String>) -> Self {
        Self { word, reason, sentence: sentence.into(), deciding: None, is_for_other_goods: false }
    }

    /// Of what is over for the goods that are asked about: whether it counts for others.
    pub(crate) fn for_other_goods(self, is_for_other_goods: bool) -> Self {
        Self { is_for_other_goods, ..self }
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
    /// The roles of the holder in which alone that is due; empty if in all that were asked about.
    pub benefits_as: Vec<String>,
}

impl Recognised {
    /// It holds.
    pub fn passed(detail: impl Into<String>) -> Self {
        Self { outcome: CheckOutcome::Passed, detail: detail.into(), benefits: Vec::new(), benefits_as: Vec::new() }
    }

    /// It was not made.
    pub fn not_made(detail: impl Into<String>) -> Self {
        Self { outcome: CheckOutcome::NotMade, ..Self::passed(detail) }
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
    /// Of what counts though its validity is over on the date asked about: by which fact, and how long after its date that was
    /// recorded.
    pub lodged: Option<String>,
    /// Of what has no last day because its agreement is not known here: that.
    pub unruled: Option<String>,
    /// Of what is over on the date asked about: for which other goods it still counts.
    pub counts_for: Option<String>,
}

impl Term {
    /// What was recorded of the document, or what the document shown states, if that is earlier; judged on the date asked about.
    pub fn of_document(case: &Case<'_>) -> Self {
        let recorded = case.record.standing.valid_until;
        let stated = case.stated_otherwise().and_then(|states| states.until);
        let earlier = stated.filter(|stated| recorded.is_none_or(|recorded| *stated < recorded));
        let by = earlier.map(|_| "as the document shown says".to_owned());
        Self { until: earlier.or(recorded), by, judged_on: case.question.on, lodged: None, unruled: None, counts_for: None }
    }
}
