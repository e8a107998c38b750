//! What back-to-back and re-export certificates draw from the pools of those on which they rest. Source: DOMAIN section 3.3.

stories! {
    a_back_to_back_certificate_draws_from_its_original "
        issue   origin-1 by NZ until=2026-12-31
        reserve origin-1 by CN amount=300
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:701 amounts=701  => refused QuantityExceeded
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:700 amounts=700
        left    origin-1                               => 0 left, 300 held, 700 used, 2 uses by SG-origin
        reserve origin-1 by CL amount=1                => refused QuantityExceeded
        reserve origin-2 by CL amount=700
    "

    what_goes_on_with_anothers_goods_draws_from_their_amounts "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by CN until=2026-12-31
        issue   origin-3 by NZ until=2026-12-31 amounts=none
        issue   origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=none                    => refused NothingDrawn
        issue   origin-4 by SG on=origin-1,origin-2 flags=8 until=2026-12-31 draws=none           => refused NothingDrawn
        # All of its goods may come from one of them: the other is of other inputs.
        issue   origin-7 by SG on=origin-1,origin-2 flags=8 until=2026-12-31 draws=origin-1:1:5
        issue   origin-4 by SG on=origin-3,elsewhere flags=8 until=2026-12-31 draws=none
        issue   origin-5 by SG on=origin-1,origin-2,origin-3 flags=8 until=2026-12-31
        left    origin-2                               => 999 left, 0 held, 1 used, 1 uses by SG-origin
        issue   sps-1 by NZ
        draft   sps-2 by SG on=sps-1 class=657
        issue   sps-2 by SG on=sps-1 class=657 draws=none  => refused NothingDrawn
        issue   sps-2 by SG on=sps-1 class=657
    "

    a_suppliers_certificate_is_evidence_and_nothing_is_drawn_from_it "
        issue   origin-1 by NZ until=2026-12-31
        # The inputs weigh what they weigh, and have a code of their own: more may rest on them than they certify.
        issue   origin-2 by SG on=origin-1 cumulates=yes amounts=3000
        issue   origin-3 by CL on=origin-1 cumulates=yes amounts=3000
        issue   origin-4 by SG on=origin-1 cumulates=yes draws=origin-1:1:100  => refused DrawFromEvidence
        issue   sps-1 by NZ
        issue   sps-2 by SG on=sps-1 class=851 draws=sps-1:1:1                 => refused DrawFromEvidence
        issue   sps-2 by SG on=sps-1 class=851
        left    origin-1                               => 1000 left, 0 held, 0 used, 0 uses
        # Whoever goes on with the supplier's goods has all of them.
        issue   origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        left    origin-1                               => 0 left, 0 held, 1000 used, 1 uses by SG-origin
    "

    what_a_replacement_or_cancellation_of_tomorrow_opens_anew_is_not_used_today_as_well "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:900 amounts=900
        issue   origin-3 by NZ until=2026-12-31
        wait    12 hours
        replace origin-4 for origin-3 by NZ date=2026-03-02
        reserve origin-3 by CN amount=1000             => refused UseOfReplaced
        cancel  origin-2 by SG effective=2026-03-02
        left    origin-1                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back by SG-origin
        reserve origin-2 by CN amount=900              => refused UseOfEnded
    "

    a_replacement_goes_on_with_what_its_predecessor_drew_or_draws_anew "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:600 amounts=600
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=none amounts=600    => refused NothingDrawn
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=none amounts=600 shares=yes
        left    origin-1                               => 400 left, 0 held, 600 used, 1 uses by SG-origin
        issue   origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:300 amounts=300
        replace origin-5 for origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:401 amounts=401  => refused QuantityExceeded
        replace origin-5 for origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400
        left    origin-1                               => 0 left, 0 held, 1000 used, 3 uses, 1 given back by SG-origin
        # It does not become one that stands on goods of its own.
        replace origin-6 for origin-5 by SG            => refused LeavesItsBases
        replace origin-6 for origin-5 by SG on=elsewhere flags=8  => refused LeavesItsBases
        left    origin-1                               => 0 left, 0 held, 1000 used, 3 uses, 1 given back by SG-origin
        issue   origin-7 by NZ until=2026-12-31
        replace origin-6 for origin-5 by SG on=origin-7 flags=8 until=2026-12-31 draws=origin-7:1:400 amounts=400
        left    origin-1                               => 400 left, 0 held, 600 used, 3 uses, 2 given back by SG-origin
    "

    what_was_drawn_comes_back_with_the_end_of_the_last_that_went_on_with_it "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:600 amounts=600
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=none amounts=600 shares=yes
        issue   origin-6 by CN until=2026-12-31
        replace origin-4 for origin-3 by SG on=origin-1,origin-6 flags=8 until=2026-12-31 draws=origin-6:1:100 amounts=600 shares=yes
        left    origin-6                               => 900 left, 0 held, 100 used, 1 uses by SG-origin
        cancel  origin-3 by SG                         => refused AlreadyReplaced
        cancel  origin-2 by SG                         => refused AlreadyReplaced
        cancel  origin-4 by SG
        left    origin-1                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back by SG-origin
        left    origin-6                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back by SG-origin
        issue   origin-5 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        flags   origin-1 says=SG-origin                => no
        cancel  origin-4 by SG                         => refused StandingEnded
    "

    what_shares_a_pool_draws_nothing_again_from_what_its_predecessor_rested_on "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400 shares=yes  => refused DrawnAgain
        left    origin-1                               => 600 left, 0 held, 400 used, 1 uses by SG-origin
        issue   origin-4 by CN until=2026-12-31
        replace origin-3 for origin-2 by SG on=origin-1,origin-4 flags=8 until=2026-12-31 draws=origin-1:1:1,origin-4:1:1 amounts=400 shares=yes  => refused DrawnAgain
        replace origin-3 for origin-2 by SG on=origin-1,origin-4 flags=8 until=2026-12-31 draws=origin-4:1:1 amounts=400 shares=yes
        left    origin-1                               => 600 left, 0 held, 400 used, 1 uses by SG-origin
        # What does not share the pool gives all back, and draws anew.
        replace origin-5 for origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400
        left    origin-1                               => 600 left, 0 held, 400 used, 2 uses, 1 given back by SG-origin
    "

    what_was_drawn_comes_back_once_when_what_went_on_with_it_is_replaced_by_what_does_not "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:600 amounts=600
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=none amounts=600 shares=yes
        replace origin-4 for origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1001 amounts=1000  => refused QuantityExceeded
        left    origin-1                               => 400 left, 0 held, 600 used, 1 uses by SG-origin
        replace origin-4 for origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000 amounts=1000
        left    origin-1                               => 0 left, 0 held, 1000 used, 2 uses, 1 given back by SG-origin
        cancel  origin-4 by SG
        left    origin-1                               => 1000 left, 0 held, 0 used, 2 uses, 2 given back by SG-origin
    "

    what_was_drawn_does_not_come_back_once_it_was_used_or_revoked "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:600 amounts=600
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=none amounts=600 shares=yes
        reserve origin-3 by CN amount=1
        cancel  origin-3 by SG                         => refused PresentedOrUsed
        replace origin-4 for origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1 amounts=600  => refused PoolNotShared
        release origin-3 by CN
        revoke  origin-3 by SG
        left    origin-1                               => 400 left, 0 held, 600 used, 1 uses by SG-origin
    "

    what_shares_a_pool_draws_from_what_its_predecessor_did_not_rest_on "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=elsewhere flags=8 until=2026-12-31
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=none shares=yes  => refused NothingDrawn
        replace origin-3 for origin-2 by SG on=origin-1 flags=8 until=2026-12-31 shares=yes
    "

    several_parts_are_cut_out_of_one_original_across_administrations "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400
        issue   origin-3 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:601 amounts=601  => refused QuantityExceeded
        issue   origin-3 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:600 amounts=600
        verify  origin-1                               => Exhausted used-up
        verify  origin-3                               => Valid all-holds
    "

    what_rests_on_several_draws_from_each_what_it_names "
        issue   origin-1 by NZ until=2026-12-31 lines=2 amounts=1000,500
        issue   origin-2 by CN until=2026-12-31
        issue   origin-3 by SG on=origin-1,origin-2 flags=8 until=2026-12-31 amounts=900 draws=origin-1:1:300,origin-1:2:200,origin-2:1:400
        left    origin-1 line=1                        => 700 left, 0 held, 300 used, 1 uses by SG-origin
        left    origin-1 line=2                        => 300 left, 0 held, 200 used, 1 uses by SG-origin
        left    origin-2                               => 600 left, 0 held, 400 used, 1 uses by SG-origin
        # One of them is short: nothing is drawn from the others.
        issue   origin-4 by SG on=origin-1,origin-2 flags=8 until=2026-12-31 amounts=900 draws=origin-1:1:700,origin-2:1:601  => refused QuantityExceeded
        left    origin-1 line=1                        => 700 left, 0 held, 300 used, 1 uses by SG-origin
        issue   origin-4 by SG on=origin-1,origin-2 flags=8 until=2026-12-31 amounts=600 draws=origin-2:1:600
        left    origin-2                               => 0 left, 0 held, 1000 used, 2 uses by SG-origin
    "

    draws_are_of_a_base_and_of_its_goods "
        issue   origin-1 by NZ until=2026-12-31 codes=0401 units=KGM
        issue   origin-9 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-9:1:1                                   => refused DrawNotOfItsBase
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:2:1                                   => refused UnknownLine
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1 draw-code=0402 draw-unit=KGM      => refused WrongCommodity
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1 draw-code=0401 draw-unit=TNE      => refused WrongUnit
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:0 draw-code=0401 draw-unit=KGM      => refused AmountMissing
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1,origin-1:1:2 draw-code=0401 draw-unit=KGM  => refused DrawsNotInForm
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1 draw-code=0401 draw-unit=KGM
        draft   sps-1 by NZ
        issue   sps-2 by NZ
        draft   sps-3 by SG on=sps-2 draws=sps-2:1:1   => refused DrawsNotInForm
    "

    a_draw_from_a_replacement_comes_out_of_the_one_pool "
        issue   origin-1 by NZ until=2026-12-31
        reserve origin-1 by CN amount=300
        replace origin-2 for origin-1 by NZ shares=yes until=2026-12-31
        issue   origin-3 by SG on=origin-2 flags=8 until=2026-12-31 draws=origin-2:1:701  => refused QuantityExceeded
        issue   origin-3 by SG on=origin-2 flags=8 until=2026-12-31 draws=origin-2:1:700
        left    origin-1                               => 0 left, 300 held, 700 used, 2 uses by SG-origin
    "

    what_rests_on_a_fallen_base_is_not_used "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400
        reserve origin-2 by CN amount=100
        revoke  origin-1 by NZ
        reserve origin-2 by CN amount=200              => refused UseOnFallenBase
        verify  origin-2                               => Revoked base-ended
    "

    what_a_cancelled_back_to_back_certificate_drew_is_there_again "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        verify  origin-1                               => Exhausted used-up
        wait    2 days
        cancel  origin-2 by SG
        left    origin-1                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back by SG-origin
        verify  origin-1                               => Valid all-holds
        verify  origin-1 known=2026-03-02              => Exhausted used-up
        sentence origin-1 known=2026-03-02 says=given_back_since => yes
        issue   origin-3 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        reserve origin-3 by CN
        cancel  origin-3 by CL                         => refused PresentedOrUsed
    "

    what_comes_back_to_a_used_up_line_is_remembered_or_not_given_back "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        cancel  origin-2 by SG
        issue   origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        cancel  origin-3 by SG
        wait    1 days
        verify  origin-1                               => Valid all-holds
        wait    1 days
        # The third time one member's draw of all that was left does not come back: this can still be used up by whoever is first.
        issue   origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        wait    1 days
        cancel  origin-4 by SG                         => refused DrawStaysUsedUp
        issue   origin-15 by NZ until=2026-12-31
        replace origin-14 for origin-4 by SG on=origin-15 flags=8 until=2026-12-31 draws=origin-15:1:1000  => refused DrawStaysUsedUp
        verify  origin-4                               => Valid all-holds
        # Its goods go on with what was drawn, or nobody's do.
        replace origin-14 for origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=none shares=yes
        cancel  origin-14 by SG                        => refused DrawStaysUsedUp
        revoke  origin-14 by SG
        left    origin-1                               => 0 left, 0 held, 1000 used, 3 uses, 2 given back by SG-origin
        verify  origin-1                               => Exhausted used-up
        verify  origin-1 known=2026-03-02              => Valid all-holds
        # Another member's does, and of what is not used up everybody's.
        issue   origin-5 by NZ until=2026-12-31
        issue   origin-6 by SG on=origin-5 flags=8 until=2026-12-31 draws=origin-5:1:999
        cancel  origin-6 by SG
        issue   origin-7 by SG on=origin-5 flags=8 until=2026-12-31 draws=origin-5:1:999
        cancel  origin-7 by SG
        issue   origin-8 by SG on=origin-5 flags=8 until=2026-12-31 draws=origin-5:1:999
        cancel  origin-8 by SG
        left    origin-5                               => 1000 left, 0 held, 0 used, 3 uses, 3 given back by SG-origin
        # A replacement that draws anew in the same act turns nothing.
        issue   origin-9 by NZ until=2026-12-31
        issue   origin-10 by SG on=origin-9 flags=8 until=2026-12-31 draws=origin-9:1:1000 amounts=1000
        replace origin-11 for origin-10 by SG on=origin-9 flags=8 until=2026-12-31 draws=origin-9:1:1000 amounts=1000
        replace origin-12 for origin-11 by SG on=origin-9 flags=8 until=2026-12-31 draws=origin-9:1:1000 amounts=1000
        replace origin-13 for origin-12 by SG on=origin-9 flags=8 until=2026-12-31 draws=origin-9:1:1000 amounts=1000
        cancel  origin-13 by SG
        left    origin-9                               => 1000 left, 0 held, 0 used, 4 uses, 4 given back by SG-origin
    "

    what_four_members_draw_and_give_back_changes_no_earlier_answer "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        cancel  origin-2 by SG
        issue   origin-3 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        cancel  origin-3 by CL
        issue   origin-4 by CN on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        cancel  origin-4 by CN
        issue   origin-5 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        cancel  origin-5 by SG
        wait    1 days
        verify  origin-1                               => Valid all-holds
        wait    1 days
        issue   origin-6 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1000
        verify  origin-1                               => Exhausted used-up
        verify  origin-1 known=2026-03-02              => Valid all-holds
        cancel  origin-6 by CL                         => refused DrawStaysUsedUp
        revoke  origin-6 by CL
        verify  origin-1                               => Exhausted used-up
        verify  origin-1 known=2026-03-02              => Valid all-holds
    "

    what_was_given_back_is_no_use_any_more "
        issue   origin-1 by NZ until=2026-12-31
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:100
        issue   origin-3 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:100
        issue   origin-4 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:100
        flags   origin-1 says=SG-origin_2_times        => yes
        cancel  origin-2 by SG
        cancel  origin-4 by CL
        flags   origin-1 says=used_in_part_by_SG-origin_once => yes
        flags   origin-1 says=and_given_back_once_since => yes
        flags   origin-1 says=CL-origin                => no
        cancel  origin-3 by SG
        flags   origin-1 says=used                     => no
        reserve origin-1 by CN amount=10
        release origin-1 by CN
        left    origin-1                               => 1000 left, 0 held, 0 used, 4 uses, 4 given back by SG-origin,CL-origin
        reserve origin-1 by CN amount=20
        left    origin-1                               => 980 left, 20 held, 0 used, 4 uses, 3 given back by SG-origin,CL-origin
        consume origin-1 by CN
        left    origin-1                               => 980 left, 0 held, 20 used, 4 uses, 3 given back by SG-origin,CL-origin,CN-customs
        flags   origin-1 says=used_in_part_by_CN-customs => yes
    "

    what_ones_own_office_rejected_is_not_drawn_from "
        issue   origin-1 by NZ until=2026-12-31 lines=2
        deny    origin-1 by SG reason=2 lines=1
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:100  => refused UseOfRejectedLine
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:2:100
        issue   origin-3 by CL on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:100
        grant   origin-1 by SG
        issue   origin-4 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:100
    "

    whoever_a_certificate_was_not_made_known_to_acts_on_nothing_of_it "
        issue   origin-1 by NZ for=CN
        reserve origin-1 by SG opening=none            => refused NotMadeKnown
        reserve origin-1 by SG                         => refused NotMadeKnown
        reserve origin-1 by CN
        reserve origin-1 by SG opening=CN              => refused NotMadeKnown
        consume origin-1 by SG opening=CN              => refused NotMadeKnown
        release origin-1 by SG opening=CN              => refused NotMadeKnown
        present origin-1 by SG opening=CN              => refused NotMadeKnown
        ask     origin-1 by SG opening=CN deadline=2026-06-01  => refused NotMadeKnown
        deny    origin-1 by SG reason=4                => refused NotMadeKnown
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400  => refused NotMadeKnown
        issue   origin-2 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:400 amounts=400 opening=CN  => refused NotMadeKnown
        left    origin-1                               => 900 left, 100 held, 0 used, 1 uses
        share   origin-1 by NZ with=SG
        reserve origin-1 by SG declaration=D2
    "
}
