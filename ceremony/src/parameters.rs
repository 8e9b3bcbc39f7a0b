//! What a contribution says of itself: a name, and a beacon's value. The same in `.ptau` and `.zkey`.

use solvency_prover::circom::FormatError;

/// Longest name, in bytes; snarkjs cuts names to 64 UTF-16 units.
pub(crate) const MAX_NAME_BYTES: usize = 255;
const MAX_NAME_UNITS: usize = 64;
/// Most iterations that are repeated, of all beacons of a file together, as a power of two: some minutes.
pub const MAX_ITERATIONS_LOG2: u8 = 32;
/// Fewest iterations that snarkjs makes.
pub const MIN_ITERATIONS_LOG2: u8 = 10;

const NAME: u8 = 1;
const ITERATIONS: u8 = 2;
const VALUE: u8 = 3;

/// A public random value that nobody could choose, and how often it is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// 1 to 255 bytes.
    value: Vec<u8>,
    iterations_log2: u8,
}

impl Beacon {
    /// A value of 1 to 255 bytes that is hashed `2^iterations_log2` times, from 2^10 to 2^32.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn new(value: Vec<u8>, iterations_log2: u8) -> Result<Self, String> {
        if value.is_empty() || value.len() > 255 {
            return Err(format!("a beacon has a value of 1 to 255 bytes, not {}", value.len()));
        }
        if !(MIN_ITERATIONS_LOG2..=MAX_ITERATIONS_LOG2).contains(&iterations_log2) {
            return Err(format!(
                "a beacon has from 2^{MIN_ITERATIONS_LOG2} to 2^{MAX_ITERATIONS_LOG2} iterations, not 2^{iterations_log2}"
            ));
        }
        Ok(Self { value, iterations_log2 })
    }

    /// The value.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// It is hashed two to the power of this times.
    pub fn iterations_log2(&self) -> u8 {
        self.iterations_log2
    }
}

impl core::fmt::Display for Beacon {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} hashed 2^{} times", hex::encode(&self.value), self.iterations_log2)
    }
}

/// Refuses beacons whose iterations together take more than some minutes: whoever writes a file can claim them for nothing.
pub(crate) fn check_iterations<'a>(
    beacons: impl Iterator<Item = &'a Beacon>,
    place: &str,
) -> Result<(), FormatError> {
    let all: u64 = beacons.map(|beacon| 1 << beacon.iterations_log2).sum();
    if all <= 1 << MAX_ITERATIONS_LOG2 {
        return Ok(());
    }
    let message = format!("beacons of {all} iterations; at most 2^{MAX_ITERATIONS_LOG2} are repeated");
    Err(FormatError::Inconsistent { place: place.to_owned(), message })
}

/// A name as it stands in a file: any bytes at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(Vec<u8>);

impl Name {
    /// The name that snarkjs would write.
    ///
    /// # Errors
    /// A sentence that says what is wrong: longer than 64 UTF-16 units or 255 bytes.
    pub fn new(name: &str) -> Result<Self, String> {
        if name.encode_utf16().count() > MAX_NAME_UNITS || name.len() > MAX_NAME_BYTES {
            return Err(format!("a name has at most {MAX_NAME_UNITS} characters and {MAX_NAME_BYTES} bytes"));
        }
        Ok(Self(name.as_bytes().to_vec()))
    }

    /// For people: bytes that are no text, and characters that steer a terminal, are replaced.
    pub fn to_text(&self) -> String {
        let text = String::from_utf8_lossy(&self.0);
        text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The parameters of a contribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    pub(crate) name: Option<Name>,
    pub(crate) beacon: Option<Beacon>,
}

impl Parameters {
    /// Reads the kind of a contribution (0: a participant's, 1: a beacon's) and its parameters, which follow each other by number.
    pub(crate) fn read(kind: u32, mut bytes: &[u8], place: &str) -> Result<Self, FormatError> {
        let wrong = |message: &str| FormatError::Inconsistent {
            place: place.to_owned(),
            message: message.to_owned(),
        };
        let (mut name, mut iterations, mut value) = (None, None, None);
        let mut last = 0;
        while let Some((number, rest)) = bytes.split_first() {
            if *number <= last {
                return Err(wrong("parameters are not in their order"));
            }
            last = *number;
            bytes = rest;
            match *number {
                NAME => match short(&mut bytes) {
                    // One form for each transcript: nobody is called by an absent name.
                    Some(empty) if empty.is_empty() => return Err(wrong("a name without characters")),
                    Some(bytes) => name = Some(Name(bytes)),
                    None => return Err(wrong("a name is cut off")),
                },
                ITERATIONS => {
                    let (count, rest) = bytes.split_first().ok_or_else(|| wrong("iterations are cut off"))?;
                    iterations = Some(*count);
                    bytes = rest;
                }
                VALUE => value = Some(short(&mut bytes).ok_or_else(|| wrong("a beacon is cut off"))?),
                other => return Err(wrong(&format!("parameter {other} is not known"))),
            }
        }
        let beacon = match (kind, iterations, value) {
            (0, None, None) => None,
            (1, Some(iterations), Some(value)) => {
                Some(Beacon::new(value, iterations).map_err(|message| wrong(&message))?)
            }
            (0 | 1, ..) => {
                return Err(wrong("a beacon has a value and iterations, another contribution none"));
            }
            (other, ..) => return Err(wrong(&format!("contributions of kind {other} are not known"))),
        };
        Ok(Self { name, beacon })
    }

