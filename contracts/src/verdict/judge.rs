//! From facts to a verdict. The first word that fits, in the order of DOMAIN section 6, is said.

use super::absence;
use super::against;
use super::beneath;
use super::facts::{Choice, choose, fits, is_meant};
use super::{
    Case, Check, CheckName, CheckOutcome, Facts, Freshness, IssuerFacts, LineLeft, Question, Reason, RecordFacts, Said, Subject, Term,
    Verdict, Word, destinations, quantities,
};
use crate::context::{Known, Recorded};
use crate::destination::PoolLine;
use crate::document::CodedStatus;
use crate::registry::Benefit;
use crate::reliance::{self, Given, Reliance};
use crate::standing::{Link, Standing, StandingAct, Verb};
use ledger::hash::Hash;
use ledger::time::CalendarDate;

/// What a verifier concludes from the facts. Pure: the same facts and the same question give the same verdict.
pub fn verdict(facts: &Facts, question: &Question) -> Verdict {
    let mut page = Page::new(facts, question);
    let said = page.conclude();
    let said = page.unless_stale(said);
    page.close(said)
}

/// Nobody answered, or no answer checks: what a tool says that has no facts.
/// `why` names the answers that were set aside.
pub fn without_facts(
    somebody_answered: bool,
    why: String,
    question: &Question,
    as_of: crate::context::Recorded,
    environment: crate::registry::Environment,
) -> Verdict {
    let (word, reason) =
        if somebody_answered { (Word::NoAnswerThatChecks, Reason::NothingChecks) } else { (Word::Unreachable, Reason::NobodyAnswered) };
    Verdict {
        word,
        reason,
        sentence: why,
        deciding: None,
        checks: CHECKS.map(|name| Check { name, outcome: CheckOutcome::NotMade, detail: "no facts to check".to_owned() }).to_vec(),
        flags: Vec::new(),
        record: None,
        kind: None,
        status: None,
        valid_until: None,
        predecessor: None,
        predecessor_number: None,
        successor: None,
        successor_number: None,
        sealed_numbers: Vec::new(),
        benefits: Vec::new(),
        benefits_as: Vec::new(),
        lines: Vec::new(),
        on: question.on,
        known: question.known,
        as_of,
        environment,
    }
}

const CHECKS: [CheckName; 6] =
    [CheckName::Unaltered, CheckName::IssuerInScope, CheckName::InForce, CheckName::Recognised, CheckName::Recorded, CheckName::Fresh];

/// The verdict while it is written.
struct Page<'a> {
    facts: &'a Facts,
    question: &'a Question,
    checks: Vec<Check>,
    flags: Vec<String>,
    benefits: (Vec<Benefit>, Vec<String>),
    record: Option<&'a RecordFacts>,
    valid_until: Option<CalendarDate>,
    /// Whether nothing that became of the record is told.
    is_untold: bool,
}

impl<'a> Page<'a> {
    fn new(facts: &'a Facts, question: &'a Question) -> Self {
        let checks = CHECKS.map(|name| Check { name, outcome: CheckOutcome::NotMade, detail: "not reached".to_owned() }).to_vec();
        let mut page = Self {
            facts,
            question,
            checks,
            flags: Vec::new(),
            benefits: Default::default(),
            record: None,
            valid_until: None,
            is_untold: false,
        };
        if let Some(by) = question.recorded_by {
            page.check(
                CheckName::Recorded,
                CheckOutcome::Passed,
                format!("by {} of {} validators, in block {}", by.signers, by.validators, facts.at.height),
            );
        } else {
            page.check(CheckName::Recorded, CheckOutcome::NotMade, "the signatures were not counted".to_owned());
        }
        match &question.freshness {
            Freshness::NotAsked => page.check(CheckName::Fresh, CheckOutcome::NotMade, format!("as of {}", facts.at)),
            Freshness::Fresh { age_s, members } => {
                let members: Vec<&str> = members.iter().map(|member| member.as_str()).collect();
                page.check(CheckName::Fresh, CheckOutcome::Passed, format!("{age_s} s old, by the heads of {}", members.join(", ")));
            }
            Freshness::Stale { why } => page.check(CheckName::Fresh, CheckOutcome::Failed, why.clone()),
        }
        page
    }

