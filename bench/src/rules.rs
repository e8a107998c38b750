//! The rules alone: no signatures, no disk; against the cost of one signature in a batch, measured in the same run.

use crate::world;
use contracts::BlockContext;
use contracts::acts::Issue;
use contracts::standing::{RecordsAtLocator, Standing};
use ledger::codec::Canonical as _;
use ledger::id::{KeyNumber, NetworkId};
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::Height;
use ledger::transaction::{DecodedTransaction, VerifiedTransaction};
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
    let state = Memory(world::founding());
    let transactions = transactions()?;
    let references: Vec<&VerifiedTransaction> = transactions.iter().collect();
    let block = BlockContext { network: NETWORK, height: Height::new(1), time: world::START.saturating_add_ms(1000) };
    let mut execute = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let executed = contracts::execute(&block, &references, &state)?;
        execute = execute.min(began.elapsed());
        let refused = executed.outcomes.iter().flat_map(|outcome| outcome.numbers()).find(|number| **number != 0);
        anyhow::ensure!(refused.is_none(), "an act was refused: {refused:?}");
    }
    let codec = codec(&transactions, &contracts::execute(&block, &references, &state)?.changes)?;
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / ACTS as f64;
    let limit = crate::limits::batched_signature_micros();
    let (all, codec) = (micros(execute), micros(codec));
    Ok(json!({
        "micros_per_act": all, "codec_micros": codec, "rules_micros": all - codec, "limit_micros": limit,
        "ratio": (all - codec) / limit, "ratio_with_codec": all / limit, "acts": ACTS,
    }))
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

fn transactions() -> anyhow::Result<Vec<VerifiedTransaction>> {
    (0..ACTS / ACTS_PER_TRANSACTION)
        .map(|at| {
            let (key, secret) = (KeyNumber::new(1), world::official(1));
            let from = at * ACTS_PER_TRANSACTION;
            let wire = world::signed(NETWORK, &world::authority(), key, &secret, from, ACTS_PER_TRANSACTION, Height::new(100));
            Ok(DecodedTransaction::from_wire(wire, &NETWORK)?.assume_verified())
        })
        .collect()
}
