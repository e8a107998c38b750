//! Who and what: the names of networks, members, authorities, keys and certificates.

use crate::codec::{bytes32, checked_text};
use crate::place::CountryCode;
use std::sync::Arc;

bytes32!(
    /// Which network: the SHA-256 of its canonical founding file. It begins all signed bytes after the domain tag.
    NetworkId
);

/// Why a text cannot be a name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("'{text}' is not {what}: {rule}")]
pub struct NotAName {
    /// The text, cut to 64 characters and with control characters escaped.
    pub text: String,
    /// What it should have been.
    pub what: &'static str,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl NotAName {
    pub(crate) fn new(text: &str, what: &'static str, rule: &'static str) -> Self {
        Self { text: text.chars().take(64).flat_map(char::escape_debug).collect(), what, rule }
    }
}

/// A member: a customs administration, or a union of them, by its two letters (`CN`, `NZ`, `EU`).
///
/// Limits: two upper-case ASCII letters.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MemberId(CountryCode);

impl MemberId {
    /// Reads two upper-case letters.
    ///
    /// # Errors
    /// [`NotAName`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        CountryCode::parse(text).map(Self).map_err(|_| NotAName::new(text, "a member", "two upper-case letters, such as NZ"))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The two letters as bytes.
    pub fn as_bytes(&self) -> &[u8; 2] {
        self.0.as_bytes()
    }
}
checked_text!(MemberId);

/// The most characters of an authority's name.
pub const AUTHORITY_ID_CHARS_MAX: usize = 32;

/// An authority admitted by a member: the member's letters, a hyphen, and a name of the member's choice (`NZ-mpi`).
///
/// Limits: 4 to 32 characters; after the hyphen lower-case ASCII letters, digits and single hyphens inside.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AuthorityId(Arc<str>);

impl AuthorityId {
    /// Reads `MM-name`.
    ///
    /// # Errors
    /// [`NotAName`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let wrong =
            || NotAName::new(text, "an authority", "the member's two letters, a hyphen and up to 29 of a-z, 0-9 and '-', such as NZ-mpi");
        let (member, name) = text.split_once('-').ok_or_else(wrong)?;
        MemberId::parse(member).map_err(|_| wrong())?;
        let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let shape = !name.is_empty() && !name.starts_with('-') && !name.ends_with('-') && !name.contains("--");
        if letters && shape && text.len() <= AUTHORITY_ID_CHARS_MAX { Ok(Self(text.into())) } else { Err(wrong()) }
    }

    /// The member that admitted the authority.
    pub fn member(&self) -> MemberId {
        // The constructor has read these two letters as a member already.
        self.0.as_bytes().first_chunk().map_or(MemberId(CountryCode::UNKNOWN), |letters| MemberId(CountryCode::of(*letters)))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
checked_text!(AuthorityId);

/// Who signs a transaction: an authority, or a member for its own governance.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Signer {
    /// A member's governance key.
    Member(MemberId),
    /// An authority's root key (number 0) or one of its officials' keys.
    Authority(AuthorityId),
}

impl Signer {
    /// Reads `MM` or `MM-name`.
    ///
    /// # Errors
    /// [`NotAName`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        if text.len() == 2 { MemberId::parse(text).map(Self::Member) } else { AuthorityId::parse(text).map(Self::Authority) }
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Member(member) => member.as_str(),
            Self::Authority(authority) => authority.as_str(),
        }
    }

    /// The member that stands behind the signer.
    pub fn member(&self) -> MemberId {
        match self {
            Self::Member(member) => *member,
            Self::Authority(authority) => authority.member(),
        }
    }
}
checked_text!(Signer);

/// Which of a signer's keys: 0 is an authority's root key; a member's governance keys count from 0.
/// A number is given once and never again, so that (signer, number) always names the same public key.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, minicbor::Decode, minicbor::Encode)]
#[cbor(transparent)]
pub struct KeyNumber(#[n(0)] u32);

impl KeyNumber {
    /// The root key of an authority.
    pub const ROOT: Self = Self(0);

    /// The key with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl core::fmt::Display for KeyNumber {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(out)
    }
}

/// The most bytes of a certificate number.
pub const CERTIFICATE_NUMBER_BYTES_MAX: usize = 70;

/// A certificate's number as its issuer wrote it, folded: ASCII white space trimmed at both ends, ASCII letters in
/// upper case, and nothing else, since issuers do use leading zeros, slashes and inner spaces (DESIGN section 4).
///
/// Limits: 1 to 70 bytes of UTF-8 after folding, no control characters, none that the eye cannot see, and none that it
/// takes for another: no other form of an ASCII character, no Cyrillic or Greek letter that looks like a Latin one
/// beside Latin letters, no space but the ASCII one. So nobody reads one number and looks up another.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CertificateNumber(String);

