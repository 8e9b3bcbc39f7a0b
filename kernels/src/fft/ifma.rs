//! The transform in eight AVX512-IFMA lanes.
//!
//! Element `8·k + t` of the input is lane `t` of vector `k`: a vector is eight neighbours. With `m = n/8` the transform is
//! split into `m × 8` (Bailey's four steps): eight transforms of size `m`, one a lane, over the vectors; twiddles `ω^{tq}`; and
//! transforms of size 8 across the lanes, for which eight vectors are transposed. Coefficient `q + m·s` is what transform `s`
//! across the lanes gives for the vector of frequency `q`.
//!
//! Values are lazily reduced: below `4r` between the steps, below `8r` as factors; twiddles are below `r`.
//!
//! Source: Bailey, "FFTs in external or hierarchical memory", J. Supercomputing 4 (1990), section 3.

use ark_bn254::Fr;
use ark_ff::Field;
use rayon::prelude::*;

use super::{odd_coset_generator, powers};
use crate::lanes::ifma::{Ifma, R, Vector, split};
use crate::lanes::{Instructions, Task};

/// Eight vectors at least, so that whole squares are transposed.
pub(super) const SMALLEST_BITS: u32 = 6;
/// Vectors that a thread transforms without handing parts to others: 160 KiB.
const BLOCK: usize = 512;

/// Eight field elements.
pub(super) type Element = Vector<R>;

/// A field element in 52-bit limbs, Montgomery factor `2^260`.
type Limbs = [u64; 5];

pub(super) struct Transform {
    token: Ifma,
    /// Vectors: an eighth of the domain.
    size: usize,
    inverse: Roots,
    forward: Roots,
    /// `ω^{-tq}` in lane `t` for the frequency `q` of each vector, in bit-reversed order.
    before: Vec<Element>,
    /// `g^q·ω^{tq}/n`.
    after: Vec<Element>,
    /// `g^{m·s}` for `s < 8`.
    shift: [Limbs; 8],
}

/// Roots of unity for one direction.
struct Roots {
    /// For each step, from the one over all vectors on: the powers of its root.
    steps: Vec<Vec<Limbs>>,
    /// First three powers of the root of order 8.
    eighth: [Limbs; 3],
}

fn limbs(value: Fr) -> Limbs {
    split((value * Fr::from(16u64)).0.0)
}

impl Roots {
    fn new(root: Fr, size: usize) -> Self {
        let mut steps = Vec::new();
        let mut half = size / 2;
        let mut of_step = root.pow([8u64]);
        while half > 0 {
            steps.push(powers(of_step, half).into_iter().map(limbs).collect());
            of_step.square_in_place();
            half /= 2;
        }
        let eighth = root.pow([size as u64]);
        let eighth = [eighth, eighth.square(), eighth.square() * eighth].map(limbs);
        Self { steps, eighth }
    }
}

impl Transform {
    pub(super) fn new(token: Ifma, bits: u32) -> Self {
        let size = 1usize << (bits - 3);
        let generator = odd_coset_generator(bits);
        let root = generator.square();
        let inverse = root.inverse().expect("a root of unity is not zero");
        let by = Fr::from(8 * size as u64).inverse().expect("n is below the modulus");
        // Montgomery's other factor, for what goes into lanes.
        let sixteen = Fr::from(16u64);
        let frequency = |place: usize| place.reverse_bits() >> (usize::BITS - (bits - 3));
        let table = |first: &[Fr], root: &[Fr]| -> Vec<Element> {
            (0..size)
                .into_par_iter()
                .with_min_len(BLOCK)
                .map(|place| {
                    let q = frequency(place);
                    let mut value = first[q];
                    let mut lanes = [[0u64; 4]; 8];
                    for lane in &mut lanes {
                        *lane = value.0.0;
                        value *= root[q];
                    }
                    Vector::from_lanes(token, &lanes)
                })
                .collect()
        };
        let mut scales = powers(generator, size);
        scales.par_iter_mut().for_each(|scale| *scale *= by * sixteen);
        Self {
            token,
            size,
            before: table(&vec![sixteen; size], &powers(inverse, size)),
            after: table(&scales, &powers(root, size)),
            inverse: Roots::new(inverse, size),
            forward: Roots::new(root, size),
            shift: core::array::from_fn(|s| limbs(generator.pow([(size * s) as u64]))),
        }
    }

