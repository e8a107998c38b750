//! What a verifier concludes: facts and a question in, a verdict out. The same function for officer, node and audit.
//!
//! The words and their order are DOMAIN section 6's; the fold into three and the exit codes are DESIGN section 4's.
//! Two dates belong to each question: valid on which date, known by when. Both are answered from today's state,
//! since nothing dated is overwritten.

mod absence;
mod against;
mod beneath;
mod destinations;
mod explain;
mod facts;
mod follow;
mod judge;
mod partnership;
mod quantities;
mod question;
mod said;
mod word;

pub(crate) use against::against;
pub(crate) use beneath::{Base, stands_as};
pub(crate) use destinations::goods_in_words;
pub use explain::{Event, UseOfLine, explain, part_in_words, tells_story};
pub use facts::{
    AgreementFacts, ArrangementFacts, CANDIDATES_MAX, Candidates, FOLLOWED_MAX, Facts, Gap, IssuerFacts, RecordFacts, needed_keys,
};
pub use follow::{Above, BENEATH_ENTRIES_MAX, BENEATH_MAX, BehindFacts, Beneath};
pub(crate) use follow::{Follow, beneath as follow};
pub use judge::{verdict, without_facts};
pub use partnership::{Due, Partner, Partnership, Recognisable, partnership, within_terms};
pub use quantities::{percent, shares, shares_in_decimals};
pub use question::{DocumentCheck, Freshness, Question, RecordedBy, StatedValidity, Subject};
pub use said::{Case, Recognised, Said, Term};
pub use word::{CONDITIONS, Fold, Reason, Word};

use crate::context::{Known, Recorded};
use crate::document::{CodedStatus, escape_for_terminal};
use crate::kinds::RecordKind;
use crate::registry::{Benefit, Environment};
use ledger::commitment::{Replacement, SealedNumbers, Unseals};
use ledger::id::CertificateNumber;
use ledger::lookup::RecordKey;
use ledger::time::CalendarDate;

/// Before the number of a successor, or whom to ask for it.
const ONLY_ITS_SUCCESSOR: &str = "only its successor counts";

/// What a verifier concludes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// The word.
    pub word: Word,
    /// Why, for programs.
    pub reason: Reason,
    /// Why, in one sentence for people.
    pub sentence: String,
    /// The fact that decides.
    pub deciding: Option<DecidingFact>,
    /// The checks, one a line, always all six and in this order: unaltered, issuer in scope, in force, recognised,
    /// recorded, fresh.
    pub checks: Vec<Check>,
    /// What else a person should know: retroactive, copy, replacement of, …
    pub flags: Vec<String>,
    /// The record, if one was found.
    pub record: Option<RecordKey>,
    /// Its kind, if one was found.
    pub kind: Option<RecordKind>,
    /// The status that its issuer gave it last, as it counts on the date asked about, in the code list of its kind's messages; `None`
    /// for a kind without one. That its time is over is no status.
    pub status: Option<CodedStatus>,
    /// Its last day of validity by all that counts: what the ledger and the document say, the agreement, reassessments.
    pub valid_until: Option<CalendarDate>,
    /// The certificate that it replaces.
    pub predecessor: Option<RecordKey>,
    /// The number of that, once a document or a secret in hand has told it; also of one that is not on this ledger.
    pub predecessor_number: Option<CertificateNumber>,
    /// The certificate that replaced it.
    pub successor: Option<RecordKey>,
    /// The number of that, once a secret in hand has opened it.
    pub successor_number: Option<CertificateNumber>,
    /// The numbers of both, sealed once for each reader.
    pub sealed_numbers: Vec<SealedNumbers>,
    /// What recognition under an arrangement grants, if it is due.
    pub benefits: Vec<Benefit>,
    /// The roles of the holder in which alone that is due; empty if in all that were asked about.
    pub benefits_as: Vec<String>,
    /// Its lines, with what remains of each.
    pub lines: Vec<LineLeft>,
    /// The date asked about.
    pub on: CalendarDate,
    /// Up to when the ledger was asked.
    pub known: Known,
    /// The block whose state proves it.
    pub as_of: Recorded,
    /// What the network is for.
    pub environment: Environment,
}

