//! Who is told what was done to a record that is recognised by arrangement: the rules decide it, as they decide the verdict.

use crate::commands::verify::asked;
use crate::officer::{ask_own, own_clock};
use crate::profile::Profile;
use crate::record::Found;
use anyhow::bail;
use contracts::document::escape_for_terminal;
use contracts::standing::Standing;
use contracts::verdict::{Facts, Question, Said, Subject, tells_story};
use ledger::lookup::RecordKey;
use ledger::receipt::Proven;

/// To whom such a story is told.
pub const TOLD_TO: &str = "what was done to it is told to its issuer's country, and to those whose arrangement recognises it today";

/// What is asked to find that out; `None` if it is told whatever the answer. A profile without a member stands for no
/// administration, and is told what the holder is.
fn question(profile: &Profile, standing: &Standing) -> Option<Question> {
    let own = profile.member().ok().filter(|own| *own != standing.authority.member())?;
    let country = profile.founding.member(own)?.countries.first().copied();
    let question = Question { for_country: country, kind: Some(standing.kind), ..Question::on(own_clock().date()) };
    standing.kind.rules().is_answered_to_partners_only().then_some(question)
}

/// Why one's own administration is told no more of a record than its verdict, if it is not.
///
/// # Errors
/// If no node's answer checks.
pub fn not_told(profile: &Profile, record: RecordKey, standing: &Standing) -> anyhow::Result<Option<Said>> {
    let Some(question) = question(profile, standing) else { return Ok(None) };
    let subject = Subject::Record(record);
    let checked = ask_own(profile, &asked(&subject, &question, false), |proven| {
        Facts::from_proven(proven, &subject, &question).map_err(|gap| gap.to_string())
    })?;
    Ok(tells_story(&checked.facts, &question).err())
}

/// Whether one's own administration is told what a receipt shows that was done to a record: not if the receipt does not show why.
pub fn is_shown(profile: &Profile, proven: &Proven, record: RecordKey, standing: &Standing) -> bool {
    let facts = |question: &Question| Facts::from_proven(proven, &Subject::Record(record), question).ok();
    question(profile, standing).is_none_or(|question| facts(&question).is_some_and(|facts| tells_story(&facts, &question).is_ok()))
}

/// That one's own administration is told what was done to a record.
///
/// # Errors
/// If it is not, with what `verify` says to it; or if no node's answer checks.
pub fn is_told(profile: &Profile, found: &Found) -> anyhow::Result<()> {
    match not_told(profile, found.key, &found.standing)? {
        None => Ok(()),
        Some(said) => bail!("{}: {}; {TOLD_TO}", escape_for_terminal(&found.name), said.sentence),
    }
}
