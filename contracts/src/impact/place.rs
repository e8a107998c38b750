//! Where each act stands to the time as of which its key or its authority was revoked.

use super::facts::Facts;
use crate::context::{Known, Recorded};
use crate::destination::{Destination, DestinationAct, OfficeVerb};
use crate::registry::{Approvals, RevokedKey, Signed};
use crate::reliance::{self, Given, Reliance};
use crate::standing::Verb;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;

/// What is asked about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// One key of an authority.
    Key(AuthorityId, KeyNumber),
    /// An authority with all its keys.
    Authority(AuthorityId),
    /// One certificate.
    Certificate(RecordKey),
}

impl Target {
    /// The authority, if it is one or one's key.
    pub fn authority(&self) -> Option<&AuthorityId> {
        match self {
            Self::Key(authority, _) | Self::Authority(authority) => Some(authority),
            Self::Certificate(_) => None,
        }
    }

    /// The key, if it is one.
    pub fn key(&self) -> Option<KeyNumber> {
        match self {
            Self::Key(_, key) => Some(*key),
            Self::Authority(_) | Self::Certificate(_) => None,
        }
    }

    /// Whether somebody signed as the target.
    pub fn signed(&self, by: &AuthorityId, key: KeyNumber) -> bool {
        match self {
            Self::Key(authority, number) => authority == by && *number == key,
            Self::Authority(authority) => authority == by,
            Self::Certificate(_) => false,
        }
    }
}

/// Where an act stands to the revocation of who signed it. In order: the later, the graver.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// Recorded before the time as of which it was revoked: it stands.
    Before,
    /// It was never revoked.
    NotRevoked,
    /// Recorded later, and it counts all the same: it gives no right.
    Counts,
    /// A fact of the importing side, recorded later: it stands until who recorded it corrects it.
    Later,
    /// A confirmation to a member, recorded later, and the member was answered anew since.
    Answered(Recorded),
    /// Recorded later, and the authority stood by it since.
    Reaffirmed(Recorded),
    /// A confirmation to a member, recorded later: it does not count, and the member is to be answered anew.
    Unanswered,
    /// Recorded later, and nobody stood by it: no ground for new use; what was used stands.
    InDoubt,
}

impl Place {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "stands",
            Self::NotRevoked => "not-revoked",
            Self::Counts => "counts",
            Self::Later => "later",
            Self::Answered(_) => "answered-anew",
            Self::Unanswered => "to-be-answered",
            Self::Reaffirmed(_) => "reaffirmed",
            Self::InDoubt => "in-doubt",
        }
    }
}

/// One act that the target signed on a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ActOf {
    /// What was done.
    pub verb: &'static str,
    /// Under which key.
    pub key: KeyNumber,
    /// When it was signed under that key.
    pub recorded: Recorded,
    /// Where another official's key completed it: when it was recorded.
    pub completed: Option<Recorded>,
    /// Where it stands to the revocation.
    pub place: Place,
    /// Of an answer: to which member.
    pub to: Option<MemberId>,
    /// Whether it gives the record its standing, so that what rests on the record rests on it.
    pub gives: bool,
}

/// One act of others on a record, or with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UseOf {
    /// What was done.
    pub verb: OfficeVerb,
    /// By which office or authority.
    pub by: AuthorityId,
    /// Under which of its keys it was completed.
    pub key: KeyNumber,
    /// When it was recorded.
    pub recorded: Recorded,
    /// Where several officials had to sign: those who signed before.
    pub signed_before: Option<Approvals>,
    /// The line, of a quantity.
    pub line: Option<u32>,
    /// The certificate that drew it, if it was no declaration.
    pub drawn_for: Option<RecordKey>,
}

impl UseOf {
    /// Under which keys.
    pub fn signed(&self) -> Signed<'_> {
        Signed::new(self.signed_before.as_ref(), self.key, self.recorded)
    }
}

