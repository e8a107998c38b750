//! `symbolon-node audit`: introduces the rules to the store's audit, and tells people what it found.

use crate::api;
use crate::clock;
use crate::config::{Config, DISK_RESERVE_MIB_MIN, NotOfHome, cause};
use crate::consensus::guard::Guard;
use crate::consensus::log_seal::Age;
use crate::consensus::{abstains, log_seal};
use crate::rules;
use crate::run::read_secrets;
use anyhow::ensure;
use genesis::Founding;
use genesis::home::Home;
use ledger::block::Block;
use ledger::state::{Fault, StateRead};
use ledger::time::Height;
use ledger::transaction::{DecodedTransaction, VerifiedTransaction};
use ledger_store::{AuditReport, Damage, Options, Progress, Replayed, Store, is_damage};
use std::io::{IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

/// The audit could not finish, and nothing is said of the ledger.
pub const EXIT_UNFINISHED: u8 = 4;

/// Audits the ledger of a home whose node is stopped, with its copy of the state inside `scratch`, or else in the home. Success means that nothing is wrong, 1 that something is;
/// [`EXIT_UNFINISHED`] that it could not be looked at, or not to its end.
pub fn run(home: &Home, scratch: Option<&Path>) -> ExitCode {
    let error = match look(home, scratch) {
        Ok(code) => return code,
        Err(error) => error,
    };
    // Standard error may be gone, and then nobody can be told.
    if error.downcast_ref::<Fault>().is_some_and(is_damage) || error.is::<Lost>() || error.is::<NotOfHome>() {
        let _ = writeln!(std::io::stderr(), "symbolon-node: {error:#}");
        return ExitCode::FAILURE;
    }
    let _ = writeln!(std::io::stderr(), "symbolon-node: the audit could not finish: {error:#}");
    ExitCode::from(EXIT_UNFINISHED)
}

/// The ledger of a node that has run is gone.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} is missing, though the node of this home has run: keep wal/ as it is and start the node, which fetches its ledger again from \
     the other members and signs nothing up to where it was; or restore both from a copy of one moment (docs/operate.md, \"Backup, damage, \
     loss\")"
)]
struct Lost(String);

