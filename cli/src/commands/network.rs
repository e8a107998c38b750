//! `symbolon network`: each member joins with keys of its own, and from their member files the network is founded.

use crate::Common;
use crate::commands::approvals;
use crate::commands::authority::visible;
use crate::failure::{Outcome, exit};
use crate::output;
use crate::profile::write_atomically;
use anyhow::{Context as _, ensure};
use contracts::document::escape_for_terminal;
use genesis::home::{self, Home};
use genesis::{Environment, Founding, FoundingMember, MEMBER_FILE_BYTES_MAX, MemberFile, Secrets, promise, words};
use ledger::id::MemberId;
use ledger::key::SecretKey;
use ledger::lookup::EncryptionSecret;
use ledger::place::CountryCode;
use ledger::time::Timestamp;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What to do about a network.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon network join --member NZ --name 'Customs of NZ' --validator \\\n      --environment test --network 'Trial 2026' --home nz-home\n  symbolon network found --member NZ.member.json --member CN.member.json \\\n      --environment test --name 'Trial 2026' --out founding.cbor\n  symbolon network accept founding.cbor --id 9f2c…64 digits --home nz-home \\\n      --peer CN=198.51.100.7:7600\n  symbolon network members\n  symbolon network approvals"
)]
pub enum Network {
    /// Make a member's keys and home, and the public member file that it hands over
    Join(Join),
    /// Gather member files into the founding file of a network
    Found(Found),
    /// Check a founding file against a member's home, and make the home ready to run in that network
    Accept(Accept),
    /// List the members of the pinned network
    #[command(before_help = "Examples:\n  symbolon network members\n  symbolon network members --json")]
    Members,
    /// List the own member's acts that wait for further governance keys
    Approvals(approvals::Approvals),
    /// Sign an act that waits, with your governance key
    Approve(approvals::Approve),
}

/// A member's particulars.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon network join --member NZ --name 'Customs of NZ' --validator \\\n      --environment test --network 'Trial 2026' --home nz-home\n  symbolon network join --member EU --name 'Customs Union' \\\n      --country DE --country FR --governance-keys 3 --threshold 2 \\\n      --environment live --network Origin --home eu-home"
)]
pub struct Join {
    /// The member's two letters
    #[arg(long, value_name = "XX")]
    member: String,
    /// Its name for people
    #[arg(long)]
    name: String,
    /// A country that it covers; may be given several times [default: the member's own letters]
    #[arg(long = "country", value_name = "XX")]
    countries: Vec<String>,
    /// Whether the member runs a validator
    #[arg(long)]
    validator: bool,
    /// What the network is for: test, training or live
    #[arg(long, value_name = "KIND")]
    environment: String,
    /// The name of the network to be founded
    #[arg(long, value_name = "NAME")]
    network: String,
    /// How many governance keys to make
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = crate::input::whole::<u32>)]
    governance_keys: u32,
    /// How many of them must sign an act of the member
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = crate::input::whole::<u32>)]
    threshold: u32,
    /// The directory for keys and node; it must not hold a home yet
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// Where the node answers people
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8600")]
    api: SocketAddr,
    /// Where the node meets other nodes
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:7600")]
    p2p: SocketAddr,
    /// Where to write the public member file [default: XX.member.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What is gathered.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon network found --member NZ.member.json --member CN.member.json \\\n      --environment test --name 'Trial 2026' --out founding.cbor"
)]
pub struct Found {
    /// A member file; one for each member
    #[arg(long = "member", value_name = "FILE", required = true, num_args = 1..)]
    members: Vec<PathBuf>,
    /// What the network is for: test, training or live
    #[arg(long, value_name = "KIND")]
    environment: String,
    /// The network's name for people
    #[arg(long)]
    name: String,
    /// The founding time, as 2026-03-09T10:15:00Z, for whoever makes the same file again [default: now]
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
    /// Where to write the founding file
    #[arg(long, short, value_name = "FILE", default_value = "founding.cbor")]
    out: PathBuf,
}

