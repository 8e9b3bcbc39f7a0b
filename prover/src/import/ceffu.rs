//! Ceffu's MirrorX positions: `GET /open-api/v1/mirrorX/positions/list`.
//!
//! They are delegated to one account at the exchange, whose positions they back. That they are pledged to that venue only is not shown here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::ledger::{Ledger, Line};
use super::{Document, ImportError};

#[derive(Deserialize)]
struct Answer {
    code: String,
    #[serde(default)]
    data: Option<Page>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    data: Vec<Position>,
    total_page: u64,
    page_no: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    mirror_x_link_id: String,
    #[serde(rename = "binanceUID")]
    binance_uid: String,
    wallet_id_str: String,
    coin_symbol: String,
    mirror_x_balance: String,
}

/// Enters MirrorX positions, a vault for each link. `mirrorXBalance` counts; the value at the exchange doesn't.
///
/// # Errors
/// [`ImportError`], also for an answer that is an error, a page of several, and a link between several wallets or accounts.
pub(super) fn read(document: Document<'_>, ledger: &mut Ledger<'_>) -> Result<(), ImportError> {
    let answer: Answer = document.json()?;
    if answer.code != "000000" {
        return Err(document.at("code").wrong("code", answer.code, "\"000000\" is a successful answer"));
    }
    let page = answer
        .data
        .ok_or_else(|| document.at("data").wrong("data", "null", "an answer with positions is expected"))?;
    if page.total_page > 1 || page.page_no != 1 {
        let got = format!("page {} of {}", page.page_no, page.total_page);
        let allowed = "one page is read; ask for up to 500 positions, or join the pages";
        return Err(document.at("data").wrong("pageNo", got, allowed));
    }
    let (mut vaults, mut ends, mut seen) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    for (index, position) in page.data.iter().enumerate() {
        let (link, asset) = (&position.mirror_x_link_id, &position.coin_symbol);
        let at = document.at(format!("data.data[{index}] (vault {link:?}, {asset})"));
        at.once(seen.insert((link, asset)), "asset", asset)?;
        let own = (&position.wallet_id_str, &position.binance_uid);
        let first = ends.entry(link).or_insert(own);
        if *first != own {
            let got = format!("wallet {}, account {}", own.0, own.1);
            return Err(at.wrong("mirrorXLinkId", got, "a link has one wallet and one account"));
        }
        let vault = ledger.open_within(&at, link, &mut vaults)?;
        let taken = at.amount("mirrorXBalance", &position.mirror_x_balance)?;
        let line = Line { vault, asset, field: "mirrorXBalance", taken, left_out: &[] };
        ledger.record(&at, &line)?;
    }
    Ok(())
}
