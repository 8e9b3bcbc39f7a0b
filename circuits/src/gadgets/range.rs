//! Range checks by bits.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use crate::builder::{Builder, Linear, power_of_two};

/// A combination that rows show to be in `[0, 2^BITS)`. Nothing but a range check makes one.
#[derive(Clone)]
pub struct Bounded<const RECORD: bool, const BITS: usize> {
    value: Linear<RECORD>,
    /// The wire of bit 1; the others follow it. Bit 0 is what remains and has no wire.
    first_bit: usize,
}

impl<const RECORD: bool, const BITS: usize> Bounded<RECORD, BITS> {
    /// Range-checks a combination in `BITS` rows with `BITS − 1` new wires.
    ///
    /// The bits above the lowest are wires; what is left of the value, which is to be the lowest bit, is 0 or 1 by a row.
    /// `2^BITS` is below the modulus, so that no other bits sum up to the same value.
    pub fn enforce(builder: &mut Builder<RECORD>, value: Linear<RECORD>) -> Self {
        const { assert!(BITS >= 1 && BITS <= 252) };
        let first_bit = builder.next_wire();
        let integer = value.value().into_bigint();
        // Without rows nobody reads it.
        let mut lowest = value.clone();
        for index in 1..BITS {
            let bit = builder.boolean("range", integer.get_bit(index));
            if RECORD {
                lowest.add_scaled(&bit, -power_of_two(index));
            }
        }
        builder.enforce_boolean("range", &lowest);
        Self { value, first_bit }
    }

    /// A new wire, range-checked.
    pub fn private(builder: &mut Builder<RECORD>, value: Fr) -> Self {
        let wire = builder.private(value);
        Self::enforce(builder, wire)
    }

    /// The combination.
    pub fn value(&self) -> &Linear<RECORD> {
        &self.value
    }

    /// The lowest `at` bits and the bits above them as numbers, without a row.
    pub(super) fn split(&self, at: usize) -> (Linear<RECORD>, Linear<RECORD>) {
        assert!(at >= 1 && at <= BITS, "split at bit {at} of {BITS}");
        let integer = self.value.value().into_bigint();
        let mut high = Linear::zero();
        for index in at..BITS {
            let set = integer.get_bit(index);
            if RECORD || set {
                let bit = Linear::of_wire(if set { Fr::ONE } else { Fr::ZERO }, self.first_bit + index - 1);
                high.add_scaled(&bit, power_of_two(index - at));
            }
        }
        let mut low = self.value.clone();
        low.add_scaled(&high, -power_of_two(at));
        (low, high)
    }
}

/// The native twin of a range check.
pub fn is_in_range(value: Fr, bits: usize) -> bool {
    value == Fr::ZERO || value == Fr::ONE || value.into_bigint().num_bits() as usize <= bits
}
