//! Certificates of origin.

stories! {
    inputs_are_cumulated_on_suppliers_certificates_of_origin_only "
        issue origin-1 by SG for=NZ
        issue sps-1 by SG for=NZ
        issue origin-2 by NZ cumulates=yes on=sps-1     => refused BaseNotOfThisKind
        # What is cumulated is evidence: it says that it cumulates, and nothing of it is drawn.
        issue origin-2 by NZ on=origin-1                => refused BaseNotOfThisKind
        issue origin-2 by NZ cumulates=yes on=origin-1 draws=origin-1:1:100  => refused DrawFromEvidence
        issue origin-2 by NZ cumulates=yes on=origin-1
        left  origin-1                                  => 1000 left, 0 held, 0 used, 0 uses
        verify origin-2                                 => Valid all-holds
        revoke origin-1 by SG
        verify origin-2                                 => UnderVerification base-ended
        issue origin-3 by NZ cumulates=yes on=origin-1  => refused BaseEnded
    "

    an_exporter_completed_it_by_the_day_of_its_recording "
        issue origin-1 by NZ completed=2026-03-02       => refused DatedInTheFuture
        wait  10 hours
        issue origin-1 by NZ completed=2026-03-02
    "

    another_form_of_the_document_is_not_announced "
        issue        origin-1 by NZ
        certify-copy origin-1 by NZ form=copy effective=2026-03-10   => refused AnnouncedWithoutReturn
        correct      origin-1 by NZ form=other effective=2026-03-10  => refused AnnouncedWithoutReturn
        correct      origin-1 by NZ form=other
        revoke-key   1 by NZ-origin as-of=2026-03-01
        name-key     2 by NZ-origin
        reaffirm     origin-1 by NZ key=2 effective=2026-03-10       => refused AnnouncedWithoutReturn
        reaffirm     origin-1 by NZ key=2
    "

    a_revocation_never_comes_before_its_date "
        issue  origin-1 by NZ date=2026-02-20
        # Recorded on 1 March: it reaches back to its own date, and no further.
        revoke origin-1 by NZ effective=2026-02-25
        verify origin-1 on=2026-02-24                  => Valid all-holds
        verify origin-1 on=2026-02-25                  => Revoked revoked
    "

    a_certificate_after_shipment_is_marked_and_within_its_limit "
        adopt CLCN by CL retroactive=12m
        issue origin-1 by CL shipped=2026-03-01
        issue origin-2 by CL shipped=2026-02-28        => refused NotMarkedRetroactive
        issue origin-2 by CL shipped=2026-02-28 flags=1
        issue origin-3 by CL shipped=2025-03-01 flags=1
        issue origin-4 by CL shipped=2025-02-28 flags=1  => refused RetroactiveTooLate
        issue origin-4 by CL flags=1                   => refused ShipmentDateMissing
        issue origin-4 by CL
    "

    three_days_after_shipment_need_no_mark_where_the_agreement_says_so "
        adopt ATIGA by SG unmarked=3d
        issue origin-1 by SG class=ATIGA shipped=2026-02-26
        issue origin-2 by SG class=ATIGA shipped=2026-02-25  => refused NotMarkedRetroactive
    "

    a_retroactive_certificate_counts_from_its_own_date_of_issue "
        adopt  CLCN by CL
        adopt  CLCN by CN
        issue  origin-1 by CL shipped=2025-12-01 flags=1
        verify origin-1 for=CN on=2027-03-01           => Valid all-holds
        verify origin-1 for=CN on=2027-03-02           => Expired validity-over
    "

    a_limit_of_months_from_the_31st_ends_with_the_month "
        adopt CLCN by CL retroactive=3m
        issue origin-1 by CL shipped=2025-11-30 date=2026-02-28 flags=1
        issue origin-2 by CL shipped=2025-11-30 date=2026-03-01 flags=1  => refused RetroactiveTooLate
    "

    a_back_to_back_certificate_rests_on_one_under_the_same_agreement "
        adopt RCEP by SG
        adopt RCEP by CN
        issue origin-1 by CN class=RCEP date=2026-02-10
        issue origin-2 by CN class=ACFTA date=2026-02-10
        issue sps-1 by CN
        issue origin-3 by SG class=RCEP flags=8 on=origin-2  => refused BaseOfAnotherAgreement
        issue origin-3 by SG class=RCEP flags=8 on=sps-1     => refused BaseNotOfThisKind
        issue origin-3 by SG class=RCEP flags=8        => refused BaseMissing
        issue origin-3 by SG class=RCEP flags=8 on=origin-1 until=2027-02-11  => refused OutlivesItsBase
        issue origin-3 by SG class=RCEP flags=8 on=origin-1  => refused OutlivesItsBase
        issue origin-3 by SG class=RCEP flags=8 on=origin-1 until=2027-02-10
    "

    a_back_to_back_certificate_rests_on_another_partys "
        admit    EU-dihk by EU country=DE kinds=origin
        name-key 1 by EU-dihk
        admit    EU-cci by EU country=FR kinds=origin
        name-key 1 by EU-cci
        issue origin-1 by NZ until=2026-12-31
        issue origin-2 by NZ flags=8 on=origin-1 until=2026-12-31  => refused BaseOfOwnParty
        issue origin-3 by EU-cci country=FR until=2026-12-31
        issue origin-4 by EU-dihk country=DE flags=8 on=origin-3 until=2026-12-31  => refused BaseOfOwnParty
        issue origin-4 by EU-dihk country=DE flags=8 on=origin-1 until=2026-12-31
        adopt PEM by EU parties=DE,FR party=FR
        issue origin-5 by EU-cci class=PEM country=FR
        adopt PEM by EU parties=DE,FR party=DE
        issue origin-6 by EU-dihk country=DE class=PEM flags=8 on=origin-5 until=2026-12-31
    "

    a_back_to_back_certificate_ends_with_its_original "
        issue  origin-1 by CN class=RCEP date=2026-02-10 until=2026-09-30
        issue  origin-2 by SG class=RCEP flags=8 on=origin-1 until=2026-09-30
        verify origin-2 on=2026-09-30                  => Valid all-holds
        verify origin-2 on=2026-10-01                  => Expired validity-over
        revoke origin-1 by CN effective=2026-06-01
        verify origin-2 on=2026-06-01                  => Revoked base-ended
        issue  origin-3 by SG class=RCEP flags=8 on=origin-1 until=2026-09-30  => refused BaseEnded
    "

    an_original_that_states_no_end_ends_by_the_agreement "
        issue  origin-1 by CN class=RCEP date=2026-01-10
        issue  origin-2 by SG class=RCEP flags=8 on=origin-1 until=2027-02-20
        adopt  RCEP by SG
        adopt  RCEP by NZ
        verify origin-2 for=NZ on=2027-01-10           => Valid all-holds
        verify origin-2 for=NZ on=2027-01-11           => Expired validity-over
    "

    what_the_document_says_of_an_original_elsewhere_bounds_its_validity "
        adopt  RCEP by SG
        adopt  RCEP by NZ
        adopt  RCEP by CN
        issue  origin-1 by SG class=RCEP flags=8 on=elsewhere until=2027-02-20
        verify origin-1 for=NZ on=2027-02-20 document=origin-1                         => Valid all-holds
        verify origin-1 for=NZ on=2027-01-10 document=origin-1 base-dated=2026-01-10   => Valid all-holds
        verify origin-1 for=NZ on=2027-01-11 document=origin-1 base-dated=2026-01-10   => Expired validity-over
        sentence origin-1 for=NZ on=2027-01-11 document=origin-1 base-dated=2026-01-10 says=the_date_of_its_original_as_it_says  => yes
        issue  origin-2 by CN class=RCEP date=2026-02-01 until=2027-01-31
        issue  origin-3 by SG class=RCEP flags=8 on=origin-2 until=2027-01-31
        verify origin-3 for=NZ on=2027-01-31 document=origin-3 base-dated=2026-01-10   => Valid all-holds
    "

    suppliers_certificates_lie_beneath_a_cumulation "
        issue  origin-1 by CN class=RCEP
        issue  origin-2 by SG class=RCEP on=origin-1   => refused BaseNotOfThisKind
        issue  origin-2 by SG class=RCEP on=origin-1 cumulates=yes
        verify origin-2                                => Valid all-holds
        revoke origin-1 by CN effective=2026-06-01
        verify origin-2 on=2026-05-31                  => Valid all-holds
        verify origin-2 on=2026-06-01                  => UnderVerification base-ended
    "

    a_certified_copy_is_the_same_certificate_and_no_second_record "
        issue        origin-1 by CL
        certify-copy origin-1 by CL form=copy
        verify       origin-1 document=origin-1        => Valid all-holds
        verify       origin-1 document=copy            => Valid all-holds
        verify       origin-1 document=other           => Altered other-document
        issue        origin-1 by CL document=copy flags=2  => refused CopyOfNoCertificate
        issue        origin-2 by CL flags=2                => refused CopyOfNoCertificate
        replace      origin-2 for origin-1 by CL flags=3   => refused CopyOfNoCertificate
        certify-copy origin-1 by CL form=copy          => refused VersionKnown
        certify-copy origin-1 by CL form=origin-1      => refused VersionKnown
        certify-copy origin-1 by CL                    => refused VersionNotExpected
        certify-copy origin-1 by NZ form=copy-2        => refused AnotherAuthoritysRecord
        revoke       origin-1 by CL form=copy-2        => refused VersionNotExpected
        revoke       origin-1 by CL
        verify       origin-1 document=copy            => Revoked revoked
        certify-copy origin-1 by CL form=copy-2        => refused StandingEnded
    "

    a_copy_ends_with_its_original "
        adopt        CLCN by CL
        adopt        CLCN by CN
        issue        origin-1 by CL
        wait         100 days
        certify-copy origin-1 by CL form=copy
        verify       origin-1 document=copy for=CN on=2027-03-01  => Valid all-holds
        verify       origin-1 document=copy for=CN on=2027-03-02  => Expired validity-over
    "

    another_form_that_states_another_validity_counts_as_the_stricter_says "
        issue   origin-1 by CL until=2026-12-31
        correct origin-1 by CL form=corrected
        verify  origin-1 document=corrected states-from=2026-03-01 states-until=2026-12-31 on=2026-12-31  => Valid all-holds
        flags   origin-1 document=corrected states-from=2026-03-01 states-until=2026-12-31 says=document_shown_says  => no
        verify  origin-1 document=corrected states-from=2026-03-01 states-until=2026-06-30 on=2026-06-30  => Valid all-holds
        verify  origin-1 document=corrected states-from=2026-03-01 states-until=2026-06-30 on=2026-07-01  => Expired validity-over
        verify  origin-1 document=corrected states-from=2026-03-01 states-until=2036-12-31 on=2026-12-31  => Valid all-holds
        verify  origin-1 document=corrected states-from=2026-03-01 states-until=2036-12-31 on=2027-01-01  => Expired validity-over
        verify  origin-1 document=corrected states-from=2026-03-01 on=2027-01-01  => Expired validity-over
        verify  origin-1 document=corrected states-from=2026-04-01 states-until=2026-12-31 on=2026-03-31  => NotYetValid validity-ahead
        verify  origin-1 document=corrected states-from=2026-01-01 states-until=2026-12-31 on=2026-02-28  => NotYetValid validity-ahead
        flags   origin-1 document=corrected states-from=2026-03-01 states-until=2036-12-31 says=the_document_shown_says_valid_from_2026-03-01_until_2036-12-31,_the_ledger_valid_from_2026-03-01_until_2026-12-31:_the_stricter_counts  => yes
        verify  origin-1 document=corrected states-from=2026-03-01 states-until=2026-12-31 issued=2026-02-01  => Altered other-identity
        verify  origin-1 document=origin-1 states-from=2026-03-01 states-until=2026-06-30 on=2026-07-01  => Expired validity-over
        verify  origin-1 document=other states-from=2026-03-01 states-until=2026-06-30 on=2026-07-01  => Altered other-document
        flags   origin-1 document=other states-from=2026-03-01 states-until=2026-06-30 says=document_shown_says  => no
    "

    where_an_agreement_knows_no_copies_none_is_certified "
        adopt        CLCN by CL no=copies
        issue        origin-1 by CL
        certify-copy origin-1 by CL form=copy          => refused NoCopies
        correct      origin-1 by CL form=corrected
    "

    both_forms_of_a_corrected_certificate_count "
        issue   origin-1 by CL
        verify  origin-1 document=corrected            => Altered other-document
        wait    1 days
        correct origin-1 by CL form=corrected
        verify  origin-1 document=corrected            => Valid all-holds
        verify  origin-1 document=origin-1             => Valid all-holds
        verify  origin-1 document=corrected known=2026-03-02  => Altered other-document
        correct origin-1 by CL form=again
        verify  origin-1 document=again                => Valid all-holds
        replace origin-2 for origin-1 by CL
        correct origin-1 by CL form=third              => refused AlreadyReplaced
        verify  origin-1 document=corrected            => Replaced replaced
        correct sps-1 by CL form=x                     => refused VerbNotOfThisKind
    "

    what_a_thief_certified_is_no_form_of_the_certificate "
        issue        origin-1 by CL key=0
        name-key     2 by CL-origin
        certify-copy origin-1 by CL form=good key=1
        correct      origin-1 by CL form=forged key=2
        revoke-key   2 by CL-origin as-of=2026-01-01
        verify       origin-1 document=good            => Valid all-holds
        verify       origin-1 document=forged          => Altered other-document
        flags        origin-1 says=a_true_copy_was_certified  => yes
        flags        origin-1 says=corrected           => no
        verify       origin-1                          => Valid all-holds
    "

    an_untouched_certificate_is_cancelled "
        issue   origin-1 by CL
        cancel  origin-1 by CL
        verify  origin-1                               => Withdrawn cancelled
        cancel  origin-1 by CL                         => refused StandingEnded
        revoke  origin-1 by CL                         => refused StandingEnded
        issue   origin-1 by CL                         => refused AlreadyRecorded
        issue   origin-2 by CL flags=8 on=origin-1     => refused BaseEnded
        issue   origin-3 by CN until=2026-12-31
        issue   origin-4 by CL flags=8 on=origin-3 until=2026-12-31
        cancel  origin-3 by CN                         => refused PresentedOrUsed
        cancel  origin-4 by CL
        cancel  origin-3 by CN
        # Without amounts nothing is drawn, and the ledger does not see that another rests on it: that one falls.
        issue   origin-5 by CN until=2026-12-31 amounts=none
        issue   origin-6 by CL flags=8 on=origin-5 until=2026-12-31
        cancel  origin-5 by CN
        verify  origin-6                               => Withdrawn base-ended
    "

    what_was_presented_or_is_held_is_not_cancelled "
        issue   origin-1 by CL
        issue   origin-2 by CL
        wait    1 days
        present origin-1 by CN
        cancel  origin-1 by CL                         => refused PresentedOrUsed
        reserve origin-2 by CN
        cancel  origin-2 by CL                         => refused PresentedOrUsed
        revoke  origin-1 by CL
    "

    a_copy_draws_from_the_same_quantity "
        issue        origin-1 by CL
        certify-copy origin-1 by CL form=copy
        reserve      origin-1 by CN amount=1000
        consume      origin-1 by CN
        verify       origin-1 document=origin-1        => Exhausted used-up
        verify       origin-1 document=copy            => Exhausted used-up
    "

    an_approved_exporter_makes_out_declarations_under_its_number_only "
        admit    NZ-kauri by NZ kinds=origin authorisation=NZ-AE-17 name=Kauri
        name-key 1 by NZ-kauri
        issue    origin-1 by NZ-kauri under=NZ-AE-17
        issue    origin-2 by NZ-kauri                  => refused DeclarationOutOfScope
        issue    origin-2 by NZ-kauri under=NZ-AE-18   => refused DeclarationOutOfScope
        issue    origin-2 by NZ under=NZ-AE-17         => refused DeclarationOutOfScope
        verify   origin-1                              => Valid all-holds
    "

    a_withdrawn_authorisation_ends_what_is_declared_after_it "
        admit    NZ-kauri by NZ kinds=origin authorisation=NZ-AE-17
        name-key 1 by NZ-kauri
        issue    origin-1 by NZ-kauri under=NZ-AE-17
        wait     10 days
        issue    origin-2 by NZ-kauri under=NZ-AE-17
        scopes   NZ-kauri by NZ kinds=origin authorisation=NZ-AE-99 effective=2026-03-05
        issue    origin-3 by NZ-kauri under=NZ-AE-17   => refused DeclarationOutOfScope
        issue    origin-3 by NZ-kauri under=NZ-AE-17 date=2026-03-02  => refused DeclarationOutOfScope
        verify   origin-1                              => Valid all-holds
        verify   origin-2                              => IssuerOutOfScope scope-authorisation
        stop     NZ-kauri by NZ effective=2026-03-01
        verify   origin-1                              => IssuerOutOfScope authority-suspended
    "

    nobody_goes_on_with_what_was_not_confirmed_or_was_rejected_at_home "
        issue   origin-1 by CN until=2027-01-01 lines=2 amounts=1000,500
        issue   origin-2 by SG flags=8 on=origin-1 until=2027-01-01 draws=origin-1:2:100
        deny    origin-1 by SG lines=1 reason=2
        flags   origin-2 says=on_which_it_rests:_SG-customs_denied_preference_for_line_1_on_2026-03-01  => yes
        issue   origin-3 by SG flags=8 on=origin-1 until=2027-01-01 draws=origin-1:1:100  => refused UseOfRejectedLine
        issue   origin-3 by SG flags=8 on=origin-1 until=2027-01-01 draws=origin-1:2:100
        issue   origin-4 by CL flags=8 on=origin-1 until=2027-01-01 draws=origin-1:1:100
        ask     origin-1 by SG deadline=2026-05-30
        answer  origin-1 by CN to=SG confirmed=no reason=2
        issue   origin-5 by SG flags=8 on=origin-1 until=2027-01-01 draws=origin-1:2:100  => refused UseOfUnconfirmed
        verify  origin-2                               => Rejected base-ended
        sentence origin-2 says=does_not_carry_it:_CN-origin_did_not_confirm_it_on_2026-03-01  => yes
        reserve origin-2 by NZ amount=10               => refused UseOnFallenBase
        verify  origin-4                               => Valid all-holds
        flags   origin-4 says=on_which_it_rests        => no
        # Singapore accepts the line from which it drew, all the same.
        grant   origin-1 by SG lines=2
        verify  origin-2                               => Valid all-holds
        flags   origin-2 says=on_which_it_rests:_CN-origin_did_not_confirm_it  => yes
        issue   origin-5 by SG flags=8 on=origin-1 until=2027-01-01 draws=origin-1:2:100
    "

    what_is_not_drawn_from_is_not_gone_on_with_either "
        issue   origin-1 by CN until=2027-01-01 amounts=none
        issue   origin-4 by SG flags=8 on=origin-1 until=2027-01-01
        deny    origin-1 by SG reason=2
        issue   origin-2 by SG flags=8 on=origin-1 until=2027-01-01  => refused UseOfRejectedLine
        # What stood before goes on in what shares its pool.
        replace origin-5 for origin-4 by SG flags=8 on=origin-1 until=2027-01-01 shares=yes
        issue   origin-2 by CL flags=8 on=origin-1 until=2027-01-01
        grant   origin-1 by SG
        ask     origin-1 by SG deadline=2026-05-30
        answer  origin-1 by CN to=SG confirmed=no reason=2
        issue   origin-3 by SG flags=8 on=origin-1 until=2027-01-01  => refused UseOfUnconfirmed
        issue   origin-3 by SG on=origin-1 cumulates=yes
    "
}
