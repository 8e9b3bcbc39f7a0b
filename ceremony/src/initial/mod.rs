//! The key before any contribution, from a circuit and powers of tau: written to a file, or compared with one.

mod past_the_end;

use std::io::{Read, Seek, Write};

use ark_bn254::{G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use blake2::{Blake2b512, Digest};
use solvency_kernels::Path;
use solvency_kernels::batch::Point;

use crate::circuit::{Circuit, Columns};
use crate::error::CeremonyError;
use crate::format::{Encoded, G1_BYTES, uncompressed, write_header, write_section_header};
use crate::points::sums_of_wires;
use crate::progress::Progress;
use crate::ptau::{ALPHA, BETA, PowersOfTau, TAU_FIRST, TAU_SECOND};
use crate::zkey::{Chain, Hash, Header, MAGIC, TERM_BYTES, VERSION, id};

/// Points that are made before they are passed on.
const AT_ONCE: usize = 1 << 11;

/// What takes the sections as they are made: 2, 4, 3, 9, 8, 5, 6, 7 in this order.
pub(crate) trait Sink {
    fn header(&mut self, header: &Header) -> Result<(), CeremonyError>;

    /// A section of so many bytes follows.
    fn begin(&mut self, section: u32, length: u64) -> Result<(), CeremonyError>;

    /// Some bytes of section 4, from an offset on.
    fn bytes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), CeremonyError>;

    /// Points of a section in the first group, from an index on.
    fn first(&mut self, section: u32, start: u64, points: &[G1Affine]) -> Result<(), CeremonyError>;

    /// Points of a section in the second group, from an index on.
    fn second(&mut self, section: u32, start: u64, points: &[G2Affine]) -> Result<(), CeremonyError>;
}

/// Makes all sections but the last; gives the hash of the circuit.
pub(crate) fn compose<R: Read + Seek, S: Sink>(
    circuit: &Circuit<'_>,
    ptau: &mut PowersOfTau<R>,
    sink: &mut S,
    progress: &dyn Progress,
) -> Result<Hash, CeremonyError> {
    circuit.check()?;
    let power = circuit.power();
    if power > ptau.power() {
        return Err(CeremonyError::TooFewPowers { needed: power, got: ptau.power() });
    }
    let header = initial_header(circuit, ptau)?;
    let mut hasher = Blake2b512::new();
    hasher.update(header.hashed());
    sink.header(&header)?;
    terms(circuit, sink, progress)?;

    let n = 1u64 << power;
    let rows = n as usize;
    let inputs = circuit.public_inputs() + 1;
    // β·A_i + α·B_i + C_i from the bases L, α·L, β·L, one behind the other.
    let mut bases: Vec<G1Affine> = Vec::with_capacity(3 * rows);
    for list in [TAU_FIRST, ALPHA, BETA] {
        ptau.append_lagrange(list, power, &mut bases)?;
    }
    let columns = Columns::of(circuit, &[(0, 2 * rows), (1, rows), (2, 0)], Some(2 * rows));
    let mut output = Output { path: Path::chosen()?, sink, hasher, progress };
    output.progress.begin("β·A + α·B + C", circuit.wires() as u64);
    output.section(id::INPUTS, &bases, &columns, 0..inputs, S::first)?;

    quotient(ptau, power, &mut output)?;
    hash_of_quotient(ptau, n, &mut output)?;

    output.progress.begin("β·A + α·B + C", circuit.wires() as u64);
    output.section(id::L, &bases, &columns, inputs..circuit.wires(), S::first)?;
    drop(columns);
    bases.truncate(rows);
    bases.shrink_to_fit();
    let columns = Columns::of(circuit, &[(0, 0)], Some(0));
    output.progress.begin("A", circuit.wires() as u64);
    output.section(id::A, &bases, &columns, 0..circuit.wires(), S::first)?;
    let columns = Columns::of(circuit, &[(1, 0)], None);
    output.progress.begin("B in the first group", circuit.wires() as u64);
    output.section(id::B_FIRST, &bases, &columns, 0..circuit.wires(), S::first)?;
    drop(bases);
    let mut bases: Vec<G2Affine> = Vec::with_capacity(rows);
    ptau.append_lagrange(TAU_SECOND, power, &mut bases)?;
    output.progress.begin("B in the second group", circuit.wires() as u64);
    output.section(id::B_SECOND, &bases, &columns, 0..circuit.wires(), S::second)?;
    Ok(output.hasher.finalize().into())
}

