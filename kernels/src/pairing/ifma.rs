//! Eight Miller loops and eight multiples at a time.

use ark_bn254::{Config, Fq, Fq2, Fq6, Fq12, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, bn::BnConfig, short_weierstrass::SWCurveConfig};
use ark_ff::{AdditiveGroup, Field, Zero};

use super::arithmetic::{Arithmetic, Quadratic};
use super::miller::{Accumulator, Constants, Group, Homogeneous, Step, TwistPoint, miller_loops};
use super::multiples::multiples;
use crate::lanes::ifma::{Ifma, Modulus, Q, Vector, Wide};
use crate::lanes::{Instructions, Task};
use crate::points::{pack, unpack};

const LANES: usize = 8;

impl Arithmetic for Vector<Q> {
    type Wide = Wide<Q>;

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        self.plus(other)
    }

    #[inline(always)]
    fn minus<const K: u64>(&self, other: &Self) -> Self {
        self.minus_plus::<K>(other)
    }

    #[inline(always)]
    fn settled(&self) -> Self {
        self.settled()
    }

    #[inline(always)]
    fn times_wide(&self, other: &Self) -> Wide<Q> {
        self.times_wide(other)
    }

    #[inline(always)]
    fn wide_plus(a: &Wide<Q>, b: &Wide<Q>) -> Wide<Q> {
        a.plus(b)
    }

    #[inline(always)]
    fn wide_minus(a: &Wide<Q>, b: &Wide<Q>) -> Wide<Q> {
        a.minus(b)
    }

    #[inline(always)]
    fn reduced<const K: u64>(wide: &Wide<Q>) -> Self {
        let quotient = wide.reduced();
        if K == 0 { quotient.carried() } else { quotient.plus_moduli::<K>().carried() }
    }

    #[inline(always)]
    fn replaced(&self, mask: u8, other: &Self) -> Self {
        self.replaced(mask, other)
    }
}

/// The product of the Miller loops of pairs without infinity.
pub(super) fn product(token: Ifma, pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
    let lanes = token.run(Loops { token, pairs, steps: &steps() });
    lanes.iter().product()
}

/// The loop's steps, read from its digits.
fn steps() -> Vec<Step> {
    const { assert!(!Config::X_IS_NEGATIVE) };
    let mut steps = Vec::new();
    for digit in Config::ATE_LOOP_COUNT.iter().rev().skip(1) {
        steps.push(Step::Double);
        match digit {
            1 => steps.push(Step::Add(0)),
            -1 => steps.push(Step::Add(1)),
            _ => {}
        }
    }
    steps.extend([Step::Add(2), Step::Add(3)]);
    steps
}

struct Loops<'a> {
    token: Ifma,
    pairs: &'a [(G1Affine, G2Affine)],
    steps: &'a [Step],
}

impl Task for Loops<'_> {
    type Output = [Fq12; LANES];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Self { token, pairs, steps } = self;
        let three_b = <Config as BnConfig>::G2Config::COEFF_B * Fq2::from(3u64);
        let constants = Constants {
            one: quadratic(token, &[Fq2::ONE; LANES]),
            three_b: quadratic(token, &[three_b; LANES]),
        };
        let mut groups = Vec::with_capacity(pairs.len().div_ceil(LANES));
        for pairs in pairs.chunks(LANES) {
            groups.push(group(token, pairs, &constants));
        }
        let zero = quadratic(token, &[Fq2::ZERO; LANES]);
        elements(&miller_loops(steps, &mut groups, &constants, &zero))
    }
}

fn group(token: Ifma, pairs: &[(G1Affine, G2Affine)], constants: &Constants<Vector<Q>>) -> Group<Vector<Q>> {
    let mut padded = [(G1Affine::generator(), G2Affine::generator()); LANES];
    padded[..pairs.len()].copy_from_slice(pairs);
    let frobenius = padded.map(|(_, q)| image(&q));
    let addends = [padded.map(|(_, q)| q), padded.map(|(_, q)| -q), frobenius, frobenius.map(|q| -image(&q))]
        .map(|points| TwistPoint {
            x: quadratic(token, &points.map(|point| point.x)),
            y: quadratic(token, &points.map(|point| point.y)),
        });
    Group {
        x: vector(token, &padded.map(|(p, _)| p.x)),
        minus_y: vector(token, &padded.map(|(p, _)| -p.y)),
        addends,
        sum: Homogeneous::of(&addends[0], constants),
        unused: u8::MAX.checked_shl(pairs.len() as u32).unwrap_or(0),
    }
}

