//! The order in which points are added to their buckets.
//!
//! Entries (a point and the bucket it goes to) are laid out in layers: a layer has at most one entry for each *place*, so that
//! its additions are independent of each other and share an inversion. A bucket has one place, or several where more points
//! fall into it than a layer's depth allows: one crowded bucket then can't make a thousand layers of one entry. Places are
//! ordered by their number of entries, so that every layer is a prefix of the places.

use zeroize::Zeroize;

use crate::lanes::NEGATIVE;

/// Entries in layers. It depends on the scalars: secret.
#[derive(Default)]
pub(super) struct Schedule {
    entries: Vec<u32>,
    /// Where each layer begins in `entries`, and the end.
    starts: Vec<u32>,
    /// The bucket of each place.
    buckets: Vec<u32>,
    unordered: Vec<(u32, u32)>,
    counts: Vec<u32>,
    cursors: Vec<Cursor>,
}

/// Where the next entry of a bucket goes.
#[derive(Clone, Copy, Default)]
struct Cursor {
    layer: u32,
    place: u32,
    /// Places of this bucket, after the current one, that get a full depth of entries.
    full: u32,
    /// The place that gets the rest.
    last: u32,
}

impl Schedule {
    /// Empties it for `buckets` buckets.
    pub(super) fn clear(&mut self, buckets: usize) {
        self.unordered.clear();
        self.counts.clear();
        self.counts.resize(buckets, 0);
    }

    /// Adds an entry: the point at `index`, negated or not, to a bucket.
    ///
    /// # Panics
    /// Where there is no such bucket.
    #[inline(always)]
    pub(super) fn push(&mut self, bucket: u32, index: u32, negative: bool) {
        self.counts[bucket as usize] += 1;
        self.unordered.push((bucket, if negative { index | NEGATIVE } else { index }));
    }

    /// Lays the entries out.
    pub(super) fn arrange(&mut self) {
        let counts = core::mem::take(&mut self.counts);
        let depth = depth(self.unordered.len(), counts.iter().filter(|count| **count > 0).count());
        let places = self.assign_places(&counts, depth);
        self.entries.resize(self.unordered.len(), 0);
        for (bucket, entry) in &self.unordered {
            let cursor = &mut self.cursors[*bucket as usize];
            if cursor.layer == depth {
                cursor.layer = 0;
                cursor.place = if cursor.full > 0 { cursor.place + 1 } else { cursor.last };
                cursor.full = cursor.full.saturating_sub(1);
            }
            self.entries[(self.starts[cursor.layer as usize] + cursor.place) as usize] = *entry;
            cursor.layer += 1;
        }
        debug_assert_eq!(places, self.buckets.len());
        self.counts = counts;
    }

    /// Orders the places by their number of entries, the fullest first; fills `starts`, `buckets` and `cursors`.
    fn assign_places(&mut self, counts: &[u32], depth: u32) -> usize {
        // Places by size: `sized[s]` places have `s` entries.
        let mut sized = vec![0u32; depth as usize + 1];
        for count in counts {
            sized[depth as usize] += count / depth;
            sized[(count % depth) as usize] += 1;
        }
        sized[0] = 0;
        // Layer `l` has an entry for each place with more than `l` entries.
        let mut next = vec![0u32; depth as usize + 1];
        self.starts.clear();
        let mut places = 0;
        for size in (1..=depth as usize).rev() {
            next[size] = places;
            places += sized[size];
        }
        let mut start = 0;
        let mut width = places;
        for of_size in &sized {
            width -= of_size;
            self.starts.push(start);
            start += width;
        }
        self.buckets.resize(places as usize, 0);
        self.cursors.resize(counts.len(), Cursor::default());
        for (bucket, (count, cursor)) in counts.iter().zip(&mut self.cursors).enumerate() {
            let (full, rest) = (count / depth, count % depth);
            let first = next[depth as usize];
            next[depth as usize] += full;
            let last = next[rest as usize];
            if rest > 0 {
                next[rest as usize] += 1;
                self.buckets[last as usize] = bucket as u32;
            }
            self.buckets[first as usize..][..full as usize].fill(bucket as u32);
            *cursor = if full > 0 {
                Cursor { layer: 0, place: first, full: full - 1, last }
            } else {
                Cursor { layer: 0, place: last, full: 0, last }
            };
        }
        places as usize
    }

    /// The layers, from the widest on.
    pub(super) fn layers(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.entries[ends[0] as usize..ends[1] as usize])
    }

    /// The bucket of each place.
    pub(super) fn buckets(&self) -> &[u32] {
        &self.buckets
    }
}

/// Entries of a layer, on average, for its inversion to be worth while.
const LAYER: usize = 512;

/// Layers for so many entries in so many buckets: most buckets fit, the fuller ones go on at another place. Where there are few
/// buckets all of them do: their parts are added to each other at the end, and layers are wide all the same.
fn depth(entries: usize, buckets: usize) -> u32 {
    let mean = entries as f64 / buckets.max(1) as f64;
    let most = (entries / LAYER) as f64;
    (mean + mean.sqrt()).ceil().min(most).max(2.0) as u32
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.entries.zeroize();
        self.unordered.zeroize();
        self.counts.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entries: &[(u32, u32)], buckets: usize) {
        let mut schedule = Schedule::default();
        schedule.clear(buckets);
        entries.iter().for_each(|(bucket, index)| schedule.push(*bucket, *index, index.is_multiple_of(3)));
        schedule.arrange();
        let mut found = Vec::new();
        let mut width = usize::MAX;
        for layer in schedule.layers() {
            assert!(layer.len() <= width, "a layer is wider than the one before");
            width = layer.len();
            for (place, entry) in layer.iter().enumerate() {
                assert_eq!(entry & NEGATIVE != 0, (entry & !NEGATIVE).is_multiple_of(3));
                found.push((schedule.buckets()[place], entry & !NEGATIVE));
            }
        }
        let mut expected = entries.to_vec();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_entry_is_in_one_layer_at_a_place_of_its_bucket() {
        check(&[], 4);
        check(&[(3, 0)], 4);
        check(&(0..1000).map(|index| (index * index % 17, index)).collect::<Vec<_>>(), 17);
        check(&(0..1000).map(|index| (0, index)).collect::<Vec<_>>(), 64);
        check(
            &(0..1000).map(|index| (if index % 2 == 0 { 5 } else { index % 64 }, index)).collect::<Vec<_>>(),
            64,
        );
    }

    #[test]
    fn a_crowded_bucket_makes_no_deep_schedule() {
        let mut schedule = Schedule::default();
        schedule.clear(1024);
        (0..10_000)
            .for_each(|index| schedule.push(if index < 5_000 { 7 } else { index % 1024 }, index, false));
        schedule.arrange();
        assert!(schedule.layers().count() < 20);
    }

    #[test]
    fn few_buckets_make_wide_layers() {
        for buckets in [1, 2, 10, 100] {
            let mut schedule = Schedule::default();
            schedule.clear(128);
            (0..10_000).for_each(|index| schedule.push(index % buckets, index, false));
            schedule.arrange();
            assert!(schedule.layers().next().unwrap().len() >= LAYER, "{buckets} buckets");
        }
    }
}
