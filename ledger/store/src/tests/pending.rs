//! Pages that are in memory alone, while others are written beside the blocks.

use super::*;
use crate::disk::{Column, Read as _};
use crate::{MemoryState, View};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;

fn with_pending(home: &Path, pending_bytes: u64) -> Store {
    // Without a cache, so that every page comes from where it should.
    Store::open_with(home, NETWORK, Options { cache_bytes: 0, pending_bytes, reserve_bytes: 0 }).unwrap()
}

/// What a power cut now would leave: every acknowledged write is synced. Files are copied one after another, so it counts
/// only if the thread that writes pages changed none of them meanwhile.
fn power_cut(home: &Path) -> tempfile::TempDir {
    let from = home.join(crate::FOLDER);
    let files = || -> BTreeSet<_> {
        let entries = fs::read_dir(&from).unwrap().map(Result::unwrap);
        // A file that is removed between two calls is in one listing only.
        entries
            .filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?.len(), entry.metadata().ok()?.modified().ok()?)))
            .collect()
    };
    loop {
        let copy = tempfile::tempdir().unwrap();
        let to = copy.path().join(crate::FOLDER);
        fs::create_dir(&to).unwrap();
        let before = files();
        let copied = before.iter().all(|(name, ..)| fs::copy(from.join(name), to.join(name)).is_ok());
        if copied && files() == before {
            return copy;
        }
    }
}

