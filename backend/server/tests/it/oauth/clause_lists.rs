//! The lists of clauses at the beginning of these files: each test that one names is there.
//! Not here: whether the tests show what the lists say, which readers judge.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The words between backticks in the last cell of each row of a list.
fn named(text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! |"));
    let cells = rows.filter_map(|row| row.trim_end().trim_end_matches('|').rsplit('|').next());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|word| word.contains('_') && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_test_that_a_list_names_is_there() {
    let backend = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for of_a_crate in ["oauth", "server", "store", "tls", "vault"] {
        sources(&backend.join(of_a_crate).join("src"), &mut files);
        let tests = backend.join(of_a_crate).join("tests");
        if tests.exists() {
            sources(&tests, &mut files);
        }
    }
    let mut known = BTreeSet::new();
    for path in &files {
        let of_a_module = if path.ends_with("mod.rs") {
            path.parent()
        } else {
            Some(path.as_path())
        };
        known.insert(
            of_a_module
                .unwrap()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
        );
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let after = line.trim_start().trim_start_matches("async ").strip_prefix("fn ");
            let name = after.and_then(|after| after.split(['(', '<']).next());
            known.extend(name.map(str::to_owned));
        }
    }
    let mut lists = 0;
    for path in files
        .iter()
        .filter(|path| path.to_str().unwrap().contains("tests/it/oauth/"))
    {
        let names = named(&std::fs::read_to_string(path).unwrap());
        lists += usize::from(!names.is_empty());
        for name in names {
            assert!(known.contains(&name), "{}: there is no {name}", path.display());
        }
    }
    assert!(lists > 20, "{lists}");
}
