//! Every kind of damage is found, and named.

use super::*;
use crate::audit_with;
use crate::disk::{Column, Read as _};
use crate::settle::MARK_KEY;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Puts a row in place of another, or a new one, past every check but the audit.
fn put(store: &Store, column: Column, key: &[u8], value: &[u8]) {
    let mut batch = store.disk.batch().unwrap();
    batch.put(column, key, value);
    store.disk.write(batch).unwrap();
}

fn delete(store: &Store, column: Column, key: &[u8]) {
    let mut batch = store.disk.batch().unwrap();
    batch.delete(column, key);
    store.disk.write(batch).unwrap();
}

fn rows(store: &Store, column: Column) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = Vec::new();
    let mut visit = |key: &[u8], value: Result<Vec<u8>, Fault>| {
        rows.push((key.to_vec(), value.unwrap()));
        Ok(ControlFlow::Continue(()))
    };
    store.disk.scan(column, &[], &mut visit).unwrap();
    rows
}

/// An audit without rules, which needs no second state.
fn read_back(store: &Store) -> AuditReport {
    audit(store, &first_state(), &validators(), None, &mut |_| {}).unwrap()
}

/// What a node's start and an audit say of a home.
fn found(home: &Path) -> Vec<String> {
    match try_open(home) {
        Err(fault) => vec![fault.what],
        Ok(store) => read_back(&store).damages.into_iter().map(|damage| damage.what).collect(),
    }
}

#[test]
fn every_row_that_an_insider_changes_removes_or_adds_is_named() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 3);
    store.put_undecided(0, &make(&store, &["next"]).block).unwrap();
    store.settle().unwrap();
    assert_eq!(read_back(&store).damages, []);
    // The rows whose bytes mean something to the chain, with right checksums: what an insider would write.
    let of_the_chain =
        [Column::Blocks, Column::Certificates, Column::Transactions, Column::State, Column::Pages, Column::History, Column::Index];
    for column in of_the_chain {
        let mut added = 0;
        let all = rows(&store, column);
        for (key, value) in all.iter().step_by(all.len().div_ceil(12)) {
            let mut changed = value.clone();
            let at = changed.len() / 2;
            changed[at] ^= 1;
            put(&store, column, key, &changed);
            // What is cached may still be right: an audit reads from the disk.
            assert_ne!(read_back(&store).damages, [], "{column:?} {} changed", hex::encode(key));
            delete(&store, column, key);
            assert_ne!(read_back(&store).damages, [], "{column:?} {} removed", hex::encode(key));
            put(&store, column, key, value);
            if added < 3 {
                let mut other = key.clone();
                *other.last_mut().unwrap() ^= 0x80;
                if store.disk.get(column, &other).unwrap().is_none() {
                    put(&store, column, &other, value);
                    assert_ne!(read_back(&store).damages, [], "{column:?} {} added", hex::encode(&other));
                    delete(&store, column, &other);
                    added += 1;
                }
            }
        }
        assert_eq!(read_back(&store).damages, [], "{column:?}");
    }
}

#[test]
fn bytes_that_are_no_transaction_are_found_in_every_block() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 3);
    // Of a block that was not decided, nothing but the header says how many transactions it has.
    store.put_undecided(0, &make(&store, &["next"]).block).unwrap();
    let blocks: Vec<_> = rows(&store, Column::Blocks).into_iter().filter(|(_, value)| Block::from_bytes(value).is_ok()).collect();
    assert_eq!(blocks.len(), 4);
    for (key, value) in blocks {
        let mut block = Block::from_bytes(&value).unwrap();
        block.transactions.push(vec![0xa0].into());
        put(&store, Column::Blocks, &key, &block.to_bytes());
        assert_ne!(read_back(&store).damages, [], "{}", hex::encode(&key));
        put(&store, Column::Blocks, &key, &value);
    }
    assert_eq!(read_back(&store).damages, []);
}