/// The image under Frobenius, brought back to the twist.
fn image(point: &G2Affine) -> G2Affine {
    let mut image = *point;
    image.x.frobenius_map_in_place(1);
    image.y.frobenius_map_in_place(1);
    image.x *= Config::TWIST_MUL_BY_Q_X;
    image.y *= Config::TWIST_MUL_BY_Q_Y;
    image
}

/// The eight elements `Σ gᵢ·wⁱ`, in arkworks' tower with `v = w²`.
#[inline(always)]
fn elements(f: &Accumulator<Vector<Q>>) -> [Fq12; LANES] {
    let mut coefficients = [[Fq2::ZERO; LANES]; 6];
    for (coefficients, Quadratic([c0, c1])) in coefficients.iter_mut().zip(f) {
        let (c0, c1) = (c0.canonical().to_lanes(), c1.canonical().to_lanes());
        for ((coefficient, c0), c1) in coefficients.iter_mut().zip(c0).zip(c1) {
            *coefficient = Fq2::new(unpack(c0), unpack(c1));
        }
    }
    let [g0, g1, g2, g3, g4, g5] = coefficients;
    let mut elements = [Fq12::ONE; LANES];
    for (lane, element) in elements.iter_mut().enumerate() {
        *element = Fq12::new(Fq6::new(g0[lane], g2[lane], g4[lane]), Fq6::new(g1[lane], g3[lane], g5[lane]));
    }
    elements
}

#[inline(always)]
fn vector(token: Ifma, lanes: &[Fq; LANES]) -> Vector<Q> {
    let [a, b, c, d, e, f, g, h] = lanes;
    let packed = [pack(a), pack(b), pack(c), pack(d), pack(e), pack(f), pack(g), pack(h)];
    Vector::from_lanes(token, &packed)
}

#[inline(always)]
fn quadratic(token: Ifma, lanes: &[Fq2; LANES]) -> Quadratic<Vector<Q>> {
    let (mut c0, mut c1) = ([Fq::ZERO; LANES], [Fq::ZERO; LANES]);
    for ((c0, c1), lane) in c0.iter_mut().zip(&mut c1).zip(lanes) {
        (*c0, *c1) = (lane.c0, lane.c1);
    }
    Quadratic([vector(token, &c0), vector(token, &c1)])
}

/// `scalar·point` of each; neither is zero.
pub(super) fn products(token: Ifma, terms: &[(G1Affine, u128)]) -> Vec<G1Projective> {
    let mut products = Vec::with_capacity(terms.len().next_multiple_of(LANES));
    for terms in terms.chunks(LANES) {
        products.extend(token.run(Multiples { token, terms }));
    }
    products.truncate(terms.len());
    products
}

struct Multiples<'a> {
    token: Ifma,
    terms: &'a [(G1Affine, u128)],
}

impl Task for Multiples<'_> {
    type Output = [G1Projective; LANES];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Self { token, terms } = self;
        let mut x = [Fq::ONE; LANES];
        let mut y = [Fq::from(2u64); LANES];
        let mut bits = [0u8; 128];
        for (lane, (point, scalar)) in terms.iter().enumerate() {
            (x[lane], y[lane]) = (point.x, point.y);
            for (index, bits) in bits.iter_mut().rev().enumerate() {
                *bits |= ((scalar >> index) as u8 & 1) << lane;
            }
        }
        let one = Vector::splat(token, Q::ONE);
        let multiple = multiples(&vector(token, &x), &vector(token, &y), &one, &bits);
        let parts = [multiple.x, multiple.y, multiple.z].map(|part| part.canonical().to_lanes());
        let mut products = [G1Projective::zero(); LANES];
        for (lane, product) in products.iter_mut().enumerate() {
            let [x, y, z] = [parts[0][lane], parts[1][lane], parts[2][lane]].map(unpack);
            *product = G1Projective::new_unchecked(x, y, z);
        }
        products
    }
}
