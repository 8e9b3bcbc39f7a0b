//! Miller loops of BN254's optimal ate pairing, one in each lane, with one accumulator for all groups of lanes.
//!
//! The twist is of type D: a line through points of the twist, evaluated at `P`, is `l₀ + l₁·w + l₃·w³` with `w⁶ = 9 + u`.
//! Coordinates are homogeneous, and a line may have any factor in the quadratic extension, which the final exponentiation removes.
//!
//! Source: Costello, Lange, Naehrig, "Faster pairing computations on curves with high-degree twists", PKC 2010, section 5, with
//! all coordinates times four to avoid halves; Vercauteren, "Optimal pairings", IEEE Transactions on Information Theory 2010.

use super::arithmetic::{Arithmetic, Quadratic};

/// What a step of the loop does with the point of the twist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Squares the accumulator, unless this is the first step, and doubles the point.
    Double,
    /// Adds one of [`Group::addends`].
    Add(usize),
}

/// A point of the twist.
#[derive(Clone, Copy)]
pub(super) struct TwistPoint<A> {
    pub(super) x: Quadratic<A>,
    pub(super) y: Quadratic<A>,
}

/// As many pairs of points as there are lanes.
pub(super) struct Group<A> {
    /// `x` and `−y` of the point of G1.
    pub(super) x: A,
    pub(super) minus_y: A,
    /// `Q`, `−Q`, `π(Q)`, `−π²(Q)`.
    pub(super) addends: [TwistPoint<A>; 4],
    /// What has become of `Q`.
    pub(super) sum: Homogeneous<A>,
    /// The lanes without a pair.
    pub(super) unused: u8,
}

/// `(x/z, y/z)`.
#[derive(Clone, Copy)]
pub(super) struct Homogeneous<A> {
    x: Quadratic<A>,
    y: Quadratic<A>,
    z: Quadratic<A>,
}

/// `l₀ + l₁·w + l₃·w³`.
pub(super) struct Line<A> {
    l0: Quadratic<A>,
    l1: Quadratic<A>,
    l3: Quadratic<A>,
}

/// `Σ gᵢ·wⁱ`.
pub(super) type Accumulator<A> = [Quadratic<A>; 6];

/// Numbers that the loop needs.
#[derive(Clone, Copy)]
pub(super) struct Constants<A> {
    /// One.
    pub(super) one: Quadratic<A>,
    /// Three times the twist's coefficient, `9/(9 + u)`.
    pub(super) three_b: Quadratic<A>,
}

impl<A: Arithmetic> Homogeneous<A> {
    /// A point with `z = 1`.
    #[inline(always)]
    pub(super) fn of(point: &TwistPoint<A>, constants: &Constants<A>) -> Self {
        Self { x: point.x, y: point.y, z: constants.one }
    }

    /// Doubles, and gives the tangent at what it was. Coordinates are below `3q` before and after.
    #[inline(always)]
    fn double(&mut self, constants: &Constants<A>, x: &A, minus_y: &A) -> Line<A> {
        let xy = self.x.times(&self.y);
        let b = self.y.squared::<3>();
        let e = self.z.squared::<3>().times(&constants.three_b);
        let three_e = e.doubled().plus(&e);
        let yz = self.y.times(&self.z);
        let xx = self.x.squared::<3>();
        let e_squared = e.squared::<3>();
        let four_e_squared = e_squared.doubled().doubled();
        let twelve_e_squared = four_e_squared.doubled().plus(&four_e_squared);

        let h = yz.doubled();
        let line = Line {
            l0: h.times_base(minus_y),
            l1: xx.doubled().plus(&xx).times_base(x),
            l3: e.minus::<3>(&b),
        };
        self.x = xy.doubled().times(&b.minus::<9>(&three_e).settled());
        self.y = b.plus(&three_e).settled().squared::<2>().minus::<32>(&twelve_e_squared).settled();
        self.z = b.times(&h.doubled().doubled());
        line
    }

