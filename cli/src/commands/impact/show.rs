//! The list for people and for programs.

use super::files::OwnFiles;
use super::list::{Asked, List, Listed};
use super::sources::{Pointer, Sources};
use super::{Newness, short};
use crate::output::{Mark, head, marked, wrapped};
use crate::profile::Profile;
use contracts::context::Known;
use contracts::destination::OfficeVerb;
use contracts::document::escape_for_terminal;
use contracts::impact::{ActOf, Place, Target, Told, UseOf};
use contracts::standing::{Life, Standing, Verb};
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How wide a line of talk is.
const WIDTH: usize = 100;
/// How many records a line names before it says how many more there are; JSON names all.
const NAMED_MAX: usize = 8;

/// The list, and what led to it.
pub struct Answered<'a> {
    pub profile: &'a Profile,
    pub asked: &'a Asked,
    pub list: &'a List,
    pub told: &'a BTreeMap<MemberId, Told>,
    /// The destinations by the asker's files that no member stands for.
    pub not_members: &'a BTreeMap<CountryCode, BTreeSet<RecordKey>>,
    pub sources: &'a Sources,
    pub own: &'a OwnFiles,
    pub newness: &'a Newness,
    /// The keys that the target, a root key, may have named for a thief.
    pub named_since: &'a [KeyNumber],
}

/// Who left out what, of the lines that are proven.
pub fn left_out<'a>(sources: &'a Sources, list: &List) -> Vec<(&'a str, BTreeSet<Pointer>)> {
    let answering = sources.nodes.iter().filter(|source| source.failed.is_none());
    let missing = answering.map(|source| (source.name(), list.shown.difference(&source.pointers).copied().collect::<BTreeSet<_>>()));
    missing.filter(|(_, missing)| !missing.is_empty()).collect()
}

