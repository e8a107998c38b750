//! Trade agreements: in force between whom, with whom notified.

stories! {
    a_certificate_under_an_agreement_that_is_not_here_is_judged_by_the_issuers_scope "
        issue  origin-1 by NZ class=RCEP
        verify origin-1 for=CN                         => Valid all-holds
    "
}
