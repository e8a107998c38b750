//! Whom an agreement binds: nobody but the adopter where there is none, no party with itself, and from which date.

stories! {
    an_authority_that_is_notified_after_the_recording_was_not_by_then "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        admit    NZ-first by NZ kinds=origin
        notify   NZ-first under=RCEP by NZ from=2026-01-01
        issue    origin-1 by NZ class=RCEP date=2026-02-20
        notify   NZ-origin under=RCEP by NZ from=2026-01-01
        verify   origin-1 for=CN                       => NotRecognised authority-not-notified
        sentence origin-1 for=CN says=was_not_notified_under_RCEP_yet:_that_came_later,_at => yes
    "

    parties_that_apply_different_terms_are_told_so "
        adopt    RCEP by NZ validity=10m
        adopt    RCEP by CN validity=11m name=Second
        issue    origin-1 by NZ class=RCEP
        verify   origin-1 for=CN                       => NotRecognised agreement-not-in-force
        sentence origin-1 for=CN says=each_applies_other_terms_of_it => yes
        adopt    RCEP by CN validity=10m
        verify   origin-1 for=CN                       => Valid all-holds
    "

    terms_of_no_agreement_bind_their_adopter_alone "
        issue    origin-1 by NZ class=none
        verify   origin-1 for=CN                       => Valid all-holds
        adopt    NON-PREFERENTIAL by CN validity=2m parties=
        verify   origin-1 for=CN on=2030-01-01         => Valid all-holds
        verify   origin-1 for=SG                       => Valid all-holds
        issue    origin-2 by CN class=none
        verify   origin-2 for=NZ                       => Valid all-holds
        verify   origin-2 for=NZ on=2026-05-02         => Expired validity-over
        verify   origin-2 for=NZ on=2026-05-01         => Valid all-holds
        reserve  origin-2 by NZ amount=1
    "

    who_left_the_terms_of_no_agreement_is_as_who_never_adopted_them "
        adopt    NON-PREFERENTIAL by NZ validity=2m parties=
        adopt    NON-PREFERENTIAL by CN validity=none parties= name=Other
        issue    origin-1 by NZ class=none
        wait     2 days
        denounce NON-PREFERENTIAL by NZ validity=2m parties= effective=2026-03-03
        verify   origin-1 for=CN                       => Valid all-holds
        verify   origin-1 for=SG on=2026-05-02         => Expired validity-over
        issue    origin-2 by NZ class=none
        verify   origin-2 for=CN on=2030-01-01         => Valid all-holds
        verify   origin-2 for=SG on=2030-01-01         => Valid all-holds
    "

    terms_that_list_their_adopter_alone_bind_it "
        adopt    NON-PREFERENTIAL by CN validity=2m parties=CN
        issue    origin-1 by CN class=none
        verify   origin-1 for=NZ on=2026-05-02         => Expired validity-over
        verify   origin-1 for=NZ on=2026-05-01         => Valid all-holds
    "

    an_adopter_of_the_terms_of_no_agreement_keeps_its_retroactive_limit "
        adopt    NON-PREFERENTIAL by CN retroactive=1m parties=
        issue    origin-1 by CN class=none flags=1 shipped=2025-12-01  => refused RetroactiveTooLate
        issue    origin-2 by NZ class=none flags=1 shipped=2025-12-01
        verify   origin-2 for=CN                       => Valid all-holds
    "

    under_no_agreement_the_adopters_own_list_counts "
        adopt    NON-PREFERENTIAL by NZ validity=none parties=
        admit    NZ-other by NZ kinds=origin
        notify   NZ-other under=NON-PREFERENTIAL by NZ from=2026-02-10
        issue    origin-1 by NZ class=none
        verify   origin-1 for=CN                       => NotRecognised authority-not-notified
        verify   origin-1 for=NZ                       => Valid all-holds
    "

    between_countries_of_one_party_a_note_says_that_there_is_no_preference "
        admit    EU-dihk by EU country=DE kinds=origin
        name-key 1 by EU-dihk
        adopt    PEM by EU
        adopt    PEM by CL
        issue    origin-1 by EU-dihk class=PEM country=DE
        flags    origin-1 for=FR says=DE_and_FR_are_one_party_of_PEM  => yes
        flags    origin-1 for=DE says=one_party        => no
        flags    origin-1 for=CL says=one_party        => no
    "

    what_is_dated_before_the_agreement_was_in_force_bears_a_note "
        adopt    RCEP by NZ from=2026-02-20
        adopt    RCEP by CN from=2026-02-01
        issue    origin-1 by NZ class=RCEP date=2026-02-19
        issue    origin-2 by NZ class=RCEP date=2026-02-20
        verify   origin-1 for=CN                       => Valid all-holds
        flags    origin-1 for=CN says=dated_2026-02-19,_when_RCEP_was_not_in_force_between_NZ_and_CN  => yes
        flags    origin-2 for=CN says=not_in_force     => no
    "

    where_no_authority_was_notified_a_note_says_so "
        adopt    RCEP by NZ
        adopt    RCEP by CN
        issue    origin-1 by NZ class=RCEP
        flags    origin-1 for=CN says=NZ_had_notified_no_authority_under_RCEP_here_by_2026-03-01:_not_checked  => yes
        notify   NZ-origin under=RCEP by NZ from=2026-03-02
        flags    origin-1 for=CN says=not_checked      => yes
        notify   NZ-origin under=RCEP by NZ from=2026-01-01
        flags    origin-1 for=CN says=not_checked      => no
    "
}
