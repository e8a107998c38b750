//! What a network can promise with its number of validators.

/// The promise in one or two sentences, for people who are about to found or to trust a network.
///
/// Source: DESIGN section 3, "Member". With n validators a decision needs more than two thirds of them, so that
/// (n - 1) / 3 of them, rounded down, may be faulty.
pub fn promise(validators: usize) -> String {
    match validators {
        0 => "A network without a validator records nothing.".into(),
        1 => "Every record is signed by its one validator, which must be trusted; the network stops if it stops.".into(),
        2 | 3 => format!("Every record is countersigned by all {validators} validators; the network stops if one of them stops."),
        _ => {
            let faulty = (validators - 1) / 3;
            let quorum = validators * 2 / 3 + 1;
            let (faulty, goes_on) =
                if faulty == 1 { ("one of them is".into(), "one") } else { (format!("up to {faulty} of them are"), "as many") };
            format!(
                "Every record is signed by at least {quorum} of {validators} validators; the network keeps its promises while {faulty} faulty \
                 in any way, and goes on recording with {goes_on} of them down."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_three_stop_together_and_four_bear_one() {
        assert!(promise(1).contains("must be trusted"));
        assert!(promise(2).contains("all 2 validators") && promise(3).contains("all 3 validators"));
        for (validators, quorum, faulty) in [(4, 3, 1), (6, 5, 1), (7, 5, 2), (10, 7, 3), (186, 125, 61)] {
            let text = promise(validators);
            assert!(text.contains(&format!("at least {quorum} of {validators}")), "{text}");
            let faulty =
                if faulty == 1 { "while one of them is faulty".into() } else { format!("while up to {faulty} of them are faulty") };
            assert!(text.contains(&faulty), "{text}");
        }
    }
}
