//! The predicates of a receipt, in the order of the numbered steps of `docs/spec/receipt.md`.

use super::{IssueProof, RECEIPT_VERSION, Receipt, ReceiptError, Trust};
use crate::block::{Header, HistoryLeaf};
use crate::time::Height;
use crate::transaction::{Outcomes, ProvenAct};
use crate::tree::{self, Fact, StateKey};
use rand_core::CryptoRng;

/// What a receipt proves: entries of the state (or their absence) after the block of `header`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proven {
    header: Header,
    signers: usize,
    entries: tree::Proven,
    issue: Option<ProvenIssue>,
}

/// The act that issued a record, of a transaction that was recorded at this height, with these outcomes.
/// The signature is proven by its being recorded: no block holds a transaction that does not check.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProvenIssue {
    /// The block that recorded it.
    pub height: Height,
    /// The act.
    pub act: ProvenAct,
    /// What became of each of the transaction's acts.
    pub outcomes: Outcomes,
}

impl ProvenIssue {
    /// Whether the act was accepted.
    pub fn is_accepted(&self) -> bool {
        self.outcomes.numbers().get(self.act.place()) == Some(&Outcomes::ACCEPTED)
    }
}

impl Proven {
    /// The decided header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many validators' signatures decided it.
    pub fn signers(&self) -> usize {
        self.signers
    }

    /// What is proven of a key; `None` if the receipt says nothing of it, which is not absence.
    pub fn entry(&self, key: &StateKey) -> Option<Fact<'_>> {
        self.entries.get(key)
    }

    /// The issuing act, if the receipt carries it.
    pub fn issue(&self) -> Option<&ProvenIssue> {
        self.issue.as_ref()
    }
}

impl Receipt {
    /// Checks everything that a receipt claims against what is trusted. Whether it is fresh is another question.
    ///
    /// # Errors
    /// [`ReceiptError`] names the predicate that failed.
    pub fn verify(self, trust: &Trust, rng: &mut impl CryptoRng) -> Result<Proven, ReceiptError> {
        if self.version != RECEIPT_VERSION {
            return Err(ReceiptError::Version(self.version));
        }
        match &self.steps {
            None => trust.check(&self.header, &self.commit, rng)?,
            Some(steps) => {
                let mut advanced = trust.clone();
                advanced.advance(steps, rng)?;
                advanced.check(&self.header, &self.commit, rng)?;
            }
        }
        let entries = self.state.verify(&self.header.state_root)?;
        let issue = self.issue.map(|issue| prove_issue(issue, &self.header)).transpose()?;
        Ok(Proven { signers: self.commit.signatures.len(), header: self.header, entries, issue })
    }
}

fn prove_issue(issue: IssueProof, header: &Header) -> Result<ProvenIssue, ReceiptError> {
    let act = issue.act.prove(&header.network).map_err(|error| ReceiptError::Act(error.to_string()))?;
    let leaf = HistoryLeaf { height: issue.height, index: issue.index, wire_hash: act.wire_hash(), outcomes: issue.outcomes.hash() };
    if issue.inclusion.size != header.history_size || issue.inclusion.verify(&leaf.hash(), &header.history_root).is_err() {
        return Err(ReceiptError::History);
    }
    Ok(ProvenIssue { height: issue.height, act, outcomes: issue.outcomes })
}
