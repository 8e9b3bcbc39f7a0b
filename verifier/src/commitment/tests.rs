use super::*;
use ark_ff::{BigInteger, Field};
use proptest::prelude::*;

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

#[test]
fn no_two_tags_are_the_same() {
    let mut all: Vec<Fr> = Tag::ALL.iter().flat_map(|tag| [tag.root(), tag.node()]).collect();
    all.push(Fr::ZERO);
    for (index, tag) in all.iter().enumerate() {
        assert!(!all[..index].contains(tag));
    }
    assert!(Tag::ALL.iter().all(|tag| tag.node.len() <= 31 && tag.root.len() <= 31));
}

#[test]
fn trees_are_cut_as_the_specification_says() {
    assert_eq!(tree_layout(0), None);
    assert_eq!(tree_layout(1), Some(Vec::new()));
    assert_eq!(tree_layout(16), Some(Vec::new()));
    assert_eq!(tree_layout(17), Some(alloc::vec![16]));
    assert_eq!(tree_layout(18), Some(alloc::vec![16]));
    assert_eq!(tree_layout(29), Some(alloc::vec![16]));
    assert_eq!(tree_layout(65), Some(alloc::vec![16; 4]));
    let tiered = tree_layout(210).unwrap();
    assert_eq!((tiered.len(), 210 - tiered.iter().sum::<usize>()), (13, 2));
    assert_eq!(tree_layout(256), Some(alloc::vec![16; 16]));
    assert_eq!(tree_layout(257), None);
}

#[test]
fn every_element_of_every_tree_counts() {
    for elements in [1, 16, 17, 18, 65, 210] {
        let plain: Vec<Fr> = (0..elements).map(fr).collect();
        let root = tree(Tag::TOTAL, &plain).unwrap();
        for index in 0..plain.len() {
            let mut changed = plain.clone();
            changed[index] += Fr::ONE;
            assert_ne!(tree(Tag::TOTAL, &changed).unwrap(), root, "element {index} of {elements}");
        }
        assert_ne!(tree(Tag::PLEDGE, &plain).unwrap(), root);
    }
}

#[test]
fn sixty_three_entries_fill_sixteen_limbs_and_the_last_is_alone() {
    let mut entries = [u64::MAX; SLOTS];
    entries[63] = 7;
    let limbs = limbs(entries.iter().map(|entry| (u128::from(*entry), 64))).unwrap();
    assert_eq!(limbs.len(), 17);
    let full = fr(2).pow([252]) - Fr::ONE;
    assert!(limbs[..16].iter().all(|limb| *limb == full));
    assert_eq!(limbs[16], fr(7));
}

#[test]
fn a_width_is_at_most_128_bits() {
    assert_eq!(limbs([(u128::MAX, 128)]), Some(alloc::vec![fr(2).pow([128]) - Fr::ONE]));
    assert_eq!(limbs([(0, 129)]), None);
    assert_eq!(limbs([(0, usize::MAX)]), None);
}

#[test]
fn a_value_beyond_its_width_is_not_packed() {
    assert!(limbs([(63, 6)]).is_some());
    assert_eq!(limbs([(64, 6)]), None);
    let mut vault = Vault::default();
    vault.positions[0].slot = 64;
    assert_eq!(vault_leaf(&[vault], Fr::ZERO), None);
}

/// Ids at the head of their limbs, positions around them: the layout in spec/commitments.md, restated with integers.
#[test]
fn a_leafs_limbs_begin_with_the_ids() {
    for count in 1..=VAULTS_PER_LEAF as u64 {
        let position = |i: u64| Position { amount: u64::MAX - i, slot: (63 - i) as u8 };
        let vaults: Vec<Vault> =
            (0..count).map(|i| Vault { id: 1000 + i, positions: [position(i); POSITIONS] }).collect();
        let limbs = leaf_limbs(&vaults).unwrap();
        assert_eq!(limbs.len(), (count as usize * 414).div_ceil(LIMB_BITS));
        let mut stream = Vec::new();
        for vault in &vaults {
            for position in &vault.positions {
                push_bits(&mut stream, u128::from(position.amount), 64).unwrap();
                push_bits(&mut stream, u128::from(position.slot), 6).unwrap();
            }
        }
        let mut read = Vec::new();
        for (index, limb) in limbs.iter().enumerate() {
            let mut integer = limb.into_bigint();
            if let Some(vault) = vaults.get(index) {
                assert_eq!(integer.0[0], vault.id);
                integer >>= 64;
            }
            let width = if index < vaults.len() { BITS_BESIDE_ID } else { LIMB_BITS };
            read.extend((0..width).map(|bit| integer.get_bit(bit)));
        }
        assert_eq!(read[..stream.len()], stream);
        assert!(read[stream.len()..].iter().all(|bit| !bit));
    }
}

