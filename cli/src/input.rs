//! What a person hands to a command: a number, a file, or `-`; the kind is found by looking.

use crate::certificate_file::CertificateFile;
use crate::output::shown;
use anyhow::{Context as _, bail, ensure};
use contracts::document::{DOCUMENT_BYTES_MAX, Document, other_media, read_document};
use ledger::id::CertificateNumber;
use ledger::receipt::Receipt;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// What was given.
#[derive(Debug)]
pub enum Given {
    /// A certificate's number.
    Number(CertificateNumber),
    /// A certificate file.
    Certificate(Box<CertificateFile>),
    /// An original document.
    Document(Box<Document>, Vec<u8>),
}

impl Given {
    /// A file says of itself what the options say of a number.
    ///
    /// # Errors
    /// If one of the options was given beside a file, whatever it says.
    pub fn states_itself(&self, argument: &str, options: &[(&str, bool)]) -> anyhow::Result<()> {
        let given: Vec<&str> = options.iter().filter_map(|(option, is_given)| is_given.then_some(*option)).collect();
        ensure!(
            given.is_empty() || matches!(self, Self::Number(_)),
            "{} tells of a number, and {} says it itself: leave {} out",
            given.join(", "),
            contracts::document::escape_for_terminal(argument),
            if given.len() == 1 { "it" } else { "them" }
        );
        Ok(())
    }
}

/// Finds out what `argument` is: `-` is standard input, the name of a file is its content, all else is a number.
///
/// # Errors
/// If it looks like a file that is not there, or if the file's content is of no known kind.
pub fn find(argument: &str) -> anyhow::Result<Given> {
    if argument == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(limit()).read_to_end(&mut bytes).context("standard input")?;
        return kind_of("standard input", bytes);
    }
    let path = Path::new(argument);
    if path.is_file() {
        return kind_of(argument, read_bounded_document(path, limit())?);
    }
    ensure!(!path.is_dir(), "{argument}: this is a directory; give one file in it, such as NUMBER.symbolon");
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    // A number may hold a slash; one that begins like a directory that is there is a path.
    let in_directory = path.parent().is_some_and(|parent| !parent.as_os_str().is_empty() && parent.is_dir());
    if argument.starts_with(['/', '.', '~'])
        || path.exists()
        || in_directory
        || ending.starts_with("symb")
        || ["xml", "json", "cbor", "symbolon", "pdf", "png", "jpg"].contains(&ending.as_str())
    {
        bail!(
            "{argument}: there is no such file, or it is none that can be read; give the file's path, or a certificate number with --from COUNTRY"
        );
    }
    Ok(Given::Number(CertificateNumber::parse(argument)?))
}

/// Tells a certificate file from a document by its first bytes: canonical CBOR begins with a map, XML and JSON do not.
fn kind_of(name: &str, bytes: Vec<u8>) -> anyhow::Result<Given> {
    ensure!(!bytes.is_empty(), "{name}: the file is empty; give the certificate file (NUMBER.symbolon) or the document");
    if bytes.first().is_some_and(|first| (0xa0..=0xb7).contains(first)) {
        let file = certificate_file(&bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
        return Ok(Given::Certificate(Box::new(file)));
    }
    if let Some(what) = other_media(&bytes) {
        bail!("{name}: this is {what}, which is not read; give the certificate file (NUMBER.symbolon), or the number with --from COUNTRY");
    }
    let document = read_document(&bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
    Ok(Given::Document(Box::new(document), bytes))
}

/// Reads a certificate file, where nothing else is wanted.
///
/// # Errors
/// What it is instead, as far as its first bytes tell.
pub fn certificate_file(bytes: &[u8]) -> anyhow::Result<CertificateFile> {
    let error = match CertificateFile::from_bytes(bytes) {
        Ok(file) => return Ok(file),
        Err(error) => error,
    };
    ensure!(!CertificateFile::is_of_another_version(bytes), "{error}");
    let is_text = || matches!(bytes.trim_ascii_start().first(), Some(b'<' | b'{'));
    let what = match other_media(bytes) {
        _ if bytes.is_empty() => "the file is empty",
        Some(what) => return Err(anyhow::anyhow!("this is {what} and no certificate file; give NUMBER.symbolon")),
        None if <Receipt as ledger::codec::Canonical>::from_bytes(bytes).is_ok() => {
            bail!("this is a receipt alone; give the certificate file (NUMBER.symbolon) or the document")
        }
        None if is_text() => "this is a document and no certificate file",
        None => "this is no certificate file: it is cut short or was changed",
    };
    bail!("{what}; ask for the original file NUMBER.symbolon")
}

fn limit() -> u64 {
    // The largest certificate file: a document, a receipt and the rest.
    u64::try_from(DOCUMENT_BYTES_MAX + crate::certificate_file::AROUND_DOCUMENT_BYTES_MAX + 1).unwrap_or(u64::MAX)
}

/// Reads a whole number, for clap.
///
/// # Errors
/// If it is none.
pub fn whole<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| "a whole number is wanted, such as 3".to_owned())
}

/// Reads a file of at most `most` bytes.
///
/// # Errors
/// If it cannot be read or is larger.
pub fn read_bounded(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    read_at_most(path, most, "check that it is the right file")
}

/// Reads a document, or a certificate file, of at most `most` bytes.
///
/// # Errors
/// As [`read_bounded`].
pub fn read_bounded_document(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    read_at_most(path, most, "leave attachments out, or split the consignment over several certificates")
}

fn read_at_most(path: &Path, most: u64, remedy: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("{}: there is no such file; check the path", shown(path)),
        _ => anyhow::Error::from(error).context(shown(path)),
    })?;
    ensure!(!path.is_dir(), "{}: this is a directory; give one file in it", shown(path));
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).with_context(|| shown(path))?;
    ensure!(bytes.len() as u64 <= most, "{}: the file is larger than {most} bytes, the most that is read of it; {remedy}", shown(path));
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_path_is_no_number_and_a_number_may_hold_a_slash() {
        let directory = tempfile::tempdir().unwrap();
        let inside = directory.path().file_name().unwrap().to_string_lossy().into_owned();
        assert!(matches!(find("NZL2026/1"), Ok(Given::Number(_))));
        for path in
            [format!("{}/X.symbol", directory.path().display()), format!("../{inside}/X"), "X.symbol".to_owned(), "X.pdf".to_owned()]
        {
            let error = find(&path).unwrap_err().to_string();
            assert!(error.contains("there is no such file"), "{path}: {error}");
        }
        let large = directory.path().join("large");
        std::fs::write(&large, b"12345").unwrap();
        assert_eq!(read_bounded(&large, 5).unwrap().len(), 5);
        let said = [read_bounded(&large, 4), read_bounded_document(&large, 4)].map(|read| read.unwrap_err().to_string());
        assert!(said[0].ends_with("larger than 4 bytes, the most that is read of it; check that it is the right file"), "{said:?}");
        assert!(said[1].contains("leave attachments out"), "{said:?}");
        let pdf = directory.path().join("a.pdf");
        std::fs::write(&pdf, b"%PDF-1.7").unwrap();
        let error = find(&pdf.to_string_lossy()).unwrap_err().to_string();
        assert!(error.contains("this is a PDF"), "{error}");
        assert_eq!(whole::<u32>(" 7 "), Ok(7));
        assert_eq!(whole::<u32>("seven").unwrap_err(), "a whole number is wanted, such as 3");
    }
}
