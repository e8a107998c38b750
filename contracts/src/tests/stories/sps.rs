//! Sanitary and phytosanitary certificates.

stories! {
    a_draft_is_issued_cancelled_or_refused "
        issue    sps-1 by NZ terms=draft               => refused StatusNotIssued
        draft    sps-1 by NZ terms=issued              => refused NotADraft
        draft    origin-1 by NZ                        => refused VerbNotOfThisKind
        draft    sps-1 by NZ
        verify   sps-1                                 => NotYetValid draft
        withdraw sps-1 by NZ                           => refused StillADraft
        replace  sps-9 for sps-1 by NZ                 => refused StillADraft
        draft    sps-1 by NZ                           => refused AlreadyRecorded
        issue    sps-1 by NZ
        verify   sps-1                                 => Valid all-holds
        issue    sps-1 by NZ                           => refused AlreadyRecorded
        refuse   sps-1 by NZ                           => refused NotADraft
        draft    sps-2 by NZ
        refuse   sps-2 by NZ
        verify   sps-2                                 => Annulled refused-by-issuer
        issue    sps-2 by NZ                           => refused AlreadyRecorded
        draft    sps-3 by NZ
        cancel   sps-3 by NZ
        verify   sps-3                                 => Withdrawn cancelled
    "
}
