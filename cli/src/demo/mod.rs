//! `symbolon demo`: everything at once, on this computer, in a minute.
//!
//! Each step is a command as a person would type it, run by this very program; what it must answer is checked, and a
//! step that answers otherwise fails the demo. A document of the visitor's that is refused or cannot be read does not.

mod cast;
mod guard;
mod proxy;
mod screen;

use crate::devnet::{Net, READY, Shell as _};
use crate::failure::{Failure, Outcome, exit};
use crate::output::{shown, talk};
use anyhow::{Context as _, ensure};
use cast::{Body, EXAMPLES, Visitor};
use guard::Guard;
use proxy::{Lie, Proxy};
use screen::{Expect, Screen};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many lines of an answer are shown of each file of the visitor's, at most.
const LINES_OF_A_FILE: usize = 8;

/// Which documents, and where.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon demo                          found, issue, verify, lie, catch up\n  symbolon demo one.xml two.xml          with UN/CEFACT SPSCertificates of yours\n  symbolon demo --keep --dir my-network  leave the network up",
    after_help = "A file of yours that cannot be read as a certificate, or that is refused, is\nshown and does not fail the demo.\nExit codes: 0 every step answered as it should; 2 a step did not, or wrong use,\nsuch as a file that is not there."
)]
pub struct Demo {
    /// UN/CEFACT SPSCertificate files of your own
    files: Vec<PathBuf>,
    /// Leave the network up when done
    #[arg(long)]
    keep: bool,
    /// Where the network lies [default: a temporary directory, with --keep ./.symbolon-demo]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Wait until standard input ends, then stop the network in this directory and remove it
    #[arg(long, hide = true, value_name = "DIR")]
    clean_up_after: Option<PathBuf>,
}

/// Runs the demo.
///
/// # Errors
/// If a step fails; each says which.
pub fn run(args: &Demo) -> Outcome {
    if let Some(dir) = &args.clean_up_after {
        guard::wait_and_clean_up(dir);
        return Ok(exit::GOOD);
    }
    crate::devnet::node_program()?;
    // A mistyped name is said at once, and not when the network has run for a while.
    let missing: Vec<String> = args.files.iter().filter(|file| !file.is_file()).map(|file| shown(file)).collect();
    if !missing.is_empty() {
        let why = format!("{}: no such file; correct the name, or leave it out: nothing was founded", missing.join(", "));
        return Err(anyhow::anyhow!(why).into());
    }
    let visitors = cast::visitors(&args.files);
    let temporary = args.dir.is_none() && !args.keep;
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None if args.keep => PathBuf::from(".symbolon-demo"),
        None => {
            let all = std::env::temp_dir().canonicalize().context("the directory for temporary files")?;
            all.join(format!("{}{}", guard::TEMPORARY, std::process::id()))
        }
    };
    let free = || -> anyhow::Result<()> {
        ensure!(
            !dir.join("devnet.json").exists(),
            "{}: there is a network already; run: symbolon devnet down --dir {0}, and remove the directory",
            dir.display()
        );
        Ok(())
    };
    free()?;
    // Whatever ends this program, nothing is left of a network that nobody named: it is watched over before it is made.
    let guard = if temporary { Some(Guard::over(&dir)?) } else { None };
    std::fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
    let dir = dir.canonicalize().context("the demo's directory")?;
    let begun = Instant::now();
    let mut screen = Screen::new(&dir);
    for visitor in &visitors {
        if let Err(why) = &visitor.read {
            screen.say(&format!("Not read, and so it will not be issued: {}: {why}", shown(&visitor.path)));
        }
    }
    let played = play(&dir, &visitors, args.keep, &mut screen);
    if let Ok(net) = Net::open(&dir) {
        if args.keep && played.is_ok() {
            screen.say(&format!(
                "The network stays up in {}. Go on with the commands above in that directory; end with: symbolon devnet down --dir {0}",
                dir.display()
            ));
        } else {
            match net.stop() {
                Ok(stopped) => talk(&format!("{stopped} nodes stopped")),
                Err(error) => talk(&format!("{error:#}")),
            }
        }
    }
    if let Some(guard) = guard {
        if played.is_ok() {
            let _ = std::fs::remove_dir_all(&dir);
        } else {
            guard.leave_it();
            talk(&format!("what was done lies in {}", dir.display()));
        }
    }
    played.map_err(|error| Failure::Input(error.context("the demo failed")))?;
    let unread = visitors.iter().filter(|visitor| visitor.read.is_err()).count();
    screen.end(begun.elapsed(), unread);
    Ok(exit::GOOD)
}

