//! Each refusal is met by a story.

use crate::refusal::Refusal;
use crate::story::{World, check, secret};
use ledger::transaction::Act;
use std::collections::BTreeSet;

/// The transaction and its signer.
const SIGNERS: &str = "
    issue sps-1 by @XX-sps country=NZ                 => refused UnknownSigner
    admit XX-sps by XX kinds=sps                      => refused UnknownSigner
    issue sps-1 by NZ key=7                           => refused UnknownKey
    admit NZ-new by NZ kinds=sps key=7                => refused UnknownKey

    name-key 2 by NZ-sps from=2026-04-01 until=2026-05-01
    issue sps-1 by NZ key=2                           => refused KeyOutsideWindow
    wait 40 days
    issue sps-1 by NZ key=2
    wait 40 days
    issue sps-2 by NZ key=2                           => refused KeyOutsideWindow

    revoke-key 1 by NZ-sps
    issue sps-2 by NZ key=1                           => refused KeyRevoked
    issue sps-2 by NZ key=0

    stop NZ-sps by NZ
    issue sps-3 by NZ key=0                           => refused AuthoritySuspended
    withdraw sps-1 by NZ key=0                        => refused AuthoritySuspended
    restart NZ-sps by NZ
    issue sps-3 by NZ key=0

    raw 9 by NZ-sps verb=1                            => refused UnknownKind
    raw 2 by NZ-sps verb=99                           => refused UnknownVerb
    raw 0 by NZ verb=99                               => refused UnknownVerb
    raw 4 by NZ verb=99                               => refused UnknownVerb
    raw 2 by NZ-sps verb=1                            => refused MalformedBody
    raw 0 by NZ verb=1                                => refused MalformedBody
    raw 4 by NZ verb=1                                => refused MalformedBody
    revoke sps-3 by NZ key=0                          => refused VerbNotOfThisKind

    admit NZ-new by NZ-sps kinds=sps                  => refused MemberOnly
    sign CN-NZ by NZ-sps                              => refused MemberOnly
    issue sps-4 by @NZ key=0                          => refused AuthorityOnly
    name-key 1 by NZ                                  => refused AuthorityOnly
    name-key 3 by NZ-sps key=1                        => refused KeyRevoked
    name-key 3 by NZ-sps key=0
    name-key 4 by NZ-sps key=3                        => refused RootKeyOnly
    revoke-key 3 by NZ-sps key=3                      => refused RootKeyOnly
";

