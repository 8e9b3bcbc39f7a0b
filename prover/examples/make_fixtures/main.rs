//! Makes `fixtures/accept/`: bundles that a verifier accepts, with the trust files that they are judged by; with the argument `totals`
//! makes `fixtures/accept/totals/` instead, under keys of its own.
//!
//! `cargo run --release -p solvency-prover --example make_fixtures [totals]`, from the workspace's root. Randomness is fresh in each run, so
//! every digest and proof changes; dates, amounts and signing keys don't.
//!
//! The fixtures show nothing about anybody's collateral: the vaults are made up, the signing keys are public, and the proving keys are
//! development keys made here and thrown away.

mod parties;
mod totals;

use std::error::Error;
use std::path::{Path, PathBuf};

use solvency_prover::account::{PledgeOpening, TotalOpening};
use solvency_prover::book::{AttestationTerms, Book, BookTerms};
use solvency_prover::chain::{self, AllocationTerms, CoverageTerms, NewPledge, SourceOpening};
use solvency_prover::claim::{self, ClaimOpening, ClaimTerms};
use solvency_prover::files::{self, Access};
use solvency_prover::import::VaultExport;
use solvency_prover::keys::KeyStore;
use solvency_prover::resident::{self, Prover};
use solvency_prover::round;
use solvency_verifier::accept::{Verdict, accept};
use solvency_verifier::bundle::{
    Allocation, BUNDLE_FORMAT, Book as BundleBook, Bundle, SignedClaim, SignedRound,
};
use solvency_verifier::encoding::{Domain, TypedData, hex_string, tagged_sha256};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::trust::{
    Audience, Counterparty, LatestClaim, Limits, PinnedKey, PreparedTrust, Revoked, TRUST_FORMAT, Trust,
};
use solvency_verifier::{Address, Bytes32, SLOTS, Shape, valuation};

use parties::{TEST_KEYS, TestKeys, policy, registry, signer, vaults};

const OUT: &str = "fixtures/accept";
const LOG_ORIGIN: &str = "log.example/custodian/account-1";
/// The verifier's clock: in epoch 3 of the registry, 30 s into price round 4,920.
const NOW: u64 = 1_767_225_600 + 3 * 86_400 + 10 * 3_600 + 30;
const EPOCH_END: u64 = 1_767_225_600 + 4 * 86_400;
const SHAPES: [Shape; 5] =
    [Shape::Holdings16, Shape::Allocation2x4, Shape::Repledge3x4, Shape::CoverageFlat, Shape::CoverageTiered];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Everything that the cases share.
struct World {
    registry: Registry,
    domain: Domain,
    prover: Prover,
    keys: KeyStore,
    account: Bytes32,
    round: SignedRound,
}

/// A venue with its claim.
struct Venue {
    name: &'static str,
    policy: Policy,
    claim: SignedClaim,
    opening: ClaimOpening,
    amounts: [u64; SLOTS],
}

impl World {
    fn venue(
        &self,
        name: &'static str,
        number: u64,
        requirement: u64,
        releaser: &str,
        pledge: &[(&str, &str, u64)],
    ) -> Outcome<Venue> {
        let policy = policy(name, &self.registry)?;
        let terms = ClaimTerms {
            venue: policy.venue,
            liability_book: tagged_sha256("solvency.fixtures.liability-book", &[name.as_bytes()]),
            account: self.account,
            number,
            requirement: requirement * 1_000_000,
            policy: policy.digest(),
            releaser: signer(releaser)?.address(),
            issued_at: NOW - 1_800,
            expiry: NOW + 12 * 3_600,
            chain_id: 1,
            settlement: Address([0x77; 20]),
        };
        let (claim, opening) = claim::make(&terms, &signer(name)?, &self.domain)?;
        let mut amounts = [0; SLOTS];
        for (symbol, class, units) in pledge {
            amounts[self.registry.slot(symbol, class).ok_or("no such slot")?] = *units;
        }
        Ok(Venue { name, policy, claim, opening, amounts })
    }

    fn allocate(
        &self,
        shape: Shape,
        chain: &[Allocation],
        sources: &[SourceOpening],
        pledges: &[NewPledge],
    ) -> Outcome<(Allocation, Vec<PledgeOpening>)> {
        let previous = chain.last().map(|allocation| &allocation.proven.statement);
        let terms = AllocationTerms {
            account: self.account,
            shape,
            epoch: self.registry.epoch.number_at(NOW).ok_or("no epoch")?,
            sequence: chain.len() as u64,
            predecessor: previous.map_or(Bytes32::ZERO, |statement| statement.digest(&self.domain)),
            not_before: NOW - 600 + 60 * chain.len() as u64,
            expiry: EPOCH_END - 600 - 60 * chain.len() as u64,
            log_origin: LOG_ORIGIN.into(),
        };
        Ok(chain::prove_allocation(
            &terms,
            sources,
            pledges,
            &signer("custodian")?,
            &self.domain,
            &self.prover,
        )?)
    }

