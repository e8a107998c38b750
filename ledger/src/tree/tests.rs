use super::*;
use crate::codec::{Canonical, encode};
use crate::hash::sha256;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

type Entries = BTreeMap<StateKey, Vec<u8>>;

/// The definition in the module's table, word for word.
fn naive(entries: &[(&StateKey, &Vec<u8>)], depth: u16) -> Hash {
    match entries {
        [] => Hash::new([0; 32]),
        [(key, value)] => sha256(&[&[0x00], &key.as_bytes()[..], sha256(value).as_bytes()].concat()),
        _ => {
            let (right, left): (Vec<_>, Vec<_>) = entries.iter().partition(|(key, _)| naive_bit(key, depth));
            let (left, right) = (naive(&left, depth + 1), naive(&right, depth + 1));
            sha256(&[&[0x01], &left.as_bytes()[..], right.as_bytes()].concat())
        }
    }
}

fn naive_bit(key: &StateKey, depth: u16) -> bool {
    key.as_bytes()[usize::from(depth) / 8] & (1 << (7 - depth % 8)) != 0
}

fn naive_root(entries: &Entries) -> Hash {
    naive(&entries.iter().collect::<Vec<_>>(), 0)
}

/// A tree that shows its places by the same definition, slowly.
struct Naive<'a>(&'a Entries);

impl Nodes for Naive<'_> {
    type Fault = Infallible;

    fn node(&mut self, depth: u16, path: &StateKey, _: &Hash) -> Result<Node, Infallible> {
        let below: Vec<_> = self.0.iter().filter(|(key, _)| (0..depth).all(|d| naive_bit(key, d) == naive_bit(path, d))).collect();
        Ok(match &below[..] {
            [] => Node::Empty,
            [(key, value)] => Node::Leaf(Leaf::of(**key, value)),
            _ => {
                let (right, left): (Vec<_>, Vec<_>) = below.into_iter().partition(|(key, _)| naive_bit(key, depth));
                Node::Branch { left: naive(&left, depth + 1), right: naive(&right, depth + 1) }
            }
        })
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Infallible> {
        Ok(self.0[&leaf.key].clone())
    }
}

fn prove(entries: &Entries, keys: &BTreeSet<StateKey>) -> Multiproof {
    Multiproof::build(&mut Naive(entries), &naive_root(entries), keys).unwrap()
}

fn check(entries: &Entries, keys: &BTreeSet<StateKey>) {
    let proof = prove(entries, keys);
    assert_eq!(Multiproof::from_bytes(&proof.to_bytes()), Ok(proof.clone()));
    let proven = proof.verify(&naive_root(entries)).unwrap();
    assert_eq!(proven.iter().map(|(key, _)| *key).collect::<BTreeSet<_>>(), *keys);
    for (key, fact) in proven.iter() {
        assert_eq!(fact, entries.get(key).map_or(Fact::Absent, |value| Fact::Present(value)));
        assert_eq!(proven.get(key), Some(fact));
    }
}

/// Keys that often share long beginnings, so that the tree is deep as well as wide.
fn key() -> impl Strategy<Value = StateKey> {
    prop_oneof![
        any::<[u8; 32]>(),
        (0..32_usize, any::<u8>()).prop_map(|(place, byte)| {
            let mut bytes = [0x5a; 32];
            bytes[place] = byte;
            bytes
        }),
    ]
    .prop_map(StateKey::new)
}

fn entries(most: usize) -> impl Strategy<Value = Entries> {
    prop::collection::btree_map(key(), prop::collection::vec(any::<u8>(), 0..40), 0..most)
}

fn numbered(number: u64) -> StateKey {
    StateKey::new(*sha256(&number.to_be_bytes()).as_bytes())
}

