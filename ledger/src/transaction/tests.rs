use super::*;
use crate::id::AuthorityId;

fn transaction(acts: usize) -> Transaction {
    Transaction {
        version: TRANSACTION_VERSION,
        network: NetworkId::new([1; 32]),
        signer: Signer::Authority(AuthorityId::parse("NZ-mpi").unwrap()),
        key: KeyNumber::new(1),
        expiry: Height::new(100),
        acts: (0..acts).map(|act| Act { kind: 2, verb: 1, body: act.to_be_bytes().to_vec().into() }).collect(),
    }
}

fn secret() -> SecretKey {
    SecretKey::from_seed(&[9; 32])
}

#[test]
fn a_signed_transaction_checks_under_its_key_and_under_no_other() {
    let wire = transaction(2).sign(&secret()).to_bytes();
    let decoded = DecodedTransaction::from_wire(wire.clone(), &NetworkId::new([1; 32])).unwrap();
    assert_eq!(decoded.clone().verify(&secret().public()).unwrap().wire(), wire);
    assert!(decoded.verify(&SecretKey::from_seed(&[8; 32]).public()).is_err());
}

#[test]
fn a_transaction_of_another_network_version_or_size_is_refused() {
    let network = NetworkId::new([1; 32]);
    let read = |t: &Transaction| DecodedTransaction::from_wire(t.sign(&secret()).to_bytes(), &network);
    assert!(matches!(
        DecodedTransaction::from_wire(transaction(1).sign(&secret()).to_bytes(), &NetworkId::new([2; 32])),
        Err(BadTransaction::OtherNetwork { .. })
    ));
    assert_eq!(read(&Transaction { version: 1, ..transaction(1) }), Err(BadTransaction::Version(1)));
    assert_eq!(read(&transaction(0)), Err(BadTransaction::Acts(0)));
    assert!(read(&transaction(ACTS_MAX)).is_ok());
    assert_eq!(read(&transaction(ACTS_MAX + 1)), Err(BadTransaction::Acts(ACTS_MAX + 1)));
    let mut large = transaction(1);
    large.acts[0].body = vec![0; ACT_BODY_BYTES_MAX + 1].into();
    assert_eq!(read(&large), Err(BadTransaction::Acts(1)));
}

#[test]
fn one_flipped_bit_anywhere_never_checks() {
    let network = NetworkId::new([1; 32]);
    let wire = transaction(1).sign(&secret()).to_bytes();
    for bit in 0..wire.len() * 8 {
        let mut flipped = wire.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let accepted = DecodedTransaction::from_wire(flipped, &network).ok().and_then(|d| d.verify(&secret().public()).ok());
        assert_eq!(accepted, None, "bit {bit}");
    }
}

fn decoded(acts: usize) -> DecodedTransaction {
    DecodedTransaction::from_wire(transaction(acts).sign(&secret()).to_bytes(), &NetworkId::new([1; 32])).unwrap()
}

fn checks(act: SignedAct) -> bool {
    act.prove(&NetworkId::new([1; 32])).is_ok_and(|proven| proven.verify(&secret().public()).is_ok())
}

#[test]
fn another_transaction_or_signature_has_another_wire_hash() {
    let wire = transaction(2).sign(&secret()).to_bytes();
    let network = NetworkId::new([1; 32]);
    let hash = decoded(2).wire_hash();
    for bit in 0..wire.len() * 8 {
        let mut flipped = wire.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = DecodedTransaction::from_wire(flipped, &network) {
            assert_ne!(other.wire_hash(), hash, "bit {bit}");
        }
    }
    let again = SignedTransaction { signature: secret().sign(b"other"), ..SignedTransaction::from_bytes(&wire).unwrap() };
    let again = DecodedTransaction::from_wire(again.to_bytes(), &network).unwrap();
    assert_eq!(again.id(), decoded(2).id(), "a second signature leaves the name");
    assert_ne!(again.wire_hash(), hash);
    let mut turned = transaction(2);
    turned.acts.reverse();
    assert_ne!(turned.skeleton(), transaction(2).skeleton(), "the order of the acts is signed");
}

#[test]
fn of_one_act_the_root_is_its_hash() {
    let one = transaction(1);
    assert_eq!(one.skeleton().acts_root, one.acts[0].hash());
    assert!(decoded(1).act_tree().act(0).unwrap().path.is_empty());
}

