//! What an answer follows is bounded, and so is what is recorded: the keys of one certificate and what all countries recorded about it
//! are always followed, and what rests on more than is followed is not used either.

use crate::destination::{DESTINATIONS_MAX, Destination, Dossier};
use crate::key;
use crate::standing::{STANDING_KEYS_KEPT, STANDING_KEYS_MAX};
use crate::story::{World, check};
use crate::verdict::needed_keys;
use ledger::codec::Canonical;
use ledger::id::MemberId;
use ledger::tree::KEYS_PER_PROOF_MAX;

const MOST: usize = STANDING_KEYS_MAX - STANDING_KEYS_KEPT;

/// A certificate by an authority, which rests on as many keys as it may.
fn issued_under_many_keys(world: &mut World, name: &str, authority: &str) {
    world.tell(&format!("issue {name} by @{authority} until=2027-01-01"));
    for key in 2..=MOST {
        world.tell(&format!("name-key {key} by {authority}\ncertify-copy {name} by @{authority} form={name}-{key} key={key}"));
    }
}

#[test]
fn a_record_rests_on_no_more_keys_than_an_answer_shows() {
    let mut world = World::founded();
    issued_under_many_keys(&mut world, "origin-1", "CL-origin");
    let other = STANDING_KEYS_MAX + 1;
    for key in MOST + 1..=other {
        world.tell(&format!("name-key {key} by CL-origin"));
    }
    world.tell(&format!(
        "
        certify-copy origin-1 by CL form=copy key={other}   => refused TooManyKeysOfRecord
        correct      origin-1 by CL form=copy key={other}   => refused TooManyKeysOfRecord
        certify-copy origin-1 by CL form=copy key=2
        verify       origin-1                          => Valid all-holds
        revoke-key   1 by CL-origin as-of=2026-03-01
        verify       origin-1                          => SignatureFails key-revoked-before-recording
        "
    ));
    // For standing by it there are more.
    for key in MOST + 1..=STANDING_KEYS_MAX {
        world.tell(&format!("reaffirm origin-1 by CL key={key}\nverify origin-1 => Valid all-holds"));
        world.tell(&format!("revoke-key {key} by CL-origin as-of=2026-03-01"));
    }
    world.tell(&format!(
        "
        reaffirm     origin-1 by CL key={other}             => refused TooManyKeysOfRecord
        verify       origin-1                          => SignatureFails key-revoked-before-recording
        # One of those that it has stands by it as well, and to end it none is needed.
        reaffirm     origin-1 by CL key=2
        verify       origin-1                          => Valid all-holds
        revoke       origin-1 by CL key={other}
        verify       origin-1                          => Revoked revoked
        "
    ));
}

#[test]
fn what_rests_on_more_keys_than_are_followed_is_neither_confirmed_nor_used() {
    let mut world = World::founded();
    for index in 1..=5 {
        world.tell(&format!("admit NZ-o{index} by NZ kinds=origin\nname-key 1 by NZ-o{index}"));
        issued_under_many_keys(&mut world, &format!("origin-{index}"), &format!("NZ-o{index}"));
    }
    issued_under_many_keys(&mut world, "origin-6", "SG-origin");
    world.tell(
        "
        replace origin-7 for origin-6 by SG on=origin-1,origin-2,origin-3,origin-4 cumulates=yes until=2027-01-01
        verify  origin-7                               => Valid all-holds
        reserve origin-7 by CN amount=10
        issue   origin-8 by SG on=origin-1,origin-2,origin-3,origin-4,origin-5 cumulates=yes until=2027-01-01
        verify  origin-8                               => NoAnswerThatChecks nothing-checks
        reserve origin-8 by CN amount=10               => refused UseOnFallenBase
        issue   origin-9 by CL on=origin-8 flags=8 draws=origin-8:1:1 until=2027-01-01  => refused UseOnFallenBase
        ",
    );
}

#[test]
fn a_record_with_all_that_may_be_recorded_about_it_is_confirmed_and_fits_a_proof() {
    let mut world = check("admit SG-other by SG kinds=origin\nname-key 1 by SG-other");
    for index in 1..=4 {
        world.tell(&format!("admit NZ-o{index} by NZ kinds=origin\nname-key 1 by NZ-o{index}"));
        issued_under_many_keys(&mut world, &format!("origin-{index}"), &format!("NZ-o{index}"));
    }
    world.tell("issue origin-5 by SG on=origin-1,origin-2,origin-3,origin-4 cumulates=yes until=2027-01-01 number=7 for=CN");
    for key in 2..=MOST {
        world.tell(&format!("name-key {key} by SG-origin\ncertify-copy origin-5 by SG form=copy-{key} key={key}"));
    }
    let record = world.record_key("origin-5");
    let members = (0..DESTINATIONS_MAX as u8)
        .map(|index| MemberId::parse(&format!("{}{}", (b'V' + index / 26) as char, (b'A' + index % 26) as char)));
    let members: Vec<MemberId> = members.map(Result::unwrap).collect();
    for member in &members {
        world.state.0.insert(key::destination(&record, *member), Destination::default().to_bytes());
    }
    world.state.0.insert(key::dossier(&record), Dossier { members, ..Dossier::default() }.to_bytes());
    world.tell("verify origin-5 => Valid all-holds\nlook 7 by CN from=SG kind=origin => Valid all-holds");
    let needed = |world: &World| {
        let (subject, question) = world.question_of("look 7 by CN from=SG kind=origin");
        needed_keys(&world.state, &subject, &question).unwrap().len()
    };
    let alone = needed(&world);
    // Others that have the number take their own part of what an answer shows.
    for index in 10..17 {
        world.tell(&format!("issue origin-{index} by @SG-other number=7 for=CN"));
    }
    assert!(alone > 160 && alone.max(needed(&world)) <= KEYS_PER_PROOF_MAX, "{alone}, {}", needed(&world));
    world.tell("verify origin-5 => Valid all-holds");
}
