//! What stands of one record and what others recorded about it, from proven entries.

use crate::destination::{Destination, Dossier, USES_PER_PAGE, Use, UseName, UsesPage};
use crate::key;
use crate::registry::{Authority, AuthorityKey, RevokedKey};
use crate::reliance;
use crate::standing::{Link, Standing};
use crate::verdict::Gap;
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::tree::StateKey;
use std::collections::BTreeMap;

/// How many uses of one record are read; of more, only who and how often.
pub const USES_READ_MAX: usize = 4096;

/// Entries of the state that were proven, by their keys; `None` for one that is proven to be absent.
pub type Entries = BTreeMap<StateKey, Option<Vec<u8>>>;

/// One record with all that was recorded about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facts {
    /// Where it lies.
    pub key: RecordKey,
    /// Its standing.
    pub standing: Standing,
    /// Its authority.
    pub authority: Authority,
    /// The keys on which it rests, and those under which it was confirmed to others.
    pub keys: BTreeMap<KeyNumber, AuthorityKey>,
    /// What the offices of each member recorded.
    pub destinations: BTreeMap<MemberId, Destination>,
    /// What others hold or used of it, in the pool that it has or shares: line, whose, and what. At most
    /// [`USES_READ_MAX`].
    pub uses: Vec<(u32, UseName, Use)>,
    /// How many uses there are beyond those.
    pub uses_unread: usize,
}

/// What became of gathering.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gathered {
    /// All is there.
    Whole(Box<Facts>),
    /// Nothing stands at this record key.
    Absent,
    /// These entries are needed as well.
    Needs(Vec<StateKey>),
}

/// Reads entries and remembers those that are not there to be read.
struct Reading<'a> {
    entries: &'a Entries,
    needs: Vec<StateKey>,
}

impl Reading<'_> {
    /// An entry; `None` if it is absent, or not known yet.
    fn entry<T: Canonical>(&mut self, key: StateKey, what: impl Fn() -> String) -> Result<Option<T>, Gap> {
        match self.entries.get(&key) {
            None => {
                self.needs.push(key);
                Ok(None)
            }
            Some(None) => Ok(None),
            Some(Some(bytes)) => T::from_bytes(bytes).map(Some).map_err(|error| Gap::Unreadable { what: what(), cause: error.to_string() }),
        }
    }

    /// An entry that others say is there.
    fn must<T: Canonical>(&mut self, key: StateKey, what: impl Fn() -> String) -> Result<Option<T>, Gap> {
        let before = self.needs.len();
        let found = self.entry(key, &what)?;
        if found.is_none() && self.needs.len() == before { Err(Gap::Absent { what: what() }) } else { Ok(found) }
    }
}

impl Facts {
    /// Gathers a record's facts from entries, or says which are needed as well: their caller fetches them and asks again.
    ///
    /// # Errors
    /// [`Gap`] if the entries do not fit together.
    pub fn gather(record: RecordKey, entries: &Entries) -> Result<Gathered, Gap> {
        let mut reading = Reading { entries, needs: Vec::new() };
        let standing: Option<Standing> = reading.entry(key::standing(&record), || format!("the standing of record {record}"))?;
        let dossier = |of: RecordKey| move || format!("the dossier of record {of}");
        let own: Dossier = reading.entry(key::dossier(&record), dossier(record))?.unwrap_or_default();
        let Some(standing) = standing else {
            return Ok(if reading.needs.is_empty() { Gathered::Absent } else { Gathered::Needs(reading.needs) });
        };
        let id = standing.authority.clone();
        let authority: Option<Authority> = reading.must(key::authority(&id), || format!("the authority {id}"))?;
        let mut keys = BTreeMap::new();
        for number in reliance::keys_of(&standing) {
            let found = reading.must(key::authority_key(&id, number), || format!("key {number} of {id}"))?;
            keys.extend(found.map(|found| (number, found)));
        }
        let mut destinations = BTreeMap::new();
        for member in own.members.iter().copied() {
            let found = reading.must(key::destination(&record, member), || format!("what {member} recorded about {record}"))?;
            destinations.extend(found.map(|found| (member, found)));
        }
        for number in destinations.values().flat_map(Destination::keys_of_confirmations) {
            if !keys.contains_key(&number) {
                let found = reading.must(key::authority_key(&id, number), || format!("key {number} of {id}"))?;
                keys.extend(found.map(|found| (number, found)));
            }
        }
        let (pool, lines) = match standing.pool {
            None => (record, own.lines),
            Some(pool) => (pool, reading.entry::<Dossier>(key::dossier(&pool), dossier(pool))?.unwrap_or_default().lines),
        };
        let mut names = Vec::new();
        let mut uses_unread = 0_usize;
        for line in &lines {
            for page in 0..line.uses.div_ceil(USES_PER_PAGE) {
                if names.len() >= USES_READ_MAX {
                    let before = page.saturating_mul(USES_PER_PAGE);
                    uses_unread = uses_unread.saturating_add(usize::try_from(line.uses.saturating_sub(before)).unwrap_or(usize::MAX));
                    break;
                }
                let what = || format!("page {page} of the uses of line {} of record {pool}", line.number);
                let page: Option<UsesPage> = reading.must(key::uses(&pool, line.number, page), what)?;
                names.extend(page.iter().flat_map(UsesPage::as_slice).map(|name| (line.number, *name)));
            }
        }
        let mut uses = Vec::new();
        for (line, name) in names {
            let what = || format!("a use of line {line} of record {pool} by {}", name.member);
            let found: Option<Use> = reading.must(key::use_of(&pool, line, &name), what)?;
            uses.extend(found.map(|found| (line, name, found)));
        }
        match authority {
            Some(authority) if reading.needs.is_empty() => {
                Ok(Gathered::Whole(Box::new(Self { key: record, standing, authority, keys, destinations, uses, uses_unread })))
            }
            _ => Ok(Gathered::Needs(reading.needs)),
        }
    }

    /// The same, as if one of its authority's keys, or with `None` the authority itself, had been revoked so.
    pub fn supposing(mut self, authority: &AuthorityId, key: Option<KeyNumber>, revoked: RevokedKey) -> Self {
        if let Some(entry) = key.filter(|_| *authority == self.standing.authority).and_then(|key| self.keys.get_mut(&key)) {
            entry.revoked = Some(revoked);
        }
        self
    }

    /// The certificate that this one replaced. What rests on that one rests on this one since.
    pub fn took_the_place_of(&self) -> Option<RecordKey> {
        self.standing.predecessor.as_ref().and_then(Link::record).copied()
    }

    /// The records that the entries themselves show to rest on this one: its successor, and certificates that drew from
    /// its pool. Whoever points to records and leaves one of these out is found out.
    pub fn followed_by(&self) -> Vec<RecordKey> {
        let drawn = self.uses.iter().filter(|(.., of)| of.is_draw()).map(|(_, name, _)| name.drawn_for());
        self.standing.successor.into_iter().chain(drawn.filter(|record| *record != self.key)).collect()
    }
}
