//! Text for people, JSON for programs.
//!
//! Results go to stdout, talk to stderr. Colour repeats what a sign and a word say already, and only on a terminal
//! that did not set `NO_COLOR`. Every output names the network's environment, so that an exercise is never taken for
//! the real thing.

use crate::freshness::AsOf;
use crate::officer::own_clock;
use crate::profile::Profile;
use contracts::document::{escape_for_terminal, is_unsafe_on_terminal};
use genesis::Environment;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The version of every JSON output; it grows when a member changes its meaning or goes away.
pub const JSON_VERSION: u32 = 1;

/// How a line is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// Holds.
    Good,
    /// Does not hold.
    Bad,
    /// Is not known.
    Unknown,
}

impl Mark {
    /// The sign before the line.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✔",
            Self::Bad => "✘",
            Self::Unknown => "?",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Bad => "31",
            Self::Unknown => "33",
        }
    }
}

/// A file's name for people. Whoever made the file chose it, and so it is escaped as all text from others is.
pub fn shown(path: &Path) -> String {
    escape_for_terminal(&path.to_string_lossy()).into_owned()
}

/// Whether stdout is a terminal, and not a pipe or a file.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether stdout takes colour.
pub fn colour_on_stdout() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && stdout_is_terminal()
}

/// Sign and text, in colour where that is wanted.
pub fn marked(mark: Mark, text: &str, colour: bool) -> String {
    if colour { format!("\u{1b}[1;{}m{} {text}\u{1b}[0m", mark.colour(), mark.sign()) } else { format!("{} {text}", mark.sign()) }
}

/// The environment as it stands on every output.
pub fn banner(environment: Environment, network_name: &str) -> String {
    match environment {
        Environment::Live => format!("[live network '{network_name}']"),
        Environment::Test => format!("[TEST network '{network_name}': nothing here means anything]"),
        Environment::Training => format!("[TRAINING network '{network_name}': nothing here means anything]"),
    }
}

/// Of which block a list is: that of the oldest answer on which it rests. `None` if nothing was asked.
fn as_of(profile: &Profile) -> Option<AsOf> {
    profile.oldest_answer().map(|at| AsOf::judge(at, own_clock(), profile.freshness_ms()))
}

/// What stands below the title of a list: the environment, and of which block the list is.
pub fn head(profile: &Profile) -> String {
    let banner = banner(profile.founding.environment(), profile.founding.name());
    as_of(profile).map_or_else(|| banner.clone(), |as_of| format!("{banner}\n{}", as_of.text(colour_on_stdout())))
}

/// A list for programs: with the environment, and of which block it is.
pub fn json_list(profile: &Profile, mut value: serde_json::Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert("environment".into(), profile.founding.environment().as_str().into());
        object.insert("as_of".into(), as_of(profile).map_or(serde_json::Value::Null, |as_of| as_of.json()));
    }
    json(value);
}

/// Whether something of the result could not be written: then no exit code may say that all is well.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether something of the result could not be written.
pub fn is_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Writes a result to stdout. What cannot be written is noticed: see [`is_lost`].
pub fn result(text: &str) {
    write(&harmless(text));
}

/// Writes what is for programs to stdout, as it is.
pub fn write(text: &str) {
    let mut out = std::io::stdout().lock();
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    if let Err(error) = write!(out, "{text}{newline}").and_then(|()| out.flush()) {
        // Whoever reads the first lines only, such as `head`, knows that; the exit code is the verdict's.
        if error.kind() != std::io::ErrorKind::BrokenPipe && !LOST.swap(true, Ordering::Relaxed) {
            talk(&format!("symbolon: the result cannot be written to stdout: {error}; make room, and run the command again"));
        }
    }
}

/// Writes a remark to stderr.
pub fn talk(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(text));
}

/// Writes a JSON result to stdout, its version first.
pub fn json(mut value: serde_json::Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert("version".into(), JSON_VERSION.into());
    }
    write(&harmless_json(&serde_json::to_string_pretty(&value).unwrap_or_default()));
}

/// JSON that says the same, its strings without a character that could fool a terminal's reader.
fn harmless_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || !is_unsafe_on_terminal(character) {
            out.push(character);
        } else {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// The last door: whatever somebody else wrote into a text, a name or a path, only line breaks and this program's own
/// colours reach the terminal as they are.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let taken = match COLOURS.iter().find(|colour| rest.starts_with(**colour)) {
            Some(colour) => {
                out.push_str(colour);
                colour.len()
            }
            None => {
                let one = character.len_utf8();
                match character {
                    '\n' | '\\' => out.push(character),
                    _ => out.push_str(&escape_for_terminal(rest.get(..one).unwrap_or_default())),
                }
                one
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// What [`marked`] writes around text.
const COLOURS: [&str; 4] = ["\u{1b}[1;32m", "\u{1b}[1;31m", "\u{1b}[1;33m", "\u{1b}[0m"];

/// Breaks text into lines of at most `width` characters, at white space, with `indent` before all but the first.
pub fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.chars().count();
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_only_repeats_what_sign_and_word_say() {
        for mark in [Mark::Good, Mark::Bad, Mark::Unknown] {
            let plain = marked(mark, "WORD", false);
            assert_eq!(plain, format!("{} WORD", mark.sign()));
            assert!(marked(mark, "WORD", true).contains(&plain));
        }
    }

    #[test]
    fn json_says_the_same_without_what_fools_a_reader() {
        let value = serde_json::json!({ "number": "PC\u{202e}1\u{1b}[2J\u{9b}\u{200b}\u{e0041}", "名": ["果\t"] });
        let text = harmless_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|c| c == '\n' || !is_unsafe_on_terminal(c)) && text.contains("果"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn every_environment_is_named() {
        for environment in Environment::ALL.iter().copied() {
            assert!(banner(environment, "Trial").to_lowercase().contains(environment.as_str()));
        }
    }

    #[test]
    fn nothing_but_line_breaks_and_own_colours_passes_the_last_door() {
        for mark in [Mark::Good, Mark::Bad, Mark::Unknown] {
            let text = format!("{}\n果 \\u", marked(mark, "WORD", true));
            assert_eq!(harmless(&text), text);
        }
        assert_eq!(harmless("a\u{1b}[2Jb\u{202e}c\rd"), "a\\u{1b}[2Jb\\u{202e}c\\u{d}d");
    }

    #[test]
    fn lines_are_broken_at_white_space() {
        assert_eq!(wrapped("one two three", 8, "  "), "one two\n  three");
        assert_eq!(wrapped("unbreakable", 4, "  "), "unbreakable");
    }
}
