//! Reading the registry: entries of the state, each with its proof checked.

use crate::officer::{About, Question, ask_own};
use crate::profile::Profile;
use anyhow::Context as _;
use contracts::context::Known;
use contracts::destination::{Destination, DestinationAct};
use contracts::registry::{Authority, AuthorityKey};
use contracts::standing::Standing;
use contracts::verdict::IssuerFacts;
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber};
use ledger::receipt::Proven;
use ledger::time::Height;
use ledger::tree::{Fact, StateKey};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many entries one question may name.
pub const KEYS_A_QUESTION_MAX: usize = 64;

/// What stands at a key, or that nothing does.
pub type Found = (StateKey, Option<Vec<u8>>);

/// Proven entries, by their keys.
pub struct Entries {
    found: BTreeMap<StateKey, Option<Vec<u8>>>,
    /// The newest block that proves them.
    pub height: Height,
}

/// Asks one's own member for entries, however many.
///
/// # Errors
/// If no node's answer checks.
pub fn entries(profile: &Profile, keys: Vec<StateKey>) -> anyhow::Result<Entries> {
    let mut all = Entries { found: BTreeMap::new(), height: Height::FOUNDING };
    for some in keys.chunks(KEYS_A_QUESTION_MAX) {
        let question = Question::about(About::Keys(some.to_vec()));
        let checked = ask_own(profile, &question, |proven| take(proven, some))?;
        all.found.extend(checked.facts);
        all.height = all.height.max(checked.proven.header().height);
    }
    Ok(all)
}

/// The authority of a standing, and the keys on which it rests.
///
/// # Errors
/// If no node's answer checks.
pub fn keys_of(profile: &Profile, standing: &Standing) -> anyhow::Result<(Authority, BTreeMap<KeyNumber, AuthorityKey>)> {
    keys_at(profile, &standing.authority, &contracts::reliance::keys_of(standing))
}

fn keys_at(
    profile: &Profile,
    id: &AuthorityId,
    numbers: &BTreeSet<KeyNumber>,
) -> anyhow::Result<(Authority, BTreeMap<KeyNumber, AuthorityKey>)> {
    let place = |number| contracts::key::authority_key(id, number);
    let at_authority = contracts::key::authority(id);
    let entries = entries(profile, numbers.iter().map(|number| place(*number)).chain([at_authority]).collect())?;
    let authority = entries.read(&at_authority)?.with_context(|| format!("the authority {id} is not on the ledger"))?;
    let mut keys = BTreeMap::new();
    for number in numbers {
        keys.extend(entries.read::<AuthorityKey>(&place(*number))?.map(|key| (*number, key)));
    }
    Ok((authority, keys))
}

/// Which answers to a member count among what was recorded for it, as known then: none that confirms the certificate under a key in
/// doubt.
///
/// # Errors
/// If no node's answer checks.
pub fn answers_that_count(
    profile: &Profile,
    standing: &Standing,
    destination: &Destination,
    known: Known,
) -> anyhow::Result<impl Fn(&DestinationAct) -> bool + use<>> {
    let (numbers, id) = (destination.keys_of_confirmations(), &standing.authority);
    let mut doubted = Vec::new();
    if !numbers.is_empty() {
        let (authority, keys) = keys_at(profile, id, &numbers)?;
        let issuer = IssuerFacts { authority: Arc::new(authority), keys };
        doubted.extend(destination.as_slice().iter().filter(|act| !issuer.relies_on(act, known)).cloned());
    }
    Ok(move |act: &DestinationAct| !doubted.contains(act))
}

/// What a receipt proves of each of these keys.
///
/// # Errors
/// If it says nothing of one.
pub fn take(proven: &Proven, keys: &[StateKey]) -> Result<Vec<Found>, String> {
    let one = |key: &StateKey| match proven.entry(key) {
        Some(Fact::Present(bytes)) => Ok((*key, Some(bytes.to_vec()))),
        Some(Fact::Absent) => Ok((*key, None)),
        None => Err(format!("the receipt says nothing of entry {key}")),
    };
    keys.iter().map(one).collect()
}

impl Entries {
    /// All of them.
    pub fn into_found(self) -> BTreeMap<StateKey, Option<Vec<u8>>> {
        self.found
    }

    /// Reads one entry; `None` if it is proven to be absent.
    ///
    /// # Errors
    /// If it was not asked for or is not what it should be.
    pub fn read<T: Canonical>(&self, key: &StateKey) -> anyhow::Result<Option<T>> {
        let value = self.found.get(key).context("an entry that was not asked for")?;
        Ok(value.as_deref().map(T::from_bytes).transpose()?)
    }
}

/// Asks for one entry.
///
/// # Errors
/// As [`entries`] and [`Entries::read`].
pub fn entry<T: Canonical>(profile: &Profile, key: StateKey) -> anyhow::Result<Option<T>> {
    entries(profile, vec![key])?.read(&key)
}
