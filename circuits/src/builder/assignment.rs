//! The values of all wires.

use core::fmt;

use ark_bn254::Fr;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The values of all wires: one, the public inputs, the private ones. Erased when dropped, never printed.
#[derive(Clone)]
pub struct Assignment {
    wires: Vec<Fr>,
    public_inputs: usize,
}

impl Zeroize for Assignment {
    /// Erases the values but not the room behind them, which was never written: it is megabytes that the system has not even
    /// given yet.
    fn zeroize(&mut self) {
        self.wires.iter_mut().zeroize();
    }
}

impl Drop for Assignment {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for Assignment {}

impl Assignment {
    pub(super) fn new(wires: Vec<Fr>, public_inputs: usize) -> Self {
        Self { wires, public_inputs }
    }

    /// The values, beginning with one.
    pub fn wires(&self) -> &[Fr] {
        &self.wires
    }

    /// The public inputs in the order of the specification, without the one.
    pub fn public_inputs(&self) -> &[Fr] {
        &self.wires[1..=self.public_inputs]
    }

    /// Sets a wire whatever the circuit says, to test that it is noticed.
    #[cfg(test)]
    pub(crate) fn set(&mut self, wire: usize, value: Fr) {
        self.wires[wire] = value;
    }
}

impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Assignment({} wires)", self.wires.len())
    }
}
