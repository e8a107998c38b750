use super::*;
use crate::DISK_RESERVE_BYTES;
use crate::disk::{Column, Disk};
use crate::store::{FOLDER, FORMAT_KEY};

#[test]
fn everything_is_found_again_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    grow(&store, 9);
    let tip = store.tip();
    let frontier = store.frontier();
    for restart in 0..2 {
        if restart == 1 {
            drop(store);
            store = open(home.path());
        }
        assert_eq!(store.tip(), tip);
        assert_eq!(store.frontier(), frontier);
        assert_eq!(store.found(&first_state()).unwrap(), tip);
        for number in 1..=9 {
            let height = Height::new(number);
            let block = store.block(height).unwrap().unwrap();
            assert_eq!(store.block_bytes(height).unwrap().unwrap(), block.to_bytes());
            assert_eq!(store.header(height).unwrap().unwrap(), block.header);
            assert_eq!(store.height_of(&block.header.hash()).unwrap(), Some(height));
            assert_eq!(store.certificate(height).unwrap().unwrap().block, block.header.hash());
            let (_, outcomes, names) = execute(&block.transactions.iter().map(|wire| wire.to_vec()).collect::<Vec<_>>());
            assert_eq!(store.outcomes(height).unwrap().unwrap(), outcomes);
            for (index, (id, wire_hash)) in (0..).zip(names) {
                assert_eq!(store.transaction(&id).unwrap(), Some(place(number, index)));
                assert_eq!(store.transaction_by_wire_hash(&wire_hash).unwrap(), Some(place(number, index)));
            }
        }
        for beyond in [Height::FOUNDING, Height::new(10)] {
            assert_eq!(store.header(beyond).unwrap(), None);
            assert_eq!(store.block(beyond).unwrap(), None);
            assert_eq!(store.certificate(beyond).unwrap(), None);
        }
        assert_eq!(store.transaction(&TransactionId::new([1; 32])).unwrap(), None);
        assert_eq!(store.height_of(&BlockHash::new([1; 32])).unwrap(), None);
    }
}

#[test]
fn every_transaction_is_proven_to_be_in_the_history() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 16);
    let view = store.view().unwrap();
    let mut count = 0;
    for number in 1..=16 {
        let block = store.block(Height::new(number)).unwrap().unwrap();
        let outcomes = store.outcomes(Height::new(number)).unwrap().unwrap();
        for (index, (wire, outcomes)) in (0_u32..).zip(block.transactions.iter().zip(outcomes)) {
            let leaf = HistoryLeaf {
                height: Height::new(number),
                index,
                wire_hash: DecodedTransaction::from_wire(wire.to_vec(), &NETWORK).unwrap().wire_hash(),
                outcomes: outcomes.hash(),
            };
            let at = store.history_index(&place(number, index)).unwrap();
            assert_eq!(at, count);
            assert_eq!(view.inclusion(at).unwrap().verify(&leaf.hash(), &view.tip().history_root), Ok(()));
            count += 1;
        }
        if count > 0 {
            let proof = view.consistency(count).unwrap();
            assert_eq!(proof.verify(&block.header.history_root, &view.tip().history_root), Ok(()));
        }
    }
    assert!(count > 100, "several rows of hashes, on two levels");
    assert!(view.inclusion(count).is_err());
}

#[test]
fn a_block_may_be_committed_again_but_no_other_in_its_place() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 2);
    let (one, other) = (make(&store, &["one"]), make(&store, &["other"]));
    let tip = store.commit(one.decided()).unwrap();
    assert_eq!(store.commit(one.decided()).unwrap(), tip);
    assert!(store.commit(other.decided()).unwrap_err().what.contains("another stands already"));
    assert_eq!(store.tip(), tip);
    assert!(audited(&store).is_sound());
}

