//! Authorities: what each may record, since when, and under which keys.

use super::{NON_PREFERENTIAL, WORD_BYTES_MAX, are_words, is_word};
use crate::codec::numbered;
use crate::context::{Known, Recorded};
use crate::destination::OfficeVerb;
use crate::kinds::RecordKind;
use crate::standing::Standing;
use ledger::codec::{Bytes, strictly_ascending};
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::PublicKey;
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Timestamp};
use minicbor::{Decode, Encode};

/// How many authorities a member may admit.
pub const AUTHORITIES_MAX: usize = 1024;
/// How many scopes an authority may have at a time.
pub const SCOPES_MAX: usize = 16;
/// How many classes a scope may name.
pub const CLASSES_MAX: usize = 32;
/// How many officials a scope may ask for.
pub const OFFICIALS_MAX: u8 = 8;
/// How many dated acts an authority may have; a suspension and a revocation always fit.
pub const AUTHORITY_ACTS_MAX: usize = 64;
/// How many keys an authority may name over the years, the root key included.
pub const AUTHORITY_KEYS_MAX: u32 = 1 << 16;
/// How many of them one root key may name: a thief of it leaves numbers for those that its successor names.
pub const KEYS_PER_ROOT_KEY_MAX: u32 = 1 << 12;

/// One thing that an authority may record.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Scope {
    /// The record kind.
    #[n(0)]
    pub kind: RecordKind,
    /// Agreements (origin), document types (SPS) or programmes (AEO), sorted; empty for any, and for none.
    #[n(1)]
    pub classes: Vec<String>,
    /// The first date of issue.
    #[n(2)]
    pub from: CalendarDate,
    /// The last date of issue.
    #[n(3)]
    pub until: Option<CalendarDate>,
    /// "Every certificate of this kind and these classes issued since this date is recorded here"; absent if that is
    /// not promised.
    #[n(4)]
    pub coverage_since: Option<CalendarDate>,
    /// The acts of an office of the importing side on others' certificates of this kind, ascending. A scope with offices'
    /// acts issues nothing; absent for an issuing authority.
    #[n(5)]
    pub office: Option<Vec<OfficeVerb>>,
    /// How many certificates of the kind it may record on one UTC day; absent for no limit.
    #[n(6)]
    pub daily_limit: Option<u32>,
    /// How many of its officials' keys must sign an act on such a certificate; absent for one.
    #[n(7)]
    pub officials: Option<u8>,
    /// The authorisation number of an approved exporter, which makes out origin declarations and nothing else.
    #[n(8)]
    pub authorisation: Option<String>,
}

/// What the scopes that hold a certificate ask of those who sign for it: each bounds it, in whatever order they stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// How many officials must sign: the most of all; absent for one.
    pub officials: Option<u8>,
    /// How many certificates of the kind may be recorded on one UTC day: the least of all; absent for no limit.
    pub daily_limit: Option<u32>,
}

impl Bounds {
    /// The bounds of one scope.
    fn of(scope: &Scope) -> Self {
        Self { officials: scope.officials, daily_limit: scope.daily_limit }
    }

    /// The bounds of both.
    fn and(self, other: Self) -> Self {
        let daily_limit = [self.daily_limit, other.daily_limit].into_iter().flatten().min();
        Self { officials: self.officials.max(other.officials), daily_limit }
    }
}

impl Scope {
    /// Whether the scope is in form: see its fields.
    pub fn is_in_form(&self) -> bool {
        let office = self.office.as_deref();
        are_words(&self.classes, CLASSES_MAX)
            && self.until.is_none_or(|until| self.from <= until)
            && office.is_none_or(|acts| !acts.is_empty() && !acts.contains(&OfficeVerb::Answer) && strictly_ascending(acts))
            && (office.is_none() || (self.coverage_since.is_none() && self.daily_limit.is_none() && self.authorisation.is_none()))
            && self.daily_limit != Some(0)
            && self.officials.is_none_or(|count| (2..=OFFICIALS_MAX).contains(&count))
            && self.authorisation.as_deref().is_none_or(|number| is_word(number) && self.kind.rules().has_declarations())
    }

