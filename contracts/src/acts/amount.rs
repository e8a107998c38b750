//! How amounts and codes of one certificate stand on the ledger. Issuer, office and verifier use the same
//! functions, so that each can compute again what the others recorded.

use crate::document::Quantity;
use ledger::commitment::Seed;
use ledger::hash::Hash;

/// In steps of which fraction an amount is recorded at least: three decimals, so that 1.5 can be used of a certificate
/// that wrote 10.
pub const AMOUNT_DECIMALS_MIN: u8 = 3;

/// How the amounts of one line stand on the ledger: in steps of a power of ten, times the certificate's factor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AmountScale {
    /// How many decimals an amount has.
    decimals: u8,
    /// What it is multiplied by: the parties know it, others see ratios only.
    factor: u64,
}

impl AmountScale {
    /// The scale of a line that certifies this quantity: as many decimals as it writes, and at least
    /// [`AMOUNT_DECIMALS_MIN`] as far as the certified amount leaves room for them.
    pub fn of(certified: &Quantity, seed: &Seed) -> Self {
        let factor = seed.amount_factor();
        let most = certified.scale.max(AMOUNT_DECIMALS_MIN);
        let fits = |decimals: &u8| Self { decimals: *decimals, factor }.to_ledger(certified).is_some();
        let decimals = (certified.scale..=most).rev().find(fits).unwrap_or(certified.scale);
        Self { decimals, factor }
    }

    /// How many decimals an amount may have.
    pub fn decimals(self) -> u8 {
        self.decimals
    }

    /// An amount as it stands on the ledger; `None` if it has more decimals than the line, or too many digits. The unit
    /// is not looked at.
    pub fn to_ledger(self, amount: &Quantity) -> Option<u64> {
        let steps = match self.decimals.checked_sub(amount.scale) {
            Some(more) => amount.mantissa.checked_mul(10_u64.checked_pow(more.into())?)?,
            // More decimals than the line has are none if they are zeros.
            None => {
                let divisor = 10_u64.checked_pow(amount.scale.checked_sub(self.decimals)?.into())?;
                amount.mantissa.checked_div(divisor).filter(|steps| steps.checked_mul(divisor) == Some(amount.mantissa))?
            }
        };
        steps.checked_mul(self.factor)
    }

    /// The least amount as it stands on the ledger.
    pub fn step(self) -> u64 {
        self.factor
    }

    /// Whether an amount of the ledger is of this certificate: in its steps.
    pub fn is_whole(self, amount: u64) -> bool {
        amount.checked_rem(self.factor) == Some(0)
    }

    /// What of an amount of the ledger is in this certificate's steps.
    pub fn whole_steps(self, amount: u64) -> u64 {
        amount.saturating_sub(amount.checked_rem(self.factor).unwrap_or_default())
    }

    /// An amount of the ledger for people, without needless zeros; `None` if it is not of this certificate.
    pub fn from_ledger(self, amount: u64, unit: Option<&str>) -> Option<Quantity> {
        let mut mantissa = amount.checked_div(self.factor).filter(|steps| steps.checked_mul(self.factor) == Some(amount))?;
        let mut scale = self.decimals;
        while scale > 0 && mantissa.checked_rem(10) == Some(0) {
            mantissa = mantissa.checked_div(10)?;
            scale = scale.checked_sub(1)?;
        }
        Some(Quantity { mantissa, scale, unit: unit.map(str::to_owned) })
    }
}

/// The token of a declared commodity code for a line: cut to the length of the certified code, since a certificate may
/// stand on four digits while the declaration has eight (DOMAIN section 5).
pub fn declared_code_token(seed: &Seed, line: u32, certified: &str, declared: &str) -> Hash {
    seed.token(line, "code", declared.get(..certified.len()).unwrap_or(declared))
}

/// The token of a unit for a line.
pub fn unit_token(seed: &Seed, line: u32, unit: &str) -> Hash {
    seed.token(line, "unit", unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed::new([7; 16]);

    fn quantity(mantissa: u64, scale: u8) -> Quantity {
        Quantity { mantissa, scale, unit: None }
    }

    #[test]
    fn one_and_a_half_is_used_of_a_certificate_that_wrote_ten() {
        let scale = AmountScale::of(&quantity(10, 0), &SEED);
        assert_eq!(scale.decimals(), 3);
        let (ten, part) = (scale.to_ledger(&quantity(10, 0)).unwrap(), scale.to_ledger(&quantity(15, 1)).unwrap());
        assert_eq!(scale.from_ledger(ten - part, Some("KGM")).unwrap().to_string(), "8.5 KGM");
        assert_eq!(ten, 10_000 * SEED.amount_factor());
    }

    #[test]
    fn equal_amounts_are_equal_however_they_are_written() {
        let scale = AmountScale::of(&quantity(10, 0), &SEED);
        assert_eq!(scale.to_ledger(&quantity(15, 1)), scale.to_ledger(&quantity(1500, 3)));
        assert_eq!(scale.to_ledger(&quantity(15, 1)), scale.to_ledger(&quantity(15_000, 4)));
        assert_eq!(scale.to_ledger(&quantity(15_001, 4)), None, "a ten-thousandth is no step of this line");
    }

    #[test]
    fn more_decimals_are_kept_and_large_amounts_have_fewer() {
        assert_eq!(AmountScale::of(&quantity(1, 5), &SEED).decimals(), 5);
        let large = quantity(u64::MAX / SEED.amount_factor() / 5, 0);
        let scale = AmountScale::of(&large, &SEED);
        assert_eq!(scale.decimals(), 0);
        assert!(scale.to_ledger(&large).is_some());
        assert_eq!(scale.to_ledger(&quantity(15, 1)), None);
        assert_eq!(AmountScale::of(&quantity(u64::MAX, 0), &SEED).to_ledger(&quantity(u64::MAX, 0)), None);
    }

    #[test]
    fn what_is_not_of_this_certificate_is_not_told() {
        let scale = AmountScale::of(&quantity(10, 0), &SEED);
        assert_eq!(scale.from_ledger(SEED.amount_factor() + 1, None), None);
        assert_eq!(scale.from_ledger(0, None).unwrap().to_string(), "0");
        let two = 2 * SEED.amount_factor();
        assert!(scale.is_whole(two) && !scale.is_whole(two + 1) && !scale.is_whole(two - 1));
        assert_eq!((scale.whole_steps(two), scale.whole_steps(two + 1), scale.whole_steps(scale.step() - 1)), (two, two, 0));
    }

    #[test]
    fn a_declared_code_is_cut_to_the_certified_length() {
        assert_eq!(declared_code_token(&SEED, 1, "0401", "04010090"), SEED.token(1, "code", "0401"));
        assert_ne!(declared_code_token(&SEED, 1, "0401", "040"), SEED.token(1, "code", "0401"));
        assert_ne!(declared_code_token(&SEED, 2, "0401", "0401"), SEED.token(1, "code", "0401"));
    }
}
