//! `solvency export` and `solvency import`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};
use solvency_verifier::groth16::KeyId;

#[derive(Subcommand)]
pub(crate) enum ExportCommand {
    /// A proof of a bundle for snarkjs: verification_key.json, proof.json and public.json
    Snarkjs {
        #[command(flatten)]
        choice: BundleProof,
        /// Directory to write to
        #[arg(long)]
        out: PathBuf,
    },
    /// A proof of a bundle in arkworks' serialisation: verifying_key.bin, proof.bin and public_inputs.bin
    Arkworks {
        #[command(flatten)]
        choice: BundleProof,
        /// Points with both coordinates, for deserialize_uncompressed
        #[arg(long)]
        uncompressed: bool,
        /// Directory to write to
        #[arg(long)]
        out: PathBuf,
    },
    /// A proof of a bundle as calldata, printed
    Calldata {
        #[command(flatten)]
        choice: BundleProof,
        /// For which contract
        #[arg(long, value_enum, default_value_t = CalldataForm::Solvency)]
        form: CalldataForm,
    },
    /// A verifying key alone
    Key {
        /// A .vk or .pk file
        #[arg(long)]
        key: PathBuf,
        /// The form to write
        #[arg(long, value_enum, default_value_t = KeyForm::Snarkjs)]
        form: KeyForm,
        /// File to write
        #[arg(long)]
        out: PathBuf,
    },
    /// The Solidity contracts of a key: for single proofs, for batches, and with the call of snarkjs' contract
    Solidity {
        /// A .vk or .pk file
        #[arg(long)]
        key: PathBuf,
        /// Id of the development key, where it is one: whoever made it can forge. Never for production
        #[arg(long, value_name = "KEY ID", value_parser = KeyId::from_hex)]
        development: Option<KeyId>,
        /// File to write
        #[arg(long)]
        out: PathBuf,
    },
    /// The constraint system of a shape as circom's .r1cs
    R1cs {
        /// Shape, as in coverage-flat
        #[arg(long)]
        shape: String,
        /// File to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Custodian: the assignment of a proof that was made, as circom's .wtns. It holds all secrets of the proof
    Wtns(WtnsArgs),
}

/// A proof of a bundle.
#[derive(Args)]
pub(crate) struct BundleProof {
    /// The bundle
    #[arg(long)]
    pub(crate) bundle: PathBuf,
    /// The trust file: it holds keys and registry
    #[arg(long)]
    pub(crate) trust: PathBuf,
    /// Which proof, as `coverage`, `allocations[0]` or `books[0].holdings[0]`
    #[arg(long, default_value = "coverage")]
    pub(crate) proof: String,
}

/// The contract that calldata is for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CalldataForm {
    /// The contract of `export solidity`: bytes with the selector
    Solvency,
    /// snarkjs' contract: the text of `snarkjs zkey export soliditycalldata`
    Snarkjs,
}

/// The form of a verifying key.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyForm {
    /// verification_key.json
    Snarkjs,
    /// arkworks' serialisation, compressed where it is written, either where it is read
    Arkworks,
    /// arkworks' serialisation, uncompressed
    ArkworksUncompressed,
}

#[derive(Args)]
pub(crate) struct WtnsArgs {
    /// The custodian's configuration
    #[arg(long, default_value = "solvency.toml")]
    pub(crate) config: PathBuf,
    /// Which proof, as `holdings[0]` (a shard), `allocations[0]` or `coverage[venue-name]`
    #[arg(long)]
    pub(crate) proof: KeptProof,
    /// Clock, in Unix seconds, instead of now: it tells the epoch
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// File to write, mode 0600; must not exist
    #[arg(long)]
    pub(crate) out: PathBuf,
}

/// A proof that the custodian keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeptProof {
    /// Of a shard's sums.
    Holdings(usize),
    /// Of an allocation of the chain.
    Allocation(usize),
    /// Of a venue's claim.
    Coverage(String),
}

impl FromStr for KeptProof {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const KNOWN: &str = "expected holdings[0], allocations[0] or coverage[venue-name]";
        let (kind, which) = text.strip_suffix(']').and_then(|text| text.split_once('[')).ok_or(KNOWN)?;
        let number = || which.parse().map_err(|_| KNOWN);
        match kind {
            "holdings" => Ok(KeptProof::Holdings(number()?)),
            "allocations" => Ok(KeptProof::Allocation(number()?)),
            "coverage" => Ok(KeptProof::Coverage(which.into())),
            _ => Err(KNOWN),
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// Verify a proof of another tool under a key of ours; exit code 1 where it does not verify
    Proof(ImportProofArgs),
    /// Make a .vk file of another tool's verifying key. It is a development key: such files show no ceremony
    Key(ImportKeyArgs),
}

#[derive(Args)]
pub(crate) struct ImportProofArgs {
    /// proof.json, arkworks' bytes, or calldata as 0x text or as snarkjs prints it
    pub(crate) proof: PathBuf,
    /// The form of the proof
    #[arg(long, value_enum, default_value_t = ProofForm::Snarkjs)]
    pub(crate) form: ProofForm,
    /// Public inputs in the same form: public.json or arkworks' bytes. Calldata holds its own
    #[arg(long)]
    pub(crate) public: Option<PathBuf>,
    /// The .vk or .pk file to verify under
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// JSON document to write where the proof verifies: shape, key, proof and public inputs
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// The form of a proof.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofForm {
    /// proof.json and public.json
    Snarkjs,
    /// arkworks' serialisation of proof and public inputs, compressed or not
    Arkworks,
    /// Calldata of our contract or of snarkjs'
    Calldata,
}

#[derive(Args)]
pub(crate) struct ImportKeyArgs {
    /// verification_key.json or arkworks' bytes
    pub(crate) file: PathBuf,
    /// The form of the key
    #[arg(long, value_enum, default_value_t = KeyForm::Snarkjs)]
    pub(crate) form: KeyForm,
    /// Shape that the key was made for, as in coverage-flat
    #[arg(long)]
    pub(crate) shape: String,
    /// The .vk file to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}