    fn check(&mut self, name: CheckName, outcome: CheckOutcome, detail: String) {
        if let Some(check) = self.checks.iter_mut().find(|check| check.name == name) {
            *check = Check { name, outcome, detail };
        }
    }

    fn conclude(&mut self) -> Said {
        // Before anything is looked up, so that a stranger gets the same answer whether or not the record exists
        // (DESIGN section 4).
        if let Some(kind) = self.question.kind
            && self.facts.issuer.is_some()
            && let Err(said) = kind.rules().answers(self.facts, self.question)
        {
            return self.not_recognised(said);
        }
        let record = match self.found() {
            Ok(record) => record,
            Err(said) => return *said,
        };
        match record.standing.kind.rules().answers(self.facts, self.question) {
            Ok(()) => {
                self.record = Some(record);
                self.judge(record)
            }
            Err(said) => self.not_recognised(said),
        }
    }

    fn not_recognised(&mut self, said: Said) -> Said {
        self.check(CheckName::Recognised, CheckOutcome::Failed, said.sentence.clone());
        said
    }

    /// The one record that the question is about, or what its absence means.
    fn found(&self) -> Result<&'a RecordFacts, Box<Said>> {
        let (facts, question) = (self.facts, self.question);
        match (choose(facts.records.iter().map(|record| &record.standing), question), facts.subject) {
            (Choice::One(index), _) => match facts.records.get(index) {
                None => Err(Box::new(self.no_such_record())),
                Some(record) => absence::dated_otherwise(record, facts, question).map_or(Ok(record), |said| Err(Box::new(said))),
            },
            (Choice::None, Subject::Record(_)) => Err(Box::new(self.no_such_record())),
            (Choice::None, Subject::Number { .. }) => Err(Box::new(absence::judge(facts, question))),
            (Choice::Several, _) => {
                let several = facts.records.iter().filter(|record| fits(&record.standing, question));
                let answers = |record: &&RecordFacts| record.standing.kind.rules().answers(facts, question).is_ok();
                let (shown, hidden): (Vec<&RecordFacts>, Vec<_>) = several.partition(answers);
                // What is recognised by arrangement is for strangers as if it were not there.
                if let ([record], _) | ([], [record, ..]) = (&shown[..], &hidden[..]) {
                    return absence::dated_otherwise(record, facts, question).map_or(Ok(record), |said| Err(Box::new(said)));
                }
                let issuers: Vec<String> =
                    shown.iter().map(|record| format!("{} of {}", record.standing.kind, record.standing.authority)).collect();
                let sentence =
                    format!("{} records have this number ({}): name the kind and the authority", issuers.len(), issuers.join("; "));
                Err(Box::new(Said::new(Word::Ambiguous, Reason::SeveralRecords, sentence)))
            }
        }
    }

    /// Nothing fits at a record key.
    fn no_such_record(&self) -> Said {
        let Some(record) = self.facts.records.first() else {
            let sentence = "it is not recorded, or not yet: nothing lies at its record key, and its issuer may still have to sign; that proves \
                            nothing of the certificate: ask the issuer, or ask by its number";
            return Said::new(Word::Unknown, Reason::NotCovered, sentence.to_owned());
        };
        if is_meant(&record.standing, self.question) {
            // What was not there then is answered as it was answered then.
            let issued = record.standing.first_recorded();
            let sentence = format!("nothing lay at this record key by then; the certificate was recorded at {issued}");
            return Said::new(Word::Unknown, Reason::RecordedLater, sentence).because("the recording", issued);
        }
        let what =
            format!("the record is {} {} of {}", record.standing.kind.rules().article(), record.standing.kind, record.standing.authority);
        let sentence = format!("the document is not the one recorded: {what}");
        Said::new(Word::Altered, Reason::OtherIdentity, sentence).because(what, record.standing.issued)
    }

    /// Makes all checks of a record, and says the first word that fits.
    fn judge(&mut self, record: &'a RecordFacts) -> Said {
        let standing = &record.standing;
        let Some(issuer) = &record.issuer else {
            // `Facts` holds the issuer of every record that fits.
            return Said::new(Word::NoAnswerThatChecks, Reason::NothingChecks, "the facts are not whole".to_owned());
        };
        if standing.is_draft_then(self.question.known) {
            return self.draft(record, issuer);
        }
        let case = Case { facts: self.facts, record, question: self.question };
        self.flag(&case, issuer);
        let altered = self.unaltered(standing, issuer);
        let out_of_scope = self.issuer_in_scope(standing, issuer);
        let in_force = self.in_force(&case, issuer);
        let unrecognised = self.recognised(&case);
        if unrecognised.is_some() && standing.kind.rules().is_answered_to_partners_only() {
            self.keep_what_was_done();
        }
        if let Some(said) = altered.or(out_of_scope).or(unrecognised) {
            return said;
        }
        if in_force.is_none() && !record.is_whole {
            let sentence =
                "it rests on more entries than an answer follows: ask by its record key, and for each certificate beneath it".to_owned();
            return Said::new(Word::NoAnswerThatChecks, Reason::NothingChecks, sentence);
        }
        in_force.unwrap_or_else(|| {
            let Term { lodged, unruled, .. } = standing.kind.rules().term(&case);
            let but: Vec<String> = destinations::reservations(&case)
                .into_iter()
                .chain(destinations::late_in_words(&case))
                .chain(quantities::used_up_in_words(&case))
                .chain(quantities::held_in_full_in_words(&case))
                .chain(lodged)
                .chain(unruled)
                .chain(beneath::elsewhere(standing))
                .collect();
            let but = if but.is_empty() { String::new() } else { format!("; but {}", but.join("; ")) };
            let what = format!("in force{}: {} of {}{but}", quantities::in_words(&case), standing.kind, standing.authority);
            let sentence = match &self.question.document {
                Some(_) => format!("genuine, {what}"),
                None => format!("recorded, {what}; no document was compared with it"),
            };
            let what = format!("{} recorded it under its {}", standing.authority, standing.signed());
            Said::new(Word::Valid, Reason::AllHolds, sentence).because(what, standing.issued)
        })
    }

    /// What was done to a record is told where it is recognised, as its story is.
    fn keep_what_was_done(&mut self) {
        self.check(CheckName::InForce, CheckOutcome::NotMade, "told only where it is recognised".to_owned());
        (self.flags, self.valid_until, self.is_untold) = (Vec::new(), None, true);
    }

    /// A certificate that was not issued by then: nothing else of it counts, and what it became since is not told.
    fn draft(&mut self, record: &RecordFacts, issuer: &IssuerFacts) -> Said {
        let standing = &record.standing;
        let drafted =
            standing.drafted.map_or((standing.document_digest, standing.issued), |drafted| (drafted.document_digest, drafted.recorded));
        let shown = self.question.document.as_ref().map(|document| document.digest);
        let shown = shown.and_then(|digest| Some((digest, standing.drafted_as(&digest, self.question.known)?)));
        let drafted = shown.unwrap_or(drafted);
        let altered = self.unaltered_since(drafted.0, drafted.1, standing, issuer);
        let ended = against::ended_by_its_authority(record, issuer, self.question);
        let said = ended.unwrap_or_else(|| {
            let sentence = "a draft: it is not issued yet".to_owned();
            Said::new(Word::NotYetValid, Reason::Draft, sentence).because("the draft", drafted.1)
        });
        self.check(CheckName::InForce, CheckOutcome::Failed, said.sentence.clone());
        altered.unwrap_or(said)
    }

    fn unaltered(&mut self, standing: &Standing, issuer: &IssuerFacts) -> Option<Said> {
        self.unaltered_since(standing.document_digest, standing.issued, standing, issuer)
    }

    fn unaltered_since(&mut self, digest: Hash, recorded: Recorded, standing: &Standing, issuer: &IssuerFacts) -> Option<Said> {
        let Some(document) = &self.question.document else {
            self.check(CheckName::Unaltered, CheckOutcome::NotMade, "no document was given: compare the one in hand".to_owned());
            return None;
        };
        let is_form = standing.form(&document.digest, self.question.known).is_some();
        if (document.digest == digest && digest == standing.document_digest || is_form)
            && let Some(written) = self.question.issue_date.filter(|written| *written != standing.issue_date)
        {
            // Whoever may issue on one day only would else record what is dated on another.
            let what = format!("the document is dated {written}, the record {}", standing.issue_date);
            self.check(CheckName::Unaltered, CheckOutcome::Failed, what.clone());
            let sentence = format!("the document is not the one recorded: {what}");
            return Some(Said::new(Word::Altered, Reason::OtherIdentity, sentence).because(what, standing.issued));
        }
        if document.digest == digest {
            self.check(CheckName::Unaltered, CheckOutcome::Passed, "the document is the one recorded, byte for byte".to_owned());
            return None;
        }
        // A copy or a correction that a thief certified does not count.
        let known = self.question.known;
        let counts = |act: &&StandingAct| issuer.counts(standing, act, known);
        if let Some(act) = standing.form(&document.digest, self.question.known).filter(counts) {
            let form = if act.verb == Verb::Correct { "the corrected form" } else { "the certified true copy" };
            self.flags.push(format!("the document is {form} of {}", act.effective));
            self.check(CheckName::Unaltered, CheckOutcome::Passed, format!("the document is {form} recorded, byte for byte"));
            return None;
        }
        if digest != standing.document_digest && document.digest == standing.document_digest {
            let what = format!("the document was issued later, at {}", standing.issued);
            self.check(CheckName::Unaltered, CheckOutcome::Failed, what.clone());
            let sentence = format!("a draft: {what}");
            return Some(Said::new(Word::NotYetValid, Reason::Draft, sentence).because("the draft", recorded));
        }
        if standing.was_draft(&document.digest) && !standing.is_draft_then(self.question.known) {
            let sentence = format!("a draft: the certificate was issued since, at {}; only the issued document counts", standing.issued);
            self.check(CheckName::Unaltered, CheckOutcome::Failed, "the document is the draft, and not the one issued since".to_owned());
            return Some(Said::new(Word::NotYetValid, Reason::Draft, sentence).because("the issue", standing.issued));
        }
        let changed = match document.changed_fields.as_slice() {
            [] => "its digest differs from the one recorded".to_owned(),
            fields => format!("changed: {}", fields.join(", ")),
        };
        self.check(CheckName::Unaltered, CheckOutcome::Failed, changed.clone());
        let sentence = format!("the document is not the one recorded: {changed}");
        Some(Said::new(Word::Altered, Reason::OtherDocument, sentence).because("the digest of the document", recorded))
    }

    fn issuer_in_scope(&mut self, standing: &Standing, issuer: &IssuerFacts) -> Option<Said> {
        let said = against::out_of_scope(standing, issuer, self.question.known);
        match &said {
            Some(said) => self.check(CheckName::IssuerInScope, CheckOutcome::Failed, said.sentence.clone()),
            None => {
                let authority = &issuer.authority;
                let detail = format!("{} ({}), admitted by {}", authority.id, authority.name, authority.member());
                self.check(CheckName::IssuerInScope, CheckOutcome::Passed, detail);
            }
        }
        said
    }

    fn in_force(&mut self, case: &Case<'_>, issuer: &IssuerFacts) -> Option<Said> {
        let term = case.record.standing.kind.rules().term(case);
        let said = against::out_of_force(case, issuer, &term).next();
        self.valid_until = term.until;
        match &said {
            Some(said) => self.check(CheckName::InForce, CheckOutcome::Failed, said.sentence.clone()),
            None => {
                let until = match (term.until, term.by) {
                    (Some(until), Some(by)) => format!("valid until {until} ({by})"),
                    (Some(until), None) => format!("valid until {until}"),
                    (None, Some(by)) => by,
                    (None, None) => "valid without an end".to_owned(),
                };
                self.check(CheckName::InForce, CheckOutcome::Passed, format!("on {}; {until}", term.judged_on));
            }
        }
        said
    }

    fn recognised(&mut self, case: &Case<'_>) -> Option<Said> {
        match case.record.standing.kind.rules().recognised(case) {
            Err(said) => Some(self.not_recognised(said)),
            Ok(found) => {
                self.benefits = (found.benefits, found.benefits_as);
                self.check(CheckName::Recognised, found.outcome, found.detail);
                None
            }
        }
    }

    /// What else a person should know.
    fn flag(&mut self, case: &Case<'_>, issuer: &IssuerFacts) {
        let (record, question) = (case.record, self.question);
        let standing = &record.standing;
        let known = question.known;
        let mut flags = Vec::new();
        destinations::unconfirmed_flags(case, &mut flags);
        flags.extend(standing.flags.words().map(str::to_owned));
        match standing.predecessor {
            Some(Link::Record(predecessor)) => flags.push(format!("replaces record {predecessor}")),
            Some(Link::NotOnThisLedger) => {
                flags.push(format!("replaces a certificate that is not on this ledger, as {} said", standing.authority));
            }
            None => {}
        }
        for base in &standing.bases {
            flags.push(match base {
                Link::Record(base) => format!("rests on record {base}"),
                Link::NotOnThisLedger => format!("rests on a certificate that is not on this ledger, as {} said", standing.authority),
            });
        }
        flags.extend(beneath::stands_without(case));
        flags.extend(beneath::replaced(record, question));
        flags.extend(beneath::decided(record, question));
        if let Reliance::Reaffirmed { key, by } = reliance::of(standing, Given::Itself, &issuer.authority, &issuer.keys, known) {
            let when = by.recorded.time.date();
            flags.push(format!("its key {key} was revoked as of a time before its recording; reaffirmed on {when} under {}", by.signed()));
        }
        let asks_its_issuer = self.facts.reader.as_ref().is_some_and(|reader| reader.id == standing.authority.member());
        flags.extend(record.same_goods.in_words(standing.class.as_deref(), known, asks_its_issuer));
        let dated = standing.issued.time.date();
        if dated > standing.issue_date.add_days(1).unwrap_or(CalendarDate::LAST) {
            flags.push(format!("dated {}, recorded on {dated}", standing.issue_date));
        }
        let dated = |act: &&StandingAct| {
            // Other forms of the document are told by themselves.
            let is_form = act.version.is_some();
            !is_form && !act.verb.reaches_back() && !matches!(act.verb, Verb::Reaffirm | Verb::TakeBack | Verb::Share)
        };
        let counts = |act: &StandingAct| issuer.counts(standing, act, known);
        let stand = standing.acts_that_stand(known, counts).into_iter().filter(|act| counts(act));
        for act in stand.filter(dated).filter(|act| act.effective > question.on) {
            let doubt = issuer.doubt_in_words(act, known);
            flags.push(format!("from {} on: {}{doubt}", act.effective, act.verb.participle()));
        }
        flags.extend(case.says_otherwise());
        destinations::flags(case, &mut flags);
        standing.kind.rules().flags(case, &mut flags);
        if let Some(act) = issuer.authority.suspended_on(question.on, known) {
            flags.push(format!("{} is suspended since {}", issuer.authority.id, act.effective));
        }
        self.flags = flags;
    }

    /// An old answer proves what can never turn again, and nothing else of today.
    fn unless_stale(&self, said: Said) -> Said {
        match (&self.question.freshness, said.word) {
            (Freshness::Stale { why }, word) if word.may_have_turned() && !self.is_in_effect(word) => Said {
                word: Word::Stale,
                reason: Reason::TooOld,
                sentence: format!("{why}; as of {}: {}", self.facts.at, said.sentence),
                ..said
            },
            _ => said,
        }
    }

    /// Whether a withdrawal or revocation had taken effect by the block that shows it: then nobody takes it back.
    fn is_in_effect(&self, word: Word) -> bool {
        let then = Question { on: self.question.on.min(self.facts.at.time.date()), ..self.question.clone() };
        matches!(word, Word::Withdrawn | Word::Revoked) && Page::new(self.facts, &then).conclude().word == word
    }

    fn close(self, said: Said) -> Verdict {
        let standing = self.record.map(|record| &record.standing);
        // Of what was a draft then, nothing is told that it became since.
        let was_draft = |standing: &Standing| standing.is_draft_then(self.question.known) && !standing.is_draft_then(Known::Now);
        let is_untold = self.is_untold || standing.is_some_and(was_draft);
        let replaced = |standing: &&Standing| {
            !is_untold && standing.acts.iter().any(|act| act.verb == Verb::Replace && self.question.known.covers(&act.recorded))
        };
        let (benefits, benefits_as) = if said.word == Word::Valid { self.benefits } else { Default::default() };
        Verdict {
            word: said.word,
            reason: said.reason,
            sentence: said.sentence,
            deciding: said.deciding,
            checks: self.checks,
            flags: self.flags,
            record: self.record.map(|record| record.key),
            kind: standing.map(|standing| standing.kind),
            status: self.record.filter(|_| !is_untold).and_then(|record| status(record, self.question)),
            valid_until: self.valid_until,
            predecessor: standing.filter(|_| !is_untold).and_then(|standing| standing.predecessor.as_ref()?.record().copied()),
            predecessor_number: None,
            successor_number: None,
            successor: standing.filter(replaced).and_then(|standing| standing.successor),
            sealed_numbers: standing.filter(replaced).and_then(|standing| standing.sealed_numbers.clone()).unwrap_or_default(),
            benefits,
            benefits_as,
            lines: self
                .record
                .filter(|_| !is_untold)
                .map(|record| lines_left(&Case { facts: self.facts, record, question: self.question }))
                .unwrap_or_default(),
            on: self.question.on,
            known: self.question.known,
            as_of: self.facts.at,
            environment: self.facts.parameters.environment,
        }
    }
}

