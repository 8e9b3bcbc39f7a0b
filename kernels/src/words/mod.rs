//! Montgomery arithmetic in four words of 64 bits, lazily reduced: what the portable path computes with, and inverses.
//!
//! An integer `x·2^256` (mod m) stands for `x`, as in arkworks. Both moduli of BN254 are about `0.756·2^254`, so that `2^256` is
//! more than 5.28 times the modulus `m`: with factors `a < αm` and `b < βm` a Montgomery product is below `(αβ/5.28 + 1)·m`
//! without a final subtraction. Four times the modulus still leaves room for the reduction's multiple of it.
//!
//! Source: Koç, Acar, Kaliski, "Analyzing and Comparing Montgomery Multiplication Algorithms", IEEE Micro 1996, section 5
//! (coarsely integrated operand scanning); El Housni and Botrel, "EdMSM: Multi-Scalar-Multiplication for SNARKs and Faster
//! Montgomery multiplication", eprint 2022/1400, section 4 (no carry word where the modulus leaves a bit).

mod inverse;

pub(crate) use inverse::{inverse, inverse_in_g2};

use ark_bn254::{Fq, Fr};
use ark_ff::PrimeField;

/// An integer below `2^256`.
pub(crate) type Words = [u64; 4];

/// An integer below `2^512`, or modulo that.
type Wide = [u64; 8];

/// The two moduli.
pub(crate) trait Modulus {
    /// The modulus.
    const WORDS: Words;
    /// `−m^{-1} mod 2^64`.
    const NEGATIVE_INVERSE: u64 = negative_inverse(Self::WORDS[0]);
    /// `2^512 mod m`.
    const SQUARED_FACTOR: Words;
}

/// The base field.
pub(crate) struct Base;
/// The scalar field.
pub(crate) struct Scalar;

impl Modulus for Base {
    const WORDS: Words = Fq::MODULUS.0;
    const SQUARED_FACTOR: Words = Fq::R2.0;
}

impl Modulus for Scalar {
    const WORDS: Words = Fr::MODULUS.0;
    const SQUARED_FACTOR: Words = Fr::R2.0;
}

/// By Newton's iteration: each step doubles the number of right bits, of which an odd word has 3.
const fn negative_inverse(word: u64) -> u64 {
    let mut inverse = word;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(word.wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg()
}

/// `k·m`.
const fn multiple<M: Modulus>(k: u64) -> Words {
    let mut out = [0; 4];
    let mut carry = 0u128;
    let mut index = 0;
    while index < 4 {
        carry += M::WORDS[index] as u128 * k as u128;
        out[index] = carry as u64;
        carry >>= 64;
        index += 1;
    }
    assert!(carry == 0, "a multiple that does not fit");
    out
}

/// `a + b·c + carry`, which fits in two words: the lower, and the upper as the next carry.
#[inline(always)]
fn multiply_add(a: u64, b: u64, c: u64, carry: u64) -> (u64, u64) {
    // (2^64 − 1) + (2^64 − 1)^2 + (2^64 − 1) = 2^128 − 1.
    let sum = (u128::from(b) * u128::from(c)).wrapping_add(u128::from(a)).wrapping_add(u128::from(carry));
    (sum as u64, (sum >> 64) as u64)
}

#[inline(always)]
fn add_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

#[inline(always)]
fn subtract_borrow(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow as u64);
    (difference, first | second)
}

/// `a + b`, which must be below `2^256`.
#[inline(always)]
pub(crate) fn plus(a: &Words, b: &Words) -> Words {
    let sum = wrapping_plus(a, b);
    debug_assert!(sum[3] >= a[3], "a sum of 2^256");
    sum
}

/// `a + b` modulo `2^256`.
#[inline(always)]
pub(crate) fn wrapping_plus(a: &Words, b: &Words) -> Words {
    let (w0, carry) = add_carry(a[0], b[0], false);
    let (w1, carry) = add_carry(a[1], b[1], carry);
    let (w2, carry) = add_carry(a[2], b[2], carry);
    let (w3, _) = add_carry(a[3], b[3], carry);
    [w0, w1, w2, w3]
}

/// `a − b` modulo `2^256`, and whether it is negative.
#[inline(always)]
fn difference(a: &Words, b: &Words) -> (Words, bool) {
    let (w0, borrow) = subtract_borrow(a[0], b[0], false);
    let (w1, borrow) = subtract_borrow(a[1], b[1], borrow);
    let (w2, borrow) = subtract_borrow(a[2], b[2], borrow);
    let (w3, borrow) = subtract_borrow(a[3], b[3], borrow);
    ([w0, w1, w2, w3], borrow)
}

/// `a − b + k·m`, which must be in `[0, 2^256)`.
#[inline(always)]
pub(crate) fn minus_plus<M: Modulus, const K: u64>(a: &Words, b: &Words) -> Words {
    difference(&plus(a, &const { multiple::<M>(K) }), b).0
}

/// `a − k·m` where that is not negative, else `a`.
#[inline(always)]
pub(crate) fn reduced_by<M: Modulus, const K: u64>(a: &Words) -> Words {
    let (reduced, negative) = difference(a, &const { multiple::<M>(K) });
    // Word by word, so that it becomes moves on a condition: it is as good as random.
    let pick = |index: usize| if negative { a[index] } else { reduced[index] };
    [pick(0), pick(1), pick(2), pick(3)]
}

