//! Each round that a beacon drew, and since when witnesses have dated its entry.
//!
//! That signatures and proofs existed at that time is not shown, only statements.

use std::collections::{BTreeMap, BTreeSet};

use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Address, Bytes32, TypedData};

use super::{CommitmentLine, Cosigned, Places, RoundsLog, Seen};
use crate::audit::Context;
use crate::beacon::Beacon;
use crate::figure::{Figure, Label};
use crate::finding::Code;
use crate::input::Input;
use crate::judge::Judged;
use crate::report::ContinuityLine;

/// What beacons drew, against the logs.
pub(super) fn commitments(
    context: &mut Context,
    judged: &[Judged<'_>],
    beacons: &[(Input, Beacon)],
    continuity: &[ContinuityLine],
    logs: &[RoundsLog<'_>],
    places: &Places,
    owed: impl Fn(&Bytes32) -> bool,
) -> Vec<CommitmentLine> {
    let mut lines = Vec::new();
    let mut found = Vec::new();
    for drawn in continuity {
        let Some((_, beacon)) = beacons.iter().find(|(input, _)| input.name == drawn.name) else { continue };
        for (index, venue) in context.venues.iter().enumerate() {
            if venue.pinned.counterparty.account != beacon.account {
                continue;
            }
            let own = judged.iter().filter(|judged| judged.venue == index);
            let by_round: BTreeMap<u64, &Bundle> =
                own.filter_map(|judged| Some((judged.acceptance()?.round, &judged.given.bundle))).collect();
            for round in &drawn.rounds {
                let Some(bundle) = by_round.get(round) else { continue };
                let mut line = CommitmentLine {
                    beacon: drawn.name.clone(),
                    venue: venue.name.clone(),
                    round: *round,
                    index: None,
                    size: None,
                    committed_at: None,
                    label: Label::NotChecked { why: "no log of the account's rounds was handed over".into() },
                };
                if owed(&beacon.account) {
                    let coverage = bundle.coverage.statement.digest(&context.domain);
                    let standing = places.get(&coverage).map(Vec::as_slice).unwrap_or_default();
                    let revoked = &venue.pinned.revoked.signers;
                    match committed(context, logs, standing, beacon.published_at, revoked) {
                        Ok(committed) => {
                            if let Some(what) =
                                late(context, venue.pinned.limits.max_round_lag, *round, &committed)
                            {
                                found.push((Code::CommitmentLate, drawn.name.clone(), what));
                            }
                            (line.index, line.size, line.committed_at) =
                                (Some(committed.index), Some(committed.size), Some(committed.at));
                            line.label =
                                Label::AttestedBy { role: "witnesses", signers: committed.witnesses };
                        }
                        Err(why) => {
                            let what = format!("round {round} of {} was drawn: {why}", venue.name);
                            found.push((Code::CommitmentMissing, drawn.name.clone(), what));
                            line.label = Label::NotChecked { why };
                        }
                    }
                }
                lines.push(line);
            }
        }
    }
    for (code, about, what) in found {
        context.find(code, about, what);
    }
    lines
}

/// By how many witnesses, since when.
struct Committed {
    index: u64,
    size: u64,
    at: u64,
    witnesses: Vec<Address>,
}

/// The checkpoint that k witnesses had cosigned first, all of them before the beacon's value was public.
fn committed(
    context: &Context,
    logs: &[RoundsLog<'_>],
    standing: &[(usize, u64)],
    published_at: u64,
    revoked: &[Address],
) -> Result<Committed, String> {
    if standing.is_empty() {
        return Err("no right opening of its entry was handed over, in a whole folder that has it".into());
    }
    let needed = context.registry.witnesses.threshold().max(1);
    let mut best: Option<Committed> = None;
    let mut most = 0;
    for (place, index) in standing {
        let Some(log) = logs.get(*place) else { continue };
        for seen in log.seen.iter().filter(|seen| seen.size > *index) {
            let counted = counted(seen, published_at, revoked);
            most = most.max(counted.len());
            let Some((at, _)) = needed.checked_sub(1).and_then(|last| counted.get(last)).copied() else {
                continue;
            };
            let bound = log.bindings.iter().any(|key| (key.not_before..key.expiry).contains(&at));
            if bound && best.as_ref().is_none_or(|best| at < best.at) {
                let witnesses = counted.iter().take(needed).map(|(_, witness)| *witness).collect();
                best = Some(Committed { index: *index, size: seen.size, at, witnesses });
            }
        }
    }
    best.ok_or_else(|| {
        if most >= needed {
            String::from("the log's key was not bound when witnesses cosigned")
        } else {
            format!(
                "its entry stands in no checkpoint that {needed} witnesses cosigned before {published_at}, when the beacon's value was public; at most {most} did"
            )
        }
    })
}

/// Members that cosigned before a time, each and each public key once, in the order of their times.
fn counted(seen: &Seen, published_at: u64, revoked: &[Address]) -> Vec<(u64, Address)> {
    let mut by_time: Vec<&Cosigned> = seen
        .cosigned
        .iter()
        .filter(|cosigned| cosigned.time < published_at && !revoked.contains(&cosigned.witness))
        .collect();
    by_time.sort_by_key(|cosigned| (cosigned.time, cosigned.witness));
    let (mut members, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let once = |cosigned: &&&Cosigned| {
        let new = !members.contains(&cosigned.witness) && !keys.contains(&cosigned.key);
        if new {
            members.insert(cosigned.witness);
            keys.insert(cosigned.key);
        }
        new
    };
    by_time.iter().filter(once).map(|cosigned| (cosigned.time, cosigned.witness)).collect()
}

/// Committed when the venue would not have taken the round any more: that it was shown in time rests on the record of its receipt.
fn late(context: &Context, lag: u64, round: u64, committed: &Committed) -> Option<String> {
    let current = context.registry.round.number_at(committed.at)?;
    (current > round.saturating_add(lag)).then(|| {
        format!(
            "round {round} was committed in round {current}, by {}; a bundle of it is taken up to round {}",
            committed.at,
            round.saturating_add(lag)
        )
    })
}

/// What the audit as a whole says of commitments; nothing where no round was drawn.
pub(crate) fn figure(lines: &[CommitmentLine]) -> Option<Figure> {
    let shown = lines.iter().filter(|line| line.committed_at.is_some()).count();
    let mut signers = BTreeSet::new();
    for line in lines {
        if let Label::AttestedBy { signers: own, .. } = &line.label {
            signers.extend(own.iter().copied());
        }
    }
    let label = if shown == 0 {
        let why = "no log of the rounds shows one: that bundles of sampled rounds are older than the beacon rests on the record of their receipt";
        Label::NotChecked { why: why.into() }
    } else {
        Label::AttestedBy { role: "witnesses", signers: signers.into_iter().collect() }
    };
    let value = format!("{shown} of {}", lines.len());
    (!lines.is_empty()).then(|| {
        Figure::new("sampled rounds that stood in the log before the beacon's value was public", value, label)
    })
}
