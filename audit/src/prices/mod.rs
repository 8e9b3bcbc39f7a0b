//! What oracles are said to have observed against the prices that they signed (spec/audit.md, step 9).
//!
//! It shows that a signed price is, or can't be, a median of observations like these. Whether the market traded there, or an oracle used
//! these files, it does not.

mod median;
mod observation;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use solvency_feeds::SourceKind;
use solvency_verifier::decimal::format_decimal;
use solvency_verifier::encoding::{Address, Bytes32, TypedData};
use solvency_verifier::statement::PriceRound;
use solvency_verifier::valuation::PRICE_DECIMALS;

use crate::audit::Context;
use crate::figure::{Figure, Label};
use crate::finding::{Code, Finding};
use crate::input::{Input, InputKind};
use crate::judge::Judged;
use median::Allowed;
pub use observation::MAX_SOURCES_BYTES;
pub(crate) use observation::{Observation, Taken};

/// The prices of a round beside what was handed over of the oracles' observations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundPrices {
    /// Number of the round.
    pub round: u64,
    /// When its prices were observed, as the oracles signed, in Unix seconds.
    pub time: u64,
    /// Digest of the round.
    pub round_digest: Bytes32,
    /// How many oracles there are.
    pub oracles: u64,
    /// Of how many an observation is needed for a round.
    pub threshold: u64,
    /// What was handed over, in the order of times.
    pub observations: Vec<ObservationLine>,
    /// One for each asset of the registry.
    pub assets: Vec<AssetPrice>,
    /// On what the comparison rests.
    #[serde(flatten)]
    pub label: Label,
}

/// What an oracle is said to have observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservationLine {
    /// Name of the observation; its files stand among the inputs.
    pub name: String,
    /// The oracle.
    pub oracle: Address,
    /// When it imported, in Unix seconds.
    pub at: u64,
    /// One line for each asset of the registry.
    pub prices: Vec<SourcePrice>,
    /// Packages that did not count: older, repeated, not mapped, signed by too few.
    pub left_out: u64,
}

/// The price of an asset as a source signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourcePrice {
    /// Symbol.
    pub symbol: String,
    /// `own`, `pyth` or `redstone`.
    pub source: &'static str,
    /// The feed.
    pub feed: String,
    /// The file.
    pub file: String,
    /// Price of one whole asset, rounded down, as decimal text.
    pub price: String,
    /// Its confidence, rounded up.
    pub confidence: String,
    /// What counts: less k times the confidence, rounded down.
    pub observed: String,
    /// When it was published, in Unix milliseconds.
    pub published_at_ms: u64,
    /// Its age when it was imported, in milliseconds; negative where the source's clock is ahead.
    pub age_ms: i64,
    /// Who signed it.
    #[serde(flatten)]
    pub label: Label,
}

/// A signed price and what the observations allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetPrice {
    /// Symbol.
    pub symbol: String,
    /// What the oracles signed, as decimal text.
    pub signed: String,
    /// The lowest median; none where too few observations bound it.
    pub low: Option<String>,
    /// The highest.
    pub high: Option<String>,
    /// How they compare.
    pub state: PriceState,
}

/// How a signed price compares with observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PriceState {
    /// It may be their median, and both ends are bounded.
    Within,
    /// It is the median of no such observations.
    Outside,
    /// Too few observations bound both ends.
    Unbounded,
}

impl RoundPrices {
    /// Whether every asset's price has both ends bounded, or is beyond one.
    pub fn compared(&self) -> bool {
        self.assets.iter().all(|asset| asset.state != PriceState::Unbounded)
    }
}

/// Rounds of accepted bundles, by number and digest.
type Rounds<'a> = BTreeMap<(u64, Bytes32), &'a PriceRound>;

