//! A verdict for people and for programs.

use super::hold::Held;
use crate::freshness::duration;
use crate::output::{Mark, banner, marked, wrapped};
use contracts::context::{Known, Recorded};
use contracts::document::{CodedStatus, escape_for_terminal};
use contracts::verdict::{CONDITIONS, CheckName, CheckOutcome, Fold, Verdict};
use genesis::Founding;
use ledger::id::CertificateNumber;
use serde_json::{Value, json};

/// How many lines of a terminal an answer should take: a long list of goods is shortened for that, and nothing else is.
pub const TERMINAL_LINES: usize = 25;
/// How many lines of goods a terminal shows in any case.
const GOODS_KEPT: usize = 5;
/// How many characters a line has at most, but for one long word.
const WIDTH: usize = 80;

/// What is shown.
pub struct Answered<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Nodes set aside and clocks that disagree.
    pub remarks: &'a [String],
    /// The network.
    pub founding: &'a Founding,
    /// The number asked about, where known.
    pub number: Option<&'a CertificateNumber>,
    /// The newest block that the profile has seen, where an offline answer is of a much older one.
    pub newer: Option<Recorded>,
}

/// The answer for people: verdict, reason, checks, and what to hold against the consignment. On a terminal with so many
/// lines, all of it elsewhere (`None`).
pub fn text(answer: &Answered<'_>, hold: &[Held], colour: bool, lines_max: Option<usize>) -> String {
    let verdict = answer.verdict;
    let mark = match verdict.fold() {
        Fold::Valid => Mark::Good,
        Fold::NotValid => Mark::Bad,
        Fold::CannotBeConfirmed => Mark::Unknown,
    };
    let kind = verdict.kind.map_or("certificate", |kind| kind.as_str());
    let number = answer.number.map_or_else(String::new, |number| format!(" {}", escape_for_terminal(number.as_str())));
    let mut out = vec![
        format!("{}{}  {kind}{number}", marked(mark, &verdict.headline_in_words(), colour), as_of(answer)),
        banner(answer.founding.environment(), answer.founding.name()),
    ];
    out.extend(broken(&escape_for_terminal(&sentence(&verdict.sentence)), ""));
    for check in &verdict.checks {
        let (mark, word) = match check.outcome {
            CheckOutcome::Passed => (Mark::Good, ""),
            CheckOutcome::Failed => (Mark::Bad, "no: "),
            CheckOutcome::NotMade => (Mark::Unknown, "not checked: "),
        };
        let mut detail = wrapped_lines(&format!("{word}{}", escape_for_terminal(&check.detail)), WIDTH - CHECK_INDENT).into_iter();
        let first = format!("{:<16} {}", check.name.as_str(), detail.next().unwrap_or_default());
        out.push(format!("  {}", marked(mark, &first, colour)));
        out.extend(detail.map(|line| format!("{:CHECK_INDENT$}{line}", "")));
    }
    let known = match verdict.known {
        // What is recorded until a day that is still ahead may change what holds on it.
        Known::Now if verdict.on > verdict.as_of.time.date() => ", as known today".to_owned(),
        Known::Now => String::new(),
        Known::AtHeight(height) => format!(", as known at block {height}"),
        Known::AtTime(time) => format!(", as known at {time}"),
    };
    let block = if verdict.as_of.height.get() == 0 {
        "no block seen yet".to_owned()
    } else {
        format!("block {} of {}", verdict.as_of.height, verdict.as_of.time)
    };
    let granted: Vec<String> = verdict.benefits.iter().map(ToString::to_string).collect();
    let due = (!granted.is_empty()).then(|| {
        let only_as = match &verdict.benefits_as[..] {
            [] => String::new(),
            roles => format!(", to the holder as {} only", roles.join(", ")),
        };
        format!("due under the arrangement{only_as}: {}", granted.join(", "))
    });
    let failed = verdict.failed_condition().map(|number| {
        let what =
            usize::from(number).checked_sub(1).and_then(|index| CONDITIONS.get(index)).map_or_else(String::new, |what| format!(": {what}"));
        format!("condition {number} of the six of recognition failed{what}")
    });
    let notes: Vec<&str> = due.iter().chain(&failed).chain(&verdict.flags).map(String::as_str).collect();
    let flags = (!notes.is_empty()).then(|| each_once(&notes).join("; "));
    let notes = flags.iter().chain(answer.remarks).map(|note| format!("note: {}", escape_for_terminal(note)));
    out.extend(notes.flat_map(|note| broken(&note, "  ")));
    out.push(format!("on {}{known}; {block}", verdict.on));
    if !hold.is_empty() {
        out.push("Hold against the consignment:".into());
        let room = lines_max.map(|most| most.saturating_sub(out.len()));
        out.extend(held(hold, room));
    }
    out.join("\n")
}

