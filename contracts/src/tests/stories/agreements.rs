//! Trade agreements: in force between whom, with whom notified.

stories! {
    after_a_party_left_the_sentence_bears_its_date_and_the_term_stays "
        adopt    RCEP by NZ validity=12m
        adopt    RCEP by CN validity=12m
        issue    origin-1 by NZ class=RCEP
        denounce RCEP by NZ effective=2026-06-01
        verify   origin-1 for=CN on=2026-07-20           => NotRecognised agreement-left
        sentence origin-1 for=CN on=2026-07-20 says=NZ_left_RCEP_from_2026-06-01_on  => yes
        checked  origin-1 for=CN on=2026-07-20 says=valid_until_2027-03-01  => yes
    "

    goods_that_were_accepted_late_stay_good_after_a_party_left "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP
        issue    origin-2 by NZ class=RCEP
        grant    origin-1 by CN declaration=D1
        denounce RCEP by CN effective=2026-04-05
        wait     50 days
        present  origin-2 by CN declaration=D2
        verify   origin-2 for=CN on=2026-04-21 declaration=D2  => NotRecognised agreement-left
        reserve  origin-2 by CN declaration=D2           => refused UseOfExpired
        grant    origin-2 by CN declaration=D2
        verify   origin-1 for=CN on=2026-05-01           => NotRecognised agreement-left
        sentence origin-1 for=CN on=2026-05-01 says=granted_preference_in_time_by_CN-customs_for_another_declaration_on_2026-03-01:_it_counts_for_those_goods_only  => yes
        verify   origin-1 for=CN on=2026-05-01 declaration=D1  => Valid all-holds
        verify   origin-2 for=CN on=2026-05-01 declaration=D2  => Valid all-holds
        verify   origin-1 for=CN on=2026-05-01 declaration=D2  => NotRecognised agreement-left
        reserve  origin-1 by CN declaration=D1 amount=1
        reserve  origin-2 by CN declaration=D2 amount=1
        reserve  origin-1 by CN declaration=D2 amount=1  => refused UseForOtherGoods
        deny     origin-2 by CN reason=2
        verify   origin-2 for=CN on=2026-05-01 declaration=D2  => NotRecognised agreement-left
    "

    what_ends_a_certificate_without_a_stated_end_is_said_once "
        issue    origin-1 by NZ class=none
        checked  origin-1 for=CN says=2026-03-01;_no_end_of_validity_is_stated  => yes
        checked  origin-1 for=CN says=agreement's_rule   => no
        flags    origin-1 for=CN says=rule               => no
        issue    origin-2 by NZ class=RCEP
        checked  origin-2 for=CN says=no_end_of_validity_is_stated,_and_the_agreement's_rule_is_not_known_here  => yes
        flags    origin-2 for=CN says=no_end             => no
        issue    aeo-1 by NZ
        checked  aeo-1 says=valid_without_an_end         => yes
        reassess aeo-1 by NZ until=2029-06-30
        checked  aeo-1 says=valid_until_2029-06-30_(as_reassessed)  => yes
    "

    a_certificate_under_an_agreement_that_is_not_here_is_judged_by_the_issuers_scope "
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=CN                         => Valid all-holds
        sentence origin-1 for=CN on=2040-01-01 says=;_but_the_agreement_RCEP_is_not_on_this_ledger:_its_rules_were_not_applied  => yes
        issue  origin-2 by NZ class=none
        sentence origin-2 for=CN on=2040-01-01 says=agreement  => no
    "

    a_question_gives_the_issuer_the_time_of_the_agreement_from_its_recording "
        adopt  RCEP by NZ reply=90d
        adopt  RCEP by CN reply=90d
        issue  origin-1 by NZ class=RCEP date=2026-02-20
        issue  origin-2 by NZ
        issue  origin-3 by NZ class=CPTPP
        ask    origin-1 by CN deadline=2026-05-31      => refused DeadlineBeyondReply
        ask    origin-1 by CN deadline=2026-05-29      => refused DeadlineTooSoon
        ask    origin-1 by CN date=2026-02-28 deadline=2026-03-01  => refused DeadlineTooSoon
        ask    origin-1 by CN date=2026-02-20
        verify origin-1 for=CN on=2026-05-30           => UnderVerification question-open
        flags  origin-1 on=2026-05-30 says=due_by_2026-05-30       => yes
        flags  origin-1 on=2026-05-31 says=2026-05-30_passed       => yes
        extend origin-1 by CN deadline=2026-07-31
        flags  origin-1 on=2026-05-31 says=due_by_2026-07-31       => yes
        ask    origin-2 by CN                          => refused DeadlineMissing
        ask    origin-2 by CN deadline=2026-03-30      => refused DeadlineTooSoon
        ask    origin-2 by CN deadline=2026-03-31
        ask    origin-3 by CN deadline=2026-07-31
    "

    who_left_one_party_or_all_may_apply_the_terms_anew "
        adopt    RCEP by CN
        adopt    RCEP by NZ
        adopt    RCEP by NZ with=CN                    => refused AlreadyAdopted
        issue    origin-1 by NZ class=RCEP
        denounce RCEP by NZ with=CN
        verify   origin-1 for=CN                       => NotRecognised agreement-left
        adopt    RCEP by NZ from=2026-03-01
        adopt    RCEP by NZ from=2026-03-01            => refused AlreadyAdopted
        verify   origin-1 for=CN                       => Valid all-holds
        adopt    RCEP by SG with=CN
        denounce RCEP by SG
        adopt    RCEP by SG with=CN from=2026-06-01
        adopt    RCEP by SG with=CN from=2026-06-02    => refused AlreadyAdopted
        adopt    RCEP by CL with=CN,NZ
        denounce RCEP by CL with=CN
        adopt    RCEP by CL with=NZ                    => refused AlreadyAdopted
        adopt    RCEP by CL with=CN,NZ from=2026-03-01
    "

    a_reply_may_take_months "
        adopt  RCEP by NZ reply=6m
        issue  origin-1 by NZ class=RCEP
        ask    origin-1 by CN deadline=2026-09-02      => refused DeadlineBeyondReply
        ask    origin-1 by CN deadline=2026-09-01
    "

    a_late_answer_counts_from_its_recording_whatever_its_date "
        issue  origin-1 by NZ date=2026-02-20
        ask    origin-1 by CN deadline=2026-03-31
        ask    origin-1 by SG deadline=2026-03-31
        wait   41 days
        answer origin-1 by NZ to=CN confirmed=yes date=2026-03-20
        answer origin-1 by NZ to=SG confirmed=no date=2026-03-20
        verify origin-1 for=CN on=2026-04-05           => UnderVerification question-open
        verify origin-1 for=SG on=2026-03-25           => UnderVerification question-open
        verify origin-1 for=CN on=2026-04-10           => Valid all-holds
        verify origin-1 for=SG on=2026-04-10           => Rejected not-confirmed
        flags  origin-1 on=2026-04-12 says=confirmed_to_CN_on_2026-04-10,_after_the_deadline_2026-03-31  => yes
    "

    an_answer_in_time_bears_its_own_date "
        issue  origin-1 by NZ date=2026-02-20
        ask    origin-1 by CN deadline=2026-03-31
        wait   30 days
        answer origin-1 by NZ to=CN confirmed=yes
        flags  origin-1 on=2026-04-12 says=after_the_deadline      => no
        flags  origin-1 on=2026-04-12 says=confirmed_to_CN_on_2026-03-31  => yes
    "

    an_agreement_is_in_force_between_two_once_both_have_adopted_it "
        adopt  RCEP by NZ from=2022-01-01
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=CN                         => NotRecognised agreement-not-in-force
        adopt  RCEP by CN from=2026-03-10
        verify origin-1 for=CN on=2026-03-09           => NotRecognised agreement-not-in-force
        verify origin-1 for=CN on=2026-03-10           => Valid all-holds
        verify origin-1 for=SG on=2026-03-10           => NotRecognised agreement-not-in-force
        verify origin-1 on=2026-03-10                  => Valid all-holds
    "

    the_importing_party_alone_does_not_put_it_into_force "
        adopt  RCEP by CN
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=CN                         => NotRecognised agreement-not-in-force
        verify origin-1 for=SG                         => Valid all-holds
    "

    between_two_that_have_put_nothing_on_the_ledger_its_rules_are_not_applied "
        adopt  RCEP by CL
        issue  origin-1 by NZ class=RCEP until=2030-01-01
        verify origin-1 for=CN on=2029-01-01           => Valid all-holds
    "

    adoption_may_be_towards_some_only "
        adopt  RCEP by NZ with=CN
        adopt  RCEP by CN
        adopt  RCEP by SG
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=CN                         => Valid all-holds
        verify origin-1 for=SG                         => NotRecognised agreement-not-in-force
        issue  origin-2 by SG class=RCEP
        verify origin-2 for=CN                         => Valid all-holds
        verify origin-2 for=NZ                         => NotRecognised agreement-not-in-force
        adopt  RCEP by NZ with=SG
        verify origin-1 for=SG                         => Valid all-holds
    "

    who_leaves_is_named_and_what_was_before_stands "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP
        denounce RCEP by CN effective=2026-06-01
        verify   origin-1 for=CN on=2026-05-31         => Valid all-holds
        verify   origin-1 for=CN on=2026-06-01         => NotRecognised agreement-left
        adopt    RCEP by CN from=2026-08-01
        verify   origin-1 for=CN on=2026-07-31         => NotRecognised agreement-left
        verify   origin-1 for=CN on=2026-08-01         => Valid all-holds
    "

    a_party_may_leave_one_partner_only "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        adopt    RCEP by SG
        denounce RCEP by CN with=NZ effective=2026-06-01
        issue    origin-1 by NZ class=RCEP
        issue    origin-2 by SG class=RCEP
        verify   origin-1 for=CN on=2026-06-01         => NotRecognised agreement-left
        verify   origin-2 for=CN on=2026-06-01         => Valid all-holds
        verify   origin-1 for=SG on=2026-06-01         => Valid all-holds
    "

    whoever_left_one_partner_is_bound_by_its_terms_towards_the_others "
        adopt    RCEP by NZ criteria=CTC,WO
        denounce RCEP by NZ criteria=CTC,WO with=CN effective=2026-03-01
        issue    origin-1 by NZ class=RCEP criteria=PSR   => refused CriterionNotOfAgreement
        issue    origin-1 by NZ class=RCEP criteria=WO
        adopt    NZSG by NZ parties=NZ,SG criteria=WO
        denounce NZSG by NZ parties=NZ,SG criteria=WO with=SG effective=2026-03-01
        issue    origin-2 by NZ class=NZSG criteria=PSR
    "

    what_was_not_known_then_is_not_answered_then "
        issue  origin-1 by NZ class=RCEP
        wait   1 days
        adopt  RCEP by NZ from=2022-01-01
        verify origin-1 for=CN                         => NotRecognised agreement-not-in-force
        verify origin-1 for=CN known=2026-03-02        => Valid all-holds
    "

    a_country_that_is_no_party_is_named_so "
        adopt  CLCN by CL parties=CL,CN
        adopt  CLCN by CN parties=CL,CN
        issue  origin-1 by CL
        verify origin-1 for=CN                         => Valid all-holds
        verify origin-1 for=NZ                         => NotRecognised not-a-party
        issue  origin-2 by NZ
        verify origin-2 for=CN                         => NotRecognised not-a-party
    "

    the_union_is_one_party_with_all_its_issuers "
        admit    EU-dihk by EU country=DE kinds=origin
        name-key 1 by EU-dihk
        adopt    PEM by EU
        adopt    PEM by CL
        issue    origin-1 by EU-dihk class=PEM country=DE
        verify   origin-1 for=CL                       => Valid all-holds
        issue    origin-2 by CL class=PEM
        verify   origin-2 for=DE                       => Valid all-holds
        verify   origin-2 for=FR                       => Valid all-holds
        verify   origin-1 for=FR                       => Valid all-holds
        adopt    PEM by EU party=DE                    => refused NotAPartyOfAgreement
        adopt    PEM by CL party=EU                    => refused PartyNotOfMember
    "

    hong_kong_and_northern_ireland_are_no_parties_through_those_who_answer_for_them "
        adopt    PEM by CN parties=CN,NZ
        adopt    PEM by NZ parties=CN,NZ
        issue    origin-1 by NZ class=PEM
        verify   origin-1 for=CN                       => Valid all-holds
        verify   origin-1 for=MO                       => NotRecognised not-a-party
        verify   origin-1 for=XI                       => NotRecognised not-a-party
        adopt    PEM by CN parties=CN,NZ party=HK      => refused PartyNotOfMember
    "

    where_no_member_answers_for_a_party_it_is_not_known_whether_it_is_in_force "
        adopt  RCEP by NZ parties=AU,CN,NZ
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=AU                         => Valid all-holds
        flags  origin-1 for=AU says=no_member_of_this_ledger_covers_AU:_whether_RCEP_is_in_force_there_is_not_known_here  => yes
        flags  origin-1 says=not_known_here            => no
        verify origin-1 for=KR                         => NotRecognised not-a-party
    "

    the_newest_version_that_both_adopted_holds "
        adopt  PEM by EU validity=4m
        adopt  PEM by CL validity=4m
        adopt  PEM by CL validity=10m name=Revised from=2026-03-01
        issue  origin-1 by CL class=PEM
        verify origin-1 for=DE on=2026-07-01           => Valid all-holds
        verify origin-1 for=DE on=2026-07-02           => Expired validity-over
        adopt  PEM by EU validity=10m name=Revised from=2026-03-01
        verify origin-1 for=DE on=2026-07-02           => Valid all-holds
        verify origin-1 for=DE on=2027-01-02           => Expired validity-over
    "

    validity_is_that_of_the_terms_on_the_date_of_issue "
        adopt  PEM by EU validity=10m
        adopt  PEM by CL validity=10m
        issue  origin-1 by CL class=PEM
        wait   5 days
        adopt  PEM by EU validity=4m name=Shorter from=2026-03-05
        adopt  PEM by CL validity=4m name=Shorter from=2026-03-05
        issue  origin-2 by CL class=PEM
        verify origin-1 for=DE on=2026-12-01           => Valid all-holds
        verify origin-2 for=DE on=2026-12-01           => Expired validity-over
    "

    a_body_that_is_not_notified_is_not_recognised "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP date=2026-02-01
        verify   origin-1 for=CN                       => Valid all-holds
        admit    NZ-other by NZ kinds=origin
        name-key 1 by NZ-other
        notify   NZ-other under=RCEP by NZ from=2026-02-10
        issue    origin-2 by NZ class=RCEP
        issue    origin-3 by NZ-other class=RCEP
        verify   origin-1 for=CN                       => Valid all-holds
        verify   origin-2 for=CN                       => NotRecognised authority-not-notified
        verify   origin-2                              => Valid all-holds
        verify   origin-3 for=CN                       => Valid all-holds
    "

    a_body_that_is_struck_off_keeps_what_it_issued_before "
        adopt  RCEP by NZ
        adopt  RCEP by CN
        notify NZ-origin under=RCEP by NZ from=2026-01-01
        issue  origin-1 by NZ class=RCEP date=2026-02-20
        strike NZ-origin under=RCEP by NZ from=2026-02-25
        issue  origin-2 by NZ class=RCEP
        verify origin-1 for=CN                         => Valid all-holds
        verify origin-2 for=CN                         => NotRecognised authority-not-notified
        notify NZ-origin under=RCEP by NZ from=2026-03-01
        verify origin-2 for=CN                         => Valid all-holds
    "

    a_body_is_notified_when_it_dates_and_when_it_records "
        adopt   RCEP by NZ
        adopt   RCEP by CN
        notify  NZ-origin under=RCEP by NZ from=2026-01-01
        strike  NZ-origin under=RCEP by NZ from=2026-03-05
        wait    5 days
        issue   origin-1 by NZ class=RCEP date=2026-03-04
        verify  origin-1 for=CN                        => NotRecognised authority-not-notified
        sentence origin-1 for=CN says=dated_2026-03-04_and_recorded_on_2026-03-06,_when_NZ-origin_was_not_notified_under_RCEP:_it_was_struck_off_from_2026-03-05_on  => yes
        name-key   2 by NZ-origin
        revoke-key 1 by NZ-origin as-of=2026-03-06
        reaffirm   origin-1 by NZ key=2
        verify  origin-1 for=CN                        => NotRecognised authority-not-notified
        notify  NZ-origin under=RCEP by NZ from=2026-03-06
        verify  origin-1 for=CN                        => NotRecognised authority-not-notified
    "

    a_body_that_was_struck_off_after_the_recording_keeps_what_it_dated_before "
        adopt  RCEP by NZ
        adopt  RCEP by CN
        notify NZ-origin under=RCEP by NZ from=2026-01-01
        issue  origin-1 by NZ class=RCEP date=2026-02-20
        wait   2 days
        strike NZ-origin under=RCEP by NZ from=2026-02-25
        verify origin-1 for=CN                         => Valid all-holds
    "

    notification_under_one_agreement_is_none_under_another "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        adopt    NZCN by NZ parties=CN,NZ
        adopt    NZCN by CN parties=CN,NZ
        admit    NZ-other by NZ kinds=origin
        name-key 1 by NZ-other
        notify   NZ-origin under=RCEP by NZ from=2026-01-01
        notify   NZ-other under=NZCN by NZ from=2026-01-01
        issue    origin-1 by NZ class=RCEP
        issue    origin-2 by NZ class=NZCN
        verify   origin-1 for=CN                       => Valid all-holds
        verify   origin-2 for=CN                       => NotRecognised authority-not-notified
    "

    january_31_and_one_month_is_the_last_of_february "
        adopt  RCEP by NZ validity=1m
        adopt  RCEP by CN validity=1m
        issue  origin-1 by NZ class=RCEP date=2026-01-31
        verify origin-1 for=CN on=2026-02-28           => Valid all-holds
        verify origin-1 for=CN on=2026-03-01           => Expired validity-over
    "

    twelve_months_from_a_leap_day_end_on_the_28th "
        adopt  RCEP by NZ
        adopt  RCEP by CN
        wait   730 days
        issue  origin-1 by NZ class=RCEP date=2028-02-29
        verify origin-1 for=CN on=2029-02-28           => Valid all-holds
        verify origin-1 for=CN on=2029-03-01           => Expired validity-over
    "

    days_are_counted_as_days "
        adopt  A14 by CL validity=180d
        adopt  A14 by NZ validity=180d
        issue  origin-1 by CL class=A14 date=2026-03-01
        verify origin-1 for=NZ on=2026-08-28           => Valid all-holds
        verify origin-1 for=NZ on=2026-08-29           => Expired validity-over
    "

    the_earlier_of_document_and_agreement_ends_the_validity "
        issue  origin-1 by NZ class=RCEP date=2026-03-01 until=2028-01-01
        adopt  RCEP by NZ
        adopt  RCEP by CN
        issue  origin-2 by NZ class=RCEP date=2026-03-01 until=2026-06-01
        verify origin-1 for=CN on=2027-03-01           => Valid all-holds
        verify origin-1 for=CN on=2027-03-02           => Expired validity-over
        verify origin-2 for=CN on=2026-06-02           => Expired validity-over
    "

    validity_may_count_from_completion_by_the_exporter "
        adopt  RCEP by NZ counted=completion
        adopt  RCEP by CN counted=completion
        issue  origin-1 by NZ class=RCEP completed=2026-02-15
        issue  origin-2 by NZ class=RCEP
        verify origin-1 for=CN on=2027-02-15           => Valid all-holds
        verify origin-1 for=CN on=2027-02-16           => Expired validity-over
        verify origin-2 for=CN on=2027-02-16           => Valid all-holds
    "

    without_an_end_in_the_agreement_none_is_set "
        adopt  NON-PREFERENTIAL by NZ validity=none parties=
        adopt  NON-PREFERENTIAL by CN validity=none parties=
        issue  origin-1 by NZ class=none
        verify origin-1 for=CN on=2036-03-01           => Valid all-holds
    "

    a_scope_names_certificates_under_no_agreement "
        scopes NZ-origin by NZ kinds=origin classes=NON-PREFERENTIAL
        issue  origin-1 by NZ class=none
        issue  origin-2 by NZ class=RCEP                  => refused ClassOutOfScope
        verify origin-1                                   => Valid all-holds
        look   origin-1 by CN from=NZ class=NON-PREFERENTIAL  => Valid all-holds
        look   origin-1 by CN from=NZ class=RCEP          => Ambiguous recorded-otherwise
    "

    a_member_with_three_keys_adopts_with_two "
        adopt  RCEP by JP key=0
        adopt  RCEP by NZ
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=JP                         => NotRecognised agreement-not-in-force
        adopt  RCEP by JP key=0                        => refused AlreadyApproved
        adopt  RCEP by JP key=2
        verify origin-1 for=JP                         => Valid all-holds
    "

    an_agreement_is_adopted_in_order "
        denounce RCEP by NZ                            => refused UnknownAgreement
        notify   NZ-origin under=RCEP by NZ            => refused UnknownAgreement
        adopt    RCEP by NZ-origin                     => refused MemberOnly
        adopt    RCEP by NZ name=                      => refused TermsOfAgreementNotInForm
        adopt    RCEP by NZ validity=0m                => refused TermsOfAgreementNotInForm
        adopt    RCEP by NZ parties=NZ,CN unsorted=1   => refused TermsOfAgreementNotInForm
        adopt    RCEP by NZ criteria=WO,PE             => refused TermsOfAgreementNotInForm
        adopt    RCEP by NZ criteria=RVC_40%           => refused TermsOfAgreementNotInForm
        adopt    RCEP by NZ party=CN                   => refused PartyNotOfMember
        adopt    RCEP by NZ parties=CN,SG              => refused NotAPartyOfAgreement
        adopt    RCEP by NZ with=NZ                    => refused PartnersNotInForm
        adopt    RCEP by NZ with=AU                    => refused PartnersNotInForm
        adopt    RCEP by NZ from=2027-06-01            => refused AgreementFarAhead
        adopt    RCEP by NZ
        adopt    RCEP by NZ                            => refused AlreadyAdopted
        adopt    RCEP by NZ from=2021-01-01            => refused AlreadyAdopted
        adopt    RCEP by NZ from=2019-01-01
        denounce RCEP by CN                            => refused NotAdopted
        denounce RCEP by CN name=Other                 => refused UnknownTerms
        denounce RCEP by NZ party=CN                   => refused PartyNotOfMember
        denounce RCEP by NZ with=AU                    => refused PartnersNotInForm
        denounce RCEP by NZ effective=2026-02-28       => refused LeavingDatedBack
        denounce RCEP by NZ effective=2030-02-28       => refused AgreementFarAhead
        denounce RCEP by NZ with=CN
        denounce RCEP by NZ with=CN                    => refused NotAdopted
        denounce RCEP by NZ
        denounce RCEP by NZ                            => refused NotAdopted
        raw      5 by NZ verb=9                        => refused UnknownVerb
        raw      5 by NZ verb=1                        => refused MalformedBody
    "

    an_outsiders_version_changes_nobodys_party "
        admit    EU-dihk by EU country=DE kinds=origin
        name-key 1 by EU-dihk
        admit    EU-other by EU country=DE kinds=origin
        name-key 1 by EU-other
        adopt    PEM by EU parties=CN,EU reply=10m
        adopt    PEM by CN parties=CN,EU reply=10m
        notify   EU-dihk under=PEM by EU party=EU from=2026-01-01
        issue    origin-1 by EU-other class=PEM country=DE
        verify   origin-1 for=CN                       => NotRecognised authority-not-notified
        adopt    PEM by SG parties=DE,SG
        adopt    PEM by CL parties=
        verify   origin-1 for=CN                       => NotRecognised authority-not-notified
        issue    origin-2 by EU-dihk class=PEM country=DE
        verify   origin-2 for=CN                       => Valid all-holds
        ask      origin-2 by CN deadline=2026-04-01    => refused DeadlineTooSoon
        ask      origin-2 by CN
        flags    origin-2 says=due_by_2027-01-01       => yes
    "

    nobody_fills_up_the_versions_of_an_agreement "
        adopt RCEP by NZ name=One
        adopt RCEP by NZ name=Two
        adopt RCEP by NZ name=Three                    => refused VersionsAlone
        adopt RCEP by CN name=One
        adopt RCEP by NZ name=Three
        adopt RCEP by CN name=Four
        adopt RCEP by CN name=Five
        adopt RCEP by SG name=Six
        adopt RCEP by SG name=Seven
        adopt RCEP by CL name=Eight
        adopt RCEP by CL name=Nine
        adopt RCEP by CL name=Ten                      => refused VersionsAlone
        adopt RCEP by CL name=One
    "

    two_parties_together_leave_half_of_an_agreements_places_to_the_others "
        adopt RCEP by NZ name=N1
        adopt RCEP by CN name=N1
        adopt RCEP by NZ name=N2
        adopt RCEP by CN name=N2
        adopt RCEP by NZ name=N3
        adopt RCEP by CN name=N3
        adopt RCEP by NZ name=N4
        adopt RCEP by CN name=N4
        adopt RCEP by NZ name=N5                       => refused VersionsOfMember
        adopt RCEP by CN name=C1
        adopt RCEP by NZ name=C1
        adopt RCEP by CN name=C2
        adopt RCEP by NZ name=C2
        adopt RCEP by CN name=C3
        adopt RCEP by NZ name=C3
        adopt RCEP by CN name=C4
        adopt RCEP by NZ name=C4
        adopt RCEP by CN name=C5                       => refused VersionsOfMember
        adopt RCEP by SG name=Real
        adopt RCEP by CL name=Real
        issue  origin-1 by CL class=RCEP
        verify origin-1 for=SG                         => Valid all-holds
        # Four together take all places.
        adopt RCEP by CL name=L1
        adopt RCEP by SG name=L1
        adopt RCEP by CL name=L2
        adopt RCEP by SG name=L2
        adopt RCEP by CL name=L3
        adopt RCEP by SG name=L3
        adopt RCEP by CL name=L4
        adopt RCEP by SG name=L4
        adopt RCEP by SG name=S1
        adopt RCEP by CL name=S1
        adopt RCEP by SG name=S2
        adopt RCEP by CL name=S2
        adopt RCEP by SG name=S3
        adopt RCEP by EU party=EU name=E1              => refused TooManyVersions
        adopt RCEP by EU party=EU name=Real
    "

    one_member_of_several_parties_is_one "
        adopt PACT by EU party=DE parties=CN,DE,EU,FR name=One
        adopt PACT by EU party=FR parties=CN,DE,EU,FR name=One
        adopt PACT by EU party=DE parties=CN,DE,EU,FR name=Two
        adopt PACT by EU party=FR parties=CN,DE,EU,FR name=Two
        adopt PACT by EU party=EU parties=CN,DE,EU,FR name=Three  => refused VersionsAlone
        adopt PACT by CN parties=CN,DE,EU,FR name=Two
        adopt PACT by EU party=EU parties=CN,DE,EU,FR name=Three
    "

    the_list_of_the_pair_in_force_counts_whatever_a_party_adopts_for_later "
        admit    EU-cci by EU country=DE kinds=origin
        name-key 1 by EU-cci
        admit    EU-dihk by EU country=DE kinds=origin
        name-key 1 by EU-dihk
        adopt    PACT by EU party=EU parties=CL,EU name=One
        adopt    PACT by CL parties=CL,EU name=One
        notify   EU-cci under=PACT by EU party=EU
        wait     1 days
        issue    origin-1 by EU-dihk class=PACT country=DE
        issue    origin-2 by EU-cci class=PACT country=DE
        verify   origin-1 for=CL                       => NotRecognised authority-not-notified
        verify   origin-2 for=CL                       => Valid all-holds
        wait     1 days
        # For one of its countries the union adopts other terms, from a later date on.
        adopt    PACT by EU party=DE parties=CL,DE name=Two from=2026-03-10
        verify   origin-1 for=CL                       => NotRecognised authority-not-notified
        verify   origin-1 for=CL known=2026-03-03      => NotRecognised authority-not-notified
        reserve  origin-1 by CL                        => refused UseNotRecognised
        notify   EU-dihk under=PACT by EU party=DE
        verify   origin-2 for=CL                       => Valid all-holds
        verify   origin-2 for=CL known=2026-03-03      => Valid all-holds
        reserve  origin-2 by CL amount=10
        adopt    PACT by CL parties=CL,DE name=Two from=2026-03-10
        wait     10 days
        # What was issued before stays judged by the list of its days, what is issued since by that of the new pair.
        verify   origin-1 for=CL                       => NotRecognised authority-not-notified
        verify   origin-2 for=CL                       => Valid all-holds
        issue    origin-3 by EU-dihk class=PACT country=DE
        issue    origin-4 by EU-cci class=PACT country=DE
        verify   origin-3 for=CL                       => Valid all-holds
        verify   origin-4 for=CL                       => NotRecognised authority-not-notified
        verify   origin-1 for=CL known=2026-03-03      => NotRecognised authority-not-notified
    "

    authorities_are_notified_in_order "
        adopt  RCEP by NZ parties=CN,NZ
        notify NZ-none under=RCEP by NZ                => refused UnknownAuthority
        notify CN-origin under=RCEP by NZ              => refused AuthorityOfAnotherMember
        notify NZ-origin under=RCEP by NZ party=CN     => refused PartyNotOfMember
        notify SG-origin under=RCEP by SG              => refused NotAPartyOfAgreement
        notify NZ-origin under=RCEP by NZ from=2027-06-01  => refused AgreementFarAhead
        strike NZ-origin under=RCEP by NZ              => refused NotNotified
        notify NZ-origin under=RCEP by NZ
        notify NZ-origin under=RCEP by NZ              => refused AlreadyNotified
        strike NZ-origin under=RCEP by NZ
        strike NZ-origin under=RCEP by NZ              => refused NotNotified
        admit  EU-dihk by EU country=DE kinds=origin
        adopt  FRONLY by EU party=FR parties=CN,DE,FR
        notify EU-dihk under=FRONLY by EU party=FR     => refused AuthorityOfAnotherParty
        notify EU-dihk under=FRONLY by EU party=DE
    "

    goods_that_were_lodged_in_time_stay_good "
        adopt   RCEP by NZ validity=4m
        adopt   RCEP by CN validity=4m
        adopt   RCEP by SG validity=4m
        issue   origin-1 by NZ class=RCEP
        wait    120 days
        present origin-1 by CN date=2026-06-29
        verify  origin-1 for=CN on=2026-07-10          => Valid all-holds
        sentence origin-1 for=CN on=2026-07-10 says=what_counts_is_its_presentation_on_2026-06-29,_recorded_by_CN-customs  => yes
        sentence origin-1 for=CN says=what_counts_is   => no
        verify  origin-1 for=SG on=2026-07-10          => Expired validity-over
        verify  origin-1 on=2026-07-10                 => Expired validity-over
        verify  origin-1 for=CN on=2026-07-10 known=2026-03-02  => Expired validity-over
    "

    what_was_dated_back_into_the_validity_says_how_long_after_it_was_recorded "
        adopt   RCEP by NZ
        adopt   RCEP by CN
        issue   origin-1 by NZ class=RCEP until=2026-03-10
        issue   origin-2 by NZ class=RCEP until=2026-03-10
        wait    35 days
        present origin-1 by CN date=2026-03-08
        grant   origin-2 by CN date=2026-03-08
        verify  origin-1 for=CN                        => Valid all-holds
        sentence origin-1 for=CN says=;_but_its_validity_ended_on_2026-03-10:_what_counts_is_its_presentation_on_2026-03-08,_which_CN-customs_recorded_28_days_later,_on_2026-04-05  => yes
        sentence origin-2 for=CN says=what_counts_is_the_preference_granted_on_2026-03-08,_which_CN-customs_recorded_28_days_later  => yes
    "

    what_is_lodged_late_is_late_whenever_it_is_asked_about "
        adopt   RCEP by NZ validity=4m
        adopt   RCEP by CN validity=4m
        issue   origin-1 by NZ class=RCEP until=2026-06-15
        wait    120 days
        present origin-1 by CN date=2026-06-16
        verify  origin-1 for=CN on=2026-06-15          => Valid all-holds
        verify  origin-1 for=CN on=2026-06-29          => Expired validity-over
    "

    late_presentation_is_excused_by_the_importing_customs_alone "
        adopt   RCEP by NZ validity=4m
        adopt   RCEP by CN validity=4m
        adopt   RCEP by SG validity=4m
        issue   origin-1 by NZ class=RCEP
        wait    130 days
        present origin-1 by CN date=2026-07-08
        present origin-1 by SG date=2026-07-08
        verify  origin-1 for=CN                        => Expired validity-over
        grant   origin-1 by CN
        verify  origin-1 for=CN                        => Valid all-holds
        sentence origin-1 for=CN says=;_but_its_validity_ended_on_2026-07-01:_CN-customs_accepted_its_late_presentation_on_2026-07-08  => yes
        verify  origin-1 for=SG                        => Expired validity-over
    "

    a_presentation_in_one_country_is_none_in_another_and_within_a_union_it_is "
        adopt   PEM by CL validity=4m
        adopt   PEM by EU validity=4m
        issue   origin-1 by CL class=PEM
        wait    100 days
        admit   EU-hamburg by EU country=DE kinds=origin office=all
        name-key 1 by EU-hamburg
        present origin-1 by @EU-hamburg date=2026-06-01
        verify  origin-1 for=FR on=2026-07-10          => Valid all-holds
    "

    territories_of_one_member_import_from_each_other_and_countries_of_a_union_do_not "
        admit    CN-mo by CN country=MO kinds=origin office=all
        name-key 1 by CN-mo
        issue    origin-1 by CN class=none amounts=1000
        verify   origin-1 for=MO                       => Valid all-holds
        present  origin-1 by @CN-mo
        reserve  origin-1 by @CN-mo amount=400
        present  origin-1 by CN                        => refused OwnMembersCertificate
        admit    EU-dihk by EU country=DE kinds=origin from=2026-01-01
        name-key 1 by EU-dihk
        admit    EU-lyon by EU country=FR kinds=origin office=all
        name-key 1 by EU-lyon
        issue    origin-2 by EU-dihk country=DE class=none
        present  origin-2 by @EU-lyon                  => refused OwnMembersCertificate
    "

    where_anybody_may_be_a_party_a_union_is_one_for_all_its_countries "
        adopt    NON-PREFERENTIAL by EU validity=none parties=
        adopt    NON-PREFERENTIAL by CL validity=none parties=
        admit    EU-dihk by EU country=DE kinds=origin from=2026-01-01
        name-key 1 by EU-dihk
        issue    origin-1 by EU-dihk country=DE class=none
        verify   origin-1 for=CL                       => Valid all-holds
        issue    origin-2 by CL class=none
        verify   origin-2 for=FR                       => Valid all-holds
    "

    goods_that_were_lodged_before_a_party_left_stay_good "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP
        issue    origin-2 by NZ class=RCEP
        wait     30 days
        present  origin-1 by CN date=2026-03-30
        denounce RCEP by CN effective=2026-06-01
        verify   origin-1 for=CN on=2026-06-02         => Valid all-holds
        verify   origin-2 for=CN on=2026-06-02         => NotRecognised agreement-left
    "

    denied_preference_is_a_rejection_there_and_a_flag_elsewhere "
        adopt   RCEP by NZ
        adopt   RCEP by CN
        adopt   RCEP by SG
        issue   origin-1 by NZ class=RCEP
        wait    10 days
        deny    origin-1 by CN reason=7 date=2026-03-08
        verify  origin-1 for=CN                        => Rejected preference-denied
        verify  origin-1 for=CN on=2026-03-07          => Valid all-holds
        verify  origin-1 for=SG                        => Valid all-holds
        verify  origin-1                               => Valid all-holds
        revoke  origin-1 by NZ effective=2026-03-10
        verify  origin-1 for=CN                        => Revoked revoked
    "

    a_denial_is_taken_back_by_a_grant "
        issue   origin-1 by NZ class=RCEP
        deny    origin-1 by CN reason=7
        verify  origin-1 for=CN                        => Rejected preference-denied
        grant   origin-1 by CN
        verify  origin-1 for=CN                        => Valid all-holds
    "

    a_denial_for_one_line_leaves_the_others "
        issue   origin-1 by NZ class=RCEP lines=2
        deny    origin-1 by CN reason=7 lines=2
        verify  origin-1 for=CN                        => Valid all-holds
        sentence origin-1 for=CN says=denied_preference_for_line_2  => yes
        sentence origin-1 for=SG says=denied           => no
        reserve origin-1 by CN line=2                  => refused UseOfRejectedLine
        reserve origin-1 by CN line=1
        reserve origin-1 by SG line=2
    "

    a_criterion_is_one_of_the_agreements "
        adopt RCEP by NZ criteria=CTC,PE,RVC,WO
        issue origin-1 by NZ class=RCEP criteria=PE,WO
        issue origin-2 by NZ class=RCEP criteria=PSR   => refused CriterionNotOfAgreement
        issue origin-2 by NZ class=RCEP                => refused CriterionNotOfAgreement
        issue origin-2 by CN class=RCEP criteria=PSR
        issue origin-3 by NZ class=RCEP criteria=WO,PE => refused TermsNotInForm
    "

    a_certificate_is_valid_no_longer_than_its_agreement_says "
        adopt RCEP by NZ
        issue origin-1 by NZ class=RCEP until=2027-03-02  => refused ValidLongerThanAgreement
        issue origin-1 by NZ class=RCEP until=2027-03-01
        adopt NON-PREFERENTIAL by NZ validity=none parties=
        issue origin-2 by NZ class=none until=2040-01-01
    "

    what_an_agreement_does_not_know_is_not_issued_under_it "
        adopt    CLCN by CL no=back-to-back,third-party,copies,declarations retroactive=none
        issue    origin-1 by CN
        issue    origin-2 by CL flags=8 on=origin-1    => refused NoBackToBack
        issue    origin-2 by CL flags=4                => refused NoThirdPartyInvoice
        issue    origin-2 by CL flags=2                => refused CopyOfNoCertificate
        issue    origin-2 by CL flags=1 shipped=2026-02-01  => refused NoRetroactiveIssue
        scopes   CL-origin by CL kinds=origin authorisation=CL/123
        issue    origin-2 by CL under=CL/123           => refused NoDeclarations
    "

    an_agreement_binds_only_those_who_adopted_it "
        adopt CLCN by CN no=third-party
        issue origin-1 by CL flags=4
        issue origin-1 by CN flags=4                   => refused NoThirdPartyInvoice
    "

    who_was_to_make_out_declarations_alone_issues_no_certificates "
        issue  origin-1 by NZ
        scopes NZ-origin by NZ kinds=origin authorisation=EX1 from=2026-01-01 effective=2026-02-01
        verify origin-1                                => IssuerOutOfScope scope-authorisation
        issue  origin-2 by NZ                          => refused DeclarationOutOfScope
    "
}
