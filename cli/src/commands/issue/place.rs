//! Where records lie: one's own member's node says it, and what can be checked of that is checked.

use super::bases::{self, Base};
use super::{Item, asked, doubts, kept, tells};
use crate::client::Node;
use crate::officer::{self, ask_own};
use crate::profile::Profile;
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{Issue, Places, draft_from_document, fingerprints_of, issue_from_document};
use contracts::context::Known;
use contracts::document::{Document, Link as DocumentLink, escape_for_terminal};
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::standing::{Link, Standing};
use contracts::verdict::{Facts, Subject};
use ledger::id::{AuthorityId, CertificateNumber, MemberId};
use ledger::lookup::{Locator, LookupSecret, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::transaction::Act;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Asks the own member's node where records lie.
pub fn places(
    node: &Node,
    authority: &AuthorityId,
    of: &[(RecordKind, &Document, CertificateNumber, &[MemberId])],
) -> anyhow::Result<Vec<Place>> {
    let items: Vec<Value> = of
        .iter()
        .map(|(kind, document, number, readers)| {
            let readers: Vec<&str> = readers.iter().map(MemberId::as_str).collect();
            identity(*kind, document.issuing_country, authority, document.class.clone(), number, &readers)
        })
        .collect();
    where_records_lie(node, items)
}

/// One identity as the node reads it.
pub fn identity(
    kind: RecordKind,
    country: CountryCode,
    authority: &AuthorityId,
    class: Option<String>,
    number: &CertificateNumber,
    readers: &[&str],
) -> Value {
    let mut identity = json!({ "kind": kind.number(), "country": country.as_str(), "number": number.as_str(), "readers": readers });
    if let Some(object) = identity.as_object_mut() {
        if kind.rules().numbers_are_the_authoritys() {
            object.insert("authority".into(), authority.as_str().into());
        }
        if let Some(class) = class {
            object.insert("class".into(), class.into());
        }
    }
    identity
}

/// Where one record lies, and by which tag an act leads there.
#[derive(Clone)]
pub struct Place {
    /// What the issue act carries.
    pub record_tag: RecordTag,
    /// Where the standing lies.
    pub record_key: RecordKey,
    /// Where its readers find it, ascending.
    pub locators: Vec<Locator>,
}

/// Record tags, record keys and locators of identities of the own member.
///
/// # Errors
/// If the node does not answer for each.
pub fn where_records_lie(node: &Node, items: Vec<Value>) -> anyhow::Result<Vec<Place>> {
    #[derive(serde::Deserialize)]
    struct Answer {
        items: Vec<Written>,
    }
    #[derive(serde::Deserialize)]
    struct Written {
        record_tag: String,
        record_key: String,
        #[serde(default)]
        locators: Vec<String>,
    }
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = items.len();
    let answer: Answer = node.post_json("/v1/locators", &json!({ "items": items }))?;
    ensure!(answer.items.len() == wanted, "node {} answered for {} identities, {wanted} were asked", node.url(), answer.items.len());
    let read = |place: &Written| {
        let mut locators = place.locators.iter().map(|hex| Locator::from_hex(hex)).collect::<Option<Vec<_>>>()?;
        locators.sort();
        locators.dedup();
        Some(Place { record_tag: RecordTag::from_hex(&place.record_tag)?, record_key: RecordKey::from_hex(&place.record_key)?, locators })
    };
    answer
        .items
        .iter()
        .map(|place| read(place).with_context(|| format!("node {} gave no record tag, record key or locator", node.url())))
        .collect()
}

/// That a record's locators are those at which its readers will look, from look-up secrets that were proven.
pub fn check_locators(profile: &Profile, node: &Node, secrets: &mut Secrets, item: &Item) -> anyhow::Result<()> {
    let own = profile.member()?;
    let mut locators = Vec::with_capacity(item.readers.len());
    for reader in &item.readers {
        let secret = match secrets.entry(*reader) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(officer::lookup_secret(profile, own, *reader)?),
        };
        locators.push(secret.locator(&item.document.number));
    }
    locators.sort();
    locators.dedup();
    let named = item.place.as_ref().map(|place| &place.locators);
    ensure!(named == Some(&locators), "node {} named locators at which the readers would not find it; do not use this node", node.url());
    Ok(())
}

