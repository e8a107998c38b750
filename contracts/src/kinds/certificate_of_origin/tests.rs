//! Stories of certificates of origin (DOMAIN section 3.4).

use super::OriginTerms;
use super::record::signature_commitment;
use crate::acts::{DocumentError, NoForm, Places, identity_of, issue_from_document, may_be_certified, may_have_been_certified};
use crate::document::{Document, read_document};
use crate::standing::{Standing, Verb};
use crate::story::{Told, Words, check, origin_terms};
use ledger::codec::Canonical;
use ledger::commitment::Seed;
use ledger::id::AuthorityId;
use ledger::lookup::RecordTag;
use ledger::time::CalendarDate;

/// See [`origin_terms`]; `terms=issued` are another kind's.
pub(super) fn told(words: &Words<'_>) -> Told {
    let terms = match words.named.get("terms") {
        Some(_) => Some(vec![0xa2, 0x00, 0x19, 0x11, 0x35, 0x01, 0x18, 0x46]),
        None => origin_terms(words).map(|terms| terms.to_bytes()),
    };
    Told { class: Some("CLCN"), terms, lines: 1 }
}

#[test]
fn a_certificate_is_issued_and_replaced() {
    check(
        "
        issue   origin-1 by CL until=2027-03-01
        replace origin-2 for origin-1 by CL
        verify  origin-1                              => Replaced replaced
        verify  origin-2                              => Valid all-holds
    ",
    );
}

#[test]
fn a_revocation_may_hit_past_use_and_a_replaced_certificate() {
    check(
        "
        issue   origin-1 by CL date=2026-01-10
        issue   origin-2 by CL date=2026-01-10
        revoke  origin-1 by CL effective=2026-01-10 reason=3
        verify  origin-1 on=2026-01-10                => Revoked revoked
        revoke  origin-2 by CL
        verify  origin-2 on=2026-01-10                => Valid all-holds
        issue   origin-3 by CL
        replace origin-4 for origin-3 by CL
        revoke  origin-3 by CL
        verify  origin-3                              => Revoked revoked
        verify  origin-4                              => Valid all-holds
        revoke  origin-3 by CL                        => refused StandingEnded
    ",
    );
}

#[test]
fn it_has_neither_suspension_nor_withdrawal_nor_annulment() {
    check(
        "
        issue     origin-1 by CL
        suspend   origin-1 by CL                      => refused VerbNotOfThisKind
        reinstate origin-1 by CL                      => refused VerbNotOfThisKind
        withdraw  origin-1 by CL                      => refused VerbNotOfThisKind
        annul     origin-1 by CL                      => refused VerbNotOfThisKind
    ",
    );
}

#[test]
fn the_agreement_is_within_the_authoritys_scope() {
    check(
        "
        admit    CL-sofofa by CL kinds=origin classes=CLCN,RCEP
        name-key 1 by CL-sofofa
        issue    origin-1 by CL-sofofa class=CLCN
        issue    origin-2 by CL-sofofa class=ATIGA    => refused ClassOutOfScope
        issue    origin-2 by CL-sofofa class=none     => refused ClassOutOfScope
        issue    origin-2 by CL class=none
        verify   origin-2                             => Valid all-holds
    ",
    );
}

#[test]
fn equal_numbers_of_two_chambers_are_two_records() {
    check(
        "
        admit    CL-other by CL kinds=origin
        name-key 1 by CL-other
        issue    origin-1 by CL number=1
        issue    origin-2 by CL-other number=1
        look     1 by CN from=CL                      => Ambiguous several-records
        look     1 by CN from=CL authority=CL-other   => Valid all-holds
    ",
    );
}

#[test]
fn a_document_becomes_an_act_that_is_recorded() {
    let bytes = include_bytes!("examples/cl-cn-origin.json");
    let document = read_document(bytes).unwrap();
    let places = Places { record_tag: RecordTag::new([9; 32]), locators: Vec::new(), bases: Vec::new(), predecessor: None };
    let issue = issue_from_document(&document, bytes, &Seed::new([3; 16]), places).unwrap();
    let terms = OriginTerms::of(issue.terms.as_ref()).unwrap();
    let expected = OriginTerms {
        shipped: CalendarDate::parse("2026-03-12"),
        completed: CalendarDate::parse("2026-03-06"),
        criteria: vec!["RVC".to_owned(), "WO".to_owned()],
        ..OriginTerms::default()
    };
    assert_eq!(terms, expected);
    let mut world = check("wait 2000 days");
    let act = issue.into_act(crate::kinds::RecordKind::CertificateOfOrigin);
    assert_eq!(world.submit("CL-origin", 1, vec![act]), [None]);
    let authority = AuthorityId::parse("CL-origin").unwrap();
    assert_eq!(identity_of(&document, &authority).authority, Some(authority));
}

