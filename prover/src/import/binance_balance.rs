//! A Binance portfolio-margin account's balances (`GET /papi/v1/balance`) as one vault.
//!
//! What a venue says of its own account is that venue's word. Futures wallets back positions, and profit that is not realised is no balance.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ledger::{At, Ledger, Line};
use super::{Document, ImportError, Reason};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
    asset: String,
    total_wallet_balance: String,
    cross_margin_asset: String,
    cross_margin_borrowed: String,
    cross_margin_free: String,
    cross_margin_interest: String,
    cross_margin_locked: String,
    um_wallet_balance: String,
    cm_wallet_balance: String,
    negative_balance: String,
}

/// Enters the balances of all assets as the vault `reference`: `totalWalletBalance` is the sum of `crossMarginFree`, which counts, `crossMarginLocked`,
/// `umWalletBalance` and `cmWalletBalance`.
///
/// # Errors
/// [`ImportError`], also for an asset in which the account owes anything, and for the answer of `/papi/v1/account`, which is no list.
pub(super) fn read(
    document: Document<'_>,
    reference: &str,
    ledger: &mut Ledger<'_>,
) -> Result<(), ImportError> {
    let whole = document.at("whole file");
    if document.text.trim_start().starts_with('{') {
        let allowed = "the list of all balances, from /papi/v1/balance, is expected";
        return Err(whole.wrong("answer", "one object", allowed));
    }
    let balances: Vec<Balance> = document.json()?;
    let vault = ledger.open(&whole, reference)?;
    let mut seen = BTreeSet::new();
    for (index, balance) in balances.iter().enumerate() {
        let at = document.at(format!("[{index}] ({})", balance.asset));
        at.once(seen.insert(&balance.asset), "asset", &balance.asset)?;
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
    let debts = [
        ("crossMarginBorrowed", &balance.cross_margin_borrowed),
        ("crossMarginInterest", &balance.cross_margin_interest),
        ("negativeBalance", &balance.negative_balance),
    ];
    for (field, text) in debts {
        at.must_be_zero(field, text, "only 0 is allowed: what is owed is no collateral")?;
    }
    let taken = at.amount("crossMarginFree", &balance.cross_margin_free)?;
    let locked = at.amount("crossMarginLocked", &balance.cross_margin_locked)?;
    let margin = at.amount("crossMarginAsset", &balance.cross_margin_asset)?;
    let um = at.amount("umWalletBalance", &balance.um_wallet_balance)?;
    let cm = at.amount("cmWalletBalance", &balance.cm_wallet_balance)?;
    let total = at.amount("totalWalletBalance", &balance.total_wallet_balance)?;
    at.adds_up("crossMarginAsset", margin, "crossMarginFree and crossMarginLocked", &[taken, locked])?;
    let parts = "crossMarginFree, crossMarginLocked, umWalletBalance and cmWalletBalance";
    at.adds_up("totalWalletBalance", total, parts, &[taken, locked, um, cm])?;
    // Each is below 2^124.
    let left_out = [(Reason::Reserved, locked), (Reason::Margin, um + cm)];
    let line = Line { vault, asset: &balance.asset, field: "crossMarginFree", taken, left_out: &left_out };
    ledger.record(at, &line)
}
