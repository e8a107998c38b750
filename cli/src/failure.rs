//! How a command ends when it has no result.

use crate::client::NodeError;
use crate::issuer::NotConfirmed;
use crate::officer::NothingStands;

/// Why there is no result. Each says the place, the cause and the remedy in one line.
#[derive(Debug)]
pub enum Failure {
    /// Wrong use or unreadable input: exit code 2.
    Input(anyhow::Error),
    /// Nobody gave an answer that can be relied on: exit code 3.
    Unconfirmed(anyhow::Error),
}

/// The exit codes of every command.
pub mod exit {
    /// It went well; of `verify`: VALID.
    pub const GOOD: u8 = 0;
    /// Of `verify`: NOT VALID. Of the others: at least one act was refused.
    pub const REFUSED: u8 = 1;
    /// Wrong use or unreadable input.
    pub const INPUT: u8 = 2;
    /// Of `verify`: CANNOT BE CONFIRMED. Of the others: no node gave an answer to rely on.
    pub const UNCONFIRMED: u8 = 3;
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Input(_) => exit::INPUT,
            Self::Unconfirmed(_) => exit::UNCONFIRMED,
        }
    }
}

impl Failure {
    /// A stable word for programs: the node's own code, where a node refused the question.
    pub fn word(&self) -> &str {
        let (Self::Input(error) | Self::Unconfirmed(error)) = self;
        match error.downcast_ref::<NodeError>() {
            Some(NodeError::Problem { code, .. }) if !code.is_empty() => code,
            Some(NodeError::Problem { .. }) => "node_refused",
            Some(NodeError::Silent { .. }) => "node_silent",
            Some(NodeError::Unreadable { .. }) => "node_unreadable",
            None if error.is::<NothingStands>() => "nothing_stands",
            None if error.is::<NotConfirmed>() => "not_confirmed",
            None => match self {
                Self::Input(_) => "input",
                Self::Unconfirmed(_) => "unconfirmed",
            },
        }
    }
}

impl core::fmt::Display for Failure {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Input(error) | Self::Unconfirmed(error) => out.write_str(&one_line(error)),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    /// What is not said to be a matter of confirmation is a matter of input, unless a node was at fault.
    fn from(error: E) -> Self {
        let error = error.into();
        let silent = error.downcast_ref::<NodeError>().is_some_and(NodeError::is_silence);
        if silent || error.is::<NothingStands>() || error.is::<NotConfirmed>() { Self::Unconfirmed(error) } else { Self::Input(error) }
    }
}

/// An error with its causes, each said once: some repeat their cause in their own sentence.
pub fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.ends_with(&cause) {
            line = if line.is_empty() { cause } else { format!("{line}: {cause}") };
        }
    }
    line
}

/// What a command gives: its exit code.
pub type Outcome = Result<u8, Failure>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::NodeError;

    #[test]
    fn a_silent_node_is_no_wrong_use() {
        let silent = || NodeError::Silent { url: "http://x".into(), cause: "refused".into(), is_reached: false };
        let told = |status, code: &str| NodeError::Problem {
            url: "http://x".into(),
            status,
            code: code.into(),
            refusal: None,
            detail: "no".into(),
        };
        let problem = |status| told(status, "");
        for (error, code) in [
            (anyhow::Error::from(silent()), exit::UNCONFIRMED),
            (anyhow::Error::from(silent()).context("while issuing"), exit::UNCONFIRMED),
            (problem(503).into(), exit::UNCONFIRMED),
            (problem(401).into(), exit::INPUT),
            (told(422, "not_of_this_member").into(), exit::INPUT),
            // What answers so is no node of this network, or keeps what it has.
            (problem(400).into(), exit::UNCONFIRMED),
            (problem(404).into(), exit::UNCONFIRMED),
            (told(404, "not_found").into(), exit::UNCONFIRMED),
            (problem(418).into(), exit::UNCONFIRMED),
            (anyhow::anyhow!("no such file"), exit::INPUT),
        ] {
            assert_eq!(Failure::from(error).code(), code);
        }
    }

    #[test]
    fn each_failure_has_its_word() {
        let silent = NodeError::Silent { url: "http://x".into(), cause: "refused".into(), is_reached: false };
        let problem = NodeError::Problem { url: "x".into(), status: 401, code: "wrong_token".into(), refusal: None, detail: "no".into() };
        for (error, word) in [
            (anyhow::Error::from(silent).context("while issuing"), "node_silent"),
            (problem.into(), "wrong_token"),
            (NotConfirmed("x".into()).into(), "not_confirmed"),
            (anyhow::anyhow!("no such file"), "input"),
        ] {
            assert_eq!(Failure::from(error).word(), word);
        }
    }

    #[test]
    fn a_cause_is_said_once() {
        let error = anyhow::anyhow!("inner").context("outer");
        assert_eq!(one_line(&error), "outer: inner");
        let repeated = anyhow::Error::from(ledger::receipt::ReceiptError::State(ledger::tree::ProofError::CutShort));
        assert_eq!(one_line(&repeated), "the state proof does not check: the proof is cut short");
    }
}
