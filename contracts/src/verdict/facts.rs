//! The facts of a verdict, and where each lies: the closure of entries that a receipt has to contain.
//!
//! [`needed_keys`] (the node that answers) and [`Facts::from_proven`] (the officer who checks) walk the same way, so that
//! a receipt which leaves out an entry that the verdict needs is noticed and named, and never yields VALID.

use super::follow::{BENEATH_ENTRIES_MAX, Beneath, Follow, beneath};
use super::{Question, Subject};
use crate::context::{Known, Recorded};
use crate::destination::{DESTINATIONS_MAX, Destination, DestinationAct, Dossier};
use crate::key;
use crate::kinds::RecordKind;
use crate::registry::{
    Agreement, AgreementId, Arrangement, ArrangementsBetween, AuthoritiesOf, Authority, AuthorityKey, CoveredBy, ListedAuthority, Member,
    NON_PREFERENTIAL, Notified, Parameters,
};
use crate::reliance::{self, Doubt, Given, Reliance};
use crate::standing::{RecordsAtLocator, STANDING_KEYS_MAX, SameGoods, Standing, StandingAct};
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use ledger::receipt::Proven;
use ledger::state::{Changes, Fault, StateRead};
use ledger::tree::{Fact, KEYS_PER_PROOF_MAX, StateKey};
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many authorities an absence is judged by; if more could have issued the certificate, its absence proves nothing.
pub const CANDIDATES_MAX: usize = 128;
/// How many entries one answer follows from the records that fit: further keys, what lies beneath, what members recorded, and the
/// keys of the issuer's answers. One record has no more, but for those keys, so that it is confirmed as far as what lies beneath it
/// is followed.
pub const FOLLOWED_MAX: usize = STANDING_KEYS_MAX - 1 + BENEATH_ENTRIES_MAX + DESTINATIONS_MAX + ANSWER_KEYS_MAX;
/// For how many further keys of the issuer's answers one answer has room in any case.
pub const ANSWER_KEYS_MAX: usize = 32;
/// How many entries a record takes in any case: its standing, authority and key, its goods, two dossiers, and its agreement with what
/// two parties notified. Of several records that fit each takes so many from what is followed.
const ENTRIES_OF_RECORD_MAX: usize = 9;

/// Why a receipt does not answer the question: its maker's fault.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Gap {
    /// An entry is neither shown nor shown to be absent.
    #[error("the receipt says nothing of {what}")]
    Missing {
        /// The entry, in words.
        what: String,
        /// Where it lies.
        key: StateKey,
    },
    /// An entry that must stand there is shown to be absent.
    #[error("the receipt shows that {what} does not exist, though another entry names it")]
    Absent {
        /// The entry, in words.
        what: String,
    },
    /// An entry is not what it must be.
    #[error("{what} is not readable: {cause}")]
    Unreadable {
        /// The entry, in words.
        what: String,
        /// What the reader met.
        cause: String,
    },
    /// Two entries, or an entry and the question, do not fit.
    #[error("the receipt does not fit the question: {0}")]
    Misfit(String),
}

/// Everything that a verdict rests on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facts {
    /// The block whose state shows them.
    pub at: Recorded,
    /// What was asked about.
    pub subject: Subject,
    /// The network's parameters.
    pub parameters: Parameters,
    /// The issuing member; `None` if the country is not covered by the member asked about, or if nothing lies at the
    /// record key.
    pub issuer: Option<Arc<Member>>,
    /// The member that covers the country for which it is judged; `None` if none does or none is named.
    pub reader: Option<Arc<Member>>,
    /// Every record found, those that do not fit the question included.
    pub records: Vec<RecordFacts>,
    /// The authorities that could have issued the certificate, if none with this number fits.
    pub candidates: Option<Candidates>,
    /// What the reader arranged with the issuer, if the kind is recognised by arrangement.
    pub arrangements: Option<ArrangementFacts>,
}

/// The authorities that could have issued a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Candidates {
    /// These, and no others.
    All(Vec<Authority>),
    /// More than [`CANDIDATES_MAX`].
    TooMany,
}

/// The arrangements that the reader signed and that recognise something of the issuer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ArrangementFacts {
    /// Who recognises.
    pub recognising: MemberId,
    /// Whose operators.
    pub recognised: MemberId,
    /// All arrangements of the two in this direction.
    pub arrangements: Vec<Arrangement>,
}

