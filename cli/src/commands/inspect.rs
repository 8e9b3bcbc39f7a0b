//! `solvency inspect`: what a file says, without judging it.

use serde_json::{Value, json};
use solvency_ceremony::{PowersOfTau, inspect_powers, inspect_zkey};
use solvency_prover::files;
use solvency_verifier::bundle::{BUNDLE_FORMAT, Bundle};
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::trust::{TRUST_FORMAT, Trust};

use crate::args::InspectArgs;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &InspectArgs, output: &Output) -> CliResult {
    let extension = args.file.extension().and_then(|extension| extension.to_str());
    if matches!(extension, Some("pk" | "vk")) {
        return super::keys::inspect(&args.file, output);
    }
    let place = args.file.display().to_string();
    if matches!(extension, Some("zkey" | "ptau")) {
        let file = super::ceremony::open(&args.file)?;
        let mut value = match extension {
            Some("zkey") => serde_json::to_value(inspect_zkey(file, &place)?)?,
            _ => serde_json::to_value(inspect_powers(&mut PowersOfTau::open(file, &place)?)?)?,
        };
        value["judged"] = json!(false);
        output.result(value.clone(), || lines(&value, 0));
        return Ok(Outcome::Done);
    }
    let bytes = files::read_bytes(&args.file, files::MAX_JSON_BYTES)?;
    let document: Value = serde_json::from_slice(&bytes)
        .map_err(|error| CliError::new(format!("{}: {error}", args.file.display())).hint(KNOWN))?;
    let at_file = |error: &dyn std::error::Error| {
        CliError::new(format!("{}: {error}", args.file.display())).hint(KNOWN)
    };
    let value = match document.get("format").and_then(Value::as_str) {
        Some(BUNDLE_FORMAT) => bundle(&Bundle::from_json(&bytes).map_err(|error| at_file(&error))?),
        Some(TRUST_FORMAT) => trust(Trust::from_json(&bytes).map_err(|error| at_file(&error))?.trust()),
        other => {
            let message = format!("{}: format {other:?} is not one that inspect knows", args.file.display());
            return Err(CliError::new(message).hint(KNOWN));
        }
    };
    output.result(value.clone(), || lines(&value, 0));
    Ok(Outcome::Done)
}

const KNOWN: &str =
    "inspect reads bundles, trust files, .pk and .vk key files, and the .zkey and .ptau files of ceremonies";

/// A bundle without its proofs. Digests need the registry, which only the trust file has.
fn bundle(bundle: &Bundle) -> Value {
    let books: Vec<Value> = bundle
        .books
        .iter()
        .map(|book| {
            json!({
                "attestation": book.attestation,
                "signers": book.signatures.iter().map(|signed| signed.signer).collect::<Vec<_>>(),
                "holdings": book.holdings.iter().map(|held| json!({ "statement": held.statement, "key": held.key })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let allocations: Vec<Value> = bundle
        .allocations
        .iter()
        .map(|allocation| {
            json!({
                "statement": allocation.proven.statement,
                "key": allocation.proven.key,
                "releases": allocation.releases.iter().map(|signed| &signed.release).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "format": bundle.format,
        "books": books,
        "allocations": allocations,
        "claim": bundle.claim.claim,
        "round": bundle.round.round,
        "roundSigners": bundle.round.signatures.iter().map(|signed| signed.signer).collect::<Vec<_>>(),
        "coverage": { "statement": bundle.coverage.statement, "key": bundle.coverage.key },
        "judged": false,
    })
}

fn trust(trust: &Trust) -> Value {
    let registry = trust.registry.digest();
    json!({
        "format": trust.format,
        "audience": trust.audience,
        "counterparty": trust.counterparty,
        "registry": { "name": trust.registry.name, "digest": registry, "domainSeparator": Domain::of_registry(&registry).separator() },
        "policy": trust.policy.digest(),
        "keys": trust.keys.iter().map(|pinned| json!({ "shape": pinned.shape, "id": pinned.id, "notAfter": pinned.not_after })).collect::<Vec<_>>(),
        "acceptedDevelopmentKeys": trust.accepted_development_keys,
        "latestClaim": trust.latest_claim,
        "seen": trust.seen,
        "limits": trust.limits,
        "coverageType": solvency_verifier::statement::CoverageStatement::TYPE,
    })
}

/// JSON as indented `name: value` lines.
fn lines(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let entry = |name: &str, value: &Value| match value {
        Value::Object(_) | Value::Array(_) => format!("{indent}{name}\n{}", lines(value, depth + 1)),
        Value::String(text) => format!("{indent}{name}: {text}\n"),
        other => format!("{indent}{name}: {other}\n"),
    };
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| entry(name, value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| entry(&format!("[{index}]"), value)).collect()
        }
        other => format!("{indent}{other}\n"),
    }
}
