//! The command as people run it, at its smallest size.

use std::process::Command;

fn compare() -> Command {
    Command::new(env!("CARGO_BIN_EXE_compare"))
}

#[test]
fn it_prints_a_table_and_writes_figures_and_a_chart() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let output = compare()
        .args(["--sizes", "10", "--repeat", "2", "--provers", "ours,ours-portable,arkworks,taceo"])
        .args(["--json".as_ref(), file("figures.json").as_os_str()])
        .args(["--svg".as_ref(), file("chart.svg").as_os_str()])
        .args(["--keys".as_ref(), file("keys").as_os_str()])
        .output()
        .unwrap();
    let (text, progress) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{progress}");
    assert!(text.starts_with("2^10: 813 constraints, "), "{text}");
    assert!(["ours ", "arkworks ", "taceo "].iter().all(|prover| text.contains(prover)), "{text}");

    let figures: serde_json::Value =
        serde_json::from_slice(&std::fs::read(file("figures.json")).unwrap()).unwrap();
    let entry = &figures["sizes"][0]["provers"][2];
    assert_eq!(entry["prover"], "arkworks");
    let measured = &entry["measured"];
    assert!(measured["wallMs"].as_f64().unwrap() > 0.0, "{figures}");
    if cfg!(target_os = "linux") {
        assert!(measured["peakBytes"].as_u64() >= measured["loadedBytes"].as_u64());
    }
    assert!(std::fs::read_to_string(file("chart.svg")).unwrap().ends_with("</svg>\n"));
}

#[test]
fn bad_usage_ends_with_2() {
    let output = compare().args(["--sizes", "9"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("exponents of two from 10 to 20"));
}
