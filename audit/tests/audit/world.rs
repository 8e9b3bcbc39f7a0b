//! An account's days, made without circuits: keys whose secrets the tests know prove anything, so that what a test alters is signed and proven
//! again, and refused for itself. Registry, policy and parties are those of `fixtures/accept/flat`; the book is made here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::Field;
use k256::ecdsa::SigningKey;
use solvency_audit::{OPENING_FORMAT, OpenedPosition, OpenedVault, VaultOpening, vault_id};
use solvency_log::{Log, SecretKey};
use solvency_verifier::bundle::{Allocation, Bundle, History, LoggedEntry, Proven, SignedLogKey};
use solvency_verifier::commitment::{
    POSITIONS, Tag, VAULTS_PER_LEAF, Vault, book_root, tree_layout, vault_leaf, zero_pledge, zero_source,
};
use solvency_verifier::encoding::{
    Bytes16, Bytes32, Domain, TypedData, bytes_from_hex, context, keccak256, tagged_sha256,
};
use solvency_verifier::groth16::{Origin, Proof, VerifyingKey, VerifyingKeyPoints};
use solvency_verifier::log::{ClaimMark, KeyKind, LogEntry, LogKey};
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, Shard, Signature, Signed, SignedValuation, Source, SourceUse,
};
use solvency_verifier::trust::{LatestClaim, PinnedKey, Trust};
use solvency_verifier::{
    Address, AllocationPublic, CoveragePublic, FieldElement, HoldingsPublic, PublicInputs, Shape, poseidon,
    valuation,
};

/// Noon of the epoch of the fixtures.
pub(crate) const NOON: u64 = 1_767_484_800 + 43_200;
pub(crate) const DAY: u64 = 86_400;
const SHAPES: [Shape; 4] = [Shape::Holdings16, Shape::Allocation2x4, Shape::Repledge3x4, Shape::CoverageFlat];

fn fixture(path: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A number that follows from a name.
fn scalar(name: &str) -> Fr {
    FieldElement::from_truncated_digest(&tagged_sha256("test", &[name.as_bytes()])).0
}

pub(crate) fn element(name: &str) -> FieldElement {
    FieldElement(scalar(name))
}

pub(crate) fn nonce(name: &str) -> Bytes16 {
    Bytes16(tagged_sha256("nonce", &[name.as_bytes()]).0[..16].try_into().unwrap())
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Projective::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Projective::generator() * scalar).into_affine()
}

/// The private test key of a party.
pub(crate) fn key(party: &str) -> SigningKey {
    let keys: serde_json::Value = serde_json::from_slice(&fixture("accept/keys.json")).unwrap();
    SigningKey::from_slice(&bytes_from_hex(keys["privateKeys"][party].as_str().unwrap()).unwrap()).unwrap()
}

pub(crate) fn address(key: &SigningKey) -> Address {
    let point = key.verifying_key().to_sec1_point(false);
    Address(keccak256(&point.as_bytes()[1..]).0[12..].try_into().unwrap())
}

pub(crate) fn sign(key: &SigningKey, digest: &Bytes32) -> Signature {
    let (signature, id) = key.sign_prehash_recoverable(&digest.0);
    Signature::from_parts(&signature.to_bytes().as_slice().try_into().unwrap(), id.is_y_odd())
}

/// The secrets of a set-up.
struct Trapdoor {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
    inputs: Vec<Fr>,
}

impl Trapdoor {
    fn new(shape: Shape) -> Self {
        let draw = |what: &str| scalar(&format!("{shape} {what}"));
        let inputs = (0..=shape.public_input_count()).map(|input| draw(&format!("input {input}"))).collect();
        Trapdoor {
            alpha: draw("alpha"),
            beta: draw("beta"),
            gamma: draw("gamma"),
            delta: draw("delta"),
            inputs,
        }
    }

    fn key(&self, shape: Shape, origin: Origin) -> VerifyingKey {
        let points = VerifyingKeyPoints {
            alpha: g1(self.alpha),
            beta: g2(self.beta),
            gamma: g2(self.gamma),
            delta: g2(self.delta),
            inputs: self.inputs.iter().map(|scalar| g1(*scalar)).collect(),
        };
        VerifyingKey::new(shape, Bytes32([7; 32]), origin, points).unwrap()
    }