/// What is held against the consignment. Of more lines than there is room for, the goods that come last are left out, and
/// that is said; what stands against a line is always shown.
fn held(hold: &[Held], room: Option<usize>) -> Vec<String> {
    let text = |one: &Held| one.brief.as_ref().filter(|_| room.is_some()).unwrap_or(&one.text).clone();
    let lines: Vec<(bool, Vec<String>)> = hold.iter().map(|one| (one.is_plain_goods, broken(&text(one), "  "))).collect();
    let count = |is_goods: bool| lines.iter().filter(|(goods, _)| *goods == is_goods).map(|(_, lines)| lines.len()).sum::<usize>();
    let Some(room) = room.filter(|room| count(true) + count(false) > *room) else {
        return lines.into_iter().flat_map(|(_, lines)| lines).collect();
    };
    // One line says what is missing.
    let for_goods = room.saturating_sub(count(false) + 1);
    let (mut out, mut goods, mut taken, mut left_out) = (Vec::new(), 0, 0, 0);
    for (is_goods, lines) in lines {
        if is_goods {
            taken += lines.len();
            if goods >= GOODS_KEPT && taken > for_goods {
                left_out += 1;
                continue;
            }
            goods += 1;
        }
        out.extend(lines);
    }
    if left_out > 0 {
        let lines = if left_out == 1 { "line" } else { "lines" };
        out.push(format!("  … {left_out} more {lines} of goods; to see all, pipe it, as into less, or add --json"));
    }
    out
}

/// Notes, each once, with how often it was made.
fn each_once(notes: &[&str]) -> Vec<String> {
    let mut times: Vec<(&str, usize)> = Vec::new();
    for note in notes {
        match times.iter_mut().find(|(known, _)| known == note) {
            Some((_, count)) => *count += 1,
            None => times.push((note, 1)),
        }
    }
    times.into_iter().map(|(note, count)| if count == 1 { note.to_owned() } else { format!("{note} ({count} times)") }).collect()
}

/// Where what a check found begins.
const CHECK_INDENT: usize = 21;

fn wrapped_lines(text: &str, width: usize) -> Vec<String> {
    wrapped(text, width, "").lines().map(str::to_owned).collect()
}

/// A text as lines of the screen, all but the first indented by two more.
fn broken(text: &str, indent: &str) -> Vec<String> {
    let mut lines = wrapped_lines(text, WIDTH.saturating_sub(indent.len() + 2));
    for (index, line) in lines.iter_mut().enumerate() {
        let more = if index == 0 || indent.is_empty() { "" } else { "  " };
        *line = format!("{indent}{more}{line}");
    }
    lines
}

/// What was not asked online is said to be of its block, beside the verdict itself.
fn as_of(answer: &Answered<'_>) -> String {
    let verdict = answer.verdict;
    let asked = verdict.checks.iter().any(|check| check.name == CheckName::Fresh && check.outcome == CheckOutcome::NotMade);
    if asked && verdict.fold() == Fold::Valid {
        let older = |newer: Recorded| format!(", {} older than what you have seen", duration(newer.time.distance_ms(verdict.as_of.time)));
        let older = answer.newer.map(older).unwrap_or_default();
        format!(" as of block {} ({}{older})", verdict.as_of.height, verdict.as_of.time.date())
    } else {
        String::new()
    }
}

