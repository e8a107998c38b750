//! How a declaration stands on the ledger: by commitments that nobody but the parties of the certificate can test.

use ledger::commitment::{Seed, field_commitment};
use ledger::hash::Hash;

/// A declaration, or one goods item of it. What is said of a declaration holds for each of its goods items; what is said of one of
/// these holds for that one alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Declared {
    /// The commitment to the reference, with the goods item where one is named.
    pub named: Hash,
    /// Where a goods item is named, the commitment to the whole declaration.
    pub whole: Option<Hash>,
}

impl Declared {
    /// How the declaration with this reference, or this goods item of it, is named about the certificate of this seed. Nobody but
    /// those who have the seed can test a reference against it.
    pub fn of(seed: &Seed, reference: &str, goods_item: Option<u32>) -> Self {
        let commitment = |path: &str| field_commitment(seed.salt(path), path, reference);
        let whole = commitment("use/declaration");
        match goods_item {
            None => Self { named: whole, whole: None },
            Some(item) => Self { named: commitment(&format!("use/declaration/{item}")), whole: Some(whole) },
        }
    }

    /// Whether another is the same one, or a goods item of it.
    pub fn holds(&self, other: &Self) -> bool {
        self.named == other.named || Some(self.named) == other.whole
    }

    /// The commitment to the declaration as a whole.
    pub fn in_whole(&self) -> Hash {
        self.whole.unwrap_or(self.named)
    }

    /// Whether it is no goods item of itself.
    pub(crate) fn is_in_form(&self) -> bool {
        self.whole != Some(self.named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed::new([7; 16]);

    #[test]
    fn a_declaration_and_each_of_its_goods_items_are_different() {
        let one = Declared::of(&SEED, "26GB1", None).named;
        assert_ne!(one, Declared::of(&SEED, "26GB1", Some(1)).named);
        assert_ne!(one, Declared::of(&SEED, "26GB2", None).named);
        assert_ne!(one, Declared::of(&Seed::new([8; 16]), "26GB1", None).named);
    }

    #[test]
    fn a_declaration_holds_its_goods_items_and_they_do_not_hold_it() {
        let of = |reference: &str, item: Option<u32>| Declared::of(&SEED, reference, item);
        let (whole, first) = (of("26GB1", None), of("26GB1", Some(1)));
        assert!(whole.holds(&whole) && whole.holds(&first) && first.holds(&first));
        assert!(!first.holds(&whole) && !first.holds(&of("26GB1", Some(2))) && !of("26GB2", None).holds(&first));
        assert_eq!((first.in_whole(), whole.in_whole()), (whole.named, whole.named));
        assert!(!Declared { whole: Some(first.named), ..first }.is_in_form() && first.is_in_form() && whole.is_in_form());
    }
}