/// The representative below `m` of any integer below `2^256`.
#[inline(always)]
pub(crate) fn canonical<M: Modulus>(a: &Words) -> Words {
    reduced_by::<M, 1>(&reduced_by::<M, 2>(&reduced_by::<M, 4>(a)))
}

/// `a·b/2^256` (mod m), below `ab/2^256 + m`; `b` at most `4m`.
///
/// After each word of `a` the sum so far is below `b + m`, which is below `2^256`: its two carries fit in one word.
#[inline(always)]
pub(crate) fn times<M: Modulus>(a: &Words, b: &Words) -> Words {
    let m = M::WORDS;
    let [mut t0, mut t1, mut t2, mut t3] = [0u64; 4];
    macro_rules! word {
        ($i:literal) => {
            let (low, carry) = multiply_add(t0, a[$i], b[0], 0);
            let by = low.wrapping_mul(M::NEGATIVE_INVERSE);
            let (_, reduced) = multiply_add(low, by, m[0], 0);
            let (low, carry) = multiply_add(t1, a[$i], b[1], carry);
            let (sum, reduced) = multiply_add(low, by, m[1], reduced);
            t0 = sum;
            let (low, carry) = multiply_add(t2, a[$i], b[2], carry);
            let (sum, reduced) = multiply_add(low, by, m[2], reduced);
            t1 = sum;
            let (low, carry) = multiply_add(t3, a[$i], b[3], carry);
            let (sum, reduced) = multiply_add(low, by, m[3], reduced);
            t2 = sum;
            t3 = carry.wrapping_add(reduced);
        };
    }
    word!(0);
    word!(1);
    word!(2);
    word!(3);
    [t0, t1, t2, t3]
}

/// `a·b`.
#[inline(always)]
pub(crate) fn times_wide(a: &Words, b: &Words) -> Wide {
    let mut out = [0u64; 8];
    macro_rules! word {
        ($i:literal) => {
            let (w, carry) = multiply_add(out[$i], a[$i], b[0], 0);
            out[$i] = w;
            let (w, carry) = multiply_add(out[$i + 1], a[$i], b[1], carry);
            out[$i + 1] = w;
            let (w, carry) = multiply_add(out[$i + 2], a[$i], b[2], carry);
            out[$i + 2] = w;
            let (w, carry) = multiply_add(out[$i + 3], a[$i], b[3], carry);
            out[$i + 3] = w;
            out[$i + 4] = carry;
        };
    }
    word!(0);
    word!(1);
    word!(2);
    word!(3);
    out
}

/// `a − b` modulo `2^512`.
#[inline(always)]
pub(crate) fn wide_minus(a: &Wide, b: &Wide) -> Wide {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = *a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = *b;
    let (w0, borrow) = subtract_borrow(a0, b0, false);
    let (w1, borrow) = subtract_borrow(a1, b1, borrow);
    let (w2, borrow) = subtract_borrow(a2, b2, borrow);
    let (w3, borrow) = subtract_borrow(a3, b3, borrow);
    let (w4, borrow) = subtract_borrow(a4, b4, borrow);
    let (w5, borrow) = subtract_borrow(a5, b5, borrow);
    let (w6, borrow) = subtract_borrow(a6, b6, borrow);
    let (w7, _) = subtract_borrow(a7, b7, borrow);
    [w0, w1, w2, w3, w4, w5, w6, w7]
}

/// `v/2^256 + k·m` (mod m), where `v` may be negative (modulo `2^512`) and `v/2^256 + k·m` must not be; below
/// `v/2^256 + (k + 1)·m`, which must be below `2^256`.
#[inline(always)]
pub(crate) fn reduced_plus<M: Modulus, const K: u64>(v: &Wide) -> Words {
    let m = M::WORDS;
    let mut v = *v;
    let mut over = 0u64;
    macro_rules! word {
        ($i:literal) => {
            let by = v[$i].wrapping_mul(M::NEGATIVE_INVERSE);
            let (_, carry) = multiply_add(v[$i], by, m[0], 0);
            let (w, carry) = multiply_add(v[$i + 1], by, m[1], carry);
            v[$i + 1] = w;
            let (w, carry) = multiply_add(v[$i + 2], by, m[2], carry);
            v[$i + 2] = w;
            let (w, carry) = multiply_add(v[$i + 3], by, m[3], carry);
            v[$i + 3] = w;
            // What goes beyond the highest word is dropped: the sum is taken modulo 2^512, where it is in range.
            let (w, first) = v[$i + 4].overflowing_add(carry);
            let (w, second) = w.overflowing_add(over);
            v[$i + 4] = w;
            over = (first | second) as u64;
        };
    }
    word!(0);
    word!(1);
    word!(2);
    word!(3);
    let _ = over;
    let [_, _, _, _, v0, v1, v2, v3] = v;
    let k = const { multiple::<M>(K) };
    let (w0, carry) = add_carry(v0, k[0], false);
    let (w1, carry) = add_carry(v1, k[1], carry);
    let (w2, carry) = add_carry(v2, k[2], carry);
    let (w3, _) = add_carry(v3, k[3], carry);
    [w0, w1, w2, w3]
}

#[cfg(test)]
mod tests;
