//! What an issuer answered to others, under a key that was stolen.

stories! {
    a_confirmation_under_a_stolen_key_answers_nothing "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-06-01
        ask        origin-1 by SG deadline=2026-06-01
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        answer     origin-1 by NZ to=SG confirmed=no reason=3
        verify     origin-1 for=CN                             => Valid all-holds
        flags      origin-1 for=SG says=confirmed_to_CN_on_2026-03-11 => yes
        wait       10 days
        revoke-key 1 by NZ-origin as-of=2026-03-05
        name-key   2 by NZ-origin
        verify     origin-1 for=CN                             => UnderVerification question-open
        sentence   origin-1 for=CN says=the_answer_of_NZ-origin_on_2026-03-11_was_signed_under_key_1,_which_was_revoked_as_of_2026-03-05 => yes
        flags      origin-1 for=SG says=confirmed_to_CN_on_2026-03-11,_signed_under_key_1,_which_was_revoked_as_of_2026-03-05 => yes
        # A refusal only takes away, whoever signed it.
        verify     origin-1 for=SG                             => Rejected not-confirmed
        # Nobody was wrong before it was known.
        verify     origin-1 for=CN on=2026-03-12 known=2026-03-12 => Valid all-holds
        verify     origin-1 for=CN on=2026-03-12               => UnderVerification question-open
        # The question is open as any other, and answered anew.
        ask        origin-1 by CN deadline=2026-06-01          => refused QuestionOpen
        replace    origin-2 for origin-1 by NZ key=2 until=2027-01-01 => refused ReplacedUnderVerification
        extend     origin-1 by CN deadline=2026-07-01
        answer     origin-1 by NZ to=CN confirmed=yes key=2
        verify     origin-1 for=CN                             => Valid all-holds
        flags      origin-1 for=CN says=confirmed_to_CN_on_2026-03-21,_signed => no
        answer     origin-1 by NZ to=CN confirmed=yes key=2    => refused NoOpenQuestion
        ask        origin-1 by CN deadline=2026-06-01
    "

    a_confirmation_from_before_the_theft_stands "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-06-01
        answer     origin-1 by NZ to=CN confirmed=yes
        wait       10 days
        revoke-key 1 by NZ-origin as-of=2026-03-05
        verify     origin-1 for=CN                             => Valid all-holds
        name-key   2 by NZ-origin
        answer     origin-1 by NZ to=CN confirmed=yes key=2    => refused NoOpenQuestion
    "

    a_question_that_a_thief_answered_may_be_closed "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-04-05
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        revoke-key 1 by NZ-origin as-of=2026-03-05
        close      origin-1 by CN
        verify     origin-1 for=CN                             => Valid all-holds
        close      origin-1 by CN                              => refused NoOpenQuestion
    "

    what_is_answered_anew_after_the_deadline_is_late "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-04-05
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        wait       40 days
        revoke-key 1 by NZ-origin as-of=2026-03-05
        name-key   2 by NZ-origin
        sentence   origin-1 for=CN says=deadline_2026-04-05_passed => yes
        answer     origin-1 by NZ to=CN confirmed=yes key=2
        verify     origin-1 for=CN                             => Valid all-holds
        flags      origin-1 for=CN says=confirmed_to_CN_on_2026-04-20,_after_the_deadline_2026-04-05 => yes
    "

    a_thief_confirms_nothing_that_was_not_confirmed "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-06-01
        answer     origin-1 by NZ to=CN confirmed=no reason=3
        ask        origin-1 by CN deadline=2026-06-01
        reserve    origin-1 by CN amount=10                    => refused UseOfUnconfirmed
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        verify     origin-1 for=CN                             => Valid all-holds
        reserve    origin-1 by CN amount=10
        revoke-key 1 by NZ-origin as-of=2026-03-05
        name-key   2 by NZ-origin
        verify     origin-1 for=CN                             => Rejected not-confirmed
        sentence   origin-1 for=CN says=was_signed_under_key_1 => yes
        verify     origin-1 for=CN known=2026-03-10            => Rejected not-confirmed
        # What is held was held in good faith, and more is not.
        reserve    origin-1 by CN amount=20                    => refused UseOfUnconfirmed
        answer     origin-1 by NZ to=CN confirmed=yes key=2
        verify     origin-1 for=CN                             => Valid all-holds
        reserve    origin-1 by CN amount=20
    "

    what_a_thief_confirmed_of_an_original_carries_nothing "
        issue      origin-1 by CN until=2026-12-31
        ask        origin-1 by SG deadline=2026-06-01
        answer     origin-1 by CN to=SG confirmed=no reason=2
        ask        origin-1 by SG deadline=2026-06-01
        wait       10 days
        answer     origin-1 by CN to=SG confirmed=yes
        issue      origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 until=2026-12-31
        verify     origin-2 for=NZ                             => Valid all-holds
        revoke-key 1 by CN-origin as-of=2026-03-05
        name-key   2 by CN-origin
        verify     origin-2 for=NZ                             => Rejected base-ended
        sentence   origin-2 for=NZ says=the_answer_of_CN-origin_on_2026-03-11_was_signed_under_key_1 => yes
        verify     origin-2 for=NZ on=2026-03-11 known=2026-03-10 => Unknown recorded-later
        reserve    origin-2 by NZ amount=10                    => refused UseOnFallenBase
        issue      origin-3 by SG flags=8 on=origin-1 draws=origin-1:1:400 until=2026-12-31 => refused UseOfUnconfirmed
        answer     origin-1 by CN to=SG confirmed=yes key=2
        verify     origin-2 for=NZ                             => Valid all-holds
        reserve    origin-2 by NZ amount=10
        issue      origin-3 by SG flags=8 on=origin-1 draws=origin-1:1:400 until=2026-12-31
    "

    what_a_thief_said_to_stand_without_its_base_is_doubtful "
        issue      sps-1 by NZ
        issue      sps-2 by SG class=657 on=sps-1
        withdraw   sps-1 by NZ
        verify     sps-2 for=CL                                => UnderVerification base-ended
        ask        sps-2 by CL deadline=2026-06-01
        wait       10 days
        answer     sps-2 by SG to=CL confirmed=yes
        verify     sps-2 for=CL                                => Valid all-holds
        revoke-key 1 by SG-sps as-of=2026-03-05
        name-key   2 by SG-sps
        verify     sps-2 for=CL                                => UnderVerification question-open
        close      sps-2 by CL
        verify     sps-2 for=CL                                => UnderVerification base-ended
        reserve    sps-2 by CL amount=1                        => refused UseOnFallenBase
        sentence   sps-2 for=CL says=the_answer_of_SG-sps_on_2026-03-11_was_signed_under_key_1,_which_was_revoked => yes
        ask        sps-2 by CL deadline=2026-06-01
        answer     sps-2 by SG to=CL confirmed=yes key=2
        verify     sps-2 for=CL                                => Valid all-holds
    "

    one_stolen_key_of_several_officials_is_enough "
        name-key   2 by NZ-origin
        scopes     NZ-origin by NZ kinds=origin officials=2
        issue      origin-1 by NZ key=1 until=2027-01-01 date=2026-03-01
        issue      origin-1 by NZ key=2 until=2027-01-01 date=2026-03-01
        ask        origin-1 by CN deadline=2026-06-01
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes key=1 date=2026-03-11
        answer     origin-1 by NZ to=CN confirmed=yes key=2 date=2026-03-11
        verify     origin-1 for=CN                             => Valid all-holds
        revoke-key 1 by NZ-origin as-of=2026-03-05
        verify     origin-1 for=CN                             => UnderVerification question-open
    "

    an_authority_that_was_revoked_has_confirmed_nothing_since "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-06-01
        wait       10 days
        answer     origin-1 by NZ to=CN confirmed=yes
        revoke-authority NZ-origin by NZ as-of=2026-03-05
        verify     origin-1 for=CN                             => UnderVerification question-open
        sentence   origin-1 for=CN says=signed_by_an_authority_that_was_revoked_as_of_2026-03-05 => yes
    "

    what_a_thief_revokes_when_he_is_found_out_takes_no_answer_back "
        issue      origin-1 by NZ until=2027-01-01
        ask        origin-1 by CN deadline=2026-06-01
        answer     origin-1 by NZ to=CN confirmed=yes
        wait       10 days
        revoke-key 1 by NZ-origin as-of=2026-01-01
        verify     origin-1 for=CN                             => SignatureFails key-revoked-before-recording
        revoke-authority NZ-origin by NZ as-of=2026-03-05
        verify     origin-1 for=CN                             => Valid all-holds
    "

    what_a_thief_may_have_taken_away_is_told_as_that "
        issue      sps-1 by NZ
        issue      sps-2 by NZ
        issue      sps-3 by NZ
        issue      sps-6 by NZ
        issue      origin-1 by CL until=2027-01-01
        issue      sps-5 by SG class=657 on=sps-1
        wait       10 days
        name-key   2 by NZ-sps
        name-key   2 by CL-origin
        withdraw   sps-1 by NZ key=2
        replace    sps-4 for sps-2 by NZ key=2
        withdraw   sps-3 by NZ effective=2026-04-01 key=2
        withdraw   sps-6 by NZ
        revoke     origin-1 by CL key=2
        sentence   sps-1 says=withdrew_it_from_2026-03-11_on,_signed      => no
        wait       10 days
        revoke-key 2 by NZ-sps as-of=2026-03-05
        revoke-key 2 by CL-origin as-of=2026-03-05
        # It counts: it only takes away.
        verify     sps-1                                       => Withdrawn withdrawn
        sentence   sps-1 says=withdrew_it_from_2026-03-11_on,_signed_under_key_2,_which_was_revoked_as_of_2026-03-05 => yes
        sentence   sps-1 on=2026-03-15 known=2026-03-15 says=signed_under => no
        verify     sps-2                                       => Replaced replaced
        sentence   sps-2 says=replaced_from_2026-03-11_on,_signed_under_key_2,_which_was_revoked_as_of_2026-03-05 => yes
        verify     sps-4                                       => SignatureFails key-revoked-before-recording
        flags      sps-3 says=from_2026-04-01_on:_withdrawn,_signed_under_key_2,_which_was_revoked_as_of_2026-03-05 => yes
        sentence   sps-6 says=signed_under                     => no
        verify     origin-1                                    => Revoked revoked
        sentence   origin-1 says=so_that_it_may_be_a_thief's   => yes
        sentence   sps-5 says=was_withdrawn_from_2026-03-11_on,_signed_under_key_2,_which_was_revoked_as_of_2026-03-05 => yes
    "
}
