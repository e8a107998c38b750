//! What stands on the ledger of a certificate: its issue, its dated acts, its lines. Nothing dated is overwritten.

use crate::acts::Draw;
use crate::codec::numbered;
use crate::context::{Known, Recorded};
use crate::document::MediaType;
use crate::kinds::RecordKind;
use crate::registry::{Approvals, Signed};
use ledger::codec::Bytes;
use ledger::commitment::{CommitmentRoot, SealedNumbers};
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber};
use ledger::lookup::{Locator, RECORDS_AT_LOCATOR_MAX, RecordKey};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};

/// How many dated acts a standing may have. The last two places are kept for the acts that end it.
pub const STANDING_ACTS_MAX: usize = 64;
/// How many different keys of its authority a standing may rest on: an answer shows each of them.
pub const STANDING_KEYS_MAX: usize = 24;
/// How many of these are kept for what puts right what a thief did, standing by a record and taking an announcement back: as many as
/// sign one act. What takes away rests on no key, and is never kept out.
pub const STANDING_KEYS_KEPT: usize = crate::registry::OFFICIALS_MAX as usize;
/// How many lines a record may have.
pub const LINES_MAX: usize = 200;
/// How many certificates a record may rest on.
pub const BASES_MAX: usize = 8;
/// How often a replaced certificate may tell its number and that of its successor: to each member that an issue makes a reader, to the
/// issuer's own, and to whoever holds its seed.
pub const SEALED_NUMBERS_MAX: usize = ledger::lookup::LOCATORS_MAX + 2;
/// The most bytes of a kind's own terms.
pub const TERMS_BYTES_MAX: usize = 4096;

numbered!(
    /// The acts on certificates. Which of them a kind has is the kind's business.
    Verb {
        /// Records a certificate.
        Issue = 1, "issue";
        /// Records a certificate in the place of an earlier one.
        Replace = 2, "replace";
        /// Stops its effect for a while.
        Suspend = 3, "suspend";
        /// Ends the suspension.
        Reinstate = 4, "reinstate";
        /// Takes it out of effect: by the issuer (SPS, status 40 of list 4405), at the holder's request (AEO).
        Withdraw = 5, "withdraw";
        /// Takes it back from a date on.
        Revoke = 6, "revoke";
        /// Voids it from the beginning.
        Annul = 7, "annul";
        /// Records a certificate before it is issued (47, 1, 42 or 39 of list 4405).
        Draft = 8, "draft";
        /// Takes back an unused certificate at the exporter's request, or a draft at the applicant's.
        Cancel = 9, "cancel";
        /// Refuses a draft: the certificate never existed (41 of list 4405, by the issuer).
        Refuse = 10, "refuse";
        /// Looks at a holder again and leaves the status as it is, perhaps to another last day.
        Reassess = 11, "reassess";
        /// Stands by a record whose key was revoked as of a time before its recording, under a new key.
        Reaffirm = 12, "reaffirm";
        /// Certifies a true copy, for a lost original: the same certificate, no second right.
        CertifyCopy = 13, "certify copy";
        /// Certifies a correction by annotation: the same certificate, with fields corrected.
        Correct = 14, "correct";
        /// Takes back a suspension, withdrawal or revocation that was announced for a later date, before that date.
        TakeBack = 15, "take back";
        /// Lets a further member find it by its number.
        Share = 16, "share";
    }
);

impl Verb {
    /// Whether it works from the beginning, whatever date it names: an annulment, or the refusal of a draft.
    pub const fn reaches_back(self) -> bool {
        matches!(self, Self::Annul | Self::Refuse)
    }

    /// What was done, as a past participle.
    pub const fn participle(self) -> &'static str {
        match self {
            Self::Issue => "issued",
            Self::Replace => "replaced",
            Self::Suspend => "suspended",
            Self::Reinstate => "reinstated",
            Self::Withdraw => "withdrawn",
            Self::Revoke => "revoked",
            Self::Annul => "annulled",
            Self::Draft => "drafted",
            Self::Cancel => "cancelled",
            Self::Refuse => "refused",
            Self::Reassess => "reassessed",
            Self::Reaffirm => "reaffirmed",
            Self::CertifyCopy => "certified as a copy",
            Self::Correct => "corrected",
            Self::TakeBack => "kept in force",
            Self::Share => "shared",
        }
    }
}

