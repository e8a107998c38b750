//! Receipts: the entries that a verdict needs, proven against the newest state root in one multiproof.
//!
//! The asker may say what is known of the certificate; that decides which entries the answer holds, by the same walk
//! (`contracts::needed_keys`) by which the asker finds them again. The node gives no verdict.

use super::error::{Code, Problem};
use super::{Api, CAUGHT_UP_WITHIN, RECEIPT_KEYS_MAX, cbor};
use crate::app::App;
use crate::clock;
use axum::extract::{Request, State};
use axum::response::Response;
use contracts::context::Known;
use contracts::execute::read_entry;
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::registry::CoveredBy;
use contracts::standing::{RecordsAtLocator, Standing};
use contracts::{Question, Subject, needed_keys};
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, MemberId, NotAName};
use ledger::lookup::{Locator, RecordKey};
use ledger::place::CountryCode;
use ledger::receipt::{IssueProof, RECEIPT_VERSION, Receipt};
use ledger::state::Fault;
use ledger::time::{Height, Timestamp};
use ledger::transaction::DecodedTransaction;
use ledger::tree::{BuildError, StateKey};
use ledger_store::{TransactionPlace, View};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    subject: AskedSubject,
    /// The country for which the certificate is judged.
    #[serde(rename = "for")]
    for_country: Option<String>,
    kind: Option<u16>,
    class: Option<String>,
    authority: Option<String>,
    country: Option<String>,
    known: Option<AskedKnown>,
    /// Whether the issuing act is wanted.
    #[serde(default)]
    issue: bool,
    /// The newest height that the asker has seen.
    since: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedSubject {
    record: Option<String>,
    issuer: Option<String>,
    country: Option<String>,
    locator: Option<String>,
    keys: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedKnown {
    height: Option<u64>,
    time: Option<u64>,
}

/// What a receipt is asked for.
enum Wanted {
    About(Subject, Box<Question>),
    Keys(BTreeSet<StateKey>),
}

/// `POST /v1/receipts`.
pub(super) async fn receipt(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let (asked, body): (Asked, _) = api.question(request).await?;
    drop(body);
    let (since, issue) = (Height::new(asked.since.unwrap_or(0)), asked.issue);
    let wanted = parse(asked)?;
    caught_up(&api.app, since).await?;
    Ok(cbor(api.read(move |app| make(app, wanted, issue)).await?))
}

/// Waits a little for a height that the asker has seen at another node.
pub(super) async fn caught_up(app: &App, since: Height) -> Result<(), Problem> {
    let mut tip = app.watch_tip();
    let waited = tokio::time::timeout(CAUGHT_UP_WITHIN, tip.wait_for(|tip| tip.height >= since)).await.is_ok();
    if waited {
        return Ok(());
    }
    let detail = format!("the newest block here is {}, the asker has seen {since}; ask again, or another node", app.tip().height);
    Err(Problem::new(Code::Behind, detail))
}

fn bad(place: &str, cause: impl std::fmt::Display) -> Problem {
    Problem::new(Code::BadJson, format!("{place}: {cause}; see /openapi.json for the form"))
}

fn parse(asked: Asked) -> Result<Wanted, Problem> {
    let country = |place: &'static str, text: &str| CountryCode::parse(text).map_err(|error| bad(place, error));
    let subject = match asked.subject {
        AskedSubject { record: Some(record), issuer: None, country: None, locator: None, keys: None } => {
            Subject::Record(RecordKey::from_hex(&record).ok_or_else(|| bad("subject.record", "not 64 hexadecimal digits"))?)
        }
        AskedSubject { record: None, issuer: Some(issuer), country: of, locator: Some(locator), keys: None } => {
            let issuer = MemberId::parse(&issuer).map_err(|error| bad("subject.issuer", error))?;
            let locator = Locator::from_hex(&locator).ok_or_else(|| bad("subject.locator", "not 64 hexadecimal digits"))?;
            Subject::Number { issuer, country: country("subject.country", of.as_deref().unwrap_or(issuer.as_str()))?, locator }
        }
        AskedSubject { record: None, issuer: None, country: None, locator: None, keys: Some(keys) } => {
            if keys.is_empty() || keys.len() > RECEIPT_KEYS_MAX {
                return Err(Problem::new(
                    Code::TooManyItems,
                    format!("subject.keys has {} keys, a receipt has 1 to {RECEIPT_KEYS_MAX}; ask in parts", keys.len()),
                ));
            }
            let keys: Option<BTreeSet<StateKey>> = keys.iter().map(|key| StateKey::from_hex(key)).collect();
            return keys.map(Wanted::Keys).ok_or_else(|| bad("subject.keys", "one is not 64 hexadecimal digits"));
        }
        _ => return Err(bad("subject", "it is {record}, or {issuer, country, locator}, or {keys}, and nothing beside")),
    };
    let mut question = Question::on(clock::now().date());
    question.for_country = asked.for_country.map(|text| country("for", &text)).transpose()?;
    question.country = asked.country.map(|text| country("country", &text)).transpose()?;
    question.kind =
        asked.kind.map(|kind| RecordKind::from_number(kind).ok_or_else(|| bad("kind", "no such kind of record"))).transpose()?;
    question.class = asked.class;
    let authority = asked.authority.map(|text| AuthorityId::parse(&text)).transpose();
    question.authority = authority.map_err(|error: NotAName| bad("authority", error))?;
    question.known = match asked.known {
        None => Known::Now,
        Some(AskedKnown { height: Some(height), time: None }) => Known::AtHeight(Height::new(height)),
        Some(AskedKnown { height: None, time: Some(time) }) => Known::AtTime(Timestamp::from_millis(time)),
        Some(_) => return Err(bad("known", "it is {height} or {time}, in milliseconds since 1970")),
    };
    Ok(Wanted::About(subject, Box::new(question)))
}

fn make(app: &App, wanted: Wanted, issue: bool) -> Result<Vec<u8>, Problem> {
    let view = app.store.view()?;
    let none_yet =
        || Problem::new(Code::NoBlockYet, "no block has been decided yet, and only blocks prove anything; ask again in a few seconds");
    let header = view.header()?.ok_or_else(none_yet)?;
    let commit = view.certificate()?.ok_or_else(none_yet)?;
    let (keys, issue) = match wanted {
        Wanted::Keys(keys) => (keys, None),
        Wanted::About(subject, question) => {
            check_issuer(&view, &subject)?;
            let keys = needed_keys(&view, &subject, &question)?.into_iter().collect();
            let proof = if issue { issue_proof(app, &view, &subject, &question)? } else { None };
            (keys, proof)
        }
    };
    let state = view.prove(&keys).map_err(|error| match error {
        BuildError::Tree(fault) => fault.into(),
        error => Problem::new(Code::ProofTooLong, format!("{error}; ask with the record key, or name kind and authority")),
    })?;
    Ok(Receipt { version: RECEIPT_VERSION, header, commit: commit.into(), state, issue, steps: None }.to_bytes())
}

/// The country of a question by number must be covered by the issuer that it names, or by nobody.
fn check_issuer(view: &View<'_>, subject: &Subject) -> Result<(), Problem> {
    let Subject::Number { issuer, country, .. } = subject else { return Ok(()) };
    match read_entry::<CoveredBy>(view, &key::country(*country))? {
        Some(covered) if covered.member != *issuer => Err(Problem::new(
            Code::OtherIssuer,
            format!("{country} is covered by the member {}, the question names {issuer}; correct the issuer", covered.member),
        )),
        _ => Ok(()),
    }
}

/// The act that issued the newest record of the subject, with its transaction's place in the history.
fn issue_proof(app: &App, view: &View<'_>, subject: &Subject, question: &Question) -> Result<Option<IssueProof>, Problem> {
    let records = match subject {
        Subject::Record(record) => vec![*record],
        Subject::Number { issuer, locator, .. } => {
            read_entry::<RecordsAtLocator>(view, &key::locator(*issuer, locator))?.unwrap_or_default().as_slice().to_vec()
        }
    };
    let mut newest: Option<(RecordKey, Standing)> = None;
    for record in records {
        let Some(standing) = read_entry::<Standing>(view, &key::standing(&record))? else { continue };
        let meant = question.kind.is_none_or(|kind| kind == standing.kind)
            && question.authority.as_ref().is_none_or(|authority| *authority == standing.authority)
            && (question.class.is_none() || question.class == standing.class);
        if meant && newest.as_ref().is_none_or(|(_, other)| other.issued <= standing.issued) {
            newest = Some((record, standing));
        }
    }
    let Some((record, standing)) = newest else { return Ok(None) };
    let height = standing.issued.height;
    let missing =
        || Fault { what: format!("block {height} recorded {record}, and is not on this disk"), remedy: "run symbolon-node audit".into() };
    let block = app.store.block(height)?.ok_or_else(missing)?;
    let outcomes = app.store.outcomes(height)?.ok_or_else(missing)?;
    let mut transactions = (0_u32..).zip(block.transactions.into_iter().zip(outcomes));
    let found = transactions.find_map(|(index, (wire, outcomes))| {
        let decoded = DecodedTransaction::from_wire(wire.into(), &app.network).ok()?;
        let place = contracts::acts::issuing_act(decoded.transaction(), &outcomes, &record, &standing)?;
        Some((index, decoded.act_tree().act(place)?, outcomes))
    });
    let (index, act, outcomes) = found.ok_or_else(missing)?;
    let leaf = app.store.history_index(&TransactionPlace { height, index })?;
    let inclusion = view.inclusion(leaf).map_err(|error| Fault { what: error.to_string(), remedy: "run symbolon-node audit".into() })?;
    Ok(Some(IssueProof { height, index, act, outcomes, inclusion }))
}