/// The act that records a document.
pub struct Made {
    /// The act.
    pub act: Act,
    /// What it replaces.
    pub predecessor: Option<Link>,
    /// On what it rests, as far as that is recorded here.
    pub bases: Vec<RecordKey>,
    /// What its links have that is odd.
    pub doubts: Vec<String>,
}

/// The secrets of one's own member with the members that may look its certificates up.
pub type Secrets = BTreeMap<MemberId, LookupSecret>;

/// Makes the act that records a document.
pub fn act(
    profile: &Profile,
    node: &Node,
    authority: &AuthorityId,
    item: &Item,
    bases: &[Base],
    secrets: &Secrets,
) -> anyhow::Result<Made> {
    let Place { record_tag, record_key, locators } = item.place.clone().context("the node named no place for it")?;
    ensure!(
        record_tag.record_key(authority.member()) == record_key,
        "node {} named a record key that is not {}'s; ask the own member's node",
        node.url(),
        authority.member()
    );
    // What is recorded already is not recorded anew: the ledger's own answer says so, and names it.
    let is_elsewhere = item.is_elsewhere || is_issued(profile, item, &record_key)?;
    let mut doubts = Vec::new();
    let mut replaced = None;
    let predecessor = match &item.predecessor {
        None => None,
        Some(number) => {
            replaced = own_link(profile, node, authority, item, number)?;
            let written = item.document.predecessor.as_ref().and_then(|link| link.issue_date.as_ref());
            match &replaced {
                Some((_, standing)) => doubts.extend(doubts::dated_otherwise("replaces", number, written, standing.issue_date)),
                None if is_elsewhere => {}
                None => bail!(not_its_own(authority, number, &recorded(profile, item, number, Some(item.document.issuing_country))?)),
            }
            Some(replaced.as_ref().map_or(Link::NotOnThisLedger, |(record, _)| Link::Record(*record)))
        }
    };
    if let Some(shared) = item.shares {
        ensure!(
            predecessor == Some(Link::Record(shared)),
            "the file of --shares is of another certificate than the one that is replaced{}; give that one's file",
            item.predecessor.as_ref().map_or_else(String::new, |number| format!(", {number}"))
        );
    }
    let mut beneath = Vec::new();
    for base in &item.document.bases {
        let found = match bases.iter().find(|known| known.is(base)) {
            Some(known) => Some((known.record(), known.standing().clone())),
            None => only_base(profile, item, base, is_elsewhere)?,
        };
        doubts.extend(match &found {
            Some((_, standing)) => doubts::dated_otherwise("rests on", &base.number, base.issue_date.as_ref(), standing.issue_date),
            None => Some(doubts::not_found(&base.number)),
        });
        beneath.push((base, found));
    }
    bases::are_not_dated_later(item, &beneath)?;
    let links =
        beneath.iter().map(|(_, found)| found.as_ref().map_or(Link::NotOnThisLedger, |(record, _)| Link::Record(*record))).collect();
    let recorded: Vec<RecordKey> = beneath.iter().filter_map(|(_, found)| found.as_ref()).map(|(record, _)| *record).collect();
    let places = Places { record_tag, locators, bases: links, predecessor };
    if item.draft {
        let draft = draft_from_document(&item.document, &item.bytes, &item.seed, places)?;
        return Ok(Made { act: draft.into_draft(item.kind), predecessor, bases: recorded, doubts });
    }
    let mut issue = issue_from_document(&item.document, &item.bytes, &item.seed, places)?;
    issue.fingerprints = fingerprints_of(&item.document, item.readers.iter().filter_map(|reader| secrets.get(reader)));
    may_be_shown(item, &issue)?;
    // A supplier's certificate is evidence of an input: it is linked, and nothing is drawn from it.
    if item.kind.rules().goes_on_with_its_base(issue.flags, issue.class.as_deref()) {
        bases::are_of_others(item)?;
        let given_back = match replaced.as_ref().filter(|_| item.shares.is_none() && !bases.is_empty()) {
            Some(replaced) => bases::giving_back(profile, replaced)?,
            None => Vec::new(),
        };
        let goes_on = |standing: &Standing| item.kind.rules().goes_on_with_its_base(standing.flags, standing.class.as_deref());
        let before = replaced.as_ref().filter(|(_, standing)| item.shares.is_some() && goes_on(standing));
        let before = before.map_or(&[][..], |(_, standing)| &standing.bases);
        let drawn = bases::draws(profile, bases, item, &given_back, before, authority.member())?;
        let (draws, of_draws) = drawn.map_or_else(Default::default, |(draws, doubts)| (Some(draws), doubts));
        issue.draws = draws;
        doubts.extend(bases.iter().filter(|base| before.contains(&Link::Record(base.record()))).map(Base::goes_on));
        doubts.extend(of_draws);
        bases::are_drawn_from(&beneath, before, issue.draws.as_deref().unwrap_or_default())?;
        bases::outlives_none_elsewhere(profile, item, &beneath)?;
    }
    if let Some((number, (_, standing))) = item.predecessor.as_ref().zip(replaced.as_ref()) {
        let last = item.kind.rules().last_day(standing, super::why::terms_of(profile, item)?.as_ref());
        doubts.extend(doubts::expired(number, last, item.document.issue_date.date));
    }
    issue.shares_pool = item.shares.map(|_| true);
    let number = item.predecessor.as_ref().zip(replaced.as_ref());
    let opened = item.before.or_else(|| number.and_then(|(number, (record, standing))| kept::of_replaced(item, number, record, standing)));
    if let Some(opened) = &opened {
        ensure!(
            predecessor == Some(Link::Record(opened.record)),
            "the file of --predecessor-file is of another certificate than the one that is replaced"
        );
        ensure!(
            replaced.as_ref().is_some_and(|(record, standing)| opened.opens(record, standing)),
            "the file of {} is not the one that was recorded: its seed opens none of the recorded fields; give the other file of that number",
            if item.shares.is_some() { "--shares" } else { "--predecessor-file" }
        );
    }
    if let Some((number, (record, _))) = number {
        doubts.extend(opened.as_ref().and_then(|opened| doubts::of_another_holder(number, opened.holder, &item.document)));
        let seed = opened.as_ref().map(|opened| &opened.seed);
        let (sealed, left) = tells::sealed(profile, item, (number, record), seed, secrets)?;
        issue.sealed_numbers = Some(sealed);
        doubts.extend(left.iter().map(|member| doubts::does_not_find_it(*member, number)));
        doubts.extend(seed.is_none().then(|| doubts::NUMBER_NOT_TOLD.to_owned()));
    }
    Ok(Made { act: issue.into_act(item.kind), predecessor, bases: recorded, doubts })
}