/// Another certificate that this one names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Link {
    /// One with a standing here.
    Record(RecordKey),
    /// One that was never recorded here: issued before, or by someone outside.
    NotOnThisLedger,
}

impl Link {
    /// The record, if it is one here.
    pub fn record(&self) -> Option<&RecordKey> {
        match self {
            Self::Record(record) => Some(record),
            Self::NotOnThisLedger => None,
        }
    }
}

impl<C> Encode<C> for Link {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Record(record) => e.bytes(record.as_bytes())?.ok(),
            Self::NotOnThisLedger => e.bool(false)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Link {
    fn decode(d: &mut minicbor::Decoder<'b>, context: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        match d.datatype()? {
            minicbor::data::Type::Bool if !d.bool()? => Ok(Self::NotOnThisLedger),
            minicbor::data::Type::Bool => Err(minicbor::decode::Error::message("a link is a record key or false").at(position)),
            _ => RecordKey::decode(d, context).map(Self::Record),
        }
    }
}

/// What a certificate declares about itself, as bits on the wire.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Flags(#[n(0)] u32);

impl Flags {
    /// None.
    pub const NONE: Self = Self(0);
    /// Issued after shipment.
    pub const RETROACTIVE: Self = Self(1);
    /// A certified true copy of a lost original.
    pub const CERTIFIED_COPY: Self = Self(2);
    /// The invoice is a third party's.
    pub const THIRD_PARTY_INVOICE: Self = Self(4);
    /// Issued by an intermediate party on the base of another party's certificate.
    pub const BACK_TO_BACK: Self = Self(8);

    const NAMED: [(Self, &'static str); 4] = [
        (Self::RETROACTIVE, "issued retroactively"),
        (Self::CERTIFIED_COPY, "certified true copy"),
        (Self::THIRD_PARTY_INVOICE, "invoice of a third party"),
        (Self::BACK_TO_BACK, "back-to-back on another party's certificate"),
    ];

    /// The bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The flags of both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all flags of the other are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether only known flags are set.
    pub fn are_known(self) -> bool {
        Self::NAMED.iter().fold(self.0, |left, (flag, _)| left & !flag.0) == 0
    }

    /// The flags in words.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.into_iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, word)| word)
    }
}

impl From<crate::document::Flags> for Flags {
    fn from(document: crate::document::Flags) -> Self {
        let bit = |set: bool, flag: Self| if set { flag } else { Self::NONE };
        bit(document.retroactive, Self::RETROACTIVE)
            .and(bit(document.certified_copy, Self::CERTIFIED_COPY))
            .and(bit(document.third_party_invoice, Self::THIRD_PARTY_INVOICE))
            .and(bit(document.back_to_back, Self::BACK_TO_BACK))
    }
}

impl<C> Encode<C> for MediaType {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Xml => e.u8(1)?.ok(),
            Self::Json => e.u8(2)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for MediaType {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        match d.u8()? {
            1 => Ok(Self::Xml),
            2 => Ok(Self::Json),
            _ => Err(minicbor::decode::Error::message("unknown media type").at(position)),
        }
    }
}

