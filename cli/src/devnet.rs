//! A whole network on this computer: homes, profiles and processes under one directory.
//!
//! ```text
//! DIR/
//!   devnet.json          which members there are, and where their nodes listen
//!   founding.cbor
//!   members/XX.member.json
//!   homes/XX/            the home of each node, with its RocksDB
//!   profiles/XX/         the profile of each member's officers and issuers
//!   keys/                authorities' keys
//!   logs/XX.log  pids/XX
//! ```
//!
//! Everything is made by this program's own commands, run as a person would run them.

use crate::output::talk;
use crate::profile::{Other, Settings, settings_text, write_atomically};
use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Where a network lies if nothing else is said.
pub const DEFAULT_DIR: &str = ".symbolon-devnet";
/// How long all nodes may take to be ready.
pub const READY: Duration = Duration::from_secs(10);
/// How long a node may take to stop on request.
const STOP: Duration = Duration::from_secs(6);
const STATE_BYTES_MAX: u64 = 1024 * 1024;

/// The members of a network without wishes of one's own: the first validate, in this order.
pub const MEMBERS: [(&str, &str); 16] = [
    ("CN", "General Administration of Customs, China"),
    ("NZ", "New Zealand Customs Service"),
    ("CL", "Servicio Nacional de Aduanas, Chile"),
    ("SG", "Singapore Customs"),
    ("AU", "Australian Border Force"),
    ("BR", "Receita Federal do Brasil"),
    ("CA", "Canada Border Services Agency"),
    ("EU", "Customs Union of the European Union"),
    ("GB", "HM Revenue and Customs"),
    ("IN", "Central Board of Indirect Taxes and Customs"),
    ("JP", "Japan Customs"),
    ("KE", "Kenya Revenue Authority"),
    ("KR", "Korea Customs Service"),
    ("MX", "Agencia Nacional de Aduanas de México"),
    ("US", "US Customs and Border Protection"),
    ("ZA", "South African Revenue Service"),
];

/// One member of the network on this computer.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Member {
    /// Its letters.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it validates.
    pub validator: bool,
    /// Where its node answers people.
    pub api: u16,
    /// Where its node meets other nodes.
    pub p2p: u16,
}

/// A network under a directory.
#[derive(Clone, Debug)]
pub struct Net {
    /// The directory.
    pub dir: PathBuf,
    /// The members, validators first.
    pub members: Vec<Member>,
    /// Whether the nodes outlive this program, however it ends: else what interrupts it stops them as well.
    pub outlives: bool,
}

/// How commands are run: quietly, or shown as a person would type them.
pub trait Shell {
    /// Runs `symbolon` with these arguments in the network's directory.
    ///
    /// # Errors
    /// If it cannot be started, or fails.
    fn symbolon(&mut self, args: &[&str]) -> anyhow::Result<String>;
    /// Says what happens next.
    fn say(&mut self, text: &str);
}

/// Runs commands and shows them only when they fail.
pub struct Quiet {
    /// Where they run.
    pub dir: PathBuf,
}

