//! `contribute` and `beacon`: a key after one more contribution.

use std::io::{Read, Seek, Write};

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::Field;
use solvency_kernels::Path;
use solvency_kernels::batch::common_multiples;
use zeroize::Zeroizing;

use crate::Refusal;
use crate::error::CeremonyError;
use crate::format::{Encoded, G1_BYTES, decode, write_section_header};
use crate::initial::write_beginning;
use crate::parameters::{Beacon, Name, Parameters};
use crate::points::weighted_sum;
use crate::progress::Progress;
use crate::randomness::{Stream, weights};
use crate::summary::Contributed;
use crate::zkey::{Contribution, ZKey, delta_agrees, id};

/// Points that are multiplied before they are written.
const AT_ONCE: u64 = 1 << 13;

/// Writes the key with one more contribution of a participant. The factor is drawn from the operating system and from what was typed: neither alone gives it
/// away. It is erased, and never leaves this function.
///
/// The contributions before are checked; that the key is for the right circuit only [`crate::verify`] can tell.
///
/// # Errors
/// [`CeremonyError`]: a key that can't be read or whose contributions are refused.
pub fn contribute<R: Read + Seek>(
    old: R,
    place: &str,
    to: &mut dyn Write,
    name: Option<Name>,
    typed: &[u8],
    progress: &dyn Progress,
) -> Result<Contributed, CeremonyError> {
    let stream = Stream::secret(typed)?;
    append(old, place, to, Parameters { name, beacon: None }, stream, progress)
}

/// Writes the key with a contribution whose factor everybody can compute from a public value. It adds nothing secret; it takes from the last participant the choice of δ.
///
/// # Errors
/// [`CeremonyError`]: a key that can't be read or whose contributions are refused.
pub fn apply_beacon<R: Read + Seek>(
    old: R,
    place: &str,
    to: &mut dyn Write,
    name: Option<Name>,
    beacon: Beacon,
    progress: &dyn Progress,
) -> Result<Contributed, CeremonyError> {
    progress.begin("hashing the beacon", 0);
    let stream = Stream::of_beacon(beacon.value(), beacon.iterations_log2());
    append(old, place, to, Parameters { name, beacon: Some(beacon) }, stream, progress)
}

fn append<R: Read + Seek>(
    old: R,
    place: &str,
    to: &mut dyn Write,
    parameters: Parameters,
    mut stream: Stream,
    progress: &dyn Progress,
) -> Result<Contributed, CeremonyError> {
    let mut zkey = ZKey::open(old, place)?;
    let mut chain = zkey.chain()?;
    chain.verify()?;
    if chain.delta() != zkey.header.delta_first {
        return Err(Refusal::Header { field: "δ", expected: "the last contribution" }.into());
    }
    if !delta_agrees(zkey.header.delta_first, zkey.header.delta_second) {
        return Err(Refusal::Header { field: "δ in the second group", expected: "the first group" }.into());
    }
    let factor = Zeroizing::new(stream.scalar());
    let s = stream.first();
    drop(stream);
    let Some(inverse) = factor.inverse().map(Zeroizing::new) else {
        return Err(CeremonyError::Argument("the factor is zero: try again".into()));
    };
    let contribution = Contribution::new(&factor, s, &chain.delta(), &chain.transcript(), parameters);
    let mut header = zkey.header.clone();
    header.delta_first = contribution.delta;
    header.delta_second = (header.delta_second * *factor).into_affine();
    chain.contributions.push(contribution);

    let io = |error| CeremonyError::Io { place: "the new file".into(), error };
    write_beginning(to, &header).map_err(io)?;
    for section in [id::INPUTS, id::TERMS, id::A, id::B_FIRST, id::B_SECOND] {
        let extent = zkey.extent(section)?;
        write_section_header(to, section, extent.length).map_err(io)?;
        zkey.file.copy(extent, to)?;
    }
    for (section, name) in
        [(id::L, "section 8 (β·A + α·B + C over δ)"), (id::QUOTIENT, "section 9 (quotient)")]
    {
        multiply(&mut zkey, section, name, &inverse, to, progress)?;
    }
    let bytes = chain.to_bytes();
    write_section_header(to, id::CONTRIBUTIONS, bytes.len() as u64).map_err(io)?;
    to.write_all(&bytes).map_err(io)?;
    Ok(Contributed::last_of(&chain))
}

/// Copies a section, each point times a scalar. What comes out is compared in a random combination: a machine that computes wrongly would spoil the ceremony for all that follow.
fn multiply<R: Read + Seek>(
    zkey: &mut ZKey<R>,
    section: u32,
    name: &'static str,
    scalar: &Fr,
    to: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let io = |error| CeremonyError::Io { place: "the new file".into(), error };
    let extent = zkey.extent(section)?;
    let count = extent.length / G1_BYTES;
    let path = Path::chosen()?;
    progress.begin(name, count);
    write_section_header(to, section, extent.length).map_err(io)?;
    let mut compared = Compared::default();
    for start in (0..count).step_by(AT_ONCE as usize) {
        let taken = AT_ONCE.min(count - start);
        let bytes = zkey.file.read(extent, start * G1_BYTES, taken * G1_BYTES)?;
        let points: Vec<G1Affine> = decode(&bytes, name, start)?;
        let mut bytes = Vec::with_capacity(bytes.len());
        let multiples = common_multiples(path, &points, scalar);
        compared.add(path, &points, &multiples)?;
        multiples.iter().for_each(|point| point.append(&mut bytes));
        to.write_all(&bytes).map_err(io)?;
        progress.advance(taken);
    }
    if compared.are_multiples(scalar) { Ok(()) } else { Err(CeremonyError::Miscomputed) }
}

/// The same random combination of points and of what they became.
#[derive(Default)]
struct Compared {
    before: G1Projective,
    after: G1Projective,
}

impl Compared {
    fn add(&mut self, path: Path, points: &[G1Affine], became: &[G1Affine]) -> Result<(), CeremonyError> {
        let weights = weights(points.len())?;
        self.before += weighted_sum(path, points, &weights);
        self.after += weighted_sum(path, became, &weights);
        Ok(())
    }

    fn are_multiples(&self, scalar: &Fr) -> bool {
        self.before * scalar == self.after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ec::AffineRepr;

    #[test]
    fn a_point_that_was_multiplied_wrongly_is_noticed() {
        let path = Path::portable();
        let scalar = Fr::from(0x1234_5678u64);
        let points: Vec<G1Affine> =
            (1u64..40).map(|factor| (G1Affine::generator() * Fr::from(factor)).into_affine()).collect();
        let right = common_multiples(path, &points, &scalar);
        let holds = |became: &[G1Affine]| {
            let mut compared = Compared::default();
            compared.add(path, &points[..20], &became[..20]).unwrap();
            compared.add(path, &points[20..], &became[20..]).unwrap();
            compared.are_multiples(&scalar)
        };
        assert!(holds(&right));
        for place in [0, 19, 20, 38] {
            let mut wrong = right.clone();
            wrong[place] = -wrong[place];
            assert!(!holds(&wrong));
            wrong[place] = G1Affine::zero();
            assert!(!holds(&wrong));
        }
        let mut swapped = right.clone();
        swapped.swap(3, 4);
        assert!(!holds(&swapped));
    }
}
