//! The one constraint system that all provers get: a chain of hashes and 64-bit range checks.
//!
//! It is no statement of the protocol; it has the mix of one. A block is
//!
//! | part | rows | private wires | of these bits |
//! |---|---|---|---|
//! | an amount | 0 | 1 | 0 |
//! | its range check and eight more, of `j · limit − amount` | 9 · 64 | 9 · 63 | 9 · 63 |
//! | a hash of the block before and the amount | 240 | 240 | 0 |
//!
//! so that 70 % of all wires are 0 or 1, as in the field's circuits. The very last check has 61 bits: with it the rows are
//! 4,077, 16,317, 65,277 and 261,933 for 2^12, 2^14, 2^16 and 2^18, as many as in earlier comparisons of these provers.

use core::fmt;
use core::str::FromStr;

use ark_bn254::Fr;
use ark_ff::Field;
use serde::{Serialize, Serializer};
use solvency_circuits::builder::{Assignment, Builder, Linear, Matrices};
use solvency_circuits::gadgets::Bounded;
use solvency_circuits::poseidon::{self, Output};
use solvency_verifier::Shape;

/// Range checks of a block.
const CHECKS: usize = 9;
/// Bits of a range check.
const BITS: usize = 64;
/// Bits of the very last range check, and of the limit: `8 · limit` still has 64.
const LAST_BITS: usize = 61;
/// What no amount exceeds.
const LIMIT: u64 = (1 << LAST_BITS) - 1;

/// The shape under whose name the system can be given to the project's prover: one with as many public inputs.
pub const SHAPE: Shape = Shape::Holdings16;

/// A constraint system that is satisfied, with its values.
pub struct Workload {
    /// Its size.
    pub size: Size,
    /// The rows.
    pub matrices: Matrices,
    /// The values.
    pub assignment: Assignment,
}

impl Workload {
    /// The constraint system of a size: the same at every call.
    pub fn of(size: Size) -> Self {
        let mut builder = Builder::<true>::new(SHAPE.public_input_count());
        builder.check("workload");
        let start = builder.public_input(2, Fr::from(7u64));
        let limit = builder.public_input(3, Fr::from(LIMIT));
        // As every statement of the protocol it has a context, which is in no row.
        builder.public_input(4, Fr::from(11u64));
        let mut chain = start;
        for block in 1..=size.blocks() {
            let is_last = block == size.blocks();
            let amount = append_checks(&mut builder, amount_of(block), &limit, is_last);
            let output = if is_last { Output::Public(1) } else { Output::Private };
            chain = poseidon::hash(&mut builder, Fr::ONE, &[chain, amount], output);
        }
        let (matrices, assignment) = builder.finish_with_matrices();
        Self { size, matrices, assignment }
    }

    /// The part of the wires, out of 1, whose value is 0 or 1.
    pub fn share_of_bits(&self) -> f64 {
        let wires = self.assignment.wires();
        let bits = wires.iter().filter(|wire| **wire == Fr::from(0u64) || **wire == Fr::ONE).count();
        bits as f64 / wires.len() as f64
    }
}

/// A new amount with all its range checks.
fn append_checks(
    builder: &mut Builder<true>,
    amount: u64,
    limit: &Linear<true>,
    is_last_block: bool,
) -> Linear<true> {
    let amount = Bounded::<true, BITS>::private(builder, Fr::from(amount)).value().clone();
    for factor in (1..CHECKS).rev() {
        let room = limit.times(Fr::from(factor as u64)).minus(&amount);
        if is_last_block && factor == 1 {
            Bounded::<true, LAST_BITS>::enforce(builder, room);
        } else {
            Bounded::<true, BITS>::enforce(builder, room);
        }
    }
    amount
}

/// Amounts up to the limit of which every bit is 1 about half of the time.
fn amount_of(block: usize) -> u64 {
    let mixed = (block as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> (BITS - LAST_BITS)
}

/// How large a constraint system is: its evaluation domain has `2^exponent` elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u32);

/// An exponent that there is no size for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{got:?} is no size; sizes are exponents of two from {} to {}", Size::MIN, Size::MAX)]
pub struct SizeError {
    /// What was asked for.
    pub got: String,
}

impl Size {
    /// The smallest exponent: one block fits.
    pub const MIN: u32 = 10;
    /// The largest exponent: a key of several hundred megabytes.
    pub const MAX: u32 = 20;

    /// A size by its exponent.
    ///
    /// # Errors
    /// [`SizeError`] where it is not in `MIN..=MAX`.
    pub fn new(exponent: u32) -> Result<Self, SizeError> {
        if (Self::MIN..=Self::MAX).contains(&exponent) {
            Ok(Self(exponent))
        } else {
            Err(SizeError { got: exponent.to_string() })
        }
    }

    /// The logarithm of the domain to base 2.
    pub fn exponent(self) -> u32 {
        self.0
    }

    /// Blocks of the chain: as many as fit the domain. No power of two is a multiple of a block's 816 rows or one row more,
    /// so that there is room for the rows that Groth16 adds, one for each public input and the constant one.
    pub fn blocks(self) -> usize {
        (1 << self.0) / rows_of_block()
    }

    /// Rows, from first principles.
    pub fn constraints(self) -> usize {
        self.blocks() * rows_of_block() - (BITS - LAST_BITS)
    }
}

fn rows_of_block() -> usize {
    CHECKS * BITS + poseidon::constraints(2)
}

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let unknown = || SizeError { got: text.into() };
        Self::new(text.parse().map_err(|_| unknown())?)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "2^{}", self.0)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_as_many_rows_as_in_earlier_comparisons() {
        let rows = [12, 14, 16, 18].map(|exponent| Size(exponent).constraints());
        assert_eq!(rows, [4_077, 16_317, 65_277, 261_933]);
    }

    #[test]
    fn every_size_leaves_room_for_the_public_inputs() {
        for exponent in Size::MIN..=Size::MAX {
            let rows = Size(exponent).constraints() + SHAPE.public_input_count() + 1;
            assert_eq!(rows.next_power_of_two(), 1 << exponent, "2^{exponent}");
        }
    }

    #[test]
    fn the_system_is_satisfied_and_has_the_promised_rows_and_bits() {
        for exponent in [10, 12, 14] {
            let Workload { size, matrices, assignment } = Workload::of(Size(exponent));
            assert_eq!(matrices.constraints(), size.constraints());
            assert_eq!(matrices.domain(), 1 << exponent);
            assert_eq!(matrices.first_unsatisfied(&assignment), Ok(None));
            // The constant one is 1 without being classified.
            let classified = matrices.boolean_wires.len() + 1;
            let share = Workload { size, matrices, assignment }.share_of_bits();
            let wires = Workload::of(size).matrices.wires;
            assert!((0.69..=0.73).contains(&share), "{size}: {share}");
            assert_eq!((share * wires as f64).round() as usize, classified);
        }
    }

    #[test]
    fn other_exponents_are_refused() {
        for text in ["9", "21", "", "2^12", "-12"] {
            assert_eq!(text.parse::<Size>(), Err(SizeError { got: text.into() }));
        }
        assert_eq!("12".parse(), Ok(Size(12)));
    }
}
