//! Heights, timestamps and calendar dates. None of them is ever read from a clock here.

use minicbor::{Decode, Encode};

/// How many blocks stand between a block and the founding state, which has height 0.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cbor(transparent)]
pub struct Height(#[n(0)] u64);

impl Height {
    /// The founding state.
    pub const FOUNDING: Self = Self(0);

    /// The block at this distance from the founding state.
    pub const fn new(height: u64) -> Self {
        Self(height)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The next height, or `None` at the last one.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }

    /// The height before, or `None` at the founding state.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// The height `count` blocks later, at most the last one.
    pub fn saturating_add(self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

impl core::fmt::Display for Height {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(out)
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted, as a block states them.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cbor(transparent)]
pub struct Timestamp(#[n(0)] u64);

const DAY_MS: u64 = 86_400_000;

impl Timestamp {
    /// The last moment that is written as a date: 9999-12-31T23:59:59.999Z.
    pub const LAST: Self = Self(253_402_300_799_999);

    /// The moment this many milliseconds after the beginning of 1970.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the beginning of 1970.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// The moment `millis` later, at most the last one.
    pub fn saturating_add_ms(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The moment `millis` earlier, at least the beginning of 1970.
    pub fn saturating_sub_ms(self, millis: u64) -> Self {
        Self(self.0.saturating_sub(millis))
    }

    /// How many milliseconds lie between the two moments, whichever comes first.
    pub fn distance_ms(self, other: Self) -> u64 {
        self.0.abs_diff(other.0)
    }

    /// The calendar date of this moment in UTC.
    pub fn date(self) -> CalendarDate {
        CalendarDate(u32::try_from(self.0 / DAY_MS).unwrap_or(u32::MAX).min(CalendarDate::LAST.0))
    }
}

impl core::fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds.
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let in_day = self.0 % DAY_MS;
        let (hours, minutes) = (in_day / 3_600_000, in_day / 60_000 % 60);
        let (seconds, millis) = (in_day / 1000 % 60, in_day % 1000);
        write!(out, "{}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z", self.date())
    }
}

/// A day of the Gregorian calendar, without a zone: what a certificate writes as its date.
///
/// Encoded as the number of days since 1970-01-01. Limits: 1970-01-01 to 9999-12-31.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CalendarDate(u32);

impl CalendarDate {
    /// 1970-01-01.
    pub const FIRST: Self = Self(0);
    /// 9999-12-31.
    pub const LAST: Self = Self(2_932_896);

    /// The day this many days after 1970-01-01, or `None` after 9999-12-31.
    pub fn from_days(days: u32) -> Option<Self> {
        (days <= Self::LAST.0).then_some(Self(days))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> u32 {
        self.0
    }

    /// The day `year-month-day`, or `None` if the calendar has no such day between 1970 and 9999.
    pub fn from_ymd(year: u32, month: u32, day: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Days before the year, then before the month (proleptic Gregorian; all values are small, so nothing overflows).
        let years = year.checked_sub(1)?;
        let before_year = years.checked_mul(365)?.checked_add(years / 4)?.checked_sub(years / 100)?.checked_add(years / 400)?;
        let before_month: u32 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
        Self::from_days(before_year.checked_add(before_month)?.checked_add(day)?.checked_sub(DAYS_BEFORE_1970)?)
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |from: usize, to: usize| -> Option<u32> {
            let part = text.get(from..to)?;
            if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
        };
        if text.len() != 10 || text.get(4..5) != Some("-") || text.get(7..8) != Some("-") {
            return None;
        }
        Self::from_ymd(digits(0, 4)?, digits(5, 7)?, digits(8, 10)?)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    pub fn ymd(self) -> (u32, u32, u32) {
        // An estimate that is never too late and at most one year early; then one step if needed.
        let mut year = 1970_u32.saturating_add(self.0 / 366);
        while let Some(next) = Self::from_ymd(year.saturating_add(1), 1, 1) {
            if next > self {
                break;
            }
            year = year.saturating_add(1);
        }
        let first = Self::from_ymd(year, 1, 1).map_or(0, Self::days);
        let mut left = self.0.saturating_sub(first);
        let mut month = 1;
        while month < 12 && left >= days_in_month(year, month) {
            left = left.saturating_sub(days_in_month(year, month));
            month = month.saturating_add(1);
        }
        (year, month, left.saturating_add(1))
    }

    /// The day `months` calendar months later; a day that the month does not have becomes its last
    /// (31 January and one month is 28 or 29 February). `None` after 9999.
    pub fn add_months(self, months: u32) -> Option<Self> {
        let (year, month, day) = self.ymd();
        let counted = month.checked_sub(1)?.checked_add(months)?;
        let year = year.checked_add(counted / 12)?;
        let month = (counted % 12).checked_add(1)?;
        if year > 9999 {
            return None;
        }
        Self::from_ymd(year, month, day.min(days_in_month(year, month)))
    }

    /// The day `days` later, or `None` after 9999.
    pub fn add_days(self, days: u32) -> Option<Self> {
        self.0.checked_add(days).and_then(Self::from_days)
    }

    /// The day before, or `None` before 1970.
    pub fn day_before(self) -> Option<Self> {
        self.0.checked_sub(1).and_then(Self::from_days)
    }

    /// Midnight UTC at the beginning of the day.
    pub fn start_utc(self) -> Timestamp {
        Timestamp(u64::from(self.0).saturating_mul(DAY_MS))
    }
}

const DAYS_BEFORE_1970: u32 = 719_163;

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl core::fmt::Display for CalendarDate {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (year, month, day) = self.ymd();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

impl core::fmt::Debug for CalendarDate {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "CalendarDate({self})")
    }
}

impl<C> Encode<C> for CalendarDate {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u32(self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for CalendarDate {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        Self::from_days(d.u32()?).ok_or_else(|| minicbor::decode::Error::message("a date after 9999-12-31").at(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_one_name_and_one_number() {
        let mut expected = (1970, 1, 1);
        for days in 0..=400_000 {
            let date = CalendarDate::from_days(days).unwrap();
            assert_eq!(date.ymd(), expected);
            assert_eq!(CalendarDate::from_ymd(expected.0, expected.1, expected.2), Some(date));
            expected.2 += 1;
            if expected.2 > days_in_month(expected.0, expected.1) {
                expected = if expected.1 == 12 { (expected.0 + 1, 1, 1) } else { (expected.0, expected.1 + 1, 1) };
            }
        }
        assert_eq!(CalendarDate::from_ymd(9999, 12, 31), Some(CalendarDate::LAST));
        assert_eq!(CalendarDate::LAST.to_string(), "9999-12-31");
        assert_eq!(Timestamp::LAST.to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_month_after_the_last_of_january_is_the_last_of_february() {
        let date = CalendarDate::parse("2023-01-31").unwrap();
        assert_eq!(date.add_months(1), CalendarDate::parse("2023-02-28"));
        assert_eq!(date.add_months(13), CalendarDate::parse("2024-02-29"));
        assert_eq!(date.add_months(12), CalendarDate::parse("2024-01-31"));
        assert_eq!(CalendarDate::LAST.add_months(1), None);
    }

    #[test]
    fn a_date_is_read_only_as_it_is_written() {
        for wrong in ["2023-02-29", "2023-2-01", "1969-12-31", "2023-13-01", "2023-00-01", "2023-01-00", "20230101", "+023-01-01", ""] {
            assert_eq!(CalendarDate::parse(wrong), None, "{wrong}");
        }
    }
}
