//! A network under a temporary directory: founded with the commands that its members would type, one process a node.

use crate::http::{self, Answer, get};
use crate::programs;
use crate::wait::wait_until;
use genesis::Founding;
use genesis::home::Home;
use ledger::id::MemberId;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::net::TcpListener;
use std::ops::Range;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// How long a node may take until it answers and has caught up.
pub const READY: Duration = Duration::from_secs(30);
/// How long the network may take to decide something.
pub const DECIDED: Duration = Duration::from_secs(30);
/// How long a clean stop may take.
pub const STOPPED: Duration = Duration::from_secs(5);

/// A network before it is founded.
pub struct Plan {
    members: Vec<(String, bool)>,
    settings: Vec<String>,
    governance: Option<(String, String)>,
}

/// A network of processes. Dropped, it leaves nothing behind.
pub struct Network {
    directory: tempfile::TempDir,
    founding: Founding,
    members: Vec<Member>,
}

/// One member's node.
struct Member {
    id: String,
    validator: bool,
    api: u16,
    p2p: u16,
    process: Option<Child>,
}

/// How a command of `symbolon` ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What was typed.
    pub typed: String,
    /// The exit code.
    pub code: i32,
    /// The result.
    pub stdout: String,
    /// The talk.
    pub stderr: String,
}

impl Ran {
    /// The result as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Whether result or talk says this, wherever the lines are broken.
    pub fn says(&self, text: &str) -> bool {
        let in_one_line = || self.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        self.stdout.contains(text) || self.stderr.contains(text) || in_one_line().contains(text)
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "symbolon {} ended with {}\n{}{}", self.typed, self.code, self.stdout, self.stderr)
    }
}

impl Plan {
    /// Adds a line to each `node.toml`.
    pub fn setting(mut self, line: &str) -> Self {
        self.settings.push(line.to_owned());
        self
    }

    /// Gives each member so many governance keys, of which so many must sign. Profiles name the first only.
    pub fn governance(mut self, keys: u32, threshold: u32) -> Self {
        self.governance = Some((keys.to_string(), threshold.to_string()));
        self
    }

    /// Founds the network; no node runs yet.
    ///
    /// # Panics
    /// If a step fails; the command is named.
    pub fn found(self) -> Network {
        let directory = tempfile::Builder::new().prefix("symbolon-test-").tempdir().expect("a temporary directory");
        for part in ["members", "homes", "profiles", "keys", "documents", "issued", "logs"] {
            std::fs::create_dir(directory.path().join(part)).expect("a directory");
        }
        let ports = free_ports(self.members.len() * 2);
        let members: Vec<Member> = (self.members.iter().zip(ports.chunks(2)))
            .map(|((id, validator), ports)| Member { id: id.clone(), validator: *validator, api: ports[0], p2p: ports[1], process: None })
            .collect();
        let here = directory.path();
        let mut files = Vec::new();
        for member in &members {
            let file = format!("members/{}.member.json", member.id);
            let (name, home) = (format!("Customs of {}", member.id), format!("homes/{}", member.id));
            let (api, p2p) = (format!("127.0.0.1:{}", member.api), format!("127.0.0.1:{}", member.p2p));
            let mut args = vec!["network", "join", "--member", &member.id, "--name", &name, "--environment", "test", "--network", "Tests"];
            args.extend(["--api", &api, "--p2p", &p2p, "--home", &home, "--out", &file]);
            args.extend(member.validator.then_some("--validator"));
            if let Some((keys, threshold)) = &self.governance {
                args.extend(["--governance-keys", keys, "--threshold", threshold]);
            }
            done(here, &args);
            files.push(file);
        }
        let mut args = vec!["network", "found", "--environment", "test", "--name", "Tests", "--out", "founding.cbor", "--member"];
        args.extend(files.iter().map(String::as_str));
        done(here, &args);
        let founding = Founding::from_bytes(&std::fs::read(here.join("founding.cbor")).expect("founding.cbor")).expect("a founding file");
        let id = founding.network_id().to_string();
        for member in &members {
            let home = format!("homes/{}", member.id);
            let peers: Vec<String> =
                members.iter().filter(|peer| peer.id != member.id).map(|peer| format!("{}=127.0.0.1:{}", peer.id, peer.p2p)).collect();
            let mut args = vec!["network", "accept", "founding.cbor", "--id", &id, "--home", &home];
            peers.iter().for_each(|peer| args.extend(["--peer", peer]));
            done(here, &args);
            // Before the tables of the peers.
            let config = Home::at(here.join(&home)).config();
            let text = std::fs::read_to_string(&config).expect("node.toml");
            std::fs::write(&config, format!("{}\n{text}", self.settings.join("\n"))).expect("node.toml");
            let profile = format!("profiles/{}", member.id);
            done(here, &["trust", "pin", "founding.cbor", "--id", &id, "--profile", &profile]);
            std::fs::write(here.join(&profile).join("profile.toml"), settings_of(member, &members)).expect("profile.toml");
        }
        Network { directory, founding, members }
    }