    /// A scope to issue certificates of a kind, of any class, from a date on, without a promise of coverage.
    pub fn issuing(kind: RecordKind, from: CalendarDate) -> Self {
        Self {
            kind,
            classes: Vec::new(),
            from,
            until: None,
            coverage_since: None,
            office: None,
            daily_limit: None,
            officials: None,
            authorisation: None,
        }
    }

    fn has_class(&self, class: Option<&str>) -> bool {
        // A certificate under no agreement names none, and a scope for such ones has a word for that.
        let class = class.or_else(|| self.kind.rules().is_under_agreement().then_some(NON_PREFERENTIAL));
        self.classes.is_empty() || class.is_some_and(|class| self.classes.iter().any(|one| one == class))
    }

    /// Whether it is for certificates of this kind and class that bear this date: declarations under this authorisation number,
    /// or without one anything else.
    pub(crate) fn is_for(&self, kind: RecordKind, class: Option<&str>, authorisation: Option<&str>, date: CalendarDate) -> bool {
        self.kind == kind
            && self.office.is_none()
            && self.has_class(class)
            && self.has_date(date)
            && self.authorisation.as_deref() == authorisation
    }

    fn has_date(&self, date: CalendarDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date <= until)
    }
}

numbered!(
    /// What a member does with an authority.
    AuthorityVerb {
        /// Admits it with its first scopes.
        Admit = 1, "admit";
        /// Gives it other scopes from a date on.
        SetScopes = 2, "set scopes";
        /// Suspends it from a date on: nothing that is dated in the suspension counts.
        Suspend = 3, "suspend";
        /// Ends the suspension.
        Reinstate = 4, "reinstate";
        /// Revokes it as of a time, for good: what it recorded from then on is not to be relied on.
        Revoke = 5, "revoke";
        /// Puts another of its own keys in the place of its root key, which is revoked as of a time: lost, or stolen.
        ReplaceRoot = 6, "replace root key";
    }
);

/// One dated act of a member on an authority.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AuthorityAct {
    /// What was done.
    #[n(0)]
    pub verb: AuthorityVerb,
    /// From which date on.
    #[n(1)]
    pub effective: CalendarDate,
    /// When it was recorded.
    #[n(2)]
    pub recorded: Recorded,
    /// The scopes from then on, of an admission or a change of scopes.
    #[n(3)]
    pub scopes: Option<Vec<Scope>>,
    /// Of a revocation: what was recorded at this time or later is not to be relied on. Of a replaced root key: what was
    /// recorded under it.
    #[n(4)]
    pub as_of: Option<Timestamp>,
    /// Of a replaced root key: the number of the key that is the root key from then on.
    #[n(5)]
    pub root: Option<KeyNumber>,
}

/// A body that issues: ministry, chamber, plant-protection or veterinary service, AEO office.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Authority {
    /// Its name on the ledger, which begins with its member's letters.
    #[n(0)]
    pub id: AuthorityId,
    /// The country for which it issues, one that its member covers.
    #[n(1)]
    pub country: CountryCode,
    /// Its name for people.
    #[n(2)]
    pub name: String,
    /// What its member did with it, in the order of recording; at most [`AUTHORITY_ACTS_MAX`].
    #[n(3)]
    pub acts: Vec<AuthorityAct>,
    /// How many keys it has named, the root key included; the next key has this number.
    #[n(4)]
    pub keys: u32,
}

/// Why an authority may not record something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutOfScope {
    /// It has no scope on that date.
    Period,
    /// None of its scopes is of that kind.
    Kind,
    /// None of its scopes of that kind has that class.
    Class,
}

impl Authority {
    /// The member that admitted it.
    pub fn member(&self) -> MemberId {
        self.id.member()
    }