    fn prove(&self, public: &impl PublicInputs) -> Proof {
        let (a, b) = (scalar("a"), scalar("b"));
        let values = public.to_field_elements();
        let bound = self.inputs[1..]
            .iter()
            .zip(&values)
            .fold(self.inputs[0], |sum, (point, value)| sum + *point * value);
        let c = (a * b - self.alpha * self.beta - self.gamma * bound) * self.delta.inverse().unwrap();
        Proof::new(g1(a), g2(b), g1(c)).unwrap()
    }
}

/// What is special about a bundle.
#[derive(Clone)]
pub(crate) struct Special<'a> {
    /// Allocations, one or two.
    pub(crate) links: usize,
    /// Number of the claim.
    pub(crate) claim: u64,
    /// Names what the second allocation keeps: another name is another history.
    pub(crate) branch: &'static str,
    /// Names the salts of the log's entries: another name is another tree.
    pub(crate) salts: &'static str,
    /// Where the account's log is kept.
    pub(crate) log: Option<&'a Path>,
    /// Alters the digest that the oracles sign.
    pub(crate) signed_valuation: fn(&mut FieldElement),
}

impl Default for Special<'_> {
    fn default() -> Self {
        Special { links: 1, claim: 2, branch: "main", salts: "main", log: None, signed_valuation: |_| {} }
    }
}

pub(crate) struct World {
    pub(crate) trust: Trust,
    template: Bundle,
    trapdoors: BTreeMap<Shape, Trapdoor>,
    domain: Domain,
    made: RefCell<BTreeMap<u64, Vec<u8>>>,
}

impl World {
    /// With keys of a ceremony.
    pub(crate) fn new() -> Self {
        Self::with_origin(Origin::Ceremony { transcript: Bytes32([0xce; 32]) })
    }

    pub(crate) fn with_origin(origin: Origin) -> Self {
        let mut trust: Trust = serde_json::from_slice(&fixture("accept/flat/trust.json")).unwrap();
        let template = Bundle::from_json(&fixture("accept/flat/bundle.json")).unwrap();
        let trapdoors: BTreeMap<Shape, Trapdoor> = SHAPES.map(|shape| (shape, Trapdoor::new(shape))).into();
        let pinned = trapdoors.iter().map(|(shape, trapdoor)| {
            let key = trapdoor.key(*shape, origin);
            PinnedKey { shape: *shape, id: key.id(), not_after: NOON + 30 * DAY, key }
        });
        trust.keys = pinned.collect();
        trust.accepted_development_keys.clear();
        if origin == Origin::Development {
            trust.accepted_development_keys = trust.keys.iter().map(|key| key.id).collect();
        }
        let domain = Domain::of_registry(&trust.registry.digest());
        let mut world = World { trust, template, trapdoors, domain, made: RefCell::default() };
        world.latest_claim(2);
        world
    }

    /// Makes a claim the latest of the trust file.
    pub(crate) fn latest_claim(&mut self, number: u64) {
        let claim = self.claim(number);
        self.trust.latest_claim = LatestClaim { number, digest: claim.digest(&self.domain) };
    }

