//! Why a document was not read: the place, the cause and the remedy, one sentence each.

use super::escape_for_terminal;
use std::borrow::Cow;

/// The most characters of a document's own text that a message repeats.
const QUOTED_CHARS_MAX: usize = 60;

/// The class of a reading error: stable names for programs, while the sentences may be reworded.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Reason {
    /// The document, one of its texts, attributes or lists is larger than the limit.
    TooLarge,
    /// Elements or values stand inside each other deeper than [`super::DEPTH_MAX`].
    TooDeep,
    /// The bytes are not UTF-8, or the document declares another encoding.
    Encoding,
    /// Neither an XML nor a JSON document, or one that breaks the grammar of XML or JSON.
    NotWellFormed,
    /// The document has a DOCTYPE.
    Doctype,
    /// A reference to an entity other than XML's own five.
    Entity,
    /// A prefix that no `xmlns` attribute declares.
    UnboundPrefix,
    /// A readable document of a kind, version or schema that is not read here.
    UnknownKind,
    /// An element, attribute or member that the schema does not have at this place.
    Unexpected,
    /// An element or member that stands in the schema but later or earlier than written here.
    Order,
    /// An element or member more often than the schema allows, or a JSON member twice.
    Repeated,
    /// A mandatory element or member is missing.
    Missing,
    /// A mandatory value is empty.
    Empty,
    /// A value of the wrong shape: a date, code, number, country or unit.
    Value,
    /// Parts that contradict each other.
    Inconsistent,
}

/// Where in the document: line and column for XML and for broken JSON, and the path of the element or member.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Place {
    /// The line, counted from 1; `None` where only the path is known.
    pub line: Option<u32>,
    /// The character in the line, counted from 1.
    pub column: Option<u32>,
    /// For XML the element names from the root (`SPSCertificate/SPSConsignment`, with `[2]` for the second of its
    /// name), for JSON a pointer (RFC 6901). Empty at the very beginning.
    pub path: String,
}

impl Place {
    /// The place of the byte `offset` of `text`.
    pub(crate) fn at(text: &str, offset: usize, path: String) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline.saturating_add(1));
        let count =
            |bytes: &[u8], wanted: fn(&u8) -> bool| u32::try_from(bytes.iter().filter(|byte| wanted(byte)).count()).unwrap_or(u32::MAX);
        // A character is counted by its first byte: continuation bytes of UTF-8 are 10xxxxxx.
        let characters = count(before.get(line_start..).unwrap_or_default(), |byte| byte & 0xc0 != 0x80);
        Self { line: Some(count(before, |byte| *byte == b'\n').saturating_add(1)), column: Some(characters.saturating_add(1)), path }
    }

    /// A place known by its path only.
    pub(crate) fn of_path(path: String) -> Self {
        Self { line: None, column: None, path }
    }
}

impl core::fmt::Display for Place {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let path = escape_for_terminal(&for_people(&self.path)).into_owned();
        match (self.line, self.column, path.is_empty()) {
            (Some(line), Some(column), true) => write!(out, "line {line}, column {column}"),
            (Some(line), Some(column), false) => write!(out, "line {line}, column {column}, {path}"),
            (_, _, true) => out.write_str("the whole document"),
            (_, _, false) => out.write_str(&path),
        }
    }
}

/// A pointer as fields are named everywhere else, counted from 1: `/items/0/hs/code` is `items[1].hs.code`.
fn for_people(path: &str) -> Cow<'_, str> {
    let Some(pointer) = path.strip_prefix('/') else { return Cow::Borrowed(path) };
    let mut said = String::with_capacity(path.len());
    for segment in pointer.split('/') {
        match segment.parse::<usize>() {
            Ok(index) if !said.is_empty() => said.push_str(&format!("[{}]", index.saturating_add(1))),
            _ => {
                said.push_str(if said.is_empty() { "" } else { "." });
                said.push_str(&segment.replace("~1", "/").replace("~0", "~"));
            }
        }
    }
    Cow::Owned(said)
}

/// How many faults of a document an error names.
pub const FAULTS_NAMED_MAX: usize = 16;

