//! One queue, one worker: what waits is applied together, away from the threads that serve sockets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use crate::answer::Change;
use crate::error::{ReloadRefused, StartError};
use crate::service::{Event, Outcome, Refusal, Service};

/// What waits, and who waits for its outcome.
pub(crate) enum Job {
    Event { name: String, event: Event, answer: oneshot::Sender<Result<Outcome, Refusal>> },
    Reload { answer: oneshot::Sender<Result<Vec<Change>, ReloadRefused>> },
}

/// Something that was applied panicked.
struct Panicked;

pub(crate) struct Worker {
    service: Arc<Service>,
    sender: mpsc::Sender<Job>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Panicked>>,
    failed: bool,
}

/// Starts the worker of a service.
pub(crate) fn start(service: &Arc<Service>, waiting: usize, batch: usize) -> Worker {
    let (sender, receiver) = mpsc::channel(waiting);
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(work(service.clone(), receiver, stopped, batch));
    Worker { service: service.clone(), sender, stop, task, failed: false }
}

impl Worker {
    pub(crate) fn sender(&self) -> mpsc::Sender<Job> {
        self.sender.clone()
    }

    /// Ends when the worker has, which before it was told to is a failure.
    pub(crate) async fn failed(&mut self) {
        let _ = (&mut self.task).await;
        self.failed = true;
        self.service.fail();
    }

    /// Takes no more, finishes what waits, and ends.
    pub(crate) async fn finish(self) -> Result<(), StartError> {
        if self.failed {
            return Err(StartError::WorkerFailed);
        }
        let _ = self.stop.send(());
        match self.task.await {
            Ok(Ok(())) => Ok(()),
            _ => Err(StartError::WorkerFailed),
        }
    }
}

async fn work(
    service: Arc<Service>,
    mut jobs: mpsc::Receiver<Job>,
    mut stopped: oneshot::Receiver<()>,
    batch: usize,
) -> Result<(), Panicked> {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = false;
    loop {
        let first = tokio::select! {
            job = jobs.recv() => match job {
                Some(job) => job,
                None => return Ok(()),
            },
            _ = &mut stopped, if !stopping => {
                stopping = true;
                jobs.close();
                continue;
            }
            _ = seconds.tick() => {
                away(&service, Service::tick).await?;
                continue;
            }
        };
        let mut taken = vec![first];
        while taken.len() < batch {
            let Ok(job) = jobs.try_recv() else { break };
            taken.push(job);
        }
        service.metrics.waiting.set(i64::try_from(jobs.len()).unwrap_or(i64::MAX));
        apply(&service, taken).await?;
    }
}

/// Applies jobs in their order: events together, a reload between those before and those after it.
async fn apply(service: &Arc<Service>, jobs: Vec<Job>) -> Result<(), Panicked> {
    let (mut events, mut answers) = (Vec::new(), Vec::new());
    for job in jobs {
        match job {
            // Its sender has left.
            Job::Event { answer, .. } if answer.is_closed() => {}
            Job::Reload { answer } if answer.is_closed() => {}
            Job::Event { name, event, answer } => {
                events.push((name, event));
                answers.push(answer);
            }
            Job::Reload { answer } => {
                happen(service, std::mem::take(&mut events), std::mem::take(&mut answers)).await?;
                let _ = answer.send(away(service, Service::reload).await?);
            }
        }
    }
    happen(service, events, answers).await
}

async fn happen(
    service: &Arc<Service>,
    events: Vec<(String, Event)>,
    answers: Vec<oneshot::Sender<Result<Outcome, Refusal>>>,
) -> Result<(), Panicked> {
    let outcomes = away(service, move |service| service.apply(&events)).await?;
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        let _ = answer.send(outcome);
    }
    Ok(())
}

/// Runs away from the threads that serve sockets. A panic is the service's end.
async fn away<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> T + Send + 'static,
) -> Result<T, Panicked> {
    let own = service.clone();
    spawn_blocking(move || work(&own)).await.map_err(|_| {
        service.fail();
        Panicked
    })
}
