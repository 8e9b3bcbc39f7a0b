//! Powers of tau for tests: made by one, who could have kept the secrets.

use std::io::Write;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use blake2::{Blake2b512, Digest};
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::challenge::{self, HalfWay};
use super::contribution::{Contribution, Knowledge, State};
use super::{ALPHA, BETA, BETA_SECOND, CONTRIBUTIONS, HEADER, MAGIC, TAU_FIRST, TAU_SECOND, VERSION};
use crate::error::CeremonyError;
use crate::format::{Encoded, uncompressed, write_header, write_section_header};
use crate::parameters::{Name, Parameters};
use crate::progress::Progress;
use crate::randomness::Stream;
use crate::zkey::Hash;

/// The name of the only contribution of such a file.
pub const TEST_NAME: &str = "TEST ONLY: one person made these powers of tau";

/// Largest power of a test file: some gigabytes.
const MOST: u32 = 20;

/// Writes powers of tau up to a power (1 to 20) with their Lagrange bases and one contribution, whose name says that they are for tests. They are what
/// snarkjs would make of the same secrets, and pass every check: that one person made them shows in the name alone.
///
/// # Errors
/// [`CeremonyError`]: a power that is too large, or what the system says.
pub fn write_test_file(power: u32, to: &mut dyn Write, progress: &dyn Progress) -> Result<(), CeremonyError> {
    if !(1..=MOST).contains(&power) {
        return Err(CeremonyError::Argument(format!("test files have powers from 1 to {MOST}, not {power}")));
    }
    let mut stream = Stream::secret(&[])?;
    let factors = Zeroizing::new([stream.scalar(), stream.scalar(), stream.scalar()]);
    let maker = Maker { power, factors: &factors, progress };
    maker.write(&mut stream, to)
}

struct Maker<'a> {
    power: u32,
    /// τ, α, β.
    factors: &'a [Fr; 3],
    progress: &'a dyn Progress,
}

impl Maker<'_> {
    fn write(&self, stream: &mut Stream, to: &mut dyn Write) -> Result<(), CeremonyError> {
        let n = 1usize << self.power;
        let [tau, alpha, beta] = self.factors;
        let powers = powers(tau, 2 * n - 1);
        let generators = (G1Affine::generator(), G2Affine::generator());
        self.progress.begin("powers", 4);
        let tau_first = multiples(generators.0, &powers);
        let tau_second = multiples(generators.1, &powers[..n]);
        let of_alpha = multiples((generators.0 * alpha).into_affine(), &powers[..n]);
        let of_beta = multiples((generators.0 * beta).into_affine(), &powers[..n]);
        let beta_second = (generators.1 * beta).into_affine();
        let state =
            State { tau: (tau_first[1], tau_second[1]), alpha: of_alpha[0], beta: (of_beta[0], beta_second) };

        let challenge = challenge::initial(self.power);
        let mut answer = HalfWay::new();
        answer.update(&challenge);
        for bytes in [
            compressed(&tau_first),
            compressed_second(&tau_second),
            compressed(&of_alpha),
            compressed(&of_beta),
        ] {
            answer.update(&bytes);
        }
        answer.update(&compressed_second(&[beta_second]));
        let mut contribution = Contribution {
            state,
            knowledge: Knowledge::new(self.factors, stream, &challenge),
            answer,
            next_challenge: [0; 64],
            parameters: Parameters { name: Name::new(TEST_NAME).ok(), beacon: None },
        };
        contribution.next_challenge = next_challenge(
            &contribution.answer(),
            &tau_first,
            &tau_second,
            &of_alpha,
            &of_beta,
            &beta_second,
        );

        let io = |error| CeremonyError::Io { place: "the new file".into(), error };
        write_header(to, MAGIC, VERSION, 11).map_err(io)?;
        let mut header = 32u32.to_le_bytes().to_vec();
        header.extend(ark_bn254::Fq::MODULUS.to_bytes_le());
        header.extend(self.power.to_le_bytes().repeat(2));
        let mut contributions = 1u32.to_le_bytes().to_vec();
        contribution.append(&mut contributions);
        for (id, bytes) in [
            (HEADER, header),
            (TAU_FIRST.section, encoded(&tau_first)),
            (TAU_SECOND.section, encoded(&tau_second)),
            (ALPHA.section, encoded(&of_alpha)),
            (BETA.section, encoded(&of_beta)),
            (BETA_SECOND, encoded(&[beta_second])),
            (CONTRIBUTIONS, contributions),
        ] {
            write_section_header(to, id, bytes.len() as u64).map_err(io)?;
            to.write_all(&bytes).map_err(io)?;
        }
        self.lagrange(TAU_FIRST.lagrange, generators.0, self.power + 1, to)?;
        self.lagrange(TAU_SECOND.lagrange, generators.1, self.power, to)?;
        self.lagrange(ALPHA.lagrange, of_alpha[0], self.power, to)?;
        self.lagrange(BETA.lagrange, of_beta[0], self.power, to)
    }

    /// The Lagrange bases of all domains up to one, times a point.
    fn lagrange<P: Encoded>(
        &self,
        id: u32,
        point: P,
        last: u32,
        to: &mut dyn Write,
    ) -> Result<(), CeremonyError>
    where
        P::Group: PrimeGroup<ScalarField = Fr>,
    {
        let io = |error| CeremonyError::Io { place: "the new file".into(), error };
        self.progress.begin("Lagrange bases", u64::from(last) + 1);
        write_section_header(to, id, ((2u64 << last) - 1) * P::BYTES as u64).map_err(io)?;
        for power in 0..=last {
            let Some(domain) = Radix2EvaluationDomain::<Fr>::new(1 << power) else { continue };
            // L_j(τ) = 1/n·Σ_i ω^(−ij)·τ^i; the largest basis lacks the last power, as snarkjs makes it.
            let mut values = powers(&self.factors[0], 1 << power);
            if power > self.power
                && let Some(last) = values.last_mut()
            {
                *last = Fr::ZERO;
            }
            domain.ifft_in_place(&mut values);
            to.write_all(&encoded(&multiples(point, &values))).map_err(io)?;
            self.progress.advance(1);
        }
        Ok(())
    }
}

