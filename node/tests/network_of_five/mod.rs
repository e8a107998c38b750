//! Homes of four validators (CL, CN, NZ, SG) and a follower (UY) under one temporary directory.

#![allow(dead_code)]

use genesis::home::{Home, write_encryption_key, write_secret, write_signing_key};
use genesis::{Environment, Founding, FoundingMember};
use ledger::id::MemberId;
use ledger::key::SecretKey;
use ledger::lookup::EncryptionSecret;
use ledger::place::CountryCode;
use ledger::time::{Height, Timestamp};
use std::net::TcpListener;
use std::ops::Range;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use symbolon_node::app::Status;
use symbolon_node::run::Node;
use tempfile::TempDir;

pub const MEMBERS: [&str; 5] = ["CL", "CN", "NZ", "SG", "UY"];

pub struct Five {
    directory: TempDir,
    pub founding: Founding,
    nodes: [Option<Node>; 5],
}

pub fn governance(index: usize) -> SecretKey {
    SecretKey::from_seed(&[50 + index as u8; 32])
}

impl Five {
    /// Founds the network and writes the homes; nothing runs yet.
    pub fn found(heartbeat_ms: u64) -> Self {
        if let Ok(filter) = std::env::var("RUST_LOG") {
            let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(std::io::stderr).try_init();
        }
        let key = |kind: u8, index: usize| SecretKey::from_seed(&[kind + index as u8; 32]);
        let encryption = |index: usize| EncryptionSecret::new([70 + index as u8; 32]);
        let members = MEMBERS
            .iter()
            .enumerate()
            .map(|(index, letters)| FoundingMember {
                id: MemberId::parse(letters).unwrap(),
                name: format!("Customs of {letters}"),
                countries: vec![CountryCode::parse(letters).unwrap()],
                governance_keys: vec![governance(index).public()],
                threshold: 1,
                encryption_key: encryption(index).public(),
                node_key: key(30, index).public(),
                validator_key: (index < 4).then(|| key(10, index).public()),
            })
            .collect();
        let founding = Founding::new(Environment::Test, "five", Timestamp::from_millis(1_760_000_000_000), members).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let ports: Vec<u16> = free_ports().take(10).collect();
        for (index, letters) in MEMBERS.iter().enumerate() {
            let home = Home::at(directory.path().join(letters));
            home.create().unwrap();
            std::fs::write(home.founding(), founding.to_bytes()).unwrap();
            write_signing_key(&home.node_key(), &key(30, index)).unwrap();
            write_signing_key(&home.governance_key(0), &governance(index)).unwrap();
            write_encryption_key(&home.encryption_key(), &encryption(index)).unwrap();
            write_secret(&home.token(), format!("the-bearer-token-of-{letters}").as_bytes()).unwrap();
            if index < 4 {
                write_signing_key(&home.validator_key(), &key(10, index)).unwrap();
            }
            let peers: String = (0..5)
                .filter(|other| *other != index)
                .map(|other| format!("  {{ member = \"{}\", address = \"127.0.0.1:{}\" }},\n", MEMBERS[other], ports[other]))
                .collect();
            let config = format!(
                "member = \"{letters}\"\napi_listen = \"127.0.0.1:{}\"\np2p_listen = \"127.0.0.1:{}\"\npeers = [\n{peers}]\n\
                 heartbeat_ms = {heartbeat_ms}\nstandstill_ms = 1000\ndisk_reserve_mib = 16\nlog = \"warn\"\n",
                ports[5 + index],
                ports[index]
            );
            std::fs::write(home.config(), config).unwrap();
        }
        Self { directory, founding, nodes: Default::default() }
    }

    pub fn home(&self, index: usize) -> Home {
        Home::at(self.directory.path().join(MEMBERS[index]))
    }

    pub async fn start(&mut self, index: usize) {
        self.nodes[index] = Some(Node::start(&self.home(index)).await.unwrap());
    }

    pub async fn stop(&mut self, index: usize) {
        if let Some(node) = self.nodes[index].take() {
            let began = std::time::Instant::now();
            node.stop().await;
            assert!(began.elapsed() < Duration::from_secs(5), "{} took {:?} to stop", MEMBERS[index], began.elapsed());
        }
    }

    pub async fn stop_all(mut self) {
        for index in 0..5 {
            self.stop(index).await;
        }
    }

    pub fn node(&self, index: usize) -> &Node {
        self.nodes[index].as_ref().unwrap()
    }

    pub fn running(&self) -> Vec<usize> {
        (0..5).filter(|index| self.nodes[*index].is_some()).collect()
    }

    pub fn height(&self, index: usize) -> u64 {
        self.node(index).app().tip().height.get()
    }

    /// Whether all these nodes reach a height in this time.
    pub async fn reaches(&self, nodes: &[usize], height: u64, within: Duration) -> bool {
        let all = async {
            for index in nodes {
                let mut tip = self.node(*index).app().watch_tip();
                tip.wait_for(|tip| tip.height.get() >= height).await.unwrap();
            }
        };
        tokio::time::timeout(within, all).await.is_ok()
    }

    pub async fn wait_for_status(&self, index: usize, what: &str, holds: impl Fn(&Status) -> bool) {
        let app = self.node(index).app();
        let until = async {
            let mut tick = tokio::time::interval(Duration::from_millis(50));
            while !holds(&app.status()) {
                tick.tick().await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(30), until).await.is_ok(), "{what}: {:#?}", app.status());
    }

    pub async fn wait_for_height(&self, nodes: &[usize], height: u64, within: Duration) {
        if !self.reaches(nodes, height, within).await {
            let heights: Vec<_> = nodes.iter().map(|index| (MEMBERS[*index], self.node(*index).app().status())).collect();
            panic!("height {height} not reached: {heights:#?}");
        }
    }

    /// All have the same blocks up to the lowest tip, and certificates that check.
    pub fn assert_one_history(&self, nodes: &[usize]) {
        let lowest = nodes.iter().map(|index| self.height(*index)).min().unwrap();
        for height in (1..=lowest).map(Height::new) {
            let blocks: Vec<_> = nodes.iter().map(|index| self.node(*index).app().store.header(height).unwrap().unwrap().hash()).collect();
            assert!(blocks.iter().all(|block| *block == blocks[0]), "height {height}: {blocks:?}");
            for index in nodes {
                let certificate = self.node(*index).app().store.certificate(height).unwrap().unwrap();
                certificate.verify(&self.founding.network_id(), self.founding.validators(), &mut rand::rng()).unwrap();
            }
        }
    }
}

/// Free ports below those that the system gives to outgoing connections, so that nothing takes one before its node does.
/// No two networks of one test program get the same ones.
fn free_ports() -> impl Iterator<Item = u16> {
    const PORTS: Range<u16> = 10_000..32_000;
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| AtomicU16::new(rand::random_range(0..PORTS.len() as u16)));
    let ports = std::iter::repeat_with(|| PORTS.start + NEXT.fetch_add(1, Ordering::Relaxed) % PORTS.len() as u16);
    ports.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
}
