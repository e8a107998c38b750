//! One pool of quantity a certificate, whoever uses it. CERTEX numbers: DOMAIN section 5.

stories! {
    a_verdict_says_how_much_is_taken "
        issue    origin-1 by NZ
        sentence origin-1 says=in_force_and_unused:    => yes
        reserve  origin-1 by CN amount=4
        sentence origin-1 says=in_force_and_unused,_though_held_in_part:  => yes
        consume  origin-1 by CN
        sentence origin-1 says=in_force_and_not_shown_as_used_up:  => yes
        flags    origin-1 says=which_its_certificate_file_tells    => yes
        sentence origin-1 step=1 says=in_force_and_not_used_up:    => yes
        flags    origin-1 step=1 says=which_its_certificate_file_tells  => no
        flags    origin-1 says=used_in_part            => yes
        reserve  origin-1 by CN amount=996 declaration=D2
        consume  origin-1 by CN declaration=D2
        verify   origin-1                              => Exhausted used-up
        flags    origin-1 says=used_in_part            => no
        issue    aeo-1 by NZ
        sentence aeo-1 says=in_force:                  => yes
    "

    what_was_used_after_the_date_asked_about_is_not_called_unused "
        issue    origin-1 by NZ lines=2
        wait     5 days
        reserve  origin-1 by CN line=1 amount=1000
        sentence origin-1 on=2026-03-02 says=in_force_and_unused:    => yes
        consume  origin-1 by CN line=1
        sentence origin-1 on=2026-03-02 says=in_force_on_that_date;_used_in_part_since_(as_of_now):  => yes
        flags    origin-1 on=2026-03-02 says=used_in_part_after_the_date_or_time_asked_about,_by_CN-customs_at  => yes
        reserve  origin-1 by CN line=2 amount=1000
        consume  origin-1 by CN line=2
        verify   origin-1 on=2026-03-02                              => Valid all-holds
        sentence origin-1 on=2026-03-02 says=in_force_on_that_date;_used_up_since_(as_of_now):  => yes
        sentence origin-1 on=2026-03-02 says=unused                  => no
        flags    origin-1 on=2026-03-02 says=used_up_after_the_date_or_time_asked_about,_by_CN-customs_2_times  => yes
        issue    origin-2 by NZ lines=1
        reserve  origin-2 by CN line=1 amount=400 declaration=D1
        consume  origin-2 by CN line=1 declaration=D1
        wait     5 days
        reserve  origin-2 by SG line=1 amount=600 declaration=D2
        consume  origin-2 by SG line=1 declaration=D2
        sentence origin-2 on=2026-03-07 says=in_force_and_not_used_up_on_that_date;_used_up_since_(as_of_now):  => yes
    "

    an_unused_certificate_is_valid "
        issue  origin-1 by NZ lines=2
        verify origin-1                                => Valid all-holds
        left   origin-1 line=2                         => 1000 left, 0 held, 0 used, 0 uses
    "

    a_quantity_is_held_used_and_given_back "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        left    origin-1                               => 600 left, 400 held, 0 used, 1 uses
        consume origin-1 by CN
        left    origin-1                               => 600 left, 0 held, 400 used, 1 uses by CN-customs
        reserve origin-1 by CN amount=100 declaration=D2
        release origin-1 by CN declaration=D2
        left    origin-1                               => 600 left, 0 held, 400 used, 2 uses, 1 given back by CN-customs
    "

    a_hold_is_used_in_parts_and_the_rest_given_back "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        consume origin-1 by CN amount=150
        left    origin-1                               => 600 left, 250 held, 150 used, 1 uses by CN-customs
        consume origin-1 by CN amount=251              => refused QuantityExceeded
        consume origin-1 by CN amount=0                => refused AmountMissing
        consume origin-1 by CN amount=50
        release origin-1 by CN
        left    origin-1                               => 800 left, 0 held, 200 used, 1 uses by CN-customs
        consume origin-1 by CN                         => refused AlreadyConsumed
    "

    certex_03_another_commodity_is_refused "
        issue   origin-1 by NZ codes=0401 units=KGM
        reserve origin-1 by CN code=0402 unit=KGM      => refused WrongCommodity
        reserve origin-1 by CN unit=KGM                => refused WrongCommodity
        reserve origin-1 by CN code=0401 unit=KGM
    "

    certex_04_a_withdrawn_certificate_is_not_used "
        issue    sps-1 by NZ
        reserve  sps-1 by CN amount=300
        withdraw sps-1 by NZ
        reserve  sps-1 by SG                           => refused UseOfEnded
        reserve  sps-1 by CN amount=200                => refused UseOfEnded
        consume  sps-1 by CN                           => refused UseOfEnded
        left     sps-1                                 => 700 left, 300 held, 0 used, 1 uses
        release  sps-1 by CN
        left     sps-1                                 => 1000 left, 0 held, 0 used, 1 uses, 1 given back
    "

    a_withdrawal_that_lies_ahead_stops_no_use_before_its_date "
        issue    sps-1 by NZ
        withdraw sps-1 by NZ effective=2026-03-05
        reserve  sps-1 by CN
        wait     5 days
        consume  sps-1 by CN                           => refused UseOfEnded
    "

    a_revoked_certificate_is_not_used_and_its_past_uses_stand "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=300
        consume origin-1 by CN
        revoke  origin-1 by NZ
        reserve origin-1 by CN declaration=D2          => refused UseOfEnded
        left    origin-1                               => 700 left, 0 held, 300 used, 1 uses by CN-customs
        verify  origin-1 on=2026-02-28                 => NotYetValid validity-ahead
        verify  origin-1                               => Revoked revoked
    "

    certex_05_more_than_is_left_is_refused "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=1001             => refused QuantityExceeded
        reserve origin-1 by CN amount=600
        consume origin-1 by CN
        reserve origin-1 by SG amount=401              => refused QuantityExceeded
        reserve origin-1 by SG amount=400
        left    origin-1                               => 0 left, 400 held, 600 used, 2 uses by CN-customs
    "

    certex_06_a_declaration_that_used_does_not_hold_again "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        consume origin-1 by CN
        reserve origin-1 by CN amount=10               => refused WriteOffExists
        consume origin-1 by CN                         => refused AlreadyConsumed
        release origin-1 by CN                         => refused AlreadyConsumed
        left    origin-1                               => 600 left, 0 held, 400 used, 1 uses by CN-customs
    "

    certex_06_nor_does_one_that_used_a_part_and_still_holds "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        consume origin-1 by CN amount=100
        reserve origin-1 by CN amount=500              => refused WriteOffExists
        left    origin-1                               => 600 left, 300 held, 100 used, 1 uses by CN-customs
    "

    certex_07_a_line_that_is_not_there_is_refused "
        issue   origin-1 by NZ lines=2
        reserve origin-1 by CN line=3                  => refused UnknownLine
        reserve origin-1 by CN line=2
    "

    certex_10_another_unit_is_refused "
        issue   origin-1 by NZ codes=0401 units=KGM
        reserve origin-1 by CN code=0401 unit=TNE      => refused WrongUnit
        reserve origin-1 by CN code=0401               => refused WrongUnit
    "

    a_second_hold_of_a_declaration_takes_the_place_of_the_first "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        reserve origin-1 by CN amount=900
        left    origin-1                               => 100 left, 900 held, 0 used, 1 uses
        reserve origin-1 by CN amount=50
        left    origin-1                               => 950 left, 50 held, 0 used, 1 uses
    "

    the_old_hold_survives_a_change_that_is_refused "
        issue   origin-1 by NZ codes=0401
        reserve origin-1 by SG amount=500 code=0401
        reserve origin-1 by CN amount=400 code=0401
        reserve origin-1 by CN amount=501 code=0401    => refused QuantityExceeded
        reserve origin-1 by CN amount=300 code=0402    => refused WrongCommodity
        left    origin-1                               => 100 left, 900 held, 0 used, 2 uses
        consume origin-1 by CN
        left    origin-1                               => 100 left, 500 held, 400 used, 2 uses by CN-customs
    "

    two_declarations_hold_beside_each_other "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=500 declaration=D1
        reserve origin-1 by CN amount=501 declaration=D2  => refused QuantityExceeded
        reserve origin-1 by CN amount=500 declaration=D2
        release origin-1 by CN declaration=D1
        left    origin-1                               => 500 left, 500 held, 0 used, 2 uses, 1 given back
    "

    two_countries_race_for_the_last_kilogram "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=999
        consume origin-1 by CN
        reserve origin-1 by SG amount=1
        reserve origin-1 by CL amount=1                => refused QuantityExceeded
        consume origin-1 by SG
        verify  origin-1                               => Exhausted used-up
    "

    less_than_a_step_is_nothing_for_whoever_knows_the_step "
        issue   origin-1 by NZ date=2026-02-01
        reserve origin-1 by CN amount=990
        consume origin-1 by CN
        verify  origin-1 step=10                       => Valid all-holds
        reserve origin-1 by SG amount=1
        verify  origin-1 step=10                       => Valid all-holds
        consume origin-1 by SG
        verify  origin-1                               => Valid all-holds
        verify  origin-1 step=10                       => Exhausted used-up
        sentence origin-1 step=10 says=but_for_less_than_a_step  => yes
        verify  origin-1 step=7                        => Valid all-holds
        verify  origin-1 step=10 on=2026-02-20         => Valid all-holds
    "

    nobody_moves_what_another_member_holds "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        release origin-1 by SG                         => refused NothingHeld
        consume origin-1 by SG                         => refused NothingHeld
        release origin-1 by SG of=CN                   => refused FieldsNotOfThisAct
        reserve origin-1 by SG amount=400
        left    origin-1                               => 200 left, 800 held, 0 used, 2 uses
    "

    another_office_of_the_same_member_goes_on_with_a_hold "
        issue    origin-1 by NZ
        reserve  origin-1 by CN amount=400
        admit    CN-port by CN kinds=origin office=consume
        name-key 1 by CN-port
        reserve  origin-1 by @CN-port declaration=D2   => refused OfficeOutOfScope
        consume  origin-1 by @CN-port
        left     origin-1                              => 600 left, 0 held, 400 used, 1 uses by CN-port
    "

    a_hold_whose_last_day_is_over_is_given_back_by_whoever_says_so "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400 until=2026-03-10
        expire  origin-1 by SG of=CN                   => refused HoldNotOver
        expire  origin-1 by CN                         => refused HoldNotOver
        wait    9 days
        expire  origin-1 by SG of=CN                   => refused HoldNotOver
        wait    36 hours
        expire  origin-1 by SG                         => refused NothingHeld
        expire  origin-1 by SG of=CN
        expire  origin-1 by SG of=CN                   => refused NothingHeld
        left    origin-1                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back
        reserve origin-1 by CN amount=300
    "

    a_hold_that_names_no_last_day_lasts_thirty_days "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400
        held    origin-1 by CN                         => until 2026-03-31
        wait    31 days
        expire  origin-1 by SG of=CN                   => refused HoldNotOver
        wait    13 hours
        expire  origin-1 by SG of=CN
        left    origin-1                               => 1000 left, 0 held, 0 used, 1 uses, 1 given back
        # A second hold has a last day of its own.
        reserve origin-1 by CN amount=300 until=2026-04-02
        reserve origin-1 by CN amount=200
        held    origin-1 by CN                         => until 2026-05-01
    "

    a_hold_that_names_no_last_day_ends_with_the_certificate_unless_it_was_presented_in_time "
        adopt   RCEP by NZ validity=20d
        adopt   RCEP by CN validity=20d
        issue   origin-1 by NZ class=RCEP
        issue   origin-2 by NZ until=2026-03-10
        present origin-1 by CN
        reserve origin-1 by CN
        held    origin-1 by CN                         => until 2026-03-21
        reserve origin-2 by CN
        held    origin-2 by CN                         => until 2026-03-10
        reserve origin-2 by SG until=2026-05-01
        held    origin-2 by SG                         => until 2026-05-01
        wait    10 days
        # It is still that day in the west, and a hold that ends with it would be over within hours.
        reserve origin-2 by CL
        held    origin-2 by CL                         => until 2026-04-10
        wait    30 days
        reserve origin-1 by CN
        held    origin-1 by CN                         => until 2026-05-10
        consume origin-1 by CN
        consume origin-2 by CN
    "

    a_hold_on_the_certificates_last_day_or_after_it_has_its_thirty_days "
        issue   origin-1 by NZ until=2026-03-11
        issue   origin-2 by NZ until=2026-03-12
        wait    10 days
        present origin-1 by CN date=2026-03-11 declaration=D1
        reserve origin-1 by CN declaration=D1
        held    origin-1 by CN declaration=D1          => until 2026-04-10
        reserve origin-2 by CN
        held    origin-2 by CN                         => until 2026-03-12
        # The next morning the last day is over at the office, and not yet everywhere.
        wait    1 days
        present origin-1 by SG date=2026-03-11 declaration=D2
        reserve origin-1 by SG declaration=D2
        held    origin-1 by SG declaration=D2          => until 2026-04-11
        # In the east the last day has begun, and the block is still of the day before.
        issue   origin-3 by NZ until=2026-03-13
        wait    12 hours
        reserve origin-3 by CL
        held    origin-3 by CL                         => until 2026-04-11
        wait    2 days
        expire  origin-1 by CL of=SG declaration=D2    => refused HoldNotOver
        grant   origin-2 by SG reason=4
        reserve origin-2 by SG
        held    origin-2 by SG                         => until 2026-04-13
    "

    the_issuers_own_offices_may_give_back_what_is_over "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400 until=2026-03-02
        wait    3 days
        expire  origin-1 by NZ of=CN
    "

    an_expired_hold_that_nobody_gave_back_can_still_be_used "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=400 until=2026-03-02
        wait    10 days
        consume origin-1 by CN
        left    origin-1                               => 600 left, 0 held, 400 used, 1 uses by CN-customs
    "

    a_hold_is_for_days_that_come "
        issue   origin-1 by NZ
        reserve origin-1 by CN until=2026-02-27        => refused HoldNotAhead
        reserve origin-1 by CN until=2027-03-03        => refused HoldNotAhead
        reserve origin-1 by CN until=2027-03-02
    "

    each_act_carries_its_own_fields "
        issue   origin-1 by NZ codes=0401
        reserve origin-1 by CN amount=none code=0401   => refused AmountMissing
        reserve origin-1 by CN amount=0 code=0401      => refused AmountMissing
        reserve origin-1 by CN amount=10 code=0401 of=SG  => refused FieldsNotOfThisAct
        reserve origin-1 by CN amount=10 code=0401
        consume origin-1 by CN code=0401               => refused FieldsNotOfThisAct
        consume origin-1 by CN unit=KGM                => refused FieldsNotOfThisAct
        consume origin-1 by CN until=2026-03-09        => refused FieldsNotOfThisAct
        release origin-1 by CN amount=5                => refused FieldsNotOfThisAct
        expire  origin-1 by CN amount=5                => refused FieldsNotOfThisAct
        release origin-1 by CN
    "

    what_was_never_held_is_neither_used_nor_given_back "
        issue   origin-1 by NZ
        consume origin-1 by CN                         => refused NothingHeld
        release origin-1 by CN                         => refused NothingHeld
        expire  origin-1 by CN                         => refused NothingHeld
        reserve origin-1 by CN
        release origin-1 by CN
        release origin-1 by CN                         => refused NothingHeld
        reserve origin-1 by CN
        left    origin-1                               => 900 left, 100 held, 0 used, 1 uses
    "

    of_a_line_without_an_amount_uses_are_counted_and_not_limited "
        issue   origin-1 by NZ amounts=none
        reserve origin-1 by CN amount=1000000
        reserve origin-1 by SG amount=1000000
        consume origin-1 by CN
        left    origin-1                               => any left, 1000000 held, 1000000 used, 2 uses by CN-customs
        verify  origin-1                               => Valid all-holds
        reserve origin-1 by SG amount=18446744073709551615 declaration=D2  => refused QuantityExceeded
    "

    each_line_has_its_own_pool "
        issue   origin-1 by NZ lines=2 amounts=1000,500
        reserve origin-1 by CN line=1 amount=1000
        consume origin-1 by CN line=1
        verify  origin-1                               => Valid all-holds
        reserve origin-1 by CN line=2 amount=501       => refused QuantityExceeded
        reserve origin-1 by CN line=2 amount=500
        verify  origin-1                               => Valid all-holds
        consume origin-1 by CN line=2
        verify  origin-1                               => Exhausted used-up
    "

    an_office_needs_a_scope_for_the_act_the_kind_and_the_day "
        issue    origin-1 by NZ
        issue    sps-1 by NZ
        admit    CN-post by CN kinds=origin classes=CLCN from=2026-03-03 until=2026-06-30 office=reserve,release
        name-key 1 by CN-post
        reserve  origin-1 by @CN-post                  => refused OfficeOutOfScope
        wait     3 days
        reserve  origin-1 by @CN-post
        consume  origin-1 by @CN-post                  => refused OfficeOutOfScope
        reserve  sps-1 by @CN-post                     => refused OfficeOutOfScope
        issue    origin-2 by NZ class=RCEP
        reserve  origin-2 by @CN-post                  => refused OfficeOutOfScope
        wait     130 days
        release  origin-1 by @CN-post                  => refused OfficeOutOfScope
    "

    issuers_are_no_offices_and_offices_issue_nothing "
        issue   origin-1 by NZ
        reserve origin-1 by @CN-origin                 => refused OfficeOutOfScope
        reserve origin-1 by CN
        issue   origin-2 by @CN-customs                => refused KindOutOfScope
        revoke  origin-1 by @CN-customs                => refused AnotherAuthoritysRecord
    "

    a_member_does_not_import_from_itself "
        issue   origin-1 by NZ
        issue   sps-1 by NZ
        reserve origin-1 by NZ                         => refused OwnMembersCertificate
        present sps-1 by NZ                            => refused OwnMembersCertificate
    "

    a_health_entry_document_is_written_off_by_its_own_customs "
        issue   sps-1 by NZ class=636
        reserve sps-1 by NZ amount=400
        consume sps-1 by NZ
        left    sps-1                                  => 600 left, 0 held, 400 used, 1 uses by NZ-customs
    "

    an_operators_status_has_no_quantity "
        issue   aeo-1 by NZ
        reserve aeo-1 by CN                            => refused VerbNotOfThisKind
        present aeo-1 by CN                            => refused VerbNotOfThisKind
    "

    what_is_not_there_or_of_another_kind_is_not_used "
        issue   origin-1 by NZ
        reserve origin-9 by CN                         => refused NoSuchRecord
        reserve origin-1 by CN as=sps                  => refused RecordOfAnotherKind
        draft   sps-1 by NZ
        reserve sps-1 by CN                            => refused CertificateNotIssued
        issue   sps-1 by NZ
        reserve sps-1 by CN
    "

    a_certificate_is_used_within_its_validity "
        issue   origin-1 by NZ from=2026-03-05 until=2026-04-05
        reserve origin-1 by CN                         => refused UseBeforeValidity
        wait    4 days
        reserve origin-1 by CN amount=100
        wait    40 days
        reserve origin-1 by CN declaration=D2          => refused UseOfExpired
        consume origin-1 by CN
        left    origin-1                               => 900 left, 0 held, 100 used, 1 uses by CN-customs
    "

    goods_lodged_in_time_stay_good "
        issue   origin-1 by NZ until=2026-04-05
        wait    20 days
        present origin-1 by CN
        wait    40 days
        reserve origin-1 by SG                         => refused UseOfExpired
        reserve origin-1 by CN
        present origin-1 by SG
        reserve origin-1 by SG                         => refused UseOfExpired
    "

    goods_lodged_in_time_stay_good_and_not_the_remainder_of_the_paper "
        issue   origin-1 by NZ until=2026-04-05
        wait    20 days
        present origin-1 by CN declaration=D2
        reserve origin-1 by CN declaration=D1 amount=100
        wait    40 days
        reserve origin-1 by CN declaration=D3          => refused UseForOtherGoods
        reserve origin-1 by CN declaration=D1 amount=50  => refused UseForOtherGoods
        reserve origin-1 by SG declaration=D2          => refused UseOfExpired
        consume origin-1 by CN declaration=D1
        reserve origin-1 by CN declaration=D2 amount=200
        consume origin-1 by CN declaration=D2
        left    origin-1                               => 700 left, 0 held, 300 used, 2 uses by CN-customs
        sentence origin-1 for=CN says=valid_until_2026-04-05_only,_and_the_question_is_about_2026-04-30;_presented_in_time_by_CN-customs_for_another_declaration_on_2026-03-21:_it_counts_for_those_goods_only;_whether  => yes
        sentence origin-1 for=CN declaration=D3 says=it_counts_for_those_goods_only  => yes
        sentence origin-1 for=CN declaration=D3 says=is_answered_with_its_reference  => no
        sentence origin-1 for=CN declaration=D2 says=what_counts_is_its_presentation_on_2026-03-21  => yes
        flags   origin-1 for=CN says=presented_for_one_declaration_on_2026-03-21:  => yes
        present origin-1 by CN declaration=D3 date=2026-04-04
        reserve origin-1 by CN declaration=D3
        sentence origin-1 for=CN says=for_2_other_declarations,_first_on_2026-03-21  => yes
        present origin-1 by CN declaration=D4
        reserve origin-1 by CN declaration=D4          => refused UseForOtherGoods
        grant   origin-1 by CN declaration=D4
        reserve origin-1 by CN declaration=D4
        reserve origin-1 by CN declaration=D5          => refused UseForOtherGoods
        deny    origin-1 by CN reason=2
        grant   origin-1 by CN declaration=D5
        reserve origin-1 by CN declaration=D5
        reserve origin-1 by CN declaration=D6          => refused UseForOtherGoods
        grant   origin-1 by CN
        reserve origin-1 by CN declaration=D6
    "

    a_hold_after_the_agreement_ended_needs_a_presentation_before "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP
        present  origin-1 by CN declaration=D2
        denounce RCEP by CN effective=2026-04-05
        wait     20 days
        reserve  origin-1 by CN declaration=D1 amount=10
        wait     20 days
        reserve  origin-1 by CN declaration=D3         => refused UseForOtherGoods
        reserve  origin-1 by CN declaration=D2
        consume  origin-1 by CN declaration=D1
        issue    origin-2 by NZ class=RCEP
        reserve  origin-2 by CN                        => refused UseOfExpired
        sentence origin-1 for=CN says=left_RCEP_from_2026-04-05_on;_presented_in_time_by_CN-customs_for_another_declaration  => yes
    "

    what_a_thief_may_have_recorded_is_not_used "
        issue      sps-1 by NZ
        wait       10 days
        issue      sps-2 by NZ
        reserve    sps-2 by CN amount=100
        revoke-key 1 by NZ-sps as-of=2026-03-05
        reserve    sps-1 by CN
        reserve    sps-2 by SG                         => refused UseUnderDoubtedKey
        consume    sps-2 by CN                         => refused UseUnderDoubtedKey
        release    sps-2 by CN
    "

    what_an_issuer_was_not_to_issue_is_not_used "
        issue   sps-1 by NZ date=2026-02-20
        scopes  NZ-sps by NZ kinds=origin effective=2026-02-10
        reserve sps-1 by CN                            => refused UseOfUnscopedIssuer
    "

    a_replacement_shares_holds_and_uses_of_the_original "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=300 declaration=D1
        consume origin-1 by CN declaration=D1
        reserve origin-1 by SG amount=200 declaration=D2
        replace origin-2 for origin-1 by NZ            => refused PoolNotShared
        replace origin-2 for origin-1 by NZ shares=yes
        left    origin-2                               => 500 left, 200 held, 300 used, 2 uses by CN-customs
        consume origin-1 by SG declaration=D2          => refused UseOfReplaced
        consume origin-2 by SG declaration=D2
        reserve origin-2 by CN amount=501 declaration=D3  => refused QuantityExceeded
        reserve origin-2 by CN amount=300 declaration=D1  => refused WriteOffExists
        reserve origin-2 by CN amount=500 declaration=D3
        consume origin-2 by CN declaration=D3
        verify  origin-2                               => Exhausted used-up
        verify  origin-1                               => Replaced replaced
    "

    a_replacement_of_a_replacement_shares_the_one_pool "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=300
        consume origin-1 by CN
        replace origin-2 for origin-1 by NZ shares=yes
        replace origin-3 for origin-2 by NZ            => refused PoolNotShared
        replace origin-3 for origin-2 by NZ shares=yes
        reserve origin-3 by SG amount=701              => refused QuantityExceeded
        reserve origin-3 by SG amount=700
        left    origin-1                               => 0 left, 700 held, 300 used, 2 uses by CN-customs
    "

    an_unused_certificate_is_replaced_with_a_pool_of_its_own "
        issue   origin-1 by NZ
        reserve origin-1 by CN
        release origin-1 by CN
        replace origin-2 for origin-1 by NZ amounts=500
        reserve origin-2 by CN amount=500
        left    origin-2                               => 0 left, 500 held, 0 used, 1 uses
    "

    what_goods_came_in_on_is_not_certified_anew "
        issue   origin-1 by NZ
        present origin-1 by CN declaration=D1
        grant   origin-1 by CN declaration=D1
        cancel  origin-1 by NZ                         => refused PresentedOrUsed
        replace origin-2 for origin-1 by NZ            => refused GoodsCameIn
        replace origin-2 for origin-1 by NZ shares=yes
        # Nor by way of one between.
        replace origin-3 for origin-2 by NZ            => refused GoodsCameIn
        cancel  origin-2 by NZ                         => refused PresentedOrUsed
        replace origin-3 for origin-2 by NZ shares=yes
        # An error that was seen at the presentation: with the same lines the pool is shared, with others once the old one is refused.
        issue   origin-4 by NZ codes=0401
        present origin-4 by CN declaration=D1
        replace origin-5 for origin-4 by NZ codes=0402  => refused GoodsCameIn
        replace origin-5 for origin-4 by NZ codes=0402 shares=yes  => refused PoolLinesDiffer
        deny    origin-4 by CN declaration=D1 reason=3
        replace origin-5 for origin-4 by NZ codes=0402
        issue   sps-1 by NZ
        acknowledge sps-1 by CN
        reject  sps-1 by CN reason=3
        present sps-1 by SG
        replace sps-2 for sps-1 by NZ                  => refused GoodsCameIn
        reject  sps-1 by SG reason=3
        replace sps-2 for sps-1 by NZ
        accept  sps-2 by CN
        replace sps-3 for sps-2 by NZ                  => refused GoodsCameIn
        # What certifies no amounts has nothing to certify anew.
        issue   sps-4 by NZ amounts=none
        accept  sps-4 by CN
        replace sps-5 for sps-4 by NZ amounts=none
    "

    a_shared_pool_has_the_lines_of_the_original_and_no_more "
        issue   origin-1 by NZ lines=2 amounts=1000,500 codes=0401,0402
        reserve origin-1 by CN line=1 amount=300 code=0401
        replace origin-2 for origin-1 by NZ shares=yes lines=1 amounts=1000 codes=0401            => refused PoolLinesDiffer
        replace origin-2 for origin-1 by NZ shares=yes lines=2 amounts=1000,500 codes=0401,0403   => refused PoolLinesDiffer
        replace origin-2 for origin-1 by NZ shares=yes lines=2 amounts=1000,none codes=0401,0402  => refused PoolLinesDiffer
        replace origin-2 for origin-1 by NZ shares=yes lines=2 amounts=1001,500 codes=0401,0402   => refused PoolAmountGrown
        replace origin-2 for origin-1 by NZ shares=yes lines=2 amounts=299,500 codes=0401,0402    => refused PoolAmountBelowUse
        issue   origin-3 by NZ shares=yes                                                         => refused NothingToShare
        replace origin-4 for elsewhere by NZ shares=yes                                           => refused NothingToShare
        replace origin-2 for origin-1 by NZ shares=yes lines=2 amounts=300,500 codes=0401,0402
        reserve origin-2 by SG line=1 amount=1 code=0401                                          => refused QuantityExceeded
        left    origin-2                               => 0 left, 300 held, 0 used, 1 uses
    "

    a_suspended_office_does_nothing "
        issue   origin-1 by NZ
        reserve origin-1 by CN
        stop    CN-customs by CN
        consume origin-1 by CN                         => refused AuthoritySuspended
        restart CN-customs by CN
        consume origin-1 by CN
    "

    a_certificate_was_exhausted_from_a_time_and_a_date_on "
        issue   origin-1 by NZ
        wait    3 days
        reserve origin-1 by CN amount=1000
        verify  origin-1                               => Valid all-holds
        wait    3 days
        consume origin-1 by CN
        verify  origin-1                               => Exhausted used-up
        verify  origin-1 known=2026-03-06              => Valid all-holds
        verify  origin-1 on=2026-03-05                 => Valid all-holds
        verify  origin-1 on=2026-03-06                 => Exhausted used-up
        verify  origin-1 on=2026-03-07                 => Exhausted used-up
    "

    a_use_of_the_morning_counts_for_the_date_before_and_not_for_who_asked_then "
        issue   origin-1 by NZ
        reserve origin-1 by CN amount=1000
        wait    18 hours
        verify  origin-1 on=2026-03-01                 => Valid all-holds
        wait    14 hours
        # 08:00 UTC: in the far west it is still the day before.
        consume origin-1 by CN
        verify  origin-1 on=2026-03-01                 => Exhausted used-up
        verify  origin-1 on=2026-03-01 known=2026-03-02  => Valid all-holds
    "

    the_agreements_last_day_ends_new_uses "
        adopt   CLCN by CL validity=12m
        adopt   CLCN by CN validity=12m
        issue   origin-1 by CL
        wait    367 days
        reserve origin-1 by CN                         => refused UseOfExpired
        present origin-1 by CN
        reserve origin-1 by CN                         => refused UseOfExpired
        grant   origin-1 by CN
        reserve origin-1 by CN
    "

    what_a_body_issued_that_was_struck_off_is_neither_held_nor_used "
        adopt   RCEP by NZ
        adopt   RCEP by CN
        adopt   RCEP by SG
        notify  NZ-origin under=RCEP by NZ from=2026-01-01
        issue   origin-1 by NZ class=RCEP date=2026-02-20 until=2026-12-31
        reserve origin-1 by CN
        strike  NZ-origin under=RCEP by NZ from=2026-02-25
        issue   origin-2 by NZ class=RCEP until=2026-12-31
        verify  origin-2 for=CN                        => NotRecognised authority-not-notified
        reserve origin-2 by CN                         => refused UseNotRecognised
        issue   origin-3 by SG class=RCEP on=origin-2 flags=8 until=2026-12-31  => refused UseNotRecognised
        # Dated before, recorded after.
        wait    2 days
        issue   origin-4 by NZ class=RCEP date=2026-02-20 until=2026-12-31
        verify  origin-4 for=CN                        => NotRecognised authority-not-notified
        reserve origin-4 by CN                         => refused UseNotRecognised
        reserve origin-1 by SG
        consume origin-1 by CN
        strike  NZ-origin under=RCEP by NZ from=2026-02-20  => refused NotNotified
    "

    what_is_held_is_not_used_once_the_body_was_struck_off_as_of_a_date_before "
        adopt   RCEP by NZ
        adopt   RCEP by CN
        notify  NZ-origin under=RCEP by NZ from=2026-01-01
        issue   origin-1 by NZ class=RCEP date=2026-02-20
        reserve origin-1 by CN
        strike  NZ-origin under=RCEP by NZ from=2026-02-10
        verify  origin-1 for=CN                        => NotRecognised authority-not-notified
        consume origin-1 by CN                         => refused UseNotRecognised
        release origin-1 by CN
    "

    what_is_not_recognised_in_a_country_is_not_used_there "
        issue   origin-1 by NZ class=RCEP date=2026-02-20
        reserve origin-1 by SG declaration=D0
        adopt   RCEP by NZ
        adopt   RCEP by CN from=2026-03-10
        verify  origin-1 for=SG                        => NotRecognised agreement-not-in-force
        reserve origin-1 by SG                         => refused UseNotRecognised
        verify  origin-1 for=CN                        => NotRecognised agreement-not-in-force
        reserve origin-1 by CN                         => refused UseNotRecognised
        wait    8 days
        reserve origin-1 by CN                         => refused UseNotRecognised
        # In the east the day has begun.
        wait    11 hours
        verify  origin-1 for=CN                        => NotRecognised agreement-not-in-force
        reserve origin-1 by CN
        consume origin-1 by CN
    "

    the_terms_between_the_two_countries_set_the_last_day_and_no_others "
        adopt   RCEP by NZ name=First validity=12m
        adopt   RCEP by CN name=First validity=12m
        adopt   RCEP by NZ name=Second validity=1m with=SG
        adopt   RCEP by SG name=Second validity=1m with=NZ
        issue   origin-1 by NZ class=RCEP
        wait    40 days
        verify  origin-1 for=CN                        => Valid all-holds
        verify  origin-1 for=SG                        => Expired validity-over
        reserve origin-1 by CN
        reserve origin-1 by SG                         => refused UseOfExpired
    "

    what_a_member_knows_of_one_certificate_opens_no_other "
        issue   origin-1 by NZ for=CN,SG
        issue   origin-2 by NZ for=CN
        reserve origin-2 by SG number=origin-1         => refused NotMadeKnown
    "

    a_members_own_certificate_needs_no_opening "
        issue   sps-0 by NZ class=636
        reserve sps-0 by NZ opening=NZ                 => refused FieldsNotOfThisAct
        reserve sps-0 by NZ
    "
}
