//! Who takes part in the day, and what they bring along.
//!
//! Signing keys are fresh in each run and stay in memory; vaults and prices are invented.

use serde::Serialize;
use solvency_prover::import::{ImportedVault, VaultExport};
use solvency_prover::random;
use solvency_prover::signer::Signer;
use solvency_verifier::encoding::{Domain, TypedData, tagged_sha256};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::{Registry, Schedule, SignerSet};
use solvency_verifier::statement::Signed;
use solvency_verifier::{Address, Bytes32};

use super::market::{DAY, HOUR};
use crate::commands::trust::account_tag;
use crate::error::CliResult;

const REGISTRY: &str = include_str!("../../../../fixtures/registry.json");
const POLICY: &str = include_str!("../../../../fixtures/policies/venue-a.json");
/// Origin of the account's log.
pub(crate) const LOG_ORIGIN: &str = "log.example/custodian/account-1";

const BTC: u64 = 100_000_000;
const ETH: u64 = 1_000_000_000;
const USDC: u64 = 1_000_000;

/// Everybody but the contracts' users on the chain.
pub(crate) struct Parties {
    pub(crate) registry: Registry,
    pub(crate) domain: Domain,
    pub(crate) custodian: Signer,
    /// As many as are needed.
    attestors: Vec<Signer>,
    /// As many as are needed, of one more.
    oracles: Vec<Signer>,
    /// Tag of the account.
    pub(crate) account: Bytes32,
    pub(crate) venues: [Venue; 2],
}

/// A venue.
pub(crate) struct Venue {
    pub(crate) name: &'static str,
    pub(crate) policy: Policy,
    pub(crate) signer: Signer,
    pub(crate) liability_book: Bytes32,
}

impl Venue {
    /// The venue's id.
    pub(crate) fn id(&self) -> Bytes32 {
        self.policy.venue
    }
}

impl Parties {
    /// Parties of a deployment whose first epoch is the day that begins at `zero`.
    pub(crate) fn gather(zero: u64) -> CliResult<Self> {
        let attestors = signers(2)?;
        let mut oracles = signers(4)?;
        let mut registry: Registry = serde_json::from_str(REGISTRY)?;
        registry.epoch = Schedule { zero, seconds: DAY };
        registry.round = Schedule { zero, seconds: HOUR };
        registry.attestors = set(2, &attestors);
        registry.oracles = set(3, &oracles);
        registry.witnesses = set(1, &signers(1)?);
        registry.max_book_age = DAY;
        (registry.valid_from, registry.valid_until) = (zero, zero + 30 * DAY);
        registry.validate()?;
        oracles.truncate(registry.oracles.threshold());
        let custodian = Signer::generate()?;
        let account = account_tag(&custodian.address(), &*random::bytes::<32>()?);
        let venues = [venue("a", &registry)?, venue("b", &registry)?];
        let domain = Domain::of_registry(&registry.digest());
        Ok(Parties { registry, domain, custodian, attestors, oracles, account, venues })
    }

    /// The attestors' signatures.
    pub(crate) fn attest(&self, statement: &(impl TypedData + Serialize)) -> CliResult<Vec<Signed>> {
        signatures(&self.attestors, statement, &self.domain)
    }

    /// Who signs price rounds.
    pub(crate) fn oracles(&self) -> &[Signer] {
        &self.oracles
    }

    /// The policies that oracles sign valuations for.
    pub(crate) fn policies(&self) -> Vec<Policy> {
        self.venues.iter().map(|venue| venue.policy.clone()).collect()
    }
}

fn venue(name: &'static str, registry: &Registry) -> CliResult<Venue> {
    let mut policy: Policy = serde_json::from_str(POLICY)?;
    policy.name = format!("Venue {}, flat", name.to_uppercase());
    policy.venue = tagged_sha256("solvency.demo.venue", &[name.as_bytes()]);
    policy.registry = registry.digest();
    (policy.valid_from, policy.valid_until) = (registry.valid_from, registry.valid_until);
    policy.validate(registry)?;
    let liability_book = tagged_sha256("solvency.demo.liability-book", &[name.as_bytes()]);
    Ok(Venue { name, policy, signer: Signer::generate()?, liability_book })
}

/// In increasing order of their addresses, as contracts want their signatures.
fn signers(count: usize) -> CliResult<Vec<Signer>> {
    let mut signers = (0..count).map(|_| Signer::generate()).collect::<Result<Vec<_>, _>>()?;
    signers.sort_by_key(|signer| signer.address().0);
    Ok(signers)
}

fn set(threshold: u32, members: &[Signer]) -> SignerSet {
    SignerSet {
        version: 1,
        threshold,
        members: members.iter().map(Signer::address).collect::<Vec<Address>>(),
    }
}

fn signatures(
    signers: &[Signer],
    statement: &(impl TypedData + Serialize),
    domain: &Domain,
) -> CliResult<Vec<Signed>> {
    Ok(signers.iter().map(|signer| signer.sign_as_member(statement, domain)).collect::<Result<_, _>>()?)
}

/// What the custodian keeps for the account: 120 BTC and 3,000 ETH in cold vaults, two million USDC with a triparty agent.
pub(crate) fn vaults() -> VaultExport {
    let vault = |reference: &str, class: &str, symbol: &str, amount: u64| ImportedVault {
        reference: reference.into(),
        class: class.into(),
        positions: vec![(symbol.into(), amount)],
    };
    let vaults = vec![
        vault("vault-1", "cold", "BTC", 60 * BTC),
        vault("vault-2", "cold", "BTC", 60 * BTC),
        vault("vault-3", "cold", "ETH", 1_500 * ETH),
        vault("vault-4", "cold", "ETH", 1_500 * ETH),
        vault("vault-5", "triparty", "USDC", 2_000_000 * USDC),
    ];
    VaultExport { vaults, ..VaultExport::default() }
}

/// What is pledged to a venue first: of the BTC to venue A, of ETH and USDC to venue B.
pub(crate) fn first_pledges() -> [&'static [(&'static str, &'static str)]; 2] {
    [&[("BTC/cold", "80")], &[("ETH/cold", "2000"), ("USDC/triparty", "1000000")]]
}

/// What is pledged to venue A after its margin call: all the BTC.
pub(crate) const TOPPED_UP: &[(&str, &str)] = &[("BTC/cold", "120")];
