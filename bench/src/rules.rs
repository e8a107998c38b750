//! The rules alone: no signatures, no disk; against the cost of one signature in a batch, measured in the same run.

use crate::world;
use contracts::BlockContext;
use contracts::acts::{Issue, UseLine};
use contracts::destination::OfficeVerb;
use contracts::kinds::RecordKind;
use contracts::standing::{RecordsAtLocator, Standing};
use ledger::codec::Canonical as _;
use ledger::hash::sha256;
use ledger::id::{AuthorityId, KeyNumber, NetworkId};
use ledger::lookup::LocatorOpening;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::Height;
use ledger::transaction::{Act, DecodedTransaction, VerifiedTransaction};
use ledger::tree::StateKey;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const NETWORK: NetworkId = NetworkId::new([1; 32]);
/// How many acts a block of the measurement has, and how many a transaction.
const ACTS: u64 = 1024;
const ACTS_PER_TRANSACTION: u64 = 256;
/// How often each thing is measured; the best counts.
const ROUNDS: usize = 30;

struct Memory(Changes);

impl StateRead for Memory {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }
}

/// R1: what the rules cost an act, beside what a batched check costs a signature. The reading of acts and the writing of
/// what stands after them, in canonical bytes, are measured alone and told apart.
pub fn rules() -> anyhow::Result<Value> {
    let mut state = Memory(world::founding());
    let issues = transactions(&world::authority(), |index| {
        let issue = Issue { locators: vec![opening(index).locator(world::office().member())], ..world::issue(index) };
        issue.into_act(RecordKind::SpsCertificate)
    })?;
    let (execute, changes) = executed(1, &issues, &state)?;
    let codec = codec(&issues, &changes)?;
    state.0.extend(changes);
    let (hold, _) = executed(2, &transactions(&world::office(), reserve)?, &state)?;
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / ACTS as f64;
    let limit = crate::limits::batched_signature_micros();
    let (all, codec) = (micros(execute), micros(codec));
    Ok(json!({
        "micros_per_act": all, "codec_micros": codec, "rules_micros": all - codec, "limit_micros": limit,
        "ratio": (all - codec) / limit, "ratio_with_codec": all / limit, "acts": ACTS,
        "reserve_micros": micros(hold), "reserve_ratio_with_codec": micros(hold) / limit,
    }))
}

/// How long a block of these takes, and what it changes.
fn executed(height: u64, transactions: &[VerifiedTransaction], state: &Memory) -> anyhow::Result<(Duration, Changes)> {
    let references: Vec<&VerifiedTransaction> = transactions.iter().collect();
    let time = world::START.saturating_add_ms(height * 1000);
    let block = BlockContext { network: NETWORK, height: Height::new(height), time };
    let (mut best, mut changes) = (Duration::MAX, Changes::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let executed = contracts::execute(&block, &references, state)?;
        best = best.min(began.elapsed());
        let refused = executed.outcomes.iter().flat_map(|outcome| outcome.numbers()).find(|number| **number != 0);
        anyhow::ensure!(refused.is_none(), "an act was refused: {refused:?}");
        changes = executed.changes;
    }
    Ok((best, changes))
}

/// What opens the locator of a certificate.
fn opening(index: u64) -> LocatorOpening {
    LocatorOpening::new(*sha256(&index.to_be_bytes()).as_bytes())
}

/// An act that holds something of it.
fn reserve(index: u64) -> Act {
    let line = world::issue(index).lines.remove(0);
    UseLine {
        record_key: world::record_key(index),
        line: line.number,
        declaration: sha256(&index.to_le_bytes()),
        amount: Some(1000),
        code: line.code,
        unit: line.unit,
        until: None,
        of: None,
        opening: Some(opening(index)),
        follows: None,
        whole: None,
    }
    .into_act(RecordKind::SpsCertificate, OfficeVerb::Reserve)
}

/// What it takes to read the acts and to write what stands after them.
fn codec(transactions: &[VerifiedTransaction], changes: &Changes) -> anyhow::Result<Duration> {
    let standings: Vec<Standing> = changes.values().filter_map(|value| Standing::from_bytes(value).ok()).collect();
    let lists: Vec<RecordsAtLocator> = changes.values().filter_map(|value| RecordsAtLocator::from_bytes(value).ok()).collect();
    let written = (standings.len() as u64, lists.len() as u64, changes.len() as u64);
    anyhow::ensure!(written == (ACTS, ACTS, 2 * ACTS), "{written:?} standings, lists and entries after {ACTS} acts");
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for act in transactions.iter().flat_map(|transaction| &transaction.transaction().acts) {
            std::hint::black_box(Issue::from_bytes(&act.body)?);
        }
        standings.iter().for_each(|standing| drop(std::hint::black_box(standing.to_bytes())));
        lists.iter().for_each(|list| drop(std::hint::black_box(list.to_bytes())));
        best = best.min(began.elapsed());
    }
    Ok(best)
}

/// As many acts as are measured, of one signer.
fn transactions(signer: &AuthorityId, act: impl Fn(u64) -> Act) -> anyhow::Result<Vec<VerifiedTransaction>> {
    let of_one = |at: u64| {
        let (key, secret) = (KeyNumber::new(1), world::official(1));
        let acts = (at * ACTS_PER_TRANSACTION..(at + 1) * ACTS_PER_TRANSACTION).map(&act).collect();
        let wire = world::signed_acts(NETWORK, signer, key, &secret, acts, Height::new(100));
        Ok(DecodedTransaction::from_wire(wire, &NETWORK)?.assume_verified())
    };
    (0..ACTS / ACTS_PER_TRANSACTION).map(of_one).collect()
}
