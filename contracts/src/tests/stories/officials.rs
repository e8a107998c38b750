//! Quotas, acts that need several officials, and what needs a scope of the day.

stories! {
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
}
