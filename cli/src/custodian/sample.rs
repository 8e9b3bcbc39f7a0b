//! What a beacon asks of a custodian: bundles of past rounds, and openings of leaves of their books (spec/audit.md, "What a custodian
//! hands over").
//!
//! It shows nothing of what was not drawn, and not that the beacon is the one that was agreed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use solvency_audit::{
    Beacon, LeafPlace, MAX_OPENING_BYTES, MAX_REFERENCE, OPENING_FORMAT, OpenedPosition, OpenedVault,
    VaultOpening,
};
use solvency_prover::book::{Book, BookVault};
use solvency_prover::files::NewFolder;
use solvency_prover::opening::ShardTree;
use solvency_store::{Kind, State, Store, Unlocked, from_json};
use solvency_verifier::Bytes32;
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::statement::BookAttestation;
use zeroize::Zeroizing;

use super::archive::{Archive, KeptBundle};
use super::config::Config;
use super::unlock::{self, explained};
use crate::error::{CliError, CliResult};
use crate::output::Output;

/// What is asked for.
pub(crate) struct Sample<'a> {
    pub(crate) config: &'a Config,
    /// Digest of the registry.
    pub(crate) registry: Bytes32,
    pub(crate) beacon: &'a Beacon,
    /// The rounds that were drawn.
    pub(crate) rounds: &'a [u64],
    pub(crate) venues: &'a [String],
    /// Whether vaults are named.
    pub(crate) references: bool,
}

/// What was written, and what could not be.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) bundles: Vec<GivenBundle>,
    pub(crate) openings: Vec<GivenOpening>,
    /// Openings of entries in the log of the rounds.
    pub(crate) commitments: Vec<GivenBundle>,
    pub(crate) missing: Vec<Missing>,
}

/// What was written of a round and venue: a bundle that was copied, or the opening of its entry in the log of the rounds.
#[derive(Serialize)]
pub(crate) struct GivenBundle {
    pub(crate) file: PathBuf,
    pub(crate) round: u64,
    pub(crate) venue: String,
}

/// A leaf that was opened.
#[derive(Serialize)]
pub(crate) struct GivenOpening {
    pub(crate) file: PathBuf,
    pub(crate) book: Bytes32,
    pub(crate) shard: u32,
    pub(crate) leaf: u32,
}

/// Something that is owed and can't be given, and why.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Missing {
    #[serde(flatten)]
    pub(crate) what: Owed,
    pub(crate) why: String,
}

/// Something that is owed.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Owed {
    /// A bundle of a round.
    Bundle { round: u64, venue: String },
    /// An opening of a leaf.
    Opening { book: Bytes32, shard: u32, leaf: u32 },
    /// An opening of the entry in the log of the rounds.
    Commitment { round: u64, venue: String },
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.what {
            Owed::Bundle { round, venue } => write!(f, "round {round}, venue {venue}: {}", self.why),
            Owed::Commitment { round, venue } => {
                write!(f, "commitment of round {round}, venue {venue}: {}", self.why)
            }
            Owed::Opening { book, shard, leaf } => {
                write!(f, "leaf {leaf} of shard {shard} of book {book}: {}", self.why)
            }
        }
    }
}

/// How far the publication of some bytes has come, and in which order they were recorded.
type Published = BTreeMap<[u8; 32], (usize, State)>;

/// The leaves that are owed, and the attestations of their books.
#[derive(Default)]
struct Drawn {
    places: BTreeSet<LeafPlace>,
    books: BTreeMap<Bytes32, BookAttestation>,
}

/// The bytes of an opening, or why there are none.
type Document = Result<Zeroizing<Vec<u8>>, String>;

