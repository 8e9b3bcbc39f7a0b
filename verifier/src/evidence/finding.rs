//! What evidence proved about whom: as data, and in words.

use alloc::{string::String, string::ToString, vec::Vec};
use core::fmt;

use serde::Serialize;

use super::Role;
use crate::encoding::{Address, Bytes32, FieldElement, tagged_sha256};
use crate::log::fork::Fork;

/// The kinds of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Kind {
    /// Two allocations in one place of a chain.
    Allocations,
    /// Two allocations that spend one source.
    Spent,
    /// Two allocations that spend one shard.
    SpentShard,
    /// One shard root for two consumers.
    Books,
    /// Two rounds of one number.
    Rounds,
    /// Two valuation digests of a policy in one round.
    Valuations,
    /// Two claims of one number.
    Claims,
    /// Two trees of one log.
    LogFork,
    /// Two trees of one log, cosigned by one witness.
    Witness,
}

impl Kind {
    /// The name that stands in a file.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Allocations => "allocations",
            Kind::Spent => "spent",
            Kind::SpentShard => "spentShard",
            Kind::Books => "books",
            Kind::Rounds => "rounds",
            Kind::Valuations => "valuations",
            Kind::Claims => "claims",
            Kind::LogFork => "logFork",
            Kind::Witness => "witness",
        }
    }
}

/// What two allocations spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Spent {
    /// An output of an earlier allocation.
    Output {
        /// Digest of that allocation.
        allocation: Bytes32,
        /// The output.
        index: u32,
    },
    /// A holdings statement.
    Holdings {
        /// Its digest.
        statement: Bytes32,
    },
    /// A shard of a book, through two holdings statements.
    Shard {
        /// Digest of the book's attestation.
        book: Bytes32,
        /// Zero-based shard.
        shard: u32,
    },
}

/// Who alone may consume a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumer {
    /// The custodian.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Origin of the account's log.
    pub log_origin: String,
}

/// In what two rounds of one number differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RoundDifference {
    /// A price, in 10^-12 quote units; none where a round has no price of this asset.
    Price {
        /// Number of the asset.
        asset: usize,
        /// The two prices.
        prices: [Option<u64>; 2],
    },
    /// The valuation digest of a policy.
    Valuation {
        /// Digest of the policy.
        policy: Bytes32,
        /// The two digests.
        digests: [FieldElement; 2],
    },
}

/// Who contradicted itself, about what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Proved {
    /// The custodian signed two allocations in one place of the account's chain.
    Allocations {
        /// The custodian.
        custodian: Address,
        /// Tag of the account.
        account: Bytes32,
        /// The epoch.
        epoch: u64,
        /// The place.
        sequence: u64,
    },
    /// The custodian signed two allocations that spend one thing.
    Spending {
        /// The custodian.
        custodian: Address,
        /// Tag of the account.
        account: Bytes32,
        /// The epoch.
        epoch: u64,
        /// What is spent in both.
        spent: Spent,
    },
    /// These attestors signed one book for two consumers, to each as exclusive.
    Books {
        /// Who signed both.
        attestors: Vec<Address>,
        /// The epoch.
        epoch: u64,
        /// The root that stands in both.
        root: FieldElement,
        /// The two consumers.
        consumers: [Consumer; 2],
    },
    /// These oracles signed two values in one round.
    Round {
        /// Who signed both.
        oracles: Vec<Address>,
        /// The round.
        round: u64,
        /// The first difference.
        difference: RoundDifference,
    },
    /// The venue signed two claims of one number.
    Claims {
        /// Address that signed both.
        signer: Address,
        /// The venue.
        venue: Bytes32,
        /// The liability book.
        liability_book: Bytes32,
        /// Tag of the account.
        account: Bytes32,
        /// The number.
        number: u64,
    },
    /// The custodian's keys signed two trees of the account's log.
    LogFork {
        /// The custodian.
        custodian: Address,
        /// Tag of the account.
        account: Bytes32,
        /// The epoch.
        epoch: u64,
        /// Origin of the epoch's log.
        origin: String,
        /// How the trees do not fit.
        fork: Fork,
    },
    /// The witness's keys cosigned two trees of one log.
    Witness {
        /// The witness: a member of the registry's.
        witness: Address,
        /// Origin of the log.
        origin: String,
        /// How the trees, or the times, do not fit.
        fork: Fork,
    },
}

