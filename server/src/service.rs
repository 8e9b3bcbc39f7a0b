//! The positions and what happens to them, without any HTTP: what is answered was written before.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use serde_json::Value;
use sha2::{Digest, Sha256};
use solvency_verifier::accept::{Acceptance, Case, Reason};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::evidence::Evidence;
use solvency_verifier::groth16::Accelerator;
use solvency_verifier::position::{
    Accepted, ClaimRefused, EvidenceRefused, NotCounted, NotResolved, Position, RotationRefused,
};
use solvency_verifier::trust::{LatestClaim, PreparedTrust, Seen};

use crate::answer::{self, StandingAnswer};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, PositionConfig};
use crate::error::StartError;
use crate::files::{self, Place, RECEIPT_FORMAT, Receipt};
use crate::metrics::Metrics;

/// What the service is given besides its configuration.
#[derive(Clone)]
pub struct Parts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Verifies proofs, and is trusted with that.
    pub accelerator: Option<Arc<dyn Accelerator + Send + Sync>>,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { clock: Arc::new(SystemClock), accelerator: None }
    }
}

/// Something that happens to a position.
#[derive(Clone, Debug)]
pub enum Event {
    /// A bundle, in its bytes.
    Bundle(Vec<u8>),
    /// Evidence, in its bytes.
    Evidence(Vec<u8>),
    /// The venue made a claim.
    Claim(LatestClaim),
    /// The custodian said that it does not cover.
    Notice,
    /// A person has looked at evidence.
    Resolve(Bytes32),
    /// A person sets the clock back to the machine's.
    RestartClock,
}

/// What an event led to. It is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A bundle was judged.
    Judged {
        /// The verdict, as it is answered.
        verdict: Value,
        /// Whether it was accepted and counted.
        counted: bool,
        /// Whether it is the verdict of before, on the same bytes.
        repeated: bool,
        /// The standing now.
        standing: StandingAnswer,
    },
    /// Evidence counts.
    Shown {
        /// Its id.
        evidence: Bytes32,
        /// Whether it was there already.
        repeated: bool,
        /// The standing now.
        standing: StandingAnswer,
    },
    /// Something else happened.
    Done {
        /// The standing now.
        standing: StandingAnswer,
    },
}