/// One record with what stands behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecordFacts {
    /// Where it lies.
    pub key: RecordKey,
    /// Its standing.
    pub standing: Standing,
    /// Its authority, and the keys that its standing rests on; `None` if the record does not fit the question.
    pub issuer: Option<IssuerFacts>,
    /// The certificates beneath it that stand on this ledger, those beneath them, and those that replaced any of these.
    pub beneath: Beneath,
    /// Other certificates for the same goods.
    pub same_goods: SameGoods,
    /// What others recorded about it; `None` if nobody did, or if it does not fit the question.
    pub dossier: Option<Dossier>,
    /// The dossier of the certificate that holds its pool, if that is another.
    pub shared_pool: Option<Dossier>,
    /// What each member's offices recorded about it.
    pub destinations: BTreeMap<MemberId, Destination>,
    /// Its agreement, if its class is one that stands on this ledger.
    pub agreement: Option<AgreementFacts>,
    /// Whether everything that the record rests on was followed. If not, it is never called valid.
    pub is_whole: bool,
}

impl RecordFacts {
    /// What is held and used of its lines, in the pool that it draws from.
    pub fn pool(&self) -> Cow<'_, Dossier> {
        let dossier = if self.standing.pool.is_some() { &self.shared_pool } else { &self.dossier };
        dossier.as_ref().map_or_else(|| Cow::Owned(Dossier::default()), Cow::Borrowed)
    }

    /// A certificate that rests on one beneath, with its agreement.
    pub(super) fn above(&self, above: &RecordKey) -> Option<(&Standing, Option<&AgreementFacts>)> {
        if *above == self.key {
            return Some((&self.standing, self.agreement.as_ref()));
        }
        let (_, standing) = self.beneath.certificates.iter().find(|(key, _)| key == above)?;
        Some((standing, self.beneath.behind.get(above).and_then(|behind| behind.agreement.as_ref())))
    }
}

/// The agreement of a certificate of origin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AgreementFacts {
    /// The agreement.
    pub agreement: Arc<Agreement>,
    /// The member that issued the certificate.
    pub issuer: Option<Arc<Member>>,
    /// The authorities that were notified by each party to which the issuing country belongs by a version of the terms.
    pub notified: BTreeMap<CountryCode, Notified>,
}

/// The authority behind a record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IssuerFacts {
    /// The authority.
    pub authority: Arc<Authority>,
    /// The keys of the issue, of all acts that give something, and of the answers that confirm the certificate; as far as there is
    /// room, those of the acts that take away, by number.
    pub keys: BTreeMap<KeyNumber, AuthorityKey>,
}

impl IssuerFacts {
    /// Whether an act on the standing counts, as known then: what gives something counts if its key and its authority do.
    pub fn counts(&self, standing: &Standing, act: &StandingAct, known: Known) -> bool {
        !reliance::needs_its_key(act.verb)
            || (self.authority.holds(&act.recorded, known).is_ok()
                && !matches!(reliance::of(standing, Given::Act(act), &self.authority, &self.keys, known), Reliance::InDoubt { .. }))
    }
}

impl IssuerFacts {
    /// Why an answer to a member does not count, as known then: it confirms the certificate, and may be a thief's. Verdicts and uses
    /// go by it alike.
    pub fn doubts(&self, answer: &DestinationAct, known: Known) -> Option<Doubt> {
        reliance::of_answer(answer, &self.authority, &self.keys, known)
    }

    /// That an act which takes away may be a thief's, as known then, in words that follow on its date; nothing of any other.
    pub fn doubt_in_words(&self, act: &StandingAct, known: Known) -> String {
        let doubt = reliance::of_end(act, &self.authority, &self.keys, known);
        doubt.map_or_else(String::new, |doubt| format!(", {doubt}, so that it may be a thief's"))
    }

    /// Whether an answer to a member counts, as known then; what the offices of that member recorded does.
    pub fn relies_on(&self, act: &DestinationAct, known: Known) -> bool {
        self.doubts(act, known).is_none()
    }
}

impl Facts {
    /// Takes the facts out of a checked receipt.
    ///
    /// # Errors
    /// [`Gap`] if the receipt leaves out what the verdict needs, or shows what does not fit.
    pub fn from_proven(proven: &Proven, subject: &Subject, question: &Question) -> Result<Self, Gap> {
        Self::from_proven_and_founded(proven, &Changes::new(), subject, question)
    }