impl Shell for Quiet {
    fn symbolon(&mut self, args: &[&str]) -> anyhow::Result<String> {
        let output = own_program(&self.dir, args)?;
        ensure!(output.status.success(), "symbolon {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn say(&mut self, _: &str) {}
}

/// Runs this very program in `dir`, without the caller's profile.
///
/// # Errors
/// If it cannot be started.
pub fn own_program(dir: &Path, args: &[&str]) -> anyhow::Result<Output> {
    let program = std::env::current_exe().context("this program's own file")?;
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).env_remove("SYMBOLON_PROFILE").env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().context("starting symbolon")
}

/// The node's program: `SYMBOLON_NODE`, else the file beside this program.
///
/// # Errors
/// If there is none.
pub fn node_program() -> anyhow::Result<PathBuf> {
    if let Some(given) = std::env::var_os("SYMBOLON_NODE") {
        let path = PathBuf::from(given);
        ensure!(path.is_file(), "SYMBOLON_NODE names {}, which is no file", path.display());
        return path.canonicalize().context("SYMBOLON_NODE");
    }
    let own = std::env::current_exe().context("this program's own file")?;
    let beside = own.with_file_name("symbolon-node");
    ensure!(beside.is_file(), "{} is missing; build it with 'cargo build --release', or set SYMBOLON_NODE to its path", beside.display());
    Ok(beside)
}

/// Free ports, all different: they are held until all are known. They lie below those that the system gives to outgoing
/// connections, so that the port of a stopped node is still free when it starts again.
fn free_ports(count: usize) -> anyhow::Result<Vec<u16>> {
    let mut held = Vec::with_capacity(count);
    for _ in 0..=count.saturating_mul(100) {
        if held.len() == count {
            return Ok(held.into_iter().map(|(port, _)| port).collect());
        }
        let port = rand::random_range(10_000..32_000_u16);
        held.extend(TcpListener::bind(("127.0.0.1", port)).ok().map(|listener| (port, listener)));
    }
    bail!("no {count} ports between 10000 and 32000 are free on this computer")
}

/// How a command names this directory, if it is not the one that it takes by itself.
pub fn dir_option(dir: &Path) -> String {
    if dir == Path::new(DEFAULT_DIR) { String::new() } else { format!(" --dir {}", crate::output::shown(dir)) }
}

impl Net {
    /// Founds a network of these members `(letters, name, validates)`. The directory must hold no other.
    ///
    /// # Errors
    /// If a step fails; each says which.
    pub fn found(dir: &Path, network_name: &str, members: &[(String, String, bool)], shell: &mut dyn Shell) -> anyhow::Result<Self> {
        ensure!(!dir.join("devnet.json").exists(), "{}: there is a network already; run: symbolon devnet down --dir {0}", dir.display());
        for part in ["members", "homes", "profiles", "keys", "documents", "issued", "logs", "pids"] {
            std::fs::create_dir_all(dir.join(part)).with_context(|| dir.display().to_string())?;
        }
        let mut ports = free_ports(members.len() * 2)?.into_iter();
        let members: Vec<Member> = members
            .iter()
            .zip(std::iter::from_fn(|| Some((ports.next()?, ports.next()?))))
            .map(|((id, name, validator), (api, p2p))| Member { id: id.clone(), name: name.clone(), validator: *validator, api, p2p })
            .collect();
        let net = Self { dir: dir.to_owned(), members, outlives: true };
        shell.say("Each administration makes its own keys; only public parts leave its home.");
        for member in &net.members {
            let (home, out) = (format!("homes/{}", member.id), format!("members/{}.member.json", member.id));
            let (api, p2p) = (format!("127.0.0.1:{}", member.api), format!("127.0.0.1:{}", member.p2p));
            let mut args =
                vec!["network", "join", "--member", &member.id, "--name", &member.name, "--environment", "test", "--network", network_name];
            args.extend(["--api", &api, "--p2p", &p2p, "--home", &home, "--out", &out]);
            if member.validator {
                args.push("--validator");
            }
            shell.symbolon(&args)?;
        }
        shell.say("From the public member files one founding file is made. Its id is what everyone compares.");
        let files: Vec<String> = net.members.iter().map(|member| format!("members/{}.member.json", member.id)).collect();
        let mut args = vec!["network", "found", "--environment", "test", "--name", network_name, "--out", "founding.cbor", "--member"];
        args.extend(files.iter().map(String::as_str));
        shell.symbolon(&args)?;
        let founding = genesis::Founding::from_bytes(&std::fs::read(dir.join("founding.cbor"))?)?;
        let id = founding.network_id().to_string();
        for member in &net.members {
            let home = format!("homes/{}", member.id);
            let peers: Vec<String> =
                net.members.iter().filter(|peer| peer.id != member.id).map(|peer| format!("{}=127.0.0.1:{}", peer.id, peer.p2p)).collect();
            let mut args = vec!["network", "accept", "founding.cbor", "--id", &id, "--home", &home];
            for peer in &peers {
                args.extend(["--peer", peer]);
            }
            shell.symbolon(&args)?;
            net.write_profile(member)?;
            let profile = format!("profiles/{}", member.id);
            shell.symbolon(&["trust", "pin", "founding.cbor", "--id", &id, "--profile", &profile])?;
        }
        net.save()?;
        Ok(net)
    }

