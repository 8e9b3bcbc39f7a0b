//! The registry: assets, vault classes, schedules and the sets of signers that everybody shares (spec/valuation.md).
//!
//! A registry says whose signatures count; it does not make the signers honest.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes32, tagged_sha256};
use crate::{ASSETS, CLASSES};

/// The format that this version reads and writes.
pub const REGISTRY_FORMAT: &str = "solvency-registry/1";
/// Most decimals of an asset.
pub const MAX_DECIMALS: u32 = 9;

/// An asset of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Asset {
    /// Symbol, as in `BTC`.
    pub symbol: String,
    /// Decimals of the ledger unit, at most 9.
    pub decimals: u32,
}

/// A class of vaults: how far its collateral is from cash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Class {
    /// Name, as in `cold`.
    pub name: String,
}

/// Fixed intervals: number `n` is `[zero + n·seconds, zero + (n+1)·seconds)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Schedule {
    /// Beginning of number 0, in Unix seconds.
    pub zero: u64,
    /// Length of each interval, in seconds; not 0.
    pub seconds: u64,
}

impl Schedule {
    /// The number of the interval that holds this time; `None` before the schedule begins.
    pub fn number_at(&self, time: u64) -> Option<u64> {
        time.checked_sub(self.zero)?.checked_div(self.seconds)
    }

    /// Beginning and exclusive end of an interval; `None` beyond the range of times.
    pub fn interval(&self, number: u64) -> Option<(u64, u64)> {
        let begin = self.zero.checked_add(number.checked_mul(self.seconds)?)?;
        Some((begin, begin.checked_add(self.seconds)?))
    }
}

/// A set of signers of which `threshold` distinct ones speak for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignerSet {
    /// Increases whenever the set changes.
    pub version: u32,
    /// How many distinct members are needed.
    pub threshold: u32,
    /// The members.
    pub members: Vec<Address>,
}

impl SignerSet {
    /// How many distinct members are needed.
    pub fn threshold(&self) -> usize {
        usize::try_from(self.threshold).unwrap_or(usize::MAX)
    }
}

/// What everybody who uses a deployment shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Registry {
    /// [`REGISTRY_FORMAT`].
    pub format: String,
    /// Name of the deployment.
    pub name: String,
    /// Increases with each change.
    pub version: u32,
    /// Currency of values and requirements, as in `USD`.
    pub quote: String,
    /// Up to 16 assets; the position is the asset's number.
    pub assets: Vec<Asset>,
    /// Up to 4 classes; the position is the class's number.
    pub classes: Vec<Class>,
    /// Epochs.
    pub epoch: Schedule,
    /// Price rounds.
    pub round: Schedule,
    /// Who attests books.
    pub attestors: SignerSet,
    /// Who signs price rounds; more than two thirds are needed.
    pub oracles: SignerSet,
    /// Who cosigns logs; each binds an Ed25519 key to its address ([`crate::log::WitnessKey`]).
    pub witnesses: SignerSet,
    /// Books of one bundle are read at most this many seconds apart.
    pub max_as_of_spread: u64,
    /// A book's snapshot is at most this many seconds old.
    pub max_book_age: u64,
    /// Valid from this time on, in Unix seconds.
    pub valid_from: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub valid_until: u64,
}

