use super::*;
use crate::codec::Canonical;
use std::convert::Infallible;

/// RFC 9162 section 2.1.1, word for word.
fn naive(leaves: &[Vec<u8>]) -> Hash {
    match leaves.len() {
        0 => sha256(b""),
        1 => sha256(&[&[0x00], &leaves[0][..]].concat()),
        count => {
            let mut middle = 1;
            while middle * 2 < count {
                middle *= 2;
            }
            let (left, right) = (naive(&leaves[..middle]), naive(&leaves[middle..]));
            sha256(&[&[0x01], &left.as_bytes()[..], right.as_bytes()].concat())
        }
    }
}

/// RFC 9162 section 2.1.3.1, word for word.
fn naive_path(index: usize, leaves: &[Vec<u8>]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (mut path, sibling) = if index < middle {
        (naive_path(index, &leaves[..middle]), naive(&leaves[middle..]))
    } else {
        (naive_path(index - middle, &leaves[middle..]), naive(&leaves[..middle]))
    };
    path.push(sibling);
    path
}

/// RFC 9162 section 2.1.4.1, word for word.
fn naive_subproof(earlier: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<Hash> {
    if earlier == leaves.len() {
        return if whole { Vec::new() } else { vec![naive(leaves)] };
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (mut path, sibling) = if earlier <= middle {
        (naive_subproof(earlier, &leaves[..middle], whole), naive(&leaves[middle..]))
    } else {
        (naive_subproof(earlier - middle, &leaves[middle..], false), naive(&leaves[..middle]))
    };
    path.push(sibling);
    path
}

fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|index| format!("leaf {index}").into_bytes()).collect()
}

fn full(leaves: &[Vec<u8>]) -> impl FnMut(u32, u64) -> Result<Hash, Infallible> {
    |level, number| {
        let (width, number) = (1_usize << level, number as usize);
        Ok(naive(&leaves[number * width..(number + 1) * width]))
    }
}

