//! Which goods came in on a certificate, line by line, as far as its importing sides recorded it.

use super::{Destination, DestinationAct, OfficeVerb};
use crate::acts::Declared;
use crate::standing::Line;

/// What came in on one line, for each declaration for which it was presented, accepted or granted, or for all.
#[derive(Default)]
struct Goods {
    claims: Vec<(Option<Declared>, bool)>,
    /// For what it was refused, which no later acceptance took back.
    refused: Vec<Option<Declared>>,
}

impl Goods {
    fn of_line(acts: &[DestinationAct], number: u32) -> Self {
        acts.iter().fold(Self::default(), |goods, act| goods.with(act, number))
    }

    fn with(mut self, act: &DestinationAct, number: u32) -> Self {
        let of = act.declared();
        let is_presented = act.verb == OfficeVerb::Present && act.names(number);
        match act.decides(number) {
            // What was refused is not let in by being presented again.
            None if is_presented && !self.refused.iter().any(|refused| covers(*refused, of)) => self.claims.push((of, true)),
            None => {}
            Some(is_in) => {
                self.claims.iter_mut().filter(|(known, _)| act.covers(*known)).for_each(|(_, known)| *known = is_in);
                if is_in {
                    self.refused.retain(|refused| !act.covers(*refused));
                    self.claims.push((of, true));
                } else {
                    self.refused.push(of);
                }
            }
        }
        self
    }
}

/// Whether what was said for these goods, or for all, was said for those.
fn covers(said: Option<Declared>, goods: Option<Declared>) -> bool {
    said.is_none_or(|said| goods.is_some_and(|goods| said.holds(&goods)))
}

/// The numbers of the lines by which offices decide: a certificate without lines has one of the number 0.
fn numbers(lines: &[Line]) -> Vec<u32> {
    if lines.is_empty() { vec![0] } else { lines.iter().map(|line| line.number).collect() }
}

impl Destination {
    /// Whether goods came in on any of these lines: for some declaration or without one it was presented, or accepted, or
    /// preference was granted, and no refusal that stands covers that.
    pub fn let_goods_in(&self, lines: &[Line]) -> bool {
        numbers(lines).into_iter().any(|number| Goods::of_line(&self.0, number).claims.iter().any(|(_, is_in)| *is_in))
    }

    /// The presentations alone, for the certificate that goes on with the goods; of those that were refused for all lines none.
    pub fn presentations_alone(&self, lines: &[Line]) -> Self {
        let goods: Vec<Goods> = numbers(lines).into_iter().map(|number| Goods::of_line(&self.0, number)).collect();
        let is_in = |act: &&DestinationAct| goods.iter().flat_map(|goods| &goods.claims).any(|(of, is_in)| *is_in && *of == act.declared());
        Self(self.0.iter().filter(|act| act.verb == OfficeVerb::Present).filter(is_in).cloned().collect())
    }
}
