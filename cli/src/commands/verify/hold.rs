//! What an officer holds against the consignment: parties and goods of the document, with what remains.

use crate::certificate_file::CertificateFile;
use contracts::acts::AmountScale;
use contracts::document::{Document, Line, Quantity, escape_for_terminal};
use contracts::standing::Standing;
use contracts::verdict::{LineLeft, Verdict, shares, shares_in_decimals};
use serde_json::{Value, json};
use std::borrow::Cow;

/// How many characters of a description of goods a terminal shows; a pipe and JSON have it whole, as everything else.
const DESCRIPTION_CHARS: usize = 70;

/// One thing to hold against the consignment.
pub struct Held {
    /// What it is.
    pub text: String,
    /// The same with its description cut, for a terminal.
    pub brief: Option<String>,
    /// Whether it is a line of goods of which nothing was held or used, and against which nothing stands: of a long list of these
    /// a terminal shows the first ones.
    pub is_plain_goods: bool,
}

/// All of it, without a document only what the ledger tells.
pub fn lines(verdict: &Verdict, recorded: Option<&Standing>, document: Option<&Document>, file: Option<&CertificateFile>) -> Vec<Held> {
    let head = head(verdict, recorded, document).into_iter().map(|text| Held { text, brief: None, is_plain_goods: false });
    let mut held: Vec<Held> = head.collect();
    let is_plain_goods = |line: Option<&LineLeft>| line.is_none_or(|line| !line.is_touched());
    match document {
        None => held.extend(verdict.lines.iter().map(|line| Held {
            text: format!("line {}: {}{}", line.number, share(line), barred(line)),
            brief: None,
            is_plain_goods: is_plain_goods(Some(line)),
        })),
        Some(document) => {
            for (index, line) in document.lines.iter().enumerate().filter(|(_, line)| !line.is_total) {
                let left = verdict.lines.iter().find(|left| usize::try_from(left.number) == Ok(index + 1));
                let remaining = left.map_or_else(String::new, |left| format!(", {}{}", remaining(left, line, file), barred(left)));
                let described = |description: &str| format!("{}{remaining}", goods(line, description));
                held.push(Held {
                    text: described(line.description.trim()),
                    brief: cut(&line.description).map(|short| described(&short)),
                    is_plain_goods: is_plain_goods(left),
                });
            }
        }
    }
    held
}

/// The lines for programs: docs/spec/verdict.md, *For programs*.
pub fn json_lines(verdict: &Verdict, document: Option<&Document>, file: Option<&CertificateFile>) -> Vec<Value> {
    let line = |line: &LineLeft| {
        let written =
            document.zip(usize::try_from(line.number).ok()?.checked_sub(1)).and_then(|(document, index)| document.lines.get(index));
        amounts(line, written?, file)
    };
    let one = |left: &LineLeft| {
        let amounts = line(left);
        let amount =
            |of: fn(&Amounts) -> &Quantity| amounts.as_ref().map(|amounts| Quantity { unit: None, ..of(amounts).clone() }.to_string());
        let percent = left.parts().map(|parts| shares_in_decimals(&parts));
        let percent = percent.map(|shares| json!({ "available": shares.first(), "reserved": shares.get(1), "consumed": shares.get(2) }));
        json!({
            "number": left.number,
            "unit": amounts.as_ref().and_then(|amounts| amounts.certified.unit.as_deref()),
            "certified": amount(|amounts| &amounts.certified),
            "available": amount(|amounts| &amounts.available),
            "reserved": amount(|amounts| &amounts.reserved),
            "consumed": amount(|amounts| &amounts.consumed),
            "in_steps": amounts.as_ref().map(|amounts| amounts.is_in_steps),
            "percent": percent,
            "ledger_units": { "certified": left.certified, "reserved": left.reserved, "consumed": left.consumed },
            "uses": left.uses,
            "given_back": left.given_back,
            "barred": left.barred,
            "held_in_full": left.is_held_in_full,
        })
    };
    verdict.lines.iter().map(one).collect()
}

/// What stands before the goods.
fn head(verdict: &Verdict, recorded: Option<&Standing>, document: Option<&Document>) -> Vec<String> {
    let Some(document) = document else {
        let of = recorded.map(|standing| {
            let class = standing.class.as_ref().map_or_else(String::new, |class| format!(" {}", shown(class)));
            let until = verdict.valid_until.map_or_else(String::new, |until| format!(", valid until {until}"));
            format!("{}{class}, {} {} by {}{until}", standing.kind, dated(verdict, Some(standing)), standing.issue_date, standing.authority)
        });
        return of.into_iter().collect();
    };
    let mut out = vec![format!(
        "number {}, {} {} by {} ({})",
        escape_for_terminal(&document.number_as_written),
        dated(verdict, recorded),
        document.issue_date.date,
        shown(&document.issuing_body),
        document.issuing_country
    )];
    let stated = document.valid_until.as_ref().map(|until| until.date);
    match (verdict.valid_until, stated) {
        (Some(until), Some(stated)) if until != stated => out.push(format!("valid until {until} (the document says {stated})")),
        (Some(until), _) | (None, Some(until)) => out.push(format!("valid until {until}")),
        (None, None) => {}
    }
    out.extend(document.kind.rules().to_compare(document).iter().map(|line| shown(line).into_owned()));
    let parties = [
        ("exporter", ["exporter.name", "consignor.name"].as_slice()),
        ("importer", &["importer.name", "consignee.name"]),
        ("invoiced by", &["third_party.name"]),
    ];
    for (word, paths) in parties {
        if let Some(name) = paths.iter().find_map(|path| document.value(path)) {
            out.push(format!("{word} {}", shown(name)));
        }
    }
    out
}

