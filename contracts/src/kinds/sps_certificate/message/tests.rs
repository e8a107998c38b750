use std::path::{Path, PathBuf};

use super::schema::{CERTIFICATE, Content, Part, TRADE_LINE_ITEM};
use crate::document::tests::check_optional_members;
use crate::document::xml::{self, Element};
use crate::document::{Document, ReadError, Reason, changed_fields, read_document};

const EXAMPLE: &str = include_str!("../examples/nz-cn-sps.xml");
const FORM: &str = include_str!("../examples/cl-sg-sps.json");

fn read(text: &str) -> Result<Document, ReadError> {
    read_document(text.as_bytes())
}

/// The example with one piece replaced; the piece must be there.
fn edited(old: &str, new: &str) -> String {
    assert!(EXAMPLE.contains(old), "the example has no {old}");
    EXAMPLE.replacen(old, new, 1)
}

/// Reads the edited example, which must be refused for this reason at the end of this path.
fn refused(old: &str, new: &str, reason: Reason, path_end: &str) -> ReadError {
    let error = read(&edited(old, new)).expect_err(new);
    assert_eq!(error.reason, reason, "{error}");
    assert!(error.place.path.ends_with(path_end), "{error}");
    assert!(error.place.line.is_some() && error.place.column.is_some(), "{error}");
    assert!(!error.cause.is_empty() && !error.remedy.is_empty());
    error
}

