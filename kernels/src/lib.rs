//! What Groth16 provers and verifiers spend their time on, over BN254: multi-scalar multiplication with bases that are known
//! beforehand, the transform from a domain to its odd coset, and products of Miller loops; and what makes their keys: multiples
//! of many points, their sums and their Fourier transforms ([`batch`]). As fast as the processor at hand allows: eight lanes of
//! AVX512-IFMA where there are such instructions, one lane of 64-bit words elsewhere, found out at run time.
//!
//! # What this crate does not do
//!
//! It is not constant in time: what it takes depends on the scalars. It checks no point: sums of damaged points are wrong, which
//! a prover notices when it verifies its own proof. A verifier that uses [`Pairings`] has no such second look: see spec/threats.md. Neither can wrong *values* lead to a fault of memory: every index is checked,
//! and all `unsafe` code is in `lanes` (and two marker traits in `points`), each block with its argument.
//!
//! # Tests
//!
//! Besides `cargo test`, under the address sanitizer (which needs no other toolchain):
//!
//! ```sh
//! RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo test -p solvency-kernels --target x86_64-unknown-linux-gnu
//! ```

mod additions;
pub mod batch;
pub mod fft;
mod lanes;
pub mod msm;
mod multiplier;
mod pairing;
mod path;
mod points;
mod words;

pub use multiplier::Multiplier;
pub use pairing::Pairings;
pub use path::{PATH_VARIABLE, Path, PathError};
pub use points::{PackedG1, PackedG2, PackedPoint};
