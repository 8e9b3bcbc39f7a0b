//! A venue's side: claims, their openings, and releases.
//!
//! A claim says what a venue requires; nothing checks that the requirement is right.

use serde::{Deserialize, Serialize};
use solvency_verifier::bundle::{SignedClaim, SignedRelease};
use solvency_verifier::commitment::requirement_commitment;
use solvency_verifier::encoding::{Bytes16, Domain};
use solvency_verifier::statement::{Claim, CoverageStatement, Release, pledge_tag};
use solvency_verifier::{Address, Bytes32, FieldElement};

use crate::random::{self, RandomnessError};
use crate::signer::{Signer, SignerError};

/// Format of the secret file with a claim's opening.
pub const OPENING_FORMAT: &str = "solvency-claim-opening/1";

/// What opens a claim. Known to the venue and to the custodian, to nobody else.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClaimOpening {
    /// [`OPENING_FORMAT`].
    pub format: String,
    /// The requirement, in 10^-6 quote units.
    pub requirement: u64,
    /// Salt of the requirement's commitment.
    pub salt: FieldElement,
    /// Salt of the pledge's tag.
    pub tag_salt: Bytes16,
}

/// What a venue decides about a claim.
#[derive(Clone, Debug)]
pub struct ClaimTerms {
    /// The venue.
    pub venue: Bytes32,
    /// The liability book.
    pub liability_book: Bytes32,
    /// Tag of the account.
    pub account: Bytes32,
    /// Number of the claim.
    pub number: u64,
    /// The requirement, in 10^-6 quote units.
    pub requirement: u64,
    /// Digest of the policy.
    pub policy: Bytes32,
    /// Address of a fresh key: it alone releases the pledge.
    pub releaser: Address,
    /// When the claim is made, in Unix seconds.
    pub issued_at: u64,
    /// Its end, in Unix seconds.
    pub expiry: u64,
    /// Chain of the contract that may act, or 0.
    pub chain_id: u64,
    /// That contract, or zero.
    pub settlement: Address,
}

/// Why a claim or release can't be made or used.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// No signature.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The opening's format is another.
    #[error("format is {0:?}, expected {OPENING_FORMAT:?}")]
    Format(String),
    /// The opening is not the claim's.
    #[error("the opening does not open the claim's {0}")]
    Opening(&'static str),
}

/// Makes and signs a claim with fresh salts.
///
/// # Errors
/// [`ClaimError`].
pub fn make(
    terms: &ClaimTerms,
    venue: &Signer,
    domain: &Domain,
) -> Result<(SignedClaim, ClaimOpening), ClaimError> {
    let opening = ClaimOpening {
        format: OPENING_FORMAT.into(),
        requirement: terms.requirement,
        salt: random::field_element()?,
        tag_salt: random::nonce()?,
    };
    let claim = Claim {
        venue: terms.venue,
        liability_book: terms.liability_book,
        account: terms.account,
        tag: pledge_tag(&terms.venue, &terms.liability_book, &opening.tag_salt),
        number: terms.number,
        requirement: opening.commitment(),
        policy: terms.policy,
        releaser: terms.releaser,
        issued_at: terms.issued_at,
        expiry: terms.expiry,
        chain_id: terms.chain_id,
        settlement: terms.settlement,
        nonce: random::nonce()?,
    };
    let signature = venue.sign(&claim, domain)?;
    Ok((SignedClaim { claim, signature }, opening))
}

impl ClaimOpening {
    /// `C_R` of this opening.
    pub fn commitment(&self) -> FieldElement {
        FieldElement(requirement_commitment(self.requirement, self.salt.0).unwrap_or_default())
    }

    /// Checks that this opens the claim.
    ///
    /// # Errors
    /// [`ClaimError::Format`], [`ClaimError::Opening`].
    pub fn check(&self, claim: &Claim) -> Result<(), ClaimError> {
        if self.format != OPENING_FORMAT {
            return Err(ClaimError::Format(self.format.clone()));
        }
        if self.commitment() != claim.requirement {
            return Err(ClaimError::Opening("requirement"));
        }
        if pledge_tag(&claim.venue, &claim.liability_book, &self.tag_salt) != claim.tag {
            return Err(ClaimError::Opening("tag"));
        }
        Ok(())
    }
}

/// Releases the pledge of an accepted coverage.
///
/// # Errors
/// [`ClaimError::Randomness`], [`ClaimError::Signer`].
pub fn release(
    coverage: &CoverageStatement,
    replacement: Option<FieldElement>,
    expiry: u64,
    releaser: &Signer,
    domain: &Domain,
) -> Result<SignedRelease, ClaimError> {
    let release = Release {
        account: coverage.account,
        epoch: coverage.epoch,
        allocation: coverage.allocation,
        output: coverage.output,
        commitment: coverage.pledge,
        replacement: replacement.unwrap_or_default(),
        expiry,
        nonce: random::nonce()?,
    };
    let signature = releaser.sign(&release, domain)?;
    Ok(SignedRelease { release, signature })
}
