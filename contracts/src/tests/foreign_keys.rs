//! An act may name any 32 bytes as a record key: also the place of an entry that is no standing.

use crate::key;
use crate::refusal::Refusal;
use crate::standing::Standing;
use crate::story::check;
use ledger::codec::Canonical as _;
use ledger::lookup::RecordKey;
use ledger::transaction::Act;

/// One act of every way to name a record: as what is changed, shared, replaced, rested on, drawn from, presented and used.
const AUTHORITIES: [&str; 7] = [
    "withdraw sps-1 by NZ",
    "revoke origin-1 by NZ",
    "reaffirm origin-1 by NZ",
    "share origin-1 by NZ with=SG",
    "replace origin-7 for origin-1 by NZ",
    "issue origin-8 by SG on=origin-1 flags=8 until=2026-12-31",
    "issue origin-9 by SG on=origin-1 flags=8 until=2026-12-31 draws=origin-1:1:1 amounts=1",
];
const OFFICES: [&str; 7] = [
    "present origin-1 by CN",
    "grant origin-1 by CN",
    "ask origin-1 by CN deadline=2026-05-29",
    "reserve origin-1 by CN amount=1",
    "consume origin-1 by CN amount=1",
    "release origin-1 by CN",
    "answer origin-1 by NZ to=CN confirmed=yes",
];

#[test]
fn an_act_that_names_another_entry_as_a_record_is_refused_and_never_a_fault() {
    let mut world = check(
        "issue origin-1 by NZ until=2026-12-31 goods=same\nissue origin-2 by NZ goods=same\nissue sps-1 by NZ\npresent origin-1 by CN\nreserve origin-1 by CN amount=100",
    );
    // The offices are admitted before the keys are listed.
    let mut acts: Vec<(String, u32, Act, RecordKey)> = Vec::new();
    for line in AUTHORITIES {
        let (signer, number) = world.signer_of(line);
        let named = if line.contains("sps-1") { "sps-1" } else { "origin-1" };
        acts.push((signer, number, world.act_of(line), world.record_key(named)));
    }
    for line in OFFICES {
        let (signer, number, act) = world.office_act_of(line);
        acts.push((signer, number, act, world.record_key("origin-1")));
    }
    let foreign: Vec<_> = world.state.0.iter().filter(|(_, entry)| Standing::from_bytes(entry).is_err()).map(|(place, _)| *place).collect();
    let beside = [key::dossier(&world.record_key("origin-1")), key::same_goods(&world.record_key("origin-1"))];
    assert!(beside.iter().all(|place| foreign.contains(place)), "the entries that lie beside a standing are among them");
    for (signer, number, act, record) in acts {
        for place in &foreign {
            let named = RecordKey::new(*place.as_bytes());
            let act = Act { body: replaced(&act.body, record.as_bytes(), named.as_bytes()).into(), ..act.clone() };
            let outcome = world.submit(&signer, number, vec![act]).pop().flatten();
            assert!(
                matches!(outcome, Some(Refusal::NoSuchRecord | Refusal::LinkNotRecorded | Refusal::MalformedBody)),
                "{signer} names {place}: {outcome:?}"
            );
        }
    }
    assert!(key::standing(&world.record_key("origin-1")).as_bytes() == world.record_key("origin-1").as_bytes());
}

/// The bytes with each occurrence of one name replaced by another.
fn replaced(bytes: &[u8], name: &[u8; 32], by: &[u8; 32]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len() - 31).filter(|at| bytes[*at..*at + 32] == *name).collect();
    assert!(!places.is_empty(), "the act names the record");
    for at in places {
        bytes[at..at + 32].copy_from_slice(by);
    }
    bytes
}
