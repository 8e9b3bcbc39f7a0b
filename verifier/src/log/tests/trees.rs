//! Merkle trees.

use super::*;

#[test]
fn roots_are_those_that_others_publish() {
    let trees = &vectors()["trees"];
    let leaves: Vec<Hash> = trees["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| leaf_hash(&hex::decode(text(entry)).unwrap()))
        .collect();
    for (size, root) in trees["roots"].as_array().unwrap().iter().enumerate() {
        assert_eq!(hex::encode(root_of(&leaves[..size])), text(root), "{size}");
    }
    assert_eq!(root_of(&[]), EMPTY_ROOT);
}

#[test]
fn proofs_of_a_certificate_transparency_log_hold() {
    let argon = &vectors()["argon2020"];
    let number = |name: &str| argon[name].as_u64().unwrap();
    let (size, root) = (number("size"), hash(&argon["root"]));
    let inclusion = hashes(&argon["inclusion"]);
    assert_eq!(verify_inclusion(number("index"), size, &hash(&argon["leaf"]), &root, &inclusion), Ok(()));
    let consistency = hashes(&argon["consistency"]);
    let old_root = hash(&argon["oldRoot"]);
    assert_eq!(verify_consistency(number("oldSize"), size, &old_root, &root, &consistency), Ok(()));
}

/// A root by the definition: halves at the largest power of two below the size.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&defined_root(left), &defined_root(right))
        }
    }
}

#[test]
fn every_inclusion_of_small_trees_and_nothing_beside_it() {
    let leaves = leaves(20, "leaf");
    for size in 0..=leaves.len() {
        let tree = &leaves[..size];
        let root = root_of(tree);
        assert_eq!(root, defined_root(tree));
        for index in 0..size {
            let proof = prove_inclusion(index, tree);
            let check = |index: usize, size: usize, leaf: &Hash, root: &Hash, proof: &[Hash]| {
                verify_inclusion(index as u64, size as u64, leaf, root, proof)
            };
            assert_eq!(check(index, size, &tree[index], &root, &proof), Ok(()));
            assert_eq!(check(index, size, &[0; 32], &root, &proof), Err(ProofError::Root));
            assert_eq!(check(index, size, &tree[index], &[0; 32], &proof), Err(ProofError::Root));
            for other in (0..size).filter(|other| *other != index) {
                assert!(
                    check(other, size, &tree[index], &root, &proof).is_err(),
                    "{index} as {other} of {size}"
                );
            }
            for at in 0..proof.len() {
                let mut altered = proof.clone();
                altered[at][31] ^= 1;
                assert_eq!(check(index, size, &tree[index], &root, &altered), Err(ProofError::Root));
            }
            let longer = [proof.clone(), alloc::vec![[1; 32]]].concat();
            assert_eq!(
                check(index, size, &tree[index], &root, &longer),
                Err(ProofError::Length { got: longer.len() })
            );
            if let Some((_, shorter)) = proof.split_last() {
                assert_eq!(
                    check(index, size, &tree[index], &root, shorter),
                    Err(ProofError::Length { got: shorter.len() })
                );
            }
        }
        let range = ProofError::Range { got: size as u64, size: size as u64 };
        assert_eq!(verify_inclusion(size as u64, size as u64, &[0; 32], &root, &[]), Err(range));
    }
}

#[test]
fn every_consistency_of_small_trees_and_nothing_beside_it() {
    let leaves = leaves(20, "leaf");
    for size in 0..=leaves.len() {
        let root = root_of(&leaves[..size]);
        for old in 0..=size {
            let old_root = root_of(&leaves[..old]);
            let proof = prove_consistency(old, &leaves[..size]);
            assert_eq!(consistency_proof(old, &leaves[..size]).as_ref(), Some(&proof), "{old} {size}");
            let check = |old: usize, size: usize, old_root: &Hash, root: &Hash, proof: &[Hash]| {
                verify_consistency(old as u64, size as u64, old_root, root, proof)
            };
            assert_eq!(check(old, size, &old_root, &root, &proof), Ok(()), "{old} {size}");
            assert!(check(old, size, &[0; 32], &root, &proof).is_err(), "{old} {size}");
            if old != 0 {
                assert!(check(old, size, &old_root, &[0; 32], &proof).is_err(), "{old} {size}");
            }
            for at in 0..proof.len() {
                let mut altered = proof.clone();
                altered[at][0] ^= 1;
                assert!(check(old, size, &old_root, &root, &altered).is_err(), "{old} {size} {at}");
            }
            let longer = [proof.clone(), alloc::vec![[1; 32]]].concat();
            assert_eq!(
                check(old, size, &old_root, &root, &longer),
                Err(ProofError::Length { got: longer.len() })
            );
            if let Some((_, shorter)) = proof.split_last() {
                assert_eq!(
                    check(old, size, &old_root, &root, shorter),
                    Err(ProofError::Length { got: shorter.len() })
                );
            }
        }
        let range = ProofError::Range { got: size as u64 + 1, size: size as u64 };
        assert_eq!(verify_consistency(size as u64 + 1, size as u64, &root, &root, &[]), Err(range));
        assert_eq!(consistency_proof(size + 1, &leaves[..size]), None);
    }
}

#[test]
fn the_empty_tree_has_one_root_and_the_same_tree_is_the_same() {
    let root = root_of(&leaves(5, "leaf"));
    assert_eq!(verify_consistency(0, 5, &EMPTY_ROOT, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, 5, &root, &root, &[]), Err(ProofError::SmallerRoot));
    assert_eq!(verify_consistency(0, 0, &EMPTY_ROOT, &EMPTY_ROOT, &[]), Ok(()));
    assert_eq!(verify_consistency(5, 5, &root, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(5, 5, &EMPTY_ROOT, &root, &[]), Err(ProofError::SmallerRoot));
    assert_eq!(verify_consistency(5, 5, &root, &root, &[root]), Err(ProofError::Length { got: 1 }));
}

#[test]
fn sizes_of_any_range_do_not_panic() {
    for (old, size) in [(u64::MAX - 1, u64::MAX), (1, u64::MAX), (1 << 63, u64::MAX), (u64::MAX, u64::MAX)] {
        for length in [0, 1, MAX_PROOF, 64] {
            let proof = alloc::vec![[1; 32]; length];
            let _ = verify_consistency(old, size, &[0; 32], &[1; 32], &proof);
            assert!(verify_inclusion(old, size, &[0; 32], &[1; 32], &proof).is_err());
        }
    }
}
