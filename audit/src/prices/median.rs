//! Which medians some of the oracles' observations allow (spec/prices.md, "From observations to a round").
//!
//! It shows what is possible with any choice of oracles that were heard and any values of those that are not known, not which it was.

/// The prices that a round of k to n oracles may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// Lowest price; none where unknown observations may make it any.
    pub(crate) low: Option<u64>,
    /// Highest price.
    pub(crate) high: Option<u64>,
    /// Where every observation is known: the only prices that there can be.
    only: Option<Vec<u64>>,
}

impl Allowed {
    /// Of these known observations of `oracles` oracles, of which `threshold` or more were heard.
    pub(crate) fn by(mut known: Vec<u64>, oracles: usize, threshold: usize) -> Self {
        known.sort_unstable();
        let unknown = oracles.saturating_sub(known.len());
        let heard = threshold.clamp(1, oracles.max(1));
        let middle = heard.saturating_sub(1) / 2;
        let last = oracles.saturating_sub(heard).saturating_add(middle);
        let low = middle.checked_sub(unknown).and_then(|place| known.get(place)).copied();
        let high = known.get(last).copied();
        let only = if unknown == 0 { known.get(middle..=last).map(<[u64]>::to_vec) } else { None };
        Allowed { low, high, only }
    }

    /// Whether both ends are bounded.
    pub(crate) fn bounded(&self) -> bool {
        self.low.is_some() && self.high.is_some()
    }

    /// Whether this may be the round's price.
    pub(crate) fn allows(&self, price: u64) -> bool {
        let beyond = self.low.is_some_and(|low| price < low) || self.high.is_some_and(|high| price > high);
        !beyond && self.only.as_ref().is_none_or(|only| only.contains(&price))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn of_four_oracles_with_three_needed() {
        let allowed = |known: &[u64]| Allowed::by(known.to_vec(), 4, 3);
        let four = allowed(&[40, 10, 30, 20]);
        assert_eq!((four.low, four.high), (Some(20), Some(30)));
        assert!(four.bounded() && four.allows(20) && four.allows(30));
        assert!(!four.allows(25), "nobody observed it");
        assert!(!four.allows(19) && !four.allows(31) && !four.allows(10));
        let three = allowed(&[30, 10, 20]);
        assert_eq!((three.low, three.high), (Some(10), Some(30)));
        assert!(three.allows(10) && three.allows(17) && three.allows(30));
        assert!(!three.allows(9) && !three.allows(31));
        for few in [&[20, 10][..], &[10], &[]] {
            let few = allowed(few);
            assert!(!few.bounded() && few.allows(1) && few.allows(u64::MAX));
        }
    }

    #[test]
    fn one_end_may_be_bounded_alone() {
        let two = Allowed::by(vec![10, 20], 4, 4);
        assert_eq!((two.low, two.high), (None, Some(20)));
        assert!(!two.bounded() && two.allows(0) && two.allows(20) && !two.allows(21));
    }

    /// Every subset of places of at least `least` of them.
    fn subsets(count: usize, least: usize) -> impl Iterator<Item = Vec<usize>> {
        (0u32..1 << count)
            .map(move |bits| (0..count).filter(|place| bits >> place & 1 == 1).collect::<Vec<_>>())
            .filter(move |subset| subset.len() >= least)
    }

    /// Every vector of so many of these values.
    fn vectors(values: &[u64], count: usize) -> Vec<Vec<u64>> {
        (0..count).fold(vec![Vec::new()], |made, _| {
            let longer = |vector: &Vec<u64>| {
                let vector = vector.clone();
                values.iter().map(move |value| [&vector[..], &[*value]].concat()).collect::<Vec<_>>()
            };
            made.iter().flat_map(longer).collect()
        })
    }

    /// What is allowed is what some round could have come to: no price more, none less.
    #[test]
    fn it_is_exactly_what_some_choice_of_oracles_and_values_gives() {
        for oracles in 1..=5usize {
            for threshold in oracles * 2 / 3 + 1..=oracles {
                for unknown in 0..=oracles {
                    let distinct: Vec<u64> = (1..=(oracles - unknown) as u64).map(|x| 10 * x).collect();
                    let mut alike = distinct.clone();
                    if let [_, second, third, ..] = &mut alike[..] {
                        *third = *second;
                    }
                    [distinct, alike].into_iter().for_each(|known| compare(known, oracles, threshold));
                }
            }
        }
    }

    /// Every choice of oracles, with every value of the unknown ones.
    fn compare(known: Vec<u64>, oracles: usize, threshold: usize) {
        let values: Vec<u64> = (1..=11).map(|x| 5 * x).collect();
        let mut possible = BTreeSet::new();
        for others in vectors(&values, oracles - known.len()) {
            let all = [&known[..], &others].concat();
            for subset in subsets(oracles, threshold) {
                let mut heard: Vec<u64> = subset.iter().map(|place| all[*place]).collect();
                heard.sort_unstable();
                possible.insert(heard[(heard.len() - 1) / 2]);
            }
        }
        let allowed = Allowed::by(known.clone(), oracles, threshold);
        for price in values {
            let told = (&known, oracles, threshold, price);
            assert_eq!(allowed.allows(price), possible.contains(&price), "{told:?}");
        }
    }
}