/// Why an event changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such position.
    #[error("there is no position of this name")]
    NoPosition,
    /// The claim is not newer.
    #[error(transparent)]
    Claim(#[from] ClaimRefused),
    /// The evidence is not taken.
    #[error(transparent)]
    Evidence(#[from] EvidenceRefused),
    /// Nothing is resolved.
    #[error(transparent)]
    NotResolved(#[from] NotResolved),
    /// The files can't be written. What is in memory is as before.
    #[error("the state can't be written")]
    Unwritten,
}

/// A position in memory, as in its files.
#[derive(Clone)]
struct Kept {
    position: Position,
    receipt: Option<Receipt>,
}

struct Slot {
    place: Place,
    /// Digest of the current registry.
    registry: Bytes32,
    /// The current trust file and perhaps the one before; locked by whoever judges.
    trusts: Mutex<Vec<PreparedTrust>>,
    kept: RwLock<Kept>,
}

/// The positions, their files and the clock.
pub struct Service {
    slots: BTreeMap<String, Slot>,
    clock: Arc<dyn Clock>,
    /// The latest time seen.
    latest: AtomicU64,
    accelerator: Option<Arc<dyn Accelerator + Send + Sync>>,
    pub(crate) metrics: Metrics,
    _lock: File,
}

impl Service {
    /// Reads every position, rotates those whose trust file is another one, and writes them.
    ///
    /// # Errors
    /// [`StartError`]: a position that can't be read whole is never taken for an empty one.
    pub fn load(config: Config, parts: Parts) -> Result<Self, StartError> {
        config.check()?;
        files::check_directory(&config.state)?;
        let lock = files::lock(&config.state)?;
        let metrics = Metrics::new().map_err(|error| StartError::Metrics { message: error.to_string() })?;
        let now = parts.clock.now();
        let mut slots = BTreeMap::new();
        for position in &config.positions {
            let slot = Slot::load(Place::new(&config.state, &position.name), position, now)?;
            slots.insert(position.name.clone(), slot);
        }
        let Parts { clock, accelerator } = parts;
        Ok(Service { slots, clock, latest: AtomicU64::new(now), accelerator, metrics, _lock: lock })
    }

    /// The latest time that the clock has told.
    pub fn now(&self) -> u64 {
        let now = self.clock.now();
        self.latest.fetch_max(now, Ordering::SeqCst).max(now)
    }

    /// Whether there is a position of this name.
    pub fn has(&self, name: &str) -> bool {
        self.slots.contains_key(name)
    }

    /// The standing of a position now.
    ///
    /// # Errors
    /// [`Refusal::NoPosition`].
    pub fn standing(&self, name: &str) -> Result<StandingAnswer, Refusal> {
        let slot = self.slots.get(name).ok_or(Refusal::NoPosition)?;
        Ok(slot.standing(name, self.now()))
    }

    /// The standings of all positions now, by name.
    pub fn standings(&self) -> Vec<StandingAnswer> {
        let now = self.now();
        self.slots.iter().map(|(name, slot)| slot.standing(name, now)).collect()
    }

    /// Applies events, those of one position in their order. Bundles of different positions are judged together. Called by one thread at a time.
    pub fn apply(&self, events: &[(String, Event)]) -> Vec<Result<Outcome, Refusal>> {
        let mut outcomes: Vec<Option<Result<Outcome, Refusal>>> = events.iter().map(|_| None).collect();
        let mut waiting: Vec<usize> = (0..events.len()).collect();
        while !waiting.is_empty() {
            let mut bundles: Vec<(usize, &str, &Slot, &[u8])> = Vec::new();
            let mut others = Vec::new();
            for index in std::mem::take(&mut waiting) {
                let Some((name, event)) = events.get(index) else { continue };
                if bundles.iter().any(|(_, taken, ..)| taken == name) {
                    waiting.push(index);
                    continue;
                }
                match (self.slots.get(name), event) {
                    (None, _) => others.push((index, Err(Refusal::NoPosition))),
                    (Some(slot), Event::Bundle(bytes)) => bundles.push((index, name, slot, bytes)),
                    (Some(slot), event) => others.push((index, self.happen(name, slot, event))),
                }
            }
            others.extend(self.judge(&bundles));
            for (index, outcome) in others {
                if let Some(place) = outcomes.get_mut(index) {
                    *place = Some(outcome);
                }
            }
        }
        outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err(Refusal::Unwritten))).collect()
    }

    /// Writes positions whose state or action time has changed, so that what has expired stays so after a restart.
    pub fn tick(&self) {
        let now = self.now();
        for slot in self.slots.values() {
            let before = slot.kept();
            let mut position = before.position.clone();
            let (was, is) = (position.standing(), position.observe(now));
            if was.state != is.state || was.action != is.action {
                // Tried again a second later.
                let _ = self.keep(slot, Kept { position, ..before });
            }
        }
    }

    /// Metrics in Prometheus' text format.
    pub fn metrics_text(&self) -> String {
        for standing in self.standings() {
            self.metrics.action.with_label_values(&[&standing.position]).set(standing.action as i64);
        }
        self.metrics.text()
    }

    /// Judges bundles of different positions together, and counts what is accepted.
    fn judge(&self, bundles: &[(usize, &str, &Slot, &[u8])]) -> Vec<(usize, Result<Outcome, Refusal>)> {
        if bundles.is_empty() {
            return Vec::new();
        }
        let (now, began) = (self.now(), Instant::now());
        let mut outcomes = Vec::new();
        let mut ready = Vec::new();
        for (index, name, slot, bytes) in bundles {
            let digest = Bytes32(Sha256::digest(bytes).into());
            let found = Found { index: *index, name, slot, digest };
            if let Some(repeated) = slot.repeated(name, &digest, now) {
                self.metrics.verdicts.with_label_values(&["repeated", ""]).inc();
                outcomes.push((*index, Ok(repeated)));
                continue;
            }
            match Bundle::from_json(bytes) {
                Ok(bundle) => ready.push(Ready::new(found, bundle)),
                Err(error) => {
                    let reason = Reason::Malformed { message: error.to_string() };
                    outcomes.push((*index, self.count(&found, Judged::Refused(reason), now)));
                }
            }
        }
        // Under the current trust file, and what that refuses under the one before, while it counts.
        for which in 0..2 {
            self.verify(&mut ready, which, now);
        }
        for Ready { found, judged, .. } in ready {
            let refusal = judged.ok_or(Refusal::Unwritten);
            outcomes.push((found.index, refusal.and_then(|judged| self.count(&found, judged, now))));
        }
        self.metrics.seconds.observe(began.elapsed().as_secs_f64());
        outcomes
    }

    fn verify(&self, ready: &mut [Ready<'_>], which: usize, now: u64) {
        for item in ready.iter_mut() {
            item.equip(which, now);
        }
        let cases: Vec<Case<'_>> = ready.iter().filter_map(|item| item.case(which)).collect();
        if cases.is_empty() {
            return;
        }
        self.metrics.batch.observe(cases.len() as f64);
        let accelerator = self.accelerator.as_deref().map(|accelerator| accelerator as &dyn Accelerator);
        let verdicts = Accepted::judge_all(&cases, accelerator);
        let asked = ready.iter_mut().filter(|item| item.clock.is_some());
        for (item, verdict) in asked.zip(verdicts) {
            let registry = item.trusts.get(which).map(|trust| trust.trust().registry.digest());
            item.judged = match (verdict, registry) {
                (Ok((accepted, acceptance)), Some(registry)) => {
                    Some(Judged::Accepted { accepted: Box::new(accepted), acceptance, registry })
                }
                (Err(reason), _) => item.judged.take().or(Some(Judged::Refused(reason))),
                (Ok(_), None) => item.judged.take(),
            };
        }
    }

    /// What a verdict changes, written, and its answer.
    fn count(&self, found: &Found<'_>, judged: Judged, now: u64) -> Result<Outcome, Refusal> {
        let Found { name, slot, digest, .. } = found;
        let Kept { mut position, mut receipt } = slot.kept();
        let at = position.clock().max(now);
        let mut counted = false;
        let verdict = match judged {
            Judged::Refused(reason) => {
                position.rejected(&reason, now);
                answer::rejected(&reason, at)
            }
            Judged::NotEquipped(error) => answer::not_counted(&error, at),
            Judged::Accepted { accepted, acceptance, registry } => match position.accepted(&accepted, now) {
                Err(error) => answer::not_counted(&error, at),
                Ok(_) => {
                    counted = true;
                    let verdict = answer::accepted(&acceptance, at).map_err(|_| Refusal::Unwritten)?;
                    receipt = Some(Receipt {
                        format: RECEIPT_FORMAT.into(),
                        bundle: *digest,
                        registry,
                        shows: shown(&acceptance),
                        verdict: verdict.clone(),
                    });
                    verdict
                }
            },
        };
        self.keep(slot, Kept { position, receipt })?;
        let text = |field: &str| verdict.get(field).and_then(Value::as_str).unwrap_or_default();
        self.metrics.verdicts.with_label_values(&[text("outcome"), text("code")]).inc();
        Ok(Outcome::Judged { counted, repeated: false, standing: slot.standing(name, now), verdict })
    }

    /// Every event but a bundle.
    fn happen(&self, name: &str, slot: &Slot, event: &Event) -> Result<Outcome, Refusal> {
        let now = match event {
            Event::RestartClock => self.clock.now(),
            _ => self.now(),
        };
        let Kept { mut position, receipt } = slot.kept();
        let mut shown = None;
        match event {
            Event::Bundle(_) => return Err(Refusal::Unwritten),
            Event::Evidence(bytes) => {
                shown = Some(slot.show(&mut position, bytes, now)?);
            }
            // The same claim again is a request that got no answer.
            Event::Claim(claim) if claim == position.claim() => {}
            Event::Claim(claim) => {
                let _ = position.claimed(claim.clone(), now)?;
            }
            Event::Notice => {
                let _ = position.noticed(now);
            }
            Event::Resolve(id) => {
                let _ = position.resolve(id, now)?;
            }
            Event::RestartClock => {
                let _ = position.restart_clock(now);
            }
        }
        self.keep(slot, Kept { position, receipt })?;
        if matches!(event, Event::RestartClock) {
            self.latest.store(now, Ordering::SeqCst);
        }
        let standing = slot.standing(name, now);
        Ok(match shown {
            Some((evidence, repeated)) => Outcome::Shown { evidence, repeated, standing },
            None => Outcome::Done { standing },
        })
    }

    /// Writes first; what can't be written is not kept.
    fn keep(&self, slot: &Slot, kept: Kept) -> Result<(), Refusal> {
        let receipt = kept.receipt.as_ref().filter(|receipt| slot.kept().receipt.as_ref() != Some(*receipt));
        let written = receipt.map_or(Ok(()), |receipt| slot.place.write_receipt(receipt));
        match written.and_then(|()| slot.place.write_position(&kept.position)) {
            Ok(()) => {
                *slot.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
                Ok(())
            }
            Err(_) => {
                self.metrics.unwritten.inc();
                Err(Refusal::Unwritten)
            }
        }
    }
}

/// A bundle's place among the events, and its position.
struct Found<'a> {
    index: usize,
    name: &'a str,
    slot: &'a Slot,
    /// SHA-256 of its bytes.
    digest: Bytes32,
}

