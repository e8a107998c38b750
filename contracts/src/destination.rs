//! What others recorded about a certificate: the importing side's facts, and the one pool of quantity that all countries
//! draw from. None of it ever changes the issuer's facts (DESIGN D15); all of it lies beside the standing.

pub(crate) mod facts;
mod goods;
pub(crate) mod pool;

pub use goods::Grant;
pub(crate) use goods::let_goods_in;

use crate::acts::Declared;
use crate::codec::numbered;
use crate::context::{Known, Recorded};
use crate::registry::{Approvals, Signed};
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::time::CalendarDate;
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// How many members may record facts about one certificate.
pub const DESTINATIONS_MAX: usize = 64;
/// How many dated acts one member may record about one certificate, with the issuer's answers, for which places are kept.
pub const DESTINATION_ACTS_MAX: usize = 128;
/// How many places there are beyond these for answers to questions that were answered under a stolen key, and to be answered anew.
pub const ANSWERS_ANEW_MAX: usize = 8;
/// The most bytes of an answer.
pub const ANSWER_BYTES_MAX: usize = 512;
/// How many uses one line may have.
pub const USES_PER_LINE_MAX: u32 = 4096;
/// How many uses one member may have of one line: a quarter, so that nobody fills the places of all others.
pub const USES_PER_LINE_OF_MEMBER_MAX: u32 = USES_PER_LINE_MAX / 4;
/// How many uses one page of the list names.
pub const USES_PER_PAGE: u32 = 64;
/// How many offices and authorities the pool's summary names.
pub const POOL_USERS_MAX: usize = 64;
/// How many dated acts one use may have; the act that ends it always fits.
pub const USE_ACTS_MAX: usize = 32;
/// The most bytes of what one member recorded about one certificate, with the answers to what it asked before.
pub const DESTINATION_BYTES_MAX: usize = 60 * 1024;
/// How many turns a line remembers, of being used up and of having something left again; an odd number. A draw that
/// would need one more to come back stays: what would give it back is refused.
pub const POOL_TURNS_MAX: usize = 9;
/// How often draws of one member come back to a line that is used up: half of the times, so that nobody takes them all.
pub const TURNS_OF_MEMBER_MAX: usize = POOL_TURNS_MAX / 4;

numbered!(
    /// The acts of the importing side's offices on a certificate, and the issuer's answers to them. Their numbers lie in
    /// one space with those of [`Verb`](crate::standing::Verb).
    OfficeVerb {
        /// Lodged with an importing office: validity is judged at this date (DOMAIN section 3.3).
        Present = 40, "present";
        /// The destination's service has received it (SPSAcknowledgement).
        Acknowledge = 41, "acknowledge";
        /// The consignment is accepted.
        Accept = 42, "accept";
        /// The consignment is rejected, with a reason (41 of list 4405).
        Reject = 43, "reject";
        /// Some lines are accepted, the others rejected.
        AcceptPartially = 44, "accept partially";
        /// Preference is granted (box 5 of a certificate of origin).
        GrantPreference = 45, "grant preference";
        /// Preference is denied, with a reason.
        DenyPreference = 46, "deny preference";
        /// The issuer is asked to verify it, with a deadline.
        Ask = 47, "ask for verification";
        /// The deadline of the question is extended.
        ExtendDeadline = 48, "extend the deadline";
        /// The question is taken back.
        CloseQuestion = 49, "close the question";
        /// A quantity of a line is held for a declaration. A second hold of one declaration takes the place of the first.
        Reserve = 50, "reserve";
        /// A held quantity is used up, in whole or in part.
        Consume = 51, "consume";
        /// A held quantity is given back.
        Release = 52, "release";
        /// A hold whose last day is over is given back; whoever is in scope may say so.
        Expire = 53, "expire";
        /// The issuer answers a request for verification: confirmed, or not.
        Answer = 60, "answer";
    }
);

impl OfficeVerb {
    /// Whether it moves quantities.
    pub const fn is_use(self) -> bool {
        matches!(self, Self::Reserve | Self::Consume | Self::Release | Self::Expire)
    }
}

