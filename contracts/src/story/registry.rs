//! The lines about programmes, revoked authorities and amended arrangements, and the ones that look at more of a verdict
//! than its word.

use super::{Words, World, date, locator, member_id, terms};
use crate::acts::*;
use crate::key;
use crate::registry::*;
use crate::standing::Verb;
use ledger::commitment::{Replacement, ReplacementNumbers, SealedNumbers, Seed};
use ledger::id::{AuthorityId, CertificateNumber, KeyNumber};
use ledger::lookup::{Locator, RecordKey};
use ledger::transaction::Act;

/// The member's act that a line tells, if it is one of these.
pub(super) fn act_of(world: &World, words: &Words<'_>) -> Option<Act> {
    let name = words.plain[1];
    let by = words.after("by");
    let effective = words.date("effective").unwrap_or(world.today());
    Some(match words.plain[0] {
        "revoke-authority" => {
            let authority = AuthorityId::parse(name).unwrap();
            let acts = world.entry::<Authority>(&key::authority(&authority)).map_or(0, |known| known.acts.len() as u32);
            let as_of = words.time("as-of").unwrap_or(world.block.time);
            RevokeAuthority { authority, as_of, follows: words.number("follows").unwrap_or(acts) }.into_act()
        }
        "new-root" => {
            let authority = AuthorityId::parse(name).unwrap();
            let acts = world.entry::<Authority>(&key::authority(&authority)).map_or(0, |known| known.acts.len() as u32);
            let number = KeyNumber::new(words.number("number").unwrap_or(1));
            let as_of = words.time("as-of").unwrap_or(world.block.time);
            ReplaceRootKey { authority, number, as_of, follows: words.number("follows").unwrap_or(acts) }.into_act()
        }
        "programme" => {
            let known = world.entry::<Programme>(&key::programme(member_id(&by[..2]), name));
            let versions = known.map_or(0, |known| known.versions.len() as u32);
            let types = words.list("types").iter().map(|text| programme_type(text)).collect();
            let follows = words.number("follows").unwrap_or(versions);
            SetProgramme { programme: name.to_owned(), effective, types, follows }.into_act()
        }
        "amend" => {
            let arrangement = ArrangementId::parse(name).unwrap();
            let number = words.number("number").unwrap_or(0);
            AmendArrangement { arrangement, number, terms: terms(words, name), effective }.into_act()
        }
        _ => return None,
    })
}

/// `AEOS` or `AEOS:36`, with a term in months.
fn programme_type(text: &str) -> ProgrammeType {
    let (name, months) = text.split_once(':').map_or((text, None), |(name, months)| (name, Some(months.parse().unwrap())));
    ProgrammeType { name: name.to_owned(), months }
}

/// The verb of a line about a standing.
pub(super) fn verb_of(word: &str) -> Option<Verb> {
    let word = word.replace('-', " ");
    let begins = [Verb::Issue, Verb::Replace, Verb::Draft];
    Verb::ALL.iter().find(|verb| verb.as_str() == word && !begins.contains(verb)).copied()
}

/// What a line asks of a verdict beyond its word, if it is one of these:
/// `flags NAME ... says=some_words`, likewise `sentence` and `checked`; `condition NAME ...`, `benefits NAME ...`.
pub(super) fn looked_at(world: &World, words: &Words<'_>, line: &str) -> Option<String> {
    let what = words.plain[0];
    if !["flags", "condition", "benefits", "sentence", "successor", "checked"].contains(&what) {
        return None;
    }
    // With a country it is asked by number.
    let asked = if words.named.contains_key("from") { "look" } else { "verify" };
    let verdict = world.verdict_of(&line.replacen(what, asked, 1));
    let says = |texts: &[String]| {
        let wanted = words.named["says"].replace('_', " ");
        if texts.iter().any(|text| text.contains(&wanted)) { "yes".to_owned() } else { "no".to_owned() }
    };
    Some(match what {
        "flags" => says(&verdict.flags),
        "sentence" => says(&[verdict.sentence]),
        "checked" => says(&verdict.checks.into_iter().map(|check| check.detail).collect::<Vec<_>>()),
        "condition" => verdict.failed_condition().map_or("none".to_owned(), |number| number.to_string()),
        "successor" => {
            let number = verdict.open_successor_number(&seed_of(words.plain[1]));
            number.map_or("none".to_owned(), |number| number.as_str().to_owned())
        }
        _ => {
            let benefits: Vec<String> = verdict.benefits.iter().map(ToString::to_string).collect();
            if benefits.is_empty() { "none".to_owned() } else { benefits.join(", ") }
        }
    })
}

/// `benefits=inspection:20,lane`.
pub(super) fn benefits(words: &Words<'_>) -> Option<Vec<Benefit>> {
    let granted = words.named.get("benefits")?;
    let benefit = |text: &str| {
        let (name, percent) = text.split_once(':').map_or((text, None), |(name, percent)| (name, Some(percent.parse().unwrap())));
        let kind = match name {
            "documents" => BenefitKind::FewerDocumentChecks,
            "inspection" => BenefitKind::InspectionRate,
            "priority" => BenefitKind::PriorityInspection,
            "lane" => BenefitKind::PriorityLane,
            other => panic!("no benefit {other}"),
        };
        Benefit { kind, percent }
    };
    Some(granted.split(',').map(benefit).collect())
}

/// The limits of a scope that a line names; `officials=none,2` names those of each.
pub(super) fn limited(words: &Words<'_>, index: usize, scope: Scope) -> Scope {
    let officials = words.list("officials");
    let officials = officials.get(index).or(officials.last()).filter(|count| *count != "none").map(|count| count.parse().unwrap());
    Scope { daily_limit: words.number("daily"), officials, ..scope }
}

/// The fingerprints of the goods, under the secrets of the readers.
pub(super) fn fingerprints(words: &Words<'_>, readers: &[String]) -> Option<Vec<Locator>> {
    let goods = words.named.get("goods")?;
    let mut prints: Vec<Locator> = readers.iter().map(|reader| locator(&format!("goods {goods}"), reader)).collect();
    prints.sort();
    if words.named.contains_key("twice") {
        prints.extend(prints.clone());
    }
    Some(prints)
}

fn seed_of(name: &str) -> Seed {
    let digest = ledger::hash::sha256(format!("seed {name}").as_bytes());
    Seed::new(*digest.as_bytes().first_chunk().unwrap())
}

/// The numbers of a replacement and of what it replaces, sealed under its predecessor's seed: `tells=NUMBER`, so often as `times` says.
pub(super) fn sealed(world: &World, words: &Words<'_>, successor: &RecordKey) -> Option<Vec<SealedNumbers>> {
    let number = CertificateNumber::parse(words.named.get("tells")?).unwrap();
    let predecessor = if words.plain.contains(&"for") { words.after("for") } else { "" };
    let replacement = Replacement { replaced: &world.record_key(predecessor), successor };
    let numbers =
        ReplacementNumbers { replaced: CertificateNumber::parse(predecessor).unwrap_or_else(|_| number.clone()), successor: number };
    let sealed = SealedNumbers::seal(&numbers, replacement, &seed_of(predecessor));
    Some(vec![sealed; words.named.get("times").map_or(1, |times| times.parse().unwrap())])
}

/// The end of validity that a reassessment sets.
pub(super) fn until(words: &Words<'_>) -> Option<ledger::time::CalendarDate> {
    words.named.get("until").map(|text| date(text))
}
