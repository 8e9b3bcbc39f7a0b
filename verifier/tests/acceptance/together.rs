//! Several bundles judged together get the verdicts that each of them gets alone.

use solvency_verifier::accept::{Case, Verdict, accept_bundle, accept_bundles};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::trust::PreparedTrust;

use crate::accelerators::{Loops, Nonsense, Right};
use crate::story::{CASES, Story};

struct Prepared {
    bundle: Bundle,
    trust: PreparedTrust,
    now: u64,
}

impl Prepared {
    fn new(story: Story) -> Self {
        Prepared { trust: PreparedTrust::new(story.trust).unwrap(), bundle: story.bundle, now: story.now }
    }

    fn case(&self) -> Case<'_> {
        Case { bundle: &self.bundle, trust: &self.trust, now: self.now }
    }

    fn alone(&self) -> Verdict {
        accept_bundle(&self.bundle, &self.trust, self.now)
    }
}

/// The accepted bundles under their trust files, and two that are refused: by Z1 and by a rule before it.
fn cases() -> Vec<Prepared> {
    let mut cases: Vec<Prepared> = CASES.map(|case| Prepared::new(Story::of(case))).into();
    let mut wrong_proof = Story::of("flat");
    wrong_proof.bundle.coverage.statement.nonce.0[0] ^= 1;
    cases.insert(1, Prepared::new(wrong_proof));
    let mut late = Story::of("flat");
    late.now = late.epoch_end();
    cases.push(Prepared::new(late));
    cases
}

fn verdicts(cases: &[&Prepared]) -> Vec<Verdict> {
    let cases: Vec<Case<'_>> = cases.iter().map(|case| case.case()).collect();
    let verdicts = accept_bundles(&cases, None);
    assert_eq!(accept_bundles(&cases, Some(&Right)), verdicts);
    verdicts
}

#[test]
fn each_gets_its_own_verdict_whatever_stands_beside_it() {
    let cases = cases();
    let alone: Vec<Verdict> = cases.iter().map(Prepared::alone).collect();
    let codes = alone.iter().map(|verdict| match verdict {
        Verdict::Accept(_) => "accepted",
        Verdict::Reject(reason) => reason.code(),
    });
    let codes: Vec<&str> = codes.collect();
    assert_eq!(codes, ["accepted", "proof_rejected", "accepted", "accepted", "book_epoch"]);
    // Every selection of the five, in their order.
    for chosen in 0..1u32 << cases.len() {
        let chosen: Vec<usize> = (0..cases.len()).filter(|index| chosen >> index & 1 == 1).collect();
        if chosen.len() == 3 || chosen.len() == 5 {
            let selection: Vec<&Prepared> = chosen.iter().map(|index| &cases[*index]).collect();
            let expected: Vec<Verdict> = chosen.iter().map(|index| alone[*index].clone()).collect();
            assert_eq!(verdicts(&selection), expected, "{chosen:?}");
        }
    }
    assert_eq!(verdicts(&[]), []);
    assert_eq!(verdicts(&[&cases[0], &cases[0]]), [alone[0].clone(), alone[0].clone()]);
    assert_eq!(verdicts(&[&cases[1]]), [alone[1].clone()]);
}

/// That the combined check is what accepts shows where one that always holds lets a wrong proof pass.
#[test]
fn the_combined_check_decides_where_it_holds() {
    let cases = cases();
    let both = [cases[0].case(), cases[1].case()];
    let always = Nonsense { missing: 0, loops: Loops::One };
    assert!(accept_bundles(&both, Some(&always)).iter().all(|verdict| matches!(verdict, Verdict::Accept(_))));
    let never = Nonsense { missing: 0, loops: Loops::Zero };
    let verdicts = accept_bundles(&both, Some(&never));
    assert_eq!(verdicts, [cases[0].alone(), cases[1].alone()]);
}