fn powers(base: &Fr, count: usize) -> Vec<Fr> {
    std::iter::successors(Some(Fr::ONE), |power| Some(*power * base)).take(count).collect()
}

fn multiples<P>(point: P, scalars: &[Fr]) -> Vec<P>
where
    P: AffineRepr<ScalarField = Fr>,
    P::Group: CurveGroup<Affine = P> + PrimeGroup<ScalarField = Fr>,
{
    let table = BatchMulPreprocessing::new(point.into_group(), scalars.len());
    let parts = scalars.par_chunks(1 << 12).map(|scalars| table.batch_mul(scalars));
    parts.collect::<Vec<_>>().concat()
}

fn encoded<P: Encoded>(points: &[P]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * P::BYTES);
    points.iter().for_each(|point| point.append(&mut bytes));
    bytes
}

/// The abscissa, big-endian, with its first bit set where the ordinate is more than half of the modulus.
fn compressed(points: &[G1Affine]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * 32);
    for point in points {
        let start = bytes.len();
        bytes.extend(point.x.into_bigint().to_bytes_be());
        bytes[start] |= u8::from(point.y > -point.y) << 7;
    }
    bytes
}

/// As [`compressed`].
fn compressed_second(points: &[G2Affine]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * 64);
    for point in points {
        let start = bytes.len();
        [point.x.c1, point.x.c0]
            .iter()
            .for_each(|coordinate| bytes.extend(coordinate.into_bigint().to_bytes_be()));
        bytes[start] |= u8::from(point.y > -point.y) << 7;
    }
    bytes
}

fn next_challenge(
    answer: &Hash,
    tau_first: &[G1Affine],
    tau_second: &[G2Affine],
    of_alpha: &[G1Affine],
    of_beta: &[G1Affine],
    beta_second: &G2Affine,
) -> Hash {
    let mut hasher = Blake2b512::new().chain_update(answer);
    hasher.update(uncompressed(tau_first));
    hasher.update(uncompressed(tau_second));
    hasher.update(uncompressed(of_alpha));
    hasher.update(uncompressed(of_beta));
    hasher.update(uncompressed(&[*beta_second]));
    hasher.finalize().into()
}
