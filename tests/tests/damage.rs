//! Damaged, doubled and full: a node finds it, names it, and does not go on.

use ledger::transaction::Act;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use symbolon_tests::{Answer, Authority, Network, cast, http, programs, wait_until};

/// Copies a directory with all that is in it.
fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
}

/// The files whose bytes mean something to the node, by their names inside the home.
fn files(home: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = ["founding.cbor", "keys/node.key", "keys/validator.key", "keys/encryption.key"].map(PathBuf::from).to_vec();
    for folder in ["ledger", "wal"] {
        for entry in std::fs::read_dir(home.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Texts for people and the empty lock, which nothing reads.
            if entry.path().is_file() && !name.starts_with("LOG") && name != "LOCK" {
                all.push(Path::new(folder).join(name));
            }
        }
    }
    all.sort();
    all
}

/// What an audit and a start make of a home.
#[derive(Debug, Eq, PartialEq)]
enum Look {
    /// Damage was found, and this was said.
    Found(String),
    /// Both went well; so ended the audit.
    Sound(String),
}

fn look(network: &mut Network) -> Look {
    let (sound, said) = network.audit("CL");
    if !sound {
        return Look::Found(said);
    }
    let before = network.log("CL").len();
    network.start("CL");
    let ended = wait_until("the node runs or ends", Duration::from_secs(20), || {
        if !network.is_running("CL") {
            return Some(true);
        }
        (http::get(&format!("{}/health", network.url("CL")), None).status == 200).then_some(false)
    });
    if ended {
        network.wait_end("CL", Duration::from_secs(1));
    } else {
        network.crash("CL");
    }
    if ended { Look::Found(network.log("CL")[before..].to_owned()) } else { Look::Sound(said) }
}

/// The height that an engine's log is at.
fn height_of(log: &Path) -> u64 {
    let bytes = std::fs::read(log).unwrap();
    bytes.get(4..12).map_or(0, |height| u64::from_be_bytes(height.try_into().unwrap()))
}

/// A member's home with some records, and its node stopped.
fn home_with_records(stop: impl Fn(&mut Network)) -> Network {
    let mut network = Network::of(&["CL"], &[]).found();
    network.start("CL");
    network.wait_ready(&["CL".to_owned()]);
    let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
    for serial in 0..30 {
        network.issue(&chamber, &cast::origin(&format!("CL-2026-{serial}")), &["CL"]);
    }
    // Opened again, so that there are tables beside the log ahead.
    network.crash("CL");
    network.restart("CL");
    network.issue(&chamber, &cast::origin("CL-2026-LAST"), &["CL"]);
    stop(&mut network);
    network
}

/// Damages these files of a stopped home in many places, one at a time, and gives the kinds of files there were, and
/// what was found by nobody or not named. `sealed` says that the node was stopped in order.
fn damage(network: &mut Network, sealed: bool, is_meant: impl Fn(&Path) -> bool) -> (BTreeSet<String>, Vec<String>) {
    let home = network.home("CL").directory().to_owned();
    let sound = network.directory().join("sound");
    copy(&home, &sound);
    let undamaged = look(network);
    assert!(matches!(undamaged, Look::Sound(_)), "{undamaged:?}");
    let (mut kinds, mut missed) = (BTreeSet::new(), Vec::new());
    let decided_again = format!("SOUND at height {},", height_of(&sound.join("wal/consensus.wal")) - 1);
    for file in files(&sound).into_iter().filter(|file| is_meant(file)) {
        let bytes = std::fs::read(sound.join(&file)).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let ending = file.extension().map(|ending| ending.to_string_lossy().into_owned());
        kinds.insert(ending.unwrap_or_else(|| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()));
        for (what, damaged) in damages(&file, &bytes) {
            copy(&sound, &home);
            std::fs::write(home.join(&file), damaged).unwrap();
            match look(network) {
                // After a crash some bytes mean nothing: then the whole chain is there and sound, as without the damage.
                sound @ Look::Sound(_) if sound == undamaged && !sealed => {}
                // The last block, if the crash came before the engine was at the next height: its log still holds the votes for it.
                Look::Sound(said) if said.contains(&decided_again) && !sealed => {}
                Look::Sound(said) => missed.push(format!("{}: {what}: found by nobody: {said}", file.display())),
                // The database names another file for a table that it does not like at its first look.
                Look::Found(said) if !names(&said, &name) && (sealed || !said.contains("the ledger is damaged")) => {
                    missed.push(format!("{}: {what}: not named in: {said}", file.display()));
                }
                Look::Found(_) => {}
            }
        }
    }
    (kinds, missed)
}

