//! The story of a certificate for people and for programs.

use crate::commands::office::all_of;
use crate::output::wrapped;
use crate::profile::Profile;
use contracts::document::escape_for_terminal;
use contracts::verdict::{Event, Facts, Question, UseOfLine};
use serde_json::{Value, json};

/// How many characters a line has at most, but for one long word.
const WIDTH: usize = 80;
const INDENT: &str = "    ";

/// All uses of the pool of the record that is meant, with all acts on them: no verdict needs them, and its receipt leaves
/// them out.
///
/// # Errors
/// If no node's answer checks.
pub fn uses(profile: &Profile, facts: &Facts, question: &Question) -> anyhow::Result<Vec<UseOfLine>> {
    let Some(record) = facts.meant(question) else { return Ok(Vec::new()) };
    let pool = record.standing.pool.unwrap_or(record.key);
    let mut uses = Vec::new();
    for line in &record.pool().lines {
        uses.extend(all_of(profile, &pool, line.number, line.uses)?.into_iter().map(|(name, of)| (line.number, name, of)));
    }
    Ok(uses)
}

/// One act after another, in the order of recording. What does not count for the question is marked so.
pub fn text(story: &[Event]) -> String {
    if story.is_empty() {
        return "Nothing that is recorded bears on it.\n".to_owned();
    }
    let mut out = String::new();
    for event in story {
        let later = if event.counts { "" } else { "  [not yet, for this question]" };
        out.push_str(&format!("{}  block {}{later}\n", event.recorded.time, event.recorded.height));
        let line = format!("{}: {}", event.by, event.what);
        let effect = format!("→ {} (from {})", event.effect, event.effective);
        for text in [line, effect] {
            out.push_str(&format!("{INDENT}{}\n", wrapped(&escape_for_terminal(&text), WIDTH - INDENT.len(), INDENT)));
        }
    }
    out
}

/// The same for programs.
pub fn json(story: &[Event]) -> Value {
    let event = |event: &Event| {
        json!({
            "recorded": { "height": event.recorded.height.get(), "time": event.recorded.time.to_string() },
            "effective": event.effective.to_string(),
            "by": event.by,
            "what": event.what,
            "effect": event.effect,
            "counts": event.counts,
        })
    };
    Value::Array(story.iter().map(event).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::context::Recorded;
    use ledger::time::{CalendarDate, Height, Timestamp};

    #[test]
    fn each_act_is_told_with_its_effect_and_what_does_not_count_yet_is_marked() {
        let event = Event {
            recorded: Recorded { height: Height::new(7), time: Timestamp::from_millis(1_800_000_000_000) },
            effective: CalendarDate::parse("2027-01-15").unwrap(),
            by: "NZ-mpi".to_owned(),
            what: "withdrawn\u{202e} under key 1".to_owned(),
            effect: "no longer in force".to_owned(),
            counts: false,
        };
        let told = text(std::slice::from_ref(&event));
        assert!(told.contains("block 7  [not yet, for this question]"), "{told}");
        assert!(told.contains("    NZ-mpi: withdrawn\\u{202e} under key 1"), "{told}");
        assert!(told.contains("    → no longer in force (from 2027-01-15)"), "{told}");
        assert_eq!(json(&[event])[0]["counts"], false);
        assert_eq!(text(&[]), "Nothing that is recorded bears on it.\n");
    }
}
