//! The oracles' side: the median of the fixed set's observations, and the signatures on it.
//!
//! The median of k honest-majority observations bounds what a minority can do; it does not make a price true.

use solvency_verifier::bundle::SignedRound;
use solvency_verifier::encoding::Domain;
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::{PriceRound, SignedValuation};
use solvency_verifier::valuation::{self, ValuationError};

use crate::signer::{Signer, SignerError};

/// Why a round can't be made.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// Too few observations for the median to count.
    #[error("{got} observations, the oracle set needs {needed}")]
    TooFew {
        /// Observations given.
        got: usize,
        /// The oracle set's threshold.
        needed: usize,
    },
    /// An observation with another number of prices.
    #[error("observation {observation} has {got} prices, the registry has {expected} assets")]
    Length {
        /// Zero-based position.
        observation: usize,
        /// Prices given.
        got: usize,
        /// Assets of the registry.
        expected: usize,
    },
    /// The registry has no round at this time.
    #[error("the registry has no round at {0}")]
    OffSchedule(u64),
    /// A policy can't be valued at these prices.
    #[error(transparent)]
    Valuation(#[from] ValuationError),
    /// No signature.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// The lower median of each asset's observed prices: collateral rounds down.
///
/// # Errors
/// [`RoundError::TooFew`], [`RoundError::Length`].
pub fn medians(observations: &[Vec<u64>], registry: &Registry) -> Result<Vec<u64>, RoundError> {
    let needed = registry.oracles.threshold();
    if observations.len() < needed {
        return Err(RoundError::TooFew { got: observations.len(), needed });
    }
    let expected = registry.assets.len();
    for (observation, prices) in observations.iter().enumerate() {
        if prices.len() != expected {
            return Err(RoundError::Length { observation, got: prices.len(), expected });
        }
    }
    Ok((0..expected)
        .map(|asset| {
            let mut prices: Vec<u64> = observations.iter().map(|prices| prices[asset]).collect();
            prices.sort_unstable();
            prices[(prices.len() - 1) / 2]
        })
        .collect())
}

/// Makes the round of this time and signs it with the given oracles' keys.
///
/// # Errors
/// [`RoundError`].
pub fn make(
    registry: &Registry,
    policies: &[Policy],
    prices: Vec<u64>,
    time: u64,
    oracles: &[Signer],
) -> Result<SignedRound, RoundError> {
    let number = registry.round.number_at(time).ok_or(RoundError::OffSchedule(time))?;
    let mut valuations = Vec::new();
    for policy in policies {
        let digest = valuation::build(registry, policy, &prices)?.digest();
        valuations.push(SignedValuation { policy: policy.digest(), digest });
    }
    let round =
        PriceRound { oracle_set_version: registry.oracles.version, round: number, time, prices, valuations };
    let domain = Domain::of_registry(&registry.digest());
    let signatures =
        oracles.iter().map(|oracle| oracle.sign_as_member(&round, &domain)).collect::<Result<_, _>>()?;
    Ok(SignedRound { round, signatures })
}
