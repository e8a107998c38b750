//! What becomes of a certificate that rests on others when something befalls these. Source: DOMAIN sections 2.3 and 3.3.

stories! {
    what_was_not_confirmed_stays_so_when_the_country_denies_it_too "
        issue   origin-1 by CN until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 until=2027-01-01
        ask     origin-1 by SG deadline=2026-05-30
        answer  origin-1 by CN to=SG confirmed=no
        verify  origin-2 for=NZ                        => Rejected base-ended
        deny    origin-1 by SG reason=2
        verify  origin-2 for=NZ                        => Rejected base-ended
        reserve origin-2 by NZ amount=1                => refused UseOnFallenBase
        flags   origin-1 for=SG says=decided_otherwise => no
        # The country goes on with it in spite of the answer: that is its own right.
        grant   origin-1 by SG
        verify  origin-2 for=NZ                        => Valid all-holds
    "

    a_replacement_that_goes_on_with_the_draws_falls_with_the_lines_that_were_drawn "
        issue   origin-1 by CN lines=2 amounts=1000,1000 until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        ask     origin-1 by SG deadline=2026-05-30
        answer  origin-1 by CN to=SG confirmed=no
        grant   origin-1 by SG lines=2
        verify  origin-2                               => Rejected base-ended
        replace origin-3 for origin-2 by SG flags=8 on=origin-1 shares=yes draws=none amounts=400 until=2027-01-01
        verify  origin-3                               => Rejected base-ended
        replace origin-4 for origin-3 by SG flags=8 on=origin-1 shares=yes draws=none amounts=400 until=2027-01-01
        verify  origin-4                               => Rejected base-ended
        grant   origin-1 by SG lines=1
        verify  origin-4                               => Valid all-holds
    "

    the_lines_that_were_drawn_are_those_of_what_replaced_the_original_as_well "
        issue   origin-1 by CN lines=2 amounts=1000,1000 until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        replace origin-3 for origin-1 by CN lines=2 amounts=1000,1000 shares=yes until=2027-01-01
        ask     origin-3 by SG deadline=2026-05-30
        answer  origin-3 by CN to=SG confirmed=no
        grant   origin-3 by SG lines=2
        verify  origin-2                               => Rejected base-ended
        grant   origin-3 by SG lines=1
        verify  origin-2                               => Valid all-holds
    "

    an_original_that_is_reached_by_two_ways_falls_by_either "
        issue   origin-1 by CN lines=1 amounts=1000 until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        issue   origin-3 by NZ flags=8 on=origin-1,origin-2 draws=origin-1:1:100,origin-2:1:100 amounts=200 until=2027-01-01
        ask     origin-1 by SG deadline=2026-05-30
        answer  origin-1 by CN to=SG confirmed=no
        verify  origin-2 for=CL                        => Rejected base-ended
        verify  origin-3 for=CL                        => Rejected base-ended
        reserve origin-3 by CL amount=1                => refused UseOnFallenBase
    "

    none_outlives_what_its_original_goes_on_in "
        issue   origin-1 by CN until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        wait    2 days
        replace origin-3 for origin-1 by CN until=2026-06-30 shares=yes
        verify  origin-2 on=2026-06-30                 => Valid all-holds
        verify  origin-2 on=2026-07-01                 => Expired validity-over
        # Nobody knew that before.
        verify  origin-2 on=2026-07-01 known=2026-03-02 => Valid all-holds
    "

    a_replacement_does_not_become_a_certificate_on_goods_of_its_own "
        issue   origin-1 by CN until=2027-01-01
        issue   origin-4 by CN until=2027-01-01
        issue   origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        replace origin-3 for origin-2 by SG until=2027-01-01                                       => refused LeavesItsBases
        replace origin-3 for origin-2 by SG until=2027-01-01 shares=yes amounts=400                => refused LeavesItsBases
        replace origin-3 for origin-2 by SG flags=8 on=origin-4 draws=origin-4:1:400 shares=yes amounts=400 until=2027-01-01 => refused LeavesItsBases
        # It was issued on the wrong one.
        replace origin-3 for origin-2 by SG flags=8 on=origin-4 draws=origin-4:1:400 amounts=400 until=2027-01-01
        left    origin-1                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back by SG-origin
        issue   sps-1 by NZ
        issue   sps-2 by SG class=657 on=sps-1
        replace sps-3 for sps-2 by SG class=851        => refused LeavesItsBases
    "

    who_never_drew_has_to_when_its_replacement_goes_on_with_the_goods "
        issue   sps-1 by NZ
        issue   sps-2 by SG on=sps-1 class=851
        replace sps-3 for sps-2 by SG class=657 on=sps-1 draws=none shares=yes                     => refused NothingDrawn
        replace sps-3 for sps-2 by SG class=657 on=sps-1 draws=sps-1:1:1000 shares=yes
        left    sps-1                                  => 0 left, 0 held, 1000 used, 1 uses by SG-sps
    "

    a_certificate_in_doubt_stands_again_where_its_issuer_confirms_it "
        issue    sps-1 by NZ
        issue    sps-2 by SG class=657 on=sps-1
        ask      sps-2 by CL deadline=2026-05-30
        answer   sps-2 by SG to=CL confirmed=yes
        withdraw sps-1 by NZ
        # What was confirmed before is not confirmed since.
        verify   sps-2 for=CL                          => UnderVerification base-ended
        reserve  sps-2 by CL amount=1                  => refused UseOnFallenBase
        ask      sps-2 by CL deadline=2026-05-30
        answer   sps-2 by SG to=CL confirmed=yes
        verify   sps-2 for=CL                          => Valid all-holds
        flags    sps-2 for=CL says=that_this_one_stands => yes
        reserve  sps-2 by CL amount=1
        # Another country asks for itself.
        verify   sps-2 for=CN                          => UnderVerification base-ended
    "

    what_fell_after_the_confirmation_makes_it_doubtful_again "
        issue    sps-1 by NZ
        issue    sps-4 by NZ
        issue    sps-2 by SG class=657 on=sps-1,sps-4
        withdraw sps-1 by NZ
        ask      sps-2 by CL deadline=2026-05-30
        answer   sps-2 by SG to=CL confirmed=yes
        verify   sps-2 for=CL                          => Valid all-holds
        withdraw sps-4 by NZ
        verify   sps-2 for=CL                          => UnderVerification base-ended
    "

    what_a_country_asked_about_is_answered_before_it_is_replaced "
        issue    origin-1 by NZ
        ask      origin-1 by CN deadline=2026-05-30
        replace  origin-2 for origin-1 by NZ           => refused ReplacedUnderVerification
        answer   origin-1 by NZ to=CN confirmed=no
        replace  origin-2 for origin-1 by NZ
        issue    origin-3 by NZ
        ask      origin-3 by CN deadline=2026-05-30
        close    origin-3 by CN
        replace  origin-4 for origin-3 by NZ
        # The deadline may be over: whoever asked waits still, and a late answer ends that.
        issue    origin-5 by NZ
        ask      origin-5 by CN deadline=2026-04-10
        wait     90 days
        replace  origin-6 for origin-5 by NZ           => refused ReplacedUnderVerification
        answer   origin-5 by NZ to=CN confirmed=yes
        replace  origin-6 for origin-5 by NZ
    "

    a_base_without_amounts_must_be_one_that_may_be_used "
        issue    origin-1 by CN until=2026-12-31 amounts=none
        issue    origin-2 by CN until=2026-12-31 amounts=none
        wait     1 days
        stop     CN-origin by CN effective=2026-03-01
        issue    origin-3 by SG flags=8 on=origin-1 draws=none until=2026-12-31  => refused UseOfUnscopedIssuer
        issue    sps-1 by CN amounts=none until=2026-03-03
        wait     4 days
        issue    sps-2 by SG class=657 on=sps-1 draws=none  => refused UseOfExpired
    "

    what_is_counted_nowhere_is_said_beside_valid "
        issue    origin-1 by SG flags=8 on=elsewhere
        sentence origin-1 says=certificate_that_is_not_on_this_ledger  => yes
        issue    origin-2 by SG on=elsewhere cumulates=yes
        sentence origin-2 says=certificate_that_is_not_on_this_ledger  => no
    "

    a_confirmation_before_an_announced_end_takes_effect_is_none_after_it "
        issue    sps-1 by NZ
        issue    sps-2 by SG class=657 on=sps-1
        withdraw sps-1 by NZ effective=2026-04-01
        ask      sps-2 by CL deadline=2026-05-30
        answer   sps-2 by SG to=CL confirmed=yes
        verify   sps-2 for=CL on=2026-03-31            => Valid all-holds
        verify   sps-2 for=CL on=2026-04-01            => UnderVerification base-ended
    "

    a_confirmation_by_a_thief_is_taken_back_without_a_question "
        issue    sps-1 by NZ
        issue    sps-2 by SG class=657 on=sps-1
        withdraw sps-1 by NZ
        ask      sps-2 by CL deadline=2026-05-30
        answer   sps-2 by SG to=CL confirmed=yes
        verify   sps-2 for=CL                          => Valid all-holds
        answer   sps-2 by SG to=CL confirmed=yes       => refused NoOpenQuestion
        answer   sps-2 by SG to=CL confirmed=no
        verify   sps-2 for=CL                          => Rejected not-confirmed
        answer   sps-2 by SG to=CL confirmed=no        => refused NoOpenQuestion
    "

    what_went_on_with_an_original_that_was_replaced_is_replaced_with_its_pool "
        issue    origin-1 by CN until=2027-01-01
        issue    origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        replace  origin-3 for origin-1 by CN until=2027-01-01 shares=yes
        reserve  origin-2 by NZ amount=10
        replace  origin-4 for origin-2 by SG flags=8 on=origin-1 draws=none amounts=400 until=2027-01-01 shares=yes
        verify   origin-4                              => Valid all-holds
        left     origin-1                              => 600 left, 0 held, 400 used, 1 uses by SG-origin
        issue    origin-5 by SG flags=8 on=origin-1 draws=origin-1:1:1 amounts=1 until=2027-01-01 => refused BaseEnded
    "

    a_later_fall_of_the_same_original_makes_it_doubtful_again "
        name-key 2 by NZ-sps
        issue    sps-1 by NZ
        issue    sps-2 by SG class=657 on=sps-1
        ask      sps-1 by SG deadline=2026-05-30
        revoke-key 1 by NZ-sps as-of=2026-03-01
        verify   sps-2 for=CL                          => UnderVerification base-ended
        ask      sps-2 by CL deadline=2026-05-30
        answer   sps-2 by SG to=CL confirmed=yes
        verify   sps-2 for=CL                          => Valid all-holds
        answer   sps-1 by NZ to=SG confirmed=no key=2
        verify   sps-2 for=CL                          => UnderVerification base-ended
    "

    what_took_the_place_of_an_original_must_not_have_fallen "
        issue    origin-1 by CN until=2027-01-01
        issue    origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        issue    origin-3 by CN until=2027-01-01 amounts=none
        replace  origin-4 for origin-3 by CN until=2027-01-01 amounts=none
        issue    origin-5 by SG on=elsewhere cumulates=yes amounts=10
        replace  origin-6 for origin-5 by SG on=origin-3 cumulates=yes amounts=10 shares=yes
        verify   origin-6                              => Valid all-holds
        revoke   origin-4 by CN
        verify   origin-6                              => UnderVerification base-ended
        replace  origin-7 for origin-6 by SG on=origin-3 cumulates=yes amounts=10 shares=yes => refused BaseEnded
        # The one with whose draws it went on as well.
        replace  origin-8 for origin-1 by CN until=2027-01-01 shares=yes
        revoke   origin-8 by CN
        replace  origin-9 for origin-2 by SG flags=8 on=origin-1 draws=none amounts=400 until=2027-01-01 shares=yes => refused BaseEnded
    "

    what_was_presented_in_time_stays_good_whatever_its_original_is_replaced_by_later "
        issue    origin-1 by CN until=2027-01-01
        issue    origin-2 by SG flags=8 on=origin-1 draws=origin-1:1:400 amounts=400 until=2027-01-01
        wait     2 days
        present  origin-2 by NZ declaration=D1
        wait     2 days
        # Presented two days ago, and recorded before anybody knew of what follows.
        replace  origin-3 for origin-1 by CN date=2026-03-02 until=2026-03-02 shares=yes
        verify   origin-2 for=NZ declaration=D1        => Valid all-holds
        reserve  origin-2 by NZ declaration=D1 amount=10
        verify   origin-2 for=NZ declaration=D2        => Expired validity-over
        reserve  origin-2 by NZ declaration=D2 amount=10  => refused UseForOtherGoods
        sentence origin-2 for=NZ says=presented_in_time_by_NZ-customs_for_another_declaration_on_2026-03-03  => yes
        present  origin-2 by NZ declaration=D3
        verify   origin-2 for=NZ declaration=D3        => Expired validity-over
        # What an office records late counts from its date, as the ledger was known then.
        present  origin-2 by NZ declaration=D4 date=2026-03-04
        verify   origin-2 for=NZ declaration=D4        => Valid all-holds
        flags    origin-2 for=NZ declaration=D1 says=1_of_them_after_the_last_day  => yes
    "
}
