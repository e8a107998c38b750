//! Another form of a certificate's document: a certified true copy, or a correction by annotation.
//!
//! The ledger sees of it a digest and a commitment only, so that whoever records it checks it here, and whoever verifies it checks it again.
//! Source: DOMAIN section 3.3: a copy bears its original's number, date and validity; a correction is an annotation that the issuer
//! certifies, and anything else a new certificate.

use super::{DocumentError, Issue, Places, issue_from_document};
use crate::document::{Document, changed_fields};
use crate::standing::{Flags, Line, Standing, Verb};
use ledger::commitment::Seed;
use ledger::lookup::RecordTag;

/// How many fields a message names.
const NAMED_MAX: usize = 8;

/// Why a document is no other form of a certificate's.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoForm {
    /// It could not be recorded by itself.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It changes what a correction may not.
    #[error("it changes {}, and a correction by annotation touches names, addresses, transport, marks, packages, descriptions, invoices and remarks only; replace the certificate instead", named(.0))]
    Corrects(Vec<String>),
    /// It changes more than makes it a copy.
    #[error("it changes {}, and a certified true copy differs by its mark (flags.certified_copy) and its certification only; copy the document as it is, or correct it first", named(.0))]
    Copies(Vec<String>),
    /// A copy that does not say so.
    #[error("it is not marked as a copy; write flags.certified_copy: true")]
    NotMarked,
    /// It says what the ledger does not.
    #[error("it does not say what the ledger holds of the certificate: {0}; replace the certificate instead")]
    NotTheRecord(&'static str),
}

/// What a document says otherwise than its record.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OtherRecord {
    /// It could not be recorded by itself.
    #[error("what the document says is nothing that can be recorded: {0}")]
    Document(#[from] DocumentError),
    /// The ledger holds something else.
    #[error("what the ledger holds of it is not what the document says: {0}")]
    Differs(&'static str),
}

fn named(fields: &[String]) -> String {
    let more = if fields.len() > NAMED_MAX { format!(" and {} more", fields.len().saturating_sub(NAMED_MAX)) } else { String::new() };
    format!("{}{more}", fields.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// Whether an authority may certify a document as another form of `of`: the certificate's own document, or for a copy also
/// a recorded correction of it.
///
/// # Errors
/// [`NoForm`] says what is in the way.
pub fn may_be_certified(verb: Verb, of: &Document, form: &Document, seed: &Seed, standing: &Standing) -> Result<(), NoForm> {
    let strays = strays(of, form, &[verb]);
    if !strays.is_empty() {
        return Err(if verb == Verb::CertifyCopy { NoForm::Copies(strays) } else { NoForm::Corrects(strays) });
    }
    says_what_is_recorded(verb, form, seed, standing)
}

/// Whether a form that is recorded is one that its authority may have certified. A copy may be that of a correction.
///
/// # Errors
/// [`NoForm`] says what is not so.
pub fn may_have_been_certified(verb: Verb, original: &Document, form: &Document, seed: &Seed, standing: &Standing) -> Result<(), NoForm> {
    let allowed: &[Verb] = if verb == Verb::CertifyCopy { &[Verb::CertifyCopy, Verb::Correct] } else { &[Verb::Correct] };
    let strays = strays(original, form, allowed);
    if !strays.is_empty() {
        return Err(if verb == Verb::CertifyCopy { NoForm::Copies(strays) } else { NoForm::Corrects(strays) });
    }
    says_what_is_recorded(verb, form, seed, standing)
}

/// The fields that differ and that none of the acts may touch.
fn strays(of: &Document, form: &Document, verbs: &[Verb]) -> Vec<String> {
    let changed = changed_fields(of, form).into_iter().map(|change| change.path);
    changed.filter(|path| !verbs.iter().any(|verb| of.kind.rules().may_differ(*verb, &without_places(path)))).collect()
}

/// A path without the places in lists: `items[2].marks` is `items[].marks`.
fn without_places(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        inside = inside && c != ']';
        if !inside {
            out.push(c);
        }
        inside = inside || c == '[';
    }
    out
}

/// The form, recorded by itself, would say of the certificate what the ledger holds.
fn says_what_is_recorded(verb: Verb, form: &Document, seed: &Seed, standing: &Standing) -> Result<(), NoForm> {
    let flags = if verb == Verb::CertifyCopy { standing.flags.and(Flags::CERTIFIED_COPY) } else { standing.flags };
    if verb == Verb::CertifyCopy && !Flags::from(form.flags).has(Flags::CERTIFIED_COPY) {
        return Err(NoForm::NotMarked);
    }
    match differs(form, seed, standing, flags)? {
        Some(what) => Err(NoForm::NotTheRecord(what)),
        None => Ok(()),
    }
}

/// Whether the ledger holds of a certificate what its own document says. Validators see commitments alone, so that its
/// authority may record another amount, leave the originals out, or state terms that the document does not: whoever has the
/// certificate file finds that out.
///
/// # Errors
/// [`OtherRecord`] says what is recorded otherwise.
pub fn is_as_recorded(document: &Document, seed: &Seed, standing: &Standing) -> Result<(), OtherRecord> {
    if let Some(what) = differs(document, seed, standing, standing.flags)? {
        return Err(OtherRecord::Differs(what));
    }
    // A record may rest on more than its document can name, and on nothing less.
    if !document.bases.is_empty() && standing.bases.is_empty() {
        return Err(OtherRecord::Differs("on what it rests"));
    }
    if document.predecessor.is_some() && standing.predecessor.is_none() {
        return Err(OtherRecord::Differs("what it replaces"));
    }
    Ok(())
}

/// The first part of which a document says something else than the standing holds.
fn differs(document: &Document, seed: &Seed, standing: &Standing, flags: Flags) -> Result<Option<&'static str>, DocumentError> {
    let places = Places { record_tag: RecordTag::new([0; 32]), locators: Vec::new(), bases: Vec::new(), predecessor: None };
    let issue: Issue = issue_from_document(document, &[], seed, places)?;
    let lines: Vec<Line> = issue.lines.into_iter().map(Into::into).collect();
    let parts = [
        (document.kind == standing.kind, "its kind"),
        (issue.country == standing.country, "its country"),
        (issue.class == standing.class, "its agreement"),
        (issue.issue_date == standing.issue_date, "its date of issue"),
        ((issue.valid_from, issue.valid_until) == (standing.valid_from, standing.valid_until), "its validity"),
        (issue.flags == flags, "its flags"),
        (lines == standing.lines, "its goods, their codes or quantities"),
        (
            issue.terms == standing.terms,
            "the terms of its kind: criteria, shipment, completion, signature, authorisation, status, type, roles, holder, consent, method or seals",
        ),
    ];
    Ok(parts.into_iter().find(|(is_so, _)| !is_so).map(|(_, what)| what))
}
