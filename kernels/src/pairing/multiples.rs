//! Multiples of points of G1 by short integers, one in each lane.

use super::arithmetic::Arithmetic;

/// `(x/z², y/z³)`.
#[derive(Clone, Copy)]
pub(super) struct Jacobian<A> {
    pub(super) x: A,
    pub(super) y: A,
    pub(super) z: A,
}

#[inline(always)]
fn times<A: Arithmetic>(a: &A, b: &A) -> A {
    A::reduced::<0>(&a.times_wide(b))
}

#[inline(always)]
fn twice<A: Arithmetic>(a: &A) -> A {
    a.plus(a)
}

impl<A: Arithmetic> Jacobian<A> {
    /// `2·self`. Coordinates are below `3q` before and after.
    ///
    /// Source: the Explicit-Formulas Database, short Weierstrass curves with a = 0, "dbl-2009-l" (Lange).
    #[inline(always)]
    fn doubled(&self) -> Self {
        let a = times(&self.x, &self.x);
        let b = times(&self.y, &self.y);
        let c = times(&b, &b);
        let d = twice(&twice(&times(&self.x, &b)));
        let e = twice(&a).plus(&a);
        let x = times(&e, &e).minus::<16>(&twice(&d)).settled();
        let y = times(&e, &d.minus::<2>(&x)).minus::<16>(&twice(&twice(&twice(&c)))).settled();
        Self { x, y, z: twice(&times(&self.y, &self.z)).settled() }
    }

    /// `self + (x, y)`, which must be neither the same point, nor opposite, nor infinity.
    ///
    /// Source: the Explicit-Formulas Database, "madd" (Cohen, Miyaji, Ono 1998).
    #[inline(always)]
    fn plus_affine(&self, x: &A, y: &A) -> Self {
        let zz = times(&self.z, &self.z);
        let h = times(x, &zz).minus::<3>(&self.x);
        let r = times(y, &times(&self.z, &zz)).minus::<3>(&self.y);
        let hh = times(&h, &h);
        let hhh = times(&h, &hh);
        let v = times(&self.x, &hh);
        let sum_x = times(&r, &r).minus::<8>(&hhh.plus(&twice(&v))).settled();
        let sum_y = times(&r, &v.minus::<2>(&sum_x)).minus::<2>(&times(&self.y, &hhh)).settled();
        Self { x: sum_x, y: sum_y, z: times(&self.z, &h) }
    }

    #[inline(always)]
    fn replaced(&self, mask: u8, other: &Self) -> Self {
        Self {
            x: self.x.replaced(mask, &other.x),
            y: self.y.replaced(mask, &other.y),
            z: self.z.replaced(mask, &other.z),
        }
    }
}

/// `scalar·(x, y)` in each lane, for scalars that are not zero. Bits of a scalar, the highest first, are those of its lane in
/// `bits`: multiples on the way are below `2^128`, so that none is `±1` when one is added to it.
#[inline(always)]
pub(super) fn multiples<A: Arithmetic>(x: &A, y: &A, one: &A, bits: &[u8; 128]) -> Jacobian<A> {
    let point = Jacobian { x: *x, y: *y, z: *one };
    let mut multiple = point;
    let mut begun = 0u8;
    for set in bits {
        let doubled = multiple.doubled();
        let sum = doubled.plus_affine(x, y).replaced(!begun, &point);
        let next = doubled.replaced(*set, &sum);
        multiple = point.replaced(begun | set, &next);
        begun |= set;
    }
    multiple
}
