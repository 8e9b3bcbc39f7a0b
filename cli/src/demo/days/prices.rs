//! The recorded prices: invented ones, which fall by a third and come back (`fixtures/README.md`).

use solvency_prover::import::{PRICES_FORMAT, PriceEntry, PriceSet};

use crate::error::{CliError, CliResult};

const RECORDED: &str = include_str!("../../../../fixtures/prices/fall-and-recovery.csv");

/// The prices of one moment.
pub(super) struct Tick {
    /// Hours since the beginning.
    pub(super) hour: u64,
    pub(super) prices: PriceSet,
}

/// What was recorded before an hour.
pub(super) fn recorded(before: u64) -> CliResult<Vec<Tick>> {
    let wrong = || CliError::new("the recorded prices are not a table of hours and prices");
    let mut lines = RECORDED.lines();
    let symbols: Vec<&str> = lines.next().ok_or_else(wrong)?.split(',').skip(1).collect();
    let mut ticks = Vec::new();
    for line in lines {
        let (hour, prices) = line.split_once(',').ok_or_else(wrong)?;
        let hour = hour.parse().map_err(|_| wrong())?;
        let entry =
            |(symbol, price): (&&str, &str)| PriceEntry { symbol: (*symbol).into(), price: price.into() };
        let prices: Vec<PriceEntry> = symbols.iter().zip(prices.split(',')).map(entry).collect();
        if prices.len() != symbols.len() {
            return Err(wrong());
        }
        if hour < before {
            let source = "invented for the demo".into();
            let prices =
                PriceSet { format: PRICES_FORMAT.into(), quote: "USD".into(), source, side: None, prices };
            ticks.push(Tick { hour, prices });
        }
    }
    Ok(ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_begins_with_a_price_and_the_third_one_ends_them() {
        for days in 1..=3 {
            let ticks = recorded(days * 24).unwrap();
            assert_eq!(ticks.len() as u64, days * 12);
            assert!(ticks.iter().enumerate().all(|(index, tick)| tick.hour == 2 * index as u64));
        }
        assert_eq!(recorded(u64::MAX).unwrap().len(), 36);
    }
}
