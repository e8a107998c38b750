//! What a kind answers for itself.

use crate::acts::{DocumentError, Issue};
use crate::context::Context;
use crate::destination::{Dossier, OfficeVerb};
use crate::document::json::Json;
use crate::document::{CodedStatus, Document, ReadError};
use crate::refusal::Refusal;
use crate::registry::AgreementTerms;
use crate::standing::{Flags, Standing, Verb};
use crate::verdict::{Base, Case, Facts, Question, Recognised, Said, Term};
use ledger::codec::Bytes;
use ledger::commitment::Seed;
use ledger::time::CalendarDate;

/// What a kind of record demands beyond what is common to all. Values in, an answer out; no rule reads the state.
///
/// What the tools know of a kind stands here as well: none of them asks which kind it is.
pub trait Rules: Sync {
    /// The kind in one word, as it is typed.
    fn word(&self) -> &'static str;

    /// The article before its name.
    fn article(&self) -> &'static str {
        "a"
    }

    /// What a document of the kind's own JSON form says in its member `type`.
    fn form(&self) -> &'static str;

    /// Reads a document of that form.
    ///
    /// # Errors
    /// [`ReadError`] if a member is missing, unknown, of another shape, or contradicts another one.
    fn read(&self, root: &Json) -> Result<Document, ReadError>;

    /// Reads the field's own message in XML, if the kind has one.
    ///
    /// # Errors
    /// [`ReadError`], for another message with the reason [`UnknownKind`](crate::document::Reason::UnknownKind).
    fn read_xml(&self, _text: &str) -> Option<Result<Document, ReadError>> {
        None
    }

    /// A document of the JSON form that issues as it is, once country and numbers are the authority's.
    fn example(&self) -> &'static str;

    /// The kind's own terms, from a document.
    ///
    /// # Errors
    /// [`DocumentError`] if the document cannot be recorded as it is.
    fn terms_of(&self, document: &Document, seed: &Seed) -> Result<Option<Bytes>, DocumentError>;

    /// The kind's own terms, from a document that says of itself that it is not issued yet.
    ///
    /// # Errors
    /// [`DocumentError`] if it is no draft, or its kind has none.
    fn draft_terms_of(&self, document: &Document) -> Result<Option<Bytes>, DocumentError> {
        Err(DocumentError::NoDrafts(document.kind))
    }

    /// What else than numbers, dates, parties and lines an officer holds against the consignment: one line each, as the
    /// document writes it.
    fn to_compare(&self, _: &Document) -> Vec<String> {
        Vec::new()
    }

    /// Whether the field at a path, without places in lists, may differ in another form of the document that this act certifies.
    fn may_differ(&self, _: Verb, _path: &str) -> bool {
        false
    }

    /// The classes that such records can have, where the field has a closed list of them.
    fn classes(&self) -> Option<&'static [&'static str]> {
        None
    }

    /// The roles in which a holder of such a record stands in a declaration, where it has a holder.
    fn roles(&self) -> &'static [&'static str] {
        &[]
    }

    /// What is odd about a document though it may be meant so: whoever issues it is told.
    fn doubts(&self, _: &Document) -> Vec<String> {
        Vec::new()
    }

    /// Whether a record of this class goes on with the goods of those on which it rests, and so takes from their quantity.
    fn goes_on_with_its_base(&self, _flags: Flags, _class: Option<&str>) -> bool {
        false
    }

    /// Whether a number is unique within the issuing authority only, so that the identity names the authority.
    fn numbers_are_the_authoritys(&self) -> bool {
        false
    }

    /// Whether exporters make out documents of this kind themselves, under an authorisation.
    fn has_declarations(&self) -> bool {
        false
    }

    /// The authorisation under which an exporter made the document out, from a record's terms.
    fn authorisation_of(&self, _terms: &Bytes) -> Option<String> {
        None
    }

    /// Whether partners under an arrangement may look up a document by its number, beside the countries that it names.
    fn is_open_to_partners(&self, _: &Document) -> bool {
        false
    }

    /// Whether such a record may be shown to partner administrations at all, as far as its terms say.
    fn may_be_shown_to_partners(&self, _terms: Option<&Bytes>) -> bool {
        true
    }

    /// Whether nobody but the arrangements at its issue decides who finds such a record by its number: a partner's absence
    /// then proves nothing.
    fn is_found_by_arrangement(&self) -> bool {
        false
    }

    /// The acts that records of this kind have, beside `issue` and `replace`, which all have, and from which places in
    /// its life each is allowed.
    fn acts(&self) -> &'static [AllowedAct];

    /// Whether a certificate may be recorded; also for `replace`. `bases` are those that stand on this ledger.
    ///
    /// # Errors
    /// The [`Refusal`] of the first condition that fails.
    fn may_issue(&self, issue: &Issue, bases: &[Standing], ctx: &Context<'_>) -> Result<(), Refusal>;

    /// What the issuer has to know to mend what was refused so, beside the refusal's own words.
    fn mended_by(&self, _: Refusal, _: &Issue, _: &Context<'_>) -> Option<String> {
        None
    }

    /// Whether an act on a record may be done, beyond what all kinds have in common. `others` is what others recorded
    /// about it.
    ///
    /// # Errors
    /// The [`Refusal`] of the first condition that fails.
    fn may_change(&self, _verb: Verb, _others: &Others, _: &Context<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Whether what is to be recorded says of itself that it is not issued yet.
    fn is_draft(&self, _: &Issue) -> bool {
        false
    }

    /// The status that an act of the issuer gives a record, in the code list of the kind's messages; `None` if these have no list, or
    /// the act leaves the status as it is.
    fn status_after(&self, _: Verb) -> Option<CodedStatus> {
        None
    }

    /// The status that a draft states of itself, in that list.
    fn status_of_draft(&self, _: &Standing) -> Option<CodedStatus> {
        None
    }

    /// The status that an act of an importing side's office gives the consignment there, in that list.
    fn status_there(&self, _: OfficeVerb) -> Option<CodedStatus> {
        None
    }

    /// The acts that offices of the importing side have on records of this kind.
    fn office_acts(&self) -> &'static [OfficeVerb] {
        &[]
    }

    /// Whether such a record is revoked from the day after the revocation's notification on, unless another date is given.
    fn is_revoked_from_the_next_day(&self) -> bool {
        false
    }

    /// Whether a record of this class is made for the use of the issuing member's own customs, so that its own offices
    /// act on it as well.
    fn is_used_at_home(&self, _class: Option<&str>) -> bool {
        false
    }

    /// Whether the class of such a record is a trade agreement, whose terms and notifications the rules and the verdict
    /// then know.
    fn is_under_agreement(&self) -> bool {
        false
    }

    /// Whether the class of such a record is a programme, whose types and terms its member may have registered.
    fn is_under_programme(&self) -> bool {
        false
    }

    /// The type within its programme, as terms of such a record name it; `None` if they are not in form.
    fn programme_type(&self, _: &Bytes) -> Option<String> {
        None
    }

    /// Whether such a record is recognised by arrangement, and its absence is shown to strangers like presence without
    /// recognition (DESIGN section 4).
    fn is_answered_to_partners_only(&self) -> bool {
        false
    }

    /// Whether the reader is answered at all, judged before anything of the record is looked at.
    ///
    /// # Errors
    /// What is said instead.
    fn answers(&self, _: &Facts, _: &Question) -> Result<(), Said> {
        Ok(())
    }

    /// Whether whom the record is shown to recognises it.
    ///
    /// # Errors
    /// What is said if not.
    fn recognised(&self, _: &Case<'_>) -> Result<Recognised, Said> {
        Ok(Recognised::passed("needs no arrangement"))
    }

    /// Until when the record counts, and on which date that is judged.
    fn term(&self, case: &Case<'_>) -> Term {
        Term::of_document(case)
    }

    /// The lines of a record in its time for which the time is over all the same.
    fn late_lines(&self, _case: &Case<'_>) -> Vec<u32> {
        Vec::new()
    }

    /// The last day on which a record may be presented, as far as its issuer's side says: `agreement` holds the terms that
    /// the issuing party applies.
    fn last_day(&self, standing: &Standing, _agreement: Option<&AgreementTerms>) -> Option<CalendarDate> {
        standing.valid_until
    }

    /// Whether a record that has not ended carries what rests on it, beyond what all kinds have in common: its issuer was to issue
    /// it to the country in which another went on with its goods.
    ///
    /// # Errors
    /// What is said if not.
    fn may_carry(&self, _: &Base<'_>) -> Result<(), Said> {
        Ok(())
    }

    /// Whether a record turns doubtful only, in place of ending, when a certificate beneath it falls.
    fn is_only_doubtful_without_base(&self, _: &Standing) -> bool {
        false
    }

    /// Adds what else a person should know of a record of this kind.
    fn flags(&self, _: &Case<'_>, _: &mut Vec<String>) {}

    /// What a line of a story says of the kind's own part of a record.
    #[cfg(test)]
    fn told(&self, words: &crate::story::Words<'_>) -> crate::story::Told;
}

/// What others recorded about a certificate, as far as a rule on its issuer's acts needs it.
#[derive(Clone, Debug, Default)]
pub struct Others {
    /// What lies beside its standing.
    pub dossier: Dossier,
    /// The dossier of the certificate that holds its pool, if that is another.
    pub shared_pool: Option<Dossier>,
    /// Whether any importing side recorded anything about one with whose pool it goes on.
    pub was_touched_before: bool,
}

impl Others {
    /// Whether any importing side recorded anything about it, or anything of its pool is held or used.
    pub fn touched_it(&self) -> bool {
        self.was_touched_before
            || !self.dossier.members.is_empty()
            || self.dossier.is_in_use()
            || self.shared_pool.as_ref().is_some_and(Dossier::is_in_use)
    }
}

/// One act that a kind has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AllowedAct {
    /// The act.
    pub verb: Verb,
    /// Whether it is allowed on a suspended record.
    pub on_suspended: bool,
    /// Whether it is allowed on a record that was replaced.
    pub on_replaced: bool,
    /// Whether it is allowed on a draft.
    pub on_draft: bool,
    /// Whether it is allowed on a record in force.
    pub in_force: bool,
}

impl AllowedAct {
    /// The taking back of an announced suspension, withdrawal or revocation, wherever that one led.
    pub const TAKE_BACK: Self = Self::in_force(Verb::TakeBack).and_suspended().and_replaced();

    /// The sharing with a further member, while it has not ended.
    pub const SHARE: Self = Self::in_force(Verb::Share).and_suspended().and_replaced();

    /// An act that is allowed while the record is in force, and nowhere else.
    pub const fn in_force(verb: Verb) -> Self {
        Self { verb, on_suspended: false, on_replaced: false, on_draft: false, in_force: true }
    }

    /// Allowed on a suspended record as well.
    pub const fn and_suspended(self) -> Self {
        Self { on_suspended: true, ..self }
    }

    /// Allowed on a replaced record as well.
    pub const fn and_replaced(self) -> Self {
        Self { on_replaced: true, ..self }
    }

    /// An act that is allowed on a draft, and nowhere else.
    pub const fn on_draft(verb: Verb) -> Self {
        Self { verb, on_suspended: false, on_replaced: false, on_draft: true, in_force: false }
    }
}