impl Verdict {
    /// The number of the certificate that replaced it, if this reader can read it.
    pub fn open_successor_number(&self, reader: &impl Unseals) -> Option<CertificateNumber> {
        let replacement = Replacement { replaced: self.record.as_ref()?, successor: self.successor.as_ref()? };
        replacement.numbers(&self.sealed_numbers, reader).map(|numbers| numbers.successor)
    }

    /// With the number of the certificate that replaced it, once a secret in hand has opened it.
    pub fn name_successor(&mut self, number: &CertificateNumber) {
        let details = self.checks.iter_mut().filter(|check| check.name == CheckName::InForce).map(|check| &mut check.detail);
        for text in details.chain([&mut self.sentence]) {
            if let Some((before, _)) = text.split_once(ONLY_ITS_SUCCESSOR) {
                *text = format!("{before}{ONLY_ITS_SUCCESSOR}, certificate {number}; verify that");
            }
        }
        self.flags.push(format!("replaced by certificate {number}"));
        self.successor_number = Some(number.clone());
    }

    /// With the number of the only certificate on which it rests, where that is not on this ledger, as the document in hand
    /// states it.
    pub fn name_base_elsewhere(&mut self, number: &CertificateNumber) {
        let named = format!("rests on certificate {}, which is not on this ledger", escape_for_terminal(number.as_str()));
        for text in self.flags.iter_mut().chain([&mut self.sentence]) {
            *text = text.replace("rests on a certificate that is not on this ledger", &named);
        }
    }

    /// With the number of another certificate wherever its record is named, as the document in hand states it.
    pub fn name_record(&mut self, record: &RecordKey, number: &CertificateNumber) {
        let details = self.checks.iter_mut().map(|check| &mut check.detail);
        let deciding = self.deciding.iter_mut().map(|fact| &mut fact.what);
        for text in details.chain(deciding).chain(&mut self.flags).chain([&mut self.sentence]) {
            *text = with_number(text, record, number);
        }
    }

    /// What people read: one of three.
    pub fn fold(&self) -> Fold {
        self.word.fold()
    }

    /// The first line of an answer: `VALID`, `NOT VALID`, `NOT RECOGNISED` (of what is recognised by arrangement) or `CANNOT BE CONFIRMED`.
    pub fn headline(&self) -> &'static str {
        if self.word == Word::NotRecognised && self.reason.is_recognition() { "NOT RECOGNISED" } else { self.fold().as_str() }
    }

    /// The lines for which a verdict that is valid is not: something stands against them in the country for which it is judged,
    /// or they are used up.
    pub fn barred_lines(&self) -> Vec<u32> {
        self.lines.iter().filter(|line| line.barred.is_some()).map(|line| line.number).collect()
    }

    /// The lines of which nothing is free, though they are not used up: the rest is held, for whom, the facts do not tell.
    pub fn held_lines(&self) -> Vec<u32> {
        self.lines.iter().filter(|line| line.is_held_in_full).map(|line| line.number).collect()
    }

    /// The first line of an answer for people: of one that is valid in part, the lines for which it is not, and why.
    pub fn headline_in_words(&self) -> String {
        let mut barred: Vec<(&str, Vec<u32>)> = Vec::new();
        for line in self.lines.iter().filter(|_| self.fold() == Fold::Valid) {
            let Some(why) = line.barred else { continue };
            match barred.iter_mut().find(|(known, _)| *known == why) {
                Some((_, numbers)) => numbers.push(line.number),
                None => barred.push((why, vec![line.number])),
            }
        }
        let barred: Vec<String> =
            barred.into_iter().map(|(why, numbers)| format!("{} ({why})", destinations::lines_in_words(&numbers))).collect();
        if barred.is_empty() { self.headline().to_owned() } else { format!("{}, but not for {}", self.headline(), barred.join(" and ")) }
    }

    /// Which of the six conditions of recognition failed, of a record that is recognised by arrangement and is not recognised or
    /// not in force. Source: DOMAIN section 4.4.
    pub fn failed_condition(&self) -> Option<u8> {
        let by_arrangement = self.kind.is_some_and(|kind| kind.rules().is_answered_to_partners_only()) || self.reason.is_recognition();
        self.reason.condition().filter(|_| by_arrangement)
    }

    /// The exit code: 0, 1 or 3, and the table's own with `detailed`.
    pub fn exit_code(&self, detailed: bool) -> u8 {
        if detailed { self.word.exit_code() } else { self.fold().exit_code() }
    }
}

