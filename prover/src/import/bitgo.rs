//! BitGo's wallets: `GET /api/v2/wallets`. Amounts are whole numbers of base units, as text.
//!
//! What can be spent may rest on transactions that are not confirmed, and what is confirmed may be leaving: only what is all of spendable,
//! confirmed and part of the balance counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::ledger::{At, Ledger, Line};
use super::{Document, ImportError, Reason};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    wallets: Vec<Wallet>,
    #[serde(default)]
    next_batch_prev_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wallet {
    id: String,
    coin: String,
    balance_string: String,
    confirmed_balance_string: String,
    spendable_balance_string: String,
    #[serde(default)]
    tokens: Option<Tokens>,
    #[serde(default)]
    freeze: Option<BTreeMap<String, IgnoredAny>>,
    #[serde(default)]
    deleted: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    balance_string: String,
    confirmed_balance_string: String,
    spendable_balance_string: String,
}

/// Tokens in their order, also where a name stands twice: a map would keep the last one silently.
struct Tokens(Vec<(String, Token)>);

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Tokens;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tokens")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tokens, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Tokens(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Balance, confirmed and spendable, as texts.
type Texts<'a> = [&'a str; 3];

/// Enters BitGo's wallets. The least of spendable, confirmed and balance counts.
///
/// # Errors
/// [`ImportError`], also for an answer that others follow, a deleted wallet, and an asset whose base unit the mapping doesn't know.
pub(super) fn read(document: Document<'_>, ledger: &mut Ledger<'_>) -> Result<(), ImportError> {
    let answer: Answer = document.json()?;
    if let Some(next) = answer.next_batch_prev_id.filter(|next| !next.is_empty()) {
        let allowed = "more wallets follow; join the wallets of all answers in one list";
        return Err(document.at("whole file").wrong("nextBatchPrevId", next, allowed));
    }
    for (index, wallet) in answer.wallets.iter().enumerate() {
        let at = document.at(format!("wallets[{index}] (vault {:?})", wallet.id));
        if wallet.deleted {
            return Err(at.wrong("deleted", "true", "only wallets that exist are allowed"));
        }
        let vault = ledger.open(&at, &wallet.id)?;
        let frozen = wallet.freeze.as_ref().is_some_and(|freeze| !freeze.is_empty());
        let own = [
            wallet.balance_string.as_str(),
            &wallet.confirmed_balance_string,
            &wallet.spendable_balance_string,
        ];
        enter(&at.inside(&wallet.coin), ledger, vault, &wallet.coin, own, frozen)?;
        let mut seen = BTreeSet::from([&wallet.coin]);
        for (name, token) in wallet.tokens.iter().flat_map(|tokens| &tokens.0) {
            let at = at.inside(format!("tokens ({name})"));
            at.once(seen.insert(name), "asset", name)?;
            let texts = [
                token.balance_string.as_str(),
                &token.confirmed_balance_string,
                &token.spendable_balance_string,
            ];
            enter(&at, ledger, vault, name, texts, frozen)?;
        }
    }
    Ok(())
}

fn enter(
    at: &At<'_>,
    ledger: &mut Ledger<'_>,
    vault: Option<usize>,
    asset: &str,
    [balance, confirmed, spendable]: Texts<'_>,
    frozen: bool,
) -> Result<(), ImportError> {
    let decimals = ledger.base_decimals(at, asset)?;
    let balance = at.base_units("balanceString", balance, decimals)?;
    let confirmed = at.base_units("confirmedBalanceString", confirmed, decimals)?;
    let spendable = at.base_units("spendableBalanceString", spendable, decimals)?;
    let whole = "the greater of balanceString and confirmedBalanceString";
    at.at_most("spendableBalanceString", spendable, whole, balance.max(confirmed))?;
    let counts = spendable.min(confirmed).min(balance);
    let pending = balance.saturating_sub(confirmed);
    // counts ≤ confirmed, so that counts + pending ≤ balance.
    let locked = balance.max(confirmed).saturating_sub(counts).saturating_sub(pending);
    let taken = if frozen { 0 } else { counts };
    let left_out = [
        (Reason::Pending, pending),
        (Reason::Locked, locked),
        (Reason::Frozen, counts.saturating_sub(taken)),
    ];
    ledger.record(at, &Line { vault, asset, field: "spendableBalanceString", taken, left_out: &left_out })
}
