use crate::document::tests::check_optional_members;
use crate::document::{Document, Flags, ReadError, Reason, changed_fields, read_document};

const EXAMPLE: &str = include_str!("../examples/cl-cn-origin.json");
const BACK_TO_BACK: &str = include_str!("../examples/sg-nz-origin.json");

fn read(text: &str) -> Result<Document, ReadError> {
    read_document(text.as_bytes())
}

fn edited(document: &str, old: &str, new: &str) -> String {
    assert!(document.contains(old), "the example has no {old}");
    document.replacen(old, new, 1)
}

#[test]
fn the_example_is_understood_in_all_its_parts() {
    let document = read(EXAMPLE).unwrap();
    assert_eq!((document.number.as_str(), document.issuing_country.as_str()), ("CL-2026-0018834", "CL"));
    assert_eq!(document.destination_country.unwrap().as_str(), "CN");
    assert_eq!(document.class.as_deref(), Some("CL-CN"));
    assert_eq!(document.issue_date.date.to_string(), "2026-03-09");
    assert_eq!(document.valid_until.as_ref().unwrap().date.to_string(), "2027-03-08");
    assert_eq!(document.flags, Flags::default());
    assert_eq!((document.status.as_ref(), document.predecessor.as_ref(), document.bases.len()), (None, None, 0));
    let lines: Vec<_> = document
        .lines
        .iter()
        .map(|line| {
            let code = line.code.as_ref().unwrap();
            let edition = code.edition.as_deref().unwrap();
            (
                line.sequence.as_str(),
                edition,
                code.code.as_str(),
                line.criterion.as_deref().unwrap(),
                line.quantity.as_ref().unwrap().to_string(),
                line.origin_countries[0].to_string(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("1", "HS2022", "220421", "WO", "10800.00 LTR".to_owned(), "CL".to_owned()),
            ("2", "HS2022", "150920", "RVC 50%", "360.0 LTR".to_owned(), "CL".to_owned()),
        ]
    );
    for (path, value) in [
        ("type", "symbolon/certificate-of-origin/1"),
        ("exporter.name", "Viña Quebrada Honda SpA"),
        ("flags.retroactive", "false"),
        ("items[2].fob_value.currency", "USD"),
        ("items[1].packages.count", "1200"),
        ("invoices[1].number", "FE-20931"),
        ("certification.date", "2026-03-09"),
    ] {
        assert_eq!(document.value(path), Some(value), "{path}");
    }
}

#[test]
fn a_back_to_back_certificate_names_its_original_and_its_invoicing_party() {
    let document = read(BACK_TO_BACK).unwrap();
    assert_eq!(document.flags, Flags { retroactive: true, certified_copy: false, third_party_invoice: true, back_to_back: true });
    let base = &document.bases[0];
    assert_eq!((base.number.as_str(), base.issuing_country.unwrap().as_str()), ("RCEP-CN-2026-77120093", "CN"));
    assert_eq!(base.issue_date.as_ref().unwrap().date.to_string(), "2026-03-02");
    for (old, new, pointer) in [
        ("\"back_to_back\": true", "\"back_to_back\": false", "/base"),
        ("\"third_party_invoice\": true", "\"third_party_invoice\": false", "/third_party"),
    ] {
        let error = read(&edited(BACK_TO_BACK, old, new)).unwrap_err();
        assert_eq!((error.reason, error.place.path.as_str()), (Reason::Inconsistent, pointer), "{error}");
        assert_eq!(read(&edited(EXAMPLE, &old.replace("true", "false"), old)).unwrap_err().reason, Reason::Inconsistent);
    }
}

#[test]
fn suppliers_certificates_stand_behind_the_original() {
    let supplier = |number: u32| format!(r#"{{ "number": "S-{number}", "issuing_country": "NZ", "issue_date": "2026-02-01" }}"#);
    let with = |count: u32| {
        let suppliers: Vec<String> = (1..=count).map(supplier).collect();
        edited(BACK_TO_BACK, "\"exporter\": {", &format!("\"suppliers\": [{}], \"exporter\": {{", suppliers.join(",")))
    };
    let document = read(&with(7)).unwrap();
    let further = edited(
        BACK_TO_BACK,
        "\"base\":",
        "\"further_bases\": [{ \"number\": \"C-2\", \"issuing_country\": \"CN\", \"issue_date\": \"2026-03-02\" }],\n  \"base\":",
    );
    let of_two: Vec<String> = read(&further).unwrap().bases.iter().map(|base| base.number.as_str().to_owned()).collect();
    assert_eq!(of_two, ["RCEP-CN-2026-77120093", "C-2"]);
    let numbers: Vec<&str> = document.bases.iter().map(|base| base.number.as_str()).collect();
    assert_eq!(numbers, ["RCEP-CN-2026-77120093", "S-1", "S-2", "S-3", "S-4", "S-5", "S-6", "S-7"]);
    assert_eq!(document.bases[7].issuing_country.unwrap().as_str(), "NZ");
    assert_eq!(read(&with(8)).unwrap_err().reason, Reason::TooLarge);
    assert_eq!(read(&with(0)).unwrap_err().reason, Reason::Empty);
}

#[test]
fn a_replacement_names_its_predecessor() {
    let link = r#""replaces": { "number": " cl-2026-0018001", "issue_date": "2026-02-27", "reason": "consignee corrected" }, "exporter""#;
    let link = read(&edited(EXAMPLE, "\"exporter\"", link)).unwrap().predecessor.unwrap();
    assert_eq!((link.number.as_str(), link.number_as_written.as_str()), ("CL-2026-0018001", " cl-2026-0018001"));
    assert_eq!(link.issuing_country.unwrap().as_str(), "CL");
    assert_eq!(link.reason.as_deref(), Some("consignee corrected"));
    let replacement = read(include_str!("../examples/cl-cn-origin-replacement.json")).unwrap();
    assert_eq!(replacement.predecessor.unwrap().number, read(EXAMPLE).unwrap().number);
    let none = r#""replaces": { "number": "N/A" }, "exporter""#;
    assert_eq!(read(&edited(EXAMPLE, "\"exporter\"", none)).unwrap_err().place.path, "/replaces/number");
}

#[test]
fn a_certificate_without_agreement_is_non_preferential() {
    let document = read(&edited(EXAMPLE, "\"agreement\": \"CL-CN\",", "")).unwrap();
    assert_eq!(document.class, None);
}

#[test]
fn what_is_not_of_the_form_is_refused_with_its_place() {
    for (old, new, reason, pointer) in [
        ("\"number\": \"CL-2026-0018834\",", "", Reason::Missing, ""),
        ("\"number\": \"CL-2026-0018834\"", "\"number\": \" \"", Reason::Empty, "/number"),
        ("\"number\": \"CL-2026-0018834\"", "\"number\": 20260018834", Reason::Value, "/number"),
        ("\"agreement\"", "\"agreement\": \"RCEP\", \"agreement\"", Reason::Repeated, "/agreement"),
        ("\"agreement\"", "\"agreament/~\"", Reason::Unexpected, "/agreament~1~0"),
        ("\"CL-CN\"", "null", Reason::Value, "/agreement"),
        ("\"CL-CN\"", "\"cl cn\"", Reason::Value, "/agreement"),
        ("\"destination_country\": \"CN\"", "\"destination_country\": \"China\"", Reason::Value, "/destination_country"),
        ("\"issue_date\": \"2026-03-09\"", "\"issue_date\": \"09-03-2026\"", Reason::Value, "/issue_date"),
        ("\"valid_until\": \"2027-03-08\"", "\"valid_until\": \"2026-03-08\"", Reason::Inconsistent, "/valid_until"),
        ("\"certified_copy\": false, ", "", Reason::Missing, "/flags"),
        ("\"certified_copy\": false", "\"certified_copy\": \"no\"", Reason::Value, "/flags/certified_copy"),
        ("\"220421\"", "\"2204.21\"", Reason::Value, "/items/0/hs/code"),
        ("\"220421\"", "\"22042168\"", Reason::Value, "/items/0/hs/code"),
        ("\"HS2022\"", "\"HS2021\"", Reason::Value, "/items/0/hs/edition"),
        ("\"10800.00\"", "10800.00", Reason::Value, "/items/0/quantity/value"),
        ("\"10800.00\"", "10800", Reason::Value, "/items/0/quantity/value"),
        ("\"10800.00\"", "\"10.800,00\"", Reason::Value, "/items/0/quantity/value"),
        ("\"LTR\"", "\"litre\"", Reason::Value, "/items/0/quantity/unit"),
        ("\"USD\"", "\"usd\"", Reason::Value, "/items/1/fob_value/currency"),
        ("\"number\": 2,", "\"number\": 1,", Reason::Inconsistent, "/items/1/number"),
        ("\"number\": 2,", "\"number\": 0,", Reason::Value, "/items/1/number"),
        ("\"number\": 2,", "\"number\": 2.0,", Reason::Value, "/items/1/number"),
        ("\"number\": 2,", "\"number\": -2,", Reason::Value, "/items/1/number"),
        ("\"number\": 2,", "\"number\": 99999999999999999999999,", Reason::Value, "/items/1/number"),
        ("\"producer_statement\": \"confidential\"", "\"producer_statement\": \"secret\"", Reason::Value, "/producer_statement"),
        ("\"producer_statement\"", "\"producer\": {\"name\": \"x\"}, \"producer_statement\"", Reason::Inconsistent, "/producer_statement"),
        ("[{ \"number\": \"FE-20931\"", "[{}, { \"number\": \"FE-20931\"", Reason::Missing, "/invoices/0"),
        ("\"Santiago, Chile\"", "\"Santiago\\u0007\"", Reason::Value, "/issuing_body/address"),
        ("certificate-of-origin/1", "certificate-of-origin/2", Reason::UnknownKind, "/type"),
    ] {
        let error = read(&edited(EXAMPLE, old, new)).expect_err(new);
        assert_eq!((error.reason, error.place.path.as_str()), (reason, pointer), "{new}: {error}");
        assert!(!error.cause.is_empty() && !error.remedy.is_empty(), "{new}");
    }
    assert!(read(&edited(EXAMPLE, "2027-03-08", "2026-03-09")).is_ok(), "a validity of one day");
    let head = EXAMPLE.split_once("\"items\": [").unwrap().0;
    let tail = EXAMPLE.split_once("\"invoices\"").unwrap().1;
    assert_eq!(read(&format!("{head}\"items\": [], \"invoices\"{tail}")).unwrap_err().reason, Reason::Empty);
    let error = read(&edited(EXAMPLE, "\"CL-CN\",", "\"CL-CN\"")).unwrap_err();
    assert_eq!((error.reason, error.place.line), (Reason::NotWellFormed, Some(7)), "{error}");
}

#[test]
fn one_changed_value_is_named_and_the_order_of_members_says_nothing() {
    let was = read(EXAMPLE).unwrap();
    let is = read(&edited(EXAMPLE, "10800.00", "18000.00")).unwrap();
    assert_eq!(changed_fields(&was, &is).iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["items[1].quantity.value"]);
    let moved = edited(&edited(EXAMPLE, "\"agreement\": \"CL-CN\",", ""), "{", "{ \"agreement\": \"CL-CN\",");
    assert_eq!(changed_fields(&was, &read(&moved).unwrap()), []);
}

#[test]
fn all_missing_members_are_named_at_once() {
    let parts = [("\"number\": \"CL-2026-0018834\",", ""), ("\"origin_country\": \"CL\",", ""), ("\"certified_copy\": false, ", "")];
    let document = parts.into_iter().fold(EXAMPLE.to_owned(), |document, (old, new)| edited(&document, old, new));
    let error = read(&document).unwrap_err();
    assert_eq!(error.reason, Reason::Missing);
    for name in ["number", "flags.certified_copy", "items[1].origin_country"] {
        assert!(error.cause.contains(name), "{error}");
    }
    let error = read("{\"type\": \"symbolon/certificate-of-origin/1\"}").unwrap_err();
    assert!(error.cause.contains("issuing_body") && error.cause.contains("certification"), "{error}");
}

#[test]
fn an_item_has_no_criterion_or_one_that_cites_its_norm() {
    let none = read(&edited(EXAMPLE, "\"criterion\": \"WO\",", "")).unwrap();
    assert_eq!(none.lines.first().and_then(|line| line.criterion.as_deref()), None);
    let norm = "XXXVIII PROTOCOLO ADICIONAL AO ACE-14 - TÍTULO III - ARTIGO 16";
    let cited = read(&edited(EXAMPLE, "\"criterion\": \"WO\"", &format!("\"criterion\": \"{norm}\""))).unwrap();
    assert_eq!(cited.lines.first().and_then(|line| line.criterion.as_deref()), Some(norm));
}

#[test]
fn at_most_200_items_are_read() {
    let item = EXAMPLE.split_once("\"items\": [").unwrap().1.split_once("},\n    {").unwrap().0.trim().to_owned() + "}";
    let with = |count: u32| {
        let items: Vec<String> = (1..=count).map(|number| item.replacen("\"number\": 1,", &format!("\"number\": {number},"), 1)).collect();
        let (head, tail) = (EXAMPLE.split_once("\"items\": [").unwrap().0, EXAMPLE.split_once("\"invoices\"").unwrap().1);
        format!("{head}\"items\": [{}], \"invoices\"{tail}", items.join(","))
    };
    assert_eq!(read(&with(200)).unwrap().lines.len(), 200);
    assert_eq!(read(&with(201)).unwrap_err().reason, Reason::TooLarge);
}

#[test]
fn every_mandatory_member_is_missed() {
    let parts = [
        (
            "\"exporter\": {\n",
            r#""replaces": { "number": "1", "issue_date": "2026-01-01", "reason": "x" }, "valid_from": "2026-03-09", "remarks": ["x"], "transit_countries": ["SG"], "suppliers": [{ "number": "7", "issuing_country": "NZ", "issue_date": "2026-01-01", "exporter": "x" }], "exporter_signature": "c2ln", "authorisation": "CL/AE/17", "exporter": {"#,
        ),
        ("\"criterion\": \"WO\",", r#""criterion": "WO", "accumulation": ["NZ"], "de_minimis": true, "tariff_differential": "*","#),
        ("\"mode\": \"sea\",", r#""mode": "sea", "route": "x","#),
        ("\"name\": \"Subsecretaría", r#""identifier": "1", "name": "Subsecretaría"#),
    ];
    let full = parts.into_iter().fold(EXAMPLE.to_owned(), |document, (old, new)| edited(&document, old, new));
    check_optional_members(
        &full,
        &[
            "/agreement",
            "/authorisation",
            "/certification/name",
            "/exporter/address",
            "/exporter/country",
            "/exporter/identifier",
            "/exporter_signature",
            "/importer/address",
            "/importer/country",
            "/invoices",
            "/issuing_body/address",
            "/issuing_body/identifier",
            "/items/0/criterion",
            "/items/1/criterion",
            "/items/0/accumulation",
            "/items/0/de_minimis",
            "/items/0/gross_weight",
            "/items/0/marks",
            "/items/0/packages",
            "/items/0/tariff_differential",
            "/items/1/fob_value",
            "/items/1/marks",
            "/items/1/packages",
            "/producer_statement",
            "/remarks",
            "/replaces",
            "/replaces/issue_date",
            "/replaces/reason",
            "/suppliers",
            "/suppliers/0/exporter",
            "/transit_countries",
            "/transport",
            "/transport/departure_date",
            "/transport/mode",
            "/transport/port_of_discharge",
            "/transport/port_of_loading",
            "/transport/route",
            "/transport/vessel",
            "/valid_from",
            "/valid_until",
        ],
    );
    for pointer in ["/base/number", "/base/issuing_country", "/base/issue_date", "/third_party/name"] {
        let error = read(&crate::document::tests::without(BACK_TO_BACK, pointer)).expect_err(pointer);
        assert_eq!((error.reason, error.place.path.as_str()), (Reason::Missing, pointer.rsplit_once('/').unwrap().0));
    }
    for pointer in ["/base/exporter", "/third_party/country"] {
        assert!(read(&crate::document::tests::without(BACK_TO_BACK, pointer)).is_ok(), "{pointer}");
    }
    let with_producer = edited(EXAMPLE, "\"producer_statement\": \"confidential\"", "\"producer\": { \"name\": \"x\" }");
    assert!(read(&with_producer).is_ok());
}
