//! What must hold of arbitrary bytes that an auditor is handed. The targets `opening` and `beacon` call it, and so do the tests of the audit
//! crate.

use std::sync::OnceLock;

use solvency_audit::{Audit, Beacon, Code, VaultOpening, leaf_count};
use solvency_verifier::statement::BookAttestation;
use solvency_verifier::trust::Trust;

const TRUST: &[u8] = include_bytes!("../../fixtures/accept/topup/trust.json");
/// The book whose leaves the seeds open.
const ATTESTATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/opening-attestation.json");
/// A time after that of the fixture.
const NOW: u64 = 1_767_600_000;

/// What is read of an input alone, by an audit without bundles. Answers the codes that are found for it.
fn audited(add: impl FnOnce(&mut Audit)) -> Vec<Code> {
    let mut audit = Audit::new("trust", TRUST, NOW).expect("the fixture is read");
    add(&mut audit);
    audit
        .run()
        .pack()
        .findings
        .iter()
        .filter(|found| found.about == "input")
        .map(|found| found.code)
        .collect()
}

fn attestation() -> &'static BookAttestation {
    static ATTESTED: OnceLock<BookAttestation> = OnceLock::new();
    ATTESTED.get_or_init(|| {
        serde_json::from_slice(&std::fs::read(ATTESTATION).expect("the book is there"))
            .expect("the book is read")
    })
}

/// Openings of vaults: read strictly or refused; of the attested book, only its leaves open. Answers whether it opens one.
pub fn opening(bytes: &[u8]) -> bool {
    // What is not of this form the strict reader, which has the same types, reads as little.
    let Ok(opening) = serde_json::from_slice::<VaultOpening>(bytes) else { return false };
    let codes = audited(|audit| audit.add_opening("input", bytes));
    let unread = codes.iter().any(|code| matches!(code, Code::InputUnreadable | Code::InputTooLong));
    let holds = opening.check(attestation()).is_ok();
    if holds && !unread {
        assert!((opening.leaf as usize) < leaf_count(attestation()).expect("a book"));
        assert!((opening.shard as usize) < attestation().shards.len());
        let ids: Vec<u64> = opening.vaults.iter().map(|vault| vault.record().id).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]) || ids.contains(&0) || ids.len() < 2);
    }
    holds && !unread
}

/// Beacons: read strictly or refused; as many samples as are asked for, once each, out of the intervals. Answers whether it samples.
pub fn beacon(bytes: &[u8]) -> bool {
    // What is not of this form the strict reader, which has the same types, reads as little.
    let Ok(beacon) = serde_json::from_slice::<Beacon>(bytes) else { return false };
    let codes = audited(|audit| audit.add_beacon("input", bytes));
    let unread = codes.iter().any(|code| matches!(code, Code::InputUnreadable | Code::InputTooLong));
    let trust: Trust = serde_json::from_slice(TRUST).expect("the fixture is read");
    let (registry, schedule) = (&trust.registry, &trust.registry.round);
    let Ok(rounds) = beacon.sampled_rounds(&registry.digest(), schedule, NOW) else { return false };
    assert_eq!(rounds.len() as u64, beacon.rounds);
    assert!(rounds.windows(2).all(|pair| pair[0] < pair[1]), "a round is drawn twice");
    let within = |round: &u64| {
        let (begin, _) = schedule.interval(*round).expect("a round has an interval");
        beacon.intervals.iter().any(|interval| (interval.from..interval.until).contains(&begin))
    };
    assert!(rounds.iter().all(within), "a round outside of the intervals");
    for round in rounds.iter().take(2) {
        for leaves in [0, 1, 7, 256] {
            let drawn = beacon.sampled_leaves(&registry.digest(), *round, leaves);
            assert_eq!(drawn.len() as u64, beacon.leaves.min(leaves));
            assert!(drawn.iter().all(|leaf| *leaf < leaves));
            assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
    !unread
}
