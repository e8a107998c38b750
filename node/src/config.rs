//! `node.toml` to [`Config`], refused in one place.
//!
//! ```toml
//! member = "NZ"
//! api_listen = "127.0.0.1:8600"            # HTTP; plain only on loopback or behind a proxy
//! p2p_listen = "0.0.0.0:7600"              # the members' port
//! peers = [
//!   { member = "CL", address = "192.0.2.7:7600" },
//!   { member = "CN", address = "192.0.2.8:7600" },
//! ]
//!
//! # All below may be left out.
//! tls_certificate = "tls/certificate.pem"  # relative to the home
//! tls_key = "tls/key.pem"
//! behind_proxy = false
//! disk_reserve_mib = 512                   # below this much free space the node stops
//! state_cache_mib = 64
//! heartbeat_ms = 5000                      # a block at least this often
//! propose_timeout_ms = 1000
//! vote_timeout_ms = 300
//! rebroadcast_ms = 2000
//! standstill_ms = 15000                    # after so long without a block beside the heartbeat it is said who is missing
//! log = "symbolon_node=info,warn"          # in the form of RUST_LOG
//! ```

use crate::network::Address;
use genesis::Founding;
use genesis::home::Home;
use ledger::hash::sha256;
use ledger::id::{MemberId, NetworkId};
use ledger_store::Store;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many bytes `node.toml` may have.
pub const CONFIG_BYTES_MAX: u64 = 256 * 1024;
/// The smallest reserve on disk. A database that meets a full disk itself ends without a word.
pub const DISK_RESERVE_MIB_MIN: u64 = 16;

/// What is logged unless the file says otherwise: the engine tells of every vote at `info`, and of its own end as an error.
const LOG: &str = "symbolon_node=info,arc_malachitebft_engine::util::ticker=off,warn";

/// A checked `node.toml`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The home.
    pub home: Home,
    /// Whose node this is.
    pub member: MemberId,
    /// Whether the home holds a validator key of a founding validator.
    pub validates: bool,
    /// Whether the founding file names a validator key of this member, and the home does not hold it.
    pub misses_validator_key: bool,
    /// Where people and tools connect.
    pub api_listen: SocketAddr,
    /// Where members connect.
    pub p2p_listen: Address,
    /// Where other members listen.
    pub peers: Vec<(MemberId, Address)>,
    /// Certificate chain and key of HTTPS, both or none.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// A proxy before the node speaks TLS.
    pub behind_proxy: bool,
    /// The free space on disk below which the node stops.
    pub disk_reserve_bytes: u64,
    /// The most memory for the state's pages.
    pub state_cache_bytes: u64,
    /// How the height goes on.
    pub pace: Pace,
    /// What is logged, in the form of `RUST_LOG`.
    pub log: String,
}

/// How long consensus waits for what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pace {
    /// With nothing to do a block is made this often.
    pub heartbeat: Duration,
    /// For a proposal, in the first round; half of it more in each further round.
    pub propose: Duration,
    /// For the last votes of a step.
    pub vote: Duration,
    /// Before votes are sent again.
    pub rebroadcast: Duration,
    /// Without a block for this much longer than the heartbeat it is said that nothing is decided any more.
    pub standstill: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let millis = Duration::from_millis;
        Self { heartbeat: millis(5000), propose: millis(1000), vote: millis(300), rebroadcast: millis(2000), standstill: millis(15_000) }
    }
}

/// Why a node cannot start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {cause}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// It is not what it should be.
    #[error("{path}: {what}", path = path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        what: String,
    },
}

/// The founding file of a home is not the one with which its node has run: the id of that one's network is in the ledger.
#[derive(Debug, thiserror::Error)]
#[error("{path}: this is not the founding file of this home, whose ledger is of network {network}: copy the founding file of that network there again", path = path.display())]
pub struct NotOfHome {
    path: PathBuf,
    network: NetworkId,
}

