//! Affine additions by the thousand, with one inversion for all of them.
//!
//! Three kinds of kernels: [`Adder::add_to_sums`], where point after point is added to a row of running sums that stay in lanes;
//! [`Adder::add_pairs`], where any points of an array are added to each other; and those of [`Row`], whose sums may be infinity and
//! are also doubled. All invert the differences of abscissas of a chunk together: six multiplications an addition. The formula
//! fails where abscissas are equal (the points are equal or opposite); the product of all differences is then zero, and the
//! additions concerned are taken out and done apart.
//!
//! Source: Montgomery, "Speeding the Pollard and elliptic curve methods of factorization", Math. Comp. 48 (1987), section
//! 10.3.1 (simultaneous inversion); Pippenger's method with affine buckets as in Botrel and El Housni, "Faster Montgomery
//! multiplication and Multi-Scalar-Multiplication for SNARKs", TCHES 2023, section 4.

mod row;
mod tree;

pub(crate) use row::{NONE, Row};
pub(crate) use tree::Lists;

use ark_ec::{AffineRepr, CurveGroup};

use crate::lanes::{Instructions, Lanes, NEGATIVE, Task, prefetch_point};
use crate::points::PackedPoint;

/// Additions that share an inversion, at most.
const CHUNK: usize = 2048;
/// Products of differences that are computed side by side, so that no multiplication waits for the one before.
const CHAINS: usize = 4;

/// An addition that the affine formula can't do: the entry was not added to the sum at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) place: u32,
    pub(crate) entry: u32,
}

/// Two places of an array whose points are added, and the place of the sum. Places of sums differ from each other and from
/// all other places that are read, but for the two of the same addition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) sum: u32,
}

/// Running sums in lanes: the sum at place `i` is lane `i mod COUNT` of vector `i / COUNT`.
pub(crate) struct Sums<L> {
    vectors: Vec<[L; 2]>,
}

/// The kernels of one path and group, with their buffers.
pub(crate) struct Adder<L: Lanes> {
    token: L::Token,
    differences: Vec<L>,
    rises: Vec<L>,
    before: Vec<L>,
    firsts: Vec<[L; 2]>,
    masks: Vec<u8>,
}

/// Entries ahead of which a point is asked for: some 300 ns of work.
const AHEAD: usize = 64;

/// Asks for the points of the vector that is due [`AHEAD`] entries later.
#[inline(always)]
fn prefetch<L: Lanes>(points: &[L::Point], entries: &[u32], vector: usize) {
    let start = vector * L::COUNT + AHEAD;
    if let Some(entries) = entries.get(start..start + L::COUNT) {
        for entry in entries {
            prefetch_point(points, *entry);
        }
    }
}

/// Entries for the lanes of one vector, the last one repeated where there are fewer, and the mask of the real ones.
#[inline(always)]
fn lanes_of<L: Lanes>(entries: &[u32], vector: usize) -> ([u32; 8], u8) {
    let start = vector * L::COUNT;
    let present = (entries.len() - start).min(L::COUNT);
    let mut out = [0u32; 8];
    for (lane, place) in out.iter_mut().enumerate().take(L::COUNT) {
        *place = entries[start + lane.min(present - 1)];
    }
    (out, if present == 8 { 0xff } else { (1 << present) - 1 })
}

impl<L: Lanes> Sums<L> {
    pub(crate) const fn new() -> Self {
        Self { vectors: Vec::new() }
    }
}

impl<L: Lanes> Adder<L> {
    pub(crate) fn new(token: L::Token) -> Self {
        let vectors = CHUNK / L::COUNT;
        let one = L::one(token);
        Self {
            token,
            differences: vec![one; vectors],
            rises: vec![one; vectors],
            before: vec![one; vectors],
            firsts: vec![[one; 2]; vectors],
            masks: vec![0; vectors],
        }
    }

    /// Begins sums with the points of the entries, one a place.
    pub(crate) fn begin(&self, sums: &mut Sums<L>, points: &[L::Point], entries: &[u32]) {
        self.token.run(Begin { adder: self, sums, points, entries });
    }

    /// Adds the point of entry `i` to the sum at place `i`; what can't be added by the formula is left out and listed.
    pub(crate) fn add_to_sums(
        &mut self,
        sums: &mut Sums<L>,
        points: &[L::Point],
        entries: &[u32],
        left_out: &mut Vec<LeftOut>,
    ) {
        self.token.run(AddToSums { adder: self, sums, points, entries, left_out });
    }

    /// Writes the sums out, place by place.
    pub(crate) fn write(&self, sums: &Sums<L>, points: &mut [L::Point]) {
        self.token.run(Write { sums, points });
    }

    /// Adds pairs of points of an array. Gives the places whose sum is infinity; what is there then means nothing.
    pub(crate) fn add_pairs(&mut self, points: &mut [L::Point], pairs: &[Pair]) -> Vec<u32> {
        self.token.run(AddPairs { adder: self, points, pairs })
    }