/// Whether it is said where the damage is: a file, an entry or a block.
fn names(said: &str, file: &str) -> bool {
    [file, "founding file", "the row at", "block "].iter().any(|place| said.contains(place))
}

/// Several damages of one file, each with a name.
fn damages(file: &Path, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    if bytes.is_empty() {
        return all;
    }
    let mut positions: BTreeSet<usize> = (0..4).map(|_| rand::random_range(0..bytes.len())).collect();
    positions.extend([0, bytes.len() - 1]);
    for position in positions {
        let mut flipped = bytes.to_vec();
        // Not the bit between capital and small letters, which means nothing in the hexadecimal of a key file.
        flipped[position] ^= 1 << rand::random_range(0..5);
        all.push((format!("byte {position} of {} flipped", bytes.len()), flipped));
    }
    all.push(("cut in half".to_owned(), bytes[..bytes.len() / 2].to_vec()));
    // The line end of a key file means nothing.
    let without = bytes.len() - 1 - usize::from(bytes.ends_with(b"\n") && file.starts_with("keys"));
    all.push(("its end cut".to_owned(), bytes[..without].to_vec()));
    all
}

#[test]
fn a_flipped_byte_or_a_cut_in_any_file_is_found_and_named() {
    let mut network = home_with_records(|network| assert!(network.stop("CL").success()));
    let (kinds, missed) = damage(&mut network, true, |_| true);
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    for kind in ["sst", "log", "MANIFEST-", "CURRENT", "SEAL", "wal", "cbor", "key"] {
        assert!(kinds.contains(kind), "no file of the kind {kind} was there: {kinds:?}");
    }
}

#[test]
fn a_flipped_byte_in_the_ledger_of_a_crashed_node_is_found_and_named() {
    let mut network = home_with_records(|network| network.crash("CL"));
    // Nothing is sealed after a crash, and a log ahead may end anywhere: that blocks are gone is known from the engine's.
    let (kinds, missed) = damage(&mut network, false, |file| file.extension().is_some_and(|ending| ending == "sst" || ending == "log"));
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(kinds.contains("sst") && kinds.contains("log"), "{kinds:?}");
}

#[test]
fn what_the_engine_drops_of_its_log_after_a_crash_is_named_by_an_audit_and_at_the_start() {
    let mut network = home_with_records(|network| network.crash("CL"));
    let log = network.home("CL").directory().join("wal/consensus.wal");
    let mut bytes = std::fs::read(&log).unwrap();
    let whole = bytes.len();
    // The beginning of an entry.
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4, 5]);
    std::fs::write(&log, bytes).unwrap();
    let names = |said: &str| said.contains(&format!("consensus.wal does not check from byte {whole} of {}", whole + 14));
    let (sound, said) = network.audit("CL");
    assert!(sound && said.contains("WARNING") && names(&said), "{said}");
    network.restart("CL");
    assert!(names(&network.log("CL")), "{}", network.log("CL"));
    assert!(network.stop("CL").success());
    let (sound, said) = network.audit("CL");
    assert!(sound && !said.contains("WARNING"), "{said}");
    // Gone after a clean stop: no damage, and it is said.
    std::fs::remove_file(&log).unwrap();
    std::fs::remove_file(network.home("CL").directory().join("ledger/SEAL")).unwrap();
    let (sound, said) = network.audit("CL");
    let warns = |what: &str| said.lines().any(|line| line.starts_with("WARNING ") && line.contains(what));
    assert!(sound && warns("consensus.wal is gone") && warns("the seal of the ledger folder (ledger/SEAL) is gone"), "{said}");
    network.restart("CL");
}

#[test]
fn a_second_process_on_the_same_home_is_refused_and_the_first_goes_on() {
    let network = Network::of(&["CL"], &[]).up();
    let mut second = network.command("CL").spawn().unwrap();
    let ended = wait_until("the second process ends", Duration::from_secs(10), || second.try_wait().unwrap());
    assert!(!ended.success() && network.log("CL").contains("in use"), "{}", network.log("CL"));
    let (sound, said) = network.audit("CL");
    assert!(!sound && said.contains("in use"), "an audit beside a running node: {said}");
    network.wait_for_height(&["CL".to_owned()], network.height("CL") + 2);
}

