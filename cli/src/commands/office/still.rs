//! Whether what an office records is of a certificate that still counts: the rules say it, as they say the verdict.

use super::InHand;
use crate::commands::verify::{asked, successor_number};
use crate::officer::{ask_own, own_clock};
use crate::output;
use crate::profile::Profile;
use contracts::acts::Declared;
use contracts::document::escape_for_terminal;
use contracts::verdict::{Facts, Fold, Question, Subject, Word, verdict};
use ledger::id::MemberId;

/// Says what stands against a certificate that is presented or accepted, if something does: an act of an office neither heals
/// nor hides it.
pub fn warn(profile: &Profile, in_hand: &InHand, member: MemberId, declared: Option<Declared>) {
    let said = match against(profile, in_hand, member, declared) {
        Ok(None) => return,
        Ok(Some(sentence)) => {
            format!("{sentence}; what you recorded stands beside that, and gives no right that the certificate does not give")
        }
        Err(error) => format!("whether it still counts is not known: {error:#}"),
    };
    output::talk(&format!("{}: note: {said}", escape_for_terminal(&in_hand.found.name)));
}

fn against(profile: &Profile, in_hand: &InHand, member: MemberId, declared: Option<Declared>) -> anyhow::Result<Option<String>> {
    let countries = profile.founding.member(member).map(|member| member.countries.as_slice()).unwrap_or_default();
    let country = in_hand.document.destination_country.filter(|country| countries.contains(country)).or(countries.first().copied());
    let question = Question { for_country: country, declared, kind: Some(in_hand.document.kind), ..Question::on(own_clock().date()) };
    let subject = Subject::Record(in_hand.found.key);
    let checked = ask_own(profile, &asked(&subject, &question, false), |proven| {
        Facts::from_proven(proven, &subject, &question).map_err(|gap| gap.to_string())
    })?;
    let mut verdict = verdict(&checked.facts, &question);
    if let Some(number) = successor_number(profile, &checked, Some(&in_hand.file.seed), &verdict) {
        verdict.name_successor(&number);
    }
    // What the offices decided themselves, and how far it is used up, they know; late presentations are said with the act.
    let is_known = matches!(verdict.word, Word::Rejected | Word::Exhausted | Word::Expired | Word::NotYetValid);
    Ok((verdict.fold() == Fold::NotValid && !is_known).then_some(verdict.sentence))
}
