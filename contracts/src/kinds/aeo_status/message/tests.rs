use crate::document::tests::check_optional_members;
use crate::document::{AEO_STATUS_LIST, Document, ReadError, Reason, read_document};

const EXAMPLE: &str = include_str!("../examples/nz-aeo.json");
const CHINESE: &str = include_str!("../examples/cn-aeo.json");

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
    assert_eq!((document.number.as_str(), document.issuing_country.as_str()), ("SES-004417", "NZ"));
    assert_eq!((document.destination_country, document.lines.len()), (None, 0));
    assert_eq!(document.issue_date.date.to_string(), "2023-08-21");
    let status = document.status.as_ref().unwrap();
    assert_eq!((status.list, status.code.as_str()), (AEO_STATUS_LIST, "valid"));
    assert_eq!((document.class.as_deref(), document.value("operator_type")), (Some("NZ-SES"), Some("SES")));
    assert_eq!((document.value("tin"), document.values("roles")), (Some("NZ9429000000017"), vec!["exporter", "manufacturer"]));
    assert_eq!(document.value("status_effective_date"), Some("2023-08-21"));
    assert_eq!(document.value("consent_to_exchange"), Some("true"));
    assert_eq!(document.value("holder.trading_names[1]"), Some("Kōwhai Ridge"));
    assert_eq!(read(CHINESE).unwrap().number.as_str(), "AEOCN3100000017");
}

#[test]
fn a_converted_authorisation_names_the_one_before() {
    let document = read(&edited("\"holder\"", "\"converted_from\": { \"number\": \"SES-000101\" }, \"holder\"")).unwrap();
    let link = document.predecessor.unwrap();
    assert_eq!((link.number.as_str(), link.issuing_country.unwrap().as_str()), ("SES-000101", "NZ"));
}

#[test]
fn what_is_not_of_the_form_is_refused_with_its_place() {
    for (old, new, reason, pointer) in [
        ("\"consent_to_exchange\": true", "\"consent_to_exchange\": 1", Reason::Value, "/consent_to_exchange"),
        (",\n  \"consent_to_exchange\": true", "", Reason::Missing, ""),
        ("\"NZ9429000000017\"", "\"NZ\"", Reason::Value, "/tin"),
        ("\"NZ9429000000017\"", "\"NZ1234567890123456\"", Reason::Value, "/tin"),
        ("\"NZ9429000000017\"", "\"9429000000017\"", Reason::Value, "/tin"),
        ("\"NZ9429000000017\"", "\"NZ-942900000001\"", Reason::Value, "/tin"),
        ("[\"exporter\", \"manufacturer\"]", "[]", Reason::Empty, "/roles"),
        ("\"manufacturer\"", "\"smuggler\"", Reason::Value, "/roles/1"),
        ("\"manufacturer\"", "\"exporter\"", Reason::Repeated, "/roles/1"),
        ("\"status\": \"valid\"", "\"status\": \"active\"", Reason::Value, "/status"),
        (
            "\"status_effective_date\": \"2023-08-21\"",
            "\"status_effective_date\": \"2023-08-20\"",
            Reason::Inconsistent,
            "/status_effective_date",
        ),
        ("\"status\":", "\"valid_until\": \"2023-08-20\", \"status\":", Reason::Inconsistent, "/valid_until"),
        ("\"status\":", "\"reason_for_suspension\": \"x\", \"status\":", Reason::Unexpected, "/reason_for_suspension"),
        ("\"NZ-SES\"", "\"nz ses\"", Reason::Value, "/programme"),
    ] {
        let error = read(&edited(old, new)).expect_err(new);
        assert_eq!((error.reason, error.place.path.as_str()), (reason, pointer), "{new}: {error}");
    }
    for (old, new) in [("\"NZ9429000000017\"", "\"NZ123456789012345\""), ("\"status\":", "\"valid_until\": \"2023-08-21\", \"status\":")] {
        assert!(read(&edited(old, new)).is_ok(), "{new}");
    }
}

#[test]
fn every_mandatory_member_is_missed() {
    let converted =
        r#""converted_from": { "number": "1", "issue_date": "2023-01-01", "reason": "x" }, "valid_until": "2028-08-20", "holder""#;
    check_optional_members(
        &edited("\"holder\"", converted),
        &[
            "/converted_from",
            "/converted_from/issue_date",
            "/converted_from/reason",
            "/holder/address",
            "/holder/country",
            "/holder/trading_names",
            "/last_validation_date",
            "/valid_until",
        ],
    );
}
