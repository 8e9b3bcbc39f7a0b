//! Eight elements of a prime field in AVX512-IFMA lanes: Montgomery arithmetic in five limbs of 52 bits.
//!
//! A [`Vector`] holds eight integers below `2^260`, limb by limb; the integer `x·2^260` (mod m) stands for `x`. Both moduli of
//! BN254 are about `0.756·2^254`, so that `2^260` is more than 84 times the modulus `m`: with factors `a < αm` and `b < βm`
//! a Montgomery product is below `(αβ/84 + 1)·m` without any final subtraction.
//!
//! Two forms: [`Vector`], whose lower four limbs are below `2^52` (what the multiplier reads), and [`Loose`], whose limbs are
//! signed 64-bit integers with carries pending. Sums and differences are taken on loose limbs, and carried once.
//!
//! Source: Gueron and Krasnov, "Accelerating Big Integer Arithmetic Using Intel IFMA Extensions", ARITH 2016, for the use of
//! the instructions; Koç, Acar, Kaliski, "Analyzing and Comparing Montgomery Multiplication Algorithms", IEEE Micro 1996,
//! section 4, for the product scanning with separate reduction.

use core::arch::x86_64::*;
use core::marker::PhantomData;

use ark_ff::BigInt;

use super::{Instructions, Task};

/// Shows that this processor has the instructions that [`Vector`] uses. Every `Vector` is made with one, directly or from
/// other vectors; this is what makes the intrinsics' precondition hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ifma(());

impl Ifma {
    /// Asks the processor.
    pub(crate) fn detect() -> Option<Self> {
        (std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512ifma"))
            .then_some(Self(()))
    }
}

impl Instructions for Ifma {
    #[inline]
    fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "avx512f,avx512ifma")]
        fn compiled_for_ifma<T: Task>(task: T) -> T::Output {
            task.run()
        }
        // SAFETY: the token exists, so the processor has the instructions.
        unsafe { compiled_for_ifma(task) }
    }
}

/// A modulus in the form that the lanes need.
pub(crate) trait Modulus: Copy + Send + Sync + 'static {
    /// The modulus in 64-bit limbs.
    const WORDS: [u64; 4];
    /// The modulus in 52-bit limbs.
    const LIMBS: [u64; 5] = split(Self::WORDS);
    /// `−m^{-1} mod 2^52`.
    const NEGATIVE_INVERSE: u64 = negative_inverse(Self::WORDS[0]);
    /// `2^260 mod m`: one.
    const ONE: [u64; 5];
}

/// The base field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Q;

/// The scalar field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct R;

impl Modulus for Q {
    const WORDS: [u64; 4] = <ark_bn254::Fq as ark_ff::PrimeField>::MODULUS.0;
    const ONE: [u64; 5] = split(ark_bn254::Fq::new(BigInt::new([16, 0, 0, 0])).0.0);
}

impl Modulus for R {
    const WORDS: [u64; 4] = <ark_bn254::Fr as ark_ff::PrimeField>::MODULUS.0;
    const ONE: [u64; 5] = split(ark_bn254::Fr::new(BigInt::new([16, 0, 0, 0])).0.0);
}

const LIMB_BITS: u32 = 52;
const LIMB: u64 = (1 << LIMB_BITS) - 1;

/// 256 bits as limbs of 52.
pub(crate) const fn split(words: [u64; 4]) -> [u64; 5] {
    [
        words[0] & LIMB,
        (words[0] >> 52 | words[1] << 12) & LIMB,
        (words[1] >> 40 | words[2] << 24) & LIMB,
        (words[2] >> 28 | words[3] << 36) & LIMB,
        words[3] >> 16,
    ]
}

/// `−word^{-1} mod 2^52` by Newton's iteration: each step doubles the number of right bits, of which an odd word has 3.
const fn negative_inverse(word: u64) -> u64 {
    let mut inverse = word;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(word.wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg() & LIMB
}

/// Eight integers below `2^260`: lower four limbs below `2^52`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Vector<M> {
    limbs: [__m512i; 5],
    modulus: PhantomData<M>,
}

