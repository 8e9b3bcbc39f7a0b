//! An OKX account's balance (`GET /api/v5/account/balance`) as one vault.
//!
//! What a venue says of its own account is that venue's word. Equity, unrealised profit and credit do not count; `availBal` does.

use std::collections::BTreeSet;

use serde::Deserialize;
use solvency_verifier::registry::Registry;

use super::vaults::{Collector, exact};
use super::{Document, ImportError, Mapping, Problem, Reason, VaultExport};

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
    frozen_bal: String,
    liab: String,
}

/// Reads the balance of one account, as the vault `reference`. An empty text means that there is no value.
///
/// # Errors
/// [`ImportError`], also for an answer that is an error and for a currency that the account has borrowed.
pub fn okx_balance(
    document: Document<'_>,
    reference: &str,
    mapping: &Mapping,
    registry: &Registry,
) -> Result<VaultExport, ImportError> {
    let answer: Answer = document.json()?;
    if answer.code != "0" {
        let problem =
            Problem::Value { field: "code", got: answer.code, allowed: "\"0\" is a successful answer" };
        return Err(document.error("code", problem));
    }
    let [account] = answer.data.as_slice() else {
        let got = format!("{} accounts", answer.data.len());
        let problem = Problem::Value { field: "data", got, allowed: "exactly one is expected" };
        return Err(document.error("data", problem));
    };
    let mut collector = Collector::new(document, mapping, registry);
    let class = collector.class_of("whole file", reference)?;
    let vault = collector.open("whole file", reference, class)?;
    let mut seen = BTreeSet::new();
    for (index, detail) in account.details.iter().enumerate() {
        let place = format!("data[0].details[{index}] ({})", detail.ccy);
        if !seen.insert(&detail.ccy) {
            return Err(
                document.error(place, Problem::Repeated { what: "currency", name: detail.ccy.clone() })
            );
        }
        if exact(document, &place, "liab", or_zero(&detail.liab))? != 0 {
            let allowed = "only 0 is allowed: what is borrowed is no collateral";
            let problem = Problem::Value { field: "liab", got: detail.liab.clone(), allowed };
            return Err(document.error(place, problem));
        }
        collector.leave_out(&place, &detail.ccy, Reason::Frozen, "frozenBal", or_zero(&detail.frozen_bal))?;
        collector.take(&place, vault, &detail.ccy, "availBal", or_zero(&detail.avail_bal))?;
    }
    collector.finish()
}

fn or_zero(text: &str) -> &str {
    if text.is_empty() { "0" } else { text }
}
