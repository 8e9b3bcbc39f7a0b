//! `solvency claim`: a venue's claims and releases.

use serde_json::json;
use solvency_prover::claim::{self, ClaimTerms};
use solvency_prover::files::{self, Access};
use solvency_prover::signer::Signer;
use solvency_verifier::decimal::parse_decimal;
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::{Address, Bytes32, FieldElement};

use crate::args::{ClaimArgs, ClaimCommand, ReleaseArgs};
use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// Decimals of a requirement: 10^-6 quote units.
const REQUIREMENT_DECIMALS: u32 = 6;

pub(crate) fn run(command: &ClaimCommand, output: &Output) -> CliResult {
    match command {
        ClaimCommand::New(args) => new(args, output),
        ClaimCommand::Release(args) => release(args, output),
    }
}

fn new(args: &ClaimArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let policy: Policy = files::read_json(&args.policy)?;
    policy.validate(&registry)?;
    let venue = Signer::load(&args.key)?;
    let releaser = Signer::generate()?;
    let issued_at = clock::now(args.at)?;
    let number = args.number;
    let terms = ClaimTerms {
        venue: policy.venue,
        liability_book: bytes32("--liability-book", &args.liability_book)?,
        account: bytes32("--account", &args.account)?,
        number,
        requirement: requirement(args, &registry)?,
        policy: policy.digest(),
        releaser: releaser.address(),
        issued_at,
        expiry: issued_at.saturating_add(args.valid_for),
        chain_id: 0,
        settlement: Address::ZERO,
    };
    let domain = Domain::of_registry(&registry.digest());
    let (signed, opening) = claim::make(&terms, &venue, &domain)?;
    releaser.save_new(&args.out.join(format!("releaser-{number}.key")))?;
    files::write_json(&args.out.join("claim-opening.json"), &opening, Access::Secret)?;
    files::write_json(&args.out.join("claim.json"), &signed, Access::Public)?;
    let digest = signed.claim.digest(&domain);
    let value = json!({ "claim": digest, "number": number, "releaser": releaser.address() });
    output.result(value, || {
        format!(
            "claim {number}: {digest}\n\
             hand claim.json and claim-opening.json to the custodian; keep releaser-{number}.key"
        )
    });
    Ok(Outcome::Done)
}

/// What is required, in 10^-6 quote units: a sum, and debts at prices that were moved up by their confidence, rounded up.
fn requirement(args: &ClaimArgs, registry: &Registry) -> CliResult<u64> {
    let too_much = || CliError::new("the requirement does not fit 64 bits of 10^-6 quote units");
    let mut required = match &args.requirement {
        Some(text) => parse_decimal(text, REQUIREMENT_DECIMALS)
            .map_err(|error| CliError::new(format!("--requirement: {error}")))?,
        None => 0,
    };
    let Some(prices) = &args.prices else { return Ok(required) };
    let prices = crate::prices::read_for_debts(prices, registry)?;
    for owed in &args.owed {
        let wrong = |what: String| CliError::new(format!("--owed {owed:?}: {what}"));
        let (symbol, amount) =
            owed.split_once('=').ok_or_else(|| wrong("expected ASSET=AMOUNT".into()).hint("as BTC=12.5"))?;
        let index =
            registry.asset(symbol).ok_or_else(|| wrong(format!("{symbol} is not in the registry")))?;
        let (asset, price) = (&registry.assets[index], prices[index]);
        let amount = parse_decimal(amount, asset.decimals).map_err(|error| wrong(error.to_string()))?;
        let value = debt(amount, asset.decimals, price).ok_or_else(too_much)?;
        required = required.checked_add(value).ok_or_else(too_much)?;
    }
    Ok(required)
}

/// The value of ledger units at a price in 10^-12 quote units, in 10^-6 quote units, rounded up.
fn debt(amount: u64, decimals: u32, price: u64) -> Option<u64> {
    // 2^64 · 2^64: fits 128 bits.
    let exact = u128::from(amount) * u128::from(price);
    u64::try_from(exact.div_ceil(10u128.checked_pow(decimals + 12 - REQUIREMENT_DECIMALS)?)).ok()
}

fn release(args: &ReleaseArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let bundle = crate::bundles::read(&args.bundle)?;
    let releaser = Signer::load(&args.key)?;
    let expected = bundle.claim.claim.releaser;
    if releaser.address() != expected {
        let message = format!("the key is {}'s, the pledge is released by {expected}", releaser.address());
        return Err(CliError::new(message).hint("use the releaser key that was made with this claim"));
    }
    let parse = |text: &String| {
        FieldElement::from_hex(text).map_err(|error| CliError::new(format!("--replacement: {error}")))
    };
    let replacement = args.replacement.as_ref().map(parse).transpose()?;
    let expiry = clock::now(args.at)?.saturating_add(args.valid_for);
    let domain = Domain::of_registry(&registry.digest());
    let signed = claim::release(&bundle.coverage.statement, replacement, expiry, &releaser, &domain)?;
    files::write_json(&args.out, &signed, Access::Public)?;
    let digest = signed.release.digest(&domain);
    output.result(json!({ "release": digest, "expiry": expiry }), || {
        format!("release {digest} until {expiry}")
    });
    Ok(Outcome::Done)
}

/// Reads a 32-byte identifier of the command line.
fn bytes32(flag: &str, text: &str) -> CliResult<Bytes32> {
    Bytes32::from_hex(text).map_err(|error| CliError::new(format!("{flag}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debts_round_up_and_what_does_not_fit_is_none() {
        // One satoshi at 115,770: 0.0011577.
        assert_eq!(debt(1, 8, 115_770_000_000_000_000), Some(1_158));
        assert_eq!(debt(100_000_000, 8, 115_770_000_000_000_000), Some(115_770_000_000));
        assert_eq!(debt(1, 9, 1), Some(1));
        assert_eq!(debt(0, 9, u64::MAX), Some(0));
        assert_eq!(debt(1_000_000, 0, 1_000_000), Some(1_000_000));
        assert_eq!(debt(1_000_001, 0, 1_000_001), Some(1_000_003));
        assert_eq!(debt(u64::MAX, 0, u64::MAX), None);
    }
}
