//! Collects the inputs and runs the steps of spec/audit.md in their order.

use std::path::{Path, PathBuf};

use solvency_feeds::PriceFile;
use solvency_verifier::bundle::{Bundle, MAX_BUNDLE_BYTES, SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::{Address, Bytes32, Domain};
use solvency_verifier::evidence::{Evidence, MAX_EVIDENCE_BYTES};
use solvency_verifier::log::{MAX_NOTE_BYTES, Note};
use solvency_verifier::registry::Registry;
use solvency_verifier::totals::{Reserves, Totals, TotalsOpening};
use solvency_verifier::trust::{PreparedTrust, Trust};

use crate::beacon::{Beacon, Interval};
use crate::ceremony::CeremonyRecord;
use crate::coverage::{Timeline, cover};
use crate::error::AuditError;
use crate::figure::{Figure, Label};
use crate::finding::{Code, Finding, Severity};
use crate::html::utc;
use crate::input::{Held, Input, InputKind, check_names, cut, read_file, take};
use crate::judge::{Judged, judge};
use crate::opening::VaultOpening;
use crate::prices::{self, Observation};
use crate::report::{AUDIT_FORMAT, AuditVerdict, BundleLine, LIMITS, Pack, Report};
use crate::round_opening::RoundOpening;
use crate::rounds::RoundsInputs;
use crate::strict::{Unread, bounded, sha256};
use crate::{compare, keys, logs, rounds, samples, totals, witnesses};

/// Longest trust file that is read, in bytes.
pub const MAX_TRUST_BYTES: usize = 8 << 20;

/// A trust file, whose `seen` and latest claim move on.
pub(crate) struct Venue {
    pub(crate) name: String,
    pub(crate) prepared: PreparedTrust,
    /// As it was handed over.
    pub(crate) pinned: Trust,
    /// Which of the totals handed over were attached last; refused ones are as good as none.
    pub(crate) attached: Option<usize>,
}

/// A readable bundle.
pub(crate) struct Given {
    pub(crate) name: String,
    pub(crate) received_at: u64,
    pub(crate) bundle: Bundle,
}

/// What every step needs.
pub(crate) struct Context {
    pub(crate) venues: Vec<Venue>,
    pub(crate) registry: Registry,
    pub(crate) registry_digest: Bytes32,
    pub(crate) domain: Domain,
    pub(crate) now: u64,
    pub(crate) findings: Vec<Finding>,
}

impl Context {
    pub(crate) fn find(&mut self, code: Code, about: impl Into<String>, what: impl Into<String>) {
        self.findings.push(Finding::new(code, about, what));
    }
}

/// An audit: inputs are added, then it runs once.
pub struct Audit {
    context: Context,
    period: Option<Interval>,
    inputs: Vec<Input>,
    bundles: Vec<Held<Bundle>>,
    counterparts: Vec<Held<Bundle>>,
    evidence: Vec<Held<Evidence>>,
    logs: Vec<Held<PathBuf>>,
    openings: Vec<Held<VaultOpening>>,
    beacons: Vec<Held<Beacon>>,
    ceremonies: Vec<Held<CeremonyRecord>>,
    transcripts: Vec<Held<CeremonyRecord>>,
    refused_transcripts: Vec<Finding>,
    totals: Vec<Held<Totals>>,
    totals_openings: Vec<Held<TotalsOpening>>,
    reserves: Vec<Held<Reserves>>,
    observations: Vec<Observation>,
    rounds_logs: Vec<Held<PathBuf>>,
    rounds_keys: Vec<Held<SignedLogKey>>,
    checkpoints: Vec<Held<Note>>,
    round_openings: Vec<Held<RoundOpening>>,
    witness_keys: Vec<Held<SignedWitnessKey>>,
    commitments_required: bool,
}

impl Audit {
    /// An audit by a venue's trust file, at `now` in Unix seconds. The clock is only compared with; nothing reads the machine's.
    ///
    /// # Errors
    /// [`AuditError::Trust`], [`AuditError::TrustTooLong`].
    pub fn new(name: &str, trust: &[u8], now: u64) -> Result<Self, AuditError> {
        let (venue, input) = read_trust(name, trust)?;
        let registry = venue.pinned.registry.clone();
        let registry_digest = registry.digest();
        let domain = Domain::of_registry(&registry_digest);
        let context =
            Context { venues: vec![venue], registry, registry_digest, domain, now, findings: Vec::new() };
        Ok(Audit {
            context,
            period: None,
            inputs: vec![input],
            bundles: Vec::new(),
            counterparts: Vec::new(),
            evidence: Vec::new(),
            logs: Vec::new(),
            openings: Vec::new(),
            beacons: Vec::new(),
            ceremonies: Vec::new(),
            transcripts: Vec::new(),
            refused_transcripts: Vec::new(),
            totals: Vec::new(),
            totals_openings: Vec::new(),
            reserves: Vec::new(),
            observations: Vec::new(),
            rounds_logs: Vec::new(),
            rounds_keys: Vec::new(),
            checkpoints: Vec::new(),
            round_openings: Vec::new(),
            witness_keys: Vec::new(),
            commitments_required: false,
        })
    }

    /// Another venue, liability book or account of the same registry.
    ///
    /// # Errors
    /// [`AuditError`] where it can't be read, is of another registry, or is of the same venue, liability book and account as another.
    pub fn add_trust(&mut self, name: &str, trust: &[u8]) -> Result<(), AuditError> {
        let allowed = InputKind::Trust.limit();
        if self.context.venues.len() >= allowed {
            return Err(AuditError::TooMany { allowed });
        }
        let (venue, input) = read_trust(name, trust)?;
        let (got, expected) = (venue.pinned.registry.digest(), self.context.registry_digest);
        if got != expected {
            return Err(AuditError::OtherRegistry { name: venue.name, got, expected });
        }
        let same = |other: &Venue| identity(&other.pinned) == identity(&venue.pinned);
        if self.context.venues.iter().any(same) {
            return Err(AuditError::SameVenue { name: venue.name });
        }
        self.context.venues.push(venue);
        self.inputs.push(input);
        Ok(())
    }

    /// The period in which coverage is owed, `[from, until)`; from the first bundle to the last where it is not set.
    ///
    /// # Errors
    /// [`AuditError::Period`] where it is empty or ends after `now`.
    pub fn set_period(&mut self, from: u64, until: u64) -> Result<(), AuditError> {
        let now = self.context.now;
        if from >= until || until > now {
            return Err(AuditError::Period { from, until, now });
        }
        self.period = Some(Interval { from, until });
        Ok(())
    }

    /// A bundle, as it was received at a time in Unix seconds.
    pub fn add_bundle(&mut self, name: &str, received_at: u64, bytes: &[u8]) {
        self.bundles.push(Held::new(InputKind::Bundle, name, Some(received_at), bytes, read_bundle));
    }

    /// A bundle of the same account that somebody else was shown: compared, not judged.
    pub fn add_counterpart(&mut self, name: &str, bytes: &[u8]) {
        self.counterparts.push(Held::new(InputKind::Counterpart, name, None, bytes, read_bundle));
    }

    /// A file of evidence of equivocation.
    pub fn add_evidence(&mut self, name: &str, bytes: &[u8]) {
        self.evidence.push(Held::new(InputKind::Evidence, name, None, bytes, |bytes| {
            bounded(bytes, MAX_EVIDENCE_BYTES)?;
            Evidence::from_json(bytes).map_err(Unread::form)
        }));
    }

    /// The folder of an epoch's log, the one with `checkpoint` in it. It is read when the audit runs.
    pub fn add_log(&mut self, name: &str, dir: &Path) {
        self.logs.push(held_folder(InputKind::Log, name, dir));
    }

    /// The folder of an epoch's log of rounds, the one with `checkpoint` in it. It is read when the audit runs.
    pub fn add_rounds_log(&mut self, name: &str, dir: &Path) {
        self.rounds_logs.push(held_folder(InputKind::RoundsLog, name, dir));
    }

    /// The custodian's signed statement of the key of an account's logs of rounds.
    pub fn add_rounds_key(&mut self, name: &str, bytes: &[u8]) {
        self.rounds_keys.push(Held::new(InputKind::RoundsKey, name, None, bytes, rounds::read_log_key));
    }

    /// A checkpoint of a log of rounds, with cosignatures: an earlier one than that in the folder.
    pub fn add_checkpoint(&mut self, name: &str, bytes: &[u8]) {
        self.checkpoints.push(Held::new(InputKind::Checkpoint, name, None, bytes, rounds::read_checkpoint));
    }

    /// An opening of an entry of a log of rounds.
    pub fn add_round_opening(&mut self, name: &str, bytes: &[u8]) {
        self.round_openings.push(Held::new(
            InputKind::RoundOpening,
            name,
            None,
            bytes,
            RoundOpening::from_json,
        ));
    }

    /// Asks that every sampled round is committed in a log of rounds, also of accounts of which none is handed over.
    pub fn require_commitments(&mut self) {
        self.commitments_required = true;
    }

    /// A vault opening.
    pub fn add_opening(&mut self, name: &str, bytes: &[u8]) {
        self.openings.push(Held::new(InputKind::Opening, name, None, bytes, VaultOpening::from_json));
    }

    /// A beacon that says which rounds and leaves are owed.
    pub fn add_beacon(&mut self, name: &str, bytes: &[u8]) {
        self.beacons.push(Held::new(InputKind::Beacon, name, None, bytes, Beacon::read));
    }

    /// The manifest of a key's ceremony.
    pub fn add_ceremony(&mut self, name: &str, bytes: &[u8]) {
        self.ceremonies.push(Held::new(InputKind::Ceremony, name, None, bytes, CeremonyRecord::from_json));
    }

    /// What an oracle of the registry is said to have imported at a time in Unix seconds, for a round of that time: its sources file, at
    /// most 1 MiB, and its 1 to 64 price files, at most 16 MiB each. Nothing is kept of the bytes.
    pub fn add_observation(
        &mut self,
        name: &str,
        oracle: Address,
        at: u64,
        sources: PriceFile<'_>,
        files: &[PriceFile<'_>],
    ) {
        let registry = &self.context.registry;
        self.observations.push(Observation::read(name, oracle, at, sources, files, registry));
    }

    /// A WitnessKey that a member of the registry's witnesses signed: verifies its cosignatures on logs' folders.
    pub fn add_witness_key(&mut self, name: &str, bytes: &[u8]) {
        self.witness_keys.push(Held::new(InputKind::WitnessKey, name, None, bytes, witnesses::read_key));
    }

    /// The manifest of a key that the caller has just made of a ceremony's transcript, after verifying all of it: this crate has no
    /// circuits to do so. The pack says so of the key that is pinned, if it is that one.
    pub fn add_verified_transcript(&mut self, name: &str, manifest: &[u8]) {
        self.transcripts.push(Held::new(
            InputKind::Transcript,
            name,
            None,
            manifest,
            CeremonyRecord::from_json,
        ));
    }

    /// A transcript that the caller has refused, and why.
    pub fn add_refused_transcript(&mut self, name: &str, why: &str) {
        let what = format!("the transcript is refused: {why}");
        self.refused_transcripts.push(Finding::new(Code::CeremonyDiffers, cut(name), what));
    }

    /// A custodian's totals of an epoch, certified or not.
    pub fn add_totals(&mut self, name: &str, bytes: &[u8]) {
        self.totals.push(Held::new(InputKind::Totals, name, None, bytes, totals::read_totals));
    }

    /// The opening of totals.
    pub fn add_totals_opening(&mut self, name: &str, bytes: &[u8]) {
        self.totals_openings.push(Held::new(
            InputKind::TotalsOpening,
            name,
            None,
            bytes,
            totals::read_opening,
        ));
    }

    /// Reserves that the auditor found.
    pub fn add_reserves(&mut self, name: &str, bytes: &[u8]) {
        self.reserves.push(Held::new(InputKind::Reserves, name, None, bytes, totals::read_reserves));
    }

    /// Runs every step. Nothing that was handed over makes it fail: what can't be read or verified is a finding.
    pub fn run(self) -> Report {
        let Audit {
            mut context,
            period,
            mut inputs,
            bundles,
            counterparts,
            evidence,
            logs,
            openings,
            beacons,
            ceremonies,
            transcripts,
            refused_transcripts,
            totals,
            totals_openings,
            reserves,
            observations,
            rounds_logs,
            rounds_keys,
            checkpoints,
            round_openings,
            witness_keys,
            commitments_required,
        } = self;
        let mut findings = Vec::new();
        let unread = unread_lines(&bundles);
        let bundles: Vec<Given> = take(bundles, &mut inputs, &mut findings).into_iter().map(given).collect();
        let counterparts: Vec<Given> =
            take(counterparts, &mut inputs, &mut findings).into_iter().map(given).collect();
        let evidence = take(evidence, &mut inputs, &mut findings);
        let logs = take(logs, &mut inputs, &mut findings);
        let openings = take(openings, &mut inputs, &mut findings);
        let beacons = take(beacons, &mut inputs, &mut findings);
        let ceremonies = take(ceremonies, &mut inputs, &mut findings);
        let transcripts = take(transcripts, &mut inputs, &mut findings);
        findings.extend(refused_transcripts);
        let of_totals = totals::Given {
            totals: take(totals, &mut inputs, &mut findings),
            openings: take(totals_openings, &mut inputs, &mut findings),
            reserves: take(reserves, &mut inputs, &mut findings),
        };
        let witness_keys = take(witness_keys, &mut inputs, &mut findings);
        let observations = prices::take(observations, &mut inputs, &mut findings);
        let of_rounds = RoundsInputs {
            logs: take(rounds_logs, &mut inputs, &mut findings),
            log_keys: take(rounds_keys, &mut inputs, &mut findings),
            checkpoints: take(checkpoints, &mut inputs, &mut findings),
            openings: take(round_openings, &mut inputs, &mut findings),
            required: commitments_required,
        };
        context.findings = findings;

        let judged = judge(&mut context, &bundles, &of_totals.totals);
        compare::statements(&mut context, &judged, &counterparts, &evidence);
        let valuations = compare::valuations(&mut context, &judged);
        let (prices, price_figures) = prices::check(&mut context, &judged, observations);
        let bindings = witnesses::bindings(&mut context, &judged, &witness_keys);
        let logs = logs::check(&mut context, &judged, &bindings, &logs);
        let keys = keys::check(&mut context, &judged, &ceremonies, &transcripts);
        let (openings, right) = samples::openings(&mut context, &judged, &openings);
        let continuity = samples::continuity(&mut context, &judged, &beacons, &right);
        let (rounds_logs, commitments) =
            rounds::check(&mut context, &judged, &beacons, &continuity, &bindings, &of_rounds);
        let totals = totals::check(&mut context, &judged, &of_totals);
        let timelines = timelines(&mut context, &judged, period);

        inputs.sort();
        check_names(&inputs, &mut context.findings);
        let mut findings = std::mem::take(&mut context.findings);
        findings.sort();
        findings.dedup();
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u32;
        let refuses = findings.iter().any(Finding::refuses);
        let mut lines: Vec<BundleLine> = judged.iter().map(Judged::line).collect();
        lines.extend(unread);
        lines.sort_by(|a, b| (a.received_at, &a.name).cmp(&(b.received_at, &b.name)));
        let mut figures = figures(&lines, price_figures, &keys, &logs, &beacons);
        figures.extend(rounds::figure(&commitments));
        figures.push(totals::figure(&totals));
        let from = timelines.iter().map(|line| line.from).min().unwrap_or_default();
        let until = timelines.iter().map(|line| line.until).max().unwrap_or_default();
        Report::new(Pack {
            format: AUDIT_FORMAT,
            registry: context.registry_digest,
            registry_name: context.registry.name.clone(),
            now: context.now,
            from,
            until,
            verdict: if refuses { AuditVerdict::NotAccepted } else { AuditVerdict::Accepted },
            breaches: count(Severity::Breach),
            refused: count(Severity::Refused),
            warnings: count(Severity::Warning),
            figures,
            signers: keys::signers(&context, &judged),
            findings,
            timelines,
            bundles: lines,
            valuations,
            prices,
            logs,
            keys,
            openings,
            continuity,
            rounds_logs,
            commitments,
            totals,
            inputs,
            limits: LIMITS,
        })
    }
}

fn read_trust(name: &str, bytes: &[u8]) -> Result<(Venue, Input), AuditError> {
    let name = cut(name);
    if bytes.len() > MAX_TRUST_BYTES {
        return Err(AuditError::TrustTooLong { name, got: bytes.len(), allowed: MAX_TRUST_BYTES });
    }
    let prepared =
        Trust::from_json(bytes).map_err(|error| AuditError::Trust { name: name.clone(), error })?;
    let pinned = prepared.trust().clone();
    let input = Input {
        kind: InputKind::Trust,
        received_at: None,
        name: name.clone(),
        sha256: sha256(bytes),
        bytes: bytes.len() as u64,
    };
    Ok((Venue { name, prepared, pinned, attached: None }, input))
}

/// A folder, listed by its checkpoint.
fn held_folder(kind: InputKind, name: &str, dir: &Path) -> Held<PathBuf> {
    match read_file(&dir.join("checkpoint"), MAX_NOTE_BYTES as u64) {
        Ok(bytes) => Held::new(kind, name, None, &bytes, |_| Ok(dir.to_path_buf())),
        Err(unread) => {
            let input = Input { kind, received_at: None, name: cut(name), sha256: Bytes32::ZERO, bytes: 0 };
            Held { input, read: Err(unread) }
        }
    }
}

fn identity(trust: &Trust) -> (Bytes32, Bytes32, Bytes32) {
    (trust.audience.venue, trust.audience.liability_book, trust.counterparty.account)
}

fn read_bundle(bytes: &[u8]) -> Result<Bundle, Unread> {
    bounded(bytes, MAX_BUNDLE_BYTES)?;
    Bundle::from_json(bytes).map_err(Unread::form)
}

fn given((input, bundle): (Input, Bundle)) -> Given {
    Given { name: input.name, received_at: input.received_at.unwrap_or_default(), bundle }
}

/// Lines of the bundles that could not be read: P1, as `accept` would say.
fn unread_lines(bundles: &[Held<Bundle>]) -> Vec<BundleLine> {
    let unread =
        bundles.iter().filter_map(|held| held.read.as_ref().err().map(|unread| (&held.input, unread)));
    unread
        .map(|(input, unread)| BundleLine {
            name: input.name.clone(),
            received_at: input.received_at.unwrap_or_default(),
            judged_by: None,
            accepted: false,
            rule: Some("P1".into()),
            code: Some("malformed_bundle".into()),
            reason: Some(match unread {
                Unread::TooLong { got, allowed } => format!("{got} bytes, at most {allowed} are read"),
                Unread::Form(what) => what.clone(),
            }),
            acceptance: None,
            figures: Vec::new(),
        })
        .collect()
}

fn timelines(context: &mut Context, judged: &[Judged<'_>], period: Option<Interval>) -> Vec<Timeline> {
    let mut lines = Vec::new();
    for index in 0..context.venues.len() {
        let own = || judged.iter().filter(move |judged| judged.venue == index);
        let first = own().map(|judged| judged.given.received_at).min().unwrap_or_default();
        let last = own().map(|judged| judged.given.received_at).max().unwrap_or_default();
        let period = period.unwrap_or(Interval { from: first, until: last.min(context.now) });
        let spans: Vec<Interval> = own()
            .filter_map(|judged| {
                let until = judged.acceptance()?.until;
                Some(Interval { from: judged.given.received_at, until })
            })
            .collect();
        let (covered, gaps) = cover(&spans, period);
        let refused =
            own().filter(|judged| judged.acceptance().is_none()).map(|judged| judged.given.received_at);
        let refused: Vec<u64> = refused.collect();
        let Some(venue) = context.venues.get(index) else { continue };
        let (venue, name) = (&venue.pinned, venue.name.clone());
        let (audience, account) = (venue.audience.clone(), venue.counterparty.account);
        if spans.is_empty() {
            context.find(Code::NothingAccepted, name.clone(), "no bundle was accepted under this trust file");
        }
        for gap in &gaps {
            let what = format!(
                "no accepted bundle covers {} to {}, [{}, {}), {} s",
                utc(gap.from),
                utc(gap.until),
                gap.from,
                gap.until,
                gap.until.saturating_sub(gap.from)
            );
            context.find(Code::CoverageGap, name.clone(), what);
        }
        lines.push(Timeline {
            name,
            venue: audience.venue,
            liability_book: audience.liability_book,
            account,
            from: period.from,
            until: period.until,
            covered,
            gaps,
            refused,
        });
    }
    lines
}

/// Figures about the audit as a whole, what is missing among them.
fn figures(
    lines: &[BundleLine],
    prices: Vec<Figure>,
    keys: &[crate::ceremony::KeyLine],
    logs: &[crate::report::LogLine],
    beacons: &[(Input, Beacon)],
) -> Vec<Figure> {
    let accepted = lines.iter().filter(|line| line.accepted).count();
    let not_checked = |why: &str| Label::NotChecked { why: why.into() };
    let mut figures = vec![
        Figure::new(
            "bundles accepted, of those handed over",
            format!("{accepted} of {}", lines.len()),
            Label::Proved { by: "the rules of acceptance, run again on each at its own time".into() },
        ),
        Figure::new(
            "times at which bundles were received",
            lines.len(),
            Label::Assumed { why: "a record of whoever received them".into() },
        ),
        Figure::new(
            "assumptions of the policies (volatilities, default probabilities, times, tiers)",
            "as pinned",
            Label::Assumed { why: "stated by the venue in its policy; nothing here measures them".into() },
        ),
        Figure::new(
            "latest claim at the time of each bundle",
            "as in the bundle, up to the trust file's",
            Label::Assumed {
                why: "that the venue had no later one at that time, only the venue can say".into(),
            },
        ),
    ];
    figures.extend(prices);
    if keys.iter().any(|key| key.origin == "ceremony") {
        let of_ceremonies = || keys.iter().filter(|key| key.origin == "ceremony");
        let (all, verified) =
            (of_ceremonies().count(), of_ceremonies().filter(|key| key.transcript_verified).count());
        let label = if verified == all {
            Label::Proved {
                by: "every contribution, the circuit and the powers of tau, verified again".into(),
            }
        } else {
            not_checked("needs the .zkey and the powers of tau of each: `audit pack --transcript`")
        };
        figures.push(Figure::new(
            "transcripts of ceremonies",
            format!("{verified} of {all} verified"),
            label,
        ));
    }
    if logs.is_empty() {
        figures.push(Figure::new(
            "logs as published",
            "none",
            not_checked("no log's folder was handed over"),
        ));
    } else {
        figures.push(witnesses::figure(logs));
    }
    if beacons.is_empty() {
        let why = "no beacon was handed over, so nothing is known of the time between bundles";
        figures.push(Figure::new("continuity", "none", not_checked(why)));
    } else {
        let why = "that value and plan of the beacons were named before their intervals ended";
        figures.push(Figure::new("continuity", beacons.len(), Label::Assumed { why: why.into() }));
    }
    figures
}
