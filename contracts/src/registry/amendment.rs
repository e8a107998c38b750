//! Amendments: which terms of an arrangement are in force, and whose word others need.
//!
//! An amendment amends the terms that were agreed last, by number. It needs signature and application of every party of
//! those terms, also of one that it leaves out, and of every party that joins; only who has left already is not asked.
//! Sources: Vienna Convention on the Law of Treaties, articles 39, 40 and 54.

use super::arrangement::{Arrangement, ArrangementAct, ArrangementVerb, Terms, Unrecognised};
use crate::context::{Known, Recorded};
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// Other terms of an arrangement. They are in force from the latest date on which they were applied; questions about
/// earlier dates are answered by the terms before.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Amendment {
    /// The terms as amended; parties may join.
    #[n(0)]
    pub terms: Terms,
    /// Who signed ([`ArrangementVerb::Amend`]) and applied them, in the order of recording.
    #[n(1)]
    pub acts: Vec<ArrangementAct>,
    /// Which terms it amends: those of the amendment with this number; absent for the first ones.
    #[n(2)]
    pub amends: Option<u32>,
    /// When the last application that it needs was recorded.
    #[n(3)]
    pub agreed: Option<Recorded>,
}

impl Amendment {
    /// Whether a party recorded an act.
    pub fn has(&self, verb: ArrangementVerb, by: MemberId) -> bool {
        self.acts.iter().any(|act| act.verb == verb && act.by == by)
    }

    /// The number of the amendment whose terms it amends; `None` for the first ones.
    pub fn amended(&self) -> Option<usize> {
        self.amends.and_then(|number| usize::try_from(number).ok())
    }

    /// Whether it leaves a member out, or never knew it.
    pub(super) fn leaves_out(&self, member: MemberId) -> bool {
        !self.terms.has_party(member)
    }
}

/// The application that came last into effect, if by the date every one of the first had signed and every one of the second
/// had applied, as known then.
fn in_operation<'a>(
    sign: &BTreeSet<MemberId>,
    apply: &BTreeSet<MemberId>,
    acts: &'a [ArrangementAct],
    signing: ArrangementVerb,
    on: CalendarDate,
    known: Known,
) -> Result<&'a ArrangementAct, Unrecognised> {
    let find = |verb: ArrangementVerb, by: MemberId| {
        acts.iter().rev().find(|act| act.verb == verb && act.by == by && known.covers(&act.recorded) && act.effective <= on)
    };
    for party in sign {
        find(signing, *party).ok_or(Unrecognised::NotSigned(*party))?;
    }
    let mut decisive: Option<&ArrangementAct> = None;
    for party in apply {
        let applied = find(ArrangementVerb::Apply, *party).ok_or(Unrecognised::NotApplied(*party))?;
        decisive = decisive.filter(|act| act.effective >= applied.effective).or(Some(applied));
    }
    // Terms without parties are not in form.
    decisive.ok_or(Unrecognised::Direction)
}

impl Arrangement {
    /// The terms of the amendment with this number; for none, the first ones.
    fn terms_of(&self, number: Option<usize>) -> &Terms {
        number.and_then(|number| self.amendments().get(number)).map_or(&self.terms, |one| &one.terms)
    }

    /// The number of the amendment that was agreed last; `None` while the first terms are the last agreed ones.
    pub fn last_agreed(&self) -> Option<usize> {
        self.amendments().iter().rposition(|one| one.agreed.is_some())
    }

    /// The terms that were agreed last, in force already or from a later date on.
    pub fn agreed_terms(&self) -> &Terms {
        self.terms_of(self.last_agreed())
    }

    /// Whether other terms were agreed before these were.
    pub fn is_overtaken(&self, amendment: &Amendment) -> bool {
        amendment.agreed.is_none() && amendment.amended() != self.last_agreed()
    }

    /// Whether a member is a party: of the terms in force on the date, or of those that are agreed for a later one.
    pub fn is_party(&self, member: MemberId, on: CalendarDate) -> bool {
        let in_force = self.terms_on(on, Known::Now).map_or(&self.terms, |(terms, _)| terms);
        in_force.has_party(member) || self.agreed_terms().has_party(member)
    }

    /// Whether a member has left on a date, as known then.
    pub fn has_left(&self, member: MemberId, on: CalendarDate, known: Known) -> bool {
        self.leaving(member, known).is_some_and(|act| act.effective <= on)
    }

    /// Whose signature and application an amendment needs for a date, as known then: every party of the terms that it amends
    /// and of its own, but those that it leaves out and that have left.
    pub fn needed_for(&self, amendment: &Amendment, on: CalendarDate, known: Known) -> BTreeSet<MemberId> {
        let both = self.terms_of(amendment.amended()).parties.iter().chain(&amendment.terms.parties).copied();
        both.filter(|party| !(amendment.leaves_out(*party) && self.has_left(*party, on, known))).collect()
    }