#[test]
fn the_example_is_understood_in_all_its_parts() {
    let document = read(EXAMPLE).unwrap();
    assert_eq!(document.number.as_str(), "NZL2026/MPI/0048127");
    assert_eq!(document.issuing_country.as_str(), "NZ");
    assert_eq!(document.destination_country.unwrap().as_str(), "CN");
    assert_eq!(document.transit_countries.iter().map(|country| country.as_str()).collect::<Vec<_>>(), ["SG"]);
    assert_eq!(document.class.as_deref(), Some("851"));
    assert_eq!(document.issuing_body, "Ministry for Primary Industries, New Zealand");
    assert_eq!(document.issue_date.date.to_string(), "2026-03-11");
    assert_eq!(document.issue_date.as_written, "2026-03-11T09:40:00+13:00");
    let status = document.status.as_ref().unwrap();
    assert_eq!((status.list, status.code.as_str()), ("4405", "70"));
    assert!(document.predecessor.is_none() && document.bases.is_empty());
    let lines: Vec<_> = document
        .lines
        .iter()
        .map(|line| {
            let code = line.code.as_ref().unwrap();
            (
                line.sequence.as_str(),
                line.is_total,
                code.system.as_str(),
                code.code.as_str(),
                line.description.as_str(),
                line.quantity.as_ref().unwrap().to_string(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("1", false, "HS", "081050", "Fresh kiwifruit, green", "18480.00 KGM".to_owned()),
            ("2", false, "HS", "080810", "Fresh apples", "5040.00 KGM".to_owned()),
        ]
    );
    for (path, value) in [
        ("names[1]", "Phytosanitary Certificate"),
        ("names[1].language", "en"),
        ("notes[2].contents[2]", "经检验,该批货物未发现中国关注的检疫性有害生物。"),
        ("references[1].issue_date", "2026-02-02"),
        ("signatories[1].provider.person.name", "Authorised officer 417"),
        ("consignor.name", "Kōwhai Ridge Orchards Limited"),
        ("consignee.address.city", "Shanghai"),
        ("unloading_place.id", "CNSHA"),
        ("equipment[1].seals[1].id", "NZ0093318"),
        ("lines[1].net_weight", "18480.00"),
        ("lines[1].net_weight.unit", "KGM"),
        ("lines[1].treatments[1].characteristics[2].value", "-0.5"),
        ("lines[2].origin_countries[1].code", "NZ"),
    ] {
        assert_eq!(document.value(path), Some(value), "{path}");
    }
}

#[test]
fn no_path_stands_twice_and_no_value_is_left_out() {
    let document = read(EXAMPLE).unwrap();
    let mut paths: Vec<_> = document.fields.iter().map(|field| field.path.as_str()).collect();
    paths.sort_unstable();
    assert!(paths.windows(2).all(|pair| pair[0] != pair[1]));
    // Every text between two tags of the example that is not white space, and every unit and language, is a field.
    let texts = EXAMPLE.split('>').skip(2).filter(|piece| piece.split('<').next().is_some_and(|text| !text.trim().is_empty())).count();
    let attributes = EXAMPLE.matches("unitCode=").count() + EXAMPLE.matches("languageID=").count();
    assert_eq!(document.fields.len(), texts + attributes);
}

#[test]
fn one_changed_value_is_named_and_nothing_else() {
    let (was, is) = (read(EXAMPLE).unwrap(), read(&edited("18480.00", "28480.00")).unwrap());
    let changes = changed_fields(&was, &is);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path, "lines[1].net_weight");
    assert_eq!((changes[0].was.as_deref(), changes[0].is.as_deref()), (Some("18480.00"), Some("28480.00")));
    let without = read(&edited("<ram:CommonName>Apple</ram:CommonName>", "")).unwrap();
    let changes = changed_fields(&was, &without);
    assert_eq!(
        changes.iter().map(|change| (change.path.as_str(), change.is.as_deref())).collect::<Vec<_>>(),
        [("lines[2].common_names[1]", None)]
    );
    let changes = changed_fields(&without, &was);
    assert_eq!(
        changes.iter().map(|change| (change.path.as_str(), change.was.as_deref())).collect::<Vec<_>>(),
        [("lines[2].common_names[1]", None)]
    );
}

#[test]
fn prefixes_comments_and_white_space_say_nothing() {
    let was = read(EXAMPLE).unwrap();
    let other = EXAMPLE
        .replace("<ram:", "<a:")
        .replace("</ram:", "</a:")
        .replace("xmlns:ram", "xmlns:a")
        .replace("<rsm:", "<")
        .replace("</rsm:", "</")
        .replace("xmlns:rsm", "xmlns")
        .replace('\n', "\r\n  <!-- from another system -->");
    let other = format!("\u{feff}{}", other.trim_start_matches("\r\n  <!-- from another system -->"));
    let is = read(&other.replace("?>\r\n  <!-- from another system -->", "?>\r\n")).unwrap();
    assert_eq!(changed_fields(&was, &is), []);
    assert_eq!(changed_fields(&was, &read(&edited("Fresh apples", "Fresh&#32;<![CDATA[apple]]>&#x73;")).unwrap()), []);
}

#[test]
fn what_does_not_conform_is_refused_with_its_place() {
    let consignor_end = "</ram:ConsignorSPSParty>";
    for (old, new, reason, path_end) in [
        ("<ram:TypeCode>851</ram:TypeCode>", "", Reason::Missing, "SPSExchangedDocument"),
        ("<ram:TypeCode>851</ram:TypeCode>", "<ram:TypeCode/>", Reason::Empty, "SPSExchangedDocument/TypeCode"),
        ("<ram:TypeCode>851</ram:TypeCode>", "<ram:TypeCode>phyto</ram:TypeCode>", Reason::Value, "SPSExchangedDocument/TypeCode"),
        ("<ram:StatusCode>", "<ram:StatusCode listID=\"1373\">", Reason::Value, "SPSExchangedDocument/StatusCode"),
        ("<ram:StatusCode>", "<ram:StatusCode listAgencyID=\"5\">", Reason::Value, "SPSExchangedDocument/StatusCode"),
        ("<ram:ModeCode>1", "<ram:ModeCode listID=\"8067\">1", Reason::Value, "ModeCode"),
        (
            "<ram:StatusCode>70</ram:StatusCode>",
            "<ram:StatusCode>70</ram:StatusCode><ram:StatusCode>70</ram:StatusCode>",
            Reason::Repeated,
            "StatusCode",
        ),
        ("<ram:ID>NZL2026/MPI/0048127</ram:ID>", "<ram:ID> </ram:ID>", Reason::Empty, "SPSExchangedDocument/ID"),
        ("2026-03-11T09:40:00+13:00", "11 March 2026", Reason::Value, "IssueDateTime/DateTimeString"),
        ("2026-03-11T09:40:00+13:00", "", Reason::Empty, "IssueDateTime/DateTimeString"),
        ("<udt:DateTimeString>2026-03-11T09:40:00+13:00</udt:DateTimeString>", "2026-03-11", Reason::Missing, "IssueDateTime"),
        ("<udt:DateTime>2026-03-11T09:40:00+13:00", "<udt:DateTime>2026-03-11", Reason::Value, "ActualDateTime/DateTime"),
        ("<ram:ID>CN</ram:ID>", "<ram:ID>CHN</ram:ID>", Reason::Value, "ImportSPSCountry/ID"),
        (">18480.00<", ">N/A<", Reason::Value, "IncludedSPSTradeLineItem[1]/NetWeightMeasure"),
        (">5040.00<", ">5,040<", Reason::Value, "IncludedSPSTradeLineItem[2]/NetWeightMeasure"),
        (">5040.00<", "><", Reason::Empty, "IncludedSPSTradeLineItem[2]/NetWeightMeasure"),
        (">5040.00<", ">-5040<", Reason::Value, "IncludedSPSTradeLineItem[2]/NetWeightMeasure"),
        ("<ram:SequenceNumeric>2</ram:SequenceNumeric>", "", Reason::Missing, "IncludedSPSTradeLineItem[2]"),
        ("<ram:Description>Fresh apples</ram:Description>", "", Reason::Missing, "IncludedSPSTradeLineItem[2]"),
        (consignor_end, "<ram:Fax>1</ram:Fax></ram:ConsignorSPSParty>", Reason::Unexpected, "ConsignorSPSParty/Fax"),
        ("Fresh apples", "<b>Fresh apples</b>", Reason::Unexpected, "Description[1]/b"),
        (consignor_end, "free text</ram:ConsignorSPSParty>", Reason::Unexpected, "ConsignorSPSParty"),
        (" unitCode=\"KGM\">5040", " unit=\"KGM\">5040", Reason::Unexpected, "NetWeightMeasure"),
        ("<ram:ID>NZL", "<rsm:ID>NZL", Reason::NotWellFormed, ""),
        ("<ram:Name>Ministry for Primary Industries, New Zealand</ram:Name>", "", Reason::Missing, "IssuerSPSParty"),
        ("Ministry for Primary Industries, New Zealand", "N/A", Reason::Empty, "IssuerSPSParty/Name"),
        ("SPSCertificate:17", "SPSCertificate:8", Reason::UnknownKind, "SPSCertificate"),
        ("BusinessInformationEntity:21", "BusinessInformationEntity:8", Reason::UnknownKind, "SPSExchangedDocument/Name"),
        ("xmlns:udt=", "xmlns:other=", Reason::UnboundPrefix, "IssueDateTime"),
    ] {
        refused(old, new, reason, path_end);
    }
    let error = refused("<ram:StatusCode>70</ram:StatusCode>", "", Reason::Missing, "SPSExchangedDocument");
    assert_eq!(
        error.to_string(),
        "line 8, column 5, SPSCertificate/SPSExchangedDocument: StatusCode is missing; add it: the schema demands it here"
    );
}

#[test]
fn the_order_of_the_schema_is_kept() {
    let consignee = EXAMPLE.split_once("<ram:ConsigneeSPSParty>").unwrap().1.split_once("</ram:ConsigneeSPSParty>").unwrap().0;
    let consignee = format!("<ram:ConsigneeSPSParty>{consignee}</ram:ConsigneeSPSParty>");
    let without = edited(&consignee, "");
    let early = without.replacen("<ram:ConsignorSPSParty>", &format!("{consignee}<ram:ConsignorSPSParty>"), 1);
    let error = read(&early).unwrap_err();
    assert_eq!((error.reason, error.cause.as_str()), (Reason::Order, "ConsigneeSPSParty stands before ConsignorSPSParty"));
    let late = without.replacen("</ram:ExportSPSCountry>", &format!("</ram:ExportSPSCountry>{consignee}"), 1);
    let error = read(&late).unwrap_err();
    assert_eq!((error.reason, error.cause.as_str()), (Reason::Order, "ExportSPSCountry stands before ConsigneeSPSParty"));
    let transit = "<ram:TransitSPSCountry><ram:ID>AU</ram:ID></ram:TransitSPSCountry>";
    let error = read(&edited("</ram:UnloadingBaseportSPSLocation>", &format!("</ram:UnloadingBaseportSPSLocation>{transit}"))).unwrap_err();
    assert_eq!((error.reason, error.cause.as_str()), (Reason::Order, "TransitSPSCountry stands behind UnloadingBaseportSPSLocation"));
}

#[test]
fn a_replacement_names_its_predecessor() {
    let note = |subject: &str, content: &str| {
        format!("<ram:IncludedSPSNote><ram:Subject>{subject}</ram:Subject><ram:Content>{content}</ram:Content></ram:IncludedSPSNote>")
    };
    let notes = [
        note("ADRP", "4"),
        note("ADRPN", " nzl2026/mpi/0047001 "),
        note("ADRD", "2026-03-01T08:00:00+13:00"),
        note("ADRPR", "change in consignee"),
    ]
    .concat();
    let at = "<ram:ReferenceSPSReferencedDocument>";
    let link = read(&edited(at, &format!("{notes}{at}"))).unwrap().predecessor.unwrap();
    assert_eq!(link.number.as_str(), "NZL2026/MPI/0047001");
    assert_eq!(link.issuing_country.unwrap().as_str(), "NZ");
    assert_eq!(link.issue_date.unwrap().date.to_string(), "2026-03-01");
    assert_eq!(link.reason.as_deref(), Some("change in consignee"));

    let replacement = read(include_str!("../examples/nz-cn-sps-replacement.xml")).unwrap();
    let link = replacement.predecessor.unwrap();
    assert_eq!((link.number, link.issue_date.unwrap().as_written), (read(EXAMPLE).unwrap().number, "2026-03-11T09:40:00+13:00".to_owned()));

    let none = note("ADRPN", "Ninguno");
    assert_eq!(read(&edited(at, &format!("{none}{at}"))).unwrap().predecessor, None);

    let relation = edited("<ram:RelationshipTypeCode>ZZZ", "<ram:RelationshipTypeCode>ACW");
    assert_eq!(read(&relation).unwrap().predecessor.unwrap().number.as_str(), "CN-IP-2026-01731");
}

#[test]
fn a_re_export_certificate_names_the_originals_beneath_it() {
    let note = |subject: &str, content: &str| {
        format!(
            "<ram:AdditionalInformationSPSNote><ram:Subject>{subject}</ram:Subject><ram:Content>{content}</ram:Content></ram:AdditionalInformationSPSNote>"
        )
    };
    let line = |number: &str| [note("RPCST", "3"), note("RPCCO", "NZ"), note("RPCRF", number)].concat();
    let text = edited("<ram:TypeCode>851", "<ram:TypeCode>657")
        .replacen("<ram:LoadingBaseport", "<ram:ReExportSPSCountry><ram:ID>SG</ram:ID></ram:ReExportSPSCountry><ram:LoadingBaseport", 1)
        .replacen("20160.00</ram:GrossWeightMeasure>", &format!("20160.00</ram:GrossWeightMeasure>{}", line("NZL2026/MPI/0048127")), 1)
        .replacen("5040.00</ram:NetWeightMeasure>", &format!("5040.00</ram:NetWeightMeasure>{}", line("NZL2026/MPI/0048128")), 1);
    let document = read(&text).unwrap();
    assert_eq!(document.issuing_country.as_str(), "SG");
    let bases: Vec<_> = document.bases.iter().map(|base| (base.number.as_str(), base.issuing_country.unwrap().to_string())).collect();
    assert_eq!(bases, [("NZL2026/MPI/0048127", "NZ".to_owned()), ("NZL2026/MPI/0048128", "NZ".to_owned())]);
    let same = text.replace("0048128", "0048127");
    assert_eq!(read(&same).unwrap().bases.len(), 1);
    // Whoever names none is told where it is written.
    let issued = |text: &str| {
        let document = read(text).unwrap();
        let said = document.kind.rules().terms_of(&document, &ledger::commitment::Seed::new([7; 16]));
        said.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(issued(&text), Ok(()));
    let said = issued(&text.replace(">RPCRF<", ">RPCRX<")).unwrap_err();
    assert!(said.contains("IncludedSPSTradeLineItem: no line names an original") && said.contains("Subject RPCRF"), "{said}");
    // The same notes on an export certificate name no base.
    assert_eq!(read(&text.replace(">657<", ">851<")).unwrap().bases, []);
    let two = text.replacen(
        "<ram:ReExportSPSCountry>",
        "<ram:ReExportSPSCountry><ram:ID>AU</ram:ID></ram:ReExportSPSCountry><ram:ReExportSPSCountry>",
        1,
    );
    let error = read(&two).unwrap_err();
    assert_eq!(error.reason, Reason::Inconsistent);
    assert!(error.place.path.ends_with("ReExportSPSCountry[2]/ID"), "{error}");
}

#[test]
fn a_date_may_say_its_format_and_an_indicator_is_true_or_false() {
    let document = read(&edited("<udt:DateTimeString>2026-02-02", "<udt:DateTimeString format=\"ISO 8601\">2026-02-02")).unwrap();
    assert_eq!(document.value("references[1].issue_date.format"), Some("ISO 8601"));
    refused("<udt:DateTime>", "<udt:DateTime format=\"102\">", Reason::Unexpected, "ActualDateTime/DateTime");
    refused(
        "<udt:DateTimeString>2026-02-02",
        "<udt:DateTimeString zone=\"12\">2026-02-02",
        Reason::Unexpected,
        "IssueDateTime/DateTimeString",
    );
    let two = "<udt:DateTimeString>2026-02-02</udt:DateTimeString><udt:DateTime>2026-02-02T00:00:00Z</udt:DateTime>";
    refused("<udt:DateTimeString>2026-02-02</udt:DateTimeString>", two, Reason::Unexpected, "IssueDateTime/DateTime");
    refused(
        "<udt:DateTimeString>2026-02-02</udt:DateTimeString>",
        "<udt:Date>2026-02-02</udt:Date>",
        Reason::Unexpected,
        "IssueDateTime/Date",
    );
    refused(
        "<udt:DateTimeString>2026-02-02</udt:DateTimeString>",
        "<ram:DateTime>2026-02-02</ram:DateTime>",
        Reason::Unexpected,
        "IssueDateTime/DateTime",
    );
    refused("2026-02-02</udt:DateTimeString>", "<b/></udt:DateTimeString>", Reason::Unexpected, "IssueDateTime/b");

    let stores = |inner: &str| {
        edited("<ram:ConsignorSPSParty>", &format!("<ram:ShipStoresIndicator>{inner}</ram:ShipStoresIndicator><ram:ConsignorSPSParty>"))
    };
    for (inner, value) in
        [("<udt:Indicator> true </udt:Indicator>", "true"), ("<udt:IndicatorString format=\"x\">si</udt:IndicatorString>", "si")]
    {
        assert_eq!(read(&stores(inner)).unwrap().value("ship_stores"), Some(value));
    }
    for (inner, reason) in [
        ("<udt:Indicator>yes</udt:Indicator>", Reason::Value),
        ("<udt:Indicator format=\"x\">true</udt:Indicator>", Reason::Unexpected),
        ("", Reason::Missing),
    ] {
        assert_eq!(read(&stores(inner)).unwrap_err().reason, reason, "{inner}");
    }
}

#[test]
fn an_attachment_is_base_64_and_becomes_a_field() {
    let at = "<ram:Information>Import permit";
    let with = |data: &str| {
        edited(at, &format!("<ram:AttachmentBinaryObject mimeCode=\"application/pdf\">{data}</ram:AttachmentBinaryObject>{at}"))
    };
    let document = read(&with("JVBERi0x")).unwrap();
    assert_eq!(document.value("references[1].attachments[1]"), Some("JVBERi0x"));
    assert_eq!(document.value("references[1].attachments[1].mime"), Some("application/pdf"));
    assert_eq!(read(&with("%PDF-1.3")).unwrap_err().reason, Reason::Value);
}

#[test]
fn no_attributes_but_the_schemas_are_read() {
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    assert!(read(&edited("xmlns:rsm", &format!("{xsi} xsi:schemaLocation=\"a b\" xmlns:rsm"))).is_ok());
    refused("xmlns:rsm", &format!("{xsi} xsi:nil=\"true\" xmlns:rsm"), Reason::Unexpected, "SPSCertificate");
    refused("xmlns:rsm", "version=\"17\" xmlns:rsm", Reason::Unexpected, "SPSCertificate");
    refused("xmlns:rsm", "xml:lang=\"en\" xmlns:rsm", Reason::Unexpected, "SPSCertificate");
}

#[test]
fn line_ends_are_one_line_feed() {
    let (unix, windows) = (edited("Fresh apples", "Fresh\napples"), edited("Fresh apples", "Fresh\r\napples"));
    assert_eq!(read(&unix).unwrap().lines[1].description, "Fresh\napples");
    assert_eq!(changed_fields(&read(&unix).unwrap(), &read(&windows).unwrap()), []);
}

#[test]
fn a_line_of_totals_is_marked_and_a_first_line_zero_is_not() {
    let total = "<ram:IncludedSPSTradeLineItem><ram:SequenceNumeric>0</ram:SequenceNumeric><ram:Description>Totals</ram:Description><ram:NetWeightMeasure unitCode=\"KGM\">23520.00</ram:NetWeightMeasure></ram:IncludedSPSTradeLineItem>";
    let at = "<ram:IncludedSPSTradeLineItem>";
    let lines = read(&edited(at, &format!("{total}{at}"))).unwrap().lines;
    assert_eq!(lines.iter().map(|line| line.is_total).collect::<Vec<_>>(), [true, false, false]);
    // With an origin of its own it is a line of goods.
    let origin = "<ram:OriginSPSCountry><ram:ID>NZ</ram:ID></ram:OriginSPSCountry></ram:IncludedSPSTradeLineItem>";
    let goods = total.replace("</ram:IncludedSPSTradeLineItem>", origin);
    assert!(!read(&edited(at, &format!("{goods}{at}"))).unwrap().lines[0].is_total);
    let from_zero =
        edited("<ram:SequenceNumeric>1<", "<ram:SequenceNumeric>0<").replacen("<ram:SequenceNumeric>2<", "<ram:SequenceNumeric>1<", 1);
    assert!(read(&from_zero).unwrap().lines.iter().all(|line| !line.is_total));
}

#[test]
fn lines_are_numbered_through_all_items() {
    let at = "</ram:IncludedSPSTradeLineItem>\n      <ram:IncludedSPSTradeLineItem>";
    let two_items = edited(
        at,
        "</ram:IncludedSPSTradeLineItem></ram:IncludedSPSConsignmentItem><ram:IncludedSPSConsignmentItem><ram:IncludedSPSTradeLineItem>",
    );
    let changes = changed_fields(&read(EXAMPLE).unwrap(), &read(&two_items).unwrap());
    assert_eq!(
        changes.iter().map(|change| (change.path.as_str(), change.is.as_deref())).collect::<Vec<_>>(),
        [("lines[2].item", Some("2"))]
    );
}

#[test]
fn at_most_200_lines_are_read() {
    let line = "<ram:IncludedSPSTradeLineItem><ram:SequenceNumeric>1</ram:SequenceNumeric><ram:Description>x</ram:Description></ram:IncludedSPSTradeLineItem>";
    let with =
        |count: usize| edited("</ram:IncludedSPSConsignmentItem>", &format!("{}</ram:IncludedSPSConsignmentItem>", line.repeat(count)));
    assert_eq!(read(&with(198)).unwrap().lines.len(), 200);
    assert_eq!(read(&with(199)).unwrap_err().reason, Reason::TooLarge);
}

#[test]
fn at_most_4096_values_are_read() {
    let with = |count: usize| {
        edited("<ram:IntendedUse>", &format!("{}<ram:IntendedUse>", "<ram:ScientificName>x</ram:ScientificName>".repeat(count)))
    };
    let room = 4096 - read(EXAMPLE).unwrap().fields.len();
    assert_eq!(read(&with(room)).unwrap().fields.len(), 4096);
    assert_eq!(read(&with(room + 1)).unwrap_err().reason, Reason::TooLarge);
}

#[test]
fn words_for_nothing_are_kept_as_text_and_are_no_codes() {
    let document = read(&edited("Fresh apples", "Ninguno").replace("<ram:ClassCode>080810", "<ram:ClassCode>N/A")).unwrap();
    assert_eq!(document.lines[1].description, "Ninguno");
    assert_eq!(document.lines[1].code, None);
    assert_eq!(document.value("lines[2].classes[1].code"), Some("N/A"));
    assert!(read(&edited("<ram:StatusCode>", "<ram:StatusCode listID=\"4405\" listAgencyID=\"6\" listVersionID=\"D16B\">")).is_ok());
    assert!(read(&edited("<ram:SystemName>HS", "<ram:SystemName listID=\"INTERCOM\" languageID=\"en\">HS")).is_ok());
    let no_unit = read(&edited(" unitCode=\"KGM\">5040", ">5040")).unwrap();
    assert_eq!(no_unit.lines[1].quantity.as_ref().unwrap().to_string(), "5040.00");
}

#[test]
fn an_xml_signature_is_kept_as_written() {
    let signature =
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo Id='x'>&lt; <b/></ds:SignedInfo></ds:Signature>";
    let document = read(&edited("</rsm:SPSCertificate>", &format!("{signature}</rsm:SPSCertificate>"))).unwrap();
    assert_eq!(document.value("xml_signature"), Some(signature));
    let error = read(&edited("</rsm:SPSCertificate>", &format!("{signature}{signature}</rsm:SPSCertificate>"))).unwrap_err();
    assert_eq!(error.reason, Reason::Repeated);
}

#[test]
fn the_small_form_says_the_same_things() {
    let document = read(FORM).unwrap();
    assert_eq!((document.number.as_str(), document.issuing_country.as_str()), ("2026-1303-55127", "CL"));
    assert_eq!(document.class.as_deref(), Some("853"));
    assert_eq!(document.lines[0].quantity.as_ref().unwrap().to_string(), "2450.5 KGM");
    assert_eq!(document.lines[0].code.as_ref().unwrap().edition.as_deref(), Some("HS2022"));
    let base = r#""base": { "number": "A-1", "issuing_country": "NO" }, "exporter""#;
    let re_export = FORM.replace("\"853\"", "\"657\"").replace("\"exporter\"", base);
    assert_eq!(read(&re_export).unwrap().bases[0].issuing_country.unwrap().as_str(), "NO");
    assert_eq!(read(&FORM.replace("\"exporter\"", base)).unwrap_err().reason, Reason::Inconsistent);
    // Several originals, the first of which is the base.
    let further =
        r#""further_bases": [{ "number": "A-2", "issuing_country": "NO" }, { "number": "A-3", "issuing_country": "IS" }], "exporter""#;
    let several = re_export.replace("\"exporter\"", further);
    assert_eq!(read(&several).unwrap().bases.iter().map(|base| base.number.as_str()).collect::<Vec<_>>(), ["A-1", "A-2", "A-3"]);
    let error = read(&FORM.replace("\"exporter\"", further)).unwrap_err();
    assert!(error.to_string().contains("further_bases stands here without base"), "{error}");
    assert_eq!(read(&FORM.replace("\"853\"", "\"657\"")).unwrap_err().reason, Reason::Inconsistent);
}

#[test]
fn every_mandatory_member_of_the_small_form_is_missed() {
    let more = r#""replaces": { "number": "1", "issue_date": "2026-01-01", "reason": "x" }, "transit_countries": ["SG"], "exporter""#;
    let full = FORM.replacen("\"exporter\"", more, 1).replacen("\"packages\"", "\"treatment\": \"none\", \"packages\"", 1);
    let full = full.replacen("\"country\": \"CL\"", "\"country\": \"CL\", \"address\": \"x\", \"identifier\": \"1\"", 1);
    check_optional_members(
        &full,
        &[
            "/additional_declarations",
            "/exporter/address",
            "/exporter/country",
            "/exporter/identifier",
            "/importer/country",
            "/lines/0/packages",
            "/lines/0/scientific_name",
            "/lines/0/treatment",
            "/means_of_transport",
            "/point_of_entry",
            "/replaces",
            "/replaces/issue_date",
            "/replaces/reason",
            "/transit_countries",
        ],
    );
}

/// The folder of published schemas and samples beside the checkout, if it is there.
fn standards() -> Option<PathBuf> {
    // As cargo says when it runs the test: a program built for another clone reads this one's files.
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let folder = Path::new(&package).join("../../shared/standards");
    if !folder.is_dir() {
        println!("SKIPPED: {} is absent, so the published samples are not read", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn the_seven_conforming_samples_of_the_andean_community_are_read() {
    let Some(folder) = standards().map(|standards| standards.join("sps/samples/andean-intercom")) else { return };
    let sample = |name: &str| read_document(&std::fs::read(folder.join(name)).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (name, number, countries, date, code, quantity, predecessor) in [
        ("cfe-09999999990012409791EC.xml", "09999999990012409791EC", "EC CO", "2024-03-22", None, "10", None),
        ("cfe-09999999990012426719EC.xml", "09999999990012426719EC", "EC CO", "2024-05-23", None, "10", None),
        ("cfe-491412333BO.xml", "491412333BO", "BO EC", "2025-07-14", None, "10.00 KGM", None),
        ("cfe-491412337BO.xml", "491412337BO", "BO EC", "2025-07-14", None, "10.00 KGM", None),
        ("cfe-annotated-es.xml", "123456789CO", "CO PE", "2001-12-17", Some("100590"), "1000", Some(("3214356", "2016-04-22"))),
        (
            "cfe-co-pe-replacement-template.xml",
            "123456789CO",
            "CO PE",
            "2024-02-26",
            Some("100590"),
            "1000",
            Some(("3214356", "2024-02-26")),
        ),
        ("cfe-signed-xmldsig.xml", "123456789CO", "CO PE", "2024-02-26", Some("100590"), "1000", Some(("3214356", "2024-02-26"))),
    ] {
        let document = sample(name);
        assert_eq!(document.number.as_str(), number, "{name}");
        assert_eq!(format!("{} {}", document.issuing_country, document.destination_country.unwrap()), countries, "{name}");
        assert_eq!(document.issue_date.date.to_string(), date, "{name}");
        let status = document.status.unwrap();
        assert_eq!((status.list, status.code.as_str()), ("4405", "70"), "{name}");
        assert_eq!(document.lines.len(), 1, "{name}");
        let line = &document.lines[0];
        assert_eq!(line.code.as_ref().map(|code| code.code.as_str()), code, "{name}");
        assert_eq!(line.quantity.as_ref().unwrap().to_string(), quantity, "{name}");
        let link = document.predecessor.map(|link| (link.number.to_string(), link.issue_date.unwrap().date.to_string()));
        assert_eq!(link, predecessor.map(|(number, date)| (number.to_owned(), date.to_owned())), "{name}");
        assert_eq!(document.fields.iter().any(|field| field.path == "xml_signature"), name.contains("signed"), "{name}");
    }
}

#[test]
fn samples_that_do_not_conform_are_refused_with_a_clear_place() {
    let Some(folder) = standards().map(|standards| standards.join("sps/samples")) else { return };
    for (name, reason, path) in [
        (
            "ippc-hub/ephyto-851-ar-with-pdf.xml",
            Reason::Empty,
            "SPSCertificate/SPSExchangedDocument/SignatorySPSAuthentication[1]/ActualDateTime/DateTimeString",
        ),
        (
            "traces-nt/chedpp-de-2018-0000015-issued.xml",
            Reason::Missing,
            "SPSCertificate/SPSExchangedDocument/ReferenceSPSReferencedDocument[2]/IssueDateTime",
        ),
        ("traces-nt/cheda-submit-horse.xml", Reason::UnknownKind, "Envelope"),
        ("andean-intercom/pfi-import-permit.xml", Reason::UnknownKind, "SPSImportPermit"),
        ("andean-intercom/pfi-17875553BO.xml", Reason::UnknownKind, "SPSImportPermit"),
    ] {
        let error = read_document(&std::fs::read(folder.join(name)).unwrap()).expect_err(name);
        println!("{name}: {error}");
        assert_eq!((error.reason, error.place.path.as_str()), (reason, path), "{name}: {error}");
        assert!(error.place.line.is_some(), "{name}");
    }
    for group in ["traces-nt", "certex", "vc"] {
        for entry in std::fs::read_dir(folder.join(group)).unwrap() {
            let path = entry.unwrap().path();
            let error = read_document(&std::fs::read(&path).unwrap()).expect_err(&path.display().to_string());
            println!("{}: {error}", path.display());
            assert!(!error.cause.is_empty() && !error.remedy.is_empty());
        }
    }
}

/// One element of a sequence of the published schema.
#[derive(Debug, PartialEq)]
struct Declared {
    name: String,
    required: bool,
    repeats: bool,
}

/// Finds a complex type of the published schemas.
fn complex_type<'s>(schemas: &'s [Element], name: &str) -> &'s Element {
    let named = |element: &&Element| element.name == "complexType" && attribute(element, "name") == Some(name);
    schemas.iter().find_map(|schema| schema.children.iter().find(named)).unwrap_or_else(|| panic!("no type {name}"))
}

fn attribute<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.as_str())
}

/// The list that a code type is fixed to. The file declares more namespaces than our reader takes, so it is searched as text.
fn fixed_list<'s>(qualified_types: &'s str, code_type: &str) -> Option<&'s str> {
    let rest = qualified_types.split_once(&format!("complexType name=\"{code_type}\""))?.1;
    rest.split_once("name=\"listID\"")?.1.split_once('>')?.0.split_once("fixed=\"")?.1.split('"').next()
}

