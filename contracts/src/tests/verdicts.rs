//! Verdicts, word by word and in their order.

use crate::destination::{Dossier, PoolLine};
use crate::story::{World, check};
use crate::verdict::{CheckName, CheckOutcome, Fold, Reason, Word};
use ledger::codec::Canonical;

#[test]
fn the_fold_and_the_exit_codes_are_those_of_the_design() {
    use Fold::{CannotBeConfirmed, NotValid, Valid};
    let table = [
        (Word::Valid, Valid, 0),
        (Word::Altered, NotValid, 10),
        (Word::SignatureFails, NotValid, 10),
        (Word::NotRecognised, NotValid, 11),
        (Word::IssuerOutOfScope, NotValid, 11),
        (Word::Withdrawn, NotValid, 12),
        (Word::Revoked, NotValid, 12),
        (Word::Annulled, NotValid, 12),
        (Word::Expired, NotValid, 13),
        (Word::NotYetValid, NotValid, 13),
        (Word::NotRecorded, NotValid, 14),
        (Word::Suspended, NotValid, 15),
        (Word::Replaced, NotValid, 16),
        (Word::Exhausted, NotValid, 17),
        (Word::Rejected, NotValid, 18),
        (Word::UnderVerification, CannotBeConfirmed, 19),
        (Word::Unknown, CannotBeConfirmed, 3),
        (Word::Ambiguous, CannotBeConfirmed, 3),
        (Word::Stale, CannotBeConfirmed, 20),
        (Word::Unreachable, CannotBeConfirmed, 21),
        (Word::NoAnswerThatChecks, CannotBeConfirmed, 21),
    ];
    assert_eq!(table.len(), Word::ALL.len());
    for (word, fold, exit) in table {
        assert_eq!((word.fold(), word.exit_code()), (fold, exit), "{word}");
    }
}

#[test]
fn reasons_have_codes_of_their_own() {
    let mut codes: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Reason::ALL.len());
}

#[test]
fn the_first_word_in_the_order_of_the_trade_is_said() {
    check(
        "
        issue   sps-1 by NZ from=2026-03-05 until=2026-03-20
        verify  sps-1 on=2026-03-04                     => NotYetValid validity-ahead
        verify  sps-1 on=2026-03-05                     => Valid all-holds
        verify  sps-1 on=2026-03-20                     => Valid all-holds
        verify  sps-1 on=2026-03-21                     => Expired validity-over
        replace sps-2 for sps-1 by NZ
        verify  sps-1 on=2026-03-21                     => Replaced replaced
        issue   sps-3 by NZ until=2026-03-20
        withdraw sps-3 by NZ effective=2026-03-10
        verify  sps-3 on=2026-03-09                     => Valid all-holds
        verify  sps-3 on=2026-03-10                     => Withdrawn withdrawn
        verify  sps-3 on=2026-03-21                     => Withdrawn withdrawn
        verify  sps-3 on=2026-03-21 document=other      => Altered other-document
        verify  sps-3 on=2026-03-21 document=sps-3      => Withdrawn withdrawn
        verify  sps-1 fresh=no                          => Replaced replaced
        verify  sps-2 fresh=no                          => Stale too-old
    ",
    );
}

#[test]
fn a_document_of_another_country_kind_class_or_authority_than_its_record_is_altered() {
    check(
        "
        issue   sps-1 by NZ
        verify  sps-1 country=NZ kind=sps class=851 authority=NZ-sps document=sps-1  => Valid all-holds
        verify  sps-1 country=CL document=sps-1          => Altered other-identity
        verify  sps-1 kind=origin document=sps-1         => Altered other-identity
        verify  sps-1 class=852 document=sps-1           => Altered other-identity
        verify  sps-1 authority=NZ-aeo document=sps-1    => Altered other-identity
    ",
    );
}

