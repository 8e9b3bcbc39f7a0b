//! Ethereum balances that are proven against a block's state: answers to `eth_getProof` (EIP-1186).
//!
//! A proof shows what the state under a root says of an address, no more: not who controls the address, not that the block is final, not that a
//! token's balances stand where the mapping says. The root, or the hash of the block that has it, comes from the reader, never from a file.

mod answer;
mod header;
mod hex;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, B256, U256, keccak256};

use self::answer::{AccountAnswer, Answer};
use super::ledger::{At, Ledger, Line, SOURCE_DECIMALS, from_base_units};
use super::{Document, EthereumMapping, ImportError, Problem, StorageLayout, TrustedState};

/// The source's name of the native asset, which has 18 decimals.
const NATIVE: &str = "ETH";

/// Enters the balances that the answers prove, a vault for each holder.
///
/// # Errors
/// [`ImportError`]: a header of another block, a proof that does not hold, an address or a storage key that the mapping doesn't name.
pub(super) fn read(
    documents: &[Document<'_>],
    trusted: TrustedState,
    ledger: &mut Ledger<'_>,
) -> Result<(), ImportError> {
    let (mut block, mut accounts) = (None, Vec::new());
    for document in documents.iter().copied() {
        match Answer::read(document)? {
            Answer::Account(account) => accounts.push((document, account)),
            Answer::Block(header) => {
                let at = document.at("block");
                at.once(block.is_none(), "block", document.file)?;
                block = Some((at, header));
            }
        }
    }
    let root = match (trusted, block) {
        (TrustedState::StateRoot(root), None) => B256::from(root.0),
        (TrustedState::StateRoot(_), Some((at, _))) => {
            return Err(at.wrong("block", "a block", "none is read where a state root is trusted"));
        }
        (TrustedState::BlockHash(hash), Some((at, header))) => {
            let (root, block) = header.check(&at, hash)?;
            ledger.block = Some(block);
            root
        }
        (TrustedState::BlockHash(_), None) => {
            let files: Vec<&str> = documents.iter().map(|document| document.file).collect();
            let problem = Problem::Empty("answer to eth_getBlockByNumber");
            return Err(ImportError { file: files.join(", "), place: "whole file".into(), problem });
        }
    };
    let mut reader = Reader { root, known: Known::new(&ledger.mapping.ethereum)?, ..Reader::default() };
    accounts.iter().try_for_each(|(document, account)| reader.account(*document, account, ledger))
}

/// Whose balances may be proven.
#[derive(Default)]
struct Known {
    holders: BTreeSet<Address>,
    /// Of each contract the storage keys of the holders' balances.
    tokens: BTreeMap<Address, BTreeMap<B256, Address>>,
}

impl Known {
    fn new(mapping: &EthereumMapping) -> Result<Self, ImportError> {
        let document = Document { file: "mapping", text: "" };
        let (holders, tokens) = (document.at("ethereum.holders"), document.at("ethereum.tokens"));
        let mut known = Known::default();
        for holder in &mapping.holders {
            let first = known.holders.insert(hex::fixed(&holders, "address", holder)?.into());
            holders.once(first, "holder", holder)?;
        }
        for (contract, token) in &mapping.tokens {
            let slot = hex::slot(&tokens.inside(contract), "slot", &token.slot)?;
            let keys = known.holders.iter().map(|holder| (key(*holder, slot, token.layout), *holder));
            let address: Address = hex::fixed(&tokens, "address", contract)?.into();
            let first = known.tokens.insert(address, keys.collect()).is_none();
            tokens.once(first, "token", contract)?;
        }
        Ok(known)
    }
}

/// The storage key of a holder's balance.
fn key(holder: Address, slot: U256, layout: StorageLayout) -> B256 {
    let (holder, slot) = (holder.into_word().0, slot.to_be_bytes::<32>());
    keccak256(match layout {
        StorageLayout::Solidity => [holder, slot].concat(),
        StorageLayout::Vyper => [slot, holder].concat(),
    })
}

#[derive(Default)]
struct Reader {
    root: B256,
    known: Known,
    vaults: BTreeMap<String, Option<usize>>,
    seen: BTreeSet<(Address, String)>,
}

impl Reader {
    fn account(
        &mut self,
        document: Document<'_>,
        answer: &AccountAnswer,
        ledger: &mut Ledger<'_>,
    ) -> Result<(), ImportError> {
        let at = document.at("address");
        let address: Address = hex::fixed(&at, "address", &answer.address)?.into();
        let name = format!("{address:#x}");
        let at = document.at(format!("account {name}"));
        let account = proof::account(&at, self.root, address, answer)?;
        let holds = self.known.holders.contains(&address);
        if holds {
            let at = at.inside(NATIVE);
            self.enter(&at, ledger, address, NATIVE, "balance", (account.balance, SOURCE_DECIMALS))?;
        }
        match self.known.tokens.get(&address).cloned() {
            Some(keys) => self.token(&at, &name, account.storage_root, answer, &keys, ledger),
            None if !answer.storage_proof.is_empty() => {
                let expected = "the contract of a token of the mapping";
                Err(at.error(Problem::Unknown { what: "storage of address", name, expected }))
            }
            None if !holds => {
                let expected = "a holder or a token of the mapping";
                Err(at.error(Problem::Unknown { what: "address", name, expected }))
            }
            None => Ok(()),
        }
    }

    fn token(
        &mut self,
        at: &At<'_>,
        name: &str,
        storage_root: B256,
        answer: &AccountAnswer,
        keys: &BTreeMap<B256, Address>,
        ledger: &mut Ledger<'_>,
    ) -> Result<(), ImportError> {
        if answer.storage_proof.is_empty() {
            return Err(at.error(Problem::Empty("storageProof")));
        }
        let decimals = ledger.base_decimals(at, name)?;
        for (index, slot) in answer.storage_proof.iter().enumerate() {
            let at = at.inside(format!("storageProof[{index}]"));
            let key = B256::from(hex::padded(&at, "key", &slot.key)?);
            let holder = *keys.get(&key).ok_or_else(|| {
                let expected = "the place of a holder's balance, as the mapping has holders, slot and layout";
                at.error(Problem::Unknown { what: "storage key", name: format!("{key:#x}"), expected })
            })?;
            let value = proof::storage(&at, storage_root, key, slot)?;
            self.enter(&at, ledger, holder, name, "value", (value, decimals))?;
        }
        Ok(())
    }

    /// Enters a proven number of base units.
    fn enter(
        &mut self,
        at: &At<'_>,
        ledger: &mut Ledger<'_>,
        holder: Address,
        asset: &str,
        field: &'static str,
        (units, decimals): (U256, u32),
    ) -> Result<(), ImportError> {
        let vault = format!("{holder:#x}");
        at.once(self.seen.insert((holder, asset.into())), "balance of", &format!("{vault}, {asset}"))?;
        let amount = u128::try_from(units).ok().and_then(|units| from_base_units(units, decimals));
        let taken = amount.ok_or_else(|| {
            let error =
                solvency_verifier::decimal::DecimalError::Overflow { text: units.to_string(), decimals };
            at.error(Problem::Decimal { field, error })
        })?;
        let vault = ledger.open_within(at, &vault, &mut self.vaults)?;
        ledger.record(at, &Line { vault, asset, field, taken, left_out: &[] })
    }
}

#[cfg(test)]
mod tests;