/// Acts of members on authorities, keys and themselves.
const REGISTRY: &str = "
    admit NZ-sps by NZ kinds=sps                      => refused AuthorityExists
    stop NZ-none by NZ                                => refused UnknownAuthority
    scopes NZ-none by NZ kinds=sps                    => refused UnknownAuthority
    admit CL-new by NZ kinds=sps                      => refused AuthorityOfAnotherMember
    stop CL-sps by NZ                                 => refused AuthorityOfAnotherMember
    admit NZ-new by NZ kinds=sps country=CL           => refused CountryNotOfMember
    admit NZ-new by NZ kinds=sps root=weak            => refused WeakKey
    name-key 2 by NZ-sps public=weak                  => refused WeakKey
    admit NZ-new by NZ kinds=sps root=NZ              => refused KeyTaken
    admit NZ-new by NZ kinds=sps root=CL-sps          => refused KeyTaken
    name-key 2 by NZ-sps public=NZ-sps                => refused KeyTaken
    name-key 1 by NZ-sps                              => refused KeyNumberTaken
    name-key 3 by NZ-sps                              => refused KeyNumberTaken
    name-key 2 by NZ-sps from=2026-04-02 until=2026-04-01  => refused KeyWindowEmpty
    revoke-key 2 by NZ-sps                            => refused UnknownKeyNumber
    revoke-key 1 by NZ-sps as-of=2026-12-01           => refused RevokedAsOfFuture
    revoke-key 1 by NZ-sps as-of=2026-02-01
    revoke-key 1 by NZ-sps                            => refused KeyAlreadyRevoked

    admit NZ-new by NZ kinds=sps from=2026-02-02 until=2026-02-01  => refused ScopesNotInForm
    scopes NZ-aeo by NZ kinds=sps classes=b,a unsorted=1           => refused ScopesNotInForm
    admit NZ-new by NZ kinds=sps effective=2030-01-01  => refused EffectiveTooFarAhead
    stop NZ-aeo by NZ effective=2030-01-01            => refused EffectiveTooFarAhead
    stop NZ-aeo by NZ effective=2019-01-01            => refused EffectiveBeforeAdmission
    scopes NZ-aeo by NZ kinds=aeo covers=2019-12-31 effective=2020-01-01                 => refused CoverageBeforeScope
    scopes NZ-aeo by NZ kinds=aeo covers=2020-06-01 from=2020-07-01 effective=2020-01-01 => refused CoverageBeforeScope
    admit NZ-new by NZ kinds=sps covers=2026-02-28 effective=2026-03-01                  => refused CoverageBeforeScope
    restart NZ-aeo by NZ                              => refused AuthorityNotSuspended
    stop NZ-aeo by NZ
    stop NZ-aeo by NZ                                 => refused AuthorityAlreadySuspended
    restart NZ-aeo by NZ follows=1                    => refused RegistryMoved
    restart NZ-aeo by NZ effective=2026-02-28         => refused ReinstatedBeforeSuspension
    restart NZ-aeo by NZ
    # One that is announced is taken back today, and not from before.
    stop NZ-aeo by NZ effective=2026-04-01
    restart NZ-aeo by NZ effective=2026-02-28         => refused ReinstatedBeforeSuspension
    restart NZ-aeo by NZ

    rotate 0 by NZ                                    => refused EncryptionKeyVersion
    rotate 2 by NZ                                    => refused EncryptionKeyVersion
    rotate 1 by NZ public=weak                        => refused WeakEncryptionKey
    rotate 1 by NZ
    rotate 1 by NZ                                    => refused EncryptionKeyVersion
";

/// Two of three governance keys.
const APPROVALS: &str = "
    admit JP-sps by JP kinds=sps key=0
    issue sps-1 by JP key=0                           => refused UnknownSigner
    admit JP-sps by JP kinds=sps key=0                => refused AlreadyApproved
    admit JP-sps by JP kinds=sps covers=2026-01-01 key=1
    issue sps-1 by JP key=0                           => refused UnknownSigner
    admit JP-sps by JP kinds=sps key=2
    issue sps-1 by JP key=0

    # An approval waits for 90 days.
    stop JP-sps by JP key=0 effective=2026-03-01
    wait 91 days
    stop JP-sps by JP key=1 effective=2026-03-01
    issue sps-2 by JP key=0
    stop JP-sps by JP key=2 effective=2026-03-01
    issue sps-3 by JP key=0                           => refused AuthoritySuspended
    sign CN-JP by JP key=0
    sign CN-JP by JP key=2
    sign CN-JP by JP key=1                            => refused AlreadySigned
";