    /// Founds the network and starts all nodes.
    ///
    /// # Panics
    /// As [`Self::found`], and if a node is not ready in time.
    pub fn up(self) -> Network {
        let mut network = self.found();
        for id in network.ids() {
            network.start(&id);
        }
        network.wait_ready(&network.ids());
        network
    }
}

/// The profile of a member's officers and issuers.
fn settings_of(member: &Member, members: &[Member]) -> String {
    let mut text = format!(
        "member = \"{0}\"\nnodes = [\"http://127.0.0.1:{1}\"]\ntoken_file = \"../../homes/{0}/token\"\ngovernance_keys = [\"../../homes/{0}/keys/governance.key\"]\n",
        member.id, member.api
    );
    for other in members.iter().filter(|other| other.id != member.id) {
        text.push_str(&format!("[[others]]\nmember = \"{}\"\nnode = \"http://127.0.0.1:{}\"\n", other.id, other.api));
    }
    text
}

/// Free ports below those that the system gives to outgoing connections, so that a stopped node's port stays free.
/// No two networks of one test program get the same ones.
fn free_ports(count: usize) -> Vec<u16> {
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| AtomicU16::new(rand::random_range(0..PORTS.len() as u16)));
    let ports = std::iter::repeat_with(|| PORTS.start + NEXT.fetch_add(1, Ordering::Relaxed) % PORTS.len() as u16);
    ports.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).take(count).collect()
}

const PORTS: Range<u16> = 10_000..32_000;