/// One dated act of a member's office, or the issuer's answer to it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct DestinationAct {
    /// What was done.
    #[n(0)]
    pub verb: OfficeVerb,
    /// By which office; of an answer, by which issuing authority.
    #[n(1)]
    pub by: AuthorityId,
    /// Under which of its keys.
    #[n(2)]
    pub key: KeyNumber,
    /// On which date: of the presentation, of the decision, of the question; of an answer the one that the issuer wrote.
    #[n(3)]
    pub date: CalendarDate,
    /// When it was recorded.
    #[n(4)]
    pub recorded: Recorded,
    /// The office's own reason code; what it means is not on the ledger.
    #[n(5)]
    pub reason: Option<u16>,
    /// By when a question is to be answered.
    #[n(6)]
    pub deadline: Option<CalendarDate>,
    /// The salted commitment to the declaration's reference, with the goods item where one is named.
    #[n(7)]
    pub declaration: Option<Hash>,
    /// Of an answer: whether the issuer confirms the certificate.
    #[n(8)]
    pub confirmed: Option<bool>,
    /// The lines that it concerns, ascending; absent for all.
    #[n(9)]
    pub lines: Option<Vec<u32>>,
    /// Where several officials had to sign: those who signed before the one that completed it.
    #[n(10)]
    pub signed_before: Option<Approvals>,
    /// Where `declaration` is that of one goods item: the commitment to the whole declaration.
    #[n(11)]
    pub whole: Option<Hash>,
}

impl DestinationAct {
    /// From which date on it counts. An answer that its issuer dated back counts from its recording on.
    pub fn counts_from(&self) -> CalendarDate {
        if self.verb == OfficeVerb::Answer { self.date.max(self.recorded.earliest_date()) } else { self.date }
    }

    /// For which declaration, or goods item, it is; `None` for all.
    pub fn declared(&self) -> Option<Declared> {
        self.declaration.map(|named| Declared { named, whole: self.whole })
    }

    /// Whether it speaks of all goods that are asked about: it names their declaration, or the one to which their goods item
    /// belongs, or none. Whoever names no declaration is answered by what names none.
    pub fn covers(&self, asked: Option<Declared>) -> bool {
        self.declared().is_none_or(|named| asked.is_some_and(|asked| named.holds(&asked)))
    }

    /// Whether it was recorded when a deadline was over everywhere.
    pub fn is_after(&self, deadline: CalendarDate) -> bool {
        self.recorded.earliest_date() > deadline
    }

    /// Under which keys.
    pub fn signed(&self) -> Signed<'_> {
        Signed::new(self.signed_before.as_ref(), self.key, self.recorded)
    }

    /// Whether it is an answer by which the issuer confirms the certificate. It gives something, so that it counts only if its keys
    /// do; that an answer does not confirm it counts under whatever key.
    pub fn is_confirmation(&self) -> bool {
        self.verb == OfficeVerb::Answer && self.confirmed == Some(true)
    }
}

impl DestinationAct {
    /// Whether it accepts, or grants preference, or refuses that; `None` if it decides nothing.
    fn accepts(&self) -> Option<bool> {
        match self.verb {
            OfficeVerb::Accept | OfficeVerb::GrantPreference | OfficeVerb::AcceptPartially => Some(true),
            OfficeVerb::Reject | OfficeVerb::DenyPreference => Some(false),
            _ => None,
        }
    }

    /// Whether it names a line, or all.
    fn names(&self, number: u32) -> bool {
        self.lines.as_ref().is_none_or(|lines| lines.binary_search(&number).is_ok())
    }

    /// Whether it accepts a line, of preference grants it (`true`), or refuses that (`false`); `None` if it decides nothing
    /// about the line. A certificate without lines has one of the number 0.
    fn decides(&self, number: u32) -> Option<bool> {
        let names_it = self.names(number);
        match self.verb {
            OfficeVerb::Accept | OfficeVerb::GrantPreference => names_it.then_some(true),
            OfficeVerb::Reject | OfficeVerb::DenyPreference => names_it.then_some(false),
            OfficeVerb::AcceptPartially => Some(names_it),
            _ => None,
        }
    }
}

/// What one member's offices decided about a line, and what the issuer answered them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct LineDecision<'a> {
    /// The last decision that names the line, or all lines, and whether it accepts the line.
    pub decision: Option<(&'a DestinationAct, bool)>,
    /// The issuer's answer that it does not confirm the certificate, unless it confirmed it later, or the member accepted
    /// the line after the answer: that is the member's own right.
    pub unconfirmed: Option<&'a DestinationAct>,
}

