//! Openings that lead to the attested root, and single changes of them that do not.

use proptest::prelude::*;
use solvency_audit::{Code, OpeningError, VaultOpening, vault_id};
use solvency_verifier::FieldElement;
use solvency_verifier::commitment::{VAULTS_PER_LEAF, Vault, book_root, vault_leaf};
use solvency_verifier::statement::{BookAttestation, Shard};
use solvency_verifier::{Bytes32, Shape};

use crate::world::{NOON, World, json, path};
use crate::{audit_of, kinds};

#[test]
fn every_leaf_of_the_book_opens() {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    for (shard, leaf) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        audit.add_opening(&format!("{shard}/{leaf}"), &json(&world.opening(NOON, shard, leaf)));
    }
    let report = audit.run();
    assert_eq!(kinds(&report), []);
    assert_eq!(report.pack().openings.len(), 4);
    assert!(report.pack().openings.iter().all(|line| line.right));
    assert!(report.pack().openings.iter().map(|line| line.named).sum::<u64>() > 10);
    // Nothing of what was opened is in the pack or on the page.
    let text = format!("{}{}", report.to_json(), report.to_html());
    let vaults = world.vaults(0);
    assert!(vaults.iter().all(|(vault, _)| !text.contains(&vault.id.to_string())));
    assert!(!text.contains("account 0/"));
}

/// A synthetic book of 256 vaults: its tree has a node of sixteen leaves and thirteen leaves beside it.
#[test]
fn leaves_below_and_beside_the_node_of_a_large_book_open() {
    let custodian = solvency_verifier::Address([3; 20]);
    let mut vaults: Vec<Vault> = (0..256u64)
        .map(|number| Vault { id: vault_id(&custodian, &format!("{number}")), ..Vault::default() })
        .collect();
    vaults.sort_by_key(|vault| vault.id);
    let blindings: Vec<_> =
        (0..29u8).map(|leaf| FieldElement::from_truncated_digest(&Bytes32([leaf; 32])).0).collect();
    let leaves: Vec<_> = vaults
        .chunks(VAULTS_PER_LEAF)
        .zip(&blindings)
        .map(|(vaults, blinding)| vault_leaf(vaults, *blinding).unwrap())
        .collect();
    let world = World::new();
    let mut book: BookAttestation = world.attestation(NOON);
    let root = FieldElement(book_root(&vaults, &blindings).unwrap());
    (book.shape, book.custodian) = (Shape::Holdings256, custodian);
    book.shards = vec![Shard { root, id_low: 0, id_high: u64::MAX }];
    for (leaf, lists) in
        [(0, vec![15, 13]), (15, vec![15, 13]), (16, vec![13]), (27, vec![13]), (28, vec![13])]
    {
        let own = vaults.chunks(VAULTS_PER_LEAF).nth(leaf).unwrap();
        let mut opening = world.opening(NOON, 0, 0);
        opening.leaf = leaf as u32;
        opening.blinding = FieldElement(blindings[leaf]);
        opening.path = path(&leaves, leaf);
        let shape = opening.vaults[0].clone();
        let opened = own.iter().map(|vault| {
            let mut one = shape.clone();
            (one.id, one.reference) = (vault.id, None);
            one.positions.iter_mut().for_each(|position| (position.slot, position.amount) = (0, 0));
            one
        });
        opening.vaults = opened.collect();
        assert_eq!(opening.path.iter().map(Vec::len).collect::<Vec<_>>(), lists, "leaf {leaf}");
        assert_eq!(opening.check(&book), Ok(()), "leaf {leaf}");
        // At another place of the same form it leads elsewhere.
        let other = match leaf {
            0 => 1,
            15 => 14,
            16 => 17,
            27 => 26,
            _ => continue,
        };
        opening.leaf = other;
        assert!(matches!(opening.check(&book), Err(OpeningError::Root { .. })));
    }
}

/// The error of an altered opening.
fn wrong(alter: impl FnOnce(&mut VaultOpening)) -> OpeningError {
    let world = World::new();
    let mut opening = world.opening(NOON, 0, 0);
    alter(&mut opening);
    opening.check(&world.attestation(NOON)).unwrap_err()
}

