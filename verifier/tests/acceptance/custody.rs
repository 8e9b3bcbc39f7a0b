//! Totals over a bundle's book and another account's, under keys whose secrets the tests know: whatever is altered before they are made is
//! proven and signed all the same, so that the rule under test refuses and not a proof or signature on the way.

use std::collections::BTreeMap;

use k256::ecdsa::SigningKey;
use solvency_verifier::bundle::{Bundle, Proven};
use solvency_verifier::commitment::{pledge_commitment, zero_pledge};
use solvency_verifier::encoding::{Bytes16, Domain, TypedData, context, tagged_sha256};
use solvency_verifier::groth16::{Origin, VerifyingKey};
use solvency_verifier::statement::{BookAttestation, HoldingsStatement, Shard, Signature, Signed};
use solvency_verifier::totals::{
    OPENING_FORMAT, OpenedBook, RESERVES_FORMAT, Reserve, Reserves, SUM_OUTPUT, SignedCertificate,
    SourceShard, TOTALS_FORMAT, Totals, TotalsCertificate, TotalsNode, TotalsOpening,
};
use solvency_verifier::trust::{PinnedKey, TotalsRequirement, Trust};
use solvency_verifier::{
    AllocationPublic, Bytes32, FieldElement, HoldingsPublic, PublicInputs, SLOTS, Shape,
};

use crate::story::{Story, key, party, sign};
use crate::trapdoor::Trapdoor;

/// How long reserves count, in seconds.
pub(crate) const MAX_AGE: u64 = 3_600;
/// Age of the reserves in seconds.
pub(crate) const AGE: u64 = 300;
/// Shapes with keys whose secrets are known.
const SHAPES: [Shape; 6] = [
    Shape::Holdings16,
    Shape::Holdings256,
    Shape::Allocation2x4,
    Shape::Allocation4x8,
    Shape::Repledge3x4,
    Shape::CoverageFlat,
];

/// What goes into totals, and hooks that alter it on its way.
#[derive(Clone)]
pub(crate) struct Custody {
    pub(crate) made_at: u64,
    pub(crate) reserves_as_of: u64,
    pub(crate) signed_at: u64,
    pub(crate) auditor: SigningKey,
    /// The other account's book: three shards.
    pub(crate) other: BookAttestation,
    pub(crate) sources: fn(&mut Vec<Source>),
    pub(crate) nodes: fn(&mut Vec<TotalsNode>),
    /// Before the custodian signs.
    pub(crate) document: fn(&mut Totals),
    /// Before the auditor signs.
    pub(crate) certificate: fn(&mut TotalsCertificate),
    /// After everything is signed.
    pub(crate) tamper: fn(&mut Totals),
}

/// A shard to be summed.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) shard: Shard,
    pub(crate) statement: HoldingsStatement,
}

/// A field element that nobody has an opening of.
pub(crate) fn some_commitment(name: &str) -> FieldElement {
    FieldElement::from_truncated_digest(&tagged_sha256("solvency.tests.custody", &[name.as_bytes()]))
}

/// The total's opening: two slots have something.
pub(crate) fn entries() -> [u64; SLOTS] {
    let mut entries = [0; SLOTS];
    entries[0] = 1_000;
    entries[63] = u64::MAX;
    entries
}

pub(crate) fn blinding() -> FieldElement {
    some_commitment("blinding")
}

pub(crate) fn total() -> FieldElement {
    FieldElement(pledge_commitment(&entries(), blinding().0).expect("a commitment"))
}

fn trapdoor(shape: Shape) -> Trapdoor {
    Trapdoor::new(shape, 100 + shape.public_input_count() as u64)
}

fn verifying_key(shape: Shape) -> VerifyingKey {
    VerifyingKey::new(shape, Bytes32([9; 32]), Origin::Development, trapdoor(shape).points()).expect("a key")
}

impl Custody {
    /// Totals that a venue asks for and accepts, of a story.
    pub(crate) fn of(story: &mut Story) -> &mut Custody {
        pin(&mut story.trust);
        story.trust.totals = Some(TotalsRequirement { auditor: party("auditor"), max_age: MAX_AGE });
        let now = story.now;
        story.custody.insert(Custody {
            made_at: now - 400,
            reserves_as_of: now - AGE,
            signed_at: now - 200,
            auditor: key("auditor"),
            other: other_book(&story.bundle.books[0].attestation),
            sources: |_| {},
            nodes: |_| {},
            document: |_| {},
            certificate: |_| {},
            tamper: |_| {},
        })
    }

    /// The document, signed and certified.
    pub(crate) fn totals(&self, bundle: &Bundle, trust: &Trust) -> Totals {
        let domain = Domain::of_registry(&trust.registry.digest());
        let mut sources: Vec<Source> = Vec::new();
        for book in &bundle.books {
            for proven in &book.holdings {
                let shard = book.attestation.shards[proven.statement.shard as usize].clone();
                sources.push(Source { shard, statement: proven.statement.clone() });
            }
        }
        for (index, shard) in self.other.shards.iter().enumerate() {
            let statement = HoldingsStatement {
                book: self.other.digest(&domain),
                shard: index as u32,
                shape: self.other.shape,
                total: some_commitment(&format!("total {index}")),
                nonce: Bytes16([index as u8; 16]),
            };
            sources.push(Source { shard: shard.clone(), statement });
        }
        (self.sources)(&mut sources);
        let epoch = bundle.coverage.statement.epoch;
        let mut nodes = tree(&sources, epoch);
        (self.nodes)(&mut nodes);
        let mut totals = Totals {
            format: TOTALS_FORMAT.into(),
            custodian: trust.counterparty.custodian,
            epoch,
            made_at: self.made_at,
            sources: sources.iter().map(|source| proven_source(source, &domain)).collect(),
            nodes: nodes.into_iter().map(|node| proven_node(node, &domain)).collect(),
            nonce: Bytes16([0x77; 16]),
            signature: Signature([0; 65]),
            certificate: None,
        };
        (self.document)(&mut totals);
        let Some(statement) = totals.statement(&domain) else { return totals };
        let digest = statement.digest(&domain);
        totals.signature = sign(&key("custodian"), &digest);
        let mut certificate = TotalsCertificate {
            totals: digest,
            total: statement.total,
            reserves_as_of: self.reserves_as_of,
            signed_at: self.signed_at,
            auditor: crate::story::address(&self.auditor),
        };
        (self.certificate)(&mut certificate);
        let signature = sign(&self.auditor, &certificate.digest(&domain));
        totals.certificate = Some(SignedCertificate { certificate, signature });
        (self.tamper)(&mut totals);
        totals
    }

