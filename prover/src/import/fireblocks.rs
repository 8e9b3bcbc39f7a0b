//! Fireblocks' vault accounts: `GET /v1/vault/accounts_paged`, or a bare list of the accounts of all pages.
//!
//! An export shows what the custody system says at one moment; amounts of different assets may be of different blocks.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ledger::{Ledger, Line};
use super::{Document, ImportError, Reason};

#[derive(Deserialize)]
struct Page {
    accounts: Vec<Account>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Default, Deserialize)]
struct Paging {
    #[serde(default)]
    after: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    assets: Vec<Wallet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wallet {
    id: String,
    total: String,
    available: String,
    pending: String,
    frozen: String,
    locked_amount: String,
    #[serde(default)]
    staked: Option<String>,
}

/// Enters Fireblocks' vault accounts: `total = available + pending + lockedAmount + frozen`, of which `available` counts.
///
/// # Errors
/// [`ImportError`], also for a page that others follow, and for staked balances, which the sum does not place.
pub(super) fn read(document: Document<'_>, ledger: &mut Ledger<'_>) -> Result<(), ImportError> {
    let accounts = if document.text.trim_start().starts_with('[') {
        document.json::<Vec<Account>>()?
    } else {
        let page = document.json::<Page>()?;
        if let Some(after) = page.paging.after.filter(|after| !after.is_empty()) {
            let allowed = "more pages follow; join the accounts of all pages in one list";
            return Err(document.at("paging").wrong("after", after, allowed));
        }
        page.accounts
    };
    for (index, account) in accounts.iter().enumerate() {
        let at = document.at(format!("accounts[{index}] (vault {:?})", account.id));
        let vault = ledger.open(&at, &account.id)?;
        let mut seen = BTreeSet::new();
        for (index, wallet) in account.assets.iter().enumerate() {
            let at = at.inside(format!("assets[{index}] ({})", wallet.id));
            at.once(seen.insert(&wallet.id), "asset", &wallet.id)?;
            if let Some(staked) = &wallet.staked {
                let allowed = "only 0 is allowed: staked balances can't be sold at once";
                at.must_be_zero("staked", staked, allowed)?;
            }
            let taken = at.amount("available", &wallet.available)?;
            let left_out = [
                (Reason::Pending, at.amount("pending", &wallet.pending)?),
                (Reason::Locked, at.amount("lockedAmount", &wallet.locked_amount)?),
                (Reason::Frozen, at.amount("frozen", &wallet.frozen)?),
            ];
            let parts = [taken, left_out[0].1, left_out[1].1, left_out[2].1];
            let total = at.amount("total", &wallet.total)?;
            at.adds_up("total", total, "available, pending, lockedAmount and frozen", &parts)?;
            let line = Line { vault, asset: &wallet.id, field: "available", taken, left_out: &left_out };
            ledger.record(&at, &line)?;
        }
    }
    Ok(())
}
