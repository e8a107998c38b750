//! What a control result adds to a record.

use crate::codec::numbered;
use crate::document::Document;
use ledger::codec::Canonical;
use ledger::commitment::{Seed, field_commitment};
use ledger::hash::Hash;
use minicbor::{Decode, Encode};

/// The path of the field that holds what was found.
const FINDING_PATH: &str = "finding";
/// The path of the field that holds the consignment's reference.
const CONSIGNMENT_PATH: &str = "consignment_reference";
/// The path of the commitment to all seal numbers together.
const SEALS_PATH: &str = "seals";

numbered!(
    /// How the consignment was controlled. Source: Revised Kyoto Convention, General Annex, chapter 3 (checking of the goods
    /// declaration, examination of the goods, samples); WCO SAFE Framework, Pillar 1 (non-intrusive inspection).
    Method {
        /// Its documents were checked.
        Document = 1, "document";
        /// It was scanned, and not opened.
        Scan = 2, "scan";
        /// It was opened and examined.
        Physical = 3, "physical";
        /// A sample of it was analysed.
        Laboratory = 4, "laboratory";
    }
);

impl Method {
    /// The word by which an arrangement names it among its types.
    pub const fn named_type(self) -> &'static str {
        match self {
            Self::Document => "DOCUMENT",
            Self::Scan => "SCAN",
            Self::Physical => "PHYSICAL",
            Self::Laboratory => "LABORATORY",
        }
    }

    /// Whether it says something of what is inside, which holds only as long as nobody opened it since.
    pub const fn needs_seals(self) -> bool {
        matches!(self, Self::Scan | Self::Physical)
    }
}

/// What a rule needs to know of the control: its programme is the record's class. Only a satisfactory result is recorded,
/// so that the outcome is no field; what was found, for which consignment and under which seals is committed to only.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct ControlTerms {
    /// How it was controlled.
    #[n(0)]
    pub method: Method,
    /// The salted commitment to what was found.
    #[n(1)]
    pub finding: Hash,
    /// The salted commitment to the consignment's reference, so that the declaration's can be compared.
    #[n(2)]
    pub consignment: Hash,
    /// The salted commitment to all seal numbers, sorted and divided by line feeds; absent if none is named.
    #[n(3)]
    pub seals: Option<Hash>,
}

impl ControlTerms {
    /// The terms of a document.
    pub fn of_document(document: &Document, seed: &Seed) -> Self {
        let committed = |path: &str, value: &str| field_commitment(seed.salt(path), path, value);
        let of_field = |path: &str| committed(path, document.value(path).unwrap_or_default());
        let mut seals = seals(document);
        seals.sort_unstable();
        let method = Method::ALL.iter().find(|method| document.value("method") == Some(method.as_str()));
        Self {
            // The reader takes no other word.
            method: method.copied().unwrap_or(Method::Document),
            finding: of_field(FINDING_PATH),
            consignment: of_field(CONSIGNMENT_PATH),
            seals: (!seals.is_empty()).then(|| committed(SEALS_PATH, &seals.join("\n"))),
        }
    }
}

impl Canonical for ControlTerms {
    const NAME: &'static str = "terms of a control result";
    const BYTES_MAX: usize = 128;
}

/// All seal numbers of a document, in its order.
pub(super) fn seals(document: &Document) -> Vec<&str> {
    let is_seal = |path: &str| path.starts_with("equipment[") && path.contains("].seals[") && path.ends_with("].number");
    document.fields.iter().filter(|field| is_seal(&field.path)).map(|field| field.value.as_str()).collect()
}
