//! Public inputs that come without their statement.

use ark_bn254::Fr;
use solvency_verifier::{PublicInputs, Shape, Statement};

use super::error::{InteropError, check_count};

/// Public inputs of a shape that came from elsewhere: as many as the shape has. Which statement they belong to is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignInputs {
    shape: Shape,
    values: Vec<Fr>,
}

impl ForeignInputs {
    /// Public inputs in the order of the specification, without the one.
    ///
    /// # Errors
    /// [`InteropError::Count`] where there are not as many as the shape has.
    pub fn new(shape: Shape, values: Vec<Fr>) -> Result<Self, InteropError> {
        check_count("public inputs", values.len() as u64, shape.public_input_count())?;
        Ok(Self { shape, values })
    }

    /// The shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The values.
    pub fn values(&self) -> &[Fr] {
        &self.values
    }
}

impl PublicInputs for ForeignInputs {
    fn statement(&self) -> Statement {
        self.shape.statement()
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        self.values.clone()
    }
}