/// Why a registry contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Another format or version.
    #[error("registry: format is {0:?}, expected {REGISTRY_FORMAT:?}")]
    Format(String),
    /// A list that is empty or too long.
    #[error("registry: {got} {what}, from 1 to {allowed} are allowed")]
    Count {
        /// Which list.
        what: &'static str,
        /// Entries found.
        got: usize,
        /// Most entries.
        allowed: usize,
    },
    /// A name twice, or an empty one, or one that is not ASCII letters, digits, `-`, `_` and `.`.
    #[error("registry: {what} {name:?} is repeated or not made of ASCII letters, digits, '-', '_' and '.'")]
    Name {
        /// Which list.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Too many decimals.
    #[error("registry: {symbol} has {got} decimals, at most {MAX_DECIMALS} are allowed")]
    Decimals {
        /// The asset.
        symbol: String,
        /// Its decimals.
        got: u32,
    },
    /// A schedule with intervals of no length.
    #[error("registry: the intervals of {0} have no length")]
    Schedule(&'static str),
    /// A member twice or zero.
    #[error("registry: {what} hold {member} twice, or the zero address")]
    Member {
        /// Which set.
        what: &'static str,
        /// The member.
        member: Address,
    },
    /// A threshold that two disjoint or dishonest quorums could reach.
    #[error(
        "registry: {got} of {members} {what}; at least {needed} are needed for any two quorums to meet in an honest member"
    )]
    Threshold {
        /// Which set.
        what: &'static str,
        /// The threshold.
        got: usize,
        /// Members.
        members: usize,
        /// Least threshold.
        needed: usize,
    },
    /// A window that never opens.
    #[error("registry: valid from {from} until {until}: never")]
    Window {
        /// Beginning.
        from: u64,
        /// End.
        until: u64,
    },
}

/// Whether a name can stand in `BTC/cold=1`, in a file name and in a table without quoting.
pub fn is_plain_name(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    !name.is_empty() && name.len() <= 32 && name.bytes().all(plain)
}

fn check_names<'a>(
    what: &'static str,
    names: impl Iterator<Item = &'a str>,
    allowed: usize,
) -> Result<(), RegistryError> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.contains(&name) || !is_plain_name(name) {
            return Err(RegistryError::Name { what, name: name.into() });
        }
        seen.push(name);
    }
    if seen.is_empty() || seen.len() > allowed {
        return Err(RegistryError::Count { what, got: seen.len(), allowed });
    }
    Ok(())
}

fn check_set(what: &'static str, set: &SignerSet, least: fn(usize) -> usize) -> Result<(), RegistryError> {
    let members = set.members.len();
    if members == 0 || members > 64 {
        return Err(RegistryError::Count { what, got: members, allowed: 64 });
    }
    for (index, member) in set.members.iter().enumerate() {
        if member.is_zero() || set.members.iter().take(index).any(|earlier| earlier == member) {
            return Err(RegistryError::Member { what, member: *member });
        }
    }
    let (got, needed) = (set.threshold(), least(members));
    if got < needed || got > members {
        return Err(RegistryError::Threshold { what, got, members, needed });
    }
    Ok(())
}

/// More than half: two quorums share a member.
fn majority(members: usize) -> usize {
    (members / 2).saturating_add(1)
}

/// More than two thirds: with f dishonest of n = 3f + 1, two quorums share an honest member (k ≥ 2f + 1).
fn two_thirds(members: usize) -> usize {
    (members.saturating_mul(2) / 3).saturating_add(1)
}

impl Registry {
    /// Checks that the document does not contradict itself.
    ///
    /// # Errors
    /// [`RegistryError`] with the first contradiction.
    pub fn validate(&self) -> Result<(), RegistryError> {
        if self.format != REGISTRY_FORMAT {
            return Err(RegistryError::Format(self.format.clone()));
        }
        check_names("assets", self.assets.iter().map(|asset| asset.symbol.as_str()), ASSETS)?;
        check_names("classes", self.classes.iter().map(|class| class.name.as_str()), CLASSES)?;
        if let Some(asset) = self.assets.iter().find(|asset| asset.decimals > MAX_DECIMALS) {
            return Err(RegistryError::Decimals { symbol: asset.symbol.clone(), got: asset.decimals });
        }
        for (what, schedule) in [("epoch", &self.epoch), ("round", &self.round)] {
            if schedule.seconds == 0 {
                return Err(RegistryError::Schedule(what));
            }
        }
        check_set("attestors", &self.attestors, majority)?;
        check_set("oracles", &self.oracles, two_thirds)?;
        check_set("witnesses", &self.witnesses, majority)?;
        if self.valid_from >= self.valid_until {
            return Err(RegistryError::Window { from: self.valid_from, until: self.valid_until });
        }
        Ok(())
    }

