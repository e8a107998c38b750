//! A validator whose program lies, on the real network of real processes: it proposes a block that is right in all but
//! the signature of one transaction. No program of this workspace can be told to do that; the liar is put together here.

use ledger::block::{Block, CommitCertificate};
use ledger::codec::Canonical as _;
use ledger::id::MemberId;
use ledger::key::SecretKey;
use ledger::time::Height;
use ledger::transaction::{DecodedTransaction, SignedTransaction, TransactionId};
use ledger::vote::{VoteType, proposal_bytes, vote_bytes};
use ledger_store::{Options, Store};
use std::sync::Arc;
use std::time::Duration;
use symbolon_node::app::{App, NodeSecrets};
use symbolon_node::config::Config;
use symbolon_node::consensus::chain::{Chain, Precommits, Proposed, Synced};
use symbolon_node::consensus::turns;
use symbolon_node::network::{self, Channel, NetworkConfig, NetworkHandle, NodeKey, PeerEntry, PeerId};
use symbolon_tests::{Network, cast, http, wait_until};

const LIAR: &str = "CN";
const HONEST: [&str; 3] = ["CL", "NZ", "SG"];

/// China's keys, its ledger and its place on the network, in the hands of somebody who checks nothing.
struct Liar<'a> {
    network: &'a Network,
    member: MemberId,
    validator: SecretKey,
    app: Arc<App>,
    chain: Chain,
    handle: NetworkHandle,
}

impl<'a> Liar<'a> {
    /// Takes over the home of the stopped node and joins the network in its place. Inside a runtime.
    fn start(network: &'a Network, runtime: &tokio::runtime::Runtime) -> Self {
        let home = network.home(LIAR);
        let (config, founding) = Config::read(&home).unwrap();
        let store = Store::open_with(home.directory(), founding.network_id(), Options::default()).unwrap();
        let node = genesis::home::read_signing_key(&home.node_key()).unwrap();
        let encryption = genesis::home::read_encryption_key(&home.encryption_key()).unwrap();
        let validator = genesis::home::read_signing_key(&home.validator_key()).unwrap();
        let key = NodeKey::from_secret(*node.seed()).unwrap();
        let listen = format!("/ip4/127.0.0.1/tcp/{}", network.p2p_port(LIAR)).parse().unwrap();
        let mut joining = NetworkConfig::new(*founding.network_id().as_bytes(), key, vec![listen]);
        joining.members = (founding.members().iter())
            .map(|member| PeerEntry {
                peer: PeerId::from_public_key(*member.node_key.as_bytes()).unwrap(),
                addresses: vec![format!("/ip4/127.0.0.1/tcp/{}", network.p2p_port(member.id.as_str())).parse().unwrap()],
                validator: member.validator_key.is_some(),
            })
            .collect();
        let (handle, mut events) = runtime.block_on(network::start(joining)).unwrap();
        runtime.spawn(async move { while events.recv().await.is_some() {} });
        let (app, _outbox) = App::new(config, founding, Arc::new(store), NodeSecrets { node, encryption }).unwrap();
        let chain = Chain::open(Arc::clone(&app)).unwrap();
        let liar = Self { network, member: network.member_id(LIAR), validator, app, chain, handle };
        wait_until("the liar is connected to the others", Duration::from_secs(20), || {
            (liar.handle.peers().iter().filter(|peer| peer.connected).count() == HONEST.len()).then_some(())
        });
        liar
    }

    /// Takes what the others decided, from the node of Chile.
    fn catch_up(&mut self) {
        let get = |what: &str, height: Height| {
            let answer = http::get_cbor(&format!("{}/v1/{what}/{height}", self.network.url("CL")));
            (answer.status == 200).then_some(answer.body)
        };
        while let Some((block, certificate)) = get("blocks", self.chain.height()).zip(get("certificates", self.chain.height())) {
            let proposer = Block::from_bytes(&block).unwrap().header.proposer;
            let certificate = CommitCertificate::from_bytes(&certificate).unwrap();
            let (height, round) = (certificate.height, certificate.round);
            let synced = self.chain.synced(height, round, proposer, block.into()).unwrap();
            assert!(matches!(synced, Synced::Read(Proposed { valid: true, .. })), "{synced:?}");
            let votes = certificate.votes(self.app.founding.validators()).unwrap();
            let votes = votes.into_iter().map(|(validator, signature)| (validator.member, *signature)).collect();
            self.chain.decided(&Precommits { height, round, block: certificate.block, votes }).unwrap();
        }
    }