/// Eight integers in signed limbs of 64 bits at weights `2^(52·i)`, with carries pending: absolute values below `2^62`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Loose<M> {
    limbs: [__m512i; 5],
    modulus: PhantomData<M>,
}

/// Eight sums of products before reduction: signed columns at weights `2^(52·i)`, absolute values below `2^62`. A product adds less
/// than `10·2^52` to a column, so that there may be 102 of them.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Wide<M> {
    columns: [__m512i; 10],
    modulus: PhantomData<M>,
}

// SAFETY of every `unsafe` block below: the intrinsics work on registers only, and need AVX512F and AVX512-IFMA. Each is
// reached through a value of `Vector`, `Loose` or `Wide`, or through a token `Ifma`; none of these exists before
// `Ifma::detect` has seen the instructions.

#[inline(always)]
unsafe fn broadcast(word: u64) -> __m512i {
    // SAFETY: see above; the caller has a token or a vector.
    unsafe { _mm512_set1_epi64(word as i64) }
}

#[inline(always)]
unsafe fn broadcast_all(limbs: [u64; 5]) -> [__m512i; 5] {
    let [l0, l1, l2, l3, l4] = limbs;
    // SAFETY: as above.
    unsafe { [broadcast(l0), broadcast(l1), broadcast(l2), broadcast(l3), broadcast(l4)] }
}

/// `operation` limb by limb. A macro, since a closure is a function of its own that may be compiled without the instructions.
macro_rules! limbwise {
    ($operation:ident, $a:expr, $b:expr) => {{
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = ($a, $b);
        // SAFETY: the operands come from vectors.
        unsafe {
            [
                $operation(a0, b0),
                $operation(a1, b1),
                $operation(a2, b2),
                $operation(a3, b3),
                $operation(a4, b4),
            ]
        }
    }};
}

impl<M: Modulus> Vector<M> {
    #[inline(always)]
    pub(crate) fn splat(_: Ifma, limbs: [u64; 5]) -> Self {
        // SAFETY: there is a token.
        Self::of(unsafe { broadcast_all(limbs) })
    }

    /// Eight integers of four words each, word by word across the lanes.
    #[inline(always)]
    pub(crate) fn from_words(_: Ifma, words: [__m512i; 4]) -> Self {
        // SAFETY: there is a token.
        unsafe {
            let mask = broadcast(LIMB);
            let [w0, w1, w2, w3] = words;
            let l1 = _mm512_or_si512(_mm512_srli_epi64::<52>(w0), _mm512_slli_epi64::<12>(w1));
            let l2 = _mm512_or_si512(_mm512_srli_epi64::<40>(w1), _mm512_slli_epi64::<24>(w2));
            let l3 = _mm512_or_si512(_mm512_srli_epi64::<28>(w2), _mm512_slli_epi64::<36>(w3));
            Self::of([
                _mm512_and_si512(w0, mask),
                _mm512_and_si512(l1, mask),
                _mm512_and_si512(l2, mask),
                _mm512_and_si512(l3, mask),
                _mm512_srli_epi64::<16>(w3),
            ])
        }
    }

    /// The integers, which must be below `2^256`, as four words each.
    #[inline(always)]
    pub(crate) fn to_words(self) -> [__m512i; 4] {
        let [l0, l1, l2, l3, l4] = self.limbs;
        // SAFETY: `self` is a vector.
        unsafe {
            [
                _mm512_or_si512(l0, _mm512_slli_epi64::<52>(l1)),
                _mm512_or_si512(_mm512_srli_epi64::<12>(l1), _mm512_slli_epi64::<40>(l2)),
                _mm512_or_si512(_mm512_srli_epi64::<24>(l2), _mm512_slli_epi64::<28>(l3)),
                _mm512_or_si512(_mm512_srli_epi64::<36>(l3), _mm512_slli_epi64::<16>(l4)),
            ]
        }
    }

