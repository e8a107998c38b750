//! Measures the state tree on disk: batches of new random keys into a tree of some size, and proofs from it.
//!
//! `cargo run --release -p symbolon-ledger-store --example state_tree -- [KEYS] [BATCH] [CACHE_MIB]`

use ledger::codec::Canonical;
use ledger::hash::sha256;
use ledger::id::NetworkId;
use ledger::state::Changes;
use ledger::tree::StateKey;
use ledger_store::{Options, Store};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn key(number: u64) -> StateKey {
    StateKey::new(*sha256(&number.to_be_bytes()).as_bytes())
}

fn batch(from: u64, count: u64) -> Changes {
    (from..from + count).map(|number| (key(number), number.to_be_bytes().repeat(4))).collect()
}

fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |index: usize, otherwise: u64| std::env::args().nth(index).map_or(Ok(otherwise), |text| text.parse());
    let (keys, batch_keys, cache_mib) = (argument(1, 1_000_000)?, argument(2, 1_000)?, argument(3, 64)?);
    let home = tempfile::tempdir_in(".")?;
    let options = Options { cache_bytes: cache_mib << 20, ..Options::default() };
    let store = Store::open_with(home.path(), NetworkId::new([7; 32]), options)?;

    let started = Instant::now();
    for from in (0..keys).step_by(10_000) {
        let changes = batch(from, 10_000.min(keys - from));
        store.write_state(&changes, store.view()?.update(&changes)?)?;
    }
    let before = cpu();
    let mut hash = sha256(b"");
    for _ in 0..1_000_000 {
        hash = ledger::tree::node_hash(&hash, &hash);
    }
    println!("one node's hash: {:.3} us ({hash:.8})", (cpu() - before).as_secs_f64());
    println!("{keys} keys in batches of 10,000: {:.1} s", started.elapsed().as_secs_f64());

    let (mut update_us, mut update_cpu, mut write_ms, mut write_cpu, mut page_bytes) = (vec![], vec![], vec![], vec![], vec![]);
    for number in 0..40 {
        let changes = batch(keys + number * batch_keys, batch_keys);
        let (wall, before) = (Instant::now(), cpu());
        let update = store.view()?.update(&changes)?;
        update_us.push(wall.elapsed().as_secs_f64() * 1e6 / batch_keys as f64);
        update_cpu.push((cpu() - before).as_secs_f64() * 1e6 / batch_keys as f64);
        page_bytes.push(update.page_bytes() as f64 / batch_keys as f64);
        let (wall, before) = (Instant::now(), cpu());
        store.write_state(&changes, update)?;
        write_ms.push(wall.elapsed().as_secs_f64() * 1e3);
        write_cpu.push((cpu() - before).as_secs_f64() * 1e6 / batch_keys as f64);
    }
    println!(
        "batch of {batch_keys}: update {:.2} us a key (cpu {:.2}), pages {:.0} B a key, synced write {:.1} ms (cpu {:.2} us a key)",
        median(update_us),
        median(update_cpu),
        median(page_bytes),
        median(write_ms),
        median(write_cpu)
    );
    for (what, first) in [("presence", 0), ("absence", 1 << 40)] {
        let view = store.view()?;
        let (mut bytes, mut prove, mut verify) = (vec![], vec![], vec![]);
        for number in 0..500 {
            let wanted = BTreeSet::from([key(first + number * (keys / 500))]);
            let wall = Instant::now();
            let proof = view.prove(&wanted)?;
            prove.push(wall.elapsed().as_secs_f64() * 1e6);
            let value = if first == 0 { 32 } else { 0 };
            bytes.push(proof.to_bytes().len() as f64 - f64::from(value));
            let wall = Instant::now();
            proof.verify(&view.tip().state_root)?;
            verify.push(wall.elapsed().as_secs_f64() * 1e6);
        }
        let mean = bytes.iter().sum::<f64>() / bytes.len() as f64;
        let most = bytes.iter().copied().fold(0.0, f64::max);
        println!(
            "{what}: {mean:.0} B, at most {most:.0} B (with the 32 B key, without the value); made in {:.1} us, checked in {:.1} us",
            median(prove),
            median(verify)
        );
    }
    println!("cached pages: {:.1} MiB", store.cached_bytes() as f64 / f64::from(1 << 20));
    Ok(())
}