impl Answered<'_> {
    /// A record's number, where a file of the asker's tells; else its record key, cut short.
    fn name(&self, record: &RecordKey) -> String {
        let listed = self.list.records.get(record);
        let file = listed.and_then(|listed| self.own.of(record, &listed.facts.standing));
        file.map_or_else(|| format!("record {}…", short(record)), |file| escape_for_terminal(&file.number).into_owned())
    }

    fn names(&self, records: &BTreeSet<RecordKey>) -> String {
        let shown: Vec<String> = records.iter().take(NAMED_MAX).map(|record| self.name(record)).collect();
        let more = records.len().saturating_sub(NAMED_MAX);
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    }

    /// The members that find a record of these by a later share, which has a locator and no name.
    fn finding(&self) -> Vec<String> {
        let concerned = self.list.records.values().filter(|listed| listed.is_concerned());
        let shared = concerned.map(|listed| (listed, shares(listed))).filter(|(_, count)| *count > 0);
        shared.map(|(listed, count)| found_by(count, &self.name(&listed.facts.key), &listed.facts.standing.authority)).collect()
    }

    fn title(&self) -> String {
        let (what, revoked) = match &self.asked.target {
            Target::Key(authority, number) => (format!("key {number} of {authority}"), true),
            Target::Authority(authority) => (authority.to_string(), true),
            Target::Certificate(record) => (self.name(record), false),
        };
        let how = match (self.asked.revoked, self.asked.supposed) {
            (Some(revoked), false) => format!(", revoked as of {} (block {})", revoked.as_of, revoked.recorded.height),
            (Some(revoked), true) => format!(", as if revoked as of {}", revoked.as_of),
            (None, _) if revoked => ", not revoked".to_owned(),
            (None, _) => String::new(),
        };
        format!("What rests on {what}{how}")
    }

    /// The sections of the list: a heading, a mark, and the records.
    fn sections(&self) -> Vec<(String, Mark, Vec<&Listed>)> {
        // Where the target itself is not revoked, its keys may be, each as of a time of its own.
        let then = if self.asked.revoked.is_some() { "at that time or later" } else { "under a key in doubt" };
        let own = |place: fn(Option<Place>) -> bool| -> Vec<&Listed> {
            self.list.records.values().filter(|listed| listed.is_own() && place(listed.place())).collect()
        };
        let in_doubt = own(|place| place == Some(Place::InDoubt));
        let (forms, in_doubt): (Vec<&Listed>, Vec<&Listed>) = in_doubt.into_iter().partition(|listed| listed.stands_without());
        let asked = own(|place| place.is_none());
        let is_good = asked.iter().all(|listed| listed.facts.standing.life() == Life::InForce && listed.is_relied_on());
        let resting: Vec<&Listed> = self.list.records.values().filter(|listed| !listed.is_own()).collect();
        vec![
            (
                match self.asked.revoked {
                    Some(_) => format!("In doubt: recorded {then}, or under a key revoked so. No ground for new use; what was used stands"),
                    None => format!("In doubt: recorded {then}. No ground for new use; what was used stands"),
                },
                Mark::Bad,
                in_doubt,
            ),
            (
                format!("Stands without them: a correction, a certified copy or a reassessment {then} is in doubt, nothing else of it"),
                Mark::Unknown,
                forms,
            ),
            (
                format!("Confirmed to others {then}: that does not count. Answer them anew under another key (symbolon answer)"),
                Mark::Bad,
                own(|place| place == Some(Place::Unanswered)),
            ),
            (
                format!("Confirmed to others {then}, and answered anew since"),
                Mark::Good,
                own(|place| matches!(place, Some(Place::Answered(_)))),
            ),
            (
                format!("Reaffirmed: recorded {then}, and the authority stood by it since"),
                Mark::Good,
                own(|place| matches!(place, Some(Place::Reaffirmed(_)))),
            ),
            (
                format!("Recorded {then}, and it counts all the same: it gives no right"),
                Mark::Unknown,
                own(|place| place == Some(Place::Counts)),
            ),
            (
                format!("Done {then} by an office: it stands until who did it corrects it"),
                Mark::Unknown,
                own(|place| place == Some(Place::Later)),
            ),
            ("Recorded before: stands".to_owned(), Mark::Good, own(|place| place == Some(Place::Before))),
            ("Recorded under it".to_owned(), Mark::Good, own(|place| place == Some(Place::NotRevoked))),
            ("The certificate".to_owned(), if is_good { Mark::Good } else { Mark::Unknown }, asked),
            ("Rests on these".to_owned(), Mark::Unknown, resting),
        ]
        .into_iter()
        .filter(|(_, _, records)| !records.is_empty())
        .collect()
    }

    fn counts(&self) -> String {
        let all = self.list.records.len();
        let resting = self.list.records.values().filter(|listed| !listed.rests_on.is_empty()).count();
        let used = self.list.records.values().filter(|listed| !others(self.asked, listed).is_empty()).count();
        format!("{} in all, of which {resting} rest on others; {used} used or decided on by others", several(all, "record"))
    }

    /// How far it is sure that nothing is left out.
    fn completeness(&self) -> (Mark, String) {
        let answering: Vec<&str> = self.sources.nodes.iter().filter(|source| source.failed.is_none()).map(|source| source.name()).collect();
        if let Some(blocks) = &self.sources.blocks {
            let text = format!(
                "nothing is left out: every block from {} to {} was read here, each named by the one after it, up to the signed header",
                blocks.from, blocks.until
            );
            return (Mark::Good, text);
        }
        if !left_out(self.sources, self.list).is_empty() {
            return (Mark::Bad, "nodes differ, and all that any of them names is listed; --every-block proves what there is".to_owned());
        }
        match answering.as_slice() {
            [one] => {
                let text = format!(
                    "which records there are, {one} alone says: each line is proven, and so are all uses of each record, but a node could \
                     leave a record out. Ask a second node with --also, or read every block with --every-block"
                );
                (Mark::Unknown, text)
            }
            several => {
                (Mark::Good, format!("{} nodes name the same records; --every-block proves that there are no others", several.len()))
            }
        }
    }

    /// What a root key named for a thief rests on that other key.
    fn named_since(&self) -> Option<String> {
        let authority = self.asked.target.authority().filter(|_| !self.named_since.is_empty())?;
        let shown = self.named_since.iter().take(NAMED_MAX).map(|number| format!("{authority}/{number}"));
        let more = self.named_since.len().saturating_sub(NAMED_MAX);
        let and_more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let how = if self.asked.supposed { "would be revoked with it" } else { "were revoked with it" };
        let shown = shown.collect::<Vec<_>>().join(", ");
        Some(format!("keys that were named since {how}, and what rests on them is not in this list: ask for {shown}{and_more}"))
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = self.newness.remarks.clone();
        remarks.extend(self.named_since());
        remarks.extend(self.newness.why_not.iter().map(|why| format!("nothing confirms that this is the newest state: {why}")));
        for source in &self.sources.nodes {
            remarks.extend(source.failed.iter().map(|why| format!("node {} names nothing: {why}", source.name())));
        }
        let left_out = left_out(self.sources, self.list);
        for (node, missing) in &left_out {
            let records: BTreeSet<RecordKey> = missing.iter().map(|pointer| pointer.record).collect();
            let all = self.list.shown.len();
            remarks.push(format!("node {node} left out {} of {all} lines: {}", missing.len(), self.names(&records)));
        }
        if self.list.not_shown > 0 && self.sources.blocks.is_none() {
            remarks.push(format!(
                "{} pointed to that the state does not show: refused, waiting for another official's signature, or made up",
                several(self.list.not_shown, "act")
            ));
        }
        if self.list.untold > 0 {
            let untold = several(self.list.untold, "record");
            remarks.push(format!("{untold} recognised by arrangement left out: {}", crate::partners::TOLD_TO));
        }
        if self.list.is_deeper {
            let most = contracts::impact::DEPTH_MAX;
            remarks.push(format!("more rests on the records {most} deep; ask about one of those"));
        }
        for listed in self.list.records.values().filter(|listed| listed.facts.uses_unread > 0) {
            remarks.push(format!(
                "{} has {} more; symbolon uses lists them",
                self.name(&listed.facts.key),
                several(listed.facts.uses_unread, "use")
            ));
        }
        remarks.extend(self.own.remarks.iter().cloned());
        remarks
    }
}

