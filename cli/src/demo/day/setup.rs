//! The contracts on a chain, and who uses them.
//!
//! Both chains are set up by the same transactions of the same accounts, so that every contract has the same address on both: only the
//! chain's id tells them apart.

use std::path::Path;

use solvency_contracts::calls::{escrow, feed, registry, token, verifier};
use solvency_contracts::{Artefact, test_keys};
use solvency_prover::keys::{KeyStore, ProvingKey};
use solvency_prover::resident::circuit;
use solvency_verifier::{Address, Shape};

use super::desk::ROUND_LAG;
use super::parties::{LOG_ORIGIN, Parties};
use crate::error::{CliError, CliResult};
use crate::node::{Chain, Receipt, Transaction};

/// Shapes that the day proves.
const SHAPES: [Shape; 4] = [Shape::Holdings16, Shape::Allocation2x4, Shape::Repledge3x4, Shape::CoverageFlat];
/// How long after the end of coverage a position expires, in seconds.
pub(crate) const GRACE: u64 = 3_600;
/// The chain's own coin is the registry's second asset.
const ETHER: (Address, u64) = (Address::ZERO, 1);
/// Quote units of the demo's token, with six decimals.
pub(crate) const QUOTE_SUPPLY: u128 = 1_000_000_000_000;

/// Accounts of a node, by what they do.
#[derive(Clone, Copy)]
pub(crate) struct Users {
    /// Deploys, registers and guards.
    pub(crate) registrar: Address,
    /// Sends what anyone may send.
    pub(crate) relayer: Address,
    /// The account's operator.
    pub(crate) trader: Address,
    /// The venues' operators.
    pub(crate) venues: [Address; 2],
    /// Buys in auctions.
    pub(crate) buyer: Address,
}

impl Users {
    fn of(chain: &Chain) -> CliResult<Self> {
        let [registrar, relayer, trader, a, b, buyer, ..] = chain.accounts[..] else {
            return Err(CliError::new("the node has fewer than six accounts"));
        };
        Ok(Users { registrar, relayer, trader, venues: [a, b], buyer })
    }
}

/// Where the contracts are.
pub(crate) struct Deployed {
    pub(crate) users: Users,
    pub(crate) registry: Address,
    /// What checks statements that another chain acts on.
    pub(crate) verifier: Address,
    pub(crate) escrow: Address,
    pub(crate) quote: Address,
    /// The coverage of each venue's position as a price feed.
    pub(crate) feeds: [Address; 2],
    /// What was done, with its receipt.
    pub(crate) receipts: Vec<(String, Receipt)>,
}

/// Makes the proving keys whose verifier contracts are committed: see [`test_keys`].
pub(crate) fn make_keys(folder: &Path) -> CliResult<()> {
    let store = KeyStore::new(folder);
    for shape in SHAPES {
        let key = ProvingKey::generate_development_from(circuit(shape), 1, &mut test_keys::rng(shape))?;
        store.save(&key)?;
    }
    Ok(())
}

struct Setup<'a> {
    chain: &'a Chain,
    artefacts: &'a [Artefact],
    deployer: Address,
    receipts: Vec<(String, Receipt)>,
}

impl Setup<'_> {
    fn deploy(&mut self, contract: &str, arguments: &[u8]) -> CliResult<Address> {
        let artefact = self.artefacts.iter().find(|one| one.contract == contract);
        let artefact = artefact.ok_or_else(|| CliError::new(format!("{contract} is not in this program")))?;
        let code = [&artefact.creation_code()?, arguments].concat();
        let (address, receipt) = self.chain.deploy(contract, self.deployer, code)?;
        self.receipts.push((format!("deploy {contract}"), receipt));
        Ok(address)
    }

    fn send(&mut self, what: &str, to: Address, data: Vec<u8>) -> CliResult<()> {
        let transaction =
            Transaction { what: what.into(), from: self.deployer, to: Some(to), data, value: 0 };
        let receipt = self.chain.send(&transaction)?;
        self.receipts.push((what.into(), receipt));
        Ok(())
    }
}

/// Deploys and registers everything.
pub(crate) fn deploy(chain: &Chain, artefacts: &[Artefact], parties: &Parties) -> CliResult<Deployed> {
    let users = Users::of(chain)?;
    let deployer = users.registrar;
    let mut setup = Setup { chain, artefacts, deployer, receipts: Vec::new() };
    let mut verifiers = Vec::new();
    for shape in SHAPES {
        verifiers.push(setup.deploy(&solvency_prover::interop::batch_contract_name(shape), &[])?);
    }
    let document = parties.registry.canonical_bytes();
    let arguments = registry::new(&document, &verifiers, &deployer);
    let registry_address = setup.deploy("SolvencyRegistry", &arguments)?;
    let arguments = verifier::new(&parties.registry.digest(), &verifiers);
    let verifier_address = setup.deploy("SolvencyVerifier", &arguments)?;
    let quote = setup.deploy("QuoteToken", &token::new(&users.buyer, QUOTE_SUPPLY))?;
    let (collateral, asset) = ETHER;
    let arguments = escrow::new(&registry_address, &collateral, asset, &quote, &deployer);
    let escrow_address = setup.deploy("MarginEscrow", &arguments)?;
    let role = registry::grant_role("REGISTRAR_ROLE", &deployer);
    setup.send("name the registrar", registry_address, role)?;
    for (venue, operator) in parties.venues.iter().zip(users.venues) {
        let call = registry::register_venue(&registry::Venue {
            id: venue.id(),
            signer: venue.signer.address(),
            operator,
            liability_book: venue.liability_book,
            settlement: escrow_address,
            grace: GRACE,
            round_lag: ROUND_LAG,
        });
        setup.send("register a venue", registry_address, call)?;
    }
    let mut feeds = [Address::ZERO; 2];
    for (place, venue) in feeds.iter_mut().zip(&parties.venues) {
        *place =
            setup.deploy("CoverageFeed", &feed::new(&registry_address, &parties.account, &venue.id()))?;
    }
    let custodian = parties.custodian.address();
    let call = registry::register_account(&parties.account, &custodian, &users.trader, LOG_ORIGIN);
    setup.send("register the account", registry_address, call)?;
    let receipts = setup.receipts;
    Ok(Deployed {
        users,
        registry: registry_address,
        verifier: verifier_address,
        escrow: escrow_address,
        quote,
        feeds,
        receipts,
    })
}
