//! The lists of clauses at the beginning of these files: each test that one names is there, and each test of a file that is
//! named after a specification stands in a list. Not here: whether the tests show what the lists say, which readers judge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Files are named after what specifies them; these are.
const SPECIFICATIONS: [&str; 10] = [
    "rfc",
    "fapi2",
    "openid",
    "jarm",
    "form_post",
    "grant_management",
    "refresh_rotation",
    "jwks_uri",
    "narrowed_tokens",
    "signed_answers",
];

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

/// The name by which a list may call a whole file.
fn module(path: &Path) -> &str {
    let named = if path.ends_with("mod.rs") {
        path.parent().unwrap()
    } else {
        path
    };
    named.file_stem().unwrap().to_str().unwrap()
}

/// The functions that bear a test's attribute.
fn tests(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(after) = line.trim_start_matches("async ").strip_prefix("fn ") {
            if is_test || text.contains("proptest!") {
                found.extend(after.split(['(', '<']).next().map(str::to_owned));
            }
            is_test = false;
        }
    }
    found
}

/// What a list names: the words between backticks in every cell but the first of each row.
fn named(text: &str) -> Vec<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! |"));
    rows.filter_map(|row| row.trim_end().trim_end_matches('|').split_once('|'))
        .flat_map(|(_, cells)| cells.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn lists_and_tests_agree() {
    let backend = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for of_a_crate in ["oauth", "server", "store", "tls", "vault"] {
        sources(&backend.join(of_a_crate).join("src"), &mut files);
        let tests = backend.join(of_a_crate).join("tests");
        if tests.exists() {
            sources(&tests, &mut files);
        }
    }
    let texts: BTreeMap<&PathBuf, String> = files
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap()))
        .collect();
    let known: BTreeSet<String> = texts
        .iter()
        .flat_map(|(path, text)| tests(text).into_iter().chain([module(path).to_owned()]))
        .collect();
    let of_oauth = || {
        texts
            .iter()
            .filter(|(path, _)| path.to_str().unwrap().contains("tests/it/oauth/"))
    };

    let mut listed = BTreeSet::new();
    for (path, text) in of_oauth() {
        for name in named(text) {
            let last = name.rsplit("::").next().unwrap();
            assert!(
                known.contains(last),
                "{}: there is no test {name}",
                path.display()
            );
            listed.insert(last);
        }
    }
    for (path, text) in of_oauth() {
        if !SPECIFICATIONS
            .iter()
            .any(|specification| module(path).starts_with(specification))
        {
            continue;
        }
        assert!(!named(text).is_empty(), "{} has no list", path.display());
        for test in tests(text) {
            assert!(
                listed.contains(test.as_str()),
                "{}: no list names {test}",
                path.display()
            );
        }
    }
}
