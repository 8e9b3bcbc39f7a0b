//! Custody-wide totals: judged by, opened, compared with reserves, and what they leave out.

use solvency_audit::{Audit, Code, Label, Report, TotalsLine};
use solvency_verifier::commitment::{pledge_commitment, zero_pledge};
use solvency_verifier::encoding::{TypedData, context};
use solvency_verifier::statement::Signature;
use solvency_verifier::totals::{
    OPENING_FORMAT, OpenedBook, RESERVES_FORMAT, Reserve, Reserves, SourceShard, TOTALS_FORMAT, Totals,
    TotalsCertificate, TotalsNode, TotalsOpening,
};
use solvency_verifier::trust::TotalsRequirement;
use solvency_verifier::{AllocationPublic, FieldElement, HoldingsPublic, SLOTS, Shape};

use crate::world::{DAY, NOON, World, address, element, json, key, nonce, sign};
use crate::{codes, kinds, what};

/// When the epoch's first totals are made: after the first bundle.
const MADE: u64 = NOON + 40;
const CERTIFIED: u64 = NOON + 50;
const AMOUNT: u64 = 123_456_789;

/// A world whose venue asks for totals.
fn asking() -> World {
    let mut world = World::new();
    let auditor = address(&key("auditor"));
    world.trust.totals = Some(TotalsRequirement { auditor, max_age: DAY });
    world
}

fn entries() -> [u64; SLOTS] {
    let mut entries = [0; SLOTS];
    entries[3] = AMOUNT;
    entries
}

fn total() -> FieldElement {
    FieldElement(pledge_commitment(&entries(), element("totals").0).unwrap())
}

/// Totals over the two shards of the epoch's book, or over two of nobody's.
fn totals(world: &World, made_at: u64, own: bool) -> Totals {
    let bundle = world.bundle(made_at);
    let book = &bundle.books[0];
    let mut sources = Vec::new();
    for (proven, shard) in book.holdings.iter().zip(&book.attestation.shards) {
        let mut statement = proven.statement.clone();
        let mut root = shard.root;
        if !own {
            statement.total = element(&format!("foreign total {}", statement.shard));
            root = element(&format!("foreign root {}", statement.shard));
        }
        let public = HoldingsPublic {
            book_root: root,
            total: statement.total,
            id_low: shard.id_low,
            id_high: shard.id_high,
            context: context(statement.shape, &world.digest(&statement)),
        };
        let holdings = world.prove(statement.shape, statement, &public);
        sources.push(SourceShard { root, id_low: shard.id_low, id_high: shard.id_high, holdings });
    }
    let shape = Shape::Allocation2x4;
    let node = TotalsNode {
        custodian: world.trust.counterparty.custodian,
        epoch: book.attestation.epoch,
        shape,
        sources: sources.iter().map(|source| source.holdings.statement.total).collect(),
        sum: total(),
        nonce: nonce("node"),
    };
    let public = AllocationPublic {
        sources: node.sources.clone(),
        outputs: vec![zero_pledge(), node.sum, zero_pledge(), zero_pledge()],
        context: context(shape, &world.digest(&node)),
    };
    let mut totals = Totals {
        format: TOTALS_FORMAT.into(),
        custodian: node.custodian,
        epoch: node.epoch,
        made_at,
        nodes: vec![world.prove(shape, node, &public)],
        sources,
        nonce: nonce("totals"),
        signature: Signature([0; 65]),
        certificate: None,
    };
    totals.signature = sign(&key("custodian"), &statement(world, &totals));
    totals
}

fn statement(world: &World, totals: &Totals) -> solvency_verifier::Bytes32 {
    let domain = solvency_verifier::encoding::Domain::of_registry(&world.registry());
    totals.statement(&domain).unwrap().digest(&domain)
}

fn certify(world: &World, mut totals: Totals, signed_at: u64) -> Totals {
    let certificate = TotalsCertificate {
        totals: statement(world, &totals),
        total: total(),
        reserves_as_of: totals.made_at,
        signed_at,
        auditor: address(&key("auditor")),
    };
    let signature = sign(&key("auditor"), &world.digest(&certificate));
    totals.certificate = Some(solvency_verifier::totals::SignedCertificate { certificate, signature });
    totals
}

