use alloc::{string::ToString, vec, vec::Vec};

use super::*;
use crate::encoding::Address;
use crate::registry::{Asset, Class, REGISTRY_FORMAT, Registry, Schedule, SignerSet};
use crate::valuation::TierError;

fn set() -> SignerSet {
    SignerSet { version: 1, threshold: 1, members: vec![Address([1; 20])] }
}

/// Four assets, three classes; nothing of it is anybody's.
pub(crate) fn registry() -> Registry {
    let asset = |symbol: &str, decimals| Asset { symbol: symbol.into(), decimals };
    Registry {
        format: REGISTRY_FORMAT.into(),
        name: "test".into(),
        version: 1,
        quote: "USD".into(),
        assets: vec![asset("BTC", 8), asset("SOL", 9), asset("USDT", 6), asset("JUNK", 0)],
        classes: ["cold", "custodian", "transit"].map(|name| Class { name: name.into() }).into(),
        epoch: Schedule { zero: 0, seconds: 3_600 },
        round: Schedule { zero: 0, seconds: 60 },
        attestors: set(),
        oracles: set(),
        witnesses: set(),
        max_as_of_spread: 60,
        max_book_age: 3_600,
        valid_from: 0,
        valid_until: u64::MAX,
    }
}

fn class(name: &str, seconds: u32, is_final: bool, pd: u32) -> ClassPolicy {
    ClassPolicy {
        name: name.into(),
        oracle_age: 0,
        snapshot_age: 0,
        settlement_finality: 0,
        liquidation_time: seconds,
        is_final,
        counterparty: Counterparty { pd, lgd: PPM, stress: PPM },
    }
}

/// Tiers in whole quote units and percent.
pub(crate) fn tiers(of: &[(u64, u64, u32)]) -> Vec<Tier> {
    of.iter()
        .map(|(from, to, percent)| Tier {
            from: Cents(from * 100),
            to: Cents(to * 100),
            rate: percent * 10_000,
        })
        .collect()
}

fn asset(symbol: &str, volatility: u32, haircut: Option<u32>, tiers: Option<Vec<Tier>>) -> AssetPolicy {
    AssetPolicy { symbol: symbol.into(), volatility, settlement_finality: 0, haircut, tiers }
}

/// `cold` without any class haircut, `custodian` an hour from cash with 1 % counterparty loss, `transit` not final.
/// `JUNK` is not accepted.
pub(crate) fn tiered() -> Policy {
    let btc = tiers(&[(0, 30_000_000, 100), (30_000_000, 50_000_000, 98), (50_000_000, 100_000_000, 95)]);
    let sol = tiers(&[(0, 3_000_000, 100), (3_000_000, 6_000_000, 95), (6_000_000, 8_000_000, 90)]);
    Policy {
        format: POLICY_FORMAT.into(),
        name: "tiered test".into(),
        version: 1,
        venue: Bytes32([7; 32]),
        registry: registry().digest(),
        kind: PolicyKind::Tiered,
        theta: 1_100_000,
        valid_from: 10,
        valid_until: 20,
        z: Millionths(2_326_348),
        assets: vec![
            asset("BTC", 600_000, None, Some(btc)),
            asset("SOL", 950_000, None, Some(sol)),
            asset("USDT", 40_000, Some(20_000), None),
        ],
        classes: vec![
            class("cold", 0, true, 0),
            class("custodian", 3_600, true, 10_000),
            class("transit", 0, false, 0),
        ],
    }
}

pub(crate) fn flat() -> Policy {
    let mut policy = tiered();
    policy.kind = PolicyKind::Flat;
    for asset in &mut policy.assets {
        asset.tiers = None;
        asset.haircut = Some(50_000);
    }
    policy
}

fn refused(change: impl FnOnce(&mut Policy)) -> PolicyError {
    let mut policy = tiered();
    change(&mut policy);
    policy.validate(&registry()).unwrap_err()
}

#[test]
fn v1_the_policies_of_these_tests_are_valid() {
    assert_eq!(tiered().validate(&registry()), Ok(()));
    assert_eq!(flat().validate(&registry()), Ok(()));
}

#[test]
fn v1_each_contradiction_has_its_error() {
    assert!(matches!(refused(|p| p.format = "solvency-policy/2".into()), PolicyError::Format(_)));
    assert_eq!(refused(|p| p.name = "x".repeat(65)), PolicyError::NameLength { got: 65 });
    assert!(matches!(refused(|p| p.registry.0[0] ^= 1), PolicyError::Registry { .. }));
    assert_eq!(refused(|p| p.venue = Bytes32::ZERO), PolicyError::NoVenue);
    assert_eq!(refused(|p| p.theta = PPM - 1), PolicyError::Theta { got: PPM - 1 });
    assert_eq!(refused(|p| p.valid_until = 10), PolicyError::Window { from: 10, until: 10 });
    assert_eq!(refused(|p| p.assets.clear()), PolicyError::None("assets"));
    assert_eq!(refused(|p| p.classes.clear()), PolicyError::None("classes"));
    let unknown = |what, name: &str| PolicyError::Unknown { what, name: name.into() };
    assert_eq!(refused(|p| p.assets[0].symbol = "XYZ".into()), unknown("asset", "XYZ"));
    assert_eq!(refused(|p| p.classes[0].name = "hot".into()), unknown("class", "hot"));
    let repeated = |what, name: &str| PolicyError::Repeated { what, name: name.into() };
    assert_eq!(refused(|p| p.assets[1].symbol = "BTC".into()), repeated("asset", "BTC"));
    assert_eq!(refused(|p| p.classes[1].name = "cold".into()), repeated("class", "cold"));
}