    /// Eight integers, one a lane.
    #[inline(always)]
    pub(crate) fn from_lanes(token: Ifma, lanes: &[[u64; 4]; 8]) -> Self {
        // SAFETY: there is a token; both halves of `lanes` are 128 bytes that may be read.
        unsafe {
            macro_rules! rows {
                ($($index:literal)*) => {
                    [$(_mm512_castsi256_si512(_mm256_loadu_si256(lanes[$index].as_ptr().cast::<__m256i>()))),*]
                };
            }
            let columns = transpose(rows!(0 1 2 3 4 5 6 7));
            Self::from_words(token, [columns[0], columns[1], columns[2], columns[3]])
        }
    }

    /// The integers, which must be below `2^256`.
    #[inline(always)]
    pub(crate) fn to_lanes(self) -> [[u64; 4]; 8] {
        let words = self.to_words();
        let mut lanes = [[0u64; 4]; 8];
        // SAFETY: `self` is a vector; each store writes 32 bytes into an element of 32 bytes.
        unsafe {
            let zero = _mm512_setzero_si512();
            let rows = transpose([words[0], words[1], words[2], words[3], zero, zero, zero, zero]);
            for (lane, row) in lanes.iter_mut().zip(rows) {
                _mm256_storeu_si256(lane.as_mut_ptr().cast::<__m256i>(), _mm512_castsi512_si256(row));
            }
        }
        lanes
    }

    #[inline(always)]
    fn of(limbs: [__m512i; 5]) -> Self {
        Self { limbs, modulus: PhantomData }
    }

    /// As loose limbs.
    #[inline(always)]
    pub(crate) fn loose(&self) -> Loose<M> {
        Loose { limbs: self.limbs, modulus: PhantomData }
    }