#[test]
fn what_does_not_lead_to_the_header_is_not_written() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 2);
    let tip = store.tip();
    let check = |why: &str, spoil: &dyn Fn(&mut Made)| {
        let mut made = make(&store, &["one", "two"]);
        spoil(&mut made);
        if made.certificate.height == made.block.header.height {
            made.certificate = certificate(&made.block.header, 0);
        }
        let fault = store.commit(made.decided()).unwrap_err();
        assert!(fault.what.contains(why), "{why}: {fault}");
        assert_eq!(store.tip(), tip);
    };
    check("does not follow the tip", &|made| made.block.header.height = Height::new(4));
    check("as its parent", &|made| made.block.header.parent = BlockHash::new([1; 32]));
    check("is for another", &|made| made.certificate.height = Height::new(4));
    check("transactions root", &|made| made.block.header.transactions_root = name("other"));
    check("transactions root", &|made| made.names.swap(0, 1));
    check("outcomes root", &|made| made.outcomes[1] = Outcomes::new(vec![REFUSED]));
    check("not as many", &|made| drop(made.outcomes.pop()));
    check("state root", &|made| made.block.header.state_root = name("other"));
    check("history root", &|made| made.block.header.history_root = name("other"));
    check("leaves", &|made| made.block.header.history_size += 1);
    let stale = make(&store, &["one"]).update;
    store.commit(make(&store, &["before"]).decided()).unwrap();
    let mut made = make(&store, &["one"]);
    made.update = stale;
    assert!(store.commit(made.decided()).unwrap_err().what.contains("state root before"));
}

#[test]
fn a_home_is_of_one_network_one_first_state_and_one_process() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 1);
    assert!(try_open(home.path()).err().unwrap().what.contains("in use"));
    let mut other = first_state();
    other.insert(StateKey::new([1; 32]), vec![1]);
    assert!(store.found(&other).unwrap_err().what.contains("another first state"));
    drop(store);
    let fault = Store::open(home.path(), NetworkId::new([8; 32])).err().unwrap();
    assert!(fault.what.contains("is of network"), "{fault}");
    open(home.path());
}

#[test]
fn a_ledger_of_another_format_is_refused_with_what_helps() {
    let home = tempfile::tempdir().unwrap();
    drop(open(home.path()));
    let opened_with = |format: &[u8]| {
        let disk = Disk::open(&home.path().join(FOLDER), 0).unwrap();
        let mut batch = disk.batch().unwrap();
        batch.put(Column::Meta, FORMAT_KEY, format);
        disk.write(batch).unwrap();
        drop(disk);
        try_open(home.path()).err().map(|fault| (fault.what, fault.remedy))
    };
    for older in [1_u32, 2, 3, 4] {
        let (what, remedy) = opened_with(&older.to_be_bytes()).unwrap();
        assert!(what.contains(&format!("has format {older}, this program knows 5")), "{what}");
        // Its blocks lead to other state roots here: fetching them again would not help.
        assert!(remedy.contains("found the network anew") && !remedy.contains("fetches"), "{remedy}");
    }
    let (what, remedy) = opened_with(&6_u32.to_be_bytes()).unwrap();
    assert!(what.contains("has format 6") && remedy.contains("or a later one"), "{what}: {remedy}");
    assert!(opened_with(b"5").unwrap().0.contains("is no number of a format"));
    assert_eq!(opened_with(&5_u32.to_be_bytes()), None);
}

#[test]
fn nothing_is_written_below_the_reserve() {
    let home = tempfile::tempdir().unwrap();
    let full = Options { reserve_bytes: u64::MAX, ..Options::default() };
    let fault = Store::open_with(home.path(), NETWORK, full).err().unwrap();
    assert!(fault.what.contains("reserve"), "{fault}");
    let store = open(home.path());
    grow(&store, 1);
    drop(store);
    let store = Store::open_with(home.path(), NETWORK, full).unwrap();
    let made = make(&store, &["one"]);
    assert!(store.commit(made.decided()).unwrap_err().what.contains("reserve"));
    assert_eq!(store.tip().height, Height::new(1));
    assert_eq!(Options::default().reserve_bytes, DISK_RESERVE_BYTES);
}

