//! AEO statuses and the arrangements that recognise them.

stories! {
    an_annulment_goes_back_to_the_grant "
        issue  aeo-1 by NZ date=2026-02-01
        annul  aeo-1 by NZ
        verify aeo-1 on=2026-02-02                     => Annulled annulled
    "
}
