//! The day's clock and its prices: invented, and the same in each run.

/// Length of a price round: the ticks at which coverage is shown.
pub(crate) const HOUR: u64 = 3_600;
/// Length of an epoch.
pub(crate) const DAY: u64 = 86_400;

/// Prices of one whole asset at the beginning of the day, in quote units: BTC, ETH, SOL and two stable coins.
const START: [u64; 5] = [115_770, 3_698, 172, 1, 1];
/// How many of the assets fall.
const FALLING: usize = 3;
/// What is left of the falling prices at each full hour, in thousandths.
const PATH: [u64; 21] = [
    1_000, 998, 1_004, 996, 990, 985, 971, 962, 950, 893, 884, 890, 876, 861, 850, 703, 698, 690, 694, 701,
    699,
];

/// What the oracles see at an hour of the day, in 10^-12 quote units, in the registry's order of assets.
pub(crate) fn prices(hour: u64) -> Vec<u64> {
    let left = usize::try_from(hour).ok().and_then(|hour| PATH.get(hour)).copied().unwrap_or(1_000);
    let of = |(asset, start): (usize, &u64)| {
        let thousandths = if asset < FALLING { left } else { 1_000 };
        start * thousandths * 1_000_000_000
    };
    START.iter().enumerate().map(of).collect()
}

/// A time of the day, as in `09:05:00`.
pub(crate) fn clock(zero: u64, time: u64) -> String {
    let seconds = time.saturating_sub(zero);
    format!("{:02}:{:02}:{:02}", seconds / HOUR, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_in_ten_to_the_minus_twelve_quote_units() {
        assert_eq!(prices(0)[0], 115_770_000_000_000_000);
        assert_eq!(prices(8)[0], 109_981_500_000_000_000);
        assert_eq!(prices(20)[4], 1_000_000_000_000);
    }

    #[test]
    fn the_clock_counts_from_the_beginning_of_the_day() {
        assert_eq!(clock(DAY, DAY + 9 * HOUR + 5 * 60 + 1), "09:05:01");
    }
}
