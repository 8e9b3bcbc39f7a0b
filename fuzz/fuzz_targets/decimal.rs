//! Decimal text: what is read is written and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_verifier::decimal::{format_decimal, parse_decimal, parse_decimal_down};

fuzz_target!(|input: (u8, &str)| {
    let (decimals, text) = (u32::from(input.0 % 20), input.1);
    if let Ok(value) = parse_decimal(text, decimals) {
        assert_eq!(parse_decimal_down(text, decimals), Ok(value));
        assert_eq!(parse_decimal(&format_decimal(value.into(), decimals), decimals), Ok(value));
    }
});
