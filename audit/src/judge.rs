//! Bundles in the order in which they were received, each at its own time, with what a venue would have seen by then (spec/audit.md, step 1).

use solvency_verifier::accept::{Acceptance, Reason, Verdict, accept_bundle};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Address, Bytes32, TypedData};
use solvency_verifier::groth16::KeyId;
use solvency_verifier::statement::Signed;
use solvency_verifier::totals::Totals;
use solvency_verifier::trust::{LatestClaim, Seen, Trust};

use crate::audit::{Context, Given};
use crate::figure::{Figure, Label};
use crate::finding::{Code, Finding};
use crate::input::Input;
use crate::report::BundleLine;
use crate::totals;

/// What became of a bundle.
pub(crate) enum Outcome {
    Accepted(Box<Acceptance>),
    Refused(Box<Reason>),
    /// Received after the audit's time: not judged.
    Future,
}

/// A bundle that was read, with its verdict.
pub(crate) struct Judged<'a> {
    pub(crate) given: &'a Given,
    /// Index of the trust file that it was judged by.
    pub(crate) venue: usize,
    venue_name: String,
    outcome: Outcome,
    figures: Vec<Figure>,
}

impl Judged<'_> {
    pub(crate) fn acceptance(&self) -> Option<&Acceptance> {
        match &self.outcome {
            Outcome::Accepted(acceptance) => Some(acceptance),
            _ => None,
        }
    }

    pub(crate) fn line(&self) -> BundleLine {
        let (rule, code, reason) = match &self.outcome {
            Outcome::Accepted(_) => (None, None, None),
            Outcome::Refused(reason) => {
                (Some(reason.rule().into()), Some(reason.code().into()), Some(reason.to_string()))
            }
            Outcome::Future => {
                (None, None, Some(String::from("received after the audit's time: not judged")))
            }
        };
        BundleLine {
            name: self.given.name.clone(),
            received_at: self.given.received_at,
            judged_by: Some(self.venue_name.clone()),
            accepted: self.acceptance().is_some(),
            rule,
            code,
            reason,
            acceptance: self.acceptance().cloned(),
            figures: self.figures.clone(),
        }
    }
}

/// Where a venue's trust file has moved on to.
#[derive(Clone, Default)]
struct Progress {
    seen: Option<Seen>,
    claim: Option<LatestClaim>,
}

/// Judges every bundle. They come in the order of their times.
pub(crate) fn judge<'a>(
    context: &mut Context,
    bundles: &'a [Given],
    totals: &[(Input, Totals)],
) -> Vec<Judged<'a>> {
    let mut progress = vec![Progress::default(); context.venues.len()];
    let mut judged: Vec<Judged<'a>> = Vec::new();
    for given in bundles {
        judged.push(judge_one(context, given, totals, &mut progress));
    }
    check_seen(context, &judged);
    judged
}

fn judge_one<'a>(
    context: &mut Context,
    given: &'a Given,
    totals: &[(Input, Totals)],
    progress: &mut [Progress],
) -> Judged<'a> {
    let bundle = &given.bundle;
    let venue = context.venues.iter().position(|venue| is_for(&venue.pinned, bundle)).unwrap_or_default();
    let mut judged =
        Judged { given, venue, venue_name: String::new(), outcome: Outcome::Future, figures: Vec::new() };
    let (domain, now) = (context.domain, context.now);
    let (Some(trusted), Some(progress)) = (context.venues.get_mut(venue), progress.get_mut(venue)) else {
        return judged;
    };
    judged.venue_name = trusted.name.clone();
    if given.received_at > now {
        let what = format!("received at {}, the audit is of {now}", given.received_at);
        context.find(Code::ReceivedInFuture, given.name.clone(), what);
        return judged;
    }
    let claim = LatestClaim { number: bundle.claim.claim.number, digest: bundle.claim.claim.digest(&domain) };
    let latest = latest_claim(&trusted.pinned.latest_claim, progress.claim.as_ref(), claim);
    trusted.prepared.move_on(progress.seen.clone(), latest.clone());
    totals::attach(trusted, bundle.coverage.statement.epoch, given.received_at, totals);
    match accept_bundle(bundle, &trusted.prepared, given.received_at) {
        Verdict::Accept(acceptance) => {
            let Acceptance { epoch, sequence, head, round, .. } = acceptance;
            progress.seen = Some(Seen { epoch, sequence, allocation: head, round });
            progress.claim = Some(latest);
            judged.figures = figures(&trusted.pinned, bundle, &acceptance);
            for id in &acceptance.development_keys {
                let what = format!("proofs under development key {id}: whoever made the key can forge them");
                context.findings.push(Finding::new(Code::DevelopmentKey, given.name.clone(), what));
            }
            judged.outcome = Outcome::Accepted(Box::new(acceptance));
        }
        Verdict::Reject(reason) => {
            let mut finding = Finding::new(Code::BundleRefused, given.name.clone(), reason.to_string());
            finding.rule = reason.rule().into();
            finding.reason = Some(reason.code().into());
            context.findings.push(finding);
            judged.outcome = Outcome::Refused(Box::new(reason));
        }
    }
    judged
}

/// Whether a bundle says that it is for this trust file's venue, liability book and account.
fn is_for(trust: &Trust, bundle: &Bundle) -> bool {
    let statement = &bundle.coverage.statement;
    statement.venue == trust.audience.venue
        && statement.liability_book == trust.audience.liability_book
        && statement.account == trust.counterparty.account
}

/// The claim that counted as the latest: the bundle's own, between the last one's and the trust file's; what is outside C1 then refuses.
fn latest_claim(pinned: &LatestClaim, last: Option<&LatestClaim>, own: LatestClaim) -> LatestClaim {
    match last {
        _ if own.number >= pinned.number => pinned.clone(),
        Some(last) if own.number <= last.number => last.clone(),
        _ => own,
    }
}

