//! `fixtures/accept/totals/`: one custodian's totals over two accounts, certified, with a bundle of the first.

use std::path::Path;

use solvency_prover::chain::SourceOpening;
use solvency_prover::files::{self, Access};
use solvency_prover::totals::{SHARE_FORMAT, Share, SharedShard, TotalsTerms, prove_totals};
use solvency_verifier::Shape;
use solvency_verifier::accept::{Verdict, accept_bundle};
use solvency_verifier::encoding::{TypedData, tagged_sha256};
use solvency_verifier::totals::{RESERVES_FORMAT, Reserve, Reserves, SignedCertificate, TotalsCertificate};
use solvency_verifier::trust::{PreparedTrust, TotalsRequirement};

use crate::parties::{signer, vaults, vaults_of};
use crate::{NOW, Outcome, World, new_pledge};

const OUT: &str = "fixtures/accept/totals";
/// How long reserves count, in seconds.
const MAX_AGE: u64 = 86_400;

pub(crate) fn make(world: &World) -> Outcome<()> {
    let (book, openings) = world.book(world.account, &vaults())?;
    let other = tagged_sha256("solvency.fixtures.account", &[b"2"]);
    let (other_book, other_openings) = world.book(other, &vaults_of("second", 36))?;

    // The first account's bundle, as in the case `flat`.
    let (btc, usdc) = (100_000_000, 1_000_000);
    let pledge = [("BTC", "cold", 120 * btc), ("USDC", "triparty", 4_500_000 * usdc)];
    let venue = world.venue("venue-a", 1, 10_000_000, "releaser-a", &pledge)?;
    let sources: Vec<SourceOpening> = (book.holdings.iter().zip(&openings))
        .map(|(proven, opening)| SourceOpening::Holdings {
            origin: proven.statement.digest(&world.domain),
            opening: opening.clone(),
        })
        .collect();
    let (first, outputs) = world.allocate(Shape::Allocation2x4, &[], &sources, &[new_pledge(&venue)])?;
    let bundle = world.bundle(&venue, &book, &[first], 1, &outputs[1])?;

    let shares: Vec<Share> = [(book, openings), (other_book, other_openings)]
        .into_iter()
        .map(|(book, openings)| Share {
            format: SHARE_FORMAT.into(),
            attestation: book.attestation,
            signatures: book.signatures,
            shards: (book.holdings.into_iter().zip(openings))
                .map(|(proven, opening)| SharedShard { proven, opening })
                .collect(),
        })
        .collect();
    let epoch = world.registry.epoch.number_at(NOW).ok_or("no epoch")?;
    let terms = TotalsTerms { epoch, made_at: NOW - 400, leaves: Shape::Allocation2x4 };
    let (mut totals, opening) =
        prove_totals(&terms, &shares, &signer("custodian")?, &world.domain, &world.prover, |_, _| {})?;
    // Reserves that are exactly what the books hold together.
    let reserves = Reserves {
        format: RESERVES_FORMAT.into(),
        custodian: totals.custodian,
        as_of: NOW - 300,
        slots: (0u8..)
            .zip(&opening.entries)
            .filter(|(_, amount)| **amount > 0)
            .map(|(slot, amount)| Reserve { slot, amount: *amount })
            .collect(),
    };
    let mut trust = world.trust(&venue)?.trust().clone();
    let auditor = signer("auditor")?;
    trust.totals = Some(TotalsRequirement { auditor: auditor.address(), max_age: MAX_AGE });
    let mut prepared = PreparedTrust::new(trust)?;
    prepared.attach_totals(&totals, NOW, None)?;
    opening.check(&totals, &reserves, prepared.trust())?;
    let certificate = TotalsCertificate {
        totals: opening.totals,
        total: totals.total().ok_or("no total")?,
        reserves_as_of: reserves.as_of,
        signed_at: NOW - 200,
        auditor: auditor.address(),
    };
    let signature = auditor.sign(&certificate, &world.domain)?;
    totals.certificate = Some(SignedCertificate { certificate, signature });
    prepared.attach_totals(&totals, NOW, None)?;
    match accept_bundle(&bundle, &prepared, NOW) {
        Verdict::Accept(acceptance) => println!("totals: accepted until {}", acceptance.until),
        Verdict::Reject(reason) => return Err(format!("totals: {reason}").into()),
    }
    let folder = Path::new(OUT);
    files::write_json(&folder.join("bundle.json"), &bundle, Access::Public)?;
    files::write_json(&folder.join("trust.json"), prepared.trust(), Access::Public)?;
    files::write_json(&folder.join("totals.json"), &totals, Access::Public)?;
    files::write_json(&folder.join("opening.json"), &opening, Access::Public)?;
    files::write_json(&folder.join("reserves.json"), &reserves, Access::Public)?;
    Ok(())
}