#[test]
fn each_act_is_proven_without_the_others() {
    for count in [1, 2, 3, 7, 255, ACTS_MAX] {
        let whole = decoded(count);
        let tree = whole.act_tree();
        for place in 0..count {
            let alone = SignedAct::from_bytes(&tree.act(place).unwrap().to_bytes()).unwrap();
            let proven = alone.clone().prove(&NetworkId::new([1; 32])).unwrap();
            assert_eq!((proven.act(), proven.place()), (&whole.transaction().acts[place], place));
            assert_eq!((proven.skeleton().id(), proven.wire_hash()), (whole.id(), whole.wire_hash()));
            assert!(proven.verify(&secret().public()).is_ok());
            assert!(proven.verify(&SecretKey::from_seed(&[8; 32]).public()).is_err());
            assert!(alone.path.len() <= 8 * 32);
        }
        assert_eq!(tree.act(count), None);
    }
}

#[test]
fn an_act_in_another_place_or_under_another_skeleton_is_refused() {
    let (whole, other) = (decoded(5), decoded(4));
    let good = whole.act_tree().act(2).unwrap();
    assert!(checks(good.clone()), "so that this test can fail");
    for place in [0, 1, 3, 4, 5, u32::MAX] {
        assert!(!checks(SignedAct { place, ..good.clone() }), "place {place}");
    }
    assert!(!checks(SignedAct { act: whole.transaction().acts[3].clone(), ..good.clone() }));
    assert!(!checks(SignedAct { path: good.path[32..].to_vec().into(), ..good.clone() }));
    for longer in [vec![0; 32], vec![0; 1], vec![0; 32 * 9]] {
        assert!(!checks(SignedAct { path: [&good.path[..], &longer].concat().into(), ..good.clone() }));
    }
    let under = other.act_tree().act(2).unwrap();
    assert!(!checks(SignedAct { skeleton: under.skeleton, signature: under.signature, ..good.clone() }));
    let prove = |skeleton: Skeleton| SignedAct { skeleton, ..good.clone() }.prove(&NetworkId::new([1; 32])).map(|_| ());
    let skeleton = &good.skeleton;
    assert_eq!(prove(Skeleton { version: 1, ..skeleton.clone() }), Err(BadTransaction::Version(1)));
    assert!(matches!(prove(Skeleton { network: NetworkId::new([2; 32]), ..skeleton.clone() }), Err(BadTransaction::OtherNetwork { .. })));
    assert_eq!(prove(Skeleton { acts: 0, ..skeleton.clone() }), Err(BadTransaction::Acts(0)));
    assert_eq!(prove(Skeleton { acts: 257, ..skeleton.clone() }), Err(BadTransaction::Acts(257)));
    // As many hashes as a tree of six would have in this place, and another root: the count is signed as well.
    assert!(!checks(SignedAct { skeleton: Skeleton { acts: 6, ..skeleton.clone() }, ..good.clone() }));
    let large = Act { body: vec![0; ACT_BODY_BYTES_MAX + 1].into(), ..good.act.clone() };
    assert_eq!(SignedAct { act: large, ..good }.prove(&NetworkId::new([1; 32])).map(|_| ()), Err(BadTransaction::Acts(5)));
}

/// The nodes of the tree never pass for acts, nor acts for nodes: their hashed bytes begin otherwise.
#[test]
fn a_node_of_the_tree_is_no_act() {
    let two = transaction(2);
    let [left, right] = [two.acts[0].hash(), two.acts[1].hash()];
    assert_eq!(two.skeleton().acts_root, crate::hash::sha256(&[&[1], &left.as_bytes()[..], right.as_bytes()].concat()));
    assert_eq!(left, crate::hash::sha256(&[b"symbolon/act/1\0".as_slice(), &encode(&two.acts[0])].concat()));
}

#[test]
fn one_flipped_bit_of_an_act_its_place_its_path_the_skeleton_or_the_signature_never_checks() {
    for (count, place) in [(1, 0), (2, 1), (3, 2), (6, 3), (ACTS_MAX, 100)] {
        let good = decoded(count).act_tree().act(place).unwrap();
        let bytes = good.to_bytes();
        assert!(checks(SignedAct::from_bytes(&bytes).unwrap()), "so that this test can fail");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!SignedAct::from_bytes(&flipped).is_ok_and(checks), "bit {bit} of act {place} of {count}");
        }
    }
}