/// Vectors that several implementations of RFC 6962 share (`certificate-transparency`, `trillian`): the roots of the
/// first 1 to 8 of eight given leaves.
#[test]
fn the_roots_are_those_of_certificate_transparency() {
    let hex = |text: &str| hex::decode(text).unwrap();
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(hex);
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    for (index, root) in roots.iter().enumerate() {
        let leaves: Vec<Hash> = inputs[..=index].iter().map(|leaf| leaf_hash(leaf)).collect();
        assert_eq!(merkle_root(&leaves).to_string(), *root);
    }
    assert_eq!(merkle_root(&[]).to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn the_frontier_has_the_root_of_the_whole_log_at_every_size() {
    let all = leaves(70);
    let mut grown = Frontier::default();
    for size in 0..=70 {
        let root = naive(&all[..size]);
        assert_eq!(grown.root(), root);
        assert_eq!(merkle_root(&all[..size].iter().map(|leaf| leaf_hash(leaf)).collect::<Vec<_>>()), root);
        assert_eq!(Frontier::new(grown.size(), grown.peaks().to_vec()), Ok(grown.clone()));
        assert_eq!(frontier(size as u64, &mut full(&all[..size])), Ok(grown.clone()));
        if size < 70 {
            grown.append(leaf_hash(&all[size])).unwrap();
        }
    }
}

#[test]
fn a_log_is_taken_up_only_with_as_many_peaks_as_it_has() {
    assert_eq!(Frontier::new(5, vec![sha256(b"")]), Err(HistoryError::Length));
    assert_eq!(Frontier::new(LEAVES_MAX + 1, vec![]), Err(HistoryError::Full));
    let mut last = Frontier::new(LEAVES_MAX, vec![sha256(b"")]).unwrap();
    assert_eq!(last.append(sha256(b"")), Err(HistoryError::Full));
}

#[test]
fn every_leaf_is_proven_and_no_other() {
    for size in 1..=33 {
        let all = leaves(size);
        let root = naive(&all);
        for index in 0..size {
            let proof = prove_inclusion(index as u64, size as u64, &mut full(&all)).unwrap();
            assert_eq!(proof.path, naive_path(index, &all));
            assert_eq!(InclusionProof::from_bytes(&proof.to_bytes()), Ok(proof.clone()));
            for (other, leaf) in all.iter().enumerate() {
                assert_eq!(proof.verify(&leaf_hash(leaf), &root).is_ok(), other == index);
            }
            let hash = leaf_hash(&all[index]);
            let mut longer = proof.clone();
            longer.path.push(root);
            assert!(longer.verify(&hash, &root).is_err());
            let mut shorter = proof.clone();
            if shorter.path.pop().is_some() {
                assert!(shorter.verify(&hash, &root).is_err());
            }
            let elsewhere = InclusionProof { index: (index as u64 + 1) % size as u64, ..proof.clone() };
            assert_eq!(elsewhere.verify(&hash, &root).is_ok(), size == 1);
        }
        assert!(prove_inclusion(size as u64, size as u64, &mut full(&all)).is_err());
    }
}

#[test]
fn every_earlier_log_is_proven_and_no_other() {
    for size in 1..=33 {
        let all = leaves(size);
        let root = naive(&all);
        for earlier in 1..=size {
            let proof = prove_consistency(earlier as u64, size as u64, &mut full(&all)).unwrap();
            assert_eq!(proof.path, naive_subproof(earlier, &all, true));
            assert_eq!(ConsistencyProof::from_bytes(&proof.to_bytes()), Ok(proof.clone()));
            let earlier_root = naive(&all[..earlier]);
            assert_eq!(proof.verify(&earlier_root, &root), Ok(()));
            let mut rewritten = leaves(earlier);
            rewritten[earlier / 2] = b"rewritten".to_vec();
            assert!(proof.verify(&naive(&rewritten), &root).is_err());
            assert!(proof.verify(&earlier_root, &naive(&rewritten)).is_err());
            let mut longer = proof.clone();
            longer.path.push(root);
            assert!(longer.verify(&earlier_root, &root).is_err());
            let mut shorter = proof.clone();
            if shorter.path.pop().is_some() {
                assert!(shorter.verify(&earlier_root, &root).is_err());
            }
        }
        assert!(prove_consistency(0, size as u64, &mut full(&all)).is_err());
        assert!(prove_consistency(size as u64 + 1, size as u64, &mut full(&all)).is_err());
    }
}

#[test]
fn one_flipped_bit_of_a_proof_never_verifies() {
    let all = leaves(23);
    let root = naive(&all);
    let inclusion = prove_inclusion(17, 23, &mut full(&all)).unwrap().to_bytes();
    let consistency = prove_consistency(14, 23, &mut full(&all)).unwrap().to_bytes();
    let flipped = |bytes: &[u8], bit: usize| {
        let mut bytes = bytes.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    };
    // A verifier compares the size with the header's; here the size is part of what must not change.
    for bit in 0..inclusion.len() * 8 {
        if let Ok(proof) = InclusionProof::from_bytes(&flipped(&inclusion, bit)) {
            assert!(proof.size != 23 || proof.verify(&leaf_hash(&all[17]), &root).is_err(), "bit {bit}");
        }
    }
    for bit in 0..consistency.len() * 8 {
        if let Ok(proof) = ConsistencyProof::from_bytes(&flipped(&consistency, bit)) {
            let sizes_differ = proof.size != 23 || proof.earlier != 14;
            assert!(sizes_differ || proof.verify(&naive(&all[..14]), &root).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn a_proof_longer_than_any_log_needs_is_not_read() {
    let most = InclusionProof { index: 0, size: LEAVES_MAX, path: vec![sha256(b""); PATH_HASHES_MAX] };
    assert_eq!(InclusionProof::from_bytes(&most.to_bytes()), Ok(most.clone()));
    let longer = InclusionProof { path: vec![sha256(b""); PATH_HASHES_MAX + 1], ..most.clone() };
    assert!(InclusionProof::from_bytes(&longer.to_bytes()).is_err());
    let larger = InclusionProof { size: LEAVES_MAX + 1, ..most };
    assert!(InclusionProof::from_bytes(&larger.to_bytes()).is_err());
}
