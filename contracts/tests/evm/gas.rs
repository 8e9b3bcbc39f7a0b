//! What verification costs, and how large the contracts are: `contracts/gas.csv`, which `REGENERATE=1` writes.

use std::fmt::Write as _;

use revm::primitives::hardfork::SpecId;
use solvency_contracts::{Artefact, root};
use solvency_prover::interop::{contract_name, evm::calldata};
use solvency_verifier::Shape;

use crate::chain::Chain;
use crate::test_keys::TestKey;

/// Pairing of four pairs, and a multiplication and an addition an input (EIP-1108).
fn floor(inputs: usize) -> u64 {
    181_000 + 6_150 * inputs as u64
}

#[test]
fn gas_and_code_size_are_those_of_the_committed_table() {
    let mut table = String::from("contract,inputs,gas_cancun,gas_osaka,floor,deployed_bytes\n");
    for shape in Shape::ALL {
        let contract = contract_name(shape);
        let test_key = TestKey::load(shape);
        let [cancun, osaka] = [SpecId::CANCUN, SpecId::OSAKA].map(|spec| {
            let mut chain = Chain::at(spec);
            let address = chain.deploy(&contract, &[]);
            chain.call(address, calldata(&test_key.proof, &test_key.inputs));
            chain.last_execution_gas()
        });
        let inputs = test_key.inputs.len();
        let size = Artefact::load(&contract).unwrap().runtime_bytes;
        writeln!(table, "{contract},{inputs},{cancun},{osaka},{},{size}", floor(inputs)).unwrap();
    }
    let path = root().join("gas.csv");
    if std::env::var_os("REGENERATE").is_some() {
        std::fs::write(path, table).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), table, "set REGENERATE=1");
    }
}
