//! `symbolon keys`: an authority names its officials' keys under its root key.

use crate::Common;
use crate::commands::verify::{Day, timestamp};
use crate::failure::{Outcome, exit};
use crate::issuer::{Signing, submit_confirmed};
use crate::output::{self, Mark, banner, marked};
use crate::profile::Profile;
use crate::registry::{entries, entry};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{NameKey, RevokeKey};
use contracts::context::Known;
use contracts::document::is_written_as_a_date;
use contracts::registry::{Authority, AuthorityKey};
use ledger::id::{AuthorityId, KeyNumber, Signer};
use ledger::key::{PublicKey, SecretKey};
use ledger::time::Timestamp;
use ledger::transaction::Act;
use std::path::{Path, PathBuf};

/// What to do about keys.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon keys new --out official.key          its public part is printed\n  symbolon keys name ed25519:5f… --key root.key  the authority names it\n  symbolon keys list NZ-mpi\n  symbolon keys revoke 1 --as-of 2026-03-01T00:00:00Z --key root.key",
    after_help = "The root key has the number 0, until the member puts another key of the\nauthority in its place (symbolon authority root). It does not revoke itself.\nName a second key soon and keep it elsewhere: with it a lost or stolen root key\nis replaced."
)]
pub enum Keys {
    /// Make a key that only its owner reads, and print its public part
    New(New),
    /// Name an official's key, signed by the authority's root key
    Name(Name),
    /// List an authority's keys
    List(List),
    /// Revoke a key as of a time, signed by the authority's root key, also while the authority is suspended
    Revoke(Revoke),
}

/// Where.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon keys new --out official.key")]
pub struct New {
    /// The key file; it must not be there yet
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

/// Which, and since when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon keys name ed25519:5f… --key root.key\n  symbolon keys name official.key --key root.key --until 2027-03-09"
)]
pub struct Name {
    /// The public key (ed25519:…), or the key file
    public: String,
    /// The root key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The first moment at which it signs; a date is its first moment, 00:00 UTC [default: a minute ago]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// The last moment at which it signs; a date is its last moment (UTC) [default: none]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// Whose.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon keys list NZ-mpi")]
pub struct List {
    /// The authority
    authority: String,
}

/// Which, and as of when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon keys revoke 1 --as-of 2026-03-01T00:00:00Z --key root.key\n  symbolon keys revoke 1 --as-of now --key root.key"
)]
pub struct Revoke {
    /// The key's number, as `symbolon keys list AUTHORITY` shows it
    #[arg(value_parser = key_number)]
    number: u32,
    /// What was recorded under it at this time or later is not to be relied on: a time, a date (its first
    /// moment, 00:00 UTC), or the word now, which means five seconds ago. It cannot be corrected later
    #[arg(long, value_name = "TIME")]
    as_of: String,
    /// The root key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Reads a key's number as it is typed.
///
/// # Errors
/// If it is none.
pub fn key_number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "a key's number is wanted, such as 1; symbolon keys list AUTHORITY shows them".to_owned())
}

/// Runs the command.
///
/// # Errors
/// If files, profile or node fail.
pub fn run(common: &Common, command: &Keys) -> Outcome {
    match command {
        Keys::New(args) => new(common, args),
        Keys::Name(args) => name(common, args),
        Keys::List(args) => list(common, args),
        Keys::Revoke(args) => revoke(common, args),
    }
}

fn new(common: &Common, args: &New) -> Outcome {
    let key = SecretKey::generate(&mut rand::rng());
    genesis::home::write_signing_key(&args.out, &key)?;
    if common.json {
        output::json(serde_json::json!({ "file": args.out, "public": key.public().to_string() }));
    } else {
        output::talk(&format!("{} is secret: keep it where only its owner reads. Its public part:", args.out.display()));
        output::result(&key.public().to_string());
    }
    Ok(exit::GOOD)
}