    /// The opening, with both books and a quorum of the other's attestors.
    pub(crate) fn opening(&self, bundle: &Bundle, trust: &Trust) -> TotalsOpening {
        let domain = Domain::of_registry(&trust.registry.digest());
        let own = &bundle.books[0];
        let digest = self.other.digest(&domain);
        let signed = |name| Signed { signer: party(name), signature: sign(&key(name), &digest) };
        let statement = self.totals(bundle, trust).statement(&domain).expect("nodes");
        TotalsOpening {
            format: OPENING_FORMAT.into(),
            totals: statement.digest(&domain),
            books: vec![
                OpenedBook { attestation: own.attestation.clone(), signatures: own.signatures.clone() },
                OpenedBook {
                    attestation: self.other.clone(),
                    signatures: vec![signed("attestor-1"), signed("attestor-3")],
                },
            ],
            entries: entries().to_vec(),
            blinding: blinding(),
        }
    }

    /// Reserves that are exactly the total.
    pub(crate) fn reserves(&self, trust: &Trust) -> Reserves {
        let slots = [0, 63].map(|slot: u8| Reserve { slot, amount: entries()[usize::from(slot)] });
        Reserves {
            format: RESERVES_FORMAT.into(),
            custodian: trust.counterparty.custodian,
            as_of: self.reserves_as_of,
            slots: slots.to_vec(),
        }
    }
}

/// Adds the keys whose secrets are known.
fn pin(trust: &mut Trust) {
    for shape in SHAPES {
        let key = verifying_key(shape);
        trust.accepted_development_keys.push(key.id());
        trust.keys.push(PinnedKey { shape, id: key.id(), not_after: trust.registry.valid_until, key });
    }
}

/// A second account's book of the same custodian and epoch: three shards.
fn other_book(book: &BookAttestation) -> BookAttestation {
    let shard = |index: u64| Shard {
        root: some_commitment(&format!("root {index}")),
        id_low: 100 * index,
        id_high: 100 * index + 100,
    };
    BookAttestation {
        account: Bytes32([0x22; 32]),
        shards: (0..3).map(shard).collect(),
        shard_count: 3,
        nonce: Bytes16([0x22; 16]),
        ..book.clone()
    }
}

/// Two leaves of two shards and a root that takes both sums and the fifth shard.
fn tree(sources: &[Source], epoch: u64) -> Vec<TotalsNode> {
    let total = |index: usize| sources.get(index).map_or_else(zero_pledge, |source| source.statement.total);
    let node = |shape, sources, sum, nonce| TotalsNode {
        custodian: party("custodian"),
        epoch,
        shape,
        sources,
        sum,
        nonce: Bytes16([nonce; 16]),
    };
    let (left, right) = (some_commitment("left"), some_commitment("right"));
    vec![
        node(Shape::Allocation2x4, vec![total(0), total(1)], left, 1),
        node(Shape::Allocation2x4, vec![total(2), total(3)], right, 2),
        node(Shape::Repledge3x4, vec![left, right, total(4)], self::total(), 3),
    ]
}

fn proven<S>(statement: S, shape: Shape, public: &impl PublicInputs) -> Proven<S> {
    let proof = trapdoor(shape).prove(&public.to_field_elements(), 1);
    Proven { statement, key: verifying_key(shape).id(), proof }
}

fn proven_source(source: &Source, domain: &Domain) -> SourceShard {
    let Source { shard, statement } = source.clone();
    let shape = statement.shape;
    let public = HoldingsPublic {
        book_root: shard.root,
        total: statement.total,
        id_low: shard.id_low,
        id_high: shard.id_high,
        context: context(shape, &statement.digest(domain)),
    };
    let Shard { root, id_low, id_high } = shard;
    SourceShard { root, id_low, id_high, holdings: proven(statement, shape, &public) }
}

fn proven_node(node: TotalsNode, domain: &Domain) -> Proven<TotalsNode> {
    let shape = node.shape;
    let outputs = shape.allocation().map_or(0, |shape| shape.outputs);
    let mut places: BTreeMap<usize, FieldElement> =
        (0..outputs).map(|place| (place, zero_pledge())).collect();
    places.insert(SUM_OUTPUT, node.sum);
    let public = AllocationPublic {
        sources: node.sources.clone(),
        outputs: places.into_values().collect(),
        context: context(shape, &node.digest(domain)),
    };
    let expected = shape.public_input_count();
    let mut inputs = public.to_field_elements();
    inputs.resize(expected, FieldElement::default().0);
    let proof = trapdoor(shape).prove(&inputs, 2);
    Proven { statement: node, key: verifying_key(shape).id(), proof }
}