fn opening(world: &World, totals: &Totals) -> TotalsOpening {
    let book = world.bundle(totals.made_at).books.remove(0);
    TotalsOpening {
        format: OPENING_FORMAT.into(),
        totals: statement(world, totals),
        books: vec![OpenedBook { attestation: book.attestation, signatures: book.signatures }],
        entries: entries().to_vec(),
        blinding: element("totals"),
    }
}

fn reserves(world: &World, as_of: u64, amount: u64) -> Reserves {
    Reserves {
        format: RESERVES_FORMAT.into(),
        custodian: world.trust.counterparty.custodian,
        as_of,
        slots: vec![Reserve { slot: 3, amount }],
    }
}

/// Bundles of these times, each received half a minute into its round.
fn audit(world: &World, times: &[u64]) -> Audit {
    crate::audit_of(world, times)
}

fn line(report: &Report) -> &TotalsLine {
    let [line] = &report.pack().totals[..] else { panic!("{:?}", report.pack().totals) };
    line
}

fn figure(report: &Report) -> (String, Label) {
    let figure = report
        .pack()
        .figures
        .iter()
        .find(|figure| figure.name == "all accounts of the custodian together")
        .unwrap();
    (figure.value.clone(), figure.label.clone())
}

#[test]
fn a_bundle_is_judged_by_the_totals_that_the_venue_had_at_its_time() {
    let world = asking();
    let certified = certify(&world, totals(&world, MADE, true), CERTIFIED);
    // Before the certificate, at its second, and after it. The first is refused, as it was then.
    for (received, accepted) in [(CERTIFIED - 1, false), (CERTIFIED, true)] {
        let mut audit = Audit::new("trust.json", &world.trust_bytes(), NOON + 40 * DAY).unwrap();
        audit.add_bundle("bundle.json", received, &world.bundle_bytes(NOON));
        audit.add_totals("totals.json", &json(&certified));
        let report = audit.run();
        assert_eq!(report.accepted(), accepted, "{:?}", report.pack().findings);
        if !accepted {
            assert!(what(&report, Code::BundleRefused)[0].contains("none are at hand"));
        }
    }
    // Those of another auditor or epoch are none.
    let refused = |world: &World, totals: &Totals| {
        let mut audit = audit(world, &[NOON + 60]);
        audit.add_totals("totals.json", &json(totals));
        let report = audit.run();
        assert!(codes(&report).contains(&Code::BundleRefused), "{:?}", report.pack().findings);
    };
    refused(&world, &certify(&world, totals(&world, MADE + DAY, true), MADE + DAY));
    let mut other = asking();
    other.trust.totals.as_mut().unwrap().auditor = address(&key("venue-b"));
    refused(&other, &certified);
    refused(&world, &totals(&world, MADE, true));
}

#[test]
fn opened_totals_are_proved_certified_ones_attested_and_others_not_checked() {
    let world = World::new();
    let made = totals(&world, MADE, true);
    let report = audit(&world, &[NOON]).run();
    assert_eq!((kinds(&report), report.pack().totals.len()), (vec![], 0));
    assert!(matches!(figure(&report).1, Label::NotChecked { .. }));

    let mut given = audit(&world, &[NOON]);
    given.add_totals("totals.json", &json(&made));
    let report = given.run();
    assert_eq!(kinds(&report), [], "{:?}", report.pack().findings);
    assert_eq!((line(&report).shards, line(&report).among, line(&report).left_out), (2, 2, 0));
    assert!(matches!(figure(&report).1, Label::NotChecked { .. }));

    let mut given = audit(&world, &[NOON]);
    given.add_totals("totals.json", &json(&certify(&world, made.clone(), CERTIFIED)));
    let report = given.run();
    let auditor = address(&key("auditor"));
    assert_eq!(figure(&report).1, Label::AttestedBy { role: "auditor", signers: vec![auditor] });
    assert_eq!((line(&report).auditor, line(&report).reserves_as_of), (Some(auditor), Some(MADE)));

    let mut given = audit(&world, &[NOON]);
    given.add_totals("totals.json", &json(&made));
    given.add_totals_opening("opening.json", &json(&opening(&world, &made)));
    given.add_reserves("reserves.json", &json(&reserves(&world, MADE, AMOUNT)));
    let report = given.run();
    assert_eq!(kinds(&report), [], "{:?}", report.pack().findings);
    assert!(line(&report).opened);
    let (value, label) = figure(&report);
    assert!(matches!(label, Label::Proved { .. }));
    assert!(value.contains("necessary, not sufficient"));
    // Neither the amount nor the blinding goes into pack or page.
    for text in [report.to_json().to_owned(), report.to_html()] {
        assert!(!text.contains(&AMOUNT.to_string()) && !text.contains(&element("totals").to_string()));
        assert!(text.contains(&statement(&world, &made).to_string()));
    }
}

