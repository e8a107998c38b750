//! Figures, as ratios against limits measured in the same run (`docs/benchmarks.md` says what each means).

mod large;
mod limits;
mod local;
mod network;
mod rules;
mod world;

use clap::Parser;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Measures this machine's limits and the product's figures beside them.
#[derive(Parser)]
struct Options {
    /// Where the figures are written
    #[arg(long, default_value = "bench/results/latest.json")]
    out: PathBuf,
    /// Fewer entries and records: a minute instead of several
    #[arg(long)]
    quick: bool,
    /// Only these (P1, P4, …), separated by commas; P5-100M is measured only if it is named here
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let mut results = serde_json::Map::new();
    let mut put = |name: &str, value: Value| {
        println!("{name} {value}");
        results.insert(name.to_owned(), value);
    };
    put("machine", machine());
    put("command", json!(std::env::args().collect::<Vec<_>>().join(" ")));
    let preload = if options.quick { 100_000 } else { 1_000_000 };
    if wanted("P1") {
        put("P1", local::path(preload, if options.quick { 10 } else { 30 })?);
    }
    if wanted("R1") {
        put("R1", rules::rules()?);
    }
    if wanted("P4") || wanted("P5") {
        let (check, size) = local::receipt(preload)?;
        let (_, small) = local::receipt(1000)?;
        put("P4", check);
        put("P5", json!({"proof_bytes_1m": size["proof_bytes"], "receipt_bytes": size["receipt_bytes"], "at_1m": size, "at_1000": small}));
    }
    if options.only.iter().any(|only| only == "P5-100M") {
        put("P5-100M", large::proofs(100_000_000)?);
    }
    if ["P2", "P3", "P9", "P10", "P11"].iter().any(|name| wanted(name)) {
        network::measure(options.quick, wanted, &mut put)?;
    }
    if let Some(Value::Object(process)) = results.remove("P4 process") {
        // The whole process belongs to P4, beside the check alone.
        if let Some(check) = results.get_mut("P4").and_then(Value::as_object_mut) {
            check.extend(process);
        }
    }
    if let Some(large) = results.remove("P5-100M") {
        // One figure at three sizes.
        let size = results.entry("P5").or_insert_with(|| json!({}));
        size["at_100m"] = large;
    }
    if let Some(parent) = options.out.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(&options.out, format!("{:#}\n", Value::Object(results)))?;
    println!("written to {}", options.out.display());
    Ok(())
}

fn machine() -> Value {
    let field = |file: &str, name: &str| {
        std::fs::read_to_string(file)
            .unwrap_or_default()
            .lines()
            .find_map(|line| line.strip_prefix(name).map(|rest| rest.trim_start_matches([':', ' ', '\t']).trim().to_owned()))
    };
    json!({
        "cpu": field("/proc/cpuinfo", "model name"),
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "memory": field("/proc/meminfo", "MemTotal"),
        "kernel": std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
    })
}
