//! What a verifier answers. There is no third answer and no default.

use alloc::{boxed::Box, string::String, string::ToString, vec::Vec};
use core::fmt;

use serde::{Serialize, Serializer};

use super::{CountedTotals, WitnessedHistory};
use crate::encoding::{Address, Bytes32, FieldElement};
use crate::groth16::KeyId;
use crate::log::{KeyError, NoteError};
use crate::shape::Shape;
use crate::statement::{QuorumError, SignatureError};

/// The answer to a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The bundle is accepted until a time.
    Accept(Acceptance),
    /// The bundle is refused, for this reason.
    Reject(Reason),
}

/// One object: `verdict` is `accept` beside the fields of the acceptance, or `reject` beside `rule`, `reason` (the code) and `detail`.
impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "verdict", rename_all = "lowercase")]
        enum Shown<'a> {
            Accept(&'a Acceptance),
            Reject { rule: &'a str, reason: &'a str, detail: String },
        }
        let shown = match self {
            Verdict::Accept(acceptance) => Shown::Accept(acceptance),
            Verdict::Reject(reason) => {
                Shown::Reject { rule: reason.rule(), reason: reason.code(), detail: reason.to_string() }
            }
        };
        shown.serialize(serializer)
    }
}

/// What was accepted, for how long, and what it does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Acceptance {
    /// First Unix second at which the bundle is no longer accepted.
    pub until: u64,
    /// Epoch of the chain.
    pub epoch: u64,
    /// Sequence of the chain's last allocation.
    pub sequence: u64,
    /// Digest of the chain's last allocation.
    pub head: Bytes32,
    /// Number of the price round.
    pub round: u64,
    /// Number of the claim.
    pub claim: u64,
    /// Commitment of the accepted pledge.
    pub pledge: FieldElement,
    /// Development keys that proofs were accepted under: whoever ran their set-up can forge.
    pub development_keys: Vec<KeyId>,
    /// The witnessed history of the epoch, where the trust file asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<WitnessedHistory>,
    /// The custody-wide totals among whose sources the pledge's holdings are, where the trust file asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Box<CountedTotals>>,
    /// What this verdict does not show.
    pub not_shown: Vec<NotShown>,
}

/// Something that acceptance does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotShown {
    /// That the custodian has signed no other chain of this epoch: only the account's log with witnesses can show it.
    NoLogHistory,
    /// That balances exist, are locked and stand in no other book: attestors signed it, nothing proves it.
    AttestedNotProven,
    /// That nobody can forge: a development key was accepted.
    DevelopmentKey,
}

impl NotShown {
    /// One sentence for a reader.
    pub fn explanation(self) -> &'static str {
        match self {
            NotShown::NoLogHistory => {
                "that no other venue was shown another chain of this epoch (the trust file asks for no witnessed log)"
            }
            NotShown::AttestedNotProven => {
                "that the balances exist and are locked: attestors signed it, the proofs only compute with it"
            }
            NotShown::DevelopmentKey => {
                "that nobody can forge: proofs under development keys can be forged by whoever made the keys"
            }
        }
    }
}

macro_rules! reasons {
    ($($rule:literal $code:literal $(#[$doc:meta])* $variant:ident { $($field:ident: $type:ty),* } $message:literal;)*) => {
        /// Why a bundle is refused. Each reason belongs to one rule of spec/acceptance.md.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs)] // the message names every field
        pub enum Reason {
            $($(#[$doc])* $variant { $($field: $type),* },)*
        }

        impl Reason {
            /// The rule of spec/acceptance.md that refuses.
            pub fn rule(&self) -> &'static str {
                match self { $(Reason::$variant { .. } => $rule,)* }
            }

            /// A stable name for machines and test vectors.
            pub fn code(&self) -> &'static str {
                match self { $(Reason::$variant { .. } => $code,)* }
            }

            /// Every code, in the order of the rules.
            pub const CODES: &'static [&'static str] = &[$($code),*];
        }

        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Reason::$variant { $($field),* } => {
                        $(let _ = $field;)*
                        write!(f, $message)
                    })*
                }
            }
        }
    };
}

