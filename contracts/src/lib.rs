//! Placeholder of the crate graph.
