//! `symbolon certify-copy` and `correct`: an authority certifies another form of its own certificate's document.

use crate::Common;
use crate::commands::authority::date;
use crate::commands::officials::told;
use crate::failure::Outcome;
use crate::input::{self, Given, read_bounded};
use crate::issuer::{Signing, submit_confirmed};
use crate::output::shown;
use crate::record::{Which, find};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{StandingChange, commitment_of, lines_of};
use contracts::document::{DOCUMENT_BYTES_MAX, Document, changed_fields, escape_for_terminal, read_document};
use contracts::standing::{Line, Verb, Version};
use ledger::commitment::Seed;
use ledger::hash::sha256;
use std::path::PathBuf;

/// Which certificate, and the other form of its document.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon certify-copy CL-2026-0018834.symbolon copy.json\n  symbolon correct CL-2026-0018834.symbolon corrected.json --reason 4",
    after_help = "The number, the goods and their quantities stay: for anything else there is\nsymbolon replace. Both forms count from then on, and draw from one quantity.\nWhoever has the certificate file verifies the other form with:\n  symbolon verify CL-2026-0018834.symbolon --document copy.json"
)]
pub struct OtherForm {
    /// The certificate file of the original
    original: String,
    /// The copy or the corrected document
    document: PathBuf,
    /// The date of certification [default: today]
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE")]
    reason: Option<u16>,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If certificate file or document do not fit, or profile, key or node fail.
pub fn run(common: &Common, verb: Verb, args: &OtherForm) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let effective = date(args.effective.as_deref())?;
    let which = Which { what: args.original.clone(), from: None, kind: None, class: None };
    let found = find(&profile, &which, Some(&authority))?;
    let bytes = read_bounded(&args.document, DOCUMENT_BYTES_MAX as u64)?;
    let form = read_document(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", shown(&args.document)))?;
    let (original, seed) = opened(&args.original)?;
    same_certificate(&original, &form, &seed, &found.standing.lines).with_context(|| shown(&args.document))?;
    let version = Version { document_digest: sha256(&bytes), commitment_root: commitment_of(&form, &seed) };
    let follows = u32::try_from(found.standing.acts.len()).unwrap_or(u32::MAX);
    let change = StandingChange { record_key: found.key, effective, reason: args.reason, follows, until: None, version: Some(version) };
    let act = change.into_act(found.standing.kind, verb);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    let changed: Vec<String> =
        changed_fields(&original, &form).into_iter().map(|change| escape_for_terminal(&change.path).into_owned()).collect();
    let differs = if changed.is_empty() { "no field differs".to_owned() } else { format!("differing: {}", changed.join(", ")) };
    let done = format!("{} {} on {effective}; {differs}", escape_for_terminal(&found.name), verb.participle());
    told(common, &profile, &authority, &act, &became, &done)
}

/// The document in a certificate file, and what opens its commitments.
fn opened(what: &str) -> anyhow::Result<(Document, Seed)> {
    match input::find(what)? {
        Given::Certificate(file) => {
            let document = read_document(&file.original).map_err(|error| anyhow::anyhow!("{}: {error}", escape_for_terminal(what)))?;
            Ok((document, file.seed))
        }
        Given::Number(_) | Given::Document(..) => {
            bail!("'{}' is no certificate file; give NUMBER.symbolon, which opens the commitments", escape_for_terminal(what))
        }
    }
}

/// Another form is the same certificate: its number, its country, its agreement, and its goods.
fn same_certificate(original: &Document, form: &Document, seed: &Seed, recorded: &[Line]) -> anyhow::Result<()> {
    ensure!(form.kind == original.kind, "it is of another kind than the certificate; replace the certificate instead");
    ensure!(
        form.number == original.number,
        "its number is {}, the certificate's {}; replace the certificate instead",
        form.number,
        original.number
    );
    ensure!(
        form.issuing_country == original.issuing_country && form.class == original.class,
        "its country or agreement is not the certificate's; replace the certificate instead"
    );
    let lines: Vec<Line> = lines_of(form, seed)?.into_iter().map(Into::into).collect();
    ensure!(lines == recorded, "it changes the goods, their codes or quantities; replace the certificate instead");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_form_keeps_number_agreement_and_goods() {
        let text = include_str!("../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
        let (original, seed) = (read_document(text.as_bytes()).unwrap(), Seed::new([7; 16]));
        let lines: Vec<Line> = lines_of(&original, &seed).unwrap().into_iter().map(Into::into).collect();
        let with = |was: &str, is: &str| {
            assert!(text.contains(was), "{was}");
            let form = read_document(text.replacen(was, is, 1).as_bytes()).unwrap();
            same_certificate(&original, &form, &seed, &lines)
        };
        assert!(with("MV Example Aconcagua 604W", "MV Example Aconcagua 605W").is_ok());
        assert!(with("\"certified_copy\": false", "\"certified_copy\": true").is_ok());
        for (was, is, named) in [
            ("CL-2026-0018834", "CL-2026-0018835", "number"),
            ("\"agreement\": \"CL-CN\"", "\"agreement\": \"RCEP\"", "agreement"),
            ("10800.00", "10900.00", "quantities"),
            ("220421", "220422", "goods"),
        ] {
            let error = with(was, is).unwrap_err().to_string();
            assert!(error.contains(named), "{is}: {error}");
        }
    }
}
