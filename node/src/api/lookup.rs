//! Record keys and locators for the member's own issuers, look-up secrets for its own officers' tools.
//!
//! Both rest on the member's secret encryption key and are given to holders of the member's token only. A look-up
//! secret comes with a proof, so that an officer's tool does not have to believe this node.

use super::error::{Code, Problem};
use super::{Api, LOCATOR_ITEMS_MAX, READERS_MAX, cbor, json};
use crate::app::App;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use contracts::execute::read_entry;
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::registry::Member;
use ledger::codec::encode;
use ledger::id::{AuthorityId, CertificateNumber, MemberId};
use ledger::lookup::{EncryptionPublic, Identity, LookupSecret};
use ledger::place::CountryCode;
use ledger_store::View;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    kind: u16,
    country: String,
    authority: Option<String>,
    class: Option<String>,
    number: String,
    #[serde(default)]
    readers: Vec<String>,
}

/// `POST /v1/locators`: for each identity its record tag and record key, and for each reader its locator, in the readers' order.
pub(super) async fn locators(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let (asked, body): (Asked, _) = api.question(request).await?;
    if asked.items.len() > LOCATOR_ITEMS_MAX {
        return Err(Problem::new(
            Code::TooManyItems,
            format!("items has {} entries, the most is {LOCATOR_ITEMS_MAX}; ask in parts", asked.items.len()),
        ));
    }
    drop(body);
    let items = api.read(move |app| {
        let view = app.store.view()?;
        let own = member_entry(&view, app.member)?;
        let mut secrets = BTreeMap::new();
        let items = (0_usize..)
            .zip(&asked.items)
            .map(|(index, item)| locate(app, &view, &own, &mut secrets, item).map_err(|problem| problem.with("item", index)));
        items.collect::<Result<Vec<Value>, Problem>>()
    });
    Ok(json(&json!({ "items": items.await? })))
}

fn locate(app: &App, view: &View<'_>, own: &Member, secrets: &mut BTreeMap<MemberId, LookupSecret>, item: &Item) -> Result<Value, Problem> {
    let bad = |place: &str, cause: String| Problem::new(Code::BadJson, format!("{place}: {cause}; see /openapi.json for the form"));
    let kind = RecordKind::from_number(item.kind).ok_or_else(|| bad("kind", format!("{} is no kind of record", item.kind)))?;
    let country = CountryCode::parse(&item.country).map_err(|error| bad("country", error.to_string()))?;
    let authority = item.authority.as_deref().map(AuthorityId::parse).transpose().map_err(|error| bad("authority", error.to_string()))?;
    let number = CertificateNumber::parse(&item.number).map_err(|error| bad("number", error.to_string()))?;
    if !own.covers(country) || authority.as_ref().is_some_and(|authority| authority.member() != app.member) {
        let detail = format!("a certificate of {country} is not one of {}'s; ask the node of the member that issues it", app.member);
        return Err(Problem::new(Code::NotOfThisMember, detail));
    }
    if item.readers.len() > READERS_MAX {
        return Err(Problem::new(
            Code::TooManyItems,
            format!("readers has {} entries, an act carries at most {READERS_MAX} locators", item.readers.len()),
        ));
    }
    let mut locators = Vec::with_capacity(item.readers.len());
    for reader in &item.readers {
        let reader = MemberId::parse(reader).map_err(|error| bad("readers", error.to_string()))?;
        let secret = match secrets.entry(reader) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let theirs = encryption_key(&member_entry(view, reader)?)?;
                place.insert(app.encryption_secret().lookup_secret(&app.network, &theirs, app.member, reader))
            }
        };
        locators.push(secret.locator(&number).to_string());
    }
    let identity = Identity { kind: kind.number(), country, authority, class: item.class.clone(), number };
    let record_tag = app.encryption_secret().record_secret(&app.network).record_tag(&identity);
    let record_key = record_tag.record_key(app.member);
    Ok(json!({ "record_tag": record_tag.to_string(), "record_key": record_key.to_string(), "locators": locators }))
}

/// `GET /v1/lookup-secrets/{member}`: what this member shares with another for the numbers that the other issues.
pub(super) async fn secret(State(api): State<Arc<Api>>, Path(member): Path<String>, request: Request) -> Result<Response, Problem> {
    api.token.check(request.headers())?;
    let issuer = MemberId::parse(&member).map_err(|error| Problem::new(Code::BadParameter, format!("{error}; correct the address")))?;
    let proof = api.read(move |app| {
        let theirs = encryption_key(&member_entry(&app.store.view()?, issuer)?)?;
        let proof = app.encryption_secret().prove_lookup(&app.network, &theirs);
        proof.ok_or_else(|| {
            Problem::new(Code::UnknownMember, format!("the registered encryption key of {issuer} is weak; that member has to rotate it"))
        })
    });
    Ok(cbor(encode(&proof.await?)))
}

fn member_entry(view: &View<'_>, member: MemberId) -> Result<Member, Problem> {
    let entry = read_entry::<Member>(view, &key::member(member))?;
    entry.ok_or_else(|| Problem::new(Code::UnknownMember, format!("{member} is no member of this network; GET /v1/members lists them")))
}

fn encryption_key(member: &Member) -> Result<EncryptionPublic, Problem> {
    let key = member.encryption_key();
    key.map(|key| key.key)
        .ok_or_else(|| Problem::new(Code::UnknownMember, format!("{} has no encryption key; that member has to register one", member.id)))
}
