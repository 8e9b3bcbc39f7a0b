//! Which files a tree of some size has, and what is in them (C2SP tlog-tiles).

use std::path::{Path, PathBuf};

use solvency_verifier::log::Hash;

use crate::error::LogError;
use crate::files;

/// Hashes or entries of a full file.
pub(crate) const WIDTH: u64 = 256;
/// What precedes each entry: its length, 32.
const LENGTH: [u8; 2] = [0, 32];
/// Bytes of an entry in its file.
const ENTRY_BYTES: usize = 34;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Row {
    /// Entries.
    Entries,
    /// Hashes, each of `256^level` leaves.
    Hashes(u8),
}

/// A file of a log: up to 256 consecutive entries or hashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tile {
    pub(crate) row: Row,
    pub(crate) index: u64,
    /// How many there are, 1 to 256.
    pub(crate) width: u64,
}

impl Tile {
    /// The tile as the tree of this size has it; nothing where it is empty.
    pub(crate) fn at(row: Row, index: u64, size: u64) -> Option<Tile> {
        let level = match row {
            Row::Entries => 0,
            Row::Hashes(level) => u32::from(level),
        };
        let items = size.checked_shr(8 * level).unwrap_or(0);
        let width = items.saturating_sub(index.checked_mul(WIDTH)?).min(WIDTH);
        (width > 0).then_some(Tile { row, index, width })
    }

    pub(crate) fn full(self) -> Tile {
        Tile { width: WIDTH, ..self }
    }

    /// Path below the log's folder.
    pub(crate) fn path(self) -> PathBuf {
        let mut path = self.without_width();
        if self.width < WIDTH {
            path.as_mut_os_string().push(".p");
            path.push(self.width.to_string());
        }
        path
    }

    /// The folder of the partial files of this index.
    pub(crate) fn partials(self) -> PathBuf {
        let mut path = self.without_width();
        path.as_mut_os_string().push(".p");
        path
    }

    /// Groups of three digits, all but the last behind an `x`.
    fn without_width(self) -> PathBuf {
        let mut path = PathBuf::from("tile");
        match self.row {
            Row::Entries => path.push("entries"),
            Row::Hashes(level) => path.push(level.to_string()),
        }
        let digits = self.index.to_string();
        let digits = "0".repeat((3 - digits.len() % 3) % 3) + &digits;
        let groups = digits.len() / 3;
        for group in 0..groups {
            let three = &digits[3 * group..3 * group + 3];
            path.push(if group + 1 == groups { three.to_owned() } else { format!("x{three}") });
        }
        path
    }

    fn item_bytes(self) -> usize {
        match self.row {
            Row::Entries => ENTRY_BYTES,
            Row::Hashes(_) => HASH_BYTES,
        }
    }

    /// The file's bytes.
    pub(crate) fn encode(self, items: &[[u8; 32]]) -> Vec<u8> {
        let prefix: &[u8] = if self.row == Row::Entries { &LENGTH } else { &[] };
        items.iter().flat_map(|item| [prefix, item]).flatten().copied().collect()
    }

    /// Reads the file: exactly as long as it must be, each entry of 32 bytes. Nothing where there is no file.
    pub(crate) fn read(self, dir: &Path) -> Result<Option<Vec<[u8; 32]>>, LogError> {
        let path = dir.join(self.path());
        let expected = self.width as usize * self.item_bytes();
        let Some(bytes) = files::read(&path, (WIDTH as usize * self.item_bytes()) as u64)? else {
            return Ok(None);
        };
        if bytes.len() != expected {
            return Err(LogError::damaged(&path, format!("{} bytes, expected {expected}", bytes.len())));
        }
        let item = |chunk: &[u8]| {
            let (prefix, item) = chunk.split_at(chunk.len() - 32);
            if self.row == Row::Entries && prefix != LENGTH {
                return Err(LogError::damaged(&path, "an entry whose length is not 32"));
            }
            item.try_into().map_err(|_| LogError::damaged(&path, "an entry that is cut off"))
        };
        bytes.chunks(self.item_bytes()).map(item).collect::<Result<_, _>>().map(Some)
    }

    /// The tile of a published log: the partial file, or the beginning of the full one. Where there are both they must agree.
    pub(crate) fn read_published(self, dir: &Path) -> Result<Vec<[u8; 32]>, LogError> {
        let own = self.read(dir)?;
        let full = if self.width < WIDTH { self.full().read(dir)? } else { None };
        let beginning = full.map(|full| full[..self.width as usize].to_vec());
        match (own, beginning) {
            (Some(own), Some(beginning)) if own != beginning => {
                Err(LogError::damaged(&dir.join(self.path()), "not the beginning of the full file"))
            }
            (Some(items), _) | (None, Some(items)) => Ok(items),
            (None, None) => Err(LogError::Missing { path: dir.join(self.path()).display().to_string() }),
        }
    }
}

/// Every tile of hashes of a tree with these leaves, with its hashes; the lowest level first.
pub(crate) fn hash_tiles(leaves: &[Hash]) -> Vec<(Tile, Vec<Hash>)> {
    let mut tiles = Vec::new();
    let mut hashes = leaves.to_vec();
    for level in 0..8 {
        let mut above = Vec::new();
        for (index, tile) in hashes.chunks(WIDTH as usize).enumerate() {
            let width = tile.len() as u64;
            tiles.push((Tile { row: Row::Hashes(level), index: index as u64, width }, tile.to_vec()));
            if width == WIDTH {
                above.push(solvency_verifier::log::root_of(tile));
            }
        }
        hashes = above;
    }
    tiles
}
