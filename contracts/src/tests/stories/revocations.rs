//! Keys and authorisations revoked as of a time, quotas, acts that need two officials, and duplicates.

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

    a_day_has_so_many_certificates "
        scopes NZ-sps by NZ kinds=sps daily=2
        issue  sps-1 by NZ
        issue  sps-2 by NZ
        issue  sps-3 by NZ                               => refused DailyLimitReached
        replace sps-3 for sps-1 by NZ                    => refused DailyLimitReached
        withdraw sps-1 by NZ
        wait   24 hours
        issue  sps-3 by NZ
        replace sps-4 for sps-2 by NZ
        issue  sps-5 by NZ                               => refused DailyLimitReached
    "

    an_authorisation_number_is_for_declarations_only "
        scopes NZ-sps by NZ kinds=sps authorisation=EX1 daily=1 officials=2 => refused ScopesNotInForm
        scopes NZ-origin by NZ kinds=origin authorisation=EX1
    "

    a_daily_limit_is_one_at_least "
        scopes NZ-sps by NZ kinds=sps daily=0            => refused ScopesNotInForm
        admit  NZ-new by NZ kinds=sps daily=0            => refused ScopesNotInForm
        issue  sps-1 by NZ
    "

    a_refused_certificate_is_not_counted "
        scopes NZ-sps by NZ kinds=sps daily=1
        issue  sps-1 by NZ lines=0                       => refused NoGoods
        issue  sps-1 by NZ
        issue  sps-2 by NZ                               => refused DailyLimitReached
    "

    drafts_are_counted_when_they_are_issued "
        scopes NZ-sps by NZ kinds=sps daily=1
        draft  sps-1 by NZ
        draft  sps-2 by NZ
        issue  sps-1 by NZ
        issue  sps-2 by NZ                               => refused DailyLimitReached
    "

    a_limit_is_an_authoritys_own_and_a_kinds_own "
        admit  NZ-both by NZ kinds=sps,aeo daily=1
        issue  sps-1 by NZ-both key=0
        issue  aeo-1 by NZ-both key=0
        issue  sps-2 by NZ-both key=0                    => refused DailyLimitReached
        issue  sps-2 by NZ
    "

    a_higher_limit_works_at_once "
        scopes NZ-sps by NZ kinds=sps daily=1
        issue  sps-1 by NZ
        issue  sps-2 by NZ                               => refused DailyLimitReached
        scopes NZ-sps by NZ kinds=sps daily=2
        issue  sps-2 by NZ
        scopes NZ-sps by NZ kinds=sps
        issue  sps-3 by NZ
    "

    two_officials_sign_what_needs_two "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=2
        issue    sps-1 by NZ key=1
        verify   sps-1                                   => Unknown not-covered
        issue    sps-1 by NZ key=1                       => refused AlreadyApproved
        issue    sps-1 by NZ key=0                       => refused RootKeyIsNoOfficial
        issue    sps-1 by NZ key=2
        verify   sps-1                                   => Valid all-holds
        issue    sps-1 by NZ key=1                       => refused AlreadyRecorded
    "

    approvals_that_became_enough_are_completed_by_anybodys_signature "
        name-key 2 by NZ-sps
        name-key 3 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=8
        issue    sps-1 by NZ key=1
        issue    sps-1 by NZ key=2
        issue    sps-2 by NZ key=1
        issue    sps-2 by NZ key=2
        issue    sps-3 by NZ key=1
        issue    sps-1 by NZ key=1                       => refused AlreadyApproved
        scopes   NZ-sps by NZ kinds=sps officials=2
        issue    sps-1 by NZ key=1
        verify   sps-1                                   => Valid all-holds
        issue    sps-1 by NZ key=2                       => refused AlreadyRecorded
        issue    sps-2 by NZ key=3
        verify   sps-2                                   => Valid all-holds
        issue    sps-3 by NZ key=1                       => refused AlreadyApproved
        issue    sps-3 by NZ key=2
    "

    what_became_enough_rests_on_every_key_that_signed "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=8
        issue    sps-1 by NZ key=1
        issue    sps-1 by NZ key=2
        scopes   NZ-sps by NZ kinds=sps officials=2
        issue    sps-1 by NZ key=1
        verify   sps-1                                   => Valid all-holds
        revoke-key 2 by NZ-sps as-of=2026-03-01
        verify   sps-1                                   => SignatureFails key-revoked-before-recording
    "

    two_officials_sign_every_later_act_as_well "
        name-key 2 by NZ-sps
        issue    sps-1 by NZ
        scopes   NZ-sps by NZ kinds=sps officials=2
        withdraw sps-1 by NZ key=1
        verify   sps-1                                   => Valid all-holds
        withdraw sps-1 by NZ key=0                       => refused RootKeyIsNoOfficial
        withdraw sps-1 by NZ key=2
        verify   sps-1                                   => Withdrawn withdrawn
    "

    officials_must_sign_the_very_same_act "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=2
        issue    sps-1 by NZ key=1
        issue    sps-1 by NZ key=2 document=other
        verify   sps-1                                   => Unknown not-covered
        issue    sps-1 by NZ key=1 document=other
        verify   sps-1 document=other                    => Valid all-holds
        verify   sps-1 document=sps-1                    => Altered other-document
    "

    an_approval_under_a_key_that_was_revoked_since_counts_no_more "
        name-key   2 by NZ-sps
        name-key   3 by NZ-sps
        scopes     NZ-sps by NZ kinds=sps officials=2
        issue      sps-1 by NZ key=1
        revoke-key 1 by NZ-sps as-of=2026-03-01
        issue      sps-1 by NZ key=2
        verify     sps-1                                 => Unknown not-covered
        issue      sps-1 by NZ key=3
        verify     sps-1                                 => Valid all-holds
    "

    what_a_stolen_key_and_an_honest_one_signed_is_in_doubt "
        name-key   2 by NZ-sps
        name-key   3 by NZ-sps
        scopes     NZ-sps by NZ kinds=sps officials=2
        wait       10 days
        issue      sps-1 by NZ key=1
        issue      sps-1 by NZ key=2
        issue      sps-2 by NZ key=2
        issue      sps-2 by NZ key=3
        issue      sps-3 by CL class=657 on=sps-1
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        verify     sps-1 on=2026-03-12 known=2026-03-15  => Valid all-holds
        verify     sps-2                                 => Valid all-holds
        verify     sps-3                                 => UnderVerification base-ended
        reserve    sps-1 by CN                           => refused UseUnderDoubtedKey
        reaffirm   sps-2 by NZ key=2                     => refused NothingToReaffirm
        reaffirm   sps-1 by NZ key=2
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        reaffirm   sps-1 by NZ key=3
        verify     sps-1                                 => Valid all-holds
        reserve    sps-1 by CN
        revoke-key 2 by NZ-sps as-of=2026-03-18
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
        verify     sps-2                                 => Valid all-holds
    "

    each_official_is_judged_by_the_time_of_the_own_signature "
        name-key   2 by NZ-sps
        name-key   3 by NZ-sps
        name-key   4 by NZ-sps
        scopes     NZ-sps by NZ kinds=sps officials=2
        issue      sps-1 by NZ key=1 date=2026-03-01
        issue      sps-2 by NZ key=2 date=2026-03-01
        wait       10 days
        issue      sps-1 by NZ key=3 date=2026-03-01
        issue      sps-2 by NZ key=3 date=2026-03-01
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1                                 => Valid all-holds
        revoke-key 2 by NZ-sps as-of=2026-02-25
        verify     sps-1                                 => Valid all-holds
        verify     sps-2                                 => SignatureFails key-revoked-before-recording
        revoke-key 3 by NZ-sps as-of=2026-03-05
        verify     sps-1                                 => SignatureFails key-revoked-before-recording
    "

    a_reinstatement_by_a_stolen_key_and_an_honest_one_does_not_count "
        name-key   2 by NZ-aeo
        name-key   3 by NZ-aeo
        issue      aeo-1 by NZ
        suspend    aeo-1 by NZ
        scopes     NZ-aeo by NZ kinds=aeo officials=3
        wait       10 days
        reinstate  aeo-1 by NZ key=2 effective=2026-03-11
        reinstate  aeo-1 by NZ key=1 effective=2026-03-11
        verify     aeo-1                                 => Suspended suspended
        reinstate  aeo-1 by NZ key=3 effective=2026-03-11
        verify     aeo-1                                 => Valid all-holds
        revoke-key 1 by NZ-aeo as-of=2026-03-05
        verify     aeo-1                                 => Suspended suspended
    "

    an_officials_approval_waits_for_90_days "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=2
        issue    sps-1 by NZ key=1 date=2026-03-01
        wait     91 days
        issue    sps-1 by NZ key=2 date=2026-03-01
        verify   sps-1                                   => Unknown not-covered
        issue    sps-1 by NZ key=1 date=2026-03-01
        verify   sps-1                                   => Valid all-holds
    "

    three_officials_and_a_limit_of_the_day "
        name-key 2 by NZ-sps
        name-key 3 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=3 daily=1
        issue    sps-1 by NZ key=1
        issue    sps-2 by NZ key=1
        issue    sps-1 by NZ key=2
        issue    sps-1 by NZ key=3
        issue    sps-2 by NZ key=2                       => refused DailyLimitReached
        wait     24 hours
        issue    sps-2 by NZ key=2 date=2026-03-01
    "

    a_draft_is_one_officials_and_its_issue_is_twos "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=2
        draft    sps-1 by NZ key=1
        verify   sps-1                                   => NotYetValid draft
        issue    sps-1 by NZ key=1
        verify   sps-1                                   => NotYetValid draft
        issue    sps-1 by NZ key=2
        verify   sps-1                                   => Valid all-holds
    "

    officials_are_a_matter_of_each_class "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps classes=851 officials=2
        issue    sps-2 by NZ class=852                   => refused ClassOutOfScope
        scopes   NZ-sps by NZ kinds=sps officials=9      => refused ScopesNotInForm
        scopes   NZ-sps by NZ kinds=sps officials=1      => refused ScopesNotInForm
    "

    a_replacement_of_another_class_does_not_end_alone_what_two_officials_end "
        name-key 2 by NZ-origin
        scopes   NZ-origin by NZ kinds=origin,origin classes=TWO/ONE officials=2,none
        issue    origin-1 by NZ class=TWO key=1
        issue    origin-1 by NZ class=TWO key=2
        issue    origin-2 by NZ class=ONE
        replace  origin-3 for origin-1 by NZ class=ONE key=1
        verify   origin-1                                => Valid all-holds
        verify   origin-3                                => Unknown not-covered
        replace  origin-3 for origin-1 by NZ class=ONE key=0 => refused RootKeyIsNoOfficial
        replace  origin-3 for origin-1 by NZ class=ONE key=2
        verify   origin-1                                => Replaced replaced
        replace  origin-4 for origin-2 by NZ class=ONE
        replace  origin-5 for origin-4 by NZ class=TWO
        verify   origin-4                                => Valid all-holds
    "

    two_officials_stay_two_when_other_scopes_are_set_from_before_its_issue "
        name-key 2 by NZ-sps
        scopes   NZ-sps by NZ kinds=sps officials=2
        issue    sps-1 by NZ key=1
        issue    sps-1 by NZ key=2
        scopes   NZ-sps by NZ kinds=aeo effective=2020-01-01
        withdraw sps-1 by NZ key=1
        verify   sps-1                                   => IssuerOutOfScope scope-kind
        withdraw sps-1 by NZ key=2
        verify   sps-1                                   => IssuerOutOfScope scope-kind
        withdraw sps-1 by NZ                             => refused StandingEnded
    "

    without_a_scope_of_today_a_record_is_given_nothing_more "
        issue      aeo-1 by NZ until=2026-06-30
        issue      aeo-2 by NZ until=2026-06-30
        suspend    aeo-2 by NZ effective=2026-03-02
        withdraw   aeo-1 by NZ effective=2026-05-01
        issue      origin-1 by NZ for=CN
        wait       5 days
        scopes     NZ-aeo by NZ kinds=
        scopes     NZ-origin by NZ kinds=origin classes=OTHER
        reassess   aeo-1 by NZ until=2029-06-30          => refused StandingEnded
        # It leaves the status as it was.
        take-back  aeo-1 by NZ effective=2026-05-01
        reassess   aeo-1 by NZ until=2029-06-30          => refused PeriodOutOfScope
        reinstate  aeo-2 by NZ                           => refused PeriodOutOfScope
        certify-copy origin-1 by NZ form=copy            => refused ClassOutOfScope
        correct    origin-1 by NZ form=corrected         => refused ClassOutOfScope
        share      origin-1 by NZ with=SG
        revoke     origin-1 by NZ
        suspend    aeo-1 by NZ
        withdraw   aeo-1 by NZ
        annul      aeo-2 by NZ
        scopes     NZ-origin by NZ kinds=origin,origin authorisation=EX1
        issue      origin-2 by NZ under=EX1
        scopes     NZ-origin by NZ kinds=origin,origin authorisation=EX2
        correct    origin-2 by NZ form=corrected         => refused DeclarationOutOfScope
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

    an_office_may_need_two_officials_as_well "
        admit      CN-desk by CN kinds=sps office=reserve officials=2
        name-key   1 by CN-desk
        name-key   2 by CN-desk
        issue      sps-1 by NZ
        reserve    sps-1 by @CN-desk key=0 amount=600 declaration=A  => refused RootKeyIsNoOfficial
        reserve    sps-1 by @CN-desk key=1 amount=600 declaration=A follows=0
        reserve    sps-1 by @CN-desk key=1 amount=600 declaration=B follows=0
        reserve    sps-1 by @CN-desk key=2 amount=600 declaration=A follows=0
        reserve    sps-1 by @CN-desk key=2 amount=600 declaration=B follows=0  => refused QuantityExceeded
    "

    what_two_officials_of_an_office_sign_is_of_the_hold_that_both_saw "
        admit      CN-desk by CN kinds=sps,sps office=reserve,release/consume officials=none,2
        name-key   1 by CN-desk
        name-key   2 by CN-desk
        issue      sps-1 by NZ
        reserve    sps-1 by @CN-desk key=1 amount=10
        consume    sps-1 by @CN-desk key=1                           => refused UseNotCounted
        consume    sps-1 by @CN-desk key=1 amount=10                 => refused UseNotCounted
        consume    sps-1 by @CN-desk key=1 follows=1
        # The other one raises the hold alone, and signs what the first one signed.
        reserve    sps-1 by @CN-desk key=2 amount=1000
        consume    sps-1 by @CN-desk key=2 follows=1                 => refused UseMoved
        consume    sps-1 by @CN-desk key=2 follows=2
        left       sps-1                                             => 0 left, 1000 held, 0 used, 1 uses
        # Nor is an approval left over from a hold that was given back, or of a part that is used up by now.
        release    sps-1 by @CN-desk key=1
        reserve    sps-1 by @CN-desk key=1 amount=1000
        consume    sps-1 by @CN-desk key=1 follows=2                 => refused UseMoved
        consume    sps-1 by @CN-desk key=1 amount=400 follows=4
        consume    sps-1 by @CN-desk key=2 amount=400 follows=4
        consume    sps-1 by @CN-desk key=1 amount=400 follows=4      => refused UseMoved
        left       sps-1                                             => 0 left, 600 held, 400 used, 1 uses by CN-desk
    "

    of_an_offices_scopes_each_bounds_what_it_holds "
        admit      CN-desk by CN kinds=sps,sps office=reserve officials=none,2
        name-key   1 by CN-desk
        name-key   2 by CN-desk
        issue      sps-1 by NZ
        reserve    sps-1 by @CN-desk key=1 amount=600 follows=0
        left       sps-1                                             => 1000 left, 0 held, 0 used, 0 uses
        reserve    sps-1 by @CN-desk key=2 amount=600 follows=0
        left       sps-1                                             => 400 left, 600 held, 0 used, 1 uses
        scopes     CN-desk by CN kinds=sps,sps office=reserve officials=3,2
        reserve    sps-1 by @CN-desk key=1 amount=700 follows=1
        reserve    sps-1 by @CN-desk key=2 amount=700 follows=1
        left       sps-1                                             => 400 left, 600 held, 0 used, 1 uses
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
}