fn thousand() -> Entries {
    (0..1000_u64).map(|number| (numbered(number), number.to_be_bytes().to_vec())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_root_is_the_naive_one(entries in entries(60)) {
        let leaves: Vec<Leaf> = entries.iter().map(|(key, value)| Leaf::of(*key, value)).collect();
        prop_assert_eq!(root(&leaves), naive_root(&entries));
    }

    #[test]
    fn what_stands_and_what_does_not_is_proven(entries in entries(16), others in prop::collection::btree_set(key(), 1..8), every in 1..5_usize) {
        let keys = entries.keys().step_by(every).copied().chain(others).collect();
        check(&entries, &keys);
    }

    #[test]
    fn a_proof_is_of_one_root(entries in entries(20), key in key(), value in prop::collection::vec(any::<u8>(), 0..9)) {
        let mut changed = entries.clone();
        changed.insert(key, value);
        let proof = prove(&entries, &[key].into());
        prop_assert_eq!(proof.verify(&naive_root(&changed)).is_ok(), changed == entries);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(proof) = Multiproof::from_bytes(&bytes) {
            let _ = proof.verify(&EMPTY);
        }
    }

    #[test]
    fn no_shape_makes_the_verifier_panic(
        keys in prop::collection::btree_set(key(), 1..9),
        shape in prop::collection::vec(any::<u8>(), 0..90),
        hashes in prop::collection::vec(any::<[u8; 32]>(), 0..90),
        present in any::<u8>(),
    ) {
        let values = (0..keys.len()).map(|index| (present & (1 << index) != 0).then(Vec::new)).collect();
        let parts = Parts { keys: keys.into_iter().collect(), values, shape, hashes };
        let proof = Multiproof::from_bytes(&parts.to_bytes()).unwrap();
        prop_assert!(proof.verify(&sha256(b"no root")).is_err());
    }
}

/// A proof taken apart, so that tests can break it in one place.
#[derive(Clone)]
struct Parts {
    keys: Vec<StateKey>,
    values: Vec<Option<Vec<u8>>>,
    shape: Vec<u8>,
    hashes: Vec<[u8; 32]>,
}

impl Parts {
    fn of(proof: &Multiproof) -> Self {
        let bytes = encode(proof);
        let mut d = minicbor::Decoder::new(&bytes);
        d.map().unwrap();
        d.u8().unwrap();
        let keys = words(&mut d).unwrap().into_iter().map(StateKey::new).collect();
        d.u8().unwrap();
        let values = d.array_iter::<Option<minicbor::bytes::ByteVec>>().unwrap().map(|v| v.unwrap().map(Into::into)).collect();
        d.u8().unwrap();
        let shape = d.bytes().unwrap().to_vec();
        d.u8().unwrap();
        Self { keys, values, shape, hashes: words(&mut d).unwrap() }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut e = minicbor::Encoder::new(&mut bytes);
        let keys: Vec<u8> = self.keys.iter().flat_map(|key| *key.as_bytes()).collect();
        e.map(4).unwrap().u8(0).unwrap().bytes(&keys).unwrap().u8(1).unwrap().array(self.values.len() as u64).unwrap();
        for value in &self.values {
            match value {
                Some(value) => e.bytes(value).unwrap(),
                None => e.null().unwrap(),
            };
        }
        e.u8(2).unwrap().bytes(&self.shape).unwrap().u8(3).unwrap().bytes(self.hashes.as_flattened()).unwrap();
        bytes
    }
}

#[test]
fn the_smallest_trees_have_the_hashes_of_the_definition() {
    let mut entries = Entries::new();
    assert_eq!(root(&[]), Hash::new([0; 32]));
    check(&entries, &[numbered(1)].into());
    entries.insert(numbered(1), b"value".to_vec());
    assert_eq!(root(&[Leaf::of(numbered(1), b"value")]), naive_root(&entries));
    check(&entries, &[numbered(1)].into());
    check(&entries, &[numbered(2)].into());
    check(&entries, &[numbered(1), numbered(2), numbered(3)].into());
}

#[test]
fn keys_that_differ_in_the_last_bit_alone_are_told_apart() {
    let last = |bit: u8| {
        let mut bytes = [0xff; 32];
        bytes[31] = 0xfe | bit;
        StateKey::new(bytes)
    };
    let entries: Entries = [(last(0), b"left".to_vec()), (last(1), b"right".to_vec())].into();
    check(&entries, &[last(0)].into());
    check(&entries, &[last(0), last(1), numbered(1)].into());
    assert_eq!(root(&[Leaf::of(last(0), b"left"), Leaf::of(last(1), b"right")]), naive_root(&entries));
}

#[test]
fn a_prefix_is_shared_bit_by_bit() {
    let key = numbered(1);
    for depth in 0..DEPTH_MAX {
        let mut bytes = *key.as_bytes();
        bytes[usize::from(depth) / 8] ^= 0x80 >> (depth % 8);
        let other = StateKey::new(bytes);
        for shared in 0..=DEPTH_MAX {
            assert_eq!(key.shares(&other, shared), shared <= depth, "differs at {depth}, asked for {shared}");
        }
        assert_eq!(key.bit(depth), naive_bit(&key, depth));
    }
}

#[test]
fn one_flipped_bit_of_a_proof_never_verifies() {
    let entries = thousand();
    let root = naive_root(&entries);
    for keys in [vec![7], vec![2000], vec![3, 7, 11, 2000, 2001, 2002, 2003]] {
        let bytes = prove(&entries, &keys.into_iter().map(numbered).collect()).to_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(proof) = Multiproof::from_bytes(&flipped) {
                // Another absent key below the same place has the same shape and hashes, so that its proof is a
                // true one, of another question: it must be found out by the key.
                match proof.verify(&root) {
                    Err(_) => {}
                    Ok(proven) => assert!(
                        proven.iter().all(|(key, fact)| { fact == entries.get(key).map_or(Fact::Absent, |value| Fact::Present(value)) })
                    ),
                }
            }
        }
    }
}

