//! Symbolon for people: issue, look up, verify.
//!
//! The command list, and nothing more. Results go to stdout, talk to stderr; the exit codes are those of
//! [`failure::exit`].
#![forbid(unsafe_code)]

mod certificate_file;
mod client;
mod commands;
mod consent;
mod demo;
mod devnet;
mod failure;
mod freshness;
mod input;
mod issuer;
mod officer;
mod output;
mod partners;
mod profile;
mod record;
mod registry;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use failure::Outcome;
use std::path::PathBuf;
use std::process::ExitCode;

/// A ledger that customs administrations run together: certificates issued, looked up and verified with proof.
#[derive(Parser)]
#[command(
    name = "symbolon",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    before_help = "Examples:\n  symbolon demo                                   the whole system, in a minute\n  symbolon verify PC-2026-0001 --from CL          an officer verifies a number\n  symbolon verify PC-2026-0001.symbolon --offline the same without a connection\n  symbolon issue certificate.xml --out issued/    an authority issues a document",
    after_help = "Exit codes: 0 done (verify: VALID), 1 refused (verify: NOT VALID),\n2 wrong use or unreadable input, 3 cannot be confirmed.\nSettings: docs/profile.md. No colour without a terminal and with NO_COLOR."
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
pub struct Common {
    /// Where settings, trust and cached secrets lie
    #[arg(long, global = true, value_name = "DIR", env = "SYMBOLON_PROFILE")]
    pub profile: Option<PathBuf>,
    /// Ask this node of your own member, in place of those of the profile; may be given several times; sees the token only if
    /// the profile names its host
    #[arg(long = "node", global = true, value_name = "URL")]
    pub nodes: Vec<String>,
    /// Print JSON for programs; its form has a version and is never translated
    #[arg(long, global = true)]
    pub json: bool,
}

impl Common {
    /// Opens the profile.
    ///
    /// # Errors
    /// If no network is pinned in it.
    pub fn open(&self) -> anyhow::Result<profile::Profile> {
        profile::Profile::open(self.profile.as_deref(), &self.nodes)
    }
}

/// Below the help of the acts that are taken back before the date they were announced for.
const ANNOUNCED: &str = "An act that is announced for a later date is taken back before it with:\n  symbolon take-back";

