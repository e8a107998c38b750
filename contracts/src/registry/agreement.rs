//! Trade agreements: between whom they are in force since when, what their certificates must fulfil, and which
//! authorities each party has notified. DOMAIN section 3.3; the texts' rules are data, never code.
//!
//! A party adopts a version of the terms from a date on, for all other parties or for some: the agreement is in force
//! between two parties from the later of their two dates on, under the newest version that both adopted.
//!
//! Certificates under no agreement rest on nothing between two: the terms of [`NON_PREFERENTIAL`] bind only whoever adopted them.

use super::{Member, are_words, is_name, is_word};
use crate::codec::numbered;
use crate::context::{Known, Recorded};
use ledger::codec::{encode, strictly_ascending};
use ledger::hash::{Hash, Tag, tagged};
use ledger::id::AuthorityId;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// How many characters of `A-Z`, `0-9`, `.`, `_`, `/`, `+`, `-` a certificate has for the name of its agreement.
pub const AGREEMENT_CHARS_MAX: usize = 32;
/// How many parties an agreement may have.
pub const AGREEMENT_PARTIES_MAX: usize = 64;
/// How many criteria, and how many forms of proof, an agreement may name.
pub const CRITERIA_MAX: usize = 32;
/// How many versions of its terms an agreement may have.
pub const AGREEMENT_VERSIONS_MAX: usize = 16;
/// How many versions of an agreement one member may put on the ledger: a quarter, so that few cannot take all places.
pub const VERSIONS_OF_MEMBER_MAX: usize = AGREEMENT_VERSIONS_MAX / 4;
/// How many dated adoptions a version may have.
pub const ADOPTIONS_MAX: usize = 256;
/// How many dated notifications a party may record under one agreement; a withdrawal always fits.
pub const NOTIFICATIONS_MAX: usize = 512;
/// How many agreements a member may have adopted, in any version.
pub const AGREEMENTS_MAX: usize = 256;
/// The agreement that stands for certificates under none: chambers' non-preferential ones.
pub const NON_PREFERENTIAL: &str = "NON-PREFERENTIAL";

/// An agreement's identifier, as certificates name it (`RCEP`, `CL-CN`): the class of a certificate of origin.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AgreementId(String);

impl AgreementId {
    /// Reads an identifier: a word of 1 to [`WORD_BYTES_MAX`](super::WORD_BYTES_MAX) printable ASCII characters.
    pub fn parse(text: &str) -> Option<Self> {
        is_word(text).then(|| Self(text.to_owned()))
    }

    /// The agreement of a certificate's class.
    pub fn of_class(class: Option<&str>) -> Option<Self> {
        Self::parse(class.unwrap_or(NON_PREFERENTIAL))
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for AgreementId {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(&self.0)
    }
}

impl<C> Encode<C> for AgreementId {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for AgreementId {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        Self::parse(d.str()?).ok_or_else(|| minicbor::decode::Error::message("not an agreement's identifier").at(position))
    }
}

/// A length of time as treaties count it: in calendar months or in days. Calendar date against calendar date, no zone
/// arithmetic (DOMAIN section 10, trap 3).
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Span {
    /// Calendar months: 31 January and one month is the last of February.
    #[n(1)]
    Months(#[n(0)] u16),
    /// Days.
    #[n(2)]
    Days(#[n(0)] u16),
}

impl Span {
    /// Whether it has no length.
    pub fn is_empty(self) -> bool {
        matches!(self, Self::Months(0) | Self::Days(0))
    }

    /// The last day of the span that begins on a date; the last day of all beyond the calendar.
    pub fn after(self, date: CalendarDate) -> CalendarDate {
        match self {
            Self::Months(months) => date.add_months(months.into()),
            Self::Days(days) => date.add_days(days.into()),
        }
        .unwrap_or(CalendarDate::LAST)
    }
}

impl core::fmt::Display for Span {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Months(months) => write!(out, "{months} months"),
            Self::Days(days) => write!(out, "{days} days"),
        }
    }
}

numbered!(
    /// From which date validity is counted.
    CountedFrom {
        /// The date of issue.
        Issue = 1, "issue";
        /// The date on which the exporter completed the declaration.
        Completion = 2, "completion";
    }
);

/// What the parties of an agreement agree on, as far as a rule needs it. Every party adopts the same.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AgreementTerms {
    /// Its name for people.
    #[n(0)]
    pub name: String,
    /// The parties by country, customs territory or union (`EU`), sorted, members of this ledger or not; empty for any.
    #[n(1)]
    pub parties: Vec<CountryCode>,
    /// How long a proof of origin may be presented; absent if no end is set.
    #[n(2)]
    pub validity: Option<Span>,
    /// From when that is counted.
    #[n(3)]
    pub counted_from: CountedFrom,
    /// How long after shipment it may still be issued retroactively; absent if never.
    #[n(4)]
    pub retroactive: Option<Span>,
    /// The origin criteria that exist, sorted; empty if none is checked.
    #[n(5)]
    pub criteria: Vec<String>,
    /// Whether certified true copies exist.
    #[n(6)]
    pub copies: bool,
    /// Whether back-to-back certificates exist.
    #[n(7)]
    pub back_to_back: bool,
    /// Whether a third party may invoice.
    #[n(8)]
    pub third_party_invoice: bool,
    /// Whether approved exporters may make out declarations.
    #[n(9)]
    pub declarations: bool,
    /// How long the issuing side has to answer a request for verification; absent if not set.
    #[n(10)]
    pub reply: Option<Span>,
    /// SHA-256 of the treaty's text.
    #[n(11)]
    pub text_digest: Option<Hash>,
    /// How long after shipment it may be issued without being marked as retroactive; absent for the day of shipment only.
    #[n(12)]
    pub unmarked: Option<Span>,
}

