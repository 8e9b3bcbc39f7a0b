//! `solvency round`: the median of observed prices, signed by oracles.

use serde_json::json;
use solvency_prover::files::{self, Access};
use solvency_prover::round;
use solvency_prover::signer::Signer;
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;

use crate::args::RoundArgs;
use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &RoundArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let mut policies = Vec::new();
    for path in &args.policies {
        let policy: Policy = files::read_json(path)?;
        policy.validate(&registry).map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
        policies.push(policy);
    }
    let mut observations = Vec::new();
    for path in &args.observations {
        observations.push(crate::prices::read(path, &registry)?);
    }
    let mut oracles = Vec::new();
    for path in &args.keys {
        let oracle = Signer::load(path)?;
        if !registry.oracles.members.contains(&oracle.address()) {
            return Err(CliError::new(format!(
                "{}: {} is no oracle of the registry",
                path.display(),
                oracle.address()
            )));
        }
        oracles.push(oracle);
    }
    let prices = round::medians(&observations, &registry)?;
    let signed = round::make(&registry, &policies, prices, clock::now(args.at)?, &oracles)?;
    files::write_json(&args.out, &signed, Access::Public)?;
    let (got, needed) = (signed.signatures.len(), registry.oracles.threshold());
    if got < needed {
        output.note(&format!("{got} signatures, {needed} are needed before anybody accepts this round"));
    }
    let digest = signed.round.digest(&Domain::of_registry(&registry.digest()));
    let number = signed.round.round;
    let value = json!({ "round": number, "digest": digest, "signatures": got, "needed": needed });
    output.result(value, || format!("round {number}: {digest} ({got} of {needed} signatures)"));
    Ok(Outcome::Done)
}
