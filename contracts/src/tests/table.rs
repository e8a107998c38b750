//! The table of verdicts: `tests/verdicts/*.csv`, one row a question, for readers who know the law and not the code.
//!
//! Columns, divided by semicolons: the facts (lines of a story, divided by ` + `; empty for those of the row above), the
//! certificate, the date asked about, the date by which it is known (empty for now), the importing country, what else
//! the question says, the verdict's word, with the lines for which it does not hold, and its reason.

use crate::story::{World, check};
use std::collections::BTreeMap;

const COLUMNS: &str = "facts;certificate;valid on;known at;for country;more;verdict;reason";
/// How many rows there are at least.
const ROWS_MIN: usize = 320;

fn tables() -> Vec<(String, String)> {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder of the crate");
    let folder = std::path::Path::new(&root).join("../tests/verdicts");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut tables: Vec<(String, String)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    tables.sort();
    tables
}

/// The question of a row, as a line of a story.
fn question(row: &BTreeMap<&str, &str>) -> String {
    let mut line = match row["certificate"].split_once(" of ") {
        // By number: "77 of NZ, asked by CN".
        Some((number, rest)) => {
            let (country, reader) = rest.split_once(", asked by ").expect("a number is asked for by a reader");
            format!("look {number} by {reader} from={country}")
        }
        None => format!("verify {}", row["certificate"]),
    };
    for (column, name) in [("valid on", "on"), ("known at", "known"), ("for country", "for")] {
        if !row[column].is_empty() {
            line.push_str(&format!(" {name}={}", row[column]));
        }
    }
    format!("{line} {}", row["more"])
}

#[test]
fn every_row_of_the_tables_gets_its_verdict() {
    let mut rows = 0;
    let mut wrong = Vec::new();
    for (name, table) in tables() {
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some(COLUMNS), "{name}: the first line names the columns");
        let mut world: Option<World> = None;
        for (number, line) in (2..).zip(lines).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let cells: Vec<&str> = line.split(';').collect();
            assert_eq!(cells.len(), 8, "{name}, line {number}: eight columns");
            let row: BTreeMap<&str, &str> = COLUMNS.split(';').zip(cells).collect();
            if !row["facts"].is_empty() {
                world = Some(check(&row["facts"].replace(" + ", "\n")));
            }
            let world = world.as_ref().unwrap_or_else(|| panic!("{name}, line {number}: the first row states the facts"));
            let verdict = world.verdict_of(question(&row).trim());
            let headline = verdict.headline_in_words();
            let found = format!("{}{};{}", verdict.word, headline.strip_prefix("VALID").unwrap_or_default(), verdict.reason.code());
            if found != format!("{};{}", row["verdict"], row["reason"]) {
                wrong.push(format!("{name}, line {number}: {line}\n    found {found}: {}", verdict.sentence));
            }
            rows += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {rows} rows:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows >= ROWS_MIN, "{rows} rows");
}
