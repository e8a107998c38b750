//! All that the issue of a certificate carries beside the document, for the official who signs it too: as the act says
//! it, and as far as file, ledger and own node tell, by whom it is read, on what it rests, and what it draws. What the
//! document does not say, or says otherwise, is named as a difference.

use crate::commands::issue::{Base, identity, where_records_lie};
use crate::officer;
use crate::profile::Profile;
use crate::record::by_number;
use crate::registry::entry;
use anyhow::Context as _;
use contracts::acts::{Draw, Issue, fingerprints_of};
use contracts::document::{Document, escape_for_terminal};
use contracts::key;
use contracts::standing::{Link, Standing};
use contracts::verdict::percent;
use ledger::id::{AuthorityId, MemberId};
use ledger::lookup::{Locator, LookupSecret, RecordKey};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the places that an act names.
#[derive(Default)]
pub struct Known {
    readers: BTreeMap<Locator, MemberId>,
    records: BTreeMap<RecordKey, String>,
    amounts: BTreeMap<(RecordKey, u32), String>,
    /// What the document does not say, or says otherwise.
    pub differences: Vec<String>,
}

/// What an issue carries, a line each.
pub fn carried(issue: &Issue, known: &Known) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(issue.valid_from.map(|from| format!("valid from {from} on")));
    let flags: Vec<&str> = issue.flags.words().collect();
    lines.extend((!flags.is_empty()).then(|| flags.join(", ")));
    lines.push(readers_in_words(&issue.locators, known));
    lines.extend(issue.bases.iter().map(|base| format!("rests on {}", known.link(base))));
    lines.extend(issue.predecessor.iter().map(|before| format!("takes the place of {}", known.link(before))));
    lines.extend((issue.shares_pool == Some(true)).then(|| "shares the quantity of the certificate that it replaces".to_owned()));
    lines.extend(issue.draws.iter().flatten().map(|draw| known.draw(draw)));
    lines.extend(issue.fingerprints.as_ref().map(|prints| warned(prints.len())));
    lines.extend(
        issue
            .sealed_numbers
            .as_ref()
            .map(|_| "tells both numbers, sealed, to the readers of this certificate and of the one that it replaces".to_owned()),
    );
    lines.push(format!("commitment to all fields {}", issue.commitment_root));
    lines
}

fn warned(members: usize) -> String {
    let are = if members == 1 { "1 member is".to_owned() } else { format!("{members} members are") };
    format!("{are} warned of a second certificate for its goods")
}

fn readers_in_words(locators: &[Locator], known: &Known) -> String {
    let named: Vec<String> = locators
        .iter()
        .map(|locator| known.readers.get(locator).map_or_else(|| format!("locator {locator}"), ToString::to_string))
        .collect();
    match named.as_slice() {
        [] => "no member looks it up by number".to_owned(),
        [one] => format!("1 member looks it up by number: {one}"),
        several => format!("{} members look it up by number: {}", several.len(), several.join(", ")),
    }
}

impl Known {
    fn record(&self, record: &RecordKey) -> String {
        self.records.get(record).map_or_else(|| format!("record {record}"), |name| format!("{name} (record {record})"))
    }

    fn link(&self, link: &Link) -> String {
        link.record().map_or_else(|| "a certificate that is not on this ledger".to_owned(), |record| self.record(record))
    }

    fn draw(&self, draw: &Draw) -> String {
        let amount = self.amounts.get(&(draw.base, draw.line)).cloned();
        let amount = amount.unwrap_or_else(|| format!("{}, times the factor of that certificate (--base FILE opens it),", draw.amount));
        format!("draws {amount} of line {} of {}", draw.line, self.record(&draw.base))
    }
}

/// Finds out what an issue names, and compares it with the document that it records.
///
/// # Errors
/// If the own node does not answer, or names what does not check.
pub fn found_out(profile: &Profile, authority: &AuthorityId, issue: &Issue, document: &Document, bases: &[Base]) -> anyhow::Result<Known> {
    let mut known = Known::default();
    let secrets = readers(profile, authority, issue, document, &mut known)?;
    if issue.fingerprints != fingerprints_of(document, secrets.values()) {
        known.differences.push("the fingerprints are not those of the document's goods for these members".to_owned());
    }
    rests_on(profile, issue, document, bases, &mut known);
    replaces(profile, authority, issue, document, &mut known)?;
    for draw in issue.draws.iter().flatten() {
        let opened = bases.iter().find(|base| base.record() == draw.base).and_then(|base| base.opened(draw.line, draw.amount));
        let amount = match opened {
            Some(amount) => Some(amount.to_string()),
            None => entry::<Standing>(profile, key::standing(&draw.base))?.and_then(|standing| share(&standing, draw)),
        };
        known.amounts.extend(amount.map(|amount| ((draw.base, draw.line), amount)));
    }
    Ok(known)
}

/// How much of a line a draw takes, as far as the ledger alone tells.
fn share(standing: &Standing, draw: &Draw) -> Option<String> {
    let line = standing.lines.iter().find(|line| line.number == draw.line)?;
    let certified = line.certified.filter(|certified| *certified > 0)?;
    Some(format!("{} (--base FILE opens the amount)", percent(draw.amount, certified, 2)))
}

