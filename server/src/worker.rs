//! One queue, one worker: what waits is applied together, away from the threads that serve sockets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use crate::service::{Event, Outcome, Refusal, Service};

/// An event that waits, and who waits for its outcome.
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) event: Event,
    pub(crate) answer: oneshot::Sender<Result<Outcome, Refusal>>,
}

pub(crate) struct Worker {
    sender: mpsc::Sender<Job>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Starts the worker of a service.
pub(crate) fn start(service: &Arc<Service>, waiting: usize, batch: usize) -> Worker {
    let (sender, receiver) = mpsc::channel(waiting);
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(work(service.clone(), receiver, stopped, batch));
    Worker { sender, stop, task }
}

impl Worker {
    pub(crate) fn sender(&self) -> mpsc::Sender<Job> {
        self.sender.clone()
    }

    /// Takes no more, finishes what waits, and ends.
    pub(crate) async fn finish(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

async fn work(
    service: Arc<Service>,
    mut jobs: mpsc::Receiver<Job>,
    mut stopped: oneshot::Receiver<()>,
    batch: usize,
) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = false;
    loop {
        let first = tokio::select! {
            job = jobs.recv() => match job {
                Some(job) => job,
                None => break,
            },
            _ = &mut stopped, if !stopping => {
                stopping = true;
                jobs.close();
                continue;
            }
            _ = seconds.tick() => {
                let service = service.clone();
                let _ = spawn_blocking(move || service.tick()).await;
                continue;
            }
        };
        let mut taken = vec![first];
        while taken.len() < batch {
            let Ok(job) = jobs.try_recv() else { break };
            taken.push(job);
        }
        service.metrics.waiting.set(i64::try_from(jobs.len()).unwrap_or(i64::MAX));
        apply(&service, taken).await;
    }
}

/// Applies jobs whose sender still waits; a job that is lost drops its answer, which its sender notices.
async fn apply(service: &Arc<Service>, jobs: Vec<Job>) {
    let jobs = jobs.into_iter().filter(|job| !job.answer.is_closed());
    let (events, answers): (Vec<_>, Vec<_>) = jobs.map(|job| ((job.name, job.event), job.answer)).unzip();
    let service = service.clone();
    let applied = spawn_blocking(move || service.apply(&events)).await;
    for (answer, outcome) in answers.into_iter().zip(applied.unwrap_or_default()) {
        let _ = answer.send(outcome);
    }
}
