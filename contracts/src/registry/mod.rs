//! Who may do what: parameters, members, authorities, keys and arrangements.
//!
//! Nothing dated is overwritten: each entry keeps its dated acts with [`Recorded`](crate::context::Recorded), so that
//! "who was in scope then, as known at that time" is answered from today's state.

pub(crate) mod adoption;
mod agreement;
mod agreement_file;
mod amendment;
mod approval;
mod arrangement;
mod authority;
mod coverage;
mod founding;
mod member;
mod programme;
pub(crate) mod rules;

pub use agreement::{
    ADOPTIONS_MAX, AGREEMENT_CHARS_MAX, AGREEMENT_PARTIES_MAX, AGREEMENT_VERSIONS_MAX, AGREEMENTS_MAX, Adoption, Agreement, AgreementId,
    AgreementTerms, AgreementVersion, AgreementsOf, CRITERIA_MAX, CountedFrom, NON_PREFERENTIAL, NOTIFICATIONS_MAX, Notification, Notified,
    Pairs, Span, VERSIONS_OF_MEMBER_MAX,
};
pub use agreement_file::AgreementFile;
pub use amendment::Amendment;
pub use approval::{APPROVAL_DAYS_MAX, Approval, Approvals, Signed};
pub use arrangement::{
    AMENDED_BYTES_MAX, AMENDMENTS_ALONE_MAX, AMENDMENTS_MAX, AMENDMENTS_OF_PARTY_MAX, ARRANGEMENT_ACTS_MAX, ARRANGEMENT_ID_CHARS_MAX,
    ARRANGEMENTS_BETWEEN_MAX, Arrangement, ArrangementAct, ArrangementId, ArrangementVerb, ArrangementsBetween, Benefit, BenefitKind, Flow,
    NOTICE_DAYS_MAX, PARTIES_MAX, RECOGNITIONS_MAX, Recognition, Sought, TERMS_OF_ARRANGEMENT_BYTES_MAX, TYPES_MAX, Terms, Unrecognised,
};
pub use authority::{
    AUTHORITIES_MAX, AUTHORITY_ACTS_MAX, AUTHORITY_KEYS_MAX, AuthoritiesOf, Authority, AuthorityAct, AuthorityKey, AuthorityVerb, Bounds,
    CLASSES_MAX, KEYS_PER_ROOT_KEY_MAX, KeyOwner, ListedAuthority, OFFICIALS_MAX, OutOfScope, RecordedOn, RevokedKey, SCOPES_MAX, Scope,
};
pub use coverage::Coverage;
pub use founding::founding_changes;
pub use member::{COUNTRIES_MAX, CoveredBy, ENCRYPTION_KEYS_MAX, EncryptionKey, Environment, GOVERNANCE_KEYS_MAX, Member, Parameters};
pub use programme::{PROGRAMME_VERSIONS_MAX, Programme, ProgrammeType, ProgrammeVersion, TERM_MONTHS_MAX};

/// The most bytes of a name for people.
pub const NAME_BYTES_MAX: usize = 256;
/// The most bytes of a class, programme, type or role.
pub const WORD_BYTES_MAX: usize = 35;

/// Whether a text may stand as a name for people: 1 to [`NAME_BYTES_MAX`] bytes that are seen as they are.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && crate::document::is_seen_as_it_is(text)
}

/// Whether a text may stand as a class, programme, type or role: 1 to [`WORD_BYTES_MAX`] printable ASCII characters,
/// spaces only inside.
pub fn is_word(text: &str) -> bool {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    printable && !text.is_empty() && text.len() <= WORD_BYTES_MAX && text.trim_ascii() == text
}

/// Whether a list is a set of words: sorted, none twice, none malformed, at most `most`.
pub fn are_words(words: &[String], most: usize) -> bool {
    words.len() <= most && words.iter().all(|word| is_word(word)) && ledger::codec::strictly_ascending(words)
}