/// What is accepted.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon network accept founding.cbor --id 9f2c…64 digits --home nz-home \\\n      --peer CN=198.51.100.7:7600"
)]
pub struct Accept {
    /// The founding file
    founding: PathBuf,
    /// The network's id in hex or in words, as the members compared it
    #[arg(long, value_name = "ID")]
    id: String,
    /// The member's home, as `network join` made it
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// Where another member's node listens: XX=ADDRESS:PORT; one for each
    #[arg(long = "peer", value_name = "XX=ADDRESS")]
    peers: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// If keys, member files or the founding are not in order.
pub fn run(common: &Common, command: &Network) -> Outcome {
    match command {
        Network::Join(args) => join(common, args),
        Network::Found(args) => found(common, args),
        Network::Accept(args) => accept(common, args),
        Network::Members => members(common),
        Network::Approvals(args) => approvals::list(common, args),
        Network::Approve(args) => approvals::approve(common, args),
    }
}

fn environment(text: &str) -> anyhow::Result<Environment> {
    genesis::environment(text).with_context(|| format!("'{}' is no environment; say test, training or live", escape_for_terminal(text)))
}

fn join(common: &Common, args: &Join) -> Outcome {
    let member = MemberId::parse(&args.member)?;
    let environment = environment(&args.environment)?;
    visible("--name", &args.name)?;
    visible("--network", &args.network)?;
    let mut countries = match args.countries.as_slice() {
        [] => vec![CountryCode::parse(&args.member)?],
        given => given.iter().map(|country| CountryCode::parse(country)).collect::<Result<_, _>>()?,
    };
    countries.sort();
    countries.dedup();
    ensure_or(args.governance_keys >= 1 && args.governance_keys <= 16, "a member has 1 to 16 governance keys")?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{member}.member.json")));
    ensure_or(!out.exists(), &format!("{} is there already; choose another --out", out.display()))?;
    let mut rng = rand::rng();
    let governance: Vec<SecretKey> = (0..args.governance_keys).map(|_| SecretKey::generate(&mut rng)).collect();
    let node = SecretKey::generate(&mut rng);
    let validator = args.validator.then(|| SecretKey::generate(&mut rng));
    let encryption = EncryptionSecret::new(rand::random());
    let particulars = FoundingMember {
        id: member,
        name: args.name.clone(),
        countries,
        governance_keys: governance.iter().map(SecretKey::public).collect(),
        threshold: args.threshold,
        encryption_key: encryption.public(),
        node_key: node.public(),
        validator_key: validator.as_ref().map(SecretKey::public),
    };
    let secrets = Secrets { governance: governance.iter().collect(), node: &node, validator: validator.as_ref() };
    let file = MemberFile::sign(environment, &args.network, particulars, &secrets)?;
    let home = Home::at(&args.home);
    home.create()?;
    for (number, key) in (0..).zip(&governance) {
        home::write_signing_key(&home.governance_key(number), key)?;
    }
    home::write_signing_key(&home.node_key(), &node)?;
    if let Some(key) = &validator {
        home::write_signing_key(&home.validator_key(), key)?;
    }
    home::write_encryption_key(&home.encryption_key(), &encryption)?;
    home::write_secret(&home.token(), format!("{}\n", hex::encode(rand::random::<[u8; 32]>())).as_bytes())?;
    write_atomically(&home.config(), node_toml(member, args).as_bytes())?;
    write_atomically(&out, file.to_json().as_bytes())?;
    let keys: Vec<String> = (0..).zip(&governance).map(|(number, _)| home.governance_key(number).display().to_string()).collect();
    if common.json {
        output::json(serde_json::json!({
            "environment": environment.as_str(), "member": member.as_str(), "home": args.home, "member_file": out, "governance_key_files": keys,
            "governance_keys": file.member.governance_keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }));
    } else {
        output::result(&format!(
            "{}\nMember {member} is ready to join.\n  home         {}\n               (secret: keep it where only the node's operator reads)\n  governance   {}\n               ({} to act; give each to its own official, and leave none with the node)\n  member file  {}\n               (public: hand it to whoever founds the network)",
            output::banner(environment, &args.network),
            args.home.display(),
            keys.join("\n               "),
            if args.threshold == 1 { "one is enough".to_owned() } else { format!("{} of them are needed", args.threshold) },
            out.display()
        ));
    }
    Ok(exit::GOOD)
}

/// The first part of `node.toml`; `network accept` adds the peers.
fn node_toml(member: MemberId, args: &Join) -> String {
    format!(
        "# The node of {member}. Paths are relative to this directory.\nmember = \"{member}\"\n\n# Where people and tools connect: plain HTTP on loopback only.\napi_listen = \"{}\"\n\n# Where other members' nodes connect.\np2p_listen = \"{}\"\n",
        args.api, args.p2p
    )
}

fn accept(common: &Common, args: &Accept) -> Outcome {
    let id = super::trust::network_id(&args.id)?;
    let bytes = crate::input::read_bounded(&args.founding, genesis::FOUNDING_BYTES_MAX as u64)?;
    let founding = Founding::from_bytes(&bytes).with_context(|| args.founding.display().to_string())?;
    let shown = args.founding.display();
    ensure_or(
        founding.network_id() == id,
        &format!("{shown}: this is the founding file of network {}, not of {id}; do not start a node with it", founding.network_id()),
    )?;
    let home = Home::at(&args.home);
    let node = home::read_signing_key(&home.node_key())?;
    let encryption = home::read_encryption_key(&home.encryption_key())?;
    let ours = |member: &&FoundingMember| member.node_key == node.public();
    let member = founding
        .members()
        .iter()
        .find(ours)
        .with_context(|| format!("{shown}: no member has the keys of {}; hand in the member file of this home", args.home.display()))?;
    ensure_or(
        member.encryption_key == encryption.public(),
        &format!("{shown}: the encryption key of {} is not the one of this home", member.id),
    )?;
    if let Some(key) = member.validator_key {
        ensure_or(
            home::read_signing_key(&home.validator_key())?.public() == key,
            &format!("{shown}: the validator key of {} is not the one of this home", member.id),
        )?;
    }
    let mut config = String::from_utf8(crate::input::read_bounded(&home.config(), 64 * 1024)?).context("node.toml: not UTF-8")?;
    for peer in &args.peers {
        let (letters, address) = peer.split_once('=').with_context(|| format!("--peer {peer}: write XX=ADDRESS:PORT"))?;
        let other =
            founding.member(MemberId::parse(letters)?).with_context(|| format!("--peer {peer}: {letters} is no member of this network"))?;
        ensure_or(other.id != member.id, &format!("--peer {peer}: this is the member itself"))?;
        let address: SocketAddr =
            address.parse().with_context(|| format!("--peer {peer}: write XX=ADDRESS:PORT, the address in numbers"))?;
        config.push_str(&format!("\n[[peers]]\nmember = \"{}\"\naddress = \"{address}\"\n", other.id));
    }
    ensure_or(!home.founding().exists(), &format!("{} is there already: this home belongs to a network", home.founding().display()))?;
    write_atomically(&home.config(), config.as_bytes())?;
    write_atomically(&home.founding(), &bytes)?;
    if common.json {
        output::json(
            serde_json::json!({ "environment": founding.environment().as_str(), "network": id.to_string(), "member": member.id.as_str(), "home": args.home }),
        );
    } else {
        output::result(&format!(
            "{}\nThe home {} is ready. Start its node:\n  symbolon-node run --home {1}",
            output::banner(founding.environment(), founding.name()),
            args.home.display()
        ));
    }
    Ok(exit::GOOD)
}

fn ensure_or(holds: bool, what: &str) -> anyhow::Result<()> {
    ensure!(holds, "{what}");
    Ok(())
}

fn read_member_file(path: &Path) -> anyhow::Result<MemberFile> {
    let bytes = crate::input::read_bounded(path, MEMBER_FILE_BYTES_MAX as u64)?;
    MemberFile::from_json(&bytes).with_context(|| path.display().to_string())
}

fn found(common: &Common, args: &Found) -> Outcome {
    let environment = environment(&args.environment)?;
    ensure_or(!args.out.exists(), &format!("{} is there already; choose another --out", args.out.display()))?;
    let time = match &args.time {
        None => crate::officer::own_clock(),
        Some(text) => crate::commands::verify::timestamp(text, crate::commands::verify::Day::First)
            .with_context(|| format!("'{text}' is no time; write it as 2026-03-09T10:15:00Z"))?,
    };
    let files = args.members.iter().map(|path| read_member_file(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let founding = Founding::gather(environment, &args.name, time, files)?;
    write_atomically(&args.out, &founding.to_bytes())?;
    show(common, &founding, Some(&args.out));
    Ok(exit::GOOD)
}

fn members(common: &Common) -> Outcome {
    let profile = common.open()?;
    show(common, &profile.founding, None);
    Ok(exit::GOOD)
}

/// A founding for people: members, id in hex and words, promise.
pub fn show(common: &Common, founding: &Founding, written: Option<&Path>) {
    let id = founding.network_id();
    if common.json {
        let members: Vec<_> = founding
            .members()
            .iter()
            .map(|member| {
                serde_json::json!({
                    "member": member.id.as_str(), "name": member.name, "validator": member.validator_key.is_some(),
                    "countries": member.countries.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    "governance_keys": member.governance_keys.len(), "threshold": member.threshold,
                    "node_key": member.node_key.to_string(),
                })
            })
            .collect();
        output::json(serde_json::json!({
            "environment": founding.environment().as_str(), "name": founding.name(), "network": id.to_string(), "words": words(&id),
            "founded": founding.time().to_string(), "members": members, "validators": founding.validators().as_slice().len(),
            "promise": promise(founding.validators().as_slice().len()), "file": written,
        }));
        return;
    }
    let mut text = format!(
        "{}\nfounded {}\n\n",
        output::banner(founding.environment(), founding.name()),
        Timestamp::from_millis(founding.time().millis())
    );
    for member in founding.members() {
        let countries: Vec<&str> = member.countries.iter().map(CountryCode::as_str).collect();
        let role = if member.validator_key.is_some() { "validates" } else { "does not validate" };
        text.push_str(&format!("  {}  {} ({}); {role}\n", member.id, escape_for_terminal(&member.name), countries.join(" ")));
    }
    text.push_str(&format!("\nnetwork id  {id}\nin words    {}\n\n", output::wrapped(&words(&id), 76, "            ")));
    text.push_str(&output::wrapped(&promise(founding.validators().as_slice().len()), 78, ""));
    if let Some(path) = written {
        text.push_str(&format!("\n\nwritten to {}\nEvery member compares the id or the words before it starts its node.", path.display()));
    }
    output::result(&text);
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A founding with two validators, for tests of outputs and profiles.
    pub fn founding() -> Founding {
        founding_of(&["CL", "NZ"])
    }

    /// A founding with these validators, the same for the same letters.
    pub fn founding_of(letters: &[&str]) -> Founding {
        let key = |letters: &str, use_of: u8| {
            let mut seed = [use_of; 32];
            seed[..2].copy_from_slice(letters.as_bytes());
            SecretKey::from_seed(&seed)
        };
        let member = |letters: &&str| FoundingMember {
            id: MemberId::parse(letters).unwrap(),
            name: format!("Customs of {letters}"),
            countries: vec![CountryCode::parse(letters).unwrap()],
            governance_keys: vec![key(letters, 1).public()],
            threshold: 1,
            encryption_key: EncryptionSecret::new(*key(letters, 2).seed()).public(),
            node_key: key(letters, 3).public(),
            validator_key: Some(key(letters, 4).public()),
        };
        Founding::new(Environment::Test, "Trial", Timestamp::from_millis(1_700_000_000_000), letters.iter().map(member).collect()).unwrap()
    }

    fn join_args(home: PathBuf, out: PathBuf) -> Join {
        Join {
            member: "NZ".into(),
            name: "Customs of NZ".into(),
            countries: Vec::new(),
            validator: true,
            environment: "test".into(),
            network: "Trial".into(),
            governance_keys: 2,
            threshold: 2,
            home,
            api: "127.0.0.1:1".parse().unwrap(),
            p2p: "127.0.0.1:2".parse().unwrap(),
            out: Some(out),
        }
    }

    #[test]
    fn a_member_joins_a_network_is_founded_and_the_home_accepts_it() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let common = Common { profile: None, nodes: Vec::new(), json: true };
        let args = join_args(at("home"), at("NZ.json"));
        assert_eq!(join(&common, &args).unwrap(), exit::GOOD);
        assert!(join(&common, &args).is_err(), "nothing is overwritten");
        let text = std::fs::read_to_string(at("NZ.json")).unwrap();
        assert!(!text.contains("seed") && !text.contains("secret"), "only public parts travel");
        let found_args =
            Found { members: vec![at("NZ.json")], environment: "test".into(), name: "Trial".into(), time: None, out: at("founding.cbor") };
        assert_eq!(found(&common, &found_args).unwrap(), exit::GOOD);
        let founding = Founding::from_bytes(&std::fs::read(at("founding.cbor")).unwrap()).unwrap();
        let accept_args = |id: String| Accept { founding: at("founding.cbor"), id, home: at("home"), peers: Vec::new() };
        assert!(accept(&common, &accept_args("00".repeat(32))).is_err(), "another id");
        assert_eq!(accept(&common, &accept_args(words(&founding.network_id()))).unwrap(), exit::GOOD);
        assert!(accept(&common, &accept_args(founding.network_id().to_string())).is_err(), "it belongs to a network");
        let environment = Found { environment: "live".into(), out: at("other.cbor"), ..found_args };
        assert!(found(&common, &environment).is_err(), "the file is for the test network");
    }

    #[test]
    fn a_home_of_somebody_else_does_not_accept() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let common = Common { profile: None, nodes: Vec::new(), json: true };
        join(&common, &join_args(at("home"), at("NZ.json"))).unwrap();
        let founding = founding();
        std::fs::write(at("founding.cbor"), founding.to_bytes()).unwrap();
        let args = Accept { founding: at("founding.cbor"), id: founding.network_id().to_string(), home: at("home"), peers: Vec::new() };
        let error = accept(&common, &args).unwrap_err().to_string();
        assert!(error.contains("no member has the keys"), "{error}");
    }
}