reasons! {
    "P1" "malformed_bundle" /** The document is not the strict form of a bundle. */
        Malformed { message: String } "the bundle can't be read: {message}";
    "P2" "too_many_parts" /** More parts than are read. */
        TooMany { place: &'static str, got: usize, allowed: usize } "{got} {place}, at most {allowed} are read";
    "K1" "key_not_pinned" /** A key id that the trust file does not name for this shape. */
        KeyNotPinned { place: String, shape: Shape, id: KeyId } "{place}: key {id} is not pinned for {shape}";
    "K1" "key_revoked" /** A revoked key. */
        KeyRevoked { place: String, id: KeyId } "{place}: key {id} is revoked";
    "K1" "key_expired" /** A key past its end. */
        KeyExpired { place: String, id: KeyId, not_after: u64 } "{place}: key {id} is not used at or after {not_after}";
    "K2" "development_key" /** A development key that the trust file does not accept by name. */
        DevelopmentKey { place: String, id: KeyId }
        "{place}: {id} is a development key, whose maker can forge; the trust file does not accept it by name";
    "G1" "registry_revoked" /** The trust file revokes its own registry. */
        RegistryRevoked { registry: Bytes32 } "registry {registry} is revoked";
    "G1" "registry_window" /** The registry is not valid now. */
        RegistryWindow { from: u64, until: u64, now: u64 } "now is {now}, the registry is valid in [{from}, {until})";
    "G1" "policy_revoked" /** The policy is revoked. */
        PolicyRevoked { policy: Bytes32 } "policy {policy} is revoked";
    "G1" "policy_window" /** The policy is not valid now. */
        PolicyWindow { from: u64, until: u64, now: u64 } "now is {now}, the policy is valid in [{from}, {until})";
    "G1" "policy_of_another_venue" /** The policy names another venue. */
        PolicyVenue { got: Bytes32, expected: Bytes32 } "the policy is venue {got}'s, not {expected}'s";
    "B1" "attestors" /** The attestors' signatures are not a quorum. */
        Attestors { place: String, error: QuorumError } "{place}: attestors: {error}";
    "B1" "attestor_set_version" /** Another version of the attestor set. */
        AttestorSet { place: String, got: u32, expected: u32 } "{place}: attestor set version {got}, expected {expected}";
    "B2" "book_custodian" /** The book is another custodian's. */
        BookCustodian { place: String, got: Address } "{place}: the book's custodian is {got}";
    "B2" "book_account" /** The book may be consumed by another account. */
        BookAccount { place: String, got: Bytes32 } "{place}: the book is for account {got}";
    "B2" "book_log_origin" /** The book may be consumed on another log. */
        BookLogOrigin { place: String, got: String } "{place}: the book is for log {got:?}";
    "B2" "book_epoch" /** The book is of another epoch. */
        BookEpoch { place: String, got: u64, current: u64 } "{place}: the book is of epoch {got}, now is epoch {current}";
    "B2" "book_not_exclusive" /** The attestors did not sign that the ids are in no other book. */
        BookNotExclusive { place: String } "{place}: the attestors did not sign that its vaults are in no other book";
    "B3" "shard_count" /** The count differs from the list. */
        ShardCount { place: String, stated: u32, got: usize } "{place}: {got} shards, {stated} stated";
    "B3" "shard_range" /** An id range that is empty, unordered or overlaps. */
        ShardRange { place: String, id_low: u64, id_high: u64 }
        "{place}: ids [{id_low}, {id_high}) are empty or not after the shard before";
    "B3" "book_shape" /** A book whose shape is no holdings shape. */
        BookShape { place: String, shape: Shape } "{place}: {shape} is not a holdings shape";
    "B4" "snapshot_in_future" /** A snapshot of a time to come. */
        SnapshotInFuture { place: String, as_of: u64, now: u64 } "{place}: snapshot of {as_of}, now is {now}";
    "B4" "snapshot_stale" /** A snapshot that is too old. */
        SnapshotStale { place: String, as_of: u64, now: u64, allowed: u64 }
        "{place}: snapshot of {as_of} at {now}, at most {allowed} s old are taken";
    "B4" "snapshots_apart" /** Books read too far apart. */
        SnapshotsApart { earliest: u64, latest: u64, allowed: u64 }
        "snapshots of {earliest} and {latest} are more than {allowed} s apart";
    "B5" "book_outlives_lock" /** A book that ends later than its lock or its epoch. */
        BookOutlives { place: String, expiry: u64, limit: u64 } "{place}: expires at {expiry}, after {limit}";
    "B5" "book_expired" /** A book past its end. */
        BookExpired { place: String, expiry: u64, now: u64 } "{place}: expired at {expiry}, now is {now}";
    "H0" "holdings_of_another_book" /** A holdings statement that names another book. */
        HoldingsBook { place: String, got: Bytes32 } "{place}: is about book {got}, not the one it stands in";
    "H0" "holdings_shard" /** A holdings statement for a shard that does not exist. */
        HoldingsShard { place: String, shard: u32, shards: usize } "{place}: shard {shard} of {shards}";
    "H0" "holdings_shape" /** Another shape than the book's. */
        HoldingsShape { place: String, got: Shape, expected: Shape } "{place}: {got}, the book is of {expected}";
    "H0" "holdings_twice" /** Two holdings statements of one shard. */
        HoldingsTwice { place: String, shard: u32 } "{place}: shard {shard} has two holdings statements";
    "H0" "holdings_unused" /** A holdings proof that no source spends, or a book without one. */
        HoldingsUnused { place: String } "{place}: no source spends it";
    "A0" "empty_chain" /** No allocation. */
        EmptyChain {} "there is no allocation";
    "A0" "allocation_custodian" /** Another custodian. */
        AllocationCustodian { place: String, got: Address } "{place}: the custodian is {got}";
    "A0" "allocation_account" /** Another account. */
        AllocationAccount { place: String, got: Bytes32 } "{place}: the account is {got}";
    "A0" "allocation_log_origin" /** Another log. */
        AllocationLogOrigin { place: String, got: String } "{place}: the log is {got:?}";
    "A0" "allocation_epoch" /** Another epoch. */
        AllocationEpoch { place: String, got: u64, current: u64 } "{place}: of epoch {got}, now is epoch {current}";
    "A0" "custodian_signature" /** The custodian did not sign this. */
        CustodianSignature { place: String, error: SignatureError } "{place}: custodian: {error}";
    "A1" "sequence" /** A sequence number that is not the position. */
        Sequence { place: String, got: u64, expected: u64 } "{place}: sequence {got}, expected {expected}";
    "A1" "predecessor" /** Not the successor of the allocation before. */
        Predecessor { place: String, got: Bytes32, expected: Bytes32 } "{place}: predecessor {got}, expected {expected}";
    "A2" "allocation_shape" /** The statement's shape is not an allocation shape. */
        AllocationShapeKind { place: String, shape: Shape } "{place}: {shape} is not an allocation shape";
    "A2" "source_count" /** Another number of sources than the shape's. */
        SourceCount { place: String, got: usize, expected: usize } "{place}: {got} sources, the shape has {expected}";
    "A2" "output_count" /** Another number of outputs than the shape's. */
        OutputCount { place: String, got: usize, expected: usize } "{place}: {got} outputs, the shape has {expected}";
    "A2" "source_kind" /** A source in a place of the other kind. */
        SourceKindMismatch { place: String } "{place}: the shape has a source of the other kind here";
    "A2" "output_tag" /** Output 0 with tag or releaser, or another output without. */
        OutputTag { place: String } "{place}: output 0 has neither tag nor releaser, every other output has both";
    "L1" "source_commitment" /** A commitment that is not the origin's. */
        SourceCommitment { place: String } "{place}: the commitment is not its origin's";
    "L1" "source_fields" /** A field that must be zero for this kind of source. */
        SourceFields { place: String } "{place}: a field that this kind of source does not use is not zero";
    "L2" "spent_twice" /** A shard, kept output or pledge is spent twice. */
        SpentTwice { place: String } "{place}: spends what was spent before";
    "L2" "root_twice" /** One book root in two shards. */
        RootTwice { place: String, root: FieldElement } "{place}: root {root} stands in another shard too";
    "L3" "source_without_proof" /** A holdings source whose statement is not in the bundle. */
        SourceWithoutProof { place: String, origin: Bytes32 } "{place}: no proof of its origin {origin} is in the bundle";
    "L3" "unused_source_not_zero" /** An unused source that is not the zero source. */
        UnusedSource { place: String } "{place}: an unused source is the zero source and nothing else";
    "L4" "kept_index" /** A kept source that is not output 0, or a pledge that is. */
        KeptIndex { place: String, index: u32 } "{place}: output {index} is not of this source's kind";
    "L4" "pledge_without_release" /** A pledge spent without the releaser's release. */
        PledgeWithoutRelease { place: String } "{place}: there is no release of this pledge";
    "L4" "release_mismatch" /** A release of something else. */
        ReleaseMismatch { place: String } "{place}: the release is of another account, epoch, output or commitment";
    "L4" "release_signature" /** Not signed by the output's releaser. */
        ReleaseSignature { place: String, error: SignatureError } "{place}: releaser: {error}";
    "L4" "release_replacement" /** The replacement is not among the outputs. */
        ReleaseReplacement { place: String, replacement: FieldElement }
        "{place}: the release is for a replacement {replacement} that is not among the outputs";
    "L4" "release_expired" /** The allocation begins after the release's end. */
        ReleaseExpired { place: String, expiry: u64 } "{place}: the release ended at {expiry}, before the allocation begins";
    "L4" "release_unused" /** A release that no source uses. */
        ReleaseUnused { place: String } "{place}: no source uses this release";
    "T1" "allocation_outlives_source" /** An allocation that ends later than its sources or epoch. */
        AllocationOutlives { place: String, expiry: u64, limit: u64 } "{place}: ends at {expiry}, after {limit}";
    "T1" "allocation_before_predecessor" /** An allocation that begins before its predecessor. */
        AllocationBefore { place: String, not_before: u64, predecessor: u64 }
        "{place}: begins at {not_before}, its predecessor at {predecessor}";
    "T1" "coverage_outlives_allocation" /** A coverage that ends later than its allocation. */
        CoverageOutlives { expiry: u64, limit: u64 } "the coverage ends at {expiry}, after {limit}";
    "T2" "not_yet_valid" /** Before the beginning of a window. */
        NotYetValid { place: String, not_before: u64, now: u64 } "{place}: valid from {not_before}, now is {now}";
    "T2" "expired" /** At or after the end of a window. */
        Expired { place: String, expiry: u64, now: u64 } "{place}: ended at {expiry}, now is {now}";
    "T2" "outside_epochs" /** The registry has no epoch at this time. */
        OutsideEpochs { now: u64 } "the registry has no epoch at {now}";
    "C1" "claim_superseded" /** Not the venue's latest claim. */
        ClaimSuperseded { got: u64, latest: u64 } "claim {got}, the latest is {latest}";
    "C1" "claim_altered" /** Another claim under the latest number. */
        ClaimAltered { got: Bytes32, expected: Bytes32 } "the claim's digest is {got}, expected {expected}";
    "C1" "claim_signature" /** The venue did not sign this. */
        ClaimSignature { error: SignatureError } "the claim: {error}";
    "C1" "claim_audience" /** The claim is of another venue, book, account, policy, chain or contract. */
        ClaimAudience { field: &'static str } "the claim is for another {field}";
    "C2" "coverage_audience" /** The coverage statement is for another venue, book, account, epoch, chain or contract. */
        CoverageAudience { field: &'static str } "the coverage is for another {field}";
    "C2" "coverage_link" /** The coverage statement names another claim, round, policy or requirement. */
        CoverageLink { field: &'static str } "the coverage names another {field}";
    "C2" "coverage_shape" /** A coverage shape that does not fit the policy. */
        CoverageShape { got: Shape, expected: Shape } "{got}, the policy needs {expected}";
    "C3" "pledge_not_in_chain" /** The pledge's allocation or output does not exist. */
        PledgeNotInChain { allocation: Bytes32, output: u32 } "output {output} of allocation {allocation} is no pledge of the chain";
    "C3" "pledge_commitment" /** The pledge's commitment is not the output's. */
        PledgeCommitment {} "the pledge's commitment is not that of its output";
    "C3" "pledge_tag" /** The tag does not open to this venue and book. */
        PledgeTag {} "the pledge's tag does not open to this venue and liability book";
    "C3" "pledge_releaser" /** The pledge is released by another key than the claim's. */
        PledgeReleaser { got: Address, expected: Address } "the pledge's releaser is {got}, the claim's is {expected}";
    "C3" "pledge_spent" /** A later allocation spends the pledge. */
        PledgeSpent {} "a later allocation spends the pledge";
    "V1" "oracles" /** The oracles' signatures are not a quorum. */
        Oracles { error: QuorumError } "oracles: {error}";
    "V1" "oracle_set_version" /** Another version of the oracle set. */
        OracleSet { got: u32, expected: u32 } "oracle set version {got}, expected {expected}";
    "V2" "round_off_schedule" /** The round's time is not in its interval. */
        RoundOffSchedule { round: u64, time: u64 } "round {round} does not hold the time {time}";
    "V2" "round_in_future" /** A round of a time to come. */
        RoundInFuture { time: u64, now: u64 } "prices of {time}, now is {now}";
    "V2" "round_stale" /** A round that is too far behind. */
        RoundStale { round: u64, current: u64, allowed: u64 } "round {round}, now is {current}, at most {allowed} behind are taken";
    "V3" "valuation_invalid" /** Policy and prices give no valuation table. */
        ValuationInvalid { message: String } "policy and prices give no valuation: {message}";
    "V3" "valuation_mismatch" /** The coverage's digest is not the recomputed one. */
        ValuationMismatch { got: FieldElement, expected: FieldElement } "valuation {got}, recomputed {expected}";
    "V3" "valuation_not_signed" /** The oracles signed no digest for this policy. */
        ValuationNotSigned { policy: Bytes32 } "the oracles signed no valuation of policy {policy}, or two";
    "V3" "valuation_signed_wrong" /** The oracles signed another digest: evidence against them. */
        ValuationSignedWrong { got: FieldElement, expected: FieldElement }
        "the oracles signed valuation {got}, recomputed {expected}: evidence against them";
    "R1" "epoch_rolled_back" /** An earlier epoch than was accepted. */
        EpochRolledBack { got: u64, seen: u64 } "epoch {got}, accepted before was {seen}";
    "R1" "chain_rolled_back" /** A chain without the allocation that was accepted. */
        ChainRolledBack { sequence: u64, expected: Bytes32 } "the chain does not hold allocation {expected} at sequence {sequence}";
    "R1" "round_replayed" /** A round that is not later than the one accepted. */
        RoundReplayed { got: u64, seen: u64 } "round {got}, accepted before was {seen}";
    "W1" "history_missing" /** The trust file asks for a history, the bundle has none. */
        HistoryMissing {} "the trust file asks for the account's witnessed log; the bundle has no history";
    "W2" "log_key_of_another" /** The log key is another custodian's, account's or log's. */
        LogKeyOf { field: &'static str } "the log key is another {field}'s";
    "W2" "log_key_signature" /** The custodian did not sign the log key. */
        LogKeySignature { error: SignatureError } "log key: custodian: {error}";
    "W2" "log_key_not_pinned" /** Another log key than the trust file pins. */
        LogKeyNotPinned { got: Bytes32, expected: Bytes32 } "the log key is {got}, the trust file pins {expected}";
    "W2" "log_key_window" /** The log key is not valid now. */
        LogKeyWindow { not_before: u64, expiry: u64, now: u64 } "now is {now}, the log key is valid in [{not_before}, {expiry})";
    "W2" "log_key_invalid" /** No Ed25519 key, or an origin that can't be a key's name. */
        LogKeyInvalid { error: KeyError } "the log key is none: {error}";
    "W3" "checkpoint_malformed" /** No note, or no checkpoint. */
        CheckpointMalformed { message: String } "the checkpoint can't be read: {message}";
    "W3" "checkpoint_extended" /** Extension lines. */
        CheckpointExtended { lines: usize } "the checkpoint has {lines} extension lines, none are taken";
    "W3" "checkpoint_origin" /** A checkpoint of another log. */
        CheckpointOrigin { got: String, expected: String } "the checkpoint is of {got:?}, expected {expected:?}";
    "W3" "checkpoint_signature" /** The log's key did not sign the checkpoint. */
        CheckpointSignature { error: NoteError } "checkpoint: {error}";
    "W3" "checkpoint_line" /** A line of a key that no binding names. */
        CheckpointLine { name: String } "the checkpoint has a line of {name:?}, whose key is not bound in the bundle";
    "W4" "history_entries" /** Not one entry for each allocation. */
        HistoryEntries { got: usize, expected: usize } "the history has {got} entries, the chain {expected} allocations";
    "W4" "history_claims" /** Not one claim for each pledge. */
        HistoryClaims { place: String, got: usize, expected: usize } "{place}: {got} claims, the allocation has {expected} pledges";
    "W4" "checkpoint_size" /** The log has another number of leaves than the chain. */
        CheckpointSize { got: u64, expected: u64 } "the checkpoint is of {got} leaves, the chain has {expected} allocations";
    "W4" "checkpoint_root" /** The log's tree is not the chain's. */
        CheckpointRoot { got: Bytes32, expected: Bytes32 } "the checkpoint's root is {got}, the chain's is {expected}";
    "W5" "witness_unknown" /** A witness that is not in the registry. */
        WitnessUnknown { place: String, witness: Address } "{place}: {witness} is no witness of the registry";
    "W5" "witness_revoked" /** A revoked witness. */
        WitnessRevoked { place: String, witness: Address } "{place}: {witness} is revoked";
    "W5" "witness_key_signature" /** The witness did not sign that the key is its own. */
        WitnessKeySignature { place: String, error: SignatureError } "{place}: witness: {error}";
    "W5" "witness_key_invalid" /** Not a verifier key. */
        WitnessKeyInvalid { place: String, error: KeyError } "{place}: {error}";
    "W5" "witness_key_kind" /** A key that does not make cosignatures. */
        WitnessKeyKind { place: String } "{place}: the key's type is not 0x04, Ed25519 cosignatures";
    "W5" "witness_twice" /** A witness twice, or one key of two. */
        WitnessTwice { place: String, witness: Address } "{place}: {witness}, or its key, stands in an earlier one too";
    "W5" "witness_key_window" /** A witness key that is not valid now. */
        WitnessKeyWindow { place: String, not_before: u64, expiry: u64, now: u64 }
        "{place}: now is {now}, the key is valid in [{not_before}, {expiry})";
    "W5" "witnesses_too_few" /** Fewer witnesses than are needed. */
        WitnessesTooFew { got: usize, needed: usize } "{got} witnesses, {needed} are needed";
    "W6" "cosignature_invalid" /** No cosignature of a key, or a wrong one. */
        CosignatureInvalid { place: String, error: NoteError } "{place}: {error}";
    "W6" "cosignature_before_key" /** A cosignature from before its key's window. */
        CosignatureBeforeKey { place: String, time: u64, not_before: u64 } "{place}: cosigned at {time}, the key is valid from {not_before} on";
    "W6" "cosignature_in_future" /** A cosignature of a time to come. */
        CosignatureInFuture { place: String, time: u64, now: u64 } "{place}: cosigned at {time}, now is {now}";
    "W6" "cosignature_stale" /** A cosignature that is too old. */
        CosignatureStale { place: String, time: u64, now: u64, allowed: u64 }
        "{place}: cosigned at {time}, now is {now}, less than {allowed} s are taken";
    "W7" "claim_mark_mismatch" /** The log's mark of the pledge is of something else. */
        ClaimMarkMismatch {} "the log's mark of the pledge does not open to the stated claim";
    "W7" "claim_mark_number" /** The pledge was logged for a claim that is not this venue's. */
        ClaimMarkNumber { got: u64, latest: u64 }
        "the pledge was logged for claim {got}, which is not one of the venue's up to the latest, {latest}";
    "U1" "totals_missing" /** The trust file asks for custody-wide totals, none are attached. */
        TotalsMissing {} "the trust file asks for the custodian's certified totals; none are at hand";
    "U1" "totals_of_another_epoch" /** Totals of another epoch. */
        TotalsEpoch { got: u64, current: u64 } "the totals are of epoch {got}, now is epoch {current}";
    "U2" "totals_not_certified" /** No auditor has certified the totals. */
        TotalsNotCertified {} "the totals carry no auditor's certificate";
    "U2" "totals_auditor" /** Another auditor than the trust file's. */
        TotalsAuditor { got: Address, expected: Address } "the totals are certified by {got}, the trust file asks for {expected}";
    "U2" "totals_auditor_revoked" /** A revoked auditor. */
        TotalsAuditorRevoked { auditor: Address } "the totals' auditor {auditor} is revoked";
    "U2" "totals_in_future" /** A certificate, or reserves, of a time to come. */
        TotalsInFuture { time: u64, now: u64 } "the totals were certified at {time}, now is {now}";
    "U2" "totals_stale" /** Reserves of too long ago. */
        TotalsStale { as_of: u64, now: u64, allowed: u64 }
        "the totals' reserves are of {as_of}, now is {now}, less than {allowed} s are taken";
    "U3" "totals_without" /** A holdings total that is not among the sources. */
        TotalsWithout { place: String, holdings: Bytes32 } "{place}: holdings {holdings} are not among the sources of the totals";
    "Z1" "proof_rejected" /** A proof that does not verify. */
        ProofRejected { place: String, message: String } "{place}: {message}";
}