impl AgreementTerms {
    /// What an adoption names: SHA-256 under [`Tag::TERMS`] of the canonical bytes.
    pub fn digest(&self) -> Hash {
        tagged(Tag::TERMS, &[&encode(self)])
    }

    /// Whether the terms are in form: see the fields.
    pub fn is_in_form(&self) -> bool {
        self.fault().is_none()
    }

    /// The first thing that is not in form, and what it should be.
    pub fn fault(&self) -> Option<&'static str> {
        // A certificate names the code of a criterion alone, without the percentage that follows it.
        let is_code = |word: &String| !word.contains(char::is_whitespace);
        let is_span = |span: Option<Span>| span.is_none_or(|span| !span.is_empty());
        let parts = [
            (is_name(&self.name), "name: it is empty or too long, or has characters that cannot be printed"),
            (self.parties.len() <= AGREEMENT_PARTIES_MAX, "parties: there are more than 64"),
            (strictly_ascending(&self.parties), "parties: one stands twice, or they are not sorted"),
            (self.criteria.len() <= CRITERIA_MAX, "criteria: there are more than 32"),
            (self.criteria.iter().all(is_code), "criteria: write codes alone, without the percentage (RVC, not RVC 40%)"),
            (are_words(&self.criteria, CRITERIA_MAX), "criteria: one stands twice, is empty or too long, or they are not sorted"),
            (is_span(self.validity), "validity: no days or months"),
            (is_span(self.retroactive), "retroactive: no days or months"),
            (is_span(self.reply), "reply: no days or months"),
            (is_span(self.unmarked), "unmarked: no days or months"),
        ];
        parts.into_iter().find(|(is_good, _)| !is_good).map(|(_, what)| what)
    }

    /// Whether a country, territory or union is a party by its own letters.
    pub fn has_party(&self, party: CountryCode) -> bool {
        self.parties.is_empty() || self.parties.binary_search(&party).is_ok()
    }

    /// The party to which a country belongs: itself, or the union that covers it. `None` if it is no party's.
    pub fn party_of(&self, country: CountryCode, member: Option<&Member>) -> Option<CountryCode> {
        let union = || member.and_then(Member::as_union).filter(|union| self.has_party(*union));
        // Where anybody may be a party, a union is one for all its countries.
        if self.parties.is_empty() {
            return union().or(Some(country));
        }
        Some(country).filter(|country| self.has_party(*country)).or_else(union)
    }
}

/// One party's dated word on a version of the terms.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Adoption {
    /// The party.
    #[n(0)]
    pub party: CountryCode,
    /// The parties towards which it holds, sorted; empty for all.
    #[n(1)]
    pub partners: Vec<CountryCode>,
    /// Whether it applies the terms from then on; `false` if it leaves.
    #[n(2)]
    pub applies: bool,
    /// From which date on.
    #[n(3)]
    pub effective: CalendarDate,
    /// When it was recorded.
    #[n(4)]
    pub recorded: Recorded,
}

/// One version of an agreement's terms, and who adopted it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AgreementVersion {
    /// The terms.
    #[n(0)]
    pub terms: AgreementTerms,
    /// Who adopted or left it, in the order of recording; at most [`ADOPTIONS_MAX`].
    #[n(1)]
    pub adoptions: Vec<Adoption>,
}

