//! Finds out what a document is and hands it to its reader.

use super::json::{self, Json};
use super::{DOCUMENT_BYTES_MAX, Document, Faults, Place, ReadError, Reason, quoted};
use crate::kinds::RecordKind;

/// Reads any document that the project knows; the kind is found in the document itself.
///
/// XML: UN/CEFACT SPSCertificate 17A. JSON: the project's own forms, one a kind, which say in the member `type` what they
/// are (`symbolon/certificate-of-origin/1`). UTF-8, with or without a byte order mark, at most [`DOCUMENT_BYTES_MAX`].
///
/// # Errors
/// [`ReadError`] with the place, the cause and the remedy: for bytes that are too many, not UTF-8, neither XML nor
/// JSON, of an unknown kind, or not of their kind's schema.
pub fn read_document(bytes: &[u8]) -> Result<Document, ReadError> {
    let text = text_of(bytes)?;
    match text.trim_start_matches([' ', '\t', '\n', '\r']).chars().next() {
        Some('<') => read_xml(text),
        Some('{') => read_json(text),
        _ => Err(neither(text)),
    }
}

/// The first kind that knows the message reads it.
fn read_xml(text: &str) -> Result<Document, ReadError> {
    let mut unknown = None;
    for read in RecordKind::ALL.iter().filter_map(|kind| kind.rules().read_xml(text)) {
        match read {
            Err(error) if error.reason == Reason::UnknownKind => unknown = unknown.or(Some(error)),
            read => return read,
        }
    }
    Err(unknown.unwrap_or_else(|| neither(text)))
}

/// What is wrong with single values comes before what is wrong with the form, and hides none of it.
fn read_json(text: &str) -> Result<Document, ReadError> {
    let mut faults = Faults::default();
    match json::parse(text, &mut faults).and_then(|root| read_form(&root)) {
        Ok(document) => faults.none().map(|()| document),
        Err(error) => {
            faults.note(error);
            faults.none().and_then(|()| Err(neither(text)))
        }
    }
}

fn read_form(root: &Json) -> Result<Document, ReadError> {
    let Json::Object(members) = root else {
        return Err(json::error_at("", Reason::UnknownKind, "the document is not an object", "send a JSON object"));
    };
    match members.iter().find(|(name, _)| name == "type").map(|(_, value)| value) {
        Some(Json::Text(name)) => match RecordKind::ALL.iter().find(|kind| kind.rules().form() == name) {
            Some(kind) => kind.rules().read(root),
            None => Err(unknown_form("type", format!("the type {} is unknown", quoted(name)))),
        },
        Some(_) => Err(unknown_form("type", "the type is not a string".to_owned())),
        None => Err(unknown_form("", "the member 'type' is missing".to_owned())),
    }
}

fn unknown_form(path: &str, cause: String) -> ReadError {
    let types: Vec<&str> = RecordKind::ALL.iter().map(|kind| kind.rules().form()).collect();
    json::error_at(path, Reason::UnknownKind, cause, format!("send one of the project's JSON forms, whose type is {}", types.join(" or ")))
}

fn neither(text: &str) -> ReadError {
    ReadError::new(
        Reason::NotWellFormed,
        Place::at(text, 0, String::new()),
        "the document is neither XML nor a JSON object",
        "send a UN/CEFACT SPSCertificate (XML) or a document of one of the project's JSON forms",
    )
}

fn text_of(bytes: &[u8]) -> Result<&str, ReadError> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        let cause = format!("the document has {} bytes", bytes.len());
        return Err(ReadError::new(
            Reason::TooLarge,
            Place::default(),
            cause,
            format!("documents have at most {DOCUMENT_BYTES_MAX} bytes; leave attachments out"),
        ));
    }
    if bytes.trim_ascii().is_empty() {
        return Err(ReadError::new(
            Reason::NotWellFormed,
            Place::default(),
            if bytes.is_empty() { "the file is empty" } else { "the file holds white space alone" },
            "send the document itself, as XML or JSON: docs/documents.md",
        ));
    }
    if let Some(what) = other_media(bytes) {
        return Err(ReadError::new(
            Reason::NotWellFormed,
            Place::default(),
            format!("the file is {what}, which is not read"),
            "send the document itself, as XML or JSON: docs/documents.md",
        ));
    }
    let text = core::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).and_then(|head| core::str::from_utf8(head).ok()).unwrap_or_default();
        let cause = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            "the document is in UTF-16"
        } else {
            "the document is not in UTF-8 from here on"
        };
        ReadError::new(Reason::Encoding, Place::at(valid, valid.len(), String::new()), cause, "send the document in UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// What a file is that people take for the document: known by its first bytes.
pub fn other_media(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 5] = [
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\xd0\xcf\x11\xe0", "an office document"),
    ];
    KNOWN.iter().find(|(begins, _)| bytes.starts_with(begins)).map(|(_, what)| *what)
}
