//! The path that the environment forces, each time in a process of its own: the variable is read once.

use std::process::Command;

use solvency_kernels::{PATH_VARIABLE, Path};

/// What [`Path::chosen`] comes to in a process with this value of the variable.
fn chosen(value: Option<&std::ffi::OsStr>) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "tells_its_path", "--ignored", "--nocapture"]);
    match value {
        Some(value) => child.env(PATH_VARIABLE, value),
        None => child.env_remove(PATH_VARIABLE),
    };
    let output = String::from_utf8(child.output().unwrap().stdout).unwrap();
    let (_, told) = output.split_once("chosen: ").unwrap_or_else(|| panic!("{output}"));
    told.lines().next().unwrap().to_owned()
}

#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn tells_its_path() {
    match Path::chosen() {
        Ok(path) => println!("\nchosen: {path}"),
        Err(error) => println!("\nchosen: {error}"),
    }
}

#[test]
fn the_fastest_path_is_chosen_where_nothing_is_forced() {
    assert_eq!(chosen(None), Path::all()[0].name());
}

#[test]
fn a_forced_path_is_taken() {
    assert_eq!(chosen(Some("portable".as_ref())), "portable");
    let ifma = chosen(Some("ifma".as_ref()));
    match Path::ifma() {
        Some(_) => assert_eq!(ifma, "ifma"),
        None => assert!(ifma.contains("this processor has no AVX512-IFMA"), "{ifma}"),
    }
}

#[test]
fn another_name_is_refused() {
    for name in ["", "IFMA", "avx2", "portable "] {
        assert_eq!(
            chosen(Some(name.as_ref())),
            format!("SOLVENCY_KERNELS={name} is no path; it is ifma or portable")
        );
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    assert!(chosen(Some(std::ffi::OsStr::from_bytes(b"portable\xff"))).contains("is no path"));
}
