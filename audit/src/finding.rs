//! What an audit found wrong or worth saying (spec/audit.md, "Findings").
//!
//! That nothing is found shows nothing about what was not handed over.

use serde::{Serialize, Serializer};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A rule was broken.
    Breach,
    /// Something could not be verified; it counts as not accepted.
    Refused,
    /// Accepted; a reader should know.
    Warning,
    /// For information.
    Note,
}

impl Severity {
    /// The name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Breach => "breach",
            Severity::Refused => "refused",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $severity:ident $rule:literal;)*) => {
        /// The kinds of findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// A stable name for machines.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }

            /// How much it weighs.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// The rule of spec/acceptance.md, or the step of spec/audit.md, where the finding has no rule of its own.
            pub fn rule(self) -> &'static str {
                match self { $(Code::$variant => $rule,)* }
            }
        }
    };
}

codes! {
    /// Two signed statements contradict each other.
    Equivocation "equivocation" Breach "audit 2";
    /// What the trust file has seen is not in the chains.
    RolledBack "rolled_back" Breach "R1";
    /// The oracles signed another digest than that of their prices and the policy.
    ValuationDiffers "valuation_differs" Breach "V3";
    /// A part of the period without an accepted bundle.
    CoverageGap "coverage_gap" Breach "audit 8";
    /// The log's key signed two histories.
    LogFork "log_fork" Breach "audit 4";
    /// The log has other entries than the chain.
    LogDiffers "log_differs" Breach "W4";
    /// The books hold more together than the reserves.
    TotalsShort "totals_short" Breach "audit 11";
    /// Accepted holdings of before the totals were made that are not in them.
    TotalsWithout "totals_without" Breach "U3";
    /// An opening that does not lead to the attested root, or whose ids are wrong.
    OpeningWrong "opening_wrong" Breach "audit 6";
    /// A sampled leaf without a right opening.
    OpeningMissing "opening_missing" Breach "audit 7";
    /// A sampled round without an accepted bundle.
    SampleMissing "sample_missing" Breach "audit 7";
    /// A sampled round whose entry no witnessed checkpoint of before the beacon's value is shown to have.
    CommitmentMissing "commitment_missing" Breach "audit 10";
    /// An opening of an entry that is not the bundle's, or does not give the leaf.
    CommitmentWrong "commitment_wrong" Breach "audit 10";
    /// A beacon that was public before the end of what it samples.
    BeaconEarly "beacon_early" Breach "audit 7";
    /// Not the strict form.
    InputUnreadable "input_unreadable" Refused "P1";
    /// Beyond its bound.
    InputTooLong "input_too_long" Refused "P1";
    /// Two inputs of one name.
    InputNamedTwice "input_named_twice" Refused "P1";
    /// More of a kind than are read.
    TooManyInputs "too_many_inputs" Refused "P2";
    /// Received after the audit's time.
    ReceivedInFuture "received_in_future" Refused "audit 1";
    /// Refused by the rules of acceptance.
    BundleRefused "bundle_refused" Refused "audit 1";
    /// No bundle was accepted.
    NothingAccepted "nothing_accepted" Refused "audit 1";
    /// Evidence that shows nothing.
    EvidenceUnfounded "evidence_unfounded" Refused "audit 2";
    /// A log's folder that is not whole, or without a key.
    LogUnverifiable "log_unverifiable" Refused "audit 4";
    /// An opening of what no accepted bundle has.
    OpeningUnplaced "opening_unplaced" Refused "audit 6";
    /// A beacon whose intervals can't be sampled.
    BeaconUnplaced "beacon_unplaced" Refused "audit 7";
    /// Price files from which no prices come.
    ObservationRefused "observation_refused" Refused "audit 9";
    /// An observation of no oracle, of no accepted round, or a second one.
    ObservationUnplaced "observation_unplaced" Refused "audit 9";
    /// A signed price that is no median of observations like those handed over.
    PriceDiffers "price_differs" Refused "audit 9";
    /// A witness key that no member signed.
    WitnessKeyUnfounded "witness_key_unfounded" Refused "audit 4";
    /// A line of a known witness key that is not its signature.
    CosignatureWrong "cosignature_wrong" Refused "audit 4";
    /// Totals, or an opening, that their rules refuse.
    TotalsRefused "totals_refused" Refused "audit 11";
    /// A manifest that is not the key's.
    CeremonyDiffers "ceremony_differs" Refused "audit 5";
    /// The same bytes twice.
    InputRepeated "input_repeated" Warning "audit 1";
    /// A copy of the log that ends before the chain.
    LogBehind "log_behind" Warning "audit 4";
    /// A log with more entries than the chains handed over.
    LogAhead "log_ahead" Warning "audit 4";
    /// A checkpoint with right cosignatures of fewer than k witnesses.
    CosignaturesFew "cosignatures_few" Warning "audit 4";
    /// A sampled round that witnesses dated when the venue would not have taken it any more.
    CommitmentLate "commitment_late" Warning "audit 10";
    /// An accepted proof under a development key.
    DevelopmentKey "development_key" Warning "K2";
    /// An opening of another coverage of a round than that of an accepted bundle.
    CommitmentSpare "commitment_spare" Note "audit 10";
    /// A pinned key past its end.
    KeyEnded "key_ended" Note "K1";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One finding. Ordered by weight first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Its kind.
    pub code: Code,
    /// The rule.
    pub rule: String,
    /// The input, venue or key that it is about.
    pub about: String,
    /// What was found.
    pub what: String,
    /// The code of spec/acceptance.md, where a bundle was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Finding {
    pub(crate) fn new(code: Code, about: impl Into<String>, what: impl Into<String>) -> Self {
        let (severity, rule) = (code.severity(), code.rule().into());
        Finding { severity, code, rule, about: about.into(), what: what.into(), reason: None }
    }

    /// Whether the audit's verdict is `notAccepted` for it.
    pub fn refuses(&self) -> bool {
        matches!(self.severity, Severity::Breach | Severity::Refused)
    }
}
