//! `new`: a key before any contribution.

use std::io::{Read, Seek, Write};

use crate::circuit::Circuit;
use crate::error::CeremonyError;
use crate::initial::{Writer, compose};
use crate::progress::Progress;
use crate::ptau::PowersOfTau;
use crate::zkey::Hash;

/// Writes the `.zkey` of a circuit before any contribution, byte for byte as `snarkjs zkey new` does, and gives the circuit's hash.
/// Nobody may use this key: whoever reads it can forge.
///
/// The powers of tau are taken as they are but for the form of points; [`crate::verify`] checks them.
///
/// # Errors
/// [`CeremonyError`]: a circuit that is too large, powers of tau that are too few or not prepared, points that are none.
pub fn new<R: Read + Seek>(
    circuit: &Circuit<'_>,
    ptau: &mut PowersOfTau<R>,
    to: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<Hash, CeremonyError> {
    let mut writer = Writer { to };
    let hash = compose(circuit, ptau, &mut writer, progress)?;
    writer.end(&hash)?;
    Ok(hash)
}
