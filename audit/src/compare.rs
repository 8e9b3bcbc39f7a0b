//! Signed statements against each other and against what can be recomputed (spec/audit.md, steps 2 and 3).

use std::collections::{BTreeMap, BTreeSet};

use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Address, Bytes32, TypedData};
use solvency_verifier::evidence::{Evidence, Finding, Kind, Named, find};
use solvency_verifier::statement::{Quorum, check_quorum};

use crate::audit::{Context, Given};
use crate::finding::Code;
use crate::input::Input;
use crate::judge::Judged;
use crate::tables::ValuationTable;

/// Bundles that stand for all of their epoch, round or claim: comparing with these is comparing with all.
///
/// A chain either is the beginning of the longest one of its epoch, or goes on from it, or parts from it.
#[derive(Default)]
struct Representatives {
    longest: BTreeMap<(Bytes32, u64), usize>,
    /// The longest chain with a history: trees of one log are prefixes of each other in the same way.
    logged: BTreeMap<(Bytes32, u64), usize>,
    round: BTreeMap<u64, usize>,
    claim: BTreeMap<(Bytes32, Bytes32, Bytes32, u64), usize>,
    epoch: BTreeMap<u64, Vec<usize>>,
}

fn epoch_of(bundle: &Bundle) -> u64 {
    bundle.coverage.statement.epoch
}

impl Representatives {
    fn claim_of(bundle: &Bundle) -> (Bytes32, Bytes32, Bytes32, u64) {
        let claim = &bundle.claim.claim;
        (claim.venue, claim.liability_book, claim.account, claim.number)
    }

    fn of(&self, bundle: &Bundle) -> BTreeSet<usize> {
        let chain = (bundle.coverage.statement.account, epoch_of(bundle));
        let others = [
            self.longest.get(&chain),
            self.logged.get(&chain),
            self.round.get(&bundle.round.round.round),
            self.claim.get(&Self::claim_of(bundle)),
        ];
        others.into_iter().flatten().copied().collect()
    }

    fn add(&mut self, index: usize, bundle: &Bundle, length_of: impl Fn(usize) -> usize) {
        let chain = (bundle.coverage.statement.account, epoch_of(bundle));
        let longer = |known: &mut BTreeMap<(Bytes32, u64), usize>| {
            let longest = known.entry(chain).or_insert(index);
            if bundle.allocations.len() > length_of(*longest) {
                *longest = index;
            }
        };
        longer(&mut self.longest);
        if bundle.history.is_some() {
            longer(&mut self.logged);
        }
        self.round.entry(bundle.round.round.round).or_insert(index);
        self.claim.entry(Self::claim_of(bundle)).or_insert(index);
        self.epoch.entry(epoch_of(bundle)).or_default().push(index);
    }
}

/// Contradictions among bundles, between them and counterparts, and in files of evidence.
pub(crate) fn statements(
    context: &mut Context,
    judged: &[Judged<'_>],
    counterparts: &[Given],
    evidence: &[(Input, Evidence)],
) {
    let custodians: Vec<Address> =
        context.venues.iter().map(|venue| venue.pinned.counterparty.custodian).collect();
    let audiences = context.venues.iter().map(|venue| &venue.pinned.audience);
    let venues: Vec<(Bytes32, Address)> =
        audiences.map(|audience| (audience.venue, audience.venue_signer)).collect();
    let named = Named { custodians: &custodians, venues: &venues };
    let mut known: BTreeSet<Bytes32> = BTreeSet::new();
    let mut found: Vec<(Code, String, String)> = Vec::new();
    let registry = context.registry.clone();
    let mut compare = |a: &Given, b: &Given| {
        for evidence in find(&a.bundle, &b.bundle, &registry) {
            // A custodian or venue that no trust file names: anybody can sign such statements.
            let Ok(finding) = evidence.check(&registry, &named) else { continue };
            if known.insert(finding.id) {
                let about = format!("{} and {}", a.name, b.name);
                found.push((code_of(&finding), about, finding.to_string()));
            }
        }
    };
    let mut representatives = Representatives::default();
    let given = |index: usize| judged.get(index).map(|judged| judged.given);
    for (index, judged) in judged.iter().enumerate() {
        for other in representatives.of(&judged.given.bundle) {
            if let Some(other) = given(other) {
                compare(other, judged.given);
            }
        }
        let length_of = |index| given(index).map_or(0, |given: &Given| given.bundle.allocations.len());
        representatives.add(index, &judged.given.bundle, length_of);
    }
    for counterpart in counterparts {
        let mut others = representatives.of(&counterpart.bundle);
        others.extend(representatives.epoch.get(&epoch_of(&counterpart.bundle)).into_iter().flatten());
        for other in others {
            if let Some(other) = given(other) {
                compare(other, counterpart);
            }
        }
    }
    for (input, evidence) in evidence {
        match evidence.check(&registry, &named) {
            Ok(finding) => found.push((code_of(&finding), input.name.clone(), finding.to_string())),
            Err(error) => found.push((Code::EvidenceUnfounded, input.name.clone(), error.to_string())),
        }
    }
    for (code, about, what) in found {
        context.find(code, about, what);
    }
}

fn code_of(finding: &Finding) -> Code {
    match finding.kind {
        Kind::LogFork => Code::LogFork,
        _ => Code::Equivocation,
    }
}

/// The table of each round whose prices a quorum signed, once for each policy, of bundles that were accepted or whose digest differs.
pub(crate) fn valuations(context: &mut Context, judged: &[Judged<'_>]) -> Vec<ValuationTable> {
    let mut tables: BTreeMap<(u64, Bytes32, Bytes32), ValuationTable> = BTreeMap::new();
    let mut differing = Vec::new();
    for judged in judged {
        let Some(venue) = context.venues.get(judged.venue) else { continue };
        let (round, policy) = (&judged.given.bundle.round, &venue.pinned.policy);
        let digest = round.round.digest(&context.domain);
        let key = (round.round.round, policy.digest(), digest);
        if tables.contains_key(&key) {
            continue;
        }
        let set = &context.registry.oracles;
        let revoked = &venue.pinned.revoked.signers;
        let quorum = Quorum { members: &set.members, threshold: set.threshold(), revoked };
        let signed = check_quorum(quorum, &round.signatures, &digest).is_ok();
        let Ok(table) = ValuationTable::new(&context.registry, policy, &round.round, digest) else {
            continue;
        };
        let differs = table.signed.is_some_and(|signed| signed != table.recomputed);
        if signed && differs {
            let signed = table.signed.unwrap_or_default();
            let what = format!(
                "round {}: the oracles signed valuation {signed} for policy {}, its prices give {}",
                table.round, table.policy, table.recomputed
            );
            differing.push((judged.given.name.clone(), what));
        }
        if judged.acceptance().is_some() || (signed && differs) {
            tables.insert(key, table);
        }
    }
    for (about, what) in differing {
        context.find(Code::ValuationDiffers, about, what);
    }
    tables.into_values().collect()
}