#[derive(Subcommand)]
enum Command {
    /// Verify a certificate: by number, certificate file or document
    Verify(commands::verify::Verify),
    /// Tell the story of a certificate: each act, who, when, what it changed, and the verdict
    Explain(commands::verify::Explain),
    /// Issue certificates from documents (SPS XML, JSON)
    Issue(commands::issue::Issue),
    /// Issue a certificate in the place of an earlier one
    Replace(commands::issue::Replace),
    /// Stop a certificate's effect for a while
    #[command(
        before_help = "Examples:\n  symbolon suspend SES-004417 --kind aeo\n  symbolon suspend aeo.symbolon --effective 2026-03-09 --reason 3",
        after_help = ANNOUNCED
    )]
    Suspend(commands::withdrawal::OnRecord),
    /// End a suspension
    #[command(
        before_help = "Examples:\n  symbolon reinstate SES-004417 --kind aeo\n  symbolon reinstate aeo.symbolon --effective 2026-03-20"
    )]
    Reinstate(commands::withdrawal::OnRecord),
    /// Take a certificate out of effect (SPS: by the issuer; AEO: at the holder's request)
    #[command(
        before_help = "Examples:\n  symbolon withdraw PC-2026-0001.symbolon\n  symbolon withdraw certificate.xml --effective 2026-03-09 --reason 3",
        after_help = ANNOUNCED
    )]
    Withdraw(commands::withdrawal::OnRecord),
    /// Take a certificate back from a date on
    #[command(
        before_help = "Examples:\n  symbolon revoke CL-2026-0018834.symbolon --effective 2026-03-09\n  symbolon revoke SES-004417 --kind aeo --reason 3",
        after_help = ANNOUNCED
    )]
    Revoke(commands::withdrawal::OnRecord),
    /// Take back a suspension, withdrawal or revocation before the date it was announced for
    TakeBack(commands::withdrawal::TakeBack),
    /// Void a certificate from the beginning
    #[command(before_help = "Examples:\n  symbolon annul SES-004417 --kind aeo\n  symbolon annul aeo.symbolon --reason 3")]
    Annul(commands::withdrawal::OnRecord),
    /// Look at a holder again: the AEO status stays, perhaps to another last day
    Reassess(commands::withdrawal::Reassess),
    /// Stand by a record whose key was revoked as of a time before it, under a new key
    Reaffirm(commands::reaffirm::Reaffirm),
    /// Take back an unused certificate of origin, or an SPS draft, at the exporter's request
    #[command(before_help = "Examples:\n  symbolon cancel CL-2026-0018834.symbolon\n  symbolon cancel origin.json --reason 3")]
    Cancel(commands::withdrawal::OnRecord),
    /// Refuse to issue a draft of an SPS certificate
    #[command(before_help = "Examples:\n  symbolon refuse NZL-2026-0045.draft.symbolon --reason 4\n  symbolon refuse phyto.xml")]
    Refuse(commands::withdrawal::OnRecord),
    /// Certify a true copy of a lost certificate of origin
    CertifyCopy(commands::other_form::OtherForm),
    /// Certify a correction by annotation of a certificate of origin
    Correct(commands::other_form::OtherForm),
    /// List the acts of your authority that wait for another official
    Approvals(commands::officials::Approvals),
    /// Sign an act that waits for another official of your authority
    Approve(commands::officials::Approve),
    /// Record that a certificate was presented to your office
    Present(commands::office::Present),
    /// Record that the destination's service has received an SPS certificate
    Acknowledge(commands::office::Acknowledge),
    /// Hold a quantity of a certificate for a declaration
    Reserve(commands::office::Reserve),
    /// Use up what is held for a declaration
    Consume(commands::office::Consume),
    /// Give back what is held for a declaration
    Release(commands::office::Release),
    /// List who holds and used what of a certificate
    Uses(commands::office::Uses),
    /// Accept a consignment, or grant preference
    Accept(commands::office::Accept),
    /// Reject a consignment, or deny preference
    Reject(commands::office::Reject),
    /// Ask the issuer to verify a certificate
    Ask(commands::office::Ask),
    /// Answer another member's question about your certificate
    Answer(commands::office::AnswerArgs),
    /// Let a further member look a certificate up by its number
    Share(commands::share::Share),
    /// Fetch a receipt, or renew the one in a certificate file
    Receipt(commands::receipt::ReceiptArgs),
    /// Show what was done to a certificate, and when
    History(commands::history::History),
    /// List what rests on a key, an authority or a certificate, and whom to tell
    Impact(commands::impact::Impact),
    /// Make, name, list and revoke keys
    #[command(subcommand)]
    Keys(commands::keys::Keys),
    /// Admit, limit, suspend, reinstate, revoke and list authorities
    #[command(subcommand)]
    Authority(commands::authority::AuthorityCommand),
    /// Adopt, leave, list and show trade agreements, and notify authorities
    #[command(subcommand)]
    Agreement(commands::agreement::AgreementCommand),
    /// Sign, amend, apply, suspend, resume, terminate (and take back) and show mutual recognition arrangements; programmes
    #[command(subcommand)]
    Mra(commands::mra::Mra),
    /// Found a network: join as a member, gather the founding file, list members
    #[command(subcommand)]
    Network(commands::network::Network),
    /// Pin the network that you trust, bring trust up to date, show it
    #[command(subcommand)]
    Trust(commands::trust::TrustCommand),
    /// Run a whole network on this computer
    #[command(subcommand)]
    Devnet(commands::devnet::Devnet),
    /// Show everything, on a network of four administrations on this computer
    Demo(demo::Demo),
    /// Print the completions of a shell
    Completions(commands::completions::Completions),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // What cannot be parsed may still say for whom the answer is.
            if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
                say_as_json("wrong_use", failure::exit::INPUT, error.to_string().trim());
            } else {
                let _ = error.print();
            }
            return ExitCode::from(if error.use_stderr() { failure::exit::INPUT } else { failure::exit::GOOD });
        }
    };
    let json = cli.common.json;
    match run(cli) {
        // A result that nobody could read is none.
        Ok(failure::exit::GOOD) if output::is_lost() => ExitCode::from(failure::exit::UNCONFIRMED),
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            if json {
                say_as_json(failure.word(), failure.code(), &failure.to_string());
            } else {
                output::talk(&format!("symbolon: {failure}"));
            }
            ExitCode::from(failure.code())
        }
    }
}

/// An error for programs: its word is stable, its message is not.
fn say_as_json(word: &str, code: u8, message: &str) {
    output::json(serde_json::json!({ "error": { "code": word, "exit_code": code, "message": message } }));
}