    /// Adds a point of the twist, and gives the line through both. They are never the same or opposite, since the points have
    /// the prime order r and the loop's multiples are between.
    #[inline(always)]
    fn add(&mut self, point: &TwistPoint<A>, x: &A, minus_y: &A) -> Line<A> {
        let theta = self.y.minus::<3>(&point.y.times(&self.z)).settled();
        let lambda = self.x.minus::<3>(&point.x.times(&self.z)).settled();
        let line = Line {
            l0: lambda.times_base(minus_y),
            l1: theta.times_base(x),
            l3: lambda.times(&point.y).minus::<3>(&theta.times(&point.x)),
        };
        let d = lambda.squared::<2>();
        let e = lambda.times(&d);
        let f = self.z.times(&theta.squared::<2>());
        let g = self.x.times(&d);
        let h = e.plus(&f).minus::<6>(&g.doubled());
        self.x = lambda.times(&h);
        self.y = theta.times(&g.minus::<16>(&h)).minus::<3>(&e.times(&self.y)).settled();
        self.z = self.z.times(&e);
        line
    }
}

/// `f·line`, settled.
#[inline(always)]
fn times_line<A: Arithmetic>(f: &Accumulator<A>, line: &Line<A>) -> Accumulator<A> {
    let Line { l0, l1, l3 } = line;
    let [g0, g1, g2, g3, g4, g5] = f;
    macro_rules! coefficient {
        ($a:ident, $b:ident, $c:ident) => {
            $a.times_wide(l0).plus(&$b.times_wide(l1)).plus(&$c.times_wide(l3))
        };
        ($a:ident, $b:ident, over $c:ident) => {
            $a.times_wide(l0).plus(&$b.times_wide(l1)).plus(&$c.times_wide(l3).times_nonresidue())
        };
        ($a:ident, over $b:ident, $c:ident) => {
            $a.times_wide(l0).plus(&$b.times_wide(l1).plus(&$c.times_wide(l3)).times_nonresidue())
        };
    }
    [
        coefficient!(g0, over g5, g3).reduced::<4>().settled(),
        coefficient!(g1, g0, over g4).reduced::<4>().settled(),
        coefficient!(g2, g1, over g5).reduced::<4>().settled(),
        coefficient!(g3, g2, g0).reduced::<4>().settled(),
        coefficient!(g4, g3, g1).reduced::<4>().settled(),
        coefficient!(g5, g4, g2).reduced::<4>().settled(),
    ]
}

/// `f²`, settled.
#[inline(always)]
fn squared<A: Arithmetic>(f: &Accumulator<A>) -> Accumulator<A> {
    let [g0, g1, g2, g3, g4, g5] = f;
    macro_rules! twice {
        ($($a:ident $b:ident),+) => { sum!($($a.times_wide($b)),+).doubled() };
    }
    macro_rules! sum {
        ($first:expr $(, $more:expr)*) => { $first$(.plus(&$more))* };
    }
    // Coefficients of w⁰ to w¹⁰, those from w⁶ on to be multiplied by 9 + u.
    let low = [
        g0.times_wide(g0),
        twice!(g0 g1),
        twice!(g0 g2).plus(&g1.times_wide(g1)),
        twice!(g0 g3, g1 g2),
        twice!(g0 g4, g1 g3).plus(&g2.times_wide(g2)),
        twice!(g0 g5, g1 g4, g2 g3),
    ];
    let high = [
        twice!(g1 g5, g2 g4).plus(&g3.times_wide(g3)),
        twice!(g2 g5, g3 g4),
        twice!(g3 g5).plus(&g4.times_wide(g4)),
        twice!(g4 g5),
        g5.times_wide(g5),
    ];
    let mut out = [*g0; 6];
    for (index, out) in out.iter_mut().enumerate() {
        let mut coefficient = low[index].reduced::<1>();
        if let Some(high) = high.get(index) {
            coefficient = coefficient.plus(&high.reduced::<1>().times_nonresidue::<3>());
        }
        *out = coefficient.settled();
    }
    out
}

/// `Π f(Q, P)` over the groups, in each lane: to be multiplied over the lanes and exponentiated.
#[inline(always)]
pub(super) fn miller_loops<A: Arithmetic>(
    steps: &[Step],
    groups: &mut [Group<A>],
    constants: &Constants<A>,
    zero: &Quadratic<A>,
) -> Accumulator<A> {
    let mut f = [constants.one, *zero, *zero, *zero, *zero, *zero];
    for (index, step) in steps.iter().enumerate() {
        if *step == Step::Double && index > 0 {
            f = squared(&f);
        }
        for group in groups.iter_mut() {
            let line = match step {
                Step::Double => group.sum.double(constants, &group.x, &group.minus_y),
                Step::Add(addend) => group.sum.add(&group.addends[*addend], &group.x, &group.minus_y),
            };
            let product = times_line(&f, &line);
            for (f, product) in f.iter_mut().zip(&product) {
                *f = product.replaced(group.unused, f);
            }
        }
    }
    f
}