#[test]
fn each_change_of_an_opening_is_refused_for_itself() {
    let root = |error| assert!(matches!(error, OpeningError::Root { .. }), "{error:?}");
    root(wrong(|opening| opening.vaults[3].positions[0].amount += 1));
    root(wrong(|opening| opening.vaults[8].positions[4].slot = 63));
    root(wrong(|opening| opening.blinding = Default::default()));
    root(wrong(|opening| opening.path[0][0] = Default::default()));
    root(wrong(|opening| {
        (opening.vaults[8].id, opening.vaults[8].reference) = (opening.vaults[8].id + 1, None);
    }));
    assert_eq!(wrong(|opening| opening.shard = 2), OpeningError::Shard { got: 2, shards: 2 });
    assert_eq!(wrong(|opening| opening.leaf = 2), OpeningError::Leaf { got: 2, leaves: 2 });
    assert_eq!(wrong(|opening| opening.leaf = 1), OpeningError::Vaults { got: 9, expected: 7 });
    assert_eq!(wrong(|opening| drop(opening.vaults.pop())), OpeningError::Vaults { got: 8, expected: 9 });
    assert_eq!(wrong(|opening| opening.shard = 1), OpeningError::Id { index: 0 });
    assert_eq!(wrong(|opening| opening.vaults.swap(1, 2)), OpeningError::Id { index: 2 });
    assert_eq!(wrong(|opening| opening.vaults[1].id = opening.vaults[0].id), OpeningError::Id { index: 1 });
    assert_eq!(wrong(|opening| opening.vaults[8].id = 1 << 63), OpeningError::Id { index: 8 });
    assert_eq!(
        wrong(|opening| opening.vaults[2].positions[1].slot = 64),
        OpeningError::Slot { index: 2, slot: 64 }
    );
    assert_eq!(
        wrong(|opening| opening.vaults[4].reference = Some("another".into())),
        OpeningError::Reference { index: 4 }
    );
    let form = OpeningError::Path { expected: vec![1] };
    assert_eq!(wrong(|opening| opening.path.clear()), form);
    assert_eq!(wrong(|opening| opening.path.push(vec![])), form);
    assert_eq!(wrong(|opening| opening.path[0].push(Default::default())), form);
}

#[test]
fn a_wrong_and_a_misplaced_opening_are_findings() {
    let world = World::new();
    let mut opening = world.opening(NOON, 0, 0);
    opening.vaults[0].positions[0].amount += 1;
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_opening("wrong", &json(&opening));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::OpeningWrong]);
    assert!(!report.pack().openings[0].right);

    let mut audit = audit_of(&world, &[NOON]);
    audit.add_opening("tomorrow's", &json(&world.opening(NOON + crate::world::DAY, 0, 0)));
    assert_eq!(kinds(&audit.run()), [Code::OpeningUnplaced]);
}

#[test]
fn openings_are_read_strictly() {
    let world = World::new();
    let whole = serde_json::to_value(world.opening(NOON, 0, 0)).unwrap();
    let read = |alter: fn(&mut serde_json::Value)| {
        let mut document = whole.clone();
        alter(&mut document);
        let mut audit = audit_of(&world, &[NOON]);
        audit.add_opening("opening", &json(&document));
        kinds(&audit.run())
    };
    assert_eq!(read(|_| {}), []);
    let alterations: [fn(&mut serde_json::Value); 6] = [
        |opening| opening["extra"] = 1.into(),
        |opening| drop(opening.as_object_mut().unwrap().remove("path")),
        |opening| drop(opening["vaults"][0].as_object_mut().unwrap().remove("reference")),
        |opening| opening["format"] = "solvency-vault-opening/2".into(),
        |opening| drop(opening["vaults"][0]["positions"].as_array_mut().unwrap().pop()),
        |opening| opening["vaults"][0]["reference"] = "x".repeat(1_025).into(),
    ];
    for alter in alterations {
        assert_eq!(read(alter), [Code::InputUnreadable]);
    }
}

#[test]
fn any_document_is_answered() {
    let mut world = World::new();
    world.trust.keys.clear();
    let whole = json(&world.opening(NOON, 0, 0));
    proptest!(ProptestConfig::with_cases(64), |(bytes in prop::collection::vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>())| {
        let mut document = whole.clone();
        let place = at.index(document.len());
        document.splice(place..place, bytes);
        let mut audit = audit_of(&world, &[]);
        audit.add_opening("any", &document);
        audit.add_beacon("beacon", &document);
        prop_assert!(!audit.run().accepted());
    });
}
