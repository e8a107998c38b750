//! Mutual recognition arrangements: who recognises whose operators, or what else of another's, of which programme, type, role
//! and flow, since when.
//!
//! An arrangement operates between two parties when *every* party recorded `sign` for the same terms, and these two `apply`; other
//! terms take their place for all parties at once (`amendment.rs`).
//! Recognition is directional, typed, dated and not transitive (DOMAIN sections 4.3 and 4.4).

use super::amendment::Amendment;
use super::{Authority, are_words, is_word};
use crate::codec::numbered;
use crate::context::{Known, Recorded};
use crate::kinds::RecordKind;
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
/// How many amendments an arrangement may have.
pub const AMENDMENTS_MAX: usize = 16;
/// How many amendments of the terms in force may wait that only one party signed.
pub const AMENDMENTS_ALONE_MAX: usize = 2;
/// How many amendments of the terms in force may wait that one party opened, whoever else signed them: a quarter, so that
/// two of several parties cannot take all places by signing each other's.
pub const AMENDMENTS_OF_PARTY_MAX: usize = AMENDMENTS_MAX / 4;
/// The most bytes of an arrangement's entry with its amendments; the rest of the tree's limit is kept for its acts.
pub const AMENDED_BYTES_MAX: usize = 36 * 1024;
/// The longest notice of termination, in days.
pub const NOTICE_DAYS_MAX: u32 = 3 * 366;

/// An arrangement's name, such as `CN-NZ-2017`.
///
/// Limits: 4 to 48 characters, upper-case ASCII letters, digits and single hyphens inside. The letters of the member that
/// signs it first are a part of it, so that nobody takes a name that speaks of others.
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

    /// Whether a member's letters are a part of it: only such a member takes it.
    pub fn names(&self, member: MemberId) -> bool {
        self.0.split('-').any(|part| part == member.as_str())
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

numbered!(
    /// What recognition grants an operator.
    BenefitKind {
        /// Fewer checks of documents.
        FewerDocumentChecks = 1, "fewer document checks";
        /// A lower rate of inspection.
        InspectionRate = 2, "inspection rate";
        /// Inspection before others.
        PriorityInspection = 3, "priority inspection";
        /// A lane of its own.
        PriorityLane = 4, "priority lane";
        /// A liaison officer.
        LiaisonOfficer = 5, "liaison officer";
        /// Clearance before others after trade was disrupted.
        PriorityAfterDisruption = 6, "priority after disruption of trade";
    }
);

/// One benefit.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Ord, PartialEq, PartialOrd)]
#[cbor(map)]
pub struct Benefit {
    /// What is granted.
    #[n(0)]
    pub kind: BenefitKind,
    /// Of an inspection rate: how many percent of the ordinary one, at most 100.
    #[n(1)]
    pub percent: Option<u8>,
}

impl Benefit {
    fn is_in_form(&self) -> bool {
        match self.kind {
            BenefitKind::InspectionRate => self.percent.is_none_or(|percent| percent <= 100),
            _ => self.percent.is_none(),
        }
    }
}

impl core::fmt::Display for Benefit {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.percent {
            Some(percent) => write!(out, "{} {percent} % of the ordinary one", self.kind),
            None => write!(out, "{}", self.kind),
        }
    }
}

/// One direction of recognition.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Recognition {
    /// Who recognises.
    #[n(0)]
    pub recognising: MemberId,
    /// Whose operators, or what else the kind is.
    #[n(1)]
    pub recognised: MemberId,
    /// Of which programme.
    #[n(2)]
    pub programme: String,
    /// Of which types or grades, sorted; empty for all. What a type is, the kind says.
    #[n(3)]
    pub types: Vec<String>,
    /// In which roles, sorted; empty for all.
    #[n(4)]
    pub roles: Vec<String>,
    /// For which flow of goods.
    #[n(5)]
    pub flow: Flow,
    /// What it grants, ascending by kind, none twice; absent if the terms do not say.
    #[n(6)]
    pub benefits: Option<Vec<Benefit>>,
    /// Which kind of record; absent for AEO statuses. A programme of the same name is another one with another kind.
    #[n(7)]
    pub kind: Option<RecordKind>,
}

