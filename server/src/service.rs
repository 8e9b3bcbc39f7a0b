//! The positions and what happens to them, without any HTTP: what is answered was written before.

mod judge;
mod reload;
mod slot;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::groth16::Accelerator;
use solvency_verifier::position::{ClaimRefused, EvidenceRefused, NotResolved};
use solvency_verifier::trust::LatestClaim;

use crate::answer::StandingAnswer;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::error::StartError;
use crate::files::{self, Place};
use crate::metrics::Metrics;
use slot::{Kept, Slot};

/// Reads the configuration anew, or says why it can't be read.
pub type ReadConfig = dyn Fn() -> Result<Config, String> + Send + Sync;

/// What the service is given besides its configuration.
#[derive(Clone)]
pub struct Parts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Verifies proofs, and is trusted with that.
    pub accelerator: Option<Arc<dyn Accelerator + Send + Sync>>,
    /// Where a reload gets the configuration; without it, that of the start names the files.
    pub read_config: Option<Arc<ReadConfig>>,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { clock: Arc::new(SystemClock), accelerator: None, read_config: None }
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

/// The positions, their files and the clock.
pub struct Service {
    slots: BTreeMap<String, Slot>,
    clock: Arc<dyn Clock>,
    /// The latest time seen.
    latest: AtomicU64,
    accelerator: Option<Arc<dyn Accelerator + Send + Sync>>,
    read_config: Option<Arc<ReadConfig>>,
    /// The configuration that is in force.
    config: Mutex<Config>,
    /// Whoever applied events panicked: what is in memory is not known to be whole.
    failed: AtomicBool,
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
        let Parts { clock, accelerator, read_config } = parts;
        Ok(Service {
            slots,
            clock,
            latest: AtomicU64::new(now),
            accelerator,
            read_config,
            config: Mutex::new(config),
            failed: AtomicBool::new(false),
            metrics,
            _lock: lock,
        })
    }

    /// The latest time that the clock has told.
    pub fn now(&self) -> u64 {
        let now = self.clock.now();
        self.latest.fetch_max(now, Ordering::SeqCst).max(now)
    }

    /// Nothing is answered or written from now on.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::SeqCst);
    }

    /// Whether whoever applied events panicked.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
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

    /// Every event but a bundle.
    fn happen(&self, name: &str, slot: &Slot, event: &Event) -> Result<Outcome, Refusal> {
        let now = match event {
            Event::RestartClock => self.clock.now(),
            _ => self.now(),
        };
        let Kept { mut position, receipt, registry } = slot.kept();
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
        self.keep(slot, Kept { position, receipt, registry })?;
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
                slot.put(kept);
                Ok(())
            }
            Err(_) => {
                self.metrics.unwritten.inc();
                Err(Refusal::Unwritten)
            }
        }
    }
}
