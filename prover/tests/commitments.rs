//! Commitments agree with circomlibjs', an independent Poseidon, and with a second reading of spec/commitments.md.
//!
//! Needs Node.js and `npm ci` in `contracts/`: feature `heavy`.

use std::io::Write;
use std::process::{Command, Stdio};

use ark_bn254::Fr;
use serde_json::{Value, json};
use solvency_verifier::SLOTS;
use solvency_verifier::commitment::{
    Position, Tag, Vault, book_root, pledge_commitment, requirement_commitment, total_commitment,
};
use solvency_verifier::poseidon;

/// SplitMix64: figures of all sizes that are the same in each run.
struct Figures(u64);

impl Figures {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn element(&mut self) -> Fr {
        Fr::from(self.next()) * Fr::from(self.next()) * Fr::from(self.next()) * Fr::from(self.next())
    }
}

fn circomlibjs(wanted: &[Value]) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts");
    let mut node = Command::new("node")
        .arg("interop/commitments.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js");
    let mut stdin = node.stdin.take().expect("a pipe");
    stdin.write_all(Value::from(wanted.to_vec()).to_string().as_bytes()).expect("written");
    drop(stdin);
    let output = node.wait_with_output().expect("an answer");
    assert!(output.status.success(), "run `npm ci` in contracts/");
    serde_json::from_slice(&output.stdout).expect("a list of numbers")
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_circomlibjs_makes_the_same_hashes_and_commitments() {
    let mut figures = Figures(7);
    let mut wanted = Vec::new();
    let mut ours: Vec<String> = Vec::new();
    let text = |element: Fr| element.to_string();
    for arity in 1..=16 {
        for (name, tag) in [("", Fr::from(0u64)), ("solvency.v1.vaults", Tag::VAULTS.root())] {
            let inputs: Vec<Fr> = (0..arity).map(|_| figures.element()).collect();
            ours.push(text(poseidon::hash(tag, &inputs).expect("1 to 16 inputs")));
            let inputs: Vec<String> = inputs.into_iter().map(text).collect();
            wanted.push(json!({ "make": "hash", "tag": name, "inputs": inputs }));
        }
    }
    for round in 0..4u32 {
        let (blinding, salt) = (figures.element(), figures.element());
        let totals: [Fr; SLOTS] = core::array::from_fn(|_| figures.element());
        ours.push(text(total_commitment(&totals, blinding).expect("a commitment")));
        wanted.push(
            json!({ "make": "total", "entries": totals.map(text).to_vec(), "blinding": text(blinding) }),
        );

        let pledge: [u64; SLOTS] = core::array::from_fn(|_| figures.next() >> (16 * round));
        ours.push(text(pledge_commitment(&pledge, blinding).expect("a commitment")));
        let entries = pledge.map(|entry| entry.to_string());
        wanted.push(json!({ "make": "pledge", "entries": entries.to_vec(), "blinding": text(blinding) }));

        let requirement = figures.next();
        ours.push(text(requirement_commitment(requirement, salt).expect("a commitment")));
        wanted.push(
            json!({ "make": "requirement", "requirement": requirement.to_string(), "salt": text(salt) }),
        );
    }
    for count in [1usize, 8, 9, 10, 16, 256] {
        let vaults: Vec<Vault> = (0..count)
            .map(|_| Vault {
                id: figures.next(),
                positions: core::array::from_fn(|_| Position {
                    amount: figures.next(),
                    slot: (figures.next() % SLOTS as u64) as u8,
                }),
            })
            .collect();
        let blindings: Vec<Fr> = (0..count.div_ceil(9)).map(|_| figures.element()).collect();
        ours.push(text(book_root(&vaults, &blindings).expect("a root")));
        let vault = |vault: &Vault| {
            let positions = vault.positions.map(|one| [one.amount.to_string(), one.slot.to_string()]);
            json!({ "id": vault.id.to_string(), "positions": positions })
        };
        let vaults: Vec<Value> = vaults.iter().map(vault).collect();
        let blindings: Vec<String> = blindings.into_iter().map(text).collect();
        wanted.push(json!({ "make": "book", "vaults": vaults, "blindings": blindings }));
    }
    let theirs = circomlibjs(&wanted);
    assert_eq!(theirs.len(), ours.len());
    for ((theirs, ours), wanted) in theirs.iter().zip(&ours).zip(&wanted) {
        assert_eq!(theirs, ours, "{wanted}");
    }
}