/// One dated act on a standing. The authority is always the record's own.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct StandingAct {
    /// What was done.
    #[n(0)]
    pub verb: Verb,
    /// From which date on; an annulment works from the beginning, whatever its date.
    #[n(1)]
    pub effective: CalendarDate,
    /// When it was recorded.
    #[n(2)]
    pub recorded: Recorded,
    /// The issuer's own reason code; what it means is not on the ledger.
    #[n(3)]
    pub reason: Option<u16>,
    /// The authority's key that signed.
    #[n(4)]
    pub key: KeyNumber,
    /// Of a reassessment: the last day of validity from then on.
    #[n(5)]
    pub until: Option<CalendarDate>,
    /// Of a certified copy or a correction: the other form of the document. Of a draft that moved on: its new document.
    #[n(6)]
    pub version: Option<Version>,
    /// Of a sharing: where the further member finds it from then on.
    #[n(7)]
    pub locator: Option<Locator>,
    /// Where several officials had to sign: those who signed before the one that completed it.
    #[n(8)]
    pub signed_before: Option<Approvals>,
    /// Of a reaffirmation: the acts by which it stands beside the issue, as numbers from 1 in the order of recording.
    #[n(9)]
    pub stands_by: Option<Vec<u32>>,
}

impl StandingAct {
    /// Under which keys.
    pub fn signed(&self) -> Signed<'_> {
        Signed::new(self.signed_before.as_ref(), self.key, self.recorded)
    }
}

impl StandingAct {
    /// Whether it records a document with this digest.
    fn is_of(&self, digest: &Hash) -> bool {
        self.version.is_some_and(|version| version.document_digest == *digest)
    }
}

/// Another form of a certificate's document: a certified true copy, or the corrected one.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Version {
    /// SHA-256 of its bytes.
    #[n(0)]
    pub document_digest: Hash,
    /// The commitment to its fields.
    #[n(1)]
    pub commitment_root: CommitmentRoot,
}

/// What a draft was before it was issued.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Drafted {
    /// SHA-256 of the draft's bytes.
    #[n(0)]
    pub document_digest: Hash,
    /// When it was recorded.
    #[n(1)]
    pub recorded: Recorded,
}

/// One line of goods.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Line {
    /// Its number: its place in the document, from 1.
    #[n(0)]
    pub number: u32,
    /// The certified amount, multiplied by the certificate's factor; absent if the line states none.
    #[n(1)]
    pub certified: Option<u64>,
    /// The token of the commodity code.
    #[n(2)]
    pub code: Option<Hash>,
    /// The token of the unit.
    #[n(3)]
    pub unit: Option<Hash>,
}

/// The standing of one record.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Standing {
    /// What kind of certificate.
    #[n(0)]
    pub kind: RecordKind,
    /// Who issued it.
    #[n(1)]
    pub authority: AuthorityId,
    /// Under which of its keys.
    #[n(2)]
    pub key: KeyNumber,
    /// The commitment to every field of the document.
    #[n(3)]
    pub commitment_root: CommitmentRoot,
    /// SHA-256 of the document's original bytes.
    #[n(4)]
    pub document_digest: Hash,
    /// The document's format.
    #[n(5)]
    pub media_type: MediaType,
    /// The issuing country.
    #[n(6)]
    pub country: CountryCode,
    /// Agreement (origin; absent if non-preferential), document type (SPS) or programme (AEO).
    #[n(7)]
    pub class: Option<String>,
    /// The date of issue, as the document writes it.
    #[n(8)]
    pub issue_date: CalendarDate,
    /// The first day of validity, where it is not the date of issue.
    #[n(9)]
    pub valid_from: Option<CalendarDate>,
    /// The last day of validity; absent where there is none.
    #[n(10)]
    pub valid_until: Option<CalendarDate>,
    /// What the document declares about itself.
    #[n(11)]
    pub flags: Flags,
    /// The certificates on which it rests, at most [`BASES_MAX`].
    #[n(12)]
    pub bases: Vec<Link>,
    /// The certificate that it replaces.
    #[n(13)]
    pub predecessor: Option<Link>,
    /// The certificate that replaced it.
    #[n(14)]
    pub successor: Option<RecordKey>,
    /// When it was recorded.
    #[n(15)]
    pub issued: Recorded,
    /// What its authority did since, in the order of recording; at most [`STANDING_ACTS_MAX`].
    #[n(16)]
    pub acts: Vec<StandingAct>,
    /// Its lines of goods, by number; at most [`LINES_MAX`].
    #[n(17)]
    pub lines: Vec<Line>,
    /// The kind's own terms: canonical CBOR of at most [`TERMS_BYTES_MAX`] bytes.
    #[n(18)]
    pub terms: Option<Bytes>,
    /// The certificate that holds the pool of quantity, where it is not this one: the original of a replacement that
    /// shares it.
    #[n(19)]
    pub pool: Option<RecordKey>,
    /// What it was before it was issued, if it was recorded as a draft.
    #[n(20)]
    pub drafted: Option<Drafted>,
    /// What it drew from the certificates beneath it.
    #[n(21)]
    pub draws: Option<Vec<Draw>>,
    /// Its number and that of its successor, sealed once for each reader: the members that may look either up, and whoever
    /// holds its seed. Which is whose is not told; at most [`SEALED_NUMBERS_MAX`].
    #[n(22)]
    pub sealed_numbers: Option<Vec<SealedNumbers>>,
    /// Whether it was recorded with fingerprints of its goods: only then others for the same goods may be noted beside it.
    #[n(23)]
    pub has_fingerprints: Option<bool>,
    /// Where several officials had to sign its issue: those who signed before the one that completed it.
    #[n(24)]
    pub signed_before: Option<Approvals>,
    /// Of what those had drawn whose pool it shares: it goes on with that, and draws nothing of it again. One entry for each
    /// certificate beneath, ascending; with its own draws at most [`crate::acts::DRAWS_MAX`] lines.
    #[n(25)]
    pub drawn_before: Option<Vec<DrawnLines>>,
}

