//! Benchmarks of the workspace; run them with `cargo bench -p solvency-benches`.
