//! The epoch's attested book, and the proofs of what it holds.

use solvency_prover::chain;
use solvency_prover::resident::Prover;
use solvency_verifier::encoding::TypedData;
use solvency_verifier::statement::{Quorum, QuorumError, check_quorum};

use super::daily::{Daily, Made};
use super::state::{HeldShard, SignedAttestation};
use crate::error::{CliError, CliResult};

const ATTEST: &str = "have the attestors sign it with `solvency attest`";

impl Daily<'_> {
    /// The epoch's one book, with enough signatures (O1). The first one that has them is it.
    pub(super) fn attested_book(&self) -> CliResult<SignedAttestation> {
        let signed = match self.state.signed()? {
            Some(signed) => {
                self.check_no_other_book(&signed)?;
                self.state.settle_book(&signed)?;
                signed
            }
            None => self.newly_attested()?,
        };
        if self.now >= signed.attestation.expiry {
            return Err(CliError::new(format!("the book ended at {}", signed.attestation.expiry))
                .hint("run `solvency book commit` for a fresh one in the next epoch"));
        }
        Ok(signed)
    }

    /// What attestors signed, once it is enough.
    fn newly_attested(&self) -> CliResult<SignedAttestation> {
        let path = self.state.hand_over.attestation_path();
        let signed = match self.state.hand_over.attestation()? {
            Some(signed) => signed,
            None => self.handed_over_again()?,
        };
        self.check_attestors(&signed)
            .map_err(|error| CliError::new(format!("{}: {error}", path.display())).hint(ATTEST))?;
        let digest = signed.attestation.digest(&self.domain);
        if self.state.book(&digest)?.is_none() {
            return Err(CliError::new(format!("{}: not of a book that was committed here", path.display()))
                .hint(
                    "put the file back that `solvency book commit` wrote, with the attestors' signatures",
                ));
        }
        self.state.settle_book(&signed)?;
        Ok(signed)
    }

    /// Writes the files for attestors that a run which was cut off did not, or that were lost.
    fn handed_over_again(&self) -> CliResult<SignedAttestation> {
        let none = || {
            CliError::new(format!("epoch {} has no book yet", self.epoch))
                .hint("run `solvency book commit`, then have the attestors sign it with `solvency attest`")
        };
        let committed = self.state.committed()?.ok_or_else(none)?;
        let book = self.state.book(&committed.attestation.digest(&self.domain))?.ok_or_else(none)?;
        self.state.hand_over.write(&book, &committed)?;
        Ok(committed)
    }

    fn check_attestors(&self, signed: &SignedAttestation) -> Result<(), QuorumError> {
        let set = &self.registry.attestors;
        let quorum = Quorum { members: &set.members, threshold: set.threshold(), revoked: &[] };
        check_quorum(quorum, &signed.signatures, &signed.attestation.digest(&self.domain))
    }

    /// Refuses where attestors signed a second book of the epoch.
    fn check_no_other_book(&self, signed: &SignedAttestation) -> CliResult<()> {
        let Ok(Some(other)) = self.state.hand_over.attestation() else { return Ok(()) };
        let digest = |signed: &SignedAttestation| signed.attestation.digest(&self.domain);
        let same_epoch = other.attestation.epoch == signed.attestation.epoch;
        if digest(&other) == digest(signed) || !same_epoch || self.check_attestors(&other).is_err() {
            return Ok(());
        }
        Err(CliError::new(format!(
            "{}: attestors signed a second book of epoch {}",
            self.state.hand_over.attestation_path().display(),
            self.epoch
        ))
        .hint("tell the attestors: two books of one epoch are equivocation; remove the file to go on with the first"))
    }

    /// The proofs of the book's shards; what is missing is made, and kept one by one.
    pub(super) fn holdings(
        &self,
        signed: &SignedAttestation,
        prover: &Prover,
        made: &mut Made,
    ) -> CliResult<Vec<HeldShard>> {
        let attestation = &signed.attestation;
        let digest = attestation.digest(&self.domain);
        let mut holdings = self.state.holdings()?;
        if holdings.iter().any(|held| held.proven.statement.book != digest) {
            return Err(CliError::new("the store's holdings are of another book than its attestation")
                .hint("restore the store from your newest backup"));
        }
        if holdings.len() == attestation.shards.len() {
            made.kept.push("holdings".into());
            return Ok(holdings);
        }
        let book = self.state.book(&digest)?.ok_or_else(|| {
            CliError::new("the store lacks the openings of its attested book").hint(
                "restore it from your newest backup: nothing can be proven of a book without its openings",
            )
        })?;
        book.check_attestation(attestation)?;
        for shard in holdings.len()..book.shards.len() {
            let working =
                self.output.working(&format!("holdings of shard {} of {}", shard + 1, book.shards.len()));
            let (proven, opening) = chain::prove_holdings(&book, shard, attestation, &self.domain, prover)?;
            drop(working);
            let held = HeldShard { proven, opening };
            self.state.append_holdings(shard, &held)?;
            holdings.push(held);
            made.holdings += 1;
        }
        Ok(holdings)
    }
}
