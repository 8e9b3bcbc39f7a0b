//! From a path and a group to the lanes that serve them.

use ark_bn254::{Fq, Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ec::short_weierstrass::Affine;

use super::combinations::{Combinations, batch_combinations};
use super::multiples::{Scalars, batch_multiples};
use super::transform::{Direction, batch_to_domain, batch_transform};
#[cfg(target_arch = "x86_64")]
use crate::lanes::{IfmaFq, IfmaFq2};
use crate::lanes::{PortableFq, PortableFq2};
use crate::path::{Implementation, Path};

/// arkworks' affine points of G1 and G2.
pub trait Point: AffineRepr<ScalarField = Fr> + Batches {}

mod sealed {
    use super::{Combinations, Direction, Fr, Path};

    pub trait Batches: Sized {
        fn multiples(path: Path, points: &[Self], scalars: &[Fr]) -> Vec<Self>;
        fn common_multiples(path: Path, points: &[Self], scalar: &Fr) -> Vec<Self>;
        fn combinations(path: Path, points: &[Self], combinations: &Combinations<'_>) -> Vec<Self>;
        fn transform(path: Path, points: &mut [Self], direction: Direction);
        fn odd_coset_to_domain(path: Path, points: &[Self], factor: &Fr) -> Vec<Self>;
    }
}

pub(crate) use sealed::Batches;

/// `$call` for the lanes of a path and a group.
macro_rules! on_lanes {
    ($path:expr, $ifma:ident, $portable:ident, $lanes:ident, $token:ident => $call:expr) => {
        match $path.implementation() {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma($token) => {
                type $lanes = $ifma;
                $call
            }
            Implementation::Portable($token) => {
                type $lanes = $portable;
                $call
            }
        }
    };
}

macro_rules! batches {
    ($config:ty, $beta:expr, $ifma:ident, $portable:ident) => {
        impl Point for Affine<$config> {}

        impl Batches for Affine<$config> {
            fn multiples(path: Path, points: &[Self], scalars: &[Fr]) -> Vec<Self> {
                on_lanes!(path, $ifma, $portable, L, token => {
                    batch_multiples::<L>(token, &$beta, points, Scalars::Each(scalars))
                })
            }

            fn common_multiples(path: Path, points: &[Self], scalar: &Fr) -> Vec<Self> {
                on_lanes!(path, $ifma, $portable, L, token => {
                    batch_multiples::<L>(token, &$beta, points, Scalars::Common(scalar))
                })
            }

            fn combinations(path: Path, points: &[Self], combinations: &Combinations<'_>) -> Vec<Self> {
                on_lanes!(path, $ifma, $portable, L, token => {
                    batch_combinations::<L>(token, &$beta, points, combinations)
                })
            }

            fn transform(path: Path, points: &mut [Self], direction: Direction) {
                on_lanes!(path, $ifma, $portable, L, token => {
                    batch_transform::<L>(token, &$beta, points, direction);
                });
            }

            fn odd_coset_to_domain(path: Path, points: &[Self], factor: &Fr) -> Vec<Self> {
                on_lanes!(path, $ifma, $portable, L, token => {
                    batch_to_domain::<L>(token, &$beta, points, factor)
                })
            }
        }
    };
}

/// `λ·(x, y) = (β·x, y)` in G1, for the `λ` of [`super::halves`].
const BETA: Fq = g1::Config::ENDO_COEFFS[0];
/// In G2 it is the square of that, since `β` itself stands for the square of `λ` there.
const BETA_OF_G2: Fq = ark_ff::MontFp!("2203960485148121921418603742825762020974279258880205651966");

batches!(g1::Config, BETA, IfmaFq, PortableFq);
batches!(g2::Config, BETA_OF_G2, IfmaFq2, PortableFq2);

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G2Affine};
    use ark_ec::CurveGroup;
    use ark_ff::Field;

    #[test]
    fn beta_is_lambda() {
        let lambda = g1::Config::LAMBDA;
        let mut g1 = G1Affine::generator();
        g1.x *= BETA;
        assert_eq!(g1, (G1Affine::generator() * lambda).into_affine());
        let mut g2 = G2Affine::generator();
        g2.x.mul_assign_by_fp(&BETA_OF_G2);
        assert_eq!(g2, (G2Affine::generator() * lambda).into_affine());
        assert_eq!(BETA_OF_G2, BETA.square());
    }
}