    pub(crate) fn trust_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.trust).unwrap()
    }

    pub(crate) fn registry(&self) -> Bytes32 {
        self.trust.registry.digest()
    }

    pub(crate) fn digest(&self, statement: &impl TypedData) -> Bytes32 {
        statement.digest(&self.domain)
    }

    fn claim(&self, number: u64) -> solvency_verifier::statement::Claim {
        let mut claim = self.template.claim.claim.clone();
        claim.number = number;
        claim.issued_at = NOON - DAY / 2;
        claim.expiry = NOON + 30 * DAY;
        claim.nonce = nonce(&format!("claim {number}"));
        claim
    }

    pub(crate) fn prove<S>(&self, shape: Shape, statement: S, public: &impl PublicInputs) -> Proven<S> {
        let key = self.trust.keys.iter().find(|key| key.shape == shape).unwrap().id;
        Proven { statement, key, proof: self.trapdoors[&shape].prove(public) }
    }

    /// The vaults of a shard: named ones, the last two padding.
    pub(crate) fn vaults(&self, shard: u32) -> Vec<(Vault, Option<String>)> {
        let mut vaults: Vec<(Vault, Option<String>)> = (0..16u64)
            .map(|number| {
                let reference = format!("account {shard}/{number}");
                let mut vault = Vault {
                    id: vault_id(&self.trust.counterparty.custodian, &reference),
                    ..Vault::default()
                };
                if number < 14 {
                    vault.positions[0].amount = 1_000 + number;
                    vault.positions[1].amount = 5;
                    vault.positions[1].slot = 7;
                }
                (vault, (number < 14).then_some(reference))
            })
            .collect();
        vaults.sort_by_key(|(vault, _)| vault.id);
        // Shards have halves of the range: the highest bit of an id is the shard.
        for (vault, reference) in &mut vaults {
            if vault.id >> 63 != u64::from(shard) {
                vault.id ^= 1 << 63;
                *reference = None;
            }
        }
        vaults.sort_by_key(|(vault, _)| vault.id);
        vaults
    }

    fn blinding(shard: u32, leaf: usize) -> Fr {
        scalar(&format!("blinding {shard} {leaf}"))
    }

    fn leaves(&self, shard: u32) -> Vec<Fr> {
        let vaults: Vec<Vault> = self.vaults(shard).into_iter().map(|(vault, _)| vault).collect();
        let leaves = vaults.chunks(VAULTS_PER_LEAF).enumerate();
        leaves.map(|(leaf, vaults)| vault_leaf(vaults, Self::blinding(shard, leaf)).unwrap()).collect()
    }

    pub(crate) fn attestation(&self, at: u64) -> BookAttestation {
        let epoch = self.trust.registry.epoch.number_at(at).unwrap();
        let (begin, end) = self.trust.registry.epoch.interval(epoch).unwrap();
        let mut book = self.template.books[0].attestation.clone();
        let ends = [(0, 1 << 63), (1 << 63, u64::MAX)];
        book.shards = (0..2)
            .map(|shard| {
                let vaults: Vec<Vault> = self.vaults(shard).into_iter().map(|(vault, _)| vault).collect();
                let blindings = [Self::blinding(shard, 0), Self::blinding(shard, 1)];
                let (id_low, id_high) = ends[shard as usize];
                Shard { root: FieldElement(book_root(&vaults, &blindings).unwrap()), id_low, id_high }
            })
            .collect();
        (book.epoch, book.as_of, book.locked_until, book.expiry) = (epoch, begin, end, end);
        book.nonce = nonce(&format!("book {epoch}"));
        book
    }

    /// What a custodian hands to an auditor: a leaf, its vaults and its path.
    pub(crate) fn opening(&self, at: u64, shard: u32, leaf: usize) -> VaultOpening {
        let vaults = self.vaults(shard);
        let opened = vaults.chunks(VAULTS_PER_LEAF).nth(leaf).unwrap().iter();
        VaultOpening {
            format: OPENING_FORMAT.into(),
            book: self.digest(&self.attestation(at)),
            shard,
            leaf: leaf as u32,
            vaults: opened.map(|(vault, reference)| opened_vault(vault, reference.clone())).collect(),
            blinding: FieldElement(Self::blinding(shard, leaf)),
            path: path(&self.leaves(shard), leaf),
        }
    }

    /// The bytes of [`Self::bundle`], made once for each time.
    pub(crate) fn bundle_bytes(&self, at: u64) -> Vec<u8> {
        self.made.borrow_mut().entry(at).or_insert_with(|| json(&self.bundle(at))).clone()
    }

    pub(crate) fn bundle(&self, at: u64) -> Bundle {
        self.special(at, &Special::default())
    }

    /// A bundle of the round of a time.
    pub(crate) fn special(&self, at: u64, special: &Special<'_>) -> Bundle {
        let mut bundle = self.template.clone();
        let registry = &self.trust.registry;
        let epoch = registry.epoch.number_at(at).unwrap();
        let (begin, end) = registry.epoch.interval(epoch).unwrap();

        let book = &mut bundle.books[0];
        book.attestation = self.attestation(at);
        let book_digest = self.digest(&book.attestation);
        book.signatures = self.signed(["attestor-1", "attestor-2"], &book_digest);
        for (shard, proven) in book.holdings.iter_mut().enumerate() {
            let mut statement = proven.statement.clone();
            (statement.book, statement.shard) = (book_digest, shard as u32);
            statement.total = element(&format!("total {epoch} {shard}"));
            statement.nonce = nonce(&format!("holdings {epoch} {shard}"));
            let Shard { root, id_low, id_high } = book.attestation.shards[shard];
            let context = context(statement.shape, &self.digest(&statement));
            let public = HoldingsPublic { book_root: root, total: statement.total, id_low, id_high, context };
            *proven = self.prove(statement.shape, statement, &public);
        }

        let mut first = bundle.allocations[0].proven.statement.clone();
        (first.epoch, first.not_before, first.expiry) = (epoch, begin, end);
        first.nonce = nonce(&format!("allocation {epoch}"));
        for (source, proven) in first.sources.iter_mut().zip(&book.holdings) {
            source.commitment = proven.statement.total;
            source.origin = self.digest(&proven.statement);
        }
        let first_digest = self.digest(&first);
        let pledge = first.outputs[1].commitment;
        let mut chain = vec![first.clone()];
        if special.links > 1 {
            let mut second = first;
            (second.sequence, second.predecessor, second.shape) = (1, first_digest, Shape::Repledge3x4);
            second.nonce = nonce(&format!("second {epoch}"));
            let source = |kind, commitment, origin| Source {
                kind,
                commitment,
                origin,
                index: 0,
                release: Bytes32::ZERO,
            };
            second.sources = vec![
                source(SourceUse::Kept, second.outputs[0].commitment, first_digest),
                source(SourceUse::Unused, zero_pledge(), Bytes32::ZERO),
                source(SourceUse::Unused, zero_source(), Bytes32::ZERO),
            ];
            for (index, output) in second.outputs.iter_mut().enumerate() {
                output.commitment = element(&format!("{} {epoch} {index}", special.branch));
                if index > 0 {
                    output.tag = Bytes32([index as u8; 32]);
                }
            }
            chain.push(second);
        }
        bundle.allocations = chain.into_iter().map(|statement| self.allocation(statement)).collect();

        let claim = self.claim(special.claim);
        let claim_digest = self.digest(&claim);
        bundle.claim.signature = sign(&key("venue-a"), &claim_digest);
        bundle.claim.claim = claim;

        let round = &mut bundle.round.round;
        round.round = registry.round.number_at(at).unwrap();
        round.time = registry.round.interval(round.round).unwrap().0;
        let valued = valuation::build(registry, &self.trust.policy, &round.prices).unwrap().digest();
        let mut signed = valued;
        (special.signed_valuation)(&mut signed);
        round.valuations = vec![SignedValuation { policy: self.trust.policy.digest(), digest: signed }];
        let round_digest = self.digest(round);
        bundle.round.signatures = self.signed(["oracle-1", "oracle-2", "oracle-3"], &round_digest);

        let mut coverage = bundle.coverage.statement.clone();
        (coverage.epoch, coverage.allocation, coverage.output, coverage.pledge) =
            (epoch, first_digest, 1, pledge);
        (coverage.claim, coverage.round, coverage.valuation) = (claim_digest, round_digest, valued);
        (coverage.not_before, coverage.expiry) = (round.time, end);
        coverage.nonce = nonce(&format!("coverage {}", round.round));
        let public = CoveragePublic {
            pledge,
            valuation: valued,
            requirement: coverage.requirement,
            context: context(coverage.shape, &self.digest(&coverage)),
        };
        bundle.coverage = self.prove(coverage.shape, coverage, &public);
        bundle.history = special.log.map(|root| self.history(&bundle, special.salts, root));
        bundle
    }

    fn allocation(&self, statement: AllocationStatement) -> Allocation {
        let digest = self.digest(&statement);
        let public = AllocationPublic {
            sources: statement.sources.iter().map(|source| source.commitment).collect(),
            outputs: statement.outputs.iter().map(|output| output.commitment).collect(),
            context: context(statement.shape, &digest),
        };
        let signature = sign(&key("custodian"), &digest);
        Allocation {
            proven: self.prove(statement.shape, statement, &public),
            signature,
            releases: Vec::new(),
        }
    }

    fn signed<const N: usize>(&self, parties: [&str; N], digest: &Bytes32) -> Vec<Signed> {
        parties
            .map(|party| Signed { signer: address(&key(party)), signature: sign(&key(party), digest) })
            .into()
    }

    pub(crate) fn log_secret(&self) -> SecretKey {
        SecretKey::from_seed(&self.trust.counterparty.log_origin, KeyKind::Note, &[5; 32]).unwrap()
    }

    /// Writes the chain to the log and has its checkpoint signed.
    fn history(&self, bundle: &Bundle, salts: &str, root: &Path) -> History {
        let counterparty = &self.trust.counterparty;
        let epoch = bundle.coverage.statement.epoch;
        let mut log = Log::open(root, &counterparty.log_origin, epoch).unwrap();
        let mut entries = Vec::new();
        for (index, allocation) in bundle.allocations.iter().enumerate() {
            let statement = &allocation.proven.statement;
            let salt = Bytes32(element(&format!("salt {salts} {epoch} {index}")).to_be_bytes());
            let claims = vec![Bytes32([index as u8 + 1; 32]); 3];
            let entry = LogEntry {
                account: statement.account,
                epoch,
                sequence: statement.sequence,
                allocation: self.digest(statement),
                releases: Vec::new(),
                claims: claims.clone(),
                salt,
            };
            let _ = log.append(index as u64, &self.digest(&entry)).unwrap();
            entries.push(LoggedEntry { salt, claims });
        }
        let secret = self.log_secret();
        let statement = LogKey {
            custodian: counterparty.custodian,
            account: counterparty.account,
            log_origin: counterparty.log_origin.clone(),
            public_key: Bytes32(*secret.verifier_key().public()),
            not_before: 0,
            expiry: NOON + 30 * DAY,
        };
        let signature = sign(&key("custodian"), &self.digest(&statement));
        History {
            checkpoint: log.sign_checkpoint(&secret).unwrap().to_string(),
            log_key: SignedLogKey { statement, signature },
            witness_keys: Vec::new(),
            entries,
            claim: ClaimMark { claim: Bytes32::ZERO, number: 0, salt: Bytes32::ZERO },
        }
    }
}

