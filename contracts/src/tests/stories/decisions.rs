//! What offices of the importing side decided, line by line and declaration by declaration. Source: DOMAIN sections 3.3 and 3.4.

stories! {
    a_line_that_was_rejected_is_neither_held_nor_used "
        issue   sps-1 by NZ lines=2
        reserve sps-1 by CN line=1 amount=100
        reserve sps-1 by SG line=1 amount=100
        reject  sps-1 by CN reason=7 lines=1
        reserve sps-1 by CN line=1 amount=50           => refused UseOfRejectedLine
        consume sps-1 by CN line=1                     => refused UseOfRejectedLine
        reserve sps-1 by CN line=3                     => refused UnknownLine
        reserve sps-1 by CN line=2 amount=50
        release sps-1 by CN line=1
        consume sps-1 by SG line=1
        accept  sps-1 by CN lines=1
        reserve sps-1 by CN line=1 amount=50
        reject  sps-1 by CN reason=7
        consume sps-1 by CN line=2                     => refused UseOfRejectedLine
        accept  sps-1 by CN
        consume sps-1 by CN line=2
        issue   origin-1 by NZ
        deny    origin-1 by CN reason=2
        reserve origin-1 by CN                         => refused UseOfRejectedLine
        grant   origin-1 by CN
        reserve origin-1 by CN
    "

    a_decision_for_a_declaration_is_about_its_goods_alone "
        issue    origin-1 by NZ lines=2
        reserve  origin-1 by CN declaration=D1 amount=10
        deny     origin-1 by CN reason=2
        consume  origin-1 by CN declaration=D1          => refused UseOfRejectedLine
        grant    origin-1 by CN declaration=D2
        verify   origin-1 for=CN declaration=D1         => Rejected preference-denied
        verify   origin-1 for=CN                        => Rejected preference-denied
        verify   origin-1 for=CN declaration=D2         => Valid all-holds
        sentence origin-1 for=CN says=granted_preference_for_one_declaration_on_2026-03-01:_that_counts_for_those_goods_only,_and_whether  => yes
        flags    origin-1 for=SG says=CN-customs_granted_preference_for_one_declaration_on  => yes
        consume  origin-1 by CN declaration=D1          => refused UseOfRejectedLine
        reserve  origin-1 by CN declaration=D2
        grant    origin-1 by CN
        consume  origin-1 by CN declaration=D1
        # Denied for one importation alone, such as one that did not come directly.
        deny     origin-1 by CN declaration=D3 reason=4
        reserve  origin-1 by CN declaration=D3          => refused UseOfRejectedLine
        reserve  origin-1 by CN declaration=D4
        verify   origin-1 for=CN declaration=D3         => Rejected preference-denied
        verify   origin-1 for=CN declaration=D4         => Valid all-holds
        verify   origin-1 for=CN                        => Valid all-holds
        flags    origin-1 for=CN declaration=D4 says=CN-customs_denied_preference_for_another_declaration_on_2026-03-01,_reason_4  => yes
        deny     origin-1 by CN declaration=D4 lines=1 reason=4
        reserve  origin-1 by CN declaration=D4 line=1   => refused UseOfRejectedLine
        reserve  origin-1 by CN declaration=D4 line=2
        grant    origin-1 by CN
        reserve  origin-1 by CN declaration=D3
        flags    origin-1 for=CN says=denied            => no
    "

    an_answer_is_set_aside_for_a_declaration_alone_or_for_all "
        issue    origin-1 by NZ
        ask      origin-1 by CN deadline=2026-06-01
        answer   origin-1 by NZ to=CN confirmed=no reason=3
        grant    origin-1 by CN declaration=D2
        reserve  origin-1 by CN declaration=D1          => refused UseOfUnconfirmed
        verify   origin-1 for=CN                        => Rejected not-confirmed
        verify   origin-1 for=CN declaration=D1         => Rejected not-confirmed
        verify   origin-1 for=CN declaration=D2         => Valid all-holds
        reserve  origin-1 by CN declaration=D2
        issue    origin-2 by CN on=origin-1 flags=8 until=2026-12-31  => refused UseOfUnconfirmed
        grant    origin-1 by CN
        reserve  origin-1 by CN declaration=D1
    "

    a_late_presentation_is_excused_for_no_declaration_whose_preference_was_denied_since "
        issue    origin-1 by NZ date=2026-02-01 until=2026-03-10
        wait     20 days
        grant    origin-1 by CN declaration=D1
        grant    origin-1 by CN declaration=D2
        deny     origin-1 by CN declaration=D1 reason=2
        verify   origin-1 for=CN declaration=D1         => Rejected preference-denied
        verify   origin-1 for=CN declaration=D2         => Valid all-holds
        reserve  origin-1 by CN declaration=D1          => refused UseForOtherGoods
        reserve  origin-1 by CN declaration=D2
    "

    what_was_not_confirmed_is_neither_held_nor_used_by_whom_asked "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=10
        ask     origin-1 by CN deadline=2026-06-01
        reserve origin-1 by CN amount=20
        answer  origin-1 by NZ to=CN confirmed=no reason=3
        reserve origin-1 by CN amount=30               => refused UseOfUnconfirmed
        consume origin-1 by CN                         => refused UseOfUnconfirmed
        reserve origin-1 by SG amount=30
        grant   origin-1 by CN
        consume origin-1 by CN
    "

    what_is_not_rejected_and_used_up_is_exhausted "
        issue   sps-1 by NZ lines=2 amounts=1000,500
        reserve sps-1 by CN line=1 amount=1000
        consume sps-1 by CN line=1
        verify  sps-1 for=CN                           => Valid all-holds
        reject  sps-1 by CN reason=7 lines=2
        verify  sps-1 for=CN                           => Exhausted used-up
        verify  sps-1 for=SG                           => Valid all-holds
        sentence sps-1 for=CN says=rejected_line_2_on_2026-03-01,_reason_7;_the_quantity_of_all_other_lines_is_used_up  => yes
    "

    a_line_that_is_used_up_is_named_beside_the_others "
        issue    origin-1 by NZ lines=2 amounts=1000,500
        reserve  origin-1 by CN line=1 amount=1000
        consume  origin-1 by CN line=1
        sentence origin-1 says=in_force_and_not_wholly_used_up:  => yes
        sentence origin-1 says=;_but_line_1_is_used_up;          => yes
        verify   origin-1                              => Valid all-holds
        issue    sps-1 by NZ lines=3 amounts=1000,1000,1000
        reserve  sps-1 by CN line=1 amount=1000
        consume  sps-1 by CN line=1
        reserve  sps-1 by CN line=2 amount=1000
        consume  sps-1 by CN line=2
        reserve  sps-1 by CN line=3 amount=999
        consume  sps-1 by CN line=3
        sentence sps-1 says=not_shown_as_used_up:      => yes
        sentence sps-1 step=2 says=its_whole_quantity_is_used_up,_but_for_less_than_a_step  => yes
        sentence sps-1 says=;_but_lines_1,_2_are_used_up;        => yes
    "

    a_line_that_is_held_in_full_is_named_and_never_held_in_part "
        issue    sps-1 by NZ lines=3 amounts=1000,1000,1000
        reserve  sps-1 by CN line=3 amount=10
        sentence sps-1 says=unused,_though_held_in_part:         => yes
        sentence sps-1 says=held_in_full                         => no
        reserve  sps-1 by SG line=2 amount=1000
        sentence sps-1 says=in_force_and_unused,_though_held:    => yes
        sentence sps-1 says=;_but_line_2_is_held_in_full,_for_a_declaration_of_yours_or_another;  => yes
        sentence sps-1 says=in_part                              => no
        reserve  sps-1 by SG line=1 amount=999
        sentence sps-1 says=;_but_line_2_is_held_in_full         => yes
        sentence sps-1 step=100 says=;_but_lines_1,_2_are_held_in_full  => yes
        reserve  sps-1 by CN line=3 amount=1000
        sentence sps-1 step=100 says=unused,_though_held_in_full:  => yes
        consume  sps-1 by SG line=2 amount=400
        sentence sps-1 says=;_but_lines_2,_3_are_used_or_held_in_full  => yes
        consume  sps-1 by SG line=2
        sentence sps-1 says=;_but_line_2_is_used_up;_line_3_is_held_in_full  => yes
        verify   sps-1 for=CN                                    => Valid all-holds
    "

    a_late_presentation_is_not_counted_among_those_in_time "
        issue    origin-1 by NZ date=2026-02-01 until=2026-03-10
        present  origin-1 by CN declaration=D1
        wait     20 days
        present  origin-1 by CN declaration=D2
        sentence origin-1 for=CN on=2026-03-21 says=presented_in_time_by_CN-customs_for_another_declaration_on  => yes
        flags    origin-1 for=CN on=2026-03-21 says=,_1_of_them_after_the_last_day_of_its_validity  => yes
        grant    origin-1 by CN declaration=D2
        sentence origin-1 for=CN on=2026-03-21 says=,_and_accepted_late_for_1_more:_it_counts  => yes
        sentence origin-1 for=CN on=2026-03-21 says=2_other_declarations  => no
    "

    what_was_accepted_late_leaves_the_last_day_where_it_is "
        issue    origin-1 by NZ date=2026-02-01 until=2026-03-10
        wait     20 days
        present  origin-1 by CN declaration=D1
        wait     2 days
        present  origin-1 by CN declaration=D2
        grant    origin-1 by CN declaration=D1
        verify   origin-1 for=CN declaration=D1                  => Valid all-holds
        sentence origin-1 for=CN declaration=D1 says=its_validity_ended_on_2026-03-10:_CN-customs_accepted_its_late_presentation_on_2026-03-21  => yes
        checked  origin-1 for=CN declaration=D1 says=valid_until_2026-03-10_(CN-customs_accepted_the_late_presentation)  => yes
        flags    origin-1 for=CN declaration=D1 says=presented_for_another_declaration_on_2026-03-23,_after_the_last_day_of_its_validity: => yes
    "

    a_late_presentation_is_excused_by_preference_for_a_line "
        issue   origin-1 by NZ lines=2 date=2026-02-01 until=2026-03-10
        wait    20 days
        reserve origin-1 by CN line=2                  => refused UseOfExpired
        grant   origin-1 by CN lines=2
        deny    origin-1 by CN lines=1 reason=2
        reserve origin-1 by CN line=2
        reserve origin-1 by CN line=1                  => refused UseOfRejectedLine
        verify  origin-1 for=CN                        => Valid all-holds
    "

    a_late_presentation_that_was_accepted_for_a_line_excuses_no_other "
        issue    origin-1 by NZ lines=2 date=2026-02-01 until=2026-03-10
        wait     8 days
        reserve  origin-1 by CN line=1 amount=10
        wait     12 days
        grant    origin-1 by CN lines=2
        reserve  origin-1 by CN line=1                 => refused UseOfExpired
        consume  origin-1 by CN line=1
        reserve  origin-1 by CN line=2
        verify   origin-1 for=CN                       => Valid all-holds
        sentence origin-1 for=CN says=the_late_presentation_was_not_accepted_for_line_1  => yes
        grant    origin-1 by CN lines=1
        reserve  origin-1 by CN line=1 declaration=D2
        sentence origin-1 for=CN says=not_accepted     => no
        # Presented in time, it needs no grant.
        issue    origin-3 by NZ lines=2 date=2026-03-01 until=2026-03-22
        present  origin-3 by CN
        wait     10 days
        grant    origin-3 by CN lines=2
        reserve  origin-3 by CN line=1
        sentence origin-3 for=CN says=not_accepted     => no
    "

    preference_is_denied_with_effect_in_that_country_alone "
        issue  origin-1 by NZ
        deny   origin-1 by CN reason=2
        verify origin-1 for=CN                         => Rejected preference-denied
        verify origin-1 for=SG                         => Valid all-holds
        wait   3 days
        grant  origin-1 by CN
        verify origin-1 for=CN                         => Valid all-holds
        verify origin-1 for=CN known=2026-03-03        => Rejected preference-denied
    "

    preference_for_some_lines_is_denied_without_effect_on_the_others "
        issue  origin-1 by NZ lines=2
        deny   origin-1 by CN reason=2 lines=2
        verify origin-1 for=CN                         => Valid all-holds
        sentence origin-1 for=CN says=denied_preference_for_line_2  => yes
        flags  origin-1 for=SG says=denied_preference_for_line_2  => yes
        reserve origin-1 by CN line=2                  => refused UseOfRejectedLine
        reserve origin-1 by CN line=1
    "

    what_was_accepted_after_a_party_left_is_for_the_lines_that_were_accepted "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP lines=2
        denounce RCEP by CN effective=2026-04-01
        wait     40 days
        grant    origin-1 by CN lines=1 declaration=D1
        verify   origin-1 for=CN declaration=D1        => Valid all-holds
        sentence origin-1 for=CN declaration=D1 says=not_accepted_for_line_2 => yes
        checked  origin-1 for=CN declaration=D1 says=before_CN_left_it_from_2026-04-01_on => yes
        verify   origin-1 for=CN                       => NotRecognised agreement-left
        reserve  origin-1 by CN line=1 amount=1 declaration=D1
        reserve  origin-1 by CN line=2 amount=1 declaration=D1 => refused UseOfExpired
    "

    goods_that_were_presented_in_time_stay_good_under_the_number_of_a_replacement "
        issue    origin-1 by NZ until=2026-03-10 amounts=1000
        present  origin-1 by CN declaration=D1
        deny     origin-1 by SG reason=1
        wait     20 days
        replace  origin-2 for origin-1 by NZ until=2026-03-10 amounts=1000 shares=yes date=2026-03-05
        verify   origin-2 for=CN                       => Expired validity-over
        verify   origin-2 for=CN declaration=D1        => Valid all-holds
        reserve  origin-2 by CN amount=10 declaration=D1
        reserve  origin-2 by CN amount=10 declaration=D2 => refused UseForOtherGoods
        # What was decided about the first one is not the other's.
        verify   origin-2 for=SG on=2026-03-10         => Valid all-holds
        replace  origin-3 for origin-2 by NZ until=2026-03-10 amounts=1000 shares=yes date=2026-03-05
        verify   origin-3 for=CN declaration=D1        => Valid all-holds
        cancel   origin-3 by NZ                        => refused PresentedOrUsed
    "
}
