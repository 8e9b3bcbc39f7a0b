//! What two bundles, as two venues hold them, show against those who signed.
//!
//! That nothing is found does not show that nothing was done: these are two bundles.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use super::check::{consumer, quorum, spends};
use super::finding::Spent;
use super::{Equivocation, Evidence, Named, SignedAllocation, SignedBook};
use crate::bundle::{Allocation, Book, Bundle, SignedClaim};
use crate::encoding::{Address, Bytes32, Domain, TypedData};
use crate::registry::Registry;
use crate::statement::{HoldingsStatement, check_signer};

/// The contradictions among the signed statements of two bundles, each in the smallest file that shows it.
///
/// The bundles need not be acceptable. What is not signed by who is said to have signed it is left aside. Of two chains of an account's
/// epoch, only the first place at which they part is shown. Nothing is found under another registry than theirs: signatures do not hold
/// there. Custodians and venues are taken at the statements' word; whoever reads the evidence names them ([`Named`]).
pub fn find(a: &Bundle, b: &Bundle, registry: &Registry) -> Vec<Evidence> {
    let digest = registry.digest();
    let finder = Finder { registry, digest, domain: Domain::of_registry(&digest), a, b };
    let mut found = Vec::new();
    finder.chains(&mut found);
    finder.books(&mut found);
    finder.rounds(&mut found);
    finder.claims(&mut found);
    finder.logs(&mut found);
    found
}

pub(super) struct Finder<'a> {
    pub(super) registry: &'a Registry,
    digest: Bytes32,
    pub(super) domain: Domain,
    pub(super) a: &'a Bundle,
    pub(super) b: &'a Bundle,
}

/// An account's allocations of an epoch, by place and digest, as one custodian signed them.
type Places<'a> = BTreeMap<u64, BTreeMap<Bytes32, &'a Allocation>>;

impl<'a> Finder<'a> {
    fn evidence(&self, shown: Equivocation) -> Evidence {
        Evidence::new(self.digest, shown)
    }

    /// Keeps what the check keeps, by whoever signed it.
    pub(super) fn keep(&self, found: &mut Vec<Evidence>, shown: Equivocation, named: &Named<'_>) {
        let evidence = self.evidence(shown);
        if evidence.check(self.registry, named).is_ok() {
            found.push(evidence);
        }
    }

    fn chains(&self, found: &mut Vec<Evidence>) {
        let mut accounts: BTreeMap<(Address, Bytes32, u64), Places<'a>> = BTreeMap::new();
        for allocation in self.a.allocations.iter().chain(&self.b.allocations) {
            let statement = &allocation.proven.statement;
            let digest = statement.digest(&self.domain);
            let places =
                accounts.entry((statement.custodian, statement.account, statement.epoch)).or_default();
            let place = places.entry(statement.sequence).or_default();
            if !place.contains_key(&digest)
                && check_signer(&statement.custodian, &allocation.signature, &digest).is_ok()
            {
                place.insert(digest, allocation);
            }
        }
        for places in accounts.values() {
            if let Some(shown) = parting(places).or_else(|| self.spending(places)) {
                found.push(self.evidence(shown));
            }
        }
    }

    /// The first thing that two allocations of one chain spend.
    fn spending(&self, places: &Places<'a>) -> Option<Equivocation> {
        let holdings = self.holdings();
        let mut spent_by: BTreeMap<Spent, (&Allocation, Option<&HoldingsStatement>)> = BTreeMap::new();
        for allocation in places.values().flat_map(BTreeMap::values) {
            let spent = allocation.proven.statement.sources.iter().filter_map(spends);
            // Looked up before anything is noted: what an allocation spends twice itself is nothing that two spend.
            let spent: Vec<_> = spent.map(|spent| resolve(spent, &holdings)).collect();
            for (spent, by) in &spent {
                let Some((earlier, earlier_by)) = spent_by.get(spent) else { continue };
                let (first, second) = (signed(earlier), signed(allocation));
                return Some(match (earlier_by, by) {
                    (Some(first_holdings), Some(second_holdings)) if first_holdings != second_holdings => {
                        Equivocation::SpentShard {
                            first,
                            first_holdings: (*first_holdings).clone(),
                            second,
                            second_holdings: (*second_holdings).clone(),
                        }
                    }
                    _ => Equivocation::Spent { first, second },
                });
            }
            spent_by.extend(spent.into_iter().map(|(spent, by)| (spent, (*allocation, by))));
        }
        None
    }

