//! `symbolon mra show`: what is in operation, what is not, and whose act is missing.

use super::{Show, arrangement_id};
use crate::Common;
use crate::commands::authority::date;
use crate::failure::{Outcome, exit};
use crate::output;
use crate::profile::Profile;
use crate::registry::entries;
use anyhow::Context as _;
use contracts::context::Known;
use contracts::document::escape_for_terminal;
use contracts::registry::{Amendment, Arrangement, ArrangementAct, ArrangementId, ArrangementsBetween, Recognition, Terms, Unrecognised};
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Runs the command.
///
/// # Errors
/// If there is no such arrangement, or no node's answer checks.
pub fn show(common: &Common, profile: &Profile, args: &Show) -> Outcome {
    let ids = match &args.arrangement {
        Some(text) => vec![arrangement_id(text)?],
        None => all_of_own(profile)?,
    };
    let places: Vec<_> = ids.iter().map(contracts::key::arrangement).collect();
    let entries = entries(profile, places.clone())?;
    let today = date(None)?;
    let mut text = output::head(profile);
    let mut all = Vec::new();
    if ids.is_empty() {
        text.push_str("\nyour member has signed no arrangement; see: symbolon mra sign --help");
    }
    for (id, place) in ids.iter().zip(&places) {
        let entry: Arrangement = entries.read(place)?.with_context(|| format!("{id} is not on this ledger"))?;
        all.push(told(&entry, today, &mut text));
    }
    if common.json {
        output::json_list(profile, json!({ "on": today.to_string(), "arrangements": all }));
    } else {
        output::result(&text);
    }
    Ok(exit::GOOD)
}

/// One arrangement, for people and for programs.
fn told(entry: &Arrangement, today: CalendarDate, text: &mut String) -> Value {
    // The terms in force; before the first are, those that wait for it.
    let terms = entry.terms_on(today, Known::Now).map_or(&entry.terms, |(terms, _)| terms);
    text.push_str(&format!("\n{}  terms {}, notice {} days", entry.id, terms.digest(), terms.notice_days));
    let recognitions: Vec<Value> = recognitions(entry, terms, today, text);
    let first = acts(&entry.acts, text);
    let mut amendments = Vec::new();
    for (number, amendment) in entry.amendments().iter().enumerate() {
        let (state, missing) = state_of(entry, number, amendment, terms, today);
        text.push_str(&format!("\n  amendment {}  terms {}: {state} on {today}", number.saturating_add(1), amendment.terms.digest()));
        // What is in force stands above; what waits is read before it is signed.
        if missing.is_some() {
            text.push_str(&format!("\n    would be in force, notice {} days:", amendment.terms.notice_days));
            amendment.terms.recognitions.iter().for_each(|one| text.push_str(&format!("\n      {}", in_line(one))));
        }
        let acts = acts(&amendment.acts, text);
        amendments.push(json!({
            "number": number.saturating_add(1), "acts": acts, "terms": amendment.terms.digest().to_string(), "in_force": state == "in force",
            "notice_days": amendment.terms.notice_days, "recognitions": amendment.terms.recognitions.iter().map(named).collect::<Vec<_>>(),
            "missing": missing.map(|(party, act)| json!({ "party": party.as_str(), "act": act })),
        }));
    }
    json!({
        "arrangement": entry.id.as_str(), "terms": terms.digest().to_string(), "notice_days": terms.notice_days, "recognitions": recognitions, "acts": first,
        "amendments": amendments,
    })
}

/// Types or roles that terms name; none for any.
pub fn any(words: &[String]) -> String {
    if words.is_empty() { "any".to_owned() } else { escape_for_terminal(&words.join(" ")).into_owned() }
}

/// What a recognition says, without the benefits.
fn said(one: &Recognition) -> String {
    format!(
        "{} recognises {} {} of {} (types {}, roles {}, {})",
        one.recognising,
        one.kind().rules().word(),
        escape_for_terminal(&one.programme),
        one.recognised,
        any(&one.types),
        any(&one.roles),
        one.flow
    )
}

fn benefits(one: &Recognition) -> Vec<String> {
    one.benefits.iter().flatten().map(ToString::to_string).collect()
}

fn in_line(one: &Recognition) -> String {
    let benefits = benefits(one);
    if benefits.is_empty() { said(one) } else { format!("{}, grants {}", said(one), benefits.join(", ")) }
}

fn named(one: &Recognition) -> Value {
    json!({
        "recognising": one.recognising.as_str(), "recognised": one.recognised.as_str(), "kind": one.kind().rules().word(),
        "programme": one.programme, "types": one.types, "roles": one.roles, "flow": one.flow.as_str(), "benefits": benefits(one),
    })
}

