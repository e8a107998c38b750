//! `symbolon uses`: who holds and used what of a certificate, with proof.

use super::quantity::{Left, amount_in_words};
use super::{GOODS_ITEMS_MAX, InHand, reference};
use crate::Common;
use crate::failure::{Outcome, exit};
use crate::output;
use crate::partners;
use crate::profile::Profile;
use crate::registry::{entries, entry};
use anyhow::bail;
use contracts::acts::Declared;
use contracts::destination::{Dossier, USES_PER_PAGE, Use, UseName, UseState, UsesPage};
use contracts::document::escape_for_terminal;
use contracts::standing::Standing;
use contracts::verdict::BENEATH_MAX;
use ledger::lookup::RecordKey;
use serde_json::json;
use std::collections::BTreeMap;

/// Of which certificate.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon uses PC-2026-0001.symbolon\n  symbolon uses PC-2026-0001.symbolon --declaration 26CN0001",
    after_help = "References of declarations are not on the ledger; those that you name with\n--declaration are recognised, with their goods items up to 999; the others are\nshown by their commitment."
)]
pub struct Uses {
    /// The certificate file, NUMBER.symbolon
    file: String,
    /// References of declarations that you know; may be given several times
    #[arg(long = "declaration", value_name = "MRN")]
    declarations: Vec<String>,
    /// For whoever takes it for a command that finds a number.
    #[arg(long, hide = true)]
    from: Option<String>,
}

/// Lists the uses.
///
/// # Errors
/// If the certificate is not found, or no node's answer checks.
pub fn uses(common: &Common, args: &Uses) -> Outcome {
    let profile = common.open()?;
    if let Some(from) = &args.from {
        let (number, from) = (escape_for_terminal(&args.file), escape_for_terminal(from));
        let by_number = || -> anyhow::Result<()> {
            bail!(
                "--from: give the certificate file NUMBER.symbolon, which alone opens the amounts; without it: symbolon history {number} --from {from}"
            )
        };
        by_number()?;
    }
    let in_hand = InHand::open(&profile, &args.file)?;
    partners::is_told(&profile, &in_hand.found)?;
    let pool = in_hand.found.standing.pool.unwrap_or(in_hand.found.key);
    let dossier: Dossier = entry(&profile, contracts::key::dossier(&pool))?.unwrap_or_default();
    let mut references = BTreeMap::new();
    for given in &args.declarations {
        let (reference, shown) = (reference(given)?, escape_for_terminal(given));
        for item in (1..=GOODS_ITEMS_MAX).map(Some).chain([None]) {
            references.insert(Declared::of(&in_hand.file.seed, &reference, item).named, (shown.clone(), item));
        }
    }
    let item = |name: &UseName| references.get(&name.declaration).and_then(|(_, item)| *item);
    let known = |name: &UseName| {
        let short: String = name.declaration.to_string().chars().take(16).collect();
        references.get(&name.declaration).map_or(short, |(shown, _)| shown.clone().into_owned())
    };
    // A draw is told as `impact` tells it; its certificate's number is not on the ledger.
    let whose = |name: &UseName, of: &Use| {
        let record: String = name.drawn_for().to_string().chars().take(16).collect();
        if of.is_draw() { format!("draw for record {record}…") } else { known(name) + &item_in_words(item(name)) }
    };
    let (mut text, mut lines) = (String::new(), Vec::new());
    for recorded in &in_hand.found.standing.lines {
        let (written, _) = in_hand.line(recorded.number)?;
        let scale = in_hand.scale(written);
        let line = dossier.line(recorded.number);
        let left = Left::of(&line, written, recorded, scale);
        text.push_str(&format!("\n  line {}: {}", recorded.number, left.text()));
        let mut listed = Vec::new();
        for (name, of) in all_of(&profile, &pool, recorded.number, line.uses)? {
            let state = match of.state() {
                UseState::Reserved => "held",
                UseState::Consumed => "used",
                UseState::Released => "given back",
            };
            let shown = |amount| amount_in_words(amount, written, scale);
            let until = of.until.filter(|_| of.reserved > 0).map_or_else(String::new, |until| format!(" until {until}"));
            let last = of.acts.last();
            let by = last.map_or_else(|| of.member.to_string(), |act| format!("{} {}", act.by, act.recorded.time));
            text.push_str(&format!(
                "\n    {}  {state}: {} held{until}, {} used  {by}",
                whose(&name, &of),
                shown(of.reserved),
                shown(of.consumed)
            ));
            let is_whole = scale.is_none_or(|scale| scale.is_whole(of.reserved) && scale.is_whole(of.consumed));
            listed.push(json!({
                "member": of.member.as_str(), "declaration": (!of.is_draw()).then(|| known(&name)), "item": item(&name), "commitment": name.declaration.to_string(),
                "whole": of.whole.map(|whole| whole.to_string()), "state": state,
                "drawn_for": of.is_draw().then(|| name.drawn_for().to_string()),
                "reserved": shown(of.reserved), "consumed": shown(of.consumed), "of_this_certificate": is_whole, "until": of.until.map(|until| until.to_string()),
                "acts": of.acts.iter().map(|act| json!({
                    "act": act.verb.as_str(), "by": act.by.as_str(), "amount": shown(act.amount), "height": act.recorded.height.get(),
                    "time": act.recorded.time.to_string(),
                })).collect::<Vec<_>>(),
            }));
        }
        lines.push(json!({ "line": recorded.number, "left": left.json(), "uses": listed }));
    }
    let successor = in_hand.found.standing.successor;
    if common.json {
        let value = json!({ "pool": pool.to_string(), "replaced_by": successor.map(|record| record.to_string()), "lines": lines });
        output::json_list(&profile, value);
    } else {
        if let Some(successor) = successor {
            text.push_str(&format!("\n{}", replaced(&profile, &pool, &dossier, successor)?));
        }
        output::result(&format!("uses of {}\n{}{text}", escape_for_terminal(&in_hand.found.name), output::head(&profile)));
    }
    Ok(exit::GOOD)
}

