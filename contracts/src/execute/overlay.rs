//! The state as a block sees it: the store beneath, the block's own writes on top, and the registry decoded once.

use super::{Writes, unreadable};
use crate::destination::Destination;
use crate::key;
use crate::refusal::{Refusal, ensure};
use crate::registry::{Agreement, AgreementId, AgreementVersion, Authority, AuthorityKey, Member, Scope};
use crate::standing::LINES_MAX;
use ledger::codec::{Canonical, Malformed};
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::state::{Changes, Fault, StateRead};
use ledger::tree::StateKey;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The store, the block's writes, and what was decoded.
pub(super) struct Overlay<'a> {
    state: &'a dyn StateRead,
    changes: Written,
    registry_changes: u64,
    members: BTreeMap<MemberId, Option<Arc<Member>>>,
    authorities: BTreeMap<AuthorityId, Option<Arc<Authority>>>,
    keys: BTreeMap<(AuthorityId, KeyNumber), Option<Arc<AuthorityKey>>>,
    agreements: BTreeMap<AgreementId, Option<Arc<Agreement>>>,
    /// Where the decoded entries lie, also those that are proven absent.
    decoded: BTreeMap<StateKey, Decoded>,
    /// What the acts before this one cost, by the member whose authorities signed them.
    spent: BTreeMap<MemberId, u64>,
    /// What this act has cost so far.
    act: Cell<u64>,
}

/// An entry that is kept decoded.
enum Decoded {
    Member(MemberId),
    Authority(AuthorityId),
    Key(AuthorityId, KeyNumber),
    Agreement(AgreementId),
}

/// How many bytes of entries the acts of one member's authorities read and write in a block. An act that follows when they are
/// spent is refused: reading what stands is most of what an act can cost, whatever becomes of it, and some acts of 24 bytes read
/// twenty thousand. It is enough for a proposal full of certificates.
pub const BYTES_PER_MEMBER_MAX: u64 = 6 * 1024 * 1024;
/// How much more a byte costs of what may be thousands of texts of a letter (about 40 ns, when it is read): of an entry of the
/// registry that is kept decoded, and of an agreement or arrangement that each act on it reads anew.
const REGISTRY_WEIGHT: usize = 4;
pub(super) const TEXTS_WEIGHT: usize = 8;
/// What it costs to judge one act of an office, beside its bytes: it may speak of each of a certificate's lines.
const OFFICE_ACT_COST: usize = LINES_MAX;
/// What it costs to copy one text of a decoded entry (about 50 ns), and to check a public key (50 microseconds).
const TEXT_COST: usize = 4;
/// What it costs to ask for a day who applies an agreement, for each dated word and each partner that one names: about ten
/// nanoseconds, up to twenty times an act.
const WORD_COST: usize = 4;
const KEY_CHECK_COST: usize = 2048;
/// What it costs to look for an entry, beside its bytes.
const READ_COST: u64 = 16;
/// What it costs to write an entry, beside its bytes: its place in the state tree.
const WRITE_COST: u64 = 64;

/// What the block wrote. An entry is found among few: keys are hashes, so each first byte has a short sorted list of its
/// own. Whoever makes many keys with one first byte fills its list, and what comes later goes to the map.
#[derive(Default)]
struct Written {
    /// None, or one for each first byte, of at most [`LIST_ENTRIES_MAX`].
    lists: Vec<Vec<(StateKey, Vec<u8>)>>,
    further: BTreeMap<StateKey, Vec<u8>>,
}

/// How many entries are moved at most to insert one.
const LIST_ENTRIES_MAX: usize = 256;
/// What a list has room for from its first entry on: a block of 2,000 certificates writes as many.
const LIST_ENTRIES_EXPECTED: usize = 16;

impl Written {
    fn get(&self, key: &StateKey) -> Option<&Vec<u8>> {
        let list = self.lists.get(first_byte(key))?;
        match list.binary_search_by(|(other, _)| other.cmp(key)) {
            Ok(place) => list.get(place).map(|(_, value)| value),
            Err(_) if self.further.is_empty() => None,
            Err(_) => self.further.get(key),
        }
    }

