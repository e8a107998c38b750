//! From facts to a verdict.

use super::{Facts, Question, Verdict};

/// What a verifier concludes from the facts.
pub fn verdict(facts: &Facts, question: &Question) -> Verdict {
    let _ = (facts, question);
    unimplemented!("written next")
}
