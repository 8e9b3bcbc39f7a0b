//! Fireblocks' vault accounts: `GET /v1/vault/accounts_paged`, or a bare list of the accounts of all pages.
//!
//! An export shows what the custody system says at one moment; amounts of different assets may be of different blocks.

use std::collections::BTreeSet;

use serde::Deserialize;
use solvency_verifier::decimal::format_decimal;
use solvency_verifier::registry::Registry;

use super::vaults::{Collector, SOURCE_DECIMALS, exact};
use super::{Document, ImportError, Mapping, Problem, Reason, VaultExport};

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

/// Reads Fireblocks' vault accounts: `total = available + pending + lockedAmount + frozen`, of which `available` counts.
///
/// # Errors
/// [`ImportError`], also for a page that others follow, and for staked balances, which the sum does not place.
pub fn fireblocks(
    document: Document<'_>,
    mapping: &Mapping,
    registry: &Registry,
) -> Result<VaultExport, ImportError> {
    let accounts = if document.text.trim_start().starts_with('[') {
        document.json::<Vec<Account>>()?
    } else {
        let page = document.json::<Page>()?;
        if let Some(after) = page.paging.after.filter(|after| !after.is_empty()) {
            let allowed = "more pages follow; join the accounts of all pages in one list";
            return Err(document.error("paging", Problem::Value { field: "after", got: after, allowed }));
        }
        page.accounts
    };
    let mut collector = Collector::new(document, mapping, registry);
    for (index, account) in accounts.iter().enumerate() {
        let place = format!("accounts[{index}] (vault {:?})", account.id);
        let class = collector.class_of(&place, &account.id)?;
        let vault = collector.open(&place, &account.id, class)?;
        let mut seen = BTreeSet::new();
        for (index, wallet) in account.assets.iter().enumerate() {
            let place = format!("{place}, assets[{index}] ({})", wallet.id);
            if !seen.insert(&wallet.id) {
                return Err(
                    document.error(place, Problem::Repeated { what: "asset", name: wallet.id.clone() })
                );
            }
            check_sum(document, &place, wallet)?;
            let left_out = [
                (Reason::Pending, "pending", &wallet.pending),
                (Reason::Locked, "lockedAmount", &wallet.locked_amount),
                (Reason::Frozen, "frozen", &wallet.frozen),
            ];
            for (reason, field, amount) in left_out {
                collector.leave_out(&place, &wallet.id, reason, field, amount)?;
            }
            collector.take(&place, vault, &wallet.id, "available", &wallet.available)?;
        }
    }
    collector.finish()
}

fn check_sum(document: Document<'_>, place: &str, wallet: &Wallet) -> Result<(), ImportError> {
    let exact = |field, text: &str| exact(document, place, field, text);
    if let Some(staked) = &wallet.staked
        && exact("staked", staked)? != 0
    {
        let allowed = "only 0 is allowed: staked balances can't be sold at once";
        return Err(document.error(place, Problem::Value { field: "staked", got: staked.clone(), allowed }));
    }
    let parts = [
        exact("available", &wallet.available)?,
        exact("pending", &wallet.pending)?,
        exact("lockedAmount", &wallet.locked_amount)?,
        exact("frozen", &wallet.frozen)?,
    ];
    // Each part is below 2^64·10^18 < 2^124, four of them below 2^126.
    let sum: u128 = parts.iter().sum();
    if exact("total", &wallet.total)? == sum {
        return Ok(());
    }
    let sum = format_decimal(sum, SOURCE_DECIMALS);
    Err(document.error(place, Problem::Sum { total: wallet.total.clone(), sum }))
}
