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

    /// Shows a command, runs it, shows at most `lines` lines of its answer, and checks it. Gives its standard output.
    ///
    /// # Errors
    /// If it answers otherwise than expected.
    pub fn run(&mut self, args: &[&str], expect: Expect, lines: usize) -> anyhow::Result<String> {
        self.steps += 1;
        let command = typed(args);
        result(&format!("$ {command}"));
        let output = own_program(&self.dir, args)?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
        let all: Vec<&str> = out.lines().collect();
        let shown = all.iter().take(lines);
        // A single line that follows is the environment, shown often enough.
        let more = if lines > 1 && all.len() > lines + 1 { "\n    …" } else { "" };
        if lines > 0 {
            result(&format!("{}{more}", shown.map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")));
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
                "\n{some} of your files could not be read, and so were not issued: see above.\nThe other {steps} steps answered as they should, in {took:.0} s."
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
    fn commands_are_quoted_as_a_shell_wants_them() {
        assert_eq!(typed(&["verify", "a b", "it's", "", "x/y.xml"]), "symbolon verify 'a b' 'it'\\''s' '' x/y.xml");
    }
}
