//! The fingerprint of a certificate's goods: two certificates of one member's authorities for one consignment have the
//! same, whatever their numbers and agreements (DOMAIN section 3.5).

use crate::document::{Document, Quantity};
use ledger::lookup::{Consignment, Locator, LookupSecret};

/// The fingerprints of a document under the secrets of its reading members, sorted; `None` if the document does not
/// identify a consignment: it is no certificate of origin, names no invoice, or no line has a code and a quantity.
///
/// Of several lines the first one counts by code, unit and quantity, and of several invoices all, so that their order in
/// the document does not matter. Format: docs/spec/lookup.md.
pub fn fingerprints_of<'a>(document: &Document, secrets: impl IntoIterator<Item = &'a LookupSecret>) -> Option<Vec<Locator>> {
    if !document.kind.rules().is_under_agreement() {
        return None;
    }
    let invoices = invoices(document)?;
    let (hs6, unit, quantity) = goods(document)?;
    let exporter = document.value("exporter.identifier").or_else(|| document.value("exporter.name"))?;
    let consignment = Consignment {
        hs6,
        mantissa: quantity.mantissa,
        decimals: quantity.scale,
        unit,
        invoice: &invoices,
        exporter,
        // The forms that are read today have no number of a transport document.
        transport_document: "",
    };
    let mut all: Vec<Locator> = secrets.into_iter().map(|secret| secret.fingerprint(&consignment)).collect();
    all.sort();
    all.dedup();
    Some(all)
}

/// The numbers of all invoices, sorted, one a line.
fn invoices(document: &Document) -> Option<String> {
    let is_number = |path: &str| path.starts_with("invoices[") && path.ends_with("].number");
    let numbers = document.fields.iter().filter(|field| is_number(&field.path));
    let mut numbers: Vec<String> = numbers.map(|field| field.value.trim().to_ascii_uppercase()).collect();
    numbers.sort();
    numbers.dedup();
    (!numbers.is_empty()).then(|| numbers.join("\n"))
}

/// The line that stands for the consignment.
fn goods(document: &Document) -> Option<(&str, &str, &Quantity)> {
    let lines = document.lines.iter().filter(|line| !line.is_total).filter_map(|line| {
        let (code, quantity) = (line.code.as_ref()?, line.quantity.as_ref()?);
        Some((code.code.get(..6).unwrap_or(&code.code), quantity.unit.as_deref().unwrap_or_default(), quantity))
    });
    // Equal amounts are equal however many zeros were written behind the point.
    lines.min_by_key(|(hs6, unit, quantity)| (*hs6, *unit, steps(quantity)))
}

/// An amount for comparing, in steps that no quantity is finer than.
fn steps(quantity: &Quantity) -> u128 {
    let finer = u32::from(18_u8.saturating_sub(quantity.scale));
    u128::from(quantity.mantissa).saturating_mul(10_u128.saturating_pow(finer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::read_document;
    use ledger::id::{MemberId, NetworkId};
    use ledger::lookup::EncryptionSecret;

    const ORIGIN: &str = include_str!("../kinds/certificate_of_origin/examples/cl-cn-origin.json");

    fn secrets() -> Vec<LookupSecret> {
        let of = |byte| EncryptionSecret::new([byte; 32]);
        let member = |letters| MemberId::parse(letters).unwrap();
        let network = NetworkId::new([5; 32]);
        ["CN", "SG"]
            .iter()
            .zip(2..)
            .map(|(reader, byte)| of(1).lookup_secret(&network, &of(byte).public(), member("CL"), member(reader)))
            .collect()
    }

    fn prints(was: &str, is: &str) -> Option<Vec<Locator>> {
        assert!(ORIGIN.contains(was), "{was}");
        let secrets = secrets();
        fingerprints_of(&read_document(ORIGIN.replace(was, is).as_bytes()).unwrap(), &secrets)
    }

    #[test]
    fn another_number_or_agreement_has_the_same_fingerprints_and_other_goods_have_others() {
        let of = prints("CL-2026-0018834", "CL-2026-0018834").unwrap();
        assert_eq!(of.len(), 2, "one for each reading member");
        for (was, is) in [("CL-2026-0018834", "CL-1"), ("\"agreement\": \"CL-CN\"", "\"agreement\": \"RCEP\""), ("MV Example", "MV Other")]
        {
            assert_eq!(prints(was, is).unwrap(), of, "{is}");
        }
        for (was, is) in [("76000111-6", "76000111-7"), ("\"LTR\"", "\"KGM\""), ("150920", "150910"), ("\"value\": \"", "\"value\": \"1")] {
            assert_ne!(prints(was, is).unwrap(), of, "{is}");
        }
    }

    #[test]
    fn the_order_of_lines_and_invoices_does_not_matter() {
        let mut turned: serde_json::Value = serde_json::from_str(ORIGIN).unwrap();
        turned["invoices"] = serde_json::json!([{ "number": "B 2", "date": "2026-03-01" }, { "number": "a 1", "date": "2026-03-02" }]);
        let read = |value: &serde_json::Value| fingerprints_of(&read_document(value.to_string().as_bytes()).unwrap(), &secrets()).unwrap();
        let before = read(&turned);
        turned["invoices"].as_array_mut().unwrap().reverse();
        turned["items"].as_array_mut().unwrap().reverse();
        assert_eq!(read(&turned), before);
        turned["invoices"][0]["number"] = "A 2".into();
        assert_ne!(read(&turned), before);
    }

    #[test]
    fn without_an_invoice_and_on_other_kinds_there_is_none() {
        let mut bare: serde_json::Value = serde_json::from_str(ORIGIN).unwrap();
        bare.as_object_mut().unwrap().remove("invoices");
        assert_eq!(fingerprints_of(&read_document(bare.to_string().as_bytes()).unwrap(), &secrets()), None);
        let sps = include_str!("../kinds/sps_certificate/examples/cl-sg-sps.json");
        assert_eq!(fingerprints_of(&read_document(sps.as_bytes()).unwrap(), &secrets()), None);
    }
}
