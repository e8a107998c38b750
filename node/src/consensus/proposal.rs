//! Builds and checks blocks. No disk, no network, no clock: all of that comes in as values and functions.
//!
//! [`build`] and the checks ([`check_header`], [`check_body`]) agree by construction: whatever one makes, the other takes. A block that is refused is
//! refused by every honest node, whenever it looks, since nothing here depends on the time of looking; whether a
//! proposal came in time is asked elsewhere (`clock.rs`), once.

use crate::checked::AdmissionError;
use bytes::Bytes;
use contracts::refusal::Refusal;
use ledger::block::{
    BLOCK_TRANSACTIONS_MAX, BadCertificate, Block, BlockHash, CommitCertificate, HEADER_BYTES_MAX, HEADER_VERSION, Header, HistoryLeaf,
    PROPOSAL_BYTES_MAX, Validators, outcomes_root, transactions_root,
};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::history::Frontier;
use ledger::id::{MemberId, NetworkId};
use ledger::state::{Changes, Fault};
use ledger::time::{Height, Timestamp};
use ledger::transaction::{EXPIRY_HEIGHTS_MAX, Outcomes, TransactionId, VerifiedTransaction, WireHash};
use ledger_store::TreeUpdate;
use std::collections::HashSet;
use std::sync::Arc;

/// What a block stands on.
#[derive(Clone, Debug)]
pub struct Parent {
    /// The network.
    pub network: NetworkId,
    /// The height of the parent; 0 before the first block.
    pub height: Height,
    /// The parent; at height 0 what the first block names as such.
    pub block: BlockHash,
    /// The parent's time; at height 0 that of the founding.
    pub time: Timestamp,
    /// The history after the parent.
    pub frontier: Frontier,
    /// Who decided the parent.
    pub validators_before: Validators,
    /// Who decides the block.
    pub validators: Validators,
}

/// What the state, the chain and the rules answer about a block on this parent.
pub struct Rules<'a> {
    /// Whether a block of the chain holds the transaction.
    pub is_recorded: &'a dyn Fn(&TransactionId) -> Result<bool, Fault>,
    /// What becomes of the transactions in a block of this height and time.
    #[allow(clippy::type_complexity)]
    pub execute: &'a dyn Fn(Height, Timestamp, &[&VerifiedTransaction]) -> Result<(Changes, Vec<Outcomes>), Fault>,
    /// What the state tree becomes.
    pub update: &'a dyn Fn(&Changes) -> Result<TreeUpdate, Fault>,
}

/// A block that was built or checked here, with all that is written when it is decided.
#[derive(Clone, Debug)]
pub struct Executed {
    /// Its name.
    pub hash: BlockHash,
    /// The block.
    pub block: Block,
    /// Its canonical bytes.
    pub bytes: Bytes,
    /// The names of its transactions, in order.
    pub names: Vec<(TransactionId, WireHash)>,
    /// What became of them.
    pub outcomes: Vec<Outcomes>,
    /// What they write.
    pub changes: Changes,
    /// The state tree with the changes.
    pub update: TreeUpdate,
}

