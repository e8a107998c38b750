//! Which acts of the chain an authority or one of its keys signed, and which certificates rest on given records.
//!
//! It only points: whoever asks proves each record by `POST /v1/receipts`. Blocks are read forward, page by page, and
//! those without a transaction are passed over by what their headers say of the history; nothing is kept between pages
//! and no index is written. The consensus thread takes no part.

use super::error::{Code, Problem};
use super::receipt::caught_up;
use super::{Api, json};
use crate::app::App;
use axum::extract::{Request, State};
use axum::response::Response;
use contracts::impact::{Found, RECORDS_SEARCHED_MAX, Search, Why};
use ledger::id::{AuthorityId, KeyNumber};
use ledger::lookup::RecordKey;
use ledger::state::Fault;
use ledger::time::Height;
use ledger::transaction::{DecodedTransaction, Outcomes};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What one page may hold: it ends with the block that reaches one of these.
#[derive(Clone, Copy, Debug)]
pub struct PageMax {
    /// How many blocks with transactions it reads.
    pub blocks: usize,
    /// How many bytes of transactions it reads.
    pub bytes: usize,
    /// How many acts it names.
    pub acts: usize,
}

/// What one page holds at most.
pub const PAGE_MAX: PageMax = PageMax { blocks: 2_000, bytes: 16 * 1024 * 1024, acts: 10_000 };
/// How many searches read at the same time; others wait.
pub const SEARCHES_AT_ONCE_MAX: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Acts of this authority.
    signer: Option<String>,
    /// Under this key alone.
    key: Option<u32>,
    /// Certificates that rest on one of these records.
    #[serde(default)]
    records: Vec<String>,
    /// The first block.
    from: u64,
    /// The last block.
    until: Option<u64>,
}

/// `POST /v1/acts`.
pub(super) async fn acts(State(api): State<Arc<Api>>, request: Request) -> Result<Response, Problem> {
    let (asked, body): (Asked, _) = api.question(request).await?;
    let search = parse(&asked)?;
    drop(body);
    let until = asked.until.map(Height::new);
    if let Some(until) = until {
        caught_up(&api.app, until).await?;
    }
    let stopping = || Problem::new(Code::Stopping, "the node is shutting down; ask again later, or another node");
    let _turn = api.searches.acquire().await.map_err(|_| stopping())?;
    let from = Height::new(asked.from.max(1));
    Ok(json(&api.read(move |app| page(app, &search, from, until.unwrap_or(app.tip().height), PAGE_MAX)).await?))
}

fn bad(place: &str, cause: impl std::fmt::Display) -> Problem {
    Problem::new(Code::BadJson, format!("{place}: {cause}; see /openapi.json for the form"))
}

fn parse(asked: &Asked) -> Result<Search, Problem> {
    let signer = asked.signer.as_deref().map(AuthorityId::parse).transpose().map_err(|error| bad("signer", error))?;
    if asked.key.is_some() && signer.is_none() {
        return Err(bad("key", "a key's number means something with its authority alone: add signer"));
    }
    if signer.is_none() && asked.records.is_empty() {
        return Err(bad("signer", "there is neither a signer nor a record to look for: add signer, or records"));
    }
    if asked.records.len() > RECORDS_SEARCHED_MAX {
        let detail = format!("records has {} entries, the most is {RECORDS_SEARCHED_MAX}; ask in parts", asked.records.len());
        return Err(Problem::new(Code::TooManyItems, detail));
    }
    let records: Option<BTreeSet<RecordKey>> = asked.records.iter().map(|text| RecordKey::from_hex(text)).collect();
    let records = records.ok_or_else(|| bad("records", "one is not 64 hexadecimal digits"))?;
    Ok(Search { signer: signer.map(|signer| (signer, asked.key.map(KeyNumber::new))), records })
}

