//! Crashes, halts and returns: what was acknowledged is found on every node, with proof, whatever was killed and when.

use contracts::standing::Standing;
use ledger::codec::Canonical as _;
use ledger::lookup::RecordKey;
use ledger::receipt::Receipt;
use ledger::tree::Fact;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use symbolon_tests::wait::holds_for;
use symbolon_tests::{Network, cast, http, wait_until};

/// How many entries one receipt is asked for.
const KEYS_A_RECEIPT: usize = 64;
/// How long one submission waits for its answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// Issuers that submit without a pause, each to the next node when one does not answer.
struct Load {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<RecordKey>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// `count` certificates, signed before, by `issuers` issuers side by side.
    fn begin(network: &Network, certificates: Vec<(RecordKey, Vec<u8>)>, issuers: usize) -> Self {
        let urls: Arc<Vec<String>> =
            Arc::new(network.ids().iter().map(|id| format!("{}/v1/transactions?wait=true", network.url(id))).collect());
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::<Mutex<Vec<RecordKey>>>::default());
        let (all, next) = (Arc::new(certificates), Arc::new(AtomicUsize::new(0)));
        let issuer = |number: usize| {
            let (urls, stop, acknowledged) = (Arc::clone(&urls), Arc::clone(&stop), Arc::clone(&acknowledged));
            let (all, next) = (Arc::clone(&all), Arc::clone(&next));
            std::thread::spawn(move || {
                let mut node = number;
                while let Some((record, wire)) = all.get(next.fetch_add(1, Relaxed)) {
                    loop {
                        if stop.load(Relaxed) {
                            return;
                        }
                        let answer = http::post_with(&urls[node % urls.len()], None, "application/cbor", wire, &[], PATIENCE);
                        if answer.is_recorded() {
                            acknowledged.lock().unwrap().push(*record);
                            break;
                        }
                        assert!(answer.status == 0 || answer.status >= 500, "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
                        node += 1;
                    }
                    node += 1;
                }
            })
        };
        Self { threads: (0..issuers).map(issuer).collect(), stop, acknowledged }
    }

    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Stops the issuers and gives what was acknowledged to them.
    fn end(self) -> Vec<RecordKey> {
        self.stop.store(true, Relaxed);
        for thread in self.threads {
            thread.join().expect("an issuer met only answers that it knows");
        }
        self.acknowledged.lock().unwrap().clone()
    }
}

/// Certificates of Chile, signed and not submitted.
fn certificates(network: &Network, count: usize) -> Vec<(RecordKey, Vec<u8>)> {
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    let one = |number| network.prepared(&chamber, &cast::origin(&format!("CL-2026-{number:06}")), &["CN"]).0;
    (0..count)
        .map(|number| {
            let one = one(number);
            (one.record, one.wire)
        })
        .collect()
}

/// Every record is proven present by each of these nodes; the proofs are checked against the founding file.
fn assert_found(network: &Network, ids: &[String], records: &[RecordKey]) {
    for id in ids {
        for some in records.chunks(KEYS_A_RECEIPT) {
            let keys: Vec<String> = some.iter().map(|record| contracts::key::standing(record).to_string()).collect();
            let body = serde_json::json!({ "subject": { "keys": keys } }).to_string();
            let answer =
                http::post(&format!("{}/v1/receipts", network.url(id)), Some(&network.token(id)), "application/json", body.as_bytes());
            let proven = Receipt::from_bytes(&answer.body)
                .expect("a receipt")
                .verify(&network.founding().trust(), &mut rand::rng())
                .expect("a proof");
            for record in some {
                let Some(Fact::Present(bytes)) = proven.entry(&contracts::key::standing(record)) else { panic!("{id} has lost {record}") };
                Standing::from_bytes(bytes).expect("a standing");
            }
        }
    }
}

/// The greatest height that any node tells.
fn tip(network: &Network) -> u64 {
    network.running().iter().map(|id| network.height(id)).max().unwrap_or(0)
}

