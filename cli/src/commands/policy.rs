//! `solvency policy`: tier tables and valuations.

use serde_json::json;
use solvency_prover::files::{self, Access};
use solvency_prover::import::{self, Document, MAX_IMPORT_BYTES, binance_rate, okx_discount, tier_csv};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::{Explanation, Market, explain};

use crate::args::{ExplainArgs, PolicyCommand, PolicyImportArgs, TierColumn, TierFormat};
use crate::custodian::config::vector;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &PolicyCommand, output: &Output) -> CliResult {
    match command {
        PolicyCommand::Import(args) => import(args, output),
        PolicyCommand::Explain(args) => explained(args, output),
    }
}

fn explained(args: &ExplainArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let policy: Policy = files::read_json(&args.policy)?;
    policy.validate(&registry)?;
    let prices = crate::prices::read(&args.prices, &registry)?;
    let mut pairs = Vec::new();
    for balance in &args.balances {
        let pair = balance.split_once('=').ok_or_else(|| {
            CliError::new(format!("--balance {balance:?}: expected ASSET/class=amount"))
                .hint("as BTC/cold=750")
        })?;
        pairs.push(pair);
    }
    let balances = vector(&registry, pairs)?;
    let explanation = explain(&registry, &policy, &prices, &balances)?;
    output.result(serde_json::to_value(&explanation)?, || text(&explanation));
    Ok(Outcome::Done)
}

fn text(explanation: &Explanation) -> String {
    let quote = &explanation.quote;
    let mut text = format!("policy {}\nvaluation {}\n", explanation.policy, explanation.valuation);
    for asset in explanation.assets.iter().filter(|asset| !asset.classes.is_empty()) {
        text.push_str(&format!(
            "{} {} at {}: gross {} {quote}\n",
            asset.amount, asset.symbol, asset.price, asset.gross
        ));
        text.push_str(&format!("  market: {} → {} {quote}\n", market(&asset.market), asset.after_market));
        for class in &asset.classes {
            text.push_str(&format!(
                "  class {}: {} worth {} {quote}, latency {} ppm + counterparty {} ppm → haircut {} ppm\n",
                class.class, class.amount, class.gross, class.latency, class.counterparty, class.haircut
            ));
        }
        text.push_str(&format!("  net {} {quote}\n", asset.net));
    }
    text.push_str(&format!(
        "value {} {quote}; covers a requirement of up to {} / {}\n",
        explanation.value,
        explanation.value,
        format_ppm(explanation.theta)
    ));
    text
}

fn market(market: &Market) -> String {
    match market {
        Market::NotAccepted => "not accepted".into(),
        Market::Flat { haircut } => format!("flat haircut of {haircut} ppm"),
        Market::Tier { row, from, to, rate, cumulative } => {
            format!("tier {row} from {from} to {to}: {cumulative} before it, {rate} ppm of what lies in it")
        }
    }
}

fn format_ppm(ppm: u32) -> String {
    solvency_verifier::decimal::format_decimal(u128::from(ppm), 6)
}

fn import(args: &PolicyImportArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let mut policy: Policy = files::read_json(&args.policy)?;
    let text = files::read_text(&args.table, MAX_IMPORT_BYTES)?;
    let file = args.table.display().to_string();
    let document = Document { file: &file, text: &text };
    let table = match (args.format, &args.prices) {
        (TierFormat::Csv, _) => tier_csv(document, column(args.column)),
        (TierFormat::Binance, _) => binance_rate(document),
        (TierFormat::Okx, Some(prices)) => okx_discount(document, &crate::prices::read_set(prices)?),
        (TierFormat::Okx, None) => {
            return Err(CliError::new("OKX's tiers are in asset amounts")
                .hint("name a price set with --prices to convert them"));
        }
    };
    let table = table.map_err(crate::prices::with_hint)?;
    let kept = table.apply(&mut policy);
    policy.validate(&registry).map_err(|error| {
        CliError::new(error)
            .hint("an asset that the table does not name needs tiers of its own, or must leave the policy")
    })?;
    files::write_json(&args.out, &policy, Access::Public)?;
    let digest = policy.digest();
    let value =
        json!({ "policy": args.out, "digest": digest, "tables": table.assets.len(), "notInTable": kept });
    output.result(value, || {
        let mut text =
            format!("{}: {digest}, from {} published tables\n", args.out.display(), table.assets.len());
        for symbol in &kept {
            text.push_str(&format!("  {symbol} is not in the table and stays as it was\n"));
        }
        text
    });
    Ok(Outcome::Done)
}

fn column(column: TierColumn) -> import::TierColumn {
    match column {
        TierColumn::VipLoan => import::TierColumn::VipLoan,
        TierColumn::Margin => import::TierColumn::Margin,
        TierColumn::PortfolioMargin => import::TierColumn::PortfolioMargin,
    }
}
