//! The state as a block sees it: the store beneath, the block's own writes on top, and the registry decoded once.

use super::{Writes, unreadable};
use crate::key;
use crate::registry::{Agreement, AgreementId, Authority, AuthorityKey, Member};
use ledger::codec::{Canonical, Malformed};
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::state::{Changes, Fault, StateRead};
use ledger::tree::StateKey;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The store, the block's writes, and what was decoded.
pub(super) struct Overlay<'a> {
    state: &'a dyn StateRead,
    changes: Written,
    registry_changes: u64,
    members: BTreeMap<MemberId, Option<Rc<Member>>>,
    authorities: BTreeMap<AuthorityId, Option<Rc<Authority>>>,
    keys: BTreeMap<(AuthorityId, KeyNumber), Option<Rc<AuthorityKey>>>,
    agreements: BTreeMap<AgreementId, Option<Rc<Agreement>>>,
}

/// What the block wrote, in one map for each first byte of a key: an entry is found among few, since keys are hashes.
/// No map is made before something is written.
#[derive(Default)]
struct Written(Vec<BTreeMap<StateKey, Vec<u8>>>);

impl Written {
    fn get(&self, key: &StateKey) -> Option<&Vec<u8>> {
        let [first, ..] = key.as_bytes();
        self.0.get(usize::from(*first))?.get(key)
    }

    fn insert(&mut self, key: StateKey, value: Vec<u8>) {
        let [first, ..] = key.as_bytes();
        if self.0.is_empty() {
            self.0.resize_with(256, BTreeMap::new);
        }
        if let Some(map) = self.0.get_mut(usize::from(*first)) {
            map.insert(key, value);
        }
    }

    /// All of it, in the order of the keys.
    fn into_changes(self) -> Changes {
        self.0.into_iter().flatten().collect()
    }
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
        }
    }

    /// How often the block changed the registry so far.
    pub(super) fn registry_changes(&self) -> u64 {
        self.registry_changes
    }

    pub(super) fn into_changes(self) -> Changes {
        self.changes.into_changes()
    }

    /// Takes an act's writes. Registry entries that were decoded may have changed, so they are read again.
    pub(super) fn write(&mut self, writes: Writes) {
        if writes.iter().any(|(key, _)| key::is_registry(key)) {
            self.registry_changes = self.registry_changes.saturating_add(1);
            self.members.clear();
            self.authorities.clear();
            self.keys.clear();
            self.agreements.clear();
        }
        for (key, value) in writes {
            self.changes.insert(key, value);
        }
    }

    /// Whether something lies at a key.
    pub(super) fn has(&self, key: &StateKey) -> Result<bool, Fault> {
        Ok(self.changes.get(key).is_some() || self.state.get(key)?.is_some())
    }

    /// The entry at a key. Our own bytes are canonical; only their shape is checked again.
    pub(super) fn read<T: Canonical>(&self, key: &StateKey) -> Result<Option<T>, Fault> {
        let decode = |bytes: &[u8]| {
            minicbor::decode(bytes).map_err(|error| unreadable(key, &Malformed::Unreadable { what: T::NAME, cause: error.to_string() }))
        };
        match self.changes.get(key) {
            Some(bytes) => decode(bytes).map(Some),
            None => self.state.get(key)?.map(|bytes| decode(&bytes)).transpose(),
        }
    }

    pub(super) fn member(&mut self, id: MemberId) -> Result<Option<Rc<Member>>, Fault> {
        if let Some(known) = self.members.get(&id) {
            return Ok(known.clone());
        }
        let found = self.read(&key::member(id))?.map(Rc::new);
        self.members.insert(id, found.clone());
        Ok(found)
    }

    pub(super) fn authority(&mut self, id: &AuthorityId) -> Result<Option<Rc<Authority>>, Fault> {
        if let Some(known) = self.authorities.get(id) {
            return Ok(known.clone());
        }
        let found = self.read(&key::authority(id))?.map(Rc::new);
        self.authorities.insert(id.clone(), found.clone());
        Ok(found)
    }

    pub(super) fn authority_key(&mut self, id: &AuthorityId, number: KeyNumber) -> Result<Option<Rc<AuthorityKey>>, Fault> {
        let name = (id.clone(), number);
        if let Some(known) = self.keys.get(&name) {
            return Ok(known.clone());
        }
        let found = self.read(&key::authority_key(id, number))?.map(Rc::new);
        self.keys.insert(name, found.clone());
        Ok(found)
    }

    pub(super) fn agreement(&mut self, id: &AgreementId) -> Result<Option<Rc<Agreement>>, Fault> {
        if let Some(known) = self.agreements.get(id) {
            return Ok(known.clone());
        }
        let found = self.read(&key::agreement(id))?.map(Rc::new);
        self.agreements.insert(id.clone(), found.clone());
        Ok(found)
    }
}
