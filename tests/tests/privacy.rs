//! What a rival member's own copy of the ledger tells of a trade between two others: nothing that can be looked for.

use contracts::key;
use ledger::block::Block;
use ledger::codec::encode;
use ledger::commitment::{Seed, field_commitment};
use ledger::hash::{hmac_sha256, sha256};
use ledger::id::{CertificateNumber, MemberId};
use ledger::lookup::{EncryptionSecret, Identity};
use ledger::place::CountryCode;
use ledger::time::Height;
use ledger_store::Store;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use symbolon_tests::proxy::holds;
use symbolon_tests::{Network, cast};

/// The serials of a year.
const SERIALS: usize = 20_000;

fn number(serial: usize) -> CertificateNumber {
    CertificateNumber::parse(&format!("CL-2026-{serial:07}")).unwrap()
}

/// All files of a home, the keys and the token included.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// The bytes of a stopped home: each file as it lies there, and each block as the store gives it.
fn bytes_of(network: &Network, id: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let home = network.home(id);
    let mut all: Vec<(PathBuf, Vec<u8>)> =
        files(home.directory()).into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    let store = Store::open(home.directory(), network.founding().network_id()).unwrap();
    for height in (1..=store.tip().height.get()).map(Height::new) {
        let block: Block = store.block(height).unwrap().unwrap();
        all.push((PathBuf::from(format!("block {height}")), encode(&block)));
    }
    all
}

/// What whoever holds `secret` can make of each serial by the published formats, and of which serial it is.
struct Guesses(HashMap<[u8; 8], (usize, [u8; 32])>);

impl Guesses {
    fn of(network: &Network, secret: &EncryptionSecret) -> Self {
        let id = network.founding().network_id();
        let member = |id: &str| MemberId::parse(id).unwrap();
        let (cl, cn, sg) = (member("CL"), member("CN"), member("SG"));
        let public = |id| network.founding().member(id).unwrap().encryption_key;
        let lookups: Vec<_> = [cl, cn, sg]
            .iter()
            .flat_map(|other| {
                [(cl, cn), (cn, cl), (cl, sg), (sg, cl), (cl, cl), (cn, cn)]
                    .map(|(issuer, reader)| secret.lookup_secret(&id, &public(*other), issuer, reader))
            })
            .collect();
        let records = secret.record_secret(&id);
        // What everybody knows and might be mistaken for a secret.
        let known: Vec<[u8; 32]> = vec![[0; 32], *id.as_bytes(), *public(cl).as_bytes(), *public(cn).as_bytes(), *public(sg).as_bytes()];
        let authority = ledger::id::AuthorityId::parse("CL-subrei").unwrap();
        let mut guesses = HashMap::new();
        for serial in 0..SERIALS {
            let number = number(serial);
            let text = number.as_str();
            let identity = |authority| Identity {
                kind: 1,
                country: CountryCode::parse("CL").unwrap(),
                authority,
                class: Some("CL-CN".into()),
                number: number.clone(),
            };
            let identities = [encode(&identity(Some(authority.clone()))), encode(&identity(None))];
            let mut guess = |bytes: [u8; 32]| {
                let [a, b, c, d, e, f, g, h, ..] = bytes;
                guesses.insert([a, b, c, d, e, f, g, h], (serial, bytes));
            };
            for lookup in &lookups {
                let locator = lookup.locator(&number);
                guess(*locator.as_bytes());
                for issuer in [cl, cn, sg] {
                    guess(*key::locator(issuer, &locator).as_bytes());
                }
            }
            for authority in [Some(authority.clone()), None] {
                let tag = records.record_tag(&identity(authority));
                guess(*tag.as_bytes());
                for issuer in [cl, cn, sg] {
                    let record = tag.record_key(issuer);
                    guess(*record.as_bytes());
                    guess(*key::standing(&record).as_bytes());
                }
            }
            for bytes in identities.iter().map(Vec::as_slice).chain([text.as_bytes()]) {
                guess(*sha256(bytes).as_bytes());
                for secret in &known {
                    guess(hmac_sha256(secret, &[bytes]));
                }
            }
            for seed in [Seed::new([0; 16]), Seed::new([0xff; 16])] {
                guess(*field_commitment(seed.salt("number"), "number", text).as_bytes());
            }
        }
        Self(guesses)
    }

    /// Which serials these bytes tell of.
    fn found_in(&self, all: &[(PathBuf, Vec<u8>)]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for (_, bytes) in all {
            for window in bytes.windows(32) {
                let Some(first) = window.first_chunk::<8>() else { continue };
                if let Some((serial, whole)) = self.0.get(first)
                    && whole == window
                {
                    found.insert(*serial);
                }
            }
        }
        found
    }
}

#[test]
fn hashing_every_serial_of_a_year_finds_no_certificate_between_two_others() {
    let mut network = Network::four();
    let chamber = network.admit("CL-subrei", &["origin CL-CN covers 2026-01-01"]);
    let serials: BTreeSet<usize> = [3, 77, 1_234, 9_999, 10_000, 17_171, 19_999].into();
    for serial in &serials {
        network.issue(&chamber, &cast::origin(number(*serial).as_str()), &["CN", "CL"]);
    }
    let height = network.height("CL");
    network.wait_for_height(&network.ids(), height);
    for id in network.ids() {
        assert!(network.stop(&id).success());
    }
    let of_singapore = bytes_of(&network, "SG");
    let guesses = Guesses::of(&network, &network.encryption_secret("SG"));
    assert_eq!(guesses.found_in(&of_singapore), BTreeSet::new(), "Singapore finds certificates between Chile and China");
    // Whoever has the right secret finds exactly them in the same bytes, so that this test can fail.
    for id in ["CL", "CN"] {
        let guesses = Guesses::of(&network, &network.encryption_secret(id));
        assert_eq!(guesses.found_in(&of_singapore), serials, "{id}");
    }

    // Nothing of the documents stands there in clear.
    for text in ["CL-2026-0001234", "CL-2026-", "宁波北仑", "Viña Quebrada", "Carménère", "HS2022", "MV Example", "CNNGB", "10800.00"]
    {
        let place = of_singapore.iter().find(|(_, bytes)| holds(bytes, text.as_bytes()));
        assert!(place.is_none(), "{text} stands in {:?}", place.map(|(path, _)| path));
    }
    // The log of the database is text with times in it, in which any six digits may come up.
    let is_log = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("LOG"));
    for code in ["220421", "150920"] {
        let place = of_singapore.iter().find(|(path, bytes)| !is_log(path) && holds(bytes, code.as_bytes()));
        assert!(place.is_none(), "{code} stands in {:?}", place.map(|(path, _)| path));
    }
    assert!(holds(cast::origin("CL-2026-0001234").as_bytes(), "宁波北仑".as_bytes()));
}