    /// `self + other`; the sum must be below `2^260`.
    #[inline(always)]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.loose().plus(&other.loose()).carried()
    }

    /// `self − other + k·m`, which must not be negative.
    #[inline(always)]
    pub(crate) fn minus_plus<const K: u64>(&self, other: &Self) -> Self {
        self.loose().minus(&other.loose()).plus_moduli::<K>().carried()
    }

    /// `self·other/2^260` (mod m), below `(αβ/84 + 1)·m` for factors below `αm` and `βm`.
    #[inline(always)]
    pub(crate) fn times(&self, other: &Self) -> Self {
        self.times_wide(other).reduced().carried()
    }

    /// `self·other`, not reduced: 50 multiplications; columns below `2^56`.
    #[inline(always)]
    pub(crate) fn times_wide(&self, other: &Self) -> Wide<M> {
        // SAFETY: `self` is a vector.
        unsafe {
            let zero = _mm512_setzero_si512();
            let (mut low, mut high) = ([zero; 10], [zero; 10]);
            macro_rules! row {
                ($i:literal: $($j:literal)*) => {$(
                    low[$i + $j] = _mm512_madd52lo_epu64(low[$i + $j], self.limbs[$i], other.limbs[$j]);
                    high[$i + $j + 1] = _mm512_madd52hi_epu64(high[$i + $j + 1], self.limbs[$i], other.limbs[$j]);
                )*};
            }
            row!(0: 0 1 2 3 4);
            row!(1: 0 1 2 3 4);
            row!(2: 0 1 2 3 4);
            row!(3: 0 1 2 3 4);
            row!(4: 0 1 2 3 4);
            Wide::sum_of(low, high)
        }
    }

    /// `self²`, not reduced: 30 multiplications; columns below `2^56`.
    #[inline(always)]
    pub(crate) fn squared_wide(&self) -> Wide<M> {
        // SAFETY: `self` is a vector.
        unsafe {
            let zero = _mm512_setzero_si512();
            let (mut low, mut high) = ([zero; 10], [zero; 10]);
            macro_rules! row {
                ($i:literal: $($j:literal)*) => {$(
                    low[$i + $j] = _mm512_madd52lo_epu64(low[$i + $j], self.limbs[$i], self.limbs[$j]);
                    high[$i + $j + 1] = _mm512_madd52hi_epu64(high[$i + $j + 1], self.limbs[$i], self.limbs[$j]);
                )*};
            }
            row!(0: 1 2 3 4);
            row!(1: 2 3 4);
            row!(2: 3 4);
            row!(3: 4);
            for column in 1..9 {
                low[column] = _mm512_add_epi64(low[column], low[column]);
                high[column] = _mm512_add_epi64(high[column], high[column]);
            }
            row!(0: 0);
            row!(1: 1);
            row!(2: 2);
            row!(3: 3);
            row!(4: 4);
            Wide::sum_of(low, high)
        }
    }

    /// `self − k·m` where that is not negative, else `self`: brings what is below `(k + j)·m` below `max(k, j)·m`.
    #[inline(always)]
    pub(crate) fn reduced_by<const K: u64>(&self) -> Self {
        // SAFETY: `self` is a vector.
        unsafe {
            let difference = self.loose().minus_moduli::<K>().carried();
            let negative = _mm512_cmplt_epi64_mask(difference.limbs[4], _mm512_setzero_si512());
            difference.replaced(negative, self)
        }
    }

    /// The same residue below `1.02·m`, of any value below `2^260`.
    ///
    /// With `t` and `t_m` the top limbs of the value and of `m`, the quotient is estimated as `k = ⌊t·μ/2^58⌋` for
    /// `μ = ⌊2^58/(t_m + 1)⌋`. It is no more than `⌊value/m⌋`, and less than `1 + t/2^58 + 2/t_m < 1.016` below `value/m`.
    #[inline(always)]
    pub(crate) fn settled(&self) -> Self {
        let [m0, m1, m2, m3, m4] = M::LIMBS;
        // SAFETY: `self` is a vector.
        unsafe {
            let zero = _mm512_setzero_si512();
            let estimate = broadcast((1 << 58) / (m4 + 1));
            let k = _mm512_srli_epi64::<6>(_mm512_madd52hi_epu64(zero, self.limbs[4], estimate));
            let modulus = broadcast_all([m0, m1, m2, m3, m4]);
            let mut limbs = self.limbs;
            for index in 0..5 {
                let low = _mm512_madd52lo_epu64(zero, k, modulus[index]);
                limbs[index] = _mm512_sub_epi64(limbs[index], low);
                if index < 4 {
                    let high = _mm512_madd52hi_epu64(zero, k, modulus[index]);
                    limbs[index + 1] = _mm512_sub_epi64(limbs[index + 1], high);
                }
            }
            Loose::of(limbs).carried()
        }
    }

    /// The representative below `m` of a value below `8m`.
    #[inline(always)]
    pub(crate) fn canonical(&self) -> Self {
        self.reduced_by::<4>().reduced_by::<2>().reduced_by::<1>()
    }

    /// `self`, but `other` in the lanes of the mask.
    #[inline(always)]
    pub(crate) fn replaced(&self, mask: u8, other: &Self) -> Self {
        let mut limbs = self.limbs;
        for (limb, replacement) in limbs.iter_mut().zip(other.limbs) {
            // SAFETY: `self` is a vector.
            *limb = unsafe { _mm512_mask_blend_epi64(mask, *limb, replacement) };
        }
        Self::of(limbs)
    }

    /// The lanes that are a multiple of `m`, of values below `8m`.
    #[inline(always)]
    pub(crate) fn zero_lanes(&self) -> u8 {
        let [l0, l1, l2, l3, l4] = self.canonical().limbs;
        // SAFETY: `self` is a vector.
        unsafe {
            let any = _mm512_or_si512(_mm512_or_si512(l0, l1), _mm512_or_si512(_mm512_or_si512(l2, l3), l4));
            _mm512_testn_epi64_mask(any, any)
        }
    }

    /// The eight vectors whose lane `i` is lane `j` of vector `i`, at `j`.
    #[inline(always)]
    pub(crate) fn transposed(vectors: &[Self; 8]) -> [Self; 8] {
        let mut out = *vectors;
        for limb in 0..5 {
            let [v0, v1, v2, v3, v4, v5, v6, v7] = vectors;
            let rows = [v0, v1, v2, v3, v4, v5, v6, v7];
            let mut of_limb = [rows[0].limbs[limb]; 8];
            for (row, vector) in of_limb.iter_mut().zip(rows) {
                *row = vector.limbs[limb];
            }
            // SAFETY: there are vectors.
            let columns = unsafe { transpose(of_limb) };
            for (vector, column) in out.iter_mut().zip(columns) {
                vector.limbs[limb] = column;
            }
        }
        out
    }
}

