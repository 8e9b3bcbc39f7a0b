//! The arithmetic that Miller loops need, lane by lane and lazily reduced, and its quadratic extension.
//!
//! Values are not kept below the modulus `q`; every operation says what it asks of its operands' bounds and what bound its result
//! has, in multiples of `q`. Nobody has to add these up by hand: [`super::bounds`] runs the code of this module over bounds
//! instead of values, and since what is done never depends on values, one such run covers all.

/// Elements of the base field, one in each lane.
pub(super) trait Arithmetic: Copy {
    /// A sum of products that was not reduced yet.
    type Wide: Copy;

    /// `self + other`.
    fn plus(&self, other: &Self) -> Self;

    /// `self − other + k·q`, for an `other` of at most `k·q`.
    fn minus<const K: u64>(&self, other: &Self) -> Self;

    /// The same residue, below `1.02·q`.
    fn settled(&self) -> Self;

    /// `self · other`.
    fn times_wide(&self, other: &Self) -> Self::Wide;

    /// `a + b`.
    fn wide_plus(a: &Self::Wide, b: &Self::Wide) -> Self::Wide;

    /// `a − b`.
    fn wide_minus(a: &Self::Wide, b: &Self::Wide) -> Self::Wide;

    /// The residue of `wide/2^260`, plus `k·q`, which must make it positive; below `q` more than that quotient.
    fn reduced<const K: u64>(wide: &Self::Wide) -> Self;

    /// In the lanes of the mask `other`, in the others `self`.
    fn replaced(&self, mask: u8, other: &Self) -> Self;

    /// `(a₀ + a₁·u)·(b₀ + b₁·u)` with `u² = −1`, by Karatsuba's three products.
    #[inline(always)]
    fn products(a: &[Self; 2], b: &[Self; 2]) -> [Self::Wide; 2] {
        let first = a[0].times_wide(&b[0]);
        let second = a[1].times_wide(&b[1]);
        let sums = a[0].plus(&a[1]).times_wide(&b[0].plus(&b[1]));
        let cross = Self::wide_minus(&Self::wide_minus(&sums, &first), &second);
        [Self::wide_minus(&first, &second), cross]
    }
}

/// Elements `c₀ + c₁·u` of the quadratic extension.
#[derive(Clone, Copy)]
pub(super) struct Quadratic<A>(pub(super) [A; 2]);

/// Products in the quadratic extension that were not reduced yet.
#[derive(Clone, Copy)]
pub(super) struct WideQuadratic<A: Arithmetic>([A::Wide; 2]);

impl<A: Arithmetic> Quadratic<A> {
    #[inline(always)]
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self([self.0[0].plus(&other.0[0]), self.0[1].plus(&other.0[1])])
    }

    #[inline(always)]
    pub(super) fn doubled(&self) -> Self {
        self.plus(self)
    }

    /// `self − other + k·q` in both parts, which are at most `k·q` in `other`.
    #[inline(always)]
    pub(super) fn minus<const K: u64>(&self, other: &Self) -> Self {
        Self([self.0[0].minus::<K>(&other.0[0]), self.0[1].minus::<K>(&other.0[1])])
    }

    #[inline(always)]
    pub(super) fn settled(&self) -> Self {
        Self([self.0[0].settled(), self.0[1].settled()])
    }

    #[inline(always)]
    pub(super) fn times_wide(&self, other: &Self) -> WideQuadratic<A> {
        WideQuadratic(A::products(&self.0, &other.0))
    }

    /// `self · other`; for bounds whose product is at most 84 below `3q`.
    #[inline(always)]
    pub(super) fn times(&self, other: &Self) -> Self {
        let [c0, c1] = A::products(&self.0, &other.0);
        Self([A::reduced::<1>(&c0), A::reduced::<0>(&c1)])
    }

    /// `self²`, for parts of at most `k·q`: `(c₀ + c₁)·(c₀ − c₁) + 2·c₀·c₁·u`.
    #[inline(always)]
    pub(super) fn squared<const K: u64>(&self) -> Self {
        let [c0, c1] = &self.0;
        let first = c0.plus(c1).times_wide(&c0.minus::<K>(c1));
        let second = c0.plus(c0).times_wide(c1);
        Self([A::reduced::<0>(&first), A::reduced::<0>(&second)])
    }

    /// `factor · self`.
    #[inline(always)]
    pub(super) fn times_base(&self, factor: &A) -> Self {
        Self([A::reduced::<0>(&self.0[0].times_wide(factor)), A::reduced::<0>(&self.0[1].times_wide(factor))])
    }

    /// `(9 + u)·self`, for parts of at most `k·q`.
    #[inline(always)]
    pub(super) fn times_nonresidue<const K: u64>(&self) -> Self {
        let [c0, c1] = &self.0;
        Self([nine(c0).minus::<K>(c1), nine(c1).plus(c0)])
    }

    #[inline(always)]
    pub(super) fn replaced(&self, mask: u8, other: &Self) -> Self {
        Self([self.0[0].replaced(mask, &other.0[0]), self.0[1].replaced(mask, &other.0[1])])
    }
}

#[inline(always)]
fn nine<A: Arithmetic>(a: &A) -> A {
    let twice = a.plus(a);
    let four_times = twice.plus(&twice);
    four_times.plus(&four_times).plus(a)
}

#[inline(always)]
fn wide_nine<A: Arithmetic>(a: &A::Wide) -> A::Wide {
    let twice = A::wide_plus(a, a);
    let four_times = A::wide_plus(&twice, &twice);
    A::wide_plus(&A::wide_plus(&four_times, &four_times), a)
}

impl<A: Arithmetic> WideQuadratic<A> {
    #[inline(always)]
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self([A::wide_plus(&self.0[0], &other.0[0]), A::wide_plus(&self.0[1], &other.0[1])])
    }

    #[inline(always)]
    pub(super) fn doubled(&self) -> Self {
        self.plus(self)
    }

    /// `(9 + u)·self`.
    #[inline(always)]
    pub(super) fn times_nonresidue(&self) -> Self {
        let [c0, c1] = &self.0;
        Self([A::wide_minus(&wide_nine::<A>(c0), c1), A::wide_plus(&wide_nine::<A>(c1), c0)])
    }

    #[inline(always)]
    pub(super) fn reduced<const K: u64>(&self) -> Quadratic<A> {
        Quadratic([A::reduced::<K>(&self.0[0]), A::reduced::<K>(&self.0[1])])
    }
}
