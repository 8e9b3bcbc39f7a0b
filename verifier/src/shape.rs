//! The named, versioned shapes: which circuit, how large. Any change of a circuit's matrices makes a new version.

use alloc::{format, string::String};
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The three statements of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statement {
    /// The attested book opens to amounts whose sums per slot are committed in `C_T`.
    Holdings,
    /// Sources are distributed to outputs, slot by slot, with nothing counted twice.
    Allocation,
    /// A pledge's haircut value is at least θ times the committed requirement.
    Coverage,
}

/// How an allocation opens one of its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// The total of a holdings proof, or the zero source.
    Total,
    /// An output of an earlier allocation: what the account kept, or a released pledge.
    Pledge,
}

/// Sources and outputs of an allocation shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllocationShape {
    /// The kind of each source, in order.
    pub sources: &'static [SourceKind],
    /// Number of outputs; output 0 is what the account keeps.
    pub outputs: usize,
}

/// A circuit of a fixed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Up to 16 vaults of 5 positions.
    Holdings16,
    /// Up to 256 vaults of 5 positions.
    Holdings256,
    /// Two totals to four outputs.
    Allocation2x4,
    /// Four totals to eight outputs.
    Allocation4x8,
    /// Two earlier outputs and one total to four outputs.
    Repledge3x4,
    /// Flat haircuts for each slot.
    CoverageFlat,
    /// Twelve tiers for each asset and a haircut for each slot.
    CoverageTiered,
}

impl Shape {
    /// Every shape, in the order of the protocol.
    pub const ALL: [Shape; 7] = [
        Shape::Holdings16,
        Shape::Holdings256,
        Shape::Allocation2x4,
        Shape::Allocation4x8,
        Shape::Repledge3x4,
        Shape::CoverageFlat,
        Shape::CoverageTiered,
    ];

    /// The shape's name without its version, as in `holdings-16`.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Holdings16 => "holdings-16",
            Shape::Holdings256 => "holdings-256",
            Shape::Allocation2x4 => "allocation-2x4",
            Shape::Allocation4x8 => "allocation-4x8",
            Shape::Repledge3x4 => "repledge-3x4",
            Shape::CoverageFlat => "coverage-flat",
            Shape::CoverageTiered => "coverage-tiered",
        }
    }

    /// The version of the circuit's matrices.
    pub fn version(self) -> u32 {
        1
    }

    /// Name and version, as in `holdings-16/1`: the form in keys, statements and contexts.
    pub fn id(self) -> String {
        format!("{}/{}", self.name(), self.version())
    }

    /// Reads a name without version, as in `holdings-16`.
    pub fn from_name(name: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// Reads a name and version, as in `holdings-16/1`; another version is another shape and is not known here.
    pub fn from_id(id: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.id() == id)
    }

    /// Which statement the shape proves.
    pub fn statement(self) -> Statement {
        match self {
            Shape::Holdings16 | Shape::Holdings256 => Statement::Holdings,
            Shape::Allocation2x4 | Shape::Allocation4x8 | Shape::Repledge3x4 => Statement::Allocation,
            Shape::CoverageFlat | Shape::CoverageTiered => Statement::Coverage,
        }
    }

    /// Vaults of a holdings shape.
    pub fn vaults(self) -> Option<usize> {
        match self {
            Shape::Holdings16 => Some(16),
            Shape::Holdings256 => Some(256),
            _ => None,
        }
    }

    /// Sources and outputs of an allocation shape.
    pub fn allocation(self) -> Option<AllocationShape> {
        use SourceKind::{Pledge, Total};
        match self {
            Shape::Allocation2x4 => Some(AllocationShape { sources: &[Total, Total], outputs: 4 }),
            Shape::Allocation4x8 => {
                Some(AllocationShape { sources: &[Total, Total, Total, Total], outputs: 8 })
            }
            Shape::Repledge3x4 => Some(AllocationShape { sources: &[Pledge, Pledge, Total], outputs: 4 }),
            _ => None,
        }
    }

    /// Number of public inputs, the context among them, without the constant one.
    pub fn public_input_count(self) -> usize {
        match self.allocation() {
            Some(shape) => shape.sources.len().saturating_add(shape.outputs).saturating_add(1),
            None => 4,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id())
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.id())
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Shape::from_id(&text).ok_or_else(|| {
            let known: alloc::vec::Vec<String> = Shape::ALL.iter().map(|shape| shape.id()).collect();
            de::Error::custom(format!("{text:?} is not a known shape; known are {}", known.join(", ")))
        })
    }
}