fn without_prefix(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, name)| name)
}

/// Compares a table with the type of the same part, and all tables below.
fn compare(schemas: &[Element], qualified_types: &str, parts: &'static [Part], type_name: &str, seen: &mut Vec<String>) {
    if seen.iter().any(|name| name == type_name) {
        return;
    }
    seen.push(type_name.to_owned());
    let sequence = complex_type(schemas, type_name).children.iter().find(|child| child.name == "sequence").unwrap();
    let elements: Vec<&Element> = sequence.children.iter().filter(|child| child.name == "element").collect();
    let declared: Vec<Declared> = elements
        .iter()
        .map(|element| Declared {
            name: without_prefix(attribute(element, "name").or(attribute(element, "ref")).unwrap()).to_owned(),
            required: attribute(element, "minOccurs") != Some("0"),
            repeats: attribute(element, "maxOccurs") == Some("unbounded"),
        })
        .collect();
    let ours: Vec<Declared> =
        parts.iter().map(|part| Declared { name: part.name.to_owned(), required: part.required, repeats: part.repeats }).collect();
    assert_eq!(ours, declared, "{type_name}");
    for (part, element) in parts.iter().zip(elements) {
        let type_of_part = attribute(element, "type").map(without_prefix).unwrap_or_default();
        match (&part.content, type_of_part) {
            (Content::Parts(below), below_name) => compare(schemas, qualified_types, below, below_name, seen),
            (Content::Line, below_name) => compare(schemas, qualified_types, &TRADE_LINE_ITEM, below_name, seen),
            (Content::Text, "TextType")
            | (Content::Acronym, "AcronymSubjectCodesType")
            | (Content::Identifier | Content::Number, "IDType")
            | (Content::Code, "CodeType")
            | (Content::Country, "CountryIDType")
            | (Content::Numeric, "NumericType")
            | (Content::Measure | Content::Amount, "MeasureType")
            | (Content::Amount, "QuantityType")
            | (Content::Time | Content::IssueTime, "DateTimeType")
            | (Content::Indicator, "IndicatorType")
            | (Content::Binary, "BinaryObjectType")
            | (Content::Signature, "") => {}
            (Content::ListCode(list), code_type) => {
                assert_eq!(fixed_list(qualified_types, code_type), Some(*list), "{type_name}/{}", part.name)
            }
            _ => panic!("{type_name}/{} is of type {type_of_part}", part.name),
        }
    }
}