    /// The first date from which on it has scopes, as known then: that of its admission, or an earlier one that its member
    /// set since.
    pub fn since(&self, known: Known) -> Option<CalendarDate> {
        let scoped = self.acts.iter().filter(|act| act.scopes.is_some() && known.covers(&act.recorded));
        scoped.map(|act| act.effective).min()
    }

    /// The scopes in force on a date, as known then: those of the last act, in the order of recording, that had taken
    /// effect by the date.
    pub fn scopes_on(&self, date: CalendarDate, known: Known) -> &[Scope] {
        let acts = self.acts.iter().rev().filter(|act| known.covers(&act.recorded) && act.effective <= date);
        acts.filter_map(|act| act.scopes.as_deref()).next().unwrap_or(&[])
    }

    /// Whether the authority is suspended on a date, as known then; the suspension that holds. One that was lifted from its own
    /// date on, or before it began, never was: what held before it holds again.
    pub fn suspended_on(&self, date: CalendarDate, known: Known) -> Option<&AuthorityAct> {
        let mut turns: Vec<&AuthorityAct> = Vec::new();
        for act in self.acts.iter().filter(|act| known.covers(&act.recorded)) {
            let undone = |last: &&AuthorityAct| last.verb == AuthorityVerb::Suspend && act.effective <= last.effective;
            match act.verb {
                AuthorityVerb::Reinstate if turns.last().is_some_and(undone) => drop(turns.pop()),
                AuthorityVerb::Suspend | AuthorityVerb::Reinstate => turns.push(act),
                _ => {}
            }
        }
        turns.into_iter().rev().find(|act| act.effective <= date).filter(|act| act.verb == AuthorityVerb::Suspend)
    }

    /// The last suspension, if no reinstatement was recorded after it.
    pub fn suspension(&self) -> Option<&AuthorityAct> {
        let turns = |act: &&AuthorityAct| matches!(act.verb, AuthorityVerb::Suspend | AuthorityVerb::Reinstate);
        self.acts.iter().rev().find(turns).filter(|act| act.verb == AuthorityVerb::Suspend)
    }

    /// The number of the key under which it names and revokes keys: 0, until its member puts another of its keys in that place.
    pub fn root_key(&self) -> KeyNumber {
        self.acts.iter().rev().find_map(|act| act.root).unwrap_or(KeyNumber::ROOT)
    }

    /// Whether a key was its root key until its member put another in its place.
    pub fn was_root_key(&self, number: KeyNumber) -> bool {
        let is_first = number == KeyNumber::ROOT;
        number != self.root_key() && (is_first || self.acts.iter().any(|act| act.root == Some(number)))
    }

    /// The revocation of its authorisation, as known then. It is the last act of all.
    pub fn revoked(&self, known: Known) -> Option<RevokedKey> {
        let act = self.acts.last().filter(|act| act.verb == AuthorityVerb::Revoke && known.covers(&act.recorded))?;
        act.as_of.map(|as_of| RevokedKey { as_of, recorded: act.recorded })
    }

    /// Whether something that it recorded is to be relied on, as known then: it was recorded before the time as of which
    /// the authorisation was revoked.
    ///
    /// # Errors
    /// The revocation.
    pub fn holds(&self, recorded: &Recorded, known: Known) -> Result<(), RevokedKey> {
        self.revoked(known).filter(|revoked| recorded.time >= revoked.as_of).map_or(Ok(()), Err)
    }

    /// The bounds of the scope that an act on a certificate of this kind, class and terms is counted under on a date: those that are in
    /// force, or else, for an old certificate, those of its date of issue. Where several hold it, each bounds it: the most
    /// officials and the least daily limit count.
    pub fn scope_of(
        &self,
        kind: RecordKind,
        class: Option<&str>,
        terms: Option<&Bytes>,
        today: CalendarDate,
        issued: CalendarDate,
    ) -> Option<Bounds> {
        let on = |date| self.bounds(kind, class, terms, date, Known::Now);
        on(today).or_else(|| on(issued))
    }

