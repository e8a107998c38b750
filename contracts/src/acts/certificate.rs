//! The bodies of acts on certificates, signed by authorities.

use crate::context::Known;
use crate::document::MediaType;
use crate::kinds::RecordKind;
use crate::standing::{Flags, Line, Link, Standing, Verb, Version};
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::{CommitmentRoot, SealedNumbers};
use ledger::hash::Hash;
use ledger::id::{MemberId, Signer};
use ledger::lookup::{Locator, LocatorOpening, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use ledger::transaction::{ACT_BODY_BYTES_MAX, Act, Outcomes, Transaction};
use minicbor::{Decode, Encode};

/// Records a certificate: the body of `issue`, and with a predecessor of `replace`.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Issue {
    /// Leads, with the signer's member, to where its standing will lie.
    #[n(0)]
    pub record_tag: RecordTag,
    /// One for each member that may look it up by number, sorted, at most [`ledger::lookup::LOCATORS_MAX`].
    #[n(1)]
    pub locators: Vec<Locator>,
    /// The commitment to every field of the document.
    #[n(2)]
    pub commitment_root: CommitmentRoot,
    /// SHA-256 of the document's original bytes.
    #[n(3)]
    pub document_digest: Hash,
    /// The document's format.
    #[n(4)]
    pub media_type: MediaType,
    /// The issuing country.
    #[n(5)]
    pub country: CountryCode,
    /// Agreement (origin; absent if non-preferential), document type (SPS) or programme (AEO).
    #[n(6)]
    pub class: Option<String>,
    /// The date of issue, as the document writes it.
    #[n(7)]
    pub issue_date: CalendarDate,
    /// The first day of validity, where it is not the date of issue.
    #[n(8)]
    pub valid_from: Option<CalendarDate>,
    /// The last day of validity.
    #[n(9)]
    pub valid_until: Option<CalendarDate>,
    /// What the document declares about itself.
    #[n(10)]
    pub flags: Flags,
    /// The certificates on which it rests, at most [`crate::standing::BASES_MAX`].
    #[n(11)]
    pub bases: Vec<Link>,
    /// The certificate that it replaces: with `replace`, and only then.
    #[n(12)]
    pub predecessor: Option<Link>,
    /// Its lines by number, at most [`crate::standing::LINES_MAX`].
    #[n(13)]
    pub lines: Vec<IssuedLine>,
    /// The kind's own terms, canonical; what they are stands in the kind's `record.rs`.
    #[n(14)]
    pub terms: Option<Bytes>,
    /// Of `replace`: whether its amounts, codes and units stand under the predecessor's seed, so that both draw from one
    /// pool. Needed if anything of the predecessor is held or used.
    #[n(15)]
    pub shares_pool: Option<bool>,
    /// Of a back-to-back certificate, or a re-export certificate: what it draws from the pools of its originals, at most [`DRAWS_MAX`].
    #[n(16)]
    pub draws: Option<Vec<Draw>>,
    /// Fingerprints of the goods, each under the secret of one reading member, sorted, at most
    /// [`ledger::lookup::LOCATORS_MAX`]: two records with one fingerprint warn of a duplicate.
    #[n(17)]
    pub fingerprints: Option<Vec<Locator>>,
    /// Of `replace`: the predecessor's number and this one's, sealed once for each reader of either, at most
    /// [`crate::standing::SEALED_NUMBERS_MAX`] times.
    #[n(18)]
    pub sealed_numbers: Option<Vec<SealedNumbers>>,
}

/// How many draws a certificate may make.
pub const DRAWS_MAX: usize = crate::standing::LINES_MAX;

/// What a back-to-back certificate, or a re-export certificate, draws from one line of an original.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Draw {
    /// The original's record.
    #[n(0)]
    pub base: RecordKey,
    /// The original's line.
    #[n(1)]
    pub line: u32,
    /// How much, times the original's factor.
    #[n(2)]
    pub amount: u64,
    /// The token of the commodity code under the original's seed.
    #[n(3)]
    pub code: Option<Hash>,
    /// The token of the unit under the original's seed.
    #[n(4)]
    pub unit: Option<Hash>,
    /// What opens the locator at which the signer's member finds the original; not kept in the standing; absent for its own member's.
    #[n(5)]
    pub opening: Option<LocatorOpening>,
}

/// One line of a certificate that is being recorded.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct IssuedLine {
    /// Its number: its place in the document, from 1.
    #[n(0)]
    pub number: u32,
    /// The certified amount, multiplied by the certificate's factor.
    #[n(1)]
    pub certified: Option<u64>,
    /// The token of the commodity code.
    #[n(2)]
    pub code: Option<Hash>,
    /// The token of the unit.
    #[n(3)]
    pub unit: Option<Hash>,
}

