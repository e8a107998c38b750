//! What is asked, as it was typed.

use super::Verify;
use crate::officer::own_clock;
use crate::profile::Profile;
use crate::record::one_of;
use anyhow::{Context as _, ensure};
use contracts::context::Known;
use contracts::document::{Document, escape_for_terminal, is_written_as_a_date};
use contracts::kinds::RecordKind;
use contracts::registry::Flow;
use contracts::verdict::Question;
use ledger::id::{AuthorityId, MemberId};
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
        Some(text) => calendar_date("--on", text)?,
    };
    let mut question = Question::on(on);
    if let Some(text) = &args.known_at {
        question.known = known_at(text).with_context(|| {
            format!("--known-at {text}: write a block height, or a time as 2026-03-09T10:15:00Z (a date is its last moment)")
        })?;
    }
    if let Known::AtTime(time) = question.known {
        ensure!(
            time <= now,
            "--known-at: {time} lies in the future (this computer's clock says {now}), and nobody knows what will be recorded by then; give a \
             time that has passed, or leave it out"
        );
    }
    if let Some(text) = &args.issued {
        let issued = calendar_date("--issued", text)?;
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
    question.role = args.role.as_deref().map(role).transpose()?;
    question.flow = if args.export { Flow::Export } else { Flow::Import };
    Ok(question)
}

/// Reads a role: a mistyped one would be judged as one that no arrangement covers.
fn role(text: &str) -> anyhow::Result<String> {
    let known: Vec<&str> = RecordKind::ALL.iter().flat_map(|kind| kind.rules().roles()).copied().collect();
    let typed = text.trim().to_ascii_lowercase();
    ensure!(known.contains(&typed.as_str()), "--role {}: no such role; say one of {}", escape_for_terminal(text), known.join(", "));
    Ok(typed)
}

/// The countries of the own member, where it covers several and nobody said for which it is judged.
fn choice<'a>(profile: &'a Profile, args: &Verify) -> Option<(MemberId, &'a [CountryCode])> {
    let own = profile.member().ok().filter(|_| args.for_country.is_none())?;
    let countries = profile.founding.member(own)?.countries.as_slice();
    (countries.len() > 1).then_some((own, countries))
}

/// A member of several countries judges for the one that the document names as destination, if it is one of them.
pub fn for_destination(profile: &Profile, args: &Verify, question: &mut Question, document: &Document) {
    let Some((_, countries)) = choice(profile, args) else { return };
    question.for_country = document.destination_country.filter(|country| countries.contains(country)).or(question.for_country);
}

/// Says for which country it was judged, where that was a choice.
pub fn chosen(profile: &Profile, args: &Verify, judged: Option<CountryCode>) -> Option<String> {
    let (own, countries) = choice(profile, args)?;
    judged.map(|judged| format!("judged for {judged}, one of the countries of {own}; for another add --for {}", one_of(countries)))
}

/// Reads the word for a kind.
///
/// # Errors
/// If it is none.
pub fn kind(text: &str) -> anyhow::Result<RecordKind> {
    RecordKind::by_word(text)
        .with_context(|| format!("'{}' is no kind of certificate; say {}", escape_for_terminal(text), RecordKind::words()))
}

/// Reads a day of the calendar.
///
/// # Errors
/// If it is none, with what is wrong about it.
pub fn calendar_date(option: &str, text: &str) -> anyhow::Result<CalendarDate> {
    CalendarDate::parse(text).with_context(|| {
        let why = if is_written_as_a_date(text) {
            "there is no such day in the calendar from 1970 on; correct it"
        } else {
            "no date; write it as 2026-03-09"
        };
        format!("{option} {}: {why}", escape_for_terminal(text))
    })
}

fn known_at(text: &str) -> Option<Known> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return text.parse().ok().map(|height| Known::AtHeight(Height::new(height)));
    }
    timestamp(text, Day::Last).map(Known::AtTime)
}