    /// The same for an act on a record. Where the member set other scopes since from a date before its issue on, those count that
    /// were known when it was recorded: nobody signs alone what several had to.
    pub fn scope_of_record(&self, standing: &Standing, today: CalendarDate) -> Option<Bounds> {
        let Standing { kind, issue_date, .. } = *standing;
        let (class, terms) = (standing.class.as_deref(), standing.terms.as_ref());
        let then = || self.bounds(kind, class, terms, issue_date, Known::AtHeight(standing.issued.height));
        self.scope_of(kind, class, terms, today, issue_date).or_else(then)
    }

    fn bounds(&self, kind: RecordKind, class: Option<&str>, terms: Option<&Bytes>, on: CalendarDate, known: Known) -> Option<Bounds> {
        let authorisation = terms.and_then(|terms| kind.rules().authorisation_of(terms));
        let holds = |scope: &&Scope| {
            let for_it = scope.kind == kind && scope.office.is_none() && scope.authorisation == authorisation;
            for_it && scope.has_class(class) && scope.has_date(on)
        };
        self.scopes_on(on, known).iter().filter(holds).map(Bounds::of).reduce(Bounds::and)
    }

    /// Whether it may record a certificate of this kind and class that bears this date, as known then.
    ///
    /// # Errors
    /// [`OutOfScope`] names what does not fit, the nearest scope counting.
    pub fn may_record(&self, kind: RecordKind, class: Option<&str>, date: CalendarDate, known: Known) -> Result<&Scope, OutOfScope> {
        let scopes = self.scopes_on(date, known);
        let of_kind = || scopes.iter().filter(|scope| scope.kind == kind && scope.office.is_none());
        let of_class = || of_kind().filter(|scope| scope.has_class(class));
        match of_class().find(|scope| scope.has_date(date)) {
            Some(scope) => Ok(scope),
            None if scopes.is_empty() || of_class().next().is_some() => Err(OutOfScope::Period),
            None if of_kind().next().is_none() => Err(OutOfScope::Kind),
            None => Err(OutOfScope::Class),
        }
    }

    /// Whether it may make out an origin declaration under this authorisation number that bears this date, or without a
    /// number anything else: a scope with a number is for declarations under that number only.
    pub fn is_authorised(
        &self,
        kind: RecordKind,
        class: Option<&str>,
        authorisation: Option<&str>,
        date: CalendarDate,
        known: Known,
    ) -> bool {
        self.scopes_on(date, known).iter().any(|scope| scope.is_for(kind, class, authorisation, date))
    }

    /// What the scopes ask under which it may do an office's act on a certificate of this kind and class on a date, as known
    /// then: each bounds it; none if there is no such scope.
    pub fn office(&self, verb: OfficeVerb, kind: RecordKind, class: Option<&str>, date: CalendarDate, known: Known) -> Option<Bounds> {
        let holds = |scope: &&Scope| {
            scope.kind == kind
                && (scope.classes.is_empty() || scope.has_class(class))
                && scope.has_date(date)
                && scope.office.as_ref().is_some_and(|acts| acts.contains(&verb))
        };
        self.scopes_on(date, known).iter().filter(holds).map(Bounds::of).reduce(Bounds::and)
    }

    /// The scopes on a date that fit as much as is known: absent parts match any.
    pub(super) fn fitting<'a>(
        &'a self,
        kind: Option<RecordKind>,
        class: Option<&'a str>,
        date: CalendarDate,
        known: Known,
    ) -> impl Iterator<Item = &'a Scope> {
        self.scopes_on(date, known).iter().filter(move |scope| {
            scope.office.is_none()
                && kind.is_none_or(|kind| scope.kind == kind)
                && (class.is_none() || scope.has_class(class))
                && scope.has_date(date)
        })
    }
}

