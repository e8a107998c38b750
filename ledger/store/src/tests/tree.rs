use super::*;
use crate::MemoryState;
use ledger::tree::{Fact, Leaf};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Keys of which many share long beginnings, so that pages split deep down.
fn key() -> impl Strategy<Value = StateKey> {
    prop_oneof![
        3 => any::<u64>().prop_map(|number| StateKey::new(*sha256(&number.to_be_bytes()).as_bytes())),
        1 => (0..32_usize, any::<u8>()).prop_map(|(at, byte)| {
            let mut bytes = [0x5a; 32];
            bytes[at] = byte;
            StateKey::new(bytes)
        }),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(one, two)| {
            let mut bytes = [0xc3; 32];
            (bytes[30], bytes[31]) = (one & 1, two);
            StateKey::new(bytes)
        }),
    ]
}

fn changes(most: usize) -> impl Strategy<Value = Changes> {
    prop::collection::btree_map(key(), prop::collection::vec(any::<u8>(), 0..40), 0..most)
}

fn write(store: &Store, changes: &Changes) {
    let update = store.view().unwrap().update(changes).unwrap();
    store.write_state(changes, update).unwrap();
}

fn check_proof(store: &Store, model: &MemoryState, keys: &BTreeSet<StateKey>) {
    let view = store.view().unwrap();
    let proof = view.prove(keys).unwrap();
    assert_eq!(proof, model.prove(keys).unwrap());
    let proven = proof.verify(&model.root()).unwrap();
    for (key, fact) in proven.iter() {
        assert_eq!(fact, model.entries().get(key).map_or(Fact::Absent, |value| Fact::Present(value)));
        assert_eq!(view.get(key).unwrap().as_ref(), model.entries().get(key));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_tree_on_disk_is_the_one_in_memory(
        batches in prop::collection::vec(changes(400), 1..5),
        asked in prop::collection::btree_set(key(), 1..20),
        cache in prop_oneof![Just(0_u64), Just(crate::CACHE_BYTES)],
    ) {
        let home = tempfile::tempdir().unwrap();
        let options = Options { cache_bytes: cache, reserve_bytes: 0, ..Options::default() };
        let mut store = Store::open_with(home.path(), NETWORK, options).unwrap();
        let mut model = MemoryState::default();
        for batch in &batches {
            write(&store, batch);
            model.apply(batch);
            prop_assert_eq!(store.tip().state_root, model.root());
            let keys = batch.keys().step_by(3).chain(&asked).copied().collect();
            check_proof(&store, &model, &keys);
        }
        drop(store);
        store = Store::open_with(home.path(), NETWORK, options).unwrap();
        prop_assert_eq!(store.tip().state_root, model.root());
        check_proof(&store, &model, &asked);
    }

    #[test]
    fn the_order_of_arrival_never_changes_the_root(entries in changes(200), cut in 0..200_usize) {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (one, two) = (open(one.path()), open(two.path()));
        write(&one, &entries);
        let (early, late): (Vec<_>, Vec<_>) = entries.iter().enumerate().partition(|(index, _)| index % 7 * 29 < cut);
        for part in [late, early] {
            write(&two, &part.into_iter().map(|(_, (key, value))| (*key, value.clone())).collect());
        }
        prop_assert_eq!(one.tip().state_root, two.tip().state_root);
        let model = MemoryState::default();
        let mut model = model;
        model.apply(&entries);
        prop_assert_eq!(one.tip().state_root, model.root());
    }
}

#[test]
fn a_view_shows_one_height_while_the_next_is_written() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 5);
    let view = store.view().unwrap();
    let made = make(&store, &["later"]);
    store.commit(made.decided()).unwrap();

    let key = key_of(b"later");
    let header = view.header().unwrap().unwrap();
    assert_eq!((header.height, header.hash()), (Height::new(5), view.certificate().unwrap().unwrap().block));
    let proven = view.prove(&[key].into()).unwrap().verify(&header.state_root).unwrap();
    assert_eq!(proven.get(&key), Some(Fact::Absent));
    assert_eq!(view.get(&key).unwrap(), None);

    let now = store.view().unwrap();
    let proven = now.prove(&[key].into()).unwrap().verify(&now.tip().state_root).unwrap();
    assert_eq!(proven.get(&key), Some(Fact::Present(b"later")));
}

#[test]
fn an_update_that_is_never_decided_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    grow(&store, 3);
    let root = store.tip().state_root;
    let (one, two) = (make(&store, &["one"]), make(&store, &["two"]));
    assert_ne!(one.update.root(), two.update.root());
    assert_eq!(store.tip().state_root, root);
    store.commit(two.decided()).unwrap();
    // What was computed from the state before cannot be written any more.
    assert!(store.commit(one.decided()).is_err());
    assert_eq!(store.view().unwrap().get(&key_of(b"one")).unwrap(), None);
    assert!(audited(&store).is_sound());
}

#[test]
fn the_cache_is_bounded_by_bytes() {
    let home = tempfile::tempdir().unwrap();
    let store =
        Store::open_with(home.path(), NETWORK, Options { cache_bytes: 256 * 1024, reserve_bytes: 0, ..Options::default() }).unwrap();
    let mut model = MemoryState::default();
    for batch in 0..5_u64 {
        let changes: Changes =
            (0..1000_u64).map(|number| (StateKey::new(*sha256(&(batch * 1000 + number).to_be_bytes()).as_bytes()), vec![1])).collect();
        write(&store, &changes);
        model.apply(&changes);
        assert!(store.cached_bytes() <= 256 * 1024, "{}", store.cached_bytes());
    }
    assert_eq!(store.tip().state_root, model.root());
}

#[test]
fn leaves_alone_lead_to_the_same_root() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    let leaves: Vec<Leaf> = first_state().iter().map(|(key, value)| Leaf::of(*key, value)).collect();
    let update = store.view().unwrap().update_leaves(&leaves).unwrap();
    assert_eq!(update.root(), ledger::tree::root(&leaves));
    assert_eq!(update.root(), store.view().unwrap().update(&first_state()).unwrap().root());
}
