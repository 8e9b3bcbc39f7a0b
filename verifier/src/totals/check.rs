//! The rules of a document of totals (spec/totals.md): cheap ones first, pairings last.

use alloc::{collections::BTreeSet, format, vec, vec::Vec};

use super::{CheckedTotals, MAX_SOURCES, SUM_OUTPUT, Totals, TotalsError, TotalsNode};
use crate::accept::Proofs;
use crate::bundle::Proven;
use crate::commitment::{zero_pledge, zero_source};
use crate::encoding::{Bytes32, Domain, FieldElement, TypedData, context};
use crate::groth16::Accelerator;
use crate::public_inputs::{AllocationPublic, HoldingsPublic};
use crate::shape::{SourceKind, Statement};
use crate::statement::check_signer;
use crate::trust::PreparedTrust;

impl Totals {
    /// Checks everything but what a time decides; keys must not have ended at `now`, in Unix seconds.
    ///
    /// # Errors
    /// [`TotalsError`] for the first rule that refuses.
    pub fn check(
        &self,
        prepared: &PreparedTrust,
        now: u64,
        accelerator: Option<&dyn Accelerator>,
    ) -> Result<CheckedTotals, TotalsError> {
        counted("sources", self.sources.len())?;
        counted("nodes", self.nodes.len())?;
        let trust = prepared.trust();
        let domain = Domain::of_registry(&trust.registry.digest());
        let expected = trust.counterparty.custodian;
        if self.custodian != expected || trust.revoked.signers.contains(&expected) {
            return Err(TotalsError::Custodian { got: self.custodian, expected });
        }
        let none = TotalsError::Count { what: "nodes", got: 0, allowed: MAX_SOURCES };
        let statement = self.statement(&domain).ok_or(none)?;
        let digest = statement.digest(&domain);
        check_signer(&expected, &self.signature, &digest).map_err(TotalsError::Signature)?;
        self.check_certificate(&digest, statement.total, &domain)?;

        let mut proofs = Proofs::new(prepared);
        let mut keys_until = u64::MAX;
        let mut tree = Tree::new();
        self.check_sources(&domain, &mut tree, &mut proofs, now, &mut keys_until)?;
        for (index, node) in self.nodes.iter().enumerate() {
            let at = format!("nodes[{index}]");
            self.check_node(&at, &node.statement, &mut tree)?;
            let end = add_node(at, node, tree.zero_pledge, &domain, &mut proofs, now)?;
            keys_until = keys_until.min(end);
        }
        tree.nothing_left()?;

        let development_keys = proofs.development_keys().to_vec();
        proofs.verify(accelerator).map_err(TotalsError::Proof)?;
        let mut holdings: Vec<Bytes32> = statement.sources.iter().map(|source| source.holdings).collect();
        holdings.sort_unstable();
        Ok(CheckedTotals {
            digest,
            custodian: self.custodian,
            epoch: self.epoch,
            made_at: self.made_at,
            total: statement.total,
            holdings,
            keys_until,
            development_keys,
            certificate: self.certificate.as_ref().map(|signed| signed.certificate.clone()),
        })
    }

    /// The certificate is of this document, in the order of times, and signed by the auditor that it names.
    fn check_certificate(
        &self,
        digest: &Bytes32,
        total: FieldElement,
        domain: &Domain,
    ) -> Result<(), TotalsError> {
        let Some(signed) = &self.certificate else { return Ok(()) };
        let refuse = |message| Err(TotalsError::Certificate { message });
        let certificate = &signed.certificate;
        if certificate.totals != *digest {
            return refuse(format!("is of totals {}, these are {digest}", certificate.totals));
        }
        if certificate.total != total {
            return refuse(format!("is of total {}, this is {total}", certificate.total));
        }
        let signed_at = certificate.signed_at;
        if signed_at < certificate.reserves_as_of || signed_at < self.made_at {
            return refuse(format!(
                "was signed at {signed_at}, before the reserves or the totals were there"
            ));
        }
        check_signer(&certificate.auditor, &signed.signature, &certificate.digest(domain))
            .or_else(|error| refuse(format!("auditor: {error}")))
    }