#[test]
fn fifty_kills_under_load_lose_nothing_that_was_acknowledged() {
    let mut network = Network::four();
    let ids = network.ids();
    let all = certificates(&network, 4000);
    let load = Load::begin(&network, all, 3);
    let begun = Instant::now();
    for cycle in 0..50 {
        let victim = &ids[cycle % ids.len()];
        let (height, count) = (tip(&network), load.count());
        network.crash(victim);
        network.start(victim);
        // The next one falls when this one has caught up and the issuers got on: then at most one is away at a time.
        wait_until(&format!("{victim} catches up in cycle {cycle}"), Duration::from_secs(30), || {
            (network.height(victim) > height).then_some(())
        });
        wait_until(&format!("something is recorded in cycle {cycle}"), Duration::from_secs(30), || (load.count() > count).then_some(()));
    }
    println!("50 kills in {:.1} s, {} records acknowledged meanwhile", begun.elapsed().as_secs_f32(), load.count());
    let acknowledged = load.end();
    let height = tip(&network);
    network.wait_for_height(&ids, height);
    assert!(acknowledged.len() >= 50);
    assert_found(&network, &ids, &acknowledged);
    network.assert_one_history(&ids, 1);
    for id in &ids {
        assert!(network.stop(id).success(), "{id} stops cleanly");
        let (sound, said) = network.audit(id);
        assert!(sound, "{id}: {said}");
    }
}

#[test]
fn two_of_four_down_halt_the_network_and_one_that_returns_heals_it() {
    let mut network = Network::four();
    let ids = network.ids();
    let mut waiting = certificates(&network, 3).into_iter();
    let (first, wire) = waiting.next().unwrap();
    assert!(network.submit("CN", &wire).is_recorded());
    // A node that is only halted is away as well; its connections stay open.
    network.pause("CL");
    let (second, wire) = waiting.next().unwrap();
    assert!(network.submit("CN", &wire).is_recorded(), "three of four go on");
    network.crash("SG");
    let halted = network.height("CN").max(network.height("NZ"));
    let (third, wire) = waiting.next().unwrap();
    let url = format!("{}/v1/transactions?wait=true", network.url("CN"));
    let answer = http::post_with(&url, None, "application/cbor", &wire, &[], Duration::from_secs(2));
    assert_eq!(answer.status, 0, "nothing is acknowledged by two of four: {}", String::from_utf8_lossy(&answer.body));
    // At most the block that was being decided.
    assert!(holds_for(Duration::from_secs(1), || network.height("CN").max(network.height("NZ")) <= halted + 1));
    network.resume("CL");
    wait_until("what waited is recorded", Duration::from_secs(30), || network.submit("NZ", &wire).is_recorded().then_some(()));
    network.restart("SG");
    let height = tip(&network);
    network.wait_for_height(&ids, height);
    assert_found(&network, &ids, &[first, second, third]);
    network.assert_one_history(&ids, 1);
}

#[test]
fn all_four_killed_at_once_go_on_from_what_was_acknowledged() {
    let mut network = Network::four();
    let ids = network.ids();
    let all = certificates(&network, 1500);
    let load = Load::begin(&network, all, 3);
    for round in 1..=3 {
        let count = load.count();
        wait_until("records", Duration::from_secs(30), || (load.count() >= count + 20).then_some(()));
        for id in &ids {
            network.crash(id);
        }
        for id in &ids {
            network.start(id);
        }
        let count = load.count();
        wait_until(&format!("records after power cut {round}"), Duration::from_secs(30), || (load.count() > count).then_some(()));
    }
    let acknowledged = load.end();
    let height = tip(&network);
    network.wait_for_height(&ids, height);
    assert_found(&network, &ids, &acknowledged);
    network.assert_one_history(&ids, 1);
}

#[test]
fn one_that_joins_late_and_one_that_lost_its_disk_fetch_the_whole_chain() {
    let mut network = Network::of(&["CN", "NZ", "CL", "SG"], &["AU"]).found();
    let validators: Vec<String> = network.ids().into_iter().filter(|id| id != "AU").collect();
    for id in &validators {
        network.start(id);
    }
    network.wait_ready(&validators);
    let all = certificates(&network, 120);
    let load = Load::begin(&network, all, 2);
    wait_until("many records", Duration::from_secs(60), || (load.count() >= 60).then_some(()));
    let acknowledged = load.end();
    let join = |network: &mut Network| {
        let height = tip(network);
        network.start("AU");
        network.wait_for_height(&["AU".to_owned()], height);
        network.wait_ready(&["AU".to_owned()]);
        assert_found(network, &["AU".to_owned()], &acknowledged);
        network.assert_one_history(&network.ids(), 1);
    };
    join(&mut network);
    // A member that does not vote may begin anew with an empty disk.
    assert!(network.stop("AU").success());
    let home = network.home("AU");
    for folder in ["ledger", "wal"] {
        let _ = std::fs::remove_dir_all(home.directory().join(folder));
    }
    join(&mut network);
}

