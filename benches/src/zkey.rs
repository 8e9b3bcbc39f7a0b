//! snarkjs' `.zkey` and `.wtns` files, as far as `groth16 prove` reads them.
//!
//! A file has a magic, a version, the number of its sections, then each section's number, length and content; all numbers are
//! little-endian. Points are affine with coordinates in Montgomery form, zeros for infinity.
//!
//! Source: snarkjs 0.7, the comment in `src/zkey_utils.js` and `src/wtns_utils.js`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use ark_bn254::{Bn254, Fq, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, BigInteger256, Field, PrimeField};
use ark_groth16::ProvingKey;
use solvency_circuits::builder::{Assignment, Matrices};

/// Writes a key whose h is for values on the coset.
///
/// # Errors
/// What the file system says.
pub fn write_key(path: &Path, key: &ProvingKey<Bn254>, matrices: &Matrices) -> io::Result<()> {
    const GROTH16: u32 = 1;
    let mut kind = Section::default();
    kind.number(GROTH16);

    let mut header = Section::default();
    header.modulus::<Fq>();
    header.modulus::<Fr>();
    header.length(matrices.wires)?;
    header.length(matrices.public_inputs)?;
    header.length(matrices.domain())?;
    header.g1(&key.vk.alpha_g1);
    header.g1(&key.beta_g1);
    header.g2(&key.vk.beta_g2);
    header.g2(&key.vk.gamma_g2);
    header.g1(&key.delta_g1);
    header.g2(&key.vk.delta_g2);

    let sections = [
        kind,
        header,
        Section::of_g1(&key.vk.gamma_abc_g1),
        coefficients(matrices)?,
        Section::of_g1(&key.a_query),
        Section::of_g1(&key.b_g1_query),
        Section::of_g2(&key.b_g2_query),
        Section::of_g1(&key.l_query),
        Section::of_g1(&key.h_query),
        // No hash of the circuit and no contributions.
        Section(vec![0; 64 + 4]),
    ];
    write_file(path, b"zkey", 1, &sections)
}

/// The rows of A and B, and the rows of A that Groth16 adds for the one and the public inputs.
fn coefficients(matrices: &Matrices) -> io::Result<Section> {
    let [a, b, _] = &matrices.rows;
    let public = matrices.public_inputs + 1;
    let [in_a, in_b, _] = matrices.non_zeros();
    let mut section = Section::default();
    section.length(in_a + in_b + public)?;
    let radix = Fr::from(2u64).pow([256u64]);
    for (row, (a, b)) in a.iter().zip(b).enumerate() {
        for (matrix, terms) in [(0, a), (1, b)] {
            for (coefficient, wire) in terms {
                section.number(matrix);
                section.length(row)?;
                section.length(*wire)?;
                // Montgomery form twice.
                section.montgomery(*coefficient * radix);
            }
        }
    }
    for wire in 0..public {
        section.number(0);
        section.length(matrices.constraints() + wire)?;
        section.length(wire)?;
        section.montgomery(radix);
    }
    Ok(section)
}

/// Writes the values of all wires.
///
/// # Errors
/// What the file system says.
pub fn write_witness(path: &Path, assignment: &Assignment) -> io::Result<()> {
    let mut header = Section::default();
    header.modulus::<Fr>();
    header.length(assignment.wires().len())?;
    let mut values = Section::default();
    for wire in assignment.wires() {
        values.integer(wire.into_bigint());
    }
    write_file(path, b"wtns", 2, &[header, values])
}

/// Sections are numbered from 1.
fn write_file(path: &Path, magic: &[u8; 4], version: u32, sections: &[Section]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(magic)?;
    file.write_all(&version.to_le_bytes())?;
    file.write_all(&(sections.len() as u32).to_le_bytes())?;
    for (number, Section(bytes)) in (1u32..).zip(sections) {
        file.write_all(&number.to_le_bytes())?;
        file.write_all(&(bytes.len() as u64).to_le_bytes())?;
        file.write_all(bytes)?;
    }
    file.flush()
}

#[derive(Default)]
struct Section(Vec<u8>);

impl Section {
    fn of_g1(points: &[G1Affine]) -> Self {
        let mut section = Self::default();
        points.iter().for_each(|point| section.g1(point));
        section
    }

    fn of_g2(points: &[G2Affine]) -> Self {
        let mut section = Self::default();
        points.iter().for_each(|point| section.g2(point));
        section
    }

    fn number(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    fn length(&mut self, length: usize) -> io::Result<()> {
        let length = u32::try_from(length).map_err(|_| io::Error::other("a length is beyond 32 bits"))?;
        self.number(length);
        Ok(())
    }

    /// The bytes of an element, then the modulus.
    fn modulus<F: PrimeField<BigInt = BigInteger256>>(&mut self) {
        self.number(size_of::<BigInteger256>() as u32);
        self.integer(F::MODULUS);
    }

    fn integer(&mut self, integer: BigInteger256) {
        self.0.extend(integer.to_bytes_le());
    }

    /// An element as arkworks keeps it: multiplied by 2^256.
    fn montgomery<F: IntoMontgomery>(&mut self, element: F) {
        self.integer(element.montgomery());
    }

    fn g1(&mut self, point: &G1Affine) {
        let (x, y) = point.xy().unwrap_or_default();
        [x, y].into_iter().for_each(|coordinate| self.montgomery(coordinate));
    }

    fn g2(&mut self, point: &G2Affine) {
        let (x, y) = point.xy().unwrap_or_default();
        [x.c0, x.c1, y.c0, y.c1].into_iter().for_each(|coordinate| self.montgomery(coordinate));
    }
}

/// arkworks' fields keep `x·2^256`; no trait of theirs says so.
trait IntoMontgomery {
    fn montgomery(self) -> BigInteger256;
}

impl IntoMontgomery for Fr {
    fn montgomery(self) -> BigInteger256 {
        self.0
    }
}

impl IntoMontgomery for Fq {
    fn montgomery(self) -> BigInteger256 {
        self.0
    }
}