    /// Proves coverage of an output of the chain's last allocation.
    fn bundle(
        &self,
        venue: &Venue,
        book: &BundleBook,
        chain: &[Allocation],
        output: u32,
        pledge: &PledgeOpening,
    ) -> Outcome<Bundle> {
        let allocation = &chain.last().ok_or("an empty chain")?.proven.statement;
        let table = valuation::build(&self.registry, &venue.policy, &self.round.round.prices)?;
        let terms = CoverageTerms {
            account: self.account,
            epoch: allocation.epoch,
            allocation: allocation.digest(&self.domain),
            output,
            pledge,
            claim: &venue.claim.claim,
            requirement: venue.opening.requirement,
            salt: venue.opening.salt,
            round: &self.round.round,
            policy: venue.policy.digest(),
            table: &table,
            not_before: NOW - 60,
            expiry: NOW + 6 * 3_600,
        };
        let coverage = chain::prove_coverage(&terms, &self.domain, &self.prover)?;
        Ok(Bundle {
            format: BUNDLE_FORMAT.into(),
            books: vec![book.clone()],
            allocations: chain.to_vec(),
            claim: venue.claim.clone(),
            tag_salt: venue.opening.tag_salt,
            round: self.round.clone(),
            coverage,
            history: None,
        })
    }

    /// Makes the bundle of a case, and writes it with its trust file.
    fn write(
        &self,
        case: &str,
        venue: &Venue,
        book: &BundleBook,
        chain: &[Allocation],
        output: u32,
        pledge: &PledgeOpening,
    ) -> Outcome<Bundle> {
        let bundle = self.bundle(venue, book, chain, output, pledge)?;
        let trust = self.trust(venue)?;
        let document = serde_json::to_vec(&bundle)?;
        match accept(&document, &trust, NOW) {
            Verdict::Accept(acceptance) => println!("{case}: accepted until {}", acceptance.until),
            Verdict::Reject(reason) => return Err(format!("{case}: {reason}").into()),
        }
        let folder = PathBuf::from(OUT).join(case);
        files::write_json(&folder.join("bundle.json"), &bundle, Access::Public)?;
        files::write_json(&folder.join("trust.json"), trust.trust(), Access::Public)?;
        Ok(bundle)
    }

    fn trust(&self, venue: &Venue) -> Outcome<PreparedTrust> {
        let claim = &venue.claim.claim;
        let mut keys = Vec::new();
        for entry in self.keys.list()? {
            let not_after = self.registry.valid_until;
            keys.push(PinnedKey { shape: entry.shape(), id: entry.id, not_after, key: entry.key });
        }
        let trust = Trust {
            format: TRUST_FORMAT.into(),
            audience: Audience {
                venue: claim.venue,
                venue_signer: signer(venue.name)?.address(),
                liability_book: claim.liability_book,
                chain_id: claim.chain_id,
                settlement: claim.settlement,
            },
            counterparty: Counterparty {
                custodian: signer("custodian")?.address(),
                account: self.account,
                log_origin: LOG_ORIGIN.into(),
            },
            latest_claim: LatestClaim { number: claim.number, digest: claim.digest(&self.domain) },
            registry: self.registry.clone(),
            policy: venue.policy.clone(),
            accepted_development_keys: keys.iter().map(|key| key.id).collect(),
            keys,
            revoked: Revoked::default(),
            seen: None,
            limits: Limits { max_round_lag: 5, max_clock_skew: 10 },
            history: None,
            totals: None,
        };
        Ok(PreparedTrust::new(trust)?)
    }

    /// The book with its quorum of attestors and a proof of each shard.
    fn book(&self, account: Bytes32, vaults: &VaultExport) -> Outcome<(BundleBook, Vec<TotalOpening>)> {
        let terms = BookTerms {
            custodian: signer("custodian")?.address(),
            account,
            epoch: self.registry.epoch.number_at(NOW).ok_or("no epoch")?,
            as_of: NOW - 900,
            shape: Some(Shape::Holdings16),
        };
        let book = Book::commit(vaults, &self.registry, &terms)?;
        let attestation = book.attestation(&AttestationTerms {
            locked_until: EPOCH_END + 3_600,
            expiry: EPOCH_END - 300,
            log_origin: LOG_ORIGIN.into(),
            attestor_set_version: self.registry.attestors.version,
            evidence: tagged_sha256("solvency.fixtures.evidence", &[]),
        })?;
        let mut signatures = Vec::new();
        for name in ["attestor-1", "attestor-2"] {
            signatures.push(signer(name)?.sign_as_member(&attestation, &self.domain)?);
        }
        let (mut holdings, mut openings) = (Vec::new(), Vec::new());
        for shard in 0..book.shards.len() {
            let (proven, opening) =
                chain::prove_holdings(&book, shard, &attestation, &self.domain, &self.prover)?;
            holdings.push(proven);
            openings.push(opening);
        }
        Ok((BundleBook { attestation, signatures, holdings }, openings))
    }
}