    /// The holdings statements of both bundles, by digest.
    fn holdings(&self) -> BTreeMap<Bytes32, &'a HoldingsStatement> {
        let books = self.a.books.iter().chain(&self.b.books);
        let statements = books.flat_map(|book| &book.holdings).map(|proven| &proven.statement);
        statements.map(|statement| (statement.digest(&self.domain), statement)).collect()
    }

    /// A root that attestors gave to two consumers. Each pair of books is shown once.
    fn books(&self, found: &mut Vec<Evidence>) {
        let mut roots: BTreeMap<(u64, Bytes32), &Book> = BTreeMap::new();
        let mut pairs: BTreeSet<[Bytes32; 2]> = BTreeSet::new();
        for book in self.a.books.iter().chain(&self.b.books) {
            let attestation = &book.attestation;
            let digest = attestation.digest(&self.domain);
            let set = &self.registry.attestors;
            let version = attestation.attestor_set_version;
            if !attestation.exclusive || quorum("book", set, version, &book.signatures, &digest).is_err() {
                continue;
            }
            for shard in &attestation.shards {
                let key = (attestation.epoch, Bytes32::from(shard.root));
                let earlier = *roots.entry(key).or_insert(book);
                let pair = [earlier.attestation.digest(&self.domain), digest];
                if consumer(&earlier.attestation) != consumer(attestation) && pairs.insert(pair) {
                    let shown =
                        Equivocation::Books { first: signed_book(earlier), second: signed_book(book) };
                    self.keep(found, shown, &Named::default());
                }
            }
        }
    }

    fn rounds(&self, found: &mut Vec<Evidence>) {
        let (first, second) = (&self.a.round, &self.b.round);
        let nobody = Named::default();
        self.keep(found, Equivocation::Valuations { round: first.clone() }, &nobody);
        if first.round != second.round {
            self.keep(found, Equivocation::Valuations { round: second.clone() }, &nobody);
        }
        let shown = Equivocation::Rounds { first: first.clone(), second: second.clone() };
        self.keep(found, shown, &nobody);
    }

    fn claims(&self, found: &mut Vec<Evidence>) {
        let (first, second): (&SignedClaim, &SignedClaim) = (&self.a.claim, &self.b.claim);
        let Ok(signer) = first.signature.recover(&first.claim.digest(&self.domain)) else { return };
        let venues = [(first.claim.venue, signer)];
        let named = Named { custodians: &[], venues: &venues };
        self.keep(found, Equivocation::Claims { first: first.clone(), second: second.clone() }, &named);
    }
}

/// The first place that two allocations take.
fn parting(places: &Places<'_>) -> Option<Equivocation> {
    places.values().find_map(|place| {
        let mut allocations = place.values();
        let (first, second) = (allocations.next()?, allocations.next()?);
        Some(Equivocation::Allocations { first: signed(first), second: signed(second) })
    })
}

/// A holdings statement that the bundles show stands for its shard.
fn resolve<'a>(
    spent: Spent,
    holdings: &BTreeMap<Bytes32, &'a HoldingsStatement>,
) -> (Spent, Option<&'a HoldingsStatement>) {
    match spent {
        Spent::Holdings { statement } => match holdings.get(&statement) {
            Some(statement) => {
                (Spent::Shard { book: statement.book, shard: statement.shard }, Some(*statement))
            }
            None => (spent, None),
        },
        other => (other, None),
    }
}

fn signed(allocation: &Allocation) -> SignedAllocation {
    SignedAllocation { statement: allocation.proven.statement.clone(), signature: allocation.signature }
}

fn signed_book(book: &Book) -> SignedBook {
    SignedBook { attestation: book.attestation.clone(), signatures: book.signatures.clone() }
}