pub(super) fn page(app: &App, search: &Search, from: Height, until: Height, most: PageMax) -> Result<Value, Problem> {
    let (mut acts, mut blocks, mut bytes) = (Vec::new(), 0_usize, 0_usize);
    let mut next = from;
    while let Some(height) = next_with_transactions(app, next, until)? {
        if blocks >= most.blocks || bytes >= most.bytes || acts.len() >= most.acts {
            return Ok(json!({ "acts": acts, "until": until.get(), "next": height.get() }));
        }
        let block = app.store.block(height)?.ok_or_else(|| missing(height))?;
        let outcomes = app.store.outcomes(height)?.ok_or_else(|| missing(height))?;
        for (index, (wire, outcomes)) in (0_u32..).zip(block.transactions.into_iter().zip(outcomes)) {
            bytes = bytes.saturating_add(wire.len());
            let decoded = DecodedTransaction::from_wire(wire.into(), &app.network)
                .map_err(|error| fault(format!("transaction {index} of block {height}: {error}")))?;
            let counts = |act: u32| is_accepted(&outcomes, act);
            let found = search.among(decoded.transaction(), counts);
            acts.extend(found.into_iter().map(|found| view(height, index, &found)));
        }
        blocks = blocks.saturating_add(1);
        next = height.saturating_add(1);
    }
    Ok(json!({ "acts": acts, "until": until.get(), "next": null }))
}

fn is_accepted(outcomes: &Outcomes, act: u32) -> bool {
    usize::try_from(act).ok().and_then(|act| outcomes.numbers().get(act)) == Some(&Outcomes::ACCEPTED)
}

fn view(height: Height, index: u32, found: &Found) -> Value {
    let names = match found.why {
        Why::Signed => None,
        Why::Names(record) => Some(record.to_string()),
    };
    json!({ "height": height.get(), "index": index, "act": found.act, "record": found.record.to_string(), "names": names })
}

/// The first block from `from` to `until` that holds a transaction: where the history is longer than before it.
fn next_with_transactions(app: &App, from: Height, until: Height) -> Result<Option<Height>, Problem> {
    let length = |height: u64| match height {
        0 => Ok::<u64, Problem>(0),
        _ => Ok(app.store.header(Height::new(height))?.ok_or_else(|| missing(Height::new(height)))?.history_size),
    };
    Ok(first_longer(from.get(), until.get(), length)?.map(Height::new))
}

/// The first height from `from` to `last` with a longer history than the height before `from`. Lengths are looked at in
/// growing steps, so that a night without work costs a few of them.
fn first_longer<E>(from: u64, last: u64, length: impl Fn(u64) -> Result<u64, E>) -> Result<Option<u64>, E> {
    let (mut low, mut step) = (from, 1_u64);
    if low > last {
        return Ok(None);
    }
    let before = length(low.saturating_sub(1))?;
    loop {
        let mut high = low.saturating_add(step - 1).min(last);
        if length(high)? > before {
            while low < high {
                let middle = low + (high - low) / 2;
                if length(middle)? > before {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return Ok(Some(low));
        }
        if high == last {
            return Ok(None);
        }
        low = high + 1;
        step = step.saturating_mul(2);
    }
}

fn missing(height: Height) -> Problem {
    fault(format!("block {height} is not on this disk"))
}

fn fault(what: String) -> Problem {
    Fault { what, remedy: "run symbolon-node audit".into() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn blocks_without_transactions_are_passed_over_in_few_steps() {
        // The history's length after each height, from 0 on.
        let lengths = [0, 0, 2, 2, 2, 2, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7_u64];
        for from in 1..lengths.len() {
            for last in 0..lengths.len() {
                let found = first_longer(from as u64, last as u64, |height| Ok::<u64, ()>(lengths[height as usize])).unwrap();
                let naive = (from..=last).find(|height| lengths[*height] > lengths[from - 1]).map(|height| height as u64);
                assert_eq!(found, naive, "from {from} to {last}");
            }
        }
        let looked = Cell::new(0);
        let quiet = |height: u64| {
            looked.set(looked.get() + 1);
            Ok::<u64, ()>(u64::from(height >= 900_000))
        };
        assert_eq!(first_longer(1, 1_000_000, quiet), Ok(Some(900_000)));
        assert!(looked.get() < 60, "{} headers", looked.get());
    }
}
