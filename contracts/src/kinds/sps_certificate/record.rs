//! What an SPS certificate adds to a record.

use ledger::codec::{Canonical, Malformed};
use minicbor::{Decode, Encode};

/// The document types of SPS certificates, UN/EDIFACT 1001: phytosanitary, phytosanitary re-export, sanitary,
/// veterinary, health, inspection. Source: DOMAIN section 2.1.
pub const DOCUMENT_TYPES: [&str; 6] = [PHYTOSANITARY, RE_EXPORT, "852", "853", "636", "856"];
/// A phytosanitary certificate for export.
pub const PHYTOSANITARY: &str = "851";
/// A phytosanitary certificate for re-export, on top of another one.
pub const RE_EXPORT: &str = "657";

/// The status that the document states, with its list: in list 1373 the same digits mean something else.
/// Source: DOMAIN section 2.2.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct SpsTerms {
    /// The code list: UN/EDIFACT data element 4405.
    #[n(0)]
    pub status_list: u16,
    /// The code in the list.
    #[n(1)]
    pub status_code: u16,
}

impl SpsTerms {
    /// Issued: the only status with which a certificate counts.
    pub const ISSUED: Self = Self { status_list: 4405, status_code: 70 };

    /// The canonical bytes of [`Self::ISSUED`], which nearly all certificates have.
    const ISSUED_BYTES: [u8; 8] = [0xa2, 0x00, 0x19, 0x11, 0x35, 0x01, 0x18, 0x46];

    /// Reads what a record has as its terms.
    ///
    /// # Errors
    /// [`Malformed`] as [`Canonical::from_bytes`].
    pub fn read(terms: &[u8]) -> Result<Self, Malformed> {
        if terms == Self::ISSUED_BYTES { Ok(Self::ISSUED) } else { Self::from_bytes(terms) }
    }

    /// Whether the certificate is on its way: draft (47), to be done (1), approval pending (42) or approved (39).
    /// Source: DOMAIN section 2.5.
    pub fn is_draft(self) -> bool {
        self.status_list == 4405 && matches!(self.status_code, 47 | 1 | 42 | 39)
    }
}

impl Canonical for SpsTerms {
    const NAME: &'static str = "terms of an SPS certificate";
    const BYTES_MAX: usize = 16;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_issued_are_its_own() {
        assert_eq!(SpsTerms::ISSUED.to_bytes(), SpsTerms::ISSUED_BYTES);
        let draft = SpsTerms { status_list: 4405, status_code: 47 };
        assert_eq!(SpsTerms::read(&draft.to_bytes()), Ok(draft));
    }
}