#[test]
fn a_declaration_carries_its_authorisation_and_the_exporters_signature_as_a_commitment() {
    let example = include_str!("examples/cl-cn-origin.json");
    let with = |more: &str| example.replacen("\"exporter\": {", &format!("{more}, \"exporter\": {{"), 1);
    let terms = |text: &str, seed: u8| {
        let document = read_document(text.as_bytes()).unwrap();
        let places = Places { record_tag: RecordTag::new([9; 32]), locators: Vec::new(), bases: Vec::new(), predecessor: None };
        let issue = issue_from_document(&document, text.as_bytes(), &Seed::new([seed; 16]), places)?;
        Ok::<_, DocumentError>(OriginTerms::of(issue.terms.as_ref()).unwrap())
    };
    let signed = terms(&with(r#""authorisation": "CL/AE/17", "exporter_signature": "c2ln""#), 3).unwrap();
    assert_eq!(signed.authorisation.as_deref(), Some("CL/AE/17"));
    assert_eq!(signed.exporter_signature, Some(signature_commitment(&Seed::new([3; 16]), "c2ln")));
    assert_ne!(signed.exporter_signature, Some(signature_commitment(&Seed::new([4; 16]), "c2ln")));
    assert!(!signed.cumulates);
    let suppliers = r#""suppliers": [{ "number": "7", "issuing_country": "NZ", "issue_date": "2026-01-01" }]"#;
    assert!(terms(&with(suppliers), 3).unwrap().cumulates);
    let accumulated = example.replacen("\"criterion\": \"WO\",", "\"criterion\": \"WO\", \"accumulation\": [\"NZ\"],", 1);
    assert!(terms(&accumulated, 3).unwrap().cumulates);
    let unreadable = example.replacen("\"WO\"", "\"完全获得\"", 1);
    assert_eq!(terms(&unreadable, 3).unwrap_err(), DocumentError::Criterion { line: 1 });
}

#[test]
fn the_flags_tell_what_was_done_with_it_and_where() {
    let world = check(
        "
        adopt        RCEP by NZ validity=4m no=third-party
        adopt        RCEP by CN validity=4m no=third-party
        adopt        RCEP by SG validity=4m no=third-party
        issue        origin-1 by SG class=RCEP cumulates=yes
        wait         10 days
        certify-copy origin-1 by SG form=copy
        correct      origin-1 by SG form=corrected
        present      origin-1 by CN date=2026-03-05
        grant        origin-1 by CN date=2026-03-06
        deny         origin-1 by NZ reason=4 lines=1 date=2026-03-07
    ",
    );
    let flags = |line: &str| world.verdict_of(line).flags;
    let common = [
        "a true copy was certified on 2026-03-11",
        "corrected by annotation on 2026-03-11",
        "inputs of other parties count as originating (cumulation)",
        "CN-customs granted preference on 2026-03-06",
        "NZ-customs denied preference for line 1 on 2026-03-07, reason 4",
    ];
    let elsewhere = flags("verify origin-1 on=2026-07-20 for=CL");
    for flag in common {
        assert!(elsewhere.iter().any(|one| one == flag), "{flag}: {elsewhere:?}");
    }
    let there = flags("verify origin-1 on=2026-07-20 for=CN");
    let presented = "presented on 2026-03-05 (recorded 6 days later, on 2026-03-11); valid until 2026-07-01: what is presented now is late";
    assert!(there.iter().any(|one| one == presented), "{there:?}");
    assert!(elsewhere.iter().any(|one| one == "presented in CN on 2026-03-05"), "{elsewhere:?}");
    let in_hand = flags("verify origin-1 document=corrected");
    assert!(in_hand.iter().any(|one| one == "the document is the corrected form of 2026-03-11"), "{in_hand:?}");
    let before = flags("verify origin-1 known=2026-03-02");
    assert!(!before.iter().any(|one| one.contains("corrected") || one.contains("preference")), "{before:?}");
}

#[test]
fn what_an_agreement_does_not_know_is_told_of_what_was_issued_before_it() {
    let world = check(
        "
        issue origin-1 by NZ class=RCEP flags=5 shipped=2026-02-20
        adopt RCEP by NZ no=third-party retroactive=none
        adopt RCEP by CN no=third-party retroactive=none
    ",
    );
    let flags = world.verdict_of("verify origin-1 for=CN").flags;
    for flag in ["RCEP knows no invoices of third parties", "RCEP knows no retroactive issue"] {
        assert!(flags.iter().any(|one| one == flag), "{flags:?}");
    }
    let unknown = world.verdict_of("verify origin-1 for=CN known=2026-03-01").flags;
    assert!(!unknown.iter().any(|one| one.contains("knows no")), "{unknown:?}");
}

/// The standing of the example, issued as it is.
fn standing_of(document: &Document, seed: &Seed) -> Standing {
    let places = Places { record_tag: RecordTag::new([1; 32]), locators: Vec::new(), bases: Vec::new(), predecessor: None };
    let issue = issue_from_document(document, b"", seed, places).unwrap();
    Standing {
        kind: document.kind,
        commitment_root: issue.commitment_root,
        country: issue.country,
        class: issue.class,
        issue_date: issue.issue_date,
        valid_from: issue.valid_from,
        valid_until: issue.valid_until,
        flags: issue.flags,
        lines: issue.lines.into_iter().map(Into::into).collect(),
        terms: issue.terms,
        ..check("issue origin-1 by CL").standing("origin-1")
    }
}

#[test]
fn a_correction_touches_words_and_nothing_that_stands_on_the_ledger() {
    let example = include_str!("examples/cl-cn-origin.json");
    let (original, seed) = (read_document(example.as_bytes()).unwrap(), Seed::new([7; 16]));
    let standing = standing_of(&original, &seed);
    let with = |was: &str, is: &str| {
        assert!(example.contains(was), "{was}");
        let form = read_document(example.replacen(was, is, 1).as_bytes()).unwrap();
        may_be_certified(Verb::Correct, &original, &form, &seed, &standing)
    };
    for (was, is) in [
        ("MV Example Aconcagua 604W", "MV Example Aconcagua 605W"),
        ("Quebrada Honda SpA", "Quebrada Honda S.A."),
        ("12 Example Road", "21 Example Road"),
        ("FE-20931", "FE-20932"),
        ("2026-03-05", "2026-03-04"),
        ("/ 1-1200", "/ 1-1201"),
        ("\"count\": 1200", "\"count\": 1201"),
        ("Red wine of fresh grapes", "Red wine of grapes"),
        ("Certifying officer 22", "Certifying officer 23"),
        ("\"Santiago\", \"date\": \"2026-03-09\"", "\"Santiago\", \"date\": \"2026-03-19\""),
    ] {
        assert_eq!(with(was, is), Ok(()), "{is}");
    }
    for (was, is, named) in [
        ("CL-2026-0018834", "CL-2026-0018835", "number"),
        ("\"agreement\": \"CL-CN\"", "\"agreement\": \"RCEP\"", "agreement"),
        ("\"destination_country\": \"CN\"", "\"destination_country\": \"SG\"", "destination_country"),
        ("\"issue_date\": \"2026-03-09\"", "\"issue_date\": \"2026-03-08\"", "issue_date"),
        ("2027-03-08", "2036-03-08", "valid_until"),
        ("\"valid_until\": \"2027-03-08\",", "", "valid_until"),
        ("\"retroactive\": false", "\"retroactive\": true", "flags.retroactive"),
        ("\"certified_copy\": false", "\"certified_copy\": true", "flags.certified_copy"),
        ("76000111-6", "76000222-7", "exporter.identifier"),
        ("\"departure_date\": \"2026-03-12\"", "\"departure_date\": \"2026-01-01\"", "transport.departure_date"),
        ("\"criterion\": \"WO\"", "\"criterion\": \"ZZZ\"", "items[1].criterion"),
        ("RVC 50%", "RVC 40%", "items[2].criterion"),
        ("\"origin_country\": \"CL\"", "\"origin_country\": \"NZ\"", "items[1].origin_country"),
        ("220421", "220422", "items[1].hs.code"),
        ("HS2022", "HS2017", "items[1].hs.edition"),
        ("10800.00", "10900.00", "items[1].quantity.value"),
        ("4176.00", "4177.00", "items[2].fob_value.amount"),
        ("\"Casablanca\", \"date\": \"2026-03-06\"", "\"Casablanca\", \"date\": \"2026-03-07\"", "declaration.date"),
    ] {
        let refused = with(was, is).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("it changes {named}")) && refused.contains("replace the certificate"), "{is}: {refused}");
    }
}

