//! What an AEO status adds to a record.

use crate::document::Document;
use crate::registry::{are_words, is_word};
use ledger::codec::Canonical;
use ledger::commitment::{Seed, field_commitment};
use ledger::hash::Hash;
use minicbor::{Decode, Encode};

/// How many roles a holder may have.
pub const ROLES_MAX: usize = 16;

/// The path of the field that holds the holder's trader identification number.
const HOLDER_PATH: &str = "tin";

/// What a rule needs to know of the status: the programme is the record's class. Source: DOMAIN section 4.1.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
#[cbor(map)]
pub struct AeoTerms {
    /// The type or grade within the programme, such as `AEOS`.
    #[n(0)]
    pub operator_type: String,
    /// The holder's roles in the supply chain, sorted, at most [`ROLES_MAX`].
    #[n(1)]
    pub roles: Vec<String>,
    /// Whether the holder agreed that the status is shown to partner administrations.
    #[n(2)]
    pub consent_to_exchange: bool,
    /// The salted commitment to the holder's trader identification number, so that the party of a declaration can be
    /// compared.
    #[n(3)]
    pub holder: Option<Hash>,
}

impl AeoTerms {
    /// The terms of a document.
    pub fn of_document(document: &Document, seed: &Seed) -> Self {
        let mut roles: Vec<String> = document.values("roles").into_iter().map(str::to_owned).collect();
        roles.sort();
        roles.dedup();
        Self {
            operator_type: document.value("operator_type").unwrap_or_default().to_owned(),
            roles,
            consent_to_exchange: consents(document),
            holder: document.value(HOLDER_PATH).map(|tin| field_commitment(seed.salt(HOLDER_PATH), HOLDER_PATH, tin)),
        }
    }

    /// Whether the texts are in form.
    pub fn is_in_form(&self) -> bool {
        is_word(&self.operator_type) && are_words(&self.roles, ROLES_MAX)
    }
}

/// Whether the holder agreed that the status is shown to partners.
pub fn consents(document: &Document) -> bool {
    document.value("consent_to_exchange") == Some("true")
}

impl Canonical for AeoTerms {
    const NAME: &'static str = "terms of an AEO status";
    const BYTES_MAX: usize = crate::standing::TERMS_BYTES_MAX;
}