    /// As [`from_proven`](Self::from_proven), of a receipt that may have been made for another country: which member covers a
    /// country, and what that is, stands in the first state and never changes. So much of that as the question needs is `founded`.
    ///
    /// # Errors
    /// As [`from_proven`](Self::from_proven).
    pub fn from_proven_and_founded(proven: &Proven, founded: &Changes, subject: &Subject, question: &Question) -> Result<Self, Gap> {
        let at = Recorded { height: proven.header().height, time: proven.header().time };
        gather(subject, question, at, &mut |key, what| match proven.entry(key) {
            Some(Fact::Present(bytes)) => Ok(Some(bytes.to_vec())),
            Some(Fact::Absent) => Ok(None),
            None => founded.get(key).map(|bytes| Some(bytes.clone())).ok_or_else(|| Gap::Missing { what: what(), key: *key }),
        })
    }

    /// Takes the facts from a state, for a node's own view and for audit.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot answer or its entries do not fit each other.
    pub fn from_state(state: &impl StateRead, at: Recorded, subject: &Subject, question: &Question) -> Result<Self, Fault> {
        walk(state, at, subject, question).map(|(facts, _)| facts)
    }

    /// The records that fit the question and were recorded by the time asked about.
    pub fn fitting<'a>(&'a self, question: &'a Question) -> impl Iterator<Item = &'a RecordFacts> {
        self.records.iter().filter(|record| fits(&record.standing, question))
    }

    /// The record that the question means, if it means one.
    pub fn meant(&self, question: &Question) -> Option<&RecordFacts> {
        match choose(self.records.iter().map(|record| &record.standing), question) {
            Choice::One(index) => self.records.get(index),
            Choice::None | Choice::Several => None,
        }
    }
}

/// The keys of all entries that a receipt must contain so that the question can be answered.
///
/// Limits: at most [`KEYS_PER_PROOF_MAX`], by the limits of all lists that are followed.
///
/// # Errors
/// [`Fault`] if the store cannot answer or its entries do not fit each other; never for a question, whatever it says.
pub fn needed_keys(state: &impl StateRead, subject: &Subject, question: &Question) -> Result<Vec<StateKey>, Fault> {
    let at = Recorded { height: ledger::time::Height::FOUNDING, time: ledger::time::Timestamp::default() };
    let (_, keys) = walk(state, at, subject, question)?;
    debug_assert!(keys.len() <= KEYS_PER_PROOF_MAX);
    Ok(keys.into_iter().collect())
}

fn walk(state: &impl StateRead, at: Recorded, subject: &Subject, question: &Question) -> Result<(Facts, BTreeSet<StateKey>), Fault> {
    let mut keys = BTreeSet::new();
    let mut fault = None;
    let gathered = gather(subject, question, at, &mut |key, what| {
        keys.insert(*key);
        state.get(key).map_err(|found| {
            fault = Some(found);
            Gap::Missing { what: what(), key: *key }
        })
    });
    match (gathered, fault) {
        (_, Some(fault)) => Err(fault),
        (Ok(facts), None) => Ok((facts, keys)),
        (Err(gap), None) => Err(Fault { what: gap.to_string(), remedy: "run symbolon-node audit".to_owned() }),
    }
}

/// Which of several records a question means.
pub(super) enum Choice {
    /// None of them.
    None,
    /// The one at this index.
    One(usize),
    /// More than one.
    Several,
}

/// The record that the question means: the only one that fits, or the one whose document is in hand. If none of several
/// has that document, the first one stands for them, since the document is altered whichever is meant.
pub(super) fn choose<'a>(standings: impl Iterator<Item = &'a Standing>, question: &Question) -> Choice {
    let fitting: Vec<(usize, &Standing)> = standings.enumerate().filter(|(_, standing)| fits(standing, question)).collect();
    if let Some(document) = &question.document {
        let has =
            |standing: &Standing| standing.document_digest == document.digest || standing.form(&document.digest, question.known).is_some();
        let same = fitting.iter().find(|(_, standing)| has(standing));
        return same.or(fitting.first()).map_or(Choice::None, |(index, _)| Choice::One(*index));
    }
    match fitting.as_slice() {
        [] => Choice::None,
        [(index, _)] => Choice::One(*index),
        _ => Choice::Several,
    }
}

/// Whether a record is one that the question can mean: what is known of the document in hand, but for its digest, fits.
pub(super) fn fits(standing: &Standing, question: &Question) -> bool {
    question.known.covers(&standing.first_recorded()) && is_meant(standing, question)
}