    /// The slot of an asset in a class: `4·asset + class`.
    pub fn slot(&self, symbol: &str, class: &str) -> Option<usize> {
        let asset = self.asset(symbol)?;
        let class = self.classes.iter().position(|known| known.name == class)?;
        asset.checked_mul(CLASSES)?.checked_add(class)
    }

    /// The number of an asset.
    pub fn asset(&self, symbol: &str) -> Option<usize> {
        self.assets.iter().position(|asset| asset.symbol == symbol)
    }

    /// SHA-256 over [`Self::canonical_bytes`]: the salt of the EIP-712 domain.
    pub fn digest(&self) -> Bytes32 {
        self.document().digest("solvency.v1.registry")
    }

    /// Every field, each behind its length: what the digest is of, and what a contract is made from.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        self.document().0
    }

    fn document(&self) -> Document {
        let mut document = Document::default();
        document.text(&self.format).text(&self.name).number(u64::from(self.version)).text(&self.quote);
        document.number(self.assets.len() as u64);
        for asset in &self.assets {
            document.text(&asset.symbol).number(u64::from(asset.decimals));
        }
        document.number(self.classes.len() as u64);
        for class in &self.classes {
            document.text(&class.name);
        }
        for schedule in [&self.epoch, &self.round] {
            document.number(schedule.zero).number(schedule.seconds);
        }
        for set in [&self.attestors, &self.oracles, &self.witnesses] {
            document.number(u64::from(set.version)).number(u64::from(set.threshold));
            document.number(set.members.len() as u64);
            for member in &set.members {
                document.bytes(&member.0);
            }
        }
        document.number(self.max_as_of_spread).number(self.max_book_age);
        document.number(self.valid_from).number(self.valid_until);
        document
    }
}

/// A document as a string of bytes from which every field can be read back: numbers as 8 bytes, everything else behind its length.
#[derive(Default)]
pub(crate) struct Document(Vec<u8>);

