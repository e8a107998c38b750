//! Sanitary and phytosanitary certificates.

stories! {
    a_draft_is_issued_cancelled_or_refused "
        issue    sps-1 by NZ terms=draft               => refused StatusNotIssued
        draft    sps-1 by NZ terms=issued              => refused NotADraft
        draft    origin-1 by NZ                        => refused VerbNotOfThisKind
        draft    sps-1 by NZ
        verify   sps-1                                 => NotYetValid draft
        withdraw sps-1 by NZ                           => refused StillADraft
        replace  sps-9 for sps-1 by NZ                 => refused StillADraft
        draft    sps-1 by NZ                           => refused AlreadyRecorded
        issue    sps-1 by NZ
        verify   sps-1                                 => Valid all-holds
        issue    sps-1 by NZ                           => refused AlreadyRecorded
        refuse   sps-1 by NZ                           => refused NotADraft
        draft    sps-2 by NZ
        refuse   sps-2 by NZ
        verify   sps-2                                 => Annulled refused-by-issuer
        issue    sps-2 by NZ                           => refused AlreadyRecorded
        draft    sps-3 by NZ
        cancel   sps-3 by NZ
        verify   sps-3                                 => Withdrawn cancelled
    "

    a_draft_in_hand_is_told_from_what_was_issued_since "
        draft    sps-1 by NZ document=first
        verify   sps-1 document=first                  => NotYetValid draft
        verify   sps-1 document=other                  => Altered other-document
        issue    sps-1 by NZ
        verify   sps-1 document=sps-1                  => Valid all-holds
        verify   sps-1 document=first                  => NotYetValid draft
        verify   sps-1 document=other                  => Altered other-document
    "

    a_draft_moves_on_to_another_draft "
        draft    sps-1 by NZ document=requested
        draft    sps-1 by NZ document=requested        => refused AlreadyRecorded
        wait     2 days
        draft    sps-1 by NZ document=approved
        draft    sps-1 by NZ document=approved         => refused AlreadyRecorded
        draft    sps-1 by NZ document=requested        => refused AlreadyRecorded
        verify   sps-1 document=requested              => NotYetValid draft
        verify   sps-1 document=approved               => NotYetValid draft
        verify   sps-1 document=other                  => Altered other-document
        verify   sps-1 document=approved known=2026-03-02  => Altered other-document
        verify   sps-1 document=requested known=2026-03-02  => NotYetValid draft
        issue    sps-1 by NZ document=issued
        verify   sps-1 document=issued                 => Valid all-holds
        verify   sps-1 document=approved               => NotYetValid draft
        verify   sps-1 document=requested              => NotYetValid draft
        flags    sps-1 says=drafted                    => no
        draft    sps-1 by NZ document=third            => refused AlreadyRecordedOtherDocument
        draft    sps-2 by NZ document=requested
        refuse   sps-2 by NZ
        draft    sps-2 by NZ document=approved         => refused StandingEnded
        issue    sps-2 by NZ document=issued           => refused StandingEnded
        verify   sps-2 document=requested              => Annulled refused-by-issuer
    "

    a_post_acknowledges_accepts_and_rejects_with_a_reason "
        issue       sps-1 by NZ
        acknowledge sps-1 by CN
        accept      sps-1 by CN
        reject      sps-1 by CN                        => refused ReasonMissing
        reject      sps-1 by CN reason=7
        reject      sps-1 by CN reason=7 follows=1     => refused FactsMoved
        accept      sps-1 by CN
    "

    an_office_acknowledges_what_was_issued_elsewhere_and_lies_in_its_scope "
        issue       sps-1 by NZ
        draft       sps-2 by NZ
        acknowledge sps-1 by NZ                        => refused OwnMembersCertificate
        acknowledge sps-2 by CN                        => refused CertificateNotIssued
        admit       CL-post by CL kinds=sps office=accept,reject
        name-key    1 by CL-post
        acknowledge sps-1 by @CL-post                  => refused OfficeOutOfScope
        accept      sps-1 by @CL-post
        acknowledge sps-1 by CN
    "

    a_partial_acceptance_names_the_lines_and_a_reason "
        issue            sps-1 by NZ lines=3
        accept-partially sps-1 by CN reason=4                  => refused AcceptedLinesMissing
        accept-partially sps-1 by CN lines=1,2                 => refused ReasonMissing
        accept-partially sps-1 by CN reason=4 lines=1,4        => refused LinesNotOnCertificate
        accept-partially sps-1 by CN reason=4 lines=2,1        => refused LinesNotOnCertificate
        accept-partially sps-1 by CN reason=4 lines=           => refused LinesNotOnCertificate
        accept-partially sps-1 by CN reason=4 lines=1,2
    "

    facts_bear_dates_between_the_issue_and_today "
        issue   sps-1 by NZ date=2026-02-20
        present sps-1 by CN date=2026-02-18            => refused FactBeforeIssue
        present sps-1 by CN date=2026-03-02            => refused FactDatedAhead
        present sps-1 by CN date=2026-02-19
        wait    10 hours
        present sps-1 by SG date=2026-03-02
    "

    a_presentation_is_recorded_once_a_declaration "
        issue   sps-1 by NZ
        present sps-1 by CN
        present sps-1 by CN                            => refused AlreadyPresented
        present sps-1 by CN declaration=D1
        present sps-1 by CN declaration=D1             => refused AlreadyPresented
        present sps-1 by CN declaration=D2
        present sps-1 by SG declaration=D1
    "

    a_draft_is_presented_to_nobody "
        draft   sps-1 by NZ
        present sps-1 by CN                            => refused CertificateNotIssued
        refuse  sps-1 by NZ
        present sps-1 by CN                            => refused CertificateNotIssued
        draft   sps-2 by NZ
        issue   sps-2 by NZ
        present sps-2 by CN
    "

    a_question_is_asked_extended_and_answered "
        issue  sps-1 by NZ
        answer sps-1 by NZ to=CN confirmed=yes                 => refused NoOpenQuestion
        extend sps-1 by CN deadline=2026-06-01                 => refused NoOpenQuestion
        close  sps-1 by CN                                     => refused NoOpenQuestion
        ask    sps-1 by CN                                     => refused DeadlineMissing
        ask    sps-1 by CN deadline=2026-03-01                 => refused DeadlineNotAhead
        ask    sps-1 by CN deadline=2029-03-04                 => refused DeadlineNotAhead
        ask    sps-1 by CN deadline=2026-06-01
        ask    sps-1 by CN deadline=2026-07-01                 => refused QuestionOpen
        extend sps-1 by CN                                     => refused DeadlineMissing
        extend sps-1 by CN deadline=2026-06-01                 => refused DeadlineNotLater
        extend sps-1 by CN deadline=2026-07-01
        answer sps-1 by NZ to=SG confirmed=yes                 => refused NoOpenQuestion
        answer sps-1 by @CL-sps to=CN confirmed=yes            => refused AnotherAuthoritysRecord
        answer sps-1 by @NZ-origin as=origin to=CN confirmed=yes  => refused RecordOfAnotherKind
        answer sps-1 by NZ to=CN confirmed=yes date=2026-02-27  => refused DatedBeforeQuestion
        answer sps-1 by NZ to=CN confirmed=yes date=2026-03-02  => refused FactDatedAhead
        answer sps-1 by NZ to=CN confirmed=yes
        answer sps-1 by NZ to=CN confirmed=yes                 => refused NoOpenQuestion
        answer sps-1 by NZ to=CN confirmed=no
        answer sps-1 by NZ to=CN confirmed=no                  => refused NoOpenQuestion
    "

    a_question_is_taken_back_and_asked_again "
        issue  sps-1 by NZ
        ask    sps-1 by CN deadline=2026-06-01
        close  sps-1 by CN date=2026-02-27                     => refused FactBeforeIssue
        wait   5 days
        close  sps-1 by CN date=2026-02-28
        answer sps-1 by NZ to=CN confirmed=yes                 => refused NoOpenQuestion
        ask    sps-1 by CN deadline=2026-06-01
        close  sps-1 by CN date=2026-03-04                     => refused DatedBeforeQuestion
    "

    only_questions_have_a_deadline "
        issue   sps-1 by NZ
        accept  sps-1 by CN deadline=2026-06-01        => refused DeadlineNotExpected
        present sps-1 by CN deadline=2026-06-01        => refused DeadlineNotExpected
    "

    preference_is_not_a_matter_of_plant_health "
        issue  sps-1 by NZ
        issue  origin-1 by NZ
        grant  sps-1 by CN                             => refused VerbNotOfThisKind
        accept origin-1 by CN                          => refused VerbNotOfThisKind
        grant  origin-1 by CN
        deny   origin-1 by CN                          => refused ReasonMissing
        deny   origin-1 by CN reason=2
    "

    a_rejection_holds_for_the_country_that_rejected_and_is_a_flag_elsewhere "
        issue  sps-1 by NZ
        reject sps-1 by CN reason=7
        verify sps-1 for=CN                            => Rejected rejected-by-this-country
        verify sps-1 for=SG                            => Valid all-holds
        verify sps-1                                   => Valid all-holds
        verify sps-1 for=NZ                            => Valid all-holds
    "

    a_rejection_can_be_appealed_and_reversed "
        issue  sps-1 by NZ
        wait   2 days
        reject sps-1 by CN reason=7
        wait   2 days
        accept sps-1 by CN
        verify sps-1 for=CN                            => Valid all-holds
        verify sps-1 for=CN on=2026-03-04              => Rejected rejected-by-this-country
        verify sps-1 for=CN known=2026-03-04           => Rejected rejected-by-this-country
        verify sps-1 for=CN known=2026-03-02           => Valid all-holds
        verify sps-1 for=CN on=2026-03-02              => Valid all-holds
    "

    what_is_accepted_on_appeal_may_bear_the_date_of_the_rejection "
        issue  sps-1 by NZ
        wait   2 days
        reject sps-1 by CN reason=7
        wait   2 days
        accept sps-1 by CN date=2026-03-03
        verify sps-1 for=CN on=2026-03-03              => Valid all-holds
        verify sps-1 for=CN on=2026-03-04              => Valid all-holds
        verify sps-1 for=CN on=2026-03-03 known=2026-03-04  => Rejected rejected-by-this-country
    "

    a_rejection_of_some_lines_is_no_rejection_of_the_certificate "
        issue            sps-1 by NZ lines=3
        reject           sps-1 by CN reason=7 lines=2
        verify           sps-1 for=CN                  => Valid all-holds
        accept-partially sps-1 by CN reason=7 lines=1,3
        verify           sps-1 for=CN                  => Valid all-holds
        sentence         sps-1 for=CN says=but_CN-customs_rejected_line_2_on_2026-03-01,_reason_7  => yes
        sentence         sps-1 for=SG says=rejected    => no
        flags            sps-1 for=SG says=CN-customs_rejected_line_2_on_2026-03-01,_reason_7  => yes
        reject           sps-1 by CN reason=7
        verify           sps-1 for=CN                  => Rejected rejected-by-this-country
    "

    what_is_rejected_line_by_line_is_rejected "
        issue  sps-1 by NZ lines=2
        reject sps-1 by CN reason=1 lines=1,2
        verify sps-1 for=CN                            => Rejected rejected-by-this-country
        verify sps-1 for=SG                            => Valid all-holds
        issue  sps-2 by NZ lines=2
        reject sps-2 by CN reason=1 lines=2
        verify sps-2 for=CN                            => Valid all-holds
        wait   2 days
        reject sps-2 by CN reason=3 lines=1
        verify sps-2 for=CN                            => Rejected rejected-by-this-country
        verify sps-2 for=CN on=2026-03-02              => Valid all-holds
        verify sps-2 for=CN known=2026-03-02           => Valid all-holds
        sentence sps-2 for=CN says=all_its_lines_are_rejected:_CN-customs_rejected_line_2_on_2026-03-01,_reason_1  => yes
        issue  origin-1 by NZ lines=2
        deny   origin-1 by CN reason=1 lines=1,2
        verify origin-1 for=CN                         => Rejected preference-denied
        deny   origin-1 by CN reason=1 lines=1
        verify origin-1 for=CN                         => Rejected preference-denied
        grant  origin-1 by CN lines=1
        verify origin-1 for=CN                         => Valid all-holds
        sentence origin-1 for=CN says=denied_preference_for_line_2  => yes
        deny   origin-1 by CN reason=1
        verify origin-1 for=CN                         => Rejected preference-denied
    "

    the_last_decision_counts_for_each_line "
        issue  origin-1 by NZ lines=3
        deny   origin-1 by CN reason=2 lines=1
        grant  origin-1 by CN lines=2
        flags  origin-1 for=SG says=CN-customs_denied_preference_for_line_1_on_2026-03-01,_reason_2  => yes
        flags  origin-1 for=SG says=CN-customs_granted_preference_for_line_2  => yes
        issue  origin-2 by NZ lines=3
        grant  origin-2 by CN lines=2
        deny   origin-2 by CN reason=2 lines=1
        flags  origin-2 for=SG says=CN-customs_granted_preference_for_line_2  => yes
        deny   origin-2 by CN reason=3 lines=1,2
        flags  origin-2 for=SG says=granted            => no
        flags  origin-2 for=SG says=denied_preference_for_lines_1,_2_on_2026-03-01,_reason_3  => yes
        flags  origin-2 for=SG says=reason_2           => no
        grant  origin-2 by CN
        flags  origin-2 for=SG says=denied             => no
        sentence origin-2 for=CN says=denied           => no
    "

    a_partial_acceptance_rejects_the_other_lines "
        issue            sps-1 by NZ lines=3
        accept           sps-1 by CN lines=3
        accept-partially sps-1 by CN reason=4 lines=1
        sentence         sps-1 for=CN says=CN-customs_rejected_lines_2,_3_on_2026-03-01,_reason_4  => yes
        accept           sps-1 by CN lines=2
        sentence         sps-1 for=CN says=CN-customs_rejected_line_3_on  => yes
        accept           sps-1 by CN
        sentence         sps-1 for=CN says=but         => no
    "

    the_issuers_own_acts_are_said_before_the_destinations "
        issue    sps-1 by NZ until=2026-03-31
        reject   sps-1 by CN reason=7
        verify   sps-1 for=CN on=2026-04-01            => Rejected rejected-by-this-country
        withdraw sps-1 by NZ
        verify   sps-1 for=CN                          => Withdrawn withdrawn
    "

    while_a_question_is_open_nothing_is_confirmed_there "
        issue  sps-1 by NZ
        verify sps-1 for=CN                            => Valid all-holds
        wait   2 days
        ask    sps-1 by CN deadline=2026-06-01
        verify sps-1 for=CN                            => UnderVerification question-open
        verify sps-1 for=CN on=2026-03-02              => Valid all-holds
        verify sps-1 for=SG                            => Valid all-holds
        verify sps-1 for=CN on=2026-06-02              => UnderVerification question-open
        wait   5 days
        answer sps-1 by NZ to=CN confirmed=yes
        verify sps-1 for=CN                            => Valid all-holds
        verify sps-1 for=CN known=2026-03-05           => UnderVerification question-open
        verify sps-1 for=CN on=2026-03-05              => UnderVerification question-open
    "

    what_the_issuer_does_not_confirm_is_no_ground_in_the_country_that_asked "
        issue  sps-1 by NZ
        ask    sps-1 by CN deadline=2026-06-01
        answer sps-1 by NZ to=CN confirmed=no reason=3
        verify sps-1 for=CN                            => Rejected not-confirmed
        verify sps-1 for=SG                            => Valid all-holds
        ask    sps-1 by CN deadline=2026-07-01
        verify sps-1 for=CN                            => Rejected not-confirmed
        answer sps-1 by NZ to=CN confirmed=yes
        verify sps-1 for=CN                            => Valid all-holds
    "

    after_an_answer_the_country_that_asked_decides_itself "
        issue  sps-1 by NZ
        ask    sps-1 by CN deadline=2026-06-01
        answer sps-1 by NZ to=CN confirmed=no reason=3
        accept sps-1 by CN
        verify sps-1 for=CN                            => Valid all-holds
        sentence sps-1 for=CN says=but_NZ-sps_did_not_confirm_it_on_2026-03-01,_reason_3,_and_CN_decided_otherwise_since  => yes
        flags  sps-1 for=CN says=not_confirmed_to_CN_on_2026-03-01,_reason_3;_CN_decided_otherwise_since  => yes
        flags  sps-1 for=SG says=not_confirmed_to_CN   => yes
        flags  sps-1 for=NZ says=not_confirmed_to_CN   => yes
        flags  sps-1 says=not_confirmed_to_CN          => yes
        reject sps-1 by CN reason=7
        accept sps-1 by CN
        flags  sps-1 for=SG says=not_confirmed_to_CN   => yes
    "

    what_was_not_confirmed_is_told_after_a_later_answer "
        issue  sps-1 by NZ
        ask    sps-1 by CN deadline=2026-06-01
        answer sps-1 by NZ to=CN confirmed=no reason=3
        ask    sps-1 by CN deadline=2026-07-01
        answer sps-1 by NZ to=CN confirmed=yes
        verify sps-1 for=CN                            => Valid all-holds
        sentence sps-1 for=CN says=not_confirm         => no
        flags  sps-1 for=SG says=not_confirmed_to_CN_on_2026-03-01,_reason_3  => yes
    "

    the_country_that_asked_decides_for_a_line "
        issue  sps-1 by NZ lines=2
        ask    sps-1 by CN deadline=2026-06-01
        answer sps-1 by NZ to=CN confirmed=no reason=3
        accept sps-1 by CN lines=2
        verify sps-1 for=CN                            => Valid all-holds
        sentence sps-1 for=CN says=and_CN_did_not_decide_otherwise_for_line_1  => yes
        reserve sps-1 by CN line=1                     => refused UseOfUnconfirmed
        reserve sps-1 by CN line=2
        reject sps-1 by CN lines=2 reason=1
        verify sps-1 for=CN                            => Rejected not-confirmed
        reserve sps-1 by SG line=1
    "

    a_question_that_is_taken_back_leaves_nothing_behind "
        issue  sps-1 by NZ
        ask    sps-1 by CN deadline=2026-06-01
        close  sps-1 by CN
        verify sps-1 for=CN                            => Valid all-holds
    "

    the_offices_of_a_union_speak_for_all_its_countries "
        issue    sps-1 by NZ
        admit    EU-post by EU kinds=sps office=all country=DE
        name-key 1 by EU-post
        reject   sps-1 by @EU-post reason=7
        verify   sps-1 for=FR                          => Rejected rejected-by-this-country
        verify   sps-1 for=DE                          => Rejected rejected-by-this-country
        verify   sps-1 for=CN                          => Valid all-holds
    "

    a_re_export_rests_on_at_least_one_other "
        issue  sps-1 by CL class=657                   => refused ReExportWithoutBase
        issue  sps-1 by CL class=657 on=elsewhere
        verify sps-1                                   => Valid all-holds
        flags  sps-1 says=not_on_this_ledger           => yes
    "

    a_re_export_rests_on_certificates_of_plants "
        issue  sps-1 by NZ class=853
        issue  origin-1 by NZ
        issue  sps-2 by CL class=657 on=sps-1          => refused BaseOfAnotherType
        issue  sps-2 by CL class=657 on=origin-1       => refused BaseOfAnotherType
        issue  sps-2 by CL class=853 on=origin-1       => refused BaseOfAnotherType
        issue  sps-2 by CL class=853 on=sps-1
        issue  sps-3 by NZ
        issue  sps-4 by NZ class=657 on=sps-3          => refused BaseOfOwnParty
        issue  sps-4 by CL class=657 on=sps-3
        issue  sps-5 by SG class=657 on=sps-4,elsewhere
        verify sps-5                                   => Valid all-holds
    "

    a_re_export_turns_doubtful_when_its_base_falls "
        issue     sps-1 by NZ
        issue     sps-2 by CL class=657 on=sps-1
        wait      5 days
        withdraw  sps-1 by NZ effective=2026-03-04
        verify    sps-2 on=2026-03-03                  => Valid all-holds
        verify    sps-2 on=2026-03-04                  => UnderVerification base-ended
        verify    sps-2 on=2026-03-04 known=2026-03-05 => Valid all-holds
        sentence  sps-2 says=withdrawn_from_2026-03-04 => yes
        sentence  sps-2 says=ask_CL-sps                => yes
    "

    doubt_goes_up_the_chain "
        issue     sps-1 by NZ
        issue     sps-2 by CL class=657 on=sps-1
        issue     sps-3 by SG class=657 on=sps-2
        withdraw  sps-1 by NZ
        verify    sps-3                                => UnderVerification base-ended
        sentence  sps-3 says=ask_SG-sps                => yes
        withdraw  sps-3 by SG
        verify    sps-3                                => Withdrawn withdrawn
    "

    a_base_that_falls_is_no_base_for_another "
        issue     sps-1 by NZ
        withdraw  sps-1 by NZ
        issue     sps-2 by CL class=657 on=sps-1       => refused BaseEnded
    "

    a_base_that_was_replaced_is_told "
        issue     sps-1 by NZ
        issue     sps-2 by CL class=657 on=sps-1
        replace   sps-3 for sps-1 by NZ                => refused PoolNotShared
        replace   sps-3 for sps-1 by NZ shares=yes
        verify    sps-2                                => Valid all-holds
        flags     sps-2 says=was_replaced_by_record    => yes
    "

    doubt_does_not_hide_what_is_certain "
        issue     sps-1 by NZ
        issue     sps-2 by CL class=657 on=sps-1
        withdraw  sps-1 by NZ
        # What fell is not shed by naming one of which nobody sees what becomes of it.
        replace   sps-3 for sps-2 by CL class=657 on=elsewhere  => refused LeavesItsBases
        issue     sps-4 by NZ
        replace   sps-3 for sps-2 by CL class=657 on=sps-4
        verify    sps-2                                => Replaced replaced
        verify    sps-3                                => Valid all-holds
    "

    a_health_certificate_on_another_turns_doubtful_as_well "
        issue     sps-1 by NZ class=636
        issue     sps-2 by CL class=852 on=sps-1
        withdraw  sps-1 by NZ
        verify    sps-2                                => UnderVerification base-ended
    "

    a_replaced_certificate_tells_its_readers_the_successors_number "
        issue     sps-1 by NZ
        successor sps-1                                => none
        replace   sps-2 for sps-1 by NZ tells=NZ-2026-2
        verify    sps-1                                => Replaced replaced
        successor sps-1                                => NZ-2026-2
        successor sps-2                                => none
        withdraw  sps-2 by NZ
        successor sps-1                                => NZ-2026-2
    "

    a_successors_number_is_known_from_its_recording_on "
        issue     sps-1 by NZ
        wait      5 days
        replace   sps-2 for sps-1 by NZ tells=NZ-2026-2
        successor sps-1 known=2026-03-03               => none
    "

    a_number_for_the_predecessors_readers_needs_a_predecessor "
        issue     sps-1 by NZ tells=NZ-2026-1          => refused SuccessorNumberNotExpected
        replace   sps-1 for elsewhere by NZ tells=NZ-2026-1  => refused SuccessorNumberNotExpected
        draft     sps-1 by NZ tells=NZ-2026-1          => refused SuccessorNumberNotExpected
        replace   sps-1 for elsewhere by NZ
        replace   sps-2 for sps-1 by NZ tells=NZ-2026-2 times=0   => refused SuccessorNumbersNotInForm
        replace   sps-2 for sps-1 by NZ tells=NZ-2026-2 times=11  => refused SuccessorNumbersNotInForm
        replace   sps-2 for sps-1 by NZ tells=NZ-2026-2 times=10
    "

    digits_of_another_list_are_not_the_status "
        issue     sps-1 by NZ terms=1373               => refused StatusNotIssued
        issue     sps-1 by NZ terms=rejected           => refused StatusNotIssued
        draft     sps-1 by NZ terms=1373               => refused NotADraft
    "

    replaced_and_withdrawn_on_the_day_of_the_original "
        issue     sps-1 by NZ
        replace   sps-2 for sps-1 by NZ
        withdraw  sps-2 by NZ
        verify    sps-1                                => Replaced replaced
        verify    sps-2                                => Withdrawn withdrawn
        replace   sps-3 for sps-2 by NZ                => refused StandingEnded
    "

    a_draft_was_a_draft_whatever_became_of_it "
        draft     sps-1 by NZ document=draft
        verify    sps-1 document=draft                 => NotYetValid draft
        verify    sps-1 document=other                 => Altered other-document
        wait      5 days
        issue     sps-1 by NZ
        verify    sps-1                                => Valid all-holds
        verify    sps-1 known=2026-03-03               => NotYetValid draft
        verify    sps-1 document=draft known=2026-03-03  => NotYetValid draft
        verify    sps-1 document=sps-1 known=2026-03-03  => NotYetValid draft
        verify    sps-1 document=sps-1                 => Valid all-holds
        verify    sps-1 known=2026-02-27               => Unknown recorded-later
    "

    what_expires_in_doubt_stays_in_doubt "
        issue     sps-1 by NZ until=2026-03-31
        issue     sps-2 by CL class=657 on=sps-1 until=2026-03-31
        withdraw  sps-1 by NZ
        verify    sps-2 on=2026-04-30                  => UnderVerification base-ended
    "
}
