//! The story of a certificate for people and for programs.

use super::show::status_json;
use crate::commands::office::all_of;
use crate::output::wrapped;
use crate::partners;
use crate::profile::Profile;
use contracts::document::escape_for_terminal;
use contracts::standing::Standing;
use contracts::verdict::{Event, Facts, Question, UseOfLine, explain, tells_story};
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use serde_json::{Value, json};

/// How many characters a line has at most, but for one long word.
const WIDTH: usize = 80;
const INDENT: &str = "    ";

/// What happened to the record that a question means.
#[derive(Default)]
pub struct Story {
    /// In the order of recording.
    pub events: Vec<Event>,
    /// Whether what was done to the record itself is left out, since it is not told to whoever asks.
    pub untold: bool,
    /// The record, if one was meant.
    of: Option<(RecordKey, Standing)>,
}

impl Story {
    /// As told for the country of the question.
    pub fn of(facts: &Facts, question: &Question, uses: Option<&[UseOfLine]>) -> Self {
        Self {
            events: explain(facts, question, uses),
            untold: tells_story(facts, question).is_err(),
            of: facts.meant(question).map(|record| (record.key, record.standing.clone())),
        }
    }

    /// As told to one's own administration: the country and the date of the question are whatever was typed.
    ///
    /// # Errors
    /// If no node's answer checks.
    pub fn for_own(self, profile: &Profile, offline: bool, for_country: Option<CountryCode>) -> anyhow::Result<Self> {
        let Some((record, standing)) = self.of.as_ref().filter(|_| !self.untold) else { return Ok(self) };
        let untold = if offline {
            let judged_for = for_country.and_then(|country| profile.founding.member_for(country)).map(|member| member.id);
            let by_arrangement = standing.kind.rules().is_answered_to_partners_only();
            by_arrangement && profile.member().is_ok_and(|own| own != standing.authority.member() && judged_for != Some(own))
        } else {
            partners::not_told(profile, *record, standing)?.is_some()
        };
        Ok(if untold { Self { untold, ..Self::default() } } else { self })
    }
}

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
pub fn text(story: &Story) -> String {
    if story.events.is_empty() {
        return if story.untold { String::new() } else { "Nothing that is recorded bears on it.\n\n".to_owned() };
    }
    let mut out = String::new();
    for event in &story.events {
        let later = if event.counts { "" } else { "  [not yet, for this question]" };
        out.push_str(&format!("{}  block {}{later}\n", event.recorded.time, event.recorded.height));
        let line = format!("{}: {}", event.by, event.what);
        let effect = format!("→ {} (from {})", event.effect, event.effective);
        for text in [line, effect] {
            out.push_str(&format!("{INDENT}{}\n", wrapped(&escape_for_terminal(&text), WIDTH - INDENT.len(), INDENT)));
        }
    }
    out.push('\n');
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
            "status": status_json(event.status.as_ref()),
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
            status: None,
            counts: false,
        };
        let told = text(&Story { events: vec![event.clone()], ..Story::default() });
        assert!(told.contains("block 7  [not yet, for this question]"), "{told}");
        assert!(told.contains("    NZ-mpi: withdrawn\\u{202e} under key 1"), "{told}");
        assert!(told.contains("    → no longer in force (from 2027-01-15)"), "{told}");
        assert_eq!(json(&[event])[0]["counts"], false);
        assert_eq!(text(&Story::default()), "Nothing that is recorded bears on it.\n\n");
        assert_eq!(text(&Story { untold: true, ..Story::default() }), "");
    }
}
