//! The circuit that a command is about.

use solvency_ceremony::Circuit;
use solvency_circuits::builder::Matrices;
use solvency_prover::circom::R1cs;
use solvency_prover::files;

use crate::args::CircuitChoice;
use crate::error::{CliError, CliResult};

/// Longest `.r1cs` that is read.
const MAX_R1CS_BYTES: u64 = 8 << 30;

pub(super) enum Chosen {
    Shape(Box<Matrices>),
    R1cs(Box<R1cs>),
}

impl Chosen {
    pub(super) fn read(choice: &CircuitChoice) -> CliResult<Self> {
        match (&choice.shape, &choice.r1cs) {
            (Some(shape), None) => {
                let shape = crate::commands::keys::shape(shape)?;
                Ok(Self::Shape(Box::new(solvency_circuits::matrices(shape))))
            }
            (None, Some(path)) => {
                let bytes = files::read_bytes(path, MAX_R1CS_BYTES)?;
                let r1cs = R1cs::from_bytes(&bytes)
                    .map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
                Ok(Self::R1cs(Box::new(r1cs)))
            }
            _ => Err(CliError::new("no circuit is named").hint("name one with --shape or --r1cs")),
        }
    }

    pub(super) fn circuit(&self) -> Circuit<'_> {
        match self {
            Self::Shape(matrices) => Circuit::of(matrices),
            Self::R1cs(r1cs) => Circuit::of_r1cs(r1cs),
        }
    }
}