#[test]
fn an_annulment_reaches_back_and_a_revocation_does_not() {
    check(
        "
        issue   aeo-1 by NZ date=2025-01-10
        issue   aeo-2 by NZ date=2025-01-10
        verify  aeo-1 on=2025-06-01                      => Valid all-holds
        revoke  aeo-1 by NZ effective=2026-03-01
        annul   aeo-2 by NZ effective=2026-03-01
        verify  aeo-1 on=2025-06-01                      => Valid all-holds
        verify  aeo-1 on=2026-03-01                      => Revoked revoked
        verify  aeo-2 on=2025-06-01                      => Annulled annulled
        verify  aeo-2 on=2026-03-01                      => Annulled annulled
    ",
    );
}

#[test]
fn a_suspension_holds_from_its_date_to_its_end() {
    check(
        "
        issue   aeo-1 by NZ date=2025-01-10
        suspend aeo-1 by NZ effective=2026-02-01
        reinstate aeo-1 by NZ effective=2026-02-10
        suspend aeo-1 by NZ effective=2026-04-01
        verify  aeo-1 on=2026-01-31                      => Valid all-holds
        verify  aeo-1 on=2026-02-01                      => Suspended suspended
        verify  aeo-1 on=2026-02-09                      => Suspended suspended
        verify  aeo-1 on=2026-02-10                      => Valid all-holds
        verify  aeo-1 on=2026-04-01                      => Suspended suspended
        # It may have been lifted since.
        verify  aeo-1 on=2026-04-01 fresh=no             => Stale too-old
        withdraw aeo-1 by NZ effective=2026-05-01
        verify  aeo-1 on=2026-04-30                      => Suspended suspended
        verify  aeo-1 on=2026-05-01                      => Withdrawn withdrawn
    ",
    );
}

#[test]
fn an_issuer_out_of_scope_on_the_date_of_issue_is_named() {
    check(
        "
        issue   sps-1 by NZ date=2026-02-20
        issue   sps-2 by NZ date=2026-01-20
        issue   sps-3 by NZ class=852 date=2026-02-20
        stop    NZ-sps by NZ effective=2026-02-15
        verify  sps-1                                    => IssuerOutOfScope authority-suspended
        verify  sps-2                                    => Valid all-holds
        restart NZ-sps by NZ effective=2026-02-16
        verify  sps-1                                    => Valid all-holds
        scopes  NZ-sps by NZ kinds=sps classes=851 effective=2026-02-18
        verify  sps-1                                    => Valid all-holds
        verify  sps-3                                    => IssuerOutOfScope scope-class
        scopes  NZ-sps by NZ kinds=aeo effective=2026-02-18
        verify  sps-1                                    => IssuerOutOfScope scope-kind
        scopes  NZ-sps by NZ effective=2026-02-18
        verify  sps-1                                    => IssuerOutOfScope scope-period
        verify  sps-2                                    => Valid all-holds
    ",
    );
}

#[test]
fn a_suspension_by_mistake_is_undone_from_its_own_date_on() {
    check(
        "
        issue   sps-1 by NZ date=2026-02-20
        wait    2 days
        stop    NZ-sps by NZ effective=2026-02-15
        verify  sps-1                                    => IssuerOutOfScope authority-suspended
        wait    2 days
        restart NZ-sps by NZ effective=2026-02-14        => refused ReinstatedBeforeSuspension
        restart NZ-sps by NZ effective=2026-02-15
        verify  sps-1                                    => Valid all-holds
        verify  sps-1 on=2026-02-21                      => Valid all-holds
        # What was known in between is answered as it was then.
        verify  sps-1 known=2026-03-04                   => IssuerOutOfScope authority-suspended
        verify  sps-1 known=2026-03-02                   => Valid all-holds
        issue   sps-2 by NZ date=2026-02-20
        # An earlier suspension stays what it was.
        stop    NZ-sps by NZ effective=2026-03-10
        restart NZ-sps by NZ effective=2026-03-12
        stop    NZ-sps by NZ effective=2026-03-20
        restart NZ-sps by NZ effective=2026-03-11
        wait    10 days
        issue   sps-3 by NZ date=2026-03-10              => refused AuthoritySuspended
    ",
    );
}

