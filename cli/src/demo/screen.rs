//! The demo's screen: each command as typed, what it answered, and whether that is what it should answer.

use crate::devnet::{Shell, own_program};
use crate::output::result;
use anyhow::{bail, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a step must answer.
#[derive(Clone, Copy)]
pub struct Expect {
    code: Option<i32>,
    text: &'static str,
}

impl Expect {
    /// Exit code 0, with this text.
    pub const fn good(text: &'static str) -> Self {
        Self { code: Some(0), text }
    }

    /// Exit code 1, with this text.
    pub const fn bad(text: &'static str) -> Self {
        Self { code: Some(1), text }
    }

    /// Exit code 3, with this text.
    pub const fn unconfirmed(text: &'static str) -> Self {
        Self { code: Some(3), text }
    }

    /// Whatever becomes of a visitor's own document.
    pub const fn anything() -> Self {
        Self { code: None, text: "" }
    }
}

/// Where the demo is shown.
pub struct Screen {
    dir: PathBuf,
    steps: usize,
    chapters: usize,
}

impl Screen {
    /// A screen for a network under `dir`.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), steps: 0, chapters: 0 }
    }

    /// Begins a chapter.
    pub fn chapter(&mut self, title: &str) {
        self.chapters += 1;
        result(&format!("\n== {}. {title}", self.chapters));
    }

    /// Shows a command that is run in another way than by this program.
    pub fn typed(&mut self, command: &str) {
        self.steps += 1;
        result(&format!("$ {command}"));
    }

    /// Shows a command, runs it, shows `lines` lines of its answer and the one that is expected, and checks it. Gives its
    /// standard output.
    ///
    /// # Errors
    /// If it answers otherwise than expected.
    pub fn run(&mut self, args: &[&str], expect: Expect, lines: usize) -> anyhow::Result<String> {
        self.steps += 1;
        let command = typed(args);
        result(&format!("$ {command}"));
        let output = own_program(&self.dir, args)?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
        if lines > 0 {
            result(&excerpt(&out, lines, expect.text).iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"));
        }
        let code = output.status.code();
        if let Some(wanted) = expect.code {
            ensure!(code == Some(wanted), "{command}\nexit code {code:?}, expected {wanted}\n{out}{err}");
            ensure!(out.contains(expect.text), "{command}\nthe answer does not say '{}'\n{out}{err}", expect.text);
        } else if !matches!(code, Some(0 | 1 | 3)) {
            result(&format!("    {}", err.trim()));
        }
        Ok(out)
    }

    /// Runs a command without showing it.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn quietly(&mut self, args: &[&str]) -> anyhow::Result<()> {
        own_program(&self.dir, args).map(|_| ())
    }

    /// The last words; `unread` of the visitor's files could not be read.
    pub fn end(&mut self, took: Duration, unread: usize) {
        let (steps, took) = (self.steps, took.as_secs_f32());
        match unread {
            0 => result(&format!("\nAll {steps} steps answered as they should, in {took:.0} s.")),
            some => result(&format!(
                "\n{some} of your files could not be read and {} not issued: see above.\nThe other {steps} steps answered as they should, in {took:.0} s.",
                if some == 1 { "was" } else { "were" }
            )),
        }
    }
}

impl Shell for Screen {
    fn symbolon(&mut self, args: &[&str]) -> anyhow::Result<String> {
        self.steps += 1;
        result(&format!("$ {}", typed(args)));
        let output = own_program(&self.dir, args)?;
        if !output.status.success() {
            bail!("{}\n{}", typed(args), String::from_utf8_lossy(&output.stderr).trim());
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // Of the founding people compare the id; all else repeats what was typed.
        for line in text.lines().filter(|line| args.contains(&"found") && !line.is_empty()) {
            result(&format!("    {line}"));
        }
        Ok(text)
    }

    fn say(&mut self, text: &str) {
        result(&format!("# {}", crate::output::wrapped(text, 78, "# ")));
    }
}

/// The first lines of an answer, and the line that the step is about if it comes later; `…` stands for what is left out.
fn excerpt<'a>(answer: &'a str, lines: usize, about: &str) -> Vec<&'a str> {
    // The environment at the end of a short answer is shown often enough.
    let is_environment = |line: &&str| line.starts_with('[') && line.contains(" network '");
    let mut all: Vec<&str> = answer.lines().collect();
    all.truncate(all.len() - usize::from(all.len() > lines && all.last().is_some_and(is_environment)));
    let (first, rest) = all.split_at(lines.min(all.len()));
    let mut shown = first.to_vec();
    let wanted = rest.iter().position(|line| line.contains(about)).filter(|_| !first.iter().any(|line| line.contains(about)));
    let (before, after) = wanted.map_or((rest.len(), 0), |at| (at, rest.len() - at - 1));
    shown.extend((before > 0).then_some("…"));
    shown.extend(wanted.and_then(|at| rest.get(at)));
    shown.extend((after > 0).then_some("…"));
    shown
}

/// A command as a person types it in a shell.
fn typed(args: &[&str]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+".contains(c);
    let quoted = args
        .iter()
        .map(|arg| if !arg.is_empty() && arg.chars().all(plain) { (*arg).to_owned() } else { format!("'{}'", arg.replace('\'', "'\\''")) });
    format!("symbolon {}", quoted.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_cut_without_a_sign_and_never_the_line_that_a_step_is_about() {
        let environment = crate::output::banner(genesis::Environment::Training, "Demo");
        let answer = |lines: &[&str]| format!("{}\n{environment}\n", lines.join("\n"));
        let all = answer(&["a", "b", "c revoked", "d"]);
        assert_eq!(excerpt(&all, 4, "revoked"), ["a", "b", "c revoked", "d"]);
        assert_eq!(excerpt(&all, 5, "revoked").len(), 5);
        assert_eq!(excerpt(&all, 3, "revoked"), ["a", "b", "c revoked", "…"]);
        assert_eq!(excerpt(&all, 2, "revoked"), ["a", "b", "c revoked", "…"]);
        assert_eq!(excerpt(&all, 1, "revoked"), ["a", "…", "c revoked", "…"]);
        assert_eq!(excerpt(&all, 1, ""), ["a", "…"]);
        assert_eq!(excerpt(&answer(&["recorded"]), 1, "recorded"), ["recorded"]);
    }

    #[test]
    fn commands_are_quoted_as_a_shell_wants_them() {
        assert_eq!(typed(&["verify", "a b", "it's", "", "x/y.xml"]), "symbolon verify 'a b' 'it'\\''s' '' x/y.xml");
    }
}