fn play(dir: &Path, visitors: &[Visitor], outlives: bool, screen: &mut Screen) -> anyhow::Result<()> {
    screen.chapter("A network of four administrations is founded");
    let mut members: Vec<(String, String, bool)> =
        crate::devnet::MEMBERS.iter().take(4).map(|(id, name)| ((*id).into(), (*name).into(), true)).collect();
    for country in cast::further_countries(visitors) {
        screen.say(&format!("{country} issued a document of yours: it takes part as a member without a validator."));
        members.push((country.clone(), cast::customs_of(&country), false));
    }
    let net = Net { outlives, ..Net::found(dir, "Demo", &members, screen)? };
    screen.say("Each member runs its own process with its own database.");
    for member in &net.members {
        screen.typed(&format!("symbolon-node run --home homes/{} &", member.id));
    }
    net.start()?;
    let begun = Instant::now();
    net.wait_ready(&net.ids(), READY * 2)?;
    screen.say(&format!("{} nodes are ready after {:.1} s.", net.members.len(), begun.elapsed().as_secs_f32()));

    screen.chapter("Members admit the authorities that issue");
    for body in cast::bodies(visitors) {
        admit(&body, screen)?;
    }

    screen.chapter("China and New Zealand put their mutual recognition arrangement into operation");
    std::fs::write(dir.join("documents/cn-nz.json"), cast::TERMS)?;
    for (verb, what) in [("sign", "documents/cn-nz.json"), ("apply", cast::ARRANGEMENT)] {
        for member in ["CN", "NZ"] {
            screen.run(&["mra", verb, what, "--profile", &format!("profiles/{member}")], Expect::good("recorded"), 1)?;
        }
    }

    screen.chapter("Certificates are issued");
    for (name, bytes, _) in EXAMPLES {
        std::fs::write(dir.join("documents").join(name), bytes)?;
    }
    for (name, _, authority) in EXAMPLES.iter().filter(|(name, ..)| *name != cast::REPLACEMENT) {
        // China's original beneath Singapore's was never recorded on this ledger.
        let elsewhere = *name == cast::BACK_TO_BACK;
        issue(authority, &[format!("documents/{name}")], elsewhere, screen, Expect::good("recorded"), 1)?;
    }
    for authority in cast::bodies(visitors).iter().map(|body| body.id.clone()).filter(|id| id.ends_with("-nppo")) {
        let files: Vec<String> = visitors
            .iter()
            .filter(|visitor| visitor.authority() == Some(&authority))
            .map(|visitor| visitor.path.display().to_string())
            .collect();
        issue(&authority, &files, true, screen, Expect::anything(), LINES_OF_A_FILE * files.len())?;
    }

    screen.chapter("A node is killed, as by a power cut; the others go on");
    let pid = net.pid("SG").map(|pid| pid.as_raw_nonzero().get()).unwrap_or_default();
    screen.typed(&format!("kill -9 {pid}   # the node of Singapore"));
    net.kill("SG")?;

    screen.chapter("An officer in China verifies");
    screen.say(
        "By number. The officer's program asks China's node for facts, another member for its head only, and checks everything itself.",
    );
    screen.run(&["verify", "CL-2026-0018834", "--from", "CL", "--on", cast::ON, "--profile", "profiles/CN"], Expect::good("VALID"), 25)?;
    screen.say("The certificate file that came with the goods.");
    screen.run(&["verify", "issued/CL-2026-0018834.symbolon", "--on", cast::ON, "--profile", "profiles/CN"], Expect::good("VALID"), 25)?;
    screen.say("The same without a connection.");
    screen.run(
        &["verify", "issued/CL-2026-0018834.symbolon", "--offline", "--on", cast::ON, "--profile", "profiles/CN"],
        Expect::good("VALID"),
        9,
    )?;
    screen.say("An SPS certificate as XML.");
    screen.run(&["verify", "documents/nz-cn-sps.xml", "--profile", "profiles/CN"], Expect::good("VALID"), 9)?;
    if let Some((visitor, reader)) = visitors.iter().find_map(|visitor| Some((visitor, visitor.reader(&net)?))) {
        screen.say("A document of yours, at its destination.");
        let path = visitor.path.display().to_string();
        screen.run(&["verify", &path, "--profile", &format!("profiles/{reader}")], Expect::anything(), 12)?;
    }

    screen.chapter("One byte of the document is changed: 10800.00 litres become 90800.00");
    let changed = String::from_utf8_lossy(cast::ORIGIN).replace("\"10800.00\"", "\"90800.00\"");
    std::fs::write(dir.join("documents/changed.json"), changed)?;
    screen.run(
        &["verify", "documents/changed.json", "--on", cast::ON, "--profile", "profiles/CN"],
        Expect::bad("not the one recorded"),
        9,
    )?;
    screen.say("With the certificate file at hand, the changed field is named.");
    let args =
        ["verify", "issued/CL-2026-0018834.symbolon", "--document", "documents/changed.json", "--on", cast::ON, "--profile", "profiles/CN"];
    screen.run(&args, Expect::bad("quantity"), 5)?;

    screen.chapter("A number that nobody issued");
    screen.say("Chile's authority promised that all its certificates under CL-CN since 2026 are recorded here: absence is proven.");
    let asked = ["verify", "CL-2026-0099999", "--from", "CL", "--kind", "origin", "--class", "CL-CN", "--profile", "profiles/CN"];
    screen.run(&[&asked[..], &["--issued", "2026-03-09"]].concat(), Expect::bad("Not recorded"), 9)?;
    screen.say("The promise began in 2026: without the date of issue it may be an older one, and absence proves nothing.");
    screen.run(&asked, Expect::unconfirmed("since 2026-01-01"), 5)?;
    screen.say("New Zealand's ministry promised no such thing: absence proves nothing.");
    screen.run(
        &["verify", "NZL2026/MPI/0099999", "--from", "NZ", "--kind", "sps", "--profile", "profiles/CN"],
        Expect::unconfirmed("not promise"),
        4,
    )?;

    screen.chapter("Authorised economic operators: recognised in China, not in Chile");
    screen.run(&["verify", "SES-004417", "--from", "NZ", "--kind", "aeo", "--profile", "profiles/CN"], Expect::good("VALID"), 12)?;
    screen.run(&["verify", "issued/SES-004417.symbolon", "--profile", "profiles/CL"], Expect::bad("NOT RECOGNISED"), 5)?;

    screen.chapter("Suspended, replaced, revoked");
    let nz_key = "keys/NZ-customs.official.key";
    screen.run(&["suspend", "issued/SES-004417.symbolon", "--key", nz_key, "--profile", "profiles/NZ"], Expect::good("recorded"), 1)?;
    screen.run(&["verify", "SES-004417", "--from", "NZ", "--kind", "aeo", "--profile", "profiles/CN"], Expect::bad("suspended"), 3)?;
    screen.run(&["reinstate", "issued/SES-004417.symbolon", "--key", nz_key, "--profile", "profiles/NZ"], Expect::good("recorded"), 1)?;
    screen.say("The quantity was corrected: a new certificate takes the place of the first.");
    let liar = Proxy::before(&net.member("CN")?.url())?;
    liar.tell(Lie::None);
    let asked = ["verify", "CL-2026-0018834", "--from", "CL", "--profile", "profiles/CN", "--node", &liar.url];
    screen.quietly(&asked)?;
    let replacement = format!("documents/{}", cast::REPLACEMENT);
    let cl_key = "keys/CL-subrei.official.key";
    screen.run(&["replace", &replacement, "--out", "issued", "--key", cl_key, "--profile", "profiles/CL"], Expect::good("recorded"), 1)?;
    screen.run(&["verify", "CL-2026-0018834", "--from", "CL", "--profile", "profiles/CN"], Expect::bad("Replaced"), 4)?;
    screen.run(&["verify", "CL-2026-0018902", "--from", "CL", "--on", cast::ON, "--profile", "profiles/CN"], Expect::good("VALID"), 3)?;
    screen.run(&["revoke", "issued/CL-2026-0018902.symbolon", "--key", cl_key, "--profile", "profiles/CL"], Expect::good("recorded"), 1)?;
    screen.run(&["verify", "CL-2026-0018902", "--from", "CL", "--profile", "profiles/CN"], Expect::bad("revoked"), 4)?;
    screen.run(&["history", "CL-2026-0018902", "--from", "CL", "--profile", "profiles/CN"], Expect::good("revoke"), 12)?;

    screen.chapter("An official's key is stolen: what rests on it, and whom to tell");
    let root = "keys/CL-sernapesca.root.key";
    let as_of = "2026-01-01T00:00:00Z";
    screen.run(&["keys", "revoke", "1", "--as-of", as_of, "--key", root, "--profile", "profiles/CL"], Expect::good("recorded"), 1)?;
    screen.say("Every line is proven; numbers come from the authority's own certificate files, since none is on the ledger.");
    let impact = ["impact", "CL-sernapesca/1", "--files", "issued", "--every-block", "--profile", "profiles/CL"];
    screen.run(&impact, Expect::good("Whom to tell"), 25)?;

    screen.chapter("A node lies");
    screen.say("Somebody stands between the officer and the node. First the liar changes one bit of the answer.");
    liar.tell(Lie::Forge);
    let asked = ["verify", "CL-2026-0018834", "--from", "CL", "--profile", "profiles/CN", "--node", &liar.url];
    screen.run(&asked, Expect::unconfirmed("set aside"), 25)?;
    screen.say("Then it repeats a true answer from before the replacement.");
    liar.tell(Lie::Stale);
    screen.run(&asked, Expect::unconfirmed("older"), 25)?;
    screen.say("Then it leaves the certificate out.");
    liar.tell(Lie::Omit);
    screen.run(&asked, Expect::unconfirmed("says nothing"), 25)?;
    screen.say("With an honest node beside it, the liar is named and the honest answer stands.");
    let honest = net.member("CN")?.url();
    let both = ["verify", "CL-2026-0018834", "--from", "CL", "--profile", "profiles/CN", "--node", &liar.url, "--node", &honest];
    screen.run(&both, Expect::bad("replaced"), 14)?;

    screen.chapter("The killed node comes back and catches up");
    screen.typed("symbolon-node run --home homes/SG &");
    let begun = Instant::now();
    net.start_one("SG")?;
    net.wait_ready(&["SG".into()], READY * 2)?;
    let (ours, theirs) = caught_up(&net, begun)?;
    screen.say(&format!("Singapore is at block {ours}, China at {theirs}, {:.1} s after the start.", begun.elapsed().as_secs_f32()));
    screen.run(&["devnet", "status", "--dir", "."], Expect::good("validates"), 12)?;

    screen.chapter("Singapore, which holds the same ledger, looks for a certificate between Chile and China");
    screen.run(
        &["verify", "CL-2026-0018834", "--from", "CL", "--profile", "profiles/SG"],
        Expect::unconfirmed("finds nothing by this number"),
        4,
    )?;
    screen.say("Nothing on its copy of the ledger leads from that number to the record.");
    Ok(())
}