    fn insert(&mut self, key: StateKey, value: Vec<u8>) {
        if self.lists.is_empty() {
            self.lists.resize_with(256, Vec::new);
        }
        let Some(list) = self.lists.get_mut(first_byte(&key)) else { return };
        match list.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(place) => {
                if let Some((_, before)) = list.get_mut(place) {
                    *before = value;
                }
            }
            Err(place) if list.len() < LIST_ENTRIES_MAX => {
                if list.capacity() == 0 {
                    list.reserve(LIST_ENTRIES_EXPECTED);
                }
                list.insert(place, (key, value));
            }
            Err(_) => drop(self.further.insert(key, value)),
        }
    }

    fn into_changes(self) -> Changes {
        let written = self.lists.iter().map(Vec::len).fold(self.further.len(), usize::saturating_add);
        let mut all = Vec::with_capacity(written);
        self.lists.into_iter().for_each(|list| all.extend(list));
        all.extend(self.further);
        all.into_iter().collect()
    }
}

fn first_byte(key: &StateKey) -> usize {
    let [first, ..] = key.as_bytes();
    usize::from(*first)
}

impl<'a> Overlay<'a> {
    pub(super) fn new(state: &'a dyn StateRead) -> Self {
        Self {
            state,
            changes: Written::default(),
            registry_changes: 0,
            members: BTreeMap::new(),
            authorities: BTreeMap::new(),
            keys: BTreeMap::new(),
            agreements: BTreeMap::new(),
            decoded: BTreeMap::new(),
            spent: BTreeMap::new(),
            act: Cell::new(0),
        }
    }

    /// Whether the acts of this member's authorities may still cost something in this block.
    ///
    /// # Errors
    /// [`Refusal::ShareOfBlockSpent`].
    pub(super) fn has_share_left(&self, by: MemberId) -> Result<(), Refusal> {
        ensure(self.spent.get(&by).is_none_or(|spent| *spent < BYTES_PER_MEMBER_MAX), Refusal::ShareOfBlockSpent)
    }

    /// Whether one act alone has not cost what a member has in a block.
    ///
    /// # Errors
    /// [`Refusal::ShareOfBlockSpent`].
    pub(super) fn may_read_on(&self) -> Result<(), Refusal> {
        ensure(self.act.get() < BYTES_PER_MEMBER_MAX, Refusal::ShareOfBlockSpent)
    }

    /// Puts what an act has cost to this member's account: also of one that was refused.
    pub(super) fn settle(&mut self, by: MemberId) {
        let spent = self.spent.entry(by).or_default();
        *spent = spent.saturating_add(self.act.take());
    }

    fn costs(&self, each: u64, bytes: usize) {
        self.act.set(self.act.get().saturating_add(each).saturating_add(bytes as u64));
    }

    /// Counts that an act copies or writes an authority's entry, however often it is decoded.
    pub(super) fn works_on(&self, authority: &Authority) {
        let texts = |scopes: &Vec<Scope>| scopes.iter().map(|scope| scope.classes.len().saturating_add(1)).sum::<usize>();
        let texts = authority.acts.iter().map(|act| act.scopes.as_ref().map_or(1, texts)).fold(0, usize::saturating_add);
        self.costs(0, texts.saturating_mul(TEXT_COST));
    }

    /// Counts that an act copies one of an authority's keys.
    pub(super) fn works_on_a_key(&self) {
        self.costs(READ_COST, 0);
    }

    /// Counts that an act brings a public key, which is checked to be a good one.
    pub(super) fn checks_a_key(&self) {
        self.costs(0, KEY_CHECK_COST);
    }

    /// How often the block changed the registry so far.
    pub(super) fn registry_changes(&self) -> u64 {
        self.registry_changes
    }

    pub(super) fn into_changes(self) -> Changes {
        self.changes.into_changes()
    }

    /// Takes an act's writes. A registry entry that was decoded and is written is decoded again.
    pub(super) fn write(&mut self, writes: Writes) {
        if writes.iter().any(|(key, _)| key::is_registry(key)) {
            self.registry_changes = self.registry_changes.saturating_add(1);
        }
        for (key, value) in writes {
            // The others stay decoded: what one member writes, another does not pay for.
            match self.decoded.remove(&key) {
                Some(Decoded::Member(id)) => drop(self.members.remove(&id)),
                Some(Decoded::Authority(id)) => drop(self.authorities.remove(&id)),
                Some(Decoded::Key(id, number)) => drop(self.keys.remove(&(id, number))),
                Some(Decoded::Agreement(id)) => drop(self.agreements.remove(&id)),
                None => {}
            }
            self.costs(WRITE_COST, value.len());
            self.changes.insert(key, value);
        }
    }

    /// Whether something lies at a key.
    pub(super) fn has(&self, key: &StateKey) -> Result<bool, Fault> {
        self.costs(READ_COST, 0);
        Ok(self.changes.get(key).is_some() || self.state.get(key)?.is_some())
    }

    /// The entry at a key. Our own bytes are canonical; only their shape is checked again.
    pub(super) fn read<T: Canonical>(&self, key: &StateKey) -> Result<Option<T>, Fault> {
        self.read_weighed(key, 1)
    }

