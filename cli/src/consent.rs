//! Whoever signs what another made up says so after reading it: at a terminal by an answer, elsewhere with `--yes`.

use crate::output::talk;
use anyhow::ensure;
use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

/// How many bytes of an answer are read.
const ANSWER_BYTES_MAX: u64 = 64;

/// Shows what would be signed, the first line of it and below that what belongs to it, and asks.
///
/// # Errors
/// If nobody agrees, or nobody can be asked. Then nothing is signed.
pub fn to_sign(what: &[String], yes: bool, json: bool) -> anyhow::Result<()> {
    if yes && json {
        return Ok(());
    }
    talk(&format!("you sign: {}", what.join("\n    ")));
    if yes {
        return Ok(());
    }
    let (input, mut screen) = (std::io::stdin(), std::io::stderr());
    ensure!(
        input.is_terminal() && screen.is_terminal(),
        "not signed: without a terminal nobody can be asked; read what would be signed, and add --yes to sign it"
    );
    write!(screen, "Sign? [y/N] ")?;
    screen.flush()?;
    let mut answer = Vec::new();
    input.lock().take(ANSWER_BYTES_MAX).read_until(b'\n', &mut answer)?;
    ensure!(agrees(&answer), "not signed, and nothing was sent");
    Ok(())
}

/// Whether an answer says yes. Everything else is a no.
fn agrees(answer: &[u8]) -> bool {
    let answer = answer.trim_ascii().to_ascii_lowercase();
    answer == b"y" || answer == b"yes"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, expected) in [
            ("y\n", true),
            (" Yes\r\n", true),
            ("YES", true),
            ("", false),
            ("\n", false),
            ("n\n", false),
            ("yy\n", false),
            ("yes please\n", false),
        ] {
            assert_eq!(agrees(answer.as_bytes()), expected, "{answer:?}");
        }
    }
}