/// Begins with a capital letter and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The answer for programs, version 1: docs/spec/verdict.md, *For programs*.
pub fn json(answer: &Answered<'_>, hold: &[Held], lines: Vec<Value>) -> Value {
    let verdict = answer.verdict;
    let known = match verdict.known {
        Known::Now => Value::Null,
        Known::AtHeight(height) => json!({ "height": height.get() }),
        Known::AtTime(time) => json!({ "time": time.to_string() }),
    };
    let outcome = |outcome: CheckOutcome| match outcome {
        CheckOutcome::Passed => "passed",
        CheckOutcome::Failed => "failed",
        CheckOutcome::NotMade => "not made",
    };
    let checks: Vec<Value> = verdict
        .checks
        .iter()
        .map(|check| json!({ "name": check.name.as_str(), "outcome": outcome(check.outcome), "detail": check.detail }))
        .collect();
    json!({
        "environment": answer.founding.environment().as_str(),
        "network": answer.founding.network_id().to_string(),
        "verdict": verdict.headline(),
        "fold": verdict.fold().as_str(),
        "word": verdict.word.as_str(),
        "reason": verdict.reason.code(),
        "sentence": verdict.sentence,
        "exit_code": verdict.exit_code(false),
        "detailed_exit_code": verdict.exit_code(true),
        "number": answer.number.map(CertificateNumber::as_str),
        "kind": verdict.kind.map(|kind| kind.as_str()),
        "status": status_json(verdict.status.as_ref()),
        "failed_condition": verdict.failed_condition(),
        "benefits": verdict.benefits.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "benefits_as": verdict.benefits_as,
        "record": verdict.record.map(|record| record.to_string()),
        "predecessor": verdict.predecessor.map(|record| record.to_string()),
        "predecessor_number": verdict.predecessor_number.as_ref().map(CertificateNumber::as_str),
        "successor": verdict.successor.map(|record| record.to_string()),
        "successor_number": verdict.successor_number.as_ref().map(CertificateNumber::as_str),
        "barred_lines": verdict.barred_lines(),
        "held_lines": verdict.held_lines(),
        "valid_until": verdict.valid_until.map(|until| until.to_string()),
        "on": verdict.on.to_string(),
        "known_at": known,
        "as_of": { "height": verdict.as_of.height.get(), "time": verdict.as_of.time.to_string() },
        "newer_block_seen": answer.newer.map(|seen| json!({ "height": seen.height.get(), "time": seen.time.to_string() })),
        "deciding_fact": verdict.deciding.as_ref().map(|fact| json!({ "what": fact.what, "height": fact.recorded.height.get(), "time": fact.recorded.time.to_string() })),
        "checks": checks,
        "flags": verdict.flags,
        "lines": lines,
        "hold_against_the_consignment": hold.iter().map(|held| held.text.as_str()).collect::<Vec<_>>(),
        "remarks": answer.remarks,
    })
}