/// A draft is dated; it was issued never, or not yet.
fn dated(verdict: &Verdict, recorded: Option<&Standing>) -> &'static str {
    if recorded.is_some_and(|standing| standing.is_draft_then(verdict.known)) { "dated" } else { "issued" }
}

/// What stands against a line in the country for which it is judged, or that it is used up or held in full.
fn barred(line: &LineLeft) -> String {
    let held = line.is_held_in_full.then_some("nothing free");
    line.barred.or(held).map_or_else(String::new, |why| format!(": {}", why.to_uppercase()))
}

fn goods(line: &Line, description: &str) -> String {
    let code = line
        .code
        .as_ref()
        .map_or_else(String::new, |code| format!(" {} {}", escape_for_terminal(&code.system), escape_for_terminal(&code.code)));
    let origin: Vec<&str> = line.origin_countries.iter().map(|country| country.as_str()).collect();
    let origin = if origin.is_empty() { String::new() } else { format!(", origin {}", origin.join(" ")) };
    let criterion = line.criterion.as_ref().map_or_else(String::new, |criterion| format!(" ({})", shown(criterion)));
    let quantity = line.quantity.as_ref().map_or_else(String::new, |quantity| format!(", {quantity}"));
    format!("line {}:{code} {}{origin}{criterion}{quantity}", escape_for_terminal(&line.sequence), shown(description))
}

/// The amounts of a line in its own unit, where the certificate file opens them.
struct Amounts {
    certified: Quantity,
    available: Quantity,
    reserved: Quantity,
    consumed: Quantity,
    /// Whether all is in the certificate's steps; else whoever held or used it did not have the certificate, and what is less than
    /// a step is left out.
    is_in_steps: bool,
}

fn amounts(left: &LineLeft, line: &Line, file: Option<&CertificateFile>) -> Option<Amounts> {
    let (certified, quantity) = (left.certified?, line.quantity.as_ref()?);
    let scale = AmountScale::of(quantity, &file?.seed);
    if scale.to_ledger(quantity) != Some(certified) {
        return None;
    }
    let amount = |amount: u64| scale.from_ledger(scale.whole_steps(amount), quantity.unit.as_deref());
    Some(Amounts {
        certified: quantity.clone(),
        available: amount(certified.saturating_sub(left.reserved.saturating_add(left.consumed)))?,
        reserved: amount(left.reserved)?,
        consumed: amount(left.consumed)?,
        is_in_steps: [left.reserved, left.consumed].iter().all(|amount| scale.is_whole(*amount)),
    })
}

/// What remains of a line, in the certificate's own unit if its factor is known.
fn remaining(left: &LineLeft, line: &Line, file: Option<&CertificateFile>) -> String {
    let Some(amounts) = amounts(left, line, file).filter(|_| left.reserved > 0 || left.consumed > 0) else { return share(left) };
    let Amounts { available, reserved, consumed, is_in_steps, .. } = amounts;
    let foreign = if is_in_steps { "" } else { ", in part by amounts that are not of this certificate" };
    format!("available {available}, held {reserved}, used {consumed}{foreign}")
}

/// How many uses stand, and how many were given back.
fn uses(line: &LineLeft) -> String {
    let given_back = if line.given_back == 0 { String::new() } else { format!(", {} given back", line.given_back) };
    format!("{} use{}{given_back}", line.uses, if line.uses == 1 { "" } else { "s" })
}

/// What remains of a line as a share, which is all that the ledger tells.
fn share(line: &LineLeft) -> String {
    let Some(parts) = line.parts() else { return uses(line) };
    match shares(&parts).as_slice() {
        [available, held, used] if line.reserved > 0 || line.consumed > 0 => format!("{available} available, {held} held, {used} used"),
        _ => "unused".into(),
    }
}

fn shown(text: &str) -> Cow<'_, str> {
    escape_for_terminal(text.trim())
}

/// The beginning of a long description.
fn cut(text: &str) -> Option<String> {
    let (end, _) = text.trim().char_indices().nth(DESCRIPTION_CHARS)?;
    text.trim().get(..end).map(|short| format!("{}…", short.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(reserved: u64, consumed: u64) -> LineLeft {
        let is_held_in_full = reserved > 0 && reserved + consumed == 1000;
        LineLeft { number: 1, certified: Some(1000), reserved, consumed, uses: 0, given_back: 0, barred: None, is_held_in_full }
    }

    #[test]
    fn shares_of_a_line_add_up_and_what_is_touched_is_no_plain_line() {
        assert_eq!(share(&left(0, 0)), "unused");
        assert_eq!(share(&left(0, 465)), "54 % available, 0 % held, 46 % used");
        assert_eq!(share(&left(3, 465)), "53 % available, under 1 % held, 47 % used");
        assert_eq!((barred(&left(900, 0)), barred(&left(900, 100))), (String::new(), ": NOTHING FREE".to_owned()));
        assert!(!left(0, 0).is_touched() && left(1, 0).is_touched() && left(0, 1).is_touched());
        assert!(LineLeft { certified: None, uses: 1, ..left(0, 0) }.is_touched());
    }

    #[test]
    fn a_long_description_is_cut_between_characters_and_a_short_one_stays() {
        assert_eq!(cut(&"é".repeat(DESCRIPTION_CHARS)), None);
        assert_eq!(cut(&"é".repeat(DESCRIPTION_CHARS + 1)), Some(format!("{}…", "é".repeat(DESCRIPTION_CHARS))));
    }
}
