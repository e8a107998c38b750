//! Mutual recognition arrangements: who recognises whose operators, of which programme, type, role and flow, since when.
//!
//! An arrangement operates between two parties when *every* party recorded `sign` and `apply` for the same terms.
//! Recognition is directional, typed, dated and not transitive (DOMAIN sections 4.3 and 4.4).

use super::{Authority, are_words, is_word};
use crate::codec::numbered;
use crate::context::{Known, Recorded};
use ledger::codec::{encode, strictly_ascending};
use ledger::hash::{Hash, Tag, tagged};
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};

/// The most characters of an arrangement's name.
pub const ARRANGEMENT_ID_CHARS_MAX: usize = 48;
/// How many parties an arrangement may have.
pub const PARTIES_MAX: usize = 16;
/// How many recognitions an arrangement may hold.
pub const RECOGNITIONS_MAX: usize = 256;
/// How many types, and how many roles, a recognition may name.
pub const TYPES_MAX: usize = 16;
/// The most bytes of an arrangement's terms.
pub const TERMS_OF_ARRANGEMENT_BYTES_MAX: usize = 32 * 1024;
/// How many dated acts an arrangement may have; a suspension and a termination by each party always fit.
pub const ARRANGEMENT_ACTS_MAX: usize = 256;
/// How many arrangements one member may have signed that recognise the operators of one other.
pub const ARRANGEMENTS_BETWEEN_MAX: usize = 16;
/// The longest notice of termination, in days.
pub const NOTICE_DAYS_MAX: u32 = 3 * 366;

/// An arrangement's name, such as `CN-NZ-2017`.
///
/// Limits: 4 to 48 characters, upper-case ASCII letters, digits and single hyphens inside.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ArrangementId(String);

impl ArrangementId {
    /// Reads a name; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        let shape = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        let fits = (4..=ARRANGEMENT_ID_CHARS_MAX).contains(&text.len());
        (letters && shape && fits).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for ArrangementId {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(&self.0)
    }
}

impl<C> Encode<C> for ArrangementId {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for ArrangementId {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let position = d.position();
        Self::parse(d.str()?).ok_or_else(|| minicbor::decode::Error::message("not an arrangement's name").at(position))
    }
}

numbered!(
    /// Which way goods move, seen from the recognising party.
    Flow {
        /// Goods that enter the recognising party's territory.
        Import = 1, "import";
        /// Goods that leave it.
        Export = 2, "export";
        /// Both.
        Both = 3, "import and export";
    }
);

impl Flow {
    /// Whether a recognition for this flow holds for goods of that one.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Both || self == other
    }
}

/// One direction of recognition.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Recognition {
    /// Who recognises.
    #[n(0)]
    pub recognising: MemberId,
    /// Whose operators.
    #[n(1)]
    pub recognised: MemberId,
    /// Of which programme.
    #[n(2)]
    pub programme: String,
    /// Of which types or grades, sorted; empty for all.
    #[n(3)]
    pub types: Vec<String>,
    /// In which roles, sorted; empty for all.
    #[n(4)]
    pub roles: Vec<String>,
    /// For which flow of goods.
    #[n(5)]
    pub flow: Flow,
}

/// What the parties agree on. Every party signs the same.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Terms {
    /// The parties, sorted, 2 to [`PARTIES_MAX`].
    #[n(0)]
    pub parties: Vec<MemberId>,
    /// Who recognises what, 1 to [`RECOGNITIONS_MAX`], each between two different parties.
    #[n(1)]
    pub recognitions: Vec<Recognition>,
    /// How many days lie at least between the notice of termination and its effect.
    #[n(2)]
    pub notice_days: u32,
    /// SHA-256 of the text that was signed on paper.
    #[n(3)]
    pub text_digest: Option<Hash>,
}

impl Terms {
    /// What `apply` names: SHA-256 under [`Tag::TERMS`] of the canonical bytes.
    pub fn digest(&self) -> Hash {
        tagged(Tag::TERMS, &[&encode(self)])
    }

    /// Whether the terms are in form: see the fields.
    pub fn is_in_form(&self) -> bool {
        let party = |member: &MemberId| self.parties.binary_search(member).is_ok();
        encode(self).len() <= TERMS_OF_ARRANGEMENT_BYTES_MAX
            && (2..=PARTIES_MAX).contains(&self.parties.len())
            && strictly_ascending(&self.parties)
            && (1..=RECOGNITIONS_MAX).contains(&self.recognitions.len())
            && self.notice_days <= NOTICE_DAYS_MAX
            && self.recognitions.iter().all(|one| {
                party(&one.recognising)
                    && party(&one.recognised)
                    && one.recognising != one.recognised
                    && is_word(&one.programme)
                    && are_words(&one.types, TYPES_MAX)
                    && are_words(&one.roles, TYPES_MAX)
            })
    }
}

numbered!(
    /// What a party does with an arrangement.
    ArrangementVerb {
        /// Signs the terms.
        Sign = 1, "sign";
        /// Puts them into operation on its side.
        Apply = 2, "apply";
        /// Suspends its own recognition.
        Suspend = 3, "suspend";
        /// Resumes its own recognition.
        Resume = 4, "resume";
        /// Leaves, with notice: ends its own recognition and that of its operators.
        Terminate = 5, "terminate";
    }
);

/// One dated act of a party.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ArrangementAct {
    /// What was done.
    #[n(0)]
    pub verb: ArrangementVerb,
    /// By whom.
    #[n(1)]
    pub by: MemberId,
    /// From which date on.
    #[n(2)]
    pub effective: CalendarDate,
    /// When it was recorded.
    #[n(3)]
    pub recorded: Recorded,
}