/// Whether a document that names others is issued at this record key already. Of the others nobody asks.
fn is_issued(profile: &Profile, item: &Item, record: &RecordKey) -> anyhow::Result<bool> {
    if item.predecessor.is_none() && item.document.bases.is_empty() {
        return Ok(false);
    }
    let standing: Option<Standing> = crate::registry::entry(profile, contracts::key::standing(record))?;
    Ok(standing.is_some_and(|standing| !standing.is_draft_then(Known::Now)))
}

/// A record and its standing.
pub type Recorded = (RecordKey, Standing);

/// A certificate of the same authority; `None` if it is not on this ledger.
fn own_link(
    profile: &Profile,
    node: &Node,
    authority: &AuthorityId,
    item: &Item,
    number: &CertificateNumber,
) -> anyhow::Result<Option<Recorded>> {
    let places = places(node, authority, &[(item.kind, &item.document, number.clone(), &[])])?;
    let record = places.into_iter().next().context("the node named no record key")?.record_key;
    let standing: Option<Standing> = crate::registry::entry(profile, contracts::key::standing(&record))?;
    Ok(standing.map(|standing| (record, standing)))
}

/// Why what an authority replaces is not its own, and what to do.
fn not_its_own(authority: &AuthorityId, number: &CertificateNumber, others: &[Recorded]) -> String {
    let number = escape_for_terminal(number.as_str());
    let whose: Vec<&str> = others.iter().map(|(_, standing)| standing.authority.as_str()).collect();
    if let Some((_, standing)) = others.iter().find(|(_, standing)| standing.authority == *authority) {
        let class = standing.class.as_deref().unwrap_or("no class");
        return format!(
            "what {authority} recorded under {number} here, which it replaces, is of another class ({}): a certificate is replaced by one of its own class; correct the class, or withdraw that one and issue this one by itself",
            escape_for_terminal(class)
        );
    }
    if whose.is_empty() {
        return format!(
            "{authority} recorded nothing under {number} here, which it replaces; check the number, or add --elsewhere if it was never recorded here"
        );
    }
    format!(
        "{authority} recorded nothing under {number} here, which it replaces, and {0} did: only {0} replaces that one; check the number, or add --elsewhere if one of {authority} is meant that was never recorded here",
        whose.join(", ")
    )
}

