//! `symbolon-node`: runs a member's node, or audits its ledger.

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use genesis::home::Home;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use symbolon_node::app::Stop;
use symbolon_node::audit;
use symbolon_node::config::{Config, cause};
use symbolon_node::log::NobodyToTell;
use symbolon_node::run::Node;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// After this long a stopping node is ended, whatever it does.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// The node stopped because it could not keep a promise. `1` is that it could not start, or an unsound ledger;
/// `4` is [`audit::EXIT_UNFINISHED`].
const EXIT_FAULT: u8 = 3;

/// A member's node of a Symbolon network.
#[derive(Parser)]
#[command(
    version,
    before_help = "Examples:\n  symbolon-node run --home home-NZ      runs New Zealand's node until SIGTERM or Ctrl-C\n  symbolon-node audit --home home-NZ    reads the whole ledger of the stopped node back\n\nA home is made with `symbolon network join` and `symbolon network accept`; docs/operate.md goes step by step.\nExit codes: 0 stopped when asked, or sound; 1 could not start, or not sound; 2 wrong use; 3 stopped because it could\nnot keep a promise; 4 the audit could not finish, and nothing is said of the ledger. The reason is the last line on\nstandard error."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the node of a home until SIGTERM or SIGINT.
    #[command(
        before_help = "Examples:\n  symbolon-node run --home home-NZ\n  symbolon-node run --home home-NZ --moved",
        after_help = "Exit codes: 0 stopped when asked; 1 could not start; 2 wrong use; 3 stopped because it could not keep a promise.\nThe reason is the last line on standard error."
    )]
    Run {
        /// The member's home.
        #[arg(long)]
        home: PathBuf,
        /// The home has come from another machine, and never runs there again
        #[arg(long)]
        moved: bool,
    },
    /// Read the whole ledger of a stopped node back and recompute every hash, root and signature.
    #[command(
        before_help = "Examples:\n  symbolon-node audit --home home-NZ\n  symbolon-node audit --home home-NZ --scratch /mnt/other-disk",
        after_help = "Exit codes: 0 sound, or there is no ledger yet; 1 not sound: damage, or a founding\nfile that is not this home's, is named with its remedy; 2 wrong use;\n4 the audit could not begin or not finish, such as without a home or room: nothing is said of the ledger."
    )]
    Audit {
        /// The member's home.
        #[arg(long)]
        home: PathBuf,
        /// Make the audit's copy of the state inside this directory, such as one on another disk [default: the home]
        #[arg(long, value_name = "DIR")]
        scratch: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run { home, moved } => run(&Home::at(home), moved),
        Command::Audit { home, scratch } => Ok(audit::run(&Home::at(home), scratch.as_deref())),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            // Standard error may be gone, and then nobody can be told.
            let _ = writeln!(std::io::stderr(), "symbolon-node: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(home: &Home, moved: bool) -> anyhow::Result<ExitCode> {
    let log = Config::read(home).map_err(|error| cause(home, error.into()))?.0.log;
    let filter = std::env::var("RUST_LOG").unwrap_or(log);
    tracing_subscriber::registry()
        .with(tracing_subscriber::EnvFilter::new(filter))
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false))
        .with(NobodyToTell::default())
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let stopped = runtime.block_on(run_until_stopped(home, moved));
    runtime.shutdown_timeout(Duration::from_secs(1));
    match stopped? {
        Stop::Asked => Ok(ExitCode::SUCCESS),
        Stop::Fault(fault) => {
            let _ = writeln!(std::io::stderr(), "symbolon-node: stopped: {fault}");
            Ok(ExitCode::from(EXIT_FAULT))
        }
    }
}

async fn run_until_stopped(home: &Home, moved: bool) -> anyhow::Result<Stop> {
    let mut terminate = signal(SignalKind::terminate()).context("signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals")?;
    let mut node = tokio::select! {
        node = Node::start_where(home, moved) => node?,
        _ = terminate.recv() => return Ok(Stop::Asked),
        _ = interrupt.recv() => return Ok(Stop::Asked),
    };
    let reason = tokio::select! {
        reason = node.wait() => reason,
        _ = terminate.recv() => Stop::Asked,
        _ = interrupt.recv() => Stop::Asked,
    };
    let height = node.height();
    // Everything that was acknowledged is on disk: being ended late costs nothing but the clean-up.
    if tokio::time::timeout(STOP_WITHIN, node.stop()).await.is_err() {
        tracing::warn!("not everything stopped in time; what was acknowledged is on disk");
    } else if matches!(reason, Stop::Asked) {
        tracing::info!("stopped when asked, at height {height}");
    }
    Ok(reason)
}
