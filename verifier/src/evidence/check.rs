//! The check of each kind: the statements are about one thing, differ in what may have one value only, and were signed.
//!
//! What is cheap and says most about an honest pair comes first; signatures last.

use alloc::{string::String, vec::Vec};

use super::finding::{Consumer, Finding, Kind, Proved, RoundDifference, Spent};
use super::{Equivocation, Evidence, EvidenceError, Named, Role, SignedAllocation, SignedBook};
use crate::bundle::{SignedClaim, SignedRound};
use crate::encoding::{Address, Bytes32, Domain, FieldElement, TypedData};
use crate::registry::{Registry, SignerSet};
use crate::statement::{
    BookAttestation, HoldingsStatement, PriceRound, Quorum, Signed, Source, SourceUse, check_quorum,
    check_signer,
};

impl Evidence {
    /// Checks the evidence under a registry. Nothing is trusted but the registry and the named addresses; there is no clock.
    ///
    /// # Errors
    /// [`EvidenceError`] where the statements do not contradict each other, or who is said to have signed them did not.
    pub fn check(&self, registry: &Registry, named: &Named<'_>) -> Result<Finding, EvidenceError> {
        registry.validate()?;
        let expected = registry.digest();
        if self.registry != expected {
            return Err(EvidenceError::OtherRegistry { got: self.registry, expected });
        }
        let check = Check { registry, digest: expected, domain: Domain::of_registry(&expected), named };
        match &self.shown {
            Equivocation::Allocations { first, second } => check.allocations(first, second),
            Equivocation::Spent { first, second } => check.spent(first, second),
            Equivocation::SpentShard { first, first_holdings, second, second_holdings } => {
                check.spent_shard((first, first_holdings), (second, second_holdings))
            }
            Equivocation::Books { first, second } => check.books(first, second),
            Equivocation::Rounds { first, second } => check.rounds(first, second),
            Equivocation::Valuations { round } => check.valuations(round),
            Equivocation::Claims { first, second } => check.claims(first, second),
            Equivocation::LogFork { first, second, beginning } => {
                check.log_fork(first, second, beginning.as_ref())
            }
            Equivocation::Witness { first, second, beginning } => {
                check.witness(first, second, beginning.as_ref())
            }
        }
    }
}

pub(super) struct Check<'a> {
    pub(super) registry: &'a Registry,
    digest: Bytes32,
    pub(super) domain: Domain,
    named: &'a Named<'a>,
}