/// The one certificate beneath this one that bears a number, which another member may have issued; `None` if it is recorded
/// elsewhere, as was said, or its country is no member's.
fn only_base(profile: &Profile, item: &Item, base: &DocumentLink, is_elsewhere: bool) -> anyhow::Result<Option<Recorded>> {
    let mut found = recorded(profile, item, &base.number, base.issuing_country)?;
    let (only, others) = (found.pop(), found.len());
    let number = escape_for_terminal(base.number.as_str());
    let member = base.issuing_country.and_then(|country| Some((country, profile.founding.member_for(country)?.id)));
    match (only, member) {
        (Some(only), _) if others == 0 => Ok(Some(only)),
        (Some(_), _) => bail!(
            "{} certificates of {number}, on which it rests, are recorded here; add --base FILE, the certificate file of the one that is meant",
            others + 1
        ),
        (None, Some((country, issuer))) if !is_elsewhere => bail!(
            "{number} of {country}, on which it rests, is not found here; check number and country, let its issuer make it known (symbolon share {number} --reader {}, by {issuer}), add --base FILE, its certificate file, or --elsewhere if it was never recorded here",
            profile.member()?
        ),
        (None, _) => Ok(None),
    }
}

/// What is recorded under a number of a country, by whatever authority, looked up as an officer would.
fn recorded(profile: &Profile, item: &Item, number: &CertificateNumber, country: Option<CountryCode>) -> anyhow::Result<Vec<Recorded>> {
    let Some(country) = country else { return Ok(Vec::new()) };
    let Some(issuer) = profile.founding.member_for(country).map(|member| member.id) else { return Ok(Vec::new()) };
    let about = Subject::Number { issuer, country, locator: officer::locator(profile, issuer, number)? };
    let mut question = contracts::verdict::Question::on(item.document.issue_date.date);
    question.kind = Some(item.kind);
    let checked = ask_own(profile, &asked(&about, &question, false), |proven| {
        Facts::from_proven(proven, &about, &question).map_err(|gap| gap.to_string())
    })?;
    Ok(checked.facts.fitting(&question).map(|record| (record.key, record.standing.clone())).collect())
}

/// What may not be shown to other administrations is found by its number at home only.
fn may_be_shown(item: &Item, issue: &Issue) -> anyhow::Result<()> {
    let others: Vec<&str> = item.readers.iter().skip(1).map(MemberId::as_str).collect();
    ensure!(
        others.is_empty() || item.kind.rules().may_be_shown_to_partners(issue.terms.as_ref()),
        "--reader {}: {}",
        others.join(", "),
        Refusal::SharedWithoutConsent.message()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_names_the_authority_only_where_numbers_are_its_own() {
        let number = CertificateNumber::parse("1").unwrap();
        let authority = AuthorityId::parse("CL-x").unwrap();
        let country = CountryCode::parse("CL").unwrap();
        let origin = identity(RecordKind::CertificateOfOrigin, country, &authority, Some("CL-CN".into()), &number, &["CN"]);
        assert_eq!((origin["authority"].as_str(), origin["class"].as_str()), (Some("CL-x"), Some("CL-CN")));
        let sps = identity(RecordKind::SpsCertificate, country, &authority, None, &number, &[]);
        assert!(sps.get("authority").is_none() && sps.get("class").is_none());
    }
}
