//! Stories of certificates of origin (DOMAIN section 3.4).

use crate::acts::{Places, identity_of, issue_from_document};
use crate::document::read_document;
use crate::story::check;
use ledger::commitment::Seed;
use ledger::id::AuthorityId;
use ledger::lookup::RecordTag;

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
    let mut world = check("wait 2000 days");
    let act = issue.into_act(crate::kinds::RecordKind::CertificateOfOrigin);
    assert_eq!(world.submit("CL-origin", 1, vec![act]), [None]);
    let authority = AuthorityId::parse("CL-origin").unwrap();
    assert_eq!(identity_of(&document, &authority).authority, Some(authority));
}