/// Why a line is no ground for anything in a member.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bar<'a> {
    /// Its office rejected the line, or denied preference for it.
    Rejected(&'a DestinationAct),
    /// The issuer did not confirm the certificate to it.
    NotConfirmed(&'a DestinationAct),
}

impl<'a> LineDecision<'a> {
    /// What stands against the line.
    pub fn bar(&self) -> Option<Bar<'a>> {
        match self.decision {
            Some((act, false)) => Some(Bar::Rejected(act)),
            _ => self.unconfirmed.map(Bar::NotConfirmed),
        }
    }
}

/// What these acts, oldest first, decide about a line.
fn decided<'a>(number: u32, acts: impl Iterator<Item = &'a DestinationAct>) -> LineDecision<'a> {
    acts.fold(LineDecision::default(), |before, act| match act.decides(number) {
        Some(true) => LineDecision { decision: Some((act, true)), unconfirmed: None },
        Some(false) => LineDecision { decision: Some((act, false)), ..before },
        None if act.verb == OfficeVerb::Answer => {
            LineDecision { unconfirmed: Some(act).filter(|act| act.confirmed == Some(false)), ..before }
        }
        None => before,
    })
}

/// What the offices of one member recorded about a certificate, in the order of recording.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct Destination(#[n(0)] Vec<DestinationAct>);

impl Destination {
    /// The acts, oldest first.
    pub fn as_slice(&self) -> &[DestinationAct] {
        &self.0
    }

    /// With one more.
    pub fn with(mut self, act: DestinationAct) -> Self {
        self.0.push(act);
        self
    }

    /// The acts that count from this date or an earlier one on, as known then, oldest first.
    pub fn acts_on(&self, on: CalendarDate, known: Known) -> impl DoubleEndedIterator<Item = &DestinationAct> {
        self.0.iter().filter(move |act| act.counts_from() <= on && known.covers(&act.recorded))
    }

    /// What was decided about a line by this date, as known then: of a certificate without lines about the number 0. A decision
    /// that names a declaration is about that one's goods alone, for a claim is decided for each importation. `counts` says whether
    /// an answer of the issuer does.
    pub fn about_line(
        &self,
        number: u32,
        declared: Option<Declared>,
        on: CalendarDate,
        known: Known,
        counts: impl Fn(&DestinationAct) -> bool,
    ) -> LineDecision<'_> {
        decided(number, self.acts_on(on, known).filter(|act| act.covers(declared) && counts(act)))
    }

    /// The same about several lines, each with its number.
    pub fn about_lines(
        &self,
        numbers: &[u32],
        declared: Option<Declared>,
        on: CalendarDate,
        known: Known,
        counts: impl Fn(&DestinationAct) -> bool,
    ) -> Vec<(u32, LineDecision<'_>)> {
        // Which acts count is judged once for all lines.
        let acts: Vec<&DestinationAct> = self.acts_on(on, known).filter(|act| act.covers(declared) && counts(act)).collect();
        numbers.iter().map(|number| (*number, decided(*number, acts.iter().copied()))).collect()
    }

    /// The last decisions by this date, as known then, for other goods than those asked about: of other declarations, or of one
    /// goods item where more is asked about; each with whether it accepts. Those that a later decision took back are not among
    /// them: about the same goods, or about all lines of the whole declaration, or of all declarations.
    pub fn about_other_declarations(&self, asked: Option<Declared>, on: CalendarDate, known: Known) -> Vec<(&DestinationAct, bool)> {
        self.acts_on(on, known).fold(Vec::new(), |mut others, act| {
            let Some(accepts) = act.accepts() else { return others };
            let is_of_all_lines = act.lines.is_none() || act.verb == OfficeVerb::AcceptPartially;
            others.retain(|(known, _): &(&DestinationAct, bool)| {
                let is_of_the_same = act.declaration.is_some() && known.declaration == act.declaration;
                !(is_of_the_same || (is_of_all_lines && act.covers(known.declared())))
            });
            others.extend((!act.covers(asked)).then_some((act, accepts)));
            others
        })
    }

    /// The presentations by this date, as known then, oldest first.
    pub fn presentations(&self, on: CalendarDate, known: Known) -> impl Iterator<Item = &DestinationAct> {
        self.acts_on(on, known).filter(|act| act.verb == OfficeVerb::Present)
    }

    /// Under which keys the issuer confirmed the certificate.
    pub fn keys_of_confirmations(&self) -> BTreeSet<KeyNumber> {
        let confirmations = self.0.iter().filter(|act| act.is_confirmation());
        confirmations.flat_map(|act| act.signed().each()).map(|one| one.key).collect()
    }

    /// The issuer's last answer by a date, as known then, of those that count.
    pub fn last_answer(&self, on: CalendarDate, known: Known, counts: impl Fn(&DestinationAct) -> bool) -> Option<&DestinationAct> {
        self.acts_on(on, known).rfind(|act| act.verb == OfficeVerb::Answer && counts(act))
    }

    /// The question that is open on a date, as known then. `counts` says whether an answer of the issuer does.
    pub fn open_question(&self, on: CalendarDate, known: Known, counts: impl Fn(&DestinationAct) -> bool) -> Option<OpenQuestion<'_>> {
        self.acts_on(on, known).filter(|act| counts(act)).fold(None, |open, act| match (act.verb, open) {
            (OfficeVerb::Ask, _) => Some(OpenQuestion { asked: act, deadline: act.deadline }),
            (OfficeVerb::ExtendDeadline, Some(open)) => Some(OpenQuestion { deadline: act.deadline, ..open }),
            (OfficeVerb::CloseQuestion | OfficeVerb::Answer, _) => None,
            (_, open) => open,
        })
    }
}