/// As [`fits`], whenever it was recorded.
pub(super) fn is_meant(standing: &Standing, question: &Question) -> bool {
    question.kind.is_none_or(|kind| kind == standing.kind)
        && question.authority.as_ref().is_none_or(|authority| *authority == standing.authority)
        && question.country.is_none_or(|country| country == standing.country)
        && question.class.as_deref().is_none_or(|class| standing.class.as_deref() == Some(class) || is_non_preferential(standing, class))
}

/// Whether a certificate under no agreement, which names none, is asked for by the word for that.
fn is_non_preferential(standing: &Standing, class: &str) -> bool {
    standing.class.is_none() && class == NON_PREFERENTIAL && standing.kind.rules().is_under_agreement()
}

type Get<'a> = dyn FnMut(&StateKey, &dyn Fn() -> String) -> Result<Option<Vec<u8>>, Gap> + 'a;

fn read<T: Canonical>(get: &mut Get<'_>, key: &StateKey, what: &dyn Fn() -> String) -> Result<Option<T>, Gap> {
    let Some(bytes) = get(key, what)? else { return Ok(None) };
    T::from_bytes(&bytes).map(Some).map_err(|error| Gap::Unreadable { what: what(), cause: error.to_string() })
}

fn must<T: Canonical>(get: &mut Get<'_>, key: &StateKey, what: &dyn Fn() -> String) -> Result<T, Gap> {
    read(get, key, what)?.ok_or_else(|| Gap::Absent { what: what() })
}

fn member(get: &mut Get<'_>, id: MemberId) -> Result<Member, Gap> {
    must(get, &key::member(id), &|| format!("the member {id}"))
}

fn covered_by(get: &mut Get<'_>, country: CountryCode) -> Result<Option<MemberId>, Gap> {
    let entry: Option<CoveredBy> = read(get, &key::country(country), &|| format!("the country {country}"))?;
    Ok(entry.map(|entry| entry.member))
}

fn gather(subject: &Subject, question: &Question, at: Recorded, get: &mut Get<'_>) -> Result<Facts, Gap> {
    let parameters = must(get, &key::parameters(), &|| "the network's parameters".to_owned())?;
    let (issuer, records) = match subject {
        Subject::Record(record) => match record_at(get, record)? {
            None => (None, Vec::new()),
            Some(standing) => (Some(member(get, standing.authority.member())?), vec![(*record, standing)]),
        },
        Subject::Number { issuer, country, locator } => {
            // A member that does not cover the country has no such certificate, whatever lies at the locator.
            if covered_by(get, *country)? != Some(*issuer) {
                return Ok(Facts {
                    at,
                    subject: *subject,
                    parameters,
                    issuer: None,
                    reader: None,
                    records: Vec::new(),
                    candidates: None,
                    arrangements: None,
                });
            }
            let what = || format!("the records of {issuer} at the locator");
            let at_locator: RecordsAtLocator = read(get, &key::locator(*issuer, locator), &what)?.unwrap_or_default();
            let mut records = Vec::new();
            for record in at_locator.as_slice() {
                let standing = record_at(get, record)?.ok_or_else(|| Gap::Absent { what: format!("the record {record}") })?;
                if standing.authority.member() != *issuer {
                    return Err(Gap::Misfit(format!("the record {record} is of {}, not of {issuer}", standing.authority)));
                }
                // Other countries of the same member share its locators. What was shared later was not found here then.
                if standing.country == *country && standing.is_found_at(locator, question.known) {
                    records.push((*record, standing));
                }
            }
            (Some(member(get, *issuer)?), records)
        }
    };
    // What is followed does not depend on the document in hand: the node that answers never learns of it.
    let others = records.iter().filter(|(_, standing)| fits(standing, question)).count().saturating_sub(1);
    let mut budget = FOLLOWED_MAX.saturating_sub(others.saturating_mul(ENTRIES_OF_RECORD_MAX));
    let mut facts_of = Vec::with_capacity(records.len());
    for (record, standing) in records {
        facts_of.push(record_facts(get, record, standing, question, &mut budget)?);
    }
    let records = facts_of;
    let reader = match question.for_country {
        Some(country) => covered_by(get, country)?.map(|id| member(get, id)).transpose()?,
        None => None,
    };
    let candidates = match (&issuer, subject) {
        (Some(issuer), Subject::Number { country, .. }) if !records.iter().any(|record| record.issuer.is_some()) => {
            Some(candidates(get, issuer.id, *country, question)?)
        }
        _ => None,
    };
    let by_arrangement = |kind: RecordKind| kind.rules().is_answered_to_partners_only();
    let arrangements = match (&reader, &issuer) {
        (Some(reader), Some(issuer))
            if reader.id != issuer.id
                && (question.kind.is_some_and(by_arrangement) || records.iter().any(|record| by_arrangement(record.standing.kind))) =>
        {
            Some(arrangements(get, reader.id, issuer.id)?)
        }
        _ => None,
    };
    let (issuer, reader) = (issuer.map(Arc::new), reader.map(Arc::new));
    Ok(Facts { at, subject: *subject, parameters, issuer, reader, records, candidates, arrangements })
}

