//! A scope as it is typed: `sps 851 from 2020-01-01 covers 2026-01-01`.

use anyhow::{Context as _, ensure};
use contracts::destination::OfficeVerb;
use contracts::document::escape_for_terminal;
use contracts::kinds::RecordKind;
use contracts::registry::{OFFICIALS_MAX, Scope};
use ledger::time::CalendarDate;

/// Reads `KIND [CLASS ...] [from DATE] [until DATE] [covers DATE] [authorisation NUMBER] [daily COUNT] [officials COUNT] [office ACTS]`.
///
/// # Errors
/// If it is none, or can never count.
pub fn scope(text: &str, effective: CalendarDate) -> anyhow::Result<Scope> {
    let mut words = text.split_whitespace();
    let kind = crate::commands::verify::kind(words.next().unwrap_or_default()).with_context(|| format!("--scope '{text}'"))?;
    let mut scope = Scope::issuing(kind, effective);
    while let Some(word) = words.next() {
        if let "daily" | "officials" = word {
            let count = words.next().and_then(|count| count.parse::<u32>().ok());
            match word {
                "daily" => {
                    scope.daily_limit = Some(count.filter(|count| *count > 0).with_context(|| {
                        format!("--scope '{}': after 'daily' stands how many a day, 1 or more, such as 200", escape_for_terminal(text))
                    })?);
                }
                _ => {
                    let count = count.and_then(|count| u8::try_from(count).ok()).filter(|count| (2..=OFFICIALS_MAX).contains(count));
                    let named = || format!("--scope '{text}': after 'officials' stands how many sign, 2 to {OFFICIALS_MAX}");
                    scope.officials = Some(count.with_context(named)?);
                }
            }
            continue;
        }
        let mut date = || {
            let date = words.next().with_context(|| format!("--scope '{text}': after '{word}' stands a date such as 2026-03-09"))?;
            crate::commands::verify::calendar_date(&format!("--scope '{}': after '{word}',", escape_for_terminal(text)), date)
        };
        match word {
            "from" => scope.from = date()?,
            "until" => scope.until = Some(date()?),
            "covers" => scope.coverage_since = Some(date()?),
            "authorisation" => {
                let number = words.next().with_context(|| format!("--scope '{text}': after 'authorisation' stands its number"))?;
                scope.authorisation = Some(number.to_owned());
            }
            "office" => {
                let acts = words.next().with_context(|| format!("--scope '{text}': after 'office' stand its acts, or all"))?;
                scope.office = Some(office_acts(kind, acts).with_context(|| format!("--scope '{}'", escape_for_terminal(text)))?);
            }
            class => {
                class_in_form(kind, class).with_context(|| format!("--scope '{}'", escape_for_terminal(text)))?;
                scope.classes.push(class.to_owned());
            }
        }
    }
    scope.classes.sort();
    scope.classes.dedup();
    ensure!(
        scope.authorisation.is_none() || kind.rules().has_declarations(),
        "--scope '{text}': only origin declarations are made out under an authorisation"
    );
    ensure!(
        scope.is_in_form(),
        "--scope '{text}': it ends before it begins, a class is no plain word, or an office promises that everything is recorded or has a daily limit"
    );
    Ok(scope)
}

/// The acts of an office on certificates of a kind: `all`, or some with commas between and hyphens in them.
fn office_acts(kind: RecordKind, text: &str) -> anyhow::Result<Vec<OfficeVerb>> {
    let all: Vec<OfficeVerb> = kind.rules().office_acts().iter().filter(|act| **act != OfficeVerb::Answer).copied().collect();
    if text == "all" && !all.is_empty() {
        return Ok(all);
    }
    let names: Vec<String> = all.iter().map(|act| hyphened(*act)).collect();
    let one = |word: &str| {
        let found = names.iter().position(|name| name == word).and_then(|index| all.get(index).copied());
        found.with_context(|| {
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            format!("'{}' is no act of an office on {}; they are: {known}", escape_for_terminal(word), kind.plural())
        })
    };
    let mut acts = text.split(',').map(one).collect::<anyhow::Result<Vec<_>>>()?;
    acts.sort();
    acts.dedup();
    Ok(acts)
}