/// A request for verification that is neither answered nor taken back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OpenQuestion<'a> {
    /// The request.
    pub asked: &'a DestinationAct,
    /// By when it is to be answered, its extensions counted.
    pub deadline: Option<CalendarDate>,
}

/// From when on a line was used up, or had something left again.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Turn {
    /// When.
    #[n(0)]
    pub recorded: Recorded,
    /// Whose draw came back; absent where it was used up.
    #[n(1)]
    pub given_back_by: Option<MemberId>,
}

/// What is held and used of one line.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct PoolLine {
    /// The line's number.
    #[n(0)]
    pub number: u32,
    /// How much is held, times the certificate's factor.
    #[n(1)]
    pub reserved: u64,
    /// How much is used up, times the certificate's factor.
    #[n(2)]
    pub consumed: u64,
    /// How many uses it ever had; that many stand in its pages.
    #[n(3)]
    pub uses: u32,
    /// When anything of it was last held, used or given back.
    #[n(4)]
    pub last: Option<Recorded>,
    /// When it was used up, when something of it was given back, and so on in turns; at most [`POOL_TURNS_MAX`].
    #[n(5)]
    pub turns: Vec<Turn>,
    /// How many of its uses were given back whole, so that they hold and used nothing.
    #[n(6)]
    pub given_back: Option<u32>,
}

impl PoolLine {
    /// How much is held and used.
    pub fn taken(&self) -> u64 {
        self.reserved.saturating_add(self.consumed)
    }

    /// Whether nothing of an amount is left, or less than one of the steps in which it was certified. Validators do not know
    /// a certificate's step, and take 1 for it.
    pub fn is_all_used(&self, certified: Option<u64>, step: Option<u64>) -> bool {
        let Some(certified) = certified.filter(|certified| *certified > 0) else { return false };
        let step = step.filter(|step| certified.checked_rem(*step) == Some(0)).unwrap_or(1);
        certified.saturating_sub(self.consumed) < step
    }

    /// Whether the line was used up by the movements that count. How little was left before a movement that does not count
    /// nobody knows: then nothing must have been.
    pub fn is_used_up(&self, certified: Option<u64>, step: Option<u64>, counts: impl Fn(&Recorded) -> bool) -> bool {
        if self.last.is_none_or(|last| counts(&last)) {
            return self.is_all_used(certified, step);
        }
        self.turns.iter().filter(|turn| counts(&turn.recorded)).count() % 2 == 1
    }

    /// Whether something is held and nothing is free besides, or less than a step, as [`Self::is_used_up`] counts steps. Before
    /// a movement that does not count it is not known, and no.
    pub fn is_held_in_full(&self, certified: Option<u64>, step: Option<u64>, counts: impl Fn(&Recorded) -> bool) -> bool {
        let taken = Self { consumed: self.taken(), ..self.clone() };
        self.reserved > 0 && self.last.is_none_or(|last| counts(&last)) && taken.is_all_used(certified, step)
    }

