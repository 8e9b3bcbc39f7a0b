//! What targets share.

pub mod samples;
pub mod statements;
pub mod witness;

/// The real price packages of `fixtures/feeds` and whom they are signed by.
pub mod feeds {
    use solvency_feeds::{FeedError, PriceFile, Report, Side, Sources};
    use solvency_verifier::registry::{Asset, Registry};

    const REGISTRY: &str = include_str!("../../fixtures/registry.json");
    const SOURCES: &str = include_str!("../../fixtures/feeds/sources.toml");

    /// Imports a file as prices of this asset alone, PYTH or CRV3.
    pub fn import(symbol: &str, now: u64, bytes: &[u8]) -> Result<Report, FeedError> {
        let mut sources = Sources::parse("sources.toml", SOURCES).expect("the fixture is read");
        match symbol {
            "PYTH" => sources.redstone = None,
            _ => sources.pyth = None,
        }
        let mut registry: Registry = serde_json::from_str(REGISTRY).expect("the fixture is read");
        registry.assets = vec![Asset { symbol: symbol.into(), decimals: 8 }];
        solvency_feeds::import(&sources, &registry, Side::Collateral, now, &[PriceFile { file: "fuzz", bytes }])
    }
}

/// The circuit of the seeds of `zkey`, `ptau`, `manifest` and `proving_key`.
pub mod tiny {
    use std::sync::OnceLock;

    use ark_bn254::Fr;
    use solvency_circuits::builder::{Assignment, Builder, Linear, Matrices};
    use solvency_prover::keys::Circuit;
    use solvency_verifier::Shape;

    /// `x₁ = u·v`, `x₂ = u + v`, `w = u·u`; x₃ and x₄ stand in no row.
    fn build() -> (Matrices, Assignment) {
        let mut builder = Builder::<true>::new(4);
        let public: Vec<_> = [(1, 42u64), (2, 13), (3, 11), (4, 12)]
            .map(|(place, value)| builder.public_input(place, Fr::from(value)))
            .to_vec();
        let [u, v, w] = [6u64, 7, 36].map(|value| builder.private(Fr::from(value)));
        builder.check("product");
        builder.enforce_product("tiny", &u, &v, &public[0]);
        builder.check("sum");
        builder.enforce_product("tiny", &u.plus(&v), &Linear::constant(Fr::from(1u64)), &public[1]);
        builder.check("square");
        builder.enforce_product("tiny", &u, &u, &w);
        builder.finish_with_matrices()
    }

    /// Its rows, under the name of a shape with as many public inputs.
    pub fn circuit() -> &'static Circuit {
        static CIRCUIT: OnceLock<Circuit> = OnceLock::new();
        CIRCUIT.get_or_init(|| Circuit::new(Shape::CoverageFlat, build().0))
    }

    /// Wires that satisfy them.
    pub fn assignment() -> &'static Assignment {
        static ASSIGNMENT: OnceLock<Assignment> = OnceLock::new();
        ASSIGNMENT.get_or_init(|| build().1)
    }

    /// The content of a section of a file that was read.
    pub fn section(bytes: &[u8], number: u32) -> &[u8] {
        let mut at = 12;
        loop {
            let id = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
            let length = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().expect("eight bytes")) as usize;
            if id == number {
                return &bytes[at + 12..at + 12 + length];
            }
            at += 12 + length;
        }
    }
}