    /// Kind, length and parameters.
    pub(crate) fn append(&self, to: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        if let Some(name) = self.name.as_ref().filter(|name| !name.is_empty()) {
            bytes.extend([NAME, name.0.len() as u8]);
            bytes.extend_from_slice(&name.0);
        }
        if let Some(beacon) = &self.beacon {
            bytes.extend([ITERATIONS, beacon.iterations_log2, VALUE, beacon.value.len() as u8]);
            bytes.extend_from_slice(&beacon.value);
        }
        to.extend_from_slice(&u32::from(self.beacon.is_some()).to_le_bytes());
        to.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        to.extend_from_slice(&bytes);
    }

    /// What the contribution says of itself, for people and manifests.
    pub(crate) fn name_text(&self) -> String {
        self.name.as_ref().map(Name::to_text).unwrap_or_default()
    }
}

/// A length of one byte, and so many bytes.
fn short(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = bytes.split_first()?;
    let (content, rest) = rest.split_at_checked(usize::from(*length))?;
    *bytes = rest;
    Some(content.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(kind: u32, bytes: &[u8]) -> Result<Parameters, String> {
        Parameters::read(kind, bytes, "here").map_err(|error| error.to_string())
    }

    #[test]
    fn parameters_come_back() {
        let beacon = Beacon::new(vec![7; 255], MAX_ITERATIONS_LOG2).unwrap();
        let all = [
            Parameters::default(),
            Parameters { name: Some(Name::new("Ünn").unwrap()), beacon: None },
            Parameters { name: None, beacon: Some(beacon.clone()) },
            Parameters { name: Some(Name::new("b").unwrap()), beacon: Some(beacon) },
        ];
        for parameters in all {
            let mut bytes = Vec::new();
            parameters.append(&mut bytes);
            let kind = u32::from_le_bytes(bytes[..4].try_into().unwrap());
            assert_eq!(bytes[4..8], ((bytes.len() - 8) as u32).to_le_bytes());
            assert_eq!(Parameters::read(kind, &bytes[8..], "here").unwrap(), parameters);
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (kind, bytes, reason) in [
            (0, &[1, 2, b'a'][..], "name is cut off"),
            (0, &[1], "name is cut off"),
            (0, &[1, 0], "without characters"),
            (0, &[1, 1, b'a', 1, 1, b'b'], "order"),
            (1, &[3, 1, 9, 2, 10], "order"),
            (0, &[4], "parameter 4"),
            (0, &[2, 10, 3, 1, 9], "a beacon has a value"),
            (1, &[2, 10], "a beacon has a value"),
            (1, &[2], "iterations are cut off"),
            (1, &[2, 10, 3, 2, 9], "a beacon is cut off"),
            (1, &[2, 10, 3, 0], "1 to 255 bytes, not 0"),
            (1, &[2, 9, 3, 1, 9], "not 2^9"),
            (1, &[2, 33, 3, 1, 9], "not 2^33"),
            (2, &[], "kind 2"),
        ] {
            let error = parsed(kind, bytes).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn beacons_take_some_minutes_together_and_no_more() {
        let check = |iterations: &[u8]| {
            let beacons: Vec<Beacon> =
                iterations.iter().map(|log2| Beacon::new(vec![1], *log2).unwrap()).collect();
            check_iterations(beacons.iter(), "here").map_err(|error| error.to_string())
        };
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[32]), Ok(()));
        assert_eq!(check(&[31, 31]), Ok(()));
        assert!(check(&[31, 31, 10]).unwrap_err().contains("beacons of 4294968320 iterations"));
        assert!(check(&[32, 10]).is_err());
    }

    #[test]
    fn names_can_not_steer_a_terminal() {
        assert_eq!(Name(b"a\x1b[2Jb\xff".to_vec()).to_text(), "a\u{fffd}[2Jb\u{fffd}");
        assert!(Name::new(&"é".repeat(64)).is_ok());
        assert!(Name::new(&"é".repeat(65)).is_err());
        assert!(Name::new(&"€".repeat(64)).is_ok());
    }
}
