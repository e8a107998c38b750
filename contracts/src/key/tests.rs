//! Where keys lie: each test fails if the layout of docs/spec/state.md is not kept.

use super::*;
use ledger::hash::sha256;
use ledger::lookup::RecordTag;
use std::collections::BTreeSet;

fn nz() -> MemberId {
    MemberId::parse("NZ").unwrap()
}

fn mpi() -> AuthorityId {
    AuthorityId::parse("NZ-mpi").unwrap()
}

fn agreement_id() -> AgreementId {
    AgreementId::parse("CN-NZ-FTA").unwrap()
}

fn country_nz() -> CountryCode {
    CountryCode::parse("NZ").unwrap()
}

/// Every entry of the registry but the parameters.
fn registry() -> Vec<StateKey> {
    vec![
        member(nz()),
        country(country_nz()),
        authority(&mpi()),
        authorities_of(nz()),
        authority_key(&mpi(), KeyNumber::ROOT),
        arrangement(&ArrangementId::parse("CN-NZ-2017").unwrap()),
        arrangements_between(nz(), MemberId::parse("CN").unwrap()),
        agreement(&agreement_id()),
        agreements_of(nz()),
        notified(&agreement_id(), country_nz()),
        programme(nz(), "NZ-SES"),
    ]
}

fn others(number: u8) -> Vec<StateKey> {
    let locator_of = Locator::new([number; 32]);
    vec![
        approvals(&Signer::Member(nz()), &Hash::new([number; 32])),
        key_owner(&ledger::key::SecretKey::from_seed(&[number; 32]).public()),
        locator(nz(), &locator_of),
        fingerprint(nz(), &locator_of),
        recorded_on(&mpi(), RecordKind::SpsCertificate),
    ]
}

fn of_record(record: &RecordKey) -> Vec<StateKey> {
    let name = UseName { member: nz(), declaration: Hash::new([1; 32]) };
    vec![
        dossier(record),
        destination(record, nz()),
        use_of(record, 1, &name),
        uses(record, 1, 0),
        uses_of_member(record, 1, nz()),
        same_goods(record),
    ]
}

/// The bits from `from` on, `count` of them.
fn bits(key: &StateKey, from: u16, count: u16) -> String {
    (from..from + count).map(|depth| if key.bit(depth) { '1' } else { '0' }).collect()
}

#[test]
fn every_key_begins_with_the_bits_of_its_class() {
    assert_eq!(bits(&parameters(), 0, 4), "0000");
    for key in registry() {
        assert_eq!(bits(&key, 0, 4), "0001");
    }
    for number in 0..16 {
        for key in others(number) {
            assert_eq!(bits(&key, 0, 3), "001");
        }
        let record = RecordKey::new([number; 32]);
        for key in of_record(&record).into_iter().chain([standing(&record)]) {
            assert_ne!(bits(&key, 0, 2), "00");
        }
    }
}

#[test]
fn the_registry_is_told_from_everything_else() {
    assert!(is_registry(&parameters()), "whoever caches the registry caches the parameters too");
    assert!(registry().iter().all(is_registry));
    assert!(!others(1).iter().any(is_registry));
    for number in 0..16 {
        let record = RecordKey::new([number; 32]);
        assert!(!is_registry(&standing(&record)) && !of_record(&record).iter().any(is_registry));
    }
}

#[test]
fn standings_fill_three_quarters_of_the_tree_evenly() {
    let mut quarters = [0; 4];
    for number in 0..9000_u32 {
        let record = RecordTag::new(*sha256(&number.to_be_bytes()).as_bytes()).record_key(nz());
        assert_eq!(standing(&record).as_bytes(), record.as_bytes(), "a standing lies at its record key");
        quarters[usize::from(standing(&record).as_bytes()[0] >> 6)] += 1;
    }
    assert_eq!(quarters[0], 0);
    // Five times the deviation of 9,000 fair draws.
    assert!(quarters[1..].iter().all(|count| (2777..=3223).contains(count)), "{quarters:?}");
}