#[test]
fn what_undoes_a_suspension_leaves_an_earlier_one_as_it_was() {
    check(
        "
        issue   sps-1 by NZ date=2026-02-20
        wait    5 days
        stop    NZ-sps by NZ effective=2026-02-10
        restart NZ-sps by NZ
        verify  sps-1                                    => IssuerOutOfScope authority-suspended
        # By mistake, and within the first.
        stop    NZ-sps by NZ effective=2026-02-15
        restart NZ-sps by NZ effective=2026-02-15
        verify  sps-1                                    => IssuerOutOfScope authority-suspended
        stop    NZ-sps by NZ effective=2026-01-15
        restart NZ-sps by NZ effective=2026-01-15
        verify  sps-1                                    => IssuerOutOfScope authority-suspended
        # One that is announced, and taken back before it begins.
        stop    NZ-sps by NZ effective=2026-03-20
        restart NZ-sps by NZ
        verify  sps-1                                    => IssuerOutOfScope authority-suspended
        wait    20 days
        issue   sps-2 by NZ
    ",
    );
}

#[test]
fn what_a_stolen_key_recorded_does_not_count_and_what_stood_before_does() {
    check(
        "
        issue   sps-1 by NZ
        issue   aeo-1 by NZ
        issue   aeo-2 by NZ
        suspend aeo-1 by NZ
        wait    2 days
        issue   sps-2 by NZ
        reinstate aeo-1 by NZ
        revoke-key 1 by NZ-sps as-of=2026-03-02
        revoke-key 1 by NZ-aeo as-of=2026-03-02
        verify  sps-1                                    => Valid all-holds
        verify  sps-2                                    => SignatureFails key-revoked-before-recording
        verify  aeo-2                                    => Valid all-holds
        # The thief's reinstatement leaves the suspension standing.
        verify  aeo-1                                    => Suspended suspended
    ",
    );
}

#[test]
fn absence_proves_something_only_under_coverage() {
    check(
        "
        look    sps-1 by CN from=NZ kind=sps issued=2026-02-01            => NotRecorded all-authorities-cover
        look    sps-1 by CN from=NZ authority=NZ-sps issued=2026-02-01    => NotRecorded covering-authority-named
        look    sps-1 by CN from=NZ issued=2026-02-01                     => Unknown not-covered
        look    origin-1 by CN from=NZ kind=origin issued=2026-02-01      => Unknown not-covered
        look    origin-1 by CN from=NZ authority=NZ-origin issued=2026-02-01  => Unknown not-covered
        look    sps-1 by CN from=NZ authority=NZ-none                     => Unknown authority-outside-this-ledger
        look    sps-1 by CN from=DE kind=sps                              => Unknown authority-outside-this-ledger
        look    sps-1 by CN from=ZZ kind=sps                              => Unknown country-outside-this-ledger
        look    sps-1 by CN from=NZ kind=sps issued=2025-12-31            => Unknown not-covered
        look    sps-1 by CN from=NZ kind=sps issued=2019-12-31            => Unknown authority-outside-this-ledger
        look    sps-1 by CN from=NZ kind=sps issued=2026-02-01 fresh=no   => Stale too-old
        verify  sps-1 kind=sps                                            => Unknown not-covered

        # A second authority that could have issued it, and does not promise to record everything.
        admit   NZ-vet by NZ kinds=sps classes=853
        look    sps-1 by CN from=NZ kind=sps issued=2026-02-01            => Unknown not-covered
        look    sps-1 by CN from=NZ kind=sps class=851 issued=2026-02-01  => NotRecorded all-authorities-cover
        look    sps-1 by CN from=NZ kind=sps class=853 issued=2026-02-01  => Unknown not-covered
        look    sps-1 by CN from=NZ authority=NZ-sps issued=2026-02-01    => NotRecorded covering-authority-named
        scopes  NZ-vet by NZ kinds=sps classes=853 covers=2026-02-01
        look    sps-1 by CN from=NZ kind=sps class=853 issued=2026-03-01  => NotRecorded all-authorities-cover
        look    sps-1 by CN from=NZ kind=sps class=853 issued=2026-01-15  => Unknown not-covered

        issue   sps-1 by NZ for=CN
        look    sps-1 by CN from=NZ kind=sps                              => Valid all-holds
        look    sps-1 by CN from=NZ                                       => Valid all-holds
        look    sps-1 by SG from=NZ kind=sps issued=2026-03-01            => NotRecorded all-authorities-cover
    ",
    );
}

