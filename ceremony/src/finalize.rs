//! `finalize`: from a checked transcript to the keys and the manifest that tells where they come from.

use std::io::{Read, Seek, SeekFrom};

use solvency_prover::keys::{Circuit as ShapeCircuit, ProvingKey};
use solvency_verifier::groth16::Origin;

use crate::circuit::Circuit;
use crate::error::CeremonyError;
use crate::keys::import_zkey;
use crate::manifest::{Manifest, PowersOfTauText, ZKeyText};
use crate::progress::Progress;
use crate::ptau::{KnownFile, PowersOfTau, TEST_NAME};
use crate::verify::verify;
use crate::zkey::{MAGIC, Required, VERSION};

/// What comes out of a ceremony.
#[derive(Debug)]
pub struct Finalized {
    /// Makes proofs; holds the verifying key, whose origin names the transcript.
    pub key: ProvingKey,
    /// Where it comes from.
    pub manifest: Manifest,
}

/// Verifies a transcript as [`verify`] does, and makes the keys. `levels` are those of the proving key's tables, 1 for none.
///
/// # Errors
/// As [`verify`]; nothing comes out of a transcript that is refused.
pub fn finalize<Z: Read + Seek, R: Read + Seek>(
    circuit: &ShapeCircuit,
    ptau: &mut PowersOfTau<R>,
    zkey: &mut Z,
    place: &str,
    required: &Required,
    levels: usize,
    progress: &dyn Progress,
) -> Result<Finalized, CeremonyError> {
    let rows = Circuit::of(circuit.matrices());
    let verified = verify(&rows, ptau, &mut *zkey, place, required, progress)?;
    let contributions_to_powers = ptau.contributions()?;
    let powers_hash = ptau.hash(progress)?;
    let io = |error| CeremonyError::Io { place: place.to_owned(), error };
    zkey.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut file = crate::format::SectionFile::open(&mut *zkey, place, MAGIC, VERSION)?;
    let (bytes, hash) = (file.length(), file.hash(progress)?);
    progress.begin("proving key", 0);
    let origin = Origin::Ceremony { transcript: verified.transcript };
    let key = import_zkey(circuit, &mut *zkey, place, origin, levels)?;
    let manifest = Manifest {
        format: Manifest::FORMAT.to_owned(),
        shape: circuit.shape(),
        matrices: *circuit.hash(),
        constraints: rows.constraints(),
        wires: rows.wires(),
        domain: 1 << rows.power(),
        powers_of_tau: PowersOfTauText {
            blake2b: hex::encode(powers_hash),
            power: ptau.power(),
            known: KnownFile::of(&powers_hash).map(|known| known.name.to_owned()),
            contributions: contributions_to_powers.len(),
            for_tests: contributions_to_powers.iter().any(|contribution| contribution.name() == TEST_NAME),
        },
        zkey: ZKeyText { blake2b: hex::encode(hash), bytes, circuit: verified.circuit },
        contributions: verified.contributions,
        transcript: verified.transcript,
        verifying_key: key.id(),
    };
    Ok(Finalized { key, manifest })
}
