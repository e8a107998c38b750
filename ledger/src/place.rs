//! Places: the countries and customs territories that certificates name.

use crate::codec::checked_text;
use crate::id::NotAName;

/// A country or customs territory by two letters: ISO 3166-1 alpha-2 and the codes beside it that messages use
/// (`EU`, `XI`, `XK`). Which codes a member covers is written in the member's entry; here only the shape is checked.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// User-assigned code that names no country.
    pub(crate) const UNKNOWN: Self = Self(*b"ZZ");

    /// Reads two upper-case letters.
    ///
    /// # Errors
    /// [`NotAName`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        match text.as_bytes() {
            [one, two] if one.is_ascii_uppercase() && two.is_ascii_uppercase() => Ok(Self([*one, *two])),
            _ => Err(NotAName::new(text, "a country code", "two upper-case letters of ISO 3166-1, such as NZ")),
        }
    }

    /// Two letters that are known to be upper-case ones.
    pub(crate) const fn of(letters: [u8; 2]) -> Self {
        Self(letters)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("ZZ")
    }

    /// The two letters as bytes.
    pub const fn as_bytes(&self) -> &[u8; 2] {
        &self.0
    }
}
checked_text!(CountryCode);
