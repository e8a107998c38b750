//! `symbolon history`: what was done to a certificate, each act with its date and the block that recorded it.

use crate::Common;
use crate::commands::office::all_of;
use crate::commands::verify::{numbers_for_own, status_json};
use crate::failure::{Outcome, exit};
use crate::output;
use crate::partners;
use crate::profile::Profile;
use crate::record::{Found, Which, find};
use crate::registry::{entries, entry};
use contracts::context::{Known, Recorded};
use contracts::destination::{Destination, DestinationAct, Dossier};
use contracts::document::{CodedStatus, escape_for_terminal};
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::registry::Signed;
use contracts::standing::{Link, Standing, Verb};
use contracts::verdict::{part_in_words, with_number};
use ledger::id::{AuthorityId, CertificateNumber};
use ledger::lookup::RecordKey;
use ledger::time::CalendarDate;
use serde_json::{Map, Value, json};

/// Of which.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon history CL-2026-0018834.symbolon\n  symbolon history CL-2026-0018834 --from CL",
    after_help = "First the issuer's acts, then what offices recorded (presentation, decisions,\nquestions), the issuer's answers, and holds and uses of each line. What these\nmean for a country and a date: symbolon explain. Amounts: symbolon uses FILE."
)]
pub struct History {
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
///
/// # Errors
/// If the record is not found, or no node's answer checks.
pub fn run(common: &Common, args: &History) -> Outcome {
    let profile = common.open()?;
    let found = find(&profile, &args.which, None)?;
    partners::is_told(&profile, &found)?;
    let others = by_others(&profile, &found)?;
    let predecessor = predecessor(&profile, &found.standing)?;
    let successor = numbers_for_own(&profile, &found.key, &found.standing).map(|numbers| numbers.successor);
    if common.json {
        let mut json = json_of(&found.standing, &found.key);
        if let Some(object) = json.as_object_mut() {
            object.insert("predecessor_number".into(), json!(predecessor.as_ref().map(|(_, number)| number.as_str())));
            object.insert("successor_number".into(), json!(successor.as_ref().map(CertificateNumber::as_str)));
            object.insert("others".into(), others.iter().map(Other::json).collect());
        }
        output::json_list(&profile, json);
    } else {
        let mut text = text_of(&found.standing, &found.name, &output::head(&profile));
        let named =
            predecessor.iter().map(|(record, number)| (record, number)).chain(found.standing.successor.as_ref().zip(successor.as_ref()));
        for (record, number) in named {
            text = with_number(&text, record, number);
        }
        if !others.is_empty() {
            text.push_str("\n  by others, and the issuer's answers:");
        }
        others.iter().for_each(|other| text.push_str(&format!("\n  {}", other.text())));
        output::result(&text);
    }
    Ok(exit::GOOD)
}

/// What the certificate replaces, if the own member may read its number.
fn predecessor(profile: &Profile, standing: &Standing) -> anyhow::Result<Option<(RecordKey, CertificateNumber)>> {
    let Some(record) = standing.predecessor.as_ref().and_then(Link::record) else { return Ok(None) };
    let replaced: Option<Standing> = entry(profile, key::standing(record))?;
    let numbers = replaced.and_then(|replaced| numbers_for_own(profile, record, &replaced));
    Ok(numbers.map(|numbers| (*record, numbers.replaced)))
}

/// What somebody recorded about a certificate that is no act on its standing.
struct Other {
    recorded: Recorded,
    by: AuthorityId,
    verb: &'static str,
    /// The status that it gives the consignment there.
    status: Option<CodedStatus>,
    /// The date that it bears; a hold or a use bears none.
    date: Option<CalendarDate>,
    /// What belongs to it.
    details: Vec<String>,
    /// The same, for programs.
    fields: Map<String, Value>,
}

/// Of what an act is: `lines` of the certificate, or null for all; `goods`, null for whatever declaration.
fn fields(lines: Option<&[u32]>, goods: Option<&str>) -> Map<String, Value> {
    [("lines".to_owned(), json!(lines)), ("goods".to_owned(), json!(goods))].into_iter().collect()
}

impl Other {
    fn of_destination(act: &DestinationAct, kind: RecordKind) -> Self {
        let lines = |lines: &Vec<u32>| format!("lines {}", lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", "));
        let confirmed = |confirmed| if confirmed { "confirmed" } else { "not confirmed" }.to_owned();
        let goods =
            act.declared().map(|declared| if declared.whole.is_some() { "one goods item of a declaration" } else { "one declaration" });
        let mut fields = fields(act.lines.as_deref(), goods);
        fields.insert("confirmed".into(), json!(act.confirmed));
        fields.insert("deadline".into(), json!(act.deadline.map(|deadline| deadline.to_string())));
        fields.insert("reason".into(), json!(act.reason));
        let details = [
            act.confirmed.map(confirmed),
            goods.map(|goods| format!("for {goods}")),
            act.lines.as_ref().map(lines),
            act.deadline.map(|deadline| format!("an answer is due by {deadline}")),
            act.reason.map(|reason| format!("reason {reason}")),
        ];
        let details = details.into_iter().flatten().collect();
        let status = kind.rules().status_there(act.verb);
        Self { recorded: act.recorded, by: act.by.clone(), verb: act.verb.as_str(), status, date: Some(act.date), details, fields }
    }