#[test]
fn a_validator_that_fetches_its_ledger_again_signs_nothing_at_the_height_it_was_at_and_votes_from_the_next_on() {
    let mut network = Network::four();
    let mut all = certificates(&network, 2).into_iter();
    let (first, wire) = all.next().unwrap();
    wait_until("a record", Duration::from_secs(30), || network.submit("CN", &wire).is_recorded().then_some(()));
    network.wait_for_height(&["CL".to_owned()], tip(&network));
    network.crash("CL");
    let had = |log: &Path| u64::from_be_bytes(std::fs::read(log).unwrap()[4..12].try_into().unwrap());
    let home = network.home("CL").directory().to_owned();
    let at = had(&home.join("wal/consensus.wal"));
    std::fs::rename(home.join("ledger"), home.join("damaged")).unwrap();
    network.restart("CL");
    let said = format!("is at height {at}: this node fetches the chain, and signs nothing up to that height");
    assert!(network.log("CL").contains(&said), "{}", network.log("CL"));
    network.wait_for_height(&network.ids(), at);
    network.wait_ready(&network.ids());
    // Three of four decide, so that its vote is needed from now on.
    network.crash("SG");
    let (second, wire) = all.next().unwrap();
    wait_until("it votes", Duration::from_secs(30), || network.submit("NZ", &wire).is_recorded().then_some(()));
    network.restart("SG");
    network.wait_for_height(&network.ids(), tip(&network));
    assert_found(&network, &network.ids(), &[first, second]);
    network.assert_one_history(&network.ids(), 1);
}

#[test]
fn a_validator_whose_ledger_is_lost_twice_signs_nothing_at_the_height_it_was_at_when_it_was_lost_first() {
    let mut network = Network::four();
    let mut all = certificates(&network, 2).into_iter();
    let (first, wire) = all.next().unwrap();
    wait_until("a record", Duration::from_secs(30), || network.submit("CN", &wire).is_recorded().then_some(()));
    // Two of four decide nothing: what they vote on stays open.
    network.crash("SG");
    network.crash("NZ");
    let home = network.home("CL").directory().to_owned();
    let had = || {
        std::fs::read(home.join("wal/consensus.wal")).unwrap().get(4..12).map_or(0, |height| u64::from_be_bytes(height.try_into().unwrap()))
    };
    let stands = |height: u64| network.height("CN") == height && network.height("CL") == height && had() == height + 1;
    let open = wait_until("both are at work on the same block", Duration::from_secs(60), || {
        let height = network.height("CL");
        holds_for(Duration::from_secs(1), || stands(height)).then_some(height + 1)
    });
    network.crash("CL");
    std::fs::rename(home.join("ledger"), home.join("lost first")).unwrap();
    // Nobody answers: it begins with the first block, and its log as well.
    network.pause("CN");
    network.start("CL");
    wait_until("the log begins anew", Duration::from_secs(30), || (had() == 1).then_some(()));
    network.crash("CL");
    std::fs::rename(home.join("ledger"), home.join("lost second")).unwrap();
    network.resume("CN");
    let before = network.log("CL").len();
    network.start("CL");
    network.wait_for_height(&["CL".to_owned()], open - 1);
    let said = format!("signs nothing up to height {open}: its ledger was fetched again");
    let status = network.status("CL");
    assert_eq!(status["signs_nothing_up_to"], open, "{status}");
    assert!(
        status["warnings"].to_string().contains(&said) && network.log("CL")[before..].contains(&said),
        "{status}\n{}",
        network.log("CL")
    );
    network.crash("CL");
    let (sound, audited) = network.audit("CL");
    assert!(sound && audited.contains("WARNING") && audited.contains(&said), "{audited}");
    network.start("CL");
    network.start("NZ");
    network.start("SG");
    network.wait_for_height(&network.ids(), open);
    let again = format!("has caught up with height {open}, and votes again from height {}", open + 1);
    wait_until("it says so", Duration::from_secs(30), || network.log("CL").contains(&again).then_some(()));
    assert!(network.status("CL")["signs_nothing_up_to"].is_null());
    let log = network.log("CL");
    assert!(!log[before..].contains("nvalid signature") && !log[before..].contains("not signed"), "{log}");
    network.crash("SG");
    let (second, wire) = all.next().unwrap();
    wait_until("its vote is needed and comes", Duration::from_secs(30), || network.submit("NZ", &wire).is_recorded().then_some(()));
    network.restart("SG");
    network.wait_for_height(&network.ids(), tip(&network));
    assert_found(&network, &network.ids(), &[first, second]);
    network.assert_one_history(&network.ids(), 1);
}