#[test]
fn what_was_proposed_is_found_until_it_is_pruned() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    grow(&store, 2);
    let height = Height::new(3);
    let (one, other) = (make(&store, &["one"]), make(&store, &["other"]));
    let (hash, other_hash) = (one.block.header.hash(), other.block.header.hash());
    store.put_undecided(0, &one.block).unwrap();
    store.put_undecided(0, &one.block).unwrap();
    store.put_undecided(1, &one.block).unwrap();
    store.put_undecided(1, &other.block).unwrap();
    let mut both = vec![hash, other_hash];
    both.sort();
    for _ in 0..2 {
        assert_eq!(store.undecided(height, 0).unwrap(), [hash]);
        assert_eq!(store.undecided(height, 1).unwrap(), both);
        assert_eq!(store.undecided(height, 2).unwrap(), []);
        assert_eq!(store.candidate(height, &hash).unwrap().as_ref(), Some(&one.block));
        assert_eq!(store.block(height).unwrap(), None);
        drop(store);
        store = open(home.path());
    }
    assert!(audited(&store).is_sound());
    assert!(store.prune_undecided(height).is_err(), "not decided yet");
    let one = make(&store, &["one"]);
    store.commit(one.decided()).unwrap();
    assert!(audited(&store).is_sound());
    store.prune_undecided(height).unwrap();
    assert_eq!(store.undecided(height, 1).unwrap(), []);
    assert_eq!(store.candidate(height, &other_hash).unwrap(), None);
    assert_eq!(store.block(height).unwrap().as_ref(), Some(&one.block));
    // A late part of the decided block changes nothing.
    store.put_undecided(2, &one.block).unwrap();
    store.prune_undecided(height).unwrap();
    assert_eq!(store.block(height).unwrap().as_ref(), Some(&one.block));
    assert!(audited(&store).is_sound());
}

#[test]
fn signatures_notes_and_documents_are_kept() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 1);
    for round in 0..5 {
        store.put_signed(&[0, round], &[round; 40]).unwrap();
    }
    store.put_note("pool", b"empty").unwrap();
    store.put_document(&name("one"), b"sealed").unwrap();
    assert!(store.put_document(&name("long"), &vec![0; crate::DOCUMENT_BYTES_MAX + 1]).is_err());
    drop(store);
    let store = open(home.path());
    store.prune_signed(&[0, 3]).unwrap();
    assert_eq!(store.signed(&[0, 2]).unwrap(), None);
    assert_eq!(store.signed(&[0, 3]).unwrap(), Some(vec![3; 40]));
    assert_eq!(store.all_signed().unwrap().len(), 2);
    assert_eq!(store.note("pool").unwrap(), Some(b"empty".to_vec()));
    assert_eq!(store.note("tip").unwrap(), None);
    assert_eq!(store.document(&name("one")).unwrap(), Some(b"sealed".to_vec()));
    store.erase_document(&name("one")).unwrap();
    assert_eq!(store.document(&name("one")).unwrap(), None);
    assert!(audited(&store).is_sound());
}

#[test]
fn a_certificate_with_more_signatures_replaces_the_first() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 3);
    let header = store.header(Height::new(2)).unwrap().unwrap();
    let more = certificate(&header, 1);
    store.put_certificate(&more).unwrap();
    assert_eq!(store.certificate(Height::new(2)).unwrap(), Some(more.clone()));
    assert!(store.put_certificate(&CommitCertificate { height: Height::new(1), ..more }).is_err());
}

#[test]
fn the_audit_of_a_sound_ledger_reads_all_of_it() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 12);
    let report = audited(&store);
    assert_eq!(report.damages, []);
    assert_eq!((report.blocks, report.executed, report.certificates_unchecked), (12, 12, 0));
    assert_eq!(report.transactions, store.tip().history_size);
    // Three or four signatures for each height, and again in each next block.
    assert!(report.signatures >= 3 * 23);
    assert!(report.entries > 20 && report.pages > 1);
    assert!(!home.path().join("audit").exists());

    let without_rules = audit(&store, &first_state(), &validators(), None, &mut |_| {}).unwrap();
    assert_eq!(without_rules, AuditReport { executed: 0, ..report });
}

#[test]
fn the_audit_finds_other_rules_other_validators_and_another_first_state() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 6);
    let mut nothing_happens = |block: &Block, _: &dyn StateRead| {
        let outcomes = block.transactions.iter().map(|_| Outcomes::new(vec![0])).collect();
        Ok(Replayed { changes: Changes::new(), outcomes, next_validators: validators() })
    };
    let report = audit(&store, &first_state(), &validators(), Some(&mut nothing_happens), &mut |_| {}).unwrap();
    assert!(report.damages.iter().any(|damage| damage.what.contains("gives state root")), "{report:?}");

    let three = Validators::new(validators().as_slice()[..3].to_vec()).unwrap();
    let report = audit(&store, &first_state(), &three, None, &mut |_| {}).unwrap();
    assert!(report.damages.iter().any(|damage| damage.what.contains("other validators than the founding file")), "{report:?}");

    let report = audit(&store, &Changes::new(), &validators(), None, &mut |_| {}).unwrap();
    assert!(report.damages.iter().any(|damage| damage.what.contains("first state")), "{report:?}");
}