impl CertificateNumber {
    /// Folds and checks a number.
    ///
    /// # Errors
    /// [`NotAName`] if it is empty, too long or holds a character that it may not.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let folded = text.trim_matches(|c: char| c.is_ascii_whitespace()).to_ascii_uppercase();
        let is_wrong = |rule| Err(NotAName::new(text, "a certificate number", rule));
        if folded.is_empty() || folded.len() > CERTIFICATE_NUMBER_BYTES_MAX || folded.chars().any(is_invisible) {
            return is_wrong("1 to 70 bytes without control or invisible characters");
        }
        if folded.chars().any(is_other_form) {
            return is_wrong(
                "it holds another form of an ASCII character (full-width, raised, circled, or another space); write the ASCII one",
            );
        }
        if folded.chars().any(|c| c.is_ascii_alphabetic()) && folded.chars().any(looks_latin) {
            return is_wrong(
                "it holds Cyrillic or Greek letters that look like Latin ones, beside Latin letters; write it as the issuer does",
            );
        }
        Ok(Self(folded))
    }

    /// Its characters beyond ASCII, which a reader may take for others.
    pub fn beyond_ascii(&self) -> impl Iterator<Item = char> {
        self.0.chars().filter(|c| !c.is_ascii())
    }

    /// The folded number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
checked_text!(CertificateNumber);

/// Control characters, and those that change how a text looks without being seen: soft hyphen, joiners and marks of
/// direction, variation selectors, fillers (Unicode categories Cc, Cf and the like).
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that are an ASCII one in another form: spaces, full-width, raised and lowered, circled, Roman numerals and
/// mathematical letters (compatibility characters of Unicode).
fn is_other_form(character: char) -> bool {
    (character.is_whitespace() && character != ' ')
        || matches!(character,
            '\u{aa}' | '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{ba}' | '\u{2070}'..='\u{209c}' | '\u{2160}'..='\u{217f}'
            | '\u{2460}'..='\u{24ff}' | '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f18f}')
}

/// Cyrillic and Greek letters that look like Latin ones.
fn looks_latin(character: char) -> bool {
    "АВЕКМНОРСТУХЅІЈԚԜҮавекмнорстухѕіјһԛԝүӀӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_folded_and_nothing_more() {
        let folded = CertificateNumber::parse(" 00pc-ug/12 b\t\n").unwrap();
        assert_eq!(folded.as_str(), "00PC-UG/12 B");
        assert!(CertificateNumber::parse(" \t ").is_err());
        assert!(CertificateNumber::parse(&"9".repeat(70)).is_ok());
        assert!(CertificateNumber::parse(&"9".repeat(71)).is_err());
        assert!(CertificateNumber::parse("12\u{7}3").is_err());
    }

    #[test]
    fn what_looks_like_another_number_is_none() {
        // Cyrillic С, Greek Α, full-width digits, a raised 2, a circled 1, a Roman numeral, a mathematical A, another space.
        for wrong in ["СL-2026-1", "CL-2026-Α", "CL-２０２６", "CL-2²", "CL-①", "CL-Ⅳ", "CL-\u{1d400}", "CL\u{a0}1", "CL\u{3000}1"]
        {
            assert!(CertificateNumber::parse(wrong).is_err(), "{wrong}");
        }
        // Numbers wholly in another script are those of their issuers.
        for number in ["65/26-5678/ЕЕ-123", "果 1", "ΑΒ-7", "Б-CL-1"] {
            let number = CertificateNumber::parse(number).unwrap();
            assert!(number.beyond_ascii().next().is_some());
        }
        assert_eq!(CertificateNumber::parse("CL-1").unwrap().beyond_ascii().count(), 0);
    }

    #[test]
    fn an_authority_belongs_to_the_member_its_name_begins_with() {
        let authority = AuthorityId::parse("NZ-mpi").unwrap();
        assert_eq!(authority.member(), MemberId::parse("NZ").unwrap());
        for wrong in ["NZ", "nz-mpi", "NZ-", "NZ-a--b", "NZ-Mpi", "NZ--a", "NZ-a-", "NZL-a", ""] {
            assert!(AuthorityId::parse(wrong).is_err(), "{wrong}");
        }
        assert!(AuthorityId::parse(&format!("NZ-{}", "a".repeat(29))).is_ok());
        assert!(AuthorityId::parse(&format!("NZ-{}", "a".repeat(30))).is_err());
    }
}
