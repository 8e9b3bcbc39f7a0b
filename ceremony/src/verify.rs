//! `verify`: a whole transcript against its circuit and its powers of tau.

use std::io::{Read, Seek};

use ark_bn254::{G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Zero;
use solvency_kernels::Path;

use crate::circuit::Circuit;
use crate::error::{CeremonyError, PointError, Refusal};
use crate::format::{Encoded, decode, is_scalar};
use crate::initial::{Sink, compose, initial_header};
use crate::points::weighted_sum;
use crate::progress::Progress;
use crate::ptau::PowersOfTau;
use crate::randomness::weights;
use crate::ratio::SameRatio;
use crate::subgroup::{check_one, check_subgroup};
use crate::summary::Verified;
use crate::zkey::{Chain, Header, Required, TERM_BYTES, ZKey, delta_agrees, id};

/// Points that are read before they are checked.
const AT_ONCE: u64 = 1 << 13;

/// Checks everything that spec/ceremony.md lists: the transcript is one of `required` contributions to a key for this circuit over these powers of tau.
///
/// # Errors
/// [`CeremonyError::Refused`] with the reason; another [`CeremonyError`] where a file can't be read.
pub fn verify<Z: Read + Seek, R: Read + Seek>(
    circuit: &Circuit<'_>,
    ptau: &mut PowersOfTau<R>,
    zkey: Z,
    place: &str,
    required: &Required,
    progress: &dyn Progress,
) -> Result<Verified, CeremonyError> {
    let path = Path::chosen()?;
    let mut zkey = ZKey::open(zkey, place)?;
    let chain = contributions(&mut zkey, required, progress)?;
    let expected = initial_header(circuit, ptau)?;
    compare_headers(&zkey.header, &expected)?;
    if zkey.terms != circuit.terms() {
        return Err(Refusal::Header { field: "the number of coefficients", expected: "the circuit" }.into());
    }
    crate::ptau::verify_used(ptau, circuit.power(), progress)?;
    let mut comparison = Comparison { path, zkey: &mut zkey, ratios: Vec::new() };
    let hash = compose(circuit, ptau, &mut comparison, progress)?;
    if hash != chain.circuit {
        return Err(Refusal::CircuitHash.into());
    }
    let delta = comparison.zkey.header.delta_second;
    for Ratio { section, before, after } in &comparison.ratios {
        let (a, b) = (after.into_affine(), before.into_affine());
        // Where no point was finite before there is none after.
        let both_zero = a.is_zero() && b.is_zero();
        if !both_zero && !(SameRatio { a, b, x: G2Affine::generator(), y: delta }).holds() {
            return Err(Refusal::Ratio { section: name(*section) }.into());
        }
    }
    Ok(Verified::of(&chain))
}

/// Checks form, points and contributions alone, without circuit and powers of tau: a coefficient, for one, can then be wrong.
///
/// # Errors
/// [`CeremonyError::Refused`] with the reason; another [`CeremonyError`] where the file can't be read.
pub fn verify_chain<Z: Read + Seek>(
    zkey: Z,
    place: &str,
    required: &Required,
    progress: &dyn Progress,
) -> Result<Verified, CeremonyError> {
    let mut zkey = ZKey::open(zkey, place)?;
    let chain = contributions(&mut zkey, required, progress)?;
    for section in [id::INPUTS, id::A, id::B_FIRST, id::L, id::QUOTIENT] {
        check_points::<G1Affine, _>(&mut zkey, section, progress)?;
    }
    check_points::<G2Affine, _>(&mut zkey, id::B_SECOND, progress)?;
    check_terms(&mut zkey, progress)?;
    Ok(Verified::of(&chain))
}

/// The contributions, checked, and that the header's δ is what they come to.
fn contributions<Z: Read + Seek>(
    zkey: &mut ZKey<Z>,
    required: &Required,
    progress: &dyn Progress,
) -> Result<Chain, CeremonyError> {
    let chain = zkey.chain()?;
    progress.begin("contributions", chain.contributions.len() as u64);
    required.check(&chain)?;
    chain.verify()?;
    let header = &zkey.header;
    if header.gamma != G2Affine::generator() {
        return Err(Refusal::Header { field: "γ", expected: "every set-up in phases" }.into());
    }
    if header.delta_first != chain.delta() {
        return Err(Refusal::Header { field: "δ", expected: "the last contribution" }.into());
    }
    if !delta_agrees(header.delta_first, header.delta_second) {
        return Err(Refusal::Header { field: "δ in the second group", expected: "the first group" }.into());
    }
    // Contributions that come to nothing, or to minus one.
    if header.delta_first.x == G1Affine::generator().x {
        return Err(Refusal::NoContribution.into());
    }
    Ok(chain)
}

fn compare_headers(got: &Header, expected: &Header) -> Result<(), Refusal> {
    let wrong = |field, expected| Err(Refusal::Header { field, expected });
    if (got.wires, got.public_inputs) != (expected.wires, expected.public_inputs) {
        return wrong("the number of wires", "the circuit");
    }
    if got.domain != expected.domain {
        return wrong("the domain", "the circuit");
    }
    if got.alpha != expected.alpha {
        return wrong("α", "the file of powers of tau");
    }
    if got.beta_first != expected.beta_first {
        return wrong("β in the first group", "the file of powers of tau");
    }
    if got.beta_second != expected.beta_second {
        return wrong("β in the second group", "the file of powers of tau");
    }
    Ok(())
}

/// A random combination of the points of a section before any contribution, and of those in the file.
struct Ratio {
    section: u32,
    before: G1Projective,
    after: G1Projective,
}

/// Compares what circuit and powers of tau give with a file.
struct Comparison<'a, Z> {
    path: Path,
    zkey: &'a mut ZKey<Z>,
    ratios: Vec<Ratio>,
}