fn run(cli: Cli) -> Outcome {
    use contracts::standing::Verb;
    let common = &cli.common;
    match cli.command {
        Command::Verify(args) => commands::verify::run(common, &args),
        Command::Explain(args) => commands::verify::explain(common, &args),
        Command::Issue(args) => commands::issue::issue(common, &args),
        Command::Replace(args) => commands::issue::replace(common, &args),
        Command::Suspend(args) => commands::withdrawal::run(common, Verb::Suspend, &args),
        Command::Reinstate(args) => commands::withdrawal::run(common, Verb::Reinstate, &args),
        Command::Withdraw(args) => commands::withdrawal::run(common, Verb::Withdraw, &args),
        Command::Revoke(args) => commands::withdrawal::run(common, Verb::Revoke, &args),
        Command::TakeBack(args) => commands::withdrawal::take_back(common, &args),
        Command::Annul(args) => commands::withdrawal::run(common, Verb::Annul, &args),
        Command::Reassess(args) => commands::withdrawal::reassess(common, &args),
        Command::Reaffirm(args) => commands::reaffirm::run(common, &args),
        Command::Cancel(args) => commands::withdrawal::run(common, Verb::Cancel, &args),
        Command::Refuse(args) => commands::withdrawal::run(common, Verb::Refuse, &args),
        Command::CertifyCopy(args) => commands::other_form::run(common, Verb::CertifyCopy, &args),
        Command::Correct(args) => commands::other_form::run(common, Verb::Correct, &args),
        Command::Approvals(args) => commands::officials::list(common, &args),
        Command::Approve(args) => commands::officials::approve(common, &args),
        Command::Present(args) => commands::office::present(common, &args),
        Command::Acknowledge(args) => commands::office::acknowledge(common, &args),
        Command::Reserve(args) => commands::office::reserve(common, &args),
        Command::Consume(args) => commands::office::consume(common, &args),
        Command::Release(args) => commands::office::release(common, &args),
        Command::Uses(args) => commands::office::uses(common, &args),
        Command::Accept(args) => commands::office::accept(common, &args),
        Command::Reject(args) => commands::office::reject(common, &args),
        Command::Ask(args) => commands::office::ask(common, &args),
        Command::Answer(args) => commands::office::answer(common, &args),
        Command::Share(args) => commands::share::run(common, &args),
        Command::Receipt(args) => commands::receipt::run(common, &args),
        Command::History(args) => commands::history::run(common, &args),
        Command::Impact(args) => commands::impact::run(common, &args),
        Command::Keys(command) => commands::keys::run(common, &command),
        Command::Authority(command) => commands::authority::run(common, &command),
        Command::Agreement(command) => commands::agreement::run(common, &command),
        Command::Mra(command) => commands::mra::run(common, &command),
        Command::Network(command) => commands::network::run(common, &command),
        Command::Trust(command) => commands::trust::run(common, &command),
        Command::Devnet(command) => commands::devnet::run(common, &command),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => commands::completions::run(&args, &mut Cli::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_list_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_examples_of_an_act_are_its_own() {
        let mut root = Cli::command();
        root.build();
        for verb in ["suspend", "reinstate", "withdraw", "revoke", "take-back", "annul", "cancel", "reassess", "reaffirm"] {
            let help = root.find_subcommand_mut(verb).unwrap().render_help().to_string();
            let (examples, _) = help.split_once("\n\n").unwrap();
            assert!(examples.lines().skip(1).all(|line| line.starts_with(&format!("  symbolon {verb} "))), "{help}");
        }
    }

    #[test]
    fn only_what_can_be_taken_back_says_so() {
        let mut root = Cli::command();
        root.build();
        let says = |command: &&clap::Command| command.get_after_help().is_some_and(|help| help.to_string().contains("symbolon take-back"));
        let names: Vec<&str> = root.get_subcommands().filter(says).map(clap::Command::get_name).collect();
        assert_eq!(names, ["suspend", "withdraw", "revoke"]);
    }

    #[test]
    fn every_help_begins_with_examples_and_fits_a_terminal() {
        fn check(command: &mut clap::Command, path: &str) {
            let help = command.render_help().to_string();
            let (examples, _) = help.split_once("\n\n").unwrap();
            assert!(examples.starts_with("Examples:\n") && examples.contains("symbolon"), "{path}: {help}");
            // The officer's help has words of its own beside each example.
            let lines = examples.lines().filter(|_| path != "symbolon verify");
            for line in lines
                .chain(command.get_after_help().map(ToString::to_string).filter(|_| path != "symbolon verify").unwrap_or_default().lines())
            {
                assert!(line.chars().count() <= 80, "{path}: {line}");
            }
            for below in command.get_subcommands_mut() {
                let path = format!("{path} {}", below.get_name());
                check(below, &path);
            }
        }
        let mut root = Cli::command();
        root.build();
        check(&mut root, "symbolon");
    }
}
