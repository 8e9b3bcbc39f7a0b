//! Copper's wallets: `GET /platform/wallets`.
//!
//! What is delegated to an exchange through ClearLoop backs positions there already, so it does not count, whichever side reports it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::ledger::{Ledger, Line};
use super::{Document, ImportError, Reason};

#[derive(Deserialize)]
struct Answer {
    wallets: Vec<Wallet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wallet {
    portfolio_id: String,
    #[serde(default)]
    portfolio_type: Option<String>,
    currency: String,
    #[serde(default)]
    main_currency: Option<String>,
    available: String,
    reserve: String,
    #[serde(default)]
    locked: Option<String>,
    balance: String,
    #[serde(default)]
    stake_balance: Option<String>,
    total_balance: String,
}

impl Wallet {
    /// The currency, and its chain where the chain is named otherwise.
    fn asset(&self) -> String {
        match &self.main_currency {
            Some(chain) if *chain != self.currency => format!("{}@{chain}", self.currency),
            _ => self.currency.clone(),
        }
    }

    /// Why nothing of a portfolio of this type counts; none where it may.
    fn reason(&self) -> Result<Option<Reason>, ()> {
        match self.portfolio_type.as_deref() {
            None | Some("custody" | "trading-vault" | "trading") => Ok(None),
            Some("clearloop") => Ok(Some(Reason::Delegated)),
            Some("external") => Ok(Some(Reason::External)),
            Some(_) => Err(()),
        }
    }
}

/// Enters Copper's wallets, a vault for each portfolio: `balance = available + reserve + locked`, `totalBalance = balance + stakeBalance`; `available` counts.
///
/// # Errors
/// [`ImportError`], also for a portfolio of an unknown type.
pub(super) fn read(document: Document<'_>, ledger: &mut Ledger<'_>) -> Result<(), ImportError> {
    let answer: Answer = document.json()?;
    let (mut vaults, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for (index, wallet) in answer.wallets.iter().enumerate() {
        let asset = wallet.asset();
        let at = document.at(format!("wallets[{index}] (vault {:?}, {asset})", wallet.portfolio_id));
        at.once(seen.insert((&wallet.portfolio_id, asset.clone())), "asset", &asset)?;
        let vault = ledger.open_within(&at, &wallet.portfolio_id, &mut vaults)?;
        let available = at.amount("available", &wallet.available)?;
        let reserve = at.amount("reserve", &wallet.reserve)?;
        let locked = at.amount_or_zero("locked", wallet.locked.as_deref())?;
        let balance = at.amount("balance", &wallet.balance)?;
        let staked = at.amount_or_zero("stakeBalance", wallet.stake_balance.as_deref())?;
        let total = at.amount("totalBalance", &wallet.total_balance)?;
        at.adds_up("balance", balance, "available, reserve and locked", &[available, reserve, locked])?;
        at.adds_up("totalBalance", total, "balance and stakeBalance", &[balance, staked])?;
        let elsewhere = wallet.reason().map_err(|()| {
            let allowed = "custody, trading-vault, trading, external and clearloop are known";
            at.wrong("portfolioType", wallet.portfolio_type.clone().unwrap_or_default(), allowed)
        })?;
        let taken = if elsewhere.is_some() { 0 } else { available };
        let left_out = [
            (Reason::Reserved, reserve),
            (Reason::Delegated, locked),
            (Reason::Staked, staked),
            (elsewhere.unwrap_or(Reason::Unavailable), available.saturating_sub(taken)),
        ];
        let line = Line { vault, asset: &asset, field: "available", taken, left_out: &left_out };
        ledger.record(&at, &line)?;
    }
    Ok(())
}