/// Which moment a date is that stands for a time.
#[derive(Clone, Copy)]
pub enum Day {
    /// Its first: something begins on it.
    First,
    /// Its last: something lasts until it is over.
    Last,
}

/// Reads a time in UTC, `2026-03-09T10:15:00Z` or with milliseconds, or a date alone.
pub fn timestamp(text: &str, day: Day) -> Option<Timestamp> {
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (CalendarDate::parse(date)?, clock.strip_suffix('Z')?),
        None => {
            let clock = match day {
                Day::First => "00:00:00",
                Day::Last => "23:59:59.999",
            };
            (CalendarDate::parse(text)?, clock)
        }
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

    #[derive(clap::Parser)]
    struct Typed {
        #[command(flatten)]
        verify: Verify,
    }

    #[test]
    fn a_role_is_one_of_the_list() {
        assert_eq!(role("Customs Broker").unwrap(), "customs broker");
        let error = role("banana").unwrap_err().to_string();
        assert!(error.starts_with("--role banana: no such role; say one of importer, exporter,"), "{error}");
    }

    #[test]
    fn a_member_of_several_countries_says_for_which_it_judged() {
        let union = crate::commands::network::tests::founding_of(&["NZ"]);
        let country = |text: &str| CountryCode::parse(text).unwrap();
        let mut members = union.members().to_vec();
        members[0].countries = vec![country("DE"), country("FR")];
        let union = genesis::Founding::new(union.environment(), "Union", Timestamp::from_millis(1), members).unwrap();
        let directory = tempfile::tempdir().unwrap();
        Profile::pin(directory.path(), &union).unwrap();
        std::fs::write(directory.path().join("profile.toml"), "member = \"NZ\"").unwrap();
        let profile = Profile::open(Some(directory.path()), &[]).unwrap();
        let typed = |words: &[&str]| <Typed as clap::Parser>::parse_from(words).verify;
        let (open, given) = (typed(&["verify", "1"]), typed(&["verify", "1", "--for", "FR"]));
        let mut asked = question(&profile, &open).unwrap();
        assert!(
            chosen(&profile, &open, asked.for_country).is_some_and(|said| said.contains("judged for DE") && said.contains("--for DE|FR"))
        );
        assert_eq!(chosen(&profile, &given, question(&profile, &given).unwrap().for_country), None);
        // A document names its destination.
        let to = |destination: &str| {
            let text = include_str!("../../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
            let text = text.replace("\"destination_country\": \"CN\"", &format!("\"destination_country\": \"{destination}\""));
            contracts::document::read_document(text.as_bytes()).unwrap()
        };
        for_destination(&profile, &open, &mut asked, &to("CN"));
        assert_eq!(asked.for_country, Some(country("DE")));
        for_destination(&profile, &open, &mut asked, &to("FR"));
        assert_eq!(asked.for_country, Some(country("FR")));
    }

    #[test]
    fn times_and_heights_are_read() {
        assert_eq!(known_at("17"), Some(Known::AtHeight(Height::new(17))));
        for (text, millis) in [("1970-01-02T00:00:00Z", 86_400_000), ("1970-01-01T01:02:03.5Z", 3_723_500), ("1970-01-01", 86_399_999)] {
            assert_eq!(timestamp(text, Day::Last), Some(Timestamp::from_millis(millis)), "{text}");
        }
        for text in ["", "1970-01-01T25:00:00Z", "1970-01-01T1:00:00Z", "1970-01-01T01:00:00", "1970-01-01T01:00:00.1234Z", "x"] {
            assert_eq!(timestamp(text, Day::Last), None, "{text}");
        }
        let shown = Timestamp::from_millis(1_800_000_000_123);
        assert_eq!(timestamp(&shown.to_string(), Day::Last), Some(shown));
        assert_eq!(timestamp(&shown.to_string(), Day::First), Some(shown));
        assert_eq!(timestamp("1970-01-02", Day::First), Some(Timestamp::from_millis(86_400_000)));
    }
}
