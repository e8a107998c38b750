//! What a member's offices decided about goods, line by line: which came in, and for which preference still stands.
//!
//! Of which goods an act speaks is looked up once, so that each line takes no more than a step for an act: whoever uses a
//! certificate waits for this, and so does the block.

use super::{Destination, DestinationAct, OfficeVerb};
use crate::context::Known;
use crate::standing::Line;
use ledger::hash::Hash;
use ledger::time::CalendarDate;
use std::collections::{BTreeMap, BTreeSet};

/// A grant of preference that still stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant<'a> {
    /// It.
    pub act: &'a DestinationAct,
    /// The lines for which no later decision took it back, ascending; at least one.
    pub lines: Vec<u32>,
}

/// Acts in the order of recording, each with the goods of which it speaks.
#[derive(Default)]
struct Goods<'a> {
    acts: Vec<Spoken<'a>>,
    /// The places of names; all goods have the place 0.
    places: BTreeMap<Option<Hash>, usize>,
}

/// An act, and the places of the names under which something is said of its goods: of all goods, of its declaration or goods item, and
/// of the declaration to which that item belongs. The second one is its own.
struct Spoken<'a> {
    act: &'a DestinationAct,
    covered_by: [usize; 3],
}

impl Spoken<'_> {
    fn own(&self) -> usize {
        let [_, own, _] = self.covered_by;
        own
    }

    /// The last of what was said of all that covers its goods.
    fn last(&self, said: &[Option<(usize, bool)>]) -> Option<(usize, bool)> {
        self.covered_by.iter().filter_map(|place| said.get(*place).copied().flatten()).max()
    }
}

impl<'a> Goods<'a> {
    fn of(acts: impl Iterator<Item = &'a DestinationAct>) -> Self {
        let mut goods = Self::default();
        goods.place(None);
        for act in acts {
            let own = goods.place(act.declaration);
            let whole = goods.place(act.declaration.and(act.whole));
            goods.acts.push(Spoken { act, covered_by: [0, own, whole] });
        }
        goods
    }

    fn place(&mut self, name: Option<Hash>) -> usize {
        let next = self.places.len();
        *self.places.entry(name).or_insert(next)
    }

    /// For each place the number of the last act that decides a line and is meant, and whether it accepts the line.
    fn last_said(&self, number: u32, is_meant: impl Fn(bool) -> bool) -> Vec<Option<(usize, bool)>> {
        let mut last = vec![None; self.places.len()];
        for (index, spoken) in self.acts.iter().enumerate() {
            if let Some(accepts) = spoken.act.decides(number).filter(|accepts| is_meant(*accepts))
                && let Some(place) = last.get_mut(spoken.own())
            {
                *place = Some((index, accepts));
            }
        }
        last
    }

    /// The places of the names under which goods came in on a line: they were presented, or accepted, or preference was granted, and
    /// the last decision that covers them, if there is one, is no refusal. What was refused is not let in by being presented again.
    fn came_in(&self, number: u32) -> impl Iterator<Item = usize> {
        let said = self.last_said(number, |_| true);
        let is_claim = move |act: &DestinationAct| act.decides(number).unwrap_or(act.verb == OfficeVerb::Present && act.names(number));
        let claims = self.acts.iter().filter(move |spoken| is_claim(spoken.act));
        claims.filter(move |spoken| spoken.last(&said).is_none_or(|(_, accepts)| accepts)).map(Spoken::own)
    }
}

/// The numbers of the lines by which offices decide: a certificate without lines has one of the number 0.
fn numbers(lines: &[Line]) -> Vec<u32> {
    if lines.is_empty() { vec![0] } else { lines.iter().map(|line| line.number).collect() }
}

/// Whether goods came in on any of these lines, by what the same offices recorded about a certificate and about those with whose goods
/// it goes on: for some declaration or without one it was presented, or accepted, or preference was granted, and no refusal that
/// stands covers that. `recorded` is of the last certificate first; what was copied from one to the next may stand in both.
pub(crate) fn let_goods_in(recorded: &[Destination], lines: &[Line]) -> bool {
    let mut acts: Vec<&DestinationAct> = recorded.iter().rev().flat_map(Destination::as_slice).collect();
    acts.sort_by_key(|act| act.recorded);
    let goods = Goods::of(acts.into_iter());
    numbers(lines).into_iter().any(|number| goods.came_in(number).next().is_some())
}

impl Destination {
    /// The presentations alone, for the certificate that goes on with the goods; of those that were refused for all lines none.
    pub fn presentations_alone(&self, lines: &[Line]) -> Self {
        let goods = Goods::of(self.0.iter());
        let in_place: BTreeSet<usize> = numbers(lines).into_iter().flat_map(|number| goods.came_in(number)).collect();
        let presented = goods.acts.iter().filter(|spoken| spoken.act.verb == OfficeVerb::Present);
        Self(presented.filter(|spoken| in_place.contains(&spoken.own())).map(|spoken| spoken.act.clone()).collect())
    }

    /// The grants of preference for any of these lines by this date, as known then, that no later decision took back for all of them:
    /// each is for the goods of its declaration, or for all.
    pub fn grants(&self, lines: &[Line], on: CalendarDate, known: Known) -> Vec<Grant<'_>> {
        let goods = Goods::of(self.acts_on(on, known));
        let is_grant = |spoken: &Spoken<'_>| spoken.act.verb == OfficeVerb::GrantPreference;
        if !goods.acts.iter().any(is_grant) {
            return Vec::new();
        }
        let mut granted: Vec<Vec<u32>> = vec![Vec::new(); goods.acts.len()];
        for line in lines {
            let refused = goods.last_said(line.number, |accepts| !accepts);
            for (index, (spoken, lines)) in goods.acts.iter().zip(&mut granted).enumerate().filter(|(_, (spoken, _))| is_grant(spoken)) {
                if spoken.act.names(line.number) && spoken.last(&refused).is_none_or(|(refused, _)| refused < index) {
                    lines.push(line.number);
                }
            }
        }
        let stand = goods.acts.iter().zip(granted).filter(|(_, lines)| !lines.is_empty());
        stand.map(|(spoken, lines)| Grant { act: spoken.act, lines }).collect()
    }
}
