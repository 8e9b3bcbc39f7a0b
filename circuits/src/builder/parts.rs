//! Parts of a circuit that don't depend on each other, on all cores.

use rayon::prelude::*;
use zeroize::Zeroize;

use super::Builder;

/// More wires than a part of any shape has: reserved at once, so that growing leaves no copies of secrets behind.
const RESERVED_WIRES: usize = 1 << 15;

impl<const RECORD: bool> Builder<RECORD> {
    /// Emits the same part for each item, with the wires and rows that a loop would make, in the loop's order.
    ///
    /// Rows are recorded one part after the other. Values alone are computed side by side where there are threads to: a part
    /// then has a builder of its own, whose wires are appended when all are done. So a part uses wires made before only through
    /// the combinations that it was given, and sets public inputs that no other part sets.
    pub fn parts<T: Sync, R: Send>(
        &mut self,
        items: &[T],
        part: impl Fn(&mut Self, &T) -> R + Sync,
    ) -> Vec<R> {
        if RECORD || items.len() < 2 || rayon::current_num_threads() < 2 {
            return items.iter().map(|item| part(self, item)).collect();
        }
        let apart = |item: &T| {
            let mut builder = Self::with_room(self.public_inputs, RESERVED_WIRES);
            builder.check = self.check;
            let result = part(&mut builder, item);
            (result, builder)
        };
        let done: Vec<(R, Self)> = items.par_iter().map(apart).collect();
        let take = |(result, part): (R, Self)| {
            self.append(part);
            result
        };
        done.into_iter().map(take).collect()
    }

    fn append(&mut self, mut part: Self) {
        debug_assert!(part.wires.capacity() <= RESERVED_WIRES, "a part has {} wires", part.wires.len());
        let (public, private) = part.wires.split_at(self.public_inputs + 1);
        for (wire, value) in self.wires.iter_mut().zip(public).skip(1) {
            // A public input that this part did not set is zero in it.
            *wire += value;
        }
        self.wires.extend_from_slice(private);
        self.without_inverse = self.without_inverse.or(part.without_inverse);
        part.wires.iter_mut().zeroize();
    }
}