impl AgreementVersion {
    /// The adoption since which a party applies this version towards another on a date, as known then: the earliest after it last
    /// left, however often it adopted the version anew.
    pub fn adopted(&self, party: CountryCode, partner: CountryCode, on: CalendarDate, known: Known) -> Option<&Adoption> {
        self.words(party, partner, on, known).take_while(|act| act.applies).min_by_key(|act| act.effective)
    }

    /// A party's last word towards another that had taken effect on a date, as known then: an adoption, or that it left.
    pub fn last_word(&self, party: CountryCode, partner: CountryCode, on: CalendarDate, known: Known) -> Option<&Adoption> {
        self.words(party, partner, on, known).next()
    }

    /// All of these, the last one first.
    fn words(&self, party: CountryCode, partner: CountryCode, on: CalendarDate, known: Known) -> impl Iterator<Item = &Adoption> {
        let towards = move |act: &&Adoption| act.party == party && (act.partners.is_empty() || act.partners.contains(&partner));
        let in_time = move |act: &&Adoption| known.covers(&act.recorded) && act.effective <= on;
        self.adoptions.iter().rev().filter(in_time).filter(towards)
    }

    /// Whether a party applies this version on a date towards anybody, as known then: whoever left one partner applies it to the
    /// others.
    pub fn is_applied(&self, party: CountryCode, on: CalendarDate, known: Known) -> bool {
        // Each use of a certificate asks this, so that an adoption towards all is one comparison, however many were left.
        let parties = &self.terms.parties;
        let others = parties.len().saturating_sub(usize::from(parties.binary_search(&party).is_ok()));
        let mut left = Left::default();
        for act in self.adoptions.iter().rev().filter(|act| act.party == party && known.covers(&act.recorded) && act.effective <= on) {
            match (act.applies, act.partners.as_slice()) {
                // Whoever left nobody applies what it adopted, also alone: nobody else binds terms of no agreement.
                (true, _) if left.is_empty() => return true,
                // Where anybody may be a party, somebody always remains.
                (true, []) if parties.is_empty() || left.count < others => return true,
                (true, partners) if partners.iter().any(|partner| *partner != party && !left.has(partner, parties)) => return true,
                (false, []) => return false,
                (false, partners) => partners.iter().filter(|partner| **partner != party).for_each(|partner| left.add(partner, parties)),
                (true, _) => {}
            }
        }
        false
    }

    /// What it costs to ask who applies this version: one for each adoption, and one for each partner that it names.
    pub(crate) fn words_to_read(&self) -> usize {
        self.adoptions.iter().map(|act| act.partners.len().saturating_add(1)).fold(0, usize::saturating_add)
    }

    /// Whether a party's last word towards another, whatever its date, is that it applies this version.
    pub(crate) fn is_adopted_towards(&self, party: CountryCode, partner: CountryCode) -> bool {
        let towards = |act: &&Adoption| act.party == party && (act.partners.is_empty() || act.partners.contains(&partner));
        self.adoptions.iter().rev().find(towards).is_some_and(|act| act.applies)
    }

    /// Whether a party adopted this version, for all or for some, and did not leave it for good since.
    pub(crate) fn is_adopted_at_all(&self, party: CountryCode) -> bool {
        let mut own = self.adoptions.iter().rev().filter(|act| act.party == party);
        own.find(|act| act.applies || act.partners.is_empty()).is_some_and(|act| act.applies)
    }
}

/// The parties that one left: a bit for each that the terms list, and the others by name.
#[derive(Default)]
struct Left {
    listed: u64,
    /// How many of these there are.
    count: usize,
    others: BTreeSet<CountryCode>,
}

impl Left {
    /// The bit of a party; parties are at most [`AGREEMENT_PARTIES_MAX`].
    fn bit(partner: &CountryCode, parties: &[CountryCode]) -> Option<u64> {
        let place = parties.binary_search(partner).ok()?;
        1_u64.checked_shl(u32::try_from(place).ok()?)
    }

    fn is_empty(&self) -> bool {
        self.listed == 0 && self.others.is_empty()
    }

    fn has(&self, partner: &CountryCode, parties: &[CountryCode]) -> bool {
        Self::bit(partner, parties).map_or_else(|| self.others.contains(partner), |bit| self.listed & bit != 0)
    }

    fn add(&mut self, partner: &CountryCode, parties: &[CountryCode]) {
        match Self::bit(partner, parties) {
            Some(bit) if self.listed & bit == 0 => {
                self.listed |= bit;
                self.count = self.count.saturating_add(1);
            }
            Some(_) => {}
            None => drop(self.others.insert(*partner)),
        }
    }
}

