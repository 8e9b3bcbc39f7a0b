//! Rows and columns as sections of a file, and back.

use std::sync::Arc;

use ark_bn254::G1Affine;
use ark_ec::AffineRepr;
use memmap2::Mmap;
use solvency_kernels::msm::MAX_WINDOW;
use solvency_kernels::{PackedG1, PackedPoint};

use super::columns::{Columns, Levels, Points, Wires};
use super::rows::{Rows, Sparse};
use super::storage::Array;

/// Sections of a proving key behind its verifying key. Sizes come first; everything else is an array.
pub(crate) const COUNT: usize = 24;

/// Sizes and windows, 64 bits each.
const SIZES: usize = 13;

/// Where something in a file is: offset and length, in bytes.
pub(crate) type Extent = (usize, usize);

/// The sections in their order, as bytes: what a file holds.
pub(crate) fn write<'a>(rows: &'a Rows, columns: &'a Columns, owned: &'a Owned) -> [&'a [u8]; COUNT] {
    let [a, b, c] = &rows.matrices;
    [
        bytemuck::cast_slice(&owned.sizes),
        bytemuck::cast_slice(&owned.coefficients),
        bytemuck::cast_slice(&a.starts),
        bytemuck::cast_slice(&a.terms),
        bytemuck::cast_slice(&b.starts),
        bytemuck::cast_slice(&b.terms),
        bytemuck::cast_slice(&c.starts),
        bytemuck::cast_slice(&c.terms),
        bytemuck::cast_slice(&owned.set_up),
        bytemuck::cast_slice(&columns.a_wires.boolean),
        bytemuck::cast_slice(&columns.a_wires.full),
        bytemuck::cast_slice(&columns.b_wires.boolean),
        bytemuck::cast_slice(&columns.b_wires.full),
        bytemuck::cast_slice(&columns.l_wires.boolean),
        bytemuck::cast_slice(&columns.l_wires.full),
        bytemuck::cast_slice(&columns.a.boolean),
        bytemuck::cast_slice(&columns.a.full.points),
        bytemuck::cast_slice(&columns.b_first.boolean),
        bytemuck::cast_slice(&columns.b_first.full.points),
        bytemuck::cast_slice(&columns.b_second.boolean),
        bytemuck::cast_slice(&columns.b_second.full.points),
        bytemuck::cast_slice(&columns.l.boolean),
        bytemuck::cast_slice(&columns.l.full.points),
        bytemuck::cast_slice(&columns.quotient.points),
    ]
}

/// What sections are made of that isn't an array in memory already.
pub(crate) struct Owned {
    sizes: [u64; SIZES],
    coefficients: Vec<[u64; 4]>,
    set_up: [PackedG1; 2],
}

impl Owned {
    pub(crate) fn of(rows: &Rows, columns: &Columns) -> Self {
        let levels = [
            (columns.a.full.window, columns.a.full.levels),
            (columns.b_first.full.window, columns.b_first.full.levels),
            (columns.b_second.full.window, columns.b_second.full.levels),
            (columns.l.full.window, columns.l.full.levels),
            (columns.quotient.window, columns.quotient.levels),
        ];
        let mut sizes = [0u64; SIZES];
        sizes[..3]
            .copy_from_slice(&[rows.constraints, rows.public_inputs, rows.wires].map(|size| size as u64));
        for (place, (window, levels)) in sizes[3..].chunks_mut(2).zip(levels) {
            place.copy_from_slice(&[window as u64, levels as u64]);
        }
        let set_up = [columns.beta, columns.delta].map(|point| PackedG1::pack(&point).unwrap_or_default());
        Self { sizes, coefficients: rows.coefficient_limbs(), set_up }
    }
}

