//! Cleaning up after a demo that was interrupted: a second process waits for the end of the first, whatever ends it.

use crate::devnet::Net;
use anyhow::Context as _;
use std::io::{Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

/// How often the directory is removed until it is gone, and how long to wait in between.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// The second process. It cleans up when this value, or the program that holds it, is gone.
pub struct Guard {
    child: Child,
    line: ChildStdin,
}

impl Guard {
    /// Watches over a directory that this program made.
    ///
    /// # Errors
    /// If the process cannot be started.
    pub fn over(dir: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe().context("this program's own file")?);
        command.args(["demo", "--clean-up-after"]).arg(dir);
        // A group of its own: what interrupts the demo does not reach it.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("starting symbolon")?;
        let line = child.stdin.take().context("the line to the second process")?;
        Ok(Self { child, line })
    }

    /// Tells it that the directory is still wanted.
    pub fn leave_it(mut self) {
        let _ = self.line.write_all(b".");
        drop(self.line);
        let _ = self.child.wait();
    }
}

/// How the names of directories begin that the demo makes for itself.
pub const TEMPORARY: &str = "symbolon-demo-";

/// Waits until the demo is gone; if it did not say that its directory is still wanted, stops the nodes and removes it.
pub fn wait_and_clean_up(dir: &Path) {
    let mut said = Vec::new();
    // Nothing is removed that the demo did not make.
    if !dir.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY)) {
        return;
    }
    if std::io::stdin().lock().read_to_end(&mut said).is_err() || !said.is_empty() {
        return;
    }
    // A command that the demo had begun may still be writing.
    for _ in 0..TRIES {
        if let Ok(net) = Net::open(dir) {
            let _ = net.stop();
        }
        let _ = std::fs::remove_dir_all(dir);
        if !dir.exists() {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}
