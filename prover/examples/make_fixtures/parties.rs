//! The made-up parties, vaults and documents that the cases share.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use solvency_prover::files;
use solvency_prover::import::{ImportedVault, VaultExport};
use solvency_prover::signer::Signer;
use solvency_verifier::Address;
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::{Registry, SignerSet};

use crate::Outcome;

/// Test keys: the private key is 32 times this byte, for everybody to read.
pub(crate) const TEST_KEYS: [(&str, u8); 17] = [
    ("custodian", 0x11),
    ("attestor-1", 0x21),
    ("attestor-2", 0x22),
    ("attestor-3", 0x23),
    ("oracle-1", 0x31),
    ("oracle-2", 0x32),
    ("oracle-3", 0x33),
    ("oracle-4", 0x34),
    ("witness-1", 0x41),
    ("witness-2", 0x42),
    ("witness-3", 0x43),
    ("venue-a", 0x51),
    ("venue-b", 0x52),
    ("releaser-a", 0x61),
    ("releaser-a-2", 0x62),
    ("releaser-b", 0x63),
    ("auditor", 0x71),
];

/// `keys.json`: what tests need to sign altered bundles.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestKeys {
    pub(crate) warning: &'static str,
    pub(crate) now: u64,
    pub(crate) private_keys: BTreeMap<&'static str, String>,
}

pub(crate) fn signer(name: &str) -> Outcome<Signer> {
    let (_, byte) = TEST_KEYS.iter().find(|(known, _)| *known == name).ok_or("no such test key")?;
    Signer::from_bytes(&[*byte; 32]).ok_or_else(|| "not a private key".into())
}

fn addresses(names: &[&str]) -> Outcome<Vec<Address>> {
    names.iter().map(|name| Ok(signer(name)?.address())).collect()
}

/// The example registry with the test keys' addresses.
pub(crate) fn registry() -> Outcome<Registry> {
    let mut registry: Registry = files::read_json(Path::new("fixtures/registry.json"))?;
    let set = |threshold, names: &[&str]| -> Outcome<SignerSet> {
        Ok(SignerSet { version: 1, threshold, members: addresses(names)? })
    };
    registry.attestors = set(2, &["attestor-1", "attestor-2", "attestor-3"])?;
    registry.oracles = set(3, &["oracle-1", "oracle-2", "oracle-3", "oracle-4"])?;
    registry.witnesses = set(2, &["witness-1", "witness-2", "witness-3"])?;
    registry.validate()?;
    Ok(registry)
}

pub(crate) fn policy(name: &str, registry: &Registry) -> Outcome<Policy> {
    let path = format!("fixtures/policies/{name}.json");
    let mut policy: Policy = files::read_json(Path::new(&path))?;
    policy.registry = registry.digest();
    policy.validate(registry)?;
    Ok(policy)
}

/// Twenty made-up vaults: two shards of sixteen.
pub(crate) fn vaults() -> VaultExport {
    vaults_of("test", 20)
}

/// Made-up vaults whose names begin so.
pub(crate) fn vaults_of(prefix: &str, count: u64) -> VaultExport {
    let vault = |number: u64| {
        let amount = |symbol: &str, units: u64| (symbol.to_owned(), units);
        let (class, positions) = match number % 4 {
            0 => ("cold", vec![amount("BTC", 80 * 100_000_000 + number)]),
            1 => ("cold", vec![amount("ETH", 1_500 * 1_000_000_000 + number)]),
            2 => ("triparty", vec![amount("USDC", 2_000_000 * 1_000_000 + number)]),
            _ => ("exchange", vec![amount("SOL", 4_000 * 1_000_000_000), amount("USDT", 750_000_000_000)]),
        };
        ImportedVault { reference: format!("{prefix}-vault-{number}"), class: class.into(), positions }
    };
    VaultExport { vaults: (0..count).map(vault).collect(), ..VaultExport::default() }
}