impl<M: Modulus> Loose<M> {
    #[inline(always)]
    fn of(limbs: [__m512i; 5]) -> Self {
        Self { limbs, modulus: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self::of(limbwise!(_mm512_add_epi64, self.limbs, other.limbs))
    }

    #[inline(always)]
    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self::of(limbwise!(_mm512_sub_epi64, self.limbs, other.limbs))
    }

    #[inline(always)]
    pub(crate) fn plus_moduli<const K: u64>(&self) -> Self {
        self.plus(&self.moduli::<K>())
    }

    #[inline(always)]
    pub(crate) fn minus_moduli<const K: u64>(&self) -> Self {
        self.minus(&self.moduli::<K>())
    }

    /// `k·m`, with `k` below `2^10`, so that limbs stay below `2^62`.
    #[inline(always)]
    fn moduli<const K: u64>(&self) -> Self {
        const { assert!(K < 1 << 10) };
        let [l0, l1, l2, l3, l4] = M::LIMBS;
        // SAFETY: `self` is there.
        Self::of(unsafe { broadcast_all([l0 * K, l1 * K, l2 * K, l3 * K, l4 * K]) })
    }

    /// Carries: the value must be in `[0, 2^260)`, or negative for a sign test on the top limb, which is all that is right then.
    #[inline(always)]
    pub(crate) fn carried(&self) -> Vector<M> {
        let mut limbs = self.limbs;
        // SAFETY: `self` is there.
        unsafe {
            let mask = broadcast(LIMB);
            for index in 0..4 {
                let carry = _mm512_srai_epi64::<52>(limbs[index]);
                limbs[index + 1] = _mm512_add_epi64(limbs[index + 1], carry);
                limbs[index] = _mm512_and_si512(limbs[index], mask);
            }
        }
        Vector::of(limbs)
    }
}

impl<M: Modulus> Wide<M> {
    #[inline(always)]
    fn sum_of(low: [__m512i; 10], high: [__m512i; 10]) -> Self {
        let mut columns = low;
        for (column, high) in columns.iter_mut().zip(high) {
            // SAFETY: the columns come from a vector.
            *column = unsafe { _mm512_add_epi64(*column, high) };
        }
        Self { columns, modulus: PhantomData }
    }