#[test]
fn every_field_of_every_vault_counts() {
    let vault = |i: u64| Vault { id: i, positions: [Position { amount: 3 * i, slot: i as u8 }; POSITIONS] };
    let vaults: Vec<Vault> = (0..13).map(vault).collect();
    let blindings = [fr(1), fr(2)];
    let root = book_root(&vaults, &blindings).unwrap();
    for index in 0..vaults.len() {
        let mut changed = vaults.clone();
        changed[index].id ^= 1 << 63;
        assert_ne!(book_root(&changed, &blindings).unwrap(), root, "id of vault {index}");
        for position in 0..POSITIONS {
            let mut changed = vaults.clone();
            changed[index].positions[position].amount ^= 1 << 63;
            assert_ne!(book_root(&changed, &blindings).unwrap(), root, "amount {position} of vault {index}");
            let mut changed = vaults.clone();
            changed[index].positions[position].slot ^= 32;
            assert_ne!(book_root(&changed, &blindings).unwrap(), root, "slot {position} of vault {index}");
        }
    }
    assert_ne!(book_root(&vaults, &[fr(1), fr(1)]).unwrap(), root);
    assert_ne!(book_root(&vaults, &[fr(2), fr(2)]).unwrap(), root);
}

#[test]
fn a_leaf_holds_one_to_nine_vaults() {
    let vaults = alloc::vec![Vault::default(); 10];
    assert_eq!(vault_leaf(&[], Fr::ZERO), None);
    assert!(vault_leaf(&vaults[..9], Fr::ZERO).is_some());
    assert_eq!(vault_leaf(&vaults, Fr::ZERO), None);
    assert_eq!(book_root(&vaults, &[Fr::ZERO]), None);
    assert!(book_root(&vaults, &[Fr::ZERO; 2]).is_some());
}

/// The trees of spec/commitments.md, over elements that stand here in full: 63 of the 64 entries are powers of two and fill 16 limbs.
#[test]
fn each_commitment_is_the_tree_of_its_elements() {
    let two = fr(2);
    let mut amounts = [0u64; SLOTS];
    (0..63).for_each(|slot| amounts[slot] = 1 << slot);
    amounts[63] = 7;
    let mut limbs = [Fr::ZERO; 17];
    for slot in 0..63 {
        limbs[65 * slot / LIMB_BITS] += two.pow([(65 * slot % LIMB_BITS) as u64]);
    }
    limbs[16] = fr(7);
    let blinding = fr(11);
    let with_blinding = |elements: &[Fr]| [elements, &[blinding]].concat();
    assert_eq!(pledge_commitment(&amounts, blinding), tree(Tag::PLEDGE, &with_blinding(&limbs)));
    let entries = amounts.map(fr);
    assert_eq!(total_commitment(&entries, blinding), tree(Tag::TOTAL, &with_blinding(&entries)));
    assert_eq!(
        requirement_commitment(5, blinding),
        poseidon::hash(Tag::REQUIREMENT.root(), &[fr(5), blinding])
    );
    assert_eq!(gamma(fr(5), blinding), poseidon::hash(Tag::GAMMA.root(), &[fr(5), blinding]));
}

/// The contracts have these numbers too.
#[test]
fn unused_sources_are_two_constants() {
    let written = |constant: FieldElement| crate::encoding::hex_string(&constant.to_be_bytes());
    assert_eq!(written(zero_source()), "0x0743b9c4c04deb774fb7371ae9c16de916628902bb9a87bd8d17f136edfefd03");
    assert_eq!(written(zero_pledge()), "0x1b6e246842e556990bc931669e2aebc889d43c0e076334cb68eac240b317e929");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn packing_is_the_concatenation_of_bits(values in proptest::collection::vec((any::<u64>(), 1usize..=64), 1..20)) {
        let masked: Vec<(u128, usize)> =
            values.iter().map(|(v, w)| (u128::from(*v) & ((1u128 << w) - 1), *w)).collect();
        let packed = limbs(masked.clone()).unwrap();
        let radix = fr(2).pow([LIMB_BITS as u64]);
        // Both sides as one number modulo p: the limbs in radix 2^252, the values at their offsets.
        let from_limbs = packed.iter().rev().fold(Fr::ZERO, |sum, limb| sum * radix + limb);
        let mut offset = 0u64;
        let mut from_values = Fr::ZERO;
        for (value, width) in masked {
            from_values += Fr::from(value) * fr(2).pow([offset]);
            offset += width as u64;
        }
        prop_assert_eq!(from_limbs, from_values);
    }
}
