//! Telling how far something is.

/// What is told.
pub trait Progress: Sync {
    /// A step begins that has so many parts.
    fn begin(&self, step: &'static str, parts: u64);

    /// So many parts of the step are done.
    fn advance(&self, parts: u64);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &'static str, _: u64) {}

    fn advance(&self, _: u64) {}
}