/// Certificates: recording.
const RECORDING: &str = "
    issue sps-1 by NZ
    issue sps-1 by NZ                                 => refused AlreadyRecorded
    issue sps-1 by NZ document=other                  => refused AlreadyRecordedOtherDocument
    replace sps-1 for sps-1 by NZ                     => refused LinkToItself

    issue sps-2 by NZ country=CL                      => refused IssuerOfAnotherCountry
    issue sps-2 by NZ-aeo                             => refused KindOutOfScope
    scopes NZ-sps by NZ kinds=sps classes=851 from=2026-02-01 until=2026-06-30 effective=2026-01-15
    issue sps-2 by NZ class=852                       => refused ClassOutOfScope
    issue sps-2 by NZ date=2026-01-20                 => refused PeriodOutOfScope
    issue sps-2 by NZ date=2019-12-31                 => refused PeriodOutOfScope
    stop NZ-aeo by NZ effective=2026-02-01
    restart NZ-aeo by NZ effective=2026-02-10
    issue aeo-1 by NZ date=2026-02-05                 => refused AuthoritySuspended
    issue aeo-1 by NZ date=2026-02-15

    issue sps-2 by NZ date=2026-03-02                 => refused DatedInTheFuture
    wait 10 hours
    issue sps-2 by NZ date=2026-03-02
    issue sps-3 by NZ date=2026-03-03                 => refused DatedInTheFuture
    issue sps-3 by NZ from=2026-03-10 until=2026-03-09  => refused ValidityEndsBeforeItBegins
    issue sps-3 by NZ until=2026-02-28                => refused ValidityEndsBeforeItBegins
    issue sps-3 by NZ unsorted=1                      => refused LocatorsNotInForm
    issue sps-3 by NZ for=AA,AB,AC,AD,AE,AF,AG,AH,AI           => refused LocatorsNotInForm
    issue sps-3 by NZ first-line=0                    => refused LinesNotInForm
    issue sps-3 by NZ lines=201                       => refused LinesNotInForm
    issue sps-3 by NZ lines=2 amounts=1000,0          => refused LinesNotInForm
    issue sps-3 by NZ lines=0                         => refused NoGoods
    issue aeo-3 by NZ lines=1                         => refused LinesNotOfThisKind
    issue sps-3 by NZ flags=16                        => refused UnknownFlags
    issue sps-3 by NZ flags=1                         => refused FlagsNotOfThisKind
    issue aeo-3 by NZ flags=1                         => refused FlagsNotOfThisKind
    issue sps-3 by NZ class=none                      => refused ClassOutOfScope
    issue sps-3 by CL class=none                      => refused ClassMissing
    issue aeo-3 by CL class=none                      => refused ClassMissing
    issue sps-3 by CL class=861                       => refused UnknownDocumentType
    issue origin-3 by CL class=_x                     => refused ClassNotInForm
    issue sps-3 by CL terms=none                      => refused TermsMissing
    issue sps-3 by CL terms=bad                       => refused TermsNotInForm
    issue aeo-3 by CL terms=bad                       => refused TermsNotInForm
    issue aeo-3 by CL roles=b,a                       => refused TermsNotInForm
    issue origin-3 by CL terms=issued                 => refused TermsNotInForm
    issue sps-3 by CL terms=rejected                  => refused StatusNotIssued
    issue sps-3 by CL terms=1373                      => refused StatusNotIssued
    issue sps-3 by CL on=sps-3                        => refused LinkToItself
    issue sps-3 by CL on=sps-9                        => refused LinkNotRecorded
    issue sps-3 by CL on=sps-1,sps-1,sps-1,sps-1,sps-1,sps-1,sps-1,sps-1,sps-1  => refused TooManyBases
    issue aeo-3 by CL on=sps-1                        => refused BaseNotOfThisKind
    issue origin-3 by CL on=origin-1                  => refused LinkNotRecorded
    issue origin-3 by CL on=elsewhere                 => refused BaseNotOfThisKind
    issue origin-3 by CL flags=8                      => refused BaseMissing
    issue origin-1 by CN until=2027-02-28
    issue origin-3 by CL flags=8 on=origin-1          => refused OutlivesItsBase
    issue origin-3 by CL flags=8 on=origin-1 until=2027-03-01  => refused OutlivesItsBase
    issue origin-3 by CL flags=8 on=origin-1 until=2027-02-28 date=2026-02-28  => refused DatedBeforeBase
    issue sps-3 by CL class=657 on=sps-1,sps-2 date=2026-02-28  => refused DatedBeforeBase
    issue origin-3 by CL flags=8 on=origin-1 until=2027-02-28
    withdraw sps-1 by NZ
    issue sps-4 by CL class=657 on=sps-1              => refused BaseEnded