/// The lines of one certificate from which others drew.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct DrawnLines {
    /// The certificate.
    #[n(0)]
    pub base: RecordKey,
    /// Their numbers, ascending.
    #[n(1)]
    pub lines: Vec<u32>,
}

/// Where a record is in its life, as its acts tell in the order of recording, whatever dates they name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Life {
    /// Recorded before it is issued.
    Draft,
    /// Issued, and nothing that stops it.
    InForce,
    /// Suspended.
    Suspended,
    /// Replaced by another.
    Replaced,
    /// Withdrawn, revoked, annulled or cancelled, or refused as a draft: nothing follows.
    Ended(Verb),
}

impl Standing {
    /// From which lines those drew whose pool it shares.
    pub fn drawn_before(&self) -> impl Iterator<Item = (&RecordKey, u32)> {
        self.drawn_before.iter().flatten().flat_map(|drawn| drawn.lines.iter().map(|line| (&drawn.base, *line)))
    }

    /// What a replacement goes on with that shares its pool.
    pub fn drawn_so_far(&self) -> Option<Vec<DrawnLines>> {
        let draws = self.draws.iter().flatten().map(|draw| (&draw.base, draw.line));
        let mut all: BTreeMap<RecordKey, BTreeSet<u32>> = BTreeMap::new();
        for (base, line) in self.drawn_before().chain(draws) {
            all.entry(*base).or_default().insert(line);
        }
        let of_base = |(base, lines): (RecordKey, BTreeSet<u32>)| DrawnLines { base, lines: lines.into_iter().collect() };
        (!all.is_empty()).then(|| all.into_iter().map(of_base).collect())
    }

