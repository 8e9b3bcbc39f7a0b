//! Sums of lists of points, many lists at once, pair by pair.

use super::{Adder, Pair};
use crate::lanes::Lanes;

/// Lists of places of an array of points, one behind the other.
#[derive(Default)]
pub(crate) struct Lists {
    places: Vec<u32>,
    lengths: Vec<usize>,
}

impl Lists {
    /// Begins a list.
    pub(crate) fn begin(&mut self) {
        self.lengths.push(0);
    }

    /// Adds a place to the last list.
    ///
    /// # Panics
    /// Where no list was begun.
    pub(crate) fn push(&mut self, place: u32) {
        self.places.push(place);
        *self.lengths.last_mut().expect("a list was begun") += 1;
    }

    /// Sums each list into one of its places, which is given back; nothing for a sum that is infinity or a list that is empty.
    /// What is at the other places of the lists afterwards means nothing.
    pub(crate) fn sum<L: Lanes>(mut self, adder: &mut Adder<L>, points: &mut [L::Point]) -> Vec<Option<u32>> {
        let mut pairs = Vec::new();
        while self.lengths.iter().any(|length| *length > 1) {
            pairs.clear();
            let (mut read, mut written) = (0, 0);
            for length in &mut self.lengths {
                let list = read..read + *length;
                read = list.end;
                let start = written;
                for at in list.clone().step_by(2) {
                    let place = self.places[at];
                    if at + 1 < list.end {
                        pairs.push(Pair { a: place, b: self.places[at + 1], sum: place });
                    }
                    self.places[written] = place;
                    written += 1;
                }
                *length = written - start;
            }
            self.places.truncate(written);
            let infinite = adder.add_pairs(points, &pairs);
            if !infinite.is_empty() {
                self.remove(infinite);
            }
        }
        let mut places = self.places.iter();
        self.lengths.iter().map(|length| if *length == 0 { None } else { places.next().copied() }).collect()
    }

    fn remove(&mut self, mut gone: Vec<u32>) {
        gone.sort_unstable();
        let is_gone = |place: &u32| gone.binary_search(place).is_ok();
        let mut read = 0;
        for length in &mut self.lengths {
            let list = read..read + *length;
            read = list.end;
            *length -= self.places[list].iter().filter(|place| is_gone(place)).count();
        }
        self.places.retain(|place| !is_gone(place));
    }
}
