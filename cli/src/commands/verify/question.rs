//! What is asked, as it was typed.

use super::Verify;
use crate::officer::own_clock;
use crate::profile::Profile;
use anyhow::{Context as _, bail, ensure};
use contracts::context::Known;
use contracts::kinds::RecordKind;
use contracts::registry::Flow;
use contracts::verdict::Question;
use ledger::id::AuthorityId;
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Height, Timestamp};

/// The question as typed, with what the profile adds.
///
/// # Errors
/// If a date, time, country, kind or authority is none, or lies in the future.
pub fn question(profile: &Profile, args: &Verify) -> anyhow::Result<Question> {
    let now = own_clock();
    let on = match &args.on {
        None => now.date(),
        Some(text) => CalendarDate::parse(text).with_context(|| format!("--on {text}: no date; write it as 2026-03-09"))?,
    };
    let mut question = Question::on(on);
    if let Some(text) = &args.known_at {
        question.known =
            known_at(text).with_context(|| format!("--known-at {text}: write a block height, or a time as 2026-03-09T10:15:00Z"))?;
    }
    if let Known::AtTime(time) = question.known {
        ensure!(
            time <= now,
            "--known-at: {time} lies in the future (this computer's clock says {now}), and nobody knows what will be recorded by then; give a \
             time that has passed, or leave it out"
        );
    }
    if let Some(text) = &args.issued {
        let issued = CalendarDate::parse(text).with_context(|| format!("--issued {text}: no date; write it as 2026-03-09"))?;
        // Somewhere it may be tomorrow already.
        let latest = now.date().add_days(1).unwrap_or(CalendarDate::LAST);
        ensure!(issued <= latest, "--issued {issued}: the date of issue lies in the future (today is {}); correct it", now.date());
        question.issue_date = Some(issued);
    }
    question.for_country = match &args.for_country {
        Some(country) => Some(CountryCode::parse(country).context("--for")?),
        None => {
            profile.member().ok().and_then(|member| profile.founding.member(member)).and_then(|member| member.countries.first().copied())
        }
    };
    question.kind = args.kind.as_deref().map(kind).transpose()?;
    question.class = args.class.clone();
    question.authority = args.authority.as_deref().map(AuthorityId::parse).transpose()?;
    question.role = args.role.clone();
    question.flow = if args.export { Flow::Export } else { Flow::Import };
    Ok(question)
}

/// Reads the word for a kind.
///
/// # Errors
/// If it is none.
pub fn kind(text: &str) -> anyhow::Result<RecordKind> {
    match text {
        "origin" => Ok(RecordKind::CertificateOfOrigin),
        "sps" => Ok(RecordKind::SpsCertificate),
        "aeo" => Ok(RecordKind::AeoStatus),
        _ => bail!("'{text}' is no kind of certificate; say origin, sps or aeo"),
    }
}

fn known_at(text: &str) -> Option<Known> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return text.parse().ok().map(|height| Known::AtHeight(Height::new(height)));
    }
    timestamp(text).map(Known::AtTime)
}

/// Reads a time in UTC, `2026-03-09T10:15:00Z` or with milliseconds; a date alone is its last moment.
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (CalendarDate::parse(date)?, clock.strip_suffix('Z')?),
        None => (CalendarDate::parse(text)?, "23:59:59.999"),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<u64> = clock.split(':').map(|part| if part.len() == 2 { part.parse().ok() } else { None }).collect::<Option<_>>()?;
    let [hours @ 0..=23, minutes @ 0..=59, seconds @ 0..=60] = parts[..] else { return None };
    if fraction.is_empty() || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: u64 = format!("{fraction:0<3}").parse().ok()?;
    Some(date.start_utc().saturating_add_ms(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_heights_are_read() {
        assert_eq!(known_at("17"), Some(Known::AtHeight(Height::new(17))));
        for (text, millis) in [("1970-01-02T00:00:00Z", 86_400_000), ("1970-01-01T01:02:03.5Z", 3_723_500), ("1970-01-01", 86_399_999)] {
            assert_eq!(timestamp(text), Some(Timestamp::from_millis(millis)), "{text}");
        }
        for text in ["", "1970-01-01T25:00:00Z", "1970-01-01T1:00:00Z", "1970-01-01T01:00:00", "1970-01-01T01:00:00.1234Z", "x"] {
            assert_eq!(timestamp(text), None, "{text}");
        }
        let shown = Timestamp::from_millis(1_800_000_000_123);
        assert_eq!(timestamp(&shown.to_string()), Some(shown));
    }
}
