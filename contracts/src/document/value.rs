//! The shapes of single values: numbers, countries, dates, decimals, codes.

use ledger::id::CertificateNumber;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;

use super::{Link, QUANTITY_DIGITS_MAX, Quantity, WrittenDate};

/// Why a value has the wrong shape: what is wrong, and what to write.
pub(crate) struct WrongValue {
    pub cause: String,
    pub remedy: &'static str,
}

impl WrongValue {
    fn new(text: &str, what: &str, remedy: &'static str) -> Self {
        Self { cause: format!("{} is not {what}", super::quoted(text)), remedy }
    }
}

/// Whether a text says that there is no value: `N/A`, `NULL`, `None`, `Ninguno`, `Ninguna`, `sin dato`, `sin datos`,
/// dashes, or nothing at all; white space around it and the case of ASCII letters do not matter.
///
/// Messages of the field use such words where their schema wants some text (DOMAIN section 10, trap 7). They are legal
/// as text and stay in the list of fields; where a number, a country or another document is wanted they name none.
pub fn is_no_value(text: &str) -> bool {
    let word = text.trim().to_ascii_uppercase();
    matches!(word.as_str(), "" | "N/A" | "N.A." | "NULL" | "NONE" | "NINGUNO" | "NINGUNA" | "SIN DATO" | "SIN DATOS")
        || word.bytes().all(|byte| byte == b'-')
}

/// A certificate number: 1 to 70 bytes after folding, no control characters.
pub(crate) fn certificate_number(text: &str) -> Result<CertificateNumber, WrongValue> {
    CertificateNumber::parse(text)
        .map_err(|_| WrongValue::new(text, "a certificate number", "write the number as issued, 1 to 70 bytes without control characters"))
}

/// Two upper-case letters of ISO 3166-1, or of the territories beside it.
pub(crate) fn country(text: &str) -> Result<CountryCode, WrongValue> {
    CountryCode::parse(text).map_err(|_| WrongValue::new(text, "a country code", "write two upper-case letters of ISO 3166-1, such as NZ"))
}

/// An ISO 8601 date, or date and time with seconds, with or without an offset; the day is the written one.
pub(crate) fn date_or_time(text: &str) -> Result<WrittenDate, WrongValue> {
    let wrong = || WrongValue::new(text, "a date", "write it as ISO 8601: 2026-03-09 or 2026-03-09T10:15:00+13:00, not before 1970");
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let offset_at = |text: &str| text.find(['Z', '+', '-']).unwrap_or(text.len());
    // A date alone may carry an offset too, as XML Schema allows: 2026-03-09+13:00.
    let (day, offset) = if time.is_none() { day.split_at_checked(10).ok_or_else(wrong)? } else { (day, "") };
    if !is_offset(offset) {
        return Err(wrong());
    }
    if let Some(time) = time {
        let (clock, offset) = time.split_at_checked(offset_at(time)).ok_or_else(wrong)?;
        if !is_clock_time(clock) || !is_offset(offset) {
            return Err(wrong());
        }
    }
    let date = CalendarDate::parse(day).ok_or_else(wrong)?;
    Ok(WrittenDate { date, as_written: text.to_owned() })
}

/// `xsd:dateTime`: as [`date_or_time`], and the time is there.
pub(crate) fn date_and_time(text: &str) -> Result<WrittenDate, WrongValue> {
    match date_or_time(text) {
        Ok(written) if text.contains('T') => Ok(written),
        _ => Err(WrongValue::new(text, "a date and time", "write it as 2026-03-09T10:15:00+13:00")),
    }
}

/// A calendar date `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Result<WrittenDate, WrongValue> {
    let date = CalendarDate::parse(text).ok_or_else(|| match is_written_as_a_date(text) {
        true => WrongValue::new(text, "a day of the calendar from 1970 on", "correct the day"),
        false => WrongValue::new(text, "a date", "write it as 2026-03-09, not before 1970"),
    })?;
    Ok(WrittenDate { date, as_written: text.to_owned() })
}

/// Whether a text is written `2026-02-31`, be there such a day or not.
pub fn is_written_as_a_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// `hh:mm:ss` with an optional fraction.
fn is_clock_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').map_or((text, "0"), |(clock, fraction)| (clock, fraction));
    let mut parts = clock.split(':');
    let mut in_range = |most: u8| parts.next().is_some_and(|part| two_digits(part).is_some_and(|value| value <= most));
    in_range(23)
        && in_range(59)
        && in_range(60)
        && parts.next().is_none()
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Nothing, `Z`, or `+hh:mm` up to 14 hours.
fn is_offset(text: &str) -> bool {
    if matches!(text, "" | "Z") {
        return true;
    }
    text.strip_prefix(['+', '-'])
        .and_then(|offset| offset.split_once(':'))
        .and_then(|(hours, minutes)| Some((two_digits(hours)?, two_digits(minutes)?)))
        .is_some_and(|(hours, minutes)| minutes <= 59 && (hours < 14 || (hours == 14 && minutes == 0)))
}

fn two_digits(text: &str) -> Option<u8> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// `xsd:decimal`: an optional sign, digits, and at most one point; at most 64 characters.
pub(crate) fn decimal(text: &str) -> Result<(), WrongValue> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && text.len() <= 64 {
        Ok(())
    } else {
        Err(WrongValue::new(
            text,
            "a decimal number",
            "write digits with a point before the fraction, such as 1250.50, or leave the element out",
        ))
    }
}

