//! What the registry's constructor reads of a document, and what `Registry::validate` says of it: the same of each.
//!
//! It does not show that both are right where they agree: `RegistryDocument.t.sol` and the crate's own tests say what is right.

use ark_std::rand::rngs::StdRng;
use ark_std::rand::seq::SliceRandom;
use ark_std::rand::{Rng, SeedableRng};
use solvency_contracts::abi::{self, Value, number};
use solvency_contracts::statements::{address, bytes32, integer};
use solvency_verifier::Address;
use solvency_verifier::registry::{Asset, Class, Registry, SignerSet};

use super::world::World;
use crate::chain::{Chain, Outcome};

const CASES: usize = 3_000;

type Change = fn(&mut Registry, &mut StdRng);

/// Each on one side of its rule or the other, as it comes.
const CHANGES: [Change; 14] = [
    |_, _| {},
    |r, _| r.format = "solvency-registry/2".into(),
    |r, rng| {
        let count = *[0, 1, 15, 16, 17].choose(rng).unwrap();
        r.assets = (0..count).map(|i| Asset { symbol: format!("A{i}"), decimals: 8 }).collect();
    },
    |r, rng| {
        let count = *[0, 1, 3, 4, 5].choose(rng).unwrap();
        r.classes = (0..count).map(|i| Class { name: format!("class-{i}") }).collect();
    },
    |r, rng| r.assets[0].decimals = *[0, 9, 10, u32::MAX].choose(rng).unwrap(),
    |r, rng| {
        let names = ["", "a b", "a\0", "É", "A", "Z.z_9-", "/", ":", "@", "[", "`", "{"];
        r.assets[1].symbol = (*names.choose(rng).unwrap()).into();
    },
    |r, rng| r.classes[0].name = "n".repeat(*[31, 32, 33].choose(rng).unwrap()),
    |r, rng| {
        let lists = if rng.gen_bool(0.5) { &r.assets[0].symbol } else { &r.classes[0].name };
        let name = lists.clone();
        *(if rng.gen_bool(0.5) { &mut r.assets[1].symbol } else { &mut r.classes[1].name }) = name;
    },
    |r, rng| {
        *(if rng.gen_bool(0.5) { &mut r.epoch.seconds } else { &mut r.round.seconds }) = rng.gen_range(0..2)
    },
    |r, rng| {
        let members = *[0_u8, 1, 2, 3, 4, 6, 63, 64, 65].choose(rng).unwrap();
        let least = [usize::from(members) / 2, usize::from(members) * 2 / 3, usize::from(members)];
        let threshold = *least.choose(rng).unwrap() + rng.gen_range(0..2);
        let members = (1..=members).map(|i| Address([i; 20])).collect();
        *any_set(r, rng) = SignerSet { version: rng.r#gen(), threshold: threshold as u32, members };
    },
    |r, rng| {
        let set = any_set(r, rng);
        let member = if rng.gen_bool(0.5) { Address::ZERO } else { set.members[0] };
        *set.members.last_mut().unwrap() = member;
    },
    |r, rng| r.valid_until = r.valid_from + rng.gen_range(0..2),
    |r, rng| (r.max_book_age, r.max_as_of_spread) = (rng.r#gen(), rng.r#gen()),
    |r, rng| (r.version, r.name, r.quote) = (rng.r#gen(), "another".into(), String::new()),
];

fn any_set<'a>(r: &'a mut Registry, rng: &mut StdRng) -> &'a mut SignerSet {
    match rng.gen_range(0..3) {
        0 => &mut r.attestors,
        1 => &mut r.oracles,
        _ => &mut r.witnesses,
    }
}

fn read(chain: &mut Chain, reader: revm::primitives::Address, document: Vec<u8>) -> Outcome {
    chain.call(reader, abi::call("parse(bytes)", vec![Value::Bytes(document)]))
}

/// `RegistryTerms` of a registry.
fn terms(r: &Registry) -> Vec<u8> {
    let set = |s: &SignerSet| {
        let members = Value::Array(s.members.iter().map(address).collect());
        Value::Tuple(vec![integer(s.version.into()), integer(s.threshold.into()), members])
    };
    let terms = Value::Tuple(vec![
        bytes32(&r.digest()),
        integer(r.assets.len() as u64),
        integer(r.epoch.zero),
        integer(r.epoch.seconds),
        integer(r.round.zero),
        integer(r.round.seconds),
        set(&r.attestors),
        set(&r.oracles),
        integer(r.max_as_of_spread),
        integer(r.max_book_age),
        integer(r.valid_from),
        integer(r.valid_until),
    ]);
    abi::constructor(vec![terms])
}

#[test]
fn the_contract_takes_the_registries_that_the_crate_takes() {
    let registry = World::new().trust.registry;
    assert!(registry.assets.len() > 1 && registry.classes.len() > 1);
    let mut chain = Chain::new();
    let reader = chain.deploy("DocumentReader", &[]);
    let mut rng = StdRng::seed_from_u64(6);
    let mut verdicts = [[0; 2]; CHANGES.len()];
    for case in 0..CASES {
        let mut other = registry.clone();
        CHANGES[case % CHANGES.len()](&mut other, &mut rng);
        let valid = other.validate();
        verdicts[case % CHANGES.len()][usize::from(valid.is_ok())] += 1;
        match read(&mut chain, reader, other.canonical_bytes()) {
            Outcome::Returned(data) => {
                assert_eq!(valid, Ok(()), "the contract takes what the crate refuses");
                assert_eq!(data, terms(&other), "change {}", case % CHANGES.len());
            }
            Outcome::Reverted(_) => {
                assert!(valid.is_err(), "change {}: only refused on-chain", case % CHANGES.len())
            }
            Outcome::Halted => panic!("change {}: halted", case % CHANGES.len()),
        }
    }
    // Changes that keep or break a rule by chance did both.
    for (change, [refused, taken]) in verdicts.into_iter().enumerate() {
        match change {
            0 | 12 | 13 => assert!(refused == 0 && taken > 0, "change {change}"),
            1 | 10 => assert!(taken == 0 && refused > 0, "change {change}"),
            _ => assert!(taken > 0 && refused > 0, "change {change}"),
        }
    }
}

/// No byte of a document can be changed, left out or added without another document coming of it, or none.
#[test]
fn a_document_is_read_to_its_last_byte() {
    let registry = World::new().trust.registry;
    let document = registry.canonical_bytes();
    let mut chain = Chain::new();
    let reader = chain.deploy("DocumentReader", &[]);
    let digest = registry.digest();
    for length in 0..document.len() {
        let outcome = read(&mut chain, reader, document[..length].to_vec());
        assert!(matches!(outcome, Outcome::Reverted(_)), "{length} bytes: {outcome:?}");
        let mut other = document.clone();
        other[length] ^= 1 << (length % 8);
        if let Outcome::Returned(data) = read(&mut chain, reader, other) {
            // The first word is where the struct begins.
            assert_eq!(data[..32], number(32));
            assert_ne!(data[32..64], digest.0, "byte {length}");
        }
    }
    let longer = [document, vec![0]].concat();
    assert!(matches!(read(&mut chain, reader, longer), Outcome::Reverted(_)));
}
