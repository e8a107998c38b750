//! What is decided about a declaration holds for each of its goods items (`D1/2` is the second of `D1`); what is decided about one
//! of these holds for that one alone.

stories! {
    a_denial_for_a_declaration_stops_the_use_of_each_of_its_goods_items "
        issue   origin-1 by NZ
        reserve origin-1 by CN declaration=D1/1 amount=10
        reserve origin-1 by CN declaration=D2/1 amount=10
        deny    origin-1 by CN declaration=D1 reason=2
        reserve origin-1 by CN declaration=D1/2        => refused UseOfRejectedLine
        reserve origin-1 by CN declaration=D1          => refused UseOfRejectedLine
        # What was held before knows to which declaration it belongs.
        consume origin-1 by CN declaration=D1/1        => refused UseOfRejectedLine
        consume origin-1 by CN declaration=D2/1
        verify  origin-1 for=CN declaration=D1/2       => Rejected preference-denied
        verify  origin-1 for=CN declaration=D2/2       => Valid all-holds
        verify  origin-1 for=CN                        => Valid all-holds
        grant   origin-1 by CN declaration=D1
        consume origin-1 by CN declaration=D1/1
        reserve origin-1 by CN declaration=D1/2
    "

    a_denial_for_a_goods_item_leaves_the_others_free "
        issue   origin-1 by NZ
        deny    origin-1 by CN declaration=D1/1 reason=2
        reserve origin-1 by CN declaration=D1/1        => refused UseOfRejectedLine
        reserve origin-1 by CN declaration=D1/2
        reserve origin-1 by CN declaration=D1
        verify  origin-1 for=CN declaration=D1/1       => Rejected preference-denied
        verify  origin-1 for=CN declaration=D1/2       => Valid all-holds
        verify  origin-1 for=CN declaration=D1         => Valid all-holds
        # A later decision about the whole takes it back.
        grant   origin-1 by CN declaration=D1
        reserve origin-1 by CN declaration=D1/1
        deny    origin-1 by CN declaration=D1 reason=2
        grant   origin-1 by CN declaration=D1/2
        reserve origin-1 by CN declaration=D1/2
        reserve origin-1 by CN declaration=D1/1        => refused UseOfRejectedLine
        # As does one about all declarations.
        grant   origin-1 by CN
        reserve origin-1 by CN declaration=D1/1
        issue   sps-1 by NZ lines=2
        reject  sps-1 by CN declaration=D1 reason=7
        reserve sps-1 by CN declaration=D1/3 line=2    => refused UseOfRejectedLine
    "

    what_was_decided_for_a_goods_item_is_told_as_that "
        issue    origin-1 by NZ
        deny     origin-1 by CN declaration=D1/1 reason=2
        sentence origin-1 for=CN declaration=D1 says=CN-customs_denied_preference_for_one_goods_item_of_this_declaration_on_2026-03-01,_reason_2 => yes
        flags    origin-1 for=CN declaration=D1/2 says=denied_preference_for_another_goods_item_of_this_declaration_on => yes
        sentence origin-1 for=CN declaration=D1/2 says=denied  => no
        flags    origin-1 for=CN declaration=D2 says=denied_preference_for_one_goods_item_of_another_declaration_on  => yes
        sentence origin-1 for=CN declaration=D2 says=denied    => no
        flags    origin-1 for=CN says=denied_preference_for_one_goods_item_of_one_declaration_on  => yes
        wait     2 days
        deny     origin-1 by CN declaration=D1/2 reason=3
        flags    origin-1 for=CN declaration=D1 says=for_2_goods_items_of_this_declaration,_last_on_2026-03-03,_reason_3 => yes
        flags    origin-1 for=CN declaration=D1/3 says=for_2_other_goods_items_of_this_declaration,_last_on => yes
        deny     origin-1 by CN declaration=D2 reason=4
        sentence origin-1 for=CN declaration=D1 says=for_2_goods_items_of_this_declaration,_last_on_2026-03-03,_reason_3 => yes
        flags    origin-1 for=CN declaration=D1 says=for_2_goods_items_of_this_declaration_and_another_declaration,_last_on_2026-03-03,_reason_4 => yes
        flags    origin-1 for=SG says=for_2_declarations,_last_on => yes
        # For one line of the whole, it takes nothing back that was decided for all lines of a goods item.
        grant    origin-1 by CN declaration=D1 lines=1
        flags    origin-1 for=CN declaration=D1 says=for_2_goods_items_of_this_declaration => yes
        grant    origin-1 by CN declaration=D1
        flags    origin-1 for=CN declaration=D1 says=goods_item => no
        flags    origin-1 for=CN declaration=D1 says=denied_preference_for_another_declaration_on => yes
        # Its time is over but for what was presented in it.
        issue    origin-2 by NZ date=2026-02-01 until=2026-03-10
        present  origin-2 by CN declaration=D1/1
        wait     20 days
        sentence origin-2 for=CN declaration=D1 says=presented_in_time_by_CN-customs_for_one_goods_item_of_this_declaration_on_2026-03-03:_it_counts_for_those_goods_only => yes
        flags    origin-2 for=CN declaration=D1/2 says=presented_for_another_goods_item_of_this_declaration_on_2026-03-03:_for_these_goods => yes
    "

    what_was_presented_whole_keeps_its_goods_items_good "
        issue   origin-1 by NZ date=2026-02-01 until=2026-03-10
        present origin-1 by CN declaration=D1
        present origin-1 by CN declaration=D2/1
        wait    20 days
        reserve origin-1 by CN declaration=D1/2 amount=10
        verify  origin-1 for=CN declaration=D1/1       => Valid all-holds
        reserve origin-1 by CN declaration=D2/1 amount=10
        reserve origin-1 by CN declaration=D2/2        => refused UseForOtherGoods
        reserve origin-1 by CN declaration=D2          => refused UseForOtherGoods
        verify  origin-1 for=CN declaration=D2         => Expired validity-over
        # Presented late, and accepted for the whole.
        grant   origin-1 by CN declaration=D2
        reserve origin-1 by CN declaration=D2/2 amount=10
        deny    origin-1 by CN declaration=D2/2 reason=2
        consume origin-1 by CN declaration=D2/2        => refused UseOfRejectedLine
        verify  origin-1 for=CN declaration=D2/3       => Valid all-holds
    "

    a_denial_for_a_declaration_takes_back_what_was_accepted_late_for_its_goods_items "
        issue    origin-1 by NZ date=2026-02-01 until=2026-03-10
        wait     20 days
        grant    origin-1 by CN declaration=D1/1
        sentence origin-1 for=CN says=accepted_late_by_CN-customs => yes
        deny     origin-1 by CN declaration=D1/2 reason=2
        sentence origin-1 for=CN says=accepted_late_by_CN-customs => yes
        deny     origin-1 by CN declaration=D1 reason=2
        sentence origin-1 for=CN says=accepted_late_by_CN-customs => no
    "

    what_was_presented_whole_is_not_presented_again_in_goods_items "
        issue   origin-1 by NZ
        present origin-1 by CN declaration=D1/1
        present origin-1 by CN declaration=D1/2
        present origin-1 by CN declaration=D1/1        => refused AlreadyPresented
        present origin-1 by CN declaration=D1
        present origin-1 by CN declaration=D1/3        => refused AlreadyPresented
        present origin-1 by CN declaration=D2/3
        present origin-1 by CN
        present origin-1 by CN declaration=D3/1
    "

    goods_items_came_in_unless_their_declaration_was_refused "
        issue   origin-1 by NZ
        present origin-1 by CN declaration=D1/1
        replace origin-2 for origin-1 by NZ            => refused GoodsCameIn
        deny    origin-1 by CN declaration=D1 reason=3
        # What was refused is not let in by being presented again, or in goods items.
        present origin-1 by CN declaration=D1/2
        replace origin-2 for origin-1 by NZ
        issue   origin-3 by NZ
        deny    origin-3 by CN declaration=D1 reason=3
        grant   origin-3 by CN declaration=D1/2
        replace origin-4 for origin-3 by NZ            => refused GoodsCameIn
        deny    origin-3 by CN declaration=D1/2 reason=3
        present origin-3 by CN declaration=D2
        deny    origin-3 by CN declaration=D2/1 reason=3
        replace origin-4 for origin-3 by NZ            => refused GoodsCameIn
    "

    a_goods_item_belongs_to_one_declaration_and_not_to_itself "
        issue   origin-1 by NZ
        reserve origin-1 by CN declaration=D1/1 of-declaration=D1/1  => refused NoGoodsItem
        present origin-1 by CN declaration=D1 of-declaration=D1      => refused NoGoodsItem
        present origin-1 by CN of-declaration=D1                     => refused NoGoodsItem
        reserve origin-1 by CN declaration=D1/1 amount=10
        reserve origin-1 by CN declaration=D1/1 of-declaration=D2 amount=10 => refused ItemOfAnotherDeclaration
        reserve origin-1 by CN declaration=D1/1 amount=20
        consume origin-1 by CN declaration=D1/1 of-declaration=D2    => refused FieldsNotOfThisAct
        consume origin-1 by CN declaration=D1/1
    "
}
