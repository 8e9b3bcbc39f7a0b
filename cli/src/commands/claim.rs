//! `solvency claim`: a venue's claims and releases.

use serde_json::json;
use solvency_prover::claim::{self, ClaimTerms};
use solvency_prover::files::{self, Access};
use solvency_prover::signer::Signer;
use solvency_verifier::bundle::Bundle;
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
        requirement: parse_decimal(&args.requirement, REQUIREMENT_DECIMALS)
            .map_err(|error| CliError::new(format!("--requirement: {error}")))?,
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

fn release(args: &ReleaseArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let bundle = Bundle::from_json(&files::read_bytes(&args.bundle, files::MAX_JSON_BYTES)?)?;
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
