//! Levels of bases: their multiples by powers of two.

use ark_ec::CurveGroup;
use ark_ff::AdditiveGroup;
use rayon::prelude::*;

use super::sets;
use crate::points::PackedPoint;

/// The points with their multiples by `2^(k·sets·window)` for `k < levels`, level after level, as [`super::Bases`] takes them.
/// Costs `sets·window` doublings a point and level.
pub fn with_levels<P: PackedPoint>(points: &[P], window: usize, levels: usize) -> Vec<P> {
    let doublings = sets(window, levels) * window;
    let mut out = points.to_vec();
    for _ in 1..levels {
        let last = &out[out.len() - points.len()..];
        let multiples: Vec<P> = last
            .par_chunks(1024)
            .flat_map_iter(|points| {
                let multiples: Vec<P::Projective> = points
                    .iter()
                    .map(|point| {
                        let mut multiple: P::Projective = point.unpack().into();
                        for _ in 0..doublings {
                            multiple.double_in_place();
                        }
                        multiple
                    })
                    .collect();
                P::Projective::normalize_batch(&multiples)
            })
            // The groups have prime order: no multiple by a power of two is infinity.
            .map(|multiple| P::pack(&multiple).unwrap_or_default())
            .collect();
        out.extend(multiples);
    }
    out
}
