//! Every way to verify accepts what was proven; the figures are there.

use solvency_benches::verification::measure;

#[test]
fn every_way_to_verify_is_measured() {
    let figures = measure(1, 2).unwrap();
    let text = figures.to_string();
    for way in
        ["ark-groth16", "single", "one of a chain of three", "one of a batch of 2", figures.accelerator]
    {
        assert!(text.contains(way), "{way:?} is not in\n{text}");
    }
    for way in [figures.alone, figures.accelerated] {
        assert!([way.single_ms, way.chain_ms, way.batch_ms].iter().all(|ms| *ms > 0.0), "{text}");
    }
    assert!(measure(1, 0).is_err());
}
