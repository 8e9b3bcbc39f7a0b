//! What stands in a log, and the statements that bind a log's and its witnesses' keys to addresses (spec/log.md).
//!
//! An entry hides what it is of; who has a bundle has the salts and recomputes it.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::checkpoint::parse_decimal;
use super::key::{KeyError, KeyKind, VerifierKey};
use super::merkle::{Hash, leaf_hash};
use crate::bundle::LoggedEntry;
use crate::encoding::{Address, Bytes32, Domain, TypedData, Words};
use crate::statement::{AllocationStatement, SourceUse};

/// The origin of an account's log in an epoch, `<logOrigin>/<epoch>`.
///
/// # Errors
/// [`KeyError::Name`] where `log_origin` is not 1 to 200 characters of ASCII between `!` and `~`, without `+`.
pub fn epoch_origin(log_origin: &str, epoch: u64) -> Result<String, KeyError> {
    check_log_origin(log_origin)?;
    Ok(format!("{log_origin}/{epoch}"))
}

/// What stands in the place of `logOrigin` for the log of an account's rounds, `<logOrigin>/rounds`: an origin of its own, with a key of its own.
///
/// # Errors
/// [`KeyError::Name`] as in [`epoch_origin`]; the suffix counts, so that 193 characters are left.
pub fn rounds_origin(log_origin: &str) -> Result<String, KeyError> {
    check_log_origin(log_origin)?;
    let origin = format!("{log_origin}/rounds");
    check_log_origin(&origin)?;
    Ok(origin)
}

fn check_log_origin(log_origin: &str) -> Result<(), KeyError> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
    if log_origin.is_empty() || log_origin.len() > 200 || !log_origin.bytes().all(allowed) {
        return Err(KeyError::Name(log_origin.into()));
    }
    Ok(())
}

/// The epoch of the log with this origin, if it is one of the account's logs ([`epoch_origin`]).
pub fn origin_epoch(origin: &str, log_origin: &str) -> Option<u64> {
    parse_decimal(origin.strip_prefix(log_origin)?.strip_prefix('/')?)
}

/// Entry `sequence` of the log of an account's epoch: the allocation of that sequence. Its EIP-712 digest is what stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Sequence of the allocation, and index of the leaf.
    pub sequence: u64,
    /// Digest of the allocation.
    pub allocation: Bytes32,
    /// Digests of the releases that it uses, in the order of its sources.
    pub releases: Vec<Bytes32>,
    /// For each output from 1 on the digest of a [`ClaimMark`], random for an unused output.
    pub claims: Vec<Bytes32>,
    /// 32 random bytes.
    pub salt: Bytes32,
}

impl LogEntry {
    /// The entry of an allocation, whose digest is given.
    pub fn of(statement: &AllocationStatement, digest: Bytes32, logged: &LoggedEntry) -> Self {
        let released = statement.sources.iter().filter(|source| source.kind == SourceUse::Released);
        LogEntry {
            account: statement.account,
            epoch: statement.epoch,
            sequence: statement.sequence,
            allocation: digest,
            releases: released.map(|source| source.release).collect(),
            claims: logged.claims.clone(),
            salt: logged.salt,
        }
    }

    /// The hash of the leaf in the log's tree.
    pub fn leaf(&self, domain: &Domain) -> Hash {
        leaf_hash(&self.digest(domain).0)
    }
}

impl TypedData for LogEntry {
    const TYPE: &'static str = "LogEntry(bytes32 account,uint64 epoch,uint64 sequence,bytes32 allocation,bytes32[] releases,\
bytes32[] claims,bytes32 salt)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.account)
            .uint(self.epoch)
            .uint(self.sequence)
            .bytes32(&self.allocation)
            .bytes32s(&self.releases)
            .bytes32s(&self.claims)
            .bytes32(&self.salt);
    }
}

/// An entry of the log of an account's rounds: one coverage of one venue, with what it is made over. Its EIP-712 digest is what stands in the log.
///
/// Only digests of statements are in it. That they are signed or proven it does not say; who has the bundle sees that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundEntry {
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Number of the price round.
    pub round: u64,
    /// Digests of the attested books, in the order of the bundle.
    pub books: Vec<Bytes32>,
    /// Digest of the chain's last allocation when the entry was made.
    pub head: Bytes32,
    /// Digest of the coverage statement.
    pub coverage: Bytes32,
    /// 32 random bytes.
    pub salt: Bytes32,
}

impl RoundEntry {
    /// The hash of the leaf in the log's tree.
    pub fn leaf(&self, domain: &Domain) -> Hash {
        leaf_hash(&self.digest(domain).0)
    }
}

impl TypedData for RoundEntry {
    const TYPE: &'static str = "RoundEntry(bytes32 account,uint64 epoch,uint64 round,bytes32[] books,bytes32 head,bytes32 coverage,\
bytes32 salt)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.account)
            .uint(self.epoch)
            .uint(self.round)
            .bytes32s(&self.books)
            .bytes32(&self.head)
            .bytes32(&self.coverage)
            .bytes32(&self.salt);
    }
}

/// The claim for which a pledge was made, for the claim's venue alone: its digest stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClaimMark {
    /// Digest of the claim.
    pub claim: Bytes32,
    /// Its number.
    pub number: u64,
    /// 32 random bytes.
    pub salt: Bytes32,
}

impl TypedData for ClaimMark {
    const TYPE: &'static str = "ClaimMark(bytes32 claim,uint64 number,bytes32 salt)";
    fn encode_data(&self, words: &mut Words) {
        words.bytes32(&self.claim).uint(self.number).bytes32(&self.salt);
    }
}

/// The custodian's statement that this Ed25519 key signs the checkpoints of an account's logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LogKey {
    /// Who signs.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Origin of the account's logs, without the epoch.
    pub log_origin: String,
    /// The Ed25519 key.
    pub public_key: Bytes32,
    /// Valid from this time on, in Unix seconds.
    pub not_before: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub expiry: u64,
}

impl LogKey {
    /// The key as it signs checkpoints of an epoch: its name is the origin.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::Point`].
    pub fn verifier_key(&self, epoch: u64) -> Result<VerifierKey, KeyError> {
        VerifierKey::new(&epoch_origin(&self.log_origin, epoch)?, KeyKind::Note, &self.public_key.0)
    }
}

impl TypedData for LogKey {
    const TYPE: &'static str = "LogKey(address custodian,bytes32 account,string logOrigin,bytes32 publicKey,uint64 notBefore,\
uint64 expiry)";
    fn encode_data(&self, words: &mut Words) {
        words
            .address(&self.custodian)
            .bytes32(&self.account)
            .string(&self.log_origin)
            .bytes32(&self.public_key)
            .uint(self.not_before)
            .uint(self.expiry);
    }
}

/// A witness's statement that this Ed25519 key is its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WitnessKey {
    /// Who signs: a member of the registry's witnesses.
    pub witness: Address,
    /// The key, `name+hash+base64`, of type 0x04.
    pub vkey: String,
    /// Valid from this time on, in Unix seconds.
    pub not_before: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub expiry: u64,
}

impl TypedData for WitnessKey {
    const TYPE: &'static str = "WitnessKey(address witness,string vkey,uint64 notBefore,uint64 expiry)";
    fn encode_data(&self, words: &mut Words) {
        words.address(&self.witness).string(&self.vkey).uint(self.not_before).uint(self.expiry);
    }
}
