//! An OKX account's balance (`GET /api/v5/account/balance`) as one vault.
//!
//! What a venue says of its own account is that venue's word. Equity, unrealised profit and credit do not count; `availBal` does, up to `cashBal`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ledger::{Ledger, Line};
use super::{Document, ImportError, Reason};

#[derive(Deserialize)]
struct Answer {
    code: String,
    data: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    details: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    ccy: String,
    avail_bal: String,
    cash_bal: String,
    frozen_bal: String,
    liab: String,
}

/// Enters the balance of one account, as the vault `reference`. An empty text means that there is no value.
///
/// # Errors
/// [`ImportError`], also for an answer that is an error and for a currency that the account has borrowed.
pub(super) fn read(
    document: Document<'_>,
    reference: &str,
    ledger: &mut Ledger<'_>,
) -> Result<(), ImportError> {
    let answer: Answer = document.json()?;
    if answer.code != "0" {
        return Err(document.at("code").wrong("code", answer.code, "\"0\" is a successful answer"));
    }
    let [account] = answer.data.as_slice() else {
        let got = format!("{} accounts", answer.data.len());
        return Err(document.at("data").wrong("data", got, "exactly one is expected"));
    };
    let vault = ledger.open(&document.at("whole file"), reference)?;
    let mut seen = BTreeSet::new();
    for (index, detail) in account.details.iter().enumerate() {
        let at = document.at(format!("data[0].details[{index}] ({})", detail.ccy));
        at.once(seen.insert(&detail.ccy), "currency", &detail.ccy)?;
        let amount = |field, text: &str| at.amount_or_zero(field, Some(text));
        if amount("liab", &detail.liab)? != 0 {
            let allowed = "only 0 is allowed: what is borrowed is no collateral";
            return Err(at.wrong("liab", &detail.liab, allowed));
        }
        let available = amount("availBal", &detail.avail_bal)?;
        let taken = available.min(amount("cashBal", &detail.cash_bal)?);
        let left_out = [
            (Reason::Frozen, amount("frozenBal", &detail.frozen_bal)?),
            (Reason::Unrealised, available.saturating_sub(taken)),
        ];
        let line = Line { vault, asset: &detail.ccy, field: "availBal", taken, left_out: &left_out };
        ledger.record(&at, &line)?;
    }
    Ok(())
}