/// Reads a public key as text, or out of a key file.
///
/// # Errors
/// If it is neither, or weak.
pub fn public_key(text: &str) -> anyhow::Result<PublicKey> {
    let key = match PublicKey::from_text(text) {
        Some(key) => key,
        None => genesis::home::read_signing_key(Path::new(text))
            .with_context(|| format!("{text}: neither a public key (ed25519: and 64 digits) nor a key file"))?
            .public(),
    };
    Ok(key.checked()?)
}

fn time(flag: &str, text: Option<&str>, day: Day) -> anyhow::Result<Option<Timestamp>> {
    text.map(|text| timestamp(text, day).with_context(|| format!("{flag} {text}: write it as 2026-03-09T10:15:00Z"))).transpose()
}

/// Reads since when nothing is to be relied on. Of a date that is all of it: who names the day of a theft means no
/// certificate of that day.
///
/// # Errors
/// If it is no time.
pub fn as_of(text: &str) -> anyhow::Result<Timestamp> {
    match text {
        // A moment ago, so that the time is not after that of the block.
        "now" => Ok(crate::officer::own_clock().saturating_sub_ms(5_000)),
        text => {
            let time = timestamp(text, Day::First)
                .with_context(|| format!("--as-of {text}: write it as 2026-03-09T10:15:00Z, as 2026-03-09 (its first moment), or now"))?;
            if is_written_as_a_date(text) {
                output::talk(&format!("--as-of {text}: a date is its first moment, {time}"));
            }
            Ok(time)
        }
    }
}

/// The entry of an authority that exists.
fn admitted(profile: &Profile, authority: &AuthorityId) -> anyhow::Result<Authority> {
    entry(profile, contracts::key::authority(authority))?.with_context(|| format!("{authority} is not admitted on this ledger"))
}

fn root(profile: &Profile, path: &Path) -> anyhow::Result<(Signing, AuthorityId)> {
    let signing = Signing::known(profile, path, |public| {
        format!(
            "the member first admits the authority whose root key it is: symbolon authority admit AUTHORITY --name NAME --scope SCOPE --root-key {public}"
        )
    })?;
    let Signer::Authority(authority) = signing.signer.clone() else {
        bail!("{}: this is a key of {}; keys are named and revoked under an authority's root key", path.display(), signing.signer);
    };
    let root = admitted(profile, &authority)?.root_key();
    ensure!(
        signing.number == root,
        "{}: this is key {} of {authority}; keys are named and revoked under its root key, which is key {root}",
        path.display(),
        signing.number
    );
    Ok((signing, authority))
}

fn name(common: &Common, args: &Name) -> Outcome {
    let profile = common.open()?;
    let key = public_key(&args.public)?;
    let (signing, authority) = root(&profile, &args.key)?;
    let number = KeyNumber::new(admitted(&profile, &authority)?.keys);
    // A minute of grace: the block's time may lie a little behind this computer's clock.
    let valid_from =
        time("--from", args.from.as_deref(), Day::First)?.unwrap_or_else(|| crate::officer::own_clock().saturating_sub_ms(60_000));
    let act = NameKey { number, key, valid_from, valid_until: time("--until", args.until.as_deref(), Day::Last)? }.into_act();
    decide(common, &profile, &signing, act, &format!("{key} is key {number} of {authority}"))
}

fn revoke(common: &Common, args: &Revoke) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = root(&profile, &args.key)?;
    let as_of = as_of(&args.as_of)?;
    let act = RevokeKey { number: KeyNumber::new(args.number), as_of }.into_act();
    decide(common, &profile, &signing, act, &format!("key {} of {authority} is revoked as of {as_of}", args.number))
}

/// Submits one act of an authority and says what became of it.
fn decide(common: &Common, profile: &Profile, signing: &Signing, act: Act, done: &str) -> Outcome {
    let became = submit_confirmed(profile, signing, act)?;
    Ok(say(common, profile, became.height, became.number, &became.message, done))
}