    #[inline(always)]
    fn do_begin(&self, sums: &mut Sums<L>, points: &[L::Point], entries: &[u32]) {
        sums.vectors.clear();
        for vector in 0..entries.len().div_ceil(L::COUNT) {
            prefetch::<L>(points, entries, vector);
            let (lanes, _) = lanes_of::<L>(entries, vector);
            sums.vectors.push(L::gather(self.token, points, &lanes[..L::COUNT]));
        }
    }

    #[inline(always)]
    fn do_add_to_sums(
        &mut self,
        sums: &mut Sums<L>,
        points: &[L::Point],
        entries: &[u32],
        left_out: &mut Vec<LeftOut>,
    ) {
        for (chunk, entries) in entries.chunks(CHUNK).enumerate() {
            let first = chunk * CHUNK;
            let vectors = entries.len().div_ceil(L::COUNT);
            let sums = &mut sums.vectors[first / L::COUNT..][..vectors];
            let mut products = [L::one(self.token); CHAINS];
            for vector in 0..vectors {
                prefetch::<L>(points, entries, vector);
                let (lanes, mask) = lanes_of::<L>(entries, vector);
                let [x, y] = L::gather(self.token, points, &lanes[..L::COUNT]);
                let [sum_x, sum_y] = &sums[vector];
                let mut difference = x.minus(sum_x);
                if mask != Self::FULL {
                    difference = difference.select(mask, &L::one(self.token));
                }
                self.masks[vector] = mask;
                self.differences[vector] = difference;
                self.rises[vector] = y.minus(sum_y);
                self.before[vector] = products[vector % CHAINS];
                products[vector % CHAINS] = products[vector % CHAINS].times(&difference);
            }
            let mut inverses = match self.inverses(&products) {
                Some(inverses) => inverses,
                None => {
                    self.take_out(vectors, |place| {
                        left_out.push(LeftOut { place: (first + place) as u32, entry: entries[place] });
                    });
                    self.retaken(vectors)
                }
            };
            for vector in (0..vectors).rev() {
                let slope = self.slope(vector, &mut inverses);
                let [sum_x, sum_y] = &sums[vector];
                let x = L::abscissa(&slope, &self.differences[vector], sum_x);
                let y = L::ordinate(&slope, sum_x, &x, sum_y);
                let mask = self.masks[vector];
                sums[vector] =
                    if mask == Self::FULL { [x, y] } else { [x.select(mask, sum_x), y.select(mask, sum_y)] };
            }
        }
    }

    #[inline(always)]
    fn do_write(sums: &Sums<L>, points: &mut [L::Point]) {
        for (vector, points) in sums.vectors.iter().zip(points.chunks_mut(L::COUNT)) {
            L::write(vector, points);
        }
    }

    #[inline(always)]
    fn do_add_pairs(&mut self, points: &mut [L::Point], pairs: &[Pair]) -> Vec<u32> {
        let mut infinite = Vec::new();
        for pairs in pairs.chunks(CHUNK) {
            let vectors = pairs.len().div_ceil(L::COUNT);
            let mut products = [L::one(self.token); CHAINS];
            for vector in 0..vectors {
                let start = vector * L::COUNT;
                let present = (pairs.len() - start).min(L::COUNT);
                let mask = if present == 8 { 0xff } else { (1u8 << present) - 1 };
                let (mut a, mut b) = ([0u32; 8], [0u32; 8]);
                for lane in 0..L::COUNT {
                    let pair = &pairs[start + lane.min(present - 1)];
                    (a[lane], b[lane]) = (pair.a, pair.b);
                }
                let first = L::gather(self.token, points, &a[..L::COUNT]);
                let [x, y] = L::gather(self.token, points, &b[..L::COUNT]);
                let mut difference = x.minus(&first[0]);
                if mask != Self::FULL {
                    difference = difference.select(mask, &L::one(self.token));
                }
                self.masks[vector] = mask;
                self.differences[vector] = difference;
                self.rises[vector] = y.minus(&first[1]);
                self.firsts[vector] = first;
                self.before[vector] = products[vector % CHAINS];
                products[vector % CHAINS] = products[vector % CHAINS].times(&difference);
            }
            let mut special = Vec::new();
            let mut inverses = match self.inverses(&products) {
                Some(inverses) => inverses,
                None => {
                    self.take_out(vectors, |place| special.push(pairs[place]));
                    self.retaken(vectors)
                }
            };
            // Before any sum is written: the operands of the special ones are read.
            let special = Self::add_apart(points, &special);
            for vector in (0..vectors).rev() {
                let slope = self.slope(vector, &mut inverses);
                let [first_x, first_y] = &self.firsts[vector];
                let x = L::abscissa(&slope, &self.differences[vector], first_x);
                let y = L::ordinate(&slope, first_x, &x, first_y);
                let mut sums = [L::Point::default(); 8];
                L::write(&[x, y], &mut sums[..L::COUNT]);
                let pairs = pairs[vector * L::COUNT..].iter();
                for (lane, (sum, pair)) in sums[..L::COUNT].iter().zip(pairs).enumerate() {
                    if self.masks[vector] >> lane & 1 == 1 {
                        points[pair.sum as usize] = *sum;
                    }
                }
            }
            for (place, sum) in special {
                match sum {
                    Some(sum) => points[place as usize] = sum,
                    None => infinite.push(place),
                }
            }
        }
        infinite
    }

