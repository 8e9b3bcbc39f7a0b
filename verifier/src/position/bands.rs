//! The venue's bands: when it warns, restricts and may liquidate.

use serde::{Deserialize, Serialize};

/// Longest band, in seconds: 366 days.
pub const MAX_BAND: u64 = 366 * 86_400;

/// How long before and after the end of coverage the venue does what. The venue's own policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Bands {
    /// Seconds before the end of coverage from which on a warning is due; at least `restrict`.
    pub warn: u64,
    /// Seconds before the end of coverage from which on no new risk is taken.
    pub restrict: u64,
    /// Seconds after the end of coverage until the venue may liquidate.
    pub grace: u64,
    /// Seconds in which a claim is to be answered; at least 1.
    pub answer: u64,
    /// Seconds that an acceptance counts at most; more than `warn`.
    pub max_age: u64,
}

/// Why bands contradict themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BandError {
    /// Longer than [`MAX_BAND`].
    #[error("{band} is {got} seconds, at most {MAX_BAND} are allowed")]
    TooLong {
        /// Which band.
        band: &'static str,
        /// Its length.
        got: u64,
    },
    /// Restricted before it is warned.
    #[error("warn is {warn} and restrict {restrict} seconds before the end: the warning comes first")]
    WarnAfterRestrict {
        /// The warning.
        warn: u64,
        /// The restriction.
        restrict: u64,
    },
    /// No time to answer.
    #[error("answer is 0 seconds: every claim would be a breach")]
    NoAnswer,
    /// Nothing would ever be covered without a warning.
    #[error("maxAge is {max_age} and warn {warn} seconds: every coverage would begin with a warning")]
    AlwaysWarning {
        /// Longest age.
        max_age: u64,
        /// The warning.
        warn: u64,
    },
}

impl Bands {
    /// Checks that the bands do not contradict each other.
    ///
    /// # Errors
    /// [`BandError`] with the first contradiction.
    pub fn check(&self) -> Result<(), BandError> {
        let Bands { warn, restrict, grace, answer, max_age } = *self;
        let all = [("warn", warn), ("restrict", restrict), ("grace", grace), ("answer", answer)];
        for (band, got) in all.into_iter().chain([("maxAge", max_age)]) {
            if got > MAX_BAND {
                return Err(BandError::TooLong { band, got });
            }
        }
        if warn < restrict {
            return Err(BandError::WarnAfterRestrict { warn, restrict });
        }
        if answer == 0 {
            return Err(BandError::NoAnswer);
        }
        if max_age <= warn {
            return Err(BandError::AlwaysWarning { max_age, warn });
        }
        Ok(())
    }
}
