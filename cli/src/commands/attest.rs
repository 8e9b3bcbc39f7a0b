//! `solvency attest`: an attestor recomputes the roots from the openings and co-signs.

use serde_json::json;
use solvency_prover::book::Book;
use solvency_prover::files::{self, Access};
use solvency_prover::signer::Signer;
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::registry::Registry;

use crate::args::AttestArgs;
use crate::custodian::export;
use crate::custodian::state::SignedAttestation;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &AttestArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let book: Book = files::read_json(&args.book)?;
    let mut signed: SignedAttestation = files::read_json(&args.attestation)?;
    let attestor = Signer::load(&args.key)?;
    if !registry.attestors.members.contains(&attestor.address()) {
        return Err(CliError::new(format!("{} is not an attestor of the registry", attestor.address()))
            .hint("use the key of an attestor that the registry names"));
    }
    if signed.signatures.iter().any(|member| member.signer == attestor.address()) {
        return Err(CliError::new(format!("{} has signed already", attestor.address())));
    }
    book.check_attestation(&signed.attestation)
        .map_err(|error| CliError::new(error).hint("the custodian must make book and attestation anew"))?;
    let compared = match (args.views.as_slice(), args.mapping.as_deref()) {
        (views @ [_, ..], Some(mapping)) => {
            let own = export::read(views, &args.view_format, Some(mapping), &registry)?;
            let differences = export::differences(&book, &own, &registry);
            if !differences.is_empty() {
                let text = differences.join("\n  ");
                output.result(json!({ "signed": false, "differences": differences }), || {
                    format!("not signed: the book differs from the attestor's own view\n  {text}")
                });
                return Ok(Outcome::Rejected);
            }
            true
        }
        ([], None) => false,
        _ => return Err(CliError::new("--view and --mapping belong together")),
    };
    let domain = Domain::of_registry(&registry.digest());
    signed.signatures.push(attestor.sign_as_member(&signed.attestation, &domain)?);
    files::write_json(&args.attestation, &signed, Access::Public)?;
    let (got, needed) = (signed.signatures.len(), registry.attestors.threshold());
    if !compared {
        output.note("signed without an own view of the vaults: the roots agree with the openings, no more (see --view)");
    }
    let digest = signed.attestation.digest(&domain);
    let value = json!({
        "signed": true, "attestation": digest, "comparedWithOwnView": compared, "signatures": got, "needed": needed,
    });
    output.result(value, || format!("signed {digest} ({got} of {needed} signatures)"));
    Ok(Outcome::Done)
}