/// An agreement: the versions of its terms, oldest first; at most [`AGREEMENT_VERSIONS_MAX`].
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Agreement {
    /// Its identifier.
    #[n(0)]
    pub id: AgreementId,
    /// The versions.
    #[n(1)]
    pub versions: Vec<AgreementVersion>,
}

impl Agreement {
    /// Whether it stood on the ledger, as known then.
    pub fn is_here(&self, known: Known) -> bool {
        self.versions.iter().flat_map(|version| &version.adoptions).any(|act| known.covers(&act.recorded))
    }

    /// Whether the party to which a country belongs adopted any version, as known then, whatever its dates.
    pub fn has_word_of(&self, country: CountryCode, member: Option<&Member>, known: Known) -> bool {
        self.versions.iter().any(|version| {
            let party = version.terms.party_of(country, member);
            version.adoptions.iter().any(|act| Some(act.party) == party && known.covers(&act.recorded))
        })
    }

    /// The parties to which a country belongs by any version: itself, and the union that covers it.
    pub fn parties_of(&self, country: CountryCode, member: Option<&Member>) -> BTreeSet<CountryCode> {
        self.versions.iter().filter_map(|version| version.terms.party_of(country, member)).collect()
    }

    /// The newest terms that the party to which a country belongs by them had adopted on a date towards anybody, as known then.
    pub fn adopted_for(&self, country: CountryCode, member: Option<&Member>, on: CalendarDate, known: Known) -> Option<&AgreementTerms> {
        let applies =
            |version: &&AgreementVersion| version.terms.party_of(country, member).is_some_and(|party| version.is_applied(party, on, known));
        self.versions.iter().rev().find(applies).map(|version| &version.terms)
    }
}