impl NotOfHome {
    /// Compares the founding file with the ledger of the home, if its node has run.
    ///
    /// # Errors
    /// If it is another, or cannot be read; or [`ledger::state::Fault`] if the ledger does not say.
    pub fn check(home: &Home) -> anyhow::Result<()> {
        let Some(network) = Store::network_of(home.directory(), mebibytes(DISK_RESERVE_MIB_MIN))? else { return Ok(()) };
        let path = home.founding();
        // The id is that of the canonical bytes, and no others are read.
        let found = read(&path, genesis::FOUNDING_BYTES_MAX as u64).ok().map(|bytes| NetworkId::new(*sha256(&bytes).as_bytes()));
        if found == Some(network) { Ok(()) } else { Err(Self { path, network }.into()) }
    }
}

/// Why a home cannot be used: another founding file than that of its ledger comes before what would only follow from it,
/// such as keys that do not fit.
pub fn cause(home: &Home, error: anyhow::Error) -> anyhow::Error {
    let is_about_founding = || matches!(error.downcast_ref(), Some(ConfigError::Wrong { path, .. } | ConfigError::Unreadable { path, .. }) if *path == home.founding());
    match NotOfHome::check(home) {
        Err(other) if other.is::<NotOfHome>() || is_about_founding() => other,
        _ => error,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    member: String,
    api_listen: String,
    p2p_listen: String,
    #[serde(default)]
    peers: Vec<Peer>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    #[serde(default)]
    behind_proxy: bool,
    disk_reserve_mib: Option<u64>,
    state_cache_mib: Option<u64>,
    heartbeat_ms: Option<u64>,
    propose_timeout_ms: Option<u64>,
    vote_timeout_ms: Option<u64>,
    rebroadcast_ms: Option<u64>,
    standstill_ms: Option<u64>,
    log: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Peer {
    member: String,
    address: String,
}

impl Config {
    /// Reads `node.toml` and the founding file of a home, and checks one against the other.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and what to do.
    pub fn read(home: &Home) -> Result<(Self, Founding), ConfigError> {
        let path = home.founding();
        let bytes = read(&path, genesis::FOUNDING_BYTES_MAX as u64)?;
        let founding = Founding::from_bytes(&bytes)
            .map_err(|error| ConfigError::Wrong { path, what: format!("{error}; copy the founding file of your network there again") })?;
        let path = home.config();
        let text = String::from_utf8(read(&path, CONFIG_BYTES_MAX)?)
            .map_err(|_| ConfigError::Wrong { path: path.clone(), what: "it is not UTF-8".into() })?;
        let config = Self::parse(home, &text, &founding).map_err(|what| ConfigError::Wrong { path, what })?;
        Ok((config, founding))
    }

    /// Checks the text of `node.toml`.
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse(home: &Home, text: &str, founding: &Founding) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count().saturating_add(1));
            let place = line.map_or_else(String::new, |line| format!("line {line}: "));
            format!("{place}{}; see \"node.toml\" in docs/operate.md", error.message().trim().replace('\n', ", "))
        })?;
        let member = member(&file.member, founding)?;
        let peers = file
            .peers
            .iter()
            .map(|peer| Ok((self::member(&peer.member, founding)?, address(&peer.address)?)))
            .collect::<Result<Vec<_>, String>>()?;
        let api_listen: SocketAddr = file.api_listen.parse().map_err(|_| format!("api_listen {:?} is not IP:PORT", file.api_listen))?;
        let tls = match (file.tls_certificate, file.tls_key) {
            (Some(certificate), Some(key)) => Some((home.directory().join(certificate), home.directory().join(key))),
            (None, None) => None,
            _ => return Err("tls_certificate and tls_key go together".into()),
        };
        if tls.is_none() && !file.behind_proxy && !api_listen.ip().is_loopback() {
            return Err(format!("api_listen {api_listen} is not loopback: give tls_certificate and tls_key, or say behind_proxy = true"));
        }
        let disk_reserve_mib = file.disk_reserve_mib.unwrap_or(512);
        if disk_reserve_mib < DISK_RESERVE_MIB_MIN {
            return Err(format!(
                "disk_reserve_mib = {disk_reserve_mib} is less than {DISK_RESERVE_MIB_MIN}, which the database needs to finish what it began"
            ));
        }
        let pace = Pace::default();
        let millis = |value: Option<u64>, default: Duration, name: &str| match value {
            None => Ok(default),
            Some(value @ 20..=600_000) => Ok(Duration::from_millis(value)),
            Some(value) => Err(format!("{name} = {value} is not between 20 and 600000")),
        };
        let (has_key, is_validator) = (home.validator_key().exists(), founding.validators().of(member).is_some());
        Ok(Self {
            home: home.clone(),
            member,
            validates: has_key && is_validator,
            misses_validator_key: is_validator && !has_key,
            api_listen,
            p2p_listen: address(&file.p2p_listen)?,
            peers,
            tls,
            behind_proxy: file.behind_proxy,
            disk_reserve_bytes: mebibytes(disk_reserve_mib),
            state_cache_bytes: mebibytes(file.state_cache_mib.unwrap_or(64).max(1)),
            pace: Pace {
                heartbeat: millis(file.heartbeat_ms, pace.heartbeat, "heartbeat_ms")?,
                propose: millis(file.propose_timeout_ms, pace.propose, "propose_timeout_ms")?,
                vote: millis(file.vote_timeout_ms, pace.vote, "vote_timeout_ms")?,
                rebroadcast: millis(file.rebroadcast_ms, pace.rebroadcast, "rebroadcast_ms")?,
                standstill: millis(file.standstill_ms, pace.standstill, "standstill_ms")?,
            },
            log: file.log.unwrap_or_else(|| LOG.into()),
        })
    }
}

