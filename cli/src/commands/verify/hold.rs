//! What an officer holds against the consignment: parties and goods of the document, with what remains.

use crate::certificate_file::CertificateFile;
use contracts::acts::AmountScale;
use contracts::document::{Document, Line, escape_for_terminal};
use contracts::standing::Standing;
use contracts::verdict::{LineLeft, Verdict, percent};

/// How many characters of a text one line shows.
const SHOWN_CHARS: usize = 70;
/// How many a whole line of several texts shows.
const LINE_CHARS: usize = 200;

/// One thing to hold against the consignment.
pub struct Held {
    /// What it is.
    pub text: String,
    /// Whether it is a line of goods against which nothing stands: of a long list of these a terminal shows the first ones.
    pub is_plain_goods: bool,
}

impl Held {
    fn of_line(line: Option<&LineLeft>, text: String) -> Self {
        Self { text, is_plain_goods: line.is_none_or(|line| line.barred.is_none()) }
    }
}

/// All of it, without a document only what the ledger tells.
pub fn lines(verdict: &Verdict, recorded: Option<&Standing>, document: Option<&Document>, file: Option<&CertificateFile>) -> Vec<Held> {
    let mut held: Vec<Held> = head(verdict, recorded, document).into_iter().map(|text| Held { text, is_plain_goods: false }).collect();
    match document {
        None => held.extend(
            verdict.lines.iter().map(|line| Held::of_line(Some(line), format!("line {}: {}{}", line.number, share(line), barred(line)))),
        ),
        Some(document) => {
            for (index, line) in document.lines.iter().enumerate().filter(|(_, line)| !line.is_total) {
                let left = verdict.lines.iter().find(|left| usize::try_from(left.number) == Ok(index + 1));
                let remaining = left.map_or_else(String::new, |left| format!(", {}{}", remaining(left, line, file), barred(left)));
                held.push(Held::of_line(left, format!("{}{remaining}", goods(line))));
            }
        }
    }
    held
}

/// What stands before the goods.
fn head(verdict: &Verdict, recorded: Option<&Standing>, document: Option<&Document>) -> Vec<String> {
    let Some(document) = document else {
        let of = recorded.map(|standing| {
            let class = standing.class.as_ref().map_or_else(String::new, |class| format!(" {}", cut(class)));
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
        cut(&document.issuing_body),
        document.issuing_country
    )];
    let stated = document.valid_until.as_ref().map(|until| until.date);
    match (verdict.valid_until, stated) {
        (Some(until), Some(stated)) if until != stated => out.push(format!("valid until {until} (the document says {stated})")),
        (Some(until), _) | (None, Some(until)) => out.push(format!("valid until {until}")),
        (None, None) => {}
    }
    out.extend(document.kind.rules().to_compare(document).iter().map(|line| cut_to(LINE_CHARS, line)));
    let parties = [("exporter", ["exporter.name", "consignor.name"]), ("importer", ["importer.name", "consignee.name"])];
    for (word, paths) in parties {
        if let Some(name) = paths.iter().find_map(|path| document.value(path)) {
            out.push(format!("{word} {}", cut(name)));
        }
    }
    out
}

/// A draft is dated; it was issued never, or not yet.
fn dated(verdict: &Verdict, recorded: Option<&Standing>) -> &'static str {
    if recorded.is_some_and(|standing| standing.is_draft_then(verdict.known)) { "dated" } else { "issued" }
}

/// What stands against a line in the country for which it is judged, or that it is used up.
fn barred(line: &LineLeft) -> String {
    line.barred.map_or_else(String::new, |why| format!(": {}", why.to_uppercase()))
}

fn goods(line: &Line) -> String {
    let code = line
        .code
        .as_ref()
        .map_or_else(String::new, |code| format!(" {} {}", escape_for_terminal(&code.system), escape_for_terminal(&code.code)));
    let origin: Vec<&str> = line.origin_countries.iter().map(|country| country.as_str()).collect();
    let origin = if origin.is_empty() { String::new() } else { format!(", origin {}", origin.join(" ")) };
    let criterion = line.criterion.as_ref().map_or_else(String::new, |criterion| format!(" ({})", cut(criterion)));
    let quantity = line.quantity.as_ref().map_or_else(String::new, |quantity| format!(", {quantity}"));
    format!("line {}:{code} {}{origin}{criterion}{quantity}", escape_for_terminal(&line.sequence), cut(&line.description))
}

/// What remains of a line, in the certificate's own unit if its factor is known.
fn remaining(standing: &LineLeft, line: &Line, file: Option<&CertificateFile>) -> String {
    let (Some(certified), Some(quantity), Some(file)) = (standing.certified, &line.quantity, file) else { return share(standing) };
    let scale = AmountScale::of(quantity, &file.seed);
    if scale.to_ledger(quantity) != Some(certified) {
        return share(standing);
    }
    let taken = standing.reserved.saturating_add(standing.consumed);
    let amount = |amount: u64| scale.from_ledger(scale.whole_steps(amount), quantity.unit.as_deref());
    let foreign = [standing.reserved, standing.consumed].iter().any(|amount| !scale.is_whole(*amount));
    let foreign = if foreign { ", in part by amounts that are not of this certificate" } else { "" };
    match (amount(certified.saturating_sub(taken)), amount(standing.reserved), amount(standing.consumed)) {
        (Some(_), ..) if taken == 0 => "unused".into(),
        (Some(left), Some(held), Some(used)) => format!("available {left}, held {held}, used {used}{foreign}"),
        _ => share(standing),
    }
}

/// How many uses stand, and how many were given back.
fn uses(line: &LineLeft) -> String {
    let given_back = if line.given_back == 0 { String::new() } else { format!(", {} given back", line.given_back) };
    format!("{} use{}{given_back}", line.uses, if line.uses == 1 { "" } else { "s" })
}

/// What remains of a line as a share, which is all that the ledger tells.
fn share(line: &LineLeft) -> String {
    match line.certified {
        Some(certified) if certified > 0 => {
            let taken = line.reserved.saturating_add(line.consumed);
            let part = |amount: u64| percent(amount, certified, 0);
            if taken == 0 {
                "unused".into()
            } else {
                format!("{} available, {} held, {} used", part(certified.saturating_sub(taken)), part(line.reserved), part(line.consumed))
            }
        }
        _ => uses(line),
    }
}

fn cut(text: &str) -> String {
    cut_to(SHOWN_CHARS, text)
}

fn cut_to(chars: usize, text: &str) -> String {
    let short: String = text.trim().chars().take(chars).collect();
    let dots = if short.len() < text.trim().len() { "…" } else { "" };
    format!("{}{dots}", escape_for_terminal(&short))
}