/// Why a block is no block of this chain. Every honest node says the same.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadBlock {
    /// A version that this program does not know.
    #[error("header version {0} is not known here")]
    Version(u32),
    /// Of another network.
    #[error("it is a block of another network")]
    OtherNetwork,
    /// Not the next height, or another parent.
    #[error("it does not follow block {parent} at height {height}")]
    OtherParent {
        /// The parent's height.
        height: Height,
        /// The parent.
        parent: BlockHash,
    },
    /// Not later than its parent.
    #[error("its time {time} is not later than its parent's {parent}")]
    Time {
        /// The block's time.
        time: Timestamp,
        /// The parent's.
        parent: Timestamp,
    },
    /// Proposed by somebody whose turn it was not.
    #[error("it was not {0}'s turn to propose")]
    Proposer(MemberId),
    /// Other validators than decide this height, or the next.
    #[error("it names other validators than decide this height or the next")]
    Validators,
    /// Larger than a proposal may be, or too many transactions.
    #[error("it has {bytes} bytes and {transactions} transactions, more than a block may have")]
    TooLarge {
        /// Its canonical bytes.
        bytes: usize,
        /// Its transactions.
        transactions: usize,
    },
    /// The certificate of the height before is absent, of another block, or does not fit the header.
    #[error("it does not carry the commit certificate of its parent")]
    OtherCertificate,
    /// The certificate of the height before does not check.
    #[error("the certificate it carries: {0}")]
    Certificate(#[from] BadCertificate),
    /// A transaction is malformed, or its signature does not check.
    #[error("transaction {index}: {cause}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// What is wrong.
        cause: AdmissionError,
    },
    /// A transaction is past its expiry height, or its expiry lies too far ahead.
    #[error("transaction {index} expires at height {expiry}, which no block here may hold")]
    Expiry {
        /// Its place in the block.
        index: usize,
        /// Its last height.
        expiry: Height,
    },
    /// A transaction twice, in the block or on the chain.
    #[error("transaction {index} was recorded already")]
    Duplicate {
        /// Its place in the block.
        index: usize,
    },
    /// A root or size in the header is not what the body leads to.
    #[error("{what} differs: block says {claimed}, we computed {computed}")]
    Root {
        /// Which.
        what: &'static str,
        /// What the header says.
        claimed: Hash,
        /// What it should say.
        computed: Hash,
    },
}

/// Why a block was not accepted: its own fault, or ours.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CheckError {
    /// The block's.
    #[error(transparent)]
    Bad(#[from] BadBlock),
    /// Our disk's or our program's: the node stops.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How many bytes of transactions fit into a proposal beside this certificate.
pub fn body_bytes_max(certificate: Option<&CommitCertificate>) -> usize {
    let certificate = certificate.map_or(0, |certificate| certificate.to_bytes().len());
    PROPOSAL_BYTES_MAX.saturating_sub(HEADER_BYTES_MAX).saturating_sub(certificate).saturating_sub(64)
}

/// Makes the next block from candidates, in their order; what is expired or recorded already is left out.
///
/// `certificate` is that of the parent, absent at height 1. The block's time is `now`, or the first moment after the
/// parent's time if the clock is not beyond that.
///
/// # Errors
/// [`Fault`] if the state cannot be read.
pub fn build(
    parent: &Parent,
    certificate: Option<CommitCertificate>,
    proposer: MemberId,
    now: Timestamp,
    candidates: &[Arc<VerifiedTransaction>],
    rules: &Rules<'_>,
) -> Result<Executed, Fault> {
    let height = parent.height.saturating_add(1);
    let time = now.max(parent.time.saturating_add_ms(1));
    let mut room = body_bytes_max(certificate.as_ref());
    let mut seen = HashSet::with_capacity(candidates.len());
    let mut chosen: Vec<&VerifiedTransaction> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let size = candidate.wire().len().saturating_add(5);
        let fits = size <= room && chosen.len() < BLOCK_TRANSACTIONS_MAX;
        if fits && in_time(candidate, height) && seen.insert(candidate.id()) && !(rules.is_recorded)(&candidate.id())? {
            room = room.saturating_sub(size);
            chosen.push(candidate);
        }
    }
    let (mut changes, mut outcomes) = (rules.execute)(height, time, &chosen)?;
    if leave_for_later(&mut chosen, &outcomes) {
        (changes, outcomes) = (rules.execute)(height, time, &chosen)?;
    }
    let update = (rules.update)(&changes)?;
    let names: Vec<(TransactionId, WireHash)> = chosen.iter().map(|one| (one.id(), one.wire_hash())).collect();
    let roots = roots(parent, height, &names, &outcomes)?;
    let header = Header {
        version: HEADER_VERSION,
        network: parent.network,
        height,
        time,
        parent: parent.block,
        proposer,
        transactions_root: roots.transactions,
        outcomes_root: roots.outcomes,
        state_root: update.root(),
        history_size: roots.history_size,
        history_root: roots.history,
        validators: parent.validators.hash(),
        next_validators: None,
        previous_commit: certificate.as_ref().map(CommitCertificate::hash),
    };
    let hash = header.hash();
    let transactions = chosen.iter().map(|one| one.wire().to_vec().into()).collect();
    let block = Block { header, transactions, previous_commit: certificate };
    let bytes = block.to_bytes().into();
    Ok(Executed { hash, block, bytes, names, outcomes, changes, update })
}

