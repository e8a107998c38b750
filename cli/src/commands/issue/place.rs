//! Where records lie: one's own member's node says it, and what can be checked of that is checked.

use super::bases::{self, Base};
use super::{Item, asked};
use crate::client::Node;
use crate::officer::{self, ask_own};
use crate::profile::Profile;
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{Places, draft_from_document, fingerprints_of, issue_from_document};
use contracts::document::Document;
use contracts::kinds::RecordKind;
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
    /// Whether it is back-to-back on certificates that are recorded here, and draws from none of them.
    pub draws_nothing: bool,
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
    let predecessor = match &item.predecessor {
        None => None,
        Some(number) => Some(own_link(profile, node, authority, item, number)?),
    };
    if let (true, Some(number), Some(Link::NotOnThisLedger)) = (item.must_be_here, &item.predecessor, &predecessor) {
        bail!("{authority} recorded nothing under {number} here; check the number, or add --elsewhere if it was never recorded here");
    }
    let links = item.document.bases.iter().map(|base| match bases.iter().find(|known| known.is(base)) {
        Some(known) => Ok(Link::Record(known.record())),
        None => base_link(profile, item, &base.number, base.issuing_country),
    });
    let links = links.collect::<anyhow::Result<_>>()?;
    let places = Places { record_tag, locators, bases: links, predecessor };
    if item.draft {
        let draft = draft_from_document(&item.document, &item.bytes, &item.seed, places)?;
        return Ok(Made { act: draft.into_draft(item.kind), predecessor, draws_nothing: false });
    }
    let mut issue = issue_from_document(&item.document, &item.bytes, &item.seed, places)?;
    issue.fingerprints = fingerprints_of(&item.document, item.readers.iter().filter_map(|reader| secrets.get(reader)));
    issue.draws = bases::draws(profile, bases, item, authority.member())?;
    issue.shares_pool = item.shares_pool.then_some(true);
    if let Some((record, seed)) = &item.before {
        ensure!(
            predecessor == Some(Link::Record(*record)),
            "the file of --predecessor-file is of another certificate than the one that is replaced"
        );
        issue.successor_number = Some(seed.seal_successor(&item.document.number));
    }
    let draws_nothing = item.document.flags.back_to_back && issue.draws.is_none() && issue.bases.iter().any(|base| base.record().is_some());
    Ok(Made { act: issue.into_act(item.kind), predecessor, draws_nothing })
}

/// The link to a certificate of the same authority: its record, or that it is not on this ledger.
fn own_link(profile: &Profile, node: &Node, authority: &AuthorityId, item: &Item, number: &CertificateNumber) -> anyhow::Result<Link> {
    let places = places(node, authority, &[(item.kind, &item.document, number.clone(), &[])])?;
    let record = places.into_iter().next().context("the node named no record key")?.record_key;
    let standing: Option<Standing> = crate::registry::entry(profile, contracts::key::standing(&record))?;
    Ok(if standing.is_some() { Link::Record(record) } else { Link::NotOnThisLedger })
}

/// The link to a certificate beneath this one, which another member may have issued: looked up as an officer would.
fn base_link(profile: &Profile, item: &Item, number: &CertificateNumber, country: Option<CountryCode>) -> anyhow::Result<Link> {
    let Some(country) = country else { return Ok(Link::NotOnThisLedger) };
    let Some(issuer) = profile.founding.member_for(country).map(|member| member.id) else { return Ok(Link::NotOnThisLedger) };
    let about = Subject::Number { issuer, country, locator: officer::locator(profile, issuer, number)? };
    let mut question = contracts::verdict::Question::on(item.document.issue_date.date);
    question.kind = Some(item.kind);
    let checked = ask_own(profile, &asked(&about, &question, false), |proven| {
        Facts::from_proven(proven, &about, &question).map_err(|gap| gap.to_string())
    })?;
    let fitting: Vec<RecordKey> = checked.facts.fitting(&question).map(|record| record.key).collect();
    Ok(if let [only] = fitting[..] { Link::Record(only) } else { Link::NotOnThisLedger })
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