fn record_at(get: &mut Get<'_>, record: &RecordKey) -> Result<Option<Standing>, Gap> {
    read(get, &key::standing(record), &|| format!("the standing of record {record}"))
}

fn key_at(get: &mut Get<'_>, id: &AuthorityId, number: KeyNumber) -> Result<AuthorityKey, Gap> {
    must(get, &key::authority_key(id, number), &|| format!("key {number} of {id}"))
}

fn record_facts(
    get: &mut Get<'_>,
    record: RecordKey,
    standing: Standing,
    question: &Question,
    budget: &mut usize,
) -> Result<RecordFacts, Gap> {
    if !fits(&standing, question) {
        return Ok(RecordFacts {
            key: record,
            standing,
            issuer: None,
            beneath: Beneath::default(),
            same_goods: SameGoods::default(),
            dossier: None,
            shared_pool: None,
            destinations: BTreeMap::new(),
            agreement: None,
            is_whole: true,
        });
    }
    let id = &standing.authority;
    let authority: Authority = must(get, &key::authority(id), &|| format!("the authority {id}"))?;
    if authority.id != *id || authority.country != standing.country {
        return Err(Gap::Misfit(format!("the authority {} of {} is not the record's", authority.id, authority.country)));
    }
    let mut is_whole = true;
    let mut keys: BTreeMap<KeyNumber, AuthorityKey> = BTreeMap::from([(standing.key, key_at(get, id, standing.key)?)]);
    is_whole &= read_keys(get, id, reliance::keys_of(&standing), &mut keys, budget)?;
    let may_be_read = (*budget).min(BENEATH_ENTRIES_MAX);
    let mut left = may_be_read;
    let beneath = beneath(record, &standing, &mut Reading { get }, &mut left)?;
    *budget = budget.saturating_sub(may_be_read.saturating_sub(left));
    is_whole &= beneath.is_whole;
    let what = || format!("the certificates for the same goods as record {record}");
    let same_goods = match standing.has_fingerprints {
        Some(true) => read(get, &key::same_goods(&record), &what)?.unwrap_or_default(),
        _ => SameGoods::default(),
    };
    let dossier: Option<Dossier> = read(get, &key::dossier(&record), &|| format!("the dossier of record {record}"))?;
    let shared_pool = match &standing.pool {
        Some(pool) => read(get, &key::dossier(pool), &|| format!("the dossier of record {pool}"))?,
        None => None,
    };
    let mut destinations = BTreeMap::new();
    for member in dossier.iter().flat_map(|dossier| &dossier.members) {
        match budget.checked_sub(1) {
            Some(left) => *budget = left,
            None => {
                is_whole = false;
                break;
            }
        }
        let facts = must(get, &key::destination(&record, *member), &|| format!("what {member} recorded about {record}"))?;
        destinations.insert(*member, facts);
    }
    is_whole &= read_keys(get, id, destinations.values().flat_map(Destination::keys_of_confirmations), &mut keys, budget)?;
    // Nothing rests on these: whether they are all decides nothing.
    let _ = read_keys(get, id, reliance::keys_of_ends(&standing), &mut keys, budget)?;
    let agreement = agreement(get, &standing)?;
    let issuer = Some(IssuerFacts { authority: Arc::new(authority), keys });
    Ok(RecordFacts { key: record, standing, issuer, beneath, same_goods, dossier, shared_pool, destinations, agreement, is_whole })
}

/// Reads those of an authority's keys that are not read yet, while entries are left; whether these are all.
fn read_keys(
    get: &mut Get<'_>,
    id: &AuthorityId,
    numbers: impl IntoIterator<Item = KeyNumber>,
    keys: &mut BTreeMap<KeyNumber, AuthorityKey>,
    budget: &mut usize,
) -> Result<bool, Gap> {
    for number in numbers {
        if let Entry::Vacant(place) = keys.entry(number) {
            let Some(left) = budget.checked_sub(1) else { return Ok(false) };
            *budget = left;
            place.insert(key_at(get, id, number)?);
        }
    }
    Ok(true)
}

