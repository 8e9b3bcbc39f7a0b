//! A proving key together with the verifying key that it belongs to.

use ark_bn254::Bn254;
use ark_groth16::Groth16;
use ark_std::rand::{RngCore, SeedableRng, rngs::StdRng};
use solvency_circuits::builder::Replay;
use solvency_verifier::groth16::{
    KeyError, KeyId, Origin, PreparedVerifyingKey, VerifyingKey, VerifyingKeyPoints,
};

use super::circuit::Circuit;

/// Why a set-up fails.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// The matrices are none that a key can be made for.
    #[error("set-up: {0}")]
    Synthesis(#[from] ark_relations::gr1cs::SynthesisError),
    /// The key that came out is refused.
    #[error("the set-up's key is refused: {0}")]
    Key(#[from] KeyError),
}

/// What makes proofs: the points of all columns, and the verifying key.
#[derive(Clone, Debug)]
pub struct ProvingKey {
    pub(super) verifying: PreparedVerifyingKey,
    pub(crate) points: ark_groth16::ProvingKey<Bn254>,
}

impl ProvingKey {
    /// Makes a development key with randomness from the operating system. Whoever runs this can forge proofs under it.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn generate_development(circuit: &Circuit) -> Result<Self, SetUpError> {
        let mut seed = zeroize::Zeroizing::new([0u8; 32]);
        getrandom::fill(seed.as_mut()).map_err(SetUpError::Randomness)?;
        Self::generate_development_from(circuit, &mut StdRng::from_seed(*seed))
    }

    /// As [`Self::generate_development`] with given randomness: whoever knows it can forge. For keys of tests.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn generate_development_from(circuit: &Circuit, rng: &mut impl RngCore) -> Result<Self, SetUpError> {
        let replay = Replay { matrices: circuit.matrices(), assignment: None };
        let points = Groth16::<Bn254>::generate_random_parameters_with_reduction(replay, rng)?;
        let key = VerifyingKey::new(
            circuit.shape(),
            *circuit.hash(),
            Origin::Development,
            verifying_points(&points),
        )?;
        Ok(Self { verifying: PreparedVerifyingKey::new(key), points })
    }

    /// The verifying key.
    pub fn verifying(&self) -> &PreparedVerifyingKey {
        &self.verifying
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        self.verifying.id()
    }

    /// Bytes that the points occupy in memory.
    pub fn bytes(&self) -> u64 {
        let points = &self.points;
        let first = [&points.a_query, &points.b_g1_query, &points.h_query, &points.l_query];
        let first: usize = first.iter().map(|query| query.len()).sum();
        (first * size_of::<ark_bn254::G1Affine>()
            + points.b_g2_query.len() * size_of::<ark_bn254::G2Affine>()) as u64
    }

    /// True where every column has the length that the circuit demands.
    pub(crate) fn fits(&self, circuit: &Circuit) -> bool {
        let matrices = circuit.matrices();
        let points = &self.points;
        [points.a_query.len(), points.b_g1_query.len(), points.b_g2_query.len()] == [matrices.wires; 3]
            && points.l_query.len() + matrices.public_inputs + 1 == matrices.wires
            && points.h_query.len() + 1 == matrices.domain()
    }
}

pub(super) fn verifying_points(points: &ark_groth16::ProvingKey<Bn254>) -> VerifyingKeyPoints {
    VerifyingKeyPoints {
        alpha: points.vk.alpha_g1,
        beta: points.vk.beta_g2,
        gamma: points.vk.gamma_g2,
        delta: points.vk.delta_g2,
        inputs: points.vk.gamma_abc_g1.clone(),
    }
}
