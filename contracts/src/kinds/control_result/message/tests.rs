use crate::document::tests::check_optional_members;
use crate::document::{Document, ReadError, Reason, changed_fields, read_document};
use crate::kinds::RecordKind;

const EXAMPLE: &str = include_str!("../examples/nz-cn-control.json");
const REPLACEMENT: &str = include_str!("../examples/nz-cn-control-replacement.json");

fn read(text: &str) -> Result<Document, ReadError> {
    read_document(text.as_bytes())
}

fn edited(old: &str, new: &str) -> String {
    assert!(EXAMPLE.contains(old), "the example has no {old}");
    EXAMPLE.replacen(old, new, 1)
}

#[test]
fn the_example_is_understood_in_all_its_parts() {
    let document = read(EXAMPLE).unwrap();
    assert_eq!((document.kind, document.number.as_str()), (RecordKind::ControlResult, "NZTRG-2026-0004512"));
    assert_eq!((document.issuing_country.as_str(), document.class.as_deref()), ("NZ", Some("NZ-EXPORT-CONTROL")));
    assert_eq!(document.destination_country.unwrap().as_str(), "CN");
    assert_eq!(document.transit_countries.iter().map(|country| country.as_str()).collect::<Vec<_>>(), ["SG"]);
    assert_eq!((document.lines.len(), document.status.is_none(), document.predecessor.is_none()), (0, true, true));
    let units: Vec<(&str, Vec<&str>)> = super::units(&document).map(|unit| (unit.name, unit.seals)).collect();
    assert_eq!(units, [("TEMU6079348", vec!["NZC0088213", "KR77120"]), ("CSQU3054383", vec!["NZC0088214"])]);
    assert_eq!(super::super::record::seals(&document), ["NZC0088213", "KR77120", "NZC0088214"]);
    assert_eq!(
        RecordKind::ControlResult.rules().to_compare(&document),
        [
            "TEMU6079348: seals NZC0088213, KR77120",
            "CSQU3054383: seals NZC0088214",
            "consignment 6NZ9429000000017KR2026-0311",
            "scan control of 2026-03-02 at Tauranga, Sulphur Point terminal, satisfactory",
        ]
    );
}

#[test]
fn a_consignment_that_is_sealed_anew_has_a_replacement() {
    let document = read(REPLACEMENT).unwrap();
    let link = document.predecessor.as_ref().unwrap();
    assert_eq!(document.valid_until.as_ref().unwrap().as_written, "2026-05-31");
    assert_eq!((link.number.as_str(), link.issuing_country.unwrap().as_str()), ("NZTRG-2026-0004512", "NZ"));
    assert_eq!(super::units(&document).map(|unit| unit.name).collect::<Vec<_>>(), ["TEMU6079348", "PALLET-77"]);
}

#[test]
fn another_seal_is_a_changed_field() {
    let (original, other) = (read(EXAMPLE).unwrap(), read(&edited("NZC0088214", "NZC0088215")).unwrap());
    let changed: Vec<String> = changed_fields(&original, &other).into_iter().map(|change| change.path).collect();
    assert_eq!(changed, ["equipment[2].seals[1].number"]);
}

#[test]
fn papers_and_samples_need_no_seal() {
    for method in ["document", "laboratory"] {
        let open = edited("\"method\": \"scan\"", &format!("\"method\": \"{method}\""));
        let without = crate::document::tests::without(&open, "/equipment");
        let document = read(&without).unwrap();
        let lines = RecordKind::ControlResult.rules().to_compare(&document);
        assert_eq!(lines[0], "no container and no seal is named");
    }
}

#[test]
fn what_is_not_of_the_form_is_refused_with_its_place() {
    for (old, new, reason, pointer) in [
        ("\"method\": \"scan\"", "\"method\": \"sniffer dog\"", Reason::Value, "/method"),
        ("\"outcome\": \"satisfactory\"", "\"outcome\": \"not satisfactory\"", Reason::Value, "/outcome"),
        ("TEMU6079348", "TEMU6079349", Reason::Value, "/equipment/0/container"),
        ("TEMU6079348", "TEMX6079348", Reason::Value, "/equipment/0/container"),
        ("KR77120", "NZC0088214", Reason::Repeated, "/equipment/1/seals/0/number"),
        (
            "\"container\": \"CSQU3054383\"",
            "\"container\": \"CSQU3054383\", \"identifier\": \"X\"",
            Reason::Inconsistent,
            "/equipment/1/identifier",
        ),
        ("\"container\": \"CSQU3054383\",", "", Reason::Missing, "/equipment/1"),
        (
            ",\n      \"seals\": [{ \"number\": \"NZC0088214\", \"affixed_by\": \"customs\", \"class\": \"H\" }]",
            "",
            Reason::Inconsistent,
            "/equipment/1",
        ),
        ("\"control\": {", "\"officer\": \"J. Doe\", \"control\": {", Reason::Unexpected, "/officer"),
        ("\"date\": \"2026-03-02\"", "\"date\": \"2026-03-03\"", Reason::Inconsistent, "/control/date"),
        ("\"method\"", "\"valid_until\": \"2026-03-01\", \"method\"", Reason::Inconsistent, "/valid_until"),
        ("KR2026-0311\"", "KR2026-0311-00000000\"", Reason::Value, "/consignment_reference"),
        ("[\"Fresh kiwifruit, 2 x 20 pallets\"]", "[]", Reason::Empty, "/goods"),
    ] {
        let error = read(&edited(old, new)).expect_err(new);
        assert_eq!((error.reason, error.place.path.as_str()), (reason, pointer), "{new}: {error}");
    }
    // Nobody is told to write that all is well.
    let outcome = read(&edited("\"outcome\": \"satisfactory\"", "\"outcome\": \"unsatisfactory\"")).unwrap_err().to_string();
    assert!(outcome.contains("nothing else is recorded; do not record it") && !outcome.contains("write"), "{outcome}");
    let open = crate::document::tests::without(EXAMPLE, "/equipment");
    assert_eq!(read(&open).expect_err("a scan without a seal").reason, Reason::Inconsistent);
}

#[test]
fn every_mandatory_member_is_missed() {
    // Papers are controlled without a sealed unit; one with a mark of its own stands beside the containers.
    let replaces =
        r#""replaces": { "number": "1", "issue_date": "2026-01-01", "reason": "x" }, "valid_until": "2026-05-31", "method": "document""#;
    check_optional_members(
        &edited("\"method\": \"scan\"", replaces),
        &[
            "/control/basis",
            "/control/office",
            "/equipment",
            "/equipment/0/seals",
            "/equipment/0/seals/0/affixed_by",
            "/equipment/0/seals/0/class",
            "/equipment/0/seals/1/affixed_by",
            "/equipment/0/seals/1/class",
            "/equipment/1/seals",
            "/equipment/1/seals/0/affixed_by",
            "/equipment/1/seals/0/class",
            "/issuing_body/identifier",
            "/replaces",
            "/replaces/issue_date",
            "/replaces/reason",
            "/transit_countries",
            "/transport_document",
            "/valid_until",
        ],
    );
}