    /// The act that put the first terms into operation by a date, as known then.
    fn first_in_operation(&self, on: CalendarDate, known: Known) -> Result<&ArrangementAct, Unrecognised> {
        let all = self.terms.parties.iter().copied().collect();
        in_operation(&all, &all, &self.acts, ArrangementVerb::Sign, on, known)
    }

    /// The act that put the first terms into operation between two parties by a date, as known then: all signed, and these two
    /// applied. Source: DOMAIN section 4.4, condition 3.
    fn first_between(&self, two: [MemberId; 2], on: CalendarDate, known: Known) -> Result<&ArrangementAct, Unrecognised> {
        let all = self.terms.parties.iter().copied().collect();
        in_operation(&all, &two.into(), &self.acts, ArrangementVerb::Sign, on, known)
    }

    /// The act that put the terms of an amendment into operation by a date, as known then. They are not in operation before
    /// those that they amend.
    ///
    /// # Errors
    /// Who had not signed or applied.
    pub fn amendment_on(&self, number: usize, on: CalendarDate, known: Known) -> Result<&ArrangementAct, Unrecognised> {
        self.amendment_after(number, on, known, |on| self.first_in_operation(on, known))
    }

    /// As [`Self::amendment_on`], where the terms that it amends are in operation from when `first` says.
    fn amendment_after<'a>(
        &'a self,
        number: usize,
        on: CalendarDate,
        known: Known,
        first: impl Fn(CalendarDate) -> Result<&'a ArrangementAct, Unrecognised>,
    ) -> Result<&'a ArrangementAct, Unrecognised> {
        let mut decisive = None;
        let mut next = Some(number);
        while let Some((number, one)) = next.and_then(|number| Some((number, self.amendments().get(number)?))) {
            let needed = self.needed_for(one, on, known);
            let act = in_operation(&needed, &needed, &one.acts, ArrangementVerb::Amend, on, known)?;
            // Somebody left who had signed, and nobody was left to apply.
            one.agreed.filter(|agreed| known.covers(agreed)).ok_or(Unrecognised::Direction)?;
            decisive = decisive.or(Some(act));
            next = one.amended().filter(|before| *before < number);
        }
        if first(CalendarDate::LAST).is_ok() {
            first(on)?;
        }
        decisive.ok_or(Unrecognised::Direction)
    }

    /// The terms in force on a date, as known then, with the act that put them into operation: of the amendments in operation
    /// the last one, or else the first terms.
    ///
    /// # Errors
    /// Who had not signed or applied the first terms.
    pub fn terms_on(&self, on: CalendarDate, known: Known) -> Result<(&Terms, &ArrangementAct), Unrecognised> {
        let first = |on| self.first_in_operation(on, known);
        self.amended_on(on, known, first).map_or_else(|| Ok((&self.terms, first(on)?)), Ok)
    }

    /// The terms in force between two parties on a date, as known then, with the act that put them into operation between these.
    ///
    /// # Errors
    /// Who had not signed, or which of the two had not applied the first terms.
    pub(crate) fn terms_between(
        &self,
        two: [MemberId; 2],
        on: CalendarDate,
        known: Known,
    ) -> Result<(&Terms, &ArrangementAct), Unrecognised> {
        let first = |on| self.first_between(two, on, known);
        self.amended_on(on, known, first).map_or_else(|| Ok((&self.terms, first(on)?)), Ok)
    }

    /// The days of notice of a party on a date: the most of the terms in force between it and any other, or else those of the
    /// first terms.
    pub fn notice_days(&self, member: MemberId, on: CalendarDate, known: Known) -> u32 {
        let others = self.terms.parties.iter().chain(&self.agreed_terms().parties).filter(|other| **other != member);
        let between = others.filter_map(|other| Some(self.terms_between([member, *other], on, known).ok()?.0.notice_days));
        between.max().unwrap_or(self.terms.notice_days)
    }

    fn amended_on<'a>(
        &'a self,
        on: CalendarDate,
        known: Known,
        first: impl Fn(CalendarDate) -> Result<&'a ArrangementAct, Unrecognised>,
    ) -> Option<(&'a Terms, &'a ArrangementAct)> {
        let mut last = self.amendments().iter().enumerate().rev();
        last.find_map(|(number, one)| Some((&one.terms, self.amendment_after(number, on, known, &first).ok()?)))
    }

    /// Whose word the last of these amendments waits for that is not overtaken.
    pub(super) fn waiting_for(&self, which: impl Fn(&Terms) -> bool, on: CalendarDate, known: Known) -> Option<Unrecognised> {
        let all = self.amendments().iter().enumerate().rev().filter(|(_, one)| which(&one.terms) && !self.is_overtaken(one));
        all.filter_map(|(number, _)| self.amendment_on(number, on, known).err()).next()
    }
}