    /// Waits for its next turn, and proposes a block that holds the transaction, whatever its signature; votes for it.
    fn propose(&mut self, wire: &[u8]) -> Block {
        let transaction = DecodedTransaction::from_wire(wire.to_vec(), &self.app.network).unwrap();
        self.app.pool.insert(Arc::new(transaction.assume_verified()), self.app.tip().height).unwrap();
        let height = wait_until("it is the liar's turn", Duration::from_secs(30), || {
            self.catch_up();
            let (validators, passed_over) = self.chain.electorate();
            let turn = validators.as_slice().get(turns::proposer(passed_over, self.chain.height(), 0));
            turn.is_some_and(|validator| validator.member == self.member).then(|| self.chain.height())
        });
        let executed = self.chain.propose(height, 0).unwrap().unwrap();
        assert_eq!(executed.names.len(), 1, "the block holds the transaction");
        let (network, hash) = (self.app.network, executed.hash);

        // The part: the block itself, by whom, and the sender's signature. Then the proposal and the votes (Borsh).
        let mut signed = b"symbolon/part/1\0".to_vec();
        signed.extend([&network.as_bytes()[..], &height.get().to_be_bytes(), &0_u32.to_be_bytes(), hash.as_bytes()].concat());
        let part = [
            &height.get().to_le_bytes()[..],
            &0_u32.to_le_bytes(),
            &[0],
            self.member.as_bytes(),
            self.member.as_bytes(),
            hash.as_bytes(),
            self.validator.sign(&signed).as_bytes(),
            &executed.bytes,
        ]
        .concat();
        self.handle.publish(Channel::ProposalParts, part).unwrap();
        let round_zero = [1, 0, 0, 0, 0];
        let proposal = [
            &[1][..],
            &height.get().to_le_bytes(),
            &round_zero,
            hash.as_bytes(),
            &[0],
            self.member.as_bytes(),
            self.validator.sign(&proposal_bytes(&network, height, 0, None, &hash)).as_bytes(),
        ]
        .concat();
        self.handle.publish(Channel::Consensus, proposal).unwrap();
        for (step, byte) in [(VoteType::Prevote, 0), (VoteType::Precommit, 1)] {
            let vote = [
                &[0, byte][..],
                &height.get().to_le_bytes(),
                &round_zero,
                &[1],
                hash.as_bytes(),
                self.member.as_bytes(),
                self.validator.sign(&vote_bytes(&network, step, height, 0, Some(&hash))).as_bytes(),
            ]
            .concat();
            self.handle.publish(Channel::Consensus, vote).unwrap();
        }
        executed.block.clone()
    }
}

/// The name of a block that a node decided at a height.
fn decided(network: &Network, id: &str, height: Height) -> String {
    let header = http::get(&format!("{}/v1/headers/{height}", network.url(id)), None).json();
    header["hash"].as_str().unwrap_or_default().to_owned()
}

fn transaction(network: &Network, id: &str, name: TransactionId) -> u16 {
    http::get(&format!("{}/v1/transactions/{name}", network.url(id)), None).status
}

#[test]
fn a_block_with_an_unchecked_signature_is_refused_by_all_others_who_go_on() {
    let mut network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    let honest: Vec<String> = HONEST.iter().map(|id| (*id).to_owned()).collect();
    let (good, _) = network.prepared(&chamber, cast::ORIGIN, &["CN"]);
    let (wanted, _) = network.prepared(&chamber, &cast::origin("CL-2026-0018835"), &["CN"]);
    network.wait_for_height(&network.ids(), network.height("CL"));
    assert!(network.stop(LIAR).success());
    let id = |wire: &[u8]| DecodedTransaction::from_wire(wire.to_vec(), &network.founding().network_id()).unwrap().id();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let height = {
        let _inside = runtime.enter();
        let mut liar = Liar::start(&network, &runtime);
        // As long as it tells the truth it is believed, so that this test can fail.
        let block = liar.propose(&good.wire);
        let (height, hash) = (block.header.height, block.header.hash().to_string());
        network.wait_for_height(&honest, height.get());
        assert!(honest.iter().all(|id| decided(&network, id, height) == hash), "a right block is decided");
        assert!(honest.iter().all(|node| transaction(&network, node, id(&good.wire)) == 200));

        // The same with a signature that is somebody else's: all roots are what they would be.
        let signed = SignedTransaction::from_bytes(&wanted.wire).unwrap();
        let other = SignedTransaction { signature: SignedTransaction::from_bytes(&good.wire).unwrap().signature, ..signed };
        let block = liar.propose(&other.to_bytes());
        let (height, hash) = (block.header.height, block.header.hash().to_string());
        for node in &honest {
            wait_until(&format!("{node} names the bad block"), Duration::from_secs(20), || {
                let log = network.log(node);
                let line = log.lines().find(|line| line.contains("a bad block") && line.contains(&hash));
                line.map(|line| assert!(line.contains("transaction 0: the signature does not check under key 1 of CL-subrei"), "{line}"))
            });
        }
        network.wait_for_height(&honest, height.get() + 3);
        assert!(honest.iter().all(|id| decided(&network, id, height) != hash), "another block stands in its place");
        assert!(honest.iter().all(|node| transaction(&network, node, id(&wanted.wire)) == 404), "and what it held is nowhere");
        runtime.block_on(liar.handle.shutdown());
        height
    };
    runtime.shutdown_timeout(Duration::from_secs(5));
    network.assert_one_history(&honest, 1);
    // The right signature is still welcome, and an honest China catches up.
    assert!(network.submit("CL", &wanted.wire).is_recorded());
    network.restart(LIAR);
    network.wait_for_height(&network.ids(), height.get() + 3);
    network.assert_one_history(&network.ids(), 1);
}