    pub(super) fn products(
        &self,
        a: &[Fr],
        b: &[Fr],
        vectors: &mut [Vec<Element>; 2],
        products: &mut Vec<[u64; 4]>,
    ) {
        let [of_a, of_b] = vectors;
        let zero = Vector::splat(self.token, [0; 5]);
        of_a.resize(self.size, zero);
        of_b.resize(self.size, zero);
        rayon::join(|| self.to_coset(a, of_a), || self.to_coset(b, of_b));
        products.resize(8 * self.size, [0; 4]);
        products
            .par_chunks_mut(8 * BLOCK)
            .zip(of_a.par_chunks(BLOCK).zip(of_b.par_chunks(BLOCK)))
            .for_each(|(products, (a, b))| self.token.run(Multiply { token: self.token, a, b, products }));
    }

    fn to_coset(&self, values: &[Fr], vectors: &mut [Element]) {
        assert_eq!(values.len(), 8 * self.size, "as many values as the domain has elements");
        vectors
            .par_chunks_mut(BLOCK)
            .zip(values.par_chunks(8 * BLOCK))
            .for_each(|(vectors, values)| self.token.run(Load { token: self.token, values, vectors }));
        self.in_frequency(vectors, &self.inverse.steps);
        vectors
            .par_chunks_mut(BLOCK)
            .zip(self.before.par_chunks(BLOCK).zip(self.after.par_chunks(BLOCK)))
            .for_each(|(vectors, (before, after))| {
                self.token.run(Across { transform: self, vectors, before, after });
            });
        self.in_time(vectors, &self.forward.steps);
    }

    /// Natural order to bit-reversed order, in each lane.
    fn in_frequency(&self, vectors: &mut [Element], steps: &[Vec<Limbs>]) {
        let token = self.token;
        if vectors.len() <= BLOCK {
            return token.run(InFrequency { token, vectors, steps, once: false });
        }
        token.run(InFrequency { token, vectors, steps, once: true });
        let (low, high) = vectors.split_at_mut(vectors.len() / 2);
        rayon::join(|| self.in_frequency(low, &steps[1..]), || self.in_frequency(high, &steps[1..]));
    }

    /// Bit-reversed order to natural order, in each lane.
    fn in_time(&self, vectors: &mut [Element], steps: &[Vec<Limbs>]) {
        let token = self.token;
        if vectors.len() <= BLOCK {
            return token.run(InTime { token, vectors, steps, once: false });
        }
        let (low, high) = vectors.split_at_mut(vectors.len() / 2);
        rayon::join(|| self.in_time(low, &steps[1..]), || self.in_time(high, &steps[1..]));
        token.run(InTime { token, vectors, steps, once: true });
    }
}

/// Overwrites field elements with zeros.
pub(super) fn erase(vectors: &mut Vec<Element>) {
    if let Some(first) = vectors.first() {
        let zero = first.minus_plus::<0>(first);
        vectors.fill(zero);
        // The compiler must not take the fill for one that nobody reads.
        core::hint::black_box(&vectors);
    }
}

/// `a + b` and `a − b`, below `4r` for operands below `4r`.
#[inline(always)]
fn sum(a: &Element, b: &Element) -> Element {
    a.plus(b).reduced_by::<4>()
}

#[inline(always)]
fn difference(a: &Element, b: &Element) -> Element {
    a.minus_plus::<4>(b).reduced_by::<4>()
}

/// Steps of a decimation in frequency: the first only, or all.
struct InFrequency<'a> {
    token: Ifma,
    vectors: &'a mut [Element],
    steps: &'a [Vec<Limbs>],
    once: bool,
}

impl Task for InFrequency<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut length = self.vectors.len();
        for roots in self.steps {
            for part in self.vectors.chunks_exact_mut(length) {
                let (low, high) = part.split_at_mut(length / 2);
                for index in 0..roots.len().min(low.len()).min(high.len()) {
                    let (a, b) = (low[index], high[index]);
                    low[index] = sum(&a, &b);
                    high[index] = a.minus_plus::<4>(&b).times(&Vector::splat(self.token, roots[index]));
                }
            }
            if self.once {
                return;
            }
            length /= 2;
        }
    }
}

/// Steps of a decimation in time: the last only, or all.
struct InTime<'a> {
    token: Ifma,
    vectors: &'a mut [Element],
    steps: &'a [Vec<Limbs>],
    once: bool,
}

impl Task for InTime<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let steps = if self.once { &self.steps[..1] } else { self.steps };
        for roots in steps.iter().rev() {
            for part in self.vectors.chunks_exact_mut(2 * roots.len()) {
                let (low, high) = part.split_at_mut(roots.len());
                for index in 0..roots.len().min(low.len()).min(high.len()) {
                    let product = high[index].times(&Vector::splat(self.token, roots[index]));
                    let a = low[index];
                    low[index] = sum(&a, &product);
                    high[index] = difference(&a, &product);
                }
            }
        }
    }
}