    fn check_sources<'a>(
        &'a self,
        domain: &Domain,
        tree: &mut Tree,
        proofs: &mut Proofs<'a>,
        now: u64,
        keys_until: &mut u64,
    ) -> Result<(), TotalsError> {
        let mut roots = BTreeSet::new();
        let mut commitments = BTreeSet::new();
        for (index, source) in self.sources.iter().enumerate() {
            let place = format!("sources[{index}]");
            let statement = &source.holdings.statement;
            if statement.shape.statement() != Statement::Holdings {
                return Err(TotalsError::SourceShape { place, shape: statement.shape });
            }
            let (id_low, id_high) = (source.id_low, source.id_high);
            if id_low >= id_high {
                return Err(TotalsError::SourceRange { place, id_low, id_high });
            }
            let new_root = roots.insert(source.root.to_be_bytes());
            if !commitments.insert(statement.total.to_be_bytes()) || !new_root {
                return Err(TotalsError::SourceTwice { place });
            }
            let public = HoldingsPublic {
                book_root: source.root,
                total: statement.total,
                id_low,
                id_high,
                context: context(statement.shape, &statement.digest(domain)),
            };
            let Proven { key, proof, .. } = &source.holdings;
            let end = proofs
                .add(place.clone(), statement.shape, key, &public, proof, now)
                .map_err(TotalsError::Proof)?;
            *keys_until = (*keys_until).min(end);
            tree.shards.push(Untaken { commitment: statement.total, place: Some(place) });
        }
        Ok(())
    }

    /// A node of this document whose sources are there and were not taken; its sum is then there.
    fn check_node(&self, at: &str, node: &TotalsNode, tree: &mut Tree) -> Result<(), TotalsError> {
        let field = match node {
            node if node.custodian != self.custodian => Some("custodian"),
            node if node.epoch != self.epoch => Some("epoch"),
            _ => None,
        };
        if let Some(field) = field {
            return Err(TotalsError::NodeOf { place: at.into(), field });
        }
        let Some(shape) = node.shape.allocation() else {
            return Err(TotalsError::NodeShape { place: at.into(), shape: node.shape });
        };
        let (got, expected) = (node.sources.len(), shape.sources.len());
        if got != expected {
            return Err(TotalsError::NodeSources { place: at.into(), got, expected });
        }
        for (index, (source, kind)) in node.sources.iter().zip(shape.sources).enumerate() {
            if !tree.take(source, *kind) {
                return Err(TotalsError::NodeSource { place: format!("{at}.sources[{index}]") });
            }
        }
        tree.sums.push(Untaken { commitment: node.sum, place: Some(at.into()) });
        Ok(())
    }
}

/// The proof's outputs are the sum and, in every other place, the constant zero pledge.
fn add_node<'a>(
    at: alloc::string::String,
    node: &'a Proven<TotalsNode>,
    zero_pledge: FieldElement,
    domain: &Domain,
    proofs: &mut Proofs<'a>,
    now: u64,
) -> Result<u64, TotalsError> {
    let statement = &node.statement;
    let outputs = statement.shape.allocation().map_or(0, |shape| shape.outputs);
    let mut places = vec![zero_pledge; outputs];
    if let Some(place) = places.get_mut(SUM_OUTPUT) {
        *place = statement.sum;
    }
    let public = AllocationPublic {
        sources: statement.sources.clone(),
        outputs: places,
        context: context(statement.shape, &statement.digest(domain)),
    };
    proofs.add(at, statement.shape, &node.key, &public, &node.proof, now).map_err(TotalsError::Proof)
}

/// What may be taken: its place is gone once a node has.
struct Untaken {
    commitment: FieldElement,
    place: Option<alloc::string::String>,
}

/// Shards and sums, in the order of the document.
struct Tree {
    shards: Vec<Untaken>,
    sums: Vec<Untaken>,
    zero_source: FieldElement,
    zero_pledge: FieldElement,
}

impl Tree {
    fn new() -> Self {
        Tree { shards: vec![], sums: vec![], zero_source: zero_source(), zero_pledge: zero_pledge() }
    }

    /// Takes a source; answers whether it was there. The zero source is always.
    fn take(&mut self, source: &FieldElement, kind: SourceKind) -> bool {
        let (list, zero) = match kind {
            SourceKind::Total => (&mut self.shards, self.zero_source),
            SourceKind::Pledge => (&mut self.sums, self.zero_pledge),
        };
        if *source == zero {
            return true;
        }
        let found = list.iter_mut().find(|untaken| untaken.place.is_some() && untaken.commitment == *source);
        found.and_then(|untaken| untaken.place.take()).is_some()
    }

    /// Everything was taken but the last sum.
    fn nothing_left(mut self) -> Result<(), TotalsError> {
        self.sums.pop();
        let left = self.shards.into_iter().chain(self.sums).find_map(|untaken| untaken.place);
        left.map_or(Ok(()), |place| Err(TotalsError::Left { place }))
    }
}

fn counted(what: &'static str, got: usize) -> Result<(), TotalsError> {
    if got == 0 || got > MAX_SOURCES {
        return Err(TotalsError::Count { what, got, allowed: MAX_SOURCES });
    }
    Ok(())
}