/// One line of a certificate, and what is held and used of it in the pool that it draws from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LineLeft {
    /// Its number.
    pub number: u32,
    /// The certified amount, times the certificate's factor.
    pub certified: Option<u64>,
    /// How much is held.
    pub reserved: u64,
    /// How much is used up.
    pub consumed: u64,
    /// How many uses stand: they hold or used something.
    pub uses: u32,
    /// How many further ones were given back.
    pub given_back: u32,
    /// What stands against it in the country for which it is judged, `rejected`, `preference denied` or `not confirmed`; or
    /// else `used up`, everywhere.
    pub barred: Option<&'static str>,
    /// Whether nothing of it is free, though it is not used up: the rest is held, for the asker's own declaration or another.
    pub is_held_in_full: bool,
}

impl LineLeft {
    /// Whether anything of it was ever held or used, or stands against it.
    pub fn is_touched(&self) -> bool {
        self.reserved > 0 || self.consumed > 0 || self.uses > 0 || self.barred.is_some()
    }

    /// What is available, held and used of it, as it stands on the ledger: parts of the certified amount, where there is one.
    pub fn parts(&self) -> Option<[u64; 3]> {
        let certified = self.certified.filter(|certified| *certified > 0)?;
        let taken = self.reserved.saturating_add(self.consumed);
        Some([certified.saturating_sub(taken), self.reserved, self.consumed])
    }
}

/// The fact on which a verdict rests.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecidingFact {
    /// What it is, in words.
    pub what: String,
    /// When it was recorded.
    pub recorded: Recorded,
}

/// One of the six checks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CheckName {
    /// The document shown is the one recorded.
    Unaltered,
    /// The issuer was admitted for it on its date.
    IssuerInScope,
    /// It is in force on the date asked about.
    InForce,
    /// It is recognised by whom it is shown to.
    Recognised,
    /// How many validators signed the block that proves the answer, be it presence or absence.
    Recorded,
    /// How old the answer is.
    Fresh,
}

impl CheckName {
    /// The name for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unaltered => "unaltered",
            Self::IssuerInScope => "issuer in scope",
            Self::InForce => "in force",
            Self::Recognised => "recognised",
            Self::Recorded => "proven",
            Self::Fresh => "fresh",
        }
    }
}

/// How a check went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CheckOutcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It was not made: nothing was given to check, or an earlier check decided.
    NotMade,
}

/// One check with its outcome.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// How it went.
    pub outcome: CheckOutcome,
    /// What was found, in words.
    pub detail: String,
}

/// A text with the number of a record where it names the record's key.
pub fn with_number(text: &str, record: &RecordKey, number: &CertificateNumber) -> String {
    let (named, number) = (format!("record {record}"), escape_for_terminal(number.as_str()));
    let mut parts = text.split(&named);
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told += &if told.ends_with('(') { format!("certificate {number}, {named}") } else { format!("certificate {number} ({named})") };
        told += part;
    }
    told
}