impl Check<'_> {
    pub(super) fn finding(&self, kind: Kind, statements: [Bytes32; 2], proved: Proved) -> Finding {
        Finding::new(kind, self.digest, statements, proved)
    }

    fn allocations(
        &self,
        first: &SignedAllocation,
        second: &SignedAllocation,
    ) -> Result<Finding, EvidenceError> {
        let digests = self.of_one_chain(first, second)?;
        let statement = &first.statement;
        same("sequence numbers", &statement.sequence, &second.statement.sequence)?;
        self.custodian_signed(first, second, digests)?;
        let proved = Proved::Allocations {
            custodian: statement.custodian,
            account: statement.account,
            epoch: statement.epoch,
            sequence: statement.sequence,
        };
        Ok(self.finding(Kind::Allocations, digests, proved))
    }

    fn spent(&self, first: &SignedAllocation, second: &SignedAllocation) -> Result<Finding, EvidenceError> {
        let digests = self.of_one_chain(first, second)?;
        let others: Vec<Spent> = second.statement.sources.iter().filter_map(spends).collect();
        let mut spent = first.statement.sources.iter().filter_map(spends);
        let spent = spent.find(|spent| others.contains(spent)).ok_or(EvidenceError::NothingSharedSpent)?;
        self.custodian_signed(first, second, digests)?;
        Ok(self.finding(Kind::Spent, digests, spending(first, spent)))
    }

    fn spent_shard(
        &self,
        (first, first_holdings): (&SignedAllocation, &HoldingsStatement),
        (second, second_holdings): (&SignedAllocation, &HoldingsStatement),
    ) -> Result<Finding, EvidenceError> {
        let digests = self.of_one_chain(first, second)?;
        same("books", &first_holdings.book, &second_holdings.book)?;
        same("shards", &first_holdings.shard, &second_holdings.shard)?;
        // One holdings statement in both allocations is evidence of the kind `spent`.
        self.differ(first_holdings, second_holdings)?;
        self.spends_holdings("first", first, first_holdings)?;
        self.spends_holdings("second", second, second_holdings)?;
        self.custodian_signed(first, second, digests)?;
        let spent = Spent::Shard { book: first_holdings.book, shard: first_holdings.shard };
        Ok(self.finding(Kind::SpentShard, digests, spending(first, spent)))
    }

    /// Two different allocations of one custodian, account and epoch. Answers their digests.
    fn of_one_chain(
        &self,
        first: &SignedAllocation,
        second: &SignedAllocation,
    ) -> Result<[Bytes32; 2], EvidenceError> {
        let (one, other) = (&first.statement, &second.statement);
        let digests = self.differ(one, other)?;
        same("custodians", &one.custodian, &other.custodian)?;
        same("accounts", &one.account, &other.account)?;
        same("epochs", &one.epoch, &other.epoch)?;
        Ok(digests)
    }

    fn custodian_signed(
        &self,
        first: &SignedAllocation,
        second: &SignedAllocation,
        digests: [Bytes32; 2],
    ) -> Result<(), EvidenceError> {
        let custodian = first.statement.custodian;
        for (place, signed, digest) in places(first, second, digests) {
            check_signer(&custodian, &signed.signature, &digest)
                .map_err(|error| EvidenceError::Signature { place, error })?;
        }
        self.names_custodian(custodian)
    }

    pub(super) fn names_custodian(&self, custodian: Address) -> Result<(), EvidenceError> {
        if self.named.custodians.contains(&custodian) {
            Ok(())
        } else {
            Err(EvidenceError::NotNamed { role: Role::Custodian, got: custodian })
        }
    }

    fn spends_holdings(
        &self,
        place: &'static str,
        allocation: &SignedAllocation,
        holdings: &HoldingsStatement,
    ) -> Result<(), EvidenceError> {
        let statement = holdings.digest(&self.domain);
        let spent = Some(Spent::Holdings { statement });
        if allocation.statement.sources.iter().any(|source| spends(source) == spent) {
            Ok(())
        } else {
            Err(EvidenceError::NotSpent { place, holdings: statement })
        }
    }

    fn books(&self, first: &SignedBook, second: &SignedBook) -> Result<Finding, EvidenceError> {
        let (one, other) = (&first.attestation, &second.attestation);
        let digests = self.differ(one, other)?;
        same("epochs", &one.epoch, &other.epoch)?;
        let root = shared_root(one, other).ok_or(EvidenceError::NoSharedRoot)?;
        let consumers = [consumer(one), consumer(other)];
        let [of_one, of_other] = &consumers;
        if of_one == of_other {
            return Err(EvidenceError::SameConsumer);
        }
        let set = &self.registry.attestors;
        for (place, book, digest) in places(first, second, digests) {
            if !book.attestation.exclusive {
                return Err(EvidenceError::NotExclusive { place });
            }
            quorum(place, set, book.attestation.attestor_set_version, &book.signatures, &digest)?;
        }
        let attestors = signers_of_both(&first.signatures, &second.signatures);
        let proved = Proved::Books { attestors, epoch: one.epoch, root, consumers };
        Ok(self.finding(Kind::Books, digests, proved))
    }

    fn rounds(&self, first: &SignedRound, second: &SignedRound) -> Result<Finding, EvidenceError> {
        let (one, other) = (&first.round, &second.round);
        let digests = self.differ(one, other)?;
        same("round numbers", &one.round, &other.round)?;
        let difference = price_difference(one, other)
            .or_else(|| valuation_difference(one, other))
            .ok_or(EvidenceError::NoContradiction)?;
        let set = &self.registry.oracles;
        for (place, signed, digest) in places(first, second, digests) {
            quorum(place, set, signed.round.oracle_set_version, &signed.signatures, &digest)?;
        }
        let oracles = signers_of_both(&first.signatures, &second.signatures);
        Ok(self.finding(Kind::Rounds, digests, Proved::Round { oracles, round: one.round, difference }))
    }

    fn valuations(&self, signed: &SignedRound) -> Result<Finding, EvidenceError> {
        let round = &signed.round;
        let difference = valuation_difference(round, round).ok_or(EvidenceError::NoContradiction)?;
        let digest = round.digest(&self.domain);
        let set = &self.registry.oracles;
        quorum("round", set, round.oracle_set_version, &signed.signatures, &digest)?;
        let oracles = signed.signatures.iter().map(|signed| signed.signer).collect();
        let proved = Proved::Round { oracles, round: round.round, difference };
        Ok(self.finding(Kind::Valuations, [digest, digest], proved))
    }

    fn claims(&self, first: &SignedClaim, second: &SignedClaim) -> Result<Finding, EvidenceError> {
        let (one, other) = (&first.claim, &second.claim);
        let digests = self.differ(one, other)?;
        same("venues", &one.venue, &other.venue)?;
        same("liability books", &one.liability_book, &other.liability_book)?;
        same("accounts", &one.account, &other.account)?;
        same("claim numbers", &one.number, &other.number)?;
        let [digest, second_digest] = digests;
        let signer = first
            .signature
            .recover(&digest)
            .map_err(|error| EvidenceError::Signature { place: "first", error })?;
        check_signer(&signer, &second.signature, &second_digest)
            .map_err(|error| EvidenceError::Signature { place: "second", error })?;
        if !self.named.venues.contains(&(one.venue, signer)) {
            return Err(EvidenceError::NotNamed { role: Role::Venue, got: signer });
        }
        let proved = Proved::Claims {
            signer,
            venue: one.venue,
            liability_book: one.liability_book,
            account: one.account,
            number: one.number,
        };
        Ok(self.finding(Kind::Claims, digests, proved))
    }

    /// The digests of two statements, which must differ.
    fn differ<S: TypedData>(&self, one: &S, other: &S) -> Result<[Bytes32; 2], EvidenceError> {
        two_statements([one.digest(&self.domain), other.digest(&self.domain)])
    }
}

