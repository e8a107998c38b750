//! Programmes of authorised operators: which types a member grants, and for how long. DOMAIN sections 4.1 and 4.2.
//!
//! A programme that its member never registered is not checked: its statuses are of any type and any validity. So are those
//! granted before its first terms: whoever registers a programme does not call what it granted before into question.

use super::{TYPES_MAX, is_word};
use crate::context::Recorded;
use ledger::codec::strictly_ascending;
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};

/// How many versions of its terms a programme may have.
pub const PROGRAMME_VERSIONS_MAX: usize = 64;
/// The longest term, in months.
pub const TERM_MONTHS_MAX: u16 = 240;

/// A programme of a member's authorised operators.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Programme {
    /// Its name: the class of its statuses.
    #[n(0)]
    pub name: String,
    /// Whose it is.
    #[n(1)]
    pub member: MemberId,
    /// Its terms, in the order of recording; at most [`PROGRAMME_VERSIONS_MAX`].
    #[n(2)]
    pub versions: Vec<ProgrammeVersion>,
}

/// The terms of a programme from a date on.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ProgrammeVersion {
    /// From which date of grant on.
    #[n(0)]
    pub effective: CalendarDate,
    /// When it was recorded.
    #[n(1)]
    pub recorded: Recorded,
    /// The types, sorted by name.
    #[n(2)]
    pub types: Vec<ProgrammeType>,
}

/// A type or grade of a programme.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ProgrammeType {
    /// Its name, such as `AEOS`.
    #[n(0)]
    pub name: String,
    /// How many months a status is valid at most, 1 to [`TERM_MONTHS_MAX`]; absent if it is granted without an end.
    #[n(1)]
    pub months: Option<u16>,
}

impl ProgrammeType {
    /// The last day of a status that is granted or reassessed on a date; `None` without an end.
    pub fn last_day(&self, from: CalendarDate) -> Option<CalendarDate> {
        self.months.map(|months| from.add_months(months.into()).unwrap_or(CalendarDate::LAST))
    }

    /// Whether a validity is within the term.
    pub fn holds(&self, from: CalendarDate, until: Option<CalendarDate>) -> bool {
        self.last_day(from).is_none_or(|last| until.is_some_and(|until| until <= last))
    }
}

/// Whether a programme's types are in form: see the fields.
pub(crate) fn types_in_form(types: &[ProgrammeType]) -> bool {
    let names: Vec<&str> = types.iter().map(|one| one.name.as_str()).collect();
    (1..=TYPES_MAX).contains(&types.len())
        && names.iter().all(|name| is_word(name))
        && strictly_ascending(&names)
        && types.iter().all(|one| one.months.is_none_or(|months| (1..=TERM_MONTHS_MAX).contains(&months)))
}

impl Programme {
    /// Whether it has terms for a status of a date: what was granted before the first of them is not measured by them.
    pub fn has_terms_on(&self, date: CalendarDate) -> bool {
        self.versions.iter().any(|version| version.effective <= date)
    }

    /// The type with this name in the terms that hold for a status of a date; `None` if they do not have it.
    pub fn type_on(&self, name: &str, date: CalendarDate) -> Option<&ProgrammeType> {
        let version = self.versions.iter().rev().find(|version| version.effective <= date)?;
        version.types.iter().find(|one| one.name == name)
    }
}