/// What evidence shows, once it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Identity of the evidence: of the statements, not of their signatures or order.
    pub id: Bytes32,
    /// Kind of the evidence.
    pub kind: Kind,
    /// Digest of the registry.
    pub registry: Bytes32,
    /// Digests of the two statements; twice the same where one statement contradicts itself.
    pub statements: [Bytes32; 2],
    /// What was proved.
    pub proved: Proved,
}

impl Finding {
    pub(super) fn new(kind: Kind, registry: Bytes32, statements: [Bytes32; 2], proved: Proved) -> Self {
        let [first, second] = statements;
        let (lesser, greater) = if first <= second { (first, second) } else { (second, first) };
        let parts: [&[u8]; 4] = [&registry.0, &lesser.0, &greater.0, kind.name().as_bytes()];
        let id = tagged_sha256("solvency.v1.evidence", &parts);
        Finding { id, kind, registry, statements, proved }
    }

    /// Whose signatures contradict each other.
    pub fn role(&self) -> Role {
        match self.proved {
            Proved::Allocations { .. } | Proved::Spending { .. } | Proved::LogFork { .. } => Role::Custodian,
            Proved::Books { .. } => Role::Attestors,
            Proved::Round { .. } => Role::Oracles,
            Proved::Claims { .. } => Role::Venue,
            Proved::Witness { .. } => Role::Witness,
        }
    }

    /// The addresses, each of which signed both.
    pub fn signers(&self) -> Vec<Address> {
        match &self.proved {
            Proved::Allocations { custodian, .. }
            | Proved::Spending { custodian, .. }
            | Proved::LogFork { custodian, .. } => [*custodian].into(),
            Proved::Witness { witness, .. } => [*witness].into(),
            Proved::Books { attestors: signers, .. } | Proved::Round { oracles: signers, .. } => {
                signers.clone()
            }
            Proved::Claims { signer, .. } => [*signer].into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.statements;
        match &self.proved {
            Proved::Allocations { custodian, account, epoch, sequence } => write!(
                f,
                "custodian {custodian} signed two allocations number {sequence} of account {account} in epoch {epoch}: \
{first} and {second}"
            ),
            Proved::Spending { custodian, account, epoch, spent } => write!(
                f,
                "custodian {custodian} signed two allocations of account {account} in epoch {epoch} that both spend {spent}: \
{first} and {second}"
            ),
            Proved::Books { attestors, epoch, root, consumers: [one, other] } => write!(
                f,
                "attestors {} signed that the vaults of root {root} are in no other book of epoch {epoch}, once for {one} ({first}) \
and once for {other} ({second})",
                list(attestors)
            ),
            Proved::Round { oracles, round, difference } => {
                write!(f, "oracles {} signed, in round {round}, {difference}: {first}", list(oracles))?;
                if first == second { Ok(()) } else { write!(f, " and {second}") }
            }
            Proved::Claims { signer, venue, liability_book, account, number } => write!(
                f,
                "venue {venue} signed, with {signer}, two claims number {number} on account {account} for liability book \
{liability_book}: {first} and {second}"
            ),
            Proved::LogFork { custodian, account, epoch, origin, fork } => write!(
                f,
                "custodian {custodian} signed, with its key of log {origin:?} of account {account} in epoch {epoch}, {fork}: \
{first} and {second}"
            ),
            Proved::Witness { witness, origin, fork } => {
                write!(f, "witness {witness} cosigned, of log {origin:?}, {fork}: {first} and {second}")
            }
        }
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spent::Output { allocation, index } => write!(f, "output {index} of allocation {allocation}"),
            Spent::Holdings { statement } => write!(f, "holdings {statement}"),
            Spent::Shard { book, shard } => write!(f, "shard {shard} of book {book}"),
        }
    }
}

impl fmt::Display for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Consumer { custodian, account, log_origin } = self;
        write!(f, "account {account} of custodian {custodian} on log {log_origin:?}")
    }
}

impl fmt::Display for RoundDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RoundDifference::Price { asset, prices: [one, other] } => {
                let text = |price: &Option<u64>| price.map_or("none".into(), |price| price.to_string());
                write!(f, "two prices of asset {asset}, {} and {}", text(one), text(other))
            }
            RoundDifference::Valuation { policy, digests: [one, other] } => {
                write!(f, "two valuation digests of policy {policy}, {one} and {other}")
            }
        }
    }
}

fn list(addresses: &[Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