/// A bundle that waits for its verdict, with its position's trust files.
struct Ready<'a> {
    found: Found<'a>,
    bundle: Bundle,
    trusts: MutexGuard<'a, Vec<PreparedTrust>>,
    /// The position's clock, while it is to be judged under an equipped trust file.
    clock: Option<u64>,
    judged: Option<Judged>,
}

enum Judged {
    Accepted { accepted: Box<Accepted>, acceptance: Acceptance, registry: Bytes32 },
    Refused(Reason),
    NotEquipped(NotCounted),
}

impl<'a> Ready<'a> {
    fn new(found: Found<'a>, bundle: Bundle) -> Self {
        let trusts = found.slot.trusts.lock().unwrap_or_else(PoisonError::into_inner);
        Ready { found, bundle, trusts, clock: None, judged: None }
    }

    /// Writes the position's marks into a trust file that counts, unless the bundle is accepted already.
    fn equip(&mut self, which: usize, now: u64) {
        self.clock = None;
        let Some(trust) = self.trusts.get_mut(which) else { return };
        if matches!(self.judged, Some(Judged::Accepted { .. })) {
            return;
        }
        let Kept { mut position, .. } = self.found.slot.kept();
        let _ = position.observe(now);
        match position.equip(trust) {
            Ok(()) => self.clock = Some(position.clock()),
            Err(error) => self.judged = self.judged.take().or(Some(Judged::NotEquipped(error))),
        }
    }

