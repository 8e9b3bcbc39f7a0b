//! Tables of alterations: what is altered, and the one reason for which the bundle must then be refused.

use solvency_verifier::accept::Verdict;

use crate::story::Story;

/// One alteration, after which the bundle is refused for exactly one reason.
pub(crate) struct Refusal {
    /// The expected reason.
    pub(crate) code: &'static str,
    /// What is altered.
    pub(crate) what: &'static str,
    /// The case of `fixtures/accept/`.
    pub(crate) case: &'static str,
    /// The alteration, before everything is linked and signed again.
    pub(crate) alter: fn(&mut Story),
    /// What is altered after that: signatures, mostly.
    pub(crate) tamper: fn(&mut Story),
}

/// A threshold: the limit itself is not refused, one past it is.
pub(crate) struct Limit {
    pub(crate) code: &'static str,
    pub(crate) what: &'static str,
    pub(crate) case: &'static str,
    /// Sets the value this far past its limit.
    pub(crate) set: fn(&mut Story, u64),
}

pub(crate) fn nothing(_: &mut Story) {}

/// An alteration of a case that links and signs again.
pub(crate) const fn refusal(
    code: &'static str,
    case: &'static str,
    what: &'static str,
    alter: fn(&mut Story),
) -> Refusal {
    Refusal { code, what, case, alter, tamper: nothing }
}

/// An alteration of a linked and signed case.
pub(crate) const fn tampering(
    code: &'static str,
    case: &'static str,
    what: &'static str,
    tamper: fn(&mut Story),
) -> Refusal {
    Refusal { code, what, case, alter: nothing, tamper }
}

pub(crate) const fn limit(
    code: &'static str,
    case: &'static str,
    what: &'static str,
    set: fn(&mut Story, u64),
) -> Limit {
    Limit { code, what, case, set }
}

pub(crate) fn check_refusals(refusals: &[Refusal]) {
    for refusal in refusals {
        let mut story = Story::of(refusal.case);
        (refusal.alter)(&mut story);
        story.relink();
        (refusal.tamper)(&mut story);
        match story.verdict() {
            Verdict::Accept(_) => panic!("{}: accepted", refusal.what),
            Verdict::Reject(reason) => assert_eq!(reason.code(), refusal.code, "{}: {reason}", refusal.what),
        }
    }
}

pub(crate) fn check_limits(limits: &[Limit]) {
    for limit in limits {
        for past in [0, 1] {
            let mut story = Story::of(limit.case);
            (limit.set)(&mut story, past);
            story.relink();
            match (story.verdict(), past) {
                (Verdict::Accept(_), 0) => {}
                // The statement was altered, its proof was not: every rule but the last let it pass.
                (Verdict::Reject(reason), 0) => {
                    assert_eq!(reason.code(), "proof_rejected", "{} at the limit: {reason}", limit.what);
                }
                (Verdict::Accept(_), _) => panic!("{}: accepted past the limit", limit.what),
                (Verdict::Reject(reason), _) => {
                    assert_eq!(reason.code(), limit.code, "{} past the limit: {reason}", limit.what);
                }
            }
        }
    }
}
