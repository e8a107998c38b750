//! Acts of an authority that need several of its officials: how many, as its member's scopes say.

use crate::profile::Profile;
use crate::registry::entry;
use anyhow::{Context as _, bail};
use contracts::acts::{Answer, Issue, OfficeAct, Share, StandingChange, UseLine};
use contracts::context::Known;
use contracts::destination::OfficeVerb;
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::registry::Authority;
use contracts::standing::{Link, Standing, Verb};
use ledger::codec::Canonical as _;
use ledger::id::AuthorityId;
use ledger::lookup::RecordKey;
use ledger::transaction::Act;

/// How many officials have to sign an act of this authority, by its scopes of today.
///
/// # Errors
/// If the act cannot be read, or no node's answer checks.
pub fn officials_needed(profile: &Profile, authority: &AuthorityId, act: &Act) -> anyhow::Result<u32> {
    let Some(kind) = RecordKind::from_number(act.kind) else { return Ok(1) };
    let admitted: Authority =
        entry(profile, key::authority(authority))?.with_context(|| format!("{authority} is not admitted on this ledger"))?;
    let today = crate::officer::own_clock().date();
    let (verb, office) = (Verb::from_number(act.verb), OfficeVerb::from_number(act.verb));
    let mut also = None;
    let scope = match (verb, record_of(act)?) {
        // Drafts are signed by several when they are issued.
        (Some(Verb::Draft), _) => None,
        (_, Of::Issue(issue)) => {
            // A replacement ends its predecessor, and needs as many as another end of that would.
            if let Some(predecessor) = issue.predecessor.as_ref().and_then(Link::record) {
                let ended: Option<Standing> = entry(profile, key::standing(predecessor))?;
                also = ended.and_then(|ended| admitted.scope_of_record(&ended, today));
            }
            admitted.scope_of(kind, issue.class.as_deref(), issue.terms.as_ref(), today.max(issue.issue_date), issue.issue_date)
        }
        (_, Of::Record(record)) => {
            let standing: Standing = entry(profile, key::standing(&record))?.context("nothing is recorded under the act's record key")?;
            match office {
                Some(office) if office != OfficeVerb::Answer => admitted.office(office, kind, standing.class.as_deref(), today, Known::Now),
                _ => admitted.scope_of_record(&standing, today),
            }
        }
    };
    Ok([scope, also].into_iter().flatten().filter_map(|scope| scope.officials).max().map_or(1, u32::from))
}

/// The record whose standing an act changes, or on which an office acts; `None` if it records one, or cannot be read.
pub fn record_changed(act: &Act) -> Option<RecordKey> {
    match record_of(act) {
        Ok(Of::Record(record)) => Some(record),
        Ok(Of::Issue(_)) | Err(_) => None,
    }
}

/// What an act of an authority is about.
enum Of {
    /// A certificate that it records.
    Issue(Box<Issue>),
    /// A record.
    Record(RecordKey),
}

fn record_of(act: &Act) -> anyhow::Result<Of> {
    let body = &act.body[..];
    Ok(match (Verb::from_number(act.verb), OfficeVerb::from_number(act.verb)) {
        (Some(Verb::Issue | Verb::Replace | Verb::Draft), _) => Of::Issue(Box::new(Issue::from_bytes(body)?)),
        (Some(Verb::Share), _) => Of::Record(Share::from_bytes(body)?.record_key),
        (Some(_), _) => Of::Record(StandingChange::from_bytes(body)?.record_key),
        (None, Some(OfficeVerb::Answer)) => Of::Record(Answer::from_bytes(body)?.record_key),
        (None, Some(verb)) if verb.is_use() => Of::Record(UseLine::from_bytes(body)?.record_key),
        (None, Some(_)) => Of::Record(OfficeAct::from_bytes(body)?.record_key),
        (None, None) => bail!("no act of an authority has the number {}; update the program", act.verb),
    })
}
