//! The end of the day: everybody takes out what is theirs, and the sums have to come out.

use serde::Serialize;
use solvency_contracts::calls::{escrow, token};
use solvency_prover::signer::Signer;
use solvency_verifier::Address;

use super::setup::QUOTE_SUPPLY;
use super::story::{COIN, DEPOSITED, LOSS, Story, last_number};
use crate::error::{CliError, CliResult};

/// What somebody holds after the day.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Holding {
    who: &'static str,
    /// In the coin's smallest unit, as decimal text: larger than a JSON integer.
    coins: String,
    /// In 10^-6 quote units.
    quote: String,
    #[serde(skip)]
    amounts: (u128, u128),
}

/// Withdraws every free balance of the escrow to addresses that held nothing before, and compares the sums.
pub(crate) fn withdraw(story: &mut Story<'_>) -> CliResult<Vec<Holding>> {
    let users = story.deployed.users;
    let [a, b] = users.venues;
    let mut holdings = Vec::new();
    for (who, owner) in [("trader", users.trader), ("venue a", a), ("venue b", b), ("buyer", users.buyer)] {
        let to = Signer::generate()?.address();
        for asset in [Address::ZERO, story.deployed.quote] {
            let free = read(story, story.deployed.escrow, escrow::balance_of(&asset, &owner))?;
            if free > 0 {
                let data = escrow::withdraw(&asset, free, &to);
                story.send(owner, story.deployed.escrow, "withdraw", data, 0)?;
            }
        }
        let coins = story.chain.balance(to)?;
        let mut quote = quote_of(story, to)?;
        if owner == users.buyer {
            quote += quote_of(story, owner)?;
        }
        let text = |amount: u128| amount.to_string();
        holdings.push(Holding { who, coins: text(coins), quote: text(quote), amounts: (coins, quote) });
    }
    check(story, &holdings)?;
    Ok(holdings)
}

/// No coin or quote unit came from nowhere, was lost, or stayed behind; venue a got its loss; no unit of the vaults is pledged twice.
fn check(story: &Story<'_>, holdings: &[Holding]) -> CliResult<()> {
    let coins: u128 = holdings.iter().map(|holding| holding.amounts.0).sum();
    let quote: u128 = holdings.iter().map(|holding| holding.amounts.1).sum();
    let left = (story.chain.balance(story.deployed.escrow)?, quote_of(story, story.deployed.escrow)?);
    let paid = holdings.iter().find(|holding| holding.who == "venue a").map(|holding| holding.amounts.1);
    let (held, attested) = story.desk.vault_sums()?;
    for (what, right) in [
        ("coins deposited are coins taken out", coins == DEPOSITED),
        ("quote units stay as many", quote == QUOTE_SUPPLY),
        ("the escrow is left with nothing", left == (0, 0)),
        ("venue a has its loss and no more", paid == Some(LOSS)),
        ("unspent outputs are what was attested", held == attested),
    ] {
        if !right {
            return Err(CliError::new(format!("after the day it does not hold that {what}")));
        }
    }
    Ok(())
}

fn quote_of(story: &Story<'_>, owner: Address) -> CliResult<u128> {
    read(story, story.deployed.quote, token::balance_of(&owner))
}

fn read(story: &Story<'_>, to: Address, data: Vec<u8>) -> CliResult<u128> {
    let answer = story.chain.read("balanceOf", to, &data)?;
    last_number(&answer, 0).ok_or_else(|| CliError::new("the chain answers no balance"))
}

/// The holdings as a table, in whole coins and quote units.
pub(crate) fn table(holdings: &[Holding]) -> String {
    let mut text = String::from("holds             coins         quote\n");
    for Holding { who, amounts: (coins, quote), .. } in holdings {
        let (whole, part) = (coins / COIN, coins % COIN / (COIN / 1_000_000));
        let (units, millionths) = (quote / 1_000_000, quote % 1_000_000);
        text.push_str(&format!("{who:<9} {whole:>6}.{part:06} {units:>9}.{millionths:06}\n"));
    }
    text
}