#[test]
fn v1_a_market_haircut_is_flat_or_tiered_never_both() {
    let symbol = || "BTC".to_string();
    assert_eq!(
        refused(|p| p.assets[0].haircut = Some(0)),
        PolicyError::BothMarketHaircuts { symbol: symbol() }
    );
    assert_eq!(refused(|p| p.assets[0].tiers = None), PolicyError::NoMarketHaircut { symbol: symbol() });
    assert_eq!(refused(|p| p.kind = PolicyKind::Flat), PolicyError::TiersInFlat { symbol: symbol() });
    assert_eq!(
        refused(|p| p.assets[0].tiers = Some(vec![])),
        PolicyError::Tiers { symbol: symbol(), error: TierError::Empty }
    );
}

#[test]
fn v1_numbers_at_their_bounds_pass_and_one_more_is_refused() {
    type Set = fn(&mut Policy, u32);
    let bounded: [(u32, Set); 11] = [
        (MAX_Z as u32, |p, n| p.z = Millionths(u64::from(n))),
        (MAX_VOLATILITY, |p, n| p.assets[0].volatility = n),
        (MAX_LATENCY, |p, n| p.assets[0].settlement_finality = n),
        (PPM, |p, n| p.assets[2].haircut = Some(n)),
        (MAX_LATENCY, |p, n| p.classes[0].oracle_age = n),
        (MAX_LATENCY, |p, n| p.classes[0].snapshot_age = n),
        (MAX_LATENCY, |p, n| p.classes[0].settlement_finality = n),
        (MAX_LATENCY, |p, n| p.classes[0].liquidation_time = n),
        (PPM, |p, n| p.classes[0].counterparty.pd = n),
        (PPM, |p, n| p.classes[0].counterparty.lgd = n),
        (MAX_STRESS, |p, n| p.classes[0].counterparty.stress = n),
    ];
    for (bound, set) in bounded {
        let mut policy = tiered();
        set(&mut policy, bound);
        assert_eq!(policy.validate(&registry()), Ok(()));
        let over = u64::from(bound) + 1;
        let error = refused(|p| set(p, bound + 1));
        assert!(matches!(error, PolicyError::TooLarge { got, .. } if got == over), "{error}");
    }
}

#[test]
fn v2_every_field_is_in_the_digest() {
    for policy in [tiered(), flat()] {
        let digest = policy.digest();
        let document = serde_json::to_value(&policy).unwrap();
        let mut pointers = Vec::new();
        leaves(&document, "", &mut pointers);
        for pointer in &pointers {
            let mut altered = document.clone();
            let leaf = altered.pointer_mut(pointer).unwrap();
            *leaf = another(leaf);
            let altered: Policy = serde_json::from_value(altered).unwrap();
            assert_ne!(altered.digest(), digest, "{pointer}");
        }
    }
    let mut without = tiered();
    without.assets[0].tiers = None;
    assert_ne!(without.digest(), tiered().digest());
}

/// Another value of the same kind.
fn another(leaf: &serde_json::Value) -> serde_json::Value {
    match leaf {
        serde_json::Value::Bool(b) => (!*b).into(),
        serde_json::Value::Number(n) => (n.as_u64().unwrap() + 1).into(),
        serde_json::Value::String(s) => match s.as_str() {
            "tiered" => "flat".into(),
            "flat" => "tiered".into(),
            "0" => "1".into(),
            hex if hex.starts_with("0x") => {
                let last = if hex.ends_with('0') { "1" } else { "0" };
                alloc::format!("{}{last}", &hex[..65]).into()
            }
            other => alloc::format!("1{other}").into(),
        },
        other => other.clone(),
    }
}

fn leaves(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, &alloc::format!("{path}/{name}"), found));
        }
        serde_json::Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| leaves(value, &alloc::format!("{path}/{index}"), found));
        }
        _ => found.push(path.to_string()),
    }
}

#[test]
fn v1_documents_are_read_strictly() {
    let text = serde_json::to_string(&tiered()).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), tiered());
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        serde_json::from_str::<Policy>(&text.replacen(from, to, 1)).unwrap_err().to_string()
    };
    assert!(refused("\"theta\"", "\"extra\":1,\"theta\"").contains("unknown field `extra`"));
    assert!(refused("\"theta\":1100000,", "").contains("missing field `theta`"));
    assert!(refused("\"theta\":1100000", "\"theta\":1100000.0").contains("floating point"));
    assert!(refused("\"theta\":1100000", "\"theta\":-1").contains("integer `-1`"));
    assert!(refused("\"theta\":1100000", "\"theta\":4294967296").contains("4294967296"));
    assert!(refused("\"z\":\"2.326348\"", "\"z\":2.326348").contains("expected a string"));
    assert!(refused("\"z\":\"2.326348\"", "\"z\":\"2.3263481\"").contains("7 decimals"));
    assert!(refused("\"to\":\"30000000\"", "\"to\":\"30000000.001\"").contains("3 decimals"));
    assert!(refused("\"to\":\"30000000\"", "\"to\":\"3e7\"").contains("not a decimal number"));
    assert!(refused("\"kind\":\"tiered\"", "\"kind\":\"both\"").contains("unknown variant"));
    assert!(refused("\"theta\":1100000", "\"theta\":1100000,\"theta\":1100000").contains("duplicate field"));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = serde_json::from_slice::<Policy>(&bytes);
    }
}
