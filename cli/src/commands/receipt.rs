//! `symbolon receipt`: the file that proves a standing, fetched anew; and what such a file proves.

use crate::Common;
use crate::certificate_file::CertificateFile;
use crate::commands::history;
use crate::commands::issue::{file_name, receipt_for, rivals};
use crate::failure::{Outcome, exit};
use crate::freshness::AsOf;
use crate::input::{self, Given, read_bounded};
use crate::officer::own_clock;
use crate::output::{self, banner, shown};
use crate::partners;
use crate::profile::{Profile, write_atomically};
use crate::record::{Found, Which, find};
use anyhow::Context as _;
use contracts::acts::{Issue, commitment_of};
use contracts::context::Recorded;
use contracts::document::{Document, escape_for_terminal, read_document};
use contracts::standing::Standing;
use ledger::codec::Canonical as _;
use ledger::hash::sha256;
use ledger::id::Signer;
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use ledger::receipt::{Proven, RECEIPT_BYTES_MAX, Receipt};
use ledger::tree::Fact;
use std::path::{Path, PathBuf};

/// Of what, and where to.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon receipt CL-2026-0018834.symbolon     renews or completes the file\n  symbolon receipt CL-2026-0018834 --from CL --out r.receipt\n  symbolon receipt r.receipt                    checks it, says what it proves\n  symbolon receipt aeo.symbolon --for CN        with what China needs for it"
)]
pub struct ReceiptArgs {
    #[command(flatten)]
    which: Which,
    /// Where to write it [default: into the certificate file; of a number, NUMBER.receipt]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The country that it will be shown to [default: the document's destination, else your own]
    #[arg(long = "for", value_name = "XX")]
    for_country: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// If the record is not found, or no node's answer checks.
pub fn run(common: &Common, args: &ReceiptArgs) -> Outcome {
    let profile = common.open()?;
    if let Some(receipt) = alone(&args.which.what) {
        return check(common, &profile, &args.which.what, &receipt);
    }
    let given = args.for_country.as_deref().map(CountryCode::parse).transpose().context("--for")?;
    let own =
        || profile.member().ok().and_then(|member| profile.founding.member(member)).and_then(|member| member.countries.first().copied());
    let found = find(&profile, &args.which, None)?;
    let (receipt, out) = match input::find(&args.which.what)? {
        Given::Certificate(file) => {
            let document = read_document(&file.original).ok();
            // Of a draft in whose place another document was issued, the standing keeps no commitment.
            let opens = |document: &Document| {
                found.standing.was_draft(&sha256(&file.original)) || commitment_of(document, &file.seed) == found.standing.commitment_root
            };
            if !document.as_ref().is_none_or(opens) {
                return Err(opens_nothing(args, &file, &found)?.into());
            }
            let destination = document.and_then(|document| document.destination_country);
            let receipt = receipt_for(&profile, &found.key, given.or(destination).or_else(own))?;
            let out = args.out.clone().unwrap_or_else(|| PathBuf::from(&args.which.what));
            file.with_receipt(receipt.clone()).replace(&out)?;
            (receipt, out)
        }
        _ => {
            let receipt = receipt_for(&profile, &found.key, given.or_else(own))?;
            let number = ledger::id::CertificateNumber::parse(&found.name)?;
            let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.receipt", file_name(&number))));
            write_atomically(&out, &receipt)?;
            (receipt, out)
        }
    };
    let header = Receipt::from_bytes(&receipt)?.header;
    let as_of = AsOf::judge(Recorded { height: header.height, time: header.time }, own_clock(), profile.freshness_ms());
    if common.json {
        output::json(serde_json::json!({
            "environment": profile.founding.environment().as_str(), "record": found.key.to_string(), "file": out, "receipt_bytes": receipt.len(),
            "height": header.height.get(), "time": header.time.to_string(), "as_of": as_of.json(),
        }));
    } else {
        output::result(&format!(
            "receipt of {} bytes {}\n  → {}\n{}",
            receipt.len(),
            as_of.text(output::colour_on_stdout()),
            shown(&out),
            banner(profile.founding.environment(), profile.founding.name())
        ));
    }
    Ok(exit::GOOD)
}

/// Another attempt at the same document was recorded, with a seed of its own. A file that was never completed gets another name.
fn opens_nothing(args: &ReceiptArgs, file: &CertificateFile, found: &Found) -> anyhow::Result<anyhow::Error> {
    let path = Path::new(&args.which.what);
    let aside = rivals::set_aside(path, file, &found.standing)?;
    let aside = aside.map_or_else(String::new, |aside| format!("; it lies in {} now", shown(&aside)));
    Ok(anyhow::anyhow!(
        "{}: this file was not the one that was recorded: its seed opens none of the recorded fields; {}{aside}; ask who holds that key for the other file of this number, or fetch a receipt alone with: symbolon receipt {} --from {}",
        shown(path),
        rivals::recorded_first(&found.name, &found.standing),
        escape_for_terminal(&found.name),
        found.standing.country
    ))
}

/// A receipt that lies in a file of its own.
fn alone(argument: &str) -> Option<Receipt> {
    let path = Path::new(argument);
    let bytes = path.is_file().then(|| read_bounded(path, u64::try_from(RECEIPT_BYTES_MAX).ok()?).ok())??;
    Receipt::from_bytes(&bytes).ok()
}

/// Checks a receipt against the pinned network, and says what it proves.
fn check(common: &Common, profile: &Profile, name: &str, receipt: &Receipt) -> Outcome {
    let name = escape_for_terminal(name);
    let proven = receipt
        .clone()
        .verify(&profile.trust()?, &mut rand::rng())
        .with_context(|| format!("{name}: the receipt proves nothing on the network that you trust"))?;
    let (record, standing) =
        issued(&proven).with_context(|| format!("{name}: the receipt names no record with its standing; fetch it anew by number"))?;
    if !partners::is_shown(profile, &proven, record, &standing) {
        let why = "of whom it does not show that you are one: for a verdict ask symbolon verify";
        return Err(anyhow::anyhow!("{name}: the receipt checks; {}, {why}", partners::TOLD_TO).into());
    }
    let header = proven.header();
    if common.json {
        let mut json = history::json_of(&standing, &record);
        if let Some(object) = json.as_object_mut() {
            object.insert("environment".into(), profile.founding.environment().as_str().into());
            object.insert("height".into(), header.height.get().into());
            object.insert("time".into(), header.time.to_string().into());
        }
        output::json(json);
    } else {
        let banner = banner(profile.founding.environment(), profile.founding.name());
        let number = format!("(record {record})");
        output::result(&format!(
            "{}\nThe receipt checks. It is as of block {} of {}; for a verdict ask: symbolon verify",
            history::text_of(&standing, &number, &banner),
            header.height,
            header.time
        ));
    }
    Ok(exit::GOOD)
}

/// The record that the receipt's act issued, and its proven standing.
fn issued(proven: &Proven) -> Option<(RecordKey, Standing)> {
    let act = &proven.issue()?.act;
    let Signer::Authority(authority) = &act.skeleton().signer else { return None };
    let record = Issue::from_bytes(&act.act().body).ok()?.record_key(authority.member());
    match proven.entry(&contracts::key::standing(&record)) {
        Some(Fact::Present(bytes)) => Some((record, Standing::from_bytes(bytes).ok()?)),
        _ => None,
    }
}