impl Sample<'_> {
    /// Writes what can be given into a folder. The store is open while it is read, and not while the folder is written: other commands
    /// get their turn.
    pub(crate) fn give(&self, folder: &NewFolder, output: &Output) -> CliResult<Given> {
        let (mut given, mut unlocked) = (Given::default(), None);
        let published = published(&unlock::open(self.config, &mut unlocked, output)?)?;
        let drawn = self.bundles(&published, folder, &mut given)?;
        let mut book_of = |digest: &Bytes32, epoch| self.book(digest, epoch, &mut unlocked, output);
        for (digest, attestation) in &drawn.books {
            let book = book_of(digest, attestation.epoch)?;
            let of_book = |place: &&LeafPlace| place.book == *digest;
            let places: Vec<LeafPlace> = drawn.places.iter().filter(of_book).copied().collect();
            for (place, opening) in openings(book.as_ref(), attestation, &places, self.references) {
                let LeafPlace { book, shard, leaf } = place;
                match opening {
                    Ok(bytes) => {
                        let file = opening_name(&place);
                        folder.write_secret(&file, &bytes)?;
                        given.openings.push(GivenOpening { file, book, shard, leaf });
                    }
                    Err(why) => {
                        given.missing.push(Missing { what: Owed::Opening { book, shard, leaf }, why });
                    }
                }
            }
        }
        Ok(given)
    }

    /// Copies the bundles of drawn rounds, and gathers the leaves that are drawn from their books.
    fn bundles(&self, published: &Published, folder: &NewFolder, given: &mut Given) -> CliResult<Drawn> {
        let archive = Archive::new(&self.config.path(&self.config.state));
        let mut kept: BTreeMap<(u64, String), Vec<KeptBundle>> = BTreeMap::new();
        for one in archive.list()? {
            kept.entry((one.round, one.venue.clone())).or_default().push(one);
        }
        let mut drawn = Drawn::default();
        for round in self.rounds {
            for venue in self.venues {
                let owed = || Owed::Bundle { round: *round, venue: venue.clone() };
                let of_round = kept.remove(&(*round, venue.clone())).unwrap_or_default();
                let of_round = in_order(of_round, published);
                if of_round.is_empty() {
                    let why = "no bundle of this round was published to it, or none is kept".into();
                    given.missing.push(Missing { what: owed(), why });
                }
                for (number, one) in (1..).zip(&of_round) {
                    match self.bundle(&archive, one, published) {
                        Ok((bytes, bundle)) => {
                            let file = Path::new("bundles").join(format!("{round}-{number}-{venue}.json"));
                            folder.write_secret(&file, &bytes)?;
                            given.bundles.push(GivenBundle { file, round: *round, venue: venue.clone() });
                            self.draw(*round, &bundle, &mut drawn);
                        }
                        Err(error) => given.missing.push(Missing { what: owed(), why: error.to_string() }),
                    }
                }
            }
        }
        Ok(drawn)
    }

    /// A bundle that was published, as it was.
    fn bundle(
        &self,
        archive: &Archive,
        kept: &KeptBundle,
        published: &Published,
    ) -> CliResult<(Vec<u8>, Bundle)> {
        if published.get(&kept.sha256).is_some_and(|(_, state)| *state == State::Waiting) {
            return Err(CliError::new("its bundle has still to be written: run `solvency prove`"));
        }
        let (bytes, bundle) = archive.read(kept)?;
        let account = bundle.coverage.statement.account;
        if account != self.beacon.account {
            return Err(CliError::new(format!("its bundle is of account {account}")));
        }
        Ok((bytes, bundle))
    }

    fn draw(&self, round: u64, bundle: &Bundle, drawn: &mut Drawn) {
        let domain = Domain::of_registry(&self.registry);
        drawn.places.extend(self.beacon.owed_leaves(&self.registry, round, bundle));
        for book in &bundle.books {
            drawn.books.insert(book.attestation.digest(&domain), book.attestation.clone());
        }
    }

    /// The openings of a book, where the store still has them.
    fn book(
        &self,
        digest: &Bytes32,
        epoch: u64,
        unlocked: &mut Option<Unlocked>,
        output: &Output,
    ) -> CliResult<Option<Book>> {
        let store = unlock::open(self.config, unlocked, output)?;
        let content = store.get(epoch, Kind::Book, &digest.to_string()).map_err(explained)?;
        content.map(|content| from_json(&content)).transpose().map_err(explained)
    }
}