    /// Under which keys it was issued.
    pub fn signed(&self) -> Signed<'_> {
        Signed::new(self.signed_before.as_ref(), self.key, self.issued)
    }

    /// Where the record is in its life today.
    pub fn life(&self) -> Life {
        let first = if self.drafted.is_some() { Life::Draft } else { Life::InForce };
        let taken_back = self.taken_back();
        let stands = |index: &usize| !taken_back.contains_key(index);
        self.acts.iter().enumerate().filter(|(index, _)| stands(index)).fold(first, |life, (_, act)| match (life, act.verb) {
            (Life::Ended(verb), _) => Life::Ended(verb),
            (_, Verb::Withdraw | Verb::Revoke | Verb::Annul | Verb::Cancel | Verb::Refuse) => Life::Ended(act.verb),
            (_, Verb::Replace) => Life::Replaced,
            (_, Verb::Suspend) => Life::Suspended,
            (_, Verb::Reinstate) => Life::InForce,
            (Life::Draft, Verb::Issue) => Life::InForce,
            (
                life,
                Verb::Draft
                | Verb::Issue
                | Verb::Reassess
                | Verb::Reaffirm
                | Verb::CertifyCopy
                | Verb::Correct
                | Verb::TakeBack
                | Verb::Share,
            ) => life,
        })
    }

    /// By the place of each act that was taken back, the act which did so: the latest that could be, and was not yet.
    fn taken_back(&self) -> BTreeMap<usize, &StandingAct> {
        let mut announced = Vec::new();
        let mut pairs = BTreeMap::new();
        for (index, act) in self.acts.iter().enumerate() {
            match act.verb {
                Verb::Suspend | Verb::Withdraw | Verb::Revoke => announced.push(index),
                // What was suspended and reinstated is no announcement any more.
                Verb::Reinstate => announced.clear(),
                Verb::TakeBack => pairs.extend(announced.pop().map(|taken| (taken, act))),
                _ => {}
            }
        }
        pairs
    }

    /// The act that a taking back would end: the last suspension, withdrawal or revocation, if its date is still to come
    /// and it was not taken back.
    pub fn announced(&self, today: CalendarDate) -> Option<&StandingAct> {
        let taken_back = self.taken_back();
        let turns = |verb| matches!(verb, Verb::Suspend | Verb::Reinstate | Verb::Withdraw | Verb::Revoke);
        let mut standing = self.acts.iter().enumerate().rev().filter(|(index, act)| turns(act.verb) && !taken_back.contains_key(index));
        standing.next().map(|(_, act)| act).filter(|act| act.verb != Verb::Reinstate && act.effective > today)
    }

    /// The acts that stand, as known then: those that nobody took back. `counts` says whether a taking back counts.
    pub fn acts_that_stand(&self, known: Known, counts: impl Fn(&StandingAct) -> bool) -> Vec<&StandingAct> {
        let taken_back = self.taken_back();
        let stands = |index: &usize| taken_back.get(index).is_none_or(|by| !known.covers(&by.recorded) || !counts(by));
        let acts = self.acts.iter().enumerate().filter(|(index, act)| known.covers(&act.recorded) && stands(index));
        acts.map(|(_, act)| act).collect()
    }

    /// The acts with one of these verbs that had taken effect on a date and stand, as known then, latest recorded first.
    /// `counts` says whether an act that gives something counts.
    pub fn acts_on<'a>(
        &'a self,
        verbs: &'static [Verb],
        on: CalendarDate,
        known: Known,
        counts: impl Fn(&StandingAct) -> bool,
    ) -> impl Iterator<Item = &'a StandingAct> {
        let effective = |act: &&StandingAct| act.verb.reaches_back() || act.effective <= on;
        let mut acts = self.acts_that_stand(known, &counts);
        acts.retain(|act| verbs.contains(&act.verb) && effective(act) && counts(act));
        acts.into_iter().rev()
    }

    /// The act that certified another form of the document, with this digest: a true copy or a correction, as known then.
    pub fn form(&self, digest: &Hash, known: Known) -> Option<&StandingAct> {
        let is = |act: &&StandingAct| act.verb != Verb::Draft && act.is_of(digest) && known.covers(&act.recorded);
        self.acts.iter().find(is)
    }

    /// When a document with this digest was recorded as its draft, as known then.
    pub fn drafted_as(&self, digest: &Hash, known: Known) -> Option<Recorded> {
        let first = self.drafted.filter(|drafted| drafted.document_digest == *digest).map(|drafted| drafted.recorded);
        let later = self.acts.iter().find(|act| act.verb == Verb::Draft && act.is_of(digest)).map(|act| act.recorded);
        first.or(later).filter(|recorded| known.covers(recorded))
    }

    /// When another draft took the place of the one with this digest, of a record that is not issued yet, as known then.
    pub fn draft_overtaken(&self, digest: &Hash, known: Known) -> Option<Recorded> {
        self.drafted_as(digest, known).filter(|_| self.is_draft_then(known))?;
        let last = self.acts.iter().rev().find(|act| act.verb == Verb::Draft && known.covers(&act.recorded))?;
        (!last.is_of(digest)).then_some(last.recorded)
    }

    /// The last day of validity as asked about on a date: of the reassessments that had taken effect by then, and that
    /// count, the one that was recorded last; or else what the document says. `None` if there is no end.
    pub fn last_day_on(&self, on: CalendarDate, known: Known, counts: impl Fn(&StandingAct) -> bool) -> Option<CalendarDate> {
        let mut reassessed = self.acts_on(&[Verb::Reassess], on, known, counts);
        reassessed.find(|act| act.until.is_some()).and_then(|act| act.until).or(self.valid_until)
    }

    /// When it was first recorded, as a draft or at once.
    pub fn first_recorded(&self) -> Recorded {
        self.drafted.map_or(self.issued, |drafted| drafted.recorded)
    }

    /// Whether it lay at a locator where it lies by then: since its issue, or since it was shared.
    pub fn is_found_at(&self, locator: &Locator, known: Known) -> bool {
        let shared = self.acts.iter().find(|act| act.locator == Some(*locator));
        shared.is_none_or(|act| known.covers(&act.recorded))
    }

    /// Whether it was a draft by then and was not issued yet, as known then.
    pub fn is_draft_then(&self, known: Known) -> bool {
        let issued = |act: &StandingAct| act.verb == Verb::Issue && known.covers(&act.recorded);
        self.drafted.is_some() && !self.acts.iter().any(issued)
    }

    /// Whether a digest is that of its draft, in whose place another document was issued since.
    pub fn was_draft(&self, digest: &Hash) -> bool {
        self.document_digest != *digest && self.drafted_as(digest, Known::Now).is_some()
    }

    /// The first day of validity.
    pub fn first_day(&self) -> CalendarDate {
        self.valid_from.unwrap_or(self.issue_date)
    }
}

