//! Whether a certificate file is the one that was handed over: docs/spec/certificate-file.md.

use super::InHand;
use crate::certificate_file::CertificateFile;
use contracts::acts::{Issue, commitment_of, is_as_recorded, may_have_been_certified};
use contracts::context::Known;
use contracts::key;
use contracts::standing::Verb;
use contracts::verdict::{CheckName, CheckOutcome, Facts, Reason, RecordFacts, Verdict, Word};
use ledger::codec::Canonical as _;
use ledger::hash::sha256;
use ledger::id::Signer;
use ledger::receipt::{Proven, Receipt, Step, Trust};
use ledger::tree::Fact;

/// Finds out whether the parts of a certificate file belong together: one that was changed is never called valid, even
/// around a genuine document, since whoever changed it wants something to be read out of it.
pub fn look_at(facts: &Facts, in_hand: &InHand, verdict: &mut Verdict) {
    let (Some(file), Some(record)) = (&in_hand.file, facts.records.first()) else { return };
    let digest = sha256(&file.original);
    if record.standing.was_draft(&digest) {
        // Of the draft the standing keeps the document's digest alone; the verdict is about the document that was shown.
        if in_hand.shown.as_ref().is_some_and(|(_, shown)| *shown != digest) {
            verdict.flags.push("the certificate file is that of the draft; the certificate has a file of its own".into());
        }
        return;
    }
    let compared = in_hand.shown.as_ref().is_some_and(|(shown, _)| shown.is_some());
    let changed = if record.standing.document_digest != digest {
        if compared {
            verdict.flags.push("the certificate file was changed itself: what it says of the document shown means nothing".into());
        }
        "the document in it is not the one recorded"
    } else if file.media_type != record.standing.media_type.as_str() {
        "the media type in it is not the one recorded"
    // Of a record that does not answer the question, as one that was not recorded by then, no key is read.
    } else if record.issuer.is_some() && !is_its_act(file, record) {
        "the signed act in it is not the one that issued the record"
    } else if in_hand.original.as_ref().is_some_and(|document| commitment_of(document, &file.seed) != record.standing.commitment_root) {
        "the seed in it opens none of the recorded fields"
    } else {
        if let Some(why) = beyond_a_form(file, in_hand, record) {
            alter(verdict, Reason::OtherDocument, why.clone(), why);
        }
        // A draft has the status of one, which no certificate has.
        let issued = in_hand.original.as_ref().filter(|_| !record.standing.is_draft_then(Known::Now));
        let differs = issued.and_then(|document| is_as_recorded(document, &file.seed, &record.standing).err());
        if let Some(differs) = differs {
            let sentence =
                format!("{differs}: it was not recorded as it was made out; do not rely on it, and ask {}", record.standing.authority);
            alter(verdict, Reason::RecordDiffers, sentence, differs.to_string());
        }
        return;
    };
    let recorded_by_another = file.receipt.is_none() && record.standing.document_digest == digest;
    let sentence = if recorded_by_another {
        format!(
            "the certificate file is not of the act that was recorded: {changed}; ask {} for the other file of this number, or verify the document alone",
            record.standing.authority
        )
    } else {
        format!("the certificate file was changed: {changed}; ask for the file again, or verify the document alone")
    };
    alter(verdict, Reason::FileChanged, sentence, changed.to_owned());
}

/// What the file proves takes the place of what the ledger alone tells; what comes before in the order of verdicts stays said.
fn alter(verdict: &mut Verdict, reason: Reason, sentence: String, detail: String) {
    if verdict.word <= Word::Altered {
        return;
    }
    (verdict.word, verdict.reason, verdict.sentence, verdict.deciding) = (Word::Altered, reason, sentence, None);
    verdict.benefits.clear();
    if let Some(check) = verdict.checks.iter_mut().find(|check| check.name == CheckName::Unaltered) {
        (check.outcome, check.detail) = (CheckOutcome::Failed, detail);
    }
}

/// That a recorded copy or correction says more than its authority may certify so: who recorded it used another tool, and what it
/// says is not the certificate.
fn beyond_a_form(file: &CertificateFile, in_hand: &InHand, record: &RecordFacts) -> Option<String> {
    let (Some(original), Some((Some(shown), digest))) = (&in_hand.original, &in_hand.shown) else { return None };
    let act = record.standing.form(digest, Known::Now)?;
    let why = may_have_been_certified(act.verb, original, shown, &file.seed, &record.standing).err()?;
    let form = if act.verb == Verb::Correct { "correction" } else { "copy" };
    Some(format!("the {form} shown is not one that may be certified: {why}; ask {}", record.standing.authority))
}

/// What the receipt in a certificate file proves, with the steps of trust that came with it; else why it is set aside.
pub fn receipt(file: &CertificateFile, bytes: &[u8], trust: &Trust) -> Result<(Vec<Step>, Proven), String> {
    let receipt = Receipt::from_bytes(bytes).map_err(|error| error.to_string())?;
    let steps = receipt.steps.clone().unwrap_or_default();
    let proven = receipt.verify(trust, &mut rand::rng()).map_err(|error| error.to_string())?;
    match proven.entry(&key::standing(&file.record_key)) {
        Some(Fact::Present(_)) => Ok((steps, proven)),
        _ => Err(format!("it does not show the record {} of the file", file.record_key)),
    }
}

/// Whether the act in the file issued the record, or drafted it: signed with the key that the record names, and saying what the
/// record says.
fn is_its_act(file: &CertificateFile, record: &RecordFacts) -> bool {
    let standing = &record.standing;
    let key = record.issuer.as_ref().and_then(|issuer| issuer.keys.get(&standing.key));
    let (Some(key), Ok(proven)) = (key, file.act.clone().prove(&file.network)) else { return false };
    let (skeleton, act) = (proven.skeleton(), proven.act());
    let is_draft = standing.is_draft_then(Known::Now);
    let verbs: &[Verb] = if is_draft { &[Verb::Draft] } else { &[Verb::Issue, Verb::Replace] };
    proven.verify(&key.key).is_ok()
        && skeleton.signer == Signer::Authority(standing.authority.clone())
        && skeleton.key == standing.key
        && act.kind == standing.kind.number()
        && verbs.iter().any(|verb| verb.number() == act.verb)
        && Issue::from_bytes(&act.body).is_ok_and(|issue| {
            issue.record_key(standing.authority.member()) == file.record_key
                && issue.document_digest == standing.document_digest
                && issue.commitment_root == standing.commitment_root
        })
}
