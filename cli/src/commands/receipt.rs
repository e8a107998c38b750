//! `symbolon receipt`: the file that proves a standing, fetched anew.

use crate::Common;
use crate::certificate_file::CertificateFile;
use crate::commands::issue::receipt_for;
use crate::failure::{Outcome, exit};
use crate::input::{self, Given};
use crate::output::{self, banner};
use crate::profile::write_atomically;
use crate::record::{Which, find};
use anyhow::Context as _;
use ledger::codec::Canonical as _;
use ledger::place::CountryCode;
use ledger::receipt::Receipt;
use std::path::PathBuf;

/// Of what, and where to.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon receipt CL-2026-0018834.symbolon            renews the receipt in the file\n  symbolon receipt CL-2026-0018834 --from CL --out r.receipt\n  symbolon receipt aeo.symbolon --for CN               with what China needs to recognise it"
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
    let given = args.for_country.as_deref().map(CountryCode::parse).transpose().context("--for")?;
    let own =
        || profile.member().ok().and_then(|member| profile.founding.member(member)).and_then(|member| member.countries.first().copied());
    let found = find(&profile, &args.which, None)?;
    let (bytes, receipt, out) = match input::find(&args.which.what)? {
        Given::Certificate(file) => {
            let destination = contracts::document::read_document(&file.original).ok().and_then(|document| document.destination_country);
            let receipt = receipt_for(&profile, &found.key, given.or(destination).or_else(own))?;
            let renewed = CertificateFile { receipt: Some(receipt.clone().into()), ..*file };
            (renewed.to_bytes(), receipt, args.out.clone().unwrap_or_else(|| PathBuf::from(&args.which.what)))
        }
        _ => {
            let receipt = receipt_for(&profile, &found.key, given.or_else(own))?;
            let number = ledger::id::CertificateNumber::parse(&found.name)?;
            let default = PathBuf::from(format!("{}.receipt", crate::commands::issue::file_name(&number)));
            (receipt.clone(), receipt, args.out.clone().unwrap_or(default))
        }
    };
    write_atomically(&out, &bytes)?;
    let header = Receipt::from_bytes(&receipt)?.header;
    if common.json {
        output::json(serde_json::json!({
            "environment": profile.founding.environment().as_str(), "record": found.key.to_string(), "file": out, "receipt_bytes": receipt.len(),
            "height": header.height.get(), "time": header.time.to_string(),
        }));
    } else {
        output::result(&format!(
            "receipt of {} bytes as of block {} of {} → {}\n{}",
            receipt.len(),
            header.height,
            header.time,
            out.display(),
            banner(profile.founding.environment(), profile.founding.name())
        ));
    }
    Ok(exit::GOOD)
}