/// The parties of the two countries, by version of the terms: a country may be a party in one and a union's in another.
pub struct Pairs<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// The issuing country, and its member.
    pub issuing: (CountryCode, Option<&'a Member>),
    /// The importing country, and its member.
    pub importing: (CountryCode, Option<&'a Member>),
}

impl<'a> Pairs<'a> {
    /// Both parties of each version, oldest first.
    pub fn all(&self) -> impl Iterator<Item = (Option<CountryCode>, Option<CountryCode>)> {
        self.agreement.versions.iter().map(|version| self.of(&version.terms))
    }

    /// Whether the two countries belong to one party.
    pub fn are_one_party(&self) -> bool {
        self.all().any(|(one, two)| one.is_some() && one == two)
    }

    fn of(&self, terms: &AgreementTerms) -> (Option<CountryCode>, Option<CountryCode>) {
        (terms.party_of(self.issuing.0, self.issuing.1), terms.party_of(self.importing.0, self.importing.1))
    }

    /// The newest version that both apply to each other on a date.
    pub fn in_force(&self, on: CalendarDate, known: Known) -> Option<(&'a AgreementTerms, &'a Adoption, [CountryCode; 2])> {
        self.agreement.versions.iter().rev().find_map(|version| {
            let (Some(one), Some(two)) = self.of(&version.terms) else { return None };
            let first = version.adopted(one, two, on, known)?;
            let second = version.adopted(two, one, on, known)?;
            Some((&version.terms, if first.effective > second.effective { first } else { second }, [one, two]))
        })
    }

    /// The act by which one of the two left the other, of the newest version that either left.
    pub fn left(&self, on: CalendarDate, known: Known) -> Option<(CountryCode, &'a Adoption)> {
        self.agreement.versions.iter().rev().find_map(|version| {
            let (Some(one), Some(two)) = self.of(&version.terms) else { return None };
            [(one, two), (two, one)].into_iter().find_map(|(party, partner)| {
                let act = version.last_word(party, partner, on, known)?;
                (!act.applies).then_some((party, act))
            })
        })
    }
}

/// The agreements that a member has adopted, in any version and at any time, sorted; at most [`AGREEMENTS_MAX`].
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct AgreementsOf(#[n(0)] Vec<AgreementId>);

impl AgreementsOf {
    /// Their identifiers.
    pub fn as_slice(&self) -> &[AgreementId] {
        &self.0
    }

    /// With one more. `None` if there is no room.
    pub fn with(mut self, id: &AgreementId) -> Option<Self> {
        match self.0.binary_search(id) {
            Ok(_) => Some(self),
            Err(_) if self.0.len() >= AGREEMENTS_MAX => None,
            Err(index) => {
                self.0.insert(index, id.clone());
                Some(self)
            }
        }
    }
}

/// One dated notification of an authority to the other parties, or its withdrawal.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Notification {
    /// The authority.
    #[n(0)]
    pub authority: AuthorityId,
    /// Whether it is notified from then on; `false` if it is struck off.
    #[n(1)]
    pub is_notified: bool,
    /// From which date on.
    #[n(2)]
    pub effective: CalendarDate,
    /// When it was recorded.
    #[n(3)]
    pub recorded: Recorded,
}

/// Which authorities a party has notified to the others, in the order of recording; at most [`NOTIFICATIONS_MAX`].
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Notified(#[n(0)] Vec<Notification>);

impl Notified {
    /// The notifications, oldest first.
    pub fn as_slice(&self) -> &[Notification] {
        &self.0
    }

    /// With one more.
    pub fn with(mut self, notification: Notification) -> Self {
        self.0.push(notification);
        self
    }

    /// The notification of an authority that holds on a date, as known then.
    pub fn holds(&self, authority: &AuthorityId, on: CalendarDate, known: Known) -> Option<&Notification> {
        let mut acts = self.0.iter().rev().filter(|act| act.authority == *authority && known.covers(&act.recorded) && act.effective <= on);
        acts.next().filter(|act| act.is_notified)
    }
}

const _: () = assert!(
    NOTIFICATIONS_MAX * (ledger::id::AUTHORITY_ID_CHARS_MAX + 32) < ledger::tree::VALUE_BYTES_MAX,
    "the list of notified authorities fits an entry"
);

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::time::{Height, Timestamp};
    use proptest::prelude::*;
    use proptest::sample::{Index, subsequence};

    const COUNTRIES: [&str; 5] = ["CL", "CN", "NZ", "SG", "VN"];

    fn countries(letters: Vec<&str>) -> Vec<CountryCode> {
        letters.into_iter().map(|letters| CountryCode::parse(letters).unwrap()).collect()
    }

    /// Each party of the terms, by itself: whether the last word towards it is an adoption.
    fn applies_to_somebody(version: &AgreementVersion, party: CountryCode) -> bool {
        let own: Vec<&Adoption> = version.adoptions.iter().rev().filter(|act| act.party == party).collect();
        let about_others =
            |act: &&&Adoption| act.applies || act.partners.is_empty() || act.partners.iter().any(|partner| *partner != party);
        // Nobody was left since: it binds its adopter, also alone.
        if own.iter().find(about_others).is_some_and(|act| act.applies) {
            return true;
        }
        let anybody = countries(COUNTRIES.into_iter().chain(["XK"]).collect());
        let partners = if version.terms.parties.is_empty() { &anybody } else { &version.terms.parties };
        let last_word = |partner: &CountryCode| own.iter().find(|act| act.partners.is_empty() || act.partners.contains(partner));
        partners.iter().filter(|partner| **partner != party).any(|partner| last_word(partner).is_some_and(|act| act.applies))
    }

    proptest! {
        #[test]
        fn who_applies_terms_applies_them_to_one_party_at_least(
            parties in subsequence(COUNTRIES.to_vec(), 0..=COUNTRIES.len()),
            words in proptest::collection::vec((any::<bool>(), any::<Index>(), subsequence(COUNTRIES.to_vec(), 0..=3)), 0..8),
        ) {
            let parties = countries(parties);
            let among = if parties.is_empty() { countries(COUNTRIES.to_vec()) } else { parties.clone() };
            let at = |index: Index| *among.get(index.index(among.len())).unwrap();
            let adoptions = words.into_iter().map(|(applies, by, partners)| Adoption {
                party: at(by),
                partners: countries(partners).into_iter().filter(|partner| among.contains(partner)).collect(),
                applies,
                effective: CalendarDate::parse("2026-01-01").unwrap(),
                recorded: Recorded { height: Height::new(1), time: Timestamp::from_millis(0) },
            });
            let terms = AgreementTerms {
                name: "RCEP".into(), parties, validity: None, counted_from: CountedFrom::Issue, retroactive: None, criteria: vec![],
                copies: true, back_to_back: true, third_party_invoice: true, declarations: true, reply: None, text_digest: None, unmarked: None,
            };
            let version = AgreementVersion { adoptions: adoptions.collect(), terms };
            for party in &among {
                let applied = version.is_applied(*party, CalendarDate::LAST, Known::Now);
                prop_assert_eq!(applied, applies_to_somebody(&version, *party), "{} by {:?}", party, version);
            }
        }
    }
}