fn opened_vault(vault: &Vault, reference: Option<String>) -> OpenedVault {
    let positions: [OpenedPosition; POSITIONS] =
        vault.positions.map(|position| OpenedPosition { slot: position.slot, amount: position.amount });
    OpenedVault { id: vault.id, reference, positions }
}

/// The other inputs of each hash above a leaf, as spec/commitments.md builds the tree.
pub(crate) fn path(leaves: &[Fr], leaf: usize) -> Vec<Vec<FieldElement>> {
    let layout = tree_layout(leaves.len()).unwrap();
    let (mut inputs, mut first, mut lists, mut place) = (Vec::new(), 0, Vec::new(), None);
    for size in layout {
        let node = &leaves[first..first + size];
        if (first..first + size).contains(&leaf) {
            place = Some(inputs.len());
            lists.push(without(node, leaf - first));
        }
        inputs.push(poseidon::hash(Tag::BOOK.node(), node).unwrap());
        first += size;
    }
    let place = place.unwrap_or_else(|| inputs.len() + leaf - first);
    inputs.extend_from_slice(&leaves[first..]);
    lists.push(without(&inputs, place));
    lists
}

fn without(inputs: &[Fr], place: usize) -> Vec<FieldElement> {
    inputs
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != place)
        .map(|(_, input)| FieldElement(*input))
        .collect()
}

pub(crate) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}
