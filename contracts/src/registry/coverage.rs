//! What an authority's promises of coverage make of an absence.

use super::Authority;
use crate::context::Known;
use crate::kinds::RecordKind;
use ledger::time::CalendarDate;

/// What an authority could have recorded among some dates of issue, and what its promises make of the absence of that.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Coverage {
    /// Whether it could have recorded anything that fits.
    pub is_possible: bool,
    /// From this date of issue on it promises that everything which fits is recorded here; the first of the dates asked
    /// about if that holds of them all, `None` if not even of the last.
    pub since: Option<CalendarDate>,
    /// The latest beginning of the promises that make it so.
    pub promised: Option<CalendarDate>,
}

impl Authority {
    /// What absence proves of a certificate that fits as much as is known of it, and bears a date of issue from `first`
    /// to `last`. Absent parts match any, so that every scope which fits has to promise.
    pub fn coverage(
        &self,
        kind: Option<RecordKind>,
        class: Option<&str>,
        first: CalendarDate,
        last: CalendarDate,
        known: Known,
    ) -> Coverage {
        let mut coverage = Coverage { is_possible: false, since: None, promised: None };
        let mut is_open = false;
        for day in self.turns(first, last, known).into_iter().rev() {
            let fitting = || self.fitting(kind, class, day, known);
            coverage.is_possible |= fitting().next().is_some();
            is_open |= fitting().any(|scope| scope.coverage_since.is_none_or(|promised| promised > day));
            if !is_open {
                coverage.since = Some(day);
                coverage.promised = coverage.promised.max(fitting().filter_map(|scope| scope.coverage_since).max());
            }
        }
        coverage
    }

    /// The days from `first` to `last` on which its scopes or its promises change, ascending; `first` is one of them.
    fn turns(&self, first: CalendarDate, last: CalendarDate, known: Known) -> Vec<CalendarDate> {
        let mut days = vec![first];
        for act in self.acts.iter().filter(|act| known.covers(&act.recorded)) {
            days.push(act.effective);
            for scope in act.scopes.iter().flatten() {
                days.push(scope.from);
                days.extend(scope.until.and_then(|until| until.add_days(1)));
                days.extend(scope.coverage_since);
            }
        }
        days.retain(|day| (first..=last).contains(day));
        days.sort();
        days.dedup();
        days
    }
}