/// Which goods item of its declaration a use is for.
fn item_in_words(item: Option<u32>) -> String {
    item.map_or_else(String::new, |item| format!(", item {item}"))
}

/// That nothing more is used under a certificate that was replaced, and what counts in its place: one that shares its pool may
/// certify less.
fn replaced(profile: &Profile, pool: &RecordKey, dossier: &Dossier, successor: RecordKey) -> anyhow::Result<String> {
    let (mut last, mut standing): (RecordKey, Option<Standing>) = (successor, None);
    for _ in 0..BENEATH_MAX {
        standing = entry(profile, contracts::key::standing(&last))?;
        let Some(next) = standing.as_ref().and_then(|standing| standing.successor) else { break };
        last = next;
    }
    let record: String = last.to_string().chars().take(16).collect();
    let shared = standing.filter(|standing| standing.pool.as_ref() == Some(pool));
    let how = match &shared {
        None => "its quantity is its own".to_owned(),
        Some(standing) => {
            let left = |line: &contracts::standing::Line| {
                let taken = dossier.line(line.number).taken();
                line.certified.is_some_and(|certified| certified > taken)
            };
            let limited: Vec<_> = standing.lines.iter().filter(|line| line.certified.is_some()).collect();
            let used_up: Vec<String> = limited.iter().filter(|line| !left(line)).map(|line| line.number.to_string()).collect();
            match (used_up.len(), limited.len()) {
                (0, _) => "it shares this pool, and may certify less".to_owned(),
                (all, of) if all == of => "it shares this pool, and nothing is left under it".to_owned(),
                _ => format!("it shares this pool, and nothing is left under it of line {}", used_up.join(", ")),
            }
        }
    };
    Ok(format!(
        "  replaced: nothing more is held or used under it; what counts is its successor, record {record}…: {how} (verify names its number)"
    ))
}

/// All uses of a line, in the order of their first hold.
///
/// # Errors
/// If no node's answer checks.
pub fn all_of(profile: &Profile, pool: &RecordKey, line: u32, count: u32) -> anyhow::Result<Vec<(UseName, Use)>> {
    let pages: Vec<_> = (0..count.div_ceil(USES_PER_PAGE)).map(|page| contracts::key::uses(pool, line, page)).collect();
    let read = entries(profile, pages.clone())?;
    let mut names: Vec<UseName> = Vec::new();
    for page in &pages {
        names.extend_from_slice(read.read::<UsesPage>(page)?.unwrap_or_default().as_slice());
    }
    let places: Vec<_> = names.iter().map(|name| contracts::key::use_of(pool, line, name)).collect();
    let read = entries(profile, places.clone())?;
    let mut all = Vec::new();
    for (name, place) in names.into_iter().zip(places) {
        if let Some(of) = read.read::<Use>(&place)? {
            all.push((name, of));
        }
    }
    Ok(all)
}
