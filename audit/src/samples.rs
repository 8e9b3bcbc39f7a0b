//! Openings against attested roots, and what beacons ask for against what is there (spec/audit.md, steps 6 and 7).

use std::collections::{BTreeMap, BTreeSet};

use solvency_verifier::bundle::{Book, Bundle};
use solvency_verifier::encoding::{Bytes32, Domain, TypedData};
use solvency_verifier::statement::BookAttestation;

use crate::audit::Context;
use crate::beacon::{Beacon, BeaconError, escape};
use crate::finding::Code;
use crate::input::Input;
use crate::judge::Judged;
use crate::opening::{VaultOpening, leaf_count};
use crate::report::{ContinuityLine, OpeningLine};

/// A leaf of an attested book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeafPlace {
    /// Digest of the book's attestation.
    pub book: Bytes32,
    /// Zero-based shard of the book.
    pub shard: u32,
    /// Zero-based leaf of the shard.
    pub leaf: u32,
}

/// The attested books of accepted bundles.
fn books<'a>(context: &Context, judged: &'a [Judged<'_>]) -> BTreeMap<Bytes32, &'a BookAttestation> {
    let accepted = judged.iter().filter(|judged| judged.acceptance().is_some());
    let books = accepted.flat_map(|judged| &judged.given.bundle.books);
    books.map(|book| (book.attestation.digest(&context.domain), &book.attestation)).collect()
}

/// Checks each opening; answers the places with a right one.
pub(crate) fn openings(
    context: &mut Context,
    judged: &[Judged<'_>],
    openings: &[(Input, VaultOpening)],
) -> (Vec<OpeningLine>, BTreeSet<LeafPlace>) {
    let books = books(context, judged);
    let mut right = BTreeSet::new();
    let mut lines = Vec::new();
    for (input, opening) in openings {
        let checked = match books.get(&opening.book) {
            None => Err((Code::OpeningUnplaced, format!("no accepted bundle has book {}", opening.book))),
            Some(attestation) => {
                opening.check(attestation).map_err(|error| (Code::OpeningWrong, error.to_string()))
            }
        };
        lines.push(OpeningLine {
            name: input.name.clone(),
            book: opening.book,
            shard: opening.shard,
            leaf: opening.leaf,
            vaults: opening.vaults.len() as u64,
            named: opening.vaults.iter().filter(|vault| vault.reference.is_some()).count() as u64,
            right: checked.is_ok(),
        });
        match checked {
            Ok(()) => {
                right.insert(LeafPlace { book: opening.book, shard: opening.shard, leaf: opening.leaf });
            }
            Err((code, what)) => context.find(code, input.name.clone(), what),
        }
    }
    (lines, right)
}

/// Every leaf of a bundle's books, in the order of the bundle.
pub(crate) fn leaves(registry: &Bytes32, bundle: &Bundle) -> Vec<LeafPlace> {
    let domain = Domain::of_registry(registry);
    let mut places = Vec::new();
    for Book { attestation, .. } in &bundle.books {
        let book = attestation.digest(&domain);
        let leaves = leaf_count(attestation).unwrap_or_default() as u32;
        let shards = attestation.shards.len() as u32;
        let of = |shard| (0..leaves).map(move |leaf| LeafPlace { book, shard, leaf });
        places.extend((0..shards).flat_map(of));
    }
    places
}

/// Compares what each beacon draws with the accepted bundles and right openings.
pub(crate) fn continuity(
    context: &mut Context,
    judged: &[Judged<'_>],
    beacons: &[(Input, Beacon)],
    right: &BTreeSet<LeafPlace>,
) -> Vec<ContinuityLine> {
    let mut lines = Vec::new();
    for (input, beacon) in beacons {
        let about = input.name.clone();
        let schedule = context.registry.round;
        if !context.venues.iter().any(|venue| venue.pinned.counterparty.account == beacon.account) {
            let what = format!("account {} is not audited here", beacon.account);
            context.find(Code::BeaconUnplaced, about, what);
            continue;
        }
        let rounds = match beacon.sampled_rounds(&context.registry_digest, &schedule, context.now) {
            Ok(rounds) => rounds,
            Err(error) => {
                let early = matches!(error, BeaconError::Early { .. });
                let code = if early { Code::BeaconEarly } else { Code::BeaconUnplaced };
                context.find(code, about, error.to_string());
                continue;
            }
        };
        let population = beacon.population(&schedule).unwrap_or_default();
        let samples = rounds.len() as u64;
        let mut line = ContinuityLine {
            name: about.clone(),
            source: beacon.name.clone(),
            value: beacon.value,
            population,
            rounds,
            missing_rounds: Vec::new(),
            leaves: 0,
            missing_leaves: 0,
            escape_one_percent: escape(population, population.div_ceil(100), samples),
            escape_five_percent: escape(population, population.div_ceil(20), samples),
        };
        for venue in 0..context.venues.len() {
            sample(context, judged, beacon, right, venue, &mut line);
        }
        lines.push(line);
    }
    lines
}

/// What is owed to one venue of the beacon's account.
fn sample(
    context: &mut Context,
    judged: &[Judged<'_>],
    beacon: &Beacon,
    right: &BTreeSet<LeafPlace>,
    venue: usize,
    line: &mut ContinuityLine,
) {
    let Some(trusted) = context.venues.get(venue) else { return };
    if trusted.pinned.counterparty.account != beacon.account {
        return;
    }
    let name = trusted.name.clone();
    let own = judged.iter().filter(|judged| judged.venue == venue);
    let by_round: BTreeMap<u64, &Bundle> =
        own.filter_map(|judged| Some((judged.acceptance()?.round, &judged.given.bundle))).collect();
    for round in line.rounds.clone() {
        let Some(bundle) = by_round.get(&round) else {
            let what = format!("round {round} was drawn and has no accepted bundle for {name}");
            context.find(Code::SampleMissing, line.name.clone(), what);
            line.missing_rounds.push(round);
            continue;
        };
        for place in beacon.owed_leaves(&context.registry_digest, round, bundle) {
            line.leaves = line.leaves.saturating_add(1);
            if !right.contains(&place) {
                let LeafPlace { book, shard, leaf } = place;
                let what = format!(
                    "round {round}: leaf {leaf} of shard {shard} of book {book} was drawn and has no right opening"
                );
                context.find(Code::OpeningMissing, line.name.clone(), what);
                line.missing_leaves = line.missing_leaves.saturating_add(1);
            }
        }
    }
    line.missing_rounds.sort_unstable();
    line.missing_rounds.dedup();
}
