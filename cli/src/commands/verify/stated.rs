//! What the document in hand states, where the ledger has a record key or a commitment only.

use super::{InHand, Judged};
use crate::officer::{self, Checked};
use crate::profile::Profile;
use anyhow::ensure;
use contracts::document::{Document, escape_for_terminal};
use contracts::standing::{Link, Standing};
use contracts::verdict::{CheckName, CheckOutcome, Event, Facts, RecordFacts, Verdict, with_number};
use ledger::commitment::{Replacement, ReplacementNumbers, Seed};
use ledger::id::CertificateNumber;
use ledger::lookup::RecordKey;

/// Says the numbers that the document states of what it rests on and replaces, in the place of record keys: of the recorded
/// document alone, since a changed one states what it likes.
pub fn name_links(facts: &Facts, in_hand: &InHand, verdict: &mut Verdict, events: &mut [Event], remarks: &mut [String]) {
    let is_recorded = verdict.checks.iter().any(|check| check.name == CheckName::Unaltered && check.outcome == CheckOutcome::Passed);
    let judged = |record: &&RecordFacts| Some(record.key) == verdict.record;
    let (Some(document), Some(record)) = (in_hand.document().filter(|_| is_recorded), facts.records.iter().find(judged)) else { return };
    for (base, link) in document.bases.iter().zip(&record.standing.bases) {
        if let Link::Record(record) = link {
            verdict.name_record(record, &base.number);
            events.iter_mut().for_each(|event| event.name_record(record, &base.number));
        }
    }
    if let [base] = document.bases.as_slice()
        && record.standing.bases == [Link::NotOnThisLedger]
    {
        verdict.name_base_elsewhere(&base.number);
    }
    let Some(predecessor) = &document.predecessor else { return };
    match &record.standing.predecessor {
        Some(Link::Record(record)) => name_predecessor(record, &predecessor.number, verdict, events, remarks),
        Some(Link::NotOnThisLedger) => {
            let said = format!("not on this ledger, as {} said", record.standing.authority);
            let was = format!("replaces a certificate that is {said}");
            if let Some(flag) = verdict.flags.iter_mut().find(|flag| **flag == was) {
                *flag = format!("replaces certificate {}, which is {said}", escape_for_terminal(predecessor.number.as_str()));
                verdict.predecessor_number = Some(predecessor.number.clone());
            }
        }
        None => {}
    }
}

/// Says the number of what a certificate replaces wherever its record key is named.
fn name_predecessor(record: &RecordKey, number: &CertificateNumber, verdict: &mut Verdict, events: &mut [Event], remarks: &mut [String]) {
    for text in verdict.flags.iter_mut().filter(|flag| **flag == format!("replaces record {record}")).chain(remarks) {
        *text = with_number(text, record, number);
    }
    events.iter_mut().for_each(|event| event.name_record(record, number));
    verdict.predecessor_number = Some(number.clone());
}

/// Says the number of what the judged certificate replaces, if it was sealed for whoever asks and no document in hand said it:
/// what was replaced keeps both numbers, for the members that may look either up.
pub fn name_replaced(profile: &Profile, replaced: &RecordKey, standing: &Standing, judged: &mut Judged) {
    if judged.verdict.predecessor_number.is_some() || standing.successor != judged.verdict.record {
        return;
    }
    if let Some(numbers) = numbers_for_own(profile, replaced, standing) {
        let Judged { verdict, story, remarks, .. } = judged;
        name_predecessor(replaced, &numbers.replaced, verdict, &mut story.events, remarks);
    }
}

/// The numbers of a certificate that was replaced and of its successor, if they were sealed for the own member.
pub fn numbers_for_own(profile: &Profile, replaced: &RecordKey, standing: &Standing) -> Option<ReplacementNumbers> {
    let (successor, sealed) = (standing.successor.as_ref()?, standing.sealed_numbers.as_ref()?);
    let secret = officer::lookup_secret(profile, standing.authority.member(), profile.member().ok()?).ok()?;
    Replacement { replaced, successor }.numbers(sealed, &secret)
}

/// Says the number of what took its place, if it was sealed for whoever asks: for the holder of this certificate's seed, or
/// for a member by the secret that it shares with the issuer. Without a connection the profile keeps that of earlier questions.
pub fn name_successor(profile: &Profile, checked: &Checked<Facts>, in_hand: &InHand, verdict: &mut Verdict, events: &mut [Event]) {
    let seed = in_hand.file.as_ref().map(|file| &file.seed);
    if let Some(number) = successor_number(profile, checked, seed, verdict) {
        verdict.name_successor(&number);
        events.iter_mut().for_each(|event| event.name_successor(&number));
    }
}

/// That number, for the holder of a seed or for the own member.
pub fn successor_number(profile: &Profile, checked: &Checked<Facts>, seed: Option<&Seed>, verdict: &Verdict) -> Option<CertificateNumber> {
    if verdict.sealed_numbers.is_empty() {
        return None;
    }
    let by_file = seed.and_then(|seed| verdict.open_successor_number(seed));
    let by_member = || {
        let judged = |record: &&RecordFacts| Some(record.key) == verdict.record;
        let issuer = checked.facts.records.iter().find(judged)?.standing.authority.member();
        let own = profile.member().ok()?;
        let asked = || checked.freshness.as_ref().and_then(|_| officer::lookup_secret(profile, issuer, own).ok());
        verdict.open_successor_number(&officer::known_lookup_secret(profile, issuer, own).or_else(asked)?)
    };
    by_file.or_else(by_member)
}

/// An identification number without its blanks and in capitals, as it is compared.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase()
}

/// Whether the party of a declaration is the holder whom the document names: `None` if it names none.
pub fn is_holder(party: &str, document: &Document) -> Option<bool> {
    document.value("tin").map(|tin| folded(tin) == folded(party))
}

/// That the document in hand names a holder, where one was given to be compared: what is not compared holds nothing up.
///
/// # Errors
/// If it names none.
pub fn has_holder(party: Option<&str>, in_hand: &InHand) -> anyhow::Result<()> {
    let (Some(party), Some(document)) = (party, in_hand.document()) else { return Ok(()) };
    let kind = document.kind;
    ensure!(
        is_holder(party, document).is_some(),
        "--holder: {} {kind} has no holder; leave it out, it is for AEO statuses",
        kind.rules().article()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::document::read_document;

    #[test]
    fn the_party_of_a_declaration_is_compared_with_the_holder() {
        let status = read_document(include_bytes!("../../../../contracts/src/kinds/aeo_status/examples/nz-aeo.json")).unwrap();
        let tin = status.value("tin").unwrap().to_owned();
        let spaced = format!(" {} {}", tin[..2].to_lowercase(), &tin[2..]);
        assert_eq!([tin.as_str(), &spaced, "NZ1"].map(|party| is_holder(party, &status)), [Some(true), Some(true), Some(false)]);
        let origin = include_bytes!("../../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
        assert_eq!(is_holder(&tin, &read_document(origin).unwrap()), None);
    }
}
