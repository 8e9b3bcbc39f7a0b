//! A bundle and a trust file from `fixtures/accept/`, altered and signed again.
//!
//! An alteration breaks signatures and digests far from it. [`Story::relink`] signs and links everything again, so that the rule under test
//! refuses and not a signature on the way. Proofs stay those of the unaltered statements: Z1 is the last rule.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::OnceLock;

use k256::ecdsa::SigningKey;
use serde::Deserialize;
use solvency_verifier::accept::{Acceptance, Reason, Verdict, accept_bundle, accept_bundle_with};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Bytes16, Bytes32, Domain, TypedData, bytes_from_hex, keccak256};
use solvency_verifier::statement::{AllocationStatement, Signature, Signed};
use solvency_verifier::trust::{PreparedTrust, Trust};
use solvency_verifier::{Address, FieldElement, valuation};

use crate::accelerators::Right;
use crate::custody::Custody;
use crate::ledger::Ledger;

/// The cases of `fixtures/accept/`.
pub(crate) const CASES: [&str; 3] = ["flat", "tiered", "topup"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestKeys {
    now: u64,
    private_keys: BTreeMap<String, String>,
}

/// A file of the fixtures.
pub(crate) fn fixture(path: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn keys() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| serde_json::from_slice(&fixture("accept/keys.json")).expect("keys.json"))
}

/// The private test key of a party.
pub(crate) fn key(party: &str) -> SigningKey {
    let text = keys().private_keys.get(party).unwrap_or_else(|| panic!("no key of {party}"));
    SigningKey::from_slice(&bytes_from_hex(text).expect("hexadecimal")).expect("a private key")
}

pub(crate) fn address(key: &SigningKey) -> Address {
    let point = key.verifying_key().to_sec1_point(false);
    let hash = keccak256(&point.as_bytes()[1..]);
    Address(hash.0[12..].try_into().expect("20 bytes"))
}

/// The address of a party.
pub(crate) fn party(name: &str) -> Address {
    address(&key(name))
}

pub(crate) fn sign(key: &SigningKey, digest: &Bytes32) -> Signature {
    let (signature, id) = key.sign_prehash_recoverable(&digest.0);
    let rs: [u8; 64] = signature.to_bytes().as_slice().try_into().expect("64 bytes");
    Signature::from_parts(&rs, id.is_y_odd())
}

fn key_of(address_sought: &Address) -> Option<SigningKey> {
    let mut parties = keys().private_keys.keys().map(|name| key(name));
    parties.find(|key| address(key) == *address_sought)
}

fn sign_all(signatures: &mut [Signed], digest: &Bytes32) {
    for signed in signatures {
        if let Some(key) = key_of(&signed.signer) {
            signed.signature = sign(&key, digest);
        }
    }
}

/// Digests of everything that something else refers to, by the nonce of the statement where it has one.
struct Links {
    registry: Bytes32,
    policy: Bytes32,
    valuation: FieldElement,
    claim: Bytes32,
    round: Bytes32,
    books: Vec<Bytes32>,
    by_nonce: HashMap<Bytes16Key, Bytes32>,
}

type Bytes16Key = [u8; 16];

impl Links {
    fn of(bundle: &Bundle, trust: &Trust) -> Self {
        let registry = trust.registry.digest();
        let domain = Domain::of_registry(&registry);
        let mut by_nonce = HashMap::new();
        let mut add = |nonce: &Bytes16, digest: Bytes32| by_nonce.insert(nonce.0, digest);
        for proven in bundle.books.iter().flat_map(|book| &book.holdings) {
            add(&proven.statement.nonce, proven.statement.digest(&domain));
        }
        for allocation in &bundle.allocations {
            add(&allocation.proven.statement.nonce, allocation.proven.statement.digest(&domain));
            for signed in &allocation.releases {
                add(&signed.release.nonce, signed.release.digest(&domain));
            }
        }
        Links {
            registry,
            policy: trust.policy.digest(),
            valuation: bundle.coverage.statement.valuation,
            claim: bundle.claim.claim.digest(&domain),
            round: bundle.round.round.digest(&domain),
            books: bundle.books.iter().map(|book| book.attestation.digest(&domain)).collect(),
            by_nonce,
        }
    }
}

/// A bundle before its verifier.
pub(crate) struct Story {
    pub(crate) bundle: Bundle,
    pub(crate) trust: Trust,
    pub(crate) now: u64,
    /// The account's log, where it has one.
    pub(crate) ledger: Option<Ledger>,
    /// The custodian's totals, where there are any.
    pub(crate) custody: Option<Custody>,
    before: Links,
}

impl Story {
    /// A case of `fixtures/accept/`, accepted as it is.
    pub(crate) fn of(case: &str) -> Self {
        let bundle = Bundle::from_json(&fixture(&format!("accept/{case}/bundle.json"))).expect("a bundle");
        let trust =
            serde_json::from_slice(&fixture(&format!("accept/{case}/trust.json"))).expect("a trust file");
        let before = Links::of(&bundle, &trust);
        Story { bundle, trust, now: keys().now, ledger: None, custody: None, before }
    }

