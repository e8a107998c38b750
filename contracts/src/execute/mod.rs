//! One block's transactions against the state before it: the changes, and what became of each act.
//!
//! The only reader of state. Same block and same state give the same bytes on every machine. An act is carried out
//! whole or not at all; a refused act leaves nothing behind but its number.

mod agreements;
mod arrangements;
mod certificates;
mod destinations;
mod may_use;
mod overlay;
mod pools;
mod programmes;
mod registry;
mod same_goods;

use crate::acts::{AGREEMENT, ARRANGEMENT, REGISTRY, RegistryVerb};
use crate::context::BlockContext;
use crate::destination::OfficeVerb;
use crate::key;
use crate::kinds::RecordKind;
use crate::refusal::{Refusal, ensure};
use crate::registry::{Authority, AuthorityKey, Member};
use ledger::codec::{Canonical, Malformed};
use ledger::hash::Hash;
use ledger::id::{KeyNumber, Signer};
use ledger::key::PublicKey;
use ledger::lookup::RecordKey;
use ledger::state::{Changes, Fault, StateRead};
use ledger::transaction::{Act, Outcomes, Transaction, VerifiedTransaction};
use ledger::tree::StateKey;
pub use overlay::BYTES_PER_MEMBER_MAX;
use overlay::Overlay;
use std::sync::Arc;

/// What a block does.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Executed {
    /// Every entry that is new or has another value after the block.
    pub changes: Changes,
    /// For each transaction, in order, what became of its acts.
    pub outcomes: Vec<Outcomes>,
}

/// Executes a block's transactions in their order.
///
/// The caller has checked what concerns the block and not the state: signatures, expiry, transaction ids that the chain
/// has already, limits of the block, and that its time is later than its parent's.
///
/// # Errors
/// [`Fault`] if the store cannot answer or holds an entry that cannot be read.
pub fn execute(block: &BlockContext, transactions: &[&VerifiedTransaction], state: &impl StateRead) -> Result<Executed, Fault> {
    let mut ledger = Overlay::new(state);
    let mut outcomes = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        let refused = carry_out_all(block, transaction.transaction(), &mut ledger)?;
        let number = |refused: Option<Refused>| refused.map_or(Outcomes::ACCEPTED, |refused| refused.refusal.number());
        outcomes.push(Outcomes::new(refused.into_iter().map(number).collect()));
    }
    Ok(Executed { changes: ledger.into_changes(), outcomes })
}

/// What would become of each act if the transaction were executed now, with more words than an outcome has.
///
/// # Errors
/// As [`execute`].
pub fn precheck(block: &BlockContext, transaction: &Transaction, state: &impl StateRead) -> Result<Vec<Option<Refused>>, Fault> {
    carry_out_all(block, transaction, &mut Overlay::new(state))
}

/// The key under which a transaction's signature must check; `None` if the ledger has no such signer or key.
///
/// # Errors
/// [`Fault`] if the store cannot answer or holds an entry that cannot be read.
pub fn signer_key(state: &impl StateRead, signer: &Signer, number: KeyNumber) -> Result<Option<PublicKey>, Fault> {
    match signer {
        Signer::Member(member) => {
            let entry: Option<Member> = read_entry(state, &key::member(*member))?;
            Ok(entry.and_then(|entry| entry.governance_key(number).copied()))
        }
        Signer::Authority(authority) => {
            let entry: Option<AuthorityKey> = read_entry(state, &key::authority_key(authority, number))?;
            Ok(entry.map(|entry| entry.key))
        }
    }
}

/// Reads one entry of the state.
///
/// # Errors
/// [`Fault`] if the store cannot answer or the entry cannot be read.
pub fn read_entry<T: Canonical>(state: &impl StateRead, key: &StateKey) -> Result<Option<T>, Fault> {
    state.get(key)?.map(|bytes| T::from_bytes(&bytes)).transpose().map_err(|error| unreadable(key, &error))
}

fn unreadable(key: &StateKey, error: &Malformed) -> Fault {
    Fault { what: format!("the entry at state key {key}: {error}"), remedy: "run symbolon-node audit".to_owned() }
}

/// A refusal with what is known about it beyond its number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// The record that stands in the way.
    pub record: Option<RecordKey>,
    /// The digest of the document that is recorded there.
    pub recorded_digest: Option<Hash>,
    /// What the reader of the act's body met.
    pub detail: Option<String>,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "{}", self.refusal)?;
        if let Some(record) = &self.record {
            write!(out, " (record {record}")?;
            match &self.recorded_digest {
                Some(digest) => write!(out, ", document {digest})")?,
                None => out.write_str(")")?,
            }
        }
        self.detail.as_ref().map_or(Ok(()), |detail| write!(out, " ({detail})"))
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, record: None, recorded_digest: None, detail: None }
    }
}