/// The acts of others on a record: all but the target's own.
fn others(asked: &Asked, listed: &Listed) -> Vec<UseOf> {
    listed.facts.others_acts().into_iter().filter(|done| !asked.target.signed(&done.by, done.key)).collect()
}

fn several(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// With how many further members a record was shared.
fn shares(listed: &Listed) -> usize {
    listed.facts.standing.acts.iter().filter(|act| act.verb == Verb::Share).count()
}

fn found_by(count: usize, name: &str, issuer: &AuthorityId) -> String {
    let find = if count == 1 { "finds" } else { "find" };
    format!("{} {find} {name} by its number: which, the ledger does not say; ask {issuer}", several(count, "further member"))
}

/// The list for people.
pub fn text(answer: &Answered<'_>, colour: bool) -> String {
    let mut out = format!("{}\n{}\n{}", answer.title(), head(answer.profile), answer.counts());
    for (heading, mark, records) in answer.sections() {
        out.push_str(&format!("\n\n{}", marked(mark, &heading, colour)));
        for listed in records {
            out.push_str(&format!("\n{}", record_text(answer, listed)));
        }
    }
    let finding = answer.finding();
    if !answer.told.is_empty() || !answer.not_members.is_empty() || !finding.is_empty() {
        out.push_str("\n\nWhom to tell");
        for (member, told) in answer.told {
            out.push_str(&format!("\n{}", told_text(answer, *member, told)));
        }
        for (country, records) in answer.not_members {
            let (count, names) = (several(records.len(), "record"), answer.names(records));
            out.push_str(&format!("\n  {country}  {count}: {names}\n      destination or transit by your files, and not on the network: to be told by other means"));
        }
        for line in finding {
            out.push_str(&format!("\n  {}", wrapped(&line, WIDTH, "      ")));
        }
    }
    let (mark, sure) = answer.completeness();
    out.push_str(&format!("\n\n{}", marked(mark, &wrapped(&sure, WIDTH, "  "), colour)));
    for remark in answer.remarks() {
        out.push_str(&format!("\n  {}", wrapped(&remark, WIDTH, "    ")));
    }
    out
}

fn record_text(answer: &Answered<'_>, listed: &Listed) -> String {
    let standing = &listed.facts.standing;
    let class = standing.class.as_deref().map_or_else(String::new, |class| format!(" {}", escape_for_terminal(class)));
    let mut out = format!(
        "  {}  {}{class} by {}, dated {}{}",
        answer.name(&listed.facts.key),
        standing.kind,
        standing.authority,
        standing.issue_date,
        life(standing).map_or_else(String::new, |life| format!(", {life}"))
    );
    if listed.place().is_none() && !listed.is_relied_on() {
        out.push_str(", in doubt: verify says why");
    }
    for act in &listed.acts {
        out.push_str(&format!(
            "\n      {} under key {}, block {} of {}{}",
            act.verb,
            act.key,
            act.recorded.height,
            act.recorded.time,
            stood_by(act)
        ));
    }
    if !listed.rests_on.is_empty() {
        out.push_str(&format!("\n      rests on {}", answer.names(&listed.rests_on)));
    }
    for (by, acts) in by_office(others(answer.asked, listed)) {
        let last = acts.iter().map(|done| done.recorded).max().map_or_else(String::new, |last| format!(", last in block {}", last.height));
        out.push_str(&format!("\n      {by}: {}{last}", done_text(answer, &acts)));
    }
    out
}

/// What became of a record, where it is not simply in force.
fn life(standing: &Standing) -> Option<&'static str> {
    match standing.life() {
        Life::InForce => None,
        Life::Draft => Some("a draft"),
        Life::Suspended => Some("suspended"),
        Life::Replaced => Some("replaced"),
        Life::Ended(verb) => Some(verb.participle()),
    }
}

