//! What became of each document, for people and for programs.

use super::rivals::Rival;
use crate::Common;
use crate::failure::{Failure, exit};
use crate::output::{self, Mark, banner, marked, shown};
use crate::profile::Profile;
use contracts::document::escape_for_terminal;
use contracts::registry::APPROVAL_DAYS_MAX;
use ledger::hash::Hash;
use ledger::id::{CertificateNumber, MemberId};
use ledger::lookup::RecordKey;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What became of one file.
pub struct Told {
    /// The document's file.
    pub path: PathBuf,
    /// Its number, if it could be read.
    pub number: Option<CertificateNumber>,
    /// What became of it.
    pub what: Became,
    /// The members that find it by its number.
    pub readers: Vec<MemberId>,
    /// What is odd about it.
    pub doubts: Vec<String>,
}

impl Told {
    /// Whether it is recorded now, or waits for that: what is said of it then holds of the record.
    fn is_new(&self) -> bool {
        matches!(self.what, Became::Recorded { is_new: true, .. } | Became::Waits { .. })
    }

    /// The members that find it by its number: those of the document, and those to which its draft was made known.
    fn readers(&self) -> Vec<&str> {
        let knew_draft = match &self.what {
            Became::Recorded { knew_draft, .. } => &knew_draft[..],
            _ => &[],
        };
        let further = knew_draft.iter().filter(|member| !self.readers.contains(member));
        self.readers.iter().chain(further).map(MemberId::as_str).collect()
    }
}

