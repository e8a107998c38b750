//! Reads the UN/CEFACT message SPSCertificate 17A: sanitary, phytosanitary, veterinary and re-export certificates.
//!
//! The reader is strict: what it accepts conforms to the schema in elements, order and cardinality, and whatever does
//! not conform is refused with its place and a remedy. Values are another matter: words such as `N/A` or `NULL` are
//! legal where the schema wants text; they are kept as fields and taken for no value wherever one is interpreted.
//! An XML signature is kept as written and not checked here. Source: DOMAIN section 2.

mod form;
mod schema;
mod walk;

pub(crate) use form::{TYPE, read_form};

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use ledger::place::CountryCode;

use self::schema::{CERTIFICATE, RSM};
use self::walk::Walk;
use crate::document::value::{self, is_no_value};
use crate::document::xml::{self, Element, is_xml_space};
use crate::document::{
    CodedStatus, CommodityCode, Document, Flags, Line, Link, MediaType, Place, ReadError, Reason, SPS_STATUS_LIST, quoted,
};
use crate::kinds::RecordKind;

/// Document type 657 of UN/EDIFACT 1001: phytosanitary re-export certificate.
const RE_EXPORT_CERTIFICATE: &str = "657";
/// Relation ACW of UN/EDIFACT 1153, with which a certificate of TRACES names the one it replaces.
const REPLACED_DOCUMENT: &str = "ACW";

/// Reads one certificate from the text of an XML document, a byte order mark taken away.
///
/// # Errors
/// [`ReadError`] if the text is not well-formed XML within the limits of [`crate::document`], is not an SPSCertificate
/// of version 17, or does not conform to its schema.
pub(crate) fn read(text: &str) -> Result<Document, ReadError> {
    let root = xml::parse(text)?;
    check_root(text, &root)?;
    let walk = Walk::through(text, &root, &CERTIFICATE)?;
    Reading { values: walk.fields.iter().map(|field| (field.path.as_str(), field.value.as_str())).collect(), walk: &walk }.document()
}

fn check_root(text: &str, root: &Element) -> Result<(), ReadError> {
    let error =
        |reason, cause: String, remedy: &str| Err(ReadError::new(reason, Place::at(text, root.offset, root.name.clone()), cause, remedy));
    if root.name != "SPSCertificate" {
        let cause = format!("the root element is {}", quoted(&root.name));
        return error(
            Reason::UnknownKind,
            cause,
            "send the certificate itself as UN/CEFACT SPSCertificate 17A, without an envelope; permits and other messages are not read",
        );
    }
    if &*root.namespace != RSM {
        let cause = format!("SPSCertificate is in the namespace {}", quoted(&root.namespace));
        return error(
            Reason::UnknownKind,
            cause,
            "send version 17 of the message (namespace urn:un:unece:uncefact:data:standard:SPSCertificate:17)",
        );
    }
    Ok(())
}

/// A document that conforms to the schema, about to be understood.
struct Reading<'w> {
    walk: &'w Walk<'w>,
    values: BTreeMap<&'w str, &'w str>,
}

impl<'w> Reading<'w> {
    fn document(&self) -> Result<Document, ReadError> {
        let number_as_written = self.must("number")?;
        let document_type_code = self.must("type")?.to_owned();
        let is_re_export = document_type_code == RE_EXPORT_CERTIFICATE;
        let issuing_country = self.issuing_country(is_re_export)?;
        Ok(Document {
            kind: RecordKind::SpsCertificate,
            media_type: MediaType::Xml,
            number: self.checked("number", value::certificate_number(number_as_written))?,
            number_as_written: number_as_written.to_owned(),
            issuing_country,
            destination_country: Some(self.country("import_country.code")?),
            transit_countries: self.countries("transit_countries")?,
            class: Some(document_type_code),
            issuing_body: self.issuing_body()?,
            issue_date: self.checked("issue_date", value::date_or_time(self.must("issue_date")?))?,
            valid_from: None,
            valid_until: None,
            status: Some(CodedStatus { list: SPS_STATUS_LIST, code: self.must("status")?.to_owned() }),
            flags: Flags::default(),
            predecessor: self.predecessor(issuing_country)?,
            bases: if is_re_export { self.bases()? } else { Vec::new() },
            lines: self.lines()?,
            fields: self.walk.fields.clone(),
        })
    }