/// The header with γ = δ = 1.
pub(crate) fn initial_header<R: Read + Seek>(
    circuit: &Circuit<'_>,
    ptau: &mut PowersOfTau<R>,
) -> Result<Header, CeremonyError> {
    let (alpha, beta_first, beta_second) = ptau.alpha_beta()?;
    Ok(Header {
        wires: circuit.wires() as u32,
        public_inputs: circuit.public_inputs() as u32,
        domain: 1 << circuit.power(),
        alpha,
        beta_first,
        beta_second,
        gamma: G2Affine::generator(),
        delta_first: G1Affine::generator(),
        delta_second: G2Affine::generator(),
    })
}

fn terms(circuit: &Circuit<'_>, sink: &mut impl Sink, progress: &dyn Progress) -> Result<(), CeremonyError> {
    const PIECE: usize = 1 << 18;
    let count = circuit.terms();
    let number = u32::try_from(count)
        .map_err(|_| CeremonyError::Circuit(format!("{count} terms are more than the format can count")))?;
    progress.begin("coefficients", count);
    sink.begin(id::TERMS, 4 + count * TERM_BYTES)?;
    let mut piece = number.to_le_bytes().to_vec();
    let mut offset = 0;
    for bytes in circuit.term_bytes() {
        piece.extend(bytes);
        if piece.len() >= PIECE {
            sink.bytes(offset, &piece)?;
            progress.advance(piece.len() as u64 / TERM_BYTES);
            offset += piece.len() as u64;
            piece.clear();
        }
    }
    sink.bytes(offset, &piece)
}

/// A sink and what is hashed of what goes there.
struct Output<'a, S> {
    path: Path,
    sink: &'a mut S,
    hasher: Blake2b512,
    progress: &'a dyn Progress,
}

impl<S: Sink> Output<'_, S> {
    /// A section with a sum for each wire of a range, which is hashed.
    fn section<P>(
        &mut self,
        section: u32,
        bases: &[P],
        columns: &Columns,
        wires: core::ops::Range<usize>,
        pass: impl Fn(&mut S, u32, u64, &[P]) -> Result<(), CeremonyError>,
    ) -> Result<(), CeremonyError>
    where
        P: Encoded + Point,
    {
        self.sink.begin(section, (wires.len() * P::BYTES) as u64)?;
        self.hasher.update((wires.len() as u32).to_be_bytes());
        let first = wires.start;
        for start in wires.clone().step_by(AT_ONCE) {
            let piece = start..(start + AT_ONCE).min(wires.end);
            let count = piece.len() as u64;
            let points = sums_of_wires(self.path, bases, columns, piece)
                .map_err(|error| CeremonyError::Circuit(error.to_string()))?;
            self.hasher.update(uncompressed(&points));
            pass(self.sink, section, (start - first) as u64, &points)?;
            self.progress.advance(count);
        }
        Ok(())
    }
}

/// Section 9: the odd places of the Lagrange basis of the domain twice as large.
fn quotient<R: Read + Seek, S: Sink>(
    ptau: &mut PowersOfTau<R>,
    power: u32,
    output: &mut Output<'_, S>,
) -> Result<(), CeremonyError> {
    let n = 1u64 << power;
    output.progress.begin("quotient", n);
    output.sink.begin(id::QUOTIENT, n * G1_BYTES)?;
    for start in (0..n).step_by(AT_ONCE) {
        let count = (AT_ONCE as u64).min(n - start);
        let both: Vec<G1Affine> = ptau.lagrange(TAU_FIRST, power + 1, 2 * start, 2 * count)?;
        let odd: Vec<G1Affine> = both.into_iter().skip(1).step_by(2).collect();
        output.sink.first(id::QUOTIENT, start, &odd)?;
        output.progress.advance(count);
    }
    Ok(())
}