    /// `self + other`.
    #[inline(always)]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let mut columns = self.columns;
        for (column, other) in columns.iter_mut().zip(other.columns) {
            // SAFETY: `self` is there.
            *column = unsafe { _mm512_add_epi64(*column, other) };
        }
        Self { columns, modulus: PhantomData }
    }

    /// `self − other`.
    #[inline(always)]
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let mut columns = self.columns;
        for (column, other) in columns.iter_mut().zip(other.columns) {
            // SAFETY: `self` is there.
            *column = unsafe { _mm512_sub_epi64(*column, other) };
        }
        Self { columns, modulus: PhantomData }
    }

    /// `2·self`.
    #[inline(always)]
    pub(crate) fn doubled(&self) -> Self {
        let mut columns = self.columns;
        for column in &mut columns {
            // SAFETY: `self` is there.
            *column = unsafe { _mm512_add_epi64(*column, *column) };
        }
        Self { columns, modulus: PhantomData }
    }

    /// Montgomery's reduction: a value in `[v/2^260, v/2^260 + m)` for the columns' value `v`, which may be negative.
    ///
    /// The lowest limb of `column + multiple·m` is zero by the choice of the multiple; its carry is therefore
    /// `⌊(column + 2^52 − 1)/2^52⌋`, and the product that would only make it zero is not taken.
    #[inline(always)]
    pub(crate) fn reduced(&self) -> Loose<M> {
        let mut columns = self.columns;
        // SAFETY: `self` is there.
        unsafe {
            let zero = _mm512_setzero_si512();
            let mask = broadcast(LIMB);
            let inverse = broadcast(M::NEGATIVE_INVERSE);
            let modulus = broadcast_all(M::LIMBS);
            macro_rules! step {
                ($i:literal) => {
                    let multiple = _mm512_madd52lo_epu64(zero, columns[$i], inverse);
                    let carry = _mm512_srai_epi64::<52>(_mm512_add_epi64(columns[$i], mask));
                    columns[$i + 1] = _mm512_add_epi64(columns[$i + 1], carry);
                    columns[$i + 1] = _mm512_madd52lo_epu64(columns[$i + 1], multiple, modulus[1]);
                    columns[$i + 1] = _mm512_madd52hi_epu64(columns[$i + 1], multiple, modulus[0]);
                    columns[$i + 2] = _mm512_madd52lo_epu64(columns[$i + 2], multiple, modulus[2]);
                    columns[$i + 3] = _mm512_madd52lo_epu64(columns[$i + 3], multiple, modulus[3]);
                    columns[$i + 4] = _mm512_madd52lo_epu64(columns[$i + 4], multiple, modulus[4]);
                    columns[$i + 2] = _mm512_madd52hi_epu64(columns[$i + 2], multiple, modulus[1]);
                    columns[$i + 3] = _mm512_madd52hi_epu64(columns[$i + 3], multiple, modulus[2]);
                    columns[$i + 4] = _mm512_madd52hi_epu64(columns[$i + 4], multiple, modulus[3]);
                    columns[$i + 5] = _mm512_madd52hi_epu64(columns[$i + 5], multiple, modulus[4]);
                };
            }
            step!(0);
            step!(1);
            step!(2);
            step!(3);
            step!(4);
        }
        let [_, _, _, _, _, l0, l1, l2, l3, l4] = columns;
        Loose { limbs: [l0, l1, l2, l3, l4], modulus: PhantomData }
    }
}

/// Transposes eight rows of eight words.
#[inline(always)]
pub(crate) unsafe fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    // SAFETY: the caller has a token or a vector.
    unsafe {
        // Pairs of words of neighbouring rows, even and odd columns.
        let (e01, o01) = (_mm512_unpacklo_epi64(r0, r1), _mm512_unpackhi_epi64(r0, r1));
        let (e23, o23) = (_mm512_unpacklo_epi64(r2, r3), _mm512_unpackhi_epi64(r2, r3));
        let (e45, o45) = (_mm512_unpacklo_epi64(r4, r5), _mm512_unpackhi_epi64(r4, r5));
        let (e67, o67) = (_mm512_unpacklo_epi64(r6, r7), _mm512_unpackhi_epi64(r6, r7));
        // Columns 0 and 4, 2 and 6 (of even), 1 and 5, 3 and 7 (of odd), of four rows.
        let (c04, c26) = (_mm512_shuffle_i64x2::<0x88>(e01, e23), _mm512_shuffle_i64x2::<0xdd>(e01, e23));
        let (c15, c37) = (_mm512_shuffle_i64x2::<0x88>(o01, o23), _mm512_shuffle_i64x2::<0xdd>(o01, o23));
        let (d04, d26) = (_mm512_shuffle_i64x2::<0x88>(e45, e67), _mm512_shuffle_i64x2::<0xdd>(e45, e67));
        let (d15, d37) = (_mm512_shuffle_i64x2::<0x88>(o45, o67), _mm512_shuffle_i64x2::<0xdd>(o45, o67));
        [
            _mm512_shuffle_i64x2::<0x88>(c04, d04),
            _mm512_shuffle_i64x2::<0x88>(c15, d15),
            _mm512_shuffle_i64x2::<0x88>(c26, d26),
            _mm512_shuffle_i64x2::<0x88>(c37, d37),
            _mm512_shuffle_i64x2::<0xdd>(c04, d04),
            _mm512_shuffle_i64x2::<0xdd>(c15, d15),
            _mm512_shuffle_i64x2::<0xdd>(c26, d26),
            _mm512_shuffle_i64x2::<0xdd>(c37, d37),
        ]
    }
}

#[cfg(test)]
pub(super) mod tests;
