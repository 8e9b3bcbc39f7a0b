//! The randomness of the keys that `generated/` is made from, for everybody to repeat: **whoever reads this can forge proofs under them.**
//!
//! A verifier contract holds its key as constants, so a key that is made afresh needs a compiler before a chain can use it. With a key that
//! everybody can make again, the compiled contract is there already: tests and `solvency demo --chain` prove under the keys whose verifiers are
//! committed. That anybody can forge under them takes nothing from what these show, since a development key's maker can forge as well.

use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_verifier::Shape;
use solvency_verifier::encoding::tagged_sha256;

/// The randomness of a shape's test key, for `ProvingKey::generate_development_from`.
pub fn rng(shape: Shape) -> StdRng {
    StdRng::from_seed(tagged_sha256("solvency test key", &[shape.id().as_bytes()]).0)
}