    fn text(&self) -> String {
        let date = self.date.map_or_else(String::new, |date| format!(" dated {date}"));
        let details: String = self.details.iter().map(|detail| format!(", {detail}")).collect();
        let status = in_words(self.status.as_ref());
        format!("{}  {}{status} by {}{date}, block {}{details}", self.recorded.time, self.verb, self.by, self.recorded.height)
    }

    fn json(&self) -> Value {
        let mut told = json!({
            "verb": self.verb, "status": status_json(self.status.as_ref()), "by": self.by.as_str(), "date": self.date.map(|date| date.to_string()), "height": self.recorded.height.get(),
            "time": self.recorded.time.to_string(), "details": self.details,
        });
        if let Some(object) = told.as_object_mut() {
            object.extend(self.fields.clone());
        }
        told
    }
}

/// What offices of importing sides recorded, the answers to them, and what was held and used, in the order of recording.
fn by_others(profile: &Profile, found: &Found) -> anyhow::Result<Vec<Other>> {
    let pool = found.standing.pool.unwrap_or(found.key);
    let (own, shared) = (key::dossier(&found.key), key::dossier(&pool));
    let dossiers = entries(profile, if own == shared { vec![own] } else { vec![own, shared] })?;
    let members = dossiers.read::<Dossier>(&own)?.unwrap_or_default().members;
    let places: Vec<_> = members.iter().map(|member| key::destination(&found.key, *member)).collect();
    let destinations = entries(profile, places.clone())?;
    let mut others = Vec::new();
    for place in &places {
        let destination: Destination = destinations.read(place)?.unwrap_or_default();
        others.extend(destination.as_slice().iter().map(|act| Other::of_destination(act, found.standing.kind)));
    }
    let of_pool: Dossier = dossiers.read(&shared)?.unwrap_or_default();
    for line in &found.standing.lines {
        for (_, of) in all_of(profile, &pool, line.number, of_pool.line(line.number).uses)? {
            others.extend(of.acts.iter().map(|act| Other {
                recorded: act.recorded,
                by: act.by.clone(),
                verb: act.verb.as_str(),
                status: None,
                date: None,
                details: core::iter::once(format!("line {}", line.number)).chain(part_in_words(act.amount, line.certified)).collect(),
                fields: fields(Some(&[line.number]), None),
            }));
        }
    }
    others.sort_by_key(|other| other.recorded);
    Ok(others)
}

fn link(link: &Link) -> String {
    match link {
        Link::Record(record) => format!("record {record}"),
        Link::NotOnThisLedger => "one that is not on this ledger".to_owned(),
    }
}

/// The status that an act gives, in its code list; `None` if it gives none.
fn status_json_of(kind: RecordKind, verb: Verb) -> Option<Value> {
    kind.rules().status_after(verb).map(|status| status_json(Some(&status)))
}

fn in_words(status: Option<&CodedStatus>) -> String {
    status.map_or_else(String::new, |status| format!(" ({} of {})", status.code, status.list))
}

