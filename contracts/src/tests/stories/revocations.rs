//! Keys and authorisations revoked as of a time, and duplicates.

stories! {
    what_was_recorded_before_the_theft_stands "
        issue      sps-1 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1                                 => Valid all-holds
    "

    what_was_recorded_after_the_theft_does_not_count "
        wait       10 days
        issue      sps-1 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        issue      sps-2 by NZ                           => refused KeyRevoked
    "

    nobody_was_wrong_before_the_theft_was_known "
        wait       10 days
        issue      sps-1 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1 on=2026-03-12 known=2026-03-15  => Valid all-holds
        verify     sps-1 on=2026-03-12                   => SignatureFails key-revoked-before-recording
    "

    the_honest_ones_are_restored_under_a_new_key "
        wait       10 days
        issue      sps-1 by NZ
        issue      sps-2 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2
        verify     sps-1                                 => Valid all-holds
        verify     sps-1 on=2026-03-12                   => Valid all-holds
        flags      sps-1 says=reaffirmed                 => yes
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
        flags      sps-2 says=reaffirmed                 => no
    "

    a_reaffirmation_is_known_from_its_recording_on "
        wait       10 days
        issue      sps-1 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        name-key   2 by NZ-sps
        wait       10 days
        reaffirm   sps-1 by NZ key=2
        verify     sps-1 on=2026-03-12 known=2026-03-15  => Valid all-holds
        verify     sps-1 on=2026-03-12 known=2026-03-25  => SignatureFails key-revoked-before-recording
        verify     sps-1 on=2026-03-12                   => Valid all-holds
    "

    what_is_announced_is_taken_back_before_its_date "
        issue      sps-1 by NZ
        withdraw   sps-1 by NZ effective=2026-04-01
        flags      sps-1 says=from_2026-04-01_on:_withdrawn => yes
        verify     sps-1 on=2026-04-02                   => Withdrawn withdrawn
        wait       10 days
        take-back  sps-1 by NZ effective=2026-04-01
        verify     sps-1 on=2026-04-02                   => Valid all-holds
        flags      sps-1 says=withdrawn                  => no
        verify     sps-1 on=2026-04-02 known=2026-03-05  => Withdrawn withdrawn
        withdraw   sps-1 by NZ effective=2026-03-15
        verify     sps-1 on=2026-03-14                   => Valid all-holds
        verify     sps-1 on=2026-03-15                   => Withdrawn withdrawn
    "

    what_nothing_takes_back_is_not_announced "
        issue      origin-1 by CL
        cancel     origin-1 by CL effective=2026-03-02         => refused AnnouncedWithoutReturn
        issue      aeo-1 by NZ
        annul      aeo-1 by NZ effective=2026-03-02            => refused AnnouncedWithoutReturn
        draft      sps-1 by NZ
        refuse     sps-1 by NZ effective=2026-03-02            => refused AnnouncedWithoutReturn
        cancel     sps-1 by NZ effective=2026-04-01            => refused AnnouncedWithoutReturn
        verify     sps-1                                       => NotYetValid draft
        wait       10 hours
        # Somewhere it is tomorrow already.
        cancel     origin-1 by CL effective=2026-03-02
        refuse     sps-1 by NZ effective=2026-03-02
    "

    what_has_taken_effect_is_not_taken_back "
        issue      sps-1 by NZ
        take-back  sps-1 by NZ                           => refused NothingAnnounced
        withdraw   sps-1 by NZ effective=2026-03-10
        take-back  sps-1 by NZ effective=2026-03-11      => refused AnnouncedForAnotherDate
        take-back  sps-1 by CL effective=2026-03-10      => refused AnotherAuthoritysRecord
        wait       9 days
        take-back  sps-1 by NZ effective=2026-03-10      => refused NothingAnnounced
        issue      origin-1 by CL
        revoke     origin-1 by CL effective=2026-04-01
        take-back  origin-1 by CL effective=2026-04-01
        take-back  origin-1 by CL effective=2026-04-01   => refused NothingAnnounced
        verify     origin-1 on=2026-04-02                => Valid all-holds
    "

    an_announced_suspension_is_taken_back_and_others_keep_their_dates "
        issue      aeo-1 by NZ
        suspend    aeo-1 by NZ effective=2026-04-01
        reinstate  aeo-1 by NZ                           => refused EffectiveOutOfOrder
        revoke     aeo-1 by NZ effective=2026-05-01
        take-back  aeo-1 by NZ effective=2026-05-01
        verify     aeo-1 on=2026-05-02                   => Suspended suspended
        take-back  aeo-1 by NZ effective=2026-04-01
        verify     aeo-1 on=2026-05-02                   => Valid all-holds
        suspend    aeo-1 by NZ effective=2026-03-05
        verify     aeo-1 on=2026-03-06                   => Suspended suspended
        reinstate  aeo-1 by NZ effective=2026-03-07
        take-back  aeo-1 by NZ effective=2026-03-07      => refused NothingAnnounced
    "

    a_thief_takes_nothing_back "
        wait       10 days
        issue      sps-1 by NZ
        withdraw   sps-1 by NZ effective=2026-04-20
        wait       10 days
        take-back  sps-1 by NZ effective=2026-04-20
        verify     sps-1 on=2026-04-21                   => Valid all-holds
        revoke-key 1 by NZ-sps as-of=2026-03-15
        verify     sps-1 on=2026-04-21                   => Withdrawn withdrawn
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2 acts=2
        verify     sps-1 on=2026-04-21                   => Valid all-holds
    "

    a_mistaken_date_of_admission_is_corrected "
        admit      NZ-late by NZ kinds=sps effective=2026-03-01 covers=2026-03-01
        issue      sps-1 by @NZ-late key=0 date=2026-02-10 => refused PeriodOutOfScope
        stop       NZ-late by NZ effective=2026-02-15    => refused EffectiveBeforeAdmission
        wait       2 days
        scopes     NZ-late by NZ kinds=sps effective=2026-02-01 covers=2026-02-01
        issue      sps-1 by @NZ-late key=0 date=2026-02-10
        verify     sps-1                                 => Valid all-holds
        issue      sps-2 by @NZ-late key=0 date=2026-01-31 => refused PeriodOutOfScope
        stop       NZ-late by NZ effective=2026-02-15
    "

    what_was_known_before_a_correction_stays_so "
        admit      NZ-late by NZ kinds=sps effective=2026-03-10
        wait       15 days
        scopes     NZ-late by NZ kinds=sps effective=2026-02-01
        issue      sps-1 by @NZ-late key=0 date=2026-02-10
        look       sps-1 by CN from=NZ authority=NZ-late issued=2026-02-11 kind=sps known=2026-03-12 => Unknown not-covered
        verify     sps-1                                 => Valid all-holds
    "

    what_nobody_finds_is_not_said_to_be_unrecorded "
        issue      sps-1 by NZ for=CN
        sentence   sps-9 by SG from=NZ says=nothing_is_recorded => no
        sentence   sps-9 by NZ from=NZ finds=yes says=nothing_is_recorded => yes
        sentence   sps-9 by CN from=NZ kind=sps issued=2019-12-31 says=NZ-sps_may_record_those_of_other_dates => yes
        sentence   origin-9 by CN from=DE kind=origin says=no_authority_of_that_country => yes
    "

    a_further_member_finds_it_from_the_sharing_on "
        issue      sps-1 by NZ for=CN
        look       sps-1 by SG from=NZ kind=sps issued=2026-03-01 => NotRecorded all-authorities-cover
        wait       5 days
        share      sps-1 by NZ with=SG
        look       sps-1 by SG from=NZ kind=sps          => Valid all-holds
        look       sps-1 by SG from=NZ kind=sps issued=2026-03-01 known=2026-03-03 => NotRecorded all-authorities-cover
        look       sps-1 by CN from=NZ kind=sps known=2026-03-03 => Valid all-holds
        flags      sps-1 says=shared                     => no
        share      sps-1 by NZ with=SG                   => refused AlreadyShared
        share      sps-1 by NZ with=CN                   => refused AlreadyShared
        share      sps-1 by CL with=CL                   => refused AnotherAuthoritysRecord
        issue      aeo-1 by NZ consent=no for=NZ
        share      aeo-1 by NZ with=CN                   => refused SharedWithoutConsent
        issue      aeo-2 by NZ for=NZ
        share      aeo-2 by NZ with=CN
        share      sps-1 by NZ with=CL follows=0         => refused StandingMoved
        share      sps-9 by NZ with=CL                   => refused NoSuchRecord
        replace    sps-2 for sps-1 by NZ for=CN
        share      sps-1 by NZ with=CL
        look       sps-1 by CL from=NZ kind=sps          => Replaced replaced
        withdraw   sps-2 by NZ
        share      sps-2 by NZ with=CL                   => refused StandingEnded
        draft      sps-3 by NZ
        share      sps-3 by NZ with=CL                   => refused StillADraft
    "

    there_must_be_something_to_stand_by "
        issue      sps-1 by NZ
        wait       10 days
        issue      sps-2 by NZ
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2                     => refused NothingToReaffirm
        revoke-key 1 by NZ-sps as-of=2026-03-05
        reaffirm   sps-1 by NZ key=2                     => refused NothingToReaffirm
        reaffirm   sps-2 by NZ key=1                     => refused KeyRevoked
        reaffirm   sps-2 by CL                           => refused AnotherAuthoritysRecord
        reaffirm   sps-2 by NZ key=2
        reaffirm   sps-2 by NZ key=2                     => refused NothingToReaffirm
    "

    a_thief_does_not_reaffirm "
        wait       10 days
        issue      sps-1 by NZ
        revoke-key 1 by NZ-sps as-of=2026-03-05
        name-key   2 by NZ-sps
        wait       10 days
        reaffirm   sps-1 by NZ key=2
        wait       10 days
        revoke-key 2 by NZ-sps as-of=2026-03-15
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        name-key   3 by NZ-sps
        reaffirm   sps-1 by NZ key=3
        verify     sps-1                                 => Valid all-holds
    "

    a_reaffirmed_certificate_can_still_be_withdrawn_or_replaced "
        wait       10 days
        issue      sps-1 by NZ
        issue      sps-2 by NZ
        revoke-key 1 by NZ-sps as-of=2026-03-05
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2
        reaffirm   sps-2 by NZ key=2
        withdraw   sps-1 by NZ key=2
        verify     sps-1                                 => Withdrawn withdrawn
        replace    sps-3 for sps-2 by NZ key=2
        verify     sps-2                                 => Replaced replaced
        verify     sps-3                                 => Valid all-holds
    "

    a_reinstatement_by_a_thief_does_not_count_until_it_is_reaffirmed "
        issue      aeo-1 by NZ
        suspend    aeo-1 by NZ
        wait       10 days
        reinstate  aeo-1 by NZ
        verify     aeo-1                                 => Valid all-holds
        revoke-key 1 by NZ-aeo as-of=2026-03-05
        verify     aeo-1                                 => Suspended suspended
        name-key   2 by NZ-aeo
        reaffirm   aeo-1 by NZ key=2                     => refused NothingToReaffirm
        reaffirm   aeo-1 by NZ key=2 acts=1              => refused StandsByNotInForm
        reaffirm   aeo-1 by NZ key=2 acts=2
        verify     aeo-1                                 => Valid all-holds
    "

    a_reaffirmation_stands_by_the_acts_that_it_names_and_no_others "
        name-key     2 by CL-origin
        issue        origin-1 by CL
        wait         10 days
        # The thief's correction, and the authority's own copy, under the same key.
        correct      origin-1 by CL form=corrected
        certify-copy origin-1 by CL form=copy
        verify       origin-1 document=corrected           => Valid all-holds
        wait         1 days
        revoke-key   1 by CL-origin as-of=2026-02-01
        verify       origin-1                              => SignatureFails key-revoked-before-recording
        verify       origin-1 document=corrected           => Altered other-document
        wait         1 days
        reaffirm     origin-1 by CL key=2
        verify       origin-1                              => Valid all-holds
        verify       origin-1 document=corrected           => Altered other-document
        verify       origin-1 document=copy                => Altered other-document
        reaffirm     origin-1 by CL key=2                  => refused NothingToReaffirm
        reaffirm     origin-1 by CL key=2 acts=0           => refused StandsByNotInForm
        reaffirm     origin-1 by CL key=2 acts=4           => refused StandsByNotInForm
        reaffirm     origin-1 by CL key=2 acts=2,1         => refused StandsByNotInForm
        # What stands by others is not stood by itself.
        reaffirm     origin-1 by CL key=2 acts=3           => refused StandsByNotInForm
        revoke       origin-1 by CL key=2 acts=2           => refused StandsByNotInForm
        wait         1 days
        reaffirm     origin-1 by CL key=2 acts=2
        verify       origin-1 document=copy                => Valid all-holds
        verify       origin-1 document=corrected           => Altered other-document
        verify       origin-1 document=copy known=2026-03-14  => Altered other-document
        reaffirm     origin-1 by CL key=2 acts=2           => refused NothingToReaffirm
        reaffirm     origin-1 by CL key=2 acts=1,2
        verify       origin-1 document=corrected           => Valid all-holds
    "

    a_longer_validity_by_a_thief_does_not_count "
        issue      aeo-1 by NZ until=2026-03-31
        wait       10 days
        reassess   aeo-1 by NZ until=2029-03-31
        verify     aeo-1 on=2026-04-15                   => Valid all-holds
        revoke-key 1 by NZ-aeo as-of=2026-03-05
        verify     aeo-1 on=2026-04-15                   => Expired validity-over
    "

    what_only_takes_away_counts_under_whatever_key "
        issue      sps-1 by NZ
        wait       10 days
        withdraw   sps-1 by NZ
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1                                 => Withdrawn withdrawn
    "

    an_authority_is_revoked_as_of_a_time "
        issue            sps-1 by NZ
        wait             10 days
        issue            sps-2 by NZ
        wait             10 days
        revoke-authority NZ-sps by NZ as-of=2026-03-05
        verify           sps-1                           => Valid all-holds
        verify           sps-2                           => IssuerOutOfScope authority-revoked-before-recording
        verify           sps-2 known=2026-03-20          => Valid all-holds
        issue            sps-3 by NZ                     => refused AuthorityRevoked
        withdraw         sps-1 by NZ                     => refused AuthorityRevoked
        name-key 2 by NZ-sps                             => refused AuthorityRevoked
    "

    the_revocation_of_an_authority_is_final "
        revoke-authority NZ-none by NZ                   => refused UnknownAuthority
        revoke-authority CL-sps by NZ                    => refused AuthorityOfAnotherMember
        revoke-authority NZ-sps by NZ-sps                => refused MemberOnly
        revoke-authority NZ-sps by NZ as-of=2027-01-01   => refused RevokedAsOfFuture
        revoke-authority NZ-sps by NZ follows=0          => refused RegistryMoved
        revoke-authority NZ-sps by NZ
        revoke-authority NZ-sps by NZ                    => refused AuthorityRevoked
        scopes           NZ-sps by NZ kinds=sps          => refused AuthorityRevoked
        restart          NZ-sps by NZ                    => refused AuthorityRevoked
        stop             NZ-sps by NZ                    => refused AuthorityRevoked
        admit            NZ-sps by NZ kinds=sps          => refused AuthorityExists
    "

    a_thief_of_the_root_key_takes_nothing_from_before_the_theft "
        issue            sps-1 by NZ
        name-key         2 by NZ-sps
        revoke-key       2 by NZ-sps as-of=2026-02-01
        name-key         3 by NZ-sps
        issue            sps-2 by NZ key=3
        wait             9 days
        revoke-key       3 by NZ-sps as-of=2026-03-01
        verify           sps-2                           => SignatureFails key-revoked-before-recording
        wait             1 days
        issue            sps-3 by NZ
        revoke-key       1 by NZ-sps as-of=1970-01-01
        verify           sps-1                           => SignatureFails key-revoked-before-recording
        wait             1 days
        revoke-authority NZ-sps by NZ as-of=2026-03-11
        verify           sps-1                           => Valid all-holds
        reserve          sps-1 by CN
        verify           sps-1 on=2026-03-11 known=2026-03-11 => Valid all-holds
        verify           sps-1 on=2026-03-11 known=2026-03-12 => SignatureFails key-revoked-before-recording
        verify           sps-3                           => IssuerOutOfScope authority-revoked-before-recording
        # Its authority revoked that one itself, before the theft.
        verify           sps-2                           => SignatureFails key-revoked-before-recording
    "

    a_suspended_authority_can_be_revoked "
        stop             NZ-sps by NZ
        revoke-authority NZ-sps by NZ as-of=2026-02-01
        issue            sps-1 by NZ                     => refused AuthorityRevoked
    "

    another_authority_stands_in_for_a_revoked_one "
        wait             10 days
        issue            sps-1 by NZ
        revoke-authority NZ-sps by NZ as-of=2026-03-05
        admit            NZ-new by NZ kinds=sps
        replace          sps-2 for sps-1 by NZ-new key=0 => refused AnotherAuthoritysRecord
        replace          sps-2 for elsewhere by NZ-new key=0
        verify           sps-2                           => Valid all-holds
    "

    a_re_export_on_a_thiefs_certificate_is_doubtful "
        wait       10 days
        issue      sps-1 by NZ
        issue      sps-2 by CL class=657 on=sps-1
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-2                                 => UnderVerification base-ended
        verify     sps-2 known=2026-03-20                => Valid all-holds
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2
        verify     sps-2                                 => Valid all-holds
    "

    a_back_to_back_certificate_falls_with_a_thiefs_original "
        wait       10 days
        issue      origin-1 by CN until=2027-01-01
        issue      origin-2 by SG flags=8 on=origin-1 until=2027-01-01
        revoke-key 1 by CN-origin as-of=2026-03-05
        verify     origin-2                              => SignatureFails base-ended
    "

    a_re_export_on_a_revoked_authority_is_doubtful "
        wait             10 days
        issue            sps-1 by NZ
        issue            sps-2 by CL class=657 on=sps-1
        revoke-authority NZ-sps by NZ as-of=2026-03-05
        verify           sps-2                           => UnderVerification base-ended
        sentence         sps-2 says=ask_CL-sps           => yes
    "

    two_certificates_for_the_same_goods_warn_of_each_other "
        admit  NZ-other by NZ kinds=origin
        issue  origin-1 by NZ goods=invoice-7
        flags  origin-1 says=same_goods                  => no
        issue  origin-2 by NZ-other key=0 goods=invoice-7 class=OTHER
        verify origin-1                                  => Valid all-holds
        verify origin-2                                  => Valid all-holds
        flags  origin-1 says=same_goods                  => yes
        flags  origin-2 says=same_goods                  => yes
        flags  origin-1 says=same_goods,_under_OTHER     => yes
        issue  origin-3 by NZ goods=invoice-8
        flags  origin-3 says=same_goods                  => no
        issue  origin-4 by NZ goods=invoice-9 class=RCEP
        issue  origin-5 by NZ goods=invoice-9 class=RCEP
        flags  origin-4 says=same_goods,_also_under_RCEP => yes
        flags  origin-5 says=same_goods,_also_under_RCEP => yes
        issue  origin-6 by NZ goods=invoice-9 class=none
        flags  origin-4 says=same_goods,_non-preferential:  => yes
        flags  origin-6 says=same_goods,_under_RCEP:     => yes
        issue  origin-7 by NZ goods=invoice-9 class=none
        flags  origin-6 says=same_goods,_non-preferential_like_this_one  => yes
    "

    a_replacement_is_no_duplicate "
        issue   origin-1 by NZ goods=invoice-7
        replace origin-2 for origin-1 by NZ goods=invoice-7
        flags   origin-2 says=same_goods                 => no
        replace origin-3 for origin-2 by NZ goods=invoice-7
        flags   origin-3 says=same_goods                 => no
    "

    what_was_revoked_is_no_duplicate_of_what_follows "
        issue   origin-1 by NZ goods=invoice-7
        revoke  origin-1 by NZ
        issue   origin-2 by NZ goods=invoice-7
        flags   origin-2 says=same_goods                 => no
    "

    a_duplicate_is_known_from_its_recording_on "
        issue   origin-1 by NZ goods=invoice-7
        wait    10 days
        issue   origin-2 by NZ goods=invoice-7
        flags   origin-1 says=same_goods                 => yes
        flags   origin-1 says=same_goods known=2026-03-05  => no
    "

    goods_of_another_member_are_compared_under_other_secrets "
        issue   origin-1 by NZ goods=invoice-7
        issue   origin-2 by CL goods=invoice-7
        flags   origin-1 says=same_goods                 => no
    "

    fingerprints_have_a_form "
        issue   origin-1 by NZ goods=invoice-7 twice=1   => refused FingerprintsNotInForm
        issue   aeo-1 by NZ goods=invoice-7              => refused FingerprintsWithoutGoods
    "

    what_a_thief_recorded_is_not_used_anew_until_it_is_reaffirmed "
        admit      CN-desk by CN kinds=sps office=reserve,consume
        wait       10 days
        issue      sps-1 by NZ
        reserve    sps-1 by @CN-desk key=0 amount=400 declaration=A
        revoke-key 1 by NZ-sps as-of=2026-03-05
        reserve    sps-1 by @CN-desk key=0 amount=100 declaration=B  => refused UseUnderDoubtedKey
        consume    sps-1 by @CN-desk key=0 amount=400 declaration=A  => refused UseUnderDoubtedKey
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2
        consume    sps-1 by @CN-desk key=0 amount=400 declaration=A
        verify     sps-1                                 => Valid all-holds
    "

    what_a_revoked_authority_recorded_is_not_used_anew "
        admit            CN-desk by CN kinds=sps office=reserve,consume
        issue            sps-1 by NZ
        wait             10 days
        issue            sps-2 by NZ
        consume          sps-2 by @CN-desk key=0 amount=400 declaration=A  => refused NothingHeld
        reserve          sps-2 by @CN-desk key=0 amount=400 declaration=A
        revoke-authority NZ-sps by NZ as-of=2026-03-05
        consume          sps-2 by @CN-desk key=0 amount=400 declaration=A  => refused UseOfUnscopedIssuer
        reserve          sps-1 by @CN-desk key=0 amount=400 declaration=A
    "

    what_rests_on_a_thiefs_certificate_is_not_used_anew "
        admit      CN-desk by CN kinds=sps office=reserve,consume
        wait       10 days
        issue      sps-1 by NZ
        issue      sps-2 by CL class=657 on=sps-1
        revoke-key 1 by NZ-sps as-of=2026-03-05
        reserve    sps-2 by @CN-desk key=0 amount=100 declaration=A  => refused UseOnFallenBase
        name-key   2 by NZ-sps
        reaffirm   sps-1 by NZ key=2
        reserve    sps-2 by @CN-desk key=0 amount=100 declaration=A
    "

    a_lost_root_key_gives_way_to_another_key_of_the_authority "
        issue      sps-1 by NZ key=0
        wait       1 days
        new-root   NZ-sps by NZ number=1
        verify     sps-1                                 => Valid all-holds
        name-key   2 by NZ-sps                           => refused RootKeyReplaced
        issue      sps-2 by NZ key=0                     => refused RootKeyReplaced
        name-key   2 by NZ-sps key=1
        name-key   3 by NZ-sps key=2                     => refused RootKeyOnly
        issue      sps-2 by NZ key=2
        withdraw   sps-1 by NZ key=2
        verify     sps-1                                 => Withdrawn withdrawn
        verify     sps-2                                 => Valid all-holds
    "

    what_a_thief_did_with_the_root_key_is_undone_under_the_next_one "
        name-key   2 by NZ-sps
        wait       10 days
        issue      sps-1 by NZ
        # The thief of the root key, from 5 March on.
        name-key   3 by NZ-sps
        issue      sps-2 by NZ key=3
        issue      sps-3 by NZ key=0
        name-key   4 by NZ-sps
        issue      sps-5 by NZ key=4
        wait       1 days
        # So that what was recorded under it before would stand.
        revoke-key 4 by NZ-sps
        verify     sps-5                                 => Valid all-holds
        revoke-key 1 by NZ-sps as-of=2026-03-01
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        wait       1 days
        new-root   NZ-sps by NZ number=1 as-of=2026-03-05  => refused NoKeyForRoot
        new-root   NZ-sps by NZ number=3 as-of=2026-03-05  => refused NoKeyForRoot
        verify     sps-2                                 => Valid all-holds
        new-root   NZ-sps by NZ number=2 as-of=2026-03-05
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
        verify     sps-5                                 => SignatureFails key-revoked-before-recording
        revoke-key 3 by NZ-sps key=2 as-of=2026-03-05    => refused KeyAlreadyRevoked
        reaffirm   sps-1 by NZ key=2
        issue      sps-4 by NZ key=3                     => refused KeyRevoked
        verify     sps-1                                 => Valid all-holds
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
        verify     sps-3                                 => SignatureFails key-revoked-before-recording
        verify     sps-3 known=2026-03-12                => Valid all-holds
    "

    a_replaced_root_key_takes_nothing_from_an_earlier_revocation "
        wait       1 days
        name-key   2 by NZ-sps
        issue      sps-1 by NZ key=2
        wait       1 days
        issue      sps-2 by NZ key=2
        wait       1 days
        revoke-key 2 by NZ-sps as-of=2026-03-03
        wait       1 days
        verify     sps-1                                 => Valid all-holds
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
        wait       1 days
        new-root   NZ-sps by NZ number=1 as-of=2026-03-02
        verify     sps-1 known=2026-03-05                => Valid all-holds
        verify     sps-2 known=2026-03-05                => SignatureFails key-revoked-before-recording
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
    "

    the_root_key_does_not_revoke_itself "
        revoke-key 0 by NZ-sps                           => refused RootKeyStays
        wait       1 days
        new-root   NZ-sps by NZ number=1
        revoke-key 1 by NZ-sps key=1                     => refused RootKeyStays
        revoke-key 0 by NZ-sps key=1                     => refused KeyAlreadyRevoked
    "

    a_member_makes_no_key_the_root_key_but_one_of_the_authoritys_own "
        name-key   2 by NZ-sps until=2026-03-02
        wait       2 days
        new-root   NZ-sps by CL number=1                 => refused AuthorityOfAnotherMember
        new-root   NZ-none by NZ number=1                => refused UnknownAuthority
        new-root   NZ-sps by NZ number=3                 => refused UnknownKeyNumber
        new-root   NZ-sps by NZ number=0                 => refused NoKeyForRoot
        new-root   NZ-sps by NZ number=2                 => refused NoKeyForRoot
        new-root   NZ-sps by NZ number=1 as-of=2026-03-01  => refused NoKeyForRoot
        new-root   NZ-sps by NZ number=1 as-of=2026-12-01  => refused RevokedAsOfFuture
        new-root   NZ-sps by NZ number=1 follows=0       => refused RegistryMoved
        new-root   NZ-sps by NZ-sps number=1             => refused MemberOnly
        revoke-authority NZ-sps by NZ
        new-root   NZ-sps by NZ number=1                 => refused AuthorityRevoked
    "

    the_new_root_key_is_no_official "
        name-key   2 by NZ-sps
        name-key   3 by NZ-sps
        scopes     NZ-sps by NZ kinds=sps officials=2
        wait       1 days
        new-root   NZ-sps by NZ number=1
        issue      sps-1 by NZ key=1                     => refused RootKeyIsNoOfficial
        issue      sps-1 by NZ key=2
        issue      sps-1 by NZ key=3
        verify     sps-1                                 => Valid all-holds
    "

    a_suspended_authority_revokes_its_stolen_key_and_does_nothing_else "
        name-key   2 by NZ-sps
        stop       NZ-sps by NZ
        issue      sps-1 by NZ                           => refused AuthoritySuspended
        name-key   3 by NZ-sps                           => refused AuthoritySuspended
        revoke-key 1 by NZ-sps key=2                     => refused RootKeyOnly
        revoke-key 1 by NZ-sps
        restart    NZ-sps by NZ
        issue      sps-1 by NZ                           => refused KeyRevoked
        issue      sps-1 by NZ key=2
    "

    the_root_key_of_a_suspended_authority_is_replaced "
        wait       1 days
        stop       NZ-sps by NZ
        new-root   NZ-sps by NZ number=1
        revoke-key 0 by NZ-sps key=1                     => refused KeyAlreadyRevoked
        restart    NZ-sps by NZ
        name-key   2 by NZ-sps key=1
    "

    a_theft_that_turns_out_to_be_older_is_revoked_as_of_the_earlier_time "
        issue      sps-1 by NZ
        wait       5 days
        issue      sps-2 by NZ
        wait       5 days
        issue      sps-3 by NZ
        revoke-key 1 by NZ-sps as-of=2026-03-10
        verify     sps-2                                 => Valid all-holds
        verify     sps-3                                 => SignatureFails key-revoked-before-recording
        wait       2 days
        revoke-key 1 by NZ-sps as-of=2026-03-11          => refused KeyAlreadyRevoked
        revoke-key 1 by NZ-sps as-of=2026-03-04
        verify     sps-1                                 => Valid all-holds
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
        # Who asked before was told what was known.
        verify     sps-2 known=2026-03-12                => Valid all-holds
        verify     sps-3 known=2026-03-12                => SignatureFails key-revoked-before-recording
        revoke-key 1 by NZ-sps as-of=2026-03-01          => refused KeyAlreadyRevoked
    "

    what_the_member_revoked_with_a_root_key_is_not_overtaken_by_a_later_revocation_of_all "
        wait             1 days
        name-key         2 by NZ-sps
        name-key         3 by NZ-sps
        wait             1 days
        issue            sps-1 by NZ key=3
        wait             1 days
        new-root         NZ-sps by NZ number=1 as-of=2026-03-02
        verify           sps-1                           => SignatureFails key-revoked-before-recording
        wait             1 days
        revoke-authority NZ-sps by NZ as-of=2026-03-04
        verify           sps-1                           => SignatureFails key-revoked-before-recording
    "
}