    /// The exporting country; for a re-export certificate the re-exporting one, where the document names it apart.
    fn issuing_country(&self, is_re_export: bool) -> Result<CountryCode, ReadError> {
        let re_exporting = if is_re_export { self.countries("re_export_countries")? } else { Vec::new() };
        match re_exporting.as_slice() {
            [] => self.country("export_country.code"),
            [one] => Ok(*one),
            [_, _, ..] => Err(self.walk.error_at(
                "re_export_countries[2].code",
                Reason::Inconsistent,
                "the re-export certificate names several re-exporting countries",
                "name the one country whose authority issues this certificate",
            )),
        }
    }

    fn issuing_body(&self) -> Result<String, ReadError> {
        match self.get("issuing_body.name").map(|name| name.trim_matches(is_xml_space)) {
            Some(name) if !is_no_value(name) => Ok(name.to_owned()),
            Some(_) => Err(self.walk.error_at(
                "issuing_body.name",
                Reason::Empty,
                "the issuing body has no name",
                "write the name of the issuing authority",
            )),
            None => {
                // The party may be there without a name; the status is the nearest value before it.
                let mut error = self.walk.error_at(
                    "issue_date",
                    Reason::Missing,
                    "the Name of IssuerSPSParty is missing",
                    "write the name of the issuing authority",
                );
                error.place.path = "SPSCertificate/SPSExchangedDocument/IssuerSPSParty".to_owned();
                Err(error)
            }
        }
    }

    /// The replaced certificate: the notes ADRPN, ADRD and ADRPR, else a referenced document with relation ACW.
    /// An issuing authority replaces only its own certificates, so the country is its own.
    fn predecessor(&self, issuing_country: CountryCode) -> Result<Option<Link>, ReadError> {
        if let Some((path, number)) = self.note("", "ADRPN") {
            let Some(link) = self.checked(&path, value::link(number))? else { return Ok(None) };
            let issue_date = self.note("", "ADRD").and_then(|(_, date)| value::date_or_time(date.trim()).ok());
            let reason = self.note("", "ADRPR").map(|(_, reason)| reason.to_owned()).filter(|reason| !is_no_value(reason));
            return Ok(Some(Link { issuing_country: Some(issuing_country), issue_date, reason, ..link }));
        }
        for index in 1_usize.. {
            let part = |name: &str| format!("references[{index}].{name}");
            if !self.has_any(&format!("references[{index}].")) {
                break;
            }
            if self.get(&part("relation")) == Some(REPLACED_DOCUMENT)
                && let Some(number) = self.get(&part("number"))
                && let Some(link) = self.checked(&part("number"), value::link(number))?
            {
                let issue_date = self.get(&part("issue_date")).and_then(|date| value::date_or_time(date).ok());
                return Ok(Some(Link { issuing_country: Some(issuing_country), issue_date, ..link }));
            }
        }
        Ok(None)
    }

    /// The originals of a re-export certificate: the line notes RPCRF with their countries RPCCO, without repeats.
    fn bases(&self) -> Result<Vec<Link>, ReadError> {
        let mut bases: Vec<Link> = Vec::new();
        for line in 1..=self.walk.lines {
            let within = format!("lines[{line}].");
            let Some((path, number)) = self.note(&within, "RPCRF") else { continue };
            let Some(mut link) = self.checked(&path, value::link(number))? else { continue };
            link.issuing_country = self.note(&within, "RPCCO").and_then(|(_, country)| value::country(country.trim()).ok());
            if !bases.iter().any(|base| base.number == link.number && base.issuing_country == link.issuing_country) {
                bases.push(link);
            }
        }
        Ok(bases)
    }