/// Whose the locators are: those whom the document names first, then all other members. Gives the secrets of those who
/// may look it up.
fn readers(
    profile: &Profile,
    authority: &AuthorityId,
    issue: &Issue,
    document: &Document,
    known: &mut Known,
) -> anyhow::Result<BTreeMap<MemberId, LookupSecret>> {
    let own = authority.member();
    let countries = document.destination_country.iter().chain(&document.transit_countries);
    let named: BTreeSet<MemberId> = countries.filter_map(|country| profile.founding.member_for(*country)).map(|member| member.id).collect();
    let mut members: Vec<MemberId> = named.iter().copied().chain([own]).collect();
    members.extend(profile.founding.members().iter().map(|member| member.id).filter(|id| *id != own && !named.contains(id)));
    let mut secrets = BTreeMap::new();
    for member in members {
        let must_be_known = named.contains(&member) || member == own;
        if !must_be_known && issue.locators.iter().all(|locator| known.readers.contains_key(locator)) {
            break;
        }
        let secret = officer::lookup_secret(profile, own, member)?;
        let locator = secret.locator(&document.number);
        let reads = issue.locators.contains(&locator);
        if reads {
            known.readers.insert(locator, member);
            secrets.insert(member, secret);
        }
        let difference = match (reads, named.contains(&member)) {
            (false, true) => Some(format!("{member} does not look it up by number, and the document names it as destination or transit")),
            (true, false) if member != own && !document.kind.rules().is_open_to_partners(document) => {
                Some(format!("{member} looks it up by number, and the document names it neither as destination nor as transit"))
            }
            _ => None,
        };
        known.differences.extend(difference);
    }
    let nobodys = issue.locators.iter().filter(|locator| !known.readers.contains_key(locator));
    let nobodys: Vec<String> = nobodys.map(|locator| format!("no member looks at locator {locator} for this number")).collect();
    known.differences.extend(nobodys);
    Ok(secrets)
}

/// Which of the certificates that the act rests on the document names.
fn rests_on(profile: &Profile, issue: &Issue, document: &Document, bases: &[Base], known: &mut Known) {
    for link in &document.bases {
        let number = escape_for_terminal(link.number.as_str()).into_owned();
        let given = bases.iter().find(|base| base.is(link)).map(Base::record);
        let record = given.map(Ok).or_else(|| {
            let country = link.issuing_country?;
            Some(by_number(profile, country, &link.number, Some(document.kind), None, None).map(|found| found.key))
        });
        match record {
            Some(Ok(record)) if issue.bases.contains(&Link::Record(record)) => drop(known.records.insert(record, number)),
            Some(Ok(record)) => {
                known.differences.push(format!("the document rests on {number}, which is record {record}, and the act does not"))
            }
            Some(Err(_)) | None if issue.bases.contains(&Link::NotOnThisLedger) => {}
            Some(Err(error)) => known.differences.push(format!("where {number}, on which the document rests, lies is not told: {error:#}")),
            None => known
                .differences
                .push(format!("the document rests on {number} of no named country, and the act on none outside this ledger")),
        }
    }
    let unnamed = issue.bases.iter().filter_map(Link::record).filter(|record| !known.records.contains_key(record));
    let unnamed: Vec<String> =
        unnamed.map(|record| format!("the act rests on record {record}, which is none that the document names")).collect();
    known.differences.extend(unnamed);
    if document.bases.is_empty() && issue.bases.contains(&Link::NotOnThisLedger) {
        known.differences.push("the act rests on a certificate outside this ledger, and the document on none".to_owned());
    }
}

/// Whether the act replaces what the document says. Most documents do not say what they replace; then the record's own
/// words tell.
fn replaces(profile: &Profile, authority: &AuthorityId, issue: &Issue, document: &Document, known: &mut Known) -> anyhow::Result<()> {
    let said = match &document.predecessor {
        None => None,
        Some(link) => {
            let identity = identity(document.kind, document.issuing_country, authority, document.class.clone(), &link.number, &[]);
            let place = where_records_lie(&profile.node()?, vec![identity])?.into_iter().next();
            let record = place.context("the node named no record key")?.record_key;
            known.records.insert(record, escape_for_terminal(link.number.as_str()).into_owned());
            Some(record)
        }
    };
    match (issue.predecessor.as_ref().and_then(Link::record), said) {
        (Some(record), Some(said)) if *record == said => {}
        (Some(record), _) => {
            let standing: Option<Standing> = entry(profile, key::standing(record))?;
            let what = standing.map_or_else(String::new, |standing| {
                format!(", {} {} of {}, dated {}", standing.kind.rules().article(), standing.kind, standing.authority, standing.issue_date)
            });
            known.differences.push(format!("the act takes the place of record {record}{what}, and the document does not say so"));
        }
        (None, Some(said)) if entry::<Standing>(profile, key::standing(&said))?.is_some() => {
            known.differences.push(format!("the document takes the place of {}, and the act does not", known.record(&said)));
        }
        (None, _) if issue.predecessor.is_some() && document.predecessor.is_none() => {
            known
                .differences
                .push("the act takes the place of a certificate outside this ledger, and the document does not say so".to_owned());
        }
        (None, _) => {}
    }
    Ok(())
}

/// Which parts of two issues differ, in words.
pub fn different_parts(one: &Issue, other: &Issue) -> Vec<&'static str> {
    let parts = [
        ("the SHA-256 of the document", one.document_digest != other.document_digest),
        ("its fields under the file's seed", one.commitment_root != other.commitment_root),
        ("its format", one.media_type != other.media_type),
        ("the issuing country", one.country != other.country),
        ("the agreement, document type or programme", one.class != other.class),
        ("the date of issue", one.issue_date != other.issue_date),
        ("the validity", (one.valid_from, one.valid_until) != (other.valid_from, other.valid_until)),
        ("the flags", one.flags != other.flags),
        ("the lines of goods", one.lines != other.lines),
        ("the terms of its kind", one.terms != other.terms),
        ("the order or form of locators and bases", (&one.locators, &one.bases) != (&other.locators, &other.bases)),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}
