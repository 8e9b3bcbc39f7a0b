//! `solvency audit open`: what a custodian owes to a beacon's sample.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use solvency_audit::{Beacon, BeaconError, MAX_BEACON_BYTES};
use solvency_prover::files::{self, NewFolder};
use solvency_verifier::registry::Registry;

use crate::args::AuditOpenArgs;
use crate::clock;
use crate::custodian::config::{Config, WhichLog};
use crate::custodian::daily::Daily;
use crate::custodian::rounds::VenueOpening;
use crate::custodian::sample::{Given, GivenBundle, Missing, Owed, Sample};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(super) fn run(args: &AuditOpenArgs, output: &Output) -> CliResult {
    let out = &args.out;
    let config = Config::load(&args.config)?;
    let registry: Registry = files::read_json(&config.path(&config.registry))?;
    registry.validate()?;
    let beacon = read_beacon(args, &config)?;
    let digest = registry.digest();
    let now = clock::now(args.at)?;
    let rounds = beacon
        .sampled_rounds(&digest, &registry.round, now)
        .map_err(|error| explained(args, &error, &registry))?;
    let venues = venues(args, &config)?;
    let folder = NewFolder::beside(out)
        .map_err(|error| CliError::new(error).hint("name a new directory with --out"))?;
    let sample = Sample {
        config: &config,
        registry: digest,
        beacon: &beacon,
        rounds: &rounds,
        venues: &venues,
        references: !args.no_references,
    };
    let working = output.working(&format!("{} rounds for {} venues", rounds.len(), venues.len()));
    let mut given = sample.give(&folder, output)?;
    commitments(&sample, now, &folder, &mut given, output)?;
    drop(working);
    let something = !given.bundles.is_empty();
    if something {
        folder.finish()?;
    }
    for missing in &given.missing {
        output.warning(&missing.to_string());
    }
    let Given { bundles, openings, commitments, missing } = &given;
    let population = beacon.population(&registry.round)?;
    let value = json!({
        "complete": missing.is_empty(),
        "out": something.then_some(out),
        "beacon": { "name": beacon.name, "value": beacon.value, "publishedAt": beacon.published_at },
        "population": population,
        "rounds": rounds,
        "leaves": beacon.leaves,
        "bundles": bundles,
        "openings": openings,
        "commitments": commitments,
        "missing": missing,
    });
    output.result(value, || {
        let mut text = format!(
            "{:?}, {}: {} of {population} rounds, up to {} leaves of each\n{} bundles, {} openings of leaves, {} of commitments",
            beacon.name,
            beacon.value,
            rounds.len(),
            beacon.leaves,
            bundles.len(),
            openings.len(),
            commitments.len()
        );
        match missing.len() {
            0 => {}
            count => text.push_str(&format!("; {count} that are owed can't be given")),
        }
        if something {
            text.push_str(&format!(
                "\n{}: for the auditor; openings hold balances in the clear, and bundles what one venue was shown",
                out.display()
            ));
        }
        text
    });
    Ok(if missing.is_empty() { Outcome::Done } else { Outcome::Rejected })
}

/// Where a log of the rounds is kept: the openings of the drawn rounds' entries, and which of the bundles have none.
fn commitments(
    sample: &Sample<'_>,
    now: u64,
    folder: &NewFolder,
    given: &mut Given,
    output: &Output,
) -> CliResult<()> {
    if sample.config.log_files(WhichLog::Rounds)?.is_none() {
        return Ok(());
    }
    let daily = Daily::open(sample.config, now, &mut None, output)?;
    for round in sample.rounds {
        let mut opened = BTreeSet::new();
        for VenueOpening { venue, opening } in daily.round_openings(*round)? {
            if sample.venues.contains(&venue) {
                let file = Path::new("rounds").join(format!("{round}-{}-{venue}.json", opening.index));
                folder.write_secret(&file, opening.to_json().as_bytes())?;
                opened.insert(venue.clone());
                given.commitments.push(GivenBundle { file, round: *round, venue });
            }
        }
        let shown = given.bundles.iter().filter(|bundle| bundle.round == *round);
        let without: BTreeSet<&String> =
            shown.map(|bundle| &bundle.venue).filter(|venue| !opened.contains(*venue)).collect();
        for venue in without {
            let what = Owed::Commitment { round: *round, venue: venue.clone() };
            let why =
                "the log of the rounds has no entry of it: none was kept then, or the epoch was forgotten";
            given.missing.push(Missing { what, why: why.into() });
        }
    }
    Ok(())
}

fn read_beacon(args: &AuditOpenArgs, config: &Config) -> CliResult<Beacon> {
    let shown = args.beacon.display();
    // One more than is read, so that the reader says what is too long.
    let bytes = files::read_bytes(&args.beacon, MAX_BEACON_BYTES as u64 + 1)?;
    let beacon = Beacon::from_json(&bytes).map_err(|error| {
        CliError::new(format!("{shown}: {error}")).hint("spec/audit.md, Continuity, says what the file holds")
    })?;
    if beacon.account != config.account {
        return Err(CliError::new(format!("{shown}: of account {}", beacon.account))
            .hint(format!("the configuration's is {}; name another with --config", config.account)));
    }
    Ok(beacon)
}

/// The venues that are audited.
fn venues(args: &AuditOpenArgs, config: &Config) -> CliResult<Vec<String>> {
    let known: Vec<String> = config.venues.iter().map(|venue| venue.name.clone()).collect();
    let mut named: Vec<String> = Vec::new();
    for name in &args.venues {
        if !known.contains(name) {
            return Err(CliError::new(format!("the configuration has no venue {name:?}"))
                .hint(format!("its venues are {}", known.join(", "))));
        }
        if !named.contains(name) {
            named.push(name.clone());
        }
    }
    Ok(if named.is_empty() { known } else { named })
}

fn explained(args: &AuditOpenArgs, error: &BeaconError, registry: &Registry) -> CliError {
    let schedule = registry.round;
    let hint = match error {
        BeaconError::Interval { .. } | BeaconError::Intervals { .. } => format!(
            "price rounds begin at {} and every {} s after it: an interval begins and ends with one",
            schedule.zero, schedule.seconds
        ),
        BeaconError::NotPast { .. } | BeaconError::NotPublished { .. } => {
            "run it again when that is past: only then is it known what is drawn".into()
        }
        BeaconError::Early { .. } => {
            "no auditor draws with it: agree on a value that nobody knows before the intervals end".into()
        }
        _ => "spec/audit.md, Continuity, says what can be drawn".into(),
    };
    CliError::new(format!("{}: {error}", args.beacon.display())).hint(hint)
}