#[test]
fn the_key_of_another_entry_named_as_a_record_leads_to_no_entry() {
    let of_records = (0..40_u8).flat_map(|number| of_record(&RecordTag::new([number; 32]).record_key(nz())));
    let all: Vec<StateKey> = [parameters()].into_iter().chain(registry()).chain(others(1)).chain(of_records).collect();
    for key in &all {
        let place = standing(&RecordKey::new(*key.as_bytes()));
        assert!(!all.contains(&place), "{key} leads to {place}");
        // Nor to what is a standing's place by its form, where that could be another record's.
        for (quarter, last) in [(0, 1), (1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (3, 1)] {
            let mut bytes = *key.as_bytes();
            bytes[0] ^= quarter << 6;
            bytes[31] ^= last;
            assert_ne!(place, standing(&RecordKey::new(bytes)));
        }
    }
}

#[test]
fn the_entries_of_a_record_lie_beside_its_standing() {
    let record = RecordKey::new([3; 32]);
    let beside = of_record(&record);
    for key in &beside {
        assert_eq!(key.as_bytes()[..RECORD_BYTES], standing(&record).as_bytes()[..RECORD_BYTES]);
        assert_ne!(*key, standing(&record));
    }
    assert_eq!(BTreeSet::from_iter(beside).len(), 6);
}

#[test]
fn the_entries_of_a_member_lie_together_and_the_member_alone_in_its_half() {
    let group = member(nz());
    let (of_mpi, key) = (authority(&mpi()), authority_key(&mpi(), KeyNumber::new(1)));
    let own = [
        country(country_nz()),
        authorities_of(nz()),
        agreements_of(nz()),
        arrangements_between(nz(), MemberId::parse("CN").unwrap()),
        programme(nz(), "NZ-SES"),
    ];
    for entry in own.iter().chain([&of_mpi, &key]) {
        assert!(entry.shares(&group, 16));
    }
    assert_eq!(bits(&group, 16, 1), "0");
    assert!(own.iter().all(|entry| bits(entry, 16, 2) == "11"));
    assert!([of_mpi, key].iter().all(|entry| bits(entry, 16, 2) == "10"));
    assert!(!member(MemberId::parse("CN").unwrap()).shares(&group, 16), "another member lies elsewhere");
}

#[test]
fn the_keys_of_an_authority_lie_beside_it_and_the_authority_alone_in_its_half() {
    let entry = authority(&mpi());
    assert_eq!(bits(&entry, 32, 1), "0");
    for number in 0..8 {
        let key = authority_key(&mpi(), KeyNumber::new(number));
        assert!(key.shares(&entry, 32));
        assert_eq!(bits(&key, 32, 1), "1");
    }
    assert!(!authority(&AuthorityId::parse("NZ-customs").unwrap()).shares(&entry, 32), "another authority lies elsewhere");
}

#[test]
fn what_was_notified_under_an_agreement_lies_beside_it() {
    let entry = agreement(&agreement_id());
    let list = notified(&agreement_id(), country_nz());
    assert!(list.shares(&entry, 16));
    assert_eq!((bits(&entry, 16, 1), bits(&list, 16, 1)), ("0".to_owned(), "1".to_owned()));
}

#[test]
fn the_same_name_in_two_spaces_is_two_keys() {
    let mut all = registry();
    all.push(parameters());
    all.extend(others(1));
    assert_eq!(BTreeSet::from_iter(all.iter()).len(), all.len());
    let cn = MemberId::parse("CN").unwrap();
    assert_ne!(arrangements_between(nz(), cn), arrangements_between(cn, nz()));
    assert_ne!(programme(nz(), "NZ-SES"), programme(nz(), "NZ-SET"));
    assert_ne!(authority_key(&mpi(), KeyNumber::new(1)), authority_key(&mpi(), KeyNumber::new(2)));
}

#[test]
fn what_a_receipt_shows_of_the_registry_lies_close_together() {
    // 30 members with 10 authorities of 5 keys each: scattered among so many, the four entries take three times as much.
    let member_of = |number: u8| MemberId::parse(&format!("{}{}", char::from(b'A' + number / 6), char::from(b'A' + number % 6))).unwrap();
    let mut entries = std::collections::BTreeMap::from([(parameters(), vec![0])]);
    for number in 0..30 {
        let id = member_of(number);
        entries.extend([member(id), authorities_of(id), country(CountryCode::parse(id.as_str()).unwrap())].map(|key| (key, vec![1])));
        for office in 0..10 {
            let id = AuthorityId::parse(&format!("{id}-{office}")).unwrap();
            entries.insert(authority(&id), vec![2]);
            entries.extend((0..5).map(|number| (authority_key(&id, KeyNumber::new(number)), vec![3])));
        }
    }
    let leaves: Vec<ledger::tree::Leaf> = entries.iter().map(|(key, value)| ledger::tree::Leaf::of(*key, value)).collect();
    let mut hashes = 0;
    for number in 0..30 {
        let id = AuthorityId::parse(&format!("{}-3", member_of(number))).unwrap();
        let shown = [parameters(), member(id.member()), authority(&id), authority_key(&id, KeyNumber::new(1))];
        hashes += siblings(&leaves, 0, &BTreeSet::from(shown));
    }
    assert!(hashes < 30 * 14, "{hashes} hashes for 30 receipts");
}

/// How many hashes a proof of these keys has.
fn siblings(leaves: &[ledger::tree::Leaf], depth: u16, shown: &BTreeSet<StateKey>) -> usize {
    let is_shown = leaves.iter().any(|leaf| shown.contains(&leaf.key));
    match (leaves, is_shown) {
        ([], _) | ([_], true) => 0,
        (_, false) => 1,
        (leaves, true) => {
            let (left, right) = leaves.split_at(leaves.partition_point(|leaf| !leaf.key.bit(depth)));
            siblings(left, depth + 1, shown) + siblings(right, depth + 1, shown)
        }
    }
}