#[test]
fn what_only_follows_from_a_damage_is_not_told_as_further_damage() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 12);
    let at = Height::new(5);
    let hash = block_hash(&store, 5);
    let of_blocks = [crate::chain::header_key(at), crate::chain::outcomes_key(at), crate::chain::body_key(at, &hash)];
    let rows_of_the_block = of_blocks.map(|key| (Column::Blocks, key, Some(Height::new(6))));
    // What rests on a certificate is the certificate's own signatures alone.
    let certificate = (Column::Certificates, at.get().to_be_bytes().to_vec(), None);
    for (column, key, unchecked_from) in rows_of_the_block.into_iter().chain([certificate]) {
        let value = store.disk.get(column, &key).unwrap().unwrap();
        for garbage in [&b"garbage"[..], &value[..value.len() - 1]] {
            put(&store, column, &key, garbage);
            let report = audited(&store);
            assert_eq!((report.damages.len(), report.unchecked_from), (1, unchecked_from), "{} {report:?}", hex::encode(&key));
        }
        delete(&store, column, &key);
        let report = audited(&store);
        assert_eq!((report.damages.len(), report.unchecked_from), (1, unchecked_from), "{} removed: {report:?}", hex::encode(&key));
        put(&store, column, &key, &value);
    }
    // A second damage behind the first is named all the same.
    for height in [5, 9] {
        put(&store, Column::Blocks, &crate::chain::outcomes_key(Height::new(height)), b"garbage");
    }
    let report = audited(&store);
    assert_eq!((report.damages.len(), report.unchecked_from), (2, Some(Height::new(6))), "{report:?}");
}

/// A bit of a table: many heights lie in one of its blocks.
#[test]
fn a_flipped_bit_in_a_table_of_blocks_is_said_once() {
    let home = tempfile::tempdir().unwrap();
    let broken = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 200);
    drop(store);
    let is_table = |file: &PathBuf| file.extension().is_some_and(|end| end == "sst");
    let of_blocks = files(&home.path().join("ledger")).into_iter().filter(is_table).max_by_key(|file| fs::metadata(file).unwrap().len());
    let file = of_blocks.unwrap();
    let bytes = fs::read(&file).unwrap();
    for part in 1..8 {
        let mut bytes = bytes.clone();
        let at = bytes.len() / 10 * part;
        bytes[at] ^= 1;
        copy(home.path(), broken.path());
        fs::remove_file(broken.path().join("ledger/SEAL")).unwrap();
        fs::write(broken.path().join("ledger").join(file.file_name().unwrap()), bytes).unwrap();
        let report = audited(&open(broken.path()));
        assert_eq!(report.damages.len(), 1, "byte {at}: {report:?}");
    }
}

#[test]
fn a_damaged_value_is_named_by_column_and_key() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 4);
    let key = *first_state().keys().next().unwrap();
    put(&store, Column::State, key.as_bytes(), b"forged");
    let fault = store.view().unwrap().prove(&[key].into()).unwrap_err().to_string();
    assert!(fault.contains("in state, the row at") && fault.contains(&hex::encode(key.as_bytes())), "{fault}");
    let report = audited(&store);
    assert_eq!(report.damages.len(), 1, "{report:?}");
    assert!(report.damages[0].what.contains(&hex::encode(key.as_bytes())));
    assert!(report.damages[0].remedy.contains("fetches the chain from the other members"));
}

#[test]
fn a_damaged_page_stops_an_update_and_a_proof() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 8);
    drop(store);
    let store = open(home.path());
    let (key, mut page) = rows(&store, Column::Pages).into_iter().rfind(|(key, _)| key != MARK_KEY).unwrap();
    *page.last_mut().unwrap() ^= 1;
    put(&store, Column::Pages, &key, &page);
    let mut faults = 0;
    for number in 0..200_u64 {
        let view = store.view().unwrap();
        let key = StateKey::new(*sha256(&number.to_be_bytes()).as_bytes());
        faults += u32::from(view.update(&[(key, vec![1])].into()).is_err_and(|fault| fault.what.contains("in pages, the row at")));
    }
    assert!(faults > 0);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// What a node never reads: RocksDB's own diary, and two empty files that are only locked.
