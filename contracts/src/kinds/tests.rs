//! What holds of every kind; and that a kind is its folder and its lines in the register.

use super::RecordKind;
use crate::document::read_document;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms that hold code, as folders of the workspace.
const ROOMS: [&str; 7] = ["ledger", "contracts", "genesis", "node", "cli", "tests", "bench"];

/// The workspace: as cargo says when it runs the test.
fn workspace() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder of the crate")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files with Rust code in a folder and below.
fn code_in(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => code_in(&path, found),
            false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The folder of a kind: its name in small letters with `_` between.
fn folder_of(kind: RecordKind) -> String {
    let name = format!("{kind:?}");
    let parts = name.char_indices().map(|(index, letter)| match letter {
        'A'..='Z' if index > 0 => format!("_{}", letter.to_ascii_lowercase()),
        _ => letter.to_ascii_lowercase().to_string(),
    });
    parts.collect()
}

/// The stories of all kinds, for whoever looks whether something is told anywhere.
pub(crate) fn stories() -> Vec<String> {
    let kinds = workspace().join("contracts/src/kinds");
    RecordKind::ALL.iter().map(|kind| read(&kinds.join(folder_of(*kind)).join("tests.rs"))).collect()
}

#[test]
fn every_kind_has_a_word_a_form_and_an_example_of_its_own() {
    let mut seen = BTreeSet::new();
    for kind in RecordKind::ALL {
        let rules = kind.rules();
        assert!(rules.word().bytes().all(|byte| byte.is_ascii_lowercase()), "{kind}: stories and commands divide words otherwise");
        assert_eq!(RecordKind::by_word(rules.word()), Some(*kind));
        assert!(rules.form().starts_with("symbolon/"), "{kind}");
        assert!(seen.insert(rules.word()) && seen.insert(rules.form()), "{kind}");
        let example = read_document(rules.example().as_bytes()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(example.kind, *kind);
    }
    assert_eq!(RecordKind::by_word("tax"), None);
}

/// The kinds after the first three came by docs/add-a-record-kind.md, and nothing else knows of them.
#[test]
fn a_kind_is_its_folder_and_its_lines_in_the_register() {
    const FIRST_ADDED: u16 = 6;
    let workspace = workspace();
    let mut files = Vec::new();
    for room in ROOMS {
        code_in(&workspace.join(room), &mut files);
    }
    assert!(files.len() > 100, "{} files: the rooms lie elsewhere", files.len());
    for kind in RecordKind::ALL.iter().filter(|kind| kind.number() >= FIRST_ADDED) {
        let (name, folder) = (format!("{kind:?}"), folder_of(*kind));
        let own = workspace.join("contracts/src/kinds").join(&folder);
        let register = workspace.join("contracts/src/kinds/mod.rs");
        for file in files.iter().filter(|file| **file != register && !file.starts_with(&own)) {
            let text = read(file);
            // Nor as people say it, but where a test reads what is printed.
            let said = Some(folder.replace('_', " ")).filter(|_| !file.starts_with(workspace.join("tests")));
            let named = [&name, &folder].into_iter().chain(&said).find(|word| text.contains(word.as_str()));
            assert!(named.is_none(), "{} names {}: let the kind answer for itself (kinds/rules.rs)", file.display(), named.unwrap());
        }
        let lines = read(&register).lines().filter(|line| line.contains(&name) || line.contains(&folder)).count();
        assert_eq!(lines, 3, "{name}: the register has the module, the number and the rules, a line each");
    }
}