impl<Z: Read + Seek> Sink for Comparison<'_, Z> {
    /// [`compare_headers`] has compared it.
    fn header(&mut self, _: &Header) -> Result<(), CeremonyError> {
        Ok(())
    }

    fn begin(&mut self, section: u32, length: u64) -> Result<(), CeremonyError> {
        // The lengths follow from the header, which was compared with the circuit.
        debug_assert_eq!(self.zkey.extent(section)?.length, length);
        if matches!(section, id::L | id::QUOTIENT) {
            self.ratios.push(Ratio { section, before: G1Projective::zero(), after: G1Projective::zero() });
        }
        Ok(())
    }

    fn bytes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), CeremonyError> {
        let extent = self.zkey.extent(id::TERMS)?;
        let got = self.zkey.file.read(extent, offset, bytes.len() as u64)?;
        match got.iter().zip(bytes).position(|(got, expected)| got != expected) {
            Some(place) => {
                let index = (offset + place as u64).saturating_sub(4) / TERM_BYTES;
                Err(Refusal::Section { section: name(id::TERMS), index }.into())
            }
            None => Ok(()),
        }
    }

    fn first(&mut self, section: u32, start: u64, points: &[G1Affine]) -> Result<(), CeremonyError> {
        if matches!(section, id::L | id::QUOTIENT) {
            self.combine(section, start, points)
        } else {
            self.compare(section, start, points)
        }
    }

    fn second(&mut self, section: u32, start: u64, points: &[G2Affine]) -> Result<(), CeremonyError> {
        self.compare(section, start, points)
    }
}