/// Hashes `τ^(n+i) − τ^i`, as many as snarkjs does: it says n−1, and hashes whole pieces of 2^14 where there are several.
fn hash_of_quotient<R: Read + Seek, S: Sink>(
    ptau: &mut PowersOfTau<R>,
    n: u64,
    output: &mut Output<'_, S>,
) -> Result<(), CeremonyError> {
    const PIECE: u64 = 1 << 14;
    output.hasher.update((n as u32 - 1).to_be_bytes());
    let hashed = (n - 1).div_ceil(PIECE) * PIECE.min(n - 1);
    output.progress.begin("hash of the quotient", hashed);
    // Powers from the n-th on that the file has.
    let known = (2 << ptau.power()) - 1 - n;
    for start in (0..hashed).step_by(AT_ONCE) {
        let count = (AT_ONCE as u64).min(hashed - start);
        let low: Vec<G1Affine> = ptau.points(TAU_FIRST, start, count)?;
        let high: Vec<G1Affine> = ptau.points(TAU_FIRST, n + start, count.min(known - start))?;
        let mut differences = differences(&high, &low);
        if let Some(low) = low.get(high.len()) {
            let high = coordinates(ptau, n + known)?;
            differences.push(past_the_end::difference(high, low));
        }
        output.hasher.update(uncompressed(&differences));
        output.progress.advance(count);
    }
    Ok(())
}

/// What stands in the file where a power of τ would be.
fn coordinates<R: Read + Seek>(
    ptau: &mut PowersOfTau<R>,
    index: u64,
) -> Result<[[u8; 32]; 2], CeremonyError> {
    let start = ptau.file.only(TAU_FIRST.section)?.start + index * G1_BYTES;
    let mut coordinates = [[0; 32]; 2];
    ptau.file.read_at(start, coordinates.as_flattened_mut())?;
    Ok(coordinates)
}

/// `a − b` for each pair.
fn differences(a: &[G1Affine], b: &[G1Affine]) -> Vec<G1Affine> {
    let differences: Vec<G1Projective> = a.iter().zip(b).map(|(a, b)| a.into_group() - b).collect();
    G1Projective::normalize_batch(&differences)
}

/// Writes a `.zkey` as snarkjs does.
pub(crate) struct Writer<'a> {
    pub(crate) to: &'a mut dyn Write,
}

impl Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), CeremonyError> {
        let place = "the new file".to_owned();
        self.to.write_all(bytes).map_err(|error| CeremonyError::Io { place, error })
    }

    fn points<P: Encoded>(&mut self, points: &[P]) -> Result<(), CeremonyError> {
        let mut bytes = Vec::with_capacity(points.len() * P::BYTES);
        points.iter().for_each(|point| point.append(&mut bytes));
        self.write(&bytes)
    }

    /// Ends the file with a hash of the circuit and no contribution.
    pub(crate) fn end(&mut self, circuit: &Hash) -> Result<(), CeremonyError> {
        let bytes = Chain { circuit: *circuit, contributions: Vec::new() }.to_bytes();
        self.begin(id::CONTRIBUTIONS, bytes.len() as u64)?;
        self.write(&bytes)
    }
}

impl Sink for Writer<'_> {
    fn header(&mut self, header: &Header) -> Result<(), CeremonyError> {
        write_beginning(self.to, header)
            .map_err(|error| CeremonyError::Io { place: "the new file".to_owned(), error })
    }

    fn begin(&mut self, section: u32, length: u64) -> Result<(), CeremonyError> {
        write_section_header(self.to, section, length)
            .map_err(|error| CeremonyError::Io { place: "the new file".to_owned(), error })
    }

    fn bytes(&mut self, _: u64, bytes: &[u8]) -> Result<(), CeremonyError> {
        self.write(bytes)
    }

    fn first(&mut self, _: u32, _: u64, points: &[G1Affine]) -> Result<(), CeremonyError> {
        self.points(points)
    }

    fn second(&mut self, _: u32, _: u64, points: &[G2Affine]) -> Result<(), CeremonyError> {
        self.points(points)
    }
}

/// Sections 1 and 2, and what stands before them.
pub(crate) fn write_beginning(to: &mut dyn Write, header: &Header) -> std::io::Result<()> {
    write_header(to, MAGIC, VERSION, id::ALL.len() as u32)?;
    write_section_header(to, id::PROTOCOL, 4)?;
    to.write_all(&1u32.to_le_bytes())?;
    let bytes = header.to_bytes();
    write_section_header(to, id::HEADER, bytes.len() as u64)?;
    to.write_all(&bytes)
}
