//! The statement that an auditor signs over a pack and its page (spec/audit.md, "Statement").
//!
//! It shows that this auditor says that this came out. Whoever has the inputs need not believe it: the same bytes come out again.

use serde::{Deserialize, Serialize};
use solvency_verifier::encoding::{Address, Bytes32, Domain, TypedData, Words};
use solvency_verifier::statement::{Signature, check_signer};

use crate::error::SignError;
use crate::strict::{Unread, read, sha256};

/// The format of a signed audit.
pub const SIGNATURE_FORMAT: &str = "solvency-audit-signature/1";
/// Longest signed audit that is read, in bytes.
pub const MAX_SIGNATURE_BYTES: usize = 16 << 10;

/// What an auditor signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AuditStatement {
    /// SHA-256 of the pack's JSON.
    pub pack: Bytes32,
    /// SHA-256 of its page.
    pub page: Bytes32,
    /// Whether the verdict is `accepted`.
    pub accepted: bool,
    /// Breaches found.
    pub breaches: u32,
    /// What was refused.
    pub refused: u32,
    /// Beginning of the audited period, in Unix seconds.
    pub from: u64,
    /// Its exclusive end.
    pub until: u64,
    /// The audit's time.
    pub now: u64,
    /// Who signs.
    pub auditor: Address,
}

impl TypedData for AuditStatement {
    const TYPE: &'static str = "AuditStatement(bytes32 pack,bytes32 page,bool accepted,uint32 breaches,uint32 refused,uint64 from,\
uint64 until,uint64 now,address auditor)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.pack)
            .bytes32(&self.page)
            .boolean(self.accepted)
            .uint(u64::from(self.breaches))
            .uint(u64::from(self.refused))
            .uint(self.from)
            .uint(self.until)
            .uint(self.now)
            .address(&self.auditor);
    }
}

/// A statement with the auditor's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedReport {
    /// [`SIGNATURE_FORMAT`].
    pub format: String,
    /// Digest of the registry in whose domain it is signed.
    pub registry: Bytes32,
    /// What is signed.
    pub statement: AuditStatement,
    /// The auditor's signature.
    pub signature: Signature,
}

impl SignedReport {
    /// Has a statement signed; what comes back is verified before it is taken.
    ///
    /// # Errors
    /// [`SignError::Signer`], [`SignError::Signature`].
    pub fn sign<E: ToString>(
        registry: Bytes32,
        statement: AuditStatement,
        signer: impl FnOnce(&AuditStatement, &Bytes32) -> Result<Signature, E>,
    ) -> Result<Self, SignError> {
        let digest = statement.digest(&Domain::of_registry(&registry));
        let signature = signer(&statement, &digest).map_err(|error| SignError::Signer(error.to_string()))?;
        check_signer(&statement.auditor, &signature, &digest)?;
        Ok(SignedReport { format: SIGNATURE_FORMAT.into(), registry, statement, signature })
    }

    /// Reads the strict form. Nothing is verified: [`Self::verify`].
    ///
    /// # Errors
    /// [`SignError::Form`].
    pub fn from_json(document: &[u8]) -> Result<Self, SignError> {
        let signed: SignedReport = read(document, MAX_SIGNATURE_BYTES).map_err(|unread| match unread {
            Unread::TooLong { got, allowed } => {
                SignError::Form(format!("{got} bytes, at most {allowed} are read"))
            }
            Unread::Form(what) => SignError::Form(what),
        })?;
        if signed.format == SIGNATURE_FORMAT {
            Ok(signed)
        } else {
            Err(SignError::Form(format!("format is {:?}, expected {SIGNATURE_FORMAT:?}", signed.format)))
        }
    }

    /// The JSON form.
    pub fn to_json(&self) -> String {
        crate::report::pretty(self)
    }

    /// Checks that `auditor` signed these bytes in the domain of `registry`.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn verify(
        &self,
        pack: &[u8],
        page: &[u8],
        registry: &Bytes32,
        auditor: &Address,
    ) -> Result<(), SignError> {
        if self.registry != *registry {
            return Err(SignError::Registry { got: self.registry, expected: *registry });
        }
        if self.statement.auditor != *auditor {
            return Err(SignError::Auditor { got: self.statement.auditor, expected: *auditor });
        }
        for (what, bytes, expected) in
            [("pack", pack, self.statement.pack), ("page", page, self.statement.page)]
        {
            let got = sha256(bytes);
            if got != expected {
                return Err(SignError::Differs { what, got, expected });
            }
        }
        let digest = self.statement.digest(&Domain::of_registry(registry));
        Ok(check_signer(auditor, &self.signature, &digest)?)
    }
}
