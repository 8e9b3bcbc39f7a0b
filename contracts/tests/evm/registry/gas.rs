//! What an update of coverage costs, all of the transaction: `contracts/gas-registry.csv`, which `REGENERATE=1` writes.
//!
//! Beside each figure stands its bar, which none exceeds.

use std::fmt::Write as _;

use revm::primitives::hardfork::SpecId;
use solvency_contracts::{Artefact, root};
use solvency_verifier::bundle::Allocation;
use solvency_verifier::commitment::zero_source;
use solvency_verifier::encoding::TypedData;
use solvency_verifier::statement::{CoverageStatement, Source, SourceUse};
use solvency_verifier::{Bytes32, FieldElement};

use super::calls;
use super::world::{ATTESTORS, FIXTURE_NOW, World, signer};

/// The most gas of a transaction for each position: one alone, and sixteen.
const BARS: [(usize, u64); 2] = [(1, 285_000), (16, 95_000)];
/// Most bytes that a contract may have (EIP-170).
const CODE_LIMIT: usize = 24_576;

/// A position of another account at venue A, from its book to its binding. Answers its coverage statement.
fn add_position(world: &mut World, number: u8) -> CoverageStatement {
    let account = Bytes32([number; 32]);
    world.accept(world.register_account(&account));
    let mut book = world.first.books[0].attestation.clone();
    book.account = account;
    for (index, shard) in book.shards.iter_mut().enumerate() {
        shard.root = FieldElement(ark_bn254::Fr::from(1_000 * u64::from(number) + index as u64));
    }
    let signed: Vec<_> =
        ATTESTORS.iter().map(|key| signer(*key).sign_as_member(&book, &world.domain).unwrap()).collect();
    world.accept(calls::record_book(&book, &signed));
    let mut holdings = world.first.books[0].holdings[0].statement.clone();
    holdings.book = book.digest(&world.domain);
    let proof = world.holdings_proof(&book, &holdings);
    world.accept(calls::record_holdings(&book, &holdings, &proof));

    let mut allocation: Allocation = world.first.allocations[0].clone();
    let statement = &mut allocation.proven.statement;
    statement.account = account;
    statement.sources[0].origin = holdings.digest(&world.domain);
    statement.sources[1] = Source {
        kind: SourceUse::Unused,
        commitment: zero_source(),
        origin: Bytes32::ZERO,
        index: 0,
        release: Bytes32::ZERO,
    };
    let digest = statement.digest(&world.domain);
    world.sign_allocation(&mut allocation);
    world.accept(world.allocation(&allocation));

    let mut claim = world.first.claim.clone();
    claim.claim.account = account;
    world.sign_claim(&mut claim);
    world.accept(calls::record_claim(&claim));
    let mut coverage = world.first.coverage.statement.clone();
    coverage.account = account;
    coverage.allocation = digest;
    coverage.claim = claim.claim.digest(&world.domain);
    world.accept(calls::bind_pledge(&claim, &coverage, &world.first.tag_salt));
    coverage
}

/// Gas for each position: of its first coverage, and of a later one.
fn measure(spec: SpecId, count: usize) -> [u64; 2] {
    let mut world = World::at(spec, 1);
    let statements: Vec<_> = (1..=count).map(|number| add_position(&mut world, number as u8)).collect();
    [0, 60].map(|later| {
        world.chain.set_time(FIXTURE_NOW + later);
        let round = world.round(later);
        let proven: Vec<_> = statements
            .iter()
            .map(|statement| {
                let mut statement = statement.clone();
                statement.round = round.round.digest(&world.domain);
                world.proven(&statement)
            })
            .collect();
        world.accept(calls::update_coverage(&round, &proven.iter().collect::<Vec<_>>()));
        world.chain.last_transaction_gas() / count as u64
    })
}

#[test]
fn coverage_costs_what_the_committed_table_says() {
    let mut table = String::from(
        "positions,gas_each_osaka_first,gas_each_osaka,gas_each_amsterdam_first,gas_each_amsterdam,bar\n",
    );
    for (count, bar) in BARS {
        let [osaka, amsterdam] = [SpecId::OSAKA, SpecId::AMSTERDAM].map(|spec| measure(spec, count));
        for gas in osaka.into_iter().chain(amsterdam) {
            assert!(gas <= bar, "{count} positions cost {gas} gas each, above {bar}");
        }
        writeln!(table, "{count},{},{},{},{},{bar}", osaka[0], osaka[1], amsterdam[0], amsterdam[1]).unwrap();
    }
    let path = root().join("gas-registry.csv");
    if std::env::var_os("REGENERATE").is_some() {
        std::fs::write(path, table).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), table, "set REGENERATE=1");
    }
}

#[test]
fn the_registry_is_no_larger_than_a_contract_may_be() {
    let size = Artefact::load("SolvencyRegistry").unwrap().runtime_bytes;
    assert!(size <= CODE_LIMIT, "{size} bytes");
}