/// How many of the records at one locator may be one authority's: half, so that it cannot lock out its siblings.
pub const RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX: usize = RECORDS_AT_LOCATOR_MAX / 2;

/// The records with one number, in the order in which they were recorded; at most [`RECORDS_AT_LOCATOR_MAX`].
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct RecordsAtLocator(#[n(0)] Vec<RecordKey>);

impl RecordsAtLocator {
    /// The records.
    pub fn as_slice(&self) -> &[RecordKey] {
        &self.0
    }

    /// With one more, or `None` if there is no room.
    pub fn with(mut self, record: RecordKey) -> Option<Self> {
        if self.0.len() >= RECORDS_AT_LOCATOR_MAX {
            return None;
        }
        if !self.0.contains(&record) {
            self.0.push(record);
        }
        Some(self)
    }

    /// As [`Self::with`], and if there is no room without the first one of `ended`.
    pub fn with_for_one_of(mut self, record: RecordKey, ended: &BTreeSet<RecordKey>) -> Option<Self> {
        if self.0.len() >= RECORDS_AT_LOCATOR_MAX {
            let first = self.0.iter().position(|one| ended.contains(one))?;
            self.0.remove(first);
        }
        self.with(record)
    }
}

/// Another certificate with the same fingerprint of goods.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Same {
    /// Its record.
    #[n(0)]
    pub record: RecordKey,
    /// When the later one of the two was recorded.
    #[n(1)]
    pub recorded: Recorded,
    /// Its class: two are in order under different agreements only.
    #[n(2)]
    pub class: Option<String>,
}

