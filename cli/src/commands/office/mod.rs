//! What offices of the importing side record about a certificate: `symbolon present`, `acknowledge`, `accept`, `reject`, `ask`,
//! `reserve`, `consume`, `release`, `uses`; and the issuer's `answer`.
//!
//! An office has the certificate file: its seed opens amounts, codes and units, and hides the declaration's reference.

pub mod approved;
mod facts;
mod quantity;
mod still;
mod uses;

pub use facts::{Accept, Acknowledge, AnswerArgs, Ask, Present, Reject, accept, acknowledge, answer, ask, present, reject};
pub use quantity::{Consume, Release, Reserve, consume, release, reserve};
pub use uses::{Uses, all_of, uses};

use crate::certificate_file::CertificateFile;
use crate::input::{self, Given};
use crate::issuer::Signing;
use crate::profile::Profile;
use crate::record::{Found, Which, find};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{AmountScale, commitment_of};
use contracts::document::{Document, Line, escape_for_terminal, read_document};
use contracts::standing::{Life, Line as StandingLine};
use ledger::id::{AuthorityId, MemberId};
use ledger::lookup::LocatorOpening;
use std::path::PathBuf;

/// How many goods items of a declaration are tried, to say which one an act or a use is for: a declaration has at most so many.
const GOODS_ITEMS_MAX: u32 = 999;

/// Which certificate, and who signs.
#[derive(clap::Args)]
pub struct OnCertificate {
    /// The certificate file, NUMBER.symbolon
    file: String,
    /// The office's key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// A certificate in hand, with its proven record and the office that acts on it.
struct InHand {
    file: Box<CertificateFile>,
    document: Document,
    found: Found,
}

impl InHand {
    /// Reads the file and finds its record.
    fn open(profile: &Profile, what: &str) -> anyhow::Result<Self> {
        let Given::Certificate(file) = input::find(what)? else {
            bail!("{what}: give the certificate file NUMBER.symbolon: without it amounts, codes and references cannot be written");
        };
        let document = read_document(&file.original).with_context(|| what.to_owned())?;
        let which = Which { what: what.to_owned(), from: None, kind: None, class: None };
        let found = find(profile, &which, None)?;
        // What is signed with another seed speaks of declarations and amounts that nobody else reads in it. A draft is nobody's to
        // act on, and keeps no root of a later one.
        ensure!(
            found.standing.life() == Life::Draft || commitment_of(&document, &file.seed) == found.standing.commitment_root,
            "{what}: this file is not the one that was recorded: its seed opens none of the recorded fields, so that what is signed with it would bind nothing; ask for the file again, or for the other file of that number"
        );
        Ok(Self { file, document, found })
    }

    /// What shows that the certificate was made known to the office's member.
    fn opening(&self, profile: &Profile, reader: MemberId) -> anyhow::Result<Option<LocatorOpening>> {
        crate::officer::opening(profile, self.found.standing.authority.member(), reader, &self.document.number)
    }

    /// One line of the document and of the record.
    fn line(&self, number: u32) -> anyhow::Result<(&Line, &StandingLine)> {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let written = index.and_then(|index| self.document.lines.get(index)).filter(|line| !line.is_total);
        let recorded = self.found.standing.lines.iter().find(|line| line.number == number);
        written.zip(recorded).with_context(|| {
            let numbers: Vec<String> = self.found.standing.lines.iter().map(|line| line.number.to_string()).collect();
            let has = if numbers.is_empty() { "no lines of goods".to_owned() } else { format!("the lines {}", numbers.join(", ")) };
            format!("--line {number}: the {} has {has} (CERTEX 07)", self.found.standing.kind)
        })
    }

    /// How the amounts of a line stand on the ledger; `None` if it certifies none.
    fn scale(&self, line: &Line) -> Option<AmountScale> {
        line.quantity.as_ref().map(|quantity| AmountScale::of(quantity, &self.file.seed))
    }
}

/// The reference of a declaration, in capitals and without white space: what is written otherwise is the same one. Only a
/// commitment to it is recorded, so that nobody could tell later that there was none, or that a sign in it only looked like another.
///
/// # Errors
/// If it is empty, or has other signs than those of ASCII.
pub fn reference(text: &str) -> anyhow::Result<String> {
    let reference: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    ensure!(!reference.is_empty(), "--declaration: the reference is empty; write the number of the declaration (MRN)");
    if let Some(other) = reference.chars().find(|c| !c.is_ascii_graphic()) {
        let (named, code) = (escape_for_terminal(&reference), u32::from(other));
        bail!(
            "--declaration {named}: it has a sign that is none of ASCII (U+{code:04X}), and may not show; type it anew, in the letters A-Z and digits"
        );
    }
    Ok(reference)
}

/// A number as people count, for clap.
///
/// # Errors
/// If it is none from 1 on.
pub fn count(text: &str) -> Result<u32, String> {
    crate::input::whole(text).ok().filter(|count| *count > 0).ok_or_else(|| "a whole number from 1 on is wanted".to_owned())
}

/// Opens the key of an office.
fn office(profile: &Profile, on: &OnCertificate) -> anyhow::Result<(Signing, AuthorityId, MemberId)> {
    let (signing, authority) = Signing::of_authority(profile, on.key.as_deref())?;
    let member = authority.member();
    Ok((signing, authority, member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_one_reference_is_one() {
        let said = |text: &str| reference(text).map_err(|error| error.to_string());
        assert_eq!(said(" 26cn\t0001\u{a0}"), Ok("26CN0001".to_owned()));
        assert_eq!(said("10702070/150119-6"), Ok("10702070/150119-6".to_owned()));
        assert!(said(" ").is_err_and(|said| said.contains("is empty")));
        // A Cyrillic letter, a sign of no width, a digit of full width, and one that clears the line.
        for (text, code) in [("26\u{421}N1", "U+0421"), ("26CN1\u{200b}", "U+200B"), ("\u{ff12}6CN1", "U+FF12"), ("26CN1\u{8}", "U+0008")] {
            assert!(said(text).is_err_and(|said| said.contains(code)), "{text}");
        }
        assert_eq!((count("01"), count("0").is_err()), (Ok(1), true));
    }
}