fn run(directory: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(programs::symbolon());
    command.args(args).current_dir(directory).env_remove("SYMBOLON_PROFILE").env("NO_COLOR", "1").stdin(Stdio::null());
    let output = command.output().expect("symbolon starts");
    Ran {
        typed: args.join(" "),
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn done(directory: &Path, args: &[&str]) -> Ran {
    let ran = run(directory, args);
    assert_eq!(ran.code, 0, "{ran}");
    ran
}

impl Network {
    /// A network of these validators and of members that only follow, with a block at least every 400 ms.
    pub fn of(validators: &[&str], followers: &[&str]) -> Plan {
        let members = validators.iter().map(|id| ((*id).to_owned(), true)).chain(followers.iter().map(|id| ((*id).to_owned(), false)));
        let plan = Plan { members: members.collect(), settings: Vec::new(), governance: None };
        plan.setting("heartbeat_ms = 400").setting("disk_reserve_mib = 16")
    }

    /// China, New Zealand, Chile and Singapore, running.
    pub fn four() -> Self {
        Self::of(&["CN", "NZ", "CL", "SG"], &[]).up()
    }

    /// All members.
    pub fn ids(&self) -> Vec<String> {
        self.members.iter().map(|member| member.id.clone()).collect()
    }

    /// The members whose nodes run.
    pub fn running(&self) -> Vec<String> {
        self.members.iter().filter(|member| member.process.is_some()).map(|member| member.id.clone()).collect()
    }

    fn member(&self, id: &str) -> &Member {
        self.members.iter().find(|member| member.id == id).unwrap_or_else(|| panic!("{id} is no member of this network"))
    }

    fn member_mut(&mut self, id: &str) -> &mut Member {
        self.members.iter_mut().find(|member| member.id == id).unwrap_or_else(|| panic!("{id} is no member of this network"))
    }

    /// Where everything lies.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The founding file.
    pub fn founding(&self) -> &Founding {
        &self.founding
    }

    /// A member's name on the ledger.
    pub fn member_id(&self, id: &str) -> MemberId {
        MemberId::parse(id).expect("two letters")
    }

    /// A member's home.
    pub fn home(&self, id: &str) -> Home {
        Home::at(self.directory().join("homes").join(id))
    }

    /// A member's profile.
    pub fn profile(&self, id: &str) -> PathBuf {
        self.directory().join("profiles").join(id)
    }

    /// Where a member's node answers people.
    pub fn url(&self, id: &str) -> String {
        format!("http://127.0.0.1:{}", self.member(id).api)
    }

    /// The port of a member's node for people.
    pub fn api_port(&self, id: &str) -> u16 {
        self.member(id).api
    }

    /// The port of a member's node for members.
    pub fn p2p_port(&self, id: &str) -> u16 {
        self.member(id).p2p
    }

    /// The token of a member's tools.
    pub fn token(&self, id: &str) -> String {
        std::fs::read_to_string(self.home(id).token()).expect("a token").trim().to_owned()
    }

    /// What a member's node wrote to its log.
    pub fn log(&self, id: &str) -> String {
        std::fs::read(self.log_file(id)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    fn log_file(&self, id: &str) -> PathBuf {
        self.directory().join("logs").join(format!("{id}.log"))
    }

    /// Starts a member's node and does not wait for it.
    ///
    /// # Panics
    /// If it runs already or cannot be started.
    pub fn start(&mut self, id: &str) {
        assert!(self.member(id).process.is_none(), "the node of {id} runs already");
        let child = self.command(id).spawn().expect("symbolon-node starts");
        self.member_mut(id).process = Some(child);
    }

    /// The command that runs a member's node.
    pub fn command(&self, id: &str) -> Command {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log_file(id)).expect("a log");
        let mut command = Command::new(programs::node());
        command.args(["run", "--home"]).arg(self.home(id).directory()).env_remove("RUST_LOG").stdin(Stdio::null());
        command.stdout(log.try_clone().expect("a log")).stderr(log).process_group(0);
        command
    }

    /// Starts a member's node and waits until it is ready.
    ///
    /// # Panics
    /// If it is not ready in time.
    pub fn restart(&mut self, id: &str) {
        self.start(id);
        self.wait_ready(&[id.to_owned()]);
    }

    /// Kills a member's node with signal 9.
    ///
    /// # Panics
    /// If it does not run.
    pub fn crash(&mut self, id: &str) {
        let mut child = self.member_mut(id).process.take().unwrap_or_else(|| panic!("the node of {id} does not run"));
        child.kill().and_then(|()| child.wait()).expect("kill -9");
    }

    /// Asks a member's node to stop, and gives how it ended.
    ///
    /// # Panics
    /// If it does not end within [`STOPPED`].
    pub fn stop(&mut self, id: &str) -> ExitStatus {
        self.signal(id, Signal::TERM);
        let mut child = self.member_mut(id).process.take().unwrap_or_else(|| panic!("the node of {id} does not run"));
        wait_until(&format!("the node of {id} stops cleanly"), STOPPED, || child.try_wait().expect("wait"))
    }

    /// Waits until a member's node ends by itself.
    ///
    /// # Panics
    /// If it does not.
    pub fn wait_end(&mut self, id: &str, most: Duration) -> ExitStatus {
        let mut child = self.member_mut(id).process.take().unwrap_or_else(|| panic!("the node of {id} does not run"));
        let ended = wait_until(&format!("the node of {id} ends"), most, || child.try_wait().expect("wait"));
        drop(child);
        ended
    }

    /// Whether a member's node runs (a node that ended by itself does not).
    pub fn is_running(&mut self, id: &str) -> bool {
        self.member_mut(id).process.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|ended| ended.is_none()))
    }

    /// Halts a member's process; its connections stay open.
    pub fn pause(&self, id: &str) {
        self.signal(id, Signal::STOP);
    }

    /// Lets a halted process go on.
    pub fn resume(&self, id: &str) {
        self.signal(id, Signal::CONT);
    }

    fn signal(&self, id: &str, signal: Signal) {
        let process = self.member(id).process.as_ref().unwrap_or_else(|| panic!("the node of {id} does not run"));
        kill_process(Pid::from_child(process), signal).expect("a signal");
    }

    /// Waits until these nodes say that they are ready.
    ///
    /// # Panics
    /// If one is not in time.
    pub fn wait_ready(&self, ids: &[String]) {
        for id in ids {
            wait_until(&format!("the node of {id} is ready"), READY, || {
                (get(&format!("{}/ready", self.url(id)), None).status == 200).then_some(())
            });
        }
    }

    /// What a node says of itself; null if it does not answer.
    pub fn status(&self, id: &str) -> Value {
        get(&format!("{}/v1/status", self.url(id)), None).json()
    }

    /// A node's height; 0 if it does not answer.
    pub fn height(&self, id: &str) -> u64 {
        self.status(id)["height"].as_u64().unwrap_or(0)
    }

    /// Waits until all these nodes have a height.
    ///
    /// # Panics
    /// If one has not in time.
    pub fn wait_for_height(&self, ids: &[String], height: u64) {
        for id in ids {
            wait_until(&format!("the node of {id} reaches block {height}"), DECIDED, || (self.height(id) >= height).then_some(()));
        }
    }

    /// Compares the blocks of these nodes at every height that all have, from `from` on, and gives the last.
    ///
    /// # Panics
    /// If two differ.
    pub fn assert_one_history(&self, ids: &[String], from: u64) -> u64 {
        let last = ids.iter().map(|id| self.height(id)).min().unwrap_or(0);
        for height in from.max(1)..=last {
            let hash = |id: &String| {
                let header = get(&format!("{}/v1/headers/{height}", self.url(id)), None).json();
                header["hash"].as_str().unwrap_or_else(|| panic!("{id} has no block {height} of {last}: {header}")).to_owned()
            };
            let hashes: Vec<String> = ids.iter().map(hash).collect();
            assert!(hashes.iter().all(|hash| *hash == hashes[0]), "at height {height} {ids:?} have {hashes:?}");
        }
        last
    }

    /// Submits wire bytes to a member's node and waits for the decision.
    pub fn submit(&self, id: &str, wire: &[u8]) -> Answer {
        http::post(&format!("{}/v1/transactions?wait=true", self.url(id)), None, "application/cbor", wire)
    }

    /// Runs `symbolon` in the network's directory.
    pub fn symbolon(&self, args: &[&str]) -> Ran {
        run(self.directory(), args)
    }

    /// Runs `symbolon` with a member's profile.
    pub fn as_member(&self, id: &str, args: &[&str]) -> Ran {
        let profile = self.profile(id);
        let mut args = args.to_vec();
        args.extend(["--profile", profile.to_str().expect("a path")]);
        self.symbolon(&args)
    }

    /// Runs `symbolon` with a member's profile, which must go well.
    ///
    /// # Panics
    /// If it does not.
    pub fn done(&self, id: &str, args: &[&str]) -> Ran {
        let ran = self.as_member(id, args);
        assert_eq!(ran.code, 0, "{ran}");
        ran
    }

    /// An officer of a member verifies; the exit code is the detailed one.
    pub fn verify(&self, id: &str, args: &[&str]) -> Ran {
        let mut all = vec!["verify", "--detailed-exitcode"];
        all.extend(args);
        self.as_member(id, &all)
    }

    /// Writes a file of the network's directory and gives its relative name.
    ///
    /// # Panics
    /// If the disk refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.directory().join(name), bytes).expect(name);
        name.to_owned()
    }

    /// Audits the ledger of a member whose node is stopped: whether it is sound, and what was said.
    ///
    /// # Panics
    /// If the program cannot be started.
    pub fn audit(&self, id: &str) -> (bool, String) {
        let mut command = Command::new(programs::node());
        let output =
            command.args(["audit", "--home"]).arg(self.home(id).directory()).stdin(Stdio::null()).output().expect("symbolon-node starts");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for member in &mut self.members {
            if let Some(mut child) = member.process.take() {
                let _ = child.kill().and_then(|()| child.wait());
            }
        }
        if std::thread::panicking() {
            for id in self.ids() {
                let log = self.log(&id);
                let lines: Vec<&str> = log.lines().rev().take(12).collect();
                eprintln!("--- the last of {id}'s log ---");
                lines.iter().rev().for_each(|line| eprintln!("{line}"));
            }
        }
    }
}