fn mebibytes(count: u64) -> u64 {
    count.saturating_mul(1024 * 1024)
}

fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, ConfigError> {
    let unreadable = |cause: String| ConfigError::Unreadable { path: path.to_owned(), cause };
    let length = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            unreadable("it is missing: give the right --home, or make the home ready first with `symbolon network accept`".into())
        }
        _ => unreadable(error.to_string()),
    })?;
    let length = length.len();
    if length > bytes_max {
        return Err(unreadable(format!("it has {length} bytes, the most is {bytes_max}")));
    }
    std::fs::read(path).map_err(|error| unreadable(error.to_string()))
}

fn member(text: &str, founding: &Founding) -> Result<MemberId, String> {
    let member = MemberId::parse(text).map_err(|error| error.to_string())?;
    match founding.member(member) {
        Some(_) => Ok(member),
        None => Err(format!("{member} is not a member of the network in founding.cbor")),
    }
}

/// `IP:PORT`, or `/ip4/IP/tcp/PORT`.
fn address(text: &str) -> Result<Address, String> {
    match text.parse::<SocketAddr>() {
        Ok(address) => Ok(Address::new(address.ip(), address.port())),
        Err(_) => text.parse().map_err(|_| format!("{text:?} is neither IP:PORT nor /ip4/IP/tcp/PORT")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::testing::founding;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(&Home::at("/nowhere"), text, &founding().0)
    }

    const PLAIN: &str = "member = \"CL\"\napi_listen = \"127.0.0.1:1\"\np2p_listen = \"0.0.0.0:2\"\n";

    #[test]
    fn the_least_is_enough() {
        let config = parse(PLAIN).unwrap();
        assert_eq!(config.member.as_str(), "CL");
        assert!(!config.validates && config.misses_validator_key, "without a key");
        assert_eq!(config.pace, Pace::default());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, why) in [
            ("api_listen = \"127.0.0.1:1\"\np2p_listen = \"0.0.0.0:2\"\n".to_owned(), "member"),
            (PLAIN.replace("CL", "XX"), "XX is not a member"),
            (PLAIN.replace("127.0.0.1:1", "0.0.0.0:1"), "behind_proxy"),
            (PLAIN.replace("127.0.0.1:1", "localhost"), "IP:PORT"),
            (format!("{PLAIN}heartbeat_ms = 3\n"), "heartbeat_ms"),
            (format!("{PLAIN}disk_reserve_mib = 15\n"), "disk_reserve_mib"),
            (format!("{PLAIN}tls_key = \"k\"\n"), "tls_certificate"),
            (format!("{PLAIN}colour = 1\n"), "colour"),
            (format!("{PLAIN}peers = [{{ member = \"NZ\", address = \"example.org:1\" }}]\n"), "example.org"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(why), "{error} should name {why}");
        }
    }
}
