//! `symbolon trust`: which network is believed, and what is known of its validators.

use crate::Common;
use crate::failure::{Failure, Outcome, exit};
use crate::output;
use crate::profile::{self, Profile};
use anyhow::Context as _;
use genesis::{FOUNDING_BYTES_MAX, Founding, words};
use ledger::id::NetworkId;
use std::path::PathBuf;

/// What to do about trust.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon trust pin founding.cbor --id 9f2c…64 digits\n  symbolon trust pin founding.cbor --id 'abandon ability … 24 words'\n  symbolon trust update\n  symbolon trust show"
)]
pub enum TrustCommand {
    /// Pin a network by its founding file and its id, read on a page or over a telephone that you trust
    Pin(Pin),
    /// Ask the own member's node for the newest block and what led to it, and check both
    #[command(before_help = "Examples:\n  symbolon trust update")]
    Update,
    /// Show what is pinned
    #[command(before_help = "Examples:\n  symbolon trust show\n  symbolon trust show --json")]
    Show,
}

/// What is pinned.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon trust pin founding.cbor --id 9f2c…64 digits\n  symbolon trust pin founding.cbor --id 'abandon ability … 24 words'\n  symbolon trust pin --id 9f2c…64 digits --node https://node.example"
)]
pub struct Pin {
    /// The founding file; left out, it is fetched from --node, since the id alone decides
    file: Option<PathBuf>,
    /// The network's id in hex or in words
    #[arg(long, value_name = "ID")]
    id: String,
}

/// Runs the command.
///
/// # Errors
/// If file and id do not belong together, or nothing is pinned.
pub fn run(common: &Common, command: &TrustCommand) -> Outcome {
    match command {
        TrustCommand::Pin(args) => pin(common, args),
        TrustCommand::Update => update(common),
        TrustCommand::Show => show(common),
    }
}

/// Reads an id in hex or in words.
///
/// # Errors
/// If it is neither.
pub fn network_id(text: &str) -> anyhow::Result<NetworkId> {
    let text = text.trim();
    if text.contains(char::is_whitespace) {
        return genesis::words::parse(text).context("--id");
    }
    NetworkId::from_hex(text).context("--id: an id is 64 hexadecimal digits or 24 words")
}

fn pin(common: &Common, args: &Pin) -> Outcome {
    let id = network_id(&args.id)?;
    let (bytes, from) = match (&args.file, common.nodes.first()) {
        (Some(file), _) => (crate::input::read_bounded(file, FOUNDING_BYTES_MAX as u64)?, file.display().to_string()),
        (None, Some(url)) => (crate::client::Node::new(url, None, None)?.founding()?, url.clone()),
        (None, None) => return Err(Failure::Input(anyhow::anyhow!("give the founding file, or --node URL to fetch it"))),
    };
    let founding = Founding::from_bytes(&bytes).with_context(|| from.clone())?;
    if founding.network_id() != id {
        return Err(Failure::Input(anyhow::anyhow!(
            "{from}: this is the founding file of network {}, not of {id}; do not use it, and ask where it came from",
            founding.network_id()
        )));
    }
    let directory = profile::directory(common.profile.as_deref())?;
    Profile::pin(&directory, &founding)?;
    if !common.json {
        output::talk(&format!("pinned in {}", directory.display()));
    }
    super::network::show(common, &founding, None);
    Ok(exit::GOOD)
}

fn update(common: &Common) -> Outcome {
    let profile = common.open()?;
    // Any question brings the newest block with it; this one asks for nothing but the network's own entry.
    crate::registry::entries(&profile, vec![contracts::key::parameters()])?;
    show(common)
}

fn show(common: &Common) -> Outcome {
    let profile = common.open()?;
    let trust = profile.trust()?;
    let id = profile.founding.network_id();
    let next = trust.newest().next().context("no height follows")?;
    let validators = trust.validators_at(next).context("no validators are known")?;
    let letters: Vec<String> = validators.as_slice().iter().map(|validator| validator.member.to_string()).collect();
    let newest =
        if trust.newest().get() == 0 { "none seen yet".to_owned() } else { format!("{} of {}", trust.newest(), trust.newest_time()) };
    if common.json {
        output::json(serde_json::json!({
            "environment": profile.founding.environment().as_str(), "network": id.to_string(), "words": words(&id),
            "newest_height": trust.newest().get(), "newest_time": trust.newest_time().to_string(), "validators": letters,
            "profile": profile.directory(),
        }));
    } else {
        output::result(&format!(
            "{}\nnetwork id    {id}\nin words      {}\nnewest block  {newest}\nvalidators    {}\nprofile       {}",
            output::banner(profile.founding.environment(), profile.founding.name()),
            output::wrapped(&words(&id), 76, "              "),
            letters.join(" "),
            profile.directory().display()
        ));
    }
    Ok(exit::GOOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_in_hex_and_in_words() {
        let id = NetworkId::new([9; 32]);
        assert_eq!(network_id(&id.to_string()).unwrap(), id);
        assert_eq!(network_id(&format!(" {} ", words(&id))).unwrap(), id);
        assert!(network_id("abc").is_err());
        assert!(network_id("one two").is_err());
    }
}