/// Why a document was not read. The sender must act: nothing was taken from the document.
///
/// All sentences are safe to print: what they quote of the document is cut short and escaped.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", self.faults().join(" | "))]
pub struct ReadError {
    /// The class of the error.
    pub reason: Reason,
    /// Where it is.
    pub place: Place,
    /// What is wrong there.
    pub cause: String,
    /// What the sender should do.
    pub remedy: String,
    /// Further faults that do not follow from this one, if there are any.
    pub others: Option<Box<Others>>,
}

/// The faults of a document beside the first.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Others {
    /// In the order of the document; with the first at most [`FAULTS_NAMED_MAX`].
    pub named: Vec<ReadError>,
    /// How many there are beyond those.
    pub unnamed: usize,
}

impl ReadError {
    pub(crate) fn new(reason: Reason, place: Place, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { reason, place, cause: cause.into(), remedy: remedy.into(), others: None }
    }

    /// Place, cause and remedy of each fault, a sentence each.
    pub fn faults(&self) -> Vec<String> {
        let one = |error: &Self| format!("{}: {}; {}", error.place, error.cause, error.remedy);
        let others = self.others.as_deref();
        let mut all: Vec<String> = core::iter::once(self).chain(others.into_iter().flat_map(|others| &others.named)).map(one).collect();
        let unnamed = others.map(|others| others.unnamed).filter(|unnamed| *unnamed > 0);
        all.extend(unnamed.map(|unnamed| format!("and {unnamed} more; correct these first")));
        all
    }
}

/// The faults of a document as they are met, so that they are named at once and corrected at once.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    first: Option<ReadError>,
}

impl Faults {
    /// Notes one more, with those that it brings along.
    pub(crate) fn note(&mut self, mut error: ReadError) {
        let others = error.others.take();
        self.note_one(error);
        if let Some(Others { named, unnamed }) = others.map(|others| *others) {
            named.into_iter().for_each(|other| self.note_one(other));
            if let (Some(first), 1..) = (&mut self.first, unnamed) {
                let others = first.others.get_or_insert_default();
                others.unnamed = others.unnamed.saturating_add(unnamed);
            }
        }
    }

    fn note_one(&mut self, error: ReadError) {
        let Some(first) = &mut self.first else {
            self.first = Some(error);
            return;
        };
        let others = first.others.get_or_insert_default();
        if others.named.len().saturating_add(1) < FAULTS_NAMED_MAX {
            others.named.push(error);
        } else {
            others.unnamed = others.unnamed.saturating_add(1);
        }
    }

    /// Whether there were none.
    ///
    /// # Errors
    /// [`ReadError`] with all of them.
    pub(crate) fn none(self) -> Result<(), ReadError> {
        self.first.map_or(Ok(()), Err)
    }
}

/// A piece of the document for a message: cut to 60 characters, escaped, in single quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    let cut = shown.len() < text.len();
    shown = escape_for_terminal(&shown).into_owned();
    if cut { format!("'{shown}…'") } else { format!("'{shown}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_together_up_to_a_limit() {
        let fault = |number: usize| ReadError::new(Reason::Value, Place::of_path(format!("/f{number}")), "is wrong", "correct it");
        let mut faults = Faults::default();
        faults.note(fault(1));
        assert_eq!(Faults { first: faults.first.clone() }.none().unwrap_err().to_string(), "f1: is wrong; correct it");
        (2..=FAULTS_NAMED_MAX + 2).for_each(|number| faults.note(fault(number)));
        let error = faults.none().unwrap_err();
        let all = error.faults();
        let others = error.others.as_ref().unwrap();
        assert_eq!((all.len(), others.named.len(), others.unnamed), (FAULTS_NAMED_MAX + 1, FAULTS_NAMED_MAX - 1, 2));
        assert_eq!((all[1].as_str(), all[FAULTS_NAMED_MAX].as_str()), ("f2: is wrong; correct it", "and 2 more; correct these first"));
        assert_eq!(error.to_string(), all.join(" | "));
        Faults::default().none().unwrap();
    }

    #[test]
    fn a_place_is_named_as_in_a_verdict() {
        for (path, said) in [
            ("/items/0/hs/code", "items[1].hs.code"),
            ("/equipment/1/seals/0/number", "equipment[2].seals[1].number"),
            ("/number", "number"),
            ("SPSCertificate/SPSConsignment[2]", "SPSCertificate/SPSConsignment[2]"),
            ("", "the whole document"),
        ] {
            assert_eq!(Place::of_path(path.to_owned()).to_string(), said);
        }
    }
}