/// Between the two directions: across the lanes, scaling, and back across the lanes.
struct Across<'a> {
    transform: &'a Transform,
    vectors: &'a mut [Element],
    before: &'a [Element],
    after: &'a [Element],
}

impl Task for Across<'_> {
    type Output = ();

    #[inline(always)]
    // An iterator's closures would be compiled for the processors that all have in common.
    #[allow(clippy::needless_range_loop)]
    fn run(self) {
        let token = self.transform.token;
        let inverse = splat_three(token, &self.transform.inverse.eighth);
        let forward = splat_three(token, &self.transform.forward.eighth);
        for start in (0..self.vectors.len()).step_by(8) {
            let mut square = [self.vectors[start]; 8];
            for index in 0..8 {
                square[index] = self.vectors[start + index].times(&self.before[start + index]);
            }
            let mut square = of_eight(Vector::transposed(&square), &inverse);
            for index in 1..8 {
                square[index] = square[index].times(&Vector::splat(token, self.transform.shift[index]));
            }
            let square = Vector::transposed(&of_eight(square, &forward));
            for index in 0..8 {
                self.vectors[start + index] = square[index].times(&self.after[start + index]);
            }
        }
    }
}

#[inline(always)]
fn splat_three(token: Ifma, limbs: &[Limbs; 3]) -> [Element; 3] {
    let [first, second, third] = *limbs;
    [Vector::splat(token, first), Vector::splat(token, second), Vector::splat(token, third)]
}

/// A transform of size 8 over eight vectors, natural order in and out. `roots`: the first powers of the root of order 8.
#[inline(always)]
fn of_eight(values: [Element; 8], roots: &[Element; 3]) -> [Element; 8] {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = values;
    let even = [sum(&x0, &x4), sum(&x1, &x5), sum(&x2, &x6), sum(&x3, &x7)];
    let odd = [
        difference(&x0, &x4),
        x1.minus_plus::<4>(&x5).times(&roots[0]),
        x2.minus_plus::<4>(&x6).times(&roots[1]),
        x3.minus_plus::<4>(&x7).times(&roots[2]),
    ];
    let [y0, y2, y4, y6] = of_four(even, &roots[1]);
    let [y1, y3, y5, y7] = of_four(odd, &roots[1]);
    [y0, y1, y2, y3, y4, y5, y6, y7]
}

#[inline(always)]
fn of_four(values: [Element; 4], root: &Element) -> [Element; 4] {
    let [x0, x1, x2, x3] = values;
    let (a, b) = (sum(&x0, &x2), sum(&x1, &x3));
    let (c, d) = (difference(&x0, &x2), x1.minus_plus::<4>(&x3).times(root));
    [sum(&a, &b), sum(&c, &d), difference(&a, &b), difference(&c, &d)]
}

/// From arkworks' representation (`x·2^256`) to that of the lanes.
struct Load<'a> {
    token: Ifma,
    values: &'a [Fr],
    vectors: &'a mut [Element],
}

impl Task for Load<'_> {
    type Output = ();

    #[inline(always)]
    // As in `Across`.
    #[allow(clippy::needless_range_loop)]
    fn run(self) {
        // A Montgomery product with 2^264 divides by 2^260: x·2^256 becomes x·2^260.
        let factor = Vector::splat(self.token, R::TWO_TO_264);
        for (index, vector) in self.vectors.iter_mut().enumerate() {
            let mut lanes = [[0u64; 4]; 8];
            for lane in 0..8 {
                lanes[lane] = self.values[8 * index + lane].0.0;
            }
            *vector = Vector::from_lanes(self.token, &lanes).times(&factor);
        }
    }
}

/// `a·b` as integers below `r`.
struct Multiply<'a> {
    token: Ifma,
    a: &'a [Element],
    b: &'a [Element],
    products: &'a mut [[u64; 4]],
}

impl Task for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    // As in `Across`.
    #[allow(clippy::needless_range_loop)]
    fn run(self) {
        let one = Vector::splat(self.token, [1, 0, 0, 0, 0]);
        for index in 0..self.a.len() {
            let product = self.a[index].times(&self.b[index]).times(&one);
            let lanes = product.reduced_by::<1>().to_lanes();
            for lane in 0..8 {
                self.products[8 * index + lane] = lanes[lane];
            }
        }
    }
}

impl R {
    /// `2^264 mod r`.
    const TWO_TO_264: Limbs = split(Fr::new(ark_ff::BigInt::new([256, 0, 0, 0])).0.0);
}