/// One of a member's authorities, in the list that makes the absence of others provable.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ListedAuthority {
    /// Its name.
    #[n(0)]
    pub id: AuthorityId,
    /// The country for which it issues.
    #[n(1)]
    pub country: CountryCode,
    /// All kinds that it ever had a scope for, in order.
    #[n(2)]
    pub kinds: Vec<RecordKind>,
}

/// All authorities that a member ever admitted, in the order of their names; at most [`AUTHORITIES_MAX`].
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct AuthoritiesOf(#[n(0)] Vec<ListedAuthority>);

impl AuthoritiesOf {
    /// The authorities in order.
    pub fn as_slice(&self) -> &[ListedAuthority] {
        &self.0
    }

    /// With an authority, or with more kinds of one that is listed. `None` if the list is full.
    pub fn with(mut self, id: &AuthorityId, country: CountryCode, scopes: &[Scope]) -> Option<Self> {
        match self.0.binary_search_by(|listed| listed.id.cmp(id)) {
            Ok(index) => {
                let kinds = &mut self.0.get_mut(index)?.kinds;
                kinds.extend(scopes.iter().map(|scope| scope.kind));
                kinds.sort();
                kinds.dedup();
            }
            Err(_) if self.0.len() >= AUTHORITIES_MAX => return None,
            Err(index) => {
                let mut kinds: Vec<RecordKind> = scopes.iter().map(|scope| scope.kind).collect();
                kinds.sort();
                kinds.dedup();
                self.0.insert(index, ListedAuthority { id: id.clone(), country, kinds });
            }
        }
        Some(self)
    }
}

/// One key of an authority. Its number is part of where it lies and never names another key.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AuthorityKey {
    /// The key.
    #[n(0)]
    pub key: PublicKey,
    /// The first block time at which it signs.
    #[n(1)]
    pub valid_from: Timestamp,
    /// The last block time at which it signs.
    #[n(2)]
    pub valid_until: Option<Timestamp>,
    /// When it was named.
    #[n(3)]
    pub named: Recorded,
    /// Its revocation.
    #[n(4)]
    pub revoked: Option<RevokedKey>,
    /// Of a key that was revoked before: the revocation that came with that of the root key, as of a time before the key was
    /// named. It takes nothing from what the earlier one said until then.
    #[n(5)]
    pub revoked_from_naming: Option<RevokedKey>,
    /// Its second revocation, as of an earlier time than the first: the theft turned out to be older.
    #[n(6)]
    pub revoked_earlier: Option<RevokedKey>,
}

/// The revocation of a key, or of a whole authorisation, as of a time.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct RevokedKey {
    /// What was recorded at this time or later is not to be relied on: the key may have been a thief's.
    #[n(0)]
    pub as_of: Timestamp,
    /// When the revocation was recorded; from then on nothing is signed.
    #[n(1)]
    pub recorded: Recorded,
}

impl AuthorityKey {
    /// Since when it signs: never before it was named, whatever its window says.
    pub fn in_force_from(&self) -> Timestamp {
        self.valid_from.max(self.named.time)
    }

    /// Whether the window of the key holds a block time.
    pub fn is_in_window(&self, time: Timestamp) -> bool {
        self.valid_from <= time && self.valid_until.is_none_or(|until| time <= until)
    }

    /// Its revocations. None takes anything from what another said until then.
    pub fn revocations(&self) -> impl Iterator<Item = RevokedKey> {
        self.revoked.into_iter().chain(self.revoked_earlier).chain(self.revoked_from_naming)
    }

    /// The revocation that reaches furthest back, as known then.
    pub fn revocation(&self, known: Known) -> Option<RevokedKey> {
        self.revocations().filter(|revoked| known.covers(&revoked.recorded)).min_by_key(|revoked| revoked.as_of)
    }

