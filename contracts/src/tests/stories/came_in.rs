//! What goods came in on, line by line and for each declaration, and what a replacement takes over of it. Source: DOMAIN section 3.3.

stories! {
    what_is_refused_line_by_line_is_refused "
        issue    origin-1 by NZ lines=2
        present  origin-1 by CN declaration=D1
        deny     origin-1 by CN reason=2 lines=1
        replace  origin-2 for origin-1 by NZ           => refused GoodsCameIn
        deny     origin-1 by CN reason=2 lines=2
        replace  origin-2 for origin-1 by NZ
        issue    sps-1 by NZ lines=2
        accept   sps-1 by CN
        reject   sps-1 by CN reason=2 lines=1,2
        replace  sps-2 for sps-1 by NZ
    "

    what_was_refused_before_is_not_let_in_by_being_presented "
        issue    origin-1 by NZ
        deny     origin-1 by CN reason=2
        present  origin-1 by CN declaration=D1
        replace  origin-2 for origin-1 by NZ
        issue    origin-3 by NZ
        deny     origin-3 by CN reason=2 declaration=D1
        present  origin-3 by CN declaration=D1
        present  origin-3 by CN declaration=D1/2       => refused AlreadyPresented
        replace  origin-4 for origin-3 by NZ
        # Another declaration was not refused, nor is what was accepted since.
        issue    origin-5 by NZ
        deny     origin-5 by CN reason=2 declaration=D1
        present  origin-5 by CN declaration=D2
        replace  origin-6 for origin-5 by NZ           => refused GoodsCameIn
        issue    origin-7 by NZ
        deny     origin-7 by CN reason=2
        grant    origin-7 by CN
        present  origin-7 by CN declaration=D1
        replace  origin-8 for origin-7 by NZ           => refused GoodsCameIn
        issue    origin-9 by NZ lines=2
        deny     origin-9 by CN reason=2 lines=1
        present  origin-9 by CN
        replace  origin-10 for origin-9 by NZ          => refused GoodsCameIn
    "

    what_one_goods_item_is_refused_for_came_in_for_the_others "
        issue    origin-1 by NZ
        present  origin-1 by CN declaration=D1
        deny     origin-1 by CN reason=2 declaration=D1/1
        replace  origin-2 for origin-1 by NZ           => refused GoodsCameIn
        deny     origin-1 by CN reason=2 declaration=D1
        replace  origin-2 for origin-1 by NZ
        issue    origin-3 by NZ
        deny     origin-3 by CN reason=2 declaration=D1
        present  origin-3 by CN declaration=D1/1
        replace  origin-4 for origin-3 by NZ
    "

    what_was_presented_and_refused_goes_on_under_no_other_number "
        issue    origin-1 by NZ
        present  origin-1 by CN declaration=D1
        deny     origin-1 by CN reason=2 declaration=D1
        replace  origin-2 for origin-1 by NZ shares=yes
        # It is not taken over, and so may be presented.
        replace  origin-3 for origin-2 by NZ
        issue    origin-4 by NZ
        present  origin-4 by CN declaration=D1
        present  origin-4 by CN declaration=D2
        deny     origin-4 by CN reason=2 declaration=D1
        replace  origin-5 for origin-4 by NZ shares=yes
        present  origin-5 by CN declaration=D1
        present  origin-5 by CN declaration=D2         => refused AlreadyPresented
        replace  origin-6 for origin-5 by NZ           => refused GoodsCameIn
        # What is refused under the new number came in under the old one no more.
        deny     origin-5 by CN reason=2
        replace  origin-6 for origin-5 by NZ
    "
}