/// # Errors
/// If home or disk cannot be used, if the ledger is damaged so that it cannot be opened, if it is [`Lost`], or if the
/// founding file is another than that of the ledger ([`NotOfHome`]).
fn look(home: &Home, scratch: Option<&Path>) -> anyhow::Result<ExitCode> {
    let shown = home.directory().display();
    ensure!(home.directory().exists(), "{shown}: there is no such directory: give the right --home");
    ensure!(home.directory().is_dir(), "{shown}: this is a file and no directory: give the right --home");
    if let Some(scratch) = scratch {
        ensure!(scratch.is_dir(), "--scratch {}: there is no such directory: make it, or name another", scratch.display());
    }
    let (config, founding) = Config::read(home).map_err(|error| cause(home, error.into()))?;
    let network = founding.network_id();
    // The ledger may be sound whoever reads the keys, and without them; it is said all the same.
    for exposed in home.exposed() {
        writeln!(std::io::stdout(), "EXPOSED {exposed}")?;
    }
    let unusable = unusable(home, &config, &founding);
    if !unusable.is_empty() {
        // They may be unusable only because the founding file is another's.
        NotOfHome::check(home)?;
    }
    for unusable in unusable {
        writeln!(std::io::stdout(), "WARNING {unusable}")?;
    }
    let ledger = home.directory().join(ledger_store::FOLDER);
    if !ledger.exists() {
        ensure!(!log_seal::path(home.directory()).exists(), Lost(ledger.display().to_string()));
        writeln!(
            std::io::stdout(),
            "NOTHING to audit: {} holds no ledger, because its node has not run yet, or it lost both ledger/ and wal/: a node that lost both \
             must not simply vote again, as docs/operate.md says under \"Backup, damage, loss\"",
            home.directory().display()
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options {
        cache_bytes: config.state_cache_bytes,
        // Less than the node's own: whoever audits may do so because the disk is nearly full.
        reserve_bytes: DISK_RESERVE_MIB_MIN * 1024 * 1024,
        ..Options::default()
    };
    let store = Store::open_with(home.directory(), network, options).map_err(|fault| cause(home, fault.into()))?;
    let mut again = |block: &Block, state: &dyn StateRead| -> Result<Replayed, Fault> {
        let unreadable = |index: usize, cause: String| Fault {
            what: format!("transaction {index} of block {}: {cause}", block.header.height),
            remedy: "restore the home from a copy, or start with an empty one".into(),
        };
        let mut transactions = Vec::with_capacity(block.transactions.len());
        for (index, wire) in block.transactions.iter().enumerate() {
            let decoded = DecodedTransaction::from_wire(wire.to_vec(), &network).map_err(|error| unreadable(index, error.to_string()))?;
            let (signer, number) = (&decoded.transaction().signer, decoded.transaction().key);
            let key = rules::signer_key(state, signer, number)?
                .ok_or_else(|| unreadable(index, format!("the registry had no key {number} of {signer}")))?;
            transactions.push(decoded.verify(&key).map_err(|error| unreadable(index, error.to_string()))?);
        }
        let transactions: Vec<&VerifiedTransaction> = transactions.iter().collect();
        let (changes, outcomes) = rules::execute(network, block.header.height, block.header.time, &transactions, state)?;
        Ok(Replayed { changes, outcomes, next_validators: founding.validators().clone() })
    };
    let talks = std::io::stderr().is_terminal();
    let mut progress = |progress: Progress| {
        if talks {
            let _ = match progress {
                Progress::Blocks(done, all) => write!(std::io::stderr(), "\rblocks {done} of {all}   "),
                Progress::Pages(count) => write!(std::io::stderr(), "\rpages {count}              "),
                Progress::Entries(count) => write!(std::io::stderr(), "\rentries {count}            "),
                Progress::Rest => write!(std::io::stderr(), "\rindexes                \r"),
            };
        }
    };
    let mut report =
        ledger_store::audit_with(&store, &founding.first_state(), founding.validators(), Some(&mut again), scratch, &mut progress)?;
    let log = log_seal::path(home.directory());
    for missing in log_seal::missing(&store, &log)? {
        writeln!(std::io::stdout(), "WARNING {missing}")?;
    }
    let age = Age { founded: founding.time(), now: clock::now() };
    match abstains::read(&log) {
        Err(fault) => report.damages.push(Damage { what: fault.what, remedy: fault.remedy }),
        // The ledger knows it as well, but not before the next start if it is new.
        Ok(kept) => {
            let beyond = kept.filter(|height| *height > store.tip().height).max(Guard::abstains_up_to(&store)?);
            if let Some(height) = beyond.filter(|_| config.validates) {
                writeln!(std::io::stdout(), "WARNING {}", abstains::told(height))?;
            }
        }
    }
    if let Err(fault) = log_seal::check(&store, &log, age).and_then(|()| log_seal::witness(&store, &log, age)) {
        report.damages.push(Damage { what: fault.what, remedy: fault.remedy });
    } else if let Some(dropped) = log_seal::dropped(&log) {
        writeln!(std::io::stdout(), "WARNING {dropped}")?;
    }
    print(&store, &report)?;
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Why the node would not start, or not vote: keys and the token, which no ledger holds.
fn unusable(home: &Home, config: &Config, founding: &Founding) -> Vec<String> {
    let mut all = Vec::new();
    let keys = read_secrets(home, config, founding).err();
    // A missing token is among what was looked for first.
    let token = api::token_of(home).err().filter(|_| home.token().exists());
    all.extend([keys, token].into_iter().flatten().map(|error| format!("the node would not start: {error:#}")));
    if config.misses_validator_key {
        all.push(format!("{} is missing: the node would follow without a vote", home.validator_key().display()));
    }
    all
}

fn print(store: &Store, report: &AuditReport) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let tip = store.tip();
    writeln!(
        out,
        "read {} blocks, {} transactions, {} signatures, {} entries, {} pages; executed {} blocks again",
        report.blocks, report.transactions, report.signatures, report.entries, report.pages, report.executed
    )?;
    if report.is_sound() {
        return writeln!(out, "SOUND at height {}, state root {}", tip.height, tip.state_root);
    }
    for line in damages(report, tip.height) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Each damage in a line, each remedy once below those that it is for, and how far the damage reaches.
fn damages(report: &AuditReport, tip: Height) -> Vec<String> {
    let mut lines = Vec::new();
    let mut damages = report.damages.iter().peekable();
    while let Some(damage) = damages.next() {
        lines.push(format!("DAMAGED {}", damage.what));
        if damages.peek().is_none_or(|next| next.remedy != damage.remedy) {
            lines.push(format!("        {}", damage.remedy));
        }
    }
    if let Some(from) = report.unchecked_from.filter(|from| *from <= tip) {
        lines.push(format!("        what follows from it, from height {from} on, could not be checked"));
    }
    let (count, more) = (report.damages.len(), if report.is_full() { " and perhaps more: the audit stopped looking" } else { "" });
    lines.push(format!("NOT SOUND: {count} damage{}{more}", if count == 1 { "" } else { "s" }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_remedy_is_said_once_and_how_far_the_damage_reaches() {
        let damage = |what: &str, remedy: &str| Damage { what: what.into(), remedy: remedy.into() };
        let said = |damages: Vec<Damage>, unchecked_from: Option<u64>| {
            let report = AuditReport { damages, unchecked_from: unchecked_from.map(Height::new), ..AuditReport::default() };
            super::damages(&report, Height::new(9)).iter().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            said(vec![damage("a", "fetch"), damage("b", "fetch"), damage("log", "move")], Some(4)),
            [
                "DAMAGED a",
                "DAMAGED b",
                "fetch",
                "DAMAGED log",
                "move",
                "what follows from it, from height 4 on, could not be checked",
                "NOT SOUND: 3 damages"
            ]
        );
        assert_eq!(said(vec![damage("the tip", "fetch")], Some(10)), ["DAMAGED the tip", "fetch", "NOT SOUND: 1 damage"]);
        let many = (0..ledger_store::DAMAGES_MAX).map(|number| damage(&number.to_string(), "fetch")).collect();
        assert!(said(many, None).last().is_some_and(|last| last.ends_with("100 damages and perhaps more: the audit stopped looking")));
    }
}
