//! `cargo xtask guides`: the tables of problems in the guides, written from the catalogue.
//! Not here: the catalogue itself (`renkei_shared::problem`), and everything else that the guides say.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};
use renkei_shared::problem::ProblemCode;

use crate::files;
use crate::workspace::Workspace;

/// Between these two lines a guide is written by this chore.
const BEGIN: &str = "<!-- problems: written by `cargo xtask guides` -->";
const END: &str = "<!-- problems: end -->";

/// A guide with the table that its readers need.
struct Guide {
    path: &'static str,
    table: fn() -> String,
}

const GUIDES: [Guide; 2] = [
    Guide {
        path: "docs/operator-guide.md",
        table: for_operators,
    },
    Guide {
        path: "docs/partner-guide.md",
        table: for_partners,
    },
];

/// Writes the tables anew.
pub(crate) fn write() -> Result<()> {
    let workspace = Workspace::find()?;
    for guide in GUIDES {
        let path = workspace.root().join(guide.path);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", guide.path))?;
        let renewed = renewed(&text, &(guide.table)()).with_context(|| guide.path.to_owned())?;
        if renewed != text {
            files::write_public(&path, renewed.as_bytes())?;
            println!("{}: written anew", guide.path);
        }
    }
    Ok(())
}

/// The guide with this table in the place of the one it has.
fn renewed(text: &str, table: &str) -> Result<String> {
    let (before, rest) = text.split_once(BEGIN).context("the first marker is missing")?;
    let (_, after) = rest.split_once(END).context("the second marker is missing")?;
    Ok(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
}

/// What customers read, as support needs it on the telephone.
fn for_operators() -> String {
    let mut table = String::from("| code | HTTP | 事象 | 対処 | 対応できる人 |\n|---|---|---|---|---|\n");
    for code in ProblemCode::ALL {
        let texts = code.explain().ja;
        let (name, status, helper) = (code.as_str(), code.status(), code.helper().ja());
        let remedy = texts.remedy.replace("{remaining}", "n");
        let _ = writeln!(
            table,
            "| `{name}` | {status} | {} | {remedy} | {helper} |",
            texts.what
        );
    }
    table
}

/// What programs decide by.
fn for_partners() -> String {
    let mut table = String::from("| code | HTTP | meaning | who can help |\n|---|---|---|---|\n");
    for code in ProblemCode::ALL {
        let (name, status, title, helper) = (code.as_str(), code.status(), code.title(), code.helper().en());
        let _ = writeln!(table, "| `{name}` | {status} | {title} | {helper} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_say_what_the_catalogue_says() {
        let workspace = Workspace::find().unwrap();
        for guide in GUIDES {
            let text = fs::read_to_string(workspace.root().join(guide.path)).unwrap();
            let current = renewed(&text, &(guide.table)()).unwrap();
            assert!(
                text == current,
                "{} is out of date: run `cargo xtask guides`",
                guide.path
            );
        }
    }

    #[test]
    fn codes_that_the_guides_name_exist() {
        let workspace = Workspace::find().unwrap();
        let text = fs::read_to_string(workspace.root().join("docs/partner-guide.md")).unwrap();
        let section = text.split("| code | what to do |").nth(1).unwrap();
        let rows: Vec<_> = section
            .lines()
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .collect();
        assert!(rows.len() > 4, "the table is read at all");
        for row in rows {
            let codes = row.split('|').nth(1).unwrap();
            for code in codes.split(',').map(|code| code.trim().trim_matches('`')) {
                assert!(
                    ProblemCode::ALL.iter().any(|known| known.as_str() == code),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn a_guide_without_its_markers_is_left_alone() {
        assert!(renewed("no marker", "table").is_err());
        assert!(renewed(&format!("{BEGIN} but no end"), "table").is_err());
    }
}
