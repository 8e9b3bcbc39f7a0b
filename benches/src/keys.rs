//! One set-up for all provers, from a fixed seed: everyone can forge under these keys, and everyone gets the same ones.
//!
//! Provers differ in the basis of `h = (A·B − C) / Z`. libsnark and arkworks take coefficients, `[τ^i·Z(τ)/δ]`; snarkjs and
//! what is made for its keys take values on the odd coset, `[L_i(τ)·Z(τ)/(Z(ω)·δ)]` with `ω² = ` the domain's generator and
//! `Z(ω) = −1 − 1 = −2`. The verifying key is the same for both.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Projective};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ff::Field;
use ark_groth16::{Groth16, ProvingKey};
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, SerializationError};
use ark_std::UniformRand;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_circuits::builder::Replay;

use crate::workload::Workload;

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// arkworks could not make them.
    #[error("set-up: {0}")]
    SetUp(#[from] ark_relations::gr1cs::SynthesisError),
    /// The system has no evaluation domain.
    #[error("set-up: no evaluation domain for {0} rows")]
    Domain(usize),
    /// The file can't be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file is no key.
    #[error("{}: {error}; delete it to make it again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: SerializationError,
    },
}

/// The randomness of the set-up: the project's and arkworks' generators draw the same secrets from it.
pub fn randomness() -> StdRng {
    StdRng::from_seed(*b"solvency: anyone can forge this!")
}

/// The keys of one constraint system as files in a folder, so that each prover can load its own and no more.
pub struct KeyFiles {
    folder: PathBuf,
    coefficients: PathBuf,
    coset: PathBuf,
}

impl KeyFiles {
    /// The files of a system, made if they are not there. What lies in the folder is trusted.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn make(folder: &Path, workload: &Workload) -> Result<Self, KeyError> {
        let hash = workload.matrices.hash().to_string();
        let stem = hash.trim_start_matches("0x").get(..16).unwrap_or(&hash);
        let file = |kind: &str| folder.join(format!("{stem}.{kind}"));
        let files = Self { folder: folder.into(), coefficients: file("key"), coset: file("coset-h") };
        if !(files.coefficients.exists() && files.coset.exists()) {
            let (key, coset_h) = set_up(workload)?;
            write(&files.coset, &coset_h)?;
            write(&files.coefficients, &key)?;
        }
        Ok(files)
    }

    /// The folder that the files are in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    #[cfg(test)]
    pub(crate) fn coefficients_path(&self) -> &Path {
        &self.coefficients
    }

    /// The key as arkworks makes it.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn proving_key(&self) -> Result<ProvingKey<Bn254>, KeyError> {
        read(&self.coefficients)
    }

    /// The key with h's points for values on the coset, as snarkjs makes it.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn coset_proving_key(&self) -> Result<ProvingKey<Bn254>, KeyError> {
        let mut key = self.proving_key()?;
        key.h_query = read(&self.coset)?;
        Ok(key)
    }
}

/// arkworks' key, and h's points for the odd coset.
fn set_up(workload: &Workload) -> Result<(ProvingKey<Bn254>, Vec<G1Affine>), KeyError> {
    let size = workload.matrices.domain();
    let domain = GeneralEvaluationDomain::<Fr>::new(size).ok_or(KeyError::Domain(size))?;
    let twice = GeneralEvaluationDomain::<Fr>::new(2 * size).ok_or(KeyError::Domain(size))?;
    let coset = domain.get_coset(twice.group_gen()).ok_or(KeyError::Domain(size))?;

    let mut rng = randomness();
    let [alpha, beta, gamma, delta] = core::array::from_fn(|_| Fr::rand(&mut rng));
    let (g1, g2) = (G1Projective::rand(&mut rng), G2Projective::rand(&mut rng));
    // What the generator draws next.
    let tau = domain.sample_element_outside_domain(&mut rng.clone());
    let circuit = Replay { matrices: &workload.matrices, assignment: None };
    let key =
        Groth16::<Bn254>::generate_parameters_with_qap(circuit, alpha, beta, gamma, delta, g1, g2, &mut rng)?;

    let minus_half = -Fr::from(2u64).inverse().expect("two is not zero");
    let factor = domain.evaluate_vanishing_polynomial(tau) * minus_half / delta;
    let scalars = coset.evaluate_all_lagrange_coefficients(tau).into_iter().map(|value| value * factor);
    let scalars: Vec<Fr> = scalars.collect();
    Ok((key, BatchMulPreprocessing::new(g1, size).batch_mul(&scalars)))
}

fn write(path: &Path, value: &impl CanonicalSerialize) -> Result<(), KeyError> {
    let failed = |error| KeyError::File { path: path.into(), error };
    // Under another name until it is whole.
    let partial = path.with_extension("partial");
    let mut file = BufWriter::new(File::create(&partial).map_err(failed)?);
    value
        .serialize_uncompressed(&mut file)
        .map_err(|error| KeyError::Malformed { path: path.into(), error })?;
    file.flush().and_then(|()| fs::rename(&partial, path)).map_err(failed)
}

fn read<T: CanonicalDeserialize>(path: &Path) -> Result<T, KeyError> {
    let file = File::open(path).map_err(|error| KeyError::File { path: path.into(), error })?;
    // Checking each point would take longer than making it.
    T::deserialize_uncompressed_unchecked(BufReader::new(file))
        .map_err(|error| KeyError::Malformed { path: path.into(), error })
}
