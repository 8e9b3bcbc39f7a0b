//! Every file that a command reads, broken in every way: the command names it, says what to do, and writes nothing.

use std::path::Path;

use crate::runner::run;

const COMMANDS: [Reader<'static>; 9] = [
    (
        "claim new --registry registry.json --policy venue-a/policy.json --key venue-a/venue.key --account ID \
         --liability-book ID --requirement 1 --number 9 --out out",
        &["registry.json", "venue-a/policy.json", "venue-a/venue.key"],
    ),
    (
        "claim release --bundle bundle-a.json --registry registry.json --key venue-a/releaser-1.key --out out.json",
        &["bundle-a.json", "registry.json", "venue-a/releaser-1.key"],
    ),
    (
        "round --registry registry.json --out out.json --observation oracle-1/prices.json --observation oracle-2/prices.json \
         --observation oracle-3/prices.json --policy venue-a/policy.json --key oracle-1/oracle.key",
        &["registry.json", "oracle-2/prices.json", "venue-a/policy.json", "oracle-1/oracle.key"],
    ),
    (
        "trust --registry registry.json --policy venue-a/policy.json --claim venue-a/claim.json --key venue-a/venue.key \
         --custodian ADDRESS --log-origin log --keys keys --accept-development-keys --out out.json",
        &["registry.json", "venue-a/policy.json", "venue-a/claim.json", "venue-a/venue.key"],
    ),
    ("verify bundle-a.json --trust trust-a.json", &["trust-a.json"]),
    (
        "policy explain --registry registry.json --policy venue-a/policy.json --prices oracle-1/prices.json --balance BTC/cold=1",
        &["registry.json", "venue-a/policy.json", "oracle-1/prices.json"],
    ),
    ("inspect bundle-a.json", &["bundle-a.json"]),
    (
        "book import --from fireblocks --registry registry.json --mapping custodian/mapping.toml custodian/vaults.json --out out.json",
        &["registry.json", "custodian/mapping.toml", "custodian/vaults.json"],
    ),
    (
        "book reconcile --config custodian/solvency.toml",
        &["custodian/solvency.toml", "custodian/vaults.json"],
    ),
];

/// Part of the demo's test.
pub(crate) fn each_command_names_what_it_cannot_read(demo: &Path) {
    each_names_what_it_cannot_read(demo, &COMMANDS);
}

/// A command whose outputs are `out.json`, `out-2.json` or a directory `out`, and the files that it reads.
pub(crate) type Reader<'a> = (&'a str, &'a [&'a str]);

pub(crate) fn each_names_what_it_cannot_read(demo: &Path, commands: &[Reader<'_>]) {
    for (line, files) in commands {
        let line = line
            .replace("ID", &format!("0x{}", "11".repeat(32)))
            .replace("ADDRESS", &format!("0x{}", "11".repeat(20)));
        run(demo, &line).expect(0);
        remove_outputs(demo);
        for file in *files {
            let path = demo.join(file);
            let whole = std::fs::read(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            for (how, broken) in broken(&whole) {
                // An empty table and a byte order mark are TOML.
                if name.ends_with(".toml") && (how == "empty" || how == "with a byte order mark") {
                    continue;
                }
                std::fs::write(&path, broken).unwrap();
                let failed = run(demo, &line).expect(2);
                let place = format!("{line}\n{file} {how}: {}", failed.stderr);
                assert!(failed.stderr.contains(name), "{place}");
                assert!(failed.stdout.is_empty(), "{place}");
                assert!(OUTPUTS.iter().all(|output| !demo.join(output).exists()), "{place}");
                std::fs::write(&path, &whole).unwrap();
            }
            std::fs::remove_file(&path).unwrap();
            run(demo, &line).expect_error(&[name]);
            std::fs::write(&path, &whole).unwrap();
        }
    }
}

const OUTPUTS: [&str; 3] = ["out.json", "out-2.json", "out"];

fn remove_outputs(demo: &Path) {
    for output in OUTPUTS {
        let _ = std::fs::remove_file(demo.join(output));
        let _ = std::fs::remove_dir_all(demo.join(output));
    }
}

/// A text in other forms, none of which a reader may take for it.
fn broken(whole: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = String::from_utf8(whole.to_vec()).unwrap();
    let utf_16 = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    vec![
        ("empty", Vec::new()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("doubled", [whole, whole].concat()),
        ("UTF-16", utf_16),
        ("Latin-1", [whole, b"\xe9"].concat()),
        ("with a byte order mark", [b"\xef\xbb\xbf", whole].concat()),
        ("followed by something", [whole, b"\n{}"].concat()),
    ]
}