/// R1 at the end: what the trust file has seen stands in the chains that were accepted.
fn check_seen(context: &mut Context, judged: &[Judged<'_>]) {
    let mut wrong = Vec::new();
    for (index, venue) in context.venues.iter().enumerate() {
        let Some(seen) = &venue.pinned.seen else { continue };
        let own = judged.iter().filter(|judged| judged.venue == index);
        let of_epoch =
            own.filter(|judged| judged.acceptance().is_some_and(|accepted| accepted.epoch == seen.epoch));
        let Some(sequence) = usize::try_from(seen.sequence).ok() else { continue };
        for judged in of_epoch {
            let allocation = judged.given.bundle.allocations.get(sequence);
            let digest = allocation.map(|allocation| allocation.proven.statement.digest(&context.domain));
            if digest.is_some_and(|digest| digest != seen.allocation) {
                let what = format!(
                    "allocation {sequence} of epoch {} is not {}, which the trust file has seen",
                    seen.epoch, seen.allocation
                );
                wrong.push((judged.given.name.clone(), what));
            }
        }
    }
    for (about, what) in wrong {
        context.find(Code::RolledBack, about, what);
    }
}

/// The proofs of a bundle, by key.
pub(crate) fn proof_keys(bundle: &Bundle) -> impl Iterator<Item = KeyId> + '_ {
    let holdings = bundle.books.iter().flat_map(|book| book.holdings.iter().map(|proven| proven.key));
    let allocations = bundle.allocations.iter().map(|allocation| allocation.proven.key);
    holdings.chain(allocations).chain([bundle.coverage.key])
}

fn signers(signed: &[Signed]) -> Vec<Address> {
    signed.iter().map(|signed| signed.signer).collect()
}

/// A proof's figure is worth what its key is: under a development key it is assumed that the key's maker did not forge.
fn proof_label(keys: impl Iterator<Item = KeyId>, development: &[KeyId], by: &str) -> Label {
    let keys: Vec<KeyId> = keys.collect();
    match keys.iter().find(|id| development.contains(id)) {
        Some(id) => {
            Label::Assumed { why: format!("that the maker of development key {id} did not forge the {by}") }
        }
        None => Label::Proved { by: by.into() },
    }
}

fn figures(trust: &Trust, bundle: &Bundle, accepted: &Acceptance) -> Vec<Figure> {
    let development = &accepted.development_keys;
    let coverage = &bundle.coverage.statement;
    let custodian = Label::AttestedBy { role: "custodian", signers: vec![trust.counterparty.custodian] };
    let venue = Label::AttestedBy { role: "venue", signers: vec![trust.audience.venue_signer] };
    let oracles = Label::AttestedBy { role: "oracles", signers: signers(&bundle.round.signatures) };
    let holdings = bundle.books.iter().flat_map(|book| &book.holdings).map(|proven| proven.key);
    let allocations = bundle.allocations.iter().map(|allocation| allocation.proven.key);
    let count = bundle.books.iter().map(|book| book.holdings.len()).sum::<usize>();
    let mut figures = vec![
        Figure::new(
            "the pledge is worth at least θ times the committed requirement, at these prices under this policy",
            format!(
                "pledge {}, θ {} ppm, requirement {}",
                coverage.pledge, trust.policy.theta, coverage.requirement
            ),
            proof_label([bundle.coverage.key].into_iter(), development, "coverage proof"),
        ),
        Figure::new(
            "no unit stands in two unspent outputs of the chain",
            format!("{} allocations, the last {}", bundle.allocations.len(), accepted.head),
            proof_label(allocations, development, "allocation proofs"),
        ),
        Figure::new(
            "what the chain spends are the sums of the attested books",
            format!("{count} shards of {} books", bundle.books.len()),
            proof_label(holdings, development, "holdings proofs"),
        ),
        Figure::new(
            "valuation digest",
            coverage.valuation,
            Label::Proved { by: "recomputed from registry, policy and the round's prices".into() },
        ),
    ];
    for book in &bundle.books {
        let attestors = Label::AttestedBy { role: "attestors", signers: signers(&book.signatures) };
        let attestation = &book.attestation;
        let value = format!(
            "as of {}, locked until {}, {} shards",
            attestation.as_of, attestation.locked_until, attestation.shard_count
        );
        figures.push(Figure::new(
            "the vaults of the book hold what it says and are locked",
            value,
            attestors.clone(),
        ));
        figures.push(Figure::new(
            "the book's vaults are in no other book of the epoch",
            attestation.epoch,
            attestors,
        ));
    }
    figures.extend([
        Figure::new("prices of the round", format!("round {}", accepted.round), oracles),
        Figure::new("this is the account's chain", format!("account {}", coverage.account), custodian),
        Figure::new("requirement and releaser of the claim", format!("claim {}", accepted.claim), venue),
        Figure::new(
            "there is no other chain of this epoch",
            accepted.history.as_ref().map_or_else(
                || String::from("none"),
                |history| format!("{}, size {}", history.origin, history.size),
            ),
            match &accepted.history {
                Some(history) => Label::AttestedBy { role: "witnesses", signers: history.witnesses.clone() },
                None => Label::NotChecked { why: "the trust file does not ask for a witnessed log".into() },
            },
        ),
    ]);
    figures
}

/// The chain's allocations, by digest.
pub(crate) fn chain_digests(context: &Context, bundle: &Bundle) -> Vec<Bytes32> {
    bundle.allocations.iter().map(|allocation| allocation.proven.statement.digest(&context.domain)).collect()
}