#[test]
fn nothing_can_be_added_to_a_proof_or_taken_away() {
    let entries = thousand();
    let root = naive_root(&entries);
    let good = Parts::of(&prove(&entries, &[3, 7, 2000, 2001].map(numbered).into()));
    let check = |why: &str, change: &dyn Fn(&mut Parts)| {
        let mut parts = good.clone();
        change(&mut parts);
        let refused = match Multiproof::from_bytes(&parts.to_bytes()) {
            Err(_) => true,
            Ok(proof) => proof.verify(&root).is_err(),
        };
        assert!(refused, "{why}");
    };
    check("a hash more", &|parts| parts.hashes.push([1; 32]));
    check("a hash less", &|parts| parts.hashes.truncate(parts.hashes.len() - 1));
    check("a byte of shape more", &|parts| parts.shape.push(0));
    check("a byte of shape less", &|parts| parts.shape.truncate(parts.shape.len() - 1));
    check("a key more", &|parts| {
        parts.keys.push(StateKey::new([0xff; 32]));
        parts.values.push(None);
    });
    check("a key less", &|parts| {
        parts.keys.pop();
        parts.values.pop();
    });
    check("a value more", &|parts| parts.values.push(None));
    check("keys out of order", &|parts| parts.keys.swap(0, 1));
    check("a key twice", &|parts| parts.keys[1] = parts.keys[0]);
    for index in 0..4 {
        check("a value for a null, or a null for a value", &|parts| {
            parts.values[index] = if parts.values[index].is_some() { None } else { Some(vec![]) };
        });
    }
    for index in 0..good.hashes.len() {
        check("a zero hash", &|parts| parts.hashes[index] = [0; 32]);
        check("a hash left out", &|parts| {
            parts.hashes.remove(index);
        });
    }
}

#[test]
fn absence_is_not_proven_by_a_leaf_that_lies_elsewhere() {
    let entries = thousand();
    let root = naive_root(&entries);
    let (key, other) = (numbered(7), numbered(8));
    // The way to another entry, shown for this one.
    let way = Parts::of(&prove(&entries, &[other].into()));
    let mut hashes = way.hashes.clone();
    hashes.push(*other.as_bytes());
    hashes.push(*sha256(&8_u64.to_be_bytes()).as_bytes());
    let forged = Parts { keys: vec![key], values: vec![None], shape: way.shape, hashes };
    let proof = Multiproof::from_bytes(&forged.to_bytes()).unwrap();
    assert!(proof.verify(&root).is_err());
}

#[test]
fn there_is_a_most_of_everything_and_one_more_is_refused() {
    let entries = thousand();
    let root = naive_root(&entries);
    let keys = |count: u64| (0..count).map(numbered).collect::<BTreeSet<_>>();
    check(&entries, &keys(KEYS_PER_PROOF_MAX as u64));
    let build = |keys: &BTreeSet<StateKey>| Multiproof::build(&mut Naive(&entries), &root, keys);
    assert_eq!(build(&keys(KEYS_PER_PROOF_MAX as u64 + 1)), Err(BuildError::Keys(KEYS_PER_PROOF_MAX + 1)));
    assert_eq!(build(&keys(0)), Err(BuildError::Keys(0)));

    let large: Entries = (0..20).map(|number| (numbered(number), vec![7; VALUE_BYTES_MAX])).collect();
    let build = |count| Multiproof::build(&mut Naive(&large), &naive_root(&large), &keys(count));
    assert!(build(15).is_ok());
    assert_eq!(build(16), Err(BuildError::TooLong));

    let parts =
        |keys: Vec<StateKey>, value: Option<Vec<u8>>| Parts { values: vec![value; keys.len()], keys, shape: vec![0x20], hashes: vec![] };
    let read = |parts: Parts| Multiproof::from_bytes(&parts.to_bytes());
    assert!(read(parts(vec![numbered(1)], Some(vec![0; VALUE_BYTES_MAX]))).is_ok());
    assert!(read(parts(vec![numbered(1)], Some(vec![0; VALUE_BYTES_MAX + 1]))).is_err());
    assert!(read(parts(keys(256).into_iter().collect(), None)).is_ok());
    assert!(read(parts(keys(257).into_iter().collect(), None)).is_err());
    assert!(read(parts(vec![], None)).is_err());
}

#[test]
fn a_proof_says_nothing_about_other_keys() {
    let entries = thousand();
    let proven = prove(&entries, &[numbered(7)].into()).verify(&naive_root(&entries)).unwrap();
    assert_eq!(proven.get(&numbered(8)), None);
}