#[test]
fn a_copy_differs_by_its_mark_and_its_certification_only() {
    let example = include_str!("examples/cl-cn-origin.json");
    let (original, seed) = (read_document(example.as_bytes()).unwrap(), Seed::new([7; 16]));
    let standing = standing_of(&original, &seed);
    let marked = example.replacen("\"certified_copy\": false", "\"certified_copy\": true", 1);
    let as_copy =
        |of: &Document, text: &str| may_be_certified(Verb::CertifyCopy, of, &read_document(text.as_bytes()).unwrap(), &seed, &standing);
    assert_eq!(as_copy(&original, &marked), Ok(()));
    let certified = marked.replacen("Certifying officer 22", "Certifying officer 23", 1);
    assert_eq!(as_copy(&original, &certified), Ok(()));
    assert_eq!(as_copy(&original, &example.replacen("officer 22", "officer 23", 1)), Err(NoForm::NotMarked));
    let other = marked.replacen("12 Example Road", "21 Example Road", 1);
    assert_eq!(as_copy(&original, &other), Err(NoForm::Copies(vec!["importer.address".to_owned()])));
    // Of a correction it is true, and whoever verifies it knows the original alone.
    let corrected = read_document(example.replacen("12 Example Road", "21 Example Road", 1).as_bytes()).unwrap();
    assert_eq!(as_copy(&corrected, &other), Ok(()));
    let verified =
        |text: &str| may_have_been_certified(Verb::CertifyCopy, &original, &read_document(text.as_bytes()).unwrap(), &seed, &standing);
    assert_eq!(verified(&other), Ok(()));
    assert!(verified(&marked.replacen("2027-03-08", "2036-03-08", 1)).is_err());
    assert_eq!(verified(example), Err(NoForm::NotMarked));
    // What the ledger holds counts, whatever document it is compared with.
    for (was, is, what) in [
        ("10800.00", "10900.00", "its goods, their codes or quantities"),
        ("2027-03-08", "2036-03-08", "its validity"),
        (
            "\"WO\"",
            "\"PE\"",
            "the terms of its kind: criteria, shipment, completion, signature, authorisation, status, type, roles, holder, consent, method or seals",
        ),
        ("\"issue_date\": \"2026-03-09\"", "\"issue_date\": \"2026-03-08\"", "its date of issue"),
        ("\"retroactive\": false", "\"retroactive\": true", "its flags"),
    ] {
        // Marked as issued after shipment, it was shipped before.
        let shipped = if what == "its flags" { "2026-03-02" } else { "2026-03-12" };
        let changed = example.replacen(was, is, 1).replacen("2026-03-12", shipped, 1);
        let copy = changed.replacen("\"certified_copy\": false", "\"certified_copy\": true", 1);
        let of = read_document(changed.as_bytes()).unwrap();
        assert_eq!(as_copy(&of, &copy), Err(NoForm::NotTheRecord(what)));
    }
}

#[test]
fn what_contradicts_itself_is_not_recorded() {
    let example = include_str!("examples/cl-cn-origin.json");
    let seed = Seed::new([7; 16]);
    let said = |was: &str, is: &str| {
        assert!(example.contains(was), "{was}");
        let document = read_document(example.replacen(was, is, 1).as_bytes()).unwrap();
        document.kind.rules().terms_of(&document, &seed).map_err(|error| error.to_string())
    };
    // Shipped on 2026-03-12, issued on 2026-03-09.
    let shipped = said("\"retroactive\": false", "\"retroactive\": true").unwrap_err();
    assert!(shipped.contains("transport.departure_date 2026-03-12 lies after its date of issue 2026-03-09; correct the date"), "{shipped}");
    for alone in ["ACU", "ACU, DMI"] {
        let added = said("\"criterion\": \"WO\"", &format!("\"criterion\": \"{alone}\"")).unwrap_err();
        assert!(added.starts_with("the origin criterion of line 1 is ACU") && added.ends_with(&format!("such as CTC {alone}")), "{added}");
    }
    assert!(said("\"criterion\": \"WO\"", "\"criterion\": \"CTC, ACU\"").is_ok());
}
