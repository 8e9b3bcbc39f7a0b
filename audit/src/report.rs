//! The pack: everything that came out, as data (spec/audit.md).

use serde::Serialize;
use solvency_verifier::accept::Acceptance;
use solvency_verifier::encoding::{Address, Bytes32};

use crate::ceremony::KeyLine;
use crate::coverage::Timeline;
use crate::figure::{Figure, Label};
use crate::finding::Finding;
use crate::html;
use crate::input::Input;
use crate::prices::RoundPrices;
use crate::rounds::{CommitmentLine, RoundsLogLine};
use crate::signed::AuditStatement;
use crate::strict::sha256;
use crate::tables::ValuationTable;
use crate::totals::TotalsLine;
use crate::witnesses::SignatureLine;

/// The format of a pack.
pub const AUDIT_FORMAT: &str = "solvency-audit/1";

/// Verdict of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AuditVerdict {
    /// Neither a breach nor anything refused.
    Accepted,
    /// Something was.
    NotAccepted,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pack {
    /// [`AUDIT_FORMAT`].
    pub format: &'static str,
    /// Digest of the registry.
    pub registry: Bytes32,
    /// Its name.
    pub registry_name: String,
    /// The audit's time, in Unix seconds.
    pub now: u64,
    /// Beginning of the audited period.
    pub from: u64,
    /// Its exclusive end.
    pub until: u64,
    /// The verdict.
    pub verdict: AuditVerdict,
    /// Breaches found.
    pub breaches: u32,
    /// What was refused.
    pub refused: u32,
    /// Warnings.
    pub warnings: u32,
    /// Findings, the heaviest first.
    pub findings: Vec<Finding>,
    /// Figures about the audit as a whole.
    pub figures: Vec<Figure>,
    /// Coverage of each venue.
    pub timelines: Vec<Timeline>,
    /// Bundles in the order in which they were judged.
    pub bundles: Vec<BundleLine>,
    /// Recomputed valuations, by round and policy.
    pub valuations: Vec<ValuationTable>,
    /// Rounds beside the oracles' observations, where such were handed over.
    pub prices: Vec<RoundPrices>,
    /// The registry's sets of signers.
    pub signers: Vec<SignerLine>,
    /// Logs.
    pub logs: Vec<LogLine>,
    /// Pinned keys.
    pub keys: Vec<KeyLine>,
    /// Openings, without what they open.
    pub openings: Vec<OpeningLine>,
    /// What beacons asked for.
    pub continuity: Vec<ContinuityLine>,
    /// Logs of rounds.
    pub rounds_logs: Vec<RoundsLogLine>,
    /// Since when sampled rounds stood in them.
    pub commitments: Vec<CommitmentLine>,
    /// Custody-wide totals, without what they open to.
    pub totals: Vec<TotalsLine>,
    /// Everything that was handed over.
    pub inputs: Vec<Input>,
    /// What no line of this pack shows.
    pub limits: &'static [&'static str],
}

/// A bundle and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BundleLine {
    /// Name of the input.
    pub name: String,
    /// When it was received.
    pub received_at: u64,
    /// Name of the trust file that it was judged by.
    pub judged_by: Option<String>,
    /// Whether it was accepted.
    pub accepted: bool,
    /// The rule that refuses.
    pub rule: Option<String>,
    /// The reason's code.
    pub code: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// What was accepted.
    pub acceptance: Option<Acceptance>,
    /// Its figures, each with what it rests on.
    pub figures: Vec<Figure>,
}

/// A set of signers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignerLine {
    /// `attestors`, `oracles` or `witnesses`.
    pub role: &'static str,
    /// Version of the set.
    pub version: u32,
    /// How many are needed.
    pub threshold: u32,
    /// The members.
    pub members: Vec<MemberLine>,
}

/// A member of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberLine {
    /// Its address.
    pub address: Address,
    /// Accepted bundles with its signature.
    pub signed: u64,
    /// Whether a trust file revokes it.
    pub revoked: bool,
}