/// The keys of those who signed before the official who completed it.
fn signed_before(signed: Signed<'_>) -> Vec<u32> {
    signed.each().filter(|one| *one != signed.last).map(|one| one.key.get()).collect()
}

/// A standing with all that was done, for programs.
pub fn json_of(standing: &Standing, record: &RecordKey) -> Value {
    let acts: Vec<_> = standing
        .acts
        .iter()
        .map(|act| {
            json!({
                "verb": act.verb.as_str(), "status": status_json(standing.kind.rules().status_after(act.verb).as_ref()),
                "effective": act.effective.to_string(), "height": act.recorded.height.get(),
                "time": act.recorded.time.to_string(), "reason": act.reason, "key": act.key.get(),
                "signed_before": signed_before(act.signed()), "until": act.until.map(|until| until.to_string()),
                "document_sha256": act.version.map(|version| version.document_digest.to_string()),
            })
        })
        .collect();
    // Of a draft that is not issued no issue is told.
    let issued = (!standing.is_draft_then(Known::Now)).then_some(standing.issued);
    let drafted = standing.drafted.map(|drafted| drafted.recorded);
    json!({
        "record": record.to_string(), "kind": standing.kind.as_str(),
        "authority": standing.authority.as_str(), "class": standing.class, "issue_date": standing.issue_date.to_string(),
        "document_sha256": standing.document_digest.to_string(), "issued_height": issued.map(|issued| issued.height.get()),
        "issued_time": issued.map(|issued| issued.time.to_string()),
        "issued_status": issued.and_then(|_| status_json_of(standing.kind, Verb::Issue)), "key": standing.key.get(),
        "signed_before": signed_before(standing.signed()), "acts": acts,
        "drafted_height": drafted.map(|drafted| drafted.height.get()), "drafted_time": drafted.map(|drafted| drafted.time.to_string()),
        "predecessor": standing.predecessor.as_ref().map(link), "successor": standing.successor.map(|record| record.to_string()),
    })
}

/// A standing with all that was done, for people; the environment stands below the first line, in `head`.
pub fn text_of(standing: &Standing, name: &str, head: &str) -> String {
    let mut text = format!(
        "{} {} of {}, dated {}\n{head}\n  {}",
        standing.kind,
        escape_for_terminal(name),
        standing.authority,
        standing.issue_date,
        first_line(standing)
    );
    if let Some(predecessor) = &standing.predecessor {
        text.push_str(&format!(",\n    in the place of {}", link(predecessor)));
    }
    for act in &standing.acts {
        if act.verb == Verb::Issue {
            let status = issued_status(standing);
            text.push_str(&format!("\n  {}  issued{status} by {}, block {}", act.recorded.time, act.signed(), act.recorded.height));
            continue;
        }
        let reason = act.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
        let status = in_words(standing.kind.rules().status_after(act.verb).as_ref());
        let until = act.until.map_or_else(String::new, |until| format!(", until {until}"));
        let form = act.version.map_or_else(String::new, |version| format!("\n      document SHA-256 {}", version.document_digest));
        text.push_str(&format!(
            "\n  {}  {}{status} from {} on by {}, block {}{reason}{until}{form}",
            act.recorded.time,
            act.verb.participle(),
            act.effective,
            act.signed(),
            act.recorded.height
        ));
    }
    if let Some(successor) = &standing.successor {
        text.push_str(&format!("\n  replaced by record {successor}"));
    }
    text
}

/// How the record began: as a draft, of which an issue keeps the block and not the key, or with its issue.
fn issued_status(standing: &Standing) -> String {
    in_words(standing.kind.rules().status_after(Verb::Issue).as_ref())
}

fn first_line(standing: &Standing) -> String {
    let by = standing.signed();
    let (what, recorded) = match standing.drafted {
        Some(drafted) if standing.is_draft_then(Known::Now) => (format!("drafted by {by}"), drafted.recorded),
        Some(drafted) => ("drafted".to_owned(), drafted.recorded),
        None => (format!("issued{} by {by}", issued_status(standing)), standing.issued),
    };
    format!("{}  {what}, block {}", recorded.time, recorded.height)
}