fn recognitions(entry: &Arrangement, terms: &Terms, today: CalendarDate, text: &mut String) -> Vec<Value> {
    let mut all = Vec::new();
    let acts = entry.acts.iter().chain(entry.amendments().iter().flat_map(|amendment| &amendment.acts));
    let ahead: BTreeSet<CalendarDate> = acts.map(|act| act.effective).filter(|date| *date > today).collect();
    for one in &terms.recognitions {
        let not_on = |date| entry.operates(one.recognising, one.recognised, one.kind(), date, Known::Now).err();
        let why = not_on(today);
        // What is announced.
        let ends = ahead.iter().find_map(|date| Some((not_on(*date)?, *date)));
        let state = match why {
            None => format!(
                "in operation on {today}{}",
                ends.map_or_else(String::new, |(why, on)| format!(", and not on {on}: {}", in_words(why)))
            ),
            Some(why) => format!("NOT in operation on {today}: {}", in_words(why)),
        };
        let benefits = benefits(one);
        let granted = if benefits.is_empty() { String::new() } else { format!("\n      grants {}", benefits.join(", ")) };
        text.push_str(&format!("\n  {}: {state}{granted}", said(one)));
        let mut entry = named(one);
        entry["in_operation"] = json!(why.is_none());
        entry["why_not"] = json!(why.map(in_words));
        entry["ends"] = json!(ends.filter(|_| why.is_none()).map(|(why, on)| json!({ "on": on.to_string(), "why": in_words(why) })));
        entry["missing"] = json!(why.and_then(party_of).map(|(party, act)| json!({ "party": party.as_str(), "act": act })));
        all.push(entry);
    }
    all
}

/// Whose act is missing, and which.
type Missing = (MemberId, &'static str);

fn party_of(why: Unrecognised) -> Option<Missing> {
    match why {
        Unrecognised::NotSigned(party) => Some((party, "sign")),
        Unrecognised::NotApplied(party) => Some((party, "apply")),
        Unrecognised::Suspended(party, ..) => Some((party, "resume")),
        _ => None,
    }
}

fn in_words(why: Unrecognised) -> String {
    match why {
        Unrecognised::NotSigned(party) => format!("{party} has not signed it"),
        Unrecognised::NotApplied(party) => format!("{party} has not applied it"),
        Unrecognised::Suspended(party, since, _) => format!("{party} suspended its recognition from {since} on"),
        Unrecognised::Terminated(party, since, _) => format!("{party} left from {since} on"),
        _ => "the terms in force do not say so".to_owned(),
    }
}

/// Where an amendment stands, and whose act it waits for.
fn state_of(entry: &Arrangement, number: usize, amendment: &Amendment, terms: &Terms, today: CalendarDate) -> (String, Option<Missing>) {
    if entry.is_overtaken(amendment) {
        return ("other terms were agreed first".to_owned(), None);
    }
    match entry.amendment_on(number, today, Known::Now) {
        Ok(_) if amendment.terms == *terms => ("in force".to_owned(), None),
        Ok(_) => ("amended again".to_owned(), None),
        Err(why) => match party_of(why) {
            Some((party, act)) => (format!("waits for {party} to {act} it"), Some((party, act))),
            None => ("a party left before it applied it; sign a new amendment".to_owned(), None),
        },
    }
}

fn acts(acts: &[ArrangementAct], text: &mut String) -> Vec<Value> {
    for act in acts {
        text.push_str(&format!(
            "\n  {}  {} by {} from {} on, block {}",
            act.recorded.time, act.verb, act.by, act.effective, act.recorded.height
        ));
    }
    let one = |act: &ArrangementAct| json!({ "verb": act.verb.as_str(), "by": act.by.as_str(), "effective": act.effective.to_string(), "height": act.recorded.height.get() });
    acts.iter().map(one).collect()
}

/// All arrangements by which the own member recognises others or is recognised.
fn all_of_own(profile: &Profile) -> anyhow::Result<Vec<ArrangementId>> {
    let own = profile.member()?;
    let others = profile.founding.members().iter().map(|member| member.id).filter(|id| *id != own);
    let keys: Vec<_> = others
        .flat_map(|other| [contracts::key::arrangements_between(own, other), contracts::key::arrangements_between(other, own)])
        .collect();
    let entries = entries(profile, keys.clone())?;
    let mut ids = BTreeSet::new();
    for key in &keys {
        let between: Option<ArrangementsBetween> = entries.read(key)?;
        ids.extend(between.unwrap_or_default().as_slice().iter().cloned());
    }
    Ok(ids.into_iter().collect())
}
