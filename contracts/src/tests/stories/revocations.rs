//! Keys and authorisations revoked as of a time, quotas, and acts that need two officials.

stories! {
    what_was_recorded_before_the_theft_stands "
        issue      sps-1 by NZ
        wait       10 days
        revoke-key 1 by NZ-sps as-of=2026-03-05
        verify     sps-1                               => Valid all-holds
    "
}