impl From<IssuedLine> for Line {
    fn from(line: IssuedLine) -> Self {
        Self { number: line.number, certified: line.certified, code: line.code, unit: line.unit }
    }
}

impl Canonical for Issue {
    const NAME: &'static str = "certificate to be recorded";
    const BYTES_MAX: usize = ACT_BODY_BYTES_MAX;
}

impl Issue {
    /// Where the standing lies if an authority of this member signs.
    pub fn record_key(&self, member: MemberId) -> RecordKey {
        self.record_tag.record_key(member)
    }

    /// The act: `replace` if it names a predecessor, else `issue`.
    pub fn into_act(self, kind: RecordKind) -> Act {
        let verb = if self.predecessor.is_some() { Verb::Replace } else { Verb::Issue };
        Act { kind: kind.number(), verb: verb.number(), body: self.to_bytes().into() }
    }

    /// The act that records a draft.
    pub fn into_draft(self, kind: RecordKind) -> Act {
        Act { kind: kind.number(), verb: Verb::Draft.number(), body: self.to_bytes().into() }
    }
}

/// Whether this act of a signer records the certificate, or its draft, if it is accepted.
pub fn issues(signer: &Signer, act: &Act, record: &RecordKey) -> bool {
    let Signer::Authority(authority) = signer else { return false };
    let verbs = [Verb::Issue.number(), Verb::Replace.number(), Verb::Draft.number()];
    verbs.contains(&act.verb)
        && RecordKind::from_number(act.kind).is_some()
        && Issue::from_bytes(&act.body).is_ok_and(|issue| issue.record_key(authority.member()) == *record)
}

/// The place of the act of this transaction that recorded the certificate as it stands, or its draft. An act that only
/// waited for another official is accepted as well, and may be in the same block: it was signed under another key.
pub fn issuing_act(transaction: &Transaction, outcomes: &Outcomes, record: &RecordKey, standing: &Standing) -> Option<usize> {
    let is_its_signer = transaction.signer == Signer::Authority(standing.authority.clone()) && transaction.key == standing.key;
    let is_draft = standing.is_draft_then(Known::Now);
    let is_its_act = |act: &Act| (act.verb == Verb::Draft.number()) == is_draft && issues(&transaction.signer, act, record);
    let mut acts = transaction.acts.iter().zip(outcomes.numbers());
    acts.position(|(act, outcome)| is_its_signer && *outcome == Outcomes::ACCEPTED && is_its_act(act))
}

/// Changes a record's standing: the body of every act on a record but `issue`, `replace`, `draft` and `share`.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct StandingChange {
    /// The record.
    #[n(0)]
    pub record_key: RecordKey,
    /// From which date on; an annulment works from the beginning, whatever its date.
    #[n(1)]
    pub effective: CalendarDate,
    /// The issuer's own reason code; what it means is not on the ledger.
    #[n(2)]
    pub reason: Option<u16>,
    /// How many dated acts the standing has: an act that was made for another standing is refused.
    #[n(3)]
    pub follows: u32,
    /// Of a reassessment: the last day of validity from then on.
    #[n(4)]
    pub until: Option<CalendarDate>,
    /// Of a certified copy or a correction: the other form of the document.
    #[n(5)]
    pub version: Option<Version>,
    /// Of a reaffirmation: the acts by which it stands beside the issue, as numbers from 1 in the order of recording, ascending;
    /// absent for the issue alone.
    #[n(6)]
    pub stands_by: Option<Vec<u32>>,
}

impl Canonical for StandingChange {
    const NAME: &'static str = "change of a standing";
    const BYTES_MAX: usize = 256;
}

/// Lets a further member find a record by its number: the body of `share`.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Share {
    /// The record.
    #[n(0)]
    pub record_key: RecordKey,
    /// Where that member looks, by the secret that it shares with the issuing member.
    #[n(1)]
    pub locator: Locator,
    /// How many dated acts the standing has: an act that was made for another standing is refused.
    #[n(2)]
    pub follows: u32,
}

impl Canonical for Share {
    const NAME: &'static str = "sharing of a record";
    const BYTES_MAX: usize = 128;
}

impl Share {
    /// The act.
    pub fn into_act(self, kind: RecordKind) -> Act {
        Act { kind: kind.number(), verb: Verb::Share.number(), body: self.to_bytes().into() }
    }
}

impl StandingChange {
    /// The act with this verb.
    pub fn into_act(self, kind: RecordKind, verb: Verb) -> Act {
        Act { kind: kind.number(), verb: verb.number(), body: self.to_bytes().into() }
    }
}