    const FULL: u8 = if L::COUNT == 8 { 0xff } else { (1 << L::COUNT) - 1 };

    /// Inverses of the products of the chains; none where a factor is zero.
    #[inline(always)]
    fn inverses(&self, products: &[L; CHAINS]) -> Option<[L; CHAINS]> {
        let [p0, p1, p2, p3] = products;
        let (p01, p23) = (p0.times(p1), p2.times(p3));
        let inverse = p01.times(&p23).inverse(self.token)?;
        let (i01, i23) = (inverse.times(&p23), inverse.times(&p01));
        Some([i01.times(p1), i01.times(p0), i23.times(p3), i23.times(p2)])
    }

    /// The slope of the additions of a vector. Vectors are asked for from the last to the first.
    #[inline(always)]
    fn slope(&self, vector: usize, inverses: &mut [L; CHAINS]) -> L {
        let inverse = &mut inverses[vector % CHAINS];
        let own = inverse.times(&self.before[vector]);
        *inverse = inverse.times(&self.differences[vector]);
        self.rises[vector].times(&own)
    }

    /// Takes out the lanes whose difference is zero, and lists their places in the chunk.
    #[inline(always)]
    fn take_out(&mut self, vectors: usize, mut list: impl FnMut(usize)) {
        for vector in 0..vectors {
            let zero = self.differences[vector].zero_lanes() & self.masks[vector];
            for lane in (0..L::COUNT).filter(|lane| zero >> lane & 1 == 1) {
                list(vector * L::COUNT + lane);
            }
            self.masks[vector] &= !zero;
            let one = L::one(self.token);
            self.differences[vector] = one.select(zero, &self.differences[vector]);
        }
    }

    /// The inverses after lanes were taken out.
    #[inline(always)]
    fn retaken(&mut self, vectors: usize) -> [L; CHAINS] {
        let mut products = [L::one(self.token); CHAINS];
        for vector in 0..vectors {
            self.before[vector] = products[vector % CHAINS];
            products[vector % CHAINS] = products[vector % CHAINS].times(&self.differences[vector]);
        }
        self.inverses(&products).expect("no difference is zero any more")
    }

    /// Sums of equal or opposite points, by complete formulas; infinity is none.
    fn add_apart(points: &[L::Point], pairs: &[Pair]) -> Vec<(u32, Option<L::Point>)> {
        let sums: Vec<_> = pairs
            .iter()
            .map(|pair| {
                let [a, b] = [pair.a, pair.b].map(|index| {
                    let point = points[(index & !NEGATIVE) as usize].unpack();
                    if index & NEGATIVE == 0 { point.into_group() } else { -point.into_group() }
                });
                a + b
            })
            .collect();
        let sums = <L::Point as PackedPoint>::Projective::normalize_batch(&sums);
        let packed = sums.iter().map(|sum| if sum.is_zero() { None } else { L::Point::pack(sum) });
        pairs.iter().map(|pair| pair.sum).zip(packed).collect()
    }
}

struct Begin<'a, L: Lanes> {
    adder: &'a Adder<L>,
    sums: &'a mut Sums<L>,
    points: &'a [L::Point],
    entries: &'a [u32],
}

impl<L: Lanes> Task for Begin<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.adder.do_begin(self.sums, self.points, self.entries);
    }
}

struct AddToSums<'a, L: Lanes> {
    adder: &'a mut Adder<L>,
    sums: &'a mut Sums<L>,
    points: &'a [L::Point],
    entries: &'a [u32],
    left_out: &'a mut Vec<LeftOut>,
}

impl<L: Lanes> Task for AddToSums<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.adder.do_add_to_sums(self.sums, self.points, self.entries, self.left_out);
    }
}

struct Write<'a, L: Lanes> {
    sums: &'a Sums<L>,
    points: &'a mut [L::Point],
}

impl<L: Lanes> Task for Write<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        Adder::do_write(self.sums, self.points);
    }
}

struct AddPairs<'a, L: Lanes> {
    adder: &'a mut Adder<L>,
    points: &'a mut [L::Point],
    pairs: &'a [Pair],
}

impl<L: Lanes> Task for AddPairs<'_, L> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run(self) -> Vec<u32> {
        self.adder.do_add_pairs(self.points, self.pairs)
    }
}