    fn case(&self, which: usize) -> Option<Case<'_>> {
        Some(Case { bundle: &self.bundle, trust: self.trusts.get(which)?, now: self.clock? })
    }
}

impl Slot {
    fn load(place: Place, config: &PositionConfig, now: u64) -> Result<Self, StartError> {
        let name = || config.name.clone();
        let read = place.read_position()?;
        let receipt = place.read_receipt()?;
        if *read.bands() != config.bands {
            return Err(StartError::OtherBands { name: name() });
        }
        let mut trusts = vec![files::read_trust(&config.trust)?];
        let mut until = now;
        if let Some(previous) = &config.previous {
            trusts.push(files::read_trust(&previous.trust)?);
            until = previous.until;
        }
        let mut position = read.clone();
        let mut registry = Bytes32([0; 32]);
        if let Some(current) = trusts.first() {
            let trust = current.trust();
            registry = trust.registry.digest();
            match position.rotate(trust, until, now) {
                Ok(_) => {}
                // A rotation that changes nothing moves the clock only.
                Err(RotationRefused::Same { .. }) => {
                    let claim = &trust.latest_claim;
                    if claim.number > position.claim().number {
                        let claimed = position.claimed(claim.clone(), now);
                        let _ = claimed.map_err(|error| StartError::Claim { name: name(), error })?;
                    }
                }
                Err(error) => return Err(StartError::Rotation { name: name(), error }),
            }
        }
        if position != read {
            place.write_position(&position).map_err(StartError::file(&place.position()))?;
        }
        let kept = RwLock::new(Kept { position, receipt });
        Ok(Slot { place, registry, trusts: Mutex::new(trusts), kept })
    }

    fn kept(&self) -> Kept {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn standing(&self, name: &str, now: u64) -> StandingAnswer {
        StandingAnswer::of(name, &self.kept().position, &self.registry, now)
    }

    /// The verdict of before, where these are the bytes of the last counted bundle.
    fn repeated(&self, name: &str, digest: &Bytes32, now: u64) -> Option<Outcome> {
        let Kept { position, receipt } = self.kept();
        let receipt = receipt.filter(|receipt| receipt.bundle == *digest)?;
        if position.seen(&receipt.registry) != Some(&receipt.shows) {
            return None;
        }
        let (verdict, standing) = (receipt.verdict, self.standing(name, now));
        Some(Outcome::Judged { verdict, counted: true, repeated: true, standing })
    }

    /// Checks evidence under the current trust file, or under the one before where that does not take it. Answers its id and whether it was there.
    fn show(&self, position: &mut Position, bytes: &[u8], now: u64) -> Result<(Bytes32, bool), Refusal> {
        let evidence = Evidence::from_json(bytes).map_err(EvidenceRefused::from)?;
        let trusts = self.trusts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut first = None;
        for trust in trusts.iter() {
            match position.shown(&evidence, trust.trust(), now) {
                Ok(finding) => return Ok((finding.id, false)),
                Err(EvidenceRefused::Known { id }) => return Ok((id, true)),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.map_or(Refusal::NoPosition, Refusal::Evidence))
    }
}

/// The marks that a counted bundle sets.
fn shown(acceptance: &Acceptance) -> Seen {
    let Acceptance { epoch, sequence, head, round, .. } = acceptance;
    Seen { epoch: *epoch, sequence: *sequence, allocation: *head, round: *round }
}
