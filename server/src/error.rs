//! Why the service does not start, end well, or take another configuration.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use solvency_verifier::position::{BandError, ClaimRefused, PositionError, RotationRefused};
use solvency_verifier::totals::TotalsError;
use solvency_verifier::trust::TrustError;

use crate::config::MAX_POSITIONS;
use crate::token::{MAX_TOKEN, MIN_TOKEN};

/// Why a configuration contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The admin listener could be reached from elsewhere.
    #[error("admin is {got}: only a loopback address is taken; reach it from elsewhere through a tunnel")]
    AdminBeyondLoopback {
        /// The address.
        got: SocketAddr,
    },
    /// A limit out of its bounds.
    #[error("{limit} is {got}, allowed are 1 to {allowed}")]
    Limit {
        /// Which limit.
        limit: &'static str,
        /// Its value.
        got: u64,
        /// The greatest value.
        allowed: u64,
    },
    /// No positions, or too many.
    #[error("{got} positions, allowed are 1 to {MAX_POSITIONS}")]
    Positions {
        /// How many.
        got: usize,
    },
    /// Not a name.
    #[error("{name:?} is no name: 1 to 64 of a-z, 0-9 and -, not - first")]
    Name {
        /// The name.
        name: String,
    },
    /// A name twice.
    #[error("position {name} stands twice")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A change of bands to those that are there.
    #[error("position {name}: bands_before are the bands: a change names the new and the old")]
    SameBands {
        /// The position.
        name: String,
    },
    /// Bands that contradict themselves.
    #[error("position {name}: {error}")]
    Bands {
        /// The position.
        name: String,
        /// The contradiction.
        error: BandError,
    },
}

/// Why the service does not start or did not end well, or a position can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An address that can't be listened on.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A file that can't be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or directory that others may write to, or a secret that others may read.
    #[error("{}: others than its owner may {what} it: chmod {mode}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Read or write.
        what: &'static str,
        /// The mode to set.
        mode: &'static str,
    },
    /// Another service runs over this directory.
    #[error("{}: another service uses this state directory", path.display())]
    InUse {
        /// Its lock.
        path: PathBuf,
    },
    /// Not a token.
    #[error("{}: a token is {MIN_TOKEN} to {MAX_TOKEN} visible ASCII characters, and perhaps a line's end", path.display())]
    Token {
        /// The file.
        path: PathBuf,
    },
    /// No trust file.
    #[error("{}: {error}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// Why.
        error: TrustError,
    },
    /// No totals, or none that hold under the trust file.
    #[error("{}: {error}", path.display())]
    Totals {
        /// The file.
        path: PathBuf,
        /// Why.
        error: TotalsError,
    },
    /// The position's file is not there.
    #[error(
        "position {name}: {} is not there. A position that was never opened is opened with open_position; one that was \
         has to be restored: without its file it is not known what was seen",
        path.display()
    )]
    Missing {
        /// The position.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// The position is there already.
    #[error("position {name}: {} is there already: it was opened before", path.display())]
    AlreadyOpen {
        /// The position.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// The position's file is damaged.
    #[error("{}: {error}. Restore the file; an empty one would forget what was seen", path.display())]
    Position {
        /// The file.
        path: PathBuf,
        /// Why.
        error: PositionError,
    },
    /// The receipt is damaged.
    #[error("{}: {message}. It may be removed: a bundle that is sent again is then judged again", path.display())]
    Receipt {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The configured bands are not the position's.
    #[error(
        "position {name}: its file has other bands than the configuration; to change them, name those of the file as bands_before"
    )]
    OtherBands {
        /// The position.
        name: String,
    },
    /// The trust file's claim is refused.
    #[error("position {name}: {error}")]
    Claim {
        /// The position.
        name: String,
        /// Why.
        error: ClaimRefused,
    },
    /// The worker panicked while the service ran.
    #[error(
        "the worker panicked; files are as they were last put in place: start again, and report the panic"
    )]
    WorkerFailed,
    /// Metrics that can't be registered.
    #[error("metrics: {message}")]
    Metrics {
        /// Why.
        message: String,
    },
    /// The trust file does not become the current one.
    #[error("position {name}: {error}")]
    Rotation {
        /// The position.
        name: String,
        /// Why.
        error: RotationRefused,
    },
}

/// Why a reload changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReloadRefused {
    /// The configuration can't be read.
    #[error("{message}")]
    Config {
        /// Why.
        message: String,
    },
    /// The configuration differs in something else than trust files and bands.
    #[error("{what} of the configuration changed: that needs a start")]
    NeedsStart {
        /// In what.
        what: &'static str,
    },
    /// The service would not start like this.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The files can't be written. What is in memory is as before.
    #[error("the state can't be written")]
    Unwritten,
}

impl StartError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> StartError + '_ {
        move |source| StartError::File { path: path.into(), source }
    }
}