/// A status with the list that gives its code a meaning.
pub fn status_json(status: Option<&CodedStatus>) -> Value {
    status.map_or(Value::Null, |status| json!({ "list": status.list, "code": status.code }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::network::tests::founding;
    use contracts::kinds::RecordKind;
    use contracts::registry::Environment;
    use contracts::verdict::{Check, CheckName, Question, Reason, Word, without_facts};
    use ledger::time::{CalendarDate, Height, Timestamp};

    fn verdict(word: Word, reason: Reason, outcome: CheckOutcome) -> Verdict {
        let question = Question::on(CalendarDate::parse("2026-03-09").unwrap());
        let as_of = Recorded { height: Height::new(7), time: Timestamp::from_millis(1_800_000_000_000) };
        let blank = without_facts(true, "one sentence why".into(), &question, as_of, Environment::Test);
        let names = [
            CheckName::Unaltered,
            CheckName::IssuerInScope,
            CheckName::InForce,
            CheckName::Recognised,
            CheckName::Recorded,
            CheckName::Fresh,
        ];
        let checks = names.map(|name| Check { name, outcome, detail: "what was found".into() }).to_vec();
        Verdict { word, reason, checks, kind: Some(RecordKind::SpsCertificate), ..blank }
    }

    fn shown_in(verdict: &Verdict, remarks: &[String], hold: &[Held], colour: bool, lines_max: Option<usize>) -> String {
        let (founding, number) = (founding(), CertificateNumber::parse("PC-1").unwrap());
        text(&Answered { verdict, remarks, founding: &founding, number: Some(&number), newer: None }, hold, colour, lines_max)
    }

    fn shown(verdict: &Verdict, colour: bool) -> String {
        shown_in(verdict, &[], &[], colour, Some(TERMINAL_LINES))
    }

    fn goods(count: usize, barred: &[usize]) -> Vec<Held> {
        let one = |line| match barred.contains(&line) {
            true => Held { text: format!("line {line}: goods: USED UP"), brief: None, is_plain_goods: false },
            false => Held { text: format!("line {line}: goods"), brief: None, is_plain_goods: true },
        };
        (1..=count).map(one).collect()
    }

    #[test]
    fn the_verdict_comes_first_in_words_and_sign() {
        for (word, reason, outcome, first) in [
            (Word::Valid, Reason::AllHolds, CheckOutcome::Passed, "✔ VALID  SPS certificate PC-1"),
            (Word::Revoked, Reason::Revocation, CheckOutcome::Failed, "✘ NOT VALID  SPS certificate PC-1"),
            (Word::NotRecognised, Reason::NoArrangement, CheckOutcome::Failed, "✘ NOT RECOGNISED  SPS certificate PC-1"),
            (Word::Stale, Reason::TooOld, CheckOutcome::NotMade, "? CANNOT BE CONFIRMED  SPS certificate PC-1"),
        ] {
            let text = shown(&verdict(word, reason, outcome), false);
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[0], first);
            assert!(lines[1].contains("TEST network"), "{text}");
            assert_eq!(lines[2], "One sentence why.");
            // Of an operator that is not recognised, a note of two lines names the condition that failed.
            let notes = 2 * usize::from(reason.is_recognition());
            assert_eq!(lines.len(), 10 + notes, "{text}");
            assert_eq!(text.contains("condition 3 of the six of recognition failed: an arrangement"), notes > 0, "{text}");
            assert!(!text.contains('\u{1b}'));
            assert!(shown(&verdict(word, reason, outcome), true).contains('\u{1b}'));
        }
    }

    #[test]
    fn an_offline_answer_says_how_much_newer_blocks_were_seen() {
        let verdict = verdict(Word::Valid, Reason::AllHolds, CheckOutcome::NotMade);
        let newer = Recorded { height: Height::new(99), time: verdict.as_of.time.saturating_add_ms(90_000_000) };
        let founding = founding();
        let answer = Answered { verdict: &verdict, remarks: &[], founding: &founding, number: None, newer: Some(newer) };
        let text = text(&answer, &[], false, None);
        assert!(text.starts_with("✔ VALID as of block 7 (2027-01-15, 1 days 1 h older than what you have seen)"), "{text}");
        assert_eq!(json(&answer, &[], Vec::new())["newer_block_seen"]["height"], 99);
    }

    #[test]
    fn a_terminal_shows_the_first_of_many_goods_and_a_pipe_shows_all() {
        let valid = verdict(Word::Valid, Reason::AllHolds, CheckOutcome::Passed);
        let on_terminal = |hold: &[Held]| shown_in(&valid, &[], hold, false, Some(TERMINAL_LINES));
        let text = on_terminal(&goods(200, &[150, 151]));
        assert_eq!(text.lines().count(), TERMINAL_LINES, "{text}");
        // Of the lines that are left out none is one against which something stands.
        assert!(text.contains("line 150: goods: USED UP") && text.contains("line 151: goods: USED UP"), "{text}");
        let shown = text.lines().filter(|line| line.starts_with("  line ")).count();
        let missing = format!("  … {} more lines of goods; to see all, pipe it, as into less, or add --json", 200 - shown);
        assert_eq!(text.lines().last(), Some(missing.as_str()), "{text}");
        let few = on_terminal(&goods(14, &[]));
        assert!(few.lines().count() <= TERMINAL_LINES && few.ends_with("line 14: goods"), "{few}");
        // More lines than there is room for, and nothing among them that may be left out.
        let all_barred = on_terminal(&goods(40, &(1..=40).collect::<Vec<_>>()));
        assert!(all_barred.ends_with("line 40: goods: USED UP") && !all_barred.contains('…'), "{all_barred}");
        let piped = shown_in(&valid, &[], &goods(200, &[150]), false, None);
        assert!(piped.ends_with("line 200: goods") && !piped.contains('…') && piped.lines().count() > 200, "{piped}");
    }

    #[test]
    fn a_terminal_cuts_descriptions_of_goods_and_a_pipe_does_not() {
        let valid = verdict(Word::Valid, Reason::AllHolds, CheckOutcome::Passed);
        let party = format!("exporter {}", "Viña ".repeat(60).trim_end());
        let goods = Held { text: "line 1: a long description".into(), brief: Some("line 1: a long…".into()), is_plain_goods: true };
        let hold = [Held { text: party.clone(), brief: None, is_plain_goods: false }, goods];
        for lines_max in [None, Some(TERMINAL_LINES)] {
            let text = shown_in(&valid, &[], &hold, false, lines_max);
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains(&party), "{text}");
            assert_eq!(words.contains("line 1: a long description"), lines_max.is_none(), "{text}");
        }
        assert_eq!(
            json(&Answered { verdict: &valid, remarks: &[], founding: &founding(), number: None, newer: None }, &hold, Vec::new())["hold_against_the_consignment"]
                [1],
            "line 1: a long description"
        );
    }

    #[test]
    fn notes_are_never_cut_and_equal_ones_are_one() {
        let mut judged = verdict(Word::Valid, Reason::AllHolds, CheckOutcome::Passed);
        judged.flags = vec!["corrected on 2026-11-22".to_owned(); 10];
        let caveat = format!(
            "the receipt in the file is old: {}renew it with: symbolon receipt FILE",
            "what was done since does not show ".repeat(20)
        );
        let remarks: Vec<String> = (1..=30).map(|number| format!("remark {number}")).chain([caveat]).collect();
        for lines_max in [None, Some(TERMINAL_LINES)] {
            let text = shown_in(&judged, &remarks, &goods(40, &[40]), false, lines_max);
            assert!(text.contains("note: corrected on 2026-11-22 (10 times)\n"), "{text}");
            assert!((1..=30).all(|number| text.contains(&format!("note: remark {number}\n"))), "{text}");
            assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains("renew it with: symbolon receipt FILE"), "{text}");
            assert!(text.contains("line 5: goods\n") && text.contains("line 40: goods: USED UP"), "{text}");
            assert_eq!(text.contains("line 6: goods"), lines_max.is_none(), "{text}");
        }
    }

    #[test]
    fn programs_get_stable_words_and_both_exit_codes() {
        let (founding, verdict) = (founding(), verdict(Word::Revoked, Reason::Revocation, CheckOutcome::Failed));
        let value = json(&Answered { verdict: &verdict, remarks: &[], founding: &founding, number: None, newer: None }, &[], Vec::new());
        assert_eq!(value["newer_block_seen"], Value::Null);
        for (name, expected) in
            [("verdict", "NOT VALID"), ("word", "revoked"), ("reason", "revoked"), ("environment", "test"), ("on", "2026-03-09")]
        {
            assert_eq!(value[name], expected, "{name}");
        }
        assert_eq!((&value["exit_code"], &value["detailed_exit_code"]), (&json!(1), &json!(12)));
        assert_eq!(value["checks"].as_array().unwrap().len(), 6);
    }
}