/// Rows and columns from the sections of a mapped file. Lengths, and everything that is used as an index, are checked; that
/// points are on their curve is [`check_points`].
///
/// # Errors
/// What is wrong.
pub(crate) fn read(file: &Arc<Mmap>, extents: &[Extent; COUNT]) -> Result<(Rows, Columns), &'static str> {
    let mut places = 0..COUNT;
    let mut next = || places.next().map_or((0, 0), |place| extents[place]);
    let sizes = array::<u64>(file, next())?;
    let sizes: &[u64; SIZES] = (&*sizes).try_into().map_err(|_| "another number of sizes")?;
    let sizes = sizes.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    let [constraints, public_inputs, wires, at_windows @ ..] = sizes;
    let coefficients = array::<[u64; 4]>(file, next())?;
    let sparse = |starts, terms| -> Result<Sparse, &'static str> {
        Ok(Sparse { starts: array(file, starts)?, terms: array(file, terms)? })
    };
    let matrices = [sparse(next(), next())?, sparse(next(), next())?, sparse(next(), next())?];
    if constraints.checked_add(public_inputs).is_none_or(|rows| rows >= 1 << 27) || wires > 1 << 28 {
        return Err("more rows or wires than any key has");
    }
    let rows = Rows::from_parts([constraints, public_inputs, wires], matrices, &coefficients)
        .map_err(|malformed| malformed.0)?;

    let set_up = array::<PackedG1>(file, next())?;
    let &[beta, delta] = &*set_up else { return Err("another number of points of the set-up") };
    let lists = |boolean, full| -> Result<Wires, &'static str> {
        let of_wires = Wires { boolean: array(file, boolean)?, full: array(file, full)? };
        let known = |list: &[u32]| list.iter().all(|wire| (*wire as usize) < wires);
        if known(&of_wires.boolean) && known(&of_wires.full) { Ok(of_wires) } else { Err("no such wire") }
    };
    let (a_wires, b_wires, l_wires) =
        (lists(next(), next())?, lists(next(), next())?, lists(next(), next())?);
    let [aw, al, fw, fl, sw, sl, lw, ll, qw, ql] = at_windows;
    let columns = Columns {
        beta: beta.unpack(),
        delta: delta.unpack(),
        a: points(file, [next(), next()], &a_wires, (aw, al))?,
        b_first: points(file, [next(), next()], &b_wires, (fw, fl))?,
        b_second: points(file, [next(), next()], &b_wires, (sw, sl))?,
        l: points(file, [next(), next()], &l_wires, (lw, ll))?,
        quotient: levels(array(file, next())?, rows.domain(), (qw, ql))?,
        a_wires,
        b_wires,
        l_wires,
    };
    Ok((rows, columns))
}

fn array<T: bytemuck::Pod>(file: &Arc<Mmap>, (start, length): Extent) -> Result<Array<T>, &'static str> {
    Array::mapped(file, start, length).ok_or("a section has a length that does not fit")
}

fn points<P: PackedPoint>(
    file: &Arc<Mmap>,
    [boolean, full]: [Extent; 2],
    wires: &Wires,
    of: (usize, usize),
) -> Result<Points<P>, &'static str> {
    let boolean = array::<P>(file, boolean)?;
    if boolean.len() != wires.boolean.len() {
        return Err("as many points as boolean wires");
    }
    Ok(Points { boolean, full: levels(array(file, full)?, wires.full.len(), of)? })
}

fn levels<P: PackedPoint>(
    points: Array<P>,
    count: usize,
    (window, levels): (usize, usize),
) -> Result<Levels<P>, &'static str> {
    let whole = levels.checked_mul(count).is_some_and(|expected| expected == points.len());
    if !whole || window > MAX_WINDOW {
        return Err("points that are no whole number of levels");
    }
    let levels = Levels { points, window, levels };
    levels.bases().map_err(|_| "a window or levels that can't be")?;
    Ok(levels)
}

/// Whether every point is canonical and on its curve.
pub(crate) fn check_points(columns: &Columns) -> bool {
    use rayon::prelude::*;
    fn all<P: PackedPoint>(points: &[P]) -> bool {
        points.par_iter().with_min_len(1 << 10).all(P::is_on_curve)
    }
    let set_up: [&G1Affine; 2] = [&columns.beta, &columns.delta];
    let first = [&columns.a, &columns.b_first, &columns.l];
    set_up.iter().all(|point| point.is_on_curve() && !point.is_zero())
        && first.iter().all(|points| all(&points.boolean) && all(&points.full.points))
        && all(&columns.b_second.boolean)
        && all(&columns.b_second.full.points)
        && all(&columns.quotient.points)
}
