//! Which implementation runs: the best that the processor has, or the one that an environment variable forces.

use core::fmt;
use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use crate::lanes::Ifma;
use crate::lanes::Portable;

/// Environment variable that forces a path: `ifma` or `portable`.
pub const PATH_VARIABLE: &str = "SOLVENCY_KERNELS";

/// An implementation that this processor can run. There is no way to make one for a processor that lacks the instructions.
#[derive(Clone, Copy, Debug)]
pub struct Path(Implementation);

#[derive(Clone, Copy, Debug)]
pub(crate) enum Implementation {
    #[cfg(target_arch = "x86_64")]
    Ifma(Ifma),
    Portable(Portable),
}

/// A path that was asked for and can't be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The processor lacks the instructions.
    #[error("{PATH_VARIABLE}=ifma, but this processor has no AVX512-IFMA; unset it, or set it to portable")]
    Unsupported,
    /// Not the name of a path.
    #[error("{PATH_VARIABLE}={got} is no path; it is ifma or portable")]
    Unknown {
        /// What was asked for.
        got: String,
    },
}

impl Path {
    /// Eight lanes of AVX512-IFMA; none where the processor has no such instructions.
    pub fn ifma() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return Ifma::detect().map(|token| Self(Implementation::Ifma(token)));
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// One lane of 64-bit words.
    pub fn portable() -> Self {
        Self(Implementation::Portable(Portable))
    }

    /// All paths of this processor, the fastest first.
    pub fn all() -> Vec<Self> {
        Self::ifma().into_iter().chain([Self::portable()]).collect()
    }

    /// The fastest path of this processor, or the one that [`PATH_VARIABLE`] names. It is read once.
    ///
    /// # Errors
    /// [`PathError`] where the variable names a path that can't be had.
    pub fn chosen() -> Result<Self, PathError> {
        static CHOSEN: OnceLock<Result<Path, PathError>> = OnceLock::new();
        CHOSEN
            .get_or_init(|| match std::env::var_os(PATH_VARIABLE) {
                None => Ok(Self::ifma().unwrap_or_else(Self::portable)),
                Some(name) => Self::named(&name.to_string_lossy()),
            })
            .clone()
    }

    fn named(name: &str) -> Result<Self, PathError> {
        match name {
            "ifma" => Self::ifma().ok_or(PathError::Unsupported),
            "portable" => Ok(Self::portable()),
            _ => Err(PathError::Unknown { got: name.to_owned() }),
        }
    }

    /// The name, as the environment variable takes it.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(_) => "ifma",
            Implementation::Portable(_) => "portable",
        }
    }

    pub(crate) fn implementation(self) -> Implementation {
        self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_by_its_name_or_refused() {
        assert_eq!(Path::named("portable").unwrap().name(), "portable");
        assert_eq!(Path::named("gpu").unwrap_err(), PathError::Unknown { got: "gpu".into() });
        match Path::ifma() {
            Some(path) => assert_eq!(Path::named("ifma").unwrap().name(), path.name()),
            None => assert_eq!(Path::named("ifma").unwrap_err(), PathError::Unsupported),
        }
    }
}