/// Takes out the transactions with an act for which its member has no share of the block left: they wait for a later block.
/// The first of each member stays, since it may need more than a whole share. Says whether any was taken out.
fn leave_for_later(chosen: &mut Vec<&VerifiedTransaction>, outcomes: &[Outcomes]) -> bool {
    let spent = Refusal::ShareOfBlockSpent.number();
    let count = chosen.len();
    let mut members = HashSet::new();
    let mut outcomes = outcomes.iter();
    chosen.retain(|transaction| {
        let is_first = members.insert(transaction.transaction().signer.member());
        let has_share = outcomes.next().is_none_or(|outcomes| !outcomes.numbers().contains(&spent));
        is_first || has_share
    });
    chosen.len() < count
}

/// Checks all of a block that can be checked without its transactions: cheap, and done first.
///
/// `may_propose` says whose turn it was in one of the rounds up to the one in which the block was proposed.
///
/// # Errors
/// [`BadBlock`].
pub fn check_header(block: &Block, bytes: usize, parent: &Parent, may_propose: &dyn Fn(MemberId) -> bool) -> Result<(), BadBlock> {
    let header = &block.header;
    if header.version != HEADER_VERSION {
        return Err(BadBlock::Version(header.version));
    }
    if header.network != parent.network {
        return Err(BadBlock::OtherNetwork);
    }
    if header.height != parent.height.saturating_add(1) || header.parent != parent.block {
        return Err(BadBlock::OtherParent { height: parent.height, parent: parent.block });
    }
    if header.time <= parent.time || header.time > Timestamp::LAST {
        return Err(BadBlock::Time { time: header.time, parent: parent.time });
    }
    if !may_propose(header.proposer) {
        return Err(BadBlock::Proposer(header.proposer));
    }
    let validators = parent.validators.hash();
    if header.validators != validators || header.next_validators.is_some() {
        return Err(BadBlock::Validators);
    }
    let transactions = block.transactions.len();
    if bytes > PROPOSAL_BYTES_MAX || transactions > BLOCK_TRANSACTIONS_MAX {
        return Err(BadBlock::TooLarge { bytes, transactions });
    }
    check_certificate(block, parent)
}

fn check_certificate(block: &Block, parent: &Parent) -> Result<(), BadBlock> {
    let carried = block.previous_commit.as_ref();
    if block.header.previous_commit != carried.map(CommitCertificate::hash) {
        return Err(BadBlock::OtherCertificate);
    }
    match carried {
        None if parent.height == Height::FOUNDING => Ok(()),
        Some(certificate)
            if certificate.height == parent.height && certificate.block == parent.block && parent.height != Height::FOUNDING =>
        {
            certificate.verify(&parent.network, &parent.validators_before, &mut rand::rng())?;
            Ok(())
        }
        _ => Err(BadBlock::OtherCertificate),
    }
}