fn admit(body: &Body, screen: &mut Screen) -> anyhow::Result<()> {
    let id = &body.id;
    let profile = format!("profiles/{}", &id[..2]);
    let root_file = format!("keys/{id}.root.key");
    let official_file = format!("keys/{id}.official.key");
    let root = screen.run(&["keys", "new", "--out", &root_file], Expect::good("ed25519"), 0)?;
    let mut args =
        vec!["authority", "admit", id, "--name", &body.name, "--root-key", root.trim(), "--from", cast::SINCE, "--profile", &profile];
    for scope in &body.scopes {
        args.extend(["--scope", scope]);
    }
    screen.run(&args, Expect::good("recorded"), 1 + body.scopes.len())?;
    let official = screen.run(&["keys", "new", "--out", &official_file], Expect::good("ed25519"), 0)?;
    screen.run(&["keys", "name", official.trim(), "--key", &root_file, "--profile", &profile], Expect::good("recorded"), 1)?;
    Ok(())
}

fn issue(authority: &str, files: &[String], elsewhere: bool, screen: &mut Screen, expect: Expect, lines: usize) -> anyhow::Result<()> {
    let (key, profile) = (format!("keys/{authority}.official.key"), format!("profiles/{}", &authority[..2]));
    let mut args = vec!["issue"];
    args.extend(files.iter().map(String::as_str));
    args.extend(elsewhere.then_some("--elsewhere"));
    args.extend(["--out", "issued", "--key", &key, "--profile", &profile]);
    screen.run(&args, expect, lines)?;
    Ok(())
}

/// Waits until Singapore's node has every block that China's has.
fn caught_up(net: &Net, begun: Instant) -> anyhow::Result<(u64, u64)> {
    let height = |id: &str| -> anyhow::Result<u64> {
        Ok(crate::client::Node::new(&net.member(id)?.url(), None, None)?.head(&rand::random())?.head.height.get())
    };
    loop {
        let (ours, theirs) = (height("SG")?, height("CN")?);
        if ours + 1 >= theirs {
            return Ok((ours, theirs));
        }
        ensure!(begun.elapsed() < READY * 2, "Singapore's node is at block {ours}, China's at {theirs}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
