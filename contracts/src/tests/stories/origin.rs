//! Certificates of origin.

stories! {
    a_revocation_never_comes_before_its_date "
        issue  origin-1 by NZ date=2026-02-20
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

    suppliers_certificates_lie_beneath_a_cumulation "
        issue  origin-1 by CN class=RCEP
        issue  origin-2 by SG class=RCEP on=origin-1   => refused BaseNotOfThisKind
        issue  origin-2 by SG class=RCEP on=origin-1 cumulates=yes
        verify origin-2                                => Valid all-holds
        revoke origin-1 by CN
        verify origin-2                                => Revoked base-ended
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
}