    /// Links and signs everything again after alterations. References that were altered on purpose stay as they are.
    pub(crate) fn relink(&mut self) {
        let Story { bundle, trust, before, ledger, .. } = self;
        if trust.policy.registry == before.registry {
            trust.policy.registry = trust.registry.digest();
        }
        let policy = trust.policy.digest();
        let domain = Domain::of_registry(&trust.registry.digest());
        let mut moved: HashMap<Bytes32, Bytes32> = HashMap::from([(before.policy, policy)]);
        let follow = |moved: &HashMap<Bytes32, Bytes32>, reference: &mut Bytes32| {
            if let Some(new) = moved.get(reference) {
                *reference = *new;
            }
        };

        for book in &mut bundle.books {
            let digest = book.attestation.digest(&domain);
            sign_all(&mut book.signatures, &digest);
            for proven in &mut book.holdings {
                if before.books.contains(&proven.statement.book) {
                    proven.statement.book = digest;
                }
                if let Some(old) = before.by_nonce.get(&proven.statement.nonce.0) {
                    moved.insert(*old, proven.statement.digest(&domain));
                }
            }
        }
        for allocation in &mut bundle.allocations {
            for signed in &mut allocation.releases {
                follow(&moved, &mut signed.release.allocation);
                let digest = signed.release.digest(&domain);
                signed.signature = sign(&key("releaser-a"), &digest);
                if let Some(old) = before.by_nonce.get(&signed.release.nonce.0) {
                    moved.insert(*old, digest);
                }
            }
            let statement = &mut allocation.proven.statement;
            follow(&moved, &mut statement.predecessor);
            for source in &mut statement.sources {
                follow(&moved, &mut source.origin);
                follow(&moved, &mut source.release);
            }
            let digest = statement.digest(&domain);
            allocation.signature = sign(&key("custodian"), &digest);
            if let Some(old) = before.by_nonce.get(&statement.nonce.0) {
                moved.insert(*old, digest);
            }
        }

        let claim = &mut bundle.claim;
        follow(&moved, &mut claim.claim.policy);
        let digest = claim.claim.digest(&domain);
        if let Some(venue) = key_of(&trust.audience.venue_signer) {
            claim.signature = sign(&venue, &digest);
        }
        moved.insert(before.claim, digest);
        follow(&moved, &mut trust.latest_claim.digest);

        // A valuation's digest holds those of registry and policy.
        let mut valued = before.valuation;
        if policy != before.policy {
            let prices = &bundle.round.round.prices;
            valued = valuation::build(&trust.registry, &trust.policy, prices).expect("a valuation").digest();
        }
        for valuation in &mut bundle.round.round.valuations {
            follow(&moved, &mut valuation.policy);
            if valuation.digest == before.valuation {
                valuation.digest = valued;
            }
        }
        let digest = bundle.round.round.digest(&domain);
        sign_all(&mut bundle.round.signatures, &digest);
        moved.insert(before.round, digest);

        let coverage = &mut bundle.coverage.statement;
        for reference in
            [&mut coverage.allocation, &mut coverage.claim, &mut coverage.round, &mut coverage.policy]
        {
            follow(&moved, reference);
        }
        if coverage.valuation == before.valuation {
            coverage.valuation = valued;
        }
        if let Some(seen) = &mut trust.seen {
            follow(&moved, &mut seen.allocation);
        }
        if let Some(ledger) = ledger {
            bundle.history = Some(ledger.history(bundle, trust));
        }
    }

    /// The digest of an allocation as it stands now.
    pub(crate) fn allocation_digest(&self, index: usize) -> Bytes32 {
        let domain = Domain::of_registry(&self.trust.registry.digest());
        self.bundle.allocations[index].proven.statement.digest(&domain)
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let mut trust = PreparedTrust::new(self.trust.clone()).expect("a consistent trust file");
        if let Some(custody) = &self.custody {
            let totals = custody.totals(&self.bundle, &self.trust);
            trust.attach_totals(&totals, self.now, None).expect("totals");
        }
        let alone = accept_bundle(&self.bundle, &trust, self.now);
        assert_eq!(accept_bundle_with(&self.bundle, &trust, self.now, &Right), alone);
        alone
    }

    pub(crate) fn accepted(&self) -> Acceptance {
        match self.verdict() {
            Verdict::Accept(acceptance) => acceptance,
            Verdict::Reject(reason) => panic!("refused by {}: {reason}", reason.rule()),
        }
    }

    pub(crate) fn refused(&self) -> Reason {
        match self.verdict() {
            Verdict::Accept(_) => panic!("accepted"),
            Verdict::Reject(reason) => reason,
        }
    }

    /// The exclusive end of the epoch that the chain is of.
    pub(crate) fn epoch_end(&self) -> u64 {
        let epoch = self.bundle.coverage.statement.epoch;
        self.trust.registry.epoch.interval(epoch).expect("an epoch").1
    }

    /// The `index`-th allocation's statement.
    pub(crate) fn allocation(&mut self, index: usize) -> &mut AllocationStatement {
        &mut self.bundle.allocations[index].proven.statement
    }
}

/// Another value of the same kind.
pub(crate) trait Other {
    fn other(&self) -> Self;
}

impl Other for Bytes32 {
    fn other(&self) -> Self {
        let mut bytes = self.0;
        bytes[31] ^= 1;
        Bytes32(bytes)
    }
}

impl Other for Address {
    fn other(&self) -> Self {
        let mut bytes = self.0;
        bytes[19] ^= 1;
        Address(bytes)
    }
}

impl Other for FieldElement {
    fn other(&self) -> Self {
        let mut bytes = self.to_be_bytes();
        bytes[31] ^= 1;
        FieldElement::from_be_bytes(&bytes).expect("below the modulus")
    }
}
