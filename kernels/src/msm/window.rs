//! Which window is the fastest.

use super::digits::digit_count;
use super::{MAX_WINDOW, sets};

/// What the addition of a point to its bucket costs, and what a bucket costs in the end, in the same unit.
///
/// Measured on a machine with AVX512-IFMA (G1, scalars of full size, the machine busy): 38 ns and 48 ns. On the portable
/// path both are some three to four times as much.
const ENTRY: u128 = 4;
const BUCKET: u128 = 5;

/// The window for the fastest sum of `count` bases that come with so many levels, of scalars of full size.
///
/// A model, not a measurement: `count·⌈255/window⌉` entries and `sets·2^(window−1)` buckets at a fixed cost each. It was within
/// 6 % of the fastest window for `2^7` to `2^16` bases with one level, and for `2^7` to `2^14` with as many as there are digits:
///
/// | bases | one level | all levels |
/// |---|---|---|
/// | `2^7` | 6: 0.57 ms | 10: 0.27 ms |
/// | `2^10` | 8: 1.7 ms | 12: 1.1 ms |
/// | `2^12` | 10: 5.2 ms | 13: 4.0 ms |
/// | `2^14` | 12: 18.4 ms | 15: 14.8 ms |
/// | `2^16` | 13: 66 ms | |
///
/// The more levels, the faster, at their cost in memory; what a level saves is buckets, so that few bases gain the most.
/// Windows that have no use for so many levels ([`super::Bases::new`] refuses them) are not considered; of more levels than any
/// window has digits, the smallest window has to do.
pub fn best_window(count: usize, levels: usize) -> usize {
    let cost = |window: usize| {
        let entries = count as u128 * digit_count(window) as u128;
        let buckets = (sets(window, levels.max(1)) as u128) << (window - 1);
        ENTRY * entries + BUCKET * buckets
    };
    (2..=MAX_WINDOW)
        .filter(|window| levels <= digit_count(*window))
        .min_by_key(|window| cost(*window))
        .unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_those_that_were_measured() {
        let measured = [(7, 6), (10, 8), (12, 10), (14, 12), (16, 13)];
        assert_eq!(measured.map(|(bits, _)| (bits, best_window(1 << bits, 1))), measured);
        // With a level for each digit: the fastest windows and their numbers of digits.
        for (bits, window) in [(10, 12), (12, 13), (14, 15)] {
            let best = (2..=MAX_WINDOW).map(|window| best_window(1 << bits, digit_count(window))).max();
            assert!(best >= Some(window), "2^{bits}");
            assert_eq!(best_window(1 << bits, digit_count(window)), window, "2^{bits}");
        }
    }

    #[test]
    fn every_count_and_level_has_a_window() {
        for levels in 0..300 {
            let mut before = 0;
            for count in [0, 1, 2, 100, 1 << 10, 1 << 18, usize::MAX] {
                let window = best_window(count, levels);
                assert!((2..=MAX_WINDOW).contains(&window));
                assert!(levels > 128 || levels <= digit_count(window));
                assert!(window >= before, "more bases, no smaller window");
                before = window;
            }
        }
    }
}