    /// Opens the network under a directory.
    ///
    /// # Errors
    /// If there is none.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("devnet.json");
        ensure!(path.is_file(), "{}: there is no network here; run: symbolon devnet up{}", dir.display(), dir_option(dir));
        let bytes = crate::input::read_bounded(&path, STATE_BYTES_MAX)?;
        let members = serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?;
        Ok(Self { dir: dir.to_owned(), members, outlives: true })
    }

    fn save(&self) -> anyhow::Result<()> {
        write_atomically(&self.dir.join("devnet.json"), serde_json::to_string_pretty(&self.members)?.as_bytes())
    }

    /// One member.
    ///
    /// # Errors
    /// If it is none of this network.
    pub fn member(&self, id: &str) -> anyhow::Result<&Member> {
        self.members.iter().find(|member| member.id == id).with_context(|| format!("{id} is no member of this network"))
    }

    /// A member's settings: its own node, its token, and the other validators' nodes for their heads.
    fn write_profile(&self, member: &Member) -> anyhow::Result<()> {
        let directory = self.profile(&member.id);
        std::fs::create_dir_all(&directory)?;
        let home = Path::new("../../homes").join(&member.id);
        let others = self.members.iter().filter(|other| other.id != member.id);
        let settings = Settings {
            member: Some(member.id.clone()),
            nodes: vec![member.url()],
            token_file: Some(home.join("token")),
            governance_keys: vec![home.join("keys/governance.key")],
            others: others.map(|other| Other { member: other.id.clone(), node: other.url() }).collect(),
            ..Settings::default()
        };
        write_atomically(&directory.join("profile.toml"), settings_text(&settings)?.as_bytes())
    }

    /// The profile of a member.
    pub fn profile(&self, id: &str) -> PathBuf {
        self.dir.join("profiles").join(id)
    }

    /// The home of a member.
    pub fn home(&self, id: &str) -> PathBuf {
        self.dir.join("homes").join(id)
    }

    /// Starts the nodes that are not running.
    ///
    /// # Errors
    /// If one cannot be started.
    pub fn start(&self) -> anyhow::Result<()> {
        self.ids().iter().try_for_each(|id| self.start_one(id))
    }

    /// Starts those that do not run, and waits until all are ready. One that was stopping still is started when it has ended.
    ///
    /// # Errors
    /// If one cannot be started, ends or takes too long: those that were started here are stopped, and the others left alone.
    pub fn bring_up(&self, most: Duration) -> anyhow::Result<()> {
        let ran: BTreeSet<String> = self.ids().into_iter().filter(|id| self.pid(id).is_some()).collect();
        let mut up = self.start().and_then(|()| self.wait_ready(&self.ids(), most));
        if up.is_err() && ran.iter().any(|id| self.pid(id).is_none()) {
            up = self.start().and_then(|()| self.wait_ready(&self.ids(), most));
        }
        if up.is_err() {
            self.stop_these(self.members.iter().filter(|member| !ran.contains(&member.id)))?;
        }
        up
    }