/// The digests, which must differ.
pub(super) fn two_statements(digests: [Bytes32; 2]) -> Result<[Bytes32; 2], EvidenceError> {
    match digests {
        [one, other] if one == other => Err(EvidenceError::SameStatement { digest: one }),
        digests => Ok(digests),
    }
}

/// What a source spends; `None` where it is unused.
pub(super) fn spends(source: &Source) -> Option<Spent> {
    match source.kind {
        SourceUse::Unused => None,
        SourceUse::Holdings => Some(Spent::Holdings { statement: source.origin }),
        SourceUse::Kept | SourceUse::Released => {
            Some(Spent::Output { allocation: source.origin, index: source.index })
        }
    }
}

fn spending(allocation: &SignedAllocation, spent: Spent) -> Proved {
    let statement = &allocation.statement;
    Proved::Spending {
        custodian: statement.custodian,
        account: statement.account,
        epoch: statement.epoch,
        spent,
    }
}

pub(super) fn same<T: PartialEq>(field: &'static str, one: &T, other: &T) -> Result<(), EvidenceError> {
    if one == other { Ok(()) } else { Err(EvidenceError::Unrelated { field }) }
}

fn places<'s, S>(
    first: &'s S,
    second: &'s S,
    [one, other]: [Bytes32; 2],
) -> [(&'static str, &'s S, Bytes32); 2] {
    [("first", first, one), ("second", second, other)]
}

pub(super) fn quorum(
    place: &'static str,
    set: &SignerSet,
    version: u32,
    signatures: &[Signed],
    digest: &Bytes32,
) -> Result<(), EvidenceError> {
    if version != set.version {
        return Err(EvidenceError::SignerSet { place, got: version, expected: set.version });
    }
    // Who was revoked since has signed nevertheless.
    let quorum = Quorum { members: &set.members, threshold: set.threshold(), revoked: &[] };
    check_quorum(quorum, signatures, digest).map_err(|error| EvidenceError::Quorum { place, error })
}

/// Never empty for two quorums of a valid registry: its thresholds are more than half.
fn signers_of_both(one: &[Signed], other: &[Signed]) -> Vec<Address> {
    let signers = one.iter().map(|signed| signed.signer);
    signers.filter(|signer| other.iter().any(|signed| signed.signer == *signer)).collect()
}

fn shared_root(one: &BookAttestation, other: &BookAttestation) -> Option<FieldElement> {
    let mut roots = one.shards.iter().map(|shard| shard.root);
    roots.find(|root| other.shards.iter().any(|shard| shard.root == *root))
}

pub(super) fn consumer(book: &BookAttestation) -> Consumer {
    Consumer {
        custodian: book.custodian,
        account: book.account,
        log_origin: String::from(book.log_origin.as_str()),
    }
}

fn price_difference(one: &PriceRound, other: &PriceRound) -> Option<RoundDifference> {
    (0..one.prices.len().max(other.prices.len())).find_map(|asset| {
        let prices = [one.prices.get(asset).copied(), other.prices.get(asset).copied()];
        let [first, second] = prices;
        (first != second).then_some(RoundDifference::Price { asset, prices })
    })
}

/// A policy with two digests in these rounds, which may be one and the same round.
fn valuation_difference(one: &PriceRound, other: &PriceRound) -> Option<RoundDifference> {
    one.valuations.iter().find_map(|first| {
        let mut others = other.valuations.iter();
        let second = others.find(|second| second.policy == first.policy && second.digest != first.digest)?;
        Some(RoundDifference::Valuation { policy: first.policy, digests: [first.digest, second.digest] })
    })
}