#[test]
fn without_a_date_of_issue_absence_proves_nothing() {
    let world = check(
        "
        # Scopes since 2020, promises since 2026: an older one may have been issued and not recorded.
        look    sps-1 by CN from=NZ kind=sps class=851                    => Unknown not-covered
        look    sps-1 by CN from=NZ kind=sps class=851 on=2027-01-01      => Unknown not-covered
        look    sps-1 by CN from=NZ authority=NZ-sps kind=sps             => Unknown not-covered

        # Nor may it be of the years before the first scope: they are on paper.
        admit   CL-vet by CL kinds=sps classes=853 from=2025-01-01 covers=2025-01-01
        scopes  CL-sps by CL kinds=sps classes=851 from=2024-01-01 covers=2024-01-01 effective=2020-01-01
        look    sps-1 by CN from=CL kind=sps                              => Unknown not-covered
        look    sps-1 by CN from=CL kind=sps class=853                    => Unknown not-covered
        look    sps-1 by CN from=CL kind=sps class=853 issued=2025-01-01  => NotRecorded all-authorities-cover
        look    sps-1 by CN from=CL kind=sps authority=CL-vet issued=2025-02-01  => NotRecorded covering-authority-named
        look    sps-1 by CN from=CL                                       => Unknown not-covered

        # A promise that was taken back leaves a gap behind it.
        scopes  CL-vet by CL kinds=sps classes=853 from=2025-01-01 effective=2025-06-01
        look    sps-1 by CN from=CL kind=sps class=853                    => Unknown not-covered
        look    sps-1 by CN from=CL kind=sps class=853 issued=2025-05-31  => NotRecorded all-authorities-cover
        look    sps-1 by CN from=CL kind=sps class=853 issued=2025-06-01  => Unknown not-covered
        scopes  CL-vet by CL kinds=sps classes=853 from=2025-01-01 covers=2026-02-01 effective=2026-02-01
        look    sps-1 by CN from=CL kind=sps class=853                    => Unknown not-covered
        look    sps-1 by CN from=CL kind=sps class=853 issued=2026-02-01  => NotRecorded all-authorities-cover
    ",
    );
    for (line, said) in [
        ("look sps-1 by CN from=NZ kind=sps class=851", "of one since 2026-01-01 it would be proven"),
        ("look sps-1 by CN from=CL kind=sps class=853", "everything it issues since 2026-02-01 only"),
        ("look sps-1 by CN from=NZ", "absence would be proven of an SPS certificate issued since 2026-01-01"),
        ("look sps-1 by CN from=NZ kind=sps class=851 issued=2025-12-31", "does not promise to record everything of 2025-12-31"),
    ] {
        let sentence = world.verdict_of(line).sentence;
        assert!(sentence.contains(said), "{line}: {sentence}");
    }
}