fn stood_by(act: &ActOf) -> String {
    let to = act.to.map_or_else(String::new, |to| format!(", to {to}"));
    let completed = act.completed.map_or_else(String::new, |by| format!("; completed under another key in block {}", by.height));
    let place = match act.place {
        Place::Reaffirmed(by) => format!("; reaffirmed in block {}", by.height),
        Place::Counts => "; later, and it counts".to_owned(),
        Place::Later => "; later".to_owned(),
        Place::Unanswered => "; it does not count: to be answered anew".to_owned(),
        Place::Answered(by) => format!("; answered anew in block {}", by.height),
        _ => String::new(),
    };
    to + &completed + &place
}

fn by_office(all: Vec<UseOf>) -> BTreeMap<AuthorityId, Vec<UseOf>> {
    let mut by: BTreeMap<AuthorityId, Vec<UseOf>> = BTreeMap::new();
    for done in all {
        by.entry(done.by.clone()).or_default().push(done);
    }
    by
}

/// What one office did, each verb once with how often.
fn done_text(answer: &Answered<'_>, acts: &[UseOf]) -> String {
    let mut times: Vec<(String, usize)> = Vec::new();
    for done in acts {
        let what = match &done.drawn_for {
            Some(record) if done.verb == OfficeVerb::Consume => format!("draw for {}", answer.name(record)),
            Some(record) => format!("draw for {} given back", answer.name(record)),
            None => done.verb.as_str().to_owned(),
        };
        match times.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += 1,
            None => times.push((what, 1)),
        }
    }
    times.into_iter().map(|(what, count)| if count == 1 { what } else { format!("{what} ×{count}") }).collect::<Vec<_>>().join(", ")
}

fn told_text(answer: &Answered<'_>, member: MemberId, told: &Told) -> String {
    let all = told.records();
    let mut out = format!("  {member}  {}: {}", several(all.len(), "record"), answer.names(&all));
    for (office, records) in &told.used {
        out.push_str(&format!("\n      {office} acted on {}", records.len()));
    }
    for (authority, records) in &told.issued {
        out.push_str(&format!("\n      {authority} issued {}", records.len()));
    }
    if !told.reads.is_empty() {
        out.push_str(&format!("\n      destination or transit of {} by your files", told.reads.len()));
    }
    out
}

/// The list for programs.
pub fn json(answer: &Answered<'_>) -> Value {
    let Answered { asked, list, sources, .. } = answer;
    let target = match &asked.target {
        Target::Key(authority, number) => json!({ "authority": authority.as_str(), "key": number.get() }),
        Target::Authority(authority) => json!({ "authority": authority.as_str() }),
        Target::Certificate(record) => json!({ "record": record.to_string() }),
    };
    let revoked = asked.revoked.map(|revoked| {
        json!({
            "as_of": revoked.as_of.to_string(), "supposed": asked.supposed,
            "height": revoked.recorded.height.get(), "time": revoked.recorded.time.to_string(),
        })
    });
    let left_out = left_out(sources, list);
    let nodes: Vec<Value> = sources
        .nodes
        .iter()
        .map(|source| {
            let missing = left_out.iter().find(|(node, _)| *node == source.name()).map(|(_, missing)| missing);
            let missing: Vec<Value> = missing
                .into_iter()
                .flatten()
                .map(|pointer| {
                    json!({
                        "record": pointer.record.to_string(), "height": pointer.height.get(),
                        "names": pointer.names.map(|record| record.to_string()),
                    })
                })
                .collect();
            json!({ "node": source.name(), "failed": source.failed, "lines": source.pointers.len(), "left_out": missing })
        })
        .collect();
    let answering = sources.nodes.iter().filter(|source| source.failed.is_none()).count();
    let complete = match (&sources.blocks, left_out.is_empty(), answering) {
        (Some(_), ..) => "every-block-read",
        (None, false, _) => "nodes-differ",
        (None, true, 1) => "one-node-says",
        (None, true, _) => "nodes-agree",
    };
    json!({
        "target": target,
        "revoked": revoked,
        "keys_named_since": answer.named_since.iter().map(|number| number.get()).collect::<Vec<_>>(),
        "newest": answer.newness.why_not.is_none(),
        "complete": complete,
        "nodes": nodes,
        "records": list.records.values().map(|listed| record_json(answer, listed)).collect::<Vec<_>>(),
        "tell": answer.told.iter().map(|(member, told)| told_json(*member, told)).collect::<Vec<_>>(),
        "tell_not_on_network": answer.not_members.iter().map(|(country, records)| {
            json!({ "country": country.as_str(), "records": records.iter().map(ToString::to_string).collect::<Vec<_>>() })
        }).collect::<Vec<_>>(),
        "remarks": answer.remarks(),
    })
}