    /// The key, revoked with the root key that may have been a thief's when it named this one.
    #[must_use]
    pub fn revoked_with_root(mut self, revoked: RevokedKey) -> Self {
        match self.revoked {
            None => self.revoked = Some(revoked),
            // A thief may have revoked it as of a time up to which what it signed would stand. What is revoked from its naming
            // on has nothing left to lose.
            Some(before) if before.as_of > self.named.time => self.revoked_from_naming = self.revoked_from_naming.or(Some(revoked)),
            Some(_) => {}
        }
        self
    }
}

/// How many certificates of a kind an authority recorded on its last day with any.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct RecordedOn {
    /// The day, by the blocks' time in UTC.
    #[n(0)]
    pub date: CalendarDate,
    /// How many.
    #[n(1)]
    pub count: u32,
}

/// Whose key a public key is.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct KeyOwner {
    /// Who signs with it.
    #[n(0)]
    pub signer: Signer,
    /// Under which number; absent for a member's node and validator keys, which sign no transaction.
    #[n(1)]
    pub number: Option<KeyNumber>,
}

const _: () = assert!(AUTHORITIES_MAX * 60 < ledger::tree::VALUE_BYTES_MAX, "the list of authorities fits an entry");
// The largest change of scopes fits a transaction's act; an authority's entry bounds how many of them it keeps.
const _: () = assert!(SCOPES_MAX * (CLASSES_MAX * (WORD_BYTES_MAX + 2) + 32) < ledger::transaction::ACT_BODY_BYTES_MAX);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CalendarDate {
        CalendarDate::parse(text).unwrap()
    }

    #[test]
    fn a_key_is_in_force_no_earlier_than_it_was_named() {
        let at = Timestamp::from_millis;
        let named = Recorded { height: ledger::time::Height::new(1), time: at(1_000) };
        let public = ledger::key::SecretKey::from_seed(&[1; 32]).public();
        let key = |from| AuthorityKey {
            key: public,
            valid_from: at(from),
            valid_until: None,
            named,
            revoked: None,
            revoked_from_naming: None,
            revoked_earlier: None,
        };
        let from = |from| key(from).in_force_from();
        assert_eq!([from(400), from(1_000), from(1_600)], [at(1_000), at(1_000), at(1_600)]);
    }

    #[test]
    fn each_scope_bounds_what_it_holds_in_whatever_order_they_stand() {
        let sps =
            |officials, daily_limit| Scope { officials, daily_limit, ..Scope::issuing(RecordKind::SpsCertificate, day("2020-01-01")) };
        let declarations =
            Scope { authorisation: Some("EX1".into()), ..Scope::issuing(RecordKind::CertificateOfOrigin, day("2020-01-01")) };
        let origin = Scope { officials: Some(2), daily_limit: Some(1), authorisation: None, ..declarations.clone() };
        let mut scopes = vec![sps(None, Some(9)), sps(Some(2), None), sps(Some(3), Some(4)), declarations, origin];
        for _ in 0..2 {
            let recorded = Recorded { height: ledger::time::Height::new(1), time: Timestamp::from_millis(1_800_000_000_000) };
            let authority = Authority {
                id: AuthorityId::parse("NZ-mpi").unwrap(),
                country: CountryCode::parse("NZ").unwrap(),
                name: "MPI".into(),
                acts: vec![AuthorityAct {
                    verb: AuthorityVerb::Admit,
                    effective: day("2020-01-01"),
                    recorded,
                    scopes: Some(scopes.clone()),
                    as_of: None,
                    root: None,
                }],
                keys: 1,
            };
            let today = day("2026-03-09");
            let bounds = |kind| {
                let scope = authority.scope_of(kind, None, None, today, today).unwrap();
                (scope.officials, scope.daily_limit)
            };
            assert_eq!(bounds(RecordKind::SpsCertificate), (Some(3), Some(4)));
            assert_eq!(bounds(RecordKind::CertificateOfOrigin), (Some(2), Some(1)));
            scopes.reverse();
        }
    }
}