impl Facts {
    /// What the target signed on the record, in the order of signing, each with its place to `revoked`. What several of its
    /// keys signed is there once for each.
    pub fn acts_of(&self, target: &Target, revoked: Option<RevokedKey>) -> Vec<ActOf> {
        let standing = &self.standing;
        let whole = target.key().and_then(|_| self.authority.revoked(Known::Now));
        let revoked =
            revoked.map(|revoked| whole.filter(|_| reliance::is_overtaken(&revoked, &self.authority, Known::Now)).unwrap_or(revoked));
        let mut acts = Vec::new();
        let mut list = |verb: &'static str, by: &AuthorityId, signed: Signed<'_>, to: Option<MemberId>, gives: Gives<'_>| {
            for one in signed.each().filter(|one| target.signed(by, one.key)) {
                let completed = Some(signed.last.recorded).filter(|_| one != signed.last);
                let place = self.place(target, revoked, &one.recorded, gives);
                let gives = matches!(gives, Gives::Standing(_));
                acts.push(ActOf { verb, key: one.key, recorded: one.recorded, completed, place, to, gives });
            }
        };
        // A draft that was refused or cancelled was never issued.
        let first = match &standing.predecessor {
            _ if standing.is_draft_then(Known::Now) => Verb::Draft,
            Some(_) => Verb::Replace,
            None => Verb::Issue,
        };
        list(first.as_str(), &standing.authority, standing.signed(), None, Gives::Standing(Given::Itself));
        for act in standing.acts.iter().filter(|act| act.verb != Verb::Issue) {
            let gives = if reliance::needs_its_key(act.verb) { Gives::Standing(Given::Act(act)) } else { Gives::Nothing };
            // The predecessor's act has the verb of the certificate that took its place.
            let verb = if act.verb == Verb::Replace { act.verb.participle() } else { act.verb.as_str() };
            list(verb, &standing.authority, act.signed(), None, gives);
        }
        for (member, destination) in &self.destinations {
            for act in destination.as_slice() {
                let is_answer = act.verb == OfficeVerb::Answer;
                let gives = if is_answer { Gives::Answer(destination, act) } else { Gives::OfOffice };
                list(act.verb.as_str(), &act.by, act.signed(), Some(*member).filter(|_| is_answer), gives);
            }
        }
        for done in self.movements() {
            list(done.verb.as_str(), &done.by, done.signed(), None, Gives::OfOffice);
        }
        acts.sort_by_key(|act| act.recorded);
        acts
    }

    /// The place of what was signed at a time by one of those who signed it.
    fn place(&self, target: &Target, revoked: Option<RevokedKey>, at: &Recorded, gives: Gives<'_>) -> Place {
        // What an authority signed may be in doubt for its key alone.
        let by_key = || match target {
            Target::Authority(_) => self.place_by_key(gives),
            Target::Key(..) | Target::Certificate(_) => None,
        };
        let Some(revoked) = revoked else { return by_key().unwrap_or(Place::NotRevoked) };
        if at.time < revoked.as_of {
            return by_key().unwrap_or(Place::Before);
        }
        match (gives, target) {
            (Gives::Nothing, _) => Place::Counts,
            (Gives::OfOffice, _) => Place::Later,
            (Gives::Answer(_, act), _) if !act.is_confirmation() => Place::Counts,
            (Gives::Answer(destination, act), Target::Key(..)) => {
                Self::answered(destination, act, |one| reliance::of_answer(one, &self.authority, &self.keys, Known::Now).is_none())
            }
            (Gives::Answer(destination, act), _) => Self::answered(destination, act, |one| !one.is_confirmation()),
            (Gives::Standing(given), Target::Key(..)) => match reliance::of(&self.standing, given, &self.authority, &self.keys, Known::Now)
            {
                Reliance::Reaffirmed { by, .. } => Place::Reaffirmed(by.recorded),
                Reliance::Holds | Reliance::InDoubt { .. } => Place::InDoubt,
            },
            (Gives::Standing(_), _) => Place::InDoubt,
        }
    }

    /// The place of what is in doubt for a key of those that signed it.
    fn place_by_key(&self, gives: Gives<'_>) -> Option<Place> {
        match gives {
            Gives::Standing(given) => match reliance::of(&self.standing, given, &self.authority, &self.keys, Known::Now) {
                Reliance::Holds => None,
                Reliance::Reaffirmed { by, .. } => Some(Place::Reaffirmed(by.recorded)),
                Reliance::InDoubt { .. } => Some(Place::InDoubt),
            },
            Gives::Answer(destination, act) => {
                let counts = |one: &DestinationAct| reliance::of_answer(one, &self.authority, &self.keys, Known::Now).is_none();
                (!counts(act)).then(|| Self::answered(destination, act, counts))
            }
            Gives::Nothing | Gives::OfOffice => None,
        }
    }

    /// Whether a member was answered anew since, by an answer that counts.
    fn answered(destination: &Destination, act: &DestinationAct, counts: impl Fn(&DestinationAct) -> bool) -> Place {
        let mut since = destination.as_slice().iter().filter(|one| one.verb == OfficeVerb::Answer && one.recorded > act.recorded);
        since.find(|one| counts(one)).map_or(Place::Unanswered, |one| Place::Answered(one.recorded))
    }

    /// What others recorded of it: presentations, decisions, questions, answers, holds and uses, in the order of
    /// recording.
    pub fn others_acts(&self) -> Vec<UseOf> {
        let facts = self.destinations.values().flat_map(|destination| destination.as_slice()).map(of_office);
        let mut all: Vec<UseOf> = facts.chain(self.movements()).collect();
        all.sort_by_key(|done| done.recorded);
        all
    }

    /// What others hold, used and drew.
    fn movements(&self) -> impl Iterator<Item = UseOf> {
        self.uses.iter().flat_map(|(line, name, of)| {
            let drawn_for = of.is_draw().then(|| name.drawn_for());
            of.acts.iter().map(move |act| UseOf {
                verb: act.verb,
                by: act.by.clone(),
                key: act.key,
                recorded: act.recorded,
                signed_before: act.signed_before.clone(),
                line: Some(*line),
                drawn_for,
            })
        })
    }
}

fn of_office(act: &DestinationAct) -> UseOf {
    UseOf {
        verb: act.verb,
        by: act.by.clone(),
        key: act.key,
        recorded: act.recorded,
        signed_before: act.signed_before.clone(),
        line: None,
        drawn_for: None,
    }
}

/// What an act does for the record.
#[derive(Clone, Copy)]
enum Gives<'a> {
    /// It gives the record its standing, or gives it back.
    Standing(Given<'a>),
    /// It only takes away.
    Nothing,
    /// It is a fact of the importing side.
    OfOffice,
    /// It answers a question of a member, among what was recorded there.
    Answer(&'a Destination, &'a DestinationAct),
}
