//! What the JSON forms of all kinds have in common.

use super::json::{Form, error_at};
use super::{Document, Faults, Flags, Link, MediaType, ReadError, Reason, value};
use crate::kinds::RecordKind;

/// How many originals a document names beside the first: with it, as many as a record rests on.
pub(crate) const FURTHER_BASES_MAX: usize = crate::standing::BASES_MAX - 1;

impl Form {
    /// The certificates on which it rests: `base`, then `further_bases`, in their order.
    ///
    /// # Errors
    /// [`ReadError`] of the first number or date that is not in form.
    pub(crate) fn bases(&self) -> Result<Vec<Link>, ReadError> {
        let mut bases: Vec<Link> = self.link("base")?.into_iter().collect();
        for index in 1..=FURTHER_BASES_MAX {
            let Some(link) = self.link(&format!("further_bases[{index}]"))? else { break };
            bases.push(link);
        }
        Ok(bases)
    }

    /// Notes further bases where there is no first one.
    pub(crate) fn further_bases_stand_beside_one(&self, faults: &mut Faults) {
        if self.has("further_bases") && !self.has("base") {
            let cause = "further_bases stands here without base";
            faults.note(error_at("further_bases", Reason::Inconsistent, cause, "name the first one as base"));
        }
    }

    /// The document as far as all kinds write it alike: `number`, `issuing_country`, `destination_country`,
    /// `transit_countries`, `issuing_body`, the date at `issued` and the own document of before at `replaced`.
    /// The rest is for its kind to fill in.
    ///
    /// # Errors
    /// [`ReadError`] of the first value that is not in form.
    pub(crate) fn into_document(self, kind: RecordKind, issued: &str, replaced: &str) -> Result<Document, ReadError> {
        let issuing_country = self.country("issuing_country")?;
        let destination = "destination_country";
        let mut predecessor = self.link(replaced)?;
        if let Some(link) = &mut predecessor {
            link.issuing_country = Some(issuing_country);
        }
        Ok(Document {
            kind,
            media_type: MediaType::Json,
            number: Self::checked("number", value::certificate_number(self.must("number")?))?,
            number_as_written: self.must("number")?.to_owned(),
            issuing_country,
            destination_country: self.has(destination).then(|| self.country(destination)).transpose()?,
            transit_countries: self.countries("transit_countries")?,
            class: None,
            issuing_body: self.must("issuing_body.name")?.trim().to_owned(),
            issue_date: self.date(issued)?,
            valid_from: None,
            valid_until: None,
            status: None,
            flags: Flags::default(),
            predecessor,
            bases: Vec::new(),
            lines: Vec::new(),
            fields: self.fields,
        })
    }
}
