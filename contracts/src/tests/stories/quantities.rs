//! One pool of quantity a certificate, whoever uses it.

stories! {
    an_unused_certificate_is_valid "
        issue  origin-1 by NZ lines=2
        verify origin-1                                => Valid all-holds
    "
}
