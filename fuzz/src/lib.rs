//! What targets share.

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
