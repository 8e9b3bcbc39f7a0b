//! A VAA: what Wormhole's guardians saw a contract emit, with their signatures.

use solvency_verifier::encoding::keccak256;
use solvency_verifier::statement::Signature;
use solvency_verifier::{Address, Bytes32};

use super::merkle::Hash;
use super::wire::Bytes;
use crate::{Problem, PythSource};

/// The root that a quorum of the pinned guardians signed, and who they are.
pub(crate) struct SignedRoot {
    pub(crate) root: Hash,
    pub(crate) guardians: Vec<Address>,
}

/// Checks version, guardian set, signatures, quorum and emitter, and reads the root.
pub(crate) fn check(bytes: &[u8], source: &PythSource) -> Result<SignedRoot, Problem> {
    let mut bytes = Bytes::new(bytes);
    bytes.exactly("the VAA's version", 1, "1 is read")?;
    let set = bytes.u32("the guardian set")?;
    if set != source.guardian_set {
        return Err(Problem::GuardianSet { got: set, expected: source.guardian_set });
    }
    let number = bytes.u8("the number of signatures")?;
    let mut signatures = Vec::new();
    for _ in 0..number {
        signatures.push(read_signature(&mut bytes)?);
    }
    let digest = keccak256(&keccak256(bytes.rest()).0);
    let guardians = check_signatures(&signatures, &digest, source)?;
    let root = read_body(&mut bytes, source)?;
    Ok(SignedRoot { root, guardians })
}

fn read_signature(bytes: &mut Bytes<'_>) -> Result<(u8, Signature), Problem> {
    let index = bytes.u8("a guardian's index")?;
    let rs: [u8; 64] = bytes.array("a guardian's signature")?;
    let recovery = bytes.u8("a signature's recovery")?;
    if recovery > 1 {
        let allowed = "0 or 1";
        return Err(Problem::Value { what: "a signature's recovery", got: recovery.to_string(), allowed });
    }
    Ok((index, Signature::from_parts(&rs, recovery == 1)))
}

/// The guardians that signed: in rising order, each its own, and a quorum.
fn check_signatures(
    signatures: &[(u8, Signature)],
    digest: &Bytes32,
    source: &PythSource,
) -> Result<Vec<Address>, Problem> {
    let needed = source.quorum();
    if signatures.len() < needed {
        return Err(Problem::QuorumMissed { got: signatures.len(), needed });
    }
    let mut signers = Vec::new();
    let mut last = None;
    for (index, signature) in signatures {
        let order = Problem::GuardianOrder { index: *index, guardians: source.guardians.len() };
        if last.is_some_and(|last| *index <= last) {
            return Err(order);
        }
        last = Some(*index);
        let expected = *source.guardians.get(usize::from(*index)).ok_or(order)?;
        let got = signature.recover(digest).map_err(Problem::Signature)?;
        if got != expected {
            return Err(Problem::WrongSigner { got, expected });
        }
        signers.push(expected);
    }
    Ok(signers)
}

fn read_body(bytes: &mut Bytes<'_>, source: &PythSource) -> Result<Hash, Problem> {
    bytes.u32("the VAA's timestamp")?;
    bytes.u32("the VAA's nonce")?;
    let chain = bytes.u16("the emitter's chain")?;
    let address = Bytes32(bytes.array("the emitter")?);
    bytes.u64("the VAA's sequence")?;
    bytes.u8("the VAA's consistency level")?;
    if chain != source.emitter_chain || address != source.emitter {
        return Err(Problem::Emitter { chain, address });
    }
    bytes.magic("the payload's magic", "AUWV")?;
    bytes.exactly("the payload's type", 0, "0, a Merkle root, is read")?;
    bytes.u64("the slot")?;
    bytes.u32("the ring's size")?;
    let root = bytes.array("the root")?;
    bytes.end("the payload")?;
    Ok(root)
}
