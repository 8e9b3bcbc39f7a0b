//! What verification costs, and how large the contracts are: `contracts/gas.csv`, which `REGENERATE=1` writes, and the bars that
//! the figures have to stay below.

use std::fmt::Write as _;

use ark_bn254::Fr;
use solvency_contracts::{Artefact, root};
use solvency_prover::interop::{batch_contract_name, contract_name, evm::calldata};
use solvency_verifier::Shape;
use solvency_verifier::groth16::Proof;

use crate::batch::batch_calldata;
use crate::chain::{Chain, FORKS, Outcome};
use crate::one_input::OneInput;
use crate::test_keys::TestKey;

/// One call of one contract.
struct Row {
    contract: String,
    inputs: usize,
    proofs: usize,
    /// Under the rules of each fork, without what every transaction pays for itself and its calldata.
    gas: [u64; 3],
    /// What its precompiles cost by EIP-1108: nothing can be cheaper.
    floor: u64,
    code_bytes: usize,
}

impl Row {
    fn measure(contract: &str, calldata: &[u8], (inputs, proofs): (usize, usize), floor: u64) -> Self {
        let gas = FORKS.map(|fork| {
            let mut chain = Chain::at(fork);
            let address = chain.deploy(contract, &[]);
            assert_eq!(chain.call(address, calldata.to_vec()), Outcome::Returned(vec![]), "{contract}");
            chain.last_execution_gas()
        });
        let code_bytes = Artefact::load(contract).unwrap().runtime_bytes;
        Row { contract: contract.into(), inputs, proofs, gas, floor, code_bytes }
    }

    fn single(contract: &str, proof: &Proof, inputs: &[Fr]) -> Self {
        let floor = pairing(4) + 6_150 * inputs.len() as u64;
        Self::measure(contract, &calldata(proof, inputs), (inputs.len(), 1), floor)
    }

    fn batch(contract: &str, count: usize, proof: &Proof, inputs: &[Fr]) -> Self {
        let rows = vec![(proof.to_bytes(), inputs.to_vec()); count];
        // Two multiples and a sum for each proof, one of each for each input point, and a multiple of alpha.
        let floor = pairing(count + 3) + 12_150 * count as u64 + 6_150 * (inputs.len() as u64 + 1) + 6_000;
        Self::measure(contract, &batch_calldata(&rows), (inputs.len(), count), floor)
    }
}

fn pairing(pairs: usize) -> u64 {
    45_000 + 34_000 * pairs as u64
}

fn rows() -> Vec<Row> {
    let one_input = OneInput::new();
    let input = [Fr::from(7u64)];
    let proof = one_input.forge(input[0]);
    let mut rows = vec![Row::single("OneInputVerifier", &proof, &input)];
    for shape in Shape::ALL {
        let test_key = TestKey::load(shape);
        rows.push(Row::single(&contract_name(shape), &test_key.proof, &test_key.inputs));
    }
    for count in [1, 4, 16, 64] {
        rows.push(Row::batch("OneInputBatchVerifier", count, &proof, &input));
    }
    for shape in [Shape::CoverageFlat, Shape::CoverageTiered] {
        let test_key = TestKey::load(shape);
        rows.push(Row::batch(&batch_contract_name(shape), 16, &test_key.proof, &test_key.inputs));
    }
    rows
}

#[test]
fn gas_and_code_size_are_those_of_the_committed_table() {
    let mut table = String::from("contract,inputs,proofs,prague,osaka,amsterdam,floor,code_bytes\n");
    for Row { contract, inputs, proofs, gas: [prague, osaka, amsterdam], floor, code_bytes } in rows() {
        writeln!(table, "{contract},{inputs},{proofs},{prague},{osaka},{amsterdam},{floor},{code_bytes}")
            .unwrap();
    }
    let path = root().join("gas.csv");
    if std::env::var_os("REGENERATE").is_some() {
        std::fs::write(path, table).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), table, "set REGENERATE=1");
    }
}

#[test]
fn gas_and_code_size_stay_below_their_bars() {
    let (mut singles, mut batches) = (0, 0);
    for row in rows() {
        let most = *row.gas.iter().max().unwrap();
        assert!(row.gas.iter().all(|gas| *gas > row.floor), "{}: cheaper than its precompiles", row.contract);
        match (row.proofs, row.inputs, row.contract.contains("Batch")) {
            (1, inputs, false) => {
                // Per input: a multiple, a sum and what calls them.
                let (gas, bytes) = match inputs {
                    1 => (188_200, 1_000),
                    4 => (207_800, 1_200),
                    8 => (233_900, 1_400),
                    more => (188_200 + 6_550 * (more as u64 - 1), 1_000 + 64 * (more - 1)),
                };
                assert!(most <= gas, "{}: {most} gas, at most {gas}", row.contract);
                assert!(
                    row.code_bytes <= bytes,
                    "{}: {} bytes, at most {bytes}",
                    row.contract,
                    row.code_bytes
                );
                singles += 1;
            }
            (16, 1, true) => {
                assert!(most <= 66_000 * 16, "{}: {} gas a proof", row.contract, most / 16);
                batches += 1;
            }
            _ => {}
        }
    }
    assert_eq!((singles, batches), (Shape::ALL.len() + 1, 1));
}