fn noted(store: &Store) -> Vec<u64> {
    let mut heights = Vec::new();
    store
        .disk
        .scan(Column::Unsettled, &[], &mut |key, _| {
            heights.push(u64::from_be_bytes(key.try_into().unwrap()));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    heights
}

fn check(view: &View<'_>, model: &MemoryState) {
    assert_eq!(view.tip().state_root, model.root());
    let keys: BTreeSet<StateKey> = model.entries().keys().step_by(model.entries().len().div_ceil(30)).copied().collect();
    assert_eq!(view.prove(&keys).unwrap(), model.prove(&keys).unwrap());
}

fn bodies(height: usize, count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{}#{height}", (height * 7919 + index * 104_729) % 700)).collect()
}

fn commit(store: &Store, bodies: &[String]) -> Changes {
    let made = make(store, &bodies.iter().map(String::as_str).collect::<Vec<_>>());
    store.commit(made.decided()).unwrap();
    made.changes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn whatever_is_pending_at_a_power_cut_is_found_again(
        counts in prop::collection::vec(0..90_usize, 1..12),
        pending_bytes in prop_oneof![Just(0_u64), Just(40_000), Just(crate::PENDING_BYTES)],
        cut in 0..12_usize,
    ) {
        let home = tempfile::tempdir().unwrap();
        let mut store = with_pending(home.path(), pending_bytes);
        store.found(&first_state()).unwrap();
        let mut model = MemoryState::default();
        model.apply(&first_state());
        let mut copies = vec![];
        for (height, count) in counts.iter().enumerate() {
            model.apply(&commit(&store, &bodies(height, *count)));
            check(&store.view().unwrap(), &model);
            if height == cut % counts.len() {
                copies.push((power_cut(home.path()), model.clone()));
            }
        }
        copies.push((power_cut(home.path()), model.clone()));
        drop(store);
        store = with_pending(home.path(), pending_bytes);
        check(&store.view().unwrap(), &model);
        prop_assert_eq!(noted(&store), Vec::<u64>::new());
        for (home, mut model) in copies {
            let store = with_pending(home.path(), pending_bytes);
            check(&store.view().unwrap(), &model);
            model.apply(&commit(&store, &bodies(77, 50)));
            check(&store.view().unwrap(), &model);
            let report = audited(&store);
            prop_assert!(report.is_sound(), "{:?}", report);
        }
    }
}

#[test]
fn a_view_is_whole_however_many_blocks_and_pages_are_written_after_it() {
    let home = tempfile::tempdir().unwrap();
    let store = with_pending(home.path(), 20_000);
    store.found(&first_state()).unwrap();
    let mut model = MemoryState::default();
    model.apply(&first_state());
    let mut views = vec![];
    for height in 0..40 {
        model.apply(&commit(&store, &bodies(height, 60)));
        if height % 8 == 0 {
            views.push((store.view().unwrap(), model.clone()));
        }
    }
    store.settle().unwrap();
    commit(&store, &bodies(50, 60));
    for (view, model) in &views {
        check(view, model);
    }
}

#[test]
fn what_is_noted_for_a_restart_is_bounded() {
    let home = tempfile::tempdir().unwrap();
    let store = with_pending(home.path(), 50_000);
    store.found(&first_state()).unwrap();
    for height in 0..60 {
        commit(&store, &bodies(height, 60));
        // One block's pages may come on top of twice the limit.
        assert!(store.tree.pending().bytes() < 3 * 50_000, "{}", store.tree.pending().bytes());
    }
    assert!(noted(&store).len() < 30, "{:?}", noted(&store));
    store.settle().unwrap();
    assert_eq!(noted(&store), Vec::<u64>::new());
    assert!(audited(&store).is_sound());
}

/// The pages are taken over by one write, their keys are forgotten by the next.
#[test]
fn keys_whose_pages_were_taken_over_before_a_power_cut_are_no_damage() {
    for bodies_after in [vec![], vec![bodies(50, 30)], vec![vec![], bodies(50, 30), vec![]]] {
        let home = tempfile::tempdir().unwrap();
        let store = with_pending(home.path(), crate::PENDING_BYTES);
        grow(&store, 12);
        commit(&store, &bodies(12, 30));
        let settled = store.tree.settle().unwrap();
        crate::settle::write(&store.disk, settled.height, settled.root, settled.pages().iter()).unwrap();
        for bodies in &bodies_after {
            commit(&store, bodies);
        }
        let copy = power_cut(home.path());
        let again = with_pending(copy.path(), crate::PENDING_BYTES);
        assert!(noted(&again).len() > 5, "{:?}", noted(&again));
        let report = audited(&again);
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(noted(&again), Vec::<u64>::new());
        drop(again);
        assert_eq!(noted(&with_pending(copy.path(), crate::PENDING_BYTES)), Vec::<u64>::new());
    }
}

#[test]
fn a_stop_forgets_keys_that_a_power_cut_left_behind() {
    let home = tempfile::tempdir().unwrap();
    let store = with_pending(home.path(), crate::PENDING_BYTES);
    grow(&store, 12);
    let settled = store.tree.settle().unwrap();
    crate::settle::write(&store.disk, settled.height, settled.root, settled.pages().iter()).unwrap();
    let copy = power_cut(home.path());
    let again = with_pending(copy.path(), crate::PENDING_BYTES);
    commit(&again, &[]);
    drop(again);
    assert_eq!(noted(&with_pending(copy.path(), crate::PENDING_BYTES)), Vec::<u64>::new());
}

#[test]
fn keys_that_do_not_lead_to_the_tip_are_damage() {
    for damage in 0..3 {
        let home = tempfile::tempdir().unwrap();
        let store = with_pending(home.path(), crate::PENDING_BYTES);
        grow(&store, 12);
        let mut batch = store.disk.batch().unwrap();
        let last = *noted(&store).last().unwrap();
        match damage {
            0 => batch.delete(Column::Unsettled, &last.to_be_bytes()),
            1 => batch.put(Column::Unsettled, &last.to_be_bytes(), &[1; 31]),
            _ => batch.put(Column::Unsettled, &(last + 1).to_be_bytes(), key_of(b"nothing").as_bytes()),
        }
        store.disk.write(batch).unwrap();
        let copy = power_cut(home.path());
        let fault = try_open(copy.path()).map(drop).unwrap_err();
        let column = if damage == 2 { "in state" } else { "in unsettled" };
        assert!(fault.what.contains(column) && fault.remedy.contains("fetches the chain"), "{fault:?}");
    }
}

#[test]
fn a_block_that_found_no_room_leaves_nothing_behind() {
    for goes_on in [false, true] {
        let home = tempfile::tempdir().unwrap();
        let store = with_pending(home.path(), crate::PENDING_BYTES);
        grow(&store, 8);
        let tip = store.tip();
        let refused = make(&store, &["no room"]);
        store.disk.reserve(u64::MAX);
        assert!(store.commit(refused.decided()).unwrap_err().what.contains("MiB left"));
        store.disk.reserve(0);
        assert_eq!(store.view().unwrap().tip(), &tip);
        if goes_on {
            store.commit(make(&store, &["room"]).decided()).unwrap();
        }
        drop(store);
        let store = with_pending(home.path(), crate::PENDING_BYTES);
        assert_eq!(store.tip() == tip, !goes_on);
        assert!(audited(&store).is_sound());
    }
}
