//! `solvency demo --days`: a custodian's operations through a fall of prices and a recovery, killed on the way.

use serde_json::{Value, json};

use crate::runner::run;
use crate::{sampling, store_files};

fn rehearse(days: u8) -> (tempfile::TempDir, Value) {
    let dir = tempfile::tempdir().unwrap();
    let answer = run(dir.path(), &format!("demo --days {days} --out days --json")).expect(0).json();
    (dir, answer)
}

fn each(answer: &Value, field: &str) -> Vec<u64> {
    answer["epochs"].as_array().unwrap().iter().map(|epoch| epoch[field].as_u64().unwrap()).collect()
}

#[test]
fn a_day_is_survived_with_a_kill() {
    let (dir, answer) = rehearse(1);
    let days = dir.path().join("days");
    assert_eq!((each(&answer, "rounds"), each(&answer, "allocations")), (vec![12], vec![1]));
    assert_eq!((each(&answer, "accepted"), each(&answer, "rejected")), (vec![36], vec![0]));
    assert_eq!(answer["marks"].as_array().unwrap().len(), 1);
    let metrics = std::fs::read_to_string(days.join("custodian/metrics.prom")).unwrap();
    assert!(
        metrics.contains("solvency_up_to_date 1\n")
            && metrics.contains("solvency_headroom_ratio{venue=\"a\"}")
    );
    let chart = std::fs::read_to_string(days.join("headroom.svg")).unwrap();
    assert_eq!(chart.matches("<polyline").count(), 3);
    // The store is closed, and nothing waits in it.
    let store = store_files::open(&days);
    assert_eq!(store.waiting().unwrap(), Vec::<String>::new());
    drop(store);
    let headroom =
        run(&days, "headroom --config custodian/solvency.toml --json --svg again.svg").expect(0).json();
    assert_eq!(headroom["epochs"][0]["rounds"], 12);
    let again = std::fs::read_to_string(days.join("again.svg")).unwrap();
    assert_eq!(again.matches("<polyline").count(), 3);

    sampling::what_a_beacon_draws_is_handed_over_and_audited(&days);
    sampling::what_cannot_be_given_is_told(&days);
    sampling::a_beacon_that_draws_nothing_is_refused(&days);
    sampling::what_is_forgotten_is_not_handed_over(&days);
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "takes a minute: run with the feature `heavy`")]
fn heavy_three_days_show_a_warning_a_top_up_a_shortage_and_a_recovery() {
    let (_dir, answer) = rehearse(3);
    assert_eq!((each(&answer, "rounds"), each(&answer, "allocations")), (vec![12; 3], vec![1, 2, 1]));
    let (warned, short) = (each(&answer, "warnings"), each(&answer, "notCovered"));
    assert!(warned[0] == 0 && warned[1] > 3, "{answer}");
    assert!(short[0] == 0 && short[1] > 1 && short[2] == 0, "{answer}");
    // A round without a proof is passed over for a while, then the last proof is too old.
    let rejected = each(&answer, "rejected");
    assert!(rejected[1] > 0 && rejected[1] < short[1], "{answer}");
    let least = &answer["epochs"][1]["leastHeadroomPpm"];
    assert!(least["a"].as_i64() < Some(0) && least["c"].as_i64() > Some(0), "{answer}");
    let what: Vec<&str> =
        answer["marks"].as_array().unwrap().iter().map(|mark| mark["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["killed, resumed", "top-up", "killed, resumed", "killed, resumed"]);
}

#[test]
fn only_days_that_were_recorded_are_there() {
    let dir = tempfile::tempdir().unwrap();
    for days in ["0", "4", "x"] {
        run(dir.path(), &format!("demo --days {days} --out days")).expect_error(&["--days"]);
    }
    run(dir.path(), "demo --days 1 --chain --out days").expect_error(&["--chain"]);
    assert_eq!(json!(crate::runner::names(dir.path())), json!([]));
}