fn is_never_read(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    name.starts_with("LOG") || name == "LOCK"
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to.join("ledger")).unwrap();
    for file in files(&from.join("ledger")) {
        fs::copy(&file, to.join("ledger").join(file.file_name().unwrap())).unwrap();
    }
}

/// Flips one bit in each of some bytes of each file of a closed ledger, and asks whether it is found.
fn flip(step: impl Fn(&Path, usize) -> usize) {
    let home = tempfile::tempdir().unwrap();
    let broken = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 8);
    store.put_signed(b"vote", b"signed").unwrap();
    store.put_document(&name("one"), b"sealed").unwrap();
    store.put_undecided(0, &make(&store, &["next"]).block).unwrap();
    drop(store);
    let mut flipped = 0;
    for file in files(&home.path().join("ledger")).into_iter().filter(|file| !is_never_read(file)) {
        let size = fs::metadata(&file).unwrap().len() as usize;
        let mut at = 0;
        while at < size {
            copy(home.path(), broken.path());
            let copied = broken.path().join("ledger").join(file.file_name().unwrap());
            let mut bytes = fs::read(&copied).unwrap();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&copied, bytes).unwrap();
            let found = found(broken.path());
            assert!(!found.is_empty(), "{} byte {at} of {size}", file.display());
            assert!(found.iter().all(|what| what.len() < 1000), "{found:?}");
            flipped += 1;
            at += step(&file, size);
        }
    }
    assert!(flipped > 20);
    copy(home.path(), broken.path());
    assert_eq!(found(broken.path()), [] as [String; 0]);
}

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    flip(|_, size| (size / 11).max(1));
}

/// The same without the seal, as after a crash: RocksDB's checksums and ours stand alone, over the blocks of data,
/// filters and indexes. Behind them lie statistics, whose loss changes nothing, and a footer without checksum.
#[test]
fn a_flipped_bit_in_a_block_of_a_table_is_found_without_a_seal_too() {
    let home = tempfile::tempdir().unwrap();
    let broken = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 8);
    store.put_signed(b"vote", b"signed").unwrap();
    store.put_document(&name("one"), b"sealed").unwrap();
    drop(store);
    let tables: Vec<PathBuf> =
        files(&home.path().join("ledger")).into_iter().filter(|file| file.extension().is_some_and(|end| end == "sst")).collect();
    assert!(tables.len() >= 8);
    for file in tables {
        let bytes = fs::read(&file).unwrap();
        let statistics = bytes.windows(8).position(|text| text == b"rocksdb.").unwrap() - 4;
        for at in (0..statistics).step_by(statistics / 3) {
            copy(home.path(), broken.path());
            fs::remove_file(broken.path().join("ledger/SEAL")).unwrap();
            let copied = broken.path().join("ledger").join(file.file_name().unwrap());
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&copied, bytes).unwrap();
            assert!(!found(broken.path()).is_empty(), "{} byte {at} of {statistics}", file.display());
        }
    }
}

#[test]
fn a_file_that_is_missing_cut_or_added_is_named() {
    let home = tempfile::tempdir().unwrap();
    let broken = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 8);
    drop(store);
    let ledger = broken.path().join("ledger");
    for file in files(&home.path().join("ledger")).into_iter().filter(|file| !is_never_read(file)) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name == "SEAL" {
            continue;
        }
        copy(home.path(), broken.path());
        fs::remove_file(ledger.join(&name)).unwrap();
        assert!(found(broken.path())[0].contains(&name), "{name} missing");
        let bytes = fs::read(&file).unwrap();
        if !bytes.is_empty() {
            copy(home.path(), broken.path());
            fs::write(ledger.join(&name), &bytes[..bytes.len() - 1]).unwrap();
            assert!(found(broken.path())[0].contains(&name), "{name} cut");
        }
    }
    copy(home.path(), broken.path());
    fs::write(ledger.join("999999.sst"), b"new").unwrap();
    assert!(found(broken.path())[0].contains("999999.sst"));
}

