//! Stories of SPS certificates (DOMAIN section 2.5).

use super::SpsTerms;
use crate::acts::{Places, identity_of, issue_from_document};
use crate::document::read_document;
use crate::standing::{Line, Link};
use crate::story::{Told, Words, check};
use ledger::codec::Canonical;
use ledger::commitment::Seed;
use ledger::hash::sha256;
use ledger::id::AuthorityId;
use ledger::lookup::{Locator, RecordTag};

/// `terms=draft`, `approved`, `issued`, `rejected` or `1373`, the last with a code of the other list; a `draft` line means the first.
pub(super) fn told(words: &Words<'_>) -> Told {
    let is_draft = words.plain[0] == "draft";
    let terms = match words.named.get("terms").copied() {
        Some("rejected") => SpsTerms { status_list: 4405, status_code: 41 },
        Some("1373") => SpsTerms { status_list: 1373, status_code: 70 },
        Some("approved") => SpsTerms { status_list: 4405, status_code: 39 },
        Some("draft") => SpsTerms { status_list: 4405, status_code: 47 },
        None if is_draft => SpsTerms { status_list: 4405, status_code: 47 },
        _ => SpsTerms::ISSUED,
    };
    Told { class: Some("851"), terms: Some(terms.to_bytes()), lines: 1 }
}

#[test]
fn a_certificate_is_issued_replaced_and_its_successor_withdrawn() {
    check(
        "
        issue    sps-1 by NZ
        verify   sps-1                                => Valid all-holds
        replace  sps-2 for sps-1 by NZ
        verify   sps-1                                => Replaced replaced
        verify   sps-2                                => Valid all-holds
        withdraw sps-2 by NZ effective=2026-03-03
        verify   sps-2 on=2026-03-02                  => Valid all-holds
        verify   sps-2 on=2026-03-03                  => Withdrawn withdrawn
        look     sps-1 by CN from=NZ                  => Replaced replaced
    ",
    );
}

#[test]
fn a_replacement_of_a_certificate_that_is_not_here_is_recorded_and_marked() {
    let world = check("replace sps-2 for elsewhere by NZ\nverify sps-2 => Valid all-holds");
    assert_eq!(world.standing("sps-2").predecessor, Some(Link::NotOnThisLedger));
}

#[test]
fn it_has_neither_suspension_nor_revocation_nor_annulment() {
    check(
        "
        issue     sps-1 by NZ
        suspend   sps-1 by NZ                         => refused VerbNotOfThisKind
        reinstate sps-1 by NZ                         => refused VerbNotOfThisKind
        revoke    sps-1 by NZ                         => refused VerbNotOfThisKind
        annul     sps-1 by NZ                         => refused VerbNotOfThisKind
    ",
    );
}

#[test]
fn every_document_type_of_the_kind_is_recorded() {
    for document_type in super::DOCUMENT_TYPES {
        let on = if document_type == super::RE_EXPORT { "on=elsewhere" } else { "" };
        check(&format!("issue sps-1 by NZ class={document_type} {on}\nverify sps-1 class={document_type} => Valid all-holds"));
    }
}

#[test]
fn a_document_becomes_an_act_that_is_recorded() {
    let bytes = include_bytes!("examples/nz-cn-sps.xml");
    let document = read_document(bytes).unwrap();
    let seed = Seed::new([3; 16]);
    let locators = vec![Locator::new([2; 32]), Locator::new([1; 32]), Locator::new([2; 32])];
    let places = Places { record_tag: RecordTag::new([9; 32]), locators, bases: Vec::new(), predecessor: None };
    let issue = issue_from_document(&document, bytes, &seed, places).unwrap();
    assert_eq!(issue.document_digest, sha256(bytes));
    assert_eq!(issue.locators, [Locator::new([1; 32]), Locator::new([2; 32])]);

    let mut world = check("wait 2000 days");
    let act = issue.clone().into_act(crate::kinds::RecordKind::SpsCertificate);
    assert_eq!(world.submit("NZ-sps", 1, vec![act]), [None]);
    let record = issue.record_key(crate::story::member_id("NZ"));
    let standing: crate::standing::Standing = world.entry(&crate::key::standing(&record)).unwrap();
    assert_eq!(standing.lines, issue.lines.into_iter().map(Line::from).collect::<Vec<_>>());
    assert_eq!(standing.class.as_deref(), Some("851"));

    let identity = identity_of(&document, &AuthorityId::parse("NZ-sps").unwrap());
    assert_eq!((identity.kind, identity.authority, identity.class.as_deref()), (2, None, Some("851")));
}

#[test]
fn a_status_that_is_not_recorded_is_named_with_its_member_and_what_to_do() {
    use crate::kinds::RecordKind;
    let text = include_str!("examples/cl-sg-sps.json");
    let said = |code: &str| {
        let mut document = read_document(text.as_bytes()).unwrap();
        document.status.as_mut().unwrap().code = code.to_owned();
        RecordKind::SpsCertificate.rules().terms_of(&document, &Seed::new([7; 16])).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(said("70"), Ok(()));
    for (code, part) in [
        ("999", "status: the document's status is 999, which is no known code of list 4405"),
        ("47", "that of a draft; record it as one (symbolon issue --draft)"),
        ("40", "record as an act of its own what became of it since"),
    ] {
        let error = said(code).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}