/// What the store's logs say was published. Bytes that were published twice count as the time that came furthest.
fn published(store: &Store) -> CliResult<Published> {
    let mut published = Published::new();
    let mut order = 0;
    for epoch in store.epochs().map_err(explained)? {
        for one in store.publications(epoch).map_err(explained)? {
            let entry = published.entry(one.sha256).or_insert((order, one.state));
            if entry.1 == State::Waiting {
                entry.1 = one.state;
            }
            order += 1;
        }
    }
    Ok(published)
}

/// Those of some bundles that were published, in the order in which they were.
fn in_order(kept: Vec<KeptBundle>, published: &Published) -> Vec<KeptBundle> {
    let order = |one: KeptBundle| published.get(&one.sha256).map(|(order, _)| (*order, one));
    let mut ordered: Vec<_> = kept.into_iter().filter_map(order).collect();
    ordered.sort();
    ordered.into_iter().map(|(_, one)| one).collect()
}

/// Where an opening is written.
fn opening_name(place: &LeafPlace) -> PathBuf {
    let book = hex::encode(&place.book.0[..8]);
    Path::new("openings").join(format!("{book}-{}-{}.json", place.shard, place.leaf))
}

/// The documents of a book's drawn leaves, or why there is none. The places are sorted.
fn openings(
    book: Option<&Book>,
    attestation: &BookAttestation,
    places: &[LeafPlace],
    references: bool,
) -> Vec<(LeafPlace, Document)> {
    let forgotten = format!("the store has no openings of this book of epoch {}", attestation.epoch);
    let Some(book) = book else {
        return places.iter().map(|place| (*place, Err(forgotten.clone()))).collect();
    };
    let mut all = Vec::new();
    for of_shard in places.chunk_by(|one, next| one.shard == next.shard) {
        let Some(shard) = of_shard.first().map(|place| place.shard as usize) else { continue };
        let tree = book.tree(shard).map_err(|error| error.to_string());
        for place in of_shard {
            let opened = tree.as_ref().map_err(Clone::clone);
            all.push((*place, opened.and_then(|tree| opening(tree, attestation, place, references))));
        }
    }
    all
}

/// The document of a leaf, once the auditor's check has found it right.
fn opening(
    tree: &ShardTree<'_>,
    attestation: &BookAttestation,
    place: &LeafPlace,
    references: bool,
) -> Document {
    let leaf = tree.open(place.leaf as usize).map_err(|error| error.to_string())?;
    let opening = VaultOpening {
        format: OPENING_FORMAT.into(),
        book: place.book,
        shard: place.shard,
        leaf: place.leaf,
        vaults: leaf.vaults.iter().map(|vault| opened(vault, references)).collect(),
        blinding: leaf.blinding,
        path: leaf.path,
    };
    opening.check(attestation).map_err(|error| {
        format!(
            "the store's book is not the attested one ({error}): restore the store from your newest backup"
        )
    })?;
    let text = serde_json::to_vec_pretty(&opening).map(Zeroizing::new).map_err(|error| error.to_string())?;
    let names = opening.vaults.iter().filter_map(|vault| vault.reference.as_ref());
    if text.len() > MAX_OPENING_BYTES || names.map(String::len).max() > Some(MAX_REFERENCE) {
        return Err("its references are longer than an auditor reads: use --no-references".into());
    }
    Ok(text)
}

fn opened(vault: &BookVault, references: bool) -> OpenedVault {
    let record = vault.record();
    OpenedVault {
        id: record.id,
        reference: vault.reference.clone().filter(|_| references),
        positions: record
            .positions
            .map(|position| OpenedPosition { slot: position.slot, amount: position.amount }),
    }
}

#[cfg(test)]
mod tests;
