//! The admin's token.

use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::StartError;
use crate::files;

/// Fewest characters of a token.
pub const MIN_TOKEN: usize = 32;
/// Most characters of a token.
pub const MAX_TOKEN: usize = 512;

/// SHA-256 of the token: what is compared, in constant time.
pub(crate) struct Token(Zeroizing<[u8; 32]>);

impl Token {
    /// Reads the file, which nobody else may read.
    pub(crate) fn read(path: &Path) -> Result<Self, StartError> {
        let bytes = Zeroizing::new(files::read_secret(path, MAX_TOKEN + 2)?);
        let refused = || StartError::Token { path: path.into() };
        let text = std::str::from_utf8(&bytes).map_err(|_| refused())?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (MIN_TOKEN..=MAX_TOKEN).contains(&text.len()) {
            Ok(Token(digest(text.as_bytes())))
        } else {
            Err(refused())
        }
    }

    /// Whether this is the value of an `Authorization` header with the token.
    pub(crate) fn opens(&self, header: &[u8]) -> bool {
        let Some((scheme, token)) = header.split_at_checked(7) else { return false };
        scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(self.0.ct_eq(&digest(token)[..]))
    }
}

fn digest(token: &[u8]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(token).into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests
    use super::*;

    fn written(content: &[u8], mode: u32) -> Result<Token, StartError> {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        Token::read(&path)
    }

    #[test]
    fn a_token_has_bounds_and_opens_with_itself_only() {
        for length in [MIN_TOKEN, MAX_TOKEN] {
            let text = "t".repeat(length);
            for end in ["", "\n", "\r\n"] {
                let token = written(format!("{text}{end}").as_bytes(), 0o600).ok().unwrap();
                assert!(token.opens(format!("Bearer {text}").as_bytes()));
                assert!(token.opens(format!("bearer {text}").as_bytes()));
                for wrong in
                    [text.clone(), format!("Basic {text}"), format!("Bearer {text}t"), "Bearer ".into()]
                {
                    assert!(!token.opens(wrong.as_bytes()), "{wrong}");
                }
                assert!(!token.opens(format!("Bearer {}u", &text[1..]).as_bytes()));
            }
        }
        for length in [0, MIN_TOKEN - 1, MAX_TOKEN + 1, 4 * MAX_TOKEN] {
            let refused = written("t".repeat(length).as_bytes(), 0o600);
            assert!(matches!(refused, Err(StartError::Token { .. } | StartError::File { .. })), "{length}");
        }
        for wrong in [&b"t t"[..], b"\xff", b"\n"] {
            let content = [&[b't'; 40][..], wrong, &[b't'; 40]].concat();
            assert!(matches!(written(&content, 0o600), Err(StartError::Token { .. })));
        }
        for mode in [0o640, 0o604, 0o660] {
            assert!(matches!(written(&[b't'; 40], mode), Err(StartError::Open { mode: "600", .. })));
        }
    }
}
