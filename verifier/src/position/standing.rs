//! State and due action, as a function of what the machine keeps and of its clock.

use alloc::vec::Vec;

use serde::Serialize;

use super::{Coverage, Position};
use crate::encoding::Bytes32;
use crate::evidence::Role;

/// What the venue has to do. Ordered: the later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Nothing.
    None,
    /// Tell the client and the risk desk.
    Warn,
    /// Take no new risk, pay out nothing, release no pledge.
    Restrict,
    /// Positions may be closed and the collateral called on: may, not must.
    Liquidate,
}

/// What a breach rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The custodian said that it does not cover.
    Notice,
    /// A claim was not answered in its time.
    Unanswered {
        /// Its number.
        claim: u64,
    },
}

/// The state of a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub enum State {
    /// The newest counted coverage holds.
    Covered {
        /// First Unix second at which it does not, if nothing happens.
        until: u64,
    },
    /// It ended; what it proved weighs nothing, and its custodian has time to deliver.
    Grace {
        /// First Unix second at which the time is over.
        until: u64,
    },
    /// Never covered, or longer ago than the time of grace.
    Expired,
    /// The custodian gave notice, or left a claim unanswered.
    Breached {
        /// Since when.
        since: u64,
        /// Why.
        cause: Cause,
    },
    /// Signed statements that contradict each other wait for a person.
    Equivocated {
        /// Ids of the evidence.
        evidence: Vec<Bytes32>,
    },
}

/// State and due action at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Standing {
    /// The time, in Unix seconds.
    pub at: u64,
    /// The state.
    pub state: State,
    /// What is due.
    pub action: Action,
}

impl Position {
    /// State and due action at the latest time that the machine was told.
    pub fn standing(&self) -> Standing {
        self.standing_at(self.clock)
    }

    /// Moves the clock, if this is later than all before, and answers state and due action.
    pub fn observe(&mut self, now: u64) -> Standing {
        self.advance(now);
        self.standing()
    }

    /// The first time after the clock's at which state or action change if nothing happens; `None` where they stay.
    pub fn next_change(&self) -> Option<u64> {
        let mut times: Vec<u64> = self.calls.iter().map(|call| call.by).collect();
        if let Some(coverage) = &self.coverage {
            let end = self.end_of(coverage);
            let Self { bands, .. } = self;
            times.extend([end.saturating_sub(bands.warn), end.saturating_sub(bands.restrict), end]);
            times.push(end.saturating_add(coverage.grace));
        }
        times.retain(|time| *time > self.clock);
        times.sort_unstable();
        let now = self.standing();
        times.into_iter().find(|time| {
            let then = self.standing_at(*time);
            then.action != now.action || then.state != now.state
        })
    }

    fn standing_at(&self, at: u64) -> Standing {
        let (state, action) = self.without_evidence(at);
        let Some(least) = self.evidence.iter().map(|open| least_action(open.role)).max() else {
            return Standing { at, state, action };
        };
        let evidence = self.evidence.iter().map(|open| open.id).collect();
        Standing { at, state: State::Equivocated { evidence }, action: action.max(least) }
    }

    fn without_evidence(&self, at: u64) -> (State, Action) {
        if let Some((since, cause)) = self.breach(at) {
            return (State::Breached { since, cause }, Action::Liquidate);
        }
        // Nothing rested on what never was.
        let Some(coverage) = &self.coverage else { return (State::Expired, Action::Restrict) };
        let end = self.end_of(coverage);
        let over = end.saturating_add(coverage.grace);
        if at < end {
            (State::Covered { until: self.or_overdue(end) }, self.before_end(at, end))
        } else if at < over {
            (State::Grace { until: self.or_overdue(over) }, Action::Restrict)
        } else {
            (State::Expired, Action::Liquidate)
        }
    }

    fn before_end(&self, at: u64, end: u64) -> Action {
        let left = end.saturating_sub(at);
        if left <= self.bands.restrict {
            Action::Restrict
        } else if left <= self.bands.warn {
            Action::Warn
        } else {
            Action::None
        }
    }

    /// The earliest of what is a breach at this time.
    fn breach(&self, at: u64) -> Option<(u64, Cause)> {
        let notice = self.notice.map(|since| (since, Cause::Notice));
        let overdue = self.calls.iter().filter(|call| call.by <= at);
        let overdue = overdue.map(|call| (call.by, Cause::Unanswered { claim: call.claim }));
        notice.into_iter().chain(overdue).min_by_key(|(since, _)| *since)
    }

    /// This time, or an earlier one at which a call is overdue.
    fn or_overdue(&self, time: u64) -> u64 {
        self.calls.iter().map(|call| call.by).fold(time, u64::min)
    }

    /// First second at which this coverage weighs nothing.
    pub(super) fn end_of(&self, coverage: &Coverage) -> u64 {
        let of_trust = if coverage.trust == self.current.trust {
            u64::MAX
        } else {
            match &self.previous {
                Some(previous) if previous.trust.trust == coverage.trust => previous.until,
                // Of a trust file that no longer counts: an event has ended it.
                _ => coverage.ended.unwrap_or(0),
            }
        };
        let of_age = coverage.accepted_at.saturating_add(coverage.max_age);
        let of_event = coverage.ended.unwrap_or(u64::MAX);
        coverage.until.min(of_age).min(of_event).min(of_trust)
    }
}

/// What evidence makes due whatever else holds.
fn least_action(role: Role) -> Action {
    match role {
        Role::Custodian => Action::Liquidate,
        // Not the trader's doing: nothing new may rest on it until a person has looked.
        Role::Attestors | Role::Oracles | Role::Venue | Role::Witness => Action::Restrict,
    }
}