fn record_json(answer: &Answered<'_>, listed: &Listed) -> Value {
    let standing = &listed.facts.standing;
    // Of a draft that is not issued no issue is told.
    let issued = (!standing.is_draft_then(Known::Now)).then_some(standing.issued);
    let drafted = standing.drafted.map(|drafted| drafted.recorded);
    let file = answer.own.of(&listed.facts.key, standing);
    let act = |act: &ActOf| {
        json!({
            "act": act.verb, "key": act.key.get(), "height": act.recorded.height.get(), "time": act.recorded.time.to_string(),
            "to": act.to.map(|to| to.to_string()),
            "completed_height": act.completed.map(|by| by.height.get()), "place": act.place.as_str(),
            "reaffirmed_height": match act.place { Place::Reaffirmed(by) => Some(by.height.get()), _ => None },
        })
    };
    let used = |done: UseOf| {
        json!({
            "act": done.verb.as_str(), "by": done.by.as_str(), "key": done.key.get(), "height": done.recorded.height.get(),
            "time": done.recorded.time.to_string(), "line": done.line, "drawn_for": done.drawn_for.map(|record| record.to_string()),
        })
    };
    json!({
        "record": listed.facts.key.to_string(),
        "number": file.map(|file| file.number.clone()),
        "kind": standing.kind.as_str(),
        "class": standing.class,
        "authority": standing.authority.as_str(),
        "country": standing.country.as_str(),
        "issue_date": standing.issue_date.to_string(),
        "issued_height": issued.map(|issued| issued.height.get()),
        "issued_time": issued.map(|issued| issued.time.to_string()),
        "drafted_height": drafted.map(|drafted| drafted.height.get()),
        "drafted_time": drafted.map(|drafted| drafted.time.to_string()),
        "depth": listed.depth,
        "place": listed.place().map(Place::as_str),
        "stands_without": (listed.place() == Some(Place::InDoubt)).then(|| listed.stands_without()),
        "life": life(standing),
        "acts": listed.acts.iter().map(act).collect::<Vec<_>>(),
        "rests_on": listed.rests_on.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "used": others(answer.asked, listed).into_iter().map(used).collect::<Vec<_>>(),
        "uses_not_read": listed.facts.uses_unread,
        "shares": shares(listed),
    })
}

fn told_json(member: MemberId, told: &Told) -> Value {
    let of = |all: &BTreeMap<AuthorityId, BTreeSet<RecordKey>>| -> Vec<Value> {
        all.iter()
            .map(
                |(id, records)| json!({ "authority": id.as_str(), "records": records.iter().map(ToString::to_string).collect::<Vec<_>>() }),
            )
            .collect()
    };
    json!({
        "member": member.as_str(),
        "records": told.records().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "acted": of(&told.used),
        "issued": of(&told.issued),
        "reads": told.reads.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_the_ledger_does_not_name_the_issuer_is_asked_for() {
        let issuer = AuthorityId::parse("CL-subrei").unwrap();
        let why = "by its number: which, the ledger does not say; ask CL-subrei";
        assert_eq!(found_by(1, "CL-1", &issuer), format!("1 further member finds CL-1 {why}"));
        assert_eq!(found_by(2, "CL-1", &issuer), format!("2 further members find CL-1 {why}"));
    }
}
