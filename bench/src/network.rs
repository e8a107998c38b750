//! Four validators as four processes on this machine: P2, P3, P9, P10, P11.
//!
//! The network is set up by the product's own commands, as an operator would, and asked over its own HTTP door.

use crate::world;
use anyhow::{Context as _, ensure};
use contracts::acts::StandingChange;
use contracts::kinds::RecordKind;
use contracts::standing::Verb;
use ledger::codec::Canonical as _;
use ledger::id::{AuthorityId, KeyNumber, NetworkId, Signer};
use ledger::key::SecretKey;
use ledger::time::Height;
use ledger::transaction::{TRANSACTION_VERSION, Transaction};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Four running validators and an authority that may issue.
pub struct Network {
    directory: tempfile::TempDir,
    programs: PathBuf,
    members: Vec<Member>,
    network: NetworkId,
    official: SecretKey,
    next: AtomicU64,
    agent: ureq::Agent,
}

struct Member {
    id: String,
    url: String,
    token: String,
    pid: u32,
}

impl Network {
    /// Founds and starts it with the programs beside this one.
    ///
    /// Also how long `devnet up` took, in seconds.
    pub fn up() -> anyhow::Result<(Self, f64)> {
        let programs = std::env::current_exe()?.parent().context("this program lies in no folder")?.to_owned();
        let directory = tempfile::tempdir()?;
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60))).build().into();
        let mut network = Self {
            directory,
            programs,
            members: vec![],
            network: NetworkId::new([0; 32]),
            official: SecretKey::from_seed(&[1; 32]),
            next: AtomicU64::new(0),
            agent,
        };
        let began = Instant::now();
        network.symbolon(&["devnet", "up", "--validators", "4", "--dir", "."])?;
        let up_in = began.elapsed().as_secs_f64();
        network.read_members()?;
        let founding = std::fs::read(network.path("founding.cbor"))?;
        network.network = NetworkId::new(*ledger::hash::sha256(&founding).as_bytes());
        let profile = "profiles/NZ";
        let root = network.symbolon(&["keys", "new", "--out", "keys/root.key"])?;
        let scope = "sps 851 from 2020-01-01 covers 2026-01-01";
        network.symbolon(&[
            "authority",
            "admit",
            "NZ-mpi",
            "--name",
            "MPI",
            "--root-key",
            root.trim(),
            "--from",
            "2020-01-01",
            "--scope",
            scope,
            "--profile",
            profile,
        ])?;
        let official = network.symbolon(&["keys", "new", "--out", "keys/official.key"])?;
        network.symbolon(&["keys", "name", official.trim(), "--key", "keys/root.key", "--profile", profile])?;
        network.official = genesis::home::read_signing_key(&network.path("keys/official.key"))?;
        Ok((network, up_in))
    }

    fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    fn read_members(&mut self) -> anyhow::Result<()> {
        let listed: Value = serde_json::from_slice(&std::fs::read(self.path("devnet.json"))?)?;
        let listed = listed["members"].as_array().or(listed.as_array()).context("devnet.json lists no members")?.clone();
        self.members = listed
            .iter()
            .map(|member| {
                let id = member["id"].as_str().context("a member without letters")?.to_owned();
                let token = std::fs::read_to_string(self.path(&format!("homes/{id}/token")))?.trim().to_owned();
                let pid =
                    std::fs::read_to_string(self.path(&format!("pids/{id}")))?.split_whitespace().next().context("no pid")?.parse()?;
                Ok(Member { url: format!("http://127.0.0.1:{}", member["api"]), id, token, pid })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(())
    }

    fn run(&self, args: &[&str]) -> anyhow::Result<Output> {
        Ok(Command::new(self.programs.join("symbolon"))
            .args(args)
            .current_dir(self.directory.path())
            .env_remove("SYMBOLON_PROFILE")
            .output()?)
    }

    fn symbolon(&self, args: &[&str]) -> anyhow::Result<String> {
        let output = self.run(args)?;
        ensure!(output.status.success(), "symbolon {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    fn transaction(&self, acts: u64) -> Vec<u8> {
        let index = self.next.fetch_add(acts, Ordering::Relaxed);
        let authority = AuthorityId::parse("NZ-mpi").expect("a name");
        world::signed(self.network, &authority, KeyNumber::new(1), &self.official, index, acts, Height::new(5000))
    }

    fn height(&self, member: &Member) -> anyhow::Result<u64> {
        let status: Value = serde_json::from_slice(&self.agent.get(format!("{}/v1/status", member.url)).call()?.body_mut().read_to_vec()?)?;
        status["height"].as_u64().or_else(|| status["tip"]["height"].as_u64()).context("a status without height")
    }

    /// Submits and waits until the record is decided and on the disk of this member's node.
    fn submit(&self, member: &Member, wire: &[u8]) -> anyhow::Result<Value> {
        let mut answer =
            self.agent.post(format!("{}/v1/transactions?wait=true", member.url)).header("Content-Type", "application/cbor").send(wire)?;
        let body = answer.body_mut().read_to_vec()?;
        ensure!(answer.status() == 200, "{}: {}", answer.status(), String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }

    fn bulk(&self, member: &Member, wires: &[Vec<u8>]) -> anyhow::Result<u64> {
        let lines: String = wires.iter().map(|wire| format!("{}\n", json!({"transaction": hex::encode(wire)}))).collect();
        let mut answer = self
            .agent
            .post(format!("{}/v1/transactions/bulk?wait=true", member.url))
            .header("Content-Type", "application/x-ndjson")
            .send(lines.as_bytes())?;
        let body = answer.body_mut().with_config().limit(64 << 20).read_to_string()?;
        ensure!(answer.status() == 200, "{}: {}", answer.status(), body.chars().take(300).collect::<String>());
        let mut recorded = 0;
        for line in body.lines() {
            let line: Value = serde_json::from_str(line)?;
            ensure!(line["status"] == 200, "a record was not recorded: {line}");
            recorded = recorded.max(line["height"].as_u64().unwrap_or(0));
        }
        Ok(recorded)
    }

    /// P2: records a second, from the first submission until all four nodes have decided the last.
    /// `acts` records a transaction; every node is submitted to.
    pub fn throughput(&self, transactions: usize, acts: u64) -> anyhow::Result<f64> {
        let batch = if acts == 1 { 500 } else { 8 };
        let batches: Vec<Vec<Vec<u8>>> =
            (0..transactions.div_ceil(batch)).map(|_| (0..batch).map(|_| self.transaction(acts)).collect()).collect();
        let records = (batches.len() * batch) as u64 * acts;
        let queue = Mutex::new(batches);
        let started = Instant::now();
        let last = std::thread::scope(|scope| -> anyhow::Result<u64> {
            let workers: Vec<_> = (0..8)
                .map(|index| {
                    let (queue, member) = (&queue, &self.members[index % self.members.len()]);
                    scope.spawn(move || -> anyhow::Result<u64> {
                        let mut height = 0;
                        loop {
                            let Some(batch) = queue.lock().expect("no worker panics").pop() else { return Ok(height) };
                            height = height.max(self.bulk(member, &batch)?);
                        }
                    })
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().expect("no worker panics")).try_fold(0, |most, height| Ok(height?.max(most)))
        })?;
        for member in &self.members {
            while self.height(member)? < last {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        Ok(records as f64 / started.elapsed().as_secs_f64())
    }

    /// P3: milliseconds from submission to acknowledgement, at a steady rate. Gives p50 and p99.
    pub fn latency(&self, rate: u64, seconds: u64, alive: &[usize]) -> anyhow::Result<(f64, f64)> {
        let wires: Vec<Vec<u8>> = (0..rate * seconds).map(|_| self.transaction(1)).collect();
        let (next, started) = (AtomicU64::new(0), Instant::now());
        let taken = Mutex::new(Vec::with_capacity(wires.len()));
        std::thread::scope(|scope| -> anyhow::Result<()> {
            let workers: Vec<_> = (0..64)
                .map(|worker| {
                    let (wires, next, taken) = (&wires, &next, &taken);
                    let member = &self.members[alive[worker % alive.len()]];
                    scope.spawn(move || -> anyhow::Result<()> {
                        loop {
                            let index = next.fetch_add(1, Ordering::Relaxed);
                            let Some(wire) = wires.get(index as usize) else { return Ok(()) };
                            let due = started + Duration::from_micros(index * 1_000_000 / rate);
                            std::thread::sleep(due.saturating_duration_since(Instant::now()));
                            self.submit(member, wire)?;
                            // From when it was due, so that a slow answer cannot hide those behind it.
                            taken.lock().expect("no worker panics").push(due.elapsed().as_secs_f64() * 1e3);
                        }
                    })
                })
                .collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("no worker panics"))
        })?;
        let mut taken = taken.into_inner().expect("no worker panics");
        taken.sort_by(f64::total_cmp);
        Ok((percentile(&taken, 50), percentile(&taken, 99)))
    }

    /// Kills a node at once.
    pub fn kill(&self, index: usize) -> anyhow::Result<()> {
        let status = Command::new("kill").args(["-9", &self.members[index].pid.to_string()]).status()?;
        ensure!(status.success(), "node {} is not running", self.members[index].id);
        Ok(())
    }

    /// P9: share of a core in per cent and resident memory in MiB of each node, over some idle seconds.
    pub fn idle(&self, seconds: u64) -> anyhow::Result<(f64, f64)> {
        let before: Vec<f64> = self.members.iter().map(|member| cpu_seconds(member.pid)).collect::<anyhow::Result<_>>()?;
        let started = Instant::now();
        std::thread::sleep(Duration::from_secs(seconds));
        let elapsed = started.elapsed().as_secs_f64();
        let (mut share, mut memory) = (0_f64, 0_f64);
        for (member, before) in self.members.iter().zip(before) {
            share = share.max((cpu_seconds(member.pid)? - before) / elapsed * 100.0);
            memory = memory.max(resident_mib(member.pid)?);
        }
        Ok((share, memory))
    }

    /// P10: milliseconds from sending a revocation until no member's node shows the record without it. p99 of `times`.
    pub fn revocation(&self, times: u64) -> anyhow::Result<(f64, f64)> {
        let mut taken = vec![];
        for _ in 0..times {
            let index = self.next.load(Ordering::Relaxed);
            self.submit(&self.members[2], &self.transaction(1))?;
            let record_key = world::record_key(index);
            let change = StandingChange {
                record_key,
                effective: world::START.date(),
                reason: None,
                follows: 0,
                until: None,
                version: None,
                stands_by: None,
            };
            let withdraw = Transaction {
                version: TRANSACTION_VERSION,
                network: self.network,
                signer: Signer::Authority(AuthorityId::parse("NZ-mpi")?),
                key: KeyNumber::new(1),
                expiry: Height::new(5000),
                acts: vec![change.into_act(RecordKind::SpsCertificate, Verb::Withdraw)],
            };
            let started = Instant::now();
            let answer = self.submit(&self.members[2], &withdraw.sign(&self.official).to_bytes())?;
            ensure!(answer["outcomes"][0]["number"] == 0, "the withdrawal was refused: {answer}");
            for member in &self.members {
                while !self.knows_withdrawal(member, &record_key.to_string())? {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            taken.push(started.elapsed().as_secs_f64() * 1e3);
        }
        taken.sort_by(f64::total_cmp);
        Ok((percentile(&taken, 50), percentile(&taken, 99)))
    }

    fn knows_withdrawal(&self, member: &Member, record_key: &str) -> anyhow::Result<bool> {
        let mut answer = self
            .agent
            .get(format!("{}/v1/standings/{record_key}", member.url))
            .header("Authorization", format!("Bearer {}", member.token))
            .call()?;
        if answer.status() != 200 {
            return Ok(false);
        }
        Ok(answer.body_mut().read_to_string()?.contains("withdraw"))
    }

    /// P11: bytes over the wire, both directions, of one verification by number, the look-up secret being cached.
    pub fn verification_bytes(&self) -> anyhow::Result<(u64, f64)> {
        let document = include_bytes!("../../contracts/src/kinds/sps_certificate/examples/nz-cn-sps.xml");
        std::fs::write(self.path("sps.xml"), document)?;
        self.symbolon(&["issue", "sps.xml", "--out", "issued", "--key", "keys/official.key", "--profile", "profiles/NZ"])?;
        let read = contracts::document::read_document(document)?;
        let number = read.number.as_str().to_owned();
        let verify = |profile: &str| self.run(&["verify", &number, "--from", "NZ", "--profile", profile]);
        verify("profiles/CN")?;
        let counted = Arc::new(AtomicU64::new(0));
        let relays: Vec<String> =
            self.members.iter().map(|member| relay(&member.url, Arc::clone(&counted))).collect::<anyhow::Result<_>>()?;
        // The officer's profile, with each node's address replaced by a relay that counts.
        copy_folder(&self.path("profiles/CN"), &self.path("profiles/counted"))?;
        let settings = self.path("profiles/counted/profile.toml");
        let mut text = std::fs::read_to_string(&settings)?;
        for (member, relayed) in self.members.iter().zip(&relays) {
            text = text.replace(&member.url, relayed);
        }
        std::fs::write(&settings, text)?;
        let started = Instant::now();
        let output = verify("profiles/counted")?;
        ensure!(output.status.success(), "verify: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Ok((counted.load(Ordering::SeqCst), started.elapsed().as_secs_f64() * 1e3))
    }

    /// P4, the whole process: milliseconds of `symbolon verify FILE --offline`, median.
    pub fn verify_process_ms(&self) -> anyhow::Result<f64> {
        let file = std::fs::read_dir(self.path("issued"))?.next().context("nothing was issued")??.path();
        let file = file.to_string_lossy().into_owned();
        let mut taken: Vec<f64> = (0..21)
            .map(|_| {
                let started = Instant::now();
                let output = self.run(&["verify", &file, "--offline", "--profile", "profiles/CN"])?;
                ensure!(output.status.code().is_some_and(|code| code != 2), "verify: {}", String::from_utf8_lossy(&output.stderr));
                Ok(started.elapsed().as_secs_f64() * 1e3)
            })
            .collect::<anyhow::Result<_>>()?;
        taken.sort_by(f64::total_cmp);
        Ok(percentile(&taken, 50))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Err(error) = self.symbolon(&["devnet", "down", "--dir", "."]) {
            eprintln!("{error}");
        }
    }
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Seconds that a process has computed so far, on all its threads.
pub fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields
        .get(11)
        .zip(fields.get(12))
        .map(|(user, system)| user.parse::<f64>().unwrap_or(0.0) + system.parse::<f64>().unwrap_or(0.0))
        .context("no times")?;
    // USER_HZ is 100 on every Linux of today.
    Ok(ticks / 100.0)
}

fn resident_mib(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).context("no memory")?;
    Ok(line.split_whitespace().nth(1).unwrap_or_default().parse::<f64>()? / 1024.0)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() { copy_folder(&entry.path(), &target)? } else { std::fs::copy(entry.path(), target).map(|_| ())? }
    }
    Ok(())
}

/// A relay to a node that counts the bytes of both directions. Gives its own address.
fn relay(url: &str, counted: Arc<AtomicU64>) -> anyhow::Result<String> {
    let target = url.trim_start_matches("http://").to_owned();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let own = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Ok(node) = std::net::TcpStream::connect(&target) else { continue };
            for (from, to) in [(stream.try_clone(), node.try_clone()), (node.try_clone(), stream.try_clone())] {
                let (Ok(mut from), Ok(mut to), counted) = (from, to, Arc::clone(&counted)) else { continue };
                std::thread::spawn(move || {
                    let mut buffer = [0; 16 * 1024];
                    while let Ok(count @ 1..) = std::io::Read::read(&mut from, &mut buffer) {
                        counted.fetch_add(count as u64, Ordering::SeqCst);
                        if std::io::Write::write_all(&mut to, &buffer[..count]).is_err() {
                            break;
                        }
                    }
                    let _ = to.shutdown(std::net::Shutdown::Write);
                });
            }
        }
    });
    Ok(own)
}

/// The figures of the running network that are wanted. `quick` measures shorter.
pub fn measure(quick: bool, wanted: impl Fn(&str) -> bool, mut put: impl FnMut(&str, Value)) -> anyhow::Result<()> {
    let (network, up_in) = Network::up()?;
    if wanted("P9") {
        let (cpu, rss) = network.idle(if quick { 10 } else { 30 })?;
        put("P9", json!({"cpu_percent": cpu, "rss_mib": rss, "devnet_up_s": up_in}));
    }
    if wanted("P11") {
        let (bytes, milliseconds) = network.verification_bytes()?;
        put("P11", json!({"bytes": bytes, "process_ms": milliseconds}));
        put("P4 process", json!({"process_ms": network.verify_process_ms()?}));
    }
    if wanted("P10") {
        let (p50, p99) = network.revocation(if quick { 10 } else { 100 })?;
        put("P10", json!({"p50_ms": p50, "p99_ms": p99}));
    }
    let seconds = if quick { 5 } else { 20 };
    let alive = match wanted("P3") {
        true => Some((network.latency(500, seconds, &[0, 1, 2, 3])?, network.latency(1000, seconds, &[0, 1, 2, 3])?)),
        false => None,
    };
    if wanted("P2") {
        let scale = if quick { 1 } else { 4 };
        let single = network.throughput(10_000 * scale, 1)?;
        let bulk = network.throughput(64 * scale, 256)?;
        put("P2", json!({"single_per_s": single.round(), "bulk_per_s": bulk.round()}));
    }
    if let Some(((p50, p99), (p50_thousand, p99_thousand))) = alive {
        network.kill(3)?;
        let (dead_p50, dead_p99) = network.latency(500, seconds, &[0, 1, 2])?;
        put(
            "P3",
            json!({
                "rate_per_s": 500, "p50_ms": p50, "p99_ms": p99, "dead_p50_ms": dead_p50, "dead_p99_ms": dead_p99,
                "at_1000_per_s": {"p50_ms": p50_thousand, "p99_ms": p99_thousand},
            }),
        );
    }
    Ok(())
}
