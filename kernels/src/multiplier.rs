//! The public face of [`crate::msm`]: buffers of one thread, for the path that was chosen.

use ark_bn254::{G1Projective, G2Projective};

#[cfg(target_arch = "x86_64")]
use crate::lanes::{Ifma, IfmaFq, IfmaFq2};
use crate::lanes::{Portable, PortableFq, PortableFq2};
use crate::msm::{Bases, Workspace};
use crate::path::{Implementation, Path};
use crate::points::{PackedG1, PackedG2};

/// Multiplies and sums points, keeping its buffers from one call to the next. One for each thread.
///
/// Its buffers hold what depends on the scalars; digits and schedules are erased when it is dropped.
pub struct Multiplier(Workspaces);

enum Workspaces {
    #[cfg(target_arch = "x86_64")]
    Ifma {
        g1: Box<Workspace<IfmaFq>>,
        g2: Box<Workspace<IfmaFq2>>,
    },
    Portable {
        g1: Box<Workspace<PortableFq>>,
        g2: Box<Workspace<PortableFq2>>,
    },
}

macro_rules! dispatch {
    ($self:ident, $group:ident, $workspace:ident => $call:expr) => {
        match &mut $self.0 {
            #[cfg(target_arch = "x86_64")]
            Workspaces::Ifma { $group: $workspace, .. } => $call,
            Workspaces::Portable { $group: $workspace, .. } => $call,
        }
    };
}

impl Multiplier {
    /// One for a path.
    pub fn new(path: Path) -> Self {
        Self(match path.implementation() {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(token) => Self::ifma(token),
            Implementation::Portable(token) => Self::portable(token),
        })
    }

    #[cfg(target_arch = "x86_64")]
    fn ifma(token: Ifma) -> Workspaces {
        Workspaces::Ifma { g1: Box::new(Workspace::new(token)), g2: Box::new(Workspace::new(token)) }
    }

    fn portable(token: Portable) -> Workspaces {
        Workspaces::Portable { g1: Box::new(Workspace::new(token)), g2: Box::new(Workspace::new(token)) }
    }

    /// `Σ scalar·base` in G1; scalars as integers below `2^254`.
    ///
    /// # Panics
    /// Where there are not as many scalars as bases.
    pub fn multiply_g1(&mut self, bases: &Bases<'_, PackedG1>, scalars: &[[u64; 4]]) -> G1Projective {
        dispatch!(self, g1, workspace => workspace.multiply(bases, scalars))
    }

    /// `Σ scalar·base` in G2; scalars as integers below `2^254`.
    ///
    /// # Panics
    /// Where there are not as many scalars as bases.
    pub fn multiply_g2(&mut self, bases: &Bases<'_, PackedG2>, scalars: &[[u64; 4]]) -> G2Projective {
        dispatch!(self, g2, workspace => workspace.multiply(bases, scalars))
    }

    /// The sum of the points of G1 at some indices.
    ///
    /// # Panics
    /// Where an index is out of range.
    pub fn sum_g1(&mut self, points: &[PackedG1], indices: &[u32]) -> G1Projective {
        dispatch!(self, g1, workspace => workspace.sum(points, indices))
    }

    /// The sum of the points of G2 at some indices.
    ///
    /// # Panics
    /// Where an index is out of range.
    pub fn sum_g2(&mut self, points: &[PackedG2], indices: &[u32]) -> G2Projective {
        dispatch!(self, g2, workspace => workspace.sum(points, indices))
    }
}