#[test]
fn the_tables_are_those_of_the_published_schema() {
    let Some(folder) = standards().map(|standards| standards.join("sps/xsd/uncefact-sps17p0/data/standard")) else { return };
    let schemas: Vec<Element> = ["SPSCertificate_17p0.xsd", "ReusableAggregateBusinessInformationEntity_21p0.xsd"]
        .into_iter()
        .map(|name| xml::parse(std::fs::read_to_string(folder.join(name)).unwrap().trim_start_matches('\u{feff}')).unwrap())
        .collect();
    let qualified_types = std::fs::read_to_string(folder.join("QualifiedDataType_21p0.xsd")).unwrap();
    let mut seen = Vec::new();
    compare(&schemas, &qualified_types, &CERTIFICATE, "SPSCertificateType", &mut seen);
    assert_eq!(seen.len(), 30, "{seen:?}");
}

#[test]
fn every_code_of_the_published_lists_has_the_shape_that_is_checked() {
    let Some(folder) = standards().map(|standards| standards.join("sps/xsd/uncefact-sps17p0")) else { return };
    let mut codes = 0;
    for name in [
        "DocumentNameCode_D16B",
        "StatusCode_D16B",
        "ReferenceTypeCode_D16B",
        "GovernmentActionCode_D16B",
        "LocationFunctionCode_D16B",
        "TemperatureTypeCode_D16B",
        "CargoTypeClassificationCode_D16B",
        "ProcessTypeCode_D16B",
        "MeasuredAttributeCode_D16B",
        "TransportModeCode_2",
        "PackageTypeCode_2006",
    ] {
        let text = std::fs::read_to_string(folder.join(format!("codelist/standard/UNECE_{name}.xsd"))).unwrap();
        for code in text.split("enumeration value=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(crate::document::value::code(code, 3).is_ok(), "{name} has the code {code}");
            codes += 1;
        }
    }
    assert!(codes > 1000, "{codes}");
}