/// The agreement of a record whose kind has one, if it stands on this ledger, with the authorities that the issuing
/// country's party has notified.
fn agreement(get: &mut Get<'_>, standing: &Standing) -> Result<Option<AgreementFacts>, Gap> {
    let id = if standing.kind.rules().is_under_agreement() { AgreementId::of_class(standing.class.as_deref()) } else { None };
    let Some(id) = id else { return Ok(None) };
    let agreement: Option<Agreement> = read(get, &key::agreement(&id), &|| format!("the agreement {id}"))?;
    let Some(agreement) = agreement else { return Ok(None) };
    let issuer = member(get, standing.authority.member())?;
    let mut notified = BTreeMap::new();
    for party in agreement.parties_of(standing.country, Some(&issuer)) {
        let list = read(get, &key::notified(&id, party), &|| format!("the authorities that {party} notified under {id}"))?;
        notified.insert(party, list.unwrap_or_default());
    }
    let (agreement, issuer) = (Arc::new(agreement), Some(Arc::new(issuer)));
    Ok(Some(AgreementFacts { agreement, issuer, notified }))
}

/// Reads what a record rests on.
struct Reading<'a, 'b> {
    get: &'a mut Get<'b>,
}

impl Follow for Reading<'_, '_> {
    type Stop = Gap;

    fn standing(&mut self, record: &RecordKey) -> Result<Standing, Gap> {
        record_at(self.get, record)?.ok_or_else(|| Gap::Absent { what: format!("the record {record}") })
    }

    fn behind(&mut self, standing: &Standing) -> Result<(IssuerFacts, Option<AgreementFacts>), Gap> {
        let id = &standing.authority;
        let authority: Authority = must(self.get, &key::authority(id), &|| format!("the authority {id}"))?;
        let mut keys = BTreeMap::new();
        for number in reliance::keys_of(standing).union(&reliance::keys_of_ends(standing)).copied() {
            keys.insert(number, key_at(self.get, id, number)?);
        }
        Ok((IssuerFacts { authority: Arc::new(authority), keys }, agreement(self.get, standing)?))
    }

    fn recorded_by(&mut self, member: MemberId, record: &RecordKey) -> Result<Destination, Gap> {
        let what = || format!("what {member} recorded about {record}");
        Ok(read(self.get, &key::destination(record, member), &what)?.unwrap_or_default())
    }

    fn key(&mut self, authority: &AuthorityId, number: KeyNumber) -> Result<AuthorityKey, Gap> {
        key_at(self.get, authority, number)
    }
}

fn candidates(get: &mut Get<'_>, issuer: MemberId, country: CountryCode, question: &Question) -> Result<Candidates, Gap> {
    let all: AuthoritiesOf = read(get, &key::authorities_of(issuer), &|| format!("the authorities of {issuer}"))?.unwrap_or_default();
    let could = |listed: &&ListedAuthority| {
        listed.country == country
            && question.authority.as_ref().is_none_or(|named| *named == listed.id)
            && question.kind.is_none_or(|kind| listed.kinds.contains(&kind))
    };
    let listed: Vec<&ListedAuthority> = all.as_slice().iter().filter(could).collect();
    if listed.len() > CANDIDATES_MAX {
        return Ok(Candidates::TooMany);
    }
    let mut authorities = Vec::with_capacity(listed.len());
    for one in listed {
        let authority: Authority = must(get, &key::authority(&one.id), &|| format!("the authority {}", one.id))?;
        if authority.id != one.id || authority.country != country {
            return Err(Gap::Misfit(format!("the authority {} is not {}", authority.id, one.id)));
        }
        authorities.push(authority);
    }
    Ok(Candidates::All(authorities))
}

fn arrangements(get: &mut Get<'_>, recognising: MemberId, recognised: MemberId) -> Result<ArrangementFacts, Gap> {
    let what = || format!("the arrangements by which {recognising} recognises operators of {recognised}");
    let between: ArrangementsBetween = read(get, &key::arrangements_between(recognising, recognised), &what)?.unwrap_or_default();
    let mut arrangements = Vec::new();
    for id in between.as_slice() {
        let arrangement: Arrangement = must(get, &key::arrangement(id), &|| format!("the arrangement {id}"))?;
        if arrangement.id != *id {
            return Err(Gap::Misfit(format!("the arrangement {} is not {id}", arrangement.id)));
        }
        arrangements.push(arrangement);
    }
    Ok(ArrangementFacts { recognising, recognised, arrangements })
}