    fn lines(&self) -> Result<Vec<Line>, ReadError> {
        (1..=self.walk.lines).map(|index| self.line(&format!("lines[{index}]."))).collect()
    }

    fn line(&self, within: &str) -> Result<Line, ReadError> {
        let part = |name: &str| format!("{within}{name}");
        let sequence = self.must(&part("sequence"))?.to_owned();
        let codes = self.codes(&part("classes"));
        let origin_countries = self.countries(&part("origin_countries"))?;
        let is_zero = sequence.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'+' | b'-'));
        let is_total = is_zero
            && self.walk.lines > 1
            && codes.is_empty()
            && origin_countries.is_empty()
            && self.get(&part("scientific_names[1]")).is_none();
        let of_system = |system: &str| codes.iter().find(|code| code.system == system);
        Ok(Line {
            is_total,
            code: of_system("HS").or_else(|| of_system("CN")).or(codes.first()).cloned(),
            description: self.get(&part("descriptions[1]")).unwrap_or_default().to_owned(),
            quantity: ["net_weight", "gross_weight", "net_volume", "gross_volume"].into_iter().find_map(|measure| {
                let unit = self.get(&part(&format!("{measure}.unit")));
                self.get(&part(measure)).and_then(|amount| value::quantity(amount, unit).ok())
            }),
            sequence,
            codes,
            origin_countries,
            criterion: None,
        })
    }

    fn codes(&self, within: &str) -> Vec<CommodityCode> {
        let mut codes = Vec::new();
        for index in 1_usize.. {
            let part = |name: &str| {
                self.get(&format!("{within}[{index}].{name}")).map(|text| text.trim_matches(is_xml_space)).filter(|text| !is_no_value(text))
            };
            if self.get(&format!("{within}[{index}].systems[1]")).is_none() {
                break;
            }
            if let (Some(system), Some(code)) = (part("system_id").or_else(|| part("systems[1]")), part("code")) {
                codes.push(CommodityCode { system: system.to_owned(), edition: None, code: code.to_owned() });
            }
        }
        codes
    }

    /// The first note of this subject that holds a value, as path and value.
    fn note(&self, within: &str, subject: &str) -> Option<(String, &'w str)> {
        for index in 1_usize.. {
            let path = format!("{within}notes[{index}].contents[1]");
            let content = self.get(&path)?;
            let named = |name: &str| self.get(&format!("{within}notes[{index}].{name}")).is_some_and(|text| text.trim() == subject);
            if (named("subject") || named("subject_code")) && !is_no_value(content) {
                return Some((path, content));
            }
        }
        None
    }

    /// The countries of a repeated part, in order and without repeats.
    fn countries(&self, within: &str) -> Result<Vec<CountryCode>, ReadError> {
        let mut countries = Vec::new();
        for index in 1_usize.. {
            let path = format!("{within}[{index}].code");
            if self.get(&path).is_none() {
                break;
            }
            let country = self.country(&path)?;
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        Ok(countries)
    }

    fn country(&self, path: &str) -> Result<CountryCode, ReadError> {
        self.checked(path, value::country(self.must(path)?))
    }

    fn get(&self, path: &str) -> Option<&'w str> {
        self.values.get(path).copied()
    }

    fn has_any(&self, start: &str) -> bool {
        self.values.range(start..).next().is_some_and(|(path, _)| path.starts_with(start))
    }

    /// A value that the schema has made sure of.
    fn must(&self, path: &str) -> Result<&'w str, ReadError> {
        self.get(path)
            .ok_or_else(|| ReadError::new(Reason::Missing, Place::of_path(path.to_owned()), "a mandatory value is missing", "add it"))
    }

    fn checked<T>(&self, path: &str, checked: Result<T, value::WrongValue>) -> Result<T, ReadError> {
        checked.map_err(|wrong| self.walk.error_at(path, Reason::Value, wrong.cause, wrong.remedy))
    }
}