    /// Whether it was used up after the last movement.
    fn was_used_up(&self) -> bool {
        self.turns.len() % 2 == 1
    }

    /// Whether a draw of this member may come back now: where nothing is left, that is a turn to remember, and so is the next
    /// using up. What was answered about the time between must stay true, so that none is ever forgotten.
    pub(crate) fn may_come_back(&self, member: MemberId, recorded: Recorded) -> bool {
        let is_undone = self.turns.last().is_some_and(|turn| turn.recorded == recorded);
        let of_member = self.turns.iter().filter(|turn| turn.given_back_by == Some(member)).count();
        let has_room = self.turns.len().saturating_add(2) <= POOL_TURNS_MAX;
        !self.was_used_up() || is_undone || (has_room && of_member < TURNS_OF_MEMBER_MAX)
    }

    /// With a movement recorded by a member: the turns are kept true. What turns back in the same block was never seen.
    pub(crate) fn moved(mut self, certified: Option<u64>, recorded: Recorded, by: MemberId) -> Self {
        self.last = Some(recorded);
        let is_used_up = self.is_all_used(certified, None);
        if is_used_up == self.was_used_up() {
            return self;
        }
        if self.turns.pop_if(|turn| turn.recorded == recorded).is_none() {
            self.turns.push(Turn { recorded, given_back_by: (!is_used_up).then_some(by) });
        }
        self
    }
}

/// Who used a certificate, so that "exhausted" names the parties and where.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct PoolUser {
    /// The office that consumed, or the authority that drew from it for a back-to-back certificate.
    #[n(0)]
    pub by: AuthorityId,
    /// How often.
    #[n(1)]
    pub times: u32,
    /// The first time.
    #[n(2)]
    pub first: Recorded,
    /// The last time.
    #[n(3)]
    pub last: Recorded,
    /// How many of these were given back: draws of a certificate that was cancelled, unused.
    #[n(4)]
    pub given_back: Option<u32>,
}

impl PoolUser {
    /// How many of its uses stand.
    pub fn standing(&self) -> u32 {
        self.times.saturating_sub(self.given_back.unwrap_or_default())
    }
}

/// What others recorded about a certificate, in one entry: which members have a [`Destination`], and what is held and
/// used of its lines. Its absence says that nobody recorded anything.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Dossier {
    /// The members with a [`Destination`], sorted, at most [`DESTINATIONS_MAX`].
    #[n(0)]
    pub members: Vec<MemberId>,
    /// The lines of which something was ever held or used, by number. Only where this certificate holds the pool:
    /// copies and replacements draw from the original's.
    #[n(1)]
    pub lines: Vec<PoolLine>,
    /// Who used it, in the order of first use, at most [`POOL_USERS_MAX`]; later ones stand in the pages of uses alone.
    #[n(2)]
    pub users: Vec<PoolUser>,
}

impl Dossier {
    /// What is held and used of a line.
    pub fn line(&self, number: u32) -> PoolLine {
        let found = self.lines.binary_search_by_key(&number, |line| line.number).ok();
        found.and_then(|index| self.lines.get(index)).cloned().unwrap_or(PoolLine { number, ..PoolLine::default() })
    }

    /// With a line's new amounts.
    pub(crate) fn with_line(mut self, line: PoolLine) -> Self {
        match self.lines.binary_search_by_key(&line.number, |known| known.number) {
            Ok(index) => self.lines.splice(index..=index, [line]).for_each(drop),
            Err(index) => self.lines.insert(index, line),
        }
        self
    }

    /// With one more use by somebody.
    pub(crate) fn used_by(mut self, by: &AuthorityId, recorded: Recorded) -> Self {
        if let Some(user) = self.users.iter_mut().find(|user| user.by == *by) {
            user.times = user.times.saturating_add(1);
            user.last = recorded;
        } else if self.users.len() < POOL_USERS_MAX {
            self.users.push(PoolUser { by: by.clone(), times: 1, first: recorded, last: recorded, given_back: None });
        }
        self
    }

