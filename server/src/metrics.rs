//! What is counted, in Prometheus' text format. No digest, amount or address: names of positions are the venue's own.

use prometheus::{
    Error, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

pub(crate) struct Metrics {
    registry: Registry,
    /// By operation and status.
    pub(crate) requests: IntCounterVec,
    /// By outcome and code.
    pub(crate) verdicts: IntCounterVec,
    /// Bundles whose proofs were verified together.
    pub(crate) batch: Histogram,
    /// Seconds for a batch.
    pub(crate) seconds: Histogram,
    /// Jobs that wait.
    pub(crate) waiting: IntGauge,
    /// Files that were not written.
    pub(crate) unwritten: IntCounter,
    /// By listener.
    pub(crate) connections: IntGaugeVec,
    /// Closed at once, because the peer had as many as are allowed.
    pub(crate) turned_away: IntCounter,
    /// By position: 0 none, 1 warn, 2 restrict, 3 liquidate.
    pub(crate) action: IntGaugeVec,
}

impl Metrics {
    pub(crate) fn new() -> Result<Self, Error> {
        let opts = |name: &str, help: &str| Opts::new(format!("solvency_{name}"), help);
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            Histogram::with_opts(HistogramOpts::from(opts(name, help)).buckets(buckets.to_vec()))
        };
        let sizes = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
        let metrics = Metrics {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                opts("requests_total", "Requests by operation and status."),
                &["operation", "status"],
            )?,
            verdicts: IntCounterVec::new(
                opts("verdicts_total", "Bundles by outcome and code."),
                &["outcome", "code"],
            )?,
            batch: histogram("batch_bundles", "Bundles whose proofs were verified together.", &sizes)?,
            seconds: histogram("batch_seconds", "Seconds to judge a batch.", &seconds)?,
            waiting: IntGauge::with_opts(opts("waiting", "Bundles and events that wait."))?,
            unwritten: IntCounter::with_opts(opts(
                "unwritten_total",
                "Events whose files were not written.",
            ))?,
            connections: IntGaugeVec::new(opts("connections", "Connections by listener."), &["listener"])?,
            turned_away: IntCounter::with_opts(opts(
                "connections_turned_away_total",
                "Connections closed at once: their peer had as many as are allowed.",
            ))?,
            action: IntGaugeVec::new(
                opts("action", "What is due: 0 none, 1 warn, 2 restrict, 3 liquidate."),
                &["position"],
            )?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), Error> {
        self.registry.register(Box::new(self.requests.clone()))?;
        self.registry.register(Box::new(self.verdicts.clone()))?;
        self.registry.register(Box::new(self.batch.clone()))?;
        self.registry.register(Box::new(self.seconds.clone()))?;
        self.registry.register(Box::new(self.waiting.clone()))?;
        self.registry.register(Box::new(self.unwritten.clone()))?;
        self.registry.register(Box::new(self.connections.clone()))?;
        self.registry.register(Box::new(self.turned_away.clone()))?;
        self.registry.register(Box::new(self.action.clone()))
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}