fn world(keys: &Path) -> Outcome<World> {
    let registry = registry()?;
    let store = KeyStore::new(keys);
    for shape in SHAPES {
        resident::make_development_key(shape, &store)?;
        println!("{shape}: development key");
    }
    let prices = [115_770_000_000, 3_698_400_000, 172_230_000, 1_000_000, 1_000_000]
        .map(|price: u64| price * 1_000_000);
    let oracles = [signer("oracle-1")?, signer("oracle-2")?, signer("oracle-3")?];
    let policies = [policy("venue-a", &registry)?, policy("venue-b", &registry)?];
    let round = round::make(&registry, &policies, prices.to_vec(), NOW - 20, &oracles)?;
    Ok(World {
        domain: Domain::of_registry(&registry.digest()),
        prover: Prover::open(keys),
        keys: store,
        account: tagged_sha256("solvency.fixtures.account", &[]),
        round,
        registry,
    })
}

fn new_pledge(venue: &Venue) -> NewPledge {
    let claim = &venue.claim.claim;
    NewPledge { tag: claim.tag, releaser: claim.releaser, amounts: venue.amounts, opening: None }
}

fn main() -> Outcome<()> {
    let keys = tempfile::tempdir()?;
    let world = world(keys.path())?;
    if std::env::args().nth(1).as_deref() == Some("totals") {
        return totals::make(&world);
    }
    let (book, totals) = world.book(world.account, &vaults())?;

    let (btc, eth, usdc) = (100_000_000, 1_000_000_000, 1_000_000);
    let a = world.venue(
        "venue-a",
        1,
        10_000_000,
        "releaser-a",
        &[("BTC", "cold", 120 * btc), ("USDC", "triparty", 4_500_000 * usdc)],
    )?;
    let b = world.venue(
        "venue-b",
        1,
        9_000_000,
        "releaser-b",
        &[("BTC", "cold", 100 * btc), ("ETH", "cold", 2_500 * eth)],
    )?;
    let sources: Vec<SourceOpening> = book
        .holdings
        .iter()
        .zip(totals)
        .map(|(proven, opening)| SourceOpening::Holdings {
            origin: proven.statement.digest(&world.domain),
            opening,
        })
        .collect();
    let pledges = [new_pledge(&a), new_pledge(&b)];
    let (first, outputs) = world.allocate(Shape::Allocation2x4, &[], &sources, &pledges)?;
    let mut chain = vec![first];
    let accepted = world.write("flat", &a, &book, &chain, 1, &outputs[1])?;
    world.write("tiered", &b, &book, &chain, 2, &outputs[2])?;

    // Venue A asks for more: it releases its pledge against a named replacement and claims under the next number.
    let more = world.venue(
        "venue-a",
        2,
        15_000_000,
        "releaser-a-2",
        &[("BTC", "cold", 180 * btc), ("USDC", "triparty", 4_500_000 * usdc)],
    )?;
    let replacement = PledgeOpening::fresh(more.amounts)?;
    let coverage = &accepted.coverage.statement;
    let release = claim::release(
        coverage,
        Some(replacement.commitment()?),
        NOW + 3_600,
        &signer("releaser-a")?,
        &world.domain,
    )?;
    let origin = coverage.allocation;
    let output = |index: u32, release| SourceOpening::Output {
        origin,
        index,
        opening: outputs[index as usize].clone(),
        release,
    };
    let sources = [output(0, None), output(1, Some(Box::new(release)))];
    let pledge = NewPledge { opening: Some(replacement), ..new_pledge(&more) };
    let (second, outputs) = world.allocate(Shape::Repledge3x4, &chain, &sources, &[pledge])?;
    chain.push(second);
    world.write("topup", &more, &book, &chain, 1, &outputs[1])?;

    let keys = TestKeys {
        warning: "Public test keys: whoever reads this file can sign as any of these parties.",
        now: NOW,
        private_keys: TEST_KEYS.iter().map(|(name, byte)| (*name, hex_string(&[*byte; 32]))).collect(),
    };
    files::write_json(&Path::new(OUT).join("keys.json"), &keys, Access::Public)?;
    Ok(())
}
