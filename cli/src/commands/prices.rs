//! `solvency prices`: signed packages of prices, checked, as the prices of one side.

use serde_json::{Value, json};
use solvency_feeds::{
    FeedError, MAX_FILE_BYTES, PriceFeed, PriceFile, Report, Side, SignedFeed, Sources, import,
};
use solvency_prover::files::{self, Access};
use solvency_prover::import::{self as price_sets, PRICES_FORMAT, PriceEntry, PriceSet};
use solvency_prover::signer::Signer;
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::registry::Registry;

use crate::args::{PriceSide, PricesCommand, PricesImportArgs, PricesSignArgs};
use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// Longest sources file or feed, in bytes.
const MAX_TEXT_BYTES: u64 = 1 << 20;

pub(crate) fn run(command: &PricesCommand, output: &Output) -> CliResult {
    match command {
        PricesCommand::Import(args) => import_packages(args, output),
        PricesCommand::Sign(args) => sign(args, output),
    }
}

fn import_packages(args: &PricesImportArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let text = files::read_text(&args.sources, MAX_TEXT_BYTES)?;
    let sources = Sources::parse(&args.sources.display().to_string(), &text).map_err(with_hint)?;
    let mut read = Vec::new();
    for path in &args.files {
        read.push((path.display().to_string(), files::read_bytes(path, MAX_FILE_BYTES as u64)?));
    }
    let packages: Vec<PriceFile<'_>> = read.iter().map(|(file, bytes)| PriceFile { file, bytes }).collect();
    let side = match args.side {
        PriceSide::Collateral => Side::Collateral,
        PriceSide::Debt => Side::Debt,
    };
    let report = import(&sources, &registry, side, clock::now(args.at)?, &packages).map_err(with_hint)?;
    if let Some(out) = &args.out {
        files::write_json(out, &price_set(&report), Access::Public)?;
    }
    let mut value = serde_json::to_value(&report)?;
    value["out"] = json!(args.out);
    output.result(value, || shown(&report));
    Ok(Outcome::Done)
}

fn price_set(report: &Report) -> PriceSet {
    let entry = |line: &solvency_feeds::Line| PriceEntry {
        symbol: line.symbol.clone(),
        price: line.adjusted.to_string(),
    };
    PriceSet {
        format: PRICES_FORMAT.into(),
        quote: report.quote.clone(),
        source: report.source(),
        side: Some(match report.side {
            Side::Collateral => price_sets::PriceSide::Collateral,
            Side::Debt => price_sets::PriceSide::Debt,
        }),
        prices: report.lines.iter().map(entry).collect(),
    }
}

fn shown(report: &Report) -> String {
    let mut text = format!("{}, in {}\n", report.source(), report.quote);
    for line in &report.lines {
        text.push_str(&format!("  {line}\n"));
    }
    for left_out in &report.left_out {
        let (source, feed, file, reason) =
            (left_out.source, &left_out.feed, &left_out.file, &left_out.reason);
        text.push_str(&format!("  left out {source} {feed} of {file}: {reason}\n"));
    }
    text
}

fn sign(args: &PricesSignArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let domain = Domain::of_registry(&registry.digest());
    let signer = Signer::load(&args.key)?;
    let (file, text) = (args.feed.display().to_string(), files::read_text(&args.feed, MAX_TEXT_BYTES)?);
    let document: Value = serde_json::from_str(&text)
        .map_err(|error| CliError::new(format!("{file}: {error}")).hint("a feed is one JSON object"))?;
    let mut signed = match document.get("format") {
        Some(_) => SignedFeed::parse(&file, &text).map_err(with_hint)?,
        None => SignedFeed::unsigned(PriceFeed::parse(&file, &text).map_err(with_hint)?),
    };
    let signature = signer.sign_as_member(&signed.feed, &domain)?;
    signed
        .add(signature, &domain)
        .map_err(|error| CliError::new(format!("{file}: {error}")).hint("each signer signs a feed once"))?;
    let text = signed.to_json(&file).map_err(with_hint)?;
    files::write_atomically(&args.out, text.as_bytes(), Access::Public)?;
    let (digest, count) = (signed.feed.digest(&domain), signed.signatures.len());
    output.result(json!({ "feed": digest, "signer": signer.address(), "signatures": count }), || {
        format!("signed {digest} by {} ({count} signatures)", signer.address())
    });
    Ok(Outcome::Done)
}

fn with_hint(error: FeedError) -> CliError {
    let hint = error.problem.hint();
    CliError::new(&error).hint(hint)
}