/// Checks the body of a block whose header was checked, executing it. `transactions` are what its wire bytes were
/// read and verified as, in their order.
///
/// # Errors
/// [`CheckError`].
pub fn check_body(
    block: Block,
    bytes: Bytes,
    transactions: Vec<Result<Arc<VerifiedTransaction>, AdmissionError>>,
    parent: &Parent,
    rules: &Rules<'_>,
) -> Result<Executed, CheckError> {
    let height = block.header.height;
    let mut seen = HashSet::with_capacity(transactions.len());
    let mut verified = Vec::with_capacity(transactions.len());
    for (index, transaction) in transactions.into_iter().enumerate() {
        let transaction = transaction.map_err(|cause| match cause {
            AdmissionError::Fault(fault) => CheckError::Fault(fault),
            cause => BadBlock::Transaction { index, cause }.into(),
        })?;
        if !in_time(&transaction, height) {
            return Err(BadBlock::Expiry { index, expiry: transaction.transaction().expiry }.into());
        }
        if !seen.insert(transaction.id()) || (rules.is_recorded)(&transaction.id())? {
            return Err(BadBlock::Duplicate { index }.into());
        }
        verified.push(transaction);
    }
    let chosen: Vec<&VerifiedTransaction> = verified.iter().map(Arc::as_ref).collect();
    let names: Vec<(TransactionId, WireHash)> = chosen.iter().map(|one| (one.id(), one.wire_hash())).collect();
    let header = &block.header;
    let wire_hashes: Vec<WireHash> = names.iter().map(|(_, hash)| *hash).collect();
    same("the transactions root", header.transactions_root, transactions_root(&wire_hashes))?;
    let (changes, outcomes) = (rules.execute)(height, header.time, &chosen)?;
    let roots = roots(parent, height, &names, &outcomes)?;
    same("the outcomes root", header.outcomes_root, roots.outcomes)?;
    let update = (rules.update)(&changes)?;
    same("the state root", header.state_root, update.root())?;
    same("the history root", header.history_root, roots.history)?;
    if header.history_size != roots.history_size {
        let number = |size: u64| Hash::new(std::array::from_fn(|i| if i < 24 { 0 } else { size.to_be_bytes()[i - 24] }));
        return Err(BadBlock::Root {
            what: "the history's size",
            claimed: number(header.history_size),
            computed: number(roots.history_size),
        }
        .into());
    }
    Ok(Executed { hash: header.hash(), block, bytes, names, outcomes, changes, update })
}

/// Whether a block at `height` may hold the transaction.
fn in_time(transaction: &VerifiedTransaction, height: Height) -> bool {
    let expiry = transaction.transaction().expiry;
    let latest = height.previous().unwrap_or_default().saturating_add(EXPIRY_HEIGHTS_MAX);
    (height..=latest).contains(&expiry)
}

struct Roots {
    transactions: Hash,
    outcomes: Hash,
    history_size: u64,
    history: Hash,
}

fn roots(parent: &Parent, height: Height, names: &[(TransactionId, WireHash)], outcomes: &[Outcomes]) -> Result<Roots, Fault> {
    if names.len() != outcomes.len() {
        return Err(Fault {
            what: format!("the rules gave {} outcomes for {} transactions", outcomes.len(), names.len()),
            remedy: "report this defect; the node stops before it signs".into(),
        });
    }
    let mut frontier = parent.frontier.clone();
    for (index, ((_, wire_hash), outcomes)) in (0_u32..).zip(names.iter().zip(outcomes)) {
        let leaf = HistoryLeaf { height, index, wire_hash: *wire_hash, outcomes: outcomes.hash() };
        frontier.append(leaf.hash()).map_err(|error| Fault { what: error.to_string(), remedy: "begin a new network".into() })?;
    }
    let wire_hashes: Vec<WireHash> = names.iter().map(|(_, hash)| *hash).collect();
    Ok(Roots {
        transactions: transactions_root(&wire_hashes),
        outcomes: outcomes_root(outcomes),
        history_size: frontier.size(),
        history: frontier.root(),
    })
}

fn same(what: &'static str, claimed: Hash, computed: Hash) -> Result<(), BadBlock> {
    if claimed == computed { Ok(()) } else { Err(BadBlock::Root { what, claimed, computed }) }
}

#[cfg(test)]
#[path = "proposal_tests.rs"]
mod tests;