/// Says what became of an act; gives the exit code.
pub fn say(common: &Common, profile: &Profile, height: u64, number: u16, message: &str, done: &str) -> u8 {
    let accepted = number == 0;
    if common.json {
        output::json(serde_json::json!({
            "environment": profile.founding.environment().as_str(), "accepted": accepted, "height": (height != 0).then_some(height), "what": accepted.then_some(done),
            "refusal": (!accepted).then_some(number), "message": (!accepted).then_some(message),
        }));
    } else {
        let colour = output::colour_on_stdout();
        let line = if accepted {
            format!("{}  {done} (block {height})", marked(Mark::Good, "recorded", colour))
        } else {
            format!("{}  {number}: {message}", marked(Mark::Bad, "refused", colour))
        };
        output::result(&format!("{line}\n{}", banner(profile.founding.environment(), profile.founding.name())));
    }
    if accepted { exit::GOOD } else { exit::REFUSED }
}

/// What a key is for.
fn role(authority: &Authority, number: KeyNumber) -> &'static str {
    match number {
        root if root == authority.root_key() => "root",
        before if authority.was_root_key(before) => "was root",
        _ => "official",
    }
}

fn list(common: &Common, args: &List) -> Outcome {
    let profile = common.open()?;
    let authority = AuthorityId::parse(&args.authority)?;
    let entry = admitted(&profile, &authority)?;
    let places: Vec<_> = (0..entry.keys).map(|number| contracts::key::authority_key(&authority, KeyNumber::new(number))).collect();
    let entries = entries(&profile, places.clone())?;
    let mut keys: Vec<AuthorityKey> = Vec::new();
    for place in &places {
        keys.push(entries.read(place)?.context("a key of the authority is missing")?);
    }
    let keys: Vec<(KeyNumber, AuthorityKey)> = (0..).map(KeyNumber::new).zip(keys).collect();
    if common.json {
        let keys: Vec<_> = keys
            .iter()
            .map(|(number, key)| {
                serde_json::json!({
                    "number": number.get(), "role": role(&entry, *number), "key": key.key.to_string(),
                    "valid_from": key.valid_from.to_string(), "in_force_from": key.in_force_from().to_string(),
                    "valid_until": key.valid_until.map(|time| time.to_string()), "named_height": key.named.height.get(),
                    "revoked_as_of": key.revocation(Known::Now).map(|revoked| revoked.as_of.to_string()),
                })
            })
            .collect();
        output::json_list(&profile, serde_json::json!({ "authority": authority.as_str(), "keys": keys }));
        return Ok(exit::GOOD);
    }
    let mut text = format!("{authority} {}\n{}", contracts::document::escape_for_terminal(&entry.name), output::head(&profile));
    for (number, key) in &keys {
        let role = role(&entry, *number);
        let until = key.valid_until.map_or_else(String::new, |until| format!(" until {until}"));
        let revoked = key.revocation(Known::Now).map_or_else(String::new, |revoked| format!("; REVOKED as of {}", revoked.as_of));
        text.push_str(&format!("\n  {number}  {role:<8}  {}  from {}{until}{revoked}", key.key, key.in_force_from()));
    }
    output::result(&text);
    Ok(exit::GOOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_names_the_day_of_a_theft_means_all_of_it() {
        let shown = |text: &str| as_of(text).unwrap().to_string();
        assert_eq!(shown("2026-03-01"), "2026-03-01T00:00:00.000Z");
        assert_eq!(shown("2026-03-01T10:15:00Z"), "2026-03-01T10:15:00.000Z");
        let now = crate::officer::own_clock();
        assert!(as_of(&now.date().to_string()).unwrap() <= now, "today is a day that can be named");
        assert!(as_of("yesterday").unwrap_err().to_string().contains("first moment"));
        assert_eq!(time("--until", Some("2026-03-01"), Day::Last).unwrap().unwrap().to_string(), "2026-03-01T23:59:59.999Z");
    }
}