/// What became of one document.
pub enum Became {
    /// It is recorded, as is proven.
    Recorded { height: u64, record: RecordKey, file: Option<PathBuf>, remark: Option<String>, is_new: bool, knew_draft: Vec<MemberId> },
    /// So many officials signed; others have to. Other acts for the same certificate may wait as well.
    Waits { act: Hash, signed: usize, file: Option<PathBuf>, others: Vec<Rival> },
    /// The rules said no.
    Refused { number: u16, name: &'static str, message: String },
    /// It was not sent: it cannot be read, or no node gave an answer to rely on.
    NotSent(Failure),
    /// It was sent, and nobody said what became of it.
    Unknown { why: String, file: Option<PathBuf> },
}

/// Says what became of all; gives the exit code.
pub fn tell(common: &Common, profile: &Profile, told: &[Told]) -> u8 {
    let code = exit_code(told);
    if common.json {
        let files: Vec<Value> = told
            .iter()
            .map(|told| {
                let number = told.number.as_ref().map(CertificateNumber::as_str);
                match &told.what {
                    Became::Recorded { height, record, file, remark, is_new, .. } => {
                        json!({ "document": told.path, "number": number, "outcome": "recorded", "height": height, "record": record.to_string(), "file": file, "remark": remark, "found_by": is_new.then(|| told.readers()), "doubts": told.doubts })
                    }
                    Became::Waits { act, signed, file, others } => {
                        let others: Vec<String> = others.iter().map(|other| other.act.to_string()).collect();
                        json!({ "document": told.path, "number": number, "outcome": "waiting", "act": act.to_string(), "waits_as_well": others, "signed": signed, "file": file, "found_by": told.readers(), "doubts": told.doubts })
                    }
                    Became::Refused { number: refusal, name, message } => {
                        json!({ "document": told.path, "number": number, "outcome": "refused", "refusal": refusal, "name": name, "message": message })
                    }
                    Became::NotSent(failure) => {
                        let outcome = if failure.code() == exit::UNCONFIRMED { "unanswered" } else { "unreadable" };
                        let why = failure.to_string();
                        let faults: Vec<&str> = why.lines().map(str::trim).collect();
                        json!({ "document": told.path, "number": number, "outcome": outcome, "message": why, "faults": faults })
                    }
                    Became::Unknown { why, file } => json!({ "document": told.path, "number": number, "outcome": "unknown", "message": why, "file": file }),
                }
            })
            .collect();
        output::json(
            json!({ "environment": profile.founding.environment().as_str(), "network": profile.founding.network_id().to_string(), "files": files }),
        );
        return code;
    }
    let colour = output::colour_on_stdout();
    let mut text = String::new();
    for told in told {
        let number = told.number.as_ref().map_or_else(|| shown(&told.path), |number| escape_for_terminal(number.as_str()).into_owned());
        let line = match &told.what {
            Became::Recorded { height, file, remark, .. } => {
                let file = file.as_ref().map_or_else(String::new, |file| format!(" → {}", shown(file)));
                let remark = remark.as_ref().map_or_else(String::new, |remark| format!(", {remark}"));
                format!("{}  {number}{file} (block {height}{remark})", marked(Mark::Good, "recorded", colour))
            }
            Became::Waits { act, signed, file, others } => {
                let other: String = others.iter().map(|other| format!("\n    NOTE: {}", other.in_words())).collect();
                let act = act.to_string();
                let what = file.as_ref().map_or_else(|| act.get(..16).unwrap_or_default().to_owned(), |file| shown(file));
                let signed = if *signed == 1 { "one official signed".to_owned() } else { format!("{signed} officials signed") };
                format!(
                    "{}  {number}: {signed}; within {APPROVAL_DAYS_MAX} days another one runs: symbolon approve {what} --key FILE{other}",
                    marked(Mark::Unknown, "waiting", colour)
                )
            }
            Became::Refused { number: refusal, message, .. } => {
                format!("{}  {number} in {}: {refusal}: {message}", marked(Mark::Bad, "refused", colour), shown(&told.path))
            }
            Became::NotSent(failure) => {
                let why = failure.to_string();
                // The system's own messages begin with the path already.
                let path = shown(&told.path);
                let place = if why.starts_with(&path) { String::new() } else { format!("{path}: ") };
                format!("{}  {place}{why}", marked(Mark::Bad, "not sent", colour))
            }
            Became::Unknown { why, file } => {
                let file = file.as_ref().map_or_else(String::new, |file| {
                    let file = shown(file);
                    format!(
                        "\n    Keep {file}: it holds what cannot be made again. When the node answers, run: symbolon receipt {file}\n    It completes the file if the certificate was recorded; if it was not, issue the same document again, which goes on with this file."
                    )
                });
                format!("{}  {number}: whether it is recorded is not known: {why}{file}", marked(Mark::Unknown, "unknown", colour))
            }
        };
        text.push_str(&line);
        text.push('\n');
        if told.is_new() {
            let when = if matches!(told.what, Became::Waits { .. }) { "once it is recorded, " } else { "" };
            text.push_str(&format!("    {when}found by its number by: {}\n", told.readers().join(", ")));
            told.doubts.iter().for_each(|doubt| output::talk(&format!("{number}: note: {doubt}; recorded as written")));
        }
    }
    text.push_str(&banner(profile.founding.environment(), profile.founding.name()));
    output::result(&text);
    code
}

fn exit_code(told: &[Told]) -> u8 {
    let is_unconfirmed = |told: &Told| match &told.what {
        Became::Unknown { .. } => true,
        Became::NotSent(failure) => failure.code() == exit::UNCONFIRMED,
        _ => false,
    };
    if told.iter().any(is_unconfirmed) {
        exit::UNCONFIRMED
    } else if told.iter().any(|told| !matches!(told.what, Became::Recorded { .. } | Became::Waits { .. })) {
        exit::REFUSED
    } else {
        exit::GOOD
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::NodeError;

    #[test]
    fn what_no_node_answered_is_not_refused() {
        let silent = || NodeError::Silent { url: "http://x".into(), cause: "refused".into(), is_reached: false }.into();
        let unreadable = || anyhow::anyhow!("not well-formed").into();
        let told = |failures: Vec<Failure>| -> u8 {
            let one = |failure| Told {
                path: PathBuf::from("a.json"),
                number: None,
                what: Became::NotSent(failure),
                readers: Vec::new(),
                doubts: Vec::new(),
            };
            exit_code(&failures.into_iter().map(one).collect::<Vec<_>>())
        };
        assert_eq!(told(vec![silent()]), exit::UNCONFIRMED);
        assert_eq!(told(vec![unreadable()]), exit::REFUSED);
        assert_eq!(told(vec![unreadable(), silent()]), exit::UNCONFIRMED);
    }
}
