//! The pairing's code over bounds instead of values: what every operation asks of its operands is asserted, for all values.

use super::arithmetic::{Arithmetic, Quadratic};
use super::miller::{Constants, Group, Homogeneous, Step, TwistPoint, miller_loops};
use super::multiples::multiples;

/// `2^260/q`, rounded down: a vector's bound.
const ROOM: f64 = 84.6;
/// What a product of two vectors adds to a column, in units of which `2^62` holds 102: ten halves of products below `2^52`.
const COLUMNS: u64 = 102;

/// A vector below so many times `q`.
#[derive(Clone, Copy, Debug)]
struct Bound(f64);

/// A wide value between so many times `q²`, whose columns hold so many products.
#[derive(Clone, Copy, Debug)]
struct WideBound {
    low: f64,
    high: f64,
    products: u64,
}

impl Bound {
    fn checked(bound: f64) -> Self {
        assert!(bound <= ROOM, "{bound} times the modulus does not fit");
        Self(bound)
    }
}

impl Arithmetic for Bound {
    type Wide = WideBound;

    fn plus(&self, other: &Self) -> Self {
        Self::checked(self.0 + other.0)
    }

    fn minus<const K: u64>(&self, other: &Self) -> Self {
        assert!(other.0 <= K as f64, "{} is subtracted, {K} added", other.0);
        Self::checked(self.0 + K as f64)
    }

    fn settled(&self) -> Self {
        Self::checked(self.0);
        Self(1.02)
    }

    fn times_wide(&self, other: &Self) -> WideBound {
        WideBound { low: 0.0, high: self.0 * other.0, products: 1 }
    }

    fn wide_plus(a: &WideBound, b: &WideBound) -> WideBound {
        WideBound { low: a.low + b.low, high: a.high + b.high, products: a.products + b.products }
    }

    fn wide_minus(a: &WideBound, b: &WideBound) -> WideBound {
        WideBound { low: a.low - b.high, high: a.high - b.low, products: a.products + b.products }
    }

    fn reduced<const K: u64>(wide: &WideBound) -> Self {
        assert!(wide.products <= COLUMNS, "{} products in a column", wide.products);
        assert!(wide.low / ROOM + K as f64 >= 0.0, "{wide:?} plus {K} may be negative");
        Self::checked(wide.high / ROOM + 1.0 + K as f64)
    }

    fn replaced(&self, _: u8, other: &Self) -> Self {
        Self(self.0.max(other.0))
    }

    fn products(a: &[Self; 2], b: &[Self; 2]) -> [WideBound; 2] {
        // As in the trait's own: the sums have to fit, and so many products come together. The values are known better than by
        // adding up intervals, since the same products are added and subtracted.
        let [first, second] = [a[0].times_wide(&b[0]), a[1].times_wide(&b[1])];
        let _ = a[0].plus(&a[1]).times_wide(&b[0].plus(&b[1]));
        let cross = a[0].0 * b[1].0 + a[1].0 * b[0].0;
        [
            WideBound { low: -second.high, high: first.high, products: 2 },
            WideBound { low: 0.0, high: cross, products: 3 },
        ]
    }
}

fn canonical() -> Quadratic<Bound> {
    Quadratic([Bound(1.0); 2])
}

#[test]
fn no_miller_loop_exceeds_its_bounds() {
    let constants = Constants { one: canonical(), three_b: canonical() };
    let point = TwistPoint { x: canonical(), y: canonical() };
    let group = || Group {
        x: Bound(1.0),
        minus_y: Bound(1.0),
        addends: [point; 4],
        sum: Homogeneous::of(&point, &constants),
        unused: 0,
    };
    // Far more steps than bounds need to settle, in every order of two.
    let mut steps = vec![Step::Add(0)];
    for _ in 0..40 {
        steps.extend([Step::Double, Step::Double, Step::Add(0), Step::Add(1), Step::Double]);
    }
    let f = miller_loops(&steps, &mut [group(), group()], &constants, &canonical());
    for Quadratic(parts) in f {
        assert!(parts.iter().all(|part| part.0 <= 1.02));
    }
}

#[test]
fn no_multiple_exceeds_its_bounds() {
    let bound = Bound(1.0);
    let multiple = multiples(&bound, &bound, &bound, &[0xff; 128]);
    for part in [multiple.x, multiple.y, multiple.z] {
        assert!(part.0 <= 3.0, "{part:?}");
    }
}

#[test]
#[should_panic(expected = "subtracted")]
fn a_subtrahend_above_what_is_added_is_noticed() {
    Bound(3.5).minus::<3>(&Bound(3.5));
}

#[test]
#[should_panic(expected = "may be negative")]
fn a_negative_reduction_is_noticed() {
    let wide = Bound::wide_minus(&Bound(1.0).times_wide(&Bound(1.0)), &Bound(2.0).times_wide(&Bound(1.0)));
    Bound::reduced::<0>(&wide);
}

#[test]
#[should_panic(expected = "does not fit")]
fn a_sum_that_does_not_fit_is_noticed() {
    Bound(42.0).plus(&Bound(43.0));
}

#[test]
#[should_panic(expected = "products in a column")]
fn too_many_products_are_noticed() {
    let one = Bound(0.1).times_wide(&Bound(0.1));
    let sum = (0..102).fold(one, |sum, _| Bound::wide_plus(&sum, &one));
    Bound::reduced::<0>(&sum);
}
