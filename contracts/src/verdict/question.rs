//! What is asked.

use crate::acts::Declared;
use crate::context::Known;
use crate::document::Document;
use crate::kinds::RecordKind;
use crate::registry::Flow;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, MemberId};
use ledger::lookup::{Locator, RecordKey};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;

/// What the question is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subject {
    /// One record, by the record key of its certificate file or QR code.
    Record(RecordKey),
    /// Whatever lies at the locator of a number.
    Number {
        /// The member whose certificate it would be.
        issuer: MemberId,
        /// The issuing country.
        country: CountryCode,
        /// The place, computed by the asker with the secret of (issuer, asker's member) for the number.
        locator: Locator,
    },
}

/// A question. What is not known is left out; what is known of the document in hand is compared with the record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// Valid on which date: that of the declaration or presentation.
    pub on: CalendarDate,
    /// Known by when.
    pub known: Known,
    /// The country for which the certificate is judged. Without one nothing is judged that depends on it: arrangements, the
    /// agreement between the two, presentations there, what its offices decided and what was answered to it.
    pub for_country: Option<CountryCode>,
    /// What the document in hand says of itself, as far as it is known.
    pub kind: Option<RecordKind>,
    /// Its agreement, document type or programme.
    pub class: Option<String>,
    /// Its issuing authority.
    pub authority: Option<AuthorityId>,
    /// Its issuing country.
    pub country: Option<CountryCode>,
    /// Its date of issue. Without it an absence proves something only if it does so of all dates.
    pub issue_date: Option<CalendarDate>,
    /// The document in hand, if there is one.
    pub document: Option<DocumentCheck>,
    /// Whether whoever asks finds it by its number, as far as that is known: its issuing member does, and those whom the
    /// document names as destination or transit.
    pub finds_by_number: Option<bool>,
    /// AEO: the role in which the party stands in the declaration.
    pub role: Option<String>,
    /// Under an arrangement: which way the goods move, seen from the country for which it is judged.
    pub flow: Flow,
    /// AEO: whether the party of the declaration is the holder, if the asker compared them.
    pub is_holder: Option<bool>,
    /// The commitment to the reference of the declaration whose goods are asked about, where the certificate's seed is known:
    /// what is presented in time stays good for its own declaration.
    pub declared: Option<Declared>,
    /// The least amount of the certificate as it stands on the ledger, where its seed is known: less is nothing.
    pub amount_step: Option<u64>,
    /// How many validators signed the block that proves the facts.
    pub recorded_by: Option<RecordedBy>,
    /// How fresh the facts are.
    pub freshness: Freshness,
}

impl Question {
    /// Asks whether it is valid on a date, as known now, and nothing else.
    pub fn on(date: CalendarDate) -> Self {
        Self {
            on: date,
            known: Known::Now,
            for_country: None,
            kind: None,
            class: None,
            authority: None,
            country: None,
            issue_date: None,
            document: None,
            finds_by_number: None,
            role: None,
            flow: Flow::Import,
            is_holder: None,
            declared: None,
            amount_step: None,
            recorded_by: None,
            freshness: Freshness::NotAsked,
        }
    }
}

/// A document that is compared with the record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DocumentCheck {
    /// SHA-256 of the bytes in hand.
    pub digest: Hash,
    /// The fields that differ from those recorded, where the asker could compare them.
    pub changed_fields: Vec<String>,
    /// The validity that it states, if it could be read.
    pub states: Option<StatedValidity>,
    /// The dates of issue that it states of those on which it rests, in its order.
    pub base_dates: Vec<Option<CalendarDate>>,
}

impl DocumentCheck {
    /// Compares these bytes, and what the document in them states, if it could be read.
    pub fn of(digest: Hash, changed_fields: Vec<String>, document: Option<&Document>) -> Self {
        let base_dates = document.iter().flat_map(|document| &document.bases).map(|base| base.issue_date.as_ref().map(|date| date.date));
        Self { digest, changed_fields, states: document.map(Into::into), base_dates: base_dates.collect() }
    }
}

/// The validity that a document states: nobody but whoever reads it sees whether it is the recorded one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StatedValidity {
    /// The first day.
    pub from: CalendarDate,
    /// The last day, where it states one.
    pub until: Option<CalendarDate>,
}

impl From<&Document> for StatedValidity {
    fn from(document: &Document) -> Self {
        let from = document.valid_from.as_ref().unwrap_or(&document.issue_date).date;
        Self { from, until: document.valid_until.as_ref().map(|written| written.date) }
    }
}

/// How many validators signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RecordedBy {
    /// How many signed the block.
    pub signers: usize,
    /// How many validators there are.
    pub validators: usize,
}

/// How fresh the facts are. The asker measures it with nonces and signed heads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Freshness {
    /// Nobody was asked: the verdict is "as of".
    NotAsked,
    /// At most this old, by the heads of these members.
    Fresh {
        /// Seconds since the block.
        age_s: u64,
        /// Whose heads were checked.
        members: Vec<MemberId>,
    },
    /// Older than the limit, or not confirmed by enough members.
    Stale {
        /// Why, in words.
        why: String,
    },
}
