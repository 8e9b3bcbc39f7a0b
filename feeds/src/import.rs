//! From files to the prices of one side, and a report of what was taken, what was left out, and why.

use std::fmt;

use serde::Serialize;
use solvency_verifier::Address;
use solvency_verifier::encoding::Domain;
use solvency_verifier::registry::Registry;

use crate::amount::{adjusted, check_width, confidence_ppm};
use crate::json::Value;
use crate::reading::{Reading, Taken};
use crate::{
    Amount, FeedError, LeftOut, MAX_FILE_BYTES, MAX_FILES, PriceFile, Problem, Published, Reason, Side,
    SourceKind, Sources, own, pyth, redstone,
};

/// The price of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Symbol of the registry.
    pub symbol: String,
    /// Who signed it.
    pub source: SourceKind,
    /// The feed it is from.
    pub feed: String,
    /// The file it is from; of RedStone the first of them.
    pub file: String,
    /// What the source published.
    pub published: Published,
    /// Its price, rounded to the side's safe direction.
    pub price: Amount,
    /// Its confidence, rounded up.
    pub confidence: Amount,
    /// The confidence in millionths of the price, rounded up.
    pub confidence_ppm: u64,
    /// What counts: less or more k times the confidence.
    pub adjusted: Amount,
    /// Publish time in Unix milliseconds.
    pub time_ms: u64,
    /// Its age in milliseconds; negative where the signer's clock is ahead.
    pub age_ms: i64,
    /// The pinned signers that counted.
    pub signers: Vec<Address>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line { symbol, source, price, confidence, confidence_ppm, adjusted, .. } = self;
        let (seconds, signers) = (self.time_ms / 1000, self.signers.len());
        write!(
            f,
            "{symbol}: {adjusted}, from {price} ± {confidence} ({confidence_ppm} ppm) of {source}, \
             published at {seconds}, {} ms old, {signers} signers",
            self.age_ms
        )
    }
}

/// What was taken and what was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whose prices these are.
    pub side: Side,
    /// Currency of the prices.
    pub quote: String,
    /// The time at which ages were judged, in Unix seconds.
    pub now: u64,
    /// One line for each asset, in the registry's order.
    pub lines: Vec<Line>,
    /// Packages that don't count, and why.
    pub left_out: Vec<LeftOut>,
}

