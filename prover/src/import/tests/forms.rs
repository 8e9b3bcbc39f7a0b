//! What holds for every form: how documents begin and end, several files, names of forms, tables that are written.

use super::sources::{OKX_BALANCE, example_mapping, good};
use super::*;

#[test]
fn every_form_refuses_what_is_cut_off_or_marked_or_goes_on() {
    let examples = [
        ("fireblocks", FIREBLOCKS),
        ("copper", COPPER),
        ("bitgo", BITGO),
        ("coinbase:x", COINBASE),
        ("ceffu", CEFFU),
        ("okx:x", OKX_BALANCE),
        ("binance:x", BINANCE_BALANCE),
    ];
    for (form, text) in examples {
        let end = text.trim_end().len();
        let error = read(form, document(&text[..end - 1]), &example_mapping()).unwrap_err();
        assert!(matches!(error.problem, Problem::Truncated(_)), "{form}: {error}");
        assert!(error.hint().contains("whole"));
        let error = read(form, document(&format!("\u{feff}{text}")), &example_mapping()).unwrap_err();
        assert!(matches!(error.problem, Problem::ByteOrderMark), "{form}: {error}");
        let error = read(form, document(&format!("{text} 1")), &example_mapping()).unwrap_err();
        assert!(matches!(error.problem, Problem::Json(_)), "{form}: {error}");
        let other = if form == "binance:x" { "{}" } else { "{\"x\":1}" };
        assert!(read(form, document(other), &example_mapping()).is_err(), "{form}");
    }
}

#[test]
fn files_are_decoded_and_measured_before_they_are_parsed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.json");
    let read = || read_vaults(&[&path], &VaultForm::Copper, &example_mapping(), &registry()).unwrap_err();
    std::fs::write(&path, b"{\"wallets\": [\"\xff\"]}").unwrap();
    let error = read();
    assert!(matches!(error.problem, Problem::File(crate::files::FileError::NotText { .. })), "{error}");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(MAX_IMPORT_BYTES + 1).unwrap();
    let error = read();
    assert!(matches!(error.problem, Problem::File(crate::files::FileError::TooLong { .. })), "{error}");
    assert!(error.to_string().contains("export.json"));
}

#[test]
fn vaults_of_several_files_are_joined_and_none_may_repeat() {
    let second = CSV.replace("v1", "v3").replace("v2", "v4");
    let documents = [document(CSV), Document { file: "second", text: &second }];
    let export = super::super::vaults(&documents, &VaultForm::Csv, &Mapping::default(), &registry()).unwrap();
    assert_eq!(export.vaults.len(), 4);
    let twice = [document(COPPER), Document { file: "again", text: COPPER }];
    let error =
        super::super::vaults(&twice, &VaultForm::Copper, &example_mapping(), &registry()).unwrap_err();
    assert!(matches!(error.problem, Problem::Repeated { what: "vault", .. }), "{error}");
    assert_eq!(error.file, "again");
}

#[test]
fn a_table_that_is_written_reads_as_the_same_vaults() {
    for (form, text) in
        [("copper", COPPER), ("bitgo", BITGO), ("coinbase:a, \"b\"", COINBASE), ("ceffu", CEFFU)]
    {
        let export = good(form, text);
        let table = vault_csv_text(&export, &registry()).unwrap();
        let again = read("csv", document(&table), &Mapping::default()).unwrap();
        assert_eq!(again.vaults, export.vaults, "{form}");
    }
}

#[test]
fn forms_are_read_back_from_their_names() {
    for form in forms() {
        assert_eq!(form.to_string().parse(), Ok(form));
    }
    let root = format!("ethereum:0x{}", "ab".repeat(32));
    assert_eq!(root.parse::<VaultForm>().unwrap().to_string(), root);
    for wrong in
        ["", "okx", "okx:", "copper:x", "ethereum", "ethereum:0x12", "ethereum-root:", "Fireblocks", "csv:"]
    {
        assert!(wrong.parse::<VaultForm>().is_err(), "{wrong}");
    }
}

#[test]
fn sums_over_all_vaults_do_not_wrap() {
    // 2^64 - 1 whole units are ignored 19 times: the sum of 10^-18 exceeds 128 bits.
    let mut mapping = Mapping { default_class: Some("cold".into()), ..Mapping::default() };
    mapping.ignored_assets.insert("X".into());
    let row = |vault: usize| format!("v{vault},X,cold,18446744073709551615\n");
    let table = |rows: usize| {
        "vault,asset,class,amount\nv,BTC,cold,1\n".to_owned() + &(0..rows).map(row).collect::<String>()
    };
    assert!(read("csv", document(&table(18)), &mapping).is_ok());
    let error = read("csv", document(&table(19)), &mapping).unwrap_err();
    assert!(matches!(&error.problem, Problem::Overflow(asset) if asset == "X"), "{error}");
}