impl Document {
    pub(crate) fn number(&mut self, value: u64) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn digest(&self, tag: &str) -> Bytes32 {
        tagged_sha256(tag, &[&self.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};

    fn set(members: u8, threshold: u32) -> SignerSet {
        SignerSet { version: 1, threshold, members: (1..=members).map(|i| Address([i; 20])).collect() }
    }

    fn registry() -> Registry {
        Registry {
            format: REGISTRY_FORMAT.into(),
            name: "test".into(),
            version: 1,
            quote: "USD".into(),
            assets: vec![
                Asset { symbol: "BTC".into(), decimals: 8 },
                Asset { symbol: "ETH".into(), decimals: 9 },
            ],
            classes: vec![Class { name: "cold".into() }, Class { name: "custodian".into() }],
            epoch: Schedule { zero: 100, seconds: 10 },
            round: Schedule { zero: 100, seconds: 5 },
            attestors: set(3, 2),
            oracles: set(4, 3),
            witnesses: set(3, 2),
            max_as_of_spread: 1,
            max_book_age: 2,
            valid_from: 0,
            valid_until: 1_000,
        }
    }

    #[test]
    fn intervals_begin_in_and_end_out() {
        let schedule = Schedule { zero: 100, seconds: 10 };
        assert_eq!(schedule.number_at(99), None);
        assert_eq!(schedule.number_at(100), Some(0));
        assert_eq!(schedule.number_at(109), Some(0));
        assert_eq!(schedule.number_at(110), Some(1));
        assert_eq!(schedule.interval(1), Some((110, 120)));
        assert_eq!(schedule.interval(u64::MAX), None);
        assert_eq!(Schedule { zero: 0, seconds: 0 }.number_at(5), None);
    }

    #[test]
    fn thresholds_at_which_quorums_meet() {
        let mut registry = registry();
        assert_eq!(registry.validate(), Ok(()));
        registry.attestors = set(3, 1);
        assert!(matches!(
            registry.validate(),
            Err(RegistryError::Threshold { what: "attestors", needed: 2, .. })
        ));
        registry.attestors = set(3, 4);
        assert!(matches!(registry.validate(), Err(RegistryError::Threshold { what: "attestors", .. })));
        registry.attestors = set(3, 2);
        registry.oracles = set(4, 2);
        assert!(matches!(
            registry.validate(),
            Err(RegistryError::Threshold { what: "oracles", needed: 3, .. })
        ));
        registry.oracles = set(4, 3);
        registry.oracles.members[1] = registry.oracles.members[0];
        assert!(matches!(registry.validate(), Err(RegistryError::Member { .. })));
    }

    #[test]
    fn contradictions_are_refused() {
        let check = |change: fn(&mut Registry)| {
            let mut changed = registry();
            change(&mut changed);
            changed.validate().unwrap_err()
        };
        assert!(matches!(check(|r| r.format = "x".into()), RegistryError::Format(_)));
        assert!(matches!(check(|r| r.assets[1].symbol = "BTC".into()), RegistryError::Name { .. }));
        assert!(matches!(check(|r| r.assets[1].symbol = "B/C".into()), RegistryError::Name { .. }));
        assert!(matches!(check(|r| r.assets[0].decimals = 10), RegistryError::Decimals { got: 10, .. }));
        assert!(matches!(check(|r| r.assets.clear()), RegistryError::Count { .. }));
        assert!(matches!(check(|r| r.epoch.seconds = 0), RegistryError::Schedule("epoch")));
        assert!(matches!(check(|r| r.valid_until = 0), RegistryError::Window { .. }));
        let many = |r: &mut Registry| {
            r.assets = (0..17).map(|i| Asset { symbol: i.to_string(), decimals: 0 }).collect();
        };
        assert!(matches!(check(many), RegistryError::Count { got: 17, allowed: 16, .. }));
    }

    #[test]
    fn every_field_is_in_the_digest() {
        let original = serde_json::to_value(registry()).unwrap();
        let digest = registry().digest();
        let mut changed = 0;
        for_each_leaf(&original, &mut |altered| {
            if let Ok(altered) = serde_json::from_value::<Registry>(altered) {
                assert_ne!(altered.digest(), digest);
                changed += 1;
            }
        });
        assert_eq!(changed, 34);
    }

    /// Calls `f` with a copy of the document for each leaf, in which that leaf is another value of its kind.
    fn for_each_leaf(document: &serde_json::Value, f: &mut dyn FnMut(serde_json::Value)) {
        fn walk(
            value: &serde_json::Value,
            path: &mut Vec<String>,
            leaves: &mut Vec<(String, serde_json::Value)>,
        ) {
            use serde_json::Value;
            match value {
                Value::Object(fields) => {
                    for (name, value) in fields {
                        path.push(name.clone());
                        walk(value, path, leaves);
                        path.pop();
                    }
                }
                Value::Array(items) => {
                    for (index, value) in items.iter().enumerate() {
                        path.push(index.to_string());
                        walk(value, path, leaves);
                        path.pop();
                    }
                }
                leaf => leaves.push((alloc::format!("/{}", path.join("/")), leaf.clone())),
            }
        }
        let mut leaves = Vec::new();
        walk(document, &mut Vec::new(), &mut leaves);
        for (pointer, leaf) in leaves {
            let mut altered = document.clone();
            let place = altered.pointer_mut(&pointer).unwrap();
            *place = match leaf {
                serde_json::Value::Number(n) => (n.as_u64().unwrap() + 1).into(),
                serde_json::Value::String(s) if s.starts_with("0x") => {
                    let (rest, last) = s.split_at(s.len() - 1);
                    alloc::format!("{rest}{}", if last == "0" { "1" } else { "0" }).into()
                }
                serde_json::Value::String(s) => alloc::format!("{s}x").into(),
                other => other,
            };
            if altered != *document {
                f(altered);
            }
        }
    }
}