";

/// Certificates: replacing and changing.
const CHANGING: &str = "
    issue sps-1 by NZ
    issue aeo-1 by NZ
    issue origin-1 by NZ
    replace sps-2 for sps-9 by NZ                     => refused LinkNotRecorded
    issue sps-2 for sps-1 by NZ                       => refused PredecessorNotExpected
    replace sps-2 by NZ                               => refused PredecessorMissing
    replace sps-2 for sps-1 by CL                     => refused AnotherAuthoritysRecord
    replace sps-2 for aeo-1 by NZ                     => refused RecordOfAnotherKind
    replace sps-2 for sps-1 by NZ date=2026-02-28     => refused EffectiveBeforeIssue
    replace sps-2 for sps-1 by NZ
    replace sps-3 for sps-1 by NZ                     => refused AlreadyReplaced
    withdraw sps-1 by NZ                              => refused AlreadyReplaced
    withdraw sps-2 by NZ
    replace sps-3 for sps-2 by NZ                     => refused StandingEnded
    withdraw sps-2 by NZ                              => refused StandingEnded

    suspend aeo-9 by NZ                               => refused NoSuchRecord
    suspend aeo-1 by CL                               => refused AnotherAuthoritysRecord
    suspend sps-1 by NZ as=aeo                        => refused RecordOfAnotherKind
    suspend aeo-1 by NZ follows=1                     => refused StandingMoved
    suspend aeo-1 by NZ effective=2026-02-28          => refused EffectiveBeforeIssue
    suspend aeo-1 by NZ effective=2027-04-01          => refused EffectiveFarAhead
    reinstate aeo-1 by NZ                             => refused NotSuspended
    suspend aeo-1 by NZ effective=2026-03-05
    suspend aeo-1 by NZ effective=2026-03-06          => refused AlreadySuspended
    reinstate aeo-1 by NZ effective=2026-03-04        => refused EffectiveOutOfOrder
    replace aeo-2 for aeo-1 by NZ                     => refused StandingSuspended
    reinstate aeo-1 by NZ effective=2026-03-07
    revoke aeo-1 by NZ
    reinstate aeo-1 by NZ                             => refused StandingEnded
";

/// Arrangements.
const ARRANGEMENTS: &str = "
    apply CN-NZ-1 by CN                               => refused UnknownArrangement
    sign CN-NZ-1 by CL                                => refused NotAParty
    sign CN-XX-1 by CN                                => refused PartyNotAMember
    sign CN-NZ-1 by CN parties=CN,CN                  => refused TermsOfArrangementNotInForm
    sign CN-NZ-1 by CN parties=NZ,CN unsorted=1       => refused TermsOfArrangementNotInForm
    sign CN-NZ-1 by CN parties=CN                     => refused TermsOfArrangementNotInForm
    sign CN-NZ-1 by CN effective=2030-01-01           => refused ArrangementFarAhead
    sign CN-NZ-1 by CN
    sign CN-NZ-1 by CN                                => refused AlreadySigned
    sign CN-NZ-1 by NZ types=AEOS                     => refused TermsDiffer
    apply CN-NZ-1 by NZ                               => refused NotSigned
    apply CN-NZ-1 by CN                               => refused NotSignedByAll
    sign CN-NZ-1 by NZ
    apply CN-NZ-1 by CL                               => refused NotAParty
    apply CN-NZ-1 by CN terms=others                  => refused TermsDiffer
    hold CN-NZ-1 by CN                                => refused NotApplied
    apply CN-NZ-1 by CN
    apply CN-NZ-1 by CN                               => refused AlreadyApplied
    resume CN-NZ-1 by CN                              => refused RecognitionNotSuspended
    hold CN-NZ-1 by CN follows=1                      => refused ArrangementMoved
    hold CN-NZ-1 by CN effective=2026-02-28           => refused EffectiveBeforeLastAct
    hold CN-NZ-1 by CN
    hold CN-NZ-1 by CN                                => refused RecognitionAlreadySuspended
    resume CN-NZ-1 by CN
    leave CN-NZ-1 by CN effective=2026-04-29          => refused NoticeTooShort
    leave CN-NZ-1 by CN effective=2026-04-30
    leave CN-NZ-1 by CN effective=2026-05-30          => refused AlreadyTerminated
    hold CN-NZ-1 by CN
    stay CN-NZ-1 by CN effective=2026-05-01           => refused NoTerminationAnnounced
    stay CN-NZ-1 by NZ effective=2026-04-30           => refused NoTerminationAnnounced