#[test]
fn reserves_below_the_total_are_a_breach_without_an_amount() {
    let world = World::new();
    let made = certify(&world, totals(&world, MADE, true), CERTIFIED);
    let mut given = audit(&world, &[NOON]);
    given.add_totals("totals.json", &json(&made));
    given.add_totals_opening("opening.json", &json(&opening(&world, &made)));
    given.add_reserves("reserves.json", &json(&reserves(&world, MADE, AMOUNT - 1)));
    // Later ones are not those of the certificate.
    given.add_reserves("later.json", &json(&reserves(&world, MADE + 1, AMOUNT)));
    let report = given.run();
    assert_eq!(kinds(&report), [Code::TotalsShort]);
    assert!(!report.accepted() && !line(&report).opened);
    assert!(what(&report, Code::TotalsShort)[0].starts_with("slot 3:"));
    assert!(!report.to_json().contains(&AMOUNT.to_string()) && !report.to_json().contains("123456788"));
    // Without a certificate the latest count.
    let mut given = audit(&world, &[NOON]);
    let made = totals(&world, MADE, true);
    given.add_totals("totals.json", &json(&made));
    given.add_totals_opening("opening.json", &json(&opening(&world, &made)));
    given.add_reserves("earlier.json", &json(&reserves(&world, MADE, AMOUNT - 1)));
    given.add_reserves("reserves.json", &json(&reserves(&world, MADE + 1, AMOUNT)));
    assert_eq!(kinds(&given.run()), []);
}

#[test]
fn altered_totals_and_openings_that_belong_to_none_are_refused() {
    let world = World::new();
    let made = totals(&world, MADE, true);
    let refused = |alter: fn(&mut Totals, &mut TotalsOpening), said: &str| {
        let (mut totals, mut opening) = (made.clone(), opening(&world, &made));
        alter(&mut totals, &mut opening);
        let mut given = audit(&world, &[NOON]);
        given.add_totals("totals.json", &json(&totals));
        given.add_totals_opening("opening.json", &json(&opening));
        given.add_reserves("reserves.json", &json(&reserves(&world, MADE, AMOUNT)));
        let report = given.run();
        assert_eq!(kinds(&report), [Code::TotalsRefused], "{:?}", report.pack().findings);
        let told = what(&report, Code::TotalsRefused);
        assert!(told.iter().any(|what| what.contains(said)), "{told:?}");
    };
    refused(|totals, _| totals.made_at += 1, "custodian");
    refused(|totals, _| totals.nodes[0].proof = totals.sources[0].holdings.proof.clone(), "does not verify");
    refused(|_, opening| opening.entries[0] = 1, "the opening is of commitment");
    refused(|_, opening| opening.totals.0[0] ^= 1, "no totals that were handed over");
    refused(|_, opening| opening.books.clear(), "sources[0]");
    let mut given = audit(&world, &[NOON]);
    given.add_totals("totals.json", b"{}");
    given.add_totals_opening("opening.json", b"{}");
    given.add_reserves("reserves.json", b"[]");
    let report = given.run();
    assert_eq!(kinds(&report), [Code::InputUnreadable]);
    assert_eq!(what(&report, Code::InputUnreadable).len(), 3);
}

#[test]
fn what_was_accepted_before_the_totals_were_made_has_to_be_in_them() {
    let world = World::new();
    for (received, expected) in [(MADE, vec![Code::TotalsWithout]), (MADE + 1, vec![])] {
        let mut given = Audit::new("trust.json", &world.trust_bytes(), NOON + 40 * DAY).unwrap();
        given.add_bundle("bundle.json", received, &world.bundle_bytes(NOON));
        given.add_totals("totals.json", &json(&totals(&world, MADE, false)));
        let report = given.run();
        assert_eq!(kinds(&report), expected, "{:?}", report.pack().findings);
        let left_out = if expected.is_empty() { 0 } else { 2 };
        assert_eq!((line(&report).among, line(&report).left_out), (0, left_out));
    }
    // Of another epoch they say nothing about it.
    let mut given = audit(&world, &[NOON]);
    given.add_totals("totals.json", &json(&totals(&world, MADE + DAY, false)));
    assert_eq!(kinds(&given.run()), []);
}
