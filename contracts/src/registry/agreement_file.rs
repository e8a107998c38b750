//! The terms of an agreement as people write them: the files of `contracts/agreements/`. Whoever reads such a file
//! chooses the format and the reader; here is what it says.

use super::{AGREEMENT_CHARS_MAX, AgreementId, AgreementTerms, CountedFrom, Span};
use crate::document::json::is_token;
use ledger::hash::Hash;
use ledger::place::CountryCode;
use serde::Deserialize;

/// The members of a file. `contracts/agreements/README.md` explains them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementFile {
    agreement: String,
    name: String,
    parties: Vec<String>,
    validity: Option<SpanText>,
    counted_from: String,
    retroactive: Option<SpanText>,
    unmarked: Option<SpanText>,
    criteria: Vec<String>,
    copies: bool,
    back_to_back: bool,
    third_party_invoice: bool,
    declarations: bool,
    reply: Option<SpanText>,
    text_sha256: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum SpanText {
    Months(u16),
    Days(u16),
}

impl From<SpanText> for Span {
    fn from(text: SpanText) -> Self {
        match text {
            SpanText::Months(months) => Self::Months(months),
            SpanText::Days(days) => Self::Days(days),
        }
    }
}

impl AgreementFile {
    /// The agreement and its terms. Parties and criteria may stand in any order.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn terms(self) -> Result<(AgreementId, AgreementTerms), String> {
        // Another name would be recorded, and no certificate could bear it.
        let id = AgreementId::parse(&self.agreement).filter(|id| is_token(id.as_str(), AGREEMENT_CHARS_MAX)).ok_or_else(|| {
            let given = self.agreement.escape_default();
            format!("agreement '{given}': certificates name it by 1 to {AGREEMENT_CHARS_MAX} of A-Z 0-9 . _ / + -, such as RCEP")
        })?;
        let mut parties = Vec::with_capacity(self.parties.len());
        for party in &self.parties {
            parties.push(CountryCode::parse(party).map_err(|error| format!("parties: {error}"))?);
        }
        parties.sort();
        let mut criteria = self.criteria;
        criteria.sort();
        let counted_from = CountedFrom::ALL.iter().copied().find(|from| from.as_str() == self.counted_from);
        let counted_from = counted_from
            .ok_or_else(|| format!("counted_from '{}': say \"issue\" or \"completion\"", self.counted_from.escape_default()))?;
        let text_digest = match self.text_sha256 {
            Some(hex) => Some(Hash::from_hex(&hex).ok_or_else(|| "text_sha256: write 64 hexadecimal digits, or leave it out".to_owned())?),
            None => None,
        };
        let terms = AgreementTerms {
            name: self.name,
            parties,
            validity: self.validity.map(Into::into),
            counted_from,
            retroactive: self.retroactive.map(Into::into),
            criteria,
            copies: self.copies,
            back_to_back: self.back_to_back,
            third_party_invoice: self.third_party_invoice,
            declarations: self.declarations,
            reply: self.reply.map(Into::into),
            text_digest,
            unmarked: self.unmarked.map(Into::into),
        };
        match terms.fault() {
            None => Ok((id, terms)),
            Some(fault) => Err(fault.to_owned()),
        }
    }
}