/// Places the observations and compares each round that has some; answers the lines and the figures.
pub(crate) fn check(
    context: &mut Context,
    judged: &[Judged<'_>],
    observations: Vec<Taken>,
) -> (Vec<RoundPrices>, Vec<Figure>) {
    let accepted = judged.iter().filter(|judged| judged.acceptance().is_some());
    let rounds: Rounds<'_> = accepted
        .map(|judged| &judged.given.bundle.round.round)
        .map(|round| ((round.round, round.digest(&context.domain)), round))
        .collect();
    let placed = place(context, &rounds, observations);
    let mut lines = Vec::new();
    for ((number, digest), round) in &rounds {
        if let Some(observations) = placed.get(number) {
            lines.push(compare(context, round, *digest, observations));
        }
    }
    let figures = figures(&lines, rounds.len());
    (lines, figures)
}

/// Lists every file of every observation; answers those from which prices came.
pub(crate) fn take(
    mut observations: Vec<Observation>,
    inputs: &mut Vec<Input>,
    findings: &mut Vec<Finding>,
) -> Vec<Taken> {
    observations.sort_by(|a, b| (a.at, &a.name, &a.oracle).cmp(&(b.at, &b.name, &b.oracle)));
    let (got, allowed) = (observations.len(), InputKind::Sources.limit());
    if got > allowed {
        let what = format!("{got} observations, at most {allowed} are read");
        findings.push(Finding::new(Code::TooManyInputs, InputKind::Sources.name(), what));
        observations.truncate(allowed);
    }
    observations.into_iter().filter_map(|observation| observation.take(inputs, findings)).collect()
}

/// Observations by the number of their round, at most one of each oracle.
fn place(context: &mut Context, rounds: &Rounds<'_>, observations: Vec<Taken>) -> BTreeMap<u64, Vec<Taken>> {
    let mut placed: BTreeMap<u64, Vec<Taken>> = BTreeMap::new();
    for observation in observations {
        let Taken { name, oracle, at, .. } = &observation;
        let number = context.registry.round.number_at(*at);
        let number = number.filter(|number| rounds.keys().any(|(round, _)| round == number));
        let known = |number: &u64| placed.get(number).into_iter().flatten();
        let what = match number {
            _ if !context.registry.oracles.members.contains(oracle) => {
                format!("{oracle} is no oracle of the registry")
            }
            None => format!("imported at {at}, which is in the round of no accepted bundle"),
            Some(number) => match known(&number).find(|other| other.oracle == *oracle) {
                Some(other) => format!(
                    "a second observation of {oracle} for round {number}; the first is {:?}",
                    other.name
                ),
                None => {
                    placed.entry(number).or_default().push(observation);
                    continue;
                }
            },
        };
        context.find(Code::ObservationUnplaced, name.clone(), what);
    }
    placed
}

fn compare(
    context: &mut Context,
    round: &PriceRound,
    round_digest: Bytes32,
    observations: &[Taken],
) -> RoundPrices {
    let set = &context.registry.oracles;
    let (oracles, threshold) = (set.members.len(), set.threshold());
    let assets = context.registry.assets.iter().zip(&round.prices).enumerate();
    let mut lines = Vec::new();
    let mut differing = Vec::new();
    for (index, (asset, signed)) in assets {
        // An import has one line for each asset, in the registry's order.
        let known: Vec<u64> = observations
            .iter()
            .filter_map(|taken| taken.report.lines.get(index))
            .map(|line| line.adjusted.0)
            .collect();
        let allowed = Allowed::by(known, oracles, threshold);
        let state = match (allowed.allows(*signed), allowed.bounded()) {
            (false, _) => PriceState::Outside,
            (true, true) => PriceState::Within,
            (true, false) => PriceState::Unbounded,
        };
        if state == PriceState::Outside {
            let end = |end: Option<u64>| end.map_or_else(|| String::from("any"), decimal);
            differing.push(format!(
                "{}: the oracles signed {}, observations of {} of {oracles} oracles allow {} to {}",
                asset.symbol,
                decimal(*signed),
                observations.len(),
                end(allowed.low),
                end(allowed.high)
            ));
        }
        lines.push(AssetPrice {
            symbol: asset.symbol.clone(),
            signed: decimal(*signed),
            low: allowed.low.map(decimal),
            high: allowed.high.map(decimal),
            state,
        });
    }
    let unbounded = lines.iter().any(|line| line.state == PriceState::Unbounded);
    let observed: Vec<ObservationLine> = observations.iter().map(observation_line).collect();
    let label = if unbounded {
        let needed = oracles.saturating_sub(threshold.saturating_sub(1) / 2);
        let got = observations.len();
        Label::NotChecked {
            why: format!("{got} of {oracles} observations; {needed} bound the median at both ends"),
        }
    } else {
        Label::AttestedBy { role: "price sources", signers: signers(&observed) }
    };
    for what in differing {
        context.find(Code::PriceDiffers, format!("round {}", round.round), what);
    }
    RoundPrices {
        round: round.round,
        time: round.time,
        round_digest,
        oracles: oracles as u64,
        threshold: threshold as u64,
        observations: observed,
        assets: lines,
        label,
    }
}

fn decimal(price: u64) -> String {
    format_decimal(u128::from(price), PRICE_DECIMALS)
}

fn observation_line(taken: &Taken) -> ObservationLine {
    let Taken { name, oracle, at, report } = taken;
    let prices = report.lines.iter().map(|line| {
        let (source, role) = match line.source {
            SourceKind::Own => ("own", "signers of an own feed"),
            SourceKind::Pyth => ("pyth", "Wormhole guardians"),
            SourceKind::RedStone => ("redstone", "RedStone signers"),
        };
        SourcePrice {
            symbol: line.symbol.clone(),
            source,
            feed: line.feed.clone(),
            file: line.file.clone(),
            price: line.price.to_string(),
            confidence: line.confidence.to_string(),
            observed: line.adjusted.to_string(),
            published_at_ms: line.time_ms,
            age_ms: line.age_ms,
            label: Label::AttestedBy { role, signers: line.signers.clone() },
        }
    });
    ObservationLine {
        name: name.clone(),
        oracle: *oracle,
        at: *at,
        prices: prices.collect(),
        left_out: report.left_out.len() as u64,
    }
}

/// Everybody who signed one of these prices, once, in the order of addresses.
fn signers(observations: &[ObservationLine]) -> Vec<Address> {
    let labels = observations.iter().flat_map(|line| &line.prices).map(|price| &price.label);
    let signers = labels.filter_map(|label| match label {
        Label::AttestedBy { signers, .. } => Some(signers),
        _ => None,
    });
    signers.flatten().copied().collect::<BTreeSet<Address>>().into_iter().collect()
}

/// What the audit as a whole says of prices; a round without enough observations is not checked.
fn figures(lines: &[RoundPrices], rounds: usize) -> Vec<Figure> {
    let name = "prices against what each oracle observed";
    let not_checked = |why: &str| Label::NotChecked { why: why.into() };
    if lines.is_empty() {
        let why = "no files of price sources were handed over for an accepted round; the rounds' signatures were checked";
        return vec![Figure::new(name, "none", not_checked(why))];
    }
    let outside = |line: &&RoundPrices| line.assets.iter().any(|asset| asset.state == PriceState::Outside);
    let compared = lines.iter().filter(|line| line.compared()).count();
    let differing = lines.iter().filter(outside).count();
    let observed: Vec<ObservationLine> = lines.iter().flat_map(|line| line.observations.clone()).collect();
    let value =
        format!("{compared} of {rounds} rounds compared, {differing} with a price that they don't allow");
    let label = if compared == 0 {
        not_checked("too few observations of each round were handed over to bound a median")
    } else {
        Label::AttestedBy { role: "price sources", signers: signers(&observed) }
    };
    let mut figures = vec![Figure::new(name, value, label)];
    let others = rounds.saturating_sub(compared);
    if others > 0 && compared > 0 {
        let why = "no observations were handed over, or too few to bound a median";
        figures.push(Figure::new("rounds whose prices were not compared", others, not_checked(why)));
    }
    let why = "no signature binds an observation to its oracle: whoever handed the files over says so";
    figures.push(Figure::new(
        "the price files are those that the oracles used",
        format!("{} observations", observed.len()),
        Label::Assumed { why: why.into() },
    ));
    figures
}