    /// As [`Self::read`], of an entry that is lists of short texts: a byte of it costs so many times as much.
    pub(super) fn read_weighed<T: Canonical>(&self, key: &StateKey, times: usize) -> Result<Option<T>, Fault> {
        let decode = |bytes: &[u8]| {
            self.costs(0, bytes.len().saturating_mul(times));
            minicbor::decode(bytes).map_err(|error| unreadable(key, &Malformed::Unreadable { what: T::NAME, cause: error.to_string() }))
        };
        self.costs(READ_COST, 0);
        match self.changes.get(key) {
            Some(bytes) => decode(bytes).map(Some),
            None => self.state.get(key)?.map(|bytes| decode(&bytes)).transpose(),
        }
    }

    /// What a member's offices recorded about a certificate. Each act of it costs as much as judging it does.
    pub(super) fn destination(&self, record: &RecordKey, member: MemberId) -> Result<Destination, Fault> {
        let found: Destination = self.read(&key::destination(record, member))?.unwrap_or_default();
        self.costs(0, found.as_slice().len().saturating_mul(OFFICE_ACT_COST));
        Ok(found)
    }

    pub(super) fn member(&mut self, id: MemberId) -> Result<Option<Arc<Member>>, Fault> {
        if let Some(known) = self.members.get(&id) {
            return Ok(known.clone());
        }
        let place = key::member(id);
        let found = self.read_weighed(&place, REGISTRY_WEIGHT)?.map(Arc::new);
        self.decoded.insert(place, Decoded::Member(id));
        self.members.insert(id, found.clone());
        Ok(found)
    }

    pub(super) fn authority(&mut self, id: &AuthorityId) -> Result<Option<Arc<Authority>>, Fault> {
        if let Some(known) = self.authorities.get(id) {
            return Ok(known.clone());
        }
        let place = key::authority(id);
        let found = self.read_weighed(&place, REGISTRY_WEIGHT)?.map(Arc::new);
        self.decoded.insert(place, Decoded::Authority(id.clone()));
        self.authorities.insert(id.clone(), found.clone());
        Ok(found)
    }

    pub(super) fn authority_key(&mut self, id: &AuthorityId, number: KeyNumber) -> Result<Option<Arc<AuthorityKey>>, Fault> {
        let name = (id.clone(), number);
        if let Some(known) = self.keys.get(&name) {
            return Ok(known.clone());
        }
        let place = key::authority_key(id, number);
        let found = self.read(&place)?.map(Arc::new);
        self.decoded.insert(place, Decoded::Key(id.clone(), number));
        self.keys.insert(name, found.clone());
        Ok(found)
    }

    pub(super) fn agreement(&mut self, id: &AgreementId) -> Result<Option<Arc<Agreement>>, Fault> {
        let found = match self.agreements.get(id) {
            Some(known) => known.clone(),
            None => {
                let place = key::agreement(id);
                let found: Option<Arc<Agreement>> = self.read_weighed(&place, REGISTRY_WEIGHT)?.map(Arc::new);
                self.decoded.insert(place, Decoded::Agreement(id.clone()));
                self.agreements.insert(id.clone(), found.clone());
                found
            }
        };
        // Each act that judges by it asks who applies it several times.
        let words = found.iter().flat_map(|agreement| &agreement.versions).map(AgreementVersion::words_to_read);
        self.costs(0, words.fold(0, usize::saturating_add).saturating_mul(WORD_COST));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::hash::sha256;

    #[test]
    fn what_was_written_is_found_and_comes_out_in_order_however_many_keys_begin_alike() {
        let mut written = Written::default();
        let mut model = Changes::new();
        for number in 0..3_000_u32 {
            let mut key = *sha256(&number.to_be_bytes()).as_bytes();
            if number % 2 == 0 {
                // Far more than a list holds.
                key[0] = 7;
            }
            let key = StateKey::new(key);
            assert_eq!(written.get(&key), None);
            written.insert(key, vec![1]);
            model.insert(key, vec![1]);
        }
        assert!(written.further.len() > 1_000 && written.lists.iter().all(|list| list.len() <= LIST_ENTRIES_MAX));
        for (index, key) in model.clone().into_keys().enumerate() {
            assert_eq!(written.get(&key), Some(&vec![1]));
            if index % 3 == 0 {
                written.insert(key, vec![2]);
                model.insert(key, vec![2]);
            }
        }
        assert!(model.iter().all(|(key, value)| written.get(key) == Some(value)));
        assert_eq!(written.into_changes(), model);
    }
}