impl Recognition {
    /// Which kind of record it recognises.
    pub fn kind(&self) -> RecordKind {
        self.kind.unwrap_or(RecordKind::AeoStatus)
    }

    /// Whether the kind is one that is recognised by arrangement, and written in its one way.
    fn kind_in_form(&self) -> bool {
        self.kind.is_none_or(|kind| kind != RecordKind::AeoStatus && kind.rules().is_answered_to_partners_only())
    }

    fn benefits_in_form(&self) -> bool {
        let Some(benefits) = &self.benefits else { return true };
        let kinds: Vec<BenefitKind> = benefits.iter().map(|benefit| benefit.kind).collect();
        !kinds.is_empty() && strictly_ascending(&kinds) && benefits.iter().all(Benefit::is_in_form)
    }
}

/// What is to be recognised.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// Which kind of record.
    pub kind: RecordKind,
    /// Of which programme.
    pub programme: &'a str,
    /// Of which type.
    pub named_type: &'a str,
    /// Of a holder in one of these roles; empty for what has no holder.
    pub roles: &'a [&'a str],
    /// For which flow of goods.
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

    /// Whether a member is one of the parties.
    pub fn has_party(&self, member: MemberId) -> bool {
        self.parties.binary_search(&member).is_ok()
    }

    /// Whether the terms are in form: see the fields.
    pub fn is_in_form(&self) -> bool {
        let party = |member: &MemberId| self.has_party(*member);
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
                    && one.benefits_in_form()
                    && one.kind_in_form()
            })
    }

    /// Whether a record of an authority is inside these terms for a party.
    ///
    /// # Errors
    /// [`Unrecognised`] names what does not fit, the nearest recognition counting.
    pub fn recognises(&self, recognising: MemberId, authority: &Authority, sought: &Sought<'_>) -> Result<&Recognition, Unrecognised> {
        let recognised = authority.member();
        let Sought { kind, programme, named_type, roles, flow } = *sought;
        let mut nearest = Unrecognised::Programme;
        for one in &self.recognitions {
            let fits = one.recognising == recognising && one.recognised == recognised && one.kind() == kind;
            if !fits || one.programme != programme {
                continue;
            }
            if !one.types.is_empty() && !one.types.iter().any(|covered| covered == named_type) {
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
        /// Signs other terms, which take the place of those before once all have applied them.
        Amend = 6, "amend";
        /// Takes back its leaving before that takes effect, as any notice may be (Vienna Convention on the Law of Treaties,
        /// article 68).
        TakeBack = 7, "take back";
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
    /// Other terms, in the order in which they were first signed; at most [`AMENDMENTS_MAX`].
    #[n(3)]
    pub amendments: Option<Vec<Amendment>>,
}

/// Why an arrangement gives no recognition: the conditions of DOMAIN section 4.4, from the third on, in their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unrecognised {
    /// The third: it recognises nothing of that member.
    Direction,
    /// The third: not every party signed it by the date.
    NotSigned(MemberId),
    /// The third: one of the two, or of the parties of other terms, had not applied it by the date.
    NotApplied(MemberId),
    /// The third: a party left, from a date on.
    Terminated(MemberId, CalendarDate, Recorded),
    /// The third: the recognising party suspended its recognition, from a date on.
    Suspended(MemberId, CalendarDate, Recorded),
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

    /// The act by which a party leaves, whatever its date, as known then, if it was not taken back.
    pub fn leaving(&self, by: MemberId, known: Known) -> Option<&ArrangementAct> {
        let turns = |act: &&ArrangementAct| matches!(act.verb, ArrangementVerb::Terminate | ArrangementVerb::TakeBack);
        let mut acts = self.acts.iter().rev().filter(|act| act.by == by && known.covers(&act.recorded));
        acts.find(turns).filter(|act| act.verb == ArrangementVerb::Terminate)
    }

    /// The last act of a party among `verbs` that had taken effect on the date, as known then.
    fn last_on(&self, verbs: &[ArrangementVerb], by: MemberId, on: CalendarDate, known: Known) -> Option<&ArrangementAct> {
        let in_time = |act: &&ArrangementAct| known.covers(&act.recorded) && act.effective <= on;
        self.acts.iter().rev().filter(in_time).find(|act| act.by == by && verbs.contains(&act.verb))
    }

    /// The amendments, in the order in which they were first signed.
    pub fn amendments(&self) -> &[Amendment] {
        self.amendments.as_deref().unwrap_or(&[])
    }

    /// Whether a member signed the first terms or an amendment's.
    pub fn has_signed(&self, member: MemberId) -> bool {
        self.has(ArrangementVerb::Sign, member) || self.amendments().iter().any(|one| one.has(ArrangementVerb::Amend, member))
    }

    /// Whether a member had signed the first terms or an amendment's, as known then.
    pub fn is_signed_by(&self, member: MemberId, known: Known) -> bool {
        let acts = self.acts.iter().chain(self.amendments().iter().flat_map(|one| &one.acts));
        let signs = |act: &&ArrangementAct| matches!(act.verb, ArrangementVerb::Sign | ArrangementVerb::Amend);
        acts.filter(signs).any(|act| act.by == member && known.covers(&act.recorded))
    }

    /// Whether a member applied the first terms or an amendment's.
    pub fn has_applied(&self, member: MemberId) -> bool {
        self.has(ArrangementVerb::Apply, member) || self.amendments().iter().any(|one| one.has(ArrangementVerb::Apply, member))
    }

    /// All terms that were ever signed, the first ones first.
    pub fn all_terms(&self) -> impl Iterator<Item = &Terms> {
        core::iter::once(&self.terms).chain(self.amendments().iter().map(|one| &one.terms))
    }

    /// Whether it is in operation from `recognised` to `recognising` for a kind of record on a date, as known then: every
    /// party signed and the two applied, neither of the two left, the recognising one has not suspended. Gives the act that put it
    /// into operation last.
    ///
    /// # Errors
    /// [`Unrecognised`] names the first condition that fails.
    pub fn operates(
        &self,
        recognising: MemberId,
        recognised: MemberId,
        kind: RecordKind,
        on: CalendarDate,
        known: Known,
    ) -> Result<&ArrangementAct, Unrecognised> {
        use ArrangementVerb::{Resume, Suspend};
        let is = |one: &Recognition| one.recognising == recognising && one.recognised == recognised && one.kind() == kind;
        let directs = |terms: &Terms| terms.recognitions.iter().any(is);
        let decisive = match self.terms_between([recognising, recognised], on, known) {
            Ok((terms, act)) if directs(terms) => act,
            Err(why) if directs(&self.terms) => return Err(why),
            _ => {
                // Perhaps it was taken out after it had left, or an amendment on its way will recognise them.
                self.none_left(&[recognising, recognised], on, known)?;
                return Err(self.waiting_for(directs, on, known).unwrap_or(Unrecognised::Direction));
            }
        };
        self.none_left(&[recognising, recognised], on, known)?;
        match self.last_on(&[Suspend, Resume], recognising, on, known) {
            Some(act) if act.verb == Suspend => Err(Unrecognised::Suspended(recognising, act.effective, act.recorded)),
            Some(resumed) => Ok(resumed),
            None => Ok(decisive),
        }
    }

    fn none_left(&self, parties: &[MemberId], on: CalendarDate, known: Known) -> Result<(), Unrecognised> {
        let left = |party: &MemberId| Some((*party, self.leaving(*party, known).filter(|act| act.effective <= on)?));
        parties.iter().find_map(left).map_or(Ok(()), |(party, act)| Err(Unrecognised::Terminated(party, act.effective, act.recorded)))
    }
}

/// The arrangements that `recognising` signed and that recognise something of one other member, sorted.
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