/// A log's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Name of the input.
    pub name: String,
    /// Origin of the log.
    pub origin: Option<String>,
    /// Its verifier key.
    pub key: Option<String>,
    /// Whose word the key is: the trust file's or the custodian's.
    pub key_from: Option<&'static str>,
    /// Whether it is whole under that key.
    pub whole: bool,
    /// Entries that its checkpoint covers.
    pub size: Option<u64>,
    /// Root of its tree.
    pub root: Option<Bytes32>,
    /// Entries compared with leaves of accepted chains.
    pub compared: u64,
    /// The checkpoint's signature lines, of a whole folder.
    pub signatures: Vec<SignatureLine>,
    /// The registry's witnesses that cosigned it.
    pub witnesses: Vec<Address>,
    /// The time of the oldest cosignature that counts, in Unix seconds.
    pub as_of: Option<u64>,
    /// On what it rests that there is no other history.
    #[serde(flatten)]
    pub label: Label,
}

/// An opening, without what it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpeningLine {
    /// Name of the input.
    pub name: String,
    /// Digest of the book.
    pub book: Bytes32,
    /// Shard.
    pub shard: u32,
    /// Leaf.
    pub leaf: u32,
    /// Vaults in it.
    pub vaults: u64,
    /// Of these, named by a reference.
    pub named: u64,
    /// Whether it leads to the attested root.
    pub right: bool,
}

/// What a beacon asked for and what was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContinuityLine {
    /// Name of the input.
    pub name: String,
    /// What the beacon says where its value is from.
    pub source: String,
    /// The value.
    pub value: Bytes32,
    /// Rounds in its intervals.
    pub population: u64,
    /// Rounds drawn, increasing.
    pub rounds: Vec<u64>,
    /// Of these, without an accepted bundle.
    pub missing_rounds: Vec<u64>,
    /// Leaves owed.
    pub leaves: u64,
    /// Of these, without a right opening.
    pub missing_leaves: u64,
    /// Chance in 10^-18, rounded up, that so many samples miss a shortage on a hundredth of the rounds.
    pub escape_one_percent: Option<u64>,
    /// The same for a twentieth.
    pub escape_five_percent: Option<u64>,
}

/// What no line of a pack shows (spec/threats.md).
pub(crate) const LIMITS: &[&str] = &[
    "Proofs compute with what attestors signed. Whether the vaults hold it, whether it is locked, and whether it also stands in a book of another custodian, no signature or proof can show. Look at the sampled vaults.",
    "Attestors, oracles and witnesses count as a quorum. If enough of them act together, or were all shown the same false picture, everything here is consistent and wrong.",
    "A lock may be a promise. Coverage is evidence, not a security interest, unless the lock is enforced where the asset lives.",
    "Only what was handed over was looked at. A bundle shown to somebody else, or never made, leaves no trace in the others; two histories of an account show only in its log, its witnesses, or the other's copy.",
    "A proof is as good as the set-up of its key. Under a development key its maker can prove anything; of a ceremony, one honest participant is enough, and no transcript shows that there was one.",
    "Haircuts come from the venue's stated assumptions. They do not measure a market, and several venues may have to sell the same asset at once.",
    "When bundles were received is a record of whoever received them.",
    "Between two sampled rounds anything may have happened.",
    "That a sampled round stood in a log before the beacon's value was public says when its statements were fixed, by the witnesses' clocks: not when they were signed, proven or shown.",
    "Claims that are senior to the venue's, insolvency law, and whoever might hold back a release or a price are outside.",
    "The curve, BN254, resists the best known attacks with about 100 bits.",
];

/// A finished audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pack: Pack,
    json: String,
}

pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    // Types of this crate have text keys and no maps that could fail; an empty document is refused by every reader.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

impl Report {
    pub(crate) fn new(pack: Pack) -> Self {
        let json = pretty(&pack);
        Report { pack, json }
    }

    /// The pack as data.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Whether the verdict is `accepted`.
    pub fn accepted(&self) -> bool {
        self.pack.verdict == AuditVerdict::Accepted
    }

    /// The JSON form, `solvency-audit/1`.
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// One page of HTML that needs nothing else.
    pub fn to_html(&self) -> String {
        html::page(&self.pack, &sha256(self.json.as_bytes()))
    }

    /// What the auditor signs: [`crate::SignedReport::sign`].
    pub fn statement(&self, auditor: Address) -> AuditStatement {
        let Pack { breaches, refused, from, until, now, .. } = self.pack;
        AuditStatement {
            pack: sha256(self.json.as_bytes()),
            page: sha256(self.to_html().as_bytes()),
            accepted: self.accepted(),
            breaches,
            refused,
            from,
            until,
            now,
            auditor,
        }
    }
}
