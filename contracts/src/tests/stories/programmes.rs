//! AEO statuses, their programmes, and the arrangements that recognise them.

stories! {
    a_verdict_dates_suspension_and_leaving_as_the_act_does "
        sign     CN-NZ-1 by CN
        sign     CN-NZ-1 by NZ
        apply    CN-NZ-1 by CN
        apply    CN-NZ-1 by NZ
        issue    aeo-1 by NZ
        hold     CN-NZ-1 by CN effective=2026-04-01
        verify   aeo-1 for=CN on=2026-04-20              => NotRecognised arrangement-suspended
        sentence aeo-1 for=CN on=2026-04-20 says=CN_suspended_its_recognition_under_CN-NZ-1_from_2026-04-01_on  => yes
        leave    CN-NZ-1 by CN effective=2026-05-15
        verify   aeo-1 for=CN on=2026-06-20              => NotRecognised arrangement-terminated
        sentence aeo-1 for=CN on=2026-06-20 says=CN_left_the_arrangement_CN-NZ-1_from_2026-05-15_on  => yes
    "

    a_status_is_granted_suspended_reinstated_and_revoked "
        issue     aeo-1 by NZ date=2026-02-01
        verify    aeo-1 for=NZ                            => Valid all-holds
        suspend   aeo-1 by NZ effective=2026-02-10
        verify    aeo-1 on=2026-02-09                     => Valid all-holds
        verify    aeo-1 on=2026-02-10                     => Suspended suspended
        reinstate aeo-1 by NZ effective=2026-02-20
        verify    aeo-1 on=2026-02-15                     => Suspended suspended
        verify    aeo-1 on=2026-02-20                     => Valid all-holds
        revoke    aeo-1 by NZ effective=2026-03-05
        verify    aeo-1 on=2026-03-04                     => Valid all-holds
        verify    aeo-1 on=2026-03-05                     => Revoked revoked
    "

    an_annulment_goes_back_to_the_grant "
        issue  aeo-1 by NZ date=2026-02-01
        annul  aeo-1 by NZ
        verify aeo-1 on=2026-02-02                        => Annulled annulled
    "

    a_revocation_leaves_the_days_before_it_as_they_were "
        issue  aeo-1 by NZ date=2026-02-01
        revoke aeo-1 by NZ effective=2026-03-01
        verify aeo-1 on=2026-02-28                        => Valid all-holds
    "

    a_holder_gives_the_status_back "
        issue    aeo-1 by NZ
        withdraw aeo-1 by NZ effective=2026-03-10
        verify   aeo-1 on=2026-03-09                      => Valid all-holds
        verify   aeo-1 on=2026-03-10                      => Withdrawn withdrawn
        reinstate aeo-1 by NZ                             => refused StandingEnded
    "

    a_conversion_is_a_new_number_and_keeps_the_history "
        issue   aeo-1 by NZ type=AEOC date=2026-02-01
        replace aeo-2 for aeo-1 by NZ type=AEOF date=2026-03-01
        verify  aeo-1 on=2026-02-20                       => Valid all-holds
        verify  aeo-1 on=2026-03-01                       => Replaced replaced
        verify  aeo-2 on=2026-03-01                       => Valid all-holds
        flags   aeo-2 says=replaces_record                => yes
        annul   aeo-1 by NZ
        verify  aeo-1 on=2026-02-20                       => Annulled annulled
    "

    a_suspended_status_is_not_converted "
        issue   aeo-1 by NZ
        suspend aeo-1 by NZ
        replace aeo-2 for aeo-1 by NZ                     => refused StandingSuspended
        reinstate aeo-1 by NZ effective=2026-03-10
        replace aeo-2 for aeo-1 by NZ                     => refused StandingSuspended
        wait    9 days
        replace aeo-2 for aeo-1 by NZ
    "

    without_consent_nobody_but_the_own_member_finds_a_status "
        issue   aeo-1 by NZ consent=no for=CN,NZ          => refused SharedWithoutConsent
        issue   aeo-1 by NZ consent=no for=NZ
        issue   aeo-2 by NZ for=CN,NZ
        look    aeo-1 by CN from=NZ for=CN kind=aeo issued=2026-03-01  => NotRecognised no-arrangement
        look    aeo-1 by NZ from=NZ for=NZ kind=aeo issued=2026-03-01  => Valid all-holds
        sign    CN-NZ by CN
        sign    CN-NZ by NZ
        apply   CN-NZ by CN
        apply   CN-NZ by NZ
        look    aeo-1 by CN from=NZ for=CN kind=aeo issued=2026-03-01  => Unknown not-covered
        look    aeo-2 by CN from=NZ for=CN kind=aeo issued=2026-03-01  => Valid all-holds
    "

    a_reassessment_leaves_the_status_or_sets_another_last_day "
        issue    aeo-1 by NZ date=2026-02-01 until=2026-06-30
        reassess aeo-1 by NZ effective=2026-03-01
        verify   aeo-1 on=2026-06-30                      => Valid all-holds
        verify   aeo-1 on=2026-07-01                      => Expired validity-over
        reassess aeo-1 by NZ effective=2026-03-01 until=2028-06-30
        verify   aeo-1 on=2026-07-01                      => Valid all-holds
        verify   aeo-1 on=2028-07-01                      => Expired validity-over
        reassess aeo-1 by NZ effective=2026-03-01 until=2026-04-30
        verify   aeo-1 on=2026-05-01                      => Expired validity-over
        verify   aeo-1 on=2026-02-15                      => Valid all-holds
    "

    only_a_reassessment_sets_another_last_day "
        issue    aeo-1 by NZ date=2026-02-01 until=2026-03-10
        suspend  aeo-1 by NZ until=2027-01-01             => refused UntilNotExpected
        reassess aeo-1 by NZ effective=2026-03-11 until=2027-01-01  => refused ReassessedAfterExpiry
        reassess aeo-1 by NZ effective=2026-03-05 until=2026-03-04  => refused ValidityEndsBeforeItBegins
        reassess aeo-1 by NZ effective=2026-01-31         => refused EffectiveBeforeIssue
        issue    sps-1 by NZ
        reassess sps-1 by NZ                              => refused VerbNotOfThisKind
        annul    aeo-1 by NZ
        reassess aeo-1 by NZ                              => refused StandingEnded
    "

    a_suspended_holder_is_reassessed_and_stays_suspended "
        issue    aeo-1 by NZ date=2026-02-01 until=2026-06-30
        suspend  aeo-1 by NZ effective=2026-02-10
        reassess aeo-1 by NZ effective=2026-02-20 until=2027-06-30
        verify   aeo-1 on=2026-03-01                      => Suspended suspended
        reassess aeo-1 by NZ effective=2026-02-19         => refused EffectiveOutOfOrder
        reinstate aeo-1 by NZ effective=2026-03-01
        verify   aeo-1 on=2027-01-01                      => Valid all-holds
    "

    a_renewal_that_is_recorded_ahead_holds_no_suspension_up "
        issue    aeo-1 by NZ date=2026-02-01 until=2026-06-30
        reassess aeo-1 by NZ effective=2026-06-01 until=2029-06-30
        suspend  aeo-1 by NZ effective=2026-03-01
        verify   aeo-1 on=2026-03-01                      => Suspended suspended
        verify   aeo-1 on=2026-07-01                      => Suspended suspended
        reinstate aeo-1 by NZ effective=2026-02-28        => refused EffectiveOutOfOrder
        reinstate aeo-1 by NZ effective=2026-03-10
        verify   aeo-1 on=2026-03-10                      => Valid all-holds
        verify   aeo-1 on=2026-07-01                      => Valid all-holds
        reassess aeo-1 by NZ effective=2026-05-01 until=2028-06-30 => refused EffectiveOutOfOrder
    "

    a_registered_programme_knows_its_types_and_terms "
        issue     aeo-0 by NZ type=ANY until=2099-01-01
        programme SES by NZ types=AEOC:36,AEOS effective=2026-02-01
        issue     aeo-1 by NZ type=AEOX                   => refused TypeNotOfProgramme
        issue     aeo-1 by NZ type=AEOC                   => refused ValidityBeyondTerm
        issue     aeo-1 by NZ type=AEOC until=2029-03-02  => refused ValidityBeyondTerm
        issue     aeo-1 by NZ type=AEOC until=2029-03-01
        issue     aeo-2 by NZ type=AEOS
        issue     aeo-4 by NZ type=ANY class=OTHER
        issue     aeo-5 by CL type=ANY
    "

    what_was_granted_before_a_programme_had_terms_is_not_measured_by_them "
        issue     aeo-1 by NZ type=ANY date=2026-01-10
        programme SES by NZ types=AEOC:36 effective=2026-02-01
        replace   aeo-2 for aeo-1 by NZ type=ANY date=2026-01-31
        verify    aeo-2                                   => Valid all-holds
        issue     aeo-3 by NZ type=ANY date=2026-01-31
        issue     aeo-4 by NZ type=ANY date=2026-02-01    => refused TypeNotOfProgramme
        issue     aeo-4 by NZ type=AEOC date=2026-02-01   => refused ValidityBeyondTerm
        reassess  aeo-2 by NZ                             => refused TypeNotOfProgramme
    "

    a_programme_changes_its_terms_from_a_date_on "
        programme SES by NZ types=AEOC:36 effective=2026-01-01
        issue     aeo-1 by NZ type=AEOC date=2026-02-20 until=2029-02-20
        programme SES by NZ types=AEOC:12,AEOS:60 effective=2026-03-01
        issue     aeo-2 by NZ type=AEOC date=2026-02-21 until=2029-02-21
        issue     aeo-3 by NZ type=AEOC until=2029-03-01  => refused ValidityBeyondTerm
        issue     aeo-3 by NZ type=AEOS until=2031-03-01
        verify    aeo-1 on=2029-02-20                     => Valid all-holds
        issue     aeo-9 by NZ type=AEOC date=2026-01-31 until=2029-02-01   => refused ValidityBeyondTerm
    "

    a_term_ends_on_the_last_day_of_a_shorter_month "
        programme SES by NZ types=AEOC:1 effective=2025-01-01
        issue     aeo-1 by NZ type=AEOC date=2026-01-31 until=2026-03-01   => refused ValidityBeyondTerm
        issue     aeo-1 by NZ type=AEOC date=2026-01-31 until=2026-02-28
    "

    a_reassessment_keeps_to_the_programmes_term "
        programme SES by NZ types=AEOC:36 effective=2026-01-01
        issue     aeo-1 by NZ type=AEOC date=2026-02-01 until=2026-12-31
        reassess  aeo-1 by NZ effective=2026-03-01 until=2029-03-02        => refused ValidityBeyondTerm
        reassess  aeo-1 by NZ effective=2026-03-01 until=2029-03-01
    "

    a_programme_is_its_members_own "
        programme SES by NZ types=                        => refused ProgrammeNotInForm
        programme SES by NZ types=B,A                     => refused ProgrammeNotInForm
        programme SES by NZ types=A:0                     => refused ProgrammeNotInForm
        programme SES by NZ types=A:241                   => refused ProgrammeNotInForm
        programme SES by NZ types=A effective=2030-01-01  => refused EffectiveTooFarAhead
        programme SES by NZ types=A follows=1             => refused RegistryMoved
        programme SES by NZ-aeo types=A                   => refused MemberOnly
        programme SES by NZ types=A
        programme SES by NZ types=A follows=0             => refused RegistryMoved
        issue     aeo-1 by CN type=B
    "

    signed_is_not_applied "
        issue  aeo-1 by NZ date=2026-02-01
        sign   CN-NZ-1 by CN effective=2026-02-01
        verify aeo-1 for=CN                               => NotRecognised arrangement-not-signed
        sign   CN-NZ-1 by NZ effective=2026-02-01
        verify aeo-1 for=CN                               => NotRecognised arrangement-not-applied
        apply  CN-NZ-1 by CN
        verify aeo-1 for=CN                               => NotRecognised arrangement-not-applied
        apply  CN-NZ-1 by NZ effective=2026-03-10
        verify aeo-1 for=CN on=2026-03-09                 => NotRecognised arrangement-not-applied
        verify aeo-1 for=CN on=2026-03-10                 => Valid all-holds
    "

    recognition_is_never_transitive "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        sign   CN-SG-1 by CN
        sign   CN-SG-1 by SG
        apply  CN-SG-1 by CN
        apply  CN-SG-1 by SG
        verify aeo-1 for=CN                               => Valid all-holds
        verify aeo-1 for=SG                               => NotRecognised no-arrangement
    "

    recognition_in_one_direction_is_not_the_other "
        issue  aeo-1 by NZ
        issue  aeo-2 by CN
        sign   CN-NZ-1 by CN only=CN
        sign   CN-NZ-1 by NZ only=CN
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        verify aeo-1 for=CN                               => Valid all-holds
        verify aeo-2 for=NZ                               => NotRecognised no-arrangement
    "

    the_union_is_one_party_with_many_issuers "
        admit    EU-de by EU kinds=aeo country=DE
        name-key 1 by EU-de
        admit    EU-fr by EU kinds=aeo country=FR
        name-key 1 by EU-fr
        issue    aeo-1 by EU-de country=DE
        issue    aeo-2 by EU-fr country=FR
        issue    aeo-3 by NZ
        verify   aeo-1 for=NZ                             => NotRecognised no-arrangement
        verify   aeo-1 for=FR                             => Valid all-holds
        sign     EU-NZ-1 by EU
        sign     EU-NZ-1 by NZ
        apply    EU-NZ-1 by EU
        apply    EU-NZ-1 by NZ
        verify   aeo-1 for=NZ                             => Valid all-holds
        verify   aeo-2 for=NZ                             => Valid all-holds
        verify   aeo-3 for=DE                             => Valid all-holds
        verify   aeo-3 for=FR                             => Valid all-holds
    "

    of_four_parties_two_recognise_each_other_once_all_signed_and_both_applied "
        issue  aeo-1 by NZ
        sign   CL-CN-NZ-SG-1 by CL
        sign   CL-CN-NZ-SG-1 by CN
        sign   CL-CN-NZ-SG-1 by NZ
        apply  CL-CN-NZ-SG-1 by NZ                        => refused NotSignedByAll
        verify aeo-1 for=CL                               => NotRecognised arrangement-not-signed
        sign   CL-CN-NZ-SG-1 by SG effective=2026-03-05
        apply  CL-CN-NZ-SG-1 by CN effective=2026-03-20
        apply  CL-CN-NZ-SG-1 by NZ
        verify aeo-1 for=CL on=2026-03-20                 => NotRecognised arrangement-not-applied
        sentence aeo-1 for=CL on=2026-03-20 says=CL_has_not_applied => yes
        verify aeo-1 for=CN on=2026-03-19                 => NotRecognised arrangement-not-applied
        verify aeo-1 for=CN on=2026-03-20                 => Valid all-holds
        apply  CL-CN-NZ-SG-1 by CL
        verify aeo-1 for=CL on=2026-03-04                 => NotRecognised arrangement-not-signed
        verify aeo-1 for=CL on=2026-03-05                 => Valid all-holds
        verify aeo-1 for=SG on=2026-03-20                 => NotRecognised arrangement-not-applied
        wait   20 days
        apply  CL-CN-NZ-SG-1 by SG
        verify aeo-1 for=CL                               => Valid all-holds
        verify aeo-1 for=CN                               => Valid all-holds
        verify aeo-1 for=SG                               => Valid all-holds
        verify aeo-1 for=JP                               => NotRecognised no-arrangement
    "

    a_party_suspends_its_own_recognition_only "
        issue  aeo-1 by NZ
        issue  aeo-2 by CN
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        hold   CN-NZ-1 by CN effective=2026-03-05
        verify aeo-1 for=CN on=2026-03-04                 => Valid all-holds
        verify aeo-1 for=CN on=2026-03-05                 => NotRecognised arrangement-suspended
        verify aeo-2 for=NZ on=2026-03-05                 => Valid all-holds
        resume CN-NZ-1 by CN effective=2026-03-10
        verify aeo-1 for=CN on=2026-03-07                 => NotRecognised arrangement-suspended
        verify aeo-1 for=CN on=2026-03-10                 => Valid all-holds
    "

    a_suspension_that_is_announced_is_overtaken_by_an_earlier_one "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        hold   CN-NZ-1 by CN effective=2026-04-01
        hold   CN-NZ-1 by CN effective=2026-04-01         => refused RecognitionAlreadySuspended
        hold   CN-NZ-1 by CN effective=2026-04-02         => refused RecognitionAlreadySuspended
        verify aeo-1 for=CN                               => Valid all-holds
        hold   CN-NZ-1 by CN
        verify aeo-1 for=CN                               => NotRecognised arrangement-suspended
        verify aeo-1 for=CN on=2026-04-01                 => NotRecognised arrangement-suspended
        hold   CN-NZ-1 by CN                              => refused RecognitionAlreadySuspended
        wait   5 days
        resume CN-NZ-1 by CN
        verify aeo-1 for=CN on=2026-03-05                 => NotRecognised arrangement-suspended
        verify aeo-1 for=CN on=2026-04-01                 => Valid all-holds
        hold   CN-NZ-1 by CN effective=2026-03-05         => refused EffectiveBeforeLastAct
    "

    a_suspension_that_is_announced_is_taken_back_and_announced_anew "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        hold   CN-NZ-1 by CN effective=2026-04-01
        resume CN-NZ-1 by CN
        verify aeo-1 for=CN on=2026-04-01                 => Valid all-holds
        resume CN-NZ-1 by CN                              => refused RecognitionNotSuspended
        hold   CN-NZ-1 by CN effective=2026-04-10
        resume CN-NZ-1 by CN effective=2026-04-10
        hold   CN-NZ-1 by CN
        verify aeo-1 for=CN                               => NotRecognised arrangement-suspended
        verify aeo-1 for=CN on=2026-04-10                 => NotRecognised arrangement-suspended
    "

    a_party_leaves_with_notice "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN notice=90
        sign   CN-NZ-1 by NZ notice=90
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        leave  CN-NZ-1 by NZ effective=2026-05-29         => refused NoticeTooShort
        leave  CN-NZ-1 by NZ effective=2026-05-30
        verify aeo-1 for=CN on=2026-05-29                 => Valid all-holds
        verify aeo-1 for=CN on=2026-05-30                 => NotRecognised arrangement-terminated
    "

    until_it_leaves_a_party_suspends_and_resumes "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN notice=365
        sign   CN-NZ-1 by NZ notice=365
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        leave  CN-NZ-1 by CN effective=2027-03-01
        hold   CN-NZ-1 by CN effective=2026-03-05
        verify aeo-1 for=CN on=2026-03-04                 => Valid all-holds
        verify aeo-1 for=CN on=2026-03-05                 => NotRecognised arrangement-suspended
        verify aeo-1 for=CN on=2027-03-01                 => NotRecognised arrangement-terminated
        leave  CN-NZ-1 by CN effective=2027-04-01         => refused AlreadyTerminated
        resume CN-NZ-1 by CN effective=2026-03-10
        verify aeo-1 for=CN on=2026-03-10                 => Valid all-holds
        hold   CN-NZ-1 by NZ effective=2026-03-10
        wait   365 days
        hold   CN-NZ-1 by CN                              => refused AlreadyTerminated
        resume CN-NZ-1 by NZ
    "

    a_party_that_announced_that_it_leaves_may_stay "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN notice=90
        sign   CN-NZ-1 by NZ notice=90
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        stay   CN-NZ-1 by NZ effective=2026-05-30         => refused NoTerminationAnnounced
        leave  CN-NZ-1 by NZ effective=2026-05-30
        verify aeo-1 for=CN on=2026-05-30                 => NotRecognised arrangement-terminated
        wait   80 days
        stay   CN-NZ-1 by CN effective=2026-05-30         => refused NoTerminationAnnounced
        stay   CN-NZ-1 by NZ effective=2026-05-31         => refused NoTerminationAnnounced
        stay   CN-NZ-1 by NZ effective=2026-05-30
        stay   CN-NZ-1 by NZ effective=2026-05-30         => refused NoTerminationAnnounced
        verify aeo-1 for=CN on=2026-05-30                 => Valid all-holds
        verify aeo-1 for=CN on=2026-05-30 known=2026-05-19 => NotRecognised arrangement-terminated
        hold   CN-NZ-1 by NZ
        resume CN-NZ-1 by NZ
        leave  CN-NZ-1 by NZ effective=2026-08-18
        verify aeo-1 for=CN on=2026-08-17                 => Valid all-holds
        verify aeo-1 for=CN on=2026-08-18                 => NotRecognised arrangement-terminated
        wait   90 days
        stay   CN-NZ-1 by NZ effective=2026-08-18         => refused NoTerminationAnnounced
    "

    the_verdict_names_the_condition_that_failed "
        issue  aeo-1 by NZ type=AEOS date=2026-02-01
        issue  aeo-2 by NZ type=AEOC date=2026-02-01
        issue  aeo-3 by NZ type=AEOS date=2026-02-01 consent=no for=NZ
        issue  aeo-4 by NZ type=AEOS date=2026-02-01
        condition aeo-1 for=CN                            => 3
        sign   CN-NZ-1 by CN types=AEOS effective=2026-02-01
        sign   CN-NZ-1 by NZ types=AEOS effective=2026-02-01
        apply  CN-NZ-1 by CN effective=2026-02-01
        apply  CN-NZ-1 by NZ effective=2026-02-01
        condition aeo-1 for=CN                            => none
        condition aeo-2 for=CN                            => 4
        condition aeo-1 for=CN role=importer              => 4
        condition aeo-3 for=CN                            => 5
        condition aeo-1 for=CN holder=no                  => 6
        suspend aeo-1 by NZ
        condition aeo-1 for=CN                            => 2
        revoke-key 1 by NZ-aeo as-of=2026-02-01
        condition aeo-4 for=CN                            => 1
        verify aeo-4 for=CN                               => SignatureFails key-revoked-before-recording
    "

    what_holds_of_goods_says_nothing_of_conditions "
        issue    sps-1 by NZ
        withdraw sps-1 by NZ
        condition sps-1 for=CN                            => none
    "

    recognition_covers_types_roles_and_flows "
        issue  aeo-1 by NZ type=AEOS roles=exporter
        issue  aeo-2 by NZ type=AEOS roles=forwarder
        sign   CN-NZ-1 by CN types=AEOS roles=exporter,manufacturer flow=1
        sign   CN-NZ-1 by NZ types=AEOS roles=exporter,manufacturer flow=1
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        verify aeo-1 for=CN                               => Valid all-holds
        verify aeo-1 for=CN flow=2                        => NotRecognised flow-not-covered
        verify aeo-2 for=CN                               => NotRecognised role-not-covered
        verify aeo-1 for=CN role=manufacturer             => NotRecognised role-not-covered
        issue  aeo-3 by NZ class=OTHER
        verify aeo-3 for=CN                               => NotRecognised programme-not-covered
    "

    the_benefits_are_those_of_the_terms "
        issue    aeo-1 by NZ
        benefits aeo-1 for=CN                             => none
        sign     CN-NZ-1 by CN benefits=inspection:101    => refused TermsOfArrangementNotInForm
        sign     CN-NZ-1 by CN benefits=lane:5            => refused TermsOfArrangementNotInForm
        sign     CN-NZ-1 by CN benefits=lane,inspection:20  => refused TermsOfArrangementNotInForm
        sign     CN-NZ-1 by CN benefits=inspection:20,lane
        sign     CN-NZ-1 by NZ benefits=inspection:20,lane
        apply    CN-NZ-1 by CN
        apply    CN-NZ-1 by NZ
        benefits aeo-1 for=CN                             => inspection rate 20 % of the ordinary one, priority lane
        benefits aeo-1 for=NZ                             => none
        suspend  aeo-1 by NZ
        benefits aeo-1 for=CN                             => none
    "

    of_two_arrangements_the_better_benefit_is_due "
        issue    aeo-1 by NZ
        sign     CN-NZ-1 by CN benefits=inspection:50,lane
        sign     CN-NZ-1 by NZ benefits=inspection:50,lane
        apply    CN-NZ-1 by CN
        apply    CN-NZ-1 by NZ
        sign     CL-CN-NZ by CL benefits=documents,inspection:20
        sign     CL-CN-NZ by CN benefits=documents,inspection:20
        sign     CL-CN-NZ by NZ benefits=documents,inspection:20
        apply    CL-CN-NZ by CL
        apply    CL-CN-NZ by CN
        apply    CL-CN-NZ by NZ
        benefits aeo-1 for=CN                             => fewer document checks, inspection rate 20 % of the ordinary one, priority lane
        benefits aeo-1 for=CL                             => fewer document checks, inspection rate 20 % of the ordinary one
    "

    amended_terms_hold_from_the_latest_application "
        issue  aeo-1 by NZ type=AEOC date=2026-02-01
        sign   CN-NZ-1 by CN types=AEOS effective=2026-02-01
        sign   CN-NZ-1 by NZ types=AEOS effective=2026-02-01
        apply  CN-NZ-1 by CN effective=2026-02-01
        apply  CN-NZ-1 by NZ effective=2026-02-01
        verify aeo-1 for=CN                               => NotRecognised type-not-covered
        amend  CN-NZ-1 by CN types=AEOC,AEOS
        amend  CN-NZ-1 by NZ types=AEOC,AEOS
        apply  CN-NZ-1 by NZ number=0 effective=2026-03-05
        verify aeo-1 for=CN on=2026-03-20                 => NotRecognised type-not-covered
        apply  CN-NZ-1 by CN number=0 effective=2026-03-10
        verify aeo-1 for=CN on=2026-03-09                 => NotRecognised type-not-covered
        verify aeo-1 for=CN on=2026-03-10                 => Valid all-holds
    "

    an_amendment_takes_types_away_from_a_date_on "
        issue  aeo-1 by NZ type=AEOC date=2026-02-01
        sign   CN-NZ-1 by CN types=AEOC,AEOS effective=2026-02-01
        sign   CN-NZ-1 by NZ types=AEOC,AEOS effective=2026-02-01
        apply  CN-NZ-1 by CN effective=2026-02-01
        apply  CN-NZ-1 by NZ effective=2026-02-01
        amend  CN-NZ-1 by CN types=AEOS
        amend  CN-NZ-1 by NZ types=AEOS
        apply  CN-NZ-1 by CN number=0 effective=2026-03-10
        apply  CN-NZ-1 by NZ number=0 effective=2026-03-10
        verify aeo-1 for=CN on=2026-03-09                 => Valid all-holds
        verify aeo-1 for=CN on=2026-03-10                 => NotRecognised type-not-covered
    "

    another_party_joins_by_amendment "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        verify aeo-1 for=SG                               => NotRecognised no-arrangement
        hold   CN-NZ-1 by SG                              => refused NotAParty
        amend  CN-NZ-1 by CN parties=CN,NZ,SG
        amend  CN-NZ-1 by SG parties=CN,NZ,SG
        verify aeo-1 for=SG                               => NotRecognised arrangement-not-signed
        amend  CN-NZ-1 by NZ parties=CN,NZ,SG
        verify aeo-1 for=SG                               => NotRecognised arrangement-not-applied
        apply  CN-NZ-1 by SG number=0
        apply  CN-NZ-1 by CN number=0
        apply  CN-NZ-1 by NZ number=0
        verify aeo-1 for=SG                               => Valid all-holds
        hold   CN-NZ-1 by SG
        verify aeo-1 for=SG                               => NotRecognised arrangement-suspended
        verify aeo-1 for=CN                               => Valid all-holds
    "

    an_amendment_is_signed_and_applied_in_order "
        amend  CN-NZ-1 by CN types=A                      => refused UnknownArrangement
        sign   CN-NZ-1 by CN
        amend  CN-NZ-1 by CN types=A                      => refused NotSignedByAll
        sign   CN-NZ-1 by NZ
        amend  CN-NZ-1 by CN types=A number=1             => refused AmendmentNumber
        amend  CN-NZ-1 by CN                              => refused TermsUnchanged
        amend  CN-NZ-1 by CN types=B,A unsorted=1         => refused TermsOfArrangementNotInForm
        amend  CN-NZ-1 by CL types=A                      => refused NotAParty
        amend  CN-NZ-1 by CN types=A parties=CN,XX        => refused PartyNotAMember
        amend  CN-NZ-1 by CN types=A effective=2030-01-01 => refused ArrangementFarAhead
        amend  CN-NZ-1 by CN types=A
        amend  CN-NZ-1 by CN types=A                      => refused AlreadySigned
        amend  CN-NZ-1 by NZ types=B                      => refused TermsDiffer
        apply  CN-NZ-1 by NZ number=0                     => refused NotSigned
        apply  CN-NZ-1 by CN number=0                     => refused NotSignedByAll
        amend  CN-NZ-1 by NZ types=A
        apply  CN-NZ-1 by CN number=0
        apply  CN-NZ-1 by CN number=0                     => refused AlreadyApplied
        amend  CN-NZ-1 by NZ types=A number=1             => refused TermsUnchanged
        leave  CN-NZ-1 by NZ effective=2026-06-01
        apply  CN-NZ-1 by NZ number=0
        wait   92 days
        amend  CN-NZ-1 by NZ types=C number=1             => refused AlreadyTerminated
        apply  CN-NZ-1 by NZ number=0                     => refused AlreadyTerminated
    "

    the_notice_is_that_of_the_terms_in_force "
        sign   CN-NZ-1 by CN notice=30
        sign   CN-NZ-1 by NZ notice=30
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        amend  CN-NZ-1 by CN notice=120
        amend  CN-NZ-1 by NZ notice=120
        apply  CN-NZ-1 by CN number=0
        apply  CN-NZ-1 by NZ number=0
        leave  CN-NZ-1 by NZ effective=2026-06-28         => refused NoticeTooShort
        leave  CN-NZ-1 by NZ effective=2026-06-29
    "

    a_stranger_gets_the_same_answer_of_what_exists_and_what_does_not "
        issue  aeo-1 by NZ for=CN,SG
        look   aeo-1 by SG from=NZ kind=aeo for=SG        => NotRecognised no-arrangement
        look   aeo-9 by SG from=NZ kind=aeo for=SG        => NotRecognised no-arrangement
    "

    a_status_of_ones_own_needs_no_arrangement "
        issue  aeo-1 by NZ consent=no for=NZ
        verify aeo-1 for=NZ                               => Valid all-holds
        verify aeo-1                                      => Valid all-holds
    "

    what_a_partner_could_know_then_is_what_it_was_told "
        issue     aeo-1 by NZ date=2026-02-01
        sign      CN-NZ-1 by CN effective=2026-02-01
        sign      CN-NZ-1 by NZ effective=2026-02-01
        apply     CN-NZ-1 by CN effective=2026-02-01
        apply     CN-NZ-1 by NZ effective=2026-02-01
        wait      5 days
        suspend   aeo-1 by NZ effective=2026-03-01
        reassess  aeo-1 by NZ effective=2026-03-01 until=2026-03-02
        hold      CN-NZ-1 by CN effective=2026-03-02
        verify    aeo-1 for=CN on=2026-03-01                    => Suspended suspended
        verify    aeo-1 for=CN on=2026-03-01 known=2026-03-03   => Valid all-holds
        verify    aeo-1 for=CN on=2026-03-02                    => NotRecognised arrangement-suspended
        verify    aeo-1 for=CN on=2026-03-02 known=2026-03-03   => Valid all-holds
    "

    what_amended_terms_said_was_known_from_their_recording_on "
        issue  aeo-1 by NZ type=AEOC date=2026-02-01
        sign   CN-NZ-1 by CN types=AEOS effective=2026-02-01
        sign   CN-NZ-1 by NZ types=AEOS effective=2026-02-01
        apply  CN-NZ-1 by CN effective=2026-02-01
        apply  CN-NZ-1 by NZ effective=2026-02-01
        wait   10 days
        amend  CN-NZ-1 by CN types=AEOC effective=2026-02-01
        amend  CN-NZ-1 by NZ types=AEOC effective=2026-02-01
        apply  CN-NZ-1 by CN number=0 effective=2026-02-01
        apply  CN-NZ-1 by NZ number=0 effective=2026-02-01
        verify aeo-1 for=CN on=2026-03-01                    => Valid all-holds
        verify aeo-1 for=CN on=2026-03-01 known=2026-03-05   => NotRecognised type-not-covered
    "
}