#[test]
fn absence_says_nothing_of_what_whoever_asks_would_not_find() {
    let world = check(
        "
        sign    CN-NZ by CN
        sign    CN-NZ by NZ
        apply   CN-NZ by CN
        apply   CN-NZ by NZ
        # Recorded before the arrangement, or without the holder's consent, a status leads to no number of the partner.
        look    aeo-1 by CN from=NZ for=CN kind=aeo issued=2026-02-01             => Unknown not-covered
        look    aeo-1 by NZ from=NZ for=NZ kind=aeo issued=2026-02-01 finds=yes   => NotRecorded all-authorities-cover
        # A document that names another destination.
        look    sps-1 by CN from=NZ kind=sps issued=2026-02-01 finds=no           => Unknown not-covered
        look    sps-1 by CN from=NZ kind=sps issued=2026-02-01 finds=yes          => NotRecorded all-authorities-cover
    ",
    );
    let sentence = world.verdict_of("look aeo-1 by CN from=NZ for=CN kind=aeo issued=2026-02-01").sentence;
    assert!(sentence.contains("certificate file"), "{sentence}");
}

#[test]
fn a_number_that_is_recorded_as_something_else_is_not_called_unrecorded() {
    let world = check(
        "
        issue   sps-1 by NZ for=CN date=2026-02-01
        look    sps-1 by CN from=NZ kind=sps class=851 issued=2026-02-01  => Valid all-holds
        look    sps-1 by CN from=NZ kind=sps class=852 issued=2026-02-01  => Ambiguous recorded-otherwise
        look    sps-1 by CN from=NZ kind=aeo                              => Ambiguous recorded-otherwise
        look    sps-1 by CN from=NZ authority=NZ-aeo                      => Ambiguous recorded-otherwise
        look    sps-1 by CN from=NZ kind=sps issued=2026-02-02            => Ambiguous recorded-otherwise
        # What the document itself says of itself is not mistyped.
        look    sps-1 by CN from=NZ kind=sps class=852 issued=2026-02-01 document=other  => NotRecorded all-authorities-cover
        verify  sps-1 issued=2026-02-02 document=sps-1                    => Altered other-identity
        verify  sps-1 issued=2026-02-01 document=sps-1                    => Valid all-holds
    ",
    );
    let said = world.verdict_of("look sps-1 by CN from=NZ kind=sps class=852 issued=2026-02-01").sentence;
    assert!(said.contains("the SPS certificate 851 of NZ-sps dated 2026-02-01"), "{said}");
    let said = world.verdict_of("look sps-1 by CN from=NZ kind=sps class=852 issued=2026-02-01 document=other").sentence;
    assert!(said.contains("the number is that of the SPS certificate 851"), "{said}");
}

#[test]
fn an_operators_status_is_not_told_of_to_a_stranger_who_names_another_kind() {
    let world = check("issue aeo-1 by NZ number=5 for=CL");
    let present = world.verdict_of("look 5 by CL from=NZ for=CL kind=sps issued=2026-03-01");
    let absent = world.verdict_of("look 6 by CL from=NZ for=CL kind=sps issued=2026-03-01");
    assert_eq!((present.word, &present.sentence), (absent.word, &absent.sentence));
    assert_eq!(present.word, Word::NotRecorded);
}

#[test]
fn several_records_with_one_number_are_told_apart() {
    let world = check(
        "
        issue   origin-1 by NZ number=77 for=CN
        issue   sps-1 by NZ number=77 for=CN
        look    77 by CN from=NZ                         => Ambiguous several-records
        look    77 by CN from=NZ kind=sps                => Valid all-holds
        look    77 by CN from=NZ kind=origin             => Valid all-holds
        look    77 by CN from=NZ document=origin-1       => Valid all-holds
        look    77 by CN from=NZ document=neither        => Altered other-document
        look    77 by CN from=NZ kind=aeo                => Ambiguous recorded-otherwise
    ",
    );
    assert_eq!(world.verdict_of("look 77 by CN from=NZ kind=sps").record, Some(world.record_key("sps-1")));
}