impl<Z: Read + Seek> Comparison<'_, Z> {
    /// As many points of the file's section.
    fn read<P: Encoded>(&mut self, section: u32, start: u64, count: usize) -> Result<Vec<P>, CeremonyError> {
        let each = P::BYTES as u64;
        let extent = self.zkey.extent(section)?;
        let bytes = self.zkey.file.read(extent, start * each, count as u64 * each)?;
        // What is wrong with a point is a better reason than that it is another.
        Ok(decode(&bytes, name(section), start)?)
    }

    /// Points that no contribution changes.
    fn compare<P: Encoded>(&mut self, section: u32, start: u64, points: &[P]) -> Result<(), CeremonyError> {
        let got: Vec<P> = self.read(section, start, points.len())?;
        let Some(place) = got.iter().zip(points).position(|(got, expected)| got != expected) else {
            return Ok(());
        };
        let index = start + place as u64;
        check_one(&got[place], name(section), index)?;
        Err(Refusal::Section { section: name(section), index }.into())
    }

    /// Points that contributions divide by their factors.
    fn combine(&mut self, section: u32, start: u64, points: &[G1Affine]) -> Result<(), CeremonyError> {
        let got: Vec<G1Affine> = self.read(section, start, points.len())?;
        let place = name(section);
        for (index, (got, expected)) in (start..).zip(got.iter().zip(points)) {
            if got.is_zero() && !expected.is_zero() {
                return Err(Refusal::Point { place, index, error: PointError::Infinity }.into());
            }
            if !got.is_zero() && expected.is_zero() {
                return Err(Refusal::Section { section: place, index }.into());
            }
        }
        let weights = weights(points.len())?;
        let before = weighted_sum(self.path, points, &weights);
        let after = weighted_sum(self.path, &got, &weights);
        for ratio in self.ratios.iter_mut().filter(|ratio| ratio.section == section) {
            ratio.before += before;
            ratio.after += after;
        }
        Ok(())
    }
}

/// Reads all points of a section; those of the second group have to be in the subgroup.
fn check_points<P: Encoded, Z: Read + Seek>(
    zkey: &mut ZKey<Z>,
    section: u32,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let extent = zkey.extent(section)?;
    let each = P::BYTES as u64;
    let count = extent.length / each;
    progress.begin(name(section), count);
    for start in (0..count).step_by(AT_ONCE as usize) {
        let taken = AT_ONCE.min(count - start);
        let bytes = zkey.file.read(extent, start * each, taken * each)?;
        let points: Vec<P> = decode(&bytes, name(section), start)?;
        check_subgroup(&points, name(section), start)?;
        progress.advance(taken);
    }
    Ok(())
}

/// That section 4 has terms of A and B in the order of rows, with wires and rows that there are and coefficients below r.
fn check_terms<Z: Read + Seek>(zkey: &mut ZKey<Z>, progress: &dyn Progress) -> Result<(), CeremonyError> {
    let extent = zkey.extent(id::TERMS)?;
    let (count, wires, domain) = (zkey.terms, zkey.header.wires, zkey.header.domain);
    progress.begin(name(id::TERMS), count);
    let mut last = (0, 0);
    for start in (0..count).step_by(AT_ONCE as usize) {
        let taken = AT_ONCE.min(count - start);
        let bytes = zkey.file.read(extent, 4 + start * TERM_BYTES, taken * TERM_BYTES)?;
        for (index, term) in (start..).zip(bytes.chunks_exact(TERM_BYTES as usize)) {
            let number =
                |at: usize| term[at..at + 4].iter().rev().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
            let (matrix, row, wire) = (number(0), number(4), number(8));
            let fits = matrix < 2 && row < domain && wire < wires && (row, matrix) >= last;
            if !fits || !is_scalar(&term[12..]) {
                return Err(Refusal::Section { section: name(id::TERMS), index }.into());
            }
            last = (row, matrix);
        }
        progress.advance(taken);
    }
    Ok(())
}

/// A section for people.
fn name(section: u32) -> &'static str {
    match section {
        id::INPUTS => "section 3 (points of public inputs)",
        id::TERMS => "section 4 (coefficients)",
        id::A => "section 5 (A)",
        id::B_FIRST => "section 6 (B in the first group)",
        id::B_SECOND => "section 7 (B in the second group)",
        id::L => "section 8 (β·A + α·B + C over δ)",
        id::QUOTIENT => "section 9 (quotient)",
        _ => "a section",
    }
}
