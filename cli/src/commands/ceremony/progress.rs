//! Progress of a ceremony's work on stderr.

use indicatif::{ProgressBar, ProgressStyle};
use solvency_ceremony::Progress;

use crate::output::Output;

/// A bar for each step; it vanishes when dropped.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(output: &Output) -> Self {
        let bar = if output.is_quiet() { ProgressBar::hidden() } else { ProgressBar::new(0) };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {bar:30} {percent}% ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        Self(bar)
    }
}

impl Progress for Bar {
    fn begin(&self, step: &'static str, parts: u64) {
        self.0.set_length(parts);
        self.0.set_position(0);
        self.0.set_message(step);
    }

    fn advance(&self, parts: u64) {
        self.0.inc(parts);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