/// Why an act stopped: the rules, or our own store.
enum Stop {
    Refused(Refused),
    Fault(Fault),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The entries that an act writes. Nothing is written before all its conditions hold.
type Writes = Vec<(StateKey, Vec<u8>)>;

/// What an act of an authority writes, and how many officials have to sign it.
type Decided = (Writes, u32);

/// Who signs, with a key that signs at the block's time.
enum Signing {
    Member(Arc<Member>, KeyNumber),
    Authority(Arc<Authority>, KeyNumber),
}

/// Carries out a transaction's acts in their order. The signer is judged anew after each act that changed the registry.
fn carry_out_all(block: &BlockContext, transaction: &Transaction, ledger: &mut Overlay<'_>) -> Result<Vec<Option<Refused>>, Fault> {
    let mut judged: Option<(u64, Result<Signing, Refused>)> = None;
    let mut outcomes = Vec::with_capacity(transaction.acts.len());
    let by = transaction.signer.member();
    for act in &transaction.acts {
        if let Err(spent) = ledger.has_share_left(by) {
            outcomes.push(Some(spent.into()));
            continue;
        }
        let now = ledger.registry_changes();
        let (_, signing) = match judged.take().filter(|(before, _)| *before == now) {
            Some(still) => judged.insert(still),
            None => match signing(block, &transaction.signer, transaction.key, ledger) {
                Ok(signing) => judged.insert((now, Ok(signing))),
                Err(Stop::Refused(refused)) => judged.insert((now, Err(refused))),
                Err(Stop::Fault(fault)) => return Err(fault),
            },
        };
        outcomes.push(match signing {
            Ok(signing) => carry_out(block, signing, act, ledger)?,
            Err(refused) => Some(refused.clone()),
        });
        ledger.settle(by);
    }
    Ok(outcomes)
}

fn carry_out(block: &BlockContext, signing: &Signing, act: &Act, ledger: &mut Overlay<'_>) -> Result<Option<Refused>, Fault> {
    match writes_of(block, signing, act, ledger) {
        Ok(writes) => {
            ledger.write(writes);
            Ok(None)
        }
        Err(Stop::Refused(refused)) => Ok(Some(refused)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

fn writes_of(block: &BlockContext, signing: &Signing, act: &Act, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    if let Signing::Authority(authority, _) = signing {
        // A suspension works as soon as its date has begun anywhere. It does not keep a stolen key alive.
        let suspended = authority.suspended_on(block.latest_date(), crate::context::Known::Now).is_some();
        let protects = act.kind == REGISTRY && act.verb == RegistryVerb::RevokeKey.number();
        ensure(!suspended || protects, Refusal::AuthoritySuspended)?;
    }
    match act.kind {
        REGISTRY => registry::writes_of(block, signing, act, ledger),
        ARRANGEMENT => {
            let Signing::Member(member, key) = signing else { return Err(Refusal::MemberOnly.into()) };
            let writes = arrangements::writes_of(block, member, act, ledger)?;
            registry::approved(block, &Signer::Member(member.id), member.threshold, *key, act, ledger, writes)
        }
        AGREEMENT => {
            let Signing::Member(member, key) = signing else { return Err(Refusal::MemberOnly.into()) };
            let writes = agreements::writes_of(block, member, act, ledger)?;
            registry::approved(block, &Signer::Member(member.id), member.threshold, *key, act, ledger, writes)
        }
        kind => {
            let kind = RecordKind::from_number(kind).ok_or(Refusal::UnknownKind)?;
            let Signing::Authority(authority, key) = signing else { return Err(Refusal::AuthorityOnly.into()) };
            match OfficeVerb::from_number(act.verb) {
                Some(verb) => destinations::writes_of(block, kind, verb, authority, *key, act, ledger),
                None => certificates::writes_of(block, kind, authority, *key, act, ledger),
            }
        }
    }
}

/// Finds the signer and judges its key by the block's time.
fn signing(block: &BlockContext, signer: &Signer, number: KeyNumber, ledger: &mut Overlay<'_>) -> Result<Signing, Stop> {
    match signer {
        Signer::Member(id) => {
            let member = ledger.member(*id)?.ok_or(Refusal::UnknownSigner)?;
            member.governance_key(number).ok_or(Refusal::UnknownKey)?;
            Ok(Signing::Member(member, number))
        }
        Signer::Authority(id) => {
            let authority = ledger.authority(id)?.ok_or(Refusal::UnknownSigner)?;
            let key = ledger.authority_key(id, number)?.ok_or(Refusal::UnknownKey)?;
            if key.revoked.is_some() {
                let replaced = authority.was_root_key(number);
                return Err(if replaced { Refusal::RootKeyReplaced } else { Refusal::KeyRevoked }.into());
            }
            if !key.is_in_window(block.time) {
                return Err(Refusal::KeyOutsideWindow.into());
            }
            if authority.revoked(crate::context::Known::Now).is_some() {
                return Err(Refusal::AuthorityRevoked.into());
            }
            Ok(Signing::Authority(authority, number))
        }
    }
}

/// Reads an act's body.
fn body<T: Canonical>(act: &Act) -> Result<T, Stop> {
    T::from_bytes(&act.body)
        .map_err(|error| Stop::Refused(Refused { detail: Some(error.to_string()), ..Refused::from(Refusal::MalformedBody) }))
}
