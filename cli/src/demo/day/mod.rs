//! A day in a position's life on a local chain.
//!
//! The contracts are those of `contracts/`, the proofs are made now; keys, vaults and prices are for show. That the day ends well shows nothing
//! about a venue's terms, about prices or about a chain that others share.

mod closing;
mod desk;
mod market;
mod parties;
mod record;
mod setup;
mod story;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use solvency_contracts::Artefact;
use solvency_prover::files::{self, Access};

use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::node::{Anvil, Chain, Children, Reverts, find};
use crate::output::Output;

use desk::{Contract, Desk};
use market::DAY;
use parties::Parties;
use record::Record;
use story::Story;

/// The chain that claims name, and the other one.
const CHAINS: [u64; 2] = [31_337, 31_338];

/// Runs the day, leaving bundles and trust files below `out`.
pub(crate) fn run(out: &Path, anvil: Option<&Path>, output: &Output) -> CliResult {
    let program = find(anvil)?;
    // The last whole day in UTC: nothing that is signed lies in the future.
    let now = clock::now(None)?;
    let zero = (now - now % DAY).saturating_sub(DAY);
    let children = Children::guarded(out)?;
    let artefacts = Artefact::embedded()?;
    let [here, elsewhere] = CHAINS;
    let chain = start(&program, here, zero, &children, &artefacts)?;
    let other = start(&program, elsewhere, zero, &children, &artefacts)?;
    let keys = out.join("keys");
    let working = output.working("development keys for the committed verifier contracts");
    setup::make_keys(&keys)?;
    drop(working);
    output.note("the proving keys can be made by anybody, who can then forge: they are those of the committed test contracts");

    let parties = Parties::gather(zero)?;
    files::write_json(&out.join("registry.json"), &parties.registry, Access::Public)?;
    let deployed = setup::deploy(&chain, &artefacts, &parties)?;
    let elsewhere = setup::deploy(&other, &artefacts, &parties)?;
    if (deployed.registry, deployed.escrow) != (elsewhere.registry, elsewhere.escrow) {
        return Err(CliError::new("the contracts have other addresses on the other chain"));
    }
    let contract = Contract { chain_id: chain.id, settlement: deployed.escrow };
    chain.wait_until(zero + 5 * 60)?;
    let desk = Desk::open(&parties, &keys, contract, chain.now())?;
    let mut record = Record::new(zero, output);
    for (what, receipt) in &deployed.receipts {
        record.done(receipt.time, chain.id, what, receipt.gas, Vec::new());
    }
    let mut story = Story {
        zero,
        out,
        chain: &chain,
        other: &other,
        parties: &parties,
        deployed: &deployed,
        desk,
        record,
    };
    story.run()?;
    let holdings = closing::withdraw(&mut story)?;

    let record = &story.record;
    let costs: Vec<Value> = record.costs().map(|(step, cost)| json!({ "step": step, "gas": cost })).collect();
    let value = json!({
        "out": out,
        "zero": zero,
        "chains": CHAINS,
        "steps": record.lines,
        "gas": costs,
        "holdings": holdings,
    });
    output.result(value, || {
        let bundles = out.join("bundles");
        format!(
            "\n{}\n{}\n{}: the bundle of each coverage; each is judged at its time, as in\n  \
             solvency verify {}/a-010030.json --trust {} --at {}",
            record.table(),
            closing::table(&holdings),
            bundles.display(),
            bundles.display(),
            out.join("trust-a-1.json").display(),
            zero + market::HOUR + 30,
        )
    });
    Ok(Outcome::Done)
}

fn start(
    program: &Path,
    id: u64,
    zero: u64,
    children: &Arc<Children>,
    artefacts: &[Artefact],
) -> CliResult<Chain> {
    let anvil = Anvil::start(program, id, zero, children)?;
    let chain = Chain::new(anvil, zero, Reverts::of(artefacts.iter().map(|artefact| &artefact.abi)))?;
    if chain.id != id {
        return Err(CliError::new(format!("the node's chain is {}, asked for {id}", chain.id)));
    }
    Ok(chain)
}
