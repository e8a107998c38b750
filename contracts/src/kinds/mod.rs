//! The record kinds, one folder each: the register.
//!
//! A kind says what it is called, how its documents are read, which acts it has and what each must fulfil; what is common
//! to all kinds is in [`lifecycle`](crate::lifecycle). A kind is its folder and three lines here; to add one, see
//! docs/add-a-record-kind.md.

pub mod aeo_status;
pub mod certificate_of_origin;
pub mod control_result;
mod rules;
pub mod sps_certificate;
#[cfg(test)]
pub(crate) mod tests;

pub use rules::{AllowedAct, Others, Rules};

use crate::codec::numbered;

numbered!(
    /// What kind of certificate a record is. One line a kind; numbers never change. 0, 4 and 5 are acts of other kinds.
    RecordKind {
        /// Certificate of origin (UN/EDIFACT 1001: 861; preferential 864).
        CertificateOfOrigin = 1, "certificate of origin";
        /// Sanitary or phytosanitary certificate (UN/EDIFACT 1001: 851, 657, 852, 853, 636, 856).
        SpsCertificate = 2, "SPS certificate";
        /// Status of an authorised economic operator (WCO SAFE Framework).
        AeoStatus = 3, "AEO status";
        /// Result of a customs control (WCO SAFE Framework, Pillar 1).
        ControlResult = 6, "control result";
    }
);

impl RecordKind {
    /// The kind's rules. One line a kind.
    pub fn rules(self) -> &'static dyn Rules {
        match self {
            Self::CertificateOfOrigin => &certificate_of_origin::CertificateOfOrigin,
            Self::SpsCertificate => &sps_certificate::SpsCertificate,
            Self::AeoStatus => &aeo_status::AeoStatus,
            Self::ControlResult => &control_result::ControlResult,
        }
    }

    /// The kind's name in the plural.
    pub fn plural(self) -> String {
        let name = self.as_str();
        let (head, rest) = name.split_once(" of ").map_or((name, String::new()), |(head, rest)| (head, format!(" of {rest}")));
        let ending = if head.ends_with('s') { "es" } else { "s" };
        format!("{head}{ending}{rest}")
    }

    /// The kind with this word.
    pub fn by_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.rules().word() == word)
    }

    /// The words of all kinds, as a sentence lists them: `origin, sps or aeo`.
    pub fn words() -> String {
        let words: Vec<&str> = Self::ALL.iter().map(|kind| kind.rules().word()).collect();
        match words.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
            _ => words.concat(),
        }
    }
}