    /// With one use less by somebody, which was given back.
    pub(crate) fn given_back_by(mut self, by: &AuthorityId) -> Self {
        if let Some(user) = self.users.iter_mut().find(|user| user.by == *by) {
            user.given_back = Some(user.given_back.unwrap_or_default().saturating_add(1));
        }
        self
    }

    /// Whether anything of it is held or used.
    pub fn is_in_use(&self) -> bool {
        self.lines.iter().any(|line| line.reserved > 0 || line.consumed > 0)
    }
}

/// Where a use of a line stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UseState {
    /// Something is held.
    Reserved,
    /// Something was used up; nothing is held any more.
    Consumed,
    /// Given back before anything was used.
    Released,
}

/// One dated act on a use.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct UseAct {
    /// What was done: reserve, consume, release or expire.
    #[n(0)]
    pub verb: OfficeVerb,
    /// By which office.
    #[n(1)]
    pub by: AuthorityId,
    /// Under which of its keys.
    #[n(2)]
    pub key: KeyNumber,
    /// How much, times the certificate's factor: the new hold, or the part that was used or given back.
    #[n(3)]
    pub amount: u64,
    /// When it was recorded.
    #[n(4)]
    pub recorded: Recorded,
    /// Where several officials had to sign: those who signed before the one that completed it.
    #[n(5)]
    pub signed_before: Option<Approvals>,
}

impl UseAct {
    /// Under which keys.
    pub fn signed(&self) -> Signed<'_> {
        Signed::new(self.signed_before.as_ref(), self.key, self.recorded)
    }
}

/// What one declaration holds and used of one line; or what a back-to-back certificate drew from it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct Use {
    /// The office's member: only its offices move this use. It belongs to where the use lies, so that nobody takes the
    /// place of another's by repeating its commitment.
    #[n(0)]
    pub member: MemberId,
    /// How much is held, times the certificate's factor.
    #[n(1)]
    pub reserved: u64,
    /// How much was used up, times the certificate's factor.
    #[n(2)]
    pub consumed: u64,
    /// The last day of the hold; absent for a draw, which holds nothing.
    #[n(3)]
    pub until: Option<CalendarDate>,
    /// What was done, in the order of recording; at most [`USE_ACTS_MAX`].
    #[n(4)]
    pub acts: Vec<UseAct>,
    /// Where it is the use of one goods item: the commitment to the whole declaration.
    #[n(5)]
    pub whole: Option<Hash>,
}

impl Use {
    /// Whether it is what a back-to-back certificate drew: used up at once, without a hold before.
    pub fn is_draw(&self) -> bool {
        self.acts.first().is_some_and(|act| act.verb == OfficeVerb::Consume)
    }

    /// Where it stands.
    pub fn state(&self) -> UseState {
        match (self.reserved, self.consumed) {
            (0, 0) => UseState::Released,
            (0, _) => UseState::Consumed,
            _ => UseState::Reserved,
        }
    }
}

/// Whose use it is, and for which declaration.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct UseName {
    /// The member.
    #[n(0)]
    pub member: MemberId,
    /// The commitment to the declaration, with the goods item where one is named; of a draw the record key of the back-to-back
    /// certificate.
    #[n(1)]
    pub declaration: Hash,
}

/// How many uses of one line a member ever had, those that were given back included: they keep their places in the pages.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct UsesOfMember(#[n(0)] u32);

impl UsesOfMember {
    /// How many.
    pub fn count(self) -> u32 {
        self.0
    }

    /// With one more; none if the member has as many as it may.
    pub(crate) fn with_one_more(self) -> Option<Self> {
        (self.0 < USES_PER_LINE_OF_MEMBER_MAX).then(|| Self(self.0.saturating_add(1)))
    }
}

impl UseName {
    /// Where the certificate lies that drew; of a draw alone.
    pub fn drawn_for(&self) -> RecordKey {
        RecordKey::new(*self.declaration.as_bytes())
    }
}

/// One page of the list of a line's uses, in the order of their first hold, at most [`USES_PER_PAGE`].
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
#[cbor(transparent)]
pub struct UsesPage(#[n(0)] Vec<UseName>);

impl UsesPage {
    /// The uses.
    pub fn as_slice(&self) -> &[UseName] {
        &self.0
    }

    /// With one more.
    pub fn with(mut self, name: UseName) -> Self {
        self.0.push(name);
        self
    }
}
