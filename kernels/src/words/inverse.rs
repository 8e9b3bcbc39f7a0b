//! Inverses by the binary greatest common divisor.
//!
//! Pornin's method: 31 steps are decided on the leading 33 and the trailing 31 bits of both numbers, and applied to them all at
//! once as a matrix. Cofactors are divided by `2^31` as they go, so that nothing is left to correct when the numbers run out early.
//! It takes as long as the value asks for: not for secrets whose timing somebody observes.
//!
//! Source: Pornin, "Optimized Binary GCD for Modular Inversion", eprint 2020/972, sections 3 and 4.

use super::{
    Base, Modulus, Words, canonical, difference, minus_plus, plus, reduced_by, times, wrapping_plus,
};

/// Steps between two updates of the numbers.
const STEPS: u32 = 31;
/// Rounds after which numbers of 254 bits have run out: each round takes 31 bits off the sum of their lengths.
const ROUNDS: usize = 17;

/// `2^512/a` (mod m): the inverse in Montgomery form of what `a` below `m` stands for; none of zero.
pub(crate) fn inverse<M: Modulus>(a: &Words) -> Option<Words> {
    let (mut a, mut b) = (*a, M::WORDS);
    // With X the value: a·2^512 = u·X and b·2^512 = v·X modulo m, in each round. Both cofactors stay within (−m, m).
    let (mut u, mut v) = (M::SQUARED_FACTOR, [0u64; 4]);
    for _ in 0..ROUNDS {
        if a == [0; 4] {
            break;
        }
        let mut matrix = steps(&a, &b);
        let (next_a, a_negative) = combined(&a, &b, matrix[0]);
        let (next_b, b_negative) = combined(&a, &b, matrix[1]);
        if a_negative {
            matrix[0] = matrix[0].map(|entry| -entry);
        }
        if b_negative {
            matrix[1] = matrix[1].map(|entry| -entry);
        }
        (a, b) = (next_a, next_b);
        (u, v) = (cofactor::<M>(&u, &v, matrix[0]), cofactor::<M>(&u, &v, matrix[1]));
    }
    // The common divisor of zero and the modulus is the modulus.
    if a != [0; 4] || b != [1, 0, 0, 0] {
        return None;
    }
    Some(if is_negative(&v) { wrapping_plus(&v, &M::WORDS) } else { v })
}

/// `1/(c0 + c1·u)` of the quadratic extension of the base field, parts below `q` in Montgomery form; none of zero.
pub(crate) fn inverse_in_g2(parts: &[Words; 2]) -> Option<[Words; 2]> {
    let [c0, c1] = parts;
    // Both squares are below 1.2q, their sum below 2.4q.
    let norm = plus(&times::<Base>(c0, c0), &times::<Base>(c1, c1));
    let by = inverse::<Base>(&canonical::<Base>(&norm))?;
    let negated = minus_plus::<Base, 1>(&[0; 4], c1);
    Some([c0, &negated].map(|part| reduced_by::<Base, 1>(&times::<Base>(part, &by))))
}

/// Rows `[f, g]` of a matrix with `2^31·(a', b') = (f·a + g·b, f'·a + g'·b)`: 31 steps, each of which halves `a` or, where it is
/// odd, half of its difference from `b`. Sums of the absolute values of a row are at most `2^31`.
#[inline(always)]
fn steps(a: &Words, b: &Words) -> [[i64; 2]; 2] {
    let (mut x, mut y) = approximations(a, b);
    // Each row's two entries in halves of one word, with what is to come of their doublings.
    let (mut f0, mut g0, mut f1, mut g1) = (1i64, 0i64, 0i64, 1i64);
    let mut left = STEPS;
    loop {
        let zeros = (x | 1 << left).trailing_zeros();
        x >>= zeros;
        f1 <<= zeros;
        g1 <<= zeros;
        left -= zeros;
        if left == 0 {
            return [[f0, g0], [f1, g1]];
        }
        let swap = x < y;
        (x, y) = if swap { (y, x) } else { (x, y) };
        (f0, f1) = if swap { (f1, f0) } else { (f0, f1) };
        (g0, g1) = if swap { (g1, g0) } else { (g0, g1) };
        x -= y;
        f0 -= f1;
        g0 -= g1;
    }
}

/// The lowest 31 and the highest 33 bits of both, of as many as the longer one has: all bits where these are at most 64.
#[inline(always)]
fn approximations(a: &Words, b: &Words) -> (u64, u64) {
    let mut top = 3;
    while top > 0 && a[top] | b[top] == 0 {
        top -= 1;
    }
    if top == 0 {
        return (a[0], b[0]);
    }
    let shift = (a[top] | b[top]).leading_zeros();
    const LOW: u64 = (1 << STEPS) - 1;
    let of = |value: &Words| {
        let high = value[top] << shift | (value[top - 1] >> 1) >> (63 - shift);
        high & !LOW | value[0] & LOW
    };
    (of(a), of(b))
}

/// The absolute value of `(f·a + g·b)/2^31`, and whether that is negative.
#[inline(always)]
fn combined(a: &Words, b: &Words, [f, g]: [i64; 2]) -> (Words, bool) {
    let mut words = [0u64; 5];
    let mut carry = 0i128;
    for (word, (a, b)) in words.iter_mut().zip(a.iter().zip(b)) {
        // Absolute values below 2^31·2^64 each, and a carry below 2^33.
        carry += i128::from(*a) * i128::from(f) + i128::from(*b) * i128::from(g);
        *word = carry as u64;
        carry >>= 64;
    }
    words[4] = carry as u64;
    let out = shifted(&words);
    if (words[4] as i64) < 0 { (difference(&[0; 4], &out).0, true) } else { (out, false) }
}

/// `(f·u + g·v)/2^31` (mod m), in `(−m, m)` as `u` and `v` are, in two's complement.
#[inline(always)]
fn cofactor<M: Modulus>(u: &Words, v: &Words, [f, g]: [i64; 2]) -> Words {
    // In two's complement only the highest word is negative.
    let mut words = [0u64; 5];
    let mut carry = 0i128;
    for (word, (u, v)) in words[..3].iter_mut().zip(u.iter().zip(v)) {
        carry += i128::from(*u) * i128::from(f) + i128::from(*v) * i128::from(g);
        *word = carry as u64;
        carry >>= 64;
    }
    carry += i128::from(u[3] as i64) * i128::from(f) + i128::from(v[3] as i64) * i128::from(g);
    words[3] = carry as u64;
    words[4] = (carry >> 64) as u64;
    // The sum is in (−2^31·m, 2^31·m). The multiple of m that clears its lowest 31 bits is taken with the other sign.
    let by = words[0].wrapping_mul(M::NEGATIVE_INVERSE) & ((1 << STEPS) - 1);
    let by = by as i64 - if (words[4] as i64) < 0 { 0 } else { 1 << STEPS };
    let mut carry = 0i128;
    for (word, modulus) in words.iter_mut().zip(M::WORDS) {
        carry += i128::from(*word) + i128::from(modulus) * i128::from(by);
        *word = carry as u64;
        carry >>= 64;
    }
    words[4] = words[4].wrapping_add(carry as u64);
    shifted(&words)
}

/// Without the lowest 31 bits.
#[inline(always)]
fn shifted(words: &[u64; 5]) -> Words {
    let at = |index: usize| words[index] >> STEPS | words[index + 1] << (64 - STEPS);
    [at(0), at(1), at(2), at(3)]
}

#[inline(always)]
fn is_negative(value: &Words) -> bool {
    value[3] >> 63 == 1
}