/// The status of a record on the date asked about, as known then.
fn status(record: &RecordFacts, question: &Question) -> Option<CodedStatus> {
    let (standing, rules) = (&record.standing, record.standing.kind.rules());
    if standing.is_draft_then(question.known) && !standing.acts.iter().any(|act| rules.status_after(act.verb).is_some()) {
        // What an earlier draft stated is not kept.
        let is_last = standing.acts.iter().all(|act| act.verb != Verb::Draft || question.known.covers(&act.recorded));
        return if is_last { rules.status_of_draft(standing) } else { None };
    }
    let counts = |act: &StandingAct| record.issuer.as_ref().is_none_or(|issuer| issuer.counts(standing, act, question.known));
    // What was replaced has the status that its list has for that, or none.
    let gives = |act: &&StandingAct| act.verb == Verb::Replace || rules.status_after(act.verb).is_some();
    let last = standing.acts_on(Verb::ALL, question.on, question.known, counts).find(gives);
    rules.status_after(last.map_or(Verb::Issue, |act| act.verb))
}

fn lines_left(case: &Case<'_>) -> Vec<LineLeft> {
    let (pool, bars, used_up) = (case.record.pool(), destinations::bars(case), quantities::used_up(case));
    let held_in_full = quantities::held_in_full(case);
    let left = |line: &crate::standing::Line| {
        let PoolLine { reserved, consumed, uses, given_back, .. } = pool.line(line.number);
        let given_back = given_back.unwrap_or_default();
        let uses = uses.saturating_sub(given_back);
        let barred = bars.iter().find(|(number, _)| *number == line.number).map(|(_, why)| *why);
        let barred = barred.or_else(|| used_up.contains(&line.number).then_some("used up"));
        LineLeft {
            number: line.number,
            certified: line.certified,
            reserved,
            consumed,
            uses,
            given_back,
            barred,
            is_held_in_full: held_in_full.contains(&line.number),
        }
    };
    case.record.standing.lines.iter().map(left).collect()
}
