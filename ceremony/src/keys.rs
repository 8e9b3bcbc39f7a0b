//! From a `.zkey` to a key of this project, and back.

use std::io::{Read, Seek, Write};

use ark_bn254::G2Affine;
use solvency_prover::keys::{Circuit as ShapeCircuit, PlainPoints, ProvingKey};
use solvency_verifier::groth16::{Origin, VerifyingKeyPoints};

use crate::circuit::Circuit;
use crate::error::{CeremonyError, Refusal};
use crate::format::{Encoded, decode, write_section_header};
use crate::initial::write_beginning;
use crate::subgroup::check_subgroup;
use crate::zkey::{Chain, Header, TERM_BYTES, ZKey, id};

/// Reads a `.zkey` for a circuit of this project as a key of this project, whose origin is what the caller knows of it: [`crate::finalize`] checks a
/// ceremony; without one it is a development key.
///
/// Compared are sizes and coefficients; the points are on their curves and in the subgroup. That they belong to the circuit shows in a proof made with them, which
/// the prover verifies.
///
/// # Errors
/// [`CeremonyError`]: a file that can't be read, another circuit, points that are none, a verifying key with which everybody can forge.
pub fn import_zkey<R: Read + Seek>(
    circuit: &ShapeCircuit,
    zkey: R,
    place: &str,
    origin: Origin,
    levels: usize,
) -> Result<ProvingKey, CeremonyError> {
    let mut zkey = ZKey::open(zkey, place)?;
    let rows = Circuit::of(circuit.matrices());
    let header = zkey.header.clone();
    let wrong = |field| CeremonyError::from(Refusal::Header { field, expected: "the circuit" });
    if (header.wires as usize, header.public_inputs as usize) != (rows.wires(), rows.public_inputs()) {
        return Err(wrong("the number of wires"));
    }
    if header.domain != 1 << rows.power() {
        return Err(wrong("the domain"));
    }
    if zkey.terms != rows.terms() {
        return Err(wrong("the number of coefficients"));
    }
    compare_terms(&mut zkey, &rows)?;
    let verifying = VerifyingKeyPoints {
        alpha: header.alpha,
        beta: header.beta_second,
        gamma: header.gamma,
        delta: header.delta_second,
        inputs: points(&mut zkey, id::INPUTS, "section 3")?,
    };
    let plain = PlainPoints {
        beta: header.beta_first,
        delta: header.delta_first,
        a: points(&mut zkey, id::A, "section 5")?,
        b_first: points(&mut zkey, id::B_FIRST, "section 6")?,
        b_second: points::<G2Affine, R>(&mut zkey, id::B_SECOND, "section 7")?,
        l: points(&mut zkey, id::L, "section 8")?,
        quotient: points(&mut zkey, id::QUOTIENT, "section 9")?,
    };
    Ok(ProvingKey::from_points(circuit, origin, verifying, plain, levels)?)
}

/// Writes a key as a `.zkey` that snarkjs can prove with. It has no contributions and no hash of a circuit: a key does not hold its ceremony's transcript.
///
/// # Errors
/// [`CeremonyError`]: a circuit that the format has no room for, or what the system says.
pub fn export_zkey(
    key: &ProvingKey,
    circuit: &ShapeCircuit,
    to: &mut dyn Write,
) -> Result<(), CeremonyError> {
    let rows = Circuit::of(circuit.matrices());
    rows.check()?;
    let too_large = || CeremonyError::Circuit("its rows are too many for the field's domains".into());
    let plain = key.to_points()?;
    if plain.a.len() != rows.wires() || key.verifying().key().matrices() != circuit.hash() {
        return Err(CeremonyError::Circuit("the key is for another one".into()));
    }
    let verifying = key.verifying().key().points();
    let header = Header {
        wires: rows.wires() as u32,
        public_inputs: rows.public_inputs() as u32,
        domain: 1 << rows.power(),
        alpha: verifying.alpha,
        beta_first: plain.beta,
        beta_second: verifying.beta,
        gamma: verifying.gamma,
        delta_first: plain.delta,
        delta_second: verifying.delta,
    };
    let io = |error| CeremonyError::Io { place: "the new file".into(), error };
    write_beginning(to, &header).map_err(io)?;
    write_points(id::INPUTS, &verifying.inputs, to)?;
    let count = u32::try_from(rows.terms()).map_err(|_| too_large())?;
    write_section_header(to, id::TERMS, 4 + u64::from(count) * TERM_BYTES).map_err(io)?;
    to.write_all(&count.to_le_bytes()).map_err(io)?;
    for bytes in rows.term_bytes() {
        to.write_all(&bytes).map_err(io)?;
    }
    write_points(id::A, &plain.a, to)?;
    write_points(id::B_FIRST, &plain.b_first, to)?;
    write_points(id::B_SECOND, &plain.b_second, to)?;
    write_points(id::L, &plain.l, to)?;
    write_points(id::QUOTIENT, &plain.quotient, to)?;
    let bytes = Chain { circuit: [0; 64], contributions: Vec::new() }.to_bytes();
    write_section_header(to, id::CONTRIBUTIONS, bytes.len() as u64).map_err(io)?;
    to.write_all(&bytes).map_err(io)
}

fn compare_terms<R: Read + Seek>(zkey: &mut ZKey<R>, rows: &Circuit<'_>) -> Result<(), CeremonyError> {
    let extent = zkey.extent(id::TERMS)?;
    let mut offset = 4;
    for expected in rows.term_bytes() {
        let length = expected.len() as u64;
        if zkey.file.read(extent, offset, length)? != expected {
            let index = (offset - 4) / TERM_BYTES;
            return Err(Refusal::Section { section: "section 4 (coefficients)", index }.into());
        }
        offset += length;
    }
    Ok(())
}

/// A whole section.
fn points<P: Encoded, R: Read + Seek>(
    zkey: &mut ZKey<R>,
    section: u32,
    name: &'static str,
) -> Result<Vec<P>, CeremonyError> {
    let extent = zkey.extent(section)?;
    let bytes = zkey.file.read(extent, 0, extent.length)?;
    let points = decode(&bytes, name, 0)?;
    check_subgroup(&points, name, 0)?;
    Ok(points)
}

fn write_points<P: Encoded>(section: u32, points: &[P], to: &mut dyn Write) -> Result<(), CeremonyError> {
    let io = |error| CeremonyError::Io { place: "the new file".into(), error };
    write_section_header(to, section, (points.len() * P::BYTES) as u64).map_err(io)?;
    for points in points.chunks(1 << 12) {
        let mut bytes = Vec::with_capacity(points.len() * P::BYTES);
        points.iter().for_each(|point| point.append(&mut bytes));
        to.write_all(&bytes).map_err(io)?;
    }
    Ok(())
}