impl Report {
    /// Where the prices come from, for the `source` of a price set: `pyth+redstone, collateral at 1790000000`.
    pub fn source(&self) -> String {
        let mut kinds: Vec<String> = Vec::new();
        for line in &self.lines {
            let kind = line.source.to_string();
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let side = match self.side {
            Side::Collateral => "collateral",
            Side::Debt => "debt",
        };
        format!("{}, {side} at {}", kinds.join("+"), self.now)
    }
}

/// Reads files, checks their signatures, and makes the prices of one side for every asset of the registry, which the caller has
/// validated. `now` is in Unix seconds.
///
/// # Errors
/// [`FeedError`]; spec/prices.md lists what is refused.
pub fn import(
    sources: &Sources,
    registry: &Registry,
    side: Side,
    now: u64,
    files: &[PriceFile<'_>],
) -> Result<Report, FeedError> {
    let assets = sources.for_registry(registry)?;
    if files.is_empty() || files.len() > MAX_FILES {
        let problem = Problem::TooMany { what: "files of prices", got: files.len(), allowed: MAX_FILES };
        return Err(FeedError::new("files", "all", problem));
    }
    let mut newest = Newest::default();
    let mut spoken = Vec::new();
    let domain = Domain::of_registry(&registry.digest());
    for file in files {
        let mut taken = Taken::default();
        let kind = read(file, sources, &domain, &mut spoken, &mut taken)?;
        newest.add(kind, taken)?;
    }
    if let Some(source) = &sources.redstone {
        let mut taken = Taken::default();
        redstone::combine(spoken, source, side, &mut taken)?;
        newest.add(SourceKind::RedStone, taken)?;
    }
    let mut lines = Vec::new();
    for (symbol, kind, feed) in assets {
        let Some(reading) = newest.take(kind, &feed) else {
            return Err(FeedError::new(&sources.file, symbol, Problem::Missing { feed, source_kind: kind }));
        };
        let place = format!("{symbol} ({kind} feed {feed})");
        let file = reading.file.clone();
        let line = line(symbol, kind, reading, sources, side, now);
        lines.push(line.map_err(|problem| FeedError::new(&file, place, problem))?);
    }
    Ok(Report { side, quote: sources.quote.clone(), now, lines, left_out: newest.left_out })
}

/// Reads one file, whose form follows from the document.
fn read(
    file: &PriceFile<'_>,
    sources: &Sources,
    domain: &Domain,
    spoken: &mut Vec<redstone::Spoken>,
    taken: &mut Taken,
) -> Result<SourceKind, FeedError> {
    let error = |problem| FeedError::new(file.file, "whole file", problem);
    if file.bytes.len() > MAX_FILE_BYTES {
        return Err(error(Problem::TooLarge { got: file.bytes.len(), allowed: MAX_FILE_BYTES }));
    }
    let text = std::str::from_utf8(file.bytes).map_err(|got| error(Problem::Utf8(got.valid_up_to())))?;
    let document = Value::document(file.file, text)?;
    let kind = form(&document)?;
    let missing = || error(Problem::NoSection(kind));
    match kind {
        SourceKind::Own => {
            let source = sources.own.as_ref().ok_or_else(missing)?;
            own::read(file.file, text, &sources.quote, source, domain, taken)?;
        }
        SourceKind::Pyth => pyth::read(&document, sources.pyth.as_ref().ok_or_else(missing)?, taken)?,
        SourceKind::RedStone => {
            redstone::read(&document, sources.redstone.as_ref().ok_or_else(missing)?, spoken, taken)?;
        }
    }
    Ok(kind)
}

fn form(document: &Value<'_>) -> Result<SourceKind, FeedError> {
    if document.is_list() {
        return Ok(SourceKind::RedStone);
    }
    if document.is_object() {
        let fields = document.object()?;
        if fields.optional("format").is_some_and(|format| format.is_text()) {
            return Ok(SourceKind::Own);
        }
        if fields.optional("binary").is_some_and(|binary| binary.is_object()) {
            return Ok(SourceKind::Pyth);
        }
        let mut values = fields.values().peekable();
        if values.peek().is_some() && values.all(|value| value.is_list()) {
            return Ok(SourceKind::RedStone);
        }
    }
    let forms = "neither an own signed feed, nor an answer of Hermes, nor packages of RedStone";
    Err(document.error(Problem::Form(forms.into())))
}

/// The newest reading of each feed.
#[derive(Default)]
struct Newest {
    readings: Vec<(SourceKind, Reading)>,
    left_out: Vec<LeftOut>,
}

impl Newest {
    fn add(&mut self, kind: SourceKind, taken: Taken) -> Result<(), FeedError> {
        self.left_out.extend(taken.left_out);
        for reading in taken.readings {
            self.add_reading(kind, reading)?;
        }
        Ok(())
    }

    /// The newer one counts; two of the same time have to say the same.
    fn add_reading(&mut self, kind: SourceKind, reading: Reading) -> Result<(), FeedError> {
        let known =
            self.readings.iter_mut().find(|(known, earlier)| *known == kind && earlier.feed == reading.feed);
        let Some((_, earlier)) = known else {
            self.readings.push((kind, reading));
            return Ok(());
        };
        let reason = if earlier.time_ms == reading.time_ms { Reason::Repeated } else { Reason::Older };
        if reason == Reason::Repeated && earlier.published != reading.published {
            let place = format!("{kind} feed {}", reading.feed);
            let (feed, time_ms) = (reading.feed, reading.time_ms);
            let problem = Problem::Conflict { feed, time_ms, other: earlier.file.clone() };
            return Err(FeedError::new(&reading.file, place, problem));
        }
        let left =
            if reading.time_ms > earlier.time_ms { std::mem::replace(earlier, reading) } else { reading };
        self.left_out.push(LeftOut { file: left.file, source: kind, feed: left.feed, reason });
        Ok(())
    }

    fn take(&mut self, kind: SourceKind, feed: &str) -> Option<Reading> {
        let index =
            self.readings.iter().position(|(known, reading)| *known == kind && reading.feed == feed)?;
        Some(self.readings.swap_remove(index).1)
    }
}

fn line(
    symbol: String,
    kind: SourceKind,
    reading: Reading,
    sources: &Sources,
    side: Side,
    now: u64,
) -> Result<Line, Problem> {
    let age_ms = check_time(reading.time_ms, now, sources)?;
    let (price, confidence) = reading.published.scaled(side)?;
    check_width(price, confidence, sources.max_confidence_ppm)?;
    let adjusted = adjusted(price, confidence, sources.multiplier, side)?;
    Ok(Line {
        symbol,
        source: kind,
        feed: reading.feed,
        file: reading.file,
        published: reading.published,
        price,
        confidence,
        // The width was checked: at most a million.
        confidence_ppm: u64::try_from(confidence_ppm(price, confidence)).unwrap_or(u64::MAX),
        adjusted,
        time_ms: reading.time_ms,
        age_ms,
        signers: reading.signers,
    })
}

/// The age in milliseconds; negative where the publish time is ahead.
fn check_time(time_ms: u64, now: u64, sources: &Sources) -> Result<i64, Problem> {
    let overflow = || Problem::Overflow("the time in milliseconds");
    let now_ms = now.checked_mul(1000).ok_or_else(overflow)?;
    let (max_age, max_ahead) = (sources.max_age.saturating_mul(1000), sources.max_ahead.saturating_mul(1000));
    let (age_ms, ahead_ms) = (now_ms.saturating_sub(time_ms), time_ms.saturating_sub(now_ms));
    if age_ms > max_age {
        return Err(Problem::TooOld { age_ms, allowed_ms: max_age });
    }
    if ahead_ms > max_ahead {
        return Err(Problem::Future { ahead_ms, allowed_ms: max_ahead });
    }
    let age = i64::try_from(age_ms).map_err(|_| overflow())?;
    Ok(if ahead_ms > 0 { i64::try_from(ahead_ms).map_err(|_| overflow())?.wrapping_neg() } else { age })
}
