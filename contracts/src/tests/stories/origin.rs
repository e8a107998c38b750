//! Certificates of origin.

stories! {
    a_revocation_never_comes_before_its_date "
        issue  origin-1 by NZ date=2026-02-20
        revoke origin-1 by NZ effective=2026-02-25
        verify origin-1 on=2026-02-24                  => Valid all-holds
        verify origin-1 on=2026-02-25                  => Revoked revoked
    "
}