fn hyphened(act: OfficeVerb) -> String {
    act.as_str().replace(' ', "-")
}

/// Whether documents can have this class: a mistyped one would be recorded, and would cover nothing.
fn class_in_form(kind: RecordKind, class: &str) -> anyhow::Result<()> {
    let shown = escape_for_terminal(class);
    ensure!(
        CalendarDate::parse(class).is_none() && !looks_like_a_date(class),
        "'{shown}' is a date: say what it is for: from, until or covers"
    );
    if let Some(classes) = kind.rules().classes() {
        ensure!(classes.contains(&class), "'{shown}' is no class that {} have; they are {}", kind.plural(), classes.join(", "));
    }
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"._/+-".contains(&byte);
    ensure!(
        class.len() <= 32 && class.bytes().all(plain),
        "'{shown}' is no agreement, document type or programme: these are 1 to 32 of A-Z, 0-9 and . _ / + -; the other words are from, until, covers, authorisation, daily, officials, office"
    );
    Ok(())
}

fn looks_like_a_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    matches!(parts[..], [_, _, _]) && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A scope as it is typed.
pub fn scope_text(scope: &Scope) -> String {
    let mut words = vec![scope.kind.rules().word().to_owned()];
    words.extend(scope.classes.iter().cloned());
    words.push(format!("from {}", scope.from));
    words.extend(scope.until.map(|until| format!("until {until}")));
    words.extend(scope.coverage_since.map(|since| format!("covers {since}")));
    words.extend(scope.authorisation.as_ref().map(|number| format!("authorisation {}", escape_for_terminal(number))));
    words.extend(scope.daily_limit.map(|most| format!("daily {most}")));
    words.extend(scope.officials.map(|count| format!("officials {count}")));
    let acts = scope.office.iter().flatten().map(|act| hyphened(*act)).collect::<Vec<_>>().join(",");
    words.extend((!acts.is_empty()).then(|| format!("office {acts}")));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        let today = CalendarDate::parse("2026-03-09").unwrap();
        for text in [
            "origin from 2026-03-09",
            "origin RCEP from 2026-03-09 authorisation NZ/AE/17",
            "sps from 2026-03-09 office present,accept,reject,reserve",
            "sps 851 853 from 2020-01-01 until 2027-01-01 covers 2026-01-01",
            "aeo NZ-SES from 2026-03-09",
            "control NZ-EXPORT-CONTROL from 2026-03-09 office acknowledge,accept,reject",
            "origin RCEP from 2026-03-09 authorisation NZ/AE/17 daily 20",
            "sps 851 from 2026-03-09 daily 200 officials 2",
            "sps from 2026-03-09 officials 8 office accept,reject",
        ] {
            assert_eq!(scope_text(&scope(text, today).unwrap()), text);
        }
        assert_eq!(scope("sps 853 851", today).unwrap().classes, ["851", "853"]);
        let office = |text: &str| scope(text, today).unwrap().office.unwrap();
        assert_eq!(office("origin office reserve,present"), [OfficeVerb::Present, OfficeVerb::Reserve]);
        assert!(office("origin office all").len() == 10 && !office("origin office all").contains(&OfficeVerb::Answer));
        for wrong in [
            "",
            "tax",
            "sps from",
            "sps from tomorrow",
            "sps from 2026-03-09 authorisation 17",
            "origin authorisation",
            "sps from 2026-01-01 until 2025-01-01",
            "sps 850",
            "sps 851,853",
            "sps 851 2020-01-01",
            "origin 2020-01-01",
            "origin 9.3.2026",
            "origin CL-CN form 2020-01-01",
            "aeo nz-ses",
            "sps office",
            "sps office inspect",
            "sps covers 2026-01-01 office all",
            "aeo office all",
            "origin office accept",
            "sps daily",
            "sps daily 0",
            "sps from 2026-02-31",
            "sps daily many",
            "sps officials",
            "sps officials 1",
            "sps officials 9",
            "sps officials 258",
            "sps daily 5 office accept",
        ] {
            assert!(scope(wrong, today).is_err(), "{wrong}");
        }
    }
}