/// An amount: a decimal that is not negative and has at most 18 digits.
pub(crate) fn quantity(text: &str, unit: Option<&str>) -> Result<Quantity, WrongValue> {
    decimal(text)?;
    let wrong = || WrongValue::new(text, "a quantity", "write an amount of at most 18 digits, not below zero");
    let digits = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all: String = [whole.trim_start_matches('0'), fraction].concat();
    if digits.starts_with('-') || all.len() > QUANTITY_DIGITS_MAX {
        return Err(wrong());
    }
    let mantissa = if all.is_empty() { 0 } else { all.parse().map_err(|_| wrong())? };
    let scale = u8::try_from(fraction.len()).map_err(|_| wrong())?;
    let unit = unit.map(str::trim).filter(|unit| !is_no_value(unit)).map(str::to_owned);
    Ok(Quantity { mantissa, scale, unit })
}

/// A code of 1 to `most` ASCII letters and digits.
pub(crate) fn code(text: &str, most: usize) -> Result<(), WrongValue> {
    if (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(WrongValue::new(text, &format!("a code of 1 to {most} letters and digits"), "write the code of the list, without its name"))
    }
}

/// Base 64 of RFC 4648 with padding; white space between the letters is passed over, as `xsd:base64Binary` allows.
pub(crate) fn base64(text: &str) -> Result<(), WrongValue> {
    let (mut letters, mut padding) = (0_usize, 0_usize);
    let all_known = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).all(|byte| {
        letters = letters.saturating_add(1);
        if byte == b'=' {
            padding = padding.saturating_add(1);
            return true;
        }
        padding == 0 && (byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
    });
    if all_known && letters.is_multiple_of(4) && padding <= 2 {
        Ok(())
    } else {
        Err(WrongValue::new(text, "base 64", "encode the attachment as base 64 with padding"))
    }
}

/// A link to another certificate, if the text names one.
pub(crate) fn link(number: &str) -> Result<Option<Link>, WrongValue> {
    if is_no_value(number) {
        return Ok(None);
    }
    Ok(Some(Link {
        number: certificate_number(number)?,
        number_as_written: number.to_owned(),
        issuing_country: None,
        issue_date: None,
        reason: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_date_is_the_one_the_issuer_wrote() {
        for (text, day) in [
            ("2026-03-09", "2026-03-09"),
            ("2026-03-09Z", "2026-03-09"),
            ("2026-03-09+13:00", "2026-03-09"),
            ("2026-03-09T23:59:59-11:00", "2026-03-09"),
            ("2026-03-09T00:00:00.123+14:00", "2026-03-09"),
            ("2024-02-29T10:15:00", "2024-02-29"),
        ] {
            let written = date_or_time(text).ok().unwrap();
            assert_eq!(written.date.to_string(), day, "{text}");
            assert_eq!(written.as_written, text);
        }
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "N/A",
            "09/03/2026",
            "2026-3-9",
            "2026-02-30",
            "20260309",
            "2026-03-09T",
            "2026-03-09T10:15",
            "2026-03-09T25:00:00",
            "2026-03-09T10:60:00",
            "2026-03-09T10:15:00+15:00",
            "2026-03-09T10:15:00 Z",
            "2026-03-09x",
            "2026-03-09T10:15:00.Z",
            "2026-03-09T10:15:00+1300",
            "1969-12-31",
            "2026-03-0é",
        ] {
            assert!(date_or_time(text).is_err(), "{text}");
        }
        assert!(date_and_time("2026-03-09").is_err());
    }

    #[test]
    fn a_quantity_is_exact_and_keeps_its_written_digits() {
        let read = |text: &str| quantity(text, Some("KGM")).ok().map(|quantity| (quantity.mantissa, quantity.scale, quantity.to_string()));
        assert_eq!(read("10.00"), Some((1000, 2, "10.00 KGM".into())));
        assert_eq!(read("0.05"), Some((5, 2, "0.05 KGM".into())));
        assert_eq!(read(".5"), Some((5, 1, "0.5 KGM".into())));
        assert_eq!(read("+7."), Some((7, 0, "7 KGM".into())));
        assert_eq!(read("000"), Some((0, 0, "0 KGM".into())));
        assert_eq!(read("0000000000000000000000007"), Some((7, 0, "7 KGM".into())));
        assert_eq!(read("123456789012345678"), Some((123_456_789_012_345_678, 0, "123456789012345678 KGM".into())));
        for text in ["1234567890123456789", "-1", "1,5", "1e3", "N/A", "", ".", "1.2.3", "٣", "0.0000000000000000000000001"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(quantity("1", Some(" N/A ")).ok().unwrap().unit, None);
    }

    #[test]
    fn base_64_is_whole_groups_of_four() {
        for text in ["", "QUJD", "QUI=", "QQ==", "QUJD\n\tQUJD", "+/+/"] {
            assert!(base64(text).is_ok(), "{text}");
        }
        for text in ["QUJ", "Q===", "QUJD=", "QQ==QQ==", "QU-D", "QU_D", "data:x", "é123", "===="] {
            assert!(base64(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_code_is_short_and_plain() {
        for text in ["8", "851", "ZZZ", "8b"] {
            assert!(code(text, 3).is_ok(), "{text}");
        }
        for text in ["", "8510", "8 5", "é", "8.5"] {
            assert!(code(text, 3).is_err(), "{text}");
        }
    }

    #[test]
    fn words_for_nothing_are_known() {
        for text in ["N/A", "null", "Ninguno", " sin dato ", "-", "--", ""] {
            assert!(is_no_value(text), "{text}");
        }
        for text in ["0", "NA", "No", "Ninguno conocido", "sin datos de 2024"] {
            assert!(!is_no_value(text), "{text}");
        }
    }
}