/// An arrangement: its terms, and what the parties did.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Arrangement {
    /// Its name.
    #[n(0)]
    pub id: ArrangementId,
    /// What the parties agree on.
    #[n(1)]
    pub terms: Terms,
    /// What they did, in the order of recording; at most [`ARRANGEMENT_ACTS_MAX`].
    #[n(2)]
    pub acts: Vec<ArrangementAct>,
}

/// Why an arrangement gives no recognition: the conditions of DOMAIN section 4.4, from the third on, in their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unrecognised {
    /// The third: it recognises nothing of that member.
    Direction,
    /// The third: not every party signed it by the date.
    NotSigned(MemberId),
    /// The third: not every party applied it by the date.
    NotApplied(MemberId),
    /// The third: a party left.
    Terminated(MemberId, Recorded),
    /// The third: the recognising party suspended its recognition.
    Suspended(MemberId, Recorded),
    /// The fourth: another programme.
    Programme,
    /// The fourth: not a type that it covers.
    Type,
    /// The fourth: none of the holder's roles, or not the role asked about.
    Role,
    /// The fourth: not that flow of goods.
    Flow,
}

impl Arrangement {
    /// Whether a party recorded an act.
    pub fn has(&self, verb: ArrangementVerb, by: MemberId) -> bool {
        self.acts.iter().any(|act| act.verb == verb && act.by == by)
    }

    /// The last act of a party among `verbs`, whatever its date.
    pub fn last(&self, verbs: &[ArrangementVerb], by: MemberId) -> Option<&ArrangementAct> {
        self.acts.iter().rev().find(|act| act.by == by && verbs.contains(&act.verb))
    }

    /// The last act of a party among `verbs` that had taken effect on the date, as known then.
    fn last_on(&self, verbs: &[ArrangementVerb], by: MemberId, on: CalendarDate, known: Known) -> Option<&ArrangementAct> {
        let in_time = |act: &&ArrangementAct| known.covers(&act.recorded) && act.effective <= on;
        self.acts.iter().rev().filter(in_time).find(|act| act.by == by && verbs.contains(&act.verb))
    }

    /// Whether it is in operation from `recognised` to `recognising` on a date, as known then: every party signed and
    /// applied, neither of the two left, the recognising one has not suspended. Gives the act that put it into
    /// operation last.
    ///
    /// # Errors
    /// [`Unrecognised`] names the first condition that fails.
    pub fn operates(
        &self,
        recognising: MemberId,
        recognised: MemberId,
        on: CalendarDate,
        known: Known,
    ) -> Result<&ArrangementAct, Unrecognised> {
        use ArrangementVerb::{Apply, Resume, Sign, Suspend, Terminate};
        if !self.terms.recognitions.iter().any(|one| one.recognising == recognising && one.recognised == recognised) {
            return Err(Unrecognised::Direction);
        }
        let mut decisive = None;
        for party in &self.terms.parties {
            self.last_on(&[Sign], *party, on, known).ok_or(Unrecognised::NotSigned(*party))?;
        }
        for party in &self.terms.parties {
            let applied = self.last_on(&[Apply], *party, on, known).ok_or(Unrecognised::NotApplied(*party))?;
            decisive = decisive.filter(|act: &&ArrangementAct| act.effective >= applied.effective).or(Some(applied));
        }
        for party in [recognising, recognised] {
            if let Some(act) = self.last_on(&[Terminate], party, on, known) {
                return Err(Unrecognised::Terminated(party, act.recorded));
            }
        }
        match self.last_on(&[Suspend, Resume], recognising, on, known) {
            Some(act) if act.verb == Suspend => Err(Unrecognised::Suspended(recognising, act.recorded)),
            Some(resumed) => Ok(resumed),
            None => decisive.ok_or(Unrecognised::NotApplied(recognising)),
        }
    }

    /// Whether an operator of this programme and type, in one of these roles, is inside the terms for that flow.
    ///
    /// # Errors
    /// [`Unrecognised`] names what does not fit, the nearest recognition counting.
    pub fn recognises(
        &self,
        recognising: MemberId,
        authority: &Authority,
        programme: &str,
        operator_type: &str,
        roles: &[&str],
        flow: Flow,
    ) -> Result<&Recognition, Unrecognised> {
        let recognised = authority.member();
        let mut nearest = Unrecognised::Programme;
        for one in &self.terms.recognitions {
            if one.recognising != recognising || one.recognised != recognised || one.programme != programme {
                continue;
            }
            if !one.types.is_empty() && !one.types.iter().any(|covered| covered == operator_type) {
                nearest = if nearest == Unrecognised::Programme { Unrecognised::Type } else { nearest };
            } else if !one.roles.is_empty() && !one.roles.iter().any(|covered| roles.contains(&covered.as_str())) {
                nearest = if nearest == Unrecognised::Flow { nearest } else { Unrecognised::Role };
            } else if !one.flow.includes(flow) {
                nearest = Unrecognised::Flow;
            } else {
                return Ok(one);
            }
        }
        Err(nearest)
    }
}

/// The arrangements that `recognising` signed and that recognise operators of one other member, sorted.
/// Its absence proves that there is none.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct ArrangementsBetween(#[n(0)] Vec<ArrangementId>);

impl ArrangementsBetween {
    /// Their names.
    pub fn as_slice(&self) -> &[ArrangementId] {
        &self.0
    }

    /// With one more. `None` if there is no room.
    pub fn with(mut self, id: &ArrangementId) -> Option<Self> {
        match self.0.binary_search(id) {
            Ok(_) => Some(self),
            Err(_) if self.0.len() >= ARRANGEMENTS_BETWEEN_MAX => None,
            Err(index) => {
                self.0.insert(index, id.clone());
                Some(self)
            }
        }
    }
}