    /// Starts a member's node, unless it is running.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start_one(&self, id: &str) -> anyhow::Result<()> {
        if self.pid(id).is_some() {
            return Ok(());
        }
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log(id)).context("logs")?;
        let home = self.home(id).canonicalize().with_context(|| format!("the home of {id}"))?;
        let mut command = Command::new(node_program()?);
        command.args([OsString::from("run"), "--home".into(), home.into()]);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        if self.outlives {
            // A group of its own: what interrupts this program does not reach it.
            command.process_group(0);
        }
        let child = command.spawn().with_context(|| format!("starting the node of {id}"))?;
        write_atomically(&self.pid_file(id), child.id().to_string().as_bytes())
    }

    /// Waits until these members' nodes are ready.
    ///
    /// # Errors
    /// If one ends or takes too long; its log's last lines are named.
    pub fn wait_ready(&self, ids: &[String], most: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + most;
        for id in ids {
            let node = crate::client::Node::new(&self.member(id)?.url(), None, None)?;
            while !node.is_ready() {
                if self.pid(id).is_none() {
                    bail!("the node of {id} ended; {}: {}", self.log(id).display(), self.last_words(id));
                }
                ensure!(
                    Instant::now() < deadline,
                    "the node of {id} is not ready after {} s; see {}",
                    most.as_secs(),
                    self.log(id).display()
                );
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(())
    }

    /// The ids of all members.
    pub fn ids(&self) -> Vec<String> {
        self.members.iter().map(|member| member.id.clone()).collect()
    }

    /// Stops a node at once, as a power cut would.
    ///
    /// # Errors
    /// If it is not running.
    pub fn kill(&self, id: &str) -> anyhow::Result<()> {
        let pid = self.pid(id).with_context(|| format!("the node of {id} is not running"))?;
        kill_process(pid, Signal::KILL).context("kill")?;
        self.wait_gone(id, STOP);
        Ok(())
    }

    /// Stops all nodes: asks first, then insists. Gives how many were running.
    ///
    /// # Errors
    /// If one cannot be stopped.
    pub fn stop(&self) -> anyhow::Result<usize> {
        self.stop_these(self.members.iter())
    }

    fn stop_these<'a>(&self, members: impl Iterator<Item = &'a Member>) -> anyhow::Result<usize> {
        let running: Vec<(String, Pid)> = members.filter_map(|member| Some((member.id.clone(), self.pid(&member.id)?))).collect();
        for (_, pid) in &running {
            let _ = kill_process(*pid, Signal::TERM);
        }
        for (id, pid) in &running {
            if !self.wait_gone(id, STOP) {
                talk(&format!("the node of {id} did not stop when asked; stopping it at once"));
                let _ = kill_process(*pid, Signal::KILL);
                ensure!(self.wait_gone(id, STOP), "the node of {id} (process {}) cannot be stopped", pid.as_raw_nonzero());
            }
            let _ = std::fs::remove_file(self.pid_file(id));
        }
        Ok(running.len())
    }

    fn wait_gone(&self, id: &str, most: Duration) -> bool {
        let deadline = Instant::now() + most;
        while self.pid(id).is_some() {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }

    /// The process of a member's node, if it runs: it is ours only if it was started on this home.
    pub fn pid(&self, id: &str) -> Option<Pid> {
        let number: i32 = std::fs::read_to_string(self.pid_file(id)).ok()?.trim().parse().ok()?;
        let command_line = std::fs::read(format!("/proc/{number}/cmdline")).ok()?;
        let home = self.home(id).canonicalize().ok()?;
        let home = home.to_string_lossy().into_owned();
        // An ended process that nobody has waited for has an empty command line.
        let is_ours = command_line.split(|byte| *byte == 0).any(|part| part == home.as_bytes());
        if is_ours { Pid::from_raw(number) } else { None }
    }

    fn pid_file(&self, id: &str) -> PathBuf {
        self.dir.join("pids").join(id)
    }

    /// The log of a member's node.
    pub fn log(&self, id: &str) -> PathBuf {
        self.dir.join("logs").join(format!("{id}.log"))
    }

    fn last_words(&self, id: &str) -> String {
        let text = std::fs::read(self.log(id)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(3).collect();
        contracts::document::escape_for_terminal(&lines.into_iter().rev().collect::<Vec<_>>().join(" | ")).into_owned()
    }
}

impl Member {
    /// Where its node answers people.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.api)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_network_the_command_that_founds_it_there_is_named() {
        let empty = tempfile::tempdir().unwrap();
        let said = Net::open(empty.path()).err().unwrap().to_string();
        assert!(said.ends_with(&format!("run: symbolon devnet up --dir {}", empty.path().display())), "{said}");
        assert_eq!(dir_option(Path::new(DEFAULT_DIR)), "");
    }

    #[test]
    fn free_ports_are_all_different() {
        let mut ports = free_ports(20).unwrap();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 20);
    }

    #[test]
    fn a_process_of_somebody_else_is_not_ours() {
        let directory = tempfile::tempdir().unwrap();
        let net = Net { dir: directory.path().to_owned(), members: Vec::new(), outlives: true };
        std::fs::create_dir_all(net.home("NZ")).unwrap();
        std::fs::create_dir_all(directory.path().join("pids")).unwrap();
        assert!(net.pid("NZ").is_none());
        std::fs::write(net.pid_file("NZ"), std::process::id().to_string()).unwrap();
        assert!(net.pid("NZ").is_none());
    }
}
