//! `symbolon completions`.

use crate::failure::{Outcome, exit};
use clap_complete::Shell;

/// Which shell.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon completions bash > /etc/bash_completion.d/symbolon\n  symbolon completions zsh > ~/.zfunc/_symbolon"
)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
///
/// # Errors
/// None; what a closed pipe does not take is lost.
pub fn run(args: &Completions, command: &mut clap::Command) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, command, "symbolon", &mut text);
    crate::output::write(&String::from_utf8_lossy(&text));
    Ok(exit::GOOD)
}