";

// The story's own reader splits a line at every blank.
const NAMES: &str = "
    admit NZ-new by NZ kinds=sps name=             => refused NameNotInForm
    admit NZ-new by NZ kinds=sps name=A\u{200b}B     => refused NameNotInForm
";

const STORIES: [&str; 7] = [SIGNERS, REGISTRY, APPROVALS, RECORDING, CHANGING, ARRANGEMENTS, NAMES];

#[test]
fn signers_and_keys_are_judged_by_the_block_time() {
    check(SIGNERS);
}

#[test]
fn a_member_acts_on_its_own_authorities_only() {
    check(REGISTRY);
    check(NAMES);
}

#[test]
fn an_act_of_a_member_waits_for_as_many_keys_as_its_threshold() {
    check(APPROVALS);
}

#[test]
fn a_certificate_out_of_order_is_not_recorded() {
    check(RECORDING);
}

#[test]
fn a_standing_is_changed_only_as_its_kind_allows() {
    check(CHANGING);
}

#[test]
fn an_arrangement_is_signed_applied_suspended_and_left_in_order() {
    check(ARRANGEMENTS);
}

/// A story meets a refusal where one of its lines ends so, not where its name is.
#[test]
fn every_refusal_is_met_by_a_story() {
    use super::stories::PAGES;
    let mut pages: Vec<String> = STORIES.iter().chain(&PAGES).map(|page| (*page).to_owned()).collect();
    pages.extend([include_str!("limits.rs"), include_str!("pools.rs"), include_str!("followed.rs")].map(str::to_owned));
    pages.extend(crate::kinds::tests::stories());
    let told = |line: &str| {
        line.split_once("=> refused ").map(|(_, end)| end.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned())
    };
    let met: BTreeSet<String> = pages.iter().flat_map(|page| page.lines()).filter_map(told).collect();
    let unmet: Vec<&str> = Refusal::ALL.iter().map(|refusal| refusal.name()).filter(|name| !met.contains(*name)).collect();
    assert!(unmet.is_empty(), "no story meets {unmet:?}");
}

#[test]
fn numbers_are_stable_unique_and_grouped() {
    let mut before = 0;
    for refusal in Refusal::ALL {
        assert!(refusal.number() > before, "{} stands out of order", refusal.name());
        assert!((101..700).contains(&refusal.number()));
        assert_eq!(Refusal::from_number(refusal.number()), Some(*refusal));
        let message = refusal.message();
        assert!(!message.ends_with('.') && message.contains([';', ',']), "{message}: what is wrong, and what to do");
        before = refusal.number();
    }
    assert_eq!(Refusal::from_number(0), None);
}

#[test]
fn a_refused_duplicate_names_the_record_and_both_documents() {
    let world = check("issue sps-1 by NZ");
    let act = world.act_of("issue sps-1 by NZ document=other");
    let transaction = world.transaction("NZ-sps", 1, vec![act]);
    let refused = crate::execute::precheck(&world.block, transaction.transaction(), &world.state).unwrap().remove(0).unwrap();
    assert_eq!(refused.record, Some(world.record_key("sps-1")));
    assert_eq!(refused.recorded_digest, Some(crate::story::digest("sps-1")));
    assert!(refused.to_string().contains(&refused.record.unwrap().to_string()));
}