/// A small disk of its own, if this process may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mounted(mebibytes: u32) -> Option<Self> {
        let directory = tempfile::Builder::new().prefix("symbolon-disk-").tempdir().unwrap().keep();
        let disk = Self(directory);
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&disk.0)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(disk)
    }

    /// Leaves about this many bytes free.
    fn fill(&self, spare: usize) -> PathBuf {
        let filler = self.0.join("filler");
        let mut all = 0;
        let block = vec![7; 64 * 1024];
        let mut file = std::fs::File::create(&filler).unwrap();
        while std::io::Write::write_all(&mut file, &block).is_ok() {
            all += block.len();
        }
        file.set_len(all.saturating_sub(spare) as u64).unwrap();
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).output();
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// A certificate beside acts that are refused, and that fill the block all the same.
fn bulky(network: &Network, chamber: &Authority, serial: usize) -> Vec<u8> {
    let (_, good) = network.prepared(chamber, &cast::origin(&format!("CL-2026-{serial}")), &["CL"]);
    let bad = Act { kind: 99, verb: 1, body: vec![7; 60_000].into() };
    network.signed(chamber, vec![good, bad.clone(), bad.clone(), bad])
}

/// Whether the first act was recorded.
fn is_acknowledged(answer: &Answer) -> bool {
    answer.status == 200 && answer.json()["outcomes"][0]["number"] == 0
}

#[test]
fn a_full_disk_stops_the_node_and_loses_nothing_that_was_acknowledged() {
    let Some(disk) = SmallDisk::mounted(160) else {
        println!("SKIPPED: this process may not mount a tmpfs");
        return;
    };
    // Little room left, and none at all.
    for spare in [8 * 1024 * 1024, 0] {
        let mut network = Network::of(&["CL"], &[]).found();
        // The home alone lies on the small disk.
        let (home, moved) = (network.home("CL").directory().to_owned(), disk.0.join(format!("CL-{spare}")));
        copy(&home, &moved);
        std::fs::remove_dir_all(&home).unwrap();
        std::os::unix::fs::symlink(&moved, &home).unwrap();
        network.start("CL");
        network.wait_ready(&["CL".to_owned()]);
        let chamber = network.admit("CL-subrei", &["origin CL-CN"]);
        let mut acknowledged = vec![network.issue(&chamber, &cast::origin("CL-2026-0"), &["CL"]).wire];
        let filler = disk.fill(spare);
        let deadline = Instant::now() + Duration::from_secs(60);
        for serial in 1.. {
            if !network.is_running("CL") {
                break;
            }
            assert!(Instant::now() < deadline, "{} submissions after the disk was filled it still runs", acknowledged.len());
            let wire = bulky(&network, &chamber, serial);
            if is_acknowledged(&network.submit("CL", &wire)) {
                acknowledged.push(wire);
            }
        }
        let ended = network.wait_end("CL", Duration::from_secs(30));
        let log = network.log("CL");
        assert_eq!(ended.code(), Some(3), "a node that cannot write stops: {log}");
        let line = log.lines().rev().find(|line| line.starts_with("symbolon-node: ")).unwrap_or_else(|| panic!("no line: {log}"));
        assert!(line.contains("make room"), "it says what to do: {line}");
        // What the database had set aside for its log is free again.
        let filler = {
            std::fs::remove_file(filler).unwrap();
            disk.fill(spare)
        };
        let audit = Command::new(programs::node()).args(["audit", "--home"]).arg(&moved).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&audit.stdout), String::from_utf8_lossy(&audit.stderr));
        assert_eq!(audit.status.code(), Some(4), "{said}");
        assert!(said.contains("the audit could not finish") && said.contains("make room") && !said.contains("DAMAGED"), "{said}");
        // Nor does a node begin on a disk without any room: the database would end it without a word.
        std::fs::remove_file(filler).unwrap();
        let filler = disk.fill(0);
        network.start("CL");
        let ended = network.wait_end("CL", Duration::from_secs(30));
        let log = network.log("CL");
        let line = log.lines().last().unwrap_or_default();
        assert!(ended.code() == Some(1) && line.contains("there is no room to open ") && line.contains("make room"), "{log}");
        std::fs::remove_file(filler).unwrap();
        network.restart("CL");
        for wire in &acknowledged {
            let again = network.submit("CL", wire);
            assert!(is_acknowledged(&again), "{}", String::from_utf8_lossy(&again.body));
        }
        assert!(network.stop("CL").success());
        let (sound, said) = network.audit("CL");
        assert!(sound, "{said}");
        std::fs::remove_dir_all(&moved).unwrap();
    }
}