#[test]
fn an_operators_status_with_a_certificates_number_is_for_strangers_as_if_it_were_not_there() {
    check(
        "
        issue   origin-1 by NZ number=77 for=CL
        issue   aeo-1 by NZ number=77 for=CL
        look    77 by CL from=NZ                         => Ambiguous several-records
        look    77 by CL from=NZ for=CL                  => Valid all-holds
        look    77 by CL from=NZ for=CL kind=aeo         => NotRecognised no-arrangement
    ",
    );
}

#[test]
fn what_was_done_to_a_status_is_told_by_its_verdict_to_whom_its_story_is_told() {
    let world = check(
        "
        issue    aeo-1 by NZ type=AEOS consent=no for=NZ
        sign     CN-NZ-1 by CN
        sign     CN-NZ-1 by NZ
        apply    CN-NZ-1 by CN
        apply    CN-NZ-1 by NZ
        suspend  aeo-1 by NZ reason=7
        withdraw aeo-1 by NZ effective=2026-05-01
        verify   aeo-1 for=CN                            => NotRecognised no-consent
        checked  aeo-1 for=CN says=suspended             => no
        flags    aeo-1 says=from_2026-05-01_on:_withdrawn  => yes
        flags    aeo-1 for=CN says=withdrawn             => no
    ",
    );
    assert!(world.verdict_of("verify aeo-1 for=CN").flags.is_empty());
}

#[test]
fn what_was_a_draft_then_is_told_as_it_was_then() {
    let world = check(
        "
        draft   sps-1 by NZ document=draft
        wait    5 days
        issue   sps-1 by NZ
        reserve sps-1 by CN amount=400
        verify  sps-1 known=2026-03-03 document=sps-1    => NotYetValid draft
        checked sps-1 known=2026-03-03 document=sps-1 says=the_document_was_issued_later  => yes
        verify  sps-1 known=2026-03-03 document=other    => Altered other-document
    ",
    );
    assert!(world.verdict_of("verify sps-1 known=2026-03-03").lines.is_empty());
    assert_eq!(world.verdict_of("verify sps-1").lines.len(), 1);
}

#[test]
fn a_certificate_stands_only_while_the_one_beneath_it_stands() {
    check(
        "
        issue   sps-1 by NZ
        issue   sps-2 by CL class=657 on=sps-1
        issue   sps-3 by SG class=657 on=sps-2
        issue   origin-1 by CN until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 until=2027-01-01
        verify  sps-3                                    => Valid all-holds
        withdraw sps-1 by NZ effective=2026-03-05
        verify  sps-2 on=2026-03-04                      => Valid all-holds
        verify  sps-2 on=2026-03-05                      => UnderVerification base-ended
        verify  sps-3 on=2026-03-05                      => UnderVerification base-ended
        revoke  origin-1 by CN effective=2026-03-05
        verify  origin-2 on=2026-03-05                   => Revoked base-ended
    ",
    );
}

#[test]
fn a_certificate_on_more_others_than_are_followed_is_not_called_valid() {
    let mut world = check("issue sps-0 by NZ");
    let most = crate::verdict::BENEATH_MAX;
    for index in 1..=most + 1 {
        let by = ["NZ", "CL"][index % 2];
        world.tell(&format!("issue sps-{index} by {by} class=657 on=sps-{}", index - 1));
    }
    world.tell(&format!("verify sps-{most} => Valid all-holds\nverify sps-{} => NoAnswerThatChecks nothing-checks", most + 1));
    world.tell(&format!("withdraw sps-{most} by NZ\nverify sps-{} => UnderVerification base-ended", most + 1));
}

