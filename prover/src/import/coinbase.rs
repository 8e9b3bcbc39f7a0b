//! Coinbase Prime's balances: `GET /v1/portfolios/{id}/balances` of one type, or `GET /v1/portfolios/{id}/wallets/{id}/balance`.
//!
//! Neither answer names its portfolio or wallet: that it is the one that the reader means is not shown.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ledger::{At, Ledger, Line};
use super::{Document, ImportError, Reason};

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    balances: Option<Vec<Balance>>,
    #[serde(default)]
    balance: Option<Balance>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Balance {
    symbol: String,
    amount: String,
    holds: String,
    withdrawable_amount: String,
    #[serde(default)]
    bonded_amount: Option<String>,
    #[serde(default)]
    unbonding_amount: Option<String>,
}

/// Types whose balances stand in no other type.
const KINDS: [&str; 3] = ["TRADING_BALANCES", "VAULT_BALANCES", "PRIME_CUSTODY_BALANCES"];

/// Enters the balances as the vault `reference`. `withdrawable_amount` counts; with `holds`, and with what is bonded or unbonding, it may not exceed `amount`.
///
/// # Errors
/// [`ImportError`], also for balances that are totals over several types.
pub(super) fn read(
    document: Document<'_>,
    reference: &str,
    ledger: &mut Ledger<'_>,
) -> Result<(), ImportError> {
    let whole = document.at("whole file");
    let (path, balances) = match document.json::<Answer>()? {
        Answer { balances: Some(balances), balance: None, kind } => {
            let kind = kind.unwrap_or_default();
            if !KINDS.contains(&kind.as_str()) {
                let allowed = "TRADING_BALANCES, VAULT_BALANCES and PRIME_CUSTODY_BALANCES are allowed: a total holds what another export may hold too";
                return Err(document.at("type").wrong("type", kind, allowed));
            }
            ("balances", balances)
        }
        Answer { balances: None, balance: Some(balance), .. } => ("balance", vec![balance]),
        _ => {
            let allowed = "either the balances of a portfolio or the balance of a wallet is expected";
            return Err(whole.wrong("balances", "both or none", allowed));
        }
    };
    let vault = ledger.open(&whole, reference)?;
    let mut seen = BTreeSet::new();
    for (index, balance) in balances.iter().enumerate() {
        let at = document.at(format!("{path}[{index}] ({})", balance.symbol));
        at.once(seen.insert(&balance.symbol), "symbol", &balance.symbol)?;
        enter(&at, ledger, vault, balance)?;
    }
    Ok(())
}

fn enter(
    at: &At<'_>,
    ledger: &mut Ledger<'_>,
    vault: Option<usize>,
    balance: &Balance,
) -> Result<(), ImportError> {
    let amount = at.amount("amount", &balance.amount)?;
    let holds = at.amount("holds", &balance.holds)?;
    let taken = at.amount("withdrawable_amount", &balance.withdrawable_amount)?;
    let bonded = at.amount_or_zero("bonded_amount", balance.bonded_amount.as_deref())?;
    let unbonding = at.amount_or_zero("unbonding_amount", balance.unbonding_amount.as_deref())?;
    // Each is below 2^124.
    let staked = bonded + unbonding;
    at.at_most("withdrawable_amount with holds", taken + holds, "amount", amount)?;
    at.at_most("withdrawable_amount with bonded and unbonding_amount", taken + staked, "amount", amount)?;
    // Whether what is staked is also held is not said: the rest is what neither explains, and never below 0.
    let rest = amount.saturating_sub(taken);
    let held = holds.min(rest);
    let staked = staked.min(rest.saturating_sub(held));
    let left_out = [
        (Reason::Reserved, held),
        (Reason::Staked, staked),
        (Reason::Unavailable, rest.saturating_sub(held).saturating_sub(staked)),
    ];
    let line =
        Line { vault, asset: &balance.symbol, field: "withdrawable_amount", taken, left_out: &left_out };
    ledger.record(at, &line)
}