#[test]
fn nobody_takes_the_place_of_another_members_record() {
    use crate::acts::Issue;
    use crate::story::member_id;
    use ledger::codec::Canonical;
    let mut world = World::founded();
    let genuine = world.act_of("issue sps-1 by NZ");
    // CL has seen the act of NZ on its way, and records something else under the same tag before it.
    let tag = Issue::from_bytes(&genuine.body).unwrap().record_tag;
    let copied = Issue { record_tag: tag, ..Issue::from_bytes(&world.act_of("issue sps-2 by CL").body).unwrap() };
    let copied = copied.into_act(crate::kinds::RecordKind::SpsCertificate);
    assert_eq!(world.submit("CL-sps", 1, vec![copied]), [None]);
    assert_eq!(world.submit("NZ-sps", 1, vec![genuine]), [None]);
    for (member, authority, document) in [("CL", "CL-sps", "sps-2"), ("NZ", "NZ-sps", "sps-1")] {
        let place = crate::key::standing(&tag.record_key(member_id(member)));
        let standing: crate::standing::Standing = world.entry(&place).unwrap();
        assert_eq!((standing.authority.as_str(), standing.document_digest), (authority, crate::story::digest(document)));
    }
}

#[test]
fn each_act_of_a_transaction_has_its_own_outcome() {
    let mut world = World::founded();
    let acts: Vec<Act> = ["issue sps-1 by NZ", "issue sps-1 by NZ", "issue sps-2 by NZ lines=0", "issue sps-2 by NZ"]
        .map(|line| world.act_of(line))
        .to_vec();
    let outcomes = world.submit("NZ-sps", 1, acts);
    assert_eq!(outcomes, [None, Some(Refusal::AlreadyRecorded), Some(Refusal::NoGoods), None]);
}

#[test]
fn what_a_country_asked_is_answered_and_the_certificate_replaced_in_one_transaction() {
    let mut world = check("issue origin-1 by NZ\nask origin-1 by CN deadline=2026-04-10\nwait 90 days");
    let replace = world.act_of("replace origin-2 for origin-1 by NZ");
    let (_, _, answer) = world.office_act_of("answer origin-1 by NZ to=CN confirmed=yes");
    let acts = vec![replace.clone(), answer, replace];
    assert_eq!(world.submit("NZ-origin", 1, acts), [Some(Refusal::ReplacedUnderVerification), None, None]);
}

#[test]
fn a_key_that_is_revoked_in_a_block_signs_nothing_after_it_in_the_same_block() {
    let mut world = World::founded();
    let revoke = world.act_of("revoke-key 1 by NZ-sps");
    let issue = world.act_of("issue sps-1 by NZ");
    let transactions = vec![
        world.transaction("NZ-sps", 1, vec![issue.clone()]),
        world.transaction("NZ-sps", 0, vec![revoke]),
        world.transaction("NZ-sps", 1, vec![issue]),
    ];
    let executed = world.run(transactions);
    let numbers: Vec<&[u16]> = executed.outcomes.iter().map(|outcomes| outcomes.numbers()).collect();
    assert_eq!(numbers, [&[0], &[0], &[Refusal::KeyRevoked.number()]]);
}

#[test]
fn the_signers_key_is_found_for_admission() {
    let world = World::founded();
    let key = |signer: &str, number| {
        crate::execute::signer_key(&world.state, &ledger::id::Signer::parse(signer).unwrap(), ledger::id::KeyNumber::new(number)).unwrap()
    };
    assert_eq!(key("NZ-sps", 1), Some(secret("NZ-sps", 1).public()));
    assert_eq!(key("NZ", 0), Some(secret("NZ", 0).public()));
    assert_eq!(key("NZ", 1), None);
    assert_eq!(key("NZ-sps", 2), None);
    assert_eq!(key("XX", 0), None);
}