#[test]
fn a_ledger_that_was_not_closed_is_opened_again_with_every_block() {
    let home = tempfile::tempdir().unwrap();
    let crashed = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 8);
    // The files as a crash would leave them: nothing flushed, no seal.
    copy(home.path(), crashed.path());
    let again = open(crashed.path());
    assert_eq!(again.tip(), store.tip());
    assert_eq!(block_hash(&again, 8), block_hash(&store, 8));
    assert!(audited(&again).is_sound());
}

/// What goes wrong with an audit's own copy of the state says nothing of the ledger.
#[test]
fn an_audit_that_cannot_make_its_copy_of_the_state_does_not_finish_and_names_no_damage() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 8);
    let second = home.path().join("audit");
    for at in [3, 8] {
        let mut replay = |block: &Block, _: &dyn StateRead| {
            if block.header.height.get() == at {
                fs::remove_dir_all(&second).unwrap();
            }
            Ok(replayed(block))
        };
        let fault = audit(&store, &first_state(), &validators(), Some(&mut replay), &mut |_| {}).unwrap_err();
        assert!(fault.what.contains("copy of the state") && fault.what.contains(second.to_str().unwrap()), "taken away at {at}: {fault}");
        assert!(fault.remedy.contains("look at that folder") && !crate::is_damage(&fault), "taken away at {at}: {fault}");
    }
    // Something else in its place is no want of room.
    let in_the_way = || audit(&store, &first_state(), &validators(), Some(&mut |block, _| Ok(replayed(block))), &mut |_| {}).unwrap_err();
    fs::write(&second, b"in the way").unwrap();
    let fault = in_the_way();
    assert!(fault.what.contains("a file and no folder is in the way") && fault.remedy.starts_with("move that elsewhere"), "{fault}");
    assert_eq!(fs::read(&second).unwrap(), b"in the way");
    fs::remove_file(&second).unwrap();
    std::os::unix::fs::symlink(home.path().join("nowhere"), &second).unwrap();
    let fault = in_the_way();
    assert!(fault.what.contains("a link that leads to no folder is in the way") && !crate::is_damage(&fault), "{fault}");
    fs::remove_file(&second).unwrap();
    let report = audited(&store);
    assert!(report.is_sound() && !second.exists(), "{report:?}");
}

#[test]
fn an_audit_elsewhere_leaves_everything_there_as_it_was() {
    let (home, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(home.path());
    grow(&store, 4);
    fs::write(scratch.path().join("notes"), b"notes").unwrap();
    let second = scratch.path().join("symbolon-audit");
    let seen = std::cell::Cell::new(false);
    let mut replay = |block: &Block, _: &dyn StateRead| {
        seen.set(second.exists() && !home.path().join("audit").exists());
        Ok(replayed(block))
    };
    let at = Some(scratch.path());
    let report = audit_with(&store, &first_state(), &validators(), Some(&mut replay), at, &mut |_| {}).unwrap();
    assert!(report.is_sound() && seen.get() && !second.exists(), "{report:?}");
    // What lies there is not the audit's to remove.
    fs::create_dir(&second).unwrap();
    fs::write(second.join("mine"), b"mine").unwrap();
    let fault = audit_with(&store, &first_state(), &validators(), Some(&mut replay), at, &mut |_| {}).unwrap_err();
    assert!(fault.what.contains("the folder of another audit") && !crate::is_damage(&fault), "{fault}");
    assert!(second.join("mine").exists() && scratch.path().join("notes").exists());
}

#[test]
fn damage_is_told_from_other_faults() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 4);
    put(&store, Column::State, first_state().keys().next().unwrap().as_bytes(), b"forged");
    let fault = store.view().unwrap().prove(&first_state().keys().copied().take(1).collect()).unwrap_err();
    assert!(matches!(fault, ledger::tree::BuildError::Tree(fault) if crate::is_damage(&fault)));
    assert!(!crate::is_damage(&try_open(home.path()).map(drop).unwrap_err()), "in use");
}