/// The warning beside a certificate of the class `own` of these records of the class `theirs`.
fn same_goods_in_words(theirs: Option<&str>, own: Option<&str>, records: &[String], to_its_issuer: bool) -> String {
    let is_one = records.len() == 1;
    let others = if is_one { "another certificate".to_owned() } else { format!("{} other certificates", records.len()) };
    let listed = format!("record{} {}", if is_one { "" } else { "s" }, records.join(", "));
    let too_much = match (is_one, to_its_issuer) {
        (true, true) => "cancel the one of the two that is too much",
        (true, false) => "one of the two is too much, ask the issuer which",
        (false, true) => "cancel all but the one that counts",
        (false, false) => "all but one are too much, ask the issuer which one counts",
    };
    let (under, then) = match (theirs, own) {
        (None, None) => (format!("non-preferential like this one: {listed}"), too_much),
        (Some(theirs), Some(own)) if theirs == own => (format!("also under {own}: {listed}"), too_much),
        (Some(theirs), _) if is_one => (format!("under {theirs}: {listed}"), "in order if only one of the two is claimed"),
        (Some(theirs), _) => (format!("under {theirs}: {listed}"), "in order if only one of them all is claimed"),
        (None, Some(_)) => {
            let then = if is_one { "in order if it is not used for preference" } else { "in order if none of them is used for preference" };
            (format!("non-preferential: {listed}"), then)
        }
    };
    format!("{others} for the same goods, {under}; {then}")
}

/// Other certificates for the same goods, in the order of recording; at most [`RECORDS_AT_LOCATOR_MAX`], further ones
/// are not listed. A warning, and never a verdict: two are in order under different agreements.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct SameGoods(#[n(0)] Vec<Same>);

impl SameGoods {
    /// The others.
    pub fn as_slice(&self) -> &[Same] {
        &self.0
    }

    /// The warnings beside a certificate of this class, as known then: one for the others of each class. Its issuer is told
    /// what to do itself, everybody else whom to ask.
    pub fn in_words(&self, class: Option<&str>, known: Known, to_its_issuer: bool) -> Vec<String> {
        let mut by_class: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
        for same in self.0.iter().filter(|same| known.covers(&same.recorded)) {
            by_class.entry(same.class.as_deref()).or_default().push(same.record.to_string());
        }
        by_class.into_iter().map(|(theirs, records)| same_goods_in_words(theirs, class, &records, to_its_issuer)).collect()
    }

    /// With one more, if there is room and it is not there already.
    pub fn with(mut self, same: Same) -> Self {
        if self.0.len() < RECORDS_AT_LOCATOR_MAX && self.0.iter().all(|known| known.record != same.record) {
            self.0.push(same);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::time::{Height, Timestamp};

    #[test]
    fn certificates_for_the_same_goods_are_one_warning_a_class_and_listed_once() {
        let record = |number: u8| RecordKey::new([number; 32]);
        let others = |all: &[(u8, Option<&str>)]| {
            all.iter().fold(SameGoods::default(), |list, (number, class)| {
                let recorded = Recorded { height: Height::new((*number).into()), time: Timestamp::from_millis(0) };
                list.with(Same { record: record(*number), recorded, class: class.map(str::to_owned) })
            })
        };
        let five = others(&[(1, Some("RCEP")), (2, Some("CL-CN")), (3, Some("RCEP")), (4, None), (5, Some("RCEP"))]);
        let said = five.in_words(Some("RCEP"), Known::Now, false);
        assert_eq!(said.len(), 3, "{said:?}");
        let listed = format!("also under RCEP: records {}, {}, {}; all but one", record(1), record(3), record(5));
        assert!(said.iter().any(|said| said.contains(&listed) && said.ends_with("ask the issuer which one counts")), "{said:?}");
        assert!((1..=5).all(|number| said.join(" ").matches(&record(number).to_string()).count() == 1), "{said:?}");
        // The issuer is not sent to itself.
        let to_issuer = five.in_words(Some("RCEP"), Known::Now, true).join("; ");
        assert!(to_issuer.contains("cancel all but the one that counts") && !to_issuer.contains("ask the issuer"), "{to_issuer}");
        let one = others(&[(1, None)]);
        assert!(one.in_words(None, Known::Now, true)[0].ends_with("; cancel the one of the two that is too much"));
        assert!(one.in_words(None, Known::Now, false)[0].ends_with("; one of the two is too much, ask the issuer which"));
        assert!(five.in_words(Some("RCEP"), Known::AtHeight(Height::new(0)), false).is_empty());
    }
}
