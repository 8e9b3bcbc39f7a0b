//! What was done, when, at what gas, and how things then stood.

use std::collections::BTreeMap;

use serde::Serialize;

use super::market::clock;
use crate::output::Output;

/// How a position stands at the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PositionState {
    pub(crate) venue: &'static str,
    pub(crate) state: &'static str,
    /// Covered until this time, in Unix seconds; 0 where it never was.
    pub(crate) until: u64,
}

/// One line of the day.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// In Unix seconds.
    time: u64,
    /// The chain's id; null for what happens on none.
    chain: Option<u64>,
    step: String,
    /// What the transaction cost, null where there was none.
    gas: Option<u64>,
    /// Whether it was refused, as it should have been.
    refused: bool,
    states: Vec<PositionState>,
}

/// The day's lines, shown as they come.
pub(crate) struct Record<'a> {
    zero: u64,
    output: &'a Output,
    pub(crate) lines: Vec<Line>,
    /// What happened with a step of this kind: how often, least and most gas.
    costs: BTreeMap<String, Cost>,
    order: Vec<String>,
}

/// Gas of a kind of step.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Cost {
    times: u64,
    least: u64,
    most: u64,
}

impl<'a> Record<'a> {
    pub(crate) fn new(zero: u64, output: &'a Output) -> Self {
        output.note("    time  chain        gas  step, and how venues a and b then stand");
        Record { zero, output, lines: Vec::new(), costs: BTreeMap::new(), order: Vec::new() }
    }

    /// A transaction that was done.
    pub(crate) fn done(&mut self, time: u64, chain: u64, kind: &str, gas: u64, states: Vec<PositionState>) {
        if !self.costs.contains_key(kind) {
            self.order.push(kind.to_owned());
        }
        let cost = self.costs.entry(kind.to_owned()).or_insert(Cost { times: 0, least: gas, most: gas });
        *cost = Cost { times: cost.times + 1, least: cost.least.min(gas), most: cost.most.max(gas) };
        self.line(Line {
            time,
            chain: Some(chain),
            step: kind.into(),
            gas: Some(gas),
            refused: false,
            states,
        });
    }

    /// Something that was refused, as it should have been.
    pub(crate) fn refused(
        &mut self,
        time: u64,
        chain: Option<u64>,
        step: String,
        states: Vec<PositionState>,
    ) {
        self.line(Line { time, chain, step, gas: None, refused: true, states });
    }

    /// Something that costs no gas.
    pub(crate) fn note(&mut self, time: u64, chain: Option<u64>, step: String, states: Vec<PositionState>) {
        self.line(Line { time, chain, step, gas: None, refused: false, states });
    }

    /// Gas by kind of step, in the order in which they came.
    pub(crate) fn costs(&self) -> impl Iterator<Item = (&str, Cost)> {
        self.order.iter().filter_map(|kind| Some((kind.as_str(), *self.costs.get(kind)?)))
    }

    /// The costs as a table.
    pub(crate) fn table(&self) -> String {
        let mut text = String::from("        gas  times  step\n");
        for (kind, Cost { times, least, most }) in self.costs() {
            let range = if least == most { String::new() } else { format!("  (from {least})") };
            text.push_str(&format!("{most:>11}  {times:>5}  {kind}{range}\n"));
        }
        text
    }

    fn line(&mut self, line: Line) {
        let chain = line.chain.map_or_else(String::new, |id| id.to_string());
        let gas = match line.gas {
            Some(gas) => gas.to_string(),
            None if line.refused => "refused".into(),
            None => String::new(),
        };
        let state = |position: &PositionState| match position.until {
            0 => format!("{}: {}", position.venue, position.state),
            until => format!("{}: {} ({})", position.venue, position.state, clock(self.zero, until)),
        };
        let states: Vec<String> = line.states.iter().map(state).collect();
        let states = if states.is_empty() { String::new() } else { format!("  [{}]", states.join(", ")) };
        let time = clock(self.zero, line.time);
        self.output.note(&format!("{time}  {chain:>5}  {gas:>9}  {}{states}", line.step));
        self.lines.push(line);
    }
}
