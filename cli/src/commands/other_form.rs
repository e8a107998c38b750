//! `symbolon certify-copy` and `correct`: an authority certifies another form of its own certificate's document.

use crate::Common;
use crate::commands::authority::date;
use crate::commands::keys::say;
use crate::commands::officials::told;
use crate::failure::Outcome;
use crate::input::{self, Given, read_bounded_document};
use crate::issuer::{Signing, submit_confirmed};
use crate::output::shown;
use crate::record::{Which, find};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{StandingChange, commitment_of, may_be_certified};
use contracts::context::Known;
use contracts::document::{DOCUMENT_BYTES_MAX, Document, changed_fields, escape_for_terminal, read_document};
use contracts::refusal::Refusal;
use contracts::standing::{Standing, Verb, Version};
use ledger::commitment::Seed;
use ledger::hash::{Hash, sha256};
use std::path::{Path, PathBuf};

/// Which certificate, and the other form of its document.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon certify-copy CL-2026-0018834.symbolon copy.json\n  symbolon correct CL-2026-0018834.symbolon corrected.json --reason 4",
    after_help = "A correction touches names and addresses of the parties, transport, marks,\npackages, descriptions, invoices and remarks; a copy differs by its mark\n(flags.certified_copy) and its certification. For anything else there is\nsymbolon replace. All forms count from then on, and draw from one quantity.\nWhoever has the certificate file verifies the other form with:\n  symbolon verify CL-2026-0018834.symbolon --document copy.json"
)]
pub struct OtherForm {
    /// The certificate file of the original
    original: String,
    /// The copy or the corrected document
    document: PathBuf,
    /// The recorded correction of which this is the copy [default: the original]
    #[arg(long, value_name = "FILE")]
    of: Option<PathBuf>,
    /// The date of certification [default: today]
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = super::withdrawal::reason)]
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
    let standing = &found.standing;
    if !standing.kind.rules().acts().iter().any(|act| act.verb == verb) {
        let why = super::withdrawal::not_of_this_kind(standing.kind, verb);
        return Ok(say(common, &profile, 0, Refusal::VerbNotOfThisKind.number(), &why, ""));
    }
    let (form, bytes) = read(&args.document)?;
    if let Some(why) = known_as(standing, &sha256(&bytes)) {
        return Ok(say(common, &profile, 0, Refusal::VersionKnown.number(), &format!("{}: {why}", shown(&args.document)), ""));
    }
    let (original, seed) = opened(&args.original, standing)?;
    let of = match &args.of {
        None => original,
        Some(path) => corrected(verb, path, standing)?,
    };
    may_be_certified(verb, &of, &form, &seed, standing).with_context(|| shown(&args.document))?;
    let version = Version { document_digest: sha256(&bytes), commitment_root: commitment_of(&form, &seed) };
    let follows = u32::try_from(standing.acts.len()).unwrap_or(u32::MAX);
    let change = StandingChange {
        record_key: found.key,
        effective,
        reason: args.reason,
        follows,
        until: None,
        version: Some(version),
        stands_by: None,
    };
    let act = change.into_act(standing.kind, verb);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    let changed: Vec<String> =
        changed_fields(&of, &form).into_iter().map(|change| escape_for_terminal(&change.path).into_owned()).collect();
    let differs = if changed.is_empty() { "no field differs".to_owned() } else { format!("differing: {}", changed.join(", ")) };
    let done = format!("{} {} on {effective}; {differs}", escape_for_terminal(&found.name), verb.participle());
    told(common, &profile, &authority, &act, &became, &done)
}

fn read(path: &Path) -> anyhow::Result<(Document, Vec<u8>)> {
    let bytes = read_bounded_document(path, DOCUMENT_BYTES_MAX as u64)?;
    let document = read_document(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", shown(path)))?;
    Ok((document, bytes))
}

/// The recorded document in a certificate file, and what opens its commitments.
fn opened(what: &str, standing: &Standing) -> anyhow::Result<(Document, Seed)> {
    let name = escape_for_terminal(what);
    match input::find(what)? {
        Given::Certificate(file) => {
            ensure!(
                sha256(&file.original) == standing.document_digest,
                "{name}: the document in the file is not the one recorded; give the file as it was issued"
            );
            let document = read_document(&file.original).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
            Ok((document, file.seed))
        }
        Given::Number(_) | Given::Document(..) => {
            bail!("'{name}' is no certificate file; give NUMBER.symbolon, which opens the commitments")
        }
    }
}

/// The recorded correction of which a copy is certified.
fn corrected(verb: Verb, path: &Path, standing: &Standing) -> anyhow::Result<Document> {
    ensure!(
        verb == Verb::CertifyCopy,
        "--of names the corrected document of a copy; a correction is compared with the original: leave it out"
    );
    let (document, bytes) = read(path)?;
    let is_correction = standing.form(&sha256(&bytes), Known::Now).is_some_and(|act| act.verb == Verb::Correct);
    ensure!(is_correction, "--of {}: it is not recorded as a correction of this certificate; correct the certificate first", shown(path));
    Ok(document)
}

/// As what a document is recorded already.
fn known_as(standing: &Standing, digest: &Hash) -> Option<String> {
    if standing.document_digest == *digest {
        return Some("this is the certificate's own document, byte for byte; there is nothing to certify".to_owned());
    }
    let act = standing.form(digest, Known::Now)?;
    let what = if act.verb == Verb::Correct { "a correction" } else { "a certified true copy" };
    Some(format!("it is recorded already, as {what} of {}, and stays that; for anything else there is symbolon replace", act.effective))
}
