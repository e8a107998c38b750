//! What a certificate replaced: its number, and what one's own offices decided about it, which stands beside that one, and
//! which a replacement would hide.

use crate::profile::Profile;
use crate::registry::{answers_that_count, entries};
use contracts::destination::{Bar, Destination, DestinationAct};
use contracts::standing::{Link, Standing};
use contracts::verdict::Question;
use ledger::lookup::RecordKey;

/// How many certificates are looked at that were replaced one by the other.
const BEFORE_MAX: usize = 8;

/// What was found of the certificates in whose place one stands.
#[derive(Default)]
pub struct Before {
    /// The one that it replaces.
    pub replaced: Option<(RecordKey, Standing)>,
    /// What one's own offices decided, in words.
    pub decided: Option<String>,
}

/// Finds what a certificate replaces, and what the own member's offices have rejected, or the issuer did not confirm to them, of the certificates in whose place
/// one stands: the nearest that is found.
pub fn look(profile: &Profile, standing: &Standing, question: &Question) -> Before {
    let mut before = Before::default();
    let (Ok(own), Some(mut next)) = (profile.member(), predecessor(standing)) else { return before };
    for _ in 0..BEFORE_MAX {
        let (place, destination) = (contracts::key::standing(&next), contracts::key::destination(&next, own));
        let read = entries(profile, vec![place, destination])
            .and_then(|known| Ok((known.read::<Standing>(&place)?, known.read::<Destination>(&destination)?)));
        let (standing, destination) = match read {
            Ok(read) => read,
            Err(error) => {
                before.decided = Some(format!("what your offices decided about what it replaces, record {next}, is not known: {error:#}"));
                return before;
            }
        };
        let Some(standing) = standing else { return before };
        if let Some(what) = destination.and_then(|destination| in_words(profile, &standing, &destination, question)) {
            before.decided = Some(format!(
                "what it replaces, record {next}, {what}: whether that holds for this one as well your administration decides"
            ));
        }
        let further = predecessor(&standing);
        before.replaced.get_or_insert((next, standing));
        match further {
            Some(further) if before.decided.is_none() => next = further,
            _ => return before,
        }
    }
    before
}

fn predecessor(standing: &Standing) -> Option<RecordKey> {
    standing.predecessor.as_ref().and_then(Link::record).copied()
}

/// The last decision against a line that still stands, and how many lines there are of that kind.
fn in_words(profile: &Profile, standing: &Standing, destination: &Destination, question: &Question) -> Option<String> {
    // What cannot be asked about its keys counts for nobody.
    let counts = answers_that_count(profile, standing, destination, question.known).ok();
    let counts = |act: &DestinationAct| counts.as_ref().map_or(!act.is_confirmation(), |counts| counts(act));
    let numbers: Vec<u32> = if standing.lines.is_empty() { vec![0] } else { standing.lines.iter().map(|line| line.number).collect() };
    let bar = |number: &u32| Some((*number, destination.about_line(*number, None, question.on, question.known, counts).bar()?));
    let barred: Vec<(u32, Bar<'_>)> = numbers.iter().filter_map(bar).collect();
    let Some((_, last)) = barred.iter().max_by_key(|(_, bar)| act(bar).recorded) else {
        let others = destination.about_other_declarations(None, question.on, question.known);
        let (refused, _) = others.into_iter().filter(|(_, accepts)| !accepts).max_by_key(|(act, _)| act.recorded)?;
        let reason = refused.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
        let goods = if refused.whole.is_some() { "one goods item of a declaration" } else { "one declaration" };
        return Some(format!("was refused for {goods} by {} ({}) on {}{reason}", refused.by, refused.verb, refused.date));
    };
    let lines: Vec<String> = barred.iter().map(|(number, _)| number.to_string()).collect();
    let lines = if barred.len() == numbers.len() { String::new() } else { format!(" for line {}", lines.join(", ")) };
    let done = act(last);
    let reason = done.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
    let what = match last {
        Bar::Rejected(act) => format!("was refused{lines} by {} ({}) on {}", act.by, act.verb, act.date),
        Bar::NotConfirmed(act) => format!("was not confirmed{lines} by {} on {}", act.by, act.counts_from()),
    };
    Some(format!("{what}{reason}"))
}

fn act<'a>(bar: &Bar<'a>) -> &'a DestinationAct {
    match bar {
        Bar::Rejected(act) | Bar::NotConfirmed(act) => act,
    }
}
