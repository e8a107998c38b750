//! `symbolon history`: what was done to a certificate, each act with its date and the block that recorded it.

use crate::Common;
use crate::failure::{Outcome, exit};
use crate::output::{self, banner};
use crate::record::{Which, find};
use contracts::context::Known;
use contracts::document::escape_for_terminal;
use contracts::registry::Signed;
use contracts::standing::{Link, Standing, Verb};
use ledger::lookup::RecordKey;
use serde_json::{Value, json};

/// Of which.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon history CL-2026-0018834.symbolon\n  symbolon history CL-2026-0018834 --from CL")]
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
    if common.json {
        let mut json = json_of(&found.standing, &found.key);
        if let Some(object) = json.as_object_mut() {
            object.insert("environment".into(), profile.founding.environment().as_str().into());
        }
        output::json(json);
    } else {
        output::result(&text_of(&found.standing, &found.name, &banner(profile.founding.environment(), profile.founding.name())));
    }
    Ok(exit::GOOD)
}

fn link(link: &Link) -> String {
    match link {
        Link::Record(record) => format!("record {record}"),
        Link::NotOnThisLedger => "one that is not on this ledger".to_owned(),
    }
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
                "verb": act.verb.as_str(), "effective": act.effective.to_string(), "height": act.recorded.height.get(),
                "time": act.recorded.time.to_string(), "reason": act.reason, "key": act.key.get(),
                "signed_before": signed_before(act.signed()),
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
        "issued_time": issued.map(|issued| issued.time.to_string()), "key": standing.key.get(),
        "signed_before": signed_before(standing.signed()), "acts": acts,
        "drafted_height": drafted.map(|drafted| drafted.height.get()), "drafted_time": drafted.map(|drafted| drafted.time.to_string()),
        "predecessor": standing.predecessor.as_ref().map(link), "successor": standing.successor.map(|record| record.to_string()),
    })
}

/// A standing with all that was done, for people; the environment is the second line.
pub fn text_of(standing: &Standing, name: &str, banner: &str) -> String {
    let mut text = format!(
        "{} {} of {}, dated {}\n{banner}\n  {}",
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
            text.push_str(&format!("\n  {}  issued by {}, block {}", act.recorded.time, act.signed(), act.recorded.height));
            continue;
        }
        let reason = act.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
        text.push_str(&format!(
            "\n  {}  {} from {} on by {}, block {}{reason}",
            act.recorded.time,
            act.verb.participle(),
            act.effective,
            act.signed(),
            act.recorded.height
        ));
    }
    if let Some(successor) = &standing.successor {
        text.push_str(&format!("\n  its successor lies at record {successor}"));
    }
    text
}

/// How the record began: as a draft, of which an issue keeps the block and not the key, or with its issue.
fn first_line(standing: &Standing) -> String {
    let by = format!("by {}, ", standing.signed());
    let (what, by, recorded) = match standing.drafted {
        Some(drafted) if standing.is_draft_then(Known::Now) => ("drafted ", by.as_str(), drafted.recorded),
        Some(drafted) => ("drafted, ", "", drafted.recorded),
        None => ("issued ", by.as_str(), standing.issued),
    };
    format!("{}  {what}{by}block {}", recorded.time, recorded.height)
}
