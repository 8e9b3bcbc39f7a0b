//! Numbers of a policy that are written as decimal text: exact, never through a floating-point number.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::decimal::{format_decimal, parse_decimal};

macro_rules! decimal_text {
    ($(#[$doc:meta])* $name:ident, $decimals:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&format_decimal(u128::from(self.0), $decimals))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                parse_decimal(&text, $decimals).map(Self).map_err(de::Error::custom)
            }
        }
    };
}

decimal_text!(
    /// An amount of quote currency in units of 10^-2; as text with at most two decimals.
    Cents, 2
);
decimal_text!(
    /// A number in units of 10^-6; as text with at most six decimals.
    Millionths, 6
);
