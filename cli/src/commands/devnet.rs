//! `symbolon devnet`.

use crate::Common;
use crate::devnet::{DEFAULT_DIR, MEMBERS, Net, Quiet, READY};
use crate::failure::{Outcome, exit};
use crate::output;
use crate::output::shown;
use anyhow::{Context as _, ensure};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What to do about the network on this computer.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon devnet up --validators 4\n  symbolon devnet status\n  symbolon verify PC-1 --from CL --profile .symbolon-devnet/profiles/CN\n  symbolon devnet down"
)]
pub enum Devnet {
    /// Found a network and start its nodes, or start again what was stopped
    Up(Up),
    /// Show the nodes and their heights
    #[command(before_help = "Examples:\n  symbolon devnet status\n  symbolon devnet status --dir seven --json")]
    Status(Place),
    /// Stop the nodes; what they recorded stays
    #[command(before_help = "Examples:\n  symbolon devnet down\n  symbolon devnet down --dir seven")]
    Down(Place),
}

/// How large.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon devnet up\n  symbolon devnet up --validators 7 --dir seven")]
pub struct Up {
    /// How many members validate [default: 4, or as many as there are]
    #[arg(long, value_name = "COUNT", value_parser = crate::input::whole::<usize>)]
    validators: Option<usize>,
    #[command(flatten)]
    place: Place,
}

/// Where.
#[derive(clap::Args)]
pub struct Place {
    /// Where the network lies
    #[arg(long, value_name = "DIR", default_value = DEFAULT_DIR)]
    dir: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If nodes cannot be started or stopped.
pub fn run(common: &Common, command: &Devnet) -> Outcome {
    match command {
        Devnet::Up(args) => up(common, args),
        Devnet::Status(place) => status(common, place),
        Devnet::Down(place) => down(place),
    }
}

fn up(common: &Common, args: &Up) -> Outcome {
    let begun = Instant::now();
    let most = MEMBERS.len();
    let wanted = args.validators.unwrap_or(4);
    let in_range = || -> anyhow::Result<()> {
        ensure!((1..=most).contains(&wanted), "--validators {wanted}: there are 1 to {most}");
        Ok(())
    };
    in_range()?;
    crate::devnet::node_program()?;
    let net = if args.place.dir.join("devnet.json").exists() {
        let net = Net::open(&args.place.dir)?;
        let same_size = || -> anyhow::Result<()> {
            let there = net.members.iter().filter(|member| member.validator).count();
            ensure!(
                args.validators.is_none_or(|wanted| wanted == there),
                "{}: there is a network of {there} validators, not of {wanted}; leave --validators out, or choose another --dir",
                shown(&net.dir)
            );
            Ok(())
        };
        same_size()?;
        net
    } else {
        let dir = made(&args.place.dir)?;
        let members: Vec<(String, String, bool)> =
            MEMBERS.iter().take(wanted).map(|(id, name)| ((*id).into(), (*name).into(), true)).collect();
        Net::found(&dir, "devnet", &members, &mut Quiet { dir: dir.clone() })?
    };
    net.bring_up(READY)?;
    output::talk(&format!("up after {:.1} s", begun.elapsed().as_secs_f32()));
    status(common, &args.place)
}

fn made(dir: &Path) -> anyhow::Result<PathBuf> {
    let remedy = || format!("{}: no network can be founded here; choose another place: --dir DIR", shown(dir));
    std::fs::create_dir_all(dir).and_then(|()| dir.canonicalize()).with_context(remedy)
}

fn status(common: &Common, place: &Place) -> Outcome {
    let net = Net::open(&place.dir)?;
    let founding = genesis::Founding::from_bytes(&std::fs::read(net.dir.join("founding.cbor"))?)?;
    let mut nodes = Vec::new();
    for member in &net.members {
        let height = crate::client::Node::new(&member.url(), None, None)?.head(&rand::random()).ok().map(|signed| signed.head.height.get());
        nodes.push((member, net.pid(&member.id).map(|pid| pid.as_raw_nonzero().get()), height));
    }
    // A network of which no node answers is not up.
    let code = if nodes.iter().all(|(_, _, height)| height.is_none()) { exit::UNCONFIRMED } else { exit::GOOD };
    if common.json {
        let nodes: Vec<_> = nodes
            .iter()
            .map(|(member, pid, height)| {
                serde_json::json!({
                    "member": member.id, "validator": member.validator, "url": member.url(), "pid": pid, "height": height,
                    "profile": net.profile(&member.id), "home": net.home(&member.id),
                })
            })
            .collect();
        output::json(
            serde_json::json!({ "environment": founding.environment().as_str(), "network": founding.network_id().to_string(), "nodes": nodes }),
        );
        return Ok(code);
    }
    let mut text = output::banner(founding.environment(), founding.name());
    for (member, pid, height) in &nodes {
        let role = if member.validator { "validates" } else { "follows" };
        let state = match (pid, height) {
            (Some(pid), Some(height)) => format!("block {height}, process {pid}"),
            (Some(pid), None) => format!("does not answer, process {pid}"),
            (None, _) => "down".to_owned(),
        };
        text.push_str(&format!("\n  {}  {:<10} {}  {state}", member.id, role, member.url()));
    }
    text.push_str(&format!("\nprofiles: {}/profiles/XX (give it as --profile)", net.dir.display()));
    if code != exit::GOOD {
        text.push_str(&format!("\nno node answers; start them: symbolon devnet up --dir {}", shown(&place.dir)));
    }
    output::result(&text);
    Ok(code)
}

fn down(place: &Place) -> Outcome {
    let net = Net::open(&place.dir)?;
    let stopped = net.stop()?;
    output::result(&format!("{stopped} nodes stopped; what they recorded stays in {}", net.dir.display()));
    Ok(exit::GOOD)
}
