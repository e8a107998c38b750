//! Other terms of an arrangement: only its parties make them, and nobody is amended out of it.

stories! {
    who_is_no_party_signs_no_amendment "
        issue  aeo-1 by NZ date=2026-02-01
        sign   CN-NZ-1 by CN effective=2026-02-01
        sign   CN-NZ-1 by NZ effective=2026-02-01
        apply  CN-NZ-1 by CN effective=2026-02-01
        apply  CN-NZ-1 by NZ effective=2026-02-01
        amend  CN-NZ-1 by SG parties=CL,SG                => refused NotAParty
        amend  CN-NZ-1 by CL parties=CL,SG                => refused NotAParty
        amend  CN-NZ-1 by SG parties=CN,NZ,SG             => refused NotAParty
        verify aeo-1 for=CN on=2026-03-10                 => Valid all-holds
        amend  CN-NZ-1 by CN types=AEOS number=0
    "

    an_amendment_needs_those_whom_it_leaves_out "
        issue  aeo-1 by NZ
        issue  aeo-2 by CL
        sign   CL-CN-NZ-1 by CL notice=365
        sign   CL-CN-NZ-1 by CN notice=365
        sign   CL-CN-NZ-1 by NZ notice=365
        apply  CL-CN-NZ-1 by CL
        apply  CL-CN-NZ-1 by CN
        apply  CL-CN-NZ-1 by NZ
        amend  CL-CN-NZ-1 by CN parties=CN,NZ
        amend  CL-CN-NZ-1 by NZ parties=CN,NZ
        apply  CL-CN-NZ-1 by CN number=0                  => refused NotSignedByAll
        apply  CL-CN-NZ-1 by CL number=0                  => refused NotSigned
        amend  CL-CN-NZ-1 by CL parties=CN,NZ
        apply  CL-CN-NZ-1 by CN number=0
        apply  CL-CN-NZ-1 by NZ number=0
        verify aeo-2 for=CN                               => Valid all-holds
        apply  CL-CN-NZ-1 by CL number=0 effective=2026-03-10
        verify aeo-2 for=CN on=2026-03-09                 => Valid all-holds
        verify aeo-2 for=CN on=2026-03-10                 => NotRecognised no-arrangement
        verify aeo-1 for=CL on=2026-03-10                 => NotRecognised no-arrangement
        verify aeo-1 for=CN on=2026-03-10                 => Valid all-holds
        wait   10 days
        hold   CL-CN-NZ-1 by CL                           => refused NotAParty
        amend  CL-CN-NZ-1 by CL parties=CL,CN,NZ types=X number=1 => refused NotAParty
    "

    who_has_left_need_not_sign_and_is_not_cut_short "
        issue  aeo-1 by NZ
        issue  aeo-2 by CL
        sign   CL-CN-NZ-1 by CL
        sign   CL-CN-NZ-1 by CN
        sign   CL-CN-NZ-1 by NZ
        apply  CL-CN-NZ-1 by CL
        apply  CL-CN-NZ-1 by CN
        apply  CL-CN-NZ-1 by NZ
        leave  CL-CN-NZ-1 by CL effective=2026-05-30
        amend  CL-CN-NZ-1 by CN parties=CN,NZ
        amend  CL-CN-NZ-1 by NZ parties=CN,NZ
        apply  CL-CN-NZ-1 by CN number=0                  => refused NotSignedByAll
        wait   90 days
        apply  CL-CN-NZ-1 by CL number=0                  => refused AlreadyTerminated
        apply  CL-CN-NZ-1 by CN number=0 effective=2026-03-05
        apply  CL-CN-NZ-1 by NZ number=0 effective=2026-03-05
        verify aeo-2 for=CN on=2026-05-29                 => Valid all-holds
        verify aeo-2 for=CN on=2026-05-30                 => NotRecognised arrangement-terminated
        verify aeo-1 for=CN on=2026-05-30                 => Valid all-holds
    "

    who_leaves_may_agree_to_leave_earlier "
        issue  aeo-2 by CL
        sign   CL-CN-NZ-1 by CL notice=365
        sign   CL-CN-NZ-1 by CN notice=365
        sign   CL-CN-NZ-1 by NZ notice=365
        apply  CL-CN-NZ-1 by CL
        apply  CL-CN-NZ-1 by CN
        apply  CL-CN-NZ-1 by NZ
        leave  CL-CN-NZ-1 by CL effective=2027-03-01
        amend  CL-CN-NZ-1 by CN parties=CN,NZ
        amend  CL-CN-NZ-1 by NZ parties=CN,NZ
        amend  CL-CN-NZ-1 by CL parties=CN,NZ
        apply  CL-CN-NZ-1 by CN number=0 effective=2026-04-01
        apply  CL-CN-NZ-1 by NZ number=0 effective=2026-04-01
        apply  CL-CN-NZ-1 by CL number=0 effective=2026-04-01
        verify aeo-2 for=CN on=2026-03-31                 => Valid all-holds
        verify aeo-2 for=CN on=2026-04-01                 => NotRecognised no-arrangement
    "

    an_amendment_amends_the_terms_that_were_agreed_last "
        issue  aeo-1 by NZ
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        apply  CN-NZ-1 by CN
        apply  CN-NZ-1 by NZ
        amend  CN-NZ-1 by CN parties=CN,NZ,SG number=0
        amend  CN-NZ-1 by NZ types=AEOS number=1
        amend  CN-NZ-1 by CN types=AEOS number=1
        apply  CN-NZ-1 by CN number=1
        amend  CN-NZ-1 by SG parties=CN,NZ,SG number=0
        amend  CN-NZ-1 by NZ parties=CN,NZ,SG number=0
        apply  CN-NZ-1 by SG number=0 effective=2026-04-01
        apply  CN-NZ-1 by CN number=0 effective=2026-04-01
        apply  CN-NZ-1 by NZ number=0 effective=2026-04-01
        apply  CN-NZ-1 by NZ number=1                     => refused AmendmentOvertaken
        amend  CN-NZ-1 by SG parties=CN,SG number=2
        amend  CN-NZ-1 by CN parties=CN,SG number=2
        apply  CN-NZ-1 by SG number=2                     => refused NotSignedByAll
        amend  CN-NZ-1 by NZ parties=CN,SG number=2
        apply  CN-NZ-1 by SG number=2
        apply  CN-NZ-1 by CN number=2
        apply  CN-NZ-1 by NZ number=2
        verify aeo-1 for=CN on=2026-03-31                 => Valid all-holds
        verify aeo-1 for=CN on=2026-04-01                 => NotRecognised no-arrangement
        verify aeo-1 for=SG on=2026-03-31                 => NotRecognised arrangement-not-applied
        verify aeo-1 for=SG on=2026-04-01                 => NotRecognised no-arrangement
    "

    terms_that_were_never_applied_may_be_amended "
        issue  aeo-1 by NZ type=AEOS
        sign   CN-NZ-1 by CN types=AEOC
        sign   CN-NZ-1 by NZ types=AEOC
        apply  CN-NZ-1 by CN
        amend  CN-NZ-1 by CN types=AEOS
        amend  CN-NZ-1 by NZ types=AEOS
        apply  CN-NZ-1 by CN number=0
        apply  CN-NZ-1 by NZ number=0
        verify aeo-1 for=CN                               => Valid all-holds
        apply  CN-NZ-1 by NZ                              => refused AmendmentOvertaken
    "

    the_notice_is_that_of_the_terms_between_who_leaves_and_any_other "
        sign   CL-CN-NZ-1 by CL
        sign   CL-CN-NZ-1 by CN
        sign   CL-CN-NZ-1 by NZ
        apply  CL-CN-NZ-1 by CL
        apply  CL-CN-NZ-1 by CN
        apply  CL-CN-NZ-1 by NZ effective=2026-05-01
        amend  CL-CN-NZ-1 by CL notice=180
        amend  CL-CN-NZ-1 by CN notice=180
        amend  CL-CN-NZ-1 by NZ notice=180
        apply  CL-CN-NZ-1 by CL number=0
        apply  CL-CN-NZ-1 by CN number=0
        apply  CL-CN-NZ-1 by NZ number=0
        leave  CL-CN-NZ-1 by CN effective=2026-06-15      => refused NoticeTooShort
        leave  CL-CN-NZ-1 by CN effective=2026-09-01
    "

    one_party_alone_takes_few_places "
        sign   CL-CN-NZ-1 by CL
        sign   CL-CN-NZ-1 by CN
        sign   CL-CN-NZ-1 by NZ
        amend  CL-CN-NZ-1 by CL types=A number=0
        amend  CL-CN-NZ-1 by CL types=B number=1
        amend  CL-CN-NZ-1 by CL types=C number=2          => refused AmendmentsAlone
        amend  CL-CN-NZ-1 by CN types=D number=2
        amend  CL-CN-NZ-1 by CN types=A number=0
        amend  CL-CN-NZ-1 by CL types=C number=3
    "

    two_of_three_parties_leave_places_to_the_third "
        sign   CL-CN-NZ-1 by CL
        sign   CL-CN-NZ-1 by CN
        sign   CL-CN-NZ-1 by NZ
        amend  CL-CN-NZ-1 by CL types=A number=0
        amend  CL-CN-NZ-1 by CN types=A number=0
        amend  CL-CN-NZ-1 by CL types=B number=1
        amend  CL-CN-NZ-1 by CN types=B number=1
        amend  CL-CN-NZ-1 by CL types=C number=2
        amend  CL-CN-NZ-1 by CN types=C number=2
        amend  CL-CN-NZ-1 by CL types=D number=3
        amend  CL-CN-NZ-1 by CN types=D number=3
        amend  CL-CN-NZ-1 by CL types=E number=4          => refused AmendmentsOfParty
        amend  CL-CN-NZ-1 by NZ types=E number=4
    "

    who_was_only_invited_neither_leaves_nor_suspends "
        sign   CN-NZ-1 by CN
        sign   CN-NZ-1 by NZ
        amend  CN-NZ-1 by CN parties=CN,NZ,SG
        amend  CN-NZ-1 by SG parties=CN,NZ,SG
        leave  CN-NZ-1 by SG effective=2026-06-01         => refused NotAParty
        hold   CN-NZ-1 by SG                              => refused NotAParty
        amend  CN-NZ-1 by SG parties=CN,NZ,SG types=A number=1 => refused NotAParty
    "

    nobody_takes_the_name_of_others "
        sign   CN-NZ-1 by SG parties=CL,SG                => refused NameOfOthers
        sign   CN-NZ-1 by SG parties=CN,NZ,SG             => refused NameOfOthers
        sign   SGX-CNNZ by SG parties=CN,SG               => refused NameOfOthers
        sign   CN-NZ-1 by CN
        sign   PACIFIC-SG-1 by SG parties=CN,SG
        sign   PACIFIC-SG-1 by CN parties=CN,SG
    "
}
