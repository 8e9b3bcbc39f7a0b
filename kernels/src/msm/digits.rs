//! Scalars as signed digits.

/// Bits of a scalar below the order of the groups.
const SCALAR_BITS: usize = 254;

/// Digits of the scalar field in base `2^window`, the carry of the last one included.
pub(super) const fn digit_count(window: usize) -> usize {
    // The highest digit takes a carry only if there is a bit left for it.
    SCALAR_BITS / window + 1
}

/// Extracts signed digits: `scalar = Σ digit·2^(window·position)` with digits in `[−2^(window−1), 2^(window−1)]`.
///
/// Adding `Σ 2^(window−1)·2^(window·position)` over all positions but the highest makes each digit independent of the others:
/// it is what stands at its place, less `2^(window−1)`. No carry is handed from one to the next.
pub(super) struct Digits {
    window: usize,
    offset: [u64; 4],
}

/// A scalar with the offset of [`Digits`] added.
pub(super) type Shifted = [u64; 4];

/// Where a digit stands in a [`Shifted`] scalar.
#[derive(Clone, Copy)]
pub(super) struct Field {
    word: usize,
    shift: u32,
    mask: u64,
    half: u32,
}

impl Digits {
    /// For digits of `window` bits, from 2 to 16.
    pub(super) fn new(window: usize) -> Self {
        let mut offset = [0u64; 4];
        for position in 0..digit_count(window) - 1 {
            let bit = position * window + window - 1;
            offset[bit / 64] |= 1 << (bit % 64);
        }
        Self { window, offset }
    }

    /// Makes a scalar below `2^254` ready. The offset's highest bit is bit 253 or lower: the sum stays below `2^255`.
    #[inline(always)]
    pub(super) fn shifted(&self, scalar: &[u64; 4]) -> Shifted {
        let mut out = [0u64; 4];
        let mut carry = false;
        for (word, (scalar, offset)) in out.iter_mut().zip(scalar.iter().zip(&self.offset)) {
            let (sum, first) = scalar.overflowing_add(*offset);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = first | second;
        }
        out
    }

    /// Where the digit at a position is.
    pub(super) fn field(&self, position: usize) -> Field {
        let bit = position * self.window;
        let highest = position + 1 == digit_count(self.window);
        Field {
            word: bit / 64,
            shift: (bit % 64) as u32,
            mask: (1 << self.window) - 1,
            half: if highest { 0 } else { 1 << (self.window - 1) },
        }
    }
}

impl Field {
    /// The digit.
    #[inline(always)]
    pub(super) fn of(&self, shifted: &Shifted) -> i32 {
        let low = shifted[self.word & 3] >> self.shift;
        // In two steps, since a shift by 64 is none. Behind the highest word there is nothing, and nothing is masked in:
        // the sum has no bits from 255 on.
        let next = if self.word < 3 { shifted[(self.word + 1) & 3] } else { 0 };
        let high = (next << 1) << (63 - self.shift);
        ((low | high) & self.mask) as i32 - self.half as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};

    fn check(scalar: Fr) {
        for window in 2..=16 {
            let base = Fr::from(1u64 << window);
            let mut sum = Fr::ZERO;
            let digits = Digits::new(window);
            let shifted = digits.shifted(&scalar.into_bigint().0);
            for position in 0..digit_count(window) {
                let digit = digits.field(position).of(&shifted);
                assert!(digit.unsigned_abs() <= 1 << (window - 1));
                let magnitude = Fr::from(digit.unsigned_abs()) * base.pow([position as u64]);
                sum += if digit < 0 { -magnitude } else { magnitude };
            }
            assert_eq!(sum, scalar, "window {window}");
        }
    }

    #[test]
    fn digits_add_up_to_the_scalar() {
        let mut rng = ark_std::test_rng();
        (0..200).for_each(|_| check(Fr::rand(&mut rng)));
    }

    #[test]
    fn digits_of_extreme_scalars_add_up() {
        for small in 0..300u64 {
            check(Fr::from(small));
            check(-Fr::from(small));
        }
        for bit in 0..254 {
            let power = Fr::from(2u64).pow([bit]);
            [power, power - Fr::ONE, power + Fr::ONE].into_iter().for_each(check);
        }
    }

    #[test]
    fn there_is_room_for_the_carry() {
        // 254 = 127·2: the top digit is full, and its carry needs one more.
        assert_eq!(digit_count(2), 128);
        assert_eq!(digit_count(13), 20);
        assert_eq!(digit_count(16), 16);
    }
}
