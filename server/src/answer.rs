//! What is answered, as JSON.

use serde::Serialize;
use serde_json::{Value, json};
use solvency_verifier::accept::{Acceptance, Reason};
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::position::{
    Action, Bands, Cause, NotCounted, OpenEvidence, Position, Refusals, Standing, State,
};
use solvency_verifier::trust::{LatestClaim, Seen};

/// What a position is worth at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingAnswer {
    /// The position.
    pub position: String,
    /// The time, in Unix seconds: the latest that the service has seen.
    pub at: u64,
    /// `covered`, `grace`, `expired`, `breached` or `equivocated`.
    pub state: &'static str,
    /// First Unix second at which `covered` or `grace` is over if nothing happens.
    pub until: Option<u64>,
    /// Why it is breached.
    pub breach: Option<Breach>,
    /// What is due.
    pub action: Action,
    /// First Unix second at which state or action change if nothing happens.
    pub next_change: Option<u64>,
    /// The latest claim.
    pub claim: LatestClaim,
    /// What was counted last under the current registry.
    pub seen: Option<Seen>,
    /// Evidence that waits for a person.
    pub evidence: Vec<OpenEvidence>,
    /// What was refused.
    pub refused: Refusals,
}

/// Since when and why a position is breached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Breach {
    /// Since when, in Unix seconds.
    pub since: u64,
    /// `notice` or `unanswered`.
    pub cause: &'static str,
    /// The claim that was not answered.
    pub claim: Option<u64>,
}

/// What a reload changed of a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The trust file, where another one is the current one.
    pub trust: Option<TrustChange>,
    /// The claim, where another one is the latest.
    pub claim: Option<ClaimChange>,
    /// The bands, where they are others.
    pub bands: Option<BandsChange>,
    /// The standing after it.
    pub standing: StandingAnswer,
}

/// A rotation, by [`solvency_verifier::position::trust_digest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrustChange {
    /// The one before.
    pub from: Bytes32,
    /// The current one.
    pub to: Bytes32,
    /// First Unix second at which the one before does not count any more.
    pub until: u64,
}

/// Another latest claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimChange {
    /// The one before.
    pub from: LatestClaim,
    /// The latest.
    pub to: LatestClaim,
}

/// Other bands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BandsChange {
    /// Those before.
    pub from: Bands,
    /// Those now.
    pub to: Bands,
}

impl StandingAnswer {
    /// Of a position under a registry at a time, or at the position's own clock where that is later.
    pub(crate) fn of(name: &str, position: &Position, registry: &Bytes32, now: u64) -> Self {
        let mut position = position.clone();
        let Standing { at, state, action } = position.observe(now);
        let (state, until, breach) = match state {
            State::Covered { until } => ("covered", Some(until), None),
            State::Grace { until } => ("grace", Some(until), None),
            State::Expired => ("expired", None, None),
            State::Breached { since, cause } => {
                let (cause, claim) = match cause {
                    Cause::Notice => ("notice", None),
                    Cause::Unanswered { claim } => ("unanswered", Some(claim)),
                };
                ("breached", None, Some(Breach { since, cause, claim }))
            }
            State::Equivocated { .. } => ("equivocated", None, None),
        };
        StandingAnswer {
            position: name.into(),
            at,
            state,
            until,
            breach,
            action,
            next_change: position.next_change(),
            claim: position.claim().clone(),
            seen: position.seen(registry).cloned(),
            evidence: position.evidence().to_vec(),
            refused: position.refusals().clone(),
        }
    }
}

/// The verdict on a bundle that was accepted and counted.
pub(crate) fn accepted(acceptance: &Acceptance, at: u64) -> Result<Value, serde_json::Error> {
    Ok(json!({ "outcome": "accept", "judgedAt": at, "acceptance": serde_json::to_value(acceptance)? }))
}

/// The verdict on a bundle that a rule refused.
pub(crate) fn rejected(reason: &Reason, at: u64) -> Value {
    let (rule, code) = (reason.rule(), reason.code());
    json!({ "outcome": "reject", "judgedAt": at, "rule": rule, "code": code, "reason": reason.to_string() })
}

/// The verdict on a bundle that was accepted and does not count.
pub(crate) fn not_counted(error: &NotCounted, at: u64) -> Value {
    json!({ "outcome": "notCounted", "judgedAt": at, "code": error.code(), "reason": error.to_string() })
}