#[test]
fn a_base_goes_on_in_its_successor() {
    let mut world = check(
        "
        issue   origin-1 by CN until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 until=2027-01-01
        replace origin-3 for origin-1 by CN until=2027-01-01 shares=yes
        reserve origin-2 by NZ amount=10
        issue   origin-5 by CL flags=8 on=origin-2 until=2027-01-01
        ",
    );
    assert!(world.verdict_of("verify origin-2").flags.iter().any(|flag| flag.contains("on which it rests, was replaced by record")));
    world.tell(
        "
        revoke  origin-3 by CN
        verify  origin-2                                 => Revoked base-ended
        reserve origin-2 by NZ amount=10 declaration=D2  => refused UseOnFallenBase
        consume origin-2 by NZ                           => refused UseOnFallenBase
        release origin-2 by NZ
        issue   origin-4 by CL flags=8 on=origin-2 until=2027-01-01  => refused BaseEnded
        verify  origin-5                                 => Revoked base-ended
        ",
    );
    let said = world.verdict_of("verify origin-2").sentence;
    let successor = world.record_key("origin-3");
    assert!(
        said.starts_with(&format!("the certificate that replaced the one on which it rests (record {successor}) was revoked")),
        "{said}"
    );
}

#[test]
fn a_base_that_was_replaced_more_often_than_is_followed_is_not_confirmed() {
    let mut world = check("issue sps-0 by NZ\nissue sps-100 by CL class=657 on=sps-0");
    let most = crate::verdict::BENEATH_MAX;
    for index in 1..most {
        world.tell(&format!("replace sps-{index} for sps-{} by NZ shares=yes", index - 1));
    }
    world.tell(&format!(
        "verify sps-100 => Valid all-holds\nreserve sps-100 by CN\nreplace sps-{most} for sps-{} by NZ shares=yes",
        most - 1
    ));
    world.tell("verify sps-100 => NoAnswerThatChecks nothing-checks\nconsume sps-100 by CN => refused UseOnFallenBase");
}

#[test]
fn all_six_checks_are_there_and_say_what_was_found() {
    let world = check("issue sps-1 by NZ from=2026-03-05 until=2026-06-30\nreplace sps-2 for elsewhere by NZ");
    let verdict = world.verdict_of("verify sps-1 on=2026-03-06 document=sps-1 for=CN");
    let names: Vec<CheckName> = verdict.checks.iter().map(|check| check.name).collect();
    use CheckName::*;
    assert_eq!(names, [Unaltered, IssuerInScope, InForce, Recognised, Recorded, Fresh]);
    assert!(verdict.checks.iter().all(|check| check.outcome == CheckOutcome::Passed), "{verdict:#?}");
    assert_eq!(verdict.headline(), "VALID");
    assert_eq!(verdict.deciding.unwrap().recorded, world.standing("sps-1").issued);

    let stale = world.verdict_of("verify sps-2 fresh=no");
    assert_eq!((stale.headline(), stale.exit_code(false), stale.exit_code(true)), ("CANNOT BE CONFIRMED", 3, 20));
    assert_eq!(stale.flags, ["replaces a certificate that is not on this ledger, as NZ-sps said"]);
}

#[test]
fn a_replaced_certificate_names_its_successor() {
    let world = check("issue sps-1 by NZ\nreplace sps-2 for sps-1 by NZ");
    let verdict = world.verdict_of("verify sps-1");
    assert_eq!((verdict.word, verdict.successor), (Word::Replaced, Some(world.record_key("sps-2"))));
    assert_eq!(verdict.deciding.as_ref().unwrap().recorded, world.standing("sps-1").acts[0].recorded);
    // Whoever has the seed reads the number where the others read whom to ask for it.
    assert!(
        verdict.sentence.ends_with("only its successor counts, whose number the holder or NZ-sps knows; verify that"),
        "{}",
        verdict.sentence
    );
    let mut named = verdict;
    named.name_successor(&ledger::id::CertificateNumber::parse("SPS-2").unwrap());
    assert!(named.sentence.ends_with(" on: only its successor counts, certificate SPS-2; verify that"), "{}", named.sentence);
    assert!(named.checks.iter().all(|check| !check.detail.contains("knows")), "{:?}", named.checks);
    assert_eq!(named.flags.last().map(String::as_str), Some("replaced by certificate SPS-2"));
}

