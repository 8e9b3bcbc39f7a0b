//! A proving key together with the verifying key that it belongs to.

use ark_std::rand::{RngCore, SeedableRng, rngs::StdRng};
use solvency_kernels::{Path, PathError};
use solvency_verifier::groth16::{
    KeyError, KeyId, Origin, PreparedVerifyingKey, VerifyingKey, VerifyingKeyPoints,
};

use super::circuit::Circuit;
use crate::groth16::{self, Columns, Key, PlainPoints, Rows};

/// Why a set-up fails.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// The matrices are none that a key can be made for.
    #[error("set-up: {constraints} constraints are more than the field has a domain for")]
    TooLarge {
        /// Rows of the circuit.
        constraints: usize,
    },
    /// More or fewer points than the circuit asks for, or infinity among those of the quotient.
    #[error("the points are not those of a key for this circuit")]
    Points,
    /// The arithmetic that was asked for can't be had.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The key that came out is refused.
    #[error("the set-up's key is refused: {0}")]
    Key(#[from] KeyError),
}

/// What makes proofs: the circuit's rows, the points of all columns, and the verifying key.
///
/// Read from a file it takes little memory of its own: rows and points stay in the mapped file.
#[derive(Clone)]
pub struct ProvingKey {
    pub(super) verifying: PreparedVerifyingKey,
    pub(super) rows: Rows,
    pub(super) columns: Columns,
}

impl core::fmt::Debug for ProvingKey {
    fn fmt(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(to, "ProvingKey({} of {})", self.id(), self.verifying.key().shape())
    }
}

impl ProvingKey {
    /// Makes a development key with randomness from the operating system. Whoever runs this can forge proofs under it.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn generate_development(circuit: &Circuit) -> Result<Self, SetUpError> {
        Self::generate_development_with_tables(circuit, 1)
    }

    /// As [`Self::generate_development`], with tables of so many levels: multiples of each point that make proving faster, and
    /// the key as many times as large. One level is no table; more than 32 are not used.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn generate_development_with_tables(circuit: &Circuit, levels: usize) -> Result<Self, SetUpError> {
        let mut seed = zeroize::Zeroizing::new([0u8; 32]);
        getrandom::fill(seed.as_mut()).map_err(SetUpError::Randomness)?;
        Self::set_up(circuit, levels, &mut StdRng::from_seed(*seed))
    }

    /// As [`Self::generate_development_with_tables`] with given randomness: whoever knows it can forge. For keys of tests. The verifying
    /// key is the one that ark-groth16 0.6 makes of the same randomness.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn generate_development_from(
        circuit: &Circuit,
        levels: usize,
        rng: &mut impl RngCore,
    ) -> Result<Self, SetUpError> {
        Self::set_up(circuit, levels, rng)
    }

    fn set_up(circuit: &Circuit, levels: usize, rng: &mut impl RngCore) -> Result<Self, SetUpError> {
        let matrices = circuit.matrices();
        let rows = Rows::of(matrices);
        let too_large = || SetUpError::TooLarge { constraints: matrices.constraints() };
        let (points, columns) =
            groth16::set_up(&rows, &matrices.boolean_wires, levels, rng).ok_or_else(too_large)?;
        let key = VerifyingKey::new(circuit.shape(), *circuit.hash(), Origin::Development, points)?;
        Ok(Self { verifying: PreparedVerifyingKey::new(key), rows, columns })
    }

    /// A key from the points that other tools keep, as they come out of a ceremony; `levels` are those of tables, 1 for none.
    ///
    /// Neither that the points belong to the circuit nor that they belong together is checked: a proof made with wrong ones fails the prover's own
    /// verification. What is refused is a verifying key that [`VerifyingKey::new`] refuses.
    ///
    /// # Errors
    /// [`SetUpError::Points`] where there are more or fewer points than the circuit asks for, [`SetUpError::Key`].
    pub fn from_points(
        circuit: &Circuit,
        origin: Origin,
        verifying: VerifyingKeyPoints,
        points: PlainPoints,
        levels: usize,
    ) -> Result<Self, SetUpError> {
        let matrices = circuit.matrices();
        let rows = Rows::of(matrices);
        let key = VerifyingKey::new(circuit.shape(), *circuit.hash(), origin, verifying)?;
        let columns = points
            .columns(Path::chosen()?, &rows, &matrices.boolean_wires, levels)
            .ok_or(SetUpError::Points)?;
        Ok(Self { verifying: PreparedVerifyingKey::new(key), rows, columns })
    }

    /// The points as other tools keep them.
    ///
    /// # Errors
    /// [`SetUpError::Path`], or [`SetUpError::Points`] for a key whose rows name points that it does not have.
    pub fn to_points(&self) -> Result<PlainPoints, SetUpError> {
        PlainPoints::of(Path::chosen()?, &self.rows, &self.columns).ok_or(SetUpError::Points)
    }

    /// The verifying key.
    pub fn verifying(&self) -> &PreparedVerifyingKey {
        &self.verifying
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        self.verifying.id()
    }

    /// Bytes of the points, in memory or in a mapped file.
    pub fn bytes(&self) -> u64 {
        self.columns.point_bytes()
    }

    /// Bytes of the rows, in memory or in a mapped file.
    pub fn row_bytes(&self) -> u64 {
        self.rows.bytes()
    }

    /// Constraints of the circuit.
    pub fn constraints(&self) -> usize {
        self.rows.constraints()
    }

    /// Size of the evaluation domain.
    pub fn domain(&self) -> usize {
        self.rows.domain()
    }

    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    pub(crate) fn for_engine(&self) -> Key<'_> {
        Key { columns: &self.columns, verifying: self.verifying.key().points() }
    }
}