#[test]
fn used_up_lines_exhaust_a_certificate() {
    let mut world = check("issue origin-1 by NZ lines=2");
    let used = |number| PoolLine { number, consumed: 1000, uses: 1, ..PoolLine::default() };
    let place = crate::key::dossier(&world.record_key("origin-1"));
    let dossier = |lines: &[u32]| Dossier { lines: lines.iter().map(|number| used(*number)).collect(), ..Dossier::default() }.to_bytes();
    world.state.0.insert(place, dossier(&[1]));
    assert!(world.verdict_of("verify origin-1").flags.contains(&"used in part".to_owned()));
    world.state.0.insert(place, dossier(&[1, 2]));
    world.tell("verify origin-1 => Exhausted used-up");
}

#[test]
fn flags_tell_what_else_a_person_should_know() {
    let world = check(
        "
        issue   origin-1 by NZ flags=5 date=2026-02-01
        revoke  origin-1 by NZ effective=2026-04-01
        stop    NZ-origin by NZ
    ",
    );
    let flags = world.verdict_of("verify origin-1").flags;
    let expected = [
        "issued retroactively",
        "invoice of a third party",
        "dated 2026-02-01, recorded on 2026-03-01",
        "from 2026-04-01 on: revoked",
        "NZ-origin is suspended since 2026-03-01",
    ];
    assert_eq!(flags, expected);
}

#[test]
fn without_facts_nothing_is_confirmed() {
    let world = World::founded();
    let question = crate::verdict::Question::on(world.block.date());
    for (answered, word) in [(false, Word::Unreachable), (true, Word::NoAnswerThatChecks)] {
        let verdict =
            crate::verdict::without_facts(answered, "nobody".to_owned(), &question, world.now(), crate::registry::Environment::Test);
        assert_eq!((verdict.word, verdict.fold(), verdict.exit_code(true)), (word, Fold::CannotBeConfirmed, 21));
    }
}

#[test]
fn the_story_of_a_certificate_tells_what_was_given_back() {
    let mut world = check(
        "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400
    ",
    );
    let effect_of = |world: &World| {
        let (subject, question) = world.question_of("verify origin-1");
        let facts = crate::verdict::Facts::from_state(&world.state, world.block.recorded(), &subject, &question).unwrap();
        let story = crate::verdict::explain(&facts, &question, None);
        story.into_iter().find(|event| event.what.starts_with("used a quantity")).unwrap().effect
    };
    assert_eq!(effect_of(&world), "less remains for everybody, by what was not given back");
    world.tell("cancel origin-2 by SG");
    assert_eq!(effect_of(&world), "given back since: nothing of it is used now");
}

#[test]
fn the_story_of_a_certificate_names_each_act_and_whether_it_counts() {
    let world = check(
        "
        issue   aeo-1 by NZ date=2026-02-01
        suspend aeo-1 by NZ effective=2026-03-05
        wait    10 days
        reinstate aeo-1 by NZ effective=2026-03-08
    ",
    );
    let (subject, question) = world.question_of("verify aeo-1 on=2026-03-06 known=2026-03-09");
    let facts = crate::verdict::Facts::from_state(&world.state, world.block.recorded(), &subject, &question).unwrap();
    let story = crate::verdict::explain(&facts, &question, None);
    let told: Vec<(&str, &str, bool)> = story.iter().map(|event| (event.by.as_str(), event.what.as_str(), event.counts)).collect();
    assert_eq!(
        told,
        [
            ("NZ", "admit NZ-aeo", true),
            ("NZ-aeo", "key 1 named", true),
            ("NZ-aeo", "issued: AEO status, under key 1", true),
            ("NZ-aeo", "suspended under key 1", true),
            ("NZ-aeo", "reinstated under key 1", false),
        ]
    );
    assert_eq!(story[3].effect, "without effect from 2026-03-05 on");
}
